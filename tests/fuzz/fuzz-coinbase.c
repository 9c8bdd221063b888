/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Coinbase's messages: whatever comes, only what is legal is handed on, and a level says the same by either way of reading it. */

#include "fuzz.h"
#include "pst-coinbase-parser.h"

static PstListing listings[]
    = { { .symbol = "BTC-USD", .price_scale = 2, .size_scale = 8 }, { .symbol = "ETH-USD", .price_scale = 2, .size_scale = 8 } };

static PstListing *
find (gpointer user_data, const char *product, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (listings); i++)
    if (strlen (listings[i].symbol) == length && memcmp (listings[i].symbol, product, length) == 0)
      return &listings[i];
  return NULL;
}

/* What is wrong has nothing to give, and what is given can be. */
static void
check (const PstCoinbaseParser *parser, gboolean good, gsize size)
{
  guint n = 0;

  g_assert_true (good == (parser->failure == NULL));
  g_assert_true (good || parser->failure_offset <= size);
  g_assert_false (good && parser->is_broken);
  for (guint i = 0; i < parser->n_events; i++)
    {
      const PstCoinbaseEvent *event = &parser->events[i];

      g_assert_false (good && event->is_bad);
      g_assert_false (event->is_bad && event->n > 0);
      g_assert_true (event->is_bad || event->first == n);
      n += event->n;
    }
  g_assert_cmpuint (n, ==, parser->n_levels + parser->n_trades + parser->n_quotes);
  for (guint i = 0; i < parser->n_levels; i++)
    {
      const PstCoinbaseLevel *level = &parser->levels[i];

      g_assert_true (level->level.price > 0 && level->level.size >= 0 && (level->side == PST_SIDE_BUY || level->side == PST_SIDE_SELL));
    }
  for (guint i = 0; i < parser->n_trades; i++)
    g_assert_true (parser->trades[i].listing != NULL && parser->trades[i].trade.price > 0 && parser->trades[i].trade.size >= 0);
}

/* A blank in each level: it is read by its names then. */
static GString *
spread (const char *bytes, gsize size)
{
  GString *text = g_string_new_len (bytes, (gssize)size);

  g_string_replace (text, "{\"side\"", "{ \"side\"", 0);
  return text;
}

static void
compare (const PstCoinbaseParser *a, const PstCoinbaseParser *b)
{
  g_assert_cmpint (a->is_broken, ==, b->is_broken);
  g_assert_cmpint (a->channel, ==, b->channel);
  g_assert_cmpuint (a->sequence, ==, b->sequence);
  g_assert_cmpuint (a->n_events, ==, b->n_events);
  g_assert_cmpuint (a->n_levels, ==, b->n_levels);
  for (guint i = 0; i < a->n_levels; i++)
    {
      const PstCoinbaseLevel *level = &a->levels[i], *other = &b->levels[i];

      g_assert_true (level->side == other->side && level->time_ns == other->time_ns && level->level.price == other->level.price
                     && level->level.size == other->level.size);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *bytes = size ? (const char *)data : "";
  PstCoinbaseParser parser, slow;
  PstScan scan;
  gboolean good;

  pst_coinbase_parser_init (&parser, find, NULL);
  good = pst_coinbase_parser_read (&parser, bytes, size);
  check (&parser, good, size);
  pst_scan_init (&scan, bytes, size);
  pst_scan_skip (&scan);
  if (pst_scan_finish (&scan))
    {
      g_autoptr (GString) text = spread (bytes, size);

      pst_coinbase_parser_init (&slow, find, NULL);
      g_assert_cmpint (pst_coinbase_parser_read (&slow, text->str, text->len), ==, good);
      compare (&parser, &slow);
      pst_coinbase_parser_clear (&slow);
    }
  else
    g_assert_false (good);
  pst_coinbase_parser_clear (&parser);
  return 0;
}
