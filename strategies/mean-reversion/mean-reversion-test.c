/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-mean-reversion.h"

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

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  guint says = PST_SIGNAL_NONE;
  double distance;

  if (n < 19)
    return PST_SIGNAL_NONE;
  distance = (double)bars[n].close / mean_at (bars, n, 20) - 1.0;
  says |= distance <= -0.02 ? PST_SIGNAL_ENTER_LONG : 0;
  says |= distance >= 0.01 ? PST_SIGNAL_EXIT_LONG : 0;
  says |= distance >= 0.02 ? PST_SIGNAL_ENTER_SHORT : 0;
  says |= distance <= -0.01 ? PST_SIGNAL_EXIT_SHORT : 0;
  return (PstSignal)says;
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_MEAN_REVERSION, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mean-reversion/signals", test_signals);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
