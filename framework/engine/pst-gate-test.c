/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever strategies ask for and venues tell, in whatever order: what is written down sums up, nothing is left reserved, and memory does not
 * grow with the number of orders. */
#include "engine-fakes.h"
#include "pst-gate.h"
#include "pst-portfolio.h"

#define N_FRAMES 300
#define N_INSTRUMENTS 3

/* A venue that answers at random, but never lies: it fills in parts, late, twice, and after a cancel. */
typedef struct
{
  GRand *rand;
  GArray *working; /* PstOrder, quantity and filled as the venue has them */
  GPtrArray *said; /* PstExecutionReport of fills, to be told again */
} Venue;

typedef struct
{
  Fake fake;
  Venue venue;
  GArray *asked; /* guint64 */
} World;

static PstOrder *
find_working (Venue *venue, guint64 id, guint *at)
{
  for (guint i = 0; i < venue->working->len; i++)
    if (g_array_index (venue->working, PstOrder, i).id == id)
      {
        *at = i;
        return &g_array_index (venue->working, PstOrder, i);
      }
  return NULL;
}

static void
fill_some (FakeBroker *broker, guint at)
{
  World *world = broker->data;
  PstOrder *order = &g_array_index (world->venue.working, PstOrder, at);
  gint64 open = order->request.quantity - order->filled_quantity;
  gint64 quantity = g_rand_boolean (world->venue.rand) ? open : g_rand_int_range (world->venue.rand, 1, (gint32)open + 1);
  PstExecutionReport report
      = { .order_id = order->id, .kind = PST_REPORT_FILL, .price = 9000 + g_rand_int_range (world->venue.rand, 0, 2000), .quantity = quantity };

  report.fee = g_rand_int_range (world->venue.rand, 0, 1000);
  report.fee_currency = pst_currency_get (g_rand_int_range (world->venue.rand, 0, 4) == 0 ? "BNB" : "USD", NULL);
  g_snprintf (report.execution_id, sizeof report.execution_id, "X%u", ++broker->n_executions);
  order->filled_quantity += quantity;
  if (order->filled_quantity == order->request.quantity)
    g_array_remove_index (world->venue.working, at);
  g_ptr_array_add (world->venue.said, pst_execution_report_copy (&report));
  pst_exchange_report (PST_EXCHANGE (broker), &report);
}

static gboolean
venue_submit (FakeBroker *broker, const PstOrder *order, GError **error)
{
  World *world = broker->data;

  switch (g_rand_int_range (world->venue.rand, 0, 6))
    {
    case 0:
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "busy");
      return FALSE;
    case 1:
      fake_broker_tell (broker, order->id, PST_REPORT_REJECTED);
      return TRUE;
    case 2:
      fake_broker_tell (broker, order->id, PST_REPORT_UNKNOWN);
      break;
    default:
      if (g_rand_boolean (world->venue.rand))
        fake_broker_tell (broker, order->id, PST_REPORT_ACCEPTED);
      break;
    }
  g_array_append_val (world->venue.working, *order);
  if (g_rand_boolean (world->venue.rand))
    fill_some (broker, world->venue.working->len - 1);
  return TRUE;
}

static gboolean
venue_cancel (FakeBroker *broker, const PstOrder *order, GError **error)
{
  World *world = broker->data;
  guint at;
  gboolean works = find_working (&world->venue, order->id, &at) != NULL;

  if (works && g_rand_int_range (world->venue.rand, 0, 3) == 0)
    {
      fill_some (broker, at);
      works = find_working (&world->venue, order->id, &at) != NULL;
    }
  if (works)
    g_array_remove_index (world->venue.working, at);
  fake_broker_tell (broker, order->id, works ? PST_REPORT_CANCELED : PST_REPORT_CANCEL_REJECTED);
  return TRUE;
}

static gboolean
venue_modify (FakeBroker *broker, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  World *world = broker->data;
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_MODIFIED, .quantity = quantity, .price = limit_price };
  guint at;
  PstOrder *works = find_working (&world->venue, order->id, &at);

  if (works == NULL || quantity <= works->filled_quantity || g_rand_boolean (world->venue.rand))
    {
      fake_broker_tell (broker, order->id, PST_REPORT_MODIFY_REJECTED);
      return TRUE;
    }
  works->request.quantity = quantity;
  pst_exchange_report (PST_EXCHANGE (broker), &report);
  return TRUE;
}

static gboolean
venue_observe (FakeBroker *broker, const PstFrame *frame, GError **error)
{
  World *world = broker->data;

  for (guint i = world->venue.working->len; i-- > 0;)
    if (g_rand_int_range (world->venue.rand, 0, 3) == 0)
      fill_some (broker, i);
  /* Duplicates, of open orders and closed ones. */
  if (world->venue.said->len > 0 && g_rand_boolean (world->venue.rand))
    pst_exchange_report (PST_EXCHANGE (broker), world->venue.said->pdata[g_rand_int_range (world->venue.rand, 0, world->venue.said->len)]);
  return TRUE;
}

static void
ask_at_random (FakeStrategy *strategy, const PstFrame *frame)
{
  World *world = strategy->data;
  PstContext *context = PST_CONTEXT (world->fake.run);
  GRand *rand = world->venue.rand;

  for (guint i = g_rand_int_range (rand, 0, 4); i > 0; i--)
    {
      PstOrderRequest request = { .instrument = g_rand_int_range (rand, 0, N_INSTRUMENTS), .quantity = g_rand_int_range (rand, 1, 100) };
      guint64 id;

      request.side = g_rand_boolean (rand) ? PST_SIDE_BUY : PST_SIDE_SELL;
      request.type = g_rand_boolean (rand) ? PST_ORDER_TYPE_MARKET : PST_ORDER_TYPE_LIMIT;
      request.limit_price = 9000;
      request.flags = g_rand_int_range (rand, 0, 5) == 0 ? PST_ORDER_FLAG_REDUCE_ONLY : 0;
      id = pst_strategy_submit (PST_STRATEGY (strategy), &request);
      g_array_append_val (world->asked, id);
    }
  for (guint i = g_rand_int_range (rand, 0, 3); i > 0 && world->asked->len > 0; i--)
    {
      guint64 id = g_array_index (world->asked, guint64, g_rand_int_range (rand, MAX (0, (gint)world->asked->len - 20), world->asked->len));

      if (g_rand_boolean (rand))
        pst_context_cancel (context, id, NULL);
      else
        pst_context_modify (context, id, g_rand_int_range (rand, 1, 150), 0, 0, NULL);
    }
  if (g_rand_int_range (rand, 0, 60) == 0)
    pst_run_control_set_trading_state (PST_RUN_CONTROL (world->fake.run), g_rand_int_range (rand, 1, 4), "dice", NULL);
}

/* Sums over the records alone. */
static void
check_records (const FakeStore *store)
{
  gint64 positions[N_INSTRUMENTS] = { 0 }, cash = 0, bnb = 0;
  g_autoptr (GHashTable) filled = g_hash_table_new (NULL, NULL), states = g_hash_table_new (NULL, NULL),
                         executions = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < store->records->len; i++)
    {
      const PstRecord *record = &g_array_index (store->records, PstRecord, i);

      g_assert_cmpuint (record->sequence, ==, i + 1);
      if (record->kind == PST_RECORD_CASH && g_str_equal (record->cash.currency->code, "USD"))
        cash += record->cash.amount;
      if (record->kind == PST_RECORD_INTENT)
        g_hash_table_insert (states, GSIZE_TO_POINTER (record->order.id), GINT_TO_POINTER (record->order.state));
      if (record->kind == PST_RECORD_ORDER)
        {
          PstOrderState before = GPOINTER_TO_INT (g_hash_table_lookup (states, GSIZE_TO_POINTER (record->order.id)));

          g_assert_true (before == record->order.state || pst_order_state_can_change (before, record->order.state));
          g_assert_cmpint (record->order.filled_quantity, <=, record->order.request.quantity);
          g_hash_table_insert (states, GSIZE_TO_POINTER (record->order.id), GINT_TO_POINTER (record->order.state));
          g_hash_table_insert (filled, GSIZE_TO_POINTER (record->order.id), GSIZE_TO_POINTER (record->order.filled_quantity));
        }
      if (record->kind == PST_RECORD_FILL)
        {
          gint64 sign = record->fill.side == PST_SIDE_BUY ? 1 : -1;

          g_assert_true (g_hash_table_add (executions, (gpointer)record->fill.execution_id));
          positions[record->fill.instrument] += sign * record->fill.quantity;
          cash -= sign * record->fill.notional;
          if (record->fill.fee != 0)
            *(g_str_equal (record->fill.fee_currency->code, "USD") ? &cash : &bnb) -= record->fill.fee;
        }
      if (record->kind == PST_RECORD_POSITION)
        g_assert_cmpint (record->position.quantity, ==, positions[record->position.instrument]);
      if (record->kind == PST_RECORD_TICK)
        {
          g_assert_cmpint (record->tick.cash, ==, cash);
          g_assert_cmpint (record->tick.equity, ==, record->tick.cash + record->tick.mark_to_market);
        }
    }
}

static void
init_world (World *world, guint32 seed)
{
  fake_init (&world->fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  g_ptr_array_add (world->fake.feed->instruments, fake_shares ("B", "USD"));
  g_ptr_array_add (world->fake.feed->instruments, fake_shares ("C", "USD"));
  world->venue.rand = g_rand_new_with_seed (seed);
  world->venue.working = g_array_new (FALSE, FALSE, sizeof (PstOrder));
  world->venue.said = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_execution_report_free);
  world->asked = g_array_new (FALSE, FALSE, sizeof (guint64));
  world->fake.broker->data = world;
  world->fake.broker->on_submit = venue_submit;
  world->fake.broker->on_cancel = venue_cancel;
  world->fake.broker->on_modify = venue_modify;
  world->fake.broker->on_observe = venue_observe;
  world->fake.strategy->data = world;
  world->fake.strategy->on_frame = ask_at_random;
  for (guint i = 0; i < N_FRAMES; i++)
    for (guint32 instrument = 0; instrument < N_INSTRUMENTS; instrument++)
      fake_feed_add_bar (world->fake.feed, instrument, T0 + i * DAY, 10000 + g_rand_int_range (world->venue.rand, -500, 500));
}

static void
clear_world (World *world)
{
  fake_clear (&world->fake);
  g_rand_free (world->venue.rand);
  g_array_unref (world->venue.working);
  g_ptr_array_unref (world->venue.said);
  g_array_unref (world->asked);
}

static void
test_random_worlds (void)
{
  guint n_denied = 0, n_fills = 0, n_duplicates = 0;

  for (guint round = 0; round < 40; round++)
    {
      guint32 seed = (guint32)g_test_rand_int ();
      PstSummary *summary;
      World world;

      g_test_message ("seed %u", seed);
      init_world (&world, seed);
      fake_run_ok (&world.fake);
      check_records (world.fake.store);
      summary = pst_run_get_summary (world.fake.run);
      n_denied += summary->total.n_denied;
      n_fills += summary->total.n_fills;
      n_duplicates += fake_store_has_note (world.fake.store, "DUPLICATE_EXECUTION");
      g_assert_cmpuint (summary->total.n_fills, ==, fake_store_count (world.fake.store, PST_RECORD_FILL));
      pst_summary_free (summary);
      clear_world (&world);
    }
  /* The dice did throw what they are here for. */
  g_assert_cmpuint (n_denied, >, 100);
  g_assert_cmpuint (n_fills, >, 1000);
  g_assert_cmpuint (n_duplicates, >, 20);
}

static void
test_same_seed_same_bytes (void)
{
  g_autoptr (GByteArray) bytes = NULL;
  guint32 seed = (guint32)g_test_rand_int ();

  for (guint i = 0; i < 2; i++)
    {
      World world;

      init_world (&world, seed);
      fake_run_ok (&world.fake);
      if (bytes == NULL)
        bytes = g_byte_array_ref (world.fake.store->bytes);
      else
        g_assert_cmpmem (bytes->data, bytes->len, world.fake.store->bytes->data, world.fake.store->bytes->len);
      clear_world (&world);
    }
}

static void
test_client_ids (void)
{
  static const char *const run_ids[]
      = { "r", "a-run-with-a-name-of-26-ch", "a-run-with-a-very-long-name-that-does-not-fit-1", "a-run-with-a-very-long-name-that-does-not-fit-2" };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (run_ids); i++)
    {
      PstGateSettings settings = { .run_id = run_ids[i], .steps_max = 10 };
      g_autoptr (PstInstrumentTable) instruments = pst_instrument_table_new ();
      PstClock *clock = pst_simulated_clock_new (T0);
      PstGateLinks links = { .clock = clock, .instruments = instruments };
      PstGate *gate = pst_gate_new (&links, &settings);
      PstOrderRequest request = { .instrument = 5 };
      const PstOrder *order;
      guint64 id;

      g_assert_cmpuint (pst_gate_submit (gate, 0, &request), ==, 0);
      pst_gate_open (gate);
      id = pst_gate_submit (gate, 0, &request);
      order = pst_gate_get_order (gate, id);
      g_assert_cmpuint (strlen (order->client_id), <, PST_ORDER_ID_SIZE);
      g_assert_true (g_str_has_suffix (order->client_id, "-000001"));
      g_assert_true (g_hash_table_add (seen, g_strdup (order->client_id)));
      /* More than an instant may bring forth is not even taken down. */
      for (guint n = 1; n < 10; n++)
        g_assert_cmpuint (pst_gate_submit (gate, 0, &request), ==, n + 1);
      g_assert_cmpuint (pst_gate_submit (gate, 0, &request), ==, 0);
      g_assert_finalize_object (gate);
      g_object_unref (clock);
    }
}

static void
count (gpointer object, const PstOrder *order, gpointer user_data)
{
  ++*(guint *)user_data;
}

static void
sum_ids (const PstOrder *order, gpointer user_data)
{
  guint64 *sum = user_data;

  g_assert_cmpuint (order->id, >, *sum % 1000);
  *sum = *sum / 1000 * 1000 + 1000 + order->id;
}

static void
rest_five (FakeStrategy *strategy, const PstFrame *frame)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));
  guint64 sum = 0;

  if (strategy->n_frames == 1)
    for (guint i = 0; i < 5; i++)
      pst_strategy_submit (PST_STRATEGY (strategy),
                           &(PstOrderRequest){ .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 1, .limit_price = 1 });
  if (strategy->n_frames == 2)
    pst_context_cancel (context, 3, NULL);
  pst_context_foreach_open_order (context, sum_ids, &sum);
  g_assert_cmpuint (sum, ==, strategy->n_frames == 3 ? 4005 : 5005);
}

static void
test_foreach (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  fake.broker->rests = TRUE;
  fake.strategy->on_frame = rest_five;
  fake_add_closes (&fake, (gint64[]){ 1, 1, 1, -1 });
  fake_run_ok (&fake);
  fake_clear (&fake);
}

static void
test_signal (void)
{
  PstSimulatedClock *clock = PST_SIMULATED_CLOCK (pst_simulated_clock_new (T0));
  g_autoptr (PstInstrumentTable) instruments = pst_instrument_table_new ();
  g_autoptr (PstGuardChain) guards = pst_guard_chain_new ();
  g_autoptr (PstTally) tally = pst_tally_new ();
  g_autoptr (PstRecorder) recorder = pst_recorder_new (PST_CLOCK (clock), instruments);
  g_autoptr (PstPipeline) pipeline = pst_pipeline_new ();
  PstGateSettings settings = { .run_id = "r", .steps_max = 10 };
  PstGateLinks links
      = { .clock = PST_CLOCK (clock), .instruments = instruments, .guards = guards, .tally = tally, .recorder = recorder, .pipeline = pipeline };
  PstGate *gate = pst_gate_new (&links, &settings);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (gate, "order-changed", G_CALLBACK (count), &n);
  pst_gate_open (gate);
  pst_gate_submit (gate, 7, &(PstOrderRequest){ .instrument = 1 });
  g_assert_true (pst_gate_has_work (gate));
  g_assert_true (pst_gate_drain (gate, &error));
  g_assert_false (pst_gate_has_work (gate));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (pst_gate_get_n_open_orders (gate), ==, 0);
  g_assert_cmpuint (pst_gate_get_n_duplicates (gate), ==, 0);
  for (guint i = 0; i < 11; i++)
    pst_gate_submit (gate, 7, &(PstOrderRequest){ .instrument = 1 });
  g_assert_false (pst_gate_drain (gate, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT);
  pst_gate_abandon (gate);
  g_assert_cmpuint (pst_gate_get_n_open_orders (gate), ==, 0);
  g_assert_cmpint (pst_gate_get_trading_state (gate), ==, PST_TRADING_STATE_HALTED);
  g_assert_finalize_object (gate);
  g_object_unref (clock);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gate/random-worlds", test_random_worlds);
  g_test_add_func ("/gate/same-seed-same-bytes", test_same_seed_same_bytes);
  g_test_add_func ("/gate/client-ids", test_client_ids);
  g_test_add_func ("/gate/foreach", test_foreach);
  g_test_add_func ("/gate/signal", test_signal);
  return g_test_run ();
}
