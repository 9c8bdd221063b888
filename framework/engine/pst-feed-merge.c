/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A block is borrowed while it is handed over, so what has to wait for another feed's turn is copied. Feeds are few: the least time is
 * found by looking at each. */
#include "pst-feed-merge.h"

typedef struct
{
  GArray *frames; /* PstFrame; their events point into the array beside */
  GArray *events; /* PstEvent */
  guint next;
} Feed;

struct _PstFeedMerge
{
  Feed *feeds;
  guint n_feeds;
};

/**
 * pst_feed_merge_new:
 * @n_feeds: how many feeds there are; in the order in which frames of the same time come
 *
 * Returns: (transfer full): a merge with nothing in it
 */
PstFeedMerge *
pst_feed_merge_new (guint n_feeds)
{
  PstFeedMerge *merge = g_new0 (PstFeedMerge, 1);

  merge->feeds = g_new0 (Feed, n_feeds);
  merge->n_feeds = n_feeds;
  for (guint i = 0; i < n_feeds; i++)
    {
      merge->feeds[i].frames = g_array_new (FALSE, FALSE, sizeof (PstFrame));
      merge->feeds[i].events = g_array_new (FALSE, FALSE, sizeof (PstEvent));
    }
  return merge;
}

/**
 * pst_feed_merge_free:
 * @merge: (transfer full): a merge
 */
void
pst_feed_merge_free (PstFeedMerge *merge)
{
  for (guint i = 0; i < merge->n_feeds; i++)
    {
      g_array_unref (merge->feeds[i].frames);
      g_array_unref (merge->feeds[i].events);
    }
  g_free (merge->feeds);
  g_free (merge);
}

/* The events may have moved while they were added. */
static void
point_frames (Feed *feed)
{
  const PstEvent *events = (const PstEvent *)(gpointer)feed->events->data;

  for (guint i = 0; i < feed->frames->len; i++)
    {
      PstFrame *frame = &g_array_index (feed->frames, PstFrame, i);

      frame->events = events;
      events += frame->n_events;
    }
}

/**
 * pst_feed_merge_push:
 * @merge: a merge
 * @feed: number of the feed
 * @block: what it published; copied
 *
 * Adds the block's frames after those of the same feed that still wait.
 */
void
pst_feed_merge_push (PstFeedMerge *merge, guint feed, const PstFrameBlock *block)
{
  Feed *to = &merge->feeds[feed];

  if (pst_feed_merge_is_empty (merge, feed))
    {
      g_array_set_size (to->frames, 0);
      g_array_set_size (to->events, 0);
      to->next = 0;
    }
  g_array_append_vals (to->frames, block->frames, block->n_frames);
  for (guint i = 0; i < block->n_frames; i++)
    g_array_append_vals (to->events, block->frames[i].events, block->frames[i].n_events);
  point_frames (to);
}

/**
 * pst_feed_merge_is_empty:
 * @merge: a merge
 * @feed: number of the feed
 *
 * Returns: whether nothing of @feed waits: then it must be pulled before the next frame can be known
 */
gboolean
pst_feed_merge_is_empty (const PstFeedMerge *merge, guint feed)
{
  return merge->feeds[feed].next == merge->feeds[feed].frames->len;
}

/**
 * pst_feed_merge_peek:
 * @merge: a merge
 * @feed: (out): whose frame it is
 *
 * Returns: (transfer none) (nullable): of all that wait, the frame with the least time; of the same time, that of the first feed. Valid
 *   until the next push to its feed. %NULL when nothing waits
 */
const PstFrame *
pst_feed_merge_peek (const PstFeedMerge *merge, guint *feed)
{
  const PstFrame *first = NULL;

  for (guint i = 0; i < merge->n_feeds; i++)
    {
      const PstFrame *frame;

      if (pst_feed_merge_is_empty (merge, i))
        continue;
      frame = &g_array_index (merge->feeds[i].frames, PstFrame, merge->feeds[i].next);
      if (first == NULL || frame->time_ns < first->time_ns)
        {
          first = frame;
          *feed = i;
        }
    }
  return first;
}

/**
 * pst_feed_merge_pop:
 * @merge: a merge
 * @feed: a feed that has a frame waiting
 *
 * Takes its next frame off.
 */
void
pst_feed_merge_pop (PstFeedMerge *merge, guint feed)
{
  merge->feeds[feed].next++;
}
