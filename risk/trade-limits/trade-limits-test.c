/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A limit is worth what happens one below it, at it, and one above it; and it must never stop an exit. */

#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

typedef struct
{
  PstHarness *harness;
  PstComponent *guard;
  guint32 instruments[4];
} Fixture;

static void
setup (Fixture *fixture, const char *option, const char *value)
{
  static const char *const symbols[] = { "A", "B", "C", "D" };

  fixture->harness = pst_harness_new ();
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    {
      fixture->instruments[i] = pst_harness_add_instrument (fixture->harness, symbols[i]);
      pst_harness_set_mark (fixture->harness, fixture->instruments[i], "10.00");
    }
  fixture->guard = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "limits", option, value, NULL);
  pst_harness_start (fixture->harness, fixture->guard);
}

static PstOrderRequest
market (const Fixture *fixture, guint n, PstSide side, gint64 quantity)
{
  return (PstOrderRequest){
    .instrument = fixture->instruments[n], .side = side, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = quantity
  };
}

static void
check_request (Fixture *fixture, PstOrderRequest request, const char *code)
{
  PstVerdict verdict = { 0 };

  pst_harness_review (fixture->harness, PST_GUARD (fixture->guard), &request, &verdict);
  if (code)
    g_assert_cmpstr (verdict.code, ==, code);
  g_assert_cmpint (verdict.passed, ==, code == NULL);
}

static void
place_and_fill (Fixture *fixture, guint n, PstSide side, gint64 quantity)
{
  PstOrderRequest request = market (fixture, n, side, quantity);

  pst_harness_fill (fixture->harness, pst_harness_place (fixture->harness, &request), "10.00", NULL);
}

static void
test_capital (void)
{
  Fixture fixture;

  setup (&fixture, "max-capital-per-trade", "1000 USD");
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 99), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 100), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 101), "max_capital_per_trade_exceeded");
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 101), "max_capital_per_trade_exceeded");
  pst_harness_finish (fixture.harness);
}

/* A limit price above the mark is what may be paid. */
static void
test_capital_at_limit_price (void)
{
  Fixture fixture;
  PstOrderRequest request;

  setup (&fixture, "max-capital-per-trade", "1000 USD");
  request = market (&fixture, 0, PST_SIDE_BUY, 100);
  request.type = PST_ORDER_TYPE_LIMIT;
  request.limit_price = 1000;
  check_request (&fixture, request, NULL);
  request.limit_price = 1001;
  check_request (&fixture, request, "max_capital_per_trade_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
test_exposure_counts_what_is_held_and_open (void)
{
  Fixture fixture;
  PstOrderRequest resting;

  setup (&fixture, "max-exposure-per-asset", "1000 USD");
  place_and_fill (&fixture, 0, PST_SIDE_BUY, 50);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 50), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 51), "max_exposure_per_asset_exceeded");
  resting = market (&fixture, 0, PST_SIDE_BUY, 20);
  resting.type = PST_ORDER_TYPE_LIMIT;
  resting.limit_price = 900;
  pst_harness_accept (fixture.harness, pst_harness_place (fixture.harness, &resting));
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 30), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 31), "max_exposure_per_asset_exceeded");
  check_request (&fixture, market (&fixture, 1, PST_SIDE_BUY, 100), NULL);
  pst_harness_finish (fixture.harness);
}

/* Selling what is held and a limit's worth more, which would end short by the limit. */
static void
test_exposure_through_zero (void)
{
  Fixture fixture;

  setup (&fixture, "max-exposure-per-asset", "1000 USD");
  place_and_fill (&fixture, 0, PST_SIDE_BUY, 50);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 150), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 151), "max_exposure_per_asset_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
test_exits_pass (void)
{
  Fixture fixture;

  setup (&fixture, "max-capital-per-trade", "100 USD");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.instruments[0], "500", "10.00");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.instruments[1], "-500", "10.00");
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 500), NULL);
  check_request (&fixture, market (&fixture, 1, PST_SIDE_BUY, 500), NULL);
  /* Through zero: what it opens counts. */
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 509), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 510), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 511), "max_capital_per_trade_exceeded");
  check_request (&fixture, market (&fixture, 1, PST_SIDE_BUY, 511), "max_capital_per_trade_exceeded");
  pst_harness_finish (fixture.harness);
}

/* What already works to close leaves less for this order to close. */
static void
test_resting_exit_counts (void)
{
  Fixture fixture;
  PstOrderRequest resting;

  setup (&fixture, "max-capital-per-trade", "100 USD");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.instruments[0], "500", "10.00");
  resting = market (&fixture, 0, PST_SIDE_SELL, 300);
  pst_harness_accept (fixture.harness, pst_harness_place (fixture.harness, &resting));
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 200), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 210), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_SELL, 211), "max_capital_per_trade_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
check_order_of (Fixture *fixture, guint32 strategy, PstSide side, gint64 quantity, const char *code)
{
  PstOrder order = { .id = 100, .strategy = strategy, .state = PST_ORDER_STATE_INITIALIZED };
  PstContext *context = PST_CONTEXT (fixture->harness);
  PstReview review = { .order = &order };
  PstVerdict verdict;

  order.request = market (fixture, 0, side, quantity);
  review.instrument = pst_instrument_table_get (pst_context_get_instruments (context), fixture->instruments[0]);
  review.mark = pst_context_get_mark (context, fixture->instruments[0]);
  review.net_quantity = pst_context_get_position (context, G_MAXUINT32, fixture->instruments[0])->quantity;
  pst_guard_review (PST_GUARD (fixture->guard), &review, &verdict);
  g_assert_cmpstr (verdict.passed ? NULL : verdict.code, ==, code);
}

/* One strategy is long, another short: the run is flat, and still each may get out. */
static void
test_exit_of_one_strategy_passes (void)
{
  Fixture fixture;

  setup (&fixture, "max-concurrent-trades", "1");
  place_and_fill (&fixture, 1, PST_SIDE_BUY, 1);
  pst_harness_set_position (fixture.harness, 7, fixture.instruments[0], "10", "10.00");
  pst_harness_set_position (fixture.harness, 8, fixture.instruments[0], "-10", "10.00");
  check_order_of (&fixture, 7, PST_SIDE_SELL, 10, NULL);
  check_order_of (&fixture, 8, PST_SIDE_BUY, 10, NULL);
  check_order_of (&fixture, 8, PST_SIDE_BUY, 11, "max_concurrent_trades_exceeded");
  check_order_of (&fixture, 7, PST_SIDE_BUY, 1, "max_concurrent_trades_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
check_change (Fixture *fixture, guint64 id, gint64 quantity, gint64 limit_price, const char *code)
{
  PstVerdict verdict;

  pst_harness_review_modify (fixture->harness, PST_GUARD (fixture->guard), id, quantity, limit_price, 0, &verdict);
  g_assert_cmpstr (verdict.passed ? NULL : verdict.code, ==, code);
}

/* The price went up and the order is above the limit: making it smaller must be possible. */
static void
test_smaller_changes_pass (void)
{
  Fixture fixture;
  PstOrderRequest request;
  guint64 id;

  setup (&fixture, "max-capital-per-trade", "1000 USD");
  request = market (&fixture, 0, PST_SIDE_BUY, 100);
  request.type = PST_ORDER_TYPE_LIMIT;
  request.limit_price = 1000;
  id = pst_harness_place (fixture.harness, &request);
  pst_harness_accept (fixture.harness, id);
  pst_harness_set_mark (fixture.harness, fixture.instruments[0], "12.00");
  check_change (&fixture, id, 99, 1000, NULL);
  check_change (&fixture, id, 100, 999, NULL);
  check_change (&fixture, id, 101, 1000, "max_capital_per_trade_exceeded");
  check_change (&fixture, id, 100, 1001, "max_capital_per_trade_exceeded");
  check_change (&fixture, id, 83, 1001, NULL);
  pst_harness_finish (fixture.harness);
}

/* A stop far above the market may fill there. */
static void
test_exposure_at_the_dearest_price (void)
{
  Fixture fixture;
  PstOrderRequest resting;

  setup (&fixture, "max-exposure-per-asset", "1000 USD");
  resting = market (&fixture, 0, PST_SIDE_BUY, 20);
  resting.type = PST_ORDER_TYPE_STOP_MARKET;
  resting.stop_price = 2000;
  pst_harness_accept (fixture.harness, pst_harness_place (fixture.harness, &resting));
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 30), NULL);
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 31), "max_exposure_per_asset_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
test_concurrent (void)
{
  Fixture fixture;
  PstOrderRequest resting;

  setup (&fixture, "max-concurrent-trades", "2");
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 1), NULL);
  place_and_fill (&fixture, 0, PST_SIDE_BUY, 1);
  resting = market (&fixture, 1, PST_SIDE_BUY, 1);
  pst_harness_accept (fixture.harness, pst_harness_place (fixture.harness, &resting));
  check_request (&fixture, market (&fixture, 2, PST_SIDE_BUY, 1), "max_concurrent_trades_exceeded");
  /* Adding to a trade, or to an order that opens one, is not another trade. */
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 1), NULL);
  check_request (&fixture, market (&fixture, 1, PST_SIDE_BUY, 1), NULL);
  place_and_fill (&fixture, 0, PST_SIDE_SELL, 1);
  check_request (&fixture, market (&fixture, 2, PST_SIDE_BUY, 1), NULL);
  pst_harness_finish (fixture.harness);
}

static void
test_missing_data_deny (void)
{
  Fixture fixture;
  PstOrderRequest limited;
  guint32 unpriced;

  setup (&fixture, "max-capital-per-trade", "1000 EUR");
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 1), "currency_mismatch");
  pst_harness_finish (fixture.harness);

  setup (&fixture, "max-capital-per-trade", "1000 USD");
  unpriced = pst_harness_add_instrument (fixture.harness, "E");
  fixture.instruments[0] = unpriced;
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 1), "price_unknown");
  limited = market (&fixture, 0, PST_SIDE_SELL, 1);
  limited.type = PST_ORDER_TYPE_LIMIT;
  limited.limit_price = 1;
  check_request (&fixture, limited, "price_unknown");
  check_request (&fixture, market (&fixture, 1, PST_SIDE_BUY, G_MAXINT64), "max_capital_per_trade_exceeded");
  pst_harness_finish (fixture.harness);

  setup (&fixture, "max-exposure-per-asset", "1000 USD");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.instruments[1], "5", "10.00");
  check_request (&fixture, market (&fixture, 1, PST_SIDE_BUY, G_MAXINT64), "max_exposure_per_asset_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
test_no_limits (void)
{
  Fixture fixture;

  setup (&fixture, "max-concurrent-trades", "0");
  check_request (&fixture, market (&fixture, 0, PST_SIDE_BUY, 1000000), NULL);
  pst_harness_finish (fixture.harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trade-limits/capital", test_capital);
  g_test_add_func ("/trade-limits/capital-at-limit-price", test_capital_at_limit_price);
  g_test_add_func ("/trade-limits/exposure-counts-what-is-held-and-open", test_exposure_counts_what_is_held_and_open);
  g_test_add_func ("/trade-limits/exposure-through-zero", test_exposure_through_zero);
  g_test_add_func ("/trade-limits/exits-pass", test_exits_pass);
  g_test_add_func ("/trade-limits/resting-exit-counts", test_resting_exit_counts);
  g_test_add_func ("/trade-limits/exit-of-one-strategy-passes", test_exit_of_one_strategy_passes);
  g_test_add_func ("/trade-limits/smaller-changes-pass", test_smaller_changes_pass);
  g_test_add_func ("/trade-limits/exposure-at-the-dearest-price", test_exposure_at_the_dearest_price);
  g_test_add_func ("/trade-limits/concurrent", test_concurrent);
  g_test_add_func ("/trade-limits/missing-data-deny", test_missing_data_deny);
  g_test_add_func ("/trade-limits/no-limits", test_no_limits);
  pst_check_conformance_add (penstock_plugin_entry (), NULL);
  return g_test_run ();
}
