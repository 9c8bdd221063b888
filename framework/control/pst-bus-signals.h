/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host publishes, as signals on the bus: to those alone who may see it, and never more than a client can read. */
#pragma once

#include "pst-bus-clients.h"

G_BEGIN_DECLS

#define PST_TYPE_BUS_SIGNALS (pst_bus_signals_get_type ())
G_DECLARE_FINAL_TYPE (PstBusSignals, pst_bus_signals, PST, BUS_SIGNALS, GObject)

/* @rate: signals of one kind and run a second. */
PstBusSignals *pst_bus_signals_new (GDBusConnection *connection, PstBusClients *clients, PstClock *clock, guint rate);
void pst_bus_signals_set_rate (PstBusSignals *signals, guint rate);
/* One event of the controller. On the service's context. */
void pst_bus_signals_publish (PstBusSignals *signals, GVariant *event);
/* A run is there, or is no more: of the ObjectManager. @facts: as get-run tells them. */
void pst_bus_signals_add_run (PstBusSignals *signals, const char *user_id, const char *run_id, GVariant *facts);
void pst_bus_signals_remove_run (PstBusSignals *signals, const char *user_id, const char *run_id);

G_END_DECLS
