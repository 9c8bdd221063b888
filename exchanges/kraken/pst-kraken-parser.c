/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parser's memory and the values that both protocols write the same way. */

#include "pst-kraken-parser-private.h"

#define LEVELS_FIRST 256u

PstKrakenParser *
pst_kraken_parser_new (PstKrakenProtocol protocol)
{
  PstKrakenParser *parser = g_new0 (PstKrakenParser, 1);

  parser->protocol = protocol;
  parser->n_allocated = LEVELS_FIRST;
  parser->message.levels = g_new (PstKrakenLevel, LEVELS_FIRST);
  parser->message.trades = g_array_new (FALSE, TRUE, sizeof (PstKrakenTrade));
  parser->message.tickers = g_array_new (FALSE, TRUE, sizeof (PstKrakenTicker));
  parser->message.pairs = g_array_new (FALSE, TRUE, sizeof (PstKrakenPair));
  return parser;
}

void
pst_kraken_parser_free (PstKrakenParser *parser)
{
  if (parser == NULL)
    return;
  g_free (parser->message.levels);
  g_array_unref (parser->message.trades);
  g_array_unref (parser->message.tickers);
  g_array_unref (parser->message.pairs);
  g_free (parser);
}

gboolean
pst_kraken_parser_grow (PstKrakenParser *parser, PstScan *scan)
{
  if (parser->n_allocated >= PST_KRAKEN_LEVELS_MAX)
    return pst_scan_fail (scan, scan->at, "more than 65536 levels are in one message");
  parser->n_allocated *= 2;
  parser->message.levels = g_renew (PstKrakenLevel, parser->message.levels, parser->n_allocated);
  return TRUE;
}

gpointer
pst_kraken_parser_add (PstScan *scan, GArray *items)
{
  if (items->len == PST_KRAKEN_ITEMS_MAX)
    {
      pst_scan_fail (scan, scan->at, "more than 16384 items are in one message");
      return NULL;
    }
  g_array_set_size (items, items->len + 1);
  return items->data + (gsize)(items->len - 1) * g_array_get_element_size (items);
}

gboolean
pst_kraken_read_unsigned (PstScan *scan, guint64 max, guint64 *value)
{
  PstKrakenText number;
  guint64 sum = 0;

  if (!pst_kraken_read_number (scan, &number))
    return FALSE;
  for (gsize i = 0; i < number.length; i++)
    {
      guint digit = (guchar)number.text[i] - '0';

      if (G_UNLIKELY (digit > 9 || sum > (max - digit) / 10))
        return pst_scan_fail (scan, number.text, "a whole number is none, or too large");
      sum = sum * 10 + digit;
    }
  *value = sum;
  return TRUE;
}

gboolean
pst_kraken_read_seconds (PstScan *scan, gint64 *time_ns)
{
  PstKrakenText text;

  if (!pst_kraken_read_text (scan, &text))
    return FALSE;
  if (G_UNLIKELY (!pst_venue_read_seconds (text.text, text.length, time_ns)))
    return pst_scan_fail (scan, text.text, "a time is not in seconds since 1970");
  return TRUE;
}

gboolean
pst_kraken_read_time (PstScan *scan, gint64 *time_ns)
{
  PstKrakenText text;

  if (!pst_kraken_read_text (scan, &text))
    return FALSE;
  if (G_UNLIKELY (!pst_time_parse (text.text, (gssize)text.length, time_ns, NULL)))
    return pst_scan_fail (scan, text.text, "a time is not written as in RFC 3339");
  return TRUE;
}

static void
clear (PstKrakenMessage *message)
{
  const PstKrakenText none = { "", 0 };

  message->kind = PST_KRAKEN_OTHER;
  message->channel = message->method = message->symbol = message->error = message->status = none;
  message->snapshot = FALSE;
  message->n_levels = message->n_books = 0;
  message->trades->len = message->tickers->len = message->pairs->len = 0;
}

/* FALSE, with what was wrong, unless @scan has read everything well. */
static gboolean
finish (PstKrakenParser *parser, PstScan *scan)
{
  gboolean good = pst_scan_finish (scan);

  parser->failure = scan->failure;
  parser->failure_offset = scan->failure_offset;
  return good;
}

/**
 * pst_kraken_parser_parse:
 * @parser: a parser
 * @text: a message; borrowed until the next one
 * @length: its bytes
 *
 * Reads a message. The thread that uses @parser.
 *
 * Returns: %FALSE when it is malformed; then failure says why, and the message holds what was understood before
 */
gboolean
pst_kraken_parser_parse (PstKrakenParser *parser, const char *text, gsize length)
{
  PstScan scan;

  clear (&parser->message);
  pst_scan_init (&scan, text, length);
  if (parser->protocol == PST_KRAKEN_V1)
    pst_kraken_parse_v1 (parser, &scan);
  else
    pst_kraken_parse_v2 (parser, &scan);
  return finish (parser, &scan);
}

/* The venue's errors, of which the first is kept. */
static gboolean
read_errors (PstKrakenParser *parser, PstScan *scan)
{
  PstKrakenText error;

  if (!pst_scan_begin_array (scan))
    return FALSE;
  while (pst_scan_next_element (scan))
    if (pst_kraken_read_text (scan, &error) && parser->message.error.length == 0)
      parser->message.error = error;
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
    if (pst_scan_equal (key, length, "wsname"))
      pst_kraken_read_text (scan, &pair->symbol);
    else if (pst_scan_equal (key, length, "status"))
      pst_kraken_read_text (scan, &pair->status);
    else if (pst_scan_equal (key, length, "pair_decimals"))
      pst_kraken_read_number (scan, &pair->price_decimals);
    else if (pst_scan_equal (key, length, "tick_size"))
      pst_kraken_read_number (scan, &pair->price_increment);
    else if (pst_scan_equal (key, length, "lot_decimals"))
      pst_kraken_read_number (scan, &pair->size_decimals);
    else if (pst_scan_equal (key, length, "ordermin"))
      pst_kraken_read_number (scan, &pair->size_min);
    else if (pst_scan_equal (key, length, "costmin"))
      pst_kraken_read_number (scan, &pair->cost_min);
    else
      pst_scan_skip (scan);
  return scan->failure == NULL;
}

static gboolean
read_pairs (PstKrakenParser *parser, PstScan *scan)
{
  const char *key = NULL;
  gsize length = 0;

  if (!pst_scan_begin_object (scan))
    return FALSE;
  while (pst_scan_next_member (scan, &key, &length))
    read_pair (parser, scan);
  return scan->failure == NULL;
}

/**
 * pst_kraken_parser_parse_pairs:
 * @parser: a parser
 * @text: {"error":[],"result":{"XXBTZUSD":{"wsname":"XBT/USD",...}}}, the answer of /0/public/AssetPairs; borrowed
 * @length: its bytes
 *
 * Reads the venue's list of instruments. The thread that uses @parser.
 *
 * Returns: %FALSE when it is malformed (failure says why) or an error of the venue (the message's error)
 */
gboolean
pst_kraken_parser_parse_pairs (PstKrakenParser *parser, const char *text, gsize length)
{
  const char *key = NULL;
  gsize key_length = 0;
  PstScan scan;

  clear (&parser->message);
  parser->message.kind = PST_KRAKEN_INSTRUMENT;
  pst_scan_init (&scan, text, length);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &key_length))
    if (pst_scan_equal (key, key_length, "error"))
      read_errors (parser, &scan);
    else if (pst_scan_equal (key, key_length, "result"))
      read_pairs (parser, &scan);
    else
      pst_scan_skip (&scan);
  return finish (parser, &scan) && parser->message.error.length == 0;
}
