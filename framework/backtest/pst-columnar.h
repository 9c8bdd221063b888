/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columnar engine: what the event engine makes of a pipeline of bars, signal strategies and one simulated venue, computed over columns. The same
 * fills and the same equity to the last digit; what it cannot do so it refuses. */
#pragma once

#include "pst-bar-set.h"

G_BEGIN_DECLS

#define PST_COLUMNAR_ERROR (pst_columnar_error_quark ())
GQuark pst_columnar_error_quark (void);

/**
 * PstColumnarError:
 * @PST_COLUMNAR_ERROR_NOT_SUPPORTED: a component or an option that only the event engine can do; the message names it and what to do
 * @PST_COLUMNAR_ERROR_OPTION: an option or a statistic that there is not
 * @PST_COLUMNAR_ERROR_WARM_UP: a strategy needs more bars than any instrument has
 * @PST_COLUMNAR_ERROR_OVERFLOW: an amount does not fit 64 bits
 *
 * Why a columnar backtest fails.
 */
typedef enum /*< prefix=PST_COLUMNAR_ERROR >*/
{
  PST_COLUMNAR_ERROR_NOT_SUPPORTED,
  PST_COLUMNAR_ERROR_OPTION,
  PST_COLUMNAR_ERROR_WARM_UP,
  PST_COLUMNAR_ERROR_OVERFLOW,
} PstColumnarError;

#define PST_TYPE_COLUMNAR (pst_columnar_get_type ())
G_DECLARE_FINAL_TYPE (PstColumnar, pst_columnar, PST, COLUMNAR, GObject)

/* @components: of the pipeline, in file order, attached and prepared; @run: user, pipeline's name and base currency. Stores and services are passed
 * over, feeds too: @bars is what they tell. Nothing is run yet. PST_COLUMNAR_ERROR. */
PstColumnar *pst_columnar_new (PstBarSet *bars, PstComponent *const *components, guint n_components, const PstRunRecord *run, GError **error);
PstBarSet *pst_columnar_get_bars (PstColumnar *columnar);
/* One backtest: fills, round trips, equity, key and all that it follows from; statistics are left to who wants them. Same answer each time. */
PstBacktestResult *pst_columnar_run (PstColumnar *columnar, GError **error);

/* Many backtests that differ in a few options: "cross.fast" is the option fast of the component [strategy cross]. */
typedef struct _PstColumnarSweep PstColumnarSweep;

/* Reference counted; what sets share is computed once, for all threads. @statistics: names as in docs/reference/statistics.md; those that
 * pst_columnar_sweep_is_direct() tells are computed without a result where they can be. */
PstColumnarSweep *pst_columnar_sweep_new (PstColumnar *columnar, const char *const *options, const char *const *statistics, GError **error);
PstColumnarSweep *pst_columnar_sweep_ref (PstColumnarSweep *sweep);
void pst_columnar_sweep_unref (PstColumnarSweep *sweep);
gboolean pst_columnar_sweep_is_direct (const char *statistic);

/* One a thread. */
typedef struct _PstColumnarWorker PstColumnarWorker;

PstColumnarWorker *pst_columnar_worker_new (PstColumnarSweep *sweep);
void pst_columnar_worker_free (PstColumnarWorker *worker);
/* @values: n_sets rows of one text an option; @states: #PstSweepState of each set: refused by its strategies (fast not below slow), failed, or done;
 * @statistics: n_sets rows of one value a statistic, NaN for sets that are not done. Many sets in one call is what makes crossing averages fast: they
 * share the walk over the columns. */
void pst_columnar_worker_evaluate (PstColumnarWorker *worker, guint n_sets, const char *const *values, guint8 *states, double *statistics);
/* The whole result of one set. */
PstBacktestResult *pst_columnar_worker_run (PstColumnarWorker *worker, const char *const *values, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstColumnarSweep, pst_columnar_sweep_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstColumnarWorker, pst_columnar_worker_free)

G_END_DECLS
