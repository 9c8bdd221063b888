/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What decides between "certainly not sent" and "unknown": libsoup says that a message starts when it has a connection and is about to write. An
 * error before that reached nobody; any later one may have been carried out.
 *
 * libsoup sends some requests again by itself when a kept connection turns out to be closed. Here nothing is sent twice: its word that it
 * is about to is taken as the loss that it is. */
#include "pst-soup-requests.h"

#include <libsoup/soup.h>

#define READ_SIZE (32u * 1024u)

struct _PstSoupRequests
{
  PstTransportLimits limits;
  GTlsDatabase *trust;
  char *agent;
  PstSoupReplyFunc func;
  gpointer user_data;
  SoupSession *session; /* from the first request on */
  GPtrArray *under_way; /* Request */
};

typedef struct
{
  PstSoupRequests *requests; /* NULL once it is forgotten */
  guint64 id;
  SoupMessage *message;
  GCancellable *cancellable;
  GInputStream *stream;
  GByteArray *body;
  gsize body_max;
  gboolean started;
  gboolean again; /* it would have been sent twice */
} Request;

static void
request_clear (Request *request)
{
  g_object_unref (request->message);
  g_object_unref (request->cancellable);
  g_clear_object (&request->stream);
  g_byte_array_unref (request->body);
}

static void
request_unref (gpointer request)
{
  g_rc_box_release_full (request, (GDestroyNotify)request_clear);
}

/* Its answer is not asked for any more. */
static void
forget (gpointer data)
{
  Request *request = data;

  request->requests = NULL;
  g_signal_handlers_disconnect_by_data (request->message, request);
  g_cancellable_cancel (request->cancellable);
  request_unref (request);
}

static void
add_header (const char *name, const char *value, gpointer user_data)
{
  g_ptr_array_add (user_data, (gpointer)name);
  g_ptr_array_add (user_data, (gpointer)value);
}

static void
finish (Request *request, PstHttpOutcome outcome, const char *text)
{
  PstSoupRequests *requests = request->requests;
  g_autoptr (GPtrArray) headers = g_ptr_array_new ();
  PstHttpReply reply = { .outcome = outcome, .text = text, .body = "" };

  if (requests == NULL)
    return;
  if (outcome == PST_HTTP_ANSWERED || outcome == PST_HTTP_TOO_LARGE)
    reply.status = soup_message_get_status (request->message);
  if (outcome == PST_HTTP_ANSWERED)
    {
      reply.length = request->body->len;
      g_byte_array_append (request->body, (const guint8 *)"", 1);
      reply.body = (const char *)request->body->data;
      soup_message_headers_foreach (soup_message_get_response_headers (request->message), add_header, headers);
      g_ptr_array_add (headers, NULL);
      reply.headers = (const char *const *)headers->pdata;
    }
  g_rc_box_acquire (request);
  g_ptr_array_remove (requests->under_way, request);
  requests->func (request->id, &reply, requests->user_data);
  request_unref (request);
}

static void
finish_too_large (Request *request)
{
  g_autofree char *text = g_strdup_printf ("the answer has more than the %" G_GSIZE_FORMAT " bytes that are allowed", request->body_max);

  finish (request, PST_HTTP_TOO_LARGE, text);
}

static void read_on (Request *request);

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (request->requests == NULL)
    ; /* nobody waits for it */
  else if (bytes == NULL)
    finish (request, PST_HTTP_LOST, error->message);
  else if (g_bytes_get_size (bytes) == 0)
    finish (request, PST_HTTP_ANSWERED, "");
  else if (g_bytes_get_size (bytes) > request->body_max - request->body->len)
    finish_too_large (request);
  else
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (bytes, &size);

      g_byte_array_append (request->body, data, (guint)size);
      read_on (request);
    }
  request_unref (request);
}

/* What is unpacked is counted, piece by piece: a small answer cannot unfold into more than a piece too much. */
static void
read_on (Request *request)
{
  g_input_stream_read_bytes_async (request->stream, READ_SIZE, G_PRIORITY_DEFAULT, request->cancellable, on_read, g_rc_box_acquire (request));
}

static gboolean
is_announced_too_large (Request *request)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (request->message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
         && soup_message_headers_get_content_length (headers) > (goffset)request->body_max;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (request->requests == NULL)
    ; /* nobody waits for it */
  else if (request->again)
    finish (request, PST_HTTP_LOST, "the connection broke before the answer; it is not sent twice");
  else if (stream == NULL)
    finish (request, request->started ? PST_HTTP_LOST : PST_HTTP_NOT_SENT, error->message);
  else if (is_announced_too_large (request))
    finish_too_large (request);
  else
    {
      request->stream = g_steal_pointer (&stream);
      read_on (request);
    }
  request_unref (request);
}

static void
on_starting (SoupMessage *message, gpointer user_data)
{
  ((Request *)user_data)->started = TRUE;
}

static void
on_restarted (SoupMessage *message, gpointer user_data)
{
  Request *request = user_data;

  request->again = TRUE;
  g_cancellable_cancel (request->cancellable);
}

static SoupSession *
get_session (PstSoupRequests *requests)
{
  if (requests->session != NULL)
    return requests->session;
  requests->session = g_object_new (SOUP_TYPE_SESSION, "max-conns", (int)MIN (requests->limits.requests_max, G_MAXINT), "max-conns-per-host",
                                    (int)MIN (requests->limits.requests_max, G_MAXINT), NULL);
  if (requests->trust != NULL)
    soup_session_set_tls_database (requests->session, requests->trust);
  soup_session_set_user_agent (requests->session, requests->agent);
  /* A 401 is an answer like any other. */
  soup_session_remove_feature_by_type (requests->session, SOUP_TYPE_AUTH_MANAGER);
  if (!soup_session_has_feature (requests->session, SOUP_TYPE_CONTENT_DECODER))
    soup_session_add_feature_by_type (requests->session, SOUP_TYPE_CONTENT_DECODER);
  return requests->session;
}

static void
fill_message (SoupMessage *message, const PstHttpRequest *request)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autoptr (GBytes) body = g_bytes_new (request->body, request->body_length);

  if (request->body_length > 0)
    soup_message_set_request_body_from_bytes (message, NULL, body);
  for (guint i = 0; request->headers != NULL && request->headers[i] != NULL; i += 2)
    soup_message_headers_append (headers, request->headers[i], request->headers[i + 1]);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
}

/**
 * pst_soup_requests_new:
 * @limits: of the transport; copied
 * @trust: (nullable): whom TLS trusts
 * @agent: who we say we are
 * @func: called with outcomes
 * @user_data: for @func
 *
 * Returns: (transfer full): nothing under way yet
 */
PstSoupRequests *
pst_soup_requests_new (const PstTransportLimits *limits, GTlsDatabase *trust, const char *agent, PstSoupReplyFunc func, gpointer user_data)
{
  PstSoupRequests *requests = g_new0 (PstSoupRequests, 1);

  requests->limits = *limits;
  requests->trust = trust != NULL ? g_object_ref (trust) : NULL;
  requests->agent = g_strdup (agent);
  requests->func = func;
  requests->user_data = user_data;
  requests->under_way = g_ptr_array_new_with_free_func (forget);
  return requests;
}

/**
 * pst_soup_requests_free:
 * @requests: (transfer full): requests
 */
void
pst_soup_requests_free (PstSoupRequests *requests)
{
  g_ptr_array_unref (requests->under_way);
  if (requests->session != NULL)
    soup_session_abort (requests->session);
  g_clear_object (&requests->session);
  g_clear_object (&requests->trust);
  g_free (requests->agent);
  g_free (requests);
}

/**
 * pst_soup_requests_send:
 * @requests: requests
 * @id: how it is known
 * @request: what to ask for
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_SUPPORTED for an address that libsoup cannot take
 *
 * Returns: whether it is under way
 */
gboolean
pst_soup_requests_send (PstSoupRequests *requests, guint64 id, const PstHttpRequest *what, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (what->url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (SoupMessage) message = uri != NULL ? soup_message_new_from_uri (what->method, uri) : NULL;
  Request *request;

  if (message == NULL)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "\"%s\" is no address that can be asked", what->url);
      return FALSE;
    }
  fill_message (message, what);
  request = g_rc_box_new0 (Request);
  request->requests = requests;
  request->id = id;
  request->message = g_steal_pointer (&message);
  request->cancellable = g_cancellable_new ();
  request->body = g_byte_array_new ();
  request->body_max = what->reply_bytes_max;
  g_signal_connect (request->message, "starting", G_CALLBACK (on_starting), request);
  g_signal_connect (request->message, "restarted", G_CALLBACK (on_restarted), request);
  g_ptr_array_add (requests->under_way, request);
  soup_session_send_async (get_session (requests), request->message, G_PRIORITY_DEFAULT, request->cancellable, on_sent, g_rc_box_acquire (request));
  return TRUE;
}

/**
 * pst_soup_requests_cancel:
 * @requests: requests
 * @id: of one; nothing happens when it is over
 */
void
pst_soup_requests_cancel (PstSoupRequests *requests, guint64 id)
{
  for (guint i = 0; i < requests->under_way->len; i++)
    if (((Request *)requests->under_way->pdata[i])->id == id)
      {
        g_ptr_array_remove_index (requests->under_way, i);
        return;
      }
}
