/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every reason for which trading stops, one run each: books of a venue, orders that really lose or win money on them, and the guard that says no. Of
 * each is asserted who denied what with which code, what the trading state became and why, and the money that was left. */

#include "scenario.h"

#include <string.h>

#define PAIRS "pair BTC/USD 2 8\npair ETH/USD 2 8\npair ETH/BTC 5 8\n"
#define HOUSE "[pipeline]\nname=house\nmode=paper\nrun-id=first\n"
#define BROKER "[exchange broker]\nplugin=sim\nfeed=market\ncash=100000 USD\n"

/* A spread of 60 to lose on, again and again: each frame has new sizes, so that what was taken is there again. */
#define WIDE                                              \
  PAIRS "09:00:00: BTC/USD new bid 19970 5 ask 20030 5\n" \
        "10:00:00: BTC/USD bid 19970 6 ask 20030 6\n"     \
        "11:00:00: BTC/USD bid 19970 7 ask 20030 7\n"     \
        "12:00:00: BTC/USD bid 19970 8 ask 20030 8\n"

#define assert_equity(run, expected) test_assert_sql ((run)->ledger, "SELECT cash, equity FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", expected)

static Scenario *
play (const char *market, const char *guards, const char *script)
{
  Scenario *run = scenario_new ();
  g_autofree char *pipeline = g_strconcat (HOUSE BROKER, guards, NULL);

  scenario_set_market (run, market);
  scenario_add_script (run, "script", script);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  return run;
}

/* Buys one at 20030 and sells it at 19970: 60 lost, 50 allowed. Everything after it is denied, and nothing of it moves money. */
static void
test_daily_loss (void)
{
  g_autoptr (Scenario) run = play (WIDE, "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\n",
                                   "1: buy 1 BTC/USD limit 20030 ioc\n"
                                   "1 FILLED: sell 1 BTC/USD limit 19970 ioc\n"
                                   "2: buy 1 BTC/USD limit 20030 ioc\n"
                                   "3: sell 1 BTC/USD limit 19970 ioc\n");

  scenario_assert_states (run, "01-02T09:00 losses TRADING_HALTED daily_loss_limit_breached\n");
  scenario_assert_denials (run, "3 gate trading_halted\n4 gate trading_halted\n");
  scenario_assert_alerts (run, "losses CRITICAL risk\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20030.00 1.00000000 -\n01-02T09:00 2 SELL TAKER 19970.00 1.00000000 -\n");
  assert_equity (run, "99940.00000000 99940.00000000\n");
}

/* 40 lost on one day and 15 on the next: neither day reaches its limit of 50, both together do. */
static void
test_cumulative_loss (void)
{
  g_autoptr (Scenario) run = play (PAIRS "09:00:00: BTC/USD new bid 19980 5 ask 20020 5\n"
                                         "03T09:00:00: BTC/USD new bid 19990 5 ask 20005 5\n"
                                         "03T10:00:00: BTC/USD bid 19990 6 ask 20005 6\n",
                                   "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\ncumulative-loss-limit=50 USD\n",
                                   "1: buy 1 BTC/USD limit 20020 ioc\n"
                                   "1 FILLED: sell 1 BTC/USD limit 19980 ioc\n"
                                   "2: buy 1 BTC/USD limit 20005 ioc\n"
                                   "3 FILLED: sell 1 BTC/USD limit 19990 ioc\n"
                                   "3: buy 1 BTC/USD limit 20005 ioc\n");

  scenario_assert_states (run, "01-03T09:00 losses TRADING_HALTED cumulative_loss_limit_breached\n");
  scenario_assert_denials (run, "5 gate trading_halted\n");
  scenario_assert_alerts (run, "losses CRITICAL risk\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_trade", "4\n");
  assert_equity (run, "99945.00000000 99945.00000000\n");
}

/* With the state made active again by an operator the guard itself says no, with its own code: the loss of the day is not over. */
static void
test_loss_outlives_the_operator (void)
{
  g_autoptr (Scenario) run = play (WIDE, "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\n",
                                   "1: buy 1 BTC/USD limit 20030 ioc\n"
                                   "1 FILLED: sell 1 BTC/USD limit 19970 ioc\n"
                                   "2: state active hope\n"
                                   "2: buy 1 BTC/USD limit 20030 ioc\n");

  scenario_assert_denials (run, "3 losses daily_loss_limit_breached\n");
  assert_equity (run, "99940.00000000 99940.00000000\n");
}

#define TWO_PAIRS                                                                                    \
  PAIRS "09:00:00: BTC/USD new bid 20000 5 ask 20000.01 5; ETH/USD new bid 1000 50 ask 1000.01 50\n" \
        "10:00:00: BTC/USD bid 20000 6 ask 20000.01 6; ETH/USD bid 1000 60 ask 1000.01 60\n"         \
        "11:00:00: BTC/USD bid 20000 7 ask 20000.01 7; ETH/USD bid 1000 70 ask 1000.01 70\n"

/* While one trade is open no other begins; when it is over the next may. */
static void
test_one_concurrent_trade (void)
{
  g_autoptr (Scenario) run = play (TWO_PAIRS, "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=1\n",
                                   "1: buy 1 BTC/USD limit 20000.01 ioc\n"
                                   "1: buy 1 ETH/USD limit 1000.01 ioc\n"
                                   "2: sell 1 BTC/USD limit 20000 ioc\n"
                                   "3 FILLED: buy 1 ETH/USD limit 1000.01 ioc\n");

  scenario_assert_denials (run, "2 limits max_concurrent_trades_exceeded\n");
  scenario_assert_states (run, "");
  scenario_assert_positions (run, "script BTC/USD.X 0.00000000 0.00000000 -0.01000000 0.00000000\n"
                                  "script ETH/USD.X 1.00000000 1000.01000000 0.00000000 0.00000000\n");
}

/* 3000 of an asset at most: two of 1000.01 are held, a third would be 3000.03; of another asset 0.1 pass. */
static void
test_exposure_per_asset (void)
{
  g_autoptr (Scenario) run = play (TWO_PAIRS, "[guard limits]\nplugin=trade-limits\nmax-exposure-per-asset=3000 USD\n",
                                   "1: buy 2 ETH/USD limit 1000.01 ioc\n"
                                   "2: buy 1 ETH/USD limit 1000.01 ioc\n"
                                   "2: buy 0.1 BTC/USD limit 20000.01 ioc\n"
                                   "3: buy 0.99 ETH/USD limit 1000.01 ioc\n");

  scenario_assert_denials (run, "2 limits max_exposure_per_asset_exceeded\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE kind = 'VERDICT'", "amount=3000.03 USD max=3000 USD\n");
  scenario_assert_positions (run, "script BTC/USD.X 0.10000000 2000.00100000 0.00000000 0.00000000\n"
                                  "script ETH/USD.X 2.99000000 2990.02990000 0.00000000 0.00000000\n");
}

/* A trade of 2000.02 is above 2000, one of 1990.0199 is not; however much there is to buy. */
static void
test_capital_per_trade (void)
{
  g_autoptr (Scenario) run = play (TWO_PAIRS, "[guard limits]\nplugin=trade-limits\nmax-capital-per-trade=2000 USD\n",
                                   "1: buy 2 ETH/USD limit 1000.01 ioc\n"
                                   "1: buy 1.99 ETH/USD limit 1000.01 ioc\n");

  scenario_assert_denials (run, "1 limits max_capital_per_trade_exceeded\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE kind = 'VERDICT'", "amount=2000.02 USD max=2000 USD\n");
  assert_equity (run, "98009.98010000 99999.98010000\n");
}

/* What cannot be paid is not sent: neither dollars nor coins that are not there. */
static void
test_insufficient_balance (void)
{
  g_autoptr (Scenario) run = play (TWO_PAIRS, "[guard checks]\nplugin=pre-trade\n",
                                   "1: buy 5 BTC/USD limit 20000.01 ioc\n"
                                   "1: sell 0.1 BTC/USD limit 20000 ioc\n"
                                   "1: buy 4.9 BTC/USD limit 20000.01 ioc\n");

  scenario_assert_denials (run, "1 checks insufficient_balance\n2 checks insufficient_balance\n");
  scenario_assert_fills (run, "01-02T09:00 3 BUY TAKER 20000.01 4.90000000 -\n");
  assert_equity (run, "1999.95100000 99999.95100000\n");
}

static void
test_minimum_order (void)
{
  g_autoptr (Scenario) run = play (TWO_PAIRS, "[guard checks]\nplugin=pre-trade\nminimum-size=BTC:0.001;ETH:0.01\n",
                                   "1: buy 0.00099999 BTC/USD limit 20000.01 ioc\n"
                                   "1: buy 0.009 ETH/USD limit 1000.01 ioc\n");

  scenario_assert_denials (run, "1 checks below_minimum_order_size\n2 checks below_minimum_order_size\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_trade", "0\n");
  assert_equity (run, "100000.00000000 100000.00000000\n");
}

/* Every guard at once, and an order that none of them minds. */
static void
test_allowed_when_valid (void)
{
  g_autoptr (Scenario) run = play (TWO_PAIRS,
                                   "[guard kill]\nplugin=kill-switch\n"
                                   "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\ncumulative-loss-limit=50 USD\n"
                                   "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=1\nmax-exposure-per-asset=5000 USD\n"
                                   "max-capital-per-trade=5000 USD\n"
                                   "[guard rate]\nplugin=order-rate\n"
                                   "[guard checks]\nplugin=pre-trade\nminimum-size=BTC:0.001\nprice-collar=0.01\nmax-mark-age=5s\n",
                                   "1: buy 0.2 BTC/USD limit 20000.01 ioc\n");

  scenario_assert_denials (run, "");
  scenario_assert_states (run, "");
  scenario_assert_alerts (run, "");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.01 0.20000000 -\n");
  assert_equity (run, "95999.99800000 99999.99800000\n");
}

/* An engaged switch lets nothing through, whoever makes trading active beside it; the same orders pass without it. */
static void
test_kill_switch (void)
{
  const char *script = "1: state active go\n1: buy 1 ETH/USD limit 1000.01 ioc\n2: buy 1 ETH/USD limit 1000.01 ioc\n";
  g_autoptr (Scenario) blocked = play (TWO_PAIRS, "[guard kill]\nplugin=kill-switch\nactive=true\nreason=drill\n", script);
  g_autoptr (Scenario) allowed = play (TWO_PAIRS, "[guard kill]\nplugin=kill-switch\n", script);

  scenario_assert_denials (blocked, "1 kill kill_switch_active\n2 gate trading_halted\n");
  assert_equity (blocked, "100000.00000000 100000.00000000\n");
  scenario_assert_denials (allowed, "");
  test_assert_sql (allowed->ledger, "SELECT count (*) FROM paper_trade", "2\n");
  assert_equity (allowed, "97999.98000000 99999.98000000\n");
}

#define SWITCH "[guard kill]\nplugin=kill-switch\nstate-file=kill.state\n"

/* What was halted is halted after a restart; an operator releases the switch and makes trading active, and it goes on, in that run and after the next
 * restart. */
static void
test_restart_and_release (void)
{
  const char *buys = "1: buy 1 ETH/USD limit 1000.01 ioc\n2: buy 1 ETH/USD limit 1000.01 ioc\n";
  g_autoptr (Scenario) run = play (TWO_PAIRS, SWITCH, "1: set kill active true\n1: buy 1 ETH/USD limit 1000.01 ioc\n");

  scenario_assert_denials (run, "1 gate trading_halted\n");
  scenario_restart (run, "[pipeline]\nname=house\nmode=paper\nrun-id=second\n" BROKER SWITCH, TWO_PAIRS, buys);
  scenario_assert_denials (run, "1 gate trading_halted\n1 gate trading_halted\n2 gate trading_halted\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_trade", "0\n");
  scenario_restart (run, "[pipeline]\nname=house\nmode=paper\nrun-id=third\n" BROKER SWITCH, TWO_PAIRS,
                    "1: set kill active false\n1: state active over\n1: buy 1 ETH/USD limit 1000.01 ioc\n");
  scenario_restart (run, "[pipeline]\nname=house\nmode=paper\nrun-id=fourth\n" BROKER SWITCH, TWO_PAIRS, buys);
  test_assert_sql (run->ledger, "SELECT run_id, ifnull (component, 'operator'), name, detail FROM v_event_ledger WHERE kind = 'TRADING_STATE'",
                   "first kill TRADING_HALTED operator\nsecond kill TRADING_HALTED operator\nthird kill TRADING_HALTED operator\n"
                   "third operator TRADING_ACTIVE over\n");
  test_assert_sql (run->ledger, "SELECT run_id, count (*) FROM v_paper_trade GROUP BY run_id ORDER BY run_id", "fourth 2\nthird 1\n");
}

/* A venue that says that more was filled than was ordered: the books can be trusted no more, and the run ends in an error, with one alert. */
static void
test_execution_exception (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_set_market (run, TWO_PAIRS);
  scenario_set_live (run, "100000 USD", "fill exceed");
  scenario_add_script (run, "script", "1: buy 1 ETH/USD limit 1000.01 ioc\n2: buy 1 ETH/USD limit 1000.01 ioc\n");
  scenario_run (run, "[pipeline]\nname=house\nmode=live\nrun-id=first\nguards=none\n");
  g_assert_error (run->error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  scenario_assert_alerts (run, "run CRITICAL system\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE kind = 'ALERT'",
                   "Critical execution exception: order first-000002 (ACCEPTED, 0 of 100000000 filled): its exchange told a fill above the order's "
                   "quantity\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 1000.01 1.00000000 -\n");
}

#define STOP "[guard kill]\nplugin=kill-switch\n[guard stop]\nplugin=stop-conditions\n"

/* Data that come two seconds after the venue sent them are no ground to trade on: halted, the switch engaged for the same reason, and neither lets an
 * order through when an operator only makes trading active. */
static void
test_source_latency (void)
{
  g_autoptr (Scenario) run = play (PAIRS "09:00:00: BTC/USD new bid 19970 5 ask 20030 5\n"
                                         "09:00:01: BTC/USD bid 19970 6\n"
                                         "09:00:04 late 2: BTC/USD bid 19970 7\n"
                                         "09:00:05 late 2: BTC/USD bid 19970 8\n"
                                         "09:00:06 late 2: BTC/USD bid 19970 9\n",
                                   STOP "source-latency-limit=500ms\nlatency-samples=3\n",
                                   "2: buy 1 BTC/USD limit 20030 ioc\n"
                                   "4: buy 1 BTC/USD limit 20030 ioc\n"
                                   "5: state active hope\n"
                                   "5: buy 1 BTC/USD limit 20030 ioc\n");

  scenario_assert_states (run, "01-02T09:00 stop TRADING_HALTED source_latency_limit_breached\n01-02T09:00 operator TRADING_ACTIVE hope\n");
  scenario_assert_denials (run, "2 gate trading_halted\n3 kill kill_switch_active\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE kind = 'VERDICT' AND order_id = 3",
                   "reason=source_latency_limit_breached\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20030.00 1.00000000 -\n");
  scenario_assert_alerts (run, "stop CRITICAL risk\nkill CRITICAL risk\n");
  assert_equity (run, "79970.00000000 99970.00000000\n");
}

/* Two orders in a row that had to fill and did not: whatever made them fail would make the third fail too. One that filled between begins the row
 * anew. */
static void
test_failed_executions (void)
{
  g_autoptr (Scenario) run = play (WIDE, STOP "consecutive-failures-limit=2\n",
                                   "1: buy 1 BTC/USD limit 20000 ioc\n"
                                   "1 CANCELED: buy 1 BTC/USD limit 20030 ioc\n"
                                   "2: buy 1 BTC/USD limit 20000 ioc\n"
                                   "3: buy 1 BTC/USD limit 20000 ioc\n"
                                   "4: buy 1 BTC/USD limit 20030 ioc\n");

  scenario_assert_states (run, "01-02T11:00 stop TRADING_HALTED consecutive_failures_limit_breached\n");
  scenario_assert_denials (run, "5 gate trading_halted\n");
  scenario_assert_orders (run, "1 CANCELED 1.00000000 0.00000000 ioc_rest\n2 FILLED 1.00000000 1.00000000 \n3 CANCELED 1.00000000 0.00000000 "
                               "ioc_rest\n4 CANCELED 1.00000000 0.00000000 ioc_rest\n5 DENIED 1.00000000 0.00000000 trading_halted\n");
  assert_equity (run, "79970.00000000 99970.00000000\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/guards/daily-loss", test_daily_loss);
  g_test_add_func ("/scenario/guards/cumulative-loss", test_cumulative_loss);
  g_test_add_func ("/scenario/guards/loss-outlives-the-operator", test_loss_outlives_the_operator);
  g_test_add_func ("/scenario/guards/one-concurrent-trade", test_one_concurrent_trade);
  g_test_add_func ("/scenario/guards/exposure-per-asset", test_exposure_per_asset);
  g_test_add_func ("/scenario/guards/capital-per-trade", test_capital_per_trade);
  g_test_add_func ("/scenario/guards/insufficient-balance", test_insufficient_balance);
  g_test_add_func ("/scenario/guards/minimum-order", test_minimum_order);
  g_test_add_func ("/scenario/guards/allowed-when-valid", test_allowed_when_valid);
  g_test_add_func ("/scenario/guards/kill-switch", test_kill_switch);
  g_test_add_func ("/scenario/guards/restart-and-release", test_restart_and_release);
  g_test_add_func ("/scenario/guards/execution-exception", test_execution_exception);
  g_test_add_func ("/scenario/guards/source-latency", test_source_latency);
  g_test_add_func ("/scenario/guards/failed-executions", test_failed_executions);
  return g_test_run ();
}
