/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was committed is in the file, whole lines of it; what cannot be written is an error. */

#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

static void
test_writes_lines (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "records.jsonl", NULL);
  PstHarness *harness = pst_harness_new ();
  PstComponent *store = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "lines", "path", path, NULL);
  g_autoptr (GPtrArray) records = pst_check_make_records ("lines-1", 5);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean found = TRUE;

  pst_store_has_run (PST_STORE (store), "local", "lines-1", &found, &error);
  g_assert_false (found);
  pst_harness_start (harness, store);
  pst_check_append_records (PST_STORE (store), records, &error);
  g_assert_no_error (error);
  pst_store_has_run (PST_STORE (store), "local", "lines-1", &found, &error);
  g_assert_true (found);
  pst_harness_finish (harness);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, records->len + 1);
  g_assert_true (g_str_has_prefix (lines[0], "{"));
  g_assert_true (g_str_has_suffix (lines[records->len - 1], "}"));
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_missing_folder (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *store = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "lines", "path", "/nonexistent/records", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_component_prepare (store, &error));
  g_assert_false (pst_component_start (store, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template-store/writes-lines", test_writes_lines);
  g_test_add_func ("/template-store/missing-folder", test_missing_folder);
  pst_check_conformance_add (penstock_plugin_entry (), "path", "@dir@/records.jsonl", NULL);
  return g_test_run ();
}
