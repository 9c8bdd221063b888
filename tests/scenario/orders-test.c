/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long orders live and what may be done to them: times in force, conditions, changes and cancels. An order that lives longer than its
 * owner thinks, or fills after he cancelled it, is a position that nobody wanted. */

#include "scenario.h"

/* A tenth of 1000 shares a bar. IOC takes 100 of 150 and is done; FOK takes nothing of 150 but all of 80; IOC with a limit that the market
 * does not offer ends at its first bar. */
static void
test_immediate (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.30,10.40,10.20,10.30,1000,AAA\n"
                                            "2020-01-02T12:00:00Z,10.40,10.50,10.30,10.40,1000,AAA\n",
                                            "volume-share=0.1\n",
                                            "1: buy 150 AAA market ioc\n"
                                            "2: buy 150 AAA market fok\n"
                                            "2: buy 50 AAA limit 9.00 ioc\n"
                                            "3: buy 80 AAA market fok\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.20 100 -\n"
                              "01-02T13:00 4 BUY TAKER 10.40 80 -\n");
  scenario_assert_orders (run, "1 CANCELED 150 100 ioc_rest\n"
                               "2 CANCELED 150 0 fok_not_filled\n"
                               "3 CANCELED 50 0 ioc_rest\n"
                               "4 FILLED 80 80 \n");
}

/* DAY ends at midnight. Order 1 fills in the day's last bar, 23:00 to 24:00; order 2 does not and is over when the next day's first bar comes,
 * though that goes through its limit. Order 3, asked for at midnight, has the whole next day. */
static void
test_day (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T22:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T23:00:00Z,10.10,10.20,9.95,10.10,1000,AAA\n"
                                            "2020-01-03T00:00:00Z,10.10,10.20,9.40,10.10,1000,AAA\n"
                                            "2020-01-03T01:00:00Z,10.10,10.20,9.40,10.10,1000,AAA\n"
                                            "2020-01-03T23:00:00Z,10.10,10.20,9.20,10.10,1000,AAA\n"
                                            "2020-01-04T00:00:00Z,10.10,10.20,9.00,10.10,1000,AAA\n",
                                            "",
                                            "1: buy 10 AAA limit 10.00 day\n"
                                            "1: buy 10 AAA limit 9.50 day\n"
                                            "2: buy 10 AAA limit 9.25 day\n"
                                            "2: buy 10 AAA limit 9.10 day\n");

  scenario_assert_fills (run, "01-03T00:00 1 BUY MAKER 10.00 10 -\n"
                              "01-04T00:00 3 BUY MAKER 9.25 10 -\n");
  scenario_assert_orders (run, "1 FILLED 10 10 \n2 EXPIRED 10 0 expired\n3 FILLED 10 10 \n4 EXPIRED 10 0 expired\n");
  g_assert_cmpstr (
      run->heard->pdata[0], ==,
      "1: 1 ACCEPTED\n1: 2 ACCEPTED\n1: 1 FILLED\n2: 3 ACCEPTED\n2: 4 ACCEPTED\n2: 2 EXPIRED expired\n4: 3 FILLED\n5: 4 EXPIRED expired\n");
}

/* GTD until 11:30: the bar known at 11:00 counts, the one known at 12:00 does not, for nobody knows on which side of 11:30 its low was.
 * A time that is over is denied by the gate. GTC is cancelled when the data end. */
static void
test_until (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.10,10.20,9.75,10.10,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.10,10.20,9.40,10.10,1000,AAA\n",
                                            "",
                                            "1: buy 10 AAA limit 9.80 gtd 2020-01-02T11:30:00Z\n"
                                            "1: buy 10 AAA limit 9.50 gtd 2020-01-02T11:30:00Z\n"
                                            "1: buy 10 AAA limit 9.50 gtd 2020-01-02T10:00:00Z\n"
                                            "1: buy 10 AAA limit 5.00 gtc\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY MAKER 9.80 10 -\n");
  scenario_assert_orders (run, "1 FILLED 10 10 \n2 EXPIRED 10 0 expired\n3 DENIED 10 0 expire_time_in_past\n4 CANCELED 10 0 \n");
  test_assert_sql (run->ledger, "SELECT ifnull (component, 'gate'), name, order_id FROM v_event_ledger WHERE kind = 'VERDICT'",
                   "gate expire_time_in_past 3\n");
}

/* Post-only never takes: at a mark of 10.10 a buy at 10.20 is refused by the venue; a buy at 10.00 rests, and when the next bar opens below it,
 * at 9.90, it still fills at 10.00 as a maker. Post-only that cannot rest is denied before it is sent. */
static void
test_post_only (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,9.90,10.00,9.80,9.90,1000,AAA\n",
                                            "maker-fee=0\ntaker-fee=0.001\n",
                                            "1: buy 10 AAA limit 10.20 post-only\n"
                                            "1: buy 10 AAA limit 10.00 post-only\n"
                                            "1: buy 10 AAA market post-only\n"
                                            "1: buy 10 AAA limit 10.00 ioc post-only\n");

  scenario_assert_fills (run, "01-02T11:00 2 BUY MAKER 10.00 10 -\n");
  scenario_assert_orders (run, "1 REJECTED 10 0 post_only_would_take\n2 FILLED 10 10 \n3 DENIED 10 0 post_only_not_limit\n"
                               "4 DENIED 10 0 post_only_immediate\n");
  g_assert_cmpuint (run->summary->total.n_denied, ==, 2);
  g_assert_cmpuint (run->summary->total.n_rejected, ==, 1);
}

/* Reduce-only: denied from flat, and above what is held (100), and when with what already works on its side it would be above. When a plain order
 * has sold all, nothing is left to reduce, and the venue cancels it. */
static void
test_reduce_only (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.10,10.20,10.00,10.10,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.10,10.20,10.00,10.10,1000,AAA\n"
                                            "2020-01-02T12:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n",
                                            "",
                                            "1: sell 10 AAA market reduce-only\n"
                                            "1: buy 100 AAA market\n"
                                            "2: sell 150 AAA market reduce-only\n"
                                            "2: sell 100 AAA limit 12.00 reduce-only\n"
                                            "2: sell 1 AAA market reduce-only\n"
                                            "3: sell 100 AAA market\n");

  scenario_assert_fills (run, "01-02T11:00 2 BUY TAKER 10.10 100 -\n"
                              "01-02T13:00 6 SELL TAKER 10.20 100 -\n");
  scenario_assert_orders (run, "1 DENIED 10 0 reduce_only_would_increase\n"
                               "2 FILLED 100 100 \n"
                               "3 DENIED 150 0 reduce_only_would_increase\n"
                               "4 CANCELED 100 0 reduce_only_flat\n"
                               "5 DENIED 1 0 reduce_only_would_increase\n"
                               "6 FILLED 100 100 \n");
  scenario_assert_positions (run, "script AAA.X 0 0.00000000 10.00000000 0.00000000\n");
}

/* 100 at 9.00 become 50 at 10.00, and the next bar goes through 10.00. 100 at 8.00 are cancelled, and then closed for everyone. A stop price on
 * a limit order is what the venue refuses: the order stays and works on. */
static void
test_modify_and_cancel (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.20,10.30,9.95,10.20,1000,AAA\n"
                                            "2020-01-02T12:00:00Z,10.20,10.30,9.60,10.20,1000,AAA\n",
                                            "",
                                            "1: buy 100 AAA limit 9.00\n"
                                            "1: buy 100 AAA limit 8.00\n"
                                            "1: buy 10 AAA limit 9.70\n"
                                            "2: modify 1 50 10.00 -\n"
                                            "2: cancel 2\n"
                                            "2: modify 3 - - 9.00\n"
                                            "3: closed 2\n"
                                            "3: closed 1\n");

  scenario_assert_fills (run, "01-02T12:00 1 BUY MAKER 10.00 50 -\n"
                              "01-02T13:00 3 BUY MAKER 9.70 10 -\n");
  test_assert_sql (run->ledger, "SELECT order_id, state, quantity, limit_price, filled_quantity FROM v_paper_order ORDER BY order_id",
                   "1 FILLED 50 10.00 50\n2 CANCELED 100 8.00 0\n3 FILLED 10 9.70 10\n");
  g_assert_cmpstr (run->heard->pdata[0], ==,
                   "1: 1 ACCEPTED\n1: 2 ACCEPTED\n1: 3 ACCEPTED\n2: 1 ACCEPTED\n2: 2 CANCELED\n2: 3 ACCEPTED modify_not_supported\n"
                   "2: 1 FILLED\n3: 3 FILLED\n");
  test_assert_sql (run->ledger, "SELECT to_state FROM event_ledger WHERE kind = 'ORDER' AND order_id = 1 ORDER BY sequence",
                   "INITIALIZED\nSUBMITTED\nACCEPTED\nPENDING_MODIFY\nACCEPTED\nFILLED\n");
}

/* A part is filled: less than that can no longer be asked for (denied by the gate), exactly that neither; a smaller rest can. 100 of 250 are
 * filled at 10.20; the order becomes 130, and the last 30 fill at 10.30. */
static void
test_modify_partly_filled (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.30,10.40,10.20,10.30,1000,AAA\n",
                                            "volume-share=0.1\n",
                                            "1: buy 250 AAA market\n"
                                            "2: modify 1 90 - -\n"
                                            "2: modify 1 100 - -\n"
                                            "2: modify 1 130 - -\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.20 100 -\n"
                              "01-02T12:00 1 BUY TAKER 10.30 30 -\n");
  test_assert_sql (run->ledger, "SELECT name FROM event_ledger WHERE kind = 'VERDICT'", "quantity_below_filled\nquantity_below_filled\n");
  test_assert_sql (run->ledger, "SELECT state, quantity, filled_quantity, filled_notional FROM v_paper_order", "FILLED 130 130 1329.00000000\n");
}

/* What an order's fill brings forth is sent at the same instant, and fills in the next bar: 10 bought at 10.20, sold at 10.40. */
static void
test_answer (void)
{
  g_autoptr (Scenario) run = scenario_play ("2020-01-02T09:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T10:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n"
                                            "2020-01-02T11:00:00Z,10.40,10.50,10.30,10.40,1000,AAA\n",
                                            "", "1: buy 10 AAA market\n1 FILLED: sell 10 AAA market\n2 FILLED: closed 1\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.20 10 -\n"
                              "01-02T12:00 2 SELL TAKER 10.40 10 -\n");
  g_assert_cmpstr (run->heard->pdata[0], ==, "1: 1 ACCEPTED\n1: 1 FILLED\n1: 2 ACCEPTED\n2: 2 FILLED\n");
  g_assert_cmpuint (run->summary->total.n_trades, ==, 1);
  g_assert_cmpuint (run->summary->total.n_wins, ==, 1);
}

/* Orders that cannot be meant are denied before anyone else sees them, and each is written down with its code. */
static void
test_nonsense (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_add_file (run, "bars.csv", SCENARIO_HEADER "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n");
  scenario_add_script (run, "script",
                       "1: buy 15 AAA market\n"
                       "1: buy 10 AAA market\n"
                       "1: buy 20 AAA limit 10.03\n"
                       "1: buy 20 AAA stop 10.02\n"
                       "1: buy 20 AAA limit -\n");
  scenario_run (run, SCENARIO_PIPELINE SCENARIO_BARS "price-step=0.05\nsize-step=10\nsize-min=20\n" SCENARIO_BROKER);
  g_assert_no_error (run->error);
  scenario_assert_orders (run, "1 DENIED 15 0 size_off_grid\n"
                               "2 DENIED 10 0 size_below_minimum\n"
                               "3 DENIED 20 0 price_off_grid\n"
                               "4 DENIED 20 0 price_off_grid\n"
                               "5 DENIED 20 0 price_missing\n");
  g_assert_cmpuint (run->summary->total.n_denied, ==, 5);
  g_assert_cmpuint (run->summary->denials->len, ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/orders/immediate", test_immediate);
  g_test_add_func ("/scenario/orders/day", test_day);
  g_test_add_func ("/scenario/orders/until", test_until);
  g_test_add_func ("/scenario/orders/post-only", test_post_only);
  g_test_add_func ("/scenario/orders/reduce-only", test_reduce_only);
  g_test_add_func ("/scenario/orders/modify-and-cancel", test_modify_and_cancel);
  g_test_add_func ("/scenario/orders/modify-partly-filled", test_modify_partly_filled);
  g_test_add_func ("/scenario/orders/answer", test_answer);
  g_test_add_func ("/scenario/orders/nonsense", test_nonsense);
  return g_test_run ();
}
