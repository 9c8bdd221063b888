/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A crossing that is missed, doubled or seen a bar early is somebody's money. The crossings are compared with an independent calculation,
 * and the orders with what they should lead to. */

#include "pst-sma-cross.h"

#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

#define MINUTE (60 * PST_NS_PER_SECOND)

typedef struct
{
  PstHarness *harness;
  PstComponent *cross;
  guint32 instrument;
  guint n_bars;
} Fixture;

static void
setup (Fixture *fixture, const char *direction)
{
  fixture->harness = pst_harness_new ();
  fixture->instrument = pst_harness_add_instrument (fixture->harness, "AAPL");
  fixture->cross = pst_harness_add (fixture->harness, PST_TYPE_SMA_CROSS, "cross", "fast", "2", "slow", "3", "order-value", "1000 USD", "direction",
                                    direction, NULL);
  fixture->n_bars = 0;
  pst_harness_start (fixture->harness, fixture->cross);
}

static void
push (Fixture *fixture, const char *close)
{
  PstHarness *harness = fixture->harness;
  gint64 time_ns = pst_context_now_ns (PST_CONTEXT (harness)) + MINUTE;

  pst_harness_push_bar (harness, fixture->instrument, time_ns, close, close, close, close, "1000");
  fixture->n_bars++;
}

static void
push_all (Fixture *fixture, const char *const *closes)
{
  for (gsize i = 0; closes[i]; i++)
    push (fixture, closes[i]);
}

/* Falls, then rises: averages 9.50 < 10.00, then 10.50 > 10.00. */
static void
cross_up (Fixture *fixture)
{
  push_all (fixture, (const char *const[]){ "11.00", "10.00", "9.00", "12.00", NULL });
}

static void
test_buys_after_crossing_up (void)
{
  Fixture fixture;
  const PstOrder *order;

  setup (&fixture, "long");
  push_all (&fixture, (const char *const[]){ "11.00", "10.00", "9.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  push (&fixture, "12.00");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  order = pst_harness_get_last_order (fixture.harness);
  g_assert_cmpint (order->request.side, ==, PST_SIDE_BUY);
  g_assert_cmpint (order->request.type, ==, PST_ORDER_TYPE_MARKET);
  /* 1000 USD at 12.00 are 83 whole shares. */
  g_assert_cmpint (order->request.quantity, ==, 83);
  pst_harness_finish (fixture.harness);
}

static void
test_sells_all_after_crossing_down (void)
{
  Fixture fixture;
  const PstOrder *order;

  setup (&fixture, "long");
  cross_up (&fixture);
  pst_harness_fill (fixture.harness, 1, "12.00", NULL);
  push_all (&fixture, (const char *const[]){ "8.00", "7.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  order = pst_harness_get_last_order (fixture.harness);
  g_assert_cmpint (order->request.side, ==, PST_SIDE_SELL);
  g_assert_cmpint (order->request.quantity, ==, 83);
  pst_harness_finish (fixture.harness);
}

static void
check_order (Fixture *fixture, guint n, PstSide side, gint64 quantity)
{
  const PstOrder *order = pst_harness_get_order (fixture->harness, n);

  g_assert_cmpint (order->request.side, ==, side);
  g_assert_cmpint (order->request.quantity, ==, quantity);
}

static gint64
held (Fixture *fixture)
{
  return pst_context_get_position (PST_CONTEXT (fixture->harness), pst_component_get_index (fixture->cross), fixture->instrument)->quantity;
}

/* Two orders: that the new position is refused must not keep anyone in the old one. */
static void
test_turns_short_with_two_orders (void)
{
  Fixture fixture;

  setup (&fixture, "both");
  cross_up (&fixture);
  pst_harness_fill (fixture.harness, 1, "12.00", NULL);
  push_all (&fixture, (const char *const[]){ "8.00", "7.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 3);
  check_order (&fixture, 1, PST_SIDE_SELL, 83);
  check_order (&fixture, 2, PST_SIDE_SELL, 142);
  pst_harness_fill (fixture.harness, 2, "7.00", NULL);
  pst_harness_deny (fixture.harness, 3, "max_capital_per_trade_exceeded");
  g_assert_cmpint (held (&fixture), ==, 0);
  push (&fixture, "6.00");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 3);
  pst_harness_finish (fixture.harness);
}

/* The exit does not wait until the entry is filled: what is open of it is cancelled. */
static void
test_crossing_back_cancels_the_entry (void)
{
  Fixture fixture;

  setup (&fixture, "long");
  cross_up (&fixture);
  pst_harness_fill (fixture.harness, 1, "12.00", "50");
  push_all (&fixture, (const char *const[]){ "8.00", "7.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  g_assert_cmpuint (pst_harness_get_n_requests (fixture.harness), ==, 1);
  g_assert_cmpstr (pst_harness_get_request (fixture.harness, 0), ==, "cancel 1");
  pst_harness_cancel (fixture.harness, 1, "");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  check_order (&fixture, 1, PST_SIDE_SELL, 50);
  pst_harness_finish (fixture.harness);
}

/* The fill was faster than the cancel. */
static void
test_crossing_back_finds_the_entry_filled (void)
{
  Fixture fixture;

  setup (&fixture, "long");
  cross_up (&fixture);
  push_all (&fixture, (const char *const[]){ "8.00", "7.00", NULL });
  pst_harness_fill (fixture.harness, 1, "12.00", NULL);
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  check_order (&fixture, 1, PST_SIDE_SELL, 83);
  pst_harness_finish (fixture.harness);
}

/* There and back again before the cancel is confirmed: the last crossing counts. */
static void
test_crossing_there_and_back (void)
{
  Fixture fixture;

  setup (&fixture, "long");
  cross_up (&fixture);
  push_all (&fixture, (const char *const[]){ "8.00", "7.00", "12.00", "20.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  pst_harness_cancel (fixture.harness, 1, "");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  check_order (&fixture, 1, PST_SIDE_BUY, 50);
  pst_harness_finish (fixture.harness);
}

static void
test_refused_order_is_not_repeated (void)
{
  Fixture fixture;

  setup (&fixture, "long");
  cross_up (&fixture);
  pst_harness_deny (fixture.harness, 1, "kill_switch_active");
  push_all (&fixture, (const char *const[]){ "13.00", "14.00", "15.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  push_all (&fixture, (const char *const[]){ "8.00", "7.00", "6.00", "12.00", "14.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  g_assert_cmpint (pst_harness_get_last_order (fixture.harness)->request.side, ==, PST_SIDE_BUY);
  pst_harness_finish (fixture.harness);
}

/* Equal averages are no crossing; leaving equality is one. */
static void
test_tie (void)
{
  Fixture fixture;

  setup (&fixture, "long");
  push_all (&fixture, (const char *const[]){ "10.00", "10.00", "10.00", "10.00", "10.00", NULL });
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  push (&fixture, "10.01");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  pst_harness_finish (fixture.harness);
}

/* Against averages that are calculated anew from the last bars, for a seeded walk. */
static void
test_against_plain_calculation (void)
{
  enum
  {
    N = 3000,
    FAST = 7,
    SLOW = 19
  };
  PstHarness *harness = pst_harness_new ();
  guint32 instrument = pst_harness_add_instrument (harness, "X");
  PstComponent *cross = pst_harness_add (harness, PST_TYPE_SMA_CROSS, "cross", "fast", "7", "slow", "19", "order-size", "5", NULL);
  gint64 closes[N];
  guint n_expected = 0, n_orders = 0;
  gboolean holds = FALSE;
  gint before = 0;

  pst_harness_start (harness, cross);
  for (guint i = 0; i < N; i++)
    {
      PstEvent event = { .instrument = instrument, .kind = PST_EVENT_BAR };
      gint64 time_ns = pst_context_now_ns (PST_CONTEXT (harness)) + MINUTE, fast = 0, slow = 0;
      gint relation;

      closes[i] = (i ? closes[i - 1] : 10000) + g_test_rand_int_range (-30, 31);
      closes[i] = MAX (closes[i], 100);
      event.venue_time_ns = event.receive_time_ns = time_ns;
      event.bar = (PstBar){ closes[i], closes[i], closes[i], closes[i], 1 };
      pst_harness_push_frame (harness, time_ns, &event, 1);
      if (i + 1 < SLOW)
        continue;
      for (guint j = 0; j < SLOW; j++)
        {
          slow += closes[i - j];
          fast += j < FAST ? closes[i - j] : 0;
        }
      relation = (fast * SLOW > slow * FAST) - (fast * SLOW < slow * FAST);
      if (i + 1 > SLOW && ((relation > 0 && before <= 0 && !holds) || (relation < 0 && before >= 0 && holds)))
        {
          n_expected++;
          holds = !holds;
        }
      before = relation;
      g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, n_expected);
      if (n_expected > n_orders)
        pst_harness_fill (harness, pst_harness_get_last_order (harness)->id, "50.00", NULL);
      n_orders = n_expected;
    }
  g_assert_cmpuint (n_expected, >, 50);
  pst_harness_finish (harness);
}

static void
test_options (void)
{
  static const char *const bad[][6] = {
    { "fast", "30", "slow", "30", "order-size", "1" },
    { "fast", "5", "slow", "10", "order-size", "0" },
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *cross
          = pst_harness_add (harness, PST_TYPE_SMA_CROSS, "cross", bad[i][0], bad[i][1], bad[i][2], bad[i][3], bad[i][4], bad[i][5], NULL);

      g_assert_false (pst_component_prepare (cross, &error));
      g_assert_cmpuint (error->domain, ==, PST_OPTION_ERROR);
      g_clear_error (&error);
      pst_harness_finish (harness);
    }
}

static void
test_needs_exactly_one_size (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *none = pst_harness_add (harness, PST_TYPE_SMA_CROSS, "none", NULL);
  PstComponent *two = pst_harness_add (harness, PST_TYPE_SMA_CROSS, "two", "order-size", "1", "order-value", "10 USD", NULL);
  g_autoptr (GError) missing = NULL, conflict = NULL;

  g_assert_false (pst_component_prepare (none, &missing));
  g_assert_error (missing, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
  g_assert_false (pst_component_prepare (two, &conflict));
  g_assert_error (conflict, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  pst_harness_finish (harness);
}

static void
test_trades_named_instruments_only (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *cross
      = pst_harness_add (harness, PST_TYPE_SMA_CROSS, "cross", "fast", "1", "slow", "2", "order-size", "1", "instruments", "B,NONE", NULL);
  guint32 a = pst_harness_add_instrument (harness, "A"), b = pst_harness_add_instrument (harness, "B");
  static const char *const closes[] = { "10.00", "9.00", "11.00" };

  pst_harness_start (harness, cross);
  for (guint i = 0; i < G_N_ELEMENTS (closes); i++)
    {
      gint64 time_ns = pst_context_now_ns (PST_CONTEXT (harness)) + MINUTE;

      pst_harness_push_bar (harness, a, time_ns, closes[i], closes[i], closes[i], closes[i], "1");
      pst_harness_push_bar (harness, b, time_ns, closes[i], closes[i], closes[i], closes[i], "1");
    }
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 1);
  g_assert_cmpuint (pst_harness_get_last_order (harness)->request.instrument, ==, b);
  pst_harness_stop (harness, cross);
  g_assert_nonnull (pst_harness_find_record (harness, PST_RECORD_ALERT));
  g_assert_nonnull (g_strstr_len (pst_harness_find_record (harness, PST_RECORD_ALERT)->alert.message, -1, "NONE"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sma-cross/buys-after-crossing-up", test_buys_after_crossing_up);
  g_test_add_func ("/sma-cross/sells-all-after-crossing-down", test_sells_all_after_crossing_down);
  g_test_add_func ("/sma-cross/turns-short-with-two-orders", test_turns_short_with_two_orders);
  g_test_add_func ("/sma-cross/crossing-back-cancels-the-entry", test_crossing_back_cancels_the_entry);
  g_test_add_func ("/sma-cross/crossing-back-finds-the-entry-filled", test_crossing_back_finds_the_entry_filled);
  g_test_add_func ("/sma-cross/crossing-there-and-back", test_crossing_there_and_back);
  g_test_add_func ("/sma-cross/refused-order-is-not-repeated", test_refused_order_is_not_repeated);
  g_test_add_func ("/sma-cross/tie", test_tie);
  g_test_add_func ("/sma-cross/against-plain-calculation", test_against_plain_calculation);
  g_test_add_func ("/sma-cross/options", test_options);
  g_test_add_func ("/sma-cross/needs-exactly-one-size", test_needs_exactly_one_size);
  g_test_add_func ("/sma-cross/trades-named-instruments-only", test_trades_named_instruments_only);
  pst_check_conformance_add (penstock_plugin_entry (), "order-value", "100 USD", NULL);
  return g_test_run ();
}
