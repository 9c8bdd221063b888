/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* WebSocket v1. Data are arrays, [channel, content, (content,) "book-1000", "XBT/USD"], whose name comes last: what a content is shows its shape
 * ("a" is an array of levels in a book and of texts in a ticker), and the name must agree in the end. Everything else is an object with an
 * event. Facts: docs.kraken.com/websockets (2021), and the recorded sessions. */

#include "pst-kraken-parser-private.h"

#include <string.h>

#define CHANNEL_BOOK "book-"

/* What the contents of one array were. */
typedef struct
{
  PstKrakenBook *book;
  PstKrakenTicker *ticker;
  gboolean trades;
  gboolean changes;   /* "a", "b" */
  gboolean snapshots; /* "as", "bs" */
  gboolean other;
  guint seen;
} Content;

enum
{
  SEEN_ASKS = 1 << 0,
  SEEN_BIDS = 1 << 1,
  SEEN_CHECKSUM = 1 << 2,
};

/* ["58724.80000","0.36000000","1617666423.690142"(,"r")], behind its opening bracket. */
static gboolean
read_level (PstKrakenParser *parser, PstScan *scan, PstKrakenBook *book, PstSide side)
{
  PstKrakenLevel *level = pst_kraken_parser_add_level (parser, scan);
  PstKrakenText price, size, flag;

  if (level == NULL || !pst_scan_next_element (scan) || !pst_kraken_read_number (scan, &price) || !pst_scan_next_element (scan)
      || !pst_kraken_read_number (scan, &size) || !pst_scan_next_element (scan) || !pst_kraken_read_seconds (scan, &level->time_ns))
    return pst_scan_fail (scan, scan->at, "a level has no price, size and time");
  level->price = price.text;
  level->price_length = (guint8)price.length;
  level->size = size.text;
  level->size_length = (guint8)size.length;
  level->side = (guint8)side;
  level->republished = FALSE;
  while (G_UNLIKELY (pst_scan_next_element (scan)))
    {
      if (!pst_kraken_read_text (scan, &flag))
        return FALSE;
      level->republished |= pst_kraken_text_is (&flag, "r");
    }
  if (!level->republished)
    book->time_ns = MAX (book->time_ns, level->time_ns);
  return scan->failure == NULL;
}

/* The levels of a side, behind the opening bracket of their array. */
static gboolean
read_levels (PstKrakenParser *parser, PstScan *scan, Content *content, PstSide side)
{
  if (content->book == NULL)
    content->book = pst_kraken_parser_add_book (parser, scan);
  if (content->book == NULL)
    return FALSE;
  while (pst_scan_next_element (scan))
    if (G_UNLIKELY (!pst_scan_begin_array (scan) || !read_level (parser, scan, content->book, side)))
      return FALSE;
  return scan->failure == NULL;
}

/* ["58729.50000",0,"0.00480000"]: price, whole lots, size; behind the opening bracket and the first next_element. */
static gboolean
read_best (PstKrakenParser *parser, PstScan *scan, Content *content, PstSide side)
{
  PstKrakenText price, size;

  if (content->ticker == NULL)
    content->ticker = pst_kraken_parser_add (scan, parser->message.tickers);
  if (content->ticker == NULL || !pst_kraken_read_number (scan, &price) || !pst_scan_next_element (scan) || !pst_scan_skip (scan)
      || !pst_scan_next_element (scan) || !pst_kraken_read_number (scan, &size))
    return pst_scan_fail (scan, scan->at, "a ticker has no price, lots and size");
  *(side == PST_SIDE_BUY ? &content->ticker->bid : &content->ticker->ask) = price;
  *(side == PST_SIDE_BUY ? &content->ticker->bid_size : &content->ticker->ask_size) = size;
  while (pst_scan_next_element (scan))
    pst_scan_skip (scan);
  return scan->failure == NULL;
}

/* "a" or "b": of a book or of a ticker. */
static gboolean
read_side (PstKrakenParser *parser, PstScan *scan, Content *content, PstSide side)
{
  PstScan ahead;

  if (!pst_kraken_once (scan, &content->seen, side == PST_SIDE_BUY ? SEEN_BIDS : SEEN_ASKS) || !pst_scan_begin_array (scan))
    return FALSE;
  ahead = *scan;
  if (pst_scan_peek (&ahead) == PST_SCAN_STRING)
    return pst_scan_next_element (scan) && read_best (parser, scan, content, side);
  content->changes = TRUE;
  return read_levels (parser, scan, content, side);
}

/* "c": the checksum of a book's change, or the last trade of a ticker. */
static gboolean
read_checksum (PstKrakenParser *parser, PstScan *scan, Content *content)
{
  guint64 checksum = 0;

  if (pst_scan_peek (scan) != PST_SCAN_STRING)
    return pst_scan_skip (scan);
  if (content->book == NULL)
    content->book = pst_kraken_parser_add_book (parser, scan);
  if (content->book == NULL || !pst_kraken_once (scan, &content->seen, SEEN_CHECKSUM) || !pst_kraken_read_unsigned (scan, G_MAXUINT32, &checksum))
    return FALSE;
  content->changes = TRUE;
  content->book->has_checksum = TRUE;
  content->book->checksum = (guint32)checksum;
  return TRUE;
}

static gboolean
read_object (PstKrakenParser *parser, PstScan *scan, Content *content)
{
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (length == 1 && *key == 'a')
      read_side (parser, scan, content, PST_SIDE_SELL);
    else if (length == 1 && *key == 'b')
      read_side (parser, scan, content, PST_SIDE_BUY);
    else if (length == 1 && *key == 'c')
      read_checksum (parser, scan, content);
    else if (length == 2 && key[1] == 's' && (*key == 'a' || *key == 'b'))
      {
        PstSide side = *key == 'b' ? PST_SIDE_BUY : PST_SIDE_SELL;

        content->snapshots = TRUE;
        if (pst_kraken_once (scan, &content->seen, side == PST_SIDE_BUY ? SEEN_BIDS : SEEN_ASKS) && pst_scan_begin_array (scan))
          read_levels (parser, scan, content, side);
      }
    else
      pst_scan_skip (scan);
  return scan->failure == NULL;
}

/* ["58721.20000","0.02798644","1617666461.465618","s","m",""], behind its opening bracket. */
static gboolean
read_trade (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenTrade *trade = pst_kraken_parser_add (scan, parser->message.trades);
  PstKrakenText side = { "", 0 };

  if (trade == NULL || !pst_scan_next_element (scan) || !pst_kraken_read_number (scan, &trade->price) || !pst_scan_next_element (scan)
      || !pst_kraken_read_number (scan, &trade->size) || !pst_scan_next_element (scan) || !pst_kraken_read_seconds (scan, &trade->time_ns)
      || !pst_scan_next_element (scan) || !pst_kraken_read_text (scan, &side))
    return pst_scan_fail (scan, scan->at, "a trade has no price, size, time and side");
  if (!pst_kraken_text_is (&side, "b") && !pst_kraken_text_is (&side, "s"))
    return pst_scan_fail (scan, side.text, "a trade's side is neither \"b\" nor \"s\"");
  trade->side = *side.text == 'b' ? PST_SIDE_BUY : PST_SIDE_SELL;
  while (pst_scan_next_element (scan))
    pst_scan_skip (scan);
  return scan->failure == NULL;
}

/* Trades are arrays in an array; what other channels write is passed over. */
static gboolean
read_array (PstKrakenParser *parser, PstScan *scan, Content *content)
{
  if (!pst_scan_begin_array (scan))
    return FALSE;
  while (pst_scan_next_element (scan))
    if (pst_scan_peek (scan) != PST_SCAN_ARRAY)
      {
        content->other = TRUE;
        pst_scan_skip (scan);
      }
    else if (pst_scan_begin_array (scan))
      {
        content->trades = TRUE;
        read_trade (parser, scan);
      }
  return scan->failure == NULL;
}

/* Of "book-1000": 1000. */
static gboolean
read_depth (const PstKrakenText *name, guint *depth)
{
  guint sum = 0;

  if (name->length <= strlen (CHANNEL_BOOK) || name->length > strlen (CHANNEL_BOOK) + 6
      || memcmp (name->text, CHANNEL_BOOK, strlen (CHANNEL_BOOK)) != 0)
    return FALSE;
  for (gsize i = strlen (CHANNEL_BOOK); i < name->length; i++)
    {
      if (!g_ascii_isdigit (name->text[i]))
        return FALSE;
      sum = sum * 10 + (guint)(name->text[i] - '0');
    }
  *depth = sum;
  return TRUE;
}

/* The name says what the content must have been. */
static gboolean
judge (PstKrakenParser *parser, PstScan *scan, const Content *content, const PstKrakenText *name, const PstKrakenText *symbol)
{
  PstKrakenMessage *message = &parser->message;
  guint depth = 0;

  if (read_depth (name, &depth))
    {
      if (content->book == NULL || content->ticker != NULL || content->trades || content->other || content->snapshots == content->changes)
        return pst_scan_fail (scan, name->text, "a book's message is neither a snapshot nor a change");
      message->kind = PST_KRAKEN_BOOK;
      content->book->symbol = *symbol;
      content->book->depth = depth;
      content->book->snapshot = content->snapshots;
      content->book->n_levels = message->n_levels - content->book->first;
    }
  else if (pst_kraken_text_is (name, "trade"))
    {
      if (!content->trades || content->book != NULL || content->ticker != NULL || content->other)
        return pst_scan_fail (scan, name->text, "a message about trades has none");
      message->kind = PST_KRAKEN_TRADE;
      for (guint i = 0; i < message->trades->len; i++)
        g_array_index (message->trades, PstKrakenTrade, i).symbol = *symbol;
    }
  else if (pst_kraken_text_is (name, "ticker"))
    {
      if (content->ticker == NULL || content->ticker->bid.length == 0 || content->ticker->ask.length == 0 || content->book != NULL || content->trades)
        return pst_scan_fail (scan, name->text, "a ticker has no bid and ask");
      message->kind = PST_KRAKEN_TICKER;
      content->ticker->symbol = *symbol;
    }
  return TRUE;
}

static gboolean
parse_data (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenText texts[2] = { { "", 0 }, { "", 0 } };
  Content content = { 0 };
  guint64 channel;
  guint n_texts = 0;

  if (!pst_scan_begin_array (scan) || !pst_scan_next_element (scan) || !pst_kraken_read_unsigned (scan, G_MAXUINT64 / 2, &channel))
    return pst_scan_fail (scan, scan->at, "an array does not begin with its channel");
  while (pst_scan_next_element (scan))
    switch (pst_scan_peek (scan))
      {
      case PST_SCAN_OBJECT:
        read_object (parser, scan, &content);
        break;
      case PST_SCAN_ARRAY:
        read_array (parser, scan, &content);
        break;
      case PST_SCAN_STRING:
        if (n_texts == 2)
          return pst_scan_fail (scan, scan->at, "an array has more than one name and instrument");
        pst_kraken_read_text (scan, &texts[n_texts++]);
        break;
      case PST_SCAN_NOTHING:
      case PST_SCAN_NUMBER:
      case PST_SCAN_BOOLEAN:
      case PST_SCAN_NULL:
      default:
        return pst_scan_fail (scan, scan->at, "an array has something that is neither content nor name");
      }
  if (scan->failure != NULL)
    return FALSE;
  if (n_texts != 2)
    return pst_scan_fail (scan, scan->at, "an array does not end with its name and instrument");
  parser->message.channel = texts[0];
  return judge (parser, scan, &content, &texts[0], &texts[1]);
}

/* {"depth":1000,"name":"book"}: the name. */
static gboolean
read_subscription (PstScan *scan, PstKrakenText *name)
{
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "name"))
      pst_kraken_read_text (scan, name);
    else
      pst_scan_skip (scan);
  return scan->failure == NULL;
}

/* An ack's method in the words of v2. */
static gboolean
judge_event (PstKrakenParser *parser, PstScan *scan, const PstKrakenText *event, const PstKrakenText *status)
{
  static const PstKrakenText subscribe = { "subscribe", 9 }, unsubscribe = { "unsubscribe", 11 }, refused = { "no reason given", 15 };
  PstKrakenMessage *message = &parser->message;

  if (pst_kraken_text_is (event, "heartbeat"))
    {
      message->kind = PST_KRAKEN_HEARTBEAT;
      return TRUE;
    }
  if (pst_kraken_text_is (event, "systemStatus"))
    {
      message->kind = PST_KRAKEN_STATUS;
      message->status = *status;
      return status->length != 0 || pst_scan_fail (scan, scan->at, "a status does not say which");
    }
  if (pst_kraken_text_is (event, "subscriptionStatus"))
    {
      message->kind = PST_KRAKEN_ACK;
      message->method = pst_kraken_text_is (status, "unsubscribed") ? unsubscribe : subscribe;
      if (pst_kraken_text_is (status, "error") && message->error.length == 0)
        message->error = refused;
      return status->length != 0 || pst_scan_fail (scan, scan->at, "an answer does not say what happened");
    }
  if (pst_kraken_text_is (event, "error") || pst_kraken_text_is (event, "pong"))
    {
      message->kind = PST_KRAKEN_ACK;
      message->method = *event;
      if (pst_kraken_text_is (event, "error") && message->error.length == 0)
        message->error = refused;
      return TRUE;
    }
  if (event->length == 0)
    return pst_scan_fail (scan, scan->at, "an object has no event");
  message->channel = *event;
  return TRUE;
}

static gboolean
parse_event (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenMessage *message = &parser->message;
  PstKrakenText event = { "", 0 }, status = { "", 0 };
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    if (pst_scan_equal (key, length, "event"))
      pst_kraken_read_text (scan, &event);
    else if (pst_scan_equal (key, length, "status"))
      pst_kraken_read_text (scan, &status);
    else if (pst_scan_equal (key, length, "pair"))
      pst_kraken_read_text (scan, &message->symbol);
    else if (pst_scan_equal (key, length, "errorMessage"))
      pst_kraken_read_text (scan, &message->error);
    else if (pst_scan_equal (key, length, "subscription"))
      read_subscription (scan, &message->channel);
    else
      pst_scan_skip (scan);
  return scan->failure == NULL && judge_event (parser, scan, &event, &status);
}

gboolean
pst_kraken_parse_v1 (PstKrakenParser *parser, PstScan *scan)
{
  return pst_scan_peek (scan) == PST_SCAN_ARRAY ? parse_data (parser, scan) : parse_event (parser, scan);
}
