/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules that every transport gets from the base: a session that is told twice that it is connected, or never that it is not, stands still
 * with an open position. */

#include <penstock.h>

#define URL "wss://venue.test/ws"

/* Does nothing by itself: the test plays the network. */
typedef struct
{
  PstTransport parent_instance;
  GString *log;
  gboolean refuse;
} FakeTransport;

typedef PstTransportClass FakeTransportClass;

GType fake_transport_get_type (void);
G_DEFINE_TYPE (FakeTransport, fake_transport, PST_TYPE_TRANSPORT)

static gboolean
fake_step (PstTransport *transport, const char *what, GError **error)
{
  FakeTransport *fake = (FakeTransport *)transport;

  g_string_append_printf (fake->log, "%s ", what);
  if (fake->refuse)
    g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "the fake says no");
  return !fake->refuse;
}

static gboolean
fake_open (PstTransport *transport, const char *url, GError **error)
{
  return fake_step (transport, "open", error);
}

static gboolean
fake_send (PstTransport *transport, const char *text, gsize length, GError **error)
{
  return fake_step (transport, "send", error);
}

static void
fake_close (PstTransport *transport)
{
  fake_step (transport, "close", NULL);
}

static void
fake_cut (PstTransport *transport)
{
  fake_step (transport, "cut", NULL);
}

static gboolean
fake_request (PstTransport *transport, guint64 id, const PstHttpRequest *request, GError **error)
{
  g_assert_cmpuint (request->timeout_ms, >, 0);
  g_assert_nonnull (request->method);
  return fake_step (transport, "request", error);
}

static void
fake_cancel_request (PstTransport *transport, guint64 id)
{
  fake_step (transport, "cancel", NULL);
}

static void
fake_transport_finalize (GObject *object)
{
  g_string_free (((FakeTransport *)object)->log, TRUE);
  G_OBJECT_CLASS (fake_transport_parent_class)->finalize (object);
}

static void
fake_transport_class_init (FakeTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_transport_finalize;
  klass->open = fake_open;
  klass->send = fake_send;
  klass->close = fake_close;
  klass->cut = fake_cut;
  klass->request = fake_request;
  klass->cancel_request = fake_cancel_request;
}

static void
fake_transport_init (FakeTransport *fake)
{
  fake->log = g_string_new (NULL);
}

typedef struct
{
  PstClock *clock;
  PstTransport *transport;
  GString *heard;
} Fixture;

static void
on_opened (PstTransport *transport, const PstOpened *opened, gpointer user_data)
{
  g_assert_cmpstr (opened->url, ==, URL);
  g_assert_cmpint (pst_transport_get_state (transport), ==, PST_TRANSPORT_OPEN);
  g_string_append_printf (user_data, "opened@%d ", (int)(opened->time_ns / PST_NS_PER_MS));
}

static void
on_message (PstTransport *transport, const PstMessage *message, gpointer user_data)
{
  g_string_append_printf (user_data, "%s@%d ", message->text, (int)(message->receive_time_ns / PST_NS_PER_MS));
}

static void
on_closed (PstTransport *transport, const PstClosed *closed, gpointer user_data)
{
  g_assert_nonnull (closed->text);
  g_assert_cmpint (pst_transport_get_state (transport), ==, PST_TRANSPORT_CLOSED);
  g_string_append_printf (user_data, "closed(%d)@%d ", closed->reason, (int)(closed->time_ns / PST_NS_PER_MS));
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  g_assert_nonnull (reply->body);
  g_string_append_printf (user_data, "reply(%d,%u)@%d ", reply->outcome, reply->status, (int)(reply->receive_time_ns / PST_NS_PER_MS));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = pst_simulated_clock_new (0);
  fixture->transport = g_object_new (fake_transport_get_type (), "clock", fixture->clock, NULL);
  fixture->heard = g_string_new (NULL);
  g_signal_connect (fixture->transport, "opened", G_CALLBACK (on_opened), fixture->heard);
  g_signal_connect (fixture->transport, "message-received", G_CALLBACK (on_message), fixture->heard);
  g_signal_connect (fixture->transport, "closed", G_CALLBACK (on_closed), fixture->heard);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->transport), (gpointer *)&fixture->transport);
  g_object_unref (fixture->transport);
  g_assert_null (fixture->transport);
  g_assert_cmpint (pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (fixture->clock)), ==, G_MAXINT64);
  g_object_unref (fixture->clock);
  g_string_free (fixture->heard, TRUE);
}

static void
advance (Fixture *fixture, gint64 ms)
{
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), pst_clock_now_ns (fixture->clock) + ms * PST_NS_PER_MS));
}

static void
assert_heard (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->heard->str, ==, expected);
  g_string_truncate (fixture->heard, 0);
}

static void
assert_done (Fixture *fixture, const char *expected)
{
  FakeTransport *fake = (FakeTransport *)fixture->transport;

  g_assert_cmpstr (fake->log->str, ==, expected);
  g_string_truncate (fake->log, 0);
}

static void
open_it (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_transport_open (fixture->transport, URL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pst_transport_get_state (fixture->transport), ==, PST_TRANSPORT_OPENING);
  pst_transport_take_opened (fixture->transport);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PstClosed lost = { .reason = PST_CLOSE_LOST };

  g_assert_false (pst_transport_send (fixture->transport, "early", -1, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO);
  g_clear_error (&error);
  g_assert_false (pst_transport_take_message (fixture->transport, "stray", 5));
  open_it (fixture);
  assert_heard (fixture, "opened@0 ");
  pst_transport_take_opened (fixture->transport);
  g_assert_false (pst_transport_open (fixture->transport, URL, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  advance (fixture, 5);
  g_assert_true (pst_transport_take_message (fixture->transport, "a", 1));
  g_assert_true (pst_transport_send (fixture->transport, "hello", -1, &error));
  pst_transport_take_closed (fixture->transport, &lost);
  pst_transport_take_closed (fixture->transport, &lost);
  assert_heard (fixture, "a@5 closed(4)@5 ");
  pst_transport_close (fixture->transport);
  assert_done (fixture, "open send ");
  open_it (fixture);
  assert_heard (fixture, "opened@5 ");
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  PstClosed goodbye = { .reason = PST_CLOSE_BY_PEER, .clean = TRUE, .code = 1000 };

  open_it (fixture);
  pst_transport_close (fixture->transport);
  pst_transport_close (fixture->transport);
  /* Nothing is heard after we said goodbye. */
  g_assert_false (pst_transport_take_message (fixture->transport, "late", 4));
  pst_transport_take_closed (fixture->transport, &goodbye);
  assert_heard (fixture, "opened@0 closed(0)@0 ");
  assert_done (fixture, "open close ");
  open_it (fixture);
  pst_transport_close (fixture->transport);
  advance (fixture, 1999);
  assert_heard (fixture, "opened@0 ");
  advance (fixture, 1);
  assert_heard (fixture, "closed(0)@2000 ");
  assert_done (fixture, "open close cut ");
}

static void
test_time_limits (Fixture *fixture, gconstpointer data)
{
  g_assert_true (pst_transport_open (fixture->transport, URL, NULL));
  advance (fixture, 10000);
  pst_transport_take_opened (fixture->transport);
  assert_heard (fixture, "closed(5)@10000 ");
  assert_done (fixture, "open cut ");

  open_it (fixture);
  advance (fixture, 59000);
  g_assert_true (pst_transport_take_message (fixture->transport, "m", 1));
  advance (fixture, 59000);
  pst_transport_take_life (fixture->transport);
  advance (fixture, 59999);
  assert_heard (fixture, "opened@10000 m@69000 ");
  advance (fixture, 1);
  assert_heard (fixture, "closed(5)@188000 ");
}

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PstTransportLimits limits;

  pst_transport_limits_init (&limits);
  limits.message_bytes_max = 3;
  limits.send_bytes_max = 4;
  g_assert_true (pst_transport_set_limits (fixture->transport, &limits, &error));
  open_it (fixture);
  g_assert_false (pst_transport_set_limits (fixture->transport, &limits, &error));
  g_clear_error (&error);
  g_assert_true (pst_transport_take_message (fixture->transport, "abc", 3));
  g_assert_true (pst_transport_send (fixture->transport, "abcd", 4, &error));
  g_assert_false (pst_transport_send (fixture->transport, "abcde", 5, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (pst_transport_send (fixture->transport, "\xff", 1, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (pst_transport_take_message (fixture->transport, "abcd", 4));
  assert_heard (fixture, "opened@0 abc@0 closed(6)@0 ");
  assert_done (fixture, "open send cut ");

  limits.silence_max_ms = limits.ping_interval_ms;
  g_assert_false (pst_transport_set_limits (fixture->transport, &limits, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  limits.silence_max_ms = 0;
  limits.queue_bytes_max = 3;
  g_assert_false (pst_transport_set_limits (fixture->transport, &limits, &error));
  g_clear_error (&error);
  limits.queue_bytes_max = 4;
  limits.open_timeout_ms = 0;
  g_assert_false (pst_transport_set_limits (fixture->transport, &limits, &error));
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  const char *bad[] = { "", "venue", "https://venue.test", "wss://", "wss:///path", "wss://a b/", "ws://[::1/" };
  PstHttpRequest request = { .url = "wss://venue.test" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_transport_open (fixture->transport, bad[i], &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
    }
  g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, NULL), ==, 0);
  assert_done (fixture, "");
  ((FakeTransport *)fixture->transport)->refuse = TRUE;
  g_assert_false (pst_transport_open (fixture->transport, URL, NULL));
  g_assert_cmpint (pst_transport_get_state (fixture->transport), ==, PST_TRANSPORT_CLOSED);
  advance (fixture, 100000);
  assert_heard (fixture, "");
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PstHttpRequest request = { .url = "https://venue.test/x", .timeout_ms = 100, .reply_bytes_max = 3 };
  PstHttpReply fits = { .outcome = PST_HTTP_ANSWERED, .status = 200, .body = "abc", .length = 3 };
  PstHttpReply large = { .outcome = PST_HTTP_ANSWERED, .status = 200, .body = "abcd", .length = 4 };
  guint64 ids[4];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      ids[i] = pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (ids[i], >, 0);
    }
  advance (fixture, 1);
  pst_transport_take_reply (fixture->transport, ids[1], &fits);
  pst_transport_take_reply (fixture->transport, ids[1], &fits);
  pst_transport_take_reply (fixture->transport, ids[0], &large);
  assert_heard (fixture, "reply(0,200)@1 reply(4,200)@1 ");
  g_assert_true (pst_transport_cancel_request (fixture->transport, ids[2]));
  g_assert_false (pst_transport_cancel_request (fixture->transport, ids[2]));
  pst_transport_take_reply (fixture->transport, ids[2], &fits);
  g_assert_cmpuint (pst_transport_get_n_requests (fixture->transport), ==, 1);
  advance (fixture, 99);
  pst_transport_take_reply (fixture->transport, ids[3], &fits);
  assert_heard (fixture, "reply(2,0)@100 ");
  assert_done (fixture, "request request request request cancel cancel ");
  ((FakeTransport *)fixture->transport)->refuse = TRUE;
  g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, &error), ==, 0);
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO);
  g_assert_cmpuint (pst_transport_get_n_requests (fixture->transport), ==, 0);
}

static void
test_request_limits (Fixture *fixture, gconstpointer data)
{
  const char *const odd[] = { "A", NULL }, *const broken[] = { "A", "b\r\nC: d", NULL }, *const nameless[] = { "", "b", NULL };
  const char *const *bad[] = { odd, broken, nameless };
  PstHttpRequest request = { .url = "https://venue.test/x" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      request.headers = bad[i];
      g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, &error), ==, 0);
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
    }
  request.headers = NULL;
  request.body = (const guint8 *)"";
  request.body_length = (1 << 20) + 1;
  g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, NULL), ==, 0);
  request.body_length = 0;
  for (guint i = 0; i < 32; i++)
    g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, NULL), ==, i + 1);
  g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, NULL), ==, 0);
  /* Dropped with everything under way: nothing is heard, no timer stays (tear-down looks). */
  g_assert_cmpuint (pst_transport_get_n_requests (fixture->transport), ==, 32);
  assert_heard (fixture, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/sdk/transport/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("life", test_life);
  ADD ("close", test_close);
  ADD ("time-limits", test_time_limits);
  ADD ("limits", test_limits);
  ADD ("addresses", test_addresses);
  ADD ("requests", test_requests);
  ADD ("request-limits", test_request_limits);
  return g_test_run ();
}
