/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An outcome that is taken for "not done" when it is unknown sends an order twice; a copy that still points into the transport reads what
 * the next message left there. */

#include <penstock.h>

static void
test_copies (void)
{
  char url[] = "wss://a.test", bytes[] = "a\0b", why[] = "gone";
  PstOpened opened = { url, 5 };
  PstMessage message = { bytes, 3, 7 };
  PstClosed closed = { PST_CLOSE_BY_PEER, TRUE, 1001, 0, 0, why, 9 };
  g_autoptr (PstOpened) opened_copy = g_boxed_copy (PST_TYPE_OPENED, &opened);
  g_autoptr (PstMessage) message_copy = g_boxed_copy (PST_TYPE_MESSAGE, &message);
  g_autoptr (PstClosed) closed_copy = g_boxed_copy (PST_TYPE_CLOSED, &closed);

  url[0] = bytes[0] = why[0] = '?';
  g_assert_cmpstr (opened_copy->url, ==, "wss://a.test");
  g_assert_cmpint (opened_copy->time_ns, ==, 5);
  g_assert_cmpmem (message_copy->text, message_copy->length + 1, "a\0b", 4);
  g_assert_cmpint (message_copy->receive_time_ns, ==, 7);
  g_assert_cmpstr (closed_copy->text, ==, "gone");
  g_assert_cmpuint (closed_copy->code, ==, 1001);
}

static void
test_reply (void)
{
  const char *const headers[] = { "Retry-After", "2", "X-MBX-USED-WEIGHT-1M", "17", NULL };
  PstHttpReply reply = { PST_HTTP_ANSWERED, 429, headers, "slow down", 9, "", 11 }, empty = { PST_HTTP_NOT_SENT, 0, NULL, "", 0, "why", 1 };
  g_autoptr (PstHttpReply) copy = g_boxed_copy (PST_TYPE_HTTP_REPLY, &reply);
  g_autoptr (PstHttpReply) empty_copy = pst_http_reply_copy (&empty);

  g_assert_cmpstr (pst_http_reply_get_header (copy, "retry-after"), ==, "2");
  g_assert_cmpstr (pst_http_reply_get_header (copy, "x-mbx-used-weight-1m"), ==, "17");
  g_assert_null (pst_http_reply_get_header (copy, "17"));
  g_assert_null (pst_http_reply_get_header (empty_copy, "retry-after"));
  g_assert_cmpmem (copy->body, copy->length + 1, "slow down", 10);
  g_assert_cmpuint (copy->status, ==, 429);
  g_assert_cmpstr (empty_copy->body, ==, "");
}

static void
test_unknown (void)
{
  const struct
  {
    PstHttpOutcome outcome;
    guint status;
    gboolean unknown;
  } cases[] = {
    { PST_HTTP_ANSWERED, 200, FALSE }, { PST_HTTP_ANSWERED, 400, FALSE }, { PST_HTTP_ANSWERED, 429, FALSE }, { PST_HTTP_ANSWERED, 499, FALSE },
    { PST_HTTP_ANSWERED, 500, TRUE },  { PST_HTTP_ANSWERED, 503, TRUE },  { PST_HTTP_NOT_SENT, 0, FALSE },   { PST_HTTP_TIMED_OUT, 0, TRUE },
    { PST_HTTP_LOST, 0, TRUE },        { PST_HTTP_TOO_LARGE, 200, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHttpReply reply = { cases[i].outcome, cases[i].status, NULL, "", 0, "", 0 };

      g_assert_cmpint (pst_http_reply_is_unknown (&reply), ==, cases[i].unknown);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/transport-facts/copies", test_copies);
  g_test_add_func ("/sdk/transport-facts/reply", test_reply);
  g_test_add_func ("/sdk/transport-facts/unknown", test_unknown);
  return g_test_run ();
}
