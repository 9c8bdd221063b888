/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ledger that was made half, by another program or by a newer one is never written to as if it were ours. */
#include <penstock-check.h>

#include "sql-test-kit.h"

#include "pst-sql-migration.h"
#include "pst-sql-opening.h"

static PstSqlConnection *
connect_to (TestLedger *ledger)
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE, .busy_timeout_ns = 30 * PST_NS_PER_SECOND };
  g_autoptr (GError) error = NULL;
  PstSqlConnection *connection = pst_sql_connection_open (test_ledger_get_backend (ledger), &target, &error);

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
  if (ledger->postgres == NULL)
    return test_ledger_ask (ledger, "SELECT group_concat (name || ifnull (sql, ''), char (10)) FROM sqlite_master");
  return test_ledger_ask (
      ledger,
      "SELECT string_agg (what, chr (10) ORDER BY what) FROM ("
      "SELECT relname || ' ' || CAST (relkind AS text) || ' ' || coalesce (pg_get_viewdef (CASE WHEN relkind = 'v' THEN oid END), '') AS what "
      "FROM pg_class WHERE relnamespace = 'public'::regnamespace "
      "UNION ALL SELECT conname || ' ' || pg_get_constraintdef (oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
      "UNION ALL SELECT pg_get_functiondef (oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
      "UNION ALL SELECT pg_get_triggerdef (oid) FROM pg_trigger WHERE NOT tgisinternal) s");
}

static void
test_twice (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL;
  guint newest = pst_sql_migration_get_newest (test_ledger_get_backend (ledger));

  migrate (ledger);
  first = get_schema (ledger);
  migrate (ledger);
  second = get_schema (ledger);
  g_assert_cmpstr (second, ==, first);
  g_assert_cmpuint (newest, >=, 2);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM schema_migration"), ==, newest);
}

/* Broken off at that statement. */
static gboolean
migrate_until (TestLedger *ledger, guint nth)
{
  g_autoptr (PstSqlConnection) connection = connect_to (ledger);
  g_autoptr (GError) error = NULL;
  gboolean done;

  pst_sql_connection_fail_nth (connection, nth, PST_STORE_ERROR_IO);
  done = pst_sql_migration_apply (connection, ledger->path, &error);
  g_assert_true (done == (error == NULL));
  return done;
}

/* 0: the database is empty. */
static guint
get_version (TestLedger *ledger, const char *schema)
{
  if (schema == NULL || *schema == '\0' || g_str_equal (schema, "NULL"))
    return 0;
  return (guint)test_ledger_count (ledger, "SELECT count(*) FROM schema_migration");
}

/* Each migration is there whole or not at all, and the next start goes on from there: it is broken off three statements later, so that what was taken
 * back stands there again and again. A start that got a migration further is followed by one that is broken off at its first statement. */
static void
test_interrupted_anywhere (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *whole = NULL, *last = NULL;
  guint version = 0;

  migrate (ledger);
  whole = get_schema (ledger);
  test_ledger_remove_files (ledger);
  last = get_schema (ledger);
  for (guint nth = 1; !migrate_until (ledger, nth); nth = nth == 0 ? 1 : nth + 3)
    {
      g_autofree char *schema = get_schema (ledger);
      guint now = get_version (ledger, schema);

      g_assert_cmpuint (now, >=, version);
      g_assert_cmpuint (now, <=, version + 1);
      if (now == version)
        g_assert_cmpstr (schema, ==, last);
      else
        nth = 0;
      version = now;
      g_free (last);
      last = g_steal_pointer (&schema);
    }
  g_free (last);
  last = get_schema (ledger);
  g_assert_cmpstr (last, ==, whole);
  g_assert_cmpuint (version + 1, ==, pst_sql_migration_get_newest (test_ledger_get_backend (ledger)));
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

typedef struct
{
  TestLedger *ledger;
  PstSqlConnection *connection;
  guint n_migrations;
} Older;

static gboolean
apply_script (guint number, const char *name, gboolean applied, gpointer user_data, GError **error)
{
  const Older *older = user_data;
  g_autofree char *checksum = NULL, *text = NULL, *sql = NULL;
  g_autoptr (GBytes) script = NULL;

  if (number > older->n_migrations)
    return TRUE;
  script = pst_sql_backend_load (pst_sql_connection_get_backend (older->connection), "migrations", name, error);
  if (script == NULL)
    return FALSE;
  checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, script);
  text = g_strndup (g_bytes_get_data (script, NULL), g_bytes_get_size (script));
  if (!pst_sql_connection_run_script (older->connection, text, error))
    return FALSE;
  sql = g_strdup_printf ("INSERT INTO schema_migration (version, name, checksum) VALUES (%u, '%s', '%s')", number, name, checksum);
  test_ledger_do (older->ledger, sql);
  return TRUE;
}

/* As a program made it that knew so many migrations, with the life of an order in short. */
static void
migrate_to (TestLedger *ledger, guint n_migrations)
{
  g_autoptr (PstSqlConnection) connection = connect_to (ledger);
  Older older = { ledger, connection, n_migrations };
  g_autoptr (GError) error = NULL;

  pst_sql_connection_execute (connection, PST_SQL_CREATE_MIGRATIONS, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  pst_sql_migration_foreach (connection, "older", apply_script, &older, &error);
  g_assert_no_error (error);
}

/* A ledger in use is brought up to date with all that it holds, and from then on it holds to what is new. */
static void
test_from_eight (TestLedger *ledger, gconstpointer data)
{
  static const char *const rows[] = {
    "INSERT INTO order_state VALUES ('INITIALIZED', 0, 'PENDING'), ('DENIED', 1, 'REJECTED')",
    "INSERT INTO order_transition VALUES ('INITIALIZED', 'DENIED')",
    "INSERT INTO order_reach VALUES ('INITIALIZED', 'INITIALIZED'), ('INITIALIZED', 'DENIED')",
    "INSERT INTO currency VALUES ('USD', 2)",
    "INSERT INTO strategy_run VALUES (1, 'ann', 'one', 'p', 'PAPER', '1', 'USD', 'CREATED', 1, NULL, NULL, NULL)",
    "INSERT INTO component VALUES ('ann', 'one', 0, 'EXCHANGE', 'sim', 'sim'), ('ann', 'one', 1, 'STRATEGY', 'a', 'a')",
    "INSERT INTO instrument VALUES ('ann', 'one', 0, 'A.SIM', 2, 0, 'POSITION', NULL, 'USD')",
    "UPDATE strategy_run SET state = 'RUNNING'",
    "INSERT INTO paper_order VALUES ('ann', 'one', 1, 1, 0, 0, 'c1', '', 'BUY', 'LIMIT', 'GTC', '', 5, 100, NULL, NULL, 'INITIALIZED', 0, 0, '', 1, "
    "1)",
    "INSERT INTO event_ledger VALUES ('ann', 'one', 7, 1, 'ORDER', 'ORDER_INITIALIZED', 1, 1, NULL, 'INITIALIZED', NULL, 'it''s')",
  };
  const char *event = "INSERT INTO event_ledger VALUES ('ann', 'one', 9, 1, 'NOTE', 'X', 9, NULL, NULL, NULL, NULL, '')";
  g_autofree char *order = NULL, *old_order = NULL;
  g_autoptr (GError) error = NULL;

  migrate_to (ledger, 8);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    test_ledger_do (ledger, rows[i]);
  old_order = test_ledger_ask (ledger, "SELECT client_id || side || type || quantity || limit_price || state FROM paper_order");
  test_ledger_disconnect (ledger);
  migrate (ledger);
  order = test_ledger_ask (ledger, "SELECT client_id || side || type || quantity || limit_price || state FROM paper_order");
  g_assert_cmpstr (order, ==, old_order);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE detail = 'it''s'"), ==, 1);
  test_ledger_do (ledger, "UPDATE paper_order SET state = 'DENIED'");
  test_ledger_do (ledger, "INSERT INTO event_ledger VALUES ('ann', 'one', 8, 1, 'ORDER', 'ORDER_DENIED', 1, 1, 'INITIALIZED', 'DENIED', NULL, '')");
  g_assert_false (pst_sql_backend_execute (test_ledger_connect (ledger), event, &error));
  g_assert_nonnull (strstr (error->message, "event_of_component"));
  test_ledger_assert_consistent (ledger);
}

/* The rules in the database are those of the program's table of states. */
static void
test_order_states (TestLedger *ledger, gconstpointer data)
{
  PstSqlTarget target = { .path = ledger->path, .create = TRUE, .busy_timeout_ns = 30 * PST_NS_PER_SECOND };
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

/* Both have the same migrations, tables, views and columns: a ledger can be asked and compared without knowing where it lies. */
static void
test_same_on_both (void)
{
  TestLedger ledgers[2] = { 0 };
  char *names[2] = { NULL }, *columns[2] = { NULL };

  test_ledger_set_up (&ledgers[0], NULL);
  test_ledger_set_up_postgres (&ledgers[1], NULL);
  for (guint i = 0; i < 2; i++)
    {
      migrate (&ledgers[i]);
      names[i]
          = test_ledger_ask (&ledgers[i], "SELECT group_concat (version || ' ' || name) FROM (SELECT * FROM schema_migration ORDER BY version) m");
    }
  columns[0]
      = test_ledger_ask (&ledgers[0], "SELECT group_concat (what, char (10)) FROM (SELECT m.name || '.' || c.name AS what FROM sqlite_master m, "
                                      "pragma_table_info (m.name) c WHERE m.type IN ('table', 'view') ORDER BY what)");
  columns[1] = test_ledger_ask (&ledgers[1],
                                "SELECT string_agg (what, chr (10) ORDER BY what COLLATE \"C\") FROM (SELECT table_name || '.' || column_name AS "
                                "what FROM information_schema.columns WHERE table_schema = 'public') s");
  g_assert_cmpstr (names[1], ==, names[0]);
  g_assert_cmpstr (columns[1], ==, columns[0]);
  for (guint i = 0; i < 2; i++)
    {
      g_free (names[i]);
      g_free (columns[i]);
    }
  for (guint i = 0; i < 2; i++)
    test_ledger_tear_down (&ledgers[i], NULL);
}

#define ADD(path, func) TEST_LEDGER_ADD ("/sql/migration/" path, NULL, func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/migration/postgresql");
  ADD ("twice", test_twice);
  ADD ("interrupted-anywhere", test_interrupted_anywhere);
  ADD ("newer", test_newer);
  ADD ("other-script", test_other_script);
  ADD ("order-states", test_order_states);
  TEST_LEDGER_ADD ("/sql/migration/from-eight", NULL, test_from_eight);
  if (pst_check_postgres_get_default (NULL) != NULL)
    g_test_add_func ("/sql/migration/same-on-both", test_same_on_both);
  return g_test_run ();
}
