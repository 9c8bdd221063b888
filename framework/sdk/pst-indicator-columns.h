/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Indicators over whole columns, for strategies that have a form for them: each is computed once, by the streaming code of pst-indicator.h, and read
 * by all parameter sets and threads that need it. A store keeps them within a bound; one thread looks at one instrument through columns of its own.
 */
#pragma once

#include "pst-bar-columns.h"

G_BEGIN_DECLS

/**
 * PstIndicatorKind:
 * @PST_INDICATOR_CLOSE_SUM: integers: exact sum of the last @a closes
 * @PST_INDICATOR_VOLUME_SUM: integers: exact sum of the last @a volumes
 * @PST_INDICATOR_HIGHEST: integers: the largest of the last @a highs
 * @PST_INDICATOR_LOWEST: integers: the smallest of the last @a lows
 * @PST_INDICATOR_MEAN: mean of the last @a closes
 * @PST_INDICATOR_DEVIATION: population deviation of the last @a closes
 * @PST_INDICATOR_EMA: #PstEma of period @a and #PstEmaKind @b over closes
 * @PST_INDICATOR_RSI: #PstRsi of period @a and #PstRsiKind @b over closes
 * @PST_INDICATOR_MACD: the value of a #PstMacd of periods @a and @b and #PstMacdKind @c over closes; its signal is left to who wants one
 * @PST_INDICATOR_RETURN: #PstReturn of period @a over closes
 * @PST_INDICATOR_EFFICIENCY: #PstEfficiency of period @a over closes
 * @PST_INDICATOR_ADX: #PstAdx of period @a
 *
 * What can be asked for.
 */
typedef enum /*< skip >*/
{
  PST_INDICATOR_CLOSE_SUM,
  PST_INDICATOR_VOLUME_SUM,
  PST_INDICATOR_HIGHEST,
  PST_INDICATOR_LOWEST,
  PST_INDICATOR_MEAN,
  PST_INDICATOR_DEVIATION,
  PST_INDICATOR_EMA,
  PST_INDICATOR_RSI,
  PST_INDICATOR_MACD,
  PST_INDICATOR_RETURN,
  PST_INDICATOR_EFFICIENCY,
  PST_INDICATOR_ADX,
  PST_N_INDICATORS,
} PstIndicatorKind;

/**
 * PstIndicatorColumn:
 * @values: one a bar, NaN before it is ready; %NULL for kinds of integers
 * @integers: one a bar, of no meaning before it is ready; %NULL for others
 * @first: the first bar that has a value; where a value may be missing later too it is NaN
 * @n_bars: how many bars it took: fewer than there are when a sum overflowed
 *
 * One indicator of one instrument.
 */
typedef struct
{
  const double *values;
  const gint64 *integers;
  gsize first, n_bars;
} PstIndicatorColumn;

typedef struct _PstIndicatorStore PstIndicatorStore;

/* (skip): keeps up to @bytes_max of what nobody uses at the moment, the least recently used go first. Reference counted; any thread. */
PST_API PstIndicatorStore *pst_indicator_store_new (gsize bytes_max);
PST_API PstIndicatorStore *pst_indicator_store_ref (PstIndicatorStore *store);
PST_API void pst_indicator_store_unref (PstIndicatorStore *store);
/* Columns that were computed so far, those of them that had to be computed again included. */
PST_API guint64 pst_indicator_store_get_n_computed (PstIndicatorStore *store);

typedef struct _PstIndicatorColumns PstIndicatorColumns;

/* (skip): @store: (nullable): NULL: nothing is shared. Used by one thread. */
PST_API PstIndicatorColumns *pst_indicator_columns_new (PstIndicatorStore *store);
PST_API void pst_indicator_columns_free (PstIndicatorColumns *columns);
/* Turns to the bars of another instrument, @series of its store; what was got before is given back. (nullable): NULL: only gives back. */
PST_API void pst_indicator_columns_begin (PstIndicatorColumns *columns, guint series, const PstBarColumns *bars);

/* What a strategy calls in on_columns(): all of it is valid until that returns. */
PST_API const PstBarColumns *pst_indicator_columns_get_bars (const PstIndicatorColumns *columns);
PST_API const PstIndicatorColumn *pst_indicator_columns_get (PstIndicatorColumns *columns, PstIndicatorKind kind, guint a, guint b, guint c);
/* One byte a bar to work with, of any content. */
PST_API guint8 *pst_indicator_columns_get_scratch (PstIndicatorColumns *columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstIndicatorStore, pst_indicator_store_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstIndicatorColumns, pst_indicator_columns_free)

G_END_DECLS
