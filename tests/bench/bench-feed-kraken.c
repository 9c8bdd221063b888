/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Kraken: parser, books cut to their depth, the crossed test and the checksum of every message. */

#include "bench-feed.h"
#include "pst-kraken-checksum.h"
#include "pst-kraken-parser.h"

#define MARKETS_MAX 16u
#define PRICE_SCALE 9
#define SIZE_SCALE 8
/* From docs/design and the recordings' README: counted by other software. */
#define V1_CHECKSUMS 14496u
#define V2_CHECKSUMS 30u

typedef struct
{
  guint64 symbol[2]; /* its text, then zeros */
  PstBook *book;
  PstKrakenChecksum checksum;
} Market;

typedef struct
{
  PstKrakenParser *parser;
  Market markets[MARKETS_MAX];
  guint n_markets;
  guint depth;
  guint n_checksums;
} State;

static gpointer
make (PstKrakenProtocol protocol, guint depth, guint n_checksums)
{
  State *state = g_new0 (State, 1);

  state->parser = pst_kraken_parser_new (protocol);
  state->depth = depth;
  state->n_checksums = n_checksums;
  return state;
}

static gpointer
make_v1 (void)
{
  return make (PST_KRAKEN_V1, 1000, V1_CHECKSUMS);
}

static gpointer
make_v2 (void)
{
  return make (PST_KRAKEN_V2, 25, V2_CHECKSUMS);
}

static void
destroy (gpointer data)
{
  State *state = data;

  for (guint i = 0; i < state->n_markets; i++)
    pst_book_free (state->markets[i].book);
  pst_kraken_parser_free (state->parser);
  g_free (state);
}

static Market *
find (State *state, const PstKrakenText *text)
{
  Market *market = state->markets;
  guint64 symbol[2] = { 0 };

  g_assert (text->length <= sizeof symbol);
  memcpy (symbol, text->text, text->length);
  for (; market < state->markets + state->n_markets; market++)
    if (market->symbol[0] == symbol[0] && market->symbol[1] == symbol[1])
      return market;
  g_assert (state->n_markets < MARKETS_MAX);
  memcpy (market->symbol, symbol, sizeof symbol);
  market->book = pst_book_new (state->depth);
  state->n_markets++;
  return market;
}

static gboolean
take (Market *market, const PstKrakenMessage *facts, const PstKrakenBook *book)
{
  const PstKrakenLevel *level = facts->levels + book->first, *end = level + book->n_levels;

  if (book->snapshot)
    {
      pst_book_clear (market->book);
      pst_kraken_checksum_reset (&market->checksum);
    }
  for (; level < end; level++)
    {
      PstBookLevel now;

      if (!pst_venue_read_number (level->price, level->price_length, PRICE_SCALE, &now.price, &now.price_decimals)
          || !pst_venue_read_number (level->size, level->size_length, SIZE_SCALE, &now.size, &now.size_decimals))
        return FALSE;
      pst_book_set_level (market->book, (PstSide)level->side, &now);
      pst_kraken_checksum_note (&market->checksum, (PstSide)level->side, now.price);
    }
  return pst_book_settle (market->book)
         && (!book->has_checksum || pst_kraken_checksum_get (&market->checksum, market->book, PRICE_SCALE, SIZE_SCALE) == book->checksum);
}

static guint64
pass (BenchSource *source)
{
  State *state = source->state;
  const PstKrakenMessage *facts = &state->parser->message;
  guint64 n_levels = 0;
  guint n_checksums = 0;

  for (guint i = 0; i < source->frames.frames->len; i++)
    {
      const TestFrame *frame = &g_array_index (source->frames.frames, TestFrame, i);

      if (!pst_kraken_parser_parse (state->parser, frame->bytes, frame->length))
        return 0;
      for (guint k = 0; k < facts->n_books; k++)
        {
          if (!take (find (state, &facts->books[k].symbol), facts, &facts->books[k]))
            return 0;
          n_levels += facts->books[k].n_levels;
          n_checksums += facts->books[k].has_checksum;
        }
    }
  return n_checksums == state->n_checksums ? n_levels : 0;
}

BenchSource bench_kraken_v1 = { "Kraken v1, checksums", "market-data/books/kraken-v1-20210405/KRAKEN-c197c0.0", make_v1, pass, destroy };
BenchSource bench_kraken_v2
    = { "Kraken v2, checksums", "market-data/books/kraken-v2-20260816/kraken_minagbp_d25_20260816.ndjson", make_v2, pass, destroy };
