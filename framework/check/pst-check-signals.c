/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walks that make signals come, and the comparison that every strategy of signals must pass. */
#include "pst-check-signals.h"

#define N_BARS 4000

/**
 * pst_check_make_bars:
 * @seed: of the walk
 * @bars: (out caller-allocates) (array length=n_bars): the bars
 * @n_bars: how many
 *
 * Makes bars of a random walk with a drift that turns now and then. Any thread.
 */
void
pst_check_make_bars (guint64 seed, PstBar *bars, gsize n_bars)
{
  PstRandom random;
  gint64 close = 100000, drift = 0;

  pst_random_init (&random, seed, "bars");
  for (gsize i = 0; i < n_bars; i++)
    {
      gint64 open = close;

      if (pst_random_below (&random, 40) == 0)
        drift = (gint64)pst_random_below (&random, 5) - 2;
      close += ((gint64)pst_random_below (&random, 7) - 3 + drift) * 150;
      if (pst_random_below (&random, 200) == 0)
        close += ((gint64)pst_random_below (&random, 3) - 1) * 8000;
      close = MAX (close, 5000);
      bars[i].open = open;
      bars[i].close = close;
      bars[i].high = MAX (open, close) + (gint64)pst_random_below (&random, 3) * 100;
      bars[i].low = MIN (open, close) - (gint64)pst_random_below (&random, 3) * 100;
      bars[i].volume = 1000 + (gint64)pst_random_below (&random, 1000);
      if (pst_random_below (&random, 10) == 0)
        bars[i].volume *= 4;
    }
}

/* A strategy that looked ahead would say something else when there is nothing ahead. */
static void
check_cut (PstSignalStrategy *strategy, const PstBar *bars, const guint8 *signals, gsize n_bars)
{
  g_autofree guint8 *again = g_new (guint8, n_bars);

  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, n_bars, again), ==, n_bars);
  g_assert_cmpmem (again, n_bars, signals, n_bars);
}

/**
 * pst_check_assert_signals:
 * @strategy: a strategy whose options are set
 * @must_come: signals that must come at least once
 * @expected: (scope call) (closure user_data): the plain calculation
 * @user_data: passed to @expected
 *
 * Asserts that the strategy says what the plain calculation says.
 */
void
pst_check_assert_signals (PstSignalStrategy *strategy, guint must_come, PstCheckSignalFunc expected, gpointer user_data)
{
  g_autofree PstBar *bars = g_new0 (PstBar, N_BARS);
  g_autofree guint8 *signals = g_new0 (guint8, N_BARS);
  const guint64 seed = 20261121;
  guint came = 0;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  pst_check_make_bars (seed, bars, N_BARS);
  g_assert_cmpuint (pst_signal_strategy_evaluate (strategy, bars, N_BARS, signals), ==, N_BARS);
  for (gsize i = 0; i < N_BARS; i++)
    {
      PstSignal right = expected (bars, i, user_data);

      if (signals[i] != (guint)right)
        g_error ("bar %" G_GSIZE_FORMAT ": the strategy says %u, the plain calculation %u", i, signals[i], (guint)right);
      g_assert_true (i >= pst_signal_strategy_get_warm_up (strategy) || signals[i] == PST_SIGNAL_NONE);
      came |= signals[i];
    }
  g_assert_cmpuint (came & must_come, ==, must_come);
  check_cut (strategy, bars, signals, N_BARS / 3);
  check_cut (strategy, bars, signals, 1);
}

/**
 * pst_check_mean_close:
 * @bars: bars
 * @n: index of the last one
 * @period: how many, at most @n + 1
 *
 * Returns: the mean of their closes
 */
double
pst_check_mean_close (const PstBar *bars, gsize n, guint period)
{
  double sum = 0.0;

  for (gsize i = n + 1 - period; i <= n; i++)
    sum += (double)bars[i].close;
  return sum / period;
}

/**
 * pst_check_cross:
 * @before: one bar before
 * @now: at this bar
 *
 * Returns: %PST_SIGNAL_BUY for a crossing of 0 upwards, %PST_SIGNAL_SELL for one downwards
 */
PstSignal
pst_check_cross (double before, double now)
{
  if (now > 0.0 && before <= 0.0)
    return PST_SIGNAL_BUY;
  return now < 0.0 && before >= 0.0 ? PST_SIGNAL_SELL : PST_SIGNAL_NONE;
}

/**
 * pst_check_make_strategy:
 * @type: of the strategy
 * @...: options, name and value each, %NULL
 *
 * Makes a strategy with options, outside of a run.
 *
 * Returns: (transfer full): the strategy
 */
PstSignalStrategy *
pst_check_make_strategy (GType type, ...)
{
  PstSignalStrategy *strategy = g_object_new (type, NULL);
  const char *option;
  va_list options;

  va_start (options, type);
  while ((option = va_arg (options, const char *)) != NULL)
    {
      g_autoptr (GError) error = NULL;

      pst_component_set_option (PST_COMPONENT (strategy), option, va_arg (options, const char *), &error);
      g_assert_no_error (error);
    }
  va_end (options);
  return strategy;
}
