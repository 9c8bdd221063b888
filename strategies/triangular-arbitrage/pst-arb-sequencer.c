/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One state machine an execution. It is always in one of these: an order is open and its end is waited for; a fruitless attempt to trade back is
 * followed by the next when a timer fires; or it is over, and gone. What happens is told by on_order and by timers alone; submitting never calls
 * back.
 *
 * An order whose outcome is not known keeps its execution waiting: what may have been filled must not be traded a second time. */

#include "pst-arb-sequencer.h"

#include <string.h>

/* Orders of an execution by which a late fill is known for its, over a restart. */
#define ORDERS_KEPT_MAX 8

typedef struct
{
  PstArbSequencer *sequencer;
  PstArbExecution execution;
  GArray *orders;   /* guint64: all of them */
  guint64 open_id;  /* 0: none */
  gint64 booked;    /* of the open order: the size of its fills that were heard of */
  guint32 trade;    /* by which guards know its orders for one trade */
  gint64 committed; /* base currency that the open first leg may still take */
  guint position;   /* what is traded back now; 0 while it goes forward */
  guint n_attempts; /* to trade that back */
  guint timer;
  gint64 due_ns; /* of the timer, also when it has fired */
  gboolean timed_out;
  gboolean told_waiting;
} Sequence;

struct _PstArbSequencer
{
  PstStrategy *strategy;
  PstContext *context;
  const PstArbMarket *market;
  const PstArbOptions *options;
  PstArbEndedFunc ended;
  gpointer user_data;
  gint64 allowance;
  GPtrArray *running; /* Sequence */
  guint64 n_started;
  gboolean broken; /* an exception came: nothing more is begun */
  PstArbLeg legs[2];
};

static void go_back (Sequence *sequence);

static void
stop_timer (Sequence *sequence)
{
  if (sequence->timer != 0)
    pst_clock_remove_timer (pst_context_get_clock (sequence->sequencer->context), sequence->timer);
  sequence->timer = 0;
}

static void
sequence_free (gpointer data)
{
  Sequence *sequence = data;

  stop_timer (sequence);
  g_array_unref (sequence->orders);
  g_free (sequence);
}

static void
finish (Sequence *sequence, const char *state)
{
  PstArbSequencer *self = sequence->sequencer;
  PstComponent *component = PST_COMPONENT (self->strategy);
  g_autofree char *detail = pst_arb_execution_describe (&sequence->execution);

  pst_context_note (self->context, component, state, "%s", detail);
  if (g_str_equal (state, "CYCLE_HELD"))
    pst_component_raise_alert (component, PST_SEVERITY_WARNING, "execution", "Arbitrage cycle held", "%s", detail);
  self->ended (&sequence->execution, self->user_data);
  g_ptr_array_remove_fast (self->running, sequence);
}

/* Something happened that cannot: from here on nothing is known for sure. What is open is cancelled, nothing else is sent, and no further cycle is
 * begun. */
static void
fail (Sequence *sequence, const char *what)
{
  PstArbSequencer *self = sequence->sequencer;
  PstComponent *component = PST_COMPONENT (self->strategy);
  g_autofree char *detail = NULL;

  pst_arb_execution_set_reason (&sequence->execution, "execution_exception: %s", what);
  detail = pst_arb_execution_describe (&sequence->execution);
  if (!self->broken)
    pst_component_raise_alert (component, PST_SEVERITY_CRITICAL, "system", "Critical execution exception", "%s; %s", what, detail);
  self->broken = TRUE;
  if (sequence->open_id != 0)
    pst_context_cancel (self->context, sequence->open_id, NULL);
  finish (sequence, "CYCLE_FAILED");
}

/* Everything is over: names the end. */
static void
conclude (Sequence *sequence)
{
  PstArbExecution *execution = &sequence->execution;
  gboolean held = FALSE;

  for (guint i = 1; i < execution->cycle.n_legs; i++)
    held |= execution->given_up[i];
  if (!execution->filled)
    finish (sequence, "CYCLE_FAILED");
  else if (held || (execution->leg < execution->cycle.n_legs && !execution->traded_back))
    finish (sequence, "CYCLE_HELD");
  else
    finish (sequence, execution->traded_back ? "CYCLE_UNWOUND" : "CYCLE_COMPLETED");
}

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Sequence *sequence = user_data;
  PstArbSequencer *self = sequence->sequencer;

  sequence->timer = 0;
  if (sequence->open_id == 0)
    {
      go_back (sequence);
      return;
    }
  if (!sequence->timed_out)
    {
      sequence->timed_out = TRUE;
      pst_context_cancel (self->context, sequence->open_id, NULL);
      sequence->due_ns = due_ns + self->options->leg_timeout_ns;
      sequence->timer = pst_clock_add_timer (clock, sequence->due_ns, on_timer, sequence, NULL);
      return;
    }
  /* Neither filled nor cancelled nor refused. It may be any of these: we wait, and say so. */
  pst_component_raise_alert (PST_COMPONENT (self->strategy), PST_SEVERITY_ERROR, "execution", "Order without an answer",
                             "order %" G_GUINT64_FORMAT " of cycle %s is not over and its cancel is not answered; the cycle waits for it",
                             sequence->open_id, sequence->execution.text);
}

static void
start_timer (Sequence *sequence)
{
  PstClock *clock = pst_context_get_clock (sequence->sequencer->context);

  stop_timer (sequence);
  sequence->due_ns = pst_clock_now_ns (clock) + sequence->sequencer->options->leg_timeout_ns;
  sequence->timer = pst_clock_add_timer (clock, sequence->due_ns, on_timer, sequence, NULL);
}

/* FALSE when the run takes no orders. */
static gboolean
send (Sequence *sequence, const PstOrderRequest *request)
{
  PstOrderRequest marked = *request;

  marked.trade = sequence->trade;
  sequence->open_id = pst_strategy_submit (sequence->sequencer->strategy, &marked);
  sequence->timed_out = FALSE;
  sequence->booked = 0;
  if (sequence->open_id == 0)
    return FALSE;
  g_array_append_val (sequence->orders, sequence->open_id);
  start_timer (sequence);
  return TRUE;
}

/* Whether the position is dealt with: nothing is there, or too little for any order, or it stays. */
static gboolean
try_back (Sequence *sequence, guint position)
{
  PstArbSequencer *self = sequence->sequencer;
  PstArbExecution *execution = &sequence->execution;
  const PstArbOptions *options = self->options;
  gboolean last = sequence->n_attempts == options->unwind_attempts, at_market = last && options->unwind_market;
  PstOrderRequest request;
  const char *closed;

  if (execution->held[position] <= 0)
    return TRUE;
  closed = pst_arb_execution_plan_back (execution, self->market, &self->legs[0], position, self->allowance, at_market, &request);
  if (closed != NULL && pst_arb_execution_is_dust (closed))
    return TRUE;
  if (options->on_leg_failure == PST_ARB_ON_FAILURE_HOLD || sequence->n_attempts > options->unwind_attempts || (last && !at_market)
      || (closed == NULL && !send (sequence, &request)))
    {
      execution->given_up[position] = TRUE;
      pst_arb_execution_set_reason (execution, "not_traded_back");
      return TRUE;
    }
  sequence->n_attempts++;
  if (closed != NULL)
    start_timer (sequence);
  return FALSE;
}

/* From the last currency that was reached to the first: what is traded back adds to what is held before it. */
static void
go_back (Sequence *sequence)
{
  guint n_legs = sequence->execution.cycle.n_legs;

  if (sequence->position == 0)
    {
      sequence->position = n_legs - 1;
      sequence->n_attempts = 0;
    }
  while (sequence->position > 0)
    {
      if (!try_back (sequence, sequence->position))
        return;
      sequence->position--;
      sequence->n_attempts = 0;
    }
  conclude (sequence);
}

static PstArbOrderForm
get_form (const PstArbOptions *options)
{
  switch (options->leg_order)
    {
    case PST_ARB_LEG_ORDER_FOK:
      return (PstArbOrderForm){ PST_ORDER_TYPE_LIMIT, PST_TIME_IN_FORCE_FOK };
    case PST_ARB_LEG_ORDER_MARKET:
      return (PstArbOrderForm){ PST_ORDER_TYPE_MARKET, PST_TIME_IN_FORCE_IOC };
    case PST_ARB_LEG_ORDER_IOC:
    default:
      return (PstArbOrderForm){ PST_ORDER_TYPE_LIMIT, PST_TIME_IN_FORCE_IOC };
    }
}

static void
go_on (Sequence *sequence)
{
  PstArbSequencer *self = sequence->sequencer;
  PstArbExecution *execution = &sequence->execution;
  const PstArbOrderForm form = get_form (self->options);
  PstOrderRequest request;
  const char *closed;

  if (execution->leg == execution->cycle.n_legs)
    {
      go_back (sequence);
      return;
    }
  closed
      = pst_arb_execution_plan_leg (execution, self->market, self->legs, self->options->on_leg_failure == PST_ARB_ON_FAILURE_UNWIND, &form, &request);
  if (closed == NULL && !send (sequence, &request))
    closed = "run_is_closed";
  if (closed == NULL)
    return;
  pst_arb_execution_set_reason (execution, "leg=%u %s", execution->leg + 1, closed);
  go_back (sequence);
}

static const char *
name_end (const Sequence *sequence, const PstOrder *order)
{
  if (sequence->timed_out)
    return "timed_out";
  switch (order->state)
    {
    case PST_ORDER_STATE_DENIED:
      return "denied";
    case PST_ORDER_STATE_REJECTED:
      return "rejected";
    case PST_ORDER_STATE_EXPIRED:
      return "expired";
    case PST_ORDER_STATE_CANCELED:
    case PST_ORDER_STATE_FILLED:
    case PST_ORDER_STATE_INITIALIZED:
    case PST_ORDER_STATE_SUBMITTED:
    case PST_ORDER_STATE_ACCEPTED:
    case PST_ORDER_STATE_TRIGGERED:
    case PST_ORDER_STATE_PARTIALLY_FILLED:
    case PST_ORDER_STATE_PENDING_MODIFY:
    case PST_ORDER_STATE_PENDING_CANCEL:
    case PST_ORDER_STATE_UNKNOWN:
    default:
      return order->filled_quantity > 0 ? "partial" : "not_filled";
    }
}

static void
end_leg (Sequence *sequence, const PstOrder *order)
{
  PstArbExecution *execution = &sequence->execution;

  sequence->committed = 0;
  if (order->filled_quantity < order->request.quantity && (execution->leg > 0 || order->filled_quantity == 0))
    pst_arb_execution_set_reason (execution, "leg=%u %s %s", execution->leg + 1, name_end (sequence, order), order->reason);
  if (order->filled_quantity == 0)
    {
      go_back (sequence);
      return;
    }
  execution->leg++;
  go_on (sequence);
}

/* What fills little by little goes on; what gives nothing is tried again later; what is refused is not asked again. */
static void
end_back (Sequence *sequence, const PstOrder *order)
{
  if (order->filled_quantity > 0)
    sequence->execution.traded_back = TRUE;
  else if (order->state == PST_ORDER_STATE_DENIED || order->state == PST_ORDER_STATE_REJECTED)
    {
      pst_arb_execution_set_reason (&sequence->execution, "unwind %s %s", name_end (sequence, order), order->reason);
      sequence->execution.given_up[sequence->position] = TRUE;
      sequence->position--;
      sequence->n_attempts = 0;
      if (sequence->position == 0)
        {
          conclude (sequence);
          return;
        }
    }
  else if (sequence->n_attempts < sequence->sequencer->options->unwind_attempts)
    {
      start_timer (sequence);
      return;
    }
  go_back (sequence);
}

static void
end_order (Sequence *sequence, const PstOrder *order)
{
  stop_timer (sequence);
  sequence->open_id = 0;
  if (sequence->position > 0)
    end_back (sequence, order);
  else
    end_leg (sequence, order);
}

static Sequence *
find_sequence (PstArbSequencer *self, guint64 order_id)
{
  for (guint i = 0; i < self->running->len; i++)
    {
      Sequence *sequence = self->running->pdata[i];

      for (guint k = 0; k < sequence->orders->len; k++)
        if (g_array_index (sequence->orders, guint64, k) == order_id)
          return sequence;
    }
  return NULL;
}

/* Told after the order was over and so was its cycle: the ledger has it, and an operator must know. */
static void
tell_late_fill (PstArbSequencer *self, const PstOrder *order)
{
  PstComponent *component = PST_COMPONENT (self->strategy);

  pst_context_note (self->context, component, "CYCLE_LATE_FILL", "order=%" G_GUINT64_FORMAT, order->id);
  pst_component_raise_alert (component, PST_SEVERITY_ERROR, "execution", "Late fill",
                             "order %" G_GUINT64_FORMAT " was filled after its cycle had ended; what it brought is held", order->id);
}

void
pst_arb_sequencer_on_order (PstArbSequencer *self, const PstOrder *order, const PstExecutionReport *report)
{
  Sequence *sequence = find_sequence (self, order->id);
  gboolean fills = report != NULL && report->kind == PST_REPORT_FILL;
  const char *impossible;

  if (sequence == NULL)
    {
      if (fills)
        tell_late_fill (self, order);
      return;
    }
  if (fills && order->id == sequence->open_id)
    sequence->booked += report->quantity;
  if (fills && (impossible = pst_arb_execution_apply (&sequence->execution, self->market, order, report)) != NULL)
    fail (sequence, impossible);
  else if (order->id == sequence->open_id && pst_order_state_is_final (order->state))
    end_order (sequence, order);
}

gboolean
pst_arb_sequencer_may_start (const PstArbSequencer *self, const PstArbCycle *cycle)
{
  if (self->broken || self->running->len >= self->options->concurrent || pst_context_get_trading_state (self->context) != PST_TRADING_STATE_ACTIVE)
    return FALSE;
  for (guint i = 0; i < self->running->len; i++)
    {
      const PstArbExecution *other = &((Sequence *)self->running->pdata[i])->execution;

      for (guint k = 1; k < cycle->n_legs; k++)
        for (guint j = 1; j < other->cycle.n_legs; j++)
          if (pst_arb_edge_from (self->market->pairs[pst_arb_edge_instrument (cycle->edges[k])].instrument, pst_arb_edge_side (cycle->edges[k]))
              == other->currencies[j])
            return FALSE;
    }
  return TRUE;
}

gint64
pst_arb_sequencer_get_committed (const PstArbSequencer *self, guint32 exchange)
{
  gint64 committed = 0;

  for (guint i = 0; i < self->running->len; i++)
    {
      const Sequence *sequence = self->running->pdata[i];

      if (sequence->execution.exchange == exchange)
        committed += sequence->committed;
    }
  return committed;
}

void
pst_arb_sequencer_start (PstArbSequencer *self, const PstArbCycle *cycle, const PstArbFinding *finding, guint64 number)
{
  Sequence *sequence = g_new0 (Sequence, 1);
  const PstArbOrderForm form = get_form (self->options);
  PstOrderRequest request = { .instrument = pst_arb_edge_instrument (cycle->edges[0]),
                              .side = pst_arb_edge_side (cycle->edges[0]),
                              .type = form.type,
                              .time_in_force = form.time_in_force,
                              .quantity = finding->quantity[0],
                              .limit_price = form.type == PST_ORDER_TYPE_LIMIT ? finding->limit_price[0] : 0 };

  sequence->sequencer = self;
  sequence->orders = g_array_new (FALSE, FALSE, sizeof (guint64));
  sequence->committed = finding->plan.need;
  pst_arb_execution_init (&sequence->execution, self->market, cycle, number);
  g_ptr_array_add (self->running, sequence);
  sequence->trade = (guint32)(self->n_started++ % G_MAXUINT32) + 1;
  if (send (sequence, &request))
    return;
  pst_arb_execution_set_reason (&sequence->execution, "leg=1 run_is_closed");
  finish (sequence, "CYCLE_FAILED");
}

guint64
pst_arb_sequencer_get_n_started (const PstArbSequencer *self)
{
  return self->n_started;
}

/* Over a restart */

static void
save_sequence (const PstArbSequencer *self, const Sequence *sequence, guint n, PstStateFile *state)
{
  g_autofree char *prefix = g_strdup_printf ("cycle.%u.", n), *orders_key = g_strconcat (prefix, "orders", NULL);
  g_autoptr (GString) orders = g_string_new (NULL);
  const struct
  {
    const char *name;
    gint64 number;
  } numbers[] = { { "open", (gint64)sequence->open_id }, { "booked", sequence->booked },      { "trade", sequence->trade },
                  { "committed", sequence->committed },  { "position", sequence->position },  { "attempts", sequence->n_attempts },
                  { "due", sequence->due_ns },           { "timed-out", sequence->timed_out } };

  pst_arb_execution_save (&sequence->execution, self->market, prefix, state);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *key = g_strconcat (prefix, numbers[i].name, NULL);

      pst_state_file_set_int64 (state, key, numbers[i].number);
    }
  for (guint i = sequence->orders->len - MIN (sequence->orders->len, ORDERS_KEPT_MAX); i < sequence->orders->len; i++)
    g_string_append_printf (orders, "%s%" G_GUINT64_FORMAT, orders->len > 0 ? ";" : "", g_array_index (sequence->orders, guint64, i));
  pst_state_file_set_string (state, orders_key, orders->str);
}

void
pst_arb_sequencer_save (const PstArbSequencer *self, PstStateFile *state)
{
  pst_state_file_set_string (state, "run", pst_context_get_run (self->context)->run_id);
  pst_state_file_set_int64 (state, "started", (gint64)self->n_started);
  pst_state_file_set_boolean (state, "broken", self->broken);
  pst_state_file_set_int64 (state, "cycles", self->running->len);
  for (guint i = 0; i < self->running->len; i++)
    save_sequence (self, self->running->pdata[i], i, state);
}

static gboolean
load_orders (Sequence *sequence, const char *prefix, PstStateFile *state, GError **error)
{
  g_autofree char *key = g_strconcat (prefix, "orders", NULL), *text = NULL;
  g_auto (GStrv) ids = NULL;

  if (!pst_state_file_get_string (state, key, &text, error))
    return FALSE;
  ids = g_strsplit (text, ";", -1);
  for (guint i = 0; ids[i] != NULL && *ids[i] != '\0'; i++)
    {
      guint64 id = 0;

      if (!g_ascii_string_to_unsigned (ids[i], 10, 1, G_MAXUINT64, &id, NULL))
        {
          g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "%s is not a list of orders", key);
          return FALSE;
        }
      g_array_append_val (sequence->orders, id);
    }
  return TRUE;
}

static gboolean
load_sequence (Sequence *sequence, const char *prefix, PstStateFile *state, GError **error)
{
  static const char *const names[] = { "open", "booked", "trade", "committed", "position", "attempts", "due", "timed-out" };
  gint64 numbers[G_N_ELEMENTS (names)];

  if (!pst_arb_execution_load (&sequence->execution, sequence->sequencer->market, prefix, state, error)
      || !load_orders (sequence, prefix, state, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key = g_strconcat (prefix, names[i], NULL);

      if (!pst_state_file_get_int64 (state, key, &numbers[i], error))
        return FALSE;
    }
  sequence->open_id = (guint64)numbers[0];
  sequence->booked = numbers[1];
  sequence->trade = (guint32)numbers[2];
  sequence->committed = numbers[3];
  sequence->position = (guint)CLAMP (numbers[4], 0, (gint64)sequence->execution.cycle.n_legs - 1);
  sequence->n_attempts = (guint)CLAMP (numbers[5], 0, G_MAXINT);
  sequence->due_ns = numbers[6];
  sequence->timed_out = numbers[7] != 0;
  return TRUE;
}

/* An order that lives on is told of as before. One that ended while nobody listened has ended as far as it was heard of, or nobody knows what it
 * brought: then nothing is traded a second time. What waited for its next attempt to go back makes it. */
static void
take_up (Sequence *sequence)
{
  PstArbSequencer *self = sequence->sequencer;
  const PstOrder *order = sequence->open_id != 0 ? pst_context_get_order (self->context, sequence->open_id) : NULL;

  if (sequence->open_id != 0 && (order == NULL || (pst_order_state_is_final (order->state) && order->filled_quantity != sequence->booked)))
    {
      pst_arb_execution_set_reason (&sequence->execution, "restarted with an order of unknown outcome");
      finish (sequence, "CYCLE_HELD");
      return;
    }
  if (order != NULL && pst_order_state_is_final (order->state))
    {
      pst_arb_execution_set_reason (&sequence->execution, "leg=%u restarted", sequence->execution.leg + 1);
      sequence->open_id = 0;
      sequence->committed = 0;
    }
  sequence->timer = pst_clock_add_timer (pst_context_get_clock (self->context), sequence->due_ns, on_timer, sequence, NULL);
}

static void
leave (Sequence *sequence)
{
  pst_arb_execution_set_reason (&sequence->execution, "left by an earlier run");
  finish (sequence, sequence->execution.filled || sequence->open_id != 0 ? "CYCLE_HELD" : "CYCLE_FAILED");
}

gboolean
pst_arb_sequencer_load (PstArbSequencer *self, PstStateFile *state, GError **error)
{
  g_autoptr (GPtrArray) loaded = g_ptr_array_new ();
  g_autofree char *run_id = NULL;
  gint64 n_cycles, n_started;
  gboolean own, broken;

  if (!pst_state_file_get_string (state, "run", &run_id, error) || !pst_state_file_get_int64 (state, "started", &n_started, error)
      || !pst_state_file_get_boolean (state, "broken", &broken, error) || !pst_state_file_get_int64 (state, "cycles", &n_cycles, error))
    return FALSE;
  own = strcmp (run_id, pst_context_get_run (self->context)->run_id) == 0;
  if (own)
    {
      self->n_started = (guint64)n_started;
      self->broken = broken;
    }
  for (gint64 i = 0; i < n_cycles; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("cycle.%u.", (guint)i);
      Sequence *sequence = g_new0 (Sequence, 1);

      sequence->sequencer = self;
      sequence->orders = g_array_new (FALSE, FALSE, sizeof (guint64));
      g_ptr_array_add (self->running, sequence);
      if (!load_sequence (sequence, prefix, state, error))
        {
          g_ptr_array_set_size (self->running, 0);
          return FALSE;
        }
      g_ptr_array_add (loaded, sequence);
    }
  for (guint i = 0; i < loaded->len; i++)
    (own ? take_up : leave) (loaded->pdata[i]);
  return TRUE;
}

PstArbSequencer *
pst_arb_sequencer_new (PstStrategy *strategy, const PstArbMarket *market, const PstArbOptions *options, PstArbEndedFunc ended, gpointer user_data)
{
  PstArbSequencer *self = g_new0 (PstArbSequencer, 1);

  self->strategy = strategy;
  self->context = pst_component_get_context (PST_COMPONENT (strategy));
  self->market = market;
  self->options = options;
  self->ended = ended;
  self->user_data = user_data;
  pst_decimal_rescale (options->unwind_allowance, PST_RATE_SCALE, PST_ROUND_DOWN, &self->allowance, NULL);
  self->running = g_ptr_array_new_with_free_func (sequence_free);
  return self;
}

void
pst_arb_sequencer_free (PstArbSequencer *self)
{
  while (self->running->len > 0)
    {
      Sequence *sequence = self->running->pdata[0];

      stop_timer (sequence);
      pst_arb_execution_set_reason (&sequence->execution, sequence->open_id != 0 ? "run_stopped with an open order" : "run_stopped");
      finish (sequence, sequence->execution.filled || sequence->open_id != 0 ? "CYCLE_HELD" : "CYCLE_FAILED");
    }
  g_ptr_array_unref (self->running);
  g_free (self);
}
