/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is traded at one venue. Immutable once made, shared by reference; inside a run it is named by a dense index. */
#pragma once

#include "pst-money.h"

G_BEGIN_DECLS

/* Rates (fees, slippage, fractions) are mantissas at this scale: 0.0010 = 100000. */
#define PST_RATE_SCALE 8
#define PST_RATE_ONE G_GINT64_CONSTANT (100000000)
#define PST_INSTRUMENT_NONE G_MAXUINT32

/**
 * PstSettlement:
 * @PST_SETTLEMENT_POSITION: a fill moves quote cash and a position in the instrument (shares)
 * @PST_SETTLEMENT_DELIVERY: a fill exchanges balances: base asset against quote currency (spot crypto, FX)
 *
 * What a fill moves besides the strategy's own position.
 */
typedef enum
{
  PST_SETTLEMENT_POSITION,
  PST_SETTLEMENT_DELIVERY,
} PstSettlement;

#define PST_TYPE_INSTRUMENT (pst_instrument_get_type ())

/**
 * PstInstrument:
 * @id: "BTC/USD.KRAKEN": symbol, dot, venue
 * @symbol: "BTC/USD" or "AAPL"
 * @venue: "KRAKEN"
 * @base: (nullable): what is bought; %NULL for shares
 * @quote: what is paid
 * @settlement: what a fill moves
 * @price_scale: decimals of a price, 0 to 18
 * @size_scale: decimals of a size, 0 to 18
 * @price_step: the grid of prices, mantissa, at least 1
 * @size_step: the grid of sizes, mantissa, at least 1
 * @size_min: the least size of an order, mantissa, 0 for none
 * @size_max: the largest, 0 for none
 * @notional_min: the least price times size, at the quote's scale, 0 for none
 * @maker_fee: rate at #PST_RATE_SCALE; may be negative (a rebate)
 * @taker_fee: rate at #PST_RATE_SCALE
 *
 * Fields are for reading. Make one with pst_instrument_new().
 */
typedef struct
{
  char *id;
  char *symbol;
  char *venue;
  const PstCurrency *base;
  const PstCurrency *quote;
  PstSettlement settlement;
  guint8 price_scale;
  guint8 size_scale;
  gint64 price_step;
  gint64 size_step;
  gint64 size_min;
  gint64 size_max;
  gint64 notional_min;
  gint64 maker_fee;
  gint64 taker_fee;
  /*< private >*/
  gpointer reserved[4];
} PstInstrument;

PST_API GType pst_instrument_get_type (void);
/* Copies @draft (id may be NULL: made from symbol and venue) after checking every field; steps of 0 become 1. */
PST_API PstInstrument *pst_instrument_new (const PstInstrument *draft, GError **error);
PST_API PstInstrument *pst_instrument_ref (PstInstrument *instrument);
PST_API void pst_instrument_unref (PstInstrument *instrument);
/* price * size at the quote's scale. FALSE on overflow. */
PST_API gboolean pst_instrument_notional (const PstInstrument *instrument, gint64 price, gint64 size, PstRounding rounding, gint64 *notional);
/* notional * rate, rounded up away from zero (a rebate towards zero): never in the trader's favour. */
PST_API gboolean pst_instrument_fee (const PstInstrument *instrument, gint64 notional, gint64 rate, gint64 *fee);
/* The largest size on the grid that @notional buys at @price; 0 when under the grid. */
PST_API gboolean pst_instrument_size_for (const PstInstrument *instrument, gint64 notional, gint64 price, gint64 *size);
PST_API char *pst_instrument_price_to_string (const PstInstrument *instrument, gint64 price);
PST_API char *pst_instrument_size_to_string (const PstInstrument *instrument, gint64 size);

static inline gboolean
pst_instrument_price_on_grid (const PstInstrument *instrument, gint64 price)
{
  return instrument->price_step == 1 || price % instrument->price_step == 0;
}

static inline gboolean
pst_instrument_size_on_grid (const PstInstrument *instrument, gint64 size)
{
  return instrument->size_step == 1 || size % instrument->size_step == 0;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstInstrument, pst_instrument_unref)

G_END_DECLS

/* The table of a run's instruments: whoever knows instruments knows it. */
#include "pst-instrument-table.h"
