/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How large the order is, and how it goes together with the orders that are open already. */

#include "pst-pre-trade-private.h"

/* The instrument's own entry before its symbol's, and that before what it trades. */
static const PstDecimal *
find_size (const GArray *sizes, const PstInstrument *instrument)
{
  const char *names[] = { instrument->id, instrument->symbol, instrument->base != NULL ? instrument->base->code : NULL };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < sizes->len; j++)
      if (g_strcmp0 (names[i], g_array_index (sizes, PstAssetSize, j).asset) == 0)
        return &g_array_index (sizes, PstAssetSize, j).size;
  return NULL;
}

/* -1, 0, 1: the order's quantity against the limit of its asset; 0 when there is none. */
static gint
compare_size (const PstReview *review, const GArray *sizes, const PstDecimal **limit)
{
  const PstDecimal quantity = { review->order->request.quantity, review->instrument->size_scale };

  *limit = find_size (sizes, review->instrument);
  return *limit != NULL ? pst_decimal_compare (&quantity, *limit) : 0;
}

static gboolean
deny_size (const PstPreTradeCheck *check, const char *code, const char *name, const PstDecimal *limit)
{
  g_autofree char *quantity = pst_instrument_size_to_string (check->review->instrument, check->review->order->request.quantity);
  g_autofree char *allowed = pst_decimal_to_string (limit);

  pst_verdict_deny (check->verdict, code, "quantity=%s %s=%s", quantity, name, allowed);
  return FALSE;
}

gboolean
pst_pre_trade_check_minimum (const PstPreTradeCheck *check)
{
  const PstDecimal *limit;

  return compare_size (check->review, check->options->minima, &limit) >= 0 || deny_size (check, "below_minimum_order_size", "min", limit);
}

gboolean
pst_pre_trade_check_maximum (const PstPreTradeCheck *check)
{
  const PstDecimal *limit;

  return compare_size (check->review, check->options->maxima, &limit) <= 0 || deny_size (check, "max_order_size_exceeded", "max", limit);
}

gboolean
pst_pre_trade_check_forbidden (const PstPreTradeCheck *check)
{
  const PstInstrument *instrument = check->review->instrument;
  const char *const *forbidden = (const char *const *)check->options->forbidden;

  if (forbidden == NULL
      || (!g_strv_contains (forbidden, instrument->id) && !g_strv_contains (forbidden, instrument->symbol)
          && (instrument->base == NULL || !g_strv_contains (forbidden, instrument->base->code))))
    return TRUE;
  pst_verdict_deny (check->verdict, "instrument_forbidden", "instrument=%s", instrument->id);
  return FALSE;
}

/* What is held when all that works on the order's side has filled, and it too. */
gboolean
pst_pre_trade_check_position (const PstPreTradeCheck *check)
{
  const PstReview *review = check->review;
  const PstDecimal *limit = find_size (check->options->positions, review->instrument);
  gboolean buys = review->order->request.side == PST_SIDE_BUY;
  gint64 open = pst_order_get_open_quantity (review->order), held = 0;
  PstDecimal position = { 0, review->instrument->size_scale };
  g_autofree char *quantity = NULL, *allowed = NULL;

  if (limit == NULL)
    return TRUE;
  if (pst_add_checked (open, buys ? review->open_buy_quantity : review->open_sell_quantity, &open)
      && (buys ? pst_add_checked (review->net_quantity, open, &held) : pst_subtract_checked (review->net_quantity, open, &held))
      && held != G_MININT64)
    {
      position.mantissa = ABS (held);
      if ((buys ? held <= 0 : held >= 0) || pst_decimal_compare (&position, limit) <= 0)
        return TRUE;
      quantity = pst_instrument_size_to_string (review->instrument, held);
    }
  allowed = pst_decimal_to_string (limit);
  pst_verdict_deny (check->verdict, "max_position_exceeded", "position=%s max=%s", quantity != NULL ? quantity : "overflow", allowed);
  return FALSE;
}

gboolean
pst_pre_trade_check_value (const PstPreTradeCheck *check)
{
  const PstReview *review = check->review;
  const PstMoney *limit = check->options->max_order_value;
  gint64 price = pst_pre_trade_worst_price (&review->order->request, review->mark);
  PstMoney value = { review->instrument->quote, 0 };
  g_autofree char *asked = NULL, *allowed = NULL;

  if (limit == NULL)
    return TRUE;
  if (limit->currency != value.currency)
    pst_verdict_deny (check->verdict, "currency_mismatch", "quote=%s limit=%s", value.currency->code, limit->currency->code);
  else if (price <= 0)
    pst_verdict_deny (check->verdict, "price_unknown", "instrument=%s", review->instrument->id);
  else if (!pst_instrument_notional (review->instrument, price, review->order->request.quantity, PST_ROUND_UP, &value.amount))
    pst_verdict_deny (check->verdict, "max_order_value_exceeded", "value=overflow");
  else if (value.amount <= limit->amount)
    return TRUE;
  else
    {
      asked = pst_money_to_string (&value);
      allowed = pst_money_to_string (limit);
      pst_verdict_deny (check->verdict, "max_order_value_exceeded", "value=%s max=%s", asked, allowed);
    }
  return FALSE;
}

gboolean
pst_pre_trade_check_open_orders (const PstPreTradeCheck *check)
{
  guint n_open = check->review->n_open_orders;

  if (check->options->max_open_orders == 0 || check->review->before != NULL || n_open < check->options->max_open_orders)
    return TRUE;
  pst_verdict_deny (check->verdict, "max_open_orders_exceeded", "open_orders=%u max=%u", n_open, check->options->max_open_orders);
  return FALSE;
}

typedef struct
{
  const PstOrder *order;
  gint64 price; /* at which it would meet the other side */
  guint64 met;  /* number of the first order of ours that it would meet */
} Crossing;

static gboolean
rests (const PstOrder *order)
{
  if (order->state == PST_ORDER_STATE_INITIALIZED)
    return FALSE;
  return order->request.type == PST_ORDER_TYPE_LIMIT
         || (order->request.type == PST_ORDER_TYPE_STOP_LIMIT && (order->state == PST_ORDER_STATE_TRIGGERED || order->filled_quantity > 0));
}

static void
meet (const PstOrder *other, gpointer user_data)
{
  Crossing *crossing = user_data;
  const PstOrderRequest *request = &crossing->order->request;

  if (crossing->met != 0 || other->id == crossing->order->id || other->request.instrument != request->instrument
      || other->request.side == request->side || !rests (other))
    return;
  if (request->side == PST_SIDE_BUY ? crossing->price >= other->request.limit_price : crossing->price <= other->request.limit_price)
    crossing->met = other->id;
}

/* How far into the book it reaches. A market order of unknown reach meets everything. */
static gint64
find_reach (const PstReview *review)
{
  const PstOrderRequest *request = &review->order->request;
  const PstMark *mark = review->mark;
  gboolean buys = request->side == PST_SIDE_BUY;

  if (request->type == PST_ORDER_TYPE_LIMIT)
    return request->limit_price;
  if (!mark->valid)
    return buys ? G_MAXINT64 : 0;
  return buys ? MAX (mark->ask, mark->price) : MIN (mark->bid > 0 ? mark->bid : mark->price, mark->price);
}

gboolean
pst_pre_trade_check_self_cross (const PstPreTradeCheck *check)
{
  PstOrderType type = check->review->order->request.type;
  Crossing crossing = { .order = check->review->order };

  /* A stop meets nobody yet. */
  if (check->options->allow_self_cross || type == PST_ORDER_TYPE_STOP_MARKET || type == PST_ORDER_TYPE_STOP_LIMIT)
    return TRUE;
  crossing.price = find_reach (check->review);
  pst_context_foreach_open_order (check->context, meet, &crossing);
  if (crossing.met == 0)
    return TRUE;
  pst_verdict_deny (check->verdict, "self_cross", "order=%" G_GUINT64_FORMAT, crossing.met);
  return FALSE;
}
