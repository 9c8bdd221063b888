/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A dataset that is open: the index in memory, the columns mapped. It is immutable but for adjusted bars, which are made when they are asked for. */
#include "pst-dataset-private.h"

#include "pst-file.h"
#include "pst-option.h"

#include "../model/pst-time.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* An import may replace the folder between our reading of the index and of the columns. */
#define OPEN_ATTEMPTS 3

G_DEFINE_BOXED_TYPE (PstDataset, pst_dataset, pst_dataset_ref, pst_dataset_unref)

/* -- parts -- */

PstDatasetSeries *
pst_dataset_series_copy (const PstDatasetSeries *series)
{
  PstDatasetSeries *copy = g_new (PstDatasetSeries, 1);

  *copy = *series;
  copy->instrument = pst_instrument_ref (series->instrument);
  copy->time_zone = g_strdup (series->time_zone);
  copy->calendar = g_strdup (series->calendar);
  copy->findings = g_strdup (series->findings);
  copy->hash = g_strdup (series->hash);
  return copy;
}

void
pst_dataset_series_free (PstDatasetSeries *series)
{
  g_clear_pointer (&series->instrument, pst_instrument_unref);
  g_free (series->time_zone);
  g_free (series->calendar);
  g_free (series->findings);
  g_free (series->hash);
  g_free (series);
}

PstDatasetSource *
pst_dataset_source_copy (const PstDatasetSource *source)
{
  PstDatasetSource *copy = g_new (PstDatasetSource, 1);

  *copy = *source;
  copy->files = g_strdupv (source->files);
  copy->hash = g_strdup (source->hash);
  copy->options = g_strdup (source->options);
  return copy;
}

void
pst_dataset_source_free (PstDatasetSource *source)
{
  g_strfreev (source->files);
  g_free (source->hash);
  g_free (source->options);
  g_free (source);
}

static void
clear_table (gpointer data)
{
  PstDatasetTable *table = data;

  g_free (table->folder);
  for (guint i = 0; i < PST_DATASET_COLUMNS_MAX; i++)
    pst_npy_unmap (&table->columns[i]);
}

gboolean
pst_dataset_series_equal (const PstDatasetSeries *a, const PstDatasetSeries *b)
{
  return a->kind == b->kind && a->period_ns == b->period_ns && strcmp (a->instrument->id, b->instrument->id) == 0;
}

/* -- the object -- */

PstDataset *
pst_dataset_new (const char *path)
{
  PstDataset *self = g_new0 (PstDataset, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->path = g_strdup (path);
  self->tables = g_array_new (FALSE, TRUE, sizeof (PstDatasetTable));
  g_array_set_clear_func (self->tables, clear_table);
  self->series = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_dataset_series_free);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_dataset_source_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->adjusted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * pst_dataset_ref:
 * @dataset: a dataset
 *
 * Returns: (transfer full): @dataset
 */
PstDataset *
pst_dataset_ref (PstDataset *dataset)
{
  g_return_val_if_fail (dataset != NULL, NULL);

  g_atomic_ref_count_inc (&dataset->ref_count);
  return dataset;
}

/**
 * pst_dataset_unref:
 * @dataset: (transfer full): a dataset
 *
 * Gives a reference up; with the last one all columns are unmapped.
 */
void
pst_dataset_unref (PstDataset *dataset)
{
  if (dataset == NULL || !g_atomic_ref_count_dec (&dataset->ref_count))
    return;
  g_hash_table_unref (dataset->adjusted);
  g_hash_table_unref (dataset->names);
  g_ptr_array_unref (dataset->series);
  g_ptr_array_unref (dataset->sources);
  g_array_unref (dataset->tables);
  g_mutex_clear (&dataset->mutex);
  g_free (dataset->path);
  g_free (dataset->hash);
  g_free (dataset->text);
  g_free (dataset);
}

/* -- opening -- */

static gboolean
fail_open (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot open dataset \"%s\": %s; \"penstock data import\" makes one", path,
               g_strerror (code));
  return FALSE;
}

static char *
read_index (int folder_fd, const char *path, gsize *length, GError **error)
{
  int fd = openat (folder_fd, PST_DATASET_INDEX, O_RDONLY | O_CLOEXEC);
  GString *text;
  gssize n = 1;

  if (fd < 0)
    {
      g_set_error (error, PST_STORE_ERROR, errno == ENOENT ? PST_STORE_ERROR_CORRUPT : PST_STORE_ERROR_IO,
                   "\"%s\" is no dataset: its file \"%s\": %s; \"penstock data import\" makes one", path, PST_DATASET_INDEX, g_strerror (errno));
      return NULL;
    }
  text = g_string_sized_new (64 * 1024);
  while (n > 0 && text->len < PST_DATASET_INDEX_BYTES_MAX)
    {
      gsize at = text->len;

      g_string_set_size (text, at + 64 * 1024);
      do
        n = read (fd, text->str + at, 64 * 1024);
      while (n < 0 && errno == EINTR);
      g_string_truncate (text, at + (gsize)MAX (n, 0));
    }
  close (fd);
  if (n == 0)
    {
      *length = text->len;
      return g_string_free (text, FALSE);
    }
  g_set_error (error, PST_STORE_ERROR, n < 0 ? PST_STORE_ERROR_IO : PST_STORE_ERROR_CORRUPT, "the index of dataset \"%s\" cannot be read: %s", path,
               n < 0 ? g_strerror (errno) : "it is too large");
  g_string_free (text, TRUE);
  return NULL;
}

static gboolean
map_table (PstDataset *self, int folder_fd, PstDatasetTable *table, GError **error)
{
  guint n_columns;
  const char *const *names = pst_series_kind_get_columns (table->kind, &n_columns);

  for (guint i = 0; i < n_columns; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%s.npy", table->folder, names[i]);
      g_autofree char *path = g_build_filename (self->path, name, NULL);

      if (!pst_npy_map (folder_fd, name, path, &table->columns[i], error))
        return FALSE;
      if (table->columns[i].n_values == table->n_rows)
        continue;
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
                   "column \"%s\" has %" G_GSIZE_FORMAT " values, the index says %" G_GSIZE_FORMAT "; import the data again", path,
                   table->columns[i].n_values, table->n_rows);
      return FALSE;
    }
  return TRUE;
}

static PstDataset *
open_once (const char *path, int folder_fd, GError **error)
{
  gsize length;
  g_autofree char *text = read_index (folder_fd, path, &length, error);
  g_autoptr (PstDataset) self = text != NULL ? pst_dataset_parse (path, text, length, error) : NULL;

  for (guint i = 0; self != NULL && i < self->tables->len; i++)
    if (!map_table (self, folder_fd, &g_array_index (self->tables, PstDatasetTable, i), error))
      return NULL;
  return g_steal_pointer (&self);
}

/* -- the one that was opened last -- */

typedef struct
{
  GMutex mutex;
  PstDataset *dataset; /* (nullable) */
} Last;

static Last *
get_last (void)
{
  static Last last;

  return &last;
}

static gboolean
is_current (PstDataset *dataset, int folder_fd, const char *path)
{
  gsize length;
  g_autofree char *text = NULL;

  if (strcmp (dataset->path, path) != 0)
    return FALSE;
  text = read_index (folder_fd, path, &length, NULL);
  if (text == NULL || strlen (dataset->text) != length || memcmp (dataset->text, text, length) != 0)
    return FALSE;
  for (guint t = 0; t < dataset->tables->len; t++)
    {
      const PstDatasetTable *table = &g_array_index (dataset->tables, PstDatasetTable, t);
      guint n_columns;
      const char *const *names = pst_series_kind_get_columns (table->kind, &n_columns);

      for (guint i = 0; i < n_columns; i++)
        {
          g_autofree char *name = g_strdup_printf ("%s/%s.npy", table->folder, names[i]);

          if (!pst_npy_is_current (&table->columns[i], folder_fd, name))
            return FALSE;
        }
    }
  return TRUE;
}

/* Many backtests over one dataset parse its index once. (transfer full) (nullable) */
static PstDataset *
find_last (int folder_fd, const char *path)
{
  Last *last = get_last ();
  PstDataset *dataset;

  g_mutex_lock (&last->mutex);
  dataset = last->dataset != NULL ? pst_dataset_ref (last->dataset) : NULL;
  g_mutex_unlock (&last->mutex);
  if (dataset == NULL || is_current (dataset, folder_fd, path))
    return dataset;
  pst_dataset_unref (dataset);
  return NULL;
}

static void
keep_last (PstDataset *dataset)
{
  Last *last = get_last ();
  PstDataset *before;

  g_mutex_lock (&last->mutex);
  before = last->dataset;
  last->dataset = pst_dataset_ref (dataset);
  g_mutex_unlock (&last->mutex);
  pst_dataset_unref (before);
}

/**
 * pst_dataset_open:
 * @path: (type filename): the folder
 * @error: a #PstStoreError
 *
 * Reads the index and maps the columns; their bytes are read when they are used. %PST_STORE_ERROR_IO when it cannot be read,
 * %PST_STORE_ERROR_CORRUPT when it is no dataset or a column does not fit the index, %PST_STORE_ERROR_VERSION when it is newer. Any thread; blocks.
 * The dataset that was opened last is kept, and given again as long as its index says the same and no file of it was replaced or written.
 *
 * Returns: (transfer full) (nullable): the dataset
 */
PstDataset *
pst_dataset_open (const char *path, GError **error)
{
  PstDataset *self = NULL;
  int folder_fd;

  g_return_val_if_fail (path != NULL, NULL);

  folder_fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd < 0)
    {
      fail_open (path, error);
      return NULL;
    }
  self = find_last (folder_fd, path);
  if (self != NULL)
    {
      close (folder_fd);
      return self;
    }
  for (guint i = 0; self == NULL && i < OPEN_ATTEMPTS; i++)
    {
      g_autoptr (GError) local = NULL;
      gsize length;
      g_autofree char *before = read_index (folder_fd, path, &length, NULL), *after = NULL;

      self = open_once (path, folder_fd, &local);
      after = self == NULL ? read_index (folder_fd, path, &length, NULL) : NULL;
      if (self == NULL && (i + 1 == OPEN_ATTEMPTS || g_strcmp0 (before, after) == 0))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          break;
        }
    }
  close (folder_fd);
  if (self != NULL)
    keep_last (self);
  return self;
}

/* -- questions -- */

/**
 * pst_dataset_get_path:
 * @dataset: a dataset
 *
 * Returns: (transfer none): its folder, as it was opened
 */
const char *
pst_dataset_get_path (PstDataset *dataset)
{
  return dataset->path;
}

/**
 * pst_dataset_get_hash:
 * @dataset: a dataset
 *
 * Returns: (transfer none): what its content comes to, 64 hexadecimal digits
 */
const char *
pst_dataset_get_hash (PstDataset *dataset)
{
  return dataset->hash;
}

/**
 * pst_dataset_get_n_series:
 * @dataset: a dataset
 *
 * Returns: how many series it has
 */
guint
pst_dataset_get_n_series (PstDataset *dataset)
{
  return dataset->series->len;
}

/**
 * pst_dataset_get_series: (skip)
 * @dataset: a dataset
 * @index: from 0
 *
 * Returns: (transfer none): a series, for as long as the dataset lives
 */
const PstDatasetSeries *
pst_dataset_get_series (PstDataset *dataset, guint index)
{
  g_return_val_if_fail (index < dataset->series->len, NULL);

  return dataset->series->pdata[index];
}

/**
 * pst_dataset_get_n_sources:
 * @dataset: a dataset
 *
 * Returns: from how many sources it was made
 */
guint
pst_dataset_get_n_sources (PstDataset *dataset)
{
  return dataset->sources->len;
}

/**
 * pst_dataset_get_source: (skip)
 * @dataset: a dataset
 * @index: from 0
 *
 * Returns: (transfer none): a source
 */
const PstDatasetSource *
pst_dataset_get_source (PstDataset *dataset, guint index)
{
  g_return_val_if_fail (index < dataset->sources->len, NULL);

  return dataset->sources->pdata[index];
}

static void
index_name (PstDataset *self, PstDatasetSeries *series, const char *name)
{
  char *key = g_strdup_printf ("%s %s", pst_series_kind_to_string (series->kind), name);
  GPtrArray *list = g_hash_table_lookup (self->names, key);

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (self->names, g_steal_pointer (&key), list);
    }
  g_ptr_array_add (list, series);
  g_free (key);
}

void
pst_dataset_index_names (PstDataset *self)
{
  g_hash_table_remove_all (self->names);
  for (guint i = 0; i < self->series->len; i++)
    {
      PstDatasetSeries *series = self->series->pdata[i];

      index_name (self, series, series->instrument->id);
      index_name (self, series, series->instrument->symbol);
    }
}

static const PstDatasetSeries *
fail_unknown (PstDataset *self, PstSeriesKind kind, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *nearest;

  for (guint i = 0; i < self->series->len; i++)
    {
      const PstDatasetSeries *series = self->series->pdata[i];

      if (series->kind == kind)
        g_ptr_array_add (names, strchr (name, '.') != NULL ? series->instrument->id : series->instrument->symbol);
    }
  g_ptr_array_add (names, NULL);
  nearest = pst_nearest_name (name, (const char *const *)names->pdata);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN,
               "dataset \"%s\" has no %s of \"%s\"%s%s%s; \"penstock data list %s\" shows what it has", self->path, pst_series_kind_to_string (kind),
               name, nearest != NULL ? ", did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "", self->path);
  return NULL;
}

/**
 * pst_dataset_find: (skip)
 * @dataset: a dataset
 * @kind: bars, quotes, trades or factors
 * @name: an instrument's id or symbol
 * @period_ns: of bars; -1 for the only one
 * @error: a #PstOptionError
 *
 * Looks a series up. Any thread.
 *
 * Returns: (transfer none) (nullable): the series
 */
const PstDatasetSeries *
pst_dataset_find (PstDataset *dataset, PstSeriesKind kind, const char *name, gint64 period_ns, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s %s", pst_series_kind_to_string (kind), name);
  GPtrArray *list = g_hash_table_lookup (dataset->names, key);
  const PstDatasetSeries *found = NULL;
  guint n_found = 0;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const PstDatasetSeries *series = list->pdata[i];

      if (period_ns < 0 || series->period_ns == period_ns)
        {
          found = series;
          n_found++;
        }
    }
  if (n_found == 0)
    return fail_unknown (dataset, kind, name, error);
  if (n_found == 1)
    return found;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "dataset \"%s\" has %u series of %s of \"%s\"; name the instrument with its venue, and the period", dataset->path, n_found,
               pst_series_kind_to_string (kind), name);
  return NULL;
}

static inline const PstDatasetTable *
table_of (PstDataset *self, const PstDatasetSeries *series)
{
  return &g_array_index (self->tables, PstDatasetTable, series->table);
}

/**
 * pst_dataset_get_column: (skip)
 * @dataset: a dataset
 * @series: one of its series
 * @column: place of the column in its kind
 *
 * Returns: (transfer none): n_rows values
 */
const gint64 *
pst_dataset_get_column (PstDataset *dataset, const PstDatasetSeries *series, guint column)
{
  const PstDatasetTable *table = table_of (dataset, series);

  g_return_val_if_fail (column < PST_DATASET_COLUMNS_MAX && table->columns[column].values != NULL, NULL);

  return table->columns[column].values + series->first;
}

/**
 * pst_dataset_get_folder: (skip)
 * @dataset: a dataset
 * @series: one of its series
 * @first_row: (out) (optional): its first row in the files there
 *
 * Returns: (transfer none): name of the folder of its files, in that of the dataset
 */
const char *
pst_dataset_get_folder (PstDataset *dataset, const PstDatasetSeries *series, gsize *first_row)
{
  if (first_row != NULL)
    *first_row = series->first;
  return table_of (dataset, series)->folder;
}

/**
 * pst_dataset_get_bars: (skip)
 * @dataset: a dataset
 * @name: an instrument's id or symbol
 * @columns: (out caller-allocates): its bars
 * @error: a #PstOptionError
 *
 * Any thread.
 *
 * Returns: whether there is such a series
 */
gboolean
pst_dataset_get_bars (PstDataset *dataset, const char *name, PstBarColumns *columns, GError **error)
{
  const PstDatasetSeries *series = pst_dataset_find (dataset, PST_SERIES_KIND_BARS, name, -1, error);

  return series != NULL && pst_dataset_read_bars (dataset, series, PST_ADJUST_NONE, columns, error);
}
