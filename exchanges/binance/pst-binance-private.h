/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the component's files share: pst-binance.c has the options and the instruments, pst-binance-session.c the connection and its messages,
 * pst-binance-book.c joins and changes books, pst-binance-snapshots.c asks for snapshots. */
#pragma once

#include "pst-binance-info.h"
#include "pst-binance-join.h"
#include "pst-binance-pace.h"
#include "pst-binance-parser.h"
#include "pst-binance-proof.h"
#include "pst-binance.h"

G_BEGIN_DECLS

/* Most bytes of diffs that wait for a snapshot, a listing, and of the snapshot. */
#define PST_BINANCE_JOIN_BYTES_MAX (4u << 20)
/* How long a stream may be behind a snapshot. */
#define PST_BINANCE_BEHIND_NS (10 * PST_NS_PER_SECOND)
/* How long a snapshot lasts at least before it is renewed because the price moved. */
#define PST_BINANCE_RENEW_NS (30 * PST_NS_PER_SECOND)
/* Snapshots that are asked for at a time. */
#define PST_BINANCE_SNAPSHOTS_AT_ONCE 4u

typedef enum
{
  PST_BINANCE_DEPTH_STREAM = 1 << 0,
  PST_BINANCE_TRADE_STREAM = 1 << 1,
  PST_BINANCE_AGGREGATE_STREAM = 1 << 2,
  PST_BINANCE_TICKER_STREAM = 1 << 3,
} PstBinanceChannels;

/* Where a listing's snapshot is. */
typedef enum
{
  PST_BINANCE_STAGE_IDLE,    /* joined, or nothing is asked for */
  PST_BINANCE_STAGE_FIRST,   /* waits for the first diff, not for ever */
  PST_BINANCE_STAGE_QUEUED,  /* waits for its turn */
  PST_BINANCE_STAGE_ASKED,   /* the request is under way */
  PST_BINANCE_STAGE_OFFERED, /* there is one, which nothing has proven yet */
  PST_BINANCE_STAGE_RETRY,   /* waits to ask again */
} PstBinanceStage;

/* A listing's own. */
typedef struct
{
  PstBinance *binance;
  PstListing *listing;
  PstBinanceJoin *join;
  PstBackOff *back_off;   /* of its snapshots */
  PstBinanceProof *proof; /* NULL without tickers */
  PstBinanceStage stage;
  guint timer;           /* of FIRST, OFFERED and RETRY; 0 for none */
  gboolean is_under_way; /* a request is, perhaps one of a connection that is gone */
  gboolean is_forgotten; /* its answer is of no use */
  PstInstrumentStatus status;
  guint64 trade_id; /* of the last trade; 0 for none */
  gint64 bounds[2]; /* the worst bid and ask of the snapshot, behind which more may lie; 0: it was whole */
  gint64 spans[2];  /* from the touch to there when it was joined */
  gint64 joined_ns;
} PstBinanceBook;

struct _PstBinance
{
  PstVenue parent_instance;

  PstBinanceSite site;
  char *rest_url;
  char **channel_names;
  guint weight_per_minute;
  guint snapshot_weight;
  gint64 quiet_ns;
  gint64 life_ns;

  guint channels; /* PstBinanceChannels */
  guint snapshot_limit;
  PstBinanceParser parser;
  PstBinanceParser kept_parser; /* for what was kept, while a message is read */
  PstBinanceCounts counts;

  PstBinancePace pace;
  guint venue_weight; /* what the venue allows in a minute; 0: it did not say */
  GQueue queue;       /* PstBinanceBook, QUEUED */
  guint n_under_way;
  guint pump_timer;

  guint life_timer;
  guint subscribe_timer;
  guint n_subscribed; /* streams */
  guint n_requests;   /* SUBSCRIBE sent */
  guint n_acks;       /* and answered */
};

/* pst-binance.c */
char *pst_binance_get_rest_url (PstBinance *self);

/* pst-binance-session.c */
char *pst_binance_session_get_url (PstVenue *venue);
void pst_binance_session_opened (PstVenue *venue);
void pst_binance_session_message (PstVenue *venue, const PstMessage *message);
void pst_binance_session_closed (PstVenue *venue);
/* All timers and what is waited for. */
void pst_binance_session_clear (PstBinance *self);

/* pst-binance-book.c */
PstBinanceBook *pst_binance_book_new (PstBinance *self, PstListing *listing, const PstRandom *random);
void pst_binance_book_free (gpointer data);
void pst_binance_book_clear (PstBinanceBook *book);
/* The stream is there: a snapshot is asked for after its first diff, or when none comes. */
void pst_binance_book_begin (PstBinanceBook *book);
void pst_binance_book_resynchronise (PstVenue *venue, PstListing *listing);
void pst_binance_book_take_diff (PstBinanceBook *book, const PstBinanceMessage *diff, const PstMessage *message);
void pst_binance_book_take_ticker (PstBinanceBook *book, guint64 id, const PstQuote *quote);
/* A snapshot is there. */
void pst_binance_book_offer (PstBinanceBook *book, guint64 id, const PstHttpReply *reply);
/* A message about it is not to be understood. */
void pst_binance_book_lose (PstBinanceBook *book, PstVenueLoss loss, const char *text);
/* Sets the one timer of a book. */
void pst_binance_book_set_timer (PstBinanceBook *book, PstBinanceStage stage, gint64 due_ns);
gboolean pst_binance_read_time (guint64 time_ms, gint64 *time_ns);

/* pst-binance-snapshots.c */
void pst_binance_snapshots_ask (PstBinanceBook *book);
/* After a delay that grows. */
void pst_binance_snapshots_retry (PstBinanceBook *book, const char *why);
void pst_binance_snapshots_clear (PstBinance *self);
guint pst_binance_snapshots_weight (guint limit);

static inline PstBinanceBook *
pst_binance_book_of (const PstListing *listing)
{
  return listing->protocol;
}

G_END_DECLS
