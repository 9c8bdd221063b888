/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* WebSocket v2. Data are {"channel":"book","type":"update","data":[...]}, answers to requests have a method. The order of an object's members is
 * not promised: data that come before their channel's name are read again when it is known. Facts: docs.kraken.com/api, and the recorded
 * session. */

#include "pst-kraken-parser-private.h"

#include <string.h>

enum
{
  SEEN_CHANNEL = 1 << 0,
  SEEN_TYPE = 1 << 1,
  SEEN_DATA = 1 << 2,
  SEEN_METHOD = 1 << 3,
  SEEN_SYMBOL = 1 << 4,
  SEEN_BIDS = 1 << 5,
  SEEN_ASKS = 1 << 6,
  SEEN_CHECKSUM = 1 << 7,
  SEEN_TIME = 1 << 8,
  SEEN_PRICE = 1 << 9,
  SEEN_SIZE = 1 << 10,
};

/* What the envelope said. */
typedef struct
{
  guint seen;
  PstKrakenText type;
  const char *late; /* data that came before their channel's name */
  gsize late_length;
  gboolean success;
  gboolean failure;
} Envelope;

/* ---- books ---- */

/* A number that is none of JSON's strings: books have no others. */
static inline gboolean
read_plain (PstScan *scan, const char **text, guint8 *length)
{
  gsize n;

  if (G_UNLIKELY (!pst_scan_number (scan, text, &n)))
    return FALSE;
  if (G_UNLIKELY (n > PST_KRAKEN_NUMBER_MAX))
    return pst_scan_fail (scan, *text, "a number has no digits, or more than 40");
  *length = (guint8)n;
  return TRUE;
}

/* {"price":0.0286,"qty":74198.19125726} */
static gboolean
read_level (PstKrakenParser *parser, PstScan *scan, PstSide side)
{
  PstKrakenLevel *level = pst_kraken_parser_add_level (parser, scan);
  const char *key = NULL;
  gsize length = 0;
  guint seen = 0;

  if (G_UNLIKELY (level == NULL || !pst_scan_begin_object (scan)))
    return FALSE;
  level->time_ns = 0;
  level->side = (guint8)side;
  level->republished = FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "price"))
      {
        if (!pst_kraken_once (scan, &seen, SEEN_PRICE) || !read_plain (scan, &level->price, &level->price_length))
          return FALSE;
      }
    else if (pst_scan_equal (key, length, "qty"))
      {
        if (!pst_kraken_once (scan, &seen, SEEN_SIZE) || !read_plain (scan, &level->size, &level->size_length))
          return FALSE;
      }
    else
      {
        pst_scan_skip (scan);
      }
  if (G_UNLIKELY (seen != (SEEN_PRICE | SEEN_SIZE)))
    return pst_scan_fail (scan, scan->at, "a level has no price and quantity");
  return scan->failure == NULL;
}

static gboolean
read_levels (PstKrakenParser *parser, PstScan *scan, PstSide side)
{
  if (!pst_scan_begin_array (scan))
    return FALSE;
  while (pst_scan_next_element (scan))
    if (G_UNLIKELY (!read_level (parser, scan, side)))
      return FALSE;
  return scan->failure == NULL;
}

static gboolean
read_book_member (PstKrakenParser *parser, PstScan *scan, PstKrakenBook *book, const char *key, gsize length, guint *seen)
{
  guint64 checksum = 0;

  if (pst_scan_equal (key, length, "symbol"))
    return pst_kraken_once (scan, seen, SEEN_SYMBOL) && pst_kraken_read_text (scan, &book->symbol);
  if (pst_scan_equal (key, length, "bids"))
    return pst_kraken_once (scan, seen, SEEN_BIDS) && read_levels (parser, scan, PST_SIDE_BUY);
  if (pst_scan_equal (key, length, "asks"))
    return pst_kraken_once (scan, seen, SEEN_ASKS) && read_levels (parser, scan, PST_SIDE_SELL);
  if (pst_scan_equal (key, length, "timestamp"))
    return pst_kraken_once (scan, seen, SEEN_TIME) && pst_kraken_read_time (scan, &book->time_ns);
  if (!pst_scan_equal (key, length, "checksum"))
    return pst_scan_skip (scan);
  if (!pst_kraken_once (scan, seen, SEEN_CHECKSUM) || !pst_kraken_read_unsigned (scan, G_MAXUINT32, &checksum))
    return FALSE;
  book->has_checksum = TRUE;
  book->checksum = (guint32)checksum;
  return TRUE;
}

static gboolean
read_book (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenBook *book = pst_kraken_parser_add_book (parser, scan);
  const char *key = NULL;
  gsize length = 0;
  guint seen = 0;

  if (book == NULL || !pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (!read_book_member (parser, scan, book, key, length, &seen))
      return FALSE;
  book->n_levels = parser->message.n_levels - book->first;
  if ((seen & SEEN_SYMBOL) == 0 || (seen & (SEEN_BIDS | SEEN_ASKS)) == 0)
    return pst_scan_fail (scan, scan->at, "a book has no instrument, or no bids and asks");
  return scan->failure == NULL;
}

/* ---- trades, tickers, instruments, status ---- */

static gboolean
read_trade (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenTrade *trade = pst_kraken_parser_add (scan, parser->message.trades);
  PstKrakenText side = { "", 0 };
  const char *key = NULL;
  gsize length = 0;

  if (trade == NULL || !pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "symbol"))
      pst_kraken_read_text (scan, &trade->symbol);
    else if (pst_scan_equal (key, length, "price"))
      pst_kraken_read_number (scan, &trade->price);
    else if (pst_scan_equal (key, length, "qty"))
      pst_kraken_read_number (scan, &trade->size);
    else if (pst_scan_equal (key, length, "side"))
      pst_kraken_read_text (scan, &side);
    else if (pst_scan_equal (key, length, "trade_id"))
      pst_kraken_read_unsigned (scan, G_MAXUINT64, &trade->trade_id);
    else if (pst_scan_equal (key, length, "timestamp"))
      pst_kraken_read_time (scan, &trade->time_ns);
    else
      pst_scan_skip (scan);
  if (trade->symbol.length == 0 || trade->price.length == 0 || trade->size.length == 0)
    return pst_scan_fail (scan, scan->at, "a trade has no instrument, price and quantity");
  if (!pst_kraken_text_is (&side, "buy") && !pst_kraken_text_is (&side, "sell"))
    return pst_scan_fail (scan, scan->at, "a trade's side is neither \"buy\" nor \"sell\"");
  trade->side = *side.text == 'b' ? PST_SIDE_BUY : PST_SIDE_SELL;
  return scan->failure == NULL;
}

static gboolean
read_ticker (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenTicker *ticker = pst_kraken_parser_add (scan, parser->message.tickers);
  const char *key = NULL;
  gsize length = 0;

  if (ticker == NULL || !pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "symbol"))
      pst_kraken_read_text (scan, &ticker->symbol);
    else if (pst_scan_equal (key, length, "bid"))
      pst_kraken_read_number (scan, &ticker->bid);
    else if (pst_scan_equal (key, length, "bid_qty"))
      pst_kraken_read_number (scan, &ticker->bid_size);
    else if (pst_scan_equal (key, length, "ask"))
      pst_kraken_read_number (scan, &ticker->ask);
    else if (pst_scan_equal (key, length, "ask_qty"))
      pst_kraken_read_number (scan, &ticker->ask_size);
    else if (pst_scan_equal (key, length, "timestamp"))
      pst_kraken_read_time (scan, &ticker->time_ns);
    else
      pst_scan_skip (scan);
  if (ticker->symbol.length == 0 || ticker->bid.length == 0 || ticker->bid_size.length == 0 || ticker->ask.length == 0
      || ticker->ask_size.length == 0)
    return pst_scan_fail (scan, scan->at, "a ticker has no instrument, bid and ask");
  return scan->failure == NULL;
}

static gboolean
read_pair (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenPair *pair = pst_kraken_parser_add (scan, parser->message.pairs);
  const char *key = NULL;
  gsize length = 0;

  if (pair == NULL || !pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "symbol"))
      pst_kraken_read_text (scan, &pair->symbol);
    else if (pst_scan_equal (key, length, "status"))
      pst_kraken_read_text (scan, &pair->status);
    else if (pst_scan_equal (key, length, "price_precision"))
      pst_kraken_read_number (scan, &pair->price_decimals);
    else if (pst_scan_equal (key, length, "price_increment"))
      pst_kraken_read_number (scan, &pair->price_increment);
    else if (pst_scan_equal (key, length, "qty_precision"))
      pst_kraken_read_number (scan, &pair->size_decimals);
    else if (pst_scan_equal (key, length, "qty_increment"))
      pst_kraken_read_number (scan, &pair->size_increment);
    else if (pst_scan_equal (key, length, "qty_min"))
      pst_kraken_read_number (scan, &pair->size_min);
    else if (pst_scan_equal (key, length, "cost_min"))
      pst_kraken_read_number (scan, &pair->cost_min);
    else
      pst_scan_skip (scan);
  if (pair->symbol.length == 0)
    return pst_scan_fail (scan, scan->at, "a pair has no symbol");
  return scan->failure == NULL;
}

/* {"assets":[...],"pairs":[...]} */
static gboolean
read_instruments (PstKrakenParser *parser, PstScan *scan)
{
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (!pst_scan_equal (key, length, "pairs"))
      pst_scan_skip (scan);
    else if (pst_scan_begin_array (scan))
      while (pst_scan_next_element (scan))
        read_pair (parser, scan);
  return scan->failure == NULL;
}

static gboolean
read_status (PstKrakenParser *parser, PstScan *scan)
{
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "system"))
      pst_kraken_read_text (scan, &parser->message.status);
    else
      pst_scan_skip (scan);
  return scan->failure == NULL;
}

static gboolean
read_each (PstKrakenParser *parser, PstScan *scan, gboolean (*read) (PstKrakenParser *parser, PstScan *scan))
{
  if (!pst_scan_begin_array (scan))
    return FALSE;
  while (pst_scan_next_element (scan))
    if (!read (parser, scan))
      return FALSE;
  return scan->failure == NULL;
}

/* ---- the envelope ---- */

static PstKrakenKind
kind_of (const PstKrakenText *channel)
{
  static const struct
  {
    const char *name;
    PstKrakenKind kind;
  } kinds[] = {
    { "book", PST_KRAKEN_BOOK },     { "trade", PST_KRAKEN_TRADE },   { "heartbeat", PST_KRAKEN_HEARTBEAT },
    { "ticker", PST_KRAKEN_TICKER }, { "status", PST_KRAKEN_STATUS }, { "instrument", PST_KRAKEN_INSTRUMENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (pst_kraken_text_is (channel, kinds[i].name))
      return kinds[i].kind;
  return PST_KRAKEN_OTHER;
}

static gboolean
read_data (PstKrakenParser *parser, PstScan *scan)
{
  switch (parser->message.kind)
    {
    case PST_KRAKEN_BOOK:
      return read_each (parser, scan, read_book);
    case PST_KRAKEN_TRADE:
      return read_each (parser, scan, read_trade);
    case PST_KRAKEN_TICKER:
      return read_each (parser, scan, read_ticker);
    case PST_KRAKEN_STATUS:
      return read_each (parser, scan, read_status);
    case PST_KRAKEN_INSTRUMENT:
      return read_instruments (parser, scan);
    case PST_KRAKEN_OTHER:
    case PST_KRAKEN_HEARTBEAT:
    case PST_KRAKEN_ACK:
    default:
      return pst_scan_skip (scan);
    }
}

/* {"channel":"book","depth":25,"snapshot":true,"symbol":"MINA/GBP"} */
static gboolean
read_result (PstKrakenParser *parser, PstScan *scan)
{
  const char *key = NULL;
  gsize length = 0;

  if (pst_scan_peek (scan) != PST_SCAN_OBJECT)
    return pst_scan_skip (scan);
  pst_scan_begin_object (scan);
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "channel"))
      pst_kraken_read_text (scan, &parser->message.channel);
    else if (pst_scan_equal (key, length, "symbol") && pst_scan_peek (scan) == PST_SCAN_STRING)
      pst_kraken_read_text (scan, &parser->message.symbol);
    else
      pst_scan_skip (scan);
  return scan->failure == NULL;
}

static gboolean
read_ack_member (PstKrakenParser *parser, PstScan *scan, Envelope *envelope, const char *key, gsize length)
{
  PstKrakenMessage *message = &parser->message;
  gboolean success = FALSE;

  if (pst_scan_equal (key, length, "method"))
    return pst_kraken_once (scan, &envelope->seen, SEEN_METHOD) && pst_kraken_read_text (scan, &message->method);
  if (pst_scan_equal (key, length, "error"))
    return pst_kraken_read_text (scan, &message->error);
  if (pst_scan_equal (key, length, "symbol") && pst_scan_peek (scan) == PST_SCAN_STRING)
    return pst_kraken_read_text (scan, &message->symbol);
  if (pst_scan_equal (key, length, "result"))
    return read_result (parser, scan);
  if (!pst_scan_equal (key, length, "success"))
    return pst_scan_skip (scan);
  if (!pst_scan_boolean (scan, &success))
    return FALSE;
  envelope->success = success;
  envelope->failure = !success;
  return TRUE;
}

static gboolean
read_member (PstKrakenParser *parser, PstScan *scan, Envelope *envelope, const char *key, gsize length)
{
  PstKrakenMessage *message = &parser->message;

  if (pst_scan_equal (key, length, "channel"))
    {
      if (!pst_kraken_once (scan, &envelope->seen, SEEN_CHANNEL) || !pst_kraken_read_text (scan, &message->channel))
        return FALSE;
      message->kind = kind_of (&message->channel);
      return TRUE;
    }
  if (pst_scan_equal (key, length, "type"))
    return pst_kraken_once (scan, &envelope->seen, SEEN_TYPE) && pst_kraken_read_text (scan, &envelope->type);
  if (!pst_scan_equal (key, length, "data"))
    return read_ack_member (parser, scan, envelope, key, length);
  if (!pst_kraken_once (scan, &envelope->seen, SEEN_DATA))
    return FALSE;
  if ((envelope->seen & SEEN_CHANNEL) != 0)
    return read_data (parser, scan);
  return pst_scan_value (scan, &envelope->late, &envelope->late_length);
}

static gboolean
read_late (PstKrakenParser *parser, PstScan *scan, const Envelope *envelope)
{
  PstScan late;

  pst_scan_init (&late, envelope->late, envelope->late_length);
  read_data (parser, &late);
  return pst_scan_finish (&late) || pst_scan_fail (scan, envelope->late + late.failure_offset, late.failure);
}

static gboolean
judge_ack (PstKrakenParser *parser, PstScan *scan, const Envelope *envelope)
{
  PstKrakenMessage *message = &parser->message;

  if ((envelope->seen & SEEN_METHOD) == 0 && message->error.length == 0)
    return pst_scan_fail (scan, scan->at, "a message has neither a channel nor a method");
  message->kind = PST_KRAKEN_ACK;
  if (envelope->failure && message->error.length == 0)
    message->error = (PstKrakenText){ "no reason given", strlen ("no reason given") };
  return TRUE;
}

static gboolean
judge_data (PstKrakenParser *parser, PstScan *scan, const Envelope *envelope)
{
  PstKrakenMessage *message = &parser->message;
  gboolean is_update = pst_kraken_text_is (&envelope->type, "update");

  if (message->kind == PST_KRAKEN_OTHER || message->kind == PST_KRAKEN_HEARTBEAT)
    return TRUE;
  message->snapshot = pst_kraken_text_is (&envelope->type, "snapshot");
  if (!is_update && !message->snapshot)
    return pst_scan_fail (scan, scan->at, "a message's type is neither \"snapshot\" nor \"update\"");
  if ((envelope->seen & SEEN_DATA) == 0 || (message->kind == PST_KRAKEN_STATUS && message->status.length == 0))
    return pst_scan_fail (scan, scan->at, "a message of a channel has no data");
  for (guint i = 0; i < message->n_books; i++)
    message->books[i].snapshot = message->snapshot;
  return TRUE;
}

gboolean
pst_kraken_parse_v2 (PstKrakenParser *parser, PstScan *scan)
{
  Envelope envelope = { .type = { "", 0 } };
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (!read_member (parser, scan, &envelope, key, length))
      return FALSE;
  if (scan->failure != NULL)
    return FALSE;
  if ((envelope.seen & SEEN_CHANNEL) == 0)
    return judge_ack (parser, scan, &envelope);
  if (envelope.late != NULL && !read_late (parser, scan, &envelope))
    return FALSE;
  return judge_data (parser, scan, &envelope);
}
