/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock db: what an operator does with a ledger as a whole, through the store plugin that keeps it. */

#include "../host/pst-text-file.h"
#include "penstock-json.h"
#include "penstock-verb.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  char *user, *run, *table;
  char *format;
  char *output;
  char *plugin_id;
  gboolean as_json;
} DbOptions;

/* What rows are told to. */
typedef struct
{
  const DbOptions *options;
  gboolean csv;
  FILE *file; /* of the table that is told */
  char *table;
  guint64 n_rows;
  GHashTable *findings; /* check: how many by name */
} Output;

static gboolean
fail_output (const char *name, GError **error)
{
  int number = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "cannot write %s: %s", name, g_strerror (number));
  return FALSE;
}

/* RFC 4180: what holds a comma, a quote or a line's end stands in quotes. */
static void
append_csv (GString *line, const char *value)
{
  if (value == NULL)
    return;
  if (strpbrk (value, ",\"\r\n") == NULL)
    {
      g_string_append (line, value);
      return;
    }
  g_string_append_c (line, '"');
  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *c);
    }
  g_string_append_c (line, '"');
}

static void
make_csv (GString *line, const char *const *columns, const char *const *values)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (line, ',');
      append_csv (line, values[i]);
    }
  g_string_append (line, "\r\n");
}

static void
make_json (GString *line, const char *table, const char *const *columns, const char *const *values)
{
  g_string_append (line, "{\"table\":");
  penstock_json_append_string (line, table);
  for (guint i = 0; columns[i] != NULL; i++)
    {
      g_string_append_c (line, ',');
      penstock_json_append_string (line, columns[i]);
      g_string_append_c (line, ':');
      if (values[i] != NULL)
        penstock_json_append_string (line, values[i]);
      else
        g_string_append (line, "null");
    }
  g_string_append (line, "}\n");
}

static gboolean
write_line (Output *output, const GString *line, GError **error)
{
  return fwrite (line->str, 1, line->len, output->file) == line->len || fail_output (output->table, error);
}

static gboolean
close_table (Output *output, GError **error)
{
  gboolean done = TRUE;

  if (output->file != NULL && output->file != stdout)
    done = fclose (output->file) == 0 || fail_output (output->table, error);
  else if (output->file != NULL)
    done = fflush (stdout) == 0 || fail_output ("the output", error);
  output->file = NULL;
  g_clear_pointer (&output->table, g_free);
  return done;
}

static gboolean
open_table (Output *output, const char *table, const char *const *columns, GError **error)
{
  g_autoptr (GString) header = g_string_new (NULL);

  if (!close_table (output, error))
    return FALSE;
  output->table = g_strdup (table);
  output->file = stdout;
  if (output->options->output != NULL)
    {
      g_autofree char *name = g_strconcat (table, output->csv ? ".csv" : ".jsonl", NULL);
      g_autofree char *path = g_build_filename (output->options->output, name, NULL);

      output->file = fopen (path, "wxe");
      if (output->file == NULL)
        return fail_output (path, error);
    }
  make_csv (header, columns, columns);
  return !output->csv || write_line (output, header, error);
}

static gboolean
export_row (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error)
{
  Output *output = user_data;
  g_autoptr (GString) line = NULL;

  if (output->options->table != NULL && strcmp (output->options->table, table) != 0)
    return TRUE;
  if (g_strcmp0 (output->table, table) != 0 && !open_table (output, table, columns, error))
    return FALSE;
  line = g_string_new (NULL);
  if (output->csv)
    make_csv (line, columns, values);
  else
    make_json (line, table, columns, values);
  output->n_rows++;
  return write_line (output, line, error);
}

static gboolean
show_row (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error)
{
  Output *output = user_data;
  g_autoptr (GString) line = g_string_new (NULL);

  output->n_rows++;
  if (output->options->as_json)
    {
      make_json (line, table, columns, values);
      g_print ("%s", line->str);
      return TRUE;
    }
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (line, " %s=%s", columns[i], values[i] != NULL ? values[i] : "(null)");
  g_print ("%s:%s\n", table, line->str);
  return TRUE;
}

static gboolean
show_migration (const char *table, const char *const *columns, const char *const *values, gpointer user_data, GError **error)
{
  Output *output = user_data;

  if (output->options->as_json)
    return show_row (table, columns, values, user_data, error);
  output->n_rows++;
  g_print ("%4s  %-8s %s\n", values[0], values[2], values[1]);
  return TRUE;
}

static PstStore *
open_store (const DbOptions *options, const char *ledger, PstCatalogue *catalogue, GError **error)
{
  PstPlugin *plugin = pst_catalogue_load (catalogue, options->plugin_id != NULL ? options->plugin_id : "sql", PST_COMPONENT_KIND_STORE, error);
  g_autoptr (PstStore) store = NULL;

  if (plugin == NULL)
    return NULL;
  store = g_object_new (plugin->type, NULL);
  if (!pst_component_set_option (PST_COMPONENT (store), penstock_place_option (ledger), ledger, error))
    return NULL;
  return g_steal_pointer (&store);
}

static gboolean
check_options (const char *action, DbOptions *options, Output *output)
{
  gboolean exports = strcmp (action, "export") == 0;

  if (!exports && (options->user != NULL || options->run != NULL || options->table != NULL || options->output != NULL || options->format != NULL))
    g_printerr ("penstock db: --user, --run, --table, --format and --output are options of db export\n");
  else if (options->format != NULL && strcmp (options->format, "csv") != 0 && strcmp (options->format, "json") != 0)
    g_printerr ("penstock db: --format %s: one of csv, json\n", options->format);
  else if (options->format != NULL && strcmp (options->format, "csv") == 0 && options->table == NULL && options->output == NULL)
    g_printerr ("penstock db: tables differ in their columns: choose one with --table, or a folder for all with --output\n");
  else if (options->output != NULL && g_mkdir_with_parents (options->output, 0700) != 0)
    g_printerr ("penstock db: cannot make the folder \"%s\": %s\n", options->output, g_strerror (errno));
  else
    {
      output->csv = options->format != NULL && strcmp (options->format, "csv") == 0;
      return TRUE;
    }
  return FALSE;
}

static int
run_action (const PenstockVerb *verb, const char *action, const char *ledger, DbOptions *options)
{
  static const struct
  {
    const char *name;
    PstMaintenance what;
    PstRowFunc func;
  } actions[] = {
    { "migrate", PST_MAINTENANCE_MIGRATE, show_migration },
    { "status", PST_MAINTENANCE_STATUS, show_migration },
    { "check", PST_MAINTENANCE_CHECK, show_row },
    { "export", PST_MAINTENANCE_EXPORT, export_row },
  };
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (PstStore) store = NULL;
  g_autoptr (GError) error = NULL;
  Output output = { .options = options };
  gsize i = 0;
  gboolean done;

  while (i < G_N_ELEMENTS (actions) && strcmp (actions[i].name, action) != 0)
    i++;
  if (i == G_N_ELEMENTS (actions))
    {
      g_printerr ("penstock db: there is no \"%s\"; write migrate, status, check or export\n", action);
      return PST_EXIT_USAGE;
    }
  if (!check_options (action, options, &output))
    return PST_EXIT_USAGE;
  catalogue = penstock_catalogue_open ();
  store = open_store (options, ledger, catalogue, &error);
  done = store != NULL && pst_store_maintain (store, actions[i].what, options->user, options->run, actions[i].func, &output, &error);
  done = close_table (&output, done ? &error : NULL) && done;
  if (!done)
    return penstock_verb_fail (verb, error);
  if (options->table != NULL && output.n_rows == 0)
    g_printerr ("penstock db: no row of a table \"%s\"\n", options->table);
  if (actions[i].what != PST_MAINTENANCE_CHECK || output.n_rows == 0)
    return PST_EXIT_OK;
  g_printerr ("penstock db: ledger \"%s\" contradicts itself: %" G_GUINT64_FORMAT " findings\n", ledger, output.n_rows);
  return PST_EXIT_STORE;
}

static int
run_db (const PenstockVerb *verb, int argc, char **argv)
{
  DbOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "user", 0, 0, G_OPTION_ARG_STRING, &options.user, "export: only rows of this user", "USER" },
    { "run", 0, 0, G_OPTION_ARG_STRING, &options.run, "export: only rows of runs of this id", "ID" },
    { "table", 0, 0, G_OPTION_ARG_STRING, &options.table, "export: only this table, paper_trade for example", "TABLE" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &options.format, "export: json (an object a line, the default) or csv", "FORMAT" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &options.output, "export: a file a table into this folder, none of which may be there", "FOLDER" },
    { "plugin", 0, 0, G_OPTION_ARG_STRING, &options.plugin_id, "Store plugin that keeps it (default: sql)", "ID" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.as_json, "migrate, status, check: print JSON, one object a line", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 2, 2, &exit_code))
    exit_code = run_action (verb, argv[1], argv[2], &options);
  g_free (options.user);
  g_free (options.run);
  g_free (options.table);
  g_free (options.format);
  g_free (options.output);
  g_free (options.plugin_id);
  return exit_code;
}

const PenstockVerb penstock_verb_db = {
  "db",
  "migrate|status|check|export LEDGER",
  "Bring a ledger up to date, check it, or take its rows out",
  "LEDGER is a file, or postgresql://USER@HOST/DATABASE. migrate makes or updates its tables, status lists the migrations\n"
  "that are applied and pending, check prints every row that contradicts another (exit code 6 when there is one), export\n"
  "prints rows with money, prices and sizes as decimals.",
  run_db,
};
