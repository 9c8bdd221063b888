/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an equity curve comes to, in one pass, O(1) a point and without allocation: sweeps and whole results count by this one. */
#pragma once

#include "pst-statistic.h"

G_BEGIN_DECLS

/**
 * PstDrawdown:
 * @start_ns: the last time at the peak
 * @trough_ns: when it was deepest
 * @end_ns: when equity was back at the peak; 0: it was not
 *
 * One fall of equity; all 0 when there was none.
 */
typedef struct
{
  gint64 start_ns, trough_ns, end_ns;
} PstDrawdown;

/**
 * PstPairTally:
 *
 * Daily returns of account and benchmark on the days when both have one.
 */
typedef struct
{
  guint64 n;
  double mean, other_mean;
  double squares, other_squares, products;
  double difference_mean, difference_squares;
  double up, other_up, down, other_down;
} PstPairTally;

/**
 * PstEquityTally:
 *
 * Plain data: start with pst_equity_tally_start(). Fields are for reading. Any thread, one at a time.
 */
typedef struct
{
  PstCurve curve;
  gint64 initial;
  gint64 first_ns, last_ns, day_end_ns;
  /* Falls: the one since the last peak, the deepest of those before, and how long equity was below a peak. */
  PstDrawdown fall, deepest;
  gint64 peak_ns;
  gint64 under_longest_ns, under_total_ns;
  gboolean is_under, is_finished;
  /* Positions, weighed by time. */
  gint64 exposure, in_market_ns;
  double exposure_share, exposure_time;
  double equity_sum;
  guint64 n_points;
  /* Daily returns beyond what the curve knows of them. */
  guint64 n_days, n_saturdays, n_sundays, n_up, n_down;
  double cubes, fourths;
  double downside_squares, gains, losses, best, worst;
  gint64 benchmark, benchmark_first, benchmark_close;
  PstPairTally pair;
  /* Room for all daily returns, of the caller; NULL: what needs them all is NaN. Sorted once it is finished. */
  double *returns;
  gsize n_returns, n_returns_max;
} PstEquityTally;

/**
 * PstStatisticSettings:
 * @periods_per_year: days with a return a year; 0: told from the days: 365 when Saturdays and Sundays are traded, else 252
 * @money_unit: mantissa of one unit of the currency: 100 at scale 2
 * @n_sets: how many parameter sets were tried
 * @sharpe_variance: variance of the annualised Sharpe ratios of all sets that were tried; 0: not known, 1 / (n - 1) a day is taken
 *
 * What statistics are computed by, beside the data.
 */
typedef struct
{
  double periods_per_year;
  double money_unit;
  guint64 n_sets;
  double sharpe_variance;
} PstStatisticSettings;

/* @benchmark: its value at the beginning, 0 for the first that comes; @returns: (nullable): room for @n_returns_max daily returns. */
void pst_equity_tally_start (PstEquityTally *tally, gint64 initial_equity, gint64 benchmark, double *returns, gsize n_returns_max);
/* Of a new UTC day, by pst_equity_tally_add() alone. */
void pst_equity_tally_turn_day (PstEquityTally *tally, gint64 time_ns);
void pst_equity_tally_end_fall (PstEquityTally *tally, gint64 time_ns);
/* The last day has a return too. Nothing is added after it. */
void pst_equity_tally_finish (PstEquityTally *tally);
double pst_equity_tally_get_periods (const PstEquityTally *tally, const PstStatisticSettings *settings);
PstDrawdown pst_equity_tally_get_drawdown (const PstEquityTally *tally);
/* Of a finished tally; NaN for what cannot be told, and for statistics of trades and fills. */
double pst_equity_tally_get (const PstEquityTally *tally, PstStatisticId id, const PstStatisticSettings *settings);

/* Times never go back. @benchmark: 0 for none. */
static inline void
pst_equity_tally_add (PstEquityTally *tally, gint64 time_ns, gint64 equity, gint64 exposure, gint64 benchmark)
{
  gint64 elapsed, peak = tally->curve.peak;

  if (G_UNLIKELY (time_ns >= tally->day_end_ns))
    pst_equity_tally_turn_day (tally, time_ns);
  elapsed = time_ns - tally->last_ns;
  tally->last_ns = time_ns;
  tally->under_total_ns += tally->is_under ? elapsed : 0;
  if (tally->exposure > 0)
    {
      tally->in_market_ns += elapsed;
      tally->exposure_time += tally->exposure_share * (double)elapsed;
    }
  if (exposure != tally->exposure || (exposure > 0 && equity != tally->curve.equity))
    {
      tally->exposure = exposure;
      tally->exposure_share = equity > 0 ? (double)exposure / (double)equity : 0;
    }
  tally->equity_sum += (double)equity;
  tally->n_points++;
  if (benchmark > 0)
    {
      tally->benchmark = benchmark;
      if (G_UNLIKELY (tally->benchmark_first == 0))
        tally->benchmark_first = benchmark;
    }

  if (equity < peak)
    {
      tally->is_under = TRUE;
      if (equity < tally->curve.trough)
        tally->fall = (PstDrawdown){ .start_ns = tally->peak_ns, .trough_ns = time_ns };
      pst_curve_add (&tally->curve, equity);
      return;
    }
  if (tally->is_under)
    pst_equity_tally_end_fall (tally, time_ns);
  tally->peak_ns = time_ns;
  if (equity > peak)
    {
      double before = tally->curve.max_drawdown;

      pst_curve_add (&tally->curve, equity);
      if (tally->curve.max_drawdown > before)
        tally->deepest = tally->fall;
    }
  else
    pst_curve_add (&tally->curve, equity);
}

G_END_DECLS
