/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What trades of several legs gain and lose. A cycle USD->BTC->ETH->USD closes no position of any instrument, and its profit is none of theirs: what
 * it gave for a coin is carried along with the coin, and profit is realised when the currency with which the trade began comes back. */
#pragma once

#include "../model/pst-order.h"
#include "pst-context.h"

G_BEGIN_DECLS

/* Trades of which is known what they hold; the oldest is forgotten. */
#define PST_TRADE_PROFITS_MAX 64

/**
 * PstTradeGain:
 * @currency: with which the trade began
 * @profit: what this fill realised, after fees; below 0 is a loss
 * @total: what the trade realised so far, this fill included
 * @returned: whether this fill brought the trade's own currency back
 * @n_returns: how many fills did, this one included; a trade with none is not over
 *
 * What a fill did to its trade.
 */
typedef struct
{
  const PstCurrency *currency;
  gint64 profit;
  gint64 total;
  gboolean returned;
  guint n_returns;
} PstTradeGain;

/**
 * PstTradeProfits:
 *
 * The marked trades of a run, by strategy and number. Used on the run's context.
 */
typedef struct _PstTradeProfits PstTradeProfits;

/* @context: whose marks say what is worth what, rounded towards the loss; not owned. */
PST_API PstTradeProfits *pst_trade_profits_new (PstContext *context);
PST_API void pst_trade_profits_free (PstTradeProfits *profits);
PST_API guint pst_trade_profits_get_n_trades (const PstTradeProfits *profits);
/* A fill of a marked trade in an instrument that is delivered. FALSE when it cannot be told what it realised: something was sold that the trade did
 * not have and that has no price, or it does not fit. */
PST_API gboolean pst_trade_profits_take (PstTradeProfits *profits, const PstInstrument *instrument, const PstFill *fill, PstTradeGain *gain);
/* Adds what holdings of trades are worth less than was given for them, in @currency; each at most 0. FALSE when it cannot be told. */
PST_API gboolean pst_trade_profits_find_open_losses (const PstTradeProfits *profits, const PstCurrency *currency, gint64 *losses);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstTradeProfits, pst_trade_profits_free)

G_END_DECLS
