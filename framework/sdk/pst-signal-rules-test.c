/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where signals lead and what orders they make: one wrong sign here is a position that nobody asked for. */
#include <penstock-check.h>

static PstInstrument *
make_instrument (void)
{
  return pst_instrument_new (&(const PstInstrument){ .symbol = (char *)"T",
                                                     .venue = (char *)"TEST",
                                                     .quote = pst_currency_get ("USD", NULL),
                                                     .price_scale = 2,
                                                     .price_step = 5,
                                                     .taker_fee = PST_RATE_ONE / 100 },
                             NULL);
}

static void
test_aim (void)
{
  g_assert_cmpint (pst_signal_rules_aim (PST_DIRECTION_LONG, PST_SIGNAL_TARGET_NONE, PST_SIGNAL_BUY), ==, PST_SIGNAL_TARGET_LONG);
  g_assert_cmpint (pst_signal_rules_aim (PST_DIRECTION_LONG, PST_SIGNAL_TARGET_LONG, PST_SIGNAL_SELL), ==, PST_SIGNAL_TARGET_FLAT);
  g_assert_cmpint (pst_signal_rules_aim (PST_DIRECTION_SHORT, PST_SIGNAL_TARGET_NONE, PST_SIGNAL_SELL), ==, PST_SIGNAL_TARGET_SHORT);
  g_assert_cmpint (pst_signal_rules_aim (PST_DIRECTION_BOTH, PST_SIGNAL_TARGET_LONG, PST_SIGNAL_SELL), ==, PST_SIGNAL_TARGET_SHORT);
  /* An exit of the position that one is not in is no news. */
  g_assert_cmpint (pst_signal_rules_aim (PST_DIRECTION_BOTH, PST_SIGNAL_TARGET_SHORT, PST_SIGNAL_EXIT_LONG), ==, PST_SIGNAL_TARGET_NONE);
}

static void
test_sizes (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument ();
  const PstMoney value = { instrument->quote, 1000 * G_GINT64_CONSTANT (100000000) },
                 purse = { instrument->quote, 100 * G_GINT64_CONSTANT (100000000) };
  const PstDecimal half = { 5, 1 }, seven = { 7, 0 };
  const PstSignalFunds funds = { instrument->quote, 1000 * G_GINT64_CONSTANT (100000000), 3000 * G_GINT64_CONSTANT (100000000) };
  gint64 cash_max;

  g_assert_cmpint (pst_signal_rules_size (&(const PstSignalRules){ .order_value = &value }, instrument, &funds, 0, 3000, &cash_max), ==, 33);
  g_assert_cmpint (cash_max, ==, 0);
  g_assert_cmpint (pst_signal_rules_size (&(const PstSignalRules){ .order_size = &seven }, instrument, &funds, 0, 3000, &cash_max), ==, 7);
  g_assert_cmpint (pst_signal_rules_size (&(const PstSignalRules){ .order_fraction = &half }, instrument, &funds, 0, 3000, &cash_max), ==, 50);
  /* 500 USD with a fee of 1 %: 16 shares are 484.80. */
  g_assert_cmpint (pst_signal_rules_size (&(const PstSignalRules){ .order_cash = &half }, instrument, &funds, 0, 3000, &cash_max), ==, 16);
  g_assert_cmpint (cash_max, ==, 500 * G_GINT64_CONSTANT (100000000));
  /* Who has 1000 USD of his own does not open for more. */
  g_assert_cmpint (pst_signal_rules_size (&(const PstSignalRules){ .order_size = &seven, .instrument_cash = &purse }, instrument,
                                          &(const PstSignalFunds){ instrument->quote, purse.amount, purse.amount }, 0, 3000, &cash_max),
                   ==, 0);
}

/* On the farther side of a grid of 0.05. */
static void
test_exits (void)
{
  g_autoptr (PstInstrument) instrument = make_instrument ();
  const PstSignalRules rules
      = { .stop_loss = PST_RATE_ONE / 100 * 3, .take_profit = PST_RATE_ONE / 100 * 3, .trailing_stop = PST_RATE_ONE / 100 * 2 };

  g_assert_true (pst_signal_rules_have_exits (&rules));
  g_assert_cmpint (pst_signal_rules_stop (&(const PstSignalRules){ .stop_loss = rules.stop_loss }, instrument, 1, 10005, 0), ==, 9700);
  g_assert_cmpint (pst_signal_rules_stop (&(const PstSignalRules){ .stop_loss = rules.stop_loss }, instrument, -1, 10005, 0), ==, 10310);
  g_assert_cmpint (pst_signal_rules_target (&rules, instrument, 1, 10005), ==, 10310);
  g_assert_cmpint (pst_signal_rules_target (&rules, instrument, -1, 10005), ==, 9700);
  /* The nearer of both. */
  g_assert_cmpint (pst_signal_rules_stop (&rules, instrument, 1, 10000, 11000), ==, 10780);
  g_assert_cmpint (pst_signal_rules_stop (&rules, instrument, 1, 10000, 9000), ==, 9700);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signal-rules/aim", test_aim);
  g_test_add_func ("/signal-rules/sizes", test_sizes);
  g_test_add_func ("/signal-rules/exits", test_exits);
  return g_test_run ();
}
