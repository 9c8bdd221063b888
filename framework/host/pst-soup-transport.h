/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The transport over real sockets. It is in a module of its own, loaded when something connects, so that a command that does not is spared the start
 * of libsoup. */
#pragma once

#include <gio/gio.h>
#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_SOUP_TRANSPORT (pst_soup_transport_get_type ())
G_DECLARE_FINAL_TYPE (PstSoupTransport, pst_soup_transport, PST, SOUP_TRANSPORT, PstTransport)

/* On the thread's default context, with time limits by @clock. */
PST_API PstTransport *pst_soup_transport_new (PstClock *clock);
/* Whom TLS trusts instead of the system's authorities; for tests. While CLOSED and before the first request. */
void pst_soup_transport_set_trust (PstSoupTransport *transport, GTlsDatabase *trust);

G_END_DECLS
