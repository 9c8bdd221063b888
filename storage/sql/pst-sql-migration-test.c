/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger that was made half, by another program or by a newer one is never written to as if it were ours. */
#include <penstock-check.h>

#include "sql-test-kit.h"

#include "pst-sql-migration.h"
#include "pst-sql-opening.h"

static PstSqlConnection *
connect_to (TestLedger *ledger)
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE };
  g_autoptr (GError) error = NULL;
  PstSqlConnection *connection = pst_sql_connection_open (pst_sql_sqlite_get_backend (), &target, &error);

  g_assert_no_error (error);
  return connection;
}

static void
migrate (TestLedger *ledger)
{
  g_autoptr (PstSqlConnection) connection = connect_to (ledger);
  g_autoptr (GError) error = NULL;

  pst_sql_migration_apply (connection, ledger->path, &error);
  g_assert_no_error (error);
}

static char *
get_schema (TestLedger *ledger)
{
  return test_ledger_ask (ledger, "SELECT group_concat (name || ifnull (sql, ''), char (10)) FROM sqlite_master");
}

static void
test_twice (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL;
  guint newest = pst_sql_migration_get_newest (pst_sql_sqlite_get_backend ());

  migrate (ledger);
  first = get_schema (ledger);
  migrate (ledger);
  second = get_schema (ledger);
  g_assert_cmpstr (second, ==, first);
  g_assert_cmpuint (newest, >=, 2);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM schema_migration"), ==, newest);
}

/* Each migration is there whole or not at all, and the next start completes it. */
static void
test_interrupted_anywhere (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gboolean done = FALSE;

  migrate (ledger);
  whole = get_schema (ledger);
  for (guint nth = 1; !done; nth += 3)
    {
      g_autofree char *schema = NULL;

      test_ledger_remove_files (ledger);
      {
        g_autoptr (PstSqlConnection) connection = connect_to (ledger);
        g_autoptr (GError) error = NULL;

        pst_sql_connection_fail_nth (connection, nth, PST_STORE_ERROR_IO);
        done = pst_sql_migration_apply (connection, ledger->path, &error);
        g_assert_true (done == (error == NULL));
      }
      if (test_ledger_count (ledger, "SELECT count(*) FROM sqlite_master") > 0)
        g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM schema_migration"), >=, 1);
      migrate (ledger);
      schema = get_schema (ledger);
      g_assert_cmpstr (schema, ==, whole);
    }
}

static void
assert_refused (TestLedger *ledger, const char *what)
{
  g_autoptr (PstSqlConnection) connection = connect_to (ledger);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = get_schema (ledger), *after = NULL;

  g_assert_false (pst_sql_migration_apply (connection, ledger->path, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, what));
  after = get_schema (ledger);
  g_assert_cmpstr (after, ==, before);
}

static void
test_newer (TestLedger *ledger, gconstpointer data)
{
  gboolean found;
  g_autoptr (GError) error = NULL;
  PstHarness *harness = pst_harness_new ();
  PstStore *store = test_ledger_add_store (ledger, harness, "1");

  migrate (ledger);
  test_ledger_do (ledger, "INSERT INTO schema_migration VALUES (1000, '1000-future.sql', 'x')");
  assert_refused (ledger, "is of version 1000");
  g_assert_false (pst_store_has_run (store, "local", "check-1", &found, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION);
  pst_harness_finish (harness);
}

static void
test_other_script (TestLedger *ledger, gconstpointer data)
{
  migrate (ledger);
  test_ledger_do (ledger, "UPDATE schema_migration SET checksum = 'x' WHERE version = 2");
  assert_refused (ledger, "was made by another 0002-views.sql");
}

/* The rules in the database are those of the program's table of states. */
static void
test_order_states (TestLedger *ledger, gconstpointer data)
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE };
  gint64 n_transitions = 0;

  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (PstSqlConnection) connection = connect_to (ledger);
      g_autoptr (GError) error = NULL;

      pst_sql_opening_prepare (connection, &target, &error);
      g_assert_no_error (error);
    }
  for (PstOrderState from = 1; from <= PST_ORDER_STATE_LAST; from++)
    for (PstOrderState to = 1; to <= PST_ORDER_STATE_LAST; to++)
      {
        g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM order_transition WHERE from_state = '%s' AND to_state = '%s'",
                                                pst_order_state_to_string (from), pst_order_state_to_string (to));

        g_assert_cmpint (test_ledger_count (ledger, sql), ==, pst_order_state_can_change (from, to));
        n_transitions += pst_order_state_can_change (from, to);
      }
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM order_transition"), ==, n_transitions);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM order_reach WHERE from_state = 'FILLED'"), ==, 1);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM order_reach WHERE from_state = 'INITIALIZED'"), ==, PST_ORDER_STATE_LAST);
}

#define ADD(path, func) g_test_add ("/sql/migration/" path, TestLedger, NULL, test_ledger_set_up, func, test_ledger_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("twice", test_twice);
  ADD ("interrupted-anywhere", test_interrupted_anywhere);
  ADD ("newer", test_newer);
  ADD ("other-script", test_other_script);
  ADD ("order-states", test_order_states);
  return g_test_run ();
}
