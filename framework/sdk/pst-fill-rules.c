/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The money of fills. Every rounding goes against the trader: fees up, slippage to the worse side of the grid, sizes down. */
#include "pst-fill-rules.h"

static gint64
to_rate (const PstDecimal *own, gint64 otherwise)
{
  gint64 rate;

  return own != NULL && pst_decimal_rescale (own, PST_RATE_SCALE, PST_ROUND_CEILING, &rate, NULL) ? rate : otherwise;
}

static gint64
amount_in (const PstMoney *money, const PstCurrency *currency)
{
  return money != NULL && money->currency == currency ? money->amount : 0;
}

/**
 * pst_fill_rules_get_costs: (skip)
 * @rules: a venue's rules
 * @instrument: an instrument
 * @costs: (out caller-allocates): what its fills cost
 *
 * Any thread.
 */
void
pst_fill_rules_get_costs (const PstFillRules *rules, const PstInstrument *instrument, PstFillCosts *costs)
{
  costs->maker_fee = to_rate (rules->maker_fee, instrument->maker_fee);
  costs->taker_fee = to_rate (rules->taker_fee, instrument->taker_fee);
  costs->fee_fixed = amount_in (rules->fee_fixed, instrument->quote);
  costs->fee_minimum = amount_in (rules->fee_minimum, instrument->quote);
  costs->slippage = rules->slippage;
}

/**
 * pst_fill_slip:
 * @instrument: an instrument
 * @side: of the order
 * @price: where it would fill
 * @slippage: rate at %PST_RATE_SCALE
 * @slipped: (out): where it fills
 *
 * Any thread; hot.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_slip (const PstInstrument *instrument, PstSide side, gint64 price, gint64 slippage, gint64 *slipped)
{
  gint64 step = instrument->price_step, slip, off;

  *slipped = price;
  if (slippage == 0)
    return TRUE;
  if (!pst_mantissa_multiply (price, slippage, PST_RATE_SCALE, 0, PST_ROUND_UP, &slip))
    return FALSE;
  off = slip % step;
  if (off != 0 && !pst_add_checked (slip, step - off, &slip))
    return FALSE;
  if (side == PST_SIDE_BUY)
    return pst_add_checked (price, slip, slipped);
  *slipped = MAX (price - slip, step);
  return TRUE;
}

/**
 * pst_fill_total_fee: (skip)
 * @costs: what fills cost
 * @due: what all fills of an order owe by the rate
 * @fee: (out): what they pay
 *
 * The fixed fee beside the rate's, and both together at least the minimum. Any thread.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_total_fee (const PstFillCosts *costs, gint64 due, gint64 *fee)
{
  gint64 total;

  if (!pst_add_checked (due, costs->fee_fixed, &total))
    return FALSE;
  *fee = costs->fee_minimum > 0 ? MAX (total, costs->fee_minimum) : total;
  return TRUE;
}

/**
 * pst_fill_fee: (skip)
 * @costs: what fills cost
 * @instrument: an instrument
 * @notional: price times size at the quote's scale
 * @liquidity: maker or taker
 * @fee: (out): what is paid
 *
 * Any thread; hot.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_fee (const PstFillCosts *costs, const PstInstrument *instrument, gint64 notional, PstLiquidity liquidity, gint64 *fee)
{
  gint64 due;

  return pst_instrument_fee (instrument, notional, liquidity == PST_LIQUIDITY_MAKER ? costs->maker_fee : costs->taker_fee, &due)
         && pst_fill_total_fee (costs, due, fee);
}

static gboolean
get_cash_need (const PstInstrument *instrument, gint64 quantity, gint64 price, gint64 fee, gint64 *need)
{
  gint64 notional;

  return pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, &notional) && pst_add_checked (notional, MAX (fee, 0), need);
}

/* What closing @quantity of the position frees: a long one's proceeds, or a short one's cover less what buying it back costs. */
static gboolean
get_released (const PstInstrument *instrument, gint64 held, gint64 cost, gint64 quantity, gint64 price, gint64 *released)
{
  gint64 notional, proceeds;

  if (quantity == 0)
    {
      *released = 0;
      return TRUE;
    }
  if (held > 0)
    return pst_instrument_notional (instrument, price, quantity, PST_ROUND_DOWN, released);
  return pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, &notional)
         && pst_mantissa_multiply_divide (cost, quantity, held, PST_ROUND_DOWN, &proceeds)
         && pst_add_checked (ABS (proceeds), ABS (proceeds), released) && pst_subtract_checked (*released, notional, released);
}

/**
 * pst_fill_need:
 * @instrument: an instrument that settles by position
 * @held: what is held of it, signed
 * @cost: what that cost, signed, at the quote's scale
 * @side: of the order
 * @quantity: of the fill
 * @price: of the fill
 * @fee: of the fill
 * @need: (out): free cash that is needed
 *
 * What only closes needs nothing, because an account that cannot close is worse than one that is overdrawn. Through zero what is closed helps to pay
 * for what is opened. Any thread.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_need (const PstInstrument *instrument, gint64 held, gint64 cost, PstSide side, gint64 quantity, gint64 price, gint64 fee, gint64 *need)
{
  gint64 against = side == PST_SIDE_BUY ? -held : held, closing = CLAMP (against, 0, quantity), released, amount;

  *need = 0;
  if (closing == quantity)
    return TRUE;
  if (!get_cash_need (instrument, quantity - closing, price, fee, &amount) || !get_released (instrument, held, cost, closing, price, &released)
      || !pst_subtract_checked (amount, released, &amount))
    return FALSE;
  *need = MAX (amount, 0);
  return TRUE;
}

/* Cash that a fill of @size from flat needs. */
static gboolean
need_from_flat (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 size, gint64 *need)
{
  gint64 notional, fee;

  return pst_instrument_notional (instrument, price, size, PST_ROUND_HALF_EVEN, &notional)
         && pst_fill_fee (costs, instrument, notional, PST_LIQUIDITY_TAKER, &fee) && get_cash_need (instrument, size, price, fee, need);
}

/**
 * pst_fill_size_for_cash: (skip)
 * @costs: what fills cost
 * @instrument: an instrument
 * @price: of the fill, slippage included
 * @cash: what may be spent, at the quote's scale
 * @size: (out): the largest size on the grid that it pays for
 *
 * What the rate leaves of the cash gives a size, and roundings, fixed and least fees take off what is still too much: never more than @cash, and
 * less than the largest by at most what one unit of money buys. Any thread.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_size_for_cash (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 cash, gint64 *size)
{
  gint64 rate = MAX (costs->taker_fee, 0), budget = cash - costs->fee_fixed, need, room, over;

  *size = 0;
  if (cash <= 0 || budget <= 0 || price <= 0)
    return TRUE;
  /* One unit more than the rate leaves, so that rounding never begins too low; the loop comes down. */
  if (!pst_mantissa_multiply_divide (budget, PST_RATE_ONE, PST_RATE_ONE + rate, PST_ROUND_CEILING, &budget)
      || !pst_instrument_size_for (instrument, budget, price, size))
    return FALSE;
  if (instrument->size_max != 0 && *size > instrument->size_max)
    *size = instrument->size_max - instrument->size_max % instrument->size_step;
  while (*size > 0)
    {
      if (!need_from_flat (costs, instrument, price, *size, &need))
        return FALSE;
      if (need <= cash)
        return TRUE;
      /* The first steps are those that the excess is worth; after that it is one at a time. */
      over = need - cash;
      if (!pst_instrument_size_for (instrument, over, price, &room))
        return FALSE;
      *size -= MIN (MAX (room, instrument->size_step), *size);
    }
  return TRUE;
}
