/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an operator would lose: a run that does not tell its whole story, trades what it cannot record, or ends with books that do not sum up. */
#include "engine-fakes.h"

static void
buy_then_sell (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames == 2)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 10);
  if (strategy->n_frames == 4)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_SELL, 10);
}

static const gint64 closes[] = { 10000, 10000, 11000, 12000, 12000, -1 };

static void
test_story (void)
{
  static const PstRecordKind expected[]
      = { PST_RECORD_RUN,        PST_RECORD_COMPONENT, PST_RECORD_COMPONENT, PST_RECORD_COMPONENT, PST_RECORD_COMPONENT,
          PST_RECORD_INSTRUMENT, PST_RECORD_CASH,      PST_RECORD_RUN,       PST_RECORD_TICK,      PST_RECORD_INTENT,
          PST_RECORD_ORDER,      PST_RECORD_REPORT,    PST_RECORD_ORDER,     PST_RECORD_REPORT,    PST_RECORD_ORDER,
          PST_RECORD_FILL,       PST_RECORD_POSITION,  PST_RECORD_TICK,      PST_RECORD_TICK };
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake.strategy->on_frame = buy_then_sell;
  fake_add_closes (&fake, closes);
  fake_run_ok (&fake);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const PstRecord *record = &g_array_index (fake.store->records, PstRecord, i);

      g_test_message ("record %u", i);
      g_assert_cmpint (record->kind, ==, expected[i]);
      g_assert_cmpuint (record->sequence, ==, i + 1);
    }
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_RUN, 0)->run.state, ==, PST_RUN_STATE_CREATED);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_RUN, 0)->time_ns, ==, T0);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_RUN, 2)->run.state, ==, PST_RUN_STATE_STOPPED);
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_RUN, 2)->run.reason, ==, "");
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_TICK), ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      const PstTickRecord *tick = &fake_store_get (fake.store, PST_RECORD_TICK, i)->tick;

      g_assert_cmpint (tick->equity, ==, tick->cash + tick->mark_to_market);
      g_assert_cmpuint (tick->tick, ==, i + 1);
      g_assert_cmpuint (tick->n_unpriced, ==, 0);
    }
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, 2)->tick.equity, ==, fake_money ("1000100 USD"));
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, 4)->tick.cash, ==, fake_money ("1000200 USD"));
  fake_clear (&fake);
}

static void
test_summary (void)
{
  Fake fake;
  PstSummary *summary;

  fake_init (&fake, NULL, FAKE_NONE);
  fake.strategy->on_frame = buy_then_sell;
  fake.broker->fee = fake_money ("1 USD");
  fake_add_closes (&fake, closes);
  fake_run_ok (&fake);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->n_frames, ==, 5);
  g_assert_cmpuint (summary->n_ticks, ==, 5);
  g_assert_cmpuint (summary->n_records, ==, 0);
  g_assert_cmpint (summary->total.gross_profit.amount, ==, fake_money ("200 USD"));
  g_assert_cmpint (summary->total.fees.amount, ==, fake_money ("2 USD"));
  g_assert_cmpint (summary->total.net_profit.amount, ==, fake_money ("198 USD"));
  g_assert_cmpint (summary->final_equity.amount - summary->initial_equity.amount, ==, fake_money ("198 USD"));
  g_assert_cmpuint (summary->total.n_trades, ==, 1);
  g_assert_cmpuint (summary->total.n_wins, ==, 1);
  g_assert_cmpuint (summary->total.n_orders, ==, 2);
  g_assert_cmpuint (summary->feeds->len, ==, 1);
  g_assert_cmpuint (((PstFeedSummary *)summary->feeds->pdata[0])->counts.n_events, ==, 5);
  pst_summary_free (summary);
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/story", test_story);
  g_test_add_func ("/run/summary", test_summary);
  return g_test_run ();
}
