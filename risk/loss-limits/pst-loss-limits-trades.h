/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What trades of several legs lose. A cycle USD->BTC->ETH->USD closes no position of any instrument, and its profit is none of theirs: what it
 * gave for a coin is carried along with the coin, and profit is realised when the currency with which the trade began comes back. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Trades of which is known what they hold; the oldest is forgotten. */
#define PST_LOSS_TRADES_MAX 64

typedef struct
{
  GArray *trades; /* the oldest first */
} PstLossTrades;

/* What @amount of @from is worth in @to, rounded towards the loss. */
typedef gboolean (*PstLossWorthFunc) (gpointer user_data, gint64 amount, const PstCurrency *from, const PstCurrency *to, gint64 *result);

void pst_loss_trades_init (PstLossTrades *trades);
void pst_loss_trades_clear (PstLossTrades *trades);
/* A fill of a marked trade in an instrument that is delivered: what it realised, after fees, in the currency with which its trade began. FALSE when
 * that cannot be told: something was sold that the trade did not have and that has no price, or it does not fit. */
gboolean pst_loss_trades_take (PstLossTrades *trades, const PstInstrument *instrument, const PstFill *fill, PstLossWorthFunc worth,
                               gpointer user_data, const PstCurrency **currency, gint64 *profit);
/* Adds what holdings of trades are worth less than was given for them, in @currency; each at most 0. FALSE when it cannot be told. */
gboolean pst_loss_trades_find_open_losses (const PstLossTrades *trades, PstLossWorthFunc worth, gpointer user_data, const PstCurrency *currency,
                                           gint64 *losses);

G_END_DECLS
