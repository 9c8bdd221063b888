/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection of our own, made when it is needed and again after it broke: the process's shared one would end the process with the bus.
 * The interface: https://specifications.freedesktop.org/notification-spec/1.2/ */

#include "pst-alert-desktop.h"

#include "pst-alert-text.h"

typedef struct
{
  char *address;
  int timeout_ms;
  GDBusConnection *connection;
} Desktop;

static void
desktop_free (gpointer data)
{
  Desktop *desktop = data;

  g_clear_object (&desktop->connection);
  g_free (desktop->address);
  g_free (desktop);
}

gboolean
pst_alert_desktop_check (const char *address, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (address != NULL ? g_dbus_is_supported_address (address, &cause)
                      : g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL || g_getenv ("XDG_RUNTIME_DIR") != NULL)
    return TRUE;
  if (address == NULL)
    g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                         "desktop-bus is not set, sinks lists desktop, and there is no session bus here; name the bus's address");
  else
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "desktop-bus \"%s\" is no address of a bus: %s", address, cause->message);
  return FALSE;
}

static gboolean
connect_bus (Desktop *desktop, GCancellable *cancellable, GError **error)
{
  g_autofree char *address = g_strdup (desktop->address);

  if (desktop->connection != NULL && !g_dbus_connection_is_closed (desktop->connection))
    return TRUE;
  g_clear_object (&desktop->connection);
  if (address == NULL)
    address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, cancellable, error);
  if (address == NULL)
    return FALSE;
  desktop->connection = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, cancellable, error);
  if (desktop->connection != NULL)
    g_dbus_connection_set_exit_on_close (desktop->connection, FALSE);
  return desktop->connection != NULL;
}

/* 0 low, 1 normal, 2 critical. */
static GVariant *
make_hints (const PstAlert *alert)
{
  GVariantBuilder hints;
  guint8 urgency = alert->severity == PST_SEVERITY_CRITICAL ? 2 : alert->severity == PST_SEVERITY_INFO ? 0 : 1;

  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "urgency", g_variant_new_byte (urgency));
  g_variant_builder_add (&hints, "{sv}", "category", g_variant_new_string ("x-penstock.alert"));
  return g_variant_builder_end (&hints);
}

static gboolean
deliver (gpointer data, const PstAlert *alert, GCancellable *cancellable, GError **error)
{
  Desktop *desktop = data;
  g_autofree char *subject = pst_alert_to_subject (alert), *body = pst_alert_to_body (alert), *escaped = NULL;
  g_autoptr (GVariant) reply = NULL;

  if (!connect_bus (desktop, cancellable, error))
    return FALSE;
  /* The body may have markup; ours has none. */
  escaped = g_markup_escape_text (body, -1);
  reply = g_dbus_connection_call_sync (
      desktop->connection, "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Notify",
      g_variant_new ("(susss^as@a{sv}i)", "Penstock", 0, "dialog-warning", subject, escaped, (const char *const[]){ NULL }, make_hints (alert), -1),
      G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, desktop->timeout_ms, cancellable, error);
  return reply != NULL;
}

PstAlertWorker *
pst_alert_desktop_new (const char *address, gint64 timeout_us, guint queue_max)
{
  Desktop *desktop = g_new0 (Desktop, 1);

  desktop->address = g_strdup (address);
  desktop->timeout_ms = (int)(timeout_us / 1000);
  return pst_alert_worker_new ("alert-desktop", queue_max, deliver, desktop, desktop_free);
}
