/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: money and orders, when the host is killed. A run is cut off behind every one of its records in turn, as a kill leaves its
 * journal, and goes on. Nothing may be counted twice or be missing, whatever the point. */
#include "engine-fakes.h"

#include <string.h>

#define N_FRAMES 14

static void
market (FakeStrategy *strategy, PstSide side, gint64 quantity)
{
  pst_strategy_submit_market (PST_STRATEGY (strategy), 0, side, quantity);
}

/* All is filled at once: what is asked for follows from the frame alone. */
static void
trade (FakeStrategy *strategy, const PstFrame *frame)
{
  gint64 n = (frame->time_ns - T0) / DAY + 1;

  pst_context_note (pst_component_get_context (PST_COMPONENT (strategy)), PST_COMPONENT (strategy), "SEEN", "frame=%" G_GINT64_FORMAT, n);
  if (n % 3 == 2)
    market (strategy, n % 2 != 0 ? PST_SIDE_BUY : PST_SIDE_SELL, n);
  if (n % 4 == 0)
    market (strategy, PST_SIDE_BUY, 1000); /* denied */
  if (n == 5 || n == 9)
    {
      market (strategy, PST_SIDE_BUY, 2);
      market (strategy, PST_SIDE_BUY, 2);
    }
}

static void
cancel_one (const PstOrder *order, gpointer user_data)
{
  PstContext *context = user_data;

  if (order->id % 3 == 0)
    pst_context_cancel (context, order->id, NULL);
  else if (order->id % 3 == 1)
    pst_context_modify (context, order->id, order->request.quantity + 1, 0, 0, NULL);
}

/* Orders rest, are changed, and filled in parts. */
static void
rest_and_change (FakeStrategy *strategy, const PstFrame *frame)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  gint64 n = (frame->time_ns - T0) / DAY + 1;
  Fake *fake = strategy->data;

  fake->broker->rests = n % 2 == 0;
  if (n % 4 == 3)
    pst_context_foreach_open_order (context, cancel_one, context);
  trade (strategy, frame);
}

/* A part of every resting order. */
static void
fill_a_part (const PstOrder *order, gpointer user_data)
{
  FakeBroker *broker = user_data;

  if (order->state != PST_ORDER_STATE_SUBMITTED && pst_order_get_open_quantity (order) > 0)
    fake_broker_fill (broker, order, 10000 + (gint64)order->id, 1);
}

static gboolean
fill_resting (FakeBroker *broker, const PstFrame *frame, GError **error)
{
  pst_context_foreach_open_order (pst_component_get_context (PST_COMPONENT (broker)), fill_a_part, broker);
  return TRUE;
}

static void
deny_large (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  if (review->order->request.quantity >= 1000)
    pst_verdict_deny (verdict, "order_size", "quantity=%" G_GINT64_FORMAT, review->order->request.quantity);
  else
    pst_verdict_pass (verdict);
}

typedef struct
{
  Fake fake;
  FakeStore *ledger;
} House;

static PstRunSettings
paper (void)
{
  PstRunSettings settings = fake_settings ();

  settings.mode = PST_MODE_PAPER;
  settings.audit = PST_AUDIT_ORDERS;
  return settings;
}

static void
house_init_with (House *house, const PstRunSettings *settings, gboolean rests)
{
  fake_init (&house->fake, settings, FAKE_WITH_GUARD | FAKE_WITH_JOURNAL);
  house->ledger = fake_add (&house->fake, FAKE_TYPE_STORE, "ledger");
  house->fake.strategy->data = &house->fake;
  house->fake.strategy->on_frame = rests ? rest_and_change : trade;
  house->fake.guard->on_review = deny_large;
  house->fake.broker->fee = 7;
  if (rests)
    house->fake.broker->on_observe = fill_resting;
  for (guint i = 0; i < N_FRAMES; i++)
    fake_feed_add_bar (house->fake.feed, 0, T0 + i * DAY, 10000 + (i * 37) % 500);
}

static void
house_init (House *house, gboolean rests)
{
  PstRunSettings settings = paper ();

  house_init_with (house, &settings, rests);
}

/* The journal's end of what is there, and of a ledger that keeps whole ticks some of them. */
static guint
count_whole (const FakeStore *journal, guint n)
{
  while (n > 0 && g_array_index (journal->records, PstRecord, n - 1).kind != PST_RECORD_TICK)
    n--;
  return n;
}

static void
house_go_on (House *house, const House *before, guint n_journal, guint n_ledger, gboolean rests, PstResume resume)
{
  house_init (house, rests);
  fake_store_take (house->fake.store, before->fake.store, n_journal);
  fake_store_take (house->ledger, before->fake.store, n_ledger);
  pst_run_set_resume (house->fake.run, resume);
}

/* Every record of a store follows the one before by the rules. */
static void
check_story (const FakeStore *store)
{
  g_autoptr (GHashTable) states = g_hash_table_new (NULL, NULL), executions = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 time_ns = G_MININT64, tick_ns = G_MININT64, held = 0, cost = 0;
  PstAuditHead head;
  guint64 n_ticks = 0;

  pst_audit_genesis ("tester", "test-1", &head);
  for (guint i = 0; i < store->records->len; i++)
    {
      const PstRecord *record = &g_array_index (store->records, PstRecord, i);

      g_assert_cmpuint (record->sequence, ==, i + 1);
      g_assert_cmpint (record->time_ns, >=, time_ns);
      time_ns = record->time_ns;
      if (record->kind == PST_RECORD_INTENT || record->kind == PST_RECORD_ORDER)
        {
          PstOrderState from = GPOINTER_TO_UINT (g_hash_table_lookup (states, GSIZE_TO_POINTER (record->order.id)));

          g_assert_true (from == 0 ? record->kind == PST_RECORD_INTENT
                                   : from == record->order.state || pst_order_state_can_change (from, record->order.state));
          g_hash_table_insert (states, GSIZE_TO_POINTER (record->order.id), GUINT_TO_POINTER (record->order.state));
        }
      else if (record->kind == PST_RECORD_FILL)
        {
          gint64 sign = record->fill.side == PST_SIDE_BUY ? 1 : -1;

          g_assert_true (g_hash_table_add (executions, (gpointer)record->fill.execution_id));
          held += sign * record->fill.quantity;
          cost += sign * record->fill.notional;
        }
      else if (record->kind == PST_RECORD_POSITION)
        {
          g_assert_cmpint (record->position.quantity, ==, held);
          g_assert_cmpint (record->position.cost - record->position.realised_profit, ==, cost);
        }
      else if (record->kind == PST_RECORD_TICK)
        {
          g_assert_cmpint (record->time_ns, >, tick_ns);
          g_assert_cmpuint (record->tick.tick, ==, ++n_ticks);
          g_assert_cmpint (record->tick.equity, ==, record->tick.cash + record->tick.mark_to_market);
          tick_ns = record->time_ns;
        }
      else if (record->kind == PST_RECORD_AUDIT)
        {
          PstRecord again = *record;

          pst_audit_seal (&again, &head);
          g_assert_cmpmem (again.audit.hash, PST_AUDIT_HASH_SIZE, record->audit.hash, PST_AUDIT_HASH_SIZE);
        }
    }
  g_assert_cmpuint (n_ticks, ==, N_FRAMES);
}

static void
check_same (const FakeStore *a, const FakeStore *b)
{
  g_assert_cmpuint (a->records->len, ==, b->records->len);
  for (guint i = 0; i < a->records->len; i++)
    {
      g_autoptr (GByteArray) x = g_byte_array_new (), y = g_byte_array_new ();

      pst_record_encode (&g_array_index (a->records, PstRecord, i), x);
      pst_record_encode (&g_array_index (b->records, PstRecord, i), y);
      g_assert_cmpmem (x->data, x->len, y->data, y->len);
    }
}

/* What one would see in the ledger, apart from names: each fill and each tick. */
static char *
tell_trades (const FakeStore *store)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < store->records->len; i++)
    {
      const PstRecord *record = &g_array_index (store->records, PstRecord, i);

      if (record->kind == PST_RECORD_FILL)
        g_string_append_printf (text, "%" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT " at %" G_GINT64_FORMAT " %s\n", record->fill.time_ns,
                                (int)record->fill.side, record->fill.quantity, record->fill.price, record->fill.execution_id);
      else if (record->kind == PST_RECORD_TICK)
        g_string_append_printf (text, "%" G_GINT64_FORMAT " equity %" G_GINT64_FORMAT " fees %" G_GINT64_FORMAT "\n", record->time_ns,
                                record->tick.equity, record->tick.fees);
      else if (record->kind == PST_RECORD_NOTE && strcmp (record->note.name, "SEEN") == 0)
        g_string_append_printf (text, "%s\n", record->note.detail);
    }
  return g_string_free (text, FALSE);
}

static void
check_summary (House *house)
{
  PstSummary *summary = pst_run_get_summary (house->fake.run);

  g_assert_cmpuint (summary->n_frames, ==, N_FRAMES);
  g_assert_cmpuint (summary->n_ticks, ==, N_FRAMES);
  g_assert_cmpuint (summary->total.n_fills, ==, fake_store_count (house->fake.store, PST_RECORD_FILL));
  g_assert_cmpuint (summary->total.n_orders, ==, fake_store_count (house->fake.store, PST_RECORD_INTENT));
  g_assert_cmpuint (summary->n_records, ==, house->fake.store->records->len);
  g_assert_cmpint (summary->initial_equity.amount, ==, fake_money ("1000000 USD"));
  pst_summary_free (summary);
}

/* Whether the run was RUNNING behind the first @n records: if not, it is begun, not resumed. */
static gboolean
has_begun (const FakeStore *store, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_array_index (store->records, PstRecord, i).kind == PST_RECORD_RUN
        && g_array_index (store->records, PstRecord, i).run.state == PST_RUN_STATE_RUNNING)
      return TRUE;
  return FALSE;
}

static void
cut_everywhere (gboolean rests)
{
  House whole;
  g_autofree char *trades = NULL;
  guint n_records;

  house_init (&whole, rests);
  fake_run_ok (&whole.fake);
  trades = tell_trades (whole.fake.store);
  n_records = whole.fake.store->records->len;
  g_assert_cmpuint (fake_store_count (whole.fake.store, PST_RECORD_FILL), >, 4);
  g_assert_cmpuint (fake_store_count (whole.fake.store, PST_RECORD_VERDICT), >, 2);
  for (guint n = 1; n < n_records; n++)
    {
      g_autofree char *again = NULL;
      House house;

      house_go_on (&house, &whole, n, count_whole (whole.fake.store, (guint)g_test_rand_int_range (0, (gint32)n + 1)), rests, PST_RESUME_CONTINUE);
      fake_run_ok (&house.fake);
      check_story (house.fake.store);
      check_same (house.fake.store, house.ledger);
      check_summary (&house);
      g_assert_true (fake_store_has_note (house.fake.store, "RUN_RESUMED") == has_begun (whole.fake.store, n));
      again = tell_trades (house.fake.store);
      g_assert_cmpstr (again, ==, trades);
      fake_clear (&house.fake);
    }
  fake_clear (&whole.fake);
}

static void
test_every_record (void)
{
  cut_everywhere (FALSE);
}

static void
test_every_record_resting (void)
{
  cut_everywhere (TRUE);
}

/* A plan: one purchase for every three frames, and none twice. What it did is nowhere but in its memory. */
static void
follow_plan (FakeStrategy *strategy, const PstFrame *frame)
{
  gint64 n = (frame->time_ns - T0) / DAY + 1;

  while ((gint64)strategy->last_order < n / 3 && pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, n) != 0)
    strategy->last_order++;
}

static void
save_plan (PstComponent *strategy, PstStateFile *state)
{
  pst_state_file_set_int64 (state, "done", (gint64)FAKE_STRATEGY (strategy)->last_order);
}

static gboolean
load_plan (PstComponent *strategy, PstStateFile *state, GError **error)
{
  gint64 done = 0;

  if (!pst_state_file_get_int64 (state, "done", &done, error))
    return FALSE;
  FAKE_STRATEGY (strategy)->last_order = (guint64)done;
  return TRUE;
}

static void
test_plan (void)
{
  PstComponentClass *klass = g_type_class_ref (FAKE_TYPE_STRATEGY);
  g_autofree char *trades = NULL;
  House whole;

  klass->save_state = save_plan;
  klass->load_state = load_plan;
  house_init (&whole, FALSE);
  whole.fake.strategy->on_frame = follow_plan;
  fake_run_ok (&whole.fake);
  trades = tell_trades (whole.fake.store);
  g_assert_cmpuint (fake_store_count (whole.fake.store, PST_RECORD_FILL), ==, N_FRAMES / 3);
  for (guint n = 1; n < whole.fake.store->records->len; n++)
    {
      g_autofree char *again = NULL;
      House house;

      house_go_on (&house, &whole, n, 0, FALSE, PST_RESUME_CONTINUE);
      house.fake.strategy->on_frame = follow_plan;
      fake_run_ok (&house.fake);
      again = tell_trades (house.fake.store);
      g_assert_cmpstr (again, ==, trades);
      fake_clear (&house.fake);
    }
  fake_clear (&whole.fake);
  klass->save_state = NULL;
  klass->load_state = NULL;
  g_type_class_unref (klass);
}

/* Cut off, and cut off again. */
static void
test_twice (void)
{
  g_autofree char *trades = NULL;
  House whole;

  house_init (&whole, FALSE);
  fake_run_ok (&whole.fake);
  trades = tell_trades (whole.fake.store);
  for (guint round = 0; round < 200; round++)
    {
      guint first = (guint)g_test_rand_int_range (1, (gint32)whole.fake.store->records->len), second = (guint)g_test_rand_int_range (0, 12);
      g_autofree char *again = NULL;
      House once, twice;

      house_go_on (&once, &whole, first, 0, FALSE, PST_RESUME_CONTINUE);
      fake_run_ok (&once.fake);
      /* Mostly soon behind the first time, where it is worst. */
      second = MIN (first + second, once.fake.store->records->len - 1);
      house_go_on (&twice, &once, second, count_whole (once.fake.store, second), FALSE, PST_RESUME_CONTINUE);
      fake_run_ok (&twice.fake);
      check_story (twice.fake.store);
      check_same (twice.fake.store, twice.ledger);
      check_summary (&twice);
      again = tell_trades (twice.fake.store);
      g_assert_cmpstr (again, ==, trades);
      fake_clear (&once.fake);
      fake_clear (&twice.fake);
    }
  fake_clear (&whole.fake);
}

/* Orders that rested in the process's own venue end with it, and are not there any more. */
static void
test_orders_end (void)
{
  guint n_ended = 0;
  House whole;

  house_init (&whole, TRUE);
  fake_run_ok (&whole.fake);
  for (guint n = 1; n < whole.fake.store->records->len; n += 3)
    {
      House house;

      house_go_on (&house, &whole, n, 0, TRUE, PST_RESUME_STOP);
      fake_run_ok (&house.fake);
      if (has_begun (whole.fake.store, n))
        g_assert_cmpstr (pst_run_get_end_reason (house.fake.run), ==, "host_restarted");
      for (guint i = n; i < house.fake.store->records->len; i++)
        {
          const PstRecord *record = &g_array_index (house.fake.store->records, PstRecord, i);

          g_assert_true (!has_begun (whole.fake.store, n) || record->kind != PST_RECORD_INTENT);
          n_ended += record->kind == PST_RECORD_ORDER && strcmp (record->order.reason, "host_restarted") == 0;
        }
      g_assert_cmpint (fake_store_get (house.fake.store, PST_RECORD_RUN, 2)->run.state, ==, PST_RUN_STATE_STOPPED);
      fake_clear (&house.fake);
    }
  g_assert_cmpuint (n_ended, >, 10);
  fake_clear (&whole.fake);
}

static void
halt_late (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  deny_large (guard, review, verdict);
  if (guard->n_reviews == 4)
    pst_context_request_trading_state (pst_component_get_context (PST_COMPONENT (guard)), PST_COMPONENT (guard), PST_TRADING_STATE_HALTED, "enough");
}

static void
test_halted (void)
{
  House whole, house;
  guint n = 0;

  house_init (&whole, FALSE);
  whole.fake.guard->on_review = halt_late;
  fake_run_ok (&whole.fake);
  while (g_array_index (whole.fake.store->records, PstRecord, n++).kind != PST_RECORD_TRADING_STATE)
    ;
  house_go_on (&house, &whole, n, 0, FALSE, PST_RESUME_CONTINUE);
  fake_run_ok (&house.fake);
  g_assert_cmpuint (fake_store_count (house.fake.store, PST_RECORD_TRADING_STATE), ==, 1);
  g_assert_cmpuint (fake_store_count (house.fake.store, PST_RECORD_FILL), ==, fake_store_count (whole.fake.store, PST_RECORD_FILL));
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (house.fake.run)), ==, PST_TRADING_STATE_HALTED);
  check_story (house.fake.store);
  fake_clear (&house.fake);
  fake_clear (&whole.fake);
}

static void
refuse (House *house, GQuark domain, int code, const char *what)
{
  g_autoptr (GError) error = NULL;

  pst_run_set_resume (house->fake.run, PST_RESUME_CONTINUE);
  g_assert_false (pst_run_execute (house->fake.run, &error));
  g_assert_error (error, domain, code);
  if (strstr (error->message, what) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, what);
  fake_clear (&house->fake);
}

static void
refuse_changed (const House *whole, PstRunSettings settings, const char *what)
{
  House house;

  house_init_with (&house, &settings, FALSE);
  fake_store_take (house.fake.store, whole->fake.store, 20);
  refuse (&house, PST_RUN_ERROR, settings.mode == PST_MODE_PAPER ? PST_RUN_ERROR_WIRING : PST_RUN_ERROR_STATE, what);
}

static void
test_changed (void)
{
  PstRunSettings settings = paper ();
  House whole, house;

  house_init (&whole, FALSE);
  fake_run_ok (&whole.fake);
  settings.seed = 8;
  settings.pipeline = (char *)"other";
  refuse_changed (&whole, settings, "its pipeline was \"test\" and is \"other\"; its seed was 1 and is 8");
  settings = paper ();
  settings.currency = pst_currency_get ("EUR", NULL);
  refuse_changed (&whole, settings, "its currency was USD and is EUR");
  settings = paper ();
  settings.mode = PST_MODE_LIVE;
  refuse_changed (&whole, settings, "reconciled");
  settings.mode = PST_MODE_BACKTEST;
  refuse_changed (&whole, settings, "run it again");
  house_init (&house, FALSE);
  fake_store_take (house.fake.store, whole.fake.store, 20);
  fake_add (&house.fake, FAKE_TYPE_GUARD, "more");
  refuse (&house, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "component 7 \"more\" of plugin \"fake\" is new");
  house_init (&house, FALSE);
  fake_store_take (house.fake.store, whole.fake.store, 20);
  g_free (house.fake.broker->cash);
  house.fake.broker->cash = g_strdup ("5 USD");
  refuse (&house, PST_RUN_ERROR, PST_RUN_ERROR_STORE, "began with 1000000 USD; by the pipeline as it is now it is 5 USD");
  fake_clear (&whole.fake);
}

/* The journal heard of the end, the ledger did not: it is told, and nothing is run. */
static void
test_ended_only_in_journal (void)
{
  House whole, house;

  house_init (&whole, FALSE);
  fake_run_ok (&whole.fake);
  for (guint n = whole.fake.store->records->len - 1; n > whole.fake.store->records->len - 20; n--)
    {
      house_go_on (&house, &whole, whole.fake.store->records->len, n, FALSE, PST_RESUME_CONTINUE);
      fake_run_ok (&house.fake);
      check_same (house.fake.store, house.ledger);
      g_assert_cmpuint (house.fake.strategy->n_frames, ==, 0);
      fake_clear (&house.fake);
    }
  fake_clear (&whole.fake);
}

static void
test_nothing_to_resume (void)
{
  PstRunSettings settings = paper ();
  House whole, house;

  house_init (&whole, FALSE);
  fake_run_ok (&whole.fake);
  house_init (&house, FALSE);
  refuse (&house, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "there is no such run");
  house_init (&house, FALSE);
  fake_store_take (house.fake.store, whole.fake.store, whole.fake.store->records->len);
  refuse (&house, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "ended");
  house_init (&house, FALSE);
  fake_store_take (house.fake.store, whole.fake.store, 30);
  fake_store_take (house.ledger, whole.fake.store, 31);
  refuse (&house, PST_RUN_ERROR, PST_RUN_ERROR_STORE, "the journal lost its end");
  fake_init (&house.fake, &settings, FAKE_WITH_GUARD | FAKE_WITH_STORE);
  fake_feed_add_bar (house.fake.feed, 0, T0, 100);
  refuse (&house, PST_RUN_ERROR, PST_RUN_ERROR_WIRING, "no store of the pipeline can be read back");
  fake_clear (&whole.fake);
}

/* A journal that says two things at once is not gone on with. */
static void
test_contradictions (void)
{
  House whole, house;
  PstRecord *record;

  house_init (&whole, FALSE);
  fake_run_ok (&whole.fake);
  house_go_on (&house, &whole, whole.fake.store->records->len - 5, 0, FALSE, PST_RESUME_CONTINUE);
  record = (PstRecord *)fake_store_get (house.fake.store, PST_RECORD_FILL, 1);
  record->fill.realised_profit++;
  refuse (&house, PST_RUN_ERROR, PST_RUN_ERROR_STORE, "the position is not what it says");
  fake_clear (&whole.fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-history/every-record", test_every_record);
  g_test_add_func ("/run-history/every-record-with-resting-orders", test_every_record_resting);
  g_test_add_func ("/run-history/plan", test_plan);
  g_test_add_func ("/run-history/twice", test_twice);
  g_test_add_func ("/run-history/orders-end", test_orders_end);
  g_test_add_func ("/run-history/halted", test_halted);
  g_test_add_func ("/run-history/changed", test_changed);
  g_test_add_func ("/run-history/ended-only-in-journal", test_ended_only_in_journal);
  g_test_add_func ("/run-history/nothing-to-resume", test_nothing_to_resume);
  g_test_add_func ("/run-history/contradictions", test_contradictions);
  return g_test_run ();
}
