/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every streaming indicator against the plain formula over the whole past, on random walks: a signal that comes a bar late, or drifts away after a
 * million bars, costs money that no one sees. What independent engines answer is in tests/integration. */
#include <penstock.h>

#include <math.h>
#include <string.h>

#define N 3000

static gint64 walk[N];

static void
make_walk (guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  gint64 value = 1000000;

  for (guint i = 0; i < N; i++)
    {
      /* Steps of some hundreds, and now and then none: ties must be there. */
      value = MAX (value + g_rand_int_range (random, -3, 4) * 100, 100);
      walk[i] = value;
    }
}

static void
assert_near (double value, double expected)
{
  g_assert_cmpfloat_with_epsilon (value, expected, 1e-9 * MAX (1.0, fabs (expected)));
}

static double
mean_of (guint end, guint period)
{
  double sum = 0.0;

  for (guint i = end + 1 - period; i <= end; i++)
    sum += (double)walk[i];
  return sum / period;
}

static void
test_ema (void)
{
  static const guint periods[] = { 1, 2, 12, 200 };

  for (guint p = 0; p < G_N_ELEMENTS (periods); p++)
    {
      const guint period = periods[p];
      const double alpha = 2.0 / (period + 1.0);
      double plain = 0.0, first = 0.0, numerator = 0.0, denominator = 0.0;
      PstEma mean, from_first, adjusted;

      pst_ema_init (&mean, period, PST_EMA_MEAN);
      pst_ema_init (&from_first, period, PST_EMA_FIRST);
      pst_ema_init (&adjusted, period, PST_EMA_ADJUSTED);
      for (guint i = 0; i < N; i++)
        {
          const double value = (double)walk[i];
          const gboolean ready = i + 1 >= period;

          plain = i + 1 == period ? mean_of (i, period) : alpha * value + (1.0 - alpha) * plain;
          first = i == 0 ? value : alpha * value + (1.0 - alpha) * first;
          numerator = value + (1.0 - alpha) * numerator;
          denominator = 1.0 + (1.0 - alpha) * denominator;
          g_assert_cmpint (pst_ema_append (&mean, value), ==, ready);
          g_assert_cmpint (pst_ema_append (&from_first, value), ==, ready);
          g_assert_cmpint (pst_ema_append (&adjusted, value), ==, ready);
          if (ready)
            assert_near (mean.value, plain);
          assert_near (from_first.value, first);
          assert_near (adjusted.value, numerator / denominator);
        }
    }
}

static void
test_bands (void)
{
  static const guint periods[] = { 1, 2, 20, 500 };

  for (guint p = 0; p < G_N_ELEMENTS (periods); p++)
    {
      const guint period = periods[p];
      PstBands bands;
      gboolean ready;

      pst_bands_init (&bands, period, 2.0);
      for (guint i = 0; i < N; i++)
        {
          double mean, sum = 0.0, deviation;

          g_assert_true (pst_bands_append (&bands, walk[i], &ready));
          g_assert_cmpint (ready, ==, i + 1 >= period);
          if (!ready)
            continue;
          mean = mean_of (i, period);
          for (guint j = i + 1 - period; j <= i; j++)
            sum += ((double)walk[j] - mean) * ((double)walk[j] - mean);
          deviation = sqrt (sum / period);
          assert_near (bands.mean, mean);
          g_assert_cmpfloat_with_epsilon (bands.deviation, deviation, 1e-6);
          assert_near (bands.upper, bands.mean + 2.0 * bands.deviation);
          assert_near (bands.lower, bands.mean - 2.0 * bands.deviation);
        }
      g_assert_false (pst_bands_append (&bands, G_MAXINT64, &ready) && period > 1);
      pst_bands_clear (&bands);
    }
}

/* A flat market has no deviation at all, whatever it did before: exact sums forget. */
static void
test_bands_forget (void)
{
  const gint64 huge = (G_GINT64_CONSTANT (1) << 62) / 20;
  PstBands bands;
  gboolean ready;

  pst_bands_init (&bands, 20, 2.0);
  for (guint i = 0; i < 40; i++)
    g_assert_true (pst_bands_append (&bands, i % 2 == 0 ? huge : -huge, &ready));
  for (guint i = 0; i < 20; i++)
    g_assert_true (pst_bands_append (&bands, 7, &ready));
  g_assert_cmpfloat (bands.deviation, ==, 0.0);
  g_assert_cmpfloat (bands.mean, ==, 7.0);
  g_assert_false (pst_bands_append (&bands, huge + 1, &ready));
  g_assert_false (ready);
  pst_bands_clear (&bands);
}

static void
test_rsi (void)
{
  const guint period = 14;
  double gain = 0.0, loss = 0.0;
  PstRsi wilder, simple;
  gboolean ready, simple_ready;

  pst_rsi_init (&wilder, period, PST_RSI_WILDER);
  pst_rsi_init (&simple, period, PST_RSI_SIMPLE);
  for (guint i = 0; i < N; i++)
    {
      const double change = i > 0 ? (double)(walk[i] - walk[i - 1]) : 0.0;
      double gains = 0.0, losses = 0.0;

      g_assert_true (pst_rsi_append (&wilder, walk[i], &ready));
      g_assert_true (pst_rsi_append (&simple, walk[i], &simple_ready));
      g_assert_cmpint (ready, ==, i >= period);
      g_assert_cmpint (simple_ready, ==, i >= period);
      if (i > period)
        {
          gain = (gain * (period - 1) + MAX (change, 0.0)) / period;
          loss = (loss * (period - 1) + MAX (-change, 0.0)) / period;
        }
      else if (i > 0)
        {
          gain += MAX (change, 0.0) / period;
          loss += MAX (-change, 0.0) / period;
        }
      if (!ready)
        continue;
      assert_near (wilder.value, 100.0 - 100.0 / (1.0 + gain / loss));
      for (guint j = i + 1 - period; j <= i; j++)
        {
          gains += (double)MAX (walk[j] - walk[j - 1], 0);
          losses += (double)MAX (walk[j - 1] - walk[j], 0);
        }
      assert_near (simple.value, gains + losses > 0.0 ? 100.0 * gains / (gains + losses) : 50.0);
    }
  pst_rsi_clear (&wilder);
  pst_rsi_clear (&simple);
}

static void
test_rsi_flat (void)
{
  PstRsi rsi;
  gboolean ready = FALSE;

  pst_rsi_init (&rsi, 3, PST_RSI_WILDER);
  for (guint i = 0; i < 10; i++)
    g_assert_true (pst_rsi_append (&rsi, 500, &ready));
  g_assert_true (ready);
  g_assert_cmpfloat (rsi.value, ==, 50.0);
  g_assert_true (pst_rsi_append (&rsi, 501, &ready));
  g_assert_cmpfloat (rsi.value, ==, 100.0);
  g_assert_false (pst_rsi_append (&rsi, G_MININT64, &ready));
  pst_rsi_clear (&rsi);
}

static void
test_macd (void)
{
  const guint fast = 12, slow = 26, signal = 9;
  double fast_value = 0.0, slow_value = 0.0, signal_value = 0.0, differences[N];
  PstMacd macd, simple;
  gboolean ready, simple_ready;

  pst_macd_init (&macd, fast, slow, signal, PST_MACD_EXPONENTIAL);
  pst_macd_init (&simple, fast, slow, signal, PST_MACD_SIMPLE);
  for (guint i = 0; i < N; i++)
    {
      double sum = 0.0;

      g_assert_true (pst_macd_append (&macd, walk[i], &ready));
      g_assert_true (pst_macd_append (&simple, walk[i], &simple_ready));
      g_assert_cmpint (ready, ==, i + 1 >= slow + signal - 1);
      g_assert_cmpint (simple_ready, ==, ready);
      if (i + 1 < slow)
        continue;
      fast_value = i + 1 == slow ? mean_of (i, fast) : fast_value + 2.0 / (fast + 1.0) * ((double)walk[i] - fast_value);
      slow_value = i + 1 == slow ? mean_of (i, slow) : slow_value + 2.0 / (slow + 1.0) * ((double)walk[i] - slow_value);
      differences[i] = fast_value - slow_value;
      if (!ready)
        continue;
      for (guint j = i + 1 - signal; j <= i; j++)
        sum += differences[j];
      signal_value = i + 1 == slow + signal - 1 ? sum / signal : signal_value + 2.0 / (signal + 1.0) * (differences[i] - signal_value);
      assert_near (macd.value, differences[i]);
      assert_near (macd.signal_value, signal_value);
      assert_near (macd.histogram, differences[i] - signal_value);
      assert_near (simple.value, mean_of (i, fast) - mean_of (i, slow));
      sum = 0.0;
      for (guint j = i + 1 - signal; j <= i && i + 1 >= slow + signal; j++)
        sum += mean_of (j, fast) - mean_of (j, slow);
      if (i + 1 >= slow + signal)
        assert_near (simple.signal_value, sum / signal);
    }
  pst_macd_clear (&macd);
  pst_macd_clear (&simple);
}

static void
test_extreme (void)
{
  static const guint periods[] = { 1, 2, 10, 20, 700 };

  for (guint p = 0; p < G_N_ELEMENTS (periods); p++)
    {
      const guint period = periods[p];
      PstExtreme largest, smallest;

      pst_extreme_init (&largest, period, TRUE);
      pst_extreme_init (&smallest, period, FALSE);
      for (guint i = 0; i < N; i++)
        {
          gint64 highest = G_MININT64, lowest = G_MAXINT64;

          g_assert_cmpint (pst_extreme_append (&largest, walk[i]), ==, i + 1 >= period);
          g_assert_cmpint (pst_extreme_append (&smallest, walk[i]), ==, i + 1 >= period);
          for (guint j = i + 1 >= period ? i + 1 - period : 0; j <= i; j++)
            {
              highest = MAX (highest, walk[j]);
              lowest = MIN (lowest, walk[j]);
            }
          g_assert_cmpint (pst_extreme_get (&largest), ==, highest);
          g_assert_cmpint (pst_extreme_get (&smallest), ==, lowest);
        }
      pst_extreme_clear (&largest);
      pst_extreme_clear (&smallest);
    }
}

static void
test_return (void)
{
  PstReturn change;
  PstWindow window;

  pst_return_init (&change, 20);
  pst_window_init (&window, 3);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpint (pst_return_append (&change, walk[i]), ==, i >= 20);
      if (i >= 20)
        assert_near (change.value, (double)walk[i] / (double)walk[i - 20] - 1.0);
      g_assert_cmpint (pst_window_push (&window, walk[i]), ==, i >= 3 ? walk[i - 3] : 0);
      for (guint age = 0; age < window.count; age++)
        g_assert_cmpint (pst_window_get (&window, age), ==, walk[i - age]);
    }
  pst_return_clear (&change);
  pst_window_clear (&window);
  /* Nothing can be said against a price that was not there. */
  pst_return_init (&change, 1);
  g_assert_false (pst_return_append (&change, 0));
  g_assert_false (pst_return_append (&change, 5));
  g_assert_true (pst_return_append (&change, 6));
  pst_return_clear (&change);
}

int
main (int argc, char **argv)
{
  guint32 seed = 20261121;

  g_test_init (&argc, &argv, NULL);
  g_test_message ("seed %u", seed);
  make_walk (seed);
  g_test_add_func ("/sdk/indicator/ema", test_ema);
  g_test_add_func ("/sdk/indicator/bands", test_bands);
  g_test_add_func ("/sdk/indicator/bands-forget", test_bands_forget);
  g_test_add_func ("/sdk/indicator/rsi", test_rsi);
  g_test_add_func ("/sdk/indicator/rsi-flat", test_rsi_flat);
  g_test_add_func ("/sdk/indicator/macd", test_macd);
  g_test_add_func ("/sdk/indicator/extreme", test_extreme);
  g_test_add_func ("/sdk/indicator/return", test_return);
  return g_test_run ();
}
