/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gemini's messages: whatever comes, only what is legal is handed on, and what is wrong has nothing to give. */

#include "fuzz.h"
#include "pst-gemini-parser.h"

static PstListing listings[]
    = { { .symbol = "ETHUSD", .price_scale = 2, .size_scale = 6 }, { .symbol = "ETHBTC", .price_scale = 5, .size_scale = 6 } };

static PstListing *
find (gpointer user_data, const char *symbol, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (listings); i++)
    if (strlen (listings[i].symbol) == length && memcmp (listings[i].symbol, symbol, length) == 0)
      return &listings[i];
  return NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *bytes = size ? (const char *)data : "";
  PstGeminiParser parser;
  gboolean good;
  PstScan scan;

  pst_gemini_parser_init (&parser, find, NULL);
  good = pst_gemini_parser_read (&parser, bytes, size);
  g_assert_true (good == (parser.failure == NULL));
  g_assert_true (good || (parser.failure_offset <= size && parser.n_levels + parser.n_trades == 0));
  g_assert_true (parser.n_levels == 0 || (parser.listing != NULL && parser.kind == PST_GEMINI_KIND_BOOK));
  for (guint i = 0; i < parser.n_levels; i++)
    {
      const PstGeminiLevel *level = &parser.levels[i];

      g_assert_true (level->level.price > 0 && level->level.size >= 0 && (level->side == PST_SIDE_BUY || level->side == PST_SIDE_SELL));
    }
  for (guint i = 0; i < parser.n_trades; i++)
    g_assert_true (parser.listing != NULL && parser.trades[i].trade.price > 0 && parser.trades[i].trade.size >= 0);
  pst_scan_init (&scan, bytes, size);
  pst_scan_skip (&scan);
  g_assert_true (pst_scan_finish (&scan) || !good);
  pst_gemini_parser_clear (&parser);
  return 0;
}
