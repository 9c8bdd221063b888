/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many orders and events come in one statement, and one query answers for all of them: the one among hundreds that must not be is found, nothing of
 * its statement is kept, and what only looks odd (numbers with gaps) is taken. The first statement of a session has one row, as a host's has: by
 * that the server plans. */
#include "sql-test-kit.h"

#include "pst-sql-rows.h"

#define NUMBERS "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n) numbers"
/* @first and what follows it, like the run's first order. */
#define ORDERS(first, instrument, state, condition)                                                                                     \
  "INSERT INTO paper_order SELECT 'local', 'check-2', " first " + i, strategy, exchange, " instrument                                   \
  ", 'many', '', side, type, time_in_force, flags, quantity, limit_price, stop_price, expire_time, " state ", 0, 0, '', created_time, " \
  "updated_time FROM paper_order, " NUMBERS " WHERE run_id = 'check-2' AND order_id = 1 AND " condition
#define EVENTS(first, component, order, from, to)                                                                               \
  "INSERT INTO event_ledger SELECT 'local', 'check-2', " first " + i, 1, 'ORDER', 'X', " component ", " order ", " from ", " to \
  ", NULL, '' FROM " NUMBERS

static void
assert_refused (TestLedger *ledger, const char *sql, const char *rule)
{
  g_autofree char *before = test_ledger_dump (ledger), *after = NULL;
  g_autoptr (GError) error = NULL;

  pst_sql_backend_execute (test_ledger_connect (ledger), sql, &error);
  g_test_message ("%s -> %s", sql, error != NULL ? error->message : "accepted");
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, rule));
  after = test_ledger_dump (ledger);
  g_assert_cmpstr (after, ==, before);
}

static void
test_orders (TestLedger *ledger, gconstpointer data)
{
  test_ledger_do (ledger, ORDERS ("500", "instrument", "'INITIALIZED'", "i = 1"));
  test_ledger_do (ledger, "UPDATE paper_order SET state = 'DENIED' WHERE order_id = 501");
  assert_refused (ledger, ORDERS ("1000", "instrument", "CASE i WHEN 150 THEN 'DREAMING' ELSE 'INITIALIZED' END", "true"), "order_transition");
  assert_refused (ledger, ORDERS ("1000", "CASE i WHEN 150 THEN 77 ELSE instrument END", "'INITIALIZED'", "true"), "order_of_run");
  test_ledger_do (ledger, ORDERS ("1000", "instrument", "'INITIALIZED'", "true"));
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM paper_order WHERE order_id > 1000"), ==, 300);
  assert_refused (ledger, ORDERS ("1299", "instrument", "'INITIALIZED'", "i < 3"), ledger->postgres != NULL ? "order_once" : "UNIQUE");
  test_ledger_do (ledger, "UPDATE paper_order SET state = 'SUBMITTED' WHERE order_id > 1000");
  assert_refused (ledger, "UPDATE paper_order SET state = CASE order_id WHEN 1150 THEN 'INITIALIZED' ELSE 'ACCEPTED' END WHERE order_id > 1000",
                  "order_transition");
  assert_refused (ledger, "UPDATE paper_order SET exchange = 77 WHERE order_id = 1150 OR order_id = 1300", "order_of_run");
  test_ledger_do (ledger, "UPDATE paper_order SET state = 'ACCEPTED' WHERE order_id > 1000");
}

static void
test_events (TestLedger *ledger, gconstpointer data)
{
  test_ledger_do (ledger, ORDERS ("1000", "instrument", "'INITIALIZED'", "true"));
  test_ledger_do (ledger, EVENTS ("90000", "NULL", "1001", "NULL", "'INITIALIZED'") " WHERE i = 1");
  test_ledger_do (ledger, EVENTS ("90000", "1", "1000 + i", "NULL", "'INITIALIZED'") " WHERE i > 1");
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM event_ledger WHERE sequence > 90000"), ==, 300);
  /* One behind the last; then of orders far from each other, with one between that is not there, and without. */
  assert_refused (ledger, EVENTS ("95000", "NULL", "1001 + i", "NULL", "NULL"), "event_of_order");
  assert_refused (ledger, EVENTS ("95000", "NULL", "CASE i WHEN 1 THEN 1 WHEN 2 THEN 700 ELSE 1300 END", "NULL", "NULL"), "event_of_order");
  test_ledger_do (ledger, EVENTS ("95000", "NULL", "CASE i WHEN 1 THEN 1 ELSE 1300 END", "NULL", "NULL"));
  assert_refused (ledger, EVENTS ("96000", "NULL", "1000 + i", "CASE i WHEN 150 THEN 'FILLED' ELSE 'INITIALIZED' END", "'SUBMITTED'"),
                  "order_transition");
  assert_refused (ledger, EVENTS ("96000", "CASE i WHEN 150 THEN 77 END", "1000 + i", "NULL", "NULL"), "event_of_component");
  /* A run that lives does not take in one that ended. */
  assert_refused (ledger,
                  "INSERT INTO event_ledger SELECT 'local', run_id, 97000, 1, 'NOTE', 'X', NULL, NULL, NULL, NULL, NULL, '' FROM strategy_run",
                  "run_not_running");
}

/* A server reads from a record what a venue said, whatever that means to records and arrays. */
static void
test_texts (TestLedger *ledger, gconstpointer data)
{
  static const char *const texts[] = { "plain",      "a-b_c:d.e/f", "",         " ",       "two words", "comma,", "(open",       "shut)",
                                       "\"quoted\"", "back\\slash", "{braces}", "größe €", "'",         "NULL",   "line\nbreak", "%s" };
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = NULL, *answer = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  PstSqlRows rows;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_RECORDS);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      pst_sql_rows_begin (&rows);
      pst_sql_rows_add_integer (&rows, (gint64)i);
      pst_sql_rows_add_integer (&rows, -1);
      pst_sql_rows_add_text (&rows, texts[i]);
      pst_sql_rows_add_text (&rows, texts[G_N_ELEMENTS (texts) - 1 - i]);
      for (guint n = 0; n < 5; n++)
        pst_sql_rows_add_null (&rows);
      pst_sql_rows_add_text (&rows, texts[i]);
      pst_sql_rows_end (&rows);
      g_string_append_printf (expected, "%s<%s|%s|%s>", i > 0 ? " " : "", texts[i], texts[G_N_ELEMENTS (texts) - 1 - i], texts[i]);
    }
  g_string_assign (sql, pst_sql_rows_finish (&rows));
  g_string_replace (sql, "'", "''", 0);
  quoted
      = g_strdup_printf ("SELECT string_agg ('<' || kind || '|' || name || '|' || detail || '>', ' ' ORDER BY sequence) FROM unnest (CAST ('%s' AS "
                         "event_ledger[])) r WHERE component IS NULL AND severity IS NULL",
                         sql->str);
  answer = pst_check_postgres_query (ledger->postgres, ledger->database, quoted, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, expected->str);
  pst_sql_rows_clear (&rows);
}

#define ADD(path, func) TEST_LEDGER_ADD_BOTH ("/sql/orders/" path, NULL, func, test_ledger_set_up_two_runs, test_ledger_set_up_two_runs_postgres)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/orders/postgresql");
  ADD ("orders", test_orders);
  ADD ("events", test_events);
  if (pst_check_postgres_get_default (NULL) != NULL)
    g_test_add ("/sql/orders/texts-postgresql", TestLedger, NULL, test_ledger_set_up_two_runs_postgres, test_texts, test_ledger_tear_down);
  return g_test_run ();
}
