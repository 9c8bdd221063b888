/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A simulated venue that fills too well makes people lose real money later: each way to fill on bars, and each rule that says no. */

#include "sim-test-kit.h"

const PstPluginEntry *penstock_plugin_entry (void);

static void
test_market_takes_next_open (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00 10.50 9.80 10.20");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_bar (&fixture, "10.30 10.60 10.10 10.40");
  sim_fixture_expect (&fixture, "1 fill 100 at 10.30 taker");
  sim_fixture_order (&fixture, "sell 100");
  sim_fixture_bar (&fixture, "10.50 10.60 10.10 10.40");
  sim_fixture_expect (&fixture, "2 accepted; 2 fill 100 at 10.50 taker");
  sim_fixture_expect_balance (&fixture, "USD", "100020 USD");
  g_assert_cmpint (pst_harness_get_fill (fixture.harness, 1)->time_ns, ==, sim_fixture_now (&fixture));
  sim_fixture_end (&fixture);
}

static void
test_market_at_close (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "market-fill=close slippage=0.01");
  sim_fixture_bar (&fixture, "10.00 10.50 9.80 10.20");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 100 at 10.31 taker");
  sim_fixture_order (&fixture, "sell 100 limit 10.00");
  sim_fixture_expect (&fixture, "2 accepted");
  sim_fixture_bar (&fixture, "10.10");
  sim_fixture_expect (&fixture, "2 fill 100 at 10.10 taker");
  /* The instrument has no bar in this frame: there is no close that the strategy just saw. */
  sim_fixture_bar_of (&fixture, fixture.coin, "9000.00");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_expect (&fixture, "3 accepted");
  sim_fixture_bar (&fixture, "10.50");
  sim_fixture_expect (&fixture, "3 fill 1 at 10.61 taker");
  sim_fixture_end (&fixture);
}

static void
test_slippage_is_rounded_against_the_trader (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "slippage=0.0001");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_order (&fixture, "sell 10");
  sim_fixture_order (&fixture, "buy 10 stop 10.05");
  sim_fixture_order (&fixture, "buy 10 limit 10.10");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 4 accepted");
  sim_fixture_bar (&fixture, "10.00 10.10 9.90 10.00");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.01 taker; 2 fill 10 at 9.99 taker; 4 fill 10 at 10.00 taker; "
                                "3 triggered; 3 fill 10 at 10.06 taker");
  sim_fixture_end (&fixture);
}

static void
test_limit_has_to_be_traded_through (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.50");
  sim_fixture_bar (&fixture, "10.00 10.00 9.51 10.00");
  sim_fixture_bar (&fixture, "10.00 10.00 9.50 10.00");
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_bar (&fixture, "10.00 10.00 9.49 10.00");
  sim_fixture_expect (&fixture, "1 fill 10 at 9.50 maker");
  sim_fixture_order (&fixture, "sell 10 limit 10.50");
  sim_fixture_bar (&fixture, "10.00 10.50 10.00 10.00");
  sim_fixture_expect (&fixture, "2 accepted");
  sim_fixture_bar (&fixture, "10.00 10.51 10.00 10.00");
  sim_fixture_expect (&fixture, "2 fill 10 at 10.50 maker");
  sim_fixture_end (&fixture);
}

static void
test_fill_on_touch (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "fill-on-touch=true");
  sim_fixture_order (&fixture, "buy 10 limit 9.50");
  sim_fixture_bar (&fixture, "10.00 10.00 9.51 10.00");
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_bar (&fixture, "10.00 10.00 9.50 10.00");
  sim_fixture_expect (&fixture, "1 fill 10 at 9.50 maker");
  sim_fixture_end (&fixture);
}

static void
test_limit_takes_a_better_open (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.50");
  sim_fixture_bar (&fixture, "9.20 9.80 9.00 9.50");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 9.20 taker");
  sim_fixture_order (&fixture, "sell 10 limit 9.60");
  sim_fixture_bar (&fixture, "9.90 9.90 9.00 9.00");
  sim_fixture_expect (&fixture, "2 accepted; 2 fill 10 at 9.90 taker");
  sim_fixture_end (&fixture);
}

static void
test_post_only (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 10.00 post-only");
  sim_fixture_order (&fixture, "sell 10 limit 9.99 post-only");
  sim_fixture_order (&fixture, "buy 10 post-only");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 ioc post-only");
  sim_fixture_order (&fixture, "buy 10 limit 9.99 post-only");
  sim_fixture_expect (&fixture, "1 rejected post_only_would_take; 2 rejected post_only_would_take; 3 rejected post_only_not_supported; "
                                "4 rejected post_only_not_supported; 5 accepted");
  /* It rests: a gap through it brings its own price and the maker's fee, no better. */
  sim_fixture_bar (&fixture, "9.50");
  sim_fixture_expect (&fixture, "5 fill 10 at 9.99 maker");
  sim_fixture_end (&fixture);
}

static void
test_stops (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 stop 10.50");
  sim_fixture_bar (&fixture, "10.00 10.49 9.00 10.00");
  sim_fixture_expect (&fixture, "1 accepted");
  sim_fixture_bar (&fixture, "10.00 10.50 9.00 10.00");
  sim_fixture_expect (&fixture, "1 triggered; 1 fill 10 at 10.50 taker");
  sim_fixture_order (&fixture, "sell 10 stop 9.50");
  sim_fixture_bar (&fixture, "10.00 10.50 9.51 10.00");
  sim_fixture_expect (&fixture, "2 accepted");
  sim_fixture_bar (&fixture, "9.20 9.60 9.00 9.60");
  sim_fixture_expect (&fixture, "2 triggered; 2 fill 10 at 9.20 taker");
  sim_fixture_end (&fixture);
}

static void
test_stop_limit (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  /* The limit lies beyond the stop: it takes the stop price. */
  sim_fixture_order (&fixture, "buy 10 stop 10.50 limit 10.60");
  sim_fixture_bar (&fixture, "10.00 10.55 9.00 10.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 triggered; 1 fill 10 at 10.50 taker");
  /* The gap goes over the limit: it waits for the market to come back, in this bar or later. */
  sim_fixture_order (&fixture, "buy 10 stop 10.50 limit 10.60");
  sim_fixture_bar (&fixture, "10.80 10.90 10.60 10.80");
  sim_fixture_expect (&fixture, "2 accepted; 2 triggered");
  sim_fixture_bar (&fixture, "10.80 10.90 10.59 10.80");
  sim_fixture_expect (&fixture, "2 fill 10 at 10.60 maker");
  sim_fixture_order (&fixture, "buy 10 stop 10.90 limit 10.85");
  sim_fixture_bar (&fixture, "10.95 10.95 10.80 10.90");
  sim_fixture_expect (&fixture, "3 accepted; 3 triggered; 3 fill 10 at 10.85 maker");
  sim_fixture_end (&fixture);
}

/* After a trigger inside the bar only the close is known to come later: the low may have been before. */
static void
test_stop_limit_path_inside_the_bar (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 stop 10.50 limit 10.20");
  sim_fixture_bar (&fixture, "10.00 10.50 9.00 10.20");
  sim_fixture_expect (&fixture, "1 accepted; 1 triggered");
  sim_fixture_bar (&fixture, "10.30 10.30 10.20 10.20");
  sim_fixture_expect (&fixture, "");
  sim_fixture_bar (&fixture, "10.30 10.30 10.19 10.20");
  sim_fixture_expect (&fixture, "1 fill 10 at 10.20 maker");
  sim_fixture_order (&fixture, "sell 10 stop 10.00 limit 10.10");
  sim_fixture_bar (&fixture, "10.20 11.00 10.00 10.11");
  sim_fixture_expect (&fixture, "2 accepted; 2 triggered; 2 fill 10 at 10.10 maker");
  sim_fixture_end (&fixture);
}

/* Stop loss and profit target in one bar: the loss happens, and the target finds nothing to close. */
static void
test_stop_comes_before_limit (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 100 limit 11.00 reduce-only");
  sim_fixture_order (&fixture, "sell 100 stop 9.00 reduce-only");
  sim_fixture_bar (&fixture, "10.00 12.00 8.00 11.50");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 100 at 10.00 taker; 2 accepted; 3 accepted; 3 triggered; 3 fill 100 at 9.00 taker; "
                                "2 canceled reduce_only_flat");
  /* What the open already decides is not ambiguous: the target that it gaps through comes first. */
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 100 stop 9.00 reduce-only");
  sim_fixture_order (&fixture, "sell 100 limit 11.00 reduce-only");
  sim_fixture_bar (&fixture, "11.20 12.00 8.00 11.50");
  sim_fixture_expect (&fixture, "4 accepted; 4 fill 100 at 10.00 taker; 5 accepted; 6 accepted; 6 fill 100 at 11.20 taker; "
                                "5 canceled reduce_only_flat");
  sim_fixture_end (&fixture);
}

static void
test_reduce_only_never_opens (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 10 reduce-only");
  sim_fixture_order (&fixture, "buy 30");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 30 limit 11.00 reduce-only");
  sim_fixture_order (&fixture, "sell 20");
  sim_fixture_bar (&fixture, "10.00 11.50 10.00 11.00");
  sim_fixture_expect (&fixture, "1 rejected reduce_only_flat; 2 accepted; 2 fill 30 at 10.00 taker; 3 accepted; 4 accepted; "
                                "4 fill 20 at 10.00 taker; 3 fill 10 at 11.00 maker; 3 canceled reduce_only_flat");
  g_assert_cmpint (pst_context_get_position (PST_CONTEXT (fixture.harness), G_MAXUINT32, fixture.share)->quantity, ==, 0);
  sim_fixture_end (&fixture);
}

static void
test_immediate_orders_have_one_chance (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "volume-share=0.1");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.50 ioc");
  sim_fixture_order (&fixture, "buy 150 ioc");
  sim_fixture_order (&fixture, "buy 10 fok");
  sim_fixture_bar (&fixture, "10.00 10.00 9.00 10.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 1 canceled ioc_rest; 2 fill 100 at 10.00 taker; 2 canceled ioc_rest; "
                                "3 canceled fok_not_filled");
  sim_fixture_order (&fixture, "buy 100 limit 10.10 fok");
  sim_fixture_order (&fixture, "buy 10 stop 10.50 ioc");
  sim_fixture_bar (&fixture, "10.00 10.00 9.00 10.00");
  sim_fixture_expect (&fixture, "4 accepted; 5 accepted; 4 fill 100 at 10.00 taker");
  sim_fixture_bar (&fixture, "10.00 10.60 9.00 10.00 50");
  sim_fixture_expect (&fixture, "5 triggered; 5 fill 5 at 10.50 taker; 5 canceled ioc_rest");
  sim_fixture_end (&fixture);
}

static void
test_volume_share (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "volume-share=0.25");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 300");
  sim_fixture_order (&fixture, "sell 10 limit 10.50");
  sim_fixture_bar (&fixture, "10.00 11.00 10.00 10.00 1003");
  /* A quarter of 1003 is 250 whole shares, for all orders together. */
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 1 fill 250 at 10.00 taker");
  sim_fixture_bar (&fixture, "10.20 11.00 10.00 10.00 0");
  sim_fixture_expect (&fixture, "");
  sim_fixture_bar (&fixture, "10.20 11.00 10.00 10.00 220");
  sim_fixture_expect (&fixture, "1 fill 50 at 10.20 taker; 2 fill 5 at 10.50 maker");
  sim_fixture_bar (&fixture, "10.20 11.00 10.00 10.00 400");
  sim_fixture_expect (&fixture, "2 fill 5 at 10.50 maker");
  sim_fixture_end (&fixture);
}

static void
test_many_instruments_in_a_frame (void)
{
  SimFixture fixture;
  PstEvent events[3] = { { .kind = PST_EVENT_BAR, .bar = { 1000, 1000, 1000, 1000, 1000 } },
                         { .kind = PST_EVENT_BAR, .bar = { 900000, 900000, 900000, 900000, G_GINT64_CONSTANT (500000000) } } };
  guint32 other;

  sim_fixture_begin (&fixture, "");
  other = pst_harness_add_instrument (fixture.harness, "MSFT");
  events[0].instrument = other;
  events[1].instrument = fixture.coin;
  events[2] = events[0];
  events[2].instrument = fixture.share;
  sim_fixture_order_of (&fixture, fixture.share, "buy 1");
  sim_fixture_order_of (&fixture, fixture.coin, "buy 0.5");
  sim_fixture_order_of (&fixture, other, "buy 2");
  pst_harness_push_frame (fixture.harness, sim_fixture_now (&fixture) + MINUTE, events, 3);
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 3 accepted; 3 fill 2 at 10.00 taker; 2 fill 0.50000000 at 9000.00 taker; "
                                "1 fill 1 at 10.00 taker");
  sim_fixture_expect_balance (&fixture, "BTC", "2.5 BTC");
  sim_fixture_end (&fixture);
}

static void
test_execution_ids (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "10.00");
  g_assert_cmpstr (pst_harness_get_fill (fixture.harness, 0)->execution_id, ==, "SIM-broker-1");
  g_assert_cmpstr (pst_harness_get_fill (fixture.harness, 1)->execution_id, ==, "SIM-broker-2");
  g_assert_cmpstr (pst_harness_get_order (fixture.harness, 1)->venue_id, ==, "SIM-2");
  sim_fixture_end (&fixture);
}

static void
check_refused (PstOptionError code, const char *words, const char *option, const char *value, const char *option2, const char *value2)
{
  g_autoptr (PstHarness) harness = pst_harness_new ();
  PstComponent *sim = pst_harness_add (harness, PST_TYPE_SIM, "broker", "feed", PST_HARNESS_DATA, NULL);
  g_autoptr (GError) error = NULL;

  if (pst_component_set_option (sim, option, value, &error) && (option2 == NULL || pst_component_set_option (sim, option2, value2, &error)))
    pst_component_prepare (sim, &error);
  g_assert_error (error, PST_OPTION_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
  pst_harness_finish (g_steal_pointer (&harness));
}

static void
test_options (void)
{
  check_refused (PST_OPTION_ERROR_TYPE, "cash", "cash", "1000", NULL, NULL);
  check_refused (PST_OPTION_ERROR_RANGE, "below zero", "cash", "-1 USD", NULL, NULL);
  check_refused (PST_OPTION_ERROR_TYPE, "balance", "cash", "90000000000 USD;90000000000 USD", NULL, NULL);
  check_refused (PST_OPTION_ERROR_CONFLICT, "market-fill", "market-fill", "close", "latency", "1ms");
  check_refused (PST_OPTION_ERROR_CONFLICT, "market-fill", "market-fill", "close", "volume-share", "0.1");
  check_refused (PST_OPTION_ERROR_CONFLICT, "itself", "feed", "broker", NULL, NULL);
  check_refused (PST_OPTION_ERROR_MISSING, "feed", "feed", "", NULL, NULL);
  check_refused (PST_OPTION_ERROR_RANGE, "volume-share", "volume-share", "1.01", NULL, NULL);
  check_refused (PST_OPTION_ERROR_RANGE, "slippage", "slippage", "-0.01", NULL, NULL);
  check_refused (PST_OPTION_ERROR_TYPE, "latency", "latency", "5", NULL, NULL);
  check_refused (PST_OPTION_ERROR_RANGE, "fee-minimum", "fee-minimum", "0 USD", NULL, NULL);
  check_refused (PST_OPTION_ERROR_TYPE, "short-selling", "short-selling", "sometimes", NULL, NULL);
}

static void
test_options_read_back (void)
{
  static const char *const texts[][2]
      = { { "feed", "data" },         { "cash", "5 USD;2 BTC" },   { "maker-fee", "-0.0001" }, { "taker-fee", "0.0010" },
          { "fee-minimum", "1 USD" }, { "slippage", "0.001" },     { "latency", "250ms" },     { "volume-share", "0.10" },
          { "market-fill", "close" }, { "fill-on-touch", "true" }, { "cash-check", "false" },  { "short-selling", "never" } };
  g_autoptr (GObject) sim = g_object_new (PST_TYPE_SIM, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (sim), texts[i][0]);
      g_autoptr (GError) error = NULL;
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      pst_component_set_option (PST_COMPONENT (sim), texts[i][0], texts[i][1], &error);
      g_assert_no_error (error);
      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
      g_object_get_property (sim, texts[i][0], &value);
      text = pst_option_to_string (pspec, &value);
      g_assert_cmpstr (text, ==, texts[i][1]);
    }
}

static void
test_not_started (void)
{
  g_autoptr (PstExchange) sim = g_object_new (PST_TYPE_SIM, NULL);
  const PstOrder order = { .id = 1 };
  const PstFrame frame = { .time_ns = 1 };

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_assert_false (pst_exchange_submit (sim, &order, &error));
      else if (i == 1)
        g_assert_false (pst_exchange_cancel (sim, &order, &error));
      else
        g_assert_false (pst_exchange_modify (sim, &order, 1, 1, 1, &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
    }
  g_assert_true (pst_exchange_observe_frame (sim, &frame, NULL));
  g_assert_true (pst_exchange_can_execute (sim));
  g_assert_false (pst_exchange_is_feed (sim));
}

/* A second start forgets the orders and the money of the first. */
static void
test_starts_again (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 10000 limit 10.00");
  pst_harness_stop (fixture.harness, fixture.sim);
  pst_harness_start (fixture.harness, fixture.sim);
  sim_fixture_order (&fixture, "buy 9990 limit 9.00");
  sim_fixture_bar (&fixture, "8.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 2 fill 9990 at 8.00 taker");
  g_assert_cmpint (pst_exchange_get_connection (PST_EXCHANGE (fixture.sim)), ==, PST_CONNECTION_CONNECTED);
  sim_fixture_end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/market-takes-next-open", test_market_takes_next_open);
  g_test_add_func ("/sim/market-at-close", test_market_at_close);
  g_test_add_func ("/sim/slippage-is-rounded-against-the-trader", test_slippage_is_rounded_against_the_trader);
  g_test_add_func ("/sim/limit-has-to-be-traded-through", test_limit_has_to_be_traded_through);
  g_test_add_func ("/sim/fill-on-touch", test_fill_on_touch);
  g_test_add_func ("/sim/limit-takes-a-better-open", test_limit_takes_a_better_open);
  g_test_add_func ("/sim/post-only", test_post_only);
  g_test_add_func ("/sim/stops", test_stops);
  g_test_add_func ("/sim/stop-limit", test_stop_limit);
  g_test_add_func ("/sim/stop-limit-path-inside-the-bar", test_stop_limit_path_inside_the_bar);
  g_test_add_func ("/sim/stop-comes-before-limit", test_stop_comes_before_limit);
  g_test_add_func ("/sim/reduce-only-never-opens", test_reduce_only_never_opens);
  g_test_add_func ("/sim/immediate-orders-have-one-chance", test_immediate_orders_have_one_chance);
  g_test_add_func ("/sim/volume-share", test_volume_share);
  g_test_add_func ("/sim/many-instruments-in-a-frame", test_many_instruments_in_a_frame);
  g_test_add_func ("/sim/execution-ids", test_execution_ids);
  g_test_add_func ("/sim/options", test_options);
  g_test_add_func ("/sim/options-read-back", test_options_read_back);
  g_test_add_func ("/sim/not-started", test_not_started);
  g_test_add_func ("/sim/starts-again", test_starts_again);
  pst_check_conformance_add (penstock_plugin_entry (), "feed", PST_HARNESS_DATA, "cash", "1000000 USD", NULL);
  return g_test_run ();
}
