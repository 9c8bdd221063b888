/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The seam between a venue adapter and the network: one WebSocket connection to a venue, and HTTP requests beside it. The real one stands on
 * libsoup, others on a capture or on a simulated peer with faults; a session's code never knows which.
 *
 * Contract of every transport: calls are made and signals are emitted on the run's context; nothing blocks; no signal is emitted and no
 * callback is called inside a call, and none after the object was disposed. After opened there is exactly one closed; an open that fails
 * gives closed alone. */
#pragma once

#include "pst-clock.h"
#include "pst-transport-facts.h"

G_BEGIN_DECLS

/**
 * PstTransportState:
 * @PST_TRANSPORT_CLOSED: there is no connection; pst_transport_open() may be called
 * @PST_TRANSPORT_OPENING: asked for, not there yet
 * @PST_TRANSPORT_OPEN: messages go both ways
 * @PST_TRANSPORT_CLOSING: goodbye was said, the answer is not there; nothing is received or sent any more
 *
 * Where a connection stands.
 */
typedef enum /*< prefix=PST_TRANSPORT >*/
{
  PST_TRANSPORT_CLOSED,
  PST_TRANSPORT_OPENING,
  PST_TRANSPORT_OPEN,
  PST_TRANSPORT_CLOSING,
} PstTransportState;

/**
 * PstTransportLimits:
 * @message_bytes_max: largest message received; larger closes the connection with %PST_CLOSE_LIMIT. 16 MiB
 * @send_bytes_max: largest message sent; larger is refused. 1 MiB
 * @queue_bytes_max: most that may wait to be sent; more is refused. 4 MiB
 * @open_timeout_ms: how long opening may take, from name to handshake. 10,000
 * @close_timeout_ms: how long the answer to our goodbye may take; then the connection is cut. 2,000
 * @ping_interval_ms: how often the peer is asked for a sign of life; 0 never. 20,000
 * @silence_max_ms: longest time without any sign of life, then closed with %PST_CLOSE_TIMED_OUT; 0 for ever. 60,000
 * @requests_max: most HTTP requests under way at once; more are refused. 32
 * @request_bytes_max: largest body of a request; larger is refused. 1 MiB
 * @request_timeout_ms: how long an answer may take where the request does not say. 10,000
 * @reply_bytes_max: largest body of an answer where the request does not say. 16 MiB
 *
 * The limits of a transport, with their defaults.
 */
typedef struct
{
  gsize message_bytes_max;
  gsize send_bytes_max;
  gsize queue_bytes_max;
  guint open_timeout_ms;
  guint close_timeout_ms;
  guint ping_interval_ms;
  guint silence_max_ms;
  guint requests_max;
  gsize request_bytes_max;
  guint request_timeout_ms;
  gsize reply_bytes_max;
} PstTransportLimits;

#define PST_TYPE_TRANSPORT (pst_transport_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstTransport, pst_transport, PST, TRANSPORT, GObject)

/* Called once with the request's outcome; borrowed. */
typedef void (*PstHttpFunc) (PstTransport *transport, const PstHttpReply *reply, gpointer user_data);

/**
 * PstTransportClass:
 * @open: begin to connect; end with pst_transport_take_opened() or pst_transport_take_closed(), not inside this call
 * @send: take a message, to be sent in order
 * @close: say goodbye; end with pst_transport_take_closed(), not inside this call
 * @cut: drop the connection at once, without a word and without a signal; also while opening. Called when a time limit is reached
 * @request: begin a request that is known by @id; end with pst_transport_take_reply(), not inside this call
 * @cancel_request: forget it; its outcome is not asked for any more
 *
 * What an implementation does. States, limits and time limits are the base's: it calls only what the state allows.
 */
struct _PstTransportClass
{
  GObjectClass parent_class;

  gboolean (*open) (PstTransport *transport, const char *url, GError **error);
  gboolean (*send) (PstTransport *transport, const char *text, gsize length, GError **error);
  void (*close) (PstTransport *transport);
  void (*cut) (PstTransport *transport);
  gboolean (*request) (PstTransport *transport, guint64 id, const PstHttpRequest *request, GError **error);
  void (*cancel_request) (PstTransport *transport, guint64 id);
  gpointer reserved[8];
};

/* Signals:
 * opened (PstOpened *opened)
 * message-received (PstMessage *message)
 * closed (PstClosed *closed) */

PST_API void pst_transport_limits_init (PstTransportLimits *limits);

PST_API PstClock *pst_transport_get_clock (PstTransport *transport);
/* Only while CLOSED and without requests. Refuses what cannot be. */
PST_API gboolean pst_transport_set_limits (PstTransport *transport, const PstTransportLimits *limits, GError **error);
PST_API const PstTransportLimits *pst_transport_get_limits (PstTransport *transport);
PST_API PstTransportState pst_transport_get_state (PstTransport *transport);
/* wss:// or ws://. Only while CLOSED. */
PST_API gboolean pst_transport_open (PstTransport *transport, const char *url, GError **error);
/* One text message, UTF-8. Only while OPEN. FALSE: certainly not sent. */
PST_API gboolean pst_transport_send (PstTransport *transport, const char *text, gssize length, GError **error);
/* Does nothing while CLOSED or CLOSING. */
PST_API void pst_transport_close (PstTransport *transport);
/* Also without a connection. Returns the request's number, 0 with an error: certainly not sent, the callback is not called. */
PST_API guint64 pst_transport_request (PstTransport *transport, const PstHttpRequest *request, PstHttpFunc callback, gpointer user_data,
                                       GError **error);
/* The callback is not called any more. FALSE when the request was over already. It may have been carried out. */
PST_API gboolean pst_transport_cancel_request (PstTransport *transport, guint64 id);
PST_API guint pst_transport_get_n_requests (PstTransport *transport);

/* For implementations, on the run's context. They are ignored where the state does not fit, so that what was under way may end late. */
PST_API void pst_transport_take_opened (PstTransport *transport);
/* FALSE when the connection is over afterwards; @text needs a NUL at @length. */
PST_API gboolean pst_transport_take_message (PstTransport *transport, const char *text, gsize length);
/* A sign of life that is no message. */
PST_API void pst_transport_take_life (PstTransport *transport);
/* Its time is filled here. */
PST_API void pst_transport_take_closed (PstTransport *transport, const PstClosed *closed);
PST_API void pst_transport_take_reply (PstTransport *transport, guint64 id, const PstHttpReply *reply);

G_END_DECLS
