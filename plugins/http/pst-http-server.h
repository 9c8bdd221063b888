/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The server: a thread of its own with its own main context, so that a flood of requests delays neither the host nor its runs. */
#pragma once

#include "pst-http-listener.h"

G_BEGIN_DECLS

typedef struct _PstHttpServer PstHttpServer;

/* Opens the sockets and begins to serve. The options are copied. */
PstHttpServer *pst_http_server_start (const PstHttpOptions *options, PstController *controller, GError **error);
/* Ends it in order: what was begun at the host is waited for, a while. */
void pst_http_server_stop (PstHttpServer *server);
const char *pst_http_server_get_url (PstHttpServer *server);

G_END_DECLS
