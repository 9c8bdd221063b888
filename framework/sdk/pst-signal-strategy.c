/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From signals to orders. A signal sets a target; orders lead to it: one that closes what is held, one that opens what is wanted, so that no want of
 * cash and no limit on the new position keeps it in the old one. A signal that meets working orders cancels them first, so that none is lost to a
 * slow fill. */
#include "pst-signal-strategy.h"

#include <string.h>

#include "pst-enums.h"
#include "pst-signal-members-private.h"

typedef enum
{
  TARGET_NONE, /* no signal yet, or the last one came to nothing */
  TARGET_LONG,
  TARGET_SHORT,
  TARGET_FLAT,
} Target;

enum
{
  ORDER_CLOSING,
  ORDER_OPENING,
  N_ORDERS
};

/* Stands before each state of the strategy's own. */
typedef struct
{
  guint64 orders[N_ORDERS]; /* working orders, 0 for none */
  guint32 n_bars;           /* as many as it took, up to the warm-up */
  guint8 wanted;            /* whether this instrument is to be traded */
  guint8 overflowed;        /* no more signals */
  guint8 cancels;           /* they were asked to be cancelled */
  guint8 target;            /* Target */
  guint8 asked;             /* Target for which the orders were given */
} State;

/* What stands behind it may hold 128 bit integers. */
G_STATIC_ASSERT (sizeof (State) % 16 == 0);

typedef struct
{
  PstDirection direction;
  PstMoney *order_value;      /* nullable */
  PstDecimal *order_size;     /* nullable */
  PstDecimal *order_fraction; /* nullable */
  char **instruments;         /* nullable: all */
  GPtrArray *members;         /* not owned: they live as long as the run */
  gboolean is_member;
  guint warm_up;

  guint8 *states; /* by instrument, stride bytes each */
  gsize stride;
  guint n_states;
  guint n_allocated;
} PstSignalStrategyPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstSignalStrategy, pst_signal_strategy, PST_TYPE_STRATEGY)

enum
{
  PROP_DIRECTION = 1,
  PROP_ORDER_VALUE,
  PROP_ORDER_SIZE,
  PROP_ORDER_FRACTION,
  PROP_INSTRUMENTS,
};

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

static gboolean
is_wanted (PstSignalStrategy *self, guint32 index)
{
  const char *const *names = (const char *const *)private_of (self)->instruments;
  const PstInstrument *instrument = find_instrument (self, index);

  return !names || !*names || g_strv_contains (names, instrument->id) || g_strv_contains (names, instrument->symbol);
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
      state->wanted = is_wanted (self, private->n_states);
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

static gint64
size_of_fraction (PstSignalStrategy *self, const PstInstrument *instrument, gint64 price)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  const PstDecimal *fraction = private_of (self)->order_fraction;
  guint n_unpriced;
  PstMoney equity = pst_context_get_equity (context, &n_unpriced);
  gint64 value, size;

  if (equity.currency != instrument->quote || equity.amount <= 0
      || !pst_mantissa_multiply (equity.amount, fraction->mantissa, fraction->scale, 0, PST_ROUND_DOWN, &value)
      || !pst_instrument_size_for (instrument, value, price, &size))
    return 0;
  return size;
}

/* 0 when nothing can be bought: another currency, too dear, too large. */
static gint64
opening_size (PstSignalStrategy *self, const PstInstrument *instrument, gint64 price)
{
  const PstSignalStrategyPrivate *private = private_of (self);
  gint64 size = 0;

  if (private->order_fraction)
    return size_of_fraction (self, instrument, price);
  if (private->order_size)
    {
      if (!pst_decimal_rescale (private->order_size, instrument->size_scale, PST_ROUND_DOWN, &size, NULL))
        return 0;
      return size - size % instrument->size_step;
    }
  if (private->order_value->currency != instrument->quote || !pst_instrument_size_for (instrument, private->order_value->amount, price, &size))
    return 0;
  return size;
}

static gboolean
has_orders (const State *state)
{
  return state->orders[ORDER_CLOSING] != 0 || state->orders[ORDER_OPENING] != 0;
}

static void
open_position (PstSignalStrategy *self, State *state, guint32 instrument, gint64 price)
{
  gint64 size = opening_size (self, find_instrument (self, instrument), price);
  PstSide side = state->target == TARGET_LONG ? PST_SIDE_BUY : PST_SIDE_SELL;

  if (size > 0)
    state->orders[ORDER_OPENING] = pst_strategy_submit_market (PST_STRATEGY (self), instrument, side, size);
}

/* From what is held to what is wanted. */
static void
follow_target (PstSignalStrategy *self, State *state, guint32 instrument, gint64 price)
{
  gint64 held = pst_strategy_get_position (PST_STRATEGY (self), instrument)->quantity;
  gint wanted = state->target == TARGET_LONG ? 1 : state->target == TARGET_SHORT ? -1 : 0;

  if (state->target == TARGET_NONE || (held > 0) - (held < 0) == wanted)
    return;
  state->asked = state->target;
  if (held != 0)
    state->orders[ORDER_CLOSING] = pst_strategy_submit_market (PST_STRATEGY (self), instrument, held > 0 ? PST_SIDE_SELL : PST_SIDE_BUY, ABS (held));
  if (wanted != 0)
    open_position (self, state, instrument, price);
}

/* What becomes of them is told by on_order, also of those that are over already. */
static void
cancel_orders (PstSignalStrategy *self, State *state)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  state->cancels = TRUE;
  for (guint i = 0; i < N_ORDERS; i++)
    if (state->orders[i] != 0)
      pst_context_cancel (context, state->orders[i], NULL);
}

/* An entry that the direction allows comes first; an exit ends only the position that it is about. */
static Target
aim (PstDirection direction, const State *state, PstSignal signal)
{
  gboolean may_long = direction != PST_DIRECTION_SHORT, may_short = direction != PST_DIRECTION_LONG;

  if ((signal & PST_SIGNAL_ENTER_LONG) && may_long)
    return TARGET_LONG;
  if ((signal & PST_SIGNAL_ENTER_SHORT) && may_short)
    return TARGET_SHORT;
  if ((signal & PST_SIGNAL_EXIT_LONG) && may_long && state->target != TARGET_SHORT)
    return TARGET_FLAT;
  if ((signal & PST_SIGNAL_EXIT_SHORT) && may_short && state->target != TARGET_LONG)
    return TARGET_FLAT;
  return TARGET_NONE;
}

static void
on_signal (PstSignalStrategy *self, State *state, const PstEvent *event, PstSignal signal)
{
  Target target = aim (private_of (self)->direction, state, signal);

  if (target == TARGET_NONE)
    return;
  state->target = target;
  if (!has_orders (state))
    follow_target (self, state, event->instrument, event->bar.close);
  else if (state->target != state->asked)
    cancel_orders (self, state);
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
    }
}

/* FALSE when it is none of the working ones. */
static gboolean
forget_order (State *state, guint64 id)
{
  for (guint i = 0; i < N_ORDERS; i++)
    if (state->orders[i] == id)
      {
        state->orders[i] = 0;
        return TRUE;
      }
  return FALSE;
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

  if (instrument >= private->n_states || !pst_order_state_is_final (order->state))
    return;
  state = state_of (private, instrument);
  if (!forget_order (state, order->id))
    return;
  if (order->state != PST_ORDER_STATE_FILLED && state->target == state->asked && !state->cancels)
    state->target = TARGET_NONE;
  if (has_orders (state))
    return;
  state->cancels = FALSE;
  follow_target (self, state, instrument, pst_context_get_mark (context, instrument)->price);
}

static gboolean
check_sizes (const PstSignalStrategyPrivate *private, GError **error)
{
  int n_sizes = (private->order_value != NULL) + (private->order_size != NULL) + (private->order_fraction != NULL);

  if (n_sizes != 1)
    {
      g_set_error (error, PST_OPTION_ERROR, n_sizes ? PST_OPTION_ERROR_CONFLICT : PST_OPTION_ERROR_MISSING,
                   "%s of order-value, order-size and order-fraction %s set; set exactly one, for example order-value=10000 USD",
                   n_sizes ? "more than one" : "none", n_sizes ? "are" : "is");
      return FALSE;
    }
  if ((private->order_size && private->order_size->mantissa == 0) || (private->order_fraction && private->order_fraction->mantissa == 0))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "%s is 0; it must be above 0",
                   private->order_size ? "order-size" : "order-fraction");
      return FALSE;
    }
  return TRUE;
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
  return owner != NULL ? pst_signal_members_check_silent (self, owner, error) : check_sizes (private, error);
}

static gboolean
pst_signal_strategy_start (PstComponent *component, GError **error)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (component);

  clear_states (self);
  private_of (self)->stride = (sizeof (State) + PST_SIGNAL_STRATEGY_GET_CLASS (self)->state_size + 15) & ~(gsize)15;
  private_of (self)->warm_up = pst_signal_strategy_get_warm_up (self);
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
  char **names = private_of (self)->instruments;

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
  const PstSignalStrategyPrivate *private = private_of (PST_SIGNAL_STRATEGY (object));

  switch (property_id)
    {
    case PROP_DIRECTION:
      g_value_set_enum (value, (int)private->direction);
      break;
    case PROP_ORDER_VALUE:
      g_value_set_boxed (value, private->order_value);
      break;
    case PROP_ORDER_SIZE:
      g_value_set_boxed (value, private->order_size);
      break;
    case PROP_ORDER_FRACTION:
      g_value_set_boxed (value, private->order_fraction);
      break;
    case PROP_INSTRUMENTS:
      g_value_set_boxed (value, private->instruments);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_signal_strategy_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  PstSignalStrategyPrivate *private = private_of (PST_SIGNAL_STRATEGY (object));

  switch (property_id)
    {
    case PROP_DIRECTION:
      private
      ->direction = (PstDirection)g_value_get_enum (value);
      break;
    case PROP_ORDER_VALUE:
      g_clear_pointer (&private->order_value, pst_money_free);
      private->order_value = g_value_dup_boxed (value);
      break;
    case PROP_ORDER_SIZE:
      g_clear_pointer (&private->order_size, pst_decimal_free);
      private->order_size = g_value_dup_boxed (value);
      break;
    case PROP_ORDER_FRACTION:
      g_clear_pointer (&private->order_fraction, pst_decimal_free);
      private->order_fraction = g_value_dup_boxed (value);
      break;
    case PROP_INSTRUMENTS:
      g_clear_pointer (&private->instruments, g_strfreev);
      private->instruments = g_value_dup_boxed (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
pst_signal_strategy_finalize (GObject *object)
{
  PstSignalStrategy *self = PST_SIGNAL_STRATEGY (object);
  PstSignalStrategyPrivate *private = private_of (self);

  clear_states (self);
  g_clear_pointer (&private->order_value, pst_money_free);
  g_clear_pointer (&private->order_size, pst_decimal_free);
  g_clear_pointer (&private->order_fraction, pst_decimal_free);
  g_clear_pointer (&private->instruments, g_strfreev);
  g_ptr_array_unref (private->members);
  G_OBJECT_CLASS (pst_signal_strategy_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  g_object_class_install_property (object_class, PROP_DIRECTION,
                                   g_param_spec_enum ("direction", "Direction",
                                                      "Whether to be long after a signal to buy, short after one to sell, or both",
                                                      PST_TYPE_DIRECTION, PST_DIRECTION_LONG, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (
      object_class, PROP_ORDER_VALUE,
      pst_param_spec_money ("order-value", "Order value", "What a position is opened for, in the quote currency", TRUE, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_ORDER_SIZE,
                                   pst_param_spec_decimal ("order-size", "Order size",
                                                           "Quantity with which a position is opened; instead of order-value", "0", "1000000000",
                                                           NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_ORDER_FRACTION,
                                   pst_param_spec_decimal ("order-fraction", "Order fraction",
                                                           "Share of the run's equity for which a position is opened; instead of order-value", "0",
                                                           "1", NULL, PST_OPTION_READWRITE | PST_OPTION_RATE));
  g_object_class_install_property (object_class, PROP_INSTRUMENTS,
                                   g_param_spec_boxed ("instruments", "Instruments", "Ids (AAPL.US) or symbols (AAPL) to trade; all when not set",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
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
  install_properties (object_class);
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

  return private_of (strategy)->direction;
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
 * pst_signal_strategy_evaluate:
 * @strategy: a strategy whose options are set
 * @bars: (array length=n_bars): bars of one instrument, the oldest first
 * @n_bars: how many
 * @signals: (out caller-allocates): #PstSignal of each bar, @n_bars bytes
 *
 * Tells what each bar says, without a run, a context or orders: the same that the event engine hears. Any thread, but one at a time.
 *
 * Returns: how many bars it took; fewer than @n_bars when a sum overflowed
 */
gsize
pst_signal_strategy_evaluate (PstSignalStrategy *strategy, const PstBar *bars, gsize n_bars, guint8 *signals)
{
  PstSignalStrategyClass *klass;
  gpointer state;
  gsize n = 0;

  g_return_val_if_fail (PST_IS_SIGNAL_STRATEGY (strategy), 0);
  g_return_val_if_fail (bars != NULL && signals != NULL, 0);

  klass = PST_SIGNAL_STRATEGY_GET_CLASS (strategy);
  state = pst_signal_strategy_new_state (strategy);
  for (; n < n_bars; n++)
    {
      PstSignal signal = PST_SIGNAL_NONE;

      if (!klass->on_bar (strategy, state, &bars[n], &signal))
        break;
      signals[n] = (guint8)signal;
    }
  pst_signal_strategy_free_state (strategy, state);
  return n;
}
