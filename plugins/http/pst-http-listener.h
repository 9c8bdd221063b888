/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens the sockets, and takes connections off them as streams that are ready for HTTP. */
#pragma once

#include "pst-http-options.h"
#include "pst-http-stream.h"

G_BEGIN_DECLS

typedef struct _PstHttpListener PstHttpListener;

/* A connection, before TLS. @address: whose it is, for limits. @port: that they came to; 0 for the socket file. */
typedef void (*PstHttpAcceptFunc) (GSocket *socket, const char *address, guint port, gpointer user_data);

/* Opens all sockets, or none. */
PstHttpListener *pst_http_listener_open (const PstHttpOptions *options, GError **error);
/* Calls @accept in the thread-default context. */
void pst_http_listener_start (PstHttpListener *listener, PstHttpAcceptFunc accept, gpointer user_data);
/* While there are no descriptors left: not asked again until resumed. */
void pst_http_listener_resume (PstHttpListener *listener);
guint pst_http_listener_get_port (PstHttpListener *listener);
/* (transfer full): "http://127.0.0.1:8440" */
char *pst_http_listener_get_url (PstHttpListener *listener);
void pst_http_listener_free (PstHttpListener *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstHttpListener, pst_http_listener_free)

G_END_DECLS
