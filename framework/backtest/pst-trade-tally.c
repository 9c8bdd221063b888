/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A round trip that made nothing did not win. Those that are still open count with what they would fetch at the last mark. */
#include "pst-trade-tally.h"

#include <math.h>

#define DAY_NS 86400e9

/**
 * pst_trade_tally_add:
 * @tally: a tally
 * @trip: the next round trip in order of entry
 */
void
pst_trade_tally_add (PstTradeTally *tally, const PstRoundTrip *trip)
{
  gboolean won = trip->profit > 0;
  gint64 held = trip->exit_time_ns - trip->entry_time_ns;

  tally->n++;
  tally->n_open += trip->is_open != 0;
  tally->n_won += won;
  tally->streak = tally->n > 1 && won == tally->is_winning ? tally->streak + 1 : 1;
  tally->is_winning = won;
  if (won)
    {
      tally->won += (double)trip->profit;
      tally->largest_win = MAX (tally->largest_win, trip->profit);
      tally->win_streak = MAX (tally->win_streak, tally->streak);
    }
  else
    {
      tally->lost += (double)trip->profit;
      tally->largest_loss = MIN (tally->largest_loss, trip->profit);
      tally->loss_streak = MAX (tally->loss_streak, tally->streak);
    }
  tally->adverse += (double)trip->adverse;
  tally->adverse_worst = MIN (tally->adverse_worst, trip->adverse);
  tally->favourable += (double)trip->favourable;
  tally->favourable_best = MAX (tally->favourable_best, trip->favourable);
  tally->fees += (double)trip->fees;
  tally->held_ns += (double)held;
  tally->held_longest_ns = MAX (tally->held_longest_ns, held);
  tally->bars += (double)trip->n_bars;
}

static double
over (double sum, guint64 n)
{
  return n > 0 ? sum / (double)n : (double)NAN;
}

static double
get_of_excursions (const PstTradeTally *tally, PstStatisticId id, double unit)
{
  /* Without bars nobody saw where it stood. */
  if (tally->bars == 0)
    return (double)NAN;
  switch ((int)id)
    {
    case PST_STATISTIC_MAE_AVERAGE:
      return over (tally->adverse, tally->n) / unit;
    case PST_STATISTIC_MAE_WORST:
      return over ((double)tally->adverse_worst, tally->n > 0) / unit;
    case PST_STATISTIC_MFE_AVERAGE:
      return over (tally->favourable, tally->n) / unit;
    default:
      return over ((double)tally->favourable_best, tally->n > 0) / unit;
    }
}

static double
get_of_time (const PstTradeTally *tally, PstStatisticId id)
{
  switch ((int)id)
    {
    case PST_STATISTIC_HOLDING_AVERAGE:
      return over (tally->held_ns, tally->n) / DAY_NS;
    case PST_STATISTIC_HOLDING_LONGEST:
      return over ((double)tally->held_longest_ns, tally->n > 0) / DAY_NS;
    default:
      return tally->bars > 0 ? over (tally->bars, tally->n) : (double)NAN;
    }
}

/**
 * pst_trade_tally_get:
 * @tally: a tally
 * @id: which statistic
 * @settings: what it is computed by
 *
 * Returns: its value; NaN when it cannot be told. Of net_profit and fees: those of the round trips
 */
double
pst_trade_tally_get (const PstTradeTally *tally, PstStatisticId id, const PstStatisticSettings *settings)
{
  double unit = settings->money_unit;
  guint64 n_lost = tally->n - tally->n_won;

  if (id >= PST_STATISTIC_HOLDING_AVERAGE && id <= PST_STATISTIC_HOLDING_BARS)
    return get_of_time (tally, id);
  if (id >= PST_STATISTIC_MAE_AVERAGE && id <= PST_STATISTIC_MFE_BEST)
    return get_of_excursions (tally, id, unit);
  switch ((int)id)
    {
    case PST_STATISTIC_NET_PROFIT:
      return (tally->won + tally->lost) / unit;
    case PST_STATISTIC_FEES:
      return tally->fees / unit;
    case PST_STATISTIC_TRADES:
      return (double)tally->n;
    case PST_STATISTIC_OPEN_TRADES:
      return (double)tally->n_open;
    case PST_STATISTIC_WIN_RATE:
      return over ((double)tally->n_won, tally->n);
    case PST_STATISTIC_PROFIT_FACTOR:
      return tally->lost < 0 ? -tally->won / tally->lost : tally->won > 0 ? (double)INFINITY : (double)NAN;
    case PST_STATISTIC_EXPECTANCY:
      return over (tally->won + tally->lost, tally->n) / unit;
    case PST_STATISTIC_PAYOFF_RATIO:
      return tally->lost < 0 ? over (tally->won, tally->n_won) / over (-tally->lost, n_lost) : (double)NAN;
    case PST_STATISTIC_AVERAGE_WIN:
      return over (tally->won, tally->n_won) / unit;
    case PST_STATISTIC_AVERAGE_LOSS:
      return over (tally->lost, n_lost) / unit;
    case PST_STATISTIC_LARGEST_WIN:
      return over ((double)tally->largest_win, tally->n_won > 0) / unit;
    case PST_STATISTIC_LARGEST_LOSS:
      return over ((double)tally->largest_loss, n_lost > 0) / unit;
    case PST_STATISTIC_WIN_STREAK:
      return (double)tally->win_streak;
    case PST_STATISTIC_LOSS_STREAK:
      return (double)tally->loss_streak;
    default:
      return (double)NAN;
    }
}

/**
 * pst_fill_tally_add:
 * @tally: a tally
 * @fill: a fill
 * @instrument: its instrument
 * @currency: (nullable): the result's
 */
void
pst_fill_tally_add (PstFillTally *tally, const PstBacktestFill *fill, const PstInstrument *instrument, const PstCurrency *currency)
{
  double unit = (double)pst_power_of_ten (instrument->price_scale) * (double)pst_power_of_ten (instrument->size_scale);

  tally->n++;
  tally->fees += (double)fill->fee;
  tally->value += instrument->quote == currency ? (double)fill->price * (double)fill->size / unit : (double)NAN;
}

/**
 * pst_fill_tally_get:
 * @tally: a tally
 * @id: which statistic
 * @equity: of the same time, finished
 * @settings: what it is computed by
 *
 * Returns: its value; NaN when it cannot be told
 */
double
pst_fill_tally_get (const PstFillTally *tally, PstStatisticId id, const PstEquityTally *equity, const PstStatisticSettings *settings)
{
  double years = (double)equity->curve.n_returns / pst_equity_tally_get_periods (equity, settings);
  double mean = over (equity->equity_sum, equity->n_points) / settings->money_unit;

  switch ((int)id)
    {
    case PST_STATISTIC_FILLS:
      return (double)tally->n;
    case PST_STATISTIC_FEES:
      return tally->fees / settings->money_unit;
    case PST_STATISTIC_TURNOVER:
      return mean > 0 && years > 0 ? tally->value / mean / years : (double)NAN;
    default:
      return (double)NAN;
    }
}
