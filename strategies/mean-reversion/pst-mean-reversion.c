/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far the close lies from the mean of the last closes. */
#include "pst-mean-reversion.h"

#include <string.h>

typedef struct
{
  PstSma mean;
} State;

struct _PstMeanReversion
{
  PstSignalStrategy parent_instance;

  guint period;
  double entry;
  double exit;
};

G_DEFINE_FINAL_TYPE (PstMeanReversion, pst_mean_reversion, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("mean-reversion", STRATEGY, PstMeanReversion, pst_mean_reversion_get_type)

static void
pst_mean_reversion_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstMeanReversion *self = PST_MEAN_REVERSION (strategy);
  State *state = data;

  pst_sma_init (&state->mean, self->period);
}

static void
pst_mean_reversion_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_sma_clear (&state->mean);
}

static inline PstSignal
judge (const PstMeanReversion *self, gint64 close, gint64 sum)
{
  guint says = PST_SIGNAL_NONE;
  double distance;

  if (sum <= 0)
    return PST_SIGNAL_NONE;
  distance = (double)close * self->period / (double)sum - 1.0;
  if (distance <= -self->entry)
    says |= PST_SIGNAL_ENTER_LONG;
  if (distance >= self->exit)
    says |= PST_SIGNAL_EXIT_LONG;
  if (distance >= self->entry)
    says |= PST_SIGNAL_ENTER_SHORT;
  if (distance <= -self->exit)
    says |= PST_SIGNAL_EXIT_SHORT;
  return (PstSignal)says;
}

static gboolean
pst_mean_reversion_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstMeanReversion *self = (const PstMeanReversion *)strategy;
  State *state = data;

  if (!pst_sma_append (&state->mean, bar->close))
    return FALSE;
  if (pst_sma_is_ready (&state->mean))
    *signal = judge (self, bar->close, state->mean.sum);
  return TRUE;
}

static gsize
pst_mean_reversion_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstMeanReversion *self = (const PstMeanReversion *)strategy;
  const PstIndicatorColumn *sum = pst_indicator_columns_get (columns, PST_INDICATOR_CLOSE_SUM, self->period, 0, 0);
  const gint64 *close = pst_indicator_columns_get_bars (columns)->close;

  memset (signals, PST_SIGNAL_NONE, sum->first);
  for (gsize i = sum->first; i < sum->n_bars; i++)
    signals[i] = (guint8)judge (self, close[i], sum->integers[i]);
  return sum->n_bars;
}

static guint
pst_mean_reversion_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_MEAN_REVERSION (strategy)->period - 1;
}

static void
pst_mean_reversion_class_init (PstMeanReversionClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_mean_reversion_init_state;
  signal_class->clear_state = pst_mean_reversion_clear_state;
  signal_class->on_bar = pst_mean_reversion_on_bar;
  signal_class->on_columns = pst_mean_reversion_on_columns;
  signal_class->get_warm_up = pst_mean_reversion_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("period", "Period", "Bars in the mean", 1, 100000, 20, with_default), PstMeanReversion, period);
  PST_OPTION_IN (klass, g_param_spec_double ("entry", "Entry", "How far below the mean to buy, as a fraction of it", 0.0, 1.0, 0.02, with_default),
                 PstMeanReversion, entry);
  PST_OPTION_IN (klass, g_param_spec_double ("exit", "Exit", "How far above the mean to sell, as a fraction of it", -1.0, 1.0, 0.01, with_default),
                 PstMeanReversion, exit);
}

static void
pst_mean_reversion_init (PstMeanReversion *self)
{
}
