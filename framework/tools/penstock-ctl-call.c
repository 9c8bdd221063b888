/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client's end of the bus: which one, and one call a verb. */

#include "penstock-ctl.h"

#include "../control/pst-bus-error.h"
#include "../control/pst-bus-method.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

GQuark
ctl_error_quark (void)
{
  return g_quark_from_static_string ("ctl-error-quark");
}

/* Stores may be opened, a person asked for a password. */
#define CALL_TIMEOUT_MS (5 * 60 * 1000)

static gboolean
has_host (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                                     g_variant_new ("(s)", PST_BUS_NAME), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean owned = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &owned);
  return owned;
}

static gboolean
can_start (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer
      = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "StartServiceByName",
                                     g_variant_new ("(su)", PST_BUS_NAME, 0u), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  return answer != NULL;
}

GDBusConnection *
ctl_connect (CtlBus bus, GError **error)
{
  static const struct
  {
    CtlBus bus;
    GBusType type;
    const char *name;
  } buses[] = { { CTL_BUS_USER, G_BUS_TYPE_SESSION, "user's" }, { CTL_BUS_SYSTEM, G_BUS_TYPE_SYSTEM, "system's" } };
  g_autoptr (GString) tried = g_string_new (NULL);

  pst_bus_error_register ();
  for (guint i = 0; i < G_N_ELEMENTS (buses); i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GDBusConnection) connection = NULL;

      if (bus != CTL_BUS_ANY && bus != buses[i].bus)
        continue;
      connection = g_bus_get_sync (buses[i].type, NULL, &local_error);
      if (connection != NULL && (has_host (connection) || can_start (connection)))
        return g_steal_pointer (&connection);
      g_string_append_printf (tried, "%sthe %s bus%s", tried->len > 0 ? ", nor on " : "", buses[i].name,
                              connection == NULL ? " (which is not there)" : "");
    }
  g_set_error (error, CTL_ERROR, CTL_ERROR_NO_HOST,
               "no host answers on %s. Start one: \"systemctl start penstockd\" for all users, \"systemctl --user start penstockd\" for yourself",
               tried->str);
  return NULL;
}

/* Whose runs are meant when nobody is named. The host maps uids to users, so it is asked: the caller sees their own alone. */
char *
ctl_get_user (GDBusConnection *connection, GError **error)
{
  g_autoptr (GVariant) none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_autoptr (GVariant) users = ctl_call (connection, pst_verb_find ("list-users"), none, error);
  g_autoptr (GVariant) first = NULL;
  const struct passwd *login = getpwuid (getuid ());
  const char *name;

  if (users == NULL)
    return NULL;
  if (g_variant_n_children (users) == 1)
    {
      first = g_variant_get_child_value (users, 0);
      if (g_variant_lookup (first, "user", "&s", &name))
        return g_strdup (name);
    }
  return g_strdup (login != NULL ? login->pw_name : "");
}

GVariant *
ctl_call (GDBusConnection *connection, const PstVerb *verb, GVariant *parameters, GError **error)
{
  g_autofree char *method = pst_bus_method_name (verb->name), *path = NULL, *own = NULL;
  g_autoptr (GVariant) answer = NULL;
  const char *user = NULL, *run_id = "";

  if (verb->of_run)
    {
      g_variant_lookup (parameters, "run-id", "&s", &run_id);
      if (!g_variant_lookup (parameters, "user", "&s", &user))
        user = own = ctl_get_user (connection, error);
      if (user == NULL)
        return NULL;
    }
  path = verb->of_run ? pst_bus_run_path (user, run_id) : g_strdup (PST_BUS_HOST_PATH);
  answer = g_dbus_connection_call_sync (connection, PST_BUS_NAME, path, verb->of_run ? PST_BUS_RUN_INTERFACE : PST_BUS_HOST_INTERFACE, method,
                                        pst_bus_method_pack (verb, parameters), NULL, G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION,
                                        CALL_TIMEOUT_MS, NULL, error);
  if (answer == NULL)
    {
      g_dbus_error_strip_remote_error (error != NULL ? *error : NULL);
      return NULL;
    }
  return g_variant_get_child_value (answer, 0);
}
