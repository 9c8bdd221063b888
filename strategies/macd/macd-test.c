/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-macd.h"

#include <penstock-check.h>

#include <math.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

/* The differences of the simple averages, so that the whole past is a window. */
static double
difference_at (const PstBar *bars, gsize n)
{
  return pst_check_mean_close (bars, n, 12) - pst_check_mean_close (bars, n, 26);
}

static double
histogram_at (const PstBar *bars, gsize n)
{
  double sum = 0.0;

  for (gsize i = n - 8; i <= n; i++)
    sum += difference_at (bars, i);
  return difference_at (bars, n) - sum / 9.0;
}

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  return n < 34 ? PST_SIGNAL_NONE : pst_check_cross (histogram_at (bars, n - 1), histogram_at (bars, n));
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_MACD_STRATEGY, "averages", "simple", NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

/* Exponential averages, begun at the slow one's last bar of warm-up. */
static PstSignal
expect_exponential (const PstBar *bars, gsize n, gpointer user_data)
{
  double fast = pst_check_mean_close (bars, 25, 12), slow = pst_check_mean_close (bars, 25, 26), sum = 0.0, signal = 0.0, histogram = 0.0,
         before = 0.0;

  if (n < 34)
    return PST_SIGNAL_NONE;
  for (gsize i = 25; i <= n; i++)
    {
      before = histogram;
      fast += i > 25 ? 2.0 / 13.0 * ((double)bars[i].close - fast) : 0.0;
      slow += i > 25 ? 2.0 / 27.0 * ((double)bars[i].close - slow) : 0.0;
      sum += fast - slow;
      signal = i <= 33 ? sum / 9.0 : signal + 0.2 * (fast - slow - signal);
      histogram = fast - slow - signal;
    }
  return pst_check_cross (before, histogram);
}

static void
test_other (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_MACD_STRATEGY, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect_exponential, NULL);
}

static void
test_conflict (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_MACD_STRATEGY, "it", "fast", "30", "order-size", "1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (strategy, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "fast must be below slow"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/macd/signals", test_signals);
  g_test_add_func ("/macd/other", test_other);
  g_test_add_func ("/macd/conflict", test_conflict);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
