/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a strategy that sees tomorrow's prices of one feed before today's of another. */
#include <penstock.h>

#include "pst-feed-merge.h"

static void
push (PstFeedMerge *merge, guint feed, const gint64 *times)
{
  PstEvent events[16] = { 0 };
  PstFrame frames[8];
  guint n = 0;

  for (; times[n] != 0; n++)
    {
      events[2 * n].venue_time_ns = times[n] * 10 + feed;
      events[2 * n + 1].venue_time_ns = times[n] * 100 + feed;
      frames[n] = (PstFrame){ &events[2 * n], 2, feed, times[n], n + 1 };
    }
  pst_feed_merge_push (merge, feed, &(PstFrameBlock){ frames, n });
}

static void
take (PstFeedMerge *merge, gint64 time_ns, guint feed)
{
  guint from = 99;
  const PstFrame *frame = pst_feed_merge_peek (merge, &from);

  g_assert_nonnull (frame);
  g_assert_cmpint (frame->time_ns, ==, time_ns);
  g_assert_cmpuint (from, ==, feed);
  g_assert_cmpint (frame->events[0].venue_time_ns, ==, time_ns * 10 + feed);
  g_assert_cmpint (frame->events[1].venue_time_ns, ==, time_ns * 100 + feed);
  pst_feed_merge_pop (merge, from);
}

static void
test_merge (void)
{
  g_autoptr (PstFeedMerge) merge = pst_feed_merge_new (3);
  guint feed;

  g_assert_null (pst_feed_merge_peek (merge, &feed));
  push (merge, 0, (gint64[]){ 3, 5, 0 });
  push (merge, 1, (gint64[]){ 1, 3, 4, 0 });
  take (merge, 1, 1);
  take (merge, 3, 0);
  take (merge, 3, 1);
  take (merge, 4, 1);
  g_assert_true (pst_feed_merge_is_empty (merge, 1));
  g_assert_false (pst_feed_merge_is_empty (merge, 0));
  push (merge, 2, (gint64[]){ 5, 0 });
  push (merge, 1, (gint64[]){ 2, 9, 0 });
  push (merge, 1, (gint64[]){ 10, 0 });
  take (merge, 2, 1);
  take (merge, 5, 0);
  take (merge, 5, 2);
  take (merge, 9, 1);
  take (merge, 10, 1);
  g_assert_null (pst_feed_merge_peek (merge, &feed));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feed-merge/merge", test_merge);
  return g_test_run ();
}
