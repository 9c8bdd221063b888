/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same seed gives the same bars, another gives others; orders are filled or refused, never lost. */

#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

static gint64
last_close (guint64 seed)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (GError) error = NULL;
  const PstFrame *frame;
  PstComponent *venue;
  gint64 close;

  pst_harness_set_seed (harness, seed);
  venue = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "walk", "bars", "700", NULL);
  pst_harness_start (harness, venue);
  pst_harness_pull_all (harness, PST_EXCHANGE (venue), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pst_harness_get_n_frames (harness), ==, 700);
  frame = pst_harness_get_frame (harness, 699);
  close = frame->events[0].bar.close;
  pst_harness_finish (harness);
  return close;
}

static void
test_seed (void)
{
  g_assert_cmpint (last_close (1), ==, last_close (1));
  g_assert_cmpint (last_close (1), !=, last_close (2));
}

static void
test_orders (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *venue = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "walk", "cash", "1000 USD", NULL);
  PstOrderRequest request = { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 3 };
  g_autoptr (GError) error = NULL;

  pst_harness_start (harness, venue);
  pst_harness_send (harness, pst_harness_place (harness, &request), PST_EXCHANGE (venue), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pst_harness_get_n_fills (harness), ==, 1);
  g_assert_cmpint (pst_harness_get_fill (harness, 0)->quantity, ==, 3);
  request.type = PST_ORDER_TYPE_LIMIT;
  request.limit_price = 100;
  pst_harness_send (harness, pst_harness_place (harness, &request), PST_EXCHANGE (venue), &error);
  g_assert_no_error (error);
  g_assert_cmpint (pst_harness_get_last_order (harness)->state, ==, PST_ORDER_STATE_REJECTED);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template-exchange/seed", test_seed);
  g_test_add_func ("/template-exchange/orders", test_orders);
  pst_check_conformance_add (penstock_plugin_entry (), NULL);
  return g_test_run ();
}
