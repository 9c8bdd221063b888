/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A historical feed over a dataset: which series, from when to when, adjusted how. Everything else was settled when it was imported. */
#include "pst-columns-merge.h"

#include <string.h>

#define SYMBOLS_FILE_BYTES_MAX (16 * 1024 * 1024)

#define PST_TYPE_COLUMNS (pst_columns_get_type ())
G_DECLARE_FINAL_TYPE (PstColumns, pst_columns, PST, COLUMNS, PstExchange)

struct _PstColumns
{
  PstExchange parent_instance;

  char *path;
  PstSeriesKind kind;
  gint64 period;
  GStrv symbols;
  char *symbols_file;
  char *venue;
  char *from, *to;
  PstAdjust adjust;

  PstDataset *dataset;
  gint64 from_ns, to_ns;
  PstColumnsMerge *merge;
  GArray *bars; /* PstBarColumns: what is played, when it is bars */
  PstFeedCounts counts;
};

typedef enum
{
  PROP_PATH = 1,
  PROP_KIND,
  PROP_PERIOD,
  PROP_SYMBOLS,
  PROP_SYMBOLS_FILE,
  PROP_VENUE,
  PROP_FROM,
  PROP_TO,
  PROP_ADJUST,
} Property;

G_DEFINE_FINAL_TYPE (PstColumns, pst_columns, PST_TYPE_EXCHANGE)

PST_DEFINE_PLUGIN ("columns", EXCHANGE, PstColumns, pst_columns_get_type)

/* -- options -- */

static gboolean
is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
check_options (PstColumns *self, GError **error)
{
  if (!pst_option_parse_period (self->from, self->to, &self->from_ns, &self->to_ns, error))
    return FALSE;
  if (self->kind == PST_SERIES_KIND_FACTORS)
    g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"kind\": factors are no market data; one of bars, quotes, trades");
  else if (self->adjust != PST_ADJUST_NONE && self->kind != PST_SERIES_KIND_BARS)
    g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                         "option \"adjust\": only bars are adjusted; set adjust=none or kind=bars");
  else
    return TRUE;
  return FALSE;
}

static gboolean
read_symbols_file (PstColumns *self, GPtrArray *names, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  if (!g_file_get_contents (self->symbols_file, &text, &length, &local) || length > SYMBOLS_FILE_BYTES_MAX)
    {
      g_set_error (error, PST_EXCHANGE_ERROR,
                   g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? PST_EXCHANGE_ERROR_NOT_FOUND : PST_EXCHANGE_ERROR_IO,
                   "option \"symbols-file\": %s", local != NULL ? local->message : "the file is too large");
      return FALSE;
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' && lines[i][0] != '#')
      g_ptr_array_add (names, g_strdup (lines[i]));
  if (names->len > 0)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "option \"symbols-file\": \"%s\" names no symbol", self->symbols_file);
  return FALSE;
}

/* -- the series -- */

static gboolean
add_named (PstColumns *self, GPtrArray *wanted, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; self->symbols != NULL && self->symbols[i] != NULL; i++)
    g_ptr_array_add (names, g_strdup (self->symbols[i]));
  if (is_set (self->symbols_file) && !read_symbols_file (self, names, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const PstDatasetSeries *series = pst_dataset_find (self->dataset, self->kind, names->pdata[i], self->period > 0 ? self->period : -1, error);

      if (series == NULL)
        return FALSE;
      if (!g_ptr_array_find (wanted, series, NULL))
        g_ptr_array_add (wanted, (gpointer)series);
    }
  return TRUE;
}

static gboolean
add_all (PstColumns *self, GPtrArray *wanted, GError **error)
{
  for (guint i = 0; i < pst_dataset_get_n_series (self->dataset); i++)
    {
      const PstDatasetSeries *series = pst_dataset_get_series (self->dataset, i);

      if (series->kind == self->kind && (self->period == 0 || series->period_ns == self->period))
        g_ptr_array_add (wanted, (gpointer)series);
    }
  if (wanted->len > 0)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "dataset \"%s\" has no %s%s; \"penstock data list\" shows what it has", self->path,
               pst_series_kind_to_string (self->kind), self->period > 0 ? " of that period" : "");
  return FALSE;
}

static gboolean
check_one_period (PstColumns *self, GPtrArray *wanted, GError **error)
{
  const PstDatasetSeries *first = wanted->pdata[0];

  for (guint i = 1; i < wanted->len; i++)
    if (((const PstDatasetSeries *)wanted->pdata[i])->period_ns != first->period_ns)
      {
        g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "dataset \"%s\" has bars of several periods; set the option \"period\"",
                     self->path);
        return FALSE;
      }
  return TRUE;
}

static PstInstrument *
rename_venue (PstColumns *self, PstInstrument *instrument, GError **error)
{
  PstInstrument draft = *instrument;

  if (!is_set (self->venue))
    return pst_instrument_ref (instrument);
  draft.id = NULL;
  draft.venue = self->venue;
  return pst_instrument_new (&draft, error);
}

static gboolean
fill_lane (PstColumns *self, const PstDatasetSeries *series, PstColumnsLane *lane, GError **error)
{
  static const guint16 kinds[] = { PST_EVENT_BAR, PST_EVENT_QUOTE, PST_EVENT_TRADE };
  guint n_columns;

  lane->kind = kinds[series->kind];
  pst_series_kind_get_columns (series->kind, &n_columns);
  for (guint c = 0; c < n_columns; c++)
    lane->columns[c] = pst_dataset_get_column (self->dataset, series, c);
  if (self->adjust != PST_ADJUST_NONE)
    {
      PstBarColumns bars;

      if (!pst_dataset_read_bars (self->dataset, series, self->adjust, &bars, error))
        return FALSE;
      lane->columns[2] = bars.open;
      lane->columns[3] = bars.high;
      lane->columns[4] = bars.low;
      lane->columns[5] = bars.close;
      lane->columns[6] = bars.volume;
    }
  /* By the label, as the replay feed does. */
  for (lane->end = series->n_rows; lane->end > 0 && lane->columns[1][lane->end - 1] >= self->to_ns;)
    lane->end--;
  while (lane->next < lane->end && lane->columns[1][lane->next] < self->from_ns)
    lane->next++;
  return TRUE;
}

/* The same rows for who takes columns instead of frames. Bars that overlap have to be played: an order may only meet those that began after it. */
static void
note_bars (PstColumns *self, const PstColumnsLane *lane)
{
  PstInstrumentTable *table = pst_context_get_instruments (pst_component_get_context (PST_COMPONENT (self)));
  gsize at = lane->next;
  const PstBarColumns bars = { (PstInstrument *)pst_instrument_table_get (table, lane->instrument),
                               lane->end - at,
                               lane->columns[0] + at,
                               lane->columns[2] + at,
                               lane->columns[3] + at,
                               lane->columns[4] + at,
                               lane->columns[5] + at,
                               lane->columns[6] + at };
  gboolean overlap = lane->kind != PST_EVENT_BAR;

  for (gsize i = at + 1; i < lane->end && !overlap; i++)
    overlap = lane->columns[1][i] < lane->columns[0][i] && lane->columns[1][i] < lane->columns[0][i - 1];
  if (overlap)
    g_clear_pointer (&self->bars, g_array_unref);
  else if (self->bars != NULL && bars.n_bars > 0)
    g_array_append_val (self->bars, bars);
}

/* (transfer container): @wanted in the order of the dataset. */
static GPtrArray *
sort_series (PstColumns *self, GPtrArray *wanted, GHashTable *numbers)
{
  GPtrArray *sorted = g_ptr_array_sized_new (wanted->len);

  for (guint i = 0; i < pst_dataset_get_n_series (self->dataset); i++)
    {
      gpointer series = (gpointer)pst_dataset_get_series (self->dataset, i);

      if (g_hash_table_contains (numbers, series))
        g_ptr_array_add (sorted, series);
    }
  return sorted;
}

static gboolean
pst_columns_prepare (PstComponent *component, GError **error)
{
  PstColumns *self = PST_COLUMNS (component);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new (), in_order = NULL;
  g_autoptr (GHashTable) numbers = g_hash_table_new (NULL, NULL);

  if (!check_options (self, error))
    return FALSE;
  self->dataset = pst_dataset_open (self->path, error);
  if (self->dataset == NULL || !add_named (self, wanted, error) || (wanted->len == 0 && !add_all (self, wanted, error))
      || !check_one_period (self, wanted, error))
    return FALSE;
  /* Instruments are numbered as they are asked for, frames are built in the dataset's order: both as the replay feed does. */
  for (guint i = 0; i < wanted->len; i++)
    {
      const PstDatasetSeries *series = wanted->pdata[i];
      g_autoptr (PstInstrument) instrument = rename_venue (self, series->instrument, error);
      guint32 number = instrument != NULL ? pst_exchange_add_instrument (PST_EXCHANGE (self), instrument, error) : PST_INSTRUMENT_NONE;

      if (number == PST_INSTRUMENT_NONE)
        return FALSE;
      g_hash_table_insert (numbers, wanted->pdata[i], GUINT_TO_POINTER (number));
    }
  in_order = sort_series (self, wanted, numbers);
  self->merge = pst_columns_merge_new ();
  self->bars = g_array_new (FALSE, FALSE, sizeof (PstBarColumns));
  for (guint i = 0; i < in_order->len; i++)
    {
      PstColumnsLane lane = { .instrument = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, in_order->pdata[i])) };

      if (!fill_lane (self, in_order->pdata[i], &lane, error))
        return FALSE;
      pst_columns_merge_add (self->merge, &lane);
      note_bars (self, &lane);
    }
  return TRUE;
}

/* -- the feed -- */

static gboolean
pst_columns_start (PstComponent *component, GError **error)
{
  guint64 n_done, n_rows;

  pst_columns_merge_get_progress (PST_COLUMNS (component)->merge, &n_done, &n_rows);
  if (n_rows == 0)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "dataset \"%s\" has no rows in the range asked for; check the options \"from\" and \"to\"", PST_COLUMNS (component)->path);
      return FALSE;
    }
  pst_exchange_set_connection (PST_EXCHANGE (component), PST_CONNECTION_CONNECTED);
  return TRUE;
}

static void
pst_columns_stop (PstComponent *component)
{
  pst_exchange_set_connection (PST_EXCHANGE (component), PST_CONNECTION_DISCONNECTED);
}

static PstFeedStatus
pst_columns_pull (PstExchange *exchange, GError **error)
{
  PstColumns *self = PST_COLUMNS (exchange);
  PstFrameBlock block;

  if (self->merge == NULL || !pst_columns_merge_next (self->merge, &block))
    return PST_FEED_END;
  if (!pst_exchange_publish (exchange, &block, error))
    return PST_FEED_ERROR;
  for (guint i = 0; i < block.n_frames; i++)
    self->counts.n_events += block.frames[i].n_events;
  return PST_FEED_MORE;
}

static const PstBarColumns *
pst_columns_get_columns (PstExchange *exchange, guint *n_instruments)
{
  PstColumns *self = PST_COLUMNS (exchange);

  *n_instruments = self->bars != NULL ? self->bars->len : 0;
  return *n_instruments > 0 ? (const PstBarColumns *)(gpointer)self->bars->data : NULL;
}

static void
pst_columns_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction)
{
  PstColumns *self = PST_COLUMNS (exchange);
  guint64 n_rows = 0;

  if (self->merge != NULL)
    pst_columns_merge_get_progress (self->merge, &self->counts.n_rows, &n_rows);
  *counts = self->counts;
  *fraction = n_rows > 0 ? (double)self->counts.n_rows / (double)n_rows : -1;
}

/* -- the object -- */

static void
pst_columns_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstColumns *self = PST_COLUMNS (object);

  switch ((Property)id)
    {
    case PROP_PATH:
      g_free (self->path);
      self->path = g_value_dup_string (value);
      break;
    case PROP_KIND:
      self->kind = (PstSeriesKind)g_value_get_enum (value);
      break;
    case PROP_PERIOD:
      self->period = g_value_get_int64 (value);
      break;
    case PROP_SYMBOLS:
      g_strfreev (self->symbols);
      self->symbols = g_value_dup_boxed (value);
      break;
    case PROP_SYMBOLS_FILE:
      g_free (self->symbols_file);
      self->symbols_file = g_value_dup_string (value);
      break;
    case PROP_VENUE:
      g_free (self->venue);
      self->venue = g_value_dup_string (value);
      break;
    case PROP_FROM:
      g_free (self->from);
      self->from = g_value_dup_string (value);
      break;
    case PROP_TO:
      g_free (self->to);
      self->to = g_value_dup_string (value);
      break;
    case PROP_ADJUST:
      self->adjust = (PstAdjust)g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_columns_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstColumns *self = PST_COLUMNS (object);

  switch ((Property)id)
    {
    case PROP_PATH:
      g_value_set_string (value, self->path);
      break;
    case PROP_KIND:
      g_value_set_enum (value, (gint)self->kind);
      break;
    case PROP_PERIOD:
      g_value_set_int64 (value, self->period);
      break;
    case PROP_SYMBOLS:
      g_value_set_boxed (value, self->symbols);
      break;
    case PROP_SYMBOLS_FILE:
      g_value_set_string (value, self->symbols_file);
      break;
    case PROP_VENUE:
      g_value_set_string (value, self->venue);
      break;
    case PROP_FROM:
      g_value_set_string (value, self->from);
      break;
    case PROP_TO:
      g_value_set_string (value, self->to);
      break;
    case PROP_ADJUST:
      g_value_set_enum (value, (gint)self->adjust);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_columns_finalize (GObject *object)
{
  PstColumns *self = PST_COLUMNS (object);

  g_clear_pointer (&self->bars, g_array_unref);
  g_clear_pointer (&self->merge, pst_columns_merge_free);
  g_clear_pointer (&self->dataset, pst_dataset_unref);
  g_free (self->path);
  g_strfreev (self->symbols);
  g_free (self->symbols_file);
  g_free (self->venue);
  g_free (self->from);
  g_free (self->to);
  G_OBJECT_CLASS (pst_columns_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_PATH,
                                   g_param_spec_string ("path", "Folder", "folder of columns that penstock data import made", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_PATH | PST_OPTION_REQUIRED));
  g_object_class_install_property (
      klass, PROP_KIND,
      g_param_spec_enum ("kind", "Kind", "what is played: bars, quotes or trades", PST_TYPE_SERIES_KIND, PST_SERIES_KIND_BARS, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_PERIOD,
                                   pst_param_spec_duration ("period", "Period of bars",
                                                            "which bars, when the folder has several periods; 0: the only ones", "0s", "366d", "0s",
                                                            PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_SYMBOLS,
                                   g_param_spec_boxed ("symbols", "Wanted symbols", "only these symbols or ids are played; not set: all of the kind",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_SYMBOLS_FILE,
                                   g_param_spec_string ("symbols-file", "File of wanted symbols",
                                                        "like symbols, one a line; blank lines and lines that begin with # are passed over", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (
      klass, PROP_VENUE, g_param_spec_string ("venue", "Venue", "venue of the instruments; not set: that of the import", NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_FROM,
                                   g_param_spec_string ("from", "From",
                                                        "rows before this time are passed over; of bars the time they are labelled with", NULL,
                                                        PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_TO,
                                   g_param_spec_string ("to", "To", "rows at this time and after it are passed over", NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_ADJUST,
                                   g_param_spec_enum ("adjust", "Adjustment",
                                                      "what is taken out of the prices of bars: nothing, splits, or also dividends", PST_TYPE_ADJUST,
                                                      PST_ADJUST_NONE, PST_OPTION_READWRITE));
}

static void
pst_columns_class_init (PstColumnsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  object_class->set_property = pst_columns_set_property;
  object_class->get_property = pst_columns_get_property;
  object_class->finalize = pst_columns_finalize;
  component_class->prepare = pst_columns_prepare;
  component_class->start = pst_columns_start;
  component_class->stop = pst_columns_stop;
  exchange_class->get_columns = pst_columns_get_columns;
  exchange_class->pull = pst_columns_pull;
  exchange_class->get_progress = pst_columns_get_progress;
  install_options (object_class);
}

static void
pst_columns_init (PstColumns *self)
{
  (void)self;
}
