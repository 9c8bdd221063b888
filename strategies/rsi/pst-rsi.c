/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of each instrument, and which levels it crosses. */
#include "pst-rsi.h"

#include <string.h>

typedef struct
{
  PstRsi rsi;
  double before; /* one bar before; negative at first */
} State;

struct _PstRsiStrategy
{
  PstSignalStrategy parent_instance;

  guint period;
  double oversold;
  double overbought;
  PstRsiKind smoothing;
};

G_DEFINE_FINAL_TYPE (PstRsiStrategy, pst_rsi_strategy, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("rsi", STRATEGY, PstRsiStrategy, pst_rsi_strategy_get_type)

static GType smoothing_get_type (void);
G_DEFINE_ENUM_TYPE (PstRsiSmoothing, smoothing, G_DEFINE_ENUM_VALUE (PST_RSI_WILDER, "wilder"), G_DEFINE_ENUM_VALUE (PST_RSI_SIMPLE, "simple"))

static void
pst_rsi_strategy_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstRsiStrategy *self = PST_RSI_STRATEGY (strategy);
  State *state = data;

  pst_rsi_init (&state->rsi, self->period, self->smoothing);
  state->before = -1.0;
}

static void
pst_rsi_strategy_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_rsi_clear (&state->rsi);
}

/* @before: one bar before; negative at first */
static inline PstSignal
judge (const PstRsiStrategy *self, double before, double value)
{
  if (before >= self->oversold && value < self->oversold)
    return PST_SIGNAL_BUY;
  if (before >= 0.0 && before <= self->overbought && value > self->overbought)
    return PST_SIGNAL_SELL;
  return PST_SIGNAL_NONE;
}

static gboolean
pst_rsi_strategy_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstRsiStrategy *self = (const PstRsiStrategy *)strategy;
  State *state = data;
  gboolean ready;

  if (!pst_rsi_append (&state->rsi, bar->close, &ready))
    return FALSE;
  if (!ready)
    return TRUE;
  *signal = judge (self, state->before, state->rsi.value);
  state->before = state->rsi.value;
  return TRUE;
}

static gsize
pst_rsi_strategy_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstRsiStrategy *self = (const PstRsiStrategy *)strategy;
  const PstIndicatorColumn *rsi = pst_indicator_columns_get (columns, PST_INDICATOR_RSI, self->period, self->smoothing, 0);
  gsize first = MIN (rsi->first, rsi->n_bars);
  double before = -1.0;

  memset (signals, PST_SIGNAL_NONE, first);
  for (gsize i = first; i < rsi->n_bars; i++)
    {
      signals[i] = (guint8)judge (self, before, rsi->values[i]);
      before = rsi->values[i];
    }
  return rsi->n_bars;
}

static guint
pst_rsi_strategy_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_RSI_STRATEGY (strategy)->period + 1;
}

static gboolean
pst_rsi_strategy_prepare (PstComponent *component, GError **error)
{
  PstRsiStrategy *self = PST_RSI_STRATEGY (component);

  if (self->oversold < self->overbought)
    return PST_COMPONENT_CLASS (pst_rsi_strategy_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "oversold is %g and overbought is %g; oversold must be below overbought",
               self->oversold, self->overbought);
  return FALSE;
}

static void
pst_rsi_strategy_class_init (PstRsiStrategyClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_rsi_strategy_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_rsi_strategy_init_state;
  signal_class->clear_state = pst_rsi_strategy_clear_state;
  signal_class->on_bar = pst_rsi_strategy_on_bar;
  signal_class->on_columns = pst_rsi_strategy_on_columns;
  signal_class->get_warm_up = pst_rsi_strategy_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("period", "Period", "Changes in the index", 1, 100000, 14, with_default), PstRsiStrategy, period);
  PST_OPTION_IN (klass, g_param_spec_double ("oversold", "Oversold", "Level below which to buy", 0.0, 100.0, 30.0, with_default), PstRsiStrategy,
                 oversold);
  PST_OPTION_IN (klass, g_param_spec_double ("overbought", "Overbought", "Level above which to sell", 0.0, 100.0, 70.0, with_default), PstRsiStrategy,
                 overbought);
  PST_OPTION_IN (
      klass, g_param_spec_enum ("smoothing", "Smoothing", "How gains and losses are averaged", smoothing_get_type (), PST_RSI_WILDER, with_default),
      PstRsiStrategy, smoothing);
}

static void
pst_rsi_strategy_init (PstRsiStrategy *self)
{
}
