/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the instrument can be traded, whether we know what it is worth, and whether the order's price is near that. */

#include "pst-pre-trade-private.h"

gint64
pst_pre_trade_worst_price (const PstOrderRequest *request, const PstMark *mark)
{
  gint64 known = mark->valid ? MAX (mark->price, request->side == PST_SIDE_BUY ? mark->ask : mark->bid) : 0;

  if (request->side == PST_SIDE_BUY && pst_pre_trade_has_limit_price (request))
    return request->limit_price;
  return MAX (known, MAX (request->limit_price, request->stop_price));
}

gboolean
pst_pre_trade_check_tradable (const PstPreTradeCheck *check)
{
  static const char *const names[] = { "TRADING", "HALTED", "CLOSED", "CANCEL_ONLY", "POST_ONLY", "STALE" };
  guint32 status = check->review->mark->status;

  if (status == PST_INSTRUMENT_STATUS_TRADING)
    return TRUE;
  if (status == PST_INSTRUMENT_STATUS_POST_ONLY && (check->review->order->request.flags & PST_ORDER_FLAG_POST_ONLY))
    return TRUE;
  pst_verdict_deny (check->verdict, "instrument_not_tradable", "instrument=%s status=%s", check->review->instrument->id,
                    status < G_N_ELEMENTS (names) ? names[status] : "INVALID");
  return FALSE;
}

gboolean
pst_pre_trade_check_hours (const PstPreTradeCheck *check)
{
  const PstCalendar *calendar;
  gint64 now_ns, open_ns;
  gboolean is_open;
  g_autofree char *open = NULL;

  if (!check->options->market_hours)
    return TRUE;
  calendar = pst_context_get_calendar (check->context, check->review->order->request.instrument);
  now_ns = pst_context_now_ns (check->context);
  if (!pst_calendar_is_open (calendar, now_ns, &is_open, NULL))
    {
      pst_verdict_deny (check->verdict, "calendar_unknown", "calendar=%s", pst_calendar_get_name (calendar));
      return FALSE;
    }
  if (is_open)
    return TRUE;
  open = pst_calendar_get_next_open (calendar, now_ns, &open_ns, NULL) ? pst_time_to_string (open_ns) : g_strdup ("unknown");
  pst_verdict_deny (check->verdict, "market_closed", "calendar=%s opens=%s", pst_calendar_get_name (calendar), open);
  return FALSE;
}

static gboolean
is_fresh (const PstPreTradeCheck *check, const PstMark *mark, const char *id)
{
  gint64 age_ns;

  if (check->options->max_mark_age_ns == 0)
    return TRUE;
  if (!mark->valid)
    {
      pst_verdict_deny (check->verdict, "price_unknown", "instrument=%s", id);
      return FALSE;
    }
  if (pst_subtract_checked (pst_context_now_ns (check->context), mark->time_ns, &age_ns) && age_ns <= check->options->max_mark_age_ns)
    return TRUE;
  pst_verdict_deny (check->verdict, "mark_stale", "instrument=%s age_ns=%" G_GINT64_FORMAT " max_ns=%" G_GINT64_FORMAT, id, age_ns,
                    check->options->max_mark_age_ns);
  return FALSE;
}

gboolean
pst_pre_trade_check_age (const PstPreTradeCheck *check)
{
  return is_fresh (check, check->review->mark, check->review->instrument->id);
}

gboolean
pst_pre_trade_check_grid (const PstPreTradeCheck *check)
{
  const PstInstrument *instrument = check->review->instrument;
  const PstOrderRequest *request = &check->review->order->request;

  if (!pst_instrument_size_on_grid (instrument, request->quantity))
    pst_verdict_deny (check->verdict, "size_off_grid", "quantity=%" G_GINT64_FORMAT " step=%" G_GINT64_FORMAT, request->quantity,
                      instrument->size_step);
  else if (!pst_instrument_price_on_grid (instrument, request->limit_price) || !pst_instrument_price_on_grid (instrument, request->stop_price))
    pst_verdict_deny (check->verdict, "price_off_grid", "limit_price=%" G_GINT64_FORMAT " stop_price=%" G_GINT64_FORMAT " step=%" G_GINT64_FORMAT,
                      request->limit_price, request->stop_price, instrument->price_step);
  else
    return TRUE;
  return FALSE;
}

/* What the order would pay or take: its limit, or the other side's best. */
static gint64
find_price (const PstReview *review)
{
  const PstOrderRequest *request = &review->order->request;
  gint64 touch = request->side == PST_SIDE_BUY ? review->mark->ask : review->mark->bid;

  if (pst_pre_trade_has_limit_price (request))
    return request->limit_price;
  return touch > 0 ? touch : review->mark->price;
}

static gboolean
unknown_reference (const PstPreTradeCheck *check, const char *id)
{
  pst_verdict_deny (check->verdict, "price_unknown", "instrument=%s", id);
  return FALSE;
}

/* What its price is measured against, at its own price scale, rounded so that the collar is rather too tight. A stop-limit order comes to life at its
 * stop price. */
static gboolean
find_reference (const PstPreTradeCheck *check, gint64 *reference)
{
  PstInstrumentTable *table = pst_context_get_instruments (check->context);
  const PstInstrument *instrument = check->review->instrument;
  const PstOrderRequest *request = &check->review->order->request;
  const char *id = g_hash_table_lookup (check->options->references, instrument->id);
  guint32 index = id != NULL ? pst_instrument_table_find (table, id) : request->instrument;
  const PstMark *mark;

  if (request->type == PST_ORDER_TYPE_STOP_LIMIT)
    {
      *reference = request->stop_price;
      return TRUE;
    }
  if (index == PST_INSTRUMENT_NONE)
    return unknown_reference (check, id);
  mark = pst_context_get_mark (check->context, index);
  if (id != NULL && !is_fresh (check, mark, id))
    return FALSE;
  if (!mark->valid
      || !pst_mantissa_rescale (mark->price, pst_instrument_table_get (table, index)->price_scale, instrument->price_scale,
                                request->side == PST_SIDE_BUY ? PST_ROUND_FLOOR : PST_ROUND_CEILING, reference))
    return unknown_reference (check, id != NULL ? id : instrument->id);
  return TRUE;
}

gboolean
pst_pre_trade_check_collar (const PstPreTradeCheck *check)
{
  const PstOrderRequest *request = &check->review->order->request;
  const gboolean buys = request->side == PST_SIDE_BUY;
  gint64 price = find_price (check->review), collar = check->options->collar, reference, bound;
  g_autofree char *price_text = NULL, *bound_text = NULL;

  if (collar < 0 || request->type == PST_ORDER_TYPE_STOP_MARKET)
    return TRUE;
  if (!find_reference (check, &reference))
    return FALSE;
  if (price <= 0 || reference <= 0
      || !pst_mantissa_multiply_divide (reference, buys ? PST_RATE_ONE + collar : PST_RATE_ONE - collar, PST_RATE_ONE,
                                        buys ? PST_ROUND_FLOOR : PST_ROUND_CEILING, &bound))
    return unknown_reference (check, check->review->instrument->id);
  if (buys ? price <= bound : price >= bound)
    return TRUE;
  price_text = pst_instrument_price_to_string (check->review->instrument, price);
  bound_text = pst_instrument_price_to_string (check->review->instrument, bound);
  pst_verdict_deny (check->verdict, "price_collar_exceeded", "price=%s bound=%s", price_text, bound_text);
  return FALSE;
}
