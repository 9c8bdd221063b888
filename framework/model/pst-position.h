/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Netting positions. Cost is kept, not an average price: sums stay exact, the average is shown, never calculated with. */
#pragma once

#include "pst-order.h"

G_BEGIN_DECLS

#define PST_TYPE_POSITION (pst_position_get_type ())

/**
 * PstPosition:
 * @strategy: index of the strategy component; G_MAXUINT32 for the net of all
 * @instrument: index in the run's table
 * @quantity: signed mantissa at the size scale; below 0 is short
 * @cost: signed, at the quote's scale: what the open quantity cost (short: below 0, what it brought)
 * @realised_profit: of what was closed, without fees, at the quote's scale
 * @fees: sum of fees that were paid in the quote currency
 * @n_fills: how many fills made it
 * @n_trades: round trips closed: quantity back to zero or through it
 * @n_wins: of these, how many with a profit after fees in the quote currency
 * @trade_profit: realised so far in the open round trip, after fees
 *
 * One strategy's holding of one instrument.
 */
typedef struct
{
  guint32 strategy;
  guint32 instrument;
  gint64 quantity;
  gint64 cost;
  gint64 realised_profit;
  gint64 fees;
  guint64 n_fills;
  guint64 n_trades;
  guint64 n_wins;
  gint64 trade_profit;
} PstPosition;

PST_API GType pst_position_get_type (void);
PST_API PstPosition *pst_position_copy (const PstPosition *position);
PST_API void pst_position_free (PstPosition *position);
/* Always: cost - realised_profit = sum of signed notionals (bought above 0). Applies a fill and writes the fill's realised profit into it
 * (a net of all strategies is applied first, the strategy's own last). A reduction takes its share of the cost, half-even; a fill
 * through zero closes, then opens the rest at the fill's price. On error (overflow, invariant) nothing has changed. */
PST_API gboolean pst_position_apply (PstPosition *position, const PstInstrument *instrument, PstFill *fill, GError **error);
/* quantity * price at the quote's scale, signed, half-even. FALSE on overflow. */
PST_API gboolean pst_position_value (const PstPosition *position, const PstInstrument *instrument, gint64 price, gint64 *value);
/* cost / quantity at the price scale, half-even; 0 when flat. For showing. */
PST_API gint64 pst_position_average_price (const PstPosition *position, const PstInstrument *instrument);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstPosition, pst_position_free)

G_END_DECLS
