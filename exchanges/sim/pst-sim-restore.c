/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue whose process was killed takes back what it told: step by step, in the order in which it happened, as the run's journal has it. What is
 * open at the end stands where it stood: by its arrival, with what is filled of it and what it set aside; what was on its way arrives when it would
 * have.
 *
 * Two things are in no journal: the place in the queue of a price level, which begins again at its end, and what was taken of levels, which is there
 * again. */

#include "pst-sim-venue.h"

#include <string.h>

/* "SIM-NAME-12" */
static guint64
get_execution_number (const char *execution_id)
{
  const char *digits = strrchr (execution_id, '-');

  return digits != NULL ? g_ascii_strtoull (digits + 1, NULL, 10) : 0;
}

gboolean
pst_sim_venue_restore_fill (PstSimVenue *venue, const PstFill *fill, GError **error)
{
  PstSimBook *book = pst_sim_venue_get_book (venue, fill->instrument);
  PstFill own = *fill;

  pst_invariant (book != NULL, error);
  own.strategy = G_MAXUINT32;
  venue->n_executions = MAX (venue->n_executions, get_execution_number (fill->execution_id));
  return pst_sim_funds_apply (&venue->funds, book->instrument, &book->position, &own, error);
}

gboolean
pst_sim_venue_restore_command (PstSimVenue *venue, const PstOrder *order, GError **error)
{
  gint64 arrival_ns;
  const PstSimCommand command = { .kind = order->state == PST_ORDER_STATE_PENDING_CANCEL   ? PST_SIM_COMMAND_CANCEL
                                          : order->state == PST_ORDER_STATE_PENDING_MODIFY ? PST_SIM_COMMAND_MODIFY
                                                                                           : PST_SIM_COMMAND_SUBMIT,
                                  .order_id = order->id,
                                  .sent_ns = order->updated_time_ns,
                                  .request = order->request };

  if (!pst_add_checked (command.sent_ns, venue->settings.latency_ns, &arrival_ns))
    arrival_ns = G_MAXINT64;
  pst_sim_venue_dispatch (venue, &command, MAX (arrival_ns, pst_context_now_ns (venue->context)));
  return TRUE;
}

/* It arrived. Returns when it was sent; @otherwise when nobody says. */
static gint64
take_command (PstSimVenue *venue, PstSimCommandKind kind, guint64 order_id, gint64 otherwise)
{
  for (GList *link = venue->commands.head; link != NULL; link = link->next)
    {
      PstSimCommand *command = link->data;
      gint64 sent_ns = command->sent_ns;

      if (command->kind != kind || command->order_id != order_id)
        continue;
      pst_clock_remove_timer (pst_context_get_clock (venue->context), command->timer);
      g_queue_delete_link (&venue->commands, link);
      g_free (command);
      return sent_ns;
    }
  return otherwise;
}

/* Whether an order that came or was changed at @time_ns has met nothing of the market since, and would take. */
static gboolean
is_still_fresh (PstSimVenue *venue, const PstSimOrder *order, gint64 time_ns)
{
  const PstMark *mark = pst_context_get_mark (venue->context, order->request.instrument);
  gboolean has_limit = order->request.type == PST_ORDER_TYPE_LIMIT || order->request.type == PST_ORDER_TYPE_STOP_LIMIT;
  const PstSimDepth *depth = pst_sim_venue_find_depth (venue, order->request.instrument);

  if (!has_limit || order->armed || (mark->valid && mark->time_ns > time_ns) || (depth != NULL && pst_sim_depth_is_live (depth)))
    return FALSE;
  return pst_sim_venue_is_fresh (venue, &order->request);
}

/* By what it is now, and where it stands in a book. */
static gboolean
settle (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, GError **error)
{
  PstSimDepth *depth = pst_sim_venue_get_depth (venue, order->request.instrument);

  if (depth != NULL)
    pst_sim_walk_queue (depth, order);
  return pst_sim_funds_unlock (&venue->funds, &order->locked, error) && pst_sim_venue_reserve (venue, book, order, TRUE, NULL, error);
}

static gboolean
restore_acceptance (PstSimVenue *venue, PstSimBook *book, const PstOrder *known, const PstExecutionReport *report, GError **error)
{
  PstSimOrder *order = g_new0 (PstSimOrder, 1);

  order->id = known->id;
  order->request = known->request;
  order->sent_ns = take_command (venue, PST_SIM_COMMAND_SUBMIT, known->id, known->created_time_ns);
  order->armed = known->request.type == PST_ORDER_TYPE_STOP_MARKET || known->request.type == PST_ORDER_TYPE_STOP_LIMIT;
  if (!pst_sim_hours_find_expiry (venue->calendar, &order->request, report->time_ns, &order->expiry_ns, NULL))
    order->expiry_ns = G_MAXINT64;
  order->fresh = is_still_fresh (venue, order, report->time_ns);
  book->status = pst_context_get_mark (venue->context, known->request.instrument)->status;
  venue->n_open++;
  venue->next_expiry_ns = MIN (venue->next_expiry_ns, order->expiry_ns);
  g_ptr_array_add (book->orders, order);
  return settle (venue, book, order, error);
}

static gboolean
restore_end (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, GError **error)
{
  if (!pst_sim_funds_unlock (&venue->funds, &order->locked, error))
    return FALSE;
  order->closed = TRUE;
  venue->n_open--;
  pst_sim_venue_sweep (book);
  return TRUE;
}

static gboolean
restore_execution (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, const PstExecutionReport *report, GError **error)
{
  gint64 notional, fee;

  if (!pst_instrument_notional (book->instrument, report->price, report->quantity, PST_ROUND_HALF_EVEN, &notional)
      || !pst_sim_match_get_fee (book, notional, report->liquidity, &fee) || !pst_add_checked (order->fee_due, fee, &order->fee_due)
      || !pst_add_checked (order->fee_paid, report->fee, &order->fee_paid))
    return pst_sim_match_overflow (book, order, error);
  if (!book->has_fees)
    order->fee_due = order->fee_paid;
  order->filled += report->quantity;
  order->fresh = FALSE;
  return order->filled < order->request.quantity ? settle (venue, book, order, error) : restore_end (venue, book, order, error);
}

static gboolean
restore_change (PstSimVenue *venue, PstSimBook *book, PstSimOrder *order, const PstOrder *known, const PstExecutionReport *report, GError **error)
{
  gint64 sent_ns = take_command (venue, PST_SIM_COMMAND_MODIFY, known->id, report->time_ns);
  gboolean moves = known->request.limit_price != order->request.limit_price || known->request.stop_price != order->request.stop_price
                   || known->request.quantity > order->request.quantity;

  order->request = known->request;
  if (moves)
    order->sent_ns = sent_ns;
  order->fresh = is_still_fresh (venue, order, report->time_ns);
  return settle (venue, book, order, error);
}

/* What a command that it answers leaves to do is done by the caller: here it only is not on its way any more. What the venue cancels of its own
 * accord has a reason, and answers none. */
static void
note_answer (PstSimVenue *venue, const PstExecutionReport *report)
{
  if (report->kind == PST_REPORT_REJECTED)
    take_command (venue, PST_SIM_COMMAND_SUBMIT, report->order_id, 0);
  else if (report->kind == PST_REPORT_MODIFY_REJECTED)
    take_command (venue, PST_SIM_COMMAND_MODIFY, report->order_id, 0);
  else if ((report->kind == PST_REPORT_CANCELED && report->reason[0] == '\0') || report->kind == PST_REPORT_CANCEL_REJECTED)
    take_command (venue, PST_SIM_COMMAND_CANCEL, report->order_id, 0);
}

gboolean
pst_sim_venue_restore_report (PstSimVenue *venue, const PstOrder *known, const PstExecutionReport *report, GError **error)
{
  PstSimBook *book = pst_sim_venue_get_book (venue, known->request.instrument);
  PstSimOrder *order = pst_sim_venue_find_order (book, known->id);

  pst_invariant (book != NULL, error);
  if (book->instrument->maker_fee != 0 || book->instrument->taker_fee != 0
      || (venue->settings.rules.maker_fee != NULL && venue->settings.rules.taker_fee != NULL))
    pst_sim_venue_settle_fees (venue, book);
  note_answer (venue, report);
  if (report->kind == PST_REPORT_ACCEPTED && order == NULL)
    return restore_acceptance (venue, book, known, report, error);
  if (order == NULL)
    return TRUE;
  switch (report->kind)
    {
    case PST_REPORT_TRIGGERED:
      order->armed = order->fresh = FALSE;
      return settle (venue, book, order, error);
    case PST_REPORT_FILL:
      return restore_execution (venue, book, order, report, error);
    case PST_REPORT_MODIFIED:
      return restore_change (venue, book, order, known, report, error);
    case PST_REPORT_CANCELED:
    case PST_REPORT_EXPIRED:
    case PST_REPORT_REJECTED:
      return restore_end (venue, book, order, error);
    case PST_REPORT_ACCEPTED:
    case PST_REPORT_MODIFY_REJECTED:
    case PST_REPORT_CANCEL_REJECTED:
    case PST_REPORT_UNKNOWN:
    default:
      return TRUE;
    }
}
