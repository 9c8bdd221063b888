/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sets of a sweep: of its results file, or of what penstock sweep --csv writes: "set", "state", a column for each option that was varied, with a
 * point in its name, then statistics. */
#include "pst-report.h"

#include <math.h>
#include <string.h>

#include "pst-sweep-file.h"

/* What a page can draw. */
#define SETS_SHOWN_MAX 50000

void
pst_report_sweep_free (PstReportSweep *sweep)
{
  g_free (sweep->name);
  g_strfreev (sweep->columns);
  g_array_unref (sweep->values);
  g_free (sweep);
}

static PstReportSweep *
sweep_new (const char *name)
{
  PstReportSweep *sweep = g_new0 (PstReportSweep, 1);

  sweep->name = g_strdup (name);
  sweep->values = g_array_new (FALSE, FALSE, sizeof (double));
  return sweep;
}

/* Every set that was tried counts, also one that is not shown. */
static void
count_set (PstReportSweep *sweep, double sharpe)
{
  double delta = sharpe - sweep->sharpe_mean;

  sweep->n_sets++;
  if (!isfinite (sharpe))
    return;
  sweep->sharpe_mean += delta / ++sweep->n_sharpes;
  sweep->sharpe_squares += delta * (sharpe - sweep->sharpe_mean);
}

static guint
find_sharpe (const PstReportSweep *sweep)
{
  guint column = 0;

  while (column < sweep->n_columns && strcmp (sweep->columns[column], "sharpe") != 0)
    column++;
  return column;
}

/* --- CSV --- */

typedef struct
{
  PstReportSweep *sweep;
  gboolean has_state;
  GPtrArray *words; /* by parameter: GHashTable of text to its place plus 1, or NULL */
  guint sharpe;
} Reader;

static gboolean
fail (const Reader *reader, guint line, GError **error, const char *what)
{
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "%s:%u: %s", reader->sweep->name, line, what);
  return FALSE;
}

static gboolean
parse_header (Reader *reader, const char *line, guint number, GError **error)
{
  PstReportSweep *sweep = reader->sweep;
  g_auto (GStrv) names = g_strsplit (line, ",", -1);
  g_autoptr (GStrvBuilder) columns = g_strv_builder_new ();
  guint n = g_strv_length (names);

  reader->has_state = n > 1 && strcmp (names[1], "state") == 0;
  for (guint i = 0; i < n; i++)
    if (i != 1 || !reader->has_state)
      g_strv_builder_add (columns, names[i]);
  sweep->columns = g_strv_builder_end (columns);
  sweep->n_columns = g_strv_length (sweep->columns);
  if (sweep->n_columns < 3 || strcmp (sweep->columns[0], "set") != 0)
    return fail (reader, number, error, "the first line must name the columns: set, the options that were varied, statistics");
  while (sweep->n_parameters + 1 < sweep->n_columns && strchr (sweep->columns[sweep->n_parameters + 1], '.') != NULL)
    sweep->n_parameters++;
  if (sweep->n_parameters == 0)
    return fail (reader, number, error, "no column is an option (\"component.option\")");
  g_ptr_array_set_size (reader->words, (int)sweep->n_columns);
  reader->sharpe = find_sharpe (sweep);
  return TRUE;
}

/* Choices and switches have no number: the first that comes is 0. */
static double
number_of_word (Reader *reader, guint column, const char *word)
{
  GHashTable *words = reader->words->pdata[column];
  guint place;

  if (words == NULL)
    words = reader->words->pdata[column] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  place = GPOINTER_TO_UINT (g_hash_table_lookup (words, word));
  if (place == 0)
    {
      place = g_hash_table_size (words) + 1;
      g_hash_table_insert (words, g_strdup (word), GUINT_TO_POINTER (place));
    }
  return place - 1;
}

/* "10", "0.5", "120000 USD" and "2 %" are numbers. */
static gboolean
parse_cell (Reader *reader, guint column, const char *cell, double *value)
{
  char *end;

  *value = g_ascii_strtod (cell, &end);
  if (*cell == '\0' || strcmp (cell, "n/a") == 0)
    *value = (double)NAN;
  else if (column > 0 && column <= reader->sweep->n_parameters)
    *value = end == cell || (*end != '\0' && *end != ' ') ? number_of_word (reader, column, cell) : *value;
  else
    return end != cell && *end == '\0';
  return TRUE;
}

static gboolean
parse_row (Reader *reader, const char *line, guint number, GError **error)
{
  PstReportSweep *sweep = reader->sweep;
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);
  guint n_cells = sweep->n_columns + (reader->has_state ? 1 : 0), first = sweep->values->len;

  if (g_strv_length (cells) != n_cells)
    return fail (reader, number, error, "it has another number of columns than the first line");
  if (reader->has_state && strcmp (cells[1], "done") != 0)
    return TRUE;
  for (guint i = 0; i < sweep->n_columns; i++)
    {
      const char *cell = cells[i + (reader->has_state && i > 0 ? 1 : 0)];
      double value;

      if (!parse_cell (reader, i, cell, &value))
        {
          g_autofree char *what = g_strdup_printf ("\"%s\" in the column %s is no number", cell, sweep->columns[i]);

          return fail (reader, number, error, what);
        }
      g_array_append_val (sweep->values, value);
    }
  count_set (sweep, reader->sharpe < sweep->n_columns ? g_array_index (sweep->values, double, first + reader->sharpe) : (double)NAN);
  return TRUE;
}

static void
words_free (gpointer words)
{
  if (words != NULL)
    g_hash_table_unref (words);
}

static gboolean
parse_lines (Reader *reader, const char *text, GError **error)
{
  guint number = 0;

  for (const char *next; *text != '\0'; text = next)
    {
      const char *end = strchrnul (text, '\n');
      g_autofree char *line = g_strndup (text, (gsize)(end - text));

      next = *end != '\0' ? end + 1 : end;
      number++;
      g_strchomp (line);
      if (*line == '\0' || *line == '#')
        continue;
      if (reader->sweep->columns == NULL ? !parse_header (reader, line, number, error) : !parse_row (reader, line, number, error))
        return FALSE;
    }
  return reader->sweep->columns != NULL || fail (reader, 1, error, "the file is empty");
}

PstReportSweep *
pst_report_sweep_parse (const char *name, const char *text, GError **error)
{
  g_autoptr (PstReportSweep) sweep = sweep_new (name);
  Reader reader = { .sweep = sweep, .words = g_ptr_array_new () };
  gboolean good = parse_lines (&reader, text, error);

  for (guint i = 0; i < reader.words->len; i++)
    words_free (reader.words->pdata[i]);
  g_ptr_array_unref (reader.words);
  return good ? g_steal_pointer (&sweep) : NULL;
}

/* --- the results file --- */

static void
name_columns (PstReportSweep *sweep, const PstSweepHeader *header)
{
  g_autoptr (GStrvBuilder) columns = g_strv_builder_new ();

  sweep->n_parameters = pst_parameter_space_get_n_ranges (header->space);
  g_strv_builder_add (columns, "set");
  for (guint i = 0; i < sweep->n_parameters; i++)
    g_strv_builder_add (columns, pst_parameter_space_get_range (header->space, i)->name);
  g_strv_builder_addv (columns, (const char **)header->statistics);
  sweep->columns = g_strv_builder_end (columns);
  sweep->n_columns = g_strv_length (sweep->columns);
}

static void
add_set (PstReportSweep *sweep, Reader *reader, const PstSweepHeader *header, guint64 set, const double *statistics)
{
  guint64 choices[PST_PARAMETER_RANGES_MAX];
  double number = (double)set;

  g_array_append_val (sweep->values, number);
  pst_parameter_space_get_set (header->space, set, choices);
  for (guint i = 0; i < sweep->n_parameters; i++)
    {
      g_autofree char *text = pst_parameter_range_get_text (pst_parameter_space_get_range (header->space, i), choices[i]);
      double value;

      parse_cell (reader, i + 1, text, &value);
      g_array_append_val (sweep->values, value);
    }
  g_array_append_vals (sweep->values, statistics, sweep->n_columns - sweep->n_parameters - 1);
}

static gboolean
read_blocks (Reader *reader, PstSweepFile *file, GError **error)
{
  PstReportSweep *sweep = reader->sweep;
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  guint n_statistics = g_strv_length (header->statistics);
  g_autofree double *statistics = g_new0 (double, (gsize)PST_SWEEP_BLOCK_MAX *n_statistics);
  guint64 every = header->n_sets / SETS_SHOWN_MAX + 1;
  guint8 states[PST_SWEEP_BLOCK_MAX];

  for (guint64 block = 0; block < pst_sweep_header_get_n_blocks (header); block++)
    {
      guint64 first;
      guint n_sets = pst_sweep_header_get_block (header, block, &first);

      if (!pst_sweep_file_read_block (file, block, states, statistics, error))
        return FALSE;
      for (guint i = 0; i < n_sets; i++)
        {
          const double *own = statistics + (gsize)i * n_statistics;

          if (states[i] != PST_SWEEP_STATE_DONE)
            continue;
          count_set (sweep, reader->sharpe < sweep->n_columns ? own[reader->sharpe - sweep->n_parameters - 1] : (double)NAN);
          if ((first + i) % every == 0)
            add_set (sweep, reader, header, first + i, own);
        }
    }
  return TRUE;
}

static PstReportSweep *
open_file (const char *name, const char *path, GError **error)
{
  g_autoptr (PstReportSweep) sweep = sweep_new (name);
  g_autoptr (PstSweepFile) file = pst_sweep_file_open_readonly (path, error);
  Reader reader = { .sweep = sweep };
  gboolean good;

  if (file == NULL)
    return NULL;
  name_columns (sweep, pst_sweep_file_get_header (file));
  reader.words = g_ptr_array_new ();
  g_ptr_array_set_size (reader.words, (int)sweep->n_columns);
  reader.sharpe = find_sharpe (sweep);
  good = read_blocks (&reader, file, error);
  for (guint i = 0; i < reader.words->len; i++)
    words_free (reader.words->pdata[i]);
  g_ptr_array_unref (reader.words);
  return good ? g_steal_pointer (&sweep) : NULL;
}

PstReportSweep *
pst_report_sweep_open (const char *path, GError **error)
{
  g_autofree char *text = NULL, *name = g_path_get_basename (path);
  g_autoptr (GError) cause = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &cause))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "%s", cause->message);
      return NULL;
    }
  if (memchr (text, '\0', length) == NULL)
    return pst_report_sweep_parse (name, text, error);
  return open_file (name, path, error);
}

void
pst_report_sweep_measure (const PstReportSweep *sweep, PstStatisticsOptions *options)
{
  options->n_sets = sweep->n_sets;
  options->sharpe_variance = sweep->n_sharpes > 1 ? sweep->sharpe_squares / (sweep->n_sharpes - 1) : 0;
}
