/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only a server can do to a ledger: be away, go away, be written by two at once. And that it holds what a file would. */
#include <penstock-check.h>

#include "sql-test-kit.h"

static PstStore *
add_store (TestLedger *ledger, PstHarness *harness, const char *busy_timeout)
{
  pst_harness_set_mode (harness, PST_MODE_PAPER);
  return PST_STORE (pst_harness_add (harness, PST_TYPE_SQL, "ledger", "database", ledger->path, "busy-timeout", busy_timeout, NULL));
}

/* As the engine would, up to the end of tick @n_ticks. */
static gboolean
append_ticks (PstStore *store, GPtrArray *records, guint *place, guint n_ticks, GError **error)
{
  while (n_ticks > 0 && *place < records->len)
    {
      const PstRecord *record = records->pdata[(*place)++];

      if (!pst_store_append (store, record, error))
        return FALSE;
      if (record->kind != PST_RECORD_TICK)
        continue;
      n_ticks--;
      if (!pst_store_commit (store, PST_COMMIT_TICK, error))
        return FALSE;
    }
  return pst_store_commit (store, PST_COMMIT_END, error);
}

/* The same run gives the same rows in a file and on a server, but for the migrations' checksums. */
static void
test_same_rows (void)
{
  TestLedger ledgers[2] = { 0 };
  char *dumps[2];

  test_ledger_set_up (&ledgers[0], NULL);
  test_ledger_set_up_postgres (&ledgers[1], NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GRegex) checksums = g_regex_new ("'[0-9a-f]{64}'\n(?=\\d|==)", 0, 0, NULL);
      g_autofree char *dump = NULL;

      test_ledger_write_run (&ledgers[i], i == 0 ? PST_MODE_BACKTEST : PST_MODE_PAPER, "check-1", 40, "37");
      test_ledger_write_run (&ledgers[i], PST_MODE_BACKTEST, "check-2", 8, "1");
      test_ledger_assert_consistent (&ledgers[i]);
      dump = test_ledger_dump (&ledgers[i]);
      dumps[i] = g_regex_replace (checksums, dump, -1, strstr (dump, "== schema_migration") - dump, "", 0, NULL);
    }
  g_assert_cmpstr (dumps[1], ==, dumps[0]);
  for (guint i = 0; i < 2; i++)
    {
      g_free (dumps[i]);
      test_ledger_tear_down (&ledgers[i], NULL);
    }
}

static void
assert_refused (TestLedger *ledger, const char *uri, const char *what)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store;
  g_autoptr (GError) error = NULL;
  gboolean found;

  g_free (ledger->path);
  ledger->path = g_strdup (uri);
  store = add_store (ledger, harness, "0s");
  g_assert_false (pst_store_has_run (store, "local", "check-1", &found, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, what));
  g_assert_null (strstr (error->message, "s3cret"));
  pst_harness_finish (harness);
}

/* What a URI may say, and that a password is neither taken nor shown. */
static void
test_uris (TestLedger *ledger, gconstpointer data)
{
  const char *host = pst_check_postgres_get_host (ledger->postgres);
  g_autofree char *no_database = g_strdup_printf ("postgresql:///nowhere?host=%s&user=penstock", host);
  g_autofree char *quoted = g_strdup_printf ("postgresql:///no'w\\here?host=%s&user=penstock", host);
  g_autofree char *no_server = g_strdup_printf ("postgresql:///test_1?host=%s/nobody&user=penstock", host);

  assert_refused (ledger, no_database, "create it");
  assert_refused (ledger, quoted, "no'w\\here");
  assert_refused (ledger, no_server, "is the server running there?");
  assert_refused (ledger, "postgresql://penstock:s3cret@localhost/ledger", "~/.pgpass");
  assert_refused (ledger, "postgresql:///ledger?password=s3cret", "~/.pgpass");
  assert_refused (ledger, "postgresql:///ledger?options=-cfsync%3Doff", "cannot be said in the URI");
  assert_refused (ledger, "postgresql:///", "is not of the form");
}

static void
test_one_of_both (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *store = pst_harness_add (harness, PST_TYPE_SQL, "ledger", "database", ledger->path, "path", "ledger.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (store, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  pst_harness_finish (harness);
}

/* An administrator ends the session in the middle of a run: it goes on, and every tick is there once. */
static void
test_session_killed (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = add_store (ledger, harness, "10s");
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 12);
  g_autoptr (GError) error = NULL;
  guint place = 0;

  pst_harness_start (harness, PST_COMPONENT (store));
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (append_ticks (store, records, &place, 4, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (pst_check_postgres_kill_connections (ledger->postgres, ledger->database, "penstock"), >, 0);
      test_ledger_disconnect (ledger);
    }
  g_assert_true (append_ticks (store, records, &place, 1, &error));
  g_assert_no_error (error);
  pst_harness_finish (harness);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger"), ==, 12);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'STOPPED'"), ==, 1);
  test_ledger_assert_consistent (ledger);
}

/* The server is gone: the run hears of it, nothing is written after it, and what the server keeps is whole ticks. */
static void
test_server_crashes (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = add_store (ledger, harness, "0s");
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 12);
  g_autoptr (GError) error = NULL;
  guint place = 0;

  pst_harness_start (harness, PST_COMPONENT (store));
  g_assert_true (append_ticks (store, records, &place, 4, &error));
  pst_check_postgres_crash (ledger->postgres);
  g_assert_false (append_ticks (store, records, &place, 4, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_test_message ("%s", error->message);
  g_clear_error (&error);
  g_assert_true (pst_check_postgres_restart (ledger->postgres, &error));
  g_assert_false (append_ticks (store, records, &place, 4, NULL));
  pst_harness_finish (harness);
  /* synchronous_commit=off: the last ones may be gone, whole ones. */
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger"), <=, 4);
  test_ledger_assert_consistent (ledger);
}

/* A race on PostgreSQL: each side is one transaction of its own session. */

typedef struct
{
  GdaConnection *connection;
  const char *sql;
  gint *ready; /* both spin until both are there */
  GError *error;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;

  g_atomic_int_inc (racer->ready);
  while (g_atomic_int_get (racer->ready) < 2)
    g_thread_yield ();
  pst_sql_backend_execute (racer->connection, racer->sql, &racer->error);
  return NULL;
}

static void
race_both (Racer racers[2])
{
  gint ready = 0;
  GThread *threads[2];

  for (guint i = 0; i < 2; i++)
    {
      racers[i].ready = &ready;
      g_clear_error (&racers[i].error);
      threads[i] = g_thread_new ("racer", race, &racers[i]);
    }
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
}

static GdaConnection *
connect_anew (TestLedger *ledger)
{
  PstSqlTarget target = { .path = ledger->path, .busy_timeout_ns = 30 * PST_NS_PER_SECOND };
  g_autoptr (GError) error = NULL;
  GdaConnection *connection = pst_sql_postgresql_get_backend ()->open (&target, &error);

  g_assert_no_error (error);
  return connection;
}

#define TICK_SQL(user)                                                                                                      \
  "WITH m AS (INSERT INTO mtm_ledger SELECT '" user "', 'race', 9, 100000, 99, 'USD', 1, 1, 2, 0, 0, 0 RETURNING user_id) " \
  "INSERT INTO event_ledger SELECT user_id, 'race', 100001, 9, 'NOTE', 'TICK', NULL, NULL, NULL, NULL, NULL, '' FROM m"
#define MAKE_RUNS(n)                                                                                                                           \
  "DO $$ BEGIN INSERT INTO strategy_run (user_id, run_id, pipeline, mode, seed, currency, state, created_time) SELECT 'u' || i, 'race', 'p', " \
  "'PAPER', "                                                                                                                                  \
  "'1', 'USD', 'CREATED', 1 FROM generate_series (0, " G_STRINGIFY (                                                                           \
      n) " - 1) i; UPDATE strategy_run SET state = 'RUNNING' WHERE run_id = 'race'; END $$"

/* A tick against a stop, a thousand times: the tick is there whole or not at all, and never behind the stop. */
static void
test_tick_against_stop (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (GdaConnection) one = NULL, other = NULL;
  guint n_ticks = 0;

  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", 2, "1");
  test_ledger_do (ledger, MAKE_RUNS (1000));
  one = connect_anew (ledger);
  other = connect_anew (ledger);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *tick = g_strdup_printf (TICK_SQL ("u%u"), i);
      g_autofree char *stop = g_strdup_printf ("UPDATE strategy_run SET state = 'STOPPED' WHERE user_id = 'u%u'", i);
      Racer racers[] = { { .connection = one, .sql = tick }, { .connection = other, .sql = stop } };

      race_both (racers);
      g_assert_no_error (racers[1].error);
      g_assert_true (racers[0].error == NULL || strstr (racers[0].error->message, "run_not_running") != NULL);
      n_ticks += racers[0].error == NULL;
      g_clear_error (&racers[0].error);
    }
  g_test_message ("%u of 1000 ticks came before the stop", n_ticks);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'race'"), ==, n_ticks);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE run_id = 'race'"), ==, n_ticks);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE run_id = 'race' AND state <> 'STOPPED'"), ==, 0);
  /* A transaction that was committed behind the stop would have been so at a later time. */
  g_assert_cmpint (test_ledger_count (ledger,
                                      "SELECT count(*) FROM mtm_ledger m JOIN strategy_run r ON r.user_id = m.user_id AND r.run_id = m.run_id "
                                      "WHERE m.run_id = 'race' AND pg_xact_commit_timestamp (m.xmin) > pg_xact_commit_timestamp (r.xmin)"),
                   ==, 0);
}

typedef struct
{
  TestLedger *ledger;
  const char *sql;
  gboolean done;
} Process;

static gpointer
run_process (gpointer data)
{
  Process *process = data;
  g_autofree char *answer = pst_check_postgres_query (process->ledger->postgres, process->ledger->database, process->sql, NULL);

  process->done = answer != NULL;
  return NULL;
}

/* Two processes write one logical time: one wins, and of the other nothing is there. */
static void
test_two_processes (TestLedger *ledger, gconstpointer data)
{
  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", 2, "1");
  test_ledger_do (ledger, MAKE_RUNS (20));
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *tick = g_strdup_printf (TICK_SQL ("u%u"), i);
      Process processes[] = { { .ledger = ledger, .sql = tick }, { .ledger = ledger, .sql = tick } };
      GThread *other = g_thread_new ("process", run_process, &processes[1]);

      run_process (&processes[0]);
      g_thread_join (other);
      g_assert_cmpint (processes[0].done + processes[1].done, ==, 1);
    }
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM mtm_ledger WHERE run_id = 'race'"), ==, 20);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE run_id = 'race'"), ==, 20);
}

/* A soak would find it late: statements are prepared once, however many batches are written. */
static void
test_prepared_once (TestLedger *ledger, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = add_store (ledger, harness, "5s");
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 60);
  PstSqlTarget target = { .path = ledger->path };
  g_autoptr (PstSqlConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  guint place = 0;

  pst_harness_start (harness, PST_COMPONENT (store));
  g_assert_true (append_ticks (store, records, &place, 60, &error));
  pst_harness_finish (harness);
  connection = pst_sql_connection_open (pst_sql_postgresql_get_backend (), &target, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 200; i++)
    {
      gint64 version;

      g_assert_true (pst_sql_connection_query (connection, PST_SQL_MIGRATION_VERSION, NULL, NULL, NULL, &version, NULL, &error));
    }
  {
    g_autofree char *n = pst_sql_backend_query (pst_sql_connection_get_gda (connection), "SELECT count(*) FROM pg_prepared_statements", &error);

    g_assert_no_error (error);
    g_assert_cmpint (g_ascii_strtoll (n, NULL, 10), <, 10);
  }
}

#define ADD(path, func) g_test_add ("/sql/postgresql/" path, TestLedger, NULL, test_ledger_set_up_postgres, func, test_ledger_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/postgresql/server");
  if (pst_check_postgres_get_default (NULL) == NULL)
    return g_test_run ();
  g_test_add_func ("/sql/postgresql/same-rows", test_same_rows);
  ADD ("uris", test_uris);
  ADD ("one-of-both", test_one_of_both);
  ADD ("IR-03/session-killed", test_session_killed);
  ADD ("server-crashes", test_server_crashes);
  ADD ("CC-01/tick-against-stop", test_tick_against_stop);
  ADD ("CC-02/two-processes", test_two_processes);
  ADD ("prepared-once", test_prepared_once);
  return g_test_run ();
}
