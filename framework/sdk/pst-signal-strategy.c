/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From signals to orders. A signal sets a target; orders lead to it: one that closes what is held, one that opens what is wanted, so that no want of
 * cash and no limit on the new position keeps it in the old one. A signal that meets working orders cancels them first, so that none is lost to a
 * slow fill. */
#include "pst-signal-strategy.h"

#include <string.h>

#include "pst-enums.h"
#include "pst-signal-members-private.h"
#include "pst-signal-size-private.h"
#include "pst-signal-options-private.h"

enum
{
  ORDER_CLOSING,
  ORDER_OPENING,
  ORDER_STOP,   /* rests while a position is held */
  ORDER_TARGET, /* too: the first of both that fills ends the other */
  N_ORDERS
};

/* Stands before each state of the strategy's own. */
typedef struct
{
  guint64 orders[N_ORDERS]; /* working orders, 0 for none */
  gint64 best;              /* best price since the position was opened */
  gint64 stop_price;        /* of the working stop */
  guint32 n_bars;           /* as many as it took, up to the warm-up */
  guint8 wanted;            /* whether this instrument is to be traded */
  guint8 overflowed;        /* no more signals */
  guint8 cancels;           /* orders were asked to be cancelled */
  guint8 target;            /* PstSignalTarget */
  guint8 asked;             /* PstSignalTarget for which the orders were given */
} State;

/* What stands behind it may hold 128 bit integers. */
G_STATIC_ASSERT (sizeof (State) % 16 == 0);

typedef struct
{
  PstSignalOptions options;
  GPtrArray *members; /* not owned: they live as long as the run */
  GPtrArray *family;  /* (nullable): who they are taken from instead of the run; not owned either */
  gboolean is_member;
  guint warm_up;

  guint8 *states; /* by instrument, stride bytes each */
  gsize stride;
  guint n_states;
  guint n_allocated;
} PstSignalStrategyPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstSignalStrategy, pst_signal_strategy, PST_TYPE_STRATEGY)

static inline PstSignalStrategyPrivate *
private_of (PstSignalStrategy *self)
{
  return pst_signal_strategy_get_instance_private (self);
}

static inline State *
state_of (const PstSignalStrategyPrivate *private, guint32 instrument)
{
  return (State *)(gpointer)(private->states + instrument * private->stride);
}

/* The strategy's own part of it. */
static inline gpointer
own_state (State *state)
{
  return state + 1;
}

static const PstInstrument *
find_instrument (PstSignalStrategy *self, guint32 index)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  return pst_instrument_table_get (pst_context_get_instruments (context), index);
}

/* Instruments may appear while the run goes on. */
static void
add_states (PstSignalStrategy *self, guint32 instrument)
{
  PstSignalStrategyPrivate *private = private_of (self);

  if (instrument >= private->n_allocated)
    {
      private->n_allocated = MAX (instrument + 1, private->n_allocated * 2);
      private->states = g_realloc_n (private->states, private->n_allocated, private->stride);
    }
  for (; private->n_states <= instrument; private->n_states++)
    {
      State *state = state_of (private, private->n_states);

      memset (state, 0, private->stride);
      state->wanted = (guint8)pst_signal_strategy_trades (self, find_instrument (self, private->n_states));
      PST_SIGNAL_STRATEGY_GET_CLASS (self)->init_state (self, own_state (state));
    }
}

static void
clear_states (PstSignalStrategy *self)
{
  PstSignalStrategyPrivate *private = private_of (self);
  PstSignalStrategyClass *klass = PST_SIGNAL_STRATEGY_GET_CLASS (self);

  for (guint i = 0; i < private->n_states && klass->clear_state != NULL; i++)
    klass->clear_state (self, own_state (state_of (private, i)));
  g_clear_pointer (&private->states, g_free);
  private->n_states = private->n_allocated = 0;
}

/* Those that lead to a target; exits that rest do not count. */
static gboolean
has_orders (const State *state)
{
  return state->orders[ORDER_CLOSING] != 0 || state->orders[ORDER_OPENING] != 0;
}

static void
open_position (PstSignalStrategy *self, State *state, guint32 instrument, gint64 price, gboolean closes)
{
  PstOrderRequest request = { .instrument = instrument, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC };

  request.side = state->target == PST_SIGNAL_TARGET_LONG ? PST_SIDE_BUY : PST_SIDE_SELL;
  request.quantity = pst_signal_size_opening (self, instrument, price, closes, &request.cash_max);
  if (request.quantity > 0)
    state->orders[ORDER_OPENING] = pst_strategy_submit (PST_STRATEGY (self), &request);
}

/* Nothing rests any more. What becomes of them is of no interest: what closes the position is reduce-only where there were any. */
static gboolean
drop_exits (PstSignalStrategy *self, State *state)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  gboolean any = FALSE;

  for (guint i = ORDER_STOP; i < N_ORDERS; i++)
    if (state->orders[i] != 0)
      {
        pst_context_cancel (context, state->orders[i], NULL);
        state->orders[i] = 0;
        any = TRUE;
      }
  return any;
}

static void
close_position (PstSignalStrategy *self, State *state, guint32 instrument, gint64 held)
{
  PstOrderRequest request = { .instrument = instrument, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC };

  if (drop_exits (self, state))
    request.flags = PST_ORDER_FLAG_REDUCE_ONLY;
  request.side = held > 0 ? PST_SIDE_SELL : PST_SIDE_BUY;
  request.quantity = ABS (held);
  state->orders[ORDER_CLOSING] = pst_strategy_submit (PST_STRATEGY (self), &request);
}

/* From what is held to what is wanted. */
static void
follow_target (PstSignalStrategy *self, State *state, guint32 instrument, gint64 price)
{
  gint64 held = pst_strategy_get_position (PST_STRATEGY (self), instrument)->quantity;
  gint wanted = pst_signal_target_sign (state->target);

  if (state->target == PST_SIGNAL_TARGET_NONE || (held > 0) - (held < 0) == wanted)
    return;
  state->asked = state->target;
  if (held != 0)
    close_position (self, state, instrument, held);
  if (wanted != 0)
    open_position (self, state, instrument, price, held != 0);
}

/* An entry while in that position. */
static gboolean
accumulates (PstSignalStrategy *self, const State *state, guint32 instrument)
{
  gint64 held;

  if (!private_of (self)->options.accumulate || pst_signal_target_sign (state->target) == 0)
    return FALSE;
  held = pst_strategy_get_position (PST_STRATEGY (self), instrument)->quantity;
  return (held > 0) - (held < 0) == pst_signal_target_sign (state->target);
}

/* What becomes of them is told by on_order, also of those that are over already. */
static void
cancel_orders (PstSignalStrategy *self, State *state)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  state->cancels = TRUE;
  for (guint i = 0; i <= ORDER_OPENING; i++)
    if (state->orders[i] != 0)
      pst_context_cancel (context, state->orders[i], NULL);
}

static void
on_signal (PstSignalStrategy *self, State *state, const PstEvent *event, PstSignal signal)
{
  PstSignalTarget target = pst_signal_rules_aim (private_of (self)->options.direction, state->target, signal);

  if (target == PST_SIGNAL_TARGET_NONE)
    return;
  state->target = target;
  if (has_orders (state))
    {
      if (state->target != state->asked)
        cancel_orders (self, state);
    }
  else if (accumulates (self, state, event->instrument))
    {
      state->asked = state->target;
      open_position (self, state, event->instrument, event->bar.close, FALSE);
    }
  else
    follow_target (self, state, event->instrument, event->bar.close);
}

/* An exit that rests: made, or changed when it is there. */
static void
place_exit (PstSignalStrategy *self, State *state, guint kind, guint32 instrument, gint64 held, gint64 price)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  gint64 limit_price = kind == ORDER_TARGET ? price : 0, stop_price = kind == ORDER_STOP ? price : 0;
  const PstOrderRequest request = { .instrument = instrument,
                                    .side = held > 0 ? PST_SIDE_SELL : PST_SIDE_BUY,
                                    .type = kind == ORDER_STOP ? PST_ORDER_TYPE_STOP_MARKET : PST_ORDER_TYPE_LIMIT,
                                    .time_in_force = PST_TIME_IN_FORCE_GTC,
                                    .flags = PST_ORDER_FLAG_REDUCE_ONLY,
                                    .quantity = ABS (held),
                                    .limit_price = limit_price,
                                    .stop_price = stop_price };

  if (price == 0)
    return;
  if (state->orders[kind] != 0)
    pst_context_modify (context, state->orders[kind], ABS (held), limit_price, stop_price, NULL);
  else
    state->orders[kind] = pst_strategy_submit (PST_STRATEGY (self), &request);
}

/* A position was opened, added to, or taken off in part: its exits are those of what is held now. They work from the next bar on. */
static void
protect (PstSignalStrategy *self, State *state, guint32 index, gboolean is_new)
{
  const PstPosition *position = pst_strategy_get_position (PST_STRATEGY (self), index);
  const PstInstrument *instrument = find_instrument (self, index);
  gint sign = (position->quantity > 0) - (position->quantity < 0);
  PstSignalRules rules;
  gint64 price;

  pst_signal_strategy_get_rules (self, &rules);
  if (sign == 0 || !pst_signal_rules_have_exits (&rules))
    return;
  price = pst_position_average_price (position, instrument);
  if (is_new)
    state->best = price;
  state->stop_price = pst_signal_rules_stop (&rules, instrument, sign, price, state->best);
  place_exit (self, state, ORDER_STOP, index, position->quantity, state->stop_price);
  place_exit (self, state, ORDER_TARGET, index, position->quantity, pst_signal_rules_target (&rules, instrument, sign, price));
}

/* The stop follows the bars' extremes; what it follows here holds from the next bar on. */
static void
trail (PstSignalStrategy *self, State *state, const PstEvent *event)
{
  const PstPosition *position = pst_strategy_get_position (PST_STRATEGY (self), event->instrument);
  const PstInstrument *instrument = find_instrument (self, event->instrument);
  gint sign = (position->quantity > 0) - (position->quantity < 0);
  PstSignalRules rules;
  gint64 stop;

  if (sign == 0 || private_of (self)->options.trailing_stop == NULL)
    return;
  state->best = sign > 0 ? MAX (state->best, event->bar.high) : MIN (state->best, event->bar.low);
  pst_signal_strategy_get_rules (self, &rules);
  stop = pst_signal_rules_stop (&rules, instrument, sign, pst_position_average_price (position, instrument), state->best);
  if (stop == state->stop_price || stop == 0)
    return;
  state->stop_price = stop;
  pst_context_modify (pst_component_get_context (PST_COMPONENT (self)), state->orders[ORDER_STOP], 0, 0, stop, NULL);
}

static void
on_overflow (PstSignalStrategy *self, State *state, guint32 instrument)
{
  state->overflowed = TRUE;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_ERROR, "strategy", "Moving sum overflows",
                             "a sum over the bars of %s does not fit; it gets no more signals", find_instrument (self, instrument)->id);
}

static void
pst_signal_strategy_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  PstSignalStrategy *self = (PstSignalStrategy *)strategy;
  PstSignalStrategyPrivate *private = private_of (self);
  PstSignalStrategyClass *klass = PST_SIGNAL_STRATEGY_GET_CLASS (self);

  if (private->is_member)
    return;
  for (guint32 i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      PstSignal signal = PST_SIGNAL_NONE;
      State *state;

      if (event->kind != PST_EVENT_BAR)
        continue;
      if (G_UNLIKELY (event->instrument >= private->n_states))
        add_states (self, event->instrument);
      state = state_of (private, event->instrument);
      if (!state->wanted || state->overflowed)
        continue;
      state->n_bars += state->n_bars <= private->warm_up;
      if (G_UNLIKELY (!klass->on_bar (self, own_state (state), &event->bar, &signal)))
        on_overflow (self, state, event->instrument);
      else if (signal != PST_SIGNAL_NONE)
        on_signal (self, state, event, signal);
      if (G_UNLIKELY (state->orders[ORDER_STOP] != 0))
        trail (self, state, event);
    }
}

/* N_ORDERS when it is none of the working ones. */
static guint
forget_order (State *state, guint64 id)
{
  guint kind = 0;

  while (kind < N_ORDERS && state->orders[kind] != id)
    kind++;
  if (kind < N_ORDERS)
    state->orders[kind] = 0;
  return kind;
}

/* A stop or a target filled: the position is over, and so is the signal that opened it. */
static void
after_exit (PstSignalStrategy *self, State *state, const PstOrder *order)
{
  guint32 instrument = order->request.instrument;

  if (order->filled_quantity == 0)
    return;
  state->target = PST_SIGNAL_TARGET_NONE;
  if (pst_strategy_get_position (PST_STRATEGY (self), instrument)->quantity == 0)
    drop_exits (self, state);
  else
    protect (self, state, instrument, FALSE);
}

/* An order that was refused is not asked for again before the next signal. */
static void
pst_signal_strategy_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (strategy);
  PstSignalStrategyPrivate *private = private_of (self);
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  guint32 instrument = order->request.instrument;
  State *state;
  guint kind;

  if (instrument >= private->n_states || !pst_order_state_is_final (order->state))
    return;
  state = state_of (private, instrument);
  kind = forget_order (state, order->id);
  if (kind == N_ORDERS)
    return;
  if (kind > ORDER_OPENING)
    {
      after_exit (self, state, order);
      return;
    }
  if (order->state != PST_ORDER_STATE_FILLED && state->target == state->asked && !state->cancels)
    state->target = PST_SIGNAL_TARGET_NONE;
  if (has_orders (state))
    return;
  state->cancels = FALSE;
  follow_target (self, state, instrument, pst_context_get_mark (context, instrument)->price);
  if (kind == ORDER_OPENING && order->filled_quantity > 0 && !has_orders (state))
    protect (self, state, instrument, state->orders[ORDER_STOP] == 0);
}

/* Who has no size was perhaps meant to be a member. */
static gboolean
check_sizes (PstSignalStrategy *self, GError **error)
{
  const PstSignalOptions *options = &private_of (self)->options;
  g_autofree char *other = pst_signal_options_have_size (options) ? NULL : pst_signal_members_explain (self);

  if (pst_signal_options_check (options, error))
    return TRUE;
  if (other != NULL && error != NULL)
    {
      g_autofree char *message = g_steal_pointer (&(*error)->message);

      (*error)->message = g_strdup_printf ("%s; and no other strategy is made of it: %s", message, other);
    }
  return FALSE;
}

static gboolean
pst_signal_strategy_prepare (PstComponent *component, GError **error)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (component);
  PstSignalStrategyPrivate *private = private_of (self);
  PstSignalStrategy *owner = pst_signal_members_find_owner (self);

  private->is_member = owner != NULL;
  if (!pst_signal_members_resolve (self, private->members, error))
    return FALSE;
  if (private->family != NULL)
    pst_signal_members_replace (private->members, private->family);
  return owner != NULL ? pst_signal_members_check_silent (self, owner, error) : check_sizes (self, error);
}

static gboolean
pst_signal_strategy_start (PstComponent *component, GError **error)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (component);

  clear_states (self);
  private_of (self)->warm_up = pst_signal_strategy_get_warm_up (self);
  private_of (self)->stride = (sizeof (State) + PST_SIGNAL_STRATEGY_GET_CLASS (self)->state_size + 15) & ~(gsize)15;
  return TRUE;
}

static gboolean
was_seen (PstSignalStrategy *self, const char *name)
{
  for (guint i = 0; i < private_of (self)->n_states; i++)
    {
      const PstInstrument *instrument = find_instrument (self, i);

      if (strcmp (instrument->id, name) == 0 || strcmp (instrument->symbol, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A name that never came is most likely a mistake, and the run can only know at its end. */
static void
warn_of_names (PstSignalStrategy *self)
{
  char **names = private_of (self)->options.instruments;

  for (gsize i = 0; names && names[i]; i++)
    if (!was_seen (self, names[i]))
      pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "strategy", "Instrument never seen",
                                 "there were no bars of \"%s\"; check instruments", names[i]);
}

/* A period that is longer than the data gives a backtest without trades that looks like one without chances. */
static void
warn_of_short_data (PstSignalStrategy *self)
{
  const PstSignalStrategyPrivate *private = private_of (self);
  guint n_short = 0, n_seen = 0;
  guint32 longest = 0, n_bars = 0;

  for (guint32 i = 0; i < private->n_states; i++)
    {
      const State *state = state_of (private, i);

      if (!state->wanted || state->overflowed || state->n_bars == 0)
        continue;
      n_seen++;
      if (state->n_bars > private->warm_up)
        continue;
      n_short++;
      if (state->n_bars > n_bars)
        {
          longest = i;
          n_bars = state->n_bars;
        }
    }
  if (n_short > 0)
    pst_component_raise_alert (
        PST_COMPONENT (self), PST_SEVERITY_WARNING, "strategy", "Data shorter than the warm-up",
        "%u of %u instruments could give no signal: the first comes after %u bars at the earliest, and the longest of these, %s, has %u; "
        "give it more bars or set shorter periods",
        n_short, n_seen, private->warm_up, find_instrument (self, longest)->id, n_bars);
}

static void
pst_signal_strategy_stop (PstComponent *component)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (component);

  warn_of_names (self);
  if (pst_context_get_mode (pst_component_get_context (component)) == PST_MODE_BACKTEST)
    warn_of_short_data (self);
  /* What it is made of may be gone later. */
  clear_states (self);
}

static void
pst_signal_strategy_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (!pst_signal_options_get (&private_of (PST_SIGNAL_STRATEGY (object))->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_signal_strategy_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_signal_options_set (&private_of (PST_SIGNAL_STRATEGY (object))->options, property_id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
pst_signal_strategy_finalize (GObject *object)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (object);
  PstSignalStrategyPrivate *private = private_of (self);

  clear_states (self);
  pst_signal_options_clear (&private->options);
  g_ptr_array_unref (private->members);
  G_OBJECT_CLASS (pst_signal_strategy_parent_class)->finalize (object);
}

static void
pst_signal_strategy_class_init (PstSignalStrategyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);

  object_class->get_property = pst_signal_strategy_get_property;
  object_class->set_property = pst_signal_strategy_set_property;
  object_class->finalize = pst_signal_strategy_finalize;
  component_class->prepare = pst_signal_strategy_prepare;
  component_class->start = pst_signal_strategy_start;
  component_class->stop = pst_signal_strategy_stop;
  PST_STRATEGY_CLASS (klass)->on_frame = pst_signal_strategy_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = pst_signal_strategy_on_order;
  pst_signal_options_install (object_class);
}

static void
pst_signal_strategy_init (PstSignalStrategy *strategy)
{
  private_of (strategy)->members = g_ptr_array_new ();
}

/**
 * pst_signal_strategy_get_direction:
 * @strategy: a strategy
 *
 * Which positions it may take. Any thread.
 *
 * Returns: the option
 */
PstDirection
pst_signal_strategy_get_direction (PstSignalStrategy *strategy)
{
  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), PST_DIRECTION_LONG);

  return private_of (strategy)->options.direction;
}

/**
 * pst_signal_strategy_get_warm_up:
 * @strategy: a strategy whose options are set
 *
 * How many bars of an instrument it takes before the first signal can come. Any thread.
 *
 * Returns: bars; 0 when the strategy does not say
 */
guint
pst_signal_strategy_get_warm_up (PstSignalStrategy *strategy)
{
  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), 0);

  if (PST_SIGNAL_STRATEGY_GET_CLASS (strategy)->get_warm_up == NULL)
    return 0;
  return PST_SIGNAL_STRATEGY_GET_CLASS (strategy)->get_warm_up (strategy);
}

/**
 * pst_signal_strategy_is_member:
 * @strategy: a prepared strategy
 *
 * Whether another strategy of the run is made of this one. It then gives its signals to that one and asks for no orders. Any thread.
 *
 * Returns: whether it is one
 */
gboolean
pst_signal_strategy_is_member (PstSignalStrategy *strategy)
{
  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), FALSE);

  return private_of (strategy)->is_member;
}

/**
 * pst_signal_strategy_get_member:
 * @strategy: a prepared strategy
 * @index: from 0
 *
 * One of the strategies that it is made of. Any thread.
 *
 * Returns: (transfer none) (nullable): the strategy, which lives as long as the run; %NULL beyond the last
 */
PstSignalStrategy *
pst_signal_strategy_get_member (PstSignalStrategy *strategy, guint index)
{
  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), NULL);

  return index < private_of (strategy)->members->len ? private_of (strategy)->members->pdata[index] : NULL;
}

/**
 * pst_signal_strategy_set_family: (skip)
 * @strategy: a copy of a run's strategy
 * @family: (element-type PstSignalStrategy): copies of all that it could be made of; must outlive it
 *
 * Lets a copy that is evaluated beside the run find copies as its members, by their names, from the next prepare() on. Any thread.
 */
void
pst_signal_strategy_set_family (PstSignalStrategy *strategy, GPtrArray *family)
{
  g_return_if_fail (PST_IS_SIGNAL_STRATEGY (strategy));

  private_of (strategy)->family = family;
}

/**
 * pst_signal_strategy_trades:
 * @strategy: a strategy
 * @instrument: an instrument
 *
 * Any thread.
 *
 * Returns: whether the option instruments names it, or names none
 */
gboolean
pst_signal_strategy_trades (PstSignalStrategy *strategy, const PstInstrument *instrument)
{
  const char *const *names;

  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), FALSE);

  names = (const char *const *)private_of (strategy)->options.instruments;
  return !names || !*names || g_strv_contains (names, instrument->id) || g_strv_contains (names, instrument->symbol);
}

static gint64
to_rate (const PstDecimal *decimal)
{
  gint64 rate;

  return decimal != NULL && pst_decimal_rescale (decimal, PST_RATE_SCALE, PST_ROUND_HALF_EVEN, &rate, NULL) ? rate : 0;
}

/**
 * pst_signal_strategy_get_rules: (skip)
 * @strategy: a strategy
 * @rules: (out caller-allocates): its sizes and exits; valid until an option is set
 *
 * Any thread, but one at a time.
 */
void
pst_signal_strategy_get_rules (PstSignalStrategy *strategy, PstSignalRules *rules)
{
  const PstSignalStrategyPrivate *private = private_of (strategy);

  *rules = (PstSignalRules){ .direction = private->options.direction,
                             .order_value = private->options.order_value,
                             .order_size = private->options.order_size,
                             .order_fraction = private->options.order_fraction,
                             .order_cash = private->options.order_cash,
                             .instrument_cash = private->options.instrument_cash,
                             .stop_loss = to_rate (private->options.stop_loss),
                             .take_profit = to_rate (private->options.take_profit),
                             .trailing_stop = to_rate (private->options.trailing_stop),
                             .accumulate = private->options.accumulate };
}
