/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages are read from the file one ahead, so that a capture of any length needs the memory of its largest line. Answers to HTTP requests
 * are kept, since a session may ask in another order than was recorded; each is given once, for a snapshot given twice would be a lie. */

#include "pst-recorded-transport.h"

#include <string.h>

#include "pst-capture.h"

typedef struct
{
  gint64 time_ns;
  char *url;
  char *text;
  gsize length;
  guint status;
  gboolean used;
} Reply;

typedef struct
{
  PstRecordedTransport *transport;
  guint64 id;
  guint timer;
  Reply *reply; /* NULL: there is none */
} Answer;

struct _PstRecordedTransport
{
  PstTransport parent_instance;

  char *path;
  char *connection;
  PstCapture *capture;
  PstCaptureItem item; /* the one ahead, if @have */
  gboolean have;
  gboolean strict;
  char *mismatch; /* what a strict check found; closes the connection */
  gint64 start_ns;
  guint timer;
  GPtrArray *replies;
  gsize reply_bytes;
  GPtrArray *answers;
};

/**
 * PstRecordedTransport:
 *
 * A transport over a capture.
 */

G_DEFINE_FINAL_TYPE (PstRecordedTransport, pst_recorded_transport, PST_TYPE_TRANSPORT)

static void play (PstRecordedTransport *recorded);

static PstClock *
clock_of (PstRecordedTransport *recorded)
{
  return pst_transport_get_clock (PST_TRANSPORT (recorded));
}

static void
clear_timer (PstRecordedTransport *recorded)
{
  if (recorded->timer != 0)
    pst_clock_remove_timer (clock_of (recorded), recorded->timer);
  recorded->timer = 0;
}

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_free (reply->url);
  g_free (reply->text);
  g_free (reply);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  if (answer->timer != 0)
    pst_clock_remove_timer (clock_of (answer->transport), answer->timer);
  g_free (answer);
}

/* The next item of our connection into @item. FALSE at the end; the file was read before, so that errors can only be those of a disk or of a
 * file that changes: they end the play, too, and are told. */
static gboolean
read_ahead (PstRecordedTransport *recorded)
{
  g_autoptr (GError) error = NULL;

  do
    recorded->have = pst_capture_next (recorded->capture, &recorded->item, &error);
  while (recorded->have
         && (recorded->item.kind == PST_CAPTURE_HEADER || recorded->item.kind == PST_CAPTURE_HTTP
             || strcmp (recorded->item.connection, recorded->connection) != 0));
  if (error != NULL && recorded->mismatch == NULL)
    recorded->mismatch = g_strdup (error->message);
  return recorded->have;
}

static void
finish (PstRecordedTransport *recorded, PstCloseReason reason, const char *text)
{
  PstClosed closed = { .reason = reason, .text = text };

  clear_timer (recorded);
  pst_transport_take_closed (PST_TRANSPORT (recorded), &closed);
}

static void
on_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  g_autoptr (PstRecordedTransport) recorded = g_object_ref (user_data);
  PstTransport *transport = PST_TRANSPORT (recorded);

  recorded->timer = 0;
  if (recorded->mismatch != NULL)
    {
      g_autofree char *text = g_steal_pointer (&recorded->mismatch);

      finish (recorded, PST_CLOSE_PROTOCOL, text);
    }
  else if (!recorded->have)
    {
      finish (recorded, PST_CLOSE_END, "the recorded session is at its end");
    }
  else if (recorded->item.kind == PST_CAPTURE_CONNECT && pst_transport_get_state (transport) == PST_TRANSPORT_OPENING)
    {
      read_ahead (recorded);
      pst_transport_take_opened (transport);
      play (recorded);
    }
  else if (recorded->item.kind == PST_CAPTURE_CONNECT)
    {
      finish (recorded, PST_CLOSE_LOST, "the recorded connection ends here; another was opened");
    }
  else
    {
      pst_transport_take_message (transport, recorded->item.text, recorded->item.length);
      /* A handler may have closed; what was recorded of this connection is then passed over by the next open. */
      read_ahead (recorded);
      play (recorded);
    }
}

/* Sets the timer of what comes next. */
static void
play (PstRecordedTransport *recorded)
{
  PstTransportState state = pst_transport_get_state (PST_TRANSPORT (recorded));
  gint64 due_ns = pst_clock_now_ns (clock_of (recorded));

  if (recorded->timer != 0 || (state != PST_TRANSPORT_OPEN && state != PST_TRANSPORT_OPENING))
    return;
  if (state == PST_TRANSPORT_OPENING)
    while (recorded->have && recorded->item.kind != PST_CAPTURE_CONNECT)
      read_ahead (recorded);
  else
    while (recorded->have && recorded->item.kind == PST_CAPTURE_SENT && !recorded->strict)
      read_ahead (recorded);
  if (recorded->have && recorded->item.kind == PST_CAPTURE_SENT && recorded->mismatch == NULL)
    return; /* strict: the play waits until it is sent */
  if (recorded->have && recorded->mismatch == NULL)
    due_ns = MAX (due_ns, recorded->item.time_ns);
  recorded->timer = pst_clock_add_timer (clock_of (recorded), due_ns, on_due, recorded, NULL);
}

static gboolean
pst_recorded_transport_open (PstTransport *transport, const char *url, GError **error)
{
  PstRecordedTransport *recorded = PST_RECORDED_TRANSPORT (transport);

  clear_timer (recorded);
  while (recorded->have && recorded->item.kind != PST_CAPTURE_CONNECT)
    read_ahead (recorded);
  if (recorded->strict && recorded->have && strcmp (recorded->item.address, url) != 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "capture \"%s\" line %" G_GUINT64_FORMAT " connects to %s, not to %s",
                   recorded->path, recorded->item.line, recorded->item.address, url);
      return FALSE;
    }
  play (recorded);
  return TRUE;
}

static gboolean
pst_recorded_transport_send (PstTransport *transport, const char *text, gsize length, GError **error)
{
  PstRecordedTransport *recorded = PST_RECORDED_TRANSPORT (transport);

  if (!recorded->strict)
    return TRUE;
  if (!recorded->have || recorded->item.kind != PST_CAPTURE_SENT)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "capture \"%s\" line %" G_GUINT64_FORMAT ": nothing was sent here: %s",
                   recorded->path, recorded->item.line, text);
      return FALSE;
    }
  if (length != recorded->item.length || memcmp (text, recorded->item.text, length) != 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND,
                   "capture \"%s\" line %" G_GUINT64_FORMAT ": something else was sent: %s, now %s", recorded->path, recorded->item.line,
                   recorded->item.text, text);
      return FALSE;
    }
  read_ahead (recorded);
  play (recorded);
  return TRUE;
}

static void
on_goodbye (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstClosed closed = { .reason = PST_CLOSE_REQUESTED, .clean = TRUE, .code = 1000, .text = "closed" };

  PST_RECORDED_TRANSPORT (user_data)->timer = 0;
  pst_transport_take_closed (user_data, &closed);
}

static void
pst_recorded_transport_close (PstTransport *transport)
{
  PstRecordedTransport *recorded = PST_RECORDED_TRANSPORT (transport);
  PstClock *clock = clock_of (recorded);

  clear_timer (recorded);
  recorded->timer = pst_clock_add_timer (clock, pst_clock_now_ns (clock), on_goodbye, recorded, NULL);
}

static void
pst_recorded_transport_cut (PstTransport *transport)
{
  clear_timer (PST_RECORDED_TRANSPORT (transport));
}

static void
on_answer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Answer *answer = user_data;
  PstTransport *transport = PST_TRANSPORT (answer->transport);
  guint64 id = answer->id;
  PstHttpReply reply = { .outcome = PST_HTTP_NOT_SENT, .text = "the capture has no (further) answer to this request" };

  if (answer->reply != NULL)
    reply = (PstHttpReply){
      .outcome = PST_HTTP_ANSWERED, .status = answer->reply->status, .body = answer->reply->text, .length = answer->reply->length
    };
  answer->timer = 0;
  g_ptr_array_remove (answer->transport->answers, answer);
  pst_transport_take_reply (transport, id, &reply);
}

static gboolean
pst_recorded_transport_request (PstTransport *transport, guint64 id, const PstHttpRequest *request, GError **error)
{
  PstRecordedTransport *recorded = PST_RECORDED_TRANSPORT (transport);
  PstClock *clock = clock_of (recorded);
  Answer *answer = g_new0 (Answer, 1);
  gint64 due_ns = pst_clock_now_ns (clock);

  answer->transport = recorded;
  answer->id = id;
  for (guint i = 0; i < recorded->replies->len && answer->reply == NULL; i++)
    {
      Reply *reply = recorded->replies->pdata[i];

      if (!reply->used && strcmp (reply->url, request->url) == 0)
        answer->reply = reply;
    }
  if (answer->reply != NULL)
    {
      answer->reply->used = TRUE;
      due_ns = MAX (due_ns, answer->reply->time_ns);
    }
  answer->timer = pst_clock_add_timer (clock, due_ns, on_answer, answer, NULL);
  g_ptr_array_add (recorded->answers, answer);
  return TRUE;
}

static void
pst_recorded_transport_cancel_request (PstTransport *transport, guint64 id)
{
  PstRecordedTransport *recorded = PST_RECORDED_TRANSPORT (transport);

  for (guint i = 0; i < recorded->answers->len; i++)
    if (((Answer *)recorded->answers->pdata[i])->id == id)
      {
        g_ptr_array_remove_index (recorded->answers, i);
        return;
      }
}

static void
pst_recorded_transport_finalize (GObject *object)
{
  PstRecordedTransport *recorded = PST_RECORDED_TRANSPORT (object);

  g_clear_pointer (&recorded->answers, g_ptr_array_unref);
  g_clear_pointer (&recorded->replies, g_ptr_array_unref);
  g_clear_object (&recorded->capture);
  g_clear_pointer (&recorded->path, g_free);
  g_clear_pointer (&recorded->connection, g_free);
  g_clear_pointer (&recorded->mismatch, g_free);
  G_OBJECT_CLASS (pst_recorded_transport_parent_class)->finalize (object);
}

static void
pst_recorded_transport_class_init (PstRecordedTransportClass *klass)
{
  PstTransportClass *transport_class = PST_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_recorded_transport_finalize;
  transport_class->open = pst_recorded_transport_open;
  transport_class->send = pst_recorded_transport_send;
  transport_class->close = pst_recorded_transport_close;
  transport_class->cut = pst_recorded_transport_cut;
  transport_class->request = pst_recorded_transport_request;
  transport_class->cancel_request = pst_recorded_transport_cancel_request;
}

static void
pst_recorded_transport_init (PstRecordedTransport *recorded)
{
  recorded->replies = g_ptr_array_new_with_free_func (reply_free);
  recorded->answers = g_ptr_array_new_with_free_func (answer_free);
  recorded->start_ns = G_MAXINT64;
}

static gboolean
keep_reply (PstRecordedTransport *recorded, const PstCaptureItem *item, const char *path, GError **error)
{
  Reply *reply;

  recorded->reply_bytes += item->length;
  if (recorded->reply_bytes > PST_RECORDED_REPLIES_MAX)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "capture \"%s\" line %" G_GUINT64_FORMAT ": HTTP answers take more than the %u bytes that are allowed", path, item->line,
                   PST_RECORDED_REPLIES_MAX);
      return FALSE;
    }
  reply = g_new0 (Reply, 1);
  reply->time_ns = item->time_ns;
  reply->url = g_strdup (item->address);
  reply->text = g_memdup2 (item->text, item->length + 1);
  reply->length = item->length;
  reply->status = item->status;
  g_ptr_array_add (recorded->replies, reply);
  return TRUE;
}

/* Reads a whole file: keeps its answers and, of the session's own file, finds the connection. */
static gboolean
survey (PstRecordedTransport *recorded, const char *path, GError **error)
{
  g_autoptr (PstCapture) capture = pst_capture_open (path, error);
  g_autoptr (GError) local = NULL;
  PstCaptureItem item;

  if (capture == NULL)
    return FALSE;
  while (pst_capture_next (capture, &item, &local))
    {
      if (item.kind == PST_CAPTURE_HEADER)
        continue;
      if (item.kind == PST_CAPTURE_HTTP && !keep_reply (recorded, &item, path, error))
        return FALSE;
      if (item.kind == PST_CAPTURE_CONNECT && recorded->connection == NULL)
        recorded->connection = g_strdup (item.connection);
      recorded->start_ns = MIN (recorded->start_ns, item.time_ns);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * pst_recorded_transport_new:
 * @clock: the run's simulated clock
 * @path: (type filename): the capture
 * @connection: (nullable): the file's name for the connection to play; %NULL for the first
 * @error: return location; %PST_EXCHANGE_ERROR_NOT_FOUND for a file or connection that is not there, %PST_EXCHANGE_ERROR_DATA names file and
 *   line, %PST_EXCHANGE_ERROR_IO
 *
 * Makes a transport that plays a recorded session. The whole file is read here once. On the run's context.
 *
 * Returns: (transfer full): the transport, CLOSED
 */
PstRecordedTransport *
pst_recorded_transport_new (PstClock *clock, const char *path, const char *connection, GError **error)
{
  g_autoptr (PstRecordedTransport) recorded = NULL;
  PstTransportLimits limits;

  g_return_val_if_fail (PST_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  recorded = g_object_new (PST_TYPE_RECORDED_TRANSPORT, "clock", clock, NULL);
  recorded->path = g_strdup (path);
  recorded->connection = g_strdup (connection);
  /* Recorded time is not ours: the session may be played from any point, and a venue's pings are not in it. */
  pst_transport_limits_init (&limits);
  limits.open_timeout_ms = G_MAXUINT;
  limits.silence_max_ms = 0;
  limits.message_bytes_max = PST_CAPTURE_LINE_MAX;
  limits.reply_bytes_max = PST_CAPTURE_LINE_MAX;
  if (!pst_transport_set_limits (PST_TRANSPORT (recorded), &limits, error) || !survey (recorded, path, error))
    return NULL;
  if (recorded->connection == NULL)
    recorded->connection = g_strdup ("");
  recorded->capture = pst_capture_open (path, error);
  if (recorded->capture == NULL)
    return NULL;
  if (!read_ahead (recorded) && connection != NULL)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "capture \"%s\" has no connection \"%s\"", path, connection);
      return NULL;
    }
  return g_steal_pointer (&recorded);
}

/**
 * pst_recorded_transport_add_replies:
 * @transport: a transport
 * @path: (type filename): another capture of the same session
 * @error: return location, as of pst_recorded_transport_new()
 *
 * Adds the HTTP answers of a second file; its messages are not played. On the run's context.
 *
 * Returns: whether it succeeded
 */
gboolean
pst_recorded_transport_add_replies (PstRecordedTransport *transport, const char *path, GError **error)
{
  g_return_val_if_fail (PST_IS_RECORDED_TRANSPORT (transport), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  return survey (transport, path, error);
}

/**
 * pst_recorded_transport_set_strict:
 * @transport: a transport
 * @strict: whether to check
 *
 * With %TRUE, pst_transport_open() refuses another address than the recorded one, pst_transport_send() refuses what was not sent then, and
 * the play waits until what was sent then is sent again. On the run's context, while CLOSED.
 */
void
pst_recorded_transport_set_strict (PstRecordedTransport *transport, gboolean strict)
{
  g_return_if_fail (PST_IS_RECORDED_TRANSPORT (transport));

  transport->strict = strict;
}

/**
 * pst_recorded_transport_get_start_ns:
 * @transport: a transport
 *
 * Tells where the run's clock should start. On the run's context.
 *
 * Returns: the time of the first thing recorded, nanoseconds since the epoch, UTC; %G_MAXINT64 when nothing was
 */
gint64
pst_recorded_transport_get_start_ns (PstRecordedTransport *transport)
{
  g_return_val_if_fail (PST_IS_RECORDED_TRANSPORT (transport), G_MAXINT64);

  return transport->start_ns;
}

/**
 * pst_recorded_transport_is_at_end:
 * @transport: a transport
 *
 * Tells whether nothing of the connection is left to be played. On the run's context.
 *
 * Returns: %TRUE when everything was delivered or passed over
 */
gboolean
pst_recorded_transport_is_at_end (PstRecordedTransport *transport)
{
  g_return_val_if_fail (PST_IS_RECORDED_TRANSPORT (transport), TRUE);

  return !transport->have;
}
