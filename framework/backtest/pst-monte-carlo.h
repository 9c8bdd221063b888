/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a backtest might have come to: its trades in other orders, its trades drawn anew, its daily returns drawn in blocks. A drawdown that nearly
 * all of these have is the strategy's; one that few have was luck, good or bad. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_MONTE_CARLO_PATHS_MAX 1000000

/**
 * PstMonteCarloMethod:
 * @PST_MONTE_CARLO_SHUFFLE: the same trades in another order: the end is the same, the way there is not
 * @PST_MONTE_CARLO_RESAMPLE: as many trades, drawn with replacement
 * @PST_MONTE_CARLO_BLOCKS: daily returns, drawn in blocks of random length (stationary bootstrap, Politis and Romano 1994), so that good and bad
 * times stay together
 *
 * How paths are made.
 */
typedef enum /*< prefix=PST_MONTE_CARLO >*/
{
  PST_MONTE_CARLO_SHUFFLE,
  PST_MONTE_CARLO_RESAMPLE,
  PST_MONTE_CARLO_BLOCKS,
  PST_MONTE_CARLO_N_METHODS,
} PstMonteCarloMethod;

/* The shares of paths that a band's values bound: 1, 5, 25, 50, 75, 95, 99 in a hundred. */
#define PST_MONTE_CARLO_N_QUANTILES 7

/**
 * PstMonteCarloBand:
 * @observed: what the backtest itself came to, computed in the same way
 * @quantiles: of the paths, at pst_monte_carlo_get_quantiles(); all NaN when it cannot be told
 *
 * One figure over all paths.
 */
typedef struct
{
  double observed;
  double quantiles[PST_MONTE_CARLO_N_QUANTILES];
} PstMonteCarloBand;

/**
 * PstMonteCarlo:
 * @n_drawn: trades or returns of a path; below 2 there are no paths
 * @final_equity: as a multiple of the initial one
 * @max_drawdown: share of the peak, 0 to 1
 * @sharpe: annualised; of @PST_MONTE_CARLO_BLOCKS alone
 * @loss_probability: share of paths that end below where they began
 *
 * What one method came to.
 */
typedef struct
{
  gsize n_drawn;
  PstMonteCarloBand final_equity, max_drawdown, sharpe;
  double loss_probability;
} PstMonteCarlo;

/* "shuffle", "resample", "blocks" */
const char *pst_monte_carlo_method_to_string (PstMonteCarloMethod method);
/* (array fixed-size=PST_MONTE_CARLO_N_QUANTILES): 0.01 ... 0.99 */
const double *pst_monte_carlo_get_quantiles (void);
/* @profits: of each closed trade, as a share of the initial equity. */
void pst_monte_carlo_trades (PstMonteCarloMethod method, const double *profits, gsize n_profits, guint n_paths, guint64 seed, PstMonteCarlo *result);
/* @returns: one a day; @block: mean length of a block, at least 1, or 0: the cube root of how many there are. */
void pst_monte_carlo_returns (const double *returns, gsize n_returns, double days_per_year, double block, guint n_paths, guint64 seed,
                              PstMonteCarlo *result);

G_END_DECLS
