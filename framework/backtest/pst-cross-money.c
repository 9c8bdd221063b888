/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When the short way may be gone: a plain rate of fees, sizes of any step of one, and numbers that are small enough. */
#include "pst-cross-money.h"

/* Sizes of the estimate: a double has them to a third of a unit then. */
#define SIZE_MAX_EXACT ((double)((gint64)1 << 50))

static gboolean
init_power (PstCrossShort *self, const PstInstrument *instrument)
{
  gint exponent = (gint)instrument->price_scale + instrument->size_scale - instrument->quote->scale;
  unsigned __int128 wide;

  if (exponent < 1 || exponent > 9)
    return FALSE;
  self->power = pst_power_of_ten ((guint)exponent);
  self->shift = 63 - (guint)__builtin_clzll ((guint64)self->power);
  wide = ((unsigned __int128)1 << (64 + self->shift)) + (unsigned __int128)self->power - 1;
  self->magic = (guint64)(wide / (guint64)self->power);
  return !__builtin_mul_overflow (PST_RATE_ONE, self->power, &self->unit);
}

/**
 * pst_cross_short_init: (skip)
 * @self: (out caller-allocates): what fills share
 * @costs: what they cost
 * @instrument: what is traded
 * @closes: (array length=n_bars): where it is traded
 * @n_bars: how many
 *
 * Any thread.
 *
 * Returns: whether the short way may be gone; otherwise there is nothing to be cleared
 */
gboolean
pst_cross_short_init (PstCrossShort *self, const PstFillCosts *costs, const PstInstrument *instrument, const gint64 *closes, gsize n_bars)
{
  gint64 lowest = G_MAXINT64, divisor;
  double largest;

  *self = (PstCrossShort){ .rate = costs->taker_fee };
  if (costs->slippage != 0 || costs->fee_fixed != 0 || costs->fee_minimum != 0 || costs->taker_fee < 0 || costs->taker_fee > PST_RATE_ONE
      || instrument->size_step != 1 || instrument->size_max != 0 || !init_power (self, instrument))
    return FALSE;
  self->inverse = g_new (double, n_bars + 1);
  for (gsize i = 0; i < n_bars; i++)
    {
      if (closes[i] <= 0 || __builtin_mul_overflow (closes[i], PST_RATE_ONE + self->rate, &divisor) || divisor >= PST_CROSS_WIDE_MAX)
        {
          pst_cross_short_clear (self);
          return FALSE;
        }
      lowest = MIN (lowest, closes[i]);
      self->inverse[i] = (double)self->unit / (double)divisor;
    }
  largest = SIZE_MAX_EXACT / ((double)self->unit / (double)lowest / (double)PST_RATE_ONE);
  self->budget_max = PST_CROSS_WIDE_MAX / 2 / self->power;
  self->budget_max = largest < (double)self->budget_max ? (gint64)largest : self->budget_max;
  return TRUE;
}

/**
 * pst_cross_short_clear: (skip)
 * @self: what fills share
 */
void
pst_cross_short_clear (PstCrossShort *self)
{
  g_clear_pointer (&self->inverse, g_free);
}
