/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-volume-momentum.h"

#include <penstock-check.h>

#include <math.h>

const PstPluginEntry *penstock_plugin_entry (void);

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  double change, volume = 0.0;
  gboolean loud;

  if (n < 20)
    return PST_SIGNAL_NONE;
  for (gsize i = n - 19; i <= n; i++)
    volume += (double)bars[i].volume / 20.0;
  change = (double)bars[n].close / (double)bars[n - 20].close - 1.0;
  loud = (double)bars[n].volume > 1.5 * volume;
  if (change > 0.05)
    return loud ? PST_SIGNAL_BUY : PST_SIGNAL_EXIT_SHORT;
  if (change < -0.05)
    return loud ? PST_SIGNAL_SELL : PST_SIGNAL_EXIT_LONG;
  return PST_SIGNAL_NONE;
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_VOLUME_MOMENTUM, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/volume-momentum/signals", test_signals);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
