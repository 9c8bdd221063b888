/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a report that flatters, by a drawdown that is missed or a ratio that is computed by another rule than it says. */
#include <math.h>

#include <penstock.h>

#define NEAR 1e-12

static void
test_drawdown (void)
{
  static const gint64 equities[] = { 1000, 1100, 990, 1045, 1200, 900, 950 };
  PstCurve curve;

  pst_curve_start (&curve, 1000);
  g_assert_cmpfloat (pst_curve_get_max_drawdown (&curve), ==, 0);
  for (guint i = 0; i < 4; i++)
    pst_curve_add (&curve, equities[i]);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&curve), 0.1, NEAR);
  for (guint i = 4; i < G_N_ELEMENTS (equities); i++)
    pst_curve_add (&curve, equities[i]);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&curve), 0.25, NEAR);
  /* A shallower one later does not hide it. */
  pst_curve_add (&curve, 2000);
  pst_curve_add (&curve, 1900);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&curve), 0.25, NEAR);
}

static void
test_nothing (void)
{
  PstCurve curve;

  pst_curve_start (&curve, 0);
  pst_curve_add (&curve, -5);
  pst_curve_end_day (&curve);
  pst_curve_end_day (&curve);
  g_assert_cmpfloat (pst_curve_get_max_drawdown (&curve), ==, 0);
  g_assert_true (isnan (pst_curve_get_sharpe (&curve, PST_TRADING_DAYS_PER_YEAR)));
}

/* Welford against the textbook's two passes. */
static void
test_sharpe (void)
{
  static const gint64 closes[] = { 1010, 1005, 1020, 1020, 990, 1033 };
  double returns[G_N_ELEMENTS (closes)], mean = 0, squares = 0;
  gint64 before = 1000;
  PstCurve curve;

  pst_curve_start (&curve, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (closes); i++)
    {
      g_assert_true (i >= 2 || isnan (pst_curve_get_sharpe (&curve, PST_TRADING_DAYS_PER_YEAR)));
      pst_curve_add (&curve, closes[i]);
      pst_curve_end_day (&curve);
      returns[i] = (double)closes[i] / (double)before - 1;
      before = closes[i];
      mean += returns[i] / G_N_ELEMENTS (closes);
    }
  for (guint i = 0; i < G_N_ELEMENTS (closes); i++)
    squares += (returns[i] - mean) * (returns[i] - mean);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_sharpe (&curve, PST_TRADING_DAYS_PER_YEAR),
                                  mean / sqrt (squares / (G_N_ELEMENTS (closes) - 1)) * sqrt (252), 1e-9);
}

static void
test_flat (void)
{
  PstCurve curve;

  pst_curve_start (&curve, 1000);
  for (guint i = 0; i < 10; i++)
    pst_curve_end_day (&curve);
  g_assert_true (isnan (pst_curve_get_sharpe (&curve, PST_TRADING_DAYS_PER_YEAR)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curve/drawdown", test_drawdown);
  g_test_add_func ("/curve/nothing", test_nothing);
  g_test_add_func ("/curve/sharpe", test_sharpe);
  g_test_add_func ("/curve/flat", test_flat);
  return g_test_run ();
}
