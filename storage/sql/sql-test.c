/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger as a run sees it: what it holds afterwards, what it says when it cannot write, and what a killed process leaves. */
#include "sql-test-kit.h"

#include "pst-sql-migration.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_TICKS 40

static void
test_round_trip (TestLedger *ledger, gconstpointer data)
{
  struct stat about;
  g_autofree char *last = NULL, *found = NULL, *snapshot = NULL, *state = NULL, *engine = NULL, *status = NULL;

  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", N_TICKS, "10000");
  test_ledger_assert_consistent (ledger);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger"), ==, N_TICKS);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM paper_equity_curve"), ==, N_TICKS);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM paper_order WHERE state = 'FILLED'"), ==, N_TICKS / 2);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM paper_order WHERE state = 'DENIED'"), ==, N_TICKS / 4);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM paper_trade"), ==, N_TICKS);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM paper_position"), ==, 1);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE kind = 'VERDICT'"), ==, N_TICKS / 4);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE name = 'ORDER_PARTIALLY_FILLED'"), ==, N_TICKS / 2);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'STOPPED'"), ==, 1);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT sum (est_profit) FROM opportunities"), ==, N_TICKS / 4 * 1234500);
  found
      = test_ledger_ask (ledger, "SELECT detected_at || ' ' || component || ' ' || cycle || ' ' || updated_pair || ' ' || net_rate || ' ' || net_pct"
                                 " || ' ' || est_profit || ' of ' || allocated_capital || ' ' || currency FROM v_opportunities WHERE number = 2");
  g_assert_cmpstr (found, ==, "2020-01-09T00:00:00Z cross USD->BTC->ETH->USD AAPL.TEST 1.000012345000 0.0012345000 0.01234500 of 1000.00000000 USD");
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM audit"), ==, N_TICKS / 4 + 3);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT n_records FROM audit_chain WHERE run_id = 'check-1' AND link_number = 1"), ==, N_TICKS / 4 + 3);
  snapshot
      = test_ledger_ask (ledger, "SELECT instrument || ' ' || bid_price || ' x ' || bid_size || ' | ' || ask_price || ' x ' || ask_size || ' of '"
                                 " || n_bids || '+' || n_asks FROM v_snapshots WHERE number = 1");
  g_assert_cmpstr (snapshot, ==, "AAPL.TEST 100.04 x 5 | 100.05 x 3 of 2+1");
  state = test_ledger_ask (
      ledger, "SELECT group_concat (component || '.' || key || '=' || value, ' ') FROM (SELECT * FROM v_runtime_state ORDER BY component DESC) s");
  g_assert_cmpstr (state, ==, "run.trading-state=REDUCING limits.spent=12.5 USD");
  engine = test_ledger_ask (ledger, "SELECT trading_state || ' ' || n_orders || ' ' || n_open_orders || ' ' || n_denials || ' ' || n_fills "
                                    "FROM v_engine_state WHERE tick = 40");
  g_assert_cmpstr (engine, ==, "ACTIVE 30 0 10 40");
  status = test_ledger_ask (ledger, "SELECT state || ' ' || trading_state || ' ' || last_tick || ' ' || n_orders || ' ' || n_fills || ' ' || "
                                    "CASE WHEN last_sequence = (SELECT max (sequence) FROM event_ledger) THEN 'whole' END FROM v_engine_status");
  g_assert_cmpstr (status, ==, "STOPPED REDUCING 40 30 40 whole");
  last = test_ledger_ask (ledger, "SELECT cash || ' + ' || mark_to_market || ' = ' || equity FROM v_mtm_ledger WHERE tick = 1");
  g_assert_cmpstr (last, ==, "8999.82000000 + 1000.10000000 = 9999.92000000");
  /* The books of someone's money are theirs alone to read. */
  if (ledger->postgres != NULL)
    return;
  g_assert_cmpint (stat (ledger->path, &about), ==, 0);
  g_assert_cmpuint (about.st_mode & 0777, ==, 0600);
}

/* The same run gives the same ledger, however its ticks were grouped and whatever was written before. */
static void
test_determinism (TestLedger *ledger, gconstpointer data)
{
  static const char *const commit_rows[] = { "10000", "10000", "1", "37" };
  g_autofree char *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commit_rows); i++)
    {
      g_autofree char *dump = NULL;

      test_ledger_write_run (ledger, i == 3 ? PST_MODE_PAPER : PST_MODE_BACKTEST, "check-1", N_TICKS, commit_rows[i]);
      dump = test_ledger_dump (ledger);
      if (first == NULL)
        first = g_strdup (dump);
      g_assert_cmpstr (dump, ==, first);
      test_ledger_remove_files (ledger);
    }
}

static void
test_many_runs (TestLedger *ledger, gconstpointer data)
{
  for (guint i = 2; i < 7; i++)
    {
      g_autofree char *run_id = g_strdup_printf ("check-%u", i);

      test_ledger_write_run (ledger, PST_MODE_BACKTEST, run_id, 8, "10000");
    }
  test_ledger_assert_consistent (ledger);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run"), ==, 5);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger"), ==, 40);
}

static void
test_has_run (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = test_ledger_add_store (ledger, harness, "1");
  gboolean found = TRUE;

  g_assert_true (pst_store_has_run (store, "local", "check-1", &found, NULL));
  g_assert_false (found);
  g_assert_false (g_file_test (ledger->path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (ledger->path, "", 0, NULL));
  g_assert_true (pst_store_has_run (store, "local", "check-1", &found, NULL));
  g_assert_false (found);
  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", 4, "1");
  g_assert_true (pst_store_has_run (store, "local", "check-1", &found, NULL));
  g_assert_true (found);
  g_assert_true (pst_store_has_run (store, "local", "check-2", &found, NULL));
  g_assert_false (found);
  g_assert_true (pst_store_has_run (store, "other", "check-1", &found, NULL));
  g_assert_false (found);
  g_assert_true (pst_store_has_run (store, "local' OR '1'='1", "check-2", &found, NULL));
  g_assert_false (found);
  pst_harness_finish (harness);
}

/* Starts a store on the ledger; it must be refused. */
static void
assert_start_fails (TestLedger *ledger, gint code, const char *what)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *store = PST_COMPONENT (test_ledger_add_store (ledger, harness, "1"));
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_component_prepare (store, NULL));
  g_assert_false (pst_component_start (store, &error));
  g_assert_error (error, PST_STORE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, what));
  pst_harness_finish (harness);
}

static void
test_existing_run (TestLedger *ledger, gconstpointer data)
{
  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", 4, "1");
  assert_start_fails (ledger, PST_STORE_ERROR_EXISTS, "keeps run \"check-1\" of user \"local\" already");
}

static void
test_unwritable_folder (TestLedger *ledger, gconstpointer data)
{
  g_free (ledger->path);
  ledger->path = g_build_filename (ledger->folder, "no", "ledger.db", NULL);
  assert_start_fails (ledger, PST_STORE_ERROR_IO, "No such file or directory; make its folder or choose another path");
  g_free (ledger->path);
  ledger->path = g_strdup (ledger->folder);
  assert_start_fails (ledger, PST_STORE_ERROR_IO, "Is a directory");
}

static void
test_not_a_database (TestLedger *ledger, gconstpointer data)
{
  g_assert_true (g_file_set_contents (ledger->path, "date,open,high,low,close,volume\n2015-01-02,1,2,3,4,5\n", -1, NULL));
  assert_start_fails (ledger, PST_STORE_ERROR_CORRUPT, "file is not a database");
}

static void
test_other_database (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *tables = NULL, *before = NULL, *after = NULL;
  gsize n_before, n_after;
  gboolean found;
  PstHarness *harness = pst_harness_new ();

  test_ledger_do (ledger, "CREATE TABLE recipes (name TEXT)");
  test_ledger_disconnect (ledger);
  g_assert_true (g_file_get_contents (ledger->path, &before, &n_before, NULL));
  assert_start_fails (ledger, PST_STORE_ERROR_CORRUPT, "is a database but no ledger");
  g_assert_false (pst_store_has_run (test_ledger_add_store (ledger, harness, "1"), "local", "check-1", &found, NULL));
  pst_harness_finish (harness);
  /* Not a byte of it is touched. */
  g_assert_true (g_file_get_contents (ledger->path, &after, &n_after, NULL));
  g_assert_cmpmem (after, n_after, before, n_before);
  tables = test_ledger_ask (ledger, "SELECT group_concat (name) FROM sqlite_master");
  g_assert_cmpstr (tables, ==, "recipes");
}

/* libgda puts .db behind a name when such a file is there: the wrong ledger would be written. */
static void
test_name_with_twin (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *twin = g_strconcat (ledger->path, ".db", NULL);

  g_assert_true (g_file_set_contents (twin, "", 0, NULL));
  assert_start_fails (ledger, PST_STORE_ERROR_IO, "beside it would be taken for it");
}

static void
test_odd_names (TestLedger *ledger, gconstpointer data)
{
  static const char *const names[] = { "ledger", "my ledger;DB_NAME=other", "größe=1.sqlite", "100%.db", "{run}.db" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup (names[i]);

      g_free (ledger->path);
      ledger->path = g_build_filename (ledger->folder, name, NULL);
      test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", 4, "1");
      if (i == 4)
        {
          g_free (ledger->path);
          ledger->path = g_build_filename (ledger->folder, "check-1.db", NULL);
        }
      g_assert_true (g_file_test (ledger->path, G_FILE_TEST_IS_REGULAR));
      g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger"), ==, 4);
      test_ledger_disconnect (ledger);
    }
}

/* Someone else holds the ledger for longer than the run may wait. */
static void
test_locked (TestLedger *ledger, gconstpointer data)
{
  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-2", 4, "1");
  test_ledger_do (ledger, "BEGIN IMMEDIATE");
  assert_start_fails (ledger, PST_STORE_ERROR_LOCKED, "database is locked");
  test_ledger_do (ledger, "ROLLBACK");
}

/* How many ticks the ledger has of a run; asserts that they are whole: with all their orders and trades, and nothing of the next. */
static gint64
assert_whole_ticks (TestLedger *ledger, GPtrArray *records, const char *run_id)
{
  g_autofree char *ticks = g_strdup_printf ("SELECT ifnull (max (tick), 0) FROM mtm_ledger WHERE run_id = '%s'", run_id);
  g_autofree char *trades = g_strdup_printf ("SELECT count(*) FROM paper_trade WHERE run_id = '%s'", run_id);
  g_autofree char *orders = g_strdup_printf ("SELECT count(*) FROM paper_order WHERE run_id = '%s'", run_id);
  gint64 n_ticks = test_ledger_count (ledger, ticks), n_trades = 0, n_orders = 0;

  for (guint i = 0, n = 0; n < n_ticks; i++)
    {
      const PstRecord *record = records->pdata[i];

      n += record->kind == PST_RECORD_TICK;
      n_trades += record->kind == PST_RECORD_FILL;
      n_orders += record->kind == PST_RECORD_INTENT;
    }
  g_assert_cmpint (test_ledger_count (ledger, trades), ==, n_trades);
  g_assert_cmpint (test_ledger_count (ledger, orders), ==, n_orders);
  test_ledger_assert_consistent (ledger);
  return n_ticks;
}

/* The Nth statement fails, for every N: the run hears of it, at most whole ticks are there, nothing is written after it, and the ledger
 * takes the next run. */
static void
test_fail_every_statement (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 4);
  gint64 last = 0;

  for (guint nth = 1;; nth++)
    {
      PstHarness *harness = pst_harness_new ();
      PstStore *store = test_ledger_add_store (ledger, harness, "1");
      g_autoptr (GError) error = NULL;
      gboolean done;

      pst_sql_fail_nth (PST_SQL (store), nth, PST_STORE_ERROR_IO);
      pst_harness_start (harness, PST_COMPONENT (store));
      done = pst_check_append_records (store, records, &error);
      if (!done)
        {
          g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
          g_assert_nonnull (strstr (error->message, "failed as the test wants"));
          g_assert_false (pst_store_append (store, records->pdata[records->len - 1], NULL));
          g_assert_false (pst_store_commit (store, PST_COMMIT_TICK, NULL));
        }
      pst_harness_finish (harness);
      last = assert_whole_ticks (ledger, records, "check-1");
      if (done)
        break;
      if (nth % 7 == 0)
        {
          test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-2", 4, "10000");
          test_ledger_assert_consistent (ledger);
        }
      test_ledger_remove_files (ledger);
    }
  g_assert_cmpint (last, ==, 4);
}

/* A disk that fills up: as many pages as there are, and not one more. */
static void
test_disk_full (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 400);

  for (guint n_pages = 1; n_pages < 60; n_pages += 19)
    {
      PstHarness *harness = pst_harness_new ();
      PstStore *store = test_ledger_add_store (ledger, harness, "1");
      g_autoptr (GError) error = NULL;

      pst_harness_start (harness, PST_COMPONENT (store));
      pst_sql_limit_pages (PST_SQL (store), n_pages);
      g_assert_false (pst_check_append_records (store, records, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
      g_assert_nonnull (strstr (error->message, "free space or choose another path"));
      pst_harness_finish (harness);
      g_assert_cmpint (assert_whole_ticks (ledger, records, "check-1"), <, 400);
      test_ledger_remove_files (ledger);
    }
}

/* A user has one RUNNING run; the second is told before it trades. One that was cut off does not stand in its way. */
static void
test_second_running_run (TestLedger *ledger, gconstpointer data)
{
  PstHarness *one = pst_harness_new (), *other = pst_harness_new ();
  PstStore *first = test_ledger_add_store (ledger, one, "1"), *second = test_ledger_add_store (ledger, other, "1");
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-2", 4), others = pst_check_make_records ("check-3", 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *states = NULL;

  pst_harness_start (one, PST_COMPONENT (first));
  for (guint i = 0; i < 20; i++)
    g_assert_true (pst_store_append (first, records->pdata[i], NULL));
  pst_harness_start (other, PST_COMPONENT (second));
  g_assert_false (pst_check_append_records (second, others, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_assert_nonnull (strstr (error->message, "this user has a run that is RUNNING"));
  pst_harness_finish (other);
  /* Its process goes away without a word. */
  pst_harness_finish (one);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'RUNNING'"), ==, 1);
  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-4", 4, "1");
  states = test_ledger_ask (
      ledger,
      "SELECT group_concat (run_id || ' ' || state || ' ' || ifnull (reason, ''), '; ') FROM (SELECT * FROM strategy_run ORDER BY run_number) s");
  g_assert_cmpstr (states, ==, "check-2 ERROR abandoned: its process ended without closing it; check-4 STOPPED ");
}

static void
test_not_open (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = test_ledger_add_store (ledger, harness, "1");
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 1);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_store_append (store, records->pdata[0], &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_false (pst_store_commit (store, PST_COMMIT_END, NULL));
  g_assert_false (pst_store_can_replay (store));
  pst_harness_finish (harness);
}

static void
test_no_path (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *store = pst_harness_add (harness, PST_TYPE_SQL, "ledger", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (store, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
  pst_harness_finish (harness);
}

/* The child of test_killed: writes a long run in paper mode, telling each tick that was committed. */
static int
write_until_killed (const char *path)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store;
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 1500);

  pst_harness_set_mode (harness, PST_MODE_PAPER);
  store = PST_STORE (pst_harness_add (harness, PST_TYPE_SQL, "ledger", strstr (path, "://") != NULL ? "database" : "path", path, NULL));
  pst_harness_start (harness, PST_COMPONENT (store));
  for (guint i = 0; i < records->len; i++)
    {
      const PstRecord *record = records->pdata[i];

      if (!pst_store_append (store, record, NULL))
        return 1;
      if (record->kind != PST_RECORD_TICK)
        continue;
      if (!pst_store_commit (store, PST_COMMIT_TICK, NULL) || write (STDOUT_FILENO, ".", 1) != 1)
        return 2;
    }
  return 3;
}

/* kill -9: the ledger opens, has whole ticks and nothing but whole ticks, and takes the next run. */
static void
test_killed (TestLedger *ledger, gconstpointer program)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 1500);

  for (guint round = 0; round < (ledger->postgres != NULL ? 4 : 12); round++)
    {
      const char *arguments[] = { program, "--write-until-killed", ledger->path, NULL };
      guint n_wanted = g_test_rand_int_range (1, 300);
      g_autoptr (GError) error = NULL;
      GPid child;
      int out, status;
      char dot;

      g_spawn_async_with_pipes (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, NULL, &out, NULL, &error);
      g_assert_no_error (error);
      while (n_wanted-- > 0)
        g_assert_cmpint (read (out, &dot, 1), ==, 1);
      kill (child, SIGKILL);
      close (out);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      assert_whole_ticks (ledger, records, "check-1");
      test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-2", 4, "1");
      g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE run_id = 'check-1' AND state = 'ERROR'"), ==, 1);
      test_ledger_remove_files (ledger);
    }
}

/* The power goes while the log is written: whatever of it is on the disk, the ledger has whole ticks. */
static void
test_log_cut_anywhere (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 30);
  PstHarness *harness = pst_harness_new ();
  PstStore *store = test_ledger_add_store (ledger, harness, "1");
  g_autofree char *log_path = g_strconcat (ledger->path, "-wal", NULL), *main_bytes = NULL, *log_bytes = NULL;
  gsize n_main, n_log;
  gint64 most = 0;

  pst_harness_start (harness, PST_COMPONENT (store));
  for (guint i = 0; i + 1 < records->len; i++)
    {
      const PstRecord *record = records->pdata[i];

      g_assert_true (pst_store_append (store, record, NULL));
      /* This one waits, so that each tick is a transaction. The ledger stays open, the writer idle: both files stand still. */
      if (record->kind == PST_RECORD_TICK)
        g_assert_true (pst_store_commit (store, PST_COMMIT_END, NULL));
    }
  g_assert_true (g_file_get_contents (ledger->path, &main_bytes, &n_main, NULL));
  g_assert_true (g_file_get_contents (log_path, &log_bytes, &n_log, NULL));
  pst_harness_finish (harness);
  g_assert_cmpuint (n_log, >, 100000);
  for (gsize length = 0; length <= n_log; length += g_test_rand_int_range (1, n_log / 40))
    {
      test_ledger_remove_files (ledger);
      g_assert_true (g_file_set_contents (ledger->path, main_bytes, n_main, NULL));
      g_assert_true (g_file_set_contents (log_path, log_bytes, length, NULL));
      if (test_ledger_count (ledger, "SELECT count(*) FROM sqlite_master WHERE name = 'check_engine_state'") == 1)
        most = MAX (most, assert_whole_ticks (ledger, records, "check-1"));
    }
  g_assert_cmpint (most, >, 10);
}

static gint64
get_resident_kib (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", 3);
  return g_ascii_strtoll (fields[1], NULL, 10) * sysconf (_SC_PAGESIZE) / 1024;
}

/* Only with -m perf. A paper run of many ticks, each committed: memory stays where it is, for the thousandth and the hundred-thousandth. */
static void
test_flat_memory (TestLedger *ledger, gconstpointer data)
{
  const guint n_ticks = 100000;
  PstHarness *harness = pst_harness_new ();
  PstStore *store = test_ledger_add_store (ledger, harness, "1");
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 1);
  PstRecord tick = { .kind = PST_RECORD_TICK }, note = { .kind = PST_RECORD_NOTE, .note = { .name = "NOTE", .detail = "nothing" } };
  guint64 sequence = 0;
  gint64 begin, before = 0;

  pst_harness_set_mode (harness, PST_MODE_PAPER);
  pst_harness_start (harness, PST_COMPONENT (store));
  /* As far as RUNNING. */
  do
    g_assert_true (pst_store_append (store, records->pdata[sequence++], NULL));
  while (((PstRecord *)records->pdata[sequence - 1])->kind != PST_RECORD_RUN || sequence == 1);
  tick.tick.currency = pst_currency_get ("USD", NULL);
  begin = g_get_monotonic_time ();
  for (guint i = 1; i <= n_ticks; i++)
    {
      note.sequence = ++sequence;
      tick.sequence = ++sequence;
      tick.tick.tick = note.time_ns = tick.time_ns = i;
      g_assert_true (pst_store_append (store, &note, NULL));
      g_assert_true (pst_store_append (store, &tick, NULL));
      g_assert_true (pst_store_commit (store, PST_COMMIT_TICK, NULL));
      if (i == n_ticks / 10)
        before = get_resident_kib ();
    }
  g_assert_true (pst_store_commit (store, PST_COMMIT_END, NULL));
  g_test_minimized_result (get_resident_kib () - before, "%" G_GINT64_FORMAT " KiB more after ten times as many ticks; %.0f ticks/s",
                           get_resident_kib () - before, n_ticks / ((g_get_monotonic_time () - begin) / 1e6));
  g_assert_cmpint (get_resident_kib () - before, <, 4096);
  pst_harness_finish (harness);
}

#define ADD(path, func) g_test_add ("/sql/store/" path, TestLedger, argv[0], test_ledger_set_up, func, test_ledger_tear_down)
#define ADD_BOTH(path, func) TEST_LEDGER_ADD ("/sql/store/" path, argv[0], func)

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--write-until-killed"))
    return write_until_killed (argv[2]);
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/store/postgresql");
  ADD_BOTH ("round-trip", test_round_trip);
  ADD_BOTH ("determinism", test_determinism);
  ADD_BOTH ("many-runs", test_many_runs);
  ADD ("has-run", test_has_run);
  ADD_BOTH ("existing-run", test_existing_run);
  ADD ("unwritable-folder", test_unwritable_folder);
  ADD ("not-a-database", test_not_a_database);
  ADD ("other-database", test_other_database);
  ADD ("name-with-twin", test_name_with_twin);
  ADD ("odd-names", test_odd_names);
  ADD ("locked", test_locked);
  ADD_BOTH ("FI-01/fail-every-statement", test_fail_every_statement);
  ADD ("disk-full", test_disk_full);
  ADD_BOTH ("second-running-run", test_second_running_run);
  ADD ("not-open", test_not_open);
  ADD ("no-path", test_no_path);
  ADD_BOTH ("IR-02/killed", test_killed);
  ADD ("log-cut-anywhere", test_log_cut_anywhere);
  if (g_test_perf ())
    ADD ("flat-memory", test_flat_memory);
  return g_test_run ();
}
