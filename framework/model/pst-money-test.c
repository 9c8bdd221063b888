/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dollars added to euros, or an amount that changes on its way through a file, would be somebody's loss. */
#include <string.h>

#include "pst-test-values.h"

static void
test_currency (void)
{
  static const char *const bad[] = { "", "usd", "US D", "USD ", "U$D", "ABCDEFGHIJKLMNOP", "\xc3\x84", "A\nB" };
  static const char *const good[] = { "USD", "1INCH", "USDT.TRC20", "A", "ABCDEFGHIJKLMNO", "BRK-B", "X_Y" };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      const PstCurrency *currency = pst_currency_get (good[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (currency->code, ==, good[i]);
      g_assert_cmpuint (currency->scale, ==, PST_CURRENCY_SCALE_DEFAULT);
      g_assert_true (currency == pst_currency_get (good[i], NULL));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (pst_currency_get (bad[i], &error));
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
      g_clear_error (&error);
      g_assert_null (pst_currency_define (bad[i], 2, NULL));
    }
}

static void
test_define (void)
{
  g_autoptr (GError) error = NULL;
  const PstCurrency *yen = pst_currency_define ("JPY", 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (yen->scale, ==, 0);
  g_assert_true (yen == pst_currency_get ("JPY", NULL));
  g_assert_true (yen == pst_currency_define ("JPY", 0, NULL));
  /* Amounts at the old scale may exist: it must not change under them. */
  g_assert_null (pst_currency_define ("JPY", 2, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_clear_error (&error);
  g_assert_null (pst_currency_define ("USD", 2, NULL));
  g_assert_null (pst_currency_define ("NEW", 19, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_assert_cmpuint (pst_currency_get ("NEW", NULL)->scale, ==, PST_CURRENCY_SCALE_DEFAULT);
}

static gpointer
intern_many (gpointer data)
{
  const PstCurrency **found = data;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *code = g_strdup_printf ("T%u", i);

      found[i] = pst_currency_get (code, NULL);
    }
  return NULL;
}

static void
test_threads (void)
{
  static const PstCurrency *found[4][200];
  GThread *threads[4];

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("intern", intern_many, found[i]);
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  /* One pointer a code, or comparing by pointer would keep two balances of one currency. */
  for (guint i = 0; i < 200; i++)
    for (guint k = 1; k < 4; k++)
      g_assert_true (found[0][i] != NULL && found[k][i] == found[0][i]);
}

static void
assert_money (const char *text, gint64 amount, const char *code, const char *printed)
{
  PstMoney money;
  g_autofree char *again = NULL;

  g_assert_true (pst_money_parse (text, &money, NULL));
  g_assert_cmpint (money.amount, ==, amount);
  g_assert_cmpstr (money.currency->code, ==, code);
  again = pst_money_to_string (&money);
  g_assert_cmpstr (again, ==, printed);
}

static void
test_text (void)
{
  assert_money ("50 USD", G_GINT64_CONSTANT (5000000000), "USD", "50 USD");
  assert_money ("50.00 USD", G_GINT64_CONSTANT (5000000000), "USD", "50 USD");
  assert_money ("-0.10 BTC", -10000000, "BTC", "-0.1 BTC");
  assert_money ("0 USD", 0, "USD", "0 USD");
  assert_money ("1000   JPY", 1000, "JPY", "1000 JPY");
  assert_money ("92233720368.54775807 USD", G_MAXINT64, "USD", "92233720368.54775807 USD");
  assert_money ("-92233720368.54775808 USD", G_MININT64, "USD", "-92233720368.54775808 USD");
  assert_money ("1e-8 BTC", 1, "BTC", "0.00000001 BTC");
}

static void
test_text_bad (void)
{
  static const struct
  {
    const char *text;
    gint code;
  } bad[] = {
    { "", PST_VALUE_ERROR_SYNTAX },         { "50", PST_VALUE_ERROR_SYNTAX },
    { "USD", PST_VALUE_ERROR_SYNTAX },      { " 50 USD", PST_VALUE_ERROR_SYNTAX },
    { "50 USD ", PST_VALUE_ERROR_SYNTAX },  { "50 ", PST_VALUE_ERROR_SYNTAX },
    { "50USD", PST_VALUE_ERROR_SYNTAX },    { "50 usd", PST_VALUE_ERROR_SYNTAX },
    { "x USD", PST_VALUE_ERROR_SYNTAX },    { "1,000 USD", PST_VALUE_ERROR_SYNTAX },
    { "50\tUSD", PST_VALUE_ERROR_SYNTAX },  { "0.000000001 USD", PST_VALUE_ERROR_INEXACT },
    { "0.5 JPY", PST_VALUE_ERROR_INEXACT }, { "92233720368.54775808 USD", PST_VALUE_ERROR_OVERFLOW },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      PstMoney money = { NULL, 7 };

      g_assert_false (pst_money_parse (bad[i].text, &money, &error));
      g_assert_error (error, PST_VALUE_ERROR, bad[i].code);
      g_assert_null (money.currency);
      g_assert_cmpint (money.amount, ==, 7);
    }
}

static void
test_round_trip (void)
{
  const PstCurrency *currencies[3];

  currencies[0] = pst_currency_get ("USD", NULL);
  currencies[1] = pst_currency_define ("JPY", 0, NULL);
  currencies[2] = pst_currency_define ("ETH", 18, NULL);
  for (guint i = 0; i < 5000; i++)
    {
      PstMoney money = { currencies[i % 3], test_random_int64 () }, again;
      g_autofree char *text = pst_money_to_string (&money);

      g_assert_true (pst_money_parse (text, &again, NULL));
      g_assert_true (again.currency == money.currency);
      g_assert_cmpint (again.amount, ==, money.amount);
    }
}

static void
test_add (void)
{
  g_autoptr (GError) error = NULL;
  PstMoney a = { NULL, 0 }, b = { NULL, 0 }, sum = { NULL, 7 };

  g_assert_false (pst_money_add (&a, &b, &sum, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_CURRENCY);
  g_clear_error (&error);
  g_assert_true (pst_money_parse ("1.5 USD", &a, NULL) && pst_money_parse ("-2 USD", &b, NULL));
  g_assert_true (pst_money_add (&a, &b, &sum, NULL));
  g_assert_cmpint (sum.amount, ==, -50000000);
  g_assert_true (pst_money_add (&a, &sum, &a, NULL));
  g_assert_cmpint (a.amount, ==, 100000000);
  g_assert_true (pst_money_parse ("1 BTC", &b, NULL));
  g_assert_false (pst_money_add (&a, &b, &sum, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_CURRENCY);
  g_clear_error (&error);
  b = (PstMoney){ a.currency, G_MAXINT64 };
  g_assert_false (pst_money_add (&a, &b, &sum, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  g_assert_cmpint (sum.amount, ==, -50000000);
}

static void
test_unset (void)
{
  g_autoptr (PstMoney) money = g_boxed_copy (PST_TYPE_MONEY, &(PstMoney){ NULL, 0 });
  g_autofree char *text = pst_money_to_string (money);

  g_assert_cmpstr (text, ==, "unset");
}

/* A damaged file full of new codes must not eat the memory. Last: the table is full behind it. */
static void
test_limit (void)
{
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; i < 70000; i++)
    {
      char code[PST_CURRENCY_CODE_SIZE];

      g_snprintf (code, sizeof code, "L%u", i);
      if (pst_currency_get (code, &error) == NULL)
        break;
    }
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_assert_cmpuint (i, >, 60000);
  g_assert_nonnull (pst_currency_get ("USD", NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/money/currency", test_currency);
  g_test_add_func ("/money/define", test_define);
  g_test_add_func ("/money/threads", test_threads);
  g_test_add_func ("/money/text", test_text);
  g_test_add_func ("/money/text-bad", test_text_bad);
  g_test_add_func ("/money/round-trip", test_round_trip);
  g_test_add_func ("/money/add", test_add);
  g_test_add_func ("/money/unset", test_unset);
  g_test_add_func ("/money/limit", test_limit);
  return g_test_run ();
}
