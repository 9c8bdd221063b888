/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bits and tiles against a plain loop over integers: the same fills, fees and cash for every pair, with many ties, on lengths around a tile's. */
#include "pst-cross-kernel.h"

#include <penstock-check.h>

#include "backtest-kit.h"

#define UNIT G_GINT64_CONSTANT (100000000)

/* @slippage: the short way knows none. */
static void
compare (gsize n_bars, guint64 seed, gboolean fills_at_close, gint64 slippage, guint size_scale, gint64 cash)
{
  static const PstDecimal all = { 1, 0 };
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);
  g_autoptr (PstCrossKernel) kernel = NULL;
  PstCrossMoney money = { .columns = &series->columns,
                          .costs = { .taker_fee = 50000, .slippage = slippage },
                          .share = &all,
                          .takes_all = TRUE,
                          .fills_at_close = fills_at_close };
  PstCrossShort quick_money;
  guint64 n_fills = 0;

  test_series_init (series, "A", n_bars, seed, 2);
  series->columns.instrument->size_scale = size_scale;
  if (pst_cross_short_init (&quick_money, &money.costs, series->columns.instrument, series->columns.close, n_bars))
    money.quick = &quick_money;
  g_assert_true ((money.quick != NULL) == (slippage == 0 && size_scale > 6));
  kernel = pst_cross_kernel_new (&series->columns, 64);
  g_assert_nonnull (kernel);
  for (guint fast = 1; fast < 40; fast += 3)
    for (guint slow = fast + 1; slow < 60; slow += 5)
      {
        PstCrossLane quick = { .fast = fast, .slow = slow, .cash = cash }, plain = quick;

        pst_cross_kernel_run (kernel, &money, &quick, 1);
        pst_cross_kernel_run_plain (&money, &plain);
        g_assert_false (quick.failed || plain.failed);
        g_assert_cmpuint (quick.n_fills, ==, plain.n_fills);
        g_assert_cmpint (quick.cash, ==, plain.cash);
        g_assert_cmpint (quick.size, ==, plain.size);
        g_assert_cmpint (quick.fees, ==, plain.fees);
        n_fills += quick.n_fills;
      }
  if (cash >= UNIT)
    g_assert_cmpuint (n_fills, >, n_bars / 4);
  pst_cross_short_clear (&quick_money);
  test_series_clear (series);
}

static void
test_pairs (void)
{
  static const gsize lengths[] = { 70, 127, 128, 129, 1023, 1024, 1025, 1090, 2000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint close = 0; close < 2; close++)
      compare (lengths[i], 100 + i, close == 1, 1000, 4, 1000 * UNIT);
}

/* The short way of money, from a few cents to what it must leave to the general one. */
static void
test_short (void)
{
  static const gint64 cash[] = { 15, 1000, UNIT - 1, 20 * UNIT, 1000 * UNIT + 7, 1000003 * UNIT, 30000000 * UNIT, 900000000 * UNIT };

  for (guint i = 0; i < G_N_ELEMENTS (cash); i++)
    for (guint scale = 6; scale <= 9; scale++)
      compare (1500, 200 + i, TRUE, 0, scale, cash[i]);
}

/* What might overflow between two fills is left to who looks at each bar. */
static void
test_doubt (void)
{
  static const PstDecimal all = { 1, 0 };
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);
  g_autoptr (PstCrossKernel) kernel = NULL;
  PstCrossMoney money = { .columns = &series->columns, .share = &all, .takes_all = TRUE, .fills_at_close = TRUE, .size_max = 1000000 };
  PstCrossLane small = { .fast = 2, .slow = 5, .cash = 100 * UNIT }, large = { .fast = 2, .slow = 5, .cash = 100000 * UNIT };

  test_series_init (series, "A", 500, 1, 2);
  kernel = pst_cross_kernel_new (&series->columns, 64);
  pst_cross_kernel_run (kernel, &money, &small, 1);
  pst_cross_kernel_run (kernel, &money, &large, 1);
  g_assert_false (small.failed);
  g_assert_true (large.failed);
  test_series_clear (series);
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
  g_test_add_func ("/cross-kernel/short", test_short);
  g_test_add_func ("/cross-kernel/doubt", test_doubt);
  g_test_add_func ("/cross-kernel/too-large", test_too_large);
  return g_test_run ();
}
