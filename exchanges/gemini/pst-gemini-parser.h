/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The messages of Gemini's market data, version 2: bytes to what they say, in memory that is used again. Pure: no clock, no connection, no book. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/**
 * PstGeminiKind:
 * @PST_GEMINI_KIND_UNKNOWN: of a type that this parser does not know, or none
 * @PST_GEMINI_KIND_BOOK: "l2_updates": levels, and trades when they are there
 * @PST_GEMINI_KIND_TRADE: "trade"
 * @PST_GEMINI_KIND_HEARTBEAT: "heartbeat"
 * @PST_GEMINI_KIND_OTHER: what is of no interest: candles, auctions, block trades, acknowledgements
 * @PST_GEMINI_KIND_ERROR: "result":"error"
 *
 * What a message is.
 */
typedef enum
{
  PST_GEMINI_KIND_UNKNOWN,
  PST_GEMINI_KIND_BOOK,
  PST_GEMINI_KIND_TRADE,
  PST_GEMINI_KIND_HEARTBEAT,
  PST_GEMINI_KIND_OTHER,
  PST_GEMINI_KIND_ERROR,
} PstGeminiKind;

typedef struct
{
  PstBookLevel level;
  PstSide side;
} PstGeminiLevel;

typedef struct
{
  PstTrade trade;
  gint64 time_ns;
} PstGeminiTrade;

/* The listing of a symbol; NULL when it is none of ours, or not known yet. */
typedef PstListing *(*PstGeminiFindFunc) (gpointer user_data, const char *symbol, gsize length);

/**
 * PstGeminiParser:
 * @kind: what the message is
 * @listing: (nullable): whose it is; %NULL when it is none of ours
 * @has_symbol: whether it says whose it is
 * @has_trades: whether a book's message brings a list of trades, as the first after a subscription does
 * @failure: (nullable): what was wrong first
 * @failure_offset: where, in bytes
 * @text: (nullable): of an error, the reason
 * @text_length: bytes of @text
 * @levels: (array length=n_levels): changes of levels; none when anything is wrong
 * @bad_trade: (nullable): what was wrong with the last of the trades that are left out
 * @trades: (array length=n_trades): as the venue orders them; none when anything is wrong
 *
 * What the last message said. Borrowed until the next one.
 */
typedef struct
{
  PstGeminiKind kind;
  PstListing *listing;
  gboolean has_symbol;
  gboolean has_trades;
  const char *failure;
  gsize failure_offset;
  const char *text;
  gsize text_length;
  PstGeminiLevel *levels;
  guint n_levels;
  const char *bad_trade;
  PstGeminiTrade *trades;
  guint n_trades;

  /*< private >*/
  PstGeminiFindFunc find;
  gpointer user_data;
  guint levels_size, trades_size;
} PstGeminiParser;

void pst_gemini_parser_init (PstGeminiParser *parser, PstGeminiFindFunc find, gpointer user_data);
void pst_gemini_parser_clear (PstGeminiParser *parser);
/* FALSE when anything is wrong: nothing of it is to be applied. */
gboolean pst_gemini_parser_read (PstGeminiParser *parser, const char *text, gsize length);

G_END_DECLS
