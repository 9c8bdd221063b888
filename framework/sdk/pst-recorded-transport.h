/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A transport over a capture: what a venue once said comes again at the times at which it came, on the run's simulated clock. */
#pragma once

#include "pst-transport.h"

G_BEGIN_DECLS

/* All answers to HTTP requests that a capture may hold, in bytes. */
#define PST_RECORDED_REPLIES_MAX (256u << 20)

#define PST_TYPE_RECORDED_TRANSPORT (pst_recorded_transport_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstRecordedTransport, pst_recorded_transport, PST, RECORDED_TRANSPORT, PstTransport)

/* @connection: the file's name for the connection to play; NULL for the first in the file. Reads the whole file once, so that a malformed one
 * is refused here and not in mid-run. */
PST_API PstRecordedTransport *pst_recorded_transport_new (PstClock *clock, const char *path, const char *connection, GError **error);
/* Adds the HTTP answers of another capture of the same session. */
PST_API gboolean pst_recorded_transport_add_replies (PstRecordedTransport *transport, const char *path, GError **error);
/* Whether addresses and messages sent must be those recorded. FALSE at first: they are ignored. */
PST_API void pst_recorded_transport_set_strict (PstRecordedTransport *transport, gboolean strict);
/* Time of the first item of the connection or of the answers, whichever is earlier: where to start the simulated clock; an
 * open that must wait for more than 49 days times out. */
PST_API gint64 pst_recorded_transport_get_start_ns (PstRecordedTransport *transport);
/* Whether every message of the connection was delivered or passed over. */
PST_API gboolean pst_recorded_transport_is_at_end (PstRecordedTransport *transport);

G_END_DECLS
