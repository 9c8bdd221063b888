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
  PstColumnarWorker *columns; /* (nullable): many sets at once */
} Worker;

/* What all workers over columns share. */
typedef struct
{
  PstColumnar *columnar;
  PstColumnarSweep *together; /* (nullable): when it is options of strategies that are varied */
} Columns;

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
  Worker *worker = data;

  g_clear_pointer (&worker->columns, pst_columnar_worker_free);
  g_free (worker->ids);
  g_free (worker);
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

/* One set's arithmetic, not the search: it is marked, and the others go on. */
static gboolean
is_overflow (const GError *error)
{
  return g_error_matches (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_OVERFLOW)
         || g_error_matches (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
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
      else if (is_overflow (cause))
        states[i] = PST_SWEEP_STATE_OVERFLOW;
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
  PstColumnar *columnar;
  Columns *columns;

  if (sweep->bars == NULL)
    sweep->bars = pst_run_load_bars (sweep->run, error);
  columnar = sweep->bars != NULL ? pst_run_make_columnar (sweep->run, sweep->bars, error) : NULL;
  if (columnar == NULL)
    return FALSE;
  columns = g_new0 (Columns, 1);
  columns->columnar = columnar;
  sweep->engine_data = columns;
  return TRUE;
}

static void
close_columns (PenstockSweep *sweep)
{
  Columns *columns = g_steal_pointer (&sweep->engine_data);

  if (columns == NULL)
    return;
  g_clear_pointer (&columns->together, pst_columnar_sweep_unref);
  g_object_unref (columns->columnar);
  g_free (columns);
}

/* Sets that differ in options of strategies alone share the columns' averages; others are built anew, one by one. */
static gboolean
open_together (PenstockSweep *sweep, GError **error)
{
  Columns *columns = sweep->engine_data;
  const PstParameterSpace *space = sweep->header->space;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GError) cause = NULL;

  if (columns->together != NULL)
    return TRUE;
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (space); i++)
    g_ptr_array_add (names, pst_parameter_space_get_range (space, i)->name);
  g_ptr_array_add (names, NULL);
  columns->together
      = pst_columnar_sweep_new (columns->columnar, (const char *const *)names->pdata, (const char *const *)sweep->header->statistics, &cause);
  if (columns->together != NULL || g_error_matches (cause, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_OPTION))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gpointer
new_columns_worker (PenstockSweep *sweep, GError **error)
{
  Worker *worker = open_together (sweep, error) ? new_worker (sweep, error) : NULL;
  Columns *columns = sweep->engine_data;

  if (worker != NULL && columns->together != NULL)
    worker->columns = pst_columnar_worker_new (columns->together);
  return worker;
}

static gboolean
evaluate_columns (gpointer data, guint n_sets, const guint64 *choices, guint8 *states, double *statistics, GError **error)
{
  Worker *worker = data;
  const PstParameterSpace *space = worker->sweep->header->space;
  guint n_ranges = pst_parameter_space_get_n_ranges (space);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_full (n_sets * n_ranges, g_free);

  if (worker->columns == NULL)
    return evaluate (data, n_sets, choices, states, statistics, error);
  for (guint i = 0; i < n_sets * n_ranges; i++)
    g_ptr_array_add (texts, pst_parameter_range_get_text (pst_parameter_space_get_range (space, i % n_ranges), choices[i]));
  pst_columnar_worker_evaluate (worker->columns, n_sets, (const char *const *)texts->pdata, states, statistics);
  return TRUE;
}

const PenstockSweepEngine penstock_sweep_columnar = {
  .name = "columnar",
  .open = open_columns,
  .new_worker = new_columns_worker,
  .evaluate = evaluate_columns,
  .free_worker = free_worker,
  .run = run_columnar,
  .close = close_columns,
};

const PenstockSweepEngine penstock_sweep_event = {
  .name = "event",
  .new_worker = new_worker,
  .evaluate = evaluate,
  .free_worker = free_worker,
  .run = run_event,
};
