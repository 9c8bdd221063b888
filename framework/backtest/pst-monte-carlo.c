/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths one after the other from one seeded stream a method; of each only its figures are kept. */
#include "pst-monte-carlo.h"

#include <math.h>

static const char *const method_names[] = { "shuffle", "resample", "blocks" };
static const double quantile_shares[PST_MONTE_CARLO_N_QUANTILES] = { 0.01, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99 };

/* A path as it grows. */
typedef struct
{
  double equity, peak, drawdown;
  double n, mean, squares;
} Path;

typedef struct
{
  double *final_equity, *max_drawdown, *sharpe;
  guint n;
} Paths;

static const Path new_path = { .equity = 1, .peak = 1 };

const char *
pst_monte_carlo_method_to_string (PstMonteCarloMethod method)
{
  return method_names[method];
}

const double *
pst_monte_carlo_get_quantiles (void)
{
  return quantile_shares;
}

static inline void
set_equity (Path *path, double equity)
{
  path->equity = equity;
  if (equity > path->peak)
    path->peak = equity;
  else if (path->peak - equity > path->drawdown * path->peak)
    path->drawdown = (path->peak - equity) / path->peak;
}

static inline void
add_return (Path *path, double value)
{
  double delta = value - path->mean;

  path->n++;
  path->mean += delta / path->n;
  path->squares += delta * (value - path->mean);
  set_equity (path, path->equity * (1 + value));
}

static double
get_sharpe (const Path *path, double days_per_year)
{
  double deviation = path->n > 1 ? sqrt (path->squares / (path->n - 1)) : 0;

  return deviation > 0 ? path->mean / deviation * sqrt (days_per_year) : NAN;
}

static void
paths_init (Paths *paths, guint n)
{
  paths->n = n;
  paths->final_equity = g_new (double, n);
  paths->max_drawdown = g_new (double, n);
  paths->sharpe = g_new (double, n);
}

static void
paths_set (Paths *paths, guint place, const Path *path, double sharpe)
{
  paths->final_equity[place] = path->equity;
  paths->max_drawdown[place] = path->drawdown;
  paths->sharpe[place] = sharpe;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

/* Linear between neighbours (type 7 of Hyndman and Fan 1996). Sorts. */
static void
set_band (PstMonteCarloBand *band, double *values, guint n, double observed)
{
  guint n_told = 0;

  band->observed = observed;
  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      values[n_told++] = values[i];
  if (n_told > 0)
    qsort (values, n_told, sizeof *values, compare);
  for (guint i = 0; i < PST_MONTE_CARLO_N_QUANTILES; i++)
    {
      double place = quantile_shares[i] * (n_told > 0 ? n_told - 1 : 0);
      guint below = (guint)place;

      if (n_told == 0)
        band->quantiles[i] = NAN;
      else if (below + 1 >= n_told)
        band->quantiles[i] = values[n_told - 1];
      else
        band->quantiles[i] = values[below] + (place - below) * (values[below + 1] - values[below]);
    }
}

static void
paths_end (Paths *paths, const Path *observed, double observed_sharpe, PstMonteCarlo *result)
{
  guint n_losses = 0;

  for (guint i = 0; i < paths->n; i++)
    n_losses += paths->final_equity[i] < 1;
  result->loss_probability = paths->n ? (double)n_losses / paths->n : NAN;
  set_band (&result->final_equity, paths->final_equity, paths->n, observed->equity);
  set_band (&result->max_drawdown, paths->max_drawdown, paths->n, observed->drawdown);
  set_band (&result->sharpe, paths->sharpe, paths->n, observed_sharpe);
  g_free (paths->final_equity);
  g_free (paths->max_drawdown);
  g_free (paths->sharpe);
}

/* Fisher and Yates. */
static void
shuffle (double *values, gsize n, PstRandom *random)
{
  for (gsize i = n; i > 1; i--)
    {
      gsize other = (gsize)pst_random_below (random, i);
      double value = values[i - 1];

      values[i - 1] = values[other];
      values[other] = value;
    }
}

/**
 * pst_monte_carlo_trades:
 * @method: %PST_MONTE_CARLO_SHUFFLE or %PST_MONTE_CARLO_RESAMPLE
 * @profits: (array length=n_profits): of each closed trade, as a share of the initial equity
 * @n_profits: how many
 * @n_paths: how many paths
 * @seed: of the paths
 * @result: (out caller-allocates): what they came to
 *
 * Profits are added up, not compounded: their sizes are those that were traded. Any thread.
 */
void
pst_monte_carlo_trades (PstMonteCarloMethod method, const double *profits, gsize n_profits, guint n_paths, guint64 seed, PstMonteCarlo *result)
{
  g_autofree double *order = g_memdup2 (profits, n_profits * sizeof *profits);
  Path observed = new_path;
  PstRandom random;
  Paths paths;

  *result = (PstMonteCarlo){ .n_drawn = n_profits };
  pst_random_init (&random, seed, method_names[method]);
  paths_init (&paths, n_profits < 2 ? 0 : n_paths);
  for (gsize i = 0; i < n_profits; i++)
    set_equity (&observed, observed.equity + profits[i]);
  for (guint i = 0; i < paths.n; i++)
    {
      Path path = new_path;

      if (method == PST_MONTE_CARLO_SHUFFLE)
        shuffle (order, n_profits, &random);
      for (gsize j = 0; j < n_profits; j++)
        set_equity (&path, path.equity + (method == PST_MONTE_CARLO_SHUFFLE ? order[j] : profits[(gsize)pst_random_below (&random, n_profits)]));
      paths_set (&paths, i, &path, NAN);
    }
  paths_end (&paths, &observed, NAN, result);
}

/**
 * pst_monte_carlo_returns:
 * @returns: (array length=n_returns): one a day, 0.01 for a hundredth
 * @n_returns: how many
 * @days_per_year: for the Sharpe ratio
 * @block: mean length of a block; below 1: the cube root of @n_returns
 * @n_paths: how many paths
 * @seed: of the paths
 * @result: (out caller-allocates): what they came to
 *
 * Each path has as many returns, drawn in blocks whose lengths are geometric; a block that reaches the end goes on at the beginning. Any thread.
 */
void
pst_monte_carlo_returns (const double *returns, gsize n_returns, double days_per_year, double block, guint n_paths, guint64 seed,
                         PstMonteCarlo *result)
{
  double stops = 1 / (block >= 1 ? block : MAX (1, cbrt ((double)n_returns)));
  Path observed = new_path;
  PstRandom random;
  Paths paths;

  *result = (PstMonteCarlo){ .n_drawn = n_returns };
  pst_random_init (&random, seed, method_names[PST_MONTE_CARLO_BLOCKS]);
  paths_init (&paths, n_returns < 2 ? 0 : n_paths);
  for (gsize i = 0; i < n_returns; i++)
    add_return (&observed, returns[i]);
  for (guint i = 0; i < paths.n; i++)
    {
      Path path = new_path;
      gsize place = 0;

      for (gsize j = 0; j < n_returns; j++)
        {
          if (j == 0 || pst_random_double (&random) < stops)
            place = (gsize)pst_random_below (&random, n_returns);
          add_return (&path, returns[place]);
          place = place + 1 == n_returns ? 0 : place + 1;
        }
      paths_set (&paths, i, &path, get_sharpe (&path, days_per_year));
    }
  paths_end (&paths, &observed, get_sharpe (&observed, days_per_year), result);
}
