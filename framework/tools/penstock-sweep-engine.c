/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets as whole runs of the pipeline: through the event engine, which can do whatever a pipeline can, or over columns that all sets share. */
#include "penstock-sweep.h"

#include <string.h>

#include "../backtest/pst-statistics.h"
#include "../host/pst-run-result.h"

typedef struct
{
  PenstockSweep *sweep;
  PstStatisticId *ids;
  guint n_ids;
} Worker;

static gpointer
new_worker (PenstockSweep *sweep, GError **error)
{
  g_autofree Worker *worker = g_new0 (Worker, 1);
  char **names = sweep->header->statistics;

  worker->sweep = sweep;
  worker->n_ids = g_strv_length (names);
  worker->ids = g_new (PstStatisticId, worker->n_ids);
  for (guint i = 0; i < worker->n_ids; i++)
    if (!pst_statistic_find (names[i], &worker->ids[i], error))
      {
        g_free (worker->ids);
        return NULL;
      }
  return g_steal_pointer (&worker);
}

static void
free_worker (gpointer data)
{
  g_free (((Worker *)data)->ids);
  g_free (data);
}

/* (transfer full): "cross.fast=5", ... */
static char **
list_overrides (const PstParameterSpace *space, const guint64 *choices)
{
  guint n_ranges = pst_parameter_space_get_n_ranges (space);
  char **overrides = g_new0 (char *, n_ranges + 1);

  for (guint i = 0; i < n_ranges; i++)
    {
      const PstParameterRange *range = pst_parameter_space_get_range (space, i);
      g_autofree char *text = pst_parameter_range_get_text (range, choices[i]);

      overrides[i] = g_strdup_printf ("%s=%s", range->name, text);
    }
  return overrides;
}

static PstBacktestResult *
run_event (PenstockSweep *sweep, PstRun *run, GError **error)
{
  g_autoptr (PstRunResult) follower = pst_run_result_new (run);

  if (!pst_run_prepare (run, error) || !pst_run_execute (run, error))
    return NULL;
  return pst_run_result_finish (follower, error);
}

static PstBacktestResult *
run_columnar (PenstockSweep *sweep, PstRun *run, GError **error)
{
  g_autoptr (PstColumnar) columnar = pst_run_prepare (run, error) ? pst_run_make_columnar (run, sweep->bars, error) : NULL;

  return columnar != NULL ? pst_columnar_run (columnar, error) : NULL;
}

/* What a component says of its options is no failure, but a set that is refused; so is a window longer than the data. */
static gboolean
is_refusal (const GError *error)
{
  return error->domain == PST_OPTION_ERROR || error->domain == PST_VALUE_ERROR
         || g_error_matches (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_WARM_UP);
}

PstBacktestResult *
penstock_sweep_run_set (PenstockSweep *sweep, const PstParameterSpace *space, const guint64 *choices, GError **error)
{
  g_auto (GStrv) overrides = list_overrides (space, choices);
  g_autoptr (PstPipelineFile) file = NULL;
  g_autoptr (PstRun) run = penstock_sweep_build (sweep, (const char *const *)overrides, &file, error);
  PstBacktestResult *result = run != NULL ? sweep->engine->run (sweep, run, error) : NULL;

  if (result != NULL && result->key == NULL)
    pst_run_describe (run, sweep->catalogue, result->data_hash, result);
  return result;
}

static gboolean
evaluate (gpointer data, guint n_sets, const guint64 *choices, guint8 *states, double *statistics, GError **error)
{
  Worker *worker = data;
  const PstParameterSpace *space = worker->sweep->header->space;
  guint n_ranges = pst_parameter_space_get_n_ranges (space);

  for (guint i = 0; i < n_sets; i++)
    {
      g_autoptr (GError) cause = NULL;
      g_autoptr (PstBacktestResult) result = penstock_sweep_run_set (worker->sweep, space, choices + (gsize)i * n_ranges, &cause);

      if (result != NULL)
        pst_statistics_measure (result, worker->ids, worker->n_ids, &(const PstStatisticsOptions){ 0 }, statistics + (gsize)i * worker->n_ids);
      else if (is_refusal (cause))
        states[i] = PST_SWEEP_STATE_REFUSED;
      else
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
    }
  return TRUE;
}

/* Whether columns can do what the pipeline says is known before the first set. */
static gboolean
open_columns (PenstockSweep *sweep, GError **error)
{
  g_autoptr (PstColumnar) columnar = NULL;

  if (sweep->bars == NULL)
    sweep->bars = pst_run_load_bars (sweep->run, error);
  if (sweep->bars == NULL)
    return FALSE;
  columnar = pst_run_make_columnar (sweep->run, sweep->bars, error);
  return columnar != NULL;
}

const PenstockSweepEngine penstock_sweep_columnar = {
  .name = "columnar",
  .open = open_columns,
  .new_worker = new_worker,
  .evaluate = evaluate,
  .free_worker = free_worker,
  .run = run_columnar,
};

const PenstockSweepEngine penstock_sweep_event = {
  .name = "event",
  .new_worker = new_worker,
  .evaluate = evaluate,
  .free_worker = free_worker,
  .run = run_event,
};
