/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is kept of each listing beside its book, and how facts about it become events: one way for both protocols. */
#pragma once

#include "pst-kraken-checksum.h"
#include "pst-kraken-message.h"

G_BEGIN_DECLS

/**
 * PstKrakenPhase:
 * @PST_KRAKEN_PHASE_LATE: another book was asked for, and changes of the one before may still come
 * @PST_KRAKEN_PHASE_AWAITED: a book was asked for: the next thing is the whole book
 * @PST_KRAKEN_PHASE_UNPROVEN: of v1, whose whole books have no checksum: the next change proves it
 * @PST_KRAKEN_PHASE_LIVE: changes follow
 *
 * What must come next of a book.
 */
typedef enum
{
  PST_KRAKEN_PHASE_LATE,
  PST_KRAKEN_PHASE_AWAITED,
  PST_KRAKEN_PHASE_UNPROVEN,
  PST_KRAKEN_PHASE_LIVE,
} PstKrakenPhase;

/* The protocol of a PstListing. */
typedef struct
{
  PstKrakenChecksum checksum;
  PstKrakenPhase phase;
  gint64 time_ns;             /* the venue's, of the last change; while AWAITED of the last one that came too early; 0 for none */
  guint64 trade_id;           /* of the last trade */
  PstInstrumentStatus status; /* the instrument's own; the system's comes on top */
  gboolean refused;           /* the venue does not know it */
} PstKrakenListing;

PstKrakenListing *pst_kraken_listing_new (void);

static inline PstKrakenListing *
pst_kraken_listing_of (const PstListing *listing)
{
  return listing->protocol;
}

/* A book was asked for: of a new subscription, or of one that replaces another whose changes may still come. */
void pst_kraken_listing_await (PstListing *listing, gboolean replaces);
/* The venue says that the subscription before is over. */
void pst_kraken_listing_ended (PstListing *listing);
/* Takes a book's levels into a frame of their own, verifies and publishes it, or loses the book. */
void pst_kraken_listing_take_book (PstVenue *venue, PstListing *listing, const PstKrakenMessage *message, const PstKrakenBook *book,
                                   const PstMessage *whole);
/* Into the open frame. FALSE: malformed, and nothing was added. */
gboolean pst_kraken_listing_take_trade (PstVenue *venue, PstListing *listing, const PstKrakenTrade *trade);
gboolean pst_kraken_listing_take_ticker (PstVenue *venue, PstListing *listing, const PstKrakenTicker *ticker);
/* Lists the instrument. FALSE with an error that names what is wrong with what the venue tells. */
gboolean pst_kraken_listing_take_pair (PstVenue *venue, PstListing *listing, const PstKrakenPair *pair, GError **error);
/* What the venue's word for a status means; HALTED, and *@known FALSE, for one that is new. */
PstInstrumentStatus pst_kraken_status_of (const PstKrakenText *word, gboolean *known);
/* The stricter of two. */
PstInstrumentStatus pst_kraken_status_merge (PstInstrumentStatus a, PstInstrumentStatus b);

G_END_DECLS
