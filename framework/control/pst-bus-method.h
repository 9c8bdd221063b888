/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verbs as methods: "list-orders" is ListOrders(). What a verb must have are arguments in the table's order, what it may have goes into "options". A
 * run's user and id are its path. Both ends use this: the service reads calls with it, the command writes them. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* (transfer full): "ListOrders" of "list-orders" */
char *pst_bus_method_name (const char *verb);
/* (transfer full): "list-orders" of "ListOrders"; also for properties */
char *pst_bus_verb_name (const char *method);
/* (transfer none) (nullable): the verb of a method of the host's or a run's interface */
const PstVerb *pst_bus_method_find (const char *method, gboolean of_run);
/* (transfer full), floating: the arguments of a call. @parameters were checked. */
GVariant *pst_bus_method_pack (const PstVerb *verb, GVariant *parameters);
/* (transfer full): a{sv} as pst_controller_call() takes it. @user_id and @run_id (nullable): of the path. Errors: INVALID when an option names what
 * is an argument or stands in the path. */
GVariant *pst_bus_method_unpack (const PstVerb *verb, GVariant *arguments, const char *user_id, const char *run_id, GError **error);

G_END_DECLS
