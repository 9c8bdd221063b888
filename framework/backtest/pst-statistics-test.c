/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: money decisions taken on a ratio that is not what its definition says. Closed cases by hand, and a plain second implementation,
 * which knows all returns at once, over random curves. */
#include "pst-statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_NS G_GINT64_CONSTANT (86400000000000)
#define HOUR_NS G_GINT64_CONSTANT (3600000000000)
/* Monday, 2024-01-01 00:00:00.000000001 */
#define START_NS (G_GINT64_CONSTANT (1704067200) * G_GINT64_CONSTANT (1000000000) + 1)
#define NEAR 1e-9

static PstBacktestResult *
make_result (gint64 initial)
{
  g_autoptr (GError) error = NULL;
  PstBacktestResult *result = pst_backtest_result_new ();

  result->currency = pst_currency_get ("USD", &error);
  g_assert_no_error (error);
  result->initial_equity = initial;
  return result;
}

static void
add_point (PstBacktestResult *result, gint64 time_ns, gint64 equity, gint64 exposure, gint64 benchmark)
{
  PstEquityPoint point = { .time_ns = time_ns, .equity = equity, .cash = equity - exposure, .exposure = exposure, .benchmark = benchmark };

  g_array_append_val (result->equity, point);
}

static void
add_days (PstBacktestResult *result, const gint64 *equities, guint n)
{
  for (guint i = 0; i < n; i++)
    add_point (result, START_NS + i * DAY_NS, equities[i], 0, 0);
}

static double
total (const PstBacktestResult *result, const char *name)
{
  g_assert_nonnull (pst_statistic_lookup (name));
  return pst_backtest_result_get_statistic (result, "total", name);
}

static void
assert_near (double value, double expected)
{
  if (isnan (expected) ? isnan (value) : value == expected)
    return;
  g_assert_cmpfloat_with_epsilon (value, expected, NEAR * MAX (1, fabs (expected)));
}

static void
test_drawdown (void)
{
  static const gint64 equities[] = { 1000, 1100, 1100, 990, 1045, 1100, 1200, 900, 950, 1200, 1150, 1300, 1290 };
  g_autoptr (PstBacktestResult) result = make_result (1000);
  double day = START_NS / 1e9;

  add_days (result, equities, G_N_ELEMENTS (equities));
  pst_statistics_compute (result, NULL);
  assert_near (total (result, "total_return"), 0.29);
  assert_near (total (result, "max_drawdown"), 0.25);
  assert_near (total (result, "drawdown_start"), day + 6 * 86400);
  assert_near (total (result, "drawdown_trough"), day + 7 * 86400);
  assert_near (total (result, "drawdown_end"), day + 9 * 86400);
  assert_near (total (result, "recovery"), 2);
  assert_near (total (result, "time_under_water"), 3);
  /* Points 3, 4, 7, 8 and 10 each stand for a day; the last stands for none. */
  assert_near (total (result, "under_water_share"), 5.0 / 12);
  assert_near (total (result, "positive_days"), 7.0 / 11);
  assert_near (total (result, "best_day"), 1200.0 / 950 - 1);
  assert_near (total (result, "worst_day"), -0.25);
}

/* The last fall is the deepest, and is not over: no end, and its time counts up to the last point. */
static void
test_drawdown_open (void)
{
  static const gint64 equities[] = { 1000, 950, 1000, 1010, 800, 700, 900 };
  g_autoptr (PstBacktestResult) result = make_result (1000);

  add_days (result, equities, G_N_ELEMENTS (equities));
  pst_statistics_compute (result, NULL);
  assert_near (total (result, "max_drawdown"), 310.0 / 1010);
  assert_near (total (result, "drawdown_start"), START_NS / 1e9 + 3 * 86400);
  assert_near (total (result, "drawdown_trough"), START_NS / 1e9 + 5 * 86400);
  assert_near (total (result, "drawdown_end"), NAN);
  assert_near (total (result, "recovery"), NAN);
  assert_near (total (result, "time_under_water"), 3);
}

static void
test_nothing (void)
{
  g_autoptr (PstBacktestResult) empty = make_result (1000), one = make_result (1000), flat = make_result (1000);
  static const gint64 same[] = { 1000, 1000, 1000, 1000 };

  pst_statistics_compute (empty, NULL);
  for (guint i = 0; i < empty->statistics->len; i++)
    {
      const PstStatistic *statistic = empty->statistics->pdata[i];
      gboolean is_sum = statistic->value == 0;

      g_assert_true (is_sum || isnan (statistic->value));
      g_assert_cmpstr (statistic->group, ==, "total");
    }
  assert_near (total (empty, "trades"), 0);
  assert_near (total (empty, "win_rate"), NAN);
  assert_near (total (empty, "total_return"), NAN);

  add_point (one, START_NS, 1010, 0, 0);
  pst_statistics_compute (one, NULL);
  assert_near (total (one, "total_return"), 0.01);
  assert_near (total (one, "sharpe"), NAN);
  assert_near (total (one, "value_at_risk"), NAN);
  assert_near (total (one, "exposure"), NAN);
  assert_near (total (one, "probabilistic_sharpe"), NAN);

  add_days (flat, same, G_N_ELEMENTS (same));
  pst_statistics_compute (flat, NULL);
  assert_near (total (flat, "total_return"), 0);
  assert_near (total (flat, "annual_return"), 0);
  assert_near (total (flat, "volatility"), 0);
  assert_near (total (flat, "max_drawdown"), 0);
  for (guint i = 0; i < 9; i++)
    {
      static const char *const unknown[] = { "sharpe", "sortino", "calmar", "omega", "skew", "kurtosis", "tail_ratio", "deflated_sharpe", "beta" };
      g_autofree char *text = NULL;
      PstStatisticId id;

      assert_near (total (flat, unknown[i]), NAN);
      g_assert_true (pst_statistic_find (unknown[i], &id, NULL));
      text = pst_statistic_format (id, total (flat, unknown[i]));
      g_assert_cmpstr (text, ==, "n/a");
    }
}

/* An account that loses all, and more, has numbers and no NaN where it matters. */
static void
test_ruin (void)
{
  static const gint64 equities[] = { 1000, 400, -100 };
  g_autoptr (PstBacktestResult) result = make_result (1000);

  add_days (result, equities, G_N_ELEMENTS (equities));
  pst_statistics_compute (result, NULL);
  assert_near (total (result, "total_return"), -1.1);
  assert_near (total (result, "annual_return"), -1);
  assert_near (total (result, "max_drawdown"), 1.1);
}

static void
add_trip (PstBacktestResult *result, int entry_day, int days, gint64 profit, gint64 fees, guint instrument, guint strategy, gboolean is_open)
{
  PstRoundTrip trip = { .entry_time_ns = START_NS + entry_day * DAY_NS,
                        .exit_time_ns = START_NS + (entry_day + days) * DAY_NS,
                        .instrument = instrument,
                        .strategy = (guint16)strategy,
                        .direction = 1,
                        .is_open = is_open,
                        .n_bars = (guint64)days,
                        .fees = fees,
                        .profit = profit,
                        .adverse = MIN (profit, 0) - 10,
                        .favourable = MAX (profit, 0) + 20 };

  g_array_append_val (result->round_trips, trip);
}

static PstInstrument *
make_instrument (const char *symbol)
{
  g_autoptr (GError) error = NULL;
  PstInstrument draft
      = { .symbol = (char *)symbol, .venue = (char *)"XNYS", .price_scale = 2, .size_scale = 0, .settlement = PST_SETTLEMENT_POSITION };
  PstInstrument *instrument;

  draft.quote = pst_currency_get ("USD", NULL);
  instrument = pst_instrument_new (&draft, &error);
  g_assert_no_error (error);
  return instrument;
}

static void
test_trades (void)
{
  static const char *const strategies[] = { "sma-cross", "rsi", "sma-cross", NULL };
  g_autoptr (PstBacktestResult) result = make_result (100000);
  int scale = (int)result->currency->scale;
  double unit = pow (10, scale);

  result->strategies = g_strdupv ((char **)strategies);
  g_ptr_array_add (result->instruments, make_instrument ("AAA"));
  g_ptr_array_add (result->instruments, make_instrument ("BBB"));
  add_point (result, START_NS, 100000, 0, 0);
  add_point (result, START_NS + 40 * DAY_NS, 100500, 0, 0);
  add_trip (result, 0, 2, 300, 10, 0, 0, FALSE);
  add_trip (result, 1, 4, 100, 10, 1, 1, FALSE);
  add_trip (result, 10, 1, -200, 10, 0, 0, FALSE);
  add_trip (result, 20, 1, 0, 10, 0, 2, FALSE);
  add_trip (result, 33, 7, 300, 10, 1, 2, TRUE);
  pst_statistics_compute (result, NULL);
  assert_near (total (result, "trades"), 5);
  assert_near (total (result, "open_trades"), 1);
  assert_near (total (result, "win_rate"), 0.6);
  assert_near (total (result, "profit_factor"), 3.5);
  assert_near (total (result, "expectancy"), 100 / unit);
  assert_near (total (result, "average_win"), 700.0 / 3 / unit);
  assert_near (total (result, "average_loss"), -100 / unit);
  assert_near (total (result, "payoff_ratio"), 7.0 / 3);
  assert_near (total (result, "largest_loss"), -200 / unit);
  assert_near (total (result, "win_streak"), 2);
  assert_near (total (result, "loss_streak"), 2);
  assert_near (total (result, "holding_average"), 3);
  assert_near (total (result, "holding_longest"), 7);
  assert_near (total (result, "mae_worst"), -210 / unit);
  assert_near (total (result, "mae_average"), -50 / unit);
  assert_near (total (result, "mfe_best"), 320 / unit);
  assert_near (pst_backtest_result_get_statistic (result, "instrument AAA.XNYS", "net_profit"), 100 / unit);
  assert_near (pst_backtest_result_get_statistic (result, "instrument BBB.XNYS", "trades"), 2);
  assert_near (pst_backtest_result_get_statistic (result, "strategy sma-cross", "net_profit"), 100 / unit);
  assert_near (pst_backtest_result_get_statistic (result, "strategy sma-cross#2", "trades"), 2);
  assert_near (pst_backtest_result_get_statistic (result, "strategy rsi", "fees"), 10 / unit);
  assert_near (pst_backtest_result_get_statistic (result, "month 2024-01", "trades"), 4);
  assert_near (pst_backtest_result_get_statistic (result, "month 2024-02", "trades"), 1);
  assert_near (pst_backtest_result_get_statistic (result, "month 2024-02", "total_return"), 0.005);
  assert_near (pst_backtest_result_get_statistic (result, "year 2024", "net_profit"), 500 / unit);
}

static gint64
volume_of_day (guint32 instrument, gint64 day_ns, gpointer user_data)
{
  return day_ns == START_NS - 1 ? 100000 : 0;
}

static void
test_fills (void)
{
  g_autoptr (PstBacktestResult) result = make_result (0);
  const PstStatisticsOptions options = { .volume = volume_of_day };
  gint64 unit = pst_power_of_ten (result->currency->scale);
  PstBacktestFill fill = { .time_ns = START_NS + HOUR_NS, .side = PST_SIDE_BUY, .price = 5000, .size = 10, .fee = unit };

  result->initial_equity = 1000 * unit;
  g_ptr_array_add (result->instruments, make_instrument ("AAA"));
  for (guint i = 0; i < 252; i++)
    add_point (result, START_NS + (i / 5 * 7 + i % 5) * DAY_NS, 1000 * unit, i < 126 ? 500 * unit : 0, 0);
  g_array_append_val (result->fills, fill);
  fill.time_ns += DAY_NS;
  fill.side = PST_SIDE_SELL;
  g_array_append_val (result->fills, fill);
  pst_statistics_compute (result, &options);
  assert_near (total (result, "fills"), 2);
  assert_near (total (result, "fees"), 2);
  /* 2 x 500 of 1000 in a year. */
  assert_near (total (result, "turnover"), 1);
  assert_near (total (result, "capacity"), 1000 * 0.01 * 100000 / 10);
  assert_near (total (result, "time_in_market"), 176.0 / 351);
  assert_near (total (result, "exposure"), 88.0 / 351);
}

/* --- a plain second implementation --- */

typedef struct
{
  double *r, *b;
  guint n;
} Days;

static double
mean_of (const double *values, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    sum += values[i];
  return sum / n;
}

static double
moment (const double *values, guint n, int power)
{
  double mean = mean_of (values, n), sum = 0;

  for (guint i = 0; i < n; i++)
    sum += pow (values[i] - mean, power);
  return sum / n;
}

static double
deviation (const double *values, guint n)
{
  return sqrt (moment (values, n, 2) * n / (n - 1));
}

static int
compare (const void *a, const void *b)
{
  return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}

static double
quantile (const double *values, guint n, double share)
{
  g_autofree double *sorted = g_memdup2 (values, n * sizeof *values);
  double place = share * (n - 1);
  guint low = (guint)place;

  qsort (sorted, n, sizeof *sorted, compare);
  return low + 1 < n ? sorted[low] * (low + 1 - place) + sorted[low + 1] * (place - low) : sorted[low];
}

static double
plain_drawdown (const PstBacktestResult *result)
{
  double worst = 0;

  for (guint i = 0; i < result->equity->len; i++)
    {
      gint64 peak = result->initial_equity, equity = g_array_index (result->equity, PstEquityPoint, i).equity;

      for (guint j = 0; j < i; j++)
        peak = MAX (peak, g_array_index (result->equity, PstEquityPoint, j).equity);
      worst = MAX (worst, (double)(peak - equity) / (double)peak);
    }
  return worst;
}

static void
compare_with_plain (const PstBacktestResult *result, const Days *days, double periods)
{
  double m = mean_of (days->r, days->n), s = deviation (days->r, days->n), n = days->n, mb = mean_of (days->b, days->n);
  double down = 0, gain = 0, loss = 0, covariance = 0, tail = 0, growth = 1, up_r = 0, up_b = 0, q5 = quantile (days->r, days->n, 0.05);
  g_autofree double *differences = g_new (double, days->n);
  double skew = moment (days->r, days->n, 3) / pow (moment (days->r, days->n, 2), 1.5);
  double kurtosis = moment (days->r, days->n, 4) / pow (moment (days->r, days->n, 2), 2);
  guint n_tail = 0;

  for (guint i = 0; i < days->n; i++)
    {
      double r = days->r[i], b = days->b[i];

      down += MIN (r, 0) * MIN (r, 0);
      gain += MAX (r, 0);
      loss += MAX (-r, 0);
      covariance += (r - m) * (b - mb) / (n - 1);
      tail += r <= q5 ? r : 0;
      n_tail += r <= q5;
      growth *= 1 + r;
      up_r += b > 0 ? r : 0;
      up_b += b > 0 ? b : 0;
      differences[i] = r - b;
    }
  assert_near (total (result, "total_return"), growth - 1);
  assert_near (total (result, "annual_return"), pow (growth, periods / n) - 1);
  assert_near (total (result, "volatility"), s * sqrt (periods));
  assert_near (total (result, "sharpe"), m / s * sqrt (periods));
  assert_near (total (result, "sortino"), m / sqrt (down / n) * sqrt (periods));
  assert_near (total (result, "omega"), gain / loss);
  assert_near (total (result, "max_drawdown"), plain_drawdown (result));
  assert_near (total (result, "calmar"), (pow (growth, periods / n) - 1) / plain_drawdown (result));
  assert_near (total (result, "value_at_risk"), -q5);
  assert_near (total (result, "expected_shortfall"), -tail / n_tail);
  assert_near (total (result, "tail_ratio"), fabs (quantile (days->r, days->n, 0.95) / q5));
  assert_near (total (result, "skew"), skew * sqrt (n * (n - 1)) / (n - 2));
  assert_near (total (result, "kurtosis"), (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (kurtosis - 3) + 6));
  assert_near (total (result, "beta"), covariance / pow (deviation (days->b, days->n), 2));
  assert_near (total (result, "alpha"), (m - total (result, "beta") * mb) * periods);
  assert_near (total (result, "information_ratio"), mean_of (differences, days->n) / deviation (differences, days->n) * sqrt (periods));
  assert_near (total (result, "up_capture"), up_r / up_b);
  assert_near (total (result, "probabilistic_sharpe"),
               0.5 * erfc (-m / s * sqrt (n - 1) / sqrt (1 - skew * m / s + (kurtosis - 1) / 4 * (m / s) * (m / s)) / sqrt (2)));
}

static void
test_plain (void)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (PstBacktestResult) result = make_result (1000000);
      guint n_days = (guint)g_test_rand_int_range (40, 300), stride = round % 2 == 0 ? 7 : 5, per_day = round % 3 == 0 ? 1 : 4;
      g_autofree double *r = g_new (double, n_days), *b = g_new (double, n_days);
      Days days = { r, b, n_days };
      gint64 equity = 1000000, benchmark = 50000, before = equity, benchmark_before = benchmark;

      for (guint d = 0; d < n_days; d++)
        {
          gint64 day = START_NS + (d / stride * 7 + d % stride) * DAY_NS;

          for (guint i = 0; i < per_day; i++)
            {
              double move = g_test_rand_double_range (-0.02, 0.0205);

              equity += (gint64)((double)equity * move);
              if (d > 0 || i > 0)
                benchmark += (gint64)((double)benchmark * (0.5 * move + g_test_rand_double_range (-0.01, 0.01)));
              add_point (result, day + i * HOUR_NS, equity, equity / 2, benchmark);
            }
          r[d] = (double)equity / (double)before - 1;
          b[d] = (double)benchmark / (double)benchmark_before - 1;
          before = equity;
          benchmark_before = benchmark;
        }
      pst_statistics_compute (result, NULL);
      compare_with_plain (result, &days, stride == 7 ? 365 : 252);
    }
}

/* Bailey and Lopez de Prado, The Deflated Sharpe Ratio (2014), the example on page 9: a yearly Sharpe of 2.5 on 1250 days, 100 trials whose yearly
 * Sharpes have a variance of 1/2, skew -3, kurtosis 10: 0.9004. The curve here has its own moments, so the formula is told with them. */
static void
test_deflated (void)
{
  g_autoptr (PstBacktestResult) result = make_result (100000000);
  PstStatisticsOptions options = { .periods_per_year = 250, .sharpe_variance = 0.5 };
  gint64 equity = 100000000;
  double probabilistic;

  for (guint i = 0; i < 1250; i++)
    {
      equity += i % 10 == 0 ? -equity / 100 : equity / 500;
      add_point (result, START_NS + i * DAY_NS, equity, 0, 0);
    }
  result->n_sets = 1;
  pst_statistics_compute (result, &options);
  probabilistic = total (result, "probabilistic_sharpe");
  assert_near (total (result, "deflated_sharpe"), probabilistic);
  result->n_sets = 100;
  pst_statistics_compute (result, &options);
  assert_near (total (result, "probabilistic_sharpe"), probabilistic);
  {
    /* S0 of the paper: 0.1132 a day, that is 1.7894 a year. */
    double daily = total (result, "sharpe") / sqrt (250), threshold = 0.113172, n = 1250;
    double skew = total (result, "skew") * (n - 2) / sqrt (n * (n - 1));
    double kurtosis = (total (result, "kurtosis") * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1) + 3;
    double z = (daily - threshold) * sqrt (n - 1) / sqrt (1 - skew * daily + (kurtosis - 1) / 4 * daily * daily);

    g_assert_cmpfloat_with_epsilon (total (result, "deflated_sharpe"), 0.5 * erfc (-z / sqrt (2)), 1e-4);
  }
  result->n_sets = 10000;
  {
    double of_hundred = total (result, "deflated_sharpe");

    pst_statistics_compute (result, &options);
    g_assert_cmpfloat (total (result, "deflated_sharpe"), <, of_hundred);
  }
}

/* Daily bars are stamped at their end: that of January 31 is January's, that of Friday is on a Saturday and makes no market of every day. */
static void
test_midnight (void)
{
  g_autoptr (PstBacktestResult) result = make_result (1000);

  for (gint64 day = 1; day <= 40; day++)
    if ((day - 1) % 7 < 5)
      add_point (result, START_NS - 1 + day * DAY_NS, day <= 31 ? 1100 : 1210, 0, 0);
  pst_statistics_compute (result, NULL);
  assert_near (pst_backtest_result_get_statistic (result, "month 2024-01", "total_return"), 0.1);
  assert_near (pst_backtest_result_get_statistic (result, "month 2024-01", "days"), 23);
  assert_near (pst_backtest_result_get_statistic (result, "month 2024-02", "total_return"), 0.1);
  assert_near (pst_statistics_get_periods (result, NULL), 252);
}

/* What a search asks for by name is what the whole has. */
static void
test_measure (void)
{
  static const gint64 equities[] = { 1000, 1100, 990, 1045, 1200, 900, 950 };
  g_autoptr (PstBacktestResult) result = make_result (1000);
  PstStatisticId ids[PST_N_STATISTICS];
  double values[PST_N_STATISTICS];

  add_days (result, equities, G_N_ELEMENTS (equities));
  add_trip (result, 1, 1, 20, 1, 0, 0, FALSE);
  pst_statistics_compute (result, NULL);
  for (guint i = 0; i < PST_N_STATISTICS; i++)
    {
      ids[i] = (PstStatisticId)i;
      pst_statistics_measure (result, &ids[i], 1, NULL, &values[i]);
      assert_near (values[i], total (result, pst_statistic_list ()[i].name));
    }
  assert_near (pst_statistics_get_periods (result, NULL), 365);
}

static void
test_speed (void)
{
  g_autoptr (PstBacktestResult) result = make_result (100000000);
  gint64 equity = 100000000, began;

  for (guint i = 0; i < 1000000; i++)
    {
      equity += g_test_rand_int_range (-1000, 1010);
      add_point (result, START_NS + i * (DAY_NS / 1440), equity, i / 100 % 2 ? equity / 2 : 0, 0);
    }
  began = g_get_monotonic_time ();
  pst_statistics_compute (result, NULL);
  g_test_message ("1,000,000 points, 2 years, 23 months: %.1f ms", (double)(g_get_monotonic_time () - began) / 1000);
  g_assert_cmpfloat (total (result, "days"), ==, 695);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/drawdown", test_drawdown);
  g_test_add_func ("/statistics/drawdown-open", test_drawdown_open);
  g_test_add_func ("/statistics/nothing", test_nothing);
  g_test_add_func ("/statistics/ruin", test_ruin);
  g_test_add_func ("/statistics/trades", test_trades);
  g_test_add_func ("/statistics/fills", test_fills);
  g_test_add_func ("/statistics/plain", test_plain);
  g_test_add_func ("/statistics/deflated", test_deflated);
  g_test_add_func ("/statistics/midnight", test_midnight);
  g_test_add_func ("/statistics/measure", test_measure);
  g_test_add_func ("/statistics/a-million-points", test_speed);
  return g_test_run ();
}
