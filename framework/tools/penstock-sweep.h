/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of "penstock sweep" share: the pipeline, what is searched, with which engine, and where results go. */
#pragma once

#include "../backtest/pst-bar-set.h"
#include "../backtest/pst-statistic.h"
#include "../backtest/pst-sweep-summary.h"
#include "../backtest/pst-sweep.h"
#include "../host/pst-pipeline-file.h"
#include "penstock-progress.h"
#include "penstock-verb.h"

G_BEGIN_DECLS

typedef struct _PenstockSweep PenstockSweep;

/**
 * PenstockSweepEngine:
 * @name: "event"
 * @open: (nullable): load what all workers share; a pipeline that the engine cannot do is refused with %PST_COLUMNAR_ERROR_NOT_SUPPORTED
 * @new_worker: one a thread; made on the main thread
 * @evaluate: what sets are worth
 * @free_worker: undo @new_worker
 * @run: the whole result of a run that is built and not prepared
 * @close: (nullable): undo @open
 *
 * Who runs backtests.
 */
typedef struct
{
  const char *name;
  gboolean (*open) (PenstockSweep *sweep, GError **error);
  gpointer (*new_worker) (PenstockSweep *sweep, GError **error);
  PstSweepEvaluate evaluate;
  void (*free_worker) (gpointer worker);
  PstBacktestResult *(*run) (PenstockSweep *sweep, PstRun *run, GError **error);
  void (*close) (PenstockSweep *sweep);
} PenstockSweepEngine;

extern const PenstockSweepEngine penstock_sweep_columnar;
extern const PenstockSweepEngine penstock_sweep_event;

struct _PenstockSweep
{
  const PenstockVerb *verb;
  /* from the command line */
  char **assignments; /* --set and all that stands for one */
  char **vary;
  char **sbatch;
  char *engine_name, *results, *csv, *slice;
  int jobs, tasks;
  char *task_engine, *wait;
  double wait_s;
  gboolean resume, force, as_json, quiet, no_progress, monte_carlo;

  char *path, *name, *key, *results_path;
  PstCatalogue *catalogue;
  PstPipelineFile *file;
  PstSweepOptions *options; /* borrowed */
  PstRun *run;              /* prepared; never executed */
  const PenstockSweepEngine *engine;
  gpointer engine_data;
  PstBarSet *bars; /* (nullable): what columns are computed over */
  char **statistics;
  guint objective;
  gboolean minimise;
  const PstSweepHeader *header; /* of the file that is being written */
  GCancellable *cancellable;
  double seconds; /* that searching took */
  guint64 n_before, n_evaluated, n_refused, n_failed;
  gboolean on_slurm;
  guint n_lost; /* tasks that were run again */
};

/* (transfer full) (nullable): a run of the file with some more overrides ("cross.fast=5"), without stores and services; any thread. */
PstRun *penstock_sweep_build (PenstockSweep *sweep, const char *const *overrides, PstPipelineFile **file, GError **error);
/* (transfer full) (nullable): the whole result of one set, without statistics; any thread. */
PstBacktestResult *penstock_sweep_run_set (PenstockSweep *sweep, const PstParameterSpace *space, const guint64 *choices, GError **error);
/* Hash of all that a set's worth follows from besides the set. */
char *penstock_sweep_make_key (PenstockSweep *sweep, const PstParameterSpace *space, GError **error);
/* (transfer full) (nullable): what is varied. */
PstParameterSpace *penstock_sweep_make_space (PenstockSweep *sweep, GError **error);
/* (transfer full) (nullable): of the whole sweep. */
PstSweepHeader *penstock_sweep_make_header (PenstockSweep *sweep, GError **error);
/* (transfer full) (nullable): makes the results file, or takes up one that holds the same sweep; takes @header. */
PstSweepFile *penstock_sweep_open_results (PenstockSweep *sweep, const char *path, PstSweepHeader *header, GError **error);
/* Tries what is not done yet, with a progress bar that begins with @what. */
gboolean penstock_sweep_search (PenstockSweep *sweep, PstSweepFile *file, const char *what, GError **error);
gboolean penstock_sweep_print (PenstockSweep *sweep, PstSweepFile *file, GError **error);
gboolean penstock_sweep_write_csv (PstSweepFile *file, const char *path, GError **error);
/* (transfer full): "--set cross.fast=5 --set cross.slow=20" */
char *penstock_sweep_describe_set (const PstParameterSpace *space, guint64 set);

G_END_DECLS
