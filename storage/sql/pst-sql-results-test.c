/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kept results, on both databases: what a researcher asks for must be what was computed, whole, theirs, and found again. */
#include "pst-sql-results.h"

#include "sql-result-test-kit.h"

#define N_POINTS_LARGE 100000
#define N_TRIPS_LARGE 10000

static gint64
count_rows (TestLedger *ledger)
{
  return test_ledger_count (ledger, "SELECT (SELECT count(*) FROM backtest_run) + (SELECT count(*) FROM backtest_strategy)"
                                    " + (SELECT count(*) FROM backtest_plugin) + (SELECT count(*) FROM backtest_parameter)"
                                    " + (SELECT count(*) FROM backtest_instrument) + (SELECT count(*) FROM backtest_statistic)"
                                    " + (SELECT count(*) FROM backtest_fill) + (SELECT count(*) FROM backtest_trade)"
                                    " + (SELECT count(*) FROM backtest_equity)");
}

static void
assert_consistent (TestLedger *ledger)
{
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM check_backtest_run"), ==, 0);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM check_backtest_equity"), ==, 0);
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM check_backtest_fees"), ==, 0);
}

/* The keys' numbers of what is found, "3 1 ". */
static char *
find_numbers (PstResultStore *store, const PstResultQuery *query)
{
  g_autoptr (GPtrArray) found = test_result_find (store, query);
  GString *numbers = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    {
      const PstBacktestResult *result = found->pdata[i];
      g_autofree char *digits = g_strndup (result->key, 8);

      g_string_append_printf (numbers, "%" G_GUINT64_FORMAT " ", g_ascii_strtoull (digits, NULL, 16));
    }
  return g_string_free (numbers, FALSE);
}

static void
assert_found (PstResultStore *store, const PstResultQuery *query, const char *expected)
{
  g_autofree char *numbers = find_numbers (store, query);

  g_assert_cmpstr (numbers, ==, expected);
}

static void
test_round_trip (TestLedger *ledger, gconstpointer data)
{
  static const struct
  {
    guint n_trips, n_points;
  } shapes[] = { { 0, 0 }, { 1, 1 }, { 7, 999 }, { 7, 1000 }, { 7, 1001 }, { 5001, 2000 } };
  g_autoptr (PstResultStore) store = test_result_open (ledger);

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (PstBacktestResult) result = test_result_new ("ann", i, shapes[i].n_trips, shapes[i].n_points);
      const PstResultQuery query = { .user_id = "ann", .key = result->key, .whole = TRUE };
      g_autoptr (GPtrArray) found = NULL;

      g_assert_true (test_result_save (store, result));
      found = test_result_find (store, &query);
      g_assert_cmpuint (found->len, ==, 1);
      test_result_assert_equal (found->pdata[0], result);
    }
  assert_consistent (ledger);
}

/* A result that has nothing in it is one too; one without its long parts has all the others. */
static void
test_parts (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) empty = pst_backtest_result_new (), result = test_result_new ("ann", 1, 3, 3);
  g_autoptr (GPtrArray) found = NULL, short_ones = NULL, looked_up = NULL, empty_ones = NULL;

  empty->key = test_result_make_key (0);
  empty->user_id = g_strdup ("ann");
  empty->name = g_strdup ("");
  empty->engine = g_strdup ("event");
  empty->data_hash = g_strdup ("");
  empty->currency = pst_currency_get ("EUR", NULL);
  g_assert_true (test_result_save (store, empty));
  g_assert_true (test_result_save (store, result));
  found = test_result_find (store, &(PstResultQuery){ .key = empty->key, .whole = TRUE });
  g_assert_cmpuint (found->len, ==, 1);
  test_result_assert_equal (found->pdata[0], empty);
  short_ones = test_result_find (store, &(PstResultQuery){ .key = "00000001" });
  g_assert_cmpuint (short_ones->len, ==, 1);
  g_array_set_size (result->fills, 0);
  g_array_set_size (result->round_trips, 0);
  g_array_set_size (result->equity, 0);
  test_result_assert_equal (short_ones->pdata[0], result);
  looked_up = test_result_find (store, &(PstResultQuery){ .user_id = "ann", .key = result->key });
  g_assert_cmpuint (looked_up->len, ==, 1);
  test_result_assert_equal (looked_up->pdata[0], result);
  empty_ones = test_result_find (store, &(PstResultQuery){ .user_id = "ann", .key = empty->key });
  g_assert_cmpuint (empty_ones->len, ==, 1);
  test_result_assert_equal (empty_ones->pdata[0], empty);
  assert_consistent (ledger);
}

/* What a name says that is no UTF-8 is replaced, and counted as it is kept. */
static void
test_strange_names (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 1, 1);
  g_autoptr (GPtrArray) found = NULL;
  const PstBacktestResult *kept;

  pst_backtest_result_add_statistic (result, "strategy \xff\xc3", "\"1:\\\n\xc3\xa9", 4.5);
  g_assert_true (test_result_save (store, result));
  found = test_result_find (store, &(PstResultQuery){ .user_id = "ann", .key = result->key });
  g_assert_cmpuint (found->len, ==, 1);
  kept = found->pdata[0];
  g_assert_cmpfloat (pst_backtest_result_get_statistic (kept, "strategy \xef\xbf\xbd\xef\xbf\xbd", "\"1:\\\n\xc3\xa9"), ==, 4.5);
  assert_consistent (ledger);
}

/* One user's result is no other's, though they are the same experiment. */
static void
test_users (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) anns = test_result_new ("ann", 1, 2, 2), bobs = test_result_new ("bob", 1, 2, 2);
  g_autoptr (PstBacktestResult) again = test_result_new ("ann", 1, 5, 5);
  const PstResultQuery of_ann = { .user_id = "ann", .key = anns->key, .whole = TRUE }, of_bob = { .user_id = "bob", .key = anns->key };
  const PstResultQuery of_carl = { .user_id = "carl", .key = anns->key }, like_ann = { .user_id = "ann' OR '1'='1" };
  g_autoptr (GPtrArray) found = NULL;
  guint64 n_removed;

  g_assert_true (test_result_save (store, anns));
  g_assert_true (test_result_save (store, bobs));
  /* What is kept is kept. */
  g_assert_false (test_result_save (store, again));
  found = test_result_find (store, &of_ann);
  g_assert_cmpuint (found->len, ==, 1);
  test_result_assert_equal (found->pdata[0], anns);
  assert_found (store, &of_carl, "");
  assert_found (store, &like_ann, "");
  assert_found (store, &(PstResultQuery){ .key = anns->key }, "1 1 ");
  g_assert_true (pst_result_store_remove (store, &of_carl, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_true (pst_result_store_remove (store, &of_ann, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 1);
  assert_found (store, &of_ann, "");
  assert_found (store, &of_bob, "1 ");
  assert_consistent (ledger);
}

static void
test_filters (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  const gint64 day_2 = RESULT_START + 2 * RESULT_DAY;

  test_result_save_some (store, "ann", 6);
  assert_found (store, &(PstResultQuery){ 0 }, "5 4 3 2 1 0 ");
  assert_found (store, &(PstResultQuery){ .reverse = TRUE }, "0 1 2 3 4 5 ");
  assert_found (store, &(PstResultQuery){ .limit = 2 }, "5 4 ");
  assert_found (store, &(PstResultQuery){ .limit = 2, .offset = 3 }, "2 1 ");
  assert_found (store, &(PstResultQuery){ .offset = 4 }, "1 0 ");
  assert_found (store, &(PstResultQuery){ .strategy = "rsi" }, "4 2 0 ");
  assert_found (store, &(PstResultQuery){ .strategy = "rs" }, "");
  assert_found (store, &(PstResultQuery){ .instrument = "AAPL" }, "3 0 ");
  assert_found (store, &(PstResultQuery){ .instrument = "MSFT.US", .strategy = "macd" }, "5 1 ");
  assert_found (store, &(PstResultQuery){ .since_ns = day_2, .until_ns = day_2 + 2 * RESULT_DAY }, "3 2 ");
  assert_found (store, &(PstResultQuery){ .until_ns = day_2 }, "1 0 ");
  assert_found (store, &(PstResultQuery){ .key = "0000000" }, "5 4 3 2 1 0 ");
  assert_found (store, &(PstResultQuery){ .key = "00000003" }, "3 ");
  assert_found (store, &(PstResultQuery){ .key = "00000009" }, "");
}

/* A result with these statistics of the whole. */
static void
save_with (PstResultStore *store, guint number, double sharpe, double drawdown)
{
  g_autoptr (PstBacktestResult) result = test_result_new ("ann", number, 0, 0);

  g_ptr_array_set_size (result->statistics, 0);
  pst_backtest_result_add_statistic (result, "instrument X", "sharpe", 100 - number);
  if (sharpe != -1)
    pst_backtest_result_add_statistic (result, "total", "sharpe", sharpe);
  pst_backtest_result_add_statistic (result, "total", "max-drawdown", drawdown);
  g_assert_true (test_result_save (store, result));
}

static void
test_statistics (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  PstResultQuery query = { .statistic = "sharpe", .minimum = -INFINITY, .maximum = INFINITY };

  save_with (store, 0, 1.5, 0.3);
  save_with (store, 1, NAN, 0.1);
  save_with (store, 2, 2.5, 0.4);
  save_with (store, 3, INFINITY, 0.2);
  save_with (store, 4, -1, 0.5); /* has none */
  save_with (store, 5, -0.5, 0.05);
  assert_found (store, &query, "3 2 0 5 4 1 ");
  query.reverse = TRUE;
  assert_found (store, &query, "5 0 2 3 4 1 ");
  query.reverse = FALSE;
  query.minimum = 1.5;
  assert_found (store, &query, "3 2 0 ");
  query.maximum = 2.5;
  assert_found (store, &query, "2 0 ");
  query.minimum = -INFINITY;
  assert_found (store, &query, "2 0 5 ");
  query.order = "max-drawdown";
  query.reverse = TRUE;
  assert_found (store, &query, "5 0 2 ");
  assert_found (store, &(PstResultQuery){ .order = "sharpe", .limit = 2 }, "3 2 ");
  assert_found (store, &(PstResultQuery){ .order = "no-such" }, "5 4 3 2 1 0 ");
}

/* Pruning: by age, and to the best ones. */
static void
test_remove (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  guint64 n_removed;

  for (guint i = 0; i < 6; i++)
    save_with (store, i, (i * 5) % 7, 0);
  g_assert_true (pst_result_store_remove (store, &(PstResultQuery){ .order = "sharpe", .offset = 4 }, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 2);
  assert_found (store, &(PstResultQuery){ 0 }, "5 4 2 1 ");
  g_assert_true (pst_result_store_remove (store, &(PstResultQuery){ .until_ns = RESULT_START + 2 * RESULT_DAY }, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 1);
  assert_found (store, &(PstResultQuery){ 0 }, "5 4 2 ");
  g_assert_true (pst_result_store_remove (store, &(PstResultQuery){ .user_id = "bob" }, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_true (pst_result_store_remove (store, &(PstResultQuery){ 0 }, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 3);
  g_assert_cmpint (count_rows (ledger), ==, 0);
}

/* Every statement fails in turn: nothing of the result is there, and the next try brings all of it. */
static void
test_whole_or_not (TestLedger *ledger, gconstpointer data)
{
  PstSqlTarget target = { .path = ledger->path };
  g_autoptr (PstSqlResults) results = pst_sql_results_new (test_ledger_get_backend (ledger), &target);
  g_autoptr (PstBacktestResult) first = test_result_new ("ann", 0, 2, 2), result = test_result_new ("ann", 1, 2, 2);
  g_autoptr (GError) error = NULL;
  gint64 n_rows;
  gboolean added;
  guint nth = 0;

  g_assert_true (pst_sql_results_save (results, first, &added, &error));
  n_rows = count_rows (ledger);
  do
    {
      g_clear_error (&error);
      g_assert_cmpint (count_rows (ledger), ==, n_rows);
      pst_sql_results_fail_nth (results, ++nth, PST_STORE_ERROR_FULL);
    }
  while (!pst_sql_results_save (results, result, &added, &error) && g_error_matches (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL));
  g_assert_no_error (error);
  g_assert_true (added);
  g_assert_cmpuint (nth, >, 10);
  g_assert_cmpint (count_rows (ledger), ==, 2 * n_rows);
  assert_consistent (ledger);
}

typedef struct
{
  TestLedger *ledger;
  guint n_added;
} Writer;

#define N_RACED 30

static gpointer
write_all (gpointer data)
{
  Writer *writer = data;
  g_autoptr (PstResultStore) store = test_result_open (writer->ledger);

  for (guint i = 0; i < N_RACED; i++)
    {
      g_autoptr (PstBacktestResult) result = test_result_new ("ann", i, 3, 1500);

      writer->n_added += test_result_save (store, result);
    }
  return NULL;
}

/* Two researchers' programs compute the same and keep it in one ledger: each result is there once, whole. */
static void
test_two_writers (TestLedger *ledger, gconstpointer data)
{
  Writer writers[2] = { { .ledger = ledger }, { .ledger = ledger } };
  GThread *thread;
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (GPtrArray) found = NULL;

  thread = g_thread_new ("writer", write_all, &writers[0]);
  write_all (&writers[1]);
  g_thread_join (thread);
  g_assert_cmpuint (writers[0].n_added + writers[1].n_added, ==, N_RACED);
  found = test_result_find (store, &(PstResultQuery){ .reverse = TRUE, .whole = TRUE });
  g_assert_cmpuint (found->len, ==, N_RACED);
  for (guint i = 0; i < N_RACED; i++)
    {
      g_autoptr (PstBacktestResult) result = test_result_new ("ann", i, 3, 1500);

      test_result_assert_equal (found->pdata[i], result);
    }
  assert_consistent (ledger);
}

static gboolean
remove_meanwhile (PstBacktestResult *result, gpointer user_data, GError **error)
{
  GPtrArray *stores = user_data;

  g_ptr_array_add (stores, NULL);
  return pst_result_store_remove (stores->pdata[0], &(PstResultQuery){ 0 }, NULL, error);
}

/* What goes while others are told is not told, and is no damage. */
static void
test_removed_meanwhile (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger), other = test_result_open (ledger);
  g_autoptr (GPtrArray) stores = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  test_result_save_some (store, "ann", 3);
  g_ptr_array_add (stores, other);
  pst_result_store_find (store, &(PstResultQuery){ .whole = TRUE }, remove_meanwhile, stores, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stores->len, ==, 2);
}

/* A curve of a hundred thousand points and ten thousand trades, summed by the database to the last digit. */
static void
test_large (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) first = test_result_new ("ann", 0, 0, 0), result = test_result_new ("ann", 1, N_TRIPS_LARGE, N_POINTS_LARGE);
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *sums = NULL, *summed = NULL;
  gint64 cash = 0, fees = 0;
  double saved, read;

  for (guint i = 0; i < result->equity->len; i++)
    cash += g_array_index (result->equity, PstEquityPoint, i).cash;
  for (guint i = 0; i < result->fills->len; i++)
    fees += g_array_index (result->fills, PstBacktestFill, i).fee;
  g_assert_true (test_result_save (store, first));
  g_test_timer_start ();
  g_assert_true (test_result_save (store, result));
  saved = g_test_timer_elapsed () * 1e3;
  found = test_result_find (store, &(PstResultQuery){ .user_id = "ann", .key = result->key, .whole = TRUE });
  read = g_test_timer_elapsed () * 1e3 - saved;
  g_test_message ("saving took %.1f ms, reading %.1f ms", saved, read);
  test_result_assert_equal (found->pdata[0], result);
  sums = g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, cash, fees, fees);
  summed = test_ledger_ask (ledger, "SELECT (SELECT sum (cash) FROM backtest_point) || ' ' || (SELECT sum (fee) FROM backtest_fill) || ' '"
                                    " || (SELECT sum (fees) FROM backtest_trade)");
  g_assert_cmpstr (summed, ==, sums);
  assert_consistent (ledger);
  /* Row by row it takes minutes. */
  g_assert_cmpfloat (saved, <, 30000);
  g_assert_cmpfloat (read, <, 30000);
}

static void
expect_error (PstResultStore *store, PstStoreError code, const char *part)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
  g_autoptr (GError) error = NULL;
  guint64 n_removed;

  g_assert_false (pst_result_store_find (store, &(PstResultQuery){ 0 }, test_result_take, found, &error));
  g_assert_error (error, PST_STORE_ERROR, (int)code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_clear_error (&error);
  g_assert_false (pst_result_store_remove (store, &(PstResultQuery){ 0 }, &n_removed, &error));
  g_assert_error (error, PST_STORE_ERROR, (int)code);
}

/* Asking makes no ledger, and changes none. */
static void
test_no_ledger (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 1, 1);

  expect_error (store, PST_STORE_ERROR_IO, ledger->postgres != NULL ? "empty" : "No such file");
  g_assert_false (g_file_test (ledger->path, G_FILE_TEST_EXISTS));
  g_assert_true (test_result_save (store, result));
  assert_found (store, &(PstResultQuery){ 0 }, "1 ");
}

static void
test_older_ledger (TestLedger *ledger, gconstpointer data)
{
  PstResultStore *store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 1, 1);

  g_assert_true (test_result_save (store, result));
  g_object_unref (store);
  store = test_result_open (ledger);
  test_ledger_do (ledger, "DELETE FROM schema_migration WHERE version > 5");
  expect_error (store, PST_STORE_ERROR_VERSION, "penstock db migrate");
  g_object_unref (store);
}

/* A value was changed by hand, behind the rules' back. */
static void
test_damaged (TestLedger *ledger, gconstpointer data)
{
  static const char *const damages[] = {
    "DROP TRIGGER backtest_statistic_update; UPDATE backtest_statistic SET exact = 'x1' WHERE statistic = 0",
    "DROP TRIGGER backtest_run_update; UPDATE backtest_run SET n_points = n_points + 1",
    "DROP TRIGGER backtest_run_update; UPDATE backtest_run SET n_fills = n_fills - 1",
    "DROP TRIGGER backtest_run_update; UPDATE backtest_run SET n_trades = n_trades + 6000",
    "DROP TRIGGER backtest_fill_update; UPDATE backtest_fill SET instrument = 70000",
    "DROP TRIGGER backtest_instrument_update; UPDATE backtest_instrument SET price_step = -1 + 6, venue = ''",
    "DROP TRIGGER backtest_equity_update; UPDATE backtest_equity SET points = '[1.5,2,3]'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      PstResultStore *store = test_result_open (ledger);
      g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 2, 3);
      g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
      g_autoptr (GError) error = NULL;

      g_assert_true (test_result_save (store, result));
      test_result_damage (ledger, damages[i]);
      g_assert_false (pst_result_store_find (store, &(PstResultQuery){ .whole = TRUE }, test_result_take, found, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      g_object_unref (store);
      test_ledger_remove_files (ledger);
    }
}

/* A summary that was changed by hand. */
static void
test_damaged_summary (TestLedger *ledger, gconstpointer data)
{
  static const char *const damages[] = { "''", "'3:ab'", "summary || '1:x'", "replace (summary, 'total', 'totals')", "'0:0:0:0:4:1:ax'" };

  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      PstResultStore *store = test_result_open (ledger);
      g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 2, 3);
      g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
      g_autofree char *sql = g_strconcat ("DROP TRIGGER backtest_run_update; UPDATE backtest_run SET summary = ", damages[i], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (test_result_save (store, result));
      test_result_damage (ledger, sql);
      g_assert_false (pst_result_store_find (store, &(PstResultQuery){ .user_id = "ann", .key = result->key }, test_result_take, found, &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      g_object_unref (store);
      test_ledger_remove_files (ledger);
    }
}

/* The server lost the connection between two questions. */
static void
test_lost_server (TestLedger *ledger, gconstpointer data)
{
  g_autoptr (PstResultStore) store = test_result_open (ledger);
  g_autoptr (PstBacktestResult) result = test_result_new ("ann", 1, 2, 3);
  const PstResultQuery by_key = { .user_id = "ann", .key = result->key };

  test_result_save_some (store, "ann", 1);
  g_assert_cmpuint (pst_check_postgres_kill_connections (ledger->postgres, ledger->database, "penstock"), >, 0);
  g_assert_true (test_result_save (store, result));
  g_assert_cmpuint (pst_check_postgres_kill_connections (ledger->postgres, ledger->database, "penstock"), >, 0);
  assert_found (store, &(PstResultQuery){ 0 }, "1 0 ");
  assert_found (store, &by_key, "1 ");
  g_assert_cmpuint (pst_check_postgres_kill_connections (ledger->postgres, ledger->database, "penstock"), >, 0);
  assert_found (store, &by_key, "1 ");
  assert_found (store, &by_key, "1 ");
}

#define ADD(path, func) TEST_LEDGER_ADD ("/sql/results/" path, NULL, func)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("parts", test_parts);
  ADD ("strange-names", test_strange_names);
  ADD ("users", test_users);
  ADD ("filters", test_filters);
  ADD ("statistics", test_statistics);
  ADD ("remove", test_remove);
  ADD ("whole-or-not", test_whole_or_not);
  ADD ("two-writers", test_two_writers);
  ADD ("removed-meanwhile", test_removed_meanwhile);
  ADD ("large", test_large);
  ADD ("no-ledger", test_no_ledger);
  ADD ("older-ledger", test_older_ledger);
  ADD ("damaged", test_damaged);
  ADD ("damaged-summary", test_damaged_summary);
  if (pst_check_postgres_get_default (NULL) != NULL)
    g_test_add ("/sql/results/lost-server", TestLedger, NULL, test_ledger_set_up_postgres, test_lost_server, test_ledger_tear_down);
  test_ledger_add_skip ("/sql/results/postgresql");
  return g_test_run ();
}
