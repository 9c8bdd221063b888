/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A signal that is missed, doubled or seen a bar early is somebody's money: each is compared with the plain formula over the whole past. */
#include "pst-breakout.h"

#include <penstock-check.h>

#include <math.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

static gint64
highest (const PstBar *bars, gsize n, guint period)
{
  gint64 high = G_MININT64;

  for (gsize i = n - period; i < n; i++)
    high = MAX (high, bars[i].high);
  return high;
}

static gint64
lowest (const PstBar *bars, gsize n, guint period)
{
  gint64 low = G_MAXINT64;

  for (gsize i = n - period; i < n; i++)
    low = MIN (low, bars[i].low);
  return low;
}

static PstSignal
expect (const PstBar *bars, gsize n, gpointer user_data)
{
  guint says = PST_SIGNAL_NONE;

  if (n < 20)
    return PST_SIGNAL_NONE;
  if (bars[n].close > highest (bars, n, 20))
    says |= PST_SIGNAL_ENTER_LONG;
  if (bars[n].close < lowest (bars, n, 20))
    says |= PST_SIGNAL_ENTER_SHORT;
  if (bars[n].close < lowest (bars, n, 10))
    says |= PST_SIGNAL_EXIT_LONG;
  if (bars[n].close > highest (bars, n, 10))
    says |= PST_SIGNAL_EXIT_SHORT;
  return (PstSignal)says;
}

static void
test_signals (void)
{
  g_autoptr (PstSignalStrategy) strategy = pst_check_make_strategy (PST_TYPE_BREAKOUT, NULL);

  pst_check_assert_signals (strategy, PST_SIGNAL_BUY | PST_SIGNAL_SELL, expect, NULL);
}

static void
test_conflict (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_BREAKOUT, "it", "exit", "21", "order-size", "1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (strategy, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "exit must not be above entry"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/breakout/signals", test_signals);
  g_test_add_func ("/breakout/conflict", test_conflict);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
