/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sample pipelines are what people copy: each that runs on the invented bars must run as it stands, trade, and tell of nothing wrong. */
#include <penstock-check.h>

static char *
read_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_pipeline (gconstpointer name)
{
  g_autofree char *folder = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "data", NULL);
  g_autofree char *file = g_strconcat (name, ".pipeline", NULL);
  g_autofree char *pipeline = read_file (folder, file), *bars = read_file (folder, "sample-bars.csv");
  g_autoptr (PstCheckRun) run = pst_check_run_pipeline (pipeline, "sample-bars.csv", bars, NULL);

  g_assert_no_error (run->error);
  g_assert_cmpint (run->state, ==, PST_RUN_STATE_STOPPED);
  g_assert_cmpuint (pst_check_run_count (run, PST_RECORD_FILL), >, 20);
  for (guint i = 0; i < pst_check_run_count (run, PST_RECORD_ALERT); i++)
    g_assert_cmpint (pst_check_run_find (run, PST_RECORD_ALERT, i)->alert.severity, <, PST_SEVERITY_WARNING);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "ensemble", "online-learning", "regime-aware", "sample", "sip" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/sample-pipelines/", names[i], NULL);

      g_test_add_data_func (path, names[i], test_pipeline);
    }
  return g_test_run ();
}
