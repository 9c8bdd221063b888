/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reading and writing of a dataset share. */
#pragma once

#include "pst-dataset.h"
#include "pst-npy-private.h"

G_BEGIN_DECLS

/* More is no index of ours. */
#define PST_DATASET_INDEX_BYTES_MAX (256 * 1024 * 1024)

/**
 * PstDatasetTable:
 * @folder: "bars-1d.1"
 * @kind: what its rows are
 * @period_ns: of bars
 * @n_rows: of all its series together
 * @columns: mapped
 *
 * All series of one kind and period: one file a column, in which each series is a range of rows.
 */
typedef struct
{
  char *folder;
  PstSeriesKind kind;
  gint64 period_ns;
  gsize n_rows;
  PstNpy columns[PST_DATASET_COLUMNS_MAX];
} PstDatasetTable;

struct _PstDataset
{
  gatomicrefcount ref_count;
  char *path;
  char *hash;
  char *text; /* of the index */
  guint64 generation;
  GArray *tables;     /* PstDatasetTable */
  GPtrArray *series;  /* PstDatasetSeries */
  GPtrArray *sources; /* PstDatasetSource */
  GHashTable *names;  /* "kind name" to GPtrArray of PstDatasetSeries */
  GMutex mutex;
  GHashTable *adjusted; /* of series and adjustment, under the mutex */
};

/* Makes a dataset from the text of its index; nothing is mapped. */
PstDataset *pst_dataset_parse (const char *path, const char *text, gsize length, GError **error);
/* (transfer full): the text of the index of what @dataset says. */
char *pst_dataset_print (const PstDataset *dataset);
PstDataset *pst_dataset_new (const char *path);
void pst_dataset_index_names (PstDataset *dataset);
PstDatasetSeries *pst_dataset_series_copy (const PstDatasetSeries *series);
void pst_dataset_series_free (PstDatasetSeries *series);
PstDatasetSource *pst_dataset_source_copy (const PstDatasetSource *source);
void pst_dataset_source_free (PstDatasetSource *source);
/* Whether they are of the same instrument, kind and period. */
gboolean pst_dataset_series_equal (const PstDatasetSeries *a, const PstDatasetSeries *b);
/* (transfer full): SHA-256 in hex of what the series is and of its values. */
char *pst_dataset_hash_series (const PstDatasetSeries *series, const gint64 *const *columns, gsize n_rows);
/* (transfer full): SHA-256 in hex of the hashes of @series (PstDatasetSeries). */
char *pst_dataset_hash_all (GPtrArray *series);
/* The first row whose time is below that of the row before, of bars also equal to it; @n_rows when there is none. */
gsize pst_dataset_find_fall (PstSeriesKind kind, const gint64 *times, gsize n_rows);
/* Whether @name can be the folder of a table: "bars-1d.1". */
gboolean pst_dataset_is_folder (const char *name);
gboolean pst_series_kind_parse (const char *text, PstSeriesKind *kind);

G_END_DECLS
