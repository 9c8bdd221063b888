/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: streaks over a loss, a win rate of nothing, excursions of zero where nobody looked, a turnover of two currencies in one sum. */
#include "pst-trade-tally.h"

#include <math.h>

static const PstStatisticSettings settings = { .periods_per_year = 252, .money_unit = 100, .n_sets = 1 };

static void
test_streaks (void)
{
  static const gint64 profits[] = { 100, 200, -50, 0, -1, 300 };
  PstTradeTally tally = { 0 };

  g_assert_true (isnan (pst_trade_tally_get (&tally, PST_STATISTIC_WIN_RATE, &settings)));
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_WIN_STREAK, &settings), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (profits); i++)
    pst_trade_tally_add (&tally, &(PstRoundTrip){ .profit = profits[i] });
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_WIN_STREAK, &settings), ==, 2);
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_LOSS_STREAK, &settings), ==, 3);
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_WIN_RATE, &settings), ==, 0.5);
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_AVERAGE_WIN, &settings), ==, 2);
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_AVERAGE_LOSS, &settings), ==, -0.17);
  /* No bars were seen. */
  g_assert_true (isnan (pst_trade_tally_get (&tally, PST_STATISTIC_MAE_WORST, &settings)));
  g_assert_true (isnan (pst_trade_tally_get (&tally, PST_STATISTIC_HOLDING_BARS, &settings)));
}

static void
test_nothing_lost (void)
{
  PstTradeTally tally = { 0 };

  pst_trade_tally_add (&tally, &(PstRoundTrip){ .profit = 5, .is_open = TRUE });
  g_assert_true (isinf (pst_trade_tally_get (&tally, PST_STATISTIC_PROFIT_FACTOR, &settings)));
  g_assert_true (isnan (pst_trade_tally_get (&tally, PST_STATISTIC_PAYOFF_RATIO, &settings)));
  g_assert_true (isnan (pst_trade_tally_get (&tally, PST_STATISTIC_LARGEST_LOSS, &settings)));
  g_assert_cmpfloat (pst_trade_tally_get (&tally, PST_STATISTIC_OPEN_TRADES, &settings), ==, 1);
}

static void
test_currencies (void)
{
  const PstCurrency *usd = pst_currency_get ("USD", NULL), *eur = pst_currency_get ("EUR", NULL);
  PstInstrument instrument = { .quote = usd, .price_scale = 2, .size_scale = 0 };
  const PstBacktestFill fill = { .price = 1000, .size = 7, .fee = 50 };
  PstFillTally tally = { 0 };
  PstEquityTally equity;

  pst_equity_tally_start (&equity, 10000, 0, NULL, 0);
  pst_fill_tally_add (&tally, &fill, &instrument, usd);
  g_assert_cmpfloat (tally.value, ==, 70);
  g_assert_cmpfloat (pst_fill_tally_get (&tally, PST_STATISTIC_FEES, &equity, &settings), ==, 0.5);
  /* Without a day there is no year to trade through. */
  g_assert_true (isnan (pst_fill_tally_get (&tally, PST_STATISTIC_TURNOVER, &equity, &settings)));
  instrument.quote = eur;
  pst_fill_tally_add (&tally, &fill, &instrument, usd);
  g_assert_true (isnan (tally.value));
  g_assert_cmpfloat (pst_fill_tally_get (&tally, PST_STATISTIC_FILLS, &equity, &settings), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trade-tally/streaks", test_streaks);
  g_test_add_func ("/trade-tally/nothing-lost", test_nothing_lost);
  g_test_add_func ("/trade-tally/currencies", test_currencies);
  return g_test_run ();
}
