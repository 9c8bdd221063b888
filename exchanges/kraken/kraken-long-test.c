/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session that runs for long: ten minutes of a recorded session, looped, with every checksum right, books that are the same after each round, and
 * memory that is what it was after the first. With PENSTOCK_TEST_LONG=1 in the environment some thirty days of it. */

#include <malloc.h>

#include "kraken-test-context.h"

#define ROUND_SECONDS 118u
#define ROUNDS (600u / ROUND_SECONDS + 1)
#define ROUNDS_LONG 20000u
#define CHECKSUMS 14496u
/* Of lists that grow to what they need once. */
#define GROWTH_MAX 4096u

/* Heap that is in use, in bytes. */
static gsize
heap (void)
{
  return mallinfo2 ().uordblks;
}

static void
play_round (PstVenue *venue, GArray *messages)
{
  for (guint i = 0; i < messages->len; i++)
    {
      const KitMessage *kept = &g_array_index (messages, KitMessage, i);
      const PstMessage message = { kept->text, kept->length, 1 };

      PST_VENUE_GET_CLASS (venue)->message (venue, &message);
    }
}

/* What is kept for checksums has not drifted from the books. */
static guint64
check_books (PstVenue *venue)
{
  guint64 sum = 0;

  for (guint i = 0; i < pst_venue_get_n_listings (venue); i++)
    {
      PstListing *listing = pst_venue_get_listing (venue, i);
      guint32 kept = pst_kraken_checksum_get (&pst_kraken_listing_of (listing)->checksum, listing->book, listing->price_scale, listing->size_scale);

      g_assert_cmpint (pst_book_get_state (listing->book), ==, PST_BOOK_LIVE);
      g_assert_cmpuint (kept, ==, kit_slow_checksum (listing->book, listing->price_scale, listing->size_scale));
      sum = sum * 31 + kept + pst_book_get_n_levels (listing->book, PST_SIDE_BUY) * 7u + pst_book_get_n_levels (listing->book, PST_SIDE_SELL);
    }
  return sum;
}

static void
test_long (void)
{
  guint n_rounds = g_getenv ("PENSTOCK_TEST_LONG") != NULL ? ROUNDS_LONG : ROUNDS;
  g_autofree char *path = kit_recording (KIT_V1_BOOKS);
  g_autoptr (GArray) messages = NULL;
  TestContext *context;
  PstVenue *venue;
  guint64 sum = 0;
  gsize used = 0;

  if (path == NULL)
    return;
  messages = kit_load (path);
  context = g_object_new (TEST_TYPE_CONTEXT, NULL);
  venue = test_context_start_venue (context, PST_KRAKEN_V1, 1000, KIT_V1_INSTRUMENTS);
  for (guint n = 1; n <= n_rounds; n++)
    {
      guint64 now;

      /* As behind a new connection. */
      PST_VENUE_GET_CLASS (venue)->closed (venue);
      play_round (venue, messages);
      g_assert_cmpuint (pst_venue_get_counts (venue)->n_checksums, ==, (guint64)n * CHECKSUMS);
      now = check_books (venue);
      g_assert_true (n == 1 || now == sum);
      sum = now;
      if (n == 1)
        used = heap ();
    }
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint (heap (), <=, used + GROWTH_MAX);
#endif
  g_test_message ("%u rounds, %" G_GUINT64_FORMAT " checksums, %" G_GSIZE_FORMAT " bytes in use after the first, %" G_GSIZE_FORMAT " after the last",
                  n_rounds, pst_venue_get_counts (venue)->n_checksums, used, heap ());
  test_context_stop_venue (venue);
  g_object_unref (context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kraken/long/looped", test_long);
  return g_test_run ();
}
