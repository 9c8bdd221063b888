/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the run would have of an asset if an order and all open orders that go the same way filled, over all instruments that trade the asset. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Signed along the order: below or at 0, the order only brings the holding of what the instrument trades nearer to nothing. At the instrument's size
 * scale. FALSE when it does not fit 64 bits. */
gboolean pst_limits_find_base_after (PstContext *context, const PstReview *review, gint64 *quantity);
/* The same of the instrument's quote currency, which a sale brings and a buy takes; at the currency's scale. */
gboolean pst_limits_find_quote_after (PstContext *context, const PstReview *review, gint64 *amount);

G_END_DECLS
