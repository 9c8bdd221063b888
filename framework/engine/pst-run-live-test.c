/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: orders whose timers wait for a frame that does not come, fills that are written down late or at a wrong time, a Ctrl-C that
 * waits for the market, and a pipeline that cannot run but is started. */
#include "../check/pst-simulated-transport.h"
#include "engine-fakes.h"

#include <string.h>

typedef struct _World World;
typedef void (*Step) (World *world, guint n);

/* A run in real time whose time the test moves: at each turn of the run's context the world takes one step. */
struct _World
{
  Fake fake;
  PstSimulatedClock *wall;
  GSource *source;
  Step step;
  guint n_steps;
  gint64 fired_ns[4];
  guint n_fired;
  guint n_progress;
};

static gboolean
on_turn (gpointer user_data)
{
  World *world = user_data;

  if (pst_run_get_state (world->fake.run) != PST_RUN_STATE_RUNNING)
    return G_SOURCE_REMOVE;
  g_assert_cmpuint (++world->n_steps, <, 1000);
  world->step (world, world->n_steps);
  return G_SOURCE_CONTINUE;
}

static void
start_world (FakeFeed *feed)
{
  World *world = feed->data;
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  world->source = g_idle_source_new ();
  g_source_set_priority (world->source, G_PRIORITY_DEFAULT);
  g_source_set_callback (world->source, on_turn, world, NULL);
  g_source_attach (world->source, context);
}

static void
world_init (World *world, Step step, FakeParts parts)
{
  PstRunSettings settings = fake_settings ();

  *world = (World){ .step = step };
  settings.mode = PST_MODE_PAPER;
  settings.guards_none = TRUE;
  fake_init (&world->fake, &settings, parts);
  world->wall = PST_SIMULATED_CLOCK (pst_simulated_clock_new (T0));
  pst_run_set_clock (world->fake.run, PST_CLOCK (world->wall));
  world->fake.feed->live = TRUE;
  world->fake.feed->frames_per_block = 1;
  world->fake.feed->on_start = start_world;
  world->fake.feed->data = world;
  world->fake.strategy->data = world;
  world->fake.broker->data = world;
}

static void
world_clear (World *world)
{
  if (world->source != NULL)
    g_source_destroy (world->source);
  g_clear_pointer (&world->source, g_source_unref);
  fake_clear (&world->fake);
  g_assert_finalize_object (world->wall);
}

static void
pass (World *world, gint64 duration_ns)
{
  g_assert_true (pst_simulated_clock_advance_to (world->wall, pst_clock_now_ns (PST_CLOCK (world->wall)) + duration_ns));
}

static gint64
since_start (gint64 time_ns)
{
  return (time_ns - T0) / PST_NS_PER_MS;
}

/* A bar that is received @ago_ms before the present. */
static void
publish (World *world, FakeFeed *feed, guint32 instrument, gint64 close, gint64 ago_ms)
{
  fake_feed_add_bar (feed, instrument, pst_clock_now_ns (PST_CLOCK (world->wall)) - ago_ms * PST_NS_PER_MS, close);
  g_assert_cmpint (fake_feed_publish (feed, NULL), ==, PST_FEED_MORE);
}

static void
stop (World *world)
{
  g_assert_true (pst_run_control_stop (PST_RUN_CONTROL (world->fake.run), "seen enough", NULL));
}

static gint64
tick_ms (World *world, guint n)
{
  return since_start (fake_store_get (world->fake.store, PST_RECORD_TICK, n)->time_ns);
}

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  World *world = user_data;

  g_assert_cmpint (pst_clock_now_ns (clock), ==, due_ns);
  world->fired_ns[world->n_fired++] = due_ns;
  fake_submit (&world->fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 10, 0, 0);
}

static gboolean
add_timers (FakeStrategy *strategy, GError **error)
{
  PstClock *clock = pst_context_get_clock (pst_component_get_context (PST_COMPONENT (strategy)));

  pst_clock_add_timer (clock, T0 + 20 * PST_NS_PER_MS, on_timer, strategy->data, NULL);
  pst_clock_add_timer (clock, T0 + 30 * PST_NS_PER_MS, on_timer, strategy->data, NULL);
  return TRUE;
}

static void
silent_market (World *world, guint n)
{
  switch (n)
    {
    case 1:
      publish (world, world->fake.feed, 0, 10000, 0);
      break;
    case 2:
      pass (world, 25 * PST_NS_PER_MS);
      break;
    case 4:
      /* The first timer has fired, at its time, and what it bought is there: no frame was needed. */
      g_assert_cmpuint (world->n_fired, ==, 1);
      g_assert_cmpint (pst_strategy_get_position (PST_STRATEGY (world->fake.strategy), 0)->quantity, ==, 10);
      pass (world, 25 * PST_NS_PER_MS);
      break;
    case 8:
      g_assert_cmpuint (world->n_fired, ==, 2);
      stop (world);
      break;
    default:
      break;
    }
}

/* Timers fire on time without frames, and what they change is a tick of its own, written down before anything else happens. */
static void
test_timers (void)
{
  World world;

  world_init (&world, silent_market, FAKE_WITH_STORE);
  world.fake.strategy->on_start = add_timers;
  fake_run_ok (&world.fake);
  g_assert_cmpint (since_start (world.fired_ns[0]), ==, 20);
  g_assert_cmpint (since_start (world.fired_ns[1]), ==, 30);
  g_assert_cmpuint (fake_store_count (world.fake.store, PST_RECORD_TICK), ==, 3);
  g_assert_cmpint (tick_ms (&world, 0), ==, 0);
  g_assert_cmpint (tick_ms (&world, 1), ==, 25);
  g_assert_cmpint (tick_ms (&world, 2), ==, 50);
  g_assert_cmpstr (pst_run_get_end_reason (world.fake.run), ==, "seen enough");
  world_clear (&world);
}

static void
see_time (FakeStrategy *strategy, const PstFrame *frame)
{
  World *world = strategy->data;

  g_assert_cmpint (pst_context_now_ns (pst_component_get_context (PST_COMPONENT (strategy))), ==, frame->time_ns);
  world->fired_ns[world->n_fired++] = since_start (frame->time_ns);
}

static void
two_venues (World *world, guint n)
{
  FakeFeed *second = FAKE_FEED (pst_context_find_component (PST_CONTEXT (world->fake.run), PST_COMPONENT_KIND_EXCHANGE, "second"));

  pass (world, 10 * PST_NS_PER_MS);
  if (n == 1)
    publish (world, world->fake.feed, 0, 100, 0);
  else if (n == 2)
    publish (world, second, 1, 100, 15);
  else if (n == 3)
    publish (world, second, 1, 100, 0);
  else if (n == 4)
    stop (world);
}

/* Time never goes back, whatever a second venue says. */
static void
test_two_venues (void)
{
  FakeFeed *second;
  World world;

  world_init (&world, two_venues, FAKE_WITH_STORE);
  second = fake_add (&world.fake, FAKE_TYPE_FEED, "second");
  second->live = TRUE;
  second->frames_per_block = 1;
  g_ptr_array_add (second->instruments, fake_shares ("MSFT", "USD"));
  world.fake.strategy->on_frame = see_time;
  fake_run_ok (&world.fake);
  g_assert_cmpuint (world.n_fired, ==, 3);
  g_assert_cmpint (world.fired_ns[0], ==, 10);
  /* Received at 5 ms, says its venue; the run has been at 10. */
  g_assert_cmpint (world.fired_ns[1], ==, 10);
  g_assert_cmpint (world.fired_ns[2], ==, 30);
  for (guint i = 1; i < fake_store_count (world.fake.store, PST_RECORD_TICK); i++)
    g_assert_cmpint (tick_ms (&world, i), >, tick_ms (&world, i - 1));
  world_clear (&world);
}

static gboolean
keep_quiet (FakeBroker *broker, const PstOrder *order, GError **error)
{
  return TRUE;
}

static void
late_answer (World *world, guint n)
{
  PstStrategy *strategy = PST_STRATEGY (world->fake.strategy);
  PstContext *context = PST_CONTEXT (world->fake.run);

  pass (world, PST_NS_PER_MS);
  if (n == 1)
    publish (world, world->fake.feed, 0, 10000, 0);
  if (n == 2)
    fake_submit (&world->fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 10, 9000, 0);
  if (n == 3)
    {
      /* Asked for outside of a frame, sent at once. */
      g_assert_cmpint (pst_context_get_order (context, 1)->state, ==, PST_ORDER_STATE_SUBMITTED);
      fake_broker_tell (world->fake.broker, 1, PST_REPORT_ACCEPTED);
      fake_broker_fill (world->fake.broker, pst_context_get_order (context, 1), 9000, 10);
    }
  if (n == 4)
    {
      g_assert_cmpint (pst_strategy_get_position (strategy, 0)->quantity, ==, 10);
      g_assert_true (pst_run_control_flatten (PST_RUN_CONTROL (world->fake.run), "out", NULL));
    }
  if (n == 5)
    {
      fake_broker_fill (world->fake.broker, pst_context_get_order (context, 2), 9100, 10);
    }
  if (n == 7)
    {
      g_assert_cmpint (pst_strategy_get_position (strategy, 0)->quantity, ==, 0);
      stop (world);
    }
}

/* What a venue says without a frame is applied at once and stamped with the present; so is what an operator wants. */
static void
test_reports (void)
{
  World world;

  world_init (&world, late_answer, FAKE_WITH_STORE);
  world.fake.broker->on_submit = keep_quiet;
  fake_run_ok (&world.fake);
  g_assert_cmpuint (fake_store_count (world.fake.store, PST_RECORD_FILL), ==, 2);
  g_assert_cmpint (since_start (fake_store_get (world.fake.store, PST_RECORD_FILL, 0)->time_ns), ==, 3);
  g_assert_cmpint (since_start (fake_store_get (world.fake.store, PST_RECORD_FILL, 1)->time_ns), ==, 5);
  /* Each fill is in the books of its own time. */
  g_assert_cmpint (tick_ms (&world, fake_store_count (world.fake.store, PST_RECORD_TICK) - 1), ==, 5);
  world_clear (&world);
}

static gpointer
interrupt_from_afar (gpointer user_data)
{
  pst_run_interrupt (user_data);
  return NULL;
}

static void
rest_and_wait (World *world, guint n)
{
  if (n == 1)
    publish (world, world->fake.feed, 0, 10000, 0);
  else if (n == 2)
    fake_submit (&world->fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 10, 9000, 0);
  else if (n == 4)
    {
      world->fake.broker->latency_ns = 5 * PST_NS_PER_MS;
      g_thread_join (g_thread_new ("operator", interrupt_from_afar, world->fake.run));
    }
  else if (n > 4)
    {
      /* The market goes on while the venue confirms the cancel. */
      publish (world, world->fake.feed, 0, 10000 + n, 0);
      pass (world, PST_NS_PER_MS);
    }
}

/* The end waits for the venue in real time. */
static void
test_interrupt (void)
{
  World world;

  world_init (&world, rest_and_wait, FAKE_WITH_STORE);
  world.fake.broker->rests = TRUE;
  fake_run_ok (&world.fake);
  g_assert_cmpstr (pst_run_get_end_reason (world.fake.run), ==, "interrupted");
  g_assert_cmpint (g_array_index (world.fake.strategy->orders, PstOrder, world.fake.strategy->orders->len - 1).state, ==, PST_ORDER_STATE_CANCELED);
  g_assert_false (fake_store_has_note (world.fake.store, "ORDERS_LEFT_OPEN"));
  g_assert_cmpuint (world.n_steps, >, 8);
  /* Strategies see nothing of it. */
  g_assert_cmpuint (world.fake.strategy->n_frames, ==, 1);
  world_clear (&world);
}

static void
rest_for_ever (World *world, guint n)
{
  rest_and_wait (world, n);
  if (n > 4)
    pass (world, PST_NS_PER_SECOND);
}

/* ... but not for ever, and says what it leaves behind. */
static void
test_mute_venue (void)
{
  World world;

  world_init (&world, rest_for_ever, FAKE_WITH_STORE);
  world.fake.broker->rests = world.fake.broker->mute = TRUE;
  fake_run_ok (&world.fake);
  g_assert_true (fake_store_has_note (world.fake.store, "ORDERS_LEFT_OPEN"));
  g_assert_cmpint (since_start (pst_clock_now_ns (PST_CLOCK (world.wall))), >=, 10000);
  g_assert_cmpint (since_start (pst_clock_now_ns (PST_CLOCK (world.wall))), <, 13000);
  world_clear (&world);
}

static void
buy_on_first (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames == 1)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 10);
}

static void
buy_and_leave (World *world, guint n)
{
  pass (world, PST_NS_PER_MS);
  publish (world, world->fake.feed, 0, 10000 + n, 0);
  if (n == 2)
    {
      world->fake.broker->latency_ns = 5 * PST_NS_PER_MS;
      stop (world);
    }
}

static void
test_flatten_on_end (void)
{
  PstRunSettings settings = fake_settings ();
  PstSummary *summary;
  World world;

  world_init (&world, buy_and_leave, FAKE_NONE);
  settings.mode = PST_MODE_PAPER;
  settings.guards_none = settings.flatten_on_end = TRUE;
  fake_clear (&world.fake);
  fake_init (&world.fake, &settings, FAKE_WITH_STORE);
  pst_run_set_clock (world.fake.run, PST_CLOCK (world.wall));
  world.fake.feed->live = TRUE;
  world.fake.feed->on_start = start_world;
  world.fake.feed->data = &world;
  world.fake.strategy->on_frame = buy_on_first;
  fake_run_ok (&world.fake);
  summary = pst_run_get_summary (world.fake.run);
  g_assert_cmpuint (summary->total.n_open_positions, ==, 0);
  g_assert_cmpuint (summary->total.n_fills, ==, 2);
  g_assert_cmpuint (summary->feeds->len, ==, 1);
  /* Sold at the price of 5 ms later, not at that of the decision. */
  g_assert_cmpint (summary->total.net_profit.amount, >, fake_money ("0.1 USD"));
  pst_summary_free (summary);
  world_clear (&world);
}

static void
on_progress (PstRun *run, const PstFeedCounts *counts, double fraction, gint64 time_ns, gpointer user_data)
{
  World *world = user_data;

  world->n_progress++;
  pst_run_interrupt (run);
}

static gboolean
buy_in_a_millisecond (FakeStrategy *strategy, GError **error)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));

  pst_clock_add_timer (pst_context_get_clock (context), pst_context_now_ns (context) + PST_NS_PER_MS, on_timer, strategy->data, NULL);
  return TRUE;
}

static void
end_after_order (FakeStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  g_thread_join (g_thread_new ("operator", interrupt_from_afar, pst_component_get_context (PST_COMPONENT (strategy))));
}

static void
nothing (World *world, guint n)
{
  g_source_set_ready_time (world->source, -1);
}

/* The machine's own clock: the run sleeps, a timer wakes it, it sleeps, another thread wakes it. */
static void
test_machine_clock (void)
{
  g_autoptr (PstClock) clock = pst_system_clock_new (NULL);
  gint64 before_ns = pst_clock_now_ns (clock);
  World world;

  world_init (&world, nothing, FAKE_WITH_STORE);
  world.fake.feed->on_start = NULL;
  pst_run_set_clock (world.fake.run, NULL);
  world.fake.strategy->on_start = buy_in_a_millisecond;
  world.fake.strategy->on_order = end_after_order;
  world.fake.broker->rests = TRUE;
  fake_run_ok (&world.fake);
  g_assert_cmpuint (world.n_fired, ==, 1);
  g_assert_cmpint (world.fired_ns[0], >=, before_ns + PST_NS_PER_MS);
  g_assert_cmpstr (pst_run_get_end_reason (world.fake.run), ==, "interrupted");
  world_clear (&world);
}

/* Who watches a silent market still sees the time pass. */
static void
test_progress (void)
{
  World world;

  world_init (&world, nothing, FAKE_NONE);
  world.fake.feed->on_start = NULL;
  pst_run_set_clock (world.fake.run, NULL);
  pst_run_set_progress (world.fake.run, on_progress, &world);
  fake_run_ok (&world.fake);
  g_assert_cmpuint (world.n_progress, >=, 1);
  world_clear (&world);
}

static void
refuse (PstMode mode, gboolean mixed, const char *text)
{
  g_autoptr (GError) error = NULL;
  PstRunSettings settings = fake_settings ();
  Fake fake;

  settings.mode = mode;
  settings.guards_none = TRUE;
  fake_init (&fake, &settings, FAKE_WITH_JOURNAL);
  fake.feed->live = TRUE;
  if (mixed)
    fake_add (&fake, FAKE_TYPE_FEED, "bars");
  g_assert_false (pst_run_prepare (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_WIRING);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_nonnull (strstr (error->message, "capture=FILE"));
  fake_clear (&fake);
}

static void
test_refusals (void)
{
  refuse (PST_MODE_BACKTEST, FALSE, "[exchange data] has its data in real time, and a backtest has none; set mode=paper");
  refuse (PST_MODE_PAPER, TRUE, "[exchange data] has its data in real time, [exchange bars] has historical data");
  refuse (PST_MODE_LIVE, TRUE, "[exchange data] has its data in real time, [exchange bars] has historical data");
}

static PstTransport *
make_transport (PstClock *clock, PstComponent *component, gpointer user_data, GError **error)
{
  PstSimulatedTransport **made = user_data;

  g_assert_null (*made);
  *made = pst_simulated_transport_new (clock, 1);
  return g_object_ref (PST_TRANSPORT (*made));
}

static void
forget_transport (gpointer user_data)
{
  g_clear_object ((PstSimulatedTransport **)user_data);
}

static gboolean
connect_in_start (FakeStrategy *strategy, GError **error)
{
  World *world = strategy->data;
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  g_autoptr (PstTransport) transport = pst_context_create_transport (context, PST_COMPONENT (strategy), error);

  if (transport == NULL)
    return FALSE;
  /* Its time is the machine's, not the logical one of the run. */
  g_assert_true (pst_transport_get_clock (transport) == PST_CLOCK (world->wall));
  return TRUE;
}

static void
refuse_transport (World *world, const char *text)
{
  g_autoptr (GError) error = NULL;

  world->fake.strategy->on_start = connect_in_start;
  g_assert_false (pst_run_execute (world->fake.run, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, text));
  world_clear (world);
}

static void
stop_at_once (World *world, guint n)
{
  stop (world);
}

static void
test_transport (void)
{
  g_autoptr (GError) error = NULL;
  PstSimulatedTransport *made = NULL;
  World world;

  world_init (&world, stop_at_once, FAKE_NONE);
  world.fake.strategy->on_start = connect_in_start;
  pst_run_set_transport_factory (world.fake.run, make_transport, &made, forget_transport);
  g_assert_null (pst_context_create_transport (PST_CONTEXT (world.fake.run), PST_COMPONENT (world.fake.strategy), &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  fake_run_ok (&world.fake);
  g_assert_nonnull (made);
  world_clear (&world);
  g_assert_null (made);

  world_init (&world, stop_at_once, FAKE_NONE);
  refuse_transport (&world, "\"cross\" cannot connect: this host reaches nothing outside");
  world_init (&world, stop_at_once, FAKE_NONE);
  world.fake.feed->live = FALSE;
  refuse_transport (&world, "the run is on historical data");
}

static void
test_transport_backtest (void)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  fake.strategy->on_start = connect_in_start;
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "a backtest reaches nothing outside"));
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-live/timers", test_timers);
  g_test_add_func ("/run-live/two-venues", test_two_venues);
  g_test_add_func ("/run-live/reports", test_reports);
  g_test_add_func ("/run-live/interrupt", test_interrupt);
  g_test_add_func ("/run-live/mute-venue", test_mute_venue);
  g_test_add_func ("/run-live/flatten-on-end", test_flatten_on_end);
  g_test_add_func ("/run-live/machine-clock", test_machine_clock);
  g_test_add_func ("/run-live/progress", test_progress);
  g_test_add_func ("/run-live/refusals", test_refusals);
  g_test_add_func ("/run-live/transport", test_transport);
  g_test_add_func ("/run-live/transport-backtest", test_transport_backtest);
  return g_test_run ();
}
