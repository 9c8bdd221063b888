/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What several suites do with the host in their own process. */

#include "test-host.h"

#include "check/penstock-check.h"
#include "host/pst-pipeline-file.h"
#include "test-ledger.h"

PstRun *
test_host_build (const char *text, const char *path)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (text, -1, path, &error);
  PstRun *run;

  g_assert_no_error (error);
  pst_catalogue_scan (catalogue);
  run = pst_pipeline_file_build (file, catalogue, &error);
  g_assert_no_error (error);
  return run;
}

static PstComponent *
make_store (const char *plugin, const char *path)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autoptr (GError) error = NULL;
  PstComponent *store;

  pst_catalogue_scan (catalogue);
  store = g_object_new (pst_catalogue_load (catalogue, plugin, PST_COMPONENT_KIND_STORE, &error)->type, NULL);
  g_assert_no_error (error);
  pst_component_set_option (store, "path", path, &error);
  g_assert_no_error (error);
  return store;
}

static gboolean
keep_record (const PstRecord *record, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, pst_record_copy (record));
  return TRUE;
}

GPtrArray *
test_host_read_journal (const char *path)
{
  g_autoptr (PstComponent) journal = make_store ("journal", path);
  GPtrArray *records = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_record_free);
  g_autoptr (GError) error = NULL;
  PstStoreScan scan;

  pst_store_replay (PST_STORE (journal), keep_record, records, &scan, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scan.n_records, ==, records->len);
  g_assert_cmpuint (scan.n_bytes_torn, ==, 0);
  return records;
}

char *
test_host_rebuild_ledger (GPtrArray *records, const char *path)
{
  g_autoptr (PstComponent) ledger = make_store ("sql", path);
  PstHarness *harness = pst_harness_new ();
  g_autoptr (GError) error = NULL;

  pst_harness_adopt (harness, ledger, "ledger");
  pst_harness_start (harness, ledger);
  pst_check_append_records (PST_STORE (ledger), records, &error);
  g_assert_no_error (error);
  g_clear_object (&ledger);
  pst_harness_finish (harness);
  return test_ledger_dump (path);
}
