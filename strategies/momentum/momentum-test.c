/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-momentum.h"

#include <penstock-check.h>

#include <math.h>

const PstPluginEntry *penstock_plugin_entry (void);

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  double change = n >= 20 ? (double)bars[n].close / (double)bars[n - 20].close - 1.0 : 0.0;

  if (change > 0.05)
    return PST_SIGNAL_BUY;
  return change < -0.05 ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_MOMENTUM, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/momentum/signals", test_signals);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
