/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a request was meant for us and comes from a page that may ask: against DNS rebinding and foreign pages in a browser. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @host: of the header Host, (nullable). @port: that it came to; 0 for a UNIX socket. @names: (nullable): besides this machine's own, "name" or
 * "name:port" */
gboolean pst_http_host_is_allowed (const char *host, guint port, const char *const *names);
/* "127.0.0.1", "::1", or an address that only this machine has. */
gboolean pst_http_address_is_loopback (const char *address);

G_END_DECLS
