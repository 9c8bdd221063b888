/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: equity in which foreign balances count at a wrong rate, or at one that nobody quoted. */
#include "engine-fakes.h"
#include "pst-rates.h"

typedef struct
{
  PstInstrumentTable *instruments;
  PstMarket *market;
  PstRates *rates;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->instruments = pst_instrument_table_new ();
  fixture->market = pst_market_new (fixture->instruments);
  fixture->rates = pst_rates_new (fixture->market, fixture->instruments, pst_currency_get ("USD", NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_rates_free (fixture->rates);
  pst_market_free (fixture->market);
  pst_instrument_table_unref (fixture->instruments);
}

static guint32
add (Fixture *fixture, const char *base, const char *quote)
{
  g_autoptr (PstInstrument) instrument = fake_coins (base, quote);

  return pst_instrument_table_add (fixture->instruments, instrument, NULL);
}

static void
price (Fixture *fixture, guint32 instrument, gint64 close)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_BAR, .bar = { close, close, close, close, 1 } };
  PstFrame frame = { &event, 1, 0, T0, 1 };

  g_assert_true (pst_market_apply (fixture->market, &frame, NULL));
}

static void
test_direct (Fixture *fixture, gconstpointer data)
{
  guint32 btc_usd = add (fixture, "BTC", "USD");
  guint slot = pst_rates_get_slot (fixture->rates, pst_currency_get ("BTC", NULL));
  gint64 result = -7;

  g_assert_cmpuint (slot, ==, 1);
  g_assert_cmpuint (pst_rates_get_slot (fixture->rates, pst_currency_get ("BTC", NULL)), ==, 1);
  g_assert_cmpuint (pst_rates_get_n_slots (fixture->rates), ==, 2);
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, 5, &result), ==, PST_CONVERSION_UNPRICED);
  g_assert_cmpint (result, ==, -7);
  price (fixture, btc_usd, 2500000); /* 25000.00 */
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, fake_money ("0.5 BTC"), &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, fake_money ("12500 USD"));
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, fake_money ("-0.5 BTC"), &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, fake_money ("-12500 USD"));
  g_assert_true (pst_rates_uses (fixture->rates, slot, btc_usd));
  g_assert_false (pst_rates_uses (fixture->rates, 0, btc_usd));
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, G_MAXINT64, &result), ==, PST_CONVERSION_OVERFLOW);
  g_assert_cmpint (pst_rates_convert (fixture->rates, 0, 42, &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, 42);
}

static void
test_inverse (Fixture *fixture, gconstpointer data)
{
  guint slot = pst_rates_get_slot (fixture->rates, pst_currency_get ("JPY", NULL));
  guint32 usd_jpy = add (fixture, "USD", "JPY");
  gint64 result;

  pst_rates_follow (fixture->rates);
  price (fixture, usd_jpy, 15000); /* 150.00 */
  g_assert_true (pst_market_has_changes (fixture->market));
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, fake_money ("300 JPY"), &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, fake_money ("2 USD"));
  /* 1 / 150 = 0.00666667 (half-even at 8 decimals) */
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, fake_money ("1 JPY"), &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, 666667);
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, fake_money ("-1 JPY"), &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, -666667);
}

static void
test_half_even (Fixture *fixture, gconstpointer data)
{
  guint slot = pst_rates_get_slot (fixture->rates, pst_currency_get ("JPY", NULL));
  guint32 usd_jpy = add (fixture, "USD", "JPY");
  static const gint64 cases[][2] = { { 1, 0 }, { 2, 1 }, { 3, 2 }, { 5, 2 }, { 7, 4 }, { -1, 0 }, { -3, -2 }, { -5, -2 } };

  pst_rates_follow (fixture->rates);
  price (fixture, usd_jpy, 200); /* 2.00: halves are ties */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 result;

      g_assert_cmpint (pst_rates_convert (fixture->rates, slot, cases[i][0], &result), ==, PST_CONVERSION_DONE);
      g_assert_cmpint (result, ==, cases[i][1]);
    }
}

static void
test_choice (Fixture *fixture, gconstpointer data)
{
  guint slot = pst_rates_get_slot (fixture->rates, pst_currency_get ("EUR", NULL));
  guint32 usd_eur = add (fixture, "USD", "EUR"), eur_usd = add (fixture, "EUR", "USD"), other;
  gint64 result;

  g_autoptr (PstInstrument) second = NULL;
  PstInstrument draft = *pst_instrument_table_get (fixture->instruments, eur_usd);

  draft.id = NULL;
  draft.venue = (char *)"OTHER";
  second = pst_instrument_new (&draft, NULL);
  other = pst_instrument_table_add (fixture->instruments, second, NULL);
  pst_rates_follow (fixture->rates);
  /* What has a price first is used, and kept: a balance is not valued by two venues in turn. */
  price (fixture, other, 110);
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, 100, &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, 110);
  price (fixture, eur_usd, 120);
  price (fixture, usd_eur, 50);
  g_assert_cmpint (pst_rates_convert (fixture->rates, slot, 100, &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, 110);
  g_assert_true (pst_rates_uses (fixture->rates, slot, other));
  g_assert_false (pst_rates_uses (fixture->rates, slot, eur_usd));
}

static void
test_scales (Fixture *fixture, gconstpointer data)
{
  const PstCurrency *fine = pst_currency_define ("FINE", 18, NULL), *coarse = pst_currency_define ("COARSE", 0, NULL);
  PstRates *to_coarse = pst_rates_new (fixture->market, fixture->instruments, coarse);
  PstInstrument draft
      = { .symbol = (char *)"COARSE/FINE", .venue = (char *)"DATA", .base = coarse, .quote = fine, .price_scale = 2, .size_scale = 0 };
  g_autoptr (PstInstrument) instrument = NULL;
  guint slot;
  gint64 result;

  draft.settlement = PST_SETTLEMENT_DELIVERY;
  instrument = pst_instrument_new (&draft, NULL);
  g_assert_nonnull (instrument);
  slot = pst_rates_get_slot (to_coarse, fine);
  price (fixture, pst_instrument_table_add (fixture->instruments, instrument, NULL), 200);
  g_assert_cmpint (pst_rates_convert (to_coarse, slot, G_GINT64_CONSTANT (5000000000000000000), &result), ==, PST_CONVERSION_DONE);
  g_assert_cmpint (result, ==, 2); /* 5 / 2.00, half-even */
  pst_rates_free (to_coarse);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/rates/direct", Fixture, NULL, set_up, test_direct, tear_down);
  g_test_add ("/rates/inverse", Fixture, NULL, set_up, test_inverse, tear_down);
  g_test_add ("/rates/half-even", Fixture, NULL, set_up, test_half_even, tear_down);
  g_test_add ("/rates/choice", Fixture, NULL, set_up, test_choice, tear_down);
  g_test_add ("/rates/scales", Fixture, NULL, set_up, test_scales, tear_down);
  return g_test_run ();
}
