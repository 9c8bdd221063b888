/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a sale that nobody needed, a purchase without money, a second rebalance for the first one's time. */
#include "pst-rebalance.h"

#include <penstock-check.h>
#include <string.h>

typedef struct
{
  PstHarness *harness;
  PstComponent *rebalance;
  guint32 spy, bnd;
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

/* 60 and 40 of a hundred, with 10000 USD of equity; @options: "name=value name=value", '_' for a blank. */
static void
begin (Fixture *fixture, const char *spy, const char *bnd, const char *options)
{
  g_auto (GStrv) words = g_strsplit (options, " ", -1);
  guint32 index;

  *fixture = (Fixture){ .harness = pst_harness_new () };
  fixture->spy = pst_harness_add_instrument (fixture->harness, "SPY");
  fixture->bnd = pst_harness_add_instrument (fixture->harness, "BND");
  fixture->rebalance = pst_harness_add (fixture->harness, PST_TYPE_REBALANCE, "keeper", "weights", "SPY:0.6;BND:0.4", NULL);
  for (char **word = words; *word != NULL && **word != '\0'; word++)
    {
      g_auto (GStrv) pair = g_strsplit (*word, "=", 2);
      g_autoptr (GError) error = NULL;

      g_strdelimit (pair[1], "_", ' ');
      pst_component_set_option (fixture->rebalance, pair[0], pair[1], &error);
      g_assert_no_error (error);
    }
  index = pst_component_get_index (fixture->rebalance);
  pst_harness_set_mark (fixture->harness, fixture->spy, "100.00");
  pst_harness_set_mark (fixture->harness, fixture->bnd, "50.00");
  pst_harness_set_position (fixture->harness, index, fixture->spy, spy, "100.00");
  pst_harness_set_position (fixture->harness, index, fixture->bnd, bnd, "50.00");
  pst_harness_set_equity (fixture->harness, "10000 USD");
  go_to (fixture, "2024-03-31T00:00:00Z");
  pst_harness_start (fixture->harness, fixture->rebalance);
}

static void
expect_note (Fixture *fixture, const char *name, const char *detail)
{
  const PstRecord *record = pst_harness_find_record (fixture->harness, PST_RECORD_NOTE);

  g_assert_nonnull (record);
  g_assert_cmpstr (record->note.name, ==, name);
  g_assert_cmpstr (record->note.detail, ==, detail);
}

static void
expect_order (Fixture *fixture, guint n, guint32 instrument, PstSide side, gint64 quantity)
{
  const PstOrder *order = pst_harness_get_order (fixture->harness, n);

  g_assert_cmpuint (order->request.instrument, ==, instrument);
  g_assert_cmpint (order->request.side, ==, side);
  g_assert_cmpint (order->request.quantity, ==, quantity);
}

/* 8000 and 2000 become 6000 and 4000: what is too much is sold, and only then is bought. */
static void
test_sells_first (void)
{
  Fixture fixture;

  begin (&fixture, "80", "40", "");
  go_to (&fixture, "2024-04-01T10:00:00Z");
  expect_note (&fixture, "REBALANCE_EXECUTED", "scheduled=2024-04-01T10:00:00Z total=10000 USD drift=0.2000 sells=1 buys=1");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  expect_order (&fixture, 0, fixture.spy, PST_SIDE_SELL, 20);
  pst_harness_accept (fixture.harness, 1);
  pst_harness_fill (fixture.harness, 1, "100.00", "10");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  pst_harness_fill (fixture.harness, 1, "100.00", "10");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  expect_order (&fixture, 1, fixture.bnd, PST_SIDE_BUY, 40);
  /* One rebalance, one event; and none at its time again. */
  g_assert_cmpuint (pst_harness_get_n_records (fixture.harness), ==, 1);
  pst_harness_accept (fixture.harness, 2);
  go_to (&fixture, "2024-05-01T10:00:00Z");
  expect_note (&fixture, "REBALANCE_SKIPPED", "scheduled=2024-05-01T10:00:00Z reason=still_trading drift=0.0000");
  pst_harness_finish (fixture.harness);
}

/* A sale that is refused brings no money: what is bought is what can be paid. */
static void
test_money (void)
{
  Fixture fixture;

  begin (&fixture, "80", "40", "");
  go_to (&fixture, "2024-04-01T10:00:00Z");
  pst_harness_set_balance (fixture.harness, pst_context_find_executor (PST_CONTEXT (fixture.harness), fixture.spy), "499 USD");
  pst_harness_deny (fixture.harness, 1, "max_order_value");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 2);
  expect_order (&fixture, 1, fixture.bnd, PST_SIDE_BUY,
                pst_context_find_executor (PST_CONTEXT (fixture.harness), fixture.bnd) == G_MAXUINT32 ? 40 : 9);
  pst_harness_finish (fixture.harness);
}

static void
test_bands (void)
{
  static const struct
  {
    const char *spy, *bnd, *options, *name, *detail;
  } cases[] = {
    /* 6400 and 3600: four points off, a tenth of BND's target. */
    { "64", "72", "drift-band=0.05", "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=within_band drift=0.0400" },
    { "64", "72", "drift-band=0.04", "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=within_band drift=0.0400" },
    { "64", "72", "drift-band=0.0399", "REBALANCE_EXECUTED", "scheduled=2024-04-01T10:00:00Z total=10000 USD drift=0.0400 sells=1 buys=1" },
    { "64", "72", "drift-relative=0.1", "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=within_band drift=0.0400" },
    { "64", "72", "drift-relative=0.09", "REBALANCE_EXECUTED", "scheduled=2024-04-01T10:00:00Z total=10000 USD drift=0.0400 sells=1 buys=1" },
    { "64", "72", "drift-band=0.1 drift-relative=0.09", "REBALANCE_EXECUTED",
      "scheduled=2024-04-01T10:00:00Z total=10000 USD drift=0.0400 sells=1 buys=1" },
    /* Both trades are worth 400. */
    { "64", "72", "min-trade-value=401_USD", "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=nothing_to_trade drift=0.0400" },
    { "64", "72", "min-trade-value=400_USD", "REBALANCE_EXECUTED", "scheduled=2024-04-01T10:00:00Z total=10000 USD drift=0.0400 sells=1 buys=1" },
    { "60", "80", "", "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=nothing_to_trade drift=0.0000" },
    /* A tenth stays cash: 5400 and 3600 are wanted. */
    { "60", "80", "cash-buffer=0.1", "REBALANCE_EXECUTED", "scheduled=2024-04-01T10:00:00Z total=10000 USD drift=0.0600 sells=2 buys=0" },
    { "30", "40", "allocation=0.5", "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=nothing_to_trade drift=0.0000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;

      begin (&fixture, cases[i].spy, cases[i].bnd, cases[i].options);
      go_to (&fixture, "2024-04-01T10:00:00Z");
      expect_note (&fixture, cases[i].name, cases[i].detail);
      pst_harness_finish (fixture.harness);
    }
}

/* Without a price, or halted, nothing is touched. */
static void
test_skipped (void)
{
  Fixture fixture;

  begin (&fixture, "80", "40", "weights=SPY:0.6;QQQ:0.4");
  go_to (&fixture, "2024-04-01T10:00:00Z");
  expect_note (&fixture, "REBALANCE_SKIPPED", "scheduled=2024-04-01T10:00:00Z reason=no_price drift=0.0000");
  pst_harness_set_trading_state (fixture.harness, PST_TRADING_STATE_HALTED);
  go_to (&fixture, "2024-05-01T10:00:00Z");
  expect_note (&fixture, "REBALANCE_SKIPPED", "scheduled=2024-05-01T10:00:00Z reason=trading_halted drift=0.0000");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  pst_harness_finish (fixture.harness);
}

/* On a day on which the market is closed it waits for the open. */
static void
test_closed (void)
{
  Fixture fixture;

  begin (&fixture, "80", "40", "calendar=nyse day-of-month=1");
  go_to (&fixture, "2024-06-02T00:00:00Z");
  expect_note (&fixture, "REBALANCE_DEFERRED", "scheduled=2024-06-01T14:00:00Z until=2024-06-03T13:30:00Z");
  pst_harness_finish (fixture.harness);
}

/* A restart between sales and purchases: what was to be bought still is, once, when no sale is open any more. */
static void
test_restart (void)
{
  g_autoptr (PstStateFile) state = pst_state_file_new (NULL, "keeper");
  g_autoptr (GError) error = NULL;
  g_autofree char *purchase = NULL;
  Fixture fixture;

  begin (&fixture, "80", "40", "");
  go_to (&fixture, "2024-04-01T10:00:00Z");
  PST_COMPONENT_GET_CLASS (fixture.rebalance)->save_state (fixture.rebalance, state);
  g_assert_true (pst_state_file_get_string (state, "purchase-0", &purchase, NULL));
  g_assert_cmpstr (purchase, ==, "BND.TEST:40");
  pst_harness_finish (fixture.harness);
  begin (&fixture, "60", "40", "");
  g_assert_true (PST_COMPONENT_GET_CLASS (fixture.rebalance)->load_state (fixture.rebalance, state, &error));
  g_assert_no_error (error);
  go_to (&fixture, "2024-04-01T12:00:00Z");
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 0);
  pst_harness_push_trade (fixture.harness, fixture.spy, at ("2024-04-01T12:00:01Z"), "100.00", "1", PST_SIDE_BUY);
  pst_harness_push_trade (fixture.harness, fixture.spy, at ("2024-04-01T12:00:02Z"), "100.00", "1", PST_SIDE_BUY);
  g_assert_cmpuint (pst_harness_get_n_orders (fixture.harness), ==, 1);
  expect_order (&fixture, 0, fixture.bnd, PST_SIDE_BUY, 40);
  pst_state_file_set_string (state, "schedule-settled", "soon");
  g_assert_false (PST_COMPONENT_GET_CLASS (fixture.rebalance)->load_state (fixture.rebalance, state, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  pst_harness_finish (fixture.harness);
}

static void
test_options (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *rebalance = pst_harness_add (harness, PST_TYPE_REBALANCE, "keeper", "weights", "SPY:0.6;BND:0.5", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_harness_try_start (harness, rebalance, &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "option \"weights\": "));
  pst_harness_finish (harness);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rebalance/sells-first", test_sells_first);
  g_test_add_func ("/rebalance/money", test_money);
  g_test_add_func ("/rebalance/bands", test_bands);
  g_test_add_func ("/rebalance/skipped", test_skipped);
  g_test_add_func ("/rebalance/closed", test_closed);
  g_test_add_func ("/rebalance/restart", test_restart);
  g_test_add_func ("/rebalance/options", test_options);
  return g_test_run ();
}
