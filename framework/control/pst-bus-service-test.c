/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A user who sees another's run, or halts it, is what this must never let happen. On a private bus with the policy of the system's, with clients of
 * several uids. */
#include "pst-bus-service.h"

#include "bus-fakes.h"
#include "pst-bus-path.h"

#include <string.h>
#include <unistd.h>

#define ANN FAKE_ANN
#define BOB FAKE_BOB

typedef struct
{
  FakeBus *bus;
  GDBusConnection *connection;
  FakeHost *host;
  PstClock *clock;
  PstBusSettings *settings;
  PstAuthority *authority;
  PstBusService *service;
  GDBusConnection *ann;
  GDBusConnection *bob;
} Fixture;

static void
fixture_free (Fixture *fixture)
{
  if (fixture == NULL)
    return;
  pst_bus_service_stop (fixture->service);
  g_object_unref (fixture->service);
  g_object_unref (fixture->authority);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
  g_object_unref (fixture->host);
  g_clear_object (&fixture->ann);
  g_clear_object (&fixture->bob);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_object_unref (fixture->connection);
  fake_bus_free (fixture->bus);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static void
own_name (GDBusConnection *connection)
{
  g_autoptr (GVariant) owned = fake_bus_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                              g_variant_new ("(su)", PST_BUS_NAME, 4u), NULL);

  g_assert_nonnull (owned);
}

/* A host with a run of ann's and one of bob's. NULL when the test was skipped. */
static Fixture *
fixture_new (gboolean is_system)
{
  Fixture *fixture;
  FakeBus *bus = fake_bus_new ();
  g_autoptr (GError) error = NULL;

  if (bus == NULL)
    return NULL;
  fixture = g_new0 (Fixture, 1);
  fixture->bus = bus;
  fixture->connection = fake_bus_connect (bus);
  fixture->host = fake_host_new ();
  fake_host_add_run (fixture->host, "ann", "sma-1");
  fake_host_add_run (fixture->host, "bob", "sma-1");
  fixture->clock = pst_simulated_clock_new (0);
  fixture->settings = pst_bus_settings_new ();
  fixture->settings->polkit = FALSE;
  fixture->settings->signals_max = 3;
  g_hash_table_insert (fixture->settings->users, GUINT_TO_POINTER (ANN), g_strdup ("ann"));
  g_hash_table_insert (fixture->settings->users, GUINT_TO_POINTER (BOB), g_strdup ("bob"));
  g_hash_table_insert (fixture->settings->permissions, GUINT_TO_POINTER (BOB), GUINT_TO_POINTER (PST_PERMISSION_TRADE));
  fixture->authority = pst_authority_new (fixture->connection, is_system, fixture->settings);
  fixture->service = pst_bus_service_new (fixture->connection, PST_CONTROLLER (fixture->host), fixture->authority, fixture->clock, "1.2.3");
  pst_bus_service_start (fixture->service, &error);
  g_assert_no_error (error);
  own_name (fixture->connection);
  if (geteuid () == 0)
    {
      fixture->ann = fake_bus_connect_as (bus, ANN, ANN);
      fixture->bob = fake_bus_connect_as (bus, BOB, BOB);
    }
  return fixture;
}

static GVariant *
call_run (GDBusConnection *connection, const char *user_id, const char *run_id, const char *interface, const char *method, const char *arguments,
          GError **error)
{
  g_autofree char *path = pst_bus_run_path (user_id, run_id);

  return fake_bus_call (connection, PST_BUS_NAME, path, interface, method, arguments != NULL ? g_variant_new_parsed (arguments) : NULL, error);
}

static char *
list_objects (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = fake_bus_call (connection, PST_BUS_NAME, PST_BUS_ROOT_PATH, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL, &error),
      objects = NULL;
  GString *text = g_string_new (NULL);
  GVariantIter iter;
  const char *path;

  g_assert_no_error (error);
  objects = g_variant_get_child_value (answer, 0);
  g_variant_iter_init (&iter, objects);
  while (g_variant_iter_next (&iter, "{&o@a{sa{sv}}}", &path, NULL))
    g_string_append_printf (text, "%s ", path);
  return g_string_free (text, FALSE);
}

static void
test_own_runs (void)
{
  g_autoptr (Fixture) fixture = fake_bus_can_be_others () ? fixture_new (TRUE) : NULL;
  g_autofree char *anns = NULL, *bobs = NULL, *roots = NULL;

  if (fixture == NULL)
    return;
  anns = list_objects (fixture->ann);
  bobs = list_objects (fixture->bob);
  roots = list_objects (fixture->connection);
  g_assert_cmpstr (anns, ==, "/org/penstock/Host1 /org/penstock/runs/ann/sma_2d1 ");
  g_assert_cmpstr (bobs, ==, "/org/penstock/Host1 /org/penstock/runs/bob/sma_2d1 ");
  g_assert_cmpstr (roots, ==, "/org/penstock/Host1 /org/penstock/runs/ann/sma_2d1 /org/penstock/runs/bob/sma_2d1 ");
}

/* Every method and every property of another's run, answered as for one that is not there. */
static void
test_others_runs (void)
{
  static const char *const runs[][2] = { { "bob", "sma-1" }, { "bob", "none" }, { "carl", "sma-1" } };
  g_autoptr (Fixture) fixture = fake_bus_can_be_others () ? fixture_new (TRUE) : NULL;
  g_autofree char *calls = NULL;

  for (guint i = 0; fixture != NULL && i < G_N_ELEMENTS (runs); i++)
    {
      static const struct
      {
        const char *interface, *method, *arguments;
      } tries[] = {
        { PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)" },
        { PST_BUS_RUN_INTERFACE, "Halt", "('careful', @a{sv} {})" },
        { PST_BUS_RUN_INTERFACE, "ListOrders", "({'open': <true>},)" },
        { "org.freedesktop.DBus.Properties", "GetAll", "('org.penstock.Run1',)" },
        { "org.freedesktop.DBus.Properties", "Get", "('org.penstock.Run1', 'Equity')" },
      };

      for (guint n = 0; n < G_N_ELEMENTS (tries); n++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (call_run (fixture->ann, runs[i][0], runs[i][1], tries[n].interface, tries[n].method, tries[n].arguments, &error));
          g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND);
          g_assert_cmpstr (error->message, ==, "there is no such run");
        }
    }
  if (fixture == NULL)
    return;
  calls = fake_host_take_calls (fixture->host);
  /* Whatever path was called: the host was told who called. */
  g_assert_null (strstr (calls, "bob halt"));
  g_assert_nonnull (strstr (calls, "ann halt user='bob'"));
}

static void
test_verbs (void)
{
  g_autoptr (Fixture) fixture = fake_bus_can_be_others () ? fixture_new (TRUE) : NULL;
  g_autoptr (GVariant) halted = NULL, traded = NULL, orders = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  if (fixture == NULL)
    return;
  halted = call_run (fixture->ann, "ann", "sma-1", PST_BUS_RUN_INTERFACE, "Halt", "('careful', @a{sv} {})", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_variant_get_type_string (halted), ==, "(a{sv})");
  /* Halting is everyone's; trading is a group's. */
  g_assert_null (call_run (fixture->ann, "ann", "sma-1", PST_BUS_RUN_INTERFACE, "Flatten", "('out', @a{sv} {})", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  g_clear_error (&error);
  traded = call_run (fixture->bob, "bob", "sma-1", PST_BUS_RUN_INTERFACE, "Flatten", "('out', @a{sv} {})", &error);
  g_assert_no_error (error);
  g_assert_null (call_run (fixture->bob, "bob", "sma-1", PST_BUS_RUN_INTERFACE, "Resume", "('on', @a{sv} {})", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  g_clear_error (&error);
  orders = call_run (fixture->bob, "bob", "sma-1", PST_BUS_RUN_INTERFACE, "ListOrders", "({'limit': <uint32 5>},)", &error);
  g_assert_no_error (error);
  calls = fake_host_take_calls (fixture->host);
  g_assert_cmpstr (calls, ==,
                   "ann halt user='ann' run-id='sma-1' reason='careful'\n"
                   "bob flatten user='bob' run-id='sma-1' reason='out'\n"
                   "bob list-orders user='bob' run-id='sma-1' limit=5\n");
}

static void
test_bad_calls (void)
{
  static const struct
  {
    const char *path, *interface, *method, *arguments;
    int code; /* of PST_CONTROLLER_ERROR; -1: the bus refuses it */
  } tries[] = {
    { PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "Create", "({'pipline': <'sma'>},)", PST_CONTROLLER_ERROR_INVALID },
    { PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "Create", "({'pipeline': <7>},)", PST_CONTROLLER_ERROR_INVALID },
    { PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "Create", "(7,)", -1 },
    { PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "Halt", "('x', @a{sv} {})", -1 },
    { PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "Explode", NULL, -1 },
    { "/org/penstock/run", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", PST_CONTROLLER_ERROR_NOT_FOUND },
    { "/org/penstock/runs/_", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", -1 },
    { "/org/penstock/runs/ann", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", -1 },
    { "/org/penstock/runs/ann__sma_2d1", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", -1 },
    { "/org/penstock/runs/ann/sma_2d1/x", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", -1 },
    { "/org/penstock/runs/_61nn/sma_2d1", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", -1 },
    { "/org/penstock/runs/ann/sma_2d1", PST_BUS_RUN_INTERFACE, "Halt", "('x', {'user': <'bob'>})", PST_CONTROLLER_ERROR_INVALID },
    { "/org/penstock/runs/ann/none", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", PST_CONTROLLER_ERROR_NOT_FOUND },
    { "/org/penstock/runs/ann/sma_2d1", "org.freedesktop.DBus.Properties", "Get", "('org.penstock.Run1', 'Nothing')", -1 },
    { "/org/penstock/runs/ann/sma_2d1", "org.freedesktop.DBus.Properties", "Set", "('org.penstock.Run1', 'State', <'RUNNING'>)", -1 },
  };
  g_autoptr (Fixture) fixture = fixture_new (TRUE);

  for (guint i = 0; fixture != NULL && i < G_N_ELEMENTS (tries); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *calls = NULL;

      g_test_message ("%s %s %s", tries[i].path, tries[i].method, tries[i].arguments);
      g_assert_null (fake_bus_call (fixture->connection, PST_BUS_NAME, tries[i].path, tries[i].interface, tries[i].method,
                                    tries[i].arguments != NULL ? g_variant_new_parsed (tries[i].arguments) : NULL, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain == PST_CONTROLLER_ERROR ? error->code : -1, ==, tries[i].code);
      calls = fake_host_take_calls (fixture->host);
      if (tries[i].code != PST_CONTROLLER_ERROR_NOT_FOUND)
        g_assert_cmpstr (calls, ==, "");
    }
}

static void
test_properties (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TRUE);
  g_autoptr (GVariant) one = NULL, all = NULL, version = NULL, text = NULL;
  g_autofree char *shown = NULL, *host = NULL;
  g_autoptr (GError) error = NULL;
  const char *xml;

  if (fixture == NULL)
    return;
  one = call_run (fixture->connection, "ann", "sma-1", "org.freedesktop.DBus.Properties", "Get", "('org.penstock.Run1', 'Equity')", &error);
  g_assert_no_error (error);
  shown = g_variant_print (one, FALSE);
  g_assert_cmpstr (shown, ==, "(<'1000.00'>,)");
  all = call_run (fixture->connection, "ann", "sma-1", "org.freedesktop.DBus.Properties", "GetAll", "('org.penstock.Run1',)", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_variant_n_children (all), ==, 1);
  text = call_run (fixture->connection, "ann", "sma-1", "org.freedesktop.DBus.Introspectable", "Introspect", NULL, &error);
  g_assert_no_error (error);
  g_variant_get (text, "(&s)", &xml);
  g_assert_nonnull (strstr (xml, "org.penstock.Run1"));
  version = fake_bus_call (fixture->connection, PST_BUS_NAME, PST_BUS_RUNS_PATH, "org.freedesktop.DBus.Introspectable", "Introspect", NULL, &error);
  g_assert_no_error (error);
  host = g_variant_print (version, FALSE);
  /* Introspection is for everyone, so it must not name runs. */
  g_assert_null (strstr (host, "sma"));
}

static void
publish (Fixture *fixture, const char *event)
{
  pst_controller_publish (PST_CONTROLLER (fixture->host), g_variant_new_parsed (event));
}

static void
subscribe (GDBusConnection *connection, const char *method)
{
  g_autoptr (GVariant) done = fake_bus_call (connection, PST_BUS_NAME, PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, method, NULL, NULL);

  g_assert_nonnull (done);
}

/* Signals reach those who asked and may see, and nobody else, not even who listens for everything. */
static void
test_signals (void)
{
  g_autoptr (Fixture) fixture = fake_bus_can_be_others () ? fixture_new (TRUE) : NULL;
  g_autoptr (GDBusConnection) other = NULL;
  g_autoptr (FakeEar) ann = NULL, bob = NULL, silent = NULL;
  g_autofree char *anns = NULL, *bobs = NULL, *silents = NULL, *after = NULL;

  if (fixture == NULL)
    return;
  other = fake_bus_connect_as (fixture->bus, ANN, ANN);
  ann = fake_ear_new (fixture->ann, PST_BUS_NAME);
  bob = fake_ear_new (fixture->bob, PST_BUS_NAME);
  silent = fake_ear_new (other, PST_BUS_NAME);
  subscribe (fixture->ann, "Subscribe");
  subscribe (fixture->bob, "Subscribe");
  publish (fixture, "('ann', 'sma-1', 'fill', {'price': <'10.5'>})");
  publish (fixture, "('ann', 'sma-1', 'trading-state', {'trading-state': <'HALTED'>, 'trading-reason': <'loss'>})");
  publish (fixture, "('bob', 'sma-1', 'alert', {'severity': <'ERROR'>, 'title': <'x'>})");
  anns = fake_ear_take (ann, fixture->connection);
  bobs = fake_ear_take (bob, fixture->connection);
  silents = fake_ear_take (silent, fixture->connection);
  g_assert_cmpstr (anns, ==,
                   "sma_2d1 Fill ({'price': <'10.5'>},)\n"
                   "sma_2d1 TradingStateChanged ('HALTED', {'trading-state': <'HALTED'>, 'trading-reason': <'loss'>})\n");
  g_assert_cmpstr (bobs, ==, "sma_2d1 Alert ('ERROR', {'severity': <'ERROR'>, 'title': <'x'>})\n");
  g_assert_cmpstr (silents, ==, "");
  subscribe (fixture->ann, "Unsubscribe");
  publish (fixture, "('ann', 'sma-1', 'fill', {'price': <'10.5'>})");
  after = fake_ear_take (ann, fixture->connection);
  g_assert_cmpstr (after, ==, "");
}

static void
test_runs_come_and_go (void)
{
  g_autoptr (Fixture) fixture = fixture_new (TRUE);
  g_autoptr (FakeEar) ear = NULL;
  g_autofree char *heard = NULL, *objects = NULL;

  if (fixture == NULL)
    return;
  ear = fake_ear_new (fixture->connection, PST_BUS_NAME);
  objects = list_objects (fixture->connection);
  fake_host_add_run (fixture->host, "carl", "new");
  publish (fixture, "('carl', 'new', 'run-state', {'state': <'CREATED'>})");
  fake_ear_wait_for (ear, "InterfacesAdded");
  publish (fixture, "('carl', 'new', 'run-state', {'state': <'REMOVED'>})");
  heard = fake_ear_take (ear, fixture->connection);
  g_assert_nonnull (strstr (heard, "penstock InterfacesAdded ('/org/penstock/runs/carl/new', {'org.penstock.Run1': {'User': <'carl'>"));
  g_assert_nonnull (strstr (heard, "penstock InterfacesRemoved ('/org/penstock/runs/carl/new', ['org.penstock.Run1'])"));
}

static void
count_outcome (GObject *source, GAsyncResult *result, gpointer user_data)
{
  guint *outcomes = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* The bus has a limit of its own for each connection. */
  g_assert_true (answer != NULL || g_error_matches (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_BUSY)
                 || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED));
  outcomes[answer != NULL ? 0 : 1]++;
}

/* Who floods is told to come back, on however many connections; others are served meanwhile. */
static void
test_flood (void)
{
  const guint n_calls = 2000;
  g_autoptr (Fixture) fixture = fake_bus_can_be_others () ? fixture_new (TRUE) : NULL;
  g_autoptr (GDBusConnection) second = NULL;
  g_autoptr (GVariant) served = NULL;
  g_autoptr (GError) error = NULL;
  guint outcomes[2] = { 0 };

  if (fixture == NULL)
    return;
  second = fake_bus_connect_as (fixture->bus, ANN, ANN);
  fixture->settings->calls_max = 4;
  fake_host_hold (fixture->host, TRUE);
  for (guint i = 0; i < n_calls; i++)
    g_dbus_connection_call (i % 2 ? second : fixture->ann, PST_BUS_NAME, PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "ListRuns",
                            g_variant_new_parsed ("(@a{sv} {},)"), NULL, G_DBUS_CALL_FLAGS_NONE, 60000, NULL, count_outcome, outcomes);
  while (outcomes[1] < n_calls - 4)
    g_main_context_iteration (NULL, TRUE);
  fake_host_wait_for_held (fixture->host, 4);
  fake_host_hold (fixture->host, FALSE);
  served = fake_bus_call (fixture->bob, PST_BUS_NAME, PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "ListRuns", g_variant_new_parsed ("(@a{sv} {},)"),
                          &error);
  g_assert_no_error (error);
  while (outcomes[0] < 4)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (outcomes[1], ==, n_calls - 4);
  /* And it is over when it is over. */
  g_clear_pointer (&served, g_variant_unref);
  served = fake_bus_call (fixture->ann, PST_BUS_NAME, PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "ListRuns", g_variant_new_parsed ("(@a{sv} {},)"),
                          &error);
  g_assert_no_error (error);
}

/* On a user's own bus nobody else is served, whatever the bus itself lets through. */
static void
test_user_bus (void)
{
  g_autoptr (Fixture) fixture = fake_bus_can_be_others () ? fixture_new (FALSE) : NULL;
  g_autoptr (GVariant) own = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  if (fixture == NULL)
    return;
  g_hash_table_insert (fixture->settings->users, GUINT_TO_POINTER (0), g_strdup ("ann"));
  g_assert_null (call_run (fixture->ann, "ann", "sma-1", PST_BUS_RUN_INTERFACE, "GetRun", "(@a{sv} {},)", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  g_clear_error (&error);
  own = call_run (fixture->connection, "ann", "sma-1", PST_BUS_RUN_INTERFACE, "Resume", "('on', @a{sv} {})", &error);
  g_assert_no_error (error);
  /* Nor does who owns the bus own the runs of others. */
  g_assert_null (call_run (fixture->connection, "bob", "sma-1", PST_BUS_RUN_INTERFACE, "Halt", "('x', @a{sv} {})", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND);
}

/* The host ends while a call is under way: it is answered, and nothing is touched that is gone. */
static void
test_ends_during_a_call (void)
{
  Fixture *fixture = fixture_new (TRUE);
  guint outcomes[2] = { 0 };

  if (fixture == NULL)
    return;
  fake_host_hold (fixture->host, TRUE);
  g_dbus_connection_call (fixture->connection, PST_BUS_NAME, PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, "ListRuns",
                          g_variant_new_parsed ("(@a{sv} {},)"), NULL, G_DBUS_CALL_FLAGS_NONE, 60000, NULL, count_outcome, outcomes);
  fake_host_wait_for_held (fixture->host, 1);
  pst_bus_service_stop (fixture->service);
  fake_host_hold (fixture->host, FALSE);
  while (outcomes[0] + outcomes[1] == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (outcomes[0], ==, 1);
  fixture_free (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/control/bus-service/own-runs", test_own_runs);
  g_test_add_func ("/control/bus-service/others-runs", test_others_runs);
  g_test_add_func ("/control/bus-service/verbs", test_verbs);
  g_test_add_func ("/control/bus-service/bad-calls", test_bad_calls);
  g_test_add_func ("/control/bus-service/properties", test_properties);
  g_test_add_func ("/control/bus-service/signals", test_signals);
  g_test_add_func ("/control/bus-service/runs-come-and-go", test_runs_come_and_go);
  g_test_add_func ("/control/bus-service/flood", test_flood);
  g_test_add_func ("/control/bus-service/user-bus", test_user_bus);
  g_test_add_func ("/control/bus-service/ends-during-a-call", test_ends_during_a_call);
  return g_test_run ();
}
