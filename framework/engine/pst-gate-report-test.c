/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a fill that is counted twice or not at all, or a run that trades on when nobody knows what is true. */
#include "engine-fakes.h"
#include "pst-gate.h"

#define FILL PST_REPORT_FILL

typedef struct
{
  PstReportKind kind;
  gint64 quantity;
  const char *execution;
  gint64 price; /* 0: 10000 for a fill */
} Told;

/* What the venue tells of an order of 10, all within submit(); and what must come of it. */
typedef struct
{
  const char *name;
  Told told[8];
  const char *error;   /* NULL: the run ends in order; else part of the message */
  PstOrderState state; /* of the order when it was last told; 0: never told */
  gint64 position;
} Case;

#define ACCEPTED        \
  {                     \
    PST_REPORT_ACCEPTED \
  }
#define REJECTED        \
  {                     \
    PST_REPORT_REJECTED \
  }
#define TRIGGERED        \
  {                      \
    PST_REPORT_TRIGGERED \
  }
#define CANCELED        \
  {                     \
    PST_REPORT_CANCELED \
  }
#define EXPIRED        \
  {                    \
    PST_REPORT_EXPIRED \
  }
#define UNKNOWN        \
  {                    \
    PST_REPORT_UNKNOWN \
  }

static const Case cases[] = {
  { "filled", { ACCEPTED, { FILL, 10, "a" } }, NULL, PST_ORDER_STATE_FILLED, 10 },
  { "filled-unacknowledged", { { FILL, 10, "a" } }, NULL, PST_ORDER_STATE_FILLED, 10 },
  { "in-parts", { ACCEPTED, { FILL, 4, "a" }, { FILL, 5, "b" }, { FILL, 1, "c" } }, NULL, PST_ORDER_STATE_FILLED, 10 },
  { "acknowledged-late", { { FILL, 4, "a" }, ACCEPTED }, NULL, PST_ORDER_STATE_CANCELED, 4 },
  { "duplicate", { { FILL, 4, "a" }, { FILL, 4, "a" }, { FILL, 4, "a" } }, NULL, PST_ORDER_STATE_CANCELED, 4 },
  { "duplicate-after-close", { { FILL, 10, "a" }, { FILL, 10, "a" } }, NULL, PST_ORDER_STATE_FILLED, 10 },
  { "duplicate-of-other-kind", { { PST_REPORT_ACCEPTED, 0, "x" }, { PST_REPORT_ACCEPTED, 0, "x" } }, NULL, PST_ORDER_STATE_CANCELED, 0 },
  { "rejected", { REJECTED }, NULL, PST_ORDER_STATE_REJECTED, 0 },
  { "accepted-then-rejected", { ACCEPTED, REJECTED }, NULL, PST_ORDER_STATE_REJECTED, 0 },
  { "rejected-twice", { REJECTED, REJECTED }, NULL, PST_ORDER_STATE_REJECTED, 0 },
  { "expired", { ACCEPTED, EXPIRED }, NULL, PST_ORDER_STATE_EXPIRED, 0 },
  { "triggered", { ACCEPTED, TRIGGERED, TRIGGERED, { FILL, 10, "a" } }, NULL, PST_ORDER_STATE_FILLED, 10 },
  { "trigger-after-fill", { { FILL, 1, "a" }, TRIGGERED }, NULL, PST_ORDER_STATE_CANCELED, 1 },
  { "unknown-then-filled", { UNKNOWN, { FILL, 10, "a" } }, NULL, PST_ORDER_STATE_FILLED, 10 },
  { "unknown-then-accepted", { UNKNOWN, ACCEPTED }, NULL, PST_ORDER_STATE_CANCELED, 0 },
  { "unknown-then-part", { UNKNOWN, { FILL, 3, "a" } }, NULL, PST_ORDER_STATE_CANCELED, 3 },
  { "modified-by-venue", { ACCEPTED, { PST_REPORT_MODIFIED, 5 }, { FILL, 5, "a" } }, NULL, PST_ORDER_STATE_FILLED, 5 },
  { "modified-to-filled", { ACCEPTED, { FILL, 5, "a" }, { PST_REPORT_MODIFIED, 5 } }, NULL, PST_ORDER_STATE_FILLED, 5 },
  { "refusals-of-nothing",
    { ACCEPTED, { PST_REPORT_CANCEL_REJECTED }, { PST_REPORT_MODIFY_REJECTED }, { FILL, 10, "a" } },
    NULL,
    PST_ORDER_STATE_FILLED,
    10 },
  { "fill-after-cancel", { ACCEPTED, CANCELED, { FILL, 4, "a" } }, NULL, PST_ORDER_STATE_CANCELED, 4 },
  { "fill-after-cancel-twice", { ACCEPTED, CANCELED, { FILL, 4, "a" }, { FILL, 4, "a" } }, NULL, PST_ORDER_STATE_CANCELED, 4 },
  { "fill-after-expiry", { EXPIRED, { FILL, 4, "a" }, { FILL, 6, "b" } }, NULL, PST_ORDER_STATE_EXPIRED, 10 },
  { "late-words", { { FILL, 10, "a" }, ACCEPTED, TRIGGERED, { PST_REPORT_CANCEL_REJECTED }, UNKNOWN }, NULL, PST_ORDER_STATE_FILLED, 10 },

  { "overfill", { { FILL, 11, "a" } }, "above the order's quantity", 0, 0 },
  { "overfill-in-parts", { { FILL, 6, "a" }, { FILL, 5, "b" } }, "above the order's quantity", PST_ORDER_STATE_CANCELED, 6 },
  { "overfill-huge", { { FILL, 6, "a" }, { FILL, G_MAXINT64, "b" } }, "above the order's quantity", PST_ORDER_STATE_CANCELED, 6 },
  { "overfill-after-cancel", { CANCELED, { FILL, 11, "a" } }, "above the order's quantity", PST_ORDER_STATE_CANCELED, 0 },
  { "fill-after-filled", { { FILL, 10, "a" }, { FILL, 1, "b" } }, "a fill after that end", PST_ORDER_STATE_FILLED, 10 },
  { "fill-after-rejected", { REJECTED, { FILL, 1, "b" } }, "a fill after that end", PST_ORDER_STATE_REJECTED, 0 },
  { "fill-without-id", { { FILL, 1, "" } }, "without an execution id", 0, 0 },
  { "fill-of-nothing", { { FILL, 0, "a" } }, "not above zero", 0, 0 },
  { "fill-negative", { { FILL, -1, "a" } }, "not above zero", 0, 0 },
  { "fill-without-price", { { FILL, 1, "a", -1 } }, "not above zero", 0, 0 },
  { "fill-overflow", { { FILL, 10, "a", G_MAXINT64 } }, "does not fit 64 bits", 0, 0 },
  { "reject-after-fill", { { FILL, 1, "a" }, REJECTED }, "rejected it after", PST_ORDER_STATE_CANCELED, 1 },
  { "cancel-after-filled", { { FILL, 10, "a" }, CANCELED }, "another end", PST_ORDER_STATE_FILLED, 10 },
  { "expire-after-cancel", { CANCELED, EXPIRED }, "another end", PST_ORDER_STATE_CANCELED, 0 },
  { "modified-below-filled", { { FILL, 5, "a" }, { PST_REPORT_MODIFIED, 4 } }, "below what is filled", PST_ORDER_STATE_CANCELED, 5 },
  { "no-kind", { { 99 } }, "no kind of report", 0, 0 },
};

static void
tell (FakeBroker *broker, guint64 order_id, const Told *told)
{
  PstExecutionReport report = { .order_id = order_id, .kind = told->kind, .quantity = told->quantity };

  if (told->kind == FILL)
    report.price = told->price == 0 ? 10000 : told->price;
  if (told->execution != NULL)
    g_strlcpy (report.execution_id, told->execution, sizeof report.execution_id);
  g_strlcpy (report.venue_order_id, "V1", sizeof report.venue_order_id);
  pst_exchange_report (PST_EXCHANGE (broker), &report);
}

static gboolean
tell_all (FakeBroker *broker, const PstOrder *order, GError **error)
{
  const Case *one = broker->data;

  for (const Told *told = one->told; told->kind != 0; told++)
    tell (broker, order->id, told);
  return TRUE;
}

static void
buy_ten (FakeStrategy *strategy, const PstFrame *frame)
{
  if (strategy->n_frames == 2)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 10);
}

static const gint64 flat[] = { 10000, 10000, 10000, 10000, -1 };

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (GError) error = NULL;
  const PstOrder *last;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.broker->on_submit = tell_all;
  fake.broker->data = (gpointer)one;
  fake.strategy->on_frame = buy_ten;
  fake_add_closes (&fake, flat);
  pst_run_execute (fake.run, &error);
  if (one->error == NULL)
    g_assert_no_error (error);
  else
    {
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, one->error));
      g_assert_cmpint (pst_run_get_state (fake.run), ==, PST_RUN_STATE_ERROR);
      g_assert_cmpstr (pst_run_get_end_reason (fake.run), ==, error->message);
      /* Never trades on: no further frame was seen. */
      g_assert_cmpuint (fake.strategy->n_frames, ==, 2);
      g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_RUN, 2)->run.state, ==, PST_RUN_STATE_ERROR);
    }
  last = fake.strategy->orders->len > 0 ? &g_array_index (fake.strategy->orders, PstOrder, fake.strategy->orders->len - 1) : NULL;
  g_assert_cmpint (last != NULL ? last->state : 0, ==, one->state == 0 && last != NULL ? PST_ORDER_STATE_CANCELED : one->state);
  g_assert_cmpint (pst_context_get_position (PST_CONTEXT (fake.run), 2, 0)->quantity, ==, one->position);
  g_assert_cmpuint (fake.guard->n_fills, ==, fake_store_count (fake.store, PST_RECORD_FILL));
  fake_clear (&fake);
}

static void
test_duplicates_are_noted (void)
{
  static const Case one = { "", { { FILL, 4, "a" }, { FILL, 4, "a" } } };
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->on_submit = tell_all;
  fake.broker->data = (gpointer)&one;
  fake.strategy->on_frame = buy_ten;
  fake_add_closes (&fake, flat);
  fake_run_ok (&fake);
  g_assert_true (fake_store_has_note (fake.store, "DUPLICATE_EXECUTION"));
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_FILL), ==, 1);
  fake_clear (&fake);
}

static gboolean
name_wrong_order (FakeBroker *broker, const PstOrder *order, GError **error)
{
  const Told told = { PST_REPORT_ACCEPTED };

  tell (broker, *(guint64 *)broker->data, &told);
  return TRUE;
}

static void
test_unknown_orders (void)
{
  static guint64 ids[] = { 0, 2, G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;
      Fake fake;

      fake_init (&fake, NULL, FAKE_NONE);
      fake.broker->on_submit = name_wrong_order;
      fake.broker->data = &ids[i];
      fake.strategy->on_frame = buy_ten;
      fake_add_closes (&fake, flat);
      g_assert_false (pst_run_execute (fake.run, &error));
      g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
      g_assert_nonnull (strstr (error->message, "exchange \"broker\" told report kind 1 of order"));
      fake_clear (&fake);
    }
}

/* A venue may not speak for another. */
static gboolean
tell_by_other (FakeBroker *broker, const PstOrder *order, GError **error)
{
  fake_broker_fill (broker->data, order, 10000, 10);
  return TRUE;
}

static gboolean
close_and_tell_by_other (FakeBroker *broker, const PstOrder *order, GError **error)
{
  fake_broker_tell (broker, order->id, PST_REPORT_CANCELED);
  fake_broker_fill (broker->data, order, 10000, 10);
  return TRUE;
}

static void
test_wrong_exchange (void)
{
  gboolean (*const hooks[]) (FakeBroker *, const PstOrder *, GError **) = { tell_by_other, close_and_tell_by_other };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      FakeFeed *feed;
      FakeBroker *other;
      Fake fake;

      fake_init (&fake, NULL, FAKE_NONE);
      feed = fake_add (&fake, FAKE_TYPE_FEED, "data2");
      g_ptr_array_add (feed->instruments, fake_shares ("MSFT", "USD"));
      other = fake_add (&fake, FAKE_TYPE_BROKER, "broker2");
      g_free (other->feed);
      other->feed = g_strdup ("data2");
      fake.broker->on_submit = hooks[i];
      fake.broker->data = other;
      fake.strategy->on_frame = buy_ten;
      fake_add_closes (&fake, flat);
      g_assert_false (pst_run_execute (fake.run, &error));
      g_assert_nonnull (strstr (error->message, "from an exchange that does not execute it"));
      fake_clear (&fake);
    }
}

/* Requests on their way and what crosses them. */
typedef struct
{
  const char *name;
  gboolean modifies; /* a modification to 20 first */
  gboolean cancels;
  Told told[6];
  PstOrderState state; /* at the next frame; 0: it is closed */
  gint64 quantity;
  PstOrderState last;
} Crossing;

static const Crossing crossings[] = {
  { "fill-beats-cancel", FALSE, TRUE, { { FILL, 10, "a" }, { PST_REPORT_CANCEL_REJECTED } }, 0, 10, PST_ORDER_STATE_FILLED },
  { "part-then-cancel", FALSE, TRUE, { { FILL, 4, "a" }, CANCELED }, 0, 10, PST_ORDER_STATE_CANCELED },
  { "part-while-pending", FALSE, TRUE, { { FILL, 4, "a" } }, PST_ORDER_STATE_PENDING_CANCEL, 10, PST_ORDER_STATE_PENDING_CANCEL },
  { "cancel-rejected", FALSE, TRUE, { { PST_REPORT_CANCEL_REJECTED } }, PST_ORDER_STATE_ACCEPTED, 10, PST_ORDER_STATE_ACCEPTED },
  { "part-cancel-rejected",
    FALSE,
    TRUE,
    { { FILL, 4, "a" }, { PST_REPORT_CANCEL_REJECTED } },
    PST_ORDER_STATE_PARTIALLY_FILLED,
    10,
    PST_ORDER_STATE_PARTIALLY_FILLED },
  { "cancel-unknown", FALSE, TRUE, { UNKNOWN }, PST_ORDER_STATE_UNKNOWN, 10, PST_ORDER_STATE_UNKNOWN },
  { "modified", TRUE, FALSE, { { PST_REPORT_MODIFIED, 20 } }, PST_ORDER_STATE_ACCEPTED, 20, PST_ORDER_STATE_ACCEPTED },
  { "modified-after-part",
    TRUE,
    FALSE,
    { { FILL, 4, "a" }, { PST_REPORT_MODIFIED, 20 } },
    PST_ORDER_STATE_PARTIALLY_FILLED,
    20,
    PST_ORDER_STATE_PARTIALLY_FILLED },
  { "modify-rejected", TRUE, FALSE, { { PST_REPORT_MODIFY_REJECTED } }, PST_ORDER_STATE_ACCEPTED, 10, PST_ORDER_STATE_ACCEPTED },
  { "trigger-while-modifying", TRUE, FALSE, { TRIGGERED, { PST_REPORT_MODIFY_REJECTED } }, PST_ORDER_STATE_TRIGGERED, 10, PST_ORDER_STATE_TRIGGERED },
  { "fill-beats-modify", TRUE, FALSE, { { FILL, 10, "a" } }, 0, 10, PST_ORDER_STATE_FILLED },
  { "cancel-overtakes-modify",
    TRUE,
    TRUE,
    { { PST_REPORT_MODIFIED, 20 }, { PST_REPORT_CANCEL_REJECTED } },
    PST_ORDER_STATE_ACCEPTED,
    20,
    PST_ORDER_STATE_ACCEPTED },
  { "modify-refused-under-cancel", TRUE, TRUE, { { PST_REPORT_MODIFY_REJECTED }, CANCELED }, 0, 10, PST_ORDER_STATE_CANCELED },
};

static gboolean
accept_only (FakeBroker *broker, const PstOrder *order, GError **error)
{
  fake_broker_tell (broker, order->id, PST_REPORT_ACCEPTED);
  return TRUE;
}

static gboolean
cross_cancel (FakeBroker *broker, const PstOrder *order, GError **error)
{
  const Crossing *crossing = broker->data;

  if (crossing == NULL)
    return TRUE;
  broker->data = NULL;
  for (const Told *told = crossing->told; told->kind != 0; told++)
    tell (broker, order->id, told);
  return TRUE;
}

static gboolean
cross_modify (FakeBroker *broker, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  const Crossing *crossing = broker->data;

  return crossing->cancels || cross_cancel (broker, order, error);
}

static void
cross_frames (FakeStrategy *strategy, const PstFrame *frame)
{
  gpointer *data = strategy->data;
  Fake *fake = data[0];
  const Crossing *crossing = data[1];
  PstContext *context = PST_CONTEXT (fake->run);

  if (strategy->n_frames == 2)
    strategy->last_order = fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 10, 9000, 0);
  if (strategy->n_frames == 3 && crossing->modifies)
    g_assert_true (pst_context_modify (context, strategy->last_order, 20, 0, 0, NULL));
  if (strategy->n_frames == 3 && crossing->cancels)
    g_assert_true (pst_context_cancel (context, strategy->last_order, NULL));
  if (strategy->n_frames == 4)
    {
      const PstOrder *order = pst_context_get_order (context, strategy->last_order);

      g_assert_cmpint (order != NULL ? order->state : 0, ==, crossing->state);
      g_assert_cmpint (g_array_index (strategy->orders, PstOrder, strategy->orders->len - 1).state, ==, crossing->last);
      g_assert_cmpint (g_array_index (strategy->orders, PstOrder, strategy->orders->len - 1).request.quantity, ==, crossing->quantity);
    }
}

static void
test_crossing (gconstpointer data)
{
  Fake fake;
  gpointer both[] = { &fake, (gpointer)data };

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->on_submit = accept_only;
  fake.broker->on_cancel = cross_cancel;
  fake.broker->on_modify = cross_modify;
  fake.broker->data = (gpointer)data;
  fake.strategy->data = both;
  fake.strategy->on_frame = cross_frames;
  fake_add_closes (&fake, flat);
  fake_run_ok (&fake);
  fake_clear (&fake);
}

/* A cancel that overtakes the acknowledgement and is refused leaves open whether the venue has the order at all. */
static gboolean
say_nothing (FakeBroker *broker, const PstOrder *order, GError **error)
{
  return TRUE;
}

static gboolean
refuse_cancel_once (FakeBroker *broker, const PstOrder *order, GError **error)
{
  fake_broker_tell (broker, order->id, PST_REPORT_CANCEL_REJECTED);
  return TRUE;
}

static void
cancel_unacknowledged (FakeStrategy *strategy, const PstFrame *frame)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));

  if (strategy->n_frames == 2)
    {
      strategy->last_order = pst_strategy_submit_market (PST_STRATEGY (strategy), 0, PST_SIDE_BUY, 10);
      g_assert_true (pst_context_cancel (context, strategy->last_order, NULL));
    }
  if (strategy->n_frames == 3)
    g_assert_cmpint (pst_context_get_order (context, strategy->last_order)->state, ==, PST_ORDER_STATE_UNKNOWN);
}

static void
test_cancel_unacknowledged (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->on_submit = say_nothing;
  fake.broker->on_cancel = refuse_cancel_once;
  fake.strategy->on_frame = cancel_unacknowledged;
  fake_add_closes (&fake, flat);
  fake_run_ok (&fake);
  g_assert_true (fake_store_has_note (fake.store, "ORDERS_LEFT_OPEN"));
  fake_clear (&fake);
}

/* A strategy and a venue that answer each other without end are stopped. */
static void
answer_with_order (FakeStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  g_array_set_size (strategy->orders, 0);
  g_array_set_size (strategy->kinds, 0);
  if (report != NULL && report->kind == FILL)
    pst_strategy_submit_market (PST_STRATEGY (strategy), 0, order->request.side == PST_SIDE_BUY ? PST_SIDE_SELL : PST_SIDE_BUY, 1);
}

static void
test_endless (void)
{
  g_autoptr (GError) error = NULL;
  Fake fake;

  fake_init (&fake, NULL, FAKE_NONE);
  fake.strategy->on_frame = buy_ten;
  fake.strategy->on_order = answer_with_order;
  fake_add_closes (&fake, flat);
  g_assert_false (pst_run_execute (fake.run, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT);
  g_assert_nonnull (strstr (error->message, "answer each other without end"));
  g_assert_cmpuint (fake.strategy->n_frames, ==, 2);
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gate-report/case/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  for (guint i = 0; i < G_N_ELEMENTS (crossings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/gate-report/crossing/%s", crossings[i].name);

      g_test_add_data_func (path, &crossings[i], test_crossing);
    }
  g_test_add_func ("/gate-report/duplicates-are-noted", test_duplicates_are_noted);
  g_test_add_func ("/gate-report/unknown-orders", test_unknown_orders);
  g_test_add_func ("/gate-report/wrong-exchange", test_wrong_exchange);
  g_test_add_func ("/gate-report/cancel-unacknowledged", test_cancel_unacknowledged);
  g_test_add_func ("/gate-report/endless", test_endless);
  return g_test_run ();
}
