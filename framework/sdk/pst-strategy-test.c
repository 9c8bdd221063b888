/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that implements nothing is asked nothing, and the shorthands say what they stand for. */

#include <penstock-check.h>

#define TEST_TYPE_IDLE (test_idle_get_type ())
G_DECLARE_FINAL_TYPE (TestIdle, test_idle, TEST, IDLE, PstStrategy)
struct _TestIdle
{
  PstStrategy parent_instance;
};
G_DEFINE_FINAL_TYPE (TestIdle, test_idle, PST_TYPE_STRATEGY)

static void
test_idle_class_init (TestIdleClass *klass)
{
}

static void
test_idle_init (TestIdle *idle)
{
}

static void
test_shorthands (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstStrategy *idle = PST_STRATEGY (pst_harness_add (harness, TEST_TYPE_IDLE, "idle", NULL));
  PstOrderRequest limit = { .instrument = aapl, .side = PST_SIDE_SELL, .type = PST_ORDER_TYPE_LIMIT, .quantity = 3, .limit_price = 1000 };
  const PstOrder *order;

  g_assert_cmpint (pst_component_get_kind (PST_COMPONENT (idle)), ==, PST_COMPONENT_KIND_STRATEGY);
  pst_harness_start (harness, PST_COMPONENT (idle));
  pst_harness_push_bar (harness, aapl, G_GINT64_CONSTANT (1600000000) * PST_NS_PER_SECOND, "10.00", "10.00", "10.00", "10.00", "1");
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 0);

  g_assert_cmpuint (pst_strategy_submit_market (idle, aapl, PST_SIDE_BUY, 7), ==, 1);
  order = pst_harness_get_last_order (harness);
  g_assert_cmpint (order->request.type, ==, PST_ORDER_TYPE_MARKET);
  g_assert_cmpint (order->request.time_in_force, ==, PST_TIME_IN_FORCE_GTC);
  g_assert_cmpint (order->request.side, ==, PST_SIDE_BUY);
  g_assert_cmpint (order->request.quantity, ==, 7);
  g_assert_cmpuint (order->strategy, ==, pst_component_get_index (PST_COMPONENT (idle)));
  g_assert_cmpuint (pst_strategy_submit (idle, &limit), ==, 2);
  g_assert_cmpint (pst_harness_get_last_order (harness)->request.limit_price, ==, 1000);

  pst_harness_fill (harness, 1, "10.00", NULL);
  g_assert_cmpint (pst_strategy_get_position (idle, aapl)->quantity, ==, 7);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/strategy/shorthands", test_shorthands);
  return g_test_run ();
}
