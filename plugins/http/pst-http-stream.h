/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One client's connection under libsoup's hands: counts what passes, ends what takes too long or too much. libsoup tells neither how much waits to be
 * written nor when a client is slow. */
#pragma once

#include <gio/gio.h>

#include "pst-http-answer.h"

G_BEGIN_DECLS

/**
 * PstHttpPhase:
 * @PST_HTTP_PHASE_HANDSHAKE: TLS is being agreed on
 * @PST_HTTP_PHASE_IDLE: nothing of the next request came yet
 * @PST_HTTP_PHASE_HEAD: a request's head comes
 * @PST_HTTP_PHASE_BODY: a request's body comes
 * @PST_HTTP_PHASE_CALL: the host is asked
 * @PST_HTTP_PHASE_REPLY: the answer is written
 * @PST_HTTP_PHASE_EVENTS: it is a WebSocket
 * @PST_HTTP_PHASE_CLOSED: it is over
 *
 * What a connection is about; all but CALL and EVENTS have a deadline.
 */
typedef enum
{
  PST_HTTP_PHASE_HANDSHAKE,
  PST_HTTP_PHASE_IDLE,
  PST_HTTP_PHASE_HEAD,
  PST_HTTP_PHASE_BODY,
  PST_HTTP_PHASE_CALL,
  PST_HTTP_PHASE_REPLY,
  PST_HTTP_PHASE_EVENTS,
  PST_HTTP_PHASE_CLOSED,
} PstHttpPhase;

#define PST_TYPE_HTTP_STREAM (pst_http_stream_get_type ())
G_DECLARE_FINAL_TYPE (PstHttpStream, pst_http_stream, PST, HTTP_STREAM, GIOStream)

typedef void (*PstHttpStreamFunc) (PstHttpStream *stream, gpointer user_data);

/* @base: what it is about: plain or TLS. @closed: called once, when it is closed. */
PstHttpStream *pst_http_stream_new (GIOStream *base, GSocket *socket, const char *address, guint port, PstHttpStreamFunc closed, gpointer user_data);
GIOStream *pst_http_stream_get_base (PstHttpStream *stream);
/* Whose it is, for limits; the port that they came to. */
const char *pst_http_stream_get_address (PstHttpStream *stream);
guint pst_http_stream_get_port (PstHttpStream *stream);
/* (nullable): as whose WebSocket it was counted. */
const char *pst_http_stream_get_counted (PstHttpStream *stream);
void pst_http_stream_set_counted (PstHttpStream *stream, const char *whose);
gboolean pst_http_stream_is_tls (PstHttpStream *stream);

/* @deadline_us: monotonic; G_MAXINT64 for none. @budget: bytes that may be read in this phase before it is too much. */
void pst_http_stream_enter (PstHttpStream *stream, PstHttpPhase phase, gint64 deadline_us, guint64 budget);
PstHttpPhase pst_http_stream_get_phase (PstHttpStream *stream);
gint64 pst_http_stream_get_deadline_us (PstHttpStream *stream);
/* Something came since the phase was entered. */
gboolean pst_http_stream_has_begun (PstHttpStream *stream);
guint64 pst_http_stream_get_n_written (PstHttpStream *stream);
gint64 pst_http_stream_get_read_us (PstHttpStream *stream);
gint64 pst_http_stream_get_written_us (PstHttpStream *stream);
void pst_http_stream_add_budget (PstHttpStream *stream, guint64 budget, guint64 most);
/* Says why, if that can be said without waiting, and ends it. @reply: (nullable). */
void pst_http_stream_cut (PstHttpStream *stream, const PstHttpAnswer *reply);

G_END_DECLS
