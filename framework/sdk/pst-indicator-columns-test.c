/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A column says what the streaming indicator says, whoever asks, however often and from however many threads; else a sweep ranks sets by numbers that
 * no run will ever see. And what is kept stays within its bound, or a long sweep ends by want of memory. */
#include <penstock.h>

#include <math.h>
#include <string.h>

#define N 3000

typedef struct
{
  PstBarColumns bars;
  gint64 values[6][N];
} Series;

static void
make_series (Series *series, guint64 seed, gint64 unit)
{
  gint64 price = 1000;
  PstRandom random;

  pst_random_init (&random, seed, "bars");
  for (gsize i = 0; i < N; i++)
    {
      gint64 next = MAX (price + (gint64)pst_random_below (&random, 41) - 20, 100);

      series->values[0][i] = ((gint64)i + 1) * PST_NS_PER_SECOND;
      series->values[1][i] = price * unit;
      series->values[2][i] = (MAX (price, next) + (gint64)pst_random_below (&random, 5)) * unit;
      series->values[3][i] = (MIN (price, next) - (gint64)pst_random_below (&random, 5)) * unit;
      series->values[4][i] = next * unit;
      series->values[5][i] = (gint64)pst_random_below (&random, 1000) * unit;
      price = next;
    }
  series->bars
      = (PstBarColumns){ NULL, N, series->values[0], series->values[1], series->values[2], series->values[3], series->values[4], series->values[5] };
}

static void
assert_value (const PstIndicatorColumn *column, gsize i, gboolean ready, double value)
{
  if (ready)
    g_assert_cmpint (memcmp (&column->values[i], &value, sizeof value), ==, 0);
  else
    g_assert_true (isnan (column->values[i]));
  if (ready)
    g_assert_cmpuint (column->first, <=, i);
}

static void
test_windows (void)
{
  g_autofree Series *series = g_new0 (Series, 1);
  g_autoptr (PstIndicatorColumns) columns = pst_indicator_columns_new (NULL);
  const gint64 *close = series->values[4], *high = series->values[2];
  const PstIndicatorColumn *sum, *highest, *mean, *deviation, *change, *efficiency;
  PstSma sma;
  PstExtreme extreme;
  PstBands bands;
  PstReturn moved;
  PstEfficiency way;

  make_series (series, 1, 1);
  pst_indicator_columns_begin (columns, 0, &series->bars);
  sum = pst_indicator_columns_get (columns, PST_INDICATOR_CLOSE_SUM, 20, 0, 0);
  highest = pst_indicator_columns_get (columns, PST_INDICATOR_HIGHEST, 7, 0, 0);
  mean = pst_indicator_columns_get (columns, PST_INDICATOR_MEAN, 20, 0, 0);
  deviation = pst_indicator_columns_get (columns, PST_INDICATOR_DEVIATION, 20, 0, 0);
  change = pst_indicator_columns_get (columns, PST_INDICATOR_RETURN, 20, 0, 0);
  efficiency = pst_indicator_columns_get (columns, PST_INDICATOR_EFFICIENCY, 20, 0, 0);
  g_assert_cmpuint (sum->first, ==, 19);
  pst_sma_init (&sma, 20);
  pst_extreme_init (&extreme, 7, TRUE);
  pst_bands_init (&bands, 20, 2.0);
  pst_return_init (&moved, 20);
  pst_efficiency_init (&way, 20);
  for (gsize i = 0; i < N; i++)
    {
      gboolean has_bands, has_way, ready;

      g_assert_true (pst_sma_append (&sma, close[i]));
      g_assert_cmpint (sum->integers[i], ==, sma.sum);
      pst_extreme_append (&extreme, high[i]);
      g_assert_cmpint (highest->integers[i], ==, pst_extreme_get (&extreme));
      g_assert_true (pst_bands_append (&bands, close[i], &has_bands));
      assert_value (mean, i, has_bands, bands.mean);
      assert_value (deviation, i, has_bands, bands.deviation);
      ready = pst_return_append (&moved, close[i]);
      assert_value (change, i, ready, moved.value);
      g_assert_true (pst_efficiency_append (&way, close[i], &has_way));
      assert_value (efficiency, i, has_way, way.value);
    }
  pst_sma_clear (&sma);
  pst_extreme_clear (&extreme);
  pst_bands_clear (&bands);
  pst_return_clear (&moved);
  pst_efficiency_clear (&way);
}

static void
test_smoothed (void)
{
  g_autofree Series *series = g_new0 (Series, 1);
  g_autoptr (PstIndicatorColumns) columns = pst_indicator_columns_new (NULL);
  const gint64 *close = series->values[4], *high = series->values[2], *low = series->values[3];
  const PstIndicatorColumn *ema, *rsi, *macd, *adx;
  PstEma average;
  PstRsi index;
  PstMacd both;
  PstAdx trend;

  make_series (series, 1, 1);
  pst_indicator_columns_begin (columns, 0, &series->bars);
  ema = pst_indicator_columns_get (columns, PST_INDICATOR_EMA, 26, PST_EMA_ADJUSTED, 0);
  rsi = pst_indicator_columns_get (columns, PST_INDICATOR_RSI, 14, PST_RSI_SIMPLE, 0);
  macd = pst_indicator_columns_get (columns, PST_INDICATOR_MACD, 12, 26, PST_MACD_EXPONENTIAL);
  adx = pst_indicator_columns_get (columns, PST_INDICATOR_ADX, 14, 0, 0);
  g_assert_cmpuint (rsi->first, ==, 14);
  g_assert_cmpuint (macd->first, ==, 25);
  pst_ema_init (&average, 26, PST_EMA_ADJUSTED);
  pst_rsi_init (&index, 14, PST_RSI_SIMPLE);
  pst_macd_init (&both, 12, 26, 9, PST_MACD_EXPONENTIAL);
  pst_adx_init (&trend, 14);
  for (gsize i = 0; i < N; i++)
    {
      gboolean has_index, has_both, ready;

      ready = pst_ema_append (&average, (double)close[i]);
      assert_value (ema, i, ready, average.value);
      g_assert_true (pst_rsi_append (&index, close[i], &has_index));
      assert_value (rsi, i, has_index, index.value);
      g_assert_true (pst_macd_append (&both, close[i], &has_both));
      assert_value (macd, i, i >= 25, both.value);
      ready = pst_adx_append (&trend, high[i], low[i], close[i]);
      assert_value (adx, i, ready, trend.value);
    }
  pst_rsi_clear (&index);
  pst_macd_clear (&both);
}

/* Where a sum does not fit any more the column ends, as the strategy's signals do. */
static void
test_overflow (void)
{
  g_autofree Series *series = g_new0 (Series, 1);
  g_autoptr (PstIndicatorColumns) columns = pst_indicator_columns_new (NULL);
  const PstIndicatorColumn *sum;
  PstSma sma;
  gsize n = 0;

  make_series (series, 2, G_MAXINT64 / 20000);
  pst_indicator_columns_begin (columns, 0, &series->bars);
  sum = pst_indicator_columns_get (columns, PST_INDICATOR_CLOSE_SUM, 200, 0, 0);
  pst_sma_init (&sma, 200);
  while (n < N && pst_sma_append (&sma, series->values[4][n]))
    n++;
  pst_sma_clear (&sma);
  g_assert_cmpuint (n, <, N);
  g_assert_cmpuint (sum->n_bars, ==, n);
  g_assert_cmpuint (sum->first, <=, n);
}

typedef struct
{
  PstIndicatorStore *store;
  const Series *series;
  const double *expected;
} Reader;

static gpointer
read_columns (gpointer data)
{
  Reader *reader = data;
  g_autoptr (PstIndicatorColumns) columns = pst_indicator_columns_new (reader->store);

  for (guint round = 0; round < 50; round++)
    {
      pst_indicator_columns_begin (columns, round % 3, &reader->series->bars);
      for (guint period = 2; period < 12; period++)
        {
          const PstIndicatorColumn *column = pst_indicator_columns_get (columns, PST_INDICATOR_EMA, period, PST_EMA_MEAN, 0);

          g_assert_cmpmem (column->values + 100, (N - 100) * sizeof (double), reader->expected + (gsize)period * N + 100,
                           (N - 100) * sizeof (double));
          g_assert_true (column == pst_indicator_columns_get (columns, PST_INDICATOR_EMA, period, PST_EMA_MEAN, 0));
        }
    }
  return NULL;
}

/* @bytes_max: what may be kept. Four threads, thirty columns. */
static guint64
read_shared (gsize bytes_max)
{
  g_autofree Series *series = g_new0 (Series, 1);
  g_autoptr (PstIndicatorStore) store = pst_indicator_store_new (bytes_max);
  g_autofree double *expected = g_new (double, (gsize)N * 12);
  Reader reader = { store, series, expected };
  GThread *threads[4];

  make_series (series, 3, 1);
  for (guint period = 2; period < 12; period++)
    {
      PstEma ema;

      pst_ema_init (&ema, period, PST_EMA_MEAN);
      for (gsize i = 0; i < N; i++)
        {
          pst_ema_append (&ema, (double)series->values[4][i]);
          expected[(gsize)period * N + i] = ema.value;
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_columns, &reader);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  return pst_indicator_store_get_n_computed (store);
}

static void
test_shared (void)
{
  /* Each once, for all threads. */
  g_assert_cmpuint (read_shared (64 << 20), ==, 30);
  /* With room for none and for a few they come and go, and are right all the same. */
  g_assert_cmpuint (read_shared (0), >, 30);
  g_assert_cmpuint (read_shared (5 * N * sizeof (double)), >, 30);
}

static void
test_scratch (void)
{
  g_autofree Series *series = g_new0 (Series, 1);
  g_autoptr (PstIndicatorColumns) columns = pst_indicator_columns_new (NULL);
  guint8 *first, *second;

  make_series (series, 4, 1);
  pst_indicator_columns_begin (columns, 0, &series->bars);
  first = pst_indicator_columns_get_scratch (columns);
  second = pst_indicator_columns_get_scratch (columns);
  memset (first, 1, N);
  memset (second, 2, N);
  g_assert_cmpuint (first[N - 1], ==, 1);
  pst_indicator_columns_begin (columns, 1, &series->bars);
  g_assert_true (pst_indicator_columns_get_scratch (columns) == first);
  g_assert_true (pst_indicator_columns_get_bars (columns) == &series->bars);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/indicator-columns/windows", test_windows);
  g_test_add_func ("/indicator-columns/smoothed", test_smoothed);
  g_test_add_func ("/indicator-columns/overflow", test_overflow);
  g_test_add_func ("/indicator-columns/shared", test_shared);
  g_test_add_func ("/indicator-columns/scratch", test_scratch);
  return g_test_run ();
}
