/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The members of a message are taken down as they come, in any order and with unknown ones passed over; which ones came is a set of bits, and
 * what the message is follows from the event's name and the set. Most names are one letter, so that a switch finds them. */

#include "pst-binance-parser.h"

#include <string.h>

#define LEVELS_FIRST 256u

/* Which members came. Those whose letter means different things in different messages have a bit for each meaning. */
typedef enum
{
  HAS_EVENT = 1 << 0,
  HAS_TIME = 1 << 1,
  HAS_SYMBOL = 1 << 2,
  HAS_FIRST = 1 << 3,
  HAS_LAST = 1 << 4,
  HAS_BIDS = 1 << 5,
  HAS_ASKS = 1 << 6,
  HAS_BID = 1 << 7,
  HAS_ASK = 1 << 8,
  HAS_BID_SIZE = 1 << 9,
  HAS_ASK_SIZE = 1 << 10,
  HAS_PRICE = 1 << 11,
  HAS_SIZE = 1 << 12,
  HAS_TRADE = 1 << 13,
  HAS_AGGREGATE = 1 << 14,
  HAS_TRADE_TIME = 1 << 15,
  HAS_MAKER = 1 << 16,
  HAS_STREAM = 1 << 17,
  HAS_PAYLOAD = 1 << 18,
  HAS_BOOK_ID = 1 << 19,
  HAS_RESULT = 1 << 20,
  HAS_CODE = 1 << 21,
  HAS_TEXT = 1 << 22,
  HAS_ID = 1 << 23,
} Has;

#define NEEDS_DEPTH (HAS_SYMBOL | HAS_FIRST | HAS_LAST | HAS_BIDS | HAS_ASKS)
#define NEEDS_TRADE (HAS_SYMBOL | HAS_TRADE | HAS_PRICE | HAS_SIZE | HAS_TRADE_TIME | HAS_MAKER)
#define NEEDS_AGGREGATE (HAS_SYMBOL | HAS_AGGREGATE | HAS_PRICE | HAS_SIZE | HAS_TRADE_TIME | HAS_MAKER)
#define NEEDS_TICKER (HAS_SYMBOL | HAS_LAST | HAS_BID | HAS_BID_SIZE | HAS_ASK | HAS_ASK_SIZE)
#define NEEDS_SNAPSHOT (HAS_BOOK_ID | HAS_BIDS | HAS_ASKS)
#define NEEDS_ERROR (HAS_CODE | HAS_TEXT)

typedef struct
{
  PstScan scan;
  PstBinanceParser *parser;
  PstBinanceMessage *message;
  guint has;
  PstBinanceText event;
  guint64 aggregate_id; /* a, which in trades of old was the seller's order */
} Reader;

static gboolean read_members (Reader *reader, gboolean nested);

/* FALSE, with the failure, when it came before: RFC 8259 leaves open which of two holds. */
static inline gboolean
note (Reader *reader, Has has)
{
  if (G_UNLIKELY ((reader->has & has) != 0))
    return pst_scan_fail (&reader->scan, reader->scan.at, "a member comes twice");
  reader->has |= has;
  return TRUE;
}

static inline void
read_text (Reader *reader, Has has, PstBinanceText *text)
{
  if (pst_scan_peek (&reader->scan) != PST_SCAN_STRING)
    pst_scan_skip (&reader->scan);
  else if (note (reader, has) && pst_scan_string (&reader->scan, &text->text, &text->length) && reader->scan.escaped)
    pst_scan_fail (&reader->scan, text->text, "a name or number is written with escapes");
}

/* A whole number from 0 on. */
static void
read_count (Reader *reader, Has has, guint64 *value)
{
  const char *text;
  gsize length;
  guint64 sum = 0;

  if (pst_scan_peek (&reader->scan) != PST_SCAN_NUMBER)
    {
      pst_scan_skip (&reader->scan);
      return;
    }
  if (!note (reader, has) || !pst_scan_number (&reader->scan, &text, &length))
    return;
  for (gsize i = 0; i < length; i++)
    {
      guint digit = (guchar)(text[i] - '0');

      if (digit > 9 || __builtin_mul_overflow (sum, 10, &sum) || __builtin_add_overflow (sum, digit, &sum))
        {
          pst_scan_fail (&reader->scan, text, "expected a whole number from 0 to 2^64 - 1");
          return;
        }
    }
  *value = sum;
}

static void
read_code (Reader *reader)
{
  const char *text;
  gsize length;

  if (pst_scan_peek (&reader->scan) != PST_SCAN_NUMBER)
    pst_scan_skip (&reader->scan);
  else if (note (reader, HAS_CODE) && pst_scan_number (&reader->scan, &text, &length)
           && !pst_mantissa_parse (text, (gssize)length, 0, &reader->message->code, NULL))
    pst_scan_fail (&reader->scan, text, "expected a whole number");
}

static gboolean
reserve_level (Reader *reader)
{
  PstBinanceParser *parser = reader->parser;

  if (G_LIKELY (parser->n_levels < parser->n_allocated))
    return TRUE;
  if (parser->n_levels >= PST_BINANCE_LEVELS_MAX)
    return pst_scan_fail (&reader->scan, reader->scan.at, "more than 65,536 levels in one message");
  parser->n_allocated = MAX (LEVELS_FIRST, parser->n_allocated * 2);
  parser->levels = g_renew (PstBinanceLevel, parser->levels, parser->n_allocated);
  return TRUE;
}

static inline gboolean
read_number_text (PstScan *scan, const char **text, guint16 *length)
{
  gsize n;

  if (G_UNLIKELY (!pst_scan_string (scan, text, &n)))
    return FALSE;
  if (G_UNLIKELY (n > PST_BINANCE_NUMBER_MAX))
    return pst_scan_fail (scan, *text, "a price or size is longer than 64 bytes");
  *length = (guint16)n;
  return TRUE;
}

/* ["0.21437000","2800.00000000"] */
static inline gboolean
read_level (PstScan *scan, PstBinanceLevel *level)
{
  if (!pst_scan_begin_array (scan) || !pst_scan_next_element (scan) || !read_number_text (scan, &level->price, &level->price_length)
      || !pst_scan_next_element (scan) || !read_number_text (scan, &level->size, &level->size_length))
    return pst_scan_fail (scan, scan->at, "expected a price and a size");
  if (G_UNLIKELY (pst_scan_next_element (scan)))
    return pst_scan_fail (scan, scan->at, "a level has more than a price and a size");
  return TRUE;
}

static void
read_levels (Reader *reader, Has has, PstBinanceSide *side)
{
  PstBinanceParser *parser = reader->parser;
  PstScan *scan = &reader->scan;

  if (!note (reader, has) || !pst_scan_begin_array (scan))
    return;
  side->first = parser->n_levels;
  while (pst_scan_next_element (scan))
    if (reserve_level (reader) && read_level (scan, &parser->levels[parser->n_levels]))
      parser->n_levels++;
  side->n = parser->n_levels - side->first;
}

static void
read_maker (Reader *reader)
{
  if (pst_scan_peek (&reader->scan) != PST_SCAN_BOOLEAN)
    pst_scan_skip (&reader->scan);
  else if (note (reader, HAS_MAKER))
    pst_scan_boolean (&reader->scan, &reader->message->buyer_is_maker);
}

/* Levels of a diff, a price of a ticker, and numbers that matter in aggregate trades alone. */
static void
read_bids_or_bid (Reader *reader)
{
  if (pst_scan_peek (&reader->scan) == PST_SCAN_ARRAY)
    read_levels (reader, HAS_BIDS, &reader->message->bids);
  else
    read_text (reader, HAS_BID, &reader->message->bid);
}

static void
read_asks_or_ask (Reader *reader)
{
  PstScanKind kind = pst_scan_peek (&reader->scan);

  if (kind == PST_SCAN_ARRAY)
    read_levels (reader, HAS_ASKS, &reader->message->asks);
  else if (kind == PST_SCAN_NUMBER)
    read_count (reader, HAS_AGGREGATE, &reader->aggregate_id);
  else
    read_text (reader, HAS_ASK, &reader->message->ask);
}

static void
read_letter (Reader *reader, char letter)
{
  PstBinanceMessage *message = reader->message;

  switch (letter)
    {
    case 'e':
      read_text (reader, HAS_EVENT, &reader->event);
      break;
    case 'E':
      read_count (reader, HAS_TIME, &message->time_ms);
      break;
    case 's':
      read_text (reader, HAS_SYMBOL, &message->symbol);
      break;
    case 'U':
      read_count (reader, HAS_FIRST, &message->first_id);
      break;
    case 'u':
      read_count (reader, HAS_LAST, &message->last_id);
      break;
    case 'b':
      read_bids_or_bid (reader);
      break;
    case 'a':
      read_asks_or_ask (reader);
      break;
    case 'B':
      read_text (reader, HAS_BID_SIZE, &message->bid_size);
      break;
    case 'A':
      read_text (reader, HAS_ASK_SIZE, &message->ask_size);
      break;
    case 'p':
      read_text (reader, HAS_PRICE, &message->price);
      break;
    case 'q':
      read_text (reader, HAS_SIZE, &message->size);
      break;
    case 't':
      read_count (reader, HAS_TRADE, &message->trade_id);
      break;
    case 'T':
      read_count (reader, HAS_TRADE_TIME, &message->trade_time_ms);
      break;
    case 'm':
      read_maker (reader);
      break;
    default:
      pst_scan_skip (&reader->scan);
    }
}

static void
read_payload (Reader *reader, gboolean nested)
{
  if (nested || pst_scan_peek (&reader->scan) != PST_SCAN_OBJECT)
    pst_scan_skip (&reader->scan);
  else if (note (reader, HAS_PAYLOAD))
    read_members (reader, TRUE);
}

static void
read_word (Reader *reader, const char *key, gsize length, gboolean nested)
{
  PstBinanceMessage *message = reader->message;

  if (pst_scan_equal (key, length, "stream"))
    read_text (reader, HAS_STREAM, &message->stream);
  else if (pst_scan_equal (key, length, "data") || pst_scan_equal (key, length, "event") || pst_scan_equal (key, length, "error"))
    read_payload (reader, nested);
  else if (pst_scan_equal (key, length, "lastUpdateId"))
    read_count (reader, HAS_BOOK_ID, &message->last_id);
  else if (pst_scan_equal (key, length, "bids") && pst_scan_peek (&reader->scan) == PST_SCAN_ARRAY)
    read_levels (reader, HAS_BIDS, &message->bids);
  else if (pst_scan_equal (key, length, "asks") && pst_scan_peek (&reader->scan) == PST_SCAN_ARRAY)
    read_levels (reader, HAS_ASKS, &message->asks);
  else if (pst_scan_equal (key, length, "code"))
    read_code (reader);
  else if (pst_scan_equal (key, length, "msg") && note (reader, HAS_TEXT))
    pst_scan_string (&reader->scan, &message->text.text, &message->text.length);
  else if (pst_scan_equal (key, length, "id"))
    read_count (reader, HAS_ID, &message->id);
  else
    {
      if (pst_scan_equal (key, length, "result"))
        note (reader, HAS_RESULT);
      pst_scan_skip (&reader->scan);
    }
}

static gboolean
read_members (Reader *reader, gboolean nested)
{
  const char *key;
  gsize length;

  pst_scan_begin_object (&reader->scan);
  while (pst_scan_next_member (&reader->scan, &key, &length))
    if (length == 1)
      read_letter (reader, *key);
    else
      read_word (reader, key, length, nested);
  return reader->scan.failure == NULL;
}

static gboolean
is_event (const Reader *reader, const char *name)
{
  return pst_scan_equal (reader->event.text, reader->event.length, name);
}

static PstBinanceKind
refuse (Reader *reader, const char *failure)
{
  pst_scan_fail (&reader->scan, reader->scan.start, failure);
  return PST_BINANCE_MALFORMED;
}

static PstBinanceKind
need (Reader *reader, guint needs, PstBinanceKind kind, const char *failure)
{
  return (reader->has & needs) == needs ? kind : refuse (reader, failure);
}

static PstBinanceKind
judge_event (Reader *reader)
{
  if (is_event (reader, "depthUpdate"))
    {
      if ((reader->has & HAS_FIRST) != 0 && (reader->has & HAS_LAST) != 0 && reader->message->last_id < reader->message->first_id)
        return refuse (reader, "a depthUpdate ends before it begins: u is below U");
      return need (reader, NEEDS_DEPTH, PST_BINANCE_DEPTH, "a depthUpdate without s, U, u, b or a");
    }
  if (is_event (reader, "trade"))
    return need (reader, NEEDS_TRADE, PST_BINANCE_TRADE, "a trade without s, t, p, q, T or m");
  if (is_event (reader, "aggTrade"))
    {
      reader->message->trade_id = reader->aggregate_id;
      return need (reader, NEEDS_AGGREGATE, PST_BINANCE_AGGREGATE_TRADE, "an aggTrade without s, a, p, q, T or m");
    }
  if (is_event (reader, "bookTicker"))
    return need (reader, NEEDS_TICKER, PST_BINANCE_TICKER, "a bookTicker without s, u, b, B, a or A");
  return is_event (reader, "serverShutdown") ? PST_BINANCE_SHUTDOWN : PST_BINANCE_OTHER;
}

static PstBinanceKind
judge (Reader *reader)
{
  guint has = reader->has;

  if (reader->event.text != NULL)
    return judge_event (reader);
  if ((has & NEEDS_TICKER) == NEEDS_TICKER)
    return PST_BINANCE_TICKER;
  if ((has & HAS_BOOK_ID) != 0)
    return need (reader, NEEDS_SNAPSHOT, PST_BINANCE_SNAPSHOT, "a snapshot without bids or asks");
  if ((has & NEEDS_ERROR) == NEEDS_ERROR)
    return PST_BINANCE_ERROR;
  if ((has & HAS_STREAM) != 0)
    return need (reader, HAS_PAYLOAD, PST_BINANCE_OTHER, "a stream's message without data");
  return (has & HAS_RESULT) != 0 ? PST_BINANCE_ACK : PST_BINANCE_OTHER;
}

/* Clears what @parser keeps. */
void
pst_binance_parser_clear (PstBinanceParser *parser)
{
  g_clear_pointer (&parser->levels, g_free);
  parser->n_levels = parser->n_allocated = 0;
}

/* Reads one message. */
gboolean
pst_binance_parse (PstBinanceParser *parser, const char *text, gsize length, PstBinanceMessage *message)
{
  Reader reader = { .parser = parser, .message = message };

  memset (message, 0, sizeof *message);
  parser->n_levels = 0;
  pst_scan_init (&reader.scan, text, length);
  if (read_members (&reader, FALSE) && pst_scan_finish (&reader.scan))
    message->kind = judge (&reader);
  message->failure = reader.scan.failure;
  message->failure_offset = reader.scan.failure_offset;
  return message->kind != PST_BINANCE_MALFORMED;
}
