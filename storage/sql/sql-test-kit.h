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
  char *path;
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
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (ledger->folder, name, NULL);

      g_remove (path);
    }
}

static inline void
test_ledger_tear_down (TestLedger *ledger, gconstpointer data)
{
  test_ledger_remove_files (ledger);
  g_rmdir (ledger->folder);
  g_free (ledger->folder);
  g_free (ledger->path);
}

/* A connection that is not the store's. */
static inline GdaConnection *
test_ledger_connect (TestLedger *ledger)
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE };
  g_autoptr (GError) error = NULL;

  if (ledger->connection == NULL)
    ledger->connection = pst_sql_sqlite_get_backend ()->open (&target, &error);
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
    "SELECT count(*) FROM pragma_foreign_key_check",
  };
  g_autofree char *integrity = test_ledger_ask (ledger, "SELECT integrity_check FROM pragma_integrity_check");

  g_assert_cmpstr (integrity, ==, "ok");
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      gint64 n = test_ledger_count (ledger, checks[i]);

      if (n != 0)
        g_test_message ("%s", checks[i]);
      g_assert_cmpint (n, ==, 0);
    }
}

/* All rows of all tables as text. The tables lie in the order of their keys. */
static inline char *
test_ledger_dump (TestLedger *ledger)
{
  static const char *const tables[]
      = { "strategy_run",       "component",    "instrument",     "currency",         "run_cash",     "paper_order", "paper_trade",   "mtm_ledger",
          "paper_equity_curve", "event_ledger", "paper_position", "schema_migration", "order_state",  "order_reach", "opportunities", "audit",
          "audit_chain",        "snapshots",    "runtime_state",  "engine_state",     "engine_status" };
  GString *dump = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *columns_sql
          = g_strdup_printf ("SELECT group_concat ('quote(' || name || ')', '||'',''||') FROM pragma_table_info ('%s')", tables[i]);
      g_autofree char *columns = test_ledger_ask (ledger, columns_sql);
      g_autofree char *sql = g_strdup_printf ("SELECT group_concat (%s, char (10)) FROM (SELECT * FROM %s)", columns, tables[i]);
      g_autofree char *rows = test_ledger_ask (ledger, sql);

      g_string_append_printf (dump, "== %s\n%s\n", tables[i], rows);
    }
  return g_string_free (dump, FALSE);
}

static inline PstStore *
test_ledger_add_store (TestLedger *ledger, PstHarness *harness, const char *commit_rows)
{
  return PST_STORE (pst_harness_add (harness, PST_TYPE_SQL, "ledger", "path", ledger->path, "commit-rows", commit_rows, "busy-timeout", "0s", NULL));
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

G_END_DECLS
