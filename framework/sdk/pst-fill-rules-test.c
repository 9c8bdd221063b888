/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a fill costs. Cash that is spent twice, a fee that is rounded in the trader's favour or an order that cannot be paid would be wrong in both
 * engines at once, so they are checked here against plain arithmetic. */
#include <penstock-check.h>

#define SEED 5

static PstInstrument *
make_instrument (guint8 size_scale, gint64 size_step)
{
  PstInstrument *instrument = pst_instrument_new (&(const PstInstrument){ .symbol = (char *)"T",
                                                                          .venue = (char *)"TEST",
                                                                          .quote = pst_currency_get ("USD", NULL),
                                                                          .price_scale = 2,
                                                                          .size_scale = size_scale,
                                                                          .size_step = size_step },
                                                  NULL);

  g_assert_nonnull (instrument);
  return instrument;
}

/* Never more than the cash, and another unit of money's worth could not be paid. */
static void
test_size_for_cash (void)
{
  PstRandom random;

  g_test_message ("seed %d", SEED);
  pst_random_init (&random, SEED, "cash");
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (PstInstrument) instrument = make_instrument ((guint8)pst_random_below (&random, 5), 1 + (gint64)pst_random_below (&random, 3));
      const PstFillCosts costs = { .taker_fee = (gint64)pst_random_below (&random, 1000000),
                                   .fee_fixed = (gint64)pst_random_below (&random, 2) * 100000000,
                                   .fee_minimum = (gint64)pst_random_below (&random, 2) * 300000000 };
      gint64 price = 1 + (gint64)pst_random_below (&random, 100000), cash = (gint64)pst_random_below (&random, G_GUINT64_CONSTANT (1000000000000)),
             need;
      gint64 notional, fee, more, step = instrument->size_step;
      PstFillQuote quote;

      g_assert_true (pst_fill_quote_for_cash (&costs, instrument, price, cash, &quote));
      g_assert_cmpint (quote.size % step, ==, 0);
      if (quote.size > 0)
        {
          g_assert_true (pst_fill_need (instrument, 0, 0, PST_SIDE_BUY, quote.size, price, quote.fee, &need));
          g_assert_cmpint (need, <=, cash);
        }
      /* A step that costs more than a few units of money would have been too much. */
      g_assert_true (pst_instrument_notional (instrument, price, step, PST_ROUND_DOWN, &more));
      if (more < 8)
        continue;
      g_assert_true (pst_instrument_notional (instrument, price, quote.size + step, PST_ROUND_HALF_EVEN, &notional));
      g_assert_true (pst_fill_fee (&costs, instrument, notional, PST_LIQUIDITY_TAKER, &fee));
      g_assert_true (pst_fill_need (instrument, 0, 0, PST_SIDE_BUY, quote.size + step, price, fee, &need));
      g_assert_cmpint (need + 4, >, cash);
    }
}

static void
test_fees (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument (0, 1);
  const PstFillCosts costs = { .maker_fee = 100000, .taker_fee = 200000, .fee_fixed = 50, .fee_minimum = 200 };
  gint64 fee;

  g_assert_true (pst_fill_fee (&costs, instrument, 100000, PST_LIQUIDITY_TAKER, &fee));
  g_assert_cmpint (fee, ==, 250);
  g_assert_true (pst_fill_fee (&costs, instrument, 100000, PST_LIQUIDITY_MAKER, &fee));
  g_assert_cmpint (fee, ==, 200);
  g_assert_true (pst_fill_fee (&costs, instrument, 100001, PST_LIQUIDITY_TAKER, &fee));
  g_assert_cmpint (fee, ==, 251);
}

/* Closing needs nothing; a short sale its proceeds again; through zero what is closed helps to pay. */
static void
test_need (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument (0, 1);
  gint64 need, unit = 1000000;

  g_assert_true (pst_fill_need (instrument, 10, 10000 * unit, PST_SIDE_SELL, 10, 900, 5, &need));
  g_assert_cmpint (need, ==, 0);
  g_assert_true (pst_fill_need (instrument, 0, 0, PST_SIDE_SELL, 10, 900, 5, &need));
  g_assert_cmpint (need, ==, 9000 * unit + 5);
  g_assert_true (pst_fill_need (instrument, 10, 10000 * unit, PST_SIDE_SELL, 15, 900, 5, &need));
  g_assert_cmpint (need, ==, 0);
  g_assert_true (pst_fill_need (instrument, 2, 2000 * unit, PST_SIDE_SELL, 12, 900, 5, &need));
  g_assert_cmpint (need, ==, 9000 * unit + 5 - 1800 * unit);
}

static void
test_slip (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument (0, 1);
  gint64 price;

  g_assert_true (pst_fill_slip (instrument, PST_SIDE_BUY, 10001, 100000, &price));
  g_assert_cmpint (price, ==, 10012);
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_SELL, 10001, 100000, &price));
  g_assert_cmpint (price, ==, 9990);
  g_assert_true (pst_fill_slip (instrument, PST_SIDE_SELL, 1, 90000000, &price));
  g_assert_cmpint (price, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fill-rules/size-for-cash", test_size_for_cash);
  g_test_add_func ("/fill-rules/fees", test_fees);
  g_test_add_func ("/fill-rules/need", test_need);
  g_test_add_func ("/fill-rules/slip", test_slip);
  return g_test_run ();
}
