/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trading states and guards, seen from the operator's side: what still passes, what does not, who said no, and that one can always get
 * out. */

#include "scenario.h"

#include <string.h>

#define FLAT_BARS                                           \
  "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,1000,AAA\n"  \
  "2020-01-02T10:00:00Z,10.10,10.20,10.00,10.10,1000,AAA\n" \
  "2020-01-02T11:00:00Z,10.20,10.30,10.10,10.20,1000,AAA\n" \
  "2020-01-02T12:00:00Z,10.30,10.40,10.20,10.30,1000,AAA\n" \
  "2020-01-02T13:00:00Z,10.40,10.50,10.30,10.40,1000,AAA\n"

static Scenario *
play (const char *pipeline_options, const char *guards, const char *script)
{
  Scenario *run = scenario_new ();
  g_autofree char *pipeline = g_strconcat (SCENARIO_PIPELINE, pipeline_options, SCENARIO_BARS SCENARIO_BROKER, guards, NULL);

  scenario_add_file (run, "bars.csv", SCENARIO_HEADER FLAT_BARS);
  scenario_add_script (run, "script", script);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  return run;
}

/* From flat every order opens something, whatever its side. */
static void
test_reducing_from_flat (void)
{
  g_autoptr (Scenario) run = play ("", "", "1: state reducing closing-time\n1: buy 10 AAA market\n1: sell 10 AAA limit 11.00\n");

  scenario_assert_states (run, "01-02T10:00 operator TRADING_REDUCING closing-time\n");
  scenario_assert_denials (run, "1 gate trading_state_reducing\n2 gate trading_state_reducing\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_trade", "0\n");
  g_assert_cmpint (run->summary->trading_state, ==, PST_TRADING_STATE_REDUCING);
}

/* Long 100: a buy is denied, 150 would go through zero and are denied; 60 pass, and with these 60 open 41 more would be 101 and are denied, 40
 * pass. All of it: 60 + 40 at the next open, flat. */
static void
test_reducing_while_long (void)
{
  g_autoptr (Scenario) run = play ("", "",
                                   "1: buy 100 AAA market\n"
                                   "2: tighten reducing enough\n"
                                   "2: buy 1 AAA market\n"
                                   "2: sell 150 AAA market\n"
                                   "2: sell 60 AAA market\n"
                                   "2: sell 41 AAA market\n"
                                   "2: sell 40 AAA market\n"
                                   "3: sell 1 AAA market\n"
                                   "4: state active morning\n"
                                   "4: sell 1 AAA market\n");

  scenario_assert_states (run, "01-02T11:00 script TRADING_REDUCING enough\n01-02T13:00 operator TRADING_ACTIVE morning\n");
  scenario_assert_denials (
      run, "2 gate trading_state_reducing\n3 gate trading_state_reducing\n5 gate trading_state_reducing\n7 gate trading_state_reducing\n");
  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.10 100 -\n"
                              "01-02T12:00 4 SELL TAKER 10.20 60 -\n"
                              "01-02T12:00 6 SELL TAKER 10.20 40 -\n"
                              "01-02T14:00 8 SELL TAKER 10.40 1 -\n");
}

/* Short 100, the mirror; and an order that works since before the state was tightened (a buy of 80 at 9.00) counts: 21 more would
 * be 101, 20 pass. Short 80 then, that order may not become 81, but 70. */
static void
test_reducing_while_short (void)
{
  g_autoptr (Scenario) run = play ("", "",
                                   "1: sell 100 AAA market\n"
                                   "1: buy 80 AAA limit 9.00\n"
                                   "2: state reducing x\n"
                                   "2: sell 1 AAA market\n"
                                   "2: buy 21 AAA market\n"
                                   "2: buy 20 AAA market\n"
                                   "3: modify 2 81 - -\n"
                                   "3: modify 2 70 - -\n");

  scenario_assert_denials (run, "3 gate trading_state_reducing\n4 gate trading_state_reducing\n2 gate trading_state_reducing\n");
  scenario_assert_fills (run, "01-02T11:00 1 SELL TAKER 10.10 100 -\n"
                              "01-02T12:00 5 BUY TAKER 10.20 20 -\n");
  test_assert_sql (run->ledger, "SELECT state, quantity FROM paper_order WHERE order_id = 2", "CANCELED 70\n");
}

/* HALTED cancels what rests, denies what is asked for, and lets nothing through but cancels. A component may tighten and not loosen. */
static void
test_halted (void)
{
  g_autoptr (Scenario) run = play ("", "",
                                   "1: buy 10 AAA limit 9.00\n"
                                   "1: buy 10 AAA market\n"
                                   "2: tighten halted smoke\n"
                                   "2: sell 10 AAA market\n"
                                   "3: tighten reducing better\n"
                                   "3: closed 1\n"
                                   "3: sell 10 AAA market reduce-only\n");

  scenario_assert_states (run, "01-02T11:00 script TRADING_HALTED smoke\n");
  scenario_assert_orders (run, "1 CANCELED 10 0 \n2 FILLED 10 10 \n3 DENIED 10 0 trading_halted\n4 DENIED 10 0 trading_halted\n");
  scenario_assert_positions (run, "script AAA.X 10 101.00000000 0.00000000 0.00000000\n");
}

/* With cancel-on-halt=false what rests stays and may fill; it may be cancelled but not changed. */
static void
test_halted_without_cancel (void)
{
  g_autoptr (Scenario) run = play ("cancel-on-halt=false\n", "",
                                   "1: sell 10 AAA limit 10.25\n"
                                   "1: buy 10 AAA limit 9.00\n"
                                   "2: state halted lunch\n"
                                   "2: modify 2 20 - -\n"
                                   "2: cancel 2\n"
                                   "3: closed 2\n");

  scenario_assert_denials (run, "2 gate trading_halted\n");
  scenario_assert_fills (run, "01-02T12:00 1 SELL MAKER 10.25 10 -\n");
  scenario_assert_orders (run, "1 FILLED 10 10 \n2 CANCELED 10 0 \n");
}

/* An operator gets out of a halted run, past a kill switch that says no to everything: what rests is cancelled, 100 are sold at once, at the
 * last price, 10.20, in the name of their strategy. */
static void
test_flatten_under_halt (void)
{
  g_autoptr (Scenario) run = play ("cancel-on-halt=false\n", "[guard kill]\nplugin=kill-switch\n",
                                   "1: buy 100 AAA market\n"
                                   "1: buy 10 AAA limit 9.00\n"
                                   "2: set kill active true\n"
                                   "2: sell 100 AAA market\n"
                                   "3: flatten out\n");

  scenario_assert_states (run, "01-02T11:00 kill TRADING_HALTED operator\n");
  scenario_assert_denials (run, "3 gate trading_halted\n");
  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.10 100 -\n"
                              "01-02T12:00 4 SELL TAKER 10.20 100 -\n");
  scenario_assert_orders (run, "1 FILLED 100 100 \n2 CANCELED 10 0 \n3 DENIED 100 0 trading_halted\n4 FILLED 100 100 \n");
  test_assert_sql (run->ledger, "SELECT strategy, flags FROM v_paper_order WHERE order_id = 4", "script OPERATOR_EXIT\n");
  scenario_assert_positions (run, "script AAA.X 0 0.00000000 10.00000000 0.00000000\n");
}

/* The kill switch in mid-run: halted at once, and when an operator makes trading active while the switch is engaged, the switch itself says no
 * and halts again with the next frame. Released, and made active: trading goes on. */
static void
test_kill_switch (void)
{
  g_autoptr (Scenario) run = play ("", "[guard kill]\nplugin=kill-switch\nreason=drill\n",
                                   "1: buy 10 AAA market\n"
                                   "2: set kill active true\n"
                                   "2: state active wrong\n"
                                   "2: buy 10 AAA market\n"
                                   "3: buy 10 AAA market\n"
                                   "4: set kill active false\n"
                                   "4: buy 10 AAA market\n"
                                   "4: state active over\n");

  scenario_assert_states (run, "01-02T11:00 kill TRADING_HALTED drill\n01-02T11:00 operator TRADING_ACTIVE wrong\n"
                               "01-02T12:00 kill TRADING_HALTED drill\n01-02T13:00 operator TRADING_ACTIVE over\n");
  scenario_assert_denials (run, "2 kill kill_switch_active\n3 gate trading_halted\n");
  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.10 10 -\n"
                              "01-02T14:00 4 BUY TAKER 10.40 10 -\n");
  test_assert_sql (run->ledger, "SELECT component, severity, name FROM v_event_ledger WHERE kind = 'ALERT' ORDER BY sequence",
                   "kill CRITICAL risk\nkill WARNING risk\n");
}

/* What a guard denies is a row with guard, code and values; the first no counts, so "small" never hears of what "kill" denied. 100 at a mark of
 * 10.10 are 1010 USD, 10 above the limit; 99 are 999.90 and pass. */
static void
test_trade_limits (void)
{
  g_autoptr (Scenario) run = play ("",
                                   "[guard kill]\nplugin=kill-switch\n"
                                   "[guard small]\nplugin=trade-limits\nmax-capital-per-trade=1000 USD\nmax-exposure-per-asset=1500 USD\n",
                                   "1: buy 100 AAA market\n"
                                   "1: buy 99 AAA market\n"
                                   "2: buy 60 AAA market\n"
                                   "3: sell 99 AAA market\n");
  const PstDenialSummary *capital, *exposure;

  scenario_assert_denials (run, "1 small max_capital_per_trade_exceeded\n3 small max_exposure_per_asset_exceeded\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE kind = 'VERDICT' AND order_id = 1", "amount=1010 USD max=1000 USD\n");
  scenario_assert_fills (run, "01-02T11:00 2 BUY TAKER 10.10 99 -\n"
                              "01-02T13:00 4 SELL TAKER 10.30 99 -\n");
  g_assert_cmpuint (run->summary->denials->len, ==, 2);
  capital = run->summary->denials->pdata[0];
  exposure = run->summary->denials->pdata[1];
  g_assert_cmpstr (capital->guard, ==, "small");
  g_assert_cmpstr (capital->code, ==, "max_capital_per_trade_exceeded");
  g_assert_cmpuint (capital->n_denials, ==, 1);
  g_assert_cmpstr (exposure->code, ==, "max_exposure_per_asset_exceeded");
}

/* A run that an operator stops ends in order: what rests is cancelled, the position stays, the reason stands in the ledger, and no later bar
 * counts. */
static void
test_stop (void)
{
  g_autoptr (Scenario) run = play ("", "", "1: buy 10 AAA market\n2: buy 10 AAA limit 9.00\n2: stop enough\n");

  scenario_assert_orders (run, "1 FILLED 10 10 \n2 CANCELED 10 0 \n");
  test_assert_sql (run->ledger, "SELECT state, reason FROM strategy_run", "STOPPED enough\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM mtm_ledger", "2\n");
}

/* flatten-on-end closes at the last price, 10.40, what was bought at 10.10, and cancels what rests. */
static void
test_flatten_on_end (void)
{
  g_autoptr (Scenario) run = play ("flatten-on-end=true\n", "", "1: buy 10 AAA market\n2: buy 10 AAA limit 9.00\n");

  scenario_assert_fills (run, "01-02T11:00 1 BUY TAKER 10.10 10 -\n"
                              "01-02T14:00 3 SELL TAKER 10.40 10 -\n");
  scenario_assert_orders (run, "1 FILLED 10 10 \n2 CANCELED 10 0 \n3 FILLED 10 10 \n");
  scenario_assert_positions (run, "script AAA.X 0 0.00000000 3.00000000 0.00000000\n");
  test_assert_sql (run->ledger, "SELECT cash, mark_to_market FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", "100003.00000000 0.00000000\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/states/reducing-from-flat", test_reducing_from_flat);
  g_test_add_func ("/scenario/states/reducing-while-long", test_reducing_while_long);
  g_test_add_func ("/scenario/states/reducing-while-short", test_reducing_while_short);
  g_test_add_func ("/scenario/states/halted", test_halted);
  g_test_add_func ("/scenario/states/halted-without-cancel", test_halted_without_cancel);
  g_test_add_func ("/scenario/states/flatten-under-halt", test_flatten_under_halt);
  g_test_add_func ("/scenario/states/kill-switch", test_kill_switch);
  g_test_add_func ("/scenario/states/trade-limits", test_trade_limits);
  g_test_add_func ("/scenario/states/stop", test_stop);
  g_test_add_func ("/scenario/states/flatten-on-end", test_flatten_on_end);
  return g_test_run ();
}
