/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of a dataset: a key file, as everything here that people may read. It says all that the columns cannot: whose rows, at which scales, from
 * which source. */
#include "pst-dataset-private.h"

#include "../model/pst-time.h"

#include <errno.h>
#include <string.h>

#define SERIES_MAX 10000000

static gboolean
corrupt (const PstDataset *self, GError **error, const char *group, const char *what)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "the index of dataset \"%s\", group [%s]: %s; import the data again", self->path,
               group, what);
  return FALSE;
}

/* -- reading -- */

typedef struct
{
  PstDataset *dataset;
  GKeyFile *keys;
  char group[32];
  GError **error;
} Reader;

static gboolean
read_integer (Reader *r, const char *key, gint64 least, gint64 most, gint64 fallback, gint64 *value)
{
  g_autofree char *text = g_key_file_get_value (r->keys, r->group, key, NULL);
  g_autofree char *what = NULL;

  *value = fallback;
  if (text == NULL && fallback >= least)
    return TRUE;
  if (text != NULL && g_ascii_string_to_signed (text, 10, least, most, value, NULL))
    return TRUE;
  what = g_strdup_printf ("%s=%s is no whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key, text != NULL ? text : "", least, most);
  return corrupt (r->dataset, r->error, r->group, what);
}

static char *
read_text (Reader *r, const char *key)
{
  return g_key_file_get_string (r->keys, r->group, key, NULL);
}

static gboolean
read_time (Reader *r, const char *key, gint64 *time_ns)
{
  g_autofree char *text = read_text (r, key);

  *time_ns = 0;
  if (text == NULL || pst_time_parse (text, -1, time_ns, NULL))
    return TRUE;
  return corrupt (r->dataset, r->error, r->group, "a time is none");
}

static gboolean
read_table (Reader *r)
{
  PstDatasetTable table = { 0 };
  g_autofree char *kind = read_text (r, "kind");
  gint64 n_rows;

  if (!pst_series_kind_parse (kind, &table.kind))
    return corrupt (r->dataset, r->error, r->group, "kind is none of bars, quotes, trades, factors");
  if (!read_integer (r, "period-ns", 0, G_MAXINT64, 0, &table.period_ns) || !read_integer (r, "rows", 0, G_MAXINT64 / 64, -1, &n_rows))
    return FALSE;
  table.n_rows = (gsize)n_rows;
  table.folder = read_text (r, "folder");
  if (table.folder == NULL || !pst_dataset_is_folder (table.folder))
    {
      g_free (table.folder);
      return corrupt (r->dataset, r->error, r->group, "folder is no name of a table's folder");
    }
  g_array_append_val (r->dataset->tables, table);
  return TRUE;
}

static gboolean
read_currency (Reader *r, const char *key, const PstCurrency **currency)
{
  g_autofree char *code = read_text (r, key);

  *currency = code != NULL ? pst_currency_get (code, NULL) : NULL;
  return code == NULL || *currency != NULL ? TRUE : corrupt (r->dataset, r->error, r->group, "a currency's code is none");
}

static gboolean
read_instrument (Reader *r, PstDatasetSeries *series)
{
  g_autofree char *id = read_text (r, "id");
  g_autofree char *settlement = read_text (r, "settlement");
  g_autoptr (GError) local = NULL;
  PstInstrument draft = { .id = id };
  gint64 price_scale, size_scale;

  if (!read_currency (r, "base", &draft.base) || !read_currency (r, "quote", &draft.quote)
      || !read_integer (r, "price-scale", 0, PST_SCALE_MAX, -1, &price_scale) || !read_integer (r, "size-scale", 0, PST_SCALE_MAX, -1, &size_scale)
      || !read_integer (r, "price-step", 1, G_MAXINT64, 1, &draft.price_step) || !read_integer (r, "size-step", 1, G_MAXINT64, 1, &draft.size_step)
      || !read_integer (r, "size-min", 0, G_MAXINT64, 0, &draft.size_min) || !read_integer (r, "size-max", 0, G_MAXINT64, 0, &draft.size_max)
      || !read_integer (r, "notional-min", 0, G_MAXINT64, 0, &draft.notional_min)
      || !read_integer (r, "maker-fee", -PST_RATE_ONE, PST_RATE_ONE, 0, &draft.maker_fee)
      || !read_integer (r, "taker-fee", -PST_RATE_ONE, PST_RATE_ONE, 0, &draft.taker_fee))
    return FALSE;
  draft.price_scale = (guint8)price_scale;
  draft.size_scale = (guint8)size_scale;
  draft.settlement = g_strcmp0 (settlement, "delivery") == 0 ? PST_SETTLEMENT_DELIVERY : PST_SETTLEMENT_POSITION;
  series->instrument = pst_instrument_new (&draft, &local);
  return series->instrument != NULL ? TRUE : corrupt (r->dataset, r->error, r->group, local->message);
}

static gboolean
read_series (Reader *r)
{
  PstDatasetSeries *series = g_new0 (PstDatasetSeries, 1);
  const PstDatasetTable *table;
  gint64 number, first, n_rows, source;

  g_ptr_array_add (r->dataset->series, series);
  if (!read_integer (r, "table", 0, (gint64)r->dataset->tables->len - 1, -1, &number) || !read_instrument (r, series))
    return FALSE;
  table = &g_array_index (r->dataset->tables, PstDatasetTable, number);
  series->table = (guint)number;
  series->kind = table->kind;
  series->period_ns = table->period_ns;
  if (!read_integer (r, "first", 0, (gint64)table->n_rows, -1, &first) || !read_integer (r, "rows", 0, (gint64)table->n_rows - first, -1, &n_rows)
      || !read_integer (r, "source", 0, G_MAXUINT32, 0, &source) || !read_time (r, "from", &series->from_ns) || !read_time (r, "to", &series->to_ns))
    return FALSE;
  series->first = (gsize)first;
  series->n_rows = (gsize)n_rows;
  series->source = (guint)source;
  series->time_zone = read_text (r, "time-zone");
  series->calendar = read_text (r, "calendar");
  series->findings = read_text (r, "findings");
  series->hash = read_text (r, "hash");
  return series->hash != NULL && strlen (series->hash) == 64 ? TRUE : corrupt (r->dataset, r->error, r->group, "hash is no SHA-256");
}

static gboolean
read_source (Reader *r)
{
  PstDatasetSource *source = g_new0 (PstDatasetSource, 1);
  gint64 n_rows, n_rejected;

  g_ptr_array_add (r->dataset->sources, source);
  if (!read_integer (r, "rows", 0, G_MAXINT64, 0, &n_rows) || !read_integer (r, "rejected", 0, G_MAXINT64, 0, &n_rejected))
    return FALSE;
  source->n_rows = (guint64)n_rows;
  source->n_rejected = (guint64)n_rejected;
  source->files = g_key_file_get_string_list (r->keys, r->group, "files", NULL, NULL);
  source->hash = read_text (r, "hash");
  source->options = read_text (r, "options");
  if (source->files == NULL)
    source->files = g_new0 (char *, 1);
  return source->hash != NULL ? TRUE : corrupt (r->dataset, r->error, r->group, "hash is missing");
}

static gboolean
read_groups (Reader *r, const char *name, gint64 n, gboolean (*read) (Reader *r))
{
  for (gint64 i = 0; i < n; i++)
    {
      g_snprintf (r->group, sizeof r->group, "%s %" G_GINT64_FORMAT, name, i);
      if (!g_key_file_has_group (r->keys, r->group))
        return corrupt (r->dataset, r->error, r->group, "it is missing");
      if (!read (r))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_version (Reader *r)
{
  gint64 version;

  if (!read_integer (r, "version", 1, G_MAXINT64, -1, &version))
    return FALSE;
  if (version <= PST_DATASET_VERSION)
    return TRUE;
  g_set_error (r->error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
               "dataset \"%s\" has version %" G_GINT64_FORMAT ", this program reads up to %d; use the newer Penstock that wrote it", r->dataset->path,
               version, PST_DATASET_VERSION);
  return FALSE;
}

PstDataset *
pst_dataset_parse (const char *path, const char *text, gsize length, GError **error)
{
  g_autoptr (PstDataset) self = pst_dataset_new (path);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  Reader reader = { self, keys, "dataset", error };
  gint64 n_tables, n_series, n_sources, generation;

  self->text = g_strndup (text, length);
  if (!g_utf8_validate (text, (gssize)length, NULL) || !g_key_file_load_from_data (keys, text, length, G_KEY_FILE_NONE, &local)
      || !g_key_file_has_group (keys, "dataset"))
    {
      corrupt (self, error, "dataset", local != NULL ? local->message : "this is no index of a dataset");
      return NULL;
    }
  if (!read_version (&reader) || !read_integer (&reader, "generation", 0, G_MAXINT64, -1, &generation)
      || !read_integer (&reader, "tables", 0, SERIES_MAX, -1, &n_tables) || !read_integer (&reader, "series", 0, SERIES_MAX, -1, &n_series)
      || !read_integer (&reader, "sources", 0, SERIES_MAX, -1, &n_sources))
    return NULL;
  self->generation = (guint64)generation;
  self->hash = read_text (&reader, "hash");
  if (self->hash == NULL)
    {
      corrupt (self, error, "dataset", "hash is missing");
      return NULL;
    }
  if (!read_groups (&reader, "table", n_tables, read_table) || !read_groups (&reader, "series", n_series, read_series)
      || !read_groups (&reader, "source", n_sources, read_source))
    return NULL;
  pst_dataset_index_names (self);
  return g_steal_pointer (&self);
}

/* -- writing -- */

static void
print_integer (GString *text, const char *key, gint64 value, gint64 fallback)
{
  if (value != fallback)
    g_string_append_printf (text, "%s=%" G_GINT64_FORMAT "\n", key, value);
}

/* As g_key_file_set_string() would, without its cost. */
static void
print_text (GString *text, const char *key, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (text, "%s=", key);
  for (const char *at = value; *at != '\0'; at++)
    if (*at == '\\')
      g_string_append (text, "\\\\");
    else if (*at == '\n')
      g_string_append (text, "\\n");
    else if (*at == '\r')
      g_string_append (text, "\\r");
    else if (*at == '\t')
      g_string_append (text, "\\t");
    else if (*at == ' ' && at == value)
      g_string_append (text, "\\s");
    else
      g_string_append_c (text, *at);
  g_string_append_c (text, '\n');
}

static void
print_time (GString *text, const char *key, gint64 time_ns)
{
  char buffer[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, buffer);
  g_string_append_printf (text, "%s=%s\n", key, buffer);
}

static void
print_table (GString *text, guint number, const PstDatasetTable *table)
{
  g_autofree char *columns = g_strjoinv (";", (char **)pst_series_kind_get_columns (table->kind, NULL));

  g_string_append_printf (text, "\n[table %u]\nfolder=%s\nkind=%s\n", number, table->folder, pst_series_kind_to_string (table->kind));
  print_integer (text, "period-ns", table->period_ns, 0);
  g_string_append_printf (text, "columns=%s\nrows=%" G_GSIZE_FORMAT "\n", columns, table->n_rows);
}

static void
print_series (GString *text, guint number, const PstDatasetSeries *series)
{
  const PstInstrument *instrument = series->instrument;

  g_string_append_printf (text, "\n[series %u]\nid=%s\ntable=%u\nfirst=%" G_GSIZE_FORMAT "\nrows=%" G_GSIZE_FORMAT "\n", number, instrument->id,
                          series->table, series->first, series->n_rows);
  if (series->n_rows > 0)
    {
      print_time (text, "from", series->from_ns);
      print_time (text, "to", series->to_ns);
    }
  print_text (text, "base", instrument->base != NULL ? instrument->base->code : NULL);
  print_text (text, "quote", instrument->quote->code);
  print_text (text, "settlement", instrument->settlement == PST_SETTLEMENT_DELIVERY ? "delivery" : NULL);
  print_integer (text, "price-scale", instrument->price_scale, -1);
  print_integer (text, "size-scale", instrument->size_scale, -1);
  print_integer (text, "price-step", instrument->price_step, 1);
  print_integer (text, "size-step", instrument->size_step, 1);
  print_integer (text, "size-min", instrument->size_min, 0);
  print_integer (text, "size-max", instrument->size_max, 0);
  print_integer (text, "notional-min", instrument->notional_min, 0);
  print_integer (text, "maker-fee", instrument->maker_fee, 0);
  print_integer (text, "taker-fee", instrument->taker_fee, 0);
  print_text (text, "time-zone", series->time_zone);
  print_text (text, "calendar", series->calendar);
  print_text (text, "findings", series->findings);
  g_string_append_printf (text, "source=%u\nhash=%s\n", series->source, series->hash);
}

static void
print_source (GString *text, guint number, const PstDatasetSource *source)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *files = NULL;

  /* A list has rules of its own for what stands in it. */
  g_key_file_set_string_list (keys, "s", "files", (const char *const *)source->files, g_strv_length (source->files));
  files = g_key_file_get_value (keys, "s", "files", NULL);
  g_string_append_printf (text, "\n[source %u]\nfiles=%s\nhash=%s\n", number, files, source->hash);
  print_text (text, "options", source->options);
  g_string_append_printf (text, "rows=%" G_GUINT64_FORMAT "\nrejected=%" G_GUINT64_FORMAT "\n", source->n_rows, source->n_rejected);
}

char *
pst_dataset_print (const PstDataset *self)
{
  GString *text = g_string_new ("# Columns of market data, made by Penstock. Change nothing here: import again.\n");

  g_string_append_printf (text, "[dataset]\nversion=%d\ngeneration=%" G_GUINT64_FORMAT "\nhash=%s\ntables=%u\nseries=%u\nsources=%u\n",
                          PST_DATASET_VERSION, self->generation, self->hash, self->tables->len, self->series->len, self->sources->len);
  for (guint i = 0; i < self->tables->len; i++)
    print_table (text, i, &g_array_index (self->tables, PstDatasetTable, i));
  for (guint i = 0; i < self->series->len; i++)
    print_series (text, i, self->series->pdata[i]);
  for (guint i = 0; i < self->sources->len; i++)
    print_source (text, i, self->sources->pdata[i]);
  return g_string_free (text, FALSE);
}
