/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of an import in order. The plugin that reads is made by a pipeline of its own, so that its options are those of the pipeline file, with
 * the same errors. */
#include "pst-data-import-private.h"

#include "pst-pipeline-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HASH_BLOCK (256 * 1024)

/* -- findings -- */

static gint
compare_text (gconstpointer a, gconstpointer b, gpointer data)
{
  (void)data;
  return strcmp (a, b);
}

PstDataTreatment
pst_data_work_treat (PstDataWork *work, const char *kind)
{
  return (PstDataTreatment)GPOINTER_TO_INT (g_hash_table_lookup (work->treatments, kind));
}

void
pst_data_work_tell (PstDataWork *work, PstDataFinding *finding, PstDataTreatment treatment)
{
  static const char *const names[] = { "kept", "rejected", "failed", "ignored" };
  char *key;
  guint64 n;

  if (treatment == PST_DATA_IGNORE)
    return;
  finding->treatment = names[treatment];
  key = g_strdup_printf ("%s %s", finding->kind, finding->treatment);
  n = GPOINTER_TO_SIZE (g_tree_lookup (work->result->counts, key)) + 1;
  g_tree_insert (work->result->counts, key, GSIZE_TO_POINTER (n));
  if (treatment == PST_DATA_FAIL && work->failed == NULL)
    work->failed = g_strdup_printf ("%s%s%s: %s", finding->file != NULL ? finding->file : "", finding->file != NULL ? ", " : "",
                                    finding->series != NULL ? finding->series : "row", finding->text);
  if (work->what->func != NULL)
    work->what->func (finding, work->what->user_data);
}

static gboolean
parse_treatments (PstDataWork *work, GError **error)
{
  static const char *const words[] = { "keep", "reject", "fail", "ignore", NULL };
  static const char *const kinds[]
      = { "gap", "off-session", "frozen", "split-suspected", "price-jump", "zero-volume", "time-duplicate", "differs", "unchecked", NULL };

  for (guint i = 0; work->what->treatments != NULL && work->what->treatments[i] != NULL; i++)
    {
      const char *text = work->what->treatments[i], *equals = strchr (text, '=');
      g_autofree char *kind = equals != NULL ? g_strndup (text, (gsize)(equals - text)) : NULL;
      guint word = 0;

      while (equals != NULL && words[word] != NULL && strcmp (words[word], equals + 1) != 0)
        word++;
      if (equals == NULL || words[word] == NULL || !g_strv_contains (kinds, kind))
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
                       "--treat %s: write KIND=keep, reject, fail or ignore, with KIND one of gap, off-session, frozen, split-suspected, price-jump, "
                       "zero-volume, time-duplicate, differs",
                       text);
          return FALSE;
        }
      if (word == PST_DATA_REJECT
          && (strcmp (kind, "gap") == 0 || strcmp (kind, "zero-volume") == 0 || strcmp (kind, "differs") == 0 || strcmp (kind, "unchecked") == 0))
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "--treat %s: %s", text,
                       strcmp (kind, "gap") == 0           ? "there is no row to reject in a gap"
                       : strcmp (kind, "unchecked") == 0   ? "it is about no row alone"
                       : strcmp (kind, "zero-volume") == 0 ? "write the option zero-volume=reject"
                                                           : "--on-conflict says what becomes of such rows");
          return FALSE;
        }
      g_hash_table_insert (work->treatments, g_steal_pointer (&kind), GINT_TO_POINTER (word));
    }
  return TRUE;
}

/* -- the reader -- */

static gboolean
is_assigned (const char *const *assignments, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; assignments != NULL && assignments[i] != NULL; i++)
    if (strncmp (assignments[i], name, length) == 0 && assignments[i][length] == '=')
      return TRUE;
  return FALSE;
}

/* What suits an import better than the default, where the plugin has such an option and nobody set it. */
static void
add_default (GString *text, GType type, const PstDataImport *what, const char *name, const char *value)
{
  GObjectClass *klass = g_type_class_ref (type);

  if (g_object_class_find_property (klass, name) != NULL && !is_assigned (what->assignments, name))
    g_string_append_printf (text, "%s=%s\n", name, value);
  g_type_class_unref (klass);
}

static PstRun *
make_reader (PstCatalogue *catalogue, const PstDataImport *what, GError **error)
{
  const char *id = what->plugin != NULL ? what->plugin : "replay";
  PstPlugin *plugin = pst_catalogue_load (catalogue, id, PST_COMPONENT_KIND_EXCHANGE, error);
  g_autoptr (GString) text = g_string_new ("[pipeline]\nname=import\nmode=backtest\nguards=none\n[exchange data]\n");
  g_autoptr (PstPipelineFile) file = NULL;
  g_autoptr (PstRun) run = NULL;

  if (plugin == NULL)
    return NULL;
  if (!g_type_is_a (plugin->type, PST_TYPE_ROW_READER))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "plugin \"%s\" does not read files row by row; \"replay\" does", id);
      return NULL;
    }
  g_string_append_printf (text, "plugin=%s\n", id);
  add_default (text, plugin->type, what, "on-bad-row", "skip");
  add_default (text, plugin->type, what, "layout", "symbol");
  file = pst_pipeline_file_new_from_data (text->str, -1, "import", error);
  for (guint i = 0; file != NULL && what->assignments != NULL && what->assignments[i] != NULL; i++)
    {
      g_autofree char *whole = g_strconcat ("data.", what->assignments[i], NULL);

      if (strchr (what->assignments[i], '=') == NULL)
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "\"%s\": write OPTION=VALUE, such as path=bars.csv; the folder comes first",
                       what->assignments[i]);
          return NULL;
        }
      if (!pst_pipeline_file_override (file, whole, error))
        return NULL;
    }
  run = file != NULL ? pst_pipeline_file_build (file, catalogue, error) : NULL;
  return run != NULL && pst_run_prepare (run, error) ? g_steal_pointer (&run) : NULL;
}

static gboolean
hash_file (GChecksum *checksum, const char *path, GError **error)
{
  g_autofree guint8 *block = g_malloc (HASH_BLOCK);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n = -1;

  while (fd >= 0 && (n = read (fd, block, HASH_BLOCK)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      g_checksum_update (checksum, block, n);
    }
  if (n != 0)
    g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "cannot read \"%s\": %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return n == 0;
}

/* -- rows -- */

static void
take_findings (PstDataWork *work, PstRowReader *reader)
{
  PstRowFinding row;

  while (pst_row_reader_next_finding (reader, &row))
    {
      g_autofree char *text = g_strdup_printf ("%s \"%s\" %s", row.field != NULL ? row.field : "row", row.text, row.sentence);
      PstDataFinding finding
          = { .file = row.file, .line = row.line, .column = row.column, .time_ns = G_MININT64, .kind = row.kind, .text = text, .n_rows = 1 };
      PstDataTreatment treatment = pst_data_work_treat (work, row.kind);

      pst_data_work_tell (work, &finding, treatment == PST_DATA_KEEP && row.rejected ? PST_DATA_REJECT : treatment);
    }
}

static PstDataRows *
find_rows (PstDataWork *work, GPtrArray *by_number, PstInstrumentTable *instruments, guint32 instrument, PstSeriesKind kind)
{
  guint number = instrument * 4 + (guint)kind;
  PstDataRows *rows;

  if (number >= by_number->len)
    g_ptr_array_set_size (by_number, (gint)(number * 2 + 4));
  rows = by_number->pdata[number];
  if (rows == NULL)
    {
      rows = by_number->pdata[number] = pst_data_rows_new (pst_instrument_table_get (instruments, instrument), kind);
      g_ptr_array_add (work->series, rows);
    }
  return rows;
}

static gboolean
check_room (const PstDataWork *work, guint64 n_rows, GError **error)
{
  if (n_rows <= work->what->rows_max)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "the files hold more than %" G_GUINT64_FORMAT
               " rows, which are kept in memory until they are written (64 bytes each); import fewer files at a time, or raise "
               "--rows-max",
               work->what->rows_max);
  return FALSE;
}

static void
take_batch (PstDataWork *work, GPtrArray *by_number, PstInstrumentTable *instruments, const PstRowBatch *batch)
{
  const char *last = work->files->len > 0 ? work->files->pdata[work->files->len - 1] : NULL;
  guint32 file;

  if (g_strcmp0 (last, batch->file) != 0)
    g_ptr_array_add (work->files, g_strdup (batch->file));
  file = work->files->len - 1;
  for (guint i = 0; i < batch->n_events; i++)
    {
      const PstEvent *event = &batch->events[i];
      PstSeriesKind kind;

      if (pst_data_rows_kind_of (event->kind, &kind))
        pst_data_rows_add (find_rows (work, by_number, instruments, event->instrument, kind), event, file, batch->lines[i]);
    }
}

static void
tell_progress (const PstDataWork *work, PstRowReader *reader)
{
  PstFeedCounts counts = { 0 };
  double fraction = -1.0;

  if (work->what->progress == NULL)
    return;
  pst_exchange_get_progress (PST_EXCHANGE (reader), &counts, &fraction);
  work->what->progress (fraction, counts.n_rows, work->what->user_data);
}

static gboolean
read_rows (PstDataWork *work, PstRun *run, PstRowReader *reader, GError **error)
{
  PstInstrumentTable *instruments = pst_context_get_instruments (PST_CONTEXT (run));
  g_autoptr (GPtrArray) by_number = g_ptr_array_new ();
  PstFeedCounts counts = { 0 };
  PstFeedStatus status;
  PstRowBatch batch;
  guint64 n_taken = 0;
  double fraction;

  while ((status = pst_row_reader_next_rows (reader, &batch, error)) == PST_FEED_MORE)
    {
      if (!check_room (work, n_taken += batch.n_events, error))
        return FALSE;
      take_batch (work, by_number, instruments, &batch);
      take_findings (work, reader);
      tell_progress (work, reader);
    }
  take_findings (work, reader);
  pst_exchange_get_progress (PST_EXCHANGE (reader), &counts, &fraction);
  work->result->n_rows = counts.n_rows;
  work->result->n_rejected = counts.n_rejected;
  work->period_ns = pst_row_reader_get_bar_period (reader);
  g_free (work->time_zone);
  work->time_zone = g_strdup (pst_row_reader_get_time_zone (reader));
  return status == PST_FEED_END;
}

static void
find_range (const PstDataWork *work, gint64 *from_ns, gint64 *to_ns)
{
  *from_ns = G_MAXINT64;
  *to_ns = G_MININT64;
  for (guint i = 0; i < work->series->len; i++)
    {
      const PstDataRows *rows = work->series->pdata[i];

      for (gsize r = 0; rows->kind == PST_SERIES_KIND_BARS && r < rows->n_rows; r++)
        {
          *from_ns = MIN (*from_ns, rows->columns[1][r]);
          *to_ns = MAX (*to_ns, rows->columns[0][r]);
        }
    }
}

static gboolean
put_series (PstDataWork *work, GError **error)
{
  gint64 from_ns, to_ns;

  find_range (work, &from_ns, &to_ns);
  if (from_ns < to_ns && !pst_data_hours_init (&work->hours, work->calendar, from_ns - PST_NS_PER_DAY, to_ns + PST_NS_PER_DAY, error))
    return FALSE;
  for (guint i = 0; i < work->series->len; i++)
    {
      PstDataRows *rows = work->series->pdata[i];
      g_autofree char *findings = NULL;

      pst_data_work_check (work, rows, &findings);
      if (rows->n_rows > 0 && !pst_data_work_merge (work, rows, findings, error))
        return FALSE;
    }
  if (work->failed == NULL)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "%s; nothing was imported", work->failed);
  return FALSE;
}

/* -- all of it -- */

static char *
describe (const PstDataWork *work, const PstDataImport *what, PstRowReader *reader)
{
  g_autofree char *options = reader != NULL ? pst_row_reader_describe (reader) : g_strdup ("");
  GString *text = g_string_new (what->factors != NULL ? "factors" : "");

  if (reader != NULL)
    g_string_append_printf (text, "%splugin=%s; %s", text->len > 0 ? "; " : "", what->plugin != NULL ? what->plugin : "replay", options);
  if (work->calendar != NULL && *work->calendar != '\0')
    g_string_append_printf (text, "; calendar=%s", work->calendar);
  for (guint i = 0; what->treatments != NULL && what->treatments[i] != NULL; i++)
    g_string_append_printf (text, "; treat %s", what->treatments[i]);
  return g_string_free (text, FALSE);
}

static gboolean
is_known (PstDatasetWriter *writer, const char *hash, const char *options)
{
  PstDataset *set = pst_dataset_writer_get_dataset (writer);

  for (guint i = 0; set != NULL && i < pst_dataset_get_n_sources (set); i++)
    {
      const PstDatasetSource *source = pst_dataset_get_source (set, i);

      if (g_strcmp0 (source->hash, hash) == 0 && g_strcmp0 (source->options, options) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
hash_sources (PstDataWork *work, PstRowReader *reader, GChecksum *checksum, GPtrArray *names, GError **error)
{
  const char *const *paths = reader != NULL ? pst_row_reader_list_files (reader) : NULL;

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      g_ptr_array_add (names, g_path_get_basename (paths[i]));
      if (!hash_file (checksum, paths[i], error))
        return FALSE;
    }
  if (work->what->factors != NULL && !pst_data_work_read_factors (work, work->what->factors, checksum, error))
    return FALSE;
  if (work->what->factors != NULL)
    for (guint i = 0; i < work->files->len; i++)
      g_ptr_array_add (names, g_strdup (work->files->pdata[i]));
  work->result->n_files = names->len;
  g_ptr_array_add (names, NULL);
  return TRUE;
}

static gboolean
import_from (PstDataWork *work, PstRun *run, PstRowReader *reader, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *options = describe (work, work->what, reader), *hash = NULL;
  PstDatasetSource source = { .options = options };

  if (!hash_sources (work, reader, checksum, names, error))
    return FALSE;
  hash = g_strdup (g_checksum_get_string (checksum));
  work->result->is_known = !work->what->again && is_known (work->writer, hash, options);
  if (work->result->is_known)
    return TRUE;
  if (reader != NULL && !read_rows (work, run, reader, error))
    return FALSE;
  source.files = (char **)names->pdata;
  source.hash = hash;
  source.n_rows = work->result->n_rows - work->result->n_rejected;
  source.n_rejected = work->result->n_rejected;
  work->source = pst_dataset_writer_add_source (work->writer, &source);
  if (!put_series (work, error))
    return FALSE;
  return work->what->dry_run || pst_dataset_writer_finish (work->writer, &work->result->changed, error);
}

static void
clear_work (PstDataWork *work)
{
  g_clear_pointer (&work->writer, pst_dataset_writer_free);
  g_ptr_array_unref (work->files);
  g_ptr_array_unref (work->series);
  g_hash_table_unref (work->treatments);
  pst_data_hours_clear (&work->hours);
  g_free (work->time_zone);
  g_free (work->calendar);
  g_free (work->failed);
}

void
pst_data_imported_clear (PstDataImported *imported)
{
  g_clear_pointer (&imported->counts, g_tree_unref);
}

gboolean
pst_data_import (PstCatalogue *catalogue, const PstDataImport *what, PstDataImported *imported, GError **error)
{
  PstDataWork work = { .what = what, .result = imported };
  gboolean has_reader = what->factors == NULL || (what->assignments != NULL && what->assignments[0] != NULL), done;
  g_autoptr (PstRun) run = NULL;
  PstRowReader *reader = NULL;

  *imported = (PstDataImported){ .counts = g_tree_new_full (compare_text, NULL, g_free, NULL) };
  work.files = g_ptr_array_new_with_free_func (g_free);
  work.series = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_data_rows_free);
  work.treatments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  /* Two bars of one time cannot both stay. */
  g_hash_table_insert (work.treatments, g_strdup ("time-duplicate"), GINT_TO_POINTER (PST_DATA_REJECT));
  done = parse_treatments (&work, error);
  if (done && has_reader)
    {
      run = make_reader (catalogue, what, error);
      reader = run != NULL ? PST_ROW_READER (pst_run_get_component (run, 0)) : NULL;
      done = reader != NULL;
      if (done)
        g_object_get (reader, "calendar", &work.calendar, NULL);
    }
  if (done)
    work.writer = pst_dataset_writer_new (what->folder, error);
  done = done && work.writer != NULL && import_from (&work, run, reader, error);
  clear_work (&work);
  return done;
}
