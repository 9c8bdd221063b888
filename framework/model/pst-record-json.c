/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records as people and scripts read them: one JSON object each. 64-bit mantissas are written as strings, for most readers of JSON hold
 * numbers in doubles; no number loses a digit on the way out. */
#include "pst-record.h"

#include <string.h>

#include "pst-enum-name.h"
#include "pst-enums.h"
#include "pst-time.h"

typedef struct
{
  GString *json;
  const PstInstrumentRecord *instrument; /* (nullable) */
} Writer;

static void
append_escaped (GString *json, const char *text, gsize size)
{
  gsize length = strnlen (text, size);
  const char *end = text + length, *next;

  g_string_append_c (json, '"');
  for (; text < end; text = next)
    {
      gunichar c = g_utf8_get_char_validated (text, end - text);

      if (c == (gunichar)-1 || c == (gunichar)-2)
        {
          g_string_append (json, "\\ufffd");
          next = text + 1;
          continue;
        }
      next = g_utf8_next_char (text);
      if (c == '"' || c == '\\')
        {
          g_string_append_c (json, '\\');
          g_string_append_c (json, c);
        }
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (json, "\\u%04x", c);
      else
        g_string_append_len (json, text, next - text);
    }
  g_string_append_c (json, '"');
}

static void
put_key (Writer *writer, const char *key, const char *suffix)
{
  g_string_append (writer->json, writer->json->str[writer->json->len - 1] == '{' ? "\"" : ",\"");
  g_string_append (writer->json, key);
  g_string_append (writer->json, suffix);
  g_string_append (writer->json, "\":");
}

#define put_text(writer, key, field) put_bytes (writer, key, field, sizeof (field))

static void
put_bytes (Writer *writer, const char *key, const char *text, gsize size)
{
  put_key (writer, key, "");
  append_escaped (writer->json, text, size);
}

static void
put_number (Writer *writer, const char *key, guint64 value)
{
  put_key (writer, key, "");
  g_string_append_printf (writer->json, "%" G_GUINT64_FORMAT, value);
}

static void
put_null (Writer *writer, const char *key)
{
  put_key (writer, key, "");
  g_string_append (writer->json, "null");
}

/* An index of which all ones means none. */
static void
put_index (Writer *writer, const char *key, guint32 index)
{
  if (index != G_MAXUINT32)
    put_number (writer, key, index);
  else
    put_null (writer, key);
}

static void
put_time (Writer *writer, const char *key, gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  pst_time_print (time_ns, text);
  put_bytes (writer, key, text, sizeof text);
}

static void
put_boolean (Writer *writer, const char *key, gboolean value)
{
  put_key (writer, key, "");
  g_string_append (writer->json, value ? "true" : "false");
}

/* The nick in capitals: "STOP_LIMIT"; null for what has none. */
static void
put_enum (Writer *writer, const char *key, GType type, gint value)
{
  char name[PST_ENUM_NAME_SIZE];

  put_key (writer, key, "");
  if (pst_enum_name (type, value, name))
    g_string_append_printf (writer->json, "\"%s\"", name);
  else
    g_string_append (writer->json, "null");
}

static void
put_flag (Writer *writer, const char *key, PstOrderFlags flags, PstOrderFlags flag)
{
  put_boolean (writer, key, (flags & flag) != 0);
}

static void
put_mantissa (Writer *writer, const char *key, gint64 mantissa)
{
  put_key (writer, key, "_mantissa");
  g_string_append_printf (writer->json, "\"%" G_GINT64_FORMAT "\"", mantissa);
}

static void
put_decimal (Writer *writer, const char *key, gint64 mantissa, guint scale)
{
  char text[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (mantissa, scale, text);
  put_bytes (writer, key, text, sizeof text);
}

static void
put_price (Writer *writer, const char *key, gint64 price)
{
  if (writer->instrument != NULL)
    put_decimal (writer, key, price, writer->instrument->price_scale);
  else
    put_mantissa (writer, key, price);
}

static void
put_size (Writer *writer, const char *key, gint64 size)
{
  if (writer->instrument != NULL)
    put_decimal (writer, key, size, writer->instrument->size_scale);
  else
    put_mantissa (writer, key, size);
}

/* The number of "50 USD". */
static void
put_amount (Writer *writer, const char *key, const PstCurrency *currency, gint64 amount)
{
  char text[PST_DECIMAL_TEXT_SIZE];
  gsize length;

  if (currency == NULL)
    {
      put_mantissa (writer, key, amount);
      return;
    }
  length = pst_mantissa_print (amount, currency->scale, text);
  if (currency->scale > 0)
    {
      while (text[length - 1] == '0')
        length--;
      length -= text[length - 1] == '.';
    }
  put_bytes (writer, key, text, length);
}

static void
put_quote (Writer *writer, const char *key, gint64 amount)
{
  put_amount (writer, key, writer->instrument != NULL ? writer->instrument->quote : NULL, amount);
}

static void
put_currency (Writer *writer, const char *key, const PstCurrency *currency)
{
  if (currency != NULL)
    put_text (writer, key, currency->code);
  else
    put_null (writer, key);
}

static void
write_run (Writer *writer, const PstRunRecord *run)
{
  put_enum (writer, "state", PST_TYPE_RUN_STATE, run->state);
  put_enum (writer, "mode", PST_TYPE_MODE, run->mode);
  put_text (writer, "user_id", run->user_id);
  put_text (writer, "run_id", run->run_id);
  put_text (writer, "pipeline", run->pipeline);
  put_number (writer, "seed", run->seed);
  put_currency (writer, "currency", run->currency);
  put_text (writer, "reason", run->reason);
}

static void
write_component (Writer *writer, const PstComponentRecord *component)
{
  put_number (writer, "index", component->index);
  put_enum (writer, "component_kind", PST_TYPE_COMPONENT_KIND, component->kind);
  put_text (writer, "name", component->name);
  put_text (writer, "plugin", component->plugin);
}

static void
write_instrument (Writer *writer, const PstInstrumentRecord *instrument)
{
  put_number (writer, "index", instrument->index);
  put_text (writer, "id", instrument->id);
  put_currency (writer, "base", instrument->base);
  put_currency (writer, "quote", instrument->quote);
  put_enum (writer, "settlement", PST_TYPE_SETTLEMENT, instrument->settlement);
  put_number (writer, "price_scale", instrument->price_scale);
  put_number (writer, "size_scale", instrument->size_scale);
}

static void
write_cash (Writer *writer, const PstCashRecord *cash)
{
  put_index (writer, "exchange", cash->exchange);
  put_currency (writer, "currency", cash->currency);
  put_amount (writer, "amount", cash->currency, cash->amount);
  put_text (writer, "reason", cash->reason);
}

static void
write_order (Writer *writer, const PstOrder *order)
{
  const PstOrderRequest *request = &order->request;

  put_number (writer, "order_id", order->id);
  put_text (writer, "client_id", order->client_id);
  put_text (writer, "venue_id", order->venue_id);
  put_index (writer, "strategy", order->strategy);
  put_index (writer, "exchange", order->exchange);
  put_index (writer, "instrument", request->instrument);
  put_enum (writer, "state", PST_TYPE_ORDER_STATE, order->state);
  put_enum (writer, "side", PST_TYPE_SIDE, request->side);
  put_enum (writer, "type", PST_TYPE_ORDER_TYPE, request->type);
  put_enum (writer, "time_in_force", PST_TYPE_TIME_IN_FORCE, request->time_in_force);
  put_flag (writer, "post_only", request->flags, PST_ORDER_FLAG_POST_ONLY);
  put_flag (writer, "reduce_only", request->flags, PST_ORDER_FLAG_REDUCE_ONLY);
  put_flag (writer, "operator_exit", request->flags, PST_ORDER_FLAG_OPERATOR_EXIT);
  put_number (writer, "trade", request->trade);
  put_size (writer, "quantity", request->quantity);
  put_price (writer, "limit_price", request->limit_price);
  put_price (writer, "stop_price", request->stop_price);
  if (request->expire_time_ns != 0)
    put_time (writer, "expire_time", request->expire_time_ns);
  else
    put_null (writer, "expire_time");
  put_size (writer, "filled_quantity", order->filled_quantity);
  put_quote (writer, "filled_notional", order->filled_notional);
  put_time (writer, "created_time", order->created_time_ns);
  put_time (writer, "updated_time", order->updated_time_ns);
  put_text (writer, "reason", order->reason);
}

static void
write_verdict (Writer *writer, const PstVerdictRecord *verdict)
{
  put_number (writer, "order_id", verdict->order_id);
  put_index (writer, "component", verdict->component);
  put_boolean (writer, "passed", verdict->verdict.passed);
  if (!verdict->verdict.passed && verdict->verdict.code[0] == '\0')
    put_text (writer, "code", "guard_failed");
  else
    put_text (writer, "code", verdict->verdict.code);
  put_text (writer, "detail", verdict->verdict.detail);
}

static void
write_report (Writer *writer, const PstExecutionReport *report)
{
  put_number (writer, "order_id", report->order_id);
  put_enum (writer, "report", PST_TYPE_REPORT_KIND, report->kind);
  put_time (writer, "venue_time", report->time_ns);
  put_price (writer, "price", report->price);
  put_size (writer, "quantity", report->quantity);
  put_price (writer, "stop_price", report->stop_price);
  put_amount (writer, "fee", report->fee_currency, report->fee);
  put_currency (writer, "fee_currency", report->fee_currency);
  put_enum (writer, "liquidity", PST_TYPE_LIQUIDITY, report->liquidity);
  put_text (writer, "execution_id", report->execution_id);
  put_text (writer, "venue_order_id", report->venue_order_id);
  put_text (writer, "reason", report->reason);
}

static void
write_fill (Writer *writer, const PstFill *fill)
{
  put_number (writer, "order_id", fill->order_id);
  put_index (writer, "strategy", fill->strategy);
  put_index (writer, "exchange", fill->exchange);
  put_index (writer, "instrument", fill->instrument);
  put_enum (writer, "side", PST_TYPE_SIDE, fill->side);
  put_time (writer, "fill_time", fill->time_ns);
  put_price (writer, "price", fill->price);
  put_size (writer, "quantity", fill->quantity);
  put_quote (writer, "notional", fill->notional);
  put_amount (writer, "fee", fill->fee_currency, fill->fee);
  put_currency (writer, "fee_currency", fill->fee_currency);
  put_quote (writer, "realised_profit", fill->realised_profit);
  put_enum (writer, "liquidity", PST_TYPE_LIQUIDITY, fill->liquidity);
  put_text (writer, "execution_id", fill->execution_id);
}

static void
write_position (Writer *writer, const PstPosition *position)
{
  put_index (writer, "strategy", position->strategy);
  put_index (writer, "instrument", position->instrument);
  put_size (writer, "quantity", position->quantity);
  put_quote (writer, "cost", position->cost);
  put_quote (writer, "realised_profit", position->realised_profit);
  put_quote (writer, "fees", position->fees);
  put_number (writer, "n_fills", position->n_fills);
  put_number (writer, "n_trades", position->n_trades);
  put_number (writer, "n_wins", position->n_wins);
  put_quote (writer, "trade_profit", position->trade_profit);
}

static void
write_tick (Writer *writer, const PstTickRecord *tick)
{
  put_number (writer, "tick", tick->tick);
  put_currency (writer, "currency", tick->currency);
  put_amount (writer, "cash", tick->currency, tick->cash);
  put_amount (writer, "mark_to_market", tick->currency, tick->mark_to_market);
  put_amount (writer, "equity", tick->currency, tick->equity);
  put_number (writer, "n_unpriced", tick->n_unpriced);
  put_amount (writer, "realised_profit", tick->currency, tick->realised_profit);
  put_amount (writer, "fees", tick->currency, tick->fees);
}

static void
write_trading_state (Writer *writer, const PstTradingStateRecord *state)
{
  put_enum (writer, "from", PST_TYPE_TRADING_STATE, state->from);
  put_enum (writer, "to", PST_TYPE_TRADING_STATE, state->to);
  put_index (writer, "component", state->component);
  put_text (writer, "reason", state->reason);
}

static void
write_alert (Writer *writer, const PstAlertRecord *alert)
{
  put_enum (writer, "severity", PST_TYPE_SEVERITY, alert->severity);
  put_index (writer, "component", alert->component);
  put_text (writer, "category", alert->category);
  put_text (writer, "title", alert->title);
  put_text (writer, "message", alert->message);
}

static void
write_note (Writer *writer, const PstNoteRecord *note)
{
  put_index (writer, "component", note->component);
  put_text (writer, "name", note->name);
  put_text (writer, "detail", note->detail);
}

static void
write_opportunity (Writer *writer, const PstOpportunity *opportunity)
{
  put_number (writer, "number", opportunity->number);
  put_time (writer, "detected_at", opportunity->detected_at_ns);
  put_index (writer, "component", opportunity->component);
  put_text (writer, "cycle", opportunity->cycle);
  put_index (writer, "updated_pair", opportunity->updated_pair);
  put_number (writer, "n_legs", opportunity->n_legs);
  put_boolean (writer, "executed", opportunity->executed);
  put_currency (writer, "currency", opportunity->currency);
  put_decimal (writer, "gross_rate", opportunity->gross_rate, PST_RETURN_SCALE);
  put_decimal (writer, "net_rate", opportunity->net_rate, PST_RETURN_SCALE);
  put_decimal (writer, "gross_pct", opportunity->gross_pct, PST_RETURN_PCT_SCALE);
  put_decimal (writer, "net_pct", opportunity->net_pct, PST_RETURN_PCT_SCALE);
  put_amount (writer, "est_profit", opportunity->currency, opportunity->est_profit);
  put_amount (writer, "allocated_capital", opportunity->currency, opportunity->allocated_capital);
}

static void
write_levels (Writer *writer, const char *key, const PstSnapshotLevel *levels, guint n_levels)
{
  put_key (writer, key, "");
  g_string_append_c (writer->json, '[');
  for (guint i = 0; i < n_levels; i++)
    {
      g_string_append (writer->json, i > 0 ? ",{" : "{");
      put_price (writer, "price", levels[i].price);
      put_size (writer, "size", levels[i].size);
      g_string_append_c (writer->json, '}');
    }
  g_string_append_c (writer->json, ']');
}

static void
write_snapshot (Writer *writer, const PstSnapshotRecord *snapshot)
{
  put_index (writer, "instrument", snapshot->instrument);
  put_enum (writer, "cause", PST_TYPE_SNAPSHOT_CAUSE, snapshot->cause);
  put_number (writer, "number", snapshot->number);
  write_levels (writer, "bids", snapshot->bids, MIN (snapshot->n_bids, PST_SNAPSHOT_LEVELS_MAX));
  write_levels (writer, "asks", snapshot->asks, MIN (snapshot->n_asks, PST_SNAPSHOT_LEVELS_MAX));
}

static void
put_hash (Writer *writer, const char *key, const guint8 *hash)
{
  put_key (writer, key, "");
  g_string_append_c (writer->json, '"');
  for (guint i = 0; i < PST_AUDIT_HASH_SIZE; i++)
    g_string_append_printf (writer->json, "%02x", hash[i]);
  g_string_append_c (writer->json, '"');
}

static void
write_audit (Writer *writer, const PstAuditRecord *audit)
{
  put_number (writer, "number", audit->number);
  put_enum (writer, "actor_kind", PST_TYPE_AUDIT_ACTOR, audit->actor_kind);
  put_index (writer, "component", audit->component);
  put_text (writer, "actor", audit->actor);
  put_text (writer, "action", audit->action);
  if (audit->order_id != 0)
    put_number (writer, "order_id", audit->order_id);
  else
    put_null (writer, "order_id");
  put_text (writer, "why", audit->why);
  put_text (writer, "before", audit->before);
  put_text (writer, "after", audit->after);
  put_hash (writer, "previous_hash", audit->previous);
  put_hash (writer, "hash", audit->hash);
}

static void
write_state (Writer *writer, const PstStateRecord *state)
{
  put_number (writer, "number", state->number);
  put_index (writer, "component", state->component);
  put_text (writer, "key", state->key);
  put_text (writer, "value", state->value);
}

static void
write_body (Writer *writer, const PstRecord *record)
{
  switch (record->kind)
    {
    case PST_RECORD_RUN:
      write_run (writer, &record->run);
      break;
    case PST_RECORD_COMPONENT:
      write_component (writer, &record->component);
      break;
    case PST_RECORD_INSTRUMENT:
      write_instrument (writer, &record->instrument);
      break;
    case PST_RECORD_CASH:
      write_cash (writer, &record->cash);
      break;
    case PST_RECORD_INTENT:
    case PST_RECORD_ORDER:
      write_order (writer, &record->order);
      break;
    case PST_RECORD_VERDICT:
      write_verdict (writer, &record->verdict);
      break;
    case PST_RECORD_REPORT:
      write_report (writer, &record->report);
      break;
    case PST_RECORD_FILL:
      write_fill (writer, &record->fill);
      break;
    case PST_RECORD_POSITION:
      write_position (writer, &record->position);
      break;
    case PST_RECORD_TICK:
      write_tick (writer, &record->tick);
      break;
    case PST_RECORD_TRADING_STATE:
      write_trading_state (writer, &record->trading_state);
      break;
    case PST_RECORD_ALERT:
      write_alert (writer, &record->alert);
      break;
    case PST_RECORD_NOTE:
      write_note (writer, &record->note);
      break;
    case PST_RECORD_OPPORTUNITY:
      write_opportunity (writer, &record->opportunity);
      break;
    case PST_RECORD_SNAPSHOT:
      write_snapshot (writer, &record->snapshot);
      break;
    case PST_RECORD_AUDIT:
      write_audit (writer, &record->audit);
      break;
    case PST_RECORD_STATE:
      write_state (writer, &record->state);
      break;
    default:
      break;
    }
}

/**
 * pst_record_get_instrument:
 * @record: a record
 *
 * Any thread.
 *
 * Returns: index of the instrument that an INTENT, ORDER, FILL, POSITION or SNAPSHOT is about; %PST_INSTRUMENT_NONE for every other kind
 */
guint32
pst_record_get_instrument (const PstRecord *record)
{
  if (record->kind == PST_RECORD_INTENT || record->kind == PST_RECORD_ORDER)
    return record->order.request.instrument;
  if (record->kind == PST_RECORD_FILL)
    return record->fill.instrument;
  if (record->kind == PST_RECORD_SNAPSHOT)
    return record->snapshot.instrument;
  return record->kind == PST_RECORD_POSITION ? record->position.instrument : PST_INSTRUMENT_NONE;
}

/**
 * pst_record_to_json:
 * @record: a record
 * @json: where the object is appended
 *
 * pst_record_to_json_scaled() without an instrument. Any thread.
 */
void
pst_record_to_json (const PstRecord *record, GString *json)
{
  pst_record_to_json_scaled (record, NULL, json);
}

/**
 * pst_record_to_json_scaled:
 * @record: a record
 * @instrument: (nullable): the instrument that pst_record_get_instrument() names (of a REPORT: of its order's), from its own record
 * @json: where the object is appended
 *
 * One JSON object without line breaks, keys in fixed order. Money is a decimal string beside its currency. Prices, sizes and what is in
 * the quote currency are decimal strings when @instrument is known; else the integers as they are, as strings, with "_mantissa" behind
 * the key: "price":"40.61" or "price_mantissa":"4061". Bytes that are not UTF-8 become U+FFFD. Any thread.
 */
void
pst_record_to_json_scaled (const PstRecord *record, const PstInstrumentRecord *instrument, GString *json)
{
  Writer writer = { json, instrument };

  g_return_if_fail (record != NULL && json != NULL);
  g_string_append_c (json, '{');
  put_number (&writer, "sequence", record->sequence);
  put_time (&writer, "time", record->time_ns);
  put_enum (&writer, "kind", PST_TYPE_RECORD_KIND, record->kind);
  write_body (&writer, record);
  g_string_append_c (json, '}');
}
