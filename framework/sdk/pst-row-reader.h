/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of market data row by row, with the place of each: what an importer asks of a feed that plays files. */
#pragma once

#include "pst-exchange.h"

G_BEGIN_DECLS

/**
 * PstRowBatch:
 * @events: (array length=n_events): good rows, in the order of their file
 * @lines: (array length=n_events): of each its line, from 1
 * @n_events: how many
 * @file: the file's name without folder; all of a batch are of one file
 * @path: the file
 *
 * Some rows. Borrowed until the next call.
 */
typedef struct
{
  const PstEvent *events;
  const guint64 *lines;
  guint n_events;
  const char *file;
  const char *path;
} PstRowBatch;

/**
 * PstRowFinding:
 * @file: the file's name without folder
 * @line: number of the line, from 1
 * @column: number of the byte in its line, from 1
 * @kind: what is wrong, in a word: "high-low"
 * @field: (nullable): name of the column at fault
 * @text: what stands there, made printable
 * @sentence: what is wrong, as the end of a sentence that began with field and text
 * @rejected: whether the row was refused; otherwise it is odd and was used
 *
 * Something about a row. Borrowed until the next call.
 */
typedef struct
{
  const char *file;
  guint64 line;
  guint column;
  const char *kind, *field, *text, *sentence;
  gboolean rejected;
} PstRowFinding;

#define PST_TYPE_ROW_READER (pst_row_reader_get_type ())
PST_API
G_DECLARE_INTERFACE (PstRowReader, pst_row_reader, PST, ROW_READER, GObject)

/**
 * PstRowReaderInterface:
 * @list_files: (transfer none): the files that it reads, in order; from prepare() on
 * @next_rows: the next rows: of each file all, then of the next
 * @next_finding: what was found since the last call; FALSE when there is no more
 * @describe: (transfer full): how rows are read, canonically: equal texts and equal files give equal rows
 * @get_bar_period: of bars, what they are long; 0 when that is not said
 * @get_time_zone: (transfer none) (nullable): of days
 *
 * What a component implements beside #PstExchange when it can hand out rows. It is prepared, but never started. Instruments are in the run's table.
 */
struct _PstRowReaderInterface
{
  GTypeInterface parent;

  const char *const *(*list_files) (PstRowReader *reader);
  PstFeedStatus (*next_rows) (PstRowReader *reader, PstRowBatch *batch, GError **error);
  gboolean (*next_finding) (PstRowReader *reader, PstRowFinding *finding);
  char *(*describe) (PstRowReader *reader);
  gint64 (*get_bar_period) (PstRowReader *reader);
  const char *(*get_time_zone) (PstRowReader *reader);
};

PST_API const char *const *pst_row_reader_list_files (PstRowReader *reader);
PST_API PstFeedStatus pst_row_reader_next_rows (PstRowReader *reader, PstRowBatch *batch, GError **error);
PST_API gboolean pst_row_reader_next_finding (PstRowReader *reader, PstRowFinding *finding);
PST_API char *pst_row_reader_describe (PstRowReader *reader);
PST_API gint64 pst_row_reader_get_bar_period (PstRowReader *reader);
PST_API const char *pst_row_reader_get_time_zone (PstRowReader *reader);

G_END_DECLS
