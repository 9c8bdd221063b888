/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data list and check: what a folder of columns has, and whether it still is what was imported. */

#include "penstock-data.h"

#include "../host/pst-data-check.h"
#include "penstock-json.h"
#include "penstock-table.h"

#include <string.h>

/* -- list -- */

static char *
print_period (const PstDatasetSeries *series)
{
  g_autofree char *table = pst_series_kind_name_table (series->kind, series->period_ns);
  const char *dash = strchr (table, '-');

  return g_strdup (dash != NULL ? dash + 1 : "");
}

static void
add_series_json (JsonBuilder *json, PstDataset *set, const PstDatasetSeries *series)
{
  g_autofree char *period = print_period (series);
  gsize first;
  const char *folder = pst_dataset_get_folder (set, series, &first);

  json_builder_begin_object (json);
  penstock_json_add_string (json, "id", series->instrument->id);
  penstock_json_add_string (json, "kind", pst_series_kind_to_string (series->kind));
  penstock_json_add_string (json, "period", *period != '\0' ? period : NULL);
  penstock_json_add_integer (json, "rows", (gint64)series->n_rows);
  penstock_json_add_time (json, "from", series->from_ns);
  penstock_json_add_time (json, "to", series->to_ns);
  penstock_json_add_integer (json, "price_scale", series->instrument->price_scale);
  penstock_json_add_integer (json, "size_scale", series->instrument->size_scale);
  penstock_json_add_string (json, "quote", series->instrument->quote->code);
  penstock_json_add_string (json, "time_zone", series->time_zone);
  penstock_json_add_string (json, "calendar", series->calendar);
  penstock_json_add_string (json, "findings", series->findings);
  penstock_json_add_string (json, "folder", folder);
  penstock_json_add_integer (json, "first", (gint64)first);
  penstock_json_add_string (json, "hash", series->hash);
  json_builder_end_object (json);
}

static void
print_json (PstDataset *set)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  penstock_json_add_string (json, "path", pst_dataset_get_path (set));
  penstock_json_add_string (json, "hash", pst_dataset_get_hash (set));
  json_builder_set_member_name (json, "series");
  json_builder_begin_array (json);
  for (guint i = 0; i < pst_dataset_get_n_series (set); i++)
    add_series_json (json, set, pst_dataset_get_series (set, i));
  json_builder_end_array (json);
  json_builder_set_member_name (json, "sources");
  json_builder_begin_array (json);
  for (guint i = 0; i < pst_dataset_get_n_sources (set); i++)
    {
      const PstDatasetSource *source = pst_dataset_get_source (set, i);

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "files");
      json_builder_begin_array (json);
      for (guint f = 0; source->files[f] != NULL; f++)
        json_builder_add_string_value (json, source->files[f]);
      json_builder_end_array (json);
      penstock_json_add_string (json, "hash", source->hash);
      penstock_json_add_string (json, "options", source->options);
      penstock_json_add_integer (json, "rows", (gint64)source->n_rows);
      penstock_json_add_integer (json, "rejected", (gint64)source->n_rejected);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  penstock_json_print (json);
}

/* People look for a bar by its label. */
static void
add_row (PenstockTable *table, PstDataset *set, const PstDatasetSeries *series)
{
  const gint64 *labels = pst_dataset_get_column (set, series, series->kind == PST_SERIES_KIND_FACTORS ? 0 : 1);
  char from[PST_TIME_TEXT_SIZE], to[PST_TIME_TEXT_SIZE];

  pst_time_print (labels[0], from);
  pst_time_print (labels[series->n_rows - 1], to);
  penstock_table_add (table, series->instrument->id);
  penstock_table_add (table, pst_series_kind_to_string (series->kind));
  penstock_table_take (table, print_period (series));
  penstock_table_add_number (table, series->n_rows);
  penstock_table_add (table, from);
  penstock_table_add (table, to);
  penstock_table_add (table, series->findings != NULL ? series->findings : "");
}

static void
print_list (PstDataset *set)
{
  static const char *const titles[] = { "SERIES", "KIND", "PERIOD", "ROWS", "FROM", "TO", "FINDINGS" };
  g_autoptr (PenstockTable) table = penstock_table_new ("lllrlll");
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 n_rows = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    penstock_table_add (table, titles[i]);
  for (guint i = 0; i < pst_dataset_get_n_series (set); i++)
    {
      add_row (table, set, pst_dataset_get_series (set, i));
      n_rows += pst_dataset_get_series (set, i)->n_rows;
    }
  penstock_table_print (table, "", text);
  g_string_append_printf (text, "\n%u series, %" G_GUINT64_FORMAT " rows, hash %.16s\n", pst_dataset_get_n_series (set), n_rows,
                          pst_dataset_get_hash (set));
  for (guint i = 0; i < pst_dataset_get_n_sources (set); i++)
    {
      const PstDatasetSource *source = pst_dataset_get_source (set, i);

      g_string_append_printf (text, "source %u: %s%s, %" G_GUINT64_FORMAT " rows, %" G_GUINT64_FORMAT " rejected; %s\n", i,
                              source->files[0] != NULL ? source->files[0] : "",
                              source->files[0] != NULL && source->files[1] != NULL ? " and others" : "", source->n_rows, source->n_rejected,
                              source->options);
    }
  g_print ("%s", text->str);
}

int
penstock_data_list (const PenstockVerb *verb, int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL }, G_OPTION_ENTRY_NULL };
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GError) error = NULL;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    return exit_code;
  set = pst_dataset_open (argv[1], &error);
  if (set == NULL)
    return penstock_verb_fail (verb, error);
  if (as_json)
    print_json (set);
  else
    print_list (set);
  return PST_EXIT_OK;
}

/* -- check -- */

typedef struct
{
  PstDataset *set;
  const PstDatasetSeries *series;
  GPtrArray *wrong, *odd; /* sentences */
} Checking;

static void
on_wrong (gpointer sentence, gpointer user_data)
{
  g_ptr_array_add (((Checking *)user_data)->wrong, g_strdup (sentence));
}

static void
on_odd (gsize row, gsize n_rows, const char *kind, const char *sentence, gpointer user_data)
{
  Checking *checking = user_data;
  char time[PST_TIME_TEXT_SIZE];

  (void)n_rows;
  pst_time_print (pst_dataset_get_column (checking->set, checking->series, 1)[row], time);
  g_ptr_array_add (checking->odd, g_strdup_printf ("%s %s: %s: %s", checking->series->instrument->id, time, kind, sentence));
}

static gboolean
check_bars (Checking *checking, const char *calendar, GError **error)
{
  for (guint i = 0; i < pst_dataset_get_n_series (checking->set); i++)
    {
      const PstDatasetSeries *series = checking->series = pst_dataset_get_series (checking->set, i);
      PstDataHours hours = { 0 };
      PstBarColumns bars;

      if (series->kind != PST_SERIES_KIND_BARS)
        continue;
      if (!pst_dataset_read_bars (checking->set, series, PST_ADJUST_NONE, &bars, error)
          || !pst_data_hours_init (&hours, calendar != NULL ? calendar : series->calendar, series->from_ns - 8 * PST_NS_PER_DAY,
                                   series->to_ns + PST_NS_PER_DAY, error))
        return FALSE;
      pst_data_check_bars (&bars, pst_dataset_get_column (checking->set, series, 1), series->period_ns, &hours, PST_DATA_FROZEN_MIN, on_odd,
                           checking);
      pst_data_hours_clear (&hours);
    }
  return TRUE;
}

static void
add_list (JsonBuilder *json, const char *name, GPtrArray *sentences)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
  for (guint i = 0; i < sentences->len; i++)
    json_builder_add_string_value (json, sentences->pdata[i]);
  json_builder_end_array (json);
}

static void
tell_checked (const Checking *checking, gboolean as_json)
{
  g_autoptr (JsonBuilder) json = as_json ? json_builder_new () : NULL;

  if (json != NULL)
    {
      json_builder_begin_object (json);
      penstock_json_add_boolean (json, "good", checking->wrong->len == 0);
      add_list (json, "wrong", checking->wrong);
      add_list (json, "odd", checking->odd);
      json_builder_end_object (json);
      penstock_json_print (json);
      return;
    }
  for (guint i = 0; i < checking->odd->len; i++)
    g_print ("%s\n", (const char *)checking->odd->pdata[i]);
  for (guint i = 0; i < checking->wrong->len; i++)
    g_print ("WRONG: %s\n", (const char *)checking->wrong->pdata[i]);
  if (checking->wrong->len == 0)
    g_print ("%s: %u series are as they were imported\n", pst_dataset_get_path (checking->set), pst_dataset_get_n_series (checking->set));
}

int
penstock_data_check (const PenstockVerb *verb, int argc, char **argv)
{
  gboolean as_json = FALSE, bars = FALSE;
  g_autofree char *calendar = NULL;
  const GOptionEntry entries[] = {
    { "bars", 0, 0, G_OPTION_ARG_NONE, &bars, "Also look for gaps, frozen prices and jumps", NULL },
    { "calendar", 0, 0, G_OPTION_ARG_STRING, &calendar, "With --bars: against this market's sessions, not those of the import", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GPtrArray) wrong = g_ptr_array_new_with_free_func (g_free), odd = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  Checking checking = { .wrong = wrong, .odd = odd };
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    return exit_code;
  checking.set = set = pst_dataset_open (argv[1], &error);
  if (set == NULL || (bars && !check_bars (&checking, calendar, &error)))
    return penstock_verb_fail (verb, error);
  pst_dataset_verify (set, on_wrong, &checking);
  tell_checked (&checking, as_json);
  return wrong->len == 0 ? PST_EXIT_OK : PST_EXIT_STORE;
}
