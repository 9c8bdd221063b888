/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Historical market data as columns: a folder of .npy files with an index, mapped into memory and used as plain arrays. docs/design/0020-columns.md
 * has the form of the folder. */
#pragma once

#include "pst-bar-columns.h"

G_BEGIN_DECLS

/* Of the index; a newer one is refused. */
#define PST_DATASET_VERSION 1
/* The most columns that a kind of series has. */
#define PST_DATASET_COLUMNS_MAX 7
#define PST_DATASET_INDEX "index"
/* Decimals of the factors for splits and dividends. */
#define PST_FACTOR_SCALE 10

/**
 * PstSeriesKind:
 * @PST_SERIES_KIND_BARS: time, label, open, high, low, close, volume; time rises. label: as the source names the bar
 * @PST_SERIES_KIND_QUOTES: time, label, bid_price, bid_size, ask_price, ask_size
 * @PST_SERIES_KIND_TRADES: time, label, price, size, trade_id, aggressor (#PstSide)
 * @PST_SERIES_KIND_FACTORS: time, price_factor, split_factor: of each bar whose label lies before time and at or behind the row above
 *
 * What the rows of a series are, and the names of its columns in order.
 */
typedef enum /*< prefix=PST_SERIES_KIND >*/
{
  PST_SERIES_KIND_BARS,
  PST_SERIES_KIND_QUOTES,
  PST_SERIES_KIND_TRADES,
  PST_SERIES_KIND_FACTORS,
} PstSeriesKind;

/**
 * PstAdjust:
 * @PST_ADJUST_NONE: prices as they were traded
 * @PST_ADJUST_SPLITS: prices times the split factor, volumes divided by it
 * @PST_ADJUST_ALL: prices also times the factor of dividends
 *
 * Which corporate actions are taken out of the prices of bars. Each price is rounded once, half-even, to the price scale; each volume, half-even, to
 * the size scale.
 */
typedef enum /*< prefix=PST_ADJUST >*/
{
  PST_ADJUST_NONE,
  PST_ADJUST_SPLITS,
  PST_ADJUST_ALL,
} PstAdjust;

/**
 * PstDatasetSeries:
 * @instrument: whose rows
 * @kind: what they are
 * @period_ns: of bars, their period; 0 when it is not told, and of all others
 * @time_zone: (nullable): of days, IANA name; %NULL for UTC
 * @calendar: (nullable): name of the calendar against which it was checked
 * @findings: (nullable): what was found odd when it was imported, "frozen 12, gap 3"
 * @source: number of the source that it came from last
 * @n_rows: how many
 * @from_ns: time of the first row; 0 when there is none
 * @to_ns: time of the last row
 * @hash: SHA-256 in hex of what it is and all its values
 *
 * One series of a dataset: rows of one kind and period of one instrument. As a draft for pst_dataset_writer_create() the last four are not read.
 */
typedef struct
{
  PstInstrument *instrument;
  PstSeriesKind kind;
  gint64 period_ns;
  char *time_zone;
  char *calendar;
  char *findings;
  guint source;
  gsize n_rows;
  gint64 from_ns, to_ns;
  char *hash;
  /*< private >*/
  guint table;
  gsize first;
} PstDatasetSeries;

/**
 * PstDatasetSource:
 * @files: (array zero-terminated=1): names without folder
 * @hash: SHA-256 in hex of the files' bytes, in order
 * @options: how they were read
 * @n_rows: rows that were taken
 * @n_rejected: rows that were refused
 *
 * What rows came from.
 */
typedef struct
{
  char **files;
  char *hash;
  char *options;
  guint64 n_rows, n_rejected;
} PstDatasetSource;

#define PST_TYPE_DATASET (pst_dataset_get_type ())

/**
 * PstDataset:
 *
 * An open folder. It never changes: an import makes new files, and who has the old ones open keeps them. Any thread.
 */
typedef struct _PstDataset PstDataset;

PST_API GType pst_dataset_get_type (void);
/* Reads the index and maps all columns. PST_STORE_ERROR_IO, CORRUPT, VERSION. */
PST_API PstDataset *pst_dataset_open (const char *path, GError **error);
PST_API PstDataset *pst_dataset_ref (PstDataset *dataset);
PST_API void pst_dataset_unref (PstDataset *dataset);
PST_API const char *pst_dataset_get_path (PstDataset *dataset);
/* SHA-256 in hex of all series' hashes, in order: equal for equal data that came in the same order. From the index. */
PST_API const char *pst_dataset_get_hash (PstDataset *dataset);
PST_API guint pst_dataset_get_n_series (PstDataset *dataset);
/* (transfer none): by kind and period, then in the order in which they came. */
PST_API const PstDatasetSeries *pst_dataset_get_series (PstDataset *dataset, guint index);
PST_API guint pst_dataset_get_n_sources (PstDataset *dataset);
PST_API const PstDatasetSource *pst_dataset_get_source (PstDataset *dataset, guint index);
/* (transfer none): @name is an id or a symbol. @period_ns -1: whichever it has, when it has one. PST_OPTION_ERROR_UNKNOWN with the nearest name,
 * PST_OPTION_ERROR_CONFLICT when there are several. */
PST_API const PstDatasetSeries *pst_dataset_find (PstDataset *dataset, PstSeriesKind kind, const char *name, gint64 period_ns, GError **error);
/* (transfer none) (array): a column by its place in the kind. */
PST_API const gint64 *pst_dataset_get_column (PstDataset *dataset, const PstDatasetSeries *series, guint column);
/* The folder of the series' files, "bars-1d.1", and where in each of them it begins. */
PST_API const char *pst_dataset_get_folder (PstDataset *dataset, const PstDatasetSeries *series, gsize *first_row);
/* The bars of a series of bars, borrowed for as long as the dataset lives. With @adjust the arrays are made at the first call and kept.
 * PST_OPTION_ERROR_MISSING when there are no factors, PST_STORE_ERROR_CORRUPT when an adjusted number does not fit. */
PST_API gboolean pst_dataset_read_bars (PstDataset *dataset, const PstDatasetSeries *series, PstAdjust adjust, PstBarColumns *columns,
                                        GError **error);
/* pst_dataset_find() and pst_dataset_read_bars() without adjustment. */
PST_API gboolean pst_dataset_get_bars (PstDataset *dataset, const char *name, PstBarColumns *columns, GError **error);
/* Reads every value: hashes, order of time. Calls @func with a sentence for each thing that is wrong; FALSE when there was one. */
PST_API gboolean pst_dataset_verify (PstDataset *dataset, GFunc func, gpointer user_data);

/* "bars" */
PST_API const char *pst_series_kind_to_string (PstSeriesKind kind);
/* (transfer none) (array zero-terminated=1): "time", "label", "open", ... */
PST_API const char *const *pst_series_kind_get_columns (PstSeriesKind kind, guint *n_columns);
/* (transfer full): "bars-1d"; without a period "quotes". */
PST_API char *pst_series_kind_name_table (PstSeriesKind kind, gint64 period_ns);

/**
 * PstDatasetWriter:
 *
 * Makes or changes a dataset, all or nothing. What is not touched stays. Used on one thread; holds the folder's lock, so that nobody else writes.
 */
typedef struct _PstDatasetWriter PstDatasetWriter;

/* A folder that is not there is made; one that is neither empty nor a dataset is refused. PST_STORE_ERROR_LOCKED, IO, EXISTS, CORRUPT, VERSION. */
PST_API PstDatasetWriter *pst_dataset_writer_new (const char *path, GError **error);
/* Without pst_dataset_writer_finish() before, nothing has changed. */
PST_API void pst_dataset_writer_free (PstDatasetWriter *writer);
/* (transfer none) (nullable): what is there now. */
PST_API PstDataset *pst_dataset_writer_get_dataset (PstDatasetWriter *writer);
/* Copies @source; returns its number. One with the same hash and options is replaced. */
PST_API guint pst_dataset_writer_add_source (PstDatasetWriter *writer, const PstDatasetSource *source);
/* Begins a series, without rows; one of the same instrument, kind and period is replaced by it. Returns its number for the calls below. */
PST_API guint pst_dataset_writer_create (PstDatasetWriter *writer, const PstDatasetSeries *draft);
PST_API void pst_dataset_writer_set_findings (PstDatasetWriter *writer, guint series, const char *findings);
/* Copies @n_rows of each column of the kind. */
PST_API void pst_dataset_writer_append (PstDatasetWriter *writer, guint series, const gint64 *const *columns, gsize n_rows);
/* Writes what is new, then the index, at once. @changed: whether anything is other than before. PST_STORE_ERROR_FULL, IO; PST_STORE_ERROR_CONSTRAINT
 * when times of a series fall, or two bars have the same. */
PST_API gboolean pst_dataset_writer_finish (PstDatasetWriter *writer, gboolean *changed, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstDataset, pst_dataset_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstDatasetWriter, pst_dataset_writer_free)

G_END_DECLS
