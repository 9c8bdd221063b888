/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the account that would execute the order can pay for it, after what the open orders there may take. What is delivered against money must be
 * held as a balance; of shares, what is sold must be held as a position unless short selling is allowed. Margin is the venue's affair. */

#include "pst-pre-trade-private.h"

/* What an order may take of @currency. FALSE when it does not fit 64 bits. */
static gboolean
find_need (const PstPreTradeCheck *check, const PstOrder *order, const PstCurrency *currency, gint64 *need)
{
  guint32 index = order->request.instrument;
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (check->context), index);
  gint64 quantity = pst_order_get_open_quantity (order), notional, fee;
  gint64 price = pst_pre_trade_worst_price (&order->request, pst_context_get_mark (check->context, index));

  *need = 0;
  if (quantity <= 0)
    return TRUE;
  if (order->request.side == PST_SIDE_SELL)
    return instrument->settlement != PST_SETTLEMENT_DELIVERY || instrument->base != currency
           || pst_mantissa_rescale (quantity, instrument->size_scale, currency->scale, PST_ROUND_UP, need);
  if (instrument->quote != currency)
    return TRUE;
  return price > 0 && pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, &notional)
         && pst_instrument_fee (instrument, notional, MAX (instrument->taker_fee, 0), &fee) && pst_add_checked (notional, fee, need);
}

typedef struct
{
  const PstPreTradeCheck *check;
  const PstCurrency *currency;
  gint64 reserved;
  gboolean failed;
} Reservation;

static void
reserve (const PstOrder *order, gpointer user_data)
{
  Reservation *reservation = user_data;
  const PstOrder *own = reservation->check->review->order;
  gint64 need;

  /* What is not yet reviewed will be held against this one, not this one against it. */
  if (order->id == own->id || order->exchange != own->exchange || order->state == PST_ORDER_STATE_INITIALIZED)
    return;
  if (!find_need (reservation->check, order, reservation->currency, &need) || !pst_add_checked (reservation->reserved, need, &reservation->reserved))
    reservation->failed = TRUE;
}

static gboolean
check_account (const PstPreTradeCheck *check, const PstCurrency *currency)
{
  const PstOrder *order = check->review->order;
  const PstAccount *account = pst_context_get_account (check->context, order->exchange);
  Reservation reservation = { .check = check, .currency = currency };
  PstMoney need = { currency, 0 }, available = { currency, 0 };
  g_autofree char *need_text = NULL, *available_text = NULL;

  if (account == NULL)
    {
      pst_verdict_deny (check->verdict, "account_unknown", "exchange=%u", order->exchange);
      return FALSE;
    }
  if (order->request.side == PST_SIDE_BUY && pst_pre_trade_worst_price (&order->request, check->review->mark) <= 0)
    {
      pst_verdict_deny (check->verdict, "price_unknown", "instrument=%s", check->review->instrument->id);
      return FALSE;
    }
  pst_context_foreach_open_order (check->context, reserve, &reservation);
  if (reservation.failed || !find_need (check, order, currency, &need.amount)
      || !pst_subtract_checked (pst_account_get_balance (account, currency), reservation.reserved, &available.amount))
    {
      pst_verdict_deny (check->verdict, "insufficient_balance", "need=overflow");
      return FALSE;
    }
  if (need.amount <= available.amount)
    return TRUE;
  need_text = pst_money_to_string (&need);
  available_text = pst_money_to_string (&available);
  pst_verdict_deny (check->verdict, "insufficient_balance", "need=%s available=%s", need_text, available_text);
  return FALSE;
}

gboolean
pst_pre_trade_check_balance (const PstPreTradeCheck *check)
{
  const PstReview *review = check->review;
  const PstInstrument *instrument = review->instrument;

  if (!check->options->check_balance)
    return TRUE;
  if (instrument->settlement == PST_SETTLEMENT_DELIVERY)
    return check_account (check, review->order->request.side == PST_SIDE_BUY ? instrument->quote : instrument->base);
  if (pst_review_only_reduces (review))
    return TRUE;
  if (review->order->request.side == PST_SIDE_BUY)
    return check_account (check, instrument->quote);
  if (check->options->allow_short)
    return TRUE;
  pst_verdict_deny (check->verdict, "insufficient_balance", "held=%" G_GINT64_FORMAT " open_sell=%" G_GINT64_FORMAT, review->net_quantity,
                    review->open_sell_quantity);
  return FALSE;
}
