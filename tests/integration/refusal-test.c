/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What must never get into a ledger does not, whoever tries: a second run by the same name, and everything that someone writes by hand into a run
 * that has ended. */

#include "house-run.h"

#include <glib/gstdio.h>

#define BARS                                             \
  "time,open,high,low,close,volume,symbol\n"             \
  "2020-01-02T09:00:00Z,10.00,10.20,9.90,10.10,9,AAA\n"  \
  "2020-01-02T10:00:00Z,10.10,10.30,10.00,10.20,9,AAA\n" \
  "2020-01-02T11:00:00Z,10.20,10.40,10.10,10.30,9,AAA\n" \
  "2020-01-02T12:00:00Z,10.30,10.50,10.20,10.40,9,AAA\n" \
  "2020-01-02T13:00:00Z,9.30,9.50,9.20,9.40,9,AAA\n"     \
  "2020-01-02T14:00:00Z,9.20,9.30,9.10,9.20,9,AAA\n"     \
  "2020-01-02T15:00:00Z,10.30,10.50,10.20,10.40,9,AAA\n" \
  "2020-01-02T16:00:00Z,10.50,10.70,10.40,10.60,9,AAA\n"
#define CROSS "[strategy cross]\nplugin=sma-cross\nfast=2\nslow=3\norder-size=10\n"
#define LEDGER "[store ledger]\nplugin=sql\npath=ledger.db\n"
#define JOURNAL "[store journal]\nplugin=journal\npath=run.journal\n"
#define HOUSE HOUSE_DATA "path=bars.csv\nbar-period=1h\n" HOUSE_BROKER CROSS

static TestFolder *
make_folder (void)
{
  TestFolder *folder = test_folder_new ();

  test_folder_write (folder, "bars.csv", BARS);
  return folder;
}

/* By the same name the second run is refused before it does anything: exit code 6, a sentence that says what to do, and not a byte is changed. */
static void
test_second_run (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (HouseRun) first = house_run (folder, HOUSE LEDGER, "pipeline.run-id=monday", NULL), second = NULL, other_user = NULL;
  g_autofree char *dump = test_ledger_dump (first->ledger), *after = NULL;

  test_assert_exit (first->outcome, 0);
  g_assert_cmpint (house_run_get_total (first, "fills"), >, 0);
  second = house_run (folder, HOUSE LEDGER, "pipeline.run-id=monday", NULL);
  test_assert_exit (second->outcome, 6);
  test_assert_contains (second->outcome->errors, "ledger");
  test_assert_contains (second->outcome->errors, "monday");
  test_assert_contains (second->outcome->errors, "run-id");
  after = test_ledger_dump (first->ledger);
  g_assert_true (g_str_equal (after, dump));
  /* Another user may have a run of that name. */
  other_user = house_run (folder, HOUSE LEDGER, "pipeline.run-id=monday", "pipeline.user=anna", NULL);
  test_assert_exit (other_user->outcome, 0);
  test_assert_sql (first->ledger, "SELECT user_id, run_id, state FROM strategy_run ORDER BY run_number",
                   "local monday STOPPED\nanna monday STOPPED\n");
  g_assert_cmpuint (test_ledger_check (first->ledger), >=, 6);
}

/* A journal holds one run: it is refused and not touched. */
static void
test_second_journal (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (HouseRun) first = house_run (folder, HOUSE JOURNAL, NULL), second = NULL, same = NULL;
  g_autoptr (GBytes) before = house_run_read_journal (first), after = NULL;

  test_assert_exit (first->outcome, 0);
  second = house_run (folder, HOUSE JOURNAL, "pipeline.run-id=other", NULL);
  same = house_run (folder, HOUSE JOURNAL, "pipeline.run-id=house-1", NULL);
  test_assert_exit (second->outcome, 6);
  test_assert_contains (second->outcome->errors, "house-1");
  test_assert_exit (same->outcome, 6);
  after = house_run_read_journal (first);
  g_assert_true (g_bytes_equal (before, after));
}

/* Left to the host, each run gets the first name that no store has. */
static void
test_names (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (HouseRun) first = house_run (folder, HOUSE LEDGER, NULL), second = house_run (folder, HOUSE LEDGER, NULL);
  static const char tables[] = "SELECT (SELECT group_concat (price || ' ' || quantity) FROM paper_trade t WHERE t.run_id = r.run_id)"
                               " = (SELECT group_concat (price || ' ' || quantity) FROM paper_trade WHERE run_id = 'house-1') FROM strategy_run r";

  test_assert_exit (first->outcome, 0);
  test_assert_exit (second->outcome, 0);
  test_assert_sql (first->ledger, "SELECT run_id, state FROM strategy_run ORDER BY run_number", "house-1 STOPPED\nhouse-2 STOPPED\n");
  test_assert_sql (first->ledger, tables, "1\n1\n");
  g_assert_cmpuint (test_ledger_check (first->ledger), >=, 6);
}

static const struct
{
  const char *statement;
  const char *rule; /* what the refusal names */
} attempts[] = {
  { "INSERT INTO paper_order SELECT user_id, run_id, 99, strategy, exchange, instrument, 'x', 'x', side, type, time_in_force, flags, quantity,"
    " limit_price, stop_price, expire_time, 'INITIALIZED', 0, 0, '', created_time, updated_time FROM paper_order LIMIT 1",
    "run_not_running" },
  { "INSERT INTO paper_trade SELECT user_id, run_id, 9999, logical_time, order_id, strategy, exchange, instrument, side, liquidity, venue_time, "
    "price,"
    " quantity, notional, fee, fee_currency, realised_profit, 'another' FROM paper_trade LIMIT 1",
    "run_not_running" },
  { "INSERT INTO mtm_ledger SELECT user_id, run_id, logical_time + 999, 9999, tick + 99, currency, cash, mark_to_market, equity, n_unpriced,"
    " realised_profit, fees FROM mtm_ledger LIMIT 1",
    "run_not_running" },
  { "INSERT INTO paper_equity_curve SELECT user_id, run_id, logical_time + 999, equity, peak, drawdown FROM paper_equity_curve LIMIT 1",
    "run_not_running" },
  { "INSERT INTO event_ledger SELECT user_id, run_id, 9999, logical_time, 'NOTE', 'FORGED', NULL, NULL, NULL, NULL, NULL, '' FROM event_ledger LIMIT "
    "1",
    "run_not_running" },
  { "INSERT INTO run_cash SELECT user_id, run_id, 9999, logical_time, exchange, currency, amount, 'gift' FROM run_cash LIMIT 1", "run_not_running" },
  { "UPDATE paper_order SET quantity = quantity + 1", "run_not_running" },
  { "UPDATE paper_position SET quantity = quantity + 1", "run_not_running" },
  { "UPDATE paper_trade SET price = price + 1", "append_only" },
  { "UPDATE mtm_ledger SET cash = cash + 1, equity = equity + 1", "append_only" },
  { "DELETE FROM paper_trade", "append_only" },
  { "DELETE FROM event_ledger", "append_only" },
  { "UPDATE strategy_run SET state = 'RUNNING'", "run_transition" },
  { "UPDATE strategy_run SET state = 'ERROR'", "run_transition" },
  { "UPDATE strategy_run SET user_id = 'anna'", "run_identity" },
  { "INSERT INTO strategy_run (user_id, run_id, pipeline, mode, seed, currency, state, created_time) VALUES ('local', 'x', 'p', 'BACKTEST', '1', "
    "'USD',"
    " 'STOPPED', 0)",
    "run_transition" },
  { "INSERT INTO strategy_run (user_id, run_id, pipeline, mode, seed, currency, state, created_time) VALUES ('local', 'house-1', 'p', 'BACKTEST', "
    "'1',"
    " 'USD', 'CREATED', 0)",
    "run_once" },
  { "INSERT INTO mtm_ledger VALUES ('nobody', 'none', 1, 1, 1, 'USD', 1, 1, 2, 0, 0, 0)", "run_of_user" },
};

/* Each attempt by hand on a ledger whose run has ended is refused with the name of the rule, and changes nothing. */
static void
test_by_hand (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (HouseRun) run = house_run (folder, HOUSE LEDGER, NULL);
  g_autofree char *before = test_ledger_dump (run->ledger), *after = NULL;

  test_assert_exit (run->outcome, 0);
  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autofree char *refusal = test_sql_refusal (run->ledger, attempts[i].statement);

      if (refusal == NULL || !g_regex_match_simple (attempts[i].rule, refusal, 0, 0))
        g_test_message ("%s\n-> %s", attempts[i].statement, refusal != NULL ? refusal : "was done");
      g_assert_nonnull (refusal);
      g_assert_true (g_regex_match_simple (attempts[i].rule, refusal, 0, 0));
    }
  after = test_ledger_dump (run->ledger);
  g_assert_true (g_str_equal (before, after));
}

/* A ledger that is not there to be written ends the run before it trades: exit code 6, the path, and no half of a ledger. */
static void
test_unwritable (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (HouseRun) folder_missing = NULL, not_a_ledger = NULL;

  folder_missing = house_run (folder, HOUSE LEDGER, "ledger.path=nowhere/ledger.db", NULL);
  test_assert_exit (folder_missing->outcome, 6);
  test_assert_contains (folder_missing->outcome->errors, "nowhere/ledger.db");
  test_folder_write (folder, "ledger.db", "these are no pages of a database, and nobody may write over them, however long they are\n");
  not_a_ledger = house_run (folder, HOUSE LEDGER, NULL);
  test_assert_exit (not_a_ledger->outcome, 6);
  test_assert_contains (not_a_ledger->outcome->errors, "ledger.db");
  {
    g_autofree char *text = test_folder_read (folder, "ledger.db");

    g_assert_true (g_str_has_prefix (text, "these are no pages"));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/refusal/second-run", test_second_run);
  g_test_add_func ("/integration/refusal/second-journal", test_second_journal);
  g_test_add_func ("/integration/refusal/names", test_names);
  g_test_add_func ("/integration/refusal/by-hand", test_by_hand);
  g_test_add_func ("/integration/refusal/unwritable", test_unwritable);
  return g_test_run ();
}
