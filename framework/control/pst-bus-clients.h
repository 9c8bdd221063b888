/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is on the other end: each unique name that called, who it is, whether it wants signals, and how much each user has under way. */
#pragma once

#include "pst-authority.h"

G_BEGIN_DECLS

#define PST_TYPE_BUS_CLIENTS (pst_bus_clients_get_type ())
G_DECLARE_FINAL_TYPE (PstBusClients, pst_bus_clients, PST, BUS_CLIENTS, GObject)

/* @caller: what is granted unasked */
typedef void (*PstBusClientFunc) (const PstIdentity *identity, const PstCaller *caller, gpointer user_data);

PstBusClients *pst_bus_clients_new (GDBusConnection *connection, PstAuthority *authority);

/* Who @sender is; asks the bus once for each name. Errors: DENIED; BUSY when too many of its calls wait. On the service's context. */
void pst_bus_clients_find_async (PstBusClients *clients, const char *sender, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
PstIdentity *pst_bus_clients_find_finish (PstBusClients *clients, GAsyncResult *result, GError **error);

/* A call begins; BUSY when the user has too many under way. Each TRUE is followed by one end(). */
gboolean pst_bus_clients_begin (PstBusClients *clients, const PstIdentity *identity, GError **error);
void pst_bus_clients_end (PstBusClients *clients, const PstIdentity *identity);

/* Of a name that was found. */
void pst_bus_clients_subscribe (PstBusClients *clients, const char *sender, gboolean wants_signals);
/* Every client that wants signals and may see what is @user_id's; NULL: what is everyone's. */
void pst_bus_clients_foreach_subscriber (PstBusClients *clients, const char *user_id, PstBusClientFunc func, gpointer user_data);
guint pst_bus_clients_get_n_known (PstBusClients *clients);

G_END_DECLS
