/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's events, brought to WebSockets. Each client has a bounded queue; one that does not read is told what it lost, and in the end dropped. */
#pragma once

#include <libsoup/soup.h>

#include "pst-http-access.h"
#include "pst-http-stream.h"

G_BEGIN_DECLS

/* What a client wants of what it may see; each NULL for everything. */
typedef struct
{
  char *user;
  char *run_id;
  char **kinds;
} PstHttpFilter;

/* FALSE with a PST_HTTP_ERROR. */
gboolean pst_http_filter_parse (PstHttpFilter *filter, const char *query, GError **error);
void pst_http_filter_clear (PstHttpFilter *filter);

typedef struct _PstHttpEvents PstHttpEvents;

/* @queue_max: events that wait for a client. @ping_us: between two pings. In the thread-default context, but for publishing. */
PstHttpEvents *pst_http_events_new (PstController *controller, guint queue_max, gint64 ping_us);
void pst_http_events_free (PstHttpEvents *events);
/* Takes the filter's texts. */
void pst_http_events_add (PstHttpEvents *events, SoupWebsocketConnection *socket, PstHttpStream *stream, const PstCaller *caller, guint token,
                          PstHttpFilter *filter);
/* Ends clients that do not read, do not answer or have lost their token; to be called every now and then. */
void pst_http_events_sweep (PstHttpEvents *events, PstHttpAccess *access, gint64 now_us);
/* Tells every client that it is over. */
void pst_http_events_close (PstHttpEvents *events);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PstHttpFilter, pst_http_filter_clear)

G_END_DECLS
