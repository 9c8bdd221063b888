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

/* Coins: BTC/USD at 30000, ETH/BTC at 0.05, ETH/USD at 1500, and a limit. */
typedef struct
{
  PstHarness *harness;
  PstComponent *guard;
  guint32 btc_usd, eth_btc, eth_usd;
} Coins;

static guint32
add_pair (PstHarness *harness, const char *base, const char *quote, const char *price)
{
  g_autofree char *symbol = g_strdup_printf ("%s/%s", base, quote);
  PstInstrument draft = { .symbol = symbol,
                          .venue = (char *)"TEST",
                          .base = pst_currency_get (base, NULL),
                          .quote = pst_currency_get (quote, NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = 5,
                          .size_scale = 8,
                          .size_min = 10000 };
  guint32 index = pst_harness_add_instrument_like (harness, &draft);

  pst_harness_set_mark (harness, index, price);
  return index;
}

static void
setup_coins (Coins *coins, const char *option, const char *value)
{
  coins->harness = pst_harness_new ();
  coins->btc_usd = add_pair (coins->harness, "BTC", "USD", "30000.00000");
  coins->eth_btc = add_pair (coins->harness, "ETH", "BTC", "0.05000");
  coins->eth_usd = add_pair (coins->harness, "ETH", "USD", "1500.00000");
  pst_harness_set_balance (coins->harness, PST_HARNESS_DATA_INDEX, "100000 USD");
  coins->guard = pst_harness_add (coins->harness, penstock_plugin_entry ()->get_type (), "limits", option, value, NULL);
  pst_harness_start (coins->harness, coins->guard);
}

static PstOrderRequest
leg (Coins *coins, guint32 trade, guint32 instrument, PstSide side, const char *size, const char *price)
{
  return (PstOrderRequest){ .instrument = instrument,
                            .side = side,
                            .type = PST_ORDER_TYPE_LIMIT,
                            .time_in_force = PST_TIME_IN_FORCE_IOC,
                            .trade = trade,
                            .quantity = pst_harness_size (coins->harness, instrument, size),
                            .limit_price = pst_harness_price (coins->harness, instrument, price) };
}

static void
check_leg (Coins *coins, PstOrderRequest request, const char *code)
{
  PstVerdict verdict = { 0 };

  pst_harness_review (coins->harness, PST_GUARD (coins->guard), &request, &verdict);
  g_assert_cmpstr (verdict.passed ? NULL : verdict.code, ==, code);
}

static guint64
send_leg (Coins *coins, PstOrderRequest request)
{
  guint64 id;

  check_leg (coins, request, NULL);
  id = pst_harness_place (coins->harness, &request);
  pst_harness_accept (coins->harness, id);
  return id;
}

static void
execute_leg (Coins *coins, PstOrderRequest request)
{
  guint64 id = send_leg (coins, request);
  g_autofree char *price = pst_instrument_price_to_string (
      pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (coins->harness)), request.instrument), request.limit_price);

  pst_harness_fill (coins->harness, id, price, NULL);
}

#define LEG_1(trade) leg (&coins, trade, coins.btc_usd, PST_SIDE_BUY, "0.03333333", "30000")
#define LEG_2(trade) leg (&coins, trade, coins.eth_btc, PST_SIDE_BUY, "0.66666", "0.05")
#define LEG_3(trade) leg (&coins, trade, coins.eth_usd, PST_SIDE_SELL, "0.66666", "1501")

/* A cycle is one trade from its first leg to its last, whatever instruments it goes through; the next one may begin when it is over. */
static void
test_cycle_is_one_trade (void)
{
  Coins coins;

  setup_coins (&coins, "max-concurrent-trades", "1");
  for (guint32 trade = 1; trade <= 3; trade++)
    {
      execute_leg (&coins, LEG_1 (trade));
      check_leg (&coins, LEG_1 (trade + 1), "max_concurrent_trades_exceeded");
      check_leg (&coins, LEG_1 (0), "max_concurrent_trades_exceeded");
      execute_leg (&coins, LEG_2 (trade));
      check_leg (&coins, LEG_1 (trade + 1), "max_concurrent_trades_exceeded");
      execute_leg (&coins, LEG_3 (trade));
    }
  pst_harness_finish (coins.harness);
}

/* Between the first leg's last fill and the second leg's review nobody may slip in; a leg that misses is unwound. */
static void
test_cycle_unwinds (void)
{
  Coins coins;
  guint64 missed;

  setup_coins (&coins, "max-concurrent-trades", "1");
  execute_leg (&coins, LEG_1 (1));
  missed = send_leg (&coins, LEG_2 (1));
  pst_harness_cancel (coins.harness, missed, "ioc");
  check_leg (&coins, LEG_1 (2), "max_concurrent_trades_exceeded");
  execute_leg (&coins, leg (&coins, 1, coins.btc_usd, PST_SIDE_SELL, "0.03333333", "29990"));
  check_leg (&coins, LEG_1 (2), NULL);
  pst_harness_finish (coins.harness);
}

/* What a cycle holds when it could not be unwound is still a trade; dust that no order could sell is not. */
static void
test_cycle_that_is_held (void)
{
  Coins coins;

  setup_coins (&coins, "max-concurrent-trades", "1");
  execute_leg (&coins, LEG_1 (1));
  execute_leg (&coins, leg (&coins, 1, coins.btc_usd, PST_SIDE_SELL, "0.03", "29990"));
  check_leg (&coins, LEG_1 (2), "max_concurrent_trades_exceeded");
  execute_leg (&coins, leg (&coins, 1, coins.btc_usd, PST_SIDE_SELL, "0.00325", "29990"));
  check_leg (&coins, LEG_1 (2), NULL);
  pst_harness_finish (coins.harness);
}

/* The first leg puts capital in and is limited; the others spend what the first brought, also when prices moved; and what is put in anew counts. */
static void
test_cycle_capital (void)
{
  Coins coins;

  setup_coins (&coins, "max-capital-per-trade", "1000 USD");
  check_leg (&coins, leg (&coins, 1, coins.btc_usd, PST_SIDE_BUY, "0.03333334", "30000"), "max_capital_per_trade_exceeded");
  execute_leg (&coins, LEG_1 (1));
  pst_harness_set_mark (coins.harness, coins.btc_usd, "31000.00000");
  pst_harness_set_mark (coins.harness, coins.eth_usd, "1600.00000");
  check_leg (&coins, leg (&coins, 1, coins.eth_btc, PST_SIDE_BUY, "2", "0.05"), "max_capital_per_trade_exceeded");
  execute_leg (&coins, LEG_2 (1));
  check_leg (&coins, leg (&coins, 1, coins.btc_usd, PST_SIDE_BUY, "0.01", "30000"), "max_capital_per_trade_exceeded");
  execute_leg (&coins, LEG_3 (1));
  pst_harness_finish (coins.harness);
}

/* Legs of one number without end must not get around the limit on an asset. */
static void
test_cycle_exposure (void)
{
  Coins coins;

  setup_coins (&coins, "max-exposure-per-asset", "1000 USD");
  execute_leg (&coins, LEG_1 (1));
  pst_harness_set_mark (coins.harness, coins.eth_usd, "1600.00000");
  pst_harness_set_mark (coins.harness, coins.eth_btc, "0.06000");
  check_leg (&coins, leg (&coins, 1, coins.btc_usd, PST_SIDE_BUY, "0.001", "30000"), "max_exposure_per_asset_exceeded");
  check_leg (&coins, leg (&coins, 2, coins.eth_btc, PST_SIDE_BUY, "0.66666", "0.05"), "max_exposure_per_asset_exceeded");
  execute_leg (&coins, LEG_2 (1));
  execute_leg (&coins, LEG_3 (1));
  pst_harness_finish (coins.harness);
}

/* A coin is one asset, whatever it is paid with, and what lies in the account counts. */
static void
test_exposure_of_an_asset (void)
{
  Coins coins;
  PstOrderRequest resting;

  setup_coins (&coins, "max-exposure-per-asset", "3000 USD");
  pst_harness_set_balance (coins.harness, PST_HARNESS_DATA_INDEX, "0.05 BTC");
  pst_harness_set_balance (coins.harness, PST_HARNESS_DATA_INDEX, "1 ETH");
  /* 1 ETH is 1500 USD: another one and no more, for dollars or for bitcoin. */
  check_leg (&coins, leg (&coins, 0, coins.eth_usd, PST_SIDE_BUY, "1", "1500"), NULL);
  check_leg (&coins, leg (&coins, 0, coins.eth_usd, PST_SIDE_BUY, "1.0001", "1500"), "max_exposure_per_asset_exceeded");
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_BUY, "1", "0.05"), NULL);
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_BUY, "1.0001", "0.05"), "max_exposure_per_asset_exceeded");
  /* Half of it rests in one market already. */
  resting = leg (&coins, 0, coins.eth_usd, PST_SIDE_BUY, "0.5", "1500");
  resting.time_in_force = PST_TIME_IN_FORCE_GTC;
  send_leg (&coins, resting);
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_BUY, "0.5", "0.05"), NULL);
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_BUY, "0.5001", "0.05"), "max_exposure_per_asset_exceeded");
  /* A sale for bitcoin brings bitcoin: 0.05 held, 0.05 more are 3000 USD. */
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_SELL, "1", "0.05"), NULL);
  pst_harness_set_balance (coins.harness, PST_HARNESS_DATA_INDEX, "0.0501 BTC");
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_SELL, "1", "0.05"), "max_exposure_per_asset_exceeded");
  /* Into dollars everything may go. */
  check_leg (&coins, leg (&coins, 0, coins.eth_usd, PST_SIDE_SELL, "1", "1500"), NULL);
  pst_harness_finish (coins.harness);
}

/* A limit in dollars holds for what is paid in bitcoin. */
static void
test_limits_convert (void)
{
  Coins coins;

  setup_coins (&coins, "max-capital-per-trade", "1500 USD");
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_BUY, "1", "0.05"), NULL);
  check_leg (&coins, leg (&coins, 0, coins.eth_btc, PST_SIDE_BUY, "1.0001", "0.05"), "max_capital_per_trade_exceeded");
  pst_harness_finish (coins.harness);
}

/* An operator's exit ends every trade: what it sold must not count for ever. */
static void
test_operator_exit_ends_trades (void)
{
  PstOrderRequest exit;
  Coins coins;

  setup_coins (&coins, "max-concurrent-trades", "1");
  execute_leg (&coins, LEG_1 (1));
  check_leg (&coins, LEG_1 (2), "max_concurrent_trades_exceeded");
  exit = leg (&coins, 0, coins.btc_usd, PST_SIDE_SELL, "0.03333333", "29000");
  exit.flags = PST_ORDER_FLAG_OPERATOR_EXIT;
  execute_leg (&coins, exit);
  check_leg (&coins, LEG_1 (2), NULL);
  pst_harness_finish (coins.harness);
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
  g_test_add_func ("/trade-limits/cycle-is-one-trade", test_cycle_is_one_trade);
  g_test_add_func ("/trade-limits/cycle-unwinds", test_cycle_unwinds);
  g_test_add_func ("/trade-limits/cycle-that-is-held", test_cycle_that_is_held);
  g_test_add_func ("/trade-limits/cycle-capital", test_cycle_capital);
  g_test_add_func ("/trade-limits/cycle-exposure", test_cycle_exposure);
  g_test_add_func ("/trade-limits/exposure-of-an-asset", test_exposure_of_an_asset);
  g_test_add_func ("/trade-limits/limits-convert", test_limits_convert);
  g_test_add_func ("/trade-limits/operator-exit-ends-trades", test_operator_exit_ends_trades);
  pst_check_conformance_add (penstock_plugin_entry (), NULL);
  return g_test_run ();
}
