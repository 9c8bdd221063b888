/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a session that waits for a venue that refused it, that trades on a connection that is cut, or that fills the memory of the host
 * with what a venue does not read. Over a real socket; the venue says what it likes, byte by byte. */
#include "pst-websocket-client.h"

#include <string.h>

#include "soup-test-server.h"

#define T0 (G_GINT64_CONSTANT (1700000000) * PST_NS_PER_SECOND) /* 2023-11-14T22:13:20Z */

typedef struct
{
  TestListener listener;
  PstClock *clock;
  PstTransportLimits limits;
  PstWebsocketClient *client;
  GString *told;
  PstClosed closed; /* its text is stale */
  guint n_life;
  gboolean is_over;
} Fixture;

static void
on_opened (gpointer user_data)
{
  g_string_append (((Fixture *)user_data)->told, "opened ");
}

static void
on_life (gpointer user_data)
{
  ((Fixture *)user_data)->n_life++;
}

static void
on_message (const char *text, gsize length, gpointer user_data)
{
  g_assert_cmpint (text[length], ==, '\0');
  g_string_append_printf (((Fixture *)user_data)->told, "[%s] ", text);
}

static void
on_closed (const PstClosed *closed, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->is_over);
  fixture->is_over = TRUE;
  fixture->closed = *closed;
  g_string_append_printf (fixture->told, "closed: %s", closed->text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_listener_init (&fixture->listener);
  fixture->clock = pst_simulated_clock_new (T0);
  pst_transport_limits_init (&fixture->limits);
  fixture->told = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->client, pst_websocket_client_drop);
  test_listener_clear (&fixture->listener);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->told, TRUE);
}

static void
set_answer (Fixture *fixture, const char *answer)
{
  fixture->listener.answer = answer;
  fixture->listener.answer_length = strlen (answer);
}

static void
connect_to (Fixture *fixture, const char *url)
{
  static const PstWebsocketHandlers handlers = { on_opened, on_life, on_message, on_closed };

  fixture->is_over = FALSE;
  g_string_truncate (fixture->told, 0);
  g_string_truncate (fixture->listener.received, 0);
  g_clear_pointer (&fixture->client, pst_websocket_client_drop);
  fixture->client = pst_websocket_client_new (url, &fixture->limits, fixture->clock, NULL, "test/1", &handlers, fixture);
  g_assert_cmpuint (fixture->told->len, ==, 0);
}

static void
open_client (Fixture *fixture)
{
  set_answer (fixture, TEST_ACCEPT);
  connect_to (fixture, fixture->listener.ws_url);
  test_wait (fixture->told->len > 0);
  g_assert_cmpstr (fixture->told->str, ==, "opened ");
  g_assert_true (pst_websocket_client_is_open (fixture->client));
  g_string_truncate (fixture->listener.received, 0);
}

static void
expect_end (Fixture *fixture, PstCloseReason reason, const char *text)
{
  test_wait (fixture->is_over);
  g_test_message ("%s", fixture->told->str);
  g_assert_cmpint (fixture->closed.reason, ==, reason);
  g_assert_nonnull (strstr (fixture->told->str, text));
}

static void
say (Fixture *fixture, const char *bytes, gsize length)
{
  test_listener_send (&fixture->listener, bytes, length);
}

/* The client's frames, unmasked: "8:\x03\xe8". */
static char *
read_frames (Fixture *fixture)
{
  const GString *bytes = fixture->listener.received;
  GString *told = g_string_new (NULL);

  for (gsize at = 0; at + 6 <= bytes->len;)
    {
      gsize length = bytes->str[at + 1] & 0x7f;
      const char *mask = bytes->str + at + 2;

      g_assert_cmpint (bytes->str[at + 1] & 0x80, !=, 0);
      g_assert_cmpuint (length, <, 126);
      g_string_append_printf (told, "%x:", (guint)(bytes->str[at] & 0x0f));
      for (gsize i = 0; i < length; i++)
        {
          guint byte = (guchar)(bytes->str[at + 6 + i] ^ mask[i % 4]);

          g_string_append_printf (told, g_ascii_isgraph (byte) ? "%c" : "\\%02x", byte);
        }
      g_string_append_c (told, ' ');
      at += 6 + length;
    }
  return g_string_free (told, FALSE);
}

static void
expect_frames (Fixture *fixture, gsize n_bytes, const char *told)
{
  g_autofree char *got = NULL;

  test_wait (fixture->listener.received->len >= n_bytes);
  got = read_frames (fixture);
  g_assert_cmpstr (got, ==, told);
  g_string_truncate (fixture->listener.received, 0);
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* Frames may stand right behind the handshake's answer. */
  set_answer (fixture, TEST_ACCEPT "\x81\x05"
                                   "first\x01\x03"
                                   "sec");
  connect_to (fixture, fixture->listener.ws_url);
  test_wait (strstr (fixture->told->str, "[first]") != NULL);
  g_assert_nonnull (strstr (fixture->listener.received->str, "GET /feed?x=1 HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (fixture->listener.received->str, "User-Agent: test/1\r\n"));
  g_assert_null (strstr (fixture->listener.received->str, "Extensions"));
  g_string_truncate (fixture->listener.received, 0);
  say (fixture, "\x80\x03ond", 5);
  test_wait (strstr (fixture->told->str, "[second]") != NULL);
  g_assert_cmpstr (fixture->told->str, ==, "opened [first] [second] ");
  g_assert_true (pst_websocket_client_send (fixture->client, "hello", 5, &error));
  expect_frames (fixture, 11, "1:hello ");
}

typedef struct
{
  const char *answer;
  PstCloseReason reason;
  guint status;
  guint retry_after_s;
  const char *text;
} Refusal;

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const Refusal refusals[] = {
    { "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\n\r\n", PST_CLOSE_REFUSED, 429, 30, "answered 429 Too Many Requests" },
    { "HTTP/1.1 503 Service Unavailable\r\nRetry-After: Tue, 14 Nov 2023 22:14:20 GMT\r\n\r\nbody", PST_CLOSE_REFUSED, 503, 60, "answered 503" },
    { "HTTP/1.1 503 No\r\nRetry-After: Tue, 14 Nov 2023 22:00:00 GMT\r\n\r\n", PST_CLOSE_REFUSED, 503, 0, "answered 503" },
    { "HTTP/1.1 503 No\r\nRetry-After: soon\r\n\r\n", PST_CLOSE_REFUSED, 503, 0, "answered 503" },
    { "HTTP/1.1 301 Moved\r\nLocation: wss://elsewhere.example/\r\n\r\n", PST_CLOSE_REFUSED, 301, 0,
      "it has moved to wss://elsewhere.example/, which is not followed" },
    { "HTTP/1.1 200 OK\r\n\r\n<html>", PST_CLOSE_REFUSED, 200, 0, "answered 200 OK" },
    { "SSH-2.0-OpenSSH\r\n\r\n", PST_CLOSE_PROTOCOL, 0, 0, "no HTTP" },
    { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm90IGl0\r\n\r\n", PST_CLOSE_PROTOCOL,
      0, 0, "did not answer the handshake as a WebSocket does" },
    { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: $ACCEPT\r\n"
      "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      PST_CLOSE_PROTOCOL, 0, 0, "did not answer the handshake" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      set_answer (fixture, refusals[i].answer);
      connect_to (fixture, fixture->listener.ws_url);
      expect_end (fixture, refusals[i].reason, refusals[i].text);
      g_assert_cmpuint (fixture->closed.http_status, ==, refusals[i].status);
      g_assert_cmpuint (fixture->closed.retry_after_s, ==, refusals[i].retry_after_s);
      g_assert_false (fixture->closed.clean);
    }
}

static void
test_never_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *head = g_strnfill (100000, 'x'), *url = NULL;
  TestListener gone;

  memcpy (head, "HTTP/1.1 101 Yes\r\nX: ", 21);
  set_answer (fixture, head);
  connect_to (fixture, fixture->listener.ws_url);
  expect_end (fixture, PST_CLOSE_LIMIT, "more than 65536 bytes of headers");

  set_answer (fixture, "HTTP/1.1 101");
  fixture->listener.hangs_up = TRUE;
  connect_to (fixture, fixture->listener.ws_url);
  expect_end (fixture, PST_CLOSE_REFUSED, "ended the connection instead of answering the handshake");

  connect_to (fixture, "ws://nobody.invalid/");
  expect_end (fixture, PST_CLOSE_REFUSED, "cannot connect to ws://nobody.invalid/: ");
  test_listener_init (&gone);
  url = g_strdup (gone.ws_url);
  test_listener_clear (&gone);
  connect_to (fixture, url);
  expect_end (fixture, PST_CLOSE_REFUSED, "cannot connect to ");
}

/* A venue that speaks no TLS where TLS is wanted. */
static void
test_not_tls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = g_strconcat ("wss", strchr (fixture->listener.ws_url, ':'), NULL);
  g_autoptr (GError) error = NULL;

  connect_to (fixture, url);
  test_wait (fixture->listener.connection != NULL);
  say (fixture, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
  expect_end (fixture, PST_CLOSE_TLS, "cannot connect to wss://127.0.0.1");
}

static void
test_goodbyes (Fixture *fixture, gconstpointer data)
{
  open_client (fixture);
  say (fixture, "\x88\x09\x03\xe9restart", 11);
  expect_end (fixture, PST_CLOSE_BY_PEER, "closed the connection: restart");
  g_assert_cmpuint (fixture->closed.code, ==, 1001);
  g_assert_true (fixture->closed.clean);
  expect_frames (fixture, 8, "8:\\03\\e9 ");

  open_client (fixture);
  say (fixture, "\x88\x00", 2);
  expect_end (fixture, PST_CLOSE_BY_PEER, "closed the connection");
  g_assert_cmpuint (fixture->closed.code, ==, 0);

  open_client (fixture);
  pst_websocket_client_close (fixture->client);
  g_assert_false (fixture->is_over);
  expect_frames (fixture, 8, "8:\\03\\e8 ");
  /* What comes before the answer is not told. */
  say (fixture, "\x81\x04late\x88\x02\x03\xe8", 10);
  expect_end (fixture, PST_CLOSE_REQUESTED, "closed the connection");
  g_assert_true (fixture->closed.clean);
  g_assert_null (strstr (fixture->told->str, "late"));
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  open_client (fixture);
  say (fixture, "\x81\x14half a mess", 13);
  test_listener_hang_up (&fixture->listener);
  expect_end (fixture, PST_CLOSE_LOST, "was cut");
  g_assert_cmpstr (fixture->told->str, !=, "");
  g_assert_null (strstr (fixture->told->str, "half"));
  g_assert_false (fixture->closed.clean);
  g_assert_false (pst_websocket_client_send (fixture->client, "x", 1, NULL));
}

static void
test_broken (Fixture *fixture, gconstpointer data)
{
  open_client (fixture);
  say (fixture, "\x82\x01\x01", 3);
  expect_end (fixture, PST_CLOSE_PROTOCOL, "sent a binary message; only text is understood");
  expect_frames (fixture, 8, "8:\\03\\eb ");

  fixture->limits.message_bytes_max = 1000;
  open_client (fixture);
  say (fixture, "\x81\x7e\x03\xe9", 4);
  expect_end (fixture, PST_CLOSE_LIMIT, "larger than allowed: 1000 bytes");
  expect_frames (fixture, 8, "8:\\03\\f1 ");
}

/* Pings go both ways, and each is a sign of life. */
static void
test_pings (Fixture *fixture, gconstpointer data)
{
  guint n_life;

  open_client (fixture);
  n_life = fixture->n_life;
  say (fixture, "\x89\x02hi", 4);
  expect_frames (fixture, 8, "a:hi ");
  g_assert_cmpuint (fixture->n_life, >, n_life);
  for (guint i = 0; i < 3; i++)
    {
      pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), pst_clock_now_ns (fixture->clock) + 20 * PST_NS_PER_SECOND);
      expect_frames (fixture, 6, "9: ");
      n_life = fixture->n_life;
      say (fixture, "\x8a\x00", 2);
      test_wait (fixture->n_life > n_life);
    }
  g_assert_cmpstr (fixture->told->str, ==, "opened ");
}

/* A venue that does not read: what waits is bounded, and of its pings only the last is answered. */
static void
test_deaf (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  guint n_sent = 0, n_life;

  fixture->listener.deaf = TRUE;
  open_client (fixture);
  while (pst_websocket_client_send (fixture->client, text, 100000, &error))
    g_assert_cmpuint (++n_sent, <, 1000);
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO);
  g_assert_cmpuint (n_sent, >=, 41);
  n_life = fixture->n_life;
  for (guint i = 0; i < 1000; i++)
    say (fixture, "\x89\x02hi", 4);
  test_wait (fixture->n_life > n_life);
  g_assert_false (fixture->is_over);
  /* Gone while there is much to say: told once, and not inside the call. */
  test_listener_hang_up (&fixture->listener);
  expect_end (fixture, PST_CLOSE_LOST, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/websocket-client/messages", Fixture, NULL, set_up, test_messages, tear_down);
  g_test_add ("/websocket-client/refusals", Fixture, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/websocket-client/never-open", Fixture, NULL, set_up, test_never_open, tear_down);
  g_test_add ("/websocket-client/not-tls", Fixture, NULL, set_up, test_not_tls, tear_down);
  g_test_add ("/websocket-client/goodbyes", Fixture, NULL, set_up, test_goodbyes, tear_down);
  g_test_add ("/websocket-client/cut", Fixture, NULL, set_up, test_cut, tear_down);
  g_test_add ("/websocket-client/broken", Fixture, NULL, set_up, test_broken, tear_down);
  g_test_add ("/websocket-client/pings", Fixture, NULL, set_up, test_pings, tear_down);
  g_test_add ("/websocket-client/deaf", Fixture, NULL, set_up, test_deaf, tear_down);
  return g_test_run ();
}
