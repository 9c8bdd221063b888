/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From bytes to what they say: a pure function of one message. It opens nothing, knows no listing and allocates nothing for a level, so that it
 * can be fuzzed alone. A message is judged whole before anything of it is used: a malformed one cannot change a book by half.
 *
 * Facts of the venue: github.com/binance/binance-spot-api-docs, web-socket-streams.md and rest-api.md. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Levels in one message: a snapshot has at most 5,000 a side, a diff what changed in 100 ms or one second. */
#define PST_BINANCE_LEVELS_MAX 65536u
/* Bytes of one price or size. */
#define PST_BINANCE_NUMBER_MAX 64u

/**
 * PstBinanceKind:
 * @PST_BINANCE_MALFORMED: not what the venue promises; look at failure
 * @PST_BINANCE_DEPTH: a diff of a book, "depthUpdate"
 * @PST_BINANCE_TRADE: one trade
 * @PST_BINANCE_AGGREGATE_TRADE: trades of one taker order at one price
 * @PST_BINANCE_TICKER: best bid and ask, "bookTicker"
 * @PST_BINANCE_SNAPSHOT: a whole book, as REST gives it
 * @PST_BINANCE_SHUTDOWN: the server goes down soon, "serverShutdown"
 * @PST_BINANCE_ACK: the answer to a request over the connection
 * @PST_BINANCE_ERROR: a refusal, over the connection or by REST
 * @PST_BINANCE_OTHER: understood, and none of these
 *
 * What a message is.
 */
typedef enum
{
  PST_BINANCE_MALFORMED,
  PST_BINANCE_DEPTH,
  PST_BINANCE_TRADE,
  PST_BINANCE_AGGREGATE_TRADE,
  PST_BINANCE_TICKER,
  PST_BINANCE_SNAPSHOT,
  PST_BINANCE_SHUTDOWN,
  PST_BINANCE_ACK,
  PST_BINANCE_ERROR,
  PST_BINANCE_OTHER,
} PstBinanceKind;

/* Text of the message, not NUL-terminated; text NULL: it is not there. */
typedef struct
{
  const char *text;
  gsize length;
} PstBinanceText;

/* A level's texts. */
typedef struct
{
  const char *price;
  const char *size;
  guint16 price_length;
  guint16 size_length;
} PstBinanceLevel;

/* Levels of one side, in the parser's memory. */
typedef struct
{
  guint first;
  guint n;
} PstBinanceSide;

/**
 * PstBinanceMessage:
 * @kind: what it is; of the members below only those that such a message has are set
 * @failure: (nullable): what is wrong with a malformed one; static text
 * @failure_offset: bytes before the place where it is wrong
 * @stream: of the envelope of combined streams; set in malformed messages too when it came before what is wrong
 * @symbol: "BTCUSDT"; as @stream
 * @first_id: U of a diff
 * @last_id: u of a diff or ticker, lastUpdateId of a snapshot; never below @first_id
 * @time_ms: E, the venue's time of the event, milliseconds since the epoch; 0 where there is none
 * @trade_time_ms: T, of a trade
 * @trade_id: t of a trade, a of an aggregate trade
 * @price: of a trade
 * @size: of a trade
 * @buyer_is_maker: m: the seller took
 * @bid: best bid of a ticker
 * @bid_size: its size
 * @ask: best ask of a ticker
 * @ask_size: its size
 * @bids: levels of a diff or snapshot
 * @asks: the other side's
 * @code: of an error: the venue's, such as -1003 or 2
 * @text: of an error: the venue's sentence
 * @id: of an acknowledgement or error: that of the request; 0 for none
 *
 * What one message says. Texts lie in the message, which must outlive it.
 */
typedef struct
{
  PstBinanceKind kind;
  const char *failure;
  gsize failure_offset;
  PstBinanceText stream;
  PstBinanceText symbol;
  guint64 first_id;
  guint64 last_id;
  guint64 time_ms;
  guint64 trade_time_ms;
  guint64 trade_id;
  PstBinanceText price;
  PstBinanceText size;
  gboolean buyer_is_maker;
  PstBinanceText bid;
  PstBinanceText bid_size;
  PstBinanceText ask;
  PstBinanceText ask_size;
  PstBinanceSide bids;
  PstBinanceSide asks;
  gint64 code;
  PstBinanceText text;
  guint64 id;
} PstBinanceMessage;

/* Memory for the levels of one message, used again for the next. Fields are private but levels. */
typedef struct
{
  PstBinanceLevel *levels;
  guint n_levels;
  guint n_allocated;
} PstBinanceParser;

void pst_binance_parser_clear (PstBinanceParser *parser);
/* FALSE when it is malformed. Levels of the message before are gone. */
gboolean pst_binance_parse (PstBinanceParser *parser, const char *text, gsize length, PstBinanceMessage *message);

G_END_DECLS
