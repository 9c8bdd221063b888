/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the ledger's tests share: a folder that goes away, a store in a harness, and questions to the ledger as a person would ask them. */
#pragma once

#include "pst-sql.h"

#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  char *path;                 /* a URI on PostgreSQL */
  PstCheckPostgres *postgres; /* (nullable): whose server it is */
  char *database;
  GdaConnection *connection; /* the person's */
} TestLedger;

static inline void
test_ledger_set_up (TestLedger *ledger, gconstpointer data)
{
  PST_SQL_ENTER_LIBGDA ();
  gda_init ();
  PST_SQL_LEAVE_LIBGDA ();
  ledger->folder = g_dir_make_tmp ("sql-test-XXXXXX", NULL);
  ledger->path = g_build_filename (ledger->folder, "ledger.db", NULL);
}

/* Words of SQLite that questions here are asked with, for the person's connection only. */
#define TEST_LEDGER_WORDS                                                                                       \
  "CREATE SCHEMA kit; "                                                                                         \
  "CREATE FUNCTION kit.ifnull (a bigint, b bigint) RETURNS bigint LANGUAGE sql AS $$SELECT coalesce (a, b)$$; " \
  "CREATE FUNCTION kit.ifnull (a text, b text) RETURNS text LANGUAGE sql AS $$SELECT coalesce (a, b)$$; "       \
  "CREATE FUNCTION kit.quote (a bigint) RETURNS text LANGUAGE sql AS $$SELECT coalesce (a::text, 'NULL')$$; "   \
  "CREATE FUNCTION kit.quote (a text) RETURNS text LANGUAGE sql AS "                                            \
  "$$SELECT coalesce ('''' || replace (a, '''', '''''') || '''', 'NULL')$$; "                                   \
  "CREATE FUNCTION kit.quote (a json) RETURNS text LANGUAGE sql AS $$SELECT kit.quote (a::text)$$; "            \
  "CREATE FUNCTION kit.step (a text, b text, c text) RETURNS text LANGUAGE sql AS "                             \
  "$$SELECT CASE WHEN a IS NULL THEN b ELSE a || c || b END$$; "                                                \
  "CREATE FUNCTION kit.step (a text, b text) RETURNS text LANGUAGE sql AS $$SELECT kit.step (a, b, ',')$$; "    \
  "CREATE AGGREGATE kit.group_concat (text, text) (SFUNC = kit.step, STYPE = text); "                           \
  "CREATE AGGREGATE kit.group_concat (text) (SFUNC = kit.step, STYPE = text)"

/* On PostgreSQL; the test was not added when there is no server. */
static inline void
test_ledger_set_up_postgres (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *host = NULL;
  g_autofree char *ignored = NULL;
  g_autoptr (GError) error = NULL;

  test_ledger_set_up (ledger, data);
  ledger->postgres = pst_check_postgres_get_default (NULL);
  ledger->database = pst_check_postgres_create_database (ledger->postgres);
  ignored = pst_check_postgres_query (ledger->postgres, ledger->database, TEST_LEDGER_WORDS, &error);
  g_assert_no_error (error);
  host = g_uri_escape_string (pst_check_postgres_get_host (ledger->postgres), NULL, FALSE);
  g_free (ledger->path);
  ledger->path = g_strdup_printf ("postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER, ledger->database, host);
}

static inline const PstSqlBackend *
test_ledger_get_backend (TestLedger *ledger)
{
  return pst_sql_backend_find (ledger->path);
}

static inline void
test_ledger_disconnect (TestLedger *ledger)
{
  if (ledger->connection != NULL)
    gda_connection_close (ledger->connection);
  g_clear_object (&ledger->connection);
}

static inline void
test_ledger_remove_files (TestLedger *ledger)
{
  g_autoptr (GDir) folder = g_dir_open (ledger->folder, 0, NULL);
  const char *name;

  test_ledger_disconnect (ledger);
  if (ledger->postgres != NULL)
    {
      g_autoptr (GError) error = NULL;

      g_free (pst_check_postgres_query (ledger->postgres, ledger->database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &error));
      g_assert_no_error (error);
    }
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (ledger->folder, name, NULL);

      g_remove (path);
    }
}

static inline void
test_ledger_tear_down (TestLedger *ledger, gconstpointer data)
{
  test_ledger_disconnect (ledger);
  if (ledger->postgres == NULL)
    pst_check_ledger_assert_file (ledger->path);
  test_ledger_remove_files (ledger);
  if (ledger->postgres != NULL)
    pst_check_postgres_drop_database (ledger->postgres, ledger->database);
  g_rmdir (ledger->folder);
  g_free (ledger->database);
  g_free (ledger->folder);
  g_free (ledger->path);
}

/* A connection that is not the store's. */
static inline GdaConnection *
test_ledger_connect (TestLedger *ledger)
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE, .busy_timeout_ns = 30 * PST_NS_PER_SECOND };
  g_autoptr (GError) error = NULL;

  if (ledger->connection == NULL)
    {
      ledger->connection = test_ledger_get_backend (ledger)->open (&target, &error);
      g_assert_no_error (error);
      if (ledger->postgres != NULL)
        pst_sql_backend_execute (ledger->connection, "SET search_path = public, kit", &error);
    }
  g_assert_no_error (error);
  return ledger->connection;
}

static inline char *
test_ledger_ask (TestLedger *ledger, const char *sql)
{
  g_autoptr (GError) error = NULL;
  char *answer = pst_sql_backend_query (test_ledger_connect (ledger), sql, &error);

  g_assert_no_error (error);
  return answer;
}

static inline gint64
test_ledger_count (TestLedger *ledger, const char *sql)
{
  g_autofree char *answer = test_ledger_ask (ledger, sql);

  g_assert_nonnull (answer);
  return g_ascii_strtoll (answer, NULL, 10);
}

static inline const char *
test_ledger_get_option (TestLedger *ledger)
{
  return ledger->postgres != NULL ? "database" : "path";
}

static inline void
test_ledger_do (TestLedger *ledger, const char *sql)
{
  g_autoptr (GError) error = NULL;

  pst_sql_backend_execute (test_ledger_connect (ledger), sql, &error);
  g_assert_no_error (error);
}

/* Nothing in the ledger contradicts anything else in it. */
static inline void
test_ledger_assert_consistent (TestLedger *ledger)
{
  static const char *const checks[] = {
    "SELECT count(*) FROM check_position_is_sum_of_fills",
    "SELECT count(*) FROM check_position_fees",
    "SELECT count(*) FROM check_cash_is_initial_less_fills_less_fees",
    "SELECT count(*) FROM check_equity_is_cash_plus_mark_to_market",
    "SELECT count(*) FROM check_equity_curve",
    "SELECT count(*) FROM check_order_is_sum_of_fills",
    "SELECT count(*) FROM check_order_steps",
    "SELECT count(*) FROM check_one_running_run_of_a_user",
    "SELECT count(*) FROM check_audit_chain",
    "SELECT count(*) FROM check_engine_state",
  };

  if (ledger->postgres == NULL)
    {
      g_autofree char *integrity = test_ledger_ask (ledger, "SELECT integrity_check FROM pragma_integrity_check");

      g_assert_cmpstr (integrity, ==, "ok");
      g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM pragma_foreign_key_check"), ==, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      gint64 n = test_ledger_count (ledger, checks[i]);

      if (n != 0)
        g_test_message ("%s", checks[i]);
      g_assert_cmpint (n, ==, 0);
    }
}

/* The columns of a table as one expression of text, as SQLite's quote() has it. */
static inline char *
test_ledger_quote_columns (TestLedger *ledger, const char *table)
{
  g_autofree char *sql = NULL;

  if (ledger->postgres == NULL)
    sql = g_strdup_printf ("SELECT group_concat ('quote(' || name || ')', '||'',''||') FROM pragma_table_info ('%s')", table);
  else
    sql = g_strdup_printf ("SELECT string_agg ('quote(' || column_name || ')', '||'',''||' ORDER BY ordinal_position) "
                           "FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '%s'",
                           table);
  return test_ledger_ask (ledger, sql);
}

/* In the order of the key, as the tables of SQLite lie. */
static inline char *
test_ledger_make_order (TestLedger *ledger, const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT string_agg (a.attname, ', ' ORDER BY array_position (i.indkey::smallint[], a.attnum)) "
                                          "FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
                                          "WHERE i.indrelid = '%s'::regclass AND i.indisprimary",
                                          table);

  return ledger->postgres == NULL ? g_strdup ("1") : test_ledger_ask (ledger, sql);
}

/* One question for all rows of all tables. */
static inline char *
test_ledger_make_dump (TestLedger *ledger)
{
  static const char *const tables[]
      = { "strategy_run",       "component",    "instrument",     "currency",         "run_cash",     "paper_order", "paper_trade",   "mtm_ledger",
          "paper_equity_curve", "event_ledger", "paper_position", "schema_migration", "order_state",  "order_reach", "opportunities", "audit",
          "audit_chain",        "snapshots",    "runtime_state",  "engine_state",     "engine_status" };
  GString *sql = g_string_new ("SELECT ''");

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *columns = test_ledger_quote_columns (ledger, tables[i]), *order = test_ledger_make_order (ledger, tables[i]);

      g_string_append_printf (sql, " || '== %s\n' || coalesce (", tables[i]);
      if (ledger->postgres == NULL)
        g_string_append_printf (sql, "(SELECT group_concat (%s, char (10)) FROM (SELECT * FROM %s))", columns, tables[i]);
      else
        g_string_append_printf (sql, "(SELECT string_agg (%s, chr (10) ORDER BY %s) FROM %s)", columns, order, tables[i]);
      g_string_append (sql, ", '') || '\n'");
    }
  return g_string_free (sql, FALSE);
}

/* All rows of all tables as text. Which columns there are is looked up once a program: that takes longer than to read them. */
static inline char *
test_ledger_dump (TestLedger *ledger)
{
  static char *sql[2];
  gboolean on_server = ledger->postgres != NULL;

  if (sql[on_server] == NULL)
    sql[on_server] = test_ledger_make_dump (ledger);
  return test_ledger_ask (ledger, sql[on_server]);
}

static inline PstStore *
test_ledger_add_store (TestLedger *ledger, PstHarness *harness, const char *commit_rows)
{
  return PST_STORE (pst_harness_add (harness, PST_TYPE_SQL, "ledger", test_ledger_get_option (ledger), ledger->path, "commit-rows", commit_rows,
                                     "busy-timeout", "0s", NULL));
}

/* Adds a case on SQLite, and one with -postgresql behind its name where there is a server. */
#define TEST_LEDGER_ADD_BOTH(path, data, func, set_up, set_up_postgres)                                \
  G_STMT_START                                                                                         \
  {                                                                                                    \
    g_test_add (path, TestLedger, data, set_up, func, test_ledger_tear_down);                          \
    if (pst_check_postgres_get_default (NULL) != NULL)                                                 \
      g_test_add (path "-postgresql", TestLedger, data, set_up_postgres, func, test_ledger_tear_down); \
  }                                                                                                    \
  G_STMT_END
#define TEST_LEDGER_ADD(path, data, func) TEST_LEDGER_ADD_BOTH (path, data, func, test_ledger_set_up, test_ledger_set_up_postgres)

static inline void
test_ledger_skip (void)
{
  const char *why_not = "";

  pst_check_postgres_get_default (&why_not);
  g_test_skip (why_not);
}

/* Once a program that adds tests on PostgreSQL. */
static inline void
test_ledger_add_skip (const char *path)
{
  if (pst_check_postgres_get_default (NULL) == NULL)
    g_test_add_func (path, test_ledger_skip);
}

/* Writes a whole run, as the engine would. */
static inline void
test_ledger_write_run (TestLedger *ledger, PstMode mode, const char *run_id, guint n_ticks, const char *commit_rows)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store;
  g_autoptr (GPtrArray) records = pst_check_make_records (run_id, n_ticks);
  g_autoptr (GError) error = NULL;

  pst_harness_set_mode (harness, mode);
  /* The harness has one run; these tests write many. */
  g_strlcpy (((PstRunRecord *)pst_context_get_run (PST_CONTEXT (harness)))->run_id, run_id, PST_NAME_SIZE);
  store = test_ledger_add_store (ledger, harness, commit_rows);
  pst_harness_start (harness, PST_COMPONENT (store));
  pst_check_append_records (store, records, &error);
  g_assert_no_error (error);
  pst_harness_finish (harness);
}

/* A ledger with run check-1 of so many ticks, STOPPED, and run check-2 of eight, RUNNING, both of user local and with the same story. */
static inline void
test_ledger_write_two_runs (TestLedger *ledger, guint n_ticks)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store;
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-2", 8);
  g_autoptr (GError) error = NULL;

  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", n_ticks, "1");
  g_strlcpy (((PstRunRecord *)pst_context_get_run (PST_CONTEXT (harness)))->run_id, "check-2", PST_NAME_SIZE);
  store = test_ledger_add_store (ledger, harness, "1");
  pst_harness_start (harness, PST_COMPONENT (store));
  for (guint i = 0; i + 1 < records->len; i++)
    g_assert_true (pst_store_append (store, records->pdata[i], NULL));
  pst_store_commit (store, PST_COMMIT_END, &error);
  g_assert_no_error (error);
  pst_harness_finish (harness);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'RUNNING'"), ==, 1);
}

/* A ledger with a run that ended and one that runs. */
static inline void
test_ledger_set_up_two_runs (TestLedger *ledger, gconstpointer data)
{
  test_ledger_set_up (ledger, data);
  test_ledger_write_two_runs (ledger, 8);
}

static inline void
test_ledger_set_up_two_runs_postgres (TestLedger *ledger, gconstpointer data)
{
  test_ledger_set_up_postgres (ledger, data);
  test_ledger_write_two_runs (ledger, 8);
}

G_END_DECLS
