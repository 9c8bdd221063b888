/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a stranger, a wrong token, a broken client and a hostile page get to hear; and that what a user asked for is done once. */

#include "http-test-kit.h"

static void
start (TestServer *server)
{
  test_server_init (server);
  test_server_start (server);
}

static void
test_verbs (void)
{
  TestServer server;
  g_autoptr (TestAnswer) got = NULL, listed = NULL, created = NULL, stopped = NULL, set = NULL, removed = NULL, conflict = NULL;
  g_autofree char *location = NULL, *type = NULL;

  start (&server);
  got = test_ask (&server, "GET", "/api/v1/runs/r-1", server.ann, NULL, NULL);
  g_assert_cmpuint (got->status, ==, 200);
  type = test_get_header (got, "Content-Type");
  g_assert_cmpstr (type, ==, "application/json");
  g_assert_nonnull (strstr (got->body, "\"equity\":\"100000.00 USD\""));
  g_assert_cmpstr (server.host->last, ==, "ann get-run r-1 -");
  g_assert_cmpstr (server.host->origin, ==, "http token 1");
  listed = test_ask (&server, "GET", "/api/v1/runs/r-1/orders?open=true&limit=5", server.eve, NULL, NULL);
  g_assert_cmpuint (listed->status, ==, 200);
  g_assert_cmpint (listed->body[0], ==, '[');
  created = test_post (&server, "/api/v1/runs", server.ann, "k1", "{\"pipeline\":\"sma\",\"set\":[\"a.b=c\"]}");
  g_assert_cmpuint (created->status, ==, 201);
  location = test_get_header (created, "Location");
  g_assert_cmpstr (location, ==, "/api/v1/runs/r-2");
  stopped = test_post (&server, "/api/v1/runs/r-1/stop", server.ann, "k2", "{\"reason\":\"caf\\u00e9\"}");
  g_assert_cmpuint (stopped->status, ==, 200);
  g_assert_cmpstr (server.host->last, ==, "ann stop r-1 caf\303\251");
  set = test_ask (&server, "PUT", "/api/v1/runs/r-1/components/cross%20x/options/fast?user=ann", server.ann, NULL,
                  "{\"value\":\"5\",\"reason\":\"r\"}");
  g_assert_cmpuint (set->status, ==, 200);
  removed = test_ask (&server, "DELETE", "/api/v1/runs/r-1", server.ann, NULL, NULL);
  g_assert_cmpuint (removed->status, ==, 200);
  conflict = test_post (&server, "/api/v1/runs/r-1/resume", server.admin, "k3", "{\"reason\":\"r\"}");
  test_assert_problem (conflict, 409, "state");
  test_server_clear (&server);
}

/* An unknown token, none, a revoked one, one whose time is over: each the same answer, and the host hears of none. */
static void
test_tokens (void)
{
  TestServer server;
  g_autofree char *expired = NULL;
  g_autoptr (GError) error = NULL;

  start (&server);
  expired = test_token (&server, "ann", PST_TOKEN_SCOPE_ADMIN, 1);
  {
    g_autoptr (PstTokenFile) file = pst_token_file_new (server.tokens);
    const char *const tokens[] = { NULL, "", "pst_unknown", expired, server.bob };
    g_autoptr (TestAnswer) before = test_ask (&server, "GET", "/api/v1/runs", server.bob, NULL, NULL);

    g_assert_cmpuint (before->status, ==, 200);
    g_assert_true (pst_token_file_revoke (file, 2, 1, &error));
    for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++)
      {
        g_autoptr (TestAnswer) answer = test_ask (&server, "GET", "/api/v1/runs", tokens[i], NULL, NULL);
        g_autofree char *challenge = test_get_header (answer, "WWW-Authenticate");

        test_assert_problem (answer, 401, "denied");
        g_assert_cmpstr (challenge, ==, "Bearer realm=\"penstock\"");
      }
    g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  }
  test_server_clear (&server);
}

/* A token file that others may read lets nobody in, and the server says that it is not ready. */
static void
test_token_file (void)
{
  TestServer server;
  g_autoptr (TestAnswer) ready = NULL, refused = NULL, unready = NULL, again = NULL;

  start (&server);
  ready = test_ask (&server, "GET", "/readyz", NULL, NULL, NULL);
  g_assert_cmpuint (ready->status, ==, 200);
  g_assert_cmpint (g_chmod (server.tokens, 0644), ==, 0);
  refused = test_ask (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
  test_assert_problem (refused, 503, "busy");
  unready = test_ask (&server, "GET", "/readyz", NULL, NULL, NULL);
  test_assert_problem (unready, 503, "busy");
  g_assert_cmpint (g_chmod (server.tokens, 0600), ==, 0);
  again = test_ask (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
  g_assert_cmpuint (again->status, ==, 200);
  test_server_clear (&server);
}

static void
test_scopes (void)
{
  TestServer server;
  g_autoptr (TestAnswer) read = NULL, trade = NULL, release = NULL, other = NULL, others = NULL, named = NULL;

  start (&server);
  read = test_post (&server, "/api/v1/runs/r-1/stop", server.eve, "k", "{\"reason\":\"r\"}");
  test_assert_problem (read, 403, "denied");
  release = test_post (&server, "/api/v1/runs/r-1/resume", server.ann, "k", "{\"reason\":\"r\"}");
  test_assert_problem (release, 403, "denied");
  /* Another user's run is not even there. */
  other = test_ask (&server, "GET", "/api/v1/runs/r-1?user=ann", server.bob, NULL, NULL);
  test_assert_problem (other, 404, "not-found");
  others = test_ask (&server, "GET", "/api/v1/runs?user=ann", server.bob, NULL, NULL);
  g_assert_cmpstr (others->body, ==, "[]");
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  named = test_ask (&server, "GET", "/api/v1/runs/r-1?user=ann", server.admin, NULL, NULL);
  g_assert_cmpuint (named->status, ==, 200);
  g_assert_cmpstr (server.host->last, ==, "ann get-run r-1 -");
  trade = test_post (&server, "/api/v1/runs/r-1/stop", server.ann, "k", "{\"reason\":\"r\"}");
  g_assert_cmpuint (trade->status, ==, 200);
  test_server_clear (&server);
}

static void
test_paths (void)
{
  static const struct
  {
    const char *method, *path;
    guint status;
    const char *allow;
  } cases[] = {
    { "GET", "/", 404, NULL },
    { "GET", "/api/v1/", 404, NULL },
    { "GET", "/api/v1/runs/", 404, NULL },
    { "GET", "/api/v1//runs", 404, NULL },
    { "GET", "/api/v2/runs", 404, NULL },
    { "GET", "/api/v1/runs/../../../etc/passwd", 404, NULL },
    { "GET", "/api/v1/runs/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404, NULL },
    { "GET", "/api/v1/runs/%ff", 400, NULL },
    { "GET", "/api/v1/runs/a%00b", 400, NULL },
    { "GET", "/api/v1/runs/r-1?limit=5", 400, NULL },
    { "GET", "/api/v1/runs/r-1/orders?limit=5&limit=6", 400, NULL },
    { "GET", "/api/v1/runs/r-1/orders?limit=-1", 400, NULL },
    { "GET", "/api/v1/runs/r-1/orders?open=yes", 400, NULL },
    { "GET", "/api/v1/runs/r-1/orders?opne=true", 400, NULL },
    { "GET", "/api/v1/runs/r-1/orders?&", 400, NULL },
    { "DELETE", "/api/v1/runs", 405, "GET, HEAD, POST, OPTIONS" },
    { "PATCH", "/api/v1/runs/r-1", 405, "GET, HEAD, DELETE, OPTIONS" },
    { "GET", "/api/v1/runs/r-1/stop", 405, "POST, OPTIONS" },
    { "POST", "/healthz", 405, "GET, HEAD, OPTIONS" },
    { "TRACE", "/api/v1/runs", 405, "GET, HEAD, POST, OPTIONS" },
  };
  TestServer server;

  start (&server);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestAnswer) answer = test_ask (&server, cases[i].method, cases[i].path, server.ann, NULL, NULL);
      g_autofree char *allow = test_get_header (answer, "Allow");

      g_test_message ("%s %s", cases[i].method, cases[i].path);
      test_assert_problem (answer, cases[i].status, cases[i].status == 404 ? "not-found" : "invalid");
      g_assert_cmpstr (allow, ==, cases[i].allow);
    }
  test_server_clear (&server);
}

/* Forms of a request that no client of ours sends: answered like any other. */
static void
test_odd_requests (void)
{
  static const struct
  {
    const char *line;
    guint status;
    const char *code;
  } cases[] = {
    { "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n", 404, "not-found" },
    { "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n", 401, "denied" },
    { "GET http://elsewhere.example.com/api/v1/runs HTTP/1.1\r\nHost: elsewhere.example.com\r\n", 421, "invalid" },
    { "GET http://localhost/api/v1/runs HTTP/1.1\r\nHost: localhost\r\n", 401, "denied" },
    { "GET /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\n", 421, "invalid" },
    { "GET /api/v1/runs HTTP/1.0\r\n", 421, "invalid" },
    { "GET /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic cm9vdDpyb290\r\n", 401, "denied" },
    { "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400, "invalid" },
    { "BREW /api/v1/runs HTTP/1.1\r\nHost: localhost\r\n", 401, "denied" },
  };
  TestServer server;

  start (&server);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request = g_strconcat (cases[i].line, "\r\n0\r\n\r\n", NULL);
      g_autoptr (TestAnswer) answer = test_raw (&server, request, -1);

      g_test_message ("%s", cases[i].line);
      test_assert_problem (answer, cases[i].status, cases[i].code);
    }
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 0);
  test_server_clear (&server);
}

static void
test_head_and_options (void)
{
  TestServer server;
  g_autoptr (TestAnswer) head = NULL, options = NULL, health = NULL;
  g_autofree char *length = NULL, *allow = NULL, *nosniff = NULL;

  start (&server);
  head = test_ask (&server, "HEAD", "/api/v1/runs/r-1", server.ann, NULL, NULL);
  g_assert_cmpuint (head->status, ==, 200);
  length = test_get_header (head, "Content-Length");
  g_assert_cmpuint (g_ascii_strtoull (length, NULL, 10), >, 10);
  options = test_ask (&server, "OPTIONS", "/api/v1/runs/r-1/stop", NULL, NULL, NULL);
  g_assert_cmpuint (options->status, ==, 204);
  allow = test_get_header (options, "Allow");
  g_assert_cmpstr (allow, ==, "POST, OPTIONS");
  health = test_ask (&server, "GET", "/healthz", NULL, NULL, NULL);
  g_assert_cmpstr (health->body, ==, "{\"status\":\"ok\"}");
  nosniff = test_get_header (health, "X-Content-Type-Options");
  g_assert_cmpstr (nosniff, ==, "nosniff");
  test_server_clear (&server);
}

/* What json-glib would take and JSON is not, and what the table of verbs does not have. */
static void
test_bodies (void)
{
  static const char *const bodies[] = {
    "",
    "{}",
    "[]",
    "null",
    "{\"reason\":1}",
    "{\"reason\":\"r\",}",
    "{'reason':'r'}",
    "{\"reason\":\"r\"} x",
    "{\"reason\":\"r\"/* c */}",
    "{\"reason\":\"r\",\"reason\":\"s\"}",
    "{\"reason\":\"r\",\"user\":\"bob\"}",
    "{\"reason\":\"r\",\"run-id\":\"r-9\"}",
    "{\"reason\":\"r\",\"force\":true}",
    "{\"reason\":\"a\\u0000b\"}",
    "{\"reason\":\"\xff\"}",
    "{\"reason\":\"r\"",
  };
  TestServer server;
  g_autoptr (TestAnswer) typed = NULL, keyless = NULL, packed = NULL, on_get = NULL;

  start (&server);
  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (TestAnswer) answer = test_post (&server, "/api/v1/runs/r-1/stop", server.ann, "k", bodies[i]);

      test_assert_problem (answer, 400, "invalid");
    }
  typed = test_ask (&server, "POST", "/api/v1/runs/r-1/stop", server.ann,
                    "Idempotency-Key: k\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\n{}", NULL);
  test_assert_problem (typed, 415, "invalid");
  packed = test_ask (&server, "POST", "/api/v1/runs/r-1/stop", server.ann, "Idempotency-Key: k\r\nContent-Encoding: gzip\r\n", "{}");
  test_assert_problem (packed, 415, "invalid");
  keyless = test_ask (&server, "POST", "/api/v1/runs/r-1/stop", server.ann, NULL, "{\"reason\":\"r\"}");
  test_assert_problem (keyless, 400, "invalid");
  on_get = test_ask (&server, "GET", "/api/v1/runs", server.ann, NULL, "{}");
  test_assert_problem (on_get, 400, "invalid");
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 0);
  test_server_clear (&server);
}

static TestAnswer *
ask_as (TestServer *server, const char *host, const char *origin)
{
  g_autofree char *request = g_strdup_printf ("GET /api/v1/runs HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n%s%s%s\r\n", host, server->ann,
                                              origin != NULL ? "Origin: " : "", origin != NULL ? origin : "", origin != NULL ? "\r\n" : "");

  return test_raw (server, request, -1);
}

/* A page elsewhere whose name was made to point here, and one that just asks. */
static void
test_host_and_origin (void)
{
  TestServer server;
  g_autofree char *own = NULL, *allowed_origin = NULL, *methods = NULL;
  g_autoptr (TestAnswer) fine = NULL, rebound = NULL, port = NULL, named = NULL, page = NULL, friendly = NULL, null = NULL, preflight = NULL;

  test_server_init (&server);
  test_server_set (&server, "allowed-hosts", "trade.example.com");
  test_server_set (&server, "allowed-origins", "https://dash.example.com");
  test_server_start (&server);
  own = g_strdup_printf ("localhost:%u", server.port);
  fine = ask_as (&server, own, NULL);
  g_assert_cmpuint (fine->status, ==, 200);
  rebound = ask_as (&server, "evil.example.com", NULL);
  test_assert_problem (rebound, 421, "invalid");
  port = ask_as (&server, "localhost:1", NULL);
  test_assert_problem (port, 421, "invalid");
  named = ask_as (&server, "Trade.Example.com", NULL);
  g_assert_cmpuint (named->status, ==, 200);
  page = ask_as (&server, own, "https://evil.example.com");
  test_assert_problem (page, 403, "denied");
  null = ask_as (&server, own, "null");
  test_assert_problem (null, 403, "denied");
  friendly = ask_as (&server, own, "https://dash.example.com");
  g_assert_cmpuint (friendly->status, ==, 200);
  allowed_origin = test_get_header (friendly, "Access-Control-Allow-Origin");
  g_assert_cmpstr (allowed_origin, ==, "https://dash.example.com");
  preflight
      = test_ask (&server, "OPTIONS", "/api/v1/runs", NULL, "Origin: https://dash.example.com\r\nAccess-Control-Request-Method: POST\r\n", NULL);
  g_assert_cmpuint (preflight->status, ==, 204);
  methods = test_get_header (preflight, "Access-Control-Allow-Methods");
  g_assert_cmpstr (methods, ==, "GET, HEAD, POST, OPTIONS");
  test_server_clear (&server);
}

static void
test_rates (void)
{
  TestServer server;
  guint n_fine = 0, n_refused = 0;

  test_server_init (&server);
  test_server_set (&server, "rate-per-token", "5");
  test_server_start (&server);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (TestAnswer) answer = test_ask (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
      g_autofree char *retry = test_get_header (answer, "Retry-After");

      n_fine += answer->status == 200;
      n_refused += answer->status == 429;
      if (answer->status == 429)
        g_assert_cmpstr (retry, ==, "1");
    }
  g_test_message ("%u of 30 were answered", n_fine);
  g_assert_cmpuint (n_fine + n_refused, ==, 30);
  g_assert_cmpuint (n_fine, >=, 10);
  g_assert_cmpuint (n_refused, >, 0);
  {
    /* Another's budget is another's. */
    g_autoptr (TestAnswer) other = test_ask (&server, "GET", "/api/v1/runs", server.bob, NULL, NULL);

    g_assert_cmpuint (other->status, ==, 200);
  }
  test_server_clear (&server);
}

/* Guessing tokens is slower than asking. */
static void
test_guessing (void)
{
  TestServer server;
  guint n_tried = 0;

  test_server_init (&server);
  test_server_set (&server, "rate-per-address", "10");
  test_server_start (&server);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (TestAnswer) answer = test_ask (&server, "GET", "/api/v1/runs", "pst_guess", NULL, NULL);

      n_tried += answer->status == 401;
      g_assert_true (answer->status == 401 || answer->status == 429);
    }
  g_assert_cmpuint (n_tried, <, 10);
  test_server_clear (&server);
}

static void
test_once (void)
{
  TestServer server;
  g_autoptr (TestAnswer) first = NULL, again = NULL, other_body = NULL, other_path = NULL, other_caller = NULL;
  g_autofree char *replayed = NULL;

  start (&server);
  first = test_post (&server, "/api/v1/runs", server.ann, "order-66", "{\"pipeline\":\"sma\"}");
  g_assert_cmpuint (first->status, ==, 201);
  again = test_post (&server, "/api/v1/runs", server.ann, "order-66", "{\"pipeline\":\"sma\"}");
  g_assert_cmpuint (again->status, ==, 201);
  g_assert_cmpstr (again->body, ==, first->body);
  replayed = test_get_header (again, "Idempotency-Replayed");
  g_assert_cmpstr (replayed, ==, "true");
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  other_body = test_post (&server, "/api/v1/runs", server.ann, "order-66", "{\"pipeline\":\"ema\"}");
  test_assert_problem (other_body, 422, "invalid");
  other_path = test_post (&server, "/api/v1/runs/r-1/start", server.ann, "order-66", NULL);
  test_assert_problem (other_path, 422, "invalid");
  other_caller = test_post (&server, "/api/v1/runs", server.bob, "order-66", "{\"pipeline\":\"sma\"}");
  g_assert_cmpuint (other_caller->status, ==, 201);
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 2);
  test_server_clear (&server);
}

typedef struct
{
  TestServer *server;
  guint status;
} Racer;

static gpointer
race (gpointer data)
{
  Racer *racer = data;
  g_autoptr (TestAnswer) answer = test_post (racer->server, "/api/v1/runs/r-1/start", racer->server->ann, "race", NULL);

  racer->status = answer->status;
  return NULL;
}

/* Ten at once with one key: the host hears it once, whoever wins; the others are told to ask again, or get the answer. */
static void
test_race (void)
{
  TestServer server;
  Racer racers[10];
  GThread *threads[10];
  guint n_done = 0;

  start (&server);
  test_host_hold (server.host, TRUE);
  for (guint i = 0; i < 10; i++)
    {
      racers[i] = (Racer){ &server, 0 };
      threads[i] = g_thread_new ("racer", race, &racers[i]);
    }
  test_host_wait_begun (server.host, 1);
  {
    g_autoptr (TestAnswer) meanwhile = test_post (&server, "/api/v1/runs/r-1/start", server.ann, "race", NULL);

    test_assert_problem (meanwhile, 409, "state");
  }
  test_host_hold (server.host, FALSE);
  for (guint i = 0; i < 10; i++)
    {
      g_thread_join (threads[i]);
      n_done += racers[i].status == 200;
      g_assert_true (racers[i].status == 200 || racers[i].status == 409);
    }
  g_assert_cmpuint (n_done, >=, 1);
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  test_server_clear (&server);
}

/* A client that goes away while the host works: it is done all the same, once, and the answer waits for who asks again. */
static void
test_gone (void)
{
  TestServer server;
  g_autofree char *request = NULL;
  g_autoptr (TestAnswer) again = NULL;

  start (&server);
  test_host_hold (server.host, TRUE);
  request = test_make_request (&server, "POST", "/api/v1/runs/r-1/start", server.ann, "Idempotency-Key: gone\r\n", NULL);
  {
    g_autoptr (GIOStream) stream = test_open (&server);

    test_send (stream, request, -1);
    test_host_wait_begun (server.host, 1);
    g_io_stream_close (stream, NULL, NULL);
  }
  test_host_hold (server.host, FALSE);
  do
    {
      g_clear_pointer (&again, test_answer_free);
      again = test_post (&server, "/api/v1/runs/r-1/start", server.ann, "gone", NULL);
    }
  while (again->status == 409);
  g_assert_cmpuint (again->status, ==, 200);
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  test_server_clear (&server);
}

/* Verbs that take long do not hold up what needs none, and more than may wait are turned away. */
static void
test_busy_host (void)
{
  TestServer server;
  g_autofree char *request = NULL;
  g_autoptr (TestAnswer) health = NULL;
  GPtrArray *streams = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_done = 0, n_refused = 0;

  test_server_init (&server);
  test_server_set (&server, "rate-per-token", "1000");
  test_server_set (&server, "rate-per-address", "1000");
  test_server_start (&server);
  test_host_hold (server.host, TRUE);
  request = test_make_request (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
  for (guint i = 0; i < 300; i++)
    {
      GIOStream *stream = test_open (&server);

      test_send (stream, request, -1);
      g_ptr_array_add (streams, stream);
    }
  test_host_wait_begun (server.host, 4);
  health = test_ask (&server, "GET", "/healthz", NULL, NULL, NULL);
  g_assert_cmpuint (health->status, ==, 200);
  test_host_hold (server.host, FALSE);
  for (guint i = 0; i < streams->len; i++)
    {
      g_autoptr (TestAnswer) answer = test_read_answer (streams->pdata[i], TRUE);

      n_done += answer->status == 200;
      n_refused += answer->status == 503;
    }
  g_assert_cmpuint (n_done + n_refused, ==, 300);
  g_assert_cmpuint (n_done, >=, 260);
  g_ptr_array_unref (streams);
  test_server_clear (&server);
}

/* A token's text comes out nowhere. */
static void
test_canary (void)
{
  TestServer server;
  g_autofree char *in_path = NULL, *in_query = NULL, *in_body = NULL;
  const char *secret;

  start (&server);
  secret = server.ann + strlen (PST_TOKEN_PREFIX);
  {
    g_autofree char *wrong = g_strconcat (server.ann, "x", NULL);
    g_autoptr (TestAnswer) unknown = test_ask (&server, "GET", "/api/v1/runs", wrong, NULL, NULL);
    g_autoptr (TestAnswer) missing = test_ask (&server, "GET", "/api/v1/runs/r-9", server.ann, NULL, NULL);
    g_autoptr (TestAnswer) right = test_ask (&server, "GET", "/api/v1/host", server.ann, NULL, NULL);
    g_autofree char *tokens = NULL;
    const TestAnswer *answers[] = { unknown, missing, right };

    for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
      {
        g_assert_null (strstr (answers[i]->head, secret));
        g_assert_null (strstr (answers[i]->body, secret));
      }
    g_assert_null (strstr (server.host->origin, secret));
    g_assert_true (g_file_get_contents (server.tokens, &tokens, NULL, NULL));
    g_assert_null (strstr (tokens, secret));
  }
  test_server_clear (&server);
}

static void
test_stop_with_calls (void)
{
  TestServer server;
  g_autoptr (GIOStream) stream = NULL;
  g_autofree char *request = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  guint n_calls;

  start (&server);
  request = test_make_request (&server, "POST", "/api/v1/runs/r-1/start", server.ann, "Idempotency-Key: k\r\n", NULL);
  stream = test_open (&server);
  test_send (stream, request, -1);
  test_host_wait_begun (server.host, 1);
  pst_harness_stop (server.harness, server.http);
  n_calls = test_host_get_n_calls (server.host);
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_null (g_socket_client_connect_to_host (client, "127.0.0.1", (guint16)server.port, NULL, NULL));
  test_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/verbs", test_verbs);
  g_test_add_func ("/http/tokens", test_tokens);
  g_test_add_func ("/http/token-file", test_token_file);
  g_test_add_func ("/http/scopes", test_scopes);
  g_test_add_func ("/http/paths", test_paths);
  g_test_add_func ("/http/odd-requests", test_odd_requests);
  g_test_add_func ("/http/head-and-options", test_head_and_options);
  g_test_add_func ("/http/bodies", test_bodies);
  g_test_add_func ("/http/host-and-origin", test_host_and_origin);
  g_test_add_func ("/http/rates", test_rates);
  g_test_add_func ("/http/guessing", test_guessing);
  g_test_add_func ("/http/once", test_once);
  g_test_add_func ("/http/race", test_race);
  g_test_add_func ("/http/gone", test_gone);
  g_test_add_func ("/http/busy-host", test_busy_host);
  g_test_add_func ("/http/canary", test_canary);
  g_test_add_func ("/http/stop-with-calls", test_stop_with_calls);
  return g_test_run ();
}
