/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The return of each instrument over the last bars, against a threshold. */
#include "pst-momentum.h"

typedef struct
{
  PstReturn change;
} State;

struct _PstMomentum
{
  PstSignalStrategy parent_instance;

  guint period;
  double threshold;
};

G_DEFINE_FINAL_TYPE (PstMomentum, pst_momentum, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("momentum", STRATEGY, PstMomentum, pst_momentum_get_type)

static void
pst_momentum_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstMomentum *self = PST_MOMENTUM (strategy);
  State *state = data;

  pst_return_init (&state->change, self->period);
}

static void
pst_momentum_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_return_clear (&state->change);
}

static inline PstSignal
judge (const PstMomentum *self, double change)
{
  if (change > self->threshold)
    return PST_SIGNAL_BUY;
  return change < -self->threshold ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
}

static gboolean
pst_momentum_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstMomentum *self = (const PstMomentum *)strategy;
  State *state = data;

  if (pst_return_append (&state->change, bar->close))
    *signal = judge (self, state->change.value);
  return TRUE;
}

/* Where there is no return it is NaN, which is on no side of anything. */
static gsize
pst_momentum_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstMomentum *self = (const PstMomentum *)strategy;
  const PstIndicatorColumn *change = pst_indicator_columns_get (columns, PST_INDICATOR_RETURN, self->period, 0, 0);

  for (gsize i = 0; i < change->n_bars; i++)
    signals[i] = (guint8)judge (self, change->values[i]);
  return change->n_bars;
}

static guint
pst_momentum_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_MOMENTUM (strategy)->period;
}

static void
pst_momentum_class_init (PstMomentumClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_momentum_init_state;
  signal_class->clear_state = pst_momentum_clear_state;
  signal_class->on_bar = pst_momentum_on_bar;
  signal_class->on_columns = pst_momentum_on_columns;
  signal_class->get_warm_up = pst_momentum_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("period", "Period", "Bars over which the return is taken", 1, 100000, 20, with_default), PstMomentum,
                 period);
  PST_OPTION_IN (
      klass, g_param_spec_double ("threshold", "Threshold", "Return above which to buy; below its negative to sell", 0.0, 100.0, 0.05, with_default),
      PstMomentum, threshold);
}

static void
pst_momentum_init (PstMomentum *self)
{
}
