/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bus of tests. Its daemon is killed by the kernel when the test's thread that started it ends, however that happens. */

#include "bus-fakes.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct _FakeBus
{
  char *folder;
  char *address;
  GPid pid;
};

/* As the system's bus: nothing is allowed but what a service's own policy allows. Whoever runs the test is to this bus what root is to the system's.
 */
static const char config_format[]
    = "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
      "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
      "<busconfig><type>system</type><listen>unix:path=%s/bus</listen><auth>EXTERNAL</auth>"
      "<policy context=\"default\"><allow user=\"*\"/><deny own=\"*\"/><deny send_type=\"method_call\"/><allow send_type=\"signal\"/>"
      "<allow send_requested_reply=\"true\" send_type=\"method_return\"/><allow send_requested_reply=\"true\" send_type=\"error\"/>"
      "<allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/><allow receive_type=\"error\"/><allow receive_type=\"signal\"/>"
      "<allow send_destination=\"org.freedesktop.DBus\"/></policy>"
      "<include>%s/data/dbus/org.penstock.Host1.conf</include>"
      "<policy user=\"%u\"><allow own=\"*\"/><allow send_destination=\"*\"/></policy></busconfig>\n";

static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char *
read_line (int fd)
{
  GString *line = g_string_new (NULL);
  char c;
  gssize n;

  while (((n = read (fd, &c, 1)) > 0 && c != '\n') || (n < 0 && errno == EINTR))
    if (n > 0)
      g_string_append_c (line, c);
  close (fd);
  return g_string_free (line, FALSE);
}

FakeBus *
fake_bus_new (void)
{
  FakeBus *bus;
  g_autofree char *program = g_find_program_in_path ("dbus-daemon"), *config = NULL, *option = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  int output;

  if (program == NULL)
    {
      g_test_skip ("dbus-daemon is not installed: run \"./dev setup\"");
      return NULL;
    }
  bus = g_new0 (FakeBus, 1);
  bus->folder = g_dir_make_tmp ("pst-bus-XXXXXX", &error);
  g_assert_no_error (error);
  /* For the users that connect. */
  g_assert_cmpint (g_chmod (bus->folder, 0755), ==, 0);
  config = g_build_filename (bus->folder, "bus.conf", NULL);
  option = g_strconcat ("--config-file=", config, NULL);
  text = g_strdup_printf (config_format, bus->folder, g_getenv ("PENSTOCK_SOURCE_DIR"), (guint)getuid ());
  g_assert_true (g_file_set_contents (config, text, -1, NULL));
  {
    const char *command[] = { program, option, "--nofork", "--nopidfile", "--print-address=1", NULL };

    g_spawn_async_with_pipes (NULL, (char **)command, NULL, G_SPAWN_DO_NOT_REAP_CHILD, end_with_parent, NULL, &bus->pid, NULL, &output, NULL, &error);
  }
  g_assert_no_error (error);
  bus->address = read_line (output);
  g_assert_true (g_str_has_prefix (bus->address, "unix:"));
  return bus;
}

static void
remove_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_unlink (path);
}

void
fake_bus_free (FakeBus *bus)
{
  int status;

  if (bus == NULL)
    return;
  kill (bus->pid, SIGKILL);
  while (waitpid (bus->pid, &status, 0) < 0 && errno == EINTR)
    ;
  remove_file (bus->folder, "bus");
  remove_file (bus->folder, "bus.conf");
  g_rmdir (bus->folder);
  g_free (bus->folder);
  g_free (bus->address);
  g_free (bus);
}

const char *
fake_bus_get_address (FakeBus *bus)
{
  return bus->address;
}

const char *
fake_bus_get_folder (FakeBus *bus)
{
  return bus->folder;
}

GDBusConnection *
fake_bus_connect (FakeBus *bus)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
      bus->address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* The kernel keeps these for each thread; the C library's functions of the same name change all threads, and GDBus has one. */
static void
become (guint32 uid, guint32 gid)
{
  gid_t groups[] = { gid };

  g_assert_cmpint (syscall (SYS_setgroups, 1, groups), ==, 0);
  g_assert_cmpint (syscall (SYS_setresgid, -1, gid, -1), ==, 0);
  g_assert_cmpint (syscall (SYS_setresuid, -1, uid, -1), ==, 0);
}

static void
become_root (void)
{
  g_assert_cmpint (syscall (SYS_setresuid, -1, 0, -1), ==, 0);
  g_assert_cmpint (syscall (SYS_setresgid, -1, 0, -1), ==, 0);
  g_assert_cmpint (syscall (SYS_setgroups, 0, NULL), ==, 0);
}

/* To a bus, a connection is who the thread is that makes it. */
GDBusConnection *
fake_bus_connect_as (FakeBus *bus, guint32 uid, guint32 gid)
{
  GDBusConnection *connection;

  become (uid, gid);
  connection = fake_bus_connect (bus);
  become_root ();
  return connection;
}

gboolean
fake_bus_can_be_others (void)
{
  if (geteuid () == 0 && getpwuid (FAKE_ANN) != NULL && getpwuid (FAKE_BOB) != NULL)
    return TRUE;
  g_test_skip (geteuid () == 0 ? "this machine has no users daemon and bin" : "only root can connect as other users");
  return FALSE;
}

static void
on_gone (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
         gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

void
fake_bus_leave (GDBusConnection *leaving, GDBusConnection *witness)
{
  gboolean gone = FALSE;
  guint watch = g_dbus_connection_signal_subscribe (witness, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", NULL,
                                                    g_dbus_connection_get_unique_name (leaving), G_DBUS_SIGNAL_FLAGS_NONE, on_gone, &gone, NULL);

  fake_bus_settle (witness);
  g_dbus_connection_close_sync (leaving, NULL, NULL);
  while (!gone)
    g_main_context_iteration (NULL, TRUE);
  g_dbus_connection_signal_unsubscribe (witness, watch);
}

struct _FakeEar
{
  GDBusConnection *connection;
  GString *heard;
  guint watch;
};

static void
hear (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
      gpointer user_data)
{
  FakeEar *ear = user_data;
  g_autofree char *text = g_variant_print (parameters, FALSE);

  if (strcmp (sender, "org.freedesktop.DBus") != 0)
    g_string_append_printf (ear->heard, "%s %s %s\n", strrchr (path, '/') + 1, signal, text);
}

FakeEar *
fake_ear_new (GDBusConnection *connection, const char *sender)
{
  FakeEar *ear = g_new0 (FakeEar, 1);

  ear->connection = connection;
  ear->heard = g_string_new (NULL);
  ear->watch = g_dbus_connection_signal_subscribe (connection, sender, NULL, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, hear, ear, NULL);
  return ear;
}

void
fake_ear_free (FakeEar *ear)
{
  g_dbus_connection_signal_unsubscribe (ear->connection, ear->watch);
  g_string_free (ear->heard, TRUE);
  g_free (ear);
}

void
fake_ear_wait_for (FakeEar *ear, const char *word)
{
  while (strstr (ear->heard->str, word) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

char *
fake_ear_take (FakeEar *ear, GDBusConnection *service)
{
  char *heard;

  /* The service's connection first: what it sent is then on its way to the ear. */
  if (service != NULL)
    fake_bus_settle (service);
  fake_bus_settle (ear->connection);
  heard = g_strdup (ear->heard->str);
  g_string_truncate (ear->heard, 0);
  return heard;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

GVariant *
fake_bus_call (GDBusConnection *connection, const char *name, const char *path, const char *interface, const char *method, GVariant *arguments,
               GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;

  g_dbus_connection_call (connection, name, path, interface, method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE, 60000, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = g_dbus_connection_call_finish (connection, result, error);
  if (answer == NULL && error != NULL && *error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return answer;
}

void
fake_bus_settle (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer
      = fake_bus_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", NULL, NULL);

  g_assert_nonnull (answer);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

typedef struct
{
  char *user_id;
  char *run_id;
  const char *state;
  const char *trading_state;
} FakeRun;

static void
fake_run_free (gpointer data)
{
  FakeRun *run = data;

  g_free (run->user_id);
  g_free (run->run_id);
  g_free (run);
}

struct _FakeHost
{
  GObject parent_instance;

  GMutex lock;
  GCond changed;
  GPtrArray *runs;
  GString *calls;
  gboolean hold;
  guint n_held;
};

static GVariant *
describe (const FakeRun *run)
{
  return g_variant_new_parsed ("{'user': <%s>, 'run-id': <%s>, 'pipeline': <'sma'>, 'mode': <'PAPER'>, 'state': <%s>, 'trading-state': <%s>, "
                               "'currency': <'USD'>, 'equity': <'1000.00'>, 'open-orders': <uint64 2>}",
                               run->user_id, run->run_id, run->state, run->trading_state);
}

/* Whose run it is is the host's to see: so this one does too. */
static FakeRun *
find_run (FakeHost *self, const PstCaller *caller, GVariant *parameters)
{
  const char *user_id = caller->user_id, *run_id = "";

  g_variant_lookup (parameters, "user", "&s", &user_id);
  g_variant_lookup (parameters, "run-id", "&s", &run_id);
  for (guint i = 0; i < self->runs->len; i++)
    {
      FakeRun *run = self->runs->pdata[i];

      if (strcmp (run->user_id, user_id) == 0 && strcmp (run->run_id, run_id) == 0 && pst_caller_may_see (caller, user_id))
        return run;
    }
  return NULL;
}

static GVariant *
list_runs (FakeHost *self, const PstCaller *caller)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->runs->len; i++)
    if (pst_caller_may_see (caller, ((FakeRun *)self->runs->pdata[i])->user_id))
      g_variant_builder_add_value (&builder, describe (self->runs->pdata[i]));
  return g_variant_builder_end (&builder);
}

static void
add_run (FakeHost *self, const char *user_id, const char *run_id)
{
  FakeRun *run = g_new0 (FakeRun, 1);

  run->user_id = g_strdup (user_id);
  run->run_id = g_strdup (run_id);
  run->state = "RUNNING";
  run->trading_state = "ACTIVE";
  g_ptr_array_add (self->runs, run);
}

static GVariant *
act (FakeHost *self, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error)
{
  FakeRun *run = verb->of_run ? find_run (self, caller, parameters) : NULL;
  GVariantBuilder builder;

  if (verb->of_run && run == NULL)
    {
      g_set_error_literal (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "there is no such run");
      return NULL;
    }
  if (strcmp (verb->name, "list-runs") == 0)
    return list_runs (self, caller);
  if (run != NULL && strcmp (verb->name, "stop") == 0)
    run->state = "STOPPED";
  if (run != NULL && strcmp (verb->name, "halt") == 0)
    run->trading_state = "HALTED";
  if (run != NULL && strcmp (verb->result_type, "a{sv}") == 0)
    return describe (run);
  g_variant_builder_init (&builder, G_VARIANT_TYPE (verb->result_type));
  return g_variant_builder_end (&builder);
}

/* In the table's order: a dictionary has none. */
static void
write_call (FakeHost *self, const PstCaller *caller, const PstVerb *verb, GVariant *parameters)
{
  g_string_append_printf (self->calls, "%s %s", caller->user_id, verb->name);
  for (guint i = 0; i < verb->n_parameters; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (parameters, verb->parameters[i].name, NULL);
      g_autofree char *text = value != NULL ? g_variant_print (value, FALSE) : NULL;

      if (text != NULL)
        g_string_append_printf (self->calls, " %s=%s", verb->parameters[i].name, text);
    }
  g_string_append_c (self->calls, '\n');
}

static GVariant *
fake_host_call (PstController *controller, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error)
{
  FakeHost *self = FAKE_HOST (controller);
  GVariant *result;

  g_mutex_lock (&self->lock);
  self->n_held++;
  g_cond_broadcast (&self->changed);
  while (self->hold)
    g_cond_wait (&self->changed, &self->lock);
  self->n_held--;
  write_call (self, caller, verb, parameters);
  result = act (self, caller, verb, parameters, error);
  g_mutex_unlock (&self->lock);
  return result;
}

static void
fake_host_controller_init (PstControllerInterface *iface)
{
  iface->call = fake_host_call;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeHost, fake_host, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (PST_TYPE_CONTROLLER, fake_host_controller_init))

static void
fake_host_finalize (GObject *object)
{
  FakeHost *self = FAKE_HOST (object);

  g_ptr_array_unref (self->runs);
  g_string_free (self->calls, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (fake_host_parent_class)->finalize (object);
}

static void
fake_host_class_init (FakeHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_host_finalize;
}

static void
fake_host_init (FakeHost *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->runs = g_ptr_array_new_with_free_func (fake_run_free);
  self->calls = g_string_new (NULL);
}

FakeHost *
fake_host_new (void)
{
  return g_object_new (FAKE_TYPE_HOST, NULL);
}

void
fake_host_add_run (FakeHost *host, const char *user_id, const char *run_id)
{
  g_mutex_lock (&host->lock);
  add_run (host, user_id, run_id);
  g_mutex_unlock (&host->lock);
}

char *
fake_host_take_calls (FakeHost *host)
{
  char *calls;

  g_mutex_lock (&host->lock);
  calls = g_strdup (host->calls->str);
  g_string_truncate (host->calls, 0);
  g_mutex_unlock (&host->lock);
  return calls;
}

void
fake_host_hold (FakeHost *host, gboolean hold)
{
  g_mutex_lock (&host->lock);
  host->hold = hold;
  g_cond_broadcast (&host->changed);
  g_mutex_unlock (&host->lock);
}

void
fake_host_wait_for_held (FakeHost *host, guint n_held)
{
  gboolean there = FALSE;

  /* The service is on this thread's loop: it must go on meanwhile. */
  while (!there)
    {
      g_mutex_lock (&host->lock);
      there = host->n_held >= n_held;
      g_mutex_unlock (&host->lock);
      if (!there)
        g_main_context_iteration (NULL, FALSE);
    }
}

struct _FakePolkit
{
  GDBusConnection *connection;
  FakePolkitAnswer answer;
  char *granted;
  GString *questions;
  guint registration;
  guint n_cancelled;
  GPtrArray *unanswered;
};

static const char polkit_xml[] = "<node><interface name='org.freedesktop.PolicyKit1.Authority'>"
                                 "<method name='CheckAuthorization'><arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/>"
                                 "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
                                 "<arg type='(bba{ss})' direction='out'/></method>"
                                 "<method name='CancelCheckAuthorization'><arg type='s' direction='in'/></method></interface></node>";

static void
answer_question (FakePolkit *polkit, GDBusMethodInvocation *invocation, const char *action)
{
  gboolean granted = polkit->answer == FAKE_POLKIT_YES && (polkit->granted == NULL || strcmp (polkit->granted, action) == 0);

  switch (polkit->answer)
    {
    case FAKE_POLKIT_SILENCE:
      g_ptr_array_add (polkit->unanswered, invocation);
      break;
    case FAKE_POLKIT_NONSENSE:
      {
        g_autoptr (GDBusMessage) empty = g_dbus_message_new_method_reply (g_dbus_method_invocation_get_message (invocation));

        g_dbus_connection_send_message (polkit->connection, empty, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
        g_object_unref (invocation);
        break;
      }
    case FAKE_POLKIT_ERROR:
      g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.PolicyKit1.Error.Failed", "broken");
      break;
    case FAKE_POLKIT_NO:
    case FAKE_POLKIT_YES:
    case FAKE_POLKIT_CHALLENGE:
    default:
      g_dbus_method_invocation_return_value (
          invocation, g_variant_new_parsed ("((%b, %b, @a{ss} {}),)", granted, (gboolean)(polkit->answer == FAKE_POLKIT_CHALLENGE)));
    }
}

static void
on_polkit_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *arguments,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  FakePolkit *polkit = user_data;
  g_autoptr (GVariant) facts = NULL;
  const char *kind, *action, *name = "?";
  guint32 flags;

  if (strcmp (method, "CancelCheckAuthorization") == 0)
    {
      polkit->n_cancelled++;
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  g_variant_get (arguments, "((&s@a{sv})&s@a{ss}u&s)", &kind, &facts, &action, NULL, &flags, NULL);
  g_variant_lookup (facts, "name", "&s", &name);
  g_assert_cmpstr (kind, ==, "system-bus-name");
  g_string_append_printf (polkit->questions, "%s %s %u\n", action, name, flags);
  answer_question (polkit, invocation, action);
}

static const GDBusInterfaceVTable polkit_vtable = { .method_call = on_polkit_call };

FakePolkit *
fake_polkit_new (FakeBus *bus)
{
  FakePolkit *polkit = g_new0 (FakePolkit, 1);
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (polkit_xml, NULL);
  g_autoptr (GVariant) owned = NULL;

  polkit->connection = fake_bus_connect (bus);
  polkit->questions = g_string_new (NULL);
  polkit->unanswered = g_ptr_array_new_with_free_func (g_object_unref);
  polkit->registration = g_dbus_connection_register_object (polkit->connection, "/org/freedesktop/PolicyKit1/Authority", info->interfaces[0],
                                                            &polkit_vtable, polkit, NULL, NULL);
  g_assert_cmpuint (polkit->registration, !=, 0);
  owned = fake_bus_call (polkit->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                         g_variant_new ("(su)", "org.freedesktop.PolicyKit1", 4u), NULL);
  g_assert_nonnull (owned);
  return polkit;
}

void
fake_polkit_free (FakePolkit *polkit)
{
  if (polkit == NULL)
    return;
  g_dbus_connection_unregister_object (polkit->connection, polkit->registration);
  g_ptr_array_unref (polkit->unanswered);
  g_dbus_connection_close_sync (polkit->connection, NULL, NULL);
  g_object_unref (polkit->connection);
  g_string_free (polkit->questions, TRUE);
  g_free (polkit->granted);
  g_free (polkit);
}

void
fake_polkit_answer (FakePolkit *polkit, FakePolkitAnswer answer)
{
  polkit->answer = answer;
}

void
fake_polkit_grant (FakePolkit *polkit, const char *action)
{
  g_free (polkit->granted);
  polkit->granted = g_strdup (action);
  polkit->answer = FAKE_POLKIT_YES;
}

char *
fake_polkit_take_questions (FakePolkit *polkit)
{
  char *questions = g_strdup (polkit->questions->str);

  g_string_truncate (polkit->questions, 0);
  return questions;
}

guint
fake_polkit_get_n_cancelled (FakePolkit *polkit)
{
  return polkit->n_cancelled;
}
