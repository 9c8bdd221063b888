/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the venue's word to order, position and cash. Each report is applied exactly once, by (exchange, execution id).
 *
 * - A known execution id is ignored, counted and noted.
 * - A fill that is told after its order was cancelled or expired is still a fill: it moves money, and the order stays what it is.
 * - Any other word on a closed order is noted when it only comes late, and breaks the run when it contradicts the end that was told.
 * - A fill above the order's quantity, a fill without an execution id, a report by the wrong exchange or on an order that never was, and a
 *   transition that is not in the table of states break the run: from then on nobody knows what is true. */
#include "pst-gate-private.h"

static gboolean
contradiction (const PstOrder *order, const char *what, GError **error)
{
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT, "order %s (%s, %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " filled): %s",
               order->client_id, pst_order_state_to_string (order->state), order->filled_quantity, order->request.quantity, what);
  return FALSE;
}

static void
record_report (PstGate *gate, const PstExecutionReport *report)
{
  PstRecord record;

  if (!pst_recorder_is_active (gate->links.recorder) || pst_gate_is_written (gate))
    return;
  record.kind = PST_RECORD_REPORT;
  record.report = *report;
  pst_recorder_append (gate->links.recorder, &record);
}

static void
record_fill (PstGate *gate, const PstFill *fill)
{
  PstRecord record;

  if (!pst_recorder_is_active (gate->links.recorder))
    return;
  record.kind = PST_RECORD_FILL;
  record.fill = *fill;
  if (!pst_gate_is_written (gate))
    pst_recorder_append (gate->links.recorder, &record);
  record.kind = PST_RECORD_POSITION;
  record.position = *pst_portfolio_get_position (gate->links.portfolio, fill->strategy, fill->instrument);
  pst_recorder_append (gate->links.recorder, &record);
}

static gboolean
check_fill (const PstOrder *order, const PstExecutionReport *report, GError **error)
{
  gint64 filled;

  if (report->execution_id[0] == '\0')
    return contradiction (order, "its exchange told a fill without an execution id, so nobody can know whether it was told before", error);
  if (report->quantity <= 0 || report->price <= 0)
    return contradiction (order, "its exchange told a fill whose quantity or price is not above zero", error);
  if (report->fee != 0 && report->fee_currency == NULL)
    return contradiction (order, "its exchange told a fee without a currency", error);
  if (!pst_add_checked (order->filled_quantity, report->quantity, &filled) || filled > order->request.quantity)
    return contradiction (order, "its exchange told a fill above the order's quantity", error);
  return TRUE;
}

static void
count_leg (PstGate *gate, const PstInstrument *instrument, const PstFill *fill, const PstPosition *before)
{
  PstComponent *strategy = pst_pipeline_get_component (gate->links.pipeline, fill->strategy);

  if (strategy != NULL)
    pst_tally_count_leg (gate->links.tally, pst_component_get_context (strategy), instrument, fill, before,
                         pst_portfolio_get_position (gate->links.portfolio, fill->strategy, fill->instrument));
}

/* Moves money and the filled quantity; the state is the caller's. */
static gboolean
apply_fill (PstGate *gate, PstOrder *order, const PstExecutionReport *report, PstFill *fill, GError **error)
{
  const PstInstrument *instrument = pst_instrument_table_get (gate->links.instruments, order->request.instrument);
  PstStrategyTally *tally = pst_gate_tally_of (gate, order);
  const PstPosition *held;
  PstPosition before;

  if (!check_fill (order, report, error))
    return FALSE;
  *fill = (PstFill){ .order_id = order->id,
                     .strategy = order->strategy,
                     .exchange = order->exchange,
                     .instrument = order->request.instrument,
                     .side = order->request.side,
                     .trade = order->request.trade,
                     .liquidity = report->liquidity <= PST_LIQUIDITY_TAKER ? report->liquidity : PST_LIQUIDITY_NONE,
                     .time_ns = report->time_ns,
                     .price = report->price,
                     .quantity = report->quantity,
                     .fee = report->fee,
                     .fee_currency = report->fee_currency };
  g_strlcpy (fill->execution_id, report->execution_id, sizeof fill->execution_id);
  if (!pst_instrument_notional (instrument, fill->price, fill->quantity, PST_ROUND_HALF_EVEN, &fill->notional)
      || !pst_add_checked (order->filled_notional, fill->notional, &order->filled_notional))
    return contradiction (order, "price times quantity of its fills does not fit 64 bits", error);
  held = fill->trade != 0 ? pst_portfolio_get_position (gate->links.portfolio, fill->strategy, fill->instrument) : NULL;
  before = held != NULL ? *held : (PstPosition){ 0 };
  if (!pst_portfolio_apply (gate->links.portfolio, fill, error))
    return FALSE;
  if (fill->trade != 0)
    count_leg (gate, instrument, fill, &before);
  order->filled_quantity += fill->quantity;
  gate->links.tally->n_fills++;
  if (tally != NULL)
    tally->n_fills++;
  return TRUE;
}

/* Where an order stands that works at the venue. */
static PstOrderState
working_state (const PstOpenOrder *entry)
{
  if (entry->order.filled_quantity > 0)
    return PST_ORDER_STATE_PARTIALLY_FILLED;
  return entry->resting == PST_ORDER_STATE_TRIGGERED ? PST_ORDER_STATE_TRIGGERED : PST_ORDER_STATE_ACCEPTED;
}

static gboolean
is_pending (PstOrderState state)
{
  return state == PST_ORDER_STATE_PENDING_CANCEL || state == PST_ORDER_STATE_PENDING_MODIFY;
}

/* The venue showed that it has the order, in the state @works. What was asked for and not answered yet stays pending. */
static gboolean
show_working (PstGate *gate, PstOpenOrder *entry, PstOrderState works, GError **error)
{
  entry->resting = works;
  return pst_gate_change_state (gate, &entry->order, is_pending (entry->order.state) ? entry->order.state : works, error);
}

static gboolean
end (PstGate *gate, PstOpenOrder *entry, PstOrderState state, GError **error)
{
  if (state == PST_ORDER_STATE_REJECTED && entry->order.filled_quantity > 0)
    return contradiction (&entry->order, "its exchange rejected it after it was filled in part", error);
  return pst_gate_change_state (gate, &entry->order, state, error);
}

static gboolean
take_modification (PstGate *gate, PstOpenOrder *entry, const PstExecutionReport *report, GError **error)
{
  PstOrderRequest *request = &entry->order.request;

  if (report->quantity < 0 || (report->quantity > 0 && report->quantity < entry->order.filled_quantity))
    return contradiction (&entry->order, "its exchange changed its quantity below what is filled", error);
  if (report->quantity > 0)
    request->quantity = report->quantity;
  if (report->price > 0)
    request->limit_price = report->price;
  if (report->stop_price > 0)
    request->stop_price = report->stop_price;
  entry->pending.quantity = 0;
  if (request->quantity == entry->order.filled_quantity)
    return pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_FILLED, error);
  entry->resting = working_state (entry);
  if (entry->order.state == PST_ORDER_STATE_PENDING_CANCEL)
    return TRUE;
  return pst_gate_change_state (gate, &entry->order, entry->resting, error);
}

/* Back to where it was before the request that the venue refused. That a refused cancel's order is known to the venue at all is not said
 * when it was never acknowledged. */
static gboolean
take_refusal (PstGate *gate, PstOpenOrder *entry, PstOrderState pending, GError **error)
{
  PstOrderState back = entry->resting;

  if (pending == PST_ORDER_STATE_PENDING_MODIFY)
    entry->pending.quantity = 0;
  if (entry->order.state != pending)
    return TRUE;
  if (back == PST_ORDER_STATE_SUBMITTED)
    back = entry->resting = PST_ORDER_STATE_UNKNOWN;
  return pst_gate_change_state (gate, &entry->order, back, error);
}

static gboolean
take_fill (PstGate *gate, PstOpenOrder *entry, const PstExecutionReport *report, PstFill *fill, GError **error)
{
  PstOrder *order = &entry->order;

  if (!apply_fill (gate, order, report, fill, error))
    return FALSE;
  if (order->filled_quantity == order->request.quantity)
    return pst_gate_change_state (gate, order, PST_ORDER_STATE_FILLED, error);
  return show_working (gate, entry, PST_ORDER_STATE_PARTIALLY_FILLED, error);
}

static gboolean
take_acknowledgement (PstGate *gate, PstOpenOrder *entry, GError **error)
{
  PstOrderState state = entry->order.state;

  /* An acknowledgement that comes after a trigger or a fill says nothing new. */
  if (state == PST_ORDER_STATE_TRIGGERED || state == PST_ORDER_STATE_PARTIALLY_FILLED)
    return TRUE;
  return show_working (gate, entry, working_state (entry), error);
}

static gboolean
take_trigger (PstGate *gate, PstOpenOrder *entry, GError **error)
{
  if (entry->order.filled_quantity > 0)
    return TRUE;
  return show_working (gate, entry, PST_ORDER_STATE_TRIGGERED, error);
}

static gboolean
take (PstGate *gate, PstOpenOrder *entry, const PstExecutionReport *report, PstFill *fill, GError **error)
{
  switch (report->kind)
    {
    case PST_REPORT_ACCEPTED:
      return take_acknowledgement (gate, entry, error);
    case PST_REPORT_REJECTED:
      return end (gate, entry, PST_ORDER_STATE_REJECTED, error);
    case PST_REPORT_TRIGGERED:
      return take_trigger (gate, entry, error);
    case PST_REPORT_FILL:
      return take_fill (gate, entry, report, fill, error);
    case PST_REPORT_MODIFIED:
      return take_modification (gate, entry, report, error);
    case PST_REPORT_MODIFY_REJECTED:
      return take_refusal (gate, entry, PST_ORDER_STATE_PENDING_MODIFY, error);
    case PST_REPORT_CANCELED:
      return end (gate, entry, PST_ORDER_STATE_CANCELED, error);
    case PST_REPORT_CANCEL_REJECTED:
      return take_refusal (gate, entry, PST_ORDER_STATE_PENDING_CANCEL, error);
    case PST_REPORT_EXPIRED:
      return end (gate, entry, PST_ORDER_STATE_EXPIRED, error);
    case PST_REPORT_UNKNOWN:
    default:
      entry->resting = PST_ORDER_STATE_UNKNOWN;
      return pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_UNKNOWN, error);
    }
}

static PstOrderState
state_told (PstReportKind kind)
{
  switch (kind)
    {
    case PST_REPORT_REJECTED:
      return PST_ORDER_STATE_REJECTED;
    case PST_REPORT_CANCELED:
      return PST_ORDER_STATE_CANCELED;
    case PST_REPORT_EXPIRED:
      return PST_ORDER_STATE_EXPIRED;
    case PST_REPORT_ACCEPTED:
    case PST_REPORT_TRIGGERED:
    case PST_REPORT_FILL:
    case PST_REPORT_MODIFIED:
    case PST_REPORT_MODIFY_REJECTED:
    case PST_REPORT_CANCEL_REJECTED:
    case PST_REPORT_UNKNOWN:
    default:
      return 0;
    }
}

/* A fill that crossed the cancel or the expiry on its way to us. */
static gboolean
apply_late_fill (PstGate *gate, guint32 exchange, PstOrder *closed, const PstExecutionReport *report, GError **error)
{
  PstFill fill;

  if (closed->exchange != exchange)
    return contradiction (closed, "a report came from an exchange that does not execute it", error);
  if (closed->state != PST_ORDER_STATE_CANCELED && closed->state != PST_ORDER_STATE_EXPIRED)
    return contradiction (closed, "its exchange told a fill after that end", error);
  record_report (gate, report);
  if (!apply_fill (gate, closed, report, &fill, error))
    return FALSE;
  closed->updated_time_ns = pst_clock_now_ns (gate->links.clock);
  pst_order_table_remember_execution (gate->orders, NULL, exchange, report->execution_id);
  pst_recorder_note (gate->links.recorder, exchange, "LATE_FILL", "order=%" G_GUINT64_FORMAT " state=%s execution=%s", closed->id,
                     pst_order_state_to_string (closed->state), report->execution_id);
  pst_gate_record_order (gate, PST_RECORD_ORDER, closed);
  record_fill (gate, &fill);
  pst_portfolio_publish (gate->links.portfolio, &fill);
  pst_gate_tell (gate, closed, report);
  return TRUE;
}

/* A word on an order that is not open. */
static gboolean
apply_late (PstGate *gate, guint32 exchange, const PstExecutionReport *report, GError **error)
{
  PstOrder *closed = pst_order_table_find_closed (gate->orders, report->order_id);
  PstOrderState told = state_told (report->kind);

  if (report->order_id == 0 || report->order_id > gate->last_order_id || (closed == NULL && report->kind == PST_REPORT_FILL))
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT,
                   "exchange \"%s\" told report kind %d of order %" G_GUINT64_FORMAT ", which is not open and not among the last %u that were closed",
                   pst_component_get_name (pst_pipeline_get_component (gate->links.pipeline, exchange)), (int)report->kind, report->order_id,
                   PST_CLOSED_ORDERS_REMEMBERED);
      return FALSE;
    }
  if (report->kind == PST_REPORT_FILL)
    return apply_late_fill (gate, exchange, closed, report, error);
  if (closed != NULL && told != 0 && told != closed->state)
    return contradiction (closed, "its exchange told another end afterwards", error);
  pst_recorder_note (gate->links.recorder, exchange, "LATE_REPORT", "order=%" G_GUINT64_FORMAT " kind=%d", report->order_id, (int)report->kind);
  return TRUE;
}

/* What an open order reserves from now on: what is open of it, or would be if a modification under way were done. */
static gint64
quantity_at_risk (const PstOpenOrder *entry)
{
  gint64 asked = entry->pending.quantity - entry->order.filled_quantity;

  return MAX (pst_order_get_open_quantity (&entry->order), asked);
}

static void
note_words (PstOrder *order, const PstExecutionReport *report)
{
  if (report->venue_order_id[0] != '\0')
    g_strlcpy (order->venue_id, report->venue_order_id, sizeof order->venue_id);
  /* Also when there is none: why a change was refused is no reason for the fill that comes later. */
  pst_copy_text (order->reason, sizeof order->reason, report->reason);
}

static gboolean
apply_open (PstGate *gate, PstOpenOrder *entry, const PstExecutionReport *report, GError **error)
{
  gboolean fills = report->kind == PST_REPORT_FILL;
  PstStrategyTally *tally = pst_gate_tally_of (gate, &entry->order);
  PstFill fill;

  if (report->kind < PST_REPORT_ACCEPTED || report->kind > PST_REPORT_UNKNOWN)
    return contradiction (&entry->order, "its exchange told something that is no kind of report", error);
  record_report (gate, report);
  if (!take (gate, entry, report, &fill, error))
    return FALSE;
  entry->order.updated_time_ns = pst_clock_now_ns (gate->links.clock);
  note_words (&entry->order, report);
  if (report->execution_id[0] != '\0')
    pst_order_table_remember_execution (gate->orders, entry, entry->order.exchange, report->execution_id);
  if (report->kind == PST_REPORT_REJECTED && tally != NULL)
    tally->n_rejected++;
  if (pst_order_state_is_final (entry->order.state))
    {
      gate->n_sent--;
      pst_order_table_reserve (gate->orders, entry, 0);
    }
  else if (!pst_order_table_reserve (gate->orders, entry, quantity_at_risk (entry)))
    return contradiction (&entry->order, "the sum of open orders does not fit 64 bits", error);
  pst_gate_record_order (gate, PST_RECORD_ORDER, &entry->order);
  if (fills)
    {
      record_fill (gate, &fill);
      pst_portfolio_publish (gate->links.portfolio, &fill);
    }
  pst_gate_tell (gate, &entry->order, report);
  if (pst_order_state_is_final (entry->order.state))
    pst_order_table_close (gate->orders, entry);
  return TRUE;
}

gboolean
pst_gate_apply_report (PstGate *gate, guint32 exchange, const PstExecutionReport *report, GError **error)
{
  PstOpenOrder *entry;

  pst_gate_repeat_trading_state (gate);
  if (report->execution_id[0] != '\0' && pst_order_table_knows_execution (gate->orders, exchange, report->execution_id))
    {
      gate->n_duplicates++;
      pst_recorder_note (gate->links.recorder, exchange, "DUPLICATE_EXECUTION", "order=%" G_GUINT64_FORMAT " execution=%s", report->order_id,
                         report->execution_id);
      return TRUE;
    }
  entry = pst_order_table_find (gate->orders, report->order_id);
  if (entry == NULL)
    return apply_late (gate, exchange, report, error);
  if (entry->order.state == PST_ORDER_STATE_INITIALIZED)
    return contradiction (&entry->order, "a report came before it was sent", error);
  if (entry->order.exchange != exchange)
    return contradiction (&entry->order, "a report came from an exchange that does not execute it", error);
  return apply_open (gate, entry, report, error);
}
