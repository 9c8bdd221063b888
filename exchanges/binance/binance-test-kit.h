/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For the tests of this plugin: the venue itself, in memory. It has books, numbers every change, tells changes over its streams and whole books when
 * it is asked, and can be wrong in every way that the real one can. A test compares what a strategy sees with the venue's own books. */
#pragma once

#include <penstock-check.h>
#include <stdlib.h>
#include <string.h>

#include "pst-binance.h"

G_BEGIN_DECLS

#define TEST_SYMBOLS_MAX 16u
#define TEST_SCALE 8

typedef struct
{
  const char *base, *quote;
  char *symbol; /* "BTCUSDT" */
  char *stream; /* "btcusdt@depth@100ms" */
  PstBook *book;
  guint64 id; /* the last change */
  guint n_asked;
} TestSymbol;

typedef struct
{
  PstHarness *harness;
  PstClock *clock;
  PstSimulatedTransport *wire;
  PstVenue *venue;
  PstBinance *binance;
  TestSymbol symbols[TEST_SYMBOLS_MAX];
  guint n_symbols;
  GString *reply;
  GString *got;    /* addresses asked for and messages sent, a line each */
  GString *opened; /* the last address connected to */
  guint64 behind;  /* snapshots say this much less than the last change, and have the book of now */
  guint64 ahead;   /* or more */
  guint status;    /* of snapshots */
  const char *const *headers;
  const char *body; /* instead of a snapshot */
  const char *info; /* exchangeInfo; NULL: made */
  gboolean answers_subscribe;
} TestVenue;

static inline void
test_append_side (GString *text, const PstBook *book, PstSide side, guint limit)
{
  const PstBookLevel *level;
  PstBookIter iter;
  guint n = 0;

  pst_book_iter_init (&iter, book, side);
  while (n < limit && (level = pst_book_iter_next (&iter)) != NULL)
    {
      char price[PST_DECIMAL_TEXT_SIZE], size[PST_DECIMAL_TEXT_SIZE];

      pst_mantissa_print (level->price, TEST_SCALE, price);
      pst_mantissa_print (level->size, TEST_SCALE, size);
      g_string_append_printf (text, "%s[\"%s\",\"%s\"]", n++ ? "," : "", price, size);
    }
}

static inline void
test_append_snapshot (GString *text, const PstBook *book, guint64 id, guint limit)
{
  g_string_append_printf (text, "{\"lastUpdateId\":%" G_GUINT64_FORMAT ",\"bids\":[", id);
  test_append_side (text, book, PST_SIDE_BUY, limit);
  g_string_append (text, "],\"asks\":[");
  test_append_side (text, book, PST_SIDE_SELL, limit);
  g_string_append (text, "]}");
}

static inline void
test_append_info (TestVenue *test, GString *text)
{
  g_string_append (text, "{\"timezone\":\"UTC\",\"rateLimits\":[{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,"
                         "\"limit\":6000}],\"symbols\":[");
  for (guint n = 0; n < test->n_symbols; n++)
    g_string_append_printf (text,
                            "%s{\"symbol\":\"%s\",\"status\":\"TRADING\",\"baseAsset\":\"%s\",\"quoteAsset\":\"%s\",\"baseAssetPrecision\":8,"
                            "\"quotePrecision\":8,\"filters\":[{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.00000001\",\"maxPrice\":"
                            "\"1000000.00000000\",\"tickSize\":\"0.00000001\"},{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.00000001\",\"maxQty\":"
                            "\"9000.00000000\",\"stepSize\":\"0.00000001\"},{\"filterType\":\"NOTIONAL\",\"minNotional\":\"5.00000000\"}]}",
                            n ? "," : "", test->symbols[n].symbol, test->symbols[n].base, test->symbols[n].quote);
  g_string_append (text, "]}");
}

static inline TestSymbol *
test_find_symbol (TestVenue *test, const char *text, gsize length)
{
  for (guint n = 0; n < test->n_symbols; n++)
    if (strlen (test->symbols[n].symbol) == length && memcmp (test->symbols[n].symbol, text, length) == 0)
      return &test->symbols[n];
  return NULL;
}

static inline void
test_answer_depth (TestVenue *test, const char *url, PstHttpReply *reply)
{
  const char *name = strstr (url, "symbol=") + strlen ("symbol=");
  TestSymbol *symbol = test_find_symbol (test, name, strcspn (name, "&"));

  g_assert_nonnull (symbol);
  symbol->n_asked++;
  reply->status = test->status;
  reply->headers = test->headers;
  if (test->body != NULL)
    g_string_append (test->reply, test->body);
  else if (test->status == 200)
    test_append_snapshot (test->reply, symbol->book, symbol->id - test->behind + test->ahead,
                          (guint)g_ascii_strtoull (strstr (url, "limit=") + strlen ("limit="), NULL, 10));
  else
    g_string_append (test->reply, "{\"code\":-1003,\"msg\":\"Too much request weight used.\"}");
}

static inline void
test_on_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  TestVenue *test = user_data;

  g_string_append_printf (test->got, "GET %s\n", request->url);
  g_string_truncate (test->reply, 0);
  reply->status = 200;
  if (strstr (request->url, "/exchangeInfo") == NULL)
    test_answer_depth (test, request->url, reply);
  else if (test->info != NULL)
    g_string_append (test->reply, test->info);
  else
    test_append_info (test, test->reply);
  reply->body = test->reply->str;
  reply->length = test->reply->len;
}

static inline void
test_on_opened (PstSimulatedTransport *wire, const char *url, gpointer user_data)
{
  g_string_assign (((TestVenue *)user_data)->opened, url);
}

static inline void
test_on_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  TestVenue *test = user_data;
  const char *id = strstr (text, "\"id\":");
  g_autofree char *ack = g_strdup_printf ("{\"result\":null,\"id\":%s", id != NULL ? id + strlen ("\"id\":") : "0}");

  g_string_append_printf (test->got, "SEND %s\n", text);
  if (test->answers_subscribe)
    pst_simulated_transport_push (wire, ack, -1);
}

static inline void
test_add_symbol (TestVenue *test, const char *base, const char *quote)
{
  TestSymbol *symbol = &test->symbols[test->n_symbols++];
  g_autofree char *lower = NULL;

  g_assert_cmpuint (test->n_symbols, <=, TEST_SYMBOLS_MAX);
  symbol->base = base;
  symbol->quote = quote;
  symbol->symbol = g_strconcat (base, quote, NULL);
  lower = g_ascii_strdown (symbol->symbol, -1);
  symbol->stream = g_strconcat (lower, "@depth@100ms", NULL);
  symbol->book = pst_book_new (0);
  symbol->id = 1000;
}

static inline void
test_venue_init (TestVenue *test, guint64 seed)
{
  static const PstSimulatedPeer peer = { .on_opened = test_on_opened, .on_sent = test_on_sent, .on_request = test_on_request };

  *test = (TestVenue){ .status = 200, .answers_subscribe = TRUE };
  test->harness = pst_harness_new ();
  pst_harness_set_mode (test->harness, PST_MODE_PAPER);
  test->clock = pst_context_get_clock (PST_CONTEXT (test->harness));
  test->wire = pst_simulated_transport_new (test->clock, seed);
  test->reply = g_string_new (NULL);
  test->got = g_string_new (NULL);
  test->opened = g_string_new (NULL);
  pst_simulated_transport_set_peer (test->wire, &peer, test);
  pst_harness_set_transport (test->harness, PST_TRANSPORT (test->wire));
}

static inline void
test_venue_clear (TestVenue *test)
{
  if (test->venue != NULL && pst_component_is_started (PST_COMPONENT (test->venue)))
    pst_harness_stop (test->harness, PST_COMPONENT (test->venue));
  pst_harness_set_transport (test->harness, NULL);
  g_clear_object (&test->wire);
  pst_harness_finish (test->harness);
  for (guint n = 0; n < test->n_symbols; n++)
    {
      pst_book_free (test->symbols[n].book);
      g_free (test->symbols[n].symbol);
      g_free (test->symbols[n].stream);
    }
  g_string_free (test->reply, TRUE);
  g_string_free (test->got, TRUE);
  g_string_free (test->opened, TRUE);
}

/* "BTC/USDT;ETH/USDT" of all symbols. */
static inline char *
test_format_instruments (TestVenue *test)
{
  GString *text = g_string_new (NULL);

  for (guint n = 0; n < test->n_symbols; n++)
    g_string_append_printf (text, "%s%s/%s", n ? ";" : "", test->symbols[n].base, test->symbols[n].quote);
  return g_string_free (text, FALSE);
}

/* Adds the component; options as for pst_harness_add(). */
static inline void
test_venue_add (TestVenue *test, const char *channels)
{
  g_autofree char *instruments = test_format_instruments (test);

  test->venue = PST_VENUE (pst_harness_add (test->harness, PST_TYPE_BINANCE, "binance", "instruments", instruments, "channels", channels, NULL));
  test->binance = PST_BINANCE (test->venue);
}

static inline void
test_option (TestVenue *test, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  pst_component_set_option (PST_COMPONENT (test->venue), name, text, &error);
  g_assert_no_error (error);
}

static inline void
test_advance (TestVenue *test, gint64 ms)
{
  pst_harness_advance (test->harness, ms * PST_NS_PER_MS);
}

/* The venue changes levels, and makes the diff that says so. */
static inline char *
test_change (TestSymbol *symbol, gint64 time_ns, guint n_changes, PstSide side, gint64 price, gint64 size)
{
  char price_text[PST_DECIMAL_TEXT_SIZE], size_text[PST_DECIMAL_TEXT_SIZE];
  g_autofree char *level = NULL;
  guint64 first = symbol->id + 1;

  pst_mantissa_print (price, TEST_SCALE, price_text);
  pst_mantissa_print (size, TEST_SCALE, size_text);
  level = g_strdup_printf ("[\"%s\",\"%s\"]", price_text, size_text);
  pst_book_set (symbol->book, side, price, size);
  symbol->id += n_changes;
  return g_strdup_printf ("{\"stream\":\"%s\",\"data\":{\"e\":\"depthUpdate\",\"E\":%" G_GINT64_FORMAT ",\"s\":\"%s\",\"U\":%" G_GUINT64_FORMAT
                          ",\"u\":%" G_GUINT64_FORMAT ",\"b\":[%s],\"a\":[%s]}}",
                          symbol->stream, time_ns / PST_NS_PER_MS, symbol->symbol, first, symbol->id, side == PST_SIDE_BUY ? level : "",
                          side == PST_SIDE_SELL ? level : "");
}

static inline void
test_push_change (TestVenue *test, guint n, guint n_changes, PstSide side, gint64 price, gint64 size)
{
  g_autofree char *text = test_change (&test->symbols[n], pst_clock_now_ns (test->clock), n_changes, side, price, size);

  pst_simulated_transport_push (test->wire, text, -1);
}

static inline guint64
test_hash (const PstBook *book)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      const PstBookLevel *level;
      PstBookIter iter;

      pst_book_iter_init (&iter, book, side);
      while ((level = pst_book_iter_next (&iter)) != NULL)
        {
          hash = (hash ^ (guint64)level->price) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
          hash = (hash ^ (guint64)level->size ^ hash >> 29) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
        }
      hash = (hash ^ side ^ hash >> 31) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
    }
  return hash;
}

static inline PstListing *
test_listing (TestVenue *test, guint n)
{
  return pst_venue_get_listing (test->venue, n);
}

/* What strategies see. */
static inline const PstBook *
test_seen (TestVenue *test, guint n)
{
  return pst_context_get_book (PST_CONTEXT (test->harness), test_listing (test, n)->instrument);
}

static inline gboolean
test_is_live (TestVenue *test, guint n)
{
  const PstBook *book = test_listing (test, n)->instrument != PST_INSTRUMENT_NONE ? test_seen (test, n) : NULL;

  return book != NULL && pst_book_get_state (book) == PST_BOOK_LIVE;
}

/* A strategy sees the venue's book. */
static inline void
test_assert_true (TestVenue *test, guint n)
{
  g_assert_true (test_is_live (test, n));
  g_assert_cmpuint (test_hash (test_seen (test, n)), ==, test_hash (test->symbols[n].book));
  g_assert_cmpuint (test_hash (test_listing (test, n)->book), ==, test_hash (test->symbols[n].book));
}

/* ---- a test with two instruments, BTC/USDT and ETH/USDT ---- */

typedef struct
{
  TestVenue venue;
} Fixture;

#define PRICE(units) ((gint64)(units)*G_GINT64_CONSTANT (100000000))

static inline void
fill_book (TestSymbol *symbol)
{
  for (guint i = 0; i < 5; i++)
    {
      pst_book_set (symbol->book, PST_SIDE_BUY, PRICE (100 - i), PRICE (i + 1));
      pst_book_set (symbol->book, PST_SIDE_SELL, PRICE (101 + i), PRICE (i + 2));
    }
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  test_venue_init (&fixture->venue, 1);
  test_add_symbol (&fixture->venue, "BTC", "USDT");
  test_add_symbol (&fixture->venue, "ETH", "USDT");
  for (guint n = 0; n < 2; n++)
    fill_book (&fixture->venue.symbols[n]);
  test_venue_add (&fixture->venue, "depth;trade");
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_venue_clear (&fixture->venue);
}

static inline void
start (Fixture *fixture)
{
  pst_harness_start (fixture->venue.harness, PST_COMPONENT (fixture->venue.venue));
  test_advance (&fixture->venue, 10);
}

/* A change of size at a place that depends on @i, which never crosses. */
static inline void
change (Fixture *fixture, guint n, guint i)
{
  PstSide side = i % 2 ? PST_SIDE_BUY : PST_SIDE_SELL;
  gint64 price = side == PST_SIDE_BUY ? PRICE (100 - i % 7) : PRICE (101 + i % 5);

  test_push_change (&fixture->venue, n, 1 + i % 3, side, price, i % 4 ? PRICE (i + 1) : 0);
}

static inline void
push (Fixture *fixture, const char *text)
{
  pst_simulated_transport_push (fixture->venue.wire, text, -1);
}

/* Joined by a diff each. */
static inline void
join (Fixture *fixture)
{
  start (fixture);
  for (guint i = 0; i < 4; i++)
    {
      change (fixture, 0, i);
      change (fixture, 1, i);
      test_advance (&fixture->venue, 20);
    }
  test_assert_true (&fixture->venue, 0);
  test_assert_true (&fixture->venue, 1);
}

static inline const PstVenueCounts *
counts (Fixture *fixture)
{
  return pst_venue_get_counts (fixture->venue.venue);
}

static inline const PstBinanceCounts *
own_counts (Fixture *fixture)
{
  return pst_binance_get_counts (fixture->venue.binance);
}

G_END_DECLS
