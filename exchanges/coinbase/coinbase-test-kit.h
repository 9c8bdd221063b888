/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the tests of Coinbase: listings without a component, and messages as the venue writes them. */
#pragma once

#include "pst-coinbase-parser.h"

G_BEGIN_DECLS

/* The recorded session of real data, when it is there. */
#define TEST_CAPTURE "market-data/books/coinbase-advanced-20260809/COINBASE.jsonl"

typedef struct
{
  PstListing listings[2];
  PstCoinbaseParser parser;
} TestParser;

static inline PstListing *
test_find (gpointer user_data, const char *product, gsize length)
{
  TestParser *test = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (test->listings); i++)
    if (strlen (test->listings[i].symbol) == length && memcmp (test->listings[i].symbol, product, length) == 0)
      return &test->listings[i];
  return NULL;
}

static inline void
test_parser_init (TestParser *test)
{
  static const char *const symbols[] = { "BTC-USD", "ETH-USD" };

  *test = (TestParser){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    test->listings[i] = (PstListing){ .symbol = symbols[i], .number = i, .instrument = i, .price_scale = 2, .size_scale = 8 };
  pst_coinbase_parser_init (&test->parser, test_find, test);
}

static inline char *
test_path (const char *below)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *path = g_build_filename (source != NULL ? source : ".", "..", "shared", below, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("the shared recordings are not beside the source tree: ../shared/market-data");
  return NULL;
}

static inline gboolean
test_same_book (const PstBook *a, const PstBook *b)
{
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      const PstBookLevel *level, *other;
      PstBookIter iter, others;

      if (pst_book_get_n_levels (a, side) != pst_book_get_n_levels (b, side))
        return FALSE;
      pst_book_iter_init (&iter, a, side);
      pst_book_iter_init (&others, b, side);
      while ((level = pst_book_iter_next (&iter)) != NULL && (other = pst_book_iter_next (&others)) != NULL)
        if (level->price != other->price || level->size != other->size)
          return FALSE;
    }
  return TRUE;
}

#define TEST_LEVEL(side, price, size) \
  "{\"side\":\"" side "\",\"event_time\":\"2026-08-09T21:05:48.170326Z\",\"price_level\":\"" price "\",\"new_quantity\":\"" size "\"}"

/* A message of one event about a book, by its number, type and product. */
#define TEST_BOOK(sequence, type, product, levels)                                                                          \
  "{\"channel\":\"l2_data\",\"client_id\":\"\",\"timestamp\":\"2026-08-09T21:05:48.483587501Z\",\"sequence_num\":" sequence \
  ",\"events\":[{\"type\":\"" type "\",\"product_id\":\"" product "\",\"updates\":[" levels "]}]}"

/* The answer to a request for products, as far as it is read. */
#define TEST_PRODUCT(id, more)                                                                                                            \
  "{\"product_id\":\"" id "\",\"base_increment\":\"0.00000001\",\"price_increment\":\"0.01\",\"quote_min_size\":\"1\",\"base_min_size\":" \
  "\"0.00000001\",\"status\":\"online\"" more "}"
#define TEST_PRODUCTS "{\"products\":[" TEST_PRODUCT ("BTC-USD", "") "," TEST_PRODUCT ("ETH-USD", "") "]}"

#define TEST_MESSAGE(channel, sequence, events)                                                                                 \
  "{\"channel\":\"" channel "\",\"client_id\":\"\",\"timestamp\":\"2026-08-09T21:05:48.483587501Z\",\"sequence_num\":" sequence \
  ",\"events\":[" events "]}"

#define TEST_TRADE(product, id, price, size, side)                                                   \
  "{\"product_id\":\"" product "\",\"trade_id\":\"" id "\",\"price\":\"" price "\",\"size\":\"" size \
  "\",\"time\":\"2026-08-09T21:05:49.205817Z\",\"side\":\"" side "\"}"

G_END_DECLS
