/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a results file says: the best sets, and how each statistic is spread over all sets. Read in the order of the sets, so that it does not depend
 * on the order in which they were done. */
#pragma once

#include "pst-sweep-file.h"

G_BEGIN_DECLS

/* Best sets that one may ask for. */
#define PST_SWEEP_TOP_MAX 10000

/**
 * PstSweepBest:
 * @set: its number
 * @statistics: (array): its statistics, in the header's order
 *
 * One of the best sets.
 */
typedef struct
{
  guint64 set;
  double *statistics;
} PstSweepBest;

/**
 * PstSweepSpread:
 * @n: sets of which the statistic is a finite number
 * @mean: over these
 * @variance: over these, of a sample; 0 of less than two
 * @minimum: the least
 * @maximum: the largest
 *
 * How a statistic is spread over the sets that were tried.
 */
typedef struct
{
  guint64 n;
  double mean, variance, minimum, maximum;
} PstSweepSpread;

/**
 * PstSweepSummary:
 * @n_sets: of the file
 * @n_done: that have statistics
 * @n_refused: that components refuse
 * @n_failed: that failed, because an amount does not fit 64 bits
 * @n_open: that are not done
 * @n_undefined: of @n_done, whose objective is no number: most often nothing was traded
 * @best: (element-type PstSweepBest): the best first; of equal ones the lower number
 * @spreads: (array): of each statistic
 *
 * What came of a sweep.
 */
typedef struct
{
  guint64 n_sets, n_done, n_refused, n_failed, n_open, n_undefined;
  GArray *best;
  PstSweepSpread *spreads;
} PstSweepSummary;

/* At most @n_best of the best. PST_STORE_ERROR_IO. */
PstSweepSummary *pst_sweep_summary_read (PstSweepFile *file, guint objective, gboolean minimise, guint n_best, GError **error);
void pst_sweep_summary_free (PstSweepSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSweepSummary, pst_sweep_summary_free)

G_END_DECLS
