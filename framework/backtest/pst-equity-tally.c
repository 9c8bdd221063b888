/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Drawdown and the daily returns' mean and deviation are the curve's, as every run counts them; here is what a report wants beyond. Higher moments by
 * the one-pass formulas of Pebay (2008). */
#include "pst-equity-tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pst-normal.h"

#define DAY_NS G_GINT64_CONSTANT (86400000000000)
#define DAYS_OF_EVERY_YEAR 365.0
#define EULER_GAMMA 0.57721566490153286
#define TAIL 0.05

/**
 * pst_equity_tally_start:
 * @tally: (out): a tally
 * @initial_equity: what the account begins with
 * @benchmark: the benchmark's value at the beginning; 0: the first that comes
 * @returns: (nullable): room for the daily returns; of the caller, while the tally is used
 * @n_returns_max: how many it has room for; days beyond are left out of what needs them all
 */
void
pst_equity_tally_start (PstEquityTally *tally, gint64 initial_equity, gint64 benchmark, double *returns, gsize n_returns_max)
{
  *tally = (PstEquityTally){ .initial = initial_equity,
                             .benchmark = benchmark,
                             .benchmark_first = benchmark,
                             .benchmark_close = benchmark,
                             .day_end_ns = G_MININT64,
                             .best = -INFINITY,
                             .worst = INFINITY,
                             .returns = returns,
                             .n_returns_max = n_returns_max };
  pst_curve_start (&tally->curve, initial_equity);
}

static void
add_pair (PstPairTally *pair, double value, double other)
{
  double n = (double)++pair->n, delta = value - pair->mean, other_delta = other - pair->other_mean;
  double difference_delta = value - other - pair->difference_mean;

  pair->mean += delta / n;
  pair->other_mean += other_delta / n;
  pair->squares += delta * (value - pair->mean);
  pair->other_squares += other_delta * (other - pair->other_mean);
  pair->products += delta * (other - pair->other_mean);
  pair->difference_mean += difference_delta / n;
  pair->difference_squares += difference_delta * (value - other - pair->difference_mean);
  if (other > 0)
    {
      pair->up += value;
      pair->other_up += other;
    }
  else if (other < 0)
    {
      pair->down += value;
      pair->other_down += other;
    }
}

/* @mean and @squares: those before @value was counted. */
static void
add_moments (PstEquityTally *tally, double value, double mean, double squares)
{
  double n = (double)tally->curve.n_returns, delta = value - mean, step = delta / n, term = delta * step * (n - 1);

  tally->fourths += term * step * step * (n * n - 3 * n + 3) + 6 * step * step * squares - 4 * step * tally->cubes;
  tally->cubes += term * step * (n - 2) - 3 * step * squares;
}

static void
add_return (PstEquityTally *tally, double value)
{
  if (value > 0)
    {
      tally->gains += value;
      tally->n_up++;
    }
  else if (value < 0)
    {
      tally->losses -= value;
      tally->downside_squares += value * value;
      tally->n_down++;
    }
  tally->best = MAX (tally->best, value);
  tally->worst = MIN (tally->worst, value);
  if (tally->n_returns < tally->n_returns_max)
    tally->returns[tally->n_returns++] = value;
}

static void
end_day (PstEquityTally *tally)
{
  double before = (double)tally->curve.day_close, benchmark_before = (double)tally->benchmark_close;
  double mean = tally->curve.mean, squares = tally->curve.squares;
  guint64 n = tally->curve.n_returns;

  if (tally->benchmark > 0 && tally->benchmark_close == 0)
    benchmark_before = (double)tally->benchmark_first;
  pst_curve_end_day (&tally->curve);
  if (tally->curve.n_returns > n)
    {
      double value = (double)tally->curve.equity / before - 1.0;

      add_moments (tally, value, mean, squares);
      add_return (tally, value);
      if (benchmark_before > 0)
        add_pair (&tally->pair, value, (double)tally->benchmark / benchmark_before - 1.0);
    }
  tally->benchmark_close = tally->benchmark;
}

void
pst_equity_tally_turn_day (PstEquityTally *tally, gint64 time_ns)
{
  gint64 day = pst_time_floor_day (time_ns), weekday;

  if (tally->day_end_ns == G_MININT64)
    tally->first_ns = tally->last_ns = tally->peak_ns = time_ns;
  else
    end_day (tally);
  tally->day_end_ns = day + DAY_NS;
  /* The epoch was a Thursday. */
  weekday = ((day / DAY_NS) % 7 + 7 + 4) % 7;
  tally->n_days++;
  tally->n_saturdays += weekday == 6;
  tally->n_sundays += weekday == 0;
}

void
pst_equity_tally_end_fall (PstEquityTally *tally, gint64 time_ns)
{
  tally->is_under = FALSE;
  tally->under_longest_ns = MAX (tally->under_longest_ns, time_ns - tally->peak_ns);
  if (tally->fall.end_ns == 0)
    tally->fall.end_ns = time_ns;
}

static int
compare_returns (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/**
 * pst_equity_tally_finish:
 * @tally: a tally
 */
void
pst_equity_tally_finish (PstEquityTally *tally)
{
  if (tally->is_finished)
    return;
  tally->is_finished = TRUE;
  if (tally->n_points == 0)
    return;
  end_day (tally);
  if (tally->is_under)
    tally->under_longest_ns = MAX (tally->under_longest_ns, tally->last_ns - tally->peak_ns);
  if (tally->n_returns > 1)
    qsort (tally->returns, tally->n_returns, sizeof *tally->returns, compare_returns);
}

/**
 * pst_equity_tally_get_periods:
 * @tally: a tally
 * @settings: what it is computed by
 *
 * Returns: by how many days a year it is annualised. A market that is open every day has Saturdays and Sundays, each one day of seven; half of that
 * is enough to tell. One alone is none: daily bars that are stamped at their end have Friday's on a Saturday, currencies open on Sunday evenings.
 */
double
pst_equity_tally_get_periods (const PstEquityTally *tally, const PstStatisticSettings *settings)
{
  if (settings->periods_per_year > 0)
    return settings->periods_per_year;
  return tally->n_days > 0 && MIN (tally->n_saturdays, tally->n_sundays) * 14 >= tally->n_days ? DAYS_OF_EVERY_YEAR : PST_TRADING_DAYS_PER_YEAR;
}

/**
 * pst_equity_tally_get_drawdown:
 * @tally: a tally
 *
 * Returns: the deepest fall; all 0 when equity never fell
 */
PstDrawdown
pst_equity_tally_get_drawdown (const PstEquityTally *tally)
{
  return pst_curve_get_max_drawdown (&tally->curve) > tally->curve.max_drawdown ? tally->fall : tally->deepest;
}

/* Linear between ranks, of sorted returns. */
static double
quantile (const PstEquityTally *tally, double share)
{
  double place = share * (double)(tally->n_returns - 1), low = floor (place);
  const double *at;

  if (tally->n_returns < 2)
    return (double)NAN;
  at = tally->returns + (gsize)low;
  return place > low ? at[0] + (at[1] - at[0]) * (place - low) : at[0];
}

static double
expected_shortfall (const PstEquityTally *tally)
{
  double limit = quantile (tally, TAIL), sum = 0;
  gsize n = 0;

  for (; n < tally->n_returns && tally->returns[n] <= limit; n++)
    sum += tally->returns[n];
  return n > 0 ? -sum / (double)n : (double)NAN;
}

/* 0 over 0 is not known; something over 0 is infinite. */
static double
ratio (double above, double below)
{
  return below != 0 ? above / below : above > 0 ? (double)INFINITY : (double)NAN;
}

static double
known (gboolean is_known, double value)
{
  return is_known ? value : (double)NAN;
}

static double
total_return (const PstEquityTally *tally)
{
  return known (tally->n_points > 0 && tally->initial > 0, (double)tally->curve.equity / (double)tally->initial - 1.0);
}

static double
annual_return (const PstEquityTally *tally, double periods)
{
  double growth = 1 + total_return (tally), n = (double)tally->curve.n_returns;

  if (!(n > 0))
    return (double)NAN;
  /* All lost, or more: no return a year leads there but this. */
  return growth > 0 ? pow (growth, periods / n) - 1 : growth <= 0 ? -1 : (double)NAN;
}

static double
skew (const PstEquityTally *tally)
{
  double n = (double)tally->curve.n_returns, s = pst_curve_get_deviation (&tally->curve);

  return known (n > 2 && s > 0, n / ((n - 1) * (n - 2)) * tally->cubes / (s * s * s));
}

static double
kurtosis (const PstEquityTally *tally)
{
  double n = (double)tally->curve.n_returns, s = pst_curve_get_deviation (&tally->curve);
  double factor = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)), taken = 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));

  return known (n > 3 && s > 0, factor * tally->fourths / (s * s * s * s) - taken);
}

/* The Sharpe ratio a day that the best of n_sets without any skill is expected to show. */
static double
sharpe_by_luck (const PstEquityTally *tally, const PstStatisticSettings *settings)
{
  double n = (double)tally->curve.n_returns, sets = (double)settings->n_sets, variance;

  if (settings->n_sets < 2)
    return 0;
  variance = settings->sharpe_variance > 0 ? settings->sharpe_variance / pst_equity_tally_get_periods (tally, settings) : 1 / (n - 1);
  return sqrt (variance) * ((1 - EULER_GAMMA) * pst_normal_quantile (1 - 1 / sets) + EULER_GAMMA * pst_normal_quantile (1 - 1 / (sets * G_E)));
}

static double
probability_above (const PstEquityTally *tally, double threshold)
{
  double n = (double)tally->curve.n_returns, sharpe = pst_curve_get_sharpe (&tally->curve, 1), squares = tally->curve.squares;
  double third, fourth, variance;

  if (isnan (sharpe))
    return (double)NAN;
  third = tally->cubes / n / pow (squares / n, 1.5);
  fourth = n * tally->fourths / (squares * squares);
  variance = 1 - third * sharpe + (fourth - 1) / 4 * sharpe * sharpe;
  return known (variance > 0, pst_normal_probability ((sharpe - threshold) * sqrt (n - 1) / sqrt (variance)));
}

static double
get_of_falls (const PstEquityTally *tally, PstStatisticId id)
{
  PstDrawdown deepest = pst_equity_tally_get_drawdown (tally);
  double span = (double)(tally->last_ns - tally->first_ns);

  switch ((int)id)
    {
    case PST_STATISTIC_MAX_DRAWDOWN:
      return known (tally->n_points > 0, pst_curve_get_max_drawdown (&tally->curve));
    case PST_STATISTIC_DRAWDOWN_START:
      return known (deepest.trough_ns != 0, (double)deepest.start_ns / 1e9);
    case PST_STATISTIC_DRAWDOWN_TROUGH:
      return known (deepest.trough_ns != 0, (double)deepest.trough_ns / 1e9);
    case PST_STATISTIC_DRAWDOWN_END:
      return known (deepest.end_ns != 0, (double)deepest.end_ns / 1e9);
    case PST_STATISTIC_RECOVERY:
      return known (deepest.end_ns != 0, (double)(deepest.end_ns - deepest.trough_ns) / (double)DAY_NS);
    case PST_STATISTIC_TIME_UNDER_WATER:
      return known (tally->n_points > 0, (double)tally->under_longest_ns / (double)DAY_NS);
    default:
      return known (span > 0, (double)tally->under_total_ns / span);
    }
}

static double
get_of_pair (const PstEquityTally *tally, PstStatisticId id, double periods)
{
  const PstPairTally *pair = &tally->pair;
  double beta = pair->other_squares > 0 ? pair->products / pair->other_squares : (double)NAN;
  double deviation = pair->n > 1 ? sqrt (pair->difference_squares / (double)(pair->n - 1)) : (double)NAN;

  switch ((int)id)
    {
    case PST_STATISTIC_BENCHMARK_RETURN:
      return known (tally->benchmark_first > 0, (double)tally->benchmark / (double)tally->benchmark_first - 1.0);
    case PST_STATISTIC_ALPHA:
      return (pair->mean - beta * pair->other_mean) * periods;
    case PST_STATISTIC_BETA:
      return beta;
    case PST_STATISTIC_INFORMATION_RATIO:
      return known (deviation > 0, pair->difference_mean / deviation * sqrt (periods));
    case PST_STATISTIC_UP_CAPTURE:
      return known (pair->other_up > 0, pair->up / pair->other_up);
    default:
      return known (pair->other_down < 0, pair->down / pair->other_down);
    }
}

static double
get_of_returns (const PstEquityTally *tally, PstStatisticId id, double periods)
{
  double n = (double)tally->curve.n_returns, n_moved = (double)(tally->n_up + tally->n_down);

  switch ((int)id)
    {
    case PST_STATISTIC_VOLATILITY:
      return pst_curve_get_deviation (&tally->curve) * sqrt (periods);
    case PST_STATISTIC_SORTINO:
      return known (tally->downside_squares > 0, tally->curve.mean / sqrt (tally->downside_squares / n) * sqrt (periods));
    case PST_STATISTIC_OMEGA:
      return ratio (tally->gains, tally->losses);
    case PST_STATISTIC_VALUE_AT_RISK:
      return -quantile (tally, TAIL);
    case PST_STATISTIC_EXPECTED_SHORTFALL:
      return expected_shortfall (tally);
    case PST_STATISTIC_SKEW:
      return skew (tally);
    case PST_STATISTIC_KURTOSIS:
      return kurtosis (tally);
    case PST_STATISTIC_TAIL_RATIO:
      return known (quantile (tally, TAIL) != 0, fabs (quantile (tally, 1 - TAIL) / quantile (tally, TAIL)));
    case PST_STATISTIC_BEST_DAY:
      return known (n > 0, tally->best);
    case PST_STATISTIC_WORST_DAY:
      return known (n > 0, tally->worst);
    case PST_STATISTIC_POSITIVE_DAYS:
      return known (n_moved > 0, (double)tally->n_up / n_moved);
    default:
      return n;
    }
}

/**
 * pst_equity_tally_get:
 * @tally: a finished tally
 * @id: which statistic
 * @settings: what it is computed by
 *
 * Returns: its value; NaN when it cannot be told
 */
double
pst_equity_tally_get (const PstEquityTally *tally, PstStatisticId id, const PstStatisticSettings *settings)
{
  double periods = pst_equity_tally_get_periods (tally, settings), span = (double)(tally->last_ns - tally->first_ns);
  double depth = pst_curve_get_max_drawdown (&tally->curve);

  if (id >= PST_STATISTIC_MAX_DRAWDOWN && id <= PST_STATISTIC_UNDER_WATER_SHARE)
    return get_of_falls (tally, id);
  if (id >= PST_STATISTIC_BENCHMARK_RETURN && id <= PST_STATISTIC_DOWN_CAPTURE)
    return get_of_pair (tally, id, periods);
  if (id >= PST_STATISTIC_VALUE_AT_RISK && id <= PST_STATISTIC_DAYS)
    return get_of_returns (tally, id, periods);
  switch ((int)id)
    {
    case PST_STATISTIC_TOTAL_RETURN:
      return total_return (tally);
    case PST_STATISTIC_ANNUAL_RETURN:
      return annual_return (tally, periods);
    case PST_STATISTIC_NET_PROFIT:
      return known (tally->n_points > 0, ((double)tally->curve.equity - (double)tally->initial) / settings->money_unit);
    case PST_STATISTIC_VOLATILITY:
    case PST_STATISTIC_SORTINO:
    case PST_STATISTIC_OMEGA:
      return get_of_returns (tally, id, periods);
    case PST_STATISTIC_SHARPE:
      return pst_curve_get_sharpe (&tally->curve, periods);
    case PST_STATISTIC_CALMAR:
      return known (depth > 0, annual_return (tally, periods) / depth);
    case PST_STATISTIC_EXPOSURE:
      return known (span > 0, tally->exposure_time / span);
    case PST_STATISTIC_TIME_IN_MARKET:
      return known (span > 0, (double)tally->in_market_ns / span);
    case PST_STATISTIC_PROBABILISTIC_SHARPE:
      return probability_above (tally, 0);
    case PST_STATISTIC_DEFLATED_SHARPE:
      return probability_above (tally, sharpe_by_luck (tally, settings));
    default:
      return (double)NAN;
    }
}
