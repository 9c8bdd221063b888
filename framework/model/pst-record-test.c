/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The journal is what a run is recovered from: every field must come back, and damage must be seen, never believed and never a crash. */
#include <string.h>

#include "pst-test-values.h"

static void
random_text (char *text, gsize size)
{
  gsize length = g_test_rand_int_range (0, 3) == 0 ? size - 1 : g_test_rand_int_range (0, size);

  memset (text, 0, size);
  for (gsize i = 0; i < length; i++)
    text[i] = g_test_rand_int_range (1, 256);
}

static const PstCurrency *
random_currency (gboolean nullable)
{
  static const char *const codes[] = { "USD", "BTC", "ABCDEFGHIJKLMNO" };

  if (nullable && g_test_rand_bit ())
    return NULL;
  return g_test_rand_bit () ? pst_currency_define ("JPY", 0, NULL) : pst_currency_get (codes[g_test_rand_int_range (0, 3)], NULL);
}

static gint64
random_or_zero (void)
{
  return g_test_rand_bit () ? 0 : test_random_int64 ();
}

static void
random_order (PstOrder *order)
{
  order->id = test_random_int64 ();
  order->strategy = g_test_rand_int ();
  order->exchange = g_test_rand_int ();
  order->state = g_test_rand_int_range (1, PST_ORDER_STATE_LAST + 1);
  order->request.instrument = g_test_rand_int ();
  order->request.side = g_test_rand_int_range (0, 3);
  order->request.type = g_test_rand_int_range (0, PST_ORDER_TYPE_STOP_LIMIT + 1);
  order->request.time_in_force = g_test_rand_int_range (0, PST_TIME_IN_FORCE_GTD + 1);
  order->request.flags = g_test_rand_int_range (0, 8);
  order->request.trade = g_test_rand_bit () ? 0 : g_test_rand_int ();
  order->request.quantity = test_random_int64 ();
  order->request.limit_price = random_or_zero ();
  order->request.stop_price = random_or_zero ();
  order->request.expire_time_ns = random_or_zero ();
  order->filled_quantity = random_or_zero ();
  order->filled_notional = random_or_zero ();
  order->created_time_ns = test_random_int64 ();
  order->updated_time_ns = test_random_int64 ();
  random_text (order->client_id, sizeof order->client_id);
  random_text (order->venue_id, sizeof order->venue_id);
  random_text (order->reason, sizeof order->reason);
}

static void
random_report (PstExecutionReport *report)
{
  report->order_id = test_random_int64 ();
  report->kind = g_test_rand_int_range (1, PST_REPORT_UNKNOWN + 1);
  report->liquidity = g_test_rand_int_range (0, 3);
  report->time_ns = test_random_int64 ();
  report->price = test_random_int64 ();
  report->quantity = test_random_int64 ();
  report->stop_price = test_random_int64 ();
  report->fee = test_random_int64 ();
  report->fee_currency = random_currency (TRUE);
  random_text (report->execution_id, sizeof report->execution_id);
  random_text (report->venue_order_id, sizeof report->venue_order_id);
  random_text (report->reason, sizeof report->reason);
}

static void
random_fill (PstFill *fill)
{
  fill->order_id = test_random_int64 ();
  fill->strategy = g_test_rand_int ();
  fill->exchange = g_test_rand_int ();
  fill->instrument = g_test_rand_int ();
  fill->side = g_test_rand_int_range (1, 3);
  fill->liquidity = g_test_rand_int_range (0, 3);
  fill->time_ns = test_random_int64 ();
  fill->price = test_random_int64 ();
  fill->quantity = test_random_int64 ();
  fill->notional = test_random_int64 ();
  fill->fee = test_random_int64 ();
  fill->fee_currency = random_currency (TRUE);
  fill->realised_profit = test_random_int64 ();
  random_text (fill->execution_id, sizeof fill->execution_id);
}

static void
random_position (PstPosition *position)
{
  position->strategy = g_test_rand_int ();
  position->instrument = g_test_rand_int ();
  position->quantity = test_random_int64 ();
  position->cost = test_random_int64 ();
  position->realised_profit = test_random_int64 ();
  position->fees = test_random_int64 ();
  position->n_fills = test_random_int64 ();
  position->n_trades = test_random_int64 ();
  position->n_wins = test_random_int64 ();
  position->trade_profit = test_random_int64 ();
}

static void
random_run (PstRunRecord *run)
{
  run->state = g_test_rand_int_range (1, 5);
  run->mode = g_test_rand_int_range (1, 4);
  run->seed = test_random_int64 ();
  run->currency = random_currency (FALSE);
  random_text (run->user_id, sizeof run->user_id);
  random_text (run->run_id, sizeof run->run_id);
  random_text (run->pipeline, sizeof run->pipeline);
  random_text (run->reason, sizeof run->reason);
}

static void
random_tick (PstTickRecord *tick)
{
  tick->tick = test_random_int64 ();
  tick->currency = random_currency (FALSE);
  tick->cash = test_random_int64 ();
  tick->mark_to_market = test_random_int64 ();
  tick->equity = test_random_int64 ();
  tick->n_unpriced = g_test_rand_int ();
  tick->realised_profit = test_random_int64 ();
  tick->fees = test_random_int64 ();
}

static void
random_instrument_record (PstInstrumentRecord *instrument)
{
  instrument->index = g_test_rand_int ();
  instrument->price_scale = g_test_rand_int_range (0, 19);
  instrument->size_scale = g_test_rand_int_range (0, 19);
  instrument->settlement = g_test_rand_int_range (0, 2);
  instrument->base = random_currency (TRUE);
  instrument->quote = random_currency (FALSE);
  random_text (instrument->id, sizeof instrument->id);
}

static void
random_verdict (PstVerdictRecord *verdict)
{
  verdict->order_id = test_random_int64 ();
  verdict->component = g_test_rand_int ();
  verdict->verdict.passed = g_test_rand_bit ();
  random_text (verdict->verdict.code, sizeof verdict->verdict.code);
  random_text (verdict->verdict.detail, sizeof verdict->verdict.detail);
}

static void
random_opportunity (PstOpportunity *opportunity)
{
  opportunity->number = test_random_int64 ();
  opportunity->detected_at_ns = test_random_int64 ();
  opportunity->component = g_test_rand_int ();
  opportunity->updated_pair = g_test_rand_int ();
  opportunity->n_legs = g_test_rand_int ();
  opportunity->executed = g_test_rand_bit ();
  opportunity->currency = random_currency (TRUE);
  opportunity->gross_rate = test_random_int64 ();
  opportunity->net_rate = test_random_int64 ();
  opportunity->gross_pct = test_random_int64 ();
  opportunity->net_pct = test_random_int64 ();
  opportunity->est_profit = test_random_int64 ();
  opportunity->allocated_capital = test_random_int64 ();
  random_text (opportunity->cycle, sizeof opportunity->cycle);
}

static void
random_snapshot (PstSnapshotRecord *snapshot)
{
  snapshot->instrument = g_test_rand_int ();
  snapshot->cause = g_test_rand_int_range (1, 3);
  snapshot->number = test_random_int64 ();
  snapshot->n_bids = g_test_rand_int_range (0, PST_SNAPSHOT_LEVELS_MAX + 1);
  snapshot->n_asks = g_test_rand_int_range (0, PST_SNAPSHOT_LEVELS_MAX + 1);
  for (guint i = 0; i < snapshot->n_bids; i++)
    snapshot->bids[i] = (PstSnapshotLevel){ test_random_int64 (), test_random_int64 () };
  for (guint i = 0; i < snapshot->n_asks; i++)
    snapshot->asks[i] = (PstSnapshotLevel){ test_random_int64 (), test_random_int64 () };
}

static void
random_audit (PstAuditRecord *audit)
{
  audit->number = test_random_int64 ();
  audit->order_id = test_random_int64 ();
  audit->actor_kind = g_test_rand_int_range (0, 4);
  audit->component = g_test_rand_int ();
  random_text (audit->actor, sizeof audit->actor);
  random_text (audit->action, sizeof audit->action);
  random_text (audit->why, sizeof audit->why);
  random_text (audit->before, sizeof audit->before);
  random_text (audit->after, sizeof audit->after);
  for (guint i = 0; i < PST_AUDIT_HASH_SIZE; i++)
    {
      audit->previous[i] = g_test_rand_int ();
      audit->hash[i] = g_test_rand_int ();
    }
}

static void
random_small (PstRecord *record)
{
  if (record->kind == PST_RECORD_COMPONENT)
    {
      record->component.index = g_test_rand_int ();
      record->component.kind = g_test_rand_int_range (1, 6);
      random_text (record->component.name, sizeof record->component.name);
      random_text (record->component.plugin, sizeof record->component.plugin);
    }
  else if (record->kind == PST_RECORD_CASH)
    {
      record->cash.exchange = g_test_rand_int ();
      record->cash.currency = random_currency (FALSE);
      record->cash.amount = test_random_int64 ();
      random_text (record->cash.reason, sizeof record->cash.reason);
    }
  else if (record->kind == PST_RECORD_TRADING_STATE)
    {
      record->trading_state.from = g_test_rand_int_range (1, 4);
      record->trading_state.to = g_test_rand_int_range (1, 4);
      record->trading_state.component = g_test_rand_int ();
      random_text (record->trading_state.reason, sizeof record->trading_state.reason);
    }
  else if (record->kind == PST_RECORD_ALERT)
    {
      record->alert.severity = g_test_rand_int_range (1, 5);
      record->alert.component = g_test_rand_int ();
      random_text (record->alert.category, sizeof record->alert.category);
      random_text (record->alert.title, sizeof record->alert.title);
      random_text (record->alert.message, sizeof record->alert.message);
    }
  else if (record->kind == PST_RECORD_STATE)
    {
      record->state.number = test_random_int64 ();
      record->state.component = g_test_rand_int ();
      random_text (record->state.key, sizeof record->state.key);
      random_text (record->state.value, sizeof record->state.value);
    }
  else
    {
      g_assert_cmpint (record->kind, ==, PST_RECORD_NOTE);
      record->note.component = g_test_rand_int ();
      random_text (record->note.name, sizeof record->note.name);
      random_text (record->note.detail, sizeof record->note.detail);
    }
}

static PstRecord
random_record (PstRecordKind kind)
{
  PstRecord record;

  memset (&record, 0, sizeof record);
  record.kind = kind;
  record.sequence = test_random_int64 ();
  record.time_ns = test_random_int64 ();
  if (kind == PST_RECORD_RUN)
    random_run (&record.run);
  else if (kind == PST_RECORD_INSTRUMENT)
    random_instrument_record (&record.instrument);
  else if (kind == PST_RECORD_INTENT || kind == PST_RECORD_ORDER)
    random_order (&record.order);
  else if (kind == PST_RECORD_VERDICT)
    random_verdict (&record.verdict);
  else if (kind == PST_RECORD_REPORT)
    random_report (&record.report);
  else if (kind == PST_RECORD_FILL)
    random_fill (&record.fill);
  else if (kind == PST_RECORD_POSITION)
    random_position (&record.position);
  else if (kind == PST_RECORD_TICK)
    random_tick (&record.tick);
  else if (kind == PST_RECORD_OPPORTUNITY)
    random_opportunity (&record.opportunity);
  else if (kind == PST_RECORD_SNAPSHOT)
    random_snapshot (&record.snapshot);
  else if (kind == PST_RECORD_AUDIT)
    random_audit (&record.audit);
  else
    random_small (&record);
  return record;
}

/* Exactly @length bytes of heap, so that a sanitizer sees one byte too many being read. */
static gboolean
decode_exact (const guint8 *bytes, gsize length, PstRecord *record, GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);

  return pst_record_decode (copy, length, record, error);
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < 300; i++)
    for (PstRecordKind kind = 1; kind <= PST_RECORD_LAST; kind++)
      {
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        g_autoptr (GError) error = NULL;
        PstRecord record = random_record (kind), again;

        pst_record_encode (&record, bytes);
        g_assert_true (decode_exact (bytes->data, bytes->len, &again, &error));
        g_assert_no_error (error);
        g_assert_cmpmem (&again, sizeof again, &record, sizeof record);
      }
}

/* The bytes themselves: a journal that was written today must be readable on any machine, by any later version. */
static void
test_bytes (void)
{
  static const guint8 want[] = { PST_RECORD_CASH,
                                 2,
                                 0,
                                 0,
                                 0,
                                 0,
                                 0,
                                 0,
                                 0,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 0xff,
                                 3,
                                 0,
                                 0,
                                 0,
                                 3,
                                 'U',
                                 'S',
                                 'D',
                                 8,
                                 0x15,
                                 0xcd,
                                 0x5b,
                                 0x07,
                                 0,
                                 0,
                                 0,
                                 0,
                                 7,
                                 'd',
                                 'e',
                                 'p',
                                 'o',
                                 's',
                                 'i',
                                 't' };
  PstRecord record = { .kind = PST_RECORD_CASH, .sequence = 2, .time_ns = -1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  record.cash.exchange = 3;
  record.cash.currency = pst_currency_get ("USD", NULL);
  record.cash.amount = 123456789;
  g_strlcpy (record.cash.reason, "deposit", sizeof record.cash.reason);
  pst_record_encode (&record, bytes);
  g_assert_cmpmem (bytes->data, bytes->len, want, sizeof want);
}

/* A market order, the most frequent record, stays small; and records are appended, whatever was there. */
static void
test_compact (void)
{
  PstRecord record = { .kind = PST_RECORD_ORDER, .sequence = 5 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  record.order.state = PST_ORDER_STATE_SUBMITTED;
  record.order.request.side = PST_SIDE_BUY;
  record.order.request.type = PST_ORDER_TYPE_MARKET;
  g_strlcpy (record.order.client_id, "sma-1-000001", sizeof record.order.client_id);
  g_byte_array_append (bytes, (const guint8 *)"x", 1);
  pst_record_encode (&record, bytes);
  g_assert_cmpint (bytes->data[0], ==, 'x');
  g_assert_cmpuint (bytes->len, <=, 90);
  g_assert_true (pst_record_decode (bytes->data + 1, bytes->len - 1, &record, NULL));
  g_assert_cmpstr (record.order.client_id, ==, "sma-1-000001");
}

/* A strategy may ask for nonsense; that it did must be on record, and the record readable. */
static void
test_nonsense_request (void)
{
  PstRecord record = random_record (PST_RECORD_INTENT), again;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  record.order.request.side = 99;
  record.order.request.type = 0x102;
  record.order.request.time_in_force = (PstTimeInForce)-1;
  record.order.request.flags = 0xff;
  pst_record_encode (&record, bytes);
  g_assert_true (pst_record_decode (bytes->data, bytes->len, &again, NULL));
  g_assert_cmpint (again.order.request.side, ==, 0);
  g_assert_cmpint (again.order.request.type, ==, 0);
  g_assert_cmpint (again.order.request.time_in_force, ==, 0);
  g_assert_cmpint (again.order.request.flags, ==, 7);
}

/* A text that fills its array without a final NUL is cut, and nothing behind it is read. */
static void
test_unterminated (void)
{
  PstRecord record = random_record (PST_RECORD_NOTE), again;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  memset (record.note.name, 'N', sizeof record.note.name);
  pst_record_encode (&record, bytes);
  g_assert_true (pst_record_decode (bytes->data, bytes->len, &again, NULL));
  g_assert_cmpuint (strlen (again.note.name), ==, sizeof record.note.name - 1);
}

static void
test_truncated (void)
{
  for (PstRecordKind kind = 1; kind <= PST_RECORD_LAST; kind++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      PstRecord record = random_record (kind), again;

      pst_record_encode (&record, bytes);
      for (gsize length = 0; length < bytes->len; length++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_false (decode_exact (bytes->data, length, &again, &error));
          g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
        }
      g_byte_array_append (bytes, (const guint8 *)"", 1);
      g_assert_false (decode_exact (bytes->data, bytes->len, &again, NULL));
    }
}

/* Every single flipped bit: refused, or read as a record that writes back to the very same bytes. */
static void
test_bit_flips (void)
{
  for (PstRecordKind kind = 1; kind <= PST_RECORD_LAST; kind++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GByteArray) back = g_byte_array_new ();
      PstRecord record = random_record (kind), again;

      pst_record_encode (&record, bytes);
      for (gsize bit = 0; bit < bytes->len * 8; bit++)
        {
          g_autoptr (GError) error = NULL;

          bytes->data[bit / 8] ^= 1 << bit % 8;
          if (decode_exact (bytes->data, bytes->len, &again, &error))
            {
              g_byte_array_set_size (back, 0);
              pst_record_encode (&again, back);
              g_assert_cmpmem (back->data, back->len, bytes->data, bytes->len);
            }
          else
            g_assert_true (error->domain == PST_STORE_ERROR && (error->code == PST_STORE_ERROR_CORRUPT || error->code == PST_STORE_ERROR_VERSION));
          bytes->data[bit / 8] ^= 1 << bit % 8;
        }
    }
}

static void
test_random_bytes (void)
{
  for (guint i = 0; i < 50000; i++)
    {
      g_autoptr (GByteArray) back = g_byte_array_new ();
      guint8 bytes[300];
      gsize length = g_test_rand_int_range (0, sizeof bytes);
      PstRecord record;

      for (gsize k = 0; k < length; k++)
        bytes[k] = g_test_rand_int_range (0, 4) == 0 ? g_test_rand_int () : g_test_rand_int_range (0, 4);
      if (length > 0)
        bytes[0] = g_test_rand_int_range (0, PST_RECORD_LAST + 2);
      if (!decode_exact (bytes, length, &record, NULL))
        continue;
      pst_record_encode (&record, back);
      g_assert_cmpmem (back->data, back->len, bytes, length);
    }
}

static void
assert_corrupt (const guint8 *bytes, gsize length, const char *what)
{
  g_autoptr (GError) error = NULL;
  PstRecord record;

  g_assert_false (decode_exact (bytes, length, &record, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, what));
}

/* Each rule of reading, broken on its own. Bytes 0 to 16 are kind, sequence and time. */
static void
test_rules (void)
{
  PstRecord record = random_record (PST_RECORD_ORDER);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 *body;

  record.order.request.limit_price = 5;
  record.order.request.stop_price = record.order.request.expire_time_ns = 0;
  record.order.filled_quantity = record.order.filled_notional = 0;
  record.order.request.trade = 0;
  pst_record_encode (&record, bytes);
  body = bytes->data + 17;
  body[16] = 0;
  assert_corrupt (bytes->data, bytes->len, "enumeration");
  body[16] = PST_ORDER_STATE_LAST + 1;
  assert_corrupt (bytes->data, bytes->len, "enumeration");
  body[16] = PST_ORDER_STATE_FILLED;
  body[21] = PST_SIDE_SELL + 1;
  assert_corrupt (bytes->data, bytes->len, "enumeration");
  body[21] = PST_SIDE_SELL;
  body[24] = 8;
  assert_corrupt (bytes->data, bytes->len, "flag");
  body[24] = 0;
  body[33] = 65;
  assert_corrupt (bytes->data, bytes->len, "field");
  body[33] = 1;
  body[34] = 0;
  assert_corrupt (bytes->data, bytes->len, "zero");
  bytes->data[0] = 0;
  assert_corrupt (bytes->data, bytes->len, "kind");
  bytes->data[0] = PST_RECORD_LAST + 1;
  assert_corrupt (bytes->data, bytes->len, "enumeration");
  assert_corrupt (bytes->data, 0, "cut short");
}

static void
test_currency (void)
{
  PstRecord record = { .kind = PST_RECORD_CASH }, again;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  record.cash.currency = pst_currency_get ("ZZZ", NULL);
  pst_record_encode (&record, bytes);
  /* A currency that the process has not seen gets its scale from the record. */
  memcpy (bytes->data + 22, "NEW", 3);
  bytes->data[25] = 3;
  g_assert_true (pst_record_decode (bytes->data, bytes->len, &again, NULL));
  g_assert_cmpuint (pst_currency_get ("NEW", NULL)->scale, ==, 3);
  /* With another scale here, amounts would be read wrong by powers of ten: refused, as a conflict, not as damage. */
  bytes->data[25] = 4;
  g_assert_false (pst_record_decode (bytes->data, bytes->len, &again, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION);
  bytes->data[25] = 19;
  assert_corrupt (bytes->data, bytes->len, "currency");
  bytes->data[25] = 8;
  bytes->data[22] = 'z';
  assert_corrupt (bytes->data, bytes->len, "currency");
  bytes->data[22] = 0;
  assert_corrupt (bytes->data, bytes->len, "text");
}

static void
test_programming_error (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      PstRecord record = { .kind = PST_RECORD_RUN };

      g_log_set_always_fatal (0);
      g_log_set_fatal_mask (NULL, 0);
      pst_record_encode (&record, bytes);
      g_assert_cmpuint (bytes->len, ==, 0);
      record.kind = 99;
      pst_record_encode (&record, bytes);
      g_assert_cmpuint (bytes->len, ==, 0);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*cannot encode record*");
}

static void
test_boxed (void)
{
  PstRecord record = random_record (PST_RECORD_TICK);
  PstRecord *copy = g_boxed_copy (PST_TYPE_RECORD, &record);

  g_assert_cmpmem (copy, sizeof *copy, &record, sizeof record);
  g_boxed_free (PST_TYPE_RECORD, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/round-trip", test_round_trip);
  g_test_add_func ("/record/bytes", test_bytes);
  g_test_add_func ("/record/compact", test_compact);
  g_test_add_func ("/record/nonsense-request", test_nonsense_request);
  g_test_add_func ("/record/unterminated", test_unterminated);
  g_test_add_func ("/record/truncated", test_truncated);
  g_test_add_func ("/record/rules", test_rules);
  g_test_add_func ("/record/currency", test_currency);
  g_test_add_func ("/record/programming-error", test_programming_error);
  g_test_add_func ("/record/boxed", test_boxed);
  g_test_add_func ("/record/bit-flips", test_bit_flips);
  g_test_add_func ("/record/random-bytes", test_random_bytes);
  return g_test_run ();
}
