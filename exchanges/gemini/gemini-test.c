/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The session against a venue that the test plays, on a simulated network. What would be lost: trading on a book that is known to be wrong, or books
 * that never come back. What this protocol cannot reveal is counted at the end. */
#include <glib/gstdio.h>
#include <penstock-check.h>

#include "pst-gemini.h"

#define SEED 9
#define N_SYMBOLS 2
#define N_TRIALS 1000

typedef struct
{
  PstHarness *harness;
  PstClock *clock;
  PstSimulatedTransport *wire;
  PstVenue *venue;
  GString *got;
  PstBook *truth[N_SYMBOLS];
  guint details_status;
  guint n_trials, n_lost, n_wrong;
} Fixture;

static const char *const symbols[N_SYMBOLS] = { "BTCUSD", "ETHBTC" };

static void
append_change (GString *text, PstSide side, gint64 price, gint64 size)
{
  g_string_append_printf (text, "%s[\"%s\",\"%d.%02d\",\"%d.%06d\"]", text->len > 0 ? "," : "", side == PST_SIDE_BUY ? "buy" : "sell",
                          (int)(price / 100), (int)(price % 100), (int)(size / 1000000), (int)(size % 1000000));
}

static void
push (Fixture *fixture, const char *symbol, const char *changes, const char *more)
{
  g_autofree char *text = g_strdup_printf ("{\"type\":\"l2_updates\",\"symbol\":\"%s\",\"changes\":[%s]%s}", symbol, changes, more);

  pst_simulated_transport_push (fixture->wire, text, -1);
}

#define TRADE(id, price, side)                                                                                   \
  "{\"type\":\"trade\",\"symbol\":\"BTCUSD\",\"event_id\":" id ",\"timestamp\":1618677942606,\"price\":\"" price \
  "\",\"quantity\":\"0.1437398746\",\"side\":\"" side "\"}"

static void
push_snapshot (Fixture *fixture, guint n)
{
  g_autoptr (GString) changes = g_string_new (NULL);

  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    for (guint i = 0; i < pst_book_get_n_levels (fixture->truth[n], side); i++)
      {
        const PstBookLevel *level = pst_book_get_level (fixture->truth[n], side, i);

        append_change (changes, side, level->price, level->size);
      }
  push (fixture, symbols[n], changes->str, ",\"trades\":[" TRADE ("2", "99.00", "buy") "],\"auction_events\":[]");
}

static void
change (Fixture *fixture, guint n, PstSide side, gint64 price, gint64 size)
{
  g_autoptr (GString) changes = g_string_new (NULL);

  append_change (changes, side, price, size);
  pst_book_set (fixture->truth[n], side, price, size);
  push (fixture, symbols[n], changes->str, "");
}

static void
heartbeat (Fixture *fixture)
{
  pst_simulated_transport_push (fixture->wire, "{\"type\":\"heartbeat\",\"timestamp\":1618677942928}", -1);
}

static void
peer_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->got, "%s\n", text);
  for (guint n = 0; n < N_SYMBOLS && g_str_has_prefix (text, "{\"type\":\"subscribe\""); n++)
    if (strstr (text, symbols[n]) != NULL)
      push_snapshot (fixture, n);
}

static void
peer_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  static const char *const answers[N_SYMBOLS] = {
    "{\"symbol\":\"BTCUSD\",\"tick_size\":1E-6,\"quote_increment\":0.01,\"min_order_size\":\"0.00001\",\"status\":\"open\"}",
    "{\"symbol\":\"ETHBTC\",\"tick_size\":1E-6,\"quote_increment\":0.01,\"min_order_size\":\"0.001\",\"status\":\"post_only\"}",
  };
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->got, "GET %s\n", request->url);
  reply->status = 400;
  reply->body = "{\"result\":\"error\",\"reason\":\"InvalidSymbol\"}";
  for (guint n = 0; n < N_SYMBOLS; n++)
    if (g_str_has_suffix (request->url, symbols[n]))
      {
        reply->status = fixture->details_status;
        reply->body = answers[n];
      }
  reply->length = strlen (reply->body);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->harness = pst_harness_new ();
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->clock = pst_context_get_clock (PST_CONTEXT (fixture->harness));
  fixture->wire = pst_simulated_transport_new (fixture->clock, SEED);
  fixture->got = g_string_new (NULL);
  fixture->details_status = 200;
  pst_simulated_transport_set_peer (fixture->wire, &(PstSimulatedPeer){ .on_sent = peer_sent, .on_request = peer_request }, fixture);
  pst_harness_set_transport (fixture->harness, PST_TRANSPORT (fixture->wire));
  for (guint n = 0; n < N_SYMBOLS; n++)
    {
      fixture->truth[n] = pst_book_new (0);
      for (gint i = 0; i < 5; i++)
        {
          pst_book_set (fixture->truth[n], PST_SIDE_BUY, 10000 - i, 1000000 + i);
          pst_book_set (fixture->truth[n], PST_SIDE_SELL, 10100 + i, 2000000 + i);
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
  for (guint n = 0; n < N_SYMBOLS; n++)
    pst_book_free (fixture->truth[n]);
  g_string_free (fixture->got, TRUE);
}

static void
advance_ms (Fixture *fixture, gint64 ms)
{
  pst_harness_advance (fixture->harness, ms * PST_NS_PER_MS);
}

static void
start_with (Fixture *fixture, const char *instruments)
{
  PstComponent *venue = pst_harness_add (fixture->harness, PST_TYPE_GEMINI, "gemini", "instruments", instruments, NULL);

  fixture->venue = PST_VENUE (venue);
  pst_harness_start (fixture->harness, venue);
  advance_ms (fixture, 2000);
}

static void
start (Fixture *fixture)
{
  start_with (fixture, "BTC/USD;ETH/BTC");
  g_string_truncate (fixture->got, 0);
}

static const PstBook *
seen_book (Fixture *fixture, guint n)
{
  return pst_context_get_book (PST_CONTEXT (fixture->harness), pst_venue_get_listing (fixture->venue, n)->instrument);
}

static gboolean
same_book (const PstBook *a, const PstBook *b)
{
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      if (pst_book_get_n_levels (a, side) != pst_book_get_n_levels (b, side))
        return FALSE;
      for (guint i = 0; i < pst_book_get_n_levels (a, side); i++)
        if (pst_book_get_level (a, side, i)->price != pst_book_get_level (b, side, i)->price
            || pst_book_get_level (a, side, i)->size != pst_book_get_level (b, side, i)->size)
          return FALSE;
    }
  return TRUE;
}

static void
assert_true_books (Fixture *fixture)
{
  for (guint n = 0; n < N_SYMBOLS; n++)
    {
      g_assert_nonnull (seen_book (fixture, n));
      g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_LIVE);
      g_assert_true (same_book (seen_book (fixture, n), fixture->truth[n]));
    }
}

static const PstVenueCounts *
counts_of (Fixture *fixture)
{
  return pst_venue_get_counts (fixture->venue);
}

static const PstFrame *
last_frame (Fixture *fixture)
{
  return pst_harness_get_frame (fixture->harness, pst_harness_get_n_frames (fixture->harness) - 1);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  const PstFrame *frame;

  start_with (fixture, "BTC/USD;ETH/BTC");
  g_assert_cmpstr (fixture->got->str, ==,
                   "GET https://api.gemini.com/v1/symbols/details/BTCUSD\n"
                   "{\"type\":\"subscribe\",\"subscriptions\":[{\"name\":\"l2\",\"symbols\":[\"BTCUSD\"]}]}\n"
                   "GET https://api.gemini.com/v1/symbols/details/ETHBTC\n"
                   "{\"type\":\"subscribe\",\"subscriptions\":[{\"name\":\"l2\",\"symbols\":[\"ETHBTC\"]}]}\n");
  assert_true_books (fixture);
  g_assert_cmpuint (pst_gemini_get_counts (PST_GEMINI (fixture->venue))->n_history, ==, 2);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 1, PST_SIDE_SELL, 10100, 0);
  heartbeat (fixture);
  pst_simulated_transport_push (fixture->wire, TRADE ("7", "100.50", "sell"), -1);
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  frame = last_frame (fixture);
  g_assert_cmpint (frame->events[0].trade.price, ==, 10050);
  g_assert_cmpint (frame->events[0].trade.size, ==, 143739); /* what is beyond the instrument's decimals is cut off */
  g_assert_cmpint (frame->events[0].trade.aggressor, ==, PST_SIDE_SELL);
  g_assert_cmpint (frame->events[0].venue_time_ns, ==, G_GINT64_CONSTANT (1618677942606000000));
  g_assert_cmpuint (counts_of (fixture)->n_malformed + counts_of (fixture)->n_unexpected, ==, 0);
}

/* Trades may come with the levels: one frame then. */
static void
test_trades_with_levels (Fixture *fixture, gconstpointer data)
{
  const PstFrame *frame;

  start (fixture);
  pst_book_set (fixture->truth[0], PST_SIDE_SELL, 10100, 0);
  push (fixture, "BTCUSD", "[\"sell\",\"101.00\",\"0\"]",
        ",\"trades\":[" TRADE ("9", "101.00", "buy") "," TRADE ("8", "100.99", "buy") "," TRADE ("7", "x", "buy") "]");
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  frame = last_frame (fixture);
  g_assert_cmpuint (frame->n_events, ==, 3);
  g_assert_cmpint (frame->events[0].kind, ==, PST_EVENT_LEVEL);
  g_assert_cmpuint (frame->events[1].trade.trade_id, ==, 8);
  g_assert_cmpuint (frame->events[2].trade.trade_id, ==, 9);
  g_assert_cmpuint (counts_of (fixture)->n_malformed, ==, 1);
}

static void
assert_lost_alone (Fixture *fixture, guint lost)
{
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, lost)), ==, PST_BOOK_STALE);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 1 - lost)), ==, PST_BOOK_LIVE);
  change (fixture, lost, PST_SIDE_BUY, 9000, 5); /* on its way while the new book is asked for */
  advance_ms (fixture, 10);
  g_assert_nonnull (strstr (fixture->got->str, "\"unsubscribe\""));
  g_assert_null (strstr (fixture->got->str, symbols[1 - lost]));
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_ignored, ==, 1);
}

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  push (fixture, "ETHBTC", "[\"buy\",\"100.10\",\"1\"],[\"buy\",\"oops\",\"1\"]", "");
  advance_ms (fixture, 1);
  g_assert_null (pst_book_find (seen_book (fixture, 1), PST_SIDE_BUY, 10010));
  assert_lost_alone (fixture, 1);
  g_assert_cmpuint (counts_of (fixture)->n_malformed, ==, 1);
}

static void
test_crossed (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  push (fixture, "BTCUSD", "[\"buy\",\"101.00\",\"1\"]", "");
  advance_ms (fixture, 1);
  g_assert_null (pst_book_find (seen_book (fixture, 0), PST_SIDE_BUY, 10100));
  assert_lost_alone (fixture, 0);
  g_assert_cmpuint (counts_of (fixture)->n_losses[PST_VENUE_LOSS_CROSSED], ==, 1);
}

static void
test_unknown_type (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_push (fixture->wire, "{\"type\":\"l7_updates\",\"symbol\":\"ETHBTC\",\"changes\":[[\"buy\",\"100.10\",\"1\"]]}", -1);
  advance_ms (fixture, 1);
  assert_lost_alone (fixture, 1);
  g_assert_cmpuint (counts_of (fixture)->n_unexpected, ==, 1);
}

/* What names no symbol may have been about any. */
static void
test_broken (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  pst_simulated_transport_push (fixture->wire, "{\"type\":\"l2_up", -1);
  advance_ms (fixture, 1);
  for (guint n = 0; n < N_SYMBOLS; n++)
    g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_STALE);
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  pst_simulated_transport_push (fixture->wire, "{\"type\":\"trade\",\"symbol\":\"BTCUSD\"", -1);
  pst_simulated_transport_push (fixture->wire, "{\"result\":\"error\",\"reason\":\"RateLimited\"}", -1);
  pst_simulated_transport_push (fixture->wire, "{\"type\":\"candles_1m_updates\",\"symbol\":\"BTCUSD\",\"changes\":[[1,2,3,4,5,6]]}", -1);
  push (fixture, "XRPUSD", "[\"buy\",\"1\",\"1\"]", "");
  advance_ms (fixture, 10);
  assert_true_books (fixture);
  g_assert_cmpuint (pst_gemini_get_counts (PST_GEMINI (fixture->venue))->n_errors, ==, 1);
}

static void
test_silence (Fixture *fixture, gconstpointer data)
{
  start (fixture);
  for (guint i = 0; i < 10; i++)
    {
      heartbeat (fixture);
      advance_ms (fixture, 5000);
    }
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 1);
  advance_ms (fixture, 10100);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 0)), ==, PST_BOOK_STALE);
  advance_ms (fixture, 2000);
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 2);
  assert_true_books (fixture);
  g_assert_nonnull (strstr (fixture->got->str, "[\"BTCUSD\",\"ETHBTC\"]")); /* all at once: they are known */
  g_assert_null (strstr (fixture->got->str, "GET"));
}

/* A symbol that the venue does not know is named; the others go on. */
static void
test_unknown_symbol (Fixture *fixture, gconstpointer data)
{
  start_with (fixture, "BTC/USD;BTC/XYZ;ETH/BTC");
  g_assert_nonnull (strstr (pst_harness_find_record (fixture->harness, PST_RECORD_ALERT)->alert.message, "BTC/XYZ"));
  for (guint n = 0; n < 3; n += 2)
    g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_LIVE);
  g_assert_cmpuint (pst_venue_get_listing (fixture->venue, 1)->instrument, ==, PST_INSTRUMENT_NONE);
}

/* A venue that cannot answer now is asked again. */
static void
test_details_later (Fixture *fixture, gconstpointer data)
{
  fixture->details_status = 503;
  start (fixture);
  g_assert_cmpuint (pst_venue_get_listing (fixture->venue, 0)->instrument, ==, PST_INSTRUMENT_NONE);
  pst_simulated_transport_fault_request (fixture->wire, PST_HTTP_TIMED_OUT, 0, FALSE);
  fixture->details_status = 200;
  advance_ms (fixture, 30000);
  assert_true_books (fixture);
  g_assert_cmpuint (counts_of (fixture)->n_connects, ==, 1);
}

/* No live book that is crossed is ever seen. */
static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint n = 0; n < N_SYMBOLS; n++)
    g_assert_false (pst_book_get_state (seen_book (fixture, n)) == PST_BOOK_LIVE && pst_book_is_crossed (seen_book (fixture, n)));
}

/* After a message with its fault and the next one: a live book that differs from the venue's is counted, and the venue's made the same, so that the
 * next trial begins right. */
static void
judge (Fixture *fixture)
{
  gboolean lost = FALSE, wrong = FALSE;

  for (guint n = 0; n < N_SYMBOLS; n++)
    if (pst_book_get_state (seen_book (fixture, n)) != PST_BOOK_LIVE)
      lost = TRUE;
    else if (!same_book (seen_book (fixture, n), fixture->truth[n]))
      {
        wrong = TRUE;
        pst_book_free (fixture->truth[n]);
        fixture->truth[n] = pst_book_copy (seen_book (fixture, n));
      }
  fixture->n_trials++;
  fixture->n_lost += lost;
  fixture->n_wrong += wrong;
}

/* A random change; every third removes a level. */
static void
change_somewhere (Fixture *fixture, PstRandom *random)
{
  PstSide side = pst_random_below (random, 2) ? PST_SIDE_BUY : PST_SIDE_SELL;
  gint64 price = side == PST_SIDE_BUY ? 10050 - (gint64)pst_random_below (random, 60) : 10051 + (gint64)pst_random_below (random, 60);

  change (fixture, (guint)pst_random_below (random, N_SYMBOLS), side, price, (gint64)pst_random_below (random, 3) * 1000000);
}

/* One fault for each of many messages. This protocol numbers nothing and sums nothing: what is not malformed and does not cross is believed. A book
 * that is known to be wrong is never seen, and all of them come right when they are asked for anew. */
static void
test_faults (Fixture *fixture, gconstpointer data)
{
  static const PstFault faults[] = { PST_FAULT_DROP, PST_FAULT_DUPLICATE, PST_FAULT_REORDER, PST_FAULT_CORRUPT };
  static const char *const names[] = { "dropped", "repeated", "swapped with the next", "one digit changed" };
  guint fault = GPOINTER_TO_UINT (data);
  PstRandom random;

  g_test_message ("seed %d", SEED);
  pst_random_init (&random, SEED, "faults");
  start (fixture);
  g_signal_connect (fixture->venue, "frame-received", G_CALLBACK (on_frames), fixture);
  for (guint i = 0; i < N_TRIALS; i++)
    {
      pst_simulated_transport_fault_message (fixture->wire, 1, faults[fault], 0);
      change_somewhere (fixture, &random);
      change_somewhere (fixture, &random);
      advance_ms (fixture, 1); /* what is lost is asked for, and is not there yet */
      judge (fixture);
      heartbeat (fixture);
      advance_ms (fixture, 5000);
    }
  g_signal_handlers_disconnect_by_func (fixture->venue, on_frames, fixture);
  g_test_message ("%u messages %s: %u noticed (%" G_GUINT64_FORMAT " crossed), %u believed though wrong", fixture->n_trials, names[fault],
                  fixture->n_lost, counts_of (fixture)->n_losses[PST_VENUE_LOSS_CROSSED], fixture->n_wrong);
  if (faults[fault] == PST_FAULT_DUPLICATE)
    g_assert_cmpuint (fixture->n_wrong, ==, 0); /* sizes are absolute: to say it twice is to say it once */
  else
    g_assert_cmpuint (fixture->n_wrong, >, 0);
  pst_simulated_transport_hang_up (fixture->wire, 1000, "bye");
  for (guint i = 0; i < 24; i++)
    {
      advance_ms (fixture, 5000);
      heartbeat (fixture);
    }
  assert_true_books (fixture);
}

static void
test_options (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *venue = pst_harness_add (harness, PST_TYPE_GEMINI, "gemini", "instruments", "BTC/USD", "depth", "10", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, venue, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "whole books"));
  pst_harness_finish (harness);
}

/* A session for the conformance tests. */
static char *
write_capture (void)
{
  g_autofree char *folder = g_dir_make_tmp ("gemini-XXXXXX", NULL);
  char *path = g_build_filename (folder, "session.0", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path,
                       "wss://api.gemini.com/v2/marketdata/ <-> 1618677942.3390841\n"
                       "1618677942.586266: {\"type\":\"heartbeat\",\"timestamp\":1618677942928}\n",
                       -1, &error);
  g_assert_no_error (error);
  return path;
}

#define ADD(name, function) g_test_add ("/gemini/session/" name, Fixture, NULL, set_up, function, tear_down)
#define ADD_FAULT(name, number) g_test_add ("/gemini/faults/" name, Fixture, GUINT_TO_POINTER (number), set_up, test_faults, tear_down)

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
  g_test_add_func ("/gemini/options", test_options);
  ADD ("life", test_life);
  ADD ("trades-with-levels", test_trades_with_levels);
  ADD ("malformed", test_malformed);
  ADD ("crossed", test_crossed);
  ADD ("unknown-type", test_unknown_type);
  ADD ("broken", test_broken);
  ADD ("silence", test_silence);
  ADD ("unknown-symbol", test_unknown_symbol);
  ADD ("details-later", test_details_later);
  ADD_FAULT ("drop", 0);
  ADD_FAULT ("duplicate", 1);
  ADD_FAULT ("reorder", 2);
  ADD_FAULT ("corrupt", 3);
  status = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  return status;
}
