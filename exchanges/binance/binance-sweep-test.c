/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every diff of a session is dropped, repeated, exchanged with the next of its instrument, and damaged in one digit, in turn. What a strategy sees is
 * compared with the venue's book after every frame: where the sequence can show the fault it must have been noticed before, and only that instrument
 * may be joined anew. What the protocol cannot show is counted and printed. The session goes on after each fault, so that a pass has thousands of
 * them.
 *
 * The sessions are those of ../shared/market-data beside the source tree, skipped where that is absent, and a made one. */
#include "binance-test-kit.h"
#include "pst-binance-parser.h"

/* Levels a side with which a book begins: snapshots are made thousands of times. */
#define BEGIN_LEVELS 200u
/* After this long a fault is a first one again. */
#define STABLE_NS (61 * PST_NS_PER_SECOND)
#define PASSES_MAX 200u

typedef enum
{
  FAULT_DROP,
  FAULT_REPEAT,
  FAULT_EXCHANGE,
  FAULT_DIGIT,
  N_FAULTS,
} Fault;

/* Where a digit was changed. */
typedef enum
{
  PLACE_NAME,
  PLACE_TIME,
  PLACE_FIRST,
  PLACE_LAST,
  PLACE_LEVEL,
  N_PLACES,
} Place;

typedef struct
{
  char *text;
  gsize length;
  guint n; /* symbol */
  gboolean is_diff;
} Step;

typedef struct
{
  const char *const (*pairs)[2];
  guint n_pairs;
  PstBook *books[TEST_SYMBOLS_MAX]; /* at the beginning */
  guint64 ids[TEST_SYMBOLS_MAX];
  GArray *steps; /* Step */
  guint n_diffs;
} Session;

typedef struct
{
  guint n_faults, n_noticed, n_harmless, n_open, n_wrong[N_PLACES], n_digits[N_PLACES];
} Tally;

/* One listing in a pass. */
typedef struct
{
  gboolean is_faulty; /* a fault was made, and nothing came since */
  gboolean is_stale;
  gboolean is_wrong; /* a strategy saw a wrong book */
  Place place;
  gint64 live_ns; /* since when; G_MININT64 before the first fault */
  char *held;     /* comes behind the next */
} State;

typedef struct
{
  TestVenue venue;
  const Session *session;
  State states[TEST_SYMBOLS_MAX];
  Tally *tally;
  Fault fault;
} Sweep;

/* ---- sessions ---- */

static void
apply_text (PstBook *book, const char *text, gsize length, guint64 *id)
{
  PstBinanceParser parser = { 0 };
  PstBinanceMessage message;

  g_assert_true (pst_binance_parse (&parser, text, length, &message));
  for (guint i = 0; i < message.bids.n + message.asks.n; i++)
    {
      gboolean is_bid = i < message.bids.n;
      const PstBinanceLevel *level = &parser.levels[is_bid ? message.bids.first + i : message.asks.first + i - message.bids.n];
      gint64 price, size;
      guint8 decimals;

      g_assert_true (pst_venue_read_number (level->price, level->price_length, TEST_SCALE, &price, &decimals));
      g_assert_true (pst_venue_read_number (level->size, level->size_length, TEST_SCALE, &size, &decimals));
      pst_book_set (book, is_bid ? PST_SIDE_BUY : PST_SIDE_SELL, price, size);
    }
  *id = message.last_id;
  pst_binance_parser_clear (&parser);
}

static void
step_clear (gpointer data)
{
  g_free (((Step *)data)->text);
}

static void
session_init (Session *session, const char *const (*pairs)[2], guint n_pairs)
{
  *session = (Session){ .pairs = pairs, .n_pairs = n_pairs, .steps = g_array_new (FALSE, FALSE, sizeof (Step)) };
  g_array_set_clear_func (session->steps, step_clear);
}

static void
session_clear (Session *session)
{
  for (guint n = 0; n < session->n_pairs; n++)
    pst_book_free (session->books[n]);
  g_array_unref (session->steps);
}

static void
add_step (Session *session, guint n, const char *text, gsize length, gboolean is_diff)
{
  Step step = { .text = g_strndup (text, length), .length = length, .n = n, .is_diff = is_diff };

  g_array_append_val (session->steps, step);
  session->n_diffs += is_diff;
}

static guint
find_pair (const Session *session, const char *symbol, gsize length)
{
  guint n = 0;

  for (; n < session->n_pairs; n++)
    {
      g_autofree char *name = g_strconcat (session->pairs[n][0], session->pairs[n][1], NULL);

      if (strlen (name) == length && memcmp (name, symbol, length) == 0)
        break;
    }
  g_assert_cmpuint (n, <, session->n_pairs);
  return n;
}

static void
load_snapshots (Session *session, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  PstCaptureItem item;

  g_assert_no_error (error);
  while (pst_capture_next (capture, &item, &error))
    if (item.kind == PST_CAPTURE_HTTP)
      {
        const char *symbol = strstr (item.address, "symbol=") + strlen ("symbol=");
        guint n = find_pair (session, symbol, strcspn (symbol, "&"));

        session->books[n] = pst_book_new (BEGIN_LEVELS);
        apply_text (session->books[n], item.text, item.length, &session->ids[n]);
        g_assert_true (pst_book_settle (session->books[n]));
        session->books[n]->depth = 0;
      }
  g_assert_no_error (error);
}

static void
load_steps (Session *session, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCapture) capture = pst_capture_open (path, &error);
  PstBinanceParser parser = { 0 };
  PstCaptureItem item;

  while (pst_capture_next (capture, &item, &error))
    {
      PstBinanceMessage message;
      guint n;

      if (item.kind != PST_CAPTURE_RECEIVED)
        continue;
      g_assert_true (pst_binance_parse (&parser, item.text, item.length, &message));
      if (message.kind != PST_BINANCE_DEPTH && message.kind != PST_BINANCE_TICKER)
        continue;
      n = find_pair (session, message.symbol.text, message.symbol.length);
      if (message.last_id > session->ids[n])
        add_step (session, n, item.text, item.length, message.kind == PST_BINANCE_DEPTH);
    }
  g_assert_no_error (error);
  pst_binance_parser_clear (&parser);
}

static gboolean
load (Session *session, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the shared recordings are not beside the source tree: ../shared/market-data");
      return FALSE;
    }
  load_snapshots (session, path);
  load_steps (session, path);
  return TRUE;
}

/* Instruments whose books change at random places, without ever crossing. */
static void
make (Session *session)
{
  TestVenue made;
  PstRandom random;

  test_venue_init (&made, 9);
  pst_random_init (&random, 9, "made");
  for (guint n = 0; n < session->n_pairs; n++)
    {
      test_add_symbol (&made, session->pairs[n][0], session->pairs[n][1]);
      fill_book (&made.symbols[n]);
      session->books[n] = pst_book_copy (made.symbols[n].book);
      session->ids[n] = made.symbols[n].id;
    }
  for (guint i = 0; i < 450; i++)
    {
      guint n = (guint)pst_random_below (&random, session->n_pairs);
      TestSymbol *symbol = &made.symbols[n];
      PstSide side = pst_random_below (&random, 2) ? PST_SIDE_BUY : PST_SIDE_SELL;
      gint64 price
          = (side == PST_SIDE_BUY ? PRICE (100) : PRICE (101)) + (side == PST_SIDE_BUY ? -1 : 1) * (gint64)pst_random_below (&random, PRICE (9));
      g_autofree char *text = test_change (symbol, 0, 1 + (guint)pst_random_below (&random, 30), side, price,
                                           (gint64)pst_random_below (&random, 3) ? (gint64)pst_random_below (&random, PRICE (70)) : 0);

      add_step (session, n, text, strlen (text), TRUE);
    }
  test_venue_clear (&made);
}

/* ---- faults ---- */

static Place
place_of (const char *text, gsize at)
{
  static const struct
  {
    const char *name;
    Place place;
  } numbers[] = { { "\"E\":", PLACE_TIME }, { "\"U\":", PLACE_FIRST }, { "\"u\":", PLACE_LAST } };

  if (text + at >= strstr (text, "\"b\":"))
    return PLACE_LEVEL;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      const char *number = strstr (text, numbers[i].name) + 4;

      if (text + at >= number && text + at < strchr (number, ','))
        return numbers[i].place;
    }
  return PLACE_NAME;
}

/* Another digit somewhere. */
static char *
damage (const Step *step, PstRandom *random, Place *place)
{
  char *text = g_strndup (step->text, step->length);
  gsize at;

  do
    at = pst_random_below (random, step->length);
  while (!g_ascii_isdigit (text[at]));
  text[at] = (char)('0' + (text[at] - '0' + 1 + (int)pst_random_below (random, 9)) % 10);
  *place = place_of (step->text, at);
  return text;
}

/* ---- what a strategy sees ---- */

static guint
number_of (Sweep *sweep, guint32 instrument)
{
  guint n = 0;

  while (test_listing (&sweep->venue, n)->instrument != instrument)
    n++;
  return n;
}

static void
see_status (Sweep *sweep, guint n, guint32 status)
{
  State *state = &sweep->states[n];

  if (status == PST_INSTRUMENT_STATUS_STALE)
    {
      g_assert_true (state->is_faulty || state->is_wrong); /* nobody else's book is lost */
      sweep->tally->n_noticed += state->is_faulty;
      state->is_stale = TRUE;
      state->is_faulty = FALSE;
      return;
    }
  state->is_stale = FALSE;
  state->is_wrong = FALSE;
  state->live_ns = pst_clock_now_ns (sweep->venue.clock);
}

static void
see_book (Sweep *sweep, guint n)
{
  State *state = &sweep->states[n];

  if (state->is_stale || state->is_wrong || test_hash (test_seen (&sweep->venue, n)) == test_hash (sweep->venue.symbols[n].book))
    return;
  /* The sequence shows everything but what levels say. */
  g_assert_true (state->is_faulty);
  g_assert_cmpint (sweep->fault, ==, FAULT_DIGIT);
  g_assert_cmpint (state->place, ==, PLACE_LEVEL);
  sweep->tally->n_wrong[state->place]++;
  state->is_wrong = TRUE;
  state->is_faulty = FALSE;
}

static void
on_frames (PstExchange *exchange, PstFrameBlock *block, gpointer user_data)
{
  Sweep *sweep = user_data;

  for (guint i = 0; i < block->n_frames; i++)
    {
      const PstFrame *frame = &block->frames[i];
      gboolean has_levels = FALSE;

      for (guint k = 0; k < frame->n_events; k++)
        if (frame->events[k].kind == PST_EVENT_STATUS)
          see_status (sweep, number_of (sweep, frame->events[k].instrument), frame->events[k].status);
        else
          has_levels |= frame->events[k].kind == PST_EVENT_LEVEL;
      if (has_levels)
        see_book (sweep, number_of (sweep, frame->events[0].instrument));
    }
}

/* ---- a pass ---- */

static void
begin (Sweep *sweep, const Session *session, gboolean with_tickers)
{
  test_venue_init (&sweep->venue, 1);
  sweep->session = session;
  for (guint n = 0; n < session->n_pairs; n++)
    {
      test_add_symbol (&sweep->venue, session->pairs[n][0], session->pairs[n][1]);
      pst_book_free (sweep->venue.symbols[n].book);
      sweep->venue.symbols[n].book = pst_book_copy (session->books[n]);
      sweep->venue.symbols[n].id = session->ids[n];
      sweep->states[n] = (State){ .live_ns = G_MININT64 };
    }
  test_venue_add (&sweep->venue, with_tickers ? "depth;ticker" : "depth");
  test_option (&sweep->venue, "weight-per-minute", "1000000");
  test_option (&sweep->venue, "connection-life", "24h");
  g_signal_connect (sweep->venue.venue, "frame-received", G_CALLBACK (on_frames), sweep);
  pst_harness_start (sweep->venue.harness, PST_COMPONENT (sweep->venue.venue));
  test_advance (&sweep->venue, 3000);
  for (guint n = 0; n < session->n_pairs; n++)
    test_assert_true (&sweep->venue, n);
}

static void
send_text (Sweep *sweep, const char *text)
{
  g_assert_true (pst_simulated_transport_push (sweep->venue.wire, text, -1));
}

static void
inject (Sweep *sweep, const Step *step, PstRandom *random)
{
  State *state = &sweep->states[step->n];
  g_autofree char *damaged = NULL;

  state->is_faulty = TRUE;
  sweep->tally->n_faults++;
  switch (sweep->fault)
    {
    case FAULT_DROP:
      break;
    case FAULT_REPEAT:
      send_text (sweep, step->text);
      send_text (sweep, step->text);
      break;
    case FAULT_EXCHANGE:
      state->held = g_strdup (step->text);
      break;
    case FAULT_DIGIT:
    case N_FAULTS:
      damaged = damage (step, random, &state->place);
      sweep->tally->n_digits[state->place]++;
      send_text (sweep, damaged);
      break;
    }
}

static gboolean
is_ready (Sweep *sweep, guint n)
{
  const State *state = &sweep->states[n];

  return !state->is_faulty && !state->is_stale && !state->is_wrong
         && (state->live_ns == G_MININT64 || pst_clock_now_ns (sweep->venue.clock) - state->live_ns >= STABLE_NS);
}

/* Time passes; slowly while a book is being joined, so that diffs come meanwhile. */
static void
let_pass (Sweep *sweep)
{
  gboolean is_joining = FALSE;

  for (guint n = 0; n < sweep->session->n_pairs; n++)
    is_joining |= sweep->states[n].is_stale;
  test_advance (&sweep->venue, is_joining ? 30 : 5000);
  for (guint n = 0; n < sweep->session->n_pairs; n++)
    if (sweep->states[n].is_wrong && !sweep->states[n].is_stale)
      pst_venue_lose (sweep->venue.venue, test_listing (&sweep->venue, n), PST_VENUE_LOSS_VENUE, "the test heals what nobody can see");
}

static void
send_rightly (Sweep *sweep, const Step *step)
{
  State *state = &sweep->states[step->n];
  gboolean was_faulty = state->is_faulty;

  send_text (sweep, step->text);
  if (state->held != NULL)
    send_text (sweep, state->held);
  g_clear_pointer (&state->held, g_free);
  let_pass (sweep);
  /* What was not noticed by now did no harm: the book was compared. */
  if (was_faulty && state->is_faulty)
    {
      sweep->tally->n_harmless++;
      state->is_faulty = FALSE;
    }
}

static void
pass (Sweep *sweep, const Session *session, gboolean with_tickers, guint8 *done, PstRandom *random)
{
  begin (sweep, session, with_tickers);
  for (guint i = 0; i < session->steps->len; i++)
    {
      const Step *step = &g_array_index (session->steps, Step, i);
      TestSymbol *symbol = &sweep->venue.symbols[step->n];

      if (!step->is_diff)
        {
          if (with_tickers)
            send_text (sweep, step->text);
          continue;
        }
      apply_text (symbol->book, step->text, step->length, &symbol->id);
      if (done[i] || !is_ready (sweep, step->n))
        {
          send_rightly (sweep, step);
          continue;
        }
      done[i] = TRUE;
      inject (sweep, step, random);
      let_pass (sweep);
    }
  for (guint n = 0; n < session->n_pairs; n++)
    {
      sweep->tally->n_open += sweep->states[n].is_faulty;
      g_free (sweep->states[n].held);
    }
  g_assert_cmpuint (pst_venue_get_counts (sweep->venue.venue)->n_connects, ==, 1);
  test_venue_clear (&sweep->venue);
}

/* Passes until every diff had its fault. */
static Tally
sweep_all (const Session *session, Fault fault, gboolean with_tickers, guint64 seed)
{
  g_autofree guint8 *done = g_new0 (guint8, session->steps->len);
  Tally tally = { 0 };
  PstRandom random;

  pst_random_init (&random, seed, "sweep");
  for (guint i = 0; i < PASSES_MAX && tally.n_faults < session->n_diffs; i++)
    {
      Sweep sweep = { .tally = &tally, .fault = fault };

      pass (&sweep, session, with_tickers, done, &random);
    }
  g_assert_cmpuint (tally.n_faults, ==, session->n_diffs);
  return tally;
}

static void
print (const char *what, const Tally *tally)
{
  g_test_message (
      "%-26s %u faults: %u noticed before a strategy saw that book, %u did no harm, %u not shown by the protocol, %u with nothing behind them", what,
      tally->n_faults, tally->n_noticed, tally->n_harmless, tally->n_wrong[PLACE_LEVEL], tally->n_open);
}

static void
sweep_session (const Session *session, gboolean has_tickers)
{
  Tally dropped = sweep_all (session, FAULT_DROP, FALSE, 1);
  Tally repeated = sweep_all (session, FAULT_REPEAT, FALSE, 2);
  Tally exchanged = sweep_all (session, FAULT_EXCHANGE, FALSE, 3);
  Tally damaged = sweep_all (session, FAULT_DIGIT, FALSE, 4);

  print ("dropped", &dropped);
  print ("repeated", &repeated);
  print ("exchanged", &exchanged);
  print ("a digit changed (seed 4)", &damaged);
  g_test_message ("%u digits of names, %u of E, %u of U, %u of u, %u of levels", damaged.n_digits[PLACE_NAME], damaged.n_digits[PLACE_TIME],
                  damaged.n_digits[PLACE_FIRST], damaged.n_digits[PLACE_LAST], damaged.n_digits[PLACE_LEVEL]);
  g_assert_cmpuint (dropped.n_noticed + dropped.n_harmless + dropped.n_open, ==, session->n_diffs);
  g_assert_cmpuint (repeated.n_noticed, ==, 0);
  g_assert_cmpuint (exchanged.n_noticed + exchanged.n_open, ==, session->n_diffs);
  g_assert_cmpuint (damaged.n_noticed, >=, damaged.n_digits[PLACE_FIRST]);
  if (has_tickers)
    {
      Tally proven = sweep_all (session, FAULT_DIGIT, TRUE, 4);

      print ("the same, with tickers", &proven);
      g_assert_cmpuint (proven.n_wrong[PLACE_LEVEL], <, damaged.n_wrong[PLACE_LEVEL]);
    }
}

static const char *const com_pairs[][2] = { { "BTC", "AUD" },    { "MANA", "USDT" },  { "ETH", "BRL" },  { "DENT", "USDT" }, { "ZIL", "USDT" },
                                            { "RENBTC", "ETH" }, { "BTCST", "USDT" }, { "QTUM", "ETH" }, { "AXS", "BNB" },   { "NEO", "USDC" } };
static const char *const us_pairs[][2] = { { "ETH", "BTC" },  { "MANA", "USD" }, { "HNT", "USD" }, { "QTUM", "USDT" }, { "BCH", "BTC" },
                                           { "VTHO", "USD" }, { "SOL", "USD" },  { "MKR", "USD" }, { "DOGE", "USD" },  { "BTC", "USD" } };
static const char *const made_pairs[][2] = { { "BTC", "USDT" }, { "ETH", "USDT" }, { "ETH", "BTC" } };

static void
test_com (void)
{
  Session session;

  session_init (&session, com_pairs, G_N_ELEMENTS (com_pairs));
  if (load (&session, "market-data/books/binance-20210405/BINANCE-b38f7c.0"))
    {
      sweep_session (&session, TRUE);
      g_assert_cmpuint (session.n_diffs, >, 4600);
    }
  session_clear (&session);
}

static void
test_us (void)
{
  Session session;

  session_init (&session, us_pairs, G_N_ELEMENTS (us_pairs));
  if (load (&session, "market-data/books/binance-us-20210405/BINANCE_US-63b290.0"))
    {
      sweep_session (&session, TRUE);
      g_assert_cmpuint (session.n_diffs, >, 3100);
    }
  session_clear (&session);
}

static void
test_made (void)
{
  Session session;

  session_init (&session, made_pairs, G_N_ELEMENTS (made_pairs));
  make (&session);
  sweep_session (&session, FALSE);
  g_assert_cmpuint (session.n_diffs, ==, 450);
  session_clear (&session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/binance/sweep/made", test_made);
  g_test_add_func ("/binance/sweep/com", test_com);
  g_test_add_func ("/binance/sweep/us", test_us);
  return g_test_run ();
}
