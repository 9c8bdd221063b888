/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's thread only puts events into a bounded queue; JSON is made here, once for all clients. What libsoup was given and the socket has not
 * taken is known from the stream's count, so that only little waits where nobody sees it. */

#include "pst-http-events.h"

#include "pst-http-answer.h"
#include "pst-http-request.h"

#include <string.h>

/* Events of the host that wait for this thread. */
#define PENDING_MAX 8192
/* Bytes that libsoup may hold for a client. */
#define WRITING_MAX 65536
/* Clients have nothing to say: bytes that they may send at once, and in a second. */
#define BUDGET_MOST 65536
#define BUDGET_PER_SECOND 1024
#define MESSAGE_MAX 4096

typedef struct
{
  PstHttpEvents *events;
  SoupWebsocketConnection *socket;
  PstHttpStream *stream;
  PstCaller caller;
  guint token;
  PstHttpFilter filter;
  GQueue queue;    /* GBytes, or NULL for where events were lost */
  GArray *losses;  /* guint, one for each NULL in the queue */
  guint64 n_given; /* bytes given to libsoup, by the stream's count */
  guint64 n_lost;
  gboolean leaving; /* told that it is over */
} Client;

struct _PstHttpEvents
{
  PstController *controller;
  gulong handler;
  GMainContext *context;
  GPtrArray *clients;
  guint queue_max;
  gint64 ping_us;
  gint64 swept_us;

  GMutex lock;    /* of all below */
  GQueue pending; /* GVariant */
  guint64 n_unseen;
  GSource *wake;
};

void
pst_http_filter_clear (PstHttpFilter *filter)
{
  g_clear_pointer (&filter->user, g_free);
  g_clear_pointer (&filter->run_id, g_free);
  g_clear_pointer (&filter->kinds, g_strfreev);
}

gboolean
pst_http_filter_parse (PstHttpFilter *filter, const char *query, GError **error)
{
  g_auto (GStrv) pairs = pst_http_query_parse (query, error);

  if (pairs == NULL)
    return FALSE;
  for (guint i = 0; pairs[i] != NULL; i += 2)
    {
      if (strcmp (pairs[i], "user") == 0 && filter->user == NULL)
        filter->user = g_strdup (pairs[i + 1]);
      else if (strcmp (pairs[i], "run-id") == 0 && filter->run_id == NULL)
        filter->run_id = g_strdup (pairs[i + 1]);
      else if (strcmp (pairs[i], "kind") == 0 && filter->kinds == NULL)
        filter->kinds = g_strsplit (pairs[i + 1], ";", -1);
      else
        {
          g_set_error_literal (error, PST_HTTP_ERROR, 400, "the query of a stream may have user, run-id and kind, each once");
          return FALSE;
        }
    }
  return TRUE;
}

static void
client_free (gpointer data)
{
  Client *client = data;
  gpointer entry;

  g_signal_handlers_disconnect_by_data (client->socket, client);
  while (!g_queue_is_empty (&client->queue))
    if ((entry = g_queue_pop_head (&client->queue)) != NULL)
      g_bytes_unref (entry);
  g_array_unref (client->losses);
  g_object_unref (client->socket);
  g_object_unref (client->stream);
  pst_http_filter_clear (&client->filter);
  g_free (client);
}

static GBytes *
make_message (const char *user, const char *run_id, const char *kind, GVariant *detail)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) whole = NULL;
  char *json;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "user", g_variant_new_string (user));
  g_variant_builder_add (&builder, "{sv}", "run-id", g_variant_new_string (run_id));
  g_variant_builder_add (&builder, "{sv}", "kind", g_variant_new_string (kind));
  g_variant_builder_add (&builder, "{sv}", "detail", detail);
  whole = g_variant_ref_sink (g_variant_builder_end (&builder));
  json = pst_http_variant_to_json (whole);
  return g_bytes_new_take (json, strlen (json));
}

static GBytes *
make_loss (guint64 count)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "count", "t", count);
  return make_message ("", "", "lost", g_variant_dict_end (&dict));
}

static guint64
get_waiting (Client *client)
{
  guint64 n_written = pst_http_stream_get_n_written (client->stream);

  /* Pings and the handshake's end are libsoup's own. */
  client->n_given = MAX (client->n_given, n_written);
  return client->n_given - n_written;
}

static void
give (Client *client, GBytes *message)
{
  gsize length = g_bytes_get_size (message);

  client->n_given = MAX (client->n_given, pst_http_stream_get_n_written (client->stream));
  client->n_given += length + (length < 126 ? 2 : length < 65536 ? 4 : 10);
  soup_websocket_connection_send_message (client->socket, SOUP_WEBSOCKET_DATA_TEXT, message);
}

static gboolean
is_open (Client *client)
{
  return !client->leaving && soup_websocket_connection_get_state (client->socket) == SOUP_WEBSOCKET_STATE_OPEN;
}

/* Gives libsoup what the socket has room for. libsoup writes at once, and finds out so that the client is gone. */
static void
pump (Client *client)
{
  while (!g_queue_is_empty (&client->queue) && get_waiting (client) < WRITING_MAX && is_open (client))
    {
      g_autoptr (GBytes) message = g_queue_pop_head (&client->queue);

      if (message == NULL)
        {
          message = make_loss (g_array_index (client->losses, guint, 0));
          g_array_remove_index (client->losses, 0);
        }
      give (client, message);
    }
}

/* A loss stands in the queue where it happened. */
static void
lose (Client *client, guint64 n)
{
  guint count = (guint)MIN (n, G_MAXINT32);

  client->n_lost += n;
  if (!g_queue_is_empty (&client->queue) && g_queue_peek_tail (&client->queue) == NULL)
    {
      g_array_index (client->losses, guint, client->losses->len - 1) += count;
      return;
    }
  g_queue_push_tail (&client->queue, NULL);
  g_array_append_val (client->losses, count);
}

static gboolean
wants (const Client *client, const char *user, const char *run_id, const char *kind)
{
  const PstHttpFilter *filter = &client->filter;

  return !client->leaving && pst_caller_may_see (&client->caller, user) && (filter->user == NULL || strcmp (filter->user, user) == 0)
         && (filter->run_id == NULL || strcmp (filter->run_id, run_id) == 0)
         && (filter->kinds == NULL || g_strv_contains ((const char *const *)filter->kinds, kind));
}

static void
deliver (PstHttpEvents *events, GVariant *event)
{
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GVariant) detail = NULL;
  const char *user, *run_id, *kind;

  g_variant_get (event, "(&s&s&s@a{sv})", &user, &run_id, &kind, &detail);
  for (guint i = 0; i < events->clients->len; i++)
    {
      Client *client = events->clients->pdata[i];

      if (!wants (client, user, run_id, kind))
        continue;
      if (g_queue_get_length (&client->queue) >= events->queue_max)
        {
          lose (client, 1);
          continue;
        }
      if (message == NULL)
        message = make_message (user, run_id, kind, detail);
      g_queue_push_tail (&client->queue, g_bytes_ref (message));
    }
}

static gboolean
on_wake (gpointer user_data)
{
  PstHttpEvents *events = user_data;
  GQueue taken;
  guint64 n_unseen;
  GVariant *event;

  g_mutex_lock (&events->lock);
  taken = events->pending;
  g_queue_init (&events->pending);
  n_unseen = events->n_unseen;
  events->n_unseen = 0;
  g_clear_pointer (&events->wake, g_source_unref);
  g_mutex_unlock (&events->lock);
  while ((event = g_queue_pop_head (&taken)) != NULL)
    {
      deliver (events, event);
      g_variant_unref (event);
    }
  for (guint i = 0; i < events->clients->len; i++)
    {
      if (n_unseen > 0)
        lose (events->clients->pdata[i], n_unseen);
      pump (events->clients->pdata[i]);
    }
  return G_SOURCE_REMOVE;
}

/* On the host's thread, whichever that is. */
static void
on_event (PstController *controller, GVariant *event, gpointer user_data)
{
  PstHttpEvents *events = user_data;

  g_mutex_lock (&events->lock);
  if (g_queue_get_length (&events->pending) < PENDING_MAX)
    g_queue_push_tail (&events->pending, g_variant_ref (event));
  else
    events->n_unseen++;
  if (events->wake == NULL)
    {
      events->wake = g_idle_source_new ();
      g_source_set_priority (events->wake, G_PRIORITY_DEFAULT);
      g_source_set_callback (events->wake, on_wake, events, NULL);
      g_source_attach (events->wake, events->context);
    }
  g_mutex_unlock (&events->lock);
}

PstHttpEvents *
pst_http_events_new (PstController *controller, guint queue_max, gint64 ping_us)
{
  PstHttpEvents *events = g_new0 (PstHttpEvents, 1);

  events->controller = g_object_ref (controller);
  events->context = g_main_context_ref_thread_default ();
  events->clients = g_ptr_array_new_with_free_func (client_free);
  events->queue_max = queue_max;
  events->ping_us = ping_us;
  events->swept_us = g_get_monotonic_time ();
  g_mutex_init (&events->lock);
  g_queue_init (&events->pending);
  events->handler = g_signal_connect (controller, "event-published", G_CALLBACK (on_event), events);
  return events;
}

void
pst_http_events_free (PstHttpEvents *events)
{
  g_signal_handler_disconnect (events->controller, events->handler);
  g_mutex_lock (&events->lock);
  if (events->wake != NULL)
    g_source_destroy (events->wake);
  g_clear_pointer (&events->wake, g_source_unref);
  g_queue_clear_full (&events->pending, (GDestroyNotify)g_variant_unref);
  g_mutex_unlock (&events->lock);
  g_ptr_array_unref (events->clients);
  g_mutex_clear (&events->lock);
  g_main_context_unref (events->context);
  g_object_unref (events->controller);
  g_free (events);
}

static void
on_closed (SoupWebsocketConnection *socket, gpointer user_data)
{
  Client *client = user_data;

  g_ptr_array_remove_fast (client->events->clients, client);
}

static void
leave (Client *client, gushort code, const char *why)
{
  if (client->leaving)
    return;
  client->leaving = TRUE;
  if (soup_websocket_connection_get_state (client->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (client->socket, code, why);
}

/* Clients only listen. */
static void
on_message (SoupWebsocketConnection *socket, int type, GBytes *message, gpointer user_data)
{
  leave (user_data, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "a stream takes no messages");
}

void
pst_http_events_add (PstHttpEvents *events, SoupWebsocketConnection *socket, PstHttpStream *stream, const PstCaller *caller, guint token,
                     PstHttpFilter *filter)
{
  Client *client = g_new0 (Client, 1);

  client->events = events;
  client->socket = g_object_ref (socket);
  client->stream = g_object_ref (stream);
  client->caller = *caller;
  client->token = token;
  client->filter = *filter;
  *filter = (PstHttpFilter){ 0 };
  g_queue_init (&client->queue);
  client->losses = g_array_new (FALSE, FALSE, sizeof (guint));
  client->n_given = pst_http_stream_get_n_written (stream);
  soup_websocket_connection_set_max_incoming_payload_size (socket, MESSAGE_MAX);
  soup_websocket_connection_set_keepalive_interval (socket, (guint)MAX (events->ping_us / G_USEC_PER_SEC, 1));
  pst_http_stream_enter (stream, PST_HTTP_PHASE_EVENTS, G_MAXINT64, BUDGET_MOST);
  g_signal_connect (socket, "message", G_CALLBACK (on_message), client);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), client);
  g_ptr_array_add (events->clients, client);
}

/* Why a client is to be ended, and with which code; NULL: it is fine. */
static const char *
judge (Client *client, PstHttpAccess *access, gint64 now_us, gushort *code)
{
  gint64 patience_us = client->events->ping_us * 5 / 2;
  gint64 silent_us = now_us - pst_http_stream_get_read_us (client->stream), stalled_us = now_us - pst_http_stream_get_written_us (client->stream);

  *code = SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION;
  if (!pst_http_access_is_valid (access, client->token))
    return "the token is no longer valid";
  if (get_waiting (client) > 0 && stalled_us > patience_us)
    return "too slow";
  *code = SOUP_WEBSOCKET_CLOSE_GOING_AWAY;
  return silent_us > patience_us ? "no answer to pings" : NULL;
}

void
pst_http_events_sweep (PstHttpEvents *events, PstHttpAccess *access, gint64 now_us)
{
  guint64 budget = (guint64)MAX (now_us - events->swept_us, 0) * BUDGET_PER_SECOND / G_USEC_PER_SEC;

  if (budget > 0)
    events->swept_us = now_us;
  for (guint i = 0; i < events->clients->len; i++)
    {
      Client *client = events->clients->pdata[i];
      gushort code;
      const char *why = judge (client, access, now_us, &code);

      pst_http_stream_add_budget (client->stream, budget, BUDGET_MOST);
      if (why != NULL)
        {
          g_autofree char *text
              = g_strdup_printf ("%s; %" G_GUINT64_FORMAT " events lost", why, client->n_lost + g_queue_get_length (&client->queue));

          leave (client, code, text);
        }
      pump (client);
    }
}

void
pst_http_events_close (PstHttpEvents *events)
{
  for (guint i = 0; i < events->clients->len; i++)
    leave (events->clients->pdata[i], SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "the host stops");
}
