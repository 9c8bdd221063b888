/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A cluster of one machine: Debian's own slurmctld and slurmd, started here on free loopback ports, as the current user and without munge. A sweep
 * over it must come to the very bytes of one without it, also when a task dies. */
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sweep-kit.h"

#define SPACE "--vary", "cross.fast=2..20", "--vary", "cross.slow=22..60/2"
#define READY_MAX_US (60 * G_USEC_PER_SEC)

typedef struct
{
  TestFolder *folder;
  GSubprocess *controller, *node;
  char *conf; /* SLURM_CONF=... */
} Cluster;

static guint
free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (address, 0), got = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &got, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
}

static void
write_conf (Cluster *cluster)
{
  g_auto (GStrv) host = g_strsplit (g_get_host_name (), ".", 2);
  const char *user = g_get_user_name (), *home = cluster->folder->path;
  g_autoptr (GString) text = g_string_new ("ClusterName=test\nAuthType=auth/none\nCredType=cred/none\n");

  g_string_append_printf (text, "SlurmctldHost=%s(127.0.0.1)\nSlurmUser=%s\nSlurmdUser=%s\n", host[0], user, user);
  g_string_append_printf (text, "SlurmctldPort=%u\nSlurmdPort=%u\n", free_port (), free_port ());
  g_string_append_printf (text, "StateSaveLocation=%s/slurm/state\nSlurmdSpoolDir=%s/slurm/spool\n", home, home);
  g_string_append_printf (text, "SlurmctldPidFile=%s/slurm/ctld.pid\nSlurmdPidFile=%s/slurm/d.pid\n", home, home);
  g_string_append_printf (text, "SlurmctldLogFile=%s/slurm/ctld.log\nSlurmdLogFile=%s/slurm/d.log\n", home, home);
  g_string_append (text, "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nSwitchType=switch/none\nMpiDefault=none\n"
                         "JobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\nJobCompType=jobcomp/none\n"
                         "SchedulerType=sched/builtin\nSelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\nReturnToService=2\nKillWait=2\n"
                         "SchedulerParameters=sched_interval=1,batch_sched_delay=0\nSlurmdParameters=config_overrides\n");
  g_string_append_printf (text, "NodeName=%s NodeAddr=127.0.0.1 NodeHostname=%s CPUs=4 RealMemory=100 State=UNKNOWN\n", host[0], host[0]);
  g_string_append (text, "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n");
  test_folder_write (cluster->folder, "slurm/slurm.conf", text->str);
  test_folder_write (cluster->folder, "slurm/state/.keep", "");
  test_folder_write (cluster->folder, "slurm/spool/.keep", "");
}

/* Whatever becomes of the test, its daemons end with it. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocess *
start (Cluster *cluster, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *conf = test_folder_path (cluster->folder, "slurm/slurm.conf");
  GSubprocess *process;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawn (launcher, &error, program, "-D", "-f", conf, NULL);
  g_assert_no_error (error);
  return process;
}

/* Each question waits for its answer; the time is a bound on a machine that is busy with other things. */
static void
wait_until_idle (Cluster *cluster)
{
  const char *const variables[] = { cluster->conf, NULL };
  gint64 end_us = g_get_monotonic_time () + READY_MAX_US;

  for (;;)
    {
      g_autoptr (TestOutcome) answer = test_run (cluster->folder, variables, "/usr/bin/sinfo", "--noheader", "--format=%T", NULL);

      if (answer->exit_code == 0 && g_str_has_prefix (answer->output, "idle"))
        return;
      if (g_get_monotonic_time () > end_us)
        {
          g_autofree char *log = test_folder_read (cluster->folder, "slurm/d.log");

          g_error ("Slurm did not come up: %s%s%s", answer->output, answer->errors, log);
        }
    }
}

static gboolean
setup (Cluster *cluster)
{
  static const char *const programs[] = { "/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/bin/sbatch", "/usr/bin/sinfo" };
  g_autofree char *conf = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (!g_file_test (programs[i], G_FILE_TEST_IS_EXECUTABLE))
      {
        g_autofree char *text = g_strdup_printf ("there is no %s; ./dev setup installs it", programs[i]);

        g_test_skip (text);
        return FALSE;
      }
  cluster->folder = test_folder_new ();
  conf = test_folder_path (cluster->folder, "slurm/slurm.conf");
  cluster->conf = g_strconcat ("SLURM_CONF=", conf, NULL);
  kit_write (cluster->folder, "");
  write_conf (cluster);
  cluster->controller = start (cluster, programs[0]);
  cluster->node = start (cluster, programs[1]);
  wait_until_idle (cluster);
  return TRUE;
}

static void
end (GSubprocess **process)
{
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

static void
teardown (Cluster *cluster)
{
  const char *const variables[] = { cluster->conf, NULL };
  g_autoptr (TestOutcome) cancelled = test_run (cluster->folder, variables, "/usr/bin/scancel", "--user", g_get_user_name (), NULL);

  end (&cluster->node);
  end (&cluster->controller);
  g_free (cluster->conf);
  test_folder_free (cluster->folder);
}

static char *
program_path (void)
{
  return g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
}

static void
run_alone (Cluster *cluster)
{
  g_autoptr (TestOutcome) outcome = test_penstock (cluster->folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-r", "alone", NULL);

  test_assert_exit (outcome, 0);
}

static void
test_same_as_alone (void)
{
  Cluster cluster = { 0 };
  g_autofree char *program = program_path (), *parts = NULL;
  g_autoptr (TestOutcome) outcome = NULL;

  if (!setup (&cluster))
    return;
  {
    const char *const variables[] = { cluster.conf, NULL };

    outcome = test_run (cluster.folder, variables, program, "sweep", "sample.pipeline", SPACE, "--engine", "slurm", "--task-engine", "event",
                        "--tasks", "4", "-r", "spread", NULL);
  }
  test_assert_exit (outcome, 0);
  test_assert_contains (outcome->output, "on 4 tasks");
  run_alone (&cluster);
  kit_assert_same (cluster.folder, "alone", "spread");
  parts = test_folder_path (cluster.folder, "spread.slurm");
  g_assert_false (g_file_test (parts, G_FILE_TEST_EXISTS));
  teardown (&cluster);
}

/* (transfer none): the next event's name. */
static const char *
next_event (int watch, char *buffer, gsize size, gssize *at, gssize *length)
{
  struct inotify_event *event;

  if (*at >= *length)
    {
      *length = read (watch, buffer, size);
      *at = 0;
    }
  event = (struct inotify_event *)(gpointer)(buffer + *at);
  *at += (gssize)sizeof *event + event->len;
  return event->len ? event->name : "";
}

/* Until the part was written @n times, which is in the middle of the task's work. */
static void
wait_for_writes (Cluster *cluster, const char *folder_name, const char *part, guint n)
{
  char buffer[4096] __attribute__ ((aligned (8)));
  g_autofree char *folder = test_folder_path (cluster->folder, folder_name);
  int watch = inotify_init1 (IN_CLOEXEC);
  gssize at = 0, length = 0;
  guint n_seen = 0;

  g_assert_cmpint (inotify_add_watch (watch, cluster->folder->path, IN_CREATE), >=, 0);
  while (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    next_event (watch, buffer, sizeof buffer, &at, &length);
  g_assert_cmpint (inotify_add_watch (watch, folder, IN_MODIFY), >=, 0);
  while (n_seen < n)
    n_seen += strcmp (next_event (watch, buffer, sizeof buffer, &at, &length), part) == 0;
  close (watch);
}

/* The process whose arguments have @wanted, which a path of this test is part of. */
static GPid
find_process (const char *wanted, const char *slice)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL), *text = NULL;
      gsize length;
      guint64 pid;

      if (!g_ascii_string_to_unsigned (name, 10, 2, G_MAXINT, &pid, NULL) || !g_file_get_contents (path, &text, &length, NULL))
        continue;
      for (gsize i = 0; i < length; i++)
        text[i] = text[i] ? text[i] : ' ';
      if (length > 0 && strstr (text, wanted) && strstr (text, slice))
        return (GPid)pid;
    }
  return 0;
}

static void
test_lost_task_is_run_again (void)
{
  Cluster cluster = { 0 };
  g_autofree char *program = program_path (), *parts = NULL, *output = NULL, *errors = NULL;
  const char *const argv[]
      = { program, "sweep", "sample.pipeline", SPACE, "--engine", "slurm", "--task-engine", "event", "--tasks", "4", "-r", "spread", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  GPid task;

  if (!setup (&cluster))
    return;
  g_subprocess_launcher_set_cwd (launcher, cluster.folder->path);
  g_subprocess_launcher_setenv (launcher, "SLURM_CONF", cluster.conf + strlen ("SLURM_CONF="), TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  wait_for_writes (&cluster, "spread.slurm", "part-2.sweep", 6);
  parts = test_folder_path (cluster.folder, "spread.slurm/part-2.sweep");
  task = find_process (parts, " --slice 2/4 ");
  g_assert_cmpint (task, >, 0);
  g_assert_cmpint (kill (task, SIGKILL), ==, 0);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  if (!g_subprocess_get_successful (process))
    g_error ("%s%s", output, errors);
  test_assert_contains (output, "1 run again");
  run_alone (&cluster);
  kit_assert_same (cluster.folder, "alone", "spread");
  teardown (&cluster);
}

/* Three times, and then it says what the task said. */
static void
test_task_that_always_fails (void)
{
  Cluster cluster = { 0 };
  g_autofree char *program = program_path ();
  g_autoptr (TestOutcome) outcome = NULL;

  if (!setup (&cluster))
    return;
  {
    const char *const variables[] = { cluster.conf, NULL };

    outcome = test_run (cluster.folder, variables, program, "sweep", "sample.pipeline", SPACE, "--engine", "slurm", "--task-engine", "event",
                        "--tasks", "2", "--sbatch=--export=NONE", "-r", "spread", NULL);
  }
  test_assert_exit (outcome, 7);
  test_assert_contains (outcome->errors, "was run 3 times");
  test_assert_contains (outcome->errors, "no plugin \"replay\"");
  teardown (&cluster);
}

static void
test_no_slurm (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *program = program_path ();
  const char *const variables[] = { "PATH=/nonexistent", NULL };
  g_autoptr (TestOutcome) outcome = NULL;

  kit_write (folder, "");
  outcome = test_run (folder, variables, program, "sweep", "sample.pipeline", SPACE, "--engine", "slurm", "-r", "spread", NULL);
  test_assert_exit (outcome, 7);
  test_assert_contains (outcome->errors, "slurm-client");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slurm/same-as-alone", test_same_as_alone);
  g_test_add_func ("/slurm/lost-task-is-run-again", test_lost_task_is_run_again);
  g_test_add_func ("/slurm/task-that-always-fails", test_task_that_always_fails);
  g_test_add_func ("/slurm/no-slurm", test_no_slurm);
  return g_test_run ();
}
