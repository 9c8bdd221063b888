/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: an order that is sent before it is written down, past a veto, or against the trading state. */
#include "engine-fakes.h"
#include "pst-gate.h"

static const gint64 flat[] = { 10000, 10000, 10000, 10000, 10000, 10000, 10000, 10000, -1 };

typedef void (*Step) (Fake *fake, guint frame);

static void
run_step (FakeStrategy *strategy, const PstFrame *frame)
{
  gpointer *data = strategy->data;

  ((Step)data[1]) (data[0], strategy->n_frames);
}

/* Runs @step at every frame of eight. */
static void
run_steps (Fake *fake, Step step)
{
  gpointer data[] = { fake, step };

  fake->strategy->data = data;
  fake->strategy->on_frame = run_step;
  fake_add_closes (fake, flat);
  fake_run_ok (fake);
}

static void
submit_request (Fake *fake, PstOrderRequest request)
{
  pst_strategy_submit (PST_STRATEGY (fake->strategy), &request);
}

static const PstOrder *
told (Fake *fake, guint n)
{
  g_assert_cmpuint (n, <, fake->strategy->orders->len);
  return &g_array_index (fake->strategy->orders, PstOrder, n);
}

static void
ask_everything_wrong (Fake *fake, guint frame)
{
  if (frame != 2)
    return;
  submit_request (fake, (PstOrderRequest){ .instrument = 99, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 1 });
  submit_request (fake, (PstOrderRequest){ .side = 9, .type = PST_ORDER_TYPE_MARKET, .quantity = 1 });
  submit_request (fake, (PstOrderRequest){ .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 0 });
  submit_request (fake,
                  (PstOrderRequest){ .side = PST_SIDE_SELL, .type = PST_ORDER_TYPE_MARKET, .quantity = 1, .flags = PST_ORDER_FLAG_REDUCE_ONLY });
}

static void
test_denials (void)
{
  static const char *const codes[] = { "instrument_unknown", "side_missing", "quantity_not_positive", "reduce_only_would_increase" };
  PstSummary *summary;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  run_steps (&fake, ask_everything_wrong);
  g_assert_cmpuint (fake.strategy->orders->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpstr (told (&fake, i)->reason, ==, codes[i]);
      g_assert_cmpint (told (&fake, i)->state, ==, PST_ORDER_STATE_DENIED);
      g_assert_cmpuint (g_array_index (fake.strategy->kinds, guint, i), ==, 0);
    }
  g_assert_cmpuint (fake.guard->n_reviews, ==, 0);
  g_assert_cmpuint (fake.guard->n_orders, ==, 4);
  /* An order in an instrument that does not exist cannot be written down as one. */
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_INTENT), ==, 3);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_VERDICT), ==, 3);
  g_assert_true (fake_store_has_note (fake.store, "ORDER_DENIED"));
  g_assert_cmpuint (fake_store_get (fake.store, PST_RECORD_VERDICT, 0)->verdict.component, ==, G_MAXUINT32);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->denials->len, ==, 4);
  g_assert_cmpstr (((PstDenialSummary *)summary->denials->pdata[3])->guard, ==, "gate");
  g_assert_cmpuint (summary->total.n_denied, ==, 4);
  g_assert_cmpuint (summary->total.n_orders, ==, 4);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static void
buy_three (Fake *fake, guint frame)
{
  if (frame == 2)
    for (guint i = 0; i < 3; i++)
      fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 1 + i, 0, 0);
}

/* Intents of a frame share one commit, which comes after all of them and before anything is sent. */
static void
test_commit_before_send (void)
{
  guint n = 0, n_intent_commits = 0;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  run_steps (&fake, buy_three);
  for (guint i = 0; i < fake.store->commits->len; i++)
    {
      guint commit = g_array_index (fake.store->commits, guint, i);

      if (commit % 4 != PST_COMMIT_INTENT)
        continue;
      n_intent_commits++;
      n = commit / 4;
    }
  g_assert_cmpuint (n_intent_commits, ==, 1);
  for (guint i = 0; i < fake.store->records->len; i++)
    {
      PstRecordKind kind = g_array_index (fake.store->records, PstRecord, i).kind;

      g_assert_true (kind != PST_RECORD_INTENT || i < n);
      g_assert_true ((kind != PST_RECORD_ORDER && kind != PST_RECORD_REPORT) || i >= n);
    }
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_INTENT, 2)->order.client_id, ==, "test-1-000003");
  fake_clear (&fake);
}

static void
deny_large (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  if (review->order->request.quantity > 2)
    pst_verdict_deny (verdict, "order_size", "quantity=%" G_GINT64_FORMAT, review->order->request.quantity);
  else
    pst_verdict_pass (verdict);
}

static void
test_guard_denies (void)
{
  PstSummary *summary;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.guard->on_review = deny_large;
  run_steps (&fake, buy_three);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->total.n_fills, ==, 2);
  g_assert_cmpstr (((PstDenialSummary *)summary->denials->pdata[0])->guard, ==, "limits");
  g_assert_cmpstr (((PstDenialSummary *)summary->denials->pdata[0])->code, ==, "order_size");
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_VERDICT, 0)->verdict.verdict.detail, ==, "quantity=3");
  g_assert_cmpuint (fake.guard->n_fills, ==, 2);
  g_assert_cmpuint (fake.guard->n_frames, ==, 8);
  /* The third review saw what the first two did. */
  g_assert_cmpint (fake.guard->last.net_quantity, ==, 3);
  g_assert_cmpint (fake.guard->last.open_buy_quantity, ==, 0);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static void
rest_and_look (Fake *fake, guint frame)
{
  if (frame == 2)
    {
      fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 5, 9000, 0);
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_LIMIT, 7, 11000, 0);
      fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 1, 9000, 0);
    }
}

static void
test_review_counts_open_orders (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_GUARD);
  fake.broker->rests = TRUE;
  run_steps (&fake, rest_and_look);
  g_assert_cmpint (fake.guard->last.open_buy_quantity, ==, 5);
  g_assert_cmpint (fake.guard->last.open_sell_quantity, ==, 7);
  g_assert_cmpuint (fake.guard->last.n_open_orders, ==, 2);
  fake_clear (&fake);
}

static void
reduce (Fake *fake, guint frame)
{
  PstRunControl *control = PST_RUN_CONTROL (fake->run);

  if (frame == 2)
    fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 10, 0, 0);
  if (frame == 3)
    {
      g_assert_true (pst_run_control_set_trading_state (control, PST_TRADING_STATE_REDUCING, "test", NULL));
      fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 1, 0, 0);     /* no: increases */
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_MARKET, 11, 0, 0);   /* no: across zero */
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_LIMIT, 6, 20000, 0); /* yes */
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_LIMIT, 5, 20000, 0); /* no: both together would flip */
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_LIMIT, 4, 20000, 0); /* yes */
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_LIMIT, 1, 20000, 0); /* no */
      fake->broker->rests = TRUE;
    }
  if (frame == 5)
    {
      g_assert_true (pst_run_control_set_trading_state (control, PST_TRADING_STATE_ACTIVE, "test", NULL));
      fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_LIMIT, 1, 20000, 0); /* yes again */
    }
}

static void
test_reducing (void)
{
  guint passed = 0;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  run_steps (&fake, reduce);
  for (guint i = 0; i < fake.strategy->orders->len; i++)
    passed += g_array_index (fake.strategy->kinds, guint, i) == PST_REPORT_ACCEPTED;
  g_assert_cmpuint (passed, ==, 4);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_VERDICT), ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_VERDICT, i)->verdict.verdict.code, ==, "trading_state_reducing");
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_TRADING_STATE), ==, 2);
  fake_clear (&fake);
}

static void
reduce_from_flat (Fake *fake, guint frame)
{
  if (frame != 2)
    return;
  pst_context_request_trading_state (PST_CONTEXT (fake->run), PST_COMPONENT (fake->strategy), PST_TRADING_STATE_REDUCING, "nervous");
  fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 1, 0, 0);
  fake_submit (fake, PST_SIDE_SELL, PST_ORDER_TYPE_MARKET, 1, 0, 0);
  /* A component may not loosen. */
  pst_context_request_trading_state (PST_CONTEXT (fake->run), PST_COMPONENT (fake->strategy), PST_TRADING_STATE_ACTIVE, "calm");
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (fake->run)), ==, PST_TRADING_STATE_REDUCING);
}

static void
test_reducing_from_flat (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  run_steps (&fake, reduce_from_flat);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_VERDICT), ==, 2);
  g_assert_cmpuint (fake_store_get (fake.store, PST_RECORD_TRADING_STATE, 0)->trading_state.component, ==, 2);
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_TRADING_STATE, 0)->trading_state.reason, ==, "nervous");
  fake_clear (&fake);
}

static void
reduce_only (Fake *fake, guint frame)
{
  if (frame == 2)
    fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 10, 0, 0);
  if (frame == 3)
    {
      fake->broker->rests = TRUE;
      for (guint i = 0; i < 3; i++)
        submit_request (
            fake,
            (PstOrderRequest){
                .side = PST_SIDE_SELL, .type = PST_ORDER_TYPE_LIMIT, .quantity = 4, .limit_price = 20000, .flags = PST_ORDER_FLAG_REDUCE_ONLY });
    }
}

static void
test_reduce_only_counts_own_orders (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  run_steps (&fake, reduce_only);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_VERDICT), ==, 1);
  g_assert_cmpuint (fake_store_get (fake.store, PST_RECORD_VERDICT, 0)->verdict.order_id, ==, 4);
  fake_clear (&fake);
}

static void
halt_while_looking (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  PstContext *context = pst_component_get_context (PST_COMPONENT (guard));

  if (guard->n_reviews == 2)
    pst_context_request_trading_state (context, PST_COMPONENT (guard), PST_TRADING_STATE_HALTED, "enough");
  pst_verdict_pass (verdict);
}

static void
rest_three (Fake *fake, guint frame)
{
  if (frame == 2)
    for (guint i = 0; i < 3; i++)
      fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 1, 9000, 0);
}

/* A halt takes effect on the very order under review, cancels what rests, and the run goes on to its end. */
static void
test_halt_by_guard (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.broker->rests = TRUE;
  fake.guard->on_review = halt_while_looking;
  run_steps (&fake, rest_three);
  g_assert_cmpuint (fake.strategy->n_frames, ==, 8);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_VERDICT), ==, 2);
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_VERDICT, 1)->verdict.verdict.code, ==, "trading_halted");
  g_assert_cmpint (told (&fake, fake.strategy->orders->len - 1)->state, ==, PST_ORDER_STATE_CANCELED);
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_TICK, 1)->time_ns, ==, told (&fake, fake.strategy->orders->len - 1)->updated_time_ns);
  fake_clear (&fake);
}

static void
test_halt_without_cancel (void)
{
  PstRunSettings settings = fake_settings ();
  Fake fake;

  settings.cancel_on_halt = FALSE;
  fake_init (&fake, &settings, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.broker->rests = TRUE;
  fake.guard->on_review = halt_while_looking;
  run_steps (&fake, rest_three);
  /* Cancelled at the end of the run only. */
  g_assert_cmpint (told (&fake, fake.strategy->orders->len - 1)->updated_time_ns, ==, T0 + 7 * DAY);
  fake_clear (&fake);
}

static void
hold_then_flatten (Fake *fake, guint frame)
{
  if (frame == 2)
    fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 10, 0, 0);
  if (frame == 3)
    {
      g_assert_true (pst_run_control_set_trading_state (PST_RUN_CONTROL (fake->run), PST_TRADING_STATE_HALTED, "stop", NULL));
      /* A strategy cannot claim the operator's right. */
      submit_request (
          fake, (PstOrderRequest){ .side = PST_SIDE_SELL, .type = PST_ORDER_TYPE_MARKET, .quantity = 10, .flags = PST_ORDER_FLAG_OPERATOR_EXIT });
    }
  if (frame == 4)
    g_assert_true (pst_run_control_flatten (PST_RUN_CONTROL (fake->run), "out", NULL));
}

static void
deny_sells (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  if (review->order->request.side == PST_SIDE_SELL)
    pst_verdict_deny (verdict, "no_sells", "side=SELL");
  else
    pst_verdict_pass (verdict);
}

/* No state and no veto keeps an operator from getting out. */
static void
test_flatten_under_halt (void)
{
  PstSummary *summary;
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.guard->on_review = deny_sells;
  run_steps (&fake, hold_then_flatten);
  summary = pst_run_get_summary (fake.run);
  g_assert_cmpuint (summary->total.n_open_positions, ==, 0);
  g_assert_cmpuint (summary->total.n_fills, ==, 2);
  g_assert_cmpuint (summary->total.n_denied, ==, 1);
  g_assert_cmpint (summary->trading_state, ==, PST_TRADING_STATE_HALTED);
  g_assert_true (fake_store_has_note (fake.store, "FLATTEN"));
  g_assert_cmpint (fake_store_get (fake.store, PST_RECORD_INTENT, 2)->order.request.flags, ==, PST_ORDER_FLAG_OPERATOR_EXIT);
  pst_summary_free (summary);
  fake_clear (&fake);
}

static gboolean
refuse_submit (FakeBroker *broker, const PstOrder *order, GError **error)
{
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "no route to the venue");
  return FALSE;
}

static gboolean
refuse_silently (FakeBroker *broker, const PstOrder *order, GError **error)
{
  return FALSE;
}

static void
buy_once (Fake *fake, guint frame)
{
  if (frame == 2)
    fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 1, 0, 0);
}

static void
test_submit_refused (void)
{
  static const struct
  {
    gboolean (*on_submit) (FakeBroker *broker, const PstOrder *order, GError **error);
    const char *reason;
  } cases[] = { { refuse_submit, "no route to the venue" }, { refuse_silently, "the exchange did not say why" } };

  for (guint i = 0; i < 2; i++)
    {
      PstSummary *summary;
      Fake fake;

      fake_init (&fake, NULL, FAKE_WITH_STORE);
      fake.broker->on_submit = cases[i].on_submit;
      run_steps (&fake, buy_once);
      summary = pst_run_get_summary (fake.run);
      g_assert_cmpuint (summary->total.n_rejected, ==, 1);
      g_assert_cmpint (told (&fake, 0)->state, ==, PST_ORDER_STATE_REJECTED);
      g_assert_cmpstr (told (&fake, 0)->reason, ==, cases[i].reason);
      g_assert_cmpuint (g_array_index (fake.strategy->kinds, guint, 0), ==, PST_REPORT_REJECTED);
      pst_summary_free (summary);
      fake_clear (&fake);
    }
}

static void
modify_and_cancel (Fake *fake, guint frame)
{
  PstContext *context = PST_CONTEXT (fake->run);
  g_autoptr (GError) error = NULL;

  switch (frame)
    {
    case 2:
      fake->strategy->last_order = fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 10, 9000, 0);
      g_assert_cmpint (pst_context_get_order (context, fake->strategy->last_order)->state, ==, PST_ORDER_STATE_INITIALIZED);
      break;
    case 3:
      g_assert_true (pst_context_modify (context, fake->strategy->last_order, 20, 9500, 0, &error));
      break;
    case 4:
      g_assert_cmpint (pst_context_get_order (context, fake->strategy->last_order)->request.quantity, ==, 20);
      g_assert_cmpint (pst_context_get_order (context, fake->strategy->last_order)->request.limit_price, ==, 9500);
      g_assert_true (pst_context_modify (context, fake->strategy->last_order, 2000, 0, 0, &error)); /* denied by the guard */
      g_assert_true (pst_context_modify (context, fake->strategy->last_order, -1, 0, 0, &error));   /* denied by the gate */
      break;
    case 5:
      g_assert_cmpint (pst_context_get_order (context, fake->strategy->last_order)->request.quantity, ==, 20);
      g_assert_true (pst_context_cancel (context, fake->strategy->last_order, &error));
      g_assert_true (pst_context_cancel (context, fake->strategy->last_order, &error));
      g_assert_true (pst_context_modify (context, fake->strategy->last_order, 30, 0, 0, &error)); /* too late */
      break;
    case 6:
      g_assert_null (pst_context_get_order (context, fake->strategy->last_order));
      g_assert_false (pst_context_cancel (context, fake->strategy->last_order, &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
      g_clear_error (&error);
      g_assert_false (pst_context_modify (context, 77, 1, 0, 0, &error));
      g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
      break;
    default:
      break;
    }
}

static void
deny_huge (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  if (review->before != NULL)
    {
      g_assert_cmpint (review->open_buy_quantity, ==, 0);
      g_assert_cmpuint (review->n_open_orders, ==, 0);
    }
  if (review->order->request.quantity > 1000)
    pst_verdict_deny (verdict, "huge", "x=1");
  else
    pst_verdict_pass (verdict);
}

static void
test_modify_and_cancel (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.broker->rests = TRUE;
  fake.guard->on_review = deny_huge;
  run_steps (&fake, modify_and_cancel);
  /* One order, one change, one cancel went out; what was denied or asked for twice did not. */
  g_assert_cmpuint (fake.guard->n_sent, ==, 3);
  g_assert_true (fake_store_has_note (fake.store, "MODIFY_ASKED"));
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_VERDICT, 0)->verdict.verdict.code, ==, "huge");
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_VERDICT, 1)->verdict.verdict.code, ==, "quantity_below_filled");
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_VERDICT), ==, 2);
  g_assert_cmpint (told (&fake, fake.strategy->orders->len - 1)->state, ==, PST_ORDER_STATE_CANCELED);
  fake_clear (&fake);
}

static gboolean
wait_for_modify (FakeBroker *broker, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  return TRUE;
}

static void
modify_twice (Fake *fake, guint frame)
{
  PstContext *context = PST_CONTEXT (fake->run);

  if (frame == 2)
    fake->strategy->last_order = fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 10, 9000, 0);
  if (frame == 3)
    {
      pst_context_modify (context, fake->strategy->last_order, 30, 0, 0, NULL);
      pst_context_modify (context, fake->strategy->last_order, 40, 0, 0, NULL);
      fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 1, 9000, 0);
    }
}

/* Until the venue has answered, the larger quantity is at risk, and no second change may follow. */
static void
test_modify_reserves (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake.broker->rests = TRUE;
  fake.broker->on_modify = wait_for_modify;
  run_steps (&fake, modify_twice);
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_VERDICT, 0)->verdict.verdict.code, ==, "modify_not_possible");
  g_assert_cmpint (fake.guard->last.open_buy_quantity, ==, 30);
  g_assert_cmpuint (fake.guard->last.n_open_orders, ==, 1);
  fake_clear (&fake);
}

static gboolean
refuse_modify (FakeBroker *broker, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "this venue cannot modify");
  return FALSE;
}

static gboolean
refuse_cancel (FakeBroker *broker, const PstOrder *order, GError **error)
{
  g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "this venue cannot cancel");
  return FALSE;
}

static void
change_in_vain (Fake *fake, guint frame)
{
  PstContext *context = PST_CONTEXT (fake->run);

  if (frame == 2)
    fake->strategy->last_order = fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 10, 9000, 0);
  if (frame == 3)
    pst_context_modify (context, fake->strategy->last_order, 30, 0, 0, NULL);
  if (frame == 4)
    pst_context_cancel (context, fake->strategy->last_order, NULL);
  if (frame == 5)
    {
      const PstOrder *order = pst_context_get_order (context, fake->strategy->last_order);

      g_assert_cmpint (order->state, ==, PST_ORDER_STATE_ACCEPTED);
      g_assert_cmpint (order->request.quantity, ==, 10);
      g_assert_cmpstr (order->reason, ==, "this venue cannot cancel");
      fake->broker->on_modify = NULL;
      pst_context_modify (context, fake->strategy->last_order, 20, 0, 0, NULL);
    }
  /* What was refused before does not cling to what was done since. */
  if (frame == 6)
    g_assert_cmpstr (pst_context_get_order (context, fake->strategy->last_order)->reason, ==, "");
}

static void
test_venue_refuses_changes (void)
{
  Fake fake;

  fake_init (&fake, NULL, FAKE_WITH_STORE);
  fake.broker->rests = TRUE;
  fake.broker->on_modify = refuse_modify;
  fake.broker->on_cancel = refuse_cancel;
  run_steps (&fake, change_in_vain);
  g_assert_true (fake_store_has_note (fake.store, "ORDERS_LEFT_OPEN"));
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gate-send/denials", test_denials);
  g_test_add_func ("/gate-send/commit-before-send", test_commit_before_send);
  g_test_add_func ("/gate-send/guard-denies", test_guard_denies);
  g_test_add_func ("/gate-send/review-counts-open-orders", test_review_counts_open_orders);
  g_test_add_func ("/gate-send/reducing", test_reducing);
  g_test_add_func ("/gate-send/reducing-from-flat", test_reducing_from_flat);
  g_test_add_func ("/gate-send/reduce-only-counts-own-orders", test_reduce_only_counts_own_orders);
  g_test_add_func ("/gate-send/halt-by-guard", test_halt_by_guard);
  g_test_add_func ("/gate-send/halt-without-cancel", test_halt_without_cancel);
  g_test_add_func ("/gate-send/flatten-under-halt", test_flatten_under_halt);
  g_test_add_func ("/gate-send/submit-refused", test_submit_refused);
  g_test_add_func ("/gate-send/modify-and-cancel", test_modify_and_cancel);
  g_test_add_func ("/gate-send/modify-reserves", test_modify_reserves);
  g_test_add_func ("/gate-send/venue-refuses-changes", test_venue_refuses_changes);
  return g_test_run ();
}
