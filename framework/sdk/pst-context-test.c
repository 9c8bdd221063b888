/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What components ask of the run. The calls themselves are shown by pst-harness-test.c; here stands what the base adds to them. */

#include <penstock-check.h>

#include <string.h>

#define TEST_TYPE_STRATEGY (test_strategy_get_type ())
G_DECLARE_FINAL_TYPE (TestStrategy, test_strategy, TEST, STRATEGY, PstStrategy)
struct _TestStrategy
{
  PstStrategy parent_instance;
};
G_DEFINE_FINAL_TYPE (TestStrategy, test_strategy, PST_TYPE_STRATEGY)

static void
test_strategy_class_init (TestStrategyClass *klass)
{
}

static void
test_strategy_init (TestStrategy *strategy)
{
}

/* Each component draws from a stream of its own: adding one does not change what another draws. */
static void
test_random (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *one = pst_harness_add (harness, TEST_TYPE_STRATEGY, "one", NULL);
  PstComponent *two = pst_harness_add (harness, TEST_TYPE_STRATEGY, "two", NULL);
  PstRandom first, second, again;

  pst_context_init_random (PST_CONTEXT (harness), one, &first);
  pst_context_init_random (PST_CONTEXT (harness), two, &second);
  pst_context_init_random (PST_CONTEXT (harness), one, &again);
  g_assert_cmpmem (&first, sizeof first, &again, sizeof again);
  g_assert_cmpuint (pst_random_next (&first), !=, pst_random_next (&second));
  pst_harness_set_seed (harness, 2);
  pst_context_init_random (PST_CONTEXT (harness), one, &again);
  g_assert_cmpuint (pst_random_next (&first), !=, pst_random_next (&again));
  pst_harness_finish (harness);
}

static void
test_note (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *one = pst_harness_add (harness, TEST_TYPE_STRATEGY, "one", NULL);
  g_autofree char *longest = g_strnfill (2 * PST_TEXT_SIZE, 'x');
  const PstRecord *record;

  pst_context_note (PST_CONTEXT (harness), one, "CROSSED", "%s", longest);
  record = pst_harness_find_record (harness, PST_RECORD_NOTE);
  g_assert_cmpstr (record->note.name, ==, "CROSSED");
  g_assert_cmpuint (strlen (record->note.detail), ==, PST_TEXT_SIZE - 1);
  pst_harness_finish (harness);
}

static void
test_trading_state_only_tightens (void)
{
  PstHarness *harness = pst_harness_new ();
  PstContext *context = PST_CONTEXT (harness);
  PstComponent *one = pst_harness_add (harness, TEST_TYPE_STRATEGY, "one", NULL);

  pst_context_request_trading_state (context, one, PST_TRADING_STATE_REDUCING, "careful");
  g_assert_cmpint (pst_context_get_trading_state (context), ==, PST_TRADING_STATE_REDUCING);
  pst_context_request_trading_state (context, one, PST_TRADING_STATE_ACTIVE, "brave again");
  g_assert_cmpint (pst_context_get_trading_state (context), ==, PST_TRADING_STATE_REDUCING);
  g_assert_cmpuint (pst_harness_get_n_records (harness), ==, 1);
  pst_harness_finish (harness);
}

static void
test_instruments (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstInstrumentTable *table = pst_context_get_instruments (PST_CONTEXT (harness));

  g_assert_cmpuint (pst_instrument_table_find (table, "AAPL.TEST"), ==, aapl);
  g_assert_cmpuint (pst_context_find_executor (PST_CONTEXT (harness), 99), ==, G_MAXUINT32);
  g_assert_true (pst_clock_now_ns (pst_context_get_clock (PST_CONTEXT (harness))) == pst_context_now_ns (PST_CONTEXT (harness)));
  pst_harness_finish (harness);
}

static guint32
add_pair (PstHarness *harness, const char *base, const char *quote, const char *price)
{
  g_autofree char *symbol = g_strdup_printf ("%s/%s", base, quote);
  PstInstrument draft = { .symbol = symbol,
                          .venue = (char *)"TEST",
                          .base = pst_currency_get (base, NULL),
                          .quote = pst_currency_get (quote, NULL),
                          .settlement = PST_SETTLEMENT_DELIVERY,
                          .price_scale = 5,
                          .size_scale = 8 };
  guint32 index = pst_harness_add_instrument_like (harness, &draft);

  if (price != NULL)
    pst_harness_set_mark (harness, index, price);
  return index;
}

static void
check_convert (PstHarness *harness, const char *amount, const char *to, PstRounding rounding, const char *expected)
{
  PstMoney money, result = { pst_currency_get (to, NULL), 0 };
  g_autofree char *text = NULL;
  gboolean done;

  g_assert_true (pst_money_parse (amount, &money, NULL));
  done = pst_context_convert (PST_CONTEXT (harness), money.amount, money.currency, result.currency, rounding, &result.amount);
  g_assert_cmpint (done, ==, expected != NULL);
  if (!done)
    return;
  text = pst_money_to_string (&result);
  g_assert_cmpstr (text, ==, expected);
}

/* A limit in one currency that values another one wrongly is no limit. */
static void
test_convert (void)
{
  PstHarness *harness = pst_harness_new ();

  add_pair (harness, "ETH", "BTC", "0.05000");
  check_convert (harness, "1 ETH", "USD", PST_ROUND_UP, NULL);
  add_pair (harness, "BTC", "USD", "30000.00000");
  add_pair (harness, "BTC", "EUR", NULL);
  check_convert (harness, "1 BTC", "BTC", PST_ROUND_UP, "1 BTC");
  check_convert (harness, "0 BTC", "XMR", PST_ROUND_UP, "0 XMR");
  check_convert (harness, "0.5 BTC", "USD", PST_ROUND_UP, "15000 USD");
  check_convert (harness, "100 USD", "BTC", PST_ROUND_FLOOR, "0.00333333 BTC");
  check_convert (harness, "100 USD", "BTC", PST_ROUND_CEILING, "0.00333334 BTC");
  check_convert (harness, "2 ETH", "USD", PST_ROUND_UP, "3000 USD");
  check_convert (harness, "3000 USD", "ETH", PST_ROUND_FLOOR, "2 ETH");
  check_convert (harness, "1 BTC", "EUR", PST_ROUND_UP, NULL);
  check_convert (harness, "90000000000 BTC", "USD", PST_ROUND_UP, NULL);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/context/random", test_random);
  g_test_add_func ("/sdk/context/note", test_note);
  g_test_add_func ("/sdk/context/trading-state-only-tightens", test_trading_state_only_tightens);
  g_test_add_func ("/sdk/context/instruments", test_instruments);
  g_test_add_func ("/sdk/context/convert", test_convert);
  return g_test_run ();
}
