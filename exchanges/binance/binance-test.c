/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The session against a venue in memory. What would be lost: a strategy trades on a book that the venue does not have, one instrument's trouble takes
 * all others along, or the venue bans the address. */
#include "binance-test-kit.h"

static void
test_life (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  g_assert_cmpstr (fixture->venue.got->str, ==, "GET https://api.binance.com/api/v3/exchangeInfo?showPermissionSets=false\n");
  g_assert_cmpstr (fixture->venue.opened->str, ==,
                   "wss://stream.binance.com:9443/stream?streams=btcusdt@depth@100ms/ethusdt@depth@100ms/btcusdt@trade/ethusdt@trade");
  g_string_truncate (fixture->venue.got, 0);
  change (fixture, 0, 1);
  test_advance (&fixture->venue, 5);
  g_assert_cmpstr (fixture->venue.got->str, ==, "GET https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000\n");
  g_assert_false (test_is_live (&fixture->venue, 0)); /* no diff has shown yet that the snapshot fits */
  change (fixture, 0, 2);
  test_advance (&fixture->venue, 5);
  test_assert_true (&fixture->venue, 0);
  g_assert_false (test_is_live (&fixture->venue, 1));
  for (guint i = 3; i < 200; i++)
    {
      change (fixture, 0, i);
      test_advance (&fixture->venue, 1);
    }
  test_assert_true (&fixture->venue, 0);
  g_assert_cmpuint (fixture->venue.symbols[0].n_asked, ==, 1);
}

/* Nothing happens at ETH/USDT: its book is there all the same after a while. */
static void
test_quiet (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  test_advance (&fixture->venue, 980);
  g_assert_cmpuint (fixture->venue.symbols[1].n_asked, ==, 0);
  test_advance (&fixture->venue, 1000);
  g_assert_cmpuint (fixture->venue.symbols[1].n_asked, ==, 1);
  g_assert_false (test_is_live (&fixture->venue, 1));
  test_advance (&fixture->venue, 100);
  test_assert_true (&fixture->venue, 1);
  change (fixture, 1, 1);
  test_advance (&fixture->venue, 5);
  test_assert_true (&fixture->venue, 1);
}

static void
test_instruments (Fixture *fixture, gconstpointer data)
{
  PstInstrumentTable *table;
  const PstInstrument *instrument;

  fixture->venue.info
      = "{\"rateLimits\":[{\"rateLimitType\":\"REQUEST_WEIGHT\",\"interval\":\"MINUTE\",\"intervalNum\":1,\"limit\":1200},{\"rateLimitType\":"
        "\"ORDERS\","
        "\"interval\":\"SECOND\",\"intervalNum\":10,\"limit\":1}],\"symbols\":[{\"symbol\":\"BTCUSDT\",\"status\":\"BREAK\",\"baseAsset\":\"BTC\","
        "\"quoteAsset\":\"USDT\",\"filters\":[{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.00002000\",\"maxQty\":\"9000.00000000\",\"stepSize\":"
        "\"0.00001000\"},{\"filterType\":\"MARKET_LOT_SIZE\",\"minQty\":\"0.00000000\",\"maxQty\":\"58.0\",\"stepSize\":\"0.00000000\"},{"
        "\"filterType\":"
        "\"PRICE_FILTER\",\"minPrice\":\"0.05000000\",\"maxPrice\":\"1000000.0\",\"tickSize\":\"0.05000000\"},{\"filterType\":\"NOTIONAL\","
        "\"minNotional\":\"5.00000000\",\"applyMinToMarket\":true}]}]}";
  start (fixture);
  table = pst_context_get_instruments (PST_CONTEXT (fixture->venue.harness));
  instrument = pst_instrument_table_get (table, test_listing (&fixture->venue, 0)->instrument);
  g_assert_cmpstr (instrument->id, ==, "BTC/USDT.BINANCE");
  g_assert_cmpuint (instrument->price_scale, ==, 2);
  g_assert_cmpint (instrument->price_step, ==, 5);
  g_assert_cmpuint (instrument->size_scale, ==, 5);
  g_assert_cmpint (instrument->size_step, ==, 1);
  g_assert_cmpint (instrument->size_min, ==, 2);
  g_assert_cmpint (instrument->size_max, ==, 900000000);
  g_assert_cmpint (instrument->notional_min, ==, PRICE (5));
  g_assert_cmpint (instrument->taker_fee, ==, 100000);
  /* It is told that it does not trade, and that the other is not there. */
  g_assert_cmpuint (pst_harness_get_n_frames (fixture->venue.harness), ==, 1);
  g_assert_cmpint (pst_harness_get_frame (fixture->venue.harness, 0)->events[0].status, ==, PST_INSTRUMENT_STATUS_HALTED);
  g_assert_cmpuint (test_listing (&fixture->venue, 1)->instrument, ==, PST_INSTRUMENT_NONE);
  g_assert_nonnull (strstr (pst_harness_find_record (fixture->venue.harness, PST_RECORD_ALERT)->alert.message, "ETH/USDT"));
  g_assert_null (strstr (fixture->venue.opened->str, "ethusdt"));
  push (fixture, "{\"stream\":\"ethusdt@trade\",\"data\":{\"e\":\"trade\",\"s\":\"ETHUSDT\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1,\"m\":true}}");
  test_advance (&fixture->venue, 5);
  g_assert_cmpuint (counts (fixture)->n_unexpected, ==, 1);
}

static void
test_odd_grid (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *filters, *said;
  } rows[] = {
    { "{\"filterType\":\"LOT_SIZE\",\"minQty\":\"0.3\",\"maxQty\":\"9\",\"stepSize\":\"0.2\"}", "minQty" },
    { "{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0.01\",\"maxPrice\":\"9\",\"tickSize\":\"0.02\"}", "minPrice" },
    { "{\"filterType\":\"PRICE_FILTER\",\"minPrice\":\"0\",\"maxPrice\":\"9\",\"tickSize\":\"-1\"}", "tickSize" },
    { "{\"filterType\":\"LOT_SIZE\",\"minQty\":\"x\",\"maxQty\":\"9\",\"stepSize\":\"1\"}", "LOT_SIZE" },
    { "{\"filterType\":\"NOTIONAL\"}", "minNotional" },
  };
  guint n = (guint)GPOINTER_TO_UINT (data);
  g_autofree char *info = g_strdup_printf ("{\"symbols\":[{\"symbol\":\"BTCUSDT\",\"status\":\"TRADING\",\"filters\":[%s]}]}", rows[n].filters);
  const PstRecord *alert;

  fixture->venue.info = info;
  start (fixture);
  alert = pst_harness_find_record (fixture->venue.harness, PST_RECORD_ALERT);
  g_assert_nonnull (alert);
  g_assert_nonnull (strstr (alert->alert.message, rows[n].said));
  g_assert_cmpstr (fixture->venue.opened->str, ==, "");
}

static void
test_trades (Fixture *fixture, gconstpointer data)
{
  const PstEvent *event;

  start (fixture);
  push (fixture,
        "{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":1672515782136,\"s\":\"BTCUSDT\",\"t\":12345,\"p\":\"16800.01\",\"q\":\"0.5\","
        "\"T\":1672515782135,\"m\":true,\"M\":true}}");
  test_advance (&fixture->venue, 5);
  event = pst_harness_get_frame (fixture->venue.harness, 0)->events;
  g_assert_cmpint (event->kind, ==, PST_EVENT_TRADE);
  g_assert_cmpint (event->trade.price, ==, G_GINT64_CONSTANT (1680001000000));
  g_assert_cmpint (event->trade.size, ==, 50000000);
  g_assert_cmpuint (event->trade.aggressor, ==, PST_SIDE_SELL);
  g_assert_cmpuint (event->trade.trade_id, ==, 12345);
  g_assert_cmpint (event->venue_time_ns, ==, G_GINT64_CONSTANT (1672515782135000000));
  /* The same again is no trade; a hole in the numbers is told. */
  push (fixture, "{\"e\":\"trade\",\"E\":1,\"s\":\"BTCUSDT\",\"t\":12345,\"p\":\"16800.01\",\"q\":\"0.5\",\"T\":1,\"m\":true}");
  push (fixture, "{\"e\":\"aggTrade\",\"E\":1,\"s\":\"BTCUSDT\",\"a\":12347,\"p\":\"16800.02\",\"q\":\"0.5\",\"T\":1,\"m\":false}");
  push (fixture, "{\"e\":\"trade\",\"E\":1,\"s\":\"BTCUSDT\",\"t\":12348,\"p\":\"-1\",\"q\":\"0.5\",\"T\":1,\"m\":true}");
  push (fixture, "{\"e\":\"trade\",\"E\":1,\"s\":\"BTCUSDT\",\"t\":12348,\"p\":\"1\",\"q\":\"0.5\",\"T\":99999999999999999,\"m\":true}");
  push (fixture, "{\"stream\":\"ethusdt@trade\",\"data\":{\"e\":\"trade\",\"s\":\"BTCUSDT\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1,\"m\":true}}");
  test_advance (&fixture->venue, 5);
  g_assert_cmpuint (counts (fixture)->n_trades, ==, 2);
  g_assert_cmpuint (counts (fixture)->n_unexpected, ==, 2);
  g_assert_cmpuint (counts (fixture)->n_malformed, ==, 3);
  g_assert_cmpuint (pst_harness_get_frame (fixture->venue.harness, 1)->events[0].trade.aggressor, ==, PST_SIDE_BUY);
}

/* One diff is lost: that instrument alone is stale until it is whole again. */
static void
test_gap (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lost = NULL;

  join (fixture);
  lost = test_change (&fixture->venue.symbols[0], 0, 1, PST_SIDE_BUY, PRICE (50), PRICE (1));
  g_assert_nonnull (lost);
  change (fixture, 0, 9);
  test_advance (&fixture->venue, 2);
  g_assert_cmpint (pst_book_get_state (test_seen (&fixture->venue, 0)), ==, PST_BOOK_STALE);
  test_assert_true (&fixture->venue, 1);
  change (fixture, 0, 10);
  test_advance (&fixture->venue, 10);
  test_assert_true (&fixture->venue, 0);
  g_assert_cmpuint (counts (fixture)->n_losses[PST_VENUE_LOSS_GAP], ==, 1);
  g_assert_cmpuint (fixture->venue.symbols[0].n_asked, ==, 2);
  g_assert_cmpuint (fixture->venue.symbols[1].n_asked, ==, 1);
}

static void
test_duplicate (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  join (fixture);
  text = test_change (&fixture->venue.symbols[0], 0, 2, PST_SIDE_BUY, PRICE (50), PRICE (1));
  push (fixture, text);
  push (fixture, text);
  change (fixture, 0, 9);
  push (fixture, text);
  test_advance (&fixture->venue, 5);
  test_assert_true (&fixture->venue, 0);
  g_assert_cmpuint (own_counts (fixture)->n_old, ==, 2);
  g_assert_cmpuint (counts (fixture)->n_losses[PST_VENUE_LOSS_GAP], ==, 0);
}

/* The snapshot comes from a server that is behind. */
static void
test_too_old (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  for (guint i = 0; i < 5; i++)
    change (fixture, 0, i); /* not heard of: they come before the stream is read */
  fixture->venue.behind = 7;
  change (fixture, 0, 5);
  test_advance (&fixture->venue, 100);
  change (fixture, 0, 6);
  test_advance (&fixture->venue, 100);
  fixture->venue.behind = 100;
  g_assert_true (test_is_live (&fixture->venue, 0));
  push (fixture, "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":900000,\"u\":900000,\"b\":[],\"a\":[]}");
  fixture->venue.symbols[0].id = 900000;
  test_advance (&fixture->venue, 10);
  g_assert_cmpuint (own_counts (fixture)->n_too_old, ==, 1);
  g_assert_false (test_is_live (&fixture->venue, 0));
  fixture->venue.behind = 0;
  change (fixture, 0, 7);
  test_advance (&fixture->venue, 2000);
  test_assert_true (&fixture->venue, 0);
}

/* The snapshot's number is a lie: no diff would ever be newer. */
static void
test_ahead (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  fixture->venue.ahead = 100000;
  for (guint i = 0; i < 22; i++)
    {
      change (fixture, 0, i);
      test_advance (&fixture->venue, 500);
      g_assert_false (test_is_live (&fixture->venue, 0));
    }
  g_assert_cmpuint (own_counts (fixture)->n_ahead, ==, 1);
  /* Nothing comes: silence is believed, and the first diff shows that it should not have been. */
  test_advance (&fixture->venue, 2000);
  g_assert_true (test_is_live (&fixture->venue, 0));
  fixture->venue.ahead = 0;
  change (fixture, 0, 30);
  test_advance (&fixture->venue, 2);
  g_assert_false (test_is_live (&fixture->venue, 0));
  test_advance (&fixture->venue, 2000);
  test_assert_true (&fixture->venue, 0);
}

/* A level that is not cut away when better ones come and go: the venue would not say it again. */
static void
test_depth (Fixture *fixture, gconstpointer data)
{
  test_option (&fixture->venue, "depth", "1");
  join (fixture);
  g_assert_nonnull (strstr (fixture->venue.got->str, "symbol=BTCUSDT&limit=100\n"));
  for (guint i = 0; i < 5; i++)
    {
      const PstBookLevel *best = pst_book_get_best (fixture->venue.symbols[0].book, PST_SIDE_BUY);

      if (best != NULL)
        test_push_change (&fixture->venue, 0, 1, PST_SIDE_BUY, best->price, 0);
      test_advance (&fixture->venue, 2);
      test_assert_true (&fixture->venue, 0);
    }
  g_assert_null (pst_book_get_best (test_seen (&fixture->venue, 0), PST_SIDE_BUY));
}

/* A venue with 400 levels a side, of which a snapshot has 100. The price falls level by level: what was never told must not be missing when it
 * becomes the touch, and nobody is told that the book is stale meanwhile. */
static void
test_renewal (Fixture *fixture, gconstpointer data)
{
  TestSymbol *symbol = &fixture->venue.symbols[0];

  test_option (&fixture->venue, "depth", "100");
  for (guint i = 0; i < 400; i++)
    {
      pst_book_set (symbol->book, PST_SIDE_BUY, PRICE (1000 - i), PRICE (i + 1));
      pst_book_set (symbol->book, PST_SIDE_SELL, PRICE (1001 + i), PRICE (i + 2));
    }
  for (guint i = 0; i < 5; i++)
    {
      pst_book_set (symbol->book, PST_SIDE_BUY, PRICE (100 - i), 0);
      pst_book_set (symbol->book, PST_SIDE_SELL, PRICE (101 + i), 0);
    }
  start (fixture);
  test_advance (&fixture->venue, 2500);
  for (guint i = 0; i < 300; i++)
    {
      const PstBookLevel *seen;

      test_push_change (&fixture->venue, 0, 1, PST_SIDE_BUY, PRICE (1000 - i), 0);
      test_advance (&fixture->venue, 1000);
      g_assert_true (test_is_live (&fixture->venue, 0));
      seen = pst_book_get_best (test_seen (&fixture->venue, 0), PST_SIDE_BUY);
      g_assert_cmpint (seen->price, ==, PRICE (1000 - i - 1));
      g_assert_cmpint (seen->size, ==, PRICE (i + 2));
    }
  g_assert_cmpuint (own_counts (fixture)->n_renewals, >=, 5);
  g_assert_cmpuint (own_counts (fixture)->n_renewals, <=, 8);
  g_assert_cmpuint (symbol->n_asked, <=, own_counts (fixture)->n_renewals + 2); /* one may be under way */
}

/* The diffs that come while the other snapshot is under way are in the book before and after; one that is lost then is noticed as ever. */
static void
test_renewal_under_way (Fixture *fixture, gconstpointer data)
{
  TestSymbol *symbol = &fixture->venue.symbols[0];

  test_option (&fixture->venue, "depth", "1");
  for (guint i = 0; i < 400; i++)
    pst_book_set (symbol->book, PST_SIDE_BUY, PRICE (1) - i, PRICE (1));
  start (fixture);
  test_advance (&fixture->venue, 40000);
  for (guint lost = 0; lost < 2; lost++)
    {
      pst_simulated_transport_set_latency (fixture->venue.wire, 100 * PST_NS_PER_MS);
      for (guint i = 0; i < 5; i++)
        test_push_change (&fixture->venue, 0, 1, PST_SIDE_BUY, PRICE (100 - i), lost ? PRICE (7) : 0); /* the others come near */
      for (guint i = 0; i < 120; i++)
        {
          test_push_change (&fixture->venue, 0, 2, PST_SIDE_BUY, pst_book_get_best (symbol->book, PST_SIDE_BUY)->price, 0);
          if (lost && i == 60)
            symbol->id++;
          test_advance (&fixture->venue, 10);
          g_assert_true (lost || test_is_live (&fixture->venue, 0));
        }
      test_advance (&fixture->venue, 3000);
      g_assert_true (test_is_live (&fixture->venue, 0));
      g_assert_cmpuint (counts (fixture)->n_losses[PST_VENUE_LOSS_GAP], ==, lost);
      test_advance (&fixture->venue, 30000);
    }
  g_assert_cmpuint (own_counts (fixture)->n_renewals, >=, 1);
}

static void
test_shutdown (Fixture *fixture, gconstpointer data)
{
  join (fixture);
  push (fixture, "{\"e\":\"serverShutdown\",\"E\":1770123456789}");
  test_advance (&fixture->venue, 3);
  g_assert_false (test_is_live (&fixture->venue, 0));
  g_assert_false (test_is_live (&fixture->venue, 1));
  test_advance (&fixture->venue, 1000);
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 2);
  for (guint i = 0; i < 4; i++)
    {
      change (fixture, 0, i);
      change (fixture, 1, i);
      test_advance (&fixture->venue, 20);
    }
  test_assert_true (&fixture->venue, 0);
  test_assert_true (&fixture->venue, 1);
}

/* A day goes by: the session is not surprised by the venue's end. */
static void
test_a_day (Fixture *fixture, gconstpointer data)
{
  join (fixture);
  for (guint i = 0; i < 1435; i++)
    {
      change (fixture, 0, i);
      test_advance (&fixture->venue, 30000);
      change (fixture, 1, i);
      test_advance (&fixture->venue, 30000);
    }
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 2);
  g_assert_cmpuint (own_counts (fixture)->n_joins, ==, 4);
  test_assert_true (&fixture->venue, 0);
  test_assert_true (&fixture->venue, 1);
}

/* The connection ends while a snapshot is under way: its answer is of no use to the next, which asks again. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_fault_request (fixture->venue.wire, PST_HTTP_TIMED_OUT, 0, FALSE);
  change (fixture, 0, 1);
  test_advance (&fixture->venue, 5);
  pst_simulated_transport_hang_up (fixture->venue.wire, 0, NULL);
  test_advance (&fixture->venue, 3000);
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 2);
  for (guint i = 0; i < 30; i++)
    {
      change (fixture, 0, i);
      change (fixture, 1, i);
      test_advance (&fixture->venue, 500);
    }
  test_assert_true (&fixture->venue, 0);
  test_assert_true (&fixture->venue, 1);
}

static void
push_ticker (Fixture *fixture, gint64 error)
{
  const TestSymbol *symbol = &fixture->venue.symbols[0];
  const PstBookLevel *bid = pst_book_get_best (symbol->book, PST_SIDE_BUY), *ask = pst_book_get_best (symbol->book, PST_SIDE_SELL);
  char texts[4][PST_DECIMAL_TEXT_SIZE];
  g_autofree char *text = NULL;

  pst_mantissa_print (bid->price, TEST_SCALE, texts[0]);
  pst_mantissa_print (bid->size + error, TEST_SCALE, texts[1]);
  pst_mantissa_print (ask->price, TEST_SCALE, texts[2]);
  pst_mantissa_print (ask->size, TEST_SCALE, texts[3]);
  text = g_strdup_printf (
      "{\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":%u,\"s\":\"BTCUSDT\",\"b\":\"%s\",\"B\":\"%s\",\"a\":\"%s\",\"A\":\"%s\"}}",
      (guint)symbol->id, texts[0], texts[1], texts[2], texts[3]);
  push (fixture, text);
}

/* With tickers a wrong level at the touch is noticed although the sequence is right. */
static void
test_proof (Fixture *fixture, gconstpointer data)
{
  test_option (&fixture->venue, "channels", "depth;ticker");
  join (fixture);
  push_ticker (fixture, 0);
  test_advance (&fixture->venue, 2);
  g_assert_cmpuint (counts (fixture)->n_checksums, ==, 1);
  change (fixture, 0, 6); /* far from the touch, or its size: told before the diff */
  push_ticker (fixture, 0);
  test_advance (&fixture->venue, 2);
  g_assert_cmpuint (counts (fixture)->n_losses[PST_VENUE_LOSS_CHECKSUM], ==, 0);
  push_ticker (fixture, 1);
  change (fixture, 0, 8);
  push_ticker (fixture, 5);
  test_advance (&fixture->venue, 2);
  g_assert_cmpuint (counts (fixture)->n_losses[PST_VENUE_LOSS_CHECKSUM], ==, 1);
  g_assert_false (test_is_live (&fixture->venue, 0));
  test_assert_true (&fixture->venue, 1);
  change (fixture, 0, 9);
  test_advance (&fixture->venue, 20);
  change (fixture, 0, 10);
  test_advance (&fixture->venue, 20);
  test_assert_true (&fixture->venue, 0);
}

static guint
count_lines (const char *text, const char *prefix)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, prefix)) != NULL; at++)
    n++;
  return n;
}

/* An operator's address without streams: they are asked for by messages, and no book is believed before they are granted. */
static void
test_subscribe (Fixture *fixture, gconstpointer data)
{
  test_option (&fixture->venue, "url", "wss://stream.example:443/stream");
  test_option (&fixture->venue, "rest-url", "https://rest.example/api/v3/");
  fixture->venue.answers_subscribe = FALSE;
  start (fixture);
  g_assert_nonnull (strstr (fixture->venue.got->str, "GET https://rest.example/api/v3/exchangeInfo"));
  g_assert_nonnull (strstr (fixture->venue.got->str, "SEND {\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@depth@100ms\",\"ethusdt@depth@100ms\","
                                                     "\"btcusdt@trade\",\"ethusdt@trade\"],\"id\":1}\n"));
  test_advance (&fixture->venue, 9000);
  g_assert_cmpuint (own_counts (fixture)->n_snapshots, ==, 0);
  fixture->venue.answers_subscribe = TRUE;
  test_advance (&fixture->venue, 3000);
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 2); /* it was not answered */
  test_advance (&fixture->venue, 4000);
  test_assert_true (&fixture->venue, 0);
  push (fixture, "{\"code\":2,\"msg\":\"Invalid request\"}");
  test_advance (&fixture->venue, 5000);
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 3);
  g_assert_cmpuint (count_lines (fixture->venue.got->str, "SEND"), ==, 3);
}

static void
test_prepare (void)
{
  static const struct
  {
    const char *option, *text, *said;
  } rows[] = {
    { "channels", "depth;trades", "did you mean \"trade\"?" },
    { "channels", "", "at least one" },
    { "depth", "5001", "5000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      TestVenue venue;

      test_venue_init (&venue, 3);
      test_add_symbol (&venue, "BTC", "USDT");
      test_venue_add (&venue, "depth");
      test_option (&venue, rows[i].option, rows[i].text);
      g_assert_false (pst_harness_try_start (venue.harness, PST_COMPONENT (venue.venue), &error));
      g_assert_nonnull (strstr (error->message, rows[i].said));
      test_venue_clear (&venue);
    }
}

/* 400 instruments with three channels are more streams than a connection may have; 341 are not, and are asked for in parts. */
static void
test_streams (void)
{
  for (guint n_listings = 341; n_listings <= 342; n_listings++)
    {
      g_autoptr (GString) instruments = g_string_new (NULL), info = g_string_new ("{\"symbols\":[");
      g_autoptr (GError) error = NULL;
      TestVenue venue;

      for (guint n = 0; n < n_listings; n++)
        {
          g_string_append_printf (instruments, "%sC%u/USDT", n ? ";" : "", n);
          g_string_append_printf (info, "%s{\"symbol\":\"C%uUSDT\",\"status\":\"TRADING\"}", n ? "," : "", n);
        }
      g_string_append (info, "]}");
      test_venue_init (&venue, 3);
      test_venue_add (&venue, "depth;trade;ticker");
      test_option (&venue, "instruments", instruments->str);
      venue.info = info->str;
      g_assert_cmpint (pst_harness_try_start (venue.harness, PST_COMPONENT (venue.venue), &error), ==, n_listings == 341);
      if (error != NULL)
        g_assert_nonnull (strstr (error->message, "1026 streams"));
      test_advance (&venue, 6000);
      g_assert_cmpuint (count_lines (venue.got->str, "SEND"), ==, n_listings == 341 ? 11 : 0);
      g_assert_cmpuint (count_lines (venue.got->str, "@bookTicker"), ==, n_listings == 341 ? 341 : 0);
      test_venue_clear (&venue);
    }
}

/* Another site has other hosts, and instruments of its own. */
static void
test_site (Fixture *fixture, gconstpointer data)
{
  test_option (&fixture->venue, "site", "us");
  start (fixture);
  g_assert_cmpstr (fixture->venue.got->str, ==, "GET https://api.binance.us/api/v3/exchangeInfo\n");
  g_assert_true (g_str_has_prefix (fixture->venue.opened->str, "wss://stream.binance.us:9443/stream?streams="));
  g_assert_cmpstr (
      pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (fixture->venue.harness)), test_listing (&fixture->venue, 0)->instrument)
          ->id,
      ==, "BTC/USDT.BINANCEUS");
}

#define ADD(name) g_test_add ("/binance/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (life);
  ADD (quiet);
  ADD (instruments);
  ADD (trades);
  ADD (gap);
  ADD (duplicate);
  ADD (too_old);
  ADD (ahead);
  ADD (depth);
  ADD (renewal);
  ADD (renewal_under_way);
  ADD (shutdown);
  ADD (a_day);
  ADD (cut);
  ADD (proof);
  ADD (subscribe);
  ADD (site);
  g_test_add_func ("/binance/prepare", test_prepare);
  g_test_add_func ("/binance/streams", test_streams);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("/binance/odd-grid/%u", i);

      g_test_add (name, Fixture, GUINT_TO_POINTER (i), set_up, test_odd_grid, tear_down);
    }
  return g_test_run ();
}
