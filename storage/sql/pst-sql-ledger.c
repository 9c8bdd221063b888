/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a reader of the ledger expects: one row an order and a position, as they stand; one a fill, a tick and an event, never changed. So
 * within a batch orders and positions are written once, with their last state, and the steps between go to the event ledger.
 *
 * REPORT records have no table: what they caused is told by ORDER and FILL records, and the journal keeps them word by word. */
#include "pst-sql-ledger.h"

#include "pst-sql-audit.h"

/* An order that is not final, or was changed in this batch. */
typedef struct
{
  guint64 id; /* the key */
  PstOrderState state;
  guint place;     /* in the batch's orders, plus 1; 0 when not there */
  gboolean is_new; /* the ledger does not have it yet */
} OrderSlot;

typedef struct
{
  guint64 id; /* strategy and instrument */
  guint place;
} PositionSlot;

typedef struct
{
  PstPosition position;
  gint64 time_ns;
} PositionRow;

struct _PstSqlLedger
{
  const PstSqlBackend *backend;
  PstSqlBatch *batch; /* NULL before the run's first record */
  PstRunRecord run;
  GHashTable *currencies; /* those that the ledger has or will have */
  GHashTable *order_slots;
  GArray *orders; /* PstOrder */
  GHashTable *position_slots;
  GArray *positions; /* PositionRow */
  guint32 n_components;
  guint32 n_instruments;
  guint n_rows;
  guint snapshot_rows;
  gboolean has_peak;
  gint64 peak;
  PstSqlEngine engine;
};

#define NAME_OF(names, value) ((guint)(value) < G_N_ELEMENTS (names) ? names[value] : NULL)

static const char *const mode_names[] = { NULL, "BACKTEST", "PAPER", "LIVE" };
static const char *const run_state_names[] = { NULL, "CREATED", "RUNNING", "STOPPED", "ERROR" };
static const char *const run_event_names[] = { NULL, "RUN_CREATED", "RUN_RUNNING", "RUN_STOPPED", "RUN_ERROR" };
static const char *const trading_names[] = { NULL, "TRADING_ACTIVE", "TRADING_REDUCING", "TRADING_HALTED" };
static const char *const engine_names[] = { NULL, "ACTIVE", "REDUCING", "HALTED" };
static const char *const kind_names[] = { NULL, "EXCHANGE", "STRATEGY", "GUARD", "STORE", "SERVICE" };
static const char *const severity_names[] = { NULL, "INFO", "WARNING", "ERROR", "CRITICAL" };
static const char *const side_names[] = { NULL, "BUY", "SELL" };
static const char *const type_names[] = { NULL, "MARKET", "LIMIT", "STOP_MARKET", "STOP_LIMIT" };
static const char *const time_in_force_names[] = { NULL, "GTC", "IOC", "FOK", "DAY", "GTD" };
static const char *const liquidity_names[] = { "NONE", "MAKER", "TAKER" };
static const char *const settlement_names[] = { "POSITION", "DELIVERY" };

PstSqlLedger *
pst_sql_ledger_new (const PstSqlBackend *backend, guint snapshot_rows)
{
  PstSqlLedger *ledger = g_new0 (PstSqlLedger, 1);

  ledger->backend = backend;
  ledger->snapshot_rows = snapshot_rows;
  ledger->engine.trading_state = PST_TRADING_STATE_ACTIVE;
  ledger->currencies = g_hash_table_new (NULL, NULL);
  ledger->order_slots = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  ledger->orders = g_array_new (FALSE, FALSE, sizeof (PstOrder));
  ledger->position_slots = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  ledger->positions = g_array_new (FALSE, FALSE, sizeof (PositionRow));
  return ledger;
}

void
pst_sql_ledger_free (PstSqlLedger *ledger)
{
  if (ledger == NULL)
    return;
  pst_sql_batch_free (ledger->batch);
  g_hash_table_unref (ledger->currencies);
  g_hash_table_unref (ledger->order_slots);
  g_array_unref (ledger->orders);
  g_hash_table_unref (ledger->position_slots);
  g_array_unref (ledger->positions);
  g_free (ledger);
}

void
pst_sql_ledger_resume (PstSqlLedger *ledger, const PstRunRecord *run, const PstSqlShape *shape)
{
  ledger->run = *run;
  pst_sql_batch_free (ledger->batch);
  ledger->batch = pst_sql_batch_new (ledger->backend, run->user_id, run->run_id);
  ledger->n_components = shape->n_components;
  ledger->n_instruments = shape->n_instruments;
  ledger->has_peak = shape->has_peak;
  ledger->peak = shape->peak;
  ledger->engine = shape->engine;
}

void
pst_sql_ledger_resume_order (PstSqlLedger *ledger, guint64 order_id, PstOrderState state)
{
  OrderSlot *slot = g_new0 (OrderSlot, 1);

  slot->id = order_id;
  slot->state = state;
  g_hash_table_add (ledger->order_slots, slot);
}

guint
pst_sql_ledger_get_n_rows (PstSqlLedger *ledger)
{
  return ledger->n_rows + ledger->orders->len + ledger->positions->len;
}

static PstSqlRows *
begin_row (PstSqlLedger *ledger, PstSqlTable table)
{
  PstSqlRows *rows = &ledger->batch->tables[table];

  pst_sql_rows_begin (rows);
  ledger->n_rows++;
  return rows;
}

static const char *
use_currency (PstSqlLedger *ledger, const PstCurrency *currency)
{
  PstSqlRows *rows;

  if (currency == NULL)
    return NULL;
  if (g_hash_table_add (ledger->currencies, (gpointer)currency))
    {
      rows = begin_row (ledger, PST_SQL_TABLE_CURRENCY);
      pst_sql_rows_add_text (rows, currency->code);
      pst_sql_rows_add_integer (rows, currency->scale);
      pst_sql_rows_end (rows);
    }
  return currency->code;
}

typedef struct
{
  const char *kind;
  const char *name;
  guint32 component;
  guint64 order_id;
  const char *from_state;
  const char *to_state;
  const char *severity;
  const char *detail;
} Event;

static void
add_event (PstSqlLedger *ledger, const PstRecord *record, const Event *event)
{
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_EVENT);

  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_add_text (rows, event->kind);
  pst_sql_rows_add_text (rows, event->name);
  pst_sql_rows_add_index (rows, event->component < ledger->n_components ? event->component : G_MAXUINT32);
  pst_sql_rows_add_integer_or_null (rows, event->order_id);
  pst_sql_rows_add_text (rows, event->from_state);
  pst_sql_rows_add_text (rows, event->to_state);
  pst_sql_rows_add_text (rows, event->severity);
  pst_sql_rows_add_text (rows, event->detail);
  pst_sql_rows_end (rows);
}

static void
create_run (PstSqlLedger *ledger, const PstRecord *record)
{
  char seed[24];
  PstSqlRows *rows;

  ledger->run = record->run;
  pst_sql_batch_free (ledger->batch);
  ledger->batch = pst_sql_batch_new (ledger->backend, record->run.user_id, record->run.run_id);
  ledger->batch->first_sequence = record->sequence;
  use_currency (ledger, record->run.currency);
  g_snprintf (seed, sizeof seed, "%" G_GUINT64_FORMAT, record->run.seed);
  rows = begin_row (ledger, PST_SQL_TABLE_RUN);
  pst_sql_rows_add_text (rows, record->run.pipeline);
  pst_sql_rows_add_text (rows, NAME_OF (mode_names, record->run.mode));
  pst_sql_rows_add_text (rows, seed);
  pst_sql_rows_add_text (rows, record->run.currency != NULL ? record->run.currency->code : NULL);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_end (rows);
}

static void
add_run (PstSqlLedger *ledger, const PstRecord *record)
{
  Event event = { .kind = "RUN", .component = G_MAXUINT32, .detail = record->run.reason };
  PstSqlRows *rows;

  if (record->run.state == PST_RUN_STATE_CREATED)
    create_run (ledger, record);
  else if (record->run.state == PST_RUN_STATE_RUNNING)
    {
      ledger->engine.is_running = TRUE;
      ledger->engine.time_ns = record->time_ns;
      rows = begin_row (ledger, PST_SQL_TABLE_RUN_START);
      pst_sql_rows_add_integer (rows, record->time_ns);
      pst_sql_rows_end (rows);
    }
  else
    {
      rows = begin_row (ledger, PST_SQL_TABLE_RUN_END);
      pst_sql_rows_add_text (rows, NAME_OF (run_state_names, record->run.state));
      pst_sql_rows_add_integer (rows, record->time_ns);
      pst_sql_rows_add_text (rows, record->run.reason);
      pst_sql_rows_end (rows);
    }
  event.name = NAME_OF (run_event_names, record->run.state);
  add_event (ledger, record, &event);
}

static void
add_component (PstSqlLedger *ledger, const PstComponentRecord *component)
{
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_COMPONENT);

  pst_sql_rows_add_integer (rows, component->index);
  pst_sql_rows_add_text (rows, NAME_OF (kind_names, component->kind));
  pst_sql_rows_add_text (rows, component->name);
  pst_sql_rows_add_text (rows, component->plugin);
  pst_sql_rows_end (rows);
  ledger->n_components = MAX (ledger->n_components, component->index + 1);
}

static void
add_instrument (PstSqlLedger *ledger, const PstInstrumentRecord *instrument)
{
  const char *base = use_currency (ledger, instrument->base), *quote = use_currency (ledger, instrument->quote);
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_INSTRUMENT);

  pst_sql_rows_add_integer (rows, instrument->index);
  pst_sql_rows_add_text (rows, instrument->id);
  pst_sql_rows_add_integer (rows, instrument->price_scale);
  pst_sql_rows_add_integer (rows, instrument->size_scale);
  pst_sql_rows_add_text (rows, NAME_OF (settlement_names, instrument->settlement));
  pst_sql_rows_add_text (rows, base);
  pst_sql_rows_add_text (rows, quote);
  pst_sql_rows_end (rows);
  ledger->n_instruments = MAX (ledger->n_instruments, instrument->index + 1);
}

static void
add_cash (PstSqlLedger *ledger, const PstRecord *record)
{
  const char *currency = use_currency (ledger, record->cash.currency);
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_CASH);

  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_add_index (rows, record->cash.exchange);
  pst_sql_rows_add_text (rows, currency);
  pst_sql_rows_add_integer (rows, record->cash.amount);
  pst_sql_rows_add_text (rows, record->cash.reason);
  pst_sql_rows_end (rows);
}

static OrderSlot *
take_order_slot (PstSqlLedger *ledger, const PstOrder *order, gboolean *known)
{
  OrderSlot *slot = g_hash_table_lookup (ledger->order_slots, &order->id);

  *known = slot != NULL;
  if (slot == NULL)
    {
      slot = g_new0 (OrderSlot, 1);
      slot->id = order->id;
      /* One that was final before this batch comes with what happened since, never as it was first. */
      slot->is_new = order->state == PST_ORDER_STATE_INITIALIZED;
      g_hash_table_add (ledger->order_slots, slot);
    }
  if (slot->place == 0)
    {
      g_array_set_size (ledger->orders, ledger->orders->len + 1);
      slot->place = ledger->orders->len;
    }
  g_array_index (ledger->orders, PstOrder, slot->place - 1) = *order;
  return slot;
}

static void
add_order (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstOrder *order = &record->order;
  g_autofree char *name = g_strconcat ("ORDER_", pst_order_state_to_string (order->state), NULL);
  Event event = { .kind = "ORDER", .name = name, .component = order->strategy, .order_id = order->id, .detail = order->reason };
  gboolean known;
  OrderSlot *slot = take_order_slot (ledger, order, &known);
  gboolean was_open = known && !pst_order_state_is_final (slot->state), is_open = !pst_order_state_is_final (order->state);

  /* A change of values, not of state, is told without states; so is one of an order that was final before this batch. */
  if (!known && order->state == PST_ORDER_STATE_INITIALIZED)
    {
      event.to_state = pst_order_state_to_string (order->state);
      ledger->engine.n_orders++;
    }
  else if (known && slot->state != order->state)
    {
      event.from_state = pst_order_state_to_string (slot->state);
      event.to_state = pst_order_state_to_string (order->state);
    }
  slot->state = order->state;
  ledger->engine.n_open_orders += (gint64)is_open - (gint64)was_open;
  add_event (ledger, record, &event);
}

static void
add_fill (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstFill *fill = &record->fill;
  const char *currency = use_currency (ledger, fill->fee_currency);
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_TRADE);

  ledger->engine.n_fills++;
  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_add_integer (rows, fill->order_id);
  pst_sql_rows_add_index (rows, fill->strategy);
  pst_sql_rows_add_index (rows, fill->exchange);
  pst_sql_rows_add_index (rows, fill->instrument);
  pst_sql_rows_add_text (rows, NAME_OF (side_names, fill->side));
  pst_sql_rows_add_text (rows, NAME_OF (liquidity_names, fill->liquidity));
  pst_sql_rows_add_integer (rows, fill->time_ns);
  pst_sql_rows_add_integer (rows, fill->price);
  pst_sql_rows_add_integer (rows, fill->quantity);
  pst_sql_rows_add_integer (rows, fill->notional);
  pst_sql_rows_add_integer (rows, fill->fee);
  pst_sql_rows_add_text (rows, currency);
  pst_sql_rows_add_integer (rows, fill->realised_profit);
  pst_sql_rows_add_text (rows, fill->execution_id);
  pst_sql_rows_end (rows);
}

static void
add_position (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstPosition *position = &record->position;
  guint64 id = (guint64)position->strategy << 32 | position->instrument;
  PositionSlot *slot = g_hash_table_lookup (ledger->position_slots, &id);

  /* The net of all strategies is a sum of rows, not a row. */
  if (position->strategy == G_MAXUINT32)
    return;
  if (slot == NULL)
    {
      slot = g_new0 (PositionSlot, 1);
      slot->id = id;
      g_hash_table_add (ledger->position_slots, slot);
    }
  if (slot->place == 0)
    {
      g_array_set_size (ledger->positions, ledger->positions->len + 1);
      slot->place = ledger->positions->len;
    }
  g_array_index (ledger->positions, PositionRow, slot->place - 1) = (PositionRow){ *position, record->time_ns };
}

/* The engine as it stands, behind the two numbers that say when. */
static void
add_engine (PstSqlLedger *ledger, PstSqlTable table)
{
  const PstSqlEngine *engine = &ledger->engine;
  PstSqlRows *rows = &ledger->batch->tables[table];

  pst_sql_rows_begin (rows);
  pst_sql_rows_add_integer (rows, engine->time_ns);
  pst_sql_rows_add_integer (rows, engine->last_sequence);
  pst_sql_rows_add_integer (rows, engine->last_tick);
  pst_sql_rows_add_text (rows, NAME_OF (engine_names, engine->trading_state));
  pst_sql_rows_add_integer (rows, engine->n_orders);
  pst_sql_rows_add_integer (rows, engine->n_open_orders);
  pst_sql_rows_add_integer (rows, engine->n_denials);
  pst_sql_rows_add_integer (rows, engine->n_fills);
  pst_sql_rows_end (rows);
}

static gboolean
add_tick (PstSqlLedger *ledger, const PstRecord *record, GError **error)
{
  const PstTickRecord *tick = &record->tick;
  const char *currency = use_currency (ledger, tick->currency);
  gint64 drawdown;
  PstSqlRows *rows;

  if (!ledger->has_peak || tick->equity > ledger->peak)
    ledger->peak = tick->equity;
  ledger->has_peak = TRUE;
  if (!pst_subtract_checked (ledger->peak, tick->equity, &drawdown))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "the drawdown at tick %" G_GUINT64_FORMAT " does not fit 64 bits", tick->tick);
      return FALSE;
    }
  rows = begin_row (ledger, PST_SQL_TABLE_TICK);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, tick->tick);
  pst_sql_rows_add_text (rows, currency);
  pst_sql_rows_add_integer (rows, tick->cash);
  pst_sql_rows_add_integer (rows, tick->mark_to_market);
  pst_sql_rows_add_integer (rows, tick->equity);
  pst_sql_rows_add_integer (rows, tick->n_unpriced);
  pst_sql_rows_add_integer (rows, tick->realised_profit);
  pst_sql_rows_add_integer (rows, tick->fees);
  pst_sql_rows_add_integer (rows, ledger->peak);
  pst_sql_rows_add_integer (rows, drawdown);
  pst_sql_rows_end (rows);
  ledger->engine.time_ns = record->time_ns;
  ledger->engine.last_tick = (gint64)tick->tick;
  add_engine (ledger, PST_SQL_TABLE_ENGINE_STATE);
  return TRUE;
}

static void
add_verdict (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstVerdict *verdict = &record->verdict.verdict;
  Event event = { .kind = "VERDICT",
                  .name = verdict->code[0] != '\0' ? verdict->code : "guard_failed",
                  .component = record->verdict.component,
                  .order_id = record->verdict.order_id,
                  .detail = verdict->detail };

  ledger->engine.n_denials++;
  add_event (ledger, record, &event);
}

static void
add_trading_state (PstSqlLedger *ledger, const PstRecord *record)
{
  Event event = { .kind = "TRADING_STATE",
                  .name = NAME_OF (trading_names, record->trading_state.to),
                  .component = record->trading_state.component,
                  .detail = record->trading_state.reason };

  ledger->engine.trading_state = record->trading_state.to;
  add_event (ledger, record, &event);
}

static void
add_alert (PstSqlLedger *ledger, const PstRecord *record)
{
  g_autofree char *detail = g_strdup_printf ("%s: %s", record->alert.title, record->alert.message);
  Event event = { .kind = "ALERT",
                  .name = record->alert.category[0] != '\0' ? record->alert.category : "alert",
                  .component = record->alert.component,
                  .severity = NAME_OF (severity_names, record->alert.severity),
                  .detail = detail };

  add_event (ledger, record, &event);
}

static void
add_note (PstSqlLedger *ledger, const PstRecord *record)
{
  Event event = { .kind = "NOTE",
                  .name = record->note.name[0] != '\0' ? record->note.name : "NOTE",
                  .component = record->note.component,
                  .detail = record->note.detail };

  add_event (ledger, record, &event);
}

static void
add_opportunity (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstOpportunity *found = &record->opportunity;
  const char *currency = use_currency (ledger, found->currency);
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_OPPORTUNITY);

  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, found->detected_at_ns);
  pst_sql_rows_add_integer (rows, found->number);
  pst_sql_rows_add_index (rows, found->component);
  pst_sql_rows_add_text (rows, found->cycle);
  pst_sql_rows_add_index (rows, found->updated_pair < ledger->n_instruments ? found->updated_pair : G_MAXUINT32);
  pst_sql_rows_add_integer (rows, found->n_legs);
  pst_sql_rows_add_integer (rows, found->executed != FALSE);
  pst_sql_rows_add_text (rows, currency);
  pst_sql_rows_add_integer (rows, found->gross_rate);
  pst_sql_rows_add_integer (rows, found->net_rate);
  pst_sql_rows_add_integer (rows, found->gross_pct);
  pst_sql_rows_add_integer (rows, found->net_pct);
  pst_sql_rows_add_integer (rows, found->est_profit);
  pst_sql_rows_add_integer (rows, found->allocated_capital);
  pst_sql_rows_end (rows);
}

static void
add_audit (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstAuditRecord *audit = &record->audit;
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_AUDIT);
  char hash[PST_AUDIT_HASH_TEXT_SIZE];

  pst_sql_rows_add_integer (rows, audit->number);
  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_add_text (rows, pst_sql_audit_actor_to_string (audit->actor_kind));
  pst_sql_rows_add_index (rows, audit->component);
  pst_sql_rows_add_text (rows, audit->actor);
  pst_sql_rows_add_text (rows, audit->action);
  pst_sql_rows_add_integer_or_null (rows, audit->order_id);
  pst_sql_rows_add_text (rows, audit->why);
  pst_sql_rows_add_text (rows, audit->before);
  pst_sql_rows_add_text (rows, audit->after);
  pst_audit_hash_print (audit->previous, hash);
  pst_sql_rows_add_text (rows, hash);
  pst_audit_hash_print (audit->hash, hash);
  pst_sql_rows_add_text (rows, hash);
  pst_sql_rows_end (rows);
}

static void
add_best (PstSqlRows *rows, const PstSnapshotLevel *levels, guint n_levels)
{
  pst_sql_rows_add_integer_or_null (rows, n_levels > 0 ? levels[0].price : 0);
  pst_sql_rows_add_integer_or_null (rows, n_levels > 0 ? levels[0].size : 0);
}

static void
add_levels (PstSqlRows *rows, const PstSnapshotLevel *levels, guint n_levels)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (guint i = 0; i < n_levels; i++)
    g_string_append_printf (text, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", i > 0 ? "," : "", levels[i].price, levels[i].size);
  g_string_append_c (text, ']');
  pst_sql_rows_add_text (rows, text->str);
}

static void
add_snapshot (PstSqlLedger *ledger, const PstRecord *record)
{
  static const char *const causes[] = { NULL, "INTERVAL", "OPPORTUNITY" };
  const PstSnapshotRecord *snapshot = &record->snapshot;
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_SNAPSHOT);

  pst_sql_rows_add_integer (rows, snapshot->instrument);
  pst_sql_rows_add_integer (rows, (gint64)((snapshot->number - 1) % ledger->snapshot_rows));
  pst_sql_rows_add_integer (rows, snapshot->number);
  pst_sql_rows_add_integer (rows, record->sequence);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_add_text (rows, NAME_OF (causes, snapshot->cause));
  add_best (rows, snapshot->bids, snapshot->n_bids);
  add_best (rows, snapshot->asks, snapshot->n_asks);
  add_levels (rows, snapshot->bids, snapshot->n_bids);
  add_levels (rows, snapshot->asks, snapshot->n_asks);
  pst_sql_rows_end (rows);
}

static void
add_state (PstSqlLedger *ledger, const PstRecord *record)
{
  const PstStateRecord *state = &record->state;
  PstSqlRows *rows = begin_row (ledger, PST_SQL_TABLE_STATE);

  pst_sql_rows_add_integer (rows, state->component < ledger->n_components ? (gint64)state->component : -1);
  pst_sql_rows_add_text (rows, state->key);
  pst_sql_rows_add_text (rows, state->value);
  pst_sql_rows_add_integer (rows, state->number);
  pst_sql_rows_add_integer (rows, record->time_ns);
  pst_sql_rows_end (rows);
}

/* SQL's integers are signed. */
static gboolean
check_numbers (PstSqlLedger *ledger, const PstRecord *record, GError **error)
{
  gboolean is_first = record->kind == PST_RECORD_RUN && record->run.state == PST_RUN_STATE_CREATED;
  guint64 largest = record->sequence;

  if (record->kind == PST_RECORD_ORDER || record->kind == PST_RECORD_INTENT)
    largest = MAX (largest, record->order.id);
  else if (record->kind == PST_RECORD_TICK)
    largest = MAX (largest, record->tick.tick);
  else if (record->kind == PST_RECORD_OPPORTUNITY)
    largest = MAX (largest, record->opportunity.number);
  if (largest > G_MAXINT64)
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "record %" G_GUINT64_FORMAT " has a number beyond 63 bits", record->sequence);
  else if (ledger->batch == NULL && !is_first)
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "record %" G_GUINT64_FORMAT " came before its run was created",
                 record->sequence);
  else if (ledger->batch != NULL && is_first)
    g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "a second run came through the same store");
  else
    return TRUE;
  return FALSE;
}

gboolean
pst_sql_ledger_add (PstSqlLedger *ledger, const PstRecord *record, GError **error)
{
  if (!check_numbers (ledger, record, error))
    return FALSE;
  ledger->engine.last_sequence = (gint64)record->sequence;
  if (ledger->batch != NULL && ledger->batch->first_sequence == 0)
    ledger->batch->first_sequence = record->sequence;
  switch (record->kind)
    {
    case PST_RECORD_RUN:
      add_run (ledger, record);
      break;
    case PST_RECORD_COMPONENT:
      add_component (ledger, &record->component);
      break;
    case PST_RECORD_INSTRUMENT:
      add_instrument (ledger, &record->instrument);
      break;
    case PST_RECORD_CASH:
      add_cash (ledger, record);
      break;
    case PST_RECORD_INTENT:
    case PST_RECORD_ORDER:
      add_order (ledger, record);
      break;
    case PST_RECORD_REPORT:
      break;
    case PST_RECORD_FILL:
      add_fill (ledger, record);
      break;
    case PST_RECORD_POSITION:
      add_position (ledger, record);
      break;
    case PST_RECORD_TICK:
      return add_tick (ledger, record, error);
    case PST_RECORD_VERDICT:
      add_verdict (ledger, record);
      break;
    case PST_RECORD_TRADING_STATE:
      add_trading_state (ledger, record);
      break;
    case PST_RECORD_ALERT:
      add_alert (ledger, record);
      break;
    case PST_RECORD_OPPORTUNITY:
      add_opportunity (ledger, record);
      break;
    case PST_RECORD_AUDIT:
      add_audit (ledger, record);
      break;
    case PST_RECORD_SNAPSHOT:
      add_snapshot (ledger, record);
      break;
    case PST_RECORD_STATE:
      add_state (ledger, record);
      break;
    case PST_RECORD_NOTE:
    default:
      add_note (ledger, record);
    }
  return TRUE;
}

static void
write_flags (PstSqlRows *rows, PstOrderFlags flags)
{
  static const char *const names[] = { "", "POST_ONLY", "REDUCE_ONLY", "POST_ONLY REDUCE_ONLY" };
  static const char *const exit_names[]
      = { "OPERATOR_EXIT", "POST_ONLY OPERATOR_EXIT", "REDUCE_ONLY OPERATOR_EXIT", "POST_ONLY REDUCE_ONLY OPERATOR_EXIT" };

  pst_sql_rows_add_text (rows, flags & PST_ORDER_FLAG_OPERATOR_EXIT ? exit_names[flags & 3] : names[flags & 3]);
}

static void
write_order (PstSqlLedger *ledger, const PstOrder *order, PstSqlTable table)
{
  PstSqlRows *rows = &ledger->batch->tables[table];
  const PstOrderRequest *request = &order->request;

  pst_sql_rows_begin (rows);
  pst_sql_rows_add_integer (rows, order->id);
  pst_sql_rows_add_index (rows, order->strategy);
  /* What is not there cannot be referred to; such an order never gets further than its denial. */
  pst_sql_rows_add_index (rows, order->exchange < ledger->n_components ? order->exchange : G_MAXUINT32);
  pst_sql_rows_add_index (rows, request->instrument < ledger->n_instruments ? request->instrument : G_MAXUINT32);
  pst_sql_rows_add_text (rows, order->client_id);
  pst_sql_rows_add_text (rows, order->venue_id);
  pst_sql_rows_add_text (rows, NAME_OF (side_names, request->side));
  pst_sql_rows_add_text (rows, NAME_OF (type_names, request->type));
  pst_sql_rows_add_text (rows, NAME_OF (time_in_force_names, request->time_in_force));
  write_flags (rows, request->flags);
  pst_sql_rows_add_integer (rows, request->quantity);
  pst_sql_rows_add_integer_or_null (rows, request->limit_price);
  pst_sql_rows_add_integer_or_null (rows, request->stop_price);
  pst_sql_rows_add_integer_or_null (rows, request->expire_time_ns);
  pst_sql_rows_add_text (rows, pst_order_state_to_string (order->state));
  pst_sql_rows_add_integer (rows, order->filled_quantity);
  pst_sql_rows_add_integer (rows, order->filled_notional);
  pst_sql_rows_add_text (rows, order->reason);
  pst_sql_rows_add_integer (rows, order->created_time_ns);
  pst_sql_rows_add_integer (rows, order->updated_time_ns);
  pst_sql_rows_end (rows);
}

static void
write_orders (PstSqlLedger *ledger)
{
  for (guint i = 0; i < ledger->orders->len; i++)
    {
      const PstOrder *order = &g_array_index (ledger->orders, PstOrder, i);
      OrderSlot *slot = g_hash_table_lookup (ledger->order_slots, &order->id);

      write_order (ledger, order, slot->is_new ? PST_SQL_TABLE_NEW_ORDER : PST_SQL_TABLE_ORDER);
      slot->place = 0;
      slot->is_new = FALSE;
      /* Memory is bounded by the open orders. */
      if (pst_order_state_is_final (order->state))
        g_hash_table_remove (ledger->order_slots, &order->id);
    }
  g_array_set_size (ledger->orders, 0);
}

static void
write_positions (PstSqlLedger *ledger)
{
  PstSqlRows *rows = &ledger->batch->tables[PST_SQL_TABLE_POSITION];

  for (guint i = 0; i < ledger->positions->len; i++)
    {
      const PositionRow *row = &g_array_index (ledger->positions, PositionRow, i);
      guint64 id = (guint64)row->position.strategy << 32 | row->position.instrument;

      pst_sql_rows_begin (rows);
      pst_sql_rows_add_integer (rows, row->position.strategy);
      pst_sql_rows_add_integer (rows, row->position.instrument);
      pst_sql_rows_add_integer (rows, row->position.quantity);
      pst_sql_rows_add_integer (rows, row->position.cost);
      pst_sql_rows_add_integer (rows, row->position.realised_profit);
      pst_sql_rows_add_integer (rows, row->position.fees);
      pst_sql_rows_add_integer (rows, row->position.n_fills);
      pst_sql_rows_add_integer (rows, row->position.n_trades);
      pst_sql_rows_add_integer (rows, row->position.n_wins);
      pst_sql_rows_add_integer (rows, row->position.trade_profit);
      pst_sql_rows_add_integer (rows, row->time_ns);
      pst_sql_rows_end (rows);
      ((PositionSlot *)g_hash_table_lookup (ledger->position_slots, &id))->place = 0;
    }
  g_array_set_size (ledger->positions, 0);
}

PstSqlBatch *
pst_sql_ledger_take (PstSqlLedger *ledger)
{
  PstSqlBatch *batch = ledger->batch;

  if (pst_sql_ledger_get_n_rows (ledger) == 0)
    return NULL;
  write_orders (ledger);
  write_positions (ledger);
  /* Batches end where the ledger is whole: what is behind this record is not in it. */
  if (ledger->engine.is_running)
    add_engine (ledger, PST_SQL_TABLE_ENGINE_STATUS);
  ledger->n_rows = 0;
  ledger->batch = pst_sql_batch_new (ledger->backend, ledger->run.user_id, ledger->run.run_id);
  pst_sql_batch_seal (batch);
  return batch;
}
