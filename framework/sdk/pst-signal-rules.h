/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From signals to sizes and exits: the rules of PstSignalStrategy as pure functions over plain values. The strategy calls them in a run, the columnar
 * engine over columns, so that both decide the same. */
#pragma once

#include "pst-fill-rules.h"

G_BEGIN_DECLS

/**
 * PstSignal:
 * @PST_SIGNAL_NONE: nothing
 * @PST_SIGNAL_ENTER_LONG: be long
 * @PST_SIGNAL_EXIT_LONG: be long no more
 * @PST_SIGNAL_ENTER_SHORT: be short
 * @PST_SIGNAL_EXIT_SHORT: be short no more
 *
 * What a bar says. An entry while in that position, and an exit while not in it, is no news.
 */
typedef enum /*< flags prefix=PST_SIGNAL >*/
{
  PST_SIGNAL_NONE = 0,
  PST_SIGNAL_ENTER_LONG = 1 << 0,
  PST_SIGNAL_EXIT_LONG = 1 << 1,
  PST_SIGNAL_ENTER_SHORT = 1 << 2,
  PST_SIGNAL_EXIT_SHORT = 1 << 3,
} PstSignal;

/* Of strategies that are either way round alike. */
#define PST_SIGNAL_BUY ((PstSignal)(PST_SIGNAL_ENTER_LONG | PST_SIGNAL_EXIT_SHORT))
#define PST_SIGNAL_SELL ((PstSignal)(PST_SIGNAL_EXIT_LONG | PST_SIGNAL_ENTER_SHORT))

/**
 * PstDirection:
 * @PST_DIRECTION_LONG: long or flat
 * @PST_DIRECTION_SHORT: short or flat
 * @PST_DIRECTION_BOTH: long, short or flat
 *
 * Which positions a strategy may take.
 */
typedef enum /*< prefix=PST_DIRECTION >*/
{
  PST_DIRECTION_LONG = 1,
  PST_DIRECTION_SHORT,
  PST_DIRECTION_BOTH,
} PstDirection;

/**
 * PstSignalTarget:
 * @PST_SIGNAL_TARGET_NONE: no signal yet, or the last one came to nothing
 * @PST_SIGNAL_TARGET_LONG: long
 * @PST_SIGNAL_TARGET_SHORT: short
 * @PST_SIGNAL_TARGET_FLAT: flat
 *
 * What the signals so far lead to.
 */
typedef enum /*< skip >*/
{
  PST_SIGNAL_TARGET_NONE,
  PST_SIGNAL_TARGET_LONG,
  PST_SIGNAL_TARGET_SHORT,
  PST_SIGNAL_TARGET_FLAT,
} PstSignalTarget;

/**
 * PstSignalRules:
 * @direction: which positions may be taken
 * @order_value: (nullable): what a position is opened for
 * @order_size: (nullable): quantity with which it is opened
 * @order_fraction: (nullable): share of the equity
 * @order_cash: (nullable): share of the cash, fees and slippage included
 * @instrument_cash: (nullable): each instrument has this much of its own; %NULL: they share the account
 * @stop_loss: rate at #PST_RATE_SCALE, 0: none
 * @take_profit: rate at #PST_RATE_SCALE, 0: none
 * @trailing_stop: rate at #PST_RATE_SCALE, 0: none
 * @accumulate: whether an entry while in that position adds to it
 *
 * Of the four sizes exactly one is set. Borrowed from the strategy.
 */
typedef struct
{
  PstDirection direction;
  const PstMoney *order_value;
  const PstDecimal *order_size, *order_fraction, *order_cash;
  const PstMoney *instrument_cash;
  gint64 stop_loss, take_profit, trailing_stop;
  gboolean accumulate;
} PstSignalRules;

/**
 * PstSignalFunds:
 * @currency: of both
 * @cash: that can be spent
 * @equity: cash and what is held
 *
 * What sizes are shares of: the account's, or the instrument's own.
 */
typedef struct
{
  const PstCurrency *currency;
  gint64 cash, equity;
} PstSignalFunds;

/* Where a signal leads from @target; NONE when it is no news. */
static inline PstSignalTarget
pst_signal_rules_aim (PstDirection direction, PstSignalTarget target, PstSignal signal)
{
  gboolean may_long = direction != PST_DIRECTION_SHORT, may_short = direction != PST_DIRECTION_LONG;

  /* An entry that the direction allows comes first; an exit ends only the position that it is about. */
  if ((signal & PST_SIGNAL_ENTER_LONG) && may_long)
    return PST_SIGNAL_TARGET_LONG;
  if ((signal & PST_SIGNAL_ENTER_SHORT) && may_short)
    return PST_SIGNAL_TARGET_SHORT;
  if ((signal & PST_SIGNAL_EXIT_LONG) && may_long && target != PST_SIGNAL_TARGET_SHORT)
    return PST_SIGNAL_TARGET_FLAT;
  if ((signal & PST_SIGNAL_EXIT_SHORT) && may_short && target != PST_SIGNAL_TARGET_LONG)
    return PST_SIGNAL_TARGET_FLAT;
  return PST_SIGNAL_TARGET_NONE;
}

/* 1, -1 or 0 */
static inline gint
pst_signal_target_sign (PstSignalTarget target)
{
  return target == PST_SIGNAL_TARGET_LONG ? 1 : target == PST_SIGNAL_TARGET_SHORT ? -1 : 0;
}

/* The size of an order that opens or adds at @price; 0 when nothing can be had. @cash_max: what the order may cost at most (see #PstOrderRequest), 0
 * when its size is what counts. @held_value: what is held and will be closed first, signed. */
PST_API gint64 pst_signal_rules_size (const PstSignalRules *rules, const PstInstrument *instrument, const PstSignalFunds *funds, gint64 held_value,
                                      gint64 price, gint64 *cash_max);

static inline gboolean
pst_signal_rules_have_exits (const PstSignalRules *rules)
{
  return (rules->stop_loss | rules->take_profit | rules->trailing_stop) != 0;
}

/* Where a position with the average price @price and the best price @best since its entry is stopped: the nearer of stop-loss and trailing stop, on
 * the farther side of the grid; 0 for none. @sign: 1 long, -1 short. */
PST_API gint64 pst_signal_rules_stop (const PstSignalRules *rules, const PstInstrument *instrument, gint sign, gint64 price, gint64 best);
/* Where its profit is taken, on the farther side of the grid; 0 for none. */
PST_API gint64 pst_signal_rules_target (const PstSignalRules *rules, const PstInstrument *instrument, gint sign, gint64 price);

G_END_DECLS
