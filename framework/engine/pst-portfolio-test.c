/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: money. Positions that are not the sum of their fills, cash that appears or disappears, equity that is made up. */
#include "engine-fakes.h"
#include "pst-portfolio.h"

#define BROKER 1
#define ALICE 2
#define BOB 3

typedef struct
{
  PstInstrumentTable *instruments;
  PstMarket *market;
  PstPortfolio *portfolio;
  guint32 shares, coins, euros;
  guint n_executions;
} Fixture;

static guint32
add (Fixture *fixture, PstInstrument *instrument)
{
  guint32 index = pst_instrument_table_add (fixture->instruments, instrument, NULL);

  pst_instrument_unref (instrument);
  return index;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  PstAccount *account = pst_account_new ();

  fixture->instruments = pst_instrument_table_new ();
  fixture->market = pst_market_new (fixture->instruments);
  fixture->shares = add (fixture, fake_shares ("AAPL", "USD"));
  fixture->coins = add (fixture, fake_coins ("BTC", "USD"));
  fixture->euros = add (fixture, fake_shares ("SAP", "EUR"));
  fixture->portfolio = pst_portfolio_new (fixture->market, fixture->instruments, pst_currency_get ("USD", NULL));
  fixture->n_executions = 0;
  pst_account_add (account, pst_currency_get ("USD", NULL), fake_money ("1000000 USD"), NULL);
  pst_account_add (account, pst_currency_get ("EUR", NULL), fake_money ("5000 EUR"), NULL);
  g_assert_true (pst_portfolio_add_account (fixture->portfolio, BROKER, account, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->portfolio);
  pst_market_free (fixture->market);
  pst_instrument_table_unref (fixture->instruments);
}

static void
price (Fixture *fixture, guint32 instrument, gint64 close)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_BAR, .bar = { close, close, close, close, 1 } };
  PstFrame frame = { &event, 1, 0, T0, 1 };

  g_assert_true (pst_market_apply (fixture->market, &frame, NULL));
}

static PstFill
make_fill (Fixture *fixture, guint32 strategy, guint32 instrument, gint64 signed_quantity, gint64 at)
{
  PstFill fill = { .strategy = strategy, .exchange = BROKER, .instrument = instrument, .price = at, .quantity = ABS (signed_quantity) };

  fill.side = signed_quantity > 0 ? PST_SIDE_BUY : PST_SIDE_SELL;
  g_assert_true (
      pst_instrument_notional (pst_instrument_table_get (fixture->instruments, instrument), at, fill.quantity, PST_ROUND_HALF_EVEN, &fill.notional));
  g_snprintf (fill.execution_id, sizeof fill.execution_id, "E%u", ++fixture->n_executions);
  return fill;
}

static gint64
trade (Fixture *fixture, guint32 strategy, guint32 instrument, gint64 signed_quantity, gint64 at)
{
  g_autoptr (GError) error = NULL;
  PstFill fill = make_fill (fixture, strategy, instrument, signed_quantity, at);

  pst_portfolio_apply (fixture->portfolio, &fill, &error);
  g_assert_no_error (error);
  return fill.realised_profit;
}

static const PstEquity *
books (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  pst_portfolio_update (fixture->portfolio, &error);
  g_assert_no_error (error);
  pst_portfolio_audit (fixture->portfolio, &error);
  g_assert_no_error (error);
  return pst_portfolio_get_equity (fixture->portfolio);
}

static void
test_shares (Fixture *fixture, gconstpointer data)
{
  const PstEquity *equity;

  price (fixture, fixture->shares, 10000);
  trade (fixture, ALICE, fixture->shares, 10, 10000);
  trade (fixture, BOB, fixture->shares, -4, 11000);
  g_assert_cmpint (pst_portfolio_get_position (fixture->portfolio, ALICE, fixture->shares)->quantity, ==, 10);
  g_assert_cmpint (pst_portfolio_get_position (fixture->portfolio, BOB, fixture->shares)->quantity, ==, -4);
  g_assert_cmpint (pst_portfolio_get_position (fixture->portfolio, G_MAXUINT32, fixture->shares)->quantity, ==, 6);
  price (fixture, fixture->shares, 12000);
  equity = books (fixture);
  g_assert_cmpint (equity->cash, ==, fake_money ("999440 USD"));
  g_assert_cmpint (equity->mark_to_market, ==, fake_money ("720 USD"));
  g_assert_cmpint (equity->equity, ==, fake_money ("1000160 USD"));
  /* The euros have no rate: left out and counted. */
  g_assert_cmpuint (equity->n_unpriced, ==, 1);
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->net, ==, fake_money ("200 USD"));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, BOB)->net, ==, fake_money ("-40 USD"));
  g_assert_cmpint (trade (fixture, ALICE, fixture->shares, -10, 12000), ==, fake_money ("200 USD"));
  equity = books (fixture);
  g_assert_cmpint (equity->realised_profit, ==, fake_money ("200 USD"));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->gross, ==, fake_money ("200 USD"));
  g_assert_null (pst_portfolio_get_position (fixture->portfolio, ALICE, 99));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, 77)->net, ==, 0);
}

static void
test_delivery (Fixture *fixture, gconstpointer data)
{
  const PstAccount *account = pst_portfolio_get_account (fixture->portfolio, BROKER);
  const PstEquity *equity;

  price (fixture, fixture->coins, 2000000);
  trade (fixture, ALICE, fixture->coins, 50000000, 2000000); /* 0.5 at 20000.00 */
  g_assert_cmpint (pst_account_get_balance (account, pst_currency_get ("BTC", NULL)), ==, fake_money ("0.5 BTC"));
  equity = books (fixture);
  g_assert_cmpint (equity->cash, ==, fake_money ("990000 USD"));
  g_assert_cmpint (equity->mark_to_market, ==, fake_money ("10000 USD"));
  price (fixture, fixture->coins, 3000000);
  equity = books (fixture);
  g_assert_cmpint (equity->equity, ==, fake_money ("1005000 USD"));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->net, ==, fake_money ("5000 USD"));
  g_assert_null (pst_portfolio_get_account (fixture->portfolio, 9));
}

/* A fee in a third currency moves that balance, and counts when it has a rate. */
static void
test_third_currency_fee (Fixture *fixture, gconstpointer data)
{
  PstFill fill = make_fill (fixture, ALICE, fixture->shares, 10, 10000);
  const PstEquity *equity;

  price (fixture, fixture->shares, 10000);
  fill.fee = fake_money ("0.001 BTC");
  fill.fee_currency = pst_currency_get ("BTC", NULL);
  g_assert_true (pst_portfolio_apply (fixture->portfolio, &fill, NULL));
  equity = books (fixture);
  g_assert_cmpint (equity->equity, ==, fake_money ("1000000 USD"));
  g_assert_cmpuint (equity->n_unpriced, ==, 2);
  g_assert_cmpint (equity->fees, ==, 0);
  price (fixture, fixture->coins, 2000000);
  equity = books (fixture);
  g_assert_cmpint (equity->equity, ==, fake_money ("999980 USD"));
  g_assert_cmpint (equity->fees, ==, fake_money ("20 USD"));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->net, ==, fake_money ("-20 USD"));
  g_assert_cmpuint (equity->n_unpriced, ==, 1);
}

/* Positions quoted in another currency follow price and rate. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  guint32 eur_usd = add (fixture, fake_coins ("EUR", "USD"));
  const PstEquity *equity;

  pst_portfolio_follow (fixture->portfolio);
  price (fixture, fixture->euros, 10000);
  trade (fixture, ALICE, fixture->euros, 20, 10000); /* 2000 EUR */
  equity = books (fixture);
  g_assert_cmpint (equity->equity, ==, fake_money ("1000000 USD"));
  g_assert_cmpuint (equity->n_unpriced, ==, 1);
  price (fixture, eur_usd, 110);
  equity = books (fixture);
  g_assert_cmpint (equity->equity, ==, fake_money ("1005500 USD"));
  g_assert_cmpuint (equity->n_unpriced, ==, 0);
  price (fixture, fixture->euros, 11000);
  g_assert_cmpint (books (fixture)->equity, ==, fake_money ("1005720 USD"));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->net, ==, fake_money ("220 USD"));
  price (fixture, eur_usd, 100);
  g_assert_cmpint (books (fixture)->equity, ==, fake_money ("1005200 USD"));
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->net, ==, fake_money ("200 USD"));
}

static void
test_unpriced_position (Fixture *fixture, gconstpointer data)
{
  const PstEquity *equity;

  trade (fixture, ALICE, fixture->shares, 10, 10000);
  equity = books (fixture);
  g_assert_cmpuint (equity->n_unpriced, ==, 2);
  g_assert_cmpint (equity->mark_to_market, ==, 0);
  g_assert_cmpint (pst_portfolio_get_profit (fixture->portfolio, ALICE)->net, ==, 0);
  price (fixture, fixture->shares, 10100);
  equity = books (fixture);
  g_assert_cmpuint (equity->n_unpriced, ==, 1);
  g_assert_cmpint (equity->equity, ==, fake_money ("1000010 USD"));
}

/* Only what changed is computed; a tick without changes costs nothing. */
static void
test_changes (Fixture *fixture, gconstpointer data)
{
  guint64 version;
  guint n;

  price (fixture, fixture->shares, 10000);
  trade (fixture, ALICE, fixture->shares, 10, 10000);
  books (fixture);
  pst_portfolio_clear_changed (fixture->portfolio);
  version = pst_portfolio_get_version (fixture->portfolio);
  price (fixture, fixture->coins, 100); /* not held */
  price (fixture, fixture->shares, 10000);
  g_assert_false (pst_portfolio_needs_update (fixture->portfolio));
  price (fixture, fixture->shares, 10001);
  g_assert_true (pst_portfolio_needs_update (fixture->portfolio));
  g_assert_true (pst_portfolio_update (fixture->portfolio, NULL));
  g_assert_cmpuint (pst_portfolio_get_version (fixture->portfolio), ==, version + 1);
  g_assert_cmpuint (pst_portfolio_get_changed (fixture->portfolio, &n)[0], ==, ALICE);
  g_assert_cmpuint (n, ==, 1);
}

static void
refuse (Fixture *fixture, PstFill fill, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  const PstPosition before = *pst_portfolio_get_position (fixture->portfolio, ALICE, fixture->shares);
  const PstAccount *account = pst_portfolio_get_account (fixture->portfolio, BROKER);
  gint64 cash = pst_account_get_balance (account, pst_currency_get ("USD", NULL));

  g_assert_false (pst_portfolio_apply (fixture->portfolio, &fill, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpmem (&before, sizeof before, pst_portfolio_get_position (fixture->portfolio, ALICE, fixture->shares), sizeof before);
  g_assert_cmpint (pst_account_get_balance (account, pst_currency_get ("USD", NULL)), ==, cash);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  PstFill fill = make_fill (fixture, ALICE, fixture->shares, 10, 10000), bad;

  bad = fill;
  bad.notional++;
  refuse (fixture, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = fill;
  bad.exchange = 9;
  refuse (fixture, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = fill;
  bad.instrument = 99;
  refuse (fixture, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = fill;
  bad.fee = 5;
  refuse (fixture, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = fill;
  bad.side = PST_SIDE_NONE;
  refuse (fixture, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  bad = fill;
  bad.quantity = G_MAXINT64;
  refuse (fixture, bad, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  g_assert_true (pst_portfolio_audit (fixture->portfolio, NULL));
}

static void
test_overflow (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PstAccount *account = pst_account_new ();

  price (fixture, fixture->shares, 100);
  trade (fixture, ALICE, fixture->shares, 900000, 100);
  price (fixture, fixture->shares, G_MAXINT64 / 2);
  g_assert_false (pst_portfolio_update (fixture->portfolio, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
  g_clear_error (&error);
  pst_account_add (account, pst_currency_get ("USD", NULL), G_MAXINT64, NULL);
  g_assert_false (pst_portfolio_add_account (fixture->portfolio, 8, account, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_OVERFLOW);
}

static void
count (gpointer object, gpointer payload, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
count_position (const PstPosition *position, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
test_signals (Fixture *fixture, gconstpointer data)
{
  PstFill fill = make_fill (fixture, ALICE, fixture->shares, 10, 10000);
  guint n_fills = 0, n_positions = 0, n = 0;

  g_signal_connect (fixture->portfolio, "fill-applied", G_CALLBACK (count), &n_fills);
  pst_portfolio_apply (fixture->portfolio, &fill, NULL);
  pst_portfolio_publish (fixture->portfolio, &fill);
  g_signal_connect (fixture->portfolio, "position-changed", G_CALLBACK (count), &n_positions);
  pst_portfolio_publish (fixture->portfolio, &fill);
  g_assert_cmpuint (n_fills, ==, 2);
  g_assert_cmpuint (n_positions, ==, 1);
  pst_portfolio_foreach_position (fixture->portfolio, ALICE, count_position, &n);
  pst_portfolio_foreach_position (fixture->portfolio, BOB, count_position, &n);
  g_assert_cmpuint (n, ==, 1);
}

/* Random trading of several strategies in several currencies: whatever happens, the sums that are kept are the sums that are there. */
static void
test_property (Fixture *fixture, gconstpointer data)
{
  guint32 eur_usd = add (fixture, fake_coins ("EUR", "USD"));
  guint32 traded[] = { fixture->shares, fixture->coins, fixture->euros, eur_usd };
  gint64 prices[] = { 10000, 2000000, 10000, 110 };

  pst_portfolio_follow (fixture->portfolio);
  for (guint i = 0; i < 3000; i++)
    {
      guint which = g_test_rand_int_range (0, 4);
      gint64 quantity = g_test_rand_int_range (1, 50);

      prices[which] = MAX (1, prices[which] + g_test_rand_int_range (-3, 4));
      price (fixture, traded[which], prices[which]);
      if (g_test_rand_int_range (0, 2) == 0)
        trade (fixture, g_test_rand_int_range (2, 6), traded[which], g_test_rand_bit () ? quantity : -quantity, prices[which]);
      if (i % 7 == 0)
        books (fixture);
      else
        g_assert_true (pst_portfolio_update (fixture->portfolio, NULL));
      if (g_test_rand_int_range (0, 5) == 0)
        pst_portfolio_clear_changed (fixture->portfolio);
    }
  books (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/portfolio/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("shares", test_shares);
  ADD ("delivery", test_delivery);
  ADD ("third-currency-fee", test_third_currency_fee);
  ADD ("foreign", test_foreign);
  ADD ("unpriced-position", test_unpriced_position);
  ADD ("changes", test_changes);
  ADD ("refusals", test_refusals);
  ADD ("overflow", test_overflow);
  ADD ("signals", test_signals);
  ADD ("property", test_property);
  return g_test_run ();
}
