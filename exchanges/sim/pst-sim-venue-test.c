/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An order that acts too early, lives too long or is changed behind its owner's back: the life of orders at the simulated venue. */

#include "sim-test-kit.h"

static void
test_cancel (void)
{
  SimFixture fixture;
  guint64 id;

  sim_fixture_begin (&fixture, "");
  id = sim_fixture_order (&fixture, "buy 10 limit 9.00");
  sim_fixture_cancel (&fixture, id);
  sim_fixture_expect (&fixture, "1 accepted; 1 canceled");
  sim_fixture_bar (&fixture, "8.00");
  sim_fixture_expect (&fixture, "");
  sim_fixture_end (&fixture);
}

/* The fill wins the race: the cancel is refused, the order stays filled. */
static void
test_cancel_comes_too_late (void)
{
  PstOrderRequest request = { 0 };
  SimFixture fixture;
  PstOrder order;
  g_autoptr (GError) error = NULL;

  sim_fixture_begin (&fixture, "latency=90s");
  request = sim_fixture_read_order (&fixture, fixture.share, "buy 10");
  order = (PstOrder){ .id = pst_harness_place (fixture.harness, &request), .request = request };
  pst_harness_send (fixture.harness, 1, PST_EXCHANGE (fixture.sim), &error);
  g_assert_no_error (error);
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_cancel (&fixture, order.id);
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 10.00 taker");
  sim_fixture_end (&fixture);
}

static void
test_latency (void)
{
  SimFixture fixture;
  guint64 id;

  sim_fixture_begin (&fixture, "latency=60s");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_expect (&fixture, "");
  sim_fixture_trade (&fixture, "10.10 100");
  sim_fixture_expect (&fixture, "");
  pst_harness_advance (fixture.harness, 58 * PST_NS_PER_SECOND);
  /* 60 seconds after it was sent: exactly when it arrives. */
  sim_fixture_trade (&fixture, "10.20 100");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 10.20 taker");
  id = sim_fixture_order (&fixture, "buy 10 limit 10.00");
  pst_harness_advance (fixture.harness, 10 * PST_NS_PER_SECOND);
  sim_fixture_cancel (&fixture, id);
  pst_harness_advance (fixture.harness, 55 * PST_NS_PER_SECOND);
  sim_fixture_trade (&fixture, "10.05 100");
  sim_fixture_expect (&fixture, "2 accepted");
  pst_harness_advance (fixture.harness, 10 * PST_NS_PER_SECOND);
  /* The cancel arrived before this trade. */
  sim_fixture_trade (&fixture, "9.00 100");
  sim_fixture_expect (&fixture, "2 canceled");
  sim_fixture_end (&fixture);
}

static void
test_latency_longer_than_a_bar (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "latency=61s");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_bar (&fixture, "10.10");
  sim_fixture_expect (&fixture, "");
  sim_fixture_bar (&fixture, "10.20");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 10.20 taker");
  sim_fixture_end (&fixture);
}

static void
test_modify (void)
{
  SimFixture fixture;
  guint64 id;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  id = sim_fixture_order (&fixture, "buy 10 limit 9.00");
  sim_fixture_modify (&fixture, id, "20 9.50 0");
  sim_fixture_expect (&fixture, "1 accepted; 1 modified");
  g_assert_cmpint (pst_harness_get_order (fixture.harness, 0)->request.quantity, ==, 20);
  g_assert_cmpint (pst_harness_get_order (fixture.harness, 0)->request.limit_price, ==, 950);
  sim_fixture_bar (&fixture, "10.00 10.00 9.49 9.50");
  sim_fixture_expect (&fixture, "1 fill 20 at 9.50 maker");
  id = sim_fixture_order (&fixture, "sell 20 stop 9.00 limit 8.90");
  sim_fixture_modify (&fixture, id, "0 8.00 9.40");
  sim_fixture_bar (&fixture, "9.50 9.50 9.40 9.50");
  sim_fixture_expect (&fixture, "2 accepted; 2 modified; 2 triggered; 2 fill 20 at 9.40 taker");
  sim_fixture_end (&fixture);
}

static void
test_modify_is_refused (void)
{
  static const struct
  {
    const char *order, *change, *reason;
  } cases[] = {
    { "buy 10 stop 11.00", "10 9.00 0", "modify_not_supported" },
    { "buy 10 limit 9.00", "10 0 11.00", "modify_not_supported" },
    { "buy 10 limit 9.00 post-only", "10 10.00 0", "post_only_would_take" },
    { "buy 10 limit 9.00", "1000000 9.00 0", "insufficient_cash: needs 9000000 USD, free are 100000 USD" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *story = g_strdup_printf ("1 accepted; 1 modify-rejected %s", cases[i].reason);
      SimFixture fixture;
      guint64 id;

      sim_fixture_begin (&fixture, "");
      sim_fixture_bar (&fixture, "10.00");
      id = sim_fixture_order (&fixture, cases[i].order);
      sim_fixture_modify (&fixture, id, cases[i].change);
      sim_fixture_expect (&fixture, story);
      /* It works on as it was. */
      sim_fixture_bar (&fixture, "10.00 11.50 8.00 10.00");
      g_assert_cmpint (pst_harness_get_order (fixture.harness, 0)->state, ==, PST_ORDER_STATE_FILLED);
      g_assert_cmpint (pst_harness_get_order (fixture.harness, 0)->filled_quantity, ==, 10);
      sim_fixture_end (&fixture);
    }
}

static void
test_modify_after_a_part (void)
{
  SimFixture fixture;
  guint64 id;

  sim_fixture_begin (&fixture, "volume-share=0.01");
  sim_fixture_bar (&fixture, "10.00");
  id = sim_fixture_order (&fixture, "buy 30 limit 10.50");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_modify (&fixture, id, "10 0 0");
  sim_fixture_modify (&fixture, id, "15 0 0");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 10.00 taker; 1 modify-rejected quantity_below_filled; 1 modified; "
                                "1 fill 5 at 10.00 taker");
  sim_fixture_end (&fixture);
}

static void
test_unknown_order (void)
{
  SimFixture fixture;
  PstOrder order = { .id = 7, .request = { .instrument = 5 } };
  g_autoptr (GError) error = NULL;

  sim_fixture_begin (&fixture, "latency=1s");
  for (guint i = 0; i < 8; i++)
    pst_harness_place (fixture.harness, &(const PstOrderRequest){ .quantity = 1 });
  for (guint i = 0; i < 2; i++)
    {
      PstExecutionReport submitted = { .order_id = 7 + i, .kind = PST_REPORT_ACCEPTED };

      pst_harness_accept (fixture.harness, submitted.order_id);
    }
  fixture.n_seen = 2;
  g_assert_true (pst_exchange_cancel (PST_EXCHANGE (fixture.sim), &order, &error));
  order.id = 8;
  g_assert_true (pst_exchange_modify (PST_EXCHANGE (fixture.sim), &order, 1, 0, 0, &error));
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "7 cancel-rejected order_not_open; 8 modify-rejected order_not_open");
  sim_fixture_end (&fixture);
}

static void
test_good_till_date (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 gtd 60");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 gtd 59");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 gtd 0");
  /* The bar ends at the first one's time, which still counts; for the second it ends too late. */
  sim_fixture_bar (&fixture, "8.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 rejected expired_on_arrival; 2 expired expired; 1 fill 10 at 8.00 taker");
  /* A trade at the very time comes too late. */
  sim_fixture_order (&fixture, "buy 10 limit 7.00 gtd 1");
  sim_fixture_order (&fixture, "buy 10 limit 7.00 gtd 2");
  sim_fixture_trade (&fixture, "6.00 100");
  sim_fixture_expect (&fixture, "4 accepted; 5 accepted; 4 expired expired; 5 fill 10 at 7.00 maker");
  sim_fixture_end (&fixture);
}

static void
test_day (void)
{
  SimFixture fixture;
  gint64 midnight;

  sim_fixture_begin (&fixture, "");
  midnight = sim_fixture_now (&fixture) + PST_NS_PER_DAY;
  pst_harness_push_bar (fixture.harness, fixture.share, midnight, "10.00", "10.00", "10.00", "10.00", "1");
  /* Given on the day's first moment, seen with the day's only bar, which ends on the next midnight. */
  sim_fixture_order (&fixture, "buy 10 limit 9.00 day");
  pst_harness_push_bar (fixture.harness, fixture.share, midnight + PST_NS_PER_DAY, "10.00", "10.00", "8.00", "10.00", "1");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 day");
  sim_fixture_order (&fixture, "buy 10 limit 9.00");
  pst_harness_push_bar (fixture.harness, fixture.share, midnight + 2 * PST_NS_PER_DAY + MINUTE, "10.00", "10.00", "8.00", "10.00", "1");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 9.00 maker; 2 accepted; 3 accepted; 2 expired expired; 3 fill 10 at 9.00 maker");
  sim_fixture_end (&fixture);
}

/* It ends also when its own instrument is silent. */
static void
test_expires_on_another_instruments_frame (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 gtd 30");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 gtd 90");
  sim_fixture_bar_of (&fixture, fixture.coin, "9000.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 1 expired expired");
  sim_fixture_bar_of (&fixture, fixture.coin, "9000.00");
  sim_fixture_expect (&fixture, "2 expired expired");
  sim_fixture_end (&fixture);
}

static void
test_status (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10");
  pst_harness_push_status (fixture.harness, fixture.share, sim_fixture_now (&fixture), PST_INSTRUMENT_STATUS_HALTED);
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_expect (&fixture, "1 accepted; 2 rejected instrument_not_trading");
  pst_harness_push_status (fixture.harness, fixture.share, sim_fixture_now (&fixture), PST_INSTRUMENT_STATUS_POST_ONLY);
  sim_fixture_order (&fixture, "buy 10 limit 9.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 post-only");
  sim_fixture_expect (&fixture, "3 rejected instrument_not_trading; 4 accepted");
  pst_harness_push_status (fixture.harness, fixture.share, sim_fixture_now (&fixture), PST_INSTRUMENT_STATUS_TRADING);
  sim_fixture_bar (&fixture, "10.10");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.10 taker");
  sim_fixture_end (&fixture);
}

static void
test_venue_checks_values (void)
{
  static const struct
  {
    PstOrderRequest request;
    const char *reason;
  } cases[] = {
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 0 }, "size_off_grid" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 15 }, "size_off_grid" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 10 }, "size_below_minimum" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 1010 }, "size_above_maximum" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 100, .limit_price = 101 }, "price_off_grid" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 100 }, "price_off_grid" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_STOP_MARKET, .quantity = 100, .stop_price = 101 }, "price_off_grid" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 20, .limit_price = 495 }, "notional_below_minimum" },
    { { .side = PST_SIDE_NONE, .type = PST_ORDER_TYPE_MARKET, .quantity = 100 }, "order_not_supported" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_STOP_LIMIT + 1, .quantity = 100 }, "order_not_supported" },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 20, .limit_price = 500 }, NULL },
    { { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 1000 }, NULL },
  };
  PstInstrument draft = { .symbol = (char *)"XYZ",
                          .venue = (char *)"TEST",
                          .quote = pst_currency_get ("USD", NULL),
                          .price_scale = 2,
                          .price_step = 5,
                          .size_step = 10,
                          .size_min = 20,
                          .size_max = 1000,
                          .notional_min = 100 * PST_RATE_ONE };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstOrderRequest request = cases[i].request;
      SimFixture fixture;
      guint64 id;

      sim_fixture_begin (&fixture, "");
      request.instrument = pst_harness_add_instrument_like (fixture.harness, &draft);
      id = pst_harness_place (fixture.harness, &request);
      g_assert_true (pst_harness_send (fixture.harness, id, PST_EXCHANGE (fixture.sim), NULL));
      g_assert_cmpint (pst_harness_get_report (fixture.harness, 0)->kind, ==, cases[i].reason != NULL ? PST_REPORT_REJECTED : PST_REPORT_ACCEPTED);
      g_assert_cmpstr (pst_harness_get_report (fixture.harness, 0)->reason, ==, cases[i].reason != NULL ? cases[i].reason : "");
      sim_fixture_end (&fixture);
    }
}

/* At the end of the data there is no next event; whoever wants out gets the last price. */
static void
test_operator_exit (void)
{
  SimFixture fixture;
  PstOrderRequest request;
  g_autoptr (GError) error = NULL;

  sim_fixture_begin (&fixture, "latency=1s slippage=0.01 volume-share=0.1");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_bar_of (&fixture, fixture.coin, "9000.00");
  request = sim_fixture_read_order (&fixture, fixture.share, "sell 10");
  request.flags = PST_ORDER_FLAG_OPERATOR_EXIT;
  pst_harness_send (fixture.harness, pst_harness_place (fixture.harness, &request), PST_EXCHANGE (fixture.sim), &error);
  g_assert_no_error (error);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 10.10 taker; 2 accepted; 2 fill 10 at 9.90 taker");
  sim_fixture_end (&fixture);
}

/* What travels when the run ends is confirmed by time alone: the end of the data brings no more events. */
static void
test_cancel_arrives_without_events (void)
{
  SimFixture fixture;
  guint64 id;

  sim_fixture_begin (&fixture, "latency=1s");
  id = sim_fixture_order (&fixture, "buy 10 limit 9.00");
  sim_fixture_cancel (&fixture, id);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND - 1);
  sim_fixture_expect (&fixture, "");
  pst_harness_advance (fixture.harness, 1);
  sim_fixture_expect (&fixture, "1 accepted; 1 canceled");
  g_assert_cmpint (pst_harness_get_report (fixture.harness, 1)->time_ns, ==, sim_fixture_now (&fixture));
  /* What never arrives harms nobody. */
  sim_fixture_order (&fixture, "buy 10 limit 9.00");
  pst_harness_stop (fixture.harness, fixture.sim);
  pst_harness_advance (fixture.harness, MINUTE);
  sim_fixture_expect (&fixture, "");
  sim_fixture_end (&fixture);
}

/* Orders that come and go between frames must not pile up. */
static void
test_canceled_orders_are_dropped (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  for (guint i = 0; i < 1000; i++)
    sim_fixture_cancel (&fixture, sim_fixture_order (&fixture, "buy 9000 limit 11.00"));
  sim_fixture_order (&fixture, "buy 9000 limit 11.00");
  fixture.n_seen = 2000;
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1001 accepted; 1001 fill 9000 at 10.00 taker");
  sim_fixture_end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/venue/cancel", test_cancel);
  g_test_add_func ("/sim/venue/cancel-comes-too-late", test_cancel_comes_too_late);
  g_test_add_func ("/sim/venue/latency", test_latency);
  g_test_add_func ("/sim/venue/latency-longer-than-a-bar", test_latency_longer_than_a_bar);
  g_test_add_func ("/sim/venue/modify", test_modify);
  g_test_add_func ("/sim/venue/modify-is-refused", test_modify_is_refused);
  g_test_add_func ("/sim/venue/modify-after-a-part", test_modify_after_a_part);
  g_test_add_func ("/sim/venue/unknown-order", test_unknown_order);
  g_test_add_func ("/sim/venue/good-till-date", test_good_till_date);
  g_test_add_func ("/sim/venue/day", test_day);
  g_test_add_func ("/sim/venue/expires-on-another-instruments-frame", test_expires_on_another_instruments_frame);
  g_test_add_func ("/sim/venue/status", test_status);
  g_test_add_func ("/sim/venue/checks-values", test_venue_checks_values);
  g_test_add_func ("/sim/venue/operator-exit", test_operator_exit);
  g_test_add_func ("/sim/venue/cancel-arrives-without-events", test_cancel_arrives_without_events);
  g_test_add_func ("/sim/venue/canceled-orders-are-dropped", test_canceled_orders_are_dropped);
  return g_test_run ();
}
