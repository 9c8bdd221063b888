/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a store that books fill up, or a sample of a book that nobody should have traded on. */
#include "engine-fakes.h"
#include "pst-snapshot-sampler.h"

typedef struct
{
  PstClock *clock;
  PstInstrumentTable *instruments;
  PstMarket *market;
  PstRecorder *recorder;
  Fake fake;
  FakeStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstInstrument) bitcoin = fake_coins ("BTC", "USD"), ether = fake_coins ("ETH", "USD"), cross = fake_coins ("ETH", "BTC"),
                            other = fake_coins ("XRP", "USD");

  fixture->clock = pst_simulated_clock_new (T0);
  fixture->instruments = pst_instrument_table_new ();
  pst_instrument_table_add (fixture->instruments, bitcoin, NULL);
  pst_instrument_table_add (fixture->instruments, ether, NULL);
  pst_instrument_table_add (fixture->instruments, cross, NULL);
  pst_instrument_table_add (fixture->instruments, other, NULL);
  fixture->market = pst_market_new (fixture->instruments);
  fixture->recorder = pst_recorder_new (fixture->clock, fixture->instruments);
  fake_init (&fixture->fake, NULL, FAKE_NONE);
  fixture->store = fake_add (&fixture->fake, FAKE_TYPE_STORE, "store");
  pst_recorder_add_store (fixture->recorder, PST_STORE (fixture->store));
  pst_recorder_open (fixture->recorder);
  pst_recorder_release (fixture->recorder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_recorder_free (fixture->recorder);
  pst_market_free (fixture->market);
  pst_instrument_table_unref (fixture->instruments);
  g_object_unref (fixture->clock);
  fake_clear (&fixture->fake);
}

static void
apply (Fixture *fixture, PstEvent event)
{
  g_autoptr (GError) error = NULL;
  PstFrame frame = { &event, 1, 0, T0, 1 };

  pst_market_apply (fixture->market, &frame, &error);
  g_assert_no_error (error);
}

static void
set_level (Fixture *fixture, guint32 instrument, PstSide side, gint64 price, gint64 size)
{
  apply (fixture, (PstEvent){ .instrument = instrument, .kind = PST_EVENT_LEVEL, .level = { .side = side, .price = price, .size = size } });
}

static guint
n_snapshots (Fixture *fixture)
{
  return fake_store_count (fixture->store, PST_RECORD_SNAPSHOT);
}

static const PstSnapshotRecord *
nth (Fixture *fixture, guint n)
{
  return &fake_store_get (fixture->store, PST_RECORD_SNAPSHOT, n)->snapshot;
}

static void
test_levels (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstSnapshotSampler) sampler = pst_snapshot_sampler_new (fixture->market, fixture->instruments, fixture->recorder, 3, 100);

  for (gint64 i = 0; i < 5; i++)
    set_level (fixture, 0, PST_SIDE_BUY, 100 - i, 10 + i);
  set_level (fixture, 0, PST_SIDE_SELL, 101, 7);
  pst_snapshot_sampler_take_all (sampler);
  g_assert_cmpuint (n_snapshots (fixture), ==, 1);
  g_assert_cmpuint (nth (fixture, 0)->instrument, ==, 0);
  g_assert_cmpint (nth (fixture, 0)->cause, ==, PST_SNAPSHOT_INTERVAL);
  g_assert_cmpuint (nth (fixture, 0)->n_bids, ==, 3);
  g_assert_cmpuint (nth (fixture, 0)->n_asks, ==, 1);
  g_assert_cmpint (nth (fixture, 0)->bids[0].price, ==, 100);
  g_assert_cmpint (nth (fixture, 0)->bids[2].price, ==, 98);
  g_assert_cmpint (nth (fixture, 0)->bids[2].size, ==, 12);
  g_assert_cmpint (nth (fixture, 0)->asks[0].price, ==, 101);
}

/* Only books that are LIVE, and only when they changed. */
static void
test_changed_and_live (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstSnapshotSampler) sampler = pst_snapshot_sampler_new (fixture->market, fixture->instruments, fixture->recorder, 10, 100);

  set_level (fixture, 0, PST_SIDE_BUY, 100, 1);
  set_level (fixture, 1, PST_SIDE_BUY, 100, 1);
  pst_snapshot_sampler_take_all (sampler);
  pst_snapshot_sampler_take_all (sampler);
  g_assert_cmpuint (n_snapshots (fixture), ==, 2);
  set_level (fixture, 1, PST_SIDE_BUY, 100, 2);
  pst_snapshot_sampler_take_all (sampler);
  g_assert_cmpuint (n_snapshots (fixture), ==, 3);
  g_assert_cmpuint (nth (fixture, 2)->instrument, ==, 1);
  g_assert_cmpuint (nth (fixture, 2)->number, ==, 2);
  set_level (fixture, 0, PST_SIDE_BUY, 100, 5);
  apply (fixture, (PstEvent){ .instrument = 0, .kind = PST_EVENT_STATUS, .status = PST_INSTRUMENT_STATUS_STALE });
  pst_snapshot_sampler_take_all (sampler);
  g_assert_cmpuint (n_snapshots (fixture), ==, 3);
}

/* The books of the cycle, and no others. */
static void
test_cycle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstSnapshotSampler) sampler = pst_snapshot_sampler_new (fixture->market, fixture->instruments, fixture->recorder, 10, 100);
  PstOpportunity found = { .updated_pair = 1, .cycle = "USD->BTC->ETH->USD" };

  for (guint32 i = 0; i < 4; i++)
    set_level (fixture, i, PST_SIDE_SELL, 100, 1);
  pst_snapshot_sampler_take_cycle (sampler, &found);
  g_assert_cmpuint (n_snapshots (fixture), ==, 3);
  g_assert_cmpuint (nth (fixture, 0)->instrument, ==, 1);
  g_assert_cmpuint (nth (fixture, 1)->instrument, ==, 0);
  g_assert_cmpuint (nth (fixture, 2)->instrument, ==, 2);
  g_assert_cmpint (nth (fixture, 2)->cause, ==, PST_SNAPSHOT_OPPORTUNITY);
  /* Once more at the same books: nothing new to keep. */
  pst_snapshot_sampler_take_cycle (sampler, &found);
  g_assert_cmpuint (n_snapshots (fixture), ==, 3);
  /* What is no cycle takes what it names, and does no harm. */
  found = (PstOpportunity){ .updated_pair = G_MAXUINT32, .cycle = "->->" };
  pst_snapshot_sampler_take_cycle (sampler, &found);
  found = (PstOpportunity){ .updated_pair = 3, .cycle = "" };
  pst_snapshot_sampler_take_cycle (sampler, &found);
  g_assert_cmpuint (n_snapshots (fixture), ==, 4);
}

static void
test_enough (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstSnapshotSampler) sampler = pst_snapshot_sampler_new (fixture->market, fixture->instruments, fixture->recorder, 10, 5);

  for (gint64 i = 1; i < 20; i++)
    {
      set_level (fixture, 0, PST_SIDE_BUY, 100, i);
      pst_snapshot_sampler_take_all (sampler);
    }
  g_assert_cmpuint (n_snapshots (fixture), ==, 5);
  g_assert_cmpuint (fake_store_count (fixture->store, PST_RECORD_NOTE), ==, 1);
  g_assert_true (fake_store_has_note (fixture->store, "SNAPSHOTS_ENOUGH"));
}

#define ADD(path, func) g_test_add ("/snapshot-sampler/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("levels", test_levels);
  ADD ("changed-and-live", test_changed_and_live);
  ADD ("cycle", test_cycle);
  ADD ("enough", test_enough);
  return g_test_run ();
}
