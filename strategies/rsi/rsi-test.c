/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-rsi.h"

#include <penstock-check.h>

#include <math.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

static double
rsi_at (const PstBar *bars, gsize n)
{
  double gain = 0.0, loss = 0.0;

  for (gsize i = 1; i <= n; i++)
    {
      double change = (double)(bars[i].close - bars[i - 1].close), weight = i <= 14 ? 1.0 : 1.0 / 14.0, keep = i <= 14 ? 1.0 : 13.0 / 14.0;

      gain = gain * keep + MAX (change, 0.0) * weight;
      loss = loss * keep + MAX (-change, 0.0) * weight;
      if (i == 14)
        {
          gain /= 14.0;
          loss /= 14.0;
        }
    }
  return 100.0 - 100.0 / (1.0 + gain / loss);
}

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  double now, before;

  if (n < 15)
    return PST_SIGNAL_NONE;
  now = rsi_at (bars, n);
  before = rsi_at (bars, n - 1);
  if (now < 30.0 && before >= 30.0)
    return PST_SIGNAL_BUY;
  return now > 70.0 && before <= 70.0 ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_RSI_STRATEGY, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

static void
test_conflict (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_RSI_STRATEGY, "it", "oversold", "70", "order-size", "1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (strategy, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "oversold must be below overbought"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rsi/signals", test_signals);
  g_test_add_func ("/rsi/conflict", test_conflict);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
