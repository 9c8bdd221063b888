/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An opportunity that is missed, or seen where none is, or recorded with figures that execution would not return, costs money. */

#include <string.h>

#include "triangle-test-kit.h"

const PstPluginEntry *penstock_plugin_entry (void);

#define BTC_WAY "USD->BTC->ETH->USD"
#define ETH_WAY "USD->ETH->BTC->USD"

/* 1 BTC costs 100 USD, 1 ETH costs 0.05 BTC and brings 5.1 USD: 2 % gross. */
static void
push_btc_way (Triangle *t)
{
  triangle_push (t, t->btc_usd, "99.00", "10", "100.00", "10");
  triangle_push (t, t->eth_btc, "0.04900", "200", "0.05000", "200");
  triangle_push (t, t->eth_usd, "5.10", "200", "5.20", "200");
}

static void
test_finds (void)
{
  Triangle t;
  const PstOpportunity *found;

  triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", NULL);
  push_btc_way (&t);
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 1);
  found = triangle_last (&t);
  g_assert_cmpstr (found->cycle, ==, BTC_WAY);
  g_assert_cmpint (found->gross_rate, ==, G_GINT64_CONSTANT (1020000000000));
  g_assert_cmpint (found->gross_pct, ==, G_GINT64_CONSTANT (20000000000));
  /* No fees: all of 10 BTC, 200 ETH. */
  g_assert_cmpint (found->allocated_capital, ==, 1000 * PST_RATE_ONE);
  g_assert_cmpint (found->est_profit, ==, 20 * PST_RATE_ONE);
  g_assert_cmpint (found->net_rate, ==, G_GINT64_CONSTANT (1020000000000));
  g_assert_cmpint (found->net_pct, ==, G_GINT64_CONSTANT (20000000000));
  g_assert_cmpuint (found->number, ==, 1);
  g_assert_cmpuint (found->updated_pair, ==, t.eth_usd);
  g_assert_cmpuint (found->component, ==, pst_component_get_index (t.strategy));
  g_assert_cmpint (found->detected_at_ns, ==, t.time_ns);
  g_assert_cmpuint (found->n_legs, ==, 3);
  g_assert_true (found->currency == pst_currency_get ("USD", NULL));
  g_assert_false (found->executed);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 0);
  triangle_finish (&t);
}

/* The other way around hits the other sides. */
static void
test_other_way (void)
{
  Triangle t;
  const PstOpportunity *found;

  triangle_setup (&t, "execute", "false", "trade-capital", "100 USD", NULL);
  triangle_push (&t, t.eth_usd, "4.90", "200", "5.00", "200");
  triangle_push (&t, t.eth_btc, "0.05000", "200", "0.05100", "200");
  triangle_push (&t, t.btc_usd, "101.00", "10", "102.00", "10");
  found = triangle_last (&t);
  g_assert_nonnull (found);
  g_assert_cmpstr (found->cycle, ==, ETH_WAY);
  g_assert_cmpint (found->gross_rate, ==, G_GINT64_CONSTANT (1010000000000));
  g_assert_cmpint (found->allocated_capital, ==, 100 * PST_RATE_ONE);
  g_assert_cmpint (found->est_profit, ==, PST_RATE_ONE);
  triangle_finish (&t);
}

/* 2 % gross with 0.7 % on each leg is a loss. */
static void
test_fees_eat_it (void)
{
  Triangle t;

  triangle_setup_with_fee (&t, 700000, "execute", "false", "trade-capital", "1000 USD", "min-net-pct", "0", NULL);
  push_btc_way (&t);
  g_assert_null (triangle_last (&t));
  triangle_finish (&t);
}

/* The second level of ETH/USD still pays, the third does not. */
static void
test_depth (void)
{
  Triangle t;

  triangle_setup (&t, "execute", "false", "trade-capital", "100000 USD", "record-interval", "0s", NULL);
  triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "1000");
  triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "20000");
  triangle_push (&t, t.eth_usd, "5.10", "200", "5.20", "200");
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.05", "100");
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "4.99", "100");
  g_assert_cmpint (triangle_last (&t)->allocated_capital, ==, 1500 * PST_RATE_ONE);
  g_assert_cmpint (triangle_last (&t)->est_profit, ==, 25 * PST_RATE_ONE);
  g_assert_cmpint (triangle_last (&t)->gross_rate, ==, G_GINT64_CONSTANT (1020000000000));
  /* (1500 + 25) / 1500, rounded down. */
  g_assert_cmpint (triangle_last (&t)->net_rate, ==, G_GINT64_CONSTANT (1016666666666));
  triangle_finish (&t);
}

/* With a least return only so much of the second level that the whole still returns it: (20 + x * 0.01) / (1000 + x) = 1.8 %. */
static void
test_least_return (void)
{
  Triangle t;

  triangle_setup (&t, "execute", "false", "trade-capital", "100000 USD", "record-interval", "0s", "min-net-pct", "1.8", NULL);
  triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "1000");
  triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "20000");
  triangle_push (&t, t.eth_usd, "5.10", "200", "5.20", "200");
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.05", "100");
  g_assert_cmpint (triangle_last (&t)->allocated_capital, ==, 1250 * PST_RATE_ONE);
  g_assert_cmpint (triangle_last (&t)->net_pct, ==, G_GINT64_CONSTANT (18000000000));
  triangle_finish (&t);

  triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", "min-net-pct", "2.0000000001", NULL);
  push_btc_way (&t);
  g_assert_null (triangle_last (&t));
  triangle_finish (&t);
}

static void
check_capital (const char *max, const char *balance, gboolean executes, gint64 expected)
{
  Triangle t;

  triangle_setup (&t, "execute", executes ? "true" : "false", "trade-capital", "500 USD", "max-trade-capital", max, NULL);
  pst_harness_set_balance (t.harness, PST_HARNESS_DATA_INDEX, balance);
  push_btc_way (&t);
  if (expected == 0)
    g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 0);
  else
    g_assert_cmpint (triangle_last (&t)->allocated_capital, ==, expected * PST_RATE_ONE);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, executes && expected > 0);
  triangle_finish (&t);
}

static void
test_capital (void)
{
  check_capital ("600 USD", "100000 USD", TRUE, 500);
  check_capital ("300 USD", "100000 USD", TRUE, 300);
  check_capital ("600 USD", "200 USD", TRUE, 200);
  check_capital ("600 USD", "200 USD", FALSE, 500);
  check_capital ("600 USD", "0 USD", TRUE, 0);
}

/* Each of these takes the cycle out. */
static void
test_not_now (void)
{
  for (guint i = 0; i < 6; i++)
    {
      Triangle t;

      triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", "max-book-age", "5s", NULL);
      triangle_push (&t, t.btc_usd, "99.00", "10", i == 0 ? "0" : "100.00", "10");
      triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", i == 1 ? "0.0000" : "200");
      if (i == 2 || i == 3)
        pst_harness_push_status (t.harness, t.btc_usd, t.time_ns, i == 2 ? PST_INSTRUMENT_STATUS_HALTED : PST_INSTRUMENT_STATUS_STALE);
      if (i == 4)
        triangle_push_level (&t, t.eth_btc, PST_SIDE_BUY, "0.05000", "1"); /* crossed */
      if (i == 5)
        t.time_ns += 5 * PST_NS_PER_SECOND;
      triangle_push (&t, t.eth_usd, "5.10", "200", "5.20", "200");
      g_assert_null (triangle_last (&t));
      triangle_finish (&t);
    }
}

/* And is back when it is well again; at exactly the largest age a book still counts. */
static void
test_again (void)
{
  Triangle t;

  triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", "max-book-age", "5s", NULL);
  triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "10");
  triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "200");
  t.time_ns += 3 * PST_NS_PER_SECOND;
  pst_harness_push_status (t.harness, t.eth_btc, t.time_ns, PST_INSTRUMENT_STATUS_HALTED);
  triangle_push (&t, t.eth_usd, "5.10", "200", "5.20", "200");
  g_assert_null (triangle_last (&t));
  pst_harness_push_status (t.harness, t.eth_btc, t.time_ns, PST_INSTRUMENT_STATUS_TRADING);
  g_assert_nonnull (triangle_last (&t));
  g_assert_cmpuint (triangle_last (&t)->updated_pair, ==, t.eth_btc);
  triangle_finish (&t);
}

/* What lasts is one; what changes is another, at most so often; what went and came back is new. */
static void
test_records (void)
{
  Triangle t;

  triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", "record-interval", "3s", "max-book-age", "0s", NULL);
  push_btc_way (&t);
  for (guint i = 0; i < 5; i++)
    triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.00", i % 2 ? "1" : "2");
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 1);
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.11", "200");
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 2);
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.12", "200");
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.13", "200");
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 2);
  triangle_push_level (&t, t.eth_usd, PST_SIDE_BUY, "5.00", "3");
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 3);
  triangle_push (&t, t.eth_usd, "4.00", "200", "5.20", "200");
  t.time_ns += 3 * PST_NS_PER_SECOND;
  triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "10");
  triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "200");
  triangle_push (&t, t.eth_usd, "5.13", "200", "5.20", "200");
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 4);
  g_assert_cmpuint (triangle_last (&t)->number, ==, 4);
  triangle_finish (&t);
}

/* Instruments that come while it runs make cycles, and books that were there before them count. */
static void
test_grows (void)
{
  Triangle t;
  guint32 xrp_usd, xrp_btc;

  triangle_setup (&t, "execute", "false", "trade-capital", "100 USD", NULL);
  triangle_push (&t, t.btc_usd, "101.00", "10", "102.00", "10");
  xrp_usd = triangle_add_pair (&t, "XRP", "USD", 2, 0);
  xrp_btc = triangle_add_pair (&t, "XRP", "BTC", 5, 0);
  triangle_push (&t, xrp_usd, "4.90", "200", "5.00", "200");
  triangle_push (&t, xrp_btc, "0.05000", "200", "0.05100", "200");
  g_assert_nonnull (triangle_last (&t));
  g_assert_cmpstr (triangle_last (&t)->cycle, ==, "USD->XRP->BTC->USD");
  triangle_finish (&t);
}

static void
test_four_trades (void)
{
  for (guint length = 3; length <= 4; length++)
    {
      g_autofree char *text = g_strdup_printf ("%u", length);
      guint32 xrp_usd, xrp_eth;
      Triangle t;

      triangle_setup (&t, "execute", "false", "trade-capital", "100 USD", "cycle-length-max", text, NULL);
      xrp_usd = triangle_add_pair (&t, "XRP", "USD", 2, 0);
      xrp_eth = triangle_add_pair (&t, "XRP", "ETH", 2, 0);
      triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "10");
      triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "200");
      triangle_push (&t, xrp_eth, "1.98", "1000", "2.00", "1000");
      triangle_push (&t, xrp_usd, "10.10", "1000", "10.30", "1000");
      if (length == 3)
        g_assert_null (triangle_last (&t));
      else
        {
          g_assert_cmpstr (triangle_last (&t)->cycle, ==, "USD->BTC->ETH->XRP->USD");
          g_assert_cmpuint (triangle_last (&t)->n_legs, ==, 4);
          g_assert_cmpint (triangle_last (&t)->est_profit, ==, PST_RATE_ONE);
        }
      triangle_finish (&t);
    }
}

static void
check_unstartable (const char *option, const char *value, gint code)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_TRIANGULAR_ARBITRAGE, "arb", NULL);
  g_autoptr (GError) error = NULL;

  if (option != NULL)
    {
      pst_component_set_option (strategy, "trade-capital", "1000 USD", &error);
      g_assert_no_error (error);
      pst_component_set_option (strategy, option, value, &error);
      g_assert_no_error (error);
    }
  g_assert_false (pst_harness_try_start (harness, strategy, &error));
  g_assert_error (error, PST_OPTION_ERROR, code);
  g_assert_nonnull (strstr (error->message, option != NULL ? option : "trade-capital"));
  pst_harness_finish (harness);
}

static void
test_bad_options (void)
{
  check_unstartable (NULL, NULL, PST_OPTION_ERROR_MISSING);
  check_unstartable ("trade-capital", "1000 EUR", PST_OPTION_ERROR_CONFLICT);
  check_unstartable ("max-trade-capital", "1000 EUR", PST_OPTION_ERROR_CONFLICT);
  check_unstartable ("min-net-pct", "0.00000000001", PST_OPTION_ERROR_RANGE);
}

static void
test_too_many (void)
{
  Triangle t;
  const PstRecord *alert;

  /* Two at the start; the third comes with an instrument, and those two stay. */
  triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", "cycles-max", "2", NULL);
  triangle_add_pair (&t, "XRP", "USD", 2, 0);
  triangle_add_pair (&t, "XRP", "BTC", 5, 0);
  push_btc_way (&t);
  g_assert_nonnull (triangle_last (&t));
  alert = pst_harness_find_record (t.harness, PST_RECORD_ALERT);
  g_assert_cmpstr (alert->alert.title, ==, "Too many cycles");
  g_assert_nonnull (strstr (alert->alert.message, "cycles-max"));
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_ALERT), ==, 1);
  triangle_finish (&t);
}

static void
test_no_cycles (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_TRIANGULAR_ARBITRAGE, "arb", "trade-capital", "1000 USD", NULL);

  pst_harness_add_instrument (harness, "SHARE");
  pst_harness_start (harness, strategy);
  pst_harness_stop (harness, strategy);
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_ALERT)->alert.title, ==, "No cycles");
  g_assert_nonnull (strstr (pst_harness_find_record (harness, PST_RECORD_NOTE)->note.detail, "cycles=0 "));
  pst_harness_finish (harness);
}

/* Two cycles that pay, with nothing but the base in common: with room for two both are traded, the better one first. */
static void
test_concurrent (void)
{
  for (guint concurrent = 1; concurrent <= 2; concurrent++)
    {
      g_autofree char *text = g_strdup_printf ("%u", concurrent);
      guint32 xrp_usd, ltc_usd, xrp_ltc;
      Triangle t;

      triangle_setup (&t, "trade-capital", "1000 USD", "concurrent", text, NULL);
      xrp_usd = triangle_add_pair (&t, "XRP", "USD", 2, 0);
      xrp_ltc = triangle_add_pair (&t, "XRP", "LTC", 5, 0);
      ltc_usd = triangle_add_pair (&t, "LTC", "USD", 2, 0);
      push_btc_way (&t);
      triangle_push (&t, ltc_usd, "99.00", "10", "100.00", "10");
      triangle_push (&t, xrp_ltc, "0.04900", "200", "0.05000", "200");
      triangle_push (&t, xrp_usd, "5.20", "200", "5.30", "200");
      g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, concurrent);
      g_assert_cmpuint (pst_harness_get_order (t.harness, 0)->request.instrument, ==, t.btc_usd);
      if (concurrent == 2)
        g_assert_cmpuint (pst_harness_get_order (t.harness, 1)->request.instrument, ==, ltc_usd);
      triangle_finish (&t);
    }
}

/* One frame makes two cycles pay: the one that brings more is traded, the other one recorded. */
static void
test_best_first (void)
{
  Triangle t;
  guint32 xrp_usd, xrp_btc;

  triangle_setup (&t, "trade-capital", "1000 USD", NULL);
  xrp_usd = triangle_add_pair (&t, "XRP", "USD", 2, 0);
  xrp_btc = triangle_add_pair (&t, "XRP", "BTC", 5, 0);
  triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "200");
  triangle_push (&t, xrp_btc, "0.04900", "200", "0.05000", "200");
  triangle_push (&t, t.eth_usd, "5.10", "200", "5.20", "200");
  triangle_push (&t, xrp_usd, "5.20", "200", "5.30", "200");
  triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "10");
  g_assert_cmpuint (triangle_count (&t, PST_RECORD_OPPORTUNITY), ==, 2);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 1);
  g_assert_cmpstr (triangle_last (&t)->cycle, ==, BTC_WAY);
  g_assert_false (triangle_last (&t)->executed);
  pst_harness_fill (t.harness, 1, "100.00", NULL);
  g_assert_cmpuint (pst_harness_get_order (t.harness, 1)->request.instrument, ==, xrp_btc);
  triangle_finish (&t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triangular-arbitrage/finds", test_finds);
  g_test_add_func ("/triangular-arbitrage/other-way", test_other_way);
  g_test_add_func ("/triangular-arbitrage/fees-eat-it", test_fees_eat_it);
  g_test_add_func ("/triangular-arbitrage/depth", test_depth);
  g_test_add_func ("/triangular-arbitrage/least-return", test_least_return);
  g_test_add_func ("/triangular-arbitrage/capital", test_capital);
  g_test_add_func ("/triangular-arbitrage/not-now", test_not_now);
  g_test_add_func ("/triangular-arbitrage/again", test_again);
  g_test_add_func ("/triangular-arbitrage/records", test_records);
  g_test_add_func ("/triangular-arbitrage/grows", test_grows);
  g_test_add_func ("/triangular-arbitrage/four-trades", test_four_trades);
  g_test_add_func ("/triangular-arbitrage/bad-options", test_bad_options);
  g_test_add_func ("/triangular-arbitrage/too-many", test_too_many);
  g_test_add_func ("/triangular-arbitrage/no-cycles", test_no_cycles);
  g_test_add_func ("/triangular-arbitrage/concurrent", test_concurrent);
  g_test_add_func ("/triangular-arbitrage/best-first", test_best_first);
  pst_check_conformance_add (penstock_plugin_entry (), "trade-capital", "1000 USD", NULL);
  return g_test_run ();
}
