/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host on the bus: org.penstock.Host1, org.penstock.Run1 for each run, and the ObjectManager that finds them. */
#pragma once

#include "pst-authority.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define PST_TYPE_BUS_SERVICE (pst_bus_service_get_type ())
G_DECLARE_FINAL_TYPE (PstBusService, pst_bus_service, PST, BUS_SERVICE, GObject)

/* All on one context: the one that is the thread's default now, in which @controller was made too. @version: the Version property. */
PstBusService *pst_bus_service_new (GDBusConnection *connection, PstController *controller, PstAuthority *authority, PstClock *clock,
                                    const char *version);
/* Puts the objects on the bus; owning the name is the caller's. */
gboolean pst_bus_service_start (PstBusService *service, GError **error);
/* Takes them off it; calls that are under way are answered still. */
void pst_bus_service_stop (PstBusService *service);
/* From now on. */
void pst_bus_service_set_settings (PstBusService *service, PstBusSettings *settings);

G_END_DECLS
