/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets through the event engine: a whole run a set, built anew. Slow, and able to do whatever a pipeline can. */
#include "penstock-sweep.h"

#include <math.h>
#include <string.h>

typedef struct
{
  PenstockSweep *sweep;
  GPtrArray *overrides; /* one a range, and NULL */
} Worker;

static double
get_return (const PstSummary *summary)
{
  gint64 initial = summary->initial_equity.amount;

  return initial > 0 ? (double)(summary->final_equity.amount - initial) / (double)initial : NAN;
}

static double
get_net_profit (const PstSummary *summary)
{
  return (double)summary->total.net_profit.amount / (double)pst_power_of_ten (summary->total.net_profit.currency->scale);
}

static double
get_fees (const PstSummary *summary)
{
  return (double)summary->total.fees.amount / (double)pst_power_of_ten (summary->total.fees.currency->scale);
}

static double
get_sharpe (const PstSummary *summary)
{
  return summary->total.sharpe;
}

static double
get_drawdown (const PstSummary *summary)
{
  return summary->total.max_drawdown;
}

static double
get_trades (const PstSummary *summary)
{
  return (double)summary->total.n_trades;
}

static double
get_fills (const PstSummary *summary)
{
  return (double)summary->total.n_fills;
}

static double
get_win_rate (const PstSummary *summary)
{
  return summary->total.win_rate;
}

static const struct
{
  const char *name;
  double (*get) (const PstSummary *summary);
} told[] = {
  { "total_return", get_return }, { "net_profit", get_net_profit }, { "sharpe", get_sharpe },     { "max_drawdown", get_drawdown },
  { "trades", get_trades },       { "fills", get_fills },           { "win_rate", get_win_rate }, { "fees", get_fees },
};

static const char *const kept[] = { "total_return", "sharpe", "max_drawdown", "trades", "win_rate", NULL };

static gboolean
can_tell (const char *statistic)
{
  for (gsize i = 0; i < G_N_ELEMENTS (told); i++)
    if (strcmp (told[i].name, statistic) == 0)
      return TRUE;
  return FALSE;
}

static gpointer
new_worker (PenstockSweep *sweep, GError **error)
{
  Worker *worker = g_new0 (Worker, 1);

  worker->sweep = sweep;
  worker->overrides = g_ptr_array_new_with_free_func (g_free);
  return worker;
}

static void
free_worker (gpointer data)
{
  Worker *worker = data;

  g_ptr_array_unref (worker->overrides);
  g_free (worker);
}

/* (transfer full) (nullable): not executed. What the components say of their options is no failure, but a set that is refused. */
static PstRun *
build (Worker *worker, const guint64 *choices, guint8 *state, GError **error)
{
  const PstParameterSpace *space = worker->sweep->header->space;
  g_autoptr (PstPipelineFile) file = NULL;
  g_autoptr (GError) cause = NULL;
  PstRun *run;

  g_ptr_array_set_size (worker->overrides, 0);
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (space); i++)
    {
      const PstParameterRange *range = pst_parameter_space_get_range (space, i);
      g_autofree char *text = pst_parameter_range_get_text (range, choices[i]);

      g_ptr_array_add (worker->overrides, g_strdup_printf ("%s=%s", range->name, text));
    }
  g_ptr_array_add (worker->overrides, NULL);
  run = penstock_sweep_build (worker->sweep, (const char *const *)worker->overrides->pdata, &file, &cause);
  if (run != NULL && pst_run_prepare (run, &cause))
    return run;
  g_clear_object (&run);
  if (cause->domain == PST_OPTION_ERROR || cause->domain == PST_VALUE_ERROR)
    *state = PST_SWEEP_STATE_REFUSED;
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

static void
measure (Worker *worker, PstRun *run, double *statistics)
{
  g_autoptr (PstSummary) summary = pst_run_get_summary (run);
  char **names = worker->sweep->header->statistics;

  for (guint i = 0; names[i] != NULL; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (told); j++)
      if (strcmp (told[j].name, names[i]) == 0)
        statistics[i] = told[j].get (summary);
}

static gboolean
evaluate (gpointer data, guint n_sets, const guint64 *choices, guint8 *states, double *statistics, GError **error)
{
  Worker *worker = data;
  guint n_ranges = pst_parameter_space_get_n_ranges (worker->sweep->header->space), n_statistics = g_strv_length (worker->sweep->header->statistics);

  for (guint i = 0; i < n_sets; i++)
    {
      g_autoptr (PstRun) run = build (worker, choices + (gsize)i * n_ranges, &states[i], error);

      if (run == NULL && states[i] == PST_SWEEP_STATE_REFUSED)
        continue;
      if (run == NULL || !pst_run_execute (run, error))
        return FALSE;
      measure (worker, run, statistics + (gsize)i * n_statistics);
    }
  return TRUE;
}

const PenstockSweepEngine penstock_sweep_event = {
  .name = "event",
  .statistics = kept,
  .can_tell = can_tell,
  .new_worker = new_worker,
  .evaluate = evaluate,
  .free_worker = free_worker,
};
