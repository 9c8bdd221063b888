/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A simulated network that does not do what it says proves sessions robust that are not. */

#include <penstock-check.h>

#define URL "wss://venue.test/ws"

typedef struct
{
  PstClock *clock;
  PstSimulatedTransport *wire;
  PstTransport *transport;
  GString *heard; /* by the session */
  GString *got;   /* by the venue */
} Fixture;

static void
on_opened (PstTransport *transport, const PstOpened *opened, gpointer user_data)
{
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
  g_string_append_printf (user_data, "closed(%d,%u,%u)@%d ", closed->reason, closed->code, closed->http_status,
                          (int)(closed->time_ns / PST_NS_PER_MS));
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  g_string_append_printf (user_data, "%d:%u:%s@%d ", reply->outcome, reply->status, reply->body, (int)(reply->receive_time_ns / PST_NS_PER_MS));
}

static void
peer_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->got, "%s@%d ", text, (int)(pst_clock_now_ns (fixture->clock) / PST_NS_PER_MS));
  if (strcmp (text, "ask") == 0)
    g_assert_true (pst_simulated_transport_push (wire, "answer", -1));
}

static void
peer_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->got, "%s%s@%d ", request->method, request->url, (int)(pst_clock_now_ns (fixture->clock) / PST_NS_PER_MS));
  reply->status = 200;
  reply->body = "done";
  reply->length = 4;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = pst_simulated_clock_new (0);
  fixture->wire = pst_simulated_transport_new (fixture->clock, 1);
  fixture->transport = PST_TRANSPORT (fixture->wire);
  fixture->heard = g_string_new (NULL);
  fixture->got = g_string_new (NULL);
  pst_simulated_transport_set_peer (fixture->wire, &(PstSimulatedPeer){ .on_sent = peer_sent, .on_request = peer_request }, fixture);
  g_signal_connect (fixture->wire, "opened", G_CALLBACK (on_opened), fixture->heard);
  g_signal_connect (fixture->wire, "message-received", G_CALLBACK (on_message), fixture->heard);
  g_signal_connect (fixture->wire, "closed", G_CALLBACK (on_closed), fixture->heard);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->wire), (gpointer *)&fixture->wire);
  g_object_unref (fixture->wire);
  g_assert_null (fixture->wire);
  g_assert_cmpint (pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (fixture->clock)), ==, G_MAXINT64);
  g_object_unref (fixture->clock);
  g_string_free (fixture->heard, TRUE);
  g_string_free (fixture->got, TRUE);
}

static void
advance (Fixture *fixture, gint64 ms)
{
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), pst_clock_now_ns (fixture->clock) + ms * PST_NS_PER_MS));
}

static void
assert_text (GString *text, const char *expected)
{
  g_assert_cmpstr (text->str, ==, expected);
  g_string_truncate (text, 0);
}

static void
open_it (Fixture *fixture)
{
  g_assert_true (pst_transport_open (fixture->transport, URL, NULL));
  advance (fixture, 2);
  g_assert_cmpint (pst_transport_get_state (fixture->transport), ==, PST_TRANSPORT_OPEN);
  g_string_truncate (fixture->heard, 0);
}

static void
push (Fixture *fixture, const char *text)
{
  g_assert_true (pst_simulated_transport_push (fixture->wire, text, -1));
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  g_assert_false (pst_simulated_transport_push (fixture->wire, "nobody", -1));
  g_assert_true (pst_transport_open (fixture->transport, URL, NULL));
  advance (fixture, 5);
  assert_text (fixture->heard, "opened@2 ");
  g_assert_true (pst_transport_send (fixture->transport, "ask", -1, NULL));
  assert_text (fixture->got, "");
  advance (fixture, 5);
  assert_text (fixture->got, "ask@6 ");
  assert_text (fixture->heard, "answer@7 ");
  push (fixture, "a");
  pst_simulated_transport_hang_up (fixture->wire, 1001, "going");
  advance (fixture, 5);
  assert_text (fixture->heard, "a@11 closed(1,1001,0)@11 ");
  open_it (fixture);
  pst_transport_close (fixture->transport);
  advance (fixture, 5);
  assert_text (fixture->heard, "closed(0,1000,0)@19 ");
}

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  const PstFault faults[] = { PST_FAULT_DROP, PST_FAULT_DUPLICATE, PST_FAULT_REORDER, PST_FAULT_DELAY };

  open_it (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    pst_simulated_transport_fault_message (fixture->wire, 2 * i + 2, faults[i], 10 * PST_NS_PER_MS);
  for (char c = 'a'; c <= 'i'; c++)
    push (fixture, (char[]){ c, '\0' });
  advance (fixture, 100);
  /* b lost, d twice, f behind g, h late and i with it. */
  assert_text (fixture->heard, "a@3 c@3 d@3 d@3 e@3 g@3 f@3 h@13 i@13 ");
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    g_assert_cmpuint (pst_simulated_transport_get_n_faults (fixture->wire, faults[i]), ==, 1);

  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_CORRUPT, 0);
  push (fixture, "x7");
  advance (fixture, 5);
  g_assert_cmpstr (fixture->heard->str, !=, "x7@103 ");
  g_assert_cmpuint (strlen (fixture->heard->str), ==, strlen ("x7@103 "));
}

static void
test_cuts (Fixture *fixture, gconstpointer data)
{
  open_it (fixture);
  pst_simulated_transport_fault_message (fixture->wire, 2, PST_FAULT_CUT, 0);
  push (fixture, "a");
  push (fixture, "b");
  push (fixture, "c");
  advance (fixture, 3);
  assert_text (fixture->heard, "a@3 closed(4,0,0)@3 ");
  open_it (fixture);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_CUT_AFTER, 0);
  push (fixture, "d");
  push (fixture, "e");
  advance (fixture, 3);
  assert_text (fixture->heard, "d@8 closed(4,0,0)@8 ");

  /* What we sent arrived and was answered; we shall never know. */
  open_it (fixture);
  pst_simulated_transport_fault_sent (fixture->wire, 1, PST_FAULT_CUT_AFTER);
  pst_simulated_transport_fault_sent (fixture->wire, 2, PST_FAULT_CUT);
  g_assert_true (pst_transport_send (fixture->transport, "ask", -1, NULL));
  advance (fixture, 8);
  assert_text (fixture->got, "ask@13 ");
  assert_text (fixture->heard, "closed(4,0,0)@13 ");
  open_it (fixture);
  g_assert_true (pst_transport_send (fixture->transport, "ask", -1, NULL));
  advance (fixture, 8);
  assert_text (fixture->got, "");
  assert_text (fixture->heard, "closed(4,0,0)@23 ");
}

static void
test_opens (Fixture *fixture, gconstpointer data)
{
  pst_simulated_transport_refuse_opens (fixture->wire, 1, 429);
  pst_simulated_transport_ignore_opens (fixture->wire, 1);
  g_assert_true (pst_transport_open (fixture->transport, URL, NULL));
  advance (fixture, 10000);
  assert_text (fixture->heard, "closed(5,0,0)@10000 ");
  g_assert_true (pst_transport_open (fixture->transport, URL, NULL));
  advance (fixture, 10);
  assert_text (fixture->heard, "closed(2,0,429)@10002 ");
  open_it (fixture);
  advance (fixture, 60000);
  assert_text (fixture->heard, "closed(5,0,0)@70012 ");
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  PstHttpRequest request = { .method = "POST", .url = "https://v.test/o", .timeout_ms = 50 };

  pst_simulated_transport_fault_request (fixture->wire, PST_HTTP_ANSWERED, 429, FALSE);
  pst_simulated_transport_fault_request (fixture->wire, PST_HTTP_TIMED_OUT, 0, TRUE);
  pst_simulated_transport_fault_request (fixture->wire, PST_HTTP_TIMED_OUT, 0, FALSE);
  pst_simulated_transport_fault_request (fixture->wire, PST_HTTP_LOST, 0, TRUE);
  pst_simulated_transport_fault_request (fixture->wire, PST_HTTP_NOT_SENT, 0, FALSE);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, NULL), >, 0);
  advance (fixture, 100);
  assert_text (fixture->got, "POSThttps://v.test/o@1 POSThttps://v.test/o@1 POSThttps://v.test/o@1 ");
  assert_text (fixture->heard, "0:429:@2 1:0:@2 3:0:@2 0:200:done@2 2:0:@50 2:0:@50 ");
  g_assert_cmpuint (pst_transport_request (fixture->transport, &request, on_reply, fixture->heard, NULL), >, 0);
}

/* The same seed, the same messages at the same times, whatever happens to them. */
static char *
play (guint64 seed, guint64 n_faults[PST_FAULT_N])
{
  static const guint per_mille[PST_FAULT_N] = { 50, 50, 50, 50, 50, 5, 5 };
  Fixture fixture;
  char *heard;

  set_up (&fixture, NULL);
  g_object_unref (fixture.wire);
  fixture.wire = pst_simulated_transport_new (fixture.clock, seed);
  fixture.transport = PST_TRANSPORT (fixture.wire);
  g_signal_connect (fixture.wire, "message-received", G_CALLBACK (on_message), fixture.heard);
  g_signal_connect (fixture.wire, "closed", G_CALLBACK (on_closed), fixture.heard);
  pst_simulated_transport_set_fault_rates (fixture.wire, per_mille, 5 * PST_NS_PER_MS);
  for (guint i = 0; i < 2000; i++)
    {
      char text[16];

      g_snprintf (text, sizeof text, "m%u", i);
      if (pst_transport_get_state (fixture.transport) == PST_TRANSPORT_CLOSED)
        g_assert_true (pst_transport_open (fixture.transport, URL, NULL));
      advance (&fixture, 2);
      pst_simulated_transport_push (fixture.wire, text, -1);
    }
  for (guint i = 0; i < PST_FAULT_N; i++)
    n_faults[i] = pst_simulated_transport_get_n_faults (fixture.wire, i);
  heard = g_strdup (fixture.heard->str);
  tear_down (&fixture, NULL);
  return heard;
}

static void
test_seed (void)
{
  guint64 n[PST_FAULT_N];
  guint32 seed = g_test_rand_int ();
  g_autofree char *one = play (seed, n), *two = play (seed, n), *other = play (seed + 1, n);

  g_test_message ("seed %u", seed);
  g_assert_cmpstr (one, ==, two);
  g_assert_cmpstr (one, !=, other);
  for (guint i = 0; i < PST_FAULT_CUT; i++)
    {
      g_assert_cmpuint (n[i], >, 50);
      g_assert_cmpuint (n[i], <, 160);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/check/simulated-transport/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("life", test_life);
  ADD ("faults", test_faults);
  ADD ("cuts", test_cuts);
  ADD ("opens", test_opens);
  ADD ("requests", test_requests);
  g_test_add_func ("/check/simulated-transport/seed", test_seed);
  return g_test_run ();
}
