/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of runs when their host is killed. The kill is a real one, of another process, in the middle of what it does. */

#include <gio/gio.h>
#include <stdio.h>

#include "host-test-kit.h"

/* -- the process that is killed -- */

static void
create_and_start (HostTest *test, const char *user, const char *pipeline, const char *policy)
{
  g_autoptr (GVariant) created = host_test_call (test, user, "create", "pipeline", pipeline, "run-id", "one", "on-restart", policy, NULL);
  g_autoptr (GVariant) started = host_test_call (test, user, "start", "run-id", "one", NULL);
}

static void
wait_for_fills (HostTest *test, const char *user, guint n_fills)
{
  for (;;)
    {
      g_autoptr (GVariant) run = host_test_call (test, user, "get-run", "run-id", "one", NULL);

      if (host_test_number (run, "fills") >= n_fills)
        return;
      g_main_context_iteration (NULL, TRUE);
    }
}

G_NORETURN static void
live_until_killed (const char *folder, guint n_fills)
{
  HostTest test;

  host_test_begin_in (&test, folder);
  host_test_listen (&test);
  create_and_start (&test, "anna", HOST_TEST_JOURNALED, "resume");
  create_and_start (&test, "bert", HOST_TEST_JOURNALED, "stop");
  create_and_start (&test, "cleo", HOST_TEST_PAPER, "resume");
  wait_for_fills (&test, "anna", n_fills);
  wait_for_fills (&test, "bert", 1);
  puts ("ready");
  fflush (stdout);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

/* -- the one that takes its runs up -- */

static const char *program;

/* (transfer full): the folder that a killed host left */
static char *
kill_a_host (guint n_fills)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL, *number = g_strdup_printf ("%u", n_fills);
  char *folder = pst_test_folder_new ();
  g_autoptr (GSubprocess) host = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--live", folder, number, NULL);
  g_autoptr (GDataInputStream) output = NULL;

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (host));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (line, ==, "ready");
  g_subprocess_force_exit (host);
  g_subprocess_wait (host, NULL, NULL);
  return folder;
}

static void
check_resumed (HostTest *test)
{
  g_autoptr (GVariant) run = host_test_call (test, "anna", "get-run", "run-id", "one", NULL);
  g_autoptr (GVariant) fills = host_test_call (test, "anna", "list-fills", "run-id", "one", NULL);
  g_autoptr (GVariant) stopped = NULL;
  guint64 n_before = host_test_number (run, "fills");

  g_assert_cmpstr (host_test_text (run, "state"), ==, "RUNNING");
  /* What it did before the crash is told as if nothing had happened. */
  g_assert_cmpuint (n_before, >=, 2);
  g_assert_cmpuint (g_variant_n_children (fills), >=, 2);
  host_test_refuse (test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "start", "run-id", "one", NULL);
  wait_for_fills (test, "anna", (guint)n_before + 1);
  stopped = host_test_call (test, "anna", "stop", "run-id", "one", "reason", "enough", NULL);
  g_assert_cmpstr (host_test_text (stopped, "state"), ==, "STOPPED");
}

static void
check_stopped (HostTest *test)
{
  g_autoptr (GVariant) state = host_test_wait_for (test, "one", "run-state", "state", "STOPPED");
  g_autoptr (GVariant) run = host_test_call (test, "bert", "get-run", "run-id", "one", NULL);
  g_autoptr (GVariant) orders = host_test_call (test, "bert", "list-orders", "run-id", "one", "open", "true", NULL);

  g_assert_cmpstr (host_test_text (run, "state"), ==, "STOPPED");
  g_assert_cmpuint (host_test_number (run, "fills"), >=, 1);
  g_assert_cmpuint (g_variant_n_children (orders), ==, 0);
}

/* Without a journal nobody knows what it did. */
static void
check_lost (HostTest *test)
{
  g_autoptr (GVariant) alert = host_test_wait_for (test, "one", "alert", "title", "A run did not go on after the host's crash");
  g_autoptr (GVariant) run = host_test_call (test, "cleo", "get-run", "run-id", "one", NULL);
  g_autoptr (GVariant) created = NULL, started = NULL;

  g_assert_cmpstr (host_test_text (run, "state"), ==, "ERROR");
  g_assert_true (g_str_has_prefix (host_test_text (run, "reason"), "the host crashed: "));
  created = host_test_call (test, "cleo", "create", "pipeline", HOST_TEST_PAPER, "run-id", "two", NULL);
  started = host_test_call (test, "cleo", "start", "run-id", "two", NULL);
  g_assert_cmpstr (host_test_text (started, "state"), ==, "RUNNING");
}

static void
test_killed (void)
{
  guint n_fills = (guint)g_test_rand_int_range (2, 12);
  g_autofree char *folder = kill_a_host (n_fills);
  HostTest test;

  g_test_message ("killed after %u fills", n_fills);
  host_test_begin_in (&test, folder);
  host_test_listen (&test);
  check_resumed (&test);
  check_stopped (&test);
  check_lost (&test);
  host_test_end (&test);
}

/* An administrator's edit after the start changes what is run next, not what goes on. */
static void
test_pipeline_was_edited (void)
{
  g_autofree char *folder = kill_a_host (2);
  g_autofree char *path = g_build_filename (folder, "pipelines", HOST_TEST_JOURNALED ".pipeline", NULL);
  HostTest test;

  g_assert_true (g_file_set_contents (path, "[pipeline]\nname=somebody-else\n", -1, NULL));
  host_test_begin_in (&test, folder);
  host_test_listen (&test);
  check_resumed (&test);
  host_test_end (&test);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--live") == 0)
    live_until_killed (argv[2], (guint)g_ascii_strtoull (argv[3], NULL, 10));
  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-restore/killed", test_killed);
  g_test_add_func ("/host-restore/pipeline-was-edited", test_pipeline_was_edited);
  return g_test_run ();
}
