/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A plan that buys twice, not at all, at night, or more than was said, is somebody's savings. */
#include "pst-sip.h"

#include <penstock-check.h>
#include <string.h>

typedef struct
{
  PstHarness *harness;
  PstComponent *sip;
  guint32 spy, bnd;
  guint n_seen; /* records */
} Fixture;

static gint64
at (const char *text)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

static void
go_to (Fixture *fixture, const char *time)
{
  pst_harness_advance_to (fixture->harness, at (time));
}

/* @options: "name=value name=value", '_' for a blank in a value. */
static void
begin (Fixture *fixture, const char *time, const char *options)
{
  g_auto (GStrv) words = g_strsplit (options, " ", -1);

  *fixture = (Fixture){ .harness = pst_harness_new () };
  pst_harness_set_calendar (fixture->harness, "nyse");
  fixture->spy = pst_harness_add_instrument (fixture->harness, "SPY");
  fixture->bnd = pst_harness_add_instrument (fixture->harness, "BND");
  fixture->sip = pst_harness_add (fixture->harness, PST_TYPE_SIP, "plan", "amount", "500 USD", "weights", "SPY.TEST:0.6;BND:0.4", NULL);
  for (char **word = words; *word != NULL && **word != '\0'; word++)
    {
      g_auto (GStrv) pair = g_strsplit (*word, "=", 2);
      g_autoptr (GError) error = NULL;

      g_strdelimit (pair[1], "_", ' ');
      pst_component_set_option (fixture->sip, pair[0], pair[1], &error);
      g_assert_no_error (error);
    }
  go_to (fixture, time);
  pst_harness_set_mark (fixture->harness, fixture->spy, "100.00");
  pst_harness_set_mark (fixture->harness, fixture->bnd, "70.00");
  pst_harness_start (fixture->harness, fixture->sip);
}

/* The next record is a note with that name and detail. */
static void
expect_note (Fixture *fixture, const char *name, const char *detail)
{
  const PstRecord *record;

  g_assert_cmpuint (fixture->n_seen, <, pst_harness_get_n_records (fixture->harness));
  record = pst_harness_get_record (fixture->harness, fixture->n_seen++);
  g_assert_cmpint (record->kind, ==, PST_RECORD_NOTE);
  g_assert_cmpstr (record->note.name, ==, name);
  g_assert_cmpstr (record->note.detail, ==, detail);
}

static void
expect_nothing (Fixture *fixture)
{
  g_assert_cmpuint (fixture->n_seen, ==, pst_harness_get_n_records (fixture->harness));
}

static void
expect_order (Fixture *fixture, guint n, guint32 instrument, gint64 quantity)
{
  const PstOrder *order = pst_harness_get_order (fixture->harness, n);

  g_assert_cmpuint (order->request.instrument, ==, instrument);
  g_assert_cmpint (order->request.side, ==, PST_SIDE_BUY);
  g_assert_cmpint (order->request.type, ==, PST_ORDER_TYPE_MARKET);
  g_assert_cmpint (order->request.quantity, ==, quantity);
}

/* 300 and 200 USD at 100 and 70: 3 and 2 shares, 60 are left; the next time 336 and 224 buy 3 and 3, and 50 are left. */
static void
test_amounts (void)
{
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "");
  go_to (&fixture, "2024-04-01T13:59:59Z");
  expect_nothing (&fixture);
  go_to (&fixture, "2024-04-01T14:00:00Z");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-04-01T14:00:00Z budget=500 USD ordered=440 USD left=60 USD orders=1..2 unpriced=0");
  expect_order (&fixture, 0, fixture.spy, 3);
  expect_order (&fixture, 1, fixture.bnd, 2);
  go_to (&fixture, "2024-05-01T14:00:00Z");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-05-01T14:00:00Z budget=560 USD ordered=510 USD left=50 USD orders=3..4 unpriced=0");
  expect_order (&fixture, 2, fixture.spy, 3);
  expect_order (&fixture, 3, fixture.bnd, 3);
  expect_nothing (&fixture);
  pst_harness_finish (fixture.harness);
  begin (&fixture, "2024-03-31T00:00:00Z", "carry-over=false");
  go_to (&fixture, "2024-05-01T14:00:00Z");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 4);
  expect_order (&fixture, 3, fixture.bnd, 2);
  pst_harness_finish (fixture.harness);
}

static const PstAlertRecord *
expect_alert (Fixture *fixture)
{
  const PstRecord *record;

  g_assert_cmpuint (fixture->n_seen, <, pst_harness_get_n_records (fixture->harness));
  record = pst_harness_get_record (fixture->harness, fixture->n_seen++);
  g_assert_cmpint (record->kind, ==, PST_RECORD_ALERT);
  return &record->alert;
}

/* What was denied or not filled is told, and not made up for: the next instalment is as large as any. */
static void
test_denied (void)
{
  const PstAlertRecord *alert;
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "");
  go_to (&fixture, "2024-04-01T14:00:00Z");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-04-01T14:00:00Z budget=500 USD ordered=440 USD left=60 USD orders=1..2 unpriced=0");
  pst_harness_deny (fixture.harness, 1, "max_position_exceeded");
  alert = expect_alert (&fixture);
  g_assert_cmpint (alert->severity, ==, PST_SEVERITY_WARNING);
  g_assert_cmpstr (alert->title, ==, "Instalment not made");
  g_assert_nonnull (strstr (alert->message, "order 1 bought 0 of 3 SPY.TEST: max_position_exceeded"));
  pst_harness_accept (fixture.harness, 2);
  pst_harness_fill (fixture.harness, 2, "70.00", "1");
  expect_nothing (&fixture);
  pst_harness_cancel (fixture.harness, 2, "no_liquidity");
  g_assert_nonnull (strstr (expect_alert (&fixture)->message, "order 2 bought 1 of 2 BND.TEST: no_liquidity"));
  go_to (&fixture, "2024-05-01T14:00:00Z");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-05-01T14:00:00Z budget=560 USD ordered=510 USD left=50 USD orders=3..4 unpriced=0");
  pst_harness_accept (fixture.harness, 3);
  pst_harness_fill (fixture.harness, 3, "100.00", "3");
  expect_nothing (&fixture);
  pst_harness_finish (fixture.harness);
}

/* The buyer pays the ask; and one share of 100 needs two months of 50. */
static void
test_small (void)
{
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "amount=50_USD weights=SPY:1");
  go_to (&fixture, "2024-04-01T14:00:00Z");
  expect_note (&fixture, "SIP_SKIPPED", "scheduled=2024-04-01T14:00:00Z reason=too_small amount=50 USD carried=50 USD");
  pst_harness_push_quote (fixture.harness, fixture.spy, at ("2024-04-30T14:00:00Z"), "99.00", "10", "100.01", "10");
  go_to (&fixture, "2024-05-01T14:00:00Z");
  expect_note (&fixture, "SIP_SKIPPED", "scheduled=2024-05-01T14:00:00Z reason=too_small amount=50 USD carried=100 USD");
  go_to (&fixture, "2024-06-03T14:00:00Z");
  expect_note (&fixture, "SIP_DEFERRED", "scheduled=2024-06-01T14:00:00Z until=2024-06-03T13:30:00Z amount=50 USD");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-06-01T14:00:00Z budget=150 USD ordered=100.01 USD left=49.99 USD orders=1..1 unpriced=0");
  pst_harness_finish (fixture.harness);
}

/* While the market is closed nothing is asked for, and the story is told once. */
static void
test_closed (void)
{
  Fixture fixture;

  begin (&fixture, "2024-05-31T21:00:00Z", "on-closed=skip");
  go_to (&fixture, "2024-06-30T00:00:00Z");
  expect_note (&fixture, "SIP_SKIPPED", "scheduled=2024-06-01T14:00:00Z reason=market_closed amount=500 USD carried=0 USD");
  expect_nothing (&fixture);
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  pst_harness_finish (fixture.harness);
  begin (&fixture, "2024-05-31T21:00:00Z", "");
  go_to (&fixture, "2024-06-03T13:29:59Z");
  expect_note (&fixture, "SIP_DEFERRED", "scheduled=2024-06-01T14:00:00Z until=2024-06-03T13:30:00Z amount=500 USD");
  expect_nothing (&fixture);
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  pst_harness_finish (fixture.harness);
}

static void
test_no_money (void)
{
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "");
  pst_harness_set_balance (fixture.harness, PST_HARNESS_DATA_INDEX, "439.99 USD");
  go_to (&fixture, "2024-04-01T14:00:00Z");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness) == 0, ==,
                    pst_context_find_executor (PST_CONTEXT (fixture.harness), fixture.spy) == PST_HARNESS_DATA_INDEX);
  pst_harness_finish (fixture.harness);
}

/* A share whose price nobody knows waits with the money; without any price nothing happens. */
static void
test_no_price (void)
{
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "weights=SPY:0.5;QQQ:0.5");
  go_to (&fixture, "2024-04-01T14:00:00Z");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-04-01T14:00:00Z budget=500 USD ordered=200 USD left=300 USD orders=1..1 unpriced=1");
  pst_harness_stop (fixture.harness, fixture.sip);
  g_assert_nonnull (strstr (pst_harness_find_record (fixture.harness, PST_RECORD_ALERT)->alert.message, "\"QQQ\""));
  pst_harness_finish (fixture.harness);
}

static void
test_halted (void)
{
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "");
  pst_harness_set_trading_state (fixture.harness, PST_TRADING_STATE_REDUCING);
  go_to (&fixture, "2024-04-01T14:00:00Z");
  g_assert_cmpstr (pst_harness_find_record (fixture.harness, PST_RECORD_NOTE)->note.name, ==, "SIP_SKIPPED");
  g_assert_nonnull (strstr (pst_harness_find_record (fixture.harness, PST_RECORD_NOTE)->note.detail, "reason=trading_halted"));
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  pst_harness_finish (fixture.harness);
}

/* Fractions of a coin, by its own grid of sizes, for a plan in a currency that is not its quote. */
static void
test_fractions (void)
{
  PstInstrument draft = { .symbol = (char *)"BTC/USD",
                          .venue = (char *)"TEST",
                          .base = pst_currency_get ("BTC", NULL),
                          .quote = pst_currency_get ("USD", NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = 2,
                          .size_scale = 8,
                          .size_step = 1000 };
  PstHarness *harness = pst_harness_new ();
  guint32 coin = pst_harness_add_instrument_like (harness, &draft);
  PstComponent *sip = pst_harness_add (harness, PST_TYPE_SIP, "plan", "amount", "100 USD", "weights", "BTC/USD.TEST:1", "schedule", "weekly",
                                       "weekday", "sunday", NULL);

  pst_harness_set_mark (harness, coin, "70000.00");
  pst_harness_start (harness, sip);
  pst_harness_advance_to (harness, at ("2020-01-05T10:00:00Z"));
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 1);
  g_assert_cmpint (pst_harness_get_order (harness, 0)->request.quantity, ==, 142000);
  pst_harness_finish (harness);
}

/* After a restart: nothing twice, nothing forgotten. */
static void
test_restart (void)
{
  g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "plan");
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  begin (&fixture, "2024-03-31T00:00:00Z", "");
  go_to (&fixture, "2024-04-01T14:00:00Z");
  PST_COMPONENT_GET_CLASS (fixture.sip)->save_state (fixture.sip, state);
  pst_harness_finish (fixture.harness);
  begin (&fixture, "2024-04-01T14:00:00Z", "");
  g_assert_true (PST_COMPONENT_GET_CLASS (fixture.sip)->load_state (fixture.sip, state, &error));
  go_to (&fixture, "2024-04-30T00:00:00Z");
  expect_nothing (&fixture);
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  go_to (&fixture, "2024-05-01T14:00:00Z");
  expect_note (&fixture, "SIP_EXECUTED", "scheduled=2024-05-01T14:00:00Z budget=560 USD ordered=510 USD left=50 USD orders=1..2 unpriced=0");
  pst_state_file_set_string (state, "carried", "much");
  g_assert_false (PST_COMPONENT_GET_CLASS (fixture.sip)->load_state (fixture.sip, state, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  pst_harness_finish (fixture.harness);
}

static void
test_options (void)
{
  static const char *const cases[][2] = { { "weights", "SPY:0.6;BND:0.3" }, { "weights", "SPY" }, { "time", "10" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PstHarness *harness = pst_harness_new ();
      PstComponent *sip = pst_harness_add (harness, PST_TYPE_SIP, "plan", "amount", "1 USD", "weights", "SPY:1", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (pst_component_set_option (sip, cases[i][0], cases[i][1], &error));
      g_assert_false (pst_harness_try_start (harness, sip, &error));
      g_assert_true (error->domain == PST_OPTION_ERROR);
      g_assert_nonnull (strstr (error->message, cases[i][0]));
      pst_harness_finish (harness);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip/amounts", test_amounts);
  g_test_add_func ("/sip/denied", test_denied);
  g_test_add_func ("/sip/small", test_small);
  g_test_add_func ("/sip/closed", test_closed);
  g_test_add_func ("/sip/no-money", test_no_money);
  g_test_add_func ("/sip/no-price", test_no_price);
  g_test_add_func ("/sip/halted", test_halted);
  g_test_add_func ("/sip/fractions", test_fractions);
  g_test_add_func ("/sip/restart", test_restart);
  g_test_add_func ("/sip/options", test_options);
  return g_test_run ();
}
