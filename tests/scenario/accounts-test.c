/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose money it is and what it is worth: several strategies, several currencies, assets that are delivered. What has no price is said to have
 * none; it is never worth nothing, and never one for one. */

#include "scenario.h"

#define TWO_DAYS(symbol, a, b) "2020-01-02T09:00:00Z," a ",1000," symbol "\n2020-01-02T10:00:00Z," b ",1000," symbol "\n"

/* The last row of the books: cash, mark to market, equity, holdings without a price. */
#define assert_books(run, expected)                                                                                                                \
  test_assert_sql ((run)->ledger, "SELECT substr (logical_time, 6, 11), cash, mark_to_market, equity, n_unpriced FROM v_mtm_ledger ORDER BY tick", \
                   expected)

static void
assert_money (const PstMoney *money, const char *expected)
{
  g_autofree char *text = pst_money_to_string (money);

  g_assert_cmpstr (text, ==, expected);
}

/* "one" buys 100 at 10.20 and sells them at 10.40: 20 less fees 1.02 + 1.04 = 17.94. "two" sells 60 short at 10.20, worth 10.50 each at the end:
 * -18 less fee 0.612 = -18.612. Together -0.672, and the venue, which knows one account, has just that less. */
static void
test_two_strategies (void)
{
  g_autoptr (Scenario) run = scenario_new ();
  const PstStrategySummary *one, *two;

  scenario_add_file (run, "bars.csv",
                     SCENARIO_HEADER "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                     "2020-01-02T10:00:00Z,10.20,10.50,10.10,10.40,1000,AAA\n"
                                     "2020-01-02T11:00:00Z,10.40,10.60,10.30,10.50,1000,AAA\n");
  scenario_add_script (run, "one", "1: buy 100 AAA market\n2: sell 100 AAA market\n");
  scenario_add_script (run, "two", "1: sell 60 AAA market\n2: sell 50 AAA market reduce-only\n");
  scenario_run (run, SCENARIO_PIPELINE SCENARIO_BARS SCENARIO_BROKER "taker-fee=0.001\n");
  g_assert_no_error (run->error);
  scenario_assert_positions (run, "one AAA.X 0 0.00000000 20.00000000 2.06000000\n"
                                  "two AAA.X -60 -612.00000000 0.00000000 0.61200000\n");
  assert_books (run, "01-02T10:00 100000.00000000 0.00000000 100000.00000000 0\n"
                     "01-02T11:00 99590.36800000 416.00000000 100006.36800000 0\n"
                     "01-02T12:00 100629.32800000 -630.00000000 99999.32800000 0\n");
  g_assert_cmpuint (run->summary->strategies->len, ==, 2);
  one = run->summary->strategies->pdata[0];
  two = run->summary->strategies->pdata[1];
  assert_money (&one->net_profit, "17.94 USD");
  assert_money (&two->net_profit, "-18.612 USD");
  assert_money (&run->summary->total.net_profit, "-0.672 USD");
  assert_money (&run->summary->total.fees, "2.672 USD");
  assert_money (&run->summary->final_equity, "99999.328 USD");
  g_assert_cmpuint (one->n_trades, ==, 1);
  g_assert_cmpuint (two->n_denied, ==, 1);
  g_assert_cmpuint (run->summary->total.n_orders, ==, one->n_orders + two->n_orders);
  g_assert_cmpuint (run->summary->total.n_fills, ==, 3);
  g_assert_cmpuint (run->summary->total.n_open_positions, ==, 1);
}

#define EURO_PIPELINE                                                                    \
  "[pipeline]\nname=house\n"                                                             \
  "[exchange us]\nplugin=replay\npath=us.csv\nbar-period=1h\nprice-scale=2\n"            \
  "[exchange nyse]\nplugin=sim\nfeed=us\ncash=1000 USD\n"                                \
  "[exchange eu]\nplugin=replay\npath=eu.csv\nbar-period=1h\nprice-scale=2\nquote=EUR\n" \
  "[exchange xetra]\nplugin=sim\nfeed=eu\ncash=500 EUR\ntaker-fee=0.01\n"

static Scenario *
play_euro (const char *rates)
{
  Scenario *run = scenario_new ();
  g_autofree char *with_rates = rates != NULL ? g_strconcat (SCENARIO_HEADER, rates, NULL) : NULL;

  scenario_add_file (run, "us.csv", SCENARIO_HEADER TWO_DAYS ("UUU", "10.00,10.00,10.00,10.00", "11.00,11.00,11.00,11.00"));
  scenario_add_file (run, "eu.csv", SCENARIO_HEADER TWO_DAYS ("EEE", "20.00,20.00,20.00,20.00", "20.00,22.00,20.00,22.00"));
  if (with_rates != NULL)
    scenario_add_file (run, "fx.csv", with_rates);
  /* Both feeds have a frame at 10:00; the second is the strategy's second. */
  scenario_add_script (run, "script", "2: buy 10 UUU market\n2: buy 10 EEE market\n");
  scenario_run (run, rates != NULL ? EURO_PIPELINE "[exchange fx]\nplugin=replay\npath=fx.csv\nbar-period=1h\nprice-scale=4\n" : EURO_PIPELINE);
  g_assert_no_error (run->error);
  return run;
}

/* Without a price of the euro the books hold the dollars alone, and say that one holding is left out: before any trade and after. 10 UUU at
 * 11.00: 1000 - 110 = 890 and 110. That 10 EEE for 200 EUR with a fee of 2 EUR were bought is seen in orders, positions and balances. */
static void
test_euro_without_a_rate (void)
{
  g_autoptr (Scenario) run = play_euro (NULL);

  assert_books (run, "01-02T10:00 1000.00000000 0.00000000 1000.00000000 1\n"
                     "01-02T11:00 890.00000000 110.00000000 1000.00000000 1\n");
  scenario_assert_positions (run, "script EEE.EU 10 200.00000000 0.00000000 2.00000000\n"
                                  "script UUU.US 10 110.00000000 0.00000000 0.00000000\n");
  test_assert_sql (run->ledger, "SELECT exchange, amount, currency, reason FROM v_run_cash ORDER BY sequence",
                   "nyse 1000.00000000 USD deposit\nxetra 500.00000000 EUR deposit\n");
  test_assert_sql (run->ledger, "SELECT fee, fee_currency FROM v_paper_trade WHERE instrument = 'EEE.EU'", "2.00000000 EUR\n");
  g_assert_cmpuint (run->summary->n_unpriced, ==, 1);
  assert_money (&run->summary->final_equity, "1000 USD");
}

/* With one it is worth what it is worth: 500 EUR x 1.10 = 550. Later 298 EUR and 10 EEE at 22: 518 x 1.20 = 621.60, with the 110 of UUU 731.60. */
static void
test_euro_with_a_rate (void)
{
  g_autoptr (Scenario) run = play_euro (TWO_DAYS ("EUR/USD", "1.1000,1.1000,1.1000,1.1000", "1.1500,1.2000,1.1500,1.2000"));

  assert_books (run, "01-02T10:00 1000.00000000 550.00000000 1550.00000000 0\n"
                     "01-02T11:00 890.00000000 731.60000000 1621.60000000 0\n");
  assert_money (&run->summary->initial_equity, "1550 USD");
  assert_money (&run->summary->final_equity, "1621.6 USD");
  /* Profit of the trades alone: 10 x 2 EUR less 2 EUR fee, 18 EUR x 1.20. The rest of the rise is the euro's. */
  assert_money (&run->summary->total.net_profit, "21.6 USD");
}

/* The rate comes an hour later than all else: until then the euros have no price, and what they bring to the books then is no profit. Asked the other
 * way round, USD/EUR 0.80: 298 + 220 = 518 EUR / 0.80 = 647.50. */
static void
test_euro_with_a_late_rate (void)
{
  g_autoptr (Scenario) run = play_euro ("2020-01-02T10:00:00Z,0.8000,0.8000,0.8000,0.8000,1,USD/EUR\n");

  assert_books (run, "01-02T10:00 1000.00000000 0.00000000 1000.00000000 1\n"
                     "01-02T11:00 890.00000000 757.50000000 1647.50000000 0\n");
  g_assert_cmpuint (run->summary->n_unpriced, ==, 0);
}

#define COIN_PIPELINE                                                                                                         \
  "[pipeline]\nname=house\n"                                                                                                  \
  "[exchange data]\nplugin=replay\npath=bars.csv\nbar-period=1h\nprice-scale=2\nsize-scale=8\nsettlement=delivery\nvenue=X\n" \
  "[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.001\n"

/* Coins that are delivered: 2 BTC and 100000 USD to begin with. 0.5 BTC at 40000 cost 20000 and 20: 79980 USD, 2.5 BTC at 41000 are 102500. 1 BTC
 * sold at 41000 brings 41000 less 41: 120939 USD, 1.5 BTC at 42000 are 63000. More than there is cannot be sold, though the strategy's own position
 * is short already: it sold coins that were deposited. */
static void
test_delivery (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_add_file (run, "bars.csv",
                     SCENARIO_HEADER "2020-01-02T09:00:00Z,40000,40000,40000,40000,10,BTC/USD\n"
                                     "2020-01-02T10:00:00Z,40000,41000,40000,41000,10,BTC/USD\n"
                                     "2020-01-02T11:00:00Z,41000,42000,41000,42000,10,BTC/USD\n");
  scenario_add_script (run, "script",
                       "1: buy 0.5 BTC/USD market\n2: sell 1 BTC/USD market\n2: sell 1.50000001 BTC/USD market\n2: buy 3 BTC/USD market\n");
  scenario_run (run, COIN_PIPELINE "cash=100000 USD;2 BTC\n");
  g_assert_no_error (run->error);
  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 40000.00 0.50000000 20.00000000\n"
                              "01-02T12:00 2 SELL TAKER 41000.00 1.00000000 41.00000000\n");
  assert_books (run, "01-02T10:00 100000.00000000 80000.00000000 180000.00000000 0\n"
                     "01-02T11:00 79980.00000000 102500.00000000 182480.00000000 0\n"
                     "01-02T12:00 120939.00000000 63000.00000000 183939.00000000 0\n");
  scenario_assert_positions (run, "script BTC/USD.X -0.50000000 -20500.00000000 500.00000000 61.00000000\n");
  scenario_assert_orders (run, "1 FILLED 0.50000000 0.50000000 \n2 FILLED 1.00000000 1.00000000 \n"
                               "3 REJECTED 1.50000001 0.00000000 insufficient_cash: needs 1.50000001 BTC, free are 1.5 BTC\n"
                               "4 REJECTED 3.00000000 0.00000000 insufficient_cash: needs 123123 USD, free are 120939 USD\n");
  assert_money (&run->summary->initial_equity, "180000 USD");
}

/* Two coins against each other with no price of either in dollars: two holdings without a price, not one. */
static void
test_delivery_without_a_rate (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_add_file (run, "bars.csv",
                     SCENARIO_HEADER "2020-01-02T09:00:00Z,0.05,0.05,0.05,0.05,10,ETH/BTC\n"
                                     "2020-01-02T10:00:00Z,0.05,0.05,0.05,0.05,10,ETH/BTC\n");
  scenario_add_script (run, "script", "1: buy 10 ETH/BTC market\n");
  scenario_run (run, COIN_PIPELINE "cash=2 BTC\n");
  g_assert_no_error (run->error);
  assert_books (run, "01-02T10:00 0.00000000 0.00000000 0.00000000 1\n"
                     "01-02T11:00 0.00000000 0.00000000 0.00000000 2\n");
  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 0.05 10.00000000 0.00050000\n");
}

/* A share of 90 thousand million dollars can be held; when it is worth 93, which USD with eight decimals cannot say in 64 bits, the run ends in
 * error. What was right until then stays in the ledger. */
static void
test_overflow (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_add_file (run, "bars.csv",
                     SCENARIO_HEADER "2020-01-02T09:00:00Z,90000000000,90000000000,90000000000,90000000000,1,AAA\n"
                                     "2020-01-02T10:00:00Z,90000000000,90000000000,90000000000,90000000000,1,AAA\n"
                                     "2020-01-02T11:00:00Z,93000000000,93000000000,93000000000,93000000000,1,AAA\n"
                                     "2020-01-02T12:00:00Z,90000000000,90000000000,90000000000,90000000000,1,AAA\n");
  scenario_add_script (run, "script", "1: buy 2 AAA market\n1: buy 1 AAA market\n");
  scenario_run (run, SCENARIO_PIPELINE "[exchange data]\nplugin=replay\npath=bars.csv\nbar-period=1h\nprice-scale=0\nvenue=X\n"
                                       "[exchange broker]\nplugin=sim\nfeed=data\ncash=92000000000 USD\n");
  g_assert_error (run->error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  test_assert_contains (run->error->message, "AAA.X");
  scenario_assert_orders (run, "1 DENIED 2 0 notional_overflow\n2 FILLED 1 1 \n");
  assert_books (run, "01-02T10:00 92000000000.00000000 0.00000000 92000000000.00000000 0\n"
                     "01-02T11:00 2000000000.00000000 90000000000.00000000 92000000000.00000000 0\n");
  test_assert_sql (run->ledger, "SELECT state, reason <> '' FROM strategy_run", "ERROR 1\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/accounts/two-strategies", test_two_strategies);
  g_test_add_func ("/scenario/accounts/euro-without-a-rate", test_euro_without_a_rate);
  g_test_add_func ("/scenario/accounts/euro-with-a-rate", test_euro_with_a_rate);
  g_test_add_func ("/scenario/accounts/euro-with-a-late-rate", test_euro_with_a_late_rate);
  g_test_add_func ("/scenario/accounts/delivery", test_delivery);
  g_test_add_func ("/scenario/accounts/delivery-without-a-rate", test_delivery_without_a_rate);
  g_test_add_func ("/scenario/accounts/overflow", test_overflow);
  return g_test_run ();
}
