/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An opportunity that is missed, or seen where none is, or recorded with figures that execution would not return, costs money. */

#include "triangle-test-kit.h"

/* 1 BTC costs 100 USD, 1 ETH costs 0.05 BTC and brings 5.1 USD: 2 % gross. */
static void
test_finds (void)
{
  Triangle t;
  const PstOpportunity *found;

  triangle_setup (&t, "execute", "false", "trade-capital", "1000 USD", NULL);
  triangle_push (&t, t.btc_usd, "99.00", "10", "100.00", "10");
  triangle_push (&t, t.eth_btc, "0.04900", "200", "0.05000", "200");
  g_assert_null (pst_harness_find_record (t.harness, PST_RECORD_OPPORTUNITY));
  triangle_push (&t, t.eth_usd, "5.10", "200", "5.20", "200");
  found = triangle_last (&t);
  g_assert_nonnull (found);
  g_assert_cmpstr (found->cycle, ==, "USD->BTC->ETH->USD");
  g_assert_cmpint (found->gross_rate, ==, G_GINT64_CONSTANT (1020000000000));
  g_assert_cmpint (found->gross_pct, ==, G_GINT64_CONSTANT (20000000000));
  /* No fees: all of 10 BTC, 200 ETH. */
  g_assert_cmpint (found->allocated_capital, ==, 1000 * PST_RATE_ONE);
  g_assert_cmpint (found->est_profit, ==, 20 * PST_RATE_ONE);
  g_assert_cmpint (found->net_rate, ==, G_GINT64_CONSTANT (1020000000000));
  g_assert_cmpuint (found->updated_pair, ==, t.eth_usd);
  g_assert_cmpuint (found->n_legs, ==, 3);
  g_assert_false (found->executed);
  g_assert_cmpuint (pst_harness_get_n_orders (t.harness), ==, 0);
  triangle_finish (&t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/triangular-arbitrage/finds", test_finds);
  return g_test_run ();
}
