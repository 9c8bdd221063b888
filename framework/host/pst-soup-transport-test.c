/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: the contract of transports, over real sockets and libsoup's server. Time limits are those of a simulated clock. */
#include "pst-soup-transport.h"

#include <string.h>

#include "soup-test-server.h"

#ifdef __SANITIZE_ADDRESS__
/* libsoup's server loses an address with each listener and what its last connections had: its memory, not ours. What we do is watched where
 * the venue is a bare listener, and in the command. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

#define T0 (G_GINT64_CONSTANT (1700000000) * PST_NS_PER_SECOND)

typedef struct
{
  TestVenue venue;
  PstClock *clock;
  PstTransport *transport;
  GString *told;
  PstClosed closed; /* its text is stale */
  PstHttpReply *reply;
  gboolean in_call;
} Fixture;

static void
on_opened (PstTransport *transport, const PstOpened *opened, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->in_call);
  g_assert_cmpint (pst_transport_get_state (transport), ==, PST_TRANSPORT_OPEN);
  g_string_append (fixture->told, "opened ");
}

static void
on_message (PstTransport *transport, const PstMessage *message, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->in_call);
  g_assert_cmpint (message->receive_time_ns, ==, pst_clock_now_ns (fixture->clock));
  g_string_append_printf (fixture->told, "[%s] ", message->text);
}

static void
on_closed (PstTransport *transport, const PstClosed *closed, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->in_call);
  g_assert_cmpint (pst_transport_get_state (transport), ==, PST_TRANSPORT_CLOSED);
  fixture->closed = *closed;
  g_string_append_printf (fixture->told, "closed: %s ", closed->text);
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->in_call);
  g_clear_pointer (&fixture->reply, pst_http_reply_free);
  fixture->reply = pst_http_reply_copy (reply);
}

static void
set_up_with (Fixture *fixture, GTlsCertificate *certificate)
{
  test_venue_init (&fixture->venue, certificate);
  fixture->clock = pst_simulated_clock_new (T0);
  fixture->told = g_string_new (NULL);
  fixture->transport = pst_soup_transport_new (fixture->clock);
  g_signal_connect (fixture->transport, "opened", G_CALLBACK (on_opened), fixture);
  g_signal_connect (fixture->transport, "message-received", G_CALLBACK (on_message), fixture);
  g_signal_connect (fixture->transport, "closed", G_CALLBACK (on_closed), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_with (fixture, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Nothing is told by or after the last reference's end, whatever was under way, and nothing holds the transport any more. */
  fixture->in_call = TRUE;
  if (fixture->transport != NULL)
    g_assert_finalize_object (fixture->transport);
  test_venue_clear (&fixture->venue);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->told, TRUE);
  g_clear_pointer (&fixture->reply, pst_http_reply_free);
}

static void
open_transport (Fixture *fixture, const char *url)
{
  g_autoptr (GError) error = NULL;

  fixture->in_call = TRUE;
  g_assert_true (pst_transport_open (fixture->transport, url, &error));
  g_assert_no_error (error);
  fixture->in_call = FALSE;
}

static void
wait_told (Fixture *fixture, const char *text)
{
  test_wait (strstr (fixture->told->str, text) != NULL);
}

static void
send_text (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  fixture->in_call = TRUE;
  g_assert_true (pst_transport_send (fixture->transport, text, -1, &error));
  g_assert_no_error (error);
  fixture->in_call = FALSE;
}

static void
pass (Fixture *fixture, guint ms)
{
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), pst_clock_now_ns (fixture->clock) + ms * PST_NS_PER_MS);
}

static void
ask (Fixture *fixture, const char *path)
{
  g_autofree char *url = g_strconcat (fixture->venue.http_url, path, NULL);
  PstHttpRequest request = { .url = url };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->reply, pst_http_reply_free);
  fixture->in_call = TRUE;
  g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture, &error), !=, 0);
  g_assert_no_error (error);
  fixture->in_call = FALSE;
}

/* A whole session: open, talk, ask by HTTP beside it, say goodbye, and again. */
static void
check_session (Fixture *fixture)
{
  g_autofree char *large = g_strnfill (1000000, 'x');

  for (guint round = 0; round < 2; round++)
    {
      g_string_truncate (fixture->told, 0);
      open_transport (fixture, fixture->venue.ws_url);
      wait_told (fixture, "opened");
      send_text (fixture, "echo \xe2\x82\xac");
      wait_told (fixture, "[echo \xe2\x82\xac]");
      ask (fixture, "/time");
      test_wait (fixture->reply != NULL);
      g_assert_cmpstr (fixture->reply->body, ==, "GET /time");
      memcpy (large, "echo ", 5);
      send_text (fixture, large);
      wait_told (fixture, large);
      fixture->in_call = TRUE;
      pst_transport_close (fixture->transport);
      pst_transport_close (fixture->transport);
      fixture->in_call = FALSE;
      wait_told (fixture, "closed");
      g_assert_cmpint (fixture->closed.reason, ==, PST_CLOSE_REQUESTED);
      g_assert_true (fixture->closed.clean);
      test_wait (fixture->venue.n_closed == round + 1);
    }
  g_assert_cmpuint (fixture->venue.n_opened, ==, 2);
}

static void
test_session (Fixture *fixture, gconstpointer data)
{
  check_session (fixture);
}

static void
test_tls (void)
{
  g_autoptr (GTlsDatabase) trust = NULL;
  char *folder = NULL;
  g_autoptr (GTlsCertificate) certificate = test_make_certificate (&trust, &folder);
  Fixture fixture = { 0 };

  if (certificate == NULL)
    {
      g_test_skip ("there is no openssl to make a certificate with: install the package openssl");
      return;
    }
  /* Nobody whom the system trusts signed it. */
  set_up_with (&fixture, certificate);
  open_transport (&fixture, fixture.venue.ws_url);
  wait_told (&fixture, "closed");
  g_assert_cmpint (fixture.closed.reason, ==, PST_CLOSE_TLS);
  ask (&fixture, "/time");
  test_wait (fixture.reply != NULL);
  g_assert_cmpint (fixture.reply->outcome, ==, PST_HTTP_NOT_SENT);
  tear_down (&fixture, NULL);

  fixture = (Fixture){ 0 };
  set_up_with (&fixture, certificate);
  pst_soup_transport_set_trust (PST_SOUP_TRANSPORT (fixture.transport), trust);
  check_session (&fixture);
  tear_down (&fixture, NULL);

  /* Trusted, but made for another name. */
  fixture = (Fixture){ 0 };
  set_up_with (&fixture, certificate);
  pst_soup_transport_set_trust (PST_SOUP_TRANSPORT (fixture.transport), trust);
  {
    g_autofree char *url = g_strdup_printf ("wss://localhost%s", strrchr (fixture.venue.ws_url, ':'));

    open_transport (&fixture, url);
    wait_told (&fixture, "closed");
    g_assert_cmpint (fixture.closed.reason, !=, PST_CLOSE_BY_PEER);
    g_assert_null (strstr (fixture.told->str, "opened"));
  }
  tear_down (&fixture, NULL);
  test_remove_certificate (folder);
}

/* Limits of the clock: opening, silence, goodbye, requests. */
static void
test_time (Fixture *fixture, gconstpointer data)
{
  TestListener listener;
  PstTransportLimits limits;

  test_listener_init (&listener);
  pst_transport_limits_init (&limits);
  open_transport (fixture, listener.ws_url);
  test_wait (listener.received->len > 0);
  pass (fixture, 9999);
  g_assert_cmpuint (fixture->told->len, ==, 0);
  pass (fixture, 1);
  g_assert_cmpint (fixture->closed.reason, ==, PST_CLOSE_TIMED_OUT);

  g_string_truncate (fixture->told, 0);
  g_string_truncate (listener.received, 0);
  listener.answer = TEST_ACCEPT;
  listener.answer_length = strlen (TEST_ACCEPT);
  open_transport (fixture, listener.ws_url);
  wait_told (fixture, "opened");
  pass (fixture, 40000);
  /* A pong keeps it. */
  test_listener_send (&listener, "\x8a\x00\x81\x02ok", 6);
  wait_told (fixture, "[ok]");
  pass (fixture, 59999);
  g_assert_null (strstr (fixture->told->str, "closed"));
  pass (fixture, 1);
  g_assert_cmpint (fixture->closed.reason, ==, PST_CLOSE_TIMED_OUT);

  g_string_truncate (fixture->told, 0);
  g_string_truncate (listener.received, 0);
  listener.answer = TEST_ACCEPT;
  listener.answer_length = strlen (TEST_ACCEPT);
  open_transport (fixture, listener.ws_url);
  wait_told (fixture, "opened");
  pst_transport_close (fixture->transport);
  pass (fixture, 2000);
  g_assert_cmpint (fixture->closed.reason, ==, PST_CLOSE_REQUESTED);
  g_assert_false (fixture->closed.clean);

  g_string_truncate (listener.received, 0);
  g_free (fixture->venue.http_url);
  fixture->venue.http_url = g_strdup (listener.http_url);
  ask (fixture, "");
  test_wait (listener.received->len > 0);
  pass (fixture, 10000);
  g_assert_cmpint (fixture->reply->outcome, ==, PST_HTTP_TIMED_OUT);
  test_listener_clear (&listener);
}

/* Given up while it was being opened, or dropped in mid-flight. */
static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  open_transport (fixture, fixture->venue.ws_url);
  fixture->in_call = TRUE;
  pst_transport_close (fixture->transport);
  fixture->in_call = FALSE;
  wait_told (fixture, "closed");
  g_assert_cmpint (fixture->closed.reason, ==, PST_CLOSE_REQUESTED);
  g_assert_cmpstr (fixture->told->str, ==, "closed: closed before it was open ");
  open_transport (fixture, fixture->venue.ws_url);
  pst_transport_close (fixture->transport);
  g_assert_finalize_object (g_steal_pointer (&fixture->transport));
  fixture->transport = pst_soup_transport_new (fixture->clock);
  open_transport (fixture, fixture->venue.ws_url);
  ask (fixture, "/a");
}

static void
on_closed_open_again (PstTransport *transport, const PstClosed *closed, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (pst_transport_open (transport, fixture->venue.ws_url, NULL));
}

/* The venue goes away in mid-session; the session opens it again from within the word of it. */
static void
test_reopened (Fixture *fixture, gconstpointer data)
{
  open_transport (fixture, fixture->venue.ws_url);
  wait_told (fixture, "opened");
  test_wait (fixture->venue.connection != NULL);
  g_signal_connect (fixture->transport, "closed", G_CALLBACK (on_closed_open_again), fixture);
  g_string_truncate (fixture->told, 0);
  g_signal_handlers_disconnect_by_func (fixture->transport, on_closed, fixture);
  soup_websocket_connection_close (fixture->venue.connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "restart");
  wait_told (fixture, "opened");
  test_wait (fixture->venue.n_opened == 2);
  g_signal_handlers_disconnect_by_func (fixture->transport, on_closed_open_again, fixture);
}

static void
on_message_drop (PstTransport *transport, const PstMessage *message, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_clear_object (&fixture->transport);
}

/* A session may drop its transport while it is told of a message. */
static void
test_dropped_inside (Fixture *fixture, gconstpointer data)
{
  open_transport (fixture, fixture->venue.ws_url);
  wait_told (fixture, "opened");
  g_signal_connect (fixture->transport, "message-received", G_CALLBACK (on_message_drop), fixture);
  send_text (fixture, "echo 1");
  send_text (fixture, "echo 2");
  wait_told (fixture, "[echo 1]");
  test_wait (fixture->transport == NULL);
  test_wait (fixture->venue.n_closed == 1);
  g_assert_null (strstr (fixture->told->str, "[echo 2]"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/soup-transport/session", Fixture, NULL, set_up, test_session, tear_down);
  g_test_add_func ("/soup-transport/tls", test_tls);
  g_test_add ("/soup-transport/time", Fixture, NULL, set_up, test_time, tear_down);
  g_test_add ("/soup-transport/given-up", Fixture, NULL, set_up, test_given_up, tear_down);
  g_test_add ("/soup-transport/reopened", Fixture, NULL, set_up, test_reopened, tear_down);
  g_test_add ("/soup-transport/dropped-inside", Fixture, NULL, set_up, test_dropped_inside, tear_down);
  return g_test_run ();
}
