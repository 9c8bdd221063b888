/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two exponential averages of closes, and which way they cross. */
#include "pst-ema-cross.h"

#include <string.h>

typedef struct
{
  PstEma fast;
  PstEma slow;
  gint8 relation; /* of fast to slow one bar before */
} State;

struct _PstEmaCross
{
  PstSignalStrategy parent_instance;

  guint fast;
  guint slow;
  PstEmaKind begin;
};

G_DEFINE_FINAL_TYPE (PstEmaCross, pst_ema_cross, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("ema-cross", STRATEGY, PstEmaCross, pst_ema_cross_get_type)

static GType begin_get_type (void);
G_DEFINE_ENUM_TYPE (PstEmaCrossBegin, begin, G_DEFINE_ENUM_VALUE (PST_EMA_MEAN, "mean"), G_DEFINE_ENUM_VALUE (PST_EMA_FIRST, "first"),
                    G_DEFINE_ENUM_VALUE (PST_EMA_ADJUSTED, "adjusted"))

static void
pst_ema_cross_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstEmaCross *self = PST_EMA_CROSS (strategy);
  State *state = data;

  pst_ema_init (&state->fast, self->fast, self->begin);
  pst_ema_init (&state->slow, self->slow, self->begin);
  state->relation = PST_SIGNAL_UNKNOWN;
}

static inline PstSignal
judge (gint8 *relation, double fast, double slow)
{
  return pst_signal_cross (relation, (fast > slow) - (fast < slow));
}

static gboolean
pst_ema_cross_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;
  gboolean fast_ready = pst_ema_append (&state->fast, (double)bar->close), slow_ready = pst_ema_append (&state->slow, (double)bar->close);

  if (fast_ready && slow_ready)
    *signal = judge (&state->relation, state->fast.value, state->slow.value);
  return TRUE;
}

static gsize
pst_ema_cross_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstEmaCross *self = (const PstEmaCross *)strategy;
  const PstIndicatorColumn *fast = pst_indicator_columns_get (columns, PST_INDICATOR_EMA, self->fast, self->begin, 0);
  const PstIndicatorColumn *slow = pst_indicator_columns_get (columns, PST_INDICATOR_EMA, self->slow, self->begin, 0);
  gint8 relation = PST_SIGNAL_UNKNOWN;

  memset (signals, PST_SIGNAL_NONE, slow->first);
  for (gsize i = slow->first; i < slow->n_bars; i++)
    signals[i] = (guint8)judge (&relation, fast->values[i], slow->values[i]);
  return slow->n_bars;
}

static guint
pst_ema_cross_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_EMA_CROSS (strategy)->slow;
}

static gboolean
pst_ema_cross_prepare (PstComponent *component, GError **error)
{
  PstEmaCross *self = PST_EMA_CROSS (component);

  if (self->fast < self->slow)
    return PST_COMPONENT_CLASS (pst_ema_cross_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "fast is %u and slow is %u; fast must be below slow", self->fast, self->slow);
  return FALSE;
}

static void
pst_ema_cross_class_init (PstEmaCrossClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_ema_cross_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_ema_cross_init_state;
  signal_class->on_bar = pst_ema_cross_on_bar;
  signal_class->on_columns = pst_ema_cross_on_columns;
  signal_class->get_warm_up = pst_ema_cross_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("fast", "Fast period", "Period of the fast average; below slow", 1, 100000, 12, with_default), PstEmaCross,
                 fast);
  PST_OPTION_IN (klass, g_param_spec_uint ("slow", "Slow period", "Period of the slow average", 2, 100000, 26, with_default), PstEmaCross, slow);
  PST_OPTION_IN (klass,
                 g_param_spec_enum ("begin", "Begin",
                                    "How the averages begin: with the mean of the first bars, the first bar, or weights that sum to one",
                                    begin_get_type (), PST_EMA_MEAN, with_default),
                 PstEmaCross, begin);
}

static void
pst_ema_cross_init (PstEmaCross *self)
{
}
