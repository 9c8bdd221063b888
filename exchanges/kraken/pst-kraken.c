/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The session: what is asked of the venue, and where each message goes. Connections, waits and hidden books are the base's; what a book goes
 * through is pst-kraken-listing.c. */

#include "pst-kraken.h"

#include "pst-kraken-listing.h"
#include "pst-kraken-request.h"

#include <string.h>

#define DEPTH_DEFAULT 1000u
/* A heartbeat comes every second while nothing else does. */
#define SILENCE_MAX_MS 10000u

struct _PstKraken
{
  PstVenue parent_instance;

  PstKrakenProtocol protocol;
  char **channel_names;
  guint channels; /* of PstKrakenChannel */
  PstKrakenParser *parser;
  PstInstrumentStatus system;
  gint64 instruments_asked_ns;
};

enum
{
  PROP_PROTOCOL = 1,
  PROP_CHANNELS,
};

G_DEFINE_FINAL_TYPE (PstKraken, pst_kraken, PST_TYPE_VENUE)

PST_DEFINE_PLUGIN ("kraken", EXCHANGE, PstKraken, pst_kraken_get_type)

static GType protocol_get_type (void);
G_DEFINE_ENUM_TYPE (PstKrakenProtocol, protocol, G_DEFINE_ENUM_VALUE (PST_KRAKEN_V1, "v1"), G_DEFINE_ENUM_VALUE (PST_KRAKEN_V2, "v2"))

/* ---- what is asked ---- */

static gboolean
send (PstKraken *self, gboolean subscribe, PstKrakenChannel channel, const char *symbols)
{
  g_autofree char *text = pst_kraken_request (self->protocol, subscribe, channel, symbols, pst_venue_get_depth (PST_VENUE (self)));

  return pst_venue_send (PST_VENUE (self), text);
}

static void
subscribe_symbols (PstKraken *self, const char *symbols)
{
  static const PstKrakenChannel all[] = { PST_KRAKEN_CHANNEL_BOOK, PST_KRAKEN_CHANNEL_TRADE, PST_KRAKEN_CHANNEL_TICKER };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if ((self->channels & all[i]) != 0 && !send (self, TRUE, all[i], symbols))
      return;
}

/* All whose instruments are known, in one request a channel. */
static void
subscribe_known (PstKraken *self)
{
  PstVenue *venue = PST_VENUE (self);
  g_autoptr (GString) symbols = g_string_new (NULL);

  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      PstListing *listing = pst_venue_get_listing (venue, i);

      if (listing->instrument == PST_INSTRUMENT_NONE)
        continue;
      g_string_append_printf (symbols, "%s\"%s\"", symbols->len > 0 ? "," : "", listing->symbol);
      pst_kraken_listing_await (listing, FALSE);
      if ((self->channels & PST_KRAKEN_CHANNEL_BOOK) != 0)
        pst_venue_await_book (venue, listing);
    }
  if (symbols->len > 0)
    subscribe_symbols (self, symbols->str);
}

static void
ask_instruments (PstKraken *self)
{
  gint64 now_ns = pst_venue_now_ns (PST_VENUE (self));

  if (self->instruments_asked_ns == now_ns)
    return;
  self->instruments_asked_ns = now_ns;
  send (self, TRUE, PST_KRAKEN_CHANNEL_INSTRUMENT, "");
}

static void
pst_kraken_opened (PstVenue *venue)
{
  PstKraken *self = PST_KRAKEN (venue);

  self->system = PST_INSTRUMENT_STATUS_TRADING;
  self->instruments_asked_ns = G_MININT64;
  subscribe_known (self);
  if (self->protocol == PST_KRAKEN_V1)
    return;
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      PstListing *listing = pst_venue_get_listing (venue, i);

      if (listing->instrument == PST_INSTRUMENT_NONE && !pst_kraken_listing_of (listing)->refused)
        pst_venue_await_book (venue, listing);
    }
  ask_instruments (self);
}

static void
pst_kraken_closed (PstVenue *venue)
{
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    pst_kraken_listing_await (pst_venue_get_listing (venue, i), FALSE);
}

/* That listing alone. While the instrument is not known it is that what did not come. */
static void
pst_kraken_resynchronise (PstVenue *venue, PstListing *listing)
{
  PstKraken *self = PST_KRAKEN (venue);
  g_autofree char *symbol = g_strdup_printf ("\"%s\"", listing->symbol);

  if (listing->instrument == PST_INSTRUMENT_NONE)
    {
      ask_instruments (self);
      return;
    }
  pst_kraken_listing_await (listing, TRUE);
  if (send (self, FALSE, PST_KRAKEN_CHANNEL_BOOK, symbol))
    send (self, TRUE, PST_KRAKEN_CHANNEL_BOOK, symbol);
}

/* ---- what comes ---- */

/* NULL for one that is not ours, and where the message does not say. */
static PstListing *
find (PstKraken *self, const PstKrakenText *symbol)
{
  return symbol->length == 0 ? NULL : pst_venue_find_listing (PST_VENUE (self), symbol->text, symbol->length);
}

static void
take_books (PstKraken *self, const PstMessage *message)
{
  const PstKrakenMessage *facts = &self->parser->message;

  for (guint i = 0; i < facts->n_books; i++)
    {
      const PstKrakenBook *book = &facts->books[i];
      PstListing *listing = find (self, &book->symbol);

      if (G_UNLIKELY (listing == NULL || (book->depth != 0 && book->depth != pst_venue_get_depth (PST_VENUE (self)))
                      || (self->channels & PST_KRAKEN_CHANNEL_BOOK) == 0))
        pst_venue_unexpected (PST_VENUE (self), "book", message->text, message->length);
      else
        pst_kraken_listing_take_book (PST_VENUE (self), listing, facts, book, message);
    }
}

static void
take_trades (PstKraken *self, const PstMessage *message)
{
  const PstKrakenMessage *facts = &self->parser->message;
  PstVenue *venue = PST_VENUE (self);

  pst_venue_begin (venue, message->receive_time_ns);
  for (guint i = 0; i < facts->trades->len; i++)
    {
      const PstKrakenTrade *trade = &g_array_index (facts->trades, PstKrakenTrade, i);
      PstListing *listing = find (self, &trade->symbol);

      if (listing == NULL || (self->channels & PST_KRAKEN_CHANNEL_TRADE) == 0)
        pst_venue_unexpected (venue, "trade", message->text, message->length);
      else if ((listing->instrument == PST_INSTRUMENT_NONE && !pst_venue_assume (venue, listing))
               || !pst_kraken_listing_take_trade (venue, listing, trade))
        pst_venue_refuse (venue, "trade", "a price or size is none, or none of this instrument", message->text, message->length);
    }
  pst_venue_end (venue);
}

static void
take_tickers (PstKraken *self, const PstMessage *message)
{
  const PstKrakenMessage *facts = &self->parser->message;
  PstVenue *venue = PST_VENUE (self);

  pst_venue_begin (venue, message->receive_time_ns);
  for (guint i = 0; i < facts->tickers->len; i++)
    {
      const PstKrakenTicker *ticker = &g_array_index (facts->tickers, PstKrakenTicker, i);
      PstListing *listing = find (self, &ticker->symbol);

      if (listing == NULL || (self->channels & PST_KRAKEN_CHANNEL_TICKER) == 0)
        pst_venue_unexpected (venue, "ticker", message->text, message->length);
      else if ((listing->instrument == PST_INSTRUMENT_NONE && !pst_venue_assume (venue, listing))
               || !pst_kraken_listing_take_ticker (venue, listing, ticker))
        pst_venue_refuse (venue, "ticker", "a price or size is none, or none of this instrument", message->text, message->length);
    }
  pst_venue_end (venue);
}

/* Each instrument's status and the system's, whichever is stricter. */
static void
tell_statuses (PstKraken *self, gint64 receive_time_ns)
{
  PstVenue *venue = PST_VENUE (self);

  pst_venue_begin (venue, receive_time_ns);
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      PstListing *listing = pst_venue_get_listing (venue, i);

      if (listing->instrument != PST_INSTRUMENT_NONE)
        pst_venue_status (venue, listing, pst_kraken_status_merge (self->system, pst_kraken_listing_of (listing)->status), receive_time_ns);
    }
  pst_venue_end (venue);
}

/* Reads a listing's status. */
static void
take_pair_status (PstKraken *self, PstListing *listing, const PstKrakenText *word, const char *text, gsize length)
{
  gboolean known;

  if (word->length == 0)
    return;
  pst_kraken_listing_of (listing)->status = pst_kraken_status_of (word, &known);
  if (!known)
    pst_venue_unexpected (PST_VENUE (self), "instrument-status", text, length);
}

static void
refuse_listing (PstKraken *self, PstListing *listing, const char *why)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  pst_venue_stop_awaiting (PST_VENUE (self), listing);
  if (own->refused)
    return;
  own->refused = TRUE;
  pst_component_raise_alert (PST_COMPONENT (self), PST_SEVERITY_ERROR, "venue", "Instrument cannot be listened to", "%s (%s at the venue): %s",
                             listing->canonical, listing->symbol, why);
}

/* The whole list names every instrument: who is not in it is not traded there. */
static void
refuse_unnamed (PstKraken *self)
{
  PstVenue *venue = PST_VENUE (self);

  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    if (pst_venue_get_listing (venue, i)->instrument == PST_INSTRUMENT_NONE)
      refuse_listing (self, pst_venue_get_listing (venue, i), "it is not among its instruments; correct the option instruments");
}

/* The instrument channel of v2. Those that become known now are subscribed. */
static void
take_instruments (PstKraken *self, const PstMessage *message)
{
  const PstKrakenMessage *facts = &self->parser->message;
  g_autoptr (GString) symbols = g_string_new (NULL);
  PstVenue *venue = PST_VENUE (self);

  for (guint i = 0; i < facts->pairs->len; i++)
    {
      const PstKrakenPair *pair = &g_array_index (facts->pairs, PstKrakenPair, i);
      PstListing *listing = find (self, &pair->symbol);
      gboolean fresh = listing != NULL && listing->instrument == PST_INSTRUMENT_NONE;
      g_autoptr (GError) error = NULL;

      if (listing == NULL)
        continue;
      take_pair_status (self, listing, &pair->status, message->text, message->length);
      if (pair->price_decimals.length == 0 && !fresh)
        continue; /* news of the status alone */
      if (!pst_kraken_listing_take_pair (venue, listing, pair, &error))
        {
          refuse_listing (self, listing, error->message);
          continue;
        }
      if (!fresh)
        continue;
      pst_kraken_listing_of (listing)->refused = FALSE;
      g_string_append_printf (symbols, "%s\"%s\"", symbols->len > 0 ? "," : "", listing->symbol);
      if ((self->channels & PST_KRAKEN_CHANNEL_BOOK) != 0)
        pst_venue_await_book (venue, listing);
      else
        pst_venue_stop_awaiting (venue, listing);
    }
  if (facts->snapshot)
    refuse_unnamed (self);
  tell_statuses (self, message->receive_time_ns);
  if (symbols->len > 0)
    subscribe_symbols (self, symbols->str);
}

/* Books stand still in a maintenance, and what changed meanwhile is not told. */
static void
take_status (PstKraken *self, const PstMessage *message)
{
  const PstKrakenText *word = &self->parser->message.status;
  PstInstrumentStatus before = self->system;
  gboolean known;

  self->system = pst_kraken_status_of (word, &known);
  if (!known)
    pst_venue_unexpected (PST_VENUE (self), "system-status", message->text, message->length);
  if (self->system == before)
    return;
  tell_statuses (self, message->receive_time_ns);
  if (self->system == PST_INSTRUMENT_STATUS_HALTED)
    pst_venue_lose_all (PST_VENUE (self), PST_VENUE_LOSS_VENUE, "the venue is in maintenance");
}

static gboolean
contains (const PstKrakenText *text, const char *part)
{
  return text->length != 0 && memmem (text->text, text->length, part, strlen (part)) != NULL;
}

/* A refusal: of too many requests, of an instrument, or of anything else, which the wait for the book takes care of. */
static void
take_refusal (PstKraken *self, const PstMessage *message)
{
  const PstKrakenMessage *facts = &self->parser->message;
  PstListing *listing = find (self, &facts->symbol);
  g_autofree char *why = g_strndup (facts->error.text, MIN (facts->error.length, 200));

  if (pst_kraken_text_is (&facts->method, "unsubscribe") || contains (&facts->error, "Subscription Not Found"))
    {
      if (listing != NULL)
        pst_kraken_listing_ended (listing);
      return;
    }
  if (contains (&facts->error, "Exceeded msg rate") || contains (&facts->error, "ate limit"))
    {
      pst_venue_unexpected (PST_VENUE (self), "rate", message->text, message->length);
      pst_venue_reconnect (PST_VENUE (self), why);
    }
  else if (listing != NULL && contains (&facts->error, "not supported"))
    {
      refuse_listing (self, listing, why);
    }
  else
    {
      pst_venue_refuse (PST_VENUE (self), "request", why, message->text, message->length);
    }
}

static void
take_ack (PstKraken *self, const PstMessage *message)
{
  const PstKrakenMessage *facts = &self->parser->message;
  PstListing *listing = find (self, &facts->symbol);
  gboolean of_book = facts->channel.length == 0 || pst_kraken_text_is (&facts->channel, "book");

  if (facts->error.length != 0)
    {
      take_refusal (self, message);
      return;
    }
  if (!pst_kraken_text_is (&facts->method, "unsubscribe") || !of_book || listing == NULL)
    return;
  if (pst_kraken_listing_of (listing)->phase >= PST_KRAKEN_PHASE_UNPROVEN)
    {
      pst_kraken_listing_await (listing, FALSE);
      pst_venue_lose (PST_VENUE (self), listing, PST_VENUE_LOSS_VENUE, "the venue ended the subscription");
    }
  pst_kraken_listing_ended (listing);
}

/* One that cannot be read to its end changes nothing. When it names a book, that one may have missed a change. */
static void
take_malformed (PstKraken *self, const PstMessage *message)
{
  static const char *const kinds[] = { "message", "book", "trade", "ticker", "instrument", "status", "heartbeat", "ack" };
  const PstKrakenMessage *facts = &self->parser->message;

  pst_venue_refuse (PST_VENUE (self), kinds[facts->kind], self->parser->failure, message->text, message->length);
  for (guint i = 0; i < facts->n_books; i++)
    {
      PstListing *listing = find (self, &facts->books[i].symbol);

      if (listing == NULL || pst_book_get_state (listing->book) != PST_BOOK_LIVE)
        continue;
      pst_kraken_listing_await (listing, TRUE);
      pst_venue_lose (PST_VENUE (self), listing, PST_VENUE_LOSS_MALFORMED, self->parser->failure);
    }
}

static void
pst_kraken_message (PstVenue *venue, const PstMessage *message)
{
  PstKraken *self = PST_KRAKEN (venue);

  if (G_UNLIKELY (!pst_kraken_parser_parse (self->parser, message->text, message->length)))
    {
      take_malformed (self, message);
      return;
    }
  switch (self->parser->message.kind)
    {
    case PST_KRAKEN_BOOK:
      take_books (self, message);
      break;
    case PST_KRAKEN_TRADE:
      take_trades (self, message);
      break;
    case PST_KRAKEN_TICKER:
      take_tickers (self, message);
      break;
    case PST_KRAKEN_INSTRUMENT:
      take_instruments (self, message);
      break;
    case PST_KRAKEN_STATUS:
      take_status (self, message);
      break;
    case PST_KRAKEN_ACK:
      take_ack (self, message);
      break;
    case PST_KRAKEN_HEARTBEAT:
      break;
    case PST_KRAKEN_OTHER:
    default:
      pst_venue_unexpected (venue, "channel", message->text, message->length);
      break;
    }
}

/* ---- what the base asks ---- */

static char *
pst_kraken_format_symbol (PstVenue *venue, const char *base, const char *quote)
{
  return pst_kraken_symbol (PST_KRAKEN (venue)->protocol, base, quote);
}

static char *
pst_kraken_get_url (PstVenue *venue)
{
  return g_strdup (PST_KRAKEN (venue)->protocol == PST_KRAKEN_V1 ? "wss://ws.kraken.com" : "wss://ws.kraken.com/v2");
}

/* v2 tells of its instruments over the connection. */
static char *
pst_kraken_get_metadata_url (PstVenue *venue)
{
  return PST_KRAKEN (venue)->protocol == PST_KRAKEN_V1 ? g_strdup ("https://api.kraken.com/0/public/AssetPairs") : NULL;
}

static gboolean
pst_kraken_take_metadata (PstVenue *venue, const char *text, gsize length, GError **error)
{
  PstKraken *self = PST_KRAKEN (venue);
  const PstKrakenMessage *facts = &self->parser->message;

  if (!pst_kraken_parser_parse_pairs (self->parser, text, length))
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "AssetPairs: %.*s",
                   facts->error.length != 0 ? (int)MIN (facts->error.length, 200) : (int)strlen (self->parser->failure),
                   facts->error.length != 0 ? facts->error.text : self->parser->failure);
      return FALSE;
    }
  for (guint i = 0; i < facts->pairs->len; i++)
    {
      const PstKrakenPair *pair = &g_array_index (facts->pairs, PstKrakenPair, i);
      g_autofree char *symbol = pst_kraken_symbol_from_v1 (self->protocol, &pair->symbol);
      PstListing *listing = pst_venue_find_listing (venue, symbol, strlen (symbol));

      if (listing == NULL)
        continue;
      take_pair_status (self, listing, &pair->status, text, length);
      if (!pst_kraken_listing_take_pair (venue, listing, pair, error))
        return FALSE;
    }
  tell_statuses (self, pst_venue_now_ns (venue));
  return TRUE;
}

/* ---- the component ---- */

/* In the order of PstKrakenChannel. */
static const char *const channel_names[] = { "book", "trade", "ticker", NULL };

static gboolean
pst_kraken_prepare (PstComponent *component, GError **error)
{
  PstKraken *self = PST_KRAKEN (component);
  PstVenue *venue = PST_VENUE (component);
  guint depth = pst_venue_get_depth (venue);

  if (!pst_kraken_depth_is_offered (depth))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "depth: Kraken has no books of %u levels, but of 10, 25, 100, 500 or 1000",
                   depth);
      return FALSE;
    }
  if (!pst_venue_read_channels (self->channel_names, channel_names, PST_KRAKEN_CHANNEL_BOOK | PST_KRAKEN_CHANNEL_TRADE, &self->channels, error)
      || !PST_COMPONENT_CLASS (pst_kraken_parent_class)->prepare (component, error))
    return FALSE;
  g_clear_pointer (&self->parser, pst_kraken_parser_free);
  self->parser = pst_kraken_parser_new (self->protocol);
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    pst_venue_get_listing (venue, i)->protocol = pst_kraken_listing_new ();
  return TRUE;
}

static void
pst_kraken_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PstKraken *self = PST_KRAKEN (object);

  if (id == PROP_PROTOCOL)
    g_value_set_enum (value, (int)self->protocol);
  else if (id == PROP_CHANNELS)
    g_value_set_boxed (value, self->channel_names);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pst_kraken_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PstKraken *self = PST_KRAKEN (object);

  if (id == PROP_PROTOCOL)
    {
      self->protocol = (PstKrakenProtocol)g_value_get_enum (value);
    }
  else if (id == PROP_CHANNELS)
    {
      g_strfreev (self->channel_names);
      self->channel_names = g_value_dup_boxed (value);
    }
  else
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pst_kraken_finalize (GObject *object)
{
  PstKraken *self = PST_KRAKEN (object);

  g_clear_pointer (&self->parser, pst_kraken_parser_free);
  g_clear_pointer (&self->channel_names, g_strfreev);
  G_OBJECT_CLASS (pst_kraken_parent_class)->finalize (object);
}

static void
pst_kraken_class_init (PstKrakenClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstVenueClass *venue_class = PST_VENUE_CLASS (klass);

  object_class->get_property = pst_kraken_get_property;
  object_class->set_property = pst_kraken_set_property;
  object_class->finalize = pst_kraken_finalize;
  PST_COMPONENT_CLASS (klass)->prepare = pst_kraken_prepare;
  venue_class->venue = "KRAKEN";
  venue_class->default_depth = DEPTH_DEFAULT;
  venue_class->maker_fee = "0.0025";
  venue_class->taker_fee = "0.004";
  venue_class->silence_max_ms = SILENCE_MAX_MS;
  venue_class->format_symbol = pst_kraken_format_symbol;
  venue_class->get_metadata_url = pst_kraken_get_metadata_url;
  venue_class->take_metadata = pst_kraken_take_metadata;
  venue_class->get_url = pst_kraken_get_url;
  venue_class->opened = pst_kraken_opened;
  venue_class->message = pst_kraken_message;
  venue_class->closed = pst_kraken_closed;
  venue_class->resynchronise = pst_kraken_resynchronise;
  venue_class->free_protocol = g_free;
  g_object_class_install_property (object_class, PROP_PROTOCOL,
                                   g_param_spec_enum ("protocol", "Protocol", "version of the venue's WebSocket protocol", protocol_get_type (),
                                                      PST_KRAKEN_V2, PST_OPTION_READWRITE));
  g_object_class_install_property (object_class, PROP_CHANNELS,
                                   g_param_spec_boxed ("channels", "Channels",
                                                       "what is listened to: book, trade, ticker (best bid and ask); not set: book and trade",
                                                       G_TYPE_STRV, PST_OPTION_READWRITE));
}

static void
pst_kraken_init (PstKraken *self)
{
  self->protocol = PST_KRAKEN_V2;
  self->system = PST_INSTRUMENT_STATUS_TRADING;
}
