/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What guards know after a restart. Each scenario is two or three runs of one pipeline with one state file between them: what the first run did
 * counts in the second as if it had gone on, and an operator's word ends what was latched. No guard here has a file of its own. */

#include "scenario.h"

#include <string.h>

#define PAIRS "pair BTC/USD 2 8\npair ETH/USD 2 8\n"
#define BROKER "[exchange broker]\nplugin=sim\nfeed=market\ncash=100000 USD\n"
#define RUN(id) "[pipeline]\nname=house\nmode=paper\nstate-file=house.state\nrun-id=" id "\n" BROKER
#define BUY "buy 1 ETH/USD limit 1000.01 ioc\n"

/* A new book at each time, so that there is enough to buy in every frame. */
#define BOOK(time) time ": ETH/USD new bid 1000 50 ask 1000.01 50\n"

static Scenario *
play (const char *guards, const char *market, const char *script)
{
  Scenario *run = scenario_new ();
  g_autofree char *pipeline = g_strconcat (RUN ("first"), guards, NULL), *text = g_strconcat (PAIRS, market, NULL);

  scenario_set_market (run, text);
  scenario_add_script (run, "script", script);
  scenario_run (run, pipeline);
  g_assert_no_error (run->error);
  return run;
}

static void
restart (Scenario *run, const char *id, const char *guards, const char *market, const char *script)
{
  g_autofree char *pipeline = g_strdup_printf ("[pipeline]\nname=house\nmode=paper\nstate-file=house.state\nrun-id=%s\n" BROKER "%s", id, guards);
  g_autofree char *text = g_strconcat (PAIRS, market, NULL);

  scenario_restart (run, pipeline, text, script);
}

#define assert_denials(run, expected)                                                                                                       \
  test_assert_sql ((run)->ledger,                                                                                                           \
                   "SELECT run_id, order_id, ifnull (component, 'gate'), name FROM v_event_ledger WHERE kind = 'VERDICT' ORDER BY run_id, " \
                   "sequence",                                                                                                              \
                   expected)

/* Two minutes in which the same is not asked for twice, whoever was restarted in between. */
static void
test_duplicates (void)
{
  static const char guards[] = "[guard checks]\nplugin=pre-trade\nduplicate-window=2m\n";
  g_autoptr (Scenario) run = play (guards, BOOK ("09:00:00"), "1: " BUY);

  restart (run, "second", guards, BOOK ("09:01:00") BOOK ("09:01:59.999999999") BOOK ("09:02:00"),
           "1: " BUY "1: buy 2 ETH/USD limit 1000.01 ioc\n2: " BUY "3: " BUY "3: buy 2 ETH/USD limit 1000.01 ioc\n");
  assert_denials (run, "second 1 checks duplicate_intent\nsecond 3 checks duplicate_intent\nsecond 5 checks duplicate_intent\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE run_id = 'second' AND kind = 'VERDICT' AND order_id = 3",
                   "age_ns=119999999999 window_ns=120000000000\n");
  test_assert_sql (run->ledger, "SELECT run_id, count (*) FROM v_paper_trade GROUP BY run_id ORDER BY run_id", "first 1\nsecond 2\n");
}

/* Three messages a minute, two of them sent before the restart. */
static void
test_message_rate (void)
{
  static const char guards[] = "[guard rate]\nplugin=order-rate\nmax-messages=3\ncancel-reserve=0\nwindow=1m\n";
  g_autoptr (Scenario) run = play (guards, BOOK ("09:00:00"), "1: " BUY "1: " BUY);

  restart (run, "second", guards, BOOK ("09:00:59") BOOK ("09:01:00"), "1: " BUY "1: " BUY "2: " BUY "2: " BUY "2: " BUY);
  assert_denials (run, "second 2 rate message_rate_exceeded\nsecond 5 rate message_rate_exceeded\n");
}

/* Two of three repeats before the restart; the third passes, the fourth latches, and the latch is there after the next restart, until an operator
 * ends it. */
static void
test_repeats (void)
{
  static const char guards[] = "[guard rate]\nplugin=order-rate\nmax-repeats=3\nrepeat-window=10m\n";
  g_autoptr (Scenario) run = play (guards, BOOK ("09:00:00"), "1: " BUY "1: " BUY);

  restart (run, "second", guards, BOOK ("09:09:00"), "1: " BUY "1: " BUY);
  restart (run, "third", guards, BOOK ("12:00:00") BOOK ("12:01:00"), "1: " BUY "2: act rate release looked-at-it\n2: " BUY);
  assert_denials (run, "second 2 rate repeat_limit_latched\nthird 1 rate repeat_limit_latched\n");
  test_assert_sql (run->ledger,
                   "SELECT run_id, actor, action, why, before_value, after_value FROM v_audit WHERE action IN ('LIMIT_BREACHED', 'GUARD_RELEASED') "
                   "ORDER BY run_id, number",
                   "second rate LIMIT_BREACHED repeat_limit_latched max-repeats=3 3 orders of script: BUY ETH/USD.X\n"
                   "third rate GUARD_RELEASED looked-at-it 3 orders of script: BUY ETH/USD.X \n");
}

/* The switch itself, not only the halt: an operator who makes trading active has not released it. */
static void
test_kill_switch (void)
{
  static const char guards[] = "[guard kill]\nplugin=kill-switch\nreason=drill\n";
  g_autoptr (Scenario) run = play (guards, BOOK ("09:00:00"), "1: state halted lunch\n1: set kill active true\n");

  restart (run, "second", guards, BOOK ("10:00:00"), "1: state active hope\n1: " BUY);
  restart (run, "third", guards, BOOK ("11:00:00"), "1: act kill release mended\n1: state active go\n1: " BUY);
  restart (run, "fourth", guards, BOOK ("12:00:00"), "1: " BUY);
  assert_denials (run, "second 1 kill kill_switch_active\n");
  test_assert_sql (run->ledger, "SELECT run_id, count (*) FROM v_paper_trade GROUP BY run_id ORDER BY run_id", "fourth 1\nthird 1\n");
}

#define LOSING(time) time ": BTC/USD new bid 19970 5 ask 20000 5\n"
#define LOSE "1: buy 1 BTC/USD limit 20000 ioc\n1 FILLED: sell 1 BTC/USD limit 19970 ioc\n"

/* 30 lost before the restart and 30 after it: 60 of 50 allowed. The day's breach is known to the third run; the next day is a new one. */
static void
test_losses (void)
{
  static const char guards[] = "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=50 USD\n";
  g_autoptr (Scenario) run = play (guards, LOSING ("09:00:00"), LOSE);

  restart (run, "second", guards, LOSING ("10:00:00"), LOSE);
  restart (run, "third", guards, LOSING ("11:00:00") LOSING ("03T11:00:00"), "1: state active hope\n1: " BUY "2: " BUY);
  test_assert_sql (run->ledger,
                   "SELECT run_id, ifnull (component, 'operator'), name, detail FROM v_event_ledger WHERE kind = 'TRADING_STATE' ORDER BY run_id, "
                   "sequence",
                   "second losses TRADING_HALTED daily_loss_limit_breached\n"
                   "third losses TRADING_HALTED daily_loss_limit_breached\nthird operator TRADING_ACTIVE hope\n");
  assert_denials (run, "third 1 losses daily_loss_limit_breached\n");
  test_assert_sql (run->ledger, "SELECT actor, why, before_value, after_value FROM v_audit WHERE action = 'LIMIT_BREACHED'",
                   "losses daily_loss_limit_breached daily-loss-limit=50 USD daily=-60 USD cumulative=-60 USD\n");
}

/* on-breach=kill: the switch is engaged for the same reason, and is still when the day is over and trading was made active. */
static void
test_losses_engage_the_switch (void)
{
  static const char guards[] = "[guard losses]\nplugin=loss-limits\ndaily-loss-limit=30 USD\non-breach=kill\n[guard kill]\nplugin=kill-switch\n";
  g_autoptr (Scenario) run = play (guards, LOSING ("09:00:00"), LOSE);

  restart (run, "second", guards, LOSING ("03T09:00:00"), "1: state active morning\n1: buy 1 BTC/USD limit 20000 ioc\n");
  assert_denials (run, "second 1 kill kill_switch_active\n");
  test_assert_sql (run->ledger, "SELECT detail FROM v_event_ledger WHERE kind = 'VERDICT'", "reason=daily_loss_limit_breached\n");
}

/* One failure before the restart and one after it are two in a row. */
static void
test_failures (void)
{
  static const char guards[] = "[guard stop]\nplugin=stop-conditions\nconsecutive-failures-limit=2\n";
  static const char fail[] = "1: buy 1 ETH/USD limit 1000 ioc\n";
  g_autoptr (Scenario) run = play (guards, BOOK ("09:00:00"), fail);

  scenario_assert_states (run, "");
  restart (run, "second", guards, BOOK ("10:00:00"), fail);
  scenario_assert_states (run, "01-02T10:00 stop TRADING_HALTED consecutive_failures_limit_breached\n");
  test_assert_sql (run->ledger, "SELECT actor, why, before_value, after_value FROM v_audit WHERE action = 'LIMIT_BREACHED'",
                   "stop consecutive_failures_limit_breached consecutive-failures-limit=2 failures=2 max=2 last=second-000001 ioc_rest\n");
  restart (run, "third", guards, BOOK ("11:00:00"), "1: state active hope\n1: " BUY);
  assert_denials (run, "third 1 stop consecutive_failures_limit_breached\n");
}

/* "penstock state release": one word ends the halt and everything that guards latched. */
static void
test_release_of_all (void)
{
  static const char guards[] = "[guard losses]\nplugin=loss-limits\ncumulative-loss-limit=30 USD\n[guard kill]\nplugin=kill-switch\n"
                               "[guard stop]\nplugin=stop-conditions\nconsecutive-failures-limit=1\n"
                               "[guard rate]\nplugin=order-rate\nmax-repeats=1\nrepeat-window=1h\n";
  g_autoptr (Scenario) run = play (guards, LOSING ("09:00:00") BOOK ("09:01:00"),
                                   LOSE "1: buy 1 BTC/USD limit 19990 ioc\n2: state active hope\n2: buy 1 BTC/USD limit 20000 ioc\n");
  g_autoptr (TestOutcome) outcome = NULL;

  restart (run, "second", guards, LOSING ("09:02:00"), "1: state active hope\n1: buy 2 BTC/USD limit 20000 ioc\n");
  outcome = test_penstock (run->folder, "state", "release", "house.state", "--reason", "all mended", NULL);
  test_assert_exit (outcome, 0);
  restart (run, "third", guards, LOSING ("09:03:00"), "1: buy 2 BTC/USD limit 20000 ioc\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM v_event_ledger WHERE run_id = 'second' AND kind = 'VERDICT'", "1\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM v_event_ledger WHERE run_id = 'third' AND kind = 'VERDICT'", "0\n");
  test_assert_sql (run->ledger, "SELECT count (*) FROM v_paper_trade WHERE run_id = 'third'", "1\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/restarts/duplicates", test_duplicates);
  g_test_add_func ("/scenario/restarts/message-rate", test_message_rate);
  g_test_add_func ("/scenario/restarts/repeats", test_repeats);
  g_test_add_func ("/scenario/restarts/kill-switch", test_kill_switch);
  g_test_add_func ("/scenario/restarts/losses", test_losses);
  g_test_add_func ("/scenario/restarts/losses-engage-the-switch", test_losses_engage_the_switch);
  g_test_add_func ("/scenario/restarts/failures", test_failures);
  g_test_add_func ("/scenario/restarts/release-of-all", test_release_of_all);
  return g_test_run ();
}
