/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of market data into a dataset: read by the plugin that would play them, checked, put beside what is there, written all at once. */
#pragma once

#include "pst-catalogue.h"
#include "pst-data-check.h"
#include "pst-data-rows.h"

G_BEGIN_DECLS

/**
 * PstDataFinding:
 * @file: (nullable): name of the file
 * @line: of the file, from 1; 0 when it is of no line
 * @column: byte of the line, from 1; 0 when it is of the row as a whole
 * @series: (nullable): id of the instrument
 * @time_ns: of the row, as it is labelled; G_MININT64 when there is none
 * @kind: in a word: "high-low", "gap", ...
 * @text: a sentence
 * @treatment: "kept", "rejected" or "failed"
 * @n_rows: how many rows it is about
 *
 * Something odd. Borrowed.
 */
typedef struct
{
  const char *file;
  guint64 line;
  guint column;
  const char *series;
  gint64 time_ns;
  const char *kind, *text, *treatment;
  guint64 n_rows;
} PstDataFinding;

typedef void (*PstDataFindingFunc) (const PstDataFinding *finding, gpointer user_data);

/* @fraction: how far reading is, 0 to 1; below 0: not known. @n_rows: that were read so far. */
typedef void (*PstDataProgressFunc) (double fraction, guint64 n_rows, gpointer user_data);

#define PST_DATA_ROWS_MAX G_GUINT64_CONSTANT (100000000)

typedef enum
{
  PST_DATA_CONFLICT_FAIL,
  PST_DATA_CONFLICT_KEEP,
  PST_DATA_CONFLICT_REPLACE,
} PstDataConflict;

/**
 * PstDataImport:
 * @folder: of the dataset
 * @plugin: (nullable): id of the exchange plugin that reads; %NULL: replay
 * @assignments: (array zero-terminated=1): its options, "name=value"
 * @factors: (nullable): pattern of Lean's factor files
 * @treatments: (nullable) (array zero-terminated=1): "kind=keep", or reject, fail, ignore
 * @frozen_min: how many repeating bars are a frozen run
 * @rows_max: how many rows may be kept in memory, 64 bytes each, until they are written
 * @on_conflict: when rows contradict those of an earlier import
 * @again: whether a source that was imported is read again
 * @dry_run: whether nothing is written
 * @func: (nullable): is told every finding
 * @progress: (nullable): is told how far it is, at each batch of rows
 *
 * What is to be done.
 */
typedef struct
{
  const char *folder;
  const char *plugin;
  const char *const *assignments;
  const char *factors;
  const char *const *treatments;
  guint frozen_min;
  guint64 rows_max;
  PstDataConflict on_conflict;
  gboolean again, dry_run;
  PstDataFindingFunc func;
  PstDataProgressFunc progress;
  gpointer user_data;
} PstDataImport;

/**
 * PstDataImported:
 * @n_rows: rows that were read
 * @n_rejected: rows that were refused
 * @n_added: rows that the dataset has more than before
 * @n_series: series that were read
 * @n_changed: of these, new or other than before
 * @n_files: files
 * @is_known: the same source was imported before; nothing was read
 * @changed: whether the dataset is another than before
 * @counts: of each kind and treatment, "gap kept", how many findings
 *
 * What was done.
 */
typedef struct
{
  guint64 n_rows, n_rejected, n_added;
  guint n_series, n_changed, n_files;
  gboolean is_known, changed;
  GTree *counts;
} PstDataImported;

/* On error the dataset is as it was; @imported is filled as far as it came and always to be cleared. */
gboolean pst_data_import (PstCatalogue *catalogue, const PstDataImport *what, PstDataImported *imported, GError **error);
void pst_data_imported_clear (PstDataImported *imported);

G_END_DECLS
