/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fill that moved the shares but not the cash would be money lost or made from nothing. */
#include "pst-test-values.h"

static void
test_add (void)
{
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (GError) error = NULL;
  const PstCurrency *usd = pst_currency_get ("USD", NULL), *eur = pst_currency_get ("EUR", NULL);

  g_assert_cmpint (pst_account_get_balance (account, usd), ==, 0);
  g_assert_cmpuint (pst_account_get_n_balances (account), ==, 0);
  g_assert_true (pst_account_add (account, usd, 100, NULL));
  g_assert_true (pst_account_add (account, eur, 5, NULL));
  g_assert_true (pst_account_add (account, usd, -130, NULL));
  g_assert_cmpint (pst_account_get_balance (account, usd), ==, -30);
  g_assert_cmpuint (pst_account_get_n_balances (account), ==, 2);
  g_assert_true (pst_account_get_nth (account, 0).currency == usd);
  g_assert_true (pst_account_get_nth (account, 1).currency == eur);
  g_assert_null (pst_account_get_nth (account, 2).currency);
  g_assert_false (pst_account_add (account, usd, G_MININT64, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  g_assert_cmpint (pst_account_get_balance (account, usd), ==, -30);
}

static void
test_copy (void)
{
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (PstAccount) empty = pst_account_copy (account);
  PstAccount *copy;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *code = g_strdup_printf ("C%u", i);

      g_assert_true (pst_account_add (account, pst_currency_get (code, NULL), i, NULL));
    }
  copy = g_boxed_copy (PST_TYPE_ACCOUNT, account);
  g_assert_true (pst_account_add (copy, pst_currency_get ("C3", NULL), 1, NULL));
  g_assert_true (pst_account_add (copy, pst_currency_get ("C10", NULL), 1, NULL));
  g_assert_cmpint (pst_account_get_balance (account, pst_currency_get ("C3", NULL)), ==, 3);
  g_assert_cmpint (pst_account_get_balance (copy, pst_currency_get ("C3", NULL)), ==, 4);
  g_assert_cmpuint (pst_account_get_n_balances (account), ==, 10);
  g_assert_true (pst_account_add (empty, pst_currency_get ("C1", NULL), 1, NULL));
  g_boxed_free (PST_TYPE_ACCOUNT, copy);
}

static void
test_shares (void)
{
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (PstInstrument) share = test_share ();
  PstFill buy = test_fill (share, PST_SIDE_BUY, 100000, 10, 7), sell = test_fill (share, PST_SIDE_SELL, 110000, 10, 7);

  g_assert_true (pst_account_apply (account, share, &buy, NULL));
  g_assert_cmpint (pst_account_get_balance (account, share->quote), ==, -buy.notional - 7);
  g_assert_true (pst_account_apply (account, share, &sell, NULL));
  g_assert_cmpint (pst_account_get_balance (account, share->quote), ==, sell.notional - buy.notional - 14);
  g_assert_cmpuint (pst_account_get_n_balances (account), ==, 1);
}

static void
test_delivery (void)
{
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (PstInstrument) coin = test_coin ();
  PstFill buy = test_fill (coin, PST_SIDE_BUY, 500000, 25000000, 0);

  buy.fee = 300;
  buy.fee_currency = coin->base;
  g_assert_true (pst_account_apply (account, coin, &buy, NULL));
  g_assert_cmpint (pst_account_get_balance (account, coin->quote), ==, -buy.notional);
  g_assert_cmpint (pst_account_get_balance (account, coin->base), ==, 25000000 - 300);
  buy.side = PST_SIDE_SELL;
  buy.fee_currency = pst_currency_get ("BNB", NULL);
  g_assert_true (pst_account_apply (account, coin, &buy, NULL));
  g_assert_cmpint (pst_account_get_balance (account, coin->quote), ==, 0);
  g_assert_cmpint (pst_account_get_balance (account, coin->base), ==, -300);
  g_assert_cmpint (pst_account_get_balance (account, buy.fee_currency), ==, -300);
}

/* Whichever of the moves overflows, none has happened. */
static void
test_all_or_nothing (void)
{
  g_autoptr (PstInstrument) coin = test_coin ();
  const PstCurrency *fee_currency = pst_currency_get ("BNB", NULL);
  const PstCurrency *full[3];

  full[0] = coin->quote;
  full[1] = coin->base;
  full[2] = fee_currency;
  for (guint i = 0; i < G_N_ELEMENTS (full); i++)
    {
      g_autoptr (PstAccount) account = pst_account_new ();
      g_autoptr (GError) error = NULL;
      PstFill fill = test_fill (coin, PST_SIDE_SELL, 500000, 25000000, 0);
      gint64 limit = i == 0 ? G_MAXINT64 : G_MININT64;

      fill.fee = 300;
      fill.fee_currency = fee_currency;
      g_assert_true (pst_account_add (account, full[i], limit, NULL));
      g_assert_false (pst_account_apply (account, coin, &fill, &error));
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
      g_assert_cmpuint (pst_account_get_n_balances (account), ==, 1);
      g_assert_cmpint (pst_account_get_balance (account, full[i]), ==, limit);
      for (guint k = 0; k < G_N_ELEMENTS (full); k++)
        g_assert_cmpint (pst_account_get_balance (account, full[k]), ==, k == i ? limit : 0);
    }
}

/* Quote and fee in one currency: the second move fails, the first is taken back. */
static void
test_undo_same_currency (void)
{
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (PstInstrument) share = test_share ();
  PstFill buy = test_fill (share, PST_SIDE_BUY, 100000, 10, 7);

  g_assert_true (pst_account_add (account, share->quote, G_MININT64 + buy.notional + 6, NULL));
  g_assert_false (pst_account_apply (account, share, &buy, NULL));
  g_assert_cmpint (pst_account_get_balance (account, share->quote), ==, G_MININT64 + buy.notional + 6);
  buy.fee = 6;
  g_assert_true (pst_account_apply (account, share, &buy, NULL));
  g_assert_cmpint (pst_account_get_balance (account, share->quote), ==, G_MININT64);
}

static void
test_bad_fills (void)
{
  g_autoptr (PstAccount) account = pst_account_new ();
  g_autoptr (PstInstrument) coin = test_coin ();
  PstInstrument fine = *coin;
  g_autoptr (GError) error = NULL;
  PstFill good = test_fill (coin, PST_SIDE_BUY, 500000, 25000000, 0), bad;

  bad = good, bad.side = PST_SIDE_NONE;
  g_assert_false (pst_account_apply (account, coin, &bad, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = good, bad.quantity = 0;
  g_assert_false (pst_account_apply (account, coin, &bad, NULL));
  bad = good, bad.fee = 5;
  g_assert_false (pst_account_apply (account, coin, &bad, NULL));
  bad = good, bad.notional = G_MININT64;
  g_assert_false (pst_account_apply (account, coin, &bad, NULL));
  g_clear_error (&error);
  /* Dust beyond the grid that no balance can hold. */
  fine.size_scale = 9;
  g_assert_true (pst_account_apply (account, &fine, &good, NULL));
  good.quantity++;
  g_assert_false (pst_account_apply (account, &fine, &good, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_INEXACT);
  g_assert_cmpint (pst_account_get_balance (account, coin->base), ==, 2500000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/add", test_add);
  g_test_add_func ("/account/copy", test_copy);
  g_test_add_func ("/account/shares", test_shares);
  g_test_add_func ("/account/delivery", test_delivery);
  g_test_add_func ("/account/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/account/undo-same-currency", test_undo_same_currency);
  g_test_add_func ("/account/bad-fills", test_bad_fills);
  return g_test_run ();
}
