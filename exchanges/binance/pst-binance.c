/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binance spot market data as a component: its options, and the instruments as the venue lists them. */

#include "pst-binance-private.h"

#include <string.h>

/* Weight of one exchangeInfo. */
#define INFO_WEIGHT 20u

/**
 * PstBinance:
 *
 * Order books, trades and quotes of Binance spot.
 */

G_DEFINE_FINAL_TYPE (PstBinance, pst_binance, PST_TYPE_VENUE)

enum
{
  PROP_0,
  PROP_SITE,
  PROP_REST_URL,
  PROP_CHANNELS,
  PROP_WEIGHT_PER_MINUTE,
  PROP_SNAPSHOT_WEIGHT,
  PROP_QUIET,
  PROP_CONNECTION_LIFE,
  N_PROPS
};

static GType pst_binance_site_get_type (void);
G_DEFINE_ENUM_TYPE (PstBinanceSite, pst_binance_site, G_DEFINE_ENUM_VALUE (PST_BINANCE_SITE_COM, "com"),
                    G_DEFINE_ENUM_VALUE (PST_BINANCE_SITE_US, "us"), G_DEFINE_ENUM_VALUE (PST_BINANCE_SITE_DATA, "data"))

static void
pst_binance_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstBinance *self = PST_BINANCE (object);

  switch (id)
    {
    case PROP_SITE:
      self->site = g_value_get_enum (value);
      break;
    case PROP_REST_URL:
      g_free (self->rest_url);
      self->rest_url = g_value_dup_string (value);
      break;
    case PROP_CHANNELS:
      g_strfreev (self->channel_names);
      self->channel_names = g_value_dup_boxed (value);
      break;
    case PROP_WEIGHT_PER_MINUTE:
      self->weight_per_minute = g_value_get_uint (value);
      break;
    case PROP_SNAPSHOT_WEIGHT:
      self->snapshot_weight = g_value_get_uint (value);
      break;
    case PROP_QUIET:
      self->quiet_ns = g_value_get_int64 (value);
      break;
    case PROP_CONNECTION_LIFE:
      self->life_ns = g_value_get_int64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_binance_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstBinance *self = PST_BINANCE (object);

  switch (id)
    {
    case PROP_SITE:
      g_value_set_enum (value, self->site);
      break;
    case PROP_REST_URL:
      g_value_set_string (value, self->rest_url);
      break;
    case PROP_CHANNELS:
      g_value_set_boxed (value, self->channel_names);
      break;
    case PROP_WEIGHT_PER_MINUTE:
      g_value_set_uint (value, self->weight_per_minute);
      break;
    case PROP_SNAPSHOT_WEIGHT:
      g_value_set_uint (value, self->snapshot_weight);
      break;
    case PROP_QUIET:
      g_value_set_int64 (value, self->quiet_ns);
      break;
    case PROP_CONNECTION_LIFE:
      g_value_set_int64 (value, self->life_ns);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* In the order of PstBinanceChannels. */
static const char *const channel_names[] = { "depth", "trade", "aggregate-trade", "ticker", NULL };

static gboolean
check_streams (PstBinance *self, GError **error)
{
  guint n_listings = pst_venue_get_n_listings (PST_VENUE (self)), n_channels = (guint)__builtin_popcount (self->channels);

  if (n_listings * n_channels <= PST_BINANCE_STREAMS_MAX)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
               "instruments: %u of them with %u channels are %u streams; the venue allows %u a connection: use several components", n_listings,
               n_channels, n_listings * n_channels, PST_BINANCE_STREAMS_MAX);
  return FALSE;
}

/* The smallest snapshot that has the depth. */
static gboolean
choose_limit (PstBinance *self, GError **error)
{
  static const guint limits[] = { 100, 500, 1000, 5000 };
  guint depth = pst_venue_get_depth (PST_VENUE (self));

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (depth <= limits[i])
      {
        self->snapshot_limit = limits[i];
        return TRUE;
      }
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "depth: %u; the venue's snapshots have at most 5000 levels a side", depth);
  return FALSE;
}

static gboolean
pst_binance_prepare (PstComponent *component, GError **error)
{
  PstBinance *self = PST_BINANCE (component);
  PstRandom random;

  if (!PST_COMPONENT_CLASS (pst_binance_parent_class)->prepare (component, error)
      || !pst_venue_read_channels (self->channel_names, channel_names, PST_BINANCE_DEPTH_STREAM | PST_BINANCE_TRADE_STREAM, &self->channels, error)
      || !check_streams (self, error) || !choose_limit (self, error))
    return FALSE;
  pst_context_init_random (pst_component_get_context (component), component, &random);
  for (guint n = 0; n < pst_venue_get_n_listings (PST_VENUE (self)); n++)
    {
      PstListing *listing = pst_venue_get_listing (PST_VENUE (self), n);

      listing->protocol = pst_binance_book_new (self, listing, &random);
      pst_random_next (&random);
    }
  return TRUE;
}

static gboolean
pst_binance_start (PstComponent *component, GError **error)
{
  PstBinance *self = PST_BINANCE (component);

  self->n_under_way = 0;
  self->venue_weight = 0;
  pst_binance_pace_clear (&self->pace);
  pst_binance_pace_init (&self->pace, self->weight_per_minute);
  return PST_COMPONENT_CLASS (pst_binance_parent_class)->start (component, error);
}

static void
note_counts (PstBinance *self)
{
  const PstBinanceCounts *counts = &self->counts;

  pst_context_note (pst_component_get_context (PST_COMPONENT (self)), PST_COMPONENT (self), "SNAPSHOTS",
                    "asked=%" G_GUINT64_FORMAT " failed=%" G_GUINT64_FORMAT " too-old=%" G_GUINT64_FORMAT " ahead=%" G_GUINT64_FORMAT
                    " joins=%" G_GUINT64_FORMAT " renewals=%" G_GUINT64_FORMAT " old-diffs=%" G_GUINT64_FORMAT " overflows=%" G_GUINT64_FORMAT
                    " proofs=%" G_GUINT64_FORMAT,
                    counts->n_snapshots, counts->n_failed, counts->n_too_old, counts->n_ahead, counts->n_joins, counts->n_renewals, counts->n_old,
                    counts->n_overflows, counts->n_proofs);
}

static void
pst_binance_stop (PstComponent *component)
{
  PstBinance *self = PST_BINANCE (component);

  pst_binance_session_clear (self);
  for (guint n = 0; n < pst_venue_get_n_listings (PST_VENUE (self)); n++)
    {
      PstBinanceBook *book = pst_binance_book_of (pst_venue_get_listing (PST_VENUE (self), n));

      book->is_under_way = book->is_forgotten = FALSE; /* no answer comes after this */
    }
  note_counts (self);
  PST_COMPONENT_CLASS (pst_binance_parent_class)->stop (component);
}

static void
pst_binance_finalize (GObject *object)
{
  PstBinance *self = PST_BINANCE (object);

  pst_binance_parser_clear (&self->parser);
  pst_binance_parser_clear (&self->kept_parser);
  pst_binance_pace_clear (&self->pace);
  g_queue_clear (&self->queue);
  g_free (self->rest_url);
  g_strfreev (self->channel_names);
  G_OBJECT_CLASS (pst_binance_parent_class)->finalize (object);
}

static const char *
pst_binance_get_venue (PstVenue *venue)
{
  return PST_BINANCE (venue)->site == PST_BINANCE_SITE_US ? "BINANCEUS" : "BINANCE";
}

static char *
pst_binance_format_symbol (PstVenue *venue, const char *base, const char *quote)
{
  return g_strconcat (base, quote, NULL);
}

/* Where REST is asked, without a slash at the end. */
char *
pst_binance_get_rest_url (PstBinance *self)
{
  static const char *const urls[] = { [PST_BINANCE_SITE_COM] = "https://api.binance.com/api/v3",
                                      [PST_BINANCE_SITE_US] = "https://api.binance.us/api/v3",
                                      [PST_BINANCE_SITE_DATA] = "https://data-api.binance.vision/api/v3" };
  char *url = g_strdup (self->rest_url != NULL && self->rest_url[0] != '\0' ? self->rest_url : urls[self->site]);

  if (g_str_has_suffix (url, "/"))
    url[strlen (url) - 1] = '\0';
  return url;
}

/* All instruments: when some are named, one that is not there makes the venue refuse all, without saying which. The sets of permissions are three
 * quarters of the answer; the other site does not know how to leave them out. */
static char *
pst_binance_get_metadata_url (PstVenue *venue)
{
  g_autofree char *rest = pst_binance_get_rest_url (PST_BINANCE (venue));

  return g_strconcat (rest, PST_BINANCE (venue)->site == PST_BINANCE_SITE_US ? "/exchangeInfo" : "/exchangeInfo?showPermissionSets=false", NULL);
}

static gboolean
take_symbol (const PstBinanceSymbol *symbol, gpointer user_data, GError **error)
{
  PstVenue *venue = user_data;
  PstListing *listing = pst_venue_find_listing (venue, symbol->symbol.text, symbol->symbol.length);
  PstInstrument draft = symbol->draft;
  const PstCurrency *quote;

  if (listing == NULL)
    return TRUE;
  if (symbol->failure != NULL)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "%s: %s", listing->canonical, symbol->failure);
      return FALSE;
    }
  quote = pst_currency_get (listing->quote, error);
  if (quote == NULL || !pst_decimal_rescale (&symbol->notional_min, quote->scale, PST_ROUND_CEILING, &draft.notional_min, error))
    return FALSE;
  pst_binance_book_of (listing)->status = pst_binance_status (&symbol->status);
  return pst_venue_list (venue, listing, &draft, error);
}

static gboolean
pst_binance_take_metadata (PstVenue *venue, const char *text, gsize length, GError **error)
{
  PstBinance *self = PST_BINANCE (venue);

  pst_binance_pace_spend (&self->pace, pst_venue_now_ns (venue), INFO_WEIGHT);
  if (!pst_binance_read_info (text, length, take_symbol, venue, &self->venue_weight, error))
    return FALSE;
  if (self->venue_weight != 0)
    self->pace.budget = MIN (self->weight_per_minute, self->venue_weight);
  return TRUE;
}

static void
install_options (GObjectClass *klass)
{
  GParamSpec *props[N_PROPS] = { NULL };

  props[PROP_SITE] = g_param_spec_enum ("site", "Site", "com; us; data: the market data of com, from hosts that serve nothing else",
                                        pst_binance_site_get_type (), PST_BINANCE_SITE_COM, PST_OPTION_READWRITE);
  props[PROP_REST_URL] = g_param_spec_string (
      "rest-url", "Address of REST", "where snapshots are asked for, up to and with /api/v3; not set: the site's", NULL, PST_OPTION_READWRITE);
  props[PROP_CHANNELS] = g_param_spec_boxed (
      "channels", "Channels", "depth (books), trade, aggregate-trade, ticker (quotes, which then prove the books' touch); not set: depth;trade",
      G_TYPE_STRV, PST_OPTION_READWRITE);
  props[PROP_WEIGHT_PER_MINUTE] = g_param_spec_uint (
      "weight-per-minute", "Weight a minute", "most request weight that snapshots take in any minute; never above what the venue says it allows", 1,
      1000000, 1000, PST_OPTION_READWRITE);
  props[PROP_SNAPSHOT_WEIGHT] = g_param_spec_uint ("snapshot-weight", "Weight of a snapshot",
                                                   "request weight of one; 0: as published, 5, 25, 50 or 250 for up to 100, 500, 1000 or 5000 levels",
                                                   0, 100000, 0, PST_OPTION_READWRITE);
  props[PROP_QUIET] = pst_param_spec_duration (
      "quiet", "Quiet time", "how long a stream that says nothing is waited for: before a first snapshot, and before one is believed", "200ms", "1m",
      "1s", PST_OPTION_READWRITE);
  props[PROP_CONNECTION_LIFE]
      = pst_param_spec_duration ("connection-life", "Life of a connection", "when to connect anew; the venue ends a connection after 24 hours", "1m",
                                 "24h", "1430m", PST_OPTION_READWRITE);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
pst_binance_class_init (PstBinanceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstVenueClass *venue_class = PST_VENUE_CLASS (klass);

  object_class->set_property = pst_binance_set_property;
  object_class->get_property = pst_binance_get_property;
  object_class->finalize = pst_binance_finalize;
  component_class->prepare = pst_binance_prepare;
  component_class->start = pst_binance_start;
  component_class->stop = pst_binance_stop;
  venue_class->venue = "BINANCE";
  venue_class->get_venue = pst_binance_get_venue;
  venue_class->default_depth = 1000;
  venue_class->whole_books = TRUE;
  venue_class->book_wait_ms = G_MAXUINT;
  venue_class->maker_fee = "0.001";
  venue_class->taker_fee = "0.001";
  venue_class->silence_max_ms = 60000;
  venue_class->format_symbol = pst_binance_format_symbol;
  venue_class->get_metadata_url = pst_binance_get_metadata_url;
  venue_class->take_metadata = pst_binance_take_metadata;
  venue_class->get_url = pst_binance_session_get_url;
  venue_class->opened = pst_binance_session_opened;
  venue_class->message = pst_binance_session_message;
  venue_class->closed = pst_binance_session_closed;
  venue_class->resynchronise = pst_binance_book_resynchronise;
  venue_class->free_protocol = pst_binance_book_free;
  install_options (object_class);
}

static void
pst_binance_init (PstBinance *self)
{
  self->weight_per_minute = 1000;
  self->quiet_ns = PST_NS_PER_SECOND;
  self->life_ns = (23 * 60 + 50) * 60 * PST_NS_PER_SECOND;
  g_queue_init (&self->queue);
}

/**
 * pst_binance_get_counts: (skip)
 * @binance: the venue
 *
 * On the run's context.
 *
 * Returns: (transfer none): what its protocol went through
 */
const PstBinanceCounts *
pst_binance_get_counts (PstBinance *binance)
{
  return &binance->counts;
}

PST_DEFINE_PLUGIN ("binance", EXCHANGE, PstBinance, pst_binance_get_type)
