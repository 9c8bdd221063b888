/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One WebSocket connection of ours, from the name of its host to its goodbye, on the thread's default context. Time limits are its owner's. */
#pragma once

#include <gio/gio.h>
#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstWebsocketHandlers:
 * @opened: the handshake is done
 * @life: the peer gave a sign of life
 * @message: a whole message
 * @closed: the connection is over or never came about; the client may be dropped, nothing else happens any more
 *
 * Who hears it; none is called inside a call. Any may drop the client.
 */
typedef struct
{
  void (*opened) (gpointer user_data);
  void (*life) (gpointer user_data);
  void (*message) (const char *text, gsize length, gpointer user_data);
  void (*closed) (const PstClosed *closed, gpointer user_data);
} PstWebsocketHandlers;

typedef struct _PstWebsocketClient PstWebsocketClient;

/* Begins to connect. @trust (nullable): whom TLS trusts; NULL for the system's. @agent: of the handshake's User-Agent. */
PstWebsocketClient *pst_websocket_client_new (const char *url, const PstTransportLimits *limits, PstClock *clock, GTlsDatabase *trust,
                                              const char *agent, const PstWebsocketHandlers *handlers, gpointer user_data);
/* Whether the handshake is done. */
gboolean pst_websocket_client_is_open (const PstWebsocketClient *client);
/* Drops the connection without a word. */
void pst_websocket_client_drop (PstWebsocketClient *client);
/* FALSE with an error: certainly not sent. Only when it is open. */
gboolean pst_websocket_client_send (PstWebsocketClient *client, const char *text, gsize length, GError **error);
/* Only when it is open. Then nothing is received any more but the answer. */
void pst_websocket_client_close (PstWebsocketClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstWebsocketClient, pst_websocket_client_drop)

G_END_DECLS
