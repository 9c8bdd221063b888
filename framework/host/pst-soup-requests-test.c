/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: an order that was carried out and is taken for not sent, or the other way round. Over a real socket; each way in which an
 * answer can fail. */
#include "pst-soup-requests.h"

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

typedef struct
{
  TestVenue venue;
  TestListener listener;
  PstTransportLimits limits;
  PstSoupRequests *requests;
  GHashTable *replies; /* id -> PstHttpReply */
  guint64 last_id;
} Fixture;

static void
on_reply (guint64 id, const PstHttpReply *reply, gpointer user_data)
{
  Fixture *fixture = user_data;

  /* Once. */
  g_assert_true (g_hash_table_insert (fixture->replies, GSIZE_TO_POINTER (id), pst_http_reply_copy (reply)));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_venue_init (&fixture->venue, NULL);
  test_listener_init (&fixture->listener);
  pst_transport_limits_init (&fixture->limits);
  fixture->requests = pst_soup_requests_new (&fixture->limits, NULL, "test/1", on_reply, fixture);
  fixture->replies = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)pst_http_reply_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->requests, pst_soup_requests_free);
  test_venue_clear (&fixture->venue);
  test_listener_clear (&fixture->listener);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_hash_table_unref (fixture->replies);
}

static guint64
send_request (Fixture *fixture, const PstHttpRequest *what, const char *base, const char *path)
{
  g_autofree char *url = g_strconcat (base, path, NULL);
  g_autoptr (GError) error = NULL;
  PstHttpRequest request = *what;

  request.url = url;
  request.method = request.method != NULL ? request.method : "GET";
  request.reply_bytes_max = request.reply_bytes_max != 0 ? request.reply_bytes_max : fixture->limits.reply_bytes_max;
  g_assert_true (pst_soup_requests_send (fixture->requests, ++fixture->last_id, &request, &error));
  g_assert_no_error (error);
  g_assert_null (g_hash_table_lookup (fixture->replies, GSIZE_TO_POINTER (fixture->last_id)));
  return fixture->last_id;
}

static const PstHttpReply *
wait_for (Fixture *fixture, guint64 id)
{
  test_wait (g_hash_table_contains (fixture->replies, GSIZE_TO_POINTER (id)));
  return g_hash_table_lookup (fixture->replies, GSIZE_TO_POINTER (id));
}

static const PstHttpReply *
get (Fixture *fixture, const char *path)
{
  return wait_for (fixture, send_request (fixture, &(PstHttpRequest){ 0 }, fixture->venue.http_url, path));
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  const char *const headers[] = { "X-Key", "7", NULL };
  PstHttpRequest post = { .method = "POST", .headers = headers, .body = (const guint8 *)"a\0b", .body_length = 3 };
  const PstHttpReply *reply = get (fixture, "/time");

  g_assert_cmpint (reply->outcome, ==, PST_HTTP_ANSWERED);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply->body, ==, "GET /time");
  g_assert_cmpuint (reply->length, ==, 9);
  reply = wait_for (fixture, send_request (fixture, &post, fixture->venue.http_url, "/echo"));
  g_assert_cmpmem (reply->body, reply->length, "a\0b", 3);
  g_assert_cmpstr (pst_http_reply_get_header (reply, "x-key"), ==, "7");

  reply = get (fixture, "/busy");
  g_assert_cmpuint (reply->status, ==, 429);
  g_assert_cmpstr (pst_http_reply_get_header (reply, "Retry-After"), ==, "7");
  reply = get (fixture, "/down");
  g_assert_cmpuint (reply->status, ==, 503);
  g_assert_true (pst_http_reply_is_unknown (reply));
  /* Neither followed nor asked for a password. */
  g_assert_cmpuint (get (fixture, "/moved")->status, ==, 302);
  g_assert_cmpuint (get (fixture, "/secret")->status, ==, 401);
  g_assert_cmpuint (fixture->venue.requests->len, ==, 6);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  guint64 first = fixture->last_id + 1;

  for (guint i = 0; i < 32; i++)
    {
      g_autofree char *path = g_strdup_printf ("/n/%u", i);

      send_request (fixture, &(PstHttpRequest){ 0 }, fixture->venue.http_url, path);
    }
  for (guint64 id = first; id <= fixture->last_id; id++)
    {
      g_autofree char *path = g_strdup_printf ("GET /n/%u", (guint)(id - first));

      g_assert_cmpstr (wait_for (fixture, id)->body, ==, path);
    }
}

typedef struct
{
  const char *method;
  const char *answer; /* NULL: none, and a hang-up */
  gboolean hangs_up;
  PstHttpOutcome outcome;
  guint status;
} Fault;

/* Behind the point where something was sent, nothing is certain. */
static void
test_faults (Fixture *fixture, gconstpointer data)
{
  static const Fault faults[] = {
    { "POST", "", TRUE, PST_HTTP_LOST, 0 },
    { "GET", "", TRUE, PST_HTTP_LOST, 0 },
    { "DELETE", "HTTP/1.1 200", TRUE, PST_HTTP_LOST, 0 },
    { "POST", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", TRUE, PST_HTTP_LOST, 0 },
    { "POST", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf", TRUE, PST_HTTP_LOST, 0 },
    { "POST", "\x16\x03nonsense\r\n\r\n", TRUE, PST_HTTP_LOST, 0 },
    { "GET", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nlarge", FALSE, PST_HTTP_TOO_LARGE, 200 },
    { "GET", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood", FALSE, PST_HTTP_ANSWERED, 200 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      PstHttpRequest request = { .method = faults[i].method, .body = (const guint8 *)"x", .body_length = strcmp (faults[i].method, "POST") == 0 };
      guint n_connections = fixture->listener.n_connections;
      const PstHttpReply *reply;

      g_string_truncate (fixture->listener.received, 0);
      fixture->listener.answer = faults[i].answer;
      fixture->listener.answer_length = strlen (faults[i].answer);
      fixture->listener.hangs_up = faults[i].hangs_up;
      reply = wait_for (fixture, send_request (fixture, &request, fixture->listener.http_url, ""));
      g_test_message ("%u %s", (guint)i, reply->text);
      g_assert_cmpint (reply->outcome, ==, faults[i].outcome);
      g_assert_cmpuint (reply->status, ==, faults[i].status);
      g_assert_true (pst_http_reply_is_unknown (reply) == (faults[i].outcome != PST_HTTP_ANSWERED));
      g_assert_cmpuint (fixture->listener.n_connections, ==, n_connections + 1);
    }
}

/* A connection that was kept and that the venue closes as the next request comes: libsoup would send it again. */
static void
test_not_twice (Fixture *fixture, gconstpointer data)
{
  static const char *const answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";
  const PstHttpReply *reply;
  guint64 id;

  fixture->listener.answer = answer;
  fixture->listener.answer_length = strlen (answer);
  id = send_request (fixture, &(PstHttpRequest){ 0 }, fixture->listener.http_url, "");
  g_assert_cmpint (wait_for (fixture, id)->outcome, ==, PST_HTTP_ANSWERED);
  g_string_truncate (fixture->listener.received, 0);
  fixture->listener.answer = "";
  fixture->listener.answer_length = 0;
  fixture->listener.hangs_up = TRUE;
  id = send_request (fixture, &(PstHttpRequest){ .method = "DELETE" }, fixture->listener.http_url, "");
  reply = wait_for (fixture, id);
  g_assert_cmpint (reply->outcome, ==, PST_HTTP_LOST);
  g_assert_cmpuint (fixture->listener.n_connections, ==, 1);
  g_assert_nonnull (strstr (reply->text, "not sent twice"));
}

static void
test_not_sent (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL, *secure = g_strconcat ("https", strchr (fixture->listener.http_url, ':'), NULL);
  TestListener gone;
  guint64 id;

  test_listener_init (&gone);
  url = g_strdup (gone.http_url);
  test_listener_clear (&gone);
  id = send_request (fixture, &(PstHttpRequest){ .method = "POST" }, url, "");
  g_assert_cmpint (wait_for (fixture, id)->outcome, ==, PST_HTTP_NOT_SENT);
  id = send_request (fixture, &(PstHttpRequest){ .method = "POST" }, secure, "");
  test_wait (fixture->listener.connection != NULL);
  test_listener_send (&fixture->listener, "no TLS here\r\n\r\n", 15);
  g_assert_cmpint (wait_for (fixture, id)->outcome, ==, PST_HTTP_NOT_SENT);
}

/* 50 MB of zeros in 50 KB: what is unpacked counts. */
static void
test_unfolding (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GConverter) packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autoptr (GOutputStream) packed = g_memory_output_stream_new_resizable (), stream = g_converter_output_stream_new (packed, packer);
  g_autofree char *zeros = g_malloc0 (1 << 20);
  g_autoptr (GString) answer = g_string_new ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n");
  PstHttpRequest request = { .reply_bytes_max = 100000 };
  gsize size;

  for (guint i = 0; i < 50; i++)
    g_assert_true (g_output_stream_write_all (stream, zeros, 1 << 20, NULL, NULL, NULL));
  g_output_stream_close (stream, NULL, NULL);
  size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (packed));
  g_assert_cmpuint (size, <, 100000);
  g_string_append_printf (answer, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n", size);
  g_string_append_len (answer, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (packed)), (gssize)size);
  fixture->listener.answer = answer->str;
  fixture->listener.answer_length = answer->len;
  g_assert_cmpint (wait_for (fixture, send_request (fixture, &request, fixture->listener.http_url, ""))->outcome, ==, PST_HTTP_TOO_LARGE);
}

/* What is cancelled, or belongs to a transport that is gone, is not heard of again. */
static void
test_forgotten (Fixture *fixture, gconstpointer data)
{
  guint64 id = send_request (fixture, &(PstHttpRequest){ 0 }, fixture->venue.http_url, "/a");

  pst_soup_requests_cancel (fixture->requests, id);
  pst_soup_requests_cancel (fixture->requests, id);
  get (fixture, "/b");
  g_assert_false (g_hash_table_contains (fixture->replies, GSIZE_TO_POINTER (id)));
  send_request (fixture, &(PstHttpRequest){ 0 }, fixture->listener.http_url, "");
  test_wait (fixture->listener.received->len > 0);
  g_clear_pointer (&fixture->requests, pst_soup_requests_free);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (g_hash_table_size (fixture->replies), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/soup-requests/answers", Fixture, NULL, set_up, test_answers, tear_down);
  g_test_add ("/soup-requests/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/soup-requests/faults", Fixture, NULL, set_up, test_faults, tear_down);
  g_test_add ("/soup-requests/not-twice", Fixture, NULL, set_up, test_not_twice, tear_down);
  g_test_add ("/soup-requests/not-sent", Fixture, NULL, set_up, test_not_sent, tear_down);
  g_test_add ("/soup-requests/unfolding", Fixture, NULL, set_up, test_unfolding, tear_down);
  g_test_add ("/soup-requests/forgotten", Fixture, NULL, set_up, test_forgotten, tear_down);
  return g_test_run ();
}
