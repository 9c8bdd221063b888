/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rising, falling and flat bars, and an order that comes to nothing. */

#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

typedef struct
{
  PstHarness *harness;
  guint32 instrument;
} Fixture;

static void
setup (Fixture *fixture)
{
  PstComponent *strategy;

  fixture->harness = pst_harness_new ();
  fixture->instrument = pst_harness_add_instrument (fixture->harness, "A");
  strategy = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "streak", "bars", "2", "order-value", "100 USD", NULL);
  pst_harness_start (fixture->harness, strategy);
}

static void
push (Fixture *fixture, const char *close)
{
  gint64 time_ns = pst_context_now_ns (PST_CONTEXT (fixture->harness)) + PST_NS_PER_SECOND;

  pst_harness_push_bar (fixture->harness, fixture->instrument, time_ns, close, close, close, close, "100");
}

static void
test_buys_and_sells (void)
{
  Fixture fixture;

  setup (&fixture);
  push (&fixture, "10.00");
  push (&fixture, "10.01");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  push (&fixture, "10.02");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  g_assert_cmpint (pst_harness_get_last_order (fixture.harness)->request.quantity, ==, 9);
  pst_harness_fill (fixture.harness, 1, "10.02", NULL);
  push (&fixture, "10.01");
  push (&fixture, "10.00");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  g_assert_cmpint (pst_harness_get_last_order (fixture.harness)->request.side, ==, PST_SIDE_SELL);
  g_assert_cmpint (pst_harness_get_last_order (fixture.harness)->request.quantity, ==, 9);
  pst_harness_finish (fixture.harness);
}

static void
test_flat_bar_breaks_streak (void)
{
  Fixture fixture;

  setup (&fixture);
  push (&fixture, "10.00");
  push (&fixture, "10.01");
  push (&fixture, "10.01");
  push (&fixture, "10.02");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  pst_harness_finish (fixture.harness);
}

static void
test_denied_order_is_forgotten (void)
{
  Fixture fixture;

  setup (&fixture);
  push (&fixture, "10.00");
  push (&fixture, "10.01");
  push (&fixture, "10.02");
  push (&fixture, "10.03");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  pst_harness_deny (fixture.harness, 1, "quantity_above_maximum");
  push (&fixture, "10.04");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  pst_harness_finish (fixture.harness);
}

static void
test_needs_order_value (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "streak", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (strategy, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template-strategy/buys-and-sells", test_buys_and_sells);
  g_test_add_func ("/template-strategy/flat-bar-breaks-streak", test_flat_bar_breaks_streak);
  g_test_add_func ("/template-strategy/denied-order-is-forgotten", test_denied_order_is_forgotten);
  g_test_add_func ("/template-strategy/needs-order-value", test_needs_order_value);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
