/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a backtest came to, whichever engine ran it: round trips, equity, statistics, and what they follow from. Both engines fill one of these, the
 * statistics are computed from it, stores keep it, reports show it. */
#pragma once

#include "../model/pst-instrument.h"
#include "../model/pst-money.h"

G_BEGIN_DECLS

/**
 * PstRoundTrip:
 * @entry_time_ns: when the position was opened, nanoseconds since the epoch, UTC
 * @exit_time_ns: when it was closed; of an open one: the last bar's time
 * @instrument: place in the result's instruments
 * @direction: 1 long, -1 short
 * @is_open: whether it was still open at the end, and is valued at the last mark, without an exit fee
 * @strategy: place in the result's strategies
 * @n_bars: bars of the instrument from entry to exit
 * @size: the largest quantity held, at the size scale
 * @entry_price: average price of the fills that opened it, at the price scale, rounded half-even
 * @exit_price: average price of the fills that closed it, or the last mark
 * @fees: paid, in the result's currency
 * @profit: money out less money in, fees taken off, in the result's currency
 * @adverse: the worst that it stood at on a bar's extreme since its entry (MAE), at most 0, before fees
 * @favourable: the best (MFE), at least 0, before fees
 *
 * A strategy's position of one instrument from flat to flat. 96 bytes, no pointers.
 */
typedef struct
{
  gint64 entry_time_ns, exit_time_ns;
  guint32 instrument;
  gint8 direction;
  guint8 is_open;
  guint16 strategy;
  guint64 n_bars;
  gint64 size;
  gint64 entry_price, exit_price;
  gint64 fees, profit;
  gint64 adverse, favourable;
} PstRoundTrip;

/**
 * PstBacktestFill:
 * @time_ns: when, nanoseconds since the epoch, UTC
 * @instrument: place in the result's instruments
 * @side: #PstSide
 * @strategy: place in the result's strategies
 * @price: at the price scale
 * @size: at the size scale
 * @fee: in the result's currency
 *
 * An order that was filled.
 */
typedef struct
{
  gint64 time_ns;
  guint32 instrument;
  guint16 side, strategy;
  gint64 price, size, fee;
} PstBacktestFill;

/**
 * PstEquityPoint:
 * @time_ns: a logical time, nanoseconds since the epoch, UTC
 * @equity: cash and what all positions are worth
 * @cash: cash alone
 * @exposure: sum of the absolute values of all positions
 * @benchmark: the benchmark's value, or 0 when there is none
 *
 * The account after a logical time; money in the result's currency.
 */
typedef struct
{
  gint64 time_ns;
  gint64 equity, cash, exposure, benchmark;
} PstEquityPoint;

/**
 * PstStatistic:
 * @group: what it is of: "total", "instrument AAPL.US", "strategy cross", "year 2015", "month 2015-03"
 * @name: as in docs/reference/statistics.md, "sharpe"
 * @value: the value; NaN when it cannot be told (too few of what it is made of)
 *
 * One statistic.
 */
typedef struct
{
  char *group;
  char *name;
  double value;
} PstStatistic;

PST_API void pst_statistic_free (PstStatistic *statistic);

#define PST_TYPE_BACKTEST_RESULT (pst_backtest_result_get_type ())

/**
 * PstBacktestResult:
 * @key: hash in hex of what it follows from: plugin versions, parameters, data; equal keys mean equal results. Of pst_backtest_result_make_key()
 * @name: the pipeline's name
 * @user_id: whose
 * @engine: "event" or "columnar"
 * @strategies: (array zero-terminated=1): plugins of its strategies, in the order of the pipeline; a plugin that is there twice stands here twice
 * @parameters: (array zero-terminated=1): all options that are set, "component.option=value", sorted
 * @plugins: (array zero-terminated=1): "id version" of each plugin, sorted
 * @data_hash: hash in hex of the data
 * @currency: of all its money
 * @instruments: (element-type PstInstrument): those it saw
 * @fills: (element-type PstBacktestFill): in order of time
 * @round_trips: (element-type PstRoundTrip): in order of their entry
 * @equity: (element-type PstEquityPoint): in order of time, one a logical time
 * @statistics: (element-type PstStatistic): as computed
 * @initial_equity: at the start
 * @n_sets: how many parameter sets were tried to find this one; 1 for one that stands alone
 * @created_ns: when it was computed, wall clock
 * @from_ns: first bar
 * @to_ns: last bar
 * @n_bars: how many bars went in
 * @took_ns: how long computing it took
 *
 * A finished backtest. Reference counted; after it was made nobody writes into it.
 */
typedef struct
{
  /*< private >*/
  gatomicrefcount ref_count;
  /*< public >*/
  char *key, *name, *user_id, *engine, *data_hash;
  char **strategies, **parameters, **plugins;
  const PstCurrency *currency;
  GPtrArray *instruments;
  GArray *fills, *round_trips, *equity;
  GPtrArray *statistics;
  gint64 initial_equity;
  guint64 n_sets, n_bars;
  gint64 created_ns, from_ns, to_ns, took_ns;
} PstBacktestResult;

PST_API GType pst_backtest_result_get_type (void);
/* Empty arrays; strings are NULL. */
PST_API PstBacktestResult *pst_backtest_result_new (void);
PST_API PstBacktestResult *pst_backtest_result_ref (PstBacktestResult *result);
PST_API void pst_backtest_result_unref (PstBacktestResult *result);
PST_API void pst_backtest_result_add_statistic (PstBacktestResult *result, const char *group, const char *name, double value);
/* NaN when there is none of this name. */
PST_API double pst_backtest_result_get_statistic (const PstBacktestResult *result, const char *group, const char *name);
/* (transfer full): SHA-256 in hex of plugins, parameters and data hash, which must be set; the order in which they stand does not matter. */
PST_API char *pst_backtest_result_make_key (const PstBacktestResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstBacktestResult, pst_backtest_result_unref)

G_END_DECLS
