/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results show: one result, for people and programs. */

#include "penstock-results.h"

#include <math.h>
#include <string.h>

#define SYMBOLS_NAMED 4

char *
penstock_results_format (const char *name, double value)
{
  PstStatisticId id;

  return pst_statistic_find (name, &id, NULL) ? pst_statistic_format (id, value) : g_strdup_printf ("%.6g", value);
}

char *
penstock_results_format_time (gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, text);
  if (strlen (text) > strlen ("2020-03-01T17:05"))
    text[strlen ("2020-03-01T17:05")] = '\0';
  if (strchr (text, 'T') != NULL)
    *strchr (text, 'T') = ' ';
  return g_strdup (text);
}

char *
penstock_results_join (char **texts)
{
  return g_strjoinv (", ", texts);
}

char *
penstock_results_join_symbols (const PstBacktestResult *result)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (result->instruments->len, SYMBOLS_NAMED); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", ((const PstInstrument *)result->instruments->pdata[i])->symbol);
  if (result->instruments->len > SYMBOLS_NAMED)
    g_string_append_printf (text, " and %u more", result->instruments->len - SYMBOLS_NAMED);
  return g_string_free (text, FALSE);
}

static void
add_strings (JsonBuilder *json, const char *name, char **texts)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    json_builder_add_string_value (json, texts[i]);
  json_builder_end_array (json);
}

static void
add_statistics (const PstBacktestResult *result, JsonBuilder *json)
{
  json_builder_set_member_name (json, "statistics");
  json_builder_begin_array (json);
  for (guint i = 0; i < result->statistics->len; i++)
    {
      const PstStatistic *statistic = result->statistics->pdata[i];

      json_builder_begin_object (json);
      penstock_json_add_string (json, "group", statistic->group);
      penstock_json_add_string (json, "name", statistic->name);
      penstock_json_add_double (json, "value", statistic->value);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

void
penstock_results_to_json (const PstBacktestResult *result, JsonBuilder *json)
{
  const PstMoney initial = { result->currency, result->initial_equity };

  penstock_json_add_string (json, "key", result->key);
  penstock_json_add_string (json, "user", result->user_id);
  penstock_json_add_string (json, "name", result->name);
  penstock_json_add_string (json, "engine", result->engine);
  penstock_json_add_time (json, "computed", result->created_ns);
  penstock_json_add_time (json, "from", result->from_ns);
  penstock_json_add_time (json, "to", result->to_ns);
  penstock_json_add_integer (json, "took_ns", result->took_ns);
  penstock_json_add_integer (json, "bars", (gint64)result->n_bars);
  penstock_json_add_integer (json, "sets", (gint64)result->n_sets);
  penstock_json_add_money (json, "initial_equity", &initial);
  penstock_json_add_string (json, "data_hash", result->data_hash);
  add_strings (json, "strategies", result->strategies);
  json_builder_set_member_name (json, "instruments");
  json_builder_begin_array (json);
  for (guint i = 0; i < result->instruments->len; i++)
    json_builder_add_string_value (json, ((const PstInstrument *)result->instruments->pdata[i])->id);
  json_builder_end_array (json);
  add_strings (json, "plugins", result->plugins);
  add_strings (json, "parameters", result->parameters);
  add_statistics (result, json);
}

void
penstock_results_print_json (const GPtrArray *results)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_array (json);
  for (guint i = 0; i < results->len; i++)
    {
      json_builder_begin_object (json);
      penstock_results_to_json (results->pdata[i], json);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  penstock_json_print (json);
}

static void
append_head (GString *text, const PstBacktestResult *result)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("ll");
  g_autofree char *strategies = penstock_results_join (result->strategies), *plugins = penstock_results_join (result->plugins);
  const PstMoney initial = { result->currency, result->initial_equity };

  penstock_table_add (table, "Result");
  penstock_table_take (table, g_strdup_printf ("%s of user %s", result->key, result->user_id));
  penstock_table_add (table, "Pipeline");
  penstock_table_take (table, g_strdup_printf ("%s, %s engine", result->name, result->engine));
  penstock_table_add (table, "Computed");
  penstock_table_take (table, penstock_results_format_time (result->created_ns));
  penstock_table_add (table, "Strategies");
  penstock_table_add (table, strategies);
  penstock_table_add (table, "Symbols");
  penstock_table_take (table, penstock_results_join_symbols (result));
  penstock_table_add (table, "Bars");
  penstock_table_take (table, g_strdup_printf ("%" G_GUINT64_FORMAT, result->n_bars));
  penstock_table_add (table, "From");
  penstock_table_take (table, penstock_results_format_time (result->from_ns));
  penstock_table_add (table, "To");
  penstock_table_take (table, penstock_results_format_time (result->to_ns));
  penstock_table_add (table, "Initial equity");
  penstock_table_take (table, pst_money_to_string (&initial));
  penstock_table_add (table, "Plugins");
  penstock_table_add (table, plugins);
  penstock_table_print (table, "", text);
}

char *
penstock_results_to_text (const PstBacktestResult *result)
{
  GString *text = g_string_new (NULL);
  g_autoptr (PenstockTable) statistics = penstock_table_new ("lr");

  append_head (text, result);
  g_string_append (text, "\nParameters\n");
  for (guint i = 0; result->parameters != NULL && result->parameters[i] != NULL; i++)
    g_string_append_printf (text, "  %s\n", result->parameters[i]);
  for (guint i = 0; i < result->statistics->len; i++)
    {
      const PstStatistic *statistic = result->statistics->pdata[i];

      if (strcmp (statistic->group, "total") != 0)
        continue;
      penstock_table_add (statistics, statistic->name);
      penstock_table_take (statistics, penstock_results_format (statistic->name, statistic->value));
    }
  g_string_append (text, "\nStatistics\n");
  penstock_table_print (statistics, "  ", text);
  return g_string_free (text, FALSE);
}

int
penstock_results_show (PenstockResults *results)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstBacktestResult) result = penstock_result_store_get (results->store, results->user, results->keys[0], FALSE, &error);

  if (result == NULL)
    return penstock_verb_fail (results->verb, error);
  if (results->as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      penstock_results_to_json (result, json);
      json_builder_end_object (json);
      penstock_json_print (json);
    }
  else
    {
      g_autofree char *text = penstock_results_to_text (result);

      g_print ("%s", text);
    }
  return PST_EXIT_OK;
}
