/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results export: a kept result in the forms that penstock report writes. */

#include "../backtest/pst-report.h"
#include "penstock-results.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
append (const PenstockResults *results, PstBacktestResult *result, PstReportTable table, GString *text)
{
  const PstStatisticsOptions options = { 0 };
  g_autoptr (PstReport) report = pst_report_new (result, &options);

  if (results->format != NULL && strcmp (results->format, "json") == 0)
    {
      pst_report_append_json (report, text);
      g_string_append_c (text, '\n');
    }
  else
    pst_report_append_csv (report, table, text);
}

static gboolean
write_text (const char *path, const GString *text, GError **error)
{
  FILE *own = path != NULL ? fopen (path, "wxe") : NULL, *file = path != NULL ? own : stdout;
  gboolean done = file != NULL && fwrite (text->str, 1, text->len, file) == text->len && fflush (file) == 0;
  int number = errno;

  if (own != NULL)
    done = fclose (own) == 0 && done;
  if (!done)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number), "cannot write %s: %s", path != NULL ? path : "the output",
                 g_strerror (number));
  return done;
}

static gboolean
check_format (const PenstockResults *results, PstReportTable *table, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gboolean is_json = g_strcmp0 (results->format, "json") == 0;

  *table = PST_REPORT_TABLE_TRADES;
  if (results->format != NULL && !is_json && strcmp (results->format, "csv") != 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--format %s: one of csv, json", results->format);
  else if (is_json && results->table != NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--table is of CSV; JSON has all of them");
  else if (results->table != NULL && !pst_report_table_from_string (results->table, table, &cause))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--table: %s", cause->message);
  else
    return TRUE;
  return FALSE;
}

int
penstock_results_export (PenstockResults *results)
{
  g_autoptr (PstBacktestResult) result = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  PstReportTable table;

  if (check_format (results, &table, &error))
    result = penstock_result_store_get (results->store, results->user, results->keys[0], TRUE, &error);
  if (result == NULL)
    return penstock_verb_fail (results->verb, error);
  append (results, result, table, text);
  if (!write_text (results->output, text, &error))
    return penstock_verb_fail (results->verb, error);
  return PST_EXIT_OK;
}
