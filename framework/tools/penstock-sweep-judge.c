/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far the best of many sets can be believed: what is left of its Sharpe ratio when it is told how many were tried, and how its profits might have
 * come in another order. */
#include <math.h>

#include "../backtest/pst-monte-carlo.h"
#include "../backtest/pst-statistics.h"
#include "penstock-json.h"
#include "penstock-sweep-walk.h"
#include "penstock-table.h"

/* The variance of the Sharpe ratios over all sets; 0 when they were not kept. */
static double
find_sharpe_variance (const PstSweepHeader *header, const PstSweepSummary *summary)
{
  for (guint i = 0; header->statistics[i] != NULL; i++)
    if (g_str_equal (header->statistics[i], "sharpe"))
      return summary->spreads[i].variance;
  return 0;
}

/* (transfer full): profits of round trips, as shares of the initial equity; what is open is valued at its last mark, as the equity is. */
static double *
list_profits (const PstBacktestResult *result, gsize *n)
{
  double *profits = g_new (double, result->round_trips->len + 1);

  *n = 0;
  for (guint i = 0; i < result->round_trips->len; i++)
    {
      const PstRoundTrip *trip = &g_array_index (result->round_trips, PstRoundTrip, i);

      if (result->initial_equity > 0)
        profits[(*n)++] = (double)trip->profit / (double)result->initial_equity;
    }
  return profits;
}

/* (transfer full): of each UTC day with a point, its last over the last of the day before. */
static double *
list_returns (const PstBacktestResult *result, gsize *n)
{
  double *returns = g_new (double, result->equity->len + 1);
  gint64 before = result->initial_equity;

  *n = 0;
  for (guint i = 0; i < result->equity->len; i++)
    {
      const PstEquityPoint *point = &g_array_index (result->equity, PstEquityPoint, i), *next = point + 1;

      if (i + 1 < result->equity->len && next->time_ns / PST_NS_PER_DAY == point->time_ns / PST_NS_PER_DAY)
        continue;
      if (before > 0)
        returns[(*n)++] = (double)point->equity / (double)before - 1;
      before = point->equity;
    }
  return returns;
}

static void
add_band (PenstockTable *table, PstMonteCarloMethod method, const char *what, const PstMonteCarloBand *band, gboolean as_share)
{
  penstock_table_add (table, pst_monte_carlo_method_to_string (method));
  penstock_table_add (table, what);
  penstock_table_take (table, as_share ? g_strdup_printf ("%.2f %%", band->observed * 100) : g_strdup_printf ("%.2f", band->observed));
  for (guint i = 0; i < PST_MONTE_CARLO_N_QUANTILES; i++)
    if (isnan (band->quantiles[i]))
      penstock_table_add (table, "n/a");
    else
      penstock_table_take (table, as_share ? g_strdup_printf ("%.2f %%", band->quantiles[i] * 100) : g_strdup_printf ("%.2f", band->quantiles[i]));
}

static void
append_bands (const PstMonteCarlo *results, guint n_paths, GString *text)
{
  static const char *const heads[] = { "paths", "", "observed", "1 %", "5 %", "25 %", "50 %", "75 %", "95 %", "99 %" };
  PenstockTable *table = penstock_table_new ("llrrrrrrrr");

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    penstock_table_add (table, heads[i]);
  for (guint i = 0; i < PST_MONTE_CARLO_N_METHODS; i++)
    {
      add_band (table, (PstMonteCarloMethod)i, "final equity", &results[i].final_equity, TRUE);
      add_band (table, (PstMonteCarloMethod)i, "max drawdown", &results[i].max_drawdown, TRUE);
    }
  add_band (table, PST_MONTE_CARLO_BLOCKS, "sharpe", &results[PST_MONTE_CARLO_BLOCKS].sharpe, FALSE);
  g_string_append_printf (text,
                          "\nMonte Carlo, %u paths each (shuffle: its trades in other orders; resample: drawn anew; blocks: its daily returns\n"
                          "drawn in blocks); final equity in percent of the initial one:\n",
                          n_paths);
  penstock_table_print (table, "  ", text);
  penstock_table_free (table);
  if (results[PST_MONTE_CARLO_BLOCKS].n_drawn > 1)
    g_string_append_printf (text, "  %.1f %% of the paths of blocks end with a loss, of those of resample %.1f %%\n",
                            results[PST_MONTE_CARLO_BLOCKS].loss_probability * 100, results[PST_MONTE_CARLO_RESAMPLE].loss_probability * 100);
}

static void
band_to_json (JsonBuilder *json, const char *name, const PstMonteCarloBand *band)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_object (json);
  penstock_json_add_double (json, "observed", band->observed);
  for (guint i = 0; i < PST_MONTE_CARLO_N_QUANTILES; i++)
    {
      char share[G_ASCII_DTOSTR_BUF_SIZE];

      penstock_json_add_double (json, g_ascii_formatd (share, sizeof share, "%g", pst_monte_carlo_get_quantiles ()[i]), band->quantiles[i]);
    }
  json_builder_end_object (json);
}

static void
bands_to_json (const PstMonteCarlo *results, guint n_paths, JsonBuilder *json)
{
  json_builder_set_member_name (json, "monte_carlo");
  json_builder_begin_object (json);
  penstock_json_add_integer (json, "paths", n_paths);
  for (guint i = 0; i < PST_MONTE_CARLO_N_METHODS; i++)
    {
      json_builder_set_member_name (json, pst_monte_carlo_method_to_string ((PstMonteCarloMethod)i));
      json_builder_begin_object (json);
      penstock_json_add_integer (json, "drawn", (gint64)results[i].n_drawn);
      band_to_json (json, "final_equity", &results[i].final_equity);
      band_to_json (json, "max_drawdown", &results[i].max_drawdown);
      if (i == PST_MONTE_CARLO_BLOCKS)
        band_to_json (json, "sharpe", &results[i].sharpe);
      penstock_json_add_double (json, "loss_probability", results[i].loss_probability);
      json_builder_end_object (json);
    }
  json_builder_end_object (json);
}

void
penstock_sweep_simulate (PenstockSweep *sweep, const PstBacktestResult *result, GString *text, JsonBuilder *json)
{
  const PstSweepOptions *options = sweep->options;
  PstMonteCarlo results[PST_MONTE_CARLO_N_METHODS];
  gsize n_profits, n_returns;
  g_autofree double *profits = list_profits (result, &n_profits), *returns = list_returns (result, &n_returns);

  pst_monte_carlo_trades (PST_MONTE_CARLO_SHUFFLE, profits, n_profits, options->simulations, options->seed, &results[PST_MONTE_CARLO_SHUFFLE]);
  pst_monte_carlo_trades (PST_MONTE_CARLO_RESAMPLE, profits, n_profits, options->simulations, options->seed, &results[PST_MONTE_CARLO_RESAMPLE]);
  pst_monte_carlo_returns (returns, n_returns, pst_statistics_get_periods (result, &(const PstStatisticsOptions){ 0 }), options->block,
                           options->simulations, options->seed, &results[PST_MONTE_CARLO_BLOCKS]);
  if (json != NULL)
    bands_to_json (results, options->simulations, json);
  else
    append_bands (results, options->simulations, text);
}

gboolean
penstock_sweep_judge (PenstockSweep *sweep, PstSweepFile *file, const PstSweepSummary *summary, GString *text, JsonBuilder *json, GError **error)
{
  static const PstStatisticId ids[] = { PST_STATISTIC_PROBABILISTIC_SHARPE, PST_STATISTIC_DEFLATED_SHARPE };
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  PstStatisticsOptions options = { .sharpe_variance = find_sharpe_variance (header, summary) };
  guint64 choices[PST_PARAMETER_RANGES_MAX];
  g_autoptr (PstBacktestResult) result = NULL;
  double values[G_N_ELEMENTS (ids)];

  if (summary->best->len == 0)
    return TRUE;
  pst_parameter_space_get_set (header->space, g_array_index (summary->best, PstSweepBest, 0).set, choices);
  result = penstock_sweep_run_set (sweep, header->space, choices, error);
  if (result == NULL)
    return FALSE;
  result->n_sets = MAX (summary->n_done, 1);
  pst_statistics_measure (result, ids, G_N_ELEMENTS (ids), &options, values);
  for (guint i = 0; json != NULL && i < G_N_ELEMENTS (ids); i++)
    penstock_json_add_double (json, pst_statistic_list ()[ids[i]].name, values[i]);
  if (text != NULL)
    g_string_append_printf (text,
                            "Its Sharpe ratio is above 0 with a probability of %.1f %%, when it is told that it is the best of %" G_GUINT64_FORMAT
                            " sets with %.1f %%.\n",
                            values[0] * 100, result->n_sets, values[1] * 100);
  if (sweep->monte_carlo)
    penstock_sweep_simulate (sweep, result, text, json);
  return TRUE;
}
