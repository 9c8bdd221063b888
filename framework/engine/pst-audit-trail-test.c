/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: who did what and why, in an order that nobody can change afterwards unseen. */
#include "engine-fakes.h"
#include "pst-recorder.h"

#include <string.h>

typedef struct
{
  PstClock *clock;
  PstInstrumentTable *instruments;
  PstRecorder *recorder;
  Fake fake;
  FakeStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer level)
{
  g_autoptr (PstInstrument) coins = fake_coins ("BTC", "USD");

  fixture->clock = pst_simulated_clock_new (T0);
  fixture->instruments = pst_instrument_table_new ();
  pst_instrument_table_add (fixture->instruments, coins, NULL);
  fixture->recorder = pst_recorder_new (fixture->clock, fixture->instruments);
  fake_init (&fixture->fake, NULL, FAKE_NONE);
  fixture->store = fake_add (&fixture->fake, FAKE_TYPE_STORE, "store");
  pst_recorder_add_store (fixture->recorder, PST_STORE (fixture->store));
  pst_recorder_set_audit (fixture->recorder, GPOINTER_TO_UINT (level), "anna", "run-1");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_recorder_free (fixture->recorder);
  pst_instrument_table_unref (fixture->instruments);
  g_object_unref (fixture->clock);
  fake_clear (&fixture->fake);
}

static void
tell_run (Fixture *fixture, PstRunState state, const char *reason)
{
  PstRecord record = { .kind = PST_RECORD_RUN };

  record.run.state = state;
  record.run.mode = PST_MODE_PAPER;
  record.run.seed = 7;
  record.run.currency = pst_currency_get ("USD", NULL);
  g_strlcpy (record.run.user_id, "anna", PST_NAME_SIZE);
  g_strlcpy (record.run.run_id, "run-1", PST_NAME_SIZE);
  g_strlcpy (record.run.pipeline, "sma", PST_NAME_SIZE);
  g_strlcpy (record.run.reason, reason, PST_REASON_SIZE);
  pst_recorder_append (fixture->recorder, &record);
}

/* As a run begins: a strategy 0, a guard 1 and an exchange 2. */
static void
begin (Fixture *fixture)
{
  static const char *const names[] = { "cross", "limits", "broker" };

  pst_recorder_open (fixture->recorder);
  tell_run (fixture, PST_RUN_STATE_CREATED, "");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PstRecord record = { .kind = PST_RECORD_COMPONENT, .component = { .index = i, .kind = PST_COMPONENT_KIND_STRATEGY } };

      g_strlcpy (record.component.name, names[i], PST_NAME_SIZE);
      pst_recorder_append (fixture->recorder, &record);
    }
  pst_recorder_append_instruments (fixture->recorder);
  tell_run (fixture, PST_RUN_STATE_RUNNING, "");
  pst_recorder_release (fixture->recorder);
}

static void
tell_order (Fixture *fixture, PstOrderState state, PstOrderFlags flags)
{
  PstRecord record = { .kind = PST_RECORD_ORDER };

  record.order = (PstOrder){ .id = 4, .strategy = 0, .exchange = 2, .state = state, .client_id = "run-1-000004" };
  record.order.request = (PstOrderRequest){ .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .quantity = 150000000, .flags = flags };
  record.order.request.limit_price = 5000001;
  if (state == PST_ORDER_STATE_REJECTED)
    g_strlcpy (record.order.reason, "insufficient funds", PST_REASON_SIZE);
  pst_recorder_append (fixture->recorder, &record);
}

static void
tell_denial (Fixture *fixture)
{
  PstRecord record = { .kind = PST_RECORD_VERDICT, .verdict = { .order_id = 5, .component = 1 } };

  pst_verdict_deny (&record.verdict.verdict, "quantity_max", "quantity=%d", 9);
  pst_recorder_append (fixture->recorder, &record);
}

static void
tell_state (Fixture *fixture, PstTradingState from, PstTradingState to, guint32 component, const char *reason)
{
  PstRecord record = { .kind = PST_RECORD_TRADING_STATE, .trading_state = { from, to, component, "" } };

  g_strlcpy (record.trading_state.reason, reason, PST_REASON_SIZE);
  pst_recorder_append (fixture->recorder, &record);
}

static void
tell_audit (Fixture *fixture, const char *action)
{
  PstRecord record = { .kind = PST_RECORD_AUDIT };

  record.audit.actor_kind = PST_AUDIT_ACTOR_COMPONENT;
  record.audit.component = 1;
  g_strlcpy (record.audit.actor, "limits", PST_NAME_SIZE);
  g_strlcpy (record.audit.action, action, PST_AUDIT_ACTION_SIZE);
  pst_recorder_append (fixture->recorder, &record);
}

/* All events of the store, "actor ACTION #order why: before -> after" a line; asserts that they are a chain. */
static char *
tell_chain (Fixture *fixture)
{
  GString *text = g_string_new (NULL);
  PstAuditHead head;

  pst_audit_genesis ("anna", "run-1", &head);
  for (guint i = 0; i < fixture->store->records->len; i++)
    {
      PstRecord record = g_array_index (fixture->store->records, PstRecord, i), again = record;
      const PstAuditRecord *audit = &record.audit;

      g_assert_cmpuint (record.sequence, ==, i + 1);
      if (record.kind != PST_RECORD_AUDIT)
        continue;
      pst_audit_seal (&again, &head);
      g_assert_cmpmem (&again, sizeof again, &record, sizeof record);
      g_string_append_printf (text, "%u %s %s #%" G_GUINT64_FORMAT " %s: %s -> %s\n", audit->actor_kind, audit->actor, audit->action, audit->order_id,
                              audit->why, audit->before, audit->after);
    }
  return g_string_free (text, FALSE);
}

static void
assert_chain (Fixture *fixture, const char *want)
{
  g_autofree char *chain = tell_chain (fixture);

  g_assert_cmpstr (chain, ==, want);
}

static void
tell_story (Fixture *fixture)
{
  PstRecord alert = { .kind = PST_RECORD_ALERT, .alert = { PST_SEVERITY_CRITICAL, 1, "risk", "Loss limit", "too much" } };

  begin (fixture);
  tell_order (fixture, PST_ORDER_STATE_SUBMITTED, 0);
  tell_order (fixture, PST_ORDER_STATE_ACCEPTED, 0);
  tell_denial (fixture);
  pst_recorder_append (fixture->recorder, &alert);
  tell_state (fixture, PST_TRADING_STATE_ACTIVE, PST_TRADING_STATE_HALTED, 1, "daily_loss_limit_breached");
  tell_order (fixture, PST_ORDER_STATE_PENDING_CANCEL, 0);
  pst_recorder_note (fixture->recorder, G_MAXUINT32, "FLATTEN", "reason=%s", "going home");
  tell_order (fixture, PST_ORDER_STATE_SUBMITTED, PST_ORDER_FLAG_OPERATOR_EXIT);
  pst_recorder_note (fixture->recorder, 1, "FLATTEN", "a component's own word");
  pst_recorder_note (fixture->recorder, 1, "OPERATOR_ACTION", "action=%s reason=%s", "release", "the reason=x is over");
  tell_audit (fixture, "LIMIT_BREACHED");
  tell_state (fixture, PST_TRADING_STATE_HALTED, PST_TRADING_STATE_ACTIVE, G_MAXUINT32, "looked at it");
  tell_run (fixture, PST_RUN_STATE_STOPPED, "interrupted");
  pst_recorder_commit (fixture->recorder, PST_COMMIT_END);
}

#define BEGIN "2 anna RUN_STARTED #0 pipeline=sma: CREATED -> RUNNING mode=PAPER seed=7\n"
#define ALERT "3 limits ALERT_RAISED #0 Loss limit:  -> severity=CRITICAL category=risk\n"
#define HALT "3 limits TRADING_STATE_CHANGED #0 daily_loss_limit_breached: ACTIVE -> HALTED\n"
#define FLATTEN "2 anna FLATTEN #0 going home:  -> \n"
#define ACTION "2 anna OPERATOR_ACTION #0 the reason=x is over:  -> action=release component=limits\n"
#define BREACH "3 limits LIMIT_BREACHED #0 :  -> \n"
#define RELEASE "2 anna TRADING_STATE_CHANGED #0 looked at it: HALTED -> ACTIVE\n"
#define END "1  RUN_ENDED #0 interrupted: RUNNING -> STOPPED\n"
#define ORDER " #4 : run-1-000004 -> BUY 1.50000000 BTC/USD.DATA LIMIT 50000.01\n"

static void
test_orders (Fixture *fixture, gconstpointer data)
{
  tell_story (fixture);
  assert_chain (fixture, BEGIN "3 cross ORDER_SENT" ORDER "3 limits ORDER_DENIED #5 quantity_max:  -> quantity=9\n" ALERT HALT
                               "3 cross CANCEL_SENT" ORDER FLATTEN "2 anna ORDER_SENT" ORDER ACTION BREACH RELEASE END);
  /* Behind a run's last record nothing stands. */
  g_assert_cmpint (g_array_index (fixture->store->records, PstRecord, fixture->store->records->len - 1).kind, ==, PST_RECORD_RUN);
}

static void
test_state (Fixture *fixture, gconstpointer data)
{
  tell_story (fixture);
  assert_chain (fixture, BEGIN ALERT HALT FLATTEN ACTION BREACH RELEASE END);
}

static void
test_off (Fixture *fixture, gconstpointer data)
{
  tell_story (fixture);
  assert_chain (fixture, "");
}

/* An order does not wait for its audit event, but the tick does; the event has the time of the fact. */
static void
test_deferred (Fixture *fixture, gconstpointer data)
{
  const PstRecord *last;
  guint n_records;

  begin (fixture);
  n_records = fixture->store->records->len;
  tell_order (fixture, PST_ORDER_STATE_SUBMITTED, 0);
  pst_recorder_commit (fixture->recorder, PST_COMMIT_INTENT);
  g_assert_cmpuint (fixture->store->records->len, ==, n_records + 1);
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), T0 + DAY);
  pst_recorder_commit (fixture->recorder, PST_COMMIT_TICK);
  g_assert_cmpuint (fixture->store->records->len, ==, n_records + 2);
  last = &g_array_index (fixture->store->records, PstRecord, n_records + 1);
  g_assert_cmpstr (last->audit.action, ==, "ORDER_SENT");
  g_assert_cmpint (last->time_ns, ==, T0);
}

/* A tick of very many orders does not hold them all back. */
static void
test_many_orders (Fixture *fixture, gconstpointer data)
{
  g_autofree char *chain = NULL;
  guint n_lines = 0;

  begin (fixture);
  for (guint i = 0; i < 3 * PST_AUDIT_WAITING_MAX + 5; i++)
    tell_order (fixture, PST_ORDER_STATE_SUBMITTED, 0);
  g_assert_cmpuint (fixture->store->records->len, >, 6 * PST_AUDIT_WAITING_MAX);
  tell_run (fixture, PST_RUN_STATE_ERROR, "x");
  chain = tell_chain (fixture);
  for (const char *c = chain; *c != '\0'; c++)
    n_lines += *c == '\n';
  g_assert_cmpuint (n_lines, ==, 3 * PST_AUDIT_WAITING_MAX + 5 + 2);
}

/* What a venue refused is its act, and what a store's failure brings about is nobody's order. */
static void
test_actors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *chain = NULL;

  begin (fixture);
  tell_order (fixture, PST_ORDER_STATE_REJECTED, 0);
  tell_state (fixture, PST_TRADING_STATE_ACTIVE, PST_TRADING_STATE_REDUCING, G_MAXUINT32, "by hand");
  chain = tell_chain (fixture);
  g_assert_nonnull (strstr (chain, "3 broker ORDER_REJECTED #4 insufficient funds: "));
  g_assert_nonnull (strstr (chain, "2 anna TRADING_STATE_CHANGED"));
  {
    g_autoptr (PstAuditTrail) trail = pst_audit_trail_new (PST_AUDIT_STATE, "anna", "run-1");
    PstRecord fact = { .kind = PST_RECORD_TRADING_STATE, .trading_state = { 1, 3, G_MAXUINT32, "store failed" } }, event;

    g_assert_cmpint (pst_audit_trail_weigh (trail, &fact), ==, PST_AUDIT_AFTER);
    pst_audit_trail_make_event (trail, &fact, TRUE, &event);
    g_assert_cmpint (event.audit.actor_kind, ==, PST_AUDIT_ACTOR_SYSTEM);
    g_assert_cmpuint (pst_audit_trail_get_head (trail)->number, ==, 0);
    pst_audit_trail_seal (trail, &event);
    g_assert_cmpuint (pst_audit_trail_get_head (trail)->number, ==, 1);
  }
}

#define ADD(path, level, func) g_test_add ("/audit-trail/" path, Fixture, GUINT_TO_POINTER (level), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("orders", PST_AUDIT_ORDERS, test_orders);
  ADD ("state", PST_AUDIT_STATE, test_state);
  ADD ("off", PST_AUDIT_OFF, test_off);
  ADD ("deferred", PST_AUDIT_ORDERS, test_deferred);
  ADD ("many-orders", PST_AUDIT_ORDERS, test_many_orders);
  ADD ("actors", PST_AUDIT_ORDERS, test_actors);
  return g_test_run ();
}
