/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a run that leaves orders behind, that trades what it could not write down, or that ends differently the second time. */
#include "engine-fakes.h"

static const gint64 closes[] = { 10000, 10100, 10200, 10100, 9900, 9800, 10000, 10300, -1 };

static void
trade (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames % 2 == 0)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, strategy->n_frames % 4 == 0 ? PST_SIDE_SELL : PST_SIDE_BUY, 10);
  if (strategy->n_frames == 3)
    {
      PstOrderRequest request = { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 1, .limit_price = 1 };

      pst_strategy_submit (PST_STRATEGY (strategy), &request);
    }
}

static void
init (Fake *fake, const PstRunSettings *settings, FakeParts parts)
{
  fake_init (fake, settings, parts);
  fake->strategy->on_frame = trade;
  fake_add_closes (fake, closes);
}

/* Fail the Nth append, for every N: the run ends in ERROR naming the store, nothing is sent after it, the other store gets the rest. */
static void
fail_store (gboolean commits)
{
  for (guint n = 1; n < 200; n++)
    {
      g_autoptr (GError) error = NULL;
      FakeStore *other;
      Fake fake;

      init (&fake, NULL, FAKE_WITH_STORE);
      other = fake_add (&fake, FAKE_TYPE_STORE, "other");
      if (commits)
        fake.store->fail_commit_at = n;
      else
        fake.store->fail_append_at = n;
      if (pst_run_execute (fake.run, &error))
        {
          g_assert_cmpuint (n, >, 10);
          fake_clear (&fake);
          return;
        }
      g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STORE);
      g_assert_nonnull (strstr (error->message, "store \"memory\" cannot "));
      g_assert_cmpint (pst_run_get_state (fake.run), ==, PST_RUN_STATE_ERROR);
      g_assert_cmpint (fake_store_get (other, PST_RECORD_RUN, fake_store_count (other, PST_RECORD_RUN) - 1)->run.state, >=, PST_RUN_STATE_STOPPED);
      g_assert_cmpuint (g_array_index (other->commits, guint, other->commits->len - 1) % 4, ==, PST_COMMIT_END);
      for (guint i = 0; i < fake.strategy->orders->len; i++)
        {
          /* What was not cancelled was final: nothing is left behind. */
          const PstOrder *order = &g_array_index (fake.strategy->orders, PstOrder, i);

          g_assert_null (pst_context_get_order (PST_CONTEXT (fake.run), order->id));
        }
      fake_clear (&fake);
    }
  g_assert_not_reached ();
}

static void
test_append_failures (void)
{
  fail_store (FALSE);
}

static void
test_commit_failures (void)
{
  fail_store (TRUE);
}

static gboolean
count_submit (FakeBroker *broker, const PstOrder *order, GError **error)
{
  ++*(guint *)broker->data;
  fake_broker_tell (broker, order->id, PST_REPORT_ACCEPTED);
  return TRUE;
}

/* An intent whose commit failed was never sent. */
static void
test_nothing_sent_after_failure (void)
{
  g_autoptr (GError) error = NULL;
  guint n_submits = 0;
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->on_submit = count_submit;
  fake.broker->data = &n_submits;
  fake.store->fail_commit_at = 2; /* 1: tick; 2: the first intent */
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_nonnull (strstr (error->message, "cannot commit intents"));
  g_assert_cmpuint (n_submits, ==, 0);
  g_assert_cmpstr (g_array_index (fake.strategy->orders, PstOrder, 0).reason, ==, "trading_halted");
  fake_clear (&fake);
}

static GByteArray *
record_run (guint64 seed, const char *run_id)
{
  PstRunSettings settings = fake_settings ();
  GByteArray *bytes;
  Fake fake;

  settings.seed = seed;
  settings.run_id = (char *)run_id;
  init (&fake, &settings, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.broker->latency_ns = 5 * PST_NS_PER_MS;
  fake.broker->fee = 7;
  fake_run_ok (&fake);
  bytes = g_byte_array_ref (fake.store->bytes);
  fake_clear (&fake);
  return bytes;
}

/* The same inputs and seed give the same bytes. */
static void
test_determinism (void)
{
  g_autoptr (GByteArray) first = record_run (7, "a"), second = record_run (7, "a"), other = record_run (8, "a");

  g_assert_cmpuint (first->len, >, 1000);
  g_assert_cmpmem (first->data, first->len, second->data, second->len);
  g_assert_true (first->len != other->len || memcmp (first->data, other->data, first->len) != 0);
}

/* A venue that answers by timers is waited for at the end. */
static void
test_latency (void)
{
  PstSummary *summary;
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->latency_ns = 5 * PST_NS_PER_MS;
  fake_run_ok (&fake);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->total.n_fills, ==, 5);
  g_assert_cmpint (summary->last_time_ns, ==, T0 + 7 * DAY + 5 * PST_NS_PER_MS);
  g_assert_false (fake_store_has_note (fake.store, "ORDERS_LEFT_OPEN"));
  for (guint i = 1; i < fake_store_count (fake.store, PST_RECORD_TICK); i++)
    g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, i)->time_ns, >, fake_store_get (fake.store, PST_RECORD_TICK, i - 1)->time_ns);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static void
test_mute_venue (void)
{
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->rests = fake.broker->mute = TRUE;
  fake_run_ok (&fake);
  g_assert_true (fake_store_has_note (fake.store, "ORDERS_LEFT_OPEN"));
  fake_clear (&fake);
}

static void
buy_and_hold (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames == 2)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 10);
}

static void
buy_then_rest (FakeStrategy *strategy, const PstFrame *frame)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));

  buy_and_hold (strategy, frame);
  if (strategy->n_frames == 4)
    FAKE_BROKER (pst_context_find_component (context, PST_COMPONENT_KIND_EXCHANGE, "broker"))->rests = TRUE;
}

static void
test_flatten_on_end (void)
{
  for (guint latency = 0; latency < 2; latency++)
    {
      PstRunSettings settings = fake_settings ();
      PstSummary *summary;
      Fake fake;

      settings.flatten_on_end = TRUE;
      init (&fake, &settings, FAKE_WITH_STORE);
      fake.broker->latency_ns = latency * PST_NS_PER_MS;
      fake.strategy->on_frame = buy_and_hold;
      fake_run_ok (&fake);
      summary = pst_run_get_summary (fake.run);
      g_assert_cmpuint (summary->total.n_open_positions, ==, 0);
      g_assert_cmpuint (summary->total.n_fills, ==, 2);
      g_assert_cmpint (summary->total.net_profit.amount, ==, fake_money ("20 USD"));
      pst_summary_free (summary);
      fake_clear (&fake);
    }
}

/* An exit that no bar fills any more is cancelled, and the operator can see what is left. */
static void
test_flatten_in_vain (void)
{
  PstRunSettings settings = fake_settings ();
  Fake fake;

  settings.flatten_on_end = TRUE;
  init (&fake, &settings, FAKE_WITH_STORE);
  fake.strategy->on_frame = buy_then_rest;
  fake_run_ok (&fake);
  g_assert_true (fake_store_has_note (fake.store, "POSITIONS_LEFT_OPEN"));
  g_assert_false (fake_store_has_note (fake.store, "ORDERS_LEFT_OPEN"));
  fake_clear (&fake);
}

static void
test_tick_interval (void)
{
  PstRunSettings settings = fake_settings ();
  PstSummary *summary;
  Fake fake;

  settings.tick_interval_ns = 3 * DAY;
  init (&fake, &settings, FAKE_WITH_STORE);
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_TICK), ==, 4);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, 1)->time_ns, ==, T0 + 3 * DAY);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, 3)->time_ns, ==, T0 + 7 * DAY);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->n_ticks, ==, 8);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static void
test_has_run (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      Fake fake;

      init (&fake, NULL, FAKE_WITH_STORE);
      fake.store->has_run = i == 0;
      fake.store->fail_has_run = i == 1;
      g_assert_false (pst_run_execute (fake.run, &error));
      g_assert_nonnull (strstr (error->message, i == 0 ? "already has a run \"test-1\" of user \"tester\"" : "[store memory]: no space left"));
      g_assert_cmpuint (fake.store->records->len, ==, 0);
      fake_clear (&fake);
    }
}

static gboolean
fail_start (FakeStrategy *strategy, GError **error)
{
  g_set_error_literal (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "no instrument matches");
  return FALSE;
}

/* A run that cannot start leaves no trace, and what was started is stopped. */
static void
test_start_failures (void)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      Fake fake;

      init (&fake, NULL, FAKE_WITH_STORE);
      fake.feed->fail_start = i == 0;
      if (i == 1)
        fake.strategy->on_start = fail_start;
      if (i == 2)
        {
          g_free (fake.broker->cash);
          fake.broker->cash = g_strdup ("lots of money");
        }
      g_assert_false (pst_run_execute (fake.run, &error));
      g_assert_nonnull (
          strstr (error->message, i == 0 ? "[exchange data]: cannot open" : (i == 1 ? "[strategy cross]: no instrument" : "[exchange broker]: ")));
      g_assert_cmpint (pst_run_get_state (fake.run), ==, PST_RUN_STATE_ERROR);
      g_assert_cmpuint (fake.store->records->len, ==, 0);
      for (guint n = 0; n < pst_run_get_n_components (fake.run); n++)
        g_assert_false (pst_component_is_started (pst_run_get_component (fake.run, n)));
      g_assert_cmpuint (pst_context_submit (PST_CONTEXT (fake.run), PST_STRATEGY (fake.strategy), &(PstOrderRequest){ 0 }), ==, 0);
      fake_clear (&fake);
    }
}

static void
test_once (void)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  init (&fake, NULL, FAKE_NONE);
  fake_run_ok (&fake);
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  g_assert_cmpint (pst_run_get_state (fake.run), ==, PST_RUN_STATE_STOPPED);
  fake_clear (&fake);
}

static gboolean
buy_in_start (FakeStrategy *strategy, GError **error)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));

  g_assert_cmpint (pst_context_now_ns (context), ==, T0);
  g_assert_cmpint (pst_context_get_equity (context, NULL).amount, ==, fake_money ("1000000 USD"));
  pst_context_note (context, PST_COMPONENT (strategy), "STARTED", "x=1");
  pst_component_raise_alert (PST_COMPONENT (strategy), PST_SEVERITY_INFO, "test", "hello", "world");
  pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 1);
  return TRUE;
}

static gboolean
rest_submit (FakeBroker *broker, const PstOrder *order, GError **error)
{
  fake_broker_tell (broker, order->id, PST_REPORT_ACCEPTED);
  return TRUE;
}

/* What strategies ask for and say in start() comes after the run's own first records. */
static void
test_ask_in_start (void)
{
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.strategy->on_frame = NULL;
  fake.strategy->on_start = buy_in_start;
  fake.broker->on_submit = rest_submit;
  fake_run_ok (&fake);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_INTENT, 0)->time_ns, ==, T0);
  g_assert_true (fake_store_has_note (fake.store, "STARTED"));
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_ALERT), ==, 1);
  g_assert_cmpint (g_array_index (fake.store->records, PstRecord, 0).kind, ==, PST_RECORD_RUN);
  g_assert_cmpuint (fake_store_get (fake.store, PST_RECORD_NOTE, 0)->sequence, >, fake_store_get (fake.store, PST_RECORD_RUN, 1)->sequence);
  fake_clear (&fake);
}

static gboolean
fail_at_fourth (FakeBroker *broker, const PstFrame *frame, GError **error)
{
  if (frame->sequence < 4)
    return TRUE;
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "book is broken");
  return FALSE;
}

static void
test_observer_fails (void)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->on_observe = fail_at_fourth;
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT);
  g_assert_cmpstr (error->message, ==, "[exchange broker]: book is broken");
  g_assert_cmpuint (fake.strategy->n_frames, ==, 3);
  fake_clear (&fake);
}

/* Whoever is away from the screen hears once that a run broke, why, and before the run's last record. */
static void
test_alarm (void)
{
  g_autoptr (GError) error = NULL;
  const PstRecord *alarm;
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->on_observe = fail_at_fourth;
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_ALERT), ==, 1);
  alarm = fake_store_get (fake.store, PST_RECORD_ALERT, 0);
  g_assert_cmpint (alarm->alert.severity, ==, PST_SEVERITY_CRITICAL);
  g_assert_cmpstr (alarm->alert.category, ==, "system");
  g_assert_cmpstr (alarm->alert.title, ==, "Critical execution exception");
  g_assert_cmpstr (alarm->alert.message, ==, "[exchange broker]: book is broken");
  g_assert_cmpuint (alarm->alert.component, ==, G_MAXUINT32);
  g_assert_cmpuint (alarm->sequence, <, fake_store_get (fake.store, PST_RECORD_RUN, 2)->sequence);
  fake_clear (&fake);
}

static void
note_state (PstRun *run, const PstRecord *record, gpointer user_data)
{
  g_string_append_printf (user_data, "%d", record->run.state);
}

static void
connect_and_cut (FakeFeed *feed)
{
  pst_exchange_set_connection (PST_EXCHANGE (feed), feed->n_pulls % 2 != 0 ? PST_CONNECTION_CONNECTED : PST_CONNECTION_DISCONNECTED);
}

static void
test_signals (void)
{
  g_autoptr (GString) states = g_string_new (NULL);
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  fake.feed->on_pull = connect_and_cut;
  g_signal_connect (fake.run, "state-changed", G_CALLBACK (note_state), states);
  fake_run_ok (&fake);
  g_assert_cmpstr (states->str, ==, "123");
  g_assert_true (fake_store_has_note (fake.store, "CONNECTION_CHANGED"));
  fake_clear (&fake);
}

static void
add_late (FakeFeed *feed)
{
  g_autoptr (PstInstrument) instrument = NULL;

  if (feed->n_pulls != 2)
    return;
  instrument = fake_coins ("EUR", "USD");
  g_assert_cmpuint (pst_exchange_add_instrument (PST_EXCHANGE (feed), instrument, NULL), ==, 1);
  fake_feed_add_bar (feed, 1, T0 + 100 * DAY, 110);
}

/* An instrument that comes while the run goes on gets its record before any that names it, and may price what had no price. */
static void
test_late_instrument (void)
{
  PstSummary *summary;
  Fake fake;

  init (&fake, NULL, FAKE_WITH_STORE);
  g_free (fake.broker->cash);
  fake.broker->cash = g_strdup ("1000 USD;100 EUR");
  fake.feed->on_pull = add_late;
  fake.strategy->on_frame = NULL;
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_INSTRUMENT), ==, 2);
  g_assert_cmpuint (fake_store_get (fake.store, PST_RECORD_TICK, 0)->tick.n_unpriced, ==, 1);
  g_assert_cmpuint (fake_store_get (fake.store, PST_RECORD_TICK, 8)->tick.n_unpriced, ==, 0);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpint (summary->final_equity.amount, ==, fake_money ("1110 USD"));
  /* A deposit is no profit when its first price comes. */
  g_assert_cmpint (summary->initial_equity.amount, ==, fake_money ("1110 USD"));
  pst_summary_free (summary);
  fake_clear (&fake);
}

typedef struct
{
  PstContext *context;
  GString *fired;
} Timer;

static void
fire (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Timer *timer = user_data;

  g_assert_cmpint (pst_clock_now_ns (clock), ==, due_ns);
  g_string_append_printf (timer->fired, "%d ", (int)((due_ns - T0) / (DAY / 2)));
  if (due_ns < T0 + 3 * DAY)
    pst_clock_add_timer (clock, due_ns + DAY / 2, fire, timer, NULL);
}

static gboolean
start_timer (FakeStrategy *strategy, GError **error)
{
  Timer *timer = strategy->data;
  PstClock *clock;

  timer->context = pst_component_get_context (PST_COMPONENT (strategy));
  clock = pst_context_get_clock (timer->context);
  pst_clock_add_timer (clock, pst_clock_now_ns (clock) + DAY / 2, fire, timer, NULL);
  return TRUE;
}

static void
test_timers (void)
{
  g_autoptr (GString) fired = g_string_new (NULL);
  Timer timer = { NULL, fired };
  Fake fake;

  init (&fake, NULL, FAKE_NONE);
  fake.strategy->on_frame = NULL;
  fake.strategy->on_start = start_timer;
  fake.strategy->data = &timer;
  fake_run_ok (&fake);
  g_assert_cmpstr (fired->str, ==, "1 2 3 4 5 6 ");
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-life/append-failures", test_append_failures);
  g_test_add_func ("/run-life/commit-failures", test_commit_failures);
  g_test_add_func ("/run-life/nothing-sent-after-failure", test_nothing_sent_after_failure);
  g_test_add_func ("/run-life/determinism", test_determinism);
  g_test_add_func ("/run-life/latency", test_latency);
  g_test_add_func ("/run-life/mute-venue", test_mute_venue);
  g_test_add_func ("/run-life/flatten-on-end", test_flatten_on_end);
  g_test_add_func ("/run-life/flatten-in-vain", test_flatten_in_vain);
  g_test_add_func ("/run-life/tick-interval", test_tick_interval);
  g_test_add_func ("/run-life/has-run", test_has_run);
  g_test_add_func ("/run-life/start-failures", test_start_failures);
  g_test_add_func ("/run-life/once", test_once);
  g_test_add_func ("/run-life/ask-in-start", test_ask_in_start);
  g_test_add_func ("/run-life/observer-fails", test_observer_fails);
  g_test_add_func ("/run-life/alarm", test_alarm);
  g_test_add_func ("/run-life/signals", test_signals);
  g_test_add_func ("/run-life/late-instrument", test_late_instrument);
  g_test_add_func ("/run-life/timers", test_timers);
  return g_test_run ();
}
