/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The component that every venue with a connection is: its options, its listings, its life. */
#include "pst-venue-private.h"

#include <string.h>

/**
 * PstVenue:
 *
 * The base of venues that are reached over a connection.
 */

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PstVenue, pst_venue, PST_TYPE_EXCHANGE)

enum
{
  PROP_INSTRUMENTS = 1,
  PROP_DEPTH,
  PROP_CAPTURE,
  PROP_CAPTURE_REPLIES,
  PROP_CAPTURE_CONNECTION,
  PROP_RECORD,
  PROP_URL,
  PROP_METADATA_URL,
  PROP_MAKER_FEE,
  PROP_TAKER_FEE,
  PROP_ASSUME_PRICE_SCALE,
  PROP_ASSUME_SIZE_SCALE,
  PROP_RECONNECT_FIRST,
  PROP_RECONNECT_MAX,
  PROP_RECONNECT_BUDGET,
  PROP_RECONNECT_WINDOW,
  N_PROPS
};

PstVenuePrivate *
pst_venue_private (PstVenue *venue)
{
  return pst_venue_get_instance_private (venue);
}

const char *
pst_venue_name (PstVenue *venue)
{
  PstVenueClass *klass = PST_VENUE_GET_CLASS (venue);

  return klass->get_venue != NULL ? klass->get_venue (venue) : klass->venue;
}

/* Where the property's value lives. */
static gpointer
member (PstVenueOptions *options, guint id)
{
  gpointer members[N_PROPS] = {
    [PROP_INSTRUMENTS] = &options->instruments,
    [PROP_DEPTH] = &options->depth,
    [PROP_CAPTURE] = &options->capture,
    [PROP_CAPTURE_REPLIES] = &options->capture_replies,
    [PROP_CAPTURE_CONNECTION] = &options->capture_connection,
    [PROP_RECORD] = &options->record,
    [PROP_URL] = &options->url,
    [PROP_METADATA_URL] = &options->metadata_url,
    [PROP_MAKER_FEE] = &options->maker_fee,
    [PROP_TAKER_FEE] = &options->taker_fee,
    [PROP_ASSUME_PRICE_SCALE] = &options->assume_price_scale,
    [PROP_ASSUME_SIZE_SCALE] = &options->assume_size_scale,
    [PROP_RECONNECT_FIRST] = &options->reconnect_first_ns,
    [PROP_RECONNECT_MAX] = &options->reconnect_max_ns,
    [PROP_RECONNECT_BUDGET] = &options->reconnect_budget,
    [PROP_RECONNECT_WINDOW] = &options->reconnect_window_ns,
  };

  return members[id];
}

static void
pst_venue_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  gpointer at = member (&pst_venue_private (PST_VENUE (object))->options, id);

  if (G_VALUE_TYPE (value) == G_TYPE_STRV)
    {
      g_strfreev (*(char ***)at);
      *(char ***)at = g_value_dup_boxed (value);
    }
  else if (G_VALUE_TYPE (value) == PST_TYPE_DECIMAL)
    {
      g_clear_pointer ((PstDecimal **)at, pst_decimal_free);
      *(PstDecimal **)at = g_value_dup_boxed (value);
    }
  else if (G_VALUE_HOLDS_STRING (value))
    {
      g_free (*(char **)at);
      *(char **)at = g_value_dup_string (value);
    }
  else if (G_VALUE_HOLDS_INT64 (value))
    *(gint64 *)at = g_value_get_int64 (value);
  else
    *(guint *)at = g_value_get_uint (value);
}

static void
pst_venue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gpointer at = member (&pst_venue_private (PST_VENUE (object))->options, id);

  if (G_VALUE_TYPE (value) == G_TYPE_STRV || G_VALUE_TYPE (value) == PST_TYPE_DECIMAL)
    g_value_set_boxed (value, *(gpointer *)at);
  else if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, *(char **)at);
  else if (G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, *(gint64 *)at);
  else
    g_value_set_uint (value, *(guint *)at);
}

static void
install_market_options (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_INSTRUMENTS,
                                   g_param_spec_boxed ("instruments", "Instruments", "what to listen to, BASE/QUOTE each: BTC/USD;ETH/USD;ETH/BTC",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE | PST_OPTION_REQUIRED));
  g_object_class_install_property (klass, PROP_DEPTH,
                                   g_param_spec_uint ("depth", "Depth of books", "price levels a side; 0: what the venue's README names", 0,
                                                      PST_BOOK_LEVELS_MAX, 0, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_MAKER_FEE,
                                   pst_param_spec_decimal ("maker-fee", "Maker's fee",
                                                           "fraction of the notional; below zero is a rebate; not set: the venue's for the smallest "
                                                           "account",
                                                           "-0.1", "0.1", NULL, PST_OPTION_READWRITE | PST_OPTION_RATE));
  g_object_class_install_property (klass, PROP_TAKER_FEE,
                                   pst_param_spec_decimal ("taker-fee", "Taker's fee",
                                                           "fraction of the notional; not set: the venue's for the smallest account", "-0.1", "0.1",
                                                           NULL, PST_OPTION_READWRITE | PST_OPTION_RATE));
}

static void
install_capture_options (GObjectClass *klass)
{
  g_object_class_install_property (
      klass, PROP_CAPTURE,
      g_param_spec_string ("capture", "Capture", "a recorded session to play instead of connecting", NULL, PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (klass, PROP_CAPTURE_REPLIES,
                                   g_param_spec_boxed ("capture-replies", "Captured replies",
                                                       "further captures of the same session that hold answers to HTTP requests", G_TYPE_STRV,
                                                       PST_OPTION_READWRITE | PST_OPTION_PATH));
  g_object_class_install_property (klass, PROP_CAPTURE_CONNECTION,
                                   g_param_spec_string ("capture-connection", "Captured connection",
                                                        "the capture's name of the connection to play; not set: its first", NULL,
                                                        PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_ASSUME_PRICE_SCALE,
                                   g_param_spec_uint ("assume-price-scale", "Assumed decimals of prices",
                                                      "for captures that do not hold what the venue tells of its instruments", 0, PST_SCALE_MAX, 8,
                                                      PST_OPTION_READWRITE));
  g_object_class_install_property (
      klass, PROP_ASSUME_SIZE_SCALE,
      g_param_spec_uint ("assume-size-scale", "Assumed decimals of sizes", "the same of sizes", 0, PST_SCALE_MAX, 8, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_RECORD,
                                   g_param_spec_string ("record", "Record", "a file that must not exist, into which the session is recorded", NULL,
                                                        PST_OPTION_READWRITE | PST_OPTION_PATH));
}

static void
install_connection_options (GObjectClass *klass)
{
  g_object_class_install_property (
      klass, PROP_URL, g_param_spec_string ("url", "Address", "where to connect, wss:// or ws://; not set: the venue's", NULL, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_METADATA_URL,
                                   g_param_spec_string ("metadata-url", "Address of metadata",
                                                        "where the venue tells of its instruments by HTTP; not set: the venue's", NULL,
                                                        PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_RECONNECT_FIRST,
                                   pst_param_spec_duration ("reconnect-first", "First delay", "delay after the first failed or lost connection",
                                                            "1ms", "1h", "500ms", PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_RECONNECT_MAX,
                                   pst_param_spec_duration ("reconnect-max", "Longest delay", "the delay doubles up to here, half of it drawn by lot",
                                                            "1ms", "24h", "30s", PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_RECONNECT_BUDGET,
                                   g_param_spec_uint ("reconnect-budget", "Budget of connections",
                                                      "most attempts within reconnect-window; 0: no limit", 0, PST_BACK_OFF_BUDGET_MAX, 20,
                                                      PST_OPTION_READWRITE));
  g_object_class_install_property (
      klass, PROP_RECONNECT_WINDOW,
      pst_param_spec_duration ("reconnect-window", "Window of the budget", "length of the sliding window", "1s", "24h", "5m", PST_OPTION_READWRITE));
}

static gboolean
pst_venue_is_live (PstExchange *exchange)
{
  const char *capture = pst_venue_private (PST_VENUE (exchange))->options.capture;

  return capture == NULL || capture[0] == '\0';
}

static void
pst_venue_get_progress (PstExchange *exchange, PstFeedCounts *counts, double *fraction)
{
  const PstVenueCounts *all = pst_venue_get_counts (PST_VENUE (exchange));

  *counts = (PstFeedCounts){ .n_rows = all->n_messages, .n_events = all->n_levels + all->n_trades, .n_rejected = all->n_malformed };
  *fraction = -1;
}

static guint32
hash_of (const char *symbol, gsize length)
{
  guint32 hash = 2166136261u; /* FNV-1a */

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar)symbol[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static gboolean
add_slot (PstVenuePrivate *private, PstListing *listing)
{
  guint slot = hash_of (listing->symbol, strlen (listing->symbol)) & private->slot_mask;

  for (; private->slots[slot] != 0; slot = (slot + 1) & private->slot_mask)
    if (strcmp (private->listings[private->slots[slot] - 1].symbol, listing->symbol) == 0)
      return FALSE;
  private->slots[slot] = listing->number + 1;
  return TRUE;
}

/* "btc/usd" into BTC and USD. */
static gboolean
split_instrument (const char *text, char **base, char **quote, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  gboolean ok = g_strv_length (parts) == 2;

  for (guint i = 0; ok && i < 2; i++)
    {
      gsize length = strlen (parts[i]);

      ok = length > 0 && length <= 16;
      for (gsize k = 0; ok && k < length; k++)
        ok = g_ascii_isalnum (parts[i][k]);
    }
  if (!ok)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE,
                   "instruments: \"%s\" is no BASE/QUOTE; write for example BTC/USD, letters and digits only, up to 16 each", text);
      return FALSE;
    }
  *base = g_ascii_strup (parts[0], -1);
  *quote = g_ascii_strup (parts[1], -1);
  return TRUE;
}

static gboolean
add_listing (PstVenue *venue, guint number, const char *text, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstListing *listing = &private->listings[number];
  char *base, *quote;

  if (!split_instrument (text, &base, &quote, error))
    return FALSE;
  listing->number = number;
  listing->base = base;
  listing->quote = quote;
  listing->canonical = g_strdup_printf ("%s/%s", base, quote);
  listing->symbol = PST_VENUE_GET_CLASS (venue)->format_symbol (venue, base, quote);
  listing->instrument = PST_INSTRUMENT_NONE;
  listing->book = pst_book_new (PST_VENUE_GET_CLASS (venue)->whole_books ? 0 : pst_venue_get_depth (venue));
  listing->venue = venue;
  private->n_listings = number + 1;
  if (add_slot (private, listing))
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "instruments: %s is listed twice", listing->canonical);
  return FALSE;
}

static gboolean
make_listings (PstVenue *venue, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  guint n = private->options.instruments != NULL ? g_strv_length (private->options.instruments) : 0;
  guint n_slots = 64;

  if (n == 0 || n > PST_VENUE_LISTINGS_MAX)
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "instruments: %u are named; 1 to %u are allowed", n, PST_VENUE_LISTINGS_MAX);
      return FALSE;
    }
  while (n_slots < n * 4)
    n_slots *= 2;
  private->slot_mask = n_slots - 1;
  private->slots = g_new0 (guint32, n_slots);
  private->listings = g_new0 (PstListing, n);
  for (guint i = 0; i < n; i++)
    if (!add_listing (venue, i, private->options.instruments[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_fee (const PstDecimal *option, const char *fallback, gint64 *fee, GError **error)
{
  PstDecimal value;

  if (option != NULL)
    return pst_decimal_rescale (option, PST_RATE_SCALE, PST_ROUND_EXACT, fee, error);
  return pst_decimal_parse (fallback != NULL ? fallback : "0", -1, &value, error)
         && pst_decimal_rescale (&value, PST_RATE_SCALE, PST_ROUND_EXACT, fee, error);
}

static gboolean
pst_venue_prepare (PstComponent *component, GError **error)
{
  PstVenue *venue = PST_VENUE (component);
  PstVenuePrivate *private = pst_venue_private (venue);
  PstVenueClass *klass = PST_VENUE_GET_CLASS (venue);

  if (private->options.reconnect_max_ns < private->options.reconnect_first_ns)
    {
      g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "reconnect-max: must not be below reconnect-first");
      return FALSE;
    }
  return read_fee (private->options.maker_fee, klass->maker_fee, &private->maker_fee, error)
         && read_fee (private->options.taker_fee, klass->taker_fee, &private->taker_fee, error) && make_listings (venue, error);
}

static gboolean
pst_venue_start (PstComponent *component, GError **error)
{
  return pst_venue_session_start (PST_VENUE (component), error);
}

static void
pst_venue_stop (PstComponent *component)
{
  pst_venue_session_stop (PST_VENUE (component));
}

static void
pst_venue_dispose (GObject *object)
{
  pst_venue_session_clear (PST_VENUE (object));
  G_OBJECT_CLASS (pst_venue_parent_class)->dispose (object);
}

static void
clear_listings (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  void (*free_protocol) (gpointer) = PST_VENUE_GET_CLASS (venue)->free_protocol;

  for (guint i = 0; i < private->n_listings; i++)
    {
      PstListing *listing = &private->listings[i];

      if (free_protocol != NULL && listing->protocol != NULL)
        free_protocol (listing->protocol);
      pst_book_free (listing->book);
      g_free ((char *)listing->symbol);
      g_free ((char *)listing->canonical);
      g_free ((char *)listing->base);
      g_free ((char *)listing->quote);
    }
  g_clear_pointer (&private->listings, g_free);
  g_clear_pointer (&private->slots, g_free);
  private->n_listings = 0;
}

static void
pst_venue_finalize (GObject *object)
{
  PstVenue *venue = PST_VENUE (object);
  PstVenuePrivate *private = pst_venue_private (venue);
  PstVenueOptions *options = &private->options;

  clear_listings (venue);
  g_clear_pointer (&private->buffer, pst_frame_buffer_free);
  g_clear_pointer (&private->kinds, g_hash_table_unref);
  g_clear_error (&private->failure);
  g_free (private->url);
  g_strfreev (options->instruments);
  g_strfreev (options->capture_replies);
  g_free (options->capture);
  g_free (options->capture_connection);
  g_free (options->record);
  g_free (options->url);
  g_free (options->metadata_url);
  g_clear_pointer (&options->maker_fee, pst_decimal_free);
  g_clear_pointer (&options->taker_fee, pst_decimal_free);
  G_OBJECT_CLASS (pst_venue_parent_class)->finalize (object);
}

static void
pst_venue_class_init (PstVenueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = pst_venue_set_property;
  object_class->get_property = pst_venue_get_property;
  object_class->dispose = pst_venue_dispose;
  object_class->finalize = pst_venue_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_venue_prepare;
  PST_COMPONENT_CLASS (klass)->start = pst_venue_start;
  PST_COMPONENT_CLASS (klass)->stop = pst_venue_stop;
  PST_EXCHANGE_CLASS (klass)->pull = pst_venue_session_pull;
  PST_EXCHANGE_CLASS (klass)->is_live = pst_venue_is_live;
  PST_EXCHANGE_CLASS (klass)->get_progress = pst_venue_get_progress;
  install_market_options (object_class);
  install_capture_options (object_class);
  install_connection_options (object_class);
}

static void
pst_venue_init (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  private->options.assume_price_scale = private->options.assume_size_scale = 8;
  private->options.reconnect_first_ns = PST_NS_PER_SECOND / 2;
  private->options.reconnect_max_ns = 30 * PST_NS_PER_SECOND;
  private->options.reconnect_budget = 20;
  private->options.reconnect_window_ns = 300 * PST_NS_PER_SECOND;
  private->buffer = pst_frame_buffer_new (PST_VENUE_EVENTS_MAX);
  private->frame_time_ns = G_MININT64;
  private->kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * pst_venue_get_n_listings:
 * @venue: a venue
 *
 * Returns: how many instruments the operator named; 0 before prepare()
 */
guint
pst_venue_get_n_listings (PstVenue *venue)
{
  return pst_venue_private (venue)->n_listings;
}

/**
 * pst_venue_get_listing: (skip)
 * @venue: a venue
 * @number: from 0, below pst_venue_get_n_listings()
 *
 * Returns: (transfer none): the listing
 */
PstListing *
pst_venue_get_listing (PstVenue *venue, guint number)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  g_return_val_if_fail (number < private->n_listings, NULL);
  return &private->listings[number];
}

/**
 * pst_venue_find_listing: (skip)
 * @venue: a venue
 * @symbol: (array length=length): the venue's own name
 * @length: its bytes
 *
 * Returns: (transfer none) (nullable): the listing; %NULL when it is none that the operator named
 */
PstListing *
pst_venue_find_listing (PstVenue *venue, const char *symbol, gsize length)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->n_listings == 0)
    return NULL;
  for (guint slot = hash_of (symbol, length) & private->slot_mask; private->slots[slot] != 0; slot = (slot + 1) & private->slot_mask)
    {
      PstListing *listing = &private->listings[private->slots[slot] - 1];

      if (strncmp (listing->symbol, symbol, length) == 0 && listing->symbol[length] == '\0')
        return listing;
    }
  return NULL;
}

/**
 * pst_venue_read_channels:
 * @channels: (nullable) (array zero-terminated=1): the option
 * @names: (array zero-terminated=1): what there is
 * @by_default: bits of @names
 * @wanted: (out): bits of @names
 * @error: return location for a #PstOptionError
 *
 * Returns: %FALSE for a name that there is not, or a list without any
 */
gboolean
pst_venue_read_channels (char **channels, const char *const *names, guint by_default, guint *wanted, GError **error)
{
  g_autofree char *all = g_strjoinv (", ", (char **)names);

  *wanted = channels == NULL ? by_default : 0;
  for (char **channel = channels; channel != NULL && *channel != NULL; channel++)
    {
      const char *nearest = pst_nearest_name (*channel, names);
      guint n = 0;

      while (names[n] != NULL && strcmp (names[n], *channel) != 0)
        n++;
      if (names[n] == NULL)
        {
          g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE, "channels: \"%s\" is none of %s%s%s%s", *channel, all,
                       nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
          return FALSE;
        }
      *wanted |= 1u << n;
    }
  if (*wanted != 0)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "channels: name at least one of %s", all);
  return FALSE;
}

/**
 * pst_venue_get_depth:
 * @venue: a venue
 *
 * Returns: levels a side that books have; 0 for all
 */
guint
pst_venue_get_depth (PstVenue *venue)
{
  guint depth = pst_venue_private (venue)->options.depth;

  return depth != 0 ? depth : PST_VENUE_GET_CLASS (venue)->default_depth;
}

static gboolean
check_same (PstVenue *venue, PstListing *listing, const PstInstrument *draft, GError **error)
{
  if (listing->price_scale == draft->price_scale && listing->size_scale == draft->size_scale)
    return TRUE;
  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "%s now has %u and %u decimals of price and size; the run began with %u and %u: start it anew", listing->canonical, draft->price_scale,
               draft->size_scale, listing->price_scale, listing->size_scale);
  return FALSE;
}

/**
 * pst_venue_list: (skip)
 * @venue: a venue
 * @listing: one of its listings
 * @draft: scales, steps, minima and maxima; all else is filled here
 * @error: return location for an error
 *
 * Adds the instrument to the run's table when it is new. Errors: those of pst_instrument_new() and pst_exchange_add_instrument();
 * %PST_EXCHANGE_ERROR_DATA when a known one now has other scales.
 *
 * Returns: whether it is listed
 */
gboolean
pst_venue_list (PstVenue *venue, PstListing *listing, const PstInstrument *draft, GError **error)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autoptr (PstInstrument) instrument = NULL;
  PstInstrument full = *draft;
  guint32 index;

  if (listing->instrument != PST_INSTRUMENT_NONE)
    return check_same (venue, listing, draft, error);
  full.id = NULL;
  full.symbol = (char *)listing->canonical;
  full.venue = (char *)pst_venue_name (venue);
  full.base = pst_currency_get (listing->base, error);
  if (full.base == NULL)
    return FALSE;
  full.quote = pst_currency_get (listing->quote, error);
  if (full.quote == NULL)
    return FALSE;
  full.settlement = PST_SETTLEMENT_DELIVERY;
  full.maker_fee = private->maker_fee;
  full.taker_fee = private->taker_fee;
  instrument = pst_instrument_new (&full, error);
  if (instrument == NULL)
    return FALSE;
  index = pst_exchange_add_instrument (PST_EXCHANGE (venue), instrument, error);
  if (index == PST_INSTRUMENT_NONE)
    return FALSE;
  listing->instrument = index;
  listing->price_scale = instrument->price_scale;
  listing->size_scale = instrument->size_scale;
  listing->price_step = instrument->price_step;
  return TRUE;
}

/**
 * pst_venue_assume: (skip)
 * @venue: a venue
 * @listing: one of its listings
 *
 * Lists it with the scales of assume-price-scale and assume-size-scale, when a capture is played.
 *
 * Returns: whether it is listed; %FALSE when live
 */
gboolean
pst_venue_assume (PstVenue *venue, PstListing *listing)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstInstrument draft = { .price_scale = (guint8) private->options.assume_price_scale, .size_scale = (guint8) private->options.assume_size_scale };
  g_autoptr (GError) error = NULL;

  if (listing->instrument != PST_INSTRUMENT_NONE)
    return TRUE;
  if (pst_venue_is_live (PST_EXCHANGE (venue)))
    return FALSE;
  if (!pst_venue_list (venue, listing, &draft, &error))
    {
      if (private->failure == NULL)
      private->failure = g_steal_pointer (&error);
      return FALSE;
    }
  pst_context_note (pst_component_get_context (PST_COMPONENT (venue)), PST_COMPONENT (venue), "INSTRUMENT_ASSUMED",
                    "instrument=%s price-scale=%u size-scale=%u: the capture does not say", listing->canonical, draft.price_scale, draft.size_scale);
  return TRUE;
}

/**
 * pst_venue_get_transport:
 * @venue: a venue
 *
 * Returns: (transfer none) (nullable): what it is connected over; %NULL before start()
 */
PstTransport *
pst_venue_get_transport (PstVenue *venue)
{
  return pst_venue_private (venue)->transport;
}

/**
 * pst_venue_now_ns:
 * @venue: a venue that is started
 *
 * Returns: the session's time
 */
gint64
pst_venue_now_ns (PstVenue *venue)
{
  return pst_clock_now_ns (pst_transport_get_clock (pst_venue_private (venue)->transport));
}

/**
 * pst_venue_get_counts: (skip)
 * @venue: a venue
 *
 * Returns: (transfer none): what its session went through
 */
const PstVenueCounts *
pst_venue_get_counts (PstVenue *venue)
{
  return &pst_venue_private (venue)->counts;
}
