/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One walk over the equity for the whole, the years and the months; one over the round trips for all groups that they belong to. Only what a
 * statistic needs is walked over. */
#include "pst-statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_NS G_GINT64_CONSTANT (86400000000000)
/* The share of a day's volume that a fill may be, and the share of fills that may be more. */
#define PARTICIPATION 0.01
#define FILLS_BEYOND 0.05

/* A month or a year, both its ends within the equity points. */
typedef struct
{
  char group[24];
  gint64 end_ns;
  PstEquityTally equity;
  PstTradeTally trades;
} Period;

/* Periods of one length, months or years, in order; the last is still counted. */
typedef struct
{
  GArray *periods; /* Period */
  gboolean is_month;
} Periods;

typedef struct
{
  const PstBacktestResult *result;
  const PstStatisticsOptions *options;
  PstStatisticSettings settings;
  guint needs;
  PstEquityTally equity;
  PstTradeTally trades;
  PstFillTally fills;
  double *returns;
  double capacity;
} Whole;

static double
money_unit (const PstBacktestResult *result)
{
  return result->currency != NULL ? pow (10, result->currency->scale) : 1;
}

static void
whole_init (Whole *whole, const PstBacktestResult *result, const PstStatisticsOptions *options, guint needs)
{
  static const PstStatisticsOptions none;

  *whole = (Whole){ .result = result, .options = options != NULL ? options : &none, .needs = needs, .capacity = NAN };
  whole->settings = (PstStatisticSettings){ .periods_per_year = whole->options->periods_per_year,
                                            .money_unit = money_unit (result),
                                            .n_sets = whole->options->n_sets > 0 ? whole->options->n_sets : result->n_sets,
                                            .sharpe_variance = whole->options->sharpe_variance };
}

static gsize
count_days_max (const GArray *points)
{
  gint64 first, last;

  if (points->len == 0)
    return 0;
  first = pst_time_floor_day (g_array_index (points, PstEquityPoint, 0).time_ns);
  last = g_array_index (points, PstEquityPoint, points->len - 1).time_ns;
  return MIN ((gsize)((last - first) / DAY_NS) + 1, points->len);
}

/* A bar is known at its end, so midnight belongs to the day that it ends: the bar of January 31 is January's. */
static gint64
own_time (gint64 time_ns)
{
  return time_ns - 1;
}

static void
turn_period (Periods *of, gint64 time_ns)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (pst_time_floor_day (time_ns) / (DAY_NS / 86400));
  int year = g_date_time_get_year (time), month = of->is_month ? g_date_time_get_month (time) : 12;
  Period *last = of->periods->len > 0 ? &g_array_index (of->periods, Period, of->periods->len - 1) : NULL;
  Period period = { .end_ns = pst_time_days_from_civil (month == 12 ? year + 1 : year, month == 12 ? 1 : (guint)month + 1, 1) * DAY_NS };

  if (of->is_month)
    g_snprintf (period.group, sizeof period.group, "month %04d-%02d", year, month);
  else
    g_snprintf (period.group, sizeof period.group, "year %04d", year);
  if (last != NULL)
    pst_equity_tally_start (&period.equity, last->equity.curve.equity, last->equity.benchmark, NULL, 0);
  g_array_append_val (of->periods, period);
}

/* Runs of points that lie in one period, so that the inner loop knows no periods. */
static void
add_periods (Periods *of, const Whole *whole)
{
  const PstEquityPoint *points = (const PstEquityPoint *)whole->result->equity->data;
  guint n_points = whole->result->equity->len;

  for (guint i = 0; i < n_points;)
    {
      Period *period;

      turn_period (of, own_time (points[i].time_ns));
      period = &g_array_index (of->periods, Period, of->periods->len - 1);
      if (of->periods->len == 1)
        pst_equity_tally_start (&period->equity, whole->result->initial_equity, 0, NULL, 0);
      for (; i < n_points && own_time (points[i].time_ns) < period->end_ns; i++)
        pst_equity_tally_add (&period->equity, own_time (points[i].time_ns), points[i].equity, points[i].exposure, points[i].benchmark);
      pst_equity_tally_finish (&period->equity);
    }
}

static void
walk_equity (Whole *whole)
{
  const GArray *points = whole->result->equity;
  gsize n_days = (whole->needs & PST_STATISTIC_NEEDS_RETURNS) != 0 ? count_days_max (points) : 0;

  whole->returns = n_days > 0 ? g_new (double, n_days) : NULL;
  pst_equity_tally_start (&whole->equity, whole->result->initial_equity, 0, whole->returns, n_days);
  for (guint i = 0; i < points->len; i++)
    {
      const PstEquityPoint *point = &g_array_index (points, PstEquityPoint, i);

      pst_equity_tally_add (&whole->equity, point->time_ns, point->equity, point->exposure, point->benchmark);
    }
  pst_equity_tally_finish (&whole->equity);
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* How many times larger the account could have been; what has no volume is left out. */
static double
measure_capacity (const Whole *whole)
{
  const GArray *fills = whole->result->fills;
  g_autoptr (GArray) rooms = g_array_new (FALSE, FALSE, sizeof (double));
  double place;
  gsize low;

  for (guint i = 0; i < fills->len; i++)
    {
      const PstBacktestFill *fill = &g_array_index (fills, PstBacktestFill, i);
      gint64 volume = whole->options->volume (fill->instrument, pst_time_floor_day (fill->time_ns), whole->options->volume_data);
      double room = PARTICIPATION * (double)volume / (double)fill->size;

      if (volume > 0 && fill->size > 0)
        g_array_append_val (rooms, room);
    }
  if (rooms->len == 0)
    return (double)NAN;
  qsort (rooms->data, rooms->len, sizeof (double), compare_doubles);
  place = FILLS_BEYOND * (rooms->len - 1);
  low = (gsize)place;
  place -= (double)low;
  return (g_array_index (rooms, double, low) * (1 - place) + g_array_index (rooms, double, MIN (low + 1, rooms->len - 1)) * place)
         * (double)whole->result->initial_equity / whole->settings.money_unit;
}

static void
walk_fills (Whole *whole)
{
  const GArray *fills = whole->result->fills;
  const GPtrArray *instruments = whole->result->instruments;

  for (guint i = 0; i < fills->len; i++)
    {
      const PstBacktestFill *fill = &g_array_index (fills, PstBacktestFill, i);

      if (fill->instrument < instruments->len)
        pst_fill_tally_add (&whole->fills, fill, instruments->pdata[fill->instrument], whole->result->currency);
    }
  if ((whole->needs & PST_STATISTIC_NEEDS_VOLUMES) != 0 && whole->options->volume != NULL)
    whole->capacity = measure_capacity (whole);
}

static void
walk (Whole *whole)
{
  const GArray *trips = whole->result->round_trips;

  if ((whole->needs & (PST_STATISTIC_NEEDS_EQUITY | PST_STATISTIC_NEEDS_FILLS)) != 0)
    walk_equity (whole);
  if ((whole->needs & PST_STATISTIC_NEEDS_TRADES) != 0)
    for (guint i = 0; i < trips->len; i++)
      pst_trade_tally_add (&whole->trades, &g_array_index (trips, PstRoundTrip, i));
  if ((whole->needs & PST_STATISTIC_NEEDS_FILLS) != 0)
    walk_fills (whole);
}

static double
get_of_whole (const Whole *whole, PstStatisticId id)
{
  const PstStatisticInfo *info = &pst_statistic_list ()[id];

  if (id == PST_STATISTIC_CAPACITY)
    return whole->capacity;
  if ((info->needs & PST_STATISTIC_NEEDS_FILLS) != 0)
    return pst_fill_tally_get (&whole->fills, id, &whole->equity, &whole->settings);
  if ((info->needs & PST_STATISTIC_NEEDS_TRADES) != 0)
    return pst_trade_tally_get (&whole->trades, id, &whole->settings);
  return pst_equity_tally_get (&whole->equity, id, &whole->settings);
}

static void
add_period_group (PstBacktestResult *result, const Period *period, const PstStatisticSettings *settings)
{
  const PstStatisticInfo *list = pst_statistic_list ();

  for (guint id = 0; id < PST_N_STATISTICS; id++)
    {
      gboolean is_of_trades = (list[id].needs & PST_STATISTIC_NEEDS_TRADES) != 0;

      if ((list[id].scope & PST_STATISTIC_SCOPE_PERIOD) != 0)
        pst_backtest_result_add_statistic (result, period->group, list[id].name,
                                           is_of_trades ? pst_trade_tally_get (&period->trades, id, settings)
                                                        : pst_equity_tally_get (&period->equity, id, settings));
    }
}

/* A round trip belongs to the period in which it ended. */
static void
add_trips (Periods *of, const GArray *trips)
{
  for (guint i = 0; i < trips->len; i++)
    {
      const PstRoundTrip *trip = &g_array_index (trips, PstRoundTrip, i);
      guint low = 0, high = of->periods->len;

      while (low < high)
        {
          guint middle = (low + high) / 2;

          if (g_array_index (of->periods, Period, middle).end_ns <= own_time (trip->exit_time_ns))
            low = middle + 1;
          else
            high = middle;
        }
      if (low < of->periods->len)
        pst_trade_tally_add (&g_array_index (of->periods, Period, low).trades, trip);
    }
}

static void
add_periods_of (PstBacktestResult *result, const Whole *whole, gboolean is_month)
{
  Periods of = { .is_month = is_month };
  /* Else one year in one month would be annualised by another number of days than the whole. */
  PstStatisticSettings settings = whole->settings;

  settings.periods_per_year = pst_equity_tally_get_periods (&whole->equity, &whole->settings);
  of.periods = g_array_new (FALSE, FALSE, sizeof (Period));
  add_periods (&of, whole);
  add_trips (&of, result->round_trips);
  for (guint i = 0; i < of.periods->len; i++)
    add_period_group (result, &g_array_index (of.periods, Period, i), &settings);
  g_array_unref (of.periods);
}

static void
add_part_group (PstBacktestResult *result, const char *group, const PstTradeTally *trades, const PstStatisticSettings *settings)
{
  const PstStatisticInfo *list = pst_statistic_list ();

  for (guint id = 0; id < PST_N_STATISTICS; id++)
    if ((list[id].scope & PST_STATISTIC_SCOPE_PART) != 0)
      pst_backtest_result_add_statistic (result, group, list[id].name, pst_trade_tally_get (trades, id, settings));
}

static void
add_instruments (PstBacktestResult *result, const PstStatisticSettings *settings)
{
  g_autofree PstTradeTally *tallies = g_new0 (PstTradeTally, result->instruments->len + 1);

  for (guint i = 0; i < result->round_trips->len; i++)
    {
      const PstRoundTrip *trip = &g_array_index (result->round_trips, PstRoundTrip, i);

      if (trip->instrument < result->instruments->len)
        pst_trade_tally_add (&tallies[trip->instrument], trip);
    }
  for (guint i = 0; i < result->instruments->len; i++)
    {
      const PstInstrument *instrument = result->instruments->pdata[i];
      g_autofree char *group = g_strconcat ("instrument ", instrument->id, NULL);

      add_part_group (result, group, &tallies[i], settings);
    }
}

/* The second of two that are made by one plugin is "sma-cross#2". */
static char *
name_strategy (char **strategies, guint index)
{
  guint n = 1;

  for (guint i = 0; i < index; i++)
    n += strcmp (strategies[i], strategies[index]) == 0;
  return n == 1 ? g_strconcat ("strategy ", strategies[index], NULL) : g_strdup_printf ("strategy %s#%u", strategies[index], n);
}

static void
add_strategies (PstBacktestResult *result, const PstStatisticSettings *settings)
{
  guint n_strategies = result->strategies != NULL ? g_strv_length (result->strategies) : 0;
  g_autofree PstTradeTally *tallies = g_new0 (PstTradeTally, n_strategies + 1);

  for (guint i = 0; i < result->round_trips->len; i++)
    {
      const PstRoundTrip *trip = &g_array_index (result->round_trips, PstRoundTrip, i);

      if (trip->strategy < n_strategies)
        pst_trade_tally_add (&tallies[trip->strategy], trip);
    }
  for (guint i = 0; i < n_strategies; i++)
    {
      g_autofree char *group = name_strategy (result->strategies, i);

      add_part_group (result, group, &tallies[i], settings);
    }
}

/**
 * pst_statistics_compute:
 * @result: a result with its fills, round trips and equity
 * @options: (nullable): %NULL for the usual
 *
 * Replaces the result's statistics: groups "total", "strategy ...", "instrument ...", "year ...", "month ...".
 */
void
pst_statistics_compute (PstBacktestResult *result, const PstStatisticsOptions *options)
{
  const PstStatisticInfo *list = pst_statistic_list ();
  Whole whole;

  g_return_if_fail (result != NULL);

  whole_init (&whole, result, options, G_MAXUINT);
  walk (&whole);
  g_ptr_array_set_size (result->statistics, 0);
  for (guint id = 0; id < PST_N_STATISTICS; id++)
    pst_backtest_result_add_statistic (result, "total", list[id].name, get_of_whole (&whole, id));
  add_strategies (result, &whole.settings);
  add_instruments (result, &whole.settings);
  add_periods_of (result, &whole, FALSE);
  add_periods_of (result, &whole, TRUE);
  g_free (whole.returns);
}

/**
 * pst_statistics_measure:
 * @result: a result
 * @ids: (array length=n_ids): which statistics of the whole
 * @n_ids: how many
 * @options: (nullable): %NULL for the usual
 * @values: (array length=n_ids) (out caller-allocates): their values
 *
 * Walks over no more than these need, and leaves the result as it is.
 */
void
pst_statistics_measure (const PstBacktestResult *result, const PstStatisticId *ids, guint n_ids, const PstStatisticsOptions *options, double *values)
{
  Whole whole;
  guint needs = 0;

  g_return_if_fail (result != NULL);

  for (guint i = 0; i < n_ids; i++)
    needs |= pst_statistic_list ()[ids[i]].needs;
  whole_init (&whole, result, options, needs);
  walk (&whole);
  for (guint i = 0; i < n_ids; i++)
    values[i] = get_of_whole (&whole, ids[i]);
  g_free (whole.returns);
}

/**
 * pst_statistics_get_periods:
 * @result: a result
 * @options: (nullable): %NULL for the usual
 *
 * Returns: days a year by which it is annualised
 */
double
pst_statistics_get_periods (const PstBacktestResult *result, const PstStatisticsOptions *options)
{
  Whole whole;

  g_return_val_if_fail (result != NULL, NAN);

  whole_init (&whole, result, options, PST_STATISTIC_NEEDS_EQUITY);
  walk (&whole);
  return pst_equity_tally_get_periods (&whole.equity, &whole.settings);
}
