/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bands that are too narrow make a lucky backtest look like a safe one. */
#include "pst-monte-carlo.h"

#include <math.h>

#define MEDIAN 3

static void
test_shuffle_keeps_the_end (void)
{
  const double profits[] = { 0.1, -0.05, 0.02, -0.03, 0.06, -0.08, 0.04 };
  PstMonteCarlo result;

  pst_monte_carlo_trades (PST_MONTE_CARLO_SHUFFLE, profits, G_N_ELEMENTS (profits), 5000, 1, &result);
  for (guint i = 0; i < PST_MONTE_CARLO_N_QUANTILES; i++)
    g_assert_cmpfloat_with_epsilon (result.final_equity.quantiles[i], 1.06, 1e-12);
  g_assert_cmpfloat_with_epsilon (result.final_equity.observed, 1.06, 1e-12);
  /* From 1.13 to 1.05, before the last win. */
  g_assert_cmpfloat_with_epsilon (result.max_drawdown.observed, 0.08 / 1.1, 1e-12);
  g_assert_cmpfloat (result.max_drawdown.quantiles[0], <, result.max_drawdown.quantiles[6]);
  /* The worst order: all losses at once, at the beginning. */
  g_assert_cmpfloat (result.max_drawdown.quantiles[6], <=, 0.16 + 1e-12);
  g_assert_cmpfloat (result.loss_probability, ==, 0);
}

/* A fair coin of +-1 % 100 times: the binomial's quantiles are known. */
static void
test_resample_has_the_binomials_quantiles (void)
{
  double profits[100];
  PstMonteCarlo result;

  for (guint i = 0; i < 100; i++)
    profits[i] = i % 2 ? 0.01 : -0.01;
  pst_monte_carlo_trades (PST_MONTE_CARLO_RESAMPLE, profits, 100, 20000, 5, &result);
  /* Standard deviation 0.1; a step of the grid is 0.02. */
  g_assert_cmpfloat_with_epsilon (result.final_equity.quantiles[MEDIAN], 1.0, 0.021);
  g_assert_cmpfloat_with_epsilon (result.final_equity.quantiles[1], 1 - 0.1645, 0.021);
  g_assert_cmpfloat_with_epsilon (result.final_equity.quantiles[5], 1 + 0.1645, 0.021);
  /* P (X < 50) = (1 - 0.0796) / 2 */
  g_assert_cmpfloat_with_epsilon (result.loss_probability, 0.4602, 0.015);
}

/* The Sharpe ratio's own standard error over n days is about sqrt (1 / years). */
static void
test_blocks_spread_sharpe (void)
{
  enum
  {
    N = 1008
  };
  double returns[N];
  PstRandom random;
  PstMonteCarlo result, again, other;

  pst_random_init (&random, 11, NULL);
  for (guint i = 0; i < N; i++)
    returns[i] = 0.0005 + 0.01 * (pst_random_double (&random) + pst_random_double (&random) + pst_random_double (&random) - 1.5) * 2;
  pst_monte_carlo_returns (returns, N, 252, 0, 4000, 3, &result);
  g_assert_cmpfloat_with_epsilon (result.sharpe.quantiles[MEDIAN], result.sharpe.observed, 0.1);
  /* Four years: standard error 0.5, so 5 % to 95 % span 1.64. */
  g_assert_cmpfloat_with_epsilon (result.sharpe.quantiles[5] - result.sharpe.quantiles[1], 1.645, 0.35);
  for (guint i = 1; i < PST_MONTE_CARLO_N_QUANTILES; i++)
    g_assert_cmpfloat (result.final_equity.quantiles[i - 1], <, result.final_equity.quantiles[i]);
  pst_monte_carlo_returns (returns, N, 252, 0, 4000, 3, &again);
  pst_monte_carlo_returns (returns, N, 252, 0, 4000, 4, &other);
  g_assert_cmpmem (&result, sizeof result, &again, sizeof again);
  g_assert_cmpfloat (result.sharpe.quantiles[0], !=, other.sharpe.quantiles[0]);
}

/* Runs of twenty days: drawn one by one, the bad ones are torn apart and the drawdown seems harmless. */
static void
test_blocks_keep_bad_times_together (void)
{
  double returns[1000];
  PstMonteCarlo apart, together;

  for (guint i = 0; i < 1000; i++)
    returns[i] = i / 20 % 2 ? 0.01 : -0.01;
  pst_monte_carlo_returns (returns, 1000, 252, 1, 2000, 3, &apart);
  pst_monte_carlo_returns (returns, 1000, 252, 40, 2000, 3, &together);
  g_assert_cmpfloat (together.max_drawdown.quantiles[MEDIAN], >, 1.3 * apart.max_drawdown.quantiles[MEDIAN]);
}

static void
test_too_few (void)
{
  const double one[] = { 0.1 };
  PstMonteCarlo result;

  pst_monte_carlo_trades (PST_MONTE_CARLO_RESAMPLE, one, 1, 1000, 1, &result);
  g_assert_cmpuint (result.n_drawn, ==, 1);
  g_assert_true (isnan (result.final_equity.quantiles[0]) && isnan (result.loss_probability));
  pst_monte_carlo_returns (NULL, 0, 252, 0, 1000, 1, &result);
  g_assert_true (isnan (result.sharpe.quantiles[MEDIAN]) && isnan (result.sharpe.observed));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/monte-carlo/shuffle-keeps-the-end", test_shuffle_keeps_the_end);
  g_test_add_func ("/monte-carlo/resample-has-the-binomials-quantiles", test_resample_has_the_binomials_quantiles);
  g_test_add_func ("/monte-carlo/blocks-spread-sharpe", test_blocks_spread_sharpe);
  g_test_add_func ("/monte-carlo/blocks-keep-bad-times-together", test_blocks_keep_bad_times_together);
  g_test_add_func ("/monte-carlo/too-few", test_too_few);
  return g_test_run ();
}
