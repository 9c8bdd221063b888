/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What becomes of records that are out of the ordinary: texts that hurt, the largest numbers, impossible wishes, late fills. */
#include <penstock-check.h>

#include "sql-test-kit.h"

typedef struct
{
  TestLedger ledger;
  PstHarness *harness;
  PstStore *store;
  guint64 sequence;
} Fixture;

static void
add (Fixture *fixture, PstRecord *record)
{
  g_autoptr (GError) error = NULL;

  record->sequence = ++fixture->sequence;
  pst_store_append (fixture->store, record, &error);
  g_assert_no_error (error);
}

/* A run that is RUNNING, with two components, one instrument and 1000 USD. */
static void
start_run (Fixture *fixture)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 1);

  fixture->harness = pst_harness_new ();
  fixture->store = test_ledger_add_store (&fixture->ledger, fixture->harness, "1");
  pst_harness_start (fixture->harness, PST_COMPONENT (fixture->store));
  /* As far as RUNNING. */
  do
    add (fixture, records->pdata[fixture->sequence]);
  while (((PstRecord *)records->pdata[fixture->sequence - 1])->kind != PST_RECORD_RUN || fixture->sequence == 1);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_ledger_set_up (&fixture->ledger, NULL);
  start_run (fixture);
}

static void
set_up_postgres (Fixture *fixture, gconstpointer data)
{
  test_ledger_set_up_postgres (&fixture->ledger, NULL);
  start_run (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_harness_finish (fixture->harness);
  test_ledger_tear_down (&fixture->ledger, NULL);
}

static void
commit (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  pst_store_commit (fixture->store, PST_COMMIT_END, &error);
  g_assert_no_error (error);
}

static PstOrder
make_order (guint64 id)
{
  return (PstOrder){
    .id = id,
    .strategy = 2,
    .exchange = 1,
    .request = { .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_LIMIT, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 10, .limit_price = 5 },
    .state = PST_ORDER_STATE_INITIALIZED,
    .client_id = "c"
  };
}

static void
tell_order (Fixture *fixture, PstOrder *order, PstOrderState state)
{
  PstRecord record = { .kind = state == PST_ORDER_STATE_INITIALIZED ? PST_RECORD_INTENT : PST_RECORD_ORDER };

  order->state = state;
  record.order = *order;
  add (fixture, &record);
}

static void
test_texts (Fixture *fixture, gconstpointer data)
{
  PstRecord record
      = { .kind = PST_RECORD_NOTE, .note = { .component = G_MAXUINT32, .name = "IT'S", .detail = "a\"b\\c\n'); DROP TABLE x; -- größe \xff" } };
  g_autofree char *detail = NULL;

  add (fixture, &record);
  record = (PstRecord){ .kind = PST_RECORD_ALERT, .alert = { .severity = PST_SEVERITY_CRITICAL, .component = 77, .title = "t", .message = "m" } };
  add (fixture, &record);
  commit (fixture);
  detail = test_ledger_ask (&fixture->ledger, "SELECT detail FROM event_ledger WHERE name = 'IT''S'");
  g_assert_cmpstr (detail, ==, "a\"b\\c\n'); DROP TABLE x; -- größe \xef\xbf\xbd");
  g_assert_cmpint (test_ledger_count (&fixture->ledger, "SELECT count(*) FROM event_ledger WHERE kind = 'ALERT' AND severity = 'CRITICAL' "
                                                        "AND name = 'alert' AND detail = 't: m' AND component IS NULL"),
                   ==, 1);
}

static void
test_largest_numbers (Fixture *fixture, gconstpointer data)
{
  const PstCurrency *usd = pst_currency_get ("USD", NULL);
  PstRecord record
      = { .kind = PST_RECORD_TICK, .time_ns = G_MAXINT64, .tick = { .tick = G_MAXINT64, .currency = usd, .cash = G_MAXINT64, .equity = G_MAXINT64 } };
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  add (fixture, &record);
  commit (fixture);
  text = test_ledger_ask (&fixture->ledger, "SELECT cash || ' ' || equity || ' ' || logical_time FROM mtm_ledger");
  g_assert_cmpstr (text, ==, "9223372036854775807 9223372036854775807 9223372036854775807");
  /* The way down from there is longer than 63 bits: an error, not a wrap. */
  record = (PstRecord){ .sequence = fixture->sequence + 1,
                        .kind = PST_RECORD_TICK,
                        .time_ns = G_MININT64,
                        .tick = { .tick = 1, .currency = usd, .cash = G_MININT64, .equity = G_MININT64 } };
  g_assert_false (pst_store_append (fixture->store, &record, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_clear_error (&error);
  record.tick = (PstTickRecord){ .tick = (guint64)G_MAXINT64 + 1, .currency = usd };
  g_assert_false (pst_store_append (fixture->store, &record, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
}

/* An intent must be recorded whatever it says: no side, no such instrument, nothing to buy. */
static void
test_impossible_wish (Fixture *fixture, gconstpointer data)
{
  PstOrder order = { .id = 1, .strategy = 2, .exchange = G_MAXUINT32, .request = { .instrument = 4711, .quantity = -5 }, .client_id = "c" };

  tell_order (fixture, &order, PST_ORDER_STATE_INITIALIZED);
  g_strlcpy (order.reason, "side_missing", sizeof order.reason);
  tell_order (fixture, &order, PST_ORDER_STATE_DENIED);
  commit (fixture);
  g_assert_cmpint (test_ledger_count (&fixture->ledger, "SELECT count(*) FROM paper_order WHERE state = 'DENIED' AND side IS NULL AND type IS NULL "
                                                        "AND instrument IS NULL AND exchange IS NULL AND quantity = -5 AND reason = 'side_missing'"),
                   ==, 1);
  test_ledger_assert_consistent (&fixture->ledger);
}

/* A fill that is told after the order's end moves money; the order stays what it is. */
static void
test_late_fill (Fixture *fixture, gconstpointer data)
{
  const PstCurrency *usd = pst_currency_get ("USD", NULL);
  PstOrder order = make_order (1);
  PstRecord record;

  tell_order (fixture, &order, PST_ORDER_STATE_INITIALIZED);
  tell_order (fixture, &order, PST_ORDER_STATE_SUBMITTED);
  tell_order (fixture, &order, PST_ORDER_STATE_ACCEPTED);
  tell_order (fixture, &order, PST_ORDER_STATE_CANCELED);
  commit (fixture);
  record = (PstRecord){ .kind = PST_RECORD_FILL,
                        .fill = { .order_id = 1,
                                  .strategy = 2,
                                  .exchange = 1,
                                  .side = PST_SIDE_BUY,
                                  .price = 5,
                                  .quantity = 3,
                                  .notional = 15,
                                  .fee = 1,
                                  .fee_currency = usd,
                                  .execution_id = "late" } };
  add (fixture, &record);
  order.filled_quantity = 3;
  order.filled_notional = 15;
  tell_order (fixture, &order, PST_ORDER_STATE_CANCELED);
  record = (PstRecord){ .kind = PST_RECORD_POSITION, .position = { .strategy = 2, .quantity = 3, .cost = 15, .fees = 1, .n_fills = 1 } };
  add (fixture, &record);
  commit (fixture);
  g_assert_cmpint (test_ledger_count (&fixture->ledger, "SELECT count(*) FROM paper_order WHERE state = 'CANCELED' AND filled_quantity = 3"), ==, 1);
  test_ledger_assert_consistent (&fixture->ledger);
}

/* A modification, over several commits: the row follows, the steps are all there. */
static void
test_modified_order (Fixture *fixture, gconstpointer data)
{
  static const PstOrderState states[]
      = { PST_ORDER_STATE_INITIALIZED,    PST_ORDER_STATE_SUBMITTED, PST_ORDER_STATE_ACCEPTED, PST_ORDER_STATE_ACCEPTED,
          PST_ORDER_STATE_PENDING_MODIFY, PST_ORDER_STATE_ACCEPTED,  PST_ORDER_STATE_EXPIRED };

  for (guint64 id = 1; id <= 2; id++)
    {
      PstOrder order = make_order (id);

      for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
        {
          order.request.quantity = 10 + i;
          order.request.limit_price = 100 - i;
          tell_order (fixture, &order, states[i]);
          if (id == 1)
            commit (fixture);
        }
    }
  commit (fixture);
  g_assert_cmpint (
      test_ledger_count (&fixture->ledger, "SELECT count(*) FROM paper_order WHERE state = 'EXPIRED' AND quantity = 16 AND limit_price = 94"), ==, 2);
  g_assert_cmpint (test_ledger_count (&fixture->ledger, "SELECT count(*) FROM event_ledger WHERE kind = 'ORDER'"), ==, 14);
  g_assert_cmpint (test_ledger_count (&fixture->ledger, "SELECT count(*) FROM event_ledger WHERE kind = 'ORDER' AND to_state IS NULL"), ==, 2);
  test_ledger_assert_consistent (&fixture->ledger);
}

/* An engine that broke its own table is stopped by the ledger, with the rule's name. */
static void
test_illegal_step (Fixture *fixture, gconstpointer data)
{
  PstOrder order = make_order (1);
  g_autoptr (GError) error = NULL;

  tell_order (fixture, &order, PST_ORDER_STATE_INITIALIZED);
  tell_order (fixture, &order, PST_ORDER_STATE_ACCEPTED);
  g_assert_false (pst_store_commit (fixture->store, PST_COMMIT_END, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "order_transition"));
  g_assert_cmpint (test_ledger_count (&fixture->ledger, "SELECT count(*) FROM paper_order"), ==, 0);
}

static void
test_second_execution (Fixture *fixture, gconstpointer data)
{
  PstOrder order = make_order (1);
  PstRecord record = { .kind = PST_RECORD_FILL,
                       .fill = { .order_id = 1, .strategy = 2, .exchange = 1, .side = PST_SIDE_BUY, .quantity = 3, .execution_id = "x" } };
  g_autoptr (GError) error = NULL;

  tell_order (fixture, &order, PST_ORDER_STATE_INITIALIZED);
  tell_order (fixture, &order, PST_ORDER_STATE_SUBMITTED);
  order.filled_quantity = 6;
  tell_order (fixture, &order, PST_ORDER_STATE_PARTIALLY_FILLED);
  add (fixture, &record);
  add (fixture, &record);
  g_assert_false (pst_store_commit (fixture->store, PST_COMMIT_END, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_assert_nonnull (strstr (error->message, "execution_once"));
}

/* A currency whose amounts the ledger keeps at another scale. */
static void
test_other_scale (Fixture *fixture, gconstpointer data)
{
  PstRecord record = { .kind = PST_RECORD_CASH, .cash = { .exchange = 1, .amount = 5, .reason = "deposit" } };
  g_autoptr (GError) error = NULL;

  test_ledger_do (&fixture->ledger, "INSERT INTO currency VALUES ('EUR', 2)");
  record.cash.currency = pst_currency_get ("EUR", NULL);
  add (fixture, &record);
  g_assert_false (pst_store_commit (fixture->store, PST_COMMIT_END, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_assert_nonnull (strstr (error->message, "currency_scale_is_kept"));
}

static void
test_records_before_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstSqlLedger) ledger = pst_sql_ledger_new (pst_sql_sqlite_get_backend (), 100);
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-2", 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (pst_sql_ledger_take (ledger));
  g_assert_false (pst_sql_ledger_add (ledger, records->pdata[1], &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_clear_error (&error);
  g_assert_true (pst_sql_ledger_add (ledger, records->pdata[0], &error));
  g_assert_false (pst_sql_ledger_add (ledger, records->pdata[0], &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
}

#define ADD(path, func)                                                                                \
  G_STMT_START                                                                                         \
  {                                                                                                    \
    g_test_add ("/sql/ledger/" path, Fixture, NULL, set_up, func, tear_down);                          \
    if (pst_check_postgres_get_default (NULL) != NULL)                                                 \
      g_test_add ("/sql/ledger/" path "-postgresql", Fixture, NULL, set_up_postgres, func, tear_down); \
  }                                                                                                    \
  G_STMT_END

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_ledger_add_skip ("/sql/ledger/postgresql");
  ADD ("texts", test_texts);
  ADD ("largest-numbers", test_largest_numbers);
  ADD ("impossible-wish", test_impossible_wish);
  ADD ("late-fill", test_late_fill);
  ADD ("modified-order", test_modified_order);
  ADD ("illegal-step", test_illegal_step);
  ADD ("second-execution", test_second_execution);
  ADD ("other-scale", test_other_scale);
  ADD ("records-before-run", test_records_before_run);
  return g_test_run ();
}
