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

static char *
key_of (const char *plugins, const char *parameters, const char *data_hash)
{
  g_autoptr (PstBacktestResult) result = pst_backtest_result_new ();

  result->plugins = g_strsplit (plugins, "|", -1);
  result->parameters = g_strsplit (parameters, "|", -1);
  result->data_hash = g_strdup (data_hash);
  return pst_backtest_result_make_key (result);
}

/* Two experiments under one key would answer one researcher with the other's result; one experiment under two would never be found again. */
static void
test_key (void)
{
  static const struct
  {
    const char *plugins, *parameters, *data_hash;
  } others[] = {
    { "sim 1|sma 2", "cross.fast=10|cross.slow=20", "ab" },  { "sim 1|sma 1", "cross.fast=10|cross.slow=21", "ab" },
    { "sim 1|sma 1", "cross.fast=10|cross.slow=20", "ac" },  { "sim 1|sma 1", "cross.fast=10", "ab" },
    { "sim 1|sma 1", "cross.fast=10cross.slow=20", "ab" },   { "sim 1sma 1", "cross.fast=10|cross.slow=20", "ab" },
    { "sim 1", "sma 1|cross.fast=10|cross.slow=20", "ab" },  { "sim 1|sma 1|cross.fast=10", "cross.slow=20", "ab" },
    { "sim 1|sma 1", "cross.fast=10|cross.slow=20|", "ab" }, { "sim 1|sma 1", "cross.fast=1|0cross.slow=20", "ab" },
    { "sim 1|sma 1|", "cross.fast=10|cross.slow=20", "ab" }, { "", "", "" },
  };
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char *key = key_of ("sim 1|sma 1", "cross.fast=10|cross.slow=20", "ab");
  g_autofree char *same = key_of ("sma 1|sim 1", "cross.slow=20|cross.fast=10", "ab");

  g_assert_cmpstr (key, ==, same);
  /* As other programs compute it: a change of this is a change of every key that was ever kept. */
  g_assert_cmpstr (key, ==, "899422c46766cd6ee8ff097821ba7d1c1215a50147ad6502f45e651793e523d3");
  g_hash_table_add (keys, key);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_true (g_hash_table_add (keys, key_of (others[i].plugins, others[i].parameters, others[i].data_hash)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backtest-result/statistics", test_statistics);
  g_test_add_func ("/backtest-result/boxed", test_boxed);
  g_test_add_func ("/backtest-result/key", test_key);
  return g_test_run ();
}
