/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coinbase Advanced Trade: parser, sequence and books, which must never cross. */

#include "bench-feed.h"
#include "pst-coinbase-parser.h"

#define PRICE_SCALE 2
#define SIZE_SCALE 8

typedef struct
{
  PstCoinbaseParser parser;
  PstListing listings[2];
} State;

static PstListing *
find (gpointer user_data, const char *product, gsize length)
{
  State *state = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (state->listings); i++)
    if (pst_scan_equal (product, length, state->listings[i].symbol))
      return &state->listings[i];
  return NULL;
}

static gpointer
make (void)
{
  static const char *const products[] = { "BTC-USD", "ETH-USD" };
  State *state = g_new0 (State, 1);

  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    state->listings[i] = (PstListing){
      .symbol = products[i], .number = i, .instrument = i, .price_scale = PRICE_SCALE, .size_scale = SIZE_SCALE, .book = pst_book_new (0)
    };
  pst_coinbase_parser_init (&state->parser, find, state);
  return state;
}

static void
destroy (gpointer data)
{
  State *state = data;

  for (guint i = 0; i < G_N_ELEMENTS (state->listings); i++)
    pst_book_free (state->listings[i].book);
  pst_coinbase_parser_clear (&state->parser);
  g_free (state);
}

static gboolean
take (const PstCoinbaseParser *parser, const PstCoinbaseEvent *event)
{
  const PstCoinbaseLevel *level = parser->levels + event->first, *end = level + event->n;

  if (event->listing == NULL || event->is_bad)
    return FALSE;
  if (event->is_snapshot)
    pst_book_clear (event->listing->book);
  for (; level < end; level++)
    pst_book_set_level (event->listing->book, level->side, &level->level);
  return pst_book_settle (event->listing->book);
}

static guint64
pass (BenchSource *source)
{
  State *state = source->state;
  const PstCoinbaseParser *parser = &state->parser;
  guint64 n_levels = 0, sequence = 0;

  for (guint i = 0; i < source->frames.frames->len; i++)
    {
      const TestFrame *frame = &g_array_index (source->frames.frames, TestFrame, i);

      if (!pst_coinbase_parser_read (&state->parser, frame->bytes, frame->length) || (i > 0 && parser->sequence != sequence + 1))
        return 0;
      sequence = parser->sequence;
      for (guint k = 0; parser->channel == PST_COINBASE_CHANNEL_BOOK && k < parser->n_events; k++)
        {
          if (!take (parser, &parser->events[k]))
            return 0;
          n_levels += parser->events[k].n;
        }
    }
  return n_levels;
}

BenchSource bench_coinbase = { "Coinbase, sequence", "market-data/books/coinbase-advanced-20260809/COINBASE.jsonl", make, pass, destroy };
