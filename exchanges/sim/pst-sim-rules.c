/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one order gets from one event.
 *
 * Of a bar it is known that the open came first and the close last. Whether the high or the low came first is not known; every order
 * gets the order of the two that is worse for it, and a price that was only touched did not fill (unless fill-on-touch):
 *
 * - OPEN: market orders take the open. A limit that the open is better than takes the open, and so pays the taker's fee; post-only
 *   never takes and gets its own limit. A stop that the open has reached is triggered there and takes the open.
 * - STOPS: a stop between the open and the far extreme is triggered at its own price, before any resting limit of the same bar
 *   fills. A stop-limit whose limit is better than its stop takes the stop price; another only becomes a limit.
 * - LIMITS: a resting limit fills at its price when the bar traded through it. A stop-limit that was triggered inside this bar may
 *   have seen the extreme before it was triggered: only the close is known to come later.
 *
 * Trades are bars of one price; only orders that were marketable on arrival take their price, resting ones get their limit. Of a quote
 * the opposite side is there to be taken: reaching it is enough. */

#include "pst-sim-rules.h"

static gboolean
is_market (const PstSimOrder *order)
{
  return order->request.type == PST_ORDER_TYPE_MARKET || order->request.type == PST_ORDER_TYPE_STOP_MARKET;
}

/* Whether @price is better than the limit: below it for a buy. */
static gboolean
beats (PstSide side, gint64 price, gint64 limit, gboolean touch)
{
  if (price == limit)
    return touch;
  return side == PST_SIDE_BUY ? price < limit : price > limit;
}

static gboolean
reaches (PstSide side, gint64 price, gint64 stop)
{
  return side == PST_SIDE_BUY ? price >= stop : price <= stop;
}

/* Fills at the price that is there: with slippage for market orders, as it is for limits. */
static gboolean
take (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, gint64 price, PstSimOutcome *outcome)
{
  outcome->fills = TRUE;
  outcome->liquidity = PST_LIQUIDITY_TAKER;
  outcome->price = price;
  return !is_market (order) || pst_fill_slip (instrument, order->request.side, price, rules->slippage, &outcome->price);
}

static void
make (const PstSimOrder *order, PstSimOutcome *outcome)
{
  outcome->fills = TRUE;
  outcome->liquidity = PST_LIQUIDITY_MAKER;
  outcome->price = order->request.limit_price;
}

static gboolean
judge_bar_open (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, const PstBar *bar, PstSimOutcome *outcome)
{
  const PstOrderRequest *request = &order->request;

  if (order->armed)
    {
      if (!reaches (request->side, bar->open, request->stop_price))
        return TRUE;
      outcome->triggers = TRUE;
    }
  if (is_market (order))
    return take (rules, instrument, order, bar->open, outcome);
  if (!beats (request->side, bar->open, request->limit_price, rules->fill_on_touch))
    return TRUE;
  if ((request->flags & PST_ORDER_FLAG_POST_ONLY) != 0)
    {
      make (order, outcome);
      return TRUE;
    }
  return take (rules, instrument, order, bar->open, outcome);
}

static gboolean
judge_bar_stops (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, const PstBar *bar, PstSimOutcome *outcome)
{
  const PstOrderRequest *request = &order->request;

  if (!order->armed || !reaches (request->side, request->side == PST_SIDE_BUY ? bar->high : bar->low, request->stop_price))
    return TRUE;
  outcome->triggers = TRUE;
  if (is_market (order) || beats (request->side, request->stop_price, request->limit_price, rules->fill_on_touch))
    return take (rules, instrument, order, request->stop_price, outcome);
  return TRUE;
}

static void
judge_bar_limits (const PstFillRules *rules, const PstSimOrder *order, const PstBar *bar, PstSimOutcome *outcome)
{
  const PstOrderRequest *request = &order->request;
  gint64 price = request->side == PST_SIDE_BUY ? bar->low : bar->high;

  if (order->inside)
    price = bar->close;
  if (beats (request->side, price, request->limit_price, rules->fill_on_touch))
    make (order, outcome);
}

/* A trade or quote: @price is there now. */
static gboolean
judge_price (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, gint64 price, gboolean touch, PstSimStep step,
             PstSimOutcome *outcome)
{
  const PstOrderRequest *request = &order->request;

  if (step == PST_SIM_STEP_OPEN)
    {
      if (order->armed)
        {
          if (!reaches (request->side, price, request->stop_price))
            return TRUE;
          outcome->triggers = TRUE;
        }
      if (is_market (order) || ((order->armed || order->fresh) && beats (request->side, price, request->limit_price, touch)))
        return take (rules, instrument, order, price, outcome);
      return TRUE;
    }
  if (step == PST_SIM_STEP_LIMITS && !is_market (order) && !order->armed && !order->fresh && !order->inside
      && beats (request->side, price, request->limit_price, touch))
    make (order, outcome);
  return TRUE;
}

static gboolean
judge_bar (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, const PstBar *bar, PstSimStep step,
           PstSimOutcome *outcome)
{
  switch (step)
    {
    case PST_SIM_STEP_OPEN:
      return judge_bar_open (rules, instrument, order, bar, outcome);
    case PST_SIM_STEP_STOPS:
      return judge_bar_stops (rules, instrument, order, bar, outcome);
    case PST_SIM_STEP_LIMITS:
      if (!order->armed && !is_market (order))
        judge_bar_limits (rules, order, bar, outcome);
      return TRUE;
    default:
      return TRUE;
    }
}

gboolean
pst_sim_rules_judge (const PstFillRules *rules, const PstInstrument *instrument, const PstSimOrder *order, const PstEvent *event, PstSimStep step,
                     PstSimOutcome *outcome)
{
  gboolean buys = order->request.side == PST_SIDE_BUY;

  *outcome = (PstSimOutcome){ 0 };
  switch ((PstEventKind)event->kind)
    {
    case PST_EVENT_BAR:
      return judge_bar (rules, instrument, order, &event->bar, step, outcome);
    case PST_EVENT_TRADE:
      return judge_price (rules, instrument, order, event->trade.price, rules->fill_on_touch, step, outcome);
    case PST_EVENT_QUOTE:
      if ((buys ? event->quote.ask_size : event->quote.bid_size) == 0)
        return TRUE;
      return judge_price (rules, instrument, order, buys ? event->quote.ask_price : event->quote.bid_price, TRUE, step, outcome);
    case PST_EVENT_LEVEL:
    case PST_EVENT_STATUS:
    default:
      return TRUE;
    }
}

gboolean
pst_sim_rules_would_take (const PstOrderRequest *request, const PstMark *mark)
{
  gint64 price = request->side == PST_SIDE_BUY ? mark->ask : mark->bid;

  if (price == 0)
    price = mark->valid ? mark->price : 0;
  return price != 0 && beats (request->side, price, request->limit_price, TRUE);
}
