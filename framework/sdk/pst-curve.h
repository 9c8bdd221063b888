/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics of one equity curve as it grows: O(1) a point, O(1) memory. Runs, sweeps and reports count by this one rule. */
#pragma once

#include "../model/pst-macros.h"

G_BEGIN_DECLS

/* Of an exchange that keeps to weekdays; markets that never close have 365. */
#define PST_TRADING_DAYS_PER_YEAR 252.0

/**
 * PstCurve:
 *
 * Drawdown on exact integers, one division a peak; daily returns by Welford's method. Plain data: start with pst_curve_start().
 */
typedef struct
{
  gint64 equity;
  gint64 peak, trough; /* the highest so far, and the lowest since then */
  gint64 day_close;    /* of the day before; at first the initial equity */
  double max_drawdown; /* up to the last peak */
  double mean, squares;
  guint64 n_returns;
} PstCurve;

PST_API void pst_curve_start (PstCurve *curve, gint64 equity);
PST_API void pst_curve_end_day (PstCurve *curve);
PST_API double pst_curve_get_max_drawdown (const PstCurve *curve);
/* Of the daily returns, with n - 1; NaN with fewer than two. */
PST_API double pst_curve_get_deviation (const PstCurve *curve);
PST_API double pst_curve_get_sharpe (const PstCurve *curve, double periods_per_year);
PST_API void pst_curve_fold_peak (PstCurve *curve);

static inline void
pst_curve_add (PstCurve *curve, gint64 equity)
{
  curve->equity = equity;
  if (equity < curve->trough)
    curve->trough = equity;
  else if (equity > curve->peak)
    {
      pst_curve_fold_peak (curve);
      curve->peak = curve->trough = equity;
    }
}

G_END_DECLS
