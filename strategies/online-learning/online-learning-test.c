/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A model that has seen tomorrow earns money in a backtest alone. The model is reckoned anew over arrays, and what comes later is cut off and changed
 * to see that nothing earlier moves. */
#include "pst-online-learning.h"

#include <penstock-check.h>

#include <math.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define N 3000

/* Of the plain calculation. */
typedef struct
{
  guint lags, rsi, mean, volatility, horizon, warm_up;
  double rate, decay, l2, entry, stay;
  guint64 seed;
} Model;

static const Model usual = { 5, 14, 20, 20, 1, 200, 0.05, 0.001, 0.0001, 0.55, 0.5, 1 };

static double
return_at (const PstBar *bars, gsize n)
{
  return (double)bars[n].close / (double)bars[n - 1].close - 1.0;
}

static double
rsi_at (const PstBar *bars, gsize n, guint period)
{
  double gain = 0.0, loss = 0.0;

  for (gsize i = 1; i <= n; i++)
    {
      double change = (double)(bars[i].close - bars[i - 1].close), keep = i <= period ? 1.0 : 1.0 - 1.0 / period, weight = 1.0 / period;

      gain = gain * keep + MAX (change, 0.0) * weight;
      loss = loss * keep + MAX (-change, 0.0) * weight;
    }
  return gain + loss > 0.0 ? 100.0 * gain / (gain + loss) : 50.0;
}

static void
fill_features (const Model *model, const PstBar *bars, gsize n, double *features)
{
  double mean = 0.0, sum = 0.0, squares = 0.0;

  for (guint i = 0; i < model->lags; i++)
    features[i] = return_at (bars, n - i);
  features[model->lags] = rsi_at (bars, n, model->rsi);
  for (guint i = 0; i < model->mean; i++)
    mean += (double)bars[n - i].close / model->mean;
  features[model->lags + 1] = (double)bars[n].close / mean - 1.0;
  for (guint i = 0; i < model->volatility; i++)
    sum += return_at (bars, n - i) / model->volatility;
  for (guint i = 0; i < model->volatility; i++)
    squares += pow (return_at (bars, n - i) - sum, 2.0) / model->volatility;
  features[model->lags + 2] = sqrt (squares);
}

/* Standardised by all rows up to @row. */
static void
fill_sample (const double *features, gsize row, guint width, double *sample)
{
  for (guint i = 0; i < width; i++)
    {
      double mean = 0.0, squares = 0.0;

      for (gsize j = 0; j <= row; j++)
        mean += features[j * width + i] / (double)(row + 1);
      for (gsize j = 0; j <= row; j++)
        squares += pow (features[j * width + i] - mean, 2.0) / (double)(row + 1);
      sample[i] = row > 0 && squares > 0.0 ? CLAMP ((features[row * width + i] - mean) / sqrt (squares), -5.0, 5.0) : 0.0;
    }
}

static double
predict (const double *weights, const double *sample, guint width)
{
  double sum = weights[width];

  for (guint i = 0; i < width; i++)
    sum += weights[i] * sample[i];
  return 1.0 / (1.0 + exp (-sum));
}

/* Positions after each bar. */
static void
run_plain (const Model *model, const PstBar *bars, gint *positions)
{
  const guint width = model->lags + 3, first = MAX (MAX (model->lags, model->rsi), MAX (model->mean - 1, model->volatility));
  g_autofree double *features = g_new0 (double, N *width), *samples = g_new0 (double, N *width), *weights = g_new0 (double, width + 1);
  PstRandom random;
  guint n_steps = 0;
  gint held = 0;

  pst_random_init (&random, model->seed, "weights");
  for (guint i = 0; i < width; i++)
    weights[i] = 0.02 * pst_random_double (&random) - 0.01;
  for (gsize n = first; n < N; n++)
    {
      gsize row = n - first;
      double rise;

      fill_features (model, bars, n, features + row * width);
      fill_sample (features, row, width, samples + row * width);
      if (row >= model->horizon)
        {
          const double *sample = samples + (row - model->horizon) * width;
          gint64 then = bars[n - model->horizon].close;
          double rate = model->rate / (1.0 + model->decay * n_steps++);
          double miss = (bars[n].close > then) - predict (weights, sample, width);

          for (guint i = 0; i <= width && bars[n].close != then; i++)
            weights[i] += i < width ? rate * (miss * sample[i] - model->l2 * weights[i]) : rate * miss;
        }
      rise = predict (weights, samples + row * width, width);
      if (n_steps >= model->warm_up)
        held = rise >= model->entry                    ? 1
               : 1.0 - rise >= model->entry            ? -1
               : held > 0 && rise >= model->stay       ? 1
               : held < 0 && 1.0 - rise >= model->stay ? -1
                                                       : 0;
      positions[n] = held;
    }
}

static PstSignalStrategy *
make (const Model *model)
{
  g_autofree char *lags = g_strdup_printf ("%u", model->lags), *rsi = g_strdup_printf ("%u", model->rsi);
  g_autofree char *mean = g_strdup_printf ("%u", model->mean), *volatility = g_strdup_printf ("%u", model->volatility);
  g_autofree char *horizon = g_strdup_printf ("%u", model->horizon), *warm_up = g_strdup_printf ("%u", model->warm_up);
  g_autofree char *rate = g_strdup_printf ("%g", model->rate), *decay = g_strdup_printf ("%g", model->decay), *l2 = g_strdup_printf ("%g", model->l2);
  g_autofree char *entry = g_strdup_printf ("%g", model->entry), *stay = g_strdup_printf ("%g", model->stay);
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, model->seed);

  return pst_check_make_strategy (PST_TYPE_ONLINE_LEARNING, "lags", lags, "rsi-period", rsi, "mean-period", mean, "volatility-period", volatility,
                                  "horizon", horizon, "warm-up", warm_up, "learning-rate", rate, "decay", decay, "l2", l2, "entry-probability", entry,
                                  "exit-probability", stay, "seed", seed, NULL);
}

static void
test_against_plain_calculation (void)
{
  static const Model models[] = {
    { 5, 14, 20, 20, 1, 200, 0.05, 0.001, 0.0001, 0.55, 0.5, 1 },
    { 1, 2, 3, 4, 5, 0, 0.3, 0.0, 0.01, 0.6, 0.3, 99 },
    { 12, 30, 5, 40, 3, 50, 0.5, 0.1, 0.0, 0.5, 0.5, 0 },
  };
  g_autofree PstBar *bars = g_new0 (PstBar, N);
  g_autofree guint8 *signals = g_new0 (guint8, N);
  const guint64 seed = 5;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  pst_check_make_bars (seed, bars, N);
  for (guint m = 0; m < G_N_ELEMENTS (models); m++)
    {
      g_autoptr (PstSignalStrategy) strategy = make (&models[m]);
      g_autofree gint *positions = g_new0 (gint, N);
      guint n_long = 0, n_short = 0;

      run_plain (&models[m], bars, positions);
      g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N, signals), ==, N);
      for (gsize n = 1; n < N; n++)
        {
          g_assert_cmpuint (signals[n], ==, pst_signal_between (positions[n - 1], positions[n]));
          g_assert_true (n >= pst_signal_strategy_get_warm_up (strategy) || signals[n] == PST_SIGNAL_NONE);
          n_long += (signals[n] & PST_SIGNAL_ENTER_LONG) != 0;
          n_short += (signals[n] & PST_SIGNAL_ENTER_SHORT) != 0;
        }
      g_assert_cmpuint (n_long, >, 10);
      g_assert_cmpuint (n_short, >, 10);
    }
}

/* The same of the first bars alone, and of first bars after which all comes otherwise. */
static void
test_no_look_ahead (void)
{
  g_autoptr (PstSignalStrategy) strategy = make (&usual);
  g_autofree PstBar *bars = g_new0 (PstBar, N), *others = g_new0 (PstBar, N);
  g_autofree guint8 *signals = g_new0 (guint8, N), *again = g_new0 (guint8, N);

  pst_check_make_bars (6, bars, N);
  pst_check_make_bars (7, others, N);
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N, signals), ==, N);
  for (gsize cut = 1; cut < N; cut += 97)
    {
      g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, cut, again), ==, cut);
      g_assert_cmpmem (again, cut, signals, cut);
      memcpy (others, bars, cut * sizeof *bars);
      g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, others, N, again), ==, N);
      g_assert_cmpmem (again, cut, signals, cut);
    }
}

/* Another seed begins elsewhere. */
static void
test_seed (void)
{
  g_autofree PstBar *bars = g_new0 (PstBar, N);
  g_autofree guint8 *signals = g_new0 (guint8, N), *others = g_new0 (guint8, N);
  Model model = usual;
  g_autoptr (PstSignalStrategy) one = NULL, same = NULL, other = NULL;

  model.warm_up = 0;
  model.entry = 0.5;
  one = make (&model);
  same = make (&model);
  model.seed++;
  other = make (&model);
  pst_check_make_bars (8, bars, N);
  pst_signal_strategy_evaluate (one, bars, N, signals);
  pst_signal_strategy_evaluate (same, bars, N, others);
  g_assert_cmpmem (signals, N, others, N);
  pst_signal_strategy_evaluate (other, bars, N, others);
  g_assert_true (memcmp (signals, others, N) != 0);
}

/* How often the position of the last bars was right about the next one. */
static double
rate_hits (const PstBar *bars)
{
  Model model = usual;
  g_autoptr (PstSignalStrategy) strategy = NULL;
  g_autofree guint8 *signals = g_new0 (guint8, N);
  guint n_right = 0, n_all = 0;
  gint held = 0;

  model.entry = 0.5;
  strategy = make (&model);
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N, signals), ==, N);
  for (gsize n = 0; n + 1 < N; n++)
    {
      gint64 change = bars[n + 1].close - bars[n].close;

      held = pst_signal_follow (held, (PstSignal)signals[n]);
      if (n < 500 || change == 0)
        continue;
      n_all++;
      n_right += held == (change > 0 ? 1 : -1);
    }
  return (double)n_right / n_all;
}

/* It finds what is there to find, and nothing where nothing is. */
static void
test_learns (void)
{
  g_autofree PstBar *bars = g_new0 (PstBar, N);
  PstRandom random;
  gint64 change = 1;

  /* After a rise it falls four times in five, and the other way round. */
  pst_random_init (&random, 9, "turns");
  for (gsize n = 0; n < N; n++)
    {
      change = (pst_random_below (&random, 5) != 0 ? -1 : 1) * (change > 0 ? 1 : -1) * (gint64)(100 + pst_random_below (&random, 300));
      bars[n].close = n > 0 ? MAX (bars[n - 1].close + change, 10000) : 1000000;
    }
  g_assert_cmpfloat (rate_hits (bars), >, 0.75);
  for (gsize n = 1; n < N; n++)
    bars[n].close = MAX (bars[n - 1].close + (pst_random_below (&random, 2) == 0 ? 100 : -100), 10000);
  g_assert_cmpfloat_with_epsilon (rate_hits (bars), 0.5, 0.04);
}

/* Prices that do not move, jump to nothing or come from nothing: numbers stay numbers. */
static void
test_degenerate (void)
{
  g_autoptr (PstSignalStrategy) strategy = make (&usual);
  g_autofree PstBar *bars = g_new0 (PstBar, N);
  g_autofree guint8 *signals = g_new0 (guint8, N);

  for (gsize n = 0; n < N; n++)
    bars[n].close = 500;
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N, signals), ==, N);
  for (gsize n = 0; n < N; n++)
    g_assert_cmpuint (signals[n], ==, PST_SIGNAL_NONE);
  for (gsize n = 0; n < N; n++)
    bars[n].close = n % 3 == 0 ? 0 : n % 3 == 1 ? -5 : G_GINT64_CONSTANT (100000000000000000);
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N, signals), ==, N);
  /* What does not fit is told. */
  bars[700].close = G_MAXINT64;
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N, signals), ==, 700);
}

static void
test_conflict (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *strategy = pst_harness_add (harness, PST_TYPE_ONLINE_LEARNING, "it", "exit-probability", "0.56", "order-size", "1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_component_prepare (strategy, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "exit-probability must be at most entry-probability"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/online-learning/against-plain-calculation", test_against_plain_calculation);
  g_test_add_func ("/online-learning/no-look-ahead", test_no_look_ahead);
  g_test_add_func ("/online-learning/seed", test_seed);
  g_test_add_func ("/online-learning/learns", test_learns);
  g_test_add_func ("/online-learning/degenerate", test_degenerate);
  g_test_add_func ("/online-learning/conflict", test_conflict);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", "warm-up", "20", NULL);
  return g_test_run ();
}
