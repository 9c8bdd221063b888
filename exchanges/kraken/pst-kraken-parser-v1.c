/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* WebSocket v1. Data are arrays, [channel, content, (content,) "book-1000", "XBT/USD"], whose name comes last: what a content is shows its shape
 * ("a" is an array of levels in a book and of texts in a ticker), and the name must agree in the end. Everything else is an object with an
 * event. Facts: docs.kraken.com/websockets (2021), and the recorded sessions. */

#include "pst-kraken-parser-private.h"

#include <string.h>

#define CHANNEL_BOOK "book-"
/* Looked at in one step for a level. */
#define LEVEL_BYTES 64

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

/* ["58724.80000","0.36000000","1617666423.690142"(,"r")], by its parts. */
static gboolean
read_level (PstKrakenParser *parser, PstScan *scan, PstKrakenBook *book, PstSide side)
{
  PstKrakenLevel *level = pst_kraken_parser_add_level (parser, scan);
  PstKrakenText price, size, flag;

  if (level == NULL || !pst_scan_begin_array (scan))
    return FALSE;
  if (!pst_scan_next_element (scan) || !pst_kraken_read_number (scan, &price) || !pst_scan_next_element (scan)
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

#ifdef __SSE2__
/* Which of 64 bytes end a plain text: quotation marks, and what a text in the usual form does not have. */
static inline guint64
find_stops (const char *at)
{
  guint64 stops = 0;

  for (guint i = 0; i < LEVEL_BYTES / PST_SCAN_BLOCK; i++)
    stops |= (guint64)pst_scan_stops (at + i * PST_SCAN_BLOCK) << i * PST_SCAN_BLOCK;
  return stops;
}

/* ["58724.80000","0.36000000","1617666423.690142"]: shorter than 64 bytes, three texts without escapes, and nothing else: where its six
 * quotation marks stand says all. NULL, and nothing was read, when it has another form. */
static inline const char *
read_usual_level (PstKrakenParser *parser, PstScan *scan, PstKrakenBook *book, PstSide side, const char *at)
{
  PstKrakenLevel *level;
  guint marks[6];
  guint64 stops;
  gint64 time_ns;

  if (G_UNLIKELY (scan->end - at < LEVEL_BYTES))
    return NULL;
  stops = find_stops (at);
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++, stops &= stops - 1)
    {
      if (G_UNLIKELY (stops == 0))
        return NULL;
      marks[i] = (guint)__builtin_ctzll (stops);
    }
  if (G_UNLIKELY (memcmp (at, "[\"", 2) != 0 || marks[0] != 1 || memcmp (at + marks[1], "\",\"", 3) != 0 || marks[2] != marks[1] + 2
                  || memcmp (at + marks[3], "\",\"", 3) != 0 || marks[4] != marks[3] + 2 || memcmp (at + marks[5], "\"]", 2) != 0
                  || marks[1] - 3 >= PST_KRAKEN_NUMBER_MAX || marks[3] - marks[2] - 2 >= PST_KRAKEN_NUMBER_MAX
                  || !pst_venue_read_seconds (at + marks[4] + 1, marks[5] - marks[4] - 1, &time_ns)))
    return NULL;
  level = pst_kraken_parser_add_level (parser, scan);
  if (G_UNLIKELY (level == NULL))
    return NULL;
  level->price = at + 2;
  level->price_length = (guint8)(marks[1] - 2);
  level->size = at + marks[2] + 1;
  level->size_length = (guint8)(marks[3] - marks[2] - 1);
  level->time_ns = time_ns;
  level->side = (guint8)side;
  level->republished = FALSE;
  book->time_ns = MAX (book->time_ns, time_ns);
  return at + marks[5] + 2;
}
#else
static inline const char *
read_usual_level (PstKrakenParser *parser, PstScan *scan, PstKrakenBook *book, PstSide side, const char *at)
{
  return NULL;
}
#endif

/* The levels of a side, behind the opening bracket of their array. */
static gboolean
read_levels (PstKrakenParser *parser, PstScan *scan, Content *content, PstSide side)
{
  if (content->book == NULL)
    content->book = pst_kraken_parser_add_book (parser, scan);
  if (content->book == NULL)
    return FALSE;
  while (pst_scan_next_element (scan))
    {
      const char *end = read_usual_level (parser, scan, content->book, side, pst_scan_next (scan));

      if (G_LIKELY (end != NULL))
        scan->at = end;
      else if (!read_level (parser, scan, content->book, side))
        return FALSE;
    }
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

/* Moves @at behind @constant; FALSE when something else stands there. */
static inline gboolean
pass (const char **at, const char *end, const char *constant)
{
  gsize length = strlen (constant);

  if (G_UNLIKELY ((gsize)(end - *at) < length || memcmp (*at, constant, length) != 0))
    return FALSE;
  *at += length;
  return TRUE;
}

/* Digits, at most @n_max and without a superfluous zero. */
static inline gboolean
pass_digits (const char **at, const char *end, guint n_max, guint64 *value)
{
  const char *from = *at;
  guint64 sum = 0;

  end = MIN (end, from + n_max);
  for (; *at < end && (guchar)(**at - '0') <= 9; (*at)++)
    sum = sum * 10 + (guint)(**at - '0');
  *value = sum;
  return *at > from && (*from != '0' || *at == from + 1);
}

/* "XBT/USD" and the end. */
static inline gboolean
pass_symbol (const char **at, const char *end, PstKrakenText *symbol)
{
  symbol->text = *at;
  while (*at < end && (guchar) * *at >= ' ' && (guchar) * *at < 0x7f && **at != '"' && **at != '\\')
    (*at)++;
  symbol->length = (gsize)(*at - symbol->text);
  return pass (at, end, "\"]") && *at == end;
}

/* [320,{"b":[["58724.80000","0.36000000","1617666423.690142"]],"c":"1611137690"},"book-1000","XBT/USD"], which is nearly all that comes. FALSE, and
 * the message is as it was, when it has any other form: the long way then says what it is. */
static gboolean
parse_usual (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenMessage *message = &parser->message;
  PstKrakenBook *book = &message->books[0];
  const char *at = scan->at, *end = scan->end, *name;
  guint64 number, checksum;
  PstSide side;

  *book = (PstKrakenBook){ 0 };
  if (!pass (&at, end, "[") || !pass_digits (&at, end, 10, &number) || !pass (&at, end, ",{\""))
    return FALSE;
  side = at < end && *at == 'b' ? PST_SIDE_BUY : PST_SIDE_SELL;
  if (!pass (&at, end, side == PST_SIDE_BUY ? "b\":[" : "a\":["))
    return FALSE;
  do
    at = read_usual_level (parser, scan, book, side, at);
  while (at != NULL && at < end && *at == ',' && at++);
  if (at == NULL || !pass (&at, end, "],\"c\":\"") || !pass_digits (&at, end, 10, &checksum) || checksum > G_MAXUINT32 || !pass (&at, end, "\"},\""))
    return FALSE;
  name = at;
  if (!pass (&at, end, CHANNEL_BOOK) || !pass_digits (&at, end, 6, &number))
    return FALSE;
  message->channel = (PstKrakenText){ name, (gsize)(at - name) };
  if (!pass (&at, end, "\",\"") || !pass_symbol (&at, end, &book->symbol))
    return FALSE;
  message->kind = PST_KRAKEN_BOOK;
  message->n_books = 1;
  book->depth = (guint)number;
  book->n_levels = message->n_levels;
  book->has_checksum = TRUE;
  book->checksum = (guint32)checksum;
  scan->at = end;
  return TRUE;
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
  const PstKrakenText none = { "", 0 };

  if (G_LIKELY (parse_usual (parser, scan)))
    return TRUE;
  parser->message.n_levels = 0;
  parser->message.channel = none;
  return pst_scan_peek (scan) == PST_SCAN_ARRAY ? parse_data (parser, scan) : parse_event (parser, scan);
}
