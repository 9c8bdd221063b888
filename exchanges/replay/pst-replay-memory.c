/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows in chunks that never move, so that memory grows by the row and not by doubling. */
#include <string.h>

#include "pst-replay-memory.h"

#define CHUNK_BITS 14
#define CHUNK_ROWS (1u << CHUNK_BITS)

typedef struct
{
  gint64 receive_time_ns;
  union
  {
    PstBar bar;
    PstQuote quote;
    PstTrade trade;
  };
} Row;

G_STATIC_ASSERT (sizeof (Row) == 48);

typedef struct
{
  guint64 next;
  guint64 end;
  gint64 shift_ns; /* receive time less venue time */
  guint32 instrument;
  guint32 file;
  guint16 kind;
} Run;

struct _PstReplayMemory
{
  GPtrArray *chunks;
  GArray *runs;
  guint64 n_rows;
  guint64 rows_max;
  guint32 file;
  gboolean new_file;
};

PstReplayMemory *
pst_replay_memory_new (guint64 rows_max)
{
  PstReplayMemory *self = g_new0 (PstReplayMemory, 1);

  self->chunks = g_ptr_array_new_with_free_func (g_free);
  self->runs = g_array_new (FALSE, FALSE, sizeof (Run));
  self->rows_max = rows_max;
  self->new_file = TRUE;
  return self;
}

void
pst_replay_memory_free (PstReplayMemory *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->chunks);
  g_array_unref (self->runs);
  g_free (self);
}

void
pst_replay_memory_begin_file (PstReplayMemory *self, guint32 file)
{
  self->file = file;
  self->new_file = TRUE;
}

static inline Row *
row_at (const PstReplayMemory *self, guint64 index)
{
  return (Row *)self->chunks->pdata[index >> CHUNK_BITS] + (index & (CHUNK_ROWS - 1));
}

static inline Run *
run_at (const PstReplayMemory *self, guint run)
{
  return &g_array_index (self->runs, Run, run);
}

static Run *
run_for (PstReplayMemory *self, const PstEvent *event)
{
  gint64 shift = event->receive_time_ns - event->venue_time_ns;
  Run *run = self->runs->len > 0 ? run_at (self, self->runs->len - 1) : NULL;

  if (run == NULL || self->new_file || run->instrument != event->instrument)
    {
      const Run fresh = { self->n_rows, self->n_rows, shift, event->instrument, self->file, event->kind };

      g_array_append_val (self->runs, fresh);
      self->new_file = FALSE;
      run = run_at (self, self->runs->len - 1);
    }
  return run;
}

gboolean
pst_replay_memory_append (PstReplayMemory *self, const PstEvent *events, guint n_events, GError **error)
{
  for (guint i = 0; i < n_events; i++)
    {
      Run *run = run_for (self, &events[i]);
      Row *row;

      if (self->n_rows == self->rows_max)
        {
          g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                       "files in layout=symbol are kept in memory and hold more than rows-max=%" G_GUINT64_FORMAT
                       " rows; sort the files by time and set layout=time, choose fewer symbols or raise rows-max",
                       self->rows_max);
          return FALSE;
        }
      if ((self->n_rows & (CHUNK_ROWS - 1)) == 0)
        g_ptr_array_add (self->chunks, g_new (Row, CHUNK_ROWS));
      row = row_at (self, self->n_rows);
      row->receive_time_ns = events[i].receive_time_ns;
      memcpy (&row->bar, &events[i].bar, sizeof row->bar);
      run->end = ++self->n_rows;
    }
  return TRUE;
}

guint64
pst_replay_memory_get_n_rows (const PstReplayMemory *self)
{
  return self->n_rows;
}

guint
pst_replay_memory_get_n_runs (const PstReplayMemory *self)
{
  return self->runs->len;
}

gint64
pst_replay_memory_get_time (const PstReplayMemory *self, guint run)
{
  return row_at (self, run_at (self, run)->next)->receive_time_ns;
}

guint32
pst_replay_memory_get_file (const PstReplayMemory *self, guint run)
{
  return run_at (self, run)->file;
}

gboolean
pst_replay_memory_get (const PstReplayMemory *self, guint index, PstEvent *event)
{
  const Run *run = run_at (self, index);
  const Row *row;

  if (run->next == run->end)
    return FALSE;
  row = row_at (self, run->next);
  event->venue_time_ns = row->receive_time_ns - run->shift_ns;
  event->receive_time_ns = row->receive_time_ns;
  event->instrument = run->instrument;
  event->kind = run->kind;
  event->flags = 0;
  memcpy (&event->bar, &row->bar, sizeof event->bar);
  return TRUE;
}

gboolean
pst_replay_memory_advance (PstReplayMemory *self, guint index)
{
  Run *run = run_at (self, index);

  return ++run->next < run->end;
}
