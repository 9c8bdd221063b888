/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data resample: longer bars as series of their own, in the same folder. */

#include "penstock-data.h"

#include "../host/pst-data-resample.h"

#include <signal.h>
#include <string.h>

typedef struct
{
  char *to, *period, *calendar, *partial;
  gint64 to_ns, period_ns;
  gboolean keep_partial;
} ResampleOptions;

typedef struct
{
  const ResampleOptions *options;
  PstDatasetWriter *writer;
  PstDataset *set;
  PstDataResampled done;
  guint n_series;
} Resampling;

static gboolean
resample_series (Resampling *self, const PstDatasetSeries *series, GError **error)
{
  const ResampleOptions *options = self->options;
  const char *calendar = options->calendar != NULL ? options->calendar : series->calendar;
  PstDatasetSeries draft = {
    .instrument = series->instrument,
    .kind = PST_SERIES_KIND_BARS,
    .period_ns = options->to_ns,
    .time_zone = series->time_zone,
    .calendar = (char *)calendar,
    .source = series->source,
  };
  g_autoptr (PstDataRows) rows = pst_data_rows_new (series->instrument, PST_SERIES_KIND_BARS);
  PstDataHours hours = { 0 };
  PstBarColumns bars;
  gboolean good;

  if (!pst_dataset_read_bars (self->set, series, PST_ADJUST_NONE, &bars, error)
      || !pst_data_hours_init (&hours, calendar, series->from_ns - 8 * PST_NS_PER_DAY, series->to_ns + PST_NS_PER_DAY, error))
    return FALSE;
  good = pst_data_resample (&bars, pst_dataset_get_column (self->set, series, 1), series->period_ns, options->to_ns, &hours, options->keep_partial,
                            rows, &self->done, error);
  pst_data_hours_clear (&hours);
  if (!good)
    {
      g_prefix_error (error, "%s: ", series->instrument->id);
      return FALSE;
    }
  self->n_series++;
  pst_dataset_writer_append (self->writer, pst_dataset_writer_create (self->writer, &draft), (const gint64 *const *)rows->columns, rows->n_rows);
  return TRUE;
}

static gboolean
resample_all (Resampling *self, char **names, GError **error)
{
  gint64 period_ns = self->options->period_ns;

  for (guint i = 0; names[i] != NULL; i++)
    {
      const PstDatasetSeries *series = pst_dataset_find (self->set, PST_SERIES_KIND_BARS, names[i], period_ns, error);

      if (series == NULL || !resample_series (self, series, error))
        return FALSE;
    }
  for (guint i = 0; names[0] == NULL && i < pst_dataset_get_n_series (self->set); i++)
    {
      const PstDatasetSeries *series = pst_dataset_get_series (self->set, i);

      /* What was resampled before is not resampled again. */
      if (series->kind == PST_SERIES_KIND_BARS && (period_ns < 0 ? series->period_ns < self->options->to_ns : series->period_ns == period_ns)
          && !resample_series (self, series, error))
        return FALSE;
    }
  if (self->n_series > 0)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN,
               "dataset \"%s\" has no bars that are shorter; \"penstock data list\" shows what it has", pst_dataset_get_path (self->set));
  return FALSE;
}

static int
run_resample (const PenstockVerb *verb, const ResampleOptions *options, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstDatasetWriter) writer = NULL;
  Resampling self = { .options = options };
  gboolean changed = FALSE;

  self.set = pst_dataset_open (arguments[0], &error);
  self.writer = writer = self.set != NULL ? pst_dataset_writer_new (arguments[0], &error) : NULL;
  if (writer != NULL && resample_all (&self, arguments + 1, &error) && pst_dataset_writer_finish (writer, &changed, &error))
    g_print ("%s: %u series resampled to %s: %" G_GSIZE_FORMAT " bars; %" G_GSIZE_FORMAT " partial ones %s, %" G_GSIZE_FORMAT
             " bars outside of sessions left out%s\n",
             arguments[0], self.n_series, options->to, self.done.n_bars, self.done.n_partial, options->keep_partial ? "kept" : "left out",
             self.done.n_off_session, changed ? "" : "; nothing changed");
  g_clear_pointer (&self.set, pst_dataset_unref);
  return error == NULL ? PST_EXIT_OK : penstock_verb_fail (verb, error);
}

static gboolean
check_options (const PenstockVerb *verb, ResampleOptions *options)
{
  g_autoptr (GError) error = NULL;

  options->period_ns = -1;
  options->keep_partial = g_strcmp0 (options->partial, "keep") == 0;
  if (options->to == NULL)
    g_printerr ("penstock %s: --to is needed: 1h, 1d\n", verb->name);
  else if (!pst_duration_parse (options->to, &options->to_ns, &error))
    g_printerr ("penstock %s: --to %s: %s\n", verb->name, options->to, error->message);
  else if (options->period != NULL && !pst_duration_parse (options->period, &options->period_ns, &error))
    g_printerr ("penstock %s: --period %s: %s\n", verb->name, options->period, error->message);
  else if (options->partial != NULL && !options->keep_partial && strcmp (options->partial, "drop") != 0)
    g_printerr ("penstock %s: --partial %s: one of drop, keep\n", verb->name, options->partial);
  else
    return TRUE;
  return FALSE;
}

int
penstock_data_resample (const PenstockVerb *verb, int argc, char **argv)
{
  ResampleOptions options = { 0 };
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &options.to, "Period of the new bars: 5m, 1h, 1d", "DURATION" },
    { "period", 0, 0, G_OPTION_ARG_STRING, &options.period, "Period of the bars to take, when there are several", "DURATION" },
    { "calendar", 0, 0, G_OPTION_ARG_STRING, &options.calendar, "Sessions of this market (default: that of the import)", "NAME" },
    { "partial", 0, 0, G_OPTION_ARG_STRING, &options.partial, "Bars that lack a part of their period: drop (default), keep", "WORD" },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  signal (SIGXFSZ, SIG_IGN);
  if (penstock_verb_parse (verb, entries, &argc, &argv, 1, G_MAXINT, &exit_code))
    exit_code = check_options (verb, &options) ? run_resample (verb, &options, argv + 1) : PST_EXIT_USAGE;
  g_free (options.to);
  g_free (options.period);
  g_free (options.calendar);
  g_free (options.partial);
  return exit_code;
}
