/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results at volume, end to end: pipelines over made data run by the event engine, kept in a ledger and asked for again, on both databases. What a
 * researcher would lose: a result of another experiment, an answer that is slower than computing, memory, or another user's results. */
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backtest/pst-statistics.h"
#include "parity-kit.h"

#ifdef TEST_SANITIZED
#define N_SYMBOLS 6
#else
#define N_SYMBOLS 100
#endif
#define BARS_A_YEAR 252
#define N_REPEATS 25
#define SEED 20261121
/* A second pass over the same backtests against the first, by processor time of this process: what the server does is not counted. */
#define FASTER 20

static const char *const strategies[] = { "sma-cross", "rsi", "macd", "bollinger", "momentum" };

#define N_STRATEGIES G_N_ELEMENTS (strategies)

typedef struct
{
  char *folder;
  char *place; /* of the ledger */
  PstCheckPostgres *postgres;
  char *database;
  PstResultStore *store;
} Fixture;

static void
write_bars (const char *folder, const char *name, guint number, guint n_bars)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED + number);
  g_autoptr (GString) text = g_string_new ("date,open,high,low,close,volume\n");
  g_autoptr (GDateTime) day = g_date_time_new_utc (2018, 1, 1, 0, 0, 0);
  gint64 price = 1000000;

  for (guint i = 0; i < n_bars; i++)
    {
      g_autoptr (GDateTime) today = g_date_time_add_days (day, (gint)(i * 365 / BARS_A_YEAR));
      g_autofree char *label = g_date_time_format (today, "%Y-%m-%d");
      gint64 close = MAX (price + g_rand_int_range (random, -(gint)(price / 35), (gint)(price / 34)), 20000), high = MAX (price, close) + 500,
             low = MIN (price, close) - 500;

      g_string_append_printf (text, "%s,%d.%04d,%d.%04d,%d.%04d,%d.%04d,1000\n", label, (int)(price / 10000), (int)(price % 10000),
                              (int)(high / 10000), (int)(high % 10000), (int)(low / 10000), (int)(low % 10000), (int)(close / 10000),
                              (int)(close % 10000));
      price = close;
    }
  g_assert_true (g_file_set_contents (path, text->str, (gssize)text->len, NULL));
}

static PstResultStore *
open_store (const Fixture *fixture)
{
  PstPlugin *plugin = pst_catalogue_load (parity_get_catalogue (), "sql", PST_COMPONENT_KIND_STORE, NULL);
  PstStore *store = g_object_new (plugin->type, NULL);
  g_autoptr (GError) error = NULL;

  pst_component_set_option (PST_COMPONENT (store), fixture->postgres != NULL ? "database" : "path", fixture->place, &error);
  g_assert_no_error (error);
  return PST_RESULT_STORE (store);
}

static gboolean
pass_over (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error)
{
  return TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("results-test-XXXXXX", NULL);
  for (guint i = 0; i < N_SYMBOLS; i++)
    {
      g_autofree char *name = g_strdup_printf ("S%03u.csv", i), *year = g_strdup_printf ("Y%03u.csv", i);

      write_bars (fixture->folder, name, i, 3 * BARS_A_YEAR);
      write_bars (fixture->folder, year, i, BARS_A_YEAR);
    }
  if (data == NULL)
    fixture->place = g_build_filename (fixture->folder, "results.db", NULL);
  else
    {
      g_autofree char *host = NULL;

      fixture->postgres = pst_check_postgres_get_default (NULL);
      fixture->database = pst_check_postgres_create_database (fixture->postgres);
      host = g_uri_escape_string (pst_check_postgres_get_host (fixture->postgres), NULL, FALSE);
      fixture->place = g_strdup_printf ("postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER, fixture->database, host);
    }
  fixture->store = open_store (fixture);
  pst_store_maintain (PST_STORE (fixture->store), PST_MAINTENANCE_MIGRATE, NULL, NULL, pass_over, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  g_clear_object (&fixture->store);
  pst_check_ledger_assert_folder (fixture->folder);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  if (fixture->postgres != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
  g_free (fixture->database);
  g_free (fixture->folder);
  g_free (fixture->place);
}

static char *
make_pipeline (const Fixture *fixture, const char *user, const char *file, const char *strategy)
{
  return g_strdup_printf ("[pipeline]\nname=results\nmode=backtest\ncurrency=USD\nuser=%s\n"
                          "[exchange data]\nplugin=replay\npath=%s/%s.csv\nsymbol=%s\ncolumns=date,open,high,low,close,volume\n"
                          "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\ntaker-fee=0.0005\n"
                          "[strategy trade]\nplugin=%s\norder-value=50000 USD\n",
                          user, fixture->folder, file, file, strategy);
}

static gboolean
take (PstBacktestResult *result, gpointer user_data, GError **error)
{
  PstBacktestResult **kept = user_data;

  g_assert_null (*kept);
  *kept = pst_backtest_result_ref (result);
  return TRUE;
}

/* (transfer full) (nullable): what the store has of it; nothing is run. */
static PstBacktestResult *
ask (PstResultStore *store, const char *pipeline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) run = parity_build (pipeline);
  g_autoptr (PstBacktestResult) wanted = pst_backtest_result_new ();
  g_autoptr (PstBarSet) bars = NULL;
  PstBacktestResult *kept = NULL;
  PstResultQuery query = { .whole = TRUE };

  pst_run_prepare (run, &error);
  g_assert_no_error (error);
  bars = pst_run_load_bars (run, &error);
  g_assert_no_error (error);
  pst_run_describe (run, parity_get_catalogue (), pst_bar_set_get_hash (bars), wanted);
  query.user_id = pst_context_get_run (PST_CONTEXT (run))->user_id;
  query.key = wanted->key;
  pst_result_store_find (store, &query, take, &kept, &error);
  g_assert_no_error (error);
  return kept;
}

/* As penstock run keeps it. */
static void
drop_months (PstBacktestResult *result)
{
  for (guint i = result->statistics->len; i > 0; i--)
    if (g_str_has_prefix (((const PstStatistic *)result->statistics->pdata[i - 1])->group, "month "))
      g_ptr_array_remove_index (result->statistics, i - 1);
}

/* (transfer full): computed, and kept. */
static PstBacktestResult *
compute (PstResultStore *store, const char *pipeline)
{
  const PstStatisticsOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  PstBacktestResult *result = parity_run_event (pipeline);
  gboolean added;

  pst_statistics_compute (result, &options);
  drop_months (result);
  result->created_ns = (gint64)SEED * PST_NS_PER_SECOND;
  pst_result_store_save (store, result, &added, &error);
  g_assert_no_error (error);
  return result;
}

static void
assert_same (const PstBacktestResult *a, const PstBacktestResult *b)
{
  g_assert_cmpstr (a->key, ==, b->key);
  g_assert_cmpmem (a->fills->data, a->fills->len * sizeof (PstBacktestFill), b->fills->data, b->fills->len * sizeof (PstBacktestFill));
  g_assert_cmpmem (a->round_trips->data, a->round_trips->len * sizeof (PstRoundTrip), b->round_trips->data,
                   b->round_trips->len * sizeof (PstRoundTrip));
  g_assert_cmpmem (a->equity->data, a->equity->len * sizeof (PstEquityPoint), b->equity->data, b->equity->len * sizeof (PstEquityPoint));
  g_assert_cmpuint (a->statistics->len, ==, b->statistics->len);
  for (guint i = 0; i < a->statistics->len; i++)
    {
      const PstStatistic *x = a->statistics->pdata[i], *y = b->statistics->pdata[i];

      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_true (x->value == y->value || (x->value != x->value && y->value != y->value));
    }
}

/* Of this process: what others do on the machine does not count. */
static double
get_cpu_ms (void)
{
  return (double)clock () * 1e3 / CLOCKS_PER_SEC;
}

static gint64
get_memory_kib (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %ld", &pages);
  return pages * 4;
}

typedef struct
{
  char *key;
  char *hash; /* of fills and equity */
} Known;

static void
known_clear (gpointer data)
{
  g_free (((Known *)data)->key);
  g_free (((Known *)data)->hash);
}

static char *
hash_result (const PstBacktestResult *result)
{
  g_autoptr (GChecksum) hash = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (hash, (const guchar *)result->fills->data, (gssize)(result->fills->len * sizeof (PstBacktestFill)));
  g_checksum_update (hash, (const guchar *)result->equity->data, (gssize)(result->equity->len * sizeof (PstEquityPoint)));
  return g_strdup (g_checksum_get_string (hash));
}

/* The first pass: nothing is there, all is computed. Returns how many fills there were. */
static guint
compute_all (Fixture *fixture, GArray *known)
{
  guint n_fills = 0;

  for (guint i = 0; i < N_SYMBOLS; i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        g_autofree char *file = g_strdup_printf ("S%03u", i), *pipeline = make_pipeline (fixture, "local", file, strategies[s]);
        g_autoptr (PstBacktestResult) result = compute (fixture->store, pipeline);
        const Known one = { g_strdup (result->key), hash_result (result) };

        g_array_append_val (known, one);
        n_fills += result->fills->len;
      }
  return n_fills;
}

/* By the keys that the first pass told. */
static void
look_up_all (Fixture *fixture, GArray *known)
{
  for (guint i = 0; i < known->len; i++)
    {
      const Known *one = &g_array_index (known, Known, i);
      const PstResultQuery query = { .user_id = "local", .key = one->key };
      g_autoptr (PstBacktestResult) kept = NULL;
      g_autoptr (GError) error = NULL;

      pst_result_store_find (fixture->store, &query, take, &kept, &error);
      g_assert_no_error (error);
      g_assert_nonnull (kept);
      g_assert_cmpstr (kept->key, ==, one->key);
    }
}

/* The least of three passes: that in which the machine disturbed least. */
static double
time_look_up (Fixture *fixture, GArray *known)
{
  double least = G_MAXDOUBLE;

  for (guint i = 0; i < 3; i++)
    {
      double begun = get_cpu_ms ();

      look_up_all (fixture, known);
      least = MIN (least, get_cpu_ms () - begun);
    }
  return least;
}

/* From the pipelines, which say what is asked for; each answer is that which was computed, to the last fill and point. */
static void
ask_all (Fixture *fixture, GArray *known)
{
  guint n = 0;

  for (guint i = 0; i < N_SYMBOLS; i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        g_autofree char *file = g_strdup_printf ("S%03u", i), *pipeline = make_pipeline (fixture, "local", file, strategies[s]), *hash = NULL;
        g_autoptr (PstBacktestResult) kept = ask (fixture->store, pipeline);

        g_assert_nonnull (kept);
        hash = hash_result (kept);
        g_assert_cmpstr (hash, ==, g_array_index (known, Known, n++).hash);
      }
}

static void
test_volume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (Known));
  gint64 memory = get_memory_kib ();
  double begun = get_cpu_ms (), computed, look_up, looked_up, asked;
  guint n_fills;

  g_array_set_clear_func (known, known_clear);
  g_test_message ("seed %u", SEED);
  n_fills = compute_all (fixture, known);
  computed = get_cpu_ms ();
  look_up = time_look_up (fixture, known);
  looked_up = get_cpu_ms ();
  ask_all (fixture, known);
  asked = get_cpu_ms ();
  memory = get_memory_kib () - memory;
  g_test_message ("%u backtests with %u fills: computed and kept in %.1f ms; looked up by key in %.1f ms (%.1f times faster); asked for by their "
                  "pipelines and read whole in %.1f ms (%.1f times faster); memory grew by %" G_GINT64_FORMAT " KiB",
                  known->len, n_fills, computed - begun, look_up, (computed - begun) / look_up, asked - looked_up,
                  (computed - begun) / (asked - looked_up), memory);
  g_assert_cmpuint (known->len, ==, N_SYMBOLS * N_STRATEGIES);
  g_assert_cmpuint (n_fills, >, known->len);
#ifndef TEST_SANITIZED
  g_assert_cmpfloat (look_up * FASTER, <=, computed - begun);
  g_assert_cmpint (memory, <, 50 * 1024);
#endif
}

static void
repeat_all (Fixture *fixture)
{
  for (guint s = 0; s < N_STRATEGIES; s++)
    {
      g_autofree char *pipeline = make_pipeline (fixture, "local", "S000", strategies[s]);
      g_autoptr (PstBacktestResult) result = compute (fixture->store, pipeline), kept = ask (fixture->store, pipeline);

      assert_same (kept, result);
    }
}

/* The same again and again leaves nothing behind: the slope of a line through the memory after each round. */
static void
test_no_growth (Fixture *fixture, gconstpointer data)
{
  double sum_x = 0, sum_y = 0, sum_xy = 0, sum_xx = 0, slope;

  for (guint i = 0; i < 5; i++)
    repeat_all (fixture);
  for (guint i = 0; i < N_REPEATS; i++)
    {
      double memory;

      repeat_all (fixture);
      memory = (double)get_memory_kib ();
      sum_x += i;
      sum_y += memory;
      sum_xy += i * memory;
      sum_xx += (double)i * i;
    }
  slope = (N_REPEATS * sum_xy - sum_x * sum_y) / (N_REPEATS * sum_xx - sum_x * sum_x) / N_STRATEGIES;
  g_test_message ("slope over %d times %d runs: %.3f KiB a run", N_REPEATS, (int)N_STRATEGIES, slope);
#ifndef TEST_SANITIZED
  g_assert_cmpfloat (slope, <, 1);
#else
  g_assert_true (slope == slope);
#endif
}

static double
time_of (Fixture *fixture, char letter)
{
  double begun = get_cpu_ms ();

  for (guint i = 0; i < MIN (N_SYMBOLS, 20); i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        g_autofree char *file = g_strdup_printf ("%c%03u", letter, i), *pipeline = make_pipeline (fixture, "local", file, strategies[s]);

        pst_backtest_result_unref (compute (fixture->store, pipeline));
      }
  return get_cpu_ms () - begun;
}

static void
test_years (Fixture *fixture, gconstpointer data)
{
  double one, three;

  repeat_all (fixture);
  one = time_of (fixture, 'Y');
  three = time_of (fixture, 'S');
  g_test_message ("one year %.1f ms, three years %.1f ms: %.2f times", one, three, three / one);
  g_assert_cmpfloat (three, <, 3.5 * one);
}

typedef struct
{
  Fixture *fixture;
  guint number;
  GPtrArray *results;
} User;

#define N_USERS 20
#define N_AT_ONCE 10
#define N_OF_USER 5

static void
run_user (gpointer data, gpointer user_data)
{
  User *user = data;
  g_autoptr (PstResultStore) store = open_store (user->fixture);
  g_autofree char *name = g_strdup_printf ("user-%u", user->number);

  for (guint i = 0; i < N_OF_USER; i++)
    {
      g_autofree char *file = g_strdup_printf ("S%03u", (user->number * N_OF_USER + i) % N_SYMBOLS);
      g_autofree char *pipeline = make_pipeline (user->fixture, name, file, strategies[i % N_STRATEGIES]);

      g_ptr_array_add (user->results, compute (store, pipeline));
    }
}

static void
test_users (Fixture *fixture, gconstpointer data)
{
  GThreadPool *pool = g_thread_pool_new (run_user, NULL, N_AT_ONCE, TRUE, NULL);
  User users[N_USERS];

  for (guint i = 0; i < N_USERS; i++)
    {
      users[i] = (User){ fixture, i, g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref) };
      g_thread_pool_push (pool, &users[i], NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *name = g_strdup_printf ("user-%u", i);

      g_assert_cmpuint (users[i].results->len, ==, N_OF_USER);
      for (guint j = 0; j < N_OF_USER; j++)
        {
          g_autofree char *file = g_strdup_printf ("S%03u", (i * N_OF_USER + j) % N_SYMBOLS);
          g_autofree char *pipeline = make_pipeline (fixture, name, file, strategies[j % N_STRATEGIES]);
          g_autoptr (PstBacktestResult) kept = ask (fixture->store, pipeline), alone = parity_run_event (pipeline);
          const PstStatisticsOptions options = { 0 };

          pst_statistics_compute (alone, &options);
          drop_months (alone);
          g_assert_cmpstr (kept->user_id, ==, name);
          assert_same (kept, users[i].results->pdata[j]);
          assert_same (kept, alone);
        }
      g_ptr_array_unref (users[i].results);
    }
}

#define ADD(path, func)                                                                                   \
  G_STMT_START                                                                                            \
  {                                                                                                       \
    g_test_add ("/results/" path "/sqlite", Fixture, NULL, set_up, func, tear_down);                      \
    if (pst_check_postgres_get_default (NULL) != NULL)                                                    \
      g_test_add ("/results/" path "/postgresql", Fixture, GINT_TO_POINTER (1), set_up, func, tear_down); \
  }                                                                                                       \
  G_STMT_END

static void
skip_postgres (void)
{
  const char *why_not = "";

  g_assert_null (pst_check_postgres_get_default (&why_not));
  g_test_skip (why_not);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("volume", test_volume);
  ADD ("no-growth", test_no_growth);
  ADD ("years", test_years);
  ADD ("users", test_users);
  if (pst_check_postgres_get_default (NULL) == NULL)
    g_test_add_func ("/results/postgresql", skip_postgres);
  return g_test_run ();
}
