/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What Coinbase says. First its number: a hole may hide a change of any book of the connection, so all are lost; what was there already is not
 * applied again. Then whether it could be read: a message that is JSON with a known product loses that product's book alone; one that may have
 * meant any book loses all. Only then its events, each in a frame of its own. */
#include "pst-coinbase-private.h"

static const char *
kind_of (const PstCoinbaseParser *parser)
{
  static const char *const kinds[] = {
    [PST_COINBASE_CHANNEL_NONE] = "message",          [PST_COINBASE_CHANNEL_BOOK] = "l2_data",
    [PST_COINBASE_CHANNEL_TRADES] = "market_trades",  [PST_COINBASE_CHANNEL_TICKER] = "ticker",
    [PST_COINBASE_CHANNEL_HEARTBEATS] = "heartbeats", [PST_COINBASE_CHANNEL_SUBSCRIPTIONS] = "subscriptions",
    [PST_COINBASE_CHANNEL_OTHER] = "other channel",   [PST_COINBASE_CHANNEL_ERROR] = "error",
  };

  return kinds[parser->channel];
}

/* The first of each text is named. */
static void
take_error (PstCoinbase *self, const PstMessage *message)
{
  const PstCoinbaseParser *parser = &self->parser;
  g_autofree char *beginning = g_strndup (parser->text != NULL ? parser->text : "", MIN (parser->text_length, 80));
  g_autofree char *text = g_utf8_make_valid (beginning, -1);
  g_autofree char *kind = g_strdup_printf ("error %s", text);

  self->counts.n_errors++;
  pst_venue_unexpected (PST_VENUE (self), kind, message->text, message->length);
}

/* FALSE when the message must not be applied. */
static gboolean
take_sequence (PstCoinbase *self, const PstMessage *message)
{
  guint64 due = self->sequence.next, number = self->parser.sequence;
  g_autofree char *text = NULL;

  switch (pst_coinbase_sequence_take (&self->sequence, number))
    {
    case PST_COINBASE_ORDER_NEXT:
      return TRUE;
    case PST_COINBASE_ORDER_OLD:
      self->counts.n_old++;
      pst_venue_unexpected (PST_VENUE (self), "old sequence_num", message->text, message->length);
      return FALSE;
    case PST_COINBASE_ORDER_GAP:
    default:
      text = g_strdup_printf ("sequence_num %" G_GUINT64_FORMAT " came where %" G_GUINT64_FORMAT " was due", number, due);
      self->counts.n_gaps++;
      pst_venue_lose_all (PST_VENUE (self), PST_VENUE_LOSS_GAP, text);
      return TRUE;
    }
}

/* One that is waited for and did not come right is asked for again; an update to one that is waited for means nothing. */
static void
lose_bad (PstCoinbase *self, const PstCoinbaseEvent *event)
{
  if (event->listing != NULL && (event->is_snapshot || pst_book_get_state (event->listing->book) == PST_BOOK_LIVE))
    pst_venue_lose (PST_VENUE (self), event->listing, PST_VENUE_LOSS_MALFORMED, self->parser.failure);
}

static void
take_failure (PstCoinbase *self, const PstMessage *message)
{
  const PstCoinbaseParser *parser = &self->parser;
  g_autofree char *why = g_strdup_printf ("byte %" G_GSIZE_FORMAT ": %s", parser->failure_offset + 1, parser->failure);
  gboolean books = parser->channel == PST_COINBASE_CHANNEL_NONE || parser->channel == PST_COINBASE_CHANNEL_BOOK || !parser->has_sequence;

  pst_venue_refuse (PST_VENUE (self), kind_of (parser), why, message->text, message->length);
  if (!parser->has_sequence)
    pst_coinbase_sequence_pass (&self->sequence);
  if (parser->is_broken && books)
    pst_venue_lose_all (PST_VENUE (self), PST_VENUE_LOSS_MALFORMED, parser->failure);
  for (guint i = 0; i < parser->n_events; i++)
    if (parser->events[i].is_bad)
      lose_bad (self, &parser->events[i]);
}

/* Whether each side goes away from the touch, no price twice, as snapshots do. */
static gboolean
goes_outwards (const PstCoinbaseLevel *levels, guint n)
{
  gint64 bid = G_MAXINT64, ask = 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 price = levels[i].level.price;

      if (levels[i].side == PST_SIDE_BUY ? price >= bid : price <= ask)
        return FALSE;
      *(levels[i].side == PST_SIDE_BUY ? &bid : &ask) = price;
    }
  return TRUE;
}

/* A book takes what is better than all it has in a few steps, and what is worse by moving a block: a snapshot is applied from its end, when that
 * makes no difference. */
static gboolean
apply_levels (PstCoinbase *self, const PstCoinbaseEvent *event)
{
  PstVenue *venue = PST_VENUE (self);
  const PstCoinbaseLevel *levels = self->parser.levels + event->first;
  gboolean backwards = event->is_snapshot && goes_outwards (levels, event->n);

  for (guint i = 0; i < event->n; i++)
    {
      const PstCoinbaseLevel *level = &levels[backwards ? event->n - 1 - i : i];

      if (G_UNLIKELY (!pst_venue_level (venue, event->listing, level->side, &level->level, level->time_ns)))
        return FALSE;
    }
  return TRUE;
}

static void
take_book (PstCoinbase *self, const PstCoinbaseEvent *event, const PstMessage *message)
{
  PstVenue *venue = PST_VENUE (self);
  PstListing *listing = event->listing;

  if (event->is_bad)
    return;
  if (listing == NULL)
    {
      /* A recorded session may have more products than are wanted; a connection of ours has what we subscribed to. */
      if (pst_exchange_is_live (PST_EXCHANGE (self)))
        pst_venue_unexpected (venue, "book of another product", message->text, message->length);
      return;
    }
  if (!event->is_snapshot && pst_book_get_state (listing->book) != PST_BOOK_LIVE)
    {
      pst_venue_count_ignored (venue, event->n);
      return;
    }
  listing->sequence = self->parser.sequence;
  pst_venue_begin (venue, message->receive_time_ns);
  if (event->is_snapshot)
    pst_venue_begin_book (venue, listing);
  if (G_UNLIKELY (!apply_levels (self, event)))
    {
      pst_venue_refuse (venue, "l2_data", "a level is off the price grid, or there are too many", "", 0);
      pst_venue_lose (venue, listing, PST_VENUE_LOSS_MALFORMED, "a level is off the price grid, or there are too many");
      return;
    }
  if (G_UNLIKELY (!pst_venue_settle (venue, listing, self->parser.time_ns)))
    {
      pst_venue_lose (venue, listing, PST_VENUE_LOSS_CROSSED, "the best bid is not below the best ask");
      return;
    }
  if (event->is_snapshot)
    pst_venue_complete_book (venue, listing, self->parser.time_ns);
  pst_venue_end (venue);
}

/* The newest stands first. What happened before the subscription is history: it would be old news to a strategy, and old prices to a fill. */
static void
take_trades (PstCoinbase *self, const PstCoinbaseEvent *event, const PstMessage *message)
{
  PstVenue *venue = PST_VENUE (self);

  if (event->is_snapshot)
    {
      self->counts.n_history += event->n;
      return;
    }
  pst_venue_begin (venue, message->receive_time_ns);
  for (guint i = event->first + event->n; i > event->first; i--)
    {
      const PstCoinbaseTrade *trade = &self->parser.trades[i - 1];

      if (!pst_venue_trade (venue, trade->listing, &trade->trade, trade->time_ns))
        pst_venue_refuse (venue, "market_trades", "a trade's price is off the grid", message->text, message->length);
    }
  pst_venue_end (venue);
}

static void
take_quotes (PstCoinbase *self, const PstCoinbaseEvent *event, const PstMessage *message)
{
  PstVenue *venue = PST_VENUE (self);

  pst_venue_begin (venue, message->receive_time_ns);
  for (guint i = event->first; i < event->first + event->n; i++)
    {
      const PstCoinbaseQuote *quote = &self->parser.quotes[i];

      if (!pst_venue_quote (venue, quote->listing, &quote->quote, self->parser.time_ns))
        pst_venue_refuse (venue, "ticker", "the best bid is not below the best ask, or off the grid", message->text, message->length);
    }
  pst_venue_end (venue);
}

/* A channel of a name that nobody subscribed to: a damaged message about a book, perhaps. */
static void
take_unknown (PstCoinbase *self, const PstMessage *message)
{
  pst_venue_unexpected (PST_VENUE (self), "unknown channel", message->text, message->length);
  for (guint i = 0; i < self->parser.n_events; i++)
    {
      PstListing *listing = self->parser.events[i].listing;

      if (listing != NULL && pst_book_get_state (listing->book) == PST_BOOK_LIVE)
        pst_venue_lose (PST_VENUE (self), listing, PST_VENUE_LOSS_MALFORMED, "a message about it is of an unknown channel");
    }
}

static void
take_event (PstCoinbase *self, const PstCoinbaseEvent *event, const PstMessage *message)
{
  switch (self->parser.channel)
    {
    case PST_COINBASE_CHANNEL_BOOK:
      if (self->wants & PST_COINBASE_WANT_BOOK)
        take_book (self, event, message);
      return;
    case PST_COINBASE_CHANNEL_TRADES:
      if (self->wants & PST_COINBASE_WANT_TRADES)
        take_trades (self, event, message);
      return;
    case PST_COINBASE_CHANNEL_TICKER:
      if (self->wants & PST_COINBASE_WANT_TICKER)
        take_quotes (self, event, message);
      return;
    case PST_COINBASE_CHANNEL_HEARTBEATS:
      self->counts.n_heartbeats += !event->is_bad;
      return;
    case PST_COINBASE_CHANNEL_NONE:
    case PST_COINBASE_CHANNEL_SUBSCRIPTIONS:
    case PST_COINBASE_CHANNEL_OTHER:
    case PST_COINBASE_CHANNEL_ERROR:
    default:
      return;
    }
}

/* One message. A message without a number is an error told by the venue, or broken. */
void
pst_coinbase_message (PstVenue *venue, const PstMessage *message)
{
  PstCoinbase *self = PST_COINBASE (venue);
  const PstCoinbaseParser *parser = &self->parser;
  gboolean is_good;

  is_good = pst_coinbase_parser_read (&self->parser, message->text, message->length);
  if (G_UNLIKELY (is_good && parser->channel == PST_COINBASE_CHANNEL_ERROR))
    take_error (self, message);
  if (parser->has_sequence && !take_sequence (self, message))
    return;
  if (G_UNLIKELY (!is_good))
    take_failure (self, message);
  if (G_UNLIKELY (is_good && parser->channel == PST_COINBASE_CHANNEL_NONE))
    take_unknown (self, message);
  if (G_UNLIKELY (parser->is_broken))
    return;
  for (guint i = 0; i < parser->n_events; i++)
    take_event (self, &parser->events[i], message);
}
