/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An alert that nobody gets costs what it would have saved; one that holds a run up, or lets its secret out, costs more. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define URL "https://hooks.example.com/services/SECRET"

static PstRecord
make_record (PstSeverity severity, const char *title, const char *message)
{
  PstRecord record = { .kind = PST_RECORD_ALERT, .sequence = 7 };

  record.alert.severity = severity;
  record.alert.component = G_MAXUINT32;
  g_strlcpy (record.alert.category, "risk", sizeof record.alert.category);
  g_strlcpy (record.alert.title, title, sizeof record.alert.title);
  g_strlcpy (record.alert.message, message, sizeof record.alert.message);
  return record;
}

/* The service. */

typedef struct
{
  PstHarness *harness;
  PstComponent *alerts;
  char *folder;
} Fixture;

static void
setup (Fixture *fixture, PstMode mode, const char *const *options)
{
  *fixture = (Fixture){ .harness = pst_harness_new (), .folder = g_dir_make_tmp ("penstock-alerts-XXXXXX", NULL) };
  pst_harness_set_mode (fixture->harness, mode);
  fixture->alerts = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "alerts", NULL);
  for (guint i = 0; options[i] != NULL; i += 2)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) value = g_string_new (options[i + 1]);

      g_string_replace (value, "@dir@", fixture->folder, 0);
      pst_component_set_option (fixture->alerts, options[i], value->str, &error);
      g_assert_no_error (error);
    }
}

static void
start (Fixture *fixture)
{
  pst_harness_start (fixture->harness, fixture->alerts);
}

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
finish (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  pst_harness_finish (fixture->harness);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = path_of (fixture, name);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
raise_alert (Fixture *fixture, PstSeverity severity, const char *title, const char *message)
{
  PstRecord record = make_record (severity, title, message);

  record.time_ns = pst_context_now_ns (PST_CONTEXT (fixture->harness));
  pst_service_on_record (PST_SERVICE (fixture->alerts), &record);
}

static void
test_settings (void)
{
  static const char *const wrong[][7] = {
    { "sinks", "log, pager", NULL, "pager" },
    { "sinks", "webhook", NULL, "webhook-url" },
    { "sinks", "email", NULL, "email-to" },
    { "sinks", "webhook", "webhook-url", "ftp://SECRET", NULL, "webhook-url" },
    { "sinks", "webhook", "webhook-url", "http://hooks.example.com/SECRET", NULL, "webhook-url" },
    { "sinks", "webhook", "webhook-url", "SECRET", NULL, "webhook-url" },
    { "sinks", "desktop", "desktop-bus", "nonsense", NULL, "desktop-bus" },
    { "sinks", "log", "log-path", "/nonexistent/alerts.log", NULL, "log-path" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      Fixture fixture;
      guint n = 0;

      setup (&fixture, PST_MODE_PAPER, wrong[i]);
      while (wrong[i][n] != NULL)
        n++;
      g_assert_false (pst_harness_try_start (fixture.harness, fixture.alerts, &error));
      g_assert_cmpuint (error->domain, ==, PST_OPTION_ERROR);
      g_assert_nonnull (strstr (error->message, wrong[i][n + 1]));
      g_assert_null (strstr (error->message, "SECRET"));
      finish (&fixture);
    }
}

static void
check_start_fails (const char *const *options, const char *named)
{
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  setup (&fixture, PST_MODE_PAPER, options);
  g_assert_false (pst_harness_try_start (fixture.harness, fixture.alerts, &error));
  g_assert_nonnull (strstr (error->message, named));
  finish (&fixture);
}

static void
test_more_settings (void)
{
  check_start_fails ((const char *const[]){ "sinks", "webhook", "webhook-url", URL, "webhook-format", "telegram", NULL }, "webhook-chat");
  check_start_fails ((const char *const[]){ "sinks", "email", "email-to", "ops@example.com", "sendmail", "/nonexistent/sendmail", NULL }, "sendmail");
  check_start_fails ((const char *const[]){ "sinks", "email", "email-to", "-oQ/tmp", "sendmail", "/bin/true", NULL }, "email-to");
  check_start_fails ((const char *const[]){ "sinks", "email", "email-to", "a@b", "email-from", "x\ny", "sendmail", "/bin/true", NULL }, "email-from");
}

/* The log. */

static void
test_log (void)
{
  Fixture fixture;
  g_autofree char *path = NULL, *text = NULL;
  g_auto (GStrv) lines = NULL;
  GStatBuf info;

  setup (&fixture, PST_MODE_BACKTEST, (const char *const[]){ "sinks", "log", "log-path", "@dir@/alerts.log", "log-max-alerts", "2", NULL });
  start (&fixture);
  path = path_of (&fixture, "alerts.log");
  raise_alert (&fixture, PST_SEVERITY_INFO, "one", "m");
  raise_alert (&fixture, PST_SEVERITY_INFO, "one", "m");
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "two", "m");
  raise_alert (&fixture, PST_SEVERITY_WARNING, "three", "m");
  raise_alert (&fixture, PST_SEVERITY_WARNING, "four", "m");
  pst_harness_stop (fixture.harness, fixture.alerts);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  /* The repeat is spared; the fourth was one too many, and that is told at the end. */
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_nonnull (strstr (lines[0], "\"title\":\"one\""));
  g_assert_nonnull (strstr (lines[1], "\"severity\":\"critical\",\"category\":\"risk\",\"title\":\"two\""));
  g_assert_nonnull (strstr (lines[2], "\"title\":\"three\""));
  g_assert_nonnull (strstr (lines[3], "\"title\":\"Alerts were dropped\""));
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0137, ==, 0);
  finish (&fixture);
}

/* The webhook, over a network that has every fault. */

typedef struct
{
  PstSimulatedTransport *wire;
  GPtrArray *bodies; /* char */
  GString *methods;
  guint status;
  const char *retry_after;
} Hook;

static void
on_request (PstSimulatedTransport *transport, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  static const char *headers[3];
  Hook *hook = user_data;

  g_assert_cmpstr (request->url, ==, URL);
  g_assert_cmpstr (request->headers[0], ==, "Content-Type");
  g_ptr_array_add (hook->bodies, g_strndup ((const char *)request->body, request->body_length));
  g_string_append (hook->methods, request->method);
  reply->outcome = PST_HTTP_ANSWERED;
  reply->status = hook->status;
  headers[0] = hook->retry_after != NULL ? "Retry-After" : NULL;
  headers[1] = hook->retry_after;
  reply->headers = headers;
}

static void
setup_hook (Fixture *fixture, Hook *hook)
{
  setup (fixture, PST_MODE_PAPER,
         (const char *const[]){ "sinks", "webhook", "webhook-url", URL, "queue-max", "3", "webhook-repeat-window", "0s", NULL });
  *hook = (Hook){ .bodies = g_ptr_array_new_with_free_func (g_free), .methods = g_string_new (NULL), .status = 204 };
  hook->wire = pst_simulated_transport_new (pst_context_get_clock (PST_CONTEXT (fixture->harness)), 1);
  pst_simulated_transport_set_peer (hook->wire, &(PstSimulatedPeer){ .on_request = on_request }, hook);
  pst_harness_set_transport (fixture->harness, PST_TRANSPORT (hook->wire));
  start (fixture);
}

static void
finish_hook (Fixture *fixture, Hook *hook)
{
  pst_harness_set_transport (fixture->harness, NULL);
  g_clear_object (&hook->wire);
  finish (fixture);
  g_ptr_array_unref (hook->bodies);
  g_string_free (hook->methods, TRUE);
}

static void
check_body (Hook *hook, guint n, const char *title, guint n_dropped)
{
  g_autofree char *wanted = g_strdup_printf ("\"title\":\"%s\"", title), *dropped = g_strdup_printf ("\"dropped\":%u}", n_dropped);

  g_assert_cmpuint (n, <, hook->bodies->len);
  g_assert_nonnull (strstr (hook->bodies->pdata[n], wanted));
  g_assert_nonnull (strstr (hook->bodies->pdata[n], dropped));
}

static void
test_webhook (void)
{
  Fixture fixture;
  Hook hook;

  setup_hook (&fixture, &hook);
  raise_alert (&fixture, PST_SEVERITY_INFO, "too small", "m");
  raise_alert (&fixture, PST_SEVERITY_WARNING, "one", "m");
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "two", "m");
  /* Nothing was waited for. */
  g_assert_cmpuint (hook.bodies->len, ==, 0);
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 2);
  g_assert_cmpstr (hook.methods->str, ==, "POSTPOST");
  check_body (&hook, 0, "one", 0);
  check_body (&hook, 1, "two", 0);
  finish_hook (&fixture, &hook);
}

/* A receiver that is down for a while gets every alert, in order, when it is back. */
static void
test_webhook_tries_again (void)
{
  Fixture fixture;
  Hook hook;

  setup_hook (&fixture, &hook);
  hook.status = 503;
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "one", "m");
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "two", "m");
  pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 2);
  hook.status = 200;
  pst_harness_advance (fixture.harness, 10 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 4);
  check_body (&hook, 2, "one", 0);
  check_body (&hook, 3, "two", 0);
  g_assert_cmpuint (pst_harness_get_n_records (fixture.harness), ==, 0);
  /* An answer that was lost on its way: it is told twice rather than never. */
  pst_simulated_transport_fault_request (hook.wire, PST_HTTP_LOST, 0, TRUE);
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "three", "m");
  pst_harness_advance (fixture.harness, 10 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 6);
  finish_hook (&fixture, &hook);
}

/* It waits as long as it is asked to. */
static void
test_webhook_retry_after (void)
{
  Fixture fixture;
  Hook hook;

  setup_hook (&fixture, &hook);
  hook.status = 429;
  hook.retry_after = "30";
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "one", "m");
  pst_harness_advance (fixture.harness, 29 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 1);
  hook.status = 200;
  pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 2);
  finish_hook (&fixture, &hook);
}

/* A receiver that is dead: alerts wait up to the bound and are given up one after the other; that is recorded once, without the secret, and the first
 * one that arrives again says how many are missing. */
static void
test_webhook_dead (void)
{
  const PstRecord *record;
  Fixture fixture;
  Hook hook;

  setup_hook (&fixture, &hook);
  hook.status = 500;
  for (guint i = 0; i < 5; i++)
    raise_alert (&fixture, PST_SEVERITY_CRITICAL, "lost", "m");
  pst_harness_advance (fixture.harness, 60 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 12);
  g_assert_cmpuint (pst_harness_get_n_records (fixture.harness), ==, 1);
  record = pst_harness_get_record (fixture.harness, 0);
  g_assert_cmpstr (record->alert.title, ==, "Alert sink failed: webhook");
  g_assert_cmpstr (record->alert.message, ==, "it answered with status 500");
  hook.status = 200;
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "back", "m");
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  check_body (&hook, 12, "back", 5);
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "and well", "m");
  pst_harness_advance (fixture.harness, PST_NS_PER_SECOND);
  check_body (&hook, 13, "and well", 0);
  finish_hook (&fixture, &hook);
}

/* What it refuses it refuses always. */
static void
test_webhook_refused (void)
{
  Fixture fixture;
  Hook hook;

  setup_hook (&fixture, &hook);
  hook.status = 404;
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "one", "m");
  pst_harness_advance (fixture.harness, 60 * PST_NS_PER_SECOND);
  g_assert_cmpuint (hook.bodies->len, ==, 1);
  g_assert_cmpuint (pst_harness_get_n_records (fixture.harness), ==, 1);
  finish_hook (&fixture, &hook);
}

/* E-mail, by a program that stands in for sendmail. */

static void
write_program (Fixture *fixture, const char *name, const char *script)
{
  g_autofree char *path = path_of (fixture, name);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static void
test_mail (void)
{
  g_autofree char *arguments = NULL, *message = NULL, *script = NULL, *arguments_path = NULL, *message_path = NULL;
  Fixture fixture;

  setup (&fixture, PST_MODE_PAPER,
         (const char *const[]){ "sinks", "email", "email-to", "root, ops@example.com", "email-from", "desk@example.com", "sendmail", "@dir@/sendmail",
                                NULL });
  arguments_path = path_of (&fixture, "arguments");
  message_path = path_of (&fixture, "message");
  script = g_strdup_printf ("#!/bin/sh\necho \"$@\" >>%s\ncat >>%s\n", arguments_path, message_path);
  write_program (&fixture, "sendmail", script);
  start (&fixture);
  raise_alert (&fixture, PST_SEVERITY_WARNING, "too small", "m");
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "Kill switch engaged", "the price looks wrong");
  pst_harness_stop (fixture.harness, fixture.alerts);
  g_assert_true (g_file_get_contents (arguments_path, &arguments, NULL, NULL));
  g_assert_cmpstr (arguments, ==, "-i -- root ops@example.com\n");
  g_assert_true (g_file_get_contents (message_path, &message, NULL, NULL));
  g_assert_true (g_str_has_prefix (message, "From: desk@example.com\nTo: root, ops@example.com\nSubject: CRITICAL Kill switch engaged\n"));
  g_assert_nonnull (strstr (message, "\n\nthe price looks wrong\n\ncategory: risk\ncomponent: engine\nrun: check-1 of local (check, paper)\n"));
  finish (&fixture);
}

/* A program that never ends, or does not read, holds nothing up: not a record, and not the end of the run. */
static void
test_mail_hangs (void)
{
  Fixture fixture;

  setup (&fixture, PST_MODE_PAPER,
         (const char *const[]){ "sinks", "email", "email-to", "root", "sendmail", "@dir@/sendmail", "stop-timeout", "0s", NULL });
  write_program (&fixture, "sendmail", "#!/bin/sh\nexec tail -f /dev/null\n");
  start (&fixture);
  for (guint i = 0; i < 1000; i++)
    raise_alert (&fixture, PST_SEVERITY_CRITICAL, "hangs", "m");
  pst_harness_stop (fixture.harness, fixture.alerts);
  finish (&fixture);
}

/* Too slow is failed: the next is tried, and what happened is in the records. */
static void
test_mail_fails (void)
{
  Fixture fixture;

  setup (&fixture, PST_MODE_PAPER,
         (const char *const[]){ "sinks", "email", "email-to", "root", "sendmail", "@dir@/sendmail", "timeout", "100ms", NULL });
  write_program (&fixture, "sendmail", "#!/bin/sh\nexec tail -f /dev/null\n");
  start (&fixture);
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "slow", "m");
  while (pst_harness_get_n_records (fixture.harness) == 0)
    {
      const PstRecord tick = { .kind = PST_RECORD_TICK };

      pst_service_on_record (PST_SERVICE (fixture.alerts), &tick);
      g_thread_yield ();
    }
  g_assert_cmpstr (pst_harness_get_record (fixture.harness, 0)->alert.title, ==, "Alert sink failed: email");
  g_assert_nonnull (strstr (pst_harness_get_record (fixture.harness, 0)->alert.message, "did not end in time"));
  write_program (&fixture, "sendmail", "#!/bin/sh\nexit 75\n");
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "again", "m");
  pst_harness_stop (fixture.harness, fixture.alerts);
  finish (&fixture);
}

/* The desktop, over a bus of its own. */

#define INTERFACE                                                                                                                            \
  "<node><interface name='org.freedesktop.Notifications'><method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/>" \
  "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"                \
  "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method></interface></node>"

typedef struct
{
  GTestDBus *bus;
  GDBusConnection *connection;
  GMainContext *context;
  GString *told;
  guint n_told;
} Desktop;

static void
on_notify (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters,
           GDBusMethodInvocation *invocation, gpointer user_data)
{
  Desktop *desktop = user_data;
  const char *application, *icon, *summary, *body;
  g_autoptr (GVariant) actions = NULL, hints = NULL;
  guint8 urgency = 9;
  gint32 expires;
  guint32 replaces;

  g_variant_get (parameters, "(&su&s&s&s@as@a{sv}i)", &application, &replaces, &icon, &summary, &body, &actions, &hints, &expires);
  g_variant_lookup (hints, "urgency", "y", &urgency);
  g_string_append_printf (desktop->told, "%s|%s|%u|%.16s\n", application, summary, urgency, body);
  desktop->n_told++;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", desktop->n_told));
}

static void
desktop_init (Desktop *desktop)
{
  static const GDBusInterfaceVTable table = { .method_call = on_notify };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (INTERFACE, NULL);
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GError) error = NULL;

  *desktop = (Desktop){ .told = g_string_new (NULL), .context = g_main_context_new () };
  desktop->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (desktop->bus);
  g_main_context_push_thread_default (desktop->context);
  desktop->connection = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (desktop->bus), G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (desktop->connection, "/org/freedesktop/Notifications", node->interfaces[0], &table, desktop, NULL, &error);
  g_assert_no_error (error);
  owned = g_dbus_connection_call_sync (desktop->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.Notifications", 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
desktop_clear (Desktop *desktop)
{
  g_dbus_connection_close_sync (desktop->connection, NULL, NULL);
  g_clear_object (&desktop->connection);
  g_main_context_pop_thread_default (desktop->context);
  g_main_context_unref (desktop->context);
  g_test_dbus_down (desktop->bus);
  g_object_unref (desktop->bus);
  g_string_free (desktop->told, TRUE);
}

static void
test_desktop (void)
{
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");
  Desktop desktop;
  Fixture fixture;

  if (program == NULL)
    {
      g_test_skip ("there is no dbus-daemon to make a bus with");
      return;
    }
  desktop_init (&desktop);
  setup (&fixture, PST_MODE_PAPER, (const char *const[]){ "sinks", "desktop", "desktop-bus", g_test_dbus_get_bus_address (desktop.bus), NULL });
  start (&fixture);
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "Kill switch engaged", "<b>wrong</b>");
  raise_alert (&fixture, PST_SEVERITY_WARNING, "Late", "400 ms");
  while (desktop.n_told < 2)
    g_main_context_iteration (desktop.context, TRUE);
  g_assert_cmpstr (desktop.told->str, ==, "Penstock|CRITICAL Kill switch engaged|2|&lt;b&gt;wrong&l\nPenstock|WARNING Late|1|400 ms\n\ncategory\n");
  pst_harness_stop (fixture.harness, fixture.alerts);
  finish (&fixture);
  desktop_clear (&desktop);
}

/* A desktop that is gone fails once, and the run goes on. */
static void
test_desktop_gone (void)
{
  Fixture fixture;

  setup (&fixture, PST_MODE_PAPER, (const char *const[]){ "sinks", "desktop", "desktop-bus", "unix:path=/nonexistent/bus", NULL });
  start (&fixture);
  while (pst_harness_get_n_records (fixture.harness) == 0)
    {
      raise_alert (&fixture, PST_SEVERITY_CRITICAL, "t", "m");
      g_thread_yield ();
    }
  g_assert_cmpstr (pst_harness_get_record (fixture.harness, 0)->alert.title, ==, "Alert sink failed: desktop");
  finish (&fixture);
}

/* Nothing that a backtest does leaves the machine's log; that is written down, and the same file is checked as it would run live. */
static void
test_backtest (void)
{
  Fixture fixture;

  setup (&fixture, PST_MODE_BACKTEST, (const char *const[]){ "sinks", "log, webhook", "log-path", "@dir@/alerts.log", "webhook-url", URL, NULL });
  start (&fixture);
  raise_alert (&fixture, PST_SEVERITY_CRITICAL, "one", "m");
  g_assert_cmpuint (pst_harness_get_n_records (fixture.harness), ==, 1);
  g_assert_cmpstr (pst_harness_get_record (fixture.harness, 0)->note.detail, ==, "sink=webhook mode=backtest");
  finish (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alerts/settings", test_settings);
  g_test_add_func ("/alerts/more-settings", test_more_settings);
  g_test_add_func ("/alerts/log", test_log);
  g_test_add_func ("/alerts/webhook", test_webhook);
  g_test_add_func ("/alerts/webhook-tries-again", test_webhook_tries_again);
  g_test_add_func ("/alerts/webhook-retry-after", test_webhook_retry_after);
  g_test_add_func ("/alerts/webhook-dead", test_webhook_dead);
  g_test_add_func ("/alerts/webhook-refused", test_webhook_refused);
  g_test_add_func ("/alerts/mail", test_mail);
  g_test_add_func ("/alerts/mail-hangs", test_mail_hangs);
  g_test_add_func ("/alerts/mail-fails", test_mail_fails);
  g_test_add_func ("/alerts/desktop", test_desktop);
  g_test_add_func ("/alerts/desktop-gone", test_desktop_gone);
  g_test_add_func ("/alerts/backtest", test_backtest);
  pst_check_conformance_add (penstock_plugin_entry (), "sinks", "log", "log-path", "@dir@/alerts.log", NULL);
  return g_test_run ();
}
