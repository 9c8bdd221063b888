/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue whose session is wrong trades on a book that is not there. The venue here speaks a language of its own, one line a message:
 *
 *   snap SYMBOL SEQUENCE side price size side price size ...      up SYMBOL SEQUENCE side price size ...      trade SYMBOL price size
 *
 * and the session answers "sub SYMBOL". */

#include <glib/gstdio.h>
#include <penstock-check.h>
#include <string.h>

/* The session. */

#define TEST_TYPE_TOY (test_toy_get_type ())
G_DECLARE_FINAL_TYPE (TestToy, test_toy, TEST, TOY, PstVenue)

struct _TestToy
{
  PstVenue parent_instance;
};

G_DEFINE_FINAL_TYPE (TestToy, test_toy, PST_TYPE_VENUE)

static char *
toy_format_symbol (PstVenue *venue, const char *base, const char *quote)
{
  return g_strconcat (base, quote, NULL);
}

static char *
toy_get_metadata_url (PstVenue *venue)
{
  return g_strdup ("https://toy.test/instruments");
}

/* "BTCUSD 2 4 GRID" a line. */
static gboolean
toy_take_metadata (PstVenue *venue, const char *text, gsize length, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      PstListing *listing = pst_venue_find_listing (venue, words[0], strlen (words[0]));
      PstInstrument draft = { 0 };

      if (g_strv_length (words) != 4)
        {
          g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "line %u is malformed", i + 1);
          return FALSE;
        }
      draft.price_scale = (guint8)g_ascii_strtoull (words[1], NULL, 10);
      draft.size_scale = (guint8)g_ascii_strtoull (words[2], NULL, 10);
      draft.price_step = g_ascii_strtoll (words[3], NULL, 10);
      if (listing != NULL && !pst_venue_list (venue, listing, &draft, error))
        return FALSE;
    }
  return TRUE;
}

static char *
toy_get_url (PstVenue *venue)
{
  return g_strdup ("wss://toy.test/ws");
}

static void
toy_resynchronise (PstVenue *venue, PstListing *listing)
{
  g_autofree char *text = g_strdup_printf ("sub %s", listing->symbol);

  pst_venue_send (venue, text);
}

static void
toy_opened (PstVenue *venue)
{
  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      PstListing *listing = pst_venue_get_listing (venue, i);

      if (listing->instrument == PST_INSTRUMENT_NONE)
        continue;
      toy_resynchronise (venue, listing);
      pst_venue_await_book (venue, listing);
    }
}

static gboolean
apply_words (PstVenue *venue, PstListing *listing, char **words)
{
  for (; words[0] != NULL; words += 3)
    {
      PstBookLevel level;

      if (words[1] == NULL || words[2] == NULL
          || !pst_venue_read_number (words[1], strlen (words[1]), listing->price_scale, &level.price, &level.price_decimals)
          || !pst_venue_read_number (words[2], strlen (words[2]), listing->size_scale, &level.size, &level.size_decimals)
          || !pst_venue_level (venue, listing, words[0][0] == 'b' ? PST_SIDE_BUY : PST_SIDE_SELL, &level, 1))
        return FALSE;
    }
  return TRUE;
}

static void
take_book (PstVenue *venue, PstListing *listing, gboolean whole, guint64 sequence, char **words)
{
  if (!whole && pst_book_get_state (listing->book) != PST_BOOK_LIVE)
    pst_venue_count_ignored (venue, 1);
  else if (!whole && sequence <= listing->sequence)
    pst_venue_count_ignored (venue, 1);
  else if (!whole && sequence != listing->sequence + 1)
    pst_venue_lose (venue, listing, PST_VENUE_LOSS_GAP, "the sequence has a hole");
  else
    {
      if (whole)
        pst_venue_begin_book (venue, listing);
      listing->sequence = sequence;
      if (!apply_words (venue, listing, words))
        pst_venue_lose (venue, listing, PST_VENUE_LOSS_MALFORMED, "a level is malformed");
      else if (!pst_venue_settle (venue, listing, 1))
        pst_venue_lose (venue, listing, PST_VENUE_LOSS_CROSSED, "crossed");
      else if (whole)
        pst_venue_complete_book (venue, listing, 1);
    }
}

static void
toy_message (PstVenue *venue, const PstMessage *message)
{
  g_auto (GStrv) words = g_strsplit (message->text, " ", -1);
  guint n_words = g_strv_length (words);
  PstListing *listing = n_words >= 3 ? pst_venue_find_listing (venue, words[1], strlen (words[1])) : NULL;

  pst_venue_begin (venue, message->receive_time_ns);
  if (listing == NULL)
    pst_venue_refuse (venue, "message", "not understood", message->text, message->length);
  else if (words[0][0] == 't')
    {
      PstTrade trade = { .aggressor = PST_SIDE_BUY };
      guint8 decimals;

      if (!pst_venue_read_number (words[2], strlen (words[2]), listing->price_scale, &trade.price, &decimals)
          || !pst_venue_trade (venue, listing, &trade, 1))
        pst_venue_refuse (venue, "trade", "price is malformed", message->text, message->length);
    }
  else
    take_book (venue, listing, words[0][0] == 's', g_ascii_strtoull (words[2], NULL, 10), words + 3);
  if (pst_venue_is_in_frame (venue))
    pst_venue_end (venue);
}

static void
test_toy_class_init (TestToyClass *klass)
{
  PstVenueClass *venue_class = PST_VENUE_CLASS (klass);

  venue_class->venue = "TOY";
  venue_class->maker_fee = "0.001";
  venue_class->taker_fee = "0.002";
  venue_class->format_symbol = toy_format_symbol;
  venue_class->get_metadata_url = toy_get_metadata_url;
  venue_class->take_metadata = toy_take_metadata;
  venue_class->get_url = toy_get_url;
  venue_class->opened = toy_opened;
  venue_class->message = toy_message;
  venue_class->resynchronise = toy_resynchronise;
}

static void
test_toy_init (TestToy *toy)
{
}

/* The venue. */

typedef struct
{
  PstHarness *harness;
  PstClock *clock;
  PstSimulatedTransport *wire;
  PstVenue *venue;
  GString *got;
  gint64 start_ns;
  PstBook *truth[2]; /* BTCUSD, ETHUSD */
  guint64 sequences[2];
  guint metadata_status;
  const char *metadata;
  gboolean mute;      /* subscriptions are not answered */
  gboolean malformed; /* snapshots are not what they should be */
} Fixture;

static const char *const symbols[] = { "BTCUSD", "ETHUSD" };

static char *
snapshot_of (const Fixture *fixture, guint n)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "snap %s %" G_GUINT64_FORMAT, symbols[n], fixture->sequences[n]);
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      PstBookIter iter;
      const PstBookLevel *level;

      pst_book_iter_init (&iter, fixture->truth[n], side);
      while ((level = pst_book_iter_next (&iter)) != NULL)
        g_string_append_printf (text, " %s %d.%02d %d.%04d", side == PST_SIDE_BUY ? "b" : "a", (int)(level->price / 100), (int)(level->price % 100),
                                (int)(level->size / 10000), (int)(level->size % 10000));
    }
  return g_string_free (text, FALSE);
}

static void
peer_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->got, "%s@%" G_GINT64_FORMAT " ", text, (pst_clock_now_ns (fixture->clock) - fixture->start_ns) / PST_NS_PER_MS);
  for (guint n = 0; n < 2 && !fixture->mute; n++)
    if (g_str_has_prefix (text, "sub ") && strcmp (text + 4, symbols[n]) == 0)
      {
        g_autofree char *snapshot = fixture->malformed ? g_strdup_printf ("snap %s 1 b x y", symbols[n]) : snapshot_of (fixture, n);

        pst_simulated_transport_push (wire, snapshot, -1);
      }
}

static void
peer_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  static const char *const wait[] = { "retry-after", "7", NULL };
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->got, "GET ");
  reply->status = fixture->metadata_status;
  reply->body = fixture->metadata;
  reply->length = strlen (fixture->metadata);
  if (reply->status != 200)
    reply->headers = wait;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->harness = pst_harness_new ();
  pst_harness_set_mode (fixture->harness, PST_MODE_PAPER);
  fixture->clock = pst_context_get_clock (PST_CONTEXT (fixture->harness));
  fixture->start_ns = pst_clock_now_ns (fixture->clock);
  fixture->wire = pst_simulated_transport_new (fixture->clock, 1);
  fixture->got = g_string_new (NULL);
  fixture->metadata_status = 200;
  fixture->metadata = "BTCUSD 2 4 1\nETHUSD 2 4 5\nXRPUSD 2 4 1\n";
  pst_simulated_transport_set_peer (fixture->wire, &(PstSimulatedPeer){ .on_sent = peer_sent, .on_request = peer_request }, fixture);
  pst_harness_set_transport (fixture->harness, PST_TRANSPORT (fixture->wire));
  for (guint n = 0; n < 2; n++)
    {
      fixture->truth[n] = pst_book_new (0);
      fixture->sequences[n] = 10;
      pst_book_set (fixture->truth[n], PST_SIDE_BUY, 10000, 10000);
      pst_book_set (fixture->truth[n], PST_SIDE_SELL, 10100, 20000);
    }
}

static void
start (Fixture *fixture, const char *depth)
{
  PstComponent *venue = pst_harness_add (fixture->harness, TEST_TYPE_TOY, "toy", "instruments", "btc/usd;ETH/USD", "depth", depth, NULL);

  fixture->venue = PST_VENUE (venue);
  pst_harness_start (fixture->harness, venue);
}

static void
advance_ms (Fixture *fixture, gint64 ms)
{
  pst_harness_advance (fixture->harness, ms * PST_NS_PER_MS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->venue != NULL && pst_component_is_started (PST_COMPONENT (fixture->venue)))
    pst_harness_stop (fixture->harness, PST_COMPONENT (fixture->venue));
  pst_harness_set_transport (fixture->harness, NULL);
  g_clear_object (&fixture->wire);
  pst_harness_finish (fixture->harness);
  for (guint n = 0; n < 2; n++)
    pst_book_free (fixture->truth[n]);
  g_string_free (fixture->got, TRUE);
}

/* The venue changes a level and says so. */
static void
change (Fixture *fixture, guint n, PstSide side, gint64 price, gint64 size)
{
  g_autofree char *text
      = g_strdup_printf ("up %s %" G_GUINT64_FORMAT " %s %d.%02d %d.%04d", symbols[n], ++fixture->sequences[n], side == PST_SIDE_BUY ? "b" : "a",
                         (int)(price / 100), (int)(price % 100), (int)(size / 10000), (int)(size % 10000));

  pst_book_set (fixture->truth[n], side, price, size);
  pst_simulated_transport_push (fixture->wire, text, -1);
}

static gboolean
same_book (const PstBook *a, const PstBook *b)
{
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      guint n = pst_book_get_n_levels (a, side);

      if (n != pst_book_get_n_levels (b, side))
        return FALSE;
      for (guint i = 0; i < n; i++)
        if (pst_book_get_level (a, side, i)->price != pst_book_get_level (b, side, i)->price
            || pst_book_get_level (a, side, i)->size != pst_book_get_level (b, side, i)->size)
          return FALSE;
    }
  return TRUE;
}

static const PstBook *
seen_book (Fixture *fixture, guint n)
{
  return pst_context_get_book (PST_CONTEXT (fixture->harness), pst_venue_get_listing (fixture->venue, n)->instrument);
}

/* What the run sees is live and the truth. */
static void
assert_true_book (Fixture *fixture, guint n)
{
  g_assert_nonnull (seen_book (fixture, n));
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_LIVE);
  g_assert_true (same_book (seen_book (fixture, n), fixture->truth[n]));
  g_assert_true (same_book (pst_venue_get_listing (fixture->venue, n)->book, fixture->truth[n]));
}

static void
assert_got (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->got->str, ==, expected);
  g_string_truncate (fixture->got, 0);
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  const PstInstrument *instrument;

  start (fixture, "0");
  advance_ms (fixture, 10);
  assert_got (fixture, "GET sub BTCUSD@5 sub ETHUSD@5 ");
  g_assert_cmpint (pst_exchange_get_connection (PST_EXCHANGE (fixture->venue)), ==, PST_CONNECTION_CONNECTED);
  instrument = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (fixture->harness)),
                                         pst_venue_get_listing (fixture->venue, 0)->instrument);
  g_assert_cmpstr (instrument->id, ==, "BTC/USD.TOY");
  g_assert_cmpint (instrument->taker_fee, ==, 200000);
  g_assert_cmpint (instrument->settlement, ==, PST_SETTLEMENT_DELIVERY);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 1, PST_SIDE_SELL, 10100, 0);
  pst_simulated_transport_push (fixture->wire, "trade BTCUSD 100.75 1", -1);
  advance_ms (fixture, 10);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_trades, ==, 1);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_levels, ==, 6);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_frames, ==, 5);
}

/* One listing's gap hides that one, asks for that one, and leaves the other alone. */
static void
test_gap (Fixture *fixture, gconstpointer data)
{
  start (fixture, "0");
  advance_ms (fixture, 10);
  g_string_truncate (fixture->got, 0);
  pst_simulated_transport_fault_message (fixture->wire, 1, PST_FAULT_DROP, 0);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 0, PST_SIDE_BUY, 10060, 30000);
  advance_ms (fixture, 1);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 0)), ==, PST_BOOK_STALE);
  assert_true_book (fixture, 1);
  change (fixture, 0, PST_SIDE_BUY, 10070, 30000); /* on its way while the new book is asked for */
  advance_ms (fixture, 5);
  assert_got (fixture, "sub BTCUSD@12 ");
  assert_true_book (fixture, 0);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_GAP], ==, 1);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_resyncs, ==, 1);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_ignored, ==, 1);
}

static void
test_crossed (Fixture *fixture, gconstpointer data)
{
  start (fixture, "0");
  advance_ms (fixture, 10);
  pst_simulated_transport_push (fixture->wire, "up BTCUSD 11 b 101.00 1", -1);
  advance_ms (fixture, 1);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 0)), ==, PST_BOOK_STALE);
  g_assert_null (pst_book_find (seen_book (fixture, 0), PST_SIDE_BUY, 10100)); /* what crossed it was never seen */
  advance_ms (fixture, 5);
  assert_true_book (fixture, 0);
}

/* A new book that is no good is asked for after 0.5, 1, 2 ... seconds, then the connection is made anew. */
static void
test_again_and_again (Fixture *fixture, gconstpointer data)
{
  start (fixture, "0");
  advance_ms (fixture, 10);
  g_string_truncate (fixture->got, 0);
  fixture->malformed = TRUE;
  pst_simulated_transport_push (fixture->wire, "up BTCUSD 99 b 100.00 1", -1);
  advance_ms (fixture, 4000);
  assert_got (fixture, "sub BTCUSD@12 sub BTCUSD@514 sub BTCUSD@1516 sub BTCUSD@3518 ");
  assert_true_book (fixture, 1);
  advance_ms (fixture, 80000);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_connects, ==, 2);
  fixture->malformed = FALSE;
  advance_ms (fixture, 31000);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
}

/* Whoever does not answer is asked again. */
static void
test_mute (Fixture *fixture, gconstpointer data)
{
  fixture->mute = TRUE;
  start (fixture, "0");
  advance_ms (fixture, 5000);
  g_string_truncate (fixture->got, 0);
  advance_ms (fixture, 5006);
  assert_got (fixture, "sub BTCUSD@10005 sub ETHUSD@10005 ");
  fixture->mute = FALSE;
  advance_ms (fixture, 10000);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  start (fixture, "0");
  advance_ms (fixture, 10);
  pst_simulated_transport_hang_up (fixture->wire, 0, "");
  advance_ms (fixture, 1);
  for (guint n = 0; n < 2; n++)
    g_assert_cmpint (pst_book_get_state (seen_book (fixture, n)), ==, PST_BOOK_STALE);
  /* Both in one frame: nobody sees the one hidden and the other live. */
  g_assert_cmpuint (pst_harness_get_frame (fixture->harness, pst_harness_get_n_frames (fixture->harness) - 1)->n_events, ==, 2);
  g_assert_cmpint (pst_exchange_get_connection (PST_EXCHANGE (fixture->venue)), ==, PST_CONNECTION_DISCONNECTED);
  pst_book_set (fixture->truth[0], PST_SIDE_BUY, 10000, 0); /* while nobody listens */
  fixture->sequences[0] += 5;
  advance_ms (fixture, 600);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_connects, ==, 2);
}

/* Metadata are asked for again, not before the venue said; what it does not know is named. */
static void
test_metadata (Fixture *fixture, gconstpointer data)
{
  const PstRecord *alert;

  fixture->metadata_status = 503;
  fixture->metadata = "BTCUSD 2 4 1\n";
  start (fixture, "0");
  advance_ms (fixture, 6900);
  assert_got (fixture, "GET ");
  alert = pst_harness_find_record (fixture->harness, PST_RECORD_ALERT);
  g_assert_nonnull (alert);
  g_assert_nonnull (strstr (alert->alert.message, "503"));
  fixture->metadata_status = 200;
  advance_ms (fixture, 200);
  alert = pst_harness_find_record (fixture->harness, PST_RECORD_ALERT);
  g_assert_nonnull (strstr (alert->alert.message, "ETH/USD (ETHUSD there)"));
  assert_true_book (fixture, 0);
}

/* What is cut here is cut in the run's book, too. */
static void
test_depth (Fixture *fixture, gconstpointer data)
{
  start (fixture, "3");
  advance_ms (fixture, 10);
  for (gint64 i = 1; i <= 5; i++)
    {
      change (fixture, 0, PST_SIDE_BUY, 10000 + i, 100);
      change (fixture, 0, PST_SIDE_SELL, 10100 - i, 100);
    }
  advance_ms (fixture, 10);
  g_assert_cmpuint (pst_book_get_n_levels (seen_book (fixture, 0), PST_SIDE_BUY), ==, 3);
  g_assert_cmpuint (pst_book_get_n_levels (seen_book (fixture, 0), PST_SIDE_SELL), ==, 3);
  g_assert_true (same_book (seen_book (fixture, 0), pst_venue_get_listing (fixture->venue, 0)->book));
  g_assert_cmpint (pst_book_get_best (seen_book (fixture, 0), PST_SIDE_BUY)->price, ==, 10005);
}

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  guint n_alerts = 0;

  start (fixture, "0");
  advance_ms (fixture, 10);
  for (guint i = 0; i < 5; i++)
    pst_simulated_transport_push (fixture->wire, "rubbish \x01\xff", -1);
  pst_simulated_transport_push (fixture->wire, "trade BTCUSD -1 1", -1);
  advance_ms (fixture, 10);
  for (guint i = 0; i < pst_harness_get_n_records (fixture->harness); i++)
    n_alerts += pst_harness_get_record (fixture->harness, i)->kind == PST_RECORD_ALERT;
  g_assert_cmpuint (n_alerts, ==, 2);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_malformed, ==, 6);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
}

/* Off the grid: never published, never in a book that is live. */
static void
test_off_grid (Fixture *fixture, gconstpointer data)
{
  start (fixture, "0");
  advance_ms (fixture, 10);
  pst_simulated_transport_push (fixture->wire, "up ETHUSD 11 b 100.02 1", -1);
  advance_ms (fixture, 1);
  g_assert_cmpint (pst_book_get_state (seen_book (fixture, 1)), ==, PST_BOOK_STALE);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_MALFORMED], ==, 1);
  advance_ms (fixture, 5);
  assert_true_book (fixture, 1);
}

/* Whatever the network does: what is live is true, and in the end all is. */
static void
test_faults (Fixture *fixture, gconstpointer data)
{
  static const guint rates[PST_FAULT_N] = { 20, 20, 20, 20, 20, 3, 3 };
  PstRandom random;

  pst_random_init (&random, 4711, "faults");
  g_test_message ("seed 4711");
  start (fixture, "0");
  advance_ms (fixture, 10);
  pst_simulated_transport_set_fault_rates (fixture->wire, rates, 50 * PST_NS_PER_MS);
  for (guint i = 0; i < 3000; i++)
    {
      guint n = (guint)pst_random_below (&random, 2);
      gboolean buy = pst_random_below (&random, 2) == 0;
      gint64 price = (gint64)pst_random_below (&random, 10) * 5;

      change (fixture, n, buy ? PST_SIDE_BUY : PST_SIDE_SELL, buy ? 10000 - price : 10100 + price, (gint64)pst_random_below (&random, 3) * 10000);
      advance_ms (fixture, (gint64)pst_random_below (&random, 200));
    }
  pst_simulated_transport_set_fault_rates (fixture->wire, (const guint[PST_FAULT_N]){ 0 }, 0);
  pst_simulated_transport_hang_up (fixture->wire, 1012, "restart"); /* a digit that changed goes unnoticed in this language */
  advance_ms (fixture, 400000);
  for (guint n = 0; n < 2; n++)
    assert_true_book (fixture, n);
  g_assert_cmpuint (pst_venue_get_counts (fixture->venue)->n_losses[PST_VENUE_LOSS_GAP], >, 10);
}

static void
refuse (const char *instruments, const char *expected)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *venue = pst_harness_add (harness, TEST_TYPE_TOY, "toy", "instruments", instruments, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, venue, &error));
  g_assert_cmpstr (error->message, ==, expected);
  pst_harness_finish (harness);
}

static void
test_options (void)
{
  refuse ("BTCUSD", "instruments: \"BTCUSD\" is no BASE/QUOTE; write for example BTC/USD, letters and digits only, up to 16 each");
  refuse ("BTC/US$", "instruments: \"BTC/US$\" is no BASE/QUOTE; write for example BTC/USD, letters and digits only, up to 16 each");
  refuse ("BTC/USD;btc/usd", "instruments: BTC/USD is listed twice");
}

/* What was recorded plays back as it was. */
static void
test_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("venue-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "session.jsonl", NULL);
  g_autoptr (GError) error = NULL;
  PstHarness *again = pst_harness_new ();
  PstComponent *venue;
  guint n_frames;

  fixture->venue = PST_VENUE (pst_harness_add (fixture->harness, TEST_TYPE_TOY, "toy", "instruments", "BTC/USD;ETH/USD", "record", path, NULL));
  pst_harness_start (fixture->harness, PST_COMPONENT (fixture->venue));
  advance_ms (fixture, 10);
  change (fixture, 0, PST_SIDE_BUY, 10050, 30000);
  change (fixture, 1, PST_SIDE_SELL, 10100, 0);
  advance_ms (fixture, 10);
  n_frames = pst_harness_get_n_frames (fixture->harness);
  pst_harness_stop (fixture->harness, PST_COMPONENT (fixture->venue));

  venue = pst_harness_add (again, TEST_TYPE_TOY, "toy", "instruments", "BTC/USD;ETH/USD", "capture", path, NULL);
  pst_harness_start (again, venue);
  g_assert_true (pst_exchange_is_feed (PST_EXCHANGE (venue)));
  g_assert_true (pst_harness_pull_all (again, PST_EXCHANGE (venue), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pst_harness_get_n_frames (again), ==, n_frames);
  for (guint i = 0; i < n_frames; i++)
    {
      const PstFrame *a = pst_harness_get_frame (fixture->harness, i), *b = pst_harness_get_frame (again, i);

      g_assert_cmpuint (a->n_events, ==, b->n_events);
      g_assert_cmpint (a->time_ns, ==, b->time_ns);
      for (guint k = 0; k < a->n_events; k++)
        g_assert_cmpmem (&a->events[k].level, sizeof (PstLevel), &b->events[k].level, sizeof (PstLevel));
    }
  pst_harness_finish (again);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    guint8 scale;
    gint64 mantissa;
    int decimals; /* -1: refused */
  } rows[] = {
    { "45283.50000", 5, 4528350000, 5 },
    { "0", 8, 0, 0 },
    { "0.10000000", 8, 10000000, 8 },
    { "12", 2, 1200, 0 },
    { "1.500", 1, 15, 3 },
    { "1.505", 1, 0, -1 },
    { "", 1, 0, -1 },
    { ".5", 1, 0, -1 },
    { "5.", 1, 0, -1 },
    { "-5", 1, 0, -1 },
    { "1e5", 1, 0, -1 },
    { "9223372036854775807", 0, 0, -1 },
    { "922337203685477580", 1, 9223372036854775800, 0 },
    { "922337203685477581", 2, 0, -1 },
    { "1..2", 3, 0, -1 },
    { "0.000000000000000001", 18, 1, 18 },
    { "10", 18, 0, -1 },
  };
  gint64 time_ns;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 mantissa = 0;
      guint8 decimals = 0;
      gboolean ok = pst_venue_read_number (rows[i].text, strlen (rows[i].text), rows[i].scale, &mantissa, &decimals);

      g_test_message ("%s at scale %u", rows[i].text, rows[i].scale);
      g_assert_cmpint (ok, ==, rows[i].decimals >= 0);
      if (!ok)
        continue;
      g_assert_cmpint (mantissa, ==, rows[i].mantissa);
      g_assert_cmpint (decimals, ==, rows[i].decimals);
    }
  g_assert_true (pst_venue_read_seconds ("1616492376.594123", 17, &time_ns));
  g_assert_cmpint (time_ns, ==, G_GINT64_CONSTANT (1616492376594123000));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/venue/life", Fixture, NULL, set_up, test_life, tear_down);
  g_test_add ("/venue/gap", Fixture, NULL, set_up, test_gap, tear_down);
  g_test_add ("/venue/crossed", Fixture, NULL, set_up, test_crossed, tear_down);
  g_test_add ("/venue/again-and-again", Fixture, NULL, set_up, test_again_and_again, tear_down);
  g_test_add ("/venue/mute", Fixture, NULL, set_up, test_mute, tear_down);
  g_test_add ("/venue/cut", Fixture, NULL, set_up, test_cut, tear_down);
  g_test_add ("/venue/metadata", Fixture, NULL, set_up, test_metadata, tear_down);
  g_test_add ("/venue/depth", Fixture, NULL, set_up, test_depth, tear_down);
  g_test_add ("/venue/malformed", Fixture, NULL, set_up, test_malformed, tear_down);
  g_test_add ("/venue/off-grid", Fixture, NULL, set_up, test_off_grid, tear_down);
  g_test_add ("/venue/faults", Fixture, NULL, set_up, test_faults, tear_down);
  g_test_add ("/venue/record", Fixture, NULL, set_up, test_record, tear_down);
  g_test_add_func ("/venue/options", test_options);
  g_test_add_func ("/venue/numbers", test_numbers);
  return g_test_run ();
}
