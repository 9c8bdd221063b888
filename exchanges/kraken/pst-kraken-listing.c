/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A book's life: asked for, whole, changed and verified, lost. The protocol has no sequence: what shows a lost or moved message is the checksum of
 * the ten best levels after each message, and that the times of a book's changes never go back (they never did in the recorded sessions). */

#include "pst-kraken-listing.h"

#define TOO_EARLY "a change came before the whole book"

PstKrakenListing *
pst_kraken_listing_new (void)
{
  PstKrakenListing *own = g_new0 (PstKrakenListing, 1);

  own->phase = PST_KRAKEN_PHASE_AWAITED;
  own->status = PST_INSTRUMENT_STATUS_TRADING;
  return own;
}

void
pst_kraken_listing_await (PstListing *listing, gboolean replaces)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  own->phase = replaces ? PST_KRAKEN_PHASE_LATE : PST_KRAKEN_PHASE_AWAITED;
  own->time_ns = 0;
}

void
pst_kraken_listing_ended (PstListing *listing)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  if (own->phase == PST_KRAKEN_PHASE_LATE)
    own->phase = PST_KRAKEN_PHASE_AWAITED;
}

/* The book is lost; what comes of it before a new one is of the past. */
static void
lose (PstVenue *venue, PstListing *listing, PstVenueLoss loss, const char *text)
{
  pst_kraken_listing_await (listing, TRUE);
  pst_venue_lose (venue, listing, loss, text);
}

/* The levels into book and frame. */
static gboolean
apply (PstVenue *venue, PstListing *listing, const PstKrakenMessage *message, const PstKrakenBook *book)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);
  const PstKrakenLevel *from = message->levels + book->first, *end = from + book->n_levels;

  for (const PstKrakenLevel *level = from; level < end; level++)
    {
      PstBookLevel now;

      if (G_UNLIKELY (!pst_venue_read_number (level->price, level->price_length, listing->price_scale, &now.price, &now.price_decimals)
                      || !pst_venue_read_number (level->size, level->size_length, listing->size_scale, &now.size, &now.size_decimals)
                      || !pst_venue_level (venue, listing, (PstSide)level->side, &now, level->time_ns != 0 ? level->time_ns : book->time_ns)))
        return FALSE;
      pst_kraken_checksum_note (&own->checksum, (PstSide)level->side, now.price);
    }
  return TRUE;
}

/* Applies and judges; FALSE: the book is lost. */
static gboolean
take_levels (PstVenue *venue, PstListing *listing, const PstKrakenMessage *message, const PstKrakenBook *book, const PstMessage *whole)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  if (G_UNLIKELY (!apply (venue, listing, message, book)))
    {
      pst_venue_refuse (venue, "book", "a level's price or size is none, or none of this instrument", whole->text, whole->length);
      lose (venue, listing, PST_VENUE_LOSS_MALFORMED, "a level cannot be one of this instrument");
      return FALSE;
    }
  if (G_UNLIKELY (!pst_venue_settle (venue, listing, book->time_ns)))
    {
      lose (venue, listing, PST_VENUE_LOSS_CROSSED, "the best bid is not below the best ask");
      return FALSE;
    }
  if (!book->has_checksum)
    return TRUE;
  if (G_UNLIKELY (pst_kraken_checksum_get (&own->checksum, listing->book, listing->price_scale, listing->size_scale) != book->checksum))
    {
      lose (venue, listing, PST_VENUE_LOSS_CHECKSUM, "the ten best levels are not those of the venue's checksum");
      return FALSE;
    }
  pst_venue_count_checksum (venue);
  return TRUE;
}

static void
take_snapshot (PstVenue *venue, PstListing *listing, const PstKrakenMessage *message, const PstKrakenBook *book, const PstMessage *whole)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  if (own->phase == PST_KRAKEN_PHASE_LIVE && book->time_ns < own->time_ns)
    {
      pst_venue_unexpected (venue, "old-book", whole->text, whole->length);
      return;
    }
  if (own->phase == PST_KRAKEN_PHASE_AWAITED && book->time_ns < own->time_ns)
    {
      lose (venue, listing, PST_VENUE_LOSS_GAP, TOO_EARLY);
      return;
    }
  pst_venue_begin (venue, whole->receive_time_ns);
  pst_venue_begin_book (venue, listing);
  pst_kraken_checksum_reset (&own->checksum);
  if (!take_levels (venue, listing, message, book, whole))
    return;
  own->time_ns = book->time_ns;
  if (book->has_checksum)
    {
      own->phase = PST_KRAKEN_PHASE_LIVE;
      pst_venue_complete_book (venue, listing, book->time_ns);
      pst_venue_end (venue);
      return;
    }
  own->phase = PST_KRAKEN_PHASE_UNPROVEN;
  pst_venue_stop_awaiting (venue, listing);
  pst_venue_drop (venue);
}

static gboolean
tell_side (PstVenue *venue, PstListing *listing, const PstBook *book, PstSide side, gint64 time_ns)
{
  const PstBookLevel *level;
  PstBookIter iter;

  pst_book_iter_init (&iter, book, side);
  while ((level = pst_book_iter_next (&iter)) != NULL)
    if (!pst_venue_level (venue, listing, side, level, time_ns))
      return FALSE;
  return TRUE;
}

/* The first right checksum of a book that was kept back: now the whole of it is told. */
static void
prove (PstVenue *venue, PstListing *listing, const PstKrakenBook *book, const PstMessage *whole)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);
  g_autoptr (PstBook) proven = pst_book_copy (listing->book);

  pst_venue_drop (venue);
  pst_venue_begin (venue, whole->receive_time_ns);
  pst_venue_begin_book (venue, listing);
  if (!tell_side (venue, listing, proven, PST_SIDE_BUY, book->time_ns) || !tell_side (venue, listing, proven, PST_SIDE_SELL, book->time_ns))
    {
      lose (venue, listing, PST_VENUE_LOSS_MALFORMED, "the book is too large for a frame");
      return;
    }
  own->phase = PST_KRAKEN_PHASE_LIVE;
  pst_venue_complete_book (venue, listing, book->time_ns);
}

static void
take_change (PstVenue *venue, PstListing *listing, const PstKrakenMessage *message, const PstKrakenBook *book, const PstMessage *whole)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  if (G_UNLIKELY (own->phase == PST_KRAKEN_PHASE_LIVE && pst_book_get_state (listing->book) != PST_BOOK_LIVE))
    own->phase = PST_KRAKEN_PHASE_LATE; /* it was lost, and not by us */
  if (G_UNLIKELY (own->phase <= PST_KRAKEN_PHASE_AWAITED))
    {
      pst_venue_count_ignored (venue, MAX (1, book->n_levels));
      if (own->phase == PST_KRAKEN_PHASE_AWAITED)
        own->time_ns = MAX (own->time_ns, book->time_ns);
      return;
    }
  if (G_UNLIKELY (!book->has_checksum))
    {
      pst_venue_refuse (venue, "book", "a change has no checksum", whole->text, whole->length);
      lose (venue, listing, PST_VENUE_LOSS_MALFORMED, "a change has no checksum");
      return;
    }
  if (G_UNLIKELY (book->time_ns < own->time_ns && book->time_ns != 0))
    {
      lose (venue, listing, PST_VENUE_LOSS_GAP, "a change is older than the one before");
      return;
    }
  pst_venue_begin (venue, whole->receive_time_ns);
  if (!take_levels (venue, listing, message, book, whole))
    return;
  own->time_ns = MAX (own->time_ns, book->time_ns);
  if (G_UNLIKELY (own->phase == PST_KRAKEN_PHASE_UNPROVEN))
    prove (venue, listing, book, whole);
  if (G_LIKELY (pst_venue_is_in_frame (venue)))
    pst_venue_end (venue);
}

void
pst_kraken_listing_take_book (PstVenue *venue, PstListing *listing, const PstKrakenMessage *message, const PstKrakenBook *book,
                              const PstMessage *whole)
{
  if (G_UNLIKELY (listing->instrument == PST_INSTRUMENT_NONE) && !pst_venue_assume (venue, listing))
    pst_venue_unexpected (venue, "book-of-unknown-instrument", whole->text, whole->length);
  else if (book->snapshot)
    take_snapshot (venue, listing, message, book, whole);
  else
    take_change (venue, listing, message, book, whole);
}

static gboolean
read_price (const PstListing *listing, const PstKrakenText *text, gint64 *price)
{
  guint8 decimals;

  return pst_venue_read_number (text->text, text->length, listing->price_scale, price, &decimals);
}

static gboolean
read_size (const PstListing *listing, const PstKrakenText *text, gint64 *size)
{
  guint8 decimals;

  return pst_venue_read_number (text->text, text->length, listing->size_scale, size, &decimals);
}

gboolean
pst_kraken_listing_take_trade (PstVenue *venue, PstListing *listing, const PstKrakenTrade *trade)
{
  PstKrakenListing *own = pst_kraken_listing_of (listing);
  PstTrade fact = { .trade_id = trade->trade_id, .aggressor = trade->side };

  if (!read_price (listing, &trade->price, &fact.price) || !read_size (listing, &trade->size, &fact.size))
    return FALSE;
  if (trade->trade_id != 0 && trade->trade_id <= own->trade_id)
    return TRUE; /* it came before */
  if (!pst_venue_trade (venue, listing, &fact, trade->time_ns))
    return FALSE;
  own->trade_id = MAX (own->trade_id, trade->trade_id);
  return TRUE;
}

gboolean
pst_kraken_listing_take_ticker (PstVenue *venue, PstListing *listing, const PstKrakenTicker *ticker)
{
  PstQuote quote = { 0 };

  return read_price (listing, &ticker->bid, &quote.bid_price) && read_size (listing, &ticker->bid_size, &quote.bid_size)
         && read_price (listing, &ticker->ask, &quote.ask_price) && read_size (listing, &ticker->ask_size, &quote.ask_size)
         && pst_venue_quote (venue, listing, &quote, ticker->time_ns);
}
