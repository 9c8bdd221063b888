/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fills against price levels, each a story: what an order that comes takes, what a level still has afterwards, when an order that rests is reached,
 * and what happens while the book is not to be trusted. A user whose paper fills are better than the book loses real money later. */

#include "sim-test-kit.h"

#define READ_MAX 32

/* "bid 10.00 5, ask 10.02 7, ...": a frame of levels a second later; "new" before the first begins a snapshot. */
static void
push_levels (SimFixture *fixture, guint32 instrument, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ", ", -1);
  PstEvent events[READ_MAX] = { 0 };
  guint n_events = 0;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (parts[i], " ", -1);
      guint first = g_str_equal (words[0], "new");
      PstEvent *event = &events[n_events++];

      *event = (PstEvent){ .instrument = instrument, .kind = PST_EVENT_LEVEL };
      event->level.flags = first ? PST_LEVEL_SNAPSHOT : 0;
      event->level.side = g_str_equal (words[first], "bid") ? PST_SIDE_BUY : PST_SIDE_SELL;
      event->level.price = pst_harness_price (fixture->harness, instrument, words[first + 1]);
      event->level.size = pst_harness_size (fixture->harness, instrument, words[first + 2]);
    }
  pst_harness_push_frame (fixture->harness, sim_fixture_now (fixture) + PST_NS_PER_SECOND, events, n_events);
}

static void
levels (SimFixture *fixture, const char *text)
{
  push_levels (fixture, fixture->share, text);
}

static void
status (SimFixture *fixture, PstInstrumentStatus status)
{
  pst_harness_push_status (fixture->harness, fixture->share, sim_fixture_now (fixture) + PST_NS_PER_SECOND, status);
}

static void
begin (SimFixture *fixture, const char *options)
{
  sim_fixture_begin (fixture, options);
  levels (fixture, "new bid 10.00 100, bid 9.99 50, bid 9.90 500, ask 10.02 40, ask 10.03 60, ask 10.10 1000");
}

/* At once, one fill a level, in the order of the levels, with the taker's fee. */
static void
test_market_walks (void)
{
  SimFixture fixture;

  begin (&fixture, "taker-fee=0.01");
  sim_fixture_order (&fixture, "buy 110");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 40 at 10.02 taker; 1 fill 60 at 10.03 taker; 1 fill 10 at 10.10 taker");
  g_assert_cmpstr (pst_harness_get_report (fixture.harness, 1)->execution_id, ==, "SIM-broker-1");
  g_assert_cmpstr (pst_harness_get_report (fixture.harness, 3)->execution_id, ==, "SIM-broker-3");
  /* 40 x 10.02 + 60 x 10.03 + 10 x 10.10 = 1103.60, and a hundredth of it. */
  sim_fixture_expect_balance (&fixture, "USD", "98885.364 USD");
  sim_fixture_order (&fixture, "sell 110");
  sim_fixture_expect (&fixture, "2 accepted; 2 fill 100 at 10.00 taker; 2 fill 10 at 9.99 taker");
  sim_fixture_end (&fixture);
}

/* What was taken is gone until the level says something new; the same size again is nothing new; a snapshot is. */
static void
test_liquidity_is_remembered (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 30 ioc limit 10.02");
  sim_fixture_order (&fixture, "buy 30 ioc limit 10.02");
  sim_fixture_order (&fixture, "buy 30 ioc limit 10.02");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 30 at 10.02 taker; 2 accepted; 2 fill 10 at 10.02 taker; 2 canceled ioc_rest; "
                                "3 accepted; 3 canceled ioc_rest");
  levels (&fixture, "ask 10.02 40, ask 10.04 5");
  sim_fixture_order (&fixture, "buy 30 ioc limit 10.02");
  sim_fixture_expect (&fixture, "4 accepted; 4 canceled ioc_rest");
  levels (&fixture, "ask 10.02 39");
  sim_fixture_order (&fixture, "buy 60 ioc limit 10.02");
  sim_fixture_expect (&fixture, "5 accepted; 5 fill 39 at 10.02 taker; 5 canceled ioc_rest");
  levels (&fixture, "new bid 10.00 100, ask 10.02 39");
  sim_fixture_order (&fixture, "buy 10 ioc limit 10.02");
  sim_fixture_expect (&fixture, "6 accepted; 6 fill 10 at 10.02 taker");
  levels (&fixture, "ask 10.02 0");
  levels (&fixture, "ask 10.02 39");
  sim_fixture_order (&fixture, "buy 39 ioc limit 10.02");
  sim_fixture_expect (&fixture, "7 accepted; 7 fill 39 at 10.02 taker");
  sim_fixture_end (&fixture);
}

static void
test_never_beyond_the_limit (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 150 ioc limit 10.03");
  sim_fixture_order (&fixture, "buy 10 ioc limit 10.01");
  sim_fixture_order (&fixture, "sell 120 ioc limit 9.99");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 40 at 10.02 taker; 1 fill 60 at 10.03 taker; 1 canceled ioc_rest; 2 accepted; "
                                "2 canceled ioc_rest; 3 accepted; 3 fill 100 at 10.00 taker; 3 fill 20 at 9.99 taker");
  sim_fixture_end (&fixture);
}

static void
test_fok_is_all_or_nothing (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 101 fok limit 10.03");
  sim_fixture_order (&fixture, "buy 100 fok limit 10.03");
  sim_fixture_order (&fixture, "buy 1 fok limit 10.03");
  sim_fixture_expect (&fixture, "1 accepted; 1 canceled fok_not_filled; 2 accepted; 2 fill 40 at 10.02 taker; 2 fill 60 at 10.03 taker; "
                                "3 accepted; 3 canceled fok_not_filled");
  sim_fixture_end (&fixture);
}

/* 100000 USD pay for 9900 at 10.10 and not for 9901 at the book's 10.10: of a FOK nothing fills then, not what would have been paid for. */
static void
test_fok_that_cannot_be_paid (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  levels (&fixture, "new bid 10.00 100, ask 10.10 5000, ask 10.20 50000");
  sim_fixture_order (&fixture, "buy 9900 fok");
  sim_fixture_order (&fixture, "buy 9000 fok");
  sim_fixture_order (&fixture, "buy 5000 fok limit 10.20");
  sim_fixture_expect (&fixture, "1 accepted; 1 rejected insufficient_cash: needs 100980.00000004 USD, free are 100000 USD; 2 accepted; "
                                "2 fill 5000 at 10.10 taker; 2 fill 4000 at 10.20 taker; "
                                "3 rejected insufficient_cash: needs 51000 USD, free are 8700 USD");
  sim_fixture_end (&fixture);
}

/* A market order does not wait for levels that may never come. */
static void
test_market_exhausts_the_book (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  levels (&fixture, "new bid 10.00 100, ask 10.02 40");
  sim_fixture_order (&fixture, "buy 50");
  sim_fixture_order (&fixture, "buy 50");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 40 at 10.02 taker; 1 canceled book_exhausted; 2 accepted; 2 canceled book_exhausted");
  sim_fixture_end (&fixture);
}

/* The rest of a limit order that took rests: it is reached when the other side comes to its price, and then pays the maker's fee. */
static void
test_rest_of_a_taker_rests (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 100 limit 10.02");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 40 at 10.02 taker");
  levels (&fixture, "bid 10.01 5");
  sim_fixture_expect (&fixture, "");
  levels (&fixture, "ask 10.02 0, ask 10.01 0, ask 10.03 10, bid 10.02 60");
  sim_fixture_expect (&fixture, "");
  levels (&fixture, "bid 10.02 0, bid 10.01 0, bid 10.00 0, bid 9.99 0, ask 10.01 25");
  sim_fixture_expect (&fixture, "1 fill 25 at 10.02 maker");
  levels (&fixture, "ask 10.00 50");
  sim_fixture_expect (&fixture, "1 fill 35 at 10.02 maker");
  sim_fixture_end (&fixture);
}

/* Half of a message may cross: only the whole frame counts. */
static void
test_half_a_frame_fills_nothing (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "sell 10 limit 10.05");
  levels (&fixture, "bid 10.06 10, bid 10.06 0");
  sim_fixture_expect (&fixture, "1 accepted");
  levels (&fixture, "bid 10.05 10, ask 10.02 0, ask 10.03 0");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.05 maker");
  sim_fixture_end (&fixture);
}

/* A trade through the price fills, at most what was traded, shared by all; one at the price does not: others stood there first. */
static void
test_trades_reach_resting_orders (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 30 limit 9.99");
  sim_fixture_order (&fixture, "buy 30 limit 10.00");
  sim_fixture_trade (&fixture, "10.00 100");
  sim_fixture_trade (&fixture, "9.99 20");
  sim_fixture_trade (&fixture, "9.98 25");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 2 fill 20 at 10.00 maker; 1 fill 25 at 9.99 maker");
  sim_fixture_order (&fixture, "sell 5 limit 10.02 post-only");
  sim_fixture_trade (&fixture, "10.02 5");
  sim_fixture_trade (&fixture, "10.03 5");
  sim_fixture_expect (&fixture, "3 accepted; 3 fill 5 at 10.02 maker");
  sim_fixture_end (&fixture);
}

static void
push_trade (SimFixture *fixture, const char *price, const char *size, PstSide aggressor)
{
  pst_harness_push_trade (fixture->harness, fixture->share, sim_fixture_now (fixture) + PST_NS_PER_SECOND, price, size, aggressor);
}

/* With volume-ahead, 100 stand before the order at 10.00. 60 trade: 40 left. The level then shows 30, of which nobody knows whether the 10 were
 * cancelled or will be printed: the next 10 traded at that price are not counted again. */
static void
test_volume_ahead (void)
{
  SimFixture fixture;

  begin (&fixture, "queue=volume-ahead");
  sim_fixture_order (&fixture, "buy 30 limit 10.00");
  push_trade (&fixture, "10.00", "60", PST_SIDE_SELL);
  levels (&fixture, "bid 10.00 40");
  levels (&fixture, "bid 10.00 30");
  push_trade (&fixture, "10.00", "10", PST_SIDE_SELL);
  push_trade (&fixture, "10.00", "50", PST_SIDE_BUY);
  push_trade (&fixture, "10.00", "29", PST_SIDE_SELL);
  sim_fixture_expect (&fixture, "1 accepted");
  push_trade (&fixture, "10.00", "11", PST_SIDE_NONE);
  sim_fixture_expect (&fixture, "1 fill 10 at 10.00 maker");
  /* A new price is a new queue; a smaller order keeps its place. */
  sim_fixture_modify (&fixture, 1, "25 0 0");
  push_trade (&fixture, "10.00", "5", PST_SIDE_SELL);
  sim_fixture_modify (&fixture, 1, "26 9.99 0");
  push_trade (&fixture, "9.99", "50", PST_SIDE_SELL);
  sim_fixture_expect (&fixture, "1 modified; 1 fill 5 at 10.00 maker; 1 modified");
  push_trade (&fixture, "9.99", "3", PST_SIDE_SELL);
  sim_fixture_expect (&fixture, "1 fill 3 at 9.99 maker");
  sim_fixture_end (&fixture);
}

/* What cannot wait is rejected, what can is held: it takes when the book is live again, and only then. */
static void
test_book_not_live (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "sell 10 limit 10.01");
  status (&fixture, PST_INSTRUMENT_STATUS_STALE);
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_order (&fixture, "buy 10 ioc limit 10.02");
  sim_fixture_order (&fixture, "buy 10 fok limit 10.02");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 post-only");
  sim_fixture_order (&fixture, "buy 10 limit 10.02");
  sim_fixture_expect (&fixture, "1 accepted; 2 rejected book_not_live; 3 rejected book_not_live; 4 rejected book_not_live; "
                                "5 rejected book_not_live; 6 accepted");
  levels (&fixture, "bid 10.01 10, ask 10.02 0");
  sim_fixture_trade (&fixture, "10.50 100");
  sim_fixture_expect (&fixture, "");
  status (&fixture, PST_INSTRUMENT_STATUS_TRADING);
  sim_fixture_expect (&fixture, "");
  levels (&fixture, "new bid 10.00 1, ask 10.01 4, ask 10.02 100");
  sim_fixture_expect (&fixture, "6 fill 4 at 10.01 taker; 6 fill 6 at 10.02 taker");
  levels (&fixture, "ask 10.01 0, ask 10.02 0, ask 10.04 1, bid 10.02 10");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.01 maker");
  sim_fixture_end (&fixture);
}

static void
test_crossed_book_fills_nothing (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "sell 10 limit 10.05");
  levels (&fixture, "bid 10.06 10");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_expect (&fixture, "1 accepted; 2 rejected book_not_live");
  levels (&fixture, "ask 10.02 0, ask 10.03 0");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.05 maker");
  sim_fixture_end (&fixture);
}

static void
test_halted_instrument (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10 limit 10.00");
  status (&fixture, PST_INSTRUMENT_STATUS_CLOSED);
  sim_fixture_order (&fixture, "buy 10 ioc limit 10.02");
  levels (&fixture, "bid 10.00 0, bid 9.99 0, ask 9.98 10");
  sim_fixture_expect (&fixture, "1 accepted; 2 rejected instrument_not_trading");
  status (&fixture, PST_INSTRUMENT_STATUS_TRADING);
  sim_fixture_expect (&fixture, "1 fill 10 at 10.00 maker");
  sim_fixture_end (&fixture);
}

/* With latency the order meets the book of its arrival, between frames: what came meanwhile counts, what comes later does not. */
static void
test_latency (void)
{
  SimFixture fixture;

  begin (&fixture, "latency=1500ms");
  sim_fixture_order (&fixture, "buy 50 ioc limit 10.03");
  sim_fixture_expect (&fixture, "");
  levels (&fixture, "ask 10.02 10");
  sim_fixture_expect (&fixture, "");
  levels (&fixture, "ask 10.02 0, ask 10.03 0");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 10.02 taker; 1 fill 40 at 10.03 taker");
  g_assert_cmpint (pst_harness_get_report (fixture.harness, 1)->time_ns, ==, sim_fixture_now (&fixture) - PST_NS_PER_SECOND / 2);
  sim_fixture_end (&fixture);
}

/* A stop is reached by a trade or by the side that it would take, and then takes what is there. */
static void
test_stops (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "sell 120 stop 9.99");
  sim_fixture_order (&fixture, "buy 70 stop 10.04");
  sim_fixture_order (&fixture, "buy 70 stop 10.05 limit 10.05");
  sim_fixture_trade (&fixture, "10.04 1");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 2 triggered; 2 fill 40 at 10.02 taker; 2 fill 30 at 10.03 taker");
  levels (&fixture, "bid 10.00 0, ask 10.02 0, ask 10.03 0");
  sim_fixture_expect (&fixture, "1 triggered; 1 fill 50 at 9.99 taker; 1 fill 70 at 9.90 taker; 3 triggered");
  levels (&fixture, "ask 10.04 100");
  sim_fixture_expect (&fixture, "3 fill 70 at 10.05 maker");
  /* One that is reached already when it comes does not wait for the next change. */
  sim_fixture_order (&fixture, "sell 10 stop 11.00");
  sim_fixture_expect (&fixture, "4 accepted; 4 triggered; 4 fill 10 at 9.90 taker");
  sim_fixture_end (&fixture);
}

static void
test_post_only (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10 limit 10.02 post-only");
  sim_fixture_order (&fixture, "buy 10 limit 10.01 post-only");
  sim_fixture_modify (&fixture, 2, "0 10.02 0");
  sim_fixture_expect (&fixture, "1 rejected post_only_would_take; 2 accepted; 2 modify-rejected post_only_would_take");
  levels (&fixture, "ask 10.01 3");
  sim_fixture_expect (&fixture, "2 fill 3 at 10.01 maker");
  sim_fixture_end (&fixture);
}

static void
test_modify_takes (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10 limit 10.00");
  sim_fixture_modify (&fixture, 1, "50 10.03 0");
  sim_fixture_expect (&fixture, "1 accepted; 1 modified; 1 fill 40 at 10.02 taker; 1 fill 10 at 10.03 taker");
  sim_fixture_end (&fixture);
}

/* The book decides where there is one: quotes and bars say nothing beside it, and market-fill=close is not asked. */
static void
test_precedence (void)
{
  SimFixture fixture;

  begin (&fixture, "market-fill=close");
  sim_fixture_order (&fixture, "buy 10 limit 10.00");
  sim_fixture_quote (&fixture, "9.00 100 9.01 200");
  sim_fixture_bar (&fixture, "9.00 9.10 8.90 9.00 1000");
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_order (&fixture, "sell 10");
  sim_fixture_expect (&fixture, "2 accepted; 2 fill 10 at 10.00 taker");
  sim_fixture_end (&fixture);
}

/* An order that works since before the book came meets it with its first frame. */
static void
test_book_comes_later (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_order (&fixture, "buy 10 limit 9.00");
  levels (&fixture, "new bid 8.00 100, ask 8.50 5, ask 8.60 5");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 1 fill 5 at 8.50 taker; 1 fill 5 at 8.60 taker");
  sim_fixture_end (&fixture);
}

static void
test_volume_share_and_slippage (void)
{
  SimFixture fixture;

  begin (&fixture, "volume-share=0.5 slippage=0.001");
  sim_fixture_order (&fixture, "buy 30");
  sim_fixture_order (&fixture, "buy 30 ioc limit 10.03");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 20 at 10.04 taker; 1 fill 10 at 10.05 taker; 2 accepted; 2 fill 20 at 10.03 taker; "
                                "2 canceled ioc_rest");
  sim_fixture_end (&fixture);
}

static void
place_exit (SimFixture *fixture, const char *text)
{
  PstOrderRequest request = sim_fixture_read_order (fixture, fixture->share, text);
  g_autoptr (GError) error = NULL;

  request.flags |= PST_ORDER_FLAG_OPERATOR_EXIT;
  pst_harness_send (fixture->harness, pst_harness_place (fixture->harness, &request), PST_EXCHANGE (fixture->sim), &error);
  g_assert_no_error (error);
}

/* Out means out: beyond the last level at its price, and without a book that can be trusted at the last price there was. */
static void
test_operators_exit (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  place_exit (&fixture, "sell 700");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 100 at 10.00 taker; 1 fill 50 at 9.99 taker; 1 fill 500 at 9.90 taker; "
                                "1 fill 50 at 9.90 taker");
  status (&fixture, PST_INSTRUMENT_STATUS_STALE);
  place_exit (&fixture, "buy 700");
  sim_fixture_expect (&fixture, "2 accepted; 2 fill 700 at 10.02 taker");
  sim_fixture_end (&fixture);
}

static void
test_reduce_only (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 50");
  sim_fixture_order (&fixture, "sell 80 reduce-only");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 40 at 10.02 taker; 1 fill 10 at 10.03 taker; 2 accepted; 2 fill 50 at 10.00 taker; "
                                "2 canceled reduce_only_flat");
  sim_fixture_end (&fixture);
}

/* What comes at the instant at which an order expires comes too late. */
static void
test_expiry (void)
{
  SimFixture fixture;

  begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10 limit 10.00 gtd 1");
  levels (&fixture, "bid 10.00 0, bid 9.99 0, ask 9.98 10");
  sim_fixture_expect (&fixture, "1 accepted; 1 expired expired");
  sim_fixture_end (&fixture);
}

/* Coins are delivered: what is bought is there to be sold at once, as the legs of an arbitrage need it, and not more. */
static void
test_coins (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "cash=1000_USD");
  push_levels (&fixture, fixture.coin, "new bid 20000.00 0.5, ask 20010.00 0.01, ask 20020.00 0.5");
  sim_fixture_order_of (&fixture, fixture.coin, "buy 0.02 ioc limit 20020");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 0.03 ioc limit 20000");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 0.02 ioc limit 20000");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 0.01000000 at 20010.00 taker; 1 fill 0.01000000 at 20020.00 taker; "
                                "2 rejected insufficient_cash: needs 0.03 BTC, free are 0.02 BTC; 3 accepted; 3 fill 0.02000000 at 20000.00 taker");
  /* 1000 - 400.30 + 400 - 0.2 % of both. */
  sim_fixture_expect_balance (&fixture, "USD", "998.0994 USD");
  sim_fixture_expect_balance (&fixture, "BTC", "0 BTC");
  sim_fixture_end (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/walk/market", test_market_walks);
  g_test_add_func ("/sim/walk/liquidity-is-remembered", test_liquidity_is_remembered);
  g_test_add_func ("/sim/walk/never-beyond-the-limit", test_never_beyond_the_limit);
  g_test_add_func ("/sim/walk/fok", test_fok_is_all_or_nothing);
  g_test_add_func ("/sim/walk/fok-that-cannot-be-paid", test_fok_that_cannot_be_paid);
  g_test_add_func ("/sim/walk/book-exhausted", test_market_exhausts_the_book);
  g_test_add_func ("/sim/walk/rest-of-a-taker", test_rest_of_a_taker_rests);
  g_test_add_func ("/sim/walk/half-a-frame", test_half_a_frame_fills_nothing);
  g_test_add_func ("/sim/walk/trades", test_trades_reach_resting_orders);
  g_test_add_func ("/sim/walk/volume-ahead", test_volume_ahead);
  g_test_add_func ("/sim/walk/book-not-live", test_book_not_live);
  g_test_add_func ("/sim/walk/crossed", test_crossed_book_fills_nothing);
  g_test_add_func ("/sim/walk/halted", test_halted_instrument);
  g_test_add_func ("/sim/walk/latency", test_latency);
  g_test_add_func ("/sim/walk/stops", test_stops);
  g_test_add_func ("/sim/walk/post-only", test_post_only);
  g_test_add_func ("/sim/walk/modify", test_modify_takes);
  g_test_add_func ("/sim/walk/precedence", test_precedence);
  g_test_add_func ("/sim/walk/book-comes-later", test_book_comes_later);
  g_test_add_func ("/sim/walk/volume-share-and-slippage", test_volume_share_and_slippage);
  g_test_add_func ("/sim/walk/operators-exit", test_operators_exit);
  g_test_add_func ("/sim/walk/reduce-only", test_reduce_only);
  g_test_add_func ("/sim/walk/expiry", test_expiry);
  g_test_add_func ("/sim/walk/coins", test_coins);
  return g_test_run ();
}
