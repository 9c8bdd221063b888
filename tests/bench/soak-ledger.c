/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A day in short: rows without end through one connection. Neither the client's memory nor the number of prepared statements may grow with them: both
 * are where libgda and its providers leak when they are used carelessly, and would show only after hours.
 *
 * --rows N of the ledger's rows; --test: as a test, which fails when memory grows or a statement stays. */
#include "bench-kit.h"
#include "bench-orders.h"

#include "pst-sql-writer.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORDERS_A_TICK 500
/* Until then caches fill. */
#define WARM_PART 3
/* What memory may grow from then on: some bytes a row would be a leak. */
#define GROWTH_MAX (4.0 * 1024 * 1024)

typedef struct
{
  gint64 n_rows;
  gint64 step; /* rows from one line to the next */
  gboolean is_test;
  guint n_cases;
  guint n_failed;
} Soak;

/* The connection of the store is the only one of this process to SQLite. */
static sqlite3 *file;

static int
remember (sqlite3 *database, char **error, const struct sqlite3_api_routines *api)
{
  file = database;
  return SQLITE_OK;
}

static double
get_memory (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*u %" G_GUINT64_FORMAT, &pages);
  return (double)pages * (double)sysconf (_SC_PAGESIZE);
}

/* On the writer's thread. Asked with one statement that is kept: each distinct one would stay with libgda. */
static gboolean
count_statements (PstSqlSession *session, gpointer data, GError **error)
{
  static GdaStatement *statement;
  GType types[] = { G_TYPE_INT64, G_TYPE_NONE };
  GdaConnection *connection = pst_sql_connection_get_gda (pst_sql_session_get_connection (session));
  g_autoptr (GdaDataModel) rows = NULL;
  gint64 *n = data;

  *n = 0;
  if (file != NULL)
    {
      for (sqlite3_stmt *next = sqlite3_next_stmt (file, NULL); next != NULL; next = sqlite3_next_stmt (file, next))
        ++*n;
      return TRUE;
    }
  if (statement == NULL)
    statement = gda_connection_parse_sql_string (connection, "SELECT count(*) FROM pg_prepared_statements", NULL, error);
  if (statement != NULL)
    rows = gda_connection_statement_execute_select_full (connection, statement, NULL, GDA_STATEMENT_MODEL_RANDOM_ACCESS, types, error);
  if (rows == NULL)
    return FALSE;
  *n = g_value_get_int64 (gda_data_model_get_value_at (rows, 0, 0, error));
  return TRUE;
}

static gint64
get_n_statements (PstSqlLane *lane)
{
  g_autoptr (GError) error = NULL;
  gint64 n;

  bench_must (pst_sql_lane_call (lane, count_statements, &n, &error), error);
  return n;
}

static void
print_case (Soak *soak, gboolean passed, const char *name)
{
  soak->n_cases++;
  soak->n_failed += !passed;
  if (soak->is_test)
    printf ("%sok %u /ledger/soak/%s\n", passed ? "" : "not ", soak->n_cases, name);
}

/* A sanitizer keeps what was freed, so memory tells nothing there. */
static void
judge_memory (Soak *soak, double growth, const char *name)
{
#ifdef __SANITIZE_ADDRESS__
  soak->n_cases++;
  if (soak->is_test)
    printf ("ok %u /ledger/soak/%s # SKIP the address sanitizer keeps what was freed\n", soak->n_cases, name);
#else
  print_case (soak, growth <= GROWTH_MAX, name);
#endif
}

/* An order is a row and two events; a tick three rows more. */
static gint64
count_rows (const BenchOrders *orders)
{
  return (gint64)(3 * orders->n_orders + 3 * orders->n_ticks);
}

static void
soak_at (Soak *soak, const char *name, const char *place)
{
  const PstSqlBackend *backend = pst_sql_backend_find (place);
  PstSqlTarget target = { .path = place, .create = TRUE };
  gint64 next = 0, n_statements = 0, n_first = 0, n_last = 0;
  double begin, warm = 0, memory = 0;
  BenchOrders orders;
  PstSqlLane *lane;

  bench_orders_begin (&orders, place, "local");
  /* At the store's own writer, which has the ledger's one connection. */
  lane = pst_sql_lane_new (backend, &target);
  begin = bench_seconds ();
  while (count_rows (&orders) < soak->n_rows)
    {
      bench_orders_tick (&orders, ORDERS_A_TICK, TRUE);
      if (count_rows (&orders) < next && count_rows (&orders) < soak->n_rows)
        continue;
      bench_orders_drain (&orders);
      memory = get_memory ();
      n_statements = get_n_statements (lane);
      printf ("# %-10s %9" G_GINT64_FORMAT " rows, %7.0f rows/s, %6.1f MiB of memory, %" G_GINT64_FORMAT " prepared statements\n", name,
              count_rows (&orders), (double)count_rows (&orders) / (bench_seconds () - begin), memory / 1048576, n_statements);
      n_first = n_first == 0 ? n_statements : n_first;
      warm = warm == 0 && count_rows (&orders) >= soak->n_rows / WARM_PART ? memory : warm;
      n_last = n_statements;
      next += soak->step;
    }
  pst_sql_lane_free (lane);
  bench_orders_end (&orders);
  printf ("# %-10s grew by %.0f KiB after the first third; %" G_GINT64_FORMAT " statements at first, %" G_GINT64_FORMAT " at last\n", name,
          (memory - warm) / 1024, n_first, n_last);
  judge_memory (soak, memory - warm, g_str_equal (name, "SQLite") ? "memory/sqlite" : "memory/postgresql");
  print_case (soak, n_first > 0 && n_last == n_first, g_str_equal (name, "SQLite") ? "statements/sqlite" : "statements/postgresql");
}

static void
soak_file (Soak *soak)
{
  static const char *const names[] = { "soak.db", "soak.db-wal", "soak.db-shm", "soak.db-runs" };
  g_autofree char *folder = g_dir_make_tmp ("penstock-soak-XXXXXX", NULL), *path = g_build_filename (folder, "soak.db", NULL);

  sqlite3_auto_extension ((void (*) (void))remember);
  soak_at (soak, "SQLite", path);
  sqlite3_cancel_auto_extension ((void (*) (void))remember);
  file = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *left = g_build_filename (folder, names[i], NULL);

      g_unlink (left);
    }
  g_rmdir (folder);
}

static void
soak_server (Soak *soak)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCheckPostgres) server = soak->is_test ? pst_check_postgres_new (&error) : pst_check_postgres_new_durable (&error);
  g_autofree char *database = NULL, *place = NULL;

  if (server == NULL)
    {
      soak->n_cases++;
      printf ("%s %u /ledger/soak/postgresql # SKIP %s\n", soak->is_test ? "ok" : "#", soak->n_cases, error->message);
      return;
    }
  database = pst_check_postgres_create_database (server);
  place = bench_orders_make_uri (server, database);
  soak_at (soak, "PostgreSQL", place);
}

int
main (int argc, char **argv)
{
  Soak soak = { .n_rows = 10000000, .step = 1000000 };
  GOptionEntry options[] = { { "rows", 0, 0, G_OPTION_ARG_INT64, &soak.n_rows, "How many rows, of each database", "N" },
                             { "test", 0, 0, G_OPTION_ARG_NONE, &soak.is_test, "As a test", NULL },
                             { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new ("- rows without end through one connection");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  bench_must (g_option_context_parse (context, &argc, &argv, &error), error);
  setvbuf (stdout, NULL, _IOLBF, 0);
  soak.step = MAX (MIN (soak.step, soak.n_rows / 10), 1);
  soak_file (&soak);
  soak_server (&soak);
  if (soak.is_test)
    printf ("1..%u\n", soak.n_cases);
  return soak.n_failed > 0;
}
