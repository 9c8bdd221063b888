/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The venue's own books of its client's money. Rules: what is bought must be paid from free cash; shares sold short need as much
 * free cash again as they bring; an asset that is delivered must be there; what only closes a position is never refused, because an account that
 * cannot close is worse than one that is overdrawn. */

#include "pst-sim-funds.h"

void
pst_sim_funds_init (PstSimFunds *funds, const PstAccount *balances, gboolean check, PstShortSelling short_selling)
{
  *funds = (PstSimFunds){ pst_account_copy (balances), pst_account_new (), pst_account_new (), check, short_selling };
}

void
pst_sim_funds_clear (PstSimFunds *funds)
{
  g_clear_pointer (&funds->balances, pst_account_free);
  g_clear_pointer (&funds->locked, pst_account_free);
  g_clear_pointer (&funds->shorts, pst_account_free);
}

static const char *
need_delivery (const PstInstrument *instrument, gint64 quantity, PstMoney *need)
{
  if (!pst_mantissa_rescale (quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_UP, &need->amount))
    return "value_overflow";
  need->currency = instrument->base;
  return NULL;
}

const char *
pst_sim_funds_need (const PstSimFunds *funds, const PstInstrument *instrument, const PstPosition *position, PstSide side, gint64 quantity,
                    gint64 price, gint64 fee, PstMoney *need)
{
  gboolean delivers = instrument->settlement == PST_SETTLEMENT_DELIVERY;
  gint64 held = delivers ? 0 : position->quantity;

  *need = (PstMoney){ instrument->quote, 0 };
  if (side == PST_SIDE_SELL && delivers)
    return funds->short_selling == PST_SHORT_SELLING_ALWAYS ? NULL : need_delivery (instrument, quantity, need);
  if (side == PST_SIDE_SELL && held < quantity && funds->short_selling == PST_SHORT_SELLING_NEVER)
    return "short_selling_refused";
  return pst_fill_need (instrument, held, delivers ? 0 : position->cost, side, quantity, price, fee, &need->amount) ? NULL : "value_overflow";
}

gint64
pst_sim_funds_get_free (const PstSimFunds *funds, const PstCurrency *currency)
{
  __int128 free_amount = pst_account_get_balance (funds->balances, currency);

  free_amount -= pst_account_get_balance (funds->locked, currency);
  free_amount -= (__int128)2 * pst_account_get_balance (funds->shorts, currency);
  return CLAMP (free_amount, G_MININT64, G_MAXINT64);
}

gboolean
pst_sim_funds_lock (PstSimFunds *funds, const PstMoney *amount, GError **error)
{
  return amount->amount == 0 || pst_account_add (funds->locked, amount->currency, amount->amount, error);
}

gboolean
pst_sim_funds_unlock (PstSimFunds *funds, PstMoney *amount, GError **error)
{
  if (amount->amount != 0 && !pst_account_add (funds->locked, amount->currency, -amount->amount, error))
    return FALSE;
  amount->amount = 0;
  return TRUE;
}

static gint64
short_proceeds (const PstPosition *position)
{
  return position->quantity < 0 ? -position->cost : 0;
}

gboolean
pst_sim_funds_apply (PstSimFunds *funds, const PstInstrument *instrument, PstPosition *position, PstFill *fill, GError **error)
{
  gint64 before = short_proceeds (position);

  if (!pst_position_apply (position, instrument, fill, error) || !pst_account_apply (funds->balances, instrument, fill, error))
    return FALSE;
  if (instrument->settlement == PST_SETTLEMENT_DELIVERY || short_proceeds (position) == before)
    return TRUE;
  return pst_account_add (funds->shorts, instrument->quote, short_proceeds (position) - before, error);
}
