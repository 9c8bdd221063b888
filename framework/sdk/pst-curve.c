/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The drawdown from a peak is known when the next peak comes, so only then is it divided. A day's return is its last equity over the last
 * equity of the day before; the first day's over the initial equity, so that a loss on the first day counts. */
#include "pst-curve.h"

#include <math.h>

/**
 * pst_curve_start:
 * @curve: (out): a curve
 * @equity: the initial equity
 */
void
pst_curve_start (PstCurve *curve, gint64 equity)
{
  *curve = (PstCurve){ .equity = equity, .peak = equity, .trough = equity, .day_close = equity };
}

static double
drawdown (const PstCurve *curve)
{
  /* Of nothing nothing can be lost: an account that never had money has no drawdown in fractions. */
  if (curve->peak <= 0)
    return 0;
  return ((double)curve->peak - (double)curve->trough) / (double)curve->peak;
}

/**
 * pst_curve_fold_peak:
 * @curve: a curve whose equity is about to pass its peak
 *
 * Counts the drawdown from that peak. Called by pst_curve_add().
 */
void
pst_curve_fold_peak (PstCurve *curve)
{
  double depth = drawdown (curve);

  if (depth > curve->max_drawdown)
    curve->max_drawdown = depth;
}

/**
 * pst_curve_end_day:
 * @curve: a curve
 *
 * Takes the return of the day that ended. A day that began with nothing has none.
 */
void
pst_curve_end_day (PstCurve *curve)
{
  double before = (double)curve->day_close, value, delta;

  curve->day_close = curve->equity;
  if (before <= 0)
    return;
  value = (double)curve->equity / before - 1.0;
  curve->n_returns++;
  delta = value - curve->mean;
  curve->mean += delta / (double)curve->n_returns;
  curve->squares += delta * (value - curve->mean);
}

/**
 * pst_curve_get_max_drawdown:
 * @curve: a curve
 *
 * Returns: the deepest fall from a peak as a fraction of it: 0 to 1, more when equity fell below zero
 */
double
pst_curve_get_max_drawdown (const PstCurve *curve)
{
  double depth = drawdown (curve);

  return depth > curve->max_drawdown ? depth : curve->max_drawdown;
}

/**
 * pst_curve_get_deviation:
 * @curve: a curve
 *
 * Returns: standard deviation (n - 1) of the daily returns; NaN with fewer than two
 */
double
pst_curve_get_deviation (const PstCurve *curve)
{
  return curve->n_returns < 2 ? (double)NAN : sqrt (curve->squares / (double)(curve->n_returns - 1));
}

/**
 * pst_curve_get_sharpe:
 * @curve: a curve
 * @periods_per_year: trading days a year
 *
 * Returns: mean over standard deviation (n - 1) of the daily returns, times the square root of @periods_per_year; NaN with fewer than two
 *   returns or when they are all the same
 */
double
pst_curve_get_sharpe (const PstCurve *curve, double periods_per_year)
{
  double deviation = pst_curve_get_deviation (curve);

  if (!(deviation > 0))
    return (double)NAN;
  return curve->mean / deviation * sqrt (periods_per_year);
}
