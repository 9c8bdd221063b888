/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock report: what a backtest came to, for a terminal, a browser or a program. */

#include "penstock-report-source.h"

#include "pst-config.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define POINTS_OF_PAGE 4000
#define WIDTH_USUAL 80

typedef struct
{
  gboolean html, json, csv, quiet;
  char *table, *output, *sweep, *chart_library, *engine, *benchmark, *ledger, *user_id;
  double periods;
  int points;
  char **assignments;
} ReportOptions;

static void
clear_options (ReportOptions *options)
{
  g_free (options->table);
  g_free (options->output);
  g_free (options->sweep);
  g_free (options->chart_library);
  g_free (options->engine);
  g_free (options->benchmark);
  g_free (options->ledger);
  g_free (options->user_id);
  g_strfreev (options->assignments);
}

static int
refuse (const char *message)
{
  g_printerr ("penstock report: %s; penstock report --help tells more\n", message);
  return PST_EXIT_USAGE;
}

static guint
terminal_width (void)
{
  struct winsize size = { 0 };

  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? MIN (size.ws_col, 120) : WIDTH_USUAL;
}

static gboolean
make_text (PstReport *report, const ReportOptions *options, PstReportTable table, GString *text, GError **error)
{
  const char *library = options->chart_library != NULL ? options->chart_library : PST_CHART_LIBRARY;

  report->points_max = options->points >= 0 ? (guint)options->points : options->html ? POINTS_OF_PAGE : 0;
  if (options->html)
    return pst_report_append_html (report, library, text, error);
  if (options->json)
    {
      pst_report_append_json (report, text);
      g_string_append_c (text, '\n');
    }
  else if (options->csv)
    pst_report_append_csv (report, table, text);
  else
    pst_report_append_text (report, terminal_width (), text);
  return TRUE;
}

static gboolean
write_text (const GString *text, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (path == NULL ? fwrite (text->str, 1, text->len, stdout) == text->len && fflush (stdout) == 0
                   : g_file_set_contents (path, text->str, (gssize)text->len, &cause))
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the report cannot be written: %s", cause != NULL ? cause->message : g_strerror (errno));
  return FALSE;
}

static int
report (const PenstockVerb *verb, const char *name, const ReportOptions *options, PstReportTable table)
{
  g_autoptr (PstCatalogue) catalogue = penstock_catalogue_open ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstReport) made = NULL;
  g_autoptr (PstReportSweep) sweep = NULL;
  PenstockReportSource source = { .verb = verb,
                                  .name = name,
                                  .assignments = (const char *const *)options->assignments,
                                  .statistics = { .periods_per_year = options->periods },
                                  .is_columnar = g_strcmp0 (options->engine, "columnar") == 0,
                                  .ledger = options->ledger,
                                  .user_id = options->user_id,
                                  .benchmark = options->benchmark,
                                  .quiet = options->quiet };

  if (options->sweep != NULL && (sweep = pst_report_sweep_open (options->sweep, &error)) == NULL)
    return penstock_verb_fail (verb, error);
  if (sweep != NULL)
    pst_report_sweep_measure (sweep, &source.statistics);
  made = penstock_report_open (&source, catalogue, &error);
  if (made != NULL)
    made->sweep = g_steal_pointer (&sweep);
  if (made == NULL || !make_text (made, options, table, text, &error) || !write_text (text, options->output, &error))
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? (penstock_verb_fail (verb, error), PST_EXIT_INTERRUPTED)
                                                                     : penstock_verb_fail (verb, error);
  return PST_EXIT_OK;
}

static int
check_and_report (const PenstockVerb *verb, const char *name, const ReportOptions *options)
{
  PstReportTable table = PST_REPORT_TABLE_STATISTICS;
  g_autoptr (GError) error = NULL;

  if (options->html + options->json + options->csv > 1)
    return refuse ("one of --html, --json and --csv");
  if (options->user_id != NULL && options->ledger == NULL)
    return refuse ("--user goes with --results");
  if (options->table != NULL && !options->csv)
    return refuse ("--table goes with --csv");
  if (options->table != NULL && !pst_report_table_from_string (options->table, &table, &error))
    return refuse (error->message);
  if (options->engine != NULL && strcmp (options->engine, "event") != 0 && strcmp (options->engine, "columnar") != 0)
    return refuse ("--engine is event or columnar");
  if (options->periods != 0 && !(options->periods >= 1 && options->periods <= 366))
    return refuse ("--periods is from 1 to 366 days");
  if (options->html && options->output == NULL && isatty (STDOUT_FILENO))
    return refuse ("name the file for the page by -o");
  return report (verb, name, options, table);
}

static int
run_report (const PenstockVerb *verb, int argc, char **argv)
{
  ReportOptions options = { .points = -1 };
  const GOptionEntry entries[] = {
    { "results", 0, 0, G_OPTION_ARG_STRING, &options.ledger, "RUN is the key of a result that this ledger keeps: a file or a URI", "LEDGER" },
    { "user", 0, 0, G_OPTION_ARG_STRING, &options.user_id, "With --results: whose result (default: anybody's)", "USER" },
    { "html", 0, 0, G_OPTION_ARG_NONE, &options.html, "Make one self-contained HTML page", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print everything as JSON", NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, "Print a table as CSV", NULL },
    { "table", 0, 0, G_OPTION_ARG_STRING, &options.table, "Table for --csv: statistics (default), trades, fills, equity, daily", "NAME" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "Write to this file instead of standard output", "FILE" },
    { "sweep", 0, 0, G_OPTION_ARG_FILENAME, &options.sweep, "Show the sets of a sweep: its results file, or its CSV", "FILE" },
    { "benchmark", 0, 0, G_OPTION_ARG_STRING, &options.benchmark,
      "Compare with holding this instrument of the pipeline, or \"all\": equal parts of each", "INSTRUMENT" },
    { "periods", 0, 0, G_OPTION_ARG_DOUBLE, &options.periods,
      "Days a year to annualise by (default: 365 when both days of weekends are traded, else 252)", "DAYS" },
    { "points", 0, 0, G_OPTION_ARG_INT, &options.points, "Most points of a curve, 0 for all (default: 4000 in HTML, else all)", "N" },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &options.engine, "Engine for a pipeline file: event (default) or columnar", "ENGINE" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.assignments, "Override an option of the pipeline file", "GROUP.OPTION=VALUE" },
    { "chart-library", 0, 0, G_OPTION_ARG_FILENAME, &options.chart_library, "Chart.js to put into the page (default: " PST_CHART_LIBRARY ")",
      "FILE" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "Draw no progress bar (none is drawn when piped)", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    exit_code = check_and_report (verb, argv[1], &options);
  clear_options (&options);
  return exit_code;
}

const PenstockVerb penstock_verb_report = {
  "report",
  "RUN|FILE",
  "Report what a backtest came to",
  "FILE is a pipeline file, which is run first, or the journal of a run; RUN with --results is the key of a kept result, or\n"
  "its first digits, as penstock results list prints them. Without --html, --json or --csv a summary is\n"
  "printed. The page loads nothing from anywhere. docs/reference/statistics.md says how each statistic is computed.",
  run_report,
};
