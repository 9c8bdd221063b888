/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much of a trend there is, against the plain formulas over the whole past, and against numbers that TA-Lib gives for the same bars: who picks a
 * strategy by an index that says something else than everybody's picks the wrong one. */
#include <penstock.h>

#include <math.h>

#define N 2000

typedef struct
{
  gint64 high, low, close;
} Bar;

static Bar bars[N];

/* Of whole numbers alone, so that others can make the same bars. Every hundredth bar does not move. */
static void
make_bars (void)
{
  guint32 random = 12345;
  gint64 close = 100000;

  for (guint i = 0; i < N; i++)
    {
      gint64 open = close;

      for (guint j = 0; j < 3; j++)
        {
          random = random * 1664525u + 1013904223u;
          if (j == 0)
            close = MAX (close + (gint64)(random >> 16) % 2001 - 995, 1000);
          if (i % 100 == 99)
            close = open;
          if (j == 1)
            bars[i].high = MAX (open, close) + (i % 100 == 99 ? 0 : (gint64)(random >> 16) % 500);
          if (j == 2)
            bars[i].low = MIN (open, close) - (i % 100 == 99 ? 0 : (gint64)(random >> 16) % 500);
        }
      bars[i].close = close;
    }
}

static void
assert_near (double value, double expected)
{
  g_assert_cmpfloat_with_epsilon (value, expected, 1e-9 * MAX (1.0, fabs (expected)));
}

static void
test_efficiency (void)
{
  static const guint periods[] = { 1, 2, 10, 300 };

  for (guint p = 0; p < G_N_ELEMENTS (periods); p++)
    {
      const guint period = periods[p];
      PstEfficiency efficiency;

      pst_efficiency_init (&efficiency, period);
      for (guint i = 0; i < N; i++)
        {
          gboolean ready;
          gint64 way = 0;

          g_assert_true (pst_efficiency_append (&efficiency, bars[i].close, &ready));
          g_assert_cmpint (ready, ==, i >= period);
          if (!ready)
            continue;
          for (guint j = i + 1 - period; j <= i; j++)
            way += ABS (bars[j].close - bars[j - 1].close);
          assert_near (efficiency.value, way > 0 ? fabs ((double)(bars[i].close - bars[i - period].close)) / (double)way : 0.0);
        }
      pst_efficiency_clear (&efficiency);
    }
}

/* A line is 1 whatever its slope, a price that comes back 0, one that does not move 0, and what does not fit is told. */
static void
test_efficiency_ends (void)
{
  PstEfficiency efficiency;
  gboolean ready;

  pst_efficiency_init (&efficiency, 4);
  for (gint64 i = 0; i < 9; i++)
    g_assert_true (pst_efficiency_append (&efficiency, -7 * i, &ready));
  g_assert_true (ready && efficiency.value == 1.0);
  for (gint64 i = 0; i < 9; i++)
    g_assert_true (pst_efficiency_append (&efficiency, i % 2, &ready));
  g_assert_true (efficiency.value == 0.0);
  for (gint64 i = 0; i < 9; i++)
    g_assert_true (pst_efficiency_append (&efficiency, 5, &ready));
  g_assert_true (ready && efficiency.value == 0.0);
  g_assert_true (pst_efficiency_append (&efficiency, G_MAXINT64, &ready));
  g_assert_false (pst_efficiency_append (&efficiency, -2, &ready));
  pst_efficiency_clear (&efficiency);
}

/* As Wilder's book tells it, over arrays, with sums that begin with period - 1 bars. */
static void
find_adx (guint period, double *values)
{
  double plus = 0.0, minus = 0.0, range = 0.0, n = period, sum = 0.0;

  for (guint i = 1; i < N; i++)
    {
      double up = (double)(bars[i].high - bars[i - 1].high), down = (double)(bars[i - 1].low - bars[i].low);
      double reach = (double)MAX (bars[i].high - bars[i].low, MAX (ABS (bars[i].high - bars[i - 1].close), ABS (bars[i].low - bars[i - 1].close)));
      double keep = i < period ? 1.0 : (n - 1.0) / n, dx;

      plus = plus * keep + (up > down && up > 0.0 ? up : 0.0);
      minus = minus * keep + (down > up && down > 0.0 ? down : 0.0);
      range = range * keep + reach;
      if (i < period)
        continue;
      dx = 100.0 * fabs (plus / range - minus / range) / (plus / range + minus / range);
      sum += dx;
      values[i] = i < 2 * period ? sum / n : (values[i - 1] * (n - 1.0) + dx) / n;
    }
}

static void
test_adx (void)
{
  static const guint periods[] = { 2, 14, 50 };
  g_autofree double *expected = g_new0 (double, N);

  for (guint p = 0; p < G_N_ELEMENTS (periods); p++)
    {
      PstAdx adx;

      pst_adx_init (&adx, periods[p]);
      find_adx (periods[p], expected);
      for (guint i = 0; i < N; i++)
        {
          gboolean ready = pst_adx_append (&adx, bars[i].high, bars[i].low, bars[i].close);

          g_assert_cmpint (ready, ==, i + 1 >= 2 * periods[p]);
          if (ready)
            assert_near (adx.value, expected[i]);
        }
    }
}

/* What TA-Lib 0.8.1 says of these bars. */
static void
test_adx_of_others (void)
{
  static const struct
  {
    guint period, bar;
    double value;
  } known[] = {
    { 2, 3, 63.4507401735579 },   { 2, 4, 69.4629963926533 },    { 2, 99, 99.6881473016299 },   { 2, 100, 95.0137810184582 },
    { 2, 500, 98.3781393913344 }, { 2, 1999, 62.1405438306374 }, { 14, 27, 12.3449676124257 },  { 14, 28, 13.5403406140463 },
    { 14, 99, 20.8187716399522 }, { 14, 100, 19.5950396743696 }, { 14, 500, 44.3323892845738 }, { 14, 1999, 24.5009129973116 },
    { 50, 99, 5.99255358512532 }, { 50, 100, 5.93555094173014 }, { 50, 500, 17.5682733104032 }, { 50, 1999, 11.5352255049356 },
  };

  for (guint k = 0; k < G_N_ELEMENTS (known); k++)
    {
      PstAdx adx;

      pst_adx_init (&adx, known[k].period);
      for (guint i = 0; i <= known[k].bar; i++)
        pst_adx_append (&adx, bars[i].high, bars[i].low, bars[i].close);
      assert_near (adx.value, known[k].value);
    }
}

static void
test_adx_flat (void)
{
  PstAdx adx;

  pst_adx_init (&adx, 3);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (pst_adx_append (&adx, 100, 100, 100), ==, i >= 5);
  g_assert_true (adx.value == 0.0);
  /* A rise without an end is all trend. */
  pst_adx_init (&adx, 3);
  for (gint64 i = 0; i < 20; i++)
    pst_adx_append (&adx, 101 + i, 100 + i, 101 + i);
  assert_near (adx.value, 100.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  make_bars ();
  g_test_add_func ("/sdk/indicator-trend/efficiency", test_efficiency);
  g_test_add_func ("/sdk/indicator-trend/efficiency-ends", test_efficiency_ends);
  g_test_add_func ("/sdk/indicator-trend/adx", test_adx);
  g_test_add_func ("/sdk/indicator-trend/adx-of-others", test_adx_of_others);
  g_test_add_func ("/sdk/indicator-trend/adx-flat", test_adx_flat);
  return g_test_run ();
}
