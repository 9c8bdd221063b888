/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole legal run as records: the smallest story that has every kind of record in it, and as many ticks as the test wants. */

#include "pst-check-records.h"

#include <string.h>

#define START_NS (G_GINT64_CONSTANT (1577836800) * PST_NS_PER_SECOND) /* 2020-01-01 */
#define EXCHANGE_DATA 0
#define EXCHANGE_BROKER 1
#define STRATEGY 2
#define GUARD 3
#define STORE 4

typedef struct
{
  GPtrArray *records;
  const char *user_id;
  const char *run_id;
  const PstCurrency *usd;
  PstInstrument *instrument;
  PstAccount *account;
  PstPosition position;
  guint64 n_orders;
  guint64 n_fills;
  guint64 n_opportunities;
  guint64 n_snapshots;
  guint64 n_states;
  PstAuditHead audit;
  gint64 time_ns;
} Story;

static PstRecord *
tell (Story *story, PstRecordKind kind)
{
  PstRecord *record = g_new0 (PstRecord, 1);

  g_ptr_array_add (story->records, record);
  record->sequence = story->records->len;
  record->time_ns = story->time_ns;
  record->kind = kind;
  return record;
}

static void
tell_run (Story *story, PstRunState state, const char *reason)
{
  PstRunRecord *run = &tell (story, PST_RECORD_RUN)->run;

  run->state = state;
  run->mode = PST_MODE_BACKTEST;
  run->seed = 1;
  run->currency = story->usd;
  g_strlcpy (run->user_id, story->user_id, sizeof run->user_id);
  g_strlcpy (run->run_id, story->run_id, sizeof run->run_id);
  g_strlcpy (run->pipeline, "check", sizeof run->pipeline);
  g_strlcpy (run->reason, reason, sizeof run->reason);
}

static void
tell_component (Story *story, guint32 index, PstComponentKind kind, const char *name, const char *plugin)
{
  PstComponentRecord *component = &tell (story, PST_RECORD_COMPONENT)->component;

  component->index = index;
  component->kind = kind;
  g_strlcpy (component->name, name, sizeof component->name);
  g_strlcpy (component->plugin, plugin, sizeof component->plugin);
}

/* One link of the run's audit chain. */
static void
tell_audit (Story *story, guint32 component, const char *actor, const char *action, const char *why, const char *before, const char *after)
{
  PstRecord *record = tell (story, PST_RECORD_AUDIT);
  PstAuditRecord *audit = &record->audit;

  audit->component = component;
  audit->actor_kind = component != G_MAXUINT32 ? PST_AUDIT_ACTOR_COMPONENT : *actor != '\0' ? PST_AUDIT_ACTOR_OPERATOR : PST_AUDIT_ACTOR_SYSTEM;
  audit->order_id = strcmp (action, "ORDER_DENIED") == 0 ? story->n_orders : 0;
  g_strlcpy (audit->actor, actor, sizeof audit->actor);
  g_strlcpy (audit->action, action, sizeof audit->action);
  g_strlcpy (audit->why, why, sizeof audit->why);
  g_strlcpy (audit->before, before, sizeof audit->before);
  g_strlcpy (audit->after, after, sizeof audit->after);
  pst_audit_seal (record, &story->audit);
}

static void
tell_state (Story *story, guint32 component, const char *key, const char *value)
{
  PstStateRecord *state = &tell (story, PST_RECORD_STATE)->state;

  state->number = story->n_states;
  state->component = component;
  g_strlcpy (state->key, key, sizeof state->key);
  g_strlcpy (state->value, value, sizeof state->value);
}

static void
tell_states (Story *story, const char *trading_state)
{
  story->n_states++;
  tell_state (story, G_MAXUINT32, "trading-state", trading_state);
  tell_state (story, GUARD, "spent", "12.5 USD");
}

static void
tell_snapshot (Story *story, gint64 price)
{
  PstSnapshotRecord *snapshot = &tell (story, PST_RECORD_SNAPSHOT)->snapshot;

  snapshot->cause = PST_SNAPSHOT_INTERVAL;
  snapshot->number = ++story->n_snapshots;
  snapshot->n_bids = 2;
  snapshot->n_asks = 1;
  snapshot->bids[0] = (PstSnapshotLevel){ price, 5 };
  snapshot->bids[1] = (PstSnapshotLevel){ price - 1, 7 };
  snapshot->asks[0] = (PstSnapshotLevel){ price + 1, 3 };
}

static void
tell_beginning (Story *story)
{
  PstInstrumentRecord *instrument;
  PstCashRecord *cash;

  tell_run (story, PST_RUN_STATE_CREATED, "");
  tell_component (story, EXCHANGE_DATA, PST_COMPONENT_KIND_EXCHANGE, "data", "replay");
  tell_component (story, EXCHANGE_BROKER, PST_COMPONENT_KIND_EXCHANGE, "broker", "sim");
  tell_component (story, STRATEGY, PST_COMPONENT_KIND_STRATEGY, "cross", "sma-cross");
  tell_component (story, GUARD, PST_COMPONENT_KIND_GUARD, "limits", "trade-limits");
  tell_component (story, STORE, PST_COMPONENT_KIND_STORE, "store", "check");

  instrument = &tell (story, PST_RECORD_INSTRUMENT)->instrument;
  instrument->price_scale = story->instrument->price_scale;
  instrument->size_scale = story->instrument->size_scale;
  instrument->settlement = story->instrument->settlement;
  instrument->quote = story->usd;
  g_strlcpy (instrument->id, story->instrument->id, sizeof instrument->id);

  cash = &tell (story, PST_RECORD_CASH)->cash;
  cash->exchange = EXCHANGE_BROKER;
  cash->currency = story->usd;
  cash->amount = 10000 * pst_power_of_ten (story->usd->scale);
  g_strlcpy (cash->reason, "initial balance", sizeof cash->reason);
  if (!pst_account_add (story->account, story->usd, cash->amount, NULL))
    g_assert_not_reached ();
  tell_run (story, PST_RUN_STATE_RUNNING, "");
  tell_audit (story, G_MAXUINT32, story->user_id, "RUN_STARTED", "pipeline=check", "CREATED", "RUNNING mode=BACKTEST seed=1");
}

static PstOrder
begin_order (Story *story, PstSide side, gint64 quantity)
{
  PstOrder order = { .id = ++story->n_orders, .strategy = STRATEGY, .exchange = EXCHANGE_BROKER, .state = PST_ORDER_STATE_INITIALIZED };

  order.request.side = side;
  order.request.type = PST_ORDER_TYPE_MARKET;
  order.request.time_in_force = PST_TIME_IN_FORCE_GTC;
  order.request.quantity = quantity;
  order.created_time_ns = order.updated_time_ns = story->time_ns;
  g_snprintf (order.client_id, sizeof order.client_id, "%s-%06" G_GUINT64_FORMAT, story->run_id, order.id);
  tell (story, PST_RECORD_INTENT)->order = order;
  return order;
}

static void
tell_order (Story *story, PstOrder *order, PstOrderState state)
{
  g_assert_true (pst_order_state_can_change (order->state, state));
  order->state = state;
  order->updated_time_ns = story->time_ns;
  tell (story, PST_RECORD_ORDER)->order = *order;
}

static void
tell_fill (Story *story, PstOrder *order, gint64 price, gint64 quantity)
{
  PstExecutionReport *report = &tell (story, PST_RECORD_REPORT)->report;
  PstFill fill = { .order_id = order->id, .strategy = STRATEGY, .exchange = EXCHANGE_BROKER, .side = order->request.side };
  g_autoptr (GError) error = NULL;

  report->order_id = order->id;
  report->kind = PST_REPORT_FILL;
  report->liquidity = fill.liquidity = PST_LIQUIDITY_TAKER;
  report->time_ns = fill.time_ns = story->time_ns;
  report->price = fill.price = price;
  report->quantity = fill.quantity = quantity;
  report->fee = fill.fee = pst_power_of_ten (story->usd->scale - 2); /* a cent */
  report->fee_currency = fill.fee_currency = story->usd;
  g_snprintf (report->execution_id, sizeof report->execution_id, "%s-x%" G_GUINT64_FORMAT, story->run_id, ++story->n_fills);
  memcpy (fill.execution_id, report->execution_id, sizeof fill.execution_id);

  g_assert_true (pst_instrument_notional (story->instrument, price, quantity, PST_ROUND_HALF_EVEN, &fill.notional));
  pst_position_apply (&story->position, story->instrument, &fill, &error);
  g_assert_no_error (error);
  pst_account_apply (story->account, story->instrument, &fill, &error);
  g_assert_no_error (error);
  order->filled_quantity += quantity;
  order->filled_notional += fill.notional;
  tell (story, PST_RECORD_FILL)->fill = fill;
  tell_order (story, order, pst_order_get_open_quantity (order) == 0 ? PST_ORDER_STATE_FILLED : PST_ORDER_STATE_PARTIALLY_FILLED);
  tell (story, PST_RECORD_POSITION)->position = story->position;
}

static void
tell_filled_order (Story *story, gint64 price)
{
  PstOrder order = begin_order (story, story->position.quantity == 0 ? PST_SIDE_BUY : PST_SIDE_SELL, 10);
  PstExecutionReport *report;

  tell_order (story, &order, PST_ORDER_STATE_SUBMITTED);
  report = &tell (story, PST_RECORD_REPORT)->report;
  report->order_id = order.id;
  report->kind = PST_REPORT_ACCEPTED;
  report->time_ns = story->time_ns;
  g_snprintf (order.venue_id, sizeof order.venue_id, "V%" G_GUINT64_FORMAT, order.id);
  memcpy (report->venue_order_id, order.venue_id, sizeof report->venue_order_id);
  tell_order (story, &order, PST_ORDER_STATE_ACCEPTED);
  tell_fill (story, &order, price, 4);
  tell_fill (story, &order, price + 1, 6);
}

static void
tell_denied_order (Story *story)
{
  PstOrder order = begin_order (story, PST_SIDE_BUY, 1000000);
  PstVerdictRecord *verdict = &tell (story, PST_RECORD_VERDICT)->verdict;

  verdict->order_id = order.id;
  verdict->component = GUARD;
  pst_verdict_deny (&verdict->verdict, "quantity_max", "quantity=%d maximum=%d", 1000000, 1000);
  memcpy (order.reason, verdict->verdict.code, sizeof verdict->verdict.code);
  tell_order (story, &order, PST_ORDER_STATE_DENIED);
}

static void
tell_opportunity (Story *story)
{
  PstOpportunity *found = &tell (story, PST_RECORD_OPPORTUNITY)->opportunity;

  found->number = ++story->n_opportunities;
  found->detected_at_ns = story->time_ns;
  found->component = STRATEGY;
  found->n_legs = 3;
  found->currency = story->usd;
  found->gross_rate = PST_RETURN_ONE + 16000000;
  found->net_rate = PST_RETURN_ONE + 12345000;
  found->gross_pct = 16000000;
  found->net_pct = 12345000;
  found->allocated_capital = 1000 * pst_power_of_ten (story->usd->scale);
  found->est_profit = 1234500; /* the capital, times 12.345 millionths */
  g_strlcpy (found->cycle, "USD->BTC->ETH->USD", sizeof found->cycle);
}

static void
tell_tick (Story *story, guint number, gint64 price)
{
  PstTickRecord *tick = &tell (story, PST_RECORD_TICK)->tick;

  tick->tick = number;
  tick->currency = story->usd;
  tick->cash = pst_account_get_balance (story->account, story->usd);
  g_assert_true (pst_position_value (&story->position, story->instrument, price, &tick->mark_to_market));
  tick->equity = tick->cash + tick->mark_to_market;
  tick->realised_profit = story->position.realised_profit;
  tick->fees = story->position.fees;
}

static void
tell_end (Story *story)
{
  PstNoteRecord *note = &tell (story, PST_RECORD_NOTE)->note;
  PstAlertRecord *alert;
  PstTradingStateRecord *state;

  note->component = STRATEGY;
  g_strlcpy (note->name, "CHECK_NOTE", sizeof note->name);
  g_strlcpy (note->detail, "ticks are over; \"quotes\" and \xc3\xa4 stay", sizeof note->detail);
  alert = &tell (story, PST_RECORD_ALERT)->alert;
  alert->severity = PST_SEVERITY_WARNING;
  alert->component = GUARD;
  g_strlcpy (alert->category, "check", sizeof alert->category);
  g_strlcpy (alert->title, "an alert", sizeof alert->title);
  g_strlcpy (alert->message, "its message", sizeof alert->message);
  state = &tell (story, PST_RECORD_TRADING_STATE)->trading_state;
  state->from = PST_TRADING_STATE_ACTIVE;
  state->to = PST_TRADING_STATE_REDUCING;
  state->component = GUARD;
  g_strlcpy (state->reason, "check", sizeof state->reason);
  tell_audit (story, GUARD, "limits", "TRADING_STATE_CHANGED", "check", "ACTIVE", "REDUCING");
  tell_states (story, "REDUCING");
  tell_audit (story, G_MAXUINT32, "", "RUN_ENDED", "", "RUNNING", "STOPPED");
  tell_run (story, PST_RUN_STATE_STOPPED, "");
}

/**
 * pst_check_make_records:
 * @run_id: the run's name
 * @n_ticks: how many logical times
 *
 * Tells a whole legal run of user "local".
 *
 * Returns: (transfer full) (element-type PstRecord): its records
 */
GPtrArray *
pst_check_make_records (const char *run_id, guint n_ticks)
{
  return pst_check_make_user_records ("local", run_id, n_ticks);
}

/**
 * pst_check_make_user_records:
 * @user_id: whose run
 * @run_id: the run's name
 * @n_ticks: how many logical times
 *
 * Tells a whole legal run.
 *
 * Returns: (transfer full) (element-type PstRecord): its records
 */
GPtrArray *
pst_check_make_user_records (const char *user_id, const char *run_id, guint n_ticks)
{
  Story story = { .records = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_record_free), .time_ns = START_NS };
  PstInstrument draft = { .symbol = (char *)"AAPL", .venue = (char *)"TEST", .settlement = PST_SETTLEMENT_POSITION, .price_scale = 2 };
  g_autoptr (GError) error = NULL;

  story.user_id = user_id;
  story.run_id = run_id;
  pst_audit_genesis (user_id, run_id, &story.audit);
  story.usd = draft.quote = pst_currency_get ("USD", NULL);
  story.instrument = pst_instrument_new (&draft, &error);
  g_assert_no_error (error);
  story.account = pst_account_new ();
  story.position.strategy = STRATEGY;

  tell_beginning (&story);
  for (guint i = 1; i <= n_ticks; i++)
    {
      gint64 price = 10000 + i % 7;

      story.time_ns = START_NS + i * PST_NS_PER_DAY;
      if (i % 2 == 1)
        tell_filled_order (&story, price);
      if (i % 4 == 0)
        {
          tell_denied_order (&story);
          tell_audit (&story, GUARD, "limits", "ORDER_DENIED", "quantity_max", "", "quantity=1000000 maximum=1000");
          tell_opportunity (&story);
          tell_snapshot (&story, price);
          tell_states (&story, "ACTIVE");
        }
      tell_tick (&story, i, price);
    }
  tell_end (&story);
  pst_account_free (story.account);
  pst_instrument_unref (story.instrument);
  return story.records;
}

/**
 * pst_check_append_records:
 * @store: a started store
 * @records: (element-type PstRecord): from pst_check_make_records()
 * @error: return location
 *
 * Appends and commits as the engine would.
 *
 * Returns: %FALSE with the store's error
 */
gboolean
pst_check_append_records (PstStore *store, GPtrArray *records, GError **error)
{
  for (guint i = 0; i < records->len; i++)
    {
      const PstRecord *record = records->pdata[i];

      if (!pst_store_append (store, record, error))
        return FALSE;
      if (record->kind == PST_RECORD_INTENT && !pst_store_commit (store, PST_COMMIT_INTENT, error))
        return FALSE;
      if (record->kind == PST_RECORD_TICK && !pst_store_commit (store, PST_COMMIT_TICK, error))
        return FALSE;
    }
  return pst_store_commit (store, PST_COMMIT_END, error);
}

typedef struct
{
  GPtrArray *records;
  guint next;
} Comparison;

static gboolean
compare_record (const PstRecord *record, gpointer user_data, GError **error)
{
  Comparison *comparison = user_data;
  g_autoptr (GByteArray) found = g_byte_array_new (), expected = g_byte_array_new ();

  g_assert_cmpuint (comparison->next, <, comparison->records->len);
  pst_record_encode (record, found);
  pst_record_encode (comparison->records->pdata[comparison->next++], expected);
  g_assert_cmpmem (found->data, found->len, expected->data, expected->len);
  return TRUE;
}

/**
 * pst_check_assert_replay:
 * @store: a store that can be read back
 * @records: (element-type PstRecord): what is in it
 *
 * Asserts that a store gives back exactly what it was given.
 */
void
pst_check_assert_replay (PstStore *store, GPtrArray *records)
{
  Comparison comparison = { .records = records };
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;
  gboolean read;

  read = pst_store_replay (store, compare_record, &comparison, &scan, &error);
  g_assert_no_error (error);
  g_assert_true (read);
  g_assert_cmpuint (comparison.next, ==, records->len);
  g_assert_cmpuint (scan.n_records, ==, records->len);
}
