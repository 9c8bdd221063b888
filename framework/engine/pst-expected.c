/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What orders, money and the trading state did has to come in its order, record by record: a run that does something else than it did is not the same
 * run. What components say beside it is compared without order: what a guard noted while it looked at an order is not said again, for the order's
 * verdict is known. */
#include "pst-expected.h"

#include <string.h>

typedef struct
{
  PstRecord record;
  gboolean met;
} Item;

struct _PstExpected
{
  GArray *facts; /* PstRecord */
  guint next;
  GArray *words; /* Item */
  gint64 time_ns;
};

/**
 * pst_expected_new:
 *
 * Returns: (transfer full): nothing is expected
 */
PstExpected *
pst_expected_new (void)
{
  PstExpected *expected = g_new0 (PstExpected, 1);

  expected->time_ns = G_MININT64;
  expected->facts = g_array_new (FALSE, FALSE, sizeof (PstRecord));
  expected->words = g_array_new (FALSE, FALSE, sizeof (Item));
  return expected;
}

/**
 * pst_expected_free:
 * @expected: (nullable) (transfer full): what is expected
 */
void
pst_expected_free (PstExpected *expected)
{
  if (expected == NULL)
    return;
  g_array_unref (expected->facts);
  g_array_unref (expected->words);
  g_free (expected);
}

static gboolean
is_fact (PstRecordKind kind)
{
  return kind == PST_RECORD_INTENT || kind == PST_RECORD_ORDER || kind == PST_RECORD_REPORT || kind == PST_RECORD_FILL || kind == PST_RECORD_POSITION
         || kind == PST_RECORD_VERDICT || kind == PST_RECORD_TRADING_STATE || kind == PST_RECORD_TICK;
}

/**
 * pst_expected_add:
 * @expected: what is expected
 * @record: one more; in the journal's order
 */
void
pst_expected_add (PstExpected *expected, const PstRecord *record)
{
  const Item item = { *record, FALSE };

  expected->time_ns = record->time_ns;
  if (is_fact (record->kind))
    g_array_append_val (expected->facts, *record);
  else
    g_array_append_val (expected->words, item);
}

/* As the journal's bytes have them, apart from the number. */
static gboolean
is_same (const PstRecord *a, const PstRecord *b)
{
  g_autoptr (GByteArray) x = g_byte_array_new (), y = g_byte_array_new ();
  PstRecord own = *b;

  own.sequence = a->sequence;
  pst_record_encode (a, x);
  pst_record_encode (&own, y);
  return x->len == y->len && memcmp (x->data, y->data, x->len) == 0;
}

static gboolean
is_same_audit (const PstAuditRecord *a, const PstAuditRecord *b)
{
  return a->actor_kind == b->actor_kind && a->component == b->component && a->order_id == b->order_id && strcmp (a->action, b->action) == 0
         && strcmp (a->why, b->why) == 0 && strcmp (a->before, b->before) == 0 && strcmp (a->after, b->after) == 0;
}

/* An event has its place in the chain in the journal only; of a snapshot of the state each key is told once, whatever its value. */
static gboolean
is_said (const PstRecord *then, const PstRecord *now)
{
  if (then->kind != now->kind || then->time_ns != now->time_ns)
    return FALSE;
  if (then->kind == PST_RECORD_AUDIT)
    return is_same_audit (&then->audit, &now->audit);
  if (then->kind == PST_RECORD_STATE)
    return then->state.number == now->state.number && then->state.component == now->state.component && strcmp (then->state.key, now->state.key) == 0;
  return is_same (then, now);
}

static PstExpectation
meet_word (PstExpected *expected, const PstRecord *record)
{
  for (guint i = 0; i < expected->words->len; i++)
    {
      Item *item = &g_array_index (expected->words, Item, i);

      if (item->met || !is_said (&item->record, record))
        continue;
      item->met = TRUE;
      return PST_EXPECTED_MET;
    }
  return PST_EXPECTED_NEW;
}

/**
 * pst_expected_meet:
 * @expected: what is expected
 * @record: what is to be recorded, with its time
 *
 * Returns: whether the journal has it
 */
PstExpectation
pst_expected_meet (PstExpected *expected, const PstRecord *record)
{
  const PstRecord *next = pst_expected_peek (expected);

  if (!is_fact (record->kind))
    return meet_word (expected, record);
  if (next == NULL)
    return pst_expected_is_reached (expected, record->time_ns) ? PST_EXPECTED_NEW : PST_EXPECTED_DIVERGED;
  /* Who was first to ask for a state, and why, may be another one after a restart. */
  if (record->kind == PST_RECORD_TRADING_STATE && (next->kind != PST_RECORD_TRADING_STATE || next->trading_state.to != record->trading_state.to))
    return PST_EXPECTED_NEW;
  if (record->kind != PST_RECORD_TRADING_STATE && !is_same (next, record))
    return PST_EXPECTED_DIVERGED;
  expected->next++;
  return PST_EXPECTED_MET;
}

/**
 * pst_expected_is_reached:
 * @expected: what is expected
 * @time_ns: the present
 *
 * Returns: whether it is the time of the last record that is expected, or later
 */
gboolean
pst_expected_is_reached (const PstExpected *expected, gint64 time_ns)
{
  return time_ns >= expected->time_ns;
}

/**
 * pst_expected_is_over:
 * @expected: what is expected
 * @time_ns: the present
 *
 * Returns: whether it is later
 */
gboolean
pst_expected_is_over (const PstExpected *expected, gint64 time_ns)
{
  return time_ns > expected->time_ns;
}

/**
 * pst_expected_peek:
 * @expected: what is expected
 *
 * Returns: (transfer none) (nullable): the next fact; %NULL when all have come
 */
const PstRecord *
pst_expected_peek (const PstExpected *expected)
{
  return expected->next < expected->facts->len ? &g_array_index (expected->facts, PstRecord, expected->next) : NULL;
}

/**
 * pst_expected_skip:
 * @expected: what is expected
 *
 * Does not wait for the next fact.
 */
void
pst_expected_skip (PstExpected *expected)
{
  if (expected->next < expected->facts->len)
    expected->next++;
}
