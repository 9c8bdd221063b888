/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of the model share: random numbers that reach the corners, and instruments to trade. Not installed. */
#pragma once

#include <penstock.h>

/* All magnitudes alike, both signs, and often an end of the range. The seed is the test framework's, which prints it. */
static inline gint64
test_random_int64 (void)
{
  static const gint64 corners[] = { 0, 1, -1, G_MAXINT64, G_MININT64, G_MAXINT64 - 1, G_MININT64 + 1, 5, -5, 10, G_MAXUINT32 };
  guint64 bits = (guint64)(guint32)g_test_rand_int () << 32 | (guint32)g_test_rand_int ();

  if (g_test_rand_int_range (0, 8) == 0)
    return corners[g_test_rand_int_range (0, G_N_ELEMENTS (corners))];
  return (gint64)bits >> g_test_rand_int_range (0, 64);
}

/* From 1 to 2^bits - 1, all magnitudes alike. */
static inline gint64
test_random_positive (guint bits)
{
  guint64 number = (guint64)(guint32)g_test_rand_int () << 32 | (guint32)g_test_rand_int ();

  number = number >> (64 - bits) >> g_test_rand_int_range (0, bits);
  return MAX (number, 1);
}

/* Shares in dollars: prices with 4 decimals, whole sizes. */
static inline PstInstrument *
test_share (void)
{
  PstInstrument draft = { .id = (char *)"AAPL.TEST", .price_scale = 4 };
  PstInstrument *instrument;

  draft.quote = pst_currency_get ("USD", NULL);
  instrument = pst_instrument_new (&draft, NULL);
  g_assert_nonnull (instrument);
  return instrument;
}

/* Spot bitcoin: prices with 1 decimal, sizes with 8, delivered. */
static inline PstInstrument *
test_coin (void)
{
  PstInstrument draft = { .id = (char *)"BTC/USD.TEST", .price_scale = 1, .size_scale = 8, .settlement = PST_SETTLEMENT_DELIVERY };
  PstInstrument *instrument;

  draft.base = pst_currency_get ("BTC", NULL);
  draft.quote = pst_currency_get ("USD", NULL);
  instrument = pst_instrument_new (&draft, NULL);
  g_assert_nonnull (instrument);
  return instrument;
}

static inline PstFill
test_fill (const PstInstrument *instrument, PstSide side, gint64 price, gint64 quantity, gint64 fee)
{
  PstFill fill = { .side = side, .price = price, .quantity = quantity, .fee = fee };

  fill.fee_currency = fee != 0 ? instrument->quote : NULL;
  g_strlcpy (fill.execution_id, "E-1", sizeof fill.execution_id);
  g_assert_true (pst_instrument_notional (instrument, price, quantity, PST_ROUND_HALF_EVEN, &fill.notional));
  return fill;
}
