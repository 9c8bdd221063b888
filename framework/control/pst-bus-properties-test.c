/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A property that is not what the host told would show a halted run as trading. */
#include "pst-bus-properties.h"

#include "pst-bus-interfaces.h"

static void
test_picked (void)
{
  g_autoptr (GVariant) facts = g_variant_ref_sink (
      g_variant_new_parsed ("{'trading-state': <'HALTED'>, 'run-id': <'r-1'>, 'open-orders': <uint64 3>, 'equity': <7>, 'secret': <'x'>}"));
  g_autoptr (GVariant) some = g_variant_ref_sink (pst_bus_properties_of (pst_bus_run1_interface_info (), facts, FALSE));
  g_autoptr (GVariant) all = g_variant_ref_sink (pst_bus_properties_of (pst_bus_run1_interface_info (), facts, TRUE));
  const char *text;
  guint64 number;

  g_assert_cmpuint (g_variant_n_children (some), ==, 3);
  g_assert_true (g_variant_lookup (some, "TradingState", "&s", &text));
  g_assert_cmpstr (text, ==, "HALTED");
  g_assert_true (g_variant_lookup (some, "OpenOrders", "t", &number));
  g_assert_cmpuint (number, ==, 3);
  /* Of another type than the interface says: nobody could read it. */
  g_assert_false (g_variant_lookup (some, "Equity", "&s", &text));
  g_assert_true (g_variant_lookup (all, "Equity", "&s", &text));
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpuint (g_variant_n_children (all), ==, 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-properties/picked", test_picked);
  return g_test_run ();
}
