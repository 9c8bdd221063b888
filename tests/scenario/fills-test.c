/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* At what price, when, how much and at what cost orders fill. Whoever reads these and takes a pencil must come to the same numbers: they are
 * what an operator believes a backtest by.
 *
 * A bar labelled 09:00 is known at 10:00, so the script's frame 1 is at 10:00, and what is asked for then fills in the bar from 10:00 to
 * 11:00, which the ledger has at 11:00. */

#include "scenario.h"

/* 100 at the next open 10.30: 1030.00, fee 0.1 % 1.03. Then 40 at 10.40: 416.00, fee 0.416.
 * Cash 100000 - 1031.03 = 98968.97, + 415.584 = 99384.554.
 * The 40 cost 40/100 of 1030 = 412 and brought 416: 4 realised; the other 60 cost 618.
 * Valued at the closes: 100 x 10.40 = 1040, then 60 x 10.50 = 630. */
static void
test_market (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.40,10.60,10.30,10.50,1000,AAA\n",
                                            "taker-fee=0.001\n", "1: buy 100 AAA market\n2: sell 40 AAA market\n");
  g_autofree char *start = scenario_list_records (run, "2020-01-02T10:00:00Z");
  g_autofree char *middle = scenario_list_records (run, "2020-01-02T11:00:00Z");
  g_autofree char *end = scenario_list_records (run, "2020-01-02T12:00:00Z");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.30 100 1.03000000\n"
                              "01-02T12:00 2 SELL TAKER 10.40 40 0.41600000\n");
  scenario_assert_orders (run, "1 FILLED 100 100 \n2 FILLED 40 40 \n");
  scenario_assert_positions (run, "script AAA.X 60 618.00000000 4.00000000 1.44600000\n");
  scenario_assert_equity (run, "01-02T10:00 100000.00000000 0.00000000 100000.00000000\n"
                               "01-02T11:00 98968.97000000 1040.00000000 100008.97000000\n"
                               "01-02T12:00 99384.55400000 630.00000000 100014.55400000\n");
  /* The story in its order: what was asked for is written before it is sent. The notes say that both exchanges are connected. */
  g_assert_cmpstr (start, ==,
                   "RUN COMPONENT COMPONENT COMPONENT COMPONENT COMPONENT INSTRUMENT CASH RUN AUDIT NOTE NOTE INTENT ORDER REPORT ORDER TICK");
  g_assert_cmpstr (middle, ==, "REPORT ORDER FILL POSITION INTENT ORDER REPORT ORDER TICK");
  g_assert_cmpstr (end, ==, "REPORT ORDER FILL POSITION TICK AUDIT RUN");
  g_assert_cmpstr (run->heard->pdata[0], ==, "1: 1 ACCEPTED\n1: 1 FILLED\n2: 2 ACCEPTED\n2: 2 FILLED\n");
}

/* A limit of 10.00: the second bar only touches it, the third goes through to 9.95 and fills it at its own price as a maker:
 * 1000.00, fee 0.02 % 0.20. The sell at 10.30 or better finds the fourth bar opening at 10.50: it takes that, 1050.00, fee 0.1 % 1.05.
 * Cash 100000 - 1000.20 + 1048.95 = 100048.75; realised 50. */
#define LIMIT_BARS                                          \
  "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"  \
  "2020-01-02T10:00:00Z,10.20,10.30,10.00,10.20,1000,AAA\n" \
  "2020-01-02T11:00:00Z,10.10,10.25,9.95,10.20,1000,AAA\n"  \
  "2020-01-02T12:00:00Z,10.50,10.60,10.40,10.50,1000,AAA\n"
#define LIMIT_SCRIPT "1: buy 100 AAA limit 10.00\n3: sell 100 AAA limit 10.30\n"

static void
test_limit (void)
{
  g_autoptr (Scenario) run = scenario_play (LIMIT_BARS, "maker-fee=0.0002\ntaker-fee=0.001\n", LIMIT_SCRIPT);

  scenario_assert_fills (run, "01-02T12:00 1 BUY MAKER 10.00 100 0.20000000\n"
                              "01-02T13:00 2 SELL TAKER 10.50 100 1.05000000\n");
  scenario_assert_positions (run, "script AAA.X 0 0.00000000 50.00000000 1.25000000\n");
  scenario_assert_equity (run, "01-02T10:00 100000.00000000 0.00000000 100000.00000000\n"
                               "01-02T11:00 100000.00000000 0.00000000 100000.00000000\n"
                               "01-02T12:00 98999.80000000 1020.00000000 100019.80000000\n"
                               "01-02T13:00 100048.75000000 0.00000000 100048.75000000\n");
}

/* The same where a touch is said to be enough: filled by the second bar already. */
static void
test_limit_touched (void)
{
  g_autoptr (Scenario) run = scenario_play (LIMIT_BARS, "fill-on-touch=true\n", LIMIT_SCRIPT);

  scenario_assert_fills (run, "01-02T11:00 1 BUY MAKER 10.00 100 -\n"
                              "01-02T13:00 2 SELL TAKER 10.50 100 -\n");
}

/* A buy stop of 10.50: not reached by a high of 10.45, reached inside the third bar: 10.50. The sell stop of 10.00 is jumped over by an
 * open of 9.80 and gets that. Loss (9.80 - 10.50) x 100 = -70. */
static void
test_stop (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.45,10.15,10.40,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.30,10.60,10.20,10.50,1000,AAA\n"
                                            "2020-01-02T12:00:00Z,9.80,9.90,9.70,9.85,1000,AAA\n",
                                            "", "1: buy 100 AAA stop 10.50\n3: sell 100 AAA stop 10.00\n");

  scenario_assert_fills (run, "01-02T12:00 1 BUY TAKER 10.50 100 -\n"
                              "01-02T13:00 2 SELL TAKER 9.80 100 -\n");
  scenario_assert_positions (run, "script AAA.X 0 0.00000000 -70.00000000 0.00000000\n");
  g_assert_cmpstr (run->heard->pdata[0], ==, "1: 1 ACCEPTED\n2: 1 TRIGGERED\n2: 1 FILLED\n3: 2 ACCEPTED\n3: 2 TRIGGERED\n3: 2 FILLED\n");
  test_assert_sql (run->ledger, "SELECT order_id, from_state, to_state FROM event_ledger WHERE kind = 'ORDER' AND order_id = 1 ORDER BY sequence",
                   "1 - INITIALIZED\n1 INITIALIZED SUBMITTED\n1 SUBMITTED ACCEPTED\n1 ACCEPTED TRIGGERED\n1 TRIGGERED FILLED\n");
}

/* Stop 10.50 with a limit of 10.55 takes 10.50 where it is triggered. With a limit of 10.40, below its stop, it only becomes a limit: in
 * that bar nothing is known to come later but the close, 10.50; the next bar goes through 10.40 down to 10.30. */
static void
test_stop_limit (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.45,10.15,10.40,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.30,10.60,10.20,10.50,1000,AAA\n"
                                            "2020-01-02T12:00:00Z,10.45,10.50,10.30,10.35,1000,AAA\n",
                                            "", "1: buy 100 AAA stop-limit 10.50 10.55\n1: buy 100 AAA stop-limit 10.50 10.40\n");

  scenario_assert_fills (run, "01-02T12:00 1 BUY TAKER 10.50 100 -\n"
                              "01-02T13:00 2 BUY MAKER 10.40 100 -\n");
  scenario_assert_orders (run, "1 FILLED 100 100 \n2 FILLED 100 100 \n");
}

/* A tenth of 1000 shares a bar: 250 take three bars, at each bar's open: 100 at 10.20, 100 at 10.30, 50 at 10.40.
 * Cost 1020 + 1030 + 520 = 2570. */
static void
test_volume_share (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.30,10.40,10.20,10.30,1009,AAA\n"
                                            "2020-01-02T12:00:00Z,10.40,10.50,10.30,10.40,1000,AAA\n",
                                            "volume-share=0.1\n", "1: buy 250 AAA market\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.20 100 -\n"
                              "01-02T12:00 1 BUY TAKER 10.30 100 -\n"
                              "01-02T13:00 1 BUY TAKER 10.40 50 -\n");
  scenario_assert_positions (run, "script AAA.X 250 2570.00000000 0.00000000 0.00000000\n");
  g_assert_cmpstr (run->heard->pdata[0], ==, "1: 1 ACCEPTED\n1: 1 PARTIALLY_FILLED\n2: 1 PARTIALLY_FILLED\n3: 1 FILLED\n");
  /* Two orders of one bar share its volume: first come, first served. */
  {
    g_autoptr (Scenario) shared = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                                 "2020-01-02T10:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                                 "2020-01-02T11:00:00Z,10.30,10.40,10.20,10.30,1000,AAA\n",
                                                 "volume-share=0.1\n", "1: buy 70 AAA market\n1: buy 70 AAA market\n");

    scenario_assert_fills (shared, "01-02T11:00 1 BUY TAKER 10.20 70 -\n"
                                   "01-02T11:00 2 BUY TAKER 10.20 30 -\n"
                                   "01-02T12:00 2 BUY TAKER 10.30 40 -\n");
  }
}

/* 90 minutes to the venue: asked for at 10:00 it arrives at 11:30, and the first event after that is the bar known at 12:00. A cancel
 * that is sent at 12:00 arrives at 13:30, too late for what fills at 13:00. */
static void
test_latency (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.30,9.10,10.20,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.30,10.40,10.20,10.30,1000,AAA\n"
                                            "2020-01-02T12:00:00Z,10.40,10.50,9.80,10.40,1000,AAA\n"
                                            "2020-01-02T13:00:00Z,10.40,10.50,10.30,10.40,1000,AAA\n",
                                            "latency=90m\n", "1: buy 100 AAA market\n1: buy 100 AAA limit 10.00\n3: cancel 2\n");

  scenario_assert_fills (run, "01-02T12:00 1 BUY TAKER 10.30 100 -\n"
                              "01-02T13:00 2 BUY MAKER 10.00 100 -\n");
  scenario_assert_orders (run, "1 FILLED 100 100 \n2 FILLED 100 100 \n");
  test_assert_sql (run->ledger,
                   "SELECT substr (logical_time, 6, 11), component, name FROM v_event_ledger WHERE kind = 'NOTE' AND name <> 'CONNECTION_CHANGED'",
                   "01-02T13:30 broker LATE_REPORT\n");
}

/* The data end at 11:00 with an order that rests. Its cancel takes 30 seconds more, and the books are closed then. One that would take longer than a
 * run waits for its venues is told to be left open. */
static void
test_latency_at_the_end (void)
{
  static const char bars[] = "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n2020-01-02T10:00:00Z,10.20,10.30,9.90,10.20,1000,AAA\n";
  g_autoptr (Scenario) soon = scenario_play (bars, "latency=30s\n", "1: buy 100 AAA limit 9.00\n");
  g_autoptr (Scenario) late = scenario_play (bars, "latency=30m\n", "1: buy 100 AAA limit 9.00\n");

  scenario_assert_orders (soon, "1 CANCELED 100 0 \n");
  test_assert_sql (soon->ledger, "SELECT logical_time FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", "2020-01-02T11:00:30Z\n");
  test_assert_sql (soon->ledger, "SELECT count (*) FROM event_ledger WHERE name = 'ORDERS_LEFT_OPEN'", "0\n");
  scenario_assert_orders (late, "1 PENDING_CANCEL 100 0 \n");
  test_assert_sql (late->ledger, "SELECT count (*) FROM event_ledger WHERE name = 'ORDERS_LEFT_OPEN'", "1\n");
}

/* A tenth of a per cent against us, to the worse cent: 10.30 x 0.001 = 0.0103, so 10.32; 10.40 x 0.001 = 0.0104, so 10.38. What has a limit
 * fills at the limit. */
static void
test_slippage (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.40,10.60,10.30,10.50,1000,AAA\n",
                                            "slippage=0.001\n", "1: buy 100 AAA market\n2: sell 40 AAA market\n2: sell 60 AAA limit 10.55\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.32 100 -\n"
                              "01-02T12:00 2 SELL TAKER 10.38 40 -\n"
                              "01-02T12:00 3 SELL MAKER 10.55 60 -\n");
}

/* At least 1 USD an order: 50 x 10.30 = 515 would pay 0.515 and pays 1; with 50 x 10.40 = 520 the order owes 1.035, so 0.035 more.
 * Fees are rounded up to the last digit of the currency: 3 x 0.07 USD x 0.00333333 = 0.0006999993 is 0.00070000. */
static void
test_fees (void)
{
  g_autoptr (Scenario) least = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                              "2020-01-02T10:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                              "2020-01-02T11:00:00Z,10.40,10.60,10.30,10.50,1000,AAA\n",
                                              "taker-fee=0.001\nfee-minimum=1 USD\nvolume-share=0.05\n", "1: buy 100 AAA market\n");
  g_autoptr (Scenario) up = scenario_play ("2020-01-02T09:00:00Z,0.07,0.07,0.07,0.07,1000,AAA\n"
                                           "2020-01-02T10:00:00Z,0.07,0.07,0.07,0.07,1000,AAA\n",
                                           "taker-fee=0.00333333\n", "1: buy 3 AAA market\n");

  scenario_assert_fills (least, "01-02T11:00 1 BUY TAKER 10.30 50 1.00000000\n"
                                "01-02T12:00 1 BUY TAKER 10.40 50 0.03500000\n");
  scenario_assert_fills (up, "01-02T11:00 1 BUY TAKER 0.07 3 0.00070000\n");
}

/* A rebate: a maker is paid 0.01 % of 1000.00. */
static void
test_rebate (void)
{
  g_autoptr (Scenario) run = scenario_play (LIMIT_BARS, "maker-fee=-0.0001\n", "1: buy 100 AAA limit 10.00\n");

  scenario_assert_fills (run, "01-02T12:00 1 BUY MAKER 10.00 100 -0.10000000\n");
  test_assert_sql (run->ledger, "SELECT cash, fees FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", "99000.10000000 -0.10000000\n");
}

/* With 1000 USD: a limit order for 1010 is rejected when it comes, because it must set that aside. Of a market order the price is known when it
 * fills: 98 at about 10.10 would be 989.80, but the next bar opens at 10.30, and 1009.40 are not there. 50 are paid, 515, and then 50 more are not.
 */
static void
test_cash_short (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_add_file (run, "bars.csv",
                     SCENARIO_HEADER "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                     "2020-01-02T10:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                     "2020-01-02T11:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                     "2020-01-02T12:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n");
  scenario_add_script (run, "script", "1: buy 100 AAA limit 10.10\n1: buy 98 AAA market\n2: buy 50 AAA market\n3: buy 50 AAA market\n");
  scenario_run (run, SCENARIO_PIPELINE SCENARIO_BARS "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000 USD\n");
  g_assert_no_error (run->error);
  scenario_assert_fills (run, "01-02T12:00 3 BUY TAKER 10.30 50 -\n");
  scenario_assert_orders (run, "1 REJECTED 100 0 insufficient_cash: needs 1010 USD, free are 1000 USD\n"
                               "2 REJECTED 98 0 insufficient_cash: needs 1009.4 USD, free are 1000 USD\n"
                               "3 FILLED 50 50 \n"
                               "4 REJECTED 50 0 insufficient_cash: needs 515 USD, free are 485 USD\n");
  g_assert_cmpuint (run->summary->total.n_rejected, ==, 3);
}

/* A portfolio moves from one share to another at one open: 95 AAA cost 978.50 of 1000 USD, and their 988 pay for 49 BBB at 20.50, 1004.50, with the
 * 21.50 that were left; in whatever order the two are asked for. */
static void
test_one_pays_for_another (void)
{
  static const char *const scripts[] = { "1: buy 95 AAA market\n2: sell 95 AAA market\n2: buy 49 BBB market\n",
                                         "1: buy 95 AAA market\n2: buy 49 BBB market\n2: sell 95 AAA market\n" };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (Scenario) run = scenario_new ();

      scenario_add_file (run, "bars.csv",
                         SCENARIO_HEADER "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                         "2020-01-02T09:00:00Z,20.00,20.20,19.90,20.10,1000,BBB\n"
                                         "2020-01-02T10:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                         "2020-01-02T10:00:00Z,20.30,20.50,20.25,20.40,1000,BBB\n"
                                         "2020-01-02T11:00:00Z,10.40,10.50,10.25,10.40,1000,AAA\n"
                                         "2020-01-02T11:00:00Z,20.50,20.60,20.40,20.50,1000,BBB\n");
      scenario_add_script (run, "script", scripts[i]);
      scenario_run (run, SCENARIO_PIPELINE SCENARIO_BARS "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000 USD\n");
      g_assert_no_error (run->error);
      test_assert_sql (run->ledger, "SELECT DISTINCT state FROM paper_order", "FILLED\n");
      test_assert_sql (run->ledger, "SELECT cash, equity FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", "5.00000000 1009.50000000\n");
    }
}

/* Short: 100 sold at 10.30 bring 1030; bought back at 10.40 they cost 1040: 10 lost. Through zero: from 100 short a buy of 150 closes and
 * opens 50 at 10.40. */
static void
test_short (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.30,10.50,10.25,10.40,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.40,10.60,10.30,10.50,1000,AAA\n",
                                            "", "1: sell 100 AAA market\n2: buy 150 AAA market\n");

  scenario_assert_fills (run, "01-02T11:00 1 SELL TAKER 10.30 100 -\n"
                              "01-02T12:00 2 BUY TAKER 10.40 150 -\n");
  scenario_assert_positions (run, "script AAA.X 50 520.00000000 -10.00000000 0.00000000\n");
  scenario_assert_equity (run, "01-02T10:00 100000.00000000 0.00000000 100000.00000000\n"
                               "01-02T11:00 101030.00000000 -1040.00000000 99990.00000000\n"
                               "01-02T12:00 99470.00000000 525.00000000 99995.00000000\n");
  test_assert_sql (run->ledger, "SELECT n_fills, n_trades, n_wins FROM paper_position", "2 1 0\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/fills/market", test_market);
  g_test_add_func ("/scenario/fills/limit", test_limit);
  g_test_add_func ("/scenario/fills/limit-touched", test_limit_touched);
  g_test_add_func ("/scenario/fills/stop", test_stop);
  g_test_add_func ("/scenario/fills/stop-limit", test_stop_limit);
  g_test_add_func ("/scenario/fills/volume-share", test_volume_share);
  g_test_add_func ("/scenario/fills/latency", test_latency);
  g_test_add_func ("/scenario/fills/latency-at-the-end", test_latency_at_the_end);
  g_test_add_func ("/scenario/fills/slippage", test_slippage);
  g_test_add_func ("/scenario/fills/fees", test_fees);
  g_test_add_func ("/scenario/fills/rebate", test_rebate);
  g_test_add_func ("/scenario/fills/cash-short", test_cash_short);
  g_test_add_func ("/scenario/fills/one-pays-for-another", test_one_pays_for_another);
  g_test_add_func ("/scenario/fills/short", test_short);
  return g_test_run ();
}
