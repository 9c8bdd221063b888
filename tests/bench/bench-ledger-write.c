/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast orders reach the ledger, all constraints and triggers on: through the store, as the engine tells them, and the same statements on the same
 * rows through bare sqlite3. Then many runs at once: a hundred users whose runs tick ten times a second, and how long a tick takes to its commit. */

#include "bench-bare.h"
#include "bench-kit.h"
#include "pst-sql.h"

#include <glib/gstdio.h>
#include <penstock-check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define N_ORDERS 200000
#define ORDERS_A_TICK 1000
#define REPEATS 3
#define N_USERS 100
#define TICKS_A_SECOND 10
#define SECONDS 10

typedef struct
{
  char *folder;
  char *database; /* (nullable): a server's */
} Bench;

typedef struct
{
  PstHarness *harness;
  PstStore *store;
  PstSqlLedger *ledger; /* (nullable): makes batches that no store takes */
  GPtrArray *records;   /* the beginning */
  guint64 sequence;
  guint64 n_orders;
  guint64 n_ticks;
  gint64 time_ns;
} Run;

static void
must (gboolean done, const GError *error)
{
  if (done)
    return;
  fprintf (stderr, "%s\n", error->message);
  exit (1);
}

static void
remove_ledger (const Bench *bench)
{
  static const char *const names[] = { "bench.db", "bench.db-wal", "bench.db-shm", "bench.db-runs" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (bench->folder, names[i], NULL);

      g_unlink (path);
    }
}

/* A run in its middle: created, its component and instrument told, RUNNING. */
static void
run_begin (Run *run, const Bench *bench, PstMode mode, const char *user)
{
  g_autofree char *path = g_build_filename (bench->folder, "bench.db", NULL);
  g_autoptr (GError) error = NULL;
  PstRunRecord *record;
  PstComponent *store;

  run->harness = pst_harness_new ();
  pst_harness_set_mode (run->harness, mode);
  record = (PstRunRecord *)pst_context_get_run (PST_CONTEXT (run->harness));
  g_strlcpy (record->user_id, user, sizeof record->user_id);
  store = pst_harness_add (run->harness, PST_TYPE_SQL, "ledger", bench->database != NULL ? "database" : "path",
                           bench->database != NULL ? bench->database : path, NULL);
  run->store = PST_STORE (store);
  pst_harness_start (run->harness, store);
  run->records = pst_check_make_user_records (user, record->run_id, 1);
  for (guint i = 0; i < run->records->len; i++)
    {
      const PstRecord *told = run->records->pdata[i];

      must (pst_store_append (run->store, told, &error), error);
      run->sequence = told->sequence;
      run->time_ns = told->time_ns;
      if (told->kind == PST_RECORD_RUN && told->run.state == PST_RUN_STATE_RUNNING)
        break;
    }
}

static void
run_end (Run *run)
{
  pst_harness_finish (run->harness);
  g_ptr_array_unref (run->records);
}

static gboolean
tell (Run *run, const PstRecord *record, GError **error)
{
  return run->ledger != NULL ? pst_sql_ledger_add (run->ledger, record, error) : pst_store_append (run->store, record, error);
}

/* One tick: @n_orders that are asked for, its valuation, its commit. */
static void
run_tick (Run *run, guint n_orders)
{
  PstRecord record = { .kind = PST_RECORD_INTENT };
  g_autoptr (GError) error = NULL;

  run->time_ns += PST_NS_PER_SECOND;
  record.time_ns = run->time_ns;
  record.order = (PstOrder){ .strategy = 1, .exchange = 0, .created_time_ns = run->time_ns, .updated_time_ns = run->time_ns };
  record.order.request = (PstOrderRequest){
    .instrument = 0, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 100, .limit_price = 10050
  };
  for (guint i = 0; i < n_orders; i++)
    {
      record.order.id = ++run->n_orders;
      g_snprintf (record.order.client_id, sizeof record.order.client_id, "check-1-%" G_GUINT64_FORMAT, run->n_orders);
      record.order.state = PST_ORDER_STATE_INITIALIZED;
      record.sequence = ++run->sequence;
      must (tell (run, &record, &error), error);
    }
  record = (PstRecord){ .kind = PST_RECORD_TICK, .sequence = ++run->sequence, .time_ns = run->time_ns };
  record.tick = (PstTickRecord){ .tick = ++run->n_ticks, .currency = pst_currency_get ("USD", NULL), .cash = 1000, .equity = 1000 };
  must (tell (run, &record, &error), error);
  if (run->ledger == NULL)
    must (pst_store_commit (run->store, PST_COMMIT_TICK, &error), error);
}

static double
get_cpu_seconds (void)
{
  return (double)clock () / CLOCKS_PER_SEC;
}

static double
measure_store (const Bench *bench)
{
  g_autoptr (GError) error = NULL;
  Run run = { 0 };
  double seconds;

  run_begin (&run, bench, PST_MODE_PAPER, "local");
  seconds = bench_seconds ();
  for (guint i = 0; i < N_ORDERS / ORDERS_A_TICK; i++)
    run_tick (&run, ORDERS_A_TICK);
  must (pst_store_commit (run.store, PST_COMMIT_END, &error), error);
  seconds = bench_seconds () - seconds;
  run_end (&run);
  remove_ledger (bench);
  return N_ORDERS / seconds;
}

/* The same batches, made before, by the database's own interface. */
static double
measure_bare (const Bench *bench)
{
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_sql_batch_free);
  g_autofree char *path = g_build_filename (bench->folder, "bench.db", NULL);
  Run run = { 0 };
  BenchBare *bare;
  double seconds;

  run_begin (&run, bench, PST_MODE_PAPER, "local");
  run.ledger = pst_sql_ledger_new (pst_sql_backend_find (bench->database != NULL ? bench->database : path), 1);
  for (guint i = 0; i < run.records->len && ((const PstRecord *)run.records->pdata[i])->sequence <= run.sequence; i++)
    pst_sql_ledger_add (run.ledger, run.records->pdata[i], NULL);
  pst_sql_batch_free (pst_sql_ledger_take (run.ledger));
  for (guint i = 0; i < N_ORDERS / ORDERS_A_TICK; i++)
    {
      run_tick (&run, ORDERS_A_TICK);
      g_ptr_array_add (batches, pst_sql_ledger_take (run.ledger));
    }
  bare = bench_bare_open (bench->database != NULL ? bench->database : path);
  seconds = bench_seconds ();
  for (guint i = 0; i < batches->len; i++)
    bench_bare_write (bare, batches->pdata[i]);
  seconds = bench_seconds () - seconds;
  bench_bare_close (bare);
  pst_sql_ledger_free (run.ledger);
  run_end (&run);
  remove_ledger (bench);
  return N_ORDERS / seconds;
}

/* Nothing happens until then, and nothing is to. */
static void
wait_until (double due)
{
  GMutex mutex;
  GCond never;

  g_mutex_init (&mutex);
  g_cond_init (&never);
  g_mutex_lock (&mutex);
  while (bench_seconds () < due)
    g_cond_wait_until (&never, &mutex, g_get_monotonic_time () + (gint64)((due - bench_seconds ()) * 1e6) + 1);
  g_mutex_unlock (&mutex);
}

/* Paced: every user ticks each tenth of a second, one order a tick. */
static void
measure_many (const Bench *bench)
{
  g_autofree Run *runs = g_new0 (Run, N_USERS);
  g_autoptr (GError) error = NULL;
  double begin, cpu, p50[N_USERS], p99[N_USERS], worst = 0;
  guint n_late = 0;

  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *user = g_strdup_printf ("user-%u", i);

      run_begin (&runs[i], bench, PST_MODE_PAPER, user);
    }
  begin = bench_seconds ();
  cpu = get_cpu_seconds ();
  for (guint n = 0; n < N_USERS * TICKS_A_SECOND * SECONDS; n++)
    {
      double due = begin + (double)n / (N_USERS * TICKS_A_SECOND), now = bench_seconds ();

      if (due > now)
        wait_until (due);
      n_late += now > due + 0.1;
      run_tick (&runs[n % N_USERS], 1);
    }
  cpu = get_cpu_seconds () - cpu;
  for (guint i = 0; i < N_USERS; i++)
    {
      PstStoreStatus status;

      must (pst_store_commit (runs[i].store, PST_COMMIT_END, &error), error);
      pst_store_get_status (runs[i].store, &status);
      p50[i] = (double)status.commit_p50_ns / 1e6;
      p99[i] = (double)status.commit_p99_ns / 1e6;
      worst = MAX (worst, (double)status.commit_max_ns / 1e6);
    }
  printf ("  %d runs, %d ticks/s each, %d s: tick to commit p50 %.1f ms, p99 %.1f ms (of runs' medians; allowed 50 ms), worst %.1f ms, late %u; %.0f "
          "us of CPU a tick\n",
          N_USERS, TICKS_A_SECOND, SECONDS, bench_median (p50, N_USERS), bench_median (p99, N_USERS), worst, n_late,
          cpu * 1e6 / (N_USERS * TICKS_A_SECOND * SECONDS));
  for (guint i = 0; i < N_USERS; i++)
    run_end (&runs[i]);
  remove_ledger (bench);
}

static void
print_rates (const char *name, double allowed, double *store, double *bare)
{
  double store_rate = bench_median (store, REPEATS), bare_rate = bench_median (bare, REPEATS);

  printf ("  %-10s %8.0f order rows/s through the store (allowed %.0f), %8.0f bare: %.2f of it (allowed 0.80)\n", name, store_rate, allowed,
          bare_rate, store_rate / bare_rate);
}

static void
measure (const Bench *bench, const char *name, double allowed)
{
  double store[REPEATS], bare[REPEATS];

  for (guint i = 0; i < REPEATS; i++)
    {
      bare[i] = measure_bare (bench);
      store[i] = measure_store (bench);
    }
  print_rates (name, allowed, store, bare);
}

/* The same on a server of the benchmark's own, each measurement in a database of its own. */
static void
measure_server (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCheckPostgres) server = pst_check_postgres_new (&error);
  double store[REPEATS], bare[REPEATS];

  if (server == NULL)
    {
      printf ("  PostgreSQL is not measured: %s\n", error->message);
      return;
    }
  for (guint i = 0; i < 2 * REPEATS; i++)
    {
      g_autofree char *database = pst_check_postgres_create_database (server);
      g_autofree char *host = g_uri_escape_string (pst_check_postgres_get_host (server), NULL, FALSE);

      bench->database = g_strdup_printf ("postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER, database, host);
      if (i % 2 == 0)
        bare[i / 2] = measure_bare (bench);
      else
        store[i / 2] = measure_store (bench);
      g_clear_pointer (&bench->database, g_free);
      pst_check_postgres_drop_database (server, database);
    }
  print_rates ("PostgreSQL", 60000, store, bare);
}

int
main (int argc, char **argv)
{
  Bench bench = { .folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL) };

  printf ("ledger-write: %d orders, %d a tick, each with an event; medians of %d\n", N_ORDERS, ORDERS_A_TICK, REPEATS);
  measure (&bench, "SQLite", 80000);
  measure_many (&bench);
  measure_server (&bench);
  g_rmdir (bench.folder);
  g_free (bench.folder);
  return 0;
}
