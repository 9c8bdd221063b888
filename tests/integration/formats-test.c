/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every kind of file that market data come in goes through the whole house: other columns, other clocks, other units, packed in other ways, bars,
 * quotes and trades. A column read as another, or an hour off, is money lost without a message. Tiny files of each shape first, with numbers worked
 * out by hand; then the recordings. */

#include "../scenario/scenario.h"
#include "house-run.h"
#include "ledger-audit.h"

#define DATA "[pipeline]\nname=house\n[exchange data]\nplugin=replay\nvenue=X\n"
#define BITFINEX "columns=time,open,close,high,low,volume\nbar-period=1m\nprice-scale=8\nsize-scale=8\nsymbol=BTC/USD\nsettlement=delivery\n"
#define LEAN "time-zone=America/New_York\nprice-unit=0.0001\n"
#define LEAN_DAYS "columns=date,open,high,low,close,volume\nsymbol={file}\n" LEAN
#define LEAN_QUOTES "columns=time,bid,bid-size,ask,ask-size,-,-,-\ntime-format=ms-of-day\nsymbol=BAC\n" LEAN
#define LEAN_TRADES "columns=time,price,size,-,-,-\ntime-format=ms-of-day\nsymbol=BAC\n" LEAN
#define GOLDEN_DAYS "bar-period=1d\nlayout=symbol\n"
#define BROKER "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n"

static Scenario *
play (const char *file, const char *text, const char *feed, const char *script)
{
  Scenario *run = scenario_new ();
  g_autofree char *pipeline = g_strconcat (DATA "path=", file, "\n", feed, BROKER, NULL);

  scenario_add_file (run, file, text);
  scenario_add_script (run, "script", script);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  return run;
}

/* Bitfinex writes open, CLOSE, high, low. Half a coin at the second minute's open 301.00, sold at the third's 303.00: 1 USD. */
static void
test_made_minutes (void)
{
  g_autoptr (Scenario) run = play ("minutes.csv.gz",
                                   "1420070400000,300.10,300.20,300.30,300.00,1.5\n"
                                   "1420070460000,301.00,302.00,302.50,300.50,2\n"
                                   "1420070580000,303.00,303.00,303.00,303.00,0.12345678\n",
                                   BITFINEX, "1: buy 0.5 BTC/USD market\n2: sell 0.5 BTC/USD market\n");

  scenario_assert_fills (run, "01-01T00:02 1 BUY TAKER 301.00000000 0.50000000 -\n"
                              "01-01T00:04 2 SELL TAKER 303.00000000 0.50000000 -\n");
  scenario_assert_equity (run, "01-01T00:01 100000.00000000 0.00000000 100000.00000000\n"
                               "01-01T00:02 99849.50000000 151.00000000 100000.50000000\n"
                               "01-01T00:04 100001.00000000 0.00000000 100001.00000000\n");
}

/* Lean: zipped, prices in ten-thousandths of a dollar, days of New York: that of 2 January is over at 05:00 UTC of the 3rd, that of 2 July at 04:00.
 */
static void
test_made_days (void)
{
  g_autoptr (Scenario) run = play ("aapl.zip",
                                   "20200102 00:00,100000,101000,99000,100500,1000\n"
                                   "20200103 00:00,102500,103000,102000,102800,1000\n"
                                   "20200702 00:00,1500100,1510000,1490000,1505000,1000\n",
                                   LEAN_DAYS, "1: buy 10 AAPL market\n2: sell 10 AAPL market\n");

  scenario_assert_fills (run, "01-04T05:00 1 BUY TAKER 10.2500 10 -\n"
                              "07-03T04:00 2 SELL TAKER 150.0100 10 -\n");
  test_assert_sql (run->ledger, "SELECT id FROM instrument", "AAPL.X\n");
}

/* Quotes by milliseconds since midnight in New York (14:30:00 UTC is 9:30 there in winter), the day from the file's name. A market order takes the
 * other side of the next quote that has one; a quote that is crossed is no quote. */
static void
test_made_quotes (void)
{
  g_autoptr (Scenario) run = play ("20200102_quote.zip",
                                   "34200000,138900,100,139000,200,K,1,0\n"
                                   "34200001,138900,100,0,0,K,1,0\n"
                                   "34200002,0,0,139100,300,N,1,0\n"
                                   "34200003,138800,100,138800,200,K,1,0\n"
                                   "34200004,138700,400,138900,500,K,1,0\n"
                                   "34200005,138600,400,138800,500,K,1,0\n",
                                   LEAN_QUOTES "on-bad-row=skip\n", "1: buy 10 BAC market\n3: sell 5 BAC market\n3: buy 5 BAC limit 13.88\n");

  test_assert_sql (run->ledger, "SELECT logical_time - 1577975400000000000, order_id, side, liquidity, price FROM paper_trade ORDER BY sequence",
                   "2000000 1 BUY TAKER 139100\n4000000 2 SELL TAKER 138700\n5000000 3 BUY MAKER 138800\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE name = 'ROWS_REJECTED'", "1 row rejected: crossed 1\n");
}

/* Trades: a market order takes the next trade's price, a limit waits until one goes through it. */
static void
test_made_trades (void)
{
  g_autoptr (Scenario) run = play ("20200102_trade.zip",
                                   "34200000,139000,100,Q,1,0\n"
                                   "34200010,139100,100,Q,1,0\n"
                                   "34200020,139200,100,Q,1,0\n"
                                   "34200030,139201,100,Q,1,0\n",
                                   LEAN_TRADES, "1: buy 10 BAC market\n2: sell 10 BAC limit 13.92\n");

  test_assert_sql (run->ledger, "SELECT logical_time - 1577975400000000000, order_id, side, liquidity, price FROM paper_trade ORDER BY sequence",
                   "10000000 1 BUY TAKER 139100\n30000000 2 SELL MAKER 139200\n");
  scenario_assert_positions (run, "script BAC.X 0 0.00000000 0.10000000 0.00000000\n");
}

/* Header, seconds since 1970, several symbols one after the other, zstd. */
static void
test_made_symbols (void)
{
  g_autoptr (Scenario) run = play ("days.csv.zst",
                                   "symbol,ts,open,high,low,close,volume\n"
                                   "S1,1577836800,10.0001,10.0002,10.0000,10.0001,5\n"
                                   "S1,1577923200,11.0001,11.0002,11.0000,11.0001,5\n"
                                   "S2,1577836800,20.0001,20.0002,20.0000,20.0001,5\n"
                                   "S2,1577923200,21.0001,21.0002,21.0000,21.0001,5\n",
                                   GOLDEN_DAYS, "1: buy 1 S1 market\n1: buy 2 S2 market\n");

  scenario_assert_fills (run, "01-03T00:00 1 BUY TAKER 11.0001 1 -\n"
                              "01-03T00:00 2 BUY TAKER 21.0001 2 -\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM mtm_ledger", "2\n");
}

#define RECORDED_CROSS "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-value=20000 USD\n"

/* sma-cross over a recording: every row is read, none rejected, and the books are right. */
static void
check_recorded_bars (const char *name, const char *files, const char *feed, const char *pipeline_options, gint64 n_rows, gint64 n_fills_min)
{
  g_autofree char *path = test_recording (name), *pipeline = NULL;
  g_autoptr (TestFolder) folder = NULL;
  g_autoptr (HouseRun) run = NULL;

  if (path == NULL)
    return;
  folder = test_folder_new ();
  pipeline = g_strconcat ("[pipeline]\nname=house\n", pipeline_options, "[exchange data]\nplugin=replay\npath=", path, files, "\n", feed,
                          HOUSE_BROKER RECORDED_CROSS HOUSE_GUARDS HOUSE_STORES, NULL);
  run = house_run (folder, pipeline, NULL);
  test_assert_exit (run->outcome, 0);
  g_assert_cmpint (house_run_get_feed_count (run, "rows"), ==, n_rows);
  g_assert_cmpint (house_run_get_feed_count (run, "events"), ==, n_rows);
  g_assert_cmpint (house_run_get_feed_count (run, "rejected"), ==, 0);
  g_assert_cmpint (house_run_get_total (run, "fills"), >, n_fills_min);
  ledger_audit_sums (run->ledger);
}

static void
test_recorded_minutes (void)
{
  check_recorded_bars ("market-data/bars-1m", "/ETHUSD-2016.csv.gz",
                       "columns=time,open,close,high,low,volume\nbar-period=1m\nprice-scale=8\nsize-scale=8\nsymbol=ETH/USD\nsettlement=delivery\n",
                       "tick-interval=1h\n", 85818, 3000);
#ifndef TEST_SANITIZED
  check_recorded_bars ("market-data/bars-1m", "/BTCUSD-*.csv.gz", BITFINEX, "tick-interval=1h\n", 366710 + 293230, 20000);
#endif
}

static void
test_recorded_days (void)
{
  check_recorded_bars ("market-data/equities-daily/lean/Data/equity/usa/daily", "/*.zip", LEAN_DAYS, "", 70025, 1000);
}

static void
test_recorded_golden (void)
{
  check_recorded_bars ("golden/w1_all.csv.zst", "", GOLDEN_DAYS, "", 75600, 2000);
  check_recorded_bars ("golden/w3.csv.zst", "", "bar-period=1m\nsymbol=W\n", "tick-interval=1h\n", 100000, 3000);
}

static Scenario *
play_recorded (const char *files, const char *feed, const char *script)
{
  g_autofree char *path = test_recording ("market-data/ticks/lean-bac"), *pipeline = NULL;
  Scenario *run;

  if (path == NULL)
    return NULL;
  run = scenario_new ();
  pipeline = g_strconcat ("[pipeline]\nname=house\ntick-interval=1m\n[exchange data]\nplugin=replay\nvenue=X\npath=", path, files, "\n", feed, BROKER,
                          NULL);
  scenario_add_script (run, "script", script);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  ledger_audit_sums (run->ledger);
  return run;
}

/* Bank of America, two days of quotes of all exchanges, each of one side. By the file's lines: behind line 100,000 the next offer is 13.90; behind
 * line 300,000 the next bid is 13.85; an offer of 13.83 first comes in line 420,783. The other side of a one-sided quote is absent, so there is never
 * a middle, and what is held has no price. */
static void
test_recorded_quotes (void)
{
#ifdef TEST_SANITIZED
  const char *days = "/20131007_quote.zip";
#else
  const char *days = "/*_quote.zip";
#endif
  g_autoptr (Scenario) run
      = play_recorded (days, LEAN_QUOTES, "100000: buy 100 BAC market\n300000: sell 50 BAC market\n400000: buy 10 BAC limit 13.83\n");

  if (run == NULL)
    return;
  test_assert_sql (run->ledger, "SELECT logical_time / 1000000 - 1381118400000, order_id, side, price FROM paper_trade ORDER BY sequence",
                   "38352704 1 BUY 139000\n49339555 2 SELL 138500\n55306931 3 BUY 138300\n");
  test_assert_sql (run->ledger, "SELECT cash, mark_to_market, n_unpriced FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1",
                   "99164.20000000 0.00000000 1\n");
#ifndef TEST_SANITIZED
  g_assert_cmpuint (run->summary->n_events, ==, 1052951);
#endif
}

/* Its trades: behind line 50,000 the next is 13.87; 13.88 is first gone through in line 88,010, with 14.12 after hours. */
static void
test_recorded_trades (void)
{
  g_autoptr (Scenario) run = play_recorded ("/*_trade.zip", LEAN_TRADES, "50000: buy 100 BAC market\n80000: sell 100 BAC limit 13.88\n");

  if (run == NULL)
    return;
  test_assert_sql (run->ledger, "SELECT logical_time / 1000000 - 1381118400000, order_id, side, liquidity, price FROM paper_trade ORDER BY sequence",
                   "48935171 1 BUY TAKER 138700\n61653359 2 SELL MAKER 138800\n");
  g_assert_cmpuint (run->summary->n_events, ==, 214044);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/formats/made-minutes", test_made_minutes);
  g_test_add_func ("/integration/formats/made-days", test_made_days);
  g_test_add_func ("/integration/formats/made-quotes", test_made_quotes);
  g_test_add_func ("/integration/formats/made-trades", test_made_trades);
  g_test_add_func ("/integration/formats/made-symbols", test_made_symbols);
  g_test_add_func ("/integration/formats/recorded-minutes", test_recorded_minutes);
  g_test_add_func ("/integration/formats/recorded-days", test_recorded_days);
  g_test_add_func ("/integration/formats/recorded-golden", test_recorded_golden);
  g_test_add_func ("/integration/formats/recorded-quotes", test_recorded_quotes);
  g_test_add_func ("/integration/formats/recorded-trades", test_recorded_trades);
  return g_test_run ();
}
