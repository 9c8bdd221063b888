/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a request's head to its answer. What can be refused is refused by the head alone, before a body is read; what is cheap and says nothing comes
 * first, what belongs to a user only after the token. */

#include "pst-http-origin.h"
#include "pst-http-private.h"
#include "pst-http-request.h"

#include <string.h>

#define KEY "pst-http-exchange"
#define IDEMPOTENCY "Idempotency-Key"
/* What a wrong token costs of an address's rate. */
#define WRONG_TOKEN_COST 9

static PstHttpExchange *
exchange_ref (PstHttpExchange *exchange)
{
  g_ref_count_inc (&exchange->references);
  return exchange;
}

static void
exchange_unref (gpointer data)
{
  PstHttpExchange *exchange = data;

  if (!g_ref_count_dec (&exchange->references))
    return;
  g_clear_pointer (&exchange->parameters, g_variant_dict_unref);
  pst_http_filter_clear (&exchange->filter);
  g_object_unref (exchange->stream);
  g_free (exchange);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpExchange, exchange_unref)

static const char *
get_header (PstHttpExchange *exchange, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (exchange->message), name);
}

/* Answers */

static void
add_headers (SoupMessageHeaders *headers, const PstHttpAnswer *reply, gboolean tls)
{
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  if (tls)
    soup_message_headers_replace (headers, "Strict-Transport-Security", "max-age=31536000");
  if (reply->location != NULL)
    soup_message_headers_replace (headers, "Location", reply->location);
  if (reply->allow != NULL)
    soup_message_headers_replace (headers, "Allow", reply->allow);
  if (reply->status == 401)
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer realm=\"penstock\"");
  if (reply->status == 426)
    soup_message_headers_replace (headers, "Upgrade", "websocket");
  if (reply->retry_after_s > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", reply->retry_after_s);

      soup_message_headers_replace (headers, "Retry-After", seconds);
    }
}

void
pst_http_answer_send (SoupServerMessage *message, const PstHttpAnswer *reply, gboolean tls)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length;
  const char *body = g_bytes_get_data (reply->body, &length);

  soup_message_body_truncate (soup_server_message_get_response_body (message));
  if (reply->content_type != NULL)
    soup_server_message_set_response (message, reply->content_type, SOUP_MEMORY_COPY, body, length);
  else
    soup_message_headers_remove (headers, "Content-Type");
  add_headers (headers, reply, tls);
}

/* A page that may ask may read the answer. */
static void
add_origin (PstHttpExchange *exchange)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (exchange->message);
  const char *origin = get_header (exchange, "Origin");

  if (exchange->server->options.allowed_origins == NULL)
    return;
  soup_message_headers_replace (headers, "Vary", "Origin");
  if (origin != NULL && g_strv_contains ((const char *const *)exchange->server->options.allowed_origins, origin))
    {
      soup_message_headers_replace (headers, "Access-Control-Allow-Origin", origin);
      soup_message_headers_replace (headers, "Access-Control-Expose-Headers", "Location, Retry-After, Idempotency-Replayed");
    }
}

static void
answer (PstHttpExchange *exchange, const PstHttpAnswer *reply)
{
  pst_http_answer_send (exchange->message, reply, pst_http_stream_is_tls (exchange->stream));
  add_origin (exchange);
  soup_server_message_set_status (exchange->message, reply->status, pst_http_status_to_title (reply->status));
}

static gint64
get_deadline (PstHttpServer *server)
{
  return g_get_monotonic_time () + server->options.request_timeout_ns / 1000;
}

/* Of a body that nobody wants nothing is kept. */
static void
refuse (PstHttpExchange *exchange, const PstHttpAnswer *reply)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (exchange->message), FALSE);
  pst_http_stream_enter (exchange->stream, PST_HTTP_PHASE_BODY, get_deadline (exchange->server), PST_HTTP_WASTE_MAX);
  answer (exchange, reply);
}

/* Checks of the head, in this order. Each gives an answer when that is all there is to it. */

static PstHttpAnswer *
check_size (PstHttpExchange *exchange)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;
  g_autofree char *uri = g_uri_to_string (soup_server_message_get_uri (exchange->message));
  gsize size = strlen (uri) + 16;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (exchange->message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    size += strlen (name) + strlen (value) + 4;
  if (size > exchange->server->options.header_max)
    return pst_http_answer_new_problem (431, "the request's headers are too long");
  /* Two that read this would not agree on where the next request begins. */
  if (get_header (exchange, "Content-Length") != NULL && get_header (exchange, "Transfer-Encoding") != NULL)
    return pst_http_answer_new_problem (400, "a request has either a Content-Length or a Transfer-Encoding");
  return NULL;
}

static PstHttpAnswer *
check_origin (PstHttpExchange *exchange)
{
  const PstHttpOptions *options = &exchange->server->options;
  const char *origin = get_header (exchange, "Origin"), *host = get_header (exchange, "Host");

  if (!pst_http_host_is_allowed (host, pst_http_stream_get_port (exchange->stream), (const char *const *)options->allowed_hosts))
    return pst_http_answer_new_problem (421, "the header Host names somebody else; the option allowed-hosts says who we are");
  if (origin != NULL && (options->allowed_origins == NULL || !g_strv_contains ((const char *const *)options->allowed_origins, origin)))
    return pst_http_answer_new_problem (403, "pages of this Origin may not ask; the option allowed-origins names those that may");
  return NULL;
}

static PstHttpAnswer *
check_rate (PstHttpRate *rate, const char *key, guint cost)
{
  guint wait_s = pst_http_rate_take (rate, key, cost, g_get_monotonic_time ());
  PstHttpAnswer *reply;

  if (wait_s == 0)
    return NULL;
  reply = pst_http_answer_new_problem (429, "these are more requests a second than are taken");
  reply->retry_after_s = wait_s;
  return reply;
}

static PstHttpAnswer *
check_address (PstHttpExchange *exchange)
{
  return check_rate (exchange->server->by_address, pst_http_stream_get_address (exchange->stream), 1);
}

static PstHttpAnswer *
new_allow (guint status, const char *detail, const char *allow)
{
  PstHttpAnswer *reply = detail != NULL ? pst_http_answer_new_problem (status, detail) : pst_http_answer_new (status, NULL, NULL);

  reply->allow = g_strdup (allow);
  return reply;
}

static gboolean
is_open_path (const char *path)
{
  return strcmp (path, PST_HTTP_PATH_HEALTH) == 0 || strcmp (path, PST_HTTP_PATH_READY) == 0 || strcmp (path, PST_HTTP_PATH_OPENAPI) == 0;
}

/* What a path takes, which a browser asks before it asks. */
static PstHttpAnswer *
check_options (PstHttpExchange *exchange)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (exchange->message));
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (exchange->message);
  g_autoptr (GString) allow = g_string_new (NULL);
  g_auto (PstHttpArguments) arguments = { 0 };
  g_autoptr (GError) error = NULL;

  if (strcmp (soup_server_message_get_method (exchange->message), "OPTIONS") != 0)
    return NULL;
  if (is_open_path (path) || strcmp (path, PST_HTTP_PATH_STREAM) == 0)
    g_string_assign (allow, is_open_path (path) ? "GET, HEAD, OPTIONS" : "GET, OPTIONS");
  else if (pst_http_route_match ("OPTIONS", path, &arguments, allow, &error) == NULL && allow->len == 0)
    return pst_http_answer_new_error (error);
  if (get_header (exchange, "Access-Control-Request-Method") != NULL)
    {
      soup_message_headers_replace (headers, "Access-Control-Allow-Methods", allow->str);
      soup_message_headers_replace (headers, "Access-Control-Allow-Headers", "Authorization, Content-Type, " IDEMPOTENCY);
      soup_message_headers_replace (headers, "Access-Control-Max-Age", "600");
    }
  return new_allow (204, NULL, allow->str);
}

static PstHttpAnswer *
check_open_path (PstHttpExchange *exchange)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (exchange->message));
  const char *method = soup_server_message_get_method (exchange->message);

  if (!is_open_path (path))
    return NULL;
  if (strcmp (method, "GET") != 0 && strcmp (method, "HEAD") != 0)
    return new_allow (405, "the path takes only GET", "GET, HEAD, OPTIONS");
  if (strcmp (path, PST_HTTP_PATH_OPENAPI) == 0)
    return pst_http_answer_ref (exchange->server->openapi);
  if (strcmp (path, PST_HTTP_PATH_HEALTH) == 0)
    return pst_http_answer_new (200, PST_HTTP_JSON, g_strdup ("{\"status\":\"ok\"}"));
  if (exchange->server->stopping || !pst_token_file_refresh (exchange->server->access.file, NULL))
    return pst_http_answer_new_problem (503, exchange->server->stopping ? "the host stops" : "the token file cannot be used");
  if (!pst_http_once_is_good (exchange->server->once))
    return pst_http_answer_new_problem (503, "what is asked cannot be kept in the state folder");
  return pst_http_answer_new (200, PST_HTTP_JSON, g_strdup ("{\"status\":\"ready\"}"));
}

static PstHttpAnswer *
check_token (PstHttpExchange *exchange)
{
  PstHttpServer *server = exchange->server;
  g_autoptr (GError) error = NULL;
  PstHttpAnswer *reply;

  if (!pst_http_access_authenticate (&server->access, get_header (exchange, "Authorization"), &exchange->caller, &exchange->token, &error))
    {
      if (error->code == 401)
        pst_http_rate_take (server->by_address, pst_http_stream_get_address (exchange->stream), WRONG_TOKEN_COST, g_get_monotonic_time ());
      return pst_http_answer_new_error (error);
    }
  reply = check_rate (server->by_token, exchange->caller.origin, 1);
  if (reply == NULL && server->stopping)
    reply = pst_http_answer_new_problem (503, "the host stops");
  return reply;
}

/* Counted from the handshake to the end of the connection, so that many handshakes at once are no way around it. */
static PstHttpAnswer *
count_stream (PstHttpExchange *exchange)
{
  PstHttpServer *server = exchange->server;
  const char *address = pst_http_stream_get_address (exchange->stream);

  if (pst_http_stream_get_counted (exchange->stream) != NULL)
    return NULL;
  if (pst_http_share_get_total (server->streams_by_token) >= server->options.stream_clients_max)
    return pst_http_answer_new_problem (503, "there are as many stream clients as are taken; come back later");
  if (!pst_http_share_take (server->streams_by_token, exchange->caller.origin))
    return pst_http_answer_new_problem (429, "your token has as many stream clients as one may have; end one first");
  if (!pst_http_share_take (server->streams_by_address, address))
    {
      pst_http_share_give_back (server->streams_by_token, exchange->caller.origin);
      return pst_http_answer_new_problem (429, "your address has as many stream clients as one may have; end one first");
    }
  pst_http_stream_set_counted (exchange->stream, exchange->caller.origin);
  return NULL;
}

static PstHttpAnswer *
check_stream (PstHttpExchange *exchange)
{
  GUri *uri = soup_server_message_get_uri (exchange->message);
  g_autoptr (GError) error = NULL;
  PstHttpAnswer *reply;

  if (strcmp (g_uri_get_path (uri), PST_HTTP_PATH_STREAM) != 0)
    return NULL;
  if (strcmp (soup_server_message_get_method (exchange->message), "GET") != 0)
    return new_allow (405, "the stream takes only GET", "GET, OPTIONS");
  if ((exchange->caller.permissions & PST_PERMISSION_READ) == 0)
    return pst_http_answer_new_problem (403, "the stream needs the permission \"read\"");
  if (get_header (exchange, "Upgrade") == NULL)
    return pst_http_answer_new_problem (426, "the stream is a WebSocket");
  if (!soup_websocket_server_check_handshake (exchange->message, NULL, NULL, NULL, NULL))
    return pst_http_answer_new_problem (400, "this is not the handshake of a WebSocket (RFC 6455)");
  if (!pst_http_filter_parse (&exchange->filter, g_uri_get_query (uri), &error))
    return pst_http_answer_new_error (error);
  reply = count_stream (exchange);
  exchange->streams = reply == NULL;
  return reply;
}

static PstHttpAnswer *
check_key (PstHttpExchange *exchange)
{
  const char *key = get_header (exchange, IDEMPOTENCY);

  if (strcmp (exchange->route->method, "POST") != 0 || (key != NULL && pst_http_once_is_key (key)))
    return NULL;
  return pst_http_answer_new_problem (400, "a POST needs the header " IDEMPOTENCY
                                           " with 1 to 128 visible characters of ASCII, made anew for each thing to be done");
}

static PstHttpAnswer *
check_body (PstHttpExchange *exchange)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (exchange->message);
  SoupEncoding encoding = soup_message_headers_get_encoding (headers);
  goffset length = encoding == SOUP_ENCODING_CONTENT_LENGTH ? soup_message_headers_get_content_length (headers) : 0;
  const char *type = soup_message_headers_get_content_type (headers, NULL);
  gboolean there = length > 0 || encoding == SOUP_ENCODING_CHUNKED;

  if (length > exchange->server->options.body_max)
    return pst_http_answer_new_problem (413, "the body is longer than is taken");
  if (there && !pst_http_route_takes_body (exchange->route))
    return pst_http_answer_new_problem (400, "this request takes no body");
  if (get_header (exchange, "Content-Encoding") != NULL)
    return pst_http_answer_new_problem (415, "a body must not be compressed");
  if (there && (type == NULL || g_ascii_strcasecmp (type, PST_HTTP_JSON) != 0))
    return pst_http_answer_new_problem (415, "a body must be of type " PST_HTTP_JSON);
  return NULL;
}

static PstHttpAnswer *
check_route (PstHttpExchange *exchange)
{
  GUri *uri = soup_server_message_get_uri (exchange->message);
  g_auto (PstHttpArguments) arguments = { 0 };
  g_autoptr (GString) allow = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const PstVerb *verb;

  exchange->route = pst_http_route_match (soup_server_message_get_method (exchange->message), g_uri_get_path (uri), &arguments, allow, &error);
  if (exchange->route == NULL)
    return allow->len > 0 ? new_allow ((guint)error->code, error->message, allow->str) : pst_http_answer_new_error (error);
  verb = pst_verb_find (exchange->route->verb);
  if ((exchange->caller.permissions & verb->permission) == 0)
    {
      g_autofree char *detail = g_strdup_printf ("%s needs the permission \"%s\", which the token's scopes do not give", verb->name,
                                                 pst_permission_to_string (verb->permission));

      return pst_http_answer_new_problem (403, detail);
    }
  exchange->parameters = g_variant_dict_new (NULL);
  if (!pst_http_request_read_head (exchange->route, &arguments, g_uri_get_query (uri), exchange->parameters, &error))
    return pst_http_answer_new_error (error);
  return NULL;
}

/* Whose runs there are is nobody else's business: of others', as of those that are not there, it is said that they are not found. */
static PstHttpAnswer *
check_user (PstHttpExchange *exchange)
{
  const char *user;

  if (!pst_verb_find (exchange->route->verb)->of_run || !g_variant_dict_lookup (exchange->parameters, "user", "&s", &user)
      || pst_caller_may_see (&exchange->caller, user))
    return NULL;
  return pst_http_answer_new_problem (404, "there is no such run, or none that the token may see");
}

static PstHttpAnswer *
check_head (PstHttpExchange *exchange)
{
  static PstHttpAnswer *(*const open_checks[]) (PstHttpExchange *)
      = { check_size, check_origin, check_address, check_options, check_open_path, check_token, check_stream };
  static PstHttpAnswer *(*const route_checks[]) (PstHttpExchange *) = { check_route, check_user, check_key, check_body };
  PstHttpAnswer *reply = NULL;

  for (gsize i = 0; reply == NULL && i < G_N_ELEMENTS (open_checks); i++)
    reply = open_checks[i](exchange);
  for (gsize i = 0; reply == NULL && !exchange->streams && i < G_N_ELEMENTS (route_checks); i++)
    reply = route_checks[i](exchange);
  return reply;
}

void
pst_http_exchange_begin (PstHttpServer *server, PstHttpStream *stream, SoupServerMessage *message)
{
  PstHttpExchange *exchange = g_new0 (PstHttpExchange, 1);
  g_autoptr (PstHttpAnswer) reply = NULL;

  g_ref_count_init (&exchange->references);
  exchange->server = server;
  exchange->stream = g_object_ref (stream);
  exchange->message = message; /* which owns this; what outlives a turn of the loop holds it */
  g_object_set_data_full (G_OBJECT (message), KEY, exchange, exchange_unref);
  /* Parts of an answer would be cut out by libsoup as often as a client likes. */
  soup_message_headers_remove (soup_server_message_get_request_headers (message), "Range");
  reply = check_head (exchange);
  if (reply != NULL)
    refuse (exchange, reply);
  else
    pst_http_stream_enter (stream, PST_HTTP_PHASE_BODY, get_deadline (server), server->options.body_max + PST_HTTP_SLACK);
}

/* The call */

static void call_next (PstHttpServer *server);

/* A repetition has to be asked for again then: no answer is kept. */
static gboolean
is_nothing_done (const PstHttpAnswer *reply)
{
  return reply->status == 503 || reply->status == 429;
}

static void
finish (PstHttpExchange *exchange, PstHttpAnswer *reply)
{
  if (exchange->entry != NULL)
    pst_http_once_end (exchange->server->once, g_steal_pointer (&exchange->entry), is_nothing_done (reply) ? NULL : reply, g_get_monotonic_time ());
  pst_http_stream_enter (exchange->stream, PST_HTTP_PHASE_REPLY, get_deadline (exchange->server), PST_HTTP_SLACK);
  answer (exchange, reply);
}

/* After it was paused: the connection may be gone. */
static void
finish_later (PstHttpExchange *exchange, PstHttpAnswer *reply)
{
  SoupServerMessage *message = exchange->message;

  finish (exchange, reply);
  soup_server_message_unpause (message);
  exchange_unref (exchange);
  g_object_unref (message);
}

static PstHttpAnswer *
make_reply (PstHttpExchange *exchange, GVariant *result)
{
  PstHttpAnswer *reply = pst_http_answer_new_result (exchange->route->status, result);
  g_autofree char *escaped = NULL;
  const char *run_id;

  if (reply->status != 201 || !g_variant_lookup (result, "run-id", "&s", &run_id))
    return reply;
  escaped = g_uri_escape_string (run_id, NULL, FALSE);
  reply->location = g_strconcat (PST_HTTP_BASE "/runs/", escaped, NULL);
  return reply;
}

/* (transfer full): on a thread of the pool */
static PstHttpAnswer *
call (PstHttpExchange *exchange)
{
  PstHttpServer *server = exchange->server;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;
  PstHttpAnswer *reply;

  if (exchange->entry != NULL && !pst_http_once_keep_begun (server->once, exchange->entry, &error))
    return pst_http_answer_new_problem (503, "that this was asked cannot be kept, so nothing was done");
  value = pst_controller_call (server->controller, &exchange->caller, exchange->route->verb, g_variant_dict_end (exchange->parameters), &error);
  reply = value != NULL ? make_reply (exchange, value) : pst_http_answer_new_error (error);
  if (exchange->entry != NULL)
    pst_http_once_keep_ended (server->once, exchange->entry, is_nothing_done (reply) ? NULL : reply);
  return reply;
}

static void
call_in_thread (GTask *task, gpointer source, gpointer exchange, GCancellable *cancellable)
{
  g_task_return_pointer (task, call (exchange), (GDestroyNotify)pst_http_answer_unref);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PstHttpExchange *exchange = user_data;
  PstHttpServer *server = exchange->server;
  g_autoptr (PstHttpAnswer) reply = g_task_propagate_pointer (G_TASK (result), NULL);

  server->n_calls--;
  finish_later (exchange, reply);
  call_next (server);
  pst_http_server_check_end (server);
}

/* Nothing else touches an exchange while its call is on the way. */
static void
call_next (PstHttpServer *server)
{
  while (server->n_calls < PST_HTTP_CALLS_MAX && !g_queue_is_empty (&server->waiting))
    {
      PstHttpExchange *exchange = g_queue_pop_head (&server->waiting);
      g_autoptr (GTask) task = g_task_new (NULL, NULL, on_called, exchange);

      server->n_calls++;
      g_task_set_task_data (task, exchange, NULL);
      g_task_run_in_thread (task, call_in_thread);
    }
}

void
pst_http_exchange_refuse_waiting (PstHttpServer *server)
{
  PstHttpExchange *exchange;

  while ((exchange = g_queue_pop_head (&server->waiting)) != NULL)
    {
      g_autoptr (PstHttpAnswer) reply = pst_http_answer_new_problem (503, "the host stops; nothing was done");

      finish_later (exchange, reply);
    }
}

/* All that makes it the request that it is. */
static PstHttpAnswer *
check_once (PstHttpExchange *exchange, SoupMessageBody *body)
{
  GUri *uri = soup_server_message_get_uri (exchange->message);
  g_autoptr (GString) request = g_string_new (exchange->route->method);
  const char *key = get_header (exchange, IDEMPOTENCY);
  g_autoptr (GError) error = NULL;
  PstHttpAnswer *reply = NULL;

  if (strcmp (exchange->route->method, "POST") != 0)
    return NULL;
  g_string_append_printf (request, " %s?%s\n", g_uri_get_path (uri), g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "");
  if (body->length > 0)
    g_string_append_len (request, body->data, (gssize)body->length);
  exchange->entry = pst_http_once_begin (exchange->server->once, exchange->caller.user_id, exchange->token, key, request->str, request->len,
                                         g_get_monotonic_time (), &reply, &error);
  if (reply != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (exchange->message), "Idempotency-Replayed", "true");
  if (exchange->entry != NULL || reply != NULL)
    return reply;
  reply = pst_http_answer_new_error (error);
  if (reply->status == 409)
    reply->retry_after_s = 1;
  return reply;
}

static PstHttpAnswer *
check_whole (PstHttpExchange *exchange)
{
  SoupMessageBody *body = soup_server_message_get_request_body (exchange->message);
  g_autoptr (GBytes) flat = soup_message_body_flatten (body);
  g_autoptr (GError) error = NULL;

  if (body->length > exchange->server->options.body_max)
    return pst_http_answer_new_problem (413, "the body is longer than is taken");
  if (!pst_http_request_read_body (exchange->route, body->data, (gsize)body->length, exchange->parameters, &error))
    return pst_http_answer_new_error (error);
  {
    g_autoptr (GVariant) parameters = g_variant_ref_sink (g_variant_dict_end (exchange->parameters));

    g_variant_dict_unref (exchange->parameters);
    exchange->parameters = g_variant_dict_new (parameters);
    if (!pst_verb_check (pst_verb_find (exchange->route->verb), parameters, &error))
      return pst_http_answer_new_error (error);
  }
  if (g_queue_get_length (&exchange->server->waiting) >= PST_HTTP_WAITING_MAX)
    return pst_http_answer_new_problem (503, "too many requests wait for the host; come back later");
  return check_once (exchange, body);
}

void
pst_http_exchange_go_on (SoupServerMessage *message)
{
  PstHttpExchange *exchange = g_object_get_data (G_OBJECT (message), KEY);
  g_autoptr (PstHttpAnswer) reply = NULL;

  if (exchange == NULL || exchange->streams)
    return;
  reply = check_whole (exchange);
  if (reply != NULL)
    {
      finish (exchange, reply);
      return;
    }
  pst_http_stream_enter (exchange->stream, PST_HTTP_PHASE_CALL, G_MAXINT64, PST_HTTP_SLACK);
  soup_server_message_pause (message);
  g_object_ref (message);
  g_queue_push_tail (&exchange->server->waiting, exchange_ref (exchange));
  call_next (exchange->server);
}

void
pst_http_exchange_upgrade (SoupServerMessage *message, SoupWebsocketConnection *socket)
{
  PstHttpExchange *exchange = g_object_get_data (G_OBJECT (message), KEY);

  pst_http_events_add (exchange->server->events, socket, exchange->stream, &exchange->caller, exchange->token, &exchange->filter);
}
