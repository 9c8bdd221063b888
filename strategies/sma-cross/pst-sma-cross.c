/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two exact moving sums of closes for each instrument, and what to hold after they cross. A crossing sets a target; orders lead to it: one
 * that closes what is held, one that opens what is wanted, so that no want of cash and no limit on the new position keeps it in the old one. A
 * crossing that meets working orders cancels them first, so that no signal is lost to a slow fill. */

#include "pst-sma-cross.h"

#include <string.h>

typedef enum
{
  TARGET_NONE, /* no crossing yet, or the last one came to nothing */
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

typedef struct
{
  PstSma fast;
  PstSma slow;
  gint8 relation;           /* of fast to slow one bar before: -1, 0, 1 */
  gboolean compared;        /* whether relation is known */
  gboolean wanted;          /* whether this instrument is to be traded */
  gboolean overflowed;      /* sums do not fit: no more signals */
  guint8 target;            /* Target */
  guint8 asked;             /* Target for which the orders were given */
  gboolean cancels;         /* they were asked to be cancelled */
  guint64 orders[N_ORDERS]; /* working orders, 0 for none */
} State;

struct _PstSmaCross
{
  PstStrategy parent_instance;

  PstSmaCrossOptions options;
  GArray *states; /* State by instrument index */
};

G_DEFINE_FINAL_TYPE (PstSmaCross, pst_sma_cross, PST_TYPE_STRATEGY)

PST_DEFINE_PLUGIN ("sma-cross", STRATEGY, PstSmaCross, pst_sma_cross_get_type)

PstSmaCrossOptions *
pst_sma_cross_get_options (PstSmaCross *self)
{
  return &self->options;
}

static void
state_clear (gpointer data)
{
  State *state = data;

  pst_sma_clear (&state->fast);
  pst_sma_clear (&state->slow);
}

static const PstInstrument *
find_instrument (PstSmaCross *self, guint32 index)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  return pst_instrument_table_get (pst_context_get_instruments (context), index);
}

static gboolean
is_wanted (PstSmaCross *self, guint32 index)
{
  const char *const *names = (const char *const *)self->options.instruments;
  const PstInstrument *instrument = find_instrument (self, index);

  return !names || !*names || g_strv_contains (names, instrument->id) || g_strv_contains (names, instrument->symbol);
}

/* Instruments may appear while the run goes on. */
static void
add_states (PstSmaCross *self, guint32 instrument)
{
  while (self->states->len <= instrument)
    {
      State state = { .wanted = is_wanted (self, self->states->len) };

      pst_sma_init (&state.fast, self->options.fast);
      pst_sma_init (&state.slow, self->options.slow);
      g_array_append_val (self->states, state);
    }
}

static gint64
size_of_fraction (PstSmaCross *self, const PstInstrument *instrument, gint64 price)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  const PstDecimal *fraction = self->options.order_fraction;
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
opening_size (PstSmaCross *self, const PstInstrument *instrument, gint64 price)
{
  const PstSmaCrossOptions *options = &self->options;
  gint64 size = 0;

  if (options->order_fraction)
    return size_of_fraction (self, instrument, price);
  if (options->order_size)
    {
      if (!pst_decimal_rescale (options->order_size, instrument->size_scale, PST_ROUND_DOWN, &size, NULL))
        return 0;
      return size - size % instrument->size_step;
    }
  if (options->order_value->currency != instrument->quote || !pst_instrument_size_for (instrument, options->order_value->amount, price, &size))
    return 0;
  return size;
}

static gboolean
has_orders (const State *state)
{
  return state->orders[ORDER_CLOSING] != 0 || state->orders[ORDER_OPENING] != 0;
}

static void
open_position (PstSmaCross *self, State *state, guint32 instrument, gint64 price)
{
  gint64 size = opening_size (self, find_instrument (self, instrument), price);
  PstSide side = state->target == TARGET_LONG ? PST_SIDE_BUY : PST_SIDE_SELL;

  if (size > 0)
    state->orders[ORDER_OPENING] = pst_strategy_submit_market (PST_STRATEGY (self), instrument, side, size);
}

/* From what is held to what is wanted. */
static void
follow_target (PstSmaCross *self, State *state, guint32 instrument, gint64 price)
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
cancel_orders (PstSmaCross *self, State *state)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));

  state->cancels = TRUE;
  for (guint i = 0; i < N_ORDERS; i++)
    if (state->orders[i] != 0)
      pst_context_cancel (context, state->orders[i], NULL);
}

static void
on_crossing (PstSmaCross *self, State *state, const PstEvent *event, gboolean up)
{
  PstSmaCrossDirection direction = self->options.direction;

  if (up)
    state->target = direction == PST_SMA_CROSS_SHORT ? TARGET_FLAT : TARGET_LONG;
  else
    state->target = direction == PST_SMA_CROSS_LONG ? TARGET_FLAT : TARGET_SHORT;
  if (!has_orders (state))
    follow_target (self, state, event->instrument, event->bar.close);
  else if (state->target != state->asked)
    cancel_orders (self, state);
}

static void
on_overflow (PstSmaCross *self, State *state, guint32 instrument)
{
  state->overflowed = TRUE;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_ERROR, "strategy", "Moving sum overflows",
                             "the sum of %u closes of %s does not fit 64 bits; it gets no more signals", self->options.slow,
                             find_instrument (self, instrument)->id);
}

/* Above now and at or below one bar before is a crossing up; the other way round one down. */
static inline void
on_bar (PstSmaCross *self, State *state, const PstEvent *event)
{
  gint relation, before = state->relation;

  if (G_UNLIKELY (!pst_sma_append (&state->fast, event->bar.close) || !pst_sma_append (&state->slow, event->bar.close)))
    {
      on_overflow (self, state, event->instrument);
      return;
    }
  if (!pst_sma_is_ready (&state->slow))
    return;
  relation = pst_sma_compare (&state->fast, &state->slow);
  state->relation = (gint8)relation;
  if (G_UNLIKELY (!state->compared))
    state->compared = TRUE;
  else if (relation > 0 && before <= 0)
    on_crossing (self, state, event, TRUE);
  else if (relation < 0 && before >= 0)
    on_crossing (self, state, event, FALSE);
}

static void
pst_sma_cross_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  PstSmaCross *self = (PstSmaCross *)strategy;

  for (guint32 i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      State *state;

      if (event->kind != PST_EVENT_BAR)
        continue;
      if (G_UNLIKELY (event->instrument >= self->states->len))
        add_states (self, event->instrument);
      state = &g_array_index (self->states, State, event->instrument);
      if (state->wanted && !state->overflowed)
        on_bar (self, state, event);
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

/* An order that was refused is not asked for again before the next crossing. */
static void
pst_sma_cross_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  PstSmaCross *self = PST_SMA_CROSS (strategy);
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  guint32 instrument = order->request.instrument;
  State *state;

  if (instrument >= self->states->len || !pst_order_state_is_final (order->state))
    return;
  state = &g_array_index (self->states, State, instrument);
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
pst_sma_cross_prepare (PstComponent *component, GError **error)
{
  return pst_sma_cross_options_check (&PST_SMA_CROSS (component)->options, error);
}

static gboolean
pst_sma_cross_start (PstComponent *component, GError **error)
{
  g_array_set_size (PST_SMA_CROSS (component)->states, 0);
  return TRUE;
}

static gboolean
was_seen (PstSmaCross *self, const char *name)
{
  for (guint i = 0; i < self->states->len; i++)
    {
      const PstInstrument *instrument = find_instrument (self, i);

      if (strcmp (instrument->id, name) == 0 || strcmp (instrument->symbol, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A name that never came is most likely a mistake, and the run can only know at its end. */
static void
pst_sma_cross_stop (PstComponent *component)
{
  PstSmaCross *self = PST_SMA_CROSS (component);

  for (gsize i = 0; self->options.instruments && self->options.instruments[i]; i++)
    if (!was_seen (self, self->options.instruments[i]))
      pst_component_raise_alert (component, PST_SEVERITY_WARNING, "strategy", "Instrument never seen",
                                 "there were no bars of \"%s\"; check instruments", self->options.instruments[i]);
}

static void
pst_sma_cross_finalize (GObject *object)
{
  PstSmaCross *self = PST_SMA_CROSS (object);

  g_array_unref (self->states);
  pst_sma_cross_options_clear (&self->options);
  G_OBJECT_CLASS (pst_sma_cross_parent_class)->finalize (object);
}

static void
pst_sma_cross_class_init (PstSmaCrossClass *klass)
{
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_sma_cross_finalize;
  component_class->prepare = pst_sma_cross_prepare;
  component_class->start = pst_sma_cross_start;
  component_class->stop = pst_sma_cross_stop;
  PST_STRATEGY_CLASS (klass)->on_frame = pst_sma_cross_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = pst_sma_cross_on_order;
  pst_sma_cross_options_install (G_OBJECT_CLASS (klass));
}

static void
pst_sma_cross_init (PstSmaCross *self)
{
  self->states = g_array_new (FALSE, TRUE, sizeof (State));
  g_array_set_clear_func (self->states, state_clear);
}
