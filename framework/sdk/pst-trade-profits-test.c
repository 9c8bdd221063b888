/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cycle that lost and counts as won, or whose loss no limit sees. Amounts are worked out by hand. */

#include <penstock-check.h>

typedef struct
{
  PstHarness *harness;
  PstTradeProfits *profits;
  guint32 btc_usd, eth_btc, eth_usd;
} Fixture;

static guint32
add_pair (PstHarness *harness, const char *symbol, const char *base, const char *quote, const char *mark)
{
  PstInstrument draft = { .symbol = (char *)symbol, .venue = (char *)"TEST", .settlement = PST_SETTLEMENT_DELIVERY };
  guint32 instrument;

  draft.price_scale = 2;
  draft.size_scale = 4;
  draft.base = pst_currency_get (base, NULL);
  draft.quote = pst_currency_get (quote, NULL);
  instrument = pst_harness_add_instrument_like (harness, &draft);
  if (mark != NULL)
    pst_harness_set_mark (harness, instrument, mark);
  return instrument;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->harness = pst_harness_new ();
  fixture->btc_usd = add_pair (fixture->harness, "BTC/USD", "BTC", "USD", "100.00");
  fixture->eth_btc = add_pair (fixture->harness, "ETH/BTC", "ETH", "BTC", "0.10");
  fixture->eth_usd = add_pair (fixture->harness, "ETH/USD", "ETH", "USD", "10.00");
  fixture->profits = pst_trade_profits_new (PST_CONTEXT (fixture->harness));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_trade_profits_free (fixture->profits);
  pst_harness_finish (fixture->harness);
}

/* What the fill realised, or NULL when that cannot be told: "PROFIT TOTAL RETURNS". */
static char *
take (Fixture *fixture, guint32 trade, guint32 instrument, PstSide side, const char *quantity, const char *price, const char *fee)
{
  const PstInstrument *of = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (fixture->harness)), instrument);
  PstFill fill = { .strategy = 3, .instrument = instrument, .side = side, .trade = trade };
  g_autofree char *profit = NULL, *total = NULL;
  PstMoney money = { 0 };
  PstTradeGain gain;

  fill.quantity = pst_harness_size (fixture->harness, instrument, quantity);
  fill.price = pst_harness_price (fixture->harness, instrument, price);
  g_assert_true (pst_instrument_notional (of, fill.price, fill.quantity, PST_ROUND_HALF_EVEN, &fill.notional));
  if (fee != NULL)
    {
      g_assert_true (pst_money_parse (fee, &money, NULL));
      fill.fee = money.amount;
      fill.fee_currency = money.currency;
    }
  if (!pst_trade_profits_take (fixture->profits, of, &fill, &gain))
    return NULL;
  money = (PstMoney){ gain.currency, gain.profit };
  profit = pst_money_to_string (&money);
  money.amount = gain.total;
  total = pst_money_to_string (&money);
  return g_strdup_printf ("%s, %s, %u", profit, total, gain.n_returns);
}

static void
check (char *told, const char *expected)
{
  g_autofree char *text = told;

  g_assert_cmpstr (text, ==, expected);
}

/* 100 dollars, 1 BTC, 10 ETH, sold for 11 each: 10 won, told by the part of the last leg that realised it. */
static void
test_cycle (Fixture *fixture, gconstpointer data)
{
  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_BUY, "1", "100.00", NULL), "0 USD, 0 USD, 0");
  check (take (fixture, 1, fixture->eth_btc, PST_SIDE_BUY, "10", "0.10", NULL), "0 USD, 0 USD, 0");
  check (take (fixture, 1, fixture->eth_usd, PST_SIDE_SELL, "4", "11.00", NULL), "4 USD, 4 USD, 1");
  check (take (fixture, 1, fixture->eth_usd, PST_SIDE_SELL, "6", "11.00", NULL), "6 USD, 10 USD, 2");
  g_assert_cmpuint (pst_trade_profits_get_n_trades (fixture->profits), ==, 1);
}

/* The second leg failed, and the first one is sold again below: the loss, with the fees of both. */
static void
test_unwound (Fixture *fixture, gconstpointer data)
{
  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_BUY, "1", "100.00", "0.5 USD"), "0 USD, 0 USD, 0");
  check (take (fixture, 2, fixture->btc_usd, PST_SIDE_BUY, "1", "90.00", NULL), "0 USD, 0 USD, 0");
  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_SELL, "1", "99.00", "0.5 USD"), "-2 USD, -2 USD, 1");
  g_assert_cmpuint (pst_trade_profits_get_n_trades (fixture->profits), ==, 2);
}

/* A fee in something else costs what that is worth, and is not known when nothing says so. */
static void
test_fees (Fixture *fixture, gconstpointer data)
{
  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_BUY, "1", "100.00", "0.01 ETH"), "-0.1 USD, -0.1 USD, 0");
  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_SELL, "1", "100.00", NULL), "0 USD, -0.1 USD, 1");
  check (take (fixture, 2, fixture->btc_usd, PST_SIDE_BUY, "1", "100.00", "0.01 BNB"), NULL);
}

/* What a trade holds is lost when its price falls, and a gain elsewhere does not make up for it. */
static void
test_open_losses (Fixture *fixture, gconstpointer data)
{
  const PstCurrency *usd = pst_currency_get ("USD", NULL);
  PstMoney losses = { usd, 0 };
  g_autofree char *text = NULL;

  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_BUY, "1", "100.00", NULL), "0 USD, 0 USD, 0");
  check (take (fixture, 2, fixture->eth_usd, PST_SIDE_BUY, "1", "1.00", NULL), "0 USD, 0 USD, 0");
  pst_harness_set_mark (fixture->harness, fixture->btc_usd, "97.50");
  g_assert_true (pst_trade_profits_find_open_losses (fixture->profits, usd, &losses.amount));
  text = pst_money_to_string (&losses);
  g_assert_cmpstr (text, ==, "-2.5 USD");
}

/* The oldest gives way; its number begins a new trade. */
static void
test_bound (Fixture *fixture, gconstpointer data)
{
  for (guint32 i = 1; i <= PST_TRADE_PROFITS_MAX + 1; i++)
    check (take (fixture, i, fixture->btc_usd, PST_SIDE_BUY, "1", "100.00", NULL), "0 USD, 0 USD, 0");
  g_assert_cmpuint (pst_trade_profits_get_n_trades (fixture->profits), ==, PST_TRADE_PROFITS_MAX);
  check (take (fixture, 2, fixture->btc_usd, PST_SIDE_SELL, "1", "101.00", NULL), "1 USD, 1 USD, 1");
  /* Sold by a trade that does not know where it came from: it begins with the coin. */
  check (take (fixture, 1, fixture->btc_usd, PST_SIDE_SELL, "1", "101.00", NULL), "0 BTC, 0 BTC, 0");
}

#define ADD(name, func) g_test_add ("/trade-profits/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("cycle", test_cycle);
  ADD ("unwound", test_unwound);
  ADD ("fees", test_fees);
  ADD ("open-losses", test_open_losses);
  ADD ("bound", test_bound);
  return g_test_run ();
}
