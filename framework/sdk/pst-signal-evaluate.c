/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a strategy says of bars that are all there: signals without a run. */
#include "pst-signal-strategy.h"

/**
 * pst_signal_strategy_evaluate:
 * @strategy: a strategy whose options are set
 * @bars: (array length=n_bars): bars of one instrument, the oldest first
 * @n_bars: how many
 * @signals: (out caller-allocates): #PstSignal of each bar, @n_bars bytes
 *
 * Tells what each bar says, without a run, a context or orders: the same that the event engine hears. Any thread, but one at a time.
 *
 * Returns: how many bars it took; fewer than @n_bars when a sum overflowed
 */
gsize
pst_signal_strategy_evaluate (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint8 *signals)
{
  PstSignalStrategyClass *klass;
  gpointer state;
  gsize n = 0;

  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), 0);
  g_return_val_if_fail (bars != NULL && signals != NULL, 0);

  klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);
  state = pst_signal_strategy_new_state (strategy);
  for (; n < n_bars; n++)
    {
      PstSignal signal = PST_SIGNAL_NONE;

      if (!klass->on_bar (strategy, state, &bars[n], &signal))
        break;
      signals[n] = (guint8)signal;
    }
  pst_signal_strategy_free_state (strategy, state);
  return n;
}

/**
 * pst_signal_strategy_evaluate_columns:
 * @strategy: a strategy whose options are set
 * @columns: columns that have begun with the bars of one instrument
 * @signals: (out caller-allocates): #PstSignal of each bar, one byte a bar
 *
 * As pst_signal_strategy_evaluate(), over columns: by the strategy's own form for them where it has one. Any thread, but one at a time.
 *
 * Returns: how many bars it took; fewer than there are when a sum overflowed
 */
gsize
pst_signal_strategy_evaluate_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  PstSignalStrategyClass *klass;
  const PstBarColumns *bars;
  gpointer state;
  gsize n = 0;

  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), 0);
  g_return_val_if_fail (columns != NULL && signals != NULL, 0);

  bars = pst_indicator_columns_get_bars (columns);
  klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);
  if (klass->on_columns != NULL)
    return klass->on_columns (strategy, columns, signals);
  state = pst_signal_strategy_new_state (strategy);
  for (; n < bars->n_bars; n++)
    {
      const PstBar bar = { bars->open[n], bars->high[n], bars->low[n], bars->close[n], bars->volume[n] };
      PstSignal signal = PST_SIGNAL_NONE;

      if (!klass->on_bar (strategy, state, &bar, &signal))
        break;
      signals[n] = (guint8)signal;
    }
  pst_signal_strategy_free_state (strategy, state);
  return n;
}
