/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A heap of lanes by the time of their next row. Nothing is read ahead: the rows lie in memory as columns. */
#include "pst-columns-merge.h"

#include <string.h>

#define FRAMES_MAX 256
/* A block is closed when it holds as many events; the frame that goes over is still whole. */
#define EVENTS_SOFT_MAX 16384

typedef struct
{
  gint64 time_ns;
  guint lane;
} Entry;

struct _PstColumnsMerge
{
  GArray *lanes;
  Entry *heap; /* NULL until the first block */
  guint n_heap;
  PstFrame *frames;
  gsize *offsets; /* of each frame's first event */
  guint n_frames;
  PstEvent *events;
  gsize n_events, n_allocated;
  guint64 n_done, n_rows;
};

PstColumnsMerge *
pst_columns_merge_new (void)
{
  PstColumnsMerge *self = g_new0 (PstColumnsMerge, 1);

  self->lanes = g_array_new (FALSE, FALSE, sizeof (PstColumnsLane));
  self->frames = g_new0 (PstFrame, FRAMES_MAX);
  self->offsets = g_new0 (gsize, FRAMES_MAX);
  self->n_allocated = FRAMES_MAX;
  self->events = g_new0 (PstEvent, self->n_allocated);
  return self;
}

void
pst_columns_merge_free (PstColumnsMerge *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->lanes);
  g_free (self->heap);
  g_free (self->frames);
  g_free (self->offsets);
  g_free (self->events);
  g_free (self);
}

void
pst_columns_merge_add (PstColumnsMerge *self, const PstColumnsLane *lane)
{
  if (lane->next >= lane->end)
    return;
  g_array_append_val (self->lanes, *lane);
  self->n_rows += lane->end - lane->next;
}

/* -- the heap -- */

static inline gboolean
comes_before (const Entry *a, const Entry *b)
{
  return a->time_ns < b->time_ns || (a->time_ns == b->time_ns && a->lane < b->lane);
}

static void
sift_down (PstColumnsMerge *self, guint at)
{
  const Entry entry = self->heap[at];

  for (guint child = 2 * at + 1; child < self->n_heap; child = 2 * at + 1)
    {
      if (child + 1 < self->n_heap && comes_before (&self->heap[child + 1], &self->heap[child]))
        child++;
      if (!comes_before (&self->heap[child], &entry))
        break;
      self->heap[at] = self->heap[child];
      at = child;
    }
  self->heap[at] = entry;
}

static void
build_heap (PstColumnsMerge *self)
{
  self->n_heap = self->lanes->len;
  self->heap = g_new (Entry, self->n_heap + 1);
  for (guint i = 0; i < self->n_heap; i++)
    {
      const PstColumnsLane *lane = &g_array_index (self->lanes, PstColumnsLane, i);

      self->heap[i] = (Entry){ lane->columns[0][lane->next], i };
    }
  for (guint i = self->n_heap / 2; i-- > 0;)
    sift_down (self, i);
}

/* -- events -- */

static void
fill_event (PstEvent *event, const PstColumnsLane *lane)
{
  const gint64 *const *c = lane->columns;
  gsize row = lane->next;

  event->venue_time_ns = c[1][row];
  event->receive_time_ns = c[0][row];
  event->instrument = lane->instrument;
  event->kind = lane->kind;
  event->flags = 0;
  if (lane->kind == PST_EVENT_BAR)
    event->bar = (PstBar){ c[2][row], c[3][row], c[4][row], c[5][row], c[6][row] };
  else
    {
      /* What the union has beyond the member is nobody's, but it is compared and recorded. */
      memset (&event->bar, 0, sizeof event->bar);
      if (lane->kind == PST_EVENT_QUOTE)
        event->quote = (PstQuote){ c[2][row], c[3][row], c[4][row], c[5][row] };
      else
        event->trade = (PstTrade){ .price = c[2][row], .size = c[3][row], .trade_id = (guint64)c[4][row], .aggressor = (guint32)c[5][row] };
    }
}

static void
take_top (PstColumnsMerge *self)
{
  Entry *top = &self->heap[0];
  PstColumnsLane *lane = &g_array_index (self->lanes, PstColumnsLane, top->lane);

  if (G_UNLIKELY (self->n_events == self->n_allocated))
    {
      self->n_allocated *= 2;
      self->events = g_renew (PstEvent, self->events, self->n_allocated);
    }
  fill_event (&self->events[self->n_events++], lane);
  self->n_done++;
  if (++lane->next < lane->end)
    top->time_ns = lane->columns[0][lane->next];
  else
    *top = self->heap[--self->n_heap];
  if (self->n_heap > 1)
    sift_down (self, 0);
}

/* One frame: all bars of a time, or one quote or trade. */
static void
build_frame (PstColumnsMerge *self)
{
  const gint64 time_ns = self->heap[0].time_ns;
  const gsize first = self->n_events;

  do
    take_top (self);
  while (self->events[first].kind == PST_EVENT_BAR && self->n_heap > 0 && self->heap[0].time_ns == time_ns);
  self->offsets[self->n_frames] = first;
  self->frames[self->n_frames++] = (PstFrame){ .n_events = (guint32)(self->n_events - first), .time_ns = time_ns };
}

gboolean
pst_columns_merge_next (PstColumnsMerge *self, PstFrameBlock *block)
{
  if (self->heap == NULL)
    build_heap (self);
  self->n_frames = 0;
  self->n_events = 0;
  while (self->n_heap > 0 && self->n_frames < FRAMES_MAX && self->n_events < EVENTS_SOFT_MAX)
    build_frame (self);
  for (guint i = 0; i < self->n_frames; i++)
    self->frames[i].events = self->events + self->offsets[i];
  *block = (PstFrameBlock){ self->frames, self->n_frames };
  return self->n_frames > 0;
}

void
pst_columns_merge_get_progress (const PstColumnsMerge *self, guint64 *n_done, guint64 *n_rows)
{
  *n_done = self->n_done;
  *n_rows = self->n_rows;
}
