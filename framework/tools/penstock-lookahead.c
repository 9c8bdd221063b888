/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock lookahead and penstock warmup: whether the strategies of a pipeline deceive their owner. */
#include <string.h>

#include "../backtest/pst-lookahead.h"
#include "../host/pst-pipeline-file.h"
#include "../host/pst-run-result.h"
#include "penstock-json.h"
#include "penstock-table.h"
#include "penstock-verb.h"

/* Findings that are told one by one. */
#define TOLD_MAX 20

typedef struct
{
  char **assignments;
  gboolean as_json;
  int n_points;
} CheckOptions;

/* What came of one strategy over all instruments. */
typedef struct
{
  PstComponent *strategy;
  guint n_instruments;
  guint64 n_bars, n_signals;
  guint n_bad;
  GString *findings; /* lines */
  /* warm-up */
  guint stated;
  gsize needed;
} Outcome;

typedef struct
{
  const CheckOptions *options;
  JsonBuilder *json;
  gboolean is_warm_up;
} Check;

static void
tell_lookahead (Outcome *outcome, const PstBarColumns *columns, const PstLookahead *found)
{
  g_autofree char *signal = pst_signal_to_string (found->signal), *cut_signal = pst_signal_to_string (found->cut_signal);
  char time[PST_TIME_TEXT_SIZE];

  outcome->n_bad++;
  if (outcome->n_bad > TOLD_MAX)
    return;
  if (found->kind == PST_LOOKAHEAD_FILES)
    {
      g_string_append_printf (outcome->findings, "%s: it reads files while it is told bars\n", columns->instrument->id);
      return;
    }
  pst_time_print (columns->time_ns[found->bar], time);
  if (found->kind == PST_LOOKAHEAD_FUTURE)
    g_string_append_printf (outcome->findings, "%s: bar %" G_GSIZE_FORMAT " (%s) says %s, and %s when bars from %" G_GSIZE_FORMAT " on are others\n",
                            columns->instrument->id, found->bar + 1, time, signal, cut_signal, found->cut + 1);
  else if (found->kind == PST_LOOKAHEAD_COLUMNS)
    g_string_append_printf (outcome->findings, "%s: bar %" G_GSIZE_FORMAT " (%s) says %s bar by bar, and %s over columns, which sweeps go by\n",
                            columns->instrument->id, found->bar + 1, time, signal, cut_signal);
  else
    g_string_append_printf (outcome->findings, "%s: bar %" G_GSIZE_FORMAT " (%s) says %s, and %s when the same bars come again\n",
                            columns->instrument->id, found->bar + 1, time, signal, cut_signal);
}

static void
check_lookahead (const Check *check, Outcome *outcome, const PstBarColumns *columns, const PstBar *bars)
{
  PstLookahead found;

  pst_lookahead_check (PST_SIGNAL_STRATEGY (outcome->strategy), bars, columns->n_bars, (guint)check->options->n_points, &found);
  outcome->n_signals += found.n_signals;
  if (found.kind != PST_LOOKAHEAD_NONE)
    tell_lookahead (outcome, columns, &found);
}

static void
check_warm_up (const Check *check, Outcome *outcome, const PstBarColumns *columns, const PstBar *bars)
{
  PstWarmUp found;
  char time[PST_TIME_TEXT_SIZE];

  pst_warm_up_check (PST_SIGNAL_STRATEGY (outcome->strategy), bars, columns->n_bars, (guint)check->options->n_points, &found);
  outcome->n_signals += found.n_signals;
  outcome->stated = found.stated;
  outcome->needed = MAX (outcome->needed, found.needed);
  if (found.needed <= found.stated)
    return;
  if (++outcome->n_bad > TOLD_MAX)
    return;
  pst_time_print (columns->time_ns[found.worst_start], time);
  g_string_append_printf (outcome->findings, "%s: begun at bar %" G_GSIZE_FORMAT " (%s), its signals agree after %" G_GSIZE_FORMAT " bars\n",
                          columns->instrument->id, found.worst_start + 1, time, found.needed);
}

/* (transfer full) */
static PstBar *
gather_bars (const PstBarColumns *columns)
{
  PstBar *bars = g_new (PstBar, columns->n_bars);

  for (gsize i = 0; i < columns->n_bars; i++)
    bars[i] = (PstBar){ columns->open[i], columns->high[i], columns->low[i], columns->close[i], columns->volume[i] };
  return bars;
}

static void
check_strategy (const Check *check, PstBarSet *set, Outcome *outcome)
{
  for (guint i = 0; i < pst_bar_set_get_n_instruments (set); i++)
    {
      const PstBarColumns *columns = pst_bar_set_get_columns (set, i);
      g_autofree PstBar *bars = NULL;

      if (columns->n_bars == 0)
        continue;
      bars = gather_bars (columns);
      outcome->n_instruments++;
      outcome->n_bars += columns->n_bars;
      if (check->is_warm_up)
        check_warm_up (check, outcome, columns, bars);
      else
        check_lookahead (check, outcome, columns, bars);
    }
}

static const char *
verdict_of (const Check *check, const Outcome *outcome)
{
  if (outcome->n_signals == 0)
    return "no signals";
  if (outcome->n_bad > 0)
    return check->is_warm_up ? "short" : "looks ahead";
  return "good";
}

static void
add_json (const Check *check, const Outcome *outcome)
{
  g_auto (GStrv) lines = g_strsplit (outcome->findings->str, "\n", -1);

  json_builder_begin_object (check->json);
  penstock_json_add_string (check->json, "strategy", pst_component_get_name (outcome->strategy));
  penstock_json_add_string (check->json, "plugin", pst_component_get_plugin (outcome->strategy));
  penstock_json_add_integer (check->json, "instruments", outcome->n_instruments);
  penstock_json_add_integer (check->json, "bars", (gint64)outcome->n_bars);
  penstock_json_add_integer (check->json, "signals", (gint64)outcome->n_signals);
  if (check->is_warm_up)
    {
      penstock_json_add_integer (check->json, "stated", outcome->stated);
      penstock_json_add_integer (check->json, "needed", (gint64)outcome->needed);
    }
  penstock_json_add_string (check->json, "verdict", verdict_of (check, outcome));
  penstock_json_add_integer (check->json, "bad_instruments", outcome->n_bad);
  json_builder_set_member_name (check->json, "findings");
  json_builder_begin_array (check->json);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      json_builder_add_string_value (check->json, lines[i]);
  json_builder_end_array (check->json);
  json_builder_end_object (check->json);
}

static void
print_text (const Check *check, const Outcome *outcome)
{
  g_auto (GStrv) lines = g_strsplit (outcome->findings->str, "\n", -1);

  g_print ("%s (%s): %s; %u instruments, %" G_GUINT64_FORMAT " bars, %" G_GUINT64_FORMAT " signals", pst_component_get_name (outcome->strategy),
           pst_component_get_plugin (outcome->strategy), verdict_of (check, outcome), outcome->n_instruments, outcome->n_bars, outcome->n_signals);
  if (check->is_warm_up)
    g_print ("; says that its first signal comes after %u bars, its signals agree after %" G_GSIZE_FORMAT, outcome->stated, outcome->needed);
  g_print ("\n");
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_print ("  %s\n", lines[i]);
  if (outcome->n_bad > TOLD_MAX)
    g_print ("  and %u more instruments\n", outcome->n_bad - TOLD_MAX);
  if (check->is_warm_up && outcome->n_bad > 0)
    g_print (
        "  What is smoothed (an exponential average, Wilder's) never forgets where it began: its warm-up is when the first signal can come, and it\n"
        "  agrees with a longer past when what is left of the beginning no longer turns a comparison. Signals are compared as they are, without\n"
        "  tolerance. Give such a strategy as many bars before the first that is to count.\n");
}

/* Strategies whose signals follow from bars alone; others are named. */
static GPtrArray *
find_strategies (PstRun *run, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < pst_run_get_n_components (run); i++)
    {
      PstComponent *component = pst_run_get_component (run, i);

      if (PST_IS_SIGNAL_STRATEGY (component))
        g_ptr_array_add (found, component);
      else if (PST_IS_STRATEGY (component))
        g_printerr ("[strategy %s]: %s does not say its signals bar by bar; it is not checked\n", pst_component_get_name (component),
                    pst_component_get_plugin (component));
    }
  if (found->len > 0)
    return g_steal_pointer (&found);
  g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "the pipeline has no strategy that says its signals bar by bar: nothing can be checked");
  return NULL;
}

static gboolean
check_all (const Check *check, GPtrArray *strategies, PstBarSet *set)
{
  gboolean all_good = TRUE;

  if (check->json != NULL)
    json_builder_begin_array (check->json);
  for (guint i = 0; i < strategies->len; i++)
    {
      Outcome outcome = { .strategy = strategies->pdata[i], .findings = g_string_new (NULL) };

      check_strategy (check, set, &outcome);
      all_good &= outcome.n_bad == 0;
      if (check->json != NULL)
        add_json (check, &outcome);
      else
        print_text (check, &outcome);
      g_string_free (outcome.findings, TRUE);
    }
  if (check->json != NULL)
    {
      json_builder_end_array (check->json);
      penstock_json_print (check->json);
    }
  return all_good;
}

static int
execute (const PenstockVerb *verb, const char *path, Check *check)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCatalogue) catalogue = penstock_catalogue_open ();
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_load (path, &error);
  g_autoptr (PstRun) run = NULL;
  g_autoptr (PstBarSet) set = NULL;
  g_autoptr (GPtrArray) strategies = NULL;
  g_autoptr (JsonBuilder) json = check->options->as_json ? json_builder_new () : NULL;

  for (guint i = 0; file != NULL && error == NULL && check->options->assignments != NULL && check->options->assignments[i] != NULL; i++)
    pst_pipeline_file_override (file, check->options->assignments[i], &error);
  if (error != NULL)
    return penstock_verb_fail (verb, error);
  pst_pipeline_file_set_bare (file);
  run = pst_pipeline_file_build (file, catalogue, &error);
  if (run != NULL && pst_run_prepare (run, &error))
    strategies = find_strategies (run, &error);
  set = strategies != NULL ? pst_run_load_bars (run, &error) : NULL;
  if (set == NULL)
    return penstock_verb_fail (verb, error);
  check->json = json;
  return check_all (check, strategies, set) ? PST_EXIT_OK : PST_EXIT_CHECK;
}

static int
run_check (const PenstockVerb *verb, int argc, char **argv, Check *check)
{
  CheckOptions options = { .n_points = check->is_warm_up ? 20 : 50 };
  const GOptionEntry entries[] = {
    check->is_warm_up ? (GOptionEntry){ "starts", 'n', 0, G_OPTION_ARG_INT, &options.n_points, "At how many bars strategies begin (20)", "NUMBER" }
                      : (GOptionEntry){ "points", 'n', 0, G_OPTION_ARG_INT, &options.n_points, "At how many bars the data are cut (50)", "NUMBER" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.assignments, "Override an option of the file", "GROUP.OPTION=VALUE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    {
      options.n_points = CLAMP (options.n_points, 1, 100000);
      check->options = &options;
      exit_code = execute (verb, argv[1], check);
    }
  g_strfreev (options.assignments);
  return exit_code;
}

static int
run_lookahead (const PenstockVerb *verb, int argc, char **argv)
{
  Check check = { .is_warm_up = FALSE };

  return run_check (verb, argc, argv, &check);
}

static int
run_warmup (const PenstockVerb *verb, int argc, char **argv)
{
  Check check = { .is_warm_up = TRUE };

  return run_check (verb, argc, argv, &check);
}

const PenstockVerb penstock_verb_lookahead = {
  "lookahead",
  "FILE",
  "Check that no strategy knows what comes",
  "Evaluates every strategy of signals over all bars of every instrument, then over the bars before many points with other\n"
  "prices behind them, then over all bars again: its signals must stay what they were. Reading files meanwhile counts as\n"
  "cheating too. Exits with 11 when a strategy looks ahead.",
  run_lookahead,
};

const PenstockVerb penstock_verb_warmup = {
  "warmup",
  "FILE",
  "Check that strategies say how many bars they need",
  "Lets every strategy of signals begin at many bars, and tells after how many its signals are for good those that it gives\n"
  "when it has seen all, each and exactly, against the bars after which it says that its first signal can come. Exits with 11\n"
  "when one needs more, as all do that smooth: an exponential average never forgets where it began.",
  run_warmup,
};
