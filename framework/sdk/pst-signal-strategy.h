/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of strategies that say of each bar "enter" or "exit" and leave it to others to make orders of that. What a strategy says depends on the
 * bars of one instrument alone, so the same code says it to the event engine and, over whole columns, to the columnar one. */
#pragma once

#include "pst-indicator-columns.h"
#include "pst-signal-rules.h"
#include "pst-strategy.h"

G_BEGIN_DECLS

#define PST_TYPE_SIGNAL_STRATEGY (pst_signal_strategy_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstSignalStrategy, pst_signal_strategy, PST, SIGNAL_STRATEGY, PstStrategy)

/**
 * PstSignalStrategyClass:
 * @state_size: bytes of what it keeps of one instrument; at most 4096
 * @init_state: make such a state; it is all zeros before
 * @clear_state: (nullable): free what a state holds
 * @on_bar: take a bar of the state's instrument and say what it says; %FALSE when a sum overflowed: the instrument gets no more signals
 * @get_warm_up: (nullable): how many bars it takes before the first signal can come
 * @get_member: (nullable): of a strategy that is made of others: the name of the @index-th of them, as a pipeline file names it, and the option that
 *   says so; %FALSE beyond the last. They are looked up by prepare(), and found by pst_signal_strategy_get_member()
 * @on_columns: (nullable): the same as on_bar() of each bar of an instrument, beginning with a new state, over indicators that a sweep computes once
 *   for all sets and threads. Returns how many bars it took: fewer than there are when a sum overflowed. @signals: one byte a bar, of any content
 * @get_sma_cross: (nullable): when its signals are exactly pst_signal_cross() of two simple averages of closes: their periods, so that a sweep
 * computes the averages once for all sets
 *
 * What a strategy of signals implements. on_bar() must depend on nothing but the options, the state and the bar.
 */
struct _PstSignalStrategyClass
{
  PstStrategyClass parent_class;

  gsize state_size;
  void (*init_state) (PstSignalStrategy *strategy, gpointer state);
  void (*clear_state) (PstSignalStrategy *strategy, gpointer state);
  gboolean (*on_bar) (PstSignalStrategy *strategy, gpointer state, const PstBar *bar, PstSignal *signal);
  guint (*get_warm_up) (PstSignalStrategy *strategy);
  gboolean (*get_member) (PstSignalStrategy *strategy, guint index, const char **option, const char **name);
  gsize (*on_columns) (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals);
  gboolean (*get_sma_cross) (PstSignalStrategy *strategy, guint *fast, guint *slow);
  gpointer reserved[5];
};

PST_API PstDirection pst_signal_strategy_get_direction (PstSignalStrategy *strategy);
/* Bars before the first signal can come; 0 when the strategy does not say. */
PST_API guint pst_signal_strategy_get_warm_up (PstSignalStrategy *strategy);
/* What each bar of one instrument says, without a run: @signals has room for @n_bars. Returns how many it took: fewer when a sum overflowed. */
PST_API gsize pst_signal_strategy_evaluate (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint8 *signals);

/* Whether another strategy of the run is made of this one, which then gives signals to it and no orders. From prepare() on. */
PST_API gboolean pst_signal_strategy_is_member (PstSignalStrategy *strategy);
/* (transfer none) (nullable): of those that it is made of; NULL beyond the last. From prepare() on, as long as the run lives. */
PST_API PstSignalStrategy *pst_signal_strategy_get_member (PstSignalStrategy *strategy, guint index);
/* What @strategy keeps of one instrument, for another one that is made of it. All components must be prepared. */
PST_API gpointer pst_signal_strategy_new_state (PstSignalStrategy *strategy);
PST_API void pst_signal_strategy_free_state (PstSignalStrategy *strategy, gpointer state);
/* FALSE when a sum overflowed. */
PST_API gboolean pst_signal_strategy_take_bar (PstSignalStrategy *strategy, gpointer state, const PstBar *bar, PstSignal *signal);
/* What of @signal a strategy of @direction heeds. */
PST_API PstSignal pst_signal_heed (PstDirection direction, PstSignal signal);
/* The position, -1, 0 or 1, of one that acts alone and is filled at once: what becomes of @position by a signal that is heeded. */
PST_API gint pst_signal_follow (gint position, PstSignal heeded);
/* What leads from one position to another. */
PST_API PstSignal pst_signal_between (gint before, gint after);

/* The same over columns, by on_columns() where the strategy has it. */
PST_API gsize pst_signal_strategy_evaluate_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals);
/* (skip): for copies that are evaluated beside a run: from the next prepare() on its members are those of @family that have their names. */
PST_API void pst_signal_strategy_set_family (PstSignalStrategy *strategy, GPtrArray *family);
/* Sizes and exits as the options say; valid until an option is set. */
PST_API void pst_signal_strategy_get_rules (PstSignalStrategy *strategy, PstSignalRules *rules);
/* Whether it trades an instrument, by the option instruments. */
PST_API gboolean pst_signal_strategy_trades (PstSignalStrategy *strategy, const PstInstrument *instrument);
/* Above now and at or below one bar before is a crossing up (BUY); the other way round one down (SELL). @relation: -1, 0 or 1 now; @before: of the
 * bar before, a %PST_SIGNAL_UNKNOWN at first; becomes @relation. */
#define PST_SIGNAL_UNKNOWN 2

static inline PstSignal
pst_signal_cross (gint8 *before, gint relation)
{
  gint was = *before;

  *before = (gint8)relation;
  if (was == PST_SIGNAL_UNKNOWN)
    return PST_SIGNAL_NONE;
  if (relation > 0 && was <= 0)
    return PST_SIGNAL_BUY;
  return relation < 0 && was >= 0 ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
}

G_END_DECLS
