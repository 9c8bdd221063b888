/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* That our indicators are those that others mean by the same names: every value of TA-Lib's on a hundred series, warm-up included
 * (../shared/golden/README.md). Against plain formulas, on made series, they are tested beside their code. */
#include <penstock.h>

#include "house-run.h"

#include <math.h>
#include <string.h>

#define BARS "golden/w1_all.csv.zst"
#define VALUES "golden/indicators_talib.csv.zst"
#define SCALE 10000.0

enum
{
  SMA_10,
  SMA_30,
  RSI,
  MACD,
  MACD_SIGNAL,
  MACD_HISTOGRAM,
  BAND_UPPER,
  BAND_MIDDLE,
  BAND_LOWER,
  RETURN_20,
  N_VALUES
};

typedef struct
{
  PstSma fast, slow;
  PstRsi rsi;
  PstMacd macd;
  PstBands bands;
  PstReturn change;
} Indicators;

static void
indicators_init (Indicators *all)
{
  pst_sma_init (&all->fast, 10);
  pst_sma_init (&all->slow, 30);
  pst_rsi_init (&all->rsi, 14, PST_RSI_WILDER);
  pst_macd_init (&all->macd, 12, 26, 9, PST_MACD_EXPONENTIAL);
  pst_bands_init (&all->bands, 20, 2.0);
  pst_return_init (&all->change, 20);
}

static void
indicators_clear (Indicators *all)
{
  pst_sma_clear (&all->fast);
  pst_sma_clear (&all->slow);
  pst_rsi_clear (&all->rsi);
  pst_macd_clear (&all->macd);
  pst_bands_clear (&all->bands);
  pst_return_clear (&all->change);
}

/* NAN where one is not ready. */
static void
indicators_append (Indicators *all, gint64 close, double *values)
{
  gboolean ready;

  for (guint i = 0; i < N_VALUES; i++)
    values[i] = NAN;
  g_assert_true (pst_sma_append (&all->fast, close) && pst_sma_append (&all->slow, close));
  if (pst_sma_is_ready (&all->fast))
    values[SMA_10] = (double)all->fast.sum / 10.0 / SCALE;
  if (pst_sma_is_ready (&all->slow))
    values[SMA_30] = (double)all->slow.sum / 30.0 / SCALE;
  g_assert_true (pst_rsi_append (&all->rsi, close, &ready));
  if (ready)
    values[RSI] = all->rsi.value;
  g_assert_true (pst_macd_append (&all->macd, close, &ready));
  if (ready)
    {
      values[MACD] = all->macd.value / SCALE;
      values[MACD_SIGNAL] = all->macd.signal_value / SCALE;
      values[MACD_HISTOGRAM] = all->macd.histogram / SCALE;
    }
  g_assert_true (pst_bands_append (&all->bands, close, &ready));
  if (ready)
    {
      values[BAND_UPPER] = all->bands.upper / SCALE;
      values[BAND_MIDDLE] = all->bands.mean / SCALE;
      values[BAND_LOWER] = all->bands.lower / SCALE;
    }
  if (pst_return_append (&all->change, close))
    values[RETURN_20] = all->change.value;
}

/* How far apart two texts of numbers are, relative to a price; both or neither may be missing. */
static double
distance (double value, const char *expected)
{
  double theirs;

  g_assert_cmpint (isnan (value) != 0, ==, *expected == '\0');
  if (*expected == '\0')
    return 0.0;
  theirs = g_ascii_strtod (expected, NULL);
  return fabs (value - theirs) / MAX (1.0, fabs (theirs));
}

static void
test_talib (void)
{
  g_autofree char *bars_path = test_recording (BARS), *values_path = test_recording (VALUES), *bars_text = NULL, *values_text = NULL;
  g_auto (GStrv) bars = NULL, rows = NULL;
  double furthest[N_VALUES] = { 0 };
  Indicators all;
  guint n_compared = 0;

  if (bars_path == NULL || values_path == NULL)
    return;
  bars_text = test_read_zstd (bars_path);
  values_text = test_read_zstd (values_path);
  bars = g_strsplit (bars_text, "\n", -1);
  rows = g_strsplit (values_text, "\n", -1);
  indicators_init (&all);
  for (guint i = 1; bars[i] != NULL && *bars[i] != '\0'; i++)
    {
      g_auto (GStrv) bar = g_strsplit (bars[i], ",", -1), row = g_strsplit (rows[i], ",", -1);
      double values[N_VALUES];
      gint64 close;

      g_assert_cmpstr (bar[0], ==, row[0]);
      if (strcmp (row[1], "0") == 0)
        {
          indicators_clear (&all);
          indicators_init (&all);
        }
      g_assert_true (pst_mantissa_parse (bar[5], -1, 4, &close, NULL));
      indicators_append (&all, close, values);
      for (guint n = 0; n < N_VALUES; n++)
        {
          furthest[n] = MAX (furthest[n], distance (values[n], row[2 + n]));
          n_compared++;
        }
    }
  indicators_clear (&all);
  g_assert_cmpuint (n_compared, ==, 756 * 100 * N_VALUES);
  for (guint n = 0; n < N_VALUES; n++)
    {
      g_test_message ("column %u: at most %g apart", n, furthest[n]);
      g_assert_cmpfloat (furthest[n], <, 1e-9);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/indicators/talib", test_talib);
  return g_test_run ();
}
