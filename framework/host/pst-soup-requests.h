/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HTTP requests of one transport over a libsoup session, on the thread's default context. */
#pragma once

#include <gio/gio.h>
#include <penstock.h>

G_BEGIN_DECLS

/* What became of request @id; never inside a call. */
typedef void (*PstSoupReplyFunc) (guint64 id, const PstHttpReply *reply, gpointer user_data);

typedef struct _PstSoupRequests PstSoupRequests;

/* @trust (nullable): whom TLS trusts; NULL for the system's. */
PstSoupRequests *pst_soup_requests_new (const PstTransportLimits *limits, GTlsDatabase *trust, const char *agent, PstSoupReplyFunc func,
                                        gpointer user_data);
/* Forgets all that are under way. */
void pst_soup_requests_free (PstSoupRequests *requests);
/* @request has its limits filled in. FALSE with an error: certainly not sent. */
gboolean pst_soup_requests_send (PstSoupRequests *requests, guint64 id, const PstHttpRequest *request, GError **error);
void pst_soup_requests_cancel (PstSoupRequests *requests, guint64 id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSoupRequests, pst_soup_requests_free)

G_END_DECLS
