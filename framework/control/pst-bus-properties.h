/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a verb tells, as properties of an interface: "trading-state" is TradingState. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* (transfer full), floating: a{sv} of @interface's properties out of @facts (a{sv}); with @all also those that are not told, empty. */
GVariant *pst_bus_properties_of (GDBusInterfaceInfo *interface, GVariant *facts, gboolean all);

G_END_DECLS
