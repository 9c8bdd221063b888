/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* polkit's CheckAuthorization() is one call, so it is made here rather than through libpolkit-gobject, which would connect a second time, make its
 * authority object synchronously, and answer a polkit that is not there with an error like any other. Everything but a clear yes is a no. */

#include "pst-polkit.h"

#include <penstock.h>

#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define POLKIT_ALLOW_INTERACTION 1u

typedef struct
{
  char *action;
  char *cancellation_id;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->action);
  g_free (check->cancellation_id);
  g_free (check);
}

static void
refuse (GTask *task, const char *why, const char *detail)
{
  Check *check = g_task_get_task_data (task);

  g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED, "%s is not granted: %s%s", check->action, why, detail);
}

/* A question that nobody waits for any more should not stand on somebody's screen. */
static void
withdraw (GTask *task)
{
  Check *check = g_task_get_task_data (task);

  g_dbus_connection_call (g_task_get_source_object (task), POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE, "CancelCheckAuthorization",
                          g_variant_new ("(s)", check->cancellation_id), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gboolean is_authorised = FALSE, is_challenge = FALSE;

  if (answer != NULL)
    {
      g_variant_get (answer, "((bba{ss}))", &is_authorised, &is_challenge, NULL);
      if (is_authorised)
        g_task_return_boolean (task, TRUE);
      else
        refuse (task, is_challenge ? "polkit wants to ask for a password, and nobody may be asked" : "polkit refused", "");
      return;
    }
  g_dbus_error_strip_remote_error (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      withdraw (task);
      refuse (task, "polkit did not answer in time", "");
    }
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
           || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    refuse (task, "there is no polkit here; penstockd.conf can name groups that may", "");
  else
    refuse (task, "polkit failed: ", error->message);
}

/**
 * pst_polkit_check_async:
 * @connection: the bus
 * @sender: who wants to, a unique name
 * @action: "org.penstock.trade"
 * @interactive: whether polkit may ask people
 * @timeout_ms: how long to wait
 * @cancellable: (nullable): gives up
 * @callback: on the caller's thread-default context
 * @user_data: passed to @callback
 *
 * Asks polkit.
 */
void
pst_polkit_check_async (GDBusConnection *connection, const char *sender, const char *action, gboolean interactive, guint timeout_ms,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (connection, cancellable, callback, user_data);
  Check *check = g_new0 (Check, 1);
  GVariantBuilder subject, details;

  check->action = g_strdup (action);
  check->cancellation_id = g_uuid_string_random ();
  g_task_set_source_tag (task, pst_polkit_check_async);
  g_task_set_task_data (task, check, check_free);
  g_task_set_check_cancellable (task, FALSE);
  g_variant_builder_init (&subject, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&subject, "{sv}", "name", g_variant_new_string (sender));
  g_variant_builder_init (&details, G_VARIANT_TYPE ("a{ss}"));
  g_dbus_connection_call (connection, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE, "CheckAuthorization",
                          g_variant_new ("((sa{sv})sa{ss}us)", "system-bus-name", &subject, action, &details,
                                         interactive ? POLKIT_ALLOW_INTERACTION : 0u, check->cancellation_id),
                          G_VARIANT_TYPE ("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE, (int)timeout_ms, cancellable, on_answer, g_object_ref (task));
}

/**
 * pst_polkit_check_finish:
 * @connection: the bus
 * @result: what the callback was given
 * @error: return location
 *
 * Ends pst_polkit_check_async().
 *
 * Returns: %TRUE only when polkit said yes
 */
gboolean
pst_polkit_check_finish (GDBusConnection *connection, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
