/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A series put in order and checked, and then beside the rows of earlier imports: what overlaps must be equal, what goes beyond is added. */
#include "pst-data-import-private.h"

#include <string.h>

/* -- checks -- */

typedef struct
{
  PstDataWork *work;
  const PstDataRows *rows;
  guint8 *dropped;
  GTree *counts; /* by kind, of this series */
} Checked;

static gint
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

static void
tell_row (Checked *checked, gsize row, gsize n_rows, const char *kind, const char *sentence)
{
  const PstDataRows *rows = checked->rows;
  PstDataTreatment treatment = pst_data_work_treat (checked->work, kind);
  PstDataFinding finding = {
    .file = checked->work->files->pdata[rows->files[row]],
    .line = rows->lines[row],
    .series = rows->instrument->id,
    .time_ns = rows->columns[rows->kind == PST_SERIES_KIND_FACTORS ? 0 : 1][row],
    .kind = kind,
    .text = sentence,
    .n_rows = n_rows,
  };

  if (treatment == PST_DATA_IGNORE)
    return;
  g_tree_insert (checked->counts, (gpointer)g_intern_string (kind), GSIZE_TO_POINTER (GPOINTER_TO_SIZE (g_tree_lookup (checked->counts, kind)) + 1));
  if (treatment == PST_DATA_REJECT)
    {
      memset (checked->dropped + row, 1, n_rows);
      checked->work->result->n_rejected += n_rows;
    }
  pst_data_work_tell (checked->work, &finding, treatment);
}

static void
on_found (gsize row, gsize n_rows, const char *kind, const char *sentence, gpointer user_data)
{
  tell_row (user_data, row, n_rows, kind, sentence);
}

/* Two bars of one time, from two files: the one that stands first is meant. */
static void
check_doubles (Checked *checked)
{
  const PstDataRows *rows = checked->rows;

  for (gsize i = 1; rows->kind == PST_SERIES_KIND_BARS && i < rows->n_rows; i++)
    if (rows->columns[0][i] == rows->columns[0][i - 1])
      tell_row (checked, i, 1, "time-duplicate", "there is a bar of the same time in another file");
}

static gboolean
append_count (gpointer key, gpointer value, gpointer text)
{
  g_string_append_printf (text, "%s%s %" G_GSIZE_FORMAT, ((GString *)text)->len > 0 ? ", " : "", (const char *)key, GPOINTER_TO_SIZE (value));
  return FALSE;
}

static void
drop_marked (Checked *checked, PstDataRows *rows)
{
  pst_data_rows_drop (rows, checked->dropped);
  memset (checked->dropped, 0, rows->n_rows);
}

void
pst_data_work_check (PstDataWork *work, PstDataRows *rows, char **findings)
{
  g_autofree guint8 *dropped = g_malloc0 (rows->n_rows + 1);
  g_autoptr (GTree) counts = g_tree_new (compare_text);
  g_autoptr (GString) text = g_string_new (NULL);
  Checked checked = { work, rows, dropped, counts };

  pst_data_rows_sort (rows);
  check_doubles (&checked);
  drop_marked (&checked, rows);
  if (rows->kind == PST_SERIES_KIND_BARS && rows->n_rows > 0)
    {
      const PstBarColumns bars = { rows->instrument, rows->n_rows,     rows->columns[0], rows->columns[2],
                                   rows->columns[3], rows->columns[4], rows->columns[5], rows->columns[6] };

      pst_data_check_bars (&bars, rows->columns[1], work->period_ns, &work->hours, work->what->frozen_min, on_found, &checked);
      drop_marked (&checked, rows);
    }
  g_tree_foreach (counts, append_count, text);
  *findings = text->len > 0 ? g_strdup (text->str) : NULL;
}

/* -- beside what is there -- */

/* A range of rows of one of the two. */
typedef struct
{
  const gint64 *columns[PST_DATASET_COLUMNS_MAX];
  gsize n;
} Part;

static Part
slice (const Part *part, guint n_columns, gsize from, gsize to)
{
  Part result = { .n = to - from };

  for (guint c = 0; c < n_columns; c++)
    result.columns[c] = part->columns[c] + from;
  return result;
}

static gsize
first_at (const Part *part, gint64 time_ns, gboolean behind)
{
  gsize low = 0, high = part->n;

  while (low < high)
    {
      gsize middle = (low + high) / 2;

      if (part->columns[0][middle] < time_ns || (behind && part->columns[0][middle] == time_ns))
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* How many rows from the first on are the same. */
static gsize
count_same (const Part *a, const Part *b, guint n_columns)
{
  gsize n = MIN (a->n, b->n);

  for (guint c = 0; c < n_columns; c++)
    if (memcmp (a->columns[c], b->columns[c], n * sizeof (gint64)) != 0)
      {
        gsize i = 0;

        while (a->columns[c][i] == b->columns[c][i])
          i++;
        n = MIN (n, i);
      }
  return n;
}

static gboolean
check_same_form (const PstInstrument *old, const PstInstrument *now, GError **error)
{
  if (old->price_scale == now->price_scale && old->size_scale == now->size_scale && old->price_step == now->price_step && old->quote == now->quote
      && old->base == now->base && old->settlement == now->settlement)
    return TRUE;
  g_set_error (
      error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
      "%s is there with price-scale=%u size-scale=%u quote=%s, and comes with price-scale=%u size-scale=%u quote=%s; import it as it was, or into "
      "a new folder",
      now->id, old->price_scale, old->size_scale, old->quote->code, now->price_scale, now->size_scale, now->quote->code);
  return FALSE;
}

typedef struct
{
  Part before, common, behind; /* what the series becomes */
  gboolean is_same;            /* as the old one */
} Merged;

/* What the overlap becomes; FALSE when the two contradict each other and nobody said who is right. */
static gboolean
settle (PstDataWork *work, const PstDataRows *rows, const Part *old, const Part *now, gsize now_from, Part *common, GError **error)
{
  gsize n_same = count_same (old, now, rows->n_columns), at = MIN (n_same, now->n > 0 ? now->n - 1 : 0) + now_from;
  g_autofree char *text = NULL;
  char time[PST_TIME_TEXT_SIZE];
  PstDataFinding finding = { .series = rows->instrument->id, .kind = "differs", .n_rows = MAX (old->n, now->n) - n_same };

  *common = now->n >= old->n ? *now : *old;
  /* Behind the shorter one there may only stand more ticks of the last time. */
  if (n_same == MIN (old->n, now->n)
      && (n_same == common->n || (n_same > 0 && common->columns[0][n_same] == common->columns[0][n_same - 1] && rows->kind != PST_SERIES_KIND_BARS)))
    return TRUE;
  *common = work->what->on_conflict == PST_DATA_CONFLICT_KEEP ? *old : *now;
  finding.time_ns = rows->columns[1][at];
  finding.file = work->files->pdata[rows->files[at]];
  finding.line = rows->lines[at];
  pst_time_print (finding.time_ns, time);
  text = g_strdup_printf ("from %s on, up to %" G_GUINT64_FORMAT " rows are other than those of an earlier import", time, finding.n_rows);
  finding.text = text;
  pst_data_work_tell (work, &finding,
                      work->what->on_conflict == PST_DATA_CONFLICT_FAIL   ? PST_DATA_FAIL
                      : work->what->on_conflict == PST_DATA_CONFLICT_KEEP ? PST_DATA_REJECT
                                                                          : PST_DATA_KEEP);
  if (work->what->on_conflict != PST_DATA_CONFLICT_FAIL)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "%s:%" G_GUINT64_FORMAT ": %s: %s; nothing was imported. Write --on-conflict=keep or replace, or import into a new folder",
               finding.file, finding.line, finding.series, text);
  return FALSE;
}

static gboolean
merge (PstDataWork *work, const PstDataRows *rows, const Part *old, const Part *now, Merged *merged, GError **error)
{
  guint n_columns = rows->n_columns;
  gint64 low = MAX (old->columns[0][0], now->columns[0][0]);
  gint64 high = MIN (old->columns[0][old->n - 1], now->columns[0][now->n - 1]);
  gsize old_from = first_at (old, low, FALSE), old_to = first_at (old, high, TRUE);
  gsize now_from = first_at (now, low, FALSE), now_to = first_at (now, high, TRUE);
  Part old_common, now_common;

  if (low > high)
    {
      gboolean old_first = old->columns[0][0] < now->columns[0][0];

      *merged = (Merged){ .before = old_first ? *old : *now, .behind = old_first ? *now : *old };
      return TRUE;
    }
  old_common = slice (old, n_columns, old_from, old_to);
  now_common = slice (now, n_columns, now_from, now_to);
  if (!settle (work, rows, &old_common, &now_common, now_from, &merged->common, error))
    return FALSE;
  merged->before = old_from > 0 ? slice (old, n_columns, 0, old_from) : slice (now, n_columns, 0, now_from);
  merged->behind = old_to < old->n ? slice (old, n_columns, old_to, old->n) : slice (now, n_columns, now_to, now->n);
  merged->is_same = merged->common.n == old_common.n && merged->before.n + merged->behind.n == old->n - old_common.n
                    && count_same (&merged->common, &old_common, n_columns) == old_common.n;
  return TRUE;
}

static const PstDatasetSeries *
find_old (PstDataWork *work, const PstDataRows *rows, gint64 period_ns)
{
  PstDataset *set = pst_dataset_writer_get_dataset (work->writer);

  return set != NULL ? pst_dataset_find (set, rows->kind, rows->instrument->id, period_ns, NULL) : NULL;
}

static void
put (PstDataWork *work, const PstDataRows *rows, gint64 period_ns, const char *findings, const Merged *merged)
{
  const PstDatasetSeries draft = {
    .instrument = rows->instrument,
    .kind = rows->kind,
    .period_ns = period_ns,
    .time_zone = work->time_zone,
    .calendar = work->calendar,
    .findings = (char *)findings,
    .source = work->source,
  };
  guint series = pst_dataset_writer_create (work->writer, &draft);

  pst_dataset_writer_append (work->writer, series, merged->before.columns, merged->before.n);
  pst_dataset_writer_append (work->writer, series, merged->common.columns, merged->common.n);
  pst_dataset_writer_append (work->writer, series, merged->behind.columns, merged->behind.n);
}

gboolean
pst_data_work_merge (PstDataWork *work, PstDataRows *rows, const char *findings, GError **error)
{
  gint64 period_ns = rows->kind == PST_SERIES_KIND_BARS ? work->period_ns : 0;
  const PstDatasetSeries *series = find_old (work, rows, period_ns);
  Part old = { 0 }, now = { .n = rows->n_rows };
  Merged merged = { 0 };

  for (guint c = 0; c < rows->n_columns; c++)
    {
      now.columns[c] = rows->columns[c];
      old.columns[c] = series != NULL ? pst_dataset_get_column (pst_dataset_writer_get_dataset (work->writer), series, c) : NULL;
    }
  work->result->n_series++;
  /* Factors are a table of the whole past: the new one is meant. */
  if (series == NULL || rows->kind == PST_SERIES_KIND_FACTORS)
    merged.before = now;
  else
    {
      old.n = series->n_rows;
      if (!check_same_form (series->instrument, rows->instrument, error) || !merge (work, rows, &old, &now, &merged, error))
        return FALSE;
      if (merged.is_same)
        return TRUE;
    }
  work->result->n_changed++;
  work->result->n_added += merged.before.n + merged.common.n + merged.behind.n - MIN (old.n, merged.before.n + merged.common.n + merged.behind.n);
  put (work, rows, period_ns, findings, &merged);
  return TRUE;
}
