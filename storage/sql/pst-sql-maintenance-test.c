/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger as a whole: an operator must be able to trust a check that finds nothing, and books that were taken out. */
#include "sql-test-kit.h"

#include "pst-sql-maintenance.h"
#include "pst-sql-migration.h"

#define N_TICKS 8

typedef struct
{
  GHashTable *counts; /* rows by table */
  GString *told;      /* "table column=value ...", a line each */
} Answer;

static gboolean
take (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error)
{
  Answer *answer = user_data;

  g_hash_table_insert (answer->counts, g_strdup (table), GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (answer->counts, table)) + 1));
  g_string_append (answer->told, table);
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (answer->told, " %s=%s", columns[i], values[i] != NULL ? values[i] : "(null)");
  g_string_append_c (answer->told, '\n');
  return TRUE;
}

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->counts, g_hash_table_unref);
  if (answer->told != NULL)
    g_string_free (answer->told, TRUE);
  answer->told = NULL;
}

static gboolean
ask (TestLedger *ledger, PstMaintenance what, const char *user, const char *run, Answer *answer, GError **error)
{
  PstSqlTarget target = { .path = ledger->path, .create = what == PST_MAINTENANCE_MIGRATE };

  answer_clear (answer);
  answer->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  answer->told = g_string_new (NULL);
  return pst_sql_maintenance_run (pst_sql_sqlite_get_backend (), &target, what, user, run, take, answer, error);
}

static guint
count_in (const Answer *answer, const char *table)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (answer->counts, table));
}

static void
test_migrate_and_status (TestLedger *ledger, gconstpointer data)
{
  Answer answer = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (ledger, PST_MAINTENANCE_STATUS, NULL, NULL, &answer, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (ledger->path, "", 0, NULL));
  g_assert_true (ask (ledger, PST_MAINTENANCE_STATUS, NULL, NULL, &answer, &error));
  g_assert_nonnull (strstr (answer.told->str, "version=1 migration=0001-ledger.sql state=pending"));
  g_assert_null (strstr (answer.told->str, "applied"));
  g_assert_false (ask (ledger, PST_MAINTENANCE_CHECK, NULL, NULL, &answer, &error));
  g_assert_nonnull (strstr (error->message, "penstock db migrate"));
  g_clear_error (&error);
  g_assert_true (ask (ledger, PST_MAINTENANCE_MIGRATE, NULL, NULL, &answer, &error));
  g_assert_cmpuint (count_in (&answer, "schema_migration"), ==, pst_sql_migration_get_newest (pst_sql_sqlite_get_backend ()));
  g_assert_null (strstr (answer.told->str, "pending"));
  g_assert_true (ask (ledger, PST_MAINTENANCE_CHECK, NULL, NULL, &answer, &error));
  test_ledger_do (ledger, "DELETE FROM schema_migration WHERE version = (SELECT max (version) FROM schema_migration)");
  g_assert_false (ask (ledger, PST_MAINTENANCE_EXPORT, NULL, NULL, &answer, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION);
  answer_clear (&answer);
}

/* What the rules keep out is put in behind their back, as a damaged disk or a person with the file would. */
static void
test_check (TestLedger *ledger, gconstpointer data)
{
  static const struct
  {
    const char *how, *found;
  } damages[] = {
    { "DROP TRIGGER paper_position_update; UPDATE paper_position SET quantity = quantity + 1", "check_position_is_sum_of_fills user_id=local" },
    { "DROP TRIGGER engine_state_update; PRAGMA foreign_keys = OFF; UPDATE engine_state SET run_id = 'gone' WHERE tick = 1",
      "engine_state_of_run user_id=local run_id=gone" },
  };
  Answer answer = { 0 };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_auto (GStrv) statements = g_strsplit (damages[i].how, "; ", -1);

      test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", N_TICKS, "10000");
      g_assert_true (ask (ledger, PST_MAINTENANCE_CHECK, NULL, NULL, &answer, &error));
      g_assert_cmpstr (answer.told->str, ==, "");
      for (char **sql = statements; *sql != NULL; sql++)
        {
          if (g_str_has_prefix (*sql, "PRAGMA"))
            g_free (test_ledger_ask (ledger, *sql));
          else
            test_ledger_do (ledger, *sql);
        }
      g_assert_true (ask (ledger, PST_MAINTENANCE_CHECK, NULL, NULL, &answer, &error));
      g_assert_nonnull (strstr (answer.told->str, damages[i].found));
      test_ledger_remove_files (ledger);
    }
  answer_clear (&answer);
}

static void
test_export (TestLedger *ledger, gconstpointer data)
{
  static const char *const tables[]
      = { "strategy_run", "component",    "instrument",    "paper_order",  "paper_trade",   "paper_position", "run_cash",      "mtm_ledger",
          "audit",        "event_ledger", "opportunities", "engine_state", "engine_status", "snapshots",      "runtime_state", "paper_equity_curve" };
  Answer answer = { 0 };
  g_autoptr (GError) error = NULL;

  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-1", N_TICKS, "10000");
  test_ledger_write_run (ledger, PST_MODE_BACKTEST, "check-2", N_TICKS, "10000");
  g_assert_true (ask (ledger, PST_MAINTENANCE_EXPORT, NULL, "check-1", &answer, &error));
  g_assert_null (strstr (answer.told->str, "check-2"));
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE run_id = 'check-1'", tables[i]);

      g_assert_cmpuint (count_in (&answer, tables[i]), ==, test_ledger_count (ledger, sql));
      g_assert_cmpuint (count_in (&answer, tables[i]), >, 0);
    }
  g_assert_nonnull (strstr (answer.told->str, "cash=8999.82000000 mark_to_market=1000.10000000 equity=9999.92000000"));
  /* Beyond 32 bits. */
  g_assert_nonnull (strstr (answer.told->str, "created_time=1577836800000000000"));
  g_assert_true (ask (ledger, PST_MAINTENANCE_EXPORT, "local", NULL, &answer, &error));
  g_assert_cmpuint (count_in (&answer, "strategy_run"), ==, 2);
  g_assert_true (ask (ledger, PST_MAINTENANCE_EXPORT, "local' OR '1'='1", NULL, &answer, &error));
  g_assert_cmpuint (count_in (&answer, "strategy_run"), ==, 0);
  answer_clear (&answer);
}

#define ADD(path, func) g_test_add ("/sql/maintenance/" path, TestLedger, NULL, test_ledger_set_up, func, test_ledger_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("migrate-and-status", test_migrate_and_status);
  ADD ("check", test_check);
  ADD ("export", test_export);
  return g_test_run ();
}
