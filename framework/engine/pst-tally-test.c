/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: statistics that do not add up, and a table of denials that a talkative guard lets grow without end. */
#include <math.h>

#include "engine-fakes.h"
#include "pst-tally.h"

typedef struct
{
  PstInstrumentTable *instruments;
  PstMarket *market;
  PstPortfolio *portfolio;
  PstTally *tally;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstInstrument) shares = fake_shares ("A", "USD"), coins = fake_coins ("BTC", "USD");

  fixture->instruments = pst_instrument_table_new ();
  pst_instrument_table_add (fixture->instruments, shares, NULL);
  pst_instrument_table_add (fixture->instruments, coins, NULL);
  fixture->market = pst_market_new (fixture->instruments);
  fixture->portfolio = pst_portfolio_new (fixture->market, fixture->instruments, pst_currency_get ("USD", NULL));
  fixture->tally = pst_tally_new ();
  pst_tally_add_strategy (fixture->tally, 4);
  pst_tally_add_strategy (fixture->tally, 2);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_tally_free (fixture->tally);
  g_assert_finalize_object (fixture->portfolio);
  pst_market_free (fixture->market);
  pst_instrument_table_unref (fixture->instruments);
}

static void
deposit (Fixture *fixture, const char *text)
{
  PstAccount *account = pst_account_new ();
  PstMoney money;

  g_assert_true (pst_money_parse (text, &money, NULL));
  pst_account_add (account, money.currency, money.amount, NULL);
  g_assert_true (pst_portfolio_add_account (fixture->portfolio, pst_portfolio_get_account (fixture->portfolio, 0) == NULL ? 0 : 1, account, NULL));
}

static void
tick (Fixture *fixture, guint32 instrument, gint64 time_ns, gint64 close)
{
  PstEvent event = { .instrument = instrument, .kind = PST_EVENT_BAR, .bar = { close, close, close, close, 1 } };
  PstFrame frame = { &event, 1, 0, time_ns, 1 };

  g_assert_true (pst_market_apply (fixture->market, &frame, NULL));
  g_assert_true (pst_portfolio_update (fixture->portfolio, NULL));
  pst_tally_tick (fixture->tally, time_ns, fixture->portfolio);
}

static void
buy (Fixture *fixture, guint32 strategy, gint64 quantity, gint64 price)
{
  PstFill fill = {
    .strategy = strategy, .side = PST_SIDE_BUY, .price = price, .quantity = quantity, .notional = price * quantity * 1000000, .execution_id = "x"
  };

  g_assert_true (pst_portfolio_apply (fixture->portfolio, &fill, NULL));
  fixture->tally->n_fills++;
}

static void
test_strategies (Fixture *fixture, gconstpointer data)
{
  PstStrategyTally *four = pst_tally_get_strategy (fixture->tally, 4);

  g_assert_cmpuint (four->strategy, ==, 4);
  g_assert_cmpuint (pst_tally_get_strategy (fixture->tally, 2)->strategy, ==, 2);
  g_assert_null (pst_tally_get_strategy (fixture->tally, 3));
  g_assert_null (pst_tally_get_strategy (fixture->tally, G_MAXUINT32));
}

/* Each strategy's curve is the initial equity and its own profit; the run's is the equity. */
static void
test_curves (Fixture *fixture, gconstpointer data)
{
  deposit (fixture, "1000 USD");
  g_assert_true (pst_portfolio_update (fixture->portfolio, NULL));
  pst_tally_start (fixture->tally, pst_portfolio_get_equity (fixture->portfolio));
  tick (fixture, 0, T0, 100);
  buy (fixture, 4, 100, 100);
  buy (fixture, 2, 200, 100);
  tick (fixture, 0, T0 + 1, 50); /* half of 100 and of 200 is gone */
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&pst_tally_get_strategy (fixture->tally, 4)->curve), 0.05, 1e-12);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&pst_tally_get_strategy (fixture->tally, 2)->curve), 0.1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&fixture->tally->curve), 0.15, 1e-12);
  g_assert_cmpuint (fixture->tally->n_ticks, ==, 2);
  g_assert_cmpint (fixture->tally->first_time_ns, ==, T0);
  g_assert_cmpint (fixture->tally->last_time_ns, ==, T0 + 1);
}

static void
test_days (Fixture *fixture, gconstpointer data)
{
  deposit (fixture, "1000 USD");
  g_assert_true (pst_portfolio_update (fixture->portfolio, NULL));
  pst_tally_start (fixture->tally, pst_portfolio_get_equity (fixture->portfolio));
  buy (fixture, 4, 1000, 100);
  tick (fixture, 0, T0, 100);
  tick (fixture, 0, T0 + DAY - 1, 110); /* +10 % */
  g_assert_cmpuint (fixture->tally->curve.n_returns, ==, 0);
  tick (fixture, 0, T0 + DAY, 110); /* 0 */
  g_assert_cmpuint (fixture->tally->curve.n_returns, ==, 1);
  tick (fixture, 0, T0 + 5 * DAY, 99); /* -10 %, days without a tick do not count */
  pst_tally_finish (fixture->tally);
  pst_tally_finish (fixture->tally);
  g_assert_cmpuint (fixture->tally->curve.n_returns, ==, 3);
  g_assert_cmpfloat_with_epsilon (fixture->tally->curve.mean, 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (pst_curve_get_sharpe (&fixture->tally->curve, PST_TRADING_DAYS_PER_YEAR), 0, 1e-9);
}

/* A deposit of coins is no profit of the run when their first price comes. */
static void
test_deposits_without_price (Fixture *fixture, gconstpointer data)
{
  deposit (fixture, "1000 USD");
  deposit (fixture, "1 BTC");
  g_assert_true (pst_portfolio_update (fixture->portfolio, NULL));
  pst_tally_start (fixture->tally, pst_portfolio_get_equity (fixture->portfolio));
  g_assert_cmpint (fixture->tally->initial_equity, ==, fake_money ("1000 USD"));
  tick (fixture, 0, T0, 100);
  tick (fixture, 1, T0 + 1, 500000);
  g_assert_cmpint (fixture->tally->initial_equity, ==, fake_money ("6000 USD"));
  tick (fixture, 1, T0 + 2, 400000);
  g_assert_cmpint (fixture->tally->initial_equity, ==, fake_money ("6000 USD"));
  g_assert_cmpfloat_with_epsilon (pst_curve_get_max_drawdown (&fixture->tally->curve), 1.0 / 6, 1e-12);
}

static void
test_denials (Fixture *fixture, gconstpointer data)
{
  pst_tally_count_denial (fixture->tally, 3, "a");
  pst_tally_count_denial (fixture->tally, 4, "a");
  pst_tally_count_denial (fixture->tally, 3, "a");
  g_assert_cmpuint (fixture->tally->denials->len, ==, 2);
  g_assert_cmpuint (g_array_index (fixture->tally->denials, PstDenialTally, 0).n_denials, ==, 2);
  for (guint i = 0; i < 3 * PST_DENIAL_KINDS_MAX; i++)
    {
      g_autofree char *code = g_strdup_printf ("code_%u", i);

      pst_tally_count_denial (fixture->tally, 3, code);
    }
  g_assert_cmpuint (fixture->tally->denials->len, ==, PST_DENIAL_KINDS_MAX + 1);
  g_assert_cmpstr (g_array_index (fixture->tally->denials, PstDenialTally, PST_DENIAL_KINDS_MAX).code, ==, "other");
  g_assert_cmpuint (g_array_index (fixture->tally->denials, PstDenialTally, PST_DENIAL_KINDS_MAX).n_denials, ==, 2 * PST_DENIAL_KINDS_MAX + 2);
}

/* An operator reads the first message of each alert, and how often it came; a flood does not fill memory. */
static void
test_alerts (Fixture *fixture, gconstpointer data)
{
  PstAlertRecord alert = { .component = 1, .severity = PST_SEVERITY_ERROR, .title = "Lost", .message = "first" };
  const PstAlertTally *tally;

  pst_tally_count_alert (fixture->tally, &alert);
  g_strlcpy (alert.message, "second", sizeof alert.message);
  pst_tally_count_alert (fixture->tally, &alert);
  for (guint i = 0; i < PST_ALERT_KINDS_MAX + 10; i++)
    {
      g_snprintf (alert.title, sizeof alert.title, "Kind %u", i);
      pst_tally_count_alert (fixture->tally, &alert);
    }
  g_assert_cmpuint (fixture->tally->alerts->len, ==, PST_ALERT_KINDS_MAX);
  tally = &g_array_index (fixture->tally->alerts, PstAlertTally, 0);
  g_assert_cmpuint (tally->n_alerts, ==, 2);
  g_assert_cmpstr (tally->message, ==, "first");
}

static void
test_opportunities (Fixture *fixture, gconstpointer data)
{
  const gint64 net_pct[] = { -5, 30, 20 };
  guint32 strategy = g_array_index (fixture->tally->strategies, PstStrategyTally, 0).strategy;

  for (guint i = 0; i < G_N_ELEMENTS (net_pct); i++)
    pst_tally_count_opportunity (fixture->tally, &(PstOpportunity){ .component = strategy, .net_pct = net_pct[i] });
  pst_tally_count_opportunity (fixture->tally, &(PstOpportunity){ .component = 999, .net_pct = 99 });
  g_assert_cmpuint (pst_tally_get_strategy (fixture->tally, strategy)->n_opportunities, ==, 3);
  g_assert_cmpint (pst_tally_get_strategy (fixture->tally, strategy)->best_net_pct, ==, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/tally/strategies", Fixture, NULL, set_up, test_strategies, tear_down);
  g_test_add ("/tally/curves", Fixture, NULL, set_up, test_curves, tear_down);
  g_test_add ("/tally/days", Fixture, NULL, set_up, test_days, tear_down);
  g_test_add ("/tally/deposits-without-price", Fixture, NULL, set_up, test_deposits_without_price, tear_down);
  g_test_add ("/tally/alerts", Fixture, NULL, set_up, test_alerts, tear_down);
  g_test_add ("/tally/opportunities", Fixture, NULL, set_up, test_opportunities, tear_down);
  g_test_add ("/tally/denials", Fixture, NULL, set_up, test_denials, tear_down);
  return g_test_run ();
}
