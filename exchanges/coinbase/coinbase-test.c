/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The session against a venue that the test plays, on a simulated network. What would be lost: trading on a book that is not there, or books that
 * never come back. */
#include <glib/gstdio.h>
#include <penstock-check.h>

#include "coinbase-test-kit.h"
#include "pst-coinbase.h"

#define SEED 5

typedef struct
{
  PstHarness *harness;
  PstClock *clock;
  PstSimulatedTransport *wire;
  PstVenue *venue;
  GString *got;
  PstBook *truth[2];
  GPtrArray *history; /* PstBook: of each message's product, as it was after the message; by sequence */
  guint64 sequence;
  const char *products;
  gint64 sent_ns[8]; /* the last messages of the session */
  guint n_sent;
  gboolean mute;
} Fixture;

static const char *const symbols[] = { "BTC-USD", "ETH-USD" };

static void
push (Fixture *fixture, const char *channel, const char *events)
{
  g_autofree char *text
      = g_strdup_printf ("{\"channel\":\"%s\",\"client_id\":\"\",\"timestamp\":\"2026-08-09T21:05:48.483587501Z\",\"sequence_num\":%" G_GUINT64_FORMAT
                         ",\"events\":[%s]}",
                         channel, fixture->sequence++, events);

  g_ptr_array_add (fixture->history, NULL);
  pst_simulated_transport_push (fixture->wire, text, -1);
}

static void
append_level (GString *text, PstSide side, gint64 price, gint64 size)
{
  g_string_append_printf (
      text, "%s{\"side\":\"%s\",\"event_time\":\"2026-08-09T21:05:48.170326Z\",\"price_level\":\"%d.%02d\",\"new_quantity\":\"%d.%08d\"}",
      text->len > 0 ? "," : "", side == PST_SIDE_BUY ? "bid" : "offer", (int)(price / 100), (int)(price % 100), (int)(size / 100000000),
      (int)(size % 100000000));
}

static void
push_book (Fixture *fixture, guint n, const char *type, const char *levels)
{
  g_autofree char *event = g_strdup_printf ("{\"type\":\"%s\",\"product_id\":\"%s\",\"updates\":[%s]}", type, symbols[n], levels);

  push (fixture, "l2_data", event);
  fixture->history->pdata[fixture->history->len - 1] = pst_book_copy (fixture->truth[n]);
}

static void
push_snapshot (Fixture *fixture, guint n)
{
  g_autoptr (GString) levels = g_string_new (NULL);

  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    for (guint i = 0; i < pst_book_get_n_levels (fixture->truth[n], side); i++)
      {
        const PstBookLevel *level = pst_book_get_level (fixture->truth[n], side, i);

        append_level (levels, side, level->price, level->size);
      }
  push_book (fixture, n, "snapshot", levels->str);
}

/* The venue changes a level and says so. */
static void
change (Fixture *fixture, guint n, PstSide side, gint64 price, gint64 size)
{
  g_autoptr (GString) levels = g_string_new (NULL);

  append_level (levels, side, price, size);
  pst_book_set (fixture->truth[n], side, price, size);
  push_book (fixture, n, "update", levels->str);
}

static void
peer_opened (PstSimulatedTransport *wire, const char *url, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpstr (url, ==, "wss://advanced-trade-ws.coinbase.com");
  fixture->sequence = 0;
  g_ptr_array_set_size (fixture->history, 0);
}

/* Answers subscriptions, and never sees more than eight messages within a second. */
static void
peer_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  Fixture *fixture = user_data;
  gint64 *sent_ns = &fixture->sent_ns[fixture->n_sent++ % G_N_ELEMENTS (fixture->sent_ns)], now_ns = pst_clock_now_ns (fixture->clock);

  g_assert_cmpint (now_ns - *sent_ns, >=, PST_NS_PER_SECOND);
  *sent_ns = now_ns;
  g_string_append_printf (fixture->got, "%s\n", text);
  if (fixture->mute)
    return;
  if (strstr (text, "\"channel\":\"level2\"") != NULL && g_str_has_prefix (text, "{\"type\":\"subscribe\""))
    for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
      if (strstr (text, symbols[n]) != NULL)
        push_snapshot (fixture, n);
  push (fixture, "subscriptions", "{\"subscriptions\":{\"level2\":[\"BTC-USD\",\"ETH-USD\"]}}");
}

static void
peer_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpstr (request->url, ==, "https://api.coinbase.com/api/v3/brokerage/market/products");
  reply->status = 200;
  reply->body = fixture->products;
  reply->length = strlen (fixture->products);
}

static void
book_free (gpointer book)
{
  if (book != NULL)
    pst_book_free (book);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->harness = pst_harness_new ();
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->clock = pst_context_get_clock (PST_CONTEXT (fixture->harness));
  fixture->wire = pst_simulated_transport_new (fixture->clock, SEED);
  fixture->got = g_string_new (NULL);
  fixture->history = g_ptr_array_new_with_free_func (book_free);
  fixture->products = TEST_PRODUCTS;
  pst_simulated_transport_set_peer (fixture->wire, &(PstSimulatedPeer){ .on_opened = peer_opened, .on_sent = peer_sent, .on_request = peer_request },
                                    fixture);
  pst_harness_set_transport (fixture->harness, PST_TRANSPORT (fixture->wire));
  for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
    {
      fixture->truth[n] = pst_book_new (0);
      for (gint i = 0; i < 5; i++)
        {
          pst_book_set (fixture->truth[n], PST_SIDE_BUY, 10000 - i, 100000000 + i);
          pst_book_set (fixture->truth[n], PST_SIDE_SELL, 10100 + i, 200000000 + i);
        }
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->venue != NULL && pst_component_is_started (PST_COMPONENT (fixture->venue)))
    pst_harness_stop (fixture->harness, PST_COMPONENT (fixture->venue));
  pst_harness_set_transport (fixture->harness, NULL);
  g_clear_object (&fixture->wire);
  pst_harness_finish (fixture->harness);
  for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
    pst_book_free (fixture->truth[n]);
  g_ptr_array_unref (fixture->history);
  g_string_free (fixture->got, TRUE);
}

static void
advance_ms (Fixture *fixture, gint64 ms)
{
  pst_harness_advance (fixture->harness, ms * PST_NS_PER_MS);
}

static void
start_with (Fixture *fixture, const char *instruments, const char *channels)
{
  PstComponent *venue = pst_harness_add (fixture->harness, PST_TYPE_COINBASE, "coinbase", "instruments", instruments, "channels", channels, NULL);

  fixture->venue = PST_VENUE (venue);
  pst_harness_start (fixture->harness, venue);
  advance_ms (fixture, 100);
}

static void
start (Fixture *fixture)
{
  start_with (fixture, "BTC/USD;ETH/USD", "level2;market_trades;ticker");
  g_string_truncate (fixture->got, 0);
}

static const PstBook *
seen_book (Fixture *fixture, guint n)
{
  return pst_context_get_book (PST_CONTEXT (fixture->harness), pst_venue_get_listing (fixture->venue, n)->instrument);
}

static void
assert_true_books (Fixture *fixture)
{
  for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
    {
      g_assert_nonnull (seen_book (fixture, n));
      g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_LIVE);
      g_assert_true (test_same_book (seen_book (fixture, n), fixture->truth[n]));
    }
}

static void
assert_stale (Fixture *fixture, guint n)
{
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_STALE);
}

static guint
count_lines (const Fixture *fixture, const char *part)
{
  g_auto (GStrv) lines = g_strsplit (fixture->got->str, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += strstr (lines[i], part) != NULL;
  return n;
}

static const PstVenueCounts *
counts_of (Fixture *fixture)
{
  return pst_venue_get_counts (fixture->venue);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  const PstEvent *event;
  const PstInstrument *instrument;

  start_with (fixture, "BTC/USD;ETH/USD", "level2;market_trades;ticker");
  g_assert_cmpstr (fixture->got->str, ==,
                   "{\"type\":\"subscribe\",\"product_ids\":[\"BTC-USD\",\"ETH-USD\"],\"channel\":\"heartbeats\"}\n"
                   "{\"type\":\"subscribe\",\"product_ids\":[\"BTC-USD\",\"ETH-USD\"],\"channel\":\"level2\"}\n"
                   "{\"type\":\"subscribe\",\"product_ids\":[\"BTC-USD\",\"ETH-USD\"],\"channel\":\"market_trades\"}\n"
                   "{\"type\":\"subscribe\",\"product_ids\":[\"BTC-USD\",\"ETH-USD\"],\"channel\":\"ticker\"}\n");
  assert_true_books (fixture);
  instrument = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (fixture->harness)),
                                         pst_venue_get_listing (fixture->venue, 0)->instrument);
  g_assert_cmpstr (instrument->id, ==, "BTC/USD.COINBASE");
  g_assert_cmpint (instrument->size_min, ==, 1);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 1, PST_SIDE_SELL, 10100, 0);
  push (fixture, "heartbeats", "{\"heartbeat_counter\":\"1\"}");
  push (fixture, "market_trades", "{\"type\":\"snapshot\",\"trades\":[" TEST_TRADE ("BTC-USD", "1", "99.00", "1", "BUY") "]}");
  push (fixture, "market_trades",
        "{\"type\":\"update\",\"trades\":[" TEST_TRADE ("ETH-USD", "8", "100.50", "1", "SELL") "," TEST_TRADE ("ETH-USD", "7", "100.25", "2",
                                                                                                               "BUY") "]}");
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  event = pst_harness_get_frame (fixture->harness, pst_harness_get_n_frames (fixture->harness) - 1)->events;
  g_assert_cmpint (event[0].trade.price, ==, 10025); /* the older one first */
  g_assert_cmpint (event[0].trade.aggressor, ==, PST_SIDE_SELL);
  g_assert_cmpint (event[0].venue_time_ns, ==, 1786309549205817000);
  g_assert_cmpint (event[1].trade.price, ==, 10050);
  push (fixture, "ticker",
        "{\"type\":\"update\",\"tickers\":[{\"product_id\":\"BTC-USD\",\"best_bid\":\"100.50\",\"best_bid_quantity\":\"1\",\"best_ask\":\"101.00\","
        "\"best_ask_quantity\":\"2\"}]}");
  advance_ms (fixture, 10);
  event = pst_harness_get_frame (fixture->harness, pst_harness_get_n_frames (fixture->harness) - 1)->events;
  g_assert_cmpint (event->kind, ==, PST_EVENT_QUOTE);
  g_assert_cmpint (event->quote.ask_price, ==, 10100);
  g_assert_cmpuint (counts_of (fixture)->n_trades, ==, 2);
  g_assert_cmpuint (counts_of (fixture)->n_malformed + counts_of (fixture)->n_unexpected, ==, 0);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_history, ==, 1);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_heartbeats, ==, 1);
}

/* Nobody can say which book the missing message was about: both are asked for, in one message. */
static void
test_gap (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_DROP, 0);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  push (fixture, "heartbeats", "{\"heartbeat_counter\":2}");
  advance_ms (fixture, 1);
  assert_stale (fixture, 0);
  assert_stale (fixture, 1);
  change (fixture, 1, PST_SIDE_BUY, 10070, 30000); /* on its way while the new book is asked for */
  advance_ms (fixture, 600);
  g_assert_cmpstr (fixture->got->str, ==,
                   "{\"type\":\"unsubscribe\",\"product_ids\":[\"BTC-USD\",\"ETH-USD\"],\"channel\":\"level2\"}\n"
                   "{\"type\":\"subscribe\",\"product_ids\":[\"BTC-USD\",\"ETH-USD\"],\"channel\":\"level2\"}\n");
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_losses[PST_VENUE_LOSS_GAP], ==, 2);
  g_assert_cmpuint (counts_of (fixture)->n_resyncs, ==, 2);
  g_assert_cmpuint (counts_of (fixture)->n_ignored, ==, 1);
}

static void
test_duplicate (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_DUPLICATE, 0);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 0, PST_SIDE_BUY, 10050, 0);
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_old, ==, 1);
  g_assert_cmpuint (counts_of (fixture)->n_losses[PST_VENUE_LOSS_GAP], ==, 0);
  g_assert_cmpuint (fixture->got->len, ==, 0);
}

static void
test_late (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_REORDER, 0);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 1, PST_SIDE_BUY, 10060, 30000);
  advance_ms (fixture, 1);
  assert_stale (fixture, 0);
  assert_stale (fixture, 1);
  advance_ms (fixture, 600);
  assert_true_books (fixture);
}

/* A message that is JSON about one product costs that product's book alone. */
static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  push (fixture, "l2_data",
        "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[" TEST_LEVEL ("bid", "100.10", "1") "," TEST_LEVEL ("bid", "oops", "1") "]}");
  advance_ms (fixture, 1);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 0)), ==, PST_BOOK_LIVE);
  assert_stale (fixture, 1);
  g_assert_null (pst_book_find (seen_book (fixture, 1), PST_SIDE_BUY, 10010));
  advance_ms (fixture, 600);
  g_assert_cmpuint (count_lines (fixture, "BTC-USD"), ==, 0);
  g_assert_cmpuint (count_lines (fixture, "ETH-USD"), ==, 2);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_malformed, ==, 1);
  g_assert_cmpuint (counts_of (fixture)->n_losses[PST_VENUE_LOSS_MALFORMED], ==, 1);
}

static void
test_crossed (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  push (fixture, "l2_data", "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[" TEST_LEVEL ("bid", "101.00", "1") "]}");
  advance_ms (fixture, 1);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 0)), ==, PST_BOOK_LIVE);
  assert_stale (fixture, 1);
  g_assert_null (pst_book_find (seen_book (fixture, 1), PST_SIDE_BUY, 10100));
  advance_ms (fixture, 600);
  assert_true_books (fixture);
}

/* What is no JSON may have been about any book; its number is not missed afterwards. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_push (fixture->wire, "{\"channel\":\"l2_", -1);
  fixture->sequence++;
  g_ptr_array_add (fixture->history, NULL);
  advance_ms (fixture, 1);
  assert_stale (fixture, 0);
  assert_stale (fixture, 1);
  advance_ms (fixture, 600);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_losses[PST_VENUE_LOSS_MALFORMED], ==, 2);
  g_assert_cmpuint (counts_of (fixture)->n_losses[PST_VENUE_LOSS_GAP], ==, 0);
}

/* Broken where the channel says that no book is meant. */
static void
test_broken_trade (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  push (fixture, "market_trades", "{\"type\":\"update\",\"trades\":[{]}");
  push (fixture, "market_trades", "{\"type\":\"update\",\"trades\":[{}]}");
  push (fixture, "heartbeats", "{\"heartbeat_counter\":null}");
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_malformed, ==, 3);
  g_assert_cmpuint (counts_of (fixture)->n_trades, ==, 0);
}

static void
test_unknown_channel (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  push (fixture, "l3_data", "{\"type\":\"update\",\"product_id\":\"ETH-USD\",\"updates\":[" TEST_LEVEL ("bid", "100.10", "1") "]}");
  advance_ms (fixture, 1);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 0)), ==, PST_BOOK_LIVE);
  assert_stale (fixture, 1);
  advance_ms (fixture, 600);
  assert_true_books (fixture);
  push (fixture, "candles", "{\"type\":\"snapshot\",\"candles\":[]}");
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_unexpected, ==, 1);
  push (fixture, "l2_data", "{\"type\":\"update\",\"product_id\":\"SOL-USD\",\"updates\":[" TEST_LEVEL ("bid", "100.10", "1") "]}");
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_unexpected, ==, 2);
}

/* An error of the venue is named once, whatever it is repeated for. */
static void
test_error (Fixture *fixture, gconstpointer data)
{
  const PstRecord *alert;

  start (fixture);
  for (guint i = 0; i < 3; i++)
    pst_simulated_transport_push (fixture->wire, "{\"type\":\"error\",\"message\":\"rate limit exceeded\"}", -1);
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_errors, ==, 3);
  alert = pst_harness_find_record (fixture->harness, PST_RECORD_ALERT);
  g_assert_nonnull (alert);
  g_assert_nonnull (strstr (alert->alert.message, "rate limit exceeded"));
}

/* Heartbeats come every second: who hears nothing for ten seconds has no connection, whatever the network says. */
static void
test_silence (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  for (guint i = 0; i < 30; i++)
    {
      push (fixture, "heartbeats", "{\"heartbeat_counter\":1}");
      advance_ms (fixture, 1000);
    }
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 1);
  advance_ms (fixture, 9100);
  assert_stale (fixture, 0);
  advance_ms (fixture, 2000);
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 2);
  assert_true_books (fixture);
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_hang_up (fixture->wire, 0, "");
  advance_ms (fixture, 5);
  assert_stale (fixture, 0);
  assert_stale (fixture, 1);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  advance_ms (fixture, 2000);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 2);
}

static void
test_products (Fixture *fixture, gconstpointer data)
{
  fixture->products = "{\"products\":[" TEST_PRODUCT ("BTC-USD", ",\"post_only\":true") "]}";
  start_with (fixture, "BTC/USD;ETH/USD", "level2");
  g_assert_cmpuint (count_lines (fixture, "ETH-USD"), ==, 0); /* nobody knows it: it is named, the other goes on */
  g_assert_nonnull (strstr (pst_harness_find_record (fixture->harness, PST_RECORD_ALERT)->alert.message, "ETH/USD"));
  g_assert_cmpint (pst_harness_get_frame (fixture->harness, 0)->events[0].status, ==, PST_INSTRUMENT_STATUS_POST_ONLY);
  g_assert_true (test_same_book (seen_book (fixture, 0), fixture->truth[0]));
}

/* The market data of BTC-USDC come as BTC-USD. */
static void
test_alias (Fixture *fixture, gconstpointer data)
{
  fixture->products = "{\"products\":[" TEST_PRODUCT ("BTC-USD", "") "," TEST_PRODUCT ("BTC-USDC", ",\"alias\":\"BTC-USD\"") "]}";
  start_with (fixture, "BTC/USDC", "level2");
  g_assert_cmpuint (count_lines (fixture, "[\"BTC-USDC\"]"), ==, 2);
  g_assert_true (test_same_book (seen_book (fixture, 0), fixture->truth[0]));
}

static void
test_alias_twice (Fixture *fixture, gconstpointer data)
{
  fixture->products = "{\"products\":[" TEST_PRODUCT ("BTC-USD", "") "," TEST_PRODUCT ("BTC-USDC", ",\"alias\":\"BTC-USD\"") "]}";
  start_with (fixture, "BTC/USDC;BTC/USD", "level2");
  g_assert_nonnull (strstr (pst_harness_find_record (fixture->harness, PST_RECORD_ALERT)->alert.message, "list one of them"));
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 0);
}

/* A live book is the truth as it was with the last message about it, at every frame, whatever the network does to messages. */
static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
    {
      const PstListing *listing = pst_venue_get_listing (fixture->venue, n);

      if (listing->instrument == PST_INSTRUMENT_NONE || seen_book (fixture, n) == NULL
          || pst_book_get_state (seen_book (fixture, n)) != PST_BOOK_LIVE)
        continue;
      g_assert_cmpuint (listing->sequence, <, fixture->history->len);
      g_assert_true (test_same_book (seen_book (fixture, n), fixture->history->pdata[listing->sequence]));
    }
}

static void
test_faults_by_lot (Fixture *fixture, gconstpointer data)
{
  guint rates[PST_FAULT_N]
      = { [PST_FAULT_DROP] = 20, [PST_FAULT_DUPLICATE] = 20, [PST_FAULT_REORDER] = 20, [PST_FAULT_DELAY] = 20, [PST_FAULT_CUT] = 2 };
  PstRandom random;

  g_test_message ("seed %d", SEED);
  pst_random_init (&random, SEED, "faults");
  start (fixture);
  g_signal_connect (fixture->venue, "frame-received", G_CALLBACK (on_frames), fixture);
  pst_simulated_transport_set_fault_rates (fixture->wire, rates, PST_NS_PER_SECOND / 10);
  for (guint i = 0; i < 5000; i++)
    {
      PstSide side = pst_random_below (&random, 2) ? PST_SIDE_BUY : PST_SIDE_SELL;
      gint64 price = side == PST_SIDE_BUY ? 10000 - (gint64)pst_random_below (&random, 30) : 10100 + (gint64)pst_random_below (&random, 30);

      change (fixture, (guint)pst_random_below (&random, 2), side, price, (gint64)pst_random_below (&random, 3) * 1000);
      if (i % 50 == 0)
        push (fixture, "heartbeats", "{\"heartbeat_counter\":1}");
      advance_ms (fixture, (gint64)pst_random_below (&random, 60));
    }
  g_signal_handlers_disconnect_by_data (fixture->venue, fixture);
  memset (rates, 0, sizeof rates);
  pst_simulated_transport_set_fault_rates (fixture->wire, rates, 0);
  for (guint i = 0; i < 120; i++)
    {
      push (fixture, "heartbeats", "{\"heartbeat_counter\":1}");
      advance_ms (fixture, 1000);
    }
  assert_true_books (fixture);
  g_test_message ("%" G_GUINT64_FORMAT " gaps, %" G_GUINT64_FORMAT " old, %" G_GUINT64_FORMAT " resynchronised, %" G_GUINT64_FORMAT " connections",
                  pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_gaps, pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_old,
                  counts_of (fixture)->n_resyncs, counts_of (fixture)->n_connects);
  g_assert_cmpuint (counts_of (fixture)->n_resyncs, >, 20);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (fixture->venue))->n_old, >, 20);
}

static void
test_options (void)
{
  static const struct
  {
    const char *option, *text, *words;
  } cases[] = {
    { "channels", "level2;trades", "is none of" },
    { "channels", "levl2", "did you mean \"level2\"" },
    { "channels", "", "at least one of level2, market_trades, ticker" },
    { "depth", "10", "whole books" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *venue = pst_harness_add (harness, PST_TYPE_COINBASE, "coinbase", "instruments", "BTC/USD", cases[i].option, cases[i].text, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_harness_try_start (harness, venue, &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, cases[i].words));
      pst_harness_finish (harness);
    }
}

/* A session for the conformance tests. */
static char *
write_capture (void)
{
  g_autofree char *folder = g_dir_make_tmp ("coinbase-XXXXXX", NULL);
  char *path = g_build_filename (folder, "session.jsonl", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path,
                       "{\"t\":\"header\",\"ts\":1786309548.0,\"data\":\"{}\"}\n"
                       "{\"t\":\"connect\",\"conn\":\"ws\",\"ts\":1786309548.1,\"addr\":\"wss://advanced-trade-ws.coinbase.com\"}\n"
                       "{\"t\":\"recv\",\"conn\":\"ws\",\"ts\":1786309548.2,\"data\":\"{}\"}\n",
                       -1, &error);
  g_assert_no_error (error);
  return path;
}

#define ADD(name, function) g_test_add ("/coinbase/session/" name, Fixture, NULL, set_up, function, tear_down)

const PstPluginEntry *penstock_plugin_entry (void);

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL, *folder = NULL;
  gint status;

  g_test_init (&argc, &argv, NULL);
  path = write_capture ();
  folder = g_path_get_dirname (path);
  pst_check_conformance_add (penstock_plugin_entry (), "instruments", "BTC/USD", "capture", path, NULL);
  g_test_add_func ("/coinbase/options", test_options);
  ADD ("life", test_life);
  ADD ("gap", test_gap);
  ADD ("duplicate", test_duplicate);
  ADD ("late", test_late);
  ADD ("malformed", test_malformed);
  ADD ("crossed", test_crossed);
  ADD ("broken", test_broken);
  ADD ("broken-trade", test_broken_trade);
  ADD ("unknown-channel", test_unknown_channel);
  ADD ("error", test_error);
  ADD ("silence", test_silence);
  ADD ("cut", test_cut);
  ADD ("products", test_products);
  ADD ("alias", test_alias);
  ADD ("alias-twice", test_alias_twice);
  ADD ("faults-by-lot", test_faults_by_lot);
  status = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  return status;
}
