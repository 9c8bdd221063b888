/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results at volume, end to end: pipelines over made files and over imported columns of real shares, run by both engines, kept in a ledger and asked
 * for again by their files, on both databases. What a researcher would lose: a result of another experiment, an answer that is slower than computing,
 * memory, or another user's results. */
#include <fcntl.h>
#include <penstock-check.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "../kit/test-data.h"
#include "backtest/pst-statistics.h"
#include "host/pst-data-import.h"
#include "host/pst-run-data.h"
#include "host/pst-test-folder.h"
#include "parity-kit.h"

#ifdef TEST_SANITIZED
#define N_SYMBOLS 6
#else
#define N_SYMBOLS 100
#endif
#define BARS_A_YEAR 252
#define N_REPEATS 25
#define SEED 20261121
#define DAYS "market-data/equities-daily/sp500-2015-2020.csv.zst"
#define CLEAN "market-data/equities-daily/sp500-2015-2020-clean-symbols.txt"
/* A second pass over the same backtests against the first, by the clock, as its user waits for it: the disk and the server count. Asked for by the
 * pipelines' files there is room for a machine that has other work. Columns compute in less than a ledger keeps. */
#define FASTER 20
#define FASTER_BY_FILE 10
#define FASTER_THAN_COLUMNS 3

static const char *const strategies[] = { "sma-cross", "rsi", "macd", "bollinger", "momentum" };

#define N_STRATEGIES G_N_ELEMENTS (strategies)

typedef struct
{
  const char *database;
  gboolean real;     /* imported columns of shares, with their dates; else files of made bars */
  gboolean columnar; /* the engine */
} Case;

typedef struct
{
  const Case *of;
  char *folder;
  char *place;     /* of the ledger */
  char **symbols;  /* N_SYMBOLS */
  gboolean absent; /* the recordings; the test was skipped */
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
make_files (Fixture *fixture)
{
  g_autoptr (GStrvBuilder) symbols = g_strv_builder_new ();

  for (guint i = 0; i < N_SYMBOLS; i++)
    {
      g_autofree char *symbol = g_strdup_printf ("S%03u", i), *name = g_strconcat (symbol, ".csv", NULL), *year = g_strdup_printf ("Y%03u.csv", i);

      g_strv_builder_add (symbols, symbol);
      write_bars (fixture->folder, name, i, 3 * BARS_A_YEAR);
      write_bars (fixture->folder, year, i, BARS_A_YEAR);
    }
  fixture->symbols = g_strv_builder_end (symbols);
}

/* The first of the clean ones. (transfer full) */
static char **
read_symbols (const char *path)
{
  g_autofree char *text = NULL;
  char **symbols;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  symbols = g_strsplit (text, "\n", N_SYMBOLS + 1);
  g_assert_cmpuint (g_strv_length (symbols), ==, N_SYMBOLS + 1);
  g_clear_pointer (&symbols[N_SYMBOLS], g_free);
  return symbols;
}

/* As penstock data import does it. */
static void
import_columns (Fixture *fixture, const char *recording)
{
  g_autofree char *list = g_strjoinv (",", fixture->symbols), *symbols = g_strconcat ("symbols=", list, NULL);
  g_autofree char *path = g_strconcat ("path=", recording, NULL), *columns = g_build_filename (fixture->folder, "columns", NULL);
  const char *assignments[] = { path, symbols, "columns=date,open,high,low,close,volume,-,symbol", "venue=US", "calendar=nyse", NULL };
  const PstDataImport what = { .folder = columns, .assignments = assignments, .frozen_min = PST_DATA_FROZEN_MIN, .rows_max = PST_DATA_ROWS_MAX };
  PstDataImported imported;
  g_autoptr (GError) error = NULL;

  pst_data_import (parity_get_catalogue (), &what, &imported, &error);
  g_assert_no_error (error);
  pst_data_imported_clear (&imported);
}

static void
take_data (Fixture *fixture)
{
  g_autofree char *recording = NULL, *clean = NULL;

  if (!fixture->of->real)
    {
      make_files (fixture);
      return;
    }
  recording = test_recording (DAYS);
  clean = recording != NULL ? test_recording (CLEAN) : NULL;
  fixture->absent = clean == NULL;
  if (fixture->absent)
    return;
  fixture->symbols = read_symbols (clean);
  import_columns (fixture, recording);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->of = data;
  fixture->folder = g_dir_make_tmp ("results-test-XXXXXX", NULL);
  take_data (fixture);
  if (fixture->absent)
    return;
  if (g_str_equal (fixture->of->database, "sqlite"))
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
  g_clear_object (&fixture->store);
  pst_check_ledger_assert_folder (fixture->folder);
  pst_test_folder_remove (fixture->folder);
  if (fixture->database != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
  g_free (fixture->database);
  g_free (fixture->folder);
  g_free (fixture->place);
  g_strfreev (fixture->symbols);
}

/* Three years, or one of them. (transfer full) */
static char *
make_feed (const Fixture *fixture, const char *symbol, gboolean one_year)
{
  if (fixture->of->real)
    return g_strdup_printf ("plugin=columns\npath=%s/columns\nsymbols=%s\nfrom=2016-01-01\nto=%d-01-01\n", fixture->folder, symbol,
                            one_year ? 2017 : 2019);
  return g_strdup_printf ("plugin=replay\npath=%s/%c%s.csv\nsymbol=%s\ncolumns=date,open,high,low,close,volume\n", fixture->folder,
                          one_year ? 'Y' : 'S', symbol + 1, symbol);
}

static char *
make_pipeline (const Fixture *fixture, const char *user, const char *symbol, const char *strategy, gboolean one_year)
{
  g_autofree char *feed = make_feed (fixture, symbol, one_year);

  return g_strdup_printf ("[pipeline]\nname=results\nmode=backtest\ncurrency=USD\nuser=%s\n"
                          "[exchange data]\n%s"
                          "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\ntaker-fee=0.0005\n"
                          "[strategy trade]\nplugin=%s\norder-value=50000 USD\n",
                          user, feed, strategy);
}

/* (transfer full): where the pipeline of the local user lies. */
static char *
get_path (const Fixture *fixture, const char *symbol, const char *strategy)
{
  return g_strdup_printf ("%s/%s-%s.pipeline", fixture->folder, symbol, strategy);
}

static void
write_pipelines (const Fixture *fixture)
{
  for (guint i = 0; i < N_SYMBOLS; i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        g_autofree char *path = get_path (fixture, fixture->symbols[i], strategies[s]);
        g_autofree char *text = make_pipeline (fixture, "local", fixture->symbols[i], strategies[s], FALSE);

        g_assert_true (g_file_set_contents (path, text, -1, NULL));
      }
}

static gboolean
take (PstBacktestResult *result, gpointer user_data, GError **error)
{
  PstBacktestResult **kept = user_data;

  g_assert_null (*kept);
  *kept = pst_backtest_result_ref (result);
  return TRUE;
}

/* (transfer full) (nullable): what the store has of it; nothing is run. What penstock run --results asks first. */
static PstBacktestResult *
ask_of (PstResultStore *store, PstPipelineFile *file, gboolean whole)
{
  g_autoptr (GError) error = NULL;
  PstBacktestResult *kept;

  pst_run_find_kept (file, parity_get_catalogue (), store, whole, &kept, &error);
  g_assert_no_error (error);
  return kept;
}

static PstBacktestResult *
ask (PstResultStore *store, const char *pipeline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (pipeline, -1, "asked.pipeline", &error);

  g_assert_no_error (error);
  return ask_of (store, file, TRUE);
}

static PstBacktestResult *
ask_file (PstResultStore *store, const char *path, gboolean whole)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_load (path, &error);

  g_assert_no_error (error);
  return ask_of (store, file, whole);
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
compute (const Fixture *fixture, PstResultStore *store, const char *pipeline)
{
  const PstStatisticsOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  PstBacktestResult *result = fixture->of->columnar ? parity_run_columnar (pipeline) : parity_run_event (pipeline);
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

/* The first pass: asked for, and as nothing is there, computed and kept. Returns how many fills there were. */
static guint
compute_all (Fixture *fixture, GArray *known)
{
  guint n_fills = 0;

  for (guint i = 0; i < N_SYMBOLS; i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        g_autofree char *path = get_path (fixture, fixture->symbols[i], strategies[s]), *pipeline = NULL;
        g_autoptr (PstBacktestResult) none = ask_file (fixture->store, path, FALSE), result = NULL;
        Known one = { 0 };

        g_assert_null (none);
        g_assert_true (g_file_get_contents (path, &pipeline, NULL, NULL));
        result = compute (fixture, fixture->store, pipeline);
        one = (Known){ g_strdup (result->key), hash_result (result) };
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

/* The second pass, from the pipelines' files: each answer is that which was computed; @whole: to the last fill and point. */
static void
ask_all (Fixture *fixture, GArray *known, gboolean whole)
{
  guint n = 0;

  for (guint i = 0; i < N_SYMBOLS; i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        const Known *one = &g_array_index (known, Known, n++);
        g_autofree char *path = get_path (fixture, fixture->symbols[i], strategies[s]), *hash = NULL;
        g_autoptr (PstBacktestResult) kept = ask_file (fixture->store, path, whole);

        g_assert_nonnull (kept);
        g_assert_cmpstr (kept->key, ==, one->key);
        hash = whole ? hash_result (kept) : g_strdup (one->hash);
        g_assert_cmpstr (hash, ==, one->hash);
      }
}

typedef struct
{
  double cpu_ms;  /* of this process */
  double wall_ms; /* with what disk and server do */
} Took;

static Took
took_since (Took begun)
{
  return (Took){ get_cpu_ms () - begun.cpu_ms, (double)g_get_monotonic_time () / 1e3 - begun.wall_ms };
}

/* The least of three passes: that in which the machine disturbed least. */
static Took
time_asking (Fixture *fixture, GArray *known, gboolean by_file)
{
  Took least = { G_MAXDOUBLE, G_MAXDOUBLE };

  for (guint i = 0; i < 3; i++)
    {
      Took took = took_since ((Took){ 0, 0 });

      if (by_file)
        ask_all (fixture, known, FALSE);
      else
        look_up_all (fixture, known);
      took = took_since (took);
      least = (Took){ MIN (least.cpu_ms, took.cpu_ms), MIN (least.wall_ms, took.wall_ms) };
    }
  return least;
}

static void
tell (const char *what, Took computed, Took asked)
{
  g_test_message ("%s in %.0f ms (%.1f times faster), %.0f ms in all (%.1f times)", what, asked.cpu_ms, computed.cpu_ms / asked.cpu_ms, asked.wall_ms,
                  computed.wall_ms / asked.wall_ms);
}

static void
test_volume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (Known));
  gint64 memory = get_memory_kib ();
  Took computed, by_key, by_file, whole;
  guint n_fills;

  if (fixture->absent)
    return;
  write_pipelines (fixture);
  g_array_set_clear_func (known, known_clear);
  g_test_message ("seed %u", SEED);
  computed = took_since ((Took){ 0, 0 });
  n_fills = compute_all (fixture, known);
  computed = took_since (computed);
  by_key = time_asking (fixture, known, FALSE);
  by_file = time_asking (fixture, known, TRUE);
  whole = took_since ((Took){ 0, 0 });
  ask_all (fixture, known, TRUE);
  whole = took_since (whole);
  memory = get_memory_kib () - memory;
  g_test_message ("%u backtests with %u fills: asked for, computed and kept in %.0f ms of this process, %.0f ms in all", known->len, n_fills,
                  computed.cpu_ms, computed.wall_ms);
  tell ("asked for again by their pipeline files", computed, by_file);
  tell ("by key", computed, by_key);
  tell ("read whole", computed, whole);
  g_test_message ("memory grew by %" G_GINT64_FORMAT " KiB", memory);
  g_assert_cmpuint (known->len, ==, N_SYMBOLS * N_STRATEGIES);
  g_assert_cmpuint (n_fills, >, known->len);
#ifndef TEST_SANITIZED
  g_assert_cmpfloat (by_key.wall_ms * (fixture->of->columnar ? FASTER_THAN_COLUMNS : FASTER), <=, computed.wall_ms);
  g_assert_cmpfloat (by_file.wall_ms * (fixture->of->columnar ? FASTER_THAN_COLUMNS : FASTER_BY_FILE), <=, computed.wall_ms);
  g_assert_cmpint (memory, <, 50 * 1024);
#endif
}

static void
repeat_all (Fixture *fixture)
{
  for (guint s = 0; s < N_STRATEGIES; s++)
    {
      g_autofree char *pipeline = make_pipeline (fixture, "local", fixture->symbols[0], strategies[s], FALSE);
      g_autoptr (PstBacktestResult) result = compute (fixture, fixture->store, pipeline), kept = ask (fixture->store, pipeline);

      assert_same (kept, result);
    }
}

/* The same again and again leaves nothing behind: the slope of a line through the memory after each round. */
static void
test_no_growth (Fixture *fixture, gconstpointer data)
{
  double sum_x = 0, sum_y = 0, sum_xy = 0, sum_xx = 0, slope;

  if (fixture->absent)
    return;
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
time_of (Fixture *fixture, gboolean one_year)
{
  double begun = get_cpu_ms ();

  for (guint i = 0; i < MIN (N_SYMBOLS, 20); i++)
    for (guint s = 0; s < N_STRATEGIES; s++)
      {
        g_autofree char *pipeline = make_pipeline (fixture, "local", fixture->symbols[i], strategies[s], one_year);

        pst_backtest_result_unref (compute (fixture, fixture->store, pipeline));
      }
  return get_cpu_ms () - begun;
}

static void
test_years (Fixture *fixture, gconstpointer data)
{
  double one, three;

  if (fixture->absent)
    return;
  repeat_all (fixture);
  one = time_of (fixture, TRUE);
  three = time_of (fixture, FALSE);
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
      const char *symbol = user->fixture->symbols[(user->number * N_OF_USER + i) % N_SYMBOLS];
      g_autofree char *pipeline = make_pipeline (user->fixture, name, symbol, strategies[i % N_STRATEGIES], FALSE);

      g_ptr_array_add (user->results, compute (user->fixture, store, pipeline));
    }
}

/* Answers of many at once are those that each gets alone, by the event engine. */
static void
check_user (Fixture *fixture, const User *user)
{
  g_autofree char *name = g_strdup_printf ("user-%u", user->number);

  g_assert_cmpuint (user->results->len, ==, N_OF_USER);
  for (guint i = 0; i < N_OF_USER; i++)
    {
      const char *symbol = fixture->symbols[(user->number * N_OF_USER + i) % N_SYMBOLS];
      g_autofree char *pipeline = make_pipeline (fixture, name, symbol, strategies[i % N_STRATEGIES], FALSE);
      g_autoptr (PstBacktestResult) kept = ask (fixture->store, pipeline), alone = parity_run_event (pipeline);
      const PstStatisticsOptions options = { 0 };

      pst_statistics_compute (alone, &options);
      drop_months (alone);
      g_assert_nonnull (kept);
      g_assert_cmpstr (kept->user_id, ==, name);
      assert_same (kept, user->results->pdata[i]);
      assert_same (kept, alone);
    }
}

static void
test_users (Fixture *fixture, gconstpointer data)
{
  GThreadPool *pool;
  User users[N_USERS];

  if (fixture->absent)
    return;
  pool = g_thread_pool_new (run_user, NULL, N_AT_ONCE, TRUE, NULL);
  for (guint i = 0; i < N_USERS; i++)
    {
      users[i] = (User){ fixture, i, g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref) };
      g_thread_pool_push (pool, &users[i], NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  for (guint i = 0; i < N_USERS; i++)
    {
      check_user (fixture, &users[i]);
      g_ptr_array_unref (users[i].results);
    }
}

/* Changes a volume of the second year, and lets the file look as it did. */
static void
change_column (const char *path, gsize first)
{
  g_autofree char *text = NULL;
  struct stat status;
  gsize length, at;

  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  at = 10 + ((guint8)text[8] | (gsize)(guint8)text[9] << 8) + (first + 300) * sizeof (gint64); /* behind the header of a .npy file */
  g_assert_cmpuint (at, <, length);
  text[at] ^= 1;
  g_assert_true (g_file_set_contents (path, text, (gssize)length, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, path, (const struct timespec[]){ status.st_atim, status.st_mtim }, 0), ==, 0);
}

/* Somebody who changes columns by hand gets no answer of before. */
static void
test_changed_column (Fixture *fixture, gconstpointer data)
{
  g_autofree char *pipeline = NULL, *folder = NULL, *path = NULL;
  g_autoptr (PstBacktestResult) result = NULL, kept = NULL, changed = NULL;
  g_autoptr (PstDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  const PstDatasetSeries *series;
  gsize first;

  if (fixture->absent)
    return;
  pipeline = make_pipeline (fixture, "local", fixture->symbols[0], strategies[0], FALSE);
  result = compute (fixture, fixture->store, pipeline);
  kept = ask (fixture->store, pipeline);
  g_assert_nonnull (kept);
  folder = g_build_filename (fixture->folder, "columns", NULL);
  dataset = pst_dataset_open (folder, &error);
  g_assert_no_error (error);
  series = pst_dataset_find (dataset, PST_SERIES_KIND_BARS, fixture->symbols[0], -1, &error);
  g_assert_no_error (error);
  path = g_build_filename (folder, pst_dataset_get_folder (dataset, series, &first), "volume.npy", NULL);
  change_column (path, first);
  changed = ask (fixture->store, pipeline);
  g_assert_null (changed);
}

/* Each test on both databases, where there is a server. */
static void
add (const char *name, gboolean real, gboolean columnar, void (*func) (Fixture *fixture, gconstpointer data))
{
  static const char *const databases[] = { "sqlite", "postgresql" };
  static Case cases[20];
  static guint n_cases;

  for (guint i = 0; i < G_N_ELEMENTS (databases); i++)
    {
      Case *of = &cases[n_cases++];
      g_autofree char *path = g_strdup_printf ("/results/%s/%s/%s/%s", name, real ? "real" : "made", columnar ? "columnar" : "event", databases[i]);

      g_assert_cmpuint (n_cases, <=, G_N_ELEMENTS (cases));
      *of = (Case){ databases[i], real, columnar };
      if (i == 0 || pst_check_postgres_get_default (NULL) != NULL)
        g_test_add (path, Fixture, of, set_up, func, tear_down);
    }
}

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
  for (guint i = 0; i < 2; i++)
    {
      add ("volume", i == 1, i == 1, test_volume);
      add ("no-growth", i == 1, i == 1, test_no_growth);
      add ("years", i == 1, i == 1, test_years);
      add ("users", i == 1, i == 1, test_users);
    }
  add ("volume", TRUE, FALSE, test_volume);
  add ("changed-column", TRUE, FALSE, test_changed_column);
  if (pst_check_postgres_get_default (NULL) == NULL)
    g_test_add_func ("/results/postgresql", skip_postgres);
  return g_test_run ();
}
