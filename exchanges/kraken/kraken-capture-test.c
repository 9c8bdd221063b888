/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The recorded sessions: every checksum that the venue sent is right, by parser and book alone and through the whole session. Reads
 * ../shared/market-data/books beside the source tree; skipped where it is absent. */

#include "kraken-test-kit.h"
#include "pst-kraken.h"

#define V1_CHECKSUMS 14496
#define V2_CHECKSUMS 30

typedef struct
{
  PstBook *book;
  PstKrakenChecksum checksum;
} Kept;

static void
kept_free (gpointer data)
{
  pst_book_free (((Kept *)data)->book);
  g_free (data);
}

/* Applies every book of the messages; the number of checksums, all of which must be right. */
static guint
verify_all (GArray *messages, PstKrakenProtocol protocol, guint depth)
{
  g_autoptr (PstKrakenParser) parser = pst_kraken_parser_new (protocol);
  g_autoptr (GHashTable) books = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
  guint n_checksums = 0;

  for (guint i = 0; i < messages->len; i++)
    {
      const KitMessage *message = &g_array_index (messages, KitMessage, i);
      const PstKrakenMessage *facts = &parser->message;

      g_assert_true (pst_kraken_parser_parse (parser, message->text, message->length));
      for (guint k = 0; k < facts->n_books; k++)
        {
          const PstKrakenBook *book = &facts->books[k];
          g_autofree char *symbol = g_strndup (book->symbol.text, book->symbol.length);
          Kept *kept = g_hash_table_lookup (books, symbol);

          if (kept == NULL)
            {
              kept = g_new0 (Kept, 1);
              kept->book = pst_book_new (depth);
              g_hash_table_insert (books, g_steal_pointer (&symbol), kept);
            }
          if (book->snapshot)
            {
              pst_book_clear (kept->book);
              pst_kraken_checksum_reset (&kept->checksum);
            }
          for (guint n = 0; n < book->n_levels; n++)
            {
              const PstKrakenLevel *level = &facts->levels[book->first + n];
              PstBookLevel now;

              g_assert_true (kit_read_level (level, KIT_PRICE_SCALE, KIT_SIZE_SCALE, &now));
              pst_book_set_level (kept->book, (PstSide)level->side, &now);
              pst_kraken_checksum_note (&kept->checksum, (PstSide)level->side, now.price);
            }
          g_assert_true (pst_book_settle (kept->book));
          if (!book->has_checksum)
            continue;
          g_assert_cmpuint (pst_kraken_checksum_get (&kept->checksum, kept->book, KIT_PRICE_SCALE, KIT_SIZE_SCALE), ==, book->checksum);
          n_checksums++;
        }
    }
  return n_checksums;
}

static void
test_v1_parser (void)
{
  g_autofree char *path = kit_recording (KIT_V1_BOOKS);
  g_autoptr (GArray) messages = NULL;

  if (path == NULL)
    return;
  messages = kit_load (path);
  g_assert_cmpuint (verify_all (messages, PST_KRAKEN_V1, 1000), ==, V1_CHECKSUMS);
}

static void
test_v2_parser (void)
{
  g_autofree char *path = kit_recording (KIT_V2_BOOKS);
  g_autoptr (GArray) messages = NULL;

  if (path == NULL)
    return;
  messages = kit_load (path);
  g_assert_cmpuint (verify_all (messages, PST_KRAKEN_V2, 25), ==, V2_CHECKSUMS);
}

/* A session over a recorded one. */
static PstExchange *
play (PstHarness *harness, const char *path, const char *protocol, const char *depth, const char *instruments, const char *channels)
{
  PstComponent *kraken = pst_harness_add (harness, PST_TYPE_KRAKEN, "kraken", "protocol", protocol, "depth", depth, "instruments", instruments,
                                          "channels", channels, "capture", path, "assume-price-scale", "9", "assume-size-scale", "8", NULL);
  g_autoptr (GError) error = NULL;

  pst_harness_start (harness, kraken);
  g_assert_true (pst_harness_pull_all (harness, PST_EXCHANGE (kraken), &error));
  g_assert_no_error (error);
  return PST_EXCHANGE (kraken);
}

static void
assert_clean (const PstVenueCounts *counts)
{
  for (guint i = 0; i < PST_VENUE_LOSS_N; i++)
    g_assert_cmpuint (counts->n_losses[i], ==, 0);
  g_assert_cmpuint (counts->n_malformed, ==, 0);
  g_assert_cmpuint (counts->n_unexpected, ==, 0);
  g_assert_cmpuint (counts->n_ignored, ==, 0);
}

static void
test_v1_session (void)
{
  g_autofree char *path = kit_recording (KIT_V1_BOOKS);
  PstHarness *harness;
  const PstVenueCounts *counts;
  PstExchange *kraken;

  if (path == NULL)
    return;
  harness = pst_harness_new ();
  kraken = play (harness, path, "v1", "1000", KIT_V1_INSTRUMENTS, "book");
  counts = pst_venue_get_counts (PST_VENUE (kraken));
  g_assert_cmpuint (counts->n_checksums, ==, V1_CHECKSUMS);
  assert_clean (counts);
  for (guint i = 0; i < pst_venue_get_n_listings (PST_VENUE (kraken)); i++)
    g_assert_cmpint (pst_book_get_state (pst_venue_get_listing (PST_VENUE (kraken), i)->book), ==, PST_BOOK_LIVE);
  pst_harness_finish (harness);
}

static void
test_v2_session (void)
{
  g_autofree char *path = kit_recording (KIT_V2_BOOKS);
  PstHarness *harness;
  const PstVenueCounts *counts;
  PstExchange *kraken;

  if (path == NULL)
    return;
  harness = pst_harness_new ();
  kraken = play (harness, path, "v2", "25", "MINA/GBP", "book");
  counts = pst_venue_get_counts (PST_VENUE (kraken));
  g_assert_cmpuint (counts->n_checksums, ==, V2_CHECKSUMS);
  assert_clean (counts);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kraken/capture/v1/parser", test_v1_parser);
  g_test_add_func ("/kraken/capture/v2/parser", test_v2_parser);
  g_test_add_func ("/kraken/capture/v1/session", test_v1_session);
  g_test_add_func ("/kraken/capture/v2/session", test_v2_session);
  return g_test_run ();
}
