/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two exact moving sums of closes for each instrument, and which way they cross. What becomes of a signal is the base class's. */
#include "pst-sma-cross.h"

#include <string.h>

typedef struct
{
  PstSma fast;
  PstSma slow;
  gint8 relation; /* of fast to slow one bar before */
} State;

struct _PstSmaCross
{
  PstSignalStrategy parent_instance;

  guint fast;
  guint slow;
};

G_DEFINE_FINAL_TYPE (PstSmaCross, pst_sma_cross, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("sma-cross", STRATEGY, PstSmaCross, pst_sma_cross_get_type)

static void
pst_sma_cross_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstSmaCross *self = PST_SMA_CROSS (strategy);
  State *state = data;

  pst_sma_init (&state->fast, self->fast);
  pst_sma_init (&state->slow, self->slow);
  state->relation = PST_SIGNAL_UNKNOWN;
}

static void
pst_sma_cross_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_sma_clear (&state->fast);
  pst_sma_clear (&state->slow);
}

static gboolean
pst_sma_cross_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  State *state = data;

  if (G_UNLIKELY (!pst_sma_append (&state->fast, bar->close) || !pst_sma_append (&state->slow, bar->close)))
    return FALSE;
  if (pst_sma_is_ready (&state->slow))
    *signal = pst_signal_cross (&state->relation, pst_sma_compare (&state->fast, &state->slow));
  return TRUE;
}

static gsize
pst_sma_cross_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstSmaCross *self = (const PstSmaCross *)strategy;
  const PstIndicatorColumn *fast = pst_indicator_columns_get (columns, PST_INDICATOR_CLOSE_SUM, self->fast, 0, 0);
  const PstIndicatorColumn *slow = pst_indicator_columns_get (columns, PST_INDICATOR_CLOSE_SUM, self->slow, 0, 0);
  gsize n = MIN (fast->n_bars, slow->n_bars), first = MIN (slow->first, n);
  gint8 relation = PST_SIGNAL_UNKNOWN;

  memset (signals, PST_SIGNAL_NONE, first);
  for (gsize i = first; i < n; i++)
    {
      __int128 left = (__int128)fast->integers[i] * self->slow, right = (__int128)slow->integers[i] * self->fast;

      signals[i] = (guint8)pst_signal_cross (&relation, (left > right) - (left < right));
    }
  return n;
}

/* The averages are there at bar slow; a crossing needs one bar more. */
static guint
pst_sma_cross_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_SMA_CROSS (strategy)->slow;
}

static gboolean
pst_sma_cross_get_sma_cross (PstSignalStrategy *strategy, guint *fast, guint *slow)
{
  *fast = PST_SMA_CROSS (strategy)->fast;
  *slow = PST_SMA_CROSS (strategy)->slow;
  return TRUE;
}

static gboolean
pst_sma_cross_prepare (PstComponent *component, GError **error)
{
  PstSmaCross *self = PST_SMA_CROSS (component);

  if (self->fast < self->slow)
    return PST_COMPONENT_CLASS (pst_sma_cross_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "fast is %u and slow is %u; fast must be below slow", self->fast, self->slow);
  return FALSE;
}

static void
pst_sma_cross_class_init (PstSmaCrossClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_sma_cross_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_sma_cross_init_state;
  signal_class->clear_state = pst_sma_cross_clear_state;
  signal_class->on_bar = pst_sma_cross_on_bar;
  signal_class->on_columns = pst_sma_cross_on_columns;
  signal_class->get_warm_up = pst_sma_cross_get_warm_up;
  signal_class->get_sma_cross = pst_sma_cross_get_sma_cross;
  PST_OPTION_IN (klass, g_param_spec_uint ("fast", "Fast period", "Bars in the fast average; below slow", 1, 100000, 10, with_default), PstSmaCross,
                 fast);
  PST_OPTION_IN (klass, g_param_spec_uint ("slow", "Slow period", "Bars in the slow average", 2, 100000, 20, with_default), PstSmaCross, slow);
}

static void
pst_sma_cross_init (PstSmaCross *self)
{
}
