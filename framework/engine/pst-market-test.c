/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: holdings valued at wrong or invented prices, and guards that look at a market that is not there. */
#include "engine-fakes.h"
#include "pst-market.h"

typedef struct
{
  PstInstrumentTable *instruments;
  PstMarket *market;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstInstrument) a = fake_shares ("A", "USD"), b = fake_shares ("B", "USD");

  fixture->instruments = pst_instrument_table_new ();
  pst_instrument_table_add (fixture->instruments, a, NULL);
  pst_instrument_table_add (fixture->instruments, b, NULL);
  fixture->market = pst_market_new (fixture->instruments);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_market_free (fixture->market);
  pst_instrument_table_unref (fixture->instruments);
}

static void
apply (Fixture *fixture, PstEvent event)
{
  g_autoptr (GError) error = NULL;
  PstFrame frame = { &event, 1, 0, T0, 1 };

  pst_market_apply (fixture->market, &frame, &error);
  g_assert_no_error (error);
}

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  const PstMark *mark = pst_market_get_mark (fixture->market, 1);

  g_assert_false (mark->valid);
  apply (fixture, (PstEvent){ .instrument = 1, .kind = PST_EVENT_BAR, .receive_time_ns = 5, .bar = { 1, 9, 1, 7, 1 } });
  mark = pst_market_get_mark (fixture->market, 1);
  g_assert_true (mark->valid);
  g_assert_cmpint (mark->price, ==, 7);
  g_assert_cmpint (mark->time_ns, ==, 5);
  apply (fixture, (PstEvent){ .instrument = 1, .kind = PST_EVENT_TRADE, .receive_time_ns = 6, .trade = { .price = 8, .size = 1 } });
  g_assert_cmpint (mark->price, ==, 8);
  apply (fixture, (PstEvent){ .instrument = 1, .kind = PST_EVENT_STATUS, .receive_time_ns = 7, .status = PST_INSTRUMENT_STATUS_HALTED });
  g_assert_cmpint (mark->status, ==, PST_INSTRUMENT_STATUS_HALTED);
  g_assert_cmpint (mark->time_ns, ==, 6);
  apply (fixture, (PstEvent){ .instrument = 1, .kind = PST_EVENT_LEVEL, .level = { .price = 99, .size = 1 } });
  g_assert_cmpint (mark->price, ==, 8);
  g_assert_false (pst_market_get_mark (fixture->market, 0)->valid);
}

static void
test_quotes (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    gint64 bid, ask, middle;
  } cases[] = { { 100, 102, 101 }, { 100, 101, 100 }, { 101, 102, 102 }, { 103, 104, 104 }, { G_MAXINT64 - 2, G_MAXINT64, G_MAXINT64 - 1 } };
  const PstMark *mark = pst_market_get_mark (fixture->market, 0);

  /* One side is no price. */
  apply (fixture, (PstEvent){ .kind = PST_EVENT_QUOTE, .quote = { 100, 5, 0, 0 } });
  g_assert_false (mark->valid);
  g_assert_cmpint (mark->bid, ==, 100);
  g_assert_cmpint (mark->ask, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      apply (fixture, (PstEvent){ .kind = PST_EVENT_QUOTE, .quote = { cases[i].bid, 1, cases[i].ask, 1 } });
      g_assert_true (mark->valid);
      g_assert_cmpint (mark->price, ==, cases[i].middle);
    }
  /* A side that goes away takes no price away. */
  apply (fixture, (PstEvent){ .kind = PST_EVENT_QUOTE, .quote = { 0, 0, 50, 1 } });
  g_assert_cmpint (mark->price, ==, G_MAXINT64 - 1);
  g_assert_cmpint (mark->bid, ==, 0);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  guint n;

  apply (fixture, (PstEvent){ .kind = PST_EVENT_BAR, .bar = { 1, 1, 1, 1, 1 } });
  g_assert_false (pst_market_has_changes (fixture->market));
  pst_market_watch (fixture->market, 0);
  pst_market_watch (fixture->market, 0);
  pst_market_watch (fixture->market, 77);
  g_assert_cmpuint (pst_market_get_changes (fixture->market, &n)[0], ==, 0);
  g_assert_cmpuint (n, ==, 1);
  pst_market_clear_changes (fixture->market);
  apply (fixture, (PstEvent){ .kind = PST_EVENT_BAR, .bar = { 1, 1, 1, 1, 1 } });
  g_assert_false (pst_market_has_changes (fixture->market));
  apply (fixture, (PstEvent){ .kind = PST_EVENT_BAR, .bar = { 2, 2, 2, 2, 1 } });
  apply (fixture, (PstEvent){ .kind = PST_EVENT_BAR, .bar = { 3, 3, 3, 3, 1 } });
  pst_market_get_changes (fixture->market, &n);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PstEvent events[] = { { .instrument = 0, .kind = PST_EVENT_BAR, .bar = { 1, 1, 1, 1, 1 } }, { .instrument = 2, .kind = PST_EVENT_BAR } };
  PstFrame frame = { events, 2, 0, T0, 9 };

  g_assert_null (pst_market_get_mark (fixture->market, 2));
  g_assert_false (pst_market_apply (fixture->market, &frame, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "event 1 of frame 9 names instrument 2"));
}

static void
test_growth (Fixture *fixture, gconstpointer data)
{
  apply (fixture, (PstEvent){ .kind = PST_EVENT_BAR, .bar = { 4, 4, 4, 4, 1 } });
  pst_market_watch (fixture->market, 0);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *symbol = g_strdup_printf ("S%u", i);
      g_autoptr (PstInstrument) instrument = fake_shares (symbol, "USD");
      guint32 index = pst_instrument_table_add (fixture->instruments, instrument, NULL);

      apply (fixture, (PstEvent){ .instrument = index, .kind = PST_EVENT_BAR, .bar = { 5, 5, 5, 5, 1 } });
      g_assert_cmpint (pst_market_get_mark (fixture->market, index)->price, ==, 5);
    }
  g_assert_cmpint (pst_market_get_mark (fixture->market, 0)->price, ==, 4);
  g_assert_true (pst_market_has_changes (fixture->market));
}

/* A message that crosses the book half-way through is not judged before it is whole; one that leaves it crossed makes it STALE. */
static void
test_books (Fixture *fixture, gconstpointer data)
{
  PstEvent events[] = {
    { .kind = PST_EVENT_LEVEL, .level = { .price = 100, .size = 5, .side = PST_SIDE_BUY, .flags = PST_LEVEL_SNAPSHOT } },
    { .kind = PST_EVENT_LEVEL, .level = { .price = 103, .size = 7, .side = PST_SIDE_SELL } },
    { .kind = PST_EVENT_LEVEL, .level = { .price = 104, .size = 1, .side = PST_SIDE_BUY } },
    { .kind = PST_EVENT_LEVEL, .level = { .price = 103, .size = 0, .side = PST_SIDE_SELL } },
    { .kind = PST_EVENT_LEVEL, .level = { .price = 106, .size = 2, .side = PST_SIDE_SELL } },
  };
  PstFrame frame = { events, G_N_ELEMENTS (events), 0, T0, 1 };
  const PstBook *book;

  g_assert_null (pst_market_get_book (fixture->market, 0));
  g_assert_true (pst_market_apply (fixture->market, &frame, NULL));
  book = pst_market_get_book (fixture->market, 0);
  g_assert_cmpint (pst_book_get_state (book), ==, PST_BOOK_LIVE);
  g_assert_cmpint (pst_market_get_mark (fixture->market, 0)->bid, ==, 104);
  g_assert_cmpint (pst_market_get_mark (fixture->market, 0)->ask, ==, 106);
  g_assert_cmpint (pst_market_get_mark (fixture->market, 0)->price, ==, 105);
  apply (fixture, (PstEvent){ .kind = PST_EVENT_LEVEL, .level = { .price = 106, .size = 1, .side = PST_SIDE_BUY } });
  g_assert_cmpint (pst_book_get_state (book), ==, PST_BOOK_STALE);
  g_assert_cmpint (pst_market_get_mark (fixture->market, 0)->bid, ==, 104);
}

static void
test_stale_status (Fixture *fixture, gconstpointer data)
{
  apply (fixture, (PstEvent){ .kind = PST_EVENT_LEVEL, .level = { .price = 100, .size = 5, .side = PST_SIDE_BUY } });
  g_assert_cmpint (pst_book_get_state (pst_market_get_book (fixture->market, 0)), ==, PST_BOOK_LIVE);
  apply (fixture, (PstEvent){ .kind = PST_EVENT_STATUS, .status = PST_INSTRUMENT_STATUS_STALE });
  g_assert_cmpint (pst_book_get_state (pst_market_get_book (fixture->market, 0)), ==, PST_BOOK_STALE);
  apply (fixture, (PstEvent){ .kind = PST_EVENT_LEVEL, .level = { .price = 101, .size = 5, .side = PST_SIDE_BUY } });
  g_assert_cmpint (pst_book_get_state (pst_market_get_book (fixture->market, 0)), ==, PST_BOOK_STALE);
  apply (fixture, (PstEvent){ .kind = PST_EVENT_STATUS, .status = PST_INSTRUMENT_STATUS_TRADING });
  apply (fixture, (PstEvent){ .kind = PST_EVENT_LEVEL, .level = { .price = 99, .size = 5, .side = PST_SIDE_BUY, .flags = PST_LEVEL_SNAPSHOT } });
  g_assert_cmpint (pst_book_get_state (pst_market_get_book (fixture->market, 0)), ==, PST_BOOK_LIVE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/market/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  g_test_add ("/market/quotes", Fixture, NULL, set_up, test_quotes, tear_down);
  g_test_add ("/market/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add ("/market/unknown-instrument", Fixture, NULL, set_up, test_unknown, tear_down);
  g_test_add ("/market/growth", Fixture, NULL, set_up, test_growth, tear_down);
  g_test_add ("/market/books", Fixture, NULL, set_up, test_books, tear_down);
  g_test_add ("/market/stale-status", Fixture, NULL, set_up, test_stale_status, tear_down);
  return g_test_run ();
}
