/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Marked trades. A strategy has few at a time, so they stand in a row. */

#include "pst-limits-trades.h"

/* A market order may pay a little more than was reckoned, and a fee: a leg that spends what its trade has, and not a fiftieth more, adds no capital.
 */
#define SLACK 50

static void
trade_free (PstLimitsTrade *trade)
{
  g_array_unref (trade->holdings);
  g_free (trade);
}

void
pst_limits_trades_init (PstLimitsTrades *trades)
{
  trades->trades = g_ptr_array_new_with_free_func ((GDestroyNotify)trade_free);
}

void
pst_limits_trades_clear (PstLimitsTrades *trades)
{
  g_clear_pointer (&trades->trades, g_ptr_array_unref);
}

void
pst_limits_trades_reset (PstLimitsTrades *trades)
{
  g_ptr_array_set_size (trades->trades, 0);
}

PstLimitsTrade *
pst_limits_trades_find (PstLimitsTrades *trades, const PstOrder *order)
{
  for (guint i = trades->trades->len; i > 0; i--)
    {
      PstLimitsTrade *trade = trades->trades->pdata[i - 1];

      if (trade->strategy == order->strategy && trade->number == order->request.trade)
        return trade;
    }
  return NULL;
}

static const PstInstrument *
instrument_of (PstContext *context, const PstOrder *order)
{
  return pst_instrument_table_get (pst_context_get_instruments (context), order->request.instrument);
}

/* What an order gives: the quote of a buy, the base of a sale. NULL for a sale of shares. */
static const PstCurrency *
given_by (PstContext *context, const PstOrder *order)
{
  const PstInstrument *instrument = instrument_of (context, order);

  return order->request.side == PST_SIDE_BUY ? instrument->quote : instrument->base;
}

/* How much of it, at most, if all that is open fills. */
static gboolean
find_given (PstContext *context, const PstOrder *order, gint64 *amount)
{
  const PstInstrument *instrument = instrument_of (context, order);
  const PstMark *mark = pst_context_get_mark (context, order->request.instrument);
  gint64 quantity = pst_order_get_open_quantity (order), price = order->request.limit_price;

  if (order->request.side == PST_SIDE_SELL)
    return instrument->base != NULL && pst_mantissa_rescale (quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_UP, amount);
  if (price <= 0)
    price = MAX (order->request.stop_price, mark->valid ? MAX (mark->ask, mark->price) : 0);
  return price > 0 && pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, amount);
}

gint64
pst_limits_trade_get (const PstLimitsTrade *trade, const PstCurrency *currency)
{
  for (guint i = 0; i < trade->holdings->len; i++)
    if (g_array_index (trade->holdings, PstLimitsHolding, i).currency == currency)
      return g_array_index (trade->holdings, PstLimitsHolding, i).amount;
  return 0;
}

static void
add (PstLimitsTrade *trade, const PstCurrency *currency, gint64 amount)
{
  PstLimitsHolding holding = { currency, amount };

  for (guint i = 0; i < trade->holdings->len; i++)
    {
      PstLimitsHolding *known = &g_array_index (trade->holdings, PstLimitsHolding, i);

      if (known->currency != currency)
        continue;
      if (!pst_add_checked (known->amount, amount, &known->amount))
        trade->overflow = TRUE;
      return;
    }
  g_array_append_val (trade->holdings, holding);
}

static void
apply_fill (PstLimitsTrade *trade, const PstInstrument *instrument, const PstOrder *order, const PstExecutionReport *report)
{
  gboolean buys = order->request.side == PST_SIDE_BUY;
  gint64 notional, base = 0;

  if (!pst_instrument_notional (instrument, report->price, report->quantity, PST_ROUND_HALF_EVEN, &notional)
      || (instrument->base != NULL
          && !pst_mantissa_rescale (report->quantity, instrument->size_scale, instrument->base->scale, PST_ROUND_FLOOR, &base)))
    {
      trade->overflow = TRUE;
      return;
    }
  add (trade, instrument->quote, buys ? -notional : notional);
  if (instrument->base != NULL)
    add (trade, instrument->base, buys ? base : -base);
  if (report->fee != 0 && report->fee_currency != NULL && report->fee != G_MININT64)
    add (trade, report->fee_currency, -report->fee);
}

/* An operator's exit sold what idle trades had; whatever is left is nobody's trade any more. */
static void
forget_idle (PstLimitsTrades *trades, guint keep)
{
  guint n_idle = 0;

  for (guint i = trades->trades->len; i > 0; i--)
    if (((PstLimitsTrade *)trades->trades->pdata[i - 1])->n_open == 0 && ++n_idle > keep)
      g_ptr_array_remove_index (trades->trades, i - 1);
}

void
pst_limits_trades_take_sent (PstLimitsTrades *trades, PstContext *context, const PstOrder *order)
{
  PstLimitsTrade *trade;

  if (order->state != PST_ORDER_STATE_SUBMITTED)
    return;
  if (order->request.flags & PST_ORDER_FLAG_OPERATOR_EXIT)
    forget_idle (trades, 0);
  if (order->request.trade == 0)
    return;
  trade = pst_limits_trades_find (trades, order);
  if (trade == NULL)
    {
      forget_idle (trades, PST_LIMITS_IDLE_MAX - 1);
      trade = g_new0 (PstLimitsTrade, 1);
      trade->strategy = order->strategy;
      trade->number = order->request.trade;
      trade->home = given_by (context, order);
      trade->holdings = g_array_new (FALSE, FALSE, sizeof (PstLimitsHolding));
      g_ptr_array_add (trades->trades, trade);
    }
  trade->n_open++;
}

void
pst_limits_trades_take_order (PstLimitsTrades *trades, PstContext *context, const PstOrder *order, const PstExecutionReport *report)
{
  PstLimitsTrade *trade = order->request.trade != 0 && report != NULL ? pst_limits_trades_find (trades, order) : NULL;
  gboolean late;

  if (trade == NULL)
    return;
  /* A fill that is told after the end moves money, and nothing else. */
  late = report->kind == PST_REPORT_FILL && pst_order_state_is_final (order->state) && order->state != PST_ORDER_STATE_FILLED;
  if (report->kind == PST_REPORT_FILL)
    apply_fill (trade, instrument_of (context, order), order, report);
  if (pst_order_state_is_final (order->state) && !late && trade->n_open > 0)
    trade->n_open--;
}

typedef struct
{
  const PstOrder *order;
  const PstLimitsTrade *trade;
  PstContext *context;
  const PstCurrency *currency;
  gint64 given;
  gboolean failed;
  gboolean waits;
} Look;

static gboolean
belongs (const PstOrder *order, const PstLimitsTrade *trade)
{
  return order->strategy == trade->strategy && order->request.trade == trade->number;
}

static void
look_for_waiting (const PstOrder *order, gpointer user_data)
{
  Look *look = user_data;

  look->waits |= order->state == PST_ORDER_STATE_INITIALIZED && belongs (order, look->trade);
}

/* Whether some instrument sells so much: what is less is dust, which would keep a trade open for ever. */
static gboolean
is_sellable (PstContext *context, const PstCurrency *currency, gint64 amount)
{
  PstInstrumentTable *table = pst_context_get_instruments (context);

  for (guint32 i = 0; amount > 0 && i < pst_instrument_table_get_size (table); i++)
    {
      const PstInstrument *instrument = pst_instrument_table_get (table, i);
      const PstMark *mark = pst_context_get_mark (context, i);
      gint64 size, notional;

      if (instrument->base != currency || !pst_mantissa_rescale (amount, currency->scale, instrument->size_scale, PST_ROUND_FLOOR, &size))
        continue;
      if (size < MAX (instrument->size_min, instrument->size_step))
        continue;
      if (instrument->notional_min == 0 || !mark->valid
          || (pst_instrument_notional (instrument, mark->price, size, PST_ROUND_FLOOR, &notional) && notional >= instrument->notional_min))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_under_way (const PstLimitsTrade *trade, PstContext *context)
{
  Look look = { .trade = trade };

  if (trade->n_open > 0 || trade->overflow)
    return TRUE;
  for (guint i = 0; i < trade->holdings->len; i++)
    {
      const PstLimitsHolding *holding = &g_array_index (trade->holdings, PstLimitsHolding, i);

      if (holding->currency != trade->home && is_sellable (context, holding->currency, holding->amount))
        return TRUE;
    }
  pst_context_foreach_open_order (context, look_for_waiting, &look);
  return look.waits;
}

guint
pst_limits_trades_count_others (PstLimitsTrades *trades, PstContext *context, const PstOrder *order)
{
  guint n_others = 0;

  for (guint i = 0; i < trades->trades->len; i++)
    {
      const PstLimitsTrade *trade = trades->trades->pdata[i];

      n_others += !belongs (order, trade) && is_under_way (trade, context);
    }
  return n_others;
}

static void
add_given (const PstOrder *order, gpointer user_data)
{
  Look *look = user_data;
  gint64 amount;

  if (order->id == look->order->id || order->state == PST_ORDER_STATE_INITIALIZED || !belongs (order, look->trade)
      || given_by (look->context, order) != look->currency)
    return;
  if (!find_given (look->context, order, &amount) || !pst_add_checked (look->given, amount, &look->given))
    look->failed = TRUE;
}

gboolean
pst_limits_trade_find_new_capital (const PstLimitsTrade *trade, PstContext *context, const PstOrder *order, const PstCurrency **currency,
                                   gint64 *amount)
{
  Look look = { .order = order, .trade = trade, .context = context, .currency = given_by (context, order) };
  gint64 given, left;

  *currency = look.currency;
  if (look.currency == NULL || trade->overflow || !find_given (context, order, &given))
    return FALSE;
  pst_context_foreach_open_order (context, add_given, &look);
  if (look.failed || !pst_subtract_checked (pst_limits_trade_get (trade, look.currency), look.given, &left)
      || !pst_subtract_checked (given, left, amount))
    return FALSE;
  if (*amount <= 0 || (left > 0 && *amount <= given / SLACK))
    *amount = 0;
  return TRUE;
}
