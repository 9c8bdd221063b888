/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One below the limit, at it, one above it, and an exit above it. */

#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

static void
check_quantity (PstHarness *harness, PstComponent *guard, PstSide side, gint64 quantity, const char *code)
{
  const PstOrderRequest request = { .side = side, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = quantity };
  PstVerdict verdict = { 0 };

  pst_harness_review (harness, PST_GUARD (guard), &request, &verdict);
  g_assert_cmpint (verdict.passed, ==, code == NULL);
  if (code)
    g_assert_cmpstr (verdict.code, ==, code);
}

static void
test_limit (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard;

  pst_harness_add_instrument (harness, "A");
  guard = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "limit", "quantity-max", "50", NULL);
  pst_harness_start (harness, guard);
  check_quantity (harness, guard, PST_SIDE_BUY, 49, NULL);
  check_quantity (harness, guard, PST_SIDE_BUY, 50, NULL);
  check_quantity (harness, guard, PST_SIDE_BUY, 51, "quantity_above_maximum");
  pst_harness_finish (harness);
}

static void
test_exit_passes (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 instrument = pst_harness_add_instrument (harness, "A");
  PstComponent *guard = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "limit", "quantity-max", "50", NULL);

  pst_harness_start (harness, guard);
  pst_harness_set_position (harness, G_MAXUINT32, instrument, "80", "10.00");
  check_quantity (harness, guard, PST_SIDE_SELL, 80, NULL);
  check_quantity (harness, guard, PST_SIDE_SELL, 81, "quantity_above_maximum");
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template-guard/limit", test_limit);
  g_test_add_func ("/template-guard/exit-passes", test_exit_passes);
  pst_check_conformance_add (penstock_plugin_entry (), NULL);
  return g_test_run ();
}
