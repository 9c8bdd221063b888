/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recorded session of Gemini through the whole component: the three best prices of a triangle after each message are those that brute force finds,
 * to the last digit. Reads ../shared/market-data beside the source tree; skipped where it is absent. */
#include <penstock-check.h>

#include "gemini-brute.h"
#include "pst-gemini.h"

typedef struct
{
  PstVenue *venue;
  PstBook *books[GEMINI_N]; /* as a strategy has them: from the events alone */
  GArray *states;           /* of brute force */
  guint n_states;
} Triangle;

static char *
shared_path (const char *below)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *path = g_build_filename (source != NULL ? source : ".", "..", "shared", below, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_skip ("the shared recordings are not beside the source tree: ../shared/market-data");
  return NULL;
}

static guint
number_of (const Triangle *triangle, guint32 instrument)
{
  for (guint i = 0; i < pst_venue_get_n_listings (triangle->venue); i++)
    {
      const PstListing *listing = pst_venue_get_listing (triangle->venue, i);

      for (guint n = 0; n < GEMINI_N && listing->instrument == instrument; n++)
        if (strcmp (listing->symbol, gemini_symbols[n]) == 0)
          return n;
    }
  return GEMINI_N;
}

static void
compare_state (Triangle *triangle)
{
  const GeminiState *expected = &g_array_index (triangle->states, GeminiState, triangle->n_states++);
  GeminiState state = { 0 };

  g_assert_cmpuint (triangle->n_states, <=, triangle->states->len);
  for (guint n = 0; n < GEMINI_N; n++)
    {
      state.bid[n] = pst_book_get_best (triangle->books[n], PST_SIDE_BUY)->price;
      state.ask[n] = pst_book_get_best (triangle->books[n], PST_SIDE_SELL)->price;
      g_assert_cmpint (state.bid[n], ==, expected->bid[n]);
      g_assert_cmpint (state.ask[n], ==, expected->ask[n]);
      g_assert_false (pst_book_is_crossed (triangle->books[n]));
    }
  gemini_state_rate (&state);
  g_assert_cmpint (state.numerator, ==, expected->numerator);
  g_assert_cmpint (state.denominator, ==, expected->denominator);
}

static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Triangle *triangle = user_data;

  for (guint i = 0; i < block->n_frames; i++)
    {
      const PstFrame *frame = &block->frames[i];
      gboolean ours = FALSE, all = TRUE;

      for (guint k = 0; k < frame->n_events; k++)
        {
          const PstEvent *event = &frame->events[k];
          guint n = number_of (triangle, event->instrument);

          if (event->kind != PST_EVENT_LEVEL || n == GEMINI_N)
            continue;
          if (triangle->books[n] == NULL)
            triangle->books[n] = pst_book_new (0);
          pst_book_apply (triangle->books[n], &event->level);
          ours = TRUE;
        }
      for (guint n = 0; n < GEMINI_N; n++)
        all &= triangle->books[n] != NULL;
      if (ours && all)
        compare_state (triangle);
    }
}

static void
play (Triangle *triangle, const char *path, const char *instruments)
{
  PstHarness *harness = pst_harness_new ();
  g_autofree char *replies = shared_path (GEMINI_CAPTURE_REPLIES);
  PstComponent *gemini = pst_harness_add (harness, PST_TYPE_GEMINI, "gemini", "instruments", instruments, "capture", path, "capture-replies", replies,
                                          "assume-price-scale", "5", "assume-size-scale", "8", NULL);
  g_autoptr (GError) error = NULL;
  const PstVenueCounts *counts = pst_venue_get_counts (PST_VENUE (gemini));

  triangle->venue = PST_VENUE (gemini);
  g_signal_connect (gemini, "frame-received", G_CALLBACK (on_frames), triangle);
  pst_harness_start (harness, gemini);
  g_assert_true (pst_harness_pull_all (harness, PST_EXCHANGE (gemini), &error));
  g_assert_no_error (error);
  g_signal_handlers_disconnect_by_func (gemini, on_frames, triangle);
  for (guint i = 0; i < PST_VENUE_LOSS_N; i++)
    g_assert_cmpuint (counts->n_losses[i], ==, 0);
  g_assert_cmpuint (counts->n_messages, ==, 993);
  g_assert_cmpuint (counts->n_malformed, ==, 0);
  g_assert_cmpuint (counts->n_unexpected, ==, 0);
  g_assert_cmpuint (pst_gemini_get_counts (PST_GEMINI (gemini))->n_heartbeats, ==, 7);
  g_test_message ("%s: %" G_GUINT64_FORMAT " levels, %" G_GUINT64_FORMAT " trades, %" G_GUINT64_FORMAT " of history", instruments, counts->n_levels,
                  counts->n_trades, pst_gemini_get_counts (PST_GEMINI (gemini))->n_history);
  pst_harness_finish (harness);
}

/* Also when the session has more instruments than the pipeline, and when it has all of them in another order. */
static void
test_states (gconstpointer instruments)
{
  g_autofree char *path = shared_path (GEMINI_CAPTURE);
  Triangle triangle = { 0 };

  if (path == NULL)
    return;
  triangle.states = gemini_brute_read (path);
  play (&triangle, path, instruments);
  g_assert_cmpuint (triangle.n_states, ==, 514);
  g_assert_cmpuint (triangle.states->len, ==, 514);
  for (guint n = 0; n < GEMINI_N; n++)
    pst_book_free (triangle.books[n]);
  g_array_unref (triangle.states);
}

/* 514 states, 6 above 1, all USD -> ETH -> BTC -> USD, from 0.998972 to 1.000016. */
static void
test_brute_force (void)
{
  g_autofree char *path = shared_path (GEMINI_CAPTURE);
  g_autoptr (GArray) states = NULL;
  gint64 highest = 0, lowest = G_MAXINT64;
  guint n_above = 0;

  if (path == NULL)
    return;
  states = gemini_brute_read (path);
  for (guint i = 0; i < states->len; i++)
    {
      const GeminiState *state = &g_array_index (states, GeminiState, i);
      gint64 rate = 0;

      g_assert_true (pst_mantissa_multiply_divide (state->numerator, 1000000, state->denominator, PST_ROUND_HALF_EVEN, &rate));
      highest = MAX (highest, rate);
      lowest = MIN (lowest, rate);
      if (state->numerator <= state->denominator)
        continue;
      n_above++;
      g_assert_false (state->forwards);
    }
  g_assert_cmpuint (states->len, ==, 514);
  g_assert_cmpuint (n_above, ==, 6);
  g_assert_cmpint (highest, ==, 1000016);
  g_assert_cmpint (lowest, ==, 998972);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gemini/triangle/brute-force", test_brute_force);
  g_test_add_data_func ("/gemini/triangle/three", "BTC/USD;ETH/USD;ETH/BTC", test_states);
  g_test_add_data_func ("/gemini/triangle/all", "ZEC/BTC;BCH/BTC;ETH/BTC;ETH/USD;BAL/USD;MKR/USD;LTC/USD;AMP/USD;OXT/USD;BTC/USD", test_states);
  return g_test_run ();
}
