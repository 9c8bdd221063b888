/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store in memory that can fail, and what tests need to set a run up. */
#include "engine-fakes.h"

typedef PstStoreClass FakeStoreClass;
typedef FakeStore FakeJournal;
typedef PstStoreClass FakeJournalClass;

G_DEFINE_TYPE (FakeStore, fake_store, PST_TYPE_STORE)
G_DEFINE_TYPE (FakeJournal, fake_journal, FAKE_TYPE_STORE)

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL, "no space left on device");
  return FALSE;
}

static gboolean
fake_store_has_run (PstStore *base, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  FakeStore *store = (FakeStore *)base;

  *found = store->has_run;
  return !store->fail_has_run || fail (error);
}

static gboolean
fake_store_append (PstStore *base, const PstRecord *record, GError **error)
{
  FakeStore *store = (FakeStore *)base;

  if (++store->n_appends == store->fail_append_at)
    return fail (error);
  g_array_append_val (store->records, *record);
  pst_record_encode (record, store->bytes);
  return TRUE;
}

static gboolean
fake_store_commit (PstStore *base, PstCommit why, GError **error)
{
  FakeStore *store = (FakeStore *)base;
  guint commit = store->records->len * 4 + why;

  if (++store->n_commits == store->fail_commit_at)
    return fail (error);
  g_array_append_val (store->commits, commit);
  return TRUE;
}

static gboolean
fake_journal_replay (PstStore *base, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error)
{
  FakeStore *store = (FakeStore *)base;
  guint n_records = store->records->len;

  for (guint i = 0; i < n_records; i++)
    {
      PstRecord record = g_array_index (store->records, PstRecord, i);

      if (!func (&record, user_data, error))
        return error == NULL || *error == NULL;
    }
  return TRUE;
}

static gboolean
fake_store_resume (PstStore *base, const char *user_id, const char *run_id, guint64 *last_sequence, GError **error)
{
  FakeStore *store = (FakeStore *)base;
  gboolean ended = FALSE;

  for (guint i = 0; i < store->records->len; i++)
    if (g_array_index (store->records, PstRecord, i).kind == PST_RECORD_RUN)
      ended = g_array_index (store->records, PstRecord, i).run.state >= PST_RUN_STATE_STOPPED;
  *last_sequence = store->records->len;
  if (store->records->len > 0 && !ended)
    return TRUE;
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, ended ? "the run ended" : "there is no such run");
  return FALSE;
}

void
fake_store_take (FakeStore *store, const FakeStore *from, guint n_records)
{
  g_array_set_size (store->records, 0);
  g_array_append_vals (store->records, from->records->data, n_records);
  store->has_run = n_records > 0;
}

static void
fake_store_finalize (GObject *object)
{
  FakeStore *store = (FakeStore *)object;

  g_array_unref (store->records);
  g_byte_array_unref (store->bytes);
  g_array_unref (store->commits);
  G_OBJECT_CLASS (fake_store_parent_class)->finalize (object);
}

static void
fake_store_class_init (FakeStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_store_finalize;
  klass->has_run = fake_store_has_run;
  klass->append = fake_store_append;
  klass->commit = fake_store_commit;
  klass->resume = fake_store_resume;
}

static void
fake_store_init (FakeStore *store)
{
  store->records = g_array_new (FALSE, FALSE, sizeof (PstRecord));
  store->bytes = g_byte_array_new ();
  store->commits = g_array_new (FALSE, FALSE, sizeof (guint));
}

static void
fake_journal_class_init (FakeJournalClass *klass)
{
  klass->replay = fake_journal_replay;
}

static void
fake_journal_init (FakeJournal *journal)
{
}

guint
fake_store_count (const FakeStore *store, PstRecordKind kind)
{
  guint n = 0;

  for (guint i = 0; i < store->records->len; i++)
    n += g_array_index (store->records, PstRecord, i).kind == kind;
  return n;
}

const PstRecord *
fake_store_get (const FakeStore *store, PstRecordKind kind, guint n)
{
  for (guint i = 0; i < store->records->len; i++)
    if (g_array_index (store->records, PstRecord, i).kind == kind && n-- == 0)
      return &g_array_index (store->records, PstRecord, i);
  g_assert_not_reached ();
}

gboolean
fake_store_has_note (const FakeStore *store, const char *name)
{
  for (guint i = 0; i < store->records->len; i++)
    if (g_array_index (store->records, PstRecord, i).kind == PST_RECORD_NOTE
        && g_str_equal (g_array_index (store->records, PstRecord, i).note.name, name))
      return TRUE;
  return FALSE;
}

/* Set-up */

gint64
fake_money (const char *text)
{
  g_autoptr (GError) error = NULL;
  PstMoney money;

  g_assert_true (pst_money_parse (text, &money, &error));
  g_assert_no_error (error);
  return money.amount;
}

PstInstrument *
fake_shares (const char *symbol, const char *quote)
{
  g_autoptr (GError) error = NULL;
  PstInstrument draft = { .symbol = (char *)symbol, .venue = (char *)"DATA", .quote = pst_currency_get (quote, NULL), .price_scale = 2 };
  PstInstrument *instrument = pst_instrument_new (&draft, &error);

  g_assert_no_error (error);
  return instrument;
}

PstInstrument *
fake_coins (const char *base, const char *quote)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *symbol = g_strdup_printf ("%s/%s", base, quote);
  PstInstrument draft = { .symbol = symbol, .venue = (char *)"DATA", .base = pst_currency_get (base, NULL), .quote = pst_currency_get (quote, NULL) };
  PstInstrument *instrument;

  draft.settlement = PST_SETTLEMENT_DELIVERY;
  draft.price_scale = 2;
  draft.size_scale = 8;
  instrument = pst_instrument_new (&draft, &error);
  g_assert_no_error (error);
  return instrument;
}

void
fake_feed_add_bar (FakeFeed *feed, guint32 instrument, gint64 time_ns, gint64 close)
{
  PstEvent event = { .venue_time_ns = time_ns, .receive_time_ns = time_ns, .instrument = instrument, .kind = PST_EVENT_BAR };

  event.bar = (PstBar){ close, close, close, close, 1000 };
  g_array_append_val (feed->events, event);
}

void
fake_add_closes (Fake *fake, const gint64 *closes)
{
  for (guint i = 0; closes[i] >= 0; i++)
    fake_feed_add_bar (fake->feed, 0, T0 + i * DAY, closes[i]);
}

PstRunSettings
fake_settings (void)
{
  return (PstRunSettings){ .user_id = (char *)"tester",
                           .run_id = (char *)"test-1",
                           .pipeline = (char *)"test",
                           .mode = PST_MODE_BACKTEST,
                           .seed = 1,
                           .currency = pst_currency_get ("USD", NULL),
                           .cancel_on_halt = TRUE };
}

gpointer
fake_add (Fake *fake, GType type, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) component = g_object_new (type, NULL);

  pst_run_add (fake->run, PST_COMPONENT (component), "fake", name, &error);
  g_assert_no_error (error);
  return component;
}

void
fake_init (Fake *fake, const PstRunSettings *settings, FakeParts parts)
{
  PstRunSettings defaults = fake_settings ();

  *fake = (Fake){ .run = pst_run_new (settings != NULL ? settings : &defaults) };
  fake->feed = fake_add (fake, FAKE_TYPE_FEED, "data");
  g_ptr_array_add (fake->feed->instruments, fake_shares ("AAPL", "USD"));
  fake->broker = fake_add (fake, FAKE_TYPE_BROKER, "broker");
  fake->strategy = fake_add (fake, FAKE_TYPE_STRATEGY, "cross");
  if (parts & FAKE_WITH_GUARD)
    fake->guard = fake_add (fake, FAKE_TYPE_GUARD, "limits");
  if (parts & FAKE_WITH_STORE)
    fake->store = fake_add (fake, FAKE_TYPE_STORE, "memory");
  if (parts & FAKE_WITH_JOURNAL)
    fake->store = fake_add (fake, FAKE_TYPE_JOURNAL, "memory");
}

void
fake_clear (Fake *fake)
{
  g_assert_finalize_object (fake->run);
}

void
fake_run_ok (Fake *fake)
{
  g_autoptr (GError) error = NULL;

  pst_run_execute (fake->run, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pst_run_get_state (fake->run), ==, PST_RUN_STATE_STOPPED);
}

guint64
fake_submit (Fake *fake, PstSide side, PstOrderType type, gint64 quantity, gint64 limit_price, gint64 stop_price)
{
  PstOrderRequest request = { .side = side, .type = type, .quantity = quantity, .limit_price = limit_price, .stop_price = stop_price };

  return pst_strategy_submit (PST_STRATEGY (fake->strategy), &request);
}
