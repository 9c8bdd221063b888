/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clients that come and go all day must leave nothing behind, and their signals must not go to whoever comes next. */
#include "pst-bus-clients.h"

#include "bus-fakes.h"

#include <unistd.h>

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static PstIdentity *
find (PstBusClients *clients, GDBusConnection *client, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pst_bus_clients_find_async (clients, g_dbus_connection_get_unique_name (client), keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pst_bus_clients_find_finish (clients, result, error);
}

static void
count (const PstIdentity *identity, const PstCaller *caller, gpointer user_data)
{
  (*(guint *)user_data)++;
}

static guint
count_subscribers (PstBusClients *clients, const char *user_id)
{
  guint n = 0;

  pst_bus_clients_foreach_subscriber (clients, user_id, count, &n);
  return n;
}

static void
test_life (void)
{
  g_autoptr (FakeBus) bus = fake_bus_new ();
  g_autoptr (GDBusConnection) service = bus != NULL ? fake_bus_connect (bus) : NULL;
  g_autoptr (PstBusSettings) settings = pst_bus_settings_new ();
  g_autoptr (PstAuthority) authority = NULL;
  g_autoptr (PstBusClients) clients = NULL;
  g_autoptr (GError) error = NULL;

  if (bus == NULL)
    return;
  g_hash_table_insert (settings->users, GUINT_TO_POINTER (getuid ()), g_strdup ("ann"));
  settings->calls_max = 2;
  authority = pst_authority_new (service, FALSE, settings);
  clients = pst_bus_clients_new (service, authority);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GDBusConnection) client = fake_bus_connect (bus);
      g_autoptr (PstIdentity) identity = find (clients, client, &error), again = find (clients, client, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (again->user_id, ==, "ann");
      pst_bus_clients_subscribe (clients, identity->sender, TRUE);
      g_assert_cmpuint (count_subscribers (clients, "ann"), ==, 1);
      g_assert_cmpuint (count_subscribers (clients, "bob"), ==, 0);
      g_assert_cmpuint (count_subscribers (clients, NULL), ==, 1);
      g_assert_cmpuint (pst_bus_clients_get_n_known (clients), ==, 1);
      fake_bus_leave (client, service);
      g_assert_cmpuint (pst_bus_clients_get_n_known (clients), ==, 0);
      /* A limit is counted on although the client left. */
      g_assert_true (pst_bus_clients_begin (clients, identity, &error));
      g_assert_true (pst_bus_clients_begin (clients, identity, &error));
      g_assert_false (pst_bus_clients_begin (clients, identity, &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_BUSY);
      g_clear_error (&error);
      pst_bus_clients_end (clients, identity);
      pst_bus_clients_end (clients, identity);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-clients/life", test_life);
  return g_test_run ();
}
