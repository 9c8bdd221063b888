/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of one series in memory, column by column, each with the place that it came from. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstDataRows:
 * @instrument: (transfer none): whose
 * @kind: what they are
 * @n_columns: of the kind
 * @n_rows: how many
 * @columns: the values
 * @files: of each row, number of its file
 * @lines: of each row, its line; 0 when that is not known
 *
 * A growing series.
 */
typedef struct
{
  PstInstrument *instrument;
  PstSeriesKind kind;
  guint n_columns;
  gsize n_rows, n_allocated;
  gint64 *columns[PST_DATASET_COLUMNS_MAX];
  guint32 *files, *lines;
} PstDataRows;

PstDataRows *pst_data_rows_new (const PstInstrument *instrument, PstSeriesKind kind);
void pst_data_rows_free (PstDataRows *rows);
/* An event of the kind. */
void pst_data_rows_add (PstDataRows *rows, const PstEvent *event, guint32 file, guint64 line);
/* Values of all columns. */
void pst_data_rows_add_values (PstDataRows *rows, const gint64 *values, guint32 file, guint64 line);
/* In order of time; rows of the same time stay as they were. */
void pst_data_rows_sort (PstDataRows *rows);
/* Leaves out the rows that @dropped marks. */
void pst_data_rows_drop (PstDataRows *rows, const guint8 *dropped);
/* FALSE for a kind of event that is no row. */
gboolean pst_data_rows_kind_of (guint event_kind, PstSeriesKind *kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstDataRows, pst_data_rows_free)

G_END_DECLS
