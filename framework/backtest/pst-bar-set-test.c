/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order of bars decides which order gets the last of the cash; a hash that forgets something would answer with another backtest's result. */
#include "pst-bar-set.h"

#include <penstock-check.h>

#include "backtest-kit.h"

/* Two instruments, one of which begins later: one timeline. */
static void
test_timeline (void)
{
  g_autofree TestSeries *series = g_new0 (TestSeries, 2);
  PstBarColumns columns[2];
  g_autoptr (PstBarSet) set = NULL, slice = NULL, same = NULL;
  const PstBarFrame *frames;
  gsize n_frames;

  test_series_init (&series[0], "A", 10, 1, 5);
  test_series_init (&series[1], "B", 7, 2, 5);
  columns[0] = series[0].columns;
  columns[1] = series[1].columns;
  columns[1].time_ns += 3;
  columns[1].n_bars = 4;
  set = pst_bar_set_new (columns, 2, NULL);
  g_assert_nonnull (set);
  frames = pst_bar_set_get_frames (set, &n_frames);
  g_assert_cmpuint (n_frames, ==, 10);
  g_assert_cmpuint (pst_bar_set_get_n_bars (set), ==, 14);
  g_assert_cmpuint (frames[2].n_bars, ==, 1);
  g_assert_cmpuint (frames[3].n_bars, ==, 2);
  g_assert_cmpuint (pst_bar_set_get_order (set)[frames[3].first], ==, 0);
  g_assert_cmpuint (pst_bar_set_get_order (set)[frames[3].first + 1], ==, 1);
  slice = pst_bar_set_slice (set, frames[2].time_ns, frames[4].time_ns, NULL);
  g_assert_cmpuint (pst_bar_set_get_n_bars (slice), ==, 5);
  g_assert_cmpuint (pst_bar_set_get_columns (slice, 0)->n_bars, ==, 3);
  g_assert_cmpint (pst_bar_set_get_columns (slice, 0)->close[0], ==, columns[0].close[2]);
  g_assert_cmpstr (pst_bar_set_get_hash (slice), !=, pst_bar_set_get_hash (set));
  same = pst_bar_set_new_static (columns, 2, NULL, NULL, NULL);
  g_assert_cmpstr (pst_bar_set_get_hash (same), ==, pst_bar_set_get_hash (set));
  series[1].values[4][2]++;
  g_clear_pointer (&same, pst_bar_set_unref);
  same = pst_bar_set_new_static (columns, 2, NULL, NULL, NULL);
  g_assert_cmpstr (pst_bar_set_get_hash (same), !=, pst_bar_set_get_hash (set));
  test_series_clear (&series[0]);
  test_series_clear (&series[1]);
}

static void
test_refused (void)
{
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);
  g_autoptr (GError) error = NULL;

  test_series_init (series, "A", 10, 1, 5);
  series->values[0][4] = series->values[0][3];
  g_assert_null (pst_bar_set_new (&series->columns, 1, &error));
  g_assert_error (error, PST_BAR_SET_ERROR, PST_BAR_SET_ERROR_DATA);
  g_clear_error (&error);
  series->columns.n_bars = 0;
  g_assert_null (pst_bar_set_new (&series->columns, 1, &error));
  g_assert_error (error, PST_BAR_SET_ERROR, PST_BAR_SET_ERROR_EMPTY);
  test_series_clear (series);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bar-set/timeline", test_timeline);
  g_test_add_func ("/bar-set/refused", test_refused);
  return g_test_run ();
}
