/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data import: what was read, what was odd about it row by row, and what the folder has now. */

#include "penstock-data.h"

#include "../host/pst-data-import.h"
#include "penstock-json.h"
#include "penstock-progress.h"
#include "penstock-table.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_DEFAULT 10

typedef struct
{
  char **treatments;
  char *plugin, *factors, *on_conflict, *findings;
  int shown, frozen_min;
  gint64 rows_max;
  gboolean again, dry_run, as_json, no_progress;
} ImportOptions;

typedef struct
{
  const ImportOptions *options;
  FILE *file;        /* --findings */
  JsonBuilder *json; /* --json */
  GHashTable *shown; /* of each kind, how many were printed */
  PenstockProgress bar;
} Output;

static void
append_json (GString *line, const char *name, const char *text)
{
  g_string_append_printf (line, "%s\"%s\":", line->len > 1 ? "," : "", name);
  if (text != NULL)
    penstock_json_append_string (line, text);
  else
    g_string_append (line, "null");
}

static void
write_finding (FILE *file, const PstDataFinding *finding)
{
  g_autoptr (GString) line = g_string_new ("{");
  char time[PST_TIME_TEXT_SIZE] = "";

  if (finding->time_ns != G_MININT64)
    pst_time_print (finding->time_ns, time);
  append_json (line, "file", finding->file);
  g_string_append_printf (line, ",\"line\":%" G_GUINT64_FORMAT ",\"column\":%u", finding->line, finding->column);
  append_json (line, "series", finding->series);
  append_json (line, "time", *time != '\0' ? time : NULL);
  append_json (line, "kind", finding->kind);
  append_json (line, "treatment", finding->treatment);
  g_string_append_printf (line, ",\"rows\":%" G_GUINT64_FORMAT, finding->n_rows);
  append_json (line, "text", finding->text);
  g_string_append (line, "}\n");
  fwrite (line->str, 1, line->len, file);
}

/* "prices.csv:17:23: close \"NaN\" is not a finite number: rejected" */
static void
print_finding (const PstDataFinding *finding)
{
  g_autoptr (GString) line = g_string_new (finding->file);

  if (finding->line > 0)
    g_string_append_printf (line, ":%" G_GUINT64_FORMAT, finding->line);
  if (finding->line > 0 && finding->column > 0)
    g_string_append_printf (line, ":%u", finding->column);
  if (finding->series != NULL)
    g_string_append_printf (line, ": %s", finding->series);
  if (finding->series != NULL && finding->time_ns != G_MININT64)
    {
      char time[PST_TIME_TEXT_SIZE];

      pst_time_print (finding->time_ns, time);
      g_string_append_printf (line, " %s", time);
    }
  g_print ("%s: %s: %s (%s)\n", line->str, finding->kind, finding->text, finding->treatment);
}

static void
add_finding (JsonBuilder *json, const PstDataFinding *finding)
{
  json_builder_begin_object (json);
  penstock_json_add_string (json, "file", finding->file);
  penstock_json_add_integer (json, "line", (gint64)finding->line);
  penstock_json_add_integer (json, "column", finding->column);
  penstock_json_add_string (json, "series", finding->series);
  if (finding->time_ns != G_MININT64)
    penstock_json_add_time (json, "time", finding->time_ns);
  penstock_json_add_string (json, "kind", finding->kind);
  penstock_json_add_string (json, "treatment", finding->treatment);
  penstock_json_add_integer (json, "rows", (gint64)finding->n_rows);
  penstock_json_add_string (json, "text", finding->text);
  json_builder_end_object (json);
}

static void
on_finding (const PstDataFinding *finding, gpointer user_data)
{
  Output *output = user_data;
  guint n_shown = GPOINTER_TO_UINT (g_hash_table_lookup (output->shown, finding->kind));

  if (output->file != NULL)
    write_finding (output->file, finding);
  if (output->json != NULL)
    add_finding (output->json, finding);
  else if (n_shown < (guint)output->options->shown)
    {
      penstock_progress_end (&output->bar);
      print_finding (finding);
    }
  g_hash_table_insert (output->shown, (gpointer)g_intern_string (finding->kind), GUINT_TO_POINTER (n_shown + 1));
}

static void
on_progress (double fraction, guint64 n_rows, gpointer user_data)
{
  Output *output = user_data;
  double seconds = penstock_progress_get_seconds (&output->bar);
  char text[128];

  if (!output->bar.enabled)
    return;
  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT " rows  %.0f/s", n_rows, (double)n_rows / MAX (seconds, 1e-3));
  if (fraction > 0 && fraction < 1)
    g_snprintf (text + strlen (text), sizeof text - strlen (text), "  %.0fs left", seconds * (1 - fraction) / fraction);
  penstock_progress_show (&output->bar, fraction, text);
}

static gboolean
add_count (gpointer key, gpointer value, gpointer table)
{
  g_auto (GStrv) words = g_strsplit (key, " ", 2);

  penstock_table_add (table, words[0]);
  penstock_table_add (table, words[1]);
  penstock_table_add_number (table, GPOINTER_TO_SIZE (value));
  return FALSE;
}

static void
print_outcome (const char *folder, const ImportOptions *options, const PstDataImported *imported)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("llr");
  g_autoptr (GString) text = g_string_new (NULL);

  if (imported->is_known)
    {
      g_print ("%s: nothing changed: the same source was imported before (%u files); --again reads it anyway\n", folder, imported->n_files);
      return;
    }
  if (g_tree_nnodes (imported->counts) > 0)
    {
      g_string_append (text, "\nFindings:\n");
      g_tree_foreach (imported->counts, add_count, table);
      penstock_table_print (table, "  ", text);
    }
  g_string_append_printf (text,
                          "%s%s: %" G_GUINT64_FORMAT " rows read from %u files, %" G_GUINT64_FORMAT
                          " rejected; %u series, %u new or changed, %" G_GUINT64_FORMAT " rows added%s\n",
                          text->len > 0 ? "\n" : "", folder, imported->n_rows, imported->n_files, imported->n_rejected, imported->n_series,
                          imported->n_changed, imported->n_added,
                          options->dry_run    ? "; nothing was written (--dry-run)"
                          : imported->changed ? ""
                                              : "; nothing changed");
  g_print ("%s", text->str);
}

static gboolean
add_count_json (gpointer key, gpointer value, gpointer json)
{
  penstock_json_add_integer (json, key, (gint64)GPOINTER_TO_SIZE (value));
  return FALSE;
}

static void
end_json (JsonBuilder *json, const PstDataImported *imported, const GError *error)
{
  json_builder_end_array (json);
  json_builder_set_member_name (json, "counts");
  json_builder_begin_object (json);
  g_tree_foreach (imported->counts, add_count_json, json);
  json_builder_end_object (json);
  penstock_json_add_integer (json, "files", imported->n_files);
  penstock_json_add_integer (json, "rows_read", (gint64)imported->n_rows);
  penstock_json_add_integer (json, "rows_rejected", (gint64)imported->n_rejected);
  penstock_json_add_integer (json, "rows_added", (gint64)imported->n_added);
  penstock_json_add_integer (json, "series", imported->n_series);
  penstock_json_add_integer (json, "series_changed", imported->n_changed);
  penstock_json_add_boolean (json, "known", imported->is_known);
  penstock_json_add_boolean (json, "changed", imported->changed);
  penstock_json_add_string (json, "error", error != NULL ? error->message : NULL);
  json_builder_end_object (json);
  penstock_json_print (json);
}

static gboolean
check_options (const PenstockVerb *verb, const ImportOptions *options, PstDataImport *what, Output *output)
{
  static const char *const conflicts[] = { "fail", "keep", "replace" };
  guint conflict = 0;

  while (options->on_conflict != NULL && conflict < G_N_ELEMENTS (conflicts) && strcmp (conflicts[conflict], options->on_conflict) != 0)
    conflict++;
  what->on_conflict = (PstDataConflict)conflict;
  if (conflict == G_N_ELEMENTS (conflicts))
    g_printerr ("penstock %s: --on-conflict %s: one of fail, keep, replace\n", verb->name, options->on_conflict);
  else if (options->shown < 0 || options->frozen_min < 0 || options->rows_max < 0)
    g_printerr ("penstock %s: --show, --frozen-min and --rows-max cannot be below 0\n", verb->name);
  else if (options->findings != NULL && (output->file = fopen (options->findings, "we")) == NULL)
    g_printerr ("penstock %s: cannot write \"%s\": %s\n", verb->name, options->findings, g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

static int
import_all (const PenstockVerb *verb, const ImportOptions *options, char **arguments)
{
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GHashTable) shown = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonBuilder) json = options->as_json ? json_builder_new () : NULL;
  g_autoptr (GError) error = NULL;
  Output output = { .options = options, .json = json, .shown = shown };
  PstDataImported imported = { 0 };
  PstDataImport what = {
    .folder = arguments[0],
    .plugin = options->plugin,
    .assignments = (const char *const *)arguments + 1,
    .factors = options->factors,
    .treatments = (const char *const *)options->treatments,
    .frozen_min = (guint)options->frozen_min,
    .rows_max = (guint64)options->rows_max,
    .again = options->again,
    .dry_run = options->dry_run,
    .func = on_finding,
    .progress = on_progress,
    .user_data = &output,
  };
  gboolean done;

  if (!check_options (verb, options, &what, &output))
    return PST_EXIT_USAGE;
  if (json != NULL)
    {
      json_builder_begin_object (json);
      json_builder_set_member_name (json, "findings");
      json_builder_begin_array (json);
    }
  catalogue = penstock_catalogue_open ();
  penstock_progress_init (&output.bar, !options->no_progress);
  done = pst_data_import (catalogue, &what, &imported, &error);
  penstock_progress_end (&output.bar);
  if (json != NULL)
    end_json (json, &imported, error);
  else if (done)
    print_outcome (what.folder, options, &imported);
  pst_data_imported_clear (&imported);
  if (output.file != NULL && fclose (output.file) != 0)
    g_printerr ("penstock %s: cannot write \"%s\": %s\n", verb->name, options->findings, g_strerror (errno));
  return done ? PST_EXIT_OK : penstock_verb_fail (verb, error);
}

int
penstock_data_import (const PenstockVerb *verb, int argc, char **argv)
{
  ImportOptions options = { .shown = SHOWN_DEFAULT, .frozen_min = PST_DATA_FROZEN_MIN, .rows_max = PST_DATA_ROWS_MAX };
  const GOptionEntry entries[] = {
    { "plugin", 0, 0, G_OPTION_ARG_STRING, &options.plugin, "Exchange plugin that reads the files (default: replay)", "ID" },
    { "factors", 0, 0, G_OPTION_ARG_FILENAME, &options.factors, "Lean's files of split and dividend factors, for bars that are there", "PATTERN" },
    { "treat", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.treatments,
      "What becomes of a finding: keep, reject, fail, ignore; KIND: gap, off-session, frozen, split-suspected, price-jump", "KIND=WORD" },
    { "on-conflict", 0, 0, G_OPTION_ARG_STRING, &options.on_conflict,
      "When rows are other than those of an earlier import: fail (default), keep the old, replace them", "WORD" },
    { "frozen-min", 0, 0, G_OPTION_ARG_INT, &options.frozen_min, "So many repeating bars are a frozen run (default: 5; 0: do not look)", "BARS" },
    { "rows-max", 0, 0, G_OPTION_ARG_INT64, &options.rows_max, "Rows that may be kept in memory, at 64 bytes each (default: 100000000)", "ROWS" },
    { "show", 0, 0, G_OPTION_ARG_INT, &options.shown, "Print so many findings of each kind (default: 10)", "NUMBER" },
    { "findings", 0, 0, G_OPTION_ARG_FILENAME, &options.findings, "Write all findings into this file, a JSON object a line", "FILE" },
    { "again", 0, 0, G_OPTION_ARG_NONE, &options.again, "Read a source that was imported before", NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, "Read and check only", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.as_json, "Print JSON, with all findings", NULL },
    { "no-progress", 0, 0, G_OPTION_ARG_NONE, &options.no_progress, "Draw no progress bar, also on a terminal", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  /* A file that may not grow is an answer of write(), as a full disk is. */
  signal (SIGXFSZ, SIG_IGN);
  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, G_MAXINT, &exit_code))
    exit_code = import_all (verb, &options, argv + 1);
  g_strfreev (options.treatments);
  g_free (options.plugin);
  g_free (options.factors);
  g_free (options.on_conflict);
  g_free (options.findings);
  return exit_code;
}
