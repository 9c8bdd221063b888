/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a message of Kraken says, of protocol v1 and v2 alike, as plain facts: texts are borrowed from the message's bytes, numbers stay the text
 * that the venue wrote, for its checksum is made of that text. Nothing here knows an instrument's scales. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Of one message. A snapshot has at most 1,000 levels a side; beyond these limits a message is malformed. */
#define PST_KRAKEN_LEVELS_MAX 65536u
#define PST_KRAKEN_BOOKS_MAX 64u
#define PST_KRAKEN_ITEMS_MAX 16384u
/* Of one number's text. */
#define PST_KRAKEN_NUMBER_MAX 40u

typedef enum
{
  PST_KRAKEN_V1 = 1,
  PST_KRAKEN_V2,
} PstKrakenProtocol;

/**
 * PstKrakenKind:
 * @PST_KRAKEN_OTHER: well-formed, but nothing that is asked for
 * @PST_KRAKEN_BOOK: whole books or changes of them
 * @PST_KRAKEN_TRADE: trades
 * @PST_KRAKEN_TICKER: best bids and asks
 * @PST_KRAKEN_INSTRUMENT: what is traded, and its status
 * @PST_KRAKEN_STATUS: the status of the whole venue
 * @PST_KRAKEN_HEARTBEAT: a sign of life
 * @PST_KRAKEN_ACK: the answer to a request of ours, or an error without a request
 *
 * What a message is about.
 */
typedef enum
{
  PST_KRAKEN_OTHER,
  PST_KRAKEN_BOOK,
  PST_KRAKEN_TRADE,
  PST_KRAKEN_TICKER,
  PST_KRAKEN_INSTRUMENT,
  PST_KRAKEN_STATUS,
  PST_KRAKEN_HEARTBEAT,
  PST_KRAKEN_ACK,
} PstKrakenKind;

/* Bytes of the message, with their escapes; length 0 when the message does not say. */
typedef struct
{
  const char *text;
  gsize length;
} PstKrakenText;

/**
 * PstKrakenLevel:
 * @price: its text
 * @size: its text; zero removes the level
 * @time_ns: when it changed; v1 alone, 0 in v2
 * @price_length: bytes of @price, at most PST_KRAKEN_NUMBER_MAX
 * @size_length: bytes of @size, the same
 * @side: PstSide
 * @republished: of v1: it did not change, it came back into the depth
 *
 * One price level.
 */
typedef struct
{
  const char *price;
  const char *size;
  gint64 time_ns;
  guint8 price_length;
  guint8 size_length;
  guint8 side;
  guint8 republished;
} PstKrakenLevel;

/**
 * PstKrakenBook:
 * @symbol: the venue's name of the instrument
 * @first: index of its first level in the message
 * @n_levels: how many
 * @snapshot: whether they are a whole book
 * @has_checksum: whether @checksum was there; never in a snapshot of v1
 * @checksum: CRC-32 of the ten best levels a side once the message is applied
 * @depth: levels a side, where the message says so (v1), otherwise 0
 * @time_ns: the venue's; of v1 the latest of the levels that changed
 *
 * What a message says of one book.
 */
typedef struct
{
  PstKrakenText symbol;
  guint first;
  guint n_levels;
  gboolean snapshot;
  gboolean has_checksum;
  guint32 checksum;
  guint depth;
  gint64 time_ns;
} PstKrakenBook;

typedef struct
{
  PstKrakenText symbol;
  PstKrakenText price;
  PstKrakenText size;
  PstSide side;     /* the taker's */
  guint64 trade_id; /* 0 in v1 */
  gint64 time_ns;
} PstKrakenTrade;

typedef struct
{
  PstKrakenText symbol;
  PstKrakenText bid, bid_size, ask, ask_size;
  gint64 time_ns; /* 0 when the message has none */
} PstKrakenTicker;

typedef struct
{
  PstKrakenText symbol;
  PstKrakenText status;
  PstKrakenText price_decimals, price_increment;
  PstKrakenText size_decimals, size_increment, size_min;
  PstKrakenText cost_min;
} PstKrakenPair;

/**
 * PstKrakenMessage:
 * @kind: what it is about
 * @channel: of %PST_KRAKEN_OTHER and %PST_KRAKEN_ACK: the channel or event, "book"
 * @method: of an ack: "subscribe", "unsubscribe", "pong" ...
 * @symbol: of an ack: the instrument that it is about, if it says so
 * @error: of an ack: what the venue refuses; length 0 for a success
 * @status: of a status: "online", "maintenance" ...
 * @snapshot: of v2: whether @trades, @pairs are what is known already rather than news
 * @levels: (array length=n_levels): of all books
 * @books: (array length=n_books): the books
 *
 * The facts of one message. Borrowed until the next is parsed.
 */
typedef struct
{
  PstKrakenKind kind;
  PstKrakenText channel;
  PstKrakenText method;
  PstKrakenText symbol;
  PstKrakenText error;
  PstKrakenText status;
  gboolean snapshot;
  PstKrakenLevel *levels;
  guint n_levels;
  PstKrakenBook books[PST_KRAKEN_BOOKS_MAX];
  guint n_books;
  GArray *trades;  /* PstKrakenTrade */
  GArray *tickers; /* PstKrakenTicker */
  GArray *pairs;   /* PstKrakenPair */
} PstKrakenMessage;

static inline gboolean
pst_kraken_text_is (const PstKrakenText *text, const char *constant)
{
  return pst_scan_equal (text->text, text->length, constant);
}

G_END_DECLS
