/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told when polkit says no: a person must be able to mend it. */
#include "pst-polkit.h"

#include "bus-fakes.h"

#include <string.h>

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static gboolean
check (GDBusConnection *connection, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pst_polkit_check_async (connection, g_dbus_connection_get_unique_name (connection), "org.penstock.trade", FALSE, 50, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pst_polkit_check_finish (connection, result, error);
}

static void
test_messages (void)
{
  static const struct
  {
    FakePolkitAnswer answer;
    const char *says;
  } answers[] = {
    { FAKE_POLKIT_NO, "polkit refused" },           { FAKE_POLKIT_CHALLENGE, "password" },     { FAKE_POLKIT_SILENCE, "did not answer in time" },
    { FAKE_POLKIT_ERROR, "polkit failed: broken" }, { FAKE_POLKIT_NONSENSE, "polkit failed" },
  };
  g_autoptr (FakeBus) bus = fake_bus_new ();
  g_autoptr (GDBusConnection) connection = bus != NULL ? fake_bus_connect (bus) : NULL;
  g_autoptr (FakePolkit) polkit = NULL;
  g_autoptr (GError) error = NULL;

  if (bus == NULL)
    return;
  g_assert_false (check (connection, &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  g_assert_nonnull (strstr (error->message, "there is no polkit here"));
  polkit = fake_polkit_new (bus);
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_clear_error (&error);
      fake_polkit_answer (polkit, answers[i].answer);
      g_assert_false (check (connection, &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
      g_assert_nonnull (strstr (error->message, "org.penstock.trade is not granted"));
      g_assert_nonnull (strstr (error->message, answers[i].says));
    }
  g_clear_error (&error);
  fake_polkit_answer (polkit, FAKE_POLKIT_YES);
  g_assert_true (check (connection, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/polkit/messages", test_messages);
  return g_test_run ();
}
