/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-ema-cross.h"

#include <penstock-check.h>

#include <math.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

/* Begun with the mean of the first bars. */
static double
ema_at (const PstBar *bars, gsize n, guint period)
{
  double value = pst_check_mean_close (bars, period - 1, period);

  for (gsize i = period; i <= n; i++)
    value += 2.0 / (period + 1.0) * ((double)bars[i].close - value);
  return value;
}

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  if (n < 26)
    return PST_SIGNAL_NONE;
  return pst_check_cross (ema_at (bars, n - 1, 12) - ema_at (bars, n - 1, 26), ema_at (bars, n, 12) - ema_at (bars, n, 26));
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_EMA_CROSS, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

static void
test_conflict (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_EMA_CROSS, "it", "fast", "26", "order-size", "1", NULL);
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
  g_test_add_func ("/ema-cross/signals", test_signals);
  g_test_add_func ("/ema-cross/conflict", test_conflict);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
