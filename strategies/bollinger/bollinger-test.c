/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-bollinger.h"

#include <penstock-check.h>

#include <math.h>

const PstPluginEntry *penstock_plugin_entry (void);

static double
mean_at (const PstBar *bars, gsize n, guint period)
{
  double sum = 0.0;

  for (gsize i = n + 1 - period; i <= n; i++)
    sum += (double)bars[i].close;
  return sum / period;
}

static void
bands_at (const PstBar *bars, gsize n, double *lower, double *upper)
{
  double mean = mean_at (bars, n, 20), sum = 0.0;

  for (gsize i = n - 19; i <= n; i++)
    sum += ((double)bars[i].close - mean) * ((double)bars[i].close - mean);
  *lower = mean - 2.0 * sqrt (sum / 20.0);
  *upper = mean + 2.0 * sqrt (sum / 20.0);
}

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  double lower, upper, lower_before, upper_before;

  if (n < 20)
    return PST_SIGNAL_NONE;
  bands_at (bars, n, &lower, &upper);
  bands_at (bars, n - 1, &lower_before, &upper_before);
  if ((double)bars[n].close <= lower && (double)bars[n - 1].close > lower_before)
    return PST_SIGNAL_BUY;
  return (double)bars[n].close >= upper && (double)bars[n - 1].close < upper_before ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_BOLLINGER, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

/* A market that does not move touches both bands; that it does is no news after the first bar. */
static void
test_other (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_BOLLINGER, NULL);
  PstBar bars[60] = { 0 };
  guint8 signals[60];

  for (guint i = 0; i < G_N_ELEMENTS (bars); i++)
    bars[i].close = 5000;
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, G_N_ELEMENTS (bars), signals), ==, G_N_ELEMENTS (bars));
  for (guint i = 0; i < G_N_ELEMENTS (bars); i++)
    g_assert_cmpuint (signals[i], ==, PST_SIGNAL_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bollinger/signals", test_signals);
  g_test_add_func ("/bollinger/other", test_other);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
