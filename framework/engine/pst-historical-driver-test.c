/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: bars of one feed that come before earlier ones of another, data that fail and are taken for their end, and memory. */
#include "engine-fakes.h"

static void
take_times (FakeStrategy *strategy, const PstFrame *frame)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));

  g_assert_cmpint (pst_context_now_ns (context), ==, frame->time_ns);
  g_string_append_printf (strategy->data, "%d@%d ", (int)frame->events[0].instrument, (int)((frame->time_ns - T0) / DAY));
}

static void
test_merge (void)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  FakeFeed *second;
  PstSummary *summary;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  second = fake_add (&fake, FAKE_TYPE_FEED, "data2");
  g_ptr_array_add (second->instruments, fake_shares ("MSFT", "USD"));
  second->frames_per_block = 1;
  fake.strategy->on_frame = take_times;
  fake.strategy->data = seen;
  for (guint i = 0; i < 5; i++)
    fake_feed_add_bar (fake.feed, 0, T0 + i * DAY, 100);
  for (guint i = 1; i < 9; i += 2)
    fake_feed_add_bar (second, 1, T0 + i * DAY, 100);
  fake_run_ok (&fake);
  g_assert_cmpstr (seen->str, ==, "0@0 0@1 1@1 0@2 0@3 1@3 0@4 1@5 1@7 ");
  summary = pst_run_get_summary (fake.run);
  /* Frames of one time are one tick. */
  g_assert_cmpuint (summary->n_ticks, ==, 7);
  g_assert_cmpuint (summary->n_frames, ==, 9);
  g_assert_cmpuint (summary->feeds->len, ==, 2);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static void
test_no_data (void)
{
  PstSummary *summary;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake_run_ok (&fake);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->n_ticks, ==, 0);
  g_assert_cmpint (summary->initial_equity.amount, ==, fake_money ("1000000 USD"));
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_TICK), ==, 0);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_RUN, 0)->time_ns, ==, 0);
  pst_summary_free (summary);
  fake_clear (&fake);
}

/* At the first pull nothing has begun; later the run ends in ERROR with what was seen so far. */
static void
test_failures (void)
{
  for (guint at = 1; at <= 3; at++)
    {
      g_autoptr (GError) error = NULL;
      Fake fake;

      fake_init (&fake, NULL, FAKE_WITH_STORE);
      fake.feed->fail_at_pull = at;
      fake_add_closes (&fake, (gint64[]){ 1, 2, 3, 4, 5, 6, 7, 8, -1 });
      g_assert_false (pst_run_execute (fake.run, &error));
      g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA);
      g_assert_cmpstr (error->message, ==, "[exchange data]: bars.csv:7:3: price is not a number");
      g_assert_cmpuint (fake.strategy->n_frames, ==, (at - 1) * 3);
      g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_TICK), ==, (at - 1) * 3);
      g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_RUN), ==, at == 1 ? 0 : 3);
      fake_clear (&fake);
    }
}

static void
test_failure_of_second (void)
{
  g_autoptr (GError) error = NULL;
  FakeFeed *second;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  second = fake_add (&fake, FAKE_TYPE_FEED, "data2");
  g_ptr_array_add (second->instruments, fake_shares ("MSFT", "USD"));
  second->fail_at_pull = 2;
  fake_add_closes (&fake, (gint64[]){ 1, 2, 3, 4, 5, 6, 7, 8, -1 });
  fake_feed_add_bar (second, 1, T0, 5);
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA);
  g_assert_true (g_str_has_prefix (error->message, "[exchange data2]"));
  fake_clear (&fake);
}

/* Time before 1970 is time too. */
static void
test_old_data (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake_feed_add_bar (fake.feed, 0, -3000 * DAY, 100);
  fake_feed_add_bar (fake.feed, 0, -2999 * DAY, 100);
  fake_run_ok (&fake);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_RUN, 0)->time_ns, ==, -3000 * DAY);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, 1)->time_ns, ==, -2999 * DAY);
  fake_clear (&fake);
}

static void
test_too_old (void)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  fake_feed_add_bar (fake.feed, 0, -60000 * DAY, 100);
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA);
  fake_clear (&fake);
}

static void
progress (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data)
{
  ++*(guint *)user_data;
  g_assert_cmpfloat (fraction, >, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  g_assert_cmpuint (counts->n_rows, >, 0);
  g_assert_cmpint (time_ns, >=, T0);
}

static void
test_progress (void)
{
  guint n = 0;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  fake_add_closes (&fake, (gint64[]){ 1, 2, 3, 4, 5, 6, 7, 8, -1 });
  pst_run_set_progress (fake.run, progress, &n);
  fake_run_ok (&fake);
  g_assert_cmpuint (n, >=, 1);
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/historical-driver/merge", test_merge);
  g_test_add_func ("/historical-driver/no-data", test_no_data);
  g_test_add_func ("/historical-driver/failures", test_failures);
  g_test_add_func ("/historical-driver/failure-of-second", test_failure_of_second);
  g_test_add_func ("/historical-driver/old-data", test_old_data);
  g_test_add_func ("/historical-driver/too-old", test_too_old);
  g_test_add_func ("/historical-driver/progress", test_progress);
  return g_test_run ();
}
