/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kraken's parser: the first byte chooses the protocol and what is read, the rest are messages, a line each. White space changes nothing, so that the
 * short way and the long way agree; a message that is accepted is JSON; what is refused leaves a reason; books that take what comes have the checksum
 * that is calculated anew. */

#include "fuzz.h"
#include "pst-kraken-checksum.h"
#include "pst-kraken-parser.h"

#define PRICE_SCALE 6
#define SIZE_SCALE 8

static guint64
mix (guint64 hash, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar)text[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return (hash ^ length) * G_GUINT64_CONSTANT (0x100000001b3);
}

/* All that a message said. */
static guint64
hash_of (const PstKrakenMessage *facts)
{
  guint64 hash = (guint64)facts->kind + 1;

  hash = mix (hash, facts->channel.text, facts->channel.length);
  hash = mix (hash, facts->symbol.text, facts->symbol.length);
  hash = mix (hash, facts->error.text, facts->error.length);
  for (guint i = 0; i < facts->n_books; i++)
    {
      const PstKrakenBook *book = &facts->books[i];
      const gint64 values[] = { book->first, book->n_levels, book->snapshot, book->checksum, book->has_checksum, book->depth, book->time_ns };

      g_assert_cmpuint ((guint64)book->first + book->n_levels, <=, facts->n_levels);
      hash = mix (mix (hash, book->symbol.text, book->symbol.length), (const char *)values, sizeof values);
    }
  for (guint i = 0; i < facts->n_levels; i++)
    {
      const PstKrakenLevel *level = &facts->levels[i];
      const gint64 values[] = { level->time_ns, level->side, level->republished };

      g_assert_true (level->price_length <= PST_KRAKEN_NUMBER_MAX && level->size_length <= PST_KRAKEN_NUMBER_MAX);
      hash = mix (mix (hash, level->price, level->price_length), level->size, level->size_length);
      hash = mix (hash, (const char *)values, sizeof values);
    }
  return mix (hash, "", facts->trades->len + facts->tickers->len + facts->pairs->len);
}

/* The book and what is kept of its checksum, beside one that is made from nothing. */
static void
apply (PstBook *book, PstKrakenChecksum *checksum, const PstKrakenMessage *facts)
{
  PstKrakenChecksum fresh = { 0 };

  for (guint i = 0; i < facts->n_levels; i++)
    {
      const PstKrakenLevel *level = &facts->levels[i];
      PstBookLevel now;

      if (!pst_venue_read_number (level->price, level->price_length, PRICE_SCALE, &now.price, &now.price_decimals) || now.price == 0
          || !pst_venue_read_number (level->size, level->size_length, SIZE_SCALE, &now.size, &now.size_decimals))
        continue;
      pst_book_set_level (book, (PstSide)level->side, &now);
      pst_kraken_checksum_note (checksum, (PstSide)level->side, now.price);
    }
  pst_book_settle (book);
  pst_kraken_checksum_reset (&fresh);
  g_assert_cmpuint (pst_kraken_checksum_get (checksum, book, PRICE_SCALE, SIZE_SCALE), ==,
                    pst_kraken_checksum_get (&fresh, book, PRICE_SCALE, SIZE_SCALE));
}

static void
read_message (PstKrakenParser *parser, const char *text, gsize length, PstBook *book, PstKrakenChecksum *checksum)
{
  g_autofree char *spaced = g_malloc (length + 1);
  gboolean good = pst_kraken_parser_parse (parser, text, length);
  guint64 hash;
  PstScan scan;

  g_assert_cmpint (good, ==, parser->failure == NULL);
  g_assert_cmpuint (parser->failure_offset, <=, length);
  if (!good)
    return;
  pst_scan_init (&scan, text, length);
  g_assert_true (pst_scan_skip (&scan) && pst_scan_finish (&scan));
  hash = hash_of (&parser->message);
  apply (book, checksum, &parser->message);
  /* Behind the first bracket. */
  for (gsize i = 0, at = 0; i < length; i++)
    {
      spaced[at++] = text[i];
      if (at == i + 1 && (text[i] == '[' || text[i] == '{'))
        spaced[at++] = ' ';
    }
  g_assert_true (pst_kraken_parser_parse (parser, spaced, length + 1));
  g_assert_true (hash_of (&parser->message) == hash);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (PstKrakenParser) parser = pst_kraken_parser_new (size > 0 && data[0] % 2 ? PST_KRAKEN_V1 : PST_KRAKEN_V2);
  g_autoptr (PstBook) book = pst_book_new (25);
  PstKrakenChecksum checksum = { 0 };
  const char *at = (const char *)data + 1, *end = (const char *)data + size;

  pst_kraken_checksum_reset (&checksum);
  if (size > 0 && data[0] % 4 == 2)
    {
      pst_kraken_parser_parse_pairs (parser, at, size - 1);
      return 0;
    }
  while (size > 1 && at < end)
    {
      const char *newline = memchr (at, '\n', (gsize)(end - at));
      gsize length = (gsize)((newline != NULL ? newline : end) - at);
      g_autofree char *exact = g_malloc (MAX (length, 1));

      memcpy (exact, at, length);
      read_message (parser, exact, length, book, &checksum);
      at += length + 1;
    }
  return 0;
}
