/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections: those that are too much, too long, too slow or no HTTP at all; TLS; the socket file. */

#include "http-test-kit.h"

#include <gio/gunixsocketaddress.h>

static void
start (TestServer *server)
{
  test_server_init (server);
  test_server_start (server);
}

/* 10 MiB, with and without a length said beforehand, and without a token: refused, and nothing is kept of it. */
static void
test_long_body (void)
{
  TestServer server;
  g_autofree char *body = g_strnfill (10 * 1024 * 1024, 'x'), *chunked = NULL;
  g_autoptr (TestAnswer) said = NULL, stranger = NULL, unsaid = NULL, after = NULL;

  start (&server);
  said = test_post (&server, "/api/v1/check", server.ann, "k", body);
  test_assert_problem (said, 413, "invalid");
  stranger = test_post (&server, "/api/v1/check", "pst_stranger", "k", body);
  test_assert_problem (stranger, 401, "denied");
  {
    g_autofree char *head = test_make_request (&server, "POST", "/api/v1/check", server.ann,
                                               "Idempotency-Key: k\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n", NULL);

    chunked = g_strdup_printf ("%sA00000\r\n%s\r\n0\r\n\r\n", head, body);
    unsaid = test_raw (&server, chunked, -1);
    test_assert_problem (unsaid, 413, "invalid");
  }
  after = test_ask (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
  g_assert_cmpuint (after->status, ==, 200);
  test_server_clear (&server);
}

static void
test_long_head (void)
{
  TestServer server;
  g_autofree char *filler = g_strnfill (17000, 'h'), *header = g_strdup_printf ("X-Filler: %s\r\n", filler);
  g_autofree char *path = g_strdup_printf ("/api/v1/runs/%s", filler);
  g_autofree char *endless = g_strnfill (4 * 1024 * 1024, 'e'), *request = NULL;
  g_autoptr (TestAnswer) long_header = NULL, long_path = NULL, no_end = NULL;

  start (&server);
  long_header = test_ask (&server, "GET", "/api/v1/runs", server.ann, header, NULL);
  test_assert_problem (long_header, 431, "invalid");
  long_path = test_ask (&server, "GET", path, server.ann, NULL, NULL);
  test_assert_problem (long_path, 431, "invalid");
  request = g_strdup_printf ("GET / HTTP/1.1\r\nX: %s", endless);
  no_end = test_raw (&server, request, -1);
  /* The client may have been cut off while it was still sending. */
  if (no_end->status != 0)
    test_assert_problem (no_end, 431, "invalid");
  test_server_clear (&server);
}

/* Who sends a byte now and then is not waited for. */
static void
test_slow (void)
{
  TestServer server;
  g_autoptr (GIOStream) silent = NULL, head = NULL, body = NULL, idle = NULL;
  g_autoptr (TestAnswer) no_answer = NULL, slow_head = NULL, slow_body = NULL, first = NULL, gone = NULL;
  g_autofree char *request = NULL, *whole = NULL;

  test_server_init (&server);
  test_server_set (&server, "header-timeout", "300ms");
  test_server_set (&server, "request-timeout", "300ms");
  test_server_set (&server, "idle-timeout", "300ms");
  test_server_start (&server);
  silent = test_open (&server);
  head = test_open (&server);
  body = test_open (&server);
  idle = test_open (&server);
  test_send (head, "GET / HT", -1);
  request = test_make_request (&server, "POST", "/api/v1/check", server.ann,
                               "Idempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: 100\r\n", NULL);
  test_send (body, request, -1);
  test_send (body, "{", 1);
  whole = test_make_request (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
  test_send (idle, whole, -1);
  first = test_read_answer (idle, TRUE);
  g_assert_cmpuint (first->status, ==, 200);
  no_answer = test_read_answer (silent, TRUE);
  g_assert_cmpuint (no_answer->status, ==, 0);
  slow_head = test_read_answer (head, TRUE);
  test_assert_problem (slow_head, 408, "busy");
  slow_body = test_read_answer (body, TRUE);
  test_assert_problem (slow_body, 408, "busy");
  gone = test_read_answer (idle, TRUE);
  g_assert_cmpuint (gone->status, ==, 0);
  g_assert_cmpuint (test_host_get_n_calls (server.host), ==, 1);
  test_server_clear (&server);
}

/* Several requests on one connection, also sent at once; garbage ends it with an answer. */
static void
test_pipelining (void)
{
  TestServer server;
  g_autoptr (GIOStream) stream = NULL, other = NULL;
  g_autofree char *request = NULL, *three = NULL, *garbage = NULL;
  static const char *const noise[] = { "\x16\x03\x01\x02garbage\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "A B C D E\r\nF\r\n\r\n" };

  start (&server);
  stream = test_open (&server);
  request = test_make_request (&server, "GET", "/api/v1/runs", server.ann, NULL, NULL);
  three = g_strconcat (request, request, request, NULL);
  test_send (stream, three, -1);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (TestAnswer) answer = test_read_answer (stream, TRUE);

      g_assert_cmpuint (answer->status, ==, 200);
    }
  other = test_open (&server);
  garbage = g_strconcat (request, "\001\002 no request\r\n\r\n", request, NULL);
  test_send (other, garbage, -1);
  {
    g_autoptr (TestAnswer) fine = test_read_answer (other, TRUE), bad = test_read_answer (other, TRUE), end = test_read_answer (other, TRUE);

    g_assert_cmpuint (fine->status, ==, 200);
    test_assert_problem (bad, 400, "invalid");
    g_assert_cmpuint (end->status, ==, 0);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (noise); i++)
    {
      g_autoptr (TestAnswer) answer = test_raw (&server, noise[i], -1);

      g_test_message ("%s: %u", noise[i], answer->status);
      g_assert_cmpuint (answer->status, !=, 200);
    }
  test_server_clear (&server);
}

static void
test_connections (void)
{
  TestServer server;
  g_autoptr (GIOStream) first = NULL, second = NULL, third = NULL;
  g_autoptr (TestAnswer) one = NULL, two = NULL, turned_away = NULL;
  g_autofree char *request = NULL;

  test_server_init (&server);
  test_server_set (&server, "connections-max", "2");
  test_server_start (&server);
  request = test_make_request (&server, "GET", "/healthz", NULL, NULL, NULL);
  first = test_open (&server);
  test_send (first, request, -1);
  one = test_read_answer (first, TRUE);
  second = test_open (&server);
  test_send (second, request, -1);
  two = test_read_answer (second, TRUE);
  g_assert_cmpuint (one->status, ==, 200);
  g_assert_cmpuint (two->status, ==, 200);
  third = test_open (&server);
  turned_away = test_read_answer (third, TRUE);
  test_assert_problem (turned_away, 503, "busy");
  test_server_clear (&server);
}

/* One address cannot take the connections of all the others; here those that come by the socket file. */
static void
test_connections_of_an_address (void)
{
  TestServer server;
  g_autoptr (GIOStream) first = NULL, third = NULL;
  g_autoptr (TestAnswer) one = NULL, turned_away = NULL, other = NULL;
  g_autofree char *path = NULL, *request = NULL, *retry_after = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  test_server_init (&server);
  path = g_build_filename (server.folder, "http.sock", NULL);
  test_server_set (&server, "unix-socket", path);
  test_server_set (&server, "connections-per-address", "1");
  test_server_start (&server);
  request = test_make_request (&server, "GET", "/healthz", NULL, NULL, NULL);
  first = test_open (&server);
  test_send (first, request, -1);
  one = test_read_answer (first, TRUE);
  g_assert_cmpuint (one->status, ==, 200);
  third = test_open (&server);
  turned_away = test_read_answer (third, TRUE);
  test_assert_problem (turned_away, 429, "busy");
  retry_after = test_get_header (turned_away, "Retry-After");
  g_assert_nonnull (retry_after);
  address = g_unix_socket_address_new (path);
  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  test_send (G_IO_STREAM (connection), request, -1);
  other = test_read_answer (G_IO_STREAM (connection), TRUE);
  g_assert_cmpuint (other->status, ==, 200);
  test_server_clear (&server);
}

/* TLS. */

static gboolean
make_certificate (TestServer *server)
{
  g_autofree char *tool = g_find_program_in_path ("openssl"), *certificate = g_build_filename (server->folder, "certificate.pem", NULL);
  g_autofree char *key = g_build_filename (server->folder, "key.pem", NULL);
  const char *const command[] = { tool,      "req", "-x509", "-newkey",       "rsa:2048", "-nodes",
                                  "-days",   "2",   "-subj", "/CN=127.0.0.1", "-addext",  "subjectAltName=IP:127.0.0.1",
                                  "-keyout", key,   "-out",  certificate,     NULL };
  g_autoptr (GError) error = NULL;
  int status = 1;

  if (tool == NULL)
    return FALSE;
  g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (g_chmod (key, 0600), ==, 0);
  test_server_set (server, "tls-certificate", certificate);
  test_server_set (server, "tls-key", key);
  server->trust = g_tls_file_database_new (certificate, &error);
  g_assert_no_error (error);
  return TRUE;
}

/* Encrypted it answers as in the clear; who does not speak TLS, or does not end the handshake, gets nothing and holds nobody up. */
static void
test_tls (void)
{
  TestServer server;
  g_autoptr (GPtrArray) stalled = g_ptr_array_new_with_free_func (g_object_unref);

  test_server_init (&server);
  if (!make_certificate (&server))
    {
      g_test_skip ("there is no openssl to make a certificate with");
      test_server_clear (&server);
      return;
    }
  test_server_set (&server, "header-timeout", "2s");
  test_server_set (&server, "listen", "0.0.0.0");
  test_server_start (&server);
  {
    g_autoptr (TestAnswer) answer = test_ask (&server, "GET", "/api/v1/runs/r-1", server.ann, NULL, NULL);
    g_autofree char *secure = test_get_header (answer, "Strict-Transport-Security");

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_nonnull (secure);
  }
  for (guint i = 0; i < 8; i++)
    g_ptr_array_add (stalled, test_connect (&server));
  {
    g_autoptr (GSocketConnection) plain = test_connect (&server);
    g_autoptr (TestAnswer) answer = NULL, later = NULL;

    test_send (G_IO_STREAM (plain), "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", -1);
    answer = test_read_answer (G_IO_STREAM (plain), TRUE);
    g_assert_cmpuint (answer->status, ==, 0);
    later = test_post (&server, "/api/v1/runs/r-1/stop", server.ann, "k", "{\"reason\":\"r\"}");
    g_assert_cmpuint (later->status, ==, 200);
  }
  test_server_clear (&server);
}

/* Others' addresses without TLS, and a key that others may read, are refused before anything is opened. */
static void
test_no_tls (void)
{
  TestServer server;
  g_autoptr (GError) error = NULL;

  test_server_init (&server);
  test_server_set (&server, "listen", "0.0.0.0");
  g_assert_false (pst_harness_try_start (server.harness, server.http, &error));
  g_assert_nonnull (strstr (error->message, "set tls-certificate"));
  test_server_clear (&server);
}

/* A port that somebody has is told at the start, not to each client. */
static void
test_taken (void)
{
  TestServer first, second;
  g_autofree char *port = NULL;
  g_autoptr (GError) error = NULL;

  test_server_init (&first);
  test_server_start (&first);
  test_server_init (&second);
  port = g_strdup_printf ("%u", first.port);
  test_server_set (&second, "port", port);
  g_assert_false (pst_harness_try_start (second.harness, second.http, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "cannot listen on 127.0.0.1 port"));
  test_server_clear (&second);
  test_server_clear (&first);
}

static void
test_unix_socket (void)
{
  TestServer server;
  g_autofree char *path = NULL, *request = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  test_server_init (&server);
  path = g_build_filename (server.folder, "http.sock", NULL);
  test_server_set (&server, "unix-socket", path);
  test_server_start (&server);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0660);
  address = g_unix_socket_address_new (path);
  {
    g_autoptr (GSocketConnection) connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
    g_autoptr (TestAnswer) answer = NULL, old = NULL;

    g_assert_no_error (error);
    request
        = g_strdup_printf ("GET /api/v1/runs/r-1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\nGET / HTTP/1.0\r\n\r\n", server.ann);
    test_send (G_IO_STREAM (connection), request, -1);
    answer = test_read_answer (G_IO_STREAM (connection), TRUE);
    g_assert_cmpuint (answer->status, ==, 200);
    old = test_read_answer (G_IO_STREAM (connection), TRUE);
    test_assert_problem (old, 421, "invalid");
  }
  pst_harness_stop (server.harness, server.http);
  g_assert_cmpint (g_stat (path, &status), !=, 0);
  test_server_clear (&server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http-connection/long-body", test_long_body);
  g_test_add_func ("/http-connection/long-head", test_long_head);
  g_test_add_func ("/http-connection/slow", test_slow);
  g_test_add_func ("/http-connection/pipelining", test_pipelining);
  g_test_add_func ("/http-connection/connections", test_connections);
  g_test_add_func ("/http-connection/connections-of-an-address", test_connections_of_an_address);
  g_test_add_func ("/http-connection/tls", test_tls);
  g_test_add_func ("/http-connection/no-tls", test_no_tls);
  g_test_add_func ("/http-connection/unix-socket", test_unix_socket);
  g_test_add_func ("/http-connection/taken", test_taken);
  return g_test_run ();
}
