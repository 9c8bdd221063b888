/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real host with its ledger behind the HTTP API: what is asked over HTTP is what SQL finds, for the user who asked and nobody else (RL-08, RL-09,
 * MU-01, MU-02). */

#include "http-test-websocket.h"

#include "../../framework/host/host-test-kit.h"
#include "../kit/test-ledger.h"

#define LEDGERED "ledgered"

/* Where the ledger is, and how it is asked. */
typedef struct
{
  const char *name;
  gboolean postgresql;
} Backend;

static const Backend backends[] = { { "sqlite", FALSE }, { "postgresql", TRUE } };

typedef struct
{
  const Backend *backend;
  HostTest host;
  TestServer server;
  char *ledger;   /* SQLite's file */
  char *database; /* PostgreSQL's */
  PstCheckPostgres *postgres;
} Fixture;

/* (transfer full): rows as lines, columns with a blank between them. */
static char *
query (Fixture *fixture, const char *sql)
{
  g_autoptr (GError) error = NULL;
  char *rows;

  if (!fixture->backend->postgresql)
    return g_strchomp (test_sql (fixture->ledger, sql));
  rows = pst_check_postgres_query (fixture->postgres, fixture->database, sql, &error);
  g_assert_no_error (error);
  return g_strdelimit (rows, "|", ' ');
}

static gboolean
knows_databases (HostTest *host)
{
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin = pst_catalogue_load (host->catalogue, "sql", PST_COMPONENT_KIND_STORE, &error);
  GObjectClass *class;
  gboolean knows;

  g_assert_no_error (error);
  class = g_type_class_ref (plugin->type);
  knows = g_object_class_find_property (class, "database") != NULL;
  g_type_class_unref (class);
  return knows;
}

/* (transfer full) (nullable): the store's option; NULL: skipped */
static char *
prepare_backend (Fixture *fixture)
{
  const char *why_not;

  fixture->ledger = g_build_filename (fixture->host.folder, "ledger.db", NULL);
  if (!fixture->backend->postgresql)
    return g_strdup_printf ("path=%s", fixture->ledger);
  if (!knows_databases (&fixture->host))
    {
      g_test_skip ("the sql store of this build knows no PostgreSQL");
      return NULL;
    }
  fixture->postgres = pst_check_postgres_get_default (&why_not);
  if (fixture->postgres == NULL)
    {
      g_test_skip (why_not);
      return NULL;
    }
  fixture->database = pst_check_postgres_create_database (fixture->postgres);
  return g_strdup_printf ("database=postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER, fixture->database,
                          pst_check_postgres_get_host (fixture->postgres));
}

static gboolean
setup (Fixture *fixture, gconstpointer data)
{
  g_autofree char *where = NULL, *store = NULL;

  *fixture = (Fixture){ .backend = data };
  host_test_begin (&fixture->host);
  where = prepare_backend (fixture);
  if (where == NULL)
    {
      host_test_end (&fixture->host);
      g_free (fixture->ledger);
      return FALSE;
    }
  store = g_strdup_printf ("[store ledger]\nplugin=sql\n%s\n", where);
  host_test_add_pipeline (&fixture->host, LEDGERED, "paper", store);
  test_server_init (&fixture->server);
  pst_service_set_controller (PST_SERVICE (fixture->server.http), PST_CONTROLLER (fixture->host.host));
  test_server_set (&fixture->server, "rate-per-token", "100000");
  test_server_set (&fixture->server, "rate-per-address", "100000");
  test_server_start (&fixture->server);
  return TRUE;
}

static void
teardown (Fixture *fixture)
{
  test_server_clear (&fixture->server);
  host_test_end (&fixture->host);
  if (fixture->database != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
  g_free (fixture->database);
  g_free (fixture->ledger);
}

static void
check (Fixture *fixture, const char *sql, const char *expected)
{
  g_autofree char *rows = query (fixture, sql);

  g_test_message ("%s", sql);
  g_assert_cmpstr (rows, ==, expected);
}

/* POSTs with a key of its own, and expects it to be done. */
static TestAnswer *
done (Fixture *fixture, const char *token, const char *path, const char *body, guint status)
{
  g_autofree char *key = g_uuid_string_random ();
  TestAnswer *answer = test_post (&fixture->server, path, token, key, body);

  g_test_message ("%s: %u %s", path, answer->status, answer->body);
  g_assert_cmpuint (answer->status, ==, status);
  return answer;
}

static void
begin_run (Fixture *fixture, const char *token, const char *run_id)
{
  g_autofree char *body = g_strdup_printf ("{\"pipeline\":\"" LEDGERED "\",\"run-id\":\"%s\"}", run_id);
  g_autofree char *path = g_strdup_printf ("/api/v1/runs/%s/start", run_id);
  g_autoptr (TestAnswer) created = done (fixture, token, "/api/v1/runs", body, 201);
  g_autoptr (TestAnswer) started = done (fixture, token, path, NULL, 200);

  g_assert_nonnull (strstr (created->body, "\"CREATED\""));
  g_assert_nonnull (strstr (started->body, "\"RUNNING\""));
}

static guint64
count_ticks (Fixture *fixture, const char *user, const char *run_id)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM mtm_ledger WHERE user_id = '%s' AND run_id = '%s'", user, run_id),
                  *rows = query (fixture, sql);

  return g_ascii_strtoull (rows, NULL, 10);
}

static void
wait_for_ticks (Fixture *fixture, const char *user, const char *run_id, guint64 n)
{
  guint64 wanted = count_ticks (fixture, user, run_id) + n;

  while (count_ticks (fixture, user, run_id) < wanted)
    g_main_context_iteration (NULL, FALSE);
}

/* Every row that belongs to a run, by table. */
static char *
count_rows (Fixture *fixture, const char *user, const char *run_id)
{
  static const char *const tables[]
      = { "engine_state", "engine_status", "paper_order", "paper_trade", "paper_position", "mtm_ledger", "event_ledger", "paper_equity_curve" };
  g_autoptr (GString) sql = g_string_new ("SELECT ");

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    g_string_append_printf (sql, "%s(SELECT count(*) FROM %s WHERE user_id = '%s' AND run_id = '%s')", i > 0 ? ", " : "", tables[i], user, run_id);
  return query (fixture, sql->str);
}

/* The three queries that must return nothing, whatever happened. */
static void
check_ledger (Fixture *fixture)
{
  check (fixture,
         "SELECT e.run_id FROM engine_state e LEFT JOIN strategy_run r ON r.user_id = e.user_id AND r.run_id = e.run_id WHERE r.run_id IS NULL", "");
  check (fixture, "SELECT user_id, run_id, logical_time FROM mtm_ledger GROUP BY user_id, run_id, logical_time HAVING count(*) > 1", "");
  check (fixture, "SELECT user_id FROM strategy_run WHERE state = 'RUNNING' GROUP BY user_id HAVING count(*) > 1", "");
}

/* RL-08, RL-09: started over HTTP it writes, stopped over HTTP it is STOPPED, and writes nothing more while others go on. */
static void
test_start_and_stop (gconstpointer data)
{
  Fixture fixture;
  g_autofree char *at_stop = NULL, *later = NULL;
  g_autoptr (TestAnswer) stopped = NULL, again = NULL, run = NULL;

  if (!setup (&fixture, data))
    return;
  begin_run (&fixture, fixture.server.ann, "r1");
  wait_for_ticks (&fixture, "ann", "r1", 20);
  stopped = done (&fixture, fixture.server.ann, "/api/v1/runs/r1/stop", "{\"reason\":\"enough\"}", 200);
  g_assert_nonnull (strstr (stopped->body, "\"STOPPED\""));
  at_stop = count_rows (&fixture, "ann", "r1");
  check (&fixture, "SELECT user_id, run_id, state FROM strategy_run", "ann r1 STOPPED");
  check (&fixture, "SELECT count(*) FROM v_paper_order o JOIN order_state s ON s.state = o.state WHERE CAST(s.is_final AS INTEGER) = 0", "0");
  begin_run (&fixture, fixture.server.bob, "r1");
  wait_for_ticks (&fixture, "bob", "r1", 20);
  later = count_rows (&fixture, "ann", "r1");
  g_assert_cmpstr (later, ==, at_stop);
  again = test_post (&fixture.server, "/api/v1/runs/r1/start", fixture.server.ann, "again", NULL);
  test_assert_problem (again, 409, "state");
  run = test_ask (&fixture.server, "GET", "/api/v1/runs/r1", fixture.server.ann, NULL, NULL);
  g_assert_nonnull (strstr (run->body, "enough"));
  check_ledger (&fixture);
  teardown (&fixture);
}

static void
check_not_found (Fixture *fixture, const char *method, const char *path, const char *token)
{
  g_autofree char *key = g_uuid_string_random ();
  g_autoptr (TestAnswer) answer = strcmp (method, "GET") == 0 ? test_ask (&fixture->server, "GET", path, token, NULL, NULL)
                                                              : test_post (&fixture->server, path, token, key, "{\"reason\":\"r\"}");

  test_assert_problem (answer, 404, "not-found");
}

/* MU-01, MU-02: two users and the same run id; nothing of one is shown to the other, or done to it. */
static void
test_users (gconstpointer data)
{
  static const char *const lists[] = { "orders", "fills", "positions", "equity", "guards", "alerts", "options" };
  Fixture fixture;
  g_autoptr (TestAnswer) anns = NULL, bobs = NULL, all = NULL, still = NULL;

  if (!setup (&fixture, data))
    return;
  begin_run (&fixture, fixture.server.ann, "secret-run");
  begin_run (&fixture, fixture.server.bob, "r1");
  wait_for_ticks (&fixture, "ann", "secret-run", 5);
  anns = test_ask (&fixture.server, "GET", "/api/v1/runs", fixture.server.ann, NULL, NULL);
  bobs = test_ask (&fixture.server, "GET", "/api/v1/runs", fixture.server.bob, NULL, NULL);
  all = test_ask (&fixture.server, "GET", "/api/v1/runs", fixture.server.admin, NULL, NULL);
  g_assert_nonnull (strstr (anns->body, "secret-run"));
  g_assert_null (strstr (anns->body, "\"bob\""));
  g_assert_null (strstr (bobs->body, "secret-run"));
  g_assert_null (strstr (bobs->body, "\"ann\""));
  g_assert_nonnull (strstr (all->body, "secret-run"));
  g_assert_nonnull (strstr (all->body, "\"bob\""));
  check_not_found (&fixture, "GET", "/api/v1/runs/secret-run", fixture.server.bob);
  check_not_found (&fixture, "GET", "/api/v1/runs/secret-run?user=ann", fixture.server.bob);
  check_not_found (&fixture, "POST", "/api/v1/runs/secret-run/stop", fixture.server.bob);
  check_not_found (&fixture, "POST", "/api/v1/runs/secret-run/stop?user=ann", fixture.server.bob);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree char *path = g_strdup_printf ("/api/v1/runs/secret-run/%s", lists[i]), *named = g_strconcat (path, "?user=ann", NULL);
      g_autoptr (TestAnswer) own = test_ask (&fixture.server, "GET", path, fixture.server.ann, NULL, NULL);

      g_assert_cmpuint (own->status, ==, 200);
      check_not_found (&fixture, "GET", path, fixture.server.bob);
      check_not_found (&fixture, "GET", named, fixture.server.bob);
    }
  still = test_ask (&fixture.server, "GET", "/api/v1/runs/secret-run", fixture.server.ann, NULL, NULL);
  g_assert_nonnull (strstr (still->body, "\"RUNNING\""));
  check (&fixture,
         "SELECT count(*) FROM mtm_ledger m LEFT JOIN strategy_run r ON r.user_id = m.user_id AND r.run_id = m.run_id WHERE r.run_id IS NULL", "0");
  check_ledger (&fixture);
  teardown (&fixture);
}

/* Bob's stream tells of bob's run alone, while ann's goes on beside it. */
static void
test_stream (gconstpointer data)
{
  Fixture fixture;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (TestAnswer) opened = NULL;
  GSocket *socket;
  guint n_events = 0;

  if (!setup (&fixture, data))
    return;
  begin_run (&fixture, fixture.server.ann, "secret-run");
  stream = test_open_socket (&fixture.server, "/api/v1/stream", fixture.server.bob);
  opened = test_read_answer (stream, FALSE);
  g_assert_cmpuint (opened->status, ==, 101);
  begin_run (&fixture, fixture.server.bob, "r1");
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  while (n_events < 20)
    {
      /* The host publishes in this thread's context. */
      g_main_context_iteration (NULL, FALSE);
      if ((g_socket_condition_check (socket, G_IO_IN) & G_IO_IN) != 0)
        {
          guint opcode;
          g_autofree char *text = test_read_frame (stream, &opcode);

          g_assert_cmpuint (opcode, ==, TEST_FRAME_TEXT);
          g_assert_true (g_str_has_prefix (text, "{\"user\":\"bob\",\"run-id\":\"r1\","));
          n_events++;
        }
    }
  check_ledger (&fixture);
  teardown (&fixture);
}

/* A user asks for a second run while one goes on; whatever way it comes, at most one is running. */
static void
test_one_run (gconstpointer data)
{
  Fixture fixture;
  g_autoptr (TestAnswer) second = NULL;
  g_autoptr (TestAnswer) created = NULL;

  if (!setup (&fixture, data))
    return;
  begin_run (&fixture, fixture.server.ann, "one");
  created = test_post (&fixture.server, "/api/v1/runs", fixture.server.ann, "c", "{\"pipeline\":\"" LEDGERED "\",\"run-id\":\"two\"}");
  if (created->status == 201)
    {
      second = test_post (&fixture.server, "/api/v1/runs/two/start", fixture.server.ann, "s", NULL);
      g_test_message ("%u %s", second->status, second->body);
      g_assert_cmpuint (second->status, >=, 400);
    }
  check (&fixture, "SELECT count(*) FROM strategy_run WHERE user_id = 'ann' AND state = 'RUNNING'", "1");
  check_ledger (&fixture);
  teardown (&fixture);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GTestDataFunc function;
  } cases[] = { { "RL-08", test_start_and_stop }, { "MU-01", test_users }, { "MU-01-stream", test_stream }, { "one-run", test_one_run } };

  g_test_init (&argc, &argv, NULL);
  for (gsize b = 0; b < G_N_ELEMENTS (backends); b++)
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autofree char *path = g_strdup_printf ("/http-host/%s/%s", cases[i].name, backends[b].name);

        g_test_add_data_func (path, &backends[b], cases[i].function);
      }
  return g_test_run ();
}
