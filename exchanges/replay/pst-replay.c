/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A historical feed: an exchange that is pulled and cannot trade. This file joins options, symbols and the feed to the run; how bytes
 * become events is the parser's business, which knows nothing of it. */
#include <string.h>

#include "pst-replay.h"

#include "pst-replay-pace.h"
#include "pst-replay-rows.h"

struct _PstReplay
{
  PstExchange parent_instance;

  PstReplayOptions options;
  PstReplayShared shared;
  GTimeZone *zone;
  GPtrArray *files;
  const char **paths;  /* of files, for an importer */
  GArray *fixed;       /* of each file its symbol */
  PstInstrument draft; /* what all instruments have in common */
  char *venue;

  PstReplayFeed *feed;
  PstReplayRows *rows; /* NULL: it is played */
  PstReplayPace *pace; /* NULL: it is pulled */
  PstFeedCounts counts;
  double fraction;
  gboolean told_end;
};

static void pst_replay_row_reader_init (PstRowReaderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PstReplay, pst_replay, PST_TYPE_EXCHANGE, G_IMPLEMENT_INTERFACE (PST_TYPE_ROW_READER, pst_replay_row_reader_init))

PST_DEFINE_PLUGIN ("replay", EXCHANGE, PstReplay, pst_replay_get_type)

/* -- instruments -- */

static gboolean
is_set (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
get_currency (const char *option, const char *code, const PstCurrency **currency, GError **error)
{
  *currency = pst_currency_get (code, error);
  if (*currency == NULL)
    g_prefix_error (error, "option \"%s\": ", option);
  return *currency != NULL;
}

static gboolean
prepare_draft (PstReplay *self, GError **error)
{
  const PstReplayOptions *options = &self->options;

  self->venue = is_set (options->venue) ? g_strdup (options->venue) : g_ascii_strup (pst_component_get_name (PST_COMPONENT (self)), -1);
  self->draft = (PstInstrument){
    .venue = self->venue,
    .settlement = (PstSettlement)options->settlement,
    .price_scale = (guint8)options->price_scale,
    .size_scale = (guint8)options->size_scale,
    .price_step = self->shared.settings.price_step,
  };
  if (!pst_replay_options_rescale ("size-step", options->size_step, options->size_scale, "size-scale", &self->draft.size_step, error)
      || !pst_replay_options_rescale ("size-min", options->size_min, options->size_scale, "size-scale", &self->draft.size_min, error))
    return FALSE;
  if (is_set (options->base) && !get_currency ("base", options->base, &self->draft.base, error))
    return FALSE;
  return !is_set (options->quote) || get_currency ("quote", options->quote, &self->draft.quote, error);
}

/* What the options leave open is taken from a symbol such as BTC/USD. */
static gboolean
complete_currencies (PstInstrument *draft, const char *symbol, GError **error)
{
  const char *slash = strchr (symbol, '/');
  g_autofree char *base = slash != NULL ? g_strndup (symbol, (gsize)(slash - symbol)) : NULL;

  if (draft->base == NULL && base != NULL)
    draft->base = pst_currency_get (base, NULL);
  if (draft->quote == NULL)
    draft->quote = slash != NULL ? pst_currency_get (slash + 1, NULL) : NULL;
  if (draft->quote == NULL)
    draft->quote = pst_currency_get ("USD", NULL);
  if (draft->settlement != PST_SETTLEMENT_DELIVERY || draft->base != NULL)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING,
               "settlement=delivery needs to know what is delivered, which symbol \"%s\" does not say; set the option \"base\"", symbol);
  return FALSE;
}

/* Adds a wanted symbol. FALSE without an error: the text can be no symbol (@why says so). */
static guint32
add_wanted (PstReplay *self, const char *text, gsize length, char **why, GError **error)
{
  g_autofree char *symbol = g_strndup (text, length);
  g_autoptr (PstInstrument) instrument = NULL;
  g_autoptr (GError) local = NULL;
  PstInstrument draft = self->draft;
  guint32 index;

  if (pst_replay_symbols_get_size (self->shared.symbols) >= self->options.symbols_max)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "there are more than symbols-max=%u symbols; check that the option \"columns\" names the right column, or raise symbols-max",
                   self->options.symbols_max);
      return PST_REPLAY_SYMBOL_NONE;
    }
  if (!complete_currencies (&draft, symbol, error))
    return PST_REPLAY_SYMBOL_NONE;
  draft.symbol = symbol;
  instrument = pst_instrument_new (&draft, &local);
  if (instrument == NULL)
    {
      if (g_error_matches (local, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX))
        *why = g_strdup (local->message);
      else
        g_propagate_error (error, g_steal_pointer (&local));
      return PST_REPLAY_SYMBOL_NONE;
    }
  index = pst_exchange_add_instrument (PST_EXCHANGE (self), instrument, error);
  if (index == PST_INSTRUMENT_NONE)
    return PST_REPLAY_SYMBOL_NONE;
  return pst_replay_symbols_add (self->shared.symbols, text, length, index, PST_REPLAY_SYMBOL_WANTED);
}

static gboolean
add_symbol (gpointer user_data, const char *text, gsize length, GError **error)
{
  PstReplay *self = user_data;
  g_autofree char *why = NULL;

  if (!self->shared.settings.symbols_listed)
    return add_wanted (self, text, length, &why, error) != PST_REPLAY_SYMBOL_NONE;
  if (pst_replay_symbols_get_size (self->shared.symbols) >= self->options.symbols_max)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                   "there are more than symbols-max=%u symbols; check that the option \"columns\" names the right column, or raise symbols-max",
                   self->options.symbols_max);
      return FALSE;
    }
  pst_replay_symbols_add (self->shared.symbols, text, length, PST_INSTRUMENT_NONE,
                          self->options.other_symbols == PST_REPLAY_OTHER_SKIP ? PST_REPLAY_SYMBOL_LEFT_OUT : PST_REPLAY_SYMBOL_REFUSED);
  return TRUE;
}

static gboolean
add_named (PstReplay *self, const char *option, const char *symbol, guint32 *index, GError **error)
{
  g_autofree char *why = NULL;

  *index = pst_replay_symbols_find (self->shared.symbols, symbol, strlen (symbol));
  if (*index != PST_REPLAY_SYMBOL_NONE)
    return TRUE;
  *index = add_wanted (self, symbol, strlen (symbol), &why, error);
  if (why != NULL)
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "option \"%s\": %s", option, why);
  return *index != PST_REPLAY_SYMBOL_NONE;
}

static gboolean
prepare_listed (PstReplay *self, GError **error)
{
  g_autoptr (GPtrArray) listed = pst_replay_options_read_symbols (&self->options, error);
  guint32 index;

  if (listed == NULL)
    return FALSE;
  for (guint i = 0; i < listed->len; i++)
    if (!add_named (self, "symbols", listed->pdata[i], &index, error))
      return FALSE;
  self->shared.settings.symbols_listed = listed->len > 0;
  return TRUE;
}

static gboolean
name_wanted (PstReplay *self, const char *symbol, guint32 *index, GError **error)
{
  const char *nearest;

  if (!self->shared.settings.symbols_listed)
    return add_named (self, "symbol", symbol, index, error);
  *index = pst_replay_symbols_find (self->shared.symbols, symbol, strlen (symbol));
  if (*index != PST_REPLAY_SYMBOL_NONE)
    return TRUE;
  if (self->options.other_symbols == PST_REPLAY_OTHER_SKIP)
    return add_symbol (self, symbol, strlen (symbol), error) && name_wanted (self, symbol, index, error);
  nearest = pst_replay_symbols_nearest (self->shared.symbols, symbol, PST_REPLAY_SYMBOL_WANTED);
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "symbol \"%s\" is not among the symbols asked for%s%s%s; set other-symbols=skip to pass over it", symbol,
               nearest != NULL ? " (near is \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\")" : "");
  return FALSE;
}

/* The symbol of each file, when rows do not name it. */
static gboolean
prepare_fixed (PstReplay *self, GError **error)
{
  gboolean by_file = g_strcmp0 (self->options.symbol, "{file}") == 0;

  self->fixed = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = 0; i < self->files->len; i++)
    {
      g_autofree char *stem = pst_replay_cursor_stem (self->files->pdata[i]);
      g_autofree char *upper = g_ascii_strup (stem, -1);
      guint32 index = PST_REPLAY_SYMBOL_NONE;

      if (is_set (self->options.symbol) && !name_wanted (self, by_file ? upper : self->options.symbol, &index, error))
        return FALSE;
      g_array_append_val (self->fixed, index);
    }
  return TRUE;
}

/* -- life -- */

/* A backtest has no present. */
static gboolean
check_pace (PstReplay *self, GError **error)
{
  if (self->options.pace == 0 || pst_context_get_mode (pst_component_get_context (PST_COMPONENT (self))) != PST_MODE_BACKTEST)
    return TRUE;
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                       "option \"pace\" plays in real time, which a backtest does not have; take it out, or set mode=paper");
  return FALSE;
}

static gboolean
pst_replay_prepare (PstComponent *component, GError **error)
{
  PstReplay *self = PST_REPLAY (component);
  gboolean good = pst_replay_options_compile (&self->options, &self->shared.settings, error);

  self->zone = self->shared.settings.zone;
  if (!good || !check_pace (self, error) || !prepare_draft (self, error))
    return FALSE;
  self->files = pst_replay_options_find_files (&self->options, error);
  if (self->files == NULL)
    return FALSE;
  self->shared.on_bad_row = (PstReplayBadRow)self->options.on_bad_row;
  self->shared.member = self->options.member;
  self->shared.symbols = pst_replay_symbols_new ();
  self->shared.report = pst_replay_report_new (self->options.named_rows_max);
  self->shared.add_symbol = add_symbol;
  self->shared.user_data = self;
  return prepare_listed (self, error) && prepare_fixed (self, error);
}

/* A listed symbol without a row is a mistake in the list. */
static char *
missing_symbol (PstReplay *self)
{
  for (guint i = 0; self->shared.settings.symbols_listed && i < pst_replay_symbols_get_size (self->shared.symbols); i++)
    {
      const PstReplaySymbol *symbol = pst_replay_symbols_get (self->shared.symbols, i);
      const char *nearest;

      if (symbol->use != PST_REPLAY_SYMBOL_WANTED || symbol->seen)
        continue;
      nearest = pst_replay_symbols_nearest (self->shared.symbols, symbol->text, PST_REPLAY_SYMBOL_LEFT_OUT);
      if (nearest == NULL)
        return g_strdup_printf ("symbol \"%s\" has no good row in the files; take it out of the options \"symbols\" and \"symbols-file\"",
                                symbol->text);
      return g_strdup_printf ("symbol \"%s\" has no good row in the files, did you mean \"%s\"? Correct the options \"symbols\" and \"symbols-file\"",
                              symbol->text, nearest);
    }
  return NULL;
}

static gboolean
check_listed (PstReplay *self, GError **error)
{
  g_autofree char *missing = self->options.layout == PST_REPLAY_LAYOUT_SYMBOL ? missing_symbol (self) : NULL;

  if (missing == NULL)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "%s", missing);
  return FALSE;
}

static void begin_pace (PstReplay *self);

static gboolean
pst_replay_start (PstComponent *component, GError **error)
{
  PstReplay *self = PST_REPLAY (component);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; i < self->files->len; i++)
    g_ptr_array_add (paths, self->files->pdata[i]);
  g_ptr_array_add (paths, NULL);
  self->feed = pst_replay_feed_new (&self->shared, (const char *const *)paths->pdata, (const guint32 *)(gpointer)self->fixed->data,
                                    self->options.open_files_max, self->options.rows_max);
  if (!pst_replay_feed_open (self->feed, error) || !check_listed (self, error))
    {
      g_clear_pointer (&self->feed, pst_replay_feed_free);
      return FALSE;
    }
  if (self->options.pace > 0)
    begin_pace (self);
  pst_exchange_set_connection (PST_EXCHANGE (self), PST_CONNECTION_CONNECTED);
  return TRUE;
}

static void
update_counts (PstReplay *self)
{
  if (self->feed == NULL)
    return; /* not started, or an importer's */
  pst_replay_feed_get_progress (self->feed, &self->counts.n_rows, &self->fraction);
  self->counts.n_rejected = pst_replay_report_get_n_rejected (self->shared.report);
  if (self->pace != NULL)
    self->counts.n_events = pst_replay_pace_get_n_events (self->pace);
}

static void
pst_replay_stop (PstComponent *component)
{
  PstReplay *self = PST_REPLAY (component);

  update_counts (self);
  g_clear_pointer (&self->pace, pst_replay_pace_free);
  g_clear_pointer (&self->feed, pst_replay_feed_free);
  pst_exchange_set_connection (PST_EXCHANGE (self), PST_CONNECTION_DISCONNECTED);
}

/* -- the feed -- */

static void
note_rows (PstReplay *self)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  gboolean rejected;
  char *sentence;

  while ((sentence = pst_replay_report_take (self->shared.report, &rejected)) != NULL)
    {
      pst_context_note (context, PST_COMPONENT (self), rejected ? "ROW_REJECTED" : "ROW_ODD", "%s", sentence);
      g_free (sentence);
    }
}

static void
tell_end (PstReplay *self)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (self));
  g_autofree char *summary = pst_replay_report_summary (self->shared.report);
  g_autofree char *missing = self->options.layout == PST_REPLAY_LAYOUT_TIME ? missing_symbol (self) : NULL;
  guint64 n_odd = pst_replay_report_get_n_notices (self->shared.report);
  guint64 n_rounded = self->feed != NULL ? pst_replay_feed_get_n_rounded (self->feed) : 0;

  if (self->told_end)
    return;
  self->told_end = TRUE;
  if (n_odd > 0)
    pst_context_note (context, PST_COMPONENT (self), "ROWS_ODD", "%" G_GUINT64_FORMAT " rows or files are odd but were used", n_odd);
  if (n_rounded > 0)
    pst_context_note (context, PST_COMPONENT (self), "VOLUMES_ROUNDED",
                      "%" G_GUINT64_FORMAT " bars had a volume with more than size-scale=%u decimals", n_rounded, self->options.size_scale);
  if (summary != NULL)
    {
      pst_context_note (context, PST_COMPONENT (self), "ROWS_REJECTED", "%s", summary);
      pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_WARNING, "data", "Rows of market data were rejected", "%s", summary);
    }
  if (missing != NULL)
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_ERROR, "data", "A symbol has no market data", "%s", missing);
}

static PstFeedStatus
take_block (PstReplay *self, PstFrameBlock *block, GError **error)
{
  PstFeedStatus status = pst_replay_feed_next (self->feed, block, error);

  note_rows (self);
  if (status != PST_FEED_MORE)
    tell_end (self);
  return status;
}

static PstFeedStatus
take_paced (gpointer user_data, PstFrameBlock *block, GError **error)
{
  return take_block (user_data, block, error);
}

/* The venue tells nothing any more: to the run that is a lost connection, and an operator decides. */
static void
on_over (gpointer user_data, const GError *error)
{
  PstReplay *self = user_data;

  if (error != NULL)
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_CRITICAL, "data", "Market data failed", "%s", error->message);
  else
    pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_INFO, "data", "Market data are at their end",
                               "every row of the files was played; the run goes on without data until it is stopped");
  pst_exchange_set_connection (PST_EXCHANGE (self), PST_CONNECTION_DISCONNECTED);
}

static void
begin_pace (PstReplay *self)
{
  self->pace = pst_replay_pace_new (PST_EXCHANGE (self), self->options.pace, take_paced, on_over, self);
}

static gboolean
pst_replay_is_live (PstExchange *exchange)
{
  return PST_REPLAY (exchange)->options.pace > 0;
}

static PstFeedStatus
pst_replay_pull (PstExchange *exchange, GError **error)
{
  PstReplay *self = PST_REPLAY (exchange);
  PstFrameBlock block;
  PstFeedStatus status;

  if (self->feed == NULL)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "exchange \"%s\" is not started", pst_component_get_name (PST_COMPONENT (self)));
      return PST_FEED_ERROR;
    }
  status = take_block (self, &block, error);
  if (status != PST_FEED_MORE)
    return status;
  if (!pst_exchange_publish (exchange, &block, error))
    return PST_FEED_ERROR;
  for (guint i = 0; i < block.n_frames; i++)
    self->counts.n_events += block.frames[i].n_events;
  return PST_FEED_MORE;
}

static void
pst_replay_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction)
{
  PstReplay *self = PST_REPLAY (exchange);

  update_counts (self);
  *counts = self->counts;
  *fraction = self->fraction;
}

/* -- rows for an importer -- */

static const char *const *
pst_replay_list_files (PstRowReader *reader)
{
  PstReplay *self = PST_REPLAY (reader);

  if (self->paths == NULL)
    {
      self->paths = g_new0 (const char *, self->files->len + 1);
      for (guint i = 0; i < self->files->len; i++)
        self->paths[i] = self->files->pdata[i];
    }
  return self->paths;
}

static PstReplayRows *
get_rows (PstReplay *self)
{
  if (self->rows == NULL)
    {
      /* Who imports takes every finding as it comes: none is left out. */
      pst_replay_report_set_named_max (self->shared.report, G_MAXUINT);
      self->rows = pst_replay_rows_new (&self->shared, self->files, self->fixed);
    }
  return self->rows;
}

static PstFeedStatus
pst_replay_next_rows (PstRowReader *reader, PstRowBatch *batch, GError **error)
{
  PstReplay *self = PST_REPLAY (reader);
  PstReplayRows *rows = get_rows (self);
  PstFeedStatus status = pst_replay_rows_next (rows, batch, error);
  g_autofree char *missing = NULL;

  self->counts.n_rows = pst_replay_rows_get_n_rows (rows);
  self->counts.n_rejected = pst_replay_report_get_n_rejected (self->shared.report);
  if (status == PST_FEED_END)
    missing = missing_symbol (self);
  if (missing == NULL)
    return status;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "%s", missing);
  return PST_FEED_ERROR;
}

static gboolean
pst_replay_next_finding (PstRowReader *reader, PstRowFinding *finding)
{
  return pst_replay_rows_next_finding (get_rows (PST_REPLAY (reader)), finding);
}

static char *
pst_replay_describe (PstRowReader *reader)
{
  return pst_replay_options_describe (&PST_REPLAY (reader)->options, G_OBJECT_GET_CLASS (reader));
}

static gint64
pst_replay_get_bar_period (PstRowReader *reader)
{
  return pst_replay_rows_get_bar_period (get_rows (PST_REPLAY (reader)));
}

static const char *
pst_replay_get_time_zone (PstRowReader *reader)
{
  return PST_REPLAY (reader)->options.time_zone;
}

static void
pst_replay_row_reader_init (PstRowReaderInterface *iface)
{
  iface->list_files = pst_replay_list_files;
  iface->next_rows = pst_replay_next_rows;
  iface->next_finding = pst_replay_next_finding;
  iface->describe = pst_replay_describe;
  iface->get_bar_period = pst_replay_get_bar_period;
  iface->get_time_zone = pst_replay_get_time_zone;
}

/* -- the object -- */

static void
pst_replay_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (!pst_replay_options_set (&PST_REPLAY (object)->options, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pst_replay_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (!pst_replay_options_get (&PST_REPLAY (object)->options, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pst_replay_finalize (GObject *object)
{
  PstReplay *self = PST_REPLAY (object);

  g_clear_pointer (&self->pace, pst_replay_pace_free);
  g_clear_pointer (&self->feed, pst_replay_feed_free);
  g_clear_pointer (&self->rows, pst_replay_rows_free);
  g_free (self->paths);
  g_clear_pointer (&self->shared.symbols, pst_replay_symbols_free);
  g_clear_pointer (&self->shared.report, pst_replay_report_free);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->fixed, g_array_unref);
  g_free (self->venue);
  pst_replay_options_clear (&self->options);
  G_OBJECT_CLASS (pst_replay_parent_class)->finalize (object);
}

static void
pst_replay_class_init (PstReplayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  object_class->set_property = pst_replay_set_property;
  object_class->get_property = pst_replay_get_property;
  object_class->finalize = pst_replay_finalize;
  component_class->prepare = pst_replay_prepare;
  component_class->start = pst_replay_start;
  component_class->stop = pst_replay_stop;
  exchange_class->pull = pst_replay_pull;
  exchange_class->is_live = pst_replay_is_live;
  exchange_class->get_progress = pst_replay_get_progress;
  pst_replay_options_install (object_class);
}

static void
pst_replay_init (PstReplay *self)
{
  self->fraction = -1;
  pst_replay_options_init (&self->options, G_OBJECT_GET_CLASS (self));
}
