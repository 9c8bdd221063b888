/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a journal tells of a run that a crash cut off: one that had ended must not trade again, and its lists stay bounded. */

#include "pst-host-past.h"

#include "host-test-kit.h"

#define LIST_MAX 2

/* A run of anna's that traded and was stopped; the journal stays. */
static void
leave_journal (HostTest *test)
{
  g_autoptr (GVariant) created = host_test_call (test, "anna", "create", "pipeline", HOST_TEST_JOURNALED, "run-id", "one", NULL);
  g_autoptr (GVariant) started = NULL, stopped = NULL;
  guint n_fills = 0;

  host_test_listen (test);
  started = host_test_call (test, "anna", "start", "run-id", "one", NULL);
  while (n_fills <= LIST_MAX)
    {
      g_autoptr (GVariant) fills = NULL;

      g_main_context_iteration (NULL, TRUE);
      fills = host_test_call (test, "anna", "list-fills", "run-id", "one", NULL);
      n_fills = (guint)g_variant_n_children (fills);
    }
  stopped = host_test_call (test, "anna", "stop", "run-id", "one", "reason", "enough", NULL);
  g_assert_cmpstr (host_test_text (stopped, "state"), ==, "STOPPED");
}

static PstHostEntry *
make_entry (HostTest *test, const char *pipeline, const char *run_id, PstOnRestart on_restart)
{
  g_autofree char *name = g_strconcat (pipeline, ".pipeline", NULL), *path = g_build_filename (test->pipelines, name, NULL), *text = NULL;
  PstHostEntry *entry = g_new0 (PstHostEntry, 1);
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_strlcpy (entry->user, "anna", sizeof entry->user);
  g_strlcpy (entry->run_id, run_id, sizeof entry->run_id);
  entry->source = pst_host_source_new (path, text, length, NULL, FALSE, NULL);
  entry->state = PST_RUN_STATE_RUNNING;
  entry->on_restart = on_restart;
  return entry;
}

static void
test_had_ended (void)
{
  HostTest test;
  g_autoptr (PstHostEntry) entry = NULL;
  g_autoptr (PstHostView) view = pst_host_view_new (LIST_MAX);
  g_autoptr (GVariant) fills = NULL, points = NULL;
  g_autoptr (GError) error = NULL;
  PstHostPast past;

  host_test_begin (&test);
  leave_journal (&test);
  entry = make_entry (&test, HOST_TEST_JOURNALED, "one", PST_ON_RESTART_RESUME);
  pst_host_past_read (&past, entry, test.catalogue, view, &error);
  g_assert_no_error (error);
  g_assert_true (past.has_ended);
  g_assert_cmpint (past.state, ==, PST_RUN_STATE_STOPPED);
  g_assert_nonnull (strstr (past.reason, "enough"));
  g_assert_cmpint (past.resume, ==, PST_RESUME_NONE);
  fills = g_variant_ref_sink (pst_host_view_list_fills (view, 1000));
  points = g_variant_ref_sink (pst_host_view_list_equity (view, 1000));
  g_assert_cmpuint (g_variant_n_children (fills), ==, LIST_MAX);
  g_assert_cmpuint (g_variant_n_children (points), ==, LIST_MAX);
  host_test_end (&test);
}

/* Its last records never came to the disk. */
static void
check_cut_off (HostTest *test, PstOnRestart on_restart, PstResume resume)
{
  g_autoptr (PstHostEntry) entry = make_entry (test, HOST_TEST_JOURNALED, "one", on_restart);
  g_autoptr (PstHostView) view = pst_host_view_new (LIST_MAX);
  g_autoptr (GError) error = NULL;
  PstHostPast past;

  pst_host_past_read (&past, entry, test->catalogue, view, &error);
  g_assert_no_error (error);
  g_assert_false (past.has_ended);
  g_assert_cmpint (past.resume, ==, resume);
}

static void
test_cut_off (void)
{
  HostTest test;
  g_autofree char *path = NULL, *bytes = NULL;
  gsize length;

  host_test_begin (&test);
  leave_journal (&test);
  path = g_build_filename (test.folder, "anna-one.journal", NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpint (truncate (path, (off_t)(length / 2)), ==, 0);
  check_cut_off (&test, PST_ON_RESTART_RESUME, PST_RESUME_CONTINUE);
  check_cut_off (&test, PST_ON_RESTART_STOP, PST_RESUME_STOP);
  host_test_end (&test);
}

static void
test_without_journal (void)
{
  HostTest test;
  g_autoptr (PstHostEntry) entry = NULL;
  g_autoptr (PstHostView) view = pst_host_view_new (LIST_MAX);
  g_autoptr (GError) error = NULL;
  PstHostPast past;

  host_test_begin (&test);
  entry = make_entry (&test, HOST_TEST_PAPER, "one", PST_ON_RESTART_RESUME);
  g_assert_false (pst_host_past_read (&past, entry, test.catalogue, view, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "no journal"));
  host_test_end (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-past/had-ended", test_had_ended);
  g_test_add_func ("/host-past/cut-off", test_cut_off);
  g_test_add_func ("/host-past/without-journal", test_without_journal);
  return g_test_run ();
}
