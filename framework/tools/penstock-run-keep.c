/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key of a backtest follows from its components, their options and what its feeds read: nothing is run to know it. */

#include "penstock-run-keep.h"

#include "../backtest/pst-statistics.h"
#include "../host/pst-run-data.h"
#include "penstock-results.h"

struct _PenstockRunKeep
{
  PstCatalogue *catalogue;
  PstResultStore *store;
  char *place;
};

PenstockRunKeep *
penstock_run_keep_open (PstCatalogue *catalogue, const char *place, GError **error)
{
  g_autoptr (PstResultStore) store = penstock_result_store_open (catalogue, NULL, place, error);
  PenstockRunKeep *keep;

  if (store == NULL || !penstock_result_store_make (store, error))
    return NULL;
  keep = g_new0 (PenstockRunKeep, 1);
  keep->catalogue = g_object_ref (catalogue);
  keep->store = g_steal_pointer (&store);
  keep->place = g_strdup (place);
  return keep;
}

void
penstock_run_keep_free (PenstockRunKeep *keep)
{
  g_object_unref (keep->store);
  g_object_unref (keep->catalogue);
  g_free (keep->place);
  g_free (keep);
}

static gboolean
check_mode (PstRun *run, GError **error)
{
  if (pst_run_get_settings (run)->mode == PST_MODE_BACKTEST)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--results keeps results of backtests; the pipeline is none (mode=backtest)");
  return FALSE;
}

gboolean
penstock_run_keep_ask (PenstockRunKeep *keep, const char *path, const char *const *assignments, PstBacktestResult **kept, GError **error)
{
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_load (path, error);

  for (gsize i = 0; file != NULL && assignments != NULL && assignments[i] != NULL; i++)
    if (!pst_pipeline_file_override (file, assignments[i], error))
      return FALSE;
  return file != NULL && pst_run_find_kept (file, keep->catalogue, keep->store, FALSE, kept, error);
}

/* Months follow from the equity, which is kept: a report computes them again, and they would be nine rows of ten. */
static void
drop_months (PstBacktestResult *result)
{
  for (guint i = result->statistics->len; i > 0; i--)
    if (g_str_has_prefix (((const PstStatistic *)result->statistics->pdata[i - 1])->group, "month "))
      g_ptr_array_remove_index (result->statistics, i - 1);
}

gboolean
penstock_run_keep_save_result (PenstockRunKeep *keep, PstBacktestResult *result, GError **error)
{
  gboolean added;

  drop_months (result);
  result->created_ns = g_get_real_time () * 1000;
  if (!pst_result_store_save (keep->store, result, &added, error))
    return FALSE;
  g_printerr ("penstock run: result %.8s %s \"%s\"\n", result->key, added ? "kept in" : "was there already in", keep->place);
  return TRUE;
}

gboolean
penstock_run_keep_save (PenstockRunKeep *keep, PstRun *run, PstRunResult *watch, GError **error)
{
  const PstStatisticsOptions options = { 0 };
  g_autoptr (PstBacktestResult) result = check_mode (run, error) ? pst_run_result_finish (watch, error) : NULL;

  if (result == NULL)
    return FALSE;
  pst_run_describe (run, keep->catalogue, NULL, result);
  pst_statistics_compute (result, &options);
  return penstock_run_keep_save_result (keep, result, error);
}

void
penstock_run_keep_print (const PstBacktestResult *kept, gboolean as_json, gboolean quiet)
{
  g_autofree char *computed = penstock_results_format_time (kept->created_ns);

  if (as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      penstock_json_add_boolean (json, "from_store", TRUE);
      penstock_results_to_json (kept, json);
      json_builder_end_object (json);
      penstock_json_print (json);
    }
  else if (!quiet)
    {
      g_autofree char *text = penstock_results_to_text (kept);

      g_print ("%s", text);
    }
  g_printerr ("penstock run: from the store, computed %s UTC; --again computes it anew\n", computed);
}
