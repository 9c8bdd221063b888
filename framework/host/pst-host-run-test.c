/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run from CREATED to its end: it starts once, is commanded only while it runs, and what it says of its end has been kept. */

#include "host-test-kit.h"
#include "pst-host-private.h"

#define WAIT_NS (20 * PST_NS_PER_SECOND)

static PstHostRun *
make_run (HostTest *test, const char *pipeline)
{
  g_autofree char *name = g_strconcat (pipeline, ".pipeline", NULL), *path = g_build_filename (test->pipelines, name, NULL), *text = NULL;
  PstHostEntry *entry = g_new0 (PstHostEntry, 1);
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_strlcpy (entry->user, "anna", sizeof entry->user);
  g_strlcpy (entry->run_id, "one", sizeof entry->run_id);
  g_strlcpy (entry->pipeline, pipeline, sizeof entry->pipeline);
  entry->mode = PST_MODE_PAPER;
  entry->source = pst_host_source_new (path, text, length, NULL, FALSE, &error);
  entry->state = PST_RUN_STATE_CREATED;
  entry->on_restart = PST_ON_RESTART_RESUME;
  entry->created_ns = 1700000000 * PST_NS_PER_SECOND;
  entry->reason = g_strdup ("");
  g_assert_no_error (error);
  pst_host_registry_add (test->host->shared->registry, entry, &error);
  g_assert_no_error (error);
  return pst_host_run_new (test->host->shared, entry);
}

static void
start (PstHostRun *run)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_host_run_claim (run, &error));
  g_assert_true (pst_host_run_begin (run, &error));
  g_assert_true (pst_host_run_wait_started (run, WAIT_NS));
}

static gboolean
halt (PstRunControl *control, gpointer user_data, GError **error)
{
  *(gboolean *)user_data = TRUE;
  return TRUE;
}

static void
assert_refused (PstHostRun *run)
{
  g_autoptr (GError) command = NULL, stop = NULL;
  gboolean called = FALSE;

  g_assert_false (pst_host_run_command (run, halt, &called, &command));
  g_assert_error (command, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE);
  g_assert_false (called);
  g_assert_false (pst_host_run_stop (run, "x", &stop));
  g_assert_error (stop, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE);
}

static void
assert_no_start (PstHostRun *run)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_host_run_claim (run, &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_STATE);
}

static void
assert_kept (HostTest *test, PstRunState state, const char *reason)
{
  g_autoptr (GPtrArray) entries = pst_host_registry_load (test->host->shared->registry, NULL);
  const PstHostEntry *entry;

  g_assert_cmpuint (entries->len, ==, 1);
  entry = entries->pdata[0];
  g_assert_cmpint (entry->state, ==, state);
  g_assert_cmpint (entry->started_ns, >, 0);
  g_assert_cmpint (entry->ended_ns, >=, entry->started_ns);
  if (reason != NULL)
    g_assert_cmpstr (entry->reason, ==, reason);
}

static void
test_life (void)
{
  HostTest test;
  PstHostRun *run;
  g_autoptr (GError) error = NULL;
  gboolean called = FALSE;

  host_test_begin (&test);
  run = make_run (&test, HOST_TEST_PAPER);
  g_assert_cmpint (pst_host_run_get_state (run), ==, PST_RUN_STATE_CREATED);
  g_assert_false (pst_host_run_is_active (run));
  assert_refused (run);
  start (run);
  g_assert_cmpint (pst_host_run_get_state (run), ==, PST_RUN_STATE_RUNNING);
  g_assert_true (pst_host_run_is_active (run));
  assert_no_start (run);
  g_assert_true (pst_host_run_command (run, halt, &called, &error) && called);
  g_assert_true (pst_host_run_stop (run, "enough", &error));
  /* Who asked first is who ended it. */
  pst_host_run_stop (run, "me too", NULL);
  g_assert_true (pst_host_run_wait_ended (run, WAIT_NS));
  g_assert_cmpint (pst_host_run_get_state (run), ==, PST_RUN_STATE_STOPPED);
  assert_kept (&test, PST_RUN_STATE_STOPPED, "enough");
  assert_refused (run);
  assert_no_start (run);
  pst_host_run_join (run);
  pst_host_run_unref (run);
  host_test_end (&test);
}

static void
test_ends_by_itself (void)
{
  HostTest test;
  PstHostRun *run;
  PstHostView *view;

  host_test_begin (&test);
  run = make_run (&test, HOST_TEST_BACKTEST);
  start (run);
  g_assert_true (pst_host_run_wait_ended (run, WAIT_NS));
  pst_host_run_join (run);
  assert_kept (&test, PST_RUN_STATE_STOPPED, NULL);
  g_assert_false (pst_host_run_has_failed (run));
  view = pst_host_run_dup_view (run);
  g_assert_nonnull (view);
  pst_host_view_unref (view);
  pst_host_run_drop_view (run);
  g_assert_null (pst_host_run_dup_view (run));
  pst_host_run_unref (run);
  host_test_end (&test);
}

static void
test_fails (void)
{
  HostTest test;
  PstHostRun *run;
  g_autofree char *bars = NULL;

  host_test_begin (&test);
  run = make_run (&test, HOST_TEST_PAPER);
  bars = g_build_filename (test.pipelines, HOST_TEST_BARS, NULL);
  g_assert_cmpint (g_unlink (bars), ==, 0);
  start (run);
  g_assert_true (pst_host_run_wait_ended (run, WAIT_NS));
  pst_host_run_join (run);
  g_assert_true (pst_host_run_has_failed (run));
  assert_kept (&test, PST_RUN_STATE_ERROR, NULL);
  assert_no_start (run);
  pst_host_run_unref (run);
  host_test_end (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-run/life", test_life);
  g_test_add_func ("/host-run/ends-by-itself", test_ends_by_itself);
  g_test_add_func ("/host-run/fails", test_fails);
  return g_test_run ();
}
