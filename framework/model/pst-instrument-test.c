/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An instrument with a wrong scale or a fee rounded the wrong way would falsify every trade in it. */
#include <string.h>

#include "pst-test-values.h"

static void
test_new (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  g_autoptr (PstInstrument) coin = test_coin ();
  PstInstrument draft = *share;
  g_autoptr (PstInstrument) again = NULL;

  g_assert_cmpstr (coin->id, ==, "BTC/USD.TEST");
  g_assert_cmpstr (coin->symbol, ==, "BTC/USD");
  g_assert_cmpstr (coin->venue, ==, "TEST");
  g_assert_cmpint (coin->price_step, ==, 1);
  g_assert_cmpint (coin->size_step, ==, 1);
  /* A symbol with a dot in it. */
  draft.id = NULL;
  draft.symbol = (char *)"BRK.B";
  draft.venue = (char *)"NYSE";
  again = pst_instrument_new (&draft, NULL);
  g_assert_cmpstr (again->id, ==, "BRK.B.NYSE");
  g_clear_pointer (&again, pst_instrument_unref);
  draft.id = (char *)"BRK.B.NYSE";
  again = pst_instrument_new (&draft, NULL);
  g_assert_cmpstr (again->symbol, ==, "BRK.B");
}

static void
test_names_bad (void)
{
  static const struct
  {
    const char *id, *symbol, *venue;
  } bad[] = {
    { NULL, NULL, NULL },
    { NULL, "A", NULL },
    { NULL, NULL, "V" },
    { "A", NULL, NULL },
    { ".V", NULL, NULL },
    { "A.", NULL, NULL },
    { NULL, "", "V" },
    { NULL, "A", "" },
    { NULL, "A B", "V" },
    { NULL, "A", "V.W" },
    { NULL, "A\n", "V" },
    { NULL, "\xc3\x84", "V" },
    { "A.W", "A", "V" },
    { "A.V", "A", NULL },
    { NULL, "A\x7f", "V" },
    { "A\xff.V", NULL, NULL },
    { NULL, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJK", "V" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      PstInstrument draft = { .id = (char *)bad[i].id, .symbol = (char *)bad[i].symbol, .venue = (char *)bad[i].venue };

      draft.quote = pst_currency_get ("USD", NULL);
      g_assert_null (pst_instrument_new (&draft, &error));
      g_assert_true (error != NULL && error->domain == PST_VALUE_ERROR);
      g_assert_true (g_str_is_ascii (error->message));
    }
}

static void
assert_refused (const PstInstrument *draft, gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_instrument_new (draft, &error));
  g_assert_error (error, PST_VALUE_ERROR, code);
  g_assert_nonnull (strstr (error->message, "BTC/USD.TEST"));
}

#define REFUSED(field, value, code) \
  G_STMT_START                      \
  {                                 \
    PstInstrument draft = *coin;    \
    draft.field = value;            \
    assert_refused (&draft, code);  \
  }                                 \
  G_STMT_END

static void
test_numbers_bad (void)
{
  g_autoptr (PstInstrument) coin = test_coin ();

  REFUSED (price_scale, 19, PST_VALUE_ERROR_RANGE);
  REFUSED (size_scale, 19, PST_VALUE_ERROR_RANGE);
  REFUSED (price_step, -1, PST_VALUE_ERROR_RANGE);
  REFUSED (size_step, -1, PST_VALUE_ERROR_RANGE);
  REFUSED (size_min, -1, PST_VALUE_ERROR_RANGE);
  REFUSED (size_max, -1, PST_VALUE_ERROR_RANGE);
  REFUSED (notional_min, -1, PST_VALUE_ERROR_RANGE);
  REFUSED (maker_fee, PST_RATE_ONE + 1, PST_VALUE_ERROR_RANGE);
  REFUSED (taker_fee, -PST_RATE_ONE - 1, PST_VALUE_ERROR_RANGE);
  REFUSED (settlement, 7, PST_VALUE_ERROR_RANGE);
  REFUSED (quote, NULL, PST_VALUE_ERROR_CURRENCY);
  REFUSED (base, NULL, PST_VALUE_ERROR_CURRENCY);
  REFUSED (base, coin->quote, PST_VALUE_ERROR_CURRENCY);
  REFUSED (size_scale, 9, PST_VALUE_ERROR_INEXACT);
  {
    PstInstrument draft = *coin;
    g_autoptr (PstInstrument) good = NULL;

    draft.size_min = 10;
    draft.size_max = 9;
    assert_refused (&draft, PST_VALUE_ERROR_RANGE);
    draft.size_max = 10;
    /* Nine decimals on a grid of eight are held exactly. */
    draft.size_scale = 9;
    draft.size_step = 10;
    draft.maker_fee = -PST_RATE_ONE;
    draft.taker_fee = PST_RATE_ONE;
    good = pst_instrument_new (&draft, NULL);
    g_assert_nonnull (good);
  }
}

static void
test_ref (void)
{
  PstInstrument *share = test_share ();
  PstInstrument *copy = g_boxed_copy (PST_TYPE_INSTRUMENT, share);

  g_assert_true (copy == share);
  pst_instrument_unref (share);
  g_assert_cmpstr (copy->id, ==, "AAPL.TEST");
  g_boxed_free (PST_TYPE_INSTRUMENT, copy);
}

static void
test_notional (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  g_autoptr (PstInstrument) coin = test_coin ();
  gint64 notional = 0;

  /* 100 at 40.61 */
  g_assert_true (pst_instrument_notional (share, 406100, 100, PST_ROUND_HALF_EVEN, &notional));
  g_assert_cmpint (notional, ==, G_GINT64_CONSTANT (406100000000));
  g_assert_true (pst_instrument_notional (share, 406100, -100, PST_ROUND_HALF_EVEN, &notional));
  g_assert_cmpint (notional, ==, G_GINT64_CONSTANT (-406100000000));
  /* 0.00000005 at 0.1 is half of the last digit: to even */
  g_assert_true (pst_instrument_notional (coin, 1, 5, PST_ROUND_HALF_EVEN, &notional));
  g_assert_cmpint (notional, ==, 0);
  g_assert_true (pst_instrument_notional (coin, 1, 15, PST_ROUND_HALF_EVEN, &notional));
  g_assert_cmpint (notional, ==, 2);
  g_assert_true (pst_instrument_notional (coin, 1, 1, PST_ROUND_UP, &notional));
  g_assert_cmpint (notional, ==, 1);
  g_assert_false (pst_instrument_notional (coin, 1, 1, PST_ROUND_EXACT, &notional));
  g_assert_false (pst_instrument_notional (share, G_MAXINT64, G_MAXINT64, PST_ROUND_HALF_EVEN, &notional));
  g_assert_cmpint (notional, ==, 1);
}

static void
test_fee (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  gint64 fee = 0;

  /* 0.1 % of 100 */
  g_assert_true (pst_instrument_fee (share, G_GINT64_CONSTANT (10000000000), 100000, &fee));
  g_assert_cmpint (fee, ==, 10000000);
  /* Never in the trader's favour: the least fraction is paid, and is not received. */
  g_assert_true (pst_instrument_fee (share, 1, 100000, &fee));
  g_assert_cmpint (fee, ==, 1);
  g_assert_true (pst_instrument_fee (share, 1, -100000, &fee));
  g_assert_cmpint (fee, ==, 0);
  g_assert_true (pst_instrument_fee (share, 1999, -100000, &fee));
  g_assert_cmpint (fee, ==, -1);
  g_assert_true (pst_instrument_fee (share, -1999, 100000, &fee));
  g_assert_cmpint (fee, ==, 2);
  g_assert_true (pst_instrument_fee (share, 0, 100000, &fee));
  g_assert_cmpint (fee, ==, 0);
  g_assert_true (pst_instrument_fee (share, G_MAXINT64, PST_RATE_ONE, &fee));
  g_assert_cmpint (fee, ==, G_MAXINT64);
  g_assert_false (pst_instrument_fee (share, G_MININT64, PST_RATE_ONE, &fee));
  g_assert_false (pst_instrument_fee (share, G_MAXINT64, PST_RATE_ONE + 1, &fee));
}

static PstInstrument *
random_instrument (void)
{
  PstInstrument draft = { .id = (char *)"R.TEST" };

  draft.quote = g_test_rand_bit () ? pst_currency_define ("JPY", 0, NULL) : pst_currency_get ("USD", NULL);
  draft.price_scale = g_test_rand_int_range (0, PST_SCALE_MAX + 1);
  draft.size_scale = g_test_rand_int_range (0, PST_SCALE_MAX + 1);
  draft.size_step = g_test_rand_bit () ? 1 : test_random_positive (20);
  return pst_instrument_new (&draft, NULL);
}

/* price * size <= notional < price * (size + step), exactly. */
static void
test_size_for (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  gint64 size = -1;
  guint n_good = 0;

  g_assert_true (pst_instrument_size_for (share, G_GINT64_CONSTANT (100000000000), 406100, &size));
  g_assert_cmpint (size, ==, 24);
  g_assert_true (pst_instrument_size_for (share, 1, 406100, &size));
  g_assert_cmpint (size, ==, 0);
  g_assert_true (pst_instrument_size_for (share, -1, 406100, &size));
  g_assert_cmpint (size, ==, 0);
  g_assert_false (pst_instrument_size_for (share, 1, 0, &size));
  g_assert_false (pst_instrument_size_for (share, 1, -5, &size));
  g_assert_cmpint (size, ==, 0);
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (PstInstrument) instrument = random_instrument ();
      gint64 notional = test_random_positive (63), price = test_random_positive (40), least, more = 0;
      guint scale = instrument->price_scale + instrument->size_scale;

      if (!pst_instrument_size_for (instrument, notional, price, &size))
        {
          /* Refused only when one more than the largest size would not cost too much. */
          if (pst_mantissa_multiply (price, G_MAXINT64, scale, instrument->quote->scale, PST_ROUND_CEILING, &least))
            g_assert_cmpint (least, <=, notional);
          continue;
        }
      n_good++;
      g_assert_true (pst_instrument_size_on_grid (instrument, size));
      g_assert_true (pst_mantissa_multiply (price, size, scale, instrument->quote->scale, PST_ROUND_CEILING, &least));
      g_assert_cmpint (least, <=, notional);
      if (pst_add_checked (size, instrument->size_step, &size)
          && pst_mantissa_multiply (price, size, scale, instrument->quote->scale, PST_ROUND_CEILING, &more))
        g_assert_cmpint (more, >, notional);
    }
  g_assert_cmpuint (n_good, >, 1000);
}

static void
test_grid (void)
{
  g_autoptr (PstInstrument) share = test_share ();
  PstInstrument coarse = *share;
  g_autofree char *price = pst_instrument_price_to_string (share, -406100);
  g_autofree char *size = pst_instrument_size_to_string (share, 100);

  coarse.price_step = 25;
  coarse.size_step = 100;
  g_assert_true (pst_instrument_price_on_grid (&coarse, 50));
  g_assert_false (pst_instrument_price_on_grid (&coarse, 51));
  g_assert_true (pst_instrument_size_on_grid (&coarse, 300));
  g_assert_false (pst_instrument_size_on_grid (&coarse, 301));
  g_assert_true (pst_instrument_price_on_grid (share, 51));
  g_assert_cmpstr (price, ==, "-40.6100");
  g_assert_cmpstr (size, ==, "100");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instrument/new", test_new);
  g_test_add_func ("/instrument/names-bad", test_names_bad);
  g_test_add_func ("/instrument/numbers-bad", test_numbers_bad);
  g_test_add_func ("/instrument/ref", test_ref);
  g_test_add_func ("/instrument/notional", test_notional);
  g_test_add_func ("/instrument/fee", test_fee);
  g_test_add_func ("/instrument/size-for", test_size_for);
  g_test_add_func ("/instrument/grid", test_grid);
  return g_test_run ();
}
