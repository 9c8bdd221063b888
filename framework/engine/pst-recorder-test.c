/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: the story of a run, or trading that goes on while nobody writes it down. */
#include "engine-fakes.h"
#include "pst-recorder.h"

typedef struct
{
  PstClock *clock;
  PstInstrumentTable *instruments;
  PstRecorder *recorder;
  Fake fake; /* gives the components names */
  FakeStore *first, *second;
  FakeService *service;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = pst_simulated_clock_new (T0);
  fixture->instruments = pst_instrument_table_new ();
  fixture->recorder = pst_recorder_new (fixture->clock, fixture->instruments);
  fake_init (&fixture->fake, NULL, FAKE_NONE);
  fixture->first = fake_add (&fixture->fake, FAKE_TYPE_STORE, "first");
  fixture->second = fake_add (&fixture->fake, FAKE_TYPE_STORE, "second");
  fixture->service = fake_add (&fixture->fake, FAKE_TYPE_SERVICE, "listener");
  pst_recorder_add_store (fixture->recorder, PST_STORE (fixture->first));
  pst_recorder_add_store (fixture->recorder, PST_STORE (fixture->second));
  pst_recorder_add_service (fixture->recorder, PST_SERVICE (fixture->service));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_recorder_free (fixture->recorder);
  pst_instrument_table_unref (fixture->instruments);
  g_object_unref (fixture->clock);
  fake_clear (&fixture->fake);
}

static void
open_recorder (Fixture *fixture)
{
  pst_recorder_open (fixture->recorder);
  pst_recorder_release (fixture->recorder);
}

static void
note (Fixture *fixture, const char *name)
{
  pst_recorder_note (fixture->recorder, 3, name, "x=%d", 1);
}

static const PstRecord *
nth (FakeStore *store, guint n)
{
  g_assert_cmpuint (n, <, store->records->len);
  return &g_array_index (store->records, PstRecord, n);
}

/* What components say before the run's first record comes after it, stamped with the run's time. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  PstRecord record = { .kind = PST_RECORD_RUN };

  record.run.state = PST_RUN_STATE_CREATED;
  record.run.mode = PST_MODE_BACKTEST;
  record.run.currency = pst_currency_get ("USD", NULL);
  note (fixture, "EARLY");
  pst_recorder_commit (fixture->recorder, PST_COMMIT_TICK);
  g_assert_cmpuint (fixture->first->records->len, ==, 0);
  g_assert_cmpuint (fixture->first->n_commits, ==, 0);
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), T0 + DAY);
  pst_recorder_open (fixture->recorder);
  pst_recorder_append (fixture->recorder, &record);
  pst_recorder_release (fixture->recorder);
  note (fixture, "LATER");
  pst_recorder_close (fixture->recorder);
  note (fixture, "TOO_LATE");
  g_assert_cmpuint (fixture->first->records->len, ==, 3);
  g_assert_cmpint (nth (fixture->first, 0)->kind, ==, PST_RECORD_RUN);
  g_assert_cmpstr (nth (fixture->first, 1)->note.name, ==, "EARLY");
  g_assert_cmpint (nth (fixture->first, 1)->time_ns, ==, T0 + DAY);
  g_assert_cmpstr (nth (fixture->first, 2)->note.detail, ==, "x=1");
  g_assert_cmpuint (nth (fixture->first, 2)->sequence, ==, 3);
  g_assert_cmpuint (fixture->service->n_records, ==, 3);
  g_assert_cmpuint (pst_recorder_get_n_records (fixture->recorder), ==, 3);
}

static void
test_instruments_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstInstrument) a = fake_shares ("A", "USD"), b = fake_coins ("BTC", "USD");

  pst_instrument_table_add (fixture->instruments, a, NULL);
  pst_recorder_open (fixture->recorder);
  pst_recorder_append_instruments (fixture->recorder);
  pst_recorder_release (fixture->recorder);
  pst_instrument_table_add (fixture->instruments, b, NULL);
  note (fixture, "USES_B");
  g_assert_cmpint (nth (fixture->first, 0)->kind, ==, PST_RECORD_INSTRUMENT);
  g_assert_cmpstr (nth (fixture->first, 0)->instrument.id, ==, "A.DATA");
  g_assert_cmpint (nth (fixture->first, 1)->kind, ==, PST_RECORD_INSTRUMENT);
  g_assert_cmpuint (nth (fixture->first, 1)->instrument.index, ==, 1);
  g_assert_cmpstr (nth (fixture->first, 1)->instrument.base->code, ==, "BTC");
  g_assert_cmpint (nth (fixture->first, 2)->kind, ==, PST_RECORD_NOTE);
}

static void
test_append_failure (Fixture *fixture, gconstpointer data)
{
  fixture->first->fail_append_at = 2;
  open_recorder (fixture);
  for (guint i = 0; i < 5; i++)
    note (fixture, "N");
  pst_recorder_commit (fixture->recorder, PST_COMMIT_TICK);
  g_assert_cmpuint (fixture->first->records->len, ==, 1);
  g_assert_cmpuint (fixture->first->n_commits, ==, 0);
  g_assert_cmpuint (fixture->second->records->len, ==, 5);
  g_assert_cmpuint (fixture->second->n_commits, ==, 1);
  g_assert_cmpuint (fixture->service->n_records, ==, 5);
  g_assert_error (pst_recorder_get_error (fixture->recorder), PST_RUN_ERROR, PST_RUN_ERROR_STORE);
  g_assert_nonnull (strstr (pst_recorder_get_error (fixture->recorder)->message, "store \"first\" cannot append a record: no space left on device"));
}

static void
test_commit_failure (Fixture *fixture, gconstpointer data)
{
  fixture->second->fail_commit_at = 1;
  fixture->first->fail_append_at = 2;
  open_recorder (fixture);
  note (fixture, "N");
  pst_recorder_commit (fixture->recorder, PST_COMMIT_INTENT);
  note (fixture, "N"); /* a second failure: the first is what is told */
  g_assert_nonnull (strstr (pst_recorder_get_error (fixture->recorder)->message, "store \"second\" cannot commit intents"));
}

static void
answer_once (FakeService *service, const PstRecord *record)
{
  if (service->n_records <= 2)
    pst_recorder_note (service->data, 5, "ANSWER", "to=%" G_GUINT64_FORMAT, record->sequence);
}

/* Everyone sees one order, also of records that are caused while another is handed out. */
static void
test_nested (Fixture *fixture, gconstpointer data)
{
  fixture->service->on_record = answer_once;
  fixture->service->data = fixture->recorder;
  open_recorder (fixture);
  note (fixture, "N");
  g_assert_cmpuint (fixture->first->records->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (nth (fixture->first, i)->sequence, ==, i + 1);
  g_assert_cmpstr (nth (fixture->first, 1)->note.detail, ==, "to=1");
  g_assert_cmpstr (nth (fixture->first, 2)->note.detail, ==, "to=2");
  g_assert_no_error (pst_recorder_get_error (fixture->recorder));
}

static void
answer_always (FakeService *service, const PstRecord *record)
{
  pst_recorder_note (service->data, 5, "ANSWER", "again");
}

static void
test_endless (Fixture *fixture, gconstpointer data)
{
  fixture->service->on_record = answer_always;
  fixture->service->data = fixture->recorder;
  open_recorder (fixture);
  note (fixture, "N");
  g_assert_error (pst_recorder_get_error (fixture->recorder), PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT);
}

static void
test_too_many_early (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i <= PST_RECORDS_WAITING_MAX; i++)
    note (fixture, "N");
  g_assert_error (pst_recorder_get_error (fixture->recorder), PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT);
}

static void
test_inactive (void)
{
  PstClock *clock = pst_simulated_clock_new (T0);
  g_autoptr (PstInstrumentTable) instruments = pst_instrument_table_new ();
  g_autoptr (PstRecorder) recorder = pst_recorder_new (clock, instruments);
  PstRecord record = { .kind = PST_RECORD_RUN };

  g_assert_false (pst_recorder_is_active (recorder));
  pst_recorder_open (recorder);
  pst_recorder_append_instruments (recorder);
  pst_recorder_append (recorder, &record);
  pst_recorder_note (recorder, 0, "N", "x");
  g_assert_cmpuint (pst_recorder_get_n_records (recorder), ==, 0);
  g_object_unref (clock);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/recorder/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("early", test_early);
  ADD ("instruments-first", test_instruments_first);
  ADD ("append-failure", test_append_failure);
  ADD ("commit-failure", test_commit_failure);
  ADD ("nested", test_nested);
  ADD ("endless", test_endless);
  ADD ("too-many-early", test_too_many_early);
  g_test_add_func ("/recorder/inactive", test_inactive);
  return g_test_run ();
}
