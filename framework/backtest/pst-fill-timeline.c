/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A slot is a bar's number in the order of the whole set, of which there are fewer than 2^32. The queue is a binary heap of slots; bars of one frame
 * have slots side by side, so they come out in the frame's order. */
#include "pst-fill-timeline.h"

typedef struct
{
  guint32 slot, place;
  gsize bar;
} Item;

struct _PstFillTimeline
{
  const PstBarFrame *frames;
  gsize n_frames;
  guint32 *slots;    /* of each bar, instrument by instrument; NULL: a bar's number is its slot */
  gsize *firsts;     /* of each instrument in the slots */
  guint32 *frame_of; /* of each slot; NULL: a slot's number is its frame's */
  Item *heap;
  guint n_heap;
};

static void
find_slots (PstFillTimeline *timeline, PstBarSet *bars)
{
  guint n = pst_bar_set_get_n_instruments (bars);
  guint64 n_bars = pst_bar_set_get_n_bars (bars);
  const guint32 *order = pst_bar_set_get_order (bars);
  g_autofree gsize *next = g_new0 (gsize, n);
  gsize at = 0;

  g_assert (n_bars < G_MAXUINT32);
  timeline->slots = g_new (guint32, n_bars + 1);
  timeline->firsts = g_new (gsize, n);
  for (guint i = 0; i < n; i++)
    {
      timeline->firsts[i] = next[i] = at;
      at += pst_bar_set_get_columns (bars, i)->n_bars;
    }
  for (gsize slot = 0; slot < n_bars; slot++)
    timeline->slots[next[order[slot]]++] = (guint32)slot;
}

static void
find_frames (PstFillTimeline *timeline, guint64 n_bars)
{
  timeline->frame_of = g_new (guint32, n_bars + 1);
  for (gsize f = 0; f < timeline->n_frames; f++)
    for (guint i = 0; i < timeline->frames[f].n_bars; i++)
      timeline->frame_of[timeline->frames[f].first + i] = (guint32)f;
}

/**
 * pst_fill_timeline_new: (skip)
 * @bars: a bar set
 *
 * Returns: (transfer full): its timeline, with nothing to be looked at
 */
PstFillTimeline *
pst_fill_timeline_new (PstBarSet *bars)
{
  PstFillTimeline *timeline = g_new0 (PstFillTimeline, 1);
  guint64 n_bars = pst_bar_set_get_n_bars (bars);

  timeline->frames = pst_bar_set_get_frames (bars, &timeline->n_frames);
  timeline->heap = g_new (Item, pst_bar_set_get_n_instruments (bars) + 1);
  if (pst_bar_set_get_n_instruments (bars) > 1)
    find_slots (timeline, bars);
  if (timeline->n_frames != n_bars)
    find_frames (timeline, n_bars);
  return timeline;
}

/**
 * pst_fill_timeline_free: (skip)
 * @timeline: (transfer full): a timeline
 */
void
pst_fill_timeline_free (PstFillTimeline *timeline)
{
  g_free (timeline->slots);
  g_free (timeline->firsts);
  g_free (timeline->frame_of);
  g_free (timeline->heap);
  g_free (timeline);
}

void
pst_fill_timeline_reset (PstFillTimeline *timeline)
{
  timeline->n_heap = 0;
}

void
pst_fill_timeline_push (PstFillTimeline *timeline, guint32 place, gsize bar)
{
  const Item item = { timeline->slots != NULL ? timeline->slots[timeline->firsts[place] + bar] : (guint32)bar, place, bar };
  guint at = timeline->n_heap++;

  for (; at > 0 && timeline->heap[(at - 1) / 2].slot > item.slot; at = (at - 1) / 2)
    timeline->heap[at] = timeline->heap[(at - 1) / 2];
  timeline->heap[at] = item;
}

static inline gsize
frame_of (const PstFillTimeline *timeline, guint32 slot)
{
  return timeline->frame_of != NULL ? timeline->frame_of[slot] : slot;
}

gboolean
pst_fill_timeline_peek (const PstFillTimeline *timeline, gsize *frame)
{
  if (timeline->n_heap == 0)
    return FALSE;
  *frame = frame_of (timeline, timeline->heap[0].slot);
  return TRUE;
}

static void
drop_first (PstFillTimeline *timeline)
{
  const Item last = timeline->heap[--timeline->n_heap];
  guint at = 0;

  while (2 * at + 1 < timeline->n_heap)
    {
      guint child = 2 * at + 1;

      if (child + 1 < timeline->n_heap && timeline->heap[child + 1].slot < timeline->heap[child].slot)
        child++;
      if (timeline->heap[child].slot >= last.slot)
        break;
      timeline->heap[at] = timeline->heap[child];
      at = child;
    }
  timeline->heap[at] = last;
}

guint
pst_fill_timeline_pop (PstFillTimeline *timeline, gsize frame, guint32 *places, gsize *bars)
{
  guint n = 0;

  for (; timeline->n_heap > 0 && frame_of (timeline, timeline->heap[0].slot) == frame; n++)
    {
      places[n] = timeline->heap[0].place;
      bars[n] = timeline->heap[0].bar;
      drop_first (timeline);
    }
  return n;
}
