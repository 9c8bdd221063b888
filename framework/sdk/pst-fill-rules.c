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

/* Whether @cash pays for the fill of a size from flat; @excess: by how much it does not. FALSE on overflow. */
static gboolean
try_size (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 cash, PstFillQuote *quote, gint64 *excess)
{
  gint64 need;

  *excess = 0;
  if (!pst_instrument_notional (instrument, price, quote->size, PST_ROUND_HALF_EVEN, &quote->notional)
      || !pst_fill_fee (costs, instrument, quote->notional, PST_LIQUIDITY_TAKER, &quote->fee))
    return FALSE;
  /* Rounded up it is at most one unit more, which seldom matters. */
  if (quote->notional < G_MAXINT64 / 2 && quote->fee < G_MAXINT64 / 4 && quote->notional + 1 + MAX (quote->fee, 0) <= cash)
    return TRUE;
  if (!get_cash_need (instrument, quote->size, price, quote->fee, &need))
    return FALSE;
  *excess = MAX (need - cash, 0);
  return TRUE;
}

/* @budget / (@price * (1 + @rate)), rounded down to the grid: in one division where the numbers allow it. */
static gboolean
divide_budget (const PstInstrument *instrument, gint64 price, gint64 budget, gint64 rate, gint64 *size)
{
  gint exponent = (gint)instrument->price_scale + instrument->size_scale - instrument->quote->scale;
  __int128 numerator = (__int128)budget * PST_RATE_ONE, quotient;
  gint64 divisor;

  if (exponent < 0 || exponent > PST_SCALE_MAX || __builtin_mul_overflow (price, PST_RATE_ONE + rate, &divisor)
      || __builtin_mul_overflow (numerator, (__int128)pst_power_of_ten (exponent), &numerator))
    return pst_mantissa_multiply_divide (budget, PST_RATE_ONE, PST_RATE_ONE + rate, PST_ROUND_DOWN, &budget)
           && pst_instrument_size_for (instrument, budget, price, size);
  quotient = (__int128)((unsigned __int128)numerator / (guint64)divisor);
  if (quotient != (gint64)quotient)
    return FALSE;
  *size = (gint64)quotient;
  if (instrument->size_step != 1)
    *size -= *size % instrument->size_step;
  return TRUE;
}

/**
 * pst_fill_quote_for_cash: (skip)
 * @costs: what fills cost
 * @instrument: an instrument
 * @price: of the fill, slippage included
 * @cash: what may be spent, at the quote's scale
 * @quote: (out caller-allocates): the largest size on the grid that it pays for, and what that comes to
 *
 * What the rate leaves of the cash gives a size, and roundings, fixed and least fees take off what is still too much: never more than @cash, and
 * less than the largest by at most what one unit of money buys. Any thread; hot.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_quote_for_cash (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 cash, PstFillQuote *quote)
{
  gint64 rate = MAX (costs->taker_fee, 0), budget = cash - costs->fee_fixed, room, excess;

  *quote = (PstFillQuote){ 0 };
  if (cash <= 0 || budget <= 0 || price <= 0)
    return TRUE;
  if (!divide_budget (instrument, price, budget, rate, &quote->size))
    return FALSE;
  if (instrument->size_max != 0 && quote->size > instrument->size_max)
    quote->size = instrument->size_max - instrument->size_max % instrument->size_step;
  while (quote->size > 0)
    {
      if (!try_size (costs, instrument, price, cash, quote, &excess))
        return FALSE;
      if (excess == 0)
        return TRUE;
      /* The first steps are those that the excess is worth; after that it is one at a time. */
      if (!pst_instrument_size_for (instrument, excess, price, &room))
        return FALSE;
      quote->size -= MIN (MAX (room, instrument->size_step), quote->size);
    }
  return TRUE;
}

/**
 * pst_fill_size_for_cash: (skip)
 * @costs: what fills cost
 * @instrument: an instrument
 * @price: of the fill, slippage included
 * @cash: what may be spent, at the quote's scale
 * @size: (out): the largest size on the grid that it pays for
 *
 * See pst_fill_quote_for_cash(). Any thread.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_fill_size_for_cash (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 cash, gint64 *size)
{
  PstFillQuote quote;

  if (!pst_fill_quote_for_cash (costs, instrument, price, cash, &quote))
    return FALSE;
  *size = quote.size;
  return TRUE;
}
