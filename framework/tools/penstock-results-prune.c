/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results prune: removes results by age, by what they came to, or all but the best. It never removes all that there are unasked. */

#include "penstock-results.h"

static gboolean
count (PstBacktestResult *result, gpointer user_data, GError **error)
{
  PenstockResults *results = user_data;

  if (!results->as_json)
    {
      g_autofree char *created = penstock_results_format_time (result->created_ns), *strategies = penstock_results_join (result->strategies);

      g_print ("%.8s  %s  %s\n", result->key, created, strategies);
    }
  results->offset++;
  return TRUE;
}

static void
tell (const PenstockResults *results, guint64 n)
{
  if (results->as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      penstock_json_add_integer (json, results->dry_run ? "would_remove" : "removed", (gint64)n);
      json_builder_end_object (json);
      penstock_json_print (json);
    }
  else
    g_print ("%s %" G_GUINT64_FORMAT " result%s\n", results->dry_run ? "would remove" : "removed", n, n == 1 ? "" : "s");
}

int
penstock_results_prune (PenstockResults *results)
{
  PstResultQuery *query = &results->query;
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  if (results->keep < 0 && query->until_ns == 0 && query->statistic == NULL)
    {
      g_printerr ("penstock results: prune removes by --older-than or --until, by --where, or all but --keep N: say one of them\n");
      return PST_EXIT_USAGE;
    }
  query->offset = (guint)MAX (results->keep, 0);
  query->limit = 0;
  results->offset = 0;
  if (results->dry_run)
    {
      if (!pst_result_store_find (results->store, query, count, results, &error))
        return penstock_verb_fail (results->verb, error);
      n = (guint64)results->offset;
    }
  else if (!pst_result_store_remove (results->store, query, &n, &error))
    return penstock_verb_fail (results->verb, error);
  tell (results, n);
  return PST_EXIT_OK;
}
