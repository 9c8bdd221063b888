/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Netting. Of every position, at every moment and exactly:
 *
 *   quantity = sum of signed fill quantities
 *   cost - realised_profit = sum of signed notionals   (bought: above 0, sold: below 0)
 *
 * The second line is the one that rounding could break: a share of the cost is rounded once, and what it takes from the cost it gives to
 * the profit, so the sum stays. */
#include "pst-position.h"

#include "pst-decimal-private.h"

G_DEFINE_BOXED_TYPE (PstPosition, pst_position, pst_position_copy, pst_position_free)

/* What one fill, or one half of a fill that goes through zero, moves. */
typedef struct
{
  gint64 quantity; /* signed */
  gint64 notional; /* signed */
  gint64 fee;      /* in the quote currency */
} Part;

/**
 * pst_position_copy:
 * @position: a position
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstPosition *
pst_position_copy (const PstPosition *position)
{
  return g_memdup2 (position, sizeof *position);
}

/**
 * pst_position_free:
 * @position: (nullable) (transfer full): a copy of a position
 *
 * Any thread.
 */
void
pst_position_free (PstPosition *position)
{
  g_free (position);
}

/* Opens or adds. */
static gboolean
increase (PstPosition *position, const Part *part)
{
  return pst_add_checked (position->quantity, part->quantity, &position->quantity)
         && pst_add_checked (position->cost, part->notional, &position->cost)
         && pst_subtract_checked (position->trade_profit, part->fee, &position->trade_profit);
}

/* Takes off at most what is there. */
static gboolean
reduce (PstPosition *position, const Part *part, gint64 *realised)
{
  gint64 share, moved;

  /* The quantities' signs differ, so this is what the cost changes by: exactly minus the cost when all goes. */
  if (!pst_mantissa_multiply_divide (position->cost, part->quantity, position->quantity, PST_ROUND_HALF_EVEN, &share))
    return FALSE;
  if (!pst_subtract_checked (share, part->notional, &moved) || !pst_add_checked (position->cost, share, &position->cost)
      || !pst_add_checked (position->quantity, part->quantity, &position->quantity)
      || !pst_add_checked (position->realised_profit, moved, &position->realised_profit)
      || !pst_add_checked (position->trade_profit, moved, &position->trade_profit)
      || !pst_subtract_checked (position->trade_profit, part->fee, &position->trade_profit))
    return FALSE;
  *realised = moved;
  if (position->quantity == 0)
    {
      position->n_trades++;
      position->n_wins += position->trade_profit > 0;
      position->trade_profit = 0;
    }
  return TRUE;
}

/* Divides a fill that goes through zero: the part that closes, and the rest, which sum to the whole. */
static gboolean
split (const Part *whole, gint64 position_quantity, Part *closing, Part *opening)
{
  closing->quantity = -position_quantity; /* nearer to zero than the fill, so it has an opposite */
  return pst_mantissa_multiply_divide (whole->notional, closing->quantity, whole->quantity, PST_ROUND_HALF_EVEN, &closing->notional)
         && pst_mantissa_multiply_divide (whole->fee, closing->quantity, whole->quantity, PST_ROUND_HALF_EVEN, &closing->fee)
         && pst_subtract_checked (whole->quantity, closing->quantity, &opening->quantity)
         && pst_subtract_checked (whole->notional, closing->notional, &opening->notional)
         && pst_subtract_checked (whole->fee, closing->fee, &opening->fee);
}

static gboolean
apply_part (PstPosition *position, const Part *part, gint64 *realised)
{
  Part closing, opening;
  gint64 quantity = position->quantity;

  *realised = 0;
  if (quantity == 0 || (quantity > 0) == (part->quantity > 0))
    return increase (position, part);
  /* Opposite signs: the sum cannot overflow. */
  if (quantity + part->quantity == 0 || (quantity > 0) == (quantity + part->quantity > 0))
    return reduce (position, part, realised);
  return split (part, quantity, &closing, &opening) && reduce (position, &closing, realised) && increase (position, &opening);
}

static gboolean
check_fill (const PstPosition *position, const PstInstrument *instrument, const PstFill *fill, GError **error)
{
  gint64 notional;

  pst_invariant (fill->instrument == position->instrument, error);
  pst_invariant (fill->side == PST_SIDE_BUY || fill->side == PST_SIDE_SELL, error);
  pst_invariant (fill->quantity > 0, error);
  pst_invariant (fill->fee == 0 || fill->fee_currency != NULL, error);
  pst_invariant (pst_instrument_notional (instrument, fill->price, fill->quantity, PST_ROUND_HALF_EVEN, &notional), error);
  pst_invariant (fill->notional == notional && notional != G_MININT64, error);
  return TRUE;
}

/**
 * pst_position_apply:
 * @position: a position in the fill's instrument
 * @instrument: that instrument
 * @fill: the fill; its realised_profit is written
 * @error: return location for a #GError
 *
 * Nets a fill. Adding adds its notional to the cost. A reduction takes its share of the cost, rounded half-even. A fill through zero
 * closes with a share of its notional and its fee (half-even), then opens with exactly the rest of both. A round trip ends when the
 * quantity comes to zero or goes through it; it is a win when its profit after the fees in the quote currency is above zero.
 *
 * The net of all strategies gets the same fill: apply it to that one first, for each call writes realised_profit.
 *
 * Errors: %PST_RUN_ERROR_INVARIANT for a fill that contradicts itself, %PST_VALUE_ERROR_OVERFLOW; nothing has changed then. On the run's
 * context.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_position_apply (PstPosition *position, const PstInstrument *instrument, PstFill *fill, GError **error)
{
  PstPosition after = *position;
  Part whole;
  gint64 realised;
  gboolean buys;

  if (!check_fill (position, instrument, fill, error))
    return FALSE;
  buys = fill->side == PST_SIDE_BUY;
  whole.quantity = buys ? fill->quantity : -fill->quantity;
  whole.notional = buys ? fill->notional : -fill->notional;
  whole.fee = fill->fee_currency == instrument->quote ? fill->fee : 0;
  after.n_fills++;
  if (!pst_add_checked (after.fees, whole.fee, &after.fees) || !apply_part (&after, &whole, &realised))
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW,
                   "the position in %s does not fit 64 bits after fill \"%s\"; trade smaller sizes or give %s fewer decimals", instrument->id,
                   fill->execution_id, instrument->quote->code);
      return FALSE;
    }
  pst_invariant ((__int128)after.cost - after.realised_profit == (__int128)position->cost - position->realised_profit + whole.notional, error);
  pst_invariant (after.quantity == position->quantity + whole.quantity, error);
  pst_invariant (after.quantity != 0 || after.cost == 0, error);
  *position = after;
  fill->realised_profit = realised;
  return TRUE;
}

/**
 * pst_position_value:
 * @position: a position
 * @instrument: its instrument
 * @price: mantissa at the price scale
 * @value: (out): quantity times price at the quote's scale, signed, half-even; unchanged when %FALSE
 *
 * What the holding is worth at a mark. Any thread.
 *
 * Returns: %FALSE on overflow
 */
gboolean
pst_position_value (const PstPosition *position, const PstInstrument *instrument, gint64 price, gint64 *value)
{
  return pst_instrument_notional (instrument, price, position->quantity, PST_ROUND_HALF_EVEN, value);
}

/**
 * pst_position_average_price:
 * @position: a position
 * @instrument: its instrument
 *
 * For showing only: rounded half-even to the price scale. Any thread.
 *
 * Returns: cost by quantity at the price scale; 0 when flat, or in the case that it does not fit 64 bits
 */
gint64
pst_position_average_price (const PstPosition *position, const PstInstrument *instrument)
{
  gint exponent = (gint)instrument->price_scale + instrument->size_scale - instrument->quote->scale;
  gint64 price;

  if (position->quantity == 0 || !pst_wide_scale_divide (position->cost, exponent, position->quantity, PST_ROUND_HALF_EVEN, &price))
    return 0;
  return price;
}
