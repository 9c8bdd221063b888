/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An indicator of trend, with hysteresis, says which of two members acts. Both see every bar, so that the one that takes over knows where it stands.
 */
#include "pst-regime-aware.h"

typedef enum
{
  INDICATOR_EFFICIENCY,
  INDICATOR_ADX,
} Indicator;

typedef enum
{
  ON_CHANGE_CLOSE,
  ON_CHANGE_KEEP,
  ON_CHANGE_ADOPT,
} OnChange;

/* Also the members' indices. */
typedef enum
{
  REGIME_TREND,
  REGIME_RANGE,
  N_REGIMES,
} Regime;

struct _PstRegimeAware
{
  PstSignalStrategy parent_instance;

  char *names[N_REGIMES];
  Indicator indicator;
  guint period;
  double trend_above;
  double range_below;
  OnChange on_change;
};

typedef struct
{
  gpointer state;
  PstDirection direction;
  gint8 position;
  PstSignal signal; /* of this bar, as far as it is heeded */
} Member;

typedef struct
{
  PstEfficiency efficiency;
  PstAdx adx;
  Member members[N_REGIMES];
  guint warm_up;
  guint n_bars;  /* up to the warm-up */
  Regime regime; /* N_REGIMES: not known yet */
  Regime acting; /* who acted at the bar before; N_REGIMES: nobody */
  gint8 position;
} State;

G_DEFINE_FINAL_TYPE (PstRegimeAware, pst_regime_aware, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("regime-aware", STRATEGY, PstRegimeAware, pst_regime_aware_get_type)

static GType indicator_get_type (void);
G_DEFINE_ENUM_TYPE (PstRegimeIndicator, indicator, G_DEFINE_ENUM_VALUE (INDICATOR_EFFICIENCY, "efficiency"),
                    G_DEFINE_ENUM_VALUE (INDICATOR_ADX, "adx"))

static GType on_change_get_type (void);
G_DEFINE_ENUM_TYPE (PstRegimeOnChange, on_change, G_DEFINE_ENUM_VALUE (ON_CHANGE_CLOSE, "close"), G_DEFINE_ENUM_VALUE (ON_CHANGE_KEEP, "keep"),
                    G_DEFINE_ENUM_VALUE (ON_CHANGE_ADOPT, "adopt"))

static void
pst_regime_aware_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstRegimeAware *self = PST_REGIME_AWARE (strategy);
  State *state = data;

  pst_efficiency_init (&state->efficiency, self->period);
  pst_adx_init (&state->adx, self->period);
  for (guint i = 0; i < N_REGIMES; i++)
    {
      PstSignalStrategy *member = pst_signal_strategy_get_member (strategy, i);

      state->members[i].state = pst_signal_strategy_new_state (member);
      state->members[i].direction = pst_signal_strategy_get_direction (member);
    }
  state->warm_up = pst_signal_strategy_get_warm_up (strategy);
  state->regime = state->acting = N_REGIMES;
}

static void
pst_regime_aware_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_efficiency_clear (&state->efficiency);
  for (guint i = 0; i < N_REGIMES; i++)
    pst_signal_strategy_free_state (pst_signal_strategy_get_member (strategy, i), state->members[i].state);
}

static inline void
heed_member (Member *member, PstSignal signal)
{
  member->signal = pst_signal_heed (member->direction, signal);
  member->position = (gint8)pst_signal_follow (member->position, member->signal);
}

/* FALSE when a sum overflowed. */
static gboolean
ask_members (PstSignalStrategy *strategy, State *state, const PstBar *bar)
{
  for (guint i = 0; i < N_REGIMES; i++)
    {
      Member *member = &state->members[i];
      PstSignal signal;

      if (!pst_signal_strategy_take_bar (pst_signal_strategy_get_member (strategy, i), member->state, bar, &signal))
        return FALSE;
      heed_member (member, signal);
    }
  return TRUE;
}

/* Between the thresholds everything stays as it is; at first that is a range. */
static inline void
set_regime (const PstRegimeAware *self, State *state, double value)
{
  if (value > self->trend_above)
    state->regime = REGIME_TREND;
  else if (value < self->range_below || state->regime == N_REGIMES)
    state->regime = REGIME_RANGE;
}

static gboolean
find_regime (const PstRegimeAware *self, State *state, const PstBar *bar)
{
  gboolean ready;
  double value;

  if (self->indicator == INDICATOR_ADX)
    {
      ready = pst_adx_append (&state->adx, bar->high, bar->low, bar->close);
      value = state->adx.value;
    }
  else
    {
      if (!pst_efficiency_append (&state->efficiency, bar->close, &ready))
        return FALSE;
      value = 100.0 * state->efficiency.value;
    }
  if (ready)
    set_regime (self, state, value);
  return TRUE;
}

/* What it says that another member acts now; that one's own signal of this bar comes beside it. */
static PstSignal
hand_over (const PstRegimeAware *self, const State *state)
{
  gint after = self->on_change == ON_CHANGE_ADOPT ? state->members[state->regime].position : 0;

  if (state->acting == state->regime || self->on_change == ON_CHANGE_KEEP)
    return PST_SIGNAL_NONE;
  return pst_signal_between (state->position, after);
}

/* What it says when member and regime of the bar are known. */
static inline PstSignal
say (const PstRegimeAware *self, State *state)
{
  PstSignal signal = hand_over (self, state) | state->members[state->regime].signal;

  state->position = (gint8)pst_signal_follow (state->position, signal);
  state->acting = state->regime;
  return signal;
}

static gboolean
pst_regime_aware_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstRegimeAware *self = (const PstRegimeAware *)strategy;
  State *state = data;

  if (G_UNLIKELY (!ask_members (strategy, state, bar) || !find_regime (self, state, bar)))
    return FALSE;
  if (state->n_bars < state->warm_up)
    {
      state->n_bars++;
      return TRUE;
    }
  *signal = say (self, state);
  return TRUE;
}

static gsize
pst_regime_aware_on_columns (PstSignalStrategy *strategy, PstIndicatorColumns *columns, guint8 *signals)
{
  const PstRegimeAware *self = (const PstRegimeAware *)strategy;
  const gboolean is_adx = self->indicator == INDICATOR_ADX;
  const PstIndicatorColumn *indicator
      = pst_indicator_columns_get (columns, is_adx ? PST_INDICATOR_ADX : PST_INDICATOR_EFFICIENCY, self->period, 0, 0);
  guint8 *said[N_REGIMES];
  State state = { .regime = N_REGIMES, .acting = N_REGIMES, .warm_up = pst_signal_strategy_get_warm_up (strategy) };
  gsize n = indicator->n_bars;

  for (guint k = 0; k < N_REGIMES; k++)
    {
      PstSignalStrategy *member = pst_signal_strategy_get_member (strategy, k);

      said[k] = pst_indicator_columns_get_scratch (columns);
      n = MIN (n, pst_signal_strategy_evaluate_columns (member, columns, said[k]));
      state.members[k].direction = pst_signal_strategy_get_direction (member);
    }
  for (gsize i = 0; i < n; i++)
    {
      for (guint k = 0; k < N_REGIMES; k++)
        heed_member (&state.members[k], (PstSignal)said[k][i]);
      if (i >= indicator->first)
        set_regime (self, &state, is_adx ? indicator->values[i] : 100.0 * indicator->values[i]);
      signals[i] = (guint8)(i < state.warm_up ? PST_SIGNAL_NONE : say (self, &state));
    }
  return n;
}

/* Bars up to and with the indicator's first value. */
static guint
pst_regime_aware_get_warm_up (PstSignalStrategy *strategy)
{
  const PstRegimeAware *self = PST_REGIME_AWARE (strategy);
  guint longest = self->indicator == INDICATOR_ADX ? 2 * self->period - 1 : self->period;
  PstSignalStrategy *member;

  for (guint i = 0; (member = pst_signal_strategy_get_member (strategy, i)) != NULL; i++)
    longest = MAX (longest, pst_signal_strategy_get_warm_up (member));
  return longest;
}

static gboolean
pst_regime_aware_get_member (PstSignalStrategy *strategy, guint index, const char **option, const char **name)
{
  if (index >= N_REGIMES || PST_REGIME_AWARE (strategy)->names[index] == NULL)
    return FALSE;
  *option = index == REGIME_TREND ? "trend-member" : "range-member";
  *name = PST_REGIME_AWARE (strategy)->names[index];
  return TRUE;
}

static gboolean
pst_regime_aware_prepare (PstComponent *component, GError **error)
{
  PstRegimeAware *self = PST_REGIME_AWARE (component);

  if (self->range_below <= self->trend_above)
    return PST_COMPONENT_CLASS (pst_regime_aware_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "range-below is %g and trend-above is %g; range-below must be at most trend-above",
               self->range_below, self->trend_above);
  return FALSE;
}

static void
install_members (PstRegimeAwareClass *klass)
{
  const GParamFlags required = PST_OPTION_READWRITE | PST_OPTION_REQUIRED;

  PST_OPTION_IN (klass,
                 g_param_spec_string ("trend-member", "Trend member", "Strategy of this pipeline that acts in a trend; it gives no orders of its own",
                                      NULL, required),
                 PstRegimeAware, names[REGIME_TREND]);
  PST_OPTION_IN (klass,
                 g_param_spec_string ("range-member", "Range member", "Strategy of this pipeline that acts in a range; it gives no orders of its own",
                                      NULL, required),
                 PstRegimeAware, names[REGIME_RANGE]);
}

static void
install_options (PstRegimeAwareClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  PST_OPTION_IN (klass,
                 g_param_spec_enum ("indicator", "Indicator",
                                    "What tells trend from range: Kaufman's efficiency ratio in percent, or Wilder's average directional index",
                                    indicator_get_type (), INDICATOR_EFFICIENCY, with_default),
                 PstRegimeAware, indicator);
  PST_OPTION_IN (klass, g_param_spec_uint ("period", "Period", "Bars in the indicator", 2, 100000, 20, with_default), PstRegimeAware, period);
  PST_OPTION_IN (klass,
                 g_param_spec_double ("trend-above", "Trend above", "Value of the indicator, 0 to 100, above which a trend begins", 0.0, 100.0, 30.0,
                                      with_default),
                 PstRegimeAware, trend_above);
  PST_OPTION_IN (klass,
                 g_param_spec_double ("range-below", "Range below", "Value of the indicator below which a range begins; at most trend-above", 0.0,
                                      100.0, 20.0, with_default),
                 PstRegimeAware, range_below);
  PST_OPTION_IN (klass,
                 g_param_spec_enum ("on-change", "On change",
                                    "What becomes of the position when the regime changes: closed, kept until the new member says otherwise, or made "
                                    "the one that the new member would hold",
                                    on_change_get_type (), ON_CHANGE_CLOSE, with_default),
                 PstRegimeAware, on_change);
}

static void
pst_regime_aware_class_init (PstRegimeAwareClass *klass)
{
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_regime_aware_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_regime_aware_init_state;
  signal_class->clear_state = pst_regime_aware_clear_state;
  signal_class->on_bar = pst_regime_aware_on_bar;
  signal_class->on_columns = pst_regime_aware_on_columns;
  signal_class->get_warm_up = pst_regime_aware_get_warm_up;
  signal_class->get_member = pst_regime_aware_get_member;
  install_members (klass);
  install_options (klass);
}

static void
pst_regime_aware_init (PstRegimeAware *self)
{
}
