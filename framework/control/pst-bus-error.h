/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The errors of verbs on the bus: org.penstock.Error.NotFound and so on, the same codes on both ends. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* After it GDBus sends PST_CONTROLLER_ERROR by its names and gives them back as such. Any thread, any number of times. */
void pst_bus_error_register (void);
/* Answers a call with an error of a verb; one of another domain is told as Failed. Takes the invocation. */
void pst_bus_error_return (GDBusMethodInvocation *invocation, const GError *error);

G_END_DECLS
