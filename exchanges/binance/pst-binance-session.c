/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The connection: which streams, what each message is for, and its end, which is known in advance: the venue closes each after 24 hours, and says so
 * before it takes a server down. Facts: web-socket-streams.md. */

#include "pst-binance-private.h"

#include <string.h>

/* Streams that are named in the address; with more they are asked for by messages, so that no address is longer than servers take. */
#define URL_STREAMS_MAX 200u
/* Streams of one message, and the time between two: the venue takes five messages a second, pongs among them. */
#define SUBSCRIBE_STREAMS 100u
#define SUBSCRIBE_INTERVAL_NS (500 * PST_NS_PER_MS)
/* How long the answer to the last may take. */
#define SUBSCRIBE_WAIT_NS (10 * PST_NS_PER_SECOND)

static const struct
{
  PstBinanceChannels channel;
  const char *suffix;
} streams[] = { { PST_BINANCE_DEPTH_STREAM, "@depth@100ms" },
                { PST_BINANCE_TRADE_STREAM, "@trade" },
                { PST_BINANCE_AGGREGATE_STREAM, "@aggTrade" },
                { PST_BINANCE_TICKER_STREAM, "@bookTicker" } };

/* Every stream of every listing that the venue knows. */
static GPtrArray *
list_streams (PstBinance *self)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    for (guint n = 0; (self->channels & streams[i].channel) != 0 && n < pst_venue_get_n_listings (PST_VENUE (self)); n++)
      {
        const PstListing *listing = pst_venue_get_listing (PST_VENUE (self), n);
        g_autofree char *lower = g_ascii_strdown (listing->symbol, -1);

        if (listing->instrument != PST_INSTRUMENT_NONE)
          g_ptr_array_add (names, g_strconcat (lower, streams[i].suffix, NULL));
      }
  return names;
}

/* The streams of one connection stand in its address. */
char *
pst_binance_session_get_url (PstVenue *venue)
{
  static const char *const hosts[] = { [PST_BINANCE_SITE_COM] = "wss://stream.binance.com:9443/stream",
                                       [PST_BINANCE_SITE_US] = "wss://stream.binance.us:9443/stream",
                                       [PST_BINANCE_SITE_DATA] = "wss://data-stream.binance.vision/stream" };
  PstBinance *self = PST_BINANCE (venue);
  g_autoptr (GPtrArray) names = list_streams (self);
  g_autofree char *joined = NULL;

  if (names->len > URL_STREAMS_MAX)
    return g_strdup (hosts[self->site]);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv ("/", (char **)names->pdata);
  return g_strdup_printf ("%s?streams=%s", hosts[self->site], joined);
}

/* An operator's address may name the streams or not. */
static gboolean
is_subscribed_by_url (PstBinance *self, guint n_streams)
{
  g_autofree char *url = NULL;

  g_object_get (self, "url", &url, NULL);
  if (url != NULL && url[0] != '\0')
    return strstr (url, "streams=") != NULL;
  return n_streams <= URL_STREAMS_MAX;
}

static PstClock *
clock_of (PstBinance *self)
{
  return pst_transport_get_clock (pst_venue_get_transport (PST_VENUE (self)));
}

static void
clear_timer (PstBinance *self, guint *timer)
{
  if (*timer != 0)
    pst_clock_remove_timer (clock_of (self), *timer);
  *timer = 0;
}

static void
begin_books (PstBinance *self)
{
  for (guint n = 0; (self->channels & PST_BINANCE_DEPTH_STREAM) != 0 && n < pst_venue_get_n_listings (PST_VENUE (self)); n++)
    {
      const PstListing *listing = pst_venue_get_listing (PST_VENUE (self), n);

      if (listing->instrument != PST_INSTRUMENT_NONE)
        pst_binance_book_begin (pst_binance_book_of (listing));
    }
}

static void subscribe (PstBinance *self);

static void
on_subscribe_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstBinance *self = user_data;

  self->subscribe_timer = 0;
  subscribe (self);
}

/* The next message of streams; after the last, its answer is waited for. */
static void
subscribe (PstBinance *self)
{
  g_autoptr (GPtrArray) names = list_streams (self);
  g_autoptr (GString) text = NULL;
  guint end = MIN (names->len, self->n_subscribed + SUBSCRIBE_STREAMS);
  gint64 now_ns = pst_venue_now_ns (PST_VENUE (self));

  if (self->n_subscribed == names->len)
    {
      pst_venue_reconnect (PST_VENUE (self), "SUBSCRIBE was not answered");
      return;
    }
  text = g_string_new ("{\"method\":\"SUBSCRIBE\",\"params\":[");
  for (guint i = self->n_subscribed; i < end; i++)
    g_string_append_printf (text, "%s\"%s\"", i > self->n_subscribed ? "," : "", (const char *)names->pdata[i]);
  g_string_append_printf (text, "],\"id\":%u}", ++self->n_requests);
  self->n_subscribed = end;
  self->subscribe_timer
      = pst_clock_add_timer (clock_of (self), now_ns + (end < names->len ? SUBSCRIBE_INTERVAL_NS : SUBSCRIBE_WAIT_NS), on_subscribe_due, self, NULL);
  pst_venue_send (PST_VENUE (self), text->str);
}

static void
on_life_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstBinance *self = user_data;

  self->life_timer = 0;
  pst_venue_reconnect (PST_VENUE (self), "the venue ends a connection after 24 hours");
}

/* What exchangeInfo said, now that a frame can tell it. */
static void
tell_statuses (PstBinance *self)
{
  PstVenue *venue = PST_VENUE (self);

  pst_venue_begin (venue, pst_venue_now_ns (venue));
  for (guint n = 0; n < pst_venue_get_n_listings (venue); n++)
    {
      PstListing *listing = pst_venue_get_listing (venue, n);

      if (listing->instrument != PST_INSTRUMENT_NONE)
        pst_venue_status (venue, listing, pst_binance_book_of (listing)->status, 0);
    }
  pst_venue_end (venue);
}

/* The connection stands. */
void
pst_binance_session_opened (PstVenue *venue)
{
  PstBinance *self = PST_BINANCE (venue);
  g_autoptr (GPtrArray) names = list_streams (self);

  tell_statuses (self);
  self->life_timer = pst_clock_add_timer (clock_of (self), pst_venue_now_ns (venue) + self->life_ns, on_life_due, self, NULL);
  self->n_subscribed = self->n_requests = self->n_acks = 0;
  if (is_subscribed_by_url (self, names->len))
    begin_books (self);
  else
    subscribe (self);
}

/* All timers and what is waited for. */
void
pst_binance_session_clear (PstBinance *self)
{
  clear_timer (self, &self->life_timer);
  clear_timer (self, &self->subscribe_timer);
  pst_binance_snapshots_clear (self);
  for (guint n = 0; n < pst_venue_get_n_listings (PST_VENUE (self)); n++)
    pst_binance_book_clear (pst_binance_book_of (pst_venue_get_listing (PST_VENUE (self), n)));
}

/* The connection is gone. */
void
pst_binance_session_closed (PstVenue *venue)
{
  pst_binance_session_clear (PST_BINANCE (venue));
}

/* Whether the stream "btcusdt@depth@100ms" is one of the symbol's. */
static gboolean
is_stream_of (const PstBinanceText *stream, const char *symbol, gsize length)
{
  return stream->length > length && stream->text[length] == '@' && g_ascii_strncasecmp (stream->text, symbol, length) == 0;
}

/* By the symbol and, where the stream is named, by that too: a damaged symbol must not lead to another's book. */
static PstListing *
find (PstVenue *venue, const PstBinanceMessage *message, const PstMessage *raw)
{
  PstListing *listing = pst_venue_find_listing (venue, message->symbol.text, message->symbol.length);

  if (listing == NULL || listing->instrument == PST_INSTRUMENT_NONE)
    {
      pst_venue_unexpected (venue, "symbol", raw->text, raw->length);
      return NULL;
    }
  if (message->stream.text == NULL || is_stream_of (&message->stream, message->symbol.text, message->symbol.length))
    return listing;
  pst_venue_refuse (venue, "stream", "its name is not that of the symbol", raw->text, raw->length);
  return NULL;
}

/* The listing of a message that ends too early, or is damaged before its symbol. */
static PstListing *
guess (PstVenue *venue, const PstBinanceMessage *message)
{
  const char *at = message->stream.text != NULL ? memchr (message->stream.text, '@', message->stream.length) : NULL;
  g_autofree char *upper = at != NULL ? g_ascii_strup (message->stream.text, at - message->stream.text) : NULL;

  if (upper != NULL)
    return pst_venue_find_listing (venue, upper, strlen (upper));
  return message->symbol.text != NULL ? pst_venue_find_listing (venue, message->symbol.text, message->symbol.length) : NULL;
}

static void
take_malformed (PstVenue *venue, const PstBinanceMessage *message, const PstMessage *raw)
{
  PstListing *listing = guess (venue, message);

  pst_venue_refuse (venue, "message", message->failure, raw->text, raw->length);
  if (listing == NULL || (message->stream.text != NULL && g_strstr_len (message->stream.text, (gssize)message->stream.length, "@depth") == NULL))
    return;
  pst_binance_book_lose (pst_binance_book_of (listing), PST_VENUE_LOSS_MALFORMED, message->failure);
}

static gboolean
read_number (const PstBinanceText *text, guint8 scale, gint64 *mantissa)
{
  guint8 decimals;

  return pst_venue_read_number (text->text, text->length, scale, mantissa, &decimals);
}

/* Trades of a listing are numbered without holes: one that is missing is told, for nothing else shows it. */
static void
follow_trades (PstVenue *venue, PstBinanceBook *book, guint64 id, const PstMessage *raw)
{
  if (book->trade_id != 0 && id != book->trade_id + 1)
    pst_venue_unexpected (venue, "trade-gap", raw->text, raw->length);
  book->trade_id = id;
}

static void
take_trade (PstVenue *venue, const PstBinanceMessage *message, const PstMessage *raw)
{
  PstListing *listing = find (venue, message, raw);
  PstTrade trade = { .trade_id = message->trade_id, .aggressor = message->buyer_is_maker ? PST_SIDE_SELL : PST_SIDE_BUY };
  gint64 time_ns;

  if (listing == NULL)
    return;
  if (message->trade_id != 0 && message->trade_id == pst_binance_book_of (listing)->trade_id)
    {
      pst_venue_unexpected (venue, "trade-twice", raw->text, raw->length);
      return;
    }
  pst_venue_begin (venue, raw->receive_time_ns);
  if (read_number (&message->price, listing->price_scale, &trade.price) && read_number (&message->size, listing->size_scale, &trade.size)
      && pst_binance_read_time (message->trade_time_ms, &time_ns) && pst_venue_trade (venue, listing, &trade, time_ns))
    {
      pst_venue_end (venue);
      follow_trades (venue, pst_binance_book_of (listing), message->trade_id, raw);
      return;
    }
  pst_venue_drop (venue);
  pst_venue_refuse (venue, "trade", "a price, size or time is none of the instrument's", raw->text, raw->length);
}

static void
take_ticker (PstVenue *venue, const PstBinanceMessage *message, const PstMessage *raw)
{
  PstListing *listing = find (venue, message, raw);
  PstQuote quote;

  if (listing == NULL)
    return;
  pst_venue_begin (venue, raw->receive_time_ns);
  if (!read_number (&message->bid, listing->price_scale, &quote.bid_price) || !read_number (&message->bid_size, listing->size_scale, &quote.bid_size)
      || !read_number (&message->ask, listing->price_scale, &quote.ask_price)
      || !read_number (&message->ask_size, listing->size_scale, &quote.ask_size) || !pst_venue_quote (venue, listing, &quote, 0))
    {
      pst_venue_drop (venue);
      pst_venue_refuse (venue, "bookTicker", "a price or size is none of the instrument's, or it is crossed", raw->text, raw->length);
      return;
    }
  pst_venue_end (venue);
  pst_binance_book_take_ticker (pst_binance_book_of (listing), message->last_id, &quote);
}

static void
take_diff (PstVenue *venue, const PstBinanceMessage *message, const PstMessage *raw)
{
  PstListing *listing = find (venue, message, raw);

  if (listing != NULL)
    pst_binance_book_take_diff (pst_binance_book_of (listing), message, raw);
}

/* Streams are there when the last SUBSCRIBE is answered. */
static void
take_ack (PstBinance *self, const PstBinanceMessage *message, const PstMessage *raw)
{
  g_autoptr (GPtrArray) names = NULL;

  if (message->id == 0 || message->id != self->n_acks + 1 || message->id > self->n_requests)
    {
      pst_venue_unexpected (PST_VENUE (self), "ack", raw->text, raw->length);
      return;
    }
  names = list_streams (self);
  self->n_acks++;
  if (self->n_acks < self->n_requests || self->n_subscribed < names->len)
    return;
  clear_timer (self, &self->subscribe_timer);
  begin_books (self);
}

static void
take_error (PstVenue *venue, const PstBinanceMessage *message, const PstMessage *raw)
{
  g_autofree char *text = g_strdup_printf ("the venue refuses a request: %" G_GINT64_FORMAT " %.*s", message->code,
                                           (int)MIN (message->text.length, 200), message->text.text);

  pst_venue_unexpected (venue, "error", raw->text, raw->length);
  if (PST_BINANCE (venue)->n_requests > 0)
    pst_venue_reconnect (venue, text);
}

/* A message came. */
void
pst_binance_session_message (PstVenue *venue, const PstMessage *raw)
{
  PstBinance *self = PST_BINANCE (venue);
  PstBinanceMessage message;

  pst_binance_parse (&self->parser, raw->text, raw->length, &message);
  switch (message.kind)
    {
    case PST_BINANCE_DEPTH:
      take_diff (venue, &message, raw);
      break;
    case PST_BINANCE_TRADE:
    case PST_BINANCE_AGGREGATE_TRADE:
      take_trade (venue, &message, raw);
      break;
    case PST_BINANCE_TICKER:
      take_ticker (venue, &message, raw);
      break;
    case PST_BINANCE_SHUTDOWN:
      pst_venue_reconnect (venue, "the venue takes this server down");
      break;
    case PST_BINANCE_ACK:
      take_ack (self, &message, raw);
      break;
    case PST_BINANCE_ERROR:
      take_error (venue, &message, raw);
      break;
    case PST_BINANCE_MALFORMED:
      take_malformed (venue, &message, raw);
      break;
    case PST_BINANCE_SNAPSHOT:
    case PST_BINANCE_OTHER:
      pst_venue_unexpected (venue, "message", raw->text, raw->length);
      break;
    }
}
