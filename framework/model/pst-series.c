/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What strategies remember of the market: rings whose size is fixed when they are made, so that a run's memory does not grow with its
 * length. */
#include "pst-series.h"

struct _PstBarSeries
{
  PstBar *bars;
  gint64 *times;
  guint capacity;
  guint size;
  guint next; /* where the next bar goes */
};

/**
 * pst_bar_series_new: (skip)
 * @capacity: how many bars are kept, at least 1
 *
 * Returns: (transfer full): an empty series, for one thread
 */
PstBarSeries *
pst_bar_series_new (guint capacity)
{
  PstBarSeries *series;

  g_return_val_if_fail (capacity > 0, NULL);
  series = g_new0 (PstBarSeries, 1);
  series->bars = g_new0 (PstBar, capacity);
  series->times = g_new0 (gint64, capacity);
  series->capacity = capacity;
  return series;
}

/**
 * pst_bar_series_free:
 * @series: (transfer full): a series
 */
void
pst_bar_series_free (PstBarSeries *series)
{
  g_free (series->bars);
  g_free (series->times);
  g_free (series);
}

/**
 * pst_bar_series_append:
 * @series: a series
 * @bar: the newest bar
 * @time_ns: its time
 *
 * Overwrites the oldest bar when the series is full.
 */
void
pst_bar_series_append (PstBarSeries *series, const PstBar *bar, gint64 time_ns)
{
  series->bars[series->next] = *bar;
  series->times[series->next] = time_ns;
  series->next = series->next + 1 == series->capacity ? 0 : series->next + 1;
  series->size += series->size < series->capacity;
}

/**
 * pst_bar_series_get_size:
 * @series: a series
 *
 * Returns: how many bars it holds
 */
guint
pst_bar_series_get_size (const PstBarSeries *series)
{
  return series->size;
}

/* @age is below the size. */
static inline guint
place (const PstBarSeries *series, guint age)
{
  return series->next > age ? series->next - 1 - age : series->capacity - (age - series->next) - 1;
}

/**
 * pst_bar_series_get:
 * @series: a series
 * @age: 0 for the newest bar, 1 for the one before, ...
 *
 * Returns: (transfer none) (nullable): the bar, valid until the next append; %NULL beyond the size
 */
const PstBar *
pst_bar_series_get (const PstBarSeries *series, guint age)
{
  return age < series->size ? &series->bars[place (series, age)] : NULL;
}

/**
 * pst_bar_series_get_time:
 * @series: a series
 * @age: 0 for the newest bar, below the size
 *
 * Returns: the bar's time, nanoseconds since the epoch; %G_MININT64 beyond the size
 */
gint64
pst_bar_series_get_time (const PstBarSeries *series, guint age)
{
  return age < series->size ? series->times[place (series, age)] : G_MININT64;
}

/**
 * pst_sma_init:
 * @sma: (out caller-allocates): an average
 * @period: how many values it spans, at least 1
 *
 * Free what it holds with pst_sma_clear().
 */
void
pst_sma_init (PstSma *sma, guint period)
{
  g_return_if_fail (period > 0);
  *sma = (PstSma){ .window = g_new0 (gint64, period), .period = period };
}

/**
 * pst_sma_clear:
 * @sma: an average, or zeroed memory
 *
 * Frees what it holds; the structure itself stays the caller's and may be initialised again.
 */
void
pst_sma_clear (PstSma *sma)
{
  g_free (sma->window);
  *sma = (PstSma){ 0 };
}
