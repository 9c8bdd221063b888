/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The money of most sweeps, all cash at a rate of fees, in the fewest steps that are still exact: what pst-fill-rules.h says, with its divisions made
 * multiplications. Where it cannot be sure it says so, and the general way is gone. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Products stay below this. */
#define PST_CROSS_WIDE_MAX ((gint64)1 << 62)

/**
 * PstCrossShort:
 * @power: ten to the scales of price and size less that of money
 * @magic: with @shift: 2^(64 + shift) / @power, rounded up
 * @shift: of the quotient
 * @rate: of fees, at #PST_RATE_SCALE
 * @unit: #PST_RATE_ONE times @power: what a budget is multiplied by
 * @budget_max: up to which nothing overflows
 * @inverse: (array): of each bar @unit / (close x (1 + rate)), about
 *
 * What is computed once for all fills.
 */
typedef struct
{
  gint64 power, rate, unit, budget_max;
  guint64 magic;
  guint shift;
  double *inverse;
} PstCrossShort;

/* FALSE when these costs and this instrument need the general way. @closes: (array length=n_bars) */
gboolean pst_cross_short_init (PstCrossShort *self, const PstFillCosts *costs, const PstInstrument *instrument, const gint64 *closes, gsize n_bars);
void pst_cross_short_clear (PstCrossShort *self);

/* What a size at @price comes to. FALSE when it may be too wide. Half to even, and fees up: with what rounding adds put on first, a quotient needs no
 * second look but for a tie. */
static inline gboolean
pst_cross_short_quote (const PstCrossShort *self, gint64 price, PstFillQuote *quote)
{
  gint64 product, sum, quotient, due;

  if (G_UNLIKELY (__builtin_mul_overflow (price, quote->size, &product) || product >= PST_CROSS_WIDE_MAX - self->power))
    return FALSE;
  sum = product + self->power / 2;
  quotient = (gint64)((guint64)(((unsigned __int128)(guint64)sum * self->magic) >> 64) >> self->shift);
  if (G_UNLIKELY (quotient * self->power == sum && (quotient & 1) != 0))
    quotient--;
  if (G_UNLIKELY (__builtin_mul_overflow (quotient, self->rate, &due) || due >= PST_CROSS_WIDE_MAX))
    return FALSE;
  quote->notional = quotient;
  quote->fee = (due + PST_RATE_ONE - 1) / PST_RATE_ONE;
  return TRUE;
}

/* The largest size for @cash, above 0, at the close of @bar. FALSE when the general way must decide. */
static inline gboolean
pst_cross_short_enter (const PstCrossShort *self, gsize bar, gint64 price, gint64 cash, PstFillQuote *quote)
{
  gint64 divisor = price * (PST_RATE_ONE + self->rate), size, rest;

  if (G_UNLIKELY (cash > self->budget_max))
    return FALSE;
  /* An estimate that is off by one at most, and seldom; the rest, of which only the low 64 bits count, says so. */
  size = (gint64)((double)cash * self->inverse[bar]);
  rest = (gint64)((guint64)cash * (guint64)self->unit - (guint64)size * (guint64)divisor);
  if (G_UNLIKELY ((guint64)rest >= (guint64)divisor))
    size += rest < 0 ? -1 : 1;
  quote->size = size;
  return size > 0 && pst_cross_short_quote (self, price, quote) && quote->notional + 1 + quote->fee <= cash;
}

G_END_DECLS
