/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fault matrix: every message of a recorded session in turn is dropped, doubled, overtaken by the next one of its book, or has one digit changed.
 * A session that then shows a book whose ten best levels are not the truth fails the test; what the protocol cannot reveal is counted and printed.
 *
 * Books are independent of each other, so a case begins with the true book before its message and sees the next messages of that book alone, through
 * the session's own code: the next 40, or with PENSTOCK_TEST_LONG=1 in the environment all to the end of the recording. */

#include "kraken-test-context.h"

#define FAR 40u

typedef enum
{
  FAULT_DROP,
  FAULT_DUPLICATE,
  FAULT_OVERTAKE,
  FAULT_DIGIT,
  N_FAULTS,
} Fault;

static const char *const fault_names[N_FAULTS] = { "dropped", "doubled", "overtaken", "one digit changed" };

typedef struct
{
  guint64 n_cases;
  guint64 n_harmless;   /* the whole book is right */
  guint64 n_noticed;    /* lost, and nothing wrong was shown */
  guint64 n_repaired;   /* something was wrong, and later changes made the ten best right before any checksum looked */
  guint64 n_unrevealed; /* levels beyond the ten best are wrong, and nothing showed it as far as was looked */
} Tally;

/* ---- the truth ---- */

typedef struct
{
  const KitMessage *message;
  guint64 top; /* of the ten best after it */
  gint64 time_ns;
} Step;

/* One book's messages, and the book that goes along with them. */
typedef struct
{
  PstListing *listing;
  GArray *steps; /* Step */
} Track;

typedef struct
{
  TestContext *context;
  PstVenue *venue;
  PstKrakenParser *parser; /* of the truth; the session has its own */
  Track *tracks;
  guint n_tracks;
  GArray *messages;
  PstRandom random;
  guint64 n_frames; /* published before the last message */
} Matrix;

static guint64
top_of (const PstBook *book)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      const PstBookLevel *level;
      PstBookIter iter;

      pst_book_iter_init (&iter, book, side);
      for (guint n = 0; n < 10 && (level = pst_book_iter_next (&iter)) != NULL; n++)
        {
          hash = (hash ^ (guint64)level->price) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
          hash = (hash ^ (guint64)level->size ^ hash >> 32) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
        }
    }
  return hash;
}

static gboolean
same_books (const PstBook *a, const PstBook *b)
{
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      const PstBookLevel *left;
      PstBookIter one, other;

      if (pst_book_get_n_levels (a, side) != pst_book_get_n_levels (b, side))
        return FALSE;
      pst_book_iter_init (&one, a, side);
      pst_book_iter_init (&other, b, side);
      while ((left = pst_book_iter_next (&one)) != NULL)
        {
          const PstBookLevel *right = pst_book_iter_next (&other);

          if (left->price != right->price || left->size != right->size)
            return FALSE;
        }
    }
  return TRUE;
}

/* Applies the one book of a message, without any check. */
static const PstKrakenBook *
apply_truth (Matrix *matrix, PstBook *book, const KitMessage *message)
{
  const PstKrakenMessage *facts = &matrix->parser->message;

  if (!pst_kraken_parser_parse (matrix->parser, message->text, message->length) || facts->n_books != 1)
    return NULL;
  if (book == NULL)
    return &facts->books[0];
  if (facts->books[0].snapshot)
    pst_book_clear (book);
  for (guint i = 0; i < facts->n_levels; i++)
    {
      PstBookLevel level;

      g_assert_true (kit_read_level (&facts->levels[i], KIT_PRICE_SCALE, KIT_SIZE_SCALE, &level));
      pst_book_set_level (book, (PstSide)facts->levels[i].side, &level);
    }
  pst_book_settle (book);
  return &facts->books[0];
}

static void
load_tracks (Matrix *matrix, const char *path)
{
  guint depth = pst_venue_get_depth (matrix->venue);

  matrix->messages = kit_load (path);
  matrix->n_tracks = pst_venue_get_n_listings (matrix->venue);
  matrix->tracks = g_new0 (Track, matrix->n_tracks);
  for (guint i = 0; i < matrix->n_tracks; i++)
    matrix->tracks[i] = (Track){ pst_venue_get_listing (matrix->venue, i), g_array_new (FALSE, FALSE, sizeof (Step)) };
  for (guint i = 0; i < matrix->messages->len; i++)
    {
      const KitMessage *message = &g_array_index (matrix->messages, KitMessage, i);
      const PstKrakenBook *book = apply_truth (matrix, NULL, message);
      const PstListing *listing = book != NULL ? pst_venue_find_listing (matrix->venue, book->symbol.text, book->symbol.length) : NULL;
      Step step = { message, 0, book != NULL ? book->time_ns : 0 };

      if (listing != NULL)
        g_array_append_val (matrix->tracks[listing->number].steps, step);
    }
  for (guint i = 0; i < matrix->n_tracks; i++)
    {
      g_autoptr (PstBook) truth = pst_book_new (depth);

      for (guint n = 0; n < matrix->tracks[i].steps->len; n++)
        {
          Step *step = &g_array_index (matrix->tracks[i].steps, Step, n);

          apply_truth (matrix, truth, step->message);
          step->top = top_of (truth);
        }
    }
}

/* ---- one case ---- */

static void
feed (Matrix *matrix, const char *text, gsize length)
{
  const PstMessage message = { text, length, 1 };

  matrix->n_frames = pst_venue_get_counts (matrix->venue)->n_frames;
  PST_VENUE_GET_CLASS (matrix->venue)->message (matrix->venue, &message);
}

/* The session's listing as it was before message @n: its book is @before. */
static void
restore (Matrix *matrix, Track *track, guint n, const PstBook *before)
{
  PstListing *listing = track->listing;
  PstKrakenListing *own = pst_kraken_listing_of (listing);

  pst_venue_stop_awaiting (matrix->venue, listing);
  pst_book_free (listing->book);
  listing->book = pst_book_copy (before);
  listing->hidden = listing->fresh = FALSE;
  listing->n_failures = 0;
  pst_kraken_checksum_reset (&own->checksum);
  /* Behind a whole book of v1 nothing is proven yet. */
  own->phase = n == 0                                                   ? PST_KRAKEN_PHASE_AWAITED
               : n == 1 && pst_book_get_state (before) != PST_BOOK_LIVE ? PST_KRAKEN_PHASE_UNPROVEN
                                                                        : PST_KRAKEN_PHASE_LIVE;
  own->time_ns = n == 0 ? 0 : g_array_index (track->steps, Step, n - 1).time_ns;
}

static gboolean
is_live (const Track *track)
{
  return pst_book_get_state (track->listing->book) == PST_BOOK_LIVE;
}

/* What the last message showed is the truth after step @n, or it showed nothing. */
static void
assert_true_or_hidden (const Matrix *matrix, const Track *track, guint n, Fault fault, guint at)
{
  if (!is_live (track) || pst_venue_get_counts (matrix->venue)->n_frames == matrix->n_frames
      || top_of (track->listing->book) == g_array_index (track->steps, Step, n).top)
    return;
  g_test_message ("%s: message %u of the book is %s; after message %u a wrong book is shown", track->listing->symbol, at, fault_names[fault], n);
  g_assert_not_reached ();
}

static char *
change_digit (Matrix *matrix, const KitMessage *message)
{
  char *text = g_memdup2 (message->text, message->length + 1);
  gsize at;

  do
    at = pst_random_below (&matrix->random, message->length);
  while (!g_ascii_isdigit (text[at]));
  text[at] = (char)('0' + (text[at] - '0' + 1 + (gint)pst_random_below (&matrix->random, 9)) % 10);
  return text;
}

/* Feeds the messages that have the fault; the number of the first that follows. */
static guint
feed_fault (Matrix *matrix, Track *track, guint n, Fault fault)
{
  const Step *step = &g_array_index (track->steps, Step, n);
  gboolean has_next = n + 1 < track->steps->len;
  g_autofree char *changed = NULL;

  switch (fault)
    {
    case FAULT_DUPLICATE:
      feed (matrix, step->message->text, step->message->length);
      assert_true_or_hidden (matrix, track, n, fault, n);
      feed (matrix, step->message->text, step->message->length);
      break;
    case FAULT_OVERTAKE:
      if (has_next)
        {
          feed (matrix, step[1].message->text, step[1].message->length);
          assert_true_or_hidden (matrix, track, n + 1, fault, n);
        }
      feed (matrix, step->message->text, step->message->length);
      assert_true_or_hidden (matrix, track, n + has_next, fault, n);
      return n + 1 + has_next;
    case FAULT_DIGIT:
      changed = change_digit (matrix, step->message);
      feed (matrix, changed, step->message->length);
      break;
    case FAULT_DROP:
    case N_FAULTS:
    default:
      return n + 1; /* of what was dropped nothing is shown: the book is as it was */
    }
  assert_true_or_hidden (matrix, track, n, fault, n);
  return n + 1;
}

/* @after: the true books after message @n and the next one. */
static void
run_case (Matrix *matrix, Track *track, guint n, Fault fault, const PstBook *before, PstBook *const after[2], guint far, Tally *tally)
{
  guint next, end;
  gboolean was_right;

  restore (matrix, track, n, before);
  next = feed_fault (matrix, track, n, fault);
  was_right = (is_live (track) || pst_kraken_listing_of (track->listing)->phase == PST_KRAKEN_PHASE_UNPROVEN)
              && same_books (track->listing->book, after[next - n - 1]);
  end = MIN (track->steps->len, far == 0 ? G_MAXUINT : next + far);
  for (guint i = next; i < end && pst_kraken_listing_of (track->listing)->phase >= PST_KRAKEN_PHASE_UNPROVEN; i++)
    {
      const KitMessage *message = g_array_index (track->steps, Step, i).message;

      feed (matrix, message->text, message->length);
      assert_true_or_hidden (matrix, track, i, fault, n);
    }
  tally->n_cases++;
  if (was_right)
    tally->n_harmless++;
  else if (pst_kraken_listing_of (track->listing)->phase < PST_KRAKEN_PHASE_UNPROVEN)
    tally->n_noticed++;
  else if (top_of (before) != top_of (after[0]))
    tally->n_repaired++;
  else
    tally->n_unrevealed++;
}

/* All faults of one book's messages, with the true book going along. */
static void
run_track (Matrix *matrix, Track *track, guint far, Tally tallies[N_FAULTS])
{
  guint depth = pst_venue_get_depth (matrix->venue);
  g_autoptr (PstBook) before = pst_book_new (depth);
  g_autoptr (PstBook) first = pst_book_new (depth);
  g_autoptr (PstBook) second = pst_book_new (depth);
  PstBook *const after[2] = { first, second };

  if (track->steps->len == 0)
    return;
  apply_truth (matrix, first, g_array_index (track->steps, Step, 0).message);
  for (guint n = 0; n < track->steps->len; n++)
    {
      /* Which of the books was right at which message: @before one step behind @first, @second one ahead. */
      if (n == 0)
        apply_truth (matrix, second, g_array_index (track->steps, Step, 0).message);
      if (n + 1 < track->steps->len)
        apply_truth (matrix, second, g_array_index (track->steps, Step, n + 1).message);
      for (guint fault = 0; fault < N_FAULTS; fault++)
        run_case (matrix, track, n, (Fault)fault, before, after, far, &tallies[fault]);
      apply_truth (matrix, before, g_array_index (track->steps, Step, n).message);
      if (n > 0 || apply_truth (matrix, NULL, g_array_index (track->steps, Step, 0).message)->has_checksum)
        pst_book_set_state (before, PST_BOOK_LIVE);
      if (n + 1 < track->steps->len)
        apply_truth (matrix, first, g_array_index (track->steps, Step, n + 1).message);
    }
}

static void
start (Matrix *matrix, PstKrakenProtocol protocol, guint depth, const char *instruments)
{
  matrix->context = g_object_new (TEST_TYPE_CONTEXT, NULL);
  matrix->venue = test_context_start_venue (matrix->context, protocol, depth, instruments);
  matrix->parser = pst_kraken_parser_new (protocol);
  pst_random_init (&matrix->random, 1, "digits");
}

static void
finish (Matrix *matrix)
{
  test_context_stop_venue (matrix->venue);
  g_object_unref (matrix->context);
  for (guint i = 0; i < matrix->n_tracks; i++)
    g_array_unref (matrix->tracks[i].steps);
  g_free (matrix->tracks);
  g_array_unref (matrix->messages);
  pst_kraken_parser_free (matrix->parser);
}

static void
run_matrix (const char *name, PstKrakenProtocol protocol, guint depth, const char *instruments)
{
  gboolean is_long = g_getenv ("PENSTOCK_TEST_LONG") != NULL;
  g_autofree char *path = kit_recording (name);
  Tally tallies[N_FAULTS] = { 0 };
  Matrix matrix = { 0 };

  if (path == NULL)
    return;
  start (&matrix, protocol, depth, instruments);
  load_tracks (&matrix, path);
  for (guint i = 0; i < matrix.n_tracks; i++)
    {
      PstBook *other = matrix.tracks[(i + 1) % matrix.n_tracks].listing->book;
      guint64 n_changes = pst_book_get_n_changes (other);

      run_track (&matrix, &matrix.tracks[i], is_long ? 0 : FAR, tallies);
      /* Whatever happened to one book, its neighbour was left alone. */
      g_assert_true (matrix.n_tracks == 1 || pst_book_get_n_changes (other) == n_changes);
    }
  for (guint fault = 0; fault < N_FAULTS; fault++)
    {
      const Tally *tally = &tallies[fault];

      g_test_message ("%s: %" G_GUINT64_FORMAT " cases: book right %" G_GUINT64_FORMAT ", noticed %" G_GUINT64_FORMAT
                      ", repaired by later changes %" G_GUINT64_FORMAT ", not revealed (levels beyond the ten best) %" G_GUINT64_FORMAT,
                      fault_names[fault], tally->n_cases, tally->n_harmless, tally->n_noticed, tally->n_repaired, tally->n_unrevealed);
      g_assert_cmpuint (tally->n_cases, ==, tally->n_harmless + tally->n_noticed + tally->n_repaired + tally->n_unrevealed);
      g_assert_cmpuint (tally->n_cases, >, 0);
    }
  g_assert_cmpuint (tallies[FAULT_DUPLICATE].n_harmless, ==, tallies[FAULT_DUPLICATE].n_cases);
  g_assert_cmpuint (tallies[FAULT_DROP].n_noticed, >, tallies[FAULT_DROP].n_cases / 4);
  finish (&matrix);
}

static void
test_v1 (void)
{
  run_matrix (KIT_V1_BOOKS, PST_KRAKEN_V1, 1000, KIT_V1_INSTRUMENTS);
}

static void
test_v2 (void)
{
  run_matrix (KIT_V2_BOOKS, PST_KRAKEN_V2, 25, "MINA/GBP");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kraken/faults/v1", test_v1);
  g_test_add_func ("/kraken/faults/v2", test_v2);
  return g_test_run ();
}
