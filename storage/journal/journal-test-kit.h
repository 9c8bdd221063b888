/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the journal's tests share: a run's story of any length, and a journal in memory that holds it. */
#pragma once

#include "pst-journal.h"

#include <penstock-check.h>
#include <string.h>

G_BEGIN_DECLS

#define STORY_PROLOGUE 6
#define STORY_CYCLE 7

static inline void
story_prologue (guint64 n, PstRecord *record)
{
  const PstCurrency *usd = pst_currency_get ("USD", NULL);

  switch (n)
    {
    case 1:
    case 6:
      record->kind = PST_RECORD_RUN;
      record->run = (PstRunRecord){ .state = n == 1 ? PST_RUN_STATE_CREATED : PST_RUN_STATE_RUNNING,
                                    .mode = PST_MODE_BACKTEST,
                                    .seed = 1,
                                    .currency = usd,
                                    .user_id = "local",
                                    .run_id = "check-1",
                                    .pipeline = "sma" };
      break;
    case 2:
    case 3:
      record->kind = PST_RECORD_COMPONENT;
      record->component = (PstComponentRecord){
        .index = n - 2, .kind = n == 2 ? PST_COMPONENT_KIND_EXCHANGE : PST_COMPONENT_KIND_STRATEGY, .name = "part", .plugin = "plugin"
      };
      break;
    case 4:
      record->kind = PST_RECORD_INSTRUMENT;
      record->instrument = (PstInstrumentRecord){ .price_scale = 2, .quote = usd, .id = "AAPL.DATA" };
      break;
    case 5:
    default:
      record->kind = PST_RECORD_CASH;
      record->cash = (PstCashRecord){ .currency = usd, .amount = G_GINT64_CONSTANT (100000000000000), .reason = "deposit" };
    }
}

/* Record @n, from 1, of a run without end: after the prologue an order a tick. */
static inline void
story_get (guint64 n, PstRecord *record)
{
  guint64 cycle = (n - STORY_PROLOGUE - 1) / STORY_CYCLE, step = (n - STORY_PROLOGUE - 1) % STORY_CYCLE;

  memset (record, 0, sizeof *record);
  record->sequence = n;
  record->time_ns = PST_NS_PER_DAY * (gint64)(n <= STORY_PROLOGUE ? 1 : cycle + 1);
  if (n <= STORY_PROLOGUE)
    story_prologue (n, record);
  else if (step <= 3)
    {
      record->kind = step == 0 ? PST_RECORD_INTENT : PST_RECORD_ORDER;
      record->order
          = (PstOrder){ .id = cycle + 1,
                        .strategy = 1,
                        .request = { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 10 },
                        .state = step == 0   ? PST_ORDER_STATE_INITIALIZED
                                 : step == 1 ? PST_ORDER_STATE_SUBMITTED
                                 : step == 2 ? PST_ORDER_STATE_ACCEPTED
                                             : PST_ORDER_STATE_FILLED,
                        .created_time_ns = record->time_ns,
                        .updated_time_ns = record->time_ns };
      g_snprintf (record->order.client_id, sizeof record->order.client_id, "check-1-%06u", (guint)cycle + 1);
    }
  else if (step == 4)
    {
      record->kind = PST_RECORD_FILL;
      record->fill
          = (PstFill){ .order_id = cycle + 1, .strategy = 1, .side = PST_SIDE_BUY, .price = 10000, .quantity = 10, .notional = 100000000000 };
      g_snprintf (record->fill.execution_id, sizeof record->fill.execution_id, "x%u", (guint)cycle + 1);
    }
  else if (step == 5)
    {
      record->kind = PST_RECORD_POSITION;
      record->position = (PstPosition){ .strategy = 1, .quantity = 10 * (gint64)(cycle + 1), .n_fills = cycle + 1 };
    }
  else
    {
      record->kind = PST_RECORD_TICK;
      record->tick = (PstTickRecord){ .tick = cycle + 1, .currency = pst_currency_get ("USD", NULL), .cash = 5, .mark_to_market = 7, .equity = 12 };
    }
}

static inline void
assert_same_record (const PstRecord *a, const PstRecord *b)
{
  g_autoptr (GByteArray) bytes_a = g_byte_array_new (), bytes_b = g_byte_array_new ();

  pst_record_encode (a, bytes_a);
  pst_record_encode (b, bytes_b);
  g_assert_cmpmem (bytes_a->data, bytes_a->len, bytes_b->data, bytes_b->len);
}

/* A journal of the first @n_records of the story. */
static inline PstSimulatedFile *
make_journal (guint n_records)
{
  PstSimulatedFile *file = pst_simulated_file_new ();
  g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, 65536);
  PstRecord record;

  for (guint64 i = 1; i <= n_records; i++)
    {
      story_get (i, &record);
      g_assert_true (pst_journal_writer_append (writer, &record, NULL));
    }
  g_assert_true (pst_journal_writer_sync (writer, NULL));
  return file;
}

/* Reads all and compares with the story. The number of records, or -1 with the error. */
static inline gint64
verify_journal (PstSimulatedFile *file, PstStoreScan *scan, GError **error)
{
  g_autoptr (PstJournalReader) reader = pst_journal_reader_new (PST_FILE (file), "test");
  PstJournalStatus status;
  PstRecord record, expected;
  gint64 n = 0;

  while ((status = pst_journal_reader_next (reader, &record, error)) == PST_JOURNAL_RECORD)
    {
      story_get (++n, &expected);
      assert_same_record (&record, &expected);
    }
  *scan = pst_journal_reader_get_scan (reader);
  g_assert_cmpint (scan->n_records, ==, n);
  return status == PST_JOURNAL_END ? n : -1;
}

G_END_DECLS
