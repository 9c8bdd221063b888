/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why this is not libsoup's client: that of libsoup 3.2 puts no limit on a message that comes in fragments, does not say how much waits to be
 * sent, keeps every pong for a peer that floods it with pings, hides the peer's pings, which are signs of life, and compresses
 * unless its extension is taken out. GIO brings name, socket, proxy and TLS; libsoup reads the head of the answer.
 *
 * Everything is non-blocking. A write that fails is told later, from the context, since a call must not signal. */
#include "pst-websocket-client.h"

#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>

#include "pst-websocket-frames.h"

/* At a time; and how often before others of the context have their turn. */
#define READ_SIZE (64u * 1024u)
#define READS_MAX 16
/* The answer to the handshake, without what follows it. */
#define HEAD_MAX (64u * 1024u)
#define ACCEPT_SALT "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

struct _PstWebsocketClient
{
  char *url;
  char *key;
  char *agent;
  PstTransportLimits limits;
  PstClock *clock;
  GTlsDatabase *trust;
  PstWebsocketHandlers handlers;
  gpointer user_data;
  GCancellable *cancellable;
  GSocketConnection *connection;
  PstWebsocketReader *reader;
  GByteArray *out;
  gsize out_start; /* of what is not written yet */
  GSource *input;
  GSource *output;
  GSource *late; /* tells what happened inside a call */
  char *late_text;
  guint ping_timer;
  guint8 pong[PST_WEBSOCKET_CONTROL_MAX]; /* the answer to the last ping, while it waits */
  gsize pong_length;
  gboolean pong_waits;
  gboolean is_open;
  gboolean goodbye; /* ours is sent */
  gboolean over;    /* dropped, or told that it is closed */
};

static void
client_clear (PstWebsocketClient *client)
{
  g_free (client->url);
  g_free (client->key);
  g_free (client->agent);
  g_free (client->late_text);
  g_object_unref (client->clock);
  g_clear_object (&client->trust);
  g_object_unref (client->cancellable);
  g_clear_pointer (&client->reader, pst_websocket_reader_free);
  g_byte_array_unref (client->out);
}

static void
client_unref (gpointer client)
{
  g_rc_box_release_full (client, (GDestroyNotify)client_clear);
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Frees the descriptor at once. Neither TLS nor TCP is asked politely: that would wait. */
static void
hang_up (GSocketConnection *connection)
{
  g_socket_close (g_socket_connection_get_socket (connection), NULL);
}

/* Nothing happens any more. */
static void
end (PstWebsocketClient *client)
{
  client->over = TRUE;
  g_cancellable_cancel (client->cancellable);
  drop_source (&client->input);
  drop_source (&client->output);
  drop_source (&client->late);
  if (client->ping_timer != 0)
    pst_clock_remove_timer (client->clock, client->ping_timer);
  client->ping_timer = 0;
  if (client->connection != NULL)
    hang_up (client->connection);
  g_clear_object (&client->connection);
}

static void
tell_closed (PstWebsocketClient *client, const PstClosed *closed)
{
  if (client->over)
    return;
  end (client);
  client->handlers.closed (closed, client->user_data);
}

static void fail (PstWebsocketClient *client, PstCloseReason reason, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
fail (PstWebsocketClient *client, PstCloseReason reason, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  tell_closed (client, &(PstClosed){ .reason = reason, .text = text });
}

static gboolean
on_late (gpointer user_data)
{
  PstWebsocketClient *client = g_rc_box_acquire (user_data);

  fail (client, PST_CLOSE_LOST, "%s", client->late_text);
  client_unref (client);
  return G_SOURCE_REMOVE;
}

static void
attach (GSource **place, GSource *source, const char *name, GSourceFunc func, PstWebsocketClient *client)
{
  *place = source;
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, client, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
fail_late (PstWebsocketClient *client, const char *what)
{
  if (client->late != NULL)
    return;
  client->late_text = g_strdup_printf ("%s: %s", client->url, what);
  attach (&client->late, g_idle_source_new (), "[penstock] websocket failure", on_late, client);
  g_source_set_priority (client->late, G_PRIORITY_DEFAULT);
}

/* Writing */

static void
append_frame (PstWebsocketClient *client, PstWebsocketOpcode opcode, const guint8 *data, gsize length)
{
  guint8 mask[4];

  if (getrandom (mask, sizeof mask, 0) != (gssize)sizeof mask)
    memset (mask, 0, sizeof mask);
  pst_websocket_append_frame (client->out, opcode, data, length, mask);
}

static gboolean on_writable (GObject *stream, gpointer user_data);

static void
wait_to_write (PstWebsocketClient *client)
{
  GPollableOutputStream *stream = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (client->connection)));

  if (client->output == NULL)
    attach (&client->output, g_pollable_output_stream_create_source (stream, NULL), "[penstock] websocket output", G_SOURCE_FUNC (on_writable),
            client);
}

/* The last ping is the one to answer. */
static gboolean
take_pong (PstWebsocketClient *client)
{
  if (!client->pong_waits)
    return FALSE;
  client->pong_waits = FALSE;
  append_frame (client, PST_WEBSOCKET_PONG, client->pong, client->pong_length);
  return TRUE;
}

/* As much as the network takes now. */
static void
flush (PstWebsocketClient *client)
{
  GPollableOutputStream *stream = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (client->connection)));

  do
    while (client->out_start < client->out->len)
      {
        g_autoptr (GError) error = NULL;
        gssize n = g_pollable_output_stream_write_nonblocking (stream, client->out->data + client->out_start, client->out->len - client->out_start,
                                                               NULL, &error);

        if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
          {
            wait_to_write (client);
            return;
          }
        if (n < 0)
          {
            fail_late (client, error->message);
            return;
          }
        client->out_start += (gsize)n;
      }
  while (take_pong (client));
  g_byte_array_set_size (client->out, 0);
  client->out_start = 0;
}

static gboolean
on_writable (GObject *stream, gpointer user_data)
{
  PstWebsocketClient *client = user_data;

  drop_source (&client->output);
  flush (client);
  return G_SOURCE_REMOVE;
}

/* What was written is given back before more is added. */
static void
send_frame (PstWebsocketClient *client, PstWebsocketOpcode opcode, const guint8 *data, gsize length)
{
  if (client->out_start > client->out->len / 2)
    {
      g_byte_array_remove_range (client->out, 0, (guint)client->out_start);
      client->out_start = 0;
    }
  append_frame (client, opcode, data, length);
  if (client->output == NULL)
    flush (client);
}

static void
send_close (PstWebsocketClient *client, guint code)
{
  guint8 payload[2] = { (guint8)(code >> 8), (guint8)code };

  if (client->goodbye)
    return;
  client->goodbye = TRUE;
  send_frame (client, PST_WEBSOCKET_CLOSE, payload, code != 0 ? 2 : 0);
}

static void
on_ping_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstWebsocketClient *client = user_data;

  client->ping_timer
      = pst_clock_add_timer (clock, pst_clock_now_ns (clock) + client->limits.ping_interval_ms * PST_NS_PER_MS, on_ping_due, client, NULL);
  /* One that waits already will do. */
  if (client->output == NULL && !client->goodbye)
    send_frame (client, PST_WEBSOCKET_PING, NULL, 0);
}

static void
answer_ping (PstWebsocketClient *client, const PstWebsocketItem *item)
{
  memcpy (client->pong, item->data, item->length);
  client->pong_length = item->length;
  client->pong_waits = !client->goodbye;
  if (client->output == NULL)
    flush (client);
}

/* Reading */

static void
take_close (PstWebsocketClient *client, const PstWebsocketItem *item)
{
  PstClosed closed = { .reason = client->goodbye ? PST_CLOSE_REQUESTED : PST_CLOSE_BY_PEER, .clean = TRUE, .code = item->code };
  g_autofree char *text = NULL;

  if (item->length > 0)
    text = g_strdup_printf ("%s closed the connection: %s", client->url, item->data);
  else
    text = g_strdup_printf ("%s closed the connection", client->url);
  closed.text = text;
  send_close (client, item->code);
  tell_closed (client, &closed);
}

static void
take_broken (PstWebsocketClient *client, const PstWebsocketItem *item)
{
  PstCloseReason reason = item->code == PST_WEBSOCKET_TOO_BIG ? PST_CLOSE_LIMIT : PST_CLOSE_PROTOCOL;
  g_autofree char *text = NULL;

  if (reason == PST_CLOSE_LIMIT)
    text = g_strdup_printf ("%s %s: %" G_GSIZE_FORMAT " bytes", client->url, item->why, client->limits.message_bytes_max);
  else
    text = g_strdup_printf ("%s %s", client->url, item->why);
  send_close (client, item->code);
  tell_closed (client, &(PstClosed){ .reason = reason, .text = text });
}

/* Deals with all that is whole. */
static void
take_frames (PstWebsocketClient *client)
{
  while (!client->over)
    {
      PstWebsocketItem item;
      PstWebsocketStatus status = pst_websocket_reader_next (client->reader, &item);

      if (status == PST_WEBSOCKET_MORE)
        return;
      if (status == PST_WEBSOCKET_BROKEN)
        take_broken (client, &item);
      else if (item.opcode == PST_WEBSOCKET_CLOSE)
        take_close (client, &item);
      else if (item.opcode == PST_WEBSOCKET_PING)
        answer_ping (client, &item);
      else if (item.opcode == PST_WEBSOCKET_TEXT && !client->goodbye)
        client->handlers.message (item.data, item.length, client->user_data);
    }
}

static guint
read_retry_after (PstWebsocketClient *client, const char *text)
{
  g_autoptr (GDateTime) date = NULL;
  gint64 now_s = pst_clock_now_ns (client->clock) / PST_NS_PER_SECOND;
  guint64 seconds;

  if (text == NULL)
    return 0;
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &seconds, NULL))
    return (guint)seconds;
  date = soup_date_time_new_from_http_string (text);
  return date != NULL ? (guint)CLAMP (g_date_time_to_unix (date) - now_s, 0, G_MAXUINT) : 0;
}

static gboolean
is_accepted (PstWebsocketClient *client, SoupMessageHeaders *headers)
{
  g_autofree char *salted = g_strconcat (client->key, ACCEPT_SALT, NULL), *wanted = NULL;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (sum, (const guchar *)salted, -1);
  g_checksum_get_digest (sum, digest, &length);
  wanted = g_base64_encode (digest, length);
  return g_strcmp0 (soup_message_headers_get_one (headers, "Sec-WebSocket-Accept"), wanted) == 0
         && soup_message_headers_header_equals (headers, "Upgrade", "websocket")
         && soup_message_headers_header_contains (headers, "Connection", "upgrade")
         && soup_message_headers_get_list (headers, "Sec-WebSocket-Extensions") == NULL
         && soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol") == NULL;
}

static void
refuse (PstWebsocketClient *client, guint status, const char *phrase, SoupMessageHeaders *headers)
{
  const char *location = soup_message_headers_get_one (headers, "Location");
  PstClosed closed = { .reason = PST_CLOSE_REFUSED, .http_status = status };
  g_autofree char *text = NULL;

  if (SOUP_STATUS_IS_REDIRECTION (status) && location != NULL)
    text = g_strdup_printf ("%s answered %u %s: it has moved to %s, which is not followed", client->url, status, phrase, location);
  else
    text = g_strdup_printf ("%s answered %u %s", client->url, status, phrase);
  closed.text = text;
  closed.retry_after_s = read_retry_after (client, soup_message_headers_get_one (headers, "Retry-After"));
  tell_closed (client, &closed);
}

static void
take_answer (PstWebsocketClient *client, const char *head, gsize length)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *phrase = NULL;
  guint status = 0;

  if (!soup_headers_parse_response (head, (int)length, headers, NULL, &status, &phrase))
    {
      fail (client, PST_CLOSE_PROTOCOL, "%s answered the handshake with what is no HTTP", client->url);
      return;
    }
  if (status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    {
      refuse (client, status, phrase, headers);
      return;
    }
  if (!is_accepted (client, headers))
    {
      fail (client, PST_CLOSE_PROTOCOL, "%s did not answer the handshake as a WebSocket does; is the address right?", client->url);
      return;
    }
  client->is_open = TRUE;
  if (client->limits.ping_interval_ms > 0)
    client->ping_timer = pst_clock_add_timer (client->clock, pst_clock_now_ns (client->clock) + client->limits.ping_interval_ms * PST_NS_PER_MS,
                                              on_ping_due, client, NULL);
  client->handlers.opened (client->user_data);
}

/* The handshake's answer ends with an empty line; frames may follow at once. */
static void
take_head (PstWebsocketClient *client)
{
  gsize length;
  const char *bytes = pst_websocket_reader_peek (client->reader, &length);
  const char *end_of_head = memmem (bytes, length, "\r\n\r\n", 4);
  g_autofree char *head = NULL;

  if (end_of_head == NULL && length <= HEAD_MAX)
    return;
  if (end_of_head == NULL || end_of_head - bytes > HEAD_MAX)
    {
      fail (client, PST_CLOSE_LIMIT, "%s answered the handshake with more than %u bytes of headers", client->url, HEAD_MAX);
      return;
    }
  length = (gsize)(end_of_head - bytes) + 2;
  head = g_strndup (bytes, length);
  pst_websocket_reader_skip (client->reader, length + 2);
  take_answer (client, head, length);
}

static void
take_end (PstWebsocketClient *client, const GError *error)
{
  if (!client->is_open)
    fail (client, PST_CLOSE_REFUSED, "%s ended the connection instead of answering the handshake%s%s", client->url, error != NULL ? ": " : "",
          error != NULL ? error->message : "");
  else
    fail (client, PST_CLOSE_LOST, "the connection to %s was cut%s%s", client->url, error != NULL ? ": " : "", error != NULL ? error->message : "");
}

/* FALSE when nothing more is there now. */
static gboolean
read_some (PstWebsocketClient *client)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (client->connection)));
  g_autoptr (GError) error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (stream, pst_websocket_reader_reserve (client->reader, READ_SIZE), READ_SIZE, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (n <= 0)
    {
      take_end (client, error);
      return FALSE;
    }
  pst_websocket_reader_commit (client->reader, (gsize)n);
  client->handlers.life (client->user_data);
  if (!client->is_open)
    take_head (client);
  if (client->is_open && !client->over)
    take_frames (client);
  return !client->over && n == (gssize)READ_SIZE;
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  PstWebsocketClient *client = g_rc_box_acquire (user_data);

  for (guint i = 0; i < READS_MAX && !client->over && read_some (client); i++)
    continue;
  client_unref (client);
  return G_SOURCE_CONTINUE;
}

/* Connecting */

static void
send_handshake (PstWebsocketClient *client)
{
  g_autoptr (GUri) uri = g_uri_parse (client->url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = g_uri_get_host (uri), *path = g_uri_get_path (uri), *query = g_uri_get_query (uri);
  g_autoptr (GString) head = g_string_new (NULL);
  guint8 nonce[16];

  if (getrandom (nonce, sizeof nonce, 0) != (gssize)sizeof nonce)
    memset (nonce, 0, sizeof nonce);
  client->key = g_base64_encode (nonce, sizeof nonce);
  g_string_printf (head, "GET %s%s%s HTTP/1.1\r\nHost: %s%s%s", *path != '\0' ? path : "/", query != NULL ? "?" : "", query != NULL ? query : "",
                   strchr (host, ':') != NULL ? "[" : "", host, strchr (host, ':') != NULL ? "]" : "");
  if (g_uri_get_port (uri) > 0)
    g_string_append_printf (head, ":%d", g_uri_get_port (uri));
  g_string_append_printf (head,
                          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
                          "User-Agent: %s\r\n\r\n",
                          client->key, client->agent);
  g_byte_array_append (client->out, (const guint8 *)head->str, (guint)head->len);
  flush (client);
}

static void
fail_to_connect (PstWebsocketClient *client, const GError *error)
{
  gboolean tls = error->domain == G_TLS_ERROR && !g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);

  fail (client, tls ? PST_CLOSE_TLS : PST_CLOSE_REFUSED, "cannot connect to %s: %s", client->url, error->message);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PstWebsocketClient *client = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection != NULL && client->over)
    {
      hang_up (connection);
    }
  else if (connection != NULL)
    {
      GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (connection)));

      client->connection = g_steal_pointer (&connection);
      g_socket_set_option (g_socket_connection_get_socket (client->connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
      attach (&client->input, g_pollable_input_stream_create_source (stream, NULL), "[penstock] websocket input", G_SOURCE_FUNC (on_readable),
              client);
      send_handshake (client);
    }
  else
    {
      fail_to_connect (client, error);
    }
  client_unref (client);
}

static void
on_connecting (GSocketClient *connector, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream, gpointer user_data)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  PstWebsocketClient *client = user_data;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
    return;
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (stream), protocols);
  if (client->trust != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (stream), client->trust);
}

/* The address as one of HTTP, which is what proxies are chosen by. */
static GSocketConnectable *
find_peer (const char *url, gboolean secure, GError **error)
{
  g_autofree char *http = g_strconcat (secure ? "https" : "http", strchr (url, ':'), NULL);

  return g_network_address_parse_uri (http, secure ? 443 : 80, error);
}

/**
 * pst_websocket_client_new:
 * @url: ws:// or wss://
 * @limits: of the transport; copied
 * @clock: for pings and dates
 * @trust: (nullable): whom TLS trusts
 * @agent: who we say we are
 * @handlers: who hears it; copied
 * @user_data: for @handlers
 *
 * Returns: (transfer full): a connection that is being made
 */
PstWebsocketClient *
pst_websocket_client_new (const char *url, const PstTransportLimits *limits, PstClock *clock, GTlsDatabase *trust, const char *agent,
                          const PstWebsocketHandlers *handlers, gpointer user_data)
{
  PstWebsocketClient *client = g_rc_box_new0 (PstWebsocketClient);
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  gboolean secure = g_ascii_strncasecmp (url, "wss:", 4) == 0;
  g_autoptr (GSocketConnectable) peer = NULL;
  g_autoptr (GError) error = NULL;

  client->url = g_strdup (url);
  client->agent = g_strdup (agent);
  client->limits = *limits;
  client->clock = g_object_ref (clock);
  client->trust = trust != NULL ? g_object_ref (trust) : NULL;
  client->handlers = *handlers;
  client->user_data = user_data;
  client->cancellable = g_cancellable_new ();
  client->reader = pst_websocket_reader_new (limits->message_bytes_max);
  client->out = g_byte_array_new ();
  peer = find_peer (url, secure, &error);
  if (peer == NULL)
    {
      fail_late (client, error->message);
      return client;
    }
  g_socket_client_set_tls (connector, secure);
  g_signal_connect_data (connector, "event", G_CALLBACK (on_connecting), g_rc_box_acquire (client), (GClosureNotify)(gpointer)client_unref, 0);
  g_socket_client_connect_async (connector, peer, client->cancellable, on_connected, g_rc_box_acquire (client));
  return client;
}

/**
 * pst_websocket_client_is_open:
 * @client: a client
 *
 * Returns: whether messages go both ways
 */
gboolean
pst_websocket_client_is_open (const PstWebsocketClient *client)
{
  return client->is_open;
}

/**
 * pst_websocket_client_drop:
 * @client: (transfer full): a client
 */
void
pst_websocket_client_drop (PstWebsocketClient *client)
{
  if (!client->over)
    end (client);
  client_unref (client);
}

/**
 * pst_websocket_client_send:
 * @client: an open client
 * @text: (array length=length): one message
 * @length: in bytes
 * @error: return location; %PST_EXCHANGE_ERROR_IO when too much waits already
 *
 * Returns: %FALSE when it was not taken
 */
gboolean
pst_websocket_client_send (PstWebsocketClient *client, const char *text, gsize length, GError **error)
{
  gsize waiting = client->out->len - client->out_start;

  if (client->late != NULL || client->over)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "cannot send: the connection to %s is gone", client->url);
      return FALSE;
    }
  if (waiting + length > client->limits.queue_bytes_max)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO,
                   "cannot send: %" G_GSIZE_FORMAT " bytes wait to be taken by %s already, which is all that may", waiting, client->url);
      return FALSE;
    }
  send_frame (client, PST_WEBSOCKET_TEXT, (const guint8 *)text, length);
  return TRUE;
}

/**
 * pst_websocket_client_close:
 * @client: an open client
 */
void
pst_websocket_client_close (PstWebsocketClient *client)
{
  if (!client->over)
    send_close (client, PST_WEBSOCKET_NORMAL);
}
