/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fills on trades and quotes: what is taken, what is made, and how much of it there was. */

#include "sim-test-kit.h"

static void
test_trades (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "slippage=0.001");
  sim_fixture_trade (&fixture, "10.00 100");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_order (&fixture, "buy 10 limit 10.50");
  sim_fixture_order (&fixture, "buy 10 limit 9.50");
  sim_fixture_trade (&fixture, "10.10 100");
  /* A market order slips; what was marketable takes the price that is there. */
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 1 fill 10 at 10.12 taker; 2 fill 10 at 10.10 taker");
  sim_fixture_trade (&fixture, "9.50 100");
  sim_fixture_expect (&fixture, "");
  sim_fixture_trade (&fixture, "9.00 100");
  sim_fixture_expect (&fixture, "3 fill 10 at 9.50 maker");
  sim_fixture_end (&fixture);
}

static void
test_trades_trigger_stops (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_trade (&fixture, "10.00 100");
  sim_fixture_order (&fixture, "buy 10 stop 10.50");
  sim_fixture_order (&fixture, "buy 10 stop 10.50 limit 10.55");
  sim_fixture_order (&fixture, "buy 10 stop 10.50 limit 10.70");
  sim_fixture_trade (&fixture, "10.49 100");
  sim_fixture_trade (&fixture, "10.60 100");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 1 triggered; 1 fill 10 at 10.60 taker; 2 triggered; "
                                "3 triggered; 3 fill 10 at 10.60 taker");
  sim_fixture_trade (&fixture, "10.55 100");
  sim_fixture_trade (&fixture, "10.54 100");
  sim_fixture_expect (&fixture, "2 fill 10 at 10.55 maker");
  sim_fixture_end (&fixture);
}

/* Without any price when it came nobody can say whether a limit was marketable: its first trade does. */
static void
test_limit_before_any_price (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10 limit 10.00");
  sim_fixture_order (&fixture, "buy 10 limit 10.00 post-only");
  sim_fixture_trade (&fixture, "9.00 100");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 1 fill 10 at 9.00 taker; 2 fill 10 at 10.00 maker");
  sim_fixture_end (&fixture);
}

static void
test_quotes (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_quote (&fixture, "9.99 100 10.01 100");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_order (&fixture, "sell 10");
  sim_fixture_order (&fixture, "buy 10 limit 10.01");
  sim_fixture_order (&fixture, "buy 10 limit 9.90");
  sim_fixture_order (&fixture, "buy 10 limit 10.01 post-only");
  sim_fixture_order (&fixture, "sell 10 limit 10.00 post-only");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 4 accepted; 5 rejected post_only_would_take; 6 accepted");
  sim_fixture_quote (&fixture, "9.98 100 10.00 100");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.00 taker; 2 fill 10 at 9.98 taker; 3 fill 10 at 10.00 taker");
  sim_fixture_quote (&fixture, "9.80 100 9.90 100");
  sim_fixture_expect (&fixture, "4 fill 10 at 9.90 maker");
  sim_fixture_quote (&fixture, "10.20 100 10.30 100");
  sim_fixture_expect (&fixture, "6 fill 10 at 10.00 maker");
  sim_fixture_end (&fixture);
}

static void
test_absent_side_fills_nothing (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_order (&fixture, "sell 10 stop 11.00");
  sim_fixture_quote (&fixture, "10.00 0 10.01 0");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted");
  sim_fixture_quote (&fixture, "10.00 0 10.01 5");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.01 taker");
  sim_fixture_quote (&fixture, "10.00 5 10.01 0");
  sim_fixture_expect (&fixture, "2 triggered; 2 fill 10 at 10.00 taker");
  sim_fixture_end (&fixture);
}

static void
test_quote_sizes (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "volume-share=0.5");
  sim_fixture_order (&fixture, "buy 30");
  sim_fixture_order (&fixture, "sell 10");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_quote (&fixture, "10.00 4 10.01 20");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 1 fill 20 at 10.01 taker; 2 fill 4 at 10.00 taker");
  sim_fixture_quote (&fixture, "10.00 100 10.02 100");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.02 taker; 2 fill 6 at 10.00 taker; 3 fill 10 at 10.02 taker");
  sim_fixture_end (&fixture);
}

static void
test_trade_sizes (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "volume-share=1");
  sim_fixture_order (&fixture, "buy 30");
  sim_fixture_order (&fixture, "buy 5 fok");
  sim_fixture_trade (&fixture, "10.00 32");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 1 fill 30 at 10.00 taker; 2 canceled fok_not_filled");
  sim_fixture_end (&fixture);
}

/* A share so small that nothing fits is still a share, not "no limit". */
static void
test_tiny_share (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "volume-share=0.0000000001");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_end (&fixture);
}

/* A fill that does not fit 64 bits ends the run; it is never a wrong number. */
static void
test_overflow (void)
{
  PstEvent events[2] = { { .kind = PST_EVENT_BAR, .bar = { 1, 1, 1, 1, 1 } },
                         { .kind = PST_EVENT_BAR, .bar = { G_MAXINT64, G_MAXINT64, G_MAXINT64, G_MAXINT64, 1 } } };
  PstFrame frames[2] = { { &events[0], 1, 0, PST_NS_PER_DAY, 1 }, { &events[1], 1, 0, 2 * PST_NS_PER_DAY, 2 } };
  SimFixture fixture;
  g_autoptr (GError) error = NULL;

  sim_fixture_begin (&fixture, "cash-check=false");
  events[0].instrument = fixture.coin;
  events[1].instrument = fixture.share;
  for (guint i = 0; i < 2; i++)
    {
      frames[i].time_ns += sim_fixture_now (&fixture);
      events[i].venue_time_ns = frames[i].time_ns - PST_NS_PER_DAY;
    }
  sim_fixture_order (&fixture, "buy 1000000");
  g_assert_true (pst_exchange_observe_frame (PST_EXCHANGE (fixture.sim), &frames[0], &error));
  g_assert_no_error (error);
  g_assert_false (pst_exchange_observe_frame (PST_EXCHANGE (fixture.sim), &frames[1], &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  g_assert_nonnull (strstr (error->message, "AAPL.TEST"));
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_end (&fixture);
}

/* A frame for which no order waits costs nothing that grows with the run. */
static void
test_idle_frames (void)
{
  PstEvent events[443] = { { .kind = PST_EVENT_BAR, .bar = { 1000, 1000, 1000, 1000, 1000 } } };
  PstFrame frame = { events, G_N_ELEMENTS (events), 0, PST_NS_PER_DAY, 1 };
  guint n_frames = g_test_perf () ? 5000000 : 100000;
  SimFixture fixture;
  double idle, busy;

  sim_fixture_begin (&fixture, "");
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    events[i] = events[0], events[i].instrument = i;
  g_test_timer_start ();
  for (guint i = 0; i < n_frames; i++)
    g_assert_true (pst_exchange_observe_frame (PST_EXCHANGE (fixture.sim), &frame, NULL));
  idle = g_test_timer_elapsed ();
  sim_fixture_order (&fixture, "buy 1 limit 1.00");
  g_test_timer_start ();
  for (guint i = 0; i < n_frames / 100; i++)
    g_assert_true (pst_exchange_observe_frame (PST_EXCHANGE (fixture.sim), &frame, NULL));
  busy = g_test_timer_elapsed ();
  g_test_message ("%u frames of 443 bars: %.1f ns each idle, %.1f ns each with an open order", n_frames, idle * 1e9 / n_frames,
                  busy * 1e9 / (n_frames / 100));
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/match/trades", test_trades);
  g_test_add_func ("/sim/match/trades-trigger-stops", test_trades_trigger_stops);
  g_test_add_func ("/sim/match/limit-before-any-price", test_limit_before_any_price);
  g_test_add_func ("/sim/match/quotes", test_quotes);
  g_test_add_func ("/sim/match/absent-side-fills-nothing", test_absent_side_fills_nothing);
  g_test_add_func ("/sim/match/quote-sizes", test_quote_sizes);
  g_test_add_func ("/sim/match/trade-sizes", test_trade_sizes);
  g_test_add_func ("/sim/match/tiny-share", test_tiny_share);
  g_test_add_func ("/sim/match/overflow", test_overflow);
  g_test_add_func ("/sim/match/idle-frames", test_idle_frames);
  return g_test_run ();
}
