/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Money at the simulated venue: what may be spent, what a fill costs, and that the venue's own books agree with the run's. */

#include "sim-test-kit.h"

#include "pst-sim-funds.h"

static void
test_insufficient_cash (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10001 limit 10.00");
  sim_fixture_order (&fixture, "buy 10000 limit 10.00");
  /* All is set aside: not a cent more can be ordered. */
  sim_fixture_order (&fixture, "buy 1 limit 0.01");
  sim_fixture_expect (&fixture, "1 rejected insufficient_cash: needs 100010 USD, free are 100000 USD; 2 accepted; "
                                "3 rejected insufficient_cash: needs 0.01 USD, free are 0 USD");
  sim_fixture_cancel (&fixture, 2);
  sim_fixture_order (&fixture, "buy 1 limit 0.01");
  sim_fixture_expect (&fixture, "2 canceled; 4 accepted");
  sim_fixture_end (&fixture);
}

/* The open is dearer than what the account can pay: the order is refused, the account does not go below zero. */
static void
test_open_is_too_dear (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 10000");
  sim_fixture_bar (&fixture, "10.01");
  sim_fixture_expect (&fixture, "1 accepted; 1 rejected insufficient_cash: needs 100100 USD, free are 100000 USD");
  sim_fixture_order (&fixture, "buy 9990");
  sim_fixture_bar (&fixture, "10.01");
  sim_fixture_expect (&fixture, "2 accepted; 2 fill 9990 at 10.01 taker");
  sim_fixture_expect_balance (&fixture, "USD", "0.1 USD");
  sim_fixture_end (&fixture);
}

static void
test_cash_check_off (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "cash-check=false");
  sim_fixture_order (&fixture, "buy 20000");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 5");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1 accepted; 2 accepted; 1 fill 20000 at 10.00 taker");
  sim_fixture_bar_of (&fixture, fixture.coin, "9000.00");
  sim_fixture_expect (&fixture, "2 fill 5.00000000 at 9000.00 taker");
  sim_fixture_expect_balance (&fixture, "BTC", "-3 BTC");
  sim_fixture_end (&fixture);
}

static void
test_fees_are_set_aside (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar_of (&fixture, fixture.coin, "10000.00");
  /* 100000 = 9.98003992 x 10000 x 1.002, less a little. */
  sim_fixture_order_of (&fixture, fixture.coin, "buy 9.98003993 limit 10000.00");
  sim_fixture_order_of (&fixture, fixture.coin, "buy 9.98003992 limit 10000.00");
  sim_fixture_expect (&fixture, "1 rejected insufficient_cash: needs 100000.0000986 USD, free are 100000 USD; 2 accepted");
  sim_fixture_bar_of (&fixture, fixture.coin, "9999.00");
  sim_fixture_expect (&fixture, "2 fill 9.98003992 at 9999.00 taker");
  sim_fixture_end (&fixture);
}

static void
test_delivery_needs_the_asset (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar_of (&fixture, fixture.coin, "10000.00");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 2.00000001 limit 9000.00");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 1.5 limit 11000.00");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 0.6");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 0.5");
  sim_fixture_expect (&fixture, "1 rejected insufficient_cash: needs 2.00000001 BTC, free are 2 BTC; 2 accepted; "
                                "3 accepted; 4 accepted");
  sim_fixture_bar_of (&fixture, fixture.coin, "10000.00 11000.01 10000.00 10000.00 100");
  sim_fixture_expect (&fixture, "4 fill 0.50000000 at 10000.00 taker; 2 fill 1.50000000 at 11000.00 maker; "
                                "3 rejected insufficient_cash: needs 0.6 BTC, free are 0 BTC");
  sim_fixture_expect_balance (&fixture, "BTC", "0 BTC");
  /* 5000 less 0.2 %, 16500 less 0.1 %. */
  sim_fixture_expect_balance (&fixture, "USD", "121473.5 USD");
  sim_fixture_end (&fixture);
}

static void
test_short_selling (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "");
  sim_fixture_bar (&fixture, "10.00");
  /* As much free cash again as the sale brings. */
  sim_fixture_order (&fixture, "sell 10001 limit 10.00");
  sim_fixture_order (&fixture, "sell 6000");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1 rejected insufficient_cash: needs 100010 USD, free are 100000 USD; 2 accepted; "
                                "2 fill 6000 at 10.00 taker");
  sim_fixture_order (&fixture, "sell 4001");
  sim_fixture_order (&fixture, "sell 4000");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "3 accepted; 4 accepted; 4 fill 4000 at 10.00 taker; 3 rejected insufficient_cash: needs 40010 USD, free are 0 USD");
  /* Tripled against it: what closes is never refused. */
  sim_fixture_bar (&fixture, "30.00");
  sim_fixture_order (&fixture, "buy 10000");
  sim_fixture_bar (&fixture, "30.00");
  sim_fixture_expect (&fixture, "5 accepted; 5 fill 10000 at 30.00 taker");
  sim_fixture_expect_balance (&fixture, "USD", "-100000 USD");
  sim_fixture_end (&fixture);
}

static void
test_short_selling_is_refused (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "short-selling=never cash-check=false");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 1");
  sim_fixture_order (&fixture, "buy 10");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 11");
  sim_fixture_order (&fixture, "sell 10 limit 11.00");
  sim_fixture_order (&fixture, "sell 10");
  sim_fixture_bar (&fixture, "12.00");
  /* Both were covered when they came; the second to fill is not. */
  sim_fixture_expect (&fixture, "1 rejected short_selling_refused; 2 accepted; 2 fill 10 at 10.00 taker; 3 rejected short_selling_refused; "
                                "4 accepted; 5 accepted; 4 fill 10 at 12.00 taker; 5 rejected short_selling_refused");
  sim_fixture_end (&fixture);
}

static void
test_short_selling_always (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "short-selling=always");
  sim_fixture_order_of (&fixture, fixture.coin, "sell 5");
  sim_fixture_bar_of (&fixture, fixture.coin, "10000.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 5.00000000 at 10000.00 taker");
  sim_fixture_end (&fixture);
}

/* Through zero: what it closes pays for what it opens. */
static void
test_reversal (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "cash=1000_USD");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_order (&fixture, "sell 201");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 100 at 10.00 taker; 2 accepted; 2 rejected insufficient_cash: needs 10 USD, free are 0 USD");
  sim_fixture_order (&fixture, "sell 200");
  sim_fixture_bar (&fixture, "10.00");
  /* Short 100 from 10.00; at 9.00 that is 1100, and 222 is one too many. */
  sim_fixture_order (&fixture, "buy 223");
  sim_fixture_order (&fixture, "buy 222");
  sim_fixture_bar (&fixture, "9.00");
  sim_fixture_expect (&fixture, "3 accepted; 3 fill 200 at 10.00 taker; 4 accepted; 5 accepted; 5 fill 222 at 9.00 taker; "
                                "4 rejected insufficient_cash: needs 2007 USD, free are 2 USD");
  sim_fixture_expect_balance (&fixture, "USD", "2 USD");
  sim_fixture_end (&fixture);
}

/* A portfolio that moves from one share to another at one time: it does not matter which of them stands first in the frame. */
static void
test_rotation (void)
{
  PstEvent events[2] = { { .kind = PST_EVENT_BAR, .bar = { 1000, 1000, 1000, 1000, 1000 } } };
  SimFixture fixture;
  guint32 other;

  sim_fixture_begin (&fixture, "cash=1000_USD");
  other = pst_harness_add_instrument (fixture.harness, "ZZZ");
  events[1] = events[0];
  events[0].instrument = fixture.share;
  events[1].instrument = other;
  sim_fixture_order_of (&fixture, other, "buy 100");
  pst_harness_push_frame (fixture.harness, sim_fixture_now (&fixture) + MINUTE, events, 2);
  sim_fixture_order_of (&fixture, fixture.share, "buy 60 ioc");
  sim_fixture_order_of (&fixture, fixture.share, "buy 60 fok");
  sim_fixture_order_of (&fixture, other, "sell 100");
  sim_fixture_order_of (&fixture, fixture.share, "buy 40");
  pst_harness_push_frame (fixture.harness, sim_fixture_now (&fixture) + MINUTE, events, 2);
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 100 at 10.00 taker; 2 accepted; 3 accepted; 4 accepted; 5 accepted; "
                                "4 fill 100 at 10.00 taker; 2 fill 60 at 10.00 taker; "
                                "3 rejected insufficient_cash: needs 600 USD, free are 400 USD; 5 fill 40 at 10.00 taker");
  sim_fixture_expect_balance (&fixture, "USD", "0 USD");
  sim_fixture_end (&fixture);
}

/* The rest of an order that was filled in part is cancelled, not rejected: it was good once. */
static void
test_part_is_paid (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "cash=1000_USD volume-share=0.05");
  sim_fixture_order (&fixture, "buy 100");
  sim_fixture_bar (&fixture, "10.00");
  sim_fixture_bar (&fixture, "11.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 fill 50 at 10.00 taker; 1 canceled insufficient_cash: needs 550 USD, free are 500 USD");
  sim_fixture_end (&fixture);
}

static gint64
fee_of (SimFixture *fixture, guint n)
{
  return pst_harness_get_fill (fixture->harness, n)->fee;
}

static void
test_fees (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "maker-fee=-0.0001 taker-fee=0.00075");
  sim_fixture_bar (&fixture, "0.01");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_order (&fixture, "sell 3 limit 0.03");
  sim_fixture_bar (&fixture, "0.01 0.04 0.01 0.01");
  /* 0.01 x 0.00075 = 0.0000075, and 0.03 x 3 x -0.0001 = -0.000009, at eight decimals. */
  g_assert_cmpint (fee_of (&fixture, 0), ==, 750);
  g_assert_cmpint (fee_of (&fixture, 1), ==, -900);
  g_assert_cmpstr (pst_harness_get_fill (fixture.harness, 0)->fee_currency->code, ==, "USD");
  sim_fixture_end (&fixture);

  /* Rounded up to the last decimal, also where the rate has more decimals than a rate can have. */
  sim_fixture_begin (&fixture, "taker-fee=0.000000001");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "0.01");
  g_assert_cmpint (fee_of (&fixture, 0), ==, 1);
  sim_fixture_end (&fixture);

  sim_fixture_begin (&fixture, "");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "0.01");
  g_assert_cmpint (fee_of (&fixture, 0), ==, 0);
  g_assert_null (pst_harness_get_fill (fixture.harness, 0)->fee_currency);
  sim_fixture_end (&fixture);
}

/* All fills of an order together pay the least fee once. */
static void
test_fee_minimum (void)
{
  SimFixture fixture;

  sim_fixture_begin (&fixture, "taker-fee=0.01 fee-minimum=1_USD volume-share=0.1");
  sim_fixture_order (&fixture, "buy 30");
  sim_fixture_bar (&fixture, "5.00 5.00 5.00 5.00 100");
  sim_fixture_bar (&fixture, "4.00 4.00 4.00 4.00 100");
  sim_fixture_bar (&fixture, "8.00 8.00 8.00 8.00 100");
  g_assert_cmpint (fee_of (&fixture, 0), ==, PST_RATE_ONE);
  g_assert_cmpint (fee_of (&fixture, 1), ==, 0);
  g_assert_cmpint (fee_of (&fixture, 2), ==, 70000000);
  sim_fixture_end (&fixture);

  /* Another currency's minimum is not this instrument's. */
  sim_fixture_begin (&fixture, "taker-fee=0.01 fee-minimum=1_EUR");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "5.00");
  g_assert_cmpint (fee_of (&fixture, 0), ==, 5000000);
  sim_fixture_end (&fixture);

  /* It has to be there. */
  sim_fixture_begin (&fixture, "cash=10_USD fee-minimum=1_USD");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "9.01");
  sim_fixture_order (&fixture, "buy 1");
  sim_fixture_bar (&fixture, "9.00");
  sim_fixture_expect (&fixture, "1 accepted; 1 rejected insufficient_cash: needs 10.01 USD, free are 10 USD; 2 accepted; 2 fill 1 at 9.00 taker");
  sim_fixture_expect_balance (&fixture, "USD", "0 USD");
  sim_fixture_end (&fixture);
}

static void
test_needs_that_overflow (void)
{
  SimFixture fixture;
  PstOrderRequest request;
  guint64 id;

  sim_fixture_begin (&fixture, "");
  request = sim_fixture_read_order (&fixture, fixture.share, "buy 1 limit 0.01");
  request.limit_price = request.quantity = G_MAXINT64;
  id = pst_harness_place (fixture.harness, &request);
  g_assert_true (pst_harness_send (fixture.harness, id, PST_EXCHANGE (fixture.sim), NULL));
  sim_fixture_expect (&fixture, "1 rejected value_overflow");
  sim_fixture_bar (&fixture, "10.00");
  request.type = PST_ORDER_TYPE_MARKET;
  id = pst_harness_place (fixture.harness, &request);
  g_assert_true (pst_harness_send (fixture.harness, id, PST_EXCHANGE (fixture.sim), NULL));
  sim_fixture_expect (&fixture, "2 rejected value_overflow");
  sim_fixture_end (&fixture);
}

static char *
print_cents (gint64 cents)
{
  char text[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (cents, 2, text);
  return g_strdup (text);
}

static char *
make_order (PstRandom *random, gint64 price)
{
  static const char *const kinds[] = { "", " limit %", " stop %", " limit % ioc", " fok", " limit % post-only", " limit % day" };
  g_autofree char *at = print_cents (price + (gint64)pst_random_below (random, 61) - 30);
  g_auto (GStrv) halves = g_strsplit (kinds[pst_random_below (random, G_N_ELEMENTS (kinds))], "%", 2);
  const char *side = pst_random_below (random, 2) == 0 ? "buy" : "sell";
  int quantity = 1 + (int)pst_random_below (random, 300);

  if (halves[0] == NULL || halves[1] == NULL)
    return g_strdup_printf ("%s %d%s", side, quantity, halves[0] != NULL ? halves[0] : "");
  return g_strdup_printf ("%s %d%s%s%s", side, quantity, halves[0], at, halves[1]);
}

static gint64
push_random_bar (SimFixture *fixture, PstRandom *random, gint64 price)
{
  gint64 open = price + (gint64)pst_random_below (random, 21) - 10, close = open + (gint64)pst_random_below (random, 41) - 20;
  g_autofree char *o = print_cents (open), *c = print_cents (close);
  g_autofree char *h = print_cents (MAX (open, close) + (gint64)pst_random_below (random, 20));
  g_autofree char *l = print_cents (MIN (open, close) - (gint64)pst_random_below (random, 20));
  g_autofree char *bar = g_strdup_printf ("%s %s %s %s 500", o, h, l, c);

  sim_fixture_bar (fixture, bar);
  return CLAMP (close, 500, 2000);
}

/* Random orders of all kinds: without short sales neither cash nor position is ever below zero. */
static void
test_never_below_zero (void)
{
  const PstCurrency *usd = pst_currency_get ("USD", NULL);
  PstRandom random;
  SimFixture fixture;
  gint64 price = 1000;

  pst_random_init (&random, (guint64)g_test_rand_int (), "orders");
  sim_fixture_begin (&fixture, "cash=5000_USD taker-fee=0.001 slippage=0.001 volume-share=0.2 short-selling=never");
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *order = make_order (&random, price);
      PstContext *context = PST_CONTEXT (fixture.harness);

      sim_fixture_order (&fixture, order);
      price = push_random_bar (&fixture, &random, price);
      g_assert_cmpint (pst_context_get_position (context, G_MAXUINT32, fixture.share)->quantity, >=, 0);
      g_assert_cmpint (pst_account_get_balance (pst_context_get_account (context, pst_component_get_index (fixture.sim)), usd), >=, 0);
    }
  g_assert_cmpuint (pst_harness_get_n_fills (fixture.harness), >, 100);
  sim_fixture_end (&fixture);
}

static void
test_free_is_bounded (void)
{
  g_autoptr (PstAccount) cash = pst_account_new ();
  const PstCurrency *usd = pst_currency_get ("USD", NULL);
  PstSimFunds funds;
  PstMoney lock = { usd, 40 };

  pst_account_add (cash, usd, 100, NULL);
  pst_sim_funds_init (&funds, cash, TRUE, PST_SHORT_SELLING_AUTO);
  g_assert_true (pst_sim_funds_lock (&funds, &lock, NULL));
  g_assert_cmpint (pst_sim_funds_get_free (&funds, usd), ==, 60);
  g_assert_true (pst_account_add (funds.shorts, usd, G_MAXINT64, NULL));
  g_assert_cmpint (pst_sim_funds_get_free (&funds, usd), ==, G_MININT64);
  g_assert_true (pst_sim_funds_unlock (&funds, &lock, NULL));
  g_assert_cmpint (lock.amount, ==, 0);
  g_assert_cmpint (pst_account_get_balance (funds.locked, usd), ==, 0);
  pst_sim_funds_clear (&funds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/funds/insufficient-cash", test_insufficient_cash);
  g_test_add_func ("/sim/funds/open-is-too-dear", test_open_is_too_dear);
  g_test_add_func ("/sim/funds/cash-check-off", test_cash_check_off);
  g_test_add_func ("/sim/funds/fees-are-set-aside", test_fees_are_set_aside);
  g_test_add_func ("/sim/funds/delivery-needs-the-asset", test_delivery_needs_the_asset);
  g_test_add_func ("/sim/funds/short-selling", test_short_selling);
  g_test_add_func ("/sim/funds/short-selling-is-refused", test_short_selling_is_refused);
  g_test_add_func ("/sim/funds/short-selling-always", test_short_selling_always);
  g_test_add_func ("/sim/funds/reversal", test_reversal);
  g_test_add_func ("/sim/funds/rotation", test_rotation);
  g_test_add_func ("/sim/funds/part-is-paid", test_part_is_paid);
  g_test_add_func ("/sim/funds/fees", test_fees);
  g_test_add_func ("/sim/funds/fee-minimum", test_fee_minimum);
  g_test_add_func ("/sim/funds/needs-that-overflow", test_needs_that_overflow);
  g_test_add_func ("/sim/funds/never-below-zero", test_never_below_zero);
  g_test_add_func ("/sim/funds/free-is-bounded", test_free_is_bounded);
  return g_test_run ();
}
