/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client that is told "denied" must not read "not found": the codes are the same on both ends of the bus. */
#include "pst-bus-error.h"

#include <penstock.h>

static void
test_names (void)
{
  static const char *const names[] = { "Denied", "NotFound", "Invalid", "State", "Exists", "Busy", "Failed" };

  pst_bus_error_register ();
  pst_bus_error_register ();
  for (int i = 0; i < (int)PST_CONTROLLER_N_ERRORS; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (PST_CONTROLLER_ERROR, i, "why"), back = NULL;
      g_autofree char *name = g_dbus_error_encode_gerror (error), *expected = g_strconcat ("org.penstock.Error.", names[i], NULL);

      g_assert_cmpstr (name, ==, expected);
      back = g_dbus_error_new_for_dbus_error (name, "why");
      g_assert_error (back, PST_CONTROLLER_ERROR, i);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-error/names", test_names);
  return g_test_run ();
}
