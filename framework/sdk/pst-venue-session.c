/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The connection of a venue: metadata first, then the socket; whatever ends is begun again after the back-off, under the budget. A capture is
 * played on a clock of its own, which each pull moves on. */
#include "pst-recorded-transport.h"
#include "pst-venue-private.h"

#include <string.h>

/* An HTTP request under way, so that its answer can be recorded. */
typedef struct
{
  PstVenue *venue;
  char *url;
  PstHttpFunc callback;
  gpointer user_data;
} Pending;

static void begin_session (PstVenue *venue);
static void connect_now (PstVenue *venue);

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_free (pending->url);
  g_free (pending);
}

static PstClock *
clock_of (PstVenuePrivate *private)
{
  return pst_transport_get_clock (private->transport);
}

static void
note (PstVenue *venue, const char *name, const char *text)
{
  pst_context_note (pst_component_get_context (PST_COMPONENT (venue)), PST_COMPONENT (venue), name, "%s", text);
}

/* Records what passes. A recording that cannot be written ends with one alert; trading goes on. */
static void
record (PstVenue *venue, PstCaptureKind kind, const char *address, const char *text, gsize length, guint status)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autofree char *connection = NULL;
  g_autoptr (GError) error = NULL;
  PstCaptureItem item = { .kind = kind, .time_ns = pst_venue_now_ns (venue), .address = address, .text = text, .length = length, .status = status };

  if (private->writer == NULL)
    return;
  connection = g_strdup_printf ("%s.%s.1", pst_venue_name (venue), kind == PST_CAPTURE_HTTP ? "http" : "ws");
  item.connection = connection;
  if (pst_capture_writer_add (private->writer, &item, &error))
    return;
  g_clear_object (&private->writer);
  pst_component_raise_alert (PST_COMPONENT (venue), PST_SEVERITY_ERROR, "venue", "The recording ended", "%s", error->message);
}

static void
on_connect_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  pst_venue_private (user_data)->timer = 0;
  begin_session (user_data);
}

/* When the next attempt is due: after the delay, and when the budget allows one. */
static void
try_again (PstVenue *venue, guint retry_after_s)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  gint64 now_ns = pst_venue_now_ns (venue), due_ns;

  if (private->ended || private->timer != 0)
    return;
  due_ns = pst_back_off_failed (private->back_off, now_ns, MIN (retry_after_s, G_MAXUINT / 1000) * 1000);
  due_ns = MAX (due_ns, pst_back_off_get_allowed_ns (private->back_off, now_ns));
  pst_exchange_set_connection (PST_EXCHANGE (venue), PST_CONNECTION_DISCONNECTED);
  private->timer = pst_clock_add_timer (clock_of (private), due_ns, on_connect_due, venue, NULL);
}

static void
on_opened (PstTransport *transport, PstOpened *opened, gpointer user_data)
{
  PstVenue *venue = user_data;
  PstVenuePrivate *private = pst_venue_private (venue);

  pst_back_off_connected (private->back_off, pst_venue_now_ns (venue));
  private->counts.n_connects++;
  record (venue, PST_CAPTURE_CONNECT, private->url, "", 0, 0);
  pst_exchange_set_connection (PST_EXCHANGE (venue), PST_CONNECTION_CONNECTED);
  PST_VENUE_GET_CLASS (venue)->opened (venue);
}

static void
on_message (PstTransport *transport, PstMessage *message, gpointer user_data)
{
  PstVenue *venue = user_data;
  PstVenuePrivate *private = pst_venue_private (venue);

  private->counts.n_messages++;
  private->counts.n_bytes += message->length;
  private->heard_ns = message->receive_time_ns;
  if (G_UNLIKELY (private->writer != NULL))
    record (venue, PST_CAPTURE_RECEIVED, private->url, message->text, message->length, 0);
  PST_VENUE_GET_CLASS (venue)->message (venue, message);
  if (G_UNLIKELY (private->in_frame))
    pst_venue_drop (venue);
}

/* Nothing is known of any book while there is no connection. */
static void
hide_all (PstVenue *venue, const char *text)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  guint n_hidden = 0;

  if (private->in_frame)
    pst_venue_drop (venue);
  pst_venue_hide_together (venue, TRUE);
  for (guint i = 0; i < private->n_listings; i++)
    {
      PstListing *listing = &private->listings[i];

      pst_venue_clear_timer (venue, listing);
      n_hidden += pst_book_get_state (listing->book) == PST_BOOK_LIVE;
      pst_venue_hide (venue, listing);
      listing->awaited = FALSE;
      listing->n_failures = 0;
    }
  private->counts.n_losses[PST_VENUE_LOSS_CONNECTION] += n_hidden;
}

static void
stop_watching (PstVenuePrivate *private)
{
  if (private->silence_timer != 0)
    pst_clock_remove_timer (clock_of (private), private->silence_timer);
  private->silence_timer = 0;
}

static void
on_closed (PstTransport *transport, PstClosed *closed, gpointer user_data)
{
  PstVenue *venue = user_data;
  PstVenuePrivate *private = pst_venue_private (venue);
  PstVenueClass *klass = PST_VENUE_GET_CLASS (venue);
  g_autofree char *text
      = g_strdup_printf ("%s (code %u, HTTP status %u)", closed->text != NULL ? closed->text : "", closed->code, closed->http_status);

  private->ended |= closed->reason == PST_CLOSE_END;
  stop_watching (private);
  if (!private->ended)
    note (venue, "CONNECTION_LOST", text);
  if (closed->reason == PST_CLOSE_TLS)
    pst_component_raise_alert (PST_COMPONENT (venue), PST_SEVERITY_CRITICAL, "venue", "The venue's certificate is refused", "%s", text);
  if (!private->ended)
    hide_all (venue, text);
  if (klass->closed != NULL)
    klass->closed (venue);
  if (private->ended)
    pst_exchange_set_connection (PST_EXCHANGE (venue), PST_CONNECTION_DISCONNECTED);
  else
    try_again (venue, closed->retry_after_s);
}

static void
connect_now (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autoptr (GError) error = NULL;

  g_free (private->url);
  private->url = private->options.url != NULL && private->options.url[0] != '\0' ? g_strdup (private->options.url)
                                                                                 : PST_VENUE_GET_CLASS (venue)->get_url (venue);
  pst_exchange_set_connection (PST_EXCHANGE (venue), PST_CONNECTION_CONNECTING);
  if (pst_transport_open (private->transport, private->url, &error))
    return;
  note (venue, "CONNECTION_LOST", error->message);
  try_again (venue, 0);
}

static void
metadata_failed (PstVenue *venue, const char *text, guint retry_after_s)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->tape != NULL)
    {
      if (private->failure == NULL)
      private->failure = g_error_new (PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "what the venue tells of its instruments: %s", text);
      private->ended = TRUE;
      return;
    }
  pst_component_raise_alert (PST_COMPONENT (venue), PST_SEVERITY_ERROR, "venue", "Instruments are not known", "%s", text);
  try_again (venue, retry_after_s);
}

/* Those that the venue did not name cannot be traded; with none left there is nothing to connect for. */
static guint
name_unknown (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  guint n_known = 0;

  for (guint i = 0; i < private->n_listings; i++)
    if (private->listings[i].instrument != PST_INSTRUMENT_NONE)
      n_known++;
    else
      pst_component_raise_alert (PST_COMPONENT (venue), PST_SEVERITY_ERROR, "venue", "Instrument is not known at the venue",
                                 "%s (%s there) is not among its instruments; correct the option instruments", private->listings[i].canonical,
                                 private->listings[i].symbol);
  return n_known;
}

static void
on_metadata (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  PstVenue *venue = user_data;
  PstVenuePrivate *private = pst_venue_private (venue);
  const char *retry_after = pst_http_reply_get_header (reply, "Retry-After");
  guint64 retry_after_s = 0;
  g_autoptr (GError) error = NULL;

  if (private->ended)
    return;
  if (retry_after != NULL && !g_ascii_string_to_unsigned (retry_after, 10, 0, 86400, &retry_after_s, NULL))
    retry_after_s = 60;
  if (reply->outcome == PST_HTTP_NOT_SENT && private->tape != NULL)
    {
      for (guint i = 0; i < private->n_listings; i++)
        pst_venue_assume (venue, &private->listings[i]);
    }
  else if (reply->outcome != PST_HTTP_ANSWERED || reply->status != 200)
    {
      g_autofree char *text = g_strdup_printf ("HTTP status %u %s", reply->status, reply->text != NULL ? reply->text : "");

      metadata_failed (venue, text, (guint)retry_after_s);
      return;
    }
  else if (!PST_VENUE_GET_CLASS (venue)->take_metadata (venue, reply->body, reply->length, &error))
    {
      metadata_failed (venue, error != NULL ? error->message : "not understood", 0);
      return;
    }
  else if (name_unknown (venue) == 0)
    {
      metadata_failed (venue, "none of the instruments of this component is among them", 0);
      return;
    }
  private->told = TRUE;
  connect_now (venue);
}

static char *
metadata_url (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstVenueClass *klass = PST_VENUE_GET_CLASS (venue);

  if (klass->get_metadata_url == NULL || klass->take_metadata == NULL)
    return NULL;
  if (private->options.metadata_url != NULL && private->options.metadata_url[0] != '\0')
    return g_strdup (private->options.metadata_url);
  return klass->get_metadata_url (venue);
}

static void
begin_session (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autofree char *url = private->told ? NULL : metadata_url (venue);

  pst_back_off_attempted (private->back_off, pst_venue_now_ns (venue));
  if (url == NULL)
    connect_now (venue);
  else if (pst_venue_get (venue, url, on_metadata, venue) == 0)
    metadata_failed (venue, "the request could not be sent", 0);
}

static gboolean
open_capture (PstVenue *venue, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  const PstVenueOptions *options = &private->options;
  PstRecordedTransport *recorded;

  private->tape = pst_simulated_clock_new (0);
  recorded = pst_recorded_transport_new (private->tape, options->capture, options->capture_connection, error);
  if (recorded == NULL)
    return FALSE;
  private->transport = PST_TRANSPORT (recorded);
  for (guint i = 0; options->capture_replies != NULL && options->capture_replies[i] != NULL; i++)
    if (!pst_recorded_transport_add_replies (recorded, options->capture_replies[i], error))
      return FALSE;
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (private->tape), pst_recorded_transport_get_start_ns (recorded));
  return TRUE;
}

/* The venue's own traffic is its sign of life: pings of ours are for quiet ones. */
static gboolean
set_limits (PstVenue *venue, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstTransportLimits limits = *pst_transport_get_limits (private->transport);
  guint silence_max_ms = PST_VENUE_GET_CLASS (venue)->silence_max_ms;

  if (private->tape != NULL)
    limits.ping_interval_ms = limits.silence_max_ms = 0;
  else if (silence_max_ms != 0)
    {
      limits.silence_max_ms = silence_max_ms;
      limits.ping_interval_ms = MIN (limits.ping_interval_ms, silence_max_ms / 2);
    }
  return pst_transport_set_limits (private->transport, &limits, error);
}

static gboolean
open_recording (PstVenue *venue, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  const char *path = private->options.record;
  g_autoptr (PstFile) file = NULL;

  if (path == NULL || path[0] == '\0')
    return TRUE;
  file = pst_file_open (path, error);
  if (file == NULL)
    return FALSE;
  if (pst_file_get_length (file) != 0)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "record: \"%s\" is there already; name a file that is not", path);
      return FALSE;
    }
  private->writer = pst_capture_writer_new (file, pst_venue_name (venue), pst_venue_now_ns (venue), error);
  return private->writer != NULL;
}

static void
make_back_off (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  const PstVenueOptions *options = &private->options;
  PstBackOffLimits limits;
  PstRandom random;

  pst_back_off_limits_init (&limits);
  limits.first_ms = (guint)MAX (1, options->reconnect_first_ns / PST_NS_PER_MS);
  limits.max_ms = (guint)MAX (1, options->reconnect_max_ns / PST_NS_PER_MS);
  limits.budget = options->reconnect_budget;
  limits.budget_window_ms = (guint)(options->reconnect_window_ns / PST_NS_PER_MS);
  pst_context_init_random (pst_component_get_context (PST_COMPONENT (venue)), PST_COMPONENT (venue), &random);
  private->back_off = pst_back_off_new (&limits, &random);
}

gboolean
pst_venue_session_start (PstVenue *venue, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  pst_venue_session_clear (venue);
  private->ended = FALSE;
  private->pending = g_ptr_array_new_with_free_func (pending_free);
  if (!pst_exchange_is_live (PST_EXCHANGE (venue)))
    {
      if (!open_capture (venue, error))
        return FALSE;
    }
  else
    {
      private->transport = pst_context_create_transport (pst_component_get_context (PST_COMPONENT (venue)), PST_COMPONENT (venue), error);
      if (private->transport == NULL)
        return FALSE;
    }
  make_back_off (venue);
  if (!set_limits (venue, error) || !open_recording (venue, error))
    return FALSE;
  private->handlers[0] = g_signal_connect (private->transport, "opened", G_CALLBACK (on_opened), venue);
  private->handlers[1] = g_signal_connect (private->transport, "message-received", G_CALLBACK (on_message), venue);
  private->handlers[2] = g_signal_connect (private->transport, "closed", G_CALLBACK (on_closed), venue);
  private->timer = pst_clock_add_timer (clock_of (private), pst_venue_now_ns (venue), on_connect_due, venue, NULL);
  return TRUE;
}

/* Says goodbye; nothing is heard any more. */
void
pst_venue_session_stop (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  private->ended = TRUE;
  for (guint i = 0; private->transport != NULL && i < G_N_ELEMENTS (private->handlers); i++)
    g_clear_signal_handler (&private->handlers[i], private->transport);
  if (private->transport != NULL)
    pst_transport_close (private->transport);
  pst_venue_session_clear (venue);
}

void
pst_venue_session_clear (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->in_frame)
    pst_venue_drop (venue);
  if (private->transport != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (private->handlers); i++)
        g_clear_signal_handler (&private->handlers[i], private->transport);
      for (guint i = 0; i < private->n_listings; i++)
        pst_venue_clear_timer (venue, &private->listings[i]);
      if (private->timer != 0)
        pst_clock_remove_timer (clock_of (private), private->timer);
      stop_watching (private);
    }
  private->timer = 0;
  g_clear_object (&private->transport);
  g_clear_object (&private->tape);
  g_clear_object (&private->writer);
  g_clear_pointer (&private->back_off, pst_back_off_free);
  g_clear_pointer (&private->pending, g_ptr_array_unref);
}

/* Plays the capture until there is a block, or its end. */
PstFeedStatus
pst_venue_session_pull (PstExchange *exchange, GError **error)
{
  PstVenue *venue = PST_VENUE (exchange);
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->tape == NULL)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "a live venue is not pulled");
      return PST_FEED_ERROR;
    }
  private->pulling = TRUE;
  while (!private->ended && private->failure == NULL && private->n_frames < PST_VENUE_BLOCK_FRAMES
         && pst_frame_buffer_get_n_events (private->buffer) < PST_VENUE_BLOCK_EVENTS)
    {
      gint64 due_ns = pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (private->tape));

      if (due_ns == G_MAXINT64)
      private->ended = TRUE;
      else pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (private->tape), due_ns);
    }
  private->pulling = FALSE;
  if (private->n_frames > 0)
    {
      pst_venue_publish (venue);
      return PST_FEED_MORE;
    }
  if (private->failure == NULL)
    return PST_FEED_END;
  g_propagate_error (error, g_error_copy (private->failure));
  return PST_FEED_ERROR;
}

/**
 * pst_venue_send:
 * @venue: a venue
 * @text: one message, UTF-8
 *
 * Sends it, and records it.
 *
 * Returns: %FALSE when it was certainly not sent; the connection's end then follows or has happened
 */
gboolean
pst_venue_send (PstVenue *venue, const char *text)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autoptr (GError) error = NULL;

  if (pst_transport_get_state (private->transport) != PST_TRANSPORT_OPEN)
    return FALSE;
  record (venue, PST_CAPTURE_SENT, private->url, text, strlen (text), 0);
  if (pst_transport_send (private->transport, text, -1, &error))
    return TRUE;
  pst_venue_reconnect (venue, error->message);
  return FALSE;
}

static void
on_silence_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstVenue *venue = user_data;
  PstVenuePrivate *private = pst_venue_private (venue);

  private->silence_timer = 0;
  if (due_ns >= private->heard_ns + private->silence_max_ns)
    pst_venue_reconnect (venue, private->silence_text);
  else
  private->silence_timer = pst_clock_add_timer (clock, private->heard_ns + private->silence_max_ns, on_silence_due, venue, NULL);
}

/**
 * pst_venue_watch:
 * @venue: a venue whose connection is open
 * @silence_max_ns: how long nothing may come, from now on
 * @text: static; why it is connected anew then
 *
 * Minds silence until the connection ends. The timer moves only when it fires: messages come far more often than it does. Not under a capture, whose
 * time stands still between its messages.
 */
void
pst_venue_watch (PstVenue *venue, gint64 silence_max_ns, const char *text)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->silence_timer != 0 || !pst_exchange_is_live (PST_EXCHANGE (venue)))
    return;
  private->heard_ns = pst_venue_now_ns (venue);
  private->silence_max_ns = silence_max_ns;
  private->silence_text = text;
  private->silence_timer = pst_clock_add_timer (clock_of (private), private->heard_ns + silence_max_ns, on_silence_due, venue, NULL);
}

static void
on_reply (PstTransport *transport, const PstHttpReply *reply, gpointer user_data)
{
  Pending *pending = user_data;
  PstVenuePrivate *private = pst_venue_private (pending->venue);
  PstHttpFunc callback = pending->callback;
  gpointer data = pending->user_data;

  if (reply->outcome == PST_HTTP_ANSWERED)
    record (pending->venue, PST_CAPTURE_HTTP, pending->url, reply->body, reply->length, reply->status);
  g_ptr_array_remove_fast (private->pending, pending);
  callback (transport, reply, data);
}

/**
 * pst_venue_get: (skip)
 * @venue: a venue that is started
 * @url: what to ask for
 * @callback: told the outcome once, unless the venue is stopped before
 * @user_data: for @callback
 *
 * Sends an HTTP GET, and records the answer.
 *
 * Returns: the request's number; 0 when it was not sent and @callback is not called
 */
guint64
pst_venue_get (PstVenue *venue, const char *url, PstHttpFunc callback, gpointer user_data)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstHttpRequest request = { .url = url };
  Pending *pending = g_new0 (Pending, 1);
  g_autoptr (GError) error = NULL;
  guint64 id;

  *pending = (Pending){ venue, g_strdup (url), callback, user_data };
  id = pst_transport_request (private->transport, &request, on_reply, pending, &error);
  if (id == 0)
    {
      note (venue, "REQUEST_REFUSED", error->message);
      pending_free (pending);
      return 0;
    }
  g_ptr_array_add (private->pending, pending);
  return id;
}

/**
 * pst_venue_reconnect:
 * @venue: a venue
 * @text: why
 *
 * Closes the connection; the rest follows when it is closed.
 */
void
pst_venue_reconnect (PstVenue *venue, const char *text)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->in_frame)
    pst_venue_drop (venue);
  note (venue, "RECONNECT", text);
  hide_all (venue, text);
  pst_transport_close (private->transport);
}

/* The beginning of a message, fit for a record. */
static char *
excerpt (const char *text, gsize length)
{
  g_autofree char *bytes = g_strndup (text, MIN (length, 100));
  char *valid = g_utf8_make_valid (bytes, -1);

  for (char *at = valid; *at != '\0'; at++)
    if ((guchar)*at < ' ')
      *at = ' ';
  return valid;
}

static void
name_once (PstVenue *venue, const char *title, const char *name, const char *kind, const char *why, const char *text, gsize length)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autofree char *key = g_strdup_printf ("%s:%s", name, kind);
  g_autofree char *beginning = NULL;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (private->kinds, key));

  if (n == 0 && g_hash_table_size (private->kinds) >= PST_VENUE_KINDS_MAX)
    return;
  g_hash_table_insert (private->kinds, g_steal_pointer (&key), GUINT_TO_POINTER (MIN (n, G_MAXUINT - 1) + 1));
  if (n > 0)
    return;
  beginning = excerpt (text, length);
  pst_context_note (pst_component_get_context (PST_COMPONENT (venue)), PST_COMPONENT (venue), name, "kind=%s: %s: %s", kind, why, beginning);
  pst_component_raise_alert (PST_COMPONENT (venue), PST_SEVERITY_WARNING, "venue", title, "%s: %s: %s", kind, why, beginning);
}

/**
 * pst_venue_refuse:
 * @venue: a venue
 * @kind: what it should have been, "book", "trade" ...
 * @why: what is wrong
 * @text: (array length=length): the message
 * @length: its bytes
 *
 * Counts a message that cannot be understood. The first of each kind is named.
 */
void
pst_venue_refuse (PstVenue *venue, const char *kind, const char *why, const char *text, gsize length)
{
  pst_venue_private (venue)->counts.n_malformed++;
  name_once (venue, "Malformed message", "MESSAGE_MALFORMED", kind, why, text, length);
}

/**
 * pst_venue_unexpected:
 * @venue: a venue
 * @kind: what it is
 * @text: (array length=length): the message
 * @length: its bytes
 *
 * Counts a message that is understood and should not have come. The first of each kind is named.
 */
void
pst_venue_unexpected (PstVenue *venue, const char *kind, const char *text, gsize length)
{
  pst_venue_private (venue)->counts.n_unexpected++;
  name_once (venue, "Unexpected message", "MESSAGE_UNEXPECTED", kind, "not expected", text, length);
}
