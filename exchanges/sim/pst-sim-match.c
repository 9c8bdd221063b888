/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What market events do to working orders: walks the steps of an event, shares out its volume, and books fills. */

#include "pst-sim-venue.h"

#include <string.h>

gint64
pst_sim_match_get_reducible (const PstSimBook *book, PstSide side)
{
  return MAX (side == PST_SIDE_BUY ? -book->position.quantity : book->position.quantity, 0);
}

gboolean
pst_sim_match_get_fee (const PstSimBook *book, gint64 notional, PstLiquidity liquidity, gint64 *fee)
{
  return pst_instrument_fee (book->instrument, notional, liquidity == PST_LIQUIDITY_MAKER ? book->costs.maker_fee : book->costs.taker_fee, fee);
}

/* The fee of one more fill: by the rate, but all fills of an order together pay at least the minimum. */
static gboolean
charge (const PstSimBook *book, const PstSimOrder *order, PstFill *fill, gint64 *due)
{
  gint64 fee, target;

  if (!pst_sim_match_get_fee (book, fill->notional, fill->liquidity, &fee) || !pst_add_checked (order->fee_due, fee, due)
      || !pst_fill_total_fee (&book->costs, *due, &target))
    return FALSE;
  if (!pst_subtract_checked (target, order->fee_paid, &fill->fee))
    return FALSE;
  if (fill->fee != 0)
    fill->fee_currency = book->instrument->quote;
  return TRUE;
}

static void
report_fill (PstSimVenue *venue, const PstSimOrder *order, const PstFill *fill)
{
  PstExecutionReport report = {
    .order_id = order->id,
    .kind = PST_REPORT_FILL,
    .liquidity = fill->liquidity,
    .time_ns = fill->time_ns,
    .price = fill->price,
    .quantity = fill->quantity,
    .fee = fill->fee,
    .fee_currency = fill->fee_currency,
  };

  memcpy (report.execution_id, fill->execution_id, sizeof report.execution_id);
  g_snprintf (report.venue_order_id, sizeof report.venue_order_id, "SIM-%" G_GUINT64_FORMAT, order->id);
  pst_exchange_report (venue->exchange, &report);
}

/* A position that is gone leaves nothing to reduce. */
static gboolean
cancel_reducers (PstSimVenue *venue, PstSimBook *book, gint64 time_ns, GError **error)
{
  for (guint i = 0; i < book->orders->len; i++)
    {
      PstSimOrder *order = g_ptr_array_index (book->orders, i);

      if (!order->closed && (order->request.flags & PST_ORDER_FLAG_REDUCE_ONLY) != 0
          && !pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, "reduce_only_flat", time_ns, error))
        return FALSE;
    }
  return TRUE;
}

/* Books @fill and tells it. */
static gboolean
book_fill (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, PstFill *fill, GError **error)
{
  gint64 notional = fill->notional;

  /* The name is cut so that the number always fits; the run adds the exchange to make an execution unique. */
  g_snprintf (fill->execution_id, sizeof fill->execution_id, "SIM-%.14s-%" G_GUINT64_FORMAT, pst_component_get_name (PST_COMPONENT (venue->exchange)),
              ++venue->n_executions);
  if (!pst_sim_funds_apply (&venue->funds, book->instrument, &book->position, fill, error))
    return FALSE;
  pst_invariant (fill->notional == notional, error);
  order->filled += fill->quantity;
  order->fee_paid += fill->fee;
  order->closed = order->filled == order->request.quantity;
  venue->n_open -= order->closed;
  if (!order->closed && !pst_sim_venue_reserve (venue, book, order, TRUE, NULL, error))
    return FALSE;
  report_fill (venue, order, fill);
  return book->position.quantity != 0 || cancel_reducers (venue, book, fill->time_ns, error);
}

/* How much of the order may fill now; 0 with a @reason when it has to be cancelled instead. */
static gint64
get_fillable (const PstSimBook *book, const PstSimOrder *order, gint64 budget, const char **reason)
{
  gint64 open = pst_sim_order_get_open (order), quantity = MIN (open, budget);

  *reason = NULL;
  if ((order->request.flags & PST_ORDER_FLAG_REDUCE_ONLY) != 0)
    {
      gint64 reducible = pst_sim_match_get_reducible (book, order->request.side);

      if (reducible == 0)
        *reason = "reduce_only_flat";
      quantity = MIN (quantity, reducible);
    }
  if (*reason == NULL && order->request.time_in_force == PST_TIME_IN_FORCE_FOK && quantity < open)
    *reason = "fok_not_filled";
  return *reason != NULL ? 0 : quantity;
}

gboolean
pst_sim_match_overflow (const PstSimBook *book, const PstSimOrder *order, GError **error)
{
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW,
               "a fill of order %" G_GUINT64_FORMAT " in %s does not fit 64 bits; reduce the order or give the currency %s fewer decimals", order->id,
               book->instrument->id, book->instrument->quote->code);
  return FALSE;
}

/* The account cannot pay: an order of which nothing filled was never any good, the rest of another is cancelled. */
static gboolean
refuse_unpaid (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, const char *reason, gint64 time_ns, GError **error)
{
  return pst_sim_venue_close (venue, book, order, order->filled == 0 ? PST_REPORT_REJECTED : PST_REPORT_CANCELED, reason, time_ns, error);
}

/* Fills @fill's quantity, unless it cannot be paid for: then it waits for the end of the frame (@defers), or is over. */
static gboolean
pay_and_book (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, PstFill *fill, gboolean defers, GError **error)
{
  char lack[PST_REASON_SIZE];
  const char *reason;
  PstMoney need;
  gint64 due;

  pst_sim_venue_settle_fees (venue, book);
  if (!pst_instrument_notional (book->instrument, fill->price, fill->quantity, PST_ROUND_HALF_EVEN, &fill->notional)
      || !charge (book, order, fill, &due))
    return pst_sim_match_overflow (book, order, error);
  if (!pst_sim_funds_unlock (&venue->funds, &order->locked, error))
    return FALSE;
  reason = pst_sim_funds_need (&venue->funds, book->instrument, &book->position, fill->side, fill->quantity, fill->price, fill->fee, &need);
  if (reason == NULL && venue->settings.rules.checks_cash && need.amount > 0 && need.amount > pst_sim_funds_get_free (&venue->funds, need.currency))
    {
      pst_sim_venue_describe_lack (venue, &need, lack);
      reason = lack;
    }
  if (reason != NULL && defers)
    {
      const PstSimUnpaid unpaid = { book, order, fill->price, fill->quantity, fill->liquidity };

      order->unpaid = TRUE;
      g_array_append_val (venue->unpaid, unpaid);
      return pst_sim_venue_reserve (venue, book, order, TRUE, NULL, error);
    }
  if (reason != NULL)
    return refuse_unpaid (venue, book, order, reason, fill->time_ns, error);
  order->fee_due = due;
  return book_fill (venue, book, order, fill, error);
}

static gboolean
fill_quantity (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 price, gint64 quantity, PstLiquidity liquidity, gboolean defers,
               gint64 time_ns, GError **error)
{
  PstFill fill = { .order_id = order->id,
                   .strategy = G_MAXUINT32,
                   .exchange = pst_component_get_index (PST_COMPONENT (venue->exchange)),
                   .instrument = order->request.instrument,
                   .side = order->request.side,
                   .liquidity = liquidity,
                   .time_ns = time_ns,
                   .price = price,
                   .quantity = quantity };

  return pay_and_book (venue, book, order, &fill, defers, error);
}

gboolean
pst_sim_match_fill (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 price, gint64 quantity, PstLiquidity liquidity, gint64 time_ns,
                    GError **error)
{
  return fill_quantity (venue, book, order, price, quantity, liquidity, FALSE, time_ns, error);
}

/* An order for an amount of cash: what that, and the cash that is free, pay for at @price becomes its quantity; without any the order is left as it
 * is, and is not payable. */
static gboolean
fit_cash (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 price, gint64 time_ns, GError **error)
{
  gint64 cash = order->request.cash_max, quantity;

  if (cash == 0 || order->filled != 0)
    return TRUE;
  if (venue->settings.rules.checks_cash)
    cash = MIN (cash, pst_sim_funds_get_free (&venue->funds, book->instrument->quote));
  if (!pst_fill_size_for_cash (&book->costs, book->instrument, price, cash, &quantity))
    return pst_sim_match_overflow (book, order, error);
  if (quantity < MAX (book->instrument->size_min, 1) || quantity == order->request.quantity)
    return TRUE;
  order->request.quantity = quantity;
  pst_sim_venue_report (venue, order, PST_REPORT_MODIFIED, NULL, time_ns);
  return TRUE;
}

/* Fills what can be filled at @price, or cancels. @budget: what the event has left for the order's side. */
static gboolean
fill_order (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 price, PstLiquidity liquidity, gint64 *budget, gboolean defers,
            gint64 time_ns, GError **error)
{
  const char *reason;
  gint64 quantity;

  if (!fit_cash (venue, book, order, price, time_ns, error))
    return FALSE;
  quantity = get_fillable (book, order, *budget, &reason);
  if (reason != NULL)
    return pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, reason, time_ns, error);
  if (quantity == 0)
    return TRUE;
  *budget -= quantity;
  return fill_quantity (venue, book, order, price, quantity, liquidity, defers, time_ns, error);
}

/* What of an event may fill: the share of its volume on the grid of sizes; a quote's whole size on each side. */
static gboolean
get_budget (const PstSimVenue *venue, const PstSimBook *book, const PstEvent *event, PstSimBudget *budget)
{
  gint64 volume = event->kind == PST_EVENT_BAR ? event->bar.volume : event->trade.size;

  *budget = (PstSimBudget){ G_MAXINT64, G_MAXINT64, FALSE };
  if (!venue->settings.is_share_limited)
    return TRUE;
  if (event->kind == PST_EVENT_QUOTE)
    {
      *budget = (PstSimBudget){ event->quote.ask_size, event->quote.bid_size, FALSE };
    }
  else
    {
      if (!pst_mantissa_multiply (volume, venue->settings.volume_share, PST_RATE_SCALE, 0, PST_ROUND_DOWN, &volume))
        return FALSE;
      *budget = (PstSimBudget){ volume, volume, TRUE };
    }
  budget->buy -= budget->buy % book->instrument->size_step;
  budget->sell -= budget->sell % book->instrument->size_step;
  return TRUE;
}

static gboolean
fill_within (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, const PstSimOutcome *outcome, PstSimBudget *budget, gint64 time_ns,
             GError **error)
{
  gint64 *left = order->request.side == PST_SIDE_BUY ? &budget->buy : &budget->sell;

  if (!fill_order (venue, book, order, outcome->price, outcome->liquidity, left, TRUE, time_ns, error))
    return FALSE;
  if (budget->shared)
    budget->buy = budget->sell = *left;
  return TRUE;
}

/* IOC and FOK have one chance: when they work for the first time. */
gboolean
pst_sim_match_end_immediate (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 time_ns, GError **error)
{
  gboolean all = order->request.time_in_force == PST_TIME_IN_FORCE_FOK;

  if (order->closed || order->armed || order->unpaid || (!all && order->request.time_in_force != PST_TIME_IN_FORCE_IOC))
    return TRUE;
  return pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, all ? "fok_not_filled" : "ioc_rest", time_ns, error);
}

static gboolean
step_order (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, const PstEvent *event, PstSimStep step, PstSimBudget *budget, gint64 time_ns,
            GError **error)
{
  PstSimOutcome outcome;

  if (!pst_sim_rules_judge (&venue->settings.rules, book->instrument, order, event, step, &outcome))
    return pst_sim_match_overflow (book, order, error);
  if (outcome.triggers)
    {
      order->armed = FALSE;
      order->fresh = FALSE;
      order->inside = event->kind != PST_EVENT_BAR || step != PST_SIM_STEP_OPEN;
      pst_sim_venue_report (venue, order, PST_REPORT_TRIGGERED, NULL, time_ns);
    }
  if (outcome.fills && !fill_within (venue, book, order, &outcome, budget, time_ns, error))
    return FALSE;
  return step == PST_SIM_STEP_LIMITS || pst_sim_match_end_immediate (venue, book, order, time_ns, error);
}

gboolean
pst_sim_match_expire_at (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 time_ns, GError **error)
{
  if (order->closed || order->expiry_ns > time_ns)
    return TRUE;
  return pst_sim_venue_close (venue, book, order, PST_REPORT_EXPIRED, "expired", time_ns, error);
}

static gboolean
expire_all_at (PstSimVenue *venue, PstSimBook *book, gint64 time_ns, GError **error)
{
  for (guint i = 0; i < book->orders->len; i++)
    if (!pst_sim_match_expire_at (venue, book, g_ptr_array_index (book->orders, i), time_ns, error))
      return FALSE;
  return TRUE;
}

static gboolean
can_fill (PstSimBook *book, const PstEvent *event)
{
  if (event->kind == PST_EVENT_STATUS)
    book->status = event->status;
  else if (event->kind != PST_EVENT_LEVEL)
    return book->status == PST_INSTRUMENT_STATUS_TRADING || book->status == PST_INSTRUMENT_STATUS_POST_ONLY;
  return FALSE;
}

/* Whether @step can give anything on this kind of event. */
static gboolean
has_step (const PstEvent *event, PstSimStep step)
{
  return step != PST_SIM_STEP_STOPS || event->kind == PST_EVENT_BAR;
}

static gboolean
match_event (PstSimVenue *venue, PstSimBook *book, const PstEvent *event, gint64 time_ns, GError **error)
{
  guint n_orders = book->orders->len; /* who comes meanwhile has not met this event */
  PstSimBudget budget;
  PstSimHours hours;

  if (!can_fill (book, event))
    return TRUE;
  if (!get_budget (venue, book, event, &budget))
    return pst_sim_match_overflow (book, g_ptr_array_index (book->orders, 0), error);
  /* A bar that ended at the instant at which an order expires belongs to the time before. */
  if ((event->kind != PST_EVENT_BAR && !expire_all_at (venue, book, time_ns, error))
      || !pst_sim_hours_of_event (venue->calendar, event, time_ns, &hours, error))
    return FALSE;
  for (PstSimStep step = 0; hours.is_open && step < PST_SIM_N_STEPS; step++)
    for (guint i = 0; has_step (event, step) && i < n_orders; i++)
      {
        PstSimOrder *order = g_ptr_array_index (book->orders, i);

        if (!order->closed && !order->unpaid && order->sent_ns <= hours.start_ns
            && !step_order (venue, book, order, event, step, &budget, time_ns, error))
          return FALSE;
      }
  for (guint i = 0; i < n_orders; i++)
    {
      PstSimOrder *order = g_ptr_array_index (book->orders, i);

      if (hours.is_open && order->sent_ns <= hours.start_ns)
        order->fresh = order->inside = FALSE;
    }
  return TRUE;
}

/* Everything of a frame happens at one time: what one order could not pay for, others may have brought since, whichever instrument stands
 * first in the frame. */
static gboolean
settle_unpaid (PstSimVenue *venue, gint64 time_ns, GError **error)
{
  gboolean good = TRUE;

  for (guint i = 0; i < venue->unpaid->len && good; i++)
    {
      PstSimUnpaid unpaid = g_array_index (venue->unpaid, PstSimUnpaid, i);

      unpaid.order->unpaid = FALSE;
      if (unpaid.order->closed)
        continue;
      if (unpaid.order->request.cash_max != 0)
        unpaid.quantity = G_MAXINT64;
      good = fill_order (venue, unpaid.book, unpaid.order, unpaid.price, unpaid.liquidity, &unpaid.quantity, FALSE, time_ns, error)
             && pst_sim_match_end_immediate (venue, unpaid.book, unpaid.order, time_ns, error);
    }
  g_array_set_size (venue->unpaid, 0);
  return good;
}

static void
touch (PstSimVenue *venue, PstSimDepth *depth, guint32 instrument)
{
  if (depth->touched)
    return;
  depth->touched = TRUE;
  g_array_append_val (venue->touched, instrument);
}

/* An event of an instrument that has a book: the book decides when the frame is whole, and a trade fills what it went through. */
static gboolean
match_depth (PstSimVenue *venue, PstSimDepth *depth, PstSimBook *book, const PstEvent *event, gint64 time_ns, GError **error)
{
  gboolean is_open;

  if (event->kind == PST_EVENT_LEVEL)
    pst_sim_depth_apply (depth, &event->level);
  else if (event->kind == PST_EVENT_STATUS)
    pst_sim_depth_set_status (depth, event->status);
  else if (event->kind != PST_EVENT_TRADE)
    return TRUE;
  touch (venue, depth, event->instrument);
  if (event->kind != PST_EVENT_TRADE || book == NULL)
    return TRUE;
  if (!pst_sim_hours_of_time (venue->calendar, time_ns, &is_open, error))
    return FALSE;
  return !is_open || pst_sim_walk_trade (venue, book, depth, &event->trade, time_ns, error);
}

/* All books that the frame concerns, in its order. @good: whether orders may still meet them. */
static gboolean
settle_depths (PstSimVenue *venue, gboolean good, gint64 time_ns, GError **error)
{
  gboolean is_open = TRUE;

  if (venue->touched->len > 0 && good)
    good = pst_sim_hours_of_time (venue->calendar, time_ns, &is_open, error);
  for (guint i = 0; i < venue->touched->len; i++)
    {
      guint32 index = g_array_index (venue->touched, guint32, i);
      PstSimBook *book = index < venue->n_books ? venue->books[index] : NULL;
      PstSimDepth *depth = venue->depths[index];

      depth->touched = FALSE;
      pst_sim_depth_settle (depth);
      if (!good || book == NULL || book->orders->len == 0)
        continue;
      good = is_open ? pst_sim_walk_levels (venue, book, depth, time_ns, error) : expire_all_at (venue, book, time_ns, error);
      pst_sim_venue_sweep (book);
    }
  g_array_set_size (venue->touched, 0);
  return good;
}

static void
sweep_frame (PstSimVenue *venue, const PstFrame *frame)
{
  for (guint i = 0; i < frame->n_events; i++)
    if (frame->events[i].instrument < venue->n_books && venue->books[frame->events[i].instrument] != NULL)
      pst_sim_venue_sweep (venue->books[frame->events[i].instrument]);
}

/* Shows a frame to all books with orders. A frame that concerns none costs a look at each event's book. */
gboolean
pst_sim_match_frame (PstSimVenue *venue, const PstFrame *frame, GError **error)
{
  gboolean good = TRUE;

  venue->matching = TRUE;
  for (guint i = 0; i < frame->n_events && good; i++)
    {
      guint32 index = frame->events[i].instrument;
      PstSimBook *book = index < venue->n_books ? venue->books[index] : NULL;
      PstSimDepth *depth = pst_sim_venue_find_depth (venue, index);

      if (depth == NULL && frame->events[i].kind == PST_EVENT_LEVEL)
        depth = pst_sim_venue_add_depth (venue, index);

      if (depth != NULL)
        {
          good = match_depth (venue, depth, book, &frame->events[i], frame->time_ns, error);
          continue;
        }
      if (book == NULL || book->orders->len == 0)
        continue;
      good = match_event (venue, book, &frame->events[i], frame->time_ns, error);
      if (venue->unpaid->len == 0)
        pst_sim_venue_sweep (book);
    }
  good = settle_depths (venue, good, frame->time_ns, error);
  if (good && venue->unpaid->len > 0)
    {
      good = settle_unpaid (venue, frame->time_ns, error);
      sweep_frame (venue, frame);
    }
  venue->matching = FALSE;
  return good;
}

/* At the price that the strategy just saw, for comparisons with engines that fill at the bar that gave the signal; and an operator's exit at the
 * last price there was, since at the end of the data no other comes. */
gboolean
pst_sim_match_at_mark (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gint64 time_ns, GError **error)
{
  const PstMark *mark = pst_context_get_mark (venue->context, order->request.instrument);
  gint64 price = order->request.side == PST_SIDE_BUY ? mark->ask : mark->bid, budget = G_MAXINT64;
  gboolean is_exit = (order->request.flags & PST_ORDER_FLAG_OPERATOR_EXIT) != 0;

  if (!mark->valid || (!is_exit && mark->time_ns < venue->last_frame_ns))
    return TRUE;
  if (price == 0)
    price = mark->price;
  if (!pst_fill_slip (book->instrument, order->request.side, price, venue->settings.rules.slippage, &price))
    return pst_sim_match_overflow (book, order, error);
  return fill_order (venue, book, order, price, PST_LIQUIDITY_TAKER, &budget, FALSE, time_ns, error);
}
