/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of all statistics of a backtest and what they mean: the one table that computing, sweeping, storing, reporting and the reference go by.
 */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstStatisticUnit:
 * @PST_STATISTIC_UNIT_RATIO: a plain number
 * @PST_STATISTIC_UNIT_FRACTION: 0.1 is shown as 10 %
 * @PST_STATISTIC_UNIT_MONEY: units of the result's currency
 * @PST_STATISTIC_UNIT_COUNT: a whole number
 * @PST_STATISTIC_UNIT_DAYS: days of 24 hours
 * @PST_STATISTIC_UNIT_TIME: seconds since the epoch, UTC
 *
 * What a statistic's value counts.
 */
typedef enum
{
  PST_STATISTIC_UNIT_RATIO,
  PST_STATISTIC_UNIT_FRACTION,
  PST_STATISTIC_UNIT_MONEY,
  PST_STATISTIC_UNIT_COUNT,
  PST_STATISTIC_UNIT_DAYS,
  PST_STATISTIC_UNIT_TIME,
} PstStatisticUnit;

/**
 * PstStatisticNeeds:
 * @PST_STATISTIC_NEEDS_EQUITY: the equity at each logical time
 * @PST_STATISTIC_NEEDS_RETURNS: all daily returns at once
 * @PST_STATISTIC_NEEDS_TRADES: round trips
 * @PST_STATISTIC_NEEDS_FILLS: fills
 * @PST_STATISTIC_NEEDS_BENCHMARK: a benchmark in the equity points
 * @PST_STATISTIC_NEEDS_VOLUMES: volumes of the bars
 *
 * What a statistic is computed from: an engine that is asked for statistics by name makes no more than these need.
 */
typedef enum
{
  PST_STATISTIC_NEEDS_EQUITY = 1 << 0,
  PST_STATISTIC_NEEDS_RETURNS = 1 << 1,
  PST_STATISTIC_NEEDS_TRADES = 1 << 2,
  PST_STATISTIC_NEEDS_FILLS = 1 << 3,
  PST_STATISTIC_NEEDS_BENCHMARK = 1 << 4,
  PST_STATISTIC_NEEDS_VOLUMES = 1 << 5,
} PstStatisticNeeds;

/**
 * PstStatisticScope:
 * @PST_STATISTIC_SCOPE_PERIOD: told for months and years too
 * @PST_STATISTIC_SCOPE_PART: told for instruments and strategies too
 *
 * Of what a statistic is told beside the whole.
 */
typedef enum
{
  PST_STATISTIC_SCOPE_PERIOD = 1 << 0,
  PST_STATISTIC_SCOPE_PART = 1 << 1,
} PstStatisticScope;

/* In the order in which they are shown. */
typedef enum
{
  PST_STATISTIC_TOTAL_RETURN,
  PST_STATISTIC_ANNUAL_RETURN,
  PST_STATISTIC_NET_PROFIT,
  PST_STATISTIC_VOLATILITY,
  PST_STATISTIC_SHARPE,
  PST_STATISTIC_SORTINO,
  PST_STATISTIC_CALMAR,
  PST_STATISTIC_OMEGA,
  PST_STATISTIC_MAX_DRAWDOWN,
  PST_STATISTIC_DRAWDOWN_START,
  PST_STATISTIC_DRAWDOWN_TROUGH,
  PST_STATISTIC_DRAWDOWN_END,
  PST_STATISTIC_RECOVERY,
  PST_STATISTIC_TIME_UNDER_WATER,
  PST_STATISTIC_UNDER_WATER_SHARE,
  PST_STATISTIC_VALUE_AT_RISK,
  PST_STATISTIC_EXPECTED_SHORTFALL,
  PST_STATISTIC_SKEW,
  PST_STATISTIC_KURTOSIS,
  PST_STATISTIC_TAIL_RATIO,
  PST_STATISTIC_BEST_DAY,
  PST_STATISTIC_WORST_DAY,
  PST_STATISTIC_POSITIVE_DAYS,
  PST_STATISTIC_DAYS,
  PST_STATISTIC_TRADES,
  PST_STATISTIC_OPEN_TRADES,
  PST_STATISTIC_WIN_RATE,
  PST_STATISTIC_PROFIT_FACTOR,
  PST_STATISTIC_EXPECTANCY,
  PST_STATISTIC_PAYOFF_RATIO,
  PST_STATISTIC_AVERAGE_WIN,
  PST_STATISTIC_AVERAGE_LOSS,
  PST_STATISTIC_LARGEST_WIN,
  PST_STATISTIC_LARGEST_LOSS,
  PST_STATISTIC_WIN_STREAK,
  PST_STATISTIC_LOSS_STREAK,
  PST_STATISTIC_HOLDING_AVERAGE,
  PST_STATISTIC_HOLDING_LONGEST,
  PST_STATISTIC_HOLDING_BARS,
  PST_STATISTIC_MAE_AVERAGE,
  PST_STATISTIC_MAE_WORST,
  PST_STATISTIC_MFE_AVERAGE,
  PST_STATISTIC_MFE_BEST,
  PST_STATISTIC_FEES,
  PST_STATISTIC_EXPOSURE,
  PST_STATISTIC_TIME_IN_MARKET,
  PST_STATISTIC_FILLS,
  PST_STATISTIC_TURNOVER,
  PST_STATISTIC_CAPACITY,
  PST_STATISTIC_BENCHMARK_RETURN,
  PST_STATISTIC_ALPHA,
  PST_STATISTIC_BETA,
  PST_STATISTIC_INFORMATION_RATIO,
  PST_STATISTIC_UP_CAPTURE,
  PST_STATISTIC_DOWN_CAPTURE,
  PST_STATISTIC_PROBABILISTIC_SHARPE,
  PST_STATISTIC_DEFLATED_SHARPE,
  PST_N_STATISTICS,
} PstStatisticId;

/**
 * PstStatisticInfo:
 * @name: "sharpe"; stable
 * @title: for people: "Sharpe ratio"
 * @blurb: one line
 * @formula: how it is computed, in the reference's notation
 * @unit: what it counts
 * @better: 1 when more is better, -1 when less is, 0 when it is neither
 * @needs: #PstStatisticNeeds
 * @scope: #PstStatisticScope
 *
 * What one statistic is.
 */
typedef struct
{
  const char *name, *title, *blurb, *formula;
  PstStatisticUnit unit;
  gint8 better;
  guint8 needs, scope;
} PstStatisticInfo;

/* (array fixed-size=PST_N_STATISTICS): by #PstStatisticId. Any thread, as all here. */
const PstStatisticInfo *pst_statistic_list (void);
/* (nullable): NULL for an unknown name. */
const PstStatisticInfo *pst_statistic_lookup (const char *name);
/* As lookup, with an error (PST_OPTION_ERROR_UNKNOWN) that names the nearest. */
gboolean pst_statistic_find (const char *name, PstStatisticId *id, GError **error);
/* For people: "12.34 %", "1.52", "2015-08-24", "n/a"; money without its currency. (transfer full) */
char *pst_statistic_format (PstStatisticId id, double value);

G_END_DECLS
