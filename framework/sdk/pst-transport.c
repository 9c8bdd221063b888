/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States, limits and time limits of all transports in one place, so that no implementation can leave one out, and so that the simulated ones
 * time out exactly as the real one does: by timers of the run's clock. */

#include "pst-transport.h"

#include <string.h>

/**
 * PstTransport:
 *
 * One connection to a venue, and HTTP requests beside it.
 */

typedef struct
{
  guint64 id;
  guint timer;
  gint64 timeout_ms;
  gsize reply_bytes_max;
  PstHttpFunc callback;
  gpointer user_data;
  PstTransport *transport;
} Request;

typedef struct
{
  PstClock *clock;
  PstTransportLimits limits;
  PstTransportState state;
  char *url;
  guint timer; /* of opening, closing or silence, by state */
  gint64 heard_ns;
  guint64 last_id;
  GPtrArray *requests; /* few: looked through in order */
} PstTransportPrivate;

enum
{
  PROP_CLOCK = 1,
  N_PROPS
};

enum
{
  SIGNAL_OPENED,
  SIGNAL_MESSAGE_RECEIVED,
  SIGNAL_CLOSED,
  N_SIGNALS
};

/* Interned ids of the type's signals: written once, by class_init. */
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstTransport, pst_transport, G_TYPE_OBJECT)

static PstTransportPrivate *
private_of (PstTransport *transport)
{
  return pst_transport_get_instance_private (transport);
}

static void
request_free (gpointer data)
{
  Request *request = data;
  PstTransportPrivate *priv = private_of (request->transport);

  if (request->timer != 0)
    pst_clock_remove_timer (priv->clock, request->timer);
  g_free (request);
}

static void
clear_timer (PstTransportPrivate *priv)
{
  if (priv->timer != 0)
    pst_clock_remove_timer (priv->clock, priv->timer);
  priv->timer = 0;
}

static void
pst_transport_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CLOCK)
    private_of (PST_TRANSPORT (object))->clock = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pst_transport_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CLOCK)
    g_value_set_object (value, private_of (PST_TRANSPORT (object))->clock);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pst_transport_dispose (GObject *object)
{
  PstTransport *transport = PST_TRANSPORT (object);
  PstTransportPrivate *priv = private_of (transport);

  if (priv->clock != NULL)
    clear_timer (priv);
  if (priv->state != PST_TRANSPORT_CLOSED)
    {
      priv->state = PST_TRANSPORT_CLOSED;
      PST_TRANSPORT_GET_CLASS (transport)->cut (transport);
    }
  while (priv->requests->len > 0)
    {
      Request *request = priv->requests->pdata[0];

      PST_TRANSPORT_GET_CLASS (transport)->cancel_request (transport, request->id);
      g_ptr_array_remove_index (priv->requests, 0);
    }
  G_OBJECT_CLASS (pst_transport_parent_class)->dispose (object);
}

static void
pst_transport_finalize (GObject *object)
{
  PstTransportPrivate *priv = private_of (PST_TRANSPORT (object));

  g_clear_pointer (&priv->requests, g_ptr_array_unref);
  g_clear_pointer (&priv->url, g_free);
  g_clear_object (&priv->clock);
  G_OBJECT_CLASS (pst_transport_parent_class)->finalize (object);
}

static void
pst_transport_class_init (PstTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->set_property = pst_transport_set_property;
  object_class->get_property = pst_transport_get_property;
  object_class->dispose = pst_transport_dispose;
  object_class->finalize = pst_transport_finalize;

  /**
   * PstTransport:clock:
   *
   * The run's clock: stamps and time limits.
   */
  g_object_class_install_property (object_class, PROP_CLOCK,
                                   g_param_spec_object ("clock", "Clock", "The run's clock: stamps and time limits", PST_TYPE_CLOCK,
                                                        G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));

  /**
   * PstTransport::opened:
   * @transport: the transport
   * @opened: (type PstOpened): where to and when; borrowed
   *
   * The connection stands.
   */
  signals[SIGNAL_OPENED]
      = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PST_TYPE_OPENED | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * PstTransport::message-received:
   * @transport: the transport
   * @message: (type PstMessage): one whole message; borrowed
   *
   * The venue sent a message.
   */
  signals[SIGNAL_MESSAGE_RECEIVED] = g_signal_new ("message-received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                   PST_TYPE_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * PstTransport::closed:
   * @transport: the transport
   * @closed: (type PstClosed): why; borrowed
   *
   * The connection is over, or never came about. Its state is CLOSED: a handler may open it again.
   */
  signals[SIGNAL_CLOSED]
      = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, PST_TYPE_CLOSED | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
pst_transport_init (PstTransport *transport)
{
  PstTransportPrivate *priv = private_of (transport);

  pst_transport_limits_init (&priv->limits);
  priv->requests = g_ptr_array_new_with_free_func (request_free);
}

/**
 * pst_transport_limits_init:
 * @limits: (out caller-allocates): the limits
 *
 * Sets every limit to its documented default. Any thread.
 */
void
pst_transport_limits_init (PstTransportLimits *limits)
{
  g_return_if_fail (limits != NULL);

  *limits = (PstTransportLimits){
    .message_bytes_max = 16 << 20,
    .send_bytes_max = 1 << 20,
    .queue_bytes_max = 4 << 20,
    .open_timeout_ms = 10000,
    .close_timeout_ms = 2000,
    .ping_interval_ms = 20000,
    .silence_max_ms = 60000,
    .requests_max = 32,
    .request_bytes_max = 1 << 20,
    .request_timeout_ms = 10000,
    .reply_bytes_max = 16 << 20,
  };
}

static gboolean refuse (GError **error, PstExchangeError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, PstExchangeError code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (PST_EXCHANGE_ERROR, (gint)code, format, arguments);
  va_end (arguments);
  return FALSE;
}

/**
 * pst_transport_get_clock:
 * @transport: a transport
 *
 * Gets the clock that stamps messages and measures time limits. Any thread.
 *
 * Returns: (transfer none): the clock
 */
PstClock *
pst_transport_get_clock (PstTransport *transport)
{
  g_return_val_if_fail (PST_IS_TRANSPORT (transport), NULL);

  return private_of (transport)->clock;
}

/**
 * pst_transport_set_limits:
 * @transport: a transport that is CLOSED and has no requests
 * @limits: the limits
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_SUPPORTED for a limit that cannot be, or a connection that stands
 *
 * Changes the limits. On the run's context.
 *
 * Returns: whether it took them
 */
gboolean
pst_transport_set_limits (PstTransport *transport, const PstTransportLimits *limits, GError **error)
{
  PstTransportPrivate *priv;

  g_return_val_if_fail (PST_IS_TRANSPORT (transport), FALSE);
  g_return_val_if_fail (limits != NULL, FALSE);

  priv = private_of (transport);
  if (priv->state != PST_TRANSPORT_CLOSED || priv->requests->len > 0)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "limits of a transport cannot change while it is in use; close it first");
  if (limits->message_bytes_max == 0 || limits->send_bytes_max == 0 || limits->queue_bytes_max < limits->send_bytes_max || limits->requests_max == 0
      || limits->request_bytes_max == 0 || limits->reply_bytes_max == 0)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
                   "limits of size and number must be above 0, and the queue must hold one message of the largest size");
  if (limits->open_timeout_ms == 0 || limits->close_timeout_ms == 0 || limits->request_timeout_ms == 0)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "time limits of opening, closing and requests must be above 0 ms");
  if (limits->silence_max_ms != 0 && limits->silence_max_ms <= limits->ping_interval_ms)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
                   "silence of %u ms would end before the peer answers a ping every %u ms; allow more silence or ping more often",
                   limits->silence_max_ms, limits->ping_interval_ms);
  priv->limits = *limits;
  return TRUE;
}

/**
 * pst_transport_get_limits:
 * @transport: a transport
 *
 * Gets the limits. On the run's context.
 *
 * Returns: (transfer none): the limits
 */
const PstTransportLimits *
pst_transport_get_limits (PstTransport *transport)
{
  g_return_val_if_fail (PST_IS_TRANSPORT (transport), NULL);

  return &private_of (transport)->limits;
}

/**
 * pst_transport_get_state:
 * @transport: a transport
 *
 * Tells where the connection stands. On the run's context.
 *
 * Returns: the state
 */
PstTransportState
pst_transport_get_state (PstTransport *transport)
{
  g_return_val_if_fail (PST_IS_TRANSPORT (transport), PST_TRANSPORT_CLOSED);

  return private_of (transport)->state;
}

static void
arm (PstTransport *transport, gint64 due_ns, PstTimerFunc func)
{
  PstTransportPrivate *priv = private_of (transport);

  clear_timer (priv);
  priv->timer = pst_clock_add_timer (priv->clock, due_ns, func, transport, NULL);
}

/* The base gives up: the implementation forgets the connection, and the session hears why. */
static void
give_up (PstTransport *transport, PstCloseReason reason, const char *text)
{
  PstClosed closed = { .reason = reason, .text = text };

  PST_TRANSPORT_GET_CLASS (transport)->cut (transport);
  pst_transport_take_closed (transport, &closed);
}

static void
on_open_timeout (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstTransport *transport = user_data;
  PstTransportPrivate *priv = private_of (transport);
  g_autofree char *text = g_strdup_printf ("%s did not open within %u ms", priv->url, priv->limits.open_timeout_ms);

  priv->timer = 0;
  give_up (transport, PST_CLOSE_TIMED_OUT, text);
}

static void
on_close_timeout (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstTransport *transport = user_data;
  PstTransportPrivate *priv = private_of (transport);
  g_autofree char *text = g_strdup_printf ("%s did not answer our goodbye within %u ms", priv->url, priv->limits.close_timeout_ms);

  priv->timer = 0;
  give_up (transport, PST_CLOSE_REQUESTED, text);
}

/* One timer for a whole silence: messages only note their time, and the timer looks how long ago the last one was. */
static void
on_silence (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstTransport *transport = user_data;
  PstTransportPrivate *priv = private_of (transport);
  gint64 end_ns = priv->heard_ns + priv->limits.silence_max_ms * PST_NS_PER_MS;

  priv->timer = 0;
  if (end_ns > pst_clock_now_ns (priv->clock))
    {
      arm (transport, end_ns, on_silence);
    }
  else
    {
      g_autofree char *text = g_strdup_printf ("%s gave no sign of life for %u ms", priv->url, priv->limits.silence_max_ms);

      give_up (transport, PST_CLOSE_TIMED_OUT, text);
    }
}

static gboolean
check_url (const char *url, const char *plain, const char *secure, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, &local);

  for (const char *c = url; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "\"%s\" is no address: it has a blank or a letter that must be written as %%XX", url);
  if (uri == NULL)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "\"%s\" is no address: %s", url, local->message);
  if (g_strcmp0 (g_uri_get_scheme (uri), plain) != 0 && g_strcmp0 (g_uri_get_scheme (uri), secure) != 0)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "address \"%s\" begins with neither %s:// nor %s://", url, secure, plain);
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "address \"%s\" names no host", url);
  return TRUE;
}

/**
 * pst_transport_open:
 * @transport: a transport that is CLOSED
 * @url: where to: wss://host/path or ws://host/path
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_SUPPORTED for an address that cannot be or a connection that is there already
 *
 * Begins to connect. Then either #PstTransport::opened or #PstTransport::closed follows, within the limit, never inside this call. On the
 * run's context.
 *
 * Returns: %FALSE with an error when nothing was begun
 */
gboolean
pst_transport_open (PstTransport *transport, const char *url, GError **error)
{
  PstTransportPrivate *priv;

  g_return_val_if_fail (PST_IS_TRANSPORT (transport), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);

  priv = private_of (transport);
  if (priv->state != PST_TRANSPORT_CLOSED)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "cannot open %s: the connection to %s is not over; close it first", url, priv->url);
  if (!check_url (url, "ws", "wss", error))
    return FALSE;

  g_free (priv->url);
  priv->url = g_strdup (url);
  priv->state = PST_TRANSPORT_OPENING;
  if (!PST_TRANSPORT_GET_CLASS (transport)->open (transport, url, error))
    {
      priv->state = PST_TRANSPORT_CLOSED;
      return FALSE;
    }
  arm (transport, pst_clock_now_ns (priv->clock) + priv->limits.open_timeout_ms * PST_NS_PER_MS, on_open_timeout);
  return TRUE;
}

/**
 * pst_transport_send:
 * @transport: a transport that is OPEN
 * @text: one message, UTF-8
 * @length: in bytes; below 0 when @text ends with a NUL
 * @error: return location; %PST_EXCHANGE_ERROR_IO without a connection or when too much waits to be sent,
 *   %PST_EXCHANGE_ERROR_NOT_SUPPORTED for a message that is too large or no UTF-8
 *
 * Sends one text message. It is taken, not received: what was under way when the connection breaks may or may not have arrived. On the
 * run's context.
 *
 * Returns: %FALSE with an error when it was certainly not sent
 */
gboolean
pst_transport_send (PstTransport *transport, const char *text, gssize length, GError **error)
{
  PstTransportPrivate *priv;
  gsize size;

  g_return_val_if_fail (PST_IS_TRANSPORT (transport), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  priv = private_of (transport);
  size = length < 0 ? strlen (text) : (gsize)length;
  if (priv->state != PST_TRANSPORT_OPEN)
    return refuse (error, PST_EXCHANGE_ERROR_IO, "cannot send: there is no open connection");
  if (size > priv->limits.send_bytes_max)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
                   "cannot send a message of %" G_GSIZE_FORMAT " bytes to %s: %" G_GSIZE_FORMAT " are allowed", size, priv->url,
                   priv->limits.send_bytes_max);
  if (!g_utf8_validate_len (text, size, NULL))
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "cannot send a message to %s: it is no UTF-8", priv->url);
  return PST_TRANSPORT_GET_CLASS (transport)->send (transport, text, size, error);
}

/**
 * pst_transport_close:
 * @transport: a transport
 *
 * Says goodbye. #PstTransport::closed follows with %PST_CLOSE_REQUESTED, within the limit, never inside this call; no message is received
 * before it any more. Does nothing when there is no connection or it is closing already. On the run's context.
 */
void
pst_transport_close (PstTransport *transport)
{
  PstTransportPrivate *priv;

  g_return_if_fail (PST_IS_TRANSPORT (transport));

  priv = private_of (transport);
  if (priv->state == PST_TRANSPORT_CLOSED || priv->state == PST_TRANSPORT_CLOSING)
    return;
  priv->state = PST_TRANSPORT_CLOSING;
  arm (transport, pst_clock_now_ns (priv->clock) + priv->limits.close_timeout_ms * PST_NS_PER_MS, on_close_timeout);
  PST_TRANSPORT_GET_CLASS (transport)->close (transport);
}

static Request *
find_request (PstTransportPrivate *priv, guint64 id, guint *index)
{
  for (guint i = 0; i < priv->requests->len; i++)
    {
      Request *request = priv->requests->pdata[i];

      *index = i;
      if (request->id == id)
        return request;
    }
  return NULL;
}

static void
on_request_timeout (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Request *request = user_data;
  g_autofree char *text = g_strdup_printf ("no whole answer within %" G_GINT64_FORMAT " ms", request->timeout_ms);
  PstHttpReply reply = { .outcome = PST_HTTP_TIMED_OUT, .body = "", .text = text };

  request->timer = 0;
  PST_TRANSPORT_GET_CLASS (request->transport)->cancel_request (request->transport, request->id);
  pst_transport_take_reply (request->transport, request->id, &reply);
}

static gboolean
check_request (PstTransportPrivate *priv, const PstHttpRequest *request, GError **error)
{
  guint n_headers = request->headers != NULL ? g_strv_length ((char **)request->headers) : 0;

  if (!check_url (request->url, "http", "https", error))
    return FALSE;
  if (priv->requests->len >= priv->limits.requests_max)
    return refuse (error, PST_EXCHANGE_ERROR_IO, "cannot ask for %s: %u requests are under way, which is the limit", request->url,
                   priv->limits.requests_max);
  if (request->body_length > priv->limits.request_bytes_max)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED,
                   "cannot ask for %s with a body of %" G_GSIZE_FORMAT " bytes: %" G_GSIZE_FORMAT " are allowed", request->url, request->body_length,
                   priv->limits.request_bytes_max);
  if (n_headers % 2 != 0)
    return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "cannot ask for %s: its last header has no value", request->url);
  for (guint i = 0; i < n_headers; i++)
    if (strpbrk (request->headers[i], "\r\n") != NULL || (i % 2 == 0 && *request->headers[i] == '\0'))
      return refuse (error, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "cannot ask for %s: header %u has a line break or no name", request->url, i / 2 + 1);
  return TRUE;
}

/**
 * pst_transport_request:
 * @transport: a transport, in any state
 * @request: what to ask for; copied
 * @callback: (scope async): called once with the outcome, within the time limit, never inside this call
 * @user_data: passed to @callback
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_SUPPORTED for a request that cannot be, %PST_EXCHANGE_ERROR_IO when too many are under way
 *
 * Sends an HTTP request. Redirects are not followed, and nothing is sent twice. On the run's context.
 *
 * Returns: the request's number, above 0; 0 with an error when it was certainly not sent, and @callback is not called
 */
guint64
pst_transport_request (PstTransport *transport, const PstHttpRequest *request, PstHttpFunc callback, gpointer user_data, GError **error)
{
  PstTransportPrivate *priv;
  PstHttpRequest whole;
  Request *entry;

  g_return_val_if_fail (PST_IS_TRANSPORT (transport), 0);
  g_return_val_if_fail (request != NULL && request->url != NULL, 0);
  g_return_val_if_fail (callback != NULL, 0);

  priv = private_of (transport);
  if (!check_request (priv, request, error))
    return 0;
  whole = *request;
  if (whole.method == NULL)
    whole.method = "GET";
  if (whole.timeout_ms == 0)
    whole.timeout_ms = priv->limits.request_timeout_ms;
  if (whole.reply_bytes_max == 0)
    whole.reply_bytes_max = priv->limits.reply_bytes_max;

  entry = g_new0 (Request, 1);
  entry->id = ++priv->last_id;
  entry->timeout_ms = whole.timeout_ms;
  entry->reply_bytes_max = whole.reply_bytes_max;
  entry->callback = callback;
  entry->user_data = user_data;
  entry->transport = transport;
  g_ptr_array_add (priv->requests, entry);
  if (!PST_TRANSPORT_GET_CLASS (transport)->request (transport, entry->id, &whole, error))
    {
      g_ptr_array_remove (priv->requests, entry);
      return 0;
    }
  entry->timer
      = pst_clock_add_timer (priv->clock, pst_clock_now_ns (priv->clock) + entry->timeout_ms * PST_NS_PER_MS, on_request_timeout, entry, NULL);
  return entry->id;
}

/**
 * pst_transport_cancel_request:
 * @transport: a transport
 * @id: what pst_transport_request() returned
 *
 * Gives a request up. It may have been carried out all the same. On the run's context.
 *
 * Returns: %FALSE when it was over already
 */
gboolean
pst_transport_cancel_request (PstTransport *transport, guint64 id)
{
  PstTransportPrivate *priv;
  guint index;

  g_return_val_if_fail (PST_IS_TRANSPORT (transport), FALSE);

  priv = private_of (transport);
  if (find_request (priv, id, &index) == NULL)
    return FALSE;
  g_ptr_array_remove_index (priv->requests, index);
  PST_TRANSPORT_GET_CLASS (transport)->cancel_request (transport, id);
  return TRUE;
}

/**
 * pst_transport_get_n_requests:
 * @transport: a transport
 *
 * Counts the requests under way. On the run's context.
 *
 * Returns: how many
 */
guint
pst_transport_get_n_requests (PstTransport *transport)
{
  g_return_val_if_fail (PST_IS_TRANSPORT (transport), 0);

  return private_of (transport)->requests->len;
}

/**
 * pst_transport_take_opened:
 * @transport: a transport that is OPENING
 *
 * For implementations: the connection stands. On the run's context, not inside a call.
 */
void
pst_transport_take_opened (PstTransport *transport)
{
  PstTransportPrivate *priv;
  PstOpened opened;

  g_return_if_fail (PST_IS_TRANSPORT (transport));

  priv = private_of (transport);
  if (priv->state != PST_TRANSPORT_OPENING)
    return;
  priv->state = PST_TRANSPORT_OPEN;
  priv->heard_ns = pst_clock_now_ns (priv->clock);
  clear_timer (priv);
  if (priv->limits.silence_max_ms != 0)
    arm (transport, priv->heard_ns + priv->limits.silence_max_ms * PST_NS_PER_MS, on_silence);
  opened = (PstOpened){ priv->url, priv->heard_ns };
  g_signal_emit (transport, signals[SIGNAL_OPENED], 0, &opened);
}

/**
 * pst_transport_take_message:
 * @transport: a transport
 * @text: (array length=length): the bytes, with a NUL behind
 * @length: how many, in bytes
 *
 * For implementations: a whole message came. Stamped here. One that is larger than allowed ends the connection instead. On the run's
 * context, not inside a call.
 *
 * Returns: %FALSE when there is no open connection (any more): the implementation delivers nothing further of it
 */
gboolean
pst_transport_take_message (PstTransport *transport, const char *text, gsize length)
{
  PstTransportPrivate *priv = private_of (transport);
  PstMessage message = { text, length, 0 };

  if (priv->state != PST_TRANSPORT_OPEN)
    return FALSE;
  if (G_UNLIKELY (length > priv->limits.message_bytes_max))
    {
      g_autofree char *why = g_strdup_printf ("%s sent a message of %" G_GSIZE_FORMAT " bytes; %" G_GSIZE_FORMAT " are allowed", priv->url, length,
                                              priv->limits.message_bytes_max);

      give_up (transport, PST_CLOSE_LIMIT, why);
      return FALSE;
    }
  message.receive_time_ns = priv->heard_ns = pst_clock_now_ns (priv->clock);
  g_signal_emit (transport, signals[SIGNAL_MESSAGE_RECEIVED], 0, &message);
  return priv->state == PST_TRANSPORT_OPEN;
}

/**
 * pst_transport_take_life:
 * @transport: a transport
 *
 * For implementations: the peer answered a ping, or sent one. On the run's context.
 */
void
pst_transport_take_life (PstTransport *transport)
{
  PstTransportPrivate *priv;

  g_return_if_fail (PST_IS_TRANSPORT (transport));

  priv = private_of (transport);
  priv->heard_ns = pst_clock_now_ns (priv->clock);
}

/**
 * pst_transport_take_closed:
 * @transport: a transport that is not CLOSED
 * @closed: why; its time is filled here, and its reason becomes %PST_CLOSE_REQUESTED when we asked for it
 *
 * For implementations: the connection is over, or did not come about. On the run's context, not inside a call.
 */
void
pst_transport_take_closed (PstTransport *transport, const PstClosed *closed)
{
  PstTransportPrivate *priv;
  PstClosed fact;

  g_return_if_fail (PST_IS_TRANSPORT (transport));
  g_return_if_fail (closed != NULL);

  priv = private_of (transport);
  if (priv->state == PST_TRANSPORT_CLOSED)
    return;
  fact = *closed;
  if (priv->state == PST_TRANSPORT_CLOSING)
    fact.reason = PST_CLOSE_REQUESTED;
  if (fact.text == NULL)
    fact.text = "";
  fact.time_ns = pst_clock_now_ns (priv->clock);
  clear_timer (priv);
  priv->state = PST_TRANSPORT_CLOSED;
  g_signal_emit (transport, signals[SIGNAL_CLOSED], 0, &fact);
}

/**
 * pst_transport_take_reply:
 * @transport: a transport
 * @id: the request's number
 * @reply: its outcome; its time is filled here. A body that is larger than allowed becomes %PST_HTTP_TOO_LARGE
 *
 * For implementations: a request is over. On the run's context, not inside a call.
 */
void
pst_transport_take_reply (PstTransport *transport, guint64 id, const PstHttpReply *reply)
{
  PstTransportPrivate *priv;
  g_autofree char *why = NULL;
  PstHttpReply fact;
  Request *request;
  PstHttpFunc callback;
  gpointer user_data;
  guint index;

  g_return_if_fail (PST_IS_TRANSPORT (transport));
  g_return_if_fail (reply != NULL);

  priv = private_of (transport);
  request = find_request (priv, id, &index);
  if (request == NULL)
    return;
  fact = *reply;
  if (fact.body == NULL)
    fact.body = "";
  if (fact.text == NULL)
    fact.text = "";
  if (fact.outcome == PST_HTTP_ANSWERED && fact.length > request->reply_bytes_max)
    {
      why = g_strdup_printf ("the answer has more than the %" G_GSIZE_FORMAT " bytes that are allowed", request->reply_bytes_max);
      fact = (PstHttpReply){ .outcome = PST_HTTP_TOO_LARGE, .status = reply->status, .body = "", .text = why };
    }
  fact.receive_time_ns = pst_clock_now_ns (priv->clock);
  callback = request->callback;
  user_data = request->user_data;
  g_ptr_array_remove_index (priv->requests, index);
  callback (transport, &fact, user_data);
}
