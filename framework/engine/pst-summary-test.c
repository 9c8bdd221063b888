/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a report that an operator can trust to the cent. */
#include <math.h>

#include "engine-fakes.h"

static void
long_only (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames == 2 || strategy->n_frames == 4)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 10);
  if (strategy->n_frames == 3 || strategy->n_frames == 6)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_SELL, 10);
}

static void
short_and_hold (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames == 1)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_SELL, 5);
  if (strategy->n_frames == 2)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 0);
}

/* Two strategies against each other: each has its own books, and their sum is the run's. */
static void
test_two_strategies (void)
{
  static const gint64 closes[] = { 10000, 10000, 11000, 11000, 10500, 10800, -1 };
  const PstStrategySummary *first, *second;
  FakeStrategy *other;
  PstSummary *summary;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  other = fake_add (&fake, FAKE_TYPE_STRATEGY, "bear");
  fake.strategy->on_frame = long_only;
  other->on_frame = short_and_hold;
  fake.broker->fee = fake_money ("0.5 USD");
  fake_add_closes (&fake, closes);
  fake_run_ok (&fake);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->strategies->len, ==, 2);
  first = summary->strategies->pdata[0];
  second = summary->strategies->pdata[1];
  g_assert_cmpstr (first->name, ==, "cross");
  g_assert_cmpuint (first->n_trades, ==, 2);
  g_assert_cmpuint (first->n_wins, ==, 1);
  g_assert_cmpfloat (first->win_rate, ==, 0.5);
  g_assert_cmpint (first->gross_profit.amount, ==, fake_money ("80 USD"));
  g_assert_cmpint (first->fees.amount, ==, fake_money ("2 USD"));
  g_assert_cmpint (first->net_profit.amount, ==, fake_money ("78 USD"));
  g_assert_cmpuint (first->n_open_positions, ==, 0);
  g_assert_cmpstr (second->name, ==, "bear");
  g_assert_cmpuint (second->n_trades, ==, 0);
  g_assert_true (isnan (second->win_rate));
  g_assert_cmpuint (second->n_denied, ==, 1);
  g_assert_cmpuint (second->n_open_positions, ==, 1);
  g_assert_cmpint (second->net_profit.amount, ==, fake_money ("-40.5 USD"));
  g_assert_null (summary->total.name);
  g_assert_cmpuint (summary->total.n_fills, ==, 5);
  g_assert_cmpint (summary->total.net_profit.amount, ==, fake_money ("37.5 USD"));
  g_assert_cmpint (summary->final_equity.amount - summary->initial_equity.amount, ==, fake_money ("37.5 USD"));
  g_assert_cmpfloat (summary->total.max_drawdown, >, 0);
  g_assert_cmpfloat (summary->total.max_drawdown, <, 0.001);
  g_assert_false (isnan (summary->total.sharpe));
  g_assert_cmpuint (summary->n_records, ==, fake.store->records->len);
  g_assert_cmpint (summary->first_time_ns, ==, T0);
  g_assert_cmpint (summary->last_time_ns, ==, T0 + 5 * DAY);
  g_assert_cmpint (summary->run.state, ==, PST_RUN_STATE_STOPPED);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static void
look (FakeStrategy *strategy, const PstFrame *frame)
{
  PstSummary *summary = pst_run_get_summary (strategy->data);

  g_assert_cmpuint (summary->n_frames, ==, strategy->n_frames);
  g_assert_cmpint (summary->run.state, ==, PST_RUN_STATE_RUNNING);
  pst_summary_free (summary);
}

static void
test_in_mid_run (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  fake.strategy->on_frame = look;
  fake.strategy->data = fake.run;
  fake_add_closes (&fake, (gint64[]){ 1, 2, 3, -1 });
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.strategy->n_frames, ==, 3);
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/summary/two-strategies", test_two_strategies);
  g_test_add_func ("/summary/in-mid-run", test_in_mid_run);
  return g_test_run ();
}
