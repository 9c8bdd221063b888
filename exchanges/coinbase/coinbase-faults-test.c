/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each message of a session in turn dropped, repeated, swapped with the next, and with one digit changed. What would be lost: a strategy that trades
 * on a book that differs from the venue's, though the protocol could have told.
 *
 * Each trial begins at its message: the venue that the test plays gives a new session the true books as they were before it, cut to what stands near
 * the touch and what the next messages change, and goes on with the session's own messages under new numbers. Without the recording, a session that
 * the test makes goes through the same. */
#include <penstock-check.h>

#include "coinbase-test-kit.h"
#include "pst-coinbase.h"

#define SEED 3
#define N_SYMBOLS 2
#define N_AHEAD 3 /* messages of a trial */
#define N_NEAR 12 /* levels a side near the touch */
#define N_MADE 240
#define RECOVERY_MAX 30 /* seconds */

typedef enum
{
  DROPPED,
  REPEATED,
  SWAPPED,
  CHANGED,
  CHANGED_ENVELOPE,
  N_FAULTS,
} Fault;

static const char *const fault_names[N_FAULTS]
    = { "dropped", "repeated", "swapped with the next", "one digit changed", "one digit of the envelope changed" };

typedef struct
{
  guint n_trials;
  guint n_all;      /* both books were lost */
  guint n_one;      /* one was */
  guint n_early;    /* a book was not there yet */
  guint n_harmless; /* the books were right all the time */
  guint n_believed; /* a book was wrong and nothing contradicted it */
} Outcomes;

typedef struct
{
  GPtrArray *frames; /* char * */
  TestParser parser;
  PstBook *books[N_SYMBOLS]; /* the true ones before the trial's message; NULL before their snapshot */
  Outcomes outcomes[N_FAULTS];
  PstRandom random;

  /* of a trial */
  guint at;
  PstBook *truth[N_AHEAD + 1][N_SYMBOLS]; /* before its messages, and after each */
  PstHarness *harness;
  PstSimulatedTransport *wire;
  PstVenue *venue;
  GString *got;
  guint64 sequence;
  guint latest; /* index in truth of what was sent */
  gboolean is_believed;
  gboolean is_busy; /* the trial's messages go first; then what was asked for */
  gboolean asked[N_SYMBOLS];
} Session;

static const char *const symbols[N_SYMBOLS] = { "BTC-USD", "ETH-USD" };

static void
apply (Session *session, PstBook **books, const char *frame)
{
  const PstCoinbaseParser *parser = &session->parser.parser;

  g_assert_true (pst_coinbase_parser_read (&session->parser.parser, frame, strlen (frame)));
  for (guint i = 0; parser->channel == PST_COINBASE_CHANNEL_BOOK && i < parser->n_events; i++)
    {
      const PstCoinbaseEvent *event = &parser->events[i];
      PstBook **book = &books[event->listing->number];

      if (*book == NULL)
        *book = pst_book_new (0);
      if (event->is_snapshot)
        pst_book_clear (*book);
      for (guint k = event->n; k > 0 && event->is_snapshot; k--)
        pst_book_set_level (*book, parser->levels[event->first + k - 1].side, &parser->levels[event->first + k - 1].level);
      for (guint k = 0; k < event->n && !event->is_snapshot; k++)
        pst_book_set_level (*book, parser->levels[event->first + k].side, &parser->levels[event->first + k].level);
    }
}

/* What a trial needs of the true book: the touch, and the levels that its messages change. */
static PstBook *
cut_book (Session *session, guint n)
{
  const PstCoinbaseParser *parser = &session->parser.parser;
  const PstBook *whole = session->books[n];
  PstBook *book;

  if (whole == NULL)
    return NULL;
  book = pst_book_new (0);
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    for (guint i = 0; i < MIN (N_NEAR, pst_book_get_n_levels (whole, side)); i++)
      pst_book_set_level (book, side, pst_book_get_level (whole, side, i));
  for (guint k = session->at; k < MIN (session->at + N_AHEAD, session->frames->len); k++)
    {
      g_assert_true (pst_coinbase_parser_read (&session->parser.parser, session->frames->pdata[k], strlen (session->frames->pdata[k])));
      for (guint i = 0; i < parser->n_levels && parser->events[0].listing->number == n && !parser->events[0].is_snapshot; i++)
        {
          const PstBookLevel *level = pst_book_find (whole, parser->levels[i].side, parser->levels[i].level.price);

          if (level != NULL)
            pst_book_set_level (book, parser->levels[i].side, level);
        }
    }
  return book;
}

/* The frame with the number that the trial's session is at. */
static char *
renumber (Session *session, const char *frame, guint64 sequence)
{
  const char *number = strstr (frame, "\"sequence_num\":") + strlen ("\"sequence_num\":");

  return g_strdup_printf ("%.*s%" G_GUINT64_FORMAT "%s", (int)(number - frame), frame, sequence, number + strspn (number, "0123456789"));
}

static void
push_snapshot (Session *session, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const PstBook *book = session->truth[session->latest][n];

  if (book == NULL)
    return;
  g_string_printf (text,
                   "{\"channel\":\"l2_data\",\"timestamp\":\"2026-08-09T21:05:48Z\",\"sequence_num\":%" G_GUINT64_FORMAT
                   ",\"events\":[{\"type\":\"snapshot\",\"product_id\":\"%s\",\"updates\":[",
                   session->sequence++, symbols[n]);
  for (PstSide side = PST_SIDE_BUY; side <= PST_SIDE_SELL; side++)
    {
      const PstBookLevel *level;
      PstBookIter iter;

      pst_book_iter_init (&iter, book, side);
      while ((level = pst_book_iter_next (&iter)) != NULL)
        g_string_append_printf (
            text, "%s{\"side\":\"%s\",\"event_time\":\"2026-08-09T21:05:48Z\",\"price_level\":\"%d.%02d\",\"new_quantity\":\"%d.%08d\"}",
            text->str[text->len - 1] == '[' ? "" : ",", side == PST_SIDE_BUY ? "bid" : "offer", (int)(level->price / 100), (int)(level->price % 100),
            (int)(level->size / 100000000), (int)(level->size % 100000000));
    }
  g_string_append (text, "]}]}");
  pst_simulated_transport_push (session->wire, text->str, (gssize)text->len);
}

static void
peer_sent (PstSimulatedTransport *wire, const char *text, gsize length, gpointer user_data)
{
  Session *session = user_data;

  g_string_append (session->got, text);
  if (strstr (text, "\"channel\":\"level2\"") == NULL || !g_str_has_prefix (text, "{\"type\":\"subscribe\""))
    return;
  for (guint n = 0; n < N_SYMBOLS; n++)
    {
      if (strstr (text, symbols[n]) != NULL && session->is_busy)
        session->asked[n] = TRUE;
      else if (strstr (text, symbols[n]) != NULL)
        push_snapshot (session, n);
    }
}

static void
peer_request (PstSimulatedTransport *wire, const PstHttpRequest *request, PstHttpReply *reply, gpointer user_data)
{
  reply->status = 200;
  reply->body = TEST_PRODUCTS;
  reply->length = strlen (reply->body);
}

static const PstBook *
seen_book (Session *session, guint n)
{
  const PstListing *listing = pst_venue_get_listing (session->venue, n);

  return listing->instrument != PST_INSTRUMENT_NONE ? pst_context_get_book (PST_CONTEXT (session->harness), listing->instrument) : NULL;
}

static gboolean
is_live (Session *session, guint n)
{
  return seen_book (session, n) != NULL && pst_book_get_state (seen_book (session, n)) == PST_BOOK_LIVE;
}

/* Before a strategy: what is live is the truth as of what the venue has sent. */
static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Session *session = user_data;

  for (guint n = 0; n < N_SYMBOLS; n++)
    if (is_live (session, n) && !test_same_book (seen_book (session, n), session->truth[session->latest][n]))
      session->is_believed = TRUE;
}

static void
begin_trial (Session *session)
{
  PstComponent *venue;

  session->harness = pst_harness_new ();
  pst_harness_set_mode (session->harness, PST_MODE_PAPER);
  session->wire = pst_simulated_transport_new (pst_context_get_clock (PST_CONTEXT (session->harness)), SEED);
  pst_simulated_transport_set_peer (session->wire, &(PstSimulatedPeer){ .on_sent = peer_sent, .on_request = peer_request }, session);
  pst_harness_set_transport (session->harness, PST_TRANSPORT (session->wire));
  session->sequence = session->latest = 0;
  session->is_believed = session->is_busy = FALSE;
  venue = pst_harness_add (session->harness, PST_TYPE_COINBASE, "coinbase", "instruments", "BTC/USD;ETH/USD", "channels",
                           "level2;market_trades;ticker", NULL);
  session->venue = PST_VENUE (venue);
  pst_harness_start (session->harness, venue);
  pst_harness_advance (session->harness, PST_NS_PER_SECOND);
  for (guint n = 0; n < N_SYMBOLS; n++)
    g_assert_true (session->truth[0][n] == NULL || is_live (session, n));
  g_string_truncate (session->got, 0);
  memset (session->asked, 0, sizeof session->asked);
  session->is_busy = TRUE;
  g_signal_connect (venue, "frame-received", G_CALLBACK (on_frames), session);
}

static void
end_trial (Session *session)
{
  g_signal_handlers_disconnect_by_func (session->venue, on_frames, session);
  pst_harness_stop (session->harness, PST_COMPONENT (session->venue));
  pst_harness_set_transport (session->harness, NULL);
  g_clear_object (&session->wire);
  pst_harness_finish (session->harness);
}

/* Sends the trial's message @k as @frame; the venue is then at least behind it. */
static void
deliver (Session *session, const char *frame, guint k)
{
  session->latest = MAX (session->latest, k + 1);
  pst_simulated_transport_push (session->wire, frame, -1);
  pst_harness_advance (session->harness, PST_NS_PER_MS);
}

/* Another digit in place of one of the first @length bytes. Gives the name of the member in which it stands. */
static char *
change_digit (Session *session, char *frame, gsize length)
{
  guint n_digits = 0, chosen;
  char *at, *name;

  for (gsize i = 0; i < length; i++)
    n_digits += g_ascii_isdigit (frame[i]);
  chosen = (guint)pst_random_below (&session->random, n_digits);
  for (at = frame; !g_ascii_isdigit (*at) || chosen-- > 0;)
    at++;
  *at = (char)('0' + (*at - '0' + 1 + (char)pst_random_below (&session->random, 9)) % 10);
  for (name = at; name > frame && *name != ':'; name--)
    ;
  for (name -= 2; name > frame && *name != '"'; name--)
    ;
  return g_strndup (name + 1, strcspn (name + 1, "\""));
}

/* A wrong level that is believed is excused by the protocol only where the digit was of a price or a quantity. */
static void
judge (Session *session, Fault fault, const char *name)
{
  Outcomes *outcomes = &session->outcomes[fault];
  guint n_expected = 0, n_live = 0;
  gboolean early = FALSE;

  for (guint n = 0; n < N_SYMBOLS; n++)
    {
      early |= session->truth[0][n] == NULL;
      n_expected += session->truth[session->latest][n] != NULL;
      n_live += is_live (session, n);
    }
  outcomes->n_trials++;
  if (session->is_believed)
    {
      outcomes->n_believed++;
      if (fault < CHANGED || (strcmp (name, "price_level") != 0 && strcmp (name, "new_quantity") != 0))
        g_error ("message %u, %s (%s): a book was wrong and live", session->at, fault_names[fault], name);
    }
  else if (early)
    outcomes->n_early++;
  else if (n_live == n_expected)
    outcomes->n_harmless++;
  else if (n_live == 0)
    outcomes->n_all++;
  else
    outcomes->n_one++;
}

/* A second passes, and the venue's heart beats. */
static void
beat (Session *session)
{
  g_autofree char *frame = g_strdup_printf ("{\"channel\":\"heartbeats\",\"timestamp\":\"2026-08-09T21:05:48Z\",\"sequence_num\":%" G_GUINT64_FORMAT
                                            ",\"events\":[{\"heartbeat_counter\":1}]}",
                                            session->sequence++);

  pst_simulated_transport_push (session->wire, frame, -1);
  pst_harness_advance (session->harness, PST_NS_PER_SECOND);
}

static gboolean
is_any_lost (Session *session, gboolean lost[N_SYMBOLS])
{
  gboolean any = FALSE;

  for (guint n = 0; n < N_SYMBOLS; n++)
    {
      lost[n] = session->truth[session->latest][n] != NULL && !is_live (session, n);
      any |= lost[n];
    }
  return any;
}

/* What was lost was asked for, only that, and comes back as it is at the venue: soon, or when it was waited for long enough because the snapshot was
 * what was lost, or had a number that looked old. */
static void
recover (Session *session)
{
  gboolean lost[N_SYMBOLS], still[N_SYMBOLS], gap;

  is_any_lost (session, lost);
  session->is_busy = FALSE;
  for (guint n = 0; n < N_SYMBOLS; n++)
    if (session->asked[n])
      push_snapshot (session, n);
  for (guint i = 0; i < 2 || (i < RECOVERY_MAX && is_any_lost (session, still)); i++)
    beat (session);
  gap = pst_coinbase_get_counts (PST_COINBASE (session->venue))->n_gaps > 0;
  for (guint n = 0; n < N_SYMBOLS; n++)
    {
      if (session->truth[session->latest][n] == NULL)
        continue;
      if ((strstr (session->got->str, symbols[n]) != NULL) != lost[n] && (lost[n] || !gap))
        g_error ("message %u: %s was %slost, and asked for: %s", session->at, symbols[n], lost[n] ? "" : "not ", session->got->str);
      g_assert_true (is_live (session, n));
      if (!session->is_believed)
        g_assert_true (test_same_book (seen_book (session, n), session->truth[session->latest][n]));
    }
}

static void
try_fault (Session *session, Fault fault)
{
  char *frames[N_AHEAD];
  g_autofree char *name = NULL;

  begin_trial (session);
  for (guint k = 0; k < N_AHEAD; k++)
    frames[k] = renumber (session, session->frames->pdata[session->at + k], session->sequence + k);
  session->sequence += N_AHEAD;
  if (fault == CHANGED)
    name = change_digit (session, frames[0], strlen (frames[0]));
  else if (fault == CHANGED_ENVELOPE)
    name = change_digit (session, frames[0], (gsize)(strstr (frames[0], "\"events\"") - frames[0]));
  if (fault == SWAPPED)
    deliver (session, frames[1], 1);
  if (fault != DROPPED)
    deliver (session, frames[0], 0);
  if (fault == REPEATED)
    deliver (session, frames[0], 0);
  if (fault != SWAPPED)
    deliver (session, frames[1], 1);
  deliver (session, frames[2], 2);
  judge (session, fault, name != NULL ? name : "");
  if (fault == DROPPED || fault == SWAPPED)
    g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (session->venue))->n_gaps, >=, 1);
  if (fault == REPEATED || fault == SWAPPED)
    g_assert_cmpuint (pst_coinbase_get_counts (PST_COINBASE (session->venue))->n_old, >=, 1);
  recover (session);
  end_trial (session);
  for (guint k = 0; k < N_AHEAD; k++)
    g_free (frames[k]);
}

static void
try_message (Session *session, guint at)
{
  session->at = at;
  for (guint n = 0; n < N_SYMBOLS; n++)
    session->truth[0][n] = cut_book (session, n);
  for (guint k = 0; k < N_AHEAD; k++)
    {
      for (guint n = 0; n < N_SYMBOLS; n++)
        session->truth[k + 1][n] = session->truth[k][n] != NULL ? pst_book_copy (session->truth[k][n]) : NULL;
      apply (session, session->truth[k + 1], session->frames->pdata[at + k]);
    }
  for (Fault fault = DROPPED; fault < N_FAULTS; fault++)
    try_fault (session, fault);
  for (guint k = 0; k <= N_AHEAD; k++)
    for (guint n = 0; n < N_SYMBOLS; n++)
      g_clear_pointer (&session->truth[k][n], pst_book_free);
}

/* The last messages of a session have no following ones that could tell. */
static void
try_all (Session *session, guint step)
{
  test_parser_init (&session->parser);
  session->got = g_string_new (NULL);
  g_test_message ("seed %d", SEED);
  pst_random_init (&session->random, SEED, "digits");
  for (guint i = 0; i + N_AHEAD <= session->frames->len; i++)
    {
      if (i % step == 0)
        try_message (session, i);
      apply (session, session->books, session->frames->pdata[i]);
    }
  for (Fault fault = DROPPED; fault < N_FAULTS; fault++)
    {
      const Outcomes *outcomes = &session->outcomes[fault];

      g_test_message ("%u messages %s: all books lost %u, one %u, harmless %u, believed though wrong %u; before there were both %u",
                      outcomes->n_trials, fault_names[fault], outcomes->n_all, outcomes->n_one, outcomes->n_harmless, outcomes->n_believed,
                      outcomes->n_early);
    }
  g_assert_cmpuint (session->outcomes[DROPPED].n_all + session->outcomes[DROPPED].n_early, ==, session->outcomes[DROPPED].n_trials);
  g_assert_cmpuint (session->outcomes[SWAPPED].n_all + session->outcomes[SWAPPED].n_early, ==, session->outcomes[SWAPPED].n_trials);
  g_assert_cmpuint (session->outcomes[REPEATED].n_harmless + session->outcomes[REPEATED].n_early, ==, session->outcomes[REPEATED].n_trials);
  g_assert_cmpuint (session->outcomes[CHANGED_ENVELOPE].n_believed, ==, 0);
  for (guint n = 0; n < N_SYMBOLS; n++)
    g_clear_pointer (&session->books[n], pst_book_free);
  g_string_free (session->got, TRUE);
  g_ptr_array_unref (session->frames);
  pst_coinbase_parser_clear (&session->parser.parser);
}

/* Sanitizers make each trial ten times dearer; they see every kind of message nevertheless. */
#ifdef __SANITIZE_ADDRESS__
#define STEP 10
#else
#define STEP 1
#endif

static void
test_capture (void)
{
  g_autofree char *path = test_path (TEST_CAPTURE);
  g_autoptr (PstCapture) capture = NULL;
  g_autoptr (GError) error = NULL;
  Session session = { .frames = g_ptr_array_new_with_free_func (g_free) };
  PstCaptureItem item;

  if (path == NULL)
    {
      g_ptr_array_unref (session.frames);
      return;
    }
  capture = pst_capture_open (path, &error);
  g_assert_no_error (error);
  while (pst_capture_next (capture, &item, &error))
    if (item.kind == PST_CAPTURE_RECEIVED)
      g_ptr_array_add (session.frames, g_strdup (item.text));
  g_assert_no_error (error);
  g_assert_cmpuint (session.frames->len, ==, 1030);
  try_all (&session, STEP);
  g_assert_cmpuint (session.outcomes[DROPPED].n_trials, ==, (1030 - N_AHEAD) / STEP + 1);
}

/* A session like the recorded one: mostly levels, now and then a trade, a ticker, a heartbeat. */
static char *
make_frame (PstRandom *random, guint i)
{
  guint choice = (guint)pst_random_below (random, 12), n = (guint)pst_random_below (random, N_SYMBOLS);
  g_autoptr (GString) event = g_string_new (NULL);
  const char *channel = "l2_data";

  if (i < N_SYMBOLS || choice < 9)
    {
      guint n_levels = i < N_SYMBOLS ? 40 : 1 + (guint)pst_random_below (random, 6);

      g_string_printf (event, "{\"type\":\"%s\",\"product_id\":\"%s\",\"updates\":[", i < N_SYMBOLS ? "snapshot" : "update",
                       symbols[i < N_SYMBOLS ? i : n]);
      for (guint k = 0; k < n_levels; k++)
        {
          gboolean bid = i < N_SYMBOLS ? k < n_levels / 2 : pst_random_below (random, 2) == 0;
          guint away = i < N_SYMBOLS ? k % (n_levels / 2) : (guint)pst_random_below (random, 30);

          g_string_append_printf (
              event, "%s{\"side\":\"%s\",\"event_time\":\"2026-08-09T21:05:48.%06uZ\",\"price_level\":\"%u.%02u\",\"new_quantity\":\"%u.5\"}",
              k > 0 ? "," : "", bid ? "bid" : "offer", 1000 + i, 1919 + (bid ? 0 : 1), bid ? 99 - away : away, (guint)pst_random_below (random, 4));
        }
      g_string_append (event, "]}");
    }
  else if (choice == 9)
    {
      channel = "market_trades";
      g_string_printf (event, "{\"type\":\"update\",\"trades\":[%s]}", TEST_TRADE ("ETH-USD", "833140778", "1919.41", "0.00639701", "BUY"));
    }
  else
    {
      channel = "heartbeats";
      g_string_printf (event, "{\"current_time\":\"2026-08-09 21:05:48\",\"heartbeat_counter\":%u}", 41691 + i);
    }
  return g_strdup_printf ("{\"channel\":\"%s\",\"timestamp\":\"2026-08-09T21:05:48.%09uZ\",\"sequence_num\":%u,\"events\":[%s]}", channel, 1000 + i,
                          i, event->str);
}

static void
test_made (void)
{
  Session session = { .frames = g_ptr_array_new_with_free_func (g_free) };
  PstRandom random;

  pst_random_init (&random, SEED, "made");
  for (guint i = 0; i < N_MADE; i++)
    g_ptr_array_add (session.frames, make_frame (&random, i));
  try_all (&session, STEP);
  g_assert_cmpuint (session.outcomes[CHANGED].n_trials, >=, N_MADE / STEP - N_AHEAD);
  g_assert_cmpuint (session.outcomes[CHANGED].n_one + session.outcomes[CHANGED].n_all, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coinbase/faults/made", test_made);
  g_test_add_func ("/coinbase/faults/capture", test_capture);
  return g_test_run ();
}
