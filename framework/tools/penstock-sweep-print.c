/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sweep came to: the best sets and how the objective is spread; as text, JSON and CSV. */
#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "penstock-json.h"
#include "penstock-sweep-walk.h"
#include "penstock-table.h"

static char *
format (const char *statistic, double value)
{
  PstStatisticId id;

  return pst_statistic_find (statistic, &id, NULL) ? pst_statistic_format (id, value) : g_strdup_printf ("%.6g", value);
}

char *
penstock_sweep_describe_set (const PstParameterSpace *space, guint64 set)
{
  g_autofree char *words = pst_parameter_space_describe (space, set);
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  g_autofree char *joined = g_strjoinv (" --set ", parts);

  return g_strconcat ("--set ", joined, NULL);
}

static void
add_heads (PenstockTable *table, const PstSweepHeader *header)
{
  penstock_table_add (table, "");
  penstock_table_add (table, "set");
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    penstock_table_add (table, pst_parameter_space_get_range (header->space, i)->name);
  for (guint i = 0; header->statistics[i] != NULL; i++)
    penstock_table_add (table, header->statistics[i]);
}

static void
add_row (PenstockTable *table, const PstSweepHeader *header, guint rank, const PstSweepBest *best)
{
  guint64 choices[PST_PARAMETER_RANGES_MAX];

  pst_parameter_space_get_set (header->space, best->set, choices);
  penstock_table_take (table, g_strdup_printf ("%u", rank));
  penstock_table_take (table, g_strdup_printf ("%" G_GUINT64_FORMAT, best->set));
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    penstock_table_take (table, pst_parameter_range_get_text (pst_parameter_space_get_range (header->space, i), choices[i]));
  for (guint i = 0; header->statistics[i] != NULL; i++)
    penstock_table_take (table, format (header->statistics[i], best->statistics[i]));
}

static void
append_count (GString *text, guint64 number, const char *what)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  g_autofree char *grouped = penstock_group_digits (digits);

  g_string_append_printf (text, "%s%s", grouped, what);
}

static void
append_counts (PenstockSweep *sweep, const PstSweepSummary *summary, GString *text)
{
  append_count (text, summary->n_sets, summary->n_sets == 1 ? " set" : " sets");
  if (summary->n_open > 0)
    append_count (text, summary->n_sets - summary->n_open, " done");
  if (summary->n_refused > 0)
    {
      g_string_append (text, ", ");
      append_count (text, summary->n_refused, " left out (a component refuses them)");
    }
  if (summary->n_failed > 0)
    {
      g_string_append (text, ", ");
      append_count (text, summary->n_failed, " failed (an amount does not fit 64 bits)");
    }
  if (summary->n_undefined > 0)
    {
      g_string_append (text, ", ");
      append_count (text, summary->n_undefined, " without ");
      g_string_append (text, sweep->options->objective);
    }
  if (sweep->n_evaluated == 0)
    g_string_append (text, "; all from the results file");
  else
    g_string_append_printf (text, "; %.3g s, %.4g sets/s on %d %s", sweep->seconds, (double)sweep->n_evaluated / MAX (sweep->seconds, 1e-9),
                            sweep->jobs,
                            sweep->on_slurm    ? "tasks"
                            : sweep->jobs == 1 ? "thread"
                                               : "threads");
  if (sweep->n_lost > 0)
    g_string_append_printf (text, ", %u run again", sweep->n_lost);
  if (sweep->n_evaluated > 0 && sweep->n_before > 0)
    {
      g_string_append (text, ", ");
      append_count (text, sweep->n_before, " from before");
    }
  g_string_append_c (text, '\n');
}

static void
append_best (PenstockSweep *sweep, PstSweepFile *file, const PstSweepSummary *summary, GString *text)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  g_autoptr (GString) alignment = g_string_new (NULL);
  g_autofree char *again = NULL;
  PenstockTable *table;

  for (guint i = 0; i < 2 + pst_parameter_space_get_n_ranges (header->space) + g_strv_length (header->statistics); i++)
    g_string_append_c (alignment, 'r');
  table = penstock_table_new (alignment->str);
  add_heads (table, header);
  for (guint i = 0; i < summary->best->len; i++)
    add_row (table, header, i + 1, &g_array_index (summary->best, PstSweepBest, i));
  penstock_table_print (table, "  ", text);
  penstock_table_free (table);
  again = penstock_sweep_describe_set (header->space, g_array_index (summary->best, PstSweepBest, 0).set);
  g_string_append_printf (text, "\nThe best again: penstock run %s %s\n", sweep->path, again);
}

static void
append_spread (PenstockSweep *sweep, const PstSweepSummary *summary, GString *text)
{
  const PstSweepSpread *spread = &summary->spreads[sweep->objective];
  const char *name = sweep->options->objective;
  g_autofree char *mean = format (name, spread->mean), *low = format (name, spread->minimum), *high = format (name, spread->maximum);

  if (spread->n > 1)
    g_string_append_printf (text, "Over all sets %s is %s in the mean, from %s to %s.\n", name, mean, low, high);
}

static gboolean
print_text (PenstockSweep *sweep, PstSweepFile *file, const PstSweepSummary *summary, GError **error)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s: %s of ", header->name, pst_parameter_method_to_string (pst_parameter_space_get_method (header->space)));
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    g_string_append_printf (text, "%s%s", i ? ", " : "", pst_parameter_space_get_range (header->space, i)->name);
  g_string_append (text, ": ");
  append_counts (sweep, summary, text);
  if (summary->best->len > 0)
    {
      g_string_append_printf (text, "\nBest by %s:\n", sweep->options->objective);
      append_best (sweep, file, summary, text);
    }
  else
    g_string_append (text, summary->n_done == 0 ? "No set could be tried.\n" : "No set has the objective: nothing was traded?\n");
  append_spread (sweep, summary, text);
  if (summary->n_open == 0 && !penstock_sweep_judge (sweep, file, summary, text, NULL, error))
    return FALSE;
  g_string_append_printf (text, "Results: %s\n", pst_sweep_file_get_path (file));
  g_print ("%s", text->str);
  return TRUE;
}

static void
add_set (JsonBuilder *json, const PstSweepHeader *header, const PstSweepBest *best)
{
  guint64 choices[PST_PARAMETER_RANGES_MAX];

  pst_parameter_space_get_set (header->space, best->set, choices);
  json_builder_begin_object (json);
  penstock_json_add_integer (json, "set", (gint64)best->set);
  json_builder_set_member_name (json, "parameters");
  json_builder_begin_object (json);
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    {
      const PstParameterRange *range = pst_parameter_space_get_range (header->space, i);
      g_autofree char *text = pst_parameter_range_get_text (range, choices[i]);

      penstock_json_add_string (json, range->name, text);
    }
  json_builder_end_object (json);
  json_builder_set_member_name (json, "statistics");
  json_builder_begin_object (json);
  for (guint i = 0; header->statistics[i] != NULL; i++)
    penstock_json_add_double (json, header->statistics[i], best->statistics[i]);
  json_builder_end_object (json);
  json_builder_end_object (json);
}

static void
add_spreads (JsonBuilder *json, const PstSweepHeader *header, const PstSweepSummary *summary)
{
  json_builder_set_member_name (json, "spread");
  json_builder_begin_object (json);
  for (guint i = 0; header->statistics[i] != NULL; i++)
    {
      const PstSweepSpread *spread = &summary->spreads[i];

      json_builder_set_member_name (json, header->statistics[i]);
      json_builder_begin_object (json);
      penstock_json_add_integer (json, "n", (gint64)spread->n);
      penstock_json_add_double (json, "mean", spread->n ? spread->mean : NAN);
      penstock_json_add_double (json, "variance", spread->n > 1 ? spread->variance : NAN);
      penstock_json_add_double (json, "minimum", spread->n ? spread->minimum : NAN);
      penstock_json_add_double (json, "maximum", spread->n ? spread->maximum : NAN);
      json_builder_end_object (json);
    }
  json_builder_end_object (json);
}

static gboolean
print_json (PenstockSweep *sweep, PstSweepFile *file, const PstSweepSummary *summary, GError **error)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  penstock_json_add_string (json, "pipeline", header->name);
  penstock_json_add_string (json, "key", header->key);
  penstock_json_add_string (json, "engine", sweep->engine->name);
  penstock_json_add_string (json, "method", pst_parameter_method_to_string (pst_parameter_space_get_method (header->space)));
  penstock_json_add_string (json, "objective", sweep->options->objective);
  penstock_json_add_string (json, "goal", sweep->minimise ? "minimise" : "maximise");
  penstock_json_add_string (json, "results", pst_sweep_file_get_path (file));
  penstock_json_add_integer (json, "sets", (gint64)summary->n_sets);
  penstock_json_add_integer (json, "done", (gint64)summary->n_done);
  penstock_json_add_integer (json, "refused", (gint64)summary->n_refused);
  penstock_json_add_integer (json, "failed", (gint64)summary->n_failed);
  penstock_json_add_integer (json, "open", (gint64)summary->n_open);
  penstock_json_add_integer (json, "undefined", (gint64)summary->n_undefined);
  penstock_json_add_integer (json, "evaluated", (gint64)sweep->n_evaluated);
  penstock_json_add_double (json, "seconds", sweep->seconds);
  penstock_json_add_integer (json, "run_again", sweep->n_lost);
  json_builder_set_member_name (json, "best");
  json_builder_begin_array (json);
  for (guint i = 0; i < summary->best->len; i++)
    add_set (json, header, &g_array_index (summary->best, PstSweepBest, i));
  json_builder_end_array (json);
  add_spreads (json, header, summary);
  if (summary->n_open == 0 && !penstock_sweep_judge (sweep, file, summary, NULL, json, error))
    return FALSE;
  json_builder_end_object (json);
  penstock_json_print (json);
  return TRUE;
}

gboolean
penstock_sweep_print (PenstockSweep *sweep, PstSweepFile *file, GError **error)
{
  g_autoptr (PstSweepSummary) summary = pst_sweep_summary_read (file, sweep->objective, sweep->minimise, sweep->options->top, error);

  if (summary == NULL)
    return FALSE;
  return sweep->as_json ? print_json (sweep, file, summary, error) : print_text (sweep, file, summary, error);
}

static void
append_csv_set (GString *row, const PstSweepHeader *header, guint64 set, guint8 state, const double *statistics)
{
  guint64 choices[PST_PARAMETER_RANGES_MAX];

  pst_parameter_space_get_set (header->space, set, choices);
  g_string_printf (row, "%" G_GUINT64_FORMAT ",%s", set, pst_sweep_state_to_string ((PstSweepState)state));
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    {
      g_autofree char *text = pst_parameter_range_get_text (pst_parameter_space_get_range (header->space, i), choices[i]);

      g_string_append_printf (row, ",%s", text);
    }
  for (guint i = 0; header->statistics[i] != NULL; i++)
    {
      char digits[G_ASCII_DTOSTR_BUF_SIZE] = "";

      if (state == PST_SWEEP_STATE_DONE && !isnan (statistics[i]))
        g_ascii_dtostr (digits, sizeof digits, statistics[i]);
      g_string_append_printf (row, ",%s", digits);
    }
  g_string_append_c (row, '\n');
}

static gboolean
write_rows (PstSweepFile *file, FILE *stream, GError **error)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  guint n_statistics = g_strv_length (header->statistics);
  g_autofree double *statistics = g_new0 (double, (gsize)PST_SWEEP_BLOCK_MAX *n_statistics);
  g_autoptr (GString) row = g_string_new ("set,state");
  guint8 states[PST_SWEEP_BLOCK_MAX];

  for (guint i = 0; i < pst_parameter_space_get_n_ranges (header->space); i++)
    g_string_append_printf (row, ",%s", pst_parameter_space_get_range (header->space, i)->name);
  for (guint i = 0; i < n_statistics; i++)
    g_string_append_printf (row, ",%s", header->statistics[i]);
  fputs (row->str, stream);
  fputc ('\n', stream);
  for (guint64 block = 0; block < pst_sweep_header_get_n_blocks (header); block++)
    {
      guint64 first;
      guint n_sets = pst_sweep_header_get_block (header, block, &first);

      if (!pst_sweep_file_read_block (file, block, states, statistics, error))
        return FALSE;
      for (guint i = 0; i < n_sets; i++)
        {
          append_csv_set (row, header, first + i, states[i], statistics + (gsize)i * n_statistics);
          fputs (row->str, stream);
        }
    }
  return TRUE;
}

gboolean
penstock_sweep_write_csv (PstSweepFile *file, const char *path, GError **error)
{
  gboolean is_output = strcmp (path, "-") == 0;
  FILE *stream = is_output ? stdout : g_fopen (path, "we");
  gboolean written = stream != NULL && write_rows (file, stream, error);

  if (stream != NULL && ((is_output ? fflush (stream) : fclose (stream)) != 0 || !written))
    stream = NULL;
  if (stream == NULL && (error == NULL || *error == NULL))
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot write \"%s\": %s", path, g_strerror (errno));
  return stream != NULL;
}
