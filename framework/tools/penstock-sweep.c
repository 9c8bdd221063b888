/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock sweep: a pipeline tried with many parameter sets. */
#include "penstock-sweep.h"

#include <string.h>

#include "../host/pst-run-result.h"
#include "penstock-interrupt.h"
#include "penstock-sweep-slurm.h"
#include "penstock-sweep-walk.h"

#define DEFAULT_RESULTS ".sweep"
#define ENGINE_SLURM "slurm"

static const PenstockSweepEngine *const engines[] = { &penstock_sweep_columnar, &penstock_sweep_event };

/* Kept when the file does not say. */
static const char *const kept[] = { "total_return", "sharpe", "max_drawdown", "trades", "win_rate", NULL };

PstRun *
penstock_sweep_build (PenstockSweep *sweep, const char *const *overrides, PstPipelineFile **file, GError **error)
{
  g_autoptr (PstPipelineFile) loaded = pst_pipeline_file_load (sweep->path, error);
  const char *const *lists[] = { (const char *const *)sweep->assignments, overrides };
  PstRun *run;

  if (loaded == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i] != NULL && lists[i][j] != NULL; j++)
      if (!pst_pipeline_file_override (loaded, lists[i][j], error))
        return NULL;
  pst_pipeline_file_set_bare (loaded);
  run = pst_pipeline_file_build (loaded, sweep->catalogue, error);
  if (run != NULL)
    *file = g_steal_pointer (&loaded);
  return run;
}

/* Columns when nothing else is asked for and they can do what the pipeline says. */
static gboolean
choose_by_itself (PenstockSweep *sweep, GError **error)
{
  g_autoptr (GError) cause = NULL;

  sweep->engine = &penstock_sweep_columnar;
  if (sweep->engine->open (sweep, &cause))
    return TRUE;
  if (cause->domain != PST_COLUMNAR_ERROR && !g_error_matches (cause, PST_BAR_SET_ERROR, PST_BAR_SET_ERROR_NOT_SUPPORTED))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (!sweep->quiet)
    g_printerr ("penstock sweep: the event engine runs the sets, which takes longer than columns would: %s\n", cause->message);
  sweep->engine = &penstock_sweep_event;
  return TRUE;
}

static gboolean
fail_engine (const char *wanted, GError **error)
{
  const char *names[G_N_ELEMENTS (engines) + 2] = { NULL };
  g_autofree char *all = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (engines); i++)
    names[i] = engines[i]->name;
  names[G_N_ELEMENTS (engines)] = ENGINE_SLURM;
  all = g_strjoinv (", ", (char **)names);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no engine \"%s\"; engines: %s", wanted, all);
  return FALSE;
}

static gboolean
choose_engine (PenstockSweep *sweep, GError **error)
{
  const char *wanted = sweep->engine_name;

  sweep->on_slurm = g_strcmp0 (wanted, ENGINE_SLURM) == 0;
  if (sweep->on_slurm)
    wanted = sweep->task_engine;
  if (wanted == NULL)
    return choose_by_itself (sweep, error);
  for (guint i = 0; i < G_N_ELEMENTS (engines); i++)
    if (strcmp (wanted, engines[i]->name) == 0)
      sweep->engine = engines[i];
  if (sweep->engine == NULL)
    return fail_engine (wanted, error);
  return sweep->engine->open == NULL || sweep->engine->open (sweep, error);
}

static gboolean
add_statistic (GStrvBuilder *builder, GHashTable *seen, const char *name, GError **error)
{
  PstStatisticId id;

  if (!pst_statistic_find (name, &id, error))
    return FALSE;
  if (g_hash_table_add (seen, g_strdup (name)))
    g_strv_builder_add (builder, name);
  return TRUE;
}

/* The objective first, then what the file says, or what the engine tells at no cost. */
static gboolean
choose_statistics (PenstockSweep *sweep, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *const *wanted = (const char *const *)sweep->options->statistics;

  if (wanted == NULL || wanted[0] == NULL)
    wanted = kept;
  if (!add_statistic (builder, seen, sweep->options->objective, error))
    {
      g_prefix_error (error, "[sweep] objective: ");
      return FALSE;
    }
  for (guint i = 0; wanted[i] != NULL; i++)
    if (!add_statistic (builder, seen, wanted[i], error))
      {
        g_prefix_error (error, "[sweep] statistics: ");
        return FALSE;
      }
  sweep->statistics = g_strv_builder_end (builder);
  if (g_strv_length (sweep->statistics) > PST_SWEEP_STATISTICS_MAX)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "[sweep] statistics: at most %d are kept", PST_SWEEP_STATISTICS_MAX);
      return FALSE;
    }
  sweep->minimise = sweep->options->goal == PST_SWEEP_GOAL_AUTO ? pst_statistic_lookup (sweep->options->objective)->better < 0
                                                                : sweep->options->goal == PST_SWEEP_GOAL_MINIMISE;
  return TRUE;
}

PstParameterSpace *
penstock_sweep_make_space (PenstockSweep *sweep, GError **error)
{
  guint n_components = pst_run_get_n_components (sweep->run);
  g_autofree PstParameterOwner *owners = g_new (PstParameterOwner, n_components);
  g_autoptr (PstParameterSpace) space = pst_parameter_space_new ();

  for (guint i = 0; i < n_components; i++)
    owners[i] = (PstParameterOwner){ pst_component_get_name (pst_run_get_component (sweep->run, i)),
                                     G_OBJECT_TYPE (pst_run_get_component (sweep->run, i)) };
  for (guint i = 0; sweep->options->vary[i] != NULL; i++)
    if (!pst_parameter_space_vary (space, owners, n_components, sweep->options->vary[i], error))
      {
        g_prefix_error (error, "[sweep] ");
        return NULL;
      }
  if (!pst_parameter_space_set_method (space, (PstParameterMethod)sweep->options->method, sweep->options->samples, sweep->options->seed, error))
    return NULL;
  return g_steal_pointer (&space);
}

/* "2/8" */
static gboolean
cut_slice (PenstockSweep *sweep, PstSweepHeader *header, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (sweep->slice ? sweep->slice : "", "/", -1);
  guint64 slice = 0, n_slices = 0;

  if (sweep->slice == NULL)
    return TRUE;
  if (g_strv_length (parts) == 2 && g_ascii_string_to_unsigned (parts[0], 10, 1, G_MAXUINT32, &slice, NULL)
      && g_ascii_string_to_unsigned (parts[1], 10, 1, G_MAXUINT32, &n_slices, NULL))
    return pst_sweep_header_slice (header, (guint)slice, (guint)n_slices, error);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--slice %s: write I/N, the I-th of N parts", sweep->slice);
  return FALSE;
}

static char *
choose_path (PenstockSweep *sweep)
{
  g_autofree char *folder = g_path_get_dirname (sweep->path), *name = NULL;

  if (sweep->results != NULL)
    return g_strdup (sweep->results);
  if (sweep->options->results != NULL && *sweep->options->results != '\0')
    return g_strdup (sweep->options->results);
  name = g_strconcat (sweep->name, DEFAULT_RESULTS, NULL);
  return g_build_filename (folder, name, NULL);
}

typedef struct
{
  PenstockSweep *sweep;
  PenstockProgress bar;
  const char *what;
  PstSweepProgress last;
} Watch;

static void
append_time (GString *text, double seconds)
{
  if (seconds < 100)
    g_string_append_printf (text, "%.0f s", seconds);
  else if (seconds < 100 * 60)
    g_string_append_printf (text, "%.0f min", seconds / 60);
  else if (seconds < 100 * 3600)
    g_string_append_printf (text, "%.1f h", seconds / 3600);
  else
    g_string_append_printf (text, "%.1f days", seconds / 86400);
}

static void
on_progress (const PstSweepProgress *progress, gpointer user_data)
{
  Watch *watch = user_data;
  double seconds = penstock_progress_get_seconds (&watch->bar), rate = (double)(progress->n_done - progress->n_before) / MAX (seconds, 1e-6);
  g_autoptr (GString) text = g_string_new (watch->what);

  watch->last = *progress;
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " sets", progress->n_done, progress->n_sets);
  if (progress->n_done > progress->n_before)
    {
      g_string_append_printf (text, rate < 10 ? "  %.2f/s" : "  %.0f/s", rate);
      g_string_append (text, "  ");
      append_time (text, (double)(progress->n_sets - progress->n_done) / rate);
      g_string_append (text, " left");
    }
  if (progress->has_best)
    g_string_append_printf (text, "  best %s %.4g", watch->sweep->options->objective, progress->best);
  penstock_progress_show (&watch->bar, (double)progress->n_done / (double)progress->n_sets, text->str);
}

static void
free_workers (PenstockSweep *sweep, GPtrArray *workers)
{
  for (guint i = 0; i < workers->len; i++)
    sweep->engine->free_worker (workers->pdata[i]);
}

gboolean
penstock_sweep_search (PenstockSweep *sweep, PstSweepFile *file, const char *what, GError **error)
{
  g_autoptr (GPtrArray) workers = g_ptr_array_new ();
  Watch watch = { .sweep = sweep, .what = what };
  PstSweepPlan plan = { .file = file,
                        .evaluate = sweep->engine->evaluate,
                        .objective = sweep->objective,
                        .minimise = sweep->minimise,
                        .cancellable = sweep->cancellable,
                        .progress = on_progress,
                        .user_data = &watch };
  gboolean ended;

  for (int i = 0; i < sweep->jobs; i++)
    {
      gpointer worker = sweep->engine->new_worker (sweep, error);

      if (worker == NULL)
        {
          free_workers (sweep, workers);
          return FALSE;
        }
      g_ptr_array_add (workers, worker);
    }
  plan.workers = workers->pdata;
  plan.n_workers = workers->len;
  penstock_progress_init (&watch.bar, !sweep->quiet && !sweep->no_progress);
  ended = pst_sweep_run (&plan, error);
  penstock_progress_end (&watch.bar);
  free_workers (sweep, workers);
  sweep->seconds += penstock_progress_get_seconds (&watch.bar);
  sweep->n_before += watch.last.n_before;
  sweep->n_refused += watch.last.n_refused;
  sweep->n_failed += watch.last.n_failed;
  sweep->n_evaluated += watch.last.n_done - watch.last.n_before;
  return ended;
}

/* What a sweep that did not end says on the error stream; what is done is shown all the same. */
static int
end_unfinished (PenstockSweep *sweep, PstSweepFile *file, const GError *why)
{
  gboolean was_interrupted = g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  guint64 n_done = sweep->n_before + sweep->n_evaluated;

  if (n_done > 0 && !sweep->quiet)
    penstock_sweep_print (sweep, file, NULL);
  g_printerr ("penstock sweep: %s; %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " sets are done and kept in \"%s\": add --resume to go on\n",
              why->message, n_done, sweep->header->n_sets, pst_sweep_file_get_path (file));
  return was_interrupted ? PST_EXIT_INTERRUPTED : (int)pst_exit_code_from_error (why);
}

/* Nothing to rank is no result, and most likely not what was meant. */
static int
end_refused (PenstockSweep *sweep, PstSweepFile *file)
{
  const PstParameterSpace *space = sweep->header->space;
  g_autofree char *words = pst_parameter_space_describe (space, sweep->header->first_set);
  g_auto (GStrv) overrides = g_strsplit (words, " ", -1);
  g_autoptr (PstPipelineFile) pipeline = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (PstRun) run = penstock_sweep_build (sweep, (const char *const *)overrides, &pipeline, &why);

  if (run != NULL)
    pst_run_prepare (run, &why);
  g_printerr ("penstock sweep: no set can be tried, a component refuses each of them; %s: %s\n", words, why ? why->message : "refused");
  return PST_EXIT_PIPELINE;
}

static int
end_failed (PenstockSweep *sweep)
{
  g_printerr ("penstock sweep: no set has a result: %" G_GUINT64_FORMAT
              " of them failed, because an amount does not fit 64 bits; use smaller amounts, or give the currency fewer decimals\n",
              sweep->n_failed);
  return PST_EXIT_PIPELINE;
}

static int
search_and_print (PenstockSweep *sweep, PstSweepFile *file)
{
  g_autoptr (PenstockInterrupt) interrupt = penstock_interrupt_new_cancel (sweep->cancellable);
  g_autoptr (GError) error = NULL;

  if (sweep->on_slurm ? !penstock_sweep_slurm (sweep, file, &error) : !penstock_sweep_search (sweep, file, "", &error))
    return end_unfinished (sweep, file, error);
  if ((sweep->csv != NULL && !penstock_sweep_write_csv (file, sweep->csv, &error)) || (!sweep->quiet && !penstock_sweep_print (sweep, file, &error)))
    return penstock_verb_fail (sweep->verb, error);
  if (sweep->n_refused == sweep->header->n_sets)
    return end_refused (sweep, file);
  return sweep->n_refused + sweep->n_failed == sweep->header->n_sets ? end_failed (sweep) : PST_EXIT_OK;
}

PstSweepHeader *
penstock_sweep_make_header (PenstockSweep *sweep, GError **error)
{
  PstParameterSpace *space = penstock_sweep_make_space (sweep, error);

  if (space != NULL && sweep->key == NULL)
    sweep->key = penstock_sweep_make_key (sweep, space, error);
  if (space != NULL && sweep->key != NULL)
    return pst_sweep_header_new (sweep->name, sweep->key, space, (const char *const *)sweep->statistics);
  pst_parameter_space_free (space);
  return NULL;
}

static gboolean
read_wait (PenstockSweep *sweep, GError **error)
{
  g_autoptr (GParamSpec) option = g_param_spec_ref_sink (pst_param_spec_duration ("wait", "Wait", "Wait", "1s", "365d", "7d", PST_OPTION_READWRITE));
  g_auto (GValue) value = G_VALUE_INIT;

  if (sweep->wait == NULL)
    return TRUE;
  if (!pst_option_parse (option, sweep->wait, &value, error))
    return FALSE;
  sweep->wait_s = (double)g_value_get_int64 (&value) / PST_NS_PER_SECOND;
  return TRUE;
}

/* Everything that can be wrong is told before anything is run. */
static PstSweepHeader *
prepare (PenstockSweep *sweep, GError **error)
{
  g_autoptr (PstSweepHeader) header = NULL;

  sweep->run = penstock_sweep_build (sweep, NULL, &sweep->file, error);
  if (sweep->run == NULL || !pst_run_prepare (sweep->run, error))
    return NULL;
  sweep->options = pst_pipeline_file_get_sweep (sweep->file);
  sweep->name = g_strdup (pst_context_get_run (PST_CONTEXT (sweep->run))->pipeline);
  if (!choose_engine (sweep, error) || !choose_statistics (sweep, error) || !read_wait (sweep, error))
    return NULL;
  header = penstock_sweep_make_header (sweep, error);
  return header != NULL && cut_slice (sweep, header, error) ? g_steal_pointer (&header) : NULL;
}

static int
walk_forward (PenstockSweep *sweep)
{
  g_autoptr (PenstockInterrupt) interrupt = penstock_interrupt_new_cancel (sweep->cancellable);
  g_autoptr (GError) error = NULL;

  if (penstock_sweep_walk (sweep, &error))
    return PST_EXIT_OK;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return penstock_verb_fail (sweep->verb, error);
  g_printerr ("penstock sweep: %s; what was searched is kept in \"%s.walk-*\": add --resume to go on\n", error->message, sweep->results_path);
  return PST_EXIT_INTERRUPTED;
}

static int
execute (PenstockSweep *sweep)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = NULL;
  PstSweepHeader *header = prepare (sweep, &error);

  if (header == NULL)
    return penstock_verb_fail (sweep->verb, error);
  sweep->results_path = choose_path (sweep);
  if (sweep->options->walk != PST_SWEEP_WALK_NONE)
    {
      pst_sweep_header_free (header);
      return walk_forward (sweep);
    }
  file = penstock_sweep_open_results (sweep, sweep->results_path, header, &error);
  if (file == NULL)
    return penstock_verb_fail (sweep->verb, error);
  return search_and_print (sweep, file);
}

static void
add_assignment (GPtrArray *assignments, const char *option, const char *value)
{
  if (value != NULL)
    g_ptr_array_add (assignments, g_strdup_printf ("sweep.%s=%s", option, value));
}

/* The [sweep] options that have a name of their own on the command line. */
typedef struct
{
  char *method, *samples, *seed, *objective, *statistics, *top, *walk_forward, *in_sample, *out_of_sample, *simulations;
  gboolean maximise, minimise;
} ShortOptions;

static void
gather_assignments (PenstockSweep *sweep, const ShortOptions *options)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; sweep->assignments != NULL && sweep->assignments[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup (sweep->assignments[i]));
  for (guint i = 0; sweep->vary != NULL && sweep->vary[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup_printf ("sweep.%s%s", sweep->vary[i], strchr (sweep->vary[i], '=') ? "" : "="));
  add_assignment (all, "method", options->method);
  add_assignment (all, "samples", options->samples);
  add_assignment (all, "seed", options->seed);
  add_assignment (all, "objective", options->objective);
  add_assignment (all, "statistics", options->statistics);
  add_assignment (all, "top", options->top);
  add_assignment (all, "walk-forward", options->walk_forward);
  add_assignment (all, "in-sample", options->in_sample);
  add_assignment (all, "out-of-sample", options->out_of_sample);
  add_assignment (all, "simulations", options->simulations);
  add_assignment (all, "goal", options->maximise ? "maximise" : options->minimise ? "minimise" : NULL);
  g_ptr_array_add (all, NULL);
  g_strfreev (sweep->assignments);
  sweep->assignments = (char **)g_ptr_array_free (g_steal_pointer (&all), FALSE);
}

static void
clear (PenstockSweep *sweep, ShortOptions *options)
{
  char *texts[] = { sweep->engine_name,   sweep->task_engine,  sweep->wait,  sweep->results,        sweep->csv,         sweep->slice,
                    sweep->path,          sweep->name,         sweep->key,   options->method,       options->samples,   options->seed,
                    options->objective,   options->statistics, options->top, options->walk_forward, options->in_sample, options->out_of_sample,
                    options->simulations, sweep->results_path };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (sweep->assignments);
  g_strfreev (sweep->vary);
  g_strfreev (sweep->sbatch);
  g_strfreev (sweep->statistics);
  if (sweep->engine != NULL && sweep->engine->close != NULL)
    sweep->engine->close (sweep);
  g_clear_pointer (&sweep->bars, pst_bar_set_unref);
  g_clear_object (&sweep->run);
  g_clear_object (&sweep->file);
  g_clear_object (&sweep->catalogue);
  g_clear_object (&sweep->cancellable);
}

static int
run_sweep (const PenstockVerb *verb, int argc, char **argv)
{
  PenstockSweep sweep = { .verb = verb, .jobs = (int)g_get_num_processors () };
  ShortOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "vary", 'v', 0, G_OPTION_ARG_STRING_ARRAY, &sweep.vary, "Vary an option (in the file: a key of [sweep])", "COMPONENT.OPTION=VALUES" },
    { "objective", 'o', 0, G_OPTION_ARG_STRING, &options.objective, "The statistic that sets are ranked by (sharpe)", "STATISTIC" },
    { "maximise", 0, 0, G_OPTION_ARG_NONE, &options.maximise, "The largest is the best (as the statistic has it, when not told)", NULL },
    { "minimise", 0, 0, G_OPTION_ARG_NONE, &options.minimise, "The least is the best", NULL },
    { "statistics", 0, 0, G_OPTION_ARG_STRING, &options.statistics, "Which statistics are kept of each set", "NAME,..." },
    { "method", 'm', 0, G_OPTION_ARG_STRING, &options.method, "grid, random or latin-hypercube", "METHOD" },
    { "samples", 'n', 0, G_OPTION_ARG_STRING, &options.samples, "How many sets random and latin-hypercube try", "NUMBER" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "Of samples and simulations", "NUMBER" },
    { "top", 't', 0, G_OPTION_ARG_STRING, &options.top, "How many of the best sets are shown (10)", "NUMBER" },
    { "jobs", 'j', 0, G_OPTION_ARG_INT, &sweep.jobs, "Threads (one a processor)", "NUMBER" },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &sweep.engine_name, "Who runs the backtests: columnar, event or slurm (columnar if it can)", "ENGINE" },
    { "walk-forward", 'w', 0, G_OPTION_ARG_STRING, &options.walk_forward, "Search a window, trade the next: rolling or anchored", "HOW" },
    { "in-sample", 0, 0, G_OPTION_ARG_STRING, &options.in_sample, "Length of what is searched: bars (500) or days (365d)", "LENGTH" },
    { "out-of-sample", 0, 0, G_OPTION_ARG_STRING, &options.out_of_sample, "Length of what is traded then", "LENGTH" },
    { "monte-carlo", 0, 0, G_OPTION_ARG_NONE, &sweep.monte_carlo, "Show what the best set might have come to", NULL },
    { "simulations", 0, 0, G_OPTION_ARG_STRING, &options.simulations, "Paths of --monte-carlo (10000)", "NUMBER" },
    { "tasks", 0, 0, G_OPTION_ARG_INT, &sweep.tasks, "Of --engine slurm: tasks of the array job (16)", "NUMBER" },
    { "task-engine", 0, 0, G_OPTION_ARG_STRING, &sweep.task_engine, "Of --engine slurm: the engine of its tasks", "ENGINE" },
    { "sbatch", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sweep.sbatch, "Of --engine slurm: an option for sbatch (--sbatch=--time=60)", "OPTION" },
    { "wait", 0, 0, G_OPTION_ARG_STRING, &sweep.wait, "Of --engine slurm: how long to wait for its tasks (7d)", "DURATION" },
    { "results", 'r', 0, G_OPTION_ARG_FILENAME, &sweep.results, "The results file (NAME.sweep beside FILE)", "PATH" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &sweep.resume, "Go on with the results file", NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &sweep.force, "Overwrite the results file", NULL },
    { "slice", 0, 0, G_OPTION_ARG_STRING, &sweep.slice, "Only the I-th of N parts of the sets", "I/N" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &sweep.csv, "Write all sets as CSV; - is standard output", "PATH" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sweep.assignments, "Override an option of the file", "GROUP.OPTION=VALUE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &sweep.as_json, "Print JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &sweep.quiet, "Print errors only", NULL },
    { "no-progress", 0, 0, G_OPTION_ARG_NONE, &sweep.no_progress, "Draw no progress bar (none is drawn when piped)", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    {
      sweep.path = g_strdup (argv[1]);
      sweep.jobs = CLAMP (sweep.jobs, 1, PST_SWEEP_WORKERS_MAX);
      sweep.cancellable = g_cancellable_new ();
      sweep.catalogue = penstock_catalogue_open ();
      gather_assignments (&sweep, &options);
      exit_code = execute (&sweep);
    }
  clear (&sweep, &options);
  return exit_code;
}

const PenstockVerb penstock_verb_sweep = {
  "sweep",
  "FILE",
  "Try a pipeline with many parameter sets",
  "What is varied stands in the file's group [sweep], or in --vary:\n"
  "  cross.fast=2..101       all from 2 to 101        cross.fast=2..101/3   every third\n"
  "  cross.fast=5,10,20      these                    cross.fast=1..1000*10 1, 10, 100, 1000\n"
  "  cross.direction         all that there are, or nine around the default\n"
  "Sets that a component refuses (fast above slow) are left out and counted. All sets and their statistics are kept\n"
  "in the results file; Ctrl-C keeps what is done, and --resume goes on. The results do not depend on --jobs.",
  run_sweep,
};
