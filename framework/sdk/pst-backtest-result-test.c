/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A result that frees what another still holds, or that mixes two groups' statistics up, shows somebody a wrong Sharpe ratio. */
#include "pst-backtest-result.h"

#include <math.h>

static void
test_statistics (void)
{
  g_autoptr (PstBacktestResult) result = pst_backtest_result_new ();
  PstBacktestResult *other = pst_backtest_result_ref (result);

  pst_backtest_result_add_statistic (result, "total", "sharpe", 1.5);
  pst_backtest_result_add_statistic (result, "year 2015", "sharpe", -0.5);
  pst_backtest_result_unref (result);
  g_assert_cmpfloat (pst_backtest_result_get_statistic (other, "total", "sharpe"), ==, 1.5);
  g_assert_cmpfloat (pst_backtest_result_get_statistic (other, "year 2015", "sharpe"), ==, -0.5);
  g_assert_true (isnan (pst_backtest_result_get_statistic (other, "total", "sortino")));
  g_assert_true (isnan (pst_backtest_result_get_statistic (other, "year 2016", "sharpe")));
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  PstBacktestResult *result = pst_backtest_result_new ();
  const PstRoundTrip trip = { .direction = -1, .size = 7 };

  g_array_append_val (result->round_trips, trip);
  g_value_init (&value, PST_TYPE_BACKTEST_RESULT);
  g_value_take_boxed (&value, result);
  result = g_value_dup_boxed (&value);
  g_value_reset (&value);
  g_assert_cmpuint (result->round_trips->len, ==, 1);
  g_assert_cmpint (g_array_index (result->round_trips, PstRoundTrip, 0).size, ==, 7);
  g_assert_cmpuint (result->n_sets, ==, 1);
  pst_backtest_result_unref (result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backtest-result/statistics", test_statistics);
  g_test_add_func ("/backtest-result/boxed", test_boxed);
  return g_test_run ();
}
