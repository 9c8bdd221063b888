/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Logistic regression that learns as the bars come. At each bar: learn from what was predicted a horizon ago, whose outcome this close tells; then
 * predict. Nothing is learned before it was predicted, and each sample once. Sums are made in one order, so the same bars give the same bits. */
#include "pst-online-learning.h"

#include <math.h>

/* Of returns, so that their deviation comes from exact sums. */
#define RETURN_ONE 1e9
#define RETURN_MAX 1000.0
/* In deviations: what is further out teaches as much as that. */
#define FEATURE_MAX 5.0
#define FIRST_WEIGHT 0.01

struct _PstOnlineLearning
{
  PstSignalStrategy parent_instance;

  guint lags;
  guint rsi_period;
  guint mean_period;
  guint volatility_period;
  guint horizon;
  double learning_rate;
  double decay;
  double l2;
  guint warm_up;
  double entry_probability;
  double exit_probability;
  guint64 seed;
};

typedef struct
{
  PstRsi rsi;
  PstBands closes;
  PstBands returns;
  PstWindow past;   /* closes of the last horizon bars of which there are samples */
  double *features; /* lagged returns, the newest first; RSI; distance from the mean; volatility */
  double *means;    /* of each feature so far */
  double *squares;  /* and its sum of squared distances from that */
  double *weights;  /* the last one is the bias */
  double *samples;  /* standardised features of the last horizon bars */
  gint64 previous;  /* close */
  guint64 n_bars;
  guint64 n_samples;
  guint64 n_learned;
  gint8 position;
} State;

G_DEFINE_FINAL_TYPE (PstOnlineLearning, pst_online_learning, PST_TYPE_SIGNAL_STRATEGY)

PST_DEFINE_PLUGIN ("online-learning", STRATEGY, PstOnlineLearning, pst_online_learning_get_type)

static guint
count_features (const PstOnlineLearning *self)
{
  return self->lags + 3;
}

static void
pst_online_learning_init_state (PstSignalStrategy *strategy, gpointer data)
{
  PstOnlineLearning *self = PST_ONLINE_LEARNING (strategy);
  State *state = data;
  guint n = count_features (self);
  PstRandom random;

  pst_rsi_init (&state->rsi, self->rsi_period, PST_RSI_WILDER);
  pst_bands_init (&state->closes, self->mean_period, 0.0);
  pst_bands_init (&state->returns, self->volatility_period, 0.0);
  pst_window_init (&state->past, self->horizon);
  state->features = g_new0 (double, n);
  state->means = g_new0 (double, n);
  state->squares = g_new0 (double, n);
  state->weights = g_new0 (double, n + 1);
  state->samples = g_new0 (double, (gsize)n * self->horizon);
  pst_random_init (&random, self->seed, "weights");
  for (guint i = 0; i < n; i++)
    state->weights[i] = FIRST_WEIGHT * (2.0 * pst_random_double (&random) - 1.0);
}

static void
pst_online_learning_clear_state (PstSignalStrategy *strategy, gpointer data)
{
  State *state = data;

  pst_rsi_clear (&state->rsi);
  pst_bands_clear (&state->closes);
  pst_bands_clear (&state->returns);
  pst_window_clear (&state->past);
  g_clear_pointer (&state->features, g_free);
  g_clear_pointer (&state->means, g_free);
  g_clear_pointer (&state->squares, g_free);
  g_clear_pointer (&state->weights, g_free);
  g_clear_pointer (&state->samples, g_free);
}

/* Against a price that was not there, nothing moved. */
static double
return_since (gint64 previous, gint64 close)
{
  return previous > 0 ? CLAMP ((double)close / (double)previous - 1.0, -RETURN_MAX, RETURN_MAX) : 0.0;
}

/* @ready: whether all are there, this bar included. FALSE when a sum overflows. */
static gboolean
make_features (const PstOnlineLearning *self, State *state, gint64 close, gboolean *ready)
{
  const guint lags = self->lags;
  gboolean has_rsi, has_mean, has_deviation = FALSE;

  if (!pst_rsi_append (&state->rsi, close, &has_rsi) || !pst_bands_append (&state->closes, close, &has_mean))
    return FALSE;
  if (state->n_bars > 0)
    {
      double value = return_since (state->previous, close);

      if (!pst_bands_append (&state->returns, (gint64)rint (value * RETURN_ONE), &has_deviation))
        return FALSE;
      for (guint i = lags - 1; i > 0; i--)
        state->features[i] = state->features[i - 1];
      state->features[0] = value;
    }
  state->previous = close;
  state->n_bars++;
  state->features[lags] = state->rsi.value;
  state->features[lags + 1] = state->closes.mean > 0.0 ? (double)close / state->closes.mean - 1.0 : 0.0;
  state->features[lags + 2] = state->returns.deviation;
  *ready = has_rsi && has_mean && has_deviation && state->n_bars > lags;
  return TRUE;
}

static double
predict (const double *weights, const double *sample, guint n)
{
  double sum = weights[n], power;

  for (guint i = 0; i < n; i++)
    sum += weights[i] * sample[i];
  power = exp (-fabs (sum));
  return sum >= 0.0 ? 1.0 / (1.0 + power) : power / (1.0 + power);
}

/* One step down the gradient of the log loss. A close that is the same is neither a rise nor a fall, and teaches nothing. */
static void
learn (const PstOnlineLearning *self, State *state, gint64 close)
{
  const guint n = count_features (self);
  const double *sample = state->samples + (gsize)(state->n_samples % self->horizon) * n;
  gint64 then = pst_window_get (&state->past, self->horizon - 1);
  double rate = self->learning_rate / (1.0 + self->decay * (double)state->n_learned), miss;

  state->n_learned++;
  if (close == then)
    return;
  miss = (close > then ? 1.0 : 0.0) - predict (state->weights, sample, n);
  for (guint i = 0; i < n; i++)
    state->weights[i] += rate * (miss * sample[i] - self->l2 * state->weights[i]);
  state->weights[n] += rate * miss;
}

/* By mean and population deviation of all bars so far, this one included (Welford). */
static void
standardise (State *state, guint n, double *sample)
{
  double count = (double)(state->n_samples + 1);

  for (guint i = 0; i < n; i++)
    {
      double from_old = state->features[i] - state->means[i], deviation;

      state->means[i] += from_old / count;
      state->squares[i] += from_old * (state->features[i] - state->means[i]);
      deviation = sqrt (state->squares[i] / count);
      sample[i] = deviation > 0.0 ? CLAMP ((state->features[i] - state->means[i]) / deviation, -FEATURE_MAX, FEATURE_MAX) : 0.0;
    }
}

static gint
decide (const PstOnlineLearning *self, gint position, double rise)
{
  if (rise >= self->entry_probability)
    return 1;
  if (1.0 - rise >= self->entry_probability)
    return -1;
  return (position > 0 ? rise : 1.0 - rise) >= self->exit_probability ? position : 0;
}

static gboolean
pst_online_learning_on_bar (PstSignalStrategy *strategy, gpointer data, const PstBar *bar, PstSignal *signal)
{
  const PstOnlineLearning *self = (const PstOnlineLearning *)strategy;
  const guint n = count_features (self);
  State *state = data;
  double *sample = state->samples + (gsize)(state->n_samples % self->horizon) * n;
  gboolean ready;
  gint position;

  if (G_UNLIKELY (!make_features (self, state, bar->close, &ready)))
    return FALSE;
  if (!ready)
    return TRUE;
  if (state->n_samples >= self->horizon)
    learn (self, state, bar->close);
  standardise (state, n, sample);
  pst_window_push (&state->past, bar->close);
  state->n_samples++;
  if (state->n_learned < self->warm_up)
    return TRUE;
  position = decide (self, state->position, predict (state->weights, sample, n));
  *signal = pst_signal_between (state->position, position);
  state->position = (gint8)position;
  return TRUE;
}

/* Bars before the first of which all features are there, and then those from which is learned, of which the first is known a horizon later. */
static guint
pst_online_learning_get_warm_up (PstSignalStrategy *strategy)
{
  const PstOnlineLearning *self = PST_ONLINE_LEARNING (strategy);
  guint features = MAX (MAX (self->lags, self->rsi_period), MAX (self->mean_period - 1, self->volatility_period));

  return features + (self->warm_up > 0 ? self->horizon + self->warm_up - 1 : 0);
}

static gboolean
pst_online_learning_prepare (PstComponent *component, GError **error)
{
  PstOnlineLearning *self = PST_ONLINE_LEARNING (component);

  if (self->exit_probability <= self->entry_probability)
    return PST_COMPONENT_CLASS (pst_online_learning_parent_class)->prepare (component, error);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "exit-probability is %g and entry-probability is %g; exit-probability must be at most entry-probability", self->exit_probability,
               self->entry_probability);
  return FALSE;
}

static void
install_features (PstOnlineLearningClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  PST_OPTION_IN (klass, g_param_spec_uint ("lags", "Lags", "How many of the last returns, bar to bar, are features", 1, 250, 5, with_default),
                 PstOnlineLearning, lags);
  PST_OPTION_IN (klass, g_param_spec_uint ("rsi-period", "RSI period", "Changes in the relative strength index", 1, 100000, 14, with_default),
                 PstOnlineLearning, rsi_period);
  PST_OPTION_IN (
      klass, g_param_spec_uint ("mean-period", "Mean period", "Bars in the mean from which the distance is a feature", 1, 100000, 20, with_default),
      PstOnlineLearning, mean_period);
  PST_OPTION_IN (klass,
                 g_param_spec_uint ("volatility-period", "Volatility period", "Returns whose deviation is a feature", 1, 100000, 20, with_default),
                 PstOnlineLearning, volatility_period);
}

static void
install_learning (PstOnlineLearningClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  PST_OPTION_IN (klass, g_param_spec_uint ("horizon", "Horizon", "How many bars ahead a rise is predicted", 1, 1000, 1, with_default),
                 PstOnlineLearning, horizon);
  PST_OPTION_IN (klass, g_param_spec_double ("learning-rate", "Learning rate", "Size of the first step", 0.0, 1.0, 0.05, with_default),
                 PstOnlineLearning, learning_rate);
  PST_OPTION_IN (klass,
                 g_param_spec_double ("decay", "Decay", "After n steps the rate is the first one over 1 + decay x n", 0.0, 1.0, 0.001, with_default),
                 PstOnlineLearning, decay);
  PST_OPTION_IN (klass, g_param_spec_double ("l2", "L2 penalty", "Pull of the weights towards 0; not of the bias", 0.0, 1.0, 0.0001, with_default),
                 PstOnlineLearning, l2);
  PST_OPTION_IN (klass, g_param_spec_uint ("warm-up", "Warm-up", "Outcomes that are known before the first signal", 0, 1000000, 200, with_default),
                 PstOnlineLearning, warm_up);
  PST_OPTION_IN (klass, g_param_spec_uint64 ("seed", "Seed", "Of the small weights with which it begins", 0, G_MAXUINT64, 1, with_default),
                 PstOnlineLearning, seed);
}

static void
install_thresholds (PstOnlineLearningClass *klass)
{
  const GParamFlags with_default = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  PST_OPTION_IN (klass,
                 g_param_spec_double ("entry-probability", "Entry probability",
                                      "Probability of a rise from which on to be long; of a fall, to be short", 0.5, 1.0, 0.55, with_default),
                 PstOnlineLearning, entry_probability);
  PST_OPTION_IN (klass,
                 g_param_spec_double ("exit-probability", "Exit probability", "Probability below which to exit; at most entry-probability", 0.0, 1.0,
                                      0.5, with_default),
                 PstOnlineLearning, exit_probability);
}

static void
pst_online_learning_class_init (PstOnlineLearningClass *klass)
{
  PstSignalStrategyClass *signal_class = PST_SIGNAL_STRATEGY_CLASS (klass);

  PST_COMPONENT_CLASS (klass)->prepare = pst_online_learning_prepare;
  signal_class->state_size = sizeof (State);
  signal_class->init_state = pst_online_learning_init_state;
  signal_class->clear_state = pst_online_learning_clear_state;
  signal_class->on_bar = pst_online_learning_on_bar;
  signal_class->get_warm_up = pst_online_learning_get_warm_up;
  install_features (klass);
  install_learning (klass);
  install_thresholds (klass);
}

static void
pst_online_learning_init (PstOnlineLearning *self)
{
}
