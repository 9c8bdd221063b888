/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a trade came to, and how bad it stood meanwhile. */
#include "pst-trip-book.h"

#include <penstock-check.h>

#define UNIT G_GINT64_CONSTANT (100000000)

static void
add_fill (PstTripBook *book, const PstInstrument *instrument, gint64 time_ns, PstSide side, gint64 size, gint64 price, gint64 fee)
{
  PstFill fill = { .instrument = 0, .side = side, .time_ns = time_ns, .price = price, .quantity = size, .fee = fee * UNIT };

  fill.fee_currency = instrument->quote;
  g_assert_true (pst_instrument_notional (instrument, price, size, PST_ROUND_HALF_EVEN, &fill.notional));
  g_assert_true (pst_trip_book_add_fill (book, instrument, 0, &fill));
}

static void
add_bar (PstTripBook *book, gint64 time_ns, gint64 high, gint64 low, gint64 close)
{
  g_assert_true (pst_trip_book_add_bar (book, 0, time_ns, &(const PstBar){ close, high, low, close, 1 }));
}

/* Long 10 at 100, low of 90, out at 110; then through zero: short 5 at 120, which stays open. */
static void
test_trips (void)
{
  g_autoptr (PstInstrument) instrument
      = pst_instrument_new (&(const PstInstrument){ .symbol = (char *)"T", .venue = (char *)"TEST", .quote = pst_currency_get ("USD", NULL) }, NULL);
  g_autoptr (PstTripBook) book = pst_trip_book_new ();
  g_autoptr (GArray) trips = g_array_new (FALSE, FALSE, sizeof (PstRoundTrip));
  const PstRoundTrip *trip;

  add_bar (book, 1, 100, 100, 100);
  add_fill (book, instrument, 2, PST_SIDE_BUY, 10, 100, 2);
  add_bar (book, 2, 105, 90, 104);
  add_bar (book, 3, 106, 95, 100);
  add_fill (book, instrument, 4, PST_SIDE_SELL, 10, 110, 3);
  add_bar (book, 4, 120, 80, 120);
  add_fill (book, instrument, 5, PST_SIDE_BUY, 5, 118, 0);
  add_fill (book, instrument, 5, PST_SIDE_SELL, 10, 120, 2);
  add_bar (book, 5, 130, 110, 125);
  g_assert_true (pst_trip_book_finish (book, trips));
  g_assert_cmpuint (trips->len, ==, 3);
  trip = &g_array_index (trips, PstRoundTrip, 0);
  g_assert_cmpint (trip->profit, ==, 95 * UNIT);
  g_assert_cmpint (trip->adverse, ==, -100 * UNIT);
  g_assert_cmpint (trip->favourable, ==, 100 * UNIT);
  g_assert_cmpuint (trip->n_bars, ==, 2);
  g_assert_cmpint (trip->entry_price, ==, 100);
  g_assert_cmpint (trip->exit_price, ==, 110);
  g_assert_cmpint (g_array_index (trips, PstRoundTrip, 1).profit + g_array_index (trips, PstRoundTrip, 2).profit, ==, (10 - 25 - 2) * UNIT);
  trip = &g_array_index (trips, PstRoundTrip, 2);
  g_assert_true (trip->is_open || g_array_index (trips, PstRoundTrip, 1).is_open);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trip-book/trips", test_trips);
  return g_test_run ();
}
