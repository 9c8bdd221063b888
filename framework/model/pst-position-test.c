/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a strategy is told it holds and has earned must be what its fills say, to the last digit. */
#include "pst-test-values.h"

static void
apply (PstPosition *position, const PstInstrument *instrument, PstSide side, gint64 price, gint64 quantity, gint64 fee, gint64 realised)
{
  g_autoptr (GError) error = NULL;
  PstFill fill = test_fill (instrument, side, price, quantity, fee);

  g_assert_true (pst_position_apply (position, instrument, &fill, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fill.realised_profit, ==, realised);
}

#define CENTS(n) ((n)*G_GINT64_CONSTANT (1000000))

/* Prices with four decimals: 10000 is one dollar. */
static void
test_long (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { 0 };
  gint64 value = 0;

  g_assert_cmpint (pst_position_average_price (&position, share), ==, 0);
  apply (&position, share, PST_SIDE_BUY, 100000, 10, CENTS (100), 0);
  apply (&position, share, PST_SIDE_BUY, 120000, 10, CENTS (100), 0);
  g_assert_cmpint (position.quantity, ==, 20);
  g_assert_cmpint (position.cost, ==, CENTS (22000));
  g_assert_cmpint (pst_position_average_price (&position, share), ==, 110000);
  g_assert_true (pst_position_value (&position, share, 130000, &value));
  g_assert_cmpint (value, ==, CENTS (26000));
  apply (&position, share, PST_SIDE_SELL, 130000, 5, CENTS (100), CENTS (1000));
  g_assert_cmpint (position.cost, ==, CENTS (16500));
  g_assert_cmpint (position.trade_profit, ==, CENTS (700));
  g_assert_cmpuint (position.n_trades, ==, 0);
  apply (&position, share, PST_SIDE_SELL, 100000, 15, CENTS (100), CENTS (-1500));
  g_assert_cmpint (position.quantity, ==, 0);
  g_assert_cmpint (position.cost, ==, 0);
  g_assert_cmpint (position.realised_profit, ==, CENTS (-500));
  g_assert_cmpint (position.fees, ==, CENTS (400));
  g_assert_cmpuint (position.n_fills, ==, 4);
  g_assert_cmpuint (position.n_trades, ==, 1);
  g_assert_cmpuint (position.n_wins, ==, 0);
  g_assert_cmpint (position.trade_profit, ==, 0);
}

static void
test_short (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { 0 };

  apply (&position, share, PST_SIDE_SELL, 100000, 10, 0, 0);
  g_assert_cmpint (position.quantity, ==, -10);
  g_assert_cmpint (position.cost, ==, CENTS (-10000));
  g_assert_cmpint (pst_position_average_price (&position, share), ==, 100000);
  apply (&position, share, PST_SIDE_BUY, 90000, 4, 0, CENTS (400));
  apply (&position, share, PST_SIDE_BUY, 110000, 6, 0, CENTS (-600));
  g_assert_cmpint (position.quantity, ==, 0);
  g_assert_cmpint (position.realised_profit, ==, CENTS (-200));
  g_assert_cmpuint (position.n_trades, ==, 1);
}

/* One fill closes a trade and opens the next: notional and fee are divided, nothing is lost. */
static void
test_through_zero (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { 0 };

  apply (&position, share, PST_SIDE_BUY, 100000, 10, 0, 0);
  apply (&position, share, PST_SIDE_SELL, 120000, 30, CENTS (300), CENTS (2000));
  g_assert_cmpint (position.quantity, ==, -20);
  g_assert_cmpint (position.cost, ==, CENTS (-24000));
  g_assert_cmpuint (position.n_trades, ==, 1);
  g_assert_cmpuint (position.n_wins, ==, 1);
  g_assert_cmpint (position.trade_profit, ==, CENTS (-200));
  apply (&position, share, PST_SIDE_BUY, 120000, 20, 0, 0);
  /* No gain and a fee: a loss. */
  g_assert_cmpuint (position.n_trades, ==, 2);
  g_assert_cmpuint (position.n_wins, ==, 1);
  g_assert_cmpint (position.fees, ==, CENTS (300));
}

/* A trade without profit is no win, one whose fees eat the profit neither; a rebate can make one. */
static void
test_wins (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { 0 };

  apply (&position, share, PST_SIDE_BUY, 100000, 1, 0, 0);
  apply (&position, share, PST_SIDE_SELL, 100000, 1, 0, 0);
  g_assert_cmpuint (position.n_wins, ==, 0);
  apply (&position, share, PST_SIDE_BUY, 100000, 1, 0, 0);
  apply (&position, share, PST_SIDE_SELL, 100100, 1, CENTS (1), CENTS (1));
  g_assert_cmpuint (position.n_wins, ==, 0);
  apply (&position, share, PST_SIDE_BUY, 100000, 1, 0, 0);
  apply (&position, share, PST_SIDE_SELL, 100000, 1, -1, 0);
  g_assert_cmpuint (position.n_wins, ==, 1);
  g_assert_cmpuint (position.n_trades, ==, 3);
}

/* A fee in another currency is the account's matter: it is not added to dollars. */
static void
test_foreign_fee (void)
{
  g_autoptr (PstInstrument) coin = test_coin ();
  PstPosition position = { 0 };
  PstFill fill = test_fill (coin, PST_SIDE_BUY, 500000, 100000000, 1000);

  fill.fee_currency = coin->base;
  g_assert_true (pst_position_apply (&position, coin, &fill, NULL));
  g_assert_cmpint (position.fees, ==, 0);
  g_assert_cmpint (position.trade_profit, ==, 0);
  g_assert_cmpint (position.quantity, ==, 100000000);
}

static void
assert_refused (PstPosition *position, const PstInstrument *instrument, PstFill fill, GQuark domain, gint code)
{
  g_autoptr (GError) error = NULL;
  PstPosition before = *position;

  fill.realised_profit = 77;
  g_assert_false (pst_position_apply (position, instrument, &fill, &error));
  g_assert_true (g_error_matches (error, domain, code));
  g_assert_cmpmem (position, sizeof before, &before, sizeof before);
  g_assert_cmpint (fill.realised_profit, ==, 77);
}

static void
test_bad_fills (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { 0 };
  PstFill good = test_fill (share, PST_SIDE_BUY, 100000, 10, 0), bad;

  apply (&position, share, PST_SIDE_BUY, 100000, 10, 0, 0);
  bad = good, bad.side = PST_SIDE_NONE;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.quantity = 0, bad.notional = 0;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.quantity = -10, bad.notional = -bad.notional;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.notional++;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.instrument = 1;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.fee = 1;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.price = G_MAXINT64, bad.quantity = G_MAXINT64;
  assert_refused (&position, share, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
}

static void
test_overflow (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { 0 };
  PstFill fill = test_fill (share, PST_SIDE_BUY, 1, G_MAXINT64 / 10000, 0);

  g_assert_true (pst_position_apply (&position, share, &fill, NULL));
  assert_refused (&position, share, fill, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  position = (PstPosition){ .quantity = -10, .cost = CENTS (-1), .realised_profit = G_MAXINT64 };
  fill = test_fill (share, PST_SIDE_BUY, 1, 5, 0);
  position.cost = G_MININT64 / 2;
  assert_refused (&position, share, fill, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  position = (PstPosition){ .fees = G_MAXINT64 };
  fill = test_fill (share, PST_SIDE_BUY, 100000, 5, 1);
  assert_refused (&position, share, fill, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  position = (PstPosition){ .trade_profit = G_MININT64 };
  assert_refused (&position, share, fill, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
}

/* The two identities of pst-position.c hold after every one of many random fills, and what is counted agrees with them. */
static void
test_identities (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  g_autoptr (PstInstrument) coin = test_coin ();

  for (guint run = 0; run < 200; run++)
    {
      const PstInstrument *instrument = run % 2 == 0 ? share : coin;
      PstPosition position = { 0 };
      gint64 quantity = 0, notional = 0, fees = 0, realised = 0;
      guint64 n_trades = 0, n_wins = 0;

      for (guint i = 1; i <= 100; i++)
        {
          gint64 size = test_random_positive (g_test_rand_bit () ? 8 : 20), before = quantity;
          PstFill fill = test_fill (instrument, g_test_rand_bit () ? PST_SIDE_BUY : PST_SIDE_SELL, test_random_positive (20), size, 0);
          g_autoptr (GError) error = NULL;
          gint sign;

          if (g_test_rand_int_range (0, 4) == 0 && quantity != 0)
            fill = test_fill (instrument, quantity > 0 ? PST_SIDE_SELL : PST_SIDE_BUY, test_random_positive (20), ABS (quantity), 0);
          g_assert_true (pst_instrument_fee (instrument, fill.notional, 100000, &fill.fee));
          fill.fee_currency = instrument->quote;
          sign = fill.side == PST_SIDE_BUY ? 1 : -1;
          pst_position_apply (&position, instrument, &fill, &error);
          g_assert_no_error (error);
          quantity += sign * fill.quantity;
          notional += sign * fill.notional;
          fees += fill.fee;
          realised += fill.realised_profit;
          g_assert_cmpint (position.quantity, ==, quantity);
          g_assert_cmpint (position.cost - position.realised_profit, ==, notional);
          g_assert_cmpint (position.realised_profit, ==, realised);
          g_assert_cmpint (position.fees, ==, fees);
          g_assert_cmpuint (position.n_fills, ==, i);
          if (before != 0 && (quantity == 0 || (quantity > 0) != (before > 0)))
            n_trades++;
          g_assert_cmpuint (position.n_trades, ==, n_trades);
          if (quantity == 0)
            {
              /* Flat: profit is what came in less what went out, and the last round trip is decided. */
              g_assert_cmpint (position.cost, ==, 0);
              g_assert_cmpint (position.trade_profit, ==, 0);
              g_assert_cmpint (position.realised_profit, ==, -notional);
            }
          g_assert_cmpuint (position.n_wins, >=, n_wins);
          n_wins = position.n_wins;
          g_assert_cmpuint (n_wins, <=, n_trades);
        }
    }
}

/* Many small sales of a cost that does not divide: each rounds once, together they are the whole. */
static void
test_rounding (void)
{
  g_autoptr (PstInstrument) coin = test_coin ();
  PstPosition position = { 0 };
  gint64 sum = 0;

  apply (&position, coin, PST_SIDE_BUY, 333333, 7, 0, 0);
  for (guint i = 0; i < 7; i++)
    {
      PstFill fill = test_fill (coin, PST_SIDE_SELL, 333333, 1, 0);

      g_assert_true (pst_position_apply (&position, coin, &fill, NULL));
      sum += fill.notional - fill.realised_profit;
    }
  g_assert_cmpint (position.quantity, ==, 0);
  g_assert_cmpint (position.cost, ==, 0);
  /* 33333.3 * 0.00000007 = 0.002333331 */
  g_assert_cmpint (sum, ==, 233333);
}

static void
test_average (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstPosition position = { .quantity = 3, .cost = CENTS (100) };

  g_assert_cmpint (pst_position_average_price (&position, share), ==, 3333);
  position.quantity = -3;
  position.cost = CENTS (-200);
  g_assert_cmpint (pst_position_average_price (&position, share), ==, 6667);
  /* Too small to show. */
  position.cost = -1;
  g_assert_cmpint (pst_position_average_price (&position, share), ==, 0);
}

static void
test_boxed (void)
{
  PstPosition position = { .quantity = 3 };
  PstPosition *copy = g_boxed_copy (PST_TYPE_POSITION, &position);

  position.quantity = 4;
  g_assert_cmpint (copy->quantity, ==, 3);
  g_boxed_free (PST_TYPE_POSITION, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/position/long", test_long);
  g_test_add_func ("/position/short", test_short);
  g_test_add_func ("/position/through-zero", test_through_zero);
  g_test_add_func ("/position/wins", test_wins);
  g_test_add_func ("/position/foreign-fee", test_foreign_fee);
  g_test_add_func ("/position/bad-fills", test_bad_fills);
  g_test_add_func ("/position/overflow", test_overflow);
  g_test_add_func ("/position/identities", test_identities);
  g_test_add_func ("/position/rounding", test_rounding);
  g_test_add_func ("/position/average", test_average);
  g_test_add_func ("/position/boxed", test_boxed);
  return g_test_run ();
}
