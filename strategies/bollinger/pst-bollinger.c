/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bands around the mean of closes, and which of them the close came to touch. */
#include "pst-bollinger.h"

#include <string.h>

/* How the bar before stood to its bands. */
typedef struct
{
  gboolean compared; /* whether it had any */
  gboolean was_above_lower;
  gboolean was_below_upper;
} Before;

typedef struct
{
  PstBands bands;
  Before before;
} State;

struct _PstBollinger
{
  PstSignalStrategy parent_instance;

  guint period;
  double width;
};

G_DEFINE_FINAL_TYPE (PstBollinger, pst_bollinger, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("bollinger", STRATEGY, PstBollinger, pst_bollinger_get_type)

static void
pst_bollinger_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstBollinger *self = PST_BOLLINGER (strategy);
  State *state = data;

  pst_bands_init (&state->bands, self->period, self->width);
}

static void
pst_bollinger_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_bands_clear (&state->bands);
}

static inline PstSignal
judge (Before *before, double close, double lower, double upper)
{
  PstSignal signal = PST_SIGNAL_NONE;

  if (before->compared && before->was_above_lower && close <= lower)
    signal = PST_SIGNAL_BUY;
  else if (before->compared && before->was_below_upper && close >= upper)
    signal = PST_SIGNAL_SELL;
  *before = (Before){ TRUE, close > lower, close < upper };
  return signal;
}

static gboolean
pst_bollinger_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;
  gboolean ready;

  if (!pst_bands_append (&state->bands, bar->close, &ready))
    return FALSE;
  if (ready)
    *signal = judge (&state->before, (double)bar->close, state->bands.lower, state->bands.upper);
  return TRUE;
}

static gsize
pst_bollinger_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstBollinger *self = (const PstBollinger *)strategy;
  const PstIndicatorColumn *mean = pst_indicator_columns_get (columns, PST_INDICATOR_MEAN, self->period, 0, 0);
  const PstIndicatorColumn *deviation = pst_indicator_columns_get (columns, PST_INDICATOR_DEVIATION, self->period, 0, 0);
  const gint64 *close = pst_indicator_columns_get_bars (columns)->close;
  gsize first = MIN (mean->first, mean->n_bars);
  Before before = { FALSE, FALSE, FALSE };

  memset (signals, PST_SIGNAL_NONE, first);
  for (gsize i = first; i < mean->n_bars; i++)
    signals[i] = (guint8)judge (&before, (double)close[i], mean->values[i] - self->width * deviation->values[i],
                                mean->values[i] + self->width * deviation->values[i]);
  return mean->n_bars;
}

static guint
pst_bollinger_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_BOLLINGER (strategy)->period;
}

static void
pst_bollinger_class_init (PstBollingerClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_bollinger_init_state;
  signal_class->clear_state = pst_bollinger_clear_state;
  signal_class->on_bar = pst_bollinger_on_bar;
  signal_class->on_columns = pst_bollinger_on_columns;
  signal_class->get_warm_up = pst_bollinger_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("period", "Period", "Bars in the mean and the deviation", 2, 100000, 20, with_default), PstBollinger,
                 period);
  PST_OPTION_IN (klass, g_param_spec_double ("width", "Width", "Population deviations from the mean to a band", 0.01, 100.0, 2.0, with_default),
                 PstBollinger, width);
}

static void
pst_bollinger_init (PstBollinger *self)
{
}
