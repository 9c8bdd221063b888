/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether trading goes on at the same pace while the HTTP API is flooded: users with a paper run each at ten ticks a second and a ledger, in quiet
 * and under floods. The clients are threads of this process, on the same cores: what they burn is missing too. */

#include "http-test-kit.h"

#include "../../framework/host/host-test-kit.h"
#include "bench-kit.h"

#include <stdlib.h>
#include <sys/resource.h>

#define N_USERS 30
#define WINDOW_S 10
#define N_CLIENTS 4
#define N_BARS 5000
#define TIMER_NS (5 * PST_NS_PER_MS)

typedef struct
{
  HostTest host;
  TestServer server;
  GMainLoop *loop;
  PstClock *clock;
  GArray *late_ms; /* double: of the main loop */
  gint64 due_ns;
  gint64 end_ns;
  int running;   /* atomic: clients go on */
  int n_answers; /* atomic */
} Bench;

typedef gpointer (*Client) (gpointer bench);

static void
write_data (Bench *bench)
{
  g_autofree PstBar *bars = bench_make_bars (N_BARS);
  g_autofree char *path = g_build_filename (bench->host.pipelines, "long.csv", NULL), *pipeline = NULL, *ledger = NULL, *text = NULL;

  bench_write_csv (bars, N_BARS, path);
  pipeline = g_build_filename (bench->host.pipelines, "paced.pipeline", NULL);
  ledger = g_build_filename (bench->host.folder, "ledger.db", NULL);
  text
      = g_strdup_printf ("[pipeline]\nname=paced\nmode=paper\n[exchange data]\nplugin=replay\npath=%s\nbar-period=1m\nsymbol=ACME\nprice-scale=2\n"
                         "pace=100ms\n[exchange broker]\nplugin=sim\nfeed=data\ncash=100000 USD\n[strategy cross]\nplugin=sma-cross\nfast=2\nslow=5\n"
                         "order-value=10000 USD\n[guard kill]\nplugin=kill-switch\n[store ledger]\nplugin=sql\npath=%s\n",
                         path, ledger);
  g_assert_true (g_file_set_contents (pipeline, text, -1, NULL));
}

static guint64
count_ticks (Bench *bench)
{
  guint64 n = 0;

  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *user = g_strdup_printf ("user%u", i);
      g_autoptr (GVariant) run = host_test_call (&bench->host, user, "get-run", "run-id", "r", NULL);

      n += host_test_number (run, "ticks");
    }
  return n;
}

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Bench *bench = user_data;
  gint64 now_ns = pst_clock_now_ns (clock);
  double late_ms = (double)(now_ns - bench->due_ns) / 1e6;

  g_array_append_val (bench->late_ms, late_ms);
  if (now_ns >= bench->end_ns)
    {
      g_main_loop_quit (bench->loop);
      return;
    }
  bench->due_ns = now_ns + TIMER_NS;
  pst_clock_add_timer (clock, bench->due_ns, on_timer, bench, NULL);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static double
get_share (GArray *values, double share)
{
  g_array_sort (values, compare);
  return g_array_index (values, double, (guint)(share * (values->len - 1)));
}

/* Clients */

static gpointer
ask_much (gpointer data)
{
  Bench *bench = data;
  g_autofree char *request = test_make_request (&bench->server, "GET", "/api/v1/runs?state=RUNNING", bench->server.admin, NULL, NULL);
  g_autoptr (GIOStream) stream = test_open (&bench->server);

  while (g_atomic_int_get (&bench->running))
    {
      g_autoptr (TestAnswer) answer = NULL;

      test_send (stream, request, -1);
      answer = test_read_answer (stream, TRUE);
      if (answer->status == 200)
        g_atomic_int_inc (&bench->n_answers);
    }
  return NULL;
}

static gpointer
be_stranger (gpointer data)
{
  Bench *bench = data;
  g_autofree char *body = g_strnfill (10 * 1024 * 1024, 'x');

  while (g_atomic_int_get (&bench->running))
    {
      g_autoptr (TestAnswer) answer = test_post (&bench->server, "/api/v1/runs", "pst_stranger", "k", body);

      if (answer->status == 401 || answer->status == 429)
        g_atomic_int_inc (&bench->n_answers);
    }
  return NULL;
}

/* 250 streams that only listen and 125 that never end their request's head: of each client. */
static gpointer
be_idle (gpointer data)
{
  Bench *bench = data;
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *request = test_make_request (&bench->server, "GET", "/api/v1/stream", bench->server.admin,
                                                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                                                NULL);

  for (guint i = 0; i < 375; i++)
    {
      GIOStream *stream = test_open (&bench->server);

      test_send (stream, i < 250 ? request : "GET /api", -1);
      g_ptr_array_add (streams, stream);
    }
  g_atomic_int_add (&bench->n_answers, (int)streams->len);
  while (g_atomic_int_get (&bench->running))
    for (guint i = 0; i < streams->len && g_atomic_int_get (&bench->running); i++)
      {
        GSocket *socket = g_socket_connection_get_socket (streams->pdata[i]);
        char waste[4096];

        /* What comes is read, but slowly. */
        g_socket_set_blocking (socket, FALSE);
        g_socket_receive (socket, waste, sizeof waste, NULL, NULL);
        g_thread_yield ();
        g_socket_condition_timed_wait (socket, G_IO_HUP, 1000, NULL, NULL);
      }
  return NULL;
}

static double
measure (Bench *bench, const char *name, Client client, double quiet)
{
  GThread *threads[N_CLIENTS] = { NULL };
  double since = bench_seconds (), seconds, ticks;
  guint64 before = count_ticks (bench);

  g_atomic_int_set (&bench->running, 1);
  g_atomic_int_set (&bench->n_answers, 0);
  for (guint i = 0; client != NULL && i < N_CLIENTS; i++)
    threads[i] = g_thread_new ("client", client, bench);
  g_array_set_size (bench->late_ms, 0);
  bench->due_ns = pst_clock_now_ns (bench->clock) + TIMER_NS;
  bench->end_ns = bench->due_ns + WINDOW_S * PST_NS_PER_SECOND;
  pst_clock_add_timer (bench->clock, bench->due_ns, on_timer, bench, NULL);
  g_main_loop_run (bench->loop);
  seconds = bench_seconds () - since;
  ticks = (double)(count_ticks (bench) - before) / seconds;
  g_atomic_int_set (&bench->running, 0);
  for (guint i = 0; client != NULL && i < N_CLIENTS; i++)
    g_thread_join (threads[i]);
  g_print ("| %-44s | %7.1f | %5.1f %% | %6.2f | %6.2f | %7.2f | %9.1f |\n", name, ticks, quiet > 0 ? 100 * ticks / quiet : 100.0,
           get_share (bench->late_ms, 0.5), get_share (bench->late_ms, 0.99), get_share (bench->late_ms, 1), bench->n_answers / seconds);
  return ticks;
}

static void
begin (Bench *bench)
{
  *bench = (Bench){ .loop = g_main_loop_new (NULL, FALSE), .clock = pst_system_clock_new (NULL) };
  bench->late_ms = g_array_new (FALSE, FALSE, sizeof (double));
  host_test_begin (&bench->host);
  write_data (bench);
  test_server_init (&bench->server);
  pst_service_set_controller (PST_SERVICE (bench->server.http), PST_CONTROLLER (bench->host.host));
  test_server_set (&bench->server, "rate-per-token", "100000");
  test_server_set (&bench->server, "rate-per-address", "100000");
  test_server_set (&bench->server, "connections-per-address", "100000");
  test_server_set (&bench->server, "stream-clients-per-token", "100000");
  test_server_set (&bench->server, "stream-clients-per-address", "100000");
  test_server_start (&bench->server);
  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *user = g_strdup_printf ("user%u", i);
      g_autoptr (GVariant) created = host_test_call (&bench->host, user, "create", "pipeline", "paced", "run-id", "r", NULL);
      g_autoptr (GVariant) started = host_test_call (&bench->host, user, "start", "run-id", "r", NULL);
    }
}

int
main (int argc, char **argv)
{
  struct rlimit limit;
  Bench bench;
  double quiet;

  g_test_init (&argc, &argv, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  begin (&bench);
  g_print ("%u users, a paper run each, 10 ticks/s, ledger on SQLite; %d s each; no limit of rates.\n\n", N_USERS, WINDOW_S);
  g_print ("| %-44s | ticks/s | of quiet | main loop late p50 | p99 | max ms | answers/s |\n|---|---|---|---|---|---|---|\n", "");
  quiet = measure (&bench, "quiet", NULL, 0);
  measure (&bench, "4 clients ask as fast as they can", ask_much, quiet);
  measure (&bench, "4 strangers send 10 MiB each time", be_stranger, quiet);
  measure (&bench, "1000 idle WebSockets, 500 endless heads", be_idle, quiet);
  measure (&bench, "quiet again", NULL, quiet);
  g_print ("\npeak memory %.1f MiB\n", bench_peak_mib ());
  test_server_clear (&bench.server);
  host_test_end (&bench.host);
  g_array_unref (bench.late_ms);
  g_object_unref (bench.clock);
  g_main_loop_unref (bench.loop);
  return 0;
}
