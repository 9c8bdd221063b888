/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The gate of a run that goes on after a restart: what the journal says of orders is put back without telling anyone, what a kill broke off in the
 * middle is finished, and orders that died with the process end by the table of states. */
#include "pst-gate-private.h"

static gboolean
is_pending (PstOrderState state)
{
  return state == PST_ORDER_STATE_PENDING_CANCEL || state == PST_ORDER_STATE_PENDING_MODIFY;
}

/* NULL for one that was closed before. */
static PstOpenOrder *
ensure_entry (PstGate *gate, const PstOrder *order)
{
  PstOpenOrder *entry = pst_order_table_find (gate->orders, order->id);
  PstOrder *closed;

  if (entry != NULL)
    return entry;
  if (order->id > gate->last_order_id)
    {
      gate->last_order_id = order->id;
      return pst_order_table_add (gate->orders, order->id, order->request.instrument);
    }
  closed = pst_order_table_find_closed (gate->orders, order->id);
  if (closed != NULL)
    *closed = *order;
  return NULL;
}

/**
 * pst_gate_restore_order:
 * @gate: a gate that is not open
 * @order: the order as an INTENT or ORDER record has it; records come in order
 *
 * Puts the order where the record leaves it.
 */
void
pst_gate_restore_order (PstGate *gate, const PstOrder *order)
{
  PstOpenOrder *entry = ensure_entry (gate, order);
  gboolean was_sent, is_sent = order->state != PST_ORDER_STATE_INITIALIZED && !pst_order_state_is_final (order->state);

  if (entry == NULL)
    return;
  was_sent = entry->order.state > PST_ORDER_STATE_INITIALIZED && !pst_order_state_is_final (entry->order.state);
  gate->n_sent += (guint)is_sent - (guint)was_sent;
  entry->order = *order;
  if (!is_pending (order->state))
    {
      entry->resting = order->state;
      entry->pending.quantity = 0;
    }
  else if (order->filled_quantity > 0)
    entry->resting = PST_ORDER_STATE_PARTIALLY_FILLED;
  /* It did fit when it was sent. */
  pst_order_table_reserve (gate->orders, entry, is_sent ? pst_order_get_open_quantity (order) : 0);
  if (pst_order_state_is_final (order->state))
    pst_order_table_close (gate->orders, entry);
}

/**
 * pst_gate_restore_change:
 * @gate: a gate that is not open
 * @order_id: an order whose change is under way
 * @quantity: what was asked for; 0 leaves it
 * @limit_price: likewise
 * @stop_price: likewise
 *
 * Until the venue has spoken the larger of both is at risk.
 */
void
pst_gate_restore_change (PstGate *gate, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price)
{
  PstOpenOrder *entry = pst_order_table_find (gate->orders, order_id);

  if (entry == NULL)
    return;
  entry->pending = entry->order.request;
  if (quantity != 0)
    entry->pending.quantity = quantity;
  if (limit_price != 0)
    entry->pending.limit_price = limit_price;
  if (stop_price != 0)
    entry->pending.stop_price = stop_price;
  pst_order_table_reserve (gate->orders, entry, MAX (entry->pending.quantity - entry->order.filled_quantity, entry->reserved));
}

/**
 * pst_gate_restore_execution:
 * @gate: a gate that is not open
 * @order_id: the order that a report was about
 * @exchange: who told it
 * @execution_id: the report's; may be empty
 *
 * The same report is not applied again.
 */
void
pst_gate_restore_execution (PstGate *gate, guint64 order_id, guint32 exchange, const char *execution_id)
{
  if (execution_id[0] != '\0' && !pst_order_table_knows_execution (gate->orders, exchange, execution_id))
    pst_order_table_remember_execution (gate->orders, pst_order_table_find (gate->orders, order_id), exchange, execution_id);
}

/**
 * pst_gate_restore_trading_state:
 * @gate: a gate that is not open
 * @state: where trading stood
 *
 * A run that was halted goes on halted.
 */
void
pst_gate_restore_trading_state (PstGate *gate, PstTradingState state)
{
  gate->trading_state = state;
}

/**
 * pst_gate_find_order:
 * @gate: a gate
 * @order_id: an order's number
 *
 * Returns: (transfer none) (nullable): the order, also a closed one as long as it is remembered
 */
const PstOrder *
pst_gate_find_order (PstGate *gate, guint64 order_id)
{
  PstOpenOrder *entry = pst_order_table_find (gate->orders, order_id);

  return entry != NULL ? &entry->order : pst_order_table_find_closed (gate->orders, order_id);
}

/**
 * pst_gate_complete_report:
 * @gate: a gate
 * @exchange: component index of who told it
 * @report: a report that stands in the journal, and what it did not, or not wholly
 * @n_written: how many of its records are there: the report itself, the order, the fill, the position
 * @error: return location for an error
 *
 * Applies it, and records the rest.
 *
 * Returns: whether it could be applied
 */
gboolean
pst_gate_complete_report (PstGate *gate, guint32 exchange, const PstExecutionReport *report, guint n_written, GError **error)
{
  gboolean ok;

  gate->n_written = n_written;
  ok = pst_gate_apply_report (gate, exchange, report, error);
  gate->n_written = 0;
  return ok;
}

/* It was sent, or nobody knows, to a venue that lived in the process. */
static gboolean
end_sent (PstGate *gate, PstOpenOrder *entry, const char *reason, GError **error)
{
  if (!pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_CANCELED, error))
    return FALSE;
  pst_copy_text (entry->order.reason, sizeof entry->order.reason, reason);
  gate->n_sent--;
  pst_order_table_reserve (gate->orders, entry, 0);
  pst_gate_record_order (gate, PST_RECORD_ORDER, &entry->order);
  pst_gate_tell (gate, &entry->order, NULL);
  pst_order_table_close (gate->orders, entry);
  return TRUE;
}

/**
 * pst_gate_end_orders:
 * @gate: a gate
 * @ends: (scope call): whether an order ends
 * @user_data: for @ends
 * @reason: why they end
 * @error: return location for an error
 *
 * Ends orders that died with their venue: those that were sent are CANCELED, those that were not DENIED.
 *
 * Returns: whether all could
 */
gboolean
pst_gate_end_orders (PstGate *gate, PstOrderPredicate ends, gpointer user_data, const char *reason, GError **error)
{
  guint64 last = gate->last_order_id;
  PstOpenOrder *entry = pst_order_table_first (gate->orders);

  while (entry != NULL && entry->order.id <= last)
    {
      PstOpenOrder *next = pst_order_table_next (entry);

      if (ends (&entry->order, user_data)
          && !(entry->order.state == PST_ORDER_STATE_INITIALIZED ? pst_gate_deny (gate, entry, reason, "it was not sent yet", error)
                                                                 : end_sent (gate, entry, reason, error)))
        return FALSE;
      entry = next;
    }
  return TRUE;
}

void
pst_gate_repeat_trading_state (PstGate *gate)
{
  const PstRecord *next;

  while (G_UNLIKELY ((next = pst_recorder_peek (gate->links.recorder)) != NULL) && next->kind == PST_RECORD_TRADING_STATE)
    {
      PstTradingStateRecord change = next->trading_state;

      if (change.to == gate->trading_state)
        pst_recorder_skip (gate->links.recorder);
      else
        pst_gate_set_trading_state (gate, change.to, change.component, change.reason);
    }
}

/* FALSE: it was nobody's command. */
static gboolean
repeat_command (PstGate *gate, const PstRecord *next)
{
  if (next->kind == PST_RECORD_TRADING_STATE)
    pst_gate_repeat_trading_state (gate);
  else if (next->kind == PST_RECORD_INTENT && (next->order.request.flags & PST_ORDER_FLAG_OPERATOR_EXIT) != 0)
    pst_gate_flatten (gate);
  else if (next->kind != PST_RECORD_ORDER || next->order.state != PST_ORDER_STATE_PENDING_CANCEL || !pst_gate_cancel (gate, next->order.id, NULL))
    return FALSE;
  return TRUE;
}

/**
 * pst_gate_repeat_commands:
 * @gate: a gate
 * @error: return location for an error
 *
 * What is expected yet when a tick was done again came from outside: an operator halted, flattened, cancelled. Does that, too. Errors:
 * %PST_RUN_ERROR_STORE when something else is expected; those of pst_gate_drain().
 *
 * Returns: whether all came
 */
gboolean
pst_gate_repeat_commands (PstGate *gate, GError **error)
{
  const PstRecord *next;
  guint64 last = 0;

  while ((next = pst_recorder_peek (gate->links.recorder)) != NULL)
    {
      guint64 sequence = next->sequence;

      if (sequence == last || !repeat_command (gate, next))
        {
          g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STORE,
                       "the run does not do again what it did: what record %" G_GUINT64_FORMAT
                       " of its journal says did not happen; its data, options or plugins are not what they were",
                       sequence);
          return FALSE;
        }
      if (!pst_gate_drain (gate, error))
        return FALSE;
      last = sequence;
    }
  return TRUE;
}
