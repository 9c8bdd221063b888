/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recorded session of 24 seconds, replayed by the whole component over its recorded transport, beside a reader of the test's own that knows neither
 * the parser nor the books. Reads ../shared/market-data beside the source tree; skipped where it is absent. */
#include <json-glib/json-glib.h>
#include <penstock-check.h>

#include "coinbase-test-kit.h"
#include "pst-coinbase.h"

/* Sizes by price, at two and eight decimals, of each side of each product. */
typedef struct
{
  GHashTable *sides[2][2];
} Reader;

static const char *const symbols[] = { "BTC-USD", "ETH-USD" };

static gint64
mantissa (JsonObject *object, const char *name, guint scale)
{
  gint64 value = 0;

  g_assert_true (pst_mantissa_parse (json_object_get_string_member (object, name), -1, scale, &value, NULL));
  return value;
}

static void
reader_apply (Reader *reader, JsonObject *event)
{
  guint n = strcmp (json_object_get_string_member (event, "product_id"), symbols[0]) == 0 ? 0 : 1;
  JsonArray *updates = json_object_get_array_member (event, "updates");
  gboolean is_snapshot = strcmp (json_object_get_string_member (event, "type"), "snapshot") == 0;

  for (guint side = 0; is_snapshot && side < 2; side++)
    g_hash_table_remove_all (reader->sides[n][side]);
  for (guint i = 0; i < json_array_get_length (updates); i++)
    {
      JsonObject *update = json_array_get_object_element (updates, i);
      gint64 price = mantissa (update, "price_level", 2), size = mantissa (update, "new_quantity", 8);
      GHashTable *side = reader->sides[n][strcmp (json_object_get_string_member (update, "side"), "bid") != 0];

      if (size == 0)
        g_hash_table_remove (side, &price);
      else
        g_hash_table_insert (side, g_memdup2 (&price, sizeof price), g_memdup2 (&size, sizeof size));
    }
}

static void
reader_read (Reader *reader, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  PstCaptureItem item;

  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    reader->sides[i / 2][i % 2] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  while (pst_capture_next (capture, &item, &error))
    {
      g_autoptr (JsonParser) json = json_parser_new ();
      JsonObject *message;

      if (item.kind != PST_CAPTURE_RECEIVED)
        continue;
      g_assert_true (json_parser_load_from_data (json, item.text, (gssize)item.length, NULL));
      message = json_node_get_object (json_parser_get_root (json));
      if (strcmp (json_object_get_string_member (message, "channel"), "l2_data") == 0)
        reader_apply (reader, json_array_get_object_element (json_object_get_array_member (message, "events"), 0));
    }
  g_assert_no_error (error);
}

static void
assert_same_side (GHashTable *expected, const PstBook *book, PstSide side)
{
  const PstBookLevel *level;
  PstBookIter iter;

  g_assert_cmpuint (pst_book_get_n_levels (book, side), ==, g_hash_table_size (expected));
  pst_book_iter_init (&iter, book, side);
  while ((level = pst_book_iter_next (&iter)) != NULL)
    {
      const gint64 *size = g_hash_table_lookup (expected, &level->price);

      g_assert_nonnull (size);
      g_assert_cmpint (level->size, ==, *size);
    }
}

/* The books as a strategy has them, made of the events alone: never crossed behind any frame. */
typedef struct
{
  PstBook *books[2];
  guint n_frames;
} Watch;

static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Watch *watch = user_data;

  for (guint i = 0; i < block->n_frames; i++)
    {
      for (guint k = 0; k < block->frames[i].n_events; k++)
        {
          const PstEvent *event = &block->frames[i].events[k];

          g_assert_cmpint (event->kind, !=, PST_EVENT_STATUS);
          for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
            if (event->kind == PST_EVENT_LEVEL && pst_venue_get_listing (PST_VENUE (exchange), n)->instrument == event->instrument)
              pst_book_apply (watch->books[n], &event->level);
        }
      for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
        g_assert_false (pst_book_is_crossed (watch->books[n]));
      watch->n_frames++;
    }
}

static PstVenue *
play (PstHarness *harness, const char *path, const char *instruments, const char *channels)
{
  PstComponent *venue
      = pst_harness_add (harness, PST_TYPE_COINBASE, "coinbase", "instruments", instruments, "channels", channels, "capture", path, NULL);
  Watch watch = { { pst_book_new (0), pst_book_new (0) }, 0 };
  g_autoptr (GError) error = NULL;

  g_signal_connect (venue, "frame-received", G_CALLBACK (on_frames), &watch);
  pst_harness_start (harness, venue);
  g_assert_true (pst_harness_pull_all (harness, PST_EXCHANGE (venue), &error));
  g_assert_no_error (error);
  g_signal_handlers_disconnect_by_func (venue, on_frames, &watch);
  g_assert_cmpuint (watch.n_frames, ==, pst_venue_get_counts (PST_VENUE (venue))->n_frames);
  for (guint n = 0; n < G_N_ELEMENTS (symbols); n++)
    pst_book_free (watch.books[n]);
  return PST_VENUE (venue);
}

static void
assert_nothing_lost (PstVenue *venue)
{
  const PstVenueCounts *counts = pst_venue_get_counts (venue);

  for (guint i = 0; i < PST_VENUE_LOSS_N; i++)
    g_assert_cmpuint (counts->n_losses[i], ==, 0);
  g_assert_cmpuint (counts->n_messages, ==, 1030);
  g_assert_cmpuint (counts->n_malformed, ==, 0);
  g_assert_cmpuint (counts->n_unexpected, ==, 0);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (venue))->n_gaps, ==, 0);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (venue))->n_old, ==, 0);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (venue))->n_heartbeats, ==, 25);
}

static void
test_whole (void)
{
  g_autofree char *path = test_path (TEST_CAPTURE);
  const PstVenueCounts *counts;
  Reader reader = { 0 };
  PstHarness *harness;
  PstVenue *venue;

  if (path == NULL)
    return;
  reader_read (&reader, path);
  harness = pst_harness_new ();
  venue = play (harness, path, "BTC/USD;ETH/USD", "level2;market_trades");
  counts = pst_venue_get_counts (venue);
  assert_nothing_lost (venue);
  g_assert_cmpuint (counts->n_levels, ==, 74193);
  g_assert_cmpuint (counts->n_trades, ==, 79);
  g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (venue))->n_history, ==, 200);
  g_assert_cmpuint (counts->n_frames, ==, 775 + 57); /* books; trades other than history */
  for (guint i = 0; i < 4; i++)
    {
      const PstListing *listing = pst_venue_get_listing (venue, i / 2);
      const PstBook *seen = pst_context_get_book (PST_CONTEXT (harness), listing->instrument);

      g_assert_cmpstr (listing->symbol, ==, symbols[i / 2]);
      assert_same_side (reader.sides[i / 2][i % 2], listing->book, i % 2 == 0 ? PST_SIDE_BUY : PST_SIDE_SELL);
      assert_same_side (reader.sides[i / 2][i % 2], seen, i % 2 == 0 ? PST_SIDE_BUY : PST_SIDE_SELL);
      g_test_message ("%s: %u levels", symbols[i / 2], g_hash_table_size (reader.sides[i / 2][i % 2]));
      g_hash_table_unref (reader.sides[i / 2][i % 2]);
    }
  pst_harness_finish (harness);
}

/* Of a session with more products than the pipeline wants, and by the ticker alone. */
static void
test_part (void)
{
  g_autofree char *path = test_path (TEST_CAPTURE);
  PstHarness *harness;
  PstVenue *venue;

  if (path == NULL)
    return;
  harness = pst_harness_new ();
  venue = play (harness, path, "ETH/USD;BTC/USD", "ticker");
  assert_nothing_lost (venue);
  g_assert_cmpuint (pst_venue_get_counts (venue)->n_levels, ==, 0);
  g_assert_cmpuint (pst_venue_get_counts (venue)->n_trades, ==, 0);
  g_assert_cmpuint (pst_venue_get_counts (venue)->n_frames, ==, 160);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coinbase/capture/whole", test_whole);
  g_test_add_func ("/coinbase/capture/part", test_part);
  return g_test_run ();
}
