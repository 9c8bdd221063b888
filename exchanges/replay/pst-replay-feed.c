/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The merge: a heap of lanes by the time of their next event, where a lane is a file that is streamed or a run of rows in memory. A
 * file is opened when its first event is due, so that a year of daily files is read with one of them open. */
#include <string.h>

#include "pst-replay-feed.h"
#include "pst-replay-memory.h"

#define FRAMES_MAX 256
/* A block is closed when it holds as many events; the frame that goes over is still whole. */
#define EVENTS_SOFT_MAX 16384

typedef struct
{
  gint64 time_ns;
  guint32 index;
} Lane;

struct _PstReplayFeed
{
  const PstReplayShared *shared;
  GPtrArray *cursors;
  guint open_files_max;
  guint n_open;
  PstReplayMemory *memory; /* nullable: streamed */
  guint64 rows_max;

  Lane *heap;
  guint n_lanes;

  PstFrame *frames;
  gsize *offsets; /* of each frame's first event */
  guint n_frames;
  PstEvent *events;
  gsize n_events, events_allocated;

  gint64 *last_bar_ns; /* by instrument: for bars that stand in two files */
  guint n_last;
  gint64 last_time_ns;
  guint64 n_emitted;
  GError *error;
  gboolean finished;
};

PstReplayFeed *
pst_replay_feed_new (const PstReplayShared *shared, const char *const *paths, const guint32 *fixed, guint open_files_max, guint64 rows_max)
{
  PstReplayFeed *self = g_new0 (PstReplayFeed, 1);

  self->shared = shared;
  self->cursors = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_replay_cursor_free);
  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (self->cursors, pst_replay_cursor_new (shared, paths[i], fixed[i], shared->settings.block_bytes));
  self->open_files_max = open_files_max;
  self->rows_max = rows_max;
  self->frames = g_new0 (PstFrame, FRAMES_MAX);
  self->offsets = g_new0 (gsize, FRAMES_MAX);
  self->events_allocated = FRAMES_MAX;
  self->events = g_new (PstEvent, self->events_allocated);
  self->last_time_ns = G_MININT64;
  return self;
}

void
pst_replay_feed_free (PstReplayFeed *self)
{
  if (self == NULL)
    return;
  g_clear_error (&self->error);
  g_ptr_array_unref (self->cursors);
  g_clear_pointer (&self->memory, pst_replay_memory_free);
  g_free (self->heap);
  g_free (self->frames);
  g_free (self->offsets);
  g_free (self->events);
  g_free (self->last_bar_ns);
  g_free (self);
}

static inline PstReplayCursor *
cursor_at (PstReplayFeed *self, guint index)
{
  return self->cursors->pdata[index];
}

/* -- the heap -- */

static inline gboolean
comes_before (const Lane *a, const Lane *b)
{
  return a->time_ns < b->time_ns || (a->time_ns == b->time_ns && a->index < b->index);
}

static void
sift_down (PstReplayFeed *self, guint at)
{
  const Lane lane = self->heap[at];

  for (guint child = 2 * at + 1; child < self->n_lanes; child = 2 * at + 1)
    {
      if (child + 1 < self->n_lanes && comes_before (&self->heap[child + 1], &self->heap[child]))
        child++;
      if (!comes_before (&self->heap[child], &lane))
        break;
      self->heap[at] = self->heap[child];
      at = child;
    }
  self->heap[at] = lane;
}

static void
heapify (PstReplayFeed *self)
{
  for (guint i = self->n_lanes / 2; i-- > 0;)
    sift_down (self, i);
}

static void
drop_top (PstReplayFeed *self)
{
  self->heap[0] = self->heap[--self->n_lanes];
  if (self->n_lanes > 1)
    sift_down (self, 0);
}

/* -- lanes -- */

static void
close_lane (PstReplayFeed *self, PstReplayCursor *cursor)
{
  self->finished |= cursor->stopped;
  pst_replay_cursor_close (cursor);
  self->n_open--;
  drop_top (self);
}

/* The file of the top lane has no event left in its batch. */
static void
refill_top (PstReplayFeed *self)
{
  PstReplayCursor *cursor = cursor_at (self, self->heap[0].index);

  if (pst_replay_cursor_fill (cursor, &self->error))
    {
      self->heap[0].time_ns = cursor->events[0].receive_time_ns;
      sift_down (self, 0);
      return;
    }
  close_lane (self, cursor);
}

static inline void
advance_top (PstReplayFeed *self)
{
  Lane *top = &self->heap[0];

  if (self->memory != NULL)
    {
      if (pst_replay_memory_advance (self->memory, top->index))
        {
          top->time_ns = pst_replay_memory_get_time (self->memory, top->index);
          sift_down (self, 0);
        }
      else
        drop_top (self);
    }
  else
    {
      PstReplayCursor *cursor = cursor_at (self, top->index);

      if (++cursor->next < cursor->n_events)
        {
          top->time_ns = cursor->events[cursor->next].receive_time_ns;
          if (self->n_lanes > 1)
            sift_down (self, 0);
        }
      else
        refill_top (self);
    }
}

static gboolean
open_lane (PstReplayFeed *self, PstReplayCursor *cursor, GError **error)
{
  if (self->n_open == self->open_files_max)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "more than open-files-max=%u files hold rows of the same time; raise the option or join the files into fewer",
                   self->open_files_max);
      return FALSE;
    }
  self->n_open++;
  return pst_replay_cursor_open (cursor, error);
}

/* Makes the top lane an open file, whose next event's time is known and not only guessed from its first row. */
static gboolean
settle_top (PstReplayFeed *self)
{
  while (self->memory == NULL && self->error == NULL && !self->finished && self->n_lanes > 0)
    {
      PstReplayCursor *cursor = cursor_at (self, self->heap[0].index);

      if (G_LIKELY (cursor->n_events > 0))
        return TRUE;
      if (!open_lane (self, cursor, &self->error))
        return FALSE;
      refill_top (self);
    }
  return self->error == NULL && !self->finished && self->n_lanes > 0;
}

/* -- opening -- */

static gboolean
load (PstReplayFeed *self, GError **error)
{
  self->memory = pst_replay_memory_new (self->rows_max);
  for (guint i = 0; i < self->cursors->len && !self->finished; i++)
    {
      g_autoptr (GError) local = NULL;
      PstReplayCursor *cursor = cursor_at (self, i);

      pst_replay_memory_begin_file (self->memory, i);
      if (!pst_replay_cursor_open (cursor, error))
        return FALSE;
      while (pst_replay_cursor_fill (cursor, &local))
        {
          if (!pst_replay_memory_append (self->memory, cursor->events, cursor->n_events, error))
            return FALSE;
          cursor->next = cursor->n_events;
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      self->finished = cursor->stopped;
      pst_replay_cursor_close (cursor);
    }
  /* What was read before the row that stopped is played. */
  self->finished = FALSE;
  self->n_lanes = pst_replay_memory_get_n_runs (self->memory);
  self->heap = g_new (Lane, self->n_lanes + 1);
  for (guint i = 0; i < self->n_lanes; i++)
    self->heap[i] = (Lane){ pst_replay_memory_get_time (self->memory, i), i };
  return TRUE;
}

gboolean
pst_replay_feed_open (PstReplayFeed *self, GError **error)
{
  gboolean opened = TRUE;

  if (self->shared->settings.layout == PST_REPLAY_LAYOUT_SYMBOL)
    opened = load (self, error);
  else
    {
      self->n_lanes = self->cursors->len;
      self->heap = g_new (Lane, self->n_lanes + 1);
      for (guint i = 0; i < self->n_lanes; i++)
        {
          self->heap[i] = (Lane){ G_MININT64, i };
          if (self->n_lanes > 1 && !pst_replay_cursor_peek (cursor_at (self, i), &self->heap[i].time_ns, error))
            return FALSE;
        }
    }
  if (!opened)
    return FALSE;
  heapify (self);
  settle_top (self);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

/* -- frames -- */

static inline PstEvent *
next_slot (PstReplayFeed *self)
{
  if (G_UNLIKELY (self->n_events == self->events_allocated))
    {
      self->events_allocated *= 2;
      self->events = g_renew (PstEvent, self->events, self->events_allocated);
    }
  return &self->events[self->n_events];
}

static void
copy_top (PstReplayFeed *self, PstEvent *event)
{
  if (self->memory != NULL)
    pst_replay_memory_get (self->memory, self->heap[0].index, event);
  else
    {
      const PstReplayCursor *cursor = cursor_at (self, self->heap[0].index);

      *event = cursor->events[cursor->next];
    }
}

/* An event that is good in its own file but not beside the others. */
static gboolean
reject_top (PstReplayFeed *self, PstReplayReason reason)
{
  guint index = self->heap[0].index;
  PstReplayCursor *cursor = cursor_at (self, self->memory != NULL ? pst_replay_memory_get_file (self->memory, index) : index);
  PstReplayBad bad = { .reason = reason, .column = 1, .field = "time" };
  PstEvent event;

  copy_top (self, &event);
  pst_time_print (event.venue_time_ns, bad.text);
  if (self->memory == NULL)
    bad.line = cursor->lines[cursor->next];
  if (pst_replay_cursor_reject (cursor, &bad, &self->error))
    return TRUE;
  self->finished = cursor->stopped;
  return FALSE;
}

static void
grow_last (PstReplayFeed *self, guint32 instrument)
{
  guint n = MAX (64, instrument * 2 + 1);

  self->last_bar_ns = g_renew (gint64, self->last_bar_ns, n);
  for (guint i = self->n_last; i < n; i++)
    self->last_bar_ns[i] = G_MININT64;
  self->n_last = n;
}

/* Whether two files hold the same bar. Within a file the parser has looked. */
static gboolean
is_duplicate (PstReplayFeed *self, const PstEvent *event)
{
  if (event->kind != PST_EVENT_BAR)
    return FALSE;
  if (event->instrument >= self->n_last)
    grow_last (self, event->instrument);
  if (event->receive_time_ns == self->last_bar_ns[event->instrument])
    return TRUE;
  self->last_bar_ns[event->instrument] = event->receive_time_ns;
  return FALSE;
}

/* Takes the top event into the open frame. FALSE when the feed ends at it. */
static inline gboolean
take_top (PstReplayFeed *self)
{
  PstEvent *event = next_slot (self);

  copy_top (self, event);
  if (self->cursors->len > 1 && G_UNLIKELY (is_duplicate (self, event)))
    {
      if (!reject_top (self, PST_REPLAY_TIME_DUPLICATE))
        return FALSE;
    }
  else
    self->n_events++;
  advance_top (self);
  return TRUE;
}

/* One frame: all bars of a time, or one quote or trade. Frames that turn out empty are not counted. */
static void
build_frame (PstReplayFeed *self)
{
  gint64 time_ns = self->heap[0].time_ns;
  gsize first = self->n_events;
  gboolean good;

  if (G_UNLIKELY (time_ns < self->last_time_ns))
    {
      if (reject_top (self, PST_REPLAY_TIME_BACKWARDS))
        advance_top (self);
      return;
    }
  do
    good = take_top (self);
  while (good && settle_top (self) && self->heap[0].time_ns == time_ns && self->events[first].kind == PST_EVENT_BAR);
  /* Half a frame of bars is not shown to anyone: the rest may have stood behind the row that failed. */
  if (self->error != NULL && self->n_events > first && self->events[first].kind == PST_EVENT_BAR)
    self->n_events = first;
  if (self->n_events == first)
    return;
  self->last_time_ns = time_ns;
  self->offsets[self->n_frames] = first;
  self->frames[self->n_frames++] = (PstFrame){ .n_events = (guint32)(self->n_events - first), .time_ns = time_ns };
}

/* A feed of one file whose frames have one event each, which most are: no heap, no doubles. The last event of a batch is left to the general
 * way, which knows what follows it. */
static void
build_frames_of_one (PstReplayFeed *self)
{
  PstReplayCursor *cursor = cursor_at (self, 0);
  const PstEvent *event = &cursor->events[cursor->next];

  for (; cursor->next + 1 < cursor->n_events && self->n_frames < FRAMES_MAX && self->n_events < FRAMES_MAX; cursor->next++, event++)
    {
      if (event->kind == PST_EVENT_BAR && event[1].receive_time_ns == event->receive_time_ns)
        break;
      self->offsets[self->n_frames] = self->n_events;
      self->frames[self->n_frames++] = (PstFrame){ .n_events = 1, .time_ns = event->receive_time_ns };
      self->events[self->n_events++] = *event;
      self->last_time_ns = event->receive_time_ns;
    }
  self->heap[0].time_ns = event->receive_time_ns;
}

PstFeedStatus
pst_replay_feed_next (PstReplayFeed *self, PstFrameBlock *block, GError **error)
{
  self->n_frames = 0;
  self->n_events = 0;
  while (self->n_frames < FRAMES_MAX && self->n_events < EVENTS_SOFT_MAX && settle_top (self))
    {
      if (self->cursors->len == 1 && self->memory == NULL)
        build_frames_of_one (self);
      if (self->n_frames < FRAMES_MAX)
        build_frame (self);
    }
  if (self->n_frames == 0)
    {
      *block = (PstFrameBlock){ NULL, 0 };
      if (self->error == NULL)
        return PST_FEED_END;
      g_propagate_error (error, g_steal_pointer (&self->error));
      self->finished = TRUE;
      return PST_FEED_ERROR;
    }
  for (guint i = 0; i < self->n_frames; i++)
    self->frames[i].events = self->events + self->offsets[i];
  self->n_emitted += self->n_events;
  *block = (PstFrameBlock){ self->frames, self->n_frames };
  return PST_FEED_MORE;
}

static double
fraction_read (PstReplayFeed *self)
{
  double sum = 0;

  for (guint i = 0; i < self->cursors->len; i++)
    {
      guint64 done, size;

      pst_replay_cursor_get_progress (cursor_at (self, i), &done, &size);
      sum += size > 0 ? (double)done / (double)size : pst_replay_cursor_get_n_rows (cursor_at (self, i)) > 0;
    }
  return self->cursors->len > 0 ? sum / self->cursors->len : 1;
}

void
pst_replay_feed_get_progress (PstReplayFeed *self, guint64 *n_rows, double *fraction)
{
  *n_rows = 0;
  for (guint i = 0; i < self->cursors->len; i++)
    *n_rows += pst_replay_cursor_get_n_rows (cursor_at (self, i));
  if (self->memory == NULL)
    *fraction = self->finished || self->n_lanes == 0 ? 1 : fraction_read (self);
  else
    *fraction = pst_replay_memory_get_n_rows (self->memory) == 0 ? 1 : (double)self->n_emitted / (double)pst_replay_memory_get_n_rows (self->memory);
}

guint64
pst_replay_feed_get_n_rounded (PstReplayFeed *self)
{
  guint64 n = 0;

  for (guint i = 0; i < self->cursors->len; i++)
    n += pst_replay_cursor_get_n_rounded (cursor_at (self, i));
  return n;
}
