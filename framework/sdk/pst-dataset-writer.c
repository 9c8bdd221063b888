/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes a dataset all at once: columns that change get a new folder, and the index that names it is the last that is written, by a rename. Who
 * crashes in between leaves the old index with the old columns. */
#include "pst-dataset-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define ROWS_AT_FIRST 1024

typedef struct
{
  PstDatasetSeries *meta;
  guint n_columns;
  gint64 *values[PST_DATASET_COLUMNS_MAX];        /* NULL: those of the old dataset */
  const gint64 *columns[PST_DATASET_COLUMNS_MAX]; /* what is written */
  gsize n_rows, n_allocated;
  const PstDatasetSeries *old; /* what it replaces or is */
} Series;

struct _PstDatasetWriter
{
  char *path;
  int folder_fd;
  PstDataset *old;
  GPtrArray *series;  /* Series */
  GPtrArray *sources; /* PstDatasetSource */
  GPtrArray *made;    /* folders that are new and in no index yet */
};

static void
series_free (gpointer data)
{
  Series *series = data;

  for (guint c = 0; c < series->n_columns; c++)
    g_free (series->values[c]);
  pst_dataset_series_free (series->meta);
  g_free (series);
}

static gboolean
fail (PstDatasetWriter *self, const char *what, int code, GError **error)
{
  gboolean full = code == ENOSPC || code == EDQUOT || code == EFBIG;

  g_set_error (error, PST_STORE_ERROR, full ? PST_STORE_ERROR_FULL : PST_STORE_ERROR_IO, "dataset \"%s\": cannot %s: %s; nothing was changed%s",
               self->path, what, g_strerror (code), full ? ", make room and try again" : "");
  return FALSE;
}

/* -- beginning -- */

static void
take_old (PstDatasetWriter *self)
{
  for (guint i = 0; i < self->old->series->len; i++)
    {
      Series *series = g_new0 (Series, 1);

      series->old = self->old->series->pdata[i];
      series->meta = pst_dataset_series_copy (series->old);
      series->n_rows = series->old->n_rows;
      pst_series_kind_get_columns (series->meta->kind, &series->n_columns);
      for (guint c = 0; c < series->n_columns; c++)
        series->columns[c] = pst_dataset_get_column (self->old, series->old, c);
      g_ptr_array_add (self->series, series);
    }
  for (guint i = 0; i < self->old->sources->len; i++)
    g_ptr_array_add (self->sources, pst_dataset_source_copy (self->old->sources->pdata[i]));
}

/* A crash may have left folders that no index names; anything else in a folder without an index is not ours. */
static gboolean
check_empty (PstDatasetWriter *self, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (self->path, 0, error);
  const char *name;

  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    if (!pst_dataset_is_folder (name) && !g_str_has_prefix (name, PST_DATASET_INDEX "."))
      {
        g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS, "\"%s\" is no dataset and not empty (\"%s\"); name a new folder", self->path,
                     name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
open_folder (PstDatasetWriter *self, GError **error)
{
  if (g_mkdir_with_parents (self->path, 0777) != 0)
    return fail (self, "make the folder", errno, error);
  self->folder_fd = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->folder_fd < 0)
    return fail (self, "open the folder", errno, error);
  if (flock (self->folder_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return fail (self, "lock the folder", errno, error);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED, "dataset \"%s\" is being written by another process; wait for its end", self->path);
  return FALSE;
}

/**
 * pst_dataset_writer_new: (skip)
 * @path: (type filename): the folder
 * @error: a #PstStoreError
 *
 * Opens a dataset for writing, or begins one. Blocks.
 *
 * Returns: (transfer full) (nullable): the writer
 */
PstDatasetWriter *
pst_dataset_writer_new (const char *path, GError **error)
{
  g_autoptr (PstDatasetWriter) self = g_new0 (PstDatasetWriter, 1);
  g_autofree char *index = g_build_filename (path, PST_DATASET_INDEX, NULL);

  self->path = g_strdup (path);
  self->folder_fd = -1;
  self->series = g_ptr_array_new_with_free_func (series_free);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_dataset_source_free);
  self->made = g_ptr_array_new_with_free_func (g_free);
  if (!open_folder (self, error))
    return NULL;
  if (!g_file_test (index, G_FILE_TEST_EXISTS))
    return check_empty (self, error) ? g_steal_pointer (&self) : NULL;
  self->old = pst_dataset_open (path, error);
  if (self->old == NULL)
    return NULL;
  take_old (self);
  return g_steal_pointer (&self);
}

static void
remove_folder (PstDatasetWriter *self, const char *folder)
{
  g_autofree char *path = g_build_filename (self->path, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_str_has_suffix (name, ".npy"))
        g_unlink (file);
    }
  g_rmdir (path);
}

/**
 * pst_dataset_writer_free: (skip)
 * @writer: (transfer full): a writer
 *
 * Gives the lock up. What was not finished is undone.
 */
void
pst_dataset_writer_free (PstDatasetWriter *writer)
{
  if (writer == NULL)
    return;
  for (guint i = 0; i < writer->made->len; i++)
    remove_folder (writer, writer->made->pdata[i]);
  g_ptr_array_unref (writer->made);
  g_ptr_array_unref (writer->series);
  g_ptr_array_unref (writer->sources);
  g_clear_pointer (&writer->old, pst_dataset_unref);
  if (writer->folder_fd >= 0)
    close (writer->folder_fd);
  g_free (writer->path);
  g_free (writer);
}

/**
 * pst_dataset_writer_get_dataset: (skip)
 * @writer: a writer
 *
 * Returns: (transfer none) (nullable): the dataset as it is on the disk; %NULL for a new one
 */
PstDataset *
pst_dataset_writer_get_dataset (PstDatasetWriter *writer)
{
  return writer->old;
}

/* -- what is new -- */

/**
 * pst_dataset_writer_add_source: (skip)
 * @writer: a writer
 * @source: where rows come from
 *
 * Returns: its number, for #PstDatasetSeries.source
 */
guint
pst_dataset_writer_add_source (PstDatasetWriter *writer, const PstDatasetSource *source)
{
  for (guint i = 0; i < writer->sources->len; i++)
    {
      PstDatasetSource *known = writer->sources->pdata[i];

      if (g_strcmp0 (known->hash, source->hash) != 0 || g_strcmp0 (known->options, source->options) != 0)
        continue;
      writer->sources->pdata[i] = pst_dataset_source_copy (source);
      pst_dataset_source_free (known);
      return i;
    }
  g_ptr_array_add (writer->sources, pst_dataset_source_copy (source));
  return writer->sources->len - 1;
}

/**
 * pst_dataset_writer_create: (skip)
 * @writer: a writer
 * @draft: what it is: instrument, kind, period, zone, calendar, findings, source
 *
 * Begins a series, or anew.
 *
 * Returns: its number
 */
guint
pst_dataset_writer_create (PstDatasetWriter *writer, const PstDatasetSeries *draft)
{
  Series *series = g_new0 (Series, 1);

  series->meta = pst_dataset_series_copy (draft);
  g_clear_pointer (&series->meta->hash, g_free);
  pst_series_kind_get_columns (draft->kind, &series->n_columns);
  for (guint i = 0; i < writer->series->len; i++)
    {
      Series *known = writer->series->pdata[i];

      if (!pst_dataset_series_equal (known->meta, draft))
        continue;
      series->old = known->old;
      writer->series->pdata[i] = series;
      series_free (known);
      return i;
    }
  g_ptr_array_add (writer->series, series);
  return writer->series->len - 1;
}

/**
 * pst_dataset_writer_set_findings: (skip)
 * @writer: a writer
 * @series: number of a series
 * @findings: (nullable): what was found odd
 *
 * Says what was found when all its rows were seen.
 */
void
pst_dataset_writer_set_findings (PstDatasetWriter *writer, guint series, const char *findings)
{
  PstDatasetSeries *meta = ((Series *)writer->series->pdata[series])->meta;
  char *copy = g_strdup (findings);

  g_free (meta->findings);
  meta->findings = copy;
}

/**
 * pst_dataset_writer_append: (skip)
 * @writer: a writer
 * @series: number of a series that was created
 * @columns: of each column of its kind, @n_rows values
 * @n_rows: how many
 *
 * Adds rows behind those it has.
 */
void
pst_dataset_writer_append (PstDatasetWriter *writer, guint series, const gint64 *const *columns, gsize n_rows)
{
  Series *self = writer->series->pdata[series];

  g_return_if_fail (self->columns[0] == NULL || self->values[0] != NULL);

  if (self->n_rows + n_rows > self->n_allocated)
    {
      self->n_allocated = MAX (MAX (ROWS_AT_FIRST, 2 * self->n_allocated), self->n_rows + n_rows);
      for (guint c = 0; c < self->n_columns; c++)
        self->columns[c] = self->values[c] = g_renew (gint64, self->values[c], self->n_allocated);
    }
  for (guint c = 0; c < self->n_columns && n_rows > 0; c++)
    memcpy (self->values[c] + self->n_rows, columns[c], n_rows * sizeof (gint64));
  self->n_rows += n_rows;
}

/* -- finishing -- */

static gint
compare_series (gconstpointer a, gconstpointer b)
{
  const PstDatasetSeries *x = (*(Series *const *)a)->meta, *y = (*(Series *const *)b)->meta;

  /* Within a table the order stays that in which they came: frames of bars are played in it, as the files would be. */
  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  return x->period_ns < y->period_ns ? -1 : x->period_ns > y->period_ns;
}

static void
hash_series (gpointer data, gpointer user_data)
{
  Series *series = data;

  (void)user_data;
  series->meta->hash = pst_dataset_hash_series (series->meta, series->columns, series->n_rows);
}

/* Hashing is the most of what is left to do, and series know nothing of each other. */
static void
hash_all_new (PstDatasetWriter *self)
{
  GThreadPool *pool = g_thread_pool_new (hash_series, NULL, (gint)g_get_num_processors (), FALSE, NULL);

  for (guint i = 0; i < self->series->len; i++)
    {
      Series *series = self->series->pdata[i];

      if (series->values[0] != NULL)
        g_thread_pool_push (pool, series, NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
}

/* Sums up what each series has; those without rows are dropped. */
static gboolean
sum_up (PstDatasetWriter *self, GError **error)
{
  for (guint i = 0; i < self->series->len;)
    {
      Series *series = self->series->pdata[i];
      gsize fall;

      if (series->n_rows == 0)
        {
          g_ptr_array_remove_index (self->series, i);
          continue;
        }
      i++;
      if (series->values[0] == NULL)
        continue;
      fall = pst_dataset_find_fall (series->meta->kind, series->columns[0], series->n_rows);
      if (fall < series->n_rows)
        {
          g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT,
                       "%s of %s: row %" G_GSIZE_FORMAT " is not behind the row above it; nothing was changed",
                       pst_series_kind_to_string (series->meta->kind), series->meta->instrument->id, fall);
          return FALSE;
        }
      series->meta->n_rows = series->n_rows;
      series->meta->from_ns = series->columns[0][0];
      series->meta->to_ns = series->columns[0][series->n_rows - 1];
    }
  hash_all_new (self);
  g_ptr_array_sort (self->series, compare_series);
  return TRUE;
}

/* Whether the table of @series from @from to @to is the one that is on the disk; then *@folder names it. */
static gboolean
is_old_table (PstDatasetWriter *self, guint from, guint to, char **folder)
{
  const Series *first = self->series->pdata[from];
  const PstDatasetTable *table;
  gsize n_rows = 0;

  if (first->old == NULL)
    return FALSE;
  table = &g_array_index (self->old->tables, PstDatasetTable, first->old->table);
  for (guint i = from; i < to; i++)
    {
      const Series *series = self->series->pdata[i];

      if (series->old == NULL || series->old->table != first->old->table || series->old->first != n_rows
          || strcmp (series->old->hash, series->meta->hash) != 0)
        return FALSE;
      n_rows += series->n_rows;
    }
  if (n_rows != table->n_rows)
    return FALSE;
  *folder = g_strdup (table->folder);
  return TRUE;
}

static gboolean
write_all (int fd, const void *bytes, gsize length)
{
  const guint8 *at = bytes;

  while (length > 0)
    {
      gssize n = write (fd, at, MIN (length, 1u << 30));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      at += n;
      length -= (gsize)n;
    }
  return TRUE;
}

static gboolean
write_column (PstDatasetWriter *self, const char *name, guint column, guint from, guint to, gsize n_rows, GError **error)
{
  guint8 header[PST_NPY_HEADER_SIZE];
  int fd = openat (self->folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  gboolean good;
  int code;

  if (fd < 0)
    return fail (self, "make a column", errno, error);
  pst_npy_print_header (n_rows, header);
  good = write_all (fd, header, sizeof header);
  for (guint i = from; good && i < to; i++)
    {
      const Series *series = self->series->pdata[i];

      good = write_all (fd, series->columns[column], series->n_rows * sizeof (gint64));
    }
  good = good && fsync (fd) == 0;
  code = errno;
  if (close (fd) != 0 && good)
    {
      good = FALSE;
      code = errno;
    }
  return good ? TRUE : fail (self, "write a column", code, error);
}

static gboolean
sync_folder (PstDatasetWriter *self, const char *name, GError **error)
{
  int fd = openat (self->folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;
  int code = errno;

  if (fd >= 0)
    close (fd);
  return good ? TRUE : fail (self, "sync the folder", code, error);
}

static gboolean
write_table (PstDatasetWriter *self, const char *folder, guint from, guint to, gsize n_rows, GError **error)
{
  const Series *first = self->series->pdata[from];
  const char *const *names = pst_series_kind_get_columns (first->meta->kind, NULL);

  /* Left by a crash: no index names it. */
  remove_folder (self, folder);
  if (mkdirat (self->folder_fd, folder, 0777) != 0)
    return fail (self, "make a folder", errno, error);
  g_ptr_array_add (self->made, g_strdup (folder));
  for (guint c = 0; c < first->n_columns; c++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%s.npy", folder, names[c]);

      if (!write_column (self, name, c, from, to, n_rows, error))
        return FALSE;
    }
  return sync_folder (self, folder, error);
}

/* Puts the series @from to @to into a table of @fresh; writes it when it is not on the disk as it is. */
static gboolean
add_table (PstDatasetWriter *self, PstDataset *fresh, guint from, guint to, GError **error)
{
  const Series *first = self->series->pdata[from];
  PstDatasetTable table = { .kind = first->meta->kind, .period_ns = first->meta->period_ns };

  for (guint i = from; i < to; i++)
    {
      const Series *series = self->series->pdata[i];
      PstDatasetSeries *meta = pst_dataset_series_copy (series->meta);

      meta->table = fresh->tables->len;
      meta->first = table.n_rows;
      table.n_rows += series->n_rows;
      g_ptr_array_add (fresh->series, meta);
    }
  if (!is_old_table (self, from, to, &table.folder))
    {
      g_autofree char *name = pst_series_kind_name_table (table.kind, table.period_ns);

      table.folder = g_strdup_printf ("%s.%" G_GUINT64_FORMAT, name, fresh->generation);
      if (!write_table (self, table.folder, from, to, table.n_rows, error))
        {
          g_free (table.folder);
          return FALSE;
        }
    }
  g_array_append_val (fresh->tables, table);
  return TRUE;
}

static gboolean
has_folder (const PstDataset *dataset, const char *folder)
{
  for (guint i = 0; i < dataset->tables->len; i++)
    if (strcmp (g_array_index (dataset->tables, PstDatasetTable, i).folder, folder) == 0)
      return TRUE;
  return FALSE;
}

static void
remove_unused (PstDatasetWriter *self, const PstDataset *fresh)
{
  g_autoptr (GDir) folder = g_dir_open (self->path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    if (pst_dataset_is_folder (name) && !has_folder (fresh, name))
      remove_folder (self, name);
}

/* The dataset as its index will say it; columns that are new are written. */
static PstDataset *
build (PstDatasetWriter *self, GError **error)
{
  g_autoptr (PstDataset) fresh = pst_dataset_new (self->path);
  guint from = 0;

  fresh->generation = (self->old != NULL ? self->old->generation : 0) + 1;
  while (from < self->series->len)
    {
      const Series *first = self->series->pdata[from];
      guint to = from + 1;

      for (; to < self->series->len; to++)
        {
          const Series *series = self->series->pdata[to];

          if (series->meta->kind != first->meta->kind || series->meta->period_ns != first->meta->period_ns)
            break;
        }
      if (!add_table (self, fresh, from, to, error))
        return NULL;
      from = to;
    }
  for (guint i = 0; i < self->sources->len; i++)
    g_ptr_array_add (fresh->sources, pst_dataset_source_copy (self->sources->pdata[i]));
  fresh->hash = pst_dataset_hash_all (fresh->series);
  /* Only what is new in columns needs another number. */
  if (self->made->len == 0 && self->old != NULL)
    fresh->generation = self->old->generation;
  return g_steal_pointer (&fresh);
}

static gboolean
write_index (PstDatasetWriter *self, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, PST_DATASET_INDEX, NULL);
  g_autoptr (GError) local = NULL;

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, &local))
    return sync_folder (self, ".", error);
  return fail (self, "write the index", g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? ENOSPC : errno != 0 ? errno : EIO, error);
}

/**
 * pst_dataset_writer_finish: (skip)
 * @writer: a writer
 * @changed: (out) (optional): whether the dataset is another than before
 * @error: a #PstStoreError
 *
 * Makes what was written the dataset. On error the old one stays as it was. The writer is of no more use.
 *
 * Returns: whether it was done
 */
gboolean
pst_dataset_writer_finish (PstDatasetWriter *writer, gboolean *changed, GError **error)
{
  g_autoptr (PstDataset) fresh = NULL;
  g_autofree char *text = NULL;
  gboolean is_same;

  if (changed != NULL)
    *changed = FALSE;
  fresh = sum_up (writer, error) ? build (writer, error) : NULL;
  if (fresh == NULL)
    return FALSE;
  text = pst_dataset_print (fresh);
  is_same = writer->old != NULL && strcmp (text, writer->old->text) == 0;
  errno = 0;
  if (!is_same && !write_index (writer, text, error))
    return FALSE;
  g_ptr_array_set_size (writer->made, 0);
  remove_unused (writer, fresh);
  if (changed != NULL)
    *changed = !is_same;
  return TRUE;
}
