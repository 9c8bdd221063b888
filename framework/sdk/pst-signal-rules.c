/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes are rounded down, exits to the farther side of the price grid: a stop is never nearer, a target never easier than was asked for. */
#include "pst-signal-rules.h"

static gboolean
share_of (gint64 amount, const PstDecimal *share, gint64 *part)
{
  return pst_mantissa_multiply (amount, share->mantissa, share->scale, 0, PST_ROUND_DOWN, part);
}

/* The cash to be spent, and an estimate of what it buys when only the instrument's own fee is known. */
static gint64
size_of_cash (const PstSignalRules *rules, const PstInstrument *instrument, const PstSignalFunds *funds, gint64 held_value, gint64 price,
              gint64 *cash_max)
{
  const PstFillCosts costs = { .taker_fee = instrument->taker_fee };
  gint64 cash, size;

  if (!pst_add_checked (funds->cash, held_value, &cash) || cash <= 0 || !share_of (cash, rules->order_cash, &cash)
      || !pst_fill_size_for_cash (&costs, instrument, price, cash, &size))
    return 0;
  *cash_max = cash;
  return size;
}

static gint64
size_of_value (const PstInstrument *instrument, gint64 value, gint64 price)
{
  gint64 size;

  return value > 0 && pst_instrument_size_for (instrument, value, price, &size) ? size : 0;
}

/* An instrument that has cash of its own opens for no more than that. */
static gboolean
can_afford (const PstSignalRules *rules, const PstInstrument *instrument, const PstSignalFunds *funds, gint64 held_value, gint64 price, gint64 size)
{
  gint64 notional, cash;

  if (rules->instrument_cash == NULL)
    return TRUE;
  return pst_instrument_notional (instrument, price, size, PST_ROUND_UP, &notional) && pst_add_checked (funds->cash, held_value, &cash)
         && notional <= cash;
}

/**
 * pst_signal_rules_size: (skip)
 * @rules: a strategy's rules
 * @instrument: what is to be bought or sold
 * @funds: what sizes are shares of
 * @held_value: what is held of it and will be closed first, at @price, signed
 * @price: of the bar that gave the signal
 * @cash_max: (out): what the order may cost at most, 0 when its size is what counts
 *
 * Any thread.
 *
 * Returns: the size; 0 when nothing can be bought: another currency, too dear, too large
 */
gint64
pst_signal_rules_size (const PstSignalRules *rules, const PstInstrument *instrument, const PstSignalFunds *funds, gint64 held_value, gint64 price,
                       gint64 *cash_max)
{
  gint64 size = 0, value;

  *cash_max = 0;
  if (rules->order_size != NULL)
    {
      if (!pst_decimal_rescale (rules->order_size, instrument->size_scale, PST_ROUND_DOWN, &size, NULL))
        return 0;
      size -= size % instrument->size_step;
    }
  else if (rules->order_value != NULL)
    size = rules->order_value->currency == instrument->quote ? size_of_value (instrument, rules->order_value->amount, price) : 0;
  else if (funds->currency != instrument->quote)
    return 0;
  else if (rules->order_cash != NULL)
    return size_of_cash (rules, instrument, funds, held_value, price, cash_max);
  else
    size = funds->equity > 0 && share_of (funds->equity, rules->order_fraction, &value) ? size_of_value (instrument, value, price) : 0;
  return can_afford (rules, instrument, funds, held_value, price, size) ? size : 0;
}

/* @price moved by @rate, @up or down, and on to the grid in the same direction. 0 when there is no such price. */
static gint64
move_price (const PstInstrument *instrument, gint64 price, gint64 rate, gboolean up)
{
  gint64 moved, off;

  if (!pst_mantissa_multiply_divide (price, up ? PST_RATE_ONE + rate : PST_RATE_ONE - rate, PST_RATE_ONE, up ? PST_ROUND_CEILING : PST_ROUND_FLOOR,
                                     &moved)
      || moved <= 0)
    return 0;
  off = moved % instrument->price_step;
  if (off == 0)
    return moved;
  return up ? (pst_add_checked (moved, instrument->price_step - off, &moved) ? moved : 0) : moved - off;
}

/**
 * pst_signal_rules_stop: (skip)
 * @rules: a strategy's rules
 * @instrument: what is held
 * @sign: 1 long, -1 short
 * @price: average price of the position
 * @best: best price since its entry
 *
 * Any thread.
 *
 * Returns: where it is stopped; 0 for none
 */
gint64
pst_signal_rules_stop (const PstSignalRules *rules, const PstInstrument *instrument, gint sign, gint64 price, gint64 best)
{
  gint64 loss = rules->stop_loss != 0 ? move_price (instrument, price, rules->stop_loss, sign < 0) : 0;
  gint64 trail = rules->trailing_stop != 0 ? move_price (instrument, best, rules->trailing_stop, sign < 0) : 0;

  if (loss == 0 || trail == 0)
    return loss + trail;
  return sign > 0 ? MAX (loss, trail) : MIN (loss, trail);
}

/**
 * pst_signal_rules_target: (skip)
 * @rules: a strategy's rules
 * @instrument: what is held
 * @sign: 1 long, -1 short
 * @price: average price of the position
 *
 * Any thread.
 *
 * Returns: where its profit is taken; 0 for none
 */
gint64
pst_signal_rules_target (const PstSignalRules *rules, const PstInstrument *instrument, gint sign, gint64 price)
{
  return rules->take_profit != 0 ? move_price (instrument, price, rules->take_profit, sign > 0) : 0;
}
