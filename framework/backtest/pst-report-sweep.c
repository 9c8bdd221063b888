/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sets of a sweep, as penstock sweep writes them: "set", then a column for each option that was varied, with a point in its name, then
 * statistics. */
#include "pst-report.h"

#include <math.h>
#include <string.h>

void
pst_report_sweep_free (PstReportSweep *sweep)
{
  g_free (sweep->name);
  g_strfreev (sweep->columns);
  g_array_unref (sweep->values);
  g_free (sweep);
}

static gboolean
parse_header (PstReportSweep *sweep, const char *line, GError **error)
{
  sweep->columns = g_strsplit (line, ",", -1);
  sweep->n_columns = g_strv_length (sweep->columns);
  if (sweep->n_columns < 3 || strcmp (sweep->columns[0], "set") != 0)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX,
                   "%s: the first line must name the columns: set, the options that were varied, statistics", sweep->name);
      return FALSE;
    }
  while (sweep->n_parameters + 1 < sweep->n_columns && strchr (sweep->columns[sweep->n_parameters + 1], '.') != NULL)
    sweep->n_parameters++;
  if (sweep->n_parameters > 0)
    return TRUE;
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "%s: no column is an option (\"component.option\")", sweep->name);
  return FALSE;
}

static gboolean
parse_row (PstReportSweep *sweep, const char *line, guint number, GError **error)
{
  g_auto (GStrv) cells = g_strsplit (line, ",", -1);

  if (g_strv_length (cells) != sweep->n_columns)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "%s:%u: %u columns, %u were expected", sweep->name, number, g_strv_length (cells),
                   sweep->n_columns);
      return FALSE;
    }
  for (guint i = 0; i < sweep->n_columns; i++)
    {
      char *end;
      double value = g_ascii_strtod (cells[i], &end);

      if (*cells[i] == '\0' || strcmp (cells[i], "n/a") == 0)
        value = (double)NAN;
      else if (*end != '\0' || end == cells[i])
        {
          g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "%s:%u: \"%s\" in the column %s is no number", sweep->name, number, cells[i],
                       sweep->columns[i]);
          return FALSE;
        }
      g_array_append_val (sweep->values, value);
    }
  return TRUE;
}

PstReportSweep *
pst_report_sweep_parse (const char *name, const char *text, GError **error)
{
  g_autoptr (PstReportSweep) sweep = g_new0 (PstReportSweep, 1);
  guint number = 0;

  sweep->name = g_strdup (name);
  sweep->values = g_array_new (FALSE, FALSE, sizeof (double));
  for (const char *next; *text != '\0'; text = next)
    {
      const char *end = strchrnul (text, '\n');
      g_autofree char *line = g_strndup (text, (gsize)(end - text));

      next = *end != '\0' ? end + 1 : end;
      number++;
      g_strchomp (line);
      if (*line == '\0' || *line == '#')
        continue;
      if (sweep->columns == NULL ? !parse_header (sweep, line, error) : !parse_row (sweep, line, number, error))
        return NULL;
    }
  if (sweep->columns != NULL)
    return g_steal_pointer (&sweep);
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "%s is empty", name);
  return NULL;
}

void
pst_report_sweep_measure (const PstReportSweep *sweep, PstStatisticsOptions *options)
{
  guint column = 0, n_rows = sweep->values->len / sweep->n_columns;
  double n = 0, mean = 0, squares = 0;

  options->n_sets = n_rows;
  while (column < sweep->n_columns && strcmp (sweep->columns[column], "sharpe") != 0)
    column++;
  for (guint i = 0; column < sweep->n_columns && i < n_rows; i++)
    {
      double value = g_array_index (sweep->values, double, i * sweep->n_columns + column), delta = value - mean;

      if (!isfinite (value))
        continue;
      mean += delta / ++n;
      squares += delta * (value - mean);
    }
  options->sharpe_variance = n > 1 ? squares / (n - 1) : 0;
}
