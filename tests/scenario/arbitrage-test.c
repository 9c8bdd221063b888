/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Triangular arbitrage as an operator runs it: books, cycles, legs, guards and records in one pipeline. 1 BTC is 20000 USD, 20 ETH are 1 BTC and
 * bring 20200 USD: a cycle returns 1 % without fees, as far as the books reach. */

#include "scenario.h"

#define PAIRS "pair BTC/USD 2 8\npair ETH/USD 2 8\npair ETH/BTC 5 8\n"
#define GOOD "BTC/USD new bid 19990 10 ask 20000 10; ETH/BTC new bid 0.0499 30 ask 0.05 30; ETH/USD new bid 1010 30 ask 1011 30"
/* The same once more, a second later, with other sizes behind. */
#define TWICE                                                                       \
  PAIRS "09:00:00: " GOOD "\n"                                                      \
        "09:00:01: BTC/USD bid 19980 1; ETH/BTC bid 0.0498 1; ETH/USD bid 1009 1\n" \
        "09:00:02: BTC/USD bid 19980 2; ETH/BTC bid 0.0498 2; ETH/USD bid 1009 2\n"
#define BROKER "[exchange broker]\nplugin=sim\nfeed=market\ncash=100000 USD\n"
#define ARBITRAGE "[strategy arbitrage]\nplugin=triangular-arbitrage\ntrade-capital=10000 USD\nmin-net-pct=0.5\n"
#define KILL "[guard kill]\nplugin=kill-switch\n"

/* Each opportunity: cycle, whether it was executed, gross and net rate, profit, capital. */
#define assert_opportunities(run, expected) \
  test_assert_sql ((run)->ledger,           \
                   "SELECT cycle, executed, gross_rate, net_rate, est_profit, allocated_capital FROM v_opportunities ORDER BY sequence", expected)
#define assert_cycles(run, expected) \
  test_assert_sql ((run)->ledger, "SELECT name, detail FROM v_event_ledger WHERE kind = 'NOTE' AND name LIKE 'CYCLE%' ORDER BY sequence", expected)
#define assert_cash(run, expected) test_assert_sql ((run)->ledger, "SELECT cash, equity FROM v_mtm_ledger ORDER BY tick DESC LIMIT 1", expected)

static Scenario *
play (const char *market, const char *pipeline_options, const char *components)
{
  Scenario *run = scenario_new ();
  g_autofree char *pipeline = g_strconcat ("[pipeline]\nname=house\nmode=paper\nrun-id=first\n", pipeline_options, BROKER, components, NULL);

  scenario_set_market (run, market);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  return run;
}

/* What the run's summary says: a cycle is one trade, won or lost, whatever its legs did to positions. */
static void
assert_trades (const Scenario *run, guint64 n_trades, guint64 n_wins)
{
  const PstStrategySummary *total = &run->summary->total;

  g_assert_cmpuint (total->n_trades, ==, n_trades);
  g_assert_cmpuint (total->n_wins, ==, n_wins);
  if (n_trades > 0)
    g_assert_cmpfloat (total->win_rate, ==, (double)n_wins / (double)n_trades);
}

/* It finds and records, and sends nothing. */
static void
test_dry_run (void)
{
  g_autoptr (Scenario) run = play (TWICE, "", KILL ARBITRAGE "execute=false\n");

  assert_opportunities (run, "USD->BTC->ETH->USD 0 1.010000000000 1.010000000000 100.00000000 10000.00000000\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_order", "0\n");
  g_assert_cmpuint (scenario_count_records (run, PST_RECORD_INTENT), ==, 0);
  assert_cash (run, "100000.00000000 100000.00000000\n");
  assert_trades (run, 0, 0);
}

/* The same with execution: three legs, one profit. */
static void
test_paper (void)
{
  g_autoptr (Scenario) run = play (TWICE, "", KILL ARBITRAGE "cool-down=1m\n");

  assert_opportunities (run, "USD->BTC->ETH->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.50000000 -\n01-02T09:00 2 BUY TAKER 0.05000 10.00000000 -\n01-02T09:00 3 SELL "
                              "TAKER 1010.00 10.00000000 -\n");
  assert_cycles (run, "CYCLE_COMPLETED opportunity=1 cycle=USD->BTC->ETH->USD profit=100 USD spent=10000 USD returned=10100 USD\n");
  assert_cash (run, "100100.00000000 100100.00000000\n");
  assert_trades (run, 1, 1);
}

/* Live, on the venue itself: one cycle, three orders, however often the venue repeats itself. */
static void
test_live_executes_once (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_set_market (run, TWICE);
  scenario_set_live (run, "100000 USD", "fill");
  scenario_run (run, "[pipeline]\nname=house\nmode=live\nrun-id=first\n" KILL ARBITRAGE "cool-down=1m\n");
  g_assert_no_error (run->error);
  g_assert_cmpuint (run->n_submitted, ==, 3);
  assert_opportunities (run, "USD->BTC->ETH->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.50000000 -\n01-02T09:00 2 BUY TAKER 0.05000 10.00000000 -\n01-02T09:00 3 SELL "
                              "TAKER 1010.00 10.00000000 -\n");
  assert_cycles (run, "CYCLE_COMPLETED opportunity=1 cycle=USD->BTC->ETH->USD profit=100 USD spent=10000 USD returned=10100 USD\n");
  assert_cash (run, "100100.00000000 100100.00000000\n");
  assert_trades (run, 1, 1);
}

/* With a fee of a thousandth on each leg and every guard that there is. 10000 USD buy 0.49950049 BTC for 9990.0098 and a fee of 9.9900098; these
 * buy 9.9800296 ETH for 0.49900148 BTC and a fee of 0.00049900148 (up: 0.00049901), to the last satoshi; these bring 10079.829896 less 10.079829896
 * (up: 10.0798299). */
static void
test_allowed_when_valid (void)
{
  g_autoptr (Scenario) run
      = play ("pair BTC/USD 2 8 fee 0.001\npair ETH/USD 2 8 fee 0.001\npair ETH/BTC 5 8 fee 0.001\n09:00:00: " GOOD "\n", "",
              KILL "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\ncumulative-loss-limit=50 USD\n"
                   "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=1\nmax-exposure-per-asset=20000 USD\n"
                   "max-capital-per-trade=10000 USD\n"
                   "[guard stop]\nplugin=stop-conditions\nsource-latency-limit=500ms\nconsecutive-failures-limit=2\nbook-stale-limit=10s\n"
                   "reconnect-limit=3\n"
                   "[guard rate]\nplugin=order-rate\n"
                   "[guard checks]\nplugin=pre-trade\nminimum-size=BTC:0.001;ETH:0.01\nprice-collar=0.02\nmax-mark-age=5s\n" ARBITRAGE);

  scenario_assert_denials (run, "");
  scenario_assert_states (run, "");
  scenario_assert_alerts (run, "");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.49950049 9.99000980\n01-02T09:00 2 BUY TAKER 0.05000 9.98002960 "
                              "0.00049901\n01-02T09:00 3 SELL TAKER 1010.00 9.98002960 10.07982990\n");
  assert_opportunities (run, "USD->BTC->ETH->USD 1 1.010000000000 1.006975025762 69.75025630 9999.99980980\n");
  assert_cycles (run,
                 "CYCLE_COMPLETED opportunity=1 cycle=USD->BTC->ETH->USD profit=69.7502563 USD spent=9999.9998098 USD returned=10069.7500661 USD\n");
  assert_cash (run, "100069.75025630 100069.75025630\n");
  assert_trades (run, 1, 1);
}

/* The smaller of both capitals is put in, although the books would take twice ten thousand. */
static void
test_capital (void)
{
  g_autoptr (Scenario) run = play (TWICE, "", KILL ARBITRAGE "max-trade-capital=4000 USD\ncool-down=1m\n");

  assert_opportunities (run, "USD->BTC->ETH->USD 1 1.010000000000 1.010000000000 40.00000000 4000.00000000\n");
  scenario_assert_fills (
      run,
      "01-02T09:00 1 BUY TAKER 20000.00 0.20000000 -\n01-02T09:00 2 BUY TAKER 0.05000 4.00000000 -\n01-02T09:00 3 SELL TAKER 1010.00 4.00000000 -\n");
  assert_cash (run, "100040.00000000 100040.00000000\n");
}

/* With an order on its way for 100 ms: what was found is gone when the second leg comes, and the bitcoins are sold for less. @bid: what is left of
 * the price then; half a bitcoin is held. */
#define LOSING(n, bid)                                                                                                  \
  "09:0" n ":00: " GOOD "\n"                                                                                            \
  "09:0" n ":00.15: ETH/BTC ask 0.05 0 ask 0.06 30; BTC/USD bid 19990 0 bid " bid " 10; ETH/USD bid 1010 0 bid 900 5\n" \
  "09:0" n ":10: BTC/USD bid 19000 1\n"

/* The first of two losses, 60 of 50 allowed, halts: the second opportunity is recorded and not traded. */
static void
test_daily_loss (void)
{
  g_autoptr (Scenario) run = play (PAIRS LOSING ("0", "19880") LOSING ("1", "19880"), "",
                                   "latency=100ms\n" KILL "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\n" ARBITRAGE);

  assert_opportunities (run, "USD->BTC->ETH->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\nUSD->BTC->ETH->USD 0 1.010000000000 "
                             "1.010000000000 100.00000000 10000.00000000\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.50000000 -\n01-02T09:00 3 SELL TAKER 19880.00 0.50000000 -\n");
  assert_cycles (
      run,
      "CYCLE_UNWOUND opportunity=1 cycle=USD->BTC->ETH->USD profit=-60 USD spent=10000 USD returned=9940 USD reason=leg=2 not_filled ioc_rest\n");
  scenario_assert_states (run, "01-02T09:00 losses TRADING_HALTED daily_loss_limit_breached\n");
  assert_cash (run, "99940.00000000 99940.00000000\n");
  assert_trades (run, 1, 0);
}

/* 40 and 15: only the second takes it to 50. */
static void
test_cumulative_loss (void)
{
  g_autoptr (Scenario) run = play (PAIRS LOSING ("0", "19920") LOSING ("1", "19970") LOSING ("2", "19970"), "",
                                   "latency=100ms\n" KILL "[guard losses]\nplugin=loss-limits\ncumulative-loss-limit=50 USD\n" ARBITRAGE);

  assert_opportunities (
      run, "USD->BTC->ETH->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\nUSD->BTC->ETH->USD 1 1.010000000000 1.010000000000 "
           "100.00000000 10000.00000000\nUSD->BTC->ETH->USD 0 1.010000000000 1.010000000000 100.00000000 10000.00000000\n");
  assert_cycles (run, "CYCLE_UNWOUND opportunity=1 cycle=USD->BTC->ETH->USD profit=-40 USD spent=10000 USD returned=9960 USD reason=leg=2 not_filled "
                      "ioc_rest\nCYCLE_UNWOUND opportunity=2 cycle=USD->BTC->ETH->USD profit=-15 USD spent=10000 USD returned=9985 USD reason=leg=2 "
                      "not_filled ioc_rest\n");
  scenario_assert_states (run, "01-02T09:01 losses TRADING_HALTED cumulative_loss_limit_breached\n");
  assert_cash (run, "99945.00000000 99945.00000000\n");
  assert_trades (run, 2, 0);
}

/* A cycle that goes all the way and returns less: going on was better than going back. Nothing was sold in the instrument in which it was bought, and
 * the 60 are lost all the same. */
static void
test_loss_of_a_completed_cycle (void)
{
  g_autoptr (Scenario) run = play (PAIRS "09:00:00: " GOOD "\n"
                                         "09:00:00.15: ETH/USD bid 1010 0 bid 994 30; ETH/BTC bid 0.0499 0 bid 0.04 30\n"
                                         "09:00:10: BTC/USD bid 19000 1\n"
                                         "09:01:00: " GOOD "\n"
                                         "09:01:10: BTC/USD bid 19000 1\n",
                                   "", "latency=100ms\n" KILL "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\n" ARBITRAGE);

  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.50000000 -\n01-02T09:00 2 BUY TAKER 0.05000 10.00000000 -\n"
                              "01-02T09:00 3 SELL TAKER 994.00 10.00000000 -\n");
  assert_cycles (run, "CYCLE_COMPLETED opportunity=1 cycle=USD->BTC->ETH->USD profit=-60 USD spent=10000 USD returned=9940 USD\n");
  scenario_assert_states (run, "01-02T09:00 losses TRADING_HALTED daily_loss_limit_breached\n");
  assert_cash (run, "99940.00000000 99940.00000000\n");
  assert_trades (run, 1, 0);
}

/* A guard that denies the first leg ends the cycle before it began. */
static void
test_exposure_per_asset (void)
{
  g_autoptr (Scenario) run
      = play (TWICE, "", KILL "[guard limits]\nplugin=trade-limits\nmax-exposure-per-asset=5000 USD\n" ARBITRAGE "cool-down=1m\n");

  scenario_assert_denials (run, "1 limits max_exposure_per_asset_exceeded\n");
  assert_cycles (run, "CYCLE_FAILED opportunity=1 cycle=USD->BTC->ETH->USD profit=0 USD spent=0 USD returned=0 USD "
                      "reason=leg=1 denied max_exposure_per_asset_exceeded\n");
  assert_cash (run, "100000.00000000 100000.00000000\n");
  assert_trades (run, 0, 0);
}

/* A cycle that is over left a position of each instrument and no coin: getting out has nothing to sell. */
static void
test_flatten_after_a_cycle (void)
{
  g_autoptr (Scenario) run = play (TWICE, "flatten-on-end=true\n", KILL ARBITRAGE "cool-down=1m\n");

  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_order", "3\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM v_event_ledger WHERE name = 'POSITIONS_LEFT_OPEN'", "0\n");
  assert_cash (run, "100100.00000000 100100.00000000\n");
}

/* A cycle that is held after its second leg left ether, which came from bitcoin that came from dollars: getting out sells it for dollars. */
static void
test_flatten_what_is_held (void)
{
  g_autoptr (Scenario) run = play (PAIRS "09:00:00: " GOOD "\n"
                                         "09:00:00.6: BTC/USD bid 19980 1\n"
                                         "09:00:01.2: ETH/USD bid 1010 0 bid 1000 30\n"
                                         "09:00:02: BTC/USD bid 19980 2\n"
                                         "09:00:03: BTC/USD bid 19980 3\n",
                                   "flatten-on-end=true\n", "latency=500ms\n" KILL ARBITRAGE "cool-down=1m\non-leg-failure=hold\n");

  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.50000000 -\n01-02T09:00 2 BUY TAKER 0.05000 10.00000000 -\n01-02T09:00 4 SELL "
                              "TAKER 1000.00 10.00000000 -\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM v_event_ledger WHERE name = 'POSITIONS_LEFT_OPEN'", "0\n");
  assert_cash (run, "100000.00000000 100000.00000000\n");
}

/* A venue that refuses: the second cycle in a row that fails is the last. */
static void
test_failed_executions (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_set_market (run, TWICE);
  scenario_set_live (run, "100000 USD", "reject");
  scenario_run (run, "[pipeline]\nname=house\nmode=live\nrun-id=first\n" KILL
                     "[guard stop]\nplugin=stop-conditions\nconsecutive-failures-limit=2\n" ARBITRAGE "cool-down=0s\n");
  g_assert_no_error (run->error);
  g_assert_cmpuint (run->n_submitted, ==, 2);
  scenario_assert_states (run, "01-02T09:00 stop TRADING_HALTED consecutive_failures_limit_breached\n");
  assert_cycles (
      run,
      "CYCLE_FAILED opportunity=1 cycle=USD->BTC->ETH->USD profit=0 USD spent=0 USD returned=0 USD reason=leg=1 rejected venue_says_no\nCYCLE_FAILED "
      "opportunity=2 cycle=USD->BTC->ETH->USD profit=0 USD spent=0 USD returned=0 USD reason=leg=1 rejected venue_says_no\n");
  assert_cash (run, "100000.00000000 100000.00000000\n");
}

/* A venue that says of the second leg that more was filled than was ordered: nothing that follows could be trusted. No third leg, and the
 * alerts say why, and what is held now. */
static void
test_execution_exception (void)
{
  g_autoptr (Scenario) run = scenario_new ();

  scenario_set_market (run, TWICE);
  scenario_set_live (run, "100000 USD", "fill exceed");
  scenario_run (run, "[pipeline]\nname=house\nmode=live\nrun-id=first\n" KILL ARBITRAGE);
  g_assert_error (run->error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  g_assert_cmpuint (run->n_submitted, ==, 2);
  test_assert_sql (run->ledger, "SELECT severity, name, detail FROM v_event_ledger WHERE kind = 'ALERT'",
                   "CRITICAL system Critical execution exception: order first-000002 (ACCEPTED, 0 of 1000000000 filled): its exchange told a fill "
                   "above the order's quantity\n"
                   "WARNING execution Arbitrage cycle held: opportunity=1 cycle=USD->BTC->ETH->USD profit=-10000 USD spent=10000 USD returned=0 USD "
                   "held=0.5 BTC reason=run_stopped with an open order\n");
  scenario_assert_fills (run, "01-02T09:00 1 BUY TAKER 20000.00 0.50000000 -\n");
}

/* Two cycles that have nothing but dollars in common, both found while the first leg of the one is on its way. */
#define TWO_CYCLES                                                                                                                      \
  PAIRS "pair LTC/USD 2 8\npair XMR/USD 2 8\npair XMR/LTC 5 8\n"                                                                        \
        "09:00:00: " GOOD "\n"                                                                                                          \
        "09:00:00.05: LTC/USD new bid 199 100 ask 200 100; XMR/LTC new bid 0.49 300 ask 0.5 300; XMR/USD new bid 101 300 ask 102 300\n" \
        "09:00:02: LTC/USD bid 198 1; XMR/LTC bid 0.48 1; XMR/USD bid 100 1\n"                                                          \
        "09:00:03: LTC/USD bid 198 2\n"

/* The strategy would run both at a time; the guard allows one, whose three legs are one trade. When it is over the other may begin. */
static void
test_one_concurrent_trade (void)
{
  g_autoptr (Scenario) run
      = play (TWO_CYCLES, "", "latency=100ms\n" KILL "[guard limits]\nplugin=trade-limits\nmax-concurrent-trades=1\n" ARBITRAGE "concurrent=2\n");

  scenario_assert_denials (run, "2 limits max_concurrent_trades_exceeded\n");
  assert_opportunities (run, "USD->BTC->ETH->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\n"
                             "USD->LTC->XMR->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\n"
                             "USD->LTC->XMR->USD 1 1.010000000000 1.010000000000 100.00000000 10000.00000000\n");
  assert_cycles (run, "CYCLE_FAILED opportunity=2 cycle=USD->LTC->XMR->USD profit=0 USD spent=0 USD returned=0 USD "
                      "reason=leg=1 denied max_concurrent_trades_exceeded\n"
                      "CYCLE_COMPLETED opportunity=1 cycle=USD->BTC->ETH->USD profit=100 USD spent=10000 USD returned=10100 USD\n"
                      "CYCLE_COMPLETED opportunity=3 cycle=USD->LTC->XMR->USD profit=100 USD spent=10000 USD returned=10100 USD\n");
  assert_cash (run, "100200.00000000 100200.00000000\n");
}

#define SWITCH "[guard kill]\nplugin=kill-switch\nstate-file=kill.state\n"
#define AGAIN(id) "[pipeline]\nname=house\nmode=paper\nrun-id=" id "\n" BROKER SWITCH ARBITRAGE "cool-down=1m\n"

/* What was halted stays halted over a restart, and sees opportunities go by; released and made active by an operator, it trades the next one. */
static void
test_restart_and_release (void)
{
  g_autoptr (Scenario) run = play (TWICE, "", SWITCH "active=true\nreason=drill\n" ARBITRAGE);

  scenario_restart (run, AGAIN ("second"), TWICE, NULL);
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_order", "0\n");
  scenario_restart (run, AGAIN ("third"), TWICE, "2: set kill active false\n2: state active over\n");
  test_assert_sql (run->ledger, "SELECT run_id, component, name, detail FROM v_event_ledger WHERE kind = 'TRADING_STATE'",
                   "first kill TRADING_HALTED drill\nsecond kill TRADING_HALTED drill\nthird kill TRADING_HALTED drill\n"
                   "third - TRADING_ACTIVE over\n");
  test_assert_sql (run->ledger, "SELECT run_id, executed, est_profit FROM v_opportunities ORDER BY run_id, sequence",
                   "first 0 100.00000000\nsecond 0 100.00000000\nthird 0 100.00000000\nthird 1 100.00000000\n");
  test_assert_sql (run->ledger, "SELECT run_id, count (*) FROM v_paper_trade GROUP BY run_id", "third 3\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/arbitrage/dry-run", test_dry_run);
  g_test_add_func ("/scenario/arbitrage/paper", test_paper);
  g_test_add_func ("/scenario/arbitrage/live-executes-once", test_live_executes_once);
  g_test_add_func ("/scenario/arbitrage/allowed-when-valid", test_allowed_when_valid);
  g_test_add_func ("/scenario/arbitrage/capital", test_capital);
  g_test_add_func ("/scenario/arbitrage/daily-loss", test_daily_loss);
  g_test_add_func ("/scenario/arbitrage/cumulative-loss", test_cumulative_loss);
  g_test_add_func ("/scenario/arbitrage/loss-of-a-completed-cycle", test_loss_of_a_completed_cycle);
  g_test_add_func ("/scenario/arbitrage/exposure-per-asset", test_exposure_per_asset);
  g_test_add_func ("/scenario/arbitrage/one-concurrent-trade", test_one_concurrent_trade);
  g_test_add_func ("/scenario/arbitrage/flatten-after-a-cycle", test_flatten_after_a_cycle);
  g_test_add_func ("/scenario/arbitrage/flatten-what-is-held", test_flatten_what_is_held);
  g_test_add_func ("/scenario/arbitrage/failed-executions", test_failed_executions);
  g_test_add_func ("/scenario/arbitrage/execution-exception", test_execution_exception);
  g_test_add_func ("/scenario/arbitrage/restart-and-release", test_restart_and_release);
  return g_test_run ();
}
