/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real penstockd on a bus of the test's own, commanded as its users do: runs start and stop over D-Bus, nobody sees another's, nothing is written
 * after a stop, and a daemon that is killed goes on where it was. */
#include "daemon-kit.h"

#include "check/pst-check-postgres.h"
#include "control/bus-fakes.h"
#include "control/pst-bus-error.h"
#include "control/pst-bus-path.h"
#include "host/pst-exit-code.h"
#include "tools/penstockd.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

/* Whom the test is to the host: root, who may do all, for what needs only one user. */
#define SELF "tess"

typedef struct
{
  FakeBus *bus;
  TestFolder *folder;
  GDBusConnection *connection;
  TestDaemon *daemon;
  PstCheckPostgres *postgres; /* (nullable): where the ledger is, when it is not ledger.db */
  char *database;
  char *address; /* DBUS_SYSTEM_BUS_ADDRESS=... */
} Fixture;

static char *
build_path (const char *name)
{
  return g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), name, NULL);
}

/* The options of the ledger's store. */
static char *
describe_ledger (Fixture *fixture)
{
  g_autofree char *ledger = test_folder_path (fixture->folder, "ledger.db");

  if (fixture->postgres == NULL)
    return g_strdup_printf ("path=%s\n", ledger);
  return g_strdup_printf ("database=postgresql:///%s?host=%s&user=" PST_CHECK_POSTGRES_USER "\n", fixture->database,
                          pst_check_postgres_get_host (fixture->postgres));
}

static void
write_files (Fixture *fixture)
{
  g_autofree char *bars = build_path ("data/sample-bars.csv"), *ledger = describe_ledger (fixture);
  g_autofree char *journal = test_folder_path (fixture->folder, "{user}-{run}.journal");
  g_autofree char *state = test_folder_path (fixture->folder, "{user}.state"), *folder = test_folder_path (fixture->folder, "pipelines");
  g_autofree char *pipeline = g_strdup_printf (
      "[pipeline]\nname=sma\nmode=paper\nstate-file=%s\n[exchange data]\nplugin=replay\npath=%s\ncolumns=date,open,high,low,close,volume,symbol\n"
      "pace=2ms\n[exchange broker]\nplugin=sim\nfeed=data\ncash=1000000 USD\n[strategy cross]\nplugin=sma-cross\nfast=2\nslow=5\n"
      "order-value=1000 USD\n[guard kill]\nplugin=kill-switch\n[store journal]\nplugin=journal\npath=%s\n[store ledger]\nplugin=sql\n%s",
      state, bars, journal, ledger);

  test_folder_write (fixture->folder, "penstockd.conf",
                     "[daemon]\nbus=system\n[host]\nstate-folder=state\npipelines=pipelines\n[bus]\npolkit=false\ntrade-groups=daemon;bin\n"
                     "[users]\n0=" SELF "\n1=ann\n2=bob\n");
  g_mkdir (folder, 0700);
  test_folder_write (fixture->folder, "pipelines/sma.pipeline", pipeline);
}

static void
start_daemon (Fixture *fixture, const char *variable)
{
  const char *const variables[] = { fixture->address, variable, NULL };

  test_daemon_start (fixture->daemon, variables);
}

static int
end_daemon (Fixture *fixture, int signal)
{
  return test_daemon_end (fixture->daemon, signal);
}

static void
wait_for_notice (Fixture *fixture, const char *wanted)
{
  test_daemon_wait_for (fixture->daemon, wanted);
}

static void
fixture_free (Fixture *fixture)
{
  if (fixture == NULL)
    return;
  test_daemon_free (fixture->daemon);
  g_dbus_connection_close_sync (fixture->connection, NULL, NULL);
  g_object_unref (fixture->connection);
  fake_bus_free (fixture->bus);
  test_folder_free (fixture->folder);
  g_free (fixture->address);
  g_free (fixture->database);
  g_free (fixture);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* A bus, a folder, no daemon yet. NULL when the test was skipped. */
static Fixture *
fixture_new (void)
{
  Fixture *fixture;
  FakeBus *bus = fake_bus_can_be_others () ? fake_bus_new () : NULL;

  if (bus == NULL)
    return NULL;
  pst_bus_error_register ();
  fixture = g_new0 (Fixture, 1);
  fixture->bus = bus;
  fixture->folder = test_folder_new ();
  fixture->connection = fake_bus_connect (bus);
  fixture->address = g_strconcat ("DBUS_SYSTEM_BUS_ADDRESS=", fake_bus_get_address (bus), NULL);
  fixture->daemon = test_daemon_new (fixture->folder);
  write_files (fixture);
  return fixture;
}

static GVariant *
call_host (GDBusConnection *connection, const char *method, const char *arguments, GError **error)
{
  return fake_bus_call (connection, PST_BUS_NAME, PST_BUS_HOST_PATH, PST_BUS_HOST_INTERFACE, method,
                        arguments != NULL ? g_variant_new_parsed (arguments) : NULL, error);
}

static GVariant *
call_run (GDBusConnection *connection, const char *user_id, const char *run_id, const char *method, const char *arguments, GError **error)
{
  g_autofree char *path = pst_bus_run_path (user_id, run_id);

  return fake_bus_call (connection, PST_BUS_NAME, path, PST_BUS_RUN_INTERFACE, method, g_variant_new_parsed (arguments), error);
}

static void
must (GVariant *answer, const GError *error)
{
  g_assert_no_error (error);
  g_variant_unref (answer);
}

static void
start_run (GDBusConnection *connection, const char *user_id, const char *run_id)
{
  g_autofree char *arguments = g_strdup_printf ("({'pipeline': <'sma'>, 'run-id': <'%s'>},)", run_id);
  g_autoptr (GError) error = NULL;

  must (call_host (connection, "Create", arguments, &error), error);
  must (call_run (connection, user_id, run_id, "Start", "(@a{sv} {},)", &error), error);
}

static char *
get_fact (GDBusConnection *connection, const char *user_id, const char *run_id, const char *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call_run (connection, user_id, run_id, "GetRun", "(@a{sv} {},)", &error), facts = NULL, value = NULL;

  g_assert_no_error (error);
  facts = g_variant_get_child_value (answer, 0);
  value = g_variant_lookup_value (facts, key, NULL);
  return value == NULL                                         ? g_strdup ("")
         : g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string (value, NULL)
                                                               : g_variant_print (value, FALSE);
}

static char *
query (Fixture *fixture, const char *sql)
{
  g_autoptr (TestOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;

  if (fixture->postgres != NULL)
    {
      char *answer = pst_check_postgres_query (fixture->postgres, fixture->database, sql, &error);

      g_assert_no_error (error);
      return answer;
    }
  outcome = test_run (fixture->folder, NULL, "sqlite3", "ledger.db", sql, NULL);

  test_assert_exit (outcome, 0);
  return g_strdup (g_strchomp (outcome->output));
}

static void
assert_query (Fixture *fixture, const char *sql, const char *expected)
{
  g_autofree char *found = query (fixture, sql);

  g_assert_cmpstr (found, ==, expected);
}

/* What must be nowhere, ever. */
static void
assert_ledger (Fixture *fixture)
{
  assert_query (fixture,
                "SELECT count(*) FROM engine_state s WHERE NOT EXISTS (SELECT 1 FROM strategy_run r WHERE r.user_id = s.user_id AND "
                "r.run_id = s.run_id)",
                "0");
  assert_query (fixture, "SELECT count(*) FROM (SELECT 1 FROM mtm_ledger GROUP BY user_id, run_id, logical_time HAVING count(*) > 1) d", "0");
  assert_query (fixture, "SELECT count(*) FROM (SELECT 1 FROM strategy_run WHERE state = 'RUNNING' GROUP BY user_id HAVING count(*) > 1) d", "0");
}

#define ROWS                                                                                                                                 \
  "SELECT (SELECT count(*) FROM mtm_ledger), (SELECT count(*) FROM paper_order), (SELECT count(*) FROM paper_trade), (SELECT count(*) FROM " \
  "event_ledger), (SELECT count(*) FROM paper_equity_curve), (SELECT count(*) FROM engine_state)"

typedef struct
{
  const char *signal;
  const char *first; /* (nullable): of the first argument */
  guint n_heard;
  GDBusConnection *connection; /* borrowed */
  guint subscription;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  if (wanted->connection != NULL)
    g_dbus_connection_signal_unsubscribe (wanted->connection, wanted->subscription);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
           gpointer user_data)
{
  Wanted *wanted = user_data;
  const char *first = NULL;

  if (strcmp (signal, wanted->signal) != 0)
    return;
  if (wanted->first != NULL)
    g_variant_get_child (parameters, 0, "&s", &first);
  wanted->n_heard += wanted->first == NULL || strcmp (wanted->first, first) == 0;
}

static void
listen_for (GDBusConnection *connection, Wanted *wanted)
{
  g_autoptr (GError) error = NULL;

  wanted->connection = connection;
  wanted->subscription
      = g_dbus_connection_signal_subscribe (connection, PST_BUS_NAME, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, wanted, NULL);
  must (call_host (connection, "Subscribe", NULL, &error), error);
}

static void
wait_until_heard (Wanted *wanted, guint n)
{
  while (wanted->n_heard < n)
    g_main_context_iteration (NULL, TRUE);
}

/* (nullable): the test is skipped then. */
static Fixture *
fixture_new_on (gboolean on_postgres)
{
  const char *why_not = NULL;
  PstCheckPostgres *postgres = on_postgres ? pst_check_postgres_get_default (&why_not) : NULL;
  Fixture *fixture;

  if (on_postgres && postgres == NULL)
    {
      g_test_skip (why_not);
      return NULL;
    }
  fixture = fixture_new ();
  if (fixture == NULL || !on_postgres)
    return fixture;
  fixture->postgres = postgres;
  fixture->database = pst_check_postgres_create_database (postgres);
  write_files (fixture);
  return fixture;
}

/* The daemon has ended. */
static void
fixture_drop (Fixture *fixture)
{
  g_assert_cmpint (fixture->daemon->pid, ==, 0);
  if (fixture->postgres != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
}

/* RL-09. */
static void
test_start_and_stop (gconstpointer on_postgres)
{
  g_autoptr (Fixture) fixture = fixture_new_on (on_postgres != NULL);
  g_autoptr (GDBusConnection) ann = NULL;
  g_auto (Wanted) orders = { .signal = "OrderChanged" }, running = { "StateChanged", "RUNNING" }, stopped = { "StateChanged", "STOPPED" };
  g_auto (Wanted) halted = { "TradingStateChanged", "HALTED" };
  g_autofree char *before = NULL, *after = NULL, *state = NULL;
  g_autoptr (GError) error = NULL;

  if (fixture == NULL)
    return;
  start_daemon (fixture, NULL);
  ann = fake_bus_connect_as (fixture->bus, FAKE_ANN, FAKE_ANN);
  listen_for (ann, &orders);
  listen_for (ann, &running);
  listen_for (ann, &stopped);
  listen_for (ann, &halted);
  start_run (ann, "ann", "one");
  wait_until_heard (&running, 1);
  wait_until_heard (&orders, 3);
  /* A second one at once is refused, and changes nothing. */
  must (call_host (ann, "Create", "({'pipeline': <'sma'>, 'run-id': <'two'>},)", &error), error);
  g_assert_null (call_run (ann, "ann", "two", "Start", "(@a{sv} {},)", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE);
  g_clear_error (&error);
  must (call_run (ann, "ann", "one", "Halt", "('enough', @a{sv} {})", &error), error);
  wait_until_heard (&halted, 1);
  must (call_run (ann, "ann", "one", "Stop", "('done', @a{sv} {})", &error), error);
  wait_until_heard (&stopped, 1);
  before = query (fixture, ROWS);
  assert_query (fixture, "SELECT state FROM strategy_run WHERE user_id = 'ann' AND run_id = 'one'", "STOPPED");
  assert_query (fixture, "SELECT count(*) > 0 FROM mtm_ledger WHERE user_id = 'ann' AND run_id = 'one'", fixture->postgres != NULL ? "t" : "1");
  assert_query (fixture, "SELECT count(*) FROM paper_order WHERE state NOT IN ('FILLED', 'CANCELED', 'REJECTED', 'DENIED', 'EXPIRED')", "0");
  /* It never lives again. */
  g_assert_null (call_run (ann, "ann", "one", "Start", "(@a{sv} {},)", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE);
  state = get_fact (ann, "ann", "one", "state");
  g_assert_cmpstr (state, ==, "STOPPED");
  g_assert_cmpint (end_daemon (fixture, SIGTERM), ==, 0);
  after = query (fixture, ROWS);
  g_assert_cmpstr (before, ==, after);
  assert_ledger (fixture);
  fixture_drop (fixture);
}

/* MU-01 over D-Bus. */
static void
test_two_users (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GDBusConnection) ann = NULL, bob = NULL;
  g_auto (Wanted) anns = { .signal = "OrderChanged" }, bobs = { .signal = "OrderChanged" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) runs = NULL;
  g_autofree char *text = NULL, *state = NULL;

  if (fixture == NULL)
    return;
  start_daemon (fixture, NULL);
  ann = fake_bus_connect_as (fixture->bus, FAKE_ANN, FAKE_ANN);
  bob = fake_bus_connect_as (fixture->bus, FAKE_BOB, FAKE_BOB);
  listen_for (ann, &anns);
  listen_for (bob, &bobs);
  start_run (ann, "ann", "same");
  wait_until_heard (&anns, 2);
  g_assert_cmpuint (bobs.n_heard, ==, 0);
  runs = call_host (bob, "ListRuns", "(@a{sv} {},)", &error);
  g_assert_no_error (error);
  text = g_variant_print (runs, FALSE);
  g_assert_cmpstr (text, ==, "([],)");
  g_assert_null (call_run (bob, "ann", "same", "Stop", "('x', @a{sv} {})", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND);
  g_clear_error (&error);
  start_run (bob, "bob", "same");
  wait_until_heard (&bobs, 2);
  must (call_run (bob, "bob", "same", "Stop", "('x', @a{sv} {})", &error), error);
  state = get_fact (ann, "ann", "same", "state");
  g_assert_cmpstr (state, ==, "RUNNING");
  g_assert_cmpint (end_daemon (fixture, SIGTERM), ==, 0);
  assert_query (fixture, "SELECT user_id, state FROM strategy_run ORDER BY 1", "ann|STOPPED\nbob|STOPPED");
  assert_ledger (fixture);
}

/* What the command says to people and scripts. */
static void
test_command (void)
{
  static const struct
  {
    const char *arguments[6];
    int exit_code;
    const char *says;
  } tries[] = {
    { { "get-run", "none" }, PST_EXIT_REFUSED, "none" },
    { { "halt", "none" }, PST_EXIT_USAGE, "\"reason\" is missing" },
    { { "halt", "a", "b", "c" }, PST_EXIT_USAGE, "too many arguments, from \"c\" on" },
    { { "list-orders", "a", "--limit=x" }, PST_EXIT_USAGE, "is not an integer" },
    { { "list-orders", "a", "--limt=1" }, PST_EXIT_USAGE, "did you mean \"limit\"?" },
    { { "explode" }, PST_EXIT_USAGE, "there is no verb \"explode\"" },
    { { "create", "nothing" }, PST_EXIT_REFUSED, "nothing" },
    { { "get-host", "--user" }, PST_EXIT_HOST, "no host answers on the user's bus" },
  };
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autofree char *program = build_path ("framework/tools/penstock");
  const char *variables[] = { fixture != NULL ? fixture->address : NULL, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", NULL };
  g_autoptr (TestOutcome) created = NULL, listed = NULL, json = NULL, none = NULL, help = NULL;

  if (fixture == NULL)
    return;
  none = test_run (fixture->folder, variables, program, "ctl", "list-runs", NULL);
  test_assert_exit (none, PST_EXIT_HOST);
  test_assert_contains (none->errors, "systemctl start penstockd");
  start_daemon (fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      const char *argv[9] = { program, "ctl" };
      g_autoptr (TestOutcome) outcome = NULL;

      memcpy (argv + 2, tries[i].arguments, sizeof tries[i].arguments);
      outcome = test_run_argv (fixture->folder, variables, argv);
      test_assert_exit (outcome, tries[i].exit_code);
      test_assert_contains (outcome->errors, tries[i].says);
    }
  created = test_run (fixture->folder, variables, program, "ctl", "create", "sma", "--run-id=one", "--set=cross.fast=3", NULL);
  test_assert_exit (created, 0);
  listed = test_run (fixture->folder, variables, program, "ctl", "list-runs", NULL);
  test_assert_contains (listed->output, "RUN-ID");
  test_assert_contains (listed->output, "CREATED");
  json = test_run (fixture->folder, variables, program, "ctl", "get-run", "one", "--json", NULL);
  test_assert_exit (json, 0);
  test_assert_contains (json->output, "\"run-id\" : \"one\"");
  help = test_run (fixture->folder, variables, program, "ctl", "halt", "--help", NULL);
  test_assert_contains (help->output, "penstock ctl halt RUN-ID REASON [--user=VALUE]");
  g_assert_cmpint (end_daemon (fixture, SIGTERM), ==, 0);
}

/* What the service manager is told, and that the key file can be read again while runs go on. */
static void
test_service_manager (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();
  g_autoptr (GDBusConnection) ann = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL, *config = NULL, *state = NULL, *narrow = NULL;
  g_auto (GStrv) parts = NULL;

  if (fixture == NULL)
    return;
  start_daemon (fixture, "WATCHDOG_USEC=20000");
  wait_for_notice (fixture, "WATCHDOG=1");
  ann = fake_bus_connect_as (fixture->bus, FAKE_ANN, FAKE_ANN);
  start_run (ann, "ann", "one");
  config = test_folder_read (fixture->folder, "penstockd.conf");
  parts = g_strsplit (config, "trade-groups=daemon;bin\n", 2);
  narrow = g_strjoinv ("", parts);
  test_folder_write (fixture->folder, "penstockd.conf", narrow);
  kill (fixture->daemon->pid, SIGHUP);
  wait_for_notice (fixture, "RELOADING=1");
  wait_for_notice (fixture, "READY=1");
  /* Who was known stays who they were; who comes now has what is written now. */
  g_object_unref (ann);
  ann = fake_bus_connect_as (fixture->bus, FAKE_ANN, FAKE_ANN);
  g_assert_null (call_run (ann, "ann", "one", "Flatten", "('out', @a{sv} {})", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED);
  state = get_fact (ann, "ann", "one", "state");
  g_assert_cmpstr (state, ==, "RUNNING");
  /* A file with errors changes nothing. */
  test_folder_write (fixture->folder, "penstockd.conf", "[bus]\npolkitt=true\n");
  kill (fixture->daemon->pid, SIGHUP);
  wait_for_notice (fixture, "RELOADING=1");
  wait_for_notice (fixture, "READY=1");
  g_assert_cmpint (end_daemon (fixture, SIGTERM), ==, 0);
  wait_for_notice (fixture, "STOPPING=1");
  log = test_folder_read (fixture->folder, "log");
  test_assert_contains (log, "did you mean");
  test_assert_contains (log, "\"penstock_state\":\"STOPPED\"");
  g_assert_null (strstr (log, "CRITICAL"));
}

static void
test_key_file (void)
{
  static const struct
  {
    const char *text, *says;
  } tries[] = {
    { "[daemon]\nbus=moon\n[host]\nstate-folder=s\n", ":2: [daemon] bus: \"moon\" is not allowed; allowed: system, user, none" },
    { "[demon]\n[host]\nstate-folder=s\n", "did you mean \"daemon\"?" },
    { "[host]\nstate-foldr=s\n", "did you mean \"state-folder\"?" },
    { "[host\n", ":1:" },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *program = build_path ("framework/tools/penstockd");
  g_autoptr (TestOutcome) missing = test_run (folder, NULL, program, "--config", "none.conf", NULL), both = NULL, version = NULL;

  test_assert_exit (missing, PST_EXIT_CONFIG);
  for (gsize i = 0; i < G_N_ELEMENTS (tries); i++)
    {
      g_autoptr (TestOutcome) outcome = NULL;

      test_folder_write (folder, "penstockd.conf", tries[i].text);
      outcome = test_run (folder, NULL, program, "--config", "penstockd.conf", NULL);
      test_assert_exit (outcome, PST_EXIT_CONFIG);
      test_assert_contains (outcome->errors, tries[i].says);
    }
  both = test_run (folder, NULL, program, "--system", "--user", NULL);
  test_assert_exit (both, PST_EXIT_USAGE);
  version = test_run (folder, NULL, program, "--version", NULL);
  test_assert_exit (version, 0);
}

/* kill -9 wherever it strikes: what was acknowledged is there, nothing is there twice, and the run goes on. DAEMON_KILLS=100 for the long form. */
static void
check_killed (Fixture *fixture)
{
  const char *wanted = g_getenv ("DAEMON_KILLS");
  guint n_kills = wanted != NULL ? (guint)g_ascii_strtoull (wanted, NULL, 10) : 3;
  g_autoptr (GError) error = NULL;
  g_autofree char *rows = NULL;
  guint64 n_before = 0;

  start_daemon (fixture, NULL);
  start_run (fixture->connection, SELF, "one");
  for (guint i = 0; i < n_kills; i++)
    {
      g_autofree char *state = NULL, *found = NULL;
      g_auto (Wanted) orders = { .signal = "OrderChanged" };
      guint64 n_rows;

      listen_for (fixture->connection, &orders);
      wait_until_heard (&orders, (guint)g_test_rand_int_range (1, 10));
      g_assert_cmpint (end_daemon (fixture, SIGKILL), ==, -SIGKILL);
      assert_ledger (fixture);
      found = query (fixture, "SELECT count(*) FROM mtm_ledger");
      n_rows = g_ascii_strtoull (found, NULL, 10);
      g_assert_cmpuint (n_rows, >=, n_before);
      n_before = n_rows;
      start_daemon (fixture, NULL);
      state = get_fact (fixture->connection, SELF, "one", "state");
      g_assert_cmpstr (state, ==, "RUNNING");
    }
  must (call_run (fixture->connection, SELF, "one", "Stop", "('done', @a{sv} {})", &error), error);
  g_assert_cmpint (end_daemon (fixture, SIGTERM), ==, 0);
  assert_query (fixture, "SELECT state FROM strategy_run", "STOPPED");
  assert_ledger (fixture);
  /* Ended in order, the ledger has everything that the run's one story has. */
  assert_query (fixture,
                "SELECT count(*) FROM (SELECT max(tick) AS last, count(*) AS n FROM mtm_ledger GROUP BY user_id, run_id) t WHERE t.n < t.last", "0");
  rows = query (fixture, "SELECT count(*) FROM mtm_ledger");
  g_test_message ("%u kills, %s ticks", n_kills, rows);
  g_assert_cmpuint (g_ascii_strtoull (rows, NULL, 10), >, n_before);
}

static void
test_killed (gconstpointer on_postgres)
{
  g_autoptr (Fixture) fixture = fixture_new_on (on_postgres != NULL);

  if (fixture == NULL)
    return;
  check_killed (fixture);
  fixture_drop (fixture);
}

static void
test_redacted (void)
{
  static const char *const canary = "CANARY";
  static const char *const lines[] = {
    "Authorization: Bearer CANARY",
    "GET /x?signature=CANARY&limit=5",
    "API-Key: CANARY",
    "{\"token\": \"CANARY\", \"n\": 1}",
    "secret = 'CANARY' is wrong",
    "password=CANARY",
    "X-MBX-APIKEY: CANARY",
    "authorization: CANARY",
    "api_key=CANARY;next",
    "Bearer CANARY",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *clean = penstockd_redact (lines[i]);

      g_test_message ("%s", clean);
      g_assert_null (strstr (clean, canary));
      g_assert_nonnull (strstr (clean, "[redacted]"));
    }
  {
    g_autofree char *same = penstockd_redact ("run \"sma-1\" of ann: a token was made; limit=5");

    g_assert_cmpstr (same, ==, "run \"sma-1\" of ann: a token was made; limit=5");
  }
}

/* Below 2.0, as systemd counts. */
static void
test_unit (void)
{
  g_autofree char *program = g_find_program_in_path ("systemd-analyze"), *unit = build_path ("data/penstockd.service");
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = NULL;

  if (program == NULL)
    {
      g_test_skip ("systemd-analyze is not installed: run \"./dev setup\"");
      return;
    }
  outcome = test_run (folder, NULL, program, "security", "--no-pager", "--offline=true", "--threshold=19", unit, NULL);
  g_test_message ("%s", strstr (outcome->output, "Overall") != NULL ? strstr (outcome->output, "Overall") : outcome->output);
  test_assert_exit (outcome, 0);
  test_assert_contains (outcome->output, "Overall exposure level for penstockd.service");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/daemon/RL-09/sqlite", NULL, test_start_and_stop);
  g_test_add_data_func ("/daemon/RL-09/postgresql", "", test_start_and_stop);
  g_test_add_func ("/daemon/two-users", test_two_users);
  g_test_add_func ("/daemon/command", test_command);
  g_test_add_func ("/daemon/service-manager", test_service_manager);
  g_test_add_func ("/daemon/key-file", test_key_file);
  g_test_add_data_func ("/daemon/killed/sqlite", NULL, test_killed);
  g_test_add_data_func ("/daemon/killed/postgresql", "", test_killed);
  g_test_add_func ("/daemon/redacted", test_redacted);
  g_test_add_func ("/daemon/unit", test_unit);
  return g_test_run ();
}
