/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run told as a result: what it follows from is there, so that the same question has the same key, whichever engine answers it. */
#include "pst-run-result.h"

#include <penstock-check.h>
#include <string.h>

#include "pst-pipeline-file.h"
#include "pst-test-folder.h"

static PstCatalogue *catalogue;

static PstRun *
build (const char *folder, const char *more)
{
  g_autofree char *text
      = g_strdup_printf ("[pipeline]\nname=t\nguards=none\n[exchange data]\nplugin=replay\npath=%s/bars.csv\nsymbol=T\nbar-period=1d\n"
                         "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000 USD\n%s[strategy cross]\nplugin=sma-cross\nfast=2\nslow=3\n"
                         "order-size=1\n",
                         folder, more);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (text, -1, "t.pipeline", &error);
  PstRun *run = pst_pipeline_file_build (file, catalogue, &error);

  g_assert_no_error (error);
  return run;
}

static void
write_bars (const char *folder)
{
  static const guint closes[] = { 100, 90, 80, 95, 110, 90, 70, 60, 100, 120 };
  g_autofree char *path = g_build_filename (folder, "bars.csv", NULL);
  g_autoptr (GString) text = g_string_new ("time,open,high,low,close,volume\n");

  for (guint i = 0; i < G_N_ELEMENTS (closes); i++)
    g_string_append_printf (text, "%u,%u,%u,%u,%u,1\n", 1577836800 + i * 86400, closes[i], closes[i], closes[i], closes[i]);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

static PstBacktestResult *
play (const char *folder)
{
  g_autoptr (PstRun) run = build (folder, "");
  g_autoptr (PstRunResult) watch = pst_run_result_new (run);
  g_autoptr (GError) error = NULL;
  PstBacktestResult *result;

  pst_run_execute (run, &error);
  g_assert_no_error (error);
  result = pst_run_result_finish (watch, &error);
  g_assert_no_error (error);
  pst_run_describe (run, catalogue, NULL, result);
  return result;
}

static void
test_same_key (void)
{
  g_autofree char *folder = pst_test_folder_new ();
  g_autoptr (PstBacktestResult) one = NULL, two = NULL;

  write_bars (folder);
  one = play (folder);
  two = play (folder);
  g_assert_cmpstr (one->engine, ==, "event");
  g_assert_cmpuint (one->n_bars, ==, 10);
  g_assert_cmpuint (one->fills->len, ==, 3);
  g_assert_cmpuint (one->equity->len, ==, 10);
  g_assert_cmpint (one->initial_equity, ==, 1000 * G_GINT64_CONSTANT (100000000));
  g_assert_true (g_strv_contains ((const char *const *)one->parameters, "cross.fast=2"));
  g_assert_nonnull (one->key);
  g_assert_cmpstr (one->key, ==, two->key);
  pst_test_folder_remove (folder);
}

static void
test_guard_refused (void)
{
  g_autofree char *folder = pst_test_folder_new ();
  g_autoptr (PstRun) run = NULL;
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (PstColumnar) columnar = NULL;
  g_autoptr (GError) error = NULL;

  write_bars (folder);
  run = build (folder, "[guard kill]\nplugin=kill-switch\n");
  g_assert_true (pst_run_prepare (run, &error));
  bars = pst_run_load_bars (run, &error);
  g_assert_no_error (error);
  columnar = pst_run_make_columnar (run, bars, &error);
  g_assert_error (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "[guard kill]"));
  pst_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  catalogue = pst_catalogue_new (NULL);
  pst_catalogue_scan (catalogue);
  g_test_add_func ("/run-result/same-key", test_same_key);
  g_test_add_func ("/run-result/guard-refused", test_guard_refused);
  status = g_test_run ();
  g_object_unref (catalogue);
  return status;
}
