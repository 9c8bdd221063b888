/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast orders reach the ledger, all constraints and triggers on: through the store, as the engine tells them, and the same statements on the same
 * rows through bare sqlite3 and libpq. Then many runs at once: a hundred users whose runs tick ten times a second, and how long a tick takes to its
 * commit.
 *
 * Each measurement ends after its orders or after its seconds, whichever is first, and is printed at once. CPU time stands beside each: it says what
 * a machine would do that has nothing else to do. The server syncs as a real one does. */

#include "bench-bare.h"
#include "bench-kit.h"
#include "bench-orders.h"

#include "pst-sql-ledger.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_ORDERS 200000
#define SECONDS_MAX 6
#define ORDERS_A_TICK 1000
#define REPEATS 3
#define N_USERS 100
#define TICKS_A_SECOND 10
#define SECONDS 10

typedef struct
{
  char *folder;
  char *path;
  PstCheckPostgres *server; /* (nullable): where it is not a file */
  char *database;
  char *place; /* path or URI */
} Bench;

/* What one measurement gave. */
typedef struct
{
  double rate;      /* order rows a second */
  double writer_us; /* of CPU a row: of the thread that writes, ... */
  double maker_us;  /* ... of the one that makes the rows, ... */
  double server_us; /* ... of the server's session */
} Result;

static void
remove_ledger (const Bench *bench)
{
  static const char *const suffixes[] = { "", "-wal", "-shm", "-runs" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (bench->path, suffixes[i], NULL);

      g_unlink (path);
    }
}

static double
get_server_cpu (const Bench *bench)
{
  return bench->server != NULL ? bench_cpu_of_sessions (bench->server, bench->database) : 0;
}

static void
measure_store (const Bench *bench, Result *result)
{
  BenchOrders orders;
  double begin, seconds, all, writer, server;

  bench_orders_begin (&orders, bench->place, "local");
  server = get_server_cpu (bench);
  writer = bench_cpu_of_threads ("pst-sql");
  all = bench_cpu ();
  begin = bench_seconds ();
  while (orders.n_orders < N_ORDERS && bench_seconds () < begin + SECONDS_MAX)
    bench_orders_tick (&orders, ORDERS_A_TICK, FALSE);
  bench_orders_drain (&orders);
  seconds = bench_seconds () - begin;
  all = bench_cpu () - all;
  writer = bench_cpu_of_threads ("pst-sql") - writer;
  server = get_server_cpu (bench) - server;
  *result = (Result){ .rate = (double)orders.n_orders / seconds,
                      .writer_us = writer * 1e6 / (double)orders.n_orders,
                      .maker_us = (all - writer) * 1e6 / (double)orders.n_orders,
                      .server_us = server * 1e6 / (double)orders.n_orders };
  bench_orders_end (&orders);
}

/* (transfer full): the store's batches, without the store. The run is there already. */
static GPtrArray *
make_batches (BenchOrders *orders, const Bench *bench)
{
  GPtrArray *batches = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_sql_batch_free);
  guint64 last = orders->sequence;

  orders->ledger = pst_sql_ledger_new (pst_sql_backend_find (bench->place), 1);
  for (guint i = 0; i < orders->records->len && ((const PstRecord *)orders->records->pdata[i])->sequence <= last; i++)
    pst_sql_ledger_add (orders->ledger, orders->records->pdata[i], NULL);
  pst_sql_batch_free (pst_sql_ledger_take (orders->ledger));
  for (guint i = 0; i < N_ORDERS / ORDERS_A_TICK; i++)
    {
      bench_orders_tick (orders, ORDERS_A_TICK, FALSE);
      g_ptr_array_add (batches, pst_sql_ledger_take (orders->ledger));
    }
  return batches;
}

/* The same batches, made before, by the database's own interface. */
static void
measure_bare (const Bench *bench, Result *result)
{
  g_autoptr (GPtrArray) batches = NULL;
  BenchOrders orders;
  BenchBare *bare;
  double begin, seconds, cpu, server, n_orders;
  guint n = 0;

  bench_orders_begin (&orders, bench->place, "local");
  batches = make_batches (&orders, bench);
  bare = bench_bare_open (bench->place);
  server = get_server_cpu (bench);
  cpu = bench_cpu ();
  begin = bench_seconds ();
  while (n < batches->len && bench_seconds () < begin + SECONDS_MAX)
    bench_bare_write (bare, batches->pdata[n++]);
  seconds = bench_seconds () - begin;
  cpu = bench_cpu () - cpu;
  server = get_server_cpu (bench) - server;
  n_orders = (double)n * ORDERS_A_TICK;
  *result = (Result){ .rate = n_orders / seconds, .writer_us = cpu * 1e6 / n_orders, .server_us = server * 1e6 / n_orders };
  bench_bare_close (bare);
  pst_sql_ledger_free (orders.ledger);
  bench_orders_end (&orders);
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
  g_autofree BenchOrders *runs = g_new0 (BenchOrders, N_USERS);
  double begin, cpu, p50[N_USERS], p99[N_USERS], worst = 0;
  guint n_late = 0;

  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *user = g_strdup_printf ("user-%u", i);

      bench_orders_begin (&runs[i], bench->path, user);
    }
  begin = bench_seconds ();
  cpu = bench_cpu ();
  for (guint n = 0; n < N_USERS * TICKS_A_SECOND * SECONDS; n++)
    {
      double due = begin + (double)n / (N_USERS * TICKS_A_SECOND), now = bench_seconds ();

      if (due > now)
        wait_until (due);
      n_late += now > due + 0.1;
      bench_orders_tick (&runs[n % N_USERS], 1, FALSE);
    }
  cpu = bench_cpu () - cpu;
  for (guint i = 0; i < N_USERS; i++)
    {
      PstStoreStatus status;

      bench_orders_drain (&runs[i]);
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
    bench_orders_end (&runs[i]);
  remove_ledger (bench);
}

static void
print_one (const char *name, const char *how, const Result *result)
{
  printf ("  %-10s %-13s %8.0f order rows/s; CPU a row: %.1f us writing", name, how, result->rate, result->writer_us);
  if (result->maker_us > 0)
    printf (", %.1f us making it on another thread", result->maker_us);
  if (result->server_us > 0)
    printf (", %.1f us in the server", result->server_us);
  printf ("\n");
}

/* The writer and the server's session wait for each other, so their times add up. */
static double
get_quiet_rate (const Result *result)
{
  return 1e6 / MAX (result->writer_us + result->server_us, result->maker_us);
}

static void
print_rates (const char *name, double allowed, const Result *store, const Result *bare)
{
  double store_rates[REPEATS], bare_rates[REPEATS], quiet[REPEATS];
  double rate, bare_rate;

  for (guint i = 0; i < REPEATS; i++)
    {
      store_rates[i] = store[i].rate;
      bare_rates[i] = bare[i].rate;
      quiet[i] = get_quiet_rate (&store[i]);
    }
  rate = bench_median (store_rates, REPEATS);
  bare_rate = bench_median (bare_rates, REPEATS);
  printf ("  %-10s %8.0f order rows/s through the store (allowed %.0f), %8.0f bare: %.2f of it (allowed 0.80); by CPU time alone %.0f\n", name, rate,
          allowed, bare_rate, rate / bare_rate, bench_median (quiet, REPEATS));
}

static void
let_server_write_all (const Bench *bench)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = pst_check_postgres_query (bench->server, "postgres", "CHECKPOINT", &error);

  if (error != NULL)
    g_error ("CHECKPOINT: %s", error->message);
}

/* Each measurement in a ledger of its own. */
static void
measure (Bench *bench, const char *name, double allowed)
{
  Result results[2][REPEATS], warm;

  /* The first of a server is not counted: one that has run for a while writes its log into segments that it had before, a new one fills each with
   * zeros first, which was a seventh of all its time. A checkpoint gives them free. */
  for (gint i = bench->server != NULL ? -1 : 0; i < 2 * REPEATS; i++)
    {
      gboolean is_store = i % 2 != 0;
      Result *result = i < 0 ? &warm : &results[is_store][i / 2];

      if (bench->server != NULL)
        let_server_write_all (bench);
      bench->database = bench->server != NULL ? pst_check_postgres_create_database (bench->server) : NULL;
      bench->place = bench->server != NULL ? bench_orders_make_uri (bench->server, bench->database) : g_strdup (bench->path);
      (is_store ? measure_store : measure_bare) (bench, result);
      if (i >= 0)
        print_one (name, is_store ? "store" : "bare", result);
      if (bench->server != NULL)
        pst_check_postgres_drop_database (bench->server, bench->database);
      else
        remove_ledger (bench);
      g_clear_pointer (&bench->database, g_free);
      g_clear_pointer (&bench->place, g_free);
    }
  print_rates (name, allowed, results[1], results[0]);
}

static void
measure_server (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  bench->server = pst_check_postgres_new_durable (&error);
  if (bench->server == NULL)
    {
      printf ("  PostgreSQL is not measured: %s\n", error->message);
      return;
    }
  measure (bench, "PostgreSQL", 60000);
  g_clear_pointer (&bench->server, pst_check_postgres_free);
}

int
main (int argc, char **argv)
{
  Bench bench = { .folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL) };
  double load[1] = { 0 };

  setvbuf (stdout, NULL, _IOLBF, 0);
  bench.path = g_build_filename (bench.folder, "bench.db", NULL);
  if (getloadavg (load, 1) == 1)
    printf ("load of this machine: %.1f on %u cores\n", load[0], g_get_num_processors ());
  printf ("ledger-write: %d orders or %d s, %d a tick, each with an event; medians of %d\n", N_ORDERS, SECONDS_MAX, ORDERS_A_TICK, REPEATS);
  measure (&bench, "SQLite", 80000);
  measure_server (&bench);
  measure_many (&bench);
  g_rmdir (bench.folder);
  g_free (bench.path);
  g_free (bench.folder);
  return 0;
}
