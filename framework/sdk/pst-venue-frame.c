/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames and books of a venue. A level goes to the listing's book and to the open frame in one step, so that what is published is what was
 * verified. What is lost is hidden from the run before anything else of it is told. */
#include "pst-venue-private.h"

#include <string.h>

static void
note_loss (PstVenue *venue, PstListing *listing, PstVenueLoss loss, const char *text)
{
  static const char *const names[PST_VENUE_LOSS_N] = { "gap", "checksum", "crossed", "malformed", "connection", "venue" };

  pst_context_note (pst_component_get_context (PST_COMPONENT (venue)), PST_COMPONENT (venue), "BOOK_LOST", "instrument=%s why=%s: %s",
                    listing->canonical, names[loss], text);
}

/* Hands the closed frames to the border and on. What the border refuses is a defect of the plugin's parser: nothing of it was seen, so no book
 * can be trusted. */
void
pst_venue_publish (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  g_autoptr (GError) error = NULL;
  PstFrameBlock block;

  if (private->n_frames == 0)
    return;
  block = pst_frame_buffer_get_block (private->buffer);
  private->n_frames = 0;
  if (!pst_exchange_publish (PST_EXCHANGE (venue), &block, &error))
    {
      pst_frame_buffer_clear (private->buffer);
      pst_venue_refuse (venue, "border", error->message, "", 0);
      pst_venue_lose_all (venue, PST_VENUE_LOSS_MALFORMED, error->message);
      return;
    }
  private->counts.n_frames += block.n_frames;
  pst_frame_buffer_clear (private->buffer);
}

/**
 * pst_venue_begin:
 * @venue: a venue without an open frame
 * @receive_time_ns: when the message was there
 *
 * Opens a frame. Its time never goes backwards: a system's clock may.
 */
void
pst_venue_begin (PstVenue *venue, gint64 receive_time_ns)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  g_return_if_fail (!private->in_frame);
  private->frame_time_ns = MAX (private->frame_time_ns, receive_time_ns);
  private->in_frame = TRUE;
  pst_frame_buffer_begin (private->buffer, private->frame_time_ns);
}

/**
 * pst_venue_end:
 * @venue: a venue with an open frame
 *
 * Closes the frame. Live it is published at once; while a capture is pulled, with others.
 */
void
pst_venue_end (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  guint n_events;

  g_return_if_fail (private->in_frame);
  n_events = pst_frame_buffer_get_n_events (private->buffer);
  private->in_frame = FALSE;
  pst_frame_buffer_end (private->buffer);
  private->n_frames = n_events == 0 ? 0 : pst_frame_buffer_get_block (private->buffer).n_frames;
  if (!private->pulling)
    pst_venue_publish (venue);
}

/**
 * pst_venue_drop:
 * @venue: a venue with an open frame
 *
 * Drops the open frame. What it changed in a listing's book stays there: that book is to be lost.
 */
void
pst_venue_drop (PstVenue *venue)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  g_return_if_fail (private->in_frame);
  private->in_frame = FALSE;
  pst_frame_buffer_abandon (private->buffer);
}

/**
 * pst_venue_is_in_frame:
 * @venue: a venue
 *
 * Returns: whether a frame is open
 */
gboolean
pst_venue_is_in_frame (PstVenue *venue)
{
  return pst_venue_private (venue)->in_frame;
}

static inline PstEvent *
add_event (PstVenuePrivate *private, const PstListing *listing, PstEventKind kind, gint64 venue_time_ns)
{
  PstEvent *event;

  if (G_UNLIKELY (listing->instrument == PST_INSTRUMENT_NONE || !private->in_frame))
    return NULL;
  event = pst_frame_buffer_add (private->buffer);
  if (G_UNLIKELY (event == NULL))
    return NULL;
  event->venue_time_ns = venue_time_ns;
  event->receive_time_ns = private->frame_time_ns;
  event->instrument = listing->instrument;
  event->kind = (guint16)kind;
  return event;
}

/**
 * pst_venue_begin_book: (skip)
 * @venue: a venue with an open frame
 * @listing: whose new book begins
 *
 * Empties the book. Its next level tells the run to do the same.
 */
void
pst_venue_begin_book (PstVenue *venue, PstListing *listing)
{
  pst_book_clear (listing->book);
  listing->fresh = TRUE;
}

/**
 * pst_venue_level: (skip)
 * @venue: a venue with an open frame
 * @listing: whose level it is
 * @side: %PST_SIDE_BUY for bids
 * @level: price and size at the instrument's scales, with the decimals of the venue's text; size 0 removes
 * @venue_time_ns: the venue's time; 0 when it does not say
 *
 * Applies a level change to the listing's book and adds it to the frame. Hot.
 *
 * Returns: %FALSE when the instrument is not known yet, the price is not above zero or off the grid, the size is negative, or the book or the
 *   frame is full: the book is then to be lost
 */
gboolean
pst_venue_level (PstVenue *venue, PstListing *listing, PstSide side, const PstBookLevel *level, gint64 venue_time_ns)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstEvent *event;

  if (G_UNLIKELY (level->price <= 0 || level->size < 0 || (listing->price_step != 1 && level->price % listing->price_step != 0)))
    return FALSE;
  event = add_event (private, listing, PST_EVENT_LEVEL, venue_time_ns);
  if (G_UNLIKELY (event == NULL || pst_book_set_level (listing->book, side, level) == PST_BOOK_FULL))
    return FALSE;
  event->level.price = level->price;
  event->level.size = level->size;
  event->level.sequence = listing->sequence;
  event->level.side = side;
  if (G_UNLIKELY (listing->fresh))
    {
      event->level.flags = PST_LEVEL_SNAPSHOT;
      listing->fresh = FALSE;
    }
  private->counts.n_levels++;
  return TRUE;
}

/* The run's book has no depth: what ours cuts is removed there by a level each. */
static gboolean
tell_cut (PstVenuePrivate *private, PstListing *listing, PstSide side, guint depth, gint64 venue_time_ns)
{
  for (guint n = pst_book_get_n_levels (listing->book, side); n > depth; n--)
    {
      const PstBookLevel *level = pst_book_get_level (listing->book, side, n - 1);
      PstEvent *event = add_event (private, listing, PST_EVENT_LEVEL, venue_time_ns);

      if (event == NULL)
        return FALSE;
      event->level.price = level->price;
      event->level.sequence = listing->sequence;
      event->level.side = side;
    }
  return TRUE;
}

/**
 * pst_venue_settle: (skip)
 * @venue: a venue with an open frame
 * @listing: whose levels were applied
 * @venue_time_ns: the venue's time
 *
 * Cuts the book to its depth, after all levels of a message, and tells the run what is cut.
 *
 * Returns: %FALSE when the book is crossed, or the frame is full: it is then to be lost
 */
gboolean
pst_venue_settle (PstVenue *venue, PstListing *listing, gint64 venue_time_ns)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  guint depth = listing->book->depth;

  if (depth != 0
      && (!tell_cut (private, listing, PST_SIDE_BUY, depth, venue_time_ns) || !tell_cut (private, listing, PST_SIDE_SELL, depth, venue_time_ns)))
    return FALSE;
  return pst_book_settle (listing->book);
}

void
pst_venue_clear_timer (PstVenue *venue, PstListing *listing)
{
  if (listing->timer != 0)
    pst_clock_remove_timer (pst_transport_get_clock (pst_venue_private (venue)->transport), listing->timer);
  listing->timer = 0;
}

/* An empty book has no level that could say that it is new. */
static void
tell_empty (PstVenuePrivate *private, PstListing *listing, gint64 venue_time_ns)
{
  PstEvent *event = add_event (private, listing, PST_EVENT_LEVEL, venue_time_ns);

  listing->fresh = FALSE;
  if (event == NULL)
    return;
  event->level.price = listing->price_step;
  event->level.side = PST_SIDE_BUY;
  event->level.flags = PST_LEVEL_SNAPSHOT;
}

/**
 * pst_venue_complete_book: (skip)
 * @venue: a venue with an open frame
 * @listing: whose book is whole, settled and verified
 * @venue_time_ns: the venue's time
 *
 * Says that the book is to be trusted from this frame on.
 */
void
pst_venue_complete_book (PstVenue *venue, PstListing *listing, gint64 venue_time_ns)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  g_return_if_fail (private->in_frame);
  if (listing->fresh)
    tell_empty (private, listing, venue_time_ns);
  if (!pst_book_set_state (listing->book, PST_BOOK_LIVE))
    return;
  if (listing->hidden)
    {
      PstEvent *event = add_event (private, listing, PST_EVENT_STATUS, venue_time_ns);

      if (event != NULL)
        event->status = listing->status;
      listing->hidden = FALSE;
    }
  private->counts.n_resyncs += listing->n_failures > 0;
  listing->awaited = FALSE;
  listing->live_since_ns = private->frame_time_ns;
  pst_venue_clear_timer (venue, listing);
}

/**
 * pst_venue_trade: (skip)
 * @venue: a venue with an open frame
 * @listing: what was traded
 * @trade: price, size, id and aggressor
 * @venue_time_ns: the venue's time
 *
 * Adds a trade.
 *
 * Returns: %FALSE when it cannot be: instrument not known, price not above zero or off the grid, size negative, frame full
 */
gboolean
pst_venue_trade (PstVenue *venue, PstListing *listing, const PstTrade *trade, gint64 venue_time_ns)
{
  PstVenuePrivate *private = pst_venue_private (venue);
  PstEvent *event;

  if (trade->price <= 0 || trade->size < 0 || (listing->price_step > 1 && trade->price % listing->price_step != 0))
    return FALSE;
  event = add_event (private, listing, PST_EVENT_TRADE, venue_time_ns);
  if (event == NULL)
    return FALSE;
  event->trade = *trade;
  private->counts.n_trades++;
  return TRUE;
}

static gboolean
quote_side_is_legal (const PstListing *listing, gint64 price, gint64 size)
{
  return price >= 0 && size >= 0 && (size == 0 || price > 0) && (listing->price_step <= 1 || price % listing->price_step == 0);
}

/**
 * pst_venue_quote: (skip)
 * @venue: a venue with an open frame
 * @listing: whose best bid and ask it is
 * @quote: a size of 0 means that side is absent
 * @venue_time_ns: the venue's time
 *
 * Adds a quote.
 *
 * Returns: %FALSE when it cannot be: instrument not known, prices off the grid or crossed, frame full
 */
gboolean
pst_venue_quote (PstVenue *venue, PstListing *listing, const PstQuote *quote, gint64 venue_time_ns)
{
  PstEvent *event;

  if (!quote_side_is_legal (listing, quote->bid_price, quote->bid_size) || !quote_side_is_legal (listing, quote->ask_price, quote->ask_size)
      || (quote->bid_size > 0 && quote->ask_size > 0 && quote->bid_price >= quote->ask_price))
    return FALSE;
  event = add_event (pst_venue_private (venue), listing, PST_EVENT_QUOTE, venue_time_ns);
  if (event == NULL)
    return FALSE;
  event->quote = *quote;
  return TRUE;
}

/**
 * pst_venue_status: (skip)
 * @venue: a venue with an open frame
 * @listing: whose status it is
 * @status: what the venue says
 * @venue_time_ns: the venue's time
 *
 * Adds a change of status. While the book is hidden it is kept and told when the book is back.
 *
 * Returns: %FALSE when the instrument is not known or the frame is full
 */
gboolean
pst_venue_status (PstVenue *venue, PstListing *listing, PstInstrumentStatus status, gint64 venue_time_ns)
{
  PstEvent *event;

  if (listing->status == status)
    return TRUE;
  listing->status = status;
  if (listing->hidden)
    return TRUE;
  event = add_event (pst_venue_private (venue), listing, PST_EVENT_STATUS, venue_time_ns);
  if (event == NULL)
    return FALSE;
  event->status = status;
  return TRUE;
}

static void
add_stale (PstVenuePrivate *private, PstListing *listing)
{
  PstEvent *event = add_event (private, listing, PST_EVENT_STATUS, private->frame_time_ns);

  if (event != NULL)
    event->status = PST_INSTRUMENT_STATUS_STALE;
  listing->hidden = TRUE;
}

/* Tells the run that books are not to be trusted, those that are waited for too when @waited. In one frame: nobody sees one hidden while another
 * that is as bad stands there. */
void
pst_venue_hide_together (PstVenue *venue, gboolean waited)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  pst_venue_begin (venue, pst_venue_now_ns (venue));
  for (guint i = 0; i < private->n_listings; i++)
    {
      PstListing *listing = &private->listings[i];

      if (!listing->hidden && listing->instrument != PST_INSTRUMENT_NONE && (waited || pst_book_get_state (listing->book) != PST_BOOK_SYNCING))
        add_stale (private, listing);
    }
  pst_venue_end (venue);
}

/* Empties the book, and tells the run that it is not to be trusted. */
void
pst_venue_hide (PstVenue *venue, PstListing *listing)
{
  pst_book_clear (listing->book);
  listing->fresh = TRUE;
  if (listing->hidden || listing->instrument == PST_INSTRUMENT_NONE)
    return;
  pst_venue_begin (venue, pst_venue_now_ns (venue));
  add_stale (pst_venue_private (venue), listing);
  pst_venue_end (venue);
}

static void on_due (PstClock *clock, gint64 due_ns, gpointer user_data);

static void
set_timer (PstVenue *venue, PstListing *listing, gint64 delay_ns)
{
  PstClock *clock = pst_transport_get_clock (pst_venue_private (venue)->transport);

  pst_venue_clear_timer (venue, listing);
  listing->timer = pst_clock_add_timer (clock, pst_clock_now_ns (clock) + delay_ns, on_due, listing, NULL);
}

static void
await (PstVenue *venue, PstListing *listing)
{
  guint wait_ms = PST_VENUE_GET_CLASS (venue)->book_wait_ms;

  listing->awaited = TRUE;
  if (wait_ms == G_MAXUINT)
    pst_venue_clear_timer (venue, listing);
  else
    set_timer (venue, listing, (wait_ms != 0 ? wait_ms : PST_VENUE_BOOK_WAIT_MS) * PST_NS_PER_MS);
}

static void
ask (PstVenue *venue, PstListing *listing)
{
  if (pst_transport_get_state (pst_venue_private (venue)->transport) != PST_TRANSPORT_OPEN)
    return; /* the next connection asks for all */
  pst_book_clear (listing->book);
  await (venue, listing);
  PST_VENUE_GET_CLASS (venue)->resynchronise (venue, listing);
}

/* The wait before a book is asked for again is over, or the wait for one that was. */
static void
on_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstListing *listing = user_data;
  PstVenue *venue = listing->venue;

  listing->timer = 0;
  if (!listing->awaited)
    ask (venue, listing);
  else if (++listing->n_failures > PST_VENUE_FAILURES_MAX)
    pst_venue_reconnect (venue, "a book that was asked for does not come");
  else
    ask (venue, listing);
}

/**
 * pst_venue_await_book: (skip)
 * @venue: a venue with a connection
 * @listing: whose book was asked for
 *
 * Asks again when it does not come.
 */
void
pst_venue_await_book (PstVenue *venue, PstListing *listing)
{
  await (venue, listing);
}

/**
 * pst_venue_stop_awaiting: (skip)
 * @venue: a venue
 * @listing: whose book is not to be asked for again
 *
 * Ends the wait without a book that is to be trusted: it came and has yet to be verified, or the venue said that it never will.
 */
void
pst_venue_stop_awaiting (PstVenue *venue, PstListing *listing)
{
  listing->awaited = FALSE;
  pst_venue_clear_timer (venue, listing);
}

static void
ask_later (PstVenue *venue, PstListing *listing)
{
  const PstVenueOptions *options = &pst_venue_private (venue)->options;
  guint n = listing->n_failures++;

  if (n == 0)
    {
      ask (venue, listing);
      return;
    }
  listing->awaited = FALSE;
  set_timer (venue, listing, MIN (options->reconnect_max_ns, options->reconnect_first_ns << MIN (n - 1, 20)));
}

/**
 * pst_venue_lose: (skip)
 * @venue: a venue
 * @listing: whose book is not to be trusted
 * @loss: why
 * @text: the same for people
 *
 * Drops the open frame, tells the run that the book is stale, and asks for a new one: at once the first time, after a growing delay when it
 * happens again and again, and by a new connection when that does not help.
 */
void
pst_venue_lose (PstVenue *venue, PstListing *listing, PstVenueLoss loss, const char *text)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  g_return_if_fail (loss < PST_VENUE_LOSS_N);
  if (private->in_frame)
    pst_venue_drop (venue);
  private->counts.n_losses[loss]++;
  note_loss (venue, listing, loss, text);
  if (pst_book_get_state (listing->book) == PST_BOOK_LIVE && pst_venue_now_ns (venue) - listing->live_since_ns >= PST_VENUE_STABLE_NS)
    listing->n_failures = 0;
  pst_venue_hide (venue, listing);
  if (listing->n_failures >= PST_VENUE_FAILURES_MAX)
    pst_venue_reconnect (venue, "a book was lost again and again");
  else
    ask_later (venue, listing);
}

/**
 * pst_venue_lose_all: (skip)
 * @venue: a venue
 * @loss: why
 * @text: the same for people
 *
 * Loses every listing's book that is not waited for already.
 */
void
pst_venue_lose_all (PstVenue *venue, PstVenueLoss loss, const char *text)
{
  PstVenuePrivate *private = pst_venue_private (venue);

  if (private->in_frame)
    pst_venue_drop (venue);
  pst_venue_hide_together (venue, FALSE);
  for (guint i = 0; i < private->n_listings; i++)
    if (pst_book_get_state (private->listings[i].book) != PST_BOOK_SYNCING)
      pst_venue_lose (venue, &private->listings[i], loss, text);
}

/**
 * pst_venue_count_checksum:
 * @venue: a venue
 *
 * Counts a checksum that was right.
 */
void
pst_venue_count_checksum (PstVenue *venue)
{
  pst_venue_private (venue)->counts.n_checksums++;
}

/**
 * pst_venue_count_ignored:
 * @venue: a venue
 * @n_levels: how many
 *
 * Counts level changes of a book that is waited for.
 */
void
pst_venue_count_ignored (PstVenue *venue, guint n_levels)
{
  pst_venue_private (venue)->counts.n_ignored += n_levels;
}
