/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel by hand: a few bars whose outcome can be reckoned. That it is the event engine's is shown in tests/integration/parity-test.c. */
#include "pst-fill-walk.h"

#include <penstock-check.h>

#include "backtest-kit.h"

#define UNIT G_GINT64_CONSTANT (100000000)

static const gint64 opens[] = { 1000, 1000, 1020, 1050, 900 }, closes[] = { 1000, 1010, 1030, 1000, 950 };

/* What is not asked for changes nothing of what is, and neither does what was walked before. */
static void
check_needs (PstFillWalk *walk, const PstFillPlan *plan, const PstBacktestResult *all)
{
  for (guint needs = PST_FILL_NEEDS_FILLS; needs <= PST_FILL_NEEDS_ALL; needs++)
    {
      g_autoptr (PstBacktestResult) result = pst_backtest_result_new ();
      const PstEquityPoint *last = &g_array_index (all->equity, PstEquityPoint, all->equity->len - 1), *own;

      g_assert_true (pst_fill_walk_run (walk, plan, needs, result));
      g_assert_cmpmem (result->fills->data, result->fills->len * sizeof (PstBacktestFill), all->fills->data,
                       all->fills->len * sizeof (PstBacktestFill));
      own = &g_array_index (result->equity, PstEquityPoint, result->equity->len - 1);
      g_assert_cmpmem (own, sizeof *own, last, sizeof *last);
      g_assert_cmpuint (result->equity->len, ==, (needs & PST_FILL_NEEDS_EQUITY) != 0 ? all->equity->len : 1);
      g_assert_cmpuint (result->round_trips->len, ==, all->round_trips->len);
      for (guint i = 0; i < all->round_trips->len; i++)
        {
          const PstRoundTrip *one = &g_array_index (all->round_trips, PstRoundTrip, i),
                             *other = &g_array_index (result->round_trips, PstRoundTrip, i);

          g_assert_cmpint (one->profit, ==, other->profit);
          g_assert_cmpuint (one->n_bars, ==, other->n_bars);
          g_assert_cmpint (one->exit_price, ==, other->exit_price);
          if ((needs & PST_FILL_NEEDS_EXCURSIONS) != 0)
            g_assert_cmpint (one->adverse, ==, other->adverse);
        }
    }
}

static PstBacktestResult *
walk_signals (const PstSignalRules *rules, gboolean at_close, const guint8 *signals)
{
  g_autofree TestSeries *series = g_new0 (TestSeries, 1);
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (PstFillWalk) walk = NULL;
  const gsize n = G_N_ELEMENTS (closes);
  PstBacktestResult *result = pst_backtest_result_new ();
  PstFillPlan plan = { .rules = { .fills_at_close = at_close, .checks_cash = TRUE },
                       .currency = pst_currency_get ("USD", NULL),
                       .cash = 1000 * UNIT,
                       .n_strategies = 1,
                       .strategies = rules,
                       .signals = &signals,
                       .n_signals = &n };

  test_series_init (series, "A", n, 1, 1);
  for (guint i = 0; i < n; i++)
    {
      series->values[1][i] = opens[i];
      series->values[4][i] = closes[i];
      series->values[2][i] = MAX (opens[i], closes[i]) + 5;
      series->values[3][i] = MIN (opens[i], closes[i]) - 5;
    }
  bars = pst_bar_set_new (&series->columns, 1, NULL);
  plan.bars = bars;
  walk = pst_fill_walk_new (bars, 1);
  g_assert_true (pst_fill_walk_run (walk, &plan, PST_FILL_NEEDS_ALL, result));
  check_needs (walk, &plan, result);
  test_series_clear (series);
  return result;
}

static void
check_fill (const PstBacktestResult *result, guint n, PstSide side, gint64 price)
{
  g_assert_cmpuint (g_array_index (result->fills, PstBacktestFill, n).side, ==, side);
  g_assert_cmpint (g_array_index (result->fills, PstBacktestFill, n).price, ==, price);
}

static void
test_market (void)
{
  static const guint8 signals[] = { PST_SIGNAL_BUY, 0, PST_SIGNAL_SELL, 0, 0 };
  static const PstDecimal all = { 1, 0 };
  const PstSignalRules rules = { .direction = PST_DIRECTION_LONG, .order_cash = &all };
  g_autoptr (PstBacktestResult) next = walk_signals (&rules, FALSE, signals), close = walk_signals (&rules, TRUE, signals);

  g_assert_cmpuint (next->fills->len, ==, 2);
  check_fill (next, 0, PST_SIDE_BUY, 1000);
  check_fill (next, 1, PST_SIDE_SELL, 1050);
  g_assert_cmpint (g_array_index (next->equity, PstEquityPoint, 4).equity, ==, 1050 * UNIT);
  check_fill (close, 1, PST_SIDE_SELL, 1030);
  g_assert_cmpint (g_array_index (close->equity, PstEquityPoint, 4).equity, ==, 1030 * UNIT);
}

/* The stop rests from the bar after the entry on, and a gap fills it at the open. */
static void
test_stop (void)
{
  static const guint8 signals[] = { PST_SIGNAL_BUY, 0, 0, 0, 0 };
  static const PstDecimal one = { 1, 0 };
  const PstSignalRules rules = { .direction = PST_DIRECTION_LONG, .order_size = &one, .stop_loss = PST_RATE_ONE / 20 };
  const PstSignalRules target = { .direction = PST_DIRECTION_LONG, .order_size = &one, .take_profit = PST_RATE_ONE / 50 };
  g_autoptr (PstBacktestResult) stopped = walk_signals (&rules, FALSE, signals), taken = walk_signals (&target, FALSE, signals);

  g_assert_cmpuint (stopped->fills->len, ==, 2);
  check_fill (stopped, 1, PST_SIDE_SELL, 900);
  g_assert_cmpuint (taken->fills->len, ==, 2);
  check_fill (taken, 1, PST_SIDE_SELL, 1020);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fill-walk/market", test_market);
  g_test_add_func ("/fill-walk/exits", test_stop);
  return g_test_run ();
}
