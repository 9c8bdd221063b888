/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is measured on a loaded machine is told by the time that threads had a core for: it is read where the kernel keeps it, in nanoseconds. */
#include "bench-orders.h"

#include "pst-sql-ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void
bench_must (gboolean done, const GError *error)
{
  if (done)
    return;
  fprintf (stderr, "%s\n", error->message);
  exit (1);
}

void
bench_orders_begin (BenchOrders *orders, const char *place, const char *user)
{
  gboolean is_uri = g_str_has_prefix (place, "postgresql:");
  g_autoptr (GError) error = NULL;
  PstRunRecord *record;
  PstComponent *store;

  memset (orders, 0, sizeof *orders);
  orders->harness = pst_harness_new ();
  pst_harness_set_mode (orders->harness, PST_MODE_PAPER);
  record = (PstRunRecord *)pst_context_get_run (PST_CONTEXT (orders->harness));
  g_strlcpy (record->user_id, user, sizeof record->user_id);
  store = pst_harness_add (orders->harness, PST_TYPE_SQL, "ledger", is_uri ? "database" : "path", place, NULL);
  orders->store = PST_STORE (store);
  pst_harness_start (orders->harness, store);
  orders->records = pst_check_make_user_records (user, record->run_id, 1);
  for (guint i = 0; i < orders->records->len; i++)
    {
      const PstRecord *told = orders->records->pdata[i];

      bench_must (pst_store_append (orders->store, told, &error), error);
      orders->sequence = told->sequence;
      orders->time_ns = told->time_ns;
      if (told->kind == PST_RECORD_RUN && told->run.state == PST_RUN_STATE_RUNNING)
        break;
    }
}

void
bench_orders_end (BenchOrders *orders)
{
  pst_harness_finish (orders->harness);
  g_ptr_array_unref (orders->records);
}

static void
tell (BenchOrders *orders, const PstRecord *record)
{
  g_autoptr (GError) error = NULL;

  bench_must (orders->ledger != NULL ? pst_sql_ledger_add (orders->ledger, record, &error) : pst_store_append (orders->store, record, &error), error);
}

static void
tell_order (BenchOrders *orders, gboolean deny)
{
  PstRecord record = { .kind = PST_RECORD_INTENT, .time_ns = orders->time_ns };

  record.order = (PstOrder){ .id = ++orders->n_orders,
                             .strategy = 1,
                             .exchange = 0,
                             .state = PST_ORDER_STATE_INITIALIZED,
                             .created_time_ns = orders->time_ns,
                             .updated_time_ns = orders->time_ns };
  record.order.request = (PstOrderRequest){
    .instrument = 0, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 100, .limit_price = 10050
  };
  g_snprintf (record.order.client_id, sizeof record.order.client_id, "check-1-%" G_GUINT64_FORMAT, orders->n_orders);
  record.sequence = ++orders->sequence;
  tell (orders, &record);
  if (!deny)
    return;
  record.kind = PST_RECORD_ORDER;
  record.order.state = PST_ORDER_STATE_DENIED;
  record.sequence = ++orders->sequence;
  tell (orders, &record);
}

void
bench_orders_tick (BenchOrders *orders, guint n_orders, gboolean deny)
{
  PstRecord record = { .kind = PST_RECORD_TICK };
  g_autoptr (GError) error = NULL;

  orders->time_ns += PST_NS_PER_SECOND;
  for (guint i = 0; i < n_orders; i++)
    tell_order (orders, deny);
  record.sequence = ++orders->sequence;
  record.time_ns = orders->time_ns;
  record.tick = (PstTickRecord){ .tick = ++orders->n_ticks, .currency = pst_currency_get ("USD", NULL), .cash = 1000, .equity = 1000 };
  tell (orders, &record);
  if (orders->ledger == NULL)
    bench_must (pst_store_commit (orders->store, PST_COMMIT_TICK, &error), error);
}

void
bench_orders_drain (BenchOrders *orders)
{
  g_autoptr (GError) error = NULL;

  bench_must (pst_store_commit (orders->store, PST_COMMIT_END, &error), error);
}

char *
bench_orders_make_uri (PstCheckPostgres *server, const char *database)
{
  g_autofree char *host = g_uri_escape_string (pst_check_postgres_get_host (server), NULL, FALSE);

  return g_strdup_printf ("postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER, database, host);
}

double
bench_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Of a folder below /proc; 0 when it is gone. */
static double
read_cpu (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "schedstat", NULL), *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_ascii_strtod (text, NULL) / 1e9 : 0;
}

double
bench_cpu_of_threads (const char *name)
{
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  double sum = 0;

  while (threads != NULL && (id = g_dir_read_name (threads)) != NULL)
    {
      g_autofree char *folder = g_build_filename ("/proc/self/task", id, NULL), *path = g_build_filename (folder, "comm", NULL), *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (g_strchomp (text), name))
        sum += read_cpu (folder);
    }
  return sum;
}

double
bench_cpu_of_sessions (PstCheckPostgres *server, const char *database)
{
  g_autofree char *sql = g_strdup_printf ("SELECT pid FROM pg_stat_activity WHERE datname = '%s' AND pid <> pg_backend_pid ()", database);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = pst_check_postgres_query (server, database, sql, &error);
  g_auto (GStrv) ids = NULL;
  double sum = 0;

  bench_must (text != NULL, error);
  ids = g_strsplit (text, "\n", -1);
  for (guint i = 0; ids[i] != NULL && *ids[i] != '\0'; i++)
    {
      g_autofree char *folder = g_build_filename ("/proc", ids[i], NULL);

      sum += read_cpu (folder);
    }
  return sum;
}
