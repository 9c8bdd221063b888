/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of a record: what a journal keeps and every ledger can be rebuilt from.
 *
 * A record is: kind (1 byte), sequence (8), time (8), then the fields of its kind in the order of the visit functions below. Integers are
 * little-endian, enumerations and flags one byte, text one byte of length and the bytes, a currency its code as text and, unless that is
 * empty, one byte with its scale. The seldom used numbers of an order stand behind a byte that says which of them are not zero.
 *
 * One function a kind visits the fields for both directions, so that what is written and what is read cannot drift apart. Encoding fills a
 * buffer on the stack and appends once: the journal takes a million of these a second. */
#include "pst-record.h"

#include <string.h>

/* Above the largest record: an audit event of at most 510 bytes. */
#define RECORD_SIZE_MAX 1024

G_DEFINE_BOXED_TYPE (PstRecord, pst_record, pst_record_copy, pst_record_free)

G_STATIC_ASSERT (sizeof (PstSide) == sizeof (guint32));
G_STATIC_ASSERT (PST_TEXT_SIZE <= 256 && PST_VERDICT_DETAIL_SIZE <= 256);

/* Where a visit stands. Writing has room by construction; reading checks every step and stops at the first fault. */
typedef struct
{
  gboolean writing;
  guint8 *out;
  const guint8 *in;
  const guint8 *in_start;
  const guint8 *in_end;
  const char *fault; /* static text: what was wrong */
  gboolean conflict; /* the fault is a currency of another scale, not damage */
} Codec;

static inline gboolean
codec_fail (Codec *codec, const char *fault)
{
  if (codec->fault == NULL)
    codec->fault = fault;
  return FALSE;
}

static inline gboolean
has (Codec *codec, gsize size)
{
  if (codec->fault == NULL && (gsize)(codec->in_end - codec->in) >= size)
    return TRUE;
  return codec_fail (codec, "it is cut short");
}

static inline void
visit_u8 (Codec *codec, guint8 *value)
{
  if (codec->writing)
    *codec->out++ = *value;
  else if (has (codec, 1))
    *value = *codec->in++;
}

static inline void
visit_u32 (Codec *codec, guint32 *value)
{
  guint32 little;

  if (codec->writing)
    {
      little = GUINT32_TO_LE (*value);
      memcpy (codec->out, &little, sizeof little);
      codec->out += sizeof little;
    }
  else if (has (codec, sizeof little))
    {
      memcpy (&little, codec->in, sizeof little);
      codec->in += sizeof little;
      *value = GUINT32_FROM_LE (little);
    }
}

static inline void
visit_u64 (Codec *codec, guint64 *value)
{
  guint64 little;

  if (codec->writing)
    {
      little = GUINT64_TO_LE (*value);
      memcpy (codec->out, &little, sizeof little);
      codec->out += sizeof little;
    }
  else if (has (codec, sizeof little))
    {
      memcpy (&little, codec->in, sizeof little);
      codec->in += sizeof little;
      *value = GUINT64_FROM_LE (little);
    }
}

static inline void
visit_i64 (Codec *codec, gint64 *value)
{
  visit_u64 (codec, (guint64 *)value);
}

/* An enumeration of the host's own making: out of its range is a programming error when writing, damage when reading. */
static inline void
visit_enum (Codec *codec, gpointer value, guint32 first, guint32 last)
{
  guint32 *number = value;
  guint8 byte = 0;

  if (codec->writing)
    {
      byte = *number;
      if (*number < first || *number > last)
        codec_fail (codec, "an enumeration is out of its range");
    }
  visit_u8 (codec, &byte);
  if (codec->writing || codec->fault != NULL)
    return;
  *number = byte;
  if (byte < first || byte > last)
    codec_fail (codec, "an enumeration is out of its range");
}

/* An enumeration that a strategy or adapter filled in: an intent must be recorded whatever it says. Out of range is written as 0, not set. */
static inline void
visit_wish (Codec *codec, gpointer value, guint32 last)
{
  guint32 *number = value;
  guint32 known = codec->writing && *number <= last ? *number : 0;

  visit_enum (codec, &known, 0, last);
  if (!codec->writing)
    *number = known;
}

static inline void
visit_flags (Codec *codec, PstOrderFlags *flags)
{
  const guint32 all = PST_ORDER_FLAG_POST_ONLY | PST_ORDER_FLAG_REDUCE_ONLY | PST_ORDER_FLAG_OPERATOR_EXIT;
  guint8 byte = *flags & all;

  visit_u8 (codec, &byte);
  if (codec->writing)
    return;
  *flags = byte;
  if ((byte & ~all) != 0)
    codec_fail (codec, "an unknown flag is set");
}

static inline void
visit_boolean (Codec *codec, gboolean *value)
{
  guint8 byte = *value != FALSE;

  visit_u8 (codec, &byte);
  *value = byte != 0;
  if (byte > 1)
    codec_fail (codec, "a truth value is neither 0 nor 1");
}

static inline void
visit_text (Codec *codec, char *text, gsize size)
{
  guint8 length = 0;

  if (codec->writing)
    {
      length = strnlen (text, size - 1);
      *codec->out++ = length;
      memcpy (codec->out, text, length);
      codec->out += length;
      return;
    }
  visit_u8 (codec, &length);
  if (!has (codec, length))
    return;
  if (length >= size || memchr (codec->in, '\0', length) != NULL)
    {
      codec_fail (codec, "a text is too long or has a zero byte in it");
      return;
    }
  memcpy (text, codec->in, length);
  codec->in += length;
}

static inline void
visit_bytes (Codec *codec, guint8 *bytes, gsize size)
{
  if (codec->writing)
    {
      memcpy (codec->out, bytes, size);
      codec->out += size;
    }
  else if (has (codec, size))
    {
      memcpy (bytes, codec->in, size);
      codec->in += size;
    }
}

static void
read_currency (Codec *codec, const PstCurrency **currency)
{
  char code[PST_CURRENCY_CODE_SIZE] = "";
  guint8 scale = 0;

  visit_text (codec, code, sizeof code);
  if (codec->fault != NULL || *code == '\0')
    return;
  visit_u8 (codec, &scale);
  if (codec->fault != NULL)
    return;
  *currency = scale <= PST_SCALE_MAX ? pst_currency_define (code, scale, NULL) : NULL;
  if (*currency != NULL)
    return;
  *currency = scale <= PST_SCALE_MAX ? pst_currency_get (code, NULL) : NULL;
  codec->conflict = *currency != NULL;
  *currency = NULL;
  codec_fail (codec, codec->conflict
                         ? "a currency has other decimals there than in this process; read it in a process that has not used that currency"
                         : "a currency is impossible");
}

static inline void
visit_currency (Codec *codec, const PstCurrency **currency)
{
  guint8 scale;

  if (!codec->writing)
    {
      read_currency (codec, currency);
      return;
    }
  if (*currency == NULL)
    {
      *codec->out++ = 0;
      return;
    }
  scale = (*currency)->scale;
  visit_text (codec, (char *)(*currency)->code, PST_CURRENCY_CODE_SIZE);
  visit_u8 (codec, &scale);
}

/* A number that is mostly zero: there only when its bit is set in @mask. */
static inline void
visit_sparse (Codec *codec, guint8 mask, guint8 bit, gint64 *value)
{
  if ((mask & bit) == 0)
    return;
  visit_i64 (codec, value);
  if (!codec->writing && *value == 0)
    codec_fail (codec, "a number that is said to be there is zero");
}

static inline void
visit_run (Codec *codec, PstRunRecord *run)
{
  visit_enum (codec, &run->state, PST_RUN_STATE_CREATED, PST_RUN_STATE_ERROR);
  visit_enum (codec, &run->mode, PST_MODE_BACKTEST, PST_MODE_LIVE);
  visit_u64 (codec, &run->seed);
  visit_currency (codec, &run->currency);
  visit_text (codec, run->user_id, sizeof run->user_id);
  visit_text (codec, run->run_id, sizeof run->run_id);
  visit_text (codec, run->pipeline, sizeof run->pipeline);
  visit_text (codec, run->reason, sizeof run->reason);
}

static inline void
visit_component (Codec *codec, PstComponentRecord *component)
{
  visit_u32 (codec, &component->index);
  visit_enum (codec, &component->kind, PST_COMPONENT_KIND_EXCHANGE, PST_COMPONENT_KIND_SERVICE);
  visit_text (codec, component->name, sizeof component->name);
  visit_text (codec, component->plugin, sizeof component->plugin);
}

static inline void
visit_instrument (Codec *codec, PstInstrumentRecord *instrument)
{
  visit_u32 (codec, &instrument->index);
  visit_u8 (codec, &instrument->price_scale);
  visit_u8 (codec, &instrument->size_scale);
  if (instrument->price_scale > PST_SCALE_MAX || instrument->size_scale > PST_SCALE_MAX)
    codec_fail (codec, "a scale is above 18");
  visit_enum (codec, &instrument->settlement, PST_SETTLEMENT_POSITION, PST_SETTLEMENT_DELIVERY);
  visit_currency (codec, &instrument->base);
  visit_currency (codec, &instrument->quote);
  visit_text (codec, instrument->id, sizeof instrument->id);
}

static inline void
visit_cash (Codec *codec, PstCashRecord *cash)
{
  visit_u32 (codec, &cash->exchange);
  visit_currency (codec, &cash->currency);
  visit_i64 (codec, &cash->amount);
  visit_text (codec, cash->reason, sizeof cash->reason);
}

enum
{
  HAS_LIMIT_PRICE = 1 << 0,
  HAS_STOP_PRICE = 1 << 1,
  HAS_EXPIRE_TIME = 1 << 2,
  HAS_FILLED_QUANTITY = 1 << 3,
  HAS_FILLED_NOTIONAL = 1 << 4,
  HAS_TRADE = 1 << 5,
  HAS_ALL = (1 << 6) - 1,
};

static inline void
visit_request (Codec *codec, PstOrderRequest *request)
{
  visit_u32 (codec, &request->instrument);
  visit_wish (codec, &request->side, PST_SIDE_SELL);
  visit_wish (codec, &request->type, PST_ORDER_TYPE_STOP_LIMIT);
  visit_wish (codec, &request->time_in_force, PST_TIME_IN_FORCE_GTD);
  visit_flags (codec, &request->flags);
  visit_i64 (codec, &request->quantity);
}

static inline void
visit_order (Codec *codec, PstOrder *order)
{
  PstOrderRequest *request = &order->request;
  guint8 mask = (request->limit_price != 0 ? HAS_LIMIT_PRICE : 0) | (request->stop_price != 0 ? HAS_STOP_PRICE : 0)
                | (request->expire_time_ns != 0 ? HAS_EXPIRE_TIME : 0) | (order->filled_quantity != 0 ? HAS_FILLED_QUANTITY : 0)
                | (order->filled_notional != 0 ? HAS_FILLED_NOTIONAL : 0) | (request->trade != 0 ? HAS_TRADE : 0);

  visit_u64 (codec, &order->id);
  visit_u32 (codec, &order->strategy);
  visit_u32 (codec, &order->exchange);
  visit_enum (codec, &order->state, PST_ORDER_STATE_INITIALIZED, PST_ORDER_STATE_LAST);
  visit_request (codec, request);
  visit_u8 (codec, &mask);
  if (mask > HAS_ALL)
    codec_fail (codec, "an unknown field is said to be there");
  visit_sparse (codec, mask, HAS_LIMIT_PRICE, &request->limit_price);
  visit_sparse (codec, mask, HAS_STOP_PRICE, &request->stop_price);
  visit_sparse (codec, mask, HAS_EXPIRE_TIME, &request->expire_time_ns);
  visit_sparse (codec, mask, HAS_FILLED_QUANTITY, &order->filled_quantity);
  visit_sparse (codec, mask, HAS_FILLED_NOTIONAL, &order->filled_notional);
  if ((mask & HAS_TRADE) != 0)
    {
      visit_u32 (codec, &request->trade);
      if (!codec->writing && request->trade == 0)
        codec_fail (codec, "a number that is said to be there is zero");
    }
  visit_i64 (codec, &order->created_time_ns);
  visit_i64 (codec, &order->updated_time_ns);
  visit_text (codec, order->client_id, sizeof order->client_id);
  visit_text (codec, order->venue_id, sizeof order->venue_id);
  visit_text (codec, order->reason, sizeof order->reason);
}

static inline void
visit_verdict (Codec *codec, PstVerdictRecord *verdict)
{
  visit_u64 (codec, &verdict->order_id);
  visit_u32 (codec, &verdict->component);
  visit_boolean (codec, &verdict->verdict.passed);
  visit_text (codec, verdict->verdict.code, sizeof verdict->verdict.code);
  visit_text (codec, verdict->verdict.detail, sizeof verdict->verdict.detail);
}

static inline void
visit_report (Codec *codec, PstExecutionReport *report)
{
  visit_u64 (codec, &report->order_id);
  visit_enum (codec, &report->kind, PST_REPORT_ACCEPTED, PST_REPORT_UNKNOWN);
  visit_wish (codec, &report->liquidity, PST_LIQUIDITY_TAKER);
  visit_i64 (codec, &report->time_ns);
  visit_i64 (codec, &report->price);
  visit_i64 (codec, &report->quantity);
  visit_i64 (codec, &report->stop_price);
  visit_i64 (codec, &report->fee);
  visit_currency (codec, &report->fee_currency);
  visit_text (codec, report->execution_id, sizeof report->execution_id);
  visit_text (codec, report->venue_order_id, sizeof report->venue_order_id);
  visit_text (codec, report->reason, sizeof report->reason);
}

static inline void
visit_fill (Codec *codec, PstFill *fill)
{
  visit_u64 (codec, &fill->order_id);
  visit_u32 (codec, &fill->strategy);
  visit_u32 (codec, &fill->exchange);
  visit_u32 (codec, &fill->instrument);
  visit_enum (codec, &fill->side, PST_SIDE_BUY, PST_SIDE_SELL);
  visit_wish (codec, &fill->liquidity, PST_LIQUIDITY_TAKER);
  visit_i64 (codec, &fill->time_ns);
  visit_i64 (codec, &fill->price);
  visit_i64 (codec, &fill->quantity);
  visit_i64 (codec, &fill->notional);
  visit_i64 (codec, &fill->fee);
  visit_currency (codec, &fill->fee_currency);
  visit_i64 (codec, &fill->realised_profit);
  visit_text (codec, fill->execution_id, sizeof fill->execution_id);
}

static inline void
visit_position (Codec *codec, PstPosition *position)
{
  visit_u32 (codec, &position->strategy);
  visit_u32 (codec, &position->instrument);
  visit_i64 (codec, &position->quantity);
  visit_i64 (codec, &position->cost);
  visit_i64 (codec, &position->realised_profit);
  visit_i64 (codec, &position->fees);
  visit_u64 (codec, &position->n_fills);
  visit_u64 (codec, &position->n_trades);
  visit_u64 (codec, &position->n_wins);
  visit_i64 (codec, &position->trade_profit);
}

static inline void
visit_tick (Codec *codec, PstTickRecord *tick)
{
  visit_u64 (codec, &tick->tick);
  visit_currency (codec, &tick->currency);
  visit_i64 (codec, &tick->cash);
  visit_i64 (codec, &tick->mark_to_market);
  visit_i64 (codec, &tick->equity);
  visit_u32 (codec, &tick->n_unpriced);
  visit_i64 (codec, &tick->realised_profit);
  visit_i64 (codec, &tick->fees);
}

static inline void
visit_trading_state (Codec *codec, PstTradingStateRecord *state)
{
  visit_enum (codec, &state->from, PST_TRADING_STATE_ACTIVE, PST_TRADING_STATE_HALTED);
  visit_enum (codec, &state->to, PST_TRADING_STATE_ACTIVE, PST_TRADING_STATE_HALTED);
  visit_u32 (codec, &state->component);
  visit_text (codec, state->reason, sizeof state->reason);
}

static inline void
visit_alert (Codec *codec, PstAlertRecord *alert)
{
  visit_enum (codec, &alert->severity, PST_SEVERITY_INFO, PST_SEVERITY_CRITICAL);
  visit_u32 (codec, &alert->component);
  visit_text (codec, alert->category, sizeof alert->category);
  visit_text (codec, alert->title, sizeof alert->title);
  visit_text (codec, alert->message, sizeof alert->message);
}

static inline void
visit_note (Codec *codec, PstNoteRecord *note)
{
  visit_u32 (codec, &note->component);
  visit_text (codec, note->name, sizeof note->name);
  visit_text (codec, note->detail, sizeof note->detail);
}

static inline void
visit_opportunity (Codec *codec, PstOpportunity *opportunity)
{
  visit_u64 (codec, &opportunity->number);
  visit_i64 (codec, &opportunity->detected_at_ns);
  visit_u32 (codec, &opportunity->component);
  visit_u32 (codec, &opportunity->updated_pair);
  visit_u32 (codec, &opportunity->n_legs);
  visit_boolean (codec, &opportunity->executed);
  visit_currency (codec, &opportunity->currency);
  visit_i64 (codec, &opportunity->gross_rate);
  visit_i64 (codec, &opportunity->net_rate);
  visit_i64 (codec, &opportunity->gross_pct);
  visit_i64 (codec, &opportunity->net_pct);
  visit_i64 (codec, &opportunity->est_profit);
  visit_i64 (codec, &opportunity->allocated_capital);
  visit_text (codec, opportunity->cycle, sizeof opportunity->cycle);
}

static inline void
visit_snapshot_side (Codec *codec, guint8 *n_levels, PstSnapshotLevel *levels)
{
  visit_u8 (codec, n_levels);
  if (*n_levels > PST_SNAPSHOT_LEVELS_MAX)
    codec_fail (codec, "a snapshot has more levels than there may be");
  for (guint i = 0; i < *n_levels && codec->fault == NULL; i++)
    {
      visit_i64 (codec, &levels[i].price);
      visit_i64 (codec, &levels[i].size);
    }
}

static inline void
visit_snapshot (Codec *codec, PstSnapshotRecord *snapshot)
{
  visit_u32 (codec, &snapshot->instrument);
  visit_enum (codec, &snapshot->cause, PST_SNAPSHOT_INTERVAL, PST_SNAPSHOT_OPPORTUNITY);
  visit_u64 (codec, &snapshot->number);
  visit_snapshot_side (codec, &snapshot->n_bids, snapshot->bids);
  visit_snapshot_side (codec, &snapshot->n_asks, snapshot->asks);
}

/* The hash stands last: it covers all bytes before it. An actor that cannot be is written as 0, so that a record which was tampered with still has
 * bytes to compare. */
static inline void
visit_audit (Codec *codec, PstAuditRecord *audit)
{
  visit_u64 (codec, &audit->number);
  visit_u64 (codec, &audit->order_id);
  visit_wish (codec, &audit->actor_kind, PST_AUDIT_ACTOR_COMPONENT);
  visit_u32 (codec, &audit->component);
  visit_text (codec, audit->actor, sizeof audit->actor);
  visit_text (codec, audit->action, sizeof audit->action);
  visit_text (codec, audit->why, sizeof audit->why);
  visit_text (codec, audit->before, sizeof audit->before);
  visit_text (codec, audit->after, sizeof audit->after);
  visit_bytes (codec, audit->previous, sizeof audit->previous);
  visit_bytes (codec, audit->hash, sizeof audit->hash);
}

static inline void
visit_state (Codec *codec, PstStateRecord *state)
{
  visit_u64 (codec, &state->number);
  visit_u32 (codec, &state->component);
  visit_text (codec, state->key, sizeof state->key);
  visit_text (codec, state->value, sizeof state->value);
}

/* Apart from the others, which are a million times more frequent: they stay small enough to be built into one function. */
static __attribute__ ((noinline)) void
visit_seldom (Codec *codec, PstRecord *record)
{
  if (record->kind == PST_RECORD_OPPORTUNITY)
    visit_opportunity (codec, &record->opportunity);
  else if (record->kind == PST_RECORD_SNAPSHOT)
    visit_snapshot (codec, &record->snapshot);
  else if (record->kind == PST_RECORD_AUDIT)
    visit_audit (codec, &record->audit);
  else if (record->kind == PST_RECORD_STATE)
    visit_state (codec, &record->state);
  else
    codec_fail (codec, "its kind is unknown");
}

static inline __attribute__ ((always_inline)) void
visit_record (Codec *codec, PstRecord *record)
{
  visit_enum (codec, &record->kind, PST_RECORD_RUN, PST_RECORD_LAST);
  visit_u64 (codec, &record->sequence);
  visit_i64 (codec, &record->time_ns);
  switch (record->kind)
    {
    case PST_RECORD_RUN:
      visit_run (codec, &record->run);
      break;
    case PST_RECORD_COMPONENT:
      visit_component (codec, &record->component);
      break;
    case PST_RECORD_INSTRUMENT:
      visit_instrument (codec, &record->instrument);
      break;
    case PST_RECORD_CASH:
      visit_cash (codec, &record->cash);
      break;
    case PST_RECORD_INTENT:
    case PST_RECORD_ORDER:
      visit_order (codec, &record->order);
      break;
    case PST_RECORD_VERDICT:
      visit_verdict (codec, &record->verdict);
      break;
    case PST_RECORD_REPORT:
      visit_report (codec, &record->report);
      break;
    case PST_RECORD_FILL:
      visit_fill (codec, &record->fill);
      break;
    case PST_RECORD_POSITION:
      visit_position (codec, &record->position);
      break;
    case PST_RECORD_TICK:
      visit_tick (codec, &record->tick);
      break;
    case PST_RECORD_TRADING_STATE:
      visit_trading_state (codec, &record->trading_state);
      break;
    case PST_RECORD_ALERT:
      visit_alert (codec, &record->alert);
      break;
    case PST_RECORD_NOTE:
      visit_note (codec, &record->note);
      break;
    case PST_RECORD_OPPORTUNITY:
    case PST_RECORD_SNAPSHOT:
    case PST_RECORD_AUDIT:
    case PST_RECORD_STATE:
    default:
      visit_seldom (codec, record);
    }
}

/**
 * pst_record_copy:
 * @record: a record
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstRecord *
pst_record_copy (const PstRecord *record)
{
  return g_memdup2 (record, sizeof *record);
}

/**
 * pst_record_free:
 * @record: (nullable) (transfer full): a copy of a record
 *
 * Any thread.
 */
void
pst_record_free (PstRecord *record)
{
  g_free (record);
}

/**
 * pst_record_encode:
 * @record: a record
 * @bytes: where its bytes are appended
 *
 * The same bytes on every machine; what stands behind a text's end is not written. Of a request, sides, types and times in force that do
 * not exist become 0 and unknown flags are dropped: an intent is recorded whatever it says. Any other enumeration out of its range is a
 * programming error; nothing is appended then. Any thread.
 */
void
pst_record_encode (const PstRecord *record, GByteArray *bytes)
{
  guint8 buffer[RECORD_SIZE_MAX];
  Codec codec = { .writing = TRUE, .out = buffer };

  g_return_if_fail (record != NULL && bytes != NULL);
  /* Writing visits without changing anything. */
  visit_record (&codec, (PstRecord *)record);
  if (codec.fault != NULL)
    {
      g_critical ("cannot encode record %" G_GUINT64_FORMAT " of kind %d: %s", record->sequence, record->kind, codec.fault);
      return;
    }
  g_byte_array_append (bytes, buffer, codec.out - buffer);
}

/**
 * pst_record_decode:
 * @bytes: (array length=length): what pst_record_encode() appended
 * @length: how many bytes, all of them the record's
 * @record: (out caller-allocates): the record; contents are undefined on error
 * @error: return location for a #PstStoreError
 *
 * Strict: %PST_STORE_ERROR_CORRUPT for anything that encoding could not have written; the message names the byte.
 * %PST_STORE_ERROR_VERSION when a currency has another scale in this process, which has used it before. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_record_decode (const guint8 *bytes, gsize length, PstRecord *record, GError **error)
{
  Codec codec = { .in = bytes, .in_start = bytes, .in_end = bytes + length };

  g_return_val_if_fail (record != NULL && (bytes != NULL || length == 0), FALSE);
  memset (record, 0, sizeof *record);
  visit_record (&codec, record);
  if (codec.fault == NULL && codec.in != codec.in_end)
    codec_fail (&codec, "something follows its end");
  if (codec.fault == NULL)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, codec.conflict ? PST_STORE_ERROR_VERSION : PST_STORE_ERROR_CORRUPT,
               "cannot read a record of kind %d: %s, at byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, record->kind, codec.fault,
               (gsize)(codec.in - codec.in_start), length);
  return FALSE;
}
