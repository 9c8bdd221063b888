/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coinbase Advanced Trade's messages: bytes to what they say, in memory that is used again. Pure: no clock, no connection, no book.
 *
 * A message is {"channel":..., "timestamp":..., "sequence_num":..., "events":[...]}. The usual order of names is read in one pass, and a price
 * level in the usual form by comparing its fixed text; any other order gives the same result by a slower way. Of a message that is JSON but not what
 * it must be, the event that is wrong is marked and named, and the others are read: the session then knows which book is hit. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstCoinbaseChannel:
 * @PST_COINBASE_CHANNEL_NONE: it does not say, or by a name that this parser does not know
 * @PST_COINBASE_CHANNEL_BOOK: "l2_data"
 * @PST_COINBASE_CHANNEL_TRADES: "market_trades"
 * @PST_COINBASE_CHANNEL_TICKER: "ticker"
 * @PST_COINBASE_CHANNEL_HEARTBEATS: "heartbeats"
 * @PST_COINBASE_CHANNEL_SUBSCRIPTIONS: "subscriptions"
 * @PST_COINBASE_CHANNEL_OTHER: one of the venue's other channels: candles, ticker_batch, status ...
 * @PST_COINBASE_CHANNEL_ERROR: no channel, but "type":"error"
 *
 * What a message belongs to.
 */
typedef enum
{
  PST_COINBASE_CHANNEL_NONE,
  PST_COINBASE_CHANNEL_BOOK,
  PST_COINBASE_CHANNEL_TRADES,
  PST_COINBASE_CHANNEL_TICKER,
  PST_COINBASE_CHANNEL_HEARTBEATS,
  PST_COINBASE_CHANNEL_SUBSCRIPTIONS,
  PST_COINBASE_CHANNEL_OTHER,
  PST_COINBASE_CHANNEL_ERROR,
} PstCoinbaseChannel;

typedef struct
{
  PstBookLevel level;
  gint64 time_ns;
  PstSide side;
} PstCoinbaseLevel;

typedef struct
{
  PstListing *listing;
  PstTrade trade; /* whose aggressor is the taker: the venue names the maker's side */
  gint64 time_ns;
} PstCoinbaseTrade;

typedef struct
{
  PstListing *listing;
  PstQuote quote;
} PstCoinbaseQuote;

/**
 * PstCoinbaseEvent:
 * @listing: (nullable): whose book it is; %NULL when it is none of ours, and of channels whose entries name theirs
 * @first: index of its first level, trade or quote
 * @n: how many; 0 when it is bad
 * @is_snapshot: whether it is a whole new book, or of trades the history before the subscription
 * @is_bad: whether it is not what it must be
 *
 * One entry of "events".
 */
typedef struct
{
  PstListing *listing;
  guint first;
  guint n;
  gboolean is_snapshot;
  gboolean is_bad;
} PstCoinbaseEvent;

/* The listing of a product id; NULL when it is none of ours. */
typedef PstListing *(*PstCoinbaseFindFunc) (gpointer user_data, const char *product, gsize length);

/**
 * PstCoinbaseParser:
 * @channel: what the message belongs to
 * @time_ns: when the venue sent it; 0 when it does not say
 * @sequence: its number on the connection
 * @has_sequence: whether it has one
 * @is_broken: whether it is no JSON, or so far from what it must be that nobody can say which books it meant
 * @failure: (nullable): what was wrong first
 * @failure_offset: where, in bytes
 * @text: (nullable): of an error, what the venue says
 * @text_length: bytes of @text
 * @events: (array length=n_events): what happened
 * @levels: their price levels
 * @trades: their trades
 * @quotes: their quotes
 *
 * What the last message said. Borrowed until the next one.
 */
typedef struct
{
  PstCoinbaseChannel channel;
  gint64 time_ns;
  guint64 sequence;
  gboolean has_sequence;
  gboolean is_broken;
  const char *failure;
  gsize failure_offset;
  const char *text;
  gsize text_length;
  PstCoinbaseEvent *events;
  guint n_events;
  PstCoinbaseLevel *levels;
  guint n_levels;
  PstCoinbaseTrade *trades;
  guint n_trades;
  PstCoinbaseQuote *quotes;
  guint n_quotes;

  /*< private >*/
  PstCoinbaseFindFunc find;
  gpointer user_data;
  guint events_size, levels_size, trades_size, quotes_size;
  char last_time[40]; /* text of the last time of a level, up to the quotation mark: a message's levels mostly have one time */
  gsize last_time_length;
  gint64 last_time_ns;
  gboolean is_doubtful; /* its timestamp is none */
} PstCoinbaseParser;

void pst_coinbase_parser_init (PstCoinbaseParser *parser, PstCoinbaseFindFunc find, gpointer user_data);
void pst_coinbase_parser_clear (PstCoinbaseParser *parser);
/* FALSE when anything is wrong; look at is_broken and the events then. */
gboolean pst_coinbase_parser_read (PstCoinbaseParser *parser, const char *text, gsize length);

/* Shared by the parser's own files. */
gboolean pst_coinbase_read_time (const char *text, gsize length, gint64 *time_ns);
gboolean pst_coinbase_read_levels (PstCoinbaseParser *parser, PstScan *scan, const PstListing *listing);

G_END_DECLS
