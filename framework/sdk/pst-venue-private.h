/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a venue keeps; shared by its own files only: pst-venue.c is the component, its options and listings, pst-venue-session.c the connection,
 * pst-venue-frame.c frames and books. */
#pragma once

#include "pst-capture-writer.h"
#include "pst-venue.h"

G_BEGIN_DECLS

/* Frames that a pull of a capture publishes at once, and events after which it stops collecting. */
#define PST_VENUE_BLOCK_FRAMES 64
#define PST_VENUE_BLOCK_EVENTS 8192
/* Events of one block: two whole sides of the largest book, and room. */
#define PST_VENUE_EVENTS_MAX (2 * PST_BOOK_LEVELS_MAX + PST_VENUE_BLOCK_EVENTS + 4096)
/* How long a book that was asked for may take, where the class does not say. */
#define PST_VENUE_BOOK_WAIT_MS 10000u
/* Failures of one listing in a row after which the whole venue is connected anew. */
#define PST_VENUE_FAILURES_MAX 8u
/* How long a book must have been right before its next loss counts as a first one. */
#define PST_VENUE_STABLE_NS (60 * PST_NS_PER_SECOND)
/* Kinds of malformed messages that are told apart. */
#define PST_VENUE_KINDS_MAX 64u

typedef struct
{
  char **instruments;
  guint depth;
  char *capture;
  char **capture_replies;
  char *capture_connection;
  char *record;
  char *url;
  char *metadata_url;
  PstDecimal *maker_fee;
  PstDecimal *taker_fee;
  guint assume_price_scale;
  guint assume_size_scale;
  gint64 reconnect_first_ns;
  gint64 reconnect_max_ns;
  guint reconnect_budget;
  gint64 reconnect_window_ns;
} PstVenueOptions;

typedef struct
{
  PstVenueOptions options;
  gint64 maker_fee; /* at PST_RATE_SCALE */
  gint64 taker_fee;

  PstListing *listings;
  guint n_listings;
  guint32 *slots; /* listing number + 1 by hash of the symbol, 0 empty */
  guint slot_mask;

  PstFrameBuffer *buffer;
  gint64 frame_time_ns; /* of the open or last frame; never goes backwards */
  guint n_frames;       /* closed and not published */
  gboolean in_frame;
  gboolean pulling;

  PstTransport *transport;
  gulong handlers[3];
  PstClock *tape; /* the capture's clock; NULL when live */
  PstBackOff *back_off;
  guint timer;     /* of the next connection */
  gint64 heard_ns; /* when the last message came */
  gint64 silence_max_ns;
  const char *silence_text;
  guint silence_timer; /* 0: nobody minds */
  char *url;
  gboolean told; /* the metadata are there */
  gboolean ended;
  GError *failure;    /* of a capture: ends the feed */
  GPtrArray *pending; /* HTTP requests under way */
  PstCaptureWriter *writer;

  PstVenueCounts counts;
  GHashTable *kinds; /* what was refused: text to count */
} PstVenuePrivate;

PstVenuePrivate *pst_venue_private (PstVenue *venue);
const char *pst_venue_name (PstVenue *venue);

/* pst-venue-session.c */
gboolean pst_venue_session_start (PstVenue *venue, GError **error);
void pst_venue_session_stop (PstVenue *venue);
void pst_venue_session_clear (PstVenue *venue);
PstFeedStatus pst_venue_session_pull (PstExchange *exchange, GError **error);

/* pst-venue-frame.c */
void pst_venue_publish (PstVenue *venue);
void pst_venue_hide (PstVenue *venue, PstListing *listing);
void pst_venue_hide_together (PstVenue *venue, gboolean waited);
void pst_venue_clear_timer (PstVenue *venue, PstListing *listing);

G_END_DECLS
