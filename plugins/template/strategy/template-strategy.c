/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy: buys after a number of rising bars, sells after as many falling ones. Shows state for each instrument, whole
 * frames, and what to do when an order comes to nothing. */

#include <penstock.h>

#define TEMPLATE_STRATEGY_TYPE (template_strategy_get_type ())
G_DECLARE_FINAL_TYPE (TemplateStrategy, template_strategy, PLUGIN, TEMPLATE_STRATEGY, PstStrategy)

typedef struct
{
  gint64 last_close; /* 0 before the first bar */
  gint streak;       /* rising bars above 0, falling below */
  gboolean pending;  /* an order is on its way: do not ask again */
} State;

struct _TemplateStrategy
{
  PstStrategy parent_instance;

  guint bars;
  PstMoney *order_value;
  GArray *states; /* State by instrument index */
};

G_DEFINE_FINAL_TYPE (TemplateStrategy, template_strategy, PST_TYPE_STRATEGY)

PST_DEFINE_PLUGIN ("template-strategy", STRATEGY, TemplateStrategy, template_strategy_get_type)

enum
{
  PROP_BARS = 1,
  PROP_ORDER_VALUE,
  N_PROPS,
};

/* Instruments may appear while the run goes on. */
static State *
get_state (TemplateStrategy *self, guint32 instrument)
{
  if (instrument >= self->states->len)
    g_array_set_size (self->states, instrument + 1);
  return &g_array_index (self->states, State, instrument);
}

static void
submit (TemplateStrategy *self, State *state, guint32 instrument, PstSide side, gint64 quantity)
{
  if (quantity > 0)
    state->pending = pst_strategy_submit_market (PST_STRATEGY (self), instrument, side, quantity) != 0;
}

static void
decide (TemplateStrategy *self, State *state, const PstEvent *event)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), event->instrument);
  const PstPosition *position = pst_strategy_get_position (PST_STRATEGY (self), event->instrument);
  gint64 quantity;

  if (state->pending)
    return;
  if (state->streak >= (gint)self->bars && position->quantity == 0)
    {
      if (pst_instrument_size_for (instrument, self->order_value->amount, event->bar.close, &quantity))
        submit (self, state, event->instrument, PST_SIDE_BUY, quantity);
    }
  else if (state->streak <= -(gint)self->bars && position->quantity > 0)
    {
      submit (self, state, event->instrument, PST_SIDE_SELL, position->quantity);
    }
}

/* A frame holds everything of one moment: update all states, then decide. */
static void
template_strategy_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  TemplateStrategy *self = PLUGIN_TEMPLATE_STRATEGY (strategy);

  for (guint32 i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];
      State *state;

      if (event->kind != PST_EVENT_BAR)
        continue;
      state = get_state (self, event->instrument);
      if (state->last_close)
        {
          if (event->bar.close > state->last_close)
            state->streak = MAX (state->streak, 0) + 1;
          else if (event->bar.close < state->last_close)
            state->streak = MIN (state->streak, 0) - 1;
          else
            state->streak = 0;
        }
      state->last_close = event->bar.close;
      decide (self, state, event);
    }
}

/* However an order ends, the next decision is free again: denied and rejected ones are no errors. */
static void
template_strategy_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  if (pst_order_state_is_final (order->state))
    get_state (PLUGIN_TEMPLATE_STRATEGY (strategy), order->request.instrument)->pending = FALSE;
}

static gboolean
template_strategy_prepare (PstComponent *component, GError **error)
{
  TemplateStrategy *self = PLUGIN_TEMPLATE_STRATEGY (component);

  if (self->order_value)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "order-value is not set; give an amount, for example \"1000 USD\"");
  return FALSE;
}

static void
template_strategy_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  TemplateStrategy *self = PLUGIN_TEMPLATE_STRATEGY (object);

  if (property_id == PROP_BARS)
    g_value_set_uint (value, self->bars);
  else if (property_id == PROP_ORDER_VALUE)
    g_value_set_boxed (value, self->order_value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
template_strategy_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  TemplateStrategy *self = PLUGIN_TEMPLATE_STRATEGY (object);

  if (property_id == PROP_BARS)
    {
      self->bars = g_value_get_uint (value);
    }
  else if (property_id == PROP_ORDER_VALUE)
    {
      g_clear_pointer (&self->order_value, pst_money_free);
      self->order_value = g_value_dup_boxed (value);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
template_strategy_finalize (GObject *object)
{
  TemplateStrategy *self = PLUGIN_TEMPLATE_STRATEGY (object);

  g_array_unref (self->states);
  g_clear_pointer (&self->order_value, pst_money_free);
  G_OBJECT_CLASS (template_strategy_parent_class)->finalize (object);
}

static void
template_strategy_class_init (TemplateStrategyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = template_strategy_get_property;
  object_class->set_property = template_strategy_set_property;
  object_class->finalize = template_strategy_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = template_strategy_prepare;
  PST_STRATEGY_CLASS (klass)->on_frame = template_strategy_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = template_strategy_on_order;

  g_object_class_install_property (
      object_class, PROP_BARS,
      g_param_spec_uint ("bars", "Bars", "How many bars must rise, or fall, in a row", 1, 1000, 3, PST_OPTION_READWRITE | G_PARAM_CONSTRUCT));
  g_object_class_install_property (object_class, PROP_ORDER_VALUE,
                                   pst_param_spec_money ("order-value", "Order value", "What to buy for, in the instrument's quote currency", TRUE,
                                                         PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
}

static void
template_strategy_init (TemplateStrategy *self)
{
  self->states = g_array_new (FALSE, TRUE, sizeof (State));
}
