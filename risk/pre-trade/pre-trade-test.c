/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each check one below its bound, at it and one above it. What slips through here is a wrong order at a venue, paid with real money. */

#include <penstock-check.h>

const PstPluginEntry *penstock_plugin_entry (void);

typedef struct
{
  PstHarness *harness;
  PstComponent *guard;
  guint32 share; /* prices in cents, marked 100.00 */
  guint32 coin;  /* BTC/USD: sizes with 4 decimals, delivered, marked 1000.00 */
} Fixture;

static guint32
add_coin (PstHarness *harness, const char *venue)
{
  PstInstrument draft = { .symbol = (char *)"BTC/USD", .venue = (char *)venue, .settlement = PST_SETTLEMENT_DELIVERY };

  draft.price_scale = 2;
  draft.size_scale = 4;
  draft.price_step = 5;
  draft.size_step = 2;
  draft.taker_fee = PST_RATE_ONE / 100;
  draft.base = pst_currency_get ("BTC", NULL);
  draft.quote = pst_currency_get ("USD", NULL);
  return pst_harness_add_instrument_like (harness, &draft);
}

static void
setup (Fixture *fixture, const char *option, const char *value)
{
  fixture->harness = pst_harness_new ();
  fixture->share = pst_harness_add_instrument (fixture->harness, "A");
  fixture->coin = add_coin (fixture->harness, "TEST");
  pst_harness_set_mark (fixture->harness, fixture->share, "100.00");
  pst_harness_set_mark (fixture->harness, fixture->coin, "1000.00");
  pst_harness_set_balance (fixture->harness, PST_HARNESS_DATA_INDEX, "1000000 USD");
  pst_harness_set_balance (fixture->harness, PST_HARNESS_DATA_INDEX, "10 BTC");
  fixture->guard = pst_harness_add (fixture->harness, penstock_plugin_entry ()->get_type (), "checks", option, value, NULL);
  pst_harness_start (fixture->harness, fixture->guard);
}

static PstOrderRequest
market (guint32 instrument, PstSide side, gint64 quantity)
{
  return (PstOrderRequest){
    .instrument = instrument, .side = side, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = quantity
  };
}

static PstOrderRequest
limit (guint32 instrument, PstSide side, gint64 quantity, gint64 price)
{
  PstOrderRequest request = market (instrument, side, quantity);

  request.type = PST_ORDER_TYPE_LIMIT;
  request.limit_price = price;
  return request;
}

static void
check (Fixture *fixture, PstOrderRequest request, const char *code)
{
  PstVerdict verdict = { 0 };

  pst_harness_review (fixture->harness, PST_GUARD (fixture->guard), &request, &verdict);
  g_assert_cmpstr (verdict.code, ==, code != NULL ? code : "");
  g_assert_cmpint (verdict.passed, ==, code == NULL);
}

static guint64
rest (Fixture *fixture, PstOrderRequest request)
{
  guint64 id = pst_harness_place (fixture->harness, &request);

  pst_harness_accept (fixture->harness, id);
  return id;
}

static gint64
now_ns (Fixture *fixture)
{
  return pst_context_now_ns (PST_CONTEXT (fixture->harness));
}

static void
test_tradable (void)
{
  static const PstInstrumentStatus closed[] = { PST_INSTRUMENT_STATUS_HALTED, PST_INSTRUMENT_STATUS_CLOSED, PST_INSTRUMENT_STATUS_CANCEL_ONLY,
                                                PST_INSTRUMENT_STATUS_POST_ONLY, PST_INSTRUMENT_STATUS_STALE };
  Fixture fixture;

  setup (&fixture, "check-balance", "false");
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      PstOrderRequest maker = limit (fixture.share, PST_SIDE_BUY, 1, 9900);

      maker.flags = PST_ORDER_FLAG_POST_ONLY;
      pst_harness_push_status (fixture.harness, fixture.share, now_ns (&fixture) + 1, closed[i]);
      check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "instrument_not_tradable");
      check (&fixture, maker, closed[i] == PST_INSTRUMENT_STATUS_POST_ONLY ? NULL : "instrument_not_tradable");
    }
  pst_harness_push_status (fixture.harness, fixture.share, now_ns (&fixture) + 1, PST_INSTRUMENT_STATUS_TRADING);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
  pst_harness_finish (fixture.harness);
}

static void
test_mark_age (void)
{
  Fixture fixture;
  guint32 unpriced;

  setup (&fixture, "max-mark-age", "5s");
  pst_harness_push_bar (fixture.harness, fixture.share, now_ns (&fixture) + 1, "100.00", "100.00", "100.00", "100.00", "1");
  pst_harness_advance (fixture.harness, 5 * PST_NS_PER_SECOND - 1);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "mark_stale");
  unpriced = pst_harness_add_instrument (fixture.harness, "B");
  check (&fixture, limit (unpriced, PST_SIDE_BUY, 1, 100), "price_unknown");
  pst_harness_finish (fixture.harness);
}

static void
test_grid (void)
{
  Fixture fixture;
  PstOrderRequest stop;

  setup (&fixture, "check-balance", "false");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 999), "size_off_grid");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 1000), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 1001), "size_off_grid");
  check (&fixture, limit (fixture.coin, PST_SIDE_BUY, 1000, 99999), "price_off_grid");
  check (&fixture, limit (fixture.coin, PST_SIDE_BUY, 1000, 100000), NULL);
  check (&fixture, limit (fixture.coin, PST_SIDE_BUY, 1000, 100001), "price_off_grid");
  stop = market (fixture.coin, PST_SIDE_BUY, 1000);
  stop.type = PST_ORDER_TYPE_STOP_MARKET;
  stop.stop_price = 110001;
  check (&fixture, stop, "price_off_grid");
  pst_harness_finish (fixture.harness);
}

static void
test_sizes (void)
{
  Fixture fixture;

  setup (&fixture, "minimum-size", "BTC:0.01; A:3");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 98), "below_minimum_order_size");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 100), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 102), NULL);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 2), "below_minimum_order_size");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 3), NULL);
  pst_harness_finish (fixture.harness);

  setup (&fixture, "maximum-size", "BTC:1,BTC/USD.TEST:0.01");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 98), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 100), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 102), "max_order_size_exceeded");
  /* An exit is never too large. */
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.coin, "1", "1000.00");
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 10000), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 10002), "max_order_size_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
test_value (void)
{
  Fixture fixture;

  setup (&fixture, "max-order-value", "1000 USD");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 9), NULL);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 10), NULL);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 11), "max_order_value_exceeded");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 10, 10001), "max_order_value_exceeded");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 11, 9000), NULL);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, G_MAXINT64), "max_order_value_exceeded");
  check (&fixture, market (pst_harness_add_instrument (fixture.harness, "B"), PST_SIDE_BUY, 1), "price_unknown");
  pst_harness_finish (fixture.harness);

  setup (&fixture, "max-order-value", "1000 EUR");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "currency_mismatch");
  pst_harness_finish (fixture.harness);
}

static void
test_collar (void)
{
  Fixture fixture;
  PstOrderRequest stop;

  setup (&fixture, "price-collar", "0.05");
  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.share, "10", "100.00");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 10499), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 10500), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 10501), "price_collar_exceeded");
  check (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 9501), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 9500), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 9499), "price_collar_exceeded");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 1), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 1000000), NULL);
  stop = limit (fixture.share, PST_SIDE_BUY, 1, 21000);
  stop.type = PST_ORDER_TYPE_STOP_LIMIT;
  stop.stop_price = 20000;
  check (&fixture, stop, NULL);
  stop.limit_price++;
  check (&fixture, stop, "price_collar_exceeded");
  check (&fixture, limit (pst_harness_add_instrument (fixture.harness, "B"), PST_SIDE_BUY, 1, 100), "price_unknown");
  /* A market order pays what the other side asks. */
  pst_harness_push_quote (fixture.harness, fixture.share, now_ns (&fixture) + 1, "95.00", "1", "106.00", "1");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "price_collar_exceeded");
  check (&fixture, market (fixture.share, PST_SIDE_SELL, 1), "price_collar_exceeded");
  pst_harness_finish (fixture.harness);
}

/* The own venue shows a price that nobody else has. */
static void
test_independent_reference (void)
{
  Fixture fixture = { .harness = pst_harness_new () };
  guint32 other;

  fixture.coin = add_coin (fixture.harness, "HERE");
  other = add_coin (fixture.harness, "THERE");
  pst_harness_set_mark (fixture.harness, fixture.coin, "2000.00");
  fixture.guard = pst_harness_add (fixture.harness, penstock_plugin_entry ()->get_type (), "checks", "price-collar", "0.01", "check-balance", "false",
                                   "collar-reference", "BTC/USD.HERE:BTC/USD.THERE", NULL);
  pst_harness_start (fixture.harness, fixture.guard);
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 2), "price_unknown");
  pst_harness_set_mark (fixture.harness, other, "1000.00");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 2), "price_collar_exceeded");
  check (&fixture, limit (fixture.coin, PST_SIDE_BUY, 2, 101000), NULL);
  check (&fixture, limit (fixture.coin, PST_SIDE_BUY, 2, 101005), "price_collar_exceeded");
  pst_harness_finish (fixture.harness);
}

static void
test_duplicates (void)
{
  Fixture fixture;

  setup (&fixture, "duplicate-window", "2s");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 5, 9900), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 5, 9900), "duplicate_intent");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 6, 9900), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 5, 9901), NULL);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 5), NULL);
  pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND - 1);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 5, 9900), "duplicate_intent");
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 5, 9900), NULL);
  pst_harness_advance (fixture.harness, 1);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 5, 9900), "duplicate_intent");
  pst_harness_finish (fixture.harness);
}

/* (transfer full) */
static PstStateFile *
save (Fixture *fixture)
{
  PstStateFile *state = pst_state_file_new (NULL, "checks");

  PST_COMPONENT_GET_CLASS (fixture->guard)->save_state (PST_COMPONENT (fixture->guard), state);
  return state;
}

static gboolean
load (Fixture *fixture, PstStateFile *state, GError **error)
{
  return PST_COMPONENT_GET_CLASS (fixture->guard)->load_state (PST_COMPONENT (fixture->guard), state, error);
}

/* As a restart does: another guard, which knows nothing but what the first one said. */
static void
test_duplicates_after_a_restart (void)
{
  Fixture before, after;
  g_autoptr (PstStateFile) state = NULL, again = NULL;
  g_autoptr (GError) error = NULL;

  setup (&before, "duplicate-window", "2s");
  check (&before, limit (before.share, PST_SIDE_BUY, 5, 9900), NULL);
  pst_harness_advance (before.harness, PST_NS_PER_SECOND);
  check (&before, market (before.coin, PST_SIDE_SELL, 10), NULL);
  state = save (&before);
  setup (&after, "duplicate-window", "2s");
  pst_harness_advance (after.harness, PST_NS_PER_SECOND + PST_NS_PER_SECOND / 2);
  g_assert_true (load (&after, state, &error));
  g_assert_no_error (error);
  check (&after, limit (after.share, PST_SIDE_BUY, 5, 9900), "duplicate_intent");
  check (&after, market (after.coin, PST_SIDE_SELL, 10), "duplicate_intent");
  check (&after, market (after.coin, PST_SIDE_SELL, 12), NULL);
  /* What the restarted guard tells still holds what it was told. */
  again = save (&after);
  pst_harness_finish (after.harness);
  setup (&after, "duplicate-window", "2s");
  pst_harness_advance (after.harness, 2 * PST_NS_PER_SECOND);
  g_assert_true (load (&after, again, &error));
  check (&after, limit (after.share, PST_SIDE_BUY, 5, 9900), NULL);
  check (&after, market (after.coin, PST_SIDE_SELL, 12), "duplicate_intent");
  pst_harness_advance (after.harness, PST_NS_PER_SECOND - 1);
  check (&after, market (after.coin, PST_SIDE_SELL, 10), "duplicate_intent");
  pst_harness_advance (after.harness, 1);
  check (&after, market (after.coin, PST_SIDE_SELL, 10), NULL);
  pst_harness_finish (before.harness);
  pst_harness_finish (after.harness);
}

/* More than is kept: of the others nobody knows any more, so nothing passes until their window is over; exits do. */
static void
test_more_intents_than_are_kept (void)
{
  Fixture before, after;
  g_autoptr (PstStateFile) state = NULL;
  g_auto (GStrv) keys = NULL;

  setup (&before, "duplicate-window", "2s");
  for (guint i = 1; i <= 250; i++)
    {
      check (&before, limit (before.share, PST_SIDE_BUY, i, 9900), NULL);
      pst_harness_advance (before.harness, 1000);
    }
  state = save (&before);
  keys = pst_state_file_list_keys (state);
  g_assert_cmpuint (g_strv_length (keys), ==, 201);
  setup (&after, "duplicate-window", "2s");
  pst_harness_advance (after.harness, 250000);
  g_assert_true (load (&after, state, NULL));
  check (&after, limit (after.share, PST_SIDE_BUY, 250, 9900), "duplicate_intent");
  check (&after, limit (after.share, PST_SIDE_BUY, 1000, 9900), "duplicate_intent");
  pst_harness_set_position (after.harness, G_MAXUINT32, after.share, "10", "90.00");
  check (&after, limit (after.share, PST_SIDE_SELL, 10, 9900), NULL);
  /* The fiftieth was asked for at 49000 ns, and with it the last of the unknown ones leaves the window. */
  pst_harness_advance (after.harness, 2 * PST_NS_PER_SECOND + 49000 - 250000 - 1);
  check (&after, limit (after.share, PST_SIDE_BUY, 1000, 9900), "duplicate_intent");
  pst_harness_advance (after.harness, 1);
  check (&after, limit (after.share, PST_SIDE_BUY, 1000, 9900), NULL);
  check (&after, limit (after.share, PST_SIDE_BUY, 50, 9900), NULL);
  check (&after, limit (after.share, PST_SIDE_BUY, 51, 9900), "duplicate_intent");
  pst_harness_finish (before.harness);
  pst_harness_finish (after.harness);
}

/* What cannot be understood may have been anything; and a clock that went back makes nothing older. */
static void
test_unreadable_intents (void)
{
  static const char *const wrong[] = { "", "x", "2020-01-01T00:00:00Z", "soon BUY MARKET 5 0 0 A.TEST" };
  Fixture fixture;

  for (guint i = 0; i <= G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "checks");
      g_autoptr (GError) error = NULL;

      setup (&fixture, "duplicate-window", "2s");
      if (i < G_N_ELEMENTS (wrong))
        pst_state_file_set_string (state, "intent.0", wrong[i]);
      else
        pst_state_file_set_string (state, "lost", "yesterday");
      g_assert_false (load (&fixture, state, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
      check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "duplicate_intent");
      pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND);
      check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
      pst_harness_finish (fixture.harness);
    }
  setup (&fixture, "duplicate-window", "2s");
  {
    g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "checks");

    pst_state_file_set_string (state, "intent.0", "2030-01-01T00:00:00Z BUY MARKET 1 0 0 A.TEST");
    g_assert_true (load (&fixture, state, NULL));
    check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "duplicate_intent");
    pst_harness_advance (fixture.harness, 2 * PST_NS_PER_SECOND);
    check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
  }
  pst_harness_finish (fixture.harness);
}

static void
test_self_cross (void)
{
  Fixture fixture;
  guint64 id;

  setup (&fixture, "allow-short", "true");
  id = rest (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 10100));
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 10099), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 10100), "self_cross");
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 10101), "self_cross");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
  pst_harness_push_quote (fixture.harness, fixture.share, now_ns (&fixture) + 1, "99.00", "1", "101.00", "1");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "self_cross");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 2), NULL);
  pst_harness_cancel (fixture.harness, id, "done");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), NULL);
  rest (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 9800));
  check (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 9801), NULL);
  check (&fixture, limit (fixture.share, PST_SIDE_SELL, 1, 9800), "self_cross");
  pst_harness_finish (fixture.harness);
}

static void
test_open_orders (void)
{
  Fixture fixture;
  guint64 id;
  PstVerdict verdict = { 0 };

  setup (&fixture, "max-open-orders", "2");
  id = rest (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 9000));
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 9000), NULL);
  rest (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 9000));
  check (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 9000), "max_open_orders_exceeded");
  pst_harness_review_modify (fixture.harness, PST_GUARD (fixture.guard), id, 2, 9000, 0, &verdict);
  g_assert_true (verdict.passed);
  pst_harness_finish (fixture.harness);
}

static void
test_balance (void)
{
  Fixture fixture;

  setup (&fixture, "check-balance", "true");
  /* One coin at 1000 and a fee of 1 %. */
  pst_harness_set_balance (fixture.harness, PST_HARNESS_DATA_INDEX, "1009.99999999 USD");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 10000), "insufficient_balance");
  pst_harness_set_balance (fixture.harness, PST_HARNESS_DATA_INDEX, "1010 USD");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 10000), NULL);
  pst_harness_set_balance (fixture.harness, PST_HARNESS_DATA_INDEX, "1010.00000001 USD");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 10000), NULL);
  /* What an open order may take is not there. */
  rest (&fixture, limit (fixture.share, PST_SIDE_BUY, 1, 1000));
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 10000), "insufficient_balance");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 9900), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, 9902), "insufficient_balance");
  check (&fixture, market (fixture.coin, PST_SIDE_BUY, G_MAXINT64 - 1), "insufficient_balance");
  pst_harness_finish (fixture.harness);
}

static void
test_balance_of_what_is_sold (void)
{
  Fixture fixture;

  setup (&fixture, "check-balance", "true");
  pst_harness_set_balance (fixture.harness, PST_HARNESS_DATA_INDEX, "1 BTC");
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 9998), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 10000), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 10002), "insufficient_balance");
  rest (&fixture, limit (fixture.coin, PST_SIDE_SELL, 4000, 200000));
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 6000), NULL);
  check (&fixture, market (fixture.coin, PST_SIDE_SELL, 6002), "insufficient_balance");

  pst_harness_set_position (fixture.harness, G_MAXUINT32, fixture.share, "10", "100.00");
  check (&fixture, market (fixture.share, PST_SIDE_SELL, 10), NULL);
  check (&fixture, market (fixture.share, PST_SIDE_SELL, 11), "insufficient_balance");
  pst_harness_finish (fixture.harness);

  setup (&fixture, "allow-short", "true");
  check (&fixture, market (fixture.share, PST_SIDE_SELL, 11), NULL);
  pst_harness_finish (fixture.harness);
}

static void
test_no_account (void)
{
  Fixture fixture = { .harness = pst_harness_new () };

  fixture.share = pst_harness_add_instrument (fixture.harness, "A");
  fixture.guard = pst_harness_add (fixture.harness, penstock_plugin_entry ()->get_type (), "checks", NULL);
  pst_harness_start (fixture.harness, fixture.guard);
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "account_unknown");
  pst_harness_set_balance (fixture.harness, PST_HARNESS_DATA_INDEX, "1000 USD");
  check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), "price_unknown");
  pst_harness_finish (fixture.harness);
}

static void
test_bad_lists (void)
{
  static const char *const bad[][2] = {
    { "minimum-size", "BTC" },   { "minimum-size", ":1" },      { "minimum-size", "BTC:0" },    { "maximum-size", "BTC:-1" },
    { "maximum-size", "BTC:x" }, { "collar-reference", "A.X" }, { "collar-reference", "A.X:" }, { "price-collar", "0.123456789" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *guard = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "checks", bad[i][0], bad[i][1], NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_harness_try_start (harness, guard, &error));
      g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
      g_assert_nonnull (strstr (error->message, bad[i][0]));
      pst_harness_finish (harness);
    }
}

/* From the open until just before the close, and not in a year of which nobody knows. */
static void
test_market_hours (void)
{
  static const struct
  {
    const char *time;
    const char *code;
  } cases[] = { { "2020-01-02T14:29:59Z", "market_closed" },
                { "2020-01-02T14:30:00Z", NULL },
                { "2020-01-02T20:59:59Z", NULL },
                { "2020-01-02T21:00:00Z", "market_closed" },
                { "2020-12-24T18:00:00Z", "market_closed" },
                { "2200-01-02T15:00:00Z", "calendar_unknown" } };
  Fixture fixture;

  setup (&fixture, "market-hours", "true");
  pst_harness_set_calendar (fixture.harness, "nyse");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 time_ns;

      g_assert_true (pst_time_parse (cases[i].time, -1, &time_ns, NULL));
      pst_harness_advance_to (fixture.harness, time_ns);
      check (&fixture, market (fixture.share, PST_SIDE_BUY, 1), cases[i].code);
    }
  pst_harness_finish (fixture.harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pre-trade/tradable", test_tradable);
  g_test_add_func ("/pre-trade/mark-age", test_mark_age);
  g_test_add_func ("/pre-trade/grid", test_grid);
  g_test_add_func ("/pre-trade/sizes", test_sizes);
  g_test_add_func ("/pre-trade/value", test_value);
  g_test_add_func ("/pre-trade/collar", test_collar);
  g_test_add_func ("/pre-trade/independent-reference", test_independent_reference);
  g_test_add_func ("/pre-trade/duplicates", test_duplicates);
  g_test_add_func ("/pre-trade/duplicates-after-a-restart", test_duplicates_after_a_restart);
  g_test_add_func ("/pre-trade/more-intents-than-are-kept", test_more_intents_than_are_kept);
  g_test_add_func ("/pre-trade/unreadable-intents", test_unreadable_intents);
  g_test_add_func ("/pre-trade/self-cross", test_self_cross);
  g_test_add_func ("/pre-trade/open-orders", test_open_orders);
  g_test_add_func ("/pre-trade/balance", test_balance);
  g_test_add_func ("/pre-trade/balance-of-what-is-sold", test_balance_of_what_is_sold);
  g_test_add_func ("/pre-trade/no-account", test_no_account);
  g_test_add_func ("/pre-trade/bad-lists", test_bad_lists);
  pst_check_conformance_add (penstock_plugin_entry (), "price-collar", "0.1", "duplicate-window", "1d", "max-order-value", "5000 USD", NULL);
  g_test_add_func ("/pre-trade/market-hours", test_market_hours);
  return g_test_run ();
}
