/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes wrong between the venue and us: requests, refusals, messages that are none, and a bad network. What would be lost: a strategy trades on a
 * book that the venue does not have, or the venue bans the address. */
#include "binance-test-kit.h"

typedef struct
{
  PstHttpOutcome outcome;
  guint status;
  const char *body;
} RequestFault;

static const RequestFault request_faults[] = {
  { PST_HTTP_TIMED_OUT, 0, NULL },
  { PST_HTTP_LOST, 0, NULL },
  { PST_HTTP_NOT_SENT, 0, NULL },
  { PST_HTTP_TOO_LARGE, 0, NULL },
  { PST_HTTP_ANSWERED, 500, NULL },
  { PST_HTTP_ANSWERED, 503, NULL },
  { PST_HTTP_ANSWERED, 403, NULL },
  { PST_HTTP_ANSWERED, 200, "" },
  { PST_HTTP_ANSWERED, 200, "<html>busy</html>" },
  { PST_HTTP_ANSWERED, 200, "{\"lastUpdateId\":1000,\"bids\":[[\"1\",\"2\"]]}" },
  { PST_HTTP_ANSWERED, 200, "{\"lastUpdateId\":1000,\"bids\":[[\"1\",\"2\"]],\"asks\":[[\"2\",\"x\"]]}" },
  { PST_HTTP_ANSWERED, 200, "{\"lastUpdateId\":1000,\"bids\":[[\"1\",\"2\"]],\"asks\":[[\"2.000000001\",\"1\"]]}" },
  { PST_HTTP_ANSWERED, 200, "{\"lastUpdateId\":1000,\"bids\":[[\"3\",\"2\"]],\"asks\":[[\"2\",\"1\"]]}" },
  { PST_HTTP_ANSWERED, 200, "{\"code\":-1000,\"msg\":\"An unknown error occurred.\"}" },
  { PST_HTTP_ANSWERED, 200, "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":1,\"u\":1,\"b\":[],\"a\":[]}" },
};

/* A snapshot that is not there or none: it is asked for again, later, and the book is right in the end. */
static void
test_request_faults (Fixture *fixture, gconstpointer data)
{
  const RequestFault *fault = data;

  start (fixture);
  if (fault->body != NULL)
    fixture->venue.body = fault->body;
  else
    pst_simulated_transport_fault_request (fixture->venue.wire, fault->outcome, fault->status, FALSE);
  change (fixture, 0, 1);
  test_advance (&fixture->venue, 5);
  change (fixture, 0, 2);
  test_advance (&fixture->venue, 5);
  g_assert_false (test_is_live (&fixture->venue, 0));
  fixture->venue.body = NULL;
  for (guint i = 3; i < 40; i++)
    {
      change (fixture, 0, i);
      test_advance (&fixture->venue, 500);
    }
  test_assert_true (&fixture->venue, 0);
  test_assert_true (&fixture->venue, 1);
  g_assert_cmpuint (own_counts (fixture)->n_snapshots, <=, 4); /* of both, and once more, or twice */
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 1);
}

/* 429 and 418: nothing is asked for until the venue said so, whoever waits. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const wait[] = { "Retry-After", "37", NULL };
  gboolean is_ban = GPOINTER_TO_INT (data) == 418;
  gint64 pause_ms = is_ban ? 120000 : 37000;

  fixture->venue.status = is_ban ? 418 : 429;
  fixture->venue.headers = is_ban ? NULL : wait;
  start (fixture);
  change (fixture, 0, 1);
  test_advance (&fixture->venue, 10);
  change (fixture, 1, 1);
  g_assert_cmpuint (fixture->venue.symbols[0].n_asked, ==, 1);
  g_assert_nonnull (pst_harness_find_record (fixture->venue.harness, PST_RECORD_ALERT));
  fixture->venue.status = 200;
  fixture->venue.headers = NULL;
  for (gint64 at_ms = 10; at_ms < pause_ms - 1000; at_ms += 1000)
    {
      test_advance (&fixture->venue, 1000);
      change (fixture, 0, (guint)(at_ms / 1000));
    }
  g_assert_cmpuint (fixture->venue.symbols[0].n_asked, ==, 1);
  g_assert_cmpuint (fixture->venue.symbols[1].n_asked, ==, 0);
  test_advance (&fixture->venue, 4000);
  test_assert_true (&fixture->venue, 0);
  test_assert_true (&fixture->venue, 1);
}

/* Sixteen listings at 250 a snapshot and 600 a minute: two in any minute, in the order in which they were wanted, and all in the end. */
static void
test_pace (void)
{
  static const char *const bases[] = { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P" };
  TestVenue venue;
  guint n_asked = 0, n_before = 0;

  test_venue_init (&venue, 2);
  for (guint n = 0; n < G_N_ELEMENTS (bases); n++)
    {
      test_add_symbol (&venue, bases[n], "USDT");
      fill_book (&venue.symbols[n]);
    }
  test_venue_add (&venue, "depth");
  test_option (&venue, "depth", "5000");
  test_option (&venue, "weight-per-minute", "600");
  pst_harness_start (venue.harness, PST_COMPONENT (venue.venue));
  for (guint minute = 0; minute < 9; minute++)
    {
      for (guint i = 0; i < 3; i++)
        {
          test_push_change (&venue, i, 1, PST_SIDE_BUY, PRICE (50), PRICE (minute + 1));
          test_advance (&venue, 20000);
        }
      for (n_asked = 0; n_asked < venue.n_symbols && venue.symbols[n_asked].n_asked == 1; n_asked++)
        ;
      g_assert_cmpuint (n_asked, <=, n_before + 2);
      n_before = n_asked;
    }
  g_assert_cmpuint (n_asked, ==, 16);
  test_advance (&venue, 2000);
  for (guint n = 0; n < venue.n_symbols; n++)
    test_assert_true (&venue, n);
  g_assert_nonnull (strstr (venue.got->str, "limit=5000"));
  g_assert_cmpuint (pst_venue_get_counts (venue.venue)->n_connects, ==, 1);
  test_venue_clear (&venue);
}

/* What the venue says that this address used counts, too: others ask from here. */
static void
test_used_weight (Fixture *fixture, gconstpointer data)
{
  static const char *const used[] = { "x-mbx-used-weight-1m", "5990", NULL };

  fixture->venue.headers = used;
  start (fixture);
  change (fixture, 0, 1);
  test_advance (&fixture->venue, 5);
  change (fixture, 1, 1);
  change (fixture, 0, 2);
  test_advance (&fixture->venue, 50000);
  change (fixture, 0, 3);
  test_advance (&fixture->venue, 5);
  test_assert_true (&fixture->venue, 0);
  g_assert_cmpuint (fixture->venue.symbols[1].n_asked, ==, 0);
  test_advance (&fixture->venue, 15000);
  test_assert_true (&fixture->venue, 1);
}

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gboolean loses;
  } rows[] = {
    { "{\"stream\":\"btcusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",", TRUE },
    { "{\"e\":\"depthUpdate\",\"s\":\"BTCUSDT\",\"U\":9,\"u\":8,\"b\":[],\"a\":[]}", TRUE },
    { "{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"s\":\"BTCUSDT\",", FALSE },
    { "{\"stream\":\"nothing@depth\",\"data\":{\"e\":", FALSE },
    { "not JSON", FALSE },
    { "{\"stream\":\"ethusdt@depth@100ms\",\"data\":{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":9,\"u\":9,\"b\":[],\"a\":[]}}", FALSE },
  };
  guint n = GPOINTER_TO_UINT (data);

  join (fixture);
  push (fixture, rows[n].text);
  test_advance (&fixture->venue, 2);
  g_assert_cmpuint (counts (fixture)->n_malformed, ==, 1);
  g_assert_cmpint (pst_book_get_state (test_seen (&fixture->venue, 0)), ==, rows[n].loses ? PST_BOOK_STALE : PST_BOOK_LIVE);
  test_assert_true (&fixture->venue, 1);
  change (fixture, 0, 20);
  test_advance (&fixture->venue, 2);
  change (fixture, 0, 21);
  test_advance (&fixture->venue, 2);
  test_assert_true (&fixture->venue, 0);
}

/* Numbers that no level of this instrument can have. */
static void
test_bad_levels (Fixture *fixture, gconstpointer data)
{
  static const char *const levels[] = { "[\"1.000000001\",\"1\"]",
                                        "[\"-1\",\"1\"]",
                                        "[\"0\",\"1\"]",
                                        "[\"1\",\"-1\"]",
                                        "[\"1e3\",\"1\"]",
                                        "[\"\",\"1\"]",
                                        "[\"1\",\"\"]",
                                        "[\"NaN\",\"1\"]",
                                        "[\"200\",\"1.0\"]",
                                        "[\"99999999999999\",\"1\"]" };

  join (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      TestSymbol *symbol = &fixture->venue.symbols[0];
      g_autofree char *text = g_strdup_printf ("{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":%u,\"u\":%u,\"b\":[%s],\"a\":[]}",
                                               (guint)symbol->id + 1, (guint)symbol->id + 1, levels[i]);

      symbol->id++;
      push (fixture, text);
      test_advance (&fixture->venue, 2);
      g_test_message ("%s", levels[i]);
      g_assert_cmpint (pst_book_get_state (test_seen (&fixture->venue, 0)), ==, PST_BOOK_STALE);
      for (guint k = 0; k < 65; k++)
        {
          change (fixture, 0, k);
          test_advance (&fixture->venue, 1000);
        }
      test_assert_true (&fixture->venue, 0);
    }
  g_assert_cmpuint (counts (fixture)->n_losses[PST_VENUE_LOSS_MALFORMED] + counts (fixture)->n_losses[PST_VENUE_LOSS_CROSSED], ==,
                    G_N_ELEMENTS (levels));
  g_assert_cmpuint (counts (fixture)->n_connects, ==, 1);
}

/* Faults by lot on the connection and at the requests, over some hours: whatever a strategy sees as live is, or was a moment ago, the venue's book;
 * at the end, without faults, all are whole. Digits are not changed here: what that does is counted on the recorded sessions. */
static void
test_lot (gconstpointer data)
{
  static const guint rates[PST_FAULT_N] = { [PST_FAULT_DROP] = 10,  [PST_FAULT_DUPLICATE] = 10, [PST_FAULT_REORDER] = 10,
                                            [PST_FAULT_DELAY] = 10, [PST_FAULT_CUT] = 1,        [PST_FAULT_CUT_AFTER] = 1 };
  static const guint none[PST_FAULT_N] = { 0 };
  guint64 seed = GPOINTER_TO_UINT (data);
  Fixture fixture;
  PstRandom random;
  g_autoptr (GHashTable) states = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint n_seen = 0;

  test_venue_init (&fixture.venue, seed);
  pst_random_init (&random, seed, "lot");
  test_add_symbol (&fixture.venue, "BTC", "USDT");
  test_add_symbol (&fixture.venue, "ETH", "USDT");
  fill_book (&fixture.venue.symbols[0]);
  fill_book (&fixture.venue.symbols[1]);
  test_venue_add (&fixture.venue, "depth");
  test_option (&fixture.venue, "reconnect-budget", "0");
  start (&fixture);
  pst_simulated_transport_set_fault_rates (fixture.venue.wire, rates, 300 * PST_NS_PER_MS);
  for (guint i = 0; i < 20000; i++)
    {
      guint n = (guint)pst_random_below (&random, 2);
      guint64 hash;

      if (pst_random_below (&random, 50) == 0)
        pst_simulated_transport_fault_request (fixture.venue.wire, pst_random_below (&random, 2) ? PST_HTTP_TIMED_OUT : PST_HTTP_LOST, 0, FALSE);
      change (&fixture, n, (guint)pst_random_below (&random, 1000));
      hash = test_hash (fixture.venue.symbols[n].book) + n;
      g_hash_table_add (states, g_memdup2 (&hash, sizeof hash));
      test_advance (&fixture.venue, (gint64)pst_random_below (&random, 1000));
      for (n = 0; n < 2; n++)
        if (test_is_live (&fixture.venue, n))
          {
            hash = test_hash (test_seen (&fixture.venue, n)) + n;
            g_assert_true (g_hash_table_contains (states, &hash) || i < 50);
            n_seen++;
          }
    }
  pst_simulated_transport_set_fault_rates (fixture.venue.wire, none, 0);
  for (guint i = 0; i < 200; i++)
    {
      change (&fixture, i % 2, i);
      test_advance (&fixture.venue, 1000);
    }
  test_assert_true (&fixture.venue, 0);
  test_assert_true (&fixture.venue, 1);
  g_test_message ("seed %u: %u books seen, %u gaps, %u connections, %u snapshots, %u of them failed", (guint)seed, n_seen,
                  (guint)counts (&fixture)->n_losses[PST_VENUE_LOSS_GAP], (guint)counts (&fixture)->n_connects,
                  (guint)own_counts (&fixture)->n_snapshots, (guint)own_counts (&fixture)->n_failed);
  g_assert_cmpuint (n_seen, >, 10000);
  g_assert_cmpuint (counts (&fixture)->n_losses[PST_VENUE_LOSS_GAP], >, 100);
  test_venue_clear (&fixture.venue);
}

static void
add_tables (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (request_faults); i++)
    {
      g_autofree char *name = g_strdup_printf ("/binance/request-faults/%u", i);

      g_test_add (name, Fixture, &request_faults[i], set_up, test_request_faults, tear_down);
    }
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *name = g_strdup_printf ("/binance/malformed/%u", i);

      g_test_add (name, Fixture, GUINT_TO_POINTER (i), set_up, test_malformed, tear_down);
    }
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("/binance/lot/%u", i);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_lot);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/binance/refused/429", Fixture, GINT_TO_POINTER (429), set_up, test_refused, tear_down);
  g_test_add ("/binance/refused/418", Fixture, GINT_TO_POINTER (418), set_up, test_refused, tear_down);
  g_test_add ("/binance/used-weight", Fixture, NULL, set_up, test_used_weight, tear_down);
  g_test_add ("/binance/bad-levels", Fixture, NULL, set_up, test_bad_levels, tear_down);
  g_test_add_func ("/binance/pace", test_pace);
  add_tables ();
  return g_test_run ();
}
