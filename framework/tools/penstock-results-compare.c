/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results compare: results side by side. What differs is marked; the best of a statistic too. */

#include "penstock-results.h"

#include <math.h>
#include <string.h>

/* (transfer full): all names of parameters, or of statistics of the whole, in order. */
static GPtrArray *
list_names (GPtrArray *found, gboolean parameters)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < found->len; i++)
    {
      const PstBacktestResult *result = found->pdata[i];
      guint n = parameters ? (result->parameters != NULL ? g_strv_length (result->parameters) : 0) : result->statistics->len;

      for (guint j = 0; j < n; j++)
        {
          const PstStatistic *statistic = parameters ? NULL : result->statistics->pdata[j];
          const char *text = parameters ? result->parameters[j] : statistic->name;
          char *name = g_strndup (text, parameters ? strcspn (text, "=") : strlen (text));

          if ((statistic == NULL || strcmp (statistic->group, "total") == 0) && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
            g_ptr_array_add (names, g_steal_pointer (&name));
          g_free (name);
        }
    }
  return names;
}

static const char *
find_parameter (const PstBacktestResult *result, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; result->parameters != NULL && result->parameters[i] != NULL; i++)
    if (strncmp (result->parameters[i], name, length) == 0 && (result->parameters[i][length] == '=' || result->parameters[i][length] == '\0'))
      return result->parameters[i] + length + (result->parameters[i][length] == '=');
  return NULL;
}

/* Place of the best value; -1 when none is, or all are alike. */
static int
find_best (GPtrArray *found, const char *name, gboolean *differ)
{
  const PstStatisticInfo *info = pst_statistic_lookup (name);
  int best = -1;
  double first = pst_backtest_result_get_statistic (found->pdata[0], "total", name), best_value = NAN;

  *differ = FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      double value = pst_backtest_result_get_statistic (found->pdata[i], "total", name);

      *differ |= isnan (value) != isnan (first) || (!isnan (value) && value != first);
      if (info == NULL || info->better == 0 || isnan (value) || (best >= 0 && (value - best_value) * info->better <= 0))
        continue;
      best = (int)i;
      best_value = value;
    }
  return *differ ? best : -1;
}

static void
add_head (PenstockTable *table, GPtrArray *found)
{
  penstock_table_add (table, "");
  penstock_table_add (table, "");
  for (guint i = 0; i < found->len; i++)
    penstock_table_take (table, g_strndup (((const PstBacktestResult *)found->pdata[i])->key, 8));
}

static void
add_texts (PenstockTable *table, const char *name, GPtrArray *found, char *(*get) (const PstBacktestResult *result))
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  gboolean differ = FALSE;

  for (guint i = 0; i < found->len; i++)
    {
      g_ptr_array_add (texts, get (found->pdata[i]));
      differ |= strcmp (texts->pdata[i], texts->pdata[0]) != 0;
    }
  penstock_table_add (table, differ ? "*" : "");
  penstock_table_add (table, name);
  for (guint i = 0; i < found->len; i++)
    penstock_table_add (table, texts->pdata[i]);
}

static char *
get_strategies (const PstBacktestResult *result)
{
  return penstock_results_join (result->strategies);
}

static char *
get_from (const PstBacktestResult *result)
{
  return penstock_results_format_time (result->from_ns);
}

static char *
get_to (const PstBacktestResult *result)
{
  return penstock_results_format_time (result->to_ns);
}

static char *
get_engine (const PstBacktestResult *result)
{
  return g_strdup (result->engine);
}

static char *
get_data (const PstBacktestResult *result)
{
  return g_strndup (result->data_hash, 8);
}

static void
add_parameters (PenstockTable *table, GPtrArray *found)
{
  g_autoptr (GPtrArray) names = list_names (found, TRUE);

  for (guint i = 0; i < names->len; i++)
    {
      const char *first = find_parameter (found->pdata[0], names->pdata[i]);
      gboolean differ = FALSE;

      for (guint j = 1; j < found->len; j++)
        differ |= g_strcmp0 (find_parameter (found->pdata[j], names->pdata[i]), first) != 0;
      penstock_table_add (table, differ ? "*" : "");
      penstock_table_add (table, names->pdata[i]);
      for (guint j = 0; j < found->len; j++)
        {
          const char *value = find_parameter (found->pdata[j], names->pdata[i]);

          penstock_table_add (table, value != NULL ? value : "-");
        }
    }
}

static void
add_statistics (PenstockTable *table, GPtrArray *found)
{
  g_autoptr (GPtrArray) names = list_names (found, FALSE);

  for (guint i = 0; i < names->len; i++)
    {
      gboolean differ;
      int best = find_best (found, names->pdata[i], &differ);

      penstock_table_add (table, differ ? "*" : "");
      penstock_table_add (table, names->pdata[i]);
      for (guint j = 0; j < found->len; j++)
        {
          g_autofree char *text
              = penstock_results_format (names->pdata[i], pst_backtest_result_get_statistic (found->pdata[j], "total", names->pdata[i]));

          penstock_table_take (table, g_strconcat ((int)j == best ? "> " : "", text, NULL));
        }
    }
}

static void
print_tables (GPtrArray *found)
{
  g_autofree char *right = g_strnfill (found->len, 'r'), *alignment = g_strconcat ("ll", right, NULL);
  g_autoptr (PenstockTable) table = penstock_table_new (alignment);
  g_autoptr (GString) text = g_string_new (NULL);

  add_head (table, found);
  add_texts (table, "strategies", found, get_strategies);
  add_texts (table, "symbols", found, penstock_results_join_symbols);
  add_texts (table, "from", found, get_from);
  add_texts (table, "to", found, get_to);
  add_texts (table, "engine", found, get_engine);
  add_texts (table, "data", found, get_data);
  add_parameters (table, found);
  add_statistics (table, found);
  penstock_table_print (table, "", text);
  g_print ("%s\n* differs   > the best\n", text->str);
}

int
penstock_results_compare (PenstockResults *results)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
  g_autoptr (GError) error = NULL;

  for (char **key = results->keys; *key != NULL; key++)
    {
      PstBacktestResult *result = penstock_result_store_get (results->store, results->user, *key, FALSE, &error);

      if (result == NULL)
        return penstock_verb_fail (results->verb, error);
      g_ptr_array_add (found, result);
    }
  if (results->as_json)
    penstock_results_print_json (found);
  else
    print_tables (found);
  return PST_EXIT_OK;
}
