/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every venue with a connection does the same way: connect with back-off under a budget, subscribe, hold one verified book a listing,
 * hide a book that is not to be trusted, ask for that one anew, count what is malformed, record and play captures. A venue's plugin adds its
 * parser and its protocol.
 *
 * A session's only time is its transport's clock: the system's when live, the capture's when recorded, the test's when simulated.
 *
 * Books are verified here, before anyone sees them: a message is applied to the listing's book and to an open frame together
 * (pst_venue_begin(), pst_venue_level() ...), judged by the venue's protocol (checksum, sequence) and by pst_venue_settle(), and only then
 * published (pst_venue_end()), or dropped (pst_venue_lose()). */
#pragma once

#include "../model/pst-book.h"
#include "pst-back-off.h"
#include "pst-exchange.h"
#include "pst-transport.h"

G_BEGIN_DECLS

/* Listings of one venue component. */
#define PST_VENUE_LISTINGS_MAX 1024u

/**
 * PstListing:
 * @symbol: the venue's own name, "XBT/USD"
 * @canonical: the pipeline's name, "BTC/USD"
 * @base: what is bought, "BTC"
 * @quote: what is paid, "USD"
 * @number: its index among the venue's listings, from 0
 * @instrument: index in the run's table; %PST_INSTRUMENT_NONE until the venue told what it is
 * @price_scale: the instrument's
 * @size_scale: the instrument's
 * @book: verified price levels, whose state says whether they are to be trusted
 * @sequence: the protocol's, for the plugin's use
 * @protocol: (nullable): the plugin's own, freed by the class's free_protocol()
 *
 * An instrument as one venue lists it. Only @sequence, @protocol are for writing.
 */
typedef struct
{
  const char *symbol;
  const char *canonical;
  const char *base;
  const char *quote;
  guint number;
  guint32 instrument;
  guint8 price_scale;
  guint8 size_scale;
  PstBook *book;
  guint64 sequence;
  gpointer protocol;
  /*< private >*/
  gpointer venue;
  gint64 price_step;
  gint64 live_since_ns;
  guint32 status;   /* what the venue says, when it is not hidden */
  guint timer;      /* of the next resynchronisation, or of the wait for one; 0 for none */
  guint n_failures; /* in a row, for the delay of the next resynchronisation */
  guint8 fresh;     /* the next level begins a new book */
  guint8 hidden;    /* the run was told that it is stale */
  guint8 awaited;   /* a new book was asked for and has not come */
} PstListing;

/**
 * PstVenueLoss:
 * @PST_VENUE_LOSS_GAP: the sequence has a hole
 * @PST_VENUE_LOSS_CHECKSUM: the venue's checksum is not ours
 * @PST_VENUE_LOSS_CROSSED: the best bid is not below the best ask
 * @PST_VENUE_LOSS_MALFORMED: a message about it could not be understood
 * @PST_VENUE_LOSS_CONNECTION: the connection is gone
 * @PST_VENUE_LOSS_VENUE: the venue said so (not online, unsubscribed, shutting down)
 * @PST_VENUE_LOSS_N: how many there are
 *
 * Why a book is not to be trusted any more.
 */
typedef enum /*< prefix=PST_VENUE_LOSS >*/
{
  PST_VENUE_LOSS_GAP,
  PST_VENUE_LOSS_CHECKSUM,
  PST_VENUE_LOSS_CROSSED,
  PST_VENUE_LOSS_MALFORMED,
  PST_VENUE_LOSS_CONNECTION,
  PST_VENUE_LOSS_VENUE,
  PST_VENUE_LOSS_N,
} PstVenueLoss;

/**
 * PstVenueCounts:
 * @n_messages: messages received
 * @n_bytes: their bytes
 * @n_frames: frames published
 * @n_levels: level changes published
 * @n_trades: trades published
 * @n_checksums: checksums that were right
 * @n_losses: books lost, by reason
 * @n_resyncs: books asked for anew, that came
 * @n_connects: connections that stood
 * @n_malformed: messages that could not be understood, of any kind
 * @n_unexpected: messages that were understood and should not have come
 * @n_ignored: level changes of a book that is waited for
 *
 * What a session went through.
 */
typedef struct
{
  guint64 n_messages;
  guint64 n_bytes;
  guint64 n_frames;
  guint64 n_levels;
  guint64 n_trades;
  guint64 n_checksums;
  guint64 n_losses[PST_VENUE_LOSS_N];
  guint64 n_resyncs;
  guint64 n_connects;
  guint64 n_malformed;
  guint64 n_unexpected;
  guint64 n_ignored;
} PstVenueCounts;

#define PST_TYPE_VENUE (pst_venue_get_type ())
PST_API
G_DECLARE_DERIVABLE_TYPE (PstVenue, pst_venue, PST, VENUE, PstExchange)

/**
 * PstVenueClass:
 * @venue: "KRAKEN", the tail of its instruments' ids
 * @get_venue: (nullable): the same where one plugin serves several venues; known from prepare() on
 * @default_depth: of books, where the operator says nothing; 0: all
 * @maker_fee: rate where the operator says nothing, "0.0025": the venue's published fee for the smallest account
 * @taker_fee: the same of takers
 * @whole_books: whether books keep all that the venue tells, whatever the depth: for venues that do not maintain one. What is cut from a book of
 *   theirs is missing when the levels above it go
 * @book_wait_ms: how long a book that was asked for may take before it is asked for again; 0 for 10,000; G_MAXUINT: the plugin asks again itself
 * @silence_max_ms: how long the venue may say nothing at all before the connection is given up; 0 for the transport's default
 * @format_symbol: (transfer full): the venue's name of BASE/QUOTE, "XBT/USD" or "BTCUSD"; the only case rules and aliases
 * @get_metadata_url: (transfer full) (nullable): where the instruments' grids and minima are told, by HTTP GET, before the connection is
 *   opened; %NULL (also as a member) when they come over the connection
 * @take_metadata: read that answer: pst_venue_list() for each wanted listing. FALSE with an error that says what is wrong
 * @get_url: (transfer full): where to connect
 * @opened: the connection stands: subscribe
 * @message: a message came: parse, apply, publish
 * @closed: (nullable): the connection is gone; all books are hidden already. It is opened again by the base
 * @resynchronise: ask for a new book of this listing alone; its book is empty and SYNCING already
 * @free_protocol: (nullable): free @protocol of a listing
 *
 * What a venue's plugin implements. Everything on the run's context.
 */
struct _PstVenueClass
{
  PstExchangeClass parent_class;

  const char *venue;
  const char *(*get_venue) (PstVenue *venue);
  guint default_depth;
  const char *maker_fee;
  const char *taker_fee;
  gboolean whole_books;
  guint book_wait_ms;
  guint silence_max_ms;
  char *(*format_symbol) (PstVenue *venue, const char *base, const char *quote);
  char *(*get_metadata_url) (PstVenue *venue);
  gboolean (*take_metadata) (PstVenue *venue, const char *text, gsize length, GError **error);
  char *(*get_url) (PstVenue *venue);
  void (*opened) (PstVenue *venue);
  void (*message) (PstVenue *venue, const PstMessage *message);
  void (*closed) (PstVenue *venue);
  void (*resynchronise) (PstVenue *venue, PstListing *listing);
  void (*free_protocol) (gpointer protocol);
  gpointer reserved[12];
};

/* Options of every venue: instruments (BASE/QUOTE; required), depth, capture, capture-replies, capture-connection, record, url, metadata-url,
 * maker-fee, taker-fee, assume-price-scale, assume-size-scale, reconnect-first, reconnect-max, reconnect-budget, reconnect-window. */

/* Listings; known from prepare() on. */
PST_API guint pst_venue_get_n_listings (PstVenue *venue);
PST_API PstListing *pst_venue_get_listing (PstVenue *venue, guint number);
/* By the venue's own name; hot. NULL when it is none of ours. */
PST_API PstListing *pst_venue_find_listing (PstVenue *venue, const char *symbol, gsize length);
/* What the venue tells of an instrument: of @draft, the scales, steps, minima and maxima, count; the rest is filled here. Again for one that
 * is known: nothing happens when it is the same, and an error when its scales are others. */
PST_API gboolean pst_venue_list (PstVenue *venue, PstListing *listing, const PstInstrument *draft, GError **error);
/* For captures that do not hold what the venue told of its instruments: lists it with the scales of assume-price-scale and assume-size-scale, and
 * notes that. FALSE when live: a grid is never guessed for money. Done by the base where the metadata are fetched by HTTP. */
PST_API gboolean pst_venue_assume (PstVenue *venue, PstListing *listing);
/* Reads an option that lists channels by name: bits in the order of @names, which %NULL ends; @by_default when it is not set. Errors: one that is
 * none of them, with the nearest that is; a list without any. */
PST_API gboolean pst_venue_read_channels (char **channels, const char *const *names, guint by_default, guint *wanted, GError **error);
/* The depth of books; 0: all. */
PST_API guint pst_venue_get_depth (PstVenue *venue);

/* The connection. */
PST_API PstTransport *pst_venue_get_transport (PstVenue *venue);
PST_API gint64 pst_venue_now_ns (PstVenue *venue);
/* FALSE when it is not open or cannot take it; then a close follows or has happened. */
PST_API gboolean pst_venue_send (PstVenue *venue, const char *text);
/* HTTP GET; the callback is the transport's. Also under captures. 0: not sent. */
PST_API guint64 pst_venue_get (PstVenue *venue, const char *url, PstHttpFunc callback, gpointer user_data);
/* From now on until the connection ends the venue says something at least every @silence_max_ns, or it is connected anew, and @text (static) says
 * why: for venues whose heartbeat says more than a ping of ours. Again: nothing happens. Nor under a capture. */
PST_API void pst_venue_watch (PstVenue *venue, gint64 silence_max_ns, const char *text);
/* Closes, hides all books, and connects again after the back-off. @text says why. */
PST_API void pst_venue_reconnect (PstVenue *venue, const char *text);
/* What is not understood: counted, named once per @kind (static text, "book", "ack" ...) as a NOTE and an alert with the beginning of the message. */
PST_API void pst_venue_refuse (PstVenue *venue, const char *kind, const char *why, const char *text, gsize length);
/* The same for what is understood and should not come. */
PST_API void pst_venue_unexpected (PstVenue *venue, const char *kind, const char *text, gsize length);

/* A frame. */
PST_API void pst_venue_begin (PstVenue *venue, gint64 receive_time_ns);
/* The next levels of @listing are a whole new book: empties it. */
PST_API void pst_venue_begin_book (PstVenue *venue, PstListing *listing);
/* A level change, applied to the listing's book and to the frame; size 0 removes. FALSE: a side is full, or the frame is. */
PST_API gboolean pst_venue_level (PstVenue *venue, PstListing *listing, PstSide side, const PstBookLevel *level, gint64 venue_time_ns);
/* After all levels of a message about a book: cuts it to the depth, telling what is cut. FALSE: it is crossed; call pst_venue_lose(). */
PST_API gboolean pst_venue_settle (PstVenue *venue, PstListing *listing, gint64 venue_time_ns);
/* A book was asked for, as after subscribing: when it does not come within klass->book_wait_ms, klass->resynchronise() is called. */
PST_API void pst_venue_await_book (PstVenue *venue, PstListing *listing);
/* The wait is over without one that is to be trusted: it came and has yet to be verified, or never will come. */
PST_API void pst_venue_stop_awaiting (PstVenue *venue, PstListing *listing);
/* The book is whole and verified: it is LIVE, and not hidden any more. After pst_venue_settle() of a new book. */
PST_API void pst_venue_complete_book (PstVenue *venue, PstListing *listing, gint64 venue_time_ns);
PST_API gboolean pst_venue_trade (PstVenue *venue, PstListing *listing, const PstTrade *trade, gint64 venue_time_ns);
PST_API gboolean pst_venue_quote (PstVenue *venue, PstListing *listing, const PstQuote *quote, gint64 venue_time_ns);
PST_API gboolean pst_venue_status (PstVenue *venue, PstListing *listing, PstInstrumentStatus status, gint64 venue_time_ns);
/* Publishes the open frame; one without events is none. */
PST_API void pst_venue_end (PstVenue *venue);
/* Drops the open frame. What was applied to a listing's book stays there: call pst_venue_lose() for it. */
PST_API void pst_venue_drop (PstVenue *venue);
PST_API gboolean pst_venue_is_in_frame (PstVenue *venue);

/* The book is not to be trusted: drops the open frame if there is one, tells the run (STALE) before anything else of it, and asks for a new
 * one, at once the first time and after a growing delay when that fails again and again; too often, and the venue is connected anew. */
PST_API void pst_venue_lose (PstVenue *venue, PstListing *listing, PstVenueLoss loss, const char *text);
PST_API void pst_venue_lose_all (PstVenue *venue, PstVenueLoss loss, const char *text);
/* A checksum was right. */
PST_API void pst_venue_count_checksum (PstVenue *venue);
PST_API void pst_venue_count_ignored (PstVenue *venue, guint n_levels);
PST_API const PstVenueCounts *pst_venue_get_counts (PstVenue *venue);

/* Reads a number's text into a level's member at @scale: the mantissa, and how many decimals the text had. FALSE: not a plain decimal without
 * sign and exponent, finer than @scale in digits that are not 0, or beyond 64 bits. Hot. */
PST_API gboolean pst_venue_read_number (const char *text, gsize length, guint8 scale, gint64 *mantissa, guint8 *decimals);
/* Reads "1616492376.594123" (seconds) into nanoseconds, exactly. */
PST_API gboolean pst_venue_read_seconds (const char *text, gsize length, gint64 *time_ns);

G_END_DECLS
