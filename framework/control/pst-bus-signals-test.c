/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run that tells too much must not drown whoever listens, nor must what they see last be old. */
#include "pst-bus-signals.h"

#include "bus-fakes.h"

#include <string.h>
#include <unistd.h>

typedef struct
{
  FakeBus *bus;
  GDBusConnection *connection;
  PstClock *clock;
  PstBusSettings *settings;
  PstAuthority *authority;
  PstBusClients *clients;
  PstBusSignals *signals;
} Fixture;

static void
fixture_free (Fixture *fixture)
{
  if (fixture == NULL)
    return;
  g_object_unref (fixture->signals);
  g_object_unref (fixture->clients);
  g_object_unref (fixture->authority);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
  g_object_unref (fixture->connection);
  fake_bus_free (fixture->bus);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/* This connection hears its own signals. NULL when the test was skipped. */
static Fixture *
fixture_new (void)
{
  Fixture *fixture;
  FakeBus *bus = fake_bus_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PstIdentity) identity = NULL;

  if (bus == NULL)
    return NULL;
  fixture = g_new0 (Fixture, 1);
  fixture->bus = bus;
  fixture->connection = fake_bus_connect (bus);
  fixture->clock = pst_simulated_clock_new (0);
  fixture->settings = pst_bus_settings_new ();
  g_hash_table_insert (fixture->settings->users, GUINT_TO_POINTER (getuid ()), g_strdup ("ann"));
  fixture->authority = pst_authority_new (fixture->connection, FALSE, fixture->settings);
  fixture->clients = pst_bus_clients_new (fixture->connection, fixture->authority);
  fixture->signals = pst_bus_signals_new (fixture->connection, fixture->clients, fixture->clock, 3);
  pst_bus_clients_find_async (fixture->clients, g_dbus_connection_get_unique_name (fixture->connection), keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  identity = pst_bus_clients_find_finish (fixture->clients, result, NULL);
  g_assert_nonnull (identity);
  pst_bus_clients_subscribe (fixture->clients, identity->sender, TRUE);
  return fixture;
}

static void
publish (Fixture *fixture, const char *event)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (g_variant_new_parsed (event));

  pst_bus_signals_publish (fixture->signals, owned);
}

/* A thousand fills at once are three, a number, and in the next second three more. */
static void
test_rate (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (FakeEar) ear = NULL;
  g_autofree char *first = NULL, *told = NULL, *next = NULL, *idle = NULL;

  if (fixture == NULL)
    return;
  ear = fake_ear_new (fixture->connection, NULL);
  for (guint i = 0; i < 1000; i++)
    publish (fixture, "('ann', 'sma-1', 'fill', @a{sv} {})");
  publish (fixture, "('ann', 'sma-1', 'lost', {'count': <uint64 5>})");
  first = fake_ear_take (ear, NULL);
  g_assert_cmpstr (first, ==, "sma_2d1 Fill ({},)\nsma_2d1 Fill ({},)\nsma_2d1 Fill ({},)\n");
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), G_GINT64_CONSTANT (1000000000));
  told = fake_ear_take (ear, NULL);
  g_assert_cmpstr (told, ==, "sma_2d1 Lost ({'Fill': 997, '': 5},)\n");
  publish (fixture, "('ann', 'sma-1', 'fill', @a{sv} {})");
  next = fake_ear_take (ear, NULL);
  g_assert_cmpstr (next, ==, "sma_2d1 Fill ({},)\n");
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), G_GINT64_CONSTANT (9000000000));
  idle = fake_ear_take (ear, NULL);
  g_assert_cmpstr (idle, ==, "");
  /* Nothing is kept of runs that are quiet. */
  g_assert_cmpint (pst_simulated_clock_next_due_ns (PST_SIMULATED_CLOCK (fixture->clock)), ==, G_MAXINT64);
}

/* Whatever is left out, the last value arrives. */
static void
test_changed_properties (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (FakeEar) ear = NULL;
  g_autofree char *first = NULL, *last = NULL;

  if (fixture == NULL)
    return;
  ear = fake_ear_new (fixture->connection, NULL);
  for (guint i = 0; i < 50; i++)
    publish (fixture, i < 49 ? "('ann', 'sma-1', 'equity', {'equity': <'1.00'>, 'tick': <uint64 1>})"
                             : "('ann', 'sma-1', 'equity', {'equity': <'2.00'>, 'tick': <uint64 1>})");
  first = fake_ear_take (ear, NULL);
  g_assert_cmpstr (first, ==, "sma_2d1 PropertiesChanged ('org.penstock.Run1', {'Equity': <'1.00'>}, [])\n");
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), 200 * 1000000);
  last = fake_ear_take (ear, NULL);
  g_assert_cmpstr (last, ==, "sma_2d1 PropertiesChanged ('org.penstock.Run1', {'Equity': <'2.00'>}, [])\n");
}

/* What is no run's and no alert is nobody's; an alert of the host is everyone's. */
static void
test_host (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (FakeEar) ear = NULL;
  g_autofree char *heard = NULL;

  if (fixture == NULL)
    return;
  ear = fake_ear_new (fixture->connection, NULL);
  publish (fixture, "('', '', 'run-state', {'state': <'RUNNING'>})");
  publish (fixture, "('ann', 'r', 'something-new', {'state': <'RUNNING'>})");
  publish (fixture, "('bob', 'r', 'fill', {'price': <'1'>})");
  publish (fixture, "('', '', 'alert', {'severity': <'ERROR'>})");
  heard = fake_ear_take (ear, NULL);
  g_assert_cmpstr (heard, ==, "Host1 Alert ('ERROR', {'severity': <'ERROR'>})\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-signals/rate", test_rate);
  g_test_add_func ("/control/bus-signals/changed-properties", test_changed_properties);
  g_test_add_func ("/control/bus-signals/host", test_host);
  return g_test_run ();
}
