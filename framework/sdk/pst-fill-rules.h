/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a fill costs and what it needs: slippage, fees, free cash, and how much an amount of cash buys. Pure functions that the simulated venue and
 * the columnar engine both call, so that they cannot differ. */
#pragma once

#include "../model/pst-instrument.h"
#include "../model/pst-order.h"

G_BEGIN_DECLS

/**
 * PstShortSelling:
 * @PST_SHORT_SELLING_AUTO: shares yes, currencies and assets that are delivered no
 * @PST_SHORT_SELLING_ALWAYS: yes
 * @PST_SHORT_SELLING_NEVER: no
 *
 * Whether more can be sold than is there.
 */
typedef enum /*< prefix=PST_SHORT_SELLING >*/
{
  PST_SHORT_SELLING_AUTO,
  PST_SHORT_SELLING_ALWAYS,
  PST_SHORT_SELLING_NEVER,
} PstShortSelling;

/**
 * PstFillCosts:
 * @maker_fee: rate at #PST_RATE_SCALE
 * @taker_fee: rate at #PST_RATE_SCALE
 * @fee_fixed: what each order pays beside, at the quote's scale
 * @fee_minimum: what each order pays at least, at the quote's scale
 * @slippage: rate at #PST_RATE_SCALE by which market orders fill worse
 *
 * What fills in one instrument cost at one venue.
 */
typedef struct
{
  gint64 maker_fee, taker_fee;
  gint64 fee_fixed, fee_minimum;
  gint64 slippage;
} PstFillCosts;

/**
 * PstFillRules:
 * @fills_at_close: market orders fill at the close that gave the signal, otherwise at the next bar's open
 * @fill_on_touch: touching a limit fills it
 * @checks_cash: what cannot be paid for is rejected
 * @short_selling: whether more can be sold than is there
 * @maker_fee: (nullable): %NULL: the instrument's
 * @taker_fee: (nullable): %NULL: the instrument's
 * @fee_fixed: (nullable): for instruments quoted in its currency
 * @fee_minimum: (nullable): for instruments quoted in its currency
 * @slippage: rate at #PST_RATE_SCALE
 *
 * How a simulated venue fills orders on bars, when that can be said in so few words. Borrowed from the venue.
 */
typedef struct
{
  gboolean fills_at_close;
  gboolean fill_on_touch;
  gboolean checks_cash;
  PstShortSelling short_selling;
  const PstDecimal *maker_fee, *taker_fee;
  const PstMoney *fee_fixed, *fee_minimum;
  gint64 slippage;
} PstFillRules;

/* Of one instrument; rates never rounded in the trader's favour. */
PST_API void pst_fill_rules_get_costs (const PstFillRules *rules, const PstInstrument *instrument, PstFillCosts *costs);
/* The price with @slippage against @side, rounded to the adverse side of the grid, never below one step. FALSE on overflow. */
PST_API gboolean pst_fill_slip (const PstInstrument *instrument, PstSide side, gint64 price, gint64 slippage, gint64 *slipped);
/* What all fills of an order pay that owe @due by the rate. FALSE on overflow. */
PST_API gboolean pst_fill_total_fee (const PstFillCosts *costs, gint64 due, gint64 *fee);
/* The fee of an order that fills at once and in full. FALSE on overflow. */
PST_API gboolean pst_fill_fee (const PstFillCosts *costs, const PstInstrument *instrument, gint64 notional, PstLiquidity liquidity, gint64 *fee);
/* Free cash that a fill of a POSITION instrument needs while @held at @cost is held (signed); closing needs nothing, shares sold short as much again
 * as they bring. FALSE on overflow. */
PST_API gboolean pst_fill_need (const PstInstrument *instrument, gint64 held, gint64 cost, PstSide side, gint64 quantity, gint64 price, gint64 fee,
                                gint64 *need);
/**
 * PstFillQuote:
 * @size: at the size scale
 * @notional: price times size at the quote's scale
 * @fee: at the quote's scale
 *
 * What a fill comes to.
 */
typedef struct
{
  gint64 size, notional, fee;
} PstFillQuote;

/* The largest size on the grid, at most the venue's largest, whose fill at @price needs at most @cash from flat, fees included. FALSE on overflow. */
PST_API gboolean pst_fill_size_for_cash (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 cash, gint64 *size);
/* The same with what it comes to; size 0: nothing can be had. */
PST_API gboolean pst_fill_quote_for_cash (const PstFillCosts *costs, const PstInstrument *instrument, gint64 price, gint64 cash, PstFillQuote *quote);

G_END_DECLS
