/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From an intent to the venue: recorded and committed first, then trading state, the gate's own checks, the guards, and only then sent. */
#include "pst-gate-private.h"

#include <string.h>

#include "pst-gate-check.h"

static void
deny (PstVerdict *verdict, PstGateCode code, const char *detail)
{
  pst_verdict_deny (verdict, pst_gate_code_to_string (code), "%s", detail);
}

/* An order that cannot even be written down as one: stores know no such instrument. */
static gboolean
names_unknown_instrument (PstGate *gate, const PstOrder *order)
{
  return order->request.instrument >= pst_instrument_table_get_size (gate->links.instruments);
}

static void
note_change (PstGate *gate, const PstOrder *order, const PstAction *action)
{
  pst_recorder_note (gate->links.recorder, order->strategy, "MODIFY_ASKED",
                     "order=%" G_GUINT64_FORMAT " quantity=%" G_GINT64_FORMAT " limit_price=%" G_GINT64_FORMAT " stop_price=%" G_GINT64_FORMAT,
                     order->id, action->quantity, action->limit_price, action->stop_price);
}

/* Records the intents that wait, up to @end, and commits them together. If that fails nothing of them may be sent. */
void
pst_gate_record_intents (PstGate *gate, guint end)
{
  gboolean any = FALSE;

  if (!pst_recorder_is_active (gate->links.recorder))
    return;
  for (guint i = MAX (gate->next_action, gate->n_recorded); i < end; i++)
    {
      PstAction action = g_array_index (gate->actions, PstAction, i);
      PstOpenOrder *entry = action.kind != PST_ACTION_CANCEL ? pst_order_table_find (gate->orders, action.order_id) : NULL;

      if (entry == NULL || names_unknown_instrument (gate, &entry->order))
        continue;
      any = TRUE;
      if (action.kind == PST_ACTION_SUBMIT)
        pst_gate_record_order (gate, PST_RECORD_INTENT, &entry->order);
      else
        note_change (gate, &entry->order, &action);
    }
  gate->n_recorded = end;
  if (any)
    pst_recorder_commit (gate->links.recorder, PST_COMMIT_INTENT);
}

/* What cannot be recorded is not traded. */
static void
halt_on_store_failure (PstGate *gate)
{
  const GError *failure = pst_recorder_get_error (gate->links.recorder);

  if (G_UNLIKELY (failure != NULL) && gate->trading_state != PST_TRADING_STATE_HALTED)
    {
      pst_gate_set_trading_state (gate, PST_TRADING_STATE_HALTED, G_MAXUINT32, failure->message);
      if (!gate->cancel_on_halt)
        pst_gate_cancel_all (gate);
    }
}

static gboolean
check_trading_state (PstGate *gate, const PstReview *review, gint64 open_quantity, PstVerdict *verdict)
{
  const PstOrderRequest *request = &review->order->request;

  if (request->flags & PST_ORDER_FLAG_OPERATOR_EXIT)
    return TRUE;
  if (gate->trading_state == PST_TRADING_STATE_HALTED)
    {
      deny (verdict, PST_GATE_CODE_TRADING_HALTED, "trading_state=HALTED");
      return FALSE;
    }
  if (gate->trading_state == PST_TRADING_STATE_ACTIVE
      || pst_gate_check_reduces (request->side, open_quantity, review->net_quantity, review->open_buy_quantity, review->open_sell_quantity))
    return TRUE;
  pst_verdict_deny (verdict, pst_gate_code_to_string (PST_GATE_CODE_TRADING_STATE_REDUCING),
                    "net_quantity=%" G_GINT64_FORMAT " open_buy=%" G_GINT64_FORMAT " open_sell=%" G_GINT64_FORMAT, review->net_quantity,
                    review->open_buy_quantity, review->open_sell_quantity);
  return FALSE;
}

static gboolean
is_stop (const PstOrder *order)
{
  return order->request.type == PST_ORDER_TYPE_STOP_MARKET || order->request.type == PST_ORDER_TYPE_STOP_LIMIT;
}

/* Of a stop and a target that both only reduce, the venue lets the second take no more than the first has left; so with one that is being cancelled.
 */
static gboolean
excludes (const PstOrder *order, const PstOrder *other)
{
  return (other->request.flags & PST_ORDER_FLAG_REDUCE_ONLY) != 0
         && (is_stop (order) != is_stop (other) || other->state == PST_ORDER_STATE_PENDING_CANCEL);
}

/* A reduce-only order is measured against its own strategy's position and open orders. */
static gboolean
check_reduce_only (PstGate *gate, const PstOpenOrder *entry, const PstOrder *order, gint64 open_quantity, PstVerdict *verdict)
{
  const PstPosition *position;
  gint64 buy = 0, sell = 0;

  if ((order->request.flags & PST_ORDER_FLAG_REDUCE_ONLY) == 0)
    return TRUE;
  for (PstOpenOrder *other = pst_order_table_first_of (gate->orders, entry->instrument); other != NULL; other = pst_order_table_next_of (other))
    if (other != entry && other->order.strategy == order->strategy && !excludes (order, &other->order))
      *(other->order.request.side == PST_SIDE_BUY ? &buy : &sell) += other->reserved;
  position = pst_portfolio_get_position (gate->links.portfolio, order->strategy, order->request.instrument);
  if (pst_gate_check_reduces (order->request.side, open_quantity, position->quantity, buy, sell))
    return TRUE;
  pst_verdict_deny (verdict, pst_gate_code_to_string (PST_GATE_CODE_REDUCE_ONLY_WOULD_INCREASE),
                    "quantity=%" G_GINT64_FORMAT " open_buy=%" G_GINT64_FORMAT " open_sell=%" G_GINT64_FORMAT, position->quantity, buy, sell);
  return FALSE;
}

static gboolean
check_places (PstGate *gate, const PstReview *review, PstVerdict *verdict)
{
  if (review->order->exchange == PST_COMPONENT_NONE)
    deny (verdict, PST_GATE_CODE_NO_EXECUTOR, review->instrument->id);
  else if (gate->guards_required && pst_guard_chain_get_size (gate->links.guards) == 0)
    deny (verdict, PST_GATE_CODE_NO_GUARDS, "");
  else if (review->before == NULL && gate->n_sent >= PST_OPEN_ORDERS_MAX)
    pst_verdict_deny (verdict, pst_gate_code_to_string (PST_GATE_CODE_OPEN_ORDERS_LIMIT), "open_orders=%u", gate->n_sent);
  else
    return TRUE;
  return FALSE;
}

/* What was said of the order before the host was restarted holds: guards that start again do not know what they knew. FALSE: nothing was. */
static gboolean
recall_verdict (PstGate *gate, const PstOrder *order, gboolean *passes, PstVerdict *verdict, guint32 *guard)
{
  const PstRecord *next;

  pst_gate_repeat_trading_state (gate);
  next = pst_recorder_peek (gate->links.recorder);
  if (next == NULL
      || !((next->kind == PST_RECORD_VERDICT && next->verdict.order_id == order->id)
           || (next->kind == PST_RECORD_ORDER && next->order.id == order->id && !pst_order_state_is_final (next->order.state))))
    return FALSE;
  *passes = next->kind == PST_RECORD_ORDER;
  if (*passes)
    return TRUE;
  *verdict = next->verdict.verdict;
  *guard = next->verdict.component;
  return TRUE;
}

/* Everything that may speak against @order: what it is (@entry's own order) or would become. @guard is who denied. */
static gboolean
review (PstGate *gate, const PstOpenOrder *entry, const PstOrder *order, const PstOrder *before, PstVerdict *verdict, guint32 *guard)
{
  PstOpenQuantity open = pst_order_table_get_open_quantity (gate->orders, entry->instrument);
  gint64 open_quantity = pst_order_get_open_quantity (order);
  PstReview about = { .order = order, .before = before };
  gboolean passes;

  *guard = G_MAXUINT32;
  memset (verdict, 0, sizeof *verdict);
  if (recall_verdict (gate, order, &passes, verdict, guard))
    return passes;
  if (names_unknown_instrument (gate, order))
    {
      pst_verdict_deny (verdict, pst_gate_code_to_string (PST_GATE_CODE_INSTRUMENT_UNKNOWN), "instrument=%u", order->request.instrument);
      return FALSE;
    }
  about.instrument = pst_instrument_table_get (gate->links.instruments, order->request.instrument);
  about.mark = pst_market_get_mark (gate->links.market, order->request.instrument);
  about.net_quantity = pst_portfolio_get_position (gate->links.portfolio, G_MAXUINT32, order->request.instrument)->quantity;
  about.open_buy_quantity = open.buy - (order->request.side == PST_SIDE_BUY ? entry->reserved : 0);
  about.open_sell_quantity = open.sell - (order->request.side == PST_SIDE_SELL ? entry->reserved : 0);
  about.n_open_orders = gate->n_sent - (guint)(before != NULL);
  if (!check_trading_state (gate, &about, open_quantity, verdict)
      || !pst_gate_check_request (&order->request, about.instrument, about.mark, pst_clock_now_ns (gate->links.clock), verdict)
      || !check_places (gate, &about, verdict) || !check_reduce_only (gate, entry, order, open_quantity, verdict))
    return FALSE;
  if (order->request.flags & PST_ORDER_FLAG_OPERATOR_EXIT)
    return TRUE;
  if (!pst_guard_chain_review (gate->links.guards, &about, verdict, guard))
    return FALSE;
  /* A guard may have tightened the state while it looked. */
  memset (verdict, 0, sizeof *verdict);
  return check_trading_state (gate, &about, open_quantity, verdict);
}

static void
record_denial (PstGate *gate, const PstOrder *order, const PstVerdict *verdict, guint32 guard)
{
  PstRecord record = { .kind = PST_RECORD_VERDICT };
  PstStrategyTally *tally = pst_gate_tally_of (gate, order);

  pst_tally_count_denial (gate->links.tally, guard, verdict->code);
  if (tally != NULL)
    tally->n_denied++;
  if (names_unknown_instrument (gate, order))
    {
      pst_recorder_note (gate->links.recorder, order->strategy, "ORDER_DENIED", "order=%" G_GUINT64_FORMAT " code=%s %s", order->id, verdict->code,
                         verdict->detail);
      return;
    }
  record.verdict.order_id = order->id;
  record.verdict.component = guard;
  record.verdict.verdict = *verdict;
  pst_recorder_append (gate->links.recorder, &record);
}

static gboolean
deny_order (PstGate *gate, PstOpenOrder *entry, const PstVerdict *verdict, guint32 guard, GError **error)
{
  if (!pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_DENIED, error))
    return FALSE;
  pst_copy_text (entry->order.reason, sizeof entry->order.reason, verdict->code);
  record_denial (gate, &entry->order, verdict, guard);
  if (!names_unknown_instrument (gate, &entry->order))
    pst_gate_record_order (gate, PST_RECORD_ORDER, &entry->order);
  pst_gate_tell (gate, &entry->order, NULL);
  pst_order_table_close (gate->orders, entry);
  return TRUE;
}

/* What a venue refused by returning FALSE, told as if it had reported it: one way for all outcomes. */
static void
tell_refusal (PstGate *gate, const PstOrder *order, PstReportKind kind, const GError *cause)
{
  PstExecutionReport report = { .order_id = order->id, .kind = kind, .time_ns = pst_clock_now_ns (gate->links.clock) };

  pst_copy_text (report.reason, sizeof report.reason, cause != NULL ? cause->message : "the exchange did not say why");
  pst_gate_report (gate, order->exchange, &report);
}

static PstExchange *
exchange_of (PstGate *gate, const PstOrder *order)
{
  return (PstExchange *)pst_pipeline_get_component (gate->links.pipeline, order->exchange);
}

static gboolean
perform_submit (PstGate *gate, PstOpenOrder *entry, GError **error)
{
  PstStrategyTally *tally = pst_gate_tally_of (gate, &entry->order);
  g_autoptr (GError) cause = NULL;
  PstVerdict verdict;
  guint32 guard;

  if (tally != NULL)
    tally->n_orders++;
  if (!review (gate, entry, &entry->order, NULL, &verdict, &guard))
    return deny_order (gate, entry, &verdict, guard, error);
  if (!pst_order_table_reserve (gate->orders, entry, entry->order.request.quantity))
    {
      deny (&verdict, PST_GATE_CODE_NOTIONAL_OVERFLOW, "the sum of open orders does not fit 64 bits");
      return deny_order (gate, entry, &verdict, G_MAXUINT32, error);
    }
  if (!pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_SUBMITTED, error))
    return FALSE;
  entry->resting = PST_ORDER_STATE_SUBMITTED;
  gate->n_sent++;
  pst_gate_record_order (gate, PST_RECORD_ORDER, &entry->order);
  pst_guard_chain_on_sent (gate->links.guards, &entry->order);
  if (!pst_exchange_submit (exchange_of (gate, &entry->order), &entry->order, &cause))
    tell_refusal (gate, &entry->order, PST_REPORT_REJECTED, cause);
  return TRUE;
}

/* The order stays as it is; its strategy hears of the denial by a copy that carries the code. */
static void
deny_change (PstGate *gate, const PstOpenOrder *entry, const PstVerdict *verdict, guint32 guard)
{
  PstOrder told = entry->order;

  record_denial (gate, &entry->order, verdict, guard);
  pst_copy_text (told.reason, sizeof told.reason, verdict->code);
  pst_gate_tell (gate, &told, NULL);
}

static gboolean
review_change (PstGate *gate, PstOpenOrder *entry, const PstOrder *after, PstVerdict *verdict, guint32 *guard)
{
  *guard = G_MAXUINT32;
  memset (verdict, 0, sizeof *verdict);
  if (entry->order.state == PST_ORDER_STATE_PENDING_MODIFY || !pst_order_state_can_change (entry->order.state, PST_ORDER_STATE_PENDING_MODIFY))
    {
      pst_verdict_deny (verdict, pst_gate_code_to_string (PST_GATE_CODE_MODIFY_NOT_POSSIBLE), "state=%s",
                        pst_order_state_to_string (entry->order.state));
      return FALSE;
    }
  if (after->request.quantity <= entry->order.filled_quantity)
    {
      pst_verdict_deny (verdict, pst_gate_code_to_string (PST_GATE_CODE_QUANTITY_BELOW_FILLED),
                        "quantity=%" G_GINT64_FORMAT " filled=%" G_GINT64_FORMAT, after->request.quantity, entry->order.filled_quantity);
      return FALSE;
    }
  return review (gate, entry, after, &entry->order, verdict, guard);
}

static gboolean
perform_modify (PstGate *gate, PstOpenOrder *entry, const PstAction *action, GError **error)
{
  PstOrder after = entry->order;
  g_autoptr (GError) cause = NULL;
  PstVerdict verdict;
  guint32 guard;

  if (action->quantity != 0)
    after.request.quantity = action->quantity;
  if (action->limit_price != 0)
    after.request.limit_price = action->limit_price;
  if (action->stop_price != 0)
    after.request.stop_price = action->stop_price;
  if (!review_change (gate, entry, &after, &verdict, &guard))
    {
      deny_change (gate, entry, &verdict, guard);
      return TRUE;
    }
  /* Until the venue has spoken the larger of both is at risk. */
  if (!pst_order_table_reserve (gate->orders, entry, MAX (pst_order_get_open_quantity (&after), entry->reserved)))
    {
      deny (&verdict, PST_GATE_CODE_NOTIONAL_OVERFLOW, "the sum of open orders does not fit 64 bits");
      deny_change (gate, entry, &verdict, G_MAXUINT32);
      return TRUE;
    }
  entry->pending = after.request;
  if (!pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_PENDING_MODIFY, error))
    return FALSE;
  pst_gate_record_order (gate, PST_RECORD_ORDER, &entry->order);
  pst_guard_chain_on_sent (gate->links.guards, &entry->order);
  if (!pst_exchange_modify (exchange_of (gate, &entry->order), &entry->order, after.request.quantity, after.request.limit_price,
                            after.request.stop_price, &cause))
    tell_refusal (gate, &entry->order, PST_REPORT_MODIFY_REJECTED, cause);
  return TRUE;
}

static gboolean
perform_cancel (PstGate *gate, PstOpenOrder *entry, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (entry->order.state == PST_ORDER_STATE_PENDING_CANCEL)
    return TRUE;
  if (!pst_gate_change_state (gate, &entry->order, PST_ORDER_STATE_PENDING_CANCEL, error))
    return FALSE;
  pst_gate_record_order (gate, PST_RECORD_ORDER, &entry->order);
  pst_guard_chain_on_sent (gate->links.guards, &entry->order);
  if (!pst_exchange_cancel (exchange_of (gate, &entry->order), &entry->order, &cause))
    tell_refusal (gate, &entry->order, PST_REPORT_CANCEL_REJECTED, cause);
  return TRUE;
}

/* Denies an order that was not sent, in the gate's own name. */
gboolean
pst_gate_deny (PstGate *gate, PstOpenOrder *entry, const char *code, const char *detail, GError **error)
{
  PstVerdict verdict = { 0 };

  pst_verdict_deny (&verdict, code, "%s", detail);
  return deny_order (gate, entry, &verdict, G_MAXUINT32, error);
}

/* An order is sent or denied before any cancel of it comes up. One that was neither was dropped by an error, and will never be sent. */
static gboolean
deny_forgotten (PstGate *gate, PstOpenOrder *entry, GError **error)
{
  return pst_gate_deny (gate, entry, pst_gate_code_to_string (PST_GATE_CODE_TRADING_HALTED), "the run is ending", error);
}

/* Does one thing that was asked for. Orders that are final by now need nothing: their end was told. */
gboolean
pst_gate_perform (PstGate *gate, const PstAction *action, GError **error)
{
  PstOpenOrder *entry = pst_order_table_find (gate->orders, action->order_id);

  halt_on_store_failure (gate);
  pst_gate_repeat_trading_state (gate);
  if (entry == NULL)
    return TRUE;
  switch (action->kind)
    {
    case PST_ACTION_SUBMIT:
      return perform_submit (gate, entry, error);
    case PST_ACTION_MODIFY:
      return perform_modify (gate, entry, action, error);
    case PST_ACTION_CANCEL:
    default:
      return entry->order.state == PST_ORDER_STATE_INITIALIZED ? deny_forgotten (gate, entry, error) : perform_cancel (gate, entry, error);
    }
}
