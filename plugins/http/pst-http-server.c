/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections come in here, get their deadlines, and are ended when those are over. What libsoup would do without limits is not left to it:
 * accepting, TLS, compression of WebSockets. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "pst-http-openapi.h"
#include "pst-http-private.h"

#define STREAM "pst-http-stream"
#define SWEEP_NS (100 * PST_NS_PER_MS)
/* glib-networking takes a thread of GLib's pool for each: those that are slow must not take them all. */
#define HANDSHAKES_MAX 4
/* How long the end waits for verbs that were begun. */
#define STOP_US (10 * G_USEC_PER_SEC)

static void
server_unref (PstHttpServer *server)
{
  if (!g_atomic_ref_count_dec (&server->references))
    return;
  pst_http_options_clear (&server->options);
  g_clear_object (&server->controller);
  g_clear_object (&server->certificate);
  g_clear_pointer (&server->listener, pst_http_listener_free);
  g_clear_pointer (&server->once, pst_http_once_free);
  g_clear_pointer (&server->context, g_main_context_unref);
  g_mutex_clear (&server->lock);
  g_cond_clear (&server->changed);
  g_free (server->url);
  g_free (server);
}

static gint64
head_deadline (PstHttpServer *server)
{
  return g_get_monotonic_time () + server->options.header_timeout_ns / 1000;
}

static guint64
head_budget (PstHttpServer *server)
{
  return server->options.header_max + PST_HTTP_SLACK;
}

/* Connections */

static void
on_stream_closed (PstHttpStream *stream, gpointer user_data)
{
  PstHttpServer *server = user_data;

  pst_http_share_give_back (server->connections_by_address, pst_http_stream_get_address (stream));
  if (pst_http_stream_get_counted (stream) != NULL)
    {
      pst_http_share_give_back (server->streams_by_token, pst_http_stream_get_counted (stream));
      pst_http_share_give_back (server->streams_by_address, pst_http_stream_get_address (stream));
    }
  g_queue_remove (&server->handshakes, stream);
  g_hash_table_remove (server->streams, stream);
}

static void
serve (PstHttpServer *server, PstHttpStream *stream)
{
  /* An address of its own is the thread from libsoup's messages back to the stream; libsoup wants Internet addresses. */
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) local = g_inet_socket_address_new (loopback, 0), remote = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GError) error = NULL;

  g_object_set_data (G_OBJECT (remote), STREAM, stream);
  pst_http_stream_enter (stream, PST_HTTP_PHASE_IDLE, head_deadline (server), head_budget (server));
  if (!soup_server_accept_iostream (server->soup, G_IO_STREAM (stream), local, remote, &error))
    g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
}

static void begin_handshakes (PstHttpServer *server);

static void
on_handshaken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PstHttpStream) stream = user_data;
  PstHttpServer *server = g_object_get_data (G_OBJECT (stream), STREAM);

  server->n_handshakes--;
  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL))
    g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
  else if (!g_io_stream_is_closed (G_IO_STREAM (stream)))
    serve (server, stream);
  begin_handshakes (server);
  pst_http_server_check_end (server);
}

static void
begin_handshakes (PstHttpServer *server)
{
  while (server->n_handshakes < HANDSHAKES_MAX && !g_queue_is_empty (&server->handshakes))
    {
      PstHttpStream *stream = g_queue_pop_head (&server->handshakes);

      server->n_handshakes++;
      g_tls_connection_handshake_async (G_TLS_CONNECTION (pst_http_stream_get_base (stream)), G_PRIORITY_DEFAULT, NULL, on_handshaken,
                                        g_object_ref (stream));
    }
}

static void
begin_tls (PstHttpServer *server, GIOStream *connection, GSocket *socket, const char *address, guint port)
{
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (connection, server->certificate, NULL);
  PstHttpStream *stream;

  if (tls == NULL)
    {
      pst_http_share_give_back (server->connections_by_address, address);
      return;
    }
  g_object_set (tls, "require-close-notify", FALSE, NULL);
  stream = pst_http_stream_new (tls, socket, address, port, on_stream_closed, server);
  g_object_set_data (G_OBJECT (stream), STREAM, server);
  g_hash_table_add (server->streams, stream);
  pst_http_stream_enter (stream, PST_HTTP_PHASE_HANDSHAKE, head_deadline (server), head_budget (server));
  g_queue_push_tail (&server->handshakes, stream);
  begin_handshakes (server);
}

static void
turn_away (PstHttpServer *server, GSocket *socket, guint port, guint status, const char *why)
{
  g_autoptr (PstHttpAnswer) reply = pst_http_answer_new_problem (status, why);
  g_autofree char *text = pst_http_answer_to_text (reply);

  if (server->certificate == NULL || port == 0)
    g_socket_send_with_blocking (socket, text, strlen (text), FALSE, NULL, NULL);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  g_socket_close (socket, NULL);
}

static void
on_accept (GSocket *socket, const char *address, guint port, gpointer user_data)
{
  PstHttpServer *server = user_data;
  g_autoptr (GIOStream) connection = NULL;
  PstHttpStream *stream;

  if (g_hash_table_size (server->streams) >= server->options.connections_max)
    {
      turn_away (server, socket, port, 503, "there are as many connections as are taken; come back later");
      return;
    }
  if (!pst_http_share_take (server->connections_by_address, address))
    {
      turn_away (server, socket, port, 429, "your address has as many connections as one may have; end one first");
      return;
    }
  connection = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  if (server->certificate != NULL && port != 0)
    {
      begin_tls (server, connection, socket, address, port);
      return;
    }
  stream = pst_http_stream_new (connection, socket, address, port, on_stream_closed, server);
  g_hash_table_add (server->streams, stream);
  serve (server, stream);
}

/* Deadlines */

static void
judge (PstHttpServer *server, PstHttpStream *stream, gint64 now_us)
{
  PstHttpPhase phase = pst_http_stream_get_phase (stream);
  g_autoptr (PstHttpAnswer) reply = NULL;

  if (phase == PST_HTTP_PHASE_IDLE && pst_http_stream_has_begun (stream))
    {
      pst_http_stream_enter (stream, PST_HTTP_PHASE_HEAD, now_us + server->options.header_timeout_ns / 1000, head_budget (server));
      return;
    }
  if (now_us < pst_http_stream_get_deadline_us (stream))
    return;
  if (phase == PST_HTTP_PHASE_HEAD || phase == PST_HTTP_PHASE_BODY)
    reply = pst_http_answer_new_problem (408, "the request did not come in time");
  pst_http_stream_cut (stream, reply);
}

static void
on_sweep (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstHttpServer *server = user_data;
  gint64 now_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) streams = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, server->streams);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    g_ptr_array_add (streams, g_object_ref (stream));
  for (guint i = 0; i < streams->len; i++)
    judge (server, streams->pdata[i], now_us);
  pst_http_events_sweep (server->events, &server->access, now_us);
  if (!server->stopping)
    pst_http_listener_resume (server->listener);
  server->sweep = pst_clock_add_timer (clock, pst_clock_now_ns (clock) + SWEEP_NS, on_sweep, server, NULL);
}

/* libsoup's side */

static PstHttpStream *
get_stream (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (message)), STREAM);
}

/* What is no request at all is answered by libsoup with a bare status; so the document for it lies ready. */
static void
on_request_started (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  g_autoptr (PstHttpAnswer) reply = pst_http_answer_new_problem (400, "this is not a request of HTTP/1.1");

  pst_http_answer_send (message, reply, pst_http_stream_is_tls (get_stream (message)));
}

static void
on_request_ended (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  PstHttpServer *server = user_data;

  pst_http_stream_enter (get_stream (message), PST_HTTP_PHASE_IDLE, g_get_monotonic_time () + server->options.idle_timeout_ns / 1000,
                         head_budget (server));
}

/* Also of a request that was refused by its head: now the answer goes out. */
static void
on_request_read (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  PstHttpServer *server = user_data;

  pst_http_stream_enter (get_stream (message), PST_HTTP_PHASE_REPLY, g_get_monotonic_time () + server->options.request_timeout_ns / 1000,
                         PST_HTTP_SLACK);
}

static void
on_early (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  pst_http_exchange_begin (user_data, get_stream (message), message);
}

static void
on_whole (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  pst_http_exchange_go_on (message);
}

static void
on_websocket (SoupServer *soup, SoupServerMessage *message, const char *path, SoupWebsocketConnection *socket, gpointer user_data)
{
  pst_http_exchange_upgrade (message, socket);
}

/* libsoup keeps a connection for the next request only while it has a listener: it gets a socket on which nothing ever comes. */
static void
drop_anchor (PstHttpServer *server)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return;
  for (guint i = 0; i < 2; i++)
    server->anchor[i] = g_socket_new_from_fd (ends[i], NULL);
  soup_server_listen_socket (server->soup, server->anchor[0], 0, NULL);
}

static void
setup_soup (PstHttpServer *server)
{
  static const char *const paths[] = { NULL, "*", PST_HTTP_PATH_STREAM };

  server->soup = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_remove_websocket_extension (server->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  drop_anchor (server);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      soup_server_add_early_handler (server->soup, paths[i], on_early, server, NULL);
      soup_server_add_handler (server->soup, paths[i], on_whole, server, NULL);
    }
  soup_server_add_websocket_handler (server->soup, PST_HTTP_PATH_STREAM, NULL, NULL, on_websocket, server, NULL);
  g_signal_connect (server->soup, "request-started", G_CALLBACK (on_request_started), server);
  g_signal_connect (server->soup, "request-read", G_CALLBACK (on_request_read), server);
  g_signal_connect (server->soup, "request-finished", G_CALLBACK (on_request_ended), server);
  g_signal_connect (server->soup, "request-aborted", G_CALLBACK (on_request_ended), server);
}

/* The thread */

static void
setup (PstHttpServer *server)
{
  server->loop = g_main_loop_new (server->context, FALSE);
  server->streams = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_queue_init (&server->handshakes);
  g_queue_init (&server->waiting);
  server->access.clock = pst_system_clock_new (server->context);
  server->access.file = pst_token_file_new (server->options.token_file);
  server->by_token = pst_http_rate_new (server->options.rate_per_token);
  server->by_address = pst_http_rate_new (server->options.rate_per_address);
  server->connections_by_address = pst_http_share_new (server->options.connections_per_address);
  server->streams_by_token = pst_http_share_new (server->options.stream_clients_per_token);
  server->streams_by_address = pst_http_share_new (server->options.stream_clients_per_address);
  server->events = pst_http_events_new (server->controller, server->options.stream_queue_max, server->options.stream_ping_ns / 1000);
  server->openapi = pst_http_answer_new (200, PST_HTTP_JSON, pst_http_openapi_new ("1"));
  setup_soup (server);
  server->sweep = pst_clock_add_timer (server->access.clock, pst_clock_now_ns (server->access.clock) + SWEEP_NS, on_sweep, server, NULL);
  pst_http_listener_start (server->listener, on_accept, server);
}

static void
cut_all (PstHttpServer *server)
{
  g_autoptr (GList) streams = g_hash_table_get_keys (server->streams);

  g_list_foreach (streams, (GFunc)(void (*) (void))g_object_ref, NULL);
  for (GList *at = streams; at != NULL; at = at->next)
    {
      g_io_stream_close (at->data, NULL, NULL);
      g_object_unref (at->data);
    }
}

static void
teardown (PstHttpServer *server)
{
  pst_clock_remove_timer (server->access.clock, server->sweep);
  g_signal_handlers_disconnect_by_data (server->soup, server);
  soup_server_disconnect (server->soup);
  cut_all (server);
  while (g_main_context_iteration (server->context, FALSE))
    ;
  pst_http_events_free (server->events);
  for (guint i = 0; i < 2; i++)
    g_clear_object (&server->anchor[i]);
  g_clear_object (&server->soup);
  while (g_main_context_iteration (server->context, FALSE))
    ;
  pst_http_answer_unref (server->openapi);
  g_clear_pointer (&server->once, pst_http_once_free);
  pst_http_share_free (server->streams_by_address);
  pst_http_share_free (server->streams_by_token);
  pst_http_share_free (server->connections_by_address);
  pst_http_rate_free (server->by_address);
  pst_http_rate_free (server->by_token);
  g_clear_object (&server->access.file);
  g_clear_object (&server->access.clock);
  g_hash_table_unref (server->streams);
  g_main_loop_unref (server->loop);
}

static gpointer
run (gpointer user_data)
{
  PstHttpServer *server = user_data;

  g_main_context_push_thread_default (server->context);
  setup (server);
  g_main_loop_run (server->loop);
  teardown (server);
  g_main_context_pop_thread_default (server->context);
  g_mutex_lock (&server->lock);
  server->ended = TRUE;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->lock);
  server_unref (server);
  return NULL;
}

void
pst_http_server_check_end (PstHttpServer *server)
{
  if (server->stopping && server->n_calls == 0 && server->n_handshakes == 0)
    g_main_loop_quit (server->loop);
}

static gboolean
on_stop (gpointer user_data)
{
  PstHttpServer *server = user_data;
  PstHttpStream *stream;

  server->stopping = TRUE;
  g_clear_pointer (&server->listener, pst_http_listener_free);
  pst_http_events_close (server->events);
  pst_http_exchange_refuse_waiting (server);
  while ((stream = g_queue_pop_head (&server->handshakes)) != NULL)
    pst_http_stream_cut (stream, NULL);
  /* Answers that are being written have a turn to get out. */
  for (guint i = 0; i < 64 && g_main_context_iteration (server->context, FALSE); i++)
    ;
  pst_http_server_check_end (server);
  return G_SOURCE_REMOVE;
}

static gboolean
load_certificate (PstHttpServer *server, GError **error)
{
  if (server->options.tls_certificate == NULL)
    return TRUE;
  server->certificate = g_tls_certificate_new_from_files (server->options.tls_certificate, server->options.tls_key, error);
  if (server->certificate == NULL)
    g_prefix_error (error, "tls-certificate and tls-key: ");
  return server->certificate != NULL;
}

/* What was asked before is known before anything can be asked. */
static gboolean
open_once (PstHttpServer *server, GError **error)
{
  g_autoptr (PstClock) clock = pst_system_clock_new (NULL);

  server->once = pst_http_once_new (server->options.idempotency_time_ns / 1000);
  return server->options.state_folder == NULL || *server->options.state_folder == '\0'
         || pst_http_once_open (server->once, server->options.state_folder, clock, g_get_monotonic_time (), error);
}

static void
copy_options (PstHttpOptions *copy, const PstHttpOptions *options)
{
  *copy = *options;
  copy->listen = g_strdupv (options->listen);
  copy->unix_socket = g_strdup (options->unix_socket);
  copy->token_file = g_strdup (options->token_file);
  copy->tls_certificate = g_strdup (options->tls_certificate);
  copy->tls_key = g_strdup (options->tls_key);
  copy->state_folder = g_strdup (options->state_folder);
  copy->allowed_hosts = g_strdupv (options->allowed_hosts);
  copy->allowed_origins = g_strdupv (options->allowed_origins);
}

PstHttpServer *
pst_http_server_start (const PstHttpOptions *options, PstController *controller, GError **error)
{
  PstHttpServer *server = g_new0 (PstHttpServer, 1);

  g_atomic_ref_count_init (&server->references);
  g_mutex_init (&server->lock);
  g_cond_init (&server->changed);
  copy_options (&server->options, options);
  server->controller = g_object_ref (controller);
  if (load_certificate (server, error) && open_once (server, error))
    server->listener = pst_http_listener_open (&server->options, error);
  if (server->listener == NULL)
    {
      server_unref (server);
      return NULL;
    }
  server->url = pst_http_listener_get_url (server->listener);
  server->context = g_main_context_new ();
  g_atomic_ref_count_inc (&server->references);
  server->thread = g_thread_new ("http", run, server);
  return server;
}

void
pst_http_server_stop (PstHttpServer *server)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  gint64 end_us = g_get_monotonic_time () + STOP_US;
  gboolean ended;

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_stop, server, NULL);
  g_source_attach (source, server->context);
  g_mutex_lock (&server->lock);
  while (!server->ended)
    if (!g_cond_wait_until (&server->changed, &server->lock, end_us))
      break;
  ended = server->ended;
  g_mutex_unlock (&server->lock);
  /* A verb that does not end keeps the thread and all that it needs; the host's end does not wait for it. */
  if (ended)
    g_thread_join (server->thread);
  else
    g_thread_unref (server->thread);
  server_unref (server);
}

const char *
pst_http_server_get_url (PstHttpServer *server)
{
  return server->url;
}
