/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a search that ranks its sets by other numbers than a report shows, or a tally that writes behind the room it was given. */
#include "pst-equity-tally.h"

#include <math.h>

#define DAY_NS G_GINT64_CONSTANT (86400000000000)
#define NEAR 1e-12

static const PstStatisticSettings settings = { .periods_per_year = 252, .money_unit = 1, .n_sets = 1 };

static void
add_days (PstEquityTally *tally, const gint64 *equities, guint n)
{
  for (guint i = 0; i < n; i++)
    pst_equity_tally_add (tally, (i + 1) * DAY_NS, equities[i], 0, 0);
}

/* Two falls from one peak, with a return to it between: the deeper is told, from the last time at the peak. */
static void
test_same_peak (void)
{
  static const gint64 equities[] = { 1000, 950, 1000, 980, 900, 1000, 1001 };
  PstEquityTally tally;
  PstDrawdown deepest;

  pst_equity_tally_start (&tally, 1000, 0, NULL, 0);
  add_days (&tally, equities, G_N_ELEMENTS (equities));
  pst_equity_tally_finish (&tally);
  deepest = pst_equity_tally_get_drawdown (&tally);
  g_assert_cmpint (deepest.start_ns, ==, 3 * DAY_NS);
  g_assert_cmpint (deepest.trough_ns, ==, 5 * DAY_NS);
  g_assert_cmpint (deepest.end_ns, ==, 6 * DAY_NS);
  g_assert_cmpfloat_with_epsilon (pst_equity_tally_get (&tally, PST_STATISTIC_MAX_DRAWDOWN, &settings), 0.1, NEAR);
}

/* The engine's own curve and the tally say the same. */
static void
test_curve (void)
{
  PstEquityTally tally;
  PstCurve curve;
  gint64 equity = 1000000;

  pst_equity_tally_start (&tally, equity, 0, NULL, 0);
  pst_curve_start (&curve, equity);
  for (guint i = 0; i < 300; i++)
    {
      equity += g_test_rand_int_range (-9000, 10000);
      pst_equity_tally_add (&tally, (i + 1) * DAY_NS, equity, 0, 0);
      pst_curve_add (&curve, equity);
      pst_curve_end_day (&curve);
    }
  pst_equity_tally_finish (&tally);
  g_assert_cmpfloat (pst_equity_tally_get (&tally, PST_STATISTIC_SHARPE, &settings), ==, pst_curve_get_sharpe (&curve, 252));
  g_assert_cmpfloat (pst_equity_tally_get (&tally, PST_STATISTIC_MAX_DRAWDOWN, &settings), ==, pst_curve_get_max_drawdown (&curve));
}

/* Room for fewer days than there are: nothing is written behind it. */
static void
test_room (void)
{
  static const gint64 equities[] = { 1010, 1000, 1020, 1000, 1030 };
  double returns[3] = { 0, 0, -7 };
  PstEquityTally tally;

  pst_equity_tally_start (&tally, 1000, 0, returns, 2);
  add_days (&tally, equities, G_N_ELEMENTS (equities));
  pst_equity_tally_finish (&tally);
  pst_equity_tally_finish (&tally);
  g_assert_cmpuint (tally.n_returns, ==, 2);
  g_assert_cmpfloat (returns[2], ==, -7);
  g_assert_cmpfloat (pst_equity_tally_get (&tally, PST_STATISTIC_DAYS, &settings), ==, 5);
  pst_equity_tally_start (&tally, 1000, 0, NULL, 0);
  add_days (&tally, equities, G_N_ELEMENTS (equities));
  pst_equity_tally_finish (&tally);
  g_assert_true (isnan (pst_equity_tally_get (&tally, PST_STATISTIC_VALUE_AT_RISK, &settings)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/equity-tally/same-peak", test_same_peak);
  g_test_add_func ("/equity-tally/curve", test_curve);
  g_test_add_func ("/equity-tally/room", test_room);
  return g_test_run ();
}
