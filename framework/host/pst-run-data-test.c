/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A result is found again by what its feeds read. What a user would lose: an answer of other data, or one computed twice. */
#include "pst-run-data.h"

#include <penstock-check.h>
#include <string.h>

#include "pst-test-folder.h"

#define PIPELINE                                                                                                                      \
  "[pipeline]\nname=t\nmode=%s\nguards=none\n[exchange data]\nplugin=replay\npath=%s\nsymbol=T\nbar-period=1d\n%s[exchange broker]\n" \
  "plugin=sim\nfeed=data\ncash=1000 USD\n[strategy cross]\nplugin=sma-cross\nfast=2\nslow=3\norder-size=1\n"

static PstCatalogue *catalogue;

static void
write_bars (const char *folder, const char *name, guint first)
{
  static const guint closes[] = { 90, 80, 95, 110, 90, 70, 60, 100, 120 };
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GString) text = g_string_new ("time,open,high,low,close,volume\n");

  g_string_append_printf (text, "1577750400,%u,%u,%u,%u,1\n", first, first, first, first);
  for (guint i = 0; i < G_N_ELEMENTS (closes); i++)
    g_string_append_printf (text, "%u,%u,%u,%u,%u,1\n", 1577836800 + i * 86400, closes[i], closes[i], closes[i], closes[i]);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
}

static PstPipelineFile *
load (const char *mode, const char *folder, const char *name, const char *more)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *text = g_strdup_printf (PIPELINE, mode, path, more);
  g_autoptr (GError) error = NULL;
  PstPipelineFile *file = pst_pipeline_file_new_from_data (text, -1, "t.pipeline", &error);

  g_assert_no_error (error);
  return file;
}

static PstRun *
build (const char *folder, const char *name, const char *more)
{
  g_autoptr (PstPipelineFile) file = load ("backtest", folder, name, more);
  g_autoptr (GError) error = NULL;
  PstRun *run = pst_pipeline_file_build (file, catalogue, &error);

  g_assert_no_error (error);
  return run;
}

static char *
hash_of (const char *folder, const char *name, const char *more)
{
  g_autoptr (PstRun) run = build (folder, name, more);

  return pst_run_hash_sources (run);
}

static PstBacktestResult *
play (const char *folder, const char *name)
{
  g_autoptr (PstRun) run = build (folder, name, "");
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
test_sources (void)
{
  g_autofree char *folder = pst_test_folder_new (), *elsewhere = pst_test_folder_new ();
  g_autofree char *one = NULL, *moved = NULL, *other = NULL, *renamed = NULL, *pattern = NULL, *more = NULL, *missing = NULL, *none = NULL;

  write_bars (folder, "bars.csv", 100);
  write_bars (elsewhere, "bars.csv", 100);
  one = hash_of (folder, "bars.csv", "");
  g_assert_nonnull (one);
  moved = hash_of (elsewhere, "bars.csv", "");
  g_assert_cmpstr (moved, ==, one);
  pattern = hash_of (folder, "*.csv", "");
  g_assert_cmpstr (pattern, ==, one);
  write_bars (elsewhere, "bars.csv", 101);
  other = hash_of (elsewhere, "bars.csv", "");
  g_assert_cmpstr (other, !=, one);
  /* A symbol may be taken from a file's name. */
  write_bars (folder, "more.csv", 100);
  renamed = hash_of (folder, "more.csv", "");
  g_assert_cmpstr (renamed, !=, one);
  more = hash_of (folder, "*.csv", "");
  g_assert_cmpstr (more, !=, one);
  missing = hash_of (folder, "nothing.csv", "");
  g_assert_null (missing);
  none = hash_of (folder, "", ""); /* a folder is no file */
  g_assert_null (none);
  pst_test_folder_remove (folder);
  pst_test_folder_remove (elsewhere);
}

/* Longer than the buffer that it is read with; the last byte counts. */
static void
test_long_file (void)
{
  g_autofree char *folder = pst_test_folder_new (), *path = g_build_filename (folder, "long.csv", NULL), *text = g_strnfill (200003, '1');
  g_autofree char *one = NULL, *last = NULL, *longer = NULL;

  g_assert_true (g_file_set_contents (path, text, 200003, NULL));
  one = hash_of (folder, "long.csv", "");
  text[200002] = '2';
  g_assert_true (g_file_set_contents (path, text, 200003, NULL));
  last = hash_of (folder, "long.csv", "");
  g_assert_cmpstr (last, !=, one);
  text[200002] = '\0';
  g_assert_true (g_file_set_contents (path, text, 200003, NULL));
  longer = hash_of (folder, "long.csv", "");
  g_assert_true (g_file_set_contents (path, text, 200002, NULL));
  last = (g_free (last), hash_of (folder, "long.csv", ""));
  g_assert_cmpstr (last, !=, longer);
  pst_test_folder_remove (folder);
}

static void
test_both_engines (void)
{
  g_autofree char *folder = pst_test_folder_new (), *hash = NULL;
  g_autoptr (PstBacktestResult) result = NULL;
  g_autoptr (PstRun) run = NULL;
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (GError) error = NULL;

  write_bars (folder, "bars.csv", 100);
  result = play (folder, "bars.csv");
  run = build (folder, "bars.csv", "");
  g_assert_true (pst_run_prepare (run, &error));
  bars = pst_run_load_data (run, &hash, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pst_bar_set_get_n_bars (bars), ==, 10);
  g_assert_cmpstr (hash, ==, result->data_hash);
  pst_test_folder_remove (folder);
}

static PstResultStore *
open_store (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "results.db", NULL);
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin = pst_catalogue_load (catalogue, "sql", PST_COMPONENT_KIND_STORE, &error);
  PstStore *store;

  g_assert_no_error (error);
  store = g_object_new (plugin->type, NULL);
  pst_component_set_option (PST_COMPONENT (store), "path", path, &error);
  g_assert_no_error (error);
  return PST_RESULT_STORE (store);
}

static gboolean
is_kept (PstResultStore *store, const char *folder, const char *name, const char *more)
{
  g_autoptr (PstPipelineFile) file = load ("backtest", folder, name, more);
  g_autoptr (PstBacktestResult) kept = NULL;
  g_autoptr (GError) error = NULL;

  pst_run_find_kept (file, catalogue, store, FALSE, &kept, &error);
  g_assert_no_error (error);
  return kept != NULL;
}

static void
test_find (void)
{
  g_autofree char *folder = pst_test_folder_new ();
  g_autoptr (PstResultStore) store = open_store (folder);
  g_autoptr (PstPipelineFile) paper = load ("paper", folder, "bars.csv", "");
  g_autoptr (PstBacktestResult) result = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  write_bars (folder, "bars.csv", 100);
  result = play (folder, "bars.csv");
  g_assert_true (pst_result_store_save (store, result, NULL, &error));
  g_assert_true (is_kept (store, folder, "bars.csv", ""));
  g_assert_false (is_kept (store, folder, "bars.csv", "on-bad-row=stop\n"));
  /* Changed by hand, in a byte, with the size and the times it had. */
  write_bars (folder, "bars.csv", 101);
  g_assert_false (is_kept (store, folder, "bars.csv", ""));
  write_bars (folder, "bars.csv", 100);
  g_assert_true (is_kept (store, folder, "bars.csv", ""));
  g_assert_false (pst_run_find_kept (paper, catalogue, store, FALSE, &none, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_clear_object (&store);
  pst_test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  catalogue = pst_catalogue_new (NULL);
  pst_catalogue_scan (catalogue);
  g_test_add_func ("/run-data/sources", test_sources);
  g_test_add_func ("/run-data/long-file", test_long_file);
  g_test_add_func ("/run-data/both-engines", test_both_engines);
  g_test_add_func ("/run-data/find", test_find);
  status = g_test_run ();
  g_object_unref (catalogue);
  return status;
}
