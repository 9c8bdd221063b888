/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each window is a sweep of its own over a part of the bars, with a results file of its own, so that a walk that was interrupted goes on where it
 * stood. What is traded begins as many bars earlier as the strategies need, so that their first signal can come with the window's first bar. */
#include "penstock-sweep-walk.h"

#include <glib/gstdio.h>
#include <math.h>

#include "../backtest/pst-statistics.h"
#include "../backtest/pst-walk-forward.h"
#include "../host/pst-run-result.h"
#include "penstock-json.h"
#include "penstock-table.h"

typedef struct
{
  PstWalkWindow window;
  guint64 set;
  double in_objective, in_annual, out_objective, out_annual;
  gboolean has_best;
} Step;

typedef struct
{
  PenstockSweep *sweep;
  PstBarSet *all;
  gint64 *times;
  gsize n_times;
  GArray *steps;            /* Step */
  GArray *curve;            /* PstEquityPoint */
  PstParameterSpace *space; /* lives longer than a window's file */
  PstBacktestResult *joined;
  PstStatisticId objective;
} Walk;

static void
list_times (Walk *walk)
{
  const PstBarFrame *frames = pst_bar_set_get_frames (walk->all, &walk->n_times);
  gsize n = 0;

  walk->times = g_new (gint64, walk->n_times + 1);
  for (gsize i = 0; i < walk->n_times; i++)
    if (n == 0 || frames[i].time_ns > walk->times[n - 1])
      walk->times[n++] = frames[i].time_ns;
  walk->n_times = n;
}

/* The engine's data become the bars from @from_ns to @to_ns. */
static gboolean
set_bars (Walk *walk, gint64 from_ns, gint64 to_ns, GError **error)
{
  PstBarSet *part = pst_bar_set_slice (walk->all, from_ns, to_ns, error);

  if (part == NULL)
    return FALSE;
  pst_bar_set_unref (walk->sweep->bars);
  walk->sweep->bars = part;
  if (walk->sweep->engine->close != NULL)
    walk->sweep->engine->close (walk->sweep);
  return walk->sweep->engine->open (walk->sweep, error);
}

static PstSweepFile *
open_window (Walk *walk, guint number, GError **error)
{
  PenstockSweep *sweep = walk->sweep;
  g_autofree char *path = g_strdup_printf ("%s.walk-%u", sweep->results_path, number + 1);
  const PstWalkWindow *window = &g_array_index (walk->steps, Step, number).window;
  g_autofree char *key = g_steal_pointer (&sweep->key), *text = NULL;
  PstSweepHeader *header;

  /* Which window it is belongs to what its results follow from. */
  text = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, key, window->in_from_ns, window->in_to_ns);
  sweep->key = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  header = penstock_sweep_make_header (sweep, error);
  g_free (sweep->key);
  sweep->key = g_steal_pointer (&key);
  return header != NULL ? penstock_sweep_open_results (sweep, path, header, error) : NULL;
}

static double
measure (const PstBacktestResult *result, PstStatisticId id)
{
  double value;

  pst_statistics_measure (result, &id, 1, &(const PstStatisticsOptions){ 0 }, &value);
  return value;
}

/* The strategies' need of bars, of the set that is traded. */
static guint
find_warm_up (PenstockSweep *sweep, const PstParameterSpace *space, guint64 set)
{
  g_autofree char *words = pst_parameter_space_describe (space, set);
  g_auto (GStrv) overrides = g_strsplit (words, " ", -1);
  g_autoptr (PstPipelineFile) file = NULL;
  g_autoptr (PstRun) run = penstock_sweep_build (sweep, (const char *const *)overrides, &file, NULL);
  guint most = 0;

  if (run == NULL || !pst_run_prepare (run, NULL))
    return 0;
  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    if (PST_IS_SIGNAL_STRATEGY (pst_run_get_component (run, i)))
      most = MAX (most, pst_signal_strategy_get_warm_up (PST_SIGNAL_STRATEGY (pst_run_get_component (run, i))));
  return most;
}

/* Only the points of the window itself count; the equity before it is the initial one, as nothing can have been traded. */
static PstBacktestResult *
cut_to_window (const PstBacktestResult *result, const PstWalkWindow *window)
{
  PstBacktestResult *cut = pst_backtest_result_new ();

  cut->currency = result->currency;
  cut->initial_equity = result->initial_equity;
  pst_walk_join (cut->equity, result, window, result->initial_equity);
  g_array_append_vals (cut->fills, result->fills->data, result->fills->len);
  g_array_append_vals (cut->round_trips, result->round_trips->data, result->round_trips->len);
  for (guint i = 0; i < result->instruments->len; i++)
    g_ptr_array_add (cut->instruments, pst_instrument_ref (result->instruments->pdata[i]));
  if (cut->equity->len > 0)
    {
      cut->from_ns = g_array_index (cut->equity, PstEquityPoint, 0).time_ns;
      cut->to_ns = g_array_index (cut->equity, PstEquityPoint, cut->equity->len - 1).time_ns;
    }
  return cut;
}

static void
add_to_joined (Walk *walk, const PstBacktestResult *cut)
{
  if (walk->joined == NULL)
    {
      walk->joined = pst_backtest_result_new ();
      walk->joined->currency = cut->currency;
      walk->joined->initial_equity = cut->initial_equity;
      for (guint i = 0; i < cut->instruments->len; i++)
        g_ptr_array_add (walk->joined->instruments, pst_instrument_ref (cut->instruments->pdata[i]));
    }
  g_array_append_vals (walk->joined->fills, cut->fills->data, cut->fills->len);
  g_array_append_vals (walk->joined->round_trips, cut->round_trips->data, cut->round_trips->len);
}

/* One run of the step's best set over a part of the bars. */
static PstBacktestResult *
run_part (Walk *walk, const Step *step, gint64 from_ns, gint64 to_ns, GError **error)
{
  guint64 choices[PST_PARAMETER_RANGES_MAX];

  if (!set_bars (walk, from_ns, to_ns, error))
    return NULL;
  pst_parameter_space_get_set (walk->space, step->set, choices);
  return penstock_sweep_run_set (walk->sweep, walk->space, choices, error);
}

static gboolean
trade (Walk *walk, Step *step, GError **error)
{
  const PstWalkWindow *window = &step->window;
  gsize warm_up = MIN (find_warm_up (walk->sweep, walk->space, step->set), window->out_first);
  g_autoptr (PstBacktestResult) inside = run_part (walk, step, window->in_from_ns, window->in_to_ns, error), outside = NULL, cut = NULL;

  if (inside == NULL)
    return FALSE;
  outside = run_part (walk, step, walk->times[window->out_first - warm_up], window->out_to_ns, error);
  if (outside == NULL)
    return FALSE;
  cut = cut_to_window (outside, window);
  step->in_annual = measure (inside, PST_STATISTIC_ANNUAL_RETURN);
  step->out_annual = measure (cut, PST_STATISTIC_ANNUAL_RETURN);
  step->out_objective = measure (cut, walk->objective);
  add_to_joined (walk, cut);
  if (pst_walk_join (walk->curve, outside, window, outside->initial_equity))
    return TRUE;
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW, "the joined curve does not fit 64 bits");
  return FALSE;
}

static gboolean
walk_step (Walk *walk, guint number, GError **error)
{
  Step *step = &g_array_index (walk->steps, Step, number);
  PenstockSweep *sweep = walk->sweep;
  g_autofree char *what = g_strdup_printf ("window %u of %u  ", number + 1, walk->steps->len);
  g_autoptr (PstSweepFile) file = NULL;
  g_autoptr (PstSweepSummary) summary = NULL;

  if (!set_bars (walk, step->window.in_from_ns, step->window.in_to_ns, error))
    return FALSE;
  file = open_window (walk, number, error);
  if (file == NULL || !penstock_sweep_search (sweep, file, what, error))
    return FALSE;
  summary = pst_sweep_summary_read (file, sweep->objective, sweep->minimise, 1, error);
  if (summary == NULL)
    return FALSE;
  if (summary->best->len == 0)
    return TRUE; /* nothing could be chosen: nothing is traded */
  step->has_best = TRUE;
  step->set = g_array_index (summary->best, PstSweepBest, 0).set;
  step->in_objective = g_array_index (summary->best, PstSweepBest, 0).statistics[sweep->objective];
  return trade (walk, step, error);
}

static double
efficiency_of (const Step *step)
{
  return step->has_best && step->in_annual > 0 ? step->out_annual / step->in_annual : NAN;
}

static void
add_day (PenstockTable *table, gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, text);
  text[10] = '\0';
  penstock_table_add (table, text);
}

static void
append_steps (Walk *walk, GString *text)
{
  PenstockTable *table = penstock_table_new ("rllllrrrrrl");
  static const char *const heads[] = { "", "searched", "to", "traded", "to", "in-sample", "out", "annual in", "out", "efficiency", "best set" };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    penstock_table_add (table, heads[i]);
  for (guint i = 0; i < walk->steps->len; i++)
    {
      const Step *step = &g_array_index (walk->steps, Step, i);

      penstock_table_take (table, g_strdup_printf ("%u", i + 1));
      add_day (table, step->window.in_from_ns);
      add_day (table, step->window.in_to_ns);
      add_day (table, step->window.out_from_ns);
      add_day (table, step->window.out_to_ns);
      penstock_table_take (table, pst_statistic_format (walk->objective, step->has_best ? step->in_objective : NAN));
      penstock_table_take (table, pst_statistic_format (walk->objective, step->has_best ? step->out_objective : NAN));
      penstock_table_take (table, pst_statistic_format (PST_STATISTIC_ANNUAL_RETURN, step->has_best ? step->in_annual : NAN));
      penstock_table_take (table, pst_statistic_format (PST_STATISTIC_ANNUAL_RETURN, step->has_best ? step->out_annual : NAN));
      penstock_table_take (table, isnan (efficiency_of (step)) ? g_strdup ("n/a") : g_strdup_printf ("%.0f %%", efficiency_of (step) * 100));
      penstock_table_take (table, step->has_best ? pst_parameter_space_describe (walk->space, step->set) : g_strdup ("none: nothing is traded"));
    }
  penstock_table_print (table, "  ", text);
  penstock_table_free (table);
}

/* Of the joined curve. */
static const PstStatisticId told[] = { PST_STATISTIC_TOTAL_RETURN, PST_STATISTIC_ANNUAL_RETURN, PST_STATISTIC_SHARPE,
                                       PST_STATISTIC_MAX_DRAWDOWN, PST_STATISTIC_TRADES,        PST_STATISTIC_WIN_RATE };

static double
mean_efficiency (Walk *walk)
{
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < walk->steps->len; i++)
    {
      double value = efficiency_of (&g_array_index (walk->steps, Step, i));

      sum += isnan (value) ? 0 : value;
      n += !isnan (value);
    }
  return n > 0 ? sum / n : NAN;
}

static void
print_text (Walk *walk)
{
  PenstockSweep *sweep = walk->sweep;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s: %s walk of %u windows, %" G_GUINT64_FORMAT " sets each, by %s; %.3g s\n\n", sweep->name,
                          sweep->options->walk == PST_SWEEP_WALK_ANCHORED ? "anchored" : "rolling", walk->steps->len,
                          pst_parameter_space_get_n_sets (walk->space), sweep->options->objective, sweep->seconds);
  append_steps (walk, text);
  g_string_append (text, "\nWhat was traded, joined:");
  for (guint i = 0; walk->joined != NULL && i < G_N_ELEMENTS (told); i++)
    {
      g_autofree char *value = pst_statistic_format (told[i], measure (walk->joined, told[i]));

      g_string_append_printf (text, "%s %s %s", i ? "," : "", pst_statistic_list ()[told[i]].name, value);
    }
  if (!isnan (mean_efficiency (walk)))
    g_string_append_printf (text, "; efficiency %.0f %% in the mean", mean_efficiency (walk) * 100);
  g_string_append_c (text, '\n');
  if (sweep->monte_carlo && walk->joined != NULL)
    penstock_sweep_simulate (sweep, walk->joined, text, NULL);
  g_print ("%s", text->str);
}

static void
step_to_json (Walk *walk, const Step *step, JsonBuilder *json)
{
  g_autofree char *set = step->has_best ? pst_parameter_space_describe (walk->space, step->set) : NULL;

  json_builder_begin_object (json);
  penstock_json_add_time (json, "in_from", step->window.in_from_ns);
  penstock_json_add_time (json, "in_to", step->window.in_to_ns);
  penstock_json_add_time (json, "out_from", step->window.out_from_ns);
  penstock_json_add_time (json, "out_to", step->window.out_to_ns);
  penstock_json_add_string (json, "set", set);
  penstock_json_add_double (json, "in_sample", step->has_best ? step->in_objective : NAN);
  penstock_json_add_double (json, "out_of_sample", step->has_best ? step->out_objective : NAN);
  penstock_json_add_double (json, "in_sample_annual_return", step->has_best ? step->in_annual : NAN);
  penstock_json_add_double (json, "out_of_sample_annual_return", step->has_best ? step->out_annual : NAN);
  penstock_json_add_double (json, "efficiency", efficiency_of (step));
  json_builder_end_object (json);
}

static void
print_json (Walk *walk)
{
  PenstockSweep *sweep = walk->sweep;
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  penstock_json_add_string (json, "pipeline", sweep->name);
  penstock_json_add_string (json, "objective", sweep->options->objective);
  json_builder_set_member_name (json, "windows");
  json_builder_begin_array (json);
  for (guint i = 0; i < walk->steps->len; i++)
    step_to_json (walk, &g_array_index (walk->steps, Step, i), json);
  json_builder_end_array (json);
  json_builder_set_member_name (json, "joined");
  json_builder_begin_object (json);
  for (guint i = 0; walk->joined != NULL && i < G_N_ELEMENTS (told); i++)
    penstock_json_add_double (json, pst_statistic_list ()[told[i]].name, measure (walk->joined, told[i]));
  penstock_json_add_double (json, "efficiency", mean_efficiency (walk));
  json_builder_end_object (json);
  json_builder_set_member_name (json, "curve");
  json_builder_begin_array (json);
  for (guint i = 0; i < walk->curve->len; i++)
    {
      const PstEquityPoint *point = &g_array_index (walk->curve, PstEquityPoint, i);
      PstMoney equity = { .amount = point->equity, .currency = walk->joined->currency };

      json_builder_begin_object (json);
      penstock_json_add_time (json, "time", point->time_ns);
      penstock_json_add_money (json, "equity", &equity);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  if (sweep->monte_carlo && walk->joined != NULL)
    penstock_sweep_simulate (sweep, walk->joined, NULL, json);
  json_builder_end_object (json);
  penstock_json_print (json);
}

static gboolean
plan (Walk *walk, GError **error)
{
  PenstockSweep *sweep = walk->sweep;
  PstWalkLength in_sample, out_of_sample;
  g_autoptr (GArray) windows = NULL;

  if (sweep->engine != &penstock_sweep_columnar || sweep->on_slurm)
    {
      g_set_error (
          error, PST_COLUMNAR_ERROR, PST_COLUMNAR_ERROR_NOT_SUPPORTED,
          "walking forward needs the columnar engine, which can be given a part of the bars: use --engine columnar, and it says what it cannot "
          "do");
      return FALSE;
    }
  if (!pst_walk_length_parse ("in-sample", sweep->options->in_sample, &in_sample, error)
      || !pst_walk_length_parse ("out-of-sample", sweep->options->out_of_sample, &out_of_sample, error))
    return FALSE;
  list_times (walk);
  windows = pst_walk_windows (walk->times, walk->n_times, sweep->options->walk == PST_SWEEP_WALK_ANCHORED, &in_sample, &out_of_sample, error);
  for (guint i = 0; windows != NULL && i < windows->len; i++)
    {
      Step step = { .window = g_array_index (windows, PstWalkWindow, i) };

      g_array_append_val (walk->steps, step);
    }
  return windows != NULL;
}

gboolean
penstock_sweep_walk (PenstockSweep *sweep, GError **error)
{
  Walk walk = { .sweep = sweep };
  gboolean done;

  walk.all = pst_bar_set_ref (sweep->bars);
  walk.steps = g_array_new (FALSE, FALSE, sizeof (Step));
  walk.curve = g_array_new (FALSE, FALSE, sizeof (PstEquityPoint));
  pst_statistic_find (sweep->options->objective, &walk.objective, NULL);
  walk.space = penstock_sweep_make_space (sweep, error);
  done = walk.space != NULL && plan (&walk, error);
  for (guint i = 0; done && i < walk.steps->len; i++)
    done = walk_step (&walk, i, error);
  if (done && walk.joined != NULL)
    {
      g_array_unref (walk.joined->equity);
      walk.joined->equity = g_array_ref (walk.curve);
    }
  if (done && !sweep->quiet)
    (sweep->as_json ? print_json : print_text) (&walk);
  g_clear_pointer (&walk.joined, pst_backtest_result_unref);
  g_array_unref (walk.steps);
  g_array_unref (walk.curve);
  g_free (walk.times);
  pst_parameter_space_free (walk.space);
  pst_bar_set_unref (walk.all);
  return done;
}
