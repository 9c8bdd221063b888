/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Flat arrays that double: a million rows are appended in the time it takes to write them. */
#include "pst-data-rows.h"

#include <string.h>

#define ROWS_AT_FIRST 512

PstDataRows *
pst_data_rows_new (const PstInstrument *instrument, PstSeriesKind kind)
{
  PstDataRows *self = g_new0 (PstDataRows, 1);

  self->instrument = pst_instrument_ref ((PstInstrument *)instrument);
  self->kind = kind;
  pst_series_kind_get_columns (kind, &self->n_columns);
  return self;
}

void
pst_data_rows_free (PstDataRows *self)
{
  if (self == NULL)
    return;
  pst_instrument_unref (self->instrument);
  for (guint c = 0; c < self->n_columns; c++)
    g_free (self->columns[c]);
  g_free (self->files);
  g_free (self->lines);
  g_free (self);
}

gboolean
pst_data_rows_kind_of (guint event_kind, PstSeriesKind *kind)
{
  *kind = event_kind == PST_EVENT_BAR ? PST_SERIES_KIND_BARS : event_kind == PST_EVENT_QUOTE ? PST_SERIES_KIND_QUOTES : PST_SERIES_KIND_TRADES;
  return event_kind == PST_EVENT_BAR || event_kind == PST_EVENT_QUOTE || event_kind == PST_EVENT_TRADE;
}

static void
grow (PstDataRows *self)
{
  self->n_allocated = MAX (ROWS_AT_FIRST, 2 * self->n_allocated);
  for (guint c = 0; c < self->n_columns; c++)
    self->columns[c] = g_renew (gint64, self->columns[c], self->n_allocated);
  self->files = g_renew (guint32, self->files, self->n_allocated);
  self->lines = g_renew (guint32, self->lines, self->n_allocated);
}

void
pst_data_rows_add_values (PstDataRows *self, const gint64 *values, guint32 file, guint64 line)
{
  gsize row = self->n_rows;

  if (G_UNLIKELY (row == self->n_allocated))
    grow (self);
  for (guint c = 0; c < self->n_columns; c++)
    self->columns[c][row] = values[c];
  self->files[row] = file;
  self->lines[row] = (guint32)MIN (line, G_MAXUINT32);
  self->n_rows++;
}

void
pst_data_rows_add (PstDataRows *self, const PstEvent *event, guint32 file, guint64 line)
{
  gint64 values[PST_DATASET_COLUMNS_MAX] = { event->receive_time_ns, event->venue_time_ns };

  switch (self->kind)
    {
    case PST_SERIES_KIND_BARS:
      memcpy (values + 2, &event->bar, sizeof event->bar);
      break;
    case PST_SERIES_KIND_QUOTES:
      memcpy (values + 2, &event->quote, sizeof event->quote);
      break;
    case PST_SERIES_KIND_TRADES:
    case PST_SERIES_KIND_FACTORS:
    default:
      values[2] = event->trade.price;
      values[3] = event->trade.size;
      values[4] = (gint64)event->trade.trade_id;
      values[5] = event->trade.aggressor;
      break;
    }
  pst_data_rows_add_values (self, values, file, line);
}

/* -- order -- */

static gint
compare_rows (gconstpointer a, gconstpointer b, gpointer times)
{
  gsize i = *(const gsize *)a, j = *(const gsize *)b;
  gint64 x = ((const gint64 *)times)[i], y = ((const gint64 *)times)[j];

  if (x != y)
    return x < y ? -1 : 1;
  return i < j ? -1 : i > j;
}

static void
reorder (PstDataRows *self, const gsize *order, gsize n)
{
  for (guint c = 0; c < self->n_columns; c++)
    {
      gint64 *values = g_new (gint64, MAX (n, 1));

      for (gsize i = 0; i < n; i++)
        values[i] = self->columns[c][order[i]];
      g_free (self->columns[c]);
      self->columns[c] = values;
    }
  for (guint k = 0; k < 2; k++)
    {
      guint32 **array = k == 0 ? &self->files : &self->lines;
      guint32 *values = g_new (guint32, MAX (n, 1));

      for (gsize i = 0; i < n; i++)
        values[i] = (*array)[order[i]];
      g_free (*array);
      *array = values;
    }
  self->n_rows = n;
  self->n_allocated = MAX (n, 1);
}

void
pst_data_rows_sort (PstDataRows *self)
{
  g_autofree gsize *order = NULL;
  gsize i = 1;

  while (i < self->n_rows && self->columns[0][i] >= self->columns[0][i - 1])
    i++;
  if (i >= self->n_rows)
    return;
  order = g_new (gsize, self->n_rows);
  for (i = 0; i < self->n_rows; i++)
    order[i] = i;
  g_qsort_with_data (order, (gint)self->n_rows, sizeof *order, compare_rows, self->columns[0]);
  reorder (self, order, self->n_rows);
}

void
pst_data_rows_drop (PstDataRows *self, const guint8 *dropped)
{
  gsize n = 0;

  for (gsize i = 0; i < self->n_rows; i++)
    {
      if (dropped[i])
        continue;
      for (guint c = 0; c < self->n_columns; c++)
        self->columns[c][n] = self->columns[c][i];
      self->files[n] = self->files[i];
      self->lines[n] = self->lines[i];
      n++;
    }
  self->n_rows = n;
}
