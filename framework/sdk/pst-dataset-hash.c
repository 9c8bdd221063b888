/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a series comes to, as a hash: a result is found again by it, and a column that changed on the disk is found out. */
#include "pst-dataset-private.h"

#include "../model/pst-time.h"

#include <string.h>

static void
update_text (GChecksum *checksum, const char *text)
{
  g_checksum_update (checksum, (const guchar *)text, (gssize)strlen (text));
}

char *
pst_dataset_hash_series (const PstDatasetSeries *series, const gint64 *const *columns, gsize n_rows)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const PstInstrument *i = series->instrument;
  g_autofree char *what = NULL;
  guint n_columns;

  pst_series_kind_get_columns (series->kind, &n_columns);
  what = g_strdup_printf ("penstock series 1\n%s %" G_GINT64_FORMAT " %s %s %s %d %u %u %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n%" G_GSIZE_FORMAT "\n",
                          pst_series_kind_to_string (series->kind), series->period_ns, i->id, i->base != NULL ? i->base->code : "-", i->quote->code,
                          (int)i->settlement, i->price_scale, i->size_scale, i->price_step, i->size_step, i->size_min, i->size_max, i->notional_min,
                          i->maker_fee, i->taker_fee, n_rows);
  update_text (checksum, what);
  for (guint c = 0; c < n_columns; c++)
    g_checksum_update (checksum, (const guchar *)columns[c], (gssize)(n_rows * sizeof (gint64)));
  return g_strdup (g_checksum_get_string (checksum));
}

char *
pst_dataset_hash_all (GPtrArray *series)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < series->len; i++)
    {
      update_text (checksum, ((const PstDatasetSeries *)series->pdata[i])->hash);
      update_text (checksum, "\n");
    }
  return g_strdup (g_checksum_get_string (checksum));
}

gsize
pst_dataset_find_fall (PstSeriesKind kind, const gint64 *times, gsize n_rows)
{
  const gint64 least = kind == PST_SERIES_KIND_BARS || kind == PST_SERIES_KIND_FACTORS ? 1 : 0;

  for (gsize i = 1; i < n_rows; i++)
    if (times[i] < times[i - 1] + least)
      return i;
  return n_rows;
}

typedef struct
{
  PstDataset *dataset;
  GFunc func;
  gpointer user_data;
  gboolean good;
} Verify;

static void tell (Verify *verify, const PstDatasetSeries *series, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
tell (Verify *verify, const PstDatasetSeries *series, const char *format, ...)
{
  g_autofree char *what = NULL, *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  sentence
      = series != NULL ? g_strdup_printf ("%s of %s: %s", pst_series_kind_to_string (series->kind), series->instrument->id, what) : g_strdup (what);
  verify->good = FALSE;
  if (verify->func != NULL)
    verify->func (sentence, verify->user_data);
}

static void
verify_times (Verify *verify, const PstDatasetSeries *series, const gint64 *times)
{
  char text[PST_TIME_TEXT_SIZE];
  gsize fall = pst_dataset_find_fall (series->kind, times, series->n_rows);

  if (fall < series->n_rows)
    {
      pst_time_print (times[fall], text);
      tell (verify, series, "row %" G_GSIZE_FORMAT " (%s) is not behind the row above it", fall, text);
    }
  if (series->n_rows > 0 && (times[0] != series->from_ns || times[series->n_rows - 1] != series->to_ns))
    tell (verify, series, "its first or last time is not that of the index");
}

static void
verify_series (Verify *verify, const PstDatasetSeries *series)
{
  const gint64 *columns[PST_DATASET_COLUMNS_MAX];
  g_autofree char *hash = NULL;
  guint n_columns;

  pst_series_kind_get_columns (series->kind, &n_columns);
  for (guint i = 0; i < n_columns; i++)
    columns[i] = pst_dataset_get_column (verify->dataset, series, i);
  verify_times (verify, series, columns[0]);
  hash = pst_dataset_hash_series (series, columns, series->n_rows);
  if (strcmp (hash, series->hash) != 0)
    tell (verify, series, "its values are not those that were imported (hash %.12s, the index says %.12s)", hash, series->hash);
}

/**
 * pst_dataset_verify: (skip)
 * @dataset: a dataset
 * @func: (scope call) (nullable): is given a sentence for each thing that is wrong
 * @user_data: for @func
 *
 * Compares every value with the index. Any thread; reads all.
 *
 * Returns: whether all is as it was imported
 */
gboolean
pst_dataset_verify (PstDataset *dataset, GFunc func, gpointer user_data)
{
  Verify verify = { dataset, func, user_data, TRUE };
  g_autofree char *hash = pst_dataset_hash_all (dataset->series);

  for (guint i = 0; i < dataset->series->len; i++)
    verify_series (&verify, dataset->series->pdata[i]);
  if (strcmp (hash, dataset->hash) != 0)
    tell (&verify, NULL, "the hash of the whole is not that of its series: the index was changed");
  return verify.good;
}
