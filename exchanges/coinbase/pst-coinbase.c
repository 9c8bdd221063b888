/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The market data of Coinbase Advanced Trade as a component: its options, and what the base of all venues asks for. */
#include "pst-coinbase-private.h"

#include "pst-coinbase-products.h"

#define URL "wss://advanced-trade-ws.coinbase.com"
#define PRODUCTS_URL "https://api.coinbase.com/api/v3/brokerage/market/products"
#define SILENCE_MAX_MS 30000

/**
 * PstCoinbase:
 *
 * Listens to Coinbase Advanced Trade.
 */

G_DEFINE_FINAL_TYPE (PstCoinbase, pst_coinbase, PST_TYPE_VENUE)

enum
{
  PROP_CHANNELS = 1,
  PROP_HEARTBEAT_MAX,
};

static const char *const channel_names[] = { "level2", "market_trades", "ticker", NULL };

static void
pst_coinbase_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstCoinbase *self = PST_COINBASE (object);

  switch (id)
    {
    case PROP_CHANNELS:
      g_strfreev (self->channels);
      self->channels = g_value_dup_boxed (value);
      break;
    case PROP_HEARTBEAT_MAX:
      self->heartbeat_max_ns = g_value_get_int64 (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_coinbase_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstCoinbase *self = PST_COINBASE (object);

  switch (id)
    {
    case PROP_CHANNELS:
      g_value_set_boxed (value, self->channels);
      break;
    case PROP_HEARTBEAT_MAX:
      g_value_set_int64 (value, self->heartbeat_max_ns);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static gboolean
pst_coinbase_prepare (PstComponent *component, GError **error)
{
  PstCoinbase *self = PST_COINBASE (component);

  if (!PST_COMPONENT_CLASS (pst_coinbase_parent_class)->prepare (component, error)
      || !pst_venue_read_channels (self->channels, channel_names, PST_COINBASE_WANT_BOOK | PST_COINBASE_WANT_TRADES, &self->wants, error))
    return FALSE;
  if (pst_venue_get_depth (PST_VENUE (self)) == 0)
    return TRUE;
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
                       "depth: Coinbase sends whole books and never tells again what was cut off; leave it at 0");
  return FALSE;
}

static void
pst_coinbase_stop (PstComponent *component)
{
  pst_coinbase_clear_timer (PST_COINBASE (component));
  PST_COMPONENT_CLASS (pst_coinbase_parent_class)->stop (component);
}

static char *
pst_coinbase_format_symbol (PstVenue *venue, const char *base, const char *quote)
{
  return g_strdup_printf ("%s-%s", base, quote);
}

static char *
pst_coinbase_get_url (PstVenue *venue)
{
  return g_strdup (URL);
}

static char *
pst_coinbase_get_metadata_url (PstVenue *venue)
{
  return g_strdup (PRODUCTS_URL);
}

PstListing *
pst_coinbase_find (gpointer data, const char *product, gsize length)
{
  PstCoinbase *self = data;
  PstListing *listing = pst_venue_find_listing (PST_VENUE (self), product, length);

  for (guint i = 0; listing == NULL && i < self->aliases->len; i++)
    {
      const char *alias = self->aliases->pdata[i];

      if (alias != NULL && strlen (alias) == length && memcmp (alias, product, length) == 0)
        listing = pst_venue_get_listing (PST_VENUE (self), i);
    }
  return listing != NULL && listing->instrument != PST_INSTRUMENT_NONE ? listing : NULL;
}

static PstListing *
find_wanted (gpointer data, const char *product, gsize length)
{
  return pst_venue_find_listing (data, product, length);
}

/* BTC-USDC is traded on the book of BTC-USD, and comes under its name. */
static gboolean
add_alias (PstCoinbase *self, const PstCoinbaseProduct *product, GError **error)
{
  char **alias = (char **)&self->aliases->pdata[product->listing->number];
  const PstListing *other;

  g_clear_pointer (alias, g_free);
  if (product->alias_length == 0)
    return TRUE;
  other = pst_venue_find_listing (PST_VENUE (self), product->alias, product->alias_length);
  *alias = g_strndup (product->alias, product->alias_length);
  if (other == NULL || other == product->listing)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT,
               "instruments: %s and %s are one book at Coinbase, whose market data come under the name %s: list one of them",
               product->listing->canonical, other->canonical, *alias);
  return FALSE;
}

static gboolean
take_product (const PstCoinbaseProduct *product, gpointer user_data, GError **error)
{
  PstVenue *venue = user_data;

  if (product->is_delisted)
    return TRUE; /* it stays unknown, and is named by the base */
  if (!add_alias (user_data, product, error) || !pst_venue_list (venue, product->listing, &product->draft, error))
    return FALSE;
  pst_venue_begin (venue, pst_venue_now_ns (venue));
  pst_venue_status (venue, product->listing, product->status, pst_venue_now_ns (venue));
  pst_venue_end (venue);
  return TRUE;
}

static gboolean
pst_coinbase_take_metadata (PstVenue *venue, const char *text, gsize length, GError **error)
{
  g_ptr_array_set_size (PST_COINBASE (venue)->aliases, (gint)pst_venue_get_n_listings (venue));
  return pst_coinbase_products_read (text, length, find_wanted, take_product, venue, error);
}

/**
 * pst_coinbase_get_counts: (skip)
 * @self: a Coinbase component
 *
 * Returns: (transfer none): what only this venue counts; the rest is pst_venue_get_counts()
 */
const PstCoinbaseCounts *
pst_coinbase_get_counts (PstCoinbase *self)
{
  return &self->counts;
}

static void
pst_coinbase_finalize (GObject *object)
{
  PstCoinbase *self = PST_COINBASE (object);

  pst_coinbase_parser_clear (&self->parser);
  g_ptr_array_unref (self->aliases);
  g_free (self->pending);
  g_strfreev (self->channels);
  G_OBJECT_CLASS (pst_coinbase_parent_class)->finalize (object);
}

static void
install_options (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_CHANNELS,
                                   g_param_spec_boxed ("channels", "Channels",
                                                       "what to subscribe to, of level2, market_trades and ticker; level2;market_trades when not set",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
  g_object_class_install_property (klass, PROP_HEARTBEAT_MAX,
                                   pst_param_spec_duration ("heartbeat-max", "Longest silence",
                                                            "how long nothing may come, heartbeats included, before the connection is given up", "2s",
                                                            "1h", "10s", PST_OPTION_READWRITE));
}

static void
pst_coinbase_class_init (PstCoinbaseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstComponentClass *component_class = PST_COMPONENT_CLASS (klass);
  PstVenueClass *venue_class = PST_VENUE_CLASS (klass);

  object_class->set_property = pst_coinbase_set_property;
  object_class->get_property = pst_coinbase_get_property;
  object_class->finalize = pst_coinbase_finalize;
  component_class->prepare = pst_coinbase_prepare;
  component_class->stop = pst_coinbase_stop;
  venue_class->venue = "COINBASE";
  venue_class->maker_fee = "0.006";
  venue_class->taker_fee = "0.012";
  venue_class->silence_max_ms = SILENCE_MAX_MS;
  venue_class->format_symbol = pst_coinbase_format_symbol;
  venue_class->get_url = pst_coinbase_get_url;
  venue_class->get_metadata_url = pst_coinbase_get_metadata_url;
  venue_class->take_metadata = pst_coinbase_take_metadata;
  venue_class->opened = pst_coinbase_opened;
  venue_class->message = pst_coinbase_message;
  venue_class->closed = pst_coinbase_closed;
  venue_class->resynchronise = pst_coinbase_resynchronise;
  install_options (object_class);
}

static void
pst_coinbase_init (PstCoinbase *self)
{
  self->heartbeat_max_ns = 10 * PST_NS_PER_SECOND;
  self->aliases = g_ptr_array_new_with_free_func (g_free);
  pst_coinbase_parser_init (&self->parser, pst_coinbase_find, self);
}

PST_DEFINE_PLUGIN ("coinbase", EXCHANGE, PstCoinbase, pst_coinbase_get_type)
