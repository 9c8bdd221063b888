/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trying the sets of a sweep: blocks of sets to threads, what comes of them to the results file. It knows nothing of bars; what a set is worth tells
 * a function. Memory does not grow with the number of sets, and the file does not depend on how many threads there are. */
#pragma once

#include "pst-sweep-file.h"

G_BEGIN_DECLS

/* Threads of one sweep. */
#define PST_SWEEP_WORKERS_MAX 1024

/**
 * PstSweepEvaluate:
 * @worker: the thread's own
 * @n_sets: how many sets
 * @choices: @n_sets rows: of each range, which of its values; see pst_parameter_range_get_decimal() and pst_parameter_range_get_text()
 * @states: (out caller-allocates): #PstSweepState of each set; all are %PST_SWEEP_STATE_DONE before
 * @statistics: (out caller-allocates): @n_sets rows, all NaN before
 * @error: what ends the sweep
 *
 * Tells what sets are worth. Nothing but the choices may matter: the same sets give the same numbers on any thread, in any order.
 *
 * Returns: %FALSE when the sweep cannot go on
 */
typedef gboolean (*PstSweepEvaluate) (gpointer worker, guint n_sets, const guint64 *choices, guint8 *states, double *statistics, GError **error);

/**
 * PstSweepProgress:
 * @n_sets: of this file
 * @n_before: that were done already
 * @n_done: that are done now, those before included
 * @n_refused: of @n_done, that the components refuse
 * @n_failed: of @n_done, that failed; the others go on
 * @has_best: whether there is a best so far
 * @best_set: its number
 * @best: its objective
 *
 * How far a sweep is.
 */
typedef struct
{
  guint64 n_sets, n_before, n_done, n_refused, n_failed;
  gboolean has_best;
  guint64 best_set;
  double best;
} PstSweepProgress;

/* Called on the thread of pst_sweep_run(), after each block. */
typedef void (*PstSweepProgressFunc) (const PstSweepProgress *progress, gpointer user_data);

/**
 * PstSweepPlan:
 * @file: open for writing
 * @evaluate: what a set is worth
 * @workers: (array length=n_workers): one a thread
 * @n_workers: how many threads
 * @objective: which statistic is looked for, for @progress
 * @minimise: whether less is better
 * @cancellable: (nullable): ends it after the blocks that are under way
 * @progress: (nullable): told after each block
 * @user_data: for @progress
 *
 * A sweep that is to be run.
 */
typedef struct
{
  PstSweepFile *file;
  PstSweepEvaluate evaluate;
  gpointer *workers;
  guint n_workers;
  guint objective;
  gboolean minimise;
  GCancellable *cancellable;
  PstSweepProgressFunc progress;
  gpointer user_data;
} PstSweepPlan;

/* Every set that is not done yet. G_IO_ERROR_CANCELLED, PST_STORE_ERROR_FULL, what @evaluate says; all that was done is in the file then too. */
gboolean pst_sweep_run (const PstSweepPlan *plan, GError **error);
/* Whether @value is better than @other. NaN is worse than anything. */
gboolean pst_sweep_is_better (double value, double other, gboolean minimise);

G_END_DECLS
