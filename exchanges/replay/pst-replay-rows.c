/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cursor at a time: the same reader as that of the feed, so that what is imported is what would have been played. */
#include "pst-replay-rows.h"

struct _PstReplayRows
{
  const PstReplayShared *shared;
  GPtrArray *files;
  GArray *fixed;
  PstReplayCursor *cursor;
  guint next_file;
  gint64 period_ns;
  guint64 n_rows; /* of the files that were read to their end */
  gboolean stopped;
  char *file; /* of the finding that was handed out */
  PstReplayBad bad;
};

PstReplayRows *
pst_replay_rows_new (const PstReplayShared *shared, GPtrArray *files, GArray *fixed)
{
  PstReplayRows *self = g_new0 (PstReplayRows, 1);

  self->shared = shared;
  self->files = files;
  self->fixed = fixed;
  return self;
}

static void
close_file (PstReplayRows *self)
{
  if (self->cursor != NULL)
    self->n_rows += pst_replay_cursor_get_n_rows (self->cursor);
  g_clear_pointer (&self->cursor, pst_replay_cursor_free);
}

void
pst_replay_rows_free (PstReplayRows *self)
{
  if (self == NULL)
    return;
  close_file (self);
  g_free (self->file);
  g_free (self);
}

static gboolean
open_file (PstReplayRows *self, GError **error)
{
  guint32 symbol = g_array_index (self->fixed, guint32, self->next_file);

  self->cursor = pst_replay_cursor_new (self->shared, self->files->pdata[self->next_file], symbol, self->shared->settings.block_bytes);
  self->next_file++;
  return pst_replay_cursor_open (self->cursor, error);
}

PstFeedStatus
pst_replay_rows_next (PstReplayRows *self, PstRowBatch *batch, GError **error)
{
  g_autoptr (GError) local = NULL;

  while (!self->stopped)
    {
      if (self->cursor == NULL && self->next_file == self->files->len)
        break;
      if (self->cursor == NULL && !open_file (self, error))
        return PST_FEED_ERROR;
      if (pst_replay_cursor_fill (self->cursor, &local))
        {
          PstReplayCursor *cursor = self->cursor;

          cursor->next = cursor->n_events;
          if (cursor->events[0].kind == PST_EVENT_BAR)
            self->period_ns = cursor->events[0].receive_time_ns - cursor->events[0].venue_time_ns;
          *batch = (PstRowBatch){ cursor->events, cursor->lines, cursor->n_events, cursor->name, cursor->path };
          return PST_FEED_MORE;
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return PST_FEED_ERROR;
        }
      self->stopped = self->cursor->stopped;
      close_file (self);
    }
  return PST_FEED_END;
}

gboolean
pst_replay_rows_next_finding (PstReplayRows *self, PstRowFinding *finding)
{
  gboolean rejected;

  g_clear_pointer (&self->file, g_free);
  self->file = pst_replay_report_take_bad (self->shared->report, &self->bad, &rejected);
  if (self->file == NULL)
    return FALSE;
  *finding = (PstRowFinding){
    .file = self->file,
    .line = self->bad.line,
    .column = self->bad.column,
    .kind = pst_replay_reason_to_word (self->bad.reason),
    .field = self->bad.field,
    .text = self->bad.text,
    .sentence = pst_replay_reason_to_sentence (self->bad.reason),
    .rejected = rejected,
  };
  return TRUE;
}

gint64
pst_replay_rows_get_bar_period (const PstReplayRows *self)
{
  return self->period_ns > 0 ? self->period_ns : self->shared->settings.period_ns;
}

guint64
pst_replay_rows_get_n_rows (const PstReplayRows *self)
{
  return self->n_rows + (self->cursor != NULL ? pst_replay_cursor_get_n_rows (self->cursor) : 0);
}
