/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of orders at the simulated venue: commands travel, orders are checked and accepted as a venue would, wait in the
 * book of their instrument, and end. */

#include "pst-sim-venue.h"

#include <string.h>

static void
book_free (PstSimBook *book)
{
  g_ptr_array_unref (book->orders);
  g_free (book);
}

void
pst_sim_venue_init (PstSimVenue *venue, PstExchange *exchange, const PstSimSettings *settings, const PstAccount *balances)
{
  *venue = (PstSimVenue){ .exchange = exchange,
                          .context = pst_component_get_context (PST_COMPONENT (exchange)),
                          .settings = *settings,
                          .calendar = pst_exchange_get_calendar (exchange),
                          .next_expiry_ns = G_MAXINT64,
                          .last_frame_ns = G_MININT64 };
  if (pst_calendar_is_always_open (venue->calendar))
    venue->calendar = NULL;
  g_queue_init (&venue->commands);
  venue->unpaid = g_array_new (FALSE, FALSE, sizeof (PstSimUnpaid));
  venue->touched = g_array_new (FALSE, FALSE, sizeof (guint32));
  pst_sim_funds_init (&venue->funds, balances, settings->rules.checks_cash, settings->rules.short_selling);
}

/* What is still on its way when the venue closes never arrives. */
static void
cancel_commands (PstSimVenue *venue)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (venue->exchange)); /* NULL when the run has gone before us */
  PstSimCommand *command;

  while ((command = g_queue_pop_head (&venue->commands)) != NULL)
    {
      if (context != NULL)
        pst_clock_remove_timer (pst_context_get_clock (context), command->timer);
      g_free (command);
    }
}

void
pst_sim_venue_clear (PstSimVenue *venue)
{
  for (guint i = 0; i < venue->n_books; i++)
    g_clear_pointer (&venue->books[i], book_free);
  for (guint i = 0; i < venue->n_depths; i++)
    g_clear_pointer (&venue->depths[i], pst_sim_depth_free);
  g_clear_pointer (&venue->books, g_free);
  g_clear_pointer (&venue->depths, g_free);
  g_clear_pointer (&venue->unpaid, g_array_unref);
  g_clear_pointer (&venue->touched, g_array_unref);
  venue->n_books = venue->n_depths = venue->n_open = 0;
  cancel_commands (venue);
  g_clear_error (&venue->failure);
  pst_sim_funds_clear (&venue->funds);
}

PstSimBook *
pst_sim_venue_get_book (PstSimVenue *venue, guint32 index)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (venue->context), index);
  PstSimBook *book;

  if (instrument == NULL)
    return NULL;
  if (index >= venue->n_books)
    {
      venue->books = g_renew (PstSimBook *, venue->books, index + 1);
      memset (venue->books + venue->n_books, 0, (index + 1 - venue->n_books) * sizeof *venue->books);
      venue->n_books = index + 1;
    }
  if (venue->books[index] != NULL)
    return venue->books[index];
  book = venue->books[index] = g_new0 (PstSimBook, 1);
  book->instrument = instrument;
  book->orders = g_ptr_array_new_with_free_func (g_free);
  book->position = (PstPosition){ .strategy = G_MAXUINT32, .instrument = index };
  return book;
}

/* By the first order: until its exchange lists it, an instrument of a run that goes on is known by its scales only. */
void
pst_sim_venue_settle_fees (PstSimVenue *venue, PstSimBook *book)
{
  if (G_LIKELY (book->has_fees))
    return;
  book->has_fees = TRUE;
  pst_fill_rules_get_costs (&venue->settings.rules, book->instrument, &book->costs);
}

PstSimDepth *
pst_sim_venue_add_depth (PstSimVenue *venue, guint32 instrument)
{
  const PstBook *levels = pst_context_get_book (venue->context, instrument);

  if (instrument >= venue->n_depths)
    {
      venue->depths = g_renew (PstSimDepth *, venue->depths, instrument + 1);
      memset (venue->depths + venue->n_depths, 0, (instrument + 1 - venue->n_depths) * sizeof *venue->depths);
      venue->n_depths = instrument + 1;
    }
  venue->depths[instrument] = pst_sim_depth_new (levels, pst_context_get_mark (venue->context, instrument)->status);
  return venue->depths[instrument];
}

/* A venue that is asked for nothing keeps no levels. */
PstSimDepth *
pst_sim_venue_get_depth (PstSimVenue *venue, guint32 instrument)
{
  PstSimDepth *depth = pst_sim_venue_find_depth (venue, instrument);
  const PstBook *levels = depth == NULL ? pst_context_get_book (venue->context, instrument) : NULL;

  return levels != NULL && pst_book_get_n_changes (levels) > 0 ? pst_sim_venue_add_depth (venue, instrument) : depth;
}

PstSimOrder *
pst_sim_venue_find_order (PstSimBook *book, guint64 id)
{
  for (guint i = 0; book != NULL && i < book->orders->len; i++)
    {
      PstSimOrder *order = g_ptr_array_index (book->orders, i);

      if (order->id == id && !order->closed)
        return order;
    }
  return NULL;
}

void
pst_sim_venue_report (PstSimVenue *venue, const PstSimOrder *order, PstReportKind kind, const char *reason, gint64 time_ns)
{
  PstExecutionReport report = { .order_id = order->id, .kind = kind, .time_ns = time_ns };

  if (kind == PST_REPORT_MODIFIED)
    {
      report.price = order->request.limit_price;
      report.quantity = order->request.quantity;
      report.stop_price = order->request.stop_price;
    }
  g_snprintf (report.venue_order_id, sizeof report.venue_order_id, "SIM-%" G_GUINT64_FORMAT, order->id);
  if (reason != NULL)
    g_strlcpy (report.reason, reason, sizeof report.reason);
  pst_exchange_report (venue->exchange, &report);
}

gboolean
pst_sim_venue_close (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, PstReportKind kind, const char *reason, gint64 time_ns, GError **error)
{
  if (!pst_sim_funds_unlock (&venue->funds, &order->locked, error))
    return FALSE;
  order->closed = TRUE;
  venue->n_open--;
  pst_sim_venue_report (venue, order, kind, reason, time_ns);
  return TRUE;
}

void
pst_sim_venue_sweep (PstSimBook *book)
{
  for (guint i = 0; i < book->orders->len;)
    if (((PstSimOrder *)g_ptr_array_index (book->orders, i))->closed)
      g_ptr_array_remove_index (book->orders, i);
    else
      i++;
}

/* The price that an order may have to pay, as far as it can be said beforehand; 0 when it cannot. */
static gint64
estimate_price (PstSimVenue *venue, const PstSimBook *book, const PstOrderRequest *request)
{
  const PstMark *mark = pst_context_get_mark (venue->context, request->instrument);
  gint64 price = request->type == PST_ORDER_TYPE_MARKET ? mark->valid ? mark->price : 0 : request->stop_price;

  if (request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT)
    return request->limit_price;
  return pst_fill_slip (book->instrument, request->side, price, venue->settings.rules.slippage, &price) ? price : G_MAXINT64;
}

void
pst_sim_venue_describe_lack (PstSimVenue *venue, const PstMoney *need, char *refusal)
{
  const PstMoney free_money = { need->currency, pst_sim_funds_get_free (&venue->funds, need->currency) };
  g_autofree char *needed = pst_money_to_string (need), *available = pst_money_to_string (&free_money);

  g_snprintf (refusal, PST_REASON_SIZE, "insufficient_cash: needs %s, free are %s", needed, available);
}

gboolean
pst_sim_venue_reserve (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gboolean force, char *refusal, GError **error)
{
  const PstInstrument *instrument = book->instrument;
  gint64 quantity = pst_sim_order_get_open (order), price = estimate_price (venue, book, &order->request), notional, fee;
  const char *code = NULL;
  PstMoney need = { instrument->quote, 0 };

  if (!pst_instrument_notional (instrument, price, quantity, PST_ROUND_UP, &notional)
      || !pst_instrument_fee (instrument, notional, MAX (MAX (book->costs.maker_fee, book->costs.taker_fee), 0), &fee)
      || !pst_fill_total_fee (&book->costs, fee, &fee))
    code = "value_overflow";
  if (code == NULL)
    code = pst_sim_funds_need (&venue->funds, instrument, &book->position, order->request.side, quantity, price, fee, &need);
  if (!force && code != NULL)
    {
      g_strlcpy (refusal, code, PST_REASON_SIZE);
      return FALSE;
    }
  /* What a market order costs is known when it fills, and what fills before it may pay for it. */
  if (code != NULL || !venue->settings.rules.checks_cash || order->request.type == PST_ORDER_TYPE_MARKET)
    return TRUE;
  if (!force && need.amount > 0 && need.amount > pst_sim_funds_get_free (&venue->funds, need.currency))
    {
      pst_sim_venue_describe_lack (venue, &need, refusal);
      return FALSE;
    }
  order->locked = need;
  return pst_sim_funds_lock (&venue->funds, &need, error);
}

static gboolean
has_limit (const PstOrderRequest *request)
{
  return request->type == PST_ORDER_TYPE_LIMIT || request->type == PST_ORDER_TYPE_STOP_LIMIT;
}

static gboolean
has_stop (const PstOrderRequest *request)
{
  return request->type == PST_ORDER_TYPE_STOP_MARKET || request->type == PST_ORDER_TYPE_STOP_LIMIT;
}

static const char *
check_values (const PstInstrument *instrument, const PstOrderRequest *request)
{
  gint64 notional;

  if (request->quantity <= 0 || !pst_instrument_size_on_grid (instrument, request->quantity))
    return "size_off_grid";
  if (request->quantity < instrument->size_min)
    return "size_below_minimum";
  if (instrument->size_max != 0 && request->quantity > instrument->size_max)
    return "size_above_maximum";
  if (has_limit (request) && (request->limit_price <= 0 || !pst_instrument_price_on_grid (instrument, request->limit_price)))
    return "price_off_grid";
  if (has_stop (request) && (request->stop_price <= 0 || !pst_instrument_price_on_grid (instrument, request->stop_price)))
    return "price_off_grid";
  if (instrument->notional_min == 0 || !has_limit (request))
    return NULL;
  if (!pst_instrument_notional (instrument, request->limit_price, request->quantity, PST_ROUND_HALF_EVEN, &notional))
    return "value_overflow";
  return notional < instrument->notional_min ? "notional_below_minimum" : NULL;
}

/* Whether an order has to be decided on when it comes. */
static gboolean
is_immediate (const PstOrderRequest *request)
{
  return request->type == PST_ORDER_TYPE_MARKET || (request->flags & PST_ORDER_FLAG_POST_ONLY) != 0
         || (!has_stop (request) && (request->time_in_force == PST_TIME_IN_FORCE_IOC || request->time_in_force == PST_TIME_IN_FORCE_FOK));
}

/* What cannot wait needs a book that can be trusted; what can is held until there is one. */
static const char *
check_levels (PstSimVenue *venue, const PstSimBook *book, const PstOrderRequest *request)
{
  const PstSimDepth *depth = pst_sim_venue_find_depth (venue, request->instrument);
  gboolean post_only = (request->flags & PST_ORDER_FLAG_POST_ONLY) != 0;

  if (depth == NULL)
    return post_only && pst_sim_rules_would_take (request, pst_context_get_mark (venue->context, request->instrument)) ? "post_only_would_take"
                                                                                                                       : NULL;
  if (!is_immediate (request) || (request->flags & PST_ORDER_FLAG_OPERATOR_EXIT) != 0)
    return NULL;
  if (!pst_sim_depth_is_live (depth))
    return "book_not_live";
  if (!post_only)
    return pst_sim_depth_is_trading (depth) ? NULL : "instrument_not_trading";
  return pst_sim_walk_would_take (venue, book, depth, request) ? "post_only_would_take" : NULL;
}

/* What a venue refuses whatever the money. */
static const char *
check_request (PstSimVenue *venue, const PstSimBook *book, const PstOrderRequest *request, gint64 time_ns)
{
  const PstMark *mark = pst_context_get_mark (venue->context, request->instrument);
  gboolean post_only = (request->flags & PST_ORDER_FLAG_POST_ONLY) != 0;
  const char *code;

  if ((request->side != PST_SIDE_BUY && request->side != PST_SIDE_SELL) || request->type < PST_ORDER_TYPE_MARKET
      || request->type > PST_ORDER_TYPE_STOP_LIMIT || request->time_in_force > PST_TIME_IN_FORCE_GTD)
    return "order_not_supported";
  code = check_values (book->instrument, request);
  if (code != NULL)
    return code;
  if (request->time_in_force == PST_TIME_IN_FORCE_GTD && request->expire_time_ns <= time_ns)
    return "expired_on_arrival";
  if (post_only
      && (request->type != PST_ORDER_TYPE_LIMIT || request->time_in_force == PST_TIME_IN_FORCE_IOC
          || request->time_in_force == PST_TIME_IN_FORCE_FOK))
    return "post_only_not_supported";
  if (mark->status == PST_INSTRUMENT_STATUS_HALTED || mark->status == PST_INSTRUMENT_STATUS_CANCEL_ONLY
      || (mark->status == PST_INSTRUMENT_STATUS_POST_ONLY && !post_only))
    return "instrument_not_trading";
  code = check_levels (venue, book, request);
  if (code != NULL)
    return code;
  if ((request->flags & PST_ORDER_FLAG_REDUCE_ONLY) != 0 && pst_sim_match_get_reducible (book, request->side) == 0)
    return "reduce_only_flat";
  return NULL;
}

/* Marketable on arrival, and so a taker at its first event. Without a price nobody can say: the first event will. With a book it is tried. */
gboolean
pst_sim_venue_is_fresh (PstSimVenue *venue, const PstOrderRequest *request)
{
  const PstMark *mark = pst_context_get_mark (venue->context, request->instrument);

  if ((request->flags & PST_ORDER_FLAG_POST_ONLY) != 0)
    return FALSE;
  return request->time_in_force == PST_TIME_IN_FORCE_IOC || request->time_in_force == PST_TIME_IN_FORCE_FOK || !mark->valid
         || pst_sim_venue_find_depth (venue, request->instrument) != NULL || pst_sim_rules_would_take (request, mark);
}

static gboolean
reject (PstSimVenue *venue, guint64 id, const char *reason, gint64 time_ns)
{
  const PstSimOrder order = { .id = id };

  pst_sim_venue_report (venue, &order, PST_REPORT_REJECTED, reason, time_ns);
  return TRUE;
}

static gboolean
meet_levels (PstSimVenue *venue, PstSimBook *book, PstSimDepth *depth, PstSimOrder *order, gint64 time_ns, GError **error)
{
  pst_sim_walk_queue (depth, order);
  return pst_sim_walk_order (venue, book, depth, order, time_ns, error);
}

/* What happens to an order at once. Without a book nothing does but an operator's exit: its first event decides. While the market is closed the
 * first event behind its open does. */
static gboolean
meet_market (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, gboolean is_open, gint64 time_ns, GError **error)
{
  PstSimDepth *depth = pst_sim_venue_find_depth (venue, order->request.instrument);
  gboolean is_market = order->request.type == PST_ORDER_TYPE_MARKET;

  if (is_market && (order->request.flags & PST_ORDER_FLAG_OPERATOR_EXIT) != 0)
    return depth != NULL ? pst_sim_walk_exit (venue, book, depth, order, time_ns, error) : pst_sim_match_at_mark (venue, book, order, time_ns, error);
  if (depth != NULL && is_open)
    return meet_levels (venue, book, depth, order, time_ns, error);
  if (depth != NULL)
    {
      pst_sim_walk_queue (depth, order);
      return TRUE;
    }
  return !is_market || !venue->settings.rules.fills_at_close || pst_sim_match_at_mark (venue, book, order, time_ns, error);
}

/* What the hours of the market say: when the order expires, whether the market is open, or the code of a refusal. */
static const char *
check_hours (PstSimVenue *venue, const PstOrderRequest *request, gint64 time_ns, gboolean *is_open, gint64 *expiry_ns)
{
  gboolean can_wait = venue->settings.when_closed == PST_SIM_WHEN_CLOSED_QUEUE && request->time_in_force != PST_TIME_IN_FORCE_IOC
                      && request->time_in_force != PST_TIME_IN_FORCE_FOK;

  if (!pst_sim_hours_of_time (venue->calendar, time_ns, is_open, NULL)
      || !pst_sim_hours_find_expiry (venue->calendar, request, time_ns, expiry_ns, NULL))
    return "calendar_unknown";
  return *is_open || can_wait || (request->flags & PST_ORDER_FLAG_OPERATOR_EXIT) != 0 ? NULL : "market_closed";
}

static gboolean
accept (PstSimVenue *venue, guint64 id, const PstOrderRequest *request, gint64 sent_ns, gint64 time_ns, GError **error)
{
  PstSimBook *book = pst_sim_venue_get_book (venue, request->instrument);
  g_autofree PstSimOrder *order = g_new0 (PstSimOrder, 1);
  PstSimOrder *working;
  g_autoptr (GError) local_error = NULL;
  char refusal[PST_REASON_SIZE];
  gboolean is_open = TRUE;
  gint64 expiry_ns = G_MAXINT64;
  const char *code;

  if (book == NULL)
    return reject (venue, id, "instrument_unknown", time_ns);
  pst_sim_venue_settle_fees (venue, book);
  pst_sim_venue_get_depth (venue, request->instrument);
  if (!venue->matching)
    pst_sim_venue_sweep (book);
  code = check_request (venue, book, request, time_ns);
  if (code == NULL)
    code = check_hours (venue, request, time_ns, &is_open, &expiry_ns);
  if (code != NULL)
    return reject (venue, id, code, time_ns);
  *order = (PstSimOrder){ .id = id, .request = *request, .sent_ns = sent_ns, .expiry_ns = expiry_ns, .armed = has_stop (request) };
  order->fresh = has_limit (request) && !order->armed && pst_sim_venue_is_fresh (venue, request);
  if (!pst_sim_venue_reserve (venue, book, order, FALSE, refusal, &local_error))
    {
      if (local_error == NULL)
        return reject (venue, id, refusal, time_ns);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  book->status = pst_context_get_mark (venue->context, request->instrument)->status;
  venue->n_open++;
  venue->next_expiry_ns = MIN (venue->next_expiry_ns, order->expiry_ns);
  working = g_steal_pointer (&order);
  g_ptr_array_add (book->orders, working);
  pst_sim_venue_report (venue, working, PST_REPORT_ACCEPTED, NULL, time_ns);
  return meet_market (venue, book, working, is_open, time_ns, error);
}

static gboolean
cancel (PstSimVenue *venue, guint32 instrument, guint64 id, gint64 time_ns, GError **error)
{
  PstSimBook *book = instrument < venue->n_books ? venue->books[instrument] : NULL;
  PstSimOrder *order = pst_sim_venue_find_order (book, id);
  const PstSimOrder unknown = { .id = id };

  if (order != NULL)
    return pst_sim_venue_close (venue, book, order, PST_REPORT_CANCELED, NULL, time_ns, error);
  pst_sim_venue_report (venue, &unknown, PST_REPORT_CANCEL_REJECTED, "order_not_open", time_ns);
  return TRUE;
}

/* Puts the new values into @changed, or says why not. */
static const char *
merge_change (PstSimVenue *venue, const PstSimBook *book, const PstSimOrder *order, const PstOrderRequest *change, gint64 time_ns,
              PstOrderRequest *changed)
{
  *changed = order->request;
  if ((change->limit_price != 0 && change->limit_price != changed->limit_price && !has_limit (changed))
      || (change->stop_price != 0 && change->stop_price != changed->stop_price && !order->armed))
    return "modify_not_supported";
  if (change->quantity != 0)
    changed->quantity = change->quantity;
  if (change->limit_price != 0)
    changed->limit_price = change->limit_price;
  if (change->stop_price != 0)
    changed->stop_price = change->stop_price;
  if (changed->quantity <= order->filled)
    return "quantity_below_filled";
  return check_request (venue, book, changed, time_ns);
}

static gboolean
modify (PstSimVenue *venue, const PstOrderRequest *change, guint64 id, gint64 sent_ns, gint64 time_ns, GError **error)
{
  PstSimBook *book = change->instrument < venue->n_books ? venue->books[change->instrument] : NULL;
  PstSimOrder *order = pst_sim_venue_find_order (book, id), draft = { .id = id };
  g_autoptr (GError) local_error = NULL;
  char refusal[PST_REASON_SIZE];
  const char *code = "order_not_open";
  PstSimDepth *depth;
  gboolean moves; /* to the end of the queue at its price */
  gboolean is_open;
  PstMoney locked;

  if (order != NULL)
    {
      draft = *order;
      code = merge_change (venue, book, order, change, time_ns, &draft.request);
    }
  if (code != NULL)
    {
      pst_sim_venue_report (venue, &draft, PST_REPORT_MODIFY_REJECTED, code, time_ns);
      return TRUE;
    }
  locked = order->locked;
  if (!pst_sim_funds_unlock (&venue->funds, &order->locked, error))
    return FALSE;
  draft.locked = (PstMoney){ 0 };
  if (!pst_sim_venue_reserve (venue, book, &draft, FALSE, refusal, &local_error))
    {
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      order->locked = locked;
      pst_sim_venue_report (venue, order, PST_REPORT_MODIFY_REJECTED, refusal, time_ns);
      return pst_sim_funds_lock (&venue->funds, &locked, error);
    }
  depth = pst_sim_venue_find_depth (venue, change->instrument);
  moves = draft.request.limit_price != order->request.limit_price || draft.request.stop_price != order->request.stop_price
          || draft.request.quantity > order->request.quantity;
  if (moves || depth == NULL)
    draft.fresh = has_limit (&draft.request) && !draft.armed && pst_sim_venue_is_fresh (venue, &draft.request);
  if (moves)
    draft.sent_ns = sent_ns;
  *order = draft;
  pst_sim_venue_report (venue, order, PST_REPORT_MODIFIED, NULL, time_ns);
  if (!pst_sim_hours_of_time (venue->calendar, time_ns, &is_open, error))
    return FALSE;
  return !moves || !is_open || depth == NULL || meet_levels (venue, book, depth, order, time_ns, error);
}

static gboolean
execute (PstSimVenue *venue, const PstSimCommand *command, gint64 time_ns, GError **error)
{
  switch (command->kind)
    {
    case PST_SIM_COMMAND_SUBMIT:
      return accept (venue, command->order_id, &command->request, command->sent_ns, time_ns, error);
    case PST_SIM_COMMAND_CANCEL:
      return cancel (venue, command->request.instrument, command->order_id, time_ns, error);
    case PST_SIM_COMMAND_MODIFY:
      return modify (venue, &command->request, command->order_id, command->sent_ns, time_ns, error);
    default:
      return TRUE;
    }
}

/* Latency is the same for all: what arrives is what was sent first. A failure has nobody to go to here; the next call gets it. */
static void
on_arrival (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstSimVenue *venue = user_data;
  g_autofree PstSimCommand *command = g_queue_pop_head (&venue->commands);

  if (venue->failure == NULL)
    execute (venue, command, due_ns, &venue->failure);
}

gboolean
pst_sim_venue_check (PstSimVenue *venue, GError **error)
{
  if (G_LIKELY (venue->failure == NULL))
    return TRUE;
  g_propagate_error (error, g_error_copy (venue->failure));
  return FALSE;
}

void
pst_sim_venue_dispatch (PstSimVenue *venue, const PstSimCommand *command, gint64 arrival_ns)
{
  PstSimCommand *kept = g_memdup2 (command, sizeof *command);

  kept->timer = pst_clock_add_timer (pst_context_get_clock (venue->context), arrival_ns, on_arrival, venue, NULL);
  g_queue_push_tail (&venue->commands, kept);
}

static gboolean
send (PstSimVenue *venue, PstSimCommandKind kind, guint64 order_id, const PstOrderRequest *request, GError **error)
{
  gint64 now_ns = pst_context_now_ns (venue->context), arrival_ns;
  PstSimCommand command = { kind, 0, order_id, now_ns, *request };

  if (venue->settings.latency_ns == 0)
    return execute (venue, &command, now_ns, error);
  if (!pst_sim_venue_check (venue, error))
    return FALSE;
  if (!pst_add_checked (now_ns, venue->settings.latency_ns, &arrival_ns))
    arrival_ns = G_MAXINT64;
  pst_sim_venue_dispatch (venue, &command, arrival_ns);
  return TRUE;
}

gboolean
pst_sim_venue_submit (PstSimVenue *venue, const PstOrder *order, GError **error)
{
  return send (venue, PST_SIM_COMMAND_SUBMIT, order->id, &order->request, error);
}

gboolean
pst_sim_venue_cancel (PstSimVenue *venue, const PstOrder *order, GError **error)
{
  return send (venue, PST_SIM_COMMAND_CANCEL, order->id, &order->request, error);
}

gboolean
pst_sim_venue_modify (PstSimVenue *venue, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  PstOrderRequest change = order->request;

  change.quantity = quantity;
  change.limit_price = limit_price;
  change.stop_price = stop_price;
  return send (venue, PST_SIM_COMMAND_MODIFY, order->id, &change, error);
}

gboolean
pst_sim_venue_expire (PstSimVenue *venue, gint64 end_ns, gint64 time_ns, GError **error)
{
  gint64 next = G_MAXINT64;

  if (end_ns <= venue->next_expiry_ns)
    return TRUE;
  for (guint i = 0; i < venue->n_books; i++)
    {
      PstSimBook *book = venue->books[i];

      for (guint k = 0; book != NULL && k < book->orders->len; k++)
        {
          PstSimOrder *order = g_ptr_array_index (book->orders, k);

          if (order->closed)
            continue;
          if (order->expiry_ns >= end_ns)
            next = MIN (next, order->expiry_ns);
          else if (!pst_sim_venue_close (venue, book, order, PST_REPORT_EXPIRED, "expired", time_ns, error))
            return FALSE;
        }
    }
  venue->next_expiry_ns = next;
  return TRUE;
}

gboolean
pst_sim_venue_observe (PstSimVenue *venue, const PstFrame *frame, GError **error)
{
  gint64 end_ns;

  /* The bar of a day that is over may still fill the day's orders; then they are over too. */
  return pst_sim_venue_check (venue, error) && pst_sim_hours_find_end (venue->calendar, frame->time_ns, &end_ns, error)
         && pst_sim_venue_expire (venue, end_ns, frame->time_ns, error) && pst_sim_match_frame (venue, frame, error)
         && (end_ns == frame->time_ns || pst_sim_venue_expire (venue, frame->time_ns, frame->time_ns, error));
}
