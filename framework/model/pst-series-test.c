/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A strategy that sees yesterday's bar as today's, or an average that drifts, trades on nothing. */
#include "pst-test-values.h"

static void
test_ring (void)
{
  for (guint capacity = 1; capacity < 9; capacity++)
    {
      g_autoptr (PstBarSeries) series = pst_bar_series_new (capacity);

      g_assert_null (pst_bar_series_get (series, 0));
      g_assert_cmpint (pst_bar_series_get_time (series, 0), ==, G_MININT64);
      for (gint64 i = 0; i < 30; i++)
        {
          PstBar bar = { .close = i };

          pst_bar_series_append (series, &bar, 100 + i);
          g_assert_cmpuint (pst_bar_series_get_size (series), ==, MIN (i + 1, capacity));
          for (guint age = 0; age < pst_bar_series_get_size (series); age++)
            {
              g_assert_cmpint (pst_bar_series_get (series, age)->close, ==, i - age);
              g_assert_cmpint (pst_bar_series_get_time (series, age), ==, 100 + i - age);
            }
          g_assert_null (pst_bar_series_get (series, pst_bar_series_get_size (series)));
          g_assert_null (pst_bar_series_get (series, G_MAXUINT));
        }
    }
}

static void
test_sma (void)
{
  PstSma sma;
  gint64 values[500];

  pst_sma_init (&sma, 7);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      gint64 sum = 0;

      values[i] = test_random_int64 () / 16;
      g_assert_true (pst_sma_append (&sma, values[i]));
      for (guint k = i < 6 ? 0 : i - 6; k <= i; k++)
        sum += values[k];
      g_assert_cmpint (sma.sum, ==, sum);
      g_assert_cmpint (pst_sma_is_ready (&sma), ==, i >= 6);
    }
  pst_sma_clear (&sma);
  g_assert_null (sma.window);
  pst_sma_clear (&sma);
}

/* An overflow is told and changes nothing. */
static void
test_sma_overflow (void)
{
  PstSma sma;

  pst_sma_init (&sma, 2);
  g_assert_true (pst_sma_append (&sma, G_MAXINT64));
  g_assert_false (pst_sma_append (&sma, 1));
  g_assert_cmpint (sma.sum, ==, G_MAXINT64);
  g_assert_cmpuint (sma.count, ==, 1);
  g_assert_true (pst_sma_append (&sma, -1));
  g_assert_true (pst_sma_append (&sma, 2));
  g_assert_cmpint (sma.sum, ==, 1);
  pst_sma_clear (&sma);
}

static void
append_all (PstSma *sma, guint n, const gint64 *values)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (pst_sma_append (sma, values[i]));
}

/* A tie is a tie, also where a division would have rounded: 1/3 against 2/6. */
static void
test_sma_compare (void)
{
  PstSma a, b;

  pst_sma_init (&a, 3);
  pst_sma_init (&b, 6);
  append_all (&a, 3, (const gint64[]){ 0, 0, 1 });
  append_all (&b, 6, (const gint64[]){ 0, 0, 0, 0, 1, 1 });
  g_assert_cmpint (pst_sma_compare (&a, &b), ==, 0);
  append_all (&b, 1, (const gint64[]){ 1 });
  g_assert_cmpint (pst_sma_compare (&a, &b), ==, -1);
  g_assert_cmpint (pst_sma_compare (&b, &a), ==, 1);
  append_all (&a, 3, (const gint64[]){ G_MAXINT64 / 4, G_MAXINT64 / 4, G_MAXINT64 / 4 });
  g_assert_cmpint (pst_sma_compare (&a, &b), ==, 1);
  pst_sma_clear (&a);
  pst_sma_clear (&b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/ring", test_ring);
  g_test_add_func ("/series/sma", test_sma);
  g_test_add_func ("/series/sma-overflow", test_sma_overflow);
  g_test_add_func ("/series/sma-compare", test_sma_compare);
  return g_test_run ();
}
