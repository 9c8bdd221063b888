/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See the header. */
#include "pst-check-sayer.h"

typedef struct
{
  guint n_bars;
} State;

struct _PstCheckSayer
{
  PstSignalStrategy parent_instance;

  guint shift;
  guint warm_up;
};

G_DEFINE_FINAL_TYPE (PstCheckSayer, pst_check_sayer, PST_TYPE_SIGNAL_STRATEGY)

static void
pst_check_sayer_init_state (PstSignalStrategy *strategy, gpointer data)
{
}

static gboolean
pst_check_sayer_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstCheckSayer *self = PST_CHECK_SAYER (strategy);
  State *state = data;

  state->n_bars++;
  if (state->n_bars > self->warm_up)
    *signal = (PstSignal)((bar->volume >> self->shift) & 15);
  return bar->volume >= 0;
}

static guint
pst_check_sayer_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_CHECK_SAYER (strategy)->warm_up;
}

static void
pst_check_sayer_class_init (PstCheckSayerClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_check_sayer_init_state;
  signal_class->on_bar = pst_check_sayer_on_bar;
  signal_class->get_warm_up = pst_check_sayer_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("shift", "Shift", "Bits of the volume below its signal", 0, 56, 0, with_default), PstCheckSayer, shift);
  PST_OPTION_IN (klass, g_param_spec_uint ("warm-up", "Warm-up", "Bars of which it says nothing", 0, 100000, 0, with_default), PstCheckSayer,
                 warm_up);
}

static void
pst_check_sayer_init (PstCheckSayer *self)
{
}
