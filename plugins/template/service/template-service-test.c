/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file says how the run stands, and a file that cannot be written is said once. */

#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

static void
tell (PstComponent *service, GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    pst_service_on_record (PST_SERVICE (service), records->pdata[i]);
}

static void
test_status (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-service-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "status", NULL);
  PstHarness *harness = pst_harness_new ();
  PstComponent *service = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "status", "path", path, NULL);
  g_autoptr (GPtrArray) records = pst_check_make_records ("status-1", 8);
  g_autofree char *text = NULL;

  pst_harness_start (harness, service);
  tell (service, records);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "state=ended\n"));
  g_assert_nonnull (strstr (text, " USD\n"));
  g_assert_null (strstr (text, "fills=0\n"));
  g_assert_null (strstr (text, "denials=0\n"));
  pst_harness_finish (harness);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_unwritable (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *service
      = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "status", "path", "/nonexistent/status", "interval", "0s", NULL);
  g_autoptr (GPtrArray) records = pst_check_make_records ("status-1", 8);

  pst_harness_start (harness, service);
  tell (service, records);
  g_assert_cmpuint (pst_harness_get_n_records (harness), ==, 1);
  g_assert_cmpint (pst_harness_get_record (harness, 0)->alert.severity, ==, PST_SEVERITY_WARNING);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template-service/status", test_status);
  g_test_add_func ("/template-service/unwritable", test_unwritable);
  pst_check_conformance_add (penstock_plugin_entry (), "path", "@dir@/status", NULL);
  return g_test_run ();
}
