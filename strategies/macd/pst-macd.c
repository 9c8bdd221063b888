/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The difference of two averages, and which way it crosses its own average. */
#include "pst-macd.h"

#include <string.h>

typedef struct
{
  PstMacd macd;
  gint8 relation; /* to the signal line one bar before */
} State;

struct _PstMacdStrategy
{
  PstSignalStrategy parent_instance;

  guint fast;
  guint slow;
  guint signal;
  PstMacdKind averages;
};

G_DEFINE_FINAL_TYPE (PstMacdStrategy, pst_macd_strategy, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("macd", STRATEGY, PstMacdStrategy, pst_macd_strategy_get_type)

static GType averages_get_type (void);
G_DEFINE_ENUM_TYPE (PstMacdAverages, averages, G_DEFINE_ENUM_VALUE (PST_MACD_EXPONENTIAL, "exponential"),
                    G_DEFINE_ENUM_VALUE (PST_MACD_SIMPLE, "simple"))

static void
pst_macd_strategy_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstMacdStrategy *self = PST_MACD_STRATEGY (strategy);
  State *state = data;

  pst_macd_init (&state->macd, self->fast, self->slow, self->signal, self->averages);
  state->relation = PST_SIGNAL_UNKNOWN;
}

static void
pst_macd_strategy_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_macd_clear (&state->macd);
}

static inline PstSignal
judge (gint8 *relation, double value, double signal_value)
{
  return pst_signal_cross (relation, (value > signal_value) - (value < signal_value));
}

static gboolean
pst_macd_strategy_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;
  gboolean ready;

  if (!pst_macd_append (&state->macd, bar->close, &ready))
    return FALSE;
  if (ready)
    *signal = judge (&state->relation, state->macd.value, state->macd.signal_value);
  return TRUE;
}

/* The plain mean of the last values, summed from the oldest on as PstMacd does. */
static double
average (const double *values, guint n)
{
  double sum = 0.0;

  for (guint i = 0; i < n; i++)
    sum += values[i];
  return sum / n;
}

static gsize
pst_macd_strategy_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstMacdStrategy *self = (const PstMacdStrategy *)strategy;
  const PstIndicatorColumn *macd = pst_indicator_columns_get (columns, PST_INDICATOR_MACD, self->fast, self->slow, self->averages);
  gsize first = MIN (macd->first, macd->n_bars), ready = MIN (first + self->signal - 1, macd->n_bars);
  gint8 relation = PST_SIGNAL_UNKNOWN;
  PstEma ema;

  memset (signals, PST_SIGNAL_NONE, ready);
  pst_ema_init (&ema, self->signal, PST_EMA_MEAN);
  for (gsize i = first; i < ready; i++)
    pst_ema_append (&ema, macd->values[i]);
  for (gsize i = ready; i < macd->n_bars; i++)
    if (self->averages == PST_MACD_SIMPLE)
      signals[i] = (guint8)judge (&relation, macd->values[i], average (macd->values + i + 1 - self->signal, self->signal));
    else
      {
        pst_ema_append (&ema, macd->values[i]);
        signals[i] = (guint8)judge (&relation, macd->values[i], ema.value);
      }
  return macd->n_bars;
}

static guint
pst_macd_strategy_get_warm_up (PstSignalStrategy *strategy)
{
  const PstMacdStrategy *self = (const PstMacdStrategy *)strategy;

  return self->slow + self->signal - 1;
}

static gboolean
pst_macd_strategy_prepare (PstComponent *component, GError **error)
{
  PstMacdStrategy *self = PST_MACD_STRATEGY (component);

  if (self->fast < self->slow)
    return PST_COMPONENT_CLASS (pst_macd_strategy_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "fast is %u and slow is %u; fast must be below slow", self->fast, self->slow);
  return FALSE;
}

static void
pst_macd_strategy_class_init (PstMacdStrategyClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_macd_strategy_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_macd_strategy_init_state;
  signal_class->clear_state = pst_macd_strategy_clear_state;
  signal_class->on_bar = pst_macd_strategy_on_bar;
  signal_class->on_columns = pst_macd_strategy_on_columns;
  signal_class->get_warm_up = pst_macd_strategy_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("fast", "Fast period", "Period of the fast average; below slow", 1, 100000, 12, with_default),
                 PstMacdStrategy, fast);
  PST_OPTION_IN (klass, g_param_spec_uint ("slow", "Slow period", "Period of the slow average", 2, 100000, 26, with_default), PstMacdStrategy, slow);
  PST_OPTION_IN (klass, g_param_spec_uint ("signal", "Signal period", "Period of the average of the difference", 1, 100000, 9, with_default),
                 PstMacdStrategy, signal);
  PST_OPTION_IN (klass,
                 g_param_spec_enum ("averages", "Averages", "Which averages it is made of", averages_get_type (), PST_MACD_EXPONENTIAL, with_default),
                 PstMacdStrategy, averages);
}

static void
pst_macd_strategy_init (PstMacdStrategy *self)
{
}
