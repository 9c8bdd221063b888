/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Execution against price levels: what arrives walks the levels that its limit allows, one fill a level, and what rests waits until the market
 * comes to it. A book that is not LIVE fills nothing. What was taken of a level is not there a second time. */

#include "pst-sim-venue.h"

typedef struct
{
  gint64 quantity;
  gint64 worst; /* price of the last level that gives anything */
  guint n_levels;
} Reach;

static PstSide
opposite (PstSide side)
{
  return side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY;
}

static gboolean
is_market (const PstSimOrder *order)
{
  return order->request.type == PST_ORDER_TYPE_MARKET || order->request.type == PST_ORDER_TYPE_STOP_MARKET;
}

static gint64
get_limit (const PstOrderRequest *request)
{
  return request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT ? request->limit_price : 0;
}

static gint64
get_available (const PstSimVenue *venue, const PstSimBook *book, const PstSimDepth *depth, PstSide side, const PstBookLevel *level)
{
  return pst_sim_depth_get_available (depth, side, level, venue->settings.is_share_limited ? venue->settings.volume_share : 0,
                                      book->instrument->size_step);
}

/* What an order finds within its limit, as far as it wants any. */
static Reach
measure (const PstSimVenue *venue, const PstSimBook *book, const PstSimDepth *depth, const PstOrderRequest *request, gint64 wanted)
{
  PstSide side = opposite (request->side);
  gint64 limit_price = get_limit (request);
  const PstBookLevel *level;
  Reach reach = { 0 };
  PstBookIter iter;

  pst_book_iter_init (&iter, depth->levels, side);
  while (reach.quantity < wanted && (level = pst_book_iter_next (&iter)) != NULL && pst_sim_depth_is_within (side, level->price, limit_price))
    {
      gint64 available = get_available (venue, book, depth, side, level);

      if (available == 0)
        continue;
      reach.quantity += MIN (available, wanted - reach.quantity);
      reach.worst = level->price;
      reach.n_levels++;
    }
  return reach;
}

gboolean
pst_sim_walk_would_take (const PstSimVenue *venue, const PstSimBook *book, const PstSimDepth *depth, const PstOrderRequest *request)
{
  return measure (venue, book, depth, request, 1).quantity > 0;
}

/* A taker gets the level's price, a maker its own. */
static gboolean
get_price (const PstSimVenue *venue, const PstSimBook *book, const PstSimOrder *order, gint64 level_price, PstLiquidity liquidity, gint64 *price,
           GError **error)
{
  *price = liquidity == PST_LIQUIDITY_MAKER ? order->request.limit_price : level_price;
  if (!is_market (order) || pst_fill_slip (book->instrument, order->request.side, level_price, venue->settings.rules.slippage, price))
    return TRUE;
  return pst_sim_match_overflow (book, order, error);
}

/* Walks the levels and fills at each until the order has what it wants, or cannot pay. */
static gboolean
take_levels (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 wanted, PstLiquidity liquidity, gint64 time_ns,
             GError **error)
{
  PstSide side = opposite (order->request.side);
  gint64 limit_price = get_limit (&order->request);
  const PstBookLevel *level;
  PstBookIter iter;

  pst_book_iter_init (&iter, depth->levels, side);
  while (wanted > 0 && !order->closed && (level = pst_book_iter_next (&iter)) != NULL && pst_sim_depth_is_within (side, level->price, limit_price))
    {
      gint64 quantity = get_available (venue, book, depth, side, level), filled = order->filled, price;

      quantity = MIN (wanted, quantity);
      if (quantity == 0)
        continue;
      if (!get_price (venue, book, order, level->price, liquidity, &price, error)
          || !pst_sim_match_fill (venue, book, order, price, quantity, liquidity, time_ns, error))
        return FALSE;
      filled = order->filled - filled;
      if (filled > 0)
        pst_sim_depth_take (depth, side, level, filled);
      wanted -= filled;
    }
  return TRUE;
}

static gint64
get_wanted (const PstSimBook *book, const PstSimOrder *order)
{
  gint64 open = pst_sim_order_get_open (order), reducible;

  if ((order->request.flags & PST_ORDER_FLAG_REDUCE_ONLY) == 0)
    return open;
  reducible = pst_sim_match_get_reducible (book, order->request.side);
  return MIN (open, reducible);
}

/* All or nothing: that every level is there, and, at the worst price of them, paid for. Each fill rounds for itself: two units a level. */
static gboolean
check_all (PstSimVenue *venue, PstSimBook *book, const PstSimOrder *order, const Reach *reach, char *reason, GError **error)
{
  const PstInstrument *instrument = book->instrument;
  gint64 price, notional, fee, free_amount;
  PstMoney need;
  const char *code;

  g_strlcpy (reason, "fok_not_filled", PST_REASON_SIZE);
  if (reach->quantity < pst_sim_order_get_open (order))
    return TRUE;
  reason[0] = '\0';
  if (!get_price (venue, book, order, reach->worst, PST_LIQUIDITY_TAKER, &price, error))
    return FALSE;
  if (!pst_instrument_notional (instrument, price, reach->quantity, PST_ROUND_UP, &notional)
      || !pst_instrument_fee (instrument, notional, MAX (book->costs.taker_fee, 0), &fee) || !pst_fill_total_fee (&book->costs, fee, &fee))
    return pst_sim_match_overflow (book, order, error);
  code = pst_sim_funds_need (&venue->funds, instrument, &book->position, order->request.side, reach->quantity, price, fee, &need);
  if (code != NULL)
    g_strlcpy (reason, code, PST_REASON_SIZE);
  if (code != NULL || !venue->settings.rules.checks_cash || need.amount <= 0)
    return TRUE;
  free_amount = pst_sim_funds_get_free (&venue->funds, need.currency);
  if (order->locked.amount > 0 && order->locked.currency == need.currency && !pst_add_checked (free_amount, order->locked.amount, &free_amount))
    free_amount = G_MAXINT64;
  if (!pst_add_checked (need.amount, need.currency == instrument->quote ? 2 * (gint64)reach->n_levels : 0, &need.amount) || need.amount > free_amount)
    pst_sim_venue_describe_lack (venue, &need, reason);
  return TRUE;
}

/* Takes what is there; what may not rest is cancelled, the rest queues. */
static gboolean
arrive (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 time_ns, GError **error)
{
  gint64 wanted = get_wanted (book, order);
  char reason[PST_REASON_SIZE];

  if (wanted == 0)
    return pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, "reduce_only_flat", time_ns, error);
  if (order->request.time_in_force == PST_TIME_IN_FORCE_FOK)
    {
      const Reach reach = measure (venue, book, depth, &order->request, wanted);

      if (!check_all (venue, book, order, &reach, reason, error))
        return FALSE;
      if (reason[0] != '\0')
        return pst_sim_venue_close (venue, book, order, g_str_equal (reason, "fok_not_filled") ? PST_REPORT_CANCELED : PST_REPORT_REJECTED, reason,
                                    time_ns, error);
    }
  if (!take_levels (venue, book, depth, order, wanted, PST_LIQUIDITY_TAKER, time_ns, error))
    return FALSE;
  order->fresh = FALSE;
  if (!pst_sim_match_end_immediate (venue, book, order, time_ns, error))
    return FALSE;
  if (!order->closed && is_market (order))
    return pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, "book_exhausted", time_ns, error);
  pst_sim_walk_queue (depth, order);
  return TRUE;
}

void
pst_sim_walk_queue (const PstSimDepth *depth, PstSimOrder *order)
{
  const PstBookLevel *level = pst_book_find (depth->levels, order->request.side, get_limit (&order->request));

  order->ahead = level != NULL ? level->size : 0;
  order->credit = 0;
}

/* The level at an order's own price has become shorter than the queue before it. Whether that were trades, which may be printed later, or cancels
 * cannot be known: the next trades at the price do not count a second time. */
static void
shorten_queue (const PstSimDepth *depth, PstSimOrder *order)
{
  const PstBookLevel *level = pst_book_find (depth->levels, order->request.side, get_limit (&order->request));
  gint64 size = level != NULL ? level->size : 0;

  if (size >= order->ahead)
    return;
  order->credit += order->ahead - size;
  order->ahead = size;
}

static gboolean
reaches (const PstSimOrder *order, gint64 price)
{
  return order->request.side == PST_SIDE_BUY ? price >= order->request.stop_price : price <= order->request.stop_price;
}

static void
trigger (PstSimVenue *venue, PstSimOrder *order, gint64 time_ns)
{
  order->armed = FALSE;
  order->fresh = TRUE;
  pst_sim_venue_report (venue, order, PST_REPORT_TRIGGERED, NULL, time_ns);
}

gboolean
pst_sim_walk_order (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 time_ns, GError **error)
{
  const PstBookLevel *best = pst_book_get_best (depth->levels, opposite (order->request.side));
  gint64 wanted;

  if (order->closed || !pst_sim_depth_is_trading (depth) || !pst_sim_depth_is_live (depth))
    return TRUE;
  if (order->armed && best != NULL && reaches (order, best->price))
    trigger (venue, order, time_ns);
  if (order->armed)
    return TRUE;
  if (is_market (order) || order->fresh)
    return arrive (venue, book, depth, order, time_ns, error);
  shorten_queue (depth, order);
  if (best == NULL || !pst_sim_depth_is_within (opposite (order->request.side), best->price, order->request.limit_price))
    return TRUE;
  wanted = get_wanted (book, order);
  if (wanted == 0)
    return pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, "reduce_only_flat", time_ns, error);
  return take_levels (venue, book, depth, order, wanted, PST_LIQUIDITY_MAKER, time_ns, error);
}

gboolean
pst_sim_walk_levels (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, gint64 time_ns, GError **error)
{
  guint n_orders = book->orders->len; /* who comes meanwhile meets the book on arrival */

  for (guint i = 0; i < n_orders; i++)
    {
      PstSimOrder *order = g_ptr_array_index (book->orders, i);

      if (!pst_sim_match_expire_at (venue, book, order, time_ns, error) || !pst_sim_walk_order (venue, book, depth, order, time_ns, error))
        return FALSE;
    }
  return TRUE;
}

/* How much of a trade comes to an order that rests: all of one that went through its price; of one at its price what is left by those before it. */
static gint64
share_trade (const PstSimVenue *venue, PstSimOrder *order, const PstTrade *trade, gint64 volume)
{
  gint64 limit_price = order->request.limit_price, passed;

  if (order->request.side == PST_SIDE_BUY ? trade->price < limit_price : trade->price > limit_price)
    return volume;
  if (trade->price != limit_price)
    return 0;
  if (venue->settings.rules.fill_on_touch)
    return volume;
  if (venue->settings.queue != PST_SIM_QUEUE_VOLUME_AHEAD || trade->aggressor == (guint32)order->request.side)
    return 0;
  passed = MIN (volume, order->credit);
  order->credit -= passed;
  volume -= passed;
  passed = MIN (volume, order->ahead);
  order->ahead -= passed;
  return volume - passed;
}

static gboolean
show_trade (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, const PstTrade *trade, gint64 volume, gint64 *left, gint64 time_ns,
            GError **error)
{
  gint64 quantity, wanted, filled = order->filled;

  if (order->armed && reaches (order, trade->price))
    {
      trigger (venue, order, time_ns);
      return TRUE;
    }
  if (order->armed || order->fresh || is_market (order))
    return TRUE;
  quantity = share_trade (venue, order, trade, volume);
  quantity = MIN (quantity, *left);
  wanted = get_wanted (book, order);
  quantity = MIN (quantity, wanted);
  quantity -= quantity % book->instrument->size_step;
  if (quantity == 0)
    return TRUE;
  if (!pst_sim_match_fill (venue, book, order, order->request.limit_price, quantity, PST_LIQUIDITY_MAKER, time_ns, error))
    return FALSE;
  *left -= order->filled - filled;
  return TRUE;
}

gboolean
pst_sim_walk_trade (PstSimVenue *venue, PstSimBook *book, const PstSimDepth *depth, const PstTrade *trade, gint64 time_ns, GError **error)
{
  gint64 volume = trade->size, left;
  guint n_orders = book->orders->len;

  if (!pst_sim_depth_is_trading (depth) || !pst_sim_depth_is_live (depth))
    return TRUE;
  if (venue->settings.is_share_limited && !pst_mantissa_multiply (volume, venue->settings.volume_share, PST_RATE_SCALE, 0, PST_ROUND_DOWN, &volume))
    return TRUE;
  left = volume;
  for (guint i = 0; i < n_orders; i++)
    {
      PstSimOrder *order = g_ptr_array_index (book->orders, i);

      if (!pst_sim_match_expire_at (venue, book, order, time_ns, error)
          || (!order->closed && !show_trade (venue, book, order, trade, volume, &left, time_ns, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
pst_sim_walk_exit (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 time_ns, GError **error)
{
  PstSide side = opposite (order->request.side);
  guint n_levels = pst_book_get_n_levels (depth->levels, side);
  gint64 price;

  if (!pst_sim_depth_is_live (depth) || n_levels == 0)
    return pst_sim_match_at_mark (venue, book, order, time_ns, error);
  if (!take_levels (venue, book, depth, order, get_wanted (book, order), PST_LIQUIDITY_TAKER, time_ns, error))
    return FALSE;
  if (order->closed)
    return TRUE;
  return get_price (venue, book, order, pst_book_get_level (depth->levels, side, n_levels - 1)->price, PST_LIQUIDITY_TAKER, &price, error)
         && pst_sim_match_fill (venue, book, order, price, get_wanted (book, order), PST_LIQUIDITY_TAKER, time_ns, error);
}
