/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The return over the last bars, believed to enter only where the volume is far above its mean. */
#include "pst-volume-momentum.h"

#include <string.h>

typedef struct
{
  PstReturn change;
  PstSma volume;
} State;

struct _PstVolumeMomentum
{
  PstSignalStrategy parent_instance;

  guint period;
  guint volume_period;
  double threshold;
  double volume_factor;
};

G_DEFINE_FINAL_TYPE (PstVolumeMomentum, pst_volume_momentum, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("volume-momentum", STRATEGY, PstVolumeMomentum, pst_volume_momentum_get_type)

static void
pst_volume_momentum_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstVolumeMomentum *self = PST_VOLUME_MOMENTUM (strategy);
  State *state = data;

  pst_return_init (&state->change, self->period);
  pst_sma_init (&state->volume, self->volume_period);
}

static void
pst_volume_momentum_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_return_clear (&state->change);
  pst_sma_clear (&state->volume);
}

static inline PstSignal
judge (const PstVolumeMomentum *self, double change, gint64 volume, gint64 volume_sum)
{
  gboolean loud = (double)volume * self->volume_period > self->volume_factor * (double)volume_sum;

  if (change > self->threshold)
    return loud ? PST_SIGNAL_BUY : PST_SIGNAL_EXIT_SHORT;
  if (change < -self->threshold)
    return loud ? PST_SIGNAL_SELL : PST_SIGNAL_EXIT_LONG;
  return PST_SIGNAL_NONE;
}

static gboolean
pst_volume_momentum_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstVolumeMomentum *self = (const PstVolumeMomentum *)strategy;
  State *state = data;
  gboolean ready = pst_return_append (&state->change, bar->close);

  if (!pst_sma_append (&state->volume, bar->volume))
    return FALSE;
  if (ready && pst_sma_is_ready (&state->volume))
    *signal = judge (self, state->change.value, bar->volume, state->volume.sum);
  return TRUE;
}

/* Where there is no return it is NaN, which is on no side of anything. */
static gsize
pst_volume_momentum_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstVolumeMomentum *self = (const PstVolumeMomentum *)strategy;
  const PstIndicatorColumn *change = pst_indicator_columns_get (columns, PST_INDICATOR_RETURN, self->period, 0, 0);
  const PstIndicatorColumn *volume = pst_indicator_columns_get (columns, PST_INDICATOR_VOLUME_SUM, self->volume_period, 0, 0);
  const gint64 *volumes = pst_indicator_columns_get_bars (columns)->volume;

  memset (signals, PST_SIGNAL_NONE, volume->first);
  for (gsize i = volume->first; i < volume->n_bars; i++)
    signals[i] = (guint8)judge (self, change->values[i], volumes[i], volume->integers[i]);
  return volume->n_bars;
}

static guint
pst_volume_momentum_get_warm_up (PstSignalStrategy *strategy)
{
  const PstVolumeMomentum *self = (const PstVolumeMomentum *)strategy;

  return MAX (self->period, self->volume_period - 1);
}

static void
pst_volume_momentum_class_init (PstVolumeMomentumClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_volume_momentum_init_state;
  signal_class->clear_state = pst_volume_momentum_clear_state;
  signal_class->on_bar = pst_volume_momentum_on_bar;
  signal_class->on_columns = pst_volume_momentum_on_columns;
  signal_class->get_warm_up = pst_volume_momentum_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("period", "Period", "Bars over which the return is taken", 1, 100000, 20, with_default), PstVolumeMomentum,
                 period);
  PST_OPTION_IN (klass,
                 g_param_spec_uint ("volume-period", "Volume period", "Bars in the mean volume, the newest included", 1, 100000, 20, with_default),
                 PstVolumeMomentum, volume_period);
  PST_OPTION_IN (
      klass, g_param_spec_double ("threshold", "Threshold", "Return above which to buy; below its negative to sell", 0.0, 100.0, 0.05, with_default),
      PstVolumeMomentum, threshold);
  PST_OPTION_IN (klass,
                 g_param_spec_double ("volume-factor", "Volume factor", "How many times the mean volume a bar must have to be entered on", 0.0,
                                      1000.0, 1.5, with_default),
                 PstVolumeMomentum, volume_factor);
}

static void
pst_volume_momentum_init (PstVolumeMomentum *self)
{
}
