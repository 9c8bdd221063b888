/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bits and tiles against a plain loop over integers: the same fills, fees and cash for every pair, with many ties, on lengths around a tile's. */
#include "pst-cross-kernel.h"

#include <penstock-check.h>

#include "backtest-kit.h"

static void
compare (gsize n_bars, guint64 seed, gboolean fills_at_close)
{
  static const PstDecimal all = { 1, 0 };
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);
  g_autoptr (PstCrossKernel) kernel = NULL;
  PstCrossMoney money = {
    .columns = &series->columns, .costs = { .taker_fee = 50000, .slippage = 1000 }, .share = &all, .takes_all = TRUE, .fills_at_close = fills_at_close
  };
  guint64 n_fills = 0;

  test_series_init (series, "A", n_bars, seed, 2);
  kernel = pst_cross_kernel_new (&series->columns, 64);
  g_assert_nonnull (kernel);
  for (guint fast = 1; fast < 40; fast += 3)
    for (guint slow = fast + 1; slow < 60; slow += 5)
      {
        PstCrossLane quick = { .fast = fast, .slow = slow, .cash = 1000 * G_GINT64_CONSTANT (100000000) }, plain = quick;

        pst_cross_kernel_run (kernel, &money, &quick, 1);
        pst_cross_kernel_run_plain (&money, &plain);
        g_assert_false (quick.failed || plain.failed);
        g_assert_cmpuint (quick.n_fills, ==, plain.n_fills);
        g_assert_cmpint (quick.cash, ==, plain.cash);
        g_assert_cmpint (quick.size, ==, plain.size);
        g_assert_cmpint (quick.fees, ==, plain.fees);
        n_fills += quick.n_fills;
      }
  g_assert_cmpuint (n_fills, >, n_bars / 4);
  test_series_clear (series);
}

static void
test_pairs (void)
{
  static const gsize lengths[] = { 70, 127, 128, 129, 1023, 1024, 1025, 1090, 2000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint close = 0; close < 2; close++)
      compare (lengths[i], 100 + i, close == 1);
}

/* What doubles could not tell apart is not tried. */
static void
test_too_large (void)
{
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);

  test_series_init (series, "A", 100, 1, 5);
  for (guint i = 1; i < 100; i++)
    series->values[4][i] = G_GINT64_CONSTANT (1) << 50;
  g_assert_null (pst_cross_kernel_new (&series->columns, 100));
  test_series_clear (series);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cross-kernel/pairs", test_pairs);
  g_test_add_func ("/cross-kernel/too-large", test_too_large);
  return g_test_run ();
}
