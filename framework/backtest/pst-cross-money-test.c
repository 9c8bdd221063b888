/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way is gone millions of times in a sweep: a size or a fee that is one unit off there is a result that no run gives. */
#include "pst-cross-money.h"

#include <penstock-check.h>

#define SEED 20261121
#define N_BARS 500
#define N_BUDGETS 400

typedef struct
{
  PstInstrument *instrument;
  PstFillCosts costs;
  gint64 closes[N_BARS];
} Fixture;

static void
set_up (Fixture *fixture, guint price_scale, guint size_scale, gint64 fee, gint64 close_max, PstRandom *random)
{
  const PstInstrument draft = {
    .symbol = (char *)"A", .venue = (char *)"TEST", .quote = pst_currency_get ("CNT", NULL), .price_scale = price_scale, .size_scale = size_scale
  };
  g_autoptr (GError) error = NULL;

  fixture->instrument = pst_instrument_new (&draft, &error);
  g_assert_no_error (error);
  fixture->costs = (PstFillCosts){ .maker_fee = fee, .taker_fee = fee };
  for (gsize i = 0; i < N_BARS; i++)
    fixture->closes[i] = 1 + (gint64)pst_random_below (random, (guint64)close_max);
}

/* What the general way says of the same cash, wherever the short way says anything. Returns how often it did. */
static guint
compare (const Fixture *fixture, gint64 cash_max, PstRandom *random)
{
  PstCrossShort fast;
  guint n = 0;

  g_assert_true (pst_cross_short_init (&fast, &fixture->costs, fixture->instrument, fixture->closes, N_BARS));
  for (gsize bar = 0; bar < N_BARS; bar++)
    for (guint k = 0; k < N_BUDGETS; k++)
      {
        gint64 cash = 1 + (gint64)pst_random_below (random, (guint64)cash_max);
        PstFillQuote quote = { 0 }, expected = { 0 };

        if (!pst_cross_short_enter (&fast, bar, fixture->closes[bar], cash, &quote))
          continue;
        g_assert_true (pst_fill_quote_for_cash (&fixture->costs, fixture->instrument, fixture->closes[bar], cash, &expected));
        g_assert_cmpint (quote.size, ==, expected.size);
        g_assert_cmpint (quote.notional, ==, expected.notional);
        g_assert_cmpint (quote.fee, ==, expected.fee);
        n++;
      }
  pst_cross_short_clear (&fast);
  return n;
}

/* Scales, fees, prices and budgets from the least to those that only just fit. */
static void
test_equal (void)
{
  static const struct
  {
    guint price_scale, size_scale;
    gint64 fee, close_max, cash_max;
    guint n_min; /* 0: sizes so fine that cash is always spent to the last unit, or budgets too large */
  } cases[] = {
    { 2, 4, PST_RATE_ONE / 1000, 50000, 10000000, 50000 },
    { 2, 4, 0, 50000, 10000000, 50000 },
    { 4, 0, PST_RATE_ONE / 1000, 500000, G_GINT64_CONSTANT (100000000), 150000 },
    { 3, 0, PST_RATE_ONE / 400, 20, 5000, 20000 },
    { 2, 8, 1, 10000000, 10000000, 0 },
    { 2, 4, PST_RATE_ONE, 100, 10000, 10000 },
    { 2, 4, PST_RATE_ONE / 1000, 100, G_MAXINT64 - 1, 0 },
  };
  PstRandom random;

  g_test_message ("seed %d", SEED);
  pst_random_init (&random, SEED, "cross-money");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture;
      guint n;

      set_up (&fixture, cases[i].price_scale, cases[i].size_scale, cases[i].fee, cases[i].close_max, &random);
      n = compare (&fixture, cases[i].cash_max, &random);
      g_test_message ("%u of %u went the short way", n, N_BARS * N_BUDGETS);
      g_assert_cmpuint (n, >=, cases[i].n_min);
      pst_instrument_unref (fixture.instrument);
    }
}

/* Half a unit of money goes to the even neighbour; fees go up. */
static void
test_ties (void)
{
  PstRandom random;
  Fixture fixture;
  PstCrossShort fast;

  pst_random_init (&random, SEED, "ties");
  set_up (&fixture, 2, 1, PST_RATE_ONE / 1000, 1000, &random);
  g_assert_true (pst_cross_short_init (&fast, &fixture.costs, fixture.instrument, fixture.closes, N_BARS));
  for (gint64 price = 1; price <= 200; price++)
    for (gint64 size = 1; size <= 200; size++)
      {
        PstFillQuote quote = { .size = size };
        gint64 product = price * size, notional = product / 10, rest = product % 10;

        notional += rest > 5 || (rest == 5 && notional % 2 == 1);
        g_assert_true (pst_cross_short_quote (&fast, price, &quote));
        g_assert_cmpint (quote.notional, ==, notional);
        g_assert_cmpint (quote.fee, ==, (notional + 999) / 1000);
      }
  pst_cross_short_clear (&fast);
  pst_instrument_unref (fixture.instrument);
}

/* What it cannot say exactly it leaves to the general way. */
static void
test_refused (void)
{
  PstRandom random;
  Fixture fixture;
  PstCrossShort fast;
  PstFillQuote wide = { .size = G_MAXINT64 / 2 };
  PstFillCosts costs;

  pst_random_init (&random, SEED, "refused");
  set_up (&fixture, 2, 4, PST_RATE_ONE / 1000, 1000, &random);
  g_assert_true (pst_cross_short_init (&fast, &fixture.costs, fixture.instrument, fixture.closes, N_BARS));
  g_assert_false (pst_cross_short_quote (&fast, 3, &wide));
  g_assert_false (pst_cross_short_enter (&fast, 0, fixture.closes[0], fast.budget_max + 1, &wide));
  pst_cross_short_clear (&fast);
  for (guint i = 0; i < 4; i++)
    {
      costs = fixture.costs;
      *(gint64 *[]){ &costs.slippage, &costs.fee_fixed, &costs.fee_minimum, &costs.taker_fee }[i] = i < 3 ? 1 : -1;
      g_assert_false (pst_cross_short_init (&fast, &costs, fixture.instrument, fixture.closes, N_BARS));
    }
  fixture.closes[N_BARS - 1] = 0;
  g_assert_false (pst_cross_short_init (&fast, &fixture.costs, fixture.instrument, fixture.closes, N_BARS));
  pst_instrument_unref (fixture.instrument);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  /* Of two decimals, as an account of dollars has in a pipeline that says so. */
  pst_currency_define ("CNT", 2, &error);
  g_assert_no_error (error);
  g_test_add_func ("/cross-money/equal", test_equal);
  g_test_add_func ("/cross-money/ties", test_ties);
  g_test_add_func ("/cross-money/refused", test_refused);
  return g_test_run ();
}
