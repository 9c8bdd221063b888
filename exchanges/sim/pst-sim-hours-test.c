/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A venue with hours: what would be lost are a fill at a price from before the order, a day's order that dies before its day, and one that lives on.
 */
#include "sim-test-kit.h"

#include "pst-sim-hours.h"

static gint64
at (const char *text)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

static void
go_to (SimFixture *fixture, const char *time)
{
  pst_harness_advance_to (fixture->harness, at (time));
}

/* A bar from @label to @time, "open high low close". */
static void
push_bar (SimFixture *fixture, const char *label, const char *time, const char *prices)
{
  g_auto (GStrv) n = g_strsplit (prices, " ", -1);
  gint64 p[4];
  PstEvent event = { .instrument = fixture->share, .kind = PST_EVENT_BAR, .venue_time_ns = at (label) };

  for (guint i = 0; i < 4; i++)
    p[i] = pst_harness_price (fixture->harness, fixture->share, n[i]);
  event.bar.open = p[0];
  event.bar.high = p[1];
  event.bar.low = p[2];
  event.bar.close = p[3];
  event.bar.volume = 1000;
  pst_harness_push_frame (fixture->harness, at (time), &event, 1);
}

static void
push_trade (SimFixture *fixture, const char *time, const char *price)
{
  pst_harness_push_trade (fixture->harness, fixture->share, at (time), price, "100", PST_SIDE_NONE);
}

/* Daily bars end at midnight of UTC, at 19:00 in New York: what is asked for then waits for the open of the next session, over a holiday. */
static void
test_daily_bars (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "calendar=nyse");
  push_bar (&fixture, "2019-12-31", "2020-01-01", "10.00 10.00 10.00 10.00");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 day");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted");
  /* The holiday has no bar; a trade in it is outside of the hours and fills nothing. */
  push_trade (&fixture, "2020-01-01T15:00:00Z", "8.00");
  sim_fixture_expect (&fixture, "");
  push_bar (&fixture, "2020-01-02", "2020-01-03", "11.00 11.00 10.50 11.00");
  /* The day's order lived on its day, although the bar ends eight hours later, and is over when the day is. */
  sim_fixture_expect (&fixture, "1 fill 100 at 11.00 taker; 2 expired expired");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 day");
  push_bar (&fixture, "2020-01-03", "2020-01-04", "8.00 9.00 8.00 8.50");
  sim_fixture_expect (&fixture, "3 accepted; 3 fill 10 at 8.00 taker");
  sim_fixture_end (&fixture);
}

/* With minutes a day's order works until the close, also until that of half a day. */
static void
test_day_orders (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "calendar=nyse");
  push_trade (&fixture, "2020-11-27T15:00:00Z", "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 day");
  sim_fixture_order (&fixture, "buy 10 limit 9.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted");
  /* 13:00 in New York; the bar that ends then belongs to the day. */
  push_bar (&fixture, "2020-11-27T17:58:00Z", "2020-11-27T17:59:00Z", "9.50 9.50 9.50 9.50");
  sim_fixture_expect (&fixture, "");
  push_trade (&fixture, "2020-11-27T18:00:00Z", "8.00");
  sim_fixture_expect (&fixture, "1 expired expired");
  /* Outside of the hours nothing fills what rests. */
  push_trade (&fixture, "2020-11-28T15:00:00Z", "8.00");
  sim_fixture_expect (&fixture, "");
  push_trade (&fixture, "2020-11-30T14:30:00Z", "8.00");
  sim_fixture_expect (&fixture, "2 fill 10 at 9.00 maker");
  sim_fixture_end (&fixture);
}

static void
test_last_bar (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "calendar=nyse");
  push_trade (&fixture, "2020-11-27T15:00:00Z", "10.00");
  sim_fixture_order (&fixture, "buy 10 limit 9.00 day");
  push_bar (&fixture, "2020-11-27T17:59:00Z", "2020-11-27T18:00:00Z", "9.50 9.50 8.50 9.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 10 at 9.00 maker");
  sim_fixture_end (&fixture);
}

/* Nobody can buy at ten at half past nine's price: a bar that began before an order was asked for fills nothing of it. */
static void
test_no_look_back (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "calendar=nyse");
  push_bar (&fixture, "2020-01-02", "2020-01-03", "10.00 10.00 10.00 10.00");
  go_to (&fixture, "2020-01-03T15:00:00Z");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_order (&fixture, "buy 10 limit 9.00");
  push_bar (&fixture, "2020-01-03", "2020-01-04", "8.00 12.00 8.00 12.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted");
  /* What is asked for at the very open takes it. */
  go_to (&fixture, "2020-01-06T14:30:00Z");
  sim_fixture_order (&fixture, "buy 1");
  push_bar (&fixture, "2020-01-06", "2020-01-07", "13.00 13.00 13.00 13.00");
  sim_fixture_expect (&fixture, "3 accepted; 1 fill 100 at 13.00 taker; 3 fill 1 at 13.00 taker");
  sim_fixture_end (&fixture);
  /* The same without a calendar: the bar's own beginning counts. */
  sim_fixture_begin (&fixture, "");
  push_bar (&fixture, "2020-01-02T10:00:00Z", "2020-01-02T11:00:00Z", "10.00 10.00 10.00 10.00");
  go_to (&fixture, "2020-01-02T11:30:00Z");
  sim_fixture_order (&fixture, "buy 100");
  push_bar (&fixture, "2020-01-02T11:00:00Z", "2020-01-02T12:00:00Z", "8.00 12.00 8.00 12.00");
  sim_fixture_expect (&fixture, "1 accepted");
  push_bar (&fixture, "2020-01-02T12:00:00Z", "2020-01-02T13:00:00Z", "13.00 13.00 13.00 13.00");
  sim_fixture_expect (&fixture, "1 fill 100 at 13.00 taker");
  sim_fixture_end (&fixture);
}

static void
test_reject (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "calendar=nyse when-closed=reject");
  push_trade (&fixture, "2020-01-02T20:59:59Z", "10.00");
  sim_fixture_order (&fixture, "buy 10");
  go_to (&fixture, "2020-01-02T21:00:00Z");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_expect (&fixture, "1 accepted; 2 rejected market_closed");
  sim_fixture_end (&fixture);
  /* What cannot wait is refused in any case. */
  sim_fixture_begin (&fixture, "calendar=nyse");
  push_trade (&fixture, "2020-01-02T20:59:59Z", "10.00");
  go_to (&fixture, "2020-01-02T21:00:00Z");
  sim_fixture_order (&fixture, "buy 10 limit 11.00 ioc");
  sim_fixture_order (&fixture, "buy 10 limit 11.00 fok");
  sim_fixture_order (&fixture, "buy 10 limit 11.00 day");
  sim_fixture_expect (&fixture, "1 rejected market_closed; 2 rejected market_closed; 3 accepted");
  push_trade (&fixture, "2020-01-03T14:30:00Z", "10.50");
  sim_fixture_expect (&fixture, "3 fill 10 at 10.50 taker");
  /* Beyond the years that the calendar knows nothing is guessed. */
  go_to (&fixture, "2200-01-01T15:00:00Z");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_expect (&fixture, "4 rejected calendar_unknown");
  sim_fixture_end (&fixture);
}

static void
push_level (SimFixture *fixture, const char *time, PstSide side, const char *price, const char *size, gboolean snapshot)
{
  PstEvent event = { .instrument = fixture->share, .kind = PST_EVENT_LEVEL };

  if (snapshot)
    event.level.flags = PST_LEVEL_SNAPSHOT;
  event.level.side = side;
  event.level.price = pst_harness_price (fixture->harness, fixture->share, price);
  event.level.size = pst_harness_size (fixture->harness, fixture->share, size);
  pst_harness_push_frame (fixture->harness, at (time), &event, 1);
}

/* A book that moves at night fills nothing; the first move behind the open does. */
static void
test_book (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "calendar=nyse");
  push_level (&fixture, "2020-01-02T20:59:00Z", PST_SIDE_SELL, "10.00", "50", TRUE);
  sim_fixture_order (&fixture, "buy 5");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 5 at 10.00 taker");
  go_to (&fixture, "2020-01-02T21:30:00Z");
  sim_fixture_order (&fixture, "buy 5");
  push_level (&fixture, "2020-01-02T22:00:00Z", PST_SIDE_SELL, "9.00", "50", FALSE);
  sim_fixture_expect (&fixture, "2 accepted");
  push_level (&fixture, "2020-01-03T14:30:00Z", PST_SIDE_SELL, "9.50", "50", FALSE);
  sim_fixture_expect (&fixture, "2 fill 5 at 9.00 taker");
  sim_fixture_end (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/hours/daily-bars", test_daily_bars);
  g_test_add_func ("/sim/hours/day-orders", test_day_orders);
  g_test_add_func ("/sim/hours/last-bar", test_last_bar);
  g_test_add_func ("/sim/hours/no-look-back", test_no_look_back);
  g_test_add_func ("/sim/hours/reject", test_reject);
  g_test_add_func ("/sim/hours/book", test_book);
  return g_test_run ();
}
