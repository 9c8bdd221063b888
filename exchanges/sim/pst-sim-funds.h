/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the simulated venue knows of its client's money: balances, what open orders have set aside, what short positions are
 * covered with. The venue keeps its own books, as a real one does; the run keeps its own, and a test compares them. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  PstAccount *balances;
  PstAccount *locked; /* set aside for open orders */
  PstAccount *shorts; /* what open short positions brought */
  gboolean check;
  PstShortSelling short_selling;
} PstSimFunds;

void pst_sim_funds_init (PstSimFunds *funds, const PstAccount *balances, gboolean check, PstShortSelling short_selling);
void pst_sim_funds_clear (PstSimFunds *funds);
/* What must be free for @quantity at @price with @fee. Closing a position needs nothing. Returns NULL, or the code of a refusal that no
 * amount would change. */
const char *pst_sim_funds_need (const PstSimFunds *funds, const PstInstrument *instrument, const PstPosition *position, PstSide side, gint64 quantity,
                                gint64 price, gint64 fee, PstMoney *need);
/* Balance less what is set aside and less twice what short positions brought: the proceeds and as much again. */
gint64 pst_sim_funds_get_free (const PstSimFunds *funds, const PstCurrency *currency);
gboolean pst_sim_funds_lock (PstSimFunds *funds, const PstMoney *amount, GError **error);
gboolean pst_sim_funds_unlock (PstSimFunds *funds, PstMoney *amount, GError **error);
/* Books a fill: balances, the venue's net position, the cover of shorts. */
gboolean pst_sim_funds_apply (PstSimFunds *funds, const PstInstrument *instrument, PstPosition *position, PstFill *fill, GError **error);

G_END_DECLS
