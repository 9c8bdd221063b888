/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A replay that loses, doubles or moves a message tests another session than the one that was recorded. */

#include <glib/gstdio.h>
#include <penstock.h>

#define SECOND PST_NS_PER_SECOND

static char *
write_file (const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  gint fd = g_file_open_tmp ("penstock-capture-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, &error));
  return path;
}

static void
on_opened (PstTransport *transport, const PstOpened *opened, gpointer user_data)
{
  g_string_append_printf (user_data, "opened@%d ", (int)(opened->time_ns / SECOND));
}

static void
on_message (PstTransport *transport, const PstMessage *message, gpointer user_data)
{
  g_string_append_printf (user_data, "%s@%d ", message->text, (int)(message->receive_time_ns / SECOND));
  if (strcmp (message->text, "close") == 0)
    pst_transport_close (transport);
}

static void
on_closed (PstTransport *transport, const PstClosed *closed, gpointer user_data)
{
  g_string_append_printf (user_data, "closed(%d)@%d ", closed->reason, (int)(closed->time_ns / SECOND));
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  g_string_append_printf (user_data, "%d:%u:%s@%d ", reply->outcome, reply->status, reply->body, (int)(reply->receive_time_ns / SECOND));
}

static PstTransport *
play (PstClock *clock, const char *text, GString *heard)
{
  g_autofree char *path = write_file (text);
  g_autoptr (GError) error = NULL;
  PstRecordedTransport *recorded = pst_recorded_transport_new (clock, path, NULL, &error);

  g_assert_no_error (error);
  g_signal_connect (recorded, "opened", G_CALLBACK (on_opened), heard);
  g_signal_connect (recorded, "message-received", G_CALLBACK (on_message), heard);
  g_signal_connect (recorded, "closed", G_CALLBACK (on_closed), heard);
  g_unlink (path);
  return PST_TRANSPORT (recorded);
}

static void
advance (PstClock *clock, gint64 second)
{
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), second * SECOND));
}

static void
assert_heard (GString *heard, const char *expected)
{
  g_assert_cmpstr (heard->str, ==, expected);
  g_string_truncate (heard, 0);
}

static void
test_times (void)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (PstTransport) transport
      = play (clock, "wss://a.test <-> 10\nwss://a.test <- 10: sub\n11: a\n11: b\n13: c\nwss://a.test <-> 15\n16: d\n", heard);

  g_assert_cmpint (pst_recorded_transport_get_start_ns (PST_RECORDED_TRANSPORT (transport)), ==, 10 * SECOND);
  g_assert_true (pst_transport_open (transport, "wss://other.test", NULL));
  assert_heard (heard, "");
  advance (clock, 12);
  g_assert_true (pst_transport_send (transport, "whatever", -1, NULL));
  assert_heard (heard, "opened@10 a@11 b@11 ");
  advance (clock, 14);
  assert_heard (heard, "c@13 ");
  advance (clock, 20);
  assert_heard (heard, "closed(4)@15 ");
  g_assert_false (pst_recorded_transport_is_at_end (PST_RECORDED_TRANSPORT (transport)));
  /* Late, but nothing is lost and the order stays. */
  g_assert_true (pst_transport_open (transport, "wss://other.test", NULL));
  advance (clock, 21);
  assert_heard (heard, "opened@20 d@20 closed(8)@20 ");
  g_assert_true (pst_recorded_transport_is_at_end (PST_RECORDED_TRANSPORT (transport)));
  g_assert_true (pst_transport_open (transport, "wss://other.test", NULL));
  advance (clock, 22);
  assert_heard (heard, "closed(8)@21 ");
}

static void
test_close (void)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (PstTransport) transport = play (clock, "wss://a.test <-> 1\n2: a\n2: close\n2: never\n3: never\nwss://a.test <-> 4\n5: b\n", heard);

  g_assert_true (pst_transport_open (transport, "wss://a.test", NULL));
  advance (clock, 3);
  assert_heard (heard, "opened@1 a@2 close@2 closed(0)@2 ");
  g_assert_true (pst_transport_open (transport, "wss://a.test", NULL));
  advance (clock, 5);
  assert_heard (heard, "opened@4 b@5 closed(8)@5 ");
}

static void
test_strict (void)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (PstTransport) transport = play (clock, "wss://a.test <-> 1\nwss://a.test <- 1: sub\n2: a\n", heard);
  g_autoptr (GError) error = NULL;

  pst_recorded_transport_set_strict (PST_RECORDED_TRANSPORT (transport), TRUE);
  g_assert_false (pst_transport_open (transport, "wss://b.test", &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (pst_transport_open (transport, "wss://a.test", &error));
  advance (clock, 3);
  assert_heard (heard, "opened@1 ");
  g_assert_false (pst_transport_send (transport, "bus", -1, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (pst_transport_send (transport, "sub", -1, &error));
  assert_heard (heard, "");
  g_assert_false (pst_transport_send (transport, "sub", -1, &error));
  advance (clock, 4);
  assert_heard (heard, "a@3 closed(8)@3 ");
}

static void
test_replies (void)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GString) heard = g_string_new (NULL);
  g_autoptr (PstTransport) transport = play (clock, "https://a.test/d -> 5: one\nhttps://a.test/e -> 6: e\nhttps://a.test/d -> 7: two\n", heard);
  g_autofree char *more = write_file ("{\"t\":\"http\",\"ts\":1,\"url\":\"https://a.test/f\",\"data\":\"f\",\"status\":503}\n");
  PstHttpRequest request = { .url = "https://a.test/d" };

  g_assert_true (pst_recorded_transport_add_replies (PST_RECORDED_TRANSPORT (transport), more, NULL));
  g_unlink (more);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (pst_transport_request (transport, &request, on_reply, heard, NULL), >, 0);
  request.url = "https://a.test/f";
  g_assert_cmpuint (pst_transport_request (transport, &request, on_reply, heard, NULL), >, 0);
  request.url = "https://a.test/e";
  request.timeout_ms = 2000;
  g_assert_true (pst_transport_cancel_request (transport, pst_transport_request (transport, &request, on_reply, heard, NULL)));
  assert_heard (heard, "");
  advance (clock, 10);
  assert_heard (heard, "1:0:@0 0:503:f@1 0:200:one@5 0:200:two@7 ");
}

static void
count_message (PstTransport *transport, const PstMessage *message, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
test_recorded (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", "market-data", "books/coinbase-advanced-20260809",
                                            "COINBASE.jsonl", NULL);
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (PstRecordedTransport) recorded = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the recorded session is not there: ../shared/market-data/books/coinbase-advanced-20260809");
      return;
    }
  g_assert_null (pst_recorded_transport_new (clock, path, "COINBASE.ws.3", &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  recorded = pst_recorded_transport_new (clock, path, "COINBASE.ws.2", &error);
  g_assert_no_error (error);
  g_signal_connect (recorded, "message-received", G_CALLBACK (count_message), &n);
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), pst_recorded_transport_get_start_ns (recorded)));
  g_assert_true (pst_transport_open (PST_TRANSPORT (recorded), "wss://advanced-trade-ws.coinbase.com", &error));
  while (pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (clock)) != G_MAXINT64)
    pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (clock)));
  g_assert_cmpuint (n, ==, 1030);
  g_assert_true (pst_recorded_transport_is_at_end (recorded));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/recorded-transport/times", test_times);
  g_test_add_func ("/sdk/recorded-transport/close", test_close);
  g_test_add_func ("/sdk/recorded-transport/strict", test_strict);
  g_test_add_func ("/sdk/recorded-transport/replies", test_replies);
  g_test_add_func ("/sdk/recorded-transport/recorded", test_recorded);
  return g_test_run ();
}
