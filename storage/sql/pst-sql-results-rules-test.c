/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules that the database itself keeps for results, tried from outside with plain SQL: a person with sqlite3 or psql is held to them too. */
#include "sql-result-test-kit.h"

static void
write_one (TestLedger *ledger)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 2, 1500);

  g_assert_true (test_result_save (store, result));
}

static void
set_up (TestLedger *ledger, gconstpointer data)
{
  test_ledger_set_up (ledger, data);
  write_one (ledger);
}

static void
set_up_postgres (TestLedger *ledger, gconstpointer data)
{
  test_ledger_set_up_postgres (ledger, data);
  write_one (ledger);
}

/* Several statements are one transaction, in words that libgda does not follow. */
static char *
try_sql (TestLedger *ledger, const char *sql)
{
  const gboolean on_postgres = ledger->postgres != NULL;
  g_auto (GStrv) statements = g_strsplit (sql, "; ", -1);
  GdaConnection *connection = test_ledger_connect (ledger);
  g_autoptr (GError) error = NULL;
  gboolean done = pst_sql_backend_execute (
      connection, on_postgres ? "BEGIN ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE" : "BEGIN IMMEDIATE TRANSACTION [ledger]", &error);

  for (char **statement = statements; done && *statement != NULL; statement++)
    done = pst_sql_backend_execute (connection, *statement, &error);
  if (done)
    done = pst_sql_backend_execute (connection, on_postgres ? "COMMIT AND NO CHAIN" : "COMMIT TRANSACTION [ledger]", &error);
  if (!done)
    pst_sql_backend_execute (connection, on_postgres ? "ROLLBACK AND NO CHAIN" : "ROLLBACK TRANSACTION [ledger]", NULL);
  g_test_message ("%s -> %s", sql, error != NULL ? error->message : "accepted");
  return error != NULL ? g_strdup (error->message) : NULL;
}

static char *
dump (TestLedger *ledger)
{
  return test_ledger_ask (ledger, "SELECT (SELECT count(*) || ' ' || sum (n_points) || ' ' || max (n_fills) || min (name) FROM backtest_run) || ' '"
                                  " || (SELECT count(*) || ' ' || sum (size) || min (side) FROM backtest_fill) || ' '"
                                  " || (SELECT count(*) || ' ' || sum (size) FROM backtest_trade) || ' '"
                                  " || (SELECT count(*) || ' ' || sum (n_points) FROM backtest_equity) || ' '"
                                  " || (SELECT count(*) || ' ' || max (exact) FROM backtest_statistic) || ' '"
                                  " || (SELECT count(*) || ' ' || max (id) FROM backtest_instrument) || ' '"
                                  " || (SELECT count(*) || ' ' || max (name) FROM backtest_parameter) || ' '"
                                  " || (SELECT count(*) || ' ' || max (id) FROM backtest_plugin) || ' '"
                                  " || (SELECT count(*) || ' ' || max (plugin) FROM backtest_strategy)");
}

/* Columns of backtest_run behind the number: a result of bob's with so many of each part. */
#define KEY "'abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcd'"
#define RUN_OF(key, engine, currency, sets, times, counts)                                                                                 \
  "INSERT INTO backtest_run VALUES (77, 'bob', " key ", 'n', '" engine "', 'ab', '" currency "', 0, 0, " times ", 0, " sets ", 0, " counts \
  ", '0:0:0:0:0:')"
#define RUN(counts) RUN_OF (KEY, "event", "USD", "1", "0, 0", counts)
#define FILL(result, fill, strategy, instrument, side, size) \
  "INSERT INTO backtest_fill VALUES (" result ", " fill ", 0, " strategy ", " instrument ", '" side "', 5, " size ", 0)"
#define INSTRUMENT                                                                                                        \
  "INSERT INTO backtest_instrument VALUES (77, 0, 'A.B', 'A', 'B', 'POSITION', NULL, 'USD', 2, 0, 1, 1, 0, 0, 0, 0, 0); " \
  "INSERT INTO backtest_strategy VALUES (77, 0, 'x'); "
#define BLOCK(block, n, first, last, points) "INSERT INTO backtest_equity VALUES (77, " block ", " n ", " first ", " last ", '" points "')"
#define POINT "[[5,1,1,0,0]]"

typedef struct
{
  const char *rule; /* NULL: accepted */
  const char *sql;
} Attempt;

static const Attempt attempts[] = {
  /* What is there stays as it is. */
  { "result_kept", "UPDATE backtest_run SET name = 'better'" },
  { "append_only", "UPDATE backtest_statistic SET value = 9, exact = '9'" },
  { "append_only", "UPDATE backtest_trade SET profit = profit + 1" },
  { "append_only", "UPDATE backtest_fill SET fee = 0" },
  { "append_only", "UPDATE backtest_equity SET n_points = 5" },
  { "append_only", "UPDATE backtest_parameter SET value = '11'" },
  { "append_only", "UPDATE backtest_plugin SET version = '9'" },
  { "append_only", "UPDATE backtest_strategy SET plugin = 'y'" },
  { "append_only", "UPDATE backtest_instrument SET symbol = 'Y'" },
  { "append_only", "DELETE FROM backtest_statistic WHERE statistic = 0" },
  { "append_only", "DELETE FROM backtest_trade" },
  { "append_only", "DELETE FROM backtest_fill WHERE fill = 1" },
  { "append_only", "DELETE FROM backtest_equity WHERE block = 1" },
  { "append_only", "DELETE FROM backtest_instrument" },
  { "result_sealed", "INSERT INTO backtest_statistic SELECT result, 900, 'total', 'made-up', 9, '9' FROM backtest_run" },
  { "result_sealed", "INSERT INTO backtest_fill SELECT result, 900, 0, 0, 0, 'BUY', 5, 1, 0 FROM backtest_run" },
  { "result_sealed", "INSERT INTO backtest_parameter SELECT result, 900, 'a.b', 'c' FROM backtest_run" },
  /* A result is whole. */
  { NULL, RUN ("0, 0, 0, 0, 0, 0, 0, 0") },
  { NULL, INSTRUMENT FILL ("77", "0", "0", "0", "BUY", "1") "; " RUN ("1, 0, 0, 1, 0, 1, 0, 0") },
  { "result_whole", RUN ("0, 0, 0, 0, 0, 1, 0, 0") },
  { "result_whole", RUN ("0, 0, 0, 0, 0, 0, 0, 1000") },
  { "result_whole", INSTRUMENT RUN ("1, 0, 0, 0, 0, 0, 0, 0") },
  { "result_whole", INSTRUMENT FILL ("77", "1", "0", "0", "BUY", "1") "; " RUN ("1, 0, 0, 1, 0, 1, 0, 0") },
  { "result_parts", INSTRUMENT FILL ("77", "0", "0", "1", "BUY", "1") "; " RUN ("1, 0, 0, 1, 0, 1, 0, 0") },
  { "result_parts", INSTRUMENT FILL ("77", "0", "1", "0", "BUY", "1") "; " RUN ("1, 0, 0, 1, 0, 1, 0, 0") },
  { "FOREIGN KEY|foreign key", "INSERT INTO backtest_strategy VALUES (78, 0, 'x')" },
  { "result_once", "INSERT INTO backtest_run SELECT 77, user_id, key, 'n', 'event', 'ab', 'USD', 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, '' "
                   "FROM backtest_run" },
  /* What cannot be. */
  { "backtest_key", RUN_OF ("'abc'", "event", "USD", "1", "0, 0", "0, 0, 0, 0, 0, 0, 0, 0") },
  { "backtest_key", RUN_OF ("upper (" KEY ")", "event", "USD", "1", "0, 0", "0, 0, 0, 0, 0, 0, 0, 0") },
  { "backtest_engine", RUN_OF (KEY, "steam", "USD", "1", "0, 0", "0, 0, 0, 0, 0, 0, 0, 0") },
  { "FOREIGN KEY|foreign key", RUN_OF (KEY, "event", "XYZ", "1", "0, 0", "0, 0, 0, 0, 0, 0, 0, 0") },
  { "backtest_sets", RUN_OF (KEY, "event", "USD", "0", "0, 0", "0, 0, 0, 0, 0, 0, 0, 0") },
  { "backtest_times", RUN_OF (KEY, "event", "USD", "1", "5, 4", "0, 0, 0, 0, 0, 0, 0, 0") },
  { "fill_side", INSTRUMENT FILL ("77", "0", "0", "0", "HOLD", "1") },
  { "fill_size", INSTRUMENT FILL ("77", "0", "0", "0", "BUY", "0") },
  { "equity_points_counted", BLOCK ("0", "2", "5", "5", POINT) },
  { "equity_points_counted|invalid input syntax|transaction is aborted", BLOCK ("0", "1", "5", "5", "[[5,1") },
  { "equity_times", BLOCK ("0", "1", "5", "4", POINT) },
  { "equity_points", BLOCK ("0", "1001", "5", "6", POINT) },
  { "result_order", BLOCK ("0", "1", "5", "5", POINT) "; " BLOCK ("1", "1", "5", "5", POINT) "; " RUN ("0, 0, 0, 0, 0, 0, 0, 2") },
  { "statistic_nan", "INSERT INTO backtest_statistic VALUES (77, 0, 'total', 'x', NULL, '1')" },
  { "UNIQUE|statistic_once", "INSERT INTO backtest_statistic VALUES (77, 0, 'total', 'x', 1, '1'), (77, 1, 'total', 'x', 2, '2')" },
  { "UNIQUE|parameter_once", "INSERT INTO backtest_parameter VALUES (77, 0, 'a.b', '1'), (77, 1, 'a.b', '2')" },
};

static void
test_rules (TestLedger *ledger, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autofree char *before = dump (ledger), *why = try_sql (ledger, attempts[i].sql), *after = NULL;
      g_auto (GStrv) rules = g_strsplit (attempts[i].rule != NULL ? attempts[i].rule : "", "|", -1);
      gboolean is_named = FALSE;

      if (attempts[i].rule == NULL)
        {
          g_assert_null (why);
          test_ledger_do (ledger, "DELETE FROM backtest_run WHERE result = 77");
        }
      for (char **rule = rules; why != NULL && *rule != NULL; rule++)
        is_named |= strstr (why, *rule) != NULL;
      g_assert_true (is_named == (attempts[i].rule != NULL));
      after = dump (ledger);
      g_assert_cmpstr (before, ==, after);
    }
}

/* A result goes with all that belongs to it, and nothing else does. */
static void
test_cascade (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) other = test_result_new ("bob", 2, 3, 5);
  g_autoptr (GPtrArray) found = NULL;

  g_assert_true (test_result_save (store, other));
  test_ledger_do (ledger, "DELETE FROM backtest_run WHERE user_id = 'ann'");
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM check_backtest_run"), ==, 0);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM backtest_fill"), ==, 6);
  found = test_result_find (store, &(PstResultQuery){ .whole = TRUE });
  g_assert_cmpuint (found->len, ==, 1);
  test_result_assert_equal (found->pdata[0], other);
}

/* For a person: decimals, names, times. */
static void
test_views (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *run = NULL, *fill = NULL, *point = NULL, *trade = NULL;

  run = test_ledger_ask (ledger, "SELECT user_id || '|' || created_time || '|' || initial_equity || '|' || n_trades FROM v_backtest_run");
  g_assert_cmpstr (run, ==, "ann|2020-01-02T00:00:00Z|10000000.00000000|2");
  fill = test_ledger_ask (ledger, "SELECT time || '|' || strategy || '|' || instrument || '|' || side || '|' || fee FROM v_backtest_fill "
                                  "ORDER BY fill DESC LIMIT 1");
  g_assert_cmpstr (fill, ==, "2020-01-02T00:00:00Z|macd|BTC/USD.KRAKEN|SELL|-0.00000003");
  trade = test_ledger_ask (ledger, "SELECT instrument || '|' || direction || '|' || is_open || '|' || fees || '|' || adverse FROM v_backtest_trade "
                                   "ORDER BY trade DESC LIMIT 1");
  g_assert_cmpstr (trade, ==, "BTC/USD.KRAKEN|LONG|1|0.00000004|-0.00000001");
  point = test_ledger_ask (ledger, "SELECT point || '|' || time || '|' || exposure FROM v_backtest_equity ORDER BY point DESC LIMIT 1");
  g_assert_cmpstr (point, ==, "1499|2020-01-01T00:24:59Z|0.00001499");
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM v_backtest_parameter WHERE name = 'cross.fast' AND value = '10'"), ==, 1);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM v_backtest_statistic WHERE name = 'value-0' AND value IS NULL"), ==, 1);
}

/* What the rules keep out is put in behind their back: the checks see it. */
static void
test_checks (TestLedger *ledger, gconstpointer data)
{
  static const struct
  {
    const char *how, *check;
  } damages[] = {
    { "DROP TRIGGER backtest_run_update; UPDATE backtest_run SET n_statistics = 1", "check_backtest_run" },
    { "DROP TRIGGER backtest_run_update; UPDATE backtest_run SET summary = replace (summary, 'sharpe', 'sharpf')", "check_backtest_run" },
    { "DROP TRIGGER backtest_fill_delete; DELETE FROM backtest_fill WHERE fill = 3", "check_backtest_run" },
    { "DROP TRIGGER backtest_fill_update; UPDATE backtest_fill SET instrument = 9", "check_backtest_run" },
    { "DROP TRIGGER backtest_fill_update; UPDATE backtest_fill SET fee = fee + 1 WHERE fill = 0", "check_backtest_fees" },
    { "DROP TRIGGER backtest_equity_update; UPDATE backtest_equity SET first_time = first_time - 1", "check_backtest_equity" },
    { "DROP TRIGGER backtest_equity_update; UPDATE backtest_equity SET points = '[[9,0,0,0,0],[9,0,0,0,0]]', n_points = 2, first_time = 9, "
      "last_time = 9 WHERE block = 0",
      "check_backtest_equity" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s", damages[i].check);

      g_assert_cmpint (test_ledger_count (ledger, sql), ==, 0);
      test_result_damage (ledger, damages[i].how);
      g_assert_cmpint (test_ledger_count (ledger, sql), >, 0);
      test_ledger_remove_files (ledger);
      write_one (ledger);
    }
}

static gpointer
seal (gpointer data)
{
  TestLedger *ledger = data;

  /* Waits for the other's transaction, then counts what that brought. */
  return pst_check_postgres_query (ledger->postgres, ledger->database, RUN ("0, 0, 0, 0, 0, 0, 0, 0"), NULL);
}

/* Another session adds a part while the result is sealed: either the one that seals counts it, or it comes too late. */
static void
test_race (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *ignored = NULL;
  g_autofree char *why = NULL;
  GThread *thread;

  test_ledger_do (ledger, "BEGIN ISOLATION LEVEL READ COMMITTED NOT DEFERRABLE");
  test_ledger_do (ledger, "INSERT INTO backtest_strategy VALUES (77, 0, 'x')");
  thread = g_thread_new ("sealer", seal, ledger);
  while (g_strcmp0 (ignored, "1") != 0)
    {
      g_free (ignored);
      ignored = pst_check_postgres_query (ledger->postgres, ledger->database,
                                          "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", NULL);
    }
  pst_sql_backend_execute (test_ledger_connect (ledger), "COMMIT AND NO CHAIN", NULL);
  g_free (g_thread_join (thread));
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM check_backtest_run"), ==, 0);
  why = try_sql (ledger, "INSERT INTO backtest_strategy SELECT result, 5, 'x' FROM backtest_run");
  g_assert_nonnull (strstr (why, "result_sealed"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST_LEDGER_ADD_BOTH ("/sql/results-rules/rules", NULL, test_rules, set_up, set_up_postgres);
  TEST_LEDGER_ADD_BOTH ("/sql/results-rules/cascade", NULL, test_cascade, set_up, set_up_postgres);
  TEST_LEDGER_ADD_BOTH ("/sql/results-rules/views", NULL, test_views, set_up, set_up_postgres);
  TEST_LEDGER_ADD_BOTH ("/sql/results-rules/checks", NULL, test_checks, set_up, set_up_postgres);
  if (pst_check_postgres_get_default (NULL) != NULL)
    g_test_add ("/sql/results-rules/race", TestLedger, NULL, set_up_postgres, test_race, test_ledger_tear_down);
  test_ledger_add_skip ("/sql/results-rules/postgresql");
  return g_test_run ();
}
