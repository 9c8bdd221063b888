/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost when a killed run does a tick again: an order sent twice, because its record was taken for a new one; or a run that goes on as
 * if it were the old one, though it trades something else. */
#include "pst-expected.h"

/* Any time. */
#define NOW (1700000000 * PST_NS_PER_SECOND)

static PstRecord
make (PstRecordKind kind, guint64 sequence)
{
  return (PstRecord){ .sequence = sequence, .time_ns = NOW, .kind = kind };
}

static PstRecord
make_order (guint64 sequence, guint64 id, gint64 quantity)
{
  PstRecord record = make (PST_RECORD_ORDER, sequence);

  record.order = (PstOrder){ .id = id, .state = PST_ORDER_STATE_ACCEPTED, .request = { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET } };
  record.order.request.time_in_force = PST_TIME_IN_FORCE_GTC;
  record.order.request.quantity = quantity;
  return record;
}

static PstRecord
make_tick (guint64 sequence, guint64 tick)
{
  PstRecord record = make (PST_RECORD_TICK, sequence);

  record.tick.tick = tick;
  record.tick.currency = pst_currency_get ("USD", NULL);
  return record;
}

static PstRecord
make_note (guint32 component, const char *name)
{
  PstRecord record = make (PST_RECORD_NOTE, 0);

  record.note.component = component;
  g_strlcpy (record.note.name, name, sizeof record.note.name);
  return record;
}

static PstRecord
make_trading_state (PstTradingState to, const char *reason)
{
  PstRecord record = make (PST_RECORD_TRADING_STATE, 0);

  record.trading_state.from = PST_TRADING_STATE_ACTIVE;
  record.trading_state.to = to;
  g_strlcpy (record.trading_state.reason, reason, sizeof record.trading_state.reason);
  return record;
}

/* Records come in the journal's order, with other numbers, and are not recorded twice; behind them everything is new. */
static void
test_facts_in_order (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  const PstRecord then[] = { make_order (41, 7, 100), make_order (42, 8, 100), make_tick (43, 5) };

  for (guint i = 0; i < G_N_ELEMENTS (then); i++)
    pst_expected_add (expected, &then[i]);
  for (guint i = 0; i < G_N_ELEMENTS (then); i++)
    {
      PstRecord now = then[i];

      now.sequence = 0;
      g_assert_cmpuint (pst_expected_peek (expected)->sequence, ==, 41 + i);
      g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_MET);
    }
  g_assert_null (pst_expected_peek (expected));
  g_assert_cmpint (pst_expected_meet (expected, &then[0]), ==, PST_EXPECTED_NEW);
}

/* An order of another size, at another time, or before its turn is another run's. What was expected stays so. */
static void
test_divergence (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  const PstRecord first = make_order (1, 7, 100), second = make_order (2, 8, 100), larger = make_order (1, 7, 101), tick = make_tick (1, 5);
  PstRecord later = first;

  later.time_ns++;
  pst_expected_add (expected, &first);
  pst_expected_add (expected, &second);
  g_assert_cmpint (pst_expected_meet (expected, &larger), ==, PST_EXPECTED_DIVERGED);
  g_assert_cmpint (pst_expected_meet (expected, &second), ==, PST_EXPECTED_DIVERGED);
  g_assert_cmpint (pst_expected_meet (expected, &tick), ==, PST_EXPECTED_DIVERGED);
  g_assert_cmpint (pst_expected_meet (expected, &later), ==, PST_EXPECTED_DIVERGED);
  g_assert_cmpint (pst_expected_meet (expected, &first), ==, PST_EXPECTED_MET);
  g_assert_cmpuint (pst_expected_peek (expected)->sequence, ==, 2);
}

/* All kinds that move orders or money are facts: one more of any of them, before the time of the last record, is not what was. */
static void
test_what_is_a_fact (void)
{
  static const PstRecordKind facts[]
      = { PST_RECORD_INTENT, PST_RECORD_VERDICT, PST_RECORD_ORDER, PST_RECORD_REPORT, PST_RECORD_FILL, PST_RECORD_POSITION, PST_RECORD_TICK };
  static const PstRecordKind words[]
      = { PST_RECORD_ALERT, PST_RECORD_NOTE, PST_RECORD_OPPORTUNITY, PST_RECORD_SNAPSHOT, PST_RECORD_AUDIT, PST_RECORD_STATE };
  g_autoptr (PstExpected) expected = pst_expected_new ();
  const PstRecord last = make_note (1, "LAST");

  pst_expected_add (expected, &last);
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      PstRecord record = make (facts[i], 0);

      g_assert_cmpint (pst_expected_meet (expected, &record), ==, PST_EXPECTED_NEW);
      record.time_ns = NOW - 1;
      g_assert_cmpint (pst_expected_meet (expected, &record), ==, PST_EXPECTED_DIVERGED);
    }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      PstRecord record = make (words[i], 0);

      record.time_ns = NOW - 1;
      g_assert_cmpint (pst_expected_meet (expected, &record), ==, PST_EXPECTED_NEW);
    }
}

/* What components say comes in any order, each saying is met once, and facts do not wait for it. */
static void
test_words_in_any_order (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  const PstRecord a = make_note (1, "A"), b = make_note (1, "B"), other = make_note (2, "A"), order = make_order (1, 7, 100);
  PstRecord later = a;

  later.time_ns++;
  pst_expected_add (expected, &a);
  pst_expected_add (expected, &a);
  pst_expected_add (expected, &b);
  pst_expected_add (expected, &order);
  g_assert_cmpint (pst_expected_meet (expected, &b), ==, PST_EXPECTED_MET);
  g_assert_cmpint (pst_expected_meet (expected, &order), ==, PST_EXPECTED_MET);
  g_assert_cmpint (pst_expected_meet (expected, &a), ==, PST_EXPECTED_MET);
  g_assert_cmpint (pst_expected_meet (expected, &other), ==, PST_EXPECTED_NEW);
  g_assert_cmpint (pst_expected_meet (expected, &later), ==, PST_EXPECTED_NEW);
  g_assert_cmpint (pst_expected_meet (expected, &a), ==, PST_EXPECTED_MET);
  g_assert_cmpint (pst_expected_meet (expected, &a), ==, PST_EXPECTED_NEW);
  g_assert_cmpint (pst_expected_meet (expected, &b), ==, PST_EXPECTED_NEW);
}

/* An audit record gets its number and hash in the journal: it is the same without them, but not with another reason. */
static void
test_audit (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  PstRecord then = make (PST_RECORD_AUDIT, 9), now;

  then.audit = (PstAuditRecord){ .number = 4, .order_id = 7, .actor_kind = PST_AUDIT_ACTOR_OPERATOR, .component = G_MAXUINT32 };
  g_strlcpy (then.audit.action, "HALT", sizeof then.audit.action);
  g_strlcpy (then.audit.why, "too hot", sizeof then.audit.why);
  now = then;
  now.audit.number = 0;
  memset (then.audit.hash, 7, sizeof then.audit.hash);
  pst_expected_add (expected, &then);
  g_strlcpy (now.audit.why, "too cold", sizeof now.audit.why);
  g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_NEW);
  g_strlcpy (now.audit.why, "too hot", sizeof now.audit.why);
  now.audit.order_id = 8;
  g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_NEW);
  now.audit.order_id = 7;
  g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_MET);
}

/* Of a snapshot of the state each key is written once, though a counter may stand higher by now. */
static void
test_state (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  PstRecord then = make (PST_RECORD_STATE, 9), now;

  then.state = (PstStateRecord){ .number = 3, .component = 2, .key = "orders", .value = "5" };
  pst_expected_add (expected, &then);
  now = then;
  g_strlcpy (now.state.value, "6", sizeof now.state.value);
  now.state.number = 4;
  g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_NEW);
  now.state.number = 3;
  now.state.component = 1;
  g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_NEW);
  now.state.component = 2;
  g_assert_cmpint (pst_expected_meet (expected, &now), ==, PST_EXPECTED_MET);
}

/* Who halts first, and in what words, may be another guard after a restart: that trading is halted counts. A state that the journal does not have
 * next is recorded, and the orders that it has are still to come. */
static void
test_trading_state (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  const PstRecord order = make_order (1, 7, 100), halted = make_trading_state (PST_TRADING_STATE_HALTED, "loss limit");
  const PstRecord otherwise = make_trading_state (PST_TRADING_STATE_HALTED, "operator"),
                  reducing = make_trading_state (PST_TRADING_STATE_REDUCING, "");

  pst_expected_add (expected, &order);
  pst_expected_add (expected, &halted);
  g_assert_cmpint (pst_expected_meet (expected, &otherwise), ==, PST_EXPECTED_NEW);
  g_assert_cmpint (pst_expected_meet (expected, &order), ==, PST_EXPECTED_MET);
  g_assert_cmpint (pst_expected_meet (expected, &reducing), ==, PST_EXPECTED_NEW);
  g_assert_cmpint (pst_expected_meet (expected, &otherwise), ==, PST_EXPECTED_MET);
  g_assert_null (pst_expected_peek (expected));
}

/* What an operator did, and the code does not do again, is passed over: then the next fact is due. Beyond the last there is nothing to pass over. */
static void
test_skip (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  const PstRecord halted = make_trading_state (PST_TRADING_STATE_HALTED, "operator"), order = make_order (2, 7, 100);

  pst_expected_skip (expected);
  g_assert_null (pst_expected_peek (expected));
  pst_expected_add (expected, &halted);
  pst_expected_add (expected, &order);
  g_assert_cmpint (pst_expected_peek (expected)->kind, ==, PST_RECORD_TRADING_STATE);
  g_assert_cmpint (pst_expected_meet (expected, &order), ==, PST_EXPECTED_DIVERGED);
  pst_expected_skip (expected);
  g_assert_cmpint (pst_expected_meet (expected, &order), ==, PST_EXPECTED_MET);
  pst_expected_skip (expected);
  g_assert_null (pst_expected_peek (expected));
}

/* The journal's last record sets how far it reaches: at its time it is reached, behind it it is over. Nothing expected is over from the start. */
static void
test_reached_and_over (void)
{
  g_autoptr (PstExpected) expected = pst_expected_new ();
  PstRecord order = make_order (1, 7, 100), note = make_note (1, "LATER");

  g_assert_true (pst_expected_is_reached (expected, 0));
  g_assert_true (pst_expected_is_over (expected, 0));
  note.time_ns = NOW + 5;
  pst_expected_add (expected, &order);
  pst_expected_add (expected, &note);
  g_assert_false (pst_expected_is_reached (expected, NOW + 4));
  g_assert_true (pst_expected_is_reached (expected, NOW + 5));
  g_assert_false (pst_expected_is_over (expected, NOW + 5));
  g_assert_true (pst_expected_is_over (expected, NOW + 6));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expected/facts-in-order", test_facts_in_order);
  g_test_add_func ("/expected/divergence", test_divergence);
  g_test_add_func ("/expected/what-is-a-fact", test_what_is_a_fact);
  g_test_add_func ("/expected/words-in-any-order", test_words_in_any_order);
  g_test_add_func ("/expected/audit", test_audit);
  g_test_add_func ("/expected/state", test_state);
  g_test_add_func ("/expected/trading-state", test_trading_state);
  g_test_add_func ("/expected/skip", test_skip);
  g_test_add_func ("/expected/reached-and-over", test_reached_and_over);
  return g_test_run ();
}
