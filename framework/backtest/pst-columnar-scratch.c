/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One backtest after the other over the same bars: signals by columns, then the walk, all in memory that the next one uses again. */
#include "pst-columnar-private.h"

struct _PstColumnarScratch
{
  PstColumnar *columnar;
  PstFillWalk *walk;
  PstIndicatorColumns *columns;
  PstSignalRules *rules;  /* of each strategy */
  const guint8 **signals; /* by strategy, then instrument; see #PstFillPlan */
  gsize *n_signals;
  guint8 **bytes; /* of each strategy, all instruments one after the other */
};

/**
 * pst_columnar_scratch_new: (skip)
 * @columnar: the engine; must outlive it
 * @store: (nullable): where indicators are shared
 *
 * Any thread; used by one.
 *
 * Returns: (transfer full): room for backtests
 */
PstColumnarScratch *
pst_columnar_scratch_new (PstColumnar *columnar, PstIndicatorStore *store)
{
  PstColumnarScratch *scratch = g_new0 (PstColumnarScratch, 1);
  guint n_strategies = columnar->strategies->len;
  gsize n = (gsize)n_strategies * pst_bar_set_get_n_instruments (columnar->bars);

  scratch->columnar = columnar;
  scratch->walk = pst_fill_walk_new (columnar->bars, n_strategies);
  scratch->columns = pst_indicator_columns_new (store);
  scratch->rules = g_new0 (PstSignalRules, n_strategies);
  scratch->signals = g_new0 (const guint8 *, n);
  scratch->n_signals = g_new0 (gsize, n);
  scratch->bytes = g_new0 (guint8 *, n_strategies);
  for (guint s = 0; s < n_strategies; s++)
    scratch->bytes[s] = g_malloc (pst_bar_set_get_n_bars (columnar->bars) + 1);
  return scratch;
}

/**
 * pst_columnar_scratch_free: (skip)
 * @scratch: (transfer full): room for backtests
 */
void
pst_columnar_scratch_free (PstColumnarScratch *scratch)
{
  for (guint s = 0; s < scratch->columnar->strategies->len; s++)
    g_free (scratch->bytes[s]);
  g_free (scratch->bytes);
  g_free (scratch->rules);
  g_free (scratch->signals);
  g_free (scratch->n_signals);
  pst_indicator_columns_free (scratch->columns);
  pst_fill_walk_free (scratch->walk);
  g_free (scratch);
}

/* Some instrument must have enough bars for a first signal. */
static gboolean
check_warm_up (PstColumnar *self, PstSignalStrategy *strategy, GError **error)
{
  guint warm_up = pst_signal_strategy_get_warm_up (strategy);
  gsize most = 0;

  for (guint i = 0; i < pst_bar_set_get_n_instruments (self->bars); i++)
    if (pst_signal_strategy_trades (strategy, pst_bar_set_get_columns (self->bars, i)->instrument))
      most = MAX (most, pst_bar_set_get_columns (self->bars, i)->n_bars);
  if (warm_up < most || most == 0)
    return TRUE;
  g_set_error (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_WARM_UP,
               "[strategy %s]: the first signal comes after %u bars, but no instrument has more than %" G_GSIZE_FORMAT
               "; set shorter periods, or give more data",
               pst_component_get_name (PST_COMPONENT (strategy)), warm_up, most);
  return FALSE;
}

/* Signals of one strategy over all instruments, into one array. */
static void
evaluate (PstColumnarScratch *scratch, guint number, PstSignalStrategy *strategy)
{
  PstBarSet *bars = scratch->columnar->bars;
  guint n = pst_bar_set_get_n_instruments (bars);
  const guint8 **signals = scratch->signals + (gsize)number * n;
  gsize *n_signals = scratch->n_signals + (gsize)number * n;
  guint8 *at = scratch->bytes[number];

  for (guint i = 0; i < n; i++)
    {
      const PstBarColumns *columns = pst_bar_set_get_columns (bars, i);

      signals[i] = NULL;
      n_signals[i] = 0;
      if (columns->n_bars == 0 || !pst_signal_strategy_trades (strategy, columns->instrument))
        continue;
      pst_indicator_columns_begin (scratch->columns, i, columns);
      signals[i] = at;
      n_signals[i] = pst_signal_strategy_evaluate_columns (strategy, scratch->columns, at);
      at += columns->n_bars;
    }
  pst_indicator_columns_begin (scratch->columns, 0, NULL);
}

/**
 * pst_columnar_scratch_prepare: (skip)
 * @scratch: room for backtests
 * @strategies: instead of the engine's
 * @keeps_signals: whether nothing changed since the last time that signals follow from
 * @error: return location for an error
 *
 * Asks strategies for their rules and signals. Errors: %PST_COLUMNAR_ERROR_WARM_UP.
 *
 * Returns: whether there is enough data
 */
gboolean
pst_columnar_scratch_prepare (PstColumnarScratch *scratch, PstSignalStrategy *const *strategies, gboolean keeps_signals, GError **error)
{
  guint n_strategies = scratch->columnar->strategies->len;

  for (guint s = 0; s < n_strategies; s++)
    if (!check_warm_up (scratch->columnar, strategies[s], error))
      return FALSE;
  for (guint s = 0; s < n_strategies; s++)
    {
      pst_signal_strategy_get_rules (strategies[s], &scratch->rules[s]);
      if (!keeps_signals)
        evaluate (scratch, s, strategies[s]);
    }
  return TRUE;
}

/**
 * pst_columnar_scratch_get_signals: (skip)
 * @scratch: room that is prepared
 * @place: of an instrument
 * @n_signals: (out): how many bars have one
 *
 * Returns: (transfer none) (nullable): what the first strategy says of it
 */
const guint8 *
pst_columnar_scratch_get_signals (PstColumnarScratch *scratch, guint place, gsize *n_signals)
{
  *n_signals = scratch->n_signals[place];
  return scratch->signals[place];
}

/**
 * pst_columnar_scratch_walk: (skip)
 * @scratch: room that is prepared
 * @needs: what is wanted
 * @result: gets fills, round trips and equity
 * @error: return location for an error
 *
 * Errors: %PST_COLUMNAR_ERROR_OVERFLOW.
 *
 * Returns: whether it could be computed
 */
gboolean
pst_columnar_scratch_walk (PstColumnarScratch *scratch, PstFillNeeds needs, PstBacktestResult *result, GError **error)
{
  PstColumnar *columnar = scratch->columnar;
  const PstFillPlan plan = { .bars = columnar->bars,
                             .rules = columnar->rules,
                             .currency = columnar->currency,
                             .cash = columnar->cash,
                             .n_strategies = columnar->strategies->len,
                             .strategies = scratch->rules,
                             .signals = scratch->signals,
                             .n_signals = scratch->n_signals };

  if (pst_fill_walk_run (scratch->walk, &plan, needs, result))
    return TRUE;
  g_set_error_literal (error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_OVERFLOW,
                       "an amount does not fit 64 bits; use smaller amounts, or give the currency fewer decimals");
  return FALSE;
}
