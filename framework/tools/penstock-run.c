/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock run: one pipeline file, end to end. */

#include "../backtest/pst-report.h"
#include "../backtest/pst-statistics.h"
#include "../host/pst-run-data.h"
#include "penstock-alerts.h"
#include "penstock-interrupt.h"
#include "penstock-json.h"
#include "penstock-pipeline.h"
#include "penstock-notes.h"
#include "penstock-run-keep.h"
#include "penstock-summary.h"
#include "penstock-verb.h"

typedef struct
{
  char **assignments;
  char *run_id;
  char *release;
  char *engine;
  gboolean resume;
  gboolean as_json;
  gboolean quiet;
  gboolean no_progress;
  gboolean rejected;
  char *results;
  gboolean again;
  PenstockRunKeep *keep; /* (nullable) */
} RunOptions;

static void
print_summary (PstRun *run, const RunOptions *options)
{
  g_autoptr (PstSummary) summary = pst_run_get_summary (run);

  if (options->as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      penstock_summary_to_json (summary, json);
      penstock_json_print (json);
    }
  else if (!options->quiet && (summary->n_frames > 0 || summary->run.state != PST_RUN_STATE_ERROR))
    {
      g_autofree char *text = penstock_summary_to_text (summary);

      g_print ("%s", text);
    }
}

static gboolean
add_rejected (PstRun *run, GError **error)
{
  g_autoptr (PstComponent) rejected = penstock_notes_new ("ROW_REJECTED", NULL);

  return pst_run_add (run, rejected, "penstock", "rejected-rows", error);
}

static int
execute (const PenstockVerb *verb, PstRun *run, const RunOptions *options)
{
  g_autoptr (PenstockInterrupt) interrupt = NULL;
  g_autoptr (PstRunResult) watch = options->keep != NULL ? pst_run_result_new (run) : NULL;
  g_autoptr (GError) error = NULL;
  PenstockProgress progress;
  gboolean ended;

  if ((options->rejected && !add_rejected (run, &error)) || !pst_run_prepare (run, &error))
    return penstock_verb_fail (verb, error);
  pst_run_set_release (run, options->release);
  penstock_progress_init (&progress, !options->no_progress && !options->quiet);
  pst_run_set_progress (run, penstock_progress_update, &progress);
  penstock_alerts_watch (run, &progress);
  interrupt = penstock_interrupt_new (run);
  ended = pst_run_execute (run, &error);
  penstock_progress_end (&progress);
  penstock_alerts_unwatch (run, &progress);
  pst_run_set_progress (run, NULL, NULL);
  print_summary (run, options);
  if (!ended)
    return penstock_verb_fail (verb, error);
  /* What was interrupted is no answer to what was asked. */
  if (watch != NULL && !penstock_interrupt_was_caught (interrupt) && !penstock_run_keep_save (options->keep, run, watch, &error))
    return penstock_verb_fail (verb, error);
  return penstock_interrupt_was_caught (interrupt) ? PST_EXIT_INTERRUPTED : PST_EXIT_OK;
}

/* What columns have no use for. */
static gboolean
check_columnar (const RunOptions *options, GError **error)
{
  if (!options->resume && options->release == NULL && !options->rejected)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--engine columnar does not go with %s; leave it out, or use --engine event",
               options->resume            ? "--resume"
               : options->release != NULL ? "--release"
                                          : "--rejected");
  return FALSE;
}

static PstBacktestResult *
compute (PstRun *run, PstCatalogue *catalogue, GError **error)
{
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (PstColumnar) columnar = NULL;
  g_autofree char *hash = NULL;
  PstBacktestResult *result;

  if (!pst_run_prepare (run, error))
    return NULL;
  bars = pst_run_load_data (run, &hash, error);
  columnar = bars != NULL ? pst_run_make_columnar (run, bars, error) : NULL;
  result = columnar != NULL ? pst_columnar_run (columnar, error) : NULL;
  if (result == NULL)
    return NULL;
  pst_run_describe (run, catalogue, hash, result);
  pst_statistics_compute (result, &(const PstStatisticsOptions){ 0 });
  return result;
}

static int
execute_columnar (const PenstockVerb *verb, PstRun *run, PstCatalogue *catalogue, const RunOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstBacktestResult) result = check_columnar (options, &error) ? compute (run, catalogue, &error) : NULL;

  if (result == NULL)
    return penstock_verb_fail (verb, error);
  if (!options->quiet || options->as_json)
    {
      g_autoptr (PstReport) report = pst_report_new (result, NULL);
      g_autoptr (GString) text = g_string_new (NULL);

      if (options->as_json)
        {
          pst_report_append_json (report, text);
          g_string_append_c (text, '\n');
        }
      else
        pst_report_append_text (report, 80, text);
      g_print ("%s", text->str);
    }
  if (options->keep != NULL && !penstock_run_keep_save_result (options->keep, result, &error))
    return penstock_verb_fail (verb, error);
  return PST_EXIT_OK;
}

static void
add_run_id (RunOptions *options)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  g_autofree char *assignment = NULL;

  if (!options->run_id)
    return;
  builder = g_strv_builder_new ();
  assignment = g_strdup_printf ("pipeline.run-id=%s", options->run_id);
  g_strv_builder_add (builder, assignment);
  if (options->assignments)
    g_strv_builder_addv (builder, (const char **)options->assignments);
  g_strfreev (options->assignments);
  options->assignments = g_strv_builder_end (builder);
}

/* From the store when it has it, else by running. */
static int
answer (const PenstockVerb *verb, const char *path, RunOptions *options)
{
  const char *const *assignments = (const char *const *)options->assignments;
  g_autoptr (PstCatalogue) catalogue = penstock_catalogue_open ();
  g_autoptr (PstBacktestResult) kept = NULL;
  g_autoptr (PstRun) run = NULL;
  g_autoptr (GError) error = NULL;
  const gboolean columnar = g_strcmp0 (options->engine, "columnar") == 0;

  if (options->engine != NULL && !columnar && !g_str_equal (options->engine, "event"))
    {
      g_set_error (&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no engine \"%s\"; engines: event, columnar", options->engine);
      return penstock_verb_fail (verb, error);
    }
  if (options->results != NULL)
    {
      options->keep = penstock_run_keep_open (catalogue, options->results, &error);
      if (options->keep == NULL || (!options->again && !penstock_run_keep_ask (options->keep, path, assignments, &kept, &error)))
        return penstock_verb_fail (verb, error);
      if (kept != NULL)
        {
          penstock_run_keep_print (kept, options->as_json, options->quiet);
          return PST_EXIT_OK;
        }
    }
  run = penstock_pipeline_build (path, assignments, options->resume ? PST_RESUME_CONTINUE : PST_RESUME_NONE, catalogue, &error);
  return !run ? penstock_verb_fail (verb, error) : columnar ? execute_columnar (verb, run, catalogue, options) : execute (verb, run, options);
}

static int
run_run (const PenstockVerb *verb, int argc, char **argv)
{
  RunOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.assignments, "Override an option of the file", "GROUP.OPTION=VALUE" },
    { "run-id", 0, 0, G_OPTION_ARG_STRING, &options.run_id, "Name of the run (short for --set pipeline.run-id=ID)", "ID" },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &options.engine,
      "event (default), or columnar: the same fills and equity, for backtests of signal strategies on bars", "ENGINE" },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options.resume, "Go on with the run of --run-id, which was cut off (on paper, with a journal)", NULL },
    { "release", 0, 0, G_OPTION_ARG_STRING, &options.release, "Let trading go on that an earlier run left halted, and say why", "REASON" },
    { "results", 0, 0, G_OPTION_ARG_STRING, &options.results,
      "Keep the backtest's result in this ledger (a file or a URI), and answer from it when it is there already", "LEDGER" },
    { "again", 0, 0, G_OPTION_ARG_NONE, &options.again, "With --results: compute it though the ledger has it", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.as_json, "Print the summary as JSON", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "Print errors only", NULL },
    { "rejected", 0, 0, G_OPTION_ARG_NONE, &options.rejected, "Name each rejected row of market data on standard error", NULL },
    { "no-progress", 0, 0, G_OPTION_ARG_NONE, &options.no_progress, "Draw no progress bar (none is drawn when piped)", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    {
      add_run_id (&options);
      exit_code = answer (verb, argv[1], &options);
    }
  g_clear_pointer (&options.keep, penstock_run_keep_free);
  g_free (options.results);
  g_strfreev (options.assignments);
  g_free (options.run_id);
  g_free (options.release);
  g_free (options.engine);
  return exit_code;
}

const PenstockVerb penstock_verb_run = {
  "run",
  "FILE",
  "Run a pipeline file to its end",
  "Ends with a summary on standard output. Ctrl-C ends the run in order: open orders are cancelled, stores are\n"
  "flushed, and the exit code is 130; a second Ctrl-C ends at once. Errors and alerts go to standard error.",
  run_run,
};
