/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing here calls back into itself: what strategies ask for and what venues tell, even inside a call of ours, is queued and drained in
 * order. A drain goes in rounds: the intents that wait are recorded and committed together, then each is reviewed and sent, and what venues
 * told is applied before the next is looked at; what that brings forth makes the next round. */
#include "pst-gate-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PstGate, pst_gate, G_TYPE_OBJECT)

enum
{
  SIGNAL_ORDER_CHANGED,
  SIGNAL_TRADING_STATE_CHANGED,
  N_SIGNALS
};

/* Interned ids of the type's signals: written once, by class_init. */
static guint signals[N_SIGNALS];

static void
pst_gate_finalize (GObject *object)
{
  PstGate *gate = PST_GATE (object);

  g_array_unref (gate->actions);
  g_array_unref (gate->told);
  g_clear_pointer (&gate->orders, pst_order_table_free);
  g_free (gate->client_prefix);
  G_OBJECT_CLASS (pst_gate_parent_class)->finalize (object);
}

static void
pst_gate_class_init (PstGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_gate_finalize;
  /**
   * PstGate::order-changed:
   * @gate: the gate
   * @order: (type PstOrder): its present state; borrowed
   *
   * An order was denied, sent, or changed by a report.
   */
  signals[SIGNAL_ORDER_CHANGED] = g_signal_new ("order-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                PST_TYPE_ORDER | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * PstGate::trading-state-changed:
   * @gate: the gate
   * @record: (type PstRecord): a TRADING_STATE record; borrowed
   *
   * Trading was halted, let go on, or reduced.
   */
  signals[SIGNAL_TRADING_STATE_CHANGED] = g_signal_new ("trading-state-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                        G_TYPE_NONE, 1, PST_TYPE_RECORD | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
pst_gate_init (PstGate *gate)
{
  gate->orders = pst_order_table_new ();
  gate->actions = g_array_new (FALSE, FALSE, sizeof (PstAction));
  gate->told = g_array_new (FALSE, FALSE, sizeof (PstTold));
  gate->trading_state = PST_TRADING_STATE_ACTIVE;
}

/* "RUN-" with room for the 12 digits that no run will reach. A long run id is cut and told apart by a checksum: client ids must differ between runs.
 */
static char *
make_client_prefix (const char *run_id)
{
  const gsize room = PST_ORDER_ID_SIZE - 1 - 1 - 12;
  g_autofree char *sum = NULL;

  if (strlen (run_id) <= room)
    return g_strdup_printf ("%s-", run_id);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, run_id, -1);
  return g_strdup_printf ("%.*s~%.10s-", (int)(room - 11), run_id, sum);
}

/**
 * pst_gate_new:
 * @links: what it works with
 * @settings: how it works
 *
 * Returns: (transfer full): a gate that takes no orders before pst_gate_open()
 */
PstGate *
pst_gate_new (const PstGateLinks *links, const PstGateSettings *settings)
{
  PstGate *gate = g_object_new (PST_TYPE_GATE, NULL);

  gate->links = *links;
  gate->guards_required = settings->guards_required;
  gate->cancel_on_halt = settings->cancel_on_halt;
  gate->currency = settings->currency;
  gate->steps_max = settings->steps_max;
  gate->client_prefix = make_client_prefix (settings->run_id);
  gate->client_prefix_length = strlen (gate->client_prefix);
  return gate;
}

/**
 * pst_gate_open:
 * @gate: a gate
 *
 * From now on strategies may ask.
 */
void
pst_gate_open (PstGate *gate)
{
  gate->open = TRUE;
}

/**
 * pst_gate_close:
 * @gate: a gate
 *
 * From now on new orders are not taken any more; those that are open can be cancelled.
 */
void
pst_gate_close (PstGate *gate)
{
  gate->open = FALSE;
}

/* Changes the order's state if the table of states allows it. */
gboolean
pst_gate_change_state (PstGate *gate, PstOrder *order, PstOrderState to, GError **error)
{
  if (G_UNLIKELY (to != order->state && !pst_order_state_can_change (order->state, to)))
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT, "order %s cannot go from %s to %s; what its exchange told is not in order",
                   order->client_id, pst_order_state_to_string (order->state), pst_order_state_to_string (to));
      return FALSE;
    }
  order->state = to;
  order->updated_time_ns = pst_clock_now_ns (gate->links.clock);
  return TRUE;
}

void
pst_gate_record_order (PstGate *gate, PstRecordKind kind, const PstOrder *order)
{
  PstRecord record;

  if (!pst_recorder_is_active (gate->links.recorder) || pst_gate_is_written (gate))
    return;
  record.kind = kind;
  record.order = *order;
  pst_recorder_append (gate->links.recorder, &record);
}

/* Tells everyone who cares that an order changed: observers, guards, and last the strategy, which may ask for more. */
void
pst_gate_tell (PstGate *gate, const PstOrder *order, const PstExecutionReport *report)
{
  PstComponent *strategy = pst_pipeline_get_component (gate->links.pipeline, order->strategy);

  if (g_signal_has_handler_pending (gate, signals[SIGNAL_ORDER_CHANGED], 0, FALSE))
    g_signal_emit (gate, signals[SIGNAL_ORDER_CHANGED], 0, order);
  pst_guard_chain_on_order (gate->links.guards, order, report);
  if (strategy != NULL)
    pst_strategy_on_order ((PstStrategy *)strategy, order, report);
}

static void
push_action (PstGate *gate, PstActionKind kind, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price)
{
  PstAction action = { kind, order_id, quantity, limit_price, stop_price };

  g_array_append_val (gate->actions, action);
}

/* "RUN-000001", with at least six digits. By hand: formatting took a tenth of what an order costs. */
static void
write_client_id (PstGate *gate, guint64 id, char *client_id)
{
  char digits[24];
  guint n = 0;

  for (; id > 0 || n < 6; id /= 10)
    digits[n++] = (char)('0' + id % 10);
  memcpy (client_id, gate->client_prefix, gate->client_prefix_length);
  client_id += gate->client_prefix_length;
  while (n > 0)
    *client_id++ = digits[--n];
  *client_id = '\0';
}

guint64
pst_gate_take_down (PstGate *gate, guint32 strategy, const PstOrderRequest *request)
{
  gboolean known = request->instrument < pst_instrument_table_get_size (gate->links.instruments);
  PstOpenOrder *entry;

  /* Whoever asks for more than an instant may bring forth is stopped before memory is. */
  if (gate->actions->len - gate->next_action >= gate->steps_max)
    {
      gate->overrun = TRUE;
      return 0;
    }
  entry = pst_order_table_add (gate->orders, ++gate->last_order_id, known ? request->instrument : PST_INSTRUMENT_NONE);
  entry->order.strategy = strategy;
  entry->order.exchange = known ? pst_pipeline_find_executor (gate->links.pipeline, request->instrument) : PST_COMPONENT_NONE;
  entry->order.request = *request;
  if (request->time_in_force == 0)
    entry->order.request.time_in_force = PST_TIME_IN_FORCE_GTC;
  entry->order.state = entry->resting = PST_ORDER_STATE_INITIALIZED;
  entry->order.created_time_ns = entry->order.updated_time_ns = pst_clock_now_ns (gate->links.clock);
  write_client_id (gate, entry->order.id, entry->order.client_id);
  push_action (gate, PST_ACTION_SUBMIT, entry->order.id, 0, 0, 0);
  return entry->order.id;
}

/**
 * pst_gate_submit:
 * @gate: a gate
 * @strategy: component index of who asks
 * @request: what for; the operator's flag is taken off
 *
 * Takes down an intent. Everything else comes with the next drain.
 *
 * Returns: the order's number; 0 when the gate is not open, or when more is asked for than one instant may bring forth, which ends the run
 */
guint64
pst_gate_submit (PstGate *gate, guint32 strategy, const PstOrderRequest *request)
{
  PstOrderRequest own = *request;

  if (!gate->open)
    return 0;
  own.flags &= ~(guint)PST_ORDER_FLAG_OPERATOR_EXIT;
  return pst_gate_take_down (gate, strategy, &own);
}

static gboolean
is_open (const PstOpenOrder *entry)
{
  return entry != NULL && !pst_order_state_is_final (entry->order.state);
}

static gboolean
check_open (PstGate *gate, guint64 order_id, GError **error)
{
  if (is_open (pst_order_table_find (gate->orders, order_id)))
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "no open order has the number %" G_GUINT64_FORMAT, order_id);
  return FALSE;
}

/**
 * pst_gate_cancel:
 * @gate: a gate
 * @order_id: an order's number
 * @error: return location for an error
 *
 * Asks for a cancel, which passes every guard and state. Errors: %PST_EXCHANGE_ERROR_NOT_FOUND.
 *
 * Returns: whether it was taken down
 */
gboolean
pst_gate_cancel (PstGate *gate, guint64 order_id, GError **error)
{
  if (!check_open (gate, order_id, error))
    return FALSE;
  push_action (gate, PST_ACTION_CANCEL, order_id, 0, 0, 0);
  return TRUE;
}

/**
 * pst_gate_modify:
 * @gate: a gate
 * @order_id: an order's number
 * @quantity: new total quantity; 0 leaves it
 * @limit_price: new limit price; 0 leaves it
 * @stop_price: new stop price; 0 leaves it
 * @error: return location for an error
 *
 * Asks for a change, which is reviewed like a new order. Errors: %PST_EXCHANGE_ERROR_NOT_FOUND.
 *
 * Returns: whether it was taken down
 */
gboolean
pst_gate_modify (PstGate *gate, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  if (!check_open (gate, order_id, error))
    return FALSE;
  push_action (gate, PST_ACTION_MODIFY, order_id, quantity, limit_price, stop_price);
  return TRUE;
}

/**
 * pst_gate_cancel_all:
 * @gate: a gate
 *
 * Asks for a cancel of every open order.
 */
void
pst_gate_cancel_all (PstGate *gate)
{
  for (PstOpenOrder *entry = pst_order_table_first (gate->orders); entry != NULL; entry = pst_order_table_next (entry))
    if (is_open (entry))
      push_action (gate, PST_ACTION_CANCEL, entry->order.id, 0, 0, 0);
}

/**
 * pst_gate_report:
 * @gate: a gate
 * @exchange: component index of who tells
 * @report: one step of an order's life
 *
 * Queues the report; it is applied by the drain that is under way, or by the next.
 */
void
pst_gate_report (PstGate *gate, guint32 exchange, const PstExecutionReport *report)
{
  PstTold told = { exchange, *report };

  if (gate->told->len - gate->next_told >= gate->steps_max)
    gate->overrun = TRUE;
  else
    g_array_append_val (gate->told, told);
}

/**
 * pst_gate_has_work:
 * @gate: a gate
 *
 * Returns: whether anything waits for pst_gate_drain()
 */
gboolean
pst_gate_has_work (PstGate *gate)
{
  return gate->told->len > 0 || gate->actions->len > 0 || gate->overrun;
}

static gboolean
count_step (PstGate *gate, GError **error)
{
  if (G_LIKELY (++gate->n_steps <= gate->steps_max && !gate->overrun))
    return TRUE;
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT,
               "more than %u orders, changes and reports at one instant; a strategy and an exchange answer each other without end", gate->steps_max);
  return FALSE;
}

static gboolean
apply_told (PstGate *gate, GError **error)
{
  while (gate->next_told < gate->told->len)
    {
      /* A copy: applying it may bring more, and the array moves. */
      PstTold told = g_array_index (gate->told, PstTold, gate->next_told++);

      if (!count_step (gate, error) || !pst_gate_apply_report (gate, told.exchange, &told.report, error))
        return FALSE;
    }
  g_array_set_size (gate->told, 0);
  gate->next_told = 0;
  return TRUE;
}

/* The intents that wait now: recorded and committed together, then done one by one. */
static gboolean
run_round (PstGate *gate, GError **error)
{
  guint end = gate->actions->len;

  pst_gate_record_intents (gate, end);
  while (gate->next_action < end)
    {
      PstAction action = g_array_index (gate->actions, PstAction, gate->next_action++);

      if (!count_step (gate, error) || !pst_gate_perform (gate, &action, error) || !apply_told (gate, error))
        return FALSE;
    }
  g_array_remove_range (gate->actions, 0, end);
  gate->next_action = gate->n_recorded = 0;
  return TRUE;
}

/**
 * pst_gate_drain:
 * @gate: a gate
 * @error: return location for an error
 *
 * Applies what was told, does what was asked for, and what comes of it, until nothing waits. Inside a drain it does nothing: the one under
 * way goes on. Errors: %PST_RUN_ERROR_INVARIANT and %PST_RUN_ERROR_COMPONENT; each ends the run.
 *
 * Returns: whether all went well
 */
gboolean
pst_gate_drain (PstGate *gate, GError **error)
{
  gboolean ok;

  if (gate->draining)
    return TRUE;
  gate->draining = TRUE;
  gate->n_steps = 0;
  ok = apply_told (gate, error);
  while (ok && gate->next_action < gate->actions->len)
    ok = run_round (gate, error);
  if (ok && gate->overrun)
    ok = count_step (gate, error);
  gate->draining = FALSE;
  return ok;
}

/**
 * pst_gate_abandon:
 * @gate: a gate
 *
 * After an error that ends the run: nothing new is sent, every open order is cancelled, and what venues still tell is applied as far as it
 * can be. Errors are not reported any more: the first one is what counts.
 */
void
pst_gate_abandon (PstGate *gate)
{
  guint tries;

  gate->open = FALSE;
  gate->overrun = FALSE;
  gate->trading_state = PST_TRADING_STATE_HALTED;
  pst_gate_cancel_all (gate);
  tries = gate->actions->len + gate->told->len;
  /* Each failed drain has taken one action or report off. */
  for (guint i = 0; i <= tries && !pst_gate_drain (gate, NULL); i++)
    gate->overrun = FALSE;
}

/**
 * pst_gate_get_order:
 * @gate: a gate
 * @order_id: an order's number
 *
 * Returns: (transfer none) (nullable): the order, borrowed until anything else is called; %NULL when it is not open
 */
const PstOrder *
pst_gate_get_order (PstGate *gate, guint64 order_id)
{
  PstOpenOrder *entry = pst_order_table_find (gate->orders, order_id);

  return is_open (entry) ? &entry->order : NULL;
}

/**
 * pst_gate_foreach_open_order:
 * @gate: a gate
 * @func: (scope call): called for each open order in order of number; may cancel, modify and submit
 * @user_data: for @func
 */
void
pst_gate_foreach_open_order (PstGate *gate, PstOrderFunc func, gpointer user_data)
{
  guint64 last = gate->last_order_id;

  for (PstOpenOrder *entry = pst_order_table_first (gate->orders); entry != NULL && entry->order.id <= last; entry = pst_order_table_next (entry))
    if (is_open (entry))
      func (&entry->order, user_data);
}

/**
 * pst_gate_get_n_open_orders:
 * @gate: a gate
 *
 * Returns: how many orders are open
 */
guint
pst_gate_get_n_open_orders (PstGate *gate)
{
  return pst_order_table_get_size (gate->orders);
}

/**
 * pst_gate_get_trading_state:
 * @gate: a gate
 *
 * Returns: the trading state
 */
PstTradingState
pst_gate_get_trading_state (PstGate *gate)
{
  return gate->trading_state;
}

/**
 * pst_gate_set_trading_state:
 * @gate: a gate
 * @state: the new state
 * @component: index of who asks; %G_MAXUINT32: the operator
 * @reason: why
 *
 * Takes effect at once: also on the order that is under review. HALTED asks for a cancel of every open order when the run is set so.
 */
void
pst_gate_set_trading_state (PstGate *gate, PstTradingState state, guint32 component, const char *reason)
{
  PstRecord record = { .kind = PST_RECORD_TRADING_STATE };

  if (state == gate->trading_state)
    return;
  record.trading_state.from = gate->trading_state;
  record.trading_state.to = state;
  record.trading_state.component = component;
  pst_copy_text (record.trading_state.reason, sizeof record.trading_state.reason, reason);
  gate->trading_state = state;
  pst_recorder_append (gate->links.recorder, &record);
  g_signal_emit (gate, signals[SIGNAL_TRADING_STATE_CHANGED], 0, &record);
  if (state == PST_TRADING_STATE_HALTED && gate->cancel_on_halt)
    pst_gate_cancel_all (gate);
}

/**
 * pst_gate_get_n_duplicates:
 * @gate: a gate
 *
 * Returns: how many reports were ignored because their execution id was known already
 */
guint64
pst_gate_get_n_duplicates (PstGate *gate)
{
  return gate->n_duplicates;
}
