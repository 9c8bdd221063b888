/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State after state of three books, on a recording and on made ones: what the strategy says the touch returns, and whether anything pays, against
 * books and arithmetic of the test's own. Reads ../shared/market-data/triangle beside the source tree; that part is skipped where it is absent. */

#include <string.h>

#include "pst-arb-sizer.h"
#include "triangle-test-kit.h"

#define GEMINI "gemini-20210417/GEMINI.ws.36.0"
#define N_PAIRS 3

/* A book nobody has been clever about: levels in no order. */
typedef struct
{
  GArray *levels[2]; /* PstLevel; bids, asks */
} PlainBook;

typedef struct
{
  Triangle triangle;
  PlainBook books[N_PAIRS]; /* BTC/USD, ETH/BTC, ETH/USD */
  guint n_states;
  guint n_above;
  guint n_other_way; /* of those above, by BTC first */
  gint64 least, most;
  guint n_records;
} States;

static const char *const codes[N_PAIRS][2] = { { "BTC", "USD" }, { "ETH", "BTC" }, { "ETH", "USD" } };

static void
states_setup (States *states)
{
  Triangle *t = &states->triangle;

  *states = (States){ .least = G_MAXINT64 };
  t->harness = pst_harness_new ();
  for (guint i = 0; i < N_PAIRS; i++)
    {
      g_autofree char *symbol = g_strdup_printf ("%s/%s", codes[i][0], codes[i][1]);
      PstInstrument draft = { .symbol = symbol,
                              .venue = (char *)"GEMINI",
                              .base = pst_currency_get (codes[i][0], NULL),
                              .quote = pst_currency_get (codes[i][1], NULL),
                              .settlement = PST_SETTLEMENT_DELIVERY,
                              .price_scale = i == 1 ? 5 : 2,
                              .size_scale = 8 };

      g_assert_cmpuint (pst_harness_add_instrument_like (t->harness, &draft), ==, i);
      for (guint side = 0; side < 2; side++)
        states->books[i].levels[side] = g_array_new (FALSE, TRUE, sizeof (PstLevel));
    }
  t->strategy = pst_harness_add (t->harness, PST_TYPE_TRIANGULAR_ARBITRAGE, "arb", "trade-capital", "1000 USD", "min-net-pct", "0", "execute",
                                 "false", "record-interval", "0s", "max-book-age", "0s", NULL);
  pst_harness_start (t->harness, t->strategy);
}

static void
states_finish (States *states)
{
  for (guint i = 0; i < N_PAIRS; i++)
    for (guint side = 0; side < 2; side++)
      g_array_unref (states->books[i].levels[side]);
  triangle_finish (&states->triangle);
}

static void
plain_set (PlainBook *book, const PstLevel *level)
{
  GArray *levels = book->levels[level->side == PST_SIDE_SELL];

  for (guint i = 0; i < levels->len; i++)
    if (g_array_index (levels, PstLevel, i).price == level->price)
      {
        g_array_remove_index_fast (levels, i);
        break;
      }
  if (level->size > 0)
    g_array_append_val (levels, *level);
}

/* 0 when the side is empty. */
static gint64
plain_best (const PlainBook *book, gboolean asks)
{
  const GArray *levels = book->levels[asks];
  gint64 best = 0;

  for (guint i = 0; i < levels->len; i++)
    {
      gint64 price = g_array_index (levels, PstLevel, i).price;

      if (best == 0 || (asks ? price < best : price > best))
        best = price;
    }
  return best;
}

/* Both ways around, at 12 decimals, rounded down: prices of two, five and two decimals. */
static void
plain_rates (const States *states, gint64 *btc_first, gint64 *eth_first)
{
  const PlainBook *btc_usd = &states->books[0], *eth_btc = &states->books[1], *eth_usd = &states->books[2];
  const __int128 one = PST_RETURN_ONE;

  *btc_first = (gint64)(plain_best (eth_usd, FALSE) * one * 100000 / ((__int128)plain_best (btc_usd, TRUE) * plain_best (eth_btc, TRUE)));
  *eth_first = (gint64)((__int128)plain_best (btc_usd, FALSE) * plain_best (eth_btc, FALSE) * one / 100000 / plain_best (eth_usd, TRUE));
}

static gint64
rate_of (const States *states, const guint32 *pairs, const PstSide *sides)
{
  const PstContext *context = PST_CONTEXT (states->triangle.harness);
  const PstInstrument *instruments[N_PAIRS];
  gint64 prices[N_PAIRS];

  for (guint i = 0; i < N_PAIRS; i++)
    {
      const PstBook *book = pst_context_get_book ((PstContext *)context, pairs[i]);

      instruments[i] = pst_instrument_table_get (pst_context_get_instruments ((PstContext *)context), pairs[i]);
      prices[i] = pst_book_get_best (book, sides[i] == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY)->price;
    }
  return pst_arb_sizer_gross_rate (instruments, sides, prices, N_PAIRS);
}

static gboolean
has_state (const States *states)
{
  for (guint i = 0; i < N_PAIRS; i++)
    if (plain_best (&states->books[i], FALSE) == 0 || plain_best (&states->books[i], TRUE) == 0)
      return FALSE;
  return TRUE;
}

/* Without fees what is above 1 at the touch pays, and nothing else does; what lasts unchanged is not said again. */
static void
check_records (States *states, gint64 btc_first, gint64 eth_first)
{
  const PstOpportunity *last = triangle_last (&states->triangle);
  guint n_records = triangle_count (&states->triangle, PST_RECORD_OPPORTUNITY);

  if (MAX (btc_first, eth_first) <= PST_RETURN_ONE)
    {
      g_assert_cmpuint (n_records, ==, states->n_records);
      return;
    }
  g_assert_nonnull (last);
  g_assert_cmpint (last->gross_rate, ==, MAX (btc_first, eth_first));
  g_assert_cmpstr (last->cycle, ==, btc_first > eth_first ? "USD->BTC->ETH->USD" : "USD->ETH->BTC->USD");
  g_assert_cmpint (last->est_profit, >, 0);
  /* Half a unit of bitcoin, which a fill may round up to a whole one, is more than the profit of a small size: it may return more than the touch
   * says. */
  g_assert_cmpint (last->net_rate - last->gross_rate, <=, PST_RETURN_ONE * 60000 / last->allocated_capital);
  g_assert_cmpint (last->net_rate, ==, (gint64)((__int128)(last->allocated_capital + last->est_profit) * PST_RETURN_ONE / last->allocated_capital));
  states->n_records = n_records;
}

static void
check_state (States *states)
{
  static const guint32 by_btc[] = { 0, 1, 2 }, by_eth[] = { 2, 1, 0 };
  static const PstSide btc_sides[] = { PST_SIDE_BUY, PST_SIDE_BUY, PST_SIDE_SELL }, eth_sides[] = { PST_SIDE_BUY, PST_SIDE_SELL, PST_SIDE_SELL };
  gint64 btc_first, eth_first;

  plain_rates (states, &btc_first, &eth_first);
  g_assert_cmpint (rate_of (states, by_btc, btc_sides), ==, btc_first);
  g_assert_cmpint (rate_of (states, by_eth, eth_sides), ==, eth_first);
  check_records (states, btc_first, eth_first);
  states->n_states++;
  states->n_above += MAX (btc_first, eth_first) > PST_RETURN_ONE;
  states->n_other_way += btc_first > PST_RETURN_ONE;
  states->least = MIN (states->least, MAX (btc_first, eth_first));
  states->most = MAX (states->most, MAX (btc_first, eth_first));
}

static void
push (States *states, guint32 pair, gint64 time_ns, const PstEvent *events, guint n_events)
{
  for (guint i = 0; i < n_events; i++)
    plain_set (&states->books[pair], &events[i].level);
  pst_harness_push_frame (states->triangle.harness, time_ns, events, n_events);
  if (has_state (states))
    check_state (states);
}

/* One change of a recording: ["buy","2368.64","0.275036"]. */
static void
read_change (PstScan *scan, guint32 pair, GArray *events)
{
  PstEvent event = { .instrument = pair, .kind = PST_EVENT_LEVEL };
  const char *text;
  gsize length;

  pst_scan_begin_array (scan);
  for (guint n = 0; pst_scan_next_element (scan); n++)
    {
      g_assert_true (pst_scan_string (scan, &text, &length));
      if (n == 0)
        event.level.side = pst_scan_equal (text, length, "buy") ? PST_SIDE_BUY : PST_SIDE_SELL;
      else
        g_assert_true (
            pst_mantissa_parse (text, (gssize)length, n == 1 ? pair == 1 ? 5 : 2 : 8, n == 1 ? &event.level.price : &event.level.size, NULL));
    }
  g_array_append_val (events, event);
}

static guint32
find_pair (const char *text, gsize length)
{
  for (guint32 i = 0; i < N_PAIRS; i++)
    {
      g_autofree char *symbol = g_strconcat (codes[i][0], codes[i][1], NULL);

      if (pst_scan_equal (text, length, symbol))
        return i;
    }
  return N_PAIRS;
}

/* The changes of a message about one of the pairs. */
static guint32
read_message (const char *message, gsize size, GArray *events)
{
  guint32 pair = N_PAIRS;
  const char *key, *text;
  gsize length, text_length;
  PstScan scan;

  pst_scan_init (&scan, message, size);
  pst_scan_begin_object (&scan);
  while (pst_scan_next_member (&scan, &key, &length))
    if (pst_scan_equal (key, length, "symbol") && pst_scan_string (&scan, &text, &text_length))
      pair = find_pair (text, text_length);
    else if (pst_scan_equal (key, length, "changes") && pair < N_PAIRS)
      {
        pst_scan_begin_array (&scan);
        while (pst_scan_next_element (&scan))
          read_change (&scan, pair, events);
      }
    else
      pst_scan_skip (&scan);
  g_assert_true (pst_scan_finish (&scan));
  return pair;
}

static void
test_recording (void)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *path = g_build_filename (source != NULL ? source : ".", "..", "shared", "market-data", "triangle", GEMINI, NULL);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PstEvent));
  g_autoptr (PstCapture) capture = NULL;
  g_autoptr (GError) error = NULL;
  PstCaptureItem item;
  States states;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("the recording is not beside the source tree: ../shared/market-data/triangle");
      return;
    }
  capture = pst_capture_open (path, &error);
  g_assert_no_error (error);
  states_setup (&states);
  while (pst_capture_next (capture, &item, &error))
    {
      guint32 pair;

      if (item.kind != PST_CAPTURE_RECEIVED || strstr (item.text, "\"l2_updates\"") == NULL)
        continue;
      g_array_set_size (events, 0);
      pair = read_message (item.text, item.length, events);
      if (pair < N_PAIRS && events->len > 0)
        push (&states, pair, item.time_ns, &g_array_index (events, PstEvent, 0), events->len);
    }
  g_assert_no_error (error);
  g_test_message ("%u states, %u above 1, from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", %u records", states.n_states, states.n_above,
                  states.least, states.most, states.n_records);
  g_assert_cmpuint (states.n_states, ==, 514);
  g_assert_cmpuint (states.n_above, ==, 6);
  g_assert_cmpuint (states.n_other_way, ==, 0);
  g_assert_cmpint ((states.most + 500000) / 1000000, ==, 1000016);
  g_assert_cmpint ((states.least + 500000) / 1000000, ==, 998972);
  states_finish (&states);
}

/* Three books around prices that fit together, now and then a little too well. */
static void
test_made (void)
{
  static const gint64 middle[N_PAIRS] = { 6000000, 3900, 234000 }, spread[N_PAIRS] = { 6000, 4, 240 };
  const guint64 seed = 514;
  PstRandom random;
  States states;
  gint64 time_ns;

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  pst_random_init (&random, seed, "states");
  states_setup (&states);
  time_ns = pst_context_now_ns (PST_CONTEXT (states.triangle.harness));
  for (guint i = 0; i < 3000; i++)
    {
      guint32 pair = (guint32)pst_random_below (&random, N_PAIRS);
      gint64 centre = middle[pair] + (gint64)pst_random_below (&random, (guint64)spread[pair]) - spread[pair] / 2;
      PstEvent events[2] = { { .instrument = pair, .kind = PST_EVENT_LEVEL }, { .instrument = pair, .kind = PST_EVENT_LEVEL } };

      /* A whole new touch: what was better goes with it. */
      for (guint side = 0; side < 2; side++)
        {
          events[side].level.side = side == 0 ? PST_SIDE_BUY : PST_SIDE_SELL;
          events[side].level.flags = side == 0 ? PST_LEVEL_SNAPSHOT : 0;
          events[side].level.price = centre + (side == 0 ? -1 : 1) * (1 + (gint64)pst_random_below (&random, (guint64)spread[pair]));
          events[side].level.size = 1 + (gint64)pst_random_below (&random, 1000000000);
          g_array_set_size (states.books[pair].levels[side], 0);
        }
      time_ns += PST_NS_PER_MS;
      push (&states, pair, time_ns, events, 2);
    }
  g_test_message ("%u states, %u above 1", states.n_states, states.n_above);
  g_assert_cmpuint (states.n_states, >, 2900);
  g_assert_cmpuint (states.n_above, >, 20);
  states_finish (&states);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triangular-arbitrage/states/recording", test_recording);
  g_test_add_func ("/triangular-arbitrage/states/made", test_made);
  return g_test_run ();
}
