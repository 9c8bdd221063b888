/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Splits and dividends taken out of bars on reading: the columns on disk stay as they were traded. Each number is rounded once. */
#include "pst-dataset-private.h"

#include "../model/pst-time.h"

#include <string.h>

typedef __int128 wide;

/* numerator / divisor, half-even; both above 0. */
static inline wide
divide_half_even (wide numerator, wide divisor)
{
  wide quotient = numerator / divisor, twice = 2 * (numerator % divisor);

  return quotient + (twice > divisor || (twice == divisor && (quotient & 1) != 0));
}

static inline gboolean
scale_number (gint64 value, wide factor, wide divisor, gint64 step, gint64 *result)
{
  wide product, quotient;

  if (__builtin_mul_overflow ((wide)value, factor, &product) || __builtin_mul_overflow (divisor, (wide)step, &divisor))
    return FALSE;
  quotient = divide_half_even (product, divisor) * step;
  *result = (gint64)quotient;
  return quotient <= G_MAXINT64;
}

typedef struct
{
  const PstInstrument *instrument;
  gsize n;
  const gint64 *label;
  const gint64 *in[5];
  gint64 *out[5];
} Bars;

/* Rows @from to @to under one pair of factors. The row at fault, or @to. */
static gsize
adjust_stretch (const Bars *bars, gsize from, gsize to, gint64 split, gint64 price)
{
  const gint64 one = pst_power_of_ten (PST_FACTOR_SCALE);
  const wide factor = (wide)split * price, divisor = (wide)one * one;

  if (split == one && price == one)
    {
      for (guint c = 0; c < 5; c++)
        memcpy (bars->out[c] + from, bars->in[c] + from, (to - from) * sizeof (gint64));
      return to;
    }
  for (gsize i = from; i < to; i++)
    {
      for (guint c = 0; c < 4; c++)
        if (!scale_number (bars->in[c][i], factor, divisor, bars->instrument->price_step, &bars->out[c][i]) || bars->out[c][i] <= 0)
          return i;
      if (!scale_number (bars->in[4][i], one, split, 1, &bars->out[4][i]))
        return i;
    }
  return to;
}

static gboolean
adjust (const Bars *bars, PstDataset *dataset, const PstDatasetSeries *factors, PstAdjust how, GError **error)
{
  const gint64 one = pst_power_of_ten (PST_FACTOR_SCALE);
  const gint64 *until = pst_dataset_get_column (dataset, factors, 0);
  const gint64 *prices = pst_dataset_get_column (dataset, factors, 1), *splits = pst_dataset_get_column (dataset, factors, 2);
  gsize row = 0, from = 0;

  while (from < bars->n)
    {
      gsize to = from, bad;

      while (row < factors->n_rows && bars->label[from] >= until[row])
        row++;
      while (to < bars->n && (row == factors->n_rows || bars->label[to] < until[row]))
        to++;
      bad = adjust_stretch (bars, from, to, row < factors->n_rows ? splits[row] : one,
                            row < factors->n_rows && how == PST_ADJUST_ALL ? prices[row] : one);
      if (bad < to)
        {
          char time[PST_TIME_TEXT_SIZE];

          pst_time_print (bars->label[bad], time);
          g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
                       "the bar of %s at %s, adjusted, does not fit %u decimals of price; import it with another price-scale, or check its factors",
                       bars->instrument->id, time, bars->instrument->price_scale);
          return FALSE;
        }
      from = to;
    }
  return TRUE;
}

/* (transfer none): five columns of n_rows, one behind the other. */
static const gint64 *
get_adjusted (PstDataset *self, const PstDatasetSeries *series, PstAdjust how, GError **error)
{
  const PstDatasetSeries *factors = pst_dataset_find (self, PST_SERIES_KIND_FACTORS, series->instrument->id, -1, NULL);
  g_autofree char *key = g_strdup_printf ("%d %" G_GINT64_FORMAT " %s", (int)how, series->period_ns, series->instrument->id);
  g_autofree gint64 *values = NULL;
  Bars bars = { series->instrument, series->n_rows, pst_dataset_get_column (self, series, 1), { NULL }, { NULL } };
  const gint64 *kept;

  if (factors == NULL)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
                   "dataset \"%s\" has no factors of splits and dividends for %s; import them with --factors, or read with adjust=none", self->path,
                   series->instrument->id);
      return NULL;
    }
  g_mutex_lock (&self->mutex);
  kept = g_hash_table_lookup (self->adjusted, key);
  if (kept == NULL)
    {
      values = g_new (gint64, 5 * series->n_rows + 1);
      for (guint c = 0; c < 5; c++)
        {
          bars.in[c] = pst_dataset_get_column (self, series, 2 + c);
          bars.out[c] = values + c * series->n_rows;
        }
      if (adjust (&bars, self, factors, how, error))
        {
          kept = values;
          g_hash_table_insert (self->adjusted, g_steal_pointer (&key), g_steal_pointer (&values));
        }
    }
  g_mutex_unlock (&self->mutex);
  return kept;
}

/**
 * pst_dataset_read_bars: (skip)
 * @dataset: a dataset
 * @series: one of its series of bars
 * @adjust: what is taken out of the prices
 * @columns: (out caller-allocates): the bars
 * @error: %PST_OPTION_ERROR_MISSING without factors, %PST_STORE_ERROR_CORRUPT when an adjusted number does not fit
 *
 * Any thread.
 *
 * Returns: whether they could be read
 */
gboolean
pst_dataset_read_bars (PstDataset *dataset, const PstDatasetSeries *series, PstAdjust adjust, PstBarColumns *columns, GError **error)
{
  const gint64 *adjusted = NULL;
  const gint64 *prices[5];

  g_return_val_if_fail (series->kind == PST_SERIES_KIND_BARS, FALSE);

  if (adjust != PST_ADJUST_NONE && (adjusted = get_adjusted (dataset, series, adjust, error)) == NULL)
    return FALSE;
  for (guint c = 0; c < 5; c++)
    prices[c] = adjusted != NULL ? adjusted + c * series->n_rows : pst_dataset_get_column (dataset, series, 2 + c);
  *columns = (PstBarColumns){
    .instrument = series->instrument,
    .n_bars = series->n_rows,
    .time_ns = pst_dataset_get_column (dataset, series, 0),
    .open = prices[0],
    .high = prices[1],
    .low = prices[2],
    .close = prices[3],
    .volume = prices[4],
  };
  return TRUE;
}
