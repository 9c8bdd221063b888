/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stream: each sees their own, what is missing is told, and who does not read costs nothing. */

#include "http-test-websocket.h"

#include <sys/resource.h>
#include <sys/socket.h>

static GIOStream *
open_stream (TestServer *server, const char *path, const char *token)
{
  GIOStream *stream = test_open_socket (server, path, token);
  g_autoptr (TestAnswer) answer = test_read_answer (stream, FALSE);
  g_autofree char *pong = NULL;
  guint opcode;

  g_assert_cmpuint (answer->status, ==, 101);
  /* When that comes back the client is known. */
  test_send_frame (stream, TEST_FRAME_PING, "here");
  do
    {
      g_free (pong);
      pong = test_read_frame (stream, &opcode);
    }
  while (opcode == TEST_FRAME_TEXT);
  g_assert_cmpuint (opcode, ==, TEST_FRAME_PONG);
  return stream;
}

static void
publish (TestServer *server, const char *user, const char *run_id, const char *kind, const char *detail)
{
  pst_controller_publish (PST_CONTROLLER (server->host), g_variant_new ("(sss@a{sv})", user, run_id, kind, g_variant_new_parsed (detail)));
}

static void
check_text (GIOStream *stream, const char *expected)
{
  guint opcode;
  g_autofree char *text = test_read_frame (stream, &opcode);

  while (opcode == TEST_FRAME_PING)
    {
      g_free (text);
      text = test_read_frame (stream, &opcode);
    }
  g_assert_cmpuint (opcode, ==, TEST_FRAME_TEXT);
  g_assert_cmpstr (text, ==, expected);
}

static void
check_close (GIOStream *stream, guint code, const char *says)
{
  guint opcode;
  g_autofree char *payload = test_read_frame (stream, &opcode);

  while (opcode == TEST_FRAME_PING || opcode == TEST_FRAME_TEXT)
    {
      g_free (payload);
      payload = test_read_frame (stream, &opcode);
    }
  g_assert_cmpuint (opcode, ==, TEST_FRAME_CLOSE);
  g_assert_cmpuint ((guint8)payload[0] << 8 | (guint8)payload[1], ==, code);
  g_test_message ("%s", payload + 2);
  g_assert_nonnull (strstr (payload + 2, says));
}

#define ANN "{\"user\":\"ann\",\"run-id\":\"r-1\",\"kind\":\"order\",\"detail\":{\"price\":\"1.10\"}}"
#define ANN_FILL "{\"user\":\"ann\",\"run-id\":\"r-2\",\"kind\":\"fill\",\"detail\":{}}"
#define BOB "{\"user\":\"bob\",\"run-id\":\"r-1\",\"kind\":\"order\",\"detail\":{}}"

/* Of another's run nothing is seen; an admin sees all; a filter leaves the rest out. */
static void
test_events (void)
{
  TestServer server;
  g_autoptr (GIOStream) ann = NULL, bob = NULL, admin = NULL, fills = NULL, nosy = NULL;

  test_server_init (&server);
  test_server_start (&server);
  ann = open_stream (&server, "/api/v1/stream", server.eve);
  bob = open_stream (&server, "/api/v1/stream", server.bob);
  admin = open_stream (&server, "/api/v1/stream?user=bob", server.admin);
  fills = open_stream (&server, "/api/v1/stream?run-id=r-2&kind=fill;alert", server.ann);
  nosy = open_stream (&server, "/api/v1/stream?user=ann", server.bob);
  publish (&server, "ann", "r-1", "order", "{'price': <'1.10'>}");
  publish (&server, "ann", "r-2", "fill", "@a{sv} {}");
  publish (&server, "bob", "r-1", "order", "@a{sv} {}");
  check_text (ann, ANN);
  check_text (ann, ANN_FILL);
  check_text (bob, BOB);
  check_text (admin, BOB);
  check_text (fills, ANN_FILL);
  pst_harness_stop (server.harness, server.http);
  check_close (nosy, 1001, "the host stops");
  test_server_clear (&server);
}

static void
check_refused (TestServer *server, const char *path, const char *token, guint status, const char *code)
{
  g_autoptr (GIOStream) stream = test_open_socket (server, path, token);
  g_autoptr (TestAnswer) answer = test_read_answer (stream, TRUE);

  test_assert_problem (answer, status, code);
}

static void
test_refused (void)
{
  TestServer server;
  g_autoptr (GIOStream) first = NULL;
  g_autoptr (TestAnswer) plain = NULL, broken = NULL;
  g_autofree char *upgrade = NULL;

  test_server_init (&server);
  test_server_set (&server, "stream-clients-max", "1");
  test_server_start (&server);
  check_refused (&server, "/api/v1/stream", NULL, 401, "denied");
  check_refused (&server, "/api/v1/stream", "pst_unknown", 401, "denied");
  check_refused (&server, "/api/v1/stream?run=x", server.ann, 400, "invalid");
  check_refused (&server, "/api/v1/streams", server.ann, 404, "not-found");
  plain = test_ask (&server, "GET", "/api/v1/stream", server.ann, NULL, NULL);
  test_assert_problem (plain, 426, "invalid");
  upgrade = test_get_header (plain, "Upgrade");
  g_assert_cmpstr (upgrade, ==, "websocket");
  broken = test_ask (&server, "GET", "/api/v1/stream", server.ann, "Connection: Upgrade\r\nUpgrade: websocket\r\n", NULL);
  test_assert_problem (broken, 400, "invalid");
  first = open_stream (&server, "/api/v1/stream", server.ann);
  check_refused (&server, "/api/v1/stream", server.ann, 503, "busy");
  test_server_clear (&server);
}

/* What a client that does not keep up gets and what it is told that it lost is together what happened. */
static void
test_lost (void)
{
  enum
  {
    N = 40000
  };
  TestServer server;
  g_autoptr (GIOStream) slow = NULL;
  g_autofree char *filler = g_strnfill (400, 'x'), *detail = g_strdup_printf ("{'text': <'%s'>}", filler);
  guint n_got = 0, n_lost = 0, n_gaps = 0;

  test_server_init (&server);
  test_server_set (&server, "stream-queue-max", "50");
  test_server_start (&server);
  slow = open_stream (&server, "/api/v1/stream", server.ann);
  for (guint i = 0; i < N; i++)
    publish (&server, "ann", "r-1", "order", detail);
  while (n_got + n_lost < N)
    {
      guint opcode;
      g_autofree char *text = test_read_frame (slow, &opcode);
      const char *count = strstr (text, "\"count\":");

      g_assert_true (opcode == TEST_FRAME_TEXT || opcode == TEST_FRAME_PING);
      n_got += opcode == TEST_FRAME_TEXT && count == NULL;
      n_gaps += count != NULL;
      n_lost += count != NULL ? (guint)g_ascii_strtoull (count + strlen ("\"count\":"), NULL, 10) : 0;
    }
  g_test_message ("%u events came, %u were lost in %u places", n_got, n_lost, n_gaps);
  g_assert_cmpuint (n_got + n_lost, ==, N);
  g_assert_cmpuint (n_lost, >, 0);
  /* It is up to date again. */
  publish (&server, "ann", "r-1", "order", "{'price': <'1.10'>}");
  check_text (slow, ANN);
  test_server_clear (&server);
}

/* Taking a token back ends what was opened with it. */
static void
test_revoked (void)
{
  TestServer server;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (PstTokenFile) file = NULL;

  test_server_init (&server);
  test_server_start (&server);
  stream = open_stream (&server, "/api/v1/stream", server.ann);
  file = pst_token_file_new (server.tokens);
  g_assert_true (pst_token_file_revoke (file, 1, 1, NULL));
  check_close (stream, 1008, "no longer valid; 0 events lost");
  test_server_clear (&server);
}

/* A client that answers no ping is gone; one that talks, or floods, is not listened to. */
static void
test_ended (void)
{
  TestServer server;
  g_autoptr (GIOStream) silent = NULL, talking = NULL, flooding = NULL;
  g_autofree char *payload = g_strnfill (100, 'f');

  test_server_init (&server);
  test_server_set (&server, "stream-ping", "1s");
  test_server_start (&server);
  talking = open_stream (&server, "/api/v1/stream", server.ann);
  test_send_frame (talking, TEST_FRAME_TEXT, "hello");
  check_close (talking, 1008, "no messages");
  flooding = open_stream (&server, "/api/v1/stream", server.ann);
  for (guint i = 0; i < 100000; i++)
    {
      guint8 head[6] = { 1, (guint8)(0x80 | strlen (payload)) }; /* parts of one message that never ends */

      head[0] = i == 0 ? 1 : 0;
      if (!test_send (flooding, (const char *)head, sizeof head) || !test_send (flooding, payload, -1))
        break;
    }
  g_assert_false (test_send (flooding, payload, -1) && test_send (flooding, payload, -1));
  silent = open_stream (&server, "/api/v1/stream", server.ann);
  check_close (silent, 1001, "no answer to pings");
  test_server_clear (&server);
}

/* Clients that are suddenly gone while much happens harm nobody else. */
static void
test_vanishing (void)
{
  TestServer server;
  g_autoptr (GIOStream) stays = NULL;

  test_server_init (&server);
  test_server_start (&server);
  stays = open_stream (&server, "/api/v1/stream?kind=order", server.ann);
  for (guint round = 0; round < 20; round++)
    {
      GIOStream *streams[5];

      for (guint i = 0; i < 5; i++)
        {
          const struct linger at_once = { 1, 0 };

          streams[i] = open_stream (&server, "/api/v1/stream?kind=fill", server.ann);
          setsockopt (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (streams[i]))), SOL_SOCKET, SO_LINGER, &at_once,
                      sizeof at_once);
        }
      for (guint i = 0; i < 200; i++)
        {
          publish (&server, "ann", "r-1", "fill", "{'text': <'something happened'>}");
          if (i % 40 == 20)
            g_clear_object (&streams[i / 40]);
        }
    }
  publish (&server, "ann", "r-1", "order", "{'price': <'1.10'>}");
  check_text (stays, ANN);
  test_server_clear (&server);
}

/* A thousand that only listen: one event reaches them all, and requests are answered as before. */
static void
test_thousand (void)
{
  TestServer server;
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (g_object_unref);
  struct rlimit limit;
  guint n = 1000;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = limit.rlim_max;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  if (limit.rlim_cur < 2 * n + 100)
    n = (guint)(limit.rlim_cur - 100) / 2;
  g_test_message ("%u clients", n);
  test_server_init (&server);
  test_server_set (&server, "rate-per-token", "100000");
  test_server_set (&server, "rate-per-address", "100000");
  test_server_set (&server, "connections-per-address", "2048");
  test_server_set (&server, "stream-clients-per-token", "1024");
  test_server_set (&server, "stream-clients-per-address", "1024");
  test_server_set (&server, "stream-ping", "10m");
  test_server_start (&server);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (streams, open_stream (&server, "/api/v1/stream", server.ann));
  publish (&server, "ann", "r-1", "order", "{'price': <'1.10'>}");
  for (guint i = 0; i < n; i++)
    check_text (streams->pdata[i], ANN);
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (TestAnswer) answer = test_ask (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);

      g_assert_cmpuint (answer->status, ==, 200);
    }
  test_server_clear (&server);
}

static guint
try_stream (TestServer *server, const char *token)
{
  g_autoptr (GIOStream) stream = test_open_socket (server, "/api/v1/stream", token);
  g_autoptr (TestAnswer) answer = test_read_answer (stream, TRUE);

  if (answer->status != 101)
    {
      g_autofree char *retry_after = test_get_header (answer, "Retry-After");

      test_assert_problem (answer, 429, "busy");
      g_assert_nonnull (retry_after);
    }
  return answer->status;
}

/* One client cannot take the streams of all the others: not one after the other, and not by many handshakes at once. */
static void
test_per_token (void)
{
  TestServer server;
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GIOStream) first = NULL, bobs = NULL, again = NULL;
  guint n_taken = 0, opcode = 1;

  test_server_init (&server);
  test_server_set (&server, "stream-clients-per-token", "3");
  test_server_start (&server);
  first = open_stream (&server, "/api/v1/stream", server.ann);
  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (many, test_open_socket (&server, "/api/v1/stream", server.ann));
  for (guint i = 0; i < many->len; i++)
    {
      g_autoptr (TestAnswer) answer = test_read_answer (many->pdata[i], TRUE);

      n_taken += answer->status == 101;
      g_assert_true (answer->status == 101 || answer->status == 429);
    }
  g_assert_cmpuint (n_taken, ==, 2);
  g_assert_cmpuint (try_stream (&server, server.ann), ==, 429);
  bobs = open_stream (&server, "/api/v1/stream", server.bob);
  /* Who ends one may have another. */
  test_send_frame (first, TEST_FRAME_CLOSE, "\003\350");
  while (opcode != 0)
    g_free (test_read_frame (first, &opcode));
  again = open_stream (&server, "/api/v1/stream", server.ann);
  g_assert_cmpuint (try_stream (&server, server.ann), ==, 429);
  test_server_clear (&server);
}

static void
test_per_address (void)
{
  TestServer server;
  g_autoptr (GIOStream) ann = NULL, bob = NULL;

  test_server_init (&server);
  test_server_set (&server, "stream-clients-per-address", "2");
  test_server_start (&server);
  ann = open_stream (&server, "/api/v1/stream", server.ann);
  bob = open_stream (&server, "/api/v1/stream", server.bob);
  g_assert_cmpuint (try_stream (&server, server.admin), ==, 429);
  test_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-stream/events", test_events);
  g_test_add_func ("/http-stream/refused", test_refused);
  g_test_add_func ("/http-stream/lost", test_lost);
  g_test_add_func ("/http-stream/revoked", test_revoked);
  g_test_add_func ("/http-stream/ended", test_ended);
  g_test_add_func ("/http-stream/vanishing", test_vanishing);
  g_test_add_func ("/http-stream/thousand", test_thousand);
  g_test_add_func ("/http-stream/per-token", test_per_token);
  g_test_add_func ("/http-stream/per-address", test_per_address);
  return g_test_run ();
}
