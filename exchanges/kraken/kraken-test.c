/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The session against a venue that the test plays: what an operator relies on while the venue, or the network, does not do what it should. */

#include "kraken-test-peer.h"

#define MS PST_NS_PER_MS

const PstPluginEntry *penstock_plugin_entry (void);

typedef struct
{
  PstHarness *harness;
  PstClock *clock;
  PstSimulatedTransport *wire;
  Peer peer;
  PstVenue *venue;
  PstKrakenProtocol protocol;
} Fixture;

static PstListing *
listing (Fixture *fixture, guint number)
{
  return pst_venue_get_listing (fixture->venue, number);
}

static void
advance (Fixture *fixture, gint64 ms)
{
  pst_harness_advance (fixture->harness, ms * MS);
}

static gboolean
is_live (Fixture *fixture, guint number)
{
  return pst_book_get_state (listing (fixture, number)->book) == PST_BOOK_LIVE;
}

static void
set_up_with (Fixture *fixture, PstKrakenProtocol protocol, guint depth, guint64 seed, const char *instruments, const char *channels)
{
  g_autofree char *depth_text = g_strdup_printf ("%u", depth);

  fixture->protocol = protocol;
  fixture->harness = pst_harness_new ();
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->clock = pst_context_get_clock (PST_CONTEXT (fixture->harness));
  fixture->wire = pst_simulated_transport_new (fixture->clock, seed);
  pst_harness_set_transport (fixture->harness, PST_TRANSPORT (fixture->wire));
  peer_init (&fixture->peer, fixture->wire, protocol, depth, seed);
  fixture->venue
      = PST_VENUE (pst_harness_add (fixture->harness, PST_TYPE_KRAKEN, "kraken", "instruments", instruments, "depth", depth_text, "channels",
                                    channels, "protocol", protocol == PST_KRAKEN_V1 ? "v1" : "v2", "reconnect-budget", "0", NULL));
  pst_harness_start (fixture->harness, PST_COMPONENT (fixture->venue));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  set_up_with (fixture, (PstKrakenProtocol)GPOINTER_TO_UINT (data), 10, 1, "BTC/USD;ETH/USD;ETH/BTC", "book;trade;ticker");
  advance (fixture, 100);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_harness_stop (fixture->harness, PST_COMPONENT (fixture->venue));
  pst_harness_set_transport (fixture->harness, NULL);
  g_clear_object (&fixture->wire);
  pst_harness_finish (fixture->harness);
  peer_clear (&fixture->peer);
}

static void
push (Fixture *fixture, const char *text)
{
  g_assert_true (pst_simulated_transport_push (fixture->wire, text, -1));
  advance (fixture, 5);
}

static void
assert_equal (Fixture *fixture)
{
  for (guint i = 0; i < fixture->peer.n_markets; i++)
    {
      g_autofree char *ours = peer_top_text (listing (fixture, i)->book), *theirs = peer_top_text (fixture->peer.markets[i].book);

      g_assert_true (is_live (fixture, i));
      g_assert_cmpstr (ours, ==, theirs);
    }
}

static gboolean
has_record (Fixture *fixture, PstRecordKind kind, const char *part)
{
  for (guint i = 0; i < pst_harness_get_n_records (fixture->harness); i++)
    {
      const PstRecord *record = pst_harness_get_record (fixture->harness, i);
      const char *text = kind == PST_RECORD_ALERT ? record->alert.message : record->note.detail;

      if (record->kind == kind && strstr (text, part) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* v1 keeps a whole book back until a change proves it; every book moves once. */
static void
prove (Fixture *fixture)
{
  for (guint i = 0; i < fixture->peer.n_markets; i++)
    peer_set (&fixture->peer, &fixture->peer.markets[i], PST_SIDE_BUY, 10000, 500 + i);
  advance (fixture, 5);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  const PstInstrument *instrument;

  if (fixture->protocol == PST_KRAKEN_V1)
    {
      /* Unproven, so nobody has seen it. */
      g_assert_false (is_live (fixture, 0));
      g_assert_cmpuint (pst_harness_get_n_frames (fixture->harness), ==, 0);
      g_assert_nonnull (strstr (fixture->peer.sent->str,
                                "{\"event\":\"subscribe\",\"pair\":[\"XBT/USD\",\"ETH/USD\",\"ETH/XBT\"],\"subscription\":{\"name\":"
                                "\"book\",\"depth\":10}}"));
    }
  else
    {
      g_assert_true (is_live (fixture, 0));
      g_assert_nonnull (strstr (fixture->peer.sent->str,
                                "{\"method\":\"subscribe\",\"params\":{\"channel\":\"book\",\"symbol\":[\"BTC/USD\",\"ETH/USD\","
                                "\"ETH/BTC\"],\"depth\":10,\"snapshot\":true}}"));
    }
  prove (fixture);
  assert_equal (fixture);
  instrument = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (fixture->harness)), listing (fixture, 0)->instrument);
  g_assert_cmpstr (instrument->id, ==, "BTC/USD.KRAKEN");
  g_assert_cmpuint (instrument->price_scale, ==, 2);
  g_assert_cmpint (instrument->size_min, ==, 10000);
  for (guint i = 0; i < 500; i++)
    {
      peer_change (&fixture->peer, &fixture->peer.markets[i % 3]);
      advance (fixture, 5);
    }
  assert_equal (fixture);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_malformed, ==, 0);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_unexpected, ==, 0);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_CHECKSUM], ==, 0);
}

/* One lost change: that book alone is asked for again, what still comes of the old one is ignored, and the others go on. */
static void
test_lost_change (Fixture *fixture, gconstpointer data)
{
  const PstVenueCounts *counts = pst_venue_get_counts (fixture->venue);
  PeerMarket *market = &fixture->peer.markets[1];
  guint64 n_ignored;

  prove (fixture);
  g_string_truncate (fixture->peer.sent, 0);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_DROP, 0);
  peer_set (&fixture->peer, market, PST_SIDE_BUY, 9999, 1);
  peer_set (&fixture->peer, market, PST_SIDE_SELL, 10001, 1);
  /* On their way when the session notices. */
  peer_set (&fixture->peer, market, PST_SIDE_SELL, 10001, 2);
  peer_set (&fixture->peer, market, PST_SIDE_SELL, 10001, 3);
  pst_harness_advance (fixture->harness, MS + MS / 2);
  g_assert_false (is_live (fixture, 1));
  g_assert_true (is_live (fixture, 0) && is_live (fixture, 2));
  g_assert_cmpuint (counts->n_losses[PST_VENUE_LOSS_CHECKSUM], ==, 1);
  n_ignored = counts->n_ignored;
  g_assert_cmpuint (n_ignored, ==, 2);
  advance (fixture, 20);
  g_assert_null (strstr (fixture->peer.sent->str, fixture->peer.markets[0].symbol));
  g_assert_nonnull (strstr (fixture->peer.sent->str, "unsubscribe"));
  prove (fixture);
  assert_equal (fixture);
  g_assert_cmpuint (counts->n_resyncs, ==, 1);
  g_assert_cmpuint (counts->n_ignored, ==, n_ignored);
}

/* A change that overtakes: checksums alone would take the older one for the truth. */
static void
test_overtaken (Fixture *fixture, gconstpointer data)
{
  PeerMarket *market = &fixture->peer.markets[0];

  prove (fixture);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_REORDER, 0);
  peer_set (&fixture->peer, market, PST_SIDE_BUY, 10000, 111);
  peer_set (&fixture->peer, market, PST_SIDE_BUY, 10000, 222);
  pst_harness_advance (fixture->harness, MS + MS / 2);
  g_assert_false (is_live (fixture, 0));
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_GAP], ==, 1);
  advance (fixture, 50);
  prove (fixture);
  assert_equal (fixture);
}

static void
test_unsubscribed (Fixture *fixture, gconstpointer data)
{
  prove (fixture);
  peer_ack (&fixture->peer, &fixture->peer.markets[2], "book", FALSE);
  fixture->peer.markets[2].subscribed = FALSE;
  pst_harness_advance (fixture->harness, MS + MS / 2);
  g_assert_false (is_live (fixture, 2));
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_VENUE], ==, 1);
  advance (fixture, 50);
  prove (fixture);
  assert_equal (fixture);
}

static const PstEvent *
last_event (Fixture *fixture, PstEventKind kind)
{
  for (guint i = pst_harness_get_n_frames (fixture->harness); i > 0; i--)
    {
      const PstFrame *frame = pst_harness_get_frame (fixture->harness, i - 1);

      for (guint n = frame->n_events; n > 0; n--)
        if (frame->events[n - 1].kind == kind)
          return &frame->events[n - 1];
    }
  return NULL;
}

static void
test_trades_and_tickers (Fixture *fixture, gconstpointer data)
{
  static const char *const v1[]
      = { "[1,[[\"100.01\",\"0.5\",\"1617666461.465618\",\"s\",\"m\",\"\"]],\"trade\",\"XBT/USD\"]",
          "[1,{\"a\":[\"100.02\",0,\"0.3\"],\"b\":[\"100.00\",4,\"4.0\"]},\"ticker\",\"XBT/USD\"]" },
      *const v2[] = {
        "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\"side\":\"sell\",\"price\":100.01,\"qty\":0.5,\"trade_id\":9,"
        "\"timestamp\":\"2026-01-01T00:00:00.5Z\"}]}",
        "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\"bid\":100.00,\"bid_qty\":4,\"ask\":100.02,\"ask_qty\":0.3}]}"
      };
  const char *const *texts = fixture->protocol == PST_KRAKEN_V1 ? v1 : v2;
  const PstEvent *event;

  push (fixture, texts[0]);
  event = last_event (fixture, PST_EVENT_TRADE);
  g_assert_cmpint (event->trade.price, ==, 10001);
  g_assert_cmpint (event->trade.size, ==, 50000000);
  g_assert_cmpuint (event->trade.aggressor, ==, PST_SIDE_SELL);
  push (fixture, texts[1]);
  event = last_event (fixture, PST_EVENT_QUOTE);
  g_assert_cmpint (event->quote.ask_price, ==, 10002);
  g_assert_cmpint (event->quote.bid_size, ==, 400000000);
  if (fixture->protocol == PST_KRAKEN_V1)
    return;
  /* A trade has a number: it counts once. */
  push (fixture, texts[0]);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_trades, ==, 1);
}

/* Whatever cannot be read is counted and changes nothing; a book that it names is asked for anew. */
static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  const PstVenueCounts *counts = pst_venue_get_counts (fixture->venue);
  guint n_frames;

  prove (fixture);
  n_frames = pst_harness_get_n_frames (fixture->harness);
  push (fixture, "{");
  push (fixture, "nonsense");
  push (fixture, "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\"}]}");
  g_assert_cmpuint (counts->n_malformed, ==, 3);
  g_assert_cmpuint (pst_harness_get_n_frames (fixture->harness), ==, n_frames);
  assert_equal (fixture);
  push (fixture, fixture->protocol == PST_KRAKEN_V1
                     ? "[7,{\"b\":[[\"1e2\",\"1\",\"1700000000.000000\"]],\"c\":\"1\"},\"book-10\",\"XBT/USD\"]"
                     : "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\"bids\":[{\"price\":1e2,"
                       "\"qty\":1}],\"asks\":[],\"checksum\":1,\"timestamp\":\"2026-01-01T09:00:00.5Z\"}]}");
  g_assert_cmpuint (counts->n_losses[PST_VENUE_LOSS_MALFORMED], ==, 1);
  g_assert_true (has_record (fixture, PST_RECORD_ALERT, "book"));
  advance (fixture, 50);
  prove (fixture);
  assert_equal (fixture);
  /* Instruments and channels that nobody asked for. */
  push (fixture, fixture->protocol == PST_KRAKEN_V1 ? "[7,{\"b\":[],\"c\":\"1\"},\"book-10\",\"A/B\"]"
                                                    : "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"A/B\",\"bids\":[]}]}");
  g_assert_cmpuint (counts->n_unexpected, ==, 1);
}

/* The venue goes away: books are hidden, and all is subscribed again. */
static void
test_reconnect (Fixture *fixture, gconstpointer data)
{
  prove (fixture);
  for (guint i = 0; i < 15; i++)
    {
      push (fixture, fixture->protocol == PST_KRAKEN_V1 ? "{\"event\":\"heartbeat\"}" : "{\"channel\":\"heartbeat\"}");
      advance (fixture, 995);
    }
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_connects, ==, 1);
  pst_simulated_transport_hang_up (fixture->wire, 1001, "going away");
  advance (fixture, 3);
  g_assert_false (is_live (fixture, 0));
  advance (fixture, 3000);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_connects, ==, 2);
  prove (fixture);
  assert_equal (fixture);
}

static void
test_rate (Fixture *fixture, gconstpointer data)
{
  prove (fixture);
  push (fixture, fixture->protocol == PST_KRAKEN_V1 ? "{\"errorMessage\":\"Exceeded msg rate\",\"event\":\"error\"}"
                                                    : "{\"error\":\"Exceeded msg rate\",\"method\":\"subscribe\",\"success\":false}");
  g_assert_true (has_record (fixture, PST_RECORD_NOTE, "Exceeded msg rate"));
  advance (fixture, 5000);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_connects, ==, 2);
  prove (fixture);
  assert_equal (fixture);
}

static void
test_statuses (Fixture *fixture, gconstpointer data)
{
  gboolean v1 = fixture->protocol == PST_KRAKEN_V1;

  prove (fixture);
  push (fixture, v1 ? "{\"event\":\"systemStatus\",\"status\":\"post_only\"}"
                    : "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"post_only\"}]}");
  g_assert_cmpuint (last_event (fixture, PST_EVENT_STATUS)->status, ==, PST_INSTRUMENT_STATUS_POST_ONLY);
  push (fixture, v1 ? "{\"event\":\"systemStatus\",\"status\":\"online\"}"
                    : "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"online\"}]}");
  g_assert_cmpuint (last_event (fixture, PST_EVENT_STATUS)->status, ==, PST_INSTRUMENT_STATUS_TRADING);
  if (!v1)
    {
      push (fixture, "{\"channel\":\"instrument\",\"type\":\"update\",\"data\":{\"pairs\":[{\"symbol\":\"ETH/USD\",\"status\":\"cancel_only\"}]}}");
      g_assert_cmpuint (last_event (fixture, PST_EVENT_STATUS)->status, ==, PST_INSTRUMENT_STATUS_CANCEL_ONLY);
      g_assert_cmpuint (last_event (fixture, PST_EVENT_STATUS)->instrument, ==, listing (fixture, 1)->instrument);
    }
  push (fixture, v1 ? "{\"event\":\"systemStatus\",\"status\":\"maintenance\"}"
                    : "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"maintenance\"}]}");
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_VENUE], ==, 3);
}

/* One name that the venue does not know is told, with what to do; the others go on. */
static void
test_unknown (gconstpointer data)
{
  Fixture fixture;

  set_up_with (&fixture, (PstKrakenProtocol)GPOINTER_TO_UINT (data), 10, 1, "BTC/USD;FOO/BAR", "book");
  advance (&fixture, 30000);
  prove (&fixture);
  g_assert_true (is_live (&fixture, 0));
  g_assert_false (is_live (&fixture, 1));
  g_assert_true (has_record (&fixture, PST_RECORD_ALERT, "FOO/BAR"));
  g_assert_null (strstr (fixture.peer.sent->str, "FOO/BAR"));
  tear_down (&fixture, NULL);
}

/* ---- faults by lot ---- */

/* What a strategy would hold: books from frames alone. */
typedef struct
{
  Fixture *fixture;
  PstBook *books[PEER_MARKETS_MAX];
  gboolean hidden[PEER_MARKETS_MAX];
  guint64 seen[PEER_MARKETS_MAX]; /* the change of the state that was seen last */
  guint64 n_states;
} Watcher;

static void
watch_event (Watcher *watcher, guint number, const PstEvent *event)
{
  if (event->kind == PST_EVENT_LEVEL)
    pst_book_apply (watcher->books[number], &event->level);
  else if (event->kind == PST_EVENT_STATUS)
    watcher->hidden[number] = event->status == PST_INSTRUMENT_STATUS_STALE;
}

/* After each frame: a book that is not hidden was true, and not before one that was seen already. */
static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Watcher *watcher = user_data;
  Fixture *fixture = watcher->fixture;

  for (guint f = 0; f < block->n_frames; f++)
    for (guint i = 0; i < fixture->peer.n_markets; i++)
      {
        g_autofree char *text = NULL;
        guint64 changes;

        for (guint n = 0; n < block->frames[f].n_events; n++)
          if (block->frames[f].events[n].instrument == listing (fixture, i)->instrument)
            watch_event (watcher, i, &block->frames[f].events[n]);
        if (watcher->hidden[i] || pst_book_get_n_levels (watcher->books[i], PST_SIDE_BUY) == 0)
          continue;
        text = peer_top_text (watcher->books[i]);
        changes = GPOINTER_TO_SIZE (g_hash_table_lookup (fixture->peer.markets[i].seen, text));
        g_assert_cmpuint (changes, >=, watcher->seen[i]);
        g_assert_cmpuint (changes, >, 0);
        watcher->n_states++;
      }
}

static void
run_faults (PstKrakenProtocol protocol, guint64 seed)
{
  static const guint rates[PST_FAULT_N] = { [PST_FAULT_DROP] = 10,    [PST_FAULT_DUPLICATE] = 10, [PST_FAULT_REORDER] = 10, [PST_FAULT_DELAY] = 10,
                                            [PST_FAULT_CORRUPT] = 10, [PST_FAULT_CUT] = 1,        [PST_FAULT_CUT_AFTER] = 1 };
  static const guint none[PST_FAULT_N] = { 0 };
  Fixture fixture;
  Watcher watcher = { .fixture = &fixture };
  const PstVenueCounts *counts;

  g_test_message ("protocol v%d seed %" G_GUINT64_FORMAT, (int)protocol, seed);
  set_up_with (&fixture, protocol, 10, seed, "BTC/USD;ETH/USD;ETH/BTC", "book");
  counts = pst_venue_get_counts (fixture.venue);
  for (guint i = 0; i < fixture.peer.n_markets; i++)
    watcher.books[i] = pst_book_new (0);
  g_signal_connect (fixture.venue, "frame-received", G_CALLBACK (on_frames), &watcher);
  pst_simulated_transport_set_fault_rates (fixture.wire, rates, 20 * MS);
  for (guint i = 0; i < 3000; i++)
    {
      peer_change (&fixture.peer, &fixture.peer.markets[i % 3]);
      advance (&fixture, 4);
    }
  pst_simulated_transport_set_fault_rates (fixture.wire, none, 0);
  /* Longer than any delay; each book moves. */
  for (guint i = 0; i < 600; i++)
    {
      peer_change (&fixture.peer, &fixture.peer.markets[i % 3]);
      advance (&fixture, 500);
    }
  prove (&fixture);
  assert_equal (&fixture);
  g_assert_cmpuint (counts->n_losses[PST_VENUE_LOSS_CHECKSUM], >, 0);
  g_assert_cmpuint (counts->n_resyncs, >, 0);
  g_assert_cmpuint (watcher.n_states, >, 1000);
  g_test_message ("%" G_GUINT64_FORMAT " states seen, %" G_GUINT64_FORMAT " losses by checksum, %" G_GUINT64_FORMAT " by time, %" G_GUINT64_FORMAT
                  " connections",
                  watcher.n_states, counts->n_losses[PST_VENUE_LOSS_CHECKSUM], counts->n_losses[PST_VENUE_LOSS_GAP], counts->n_connects);
  g_signal_handlers_disconnect_by_data (fixture.venue, &watcher);
  for (guint i = 0; i < fixture.peer.n_markets; i++)
    pst_book_free (watcher.books[i]);
  tear_down (&fixture, NULL);
}

static void
test_faults (gconstpointer data)
{
  for (guint64 seed = 1; seed <= 5; seed++)
    run_faults ((PstKrakenProtocol)GPOINTER_TO_UINT (data), seed);
}

static void
assert_refused (const char *option, const char *value, const char *part)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *kraken = strcmp (option, "instruments") == 0
                             ? pst_harness_add (harness, PST_TYPE_KRAKEN, "kraken", option, value, NULL)
                             : pst_harness_add (harness, PST_TYPE_KRAKEN, "kraken", "instruments", "BTC/USD", option, value, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, kraken, &error));
  g_assert_nonnull (strstr (error->message, part));
  pst_harness_finish (harness);
}

static void
test_options (void)
{
  assert_refused ("depth", "30", "10, 25, 100, 500 or 1000");
  assert_refused ("channels", "book;trades", "did you mean \"trade\"?");
  assert_refused ("instruments", "BTCUSD", "BASE/QUOTE");
  /* Two names of one thing. */
  assert_refused ("instruments", "BTC/USD;XBT/USD", "twice");
}

/* "/kraken/session/v2/NAME", kept for the whole run. */
static const char *
path (guint protocol, const char *name)
{
  g_autofree char *text = g_strdup_printf ("/kraken/session/v%u/%s", protocol, name);

  return g_intern_string (text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kraken/session/options", test_options);
  for (guint n = PST_KRAKEN_V1; n <= PST_KRAKEN_V2; n++)
    {
      gpointer data = GUINT_TO_POINTER (n);

      g_test_add (path (n, "life"), Fixture, data, set_up, test_life, tear_down);
      g_test_add (path (n, "lost-change"), Fixture, data, set_up, test_lost_change, tear_down);
      g_test_add (path (n, "overtaken"), Fixture, data, set_up, test_overtaken, tear_down);
      g_test_add (path (n, "unsubscribed"), Fixture, data, set_up, test_unsubscribed, tear_down);
      g_test_add (path (n, "trades-and-tickers"), Fixture, data, set_up, test_trades_and_tickers, tear_down);
      g_test_add (path (n, "malformed"), Fixture, data, set_up, test_malformed, tear_down);
      g_test_add (path (n, "reconnect"), Fixture, data, set_up, test_reconnect, tear_down);
      g_test_add (path (n, "rate"), Fixture, data, set_up, test_rate, tear_down);
      g_test_add (path (n, "statuses"), Fixture, data, set_up, test_statuses, tear_down);
      g_test_add_data_func (path (n, "unknown"), data, test_unknown);
      g_test_add_data_func (path (n, "faults"), data, test_faults);
    }
  pst_check_conformance_add (penstock_plugin_entry (), "instruments", "BTC/USD", NULL);
  return g_test_run ();
}
