/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors cross the bus as names. What is not an error of a verb crosses as Failed: its domain is nothing that a client may rely on. */

#include "pst-bus-error.h"

#include <penstock.h>

static const GDBusErrorEntry entries[] = {
  { PST_CONTROLLER_ERROR_DENIED, "org.penstock.Error.Denied" },   { PST_CONTROLLER_ERROR_NOT_FOUND, "org.penstock.Error.NotFound" },
  { PST_CONTROLLER_ERROR_INVALID, "org.penstock.Error.Invalid" }, { PST_CONTROLLER_ERROR_STATE, "org.penstock.Error.State" },
  { PST_CONTROLLER_ERROR_EXISTS, "org.penstock.Error.Exists" },   { PST_CONTROLLER_ERROR_BUSY, "org.penstock.Error.Busy" },
  { PST_CONTROLLER_ERROR_FAILED, "org.penstock.Error.Failed" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == PST_CONTROLLER_N_ERRORS);

/**
 * pst_bus_error_register:
 *
 * Tells GDBus the names of the verbs' errors. Any thread, any number of times.
 */
void
pst_bus_error_register (void)
{
  /* Says FALSE for what is registered already. */
  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    g_dbus_error_register_error (PST_CONTROLLER_ERROR, entries[i].error_code, entries[i].dbus_error_name);
}

/**
 * pst_bus_error_return:
 * @invocation: (transfer full): a call
 * @error: what is wrong
 *
 * Answers a call with an error. On the service's context.
 */
void
pst_bus_error_return (GDBusMethodInvocation *invocation, const GError *error)
{
  int code = error->domain == PST_CONTROLLER_ERROR ? error->code : PST_CONTROLLER_ERROR_FAILED;

  g_dbus_method_invocation_return_error_literal (invocation, PST_CONTROLLER_ERROR, code, error->message);
}
