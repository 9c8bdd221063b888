/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data export: columns back to CSV, in numbers without superfluous zeros, so that what was imported is what comes out. */

#include "penstock-data.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLOCK (1024 * 1024)

typedef struct
{
  char *kind, *period, *output, *adjust;
  PstSeriesKind series_kind;
  gint64 period_ns; /* -1: any */
  PstAdjust how;
} ExportOptions;

typedef struct
{
  PstDataset *set;
  const ExportOptions *options;
  FILE *file;
  GString *text;
  gboolean days; /* labels are dates */
  gboolean failed;
} Export;

static void
flush (Export *export)
{
  if (fwrite (export->text->str, 1, export->text->len, export->file) != export->text->len)
    export->failed = TRUE;
  g_string_truncate (export->text, 0);
}

/* "40.7" of 407000 at 4 decimals. */
static void
append_number (GString *text, gint64 mantissa, guint scale)
{
  char buffer[PST_DECIMAL_TEXT_SIZE];
  gsize n = pst_mantissa_print (mantissa, scale, buffer);

  if (scale > 0)
    {
      while (buffer[n - 1] == '0')
        n--;
      if (buffer[n - 1] == '.')
        n--;
    }
  g_string_append_len (text, buffer, (gssize)n);
}

/* Days as dates of their own zone; every other time in UTC. */
typedef struct
{
  GTimeZone *zone; /* NULL: times */
  gint64 day_ns;   /* of the date below, that it is not made anew */
  char date[32];
} Labels;

static gint64
to_local (GTimeZone *zone, gint64 time_ns)
{
  gint64 seconds = time_ns / PST_NS_PER_SECOND - (time_ns % PST_NS_PER_SECOND < 0);
  gint interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);

  return time_ns + (interval >= 0 ? g_time_zone_get_offset (zone, interval) : 0) * PST_NS_PER_SECOND;
}

/* (transfer full) (nullable): the zone in which all labels of a series are midnights. */
static GTimeZone *
find_zone (PstDataset *set, const PstDatasetSeries *series)
{
  const gint64 *label_ns = pst_dataset_get_column (set, series, 1);
  g_autoptr (GTimeZone) zone = NULL;

  if (series->kind != PST_SERIES_KIND_BARS || series->period_ns <= 0 || series->period_ns % PST_NS_PER_DAY != 0)
    return NULL;
  zone = g_time_zone_new_identifier (series->time_zone != NULL ? series->time_zone : "UTC");
  for (gsize i = 0; zone != NULL && i < series->n_rows; i++)
    if (to_local (zone, label_ns[i]) % PST_NS_PER_DAY != 0)
      return NULL;
  return g_steal_pointer (&zone);
}

static void
append_label (Export *export, Labels *labels, gint64 time_ns)
{
  char time[PST_TIME_TEXT_SIZE];

  if (labels->zone == NULL)
    {
      g_string_append_len (export->text, time, (gssize)pst_time_print (time_ns, time));
      return;
    }
  if (time_ns != labels->day_ns)
    {
      pst_time_print (to_local (labels->zone, time_ns), labels->date);
      labels->date[10] = '\0';
      labels->day_ns = time_ns;
    }
  g_string_append (export->text, labels->date);
}

static const char *
side_to_text (gint64 side)
{
  return side == PST_SIDE_BUY ? "buy" : side == PST_SIDE_SELL ? "sell" : "";
}

static void
append_value (GString *text, const PstDatasetSeries *series, guint column, gint64 value)
{
  const PstInstrument *instrument = series->instrument;

  if (series->kind == PST_SERIES_KIND_FACTORS)
    append_number (text, value, PST_FACTOR_SCALE);
  else if (series->kind == PST_SERIES_KIND_BARS)
    append_number (text, value, column == 6 ? instrument->size_scale : instrument->price_scale);
  else if (series->kind == PST_SERIES_KIND_QUOTES || column < 4)
    append_number (text, value, column % 2 == 0 ? instrument->price_scale : instrument->size_scale);
  else if (column == 4)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, (guint64)value);
  else
    g_string_append (text, side_to_text (value));
}

static gboolean
export_series (Export *export, const PstDatasetSeries *series, GError **error)
{
  const gint64 *columns[PST_DATASET_COLUMNS_MAX];
  guint n_columns, first = series->kind == PST_SERIES_KIND_FACTORS ? 1 : 2;
  Labels labels;

  pst_series_kind_get_columns (series->kind, &n_columns);
  for (guint c = 0; c < n_columns; c++)
    columns[c] = pst_dataset_get_column (export->set, series, c);
  if (export->options->how != PST_ADJUST_NONE)
    {
      PstBarColumns bars;

      if (!pst_dataset_read_bars (export->set, series, export->options->how, &bars, error))
        return FALSE;
      columns[2] = bars.open;
      columns[3] = bars.high;
      columns[4] = bars.low;
      columns[5] = bars.close;
      columns[6] = bars.volume;
    }
  labels = (Labels){ export->days ? find_zone (export->set, series) : NULL, G_MININT64, "" };
  for (gsize i = 0; i < series->n_rows; i++)
    {
      append_label (export, &labels, columns[first - 1][i]);
      for (guint c = first; c < n_columns; c++)
        {
          g_string_append_c (export->text, ',');
          append_value (export->text, series, c, columns[c][i]);
        }
      g_string_append_printf (export->text, ",%s\n", series->instrument->symbol);
      if (export->text->len > BLOCK)
        flush (export);
    }
  g_clear_pointer (&labels.zone, g_time_zone_unref);
  return TRUE;
}

static void
append_header (GString *text, PstSeriesKind kind, gboolean days)
{
  static const char *const headers[] = {
    [PST_SERIES_KIND_BARS] = "open,high,low,close,volume,symbol\n",
    [PST_SERIES_KIND_QUOTES] = "bid,bid-size,ask,ask-size,symbol\n",
    [PST_SERIES_KIND_TRADES] = "price,size,trade-id,side,symbol\n",
    [PST_SERIES_KIND_FACTORS] = "price-factor,split-factor,symbol\n",
  };

  g_string_append_printf (text, "%s,%s", days ? "date" : "time", headers[kind]);
}

static gboolean
append_named (Export *export, char **names, GPtrArray *list, GError **error)
{
  const ExportOptions *options = export->options;

  for (guint i = 0; names[i] != NULL; i++)
    {
      const PstDatasetSeries *series = pst_dataset_find (export->set, options->series_kind, names[i], options->period_ns, error);

      if (series == NULL)
        return FALSE;
      g_ptr_array_add (list, (gpointer)series);
    }
  for (guint i = 0; names[0] == NULL && i < pst_dataset_get_n_series (export->set); i++)
    {
      const PstDatasetSeries *series = pst_dataset_get_series (export->set, i);

      if (series->kind == options->series_kind && (options->period_ns < 0 || series->period_ns == options->period_ns))
        g_ptr_array_add (list, (gpointer)series);
    }
  for (guint i = 0; i < list->len; i++)
    if (((const PstDatasetSeries *)list->pdata[i])->period_ns != ((const PstDatasetSeries *)list->pdata[0])->period_ns)
      {
        g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "there are bars of several periods; choose one with --period");
        return FALSE;
      }
  if (list->len > 0)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "dataset \"%s\" has no such series; \"penstock data list\" shows what it has",
               pst_dataset_get_path (export->set));
  return FALSE;
}

static gboolean
export_all (Export *export, char **names, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_sized_new (BLOCK + 4096);
  const char *output = export->options->output;
  gboolean done = TRUE;

  if (!append_named (export, names, list, error))
    return FALSE;
  export->file = output != NULL ? fopen (output, "wxe") : stdout;
  if (export->file == NULL)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot make \"%s\": %s", output, g_strerror (errno));
      return FALSE;
    }
  export->text = text;
  export->days = TRUE;
  for (guint i = 0; export->days && i < list->len; i++)
    {
      g_autoptr (GTimeZone) zone = find_zone (export->set, list->pdata[i]);

      export->days = zone != NULL;
    }
  append_header (text, export->options->series_kind, export->days);
  for (guint i = 0; done && i < list->len; i++)
    done = export_series (export, list->pdata[i], error);
  flush (export);
  if (export->file != stdout ? fclose (export->file) != 0 : fflush (stdout) != 0)
    export->failed = TRUE;
  if (done && export->failed)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot write %s: %s", output != NULL ? output : "the output",
                   g_strerror (errno));
      return FALSE;
    }
  return done;
}

static gboolean
check_options (const PenstockVerb *verb, ExportOptions *options)
{
  static const char *const adjustments[] = { "none", "splits", "all" };
  g_autoptr (GError) error = NULL;
  guint how = 0;

  options->period_ns = -1;
  while (options->kind != NULL && options->series_kind <= PST_SERIES_KIND_FACTORS
         && strcmp (pst_series_kind_to_string (options->series_kind), options->kind) != 0)
    if (options->series_kind++ == PST_SERIES_KIND_FACTORS)
      break;
  while (options->adjust != NULL && how < G_N_ELEMENTS (adjustments) && strcmp (adjustments[how], options->adjust) != 0)
    how++;
  options->how = (PstAdjust)how;
  if (options->series_kind > PST_SERIES_KIND_FACTORS)
    g_printerr ("penstock %s: --kind %s: one of bars, quotes, trades, factors\n", verb->name, options->kind);
  else if (how == G_N_ELEMENTS (adjustments))
    g_printerr ("penstock %s: --adjust %s: one of none, splits, all\n", verb->name, options->adjust);
  else if (how > 0 && options->series_kind != PST_SERIES_KIND_BARS)
    g_printerr ("penstock %s: only bars are adjusted\n", verb->name);
  else if (options->period != NULL && !pst_duration_parse (options->period, &options->period_ns, &error))
    g_printerr ("penstock %s: --period %s: %s\n", verb->name, options->period, error->message);
  else
    return TRUE;
  return FALSE;
}

int
penstock_data_export (const PenstockVerb *verb, int argc, char **argv)
{
  ExportOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "kind", 0, 0, G_OPTION_ARG_STRING, &options.kind, "bars (default), quotes, trades or factors", "KIND" },
    { "period", 0, 0, G_OPTION_ARG_STRING, &options.period, "Of bars, when there are several: 1m, 1d", "DURATION" },
    { "adjust", 0, 0, G_OPTION_ARG_STRING, &options.adjust, "Take out of bars: none (default), splits, all (also dividends)", "WORD" },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &options.output, "Into this file, which may not be there (default: standard output)", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PstDataset) set = NULL;
  g_autoptr (GError) error = NULL;
  Export export = { .options = &options };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, G_MAXINT, &exit_code))
    {
      exit_code = check_options (verb, &options) ? PST_EXIT_OK : PST_EXIT_USAGE;
      if (exit_code == PST_EXIT_OK)
        {
          export.set = set = pst_dataset_open (argv[1], &error);
          if (set == NULL || !export_all (&export, argv + 2, &error))
            exit_code = penstock_verb_fail (verb, error);
        }
    }
  g_free (options.kind);
  g_free (options.period);
  g_free (options.adjust);
  g_free (options.output);
  return exit_code;
}
