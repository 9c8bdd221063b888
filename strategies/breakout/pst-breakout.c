/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Channels of highs and lows: one that is left to enter, a narrower one to exit (Donchian). */
#include "pst-breakout.h"

#include <string.h>

typedef struct
{
  PstExtreme entry_high;
  PstExtreme entry_low;
  PstExtreme exit_high;
  PstExtreme exit_low;
  guint n_bars; /* up to the longer period */
} State;

struct _PstBreakout
{
  PstSignalStrategy parent_instance;

  guint entry;
  guint exit;
};

G_DEFINE_FINAL_TYPE (PstBreakout, pst_breakout, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("breakout", STRATEGY, PstBreakout, pst_breakout_get_type)

static void
pst_breakout_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstBreakout *self = PST_BREAKOUT (strategy);
  State *state = data;

  pst_extreme_init (&state->entry_high, self->entry, TRUE);
  pst_extreme_init (&state->entry_low, self->entry, FALSE);
  pst_extreme_init (&state->exit_high, self->exit, TRUE);
  pst_extreme_init (&state->exit_low, self->exit, FALSE);
}

static void
pst_breakout_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_extreme_clear (&state->entry_high);
  pst_extreme_clear (&state->entry_low);
  pst_extreme_clear (&state->exit_high);
  pst_extreme_clear (&state->exit_low);
}

/* The channels of the bars before. */
typedef struct
{
  gint64 entry_high, entry_low, exit_high, exit_low;
} Channels;

/* Against the bars before: a bar is never above its own high. */
static inline PstSignal
judge (gint64 close, const Channels *channels)
{
  guint says = PST_SIGNAL_NONE;

  if (close > channels->entry_high)
    says |= PST_SIGNAL_ENTER_LONG;
  if (close < channels->entry_low)
    says |= PST_SIGNAL_ENTER_SHORT;
  if (close < channels->exit_low)
    says |= PST_SIGNAL_EXIT_LONG;
  if (close > channels->exit_high)
    says |= PST_SIGNAL_EXIT_SHORT;
  return (PstSignal)says;
}

static gboolean
pst_breakout_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstBreakout *self = (const PstBreakout *)strategy;
  State *state = data;

  if (state->n_bars >= self->entry)
    *signal = judge (bar->close, &(const Channels){ pst_extreme_get (&state->entry_high), pst_extreme_get (&state->entry_low),
                                                    pst_extreme_get (&state->exit_high), pst_extreme_get (&state->exit_low) });
  pst_extreme_append (&state->entry_high, bar->high);
  pst_extreme_append (&state->entry_low, bar->low);
  pst_extreme_append (&state->exit_high, bar->high);
  pst_extreme_append (&state->exit_low, bar->low);
  state->n_bars += state->n_bars < self->entry;
  return TRUE;
}

static gsize
pst_breakout_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstBreakout *self = (const PstBreakout *)strategy;
  const gint64 *entry_high = pst_indicator_columns_get (columns, PST_INDICATOR_HIGHEST, self->entry, 0, 0)->integers;
  const gint64 *entry_low = pst_indicator_columns_get (columns, PST_INDICATOR_LOWEST, self->entry, 0, 0)->integers;
  const gint64 *exit_high = pst_indicator_columns_get (columns, PST_INDICATOR_HIGHEST, self->exit, 0, 0)->integers;
  const gint64 *exit_low = pst_indicator_columns_get (columns, PST_INDICATOR_LOWEST, self->exit, 0, 0)->integers;
  const PstBarColumns *bars = pst_indicator_columns_get_bars (columns);
  gsize first = MIN (self->entry, bars->n_bars);

  memset (signals, PST_SIGNAL_NONE, first);
  for (gsize i = first; i < bars->n_bars; i++)
    signals[i] = (guint8)judge (bars->close[i], &(const Channels){ entry_high[i - 1], entry_low[i - 1], exit_high[i - 1], exit_low[i - 1] });
  return bars->n_bars;
}

static guint
pst_breakout_get_warm_up (PstSignalStrategy *strategy)
{
  return PST_BREAKOUT (strategy)->entry;
}

static gboolean
pst_breakout_prepare (PstComponent *component, GError **error)
{
  PstBreakout *self = PST_BREAKOUT (component);

  if (self->exit <= self->entry)
    return PST_COMPONENT_CLASS (pst_breakout_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "exit is %u and entry is %u; exit must not be above entry", self->exit,
               self->entry);
  return FALSE;
}

static void
pst_breakout_class_init (PstBreakoutClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_breakout_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_breakout_init_state;
  signal_class->clear_state = pst_breakout_clear_state;
  signal_class->on_bar = pst_breakout_on_bar;
  signal_class->on_columns = pst_breakout_on_columns;
  signal_class->get_warm_up = pst_breakout_get_warm_up;
  PST_OPTION_IN (klass, g_param_spec_uint ("entry", "Entry channel", "Bars in the channel that is left to enter", 1, 100000, 20, with_default),
                 PstBreakout, entry);
  PST_OPTION_IN (klass,
                 g_param_spec_uint ("exit", "Exit channel", "Bars in the channel that is left to exit; not above entry", 1, 100000, 10, with_default),
                 PstBreakout, exit);
}

static void
pst_breakout_init (PstBreakout *self)
{
}
