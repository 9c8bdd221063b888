/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The harness stands in for the engine in every plugin's test: if it told another story than the engine, those tests would prove
 * nothing. */

#include <penstock-check.h>

/* A strategy that buys ten at each frame and remembers what it was told. */
#define TEST_TYPE_BUYER (test_buyer_get_type ())
G_DECLARE_FINAL_TYPE (TestBuyer, test_buyer, TEST, BUYER, PstStrategy)
struct _TestBuyer
{
  PstStrategy parent_instance;
  gint size;
  GString *heard;
};
G_DEFINE_FINAL_TYPE (TestBuyer, test_buyer, PST_TYPE_STRATEGY)

static void
test_buyer_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  TestBuyer *buyer = TEST_BUYER (strategy);
  PstContext *context = pst_component_get_context (PST_COMPONENT (strategy));

  g_assert_cmpint (pst_context_now_ns (context), ==, frame->time_ns);
  g_assert_true (pst_context_get_mark (context, frame->events[0].instrument)->valid);
  pst_strategy_submit_market (strategy, frame->events[0].instrument, PST_SIDE_BUY, buyer->size);
}

static void
test_buyer_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  g_string_append_printf (TEST_BUYER (strategy)->heard, "%s%s ", pst_order_state_to_string (order->state), report == NULL ? "!" : "");
}

static gboolean
test_buyer_start (PstComponent *component, GError **error)
{
  pst_context_note (pst_component_get_context (component), component, "BUYER_STARTED", "size=%d", TEST_BUYER (component)->size);
  pst_component_raise_alert (component, PST_SEVERITY_INFO, "life", "started", "as %s", pst_component_get_name (component));
  return TRUE;
}

static void
test_buyer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TEST_BUYER (object)->size = g_value_get_int (value);
}

static void
test_buyer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_int (value, TEST_BUYER (object)->size);
}

static void
test_buyer_finalize (GObject *object)
{
  g_string_free (TEST_BUYER (object)->heard, TRUE);
  G_OBJECT_CLASS (test_buyer_parent_class)->finalize (object);
}

static void
test_buyer_class_init (TestBuyerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = test_buyer_set_property;
  object_class->get_property = test_buyer_get_property;
  object_class->finalize = test_buyer_finalize;
  PST_COMPONENT_CLASS (klass)->start = test_buyer_start;
  PST_STRATEGY_CLASS (klass)->on_frame = test_buyer_on_frame;
  PST_STRATEGY_CLASS (klass)->on_order = test_buyer_on_order;
  g_object_class_install_property (object_class, 1, g_param_spec_int ("size", "Size", "How much it buys.", 1, 100, 10, PST_OPTION_READWRITE));
}

static void
test_buyer_init (TestBuyer *buyer)
{
  buyer->size = 10;
  buyer->heard = g_string_new (NULL);
}

/* A guard that denies large orders and halts after a fill. */
#define TEST_TYPE_GUARD (test_guard_get_type ())
G_DECLARE_FINAL_TYPE (TestGuard, test_guard, TEST, GUARD, PstGuard)
struct _TestGuard
{
  PstGuard parent_instance;
  guint n_frames, n_orders, n_fills;
};
G_DEFINE_FINAL_TYPE (TestGuard, test_guard, PST_TYPE_GUARD)

static void
test_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  gint64 after = review->net_quantity + review->open_buy_quantity - review->open_sell_quantity + review->order->request.quantity;

  if (review->before != NULL && review->order->request.quantity < review->before->request.quantity)
    pst_verdict_pass (verdict);
  else if (after > 100)
    pst_verdict_deny (verdict, "too_large", "after=%" G_GINT64_FORMAT, after);
  else if (review->n_open_orders < 3)
    pst_verdict_pass (verdict);
}

static void
test_guard_on_frame (PstGuard *guard, const PstFrame *frame)
{
  TEST_GUARD (guard)->n_frames++;
}

static void
test_guard_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report)
{
  TEST_GUARD (guard)->n_orders++;
}

static void
test_guard_on_fill (PstGuard *guard, const PstFill *fill)
{
  TEST_GUARD (guard)->n_fills++;
  pst_context_request_trading_state (pst_component_get_context (PST_COMPONENT (guard)), PST_COMPONENT (guard), PST_TRADING_STATE_HALTED, "a fill");
}

static void
test_guard_class_init (TestGuardClass *klass)
{
  PST_GUARD_CLASS (klass)->review = test_guard_review;
  PST_GUARD_CLASS (klass)->on_frame = test_guard_on_frame;
  PST_GUARD_CLASS (klass)->on_order = test_guard_on_order;
  PST_GUARD_CLASS (klass)->on_fill = test_guard_on_fill;
}

static void
test_guard_init (TestGuard *guard)
{
}

/* A venue that accepts at once and fills at the next bar's open. */
#define TEST_TYPE_VENUE (test_venue_get_type ())
G_DECLARE_FINAL_TYPE (TestVenue, test_venue, TEST, VENUE, PstExchange)
struct _TestVenue
{
  PstExchange parent_instance;
  PstOrder order;
};
G_DEFINE_FINAL_TYPE (TestVenue, test_venue, PST_TYPE_EXCHANGE)

static const char *
test_venue_get_feed (PstExchange *exchange)
{
  return PST_HARNESS_DATA;
}

static gboolean
test_venue_load_account (PstExchange *exchange, PstAccount *account, GError **error)
{
  return pst_account_add (account, pst_currency_get ("USD", NULL), 1000 * pst_power_of_ten (8), error);
}

static gboolean
test_venue_submit (PstExchange *exchange, const PstOrder *order, GError **error)
{
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_ACCEPTED, .venue_order_id = "V1" };

  if (order->request.type != PST_ORDER_TYPE_MARKET)
    {
      g_set_error_literal (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED, "only market orders");
      return FALSE;
    }
  TEST_VENUE (exchange)->order = *order;
  pst_exchange_report (exchange, &report);
  return TRUE;
}

static gboolean
test_venue_cancel (PstExchange *exchange, const PstOrder *order, GError **error)
{
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_CANCELED, .reason = "asked" };

  pst_exchange_report (exchange, &report);
  TEST_VENUE (exchange)->order.id = 0;
  return TRUE;
}

static gboolean
test_venue_modify (PstExchange *exchange, const PstOrder *order, gint64 quantity, gint64 limit_price, gint64 stop_price, GError **error)
{
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_MODIFIED, .quantity = quantity };

  TEST_VENUE (exchange)->order.request.quantity = quantity;
  pst_exchange_report (exchange, &report);
  return TRUE;
}

static gboolean
test_venue_observe_frame (PstExchange *exchange, const PstFrame *frame, GError **error)
{
  PstOrder *order = &TEST_VENUE (exchange)->order;
  PstExecutionReport report = { .order_id = order->id, .kind = PST_REPORT_FILL, .execution_id = "X1" };

  if (order->id == 0)
    return TRUE;
  report.price = frame->events[0].bar.open;
  report.quantity = order->request.quantity;
  report.fee = pst_power_of_ten (8);
  report.fee_currency = pst_currency_get ("USD", NULL);
  order->id = 0;
  pst_exchange_report (exchange, &report);
  return TRUE;
}

static void
test_venue_class_init (TestVenueClass *klass)
{
  PstExchangeClass *exchange_class = PST_EXCHANGE_CLASS (klass);

  exchange_class->get_feed = test_venue_get_feed;
  exchange_class->load_account = test_venue_load_account;
  exchange_class->submit = test_venue_submit;
  exchange_class->cancel = test_venue_cancel;
  exchange_class->modify = test_venue_modify;
  exchange_class->observe_frame = test_venue_observe_frame;
}

static void
test_venue_init (TestVenue *venue)
{
}

/* A service that commands at each record. */
#define TEST_TYPE_SERVICE (test_service_get_type ())
G_DECLARE_FINAL_TYPE (TestService, test_service, TEST, SERVICE, PstService)
struct _TestService
{
  PstService parent_instance;
};
G_DEFINE_FINAL_TYPE (TestService, test_service, PST_TYPE_SERVICE)

static void
test_service_on_record (PstService *service, const PstRecord *record)
{
  PstRunControl *control = pst_service_get_run_control (service);

  g_assert_cmpint (pst_run_control_get_run_state (control), ==, PST_RUN_STATE_RUNNING);
  g_assert_true (pst_run_control_set_trading_state (control, PST_TRADING_STATE_HALTED, "alert", NULL));
  g_assert_true (pst_run_control_flatten (control, "alert", NULL));
  g_assert_true (pst_run_control_stop (control, "alert", NULL));
}

static void
test_service_class_init (TestServiceClass *klass)
{
  PST_SERVICE_CLASS (klass)->on_record = test_service_on_record;
}

static void
test_service_init (TestService *service)
{
}

static gint64
day (guint n)
{
  return G_GINT64_CONSTANT (1577836800) * PST_NS_PER_SECOND + n * PST_NS_PER_DAY;
}

static void
test_strategy (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstComponent *buyer = pst_harness_add (harness, TEST_TYPE_BUYER, "buyer", "size", "7", NULL);
  const PstOrder *order;

  g_assert_cmpuint (pst_component_get_index (buyer), ==, 1);
  pst_harness_start (harness, buyer);
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_NOTE)->note.detail, ==, "size=7");
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_ALERT)->alert.message, ==, "as buyer");
  g_assert_null (pst_harness_find_record (harness, PST_RECORD_TRADING_STATE));
  g_assert_cmpuint (pst_harness_get_n_records (harness), ==, 2);
  g_assert_cmpuint (pst_harness_get_record (harness, 1)->sequence, ==, 2);

  g_assert_null (pst_harness_get_last_order (harness));
  pst_harness_push_bar (harness, aapl, day (1), "10.00", "10.50", "9.80", "10.20", "1000");
  g_assert_cmpuint (pst_harness_get_n_frames (harness), ==, 1);
  g_assert_cmpuint (pst_harness_get_frame (harness, 0)->sequence, ==, 1);
  order = pst_harness_get_last_order (harness);
  g_assert_cmpint (order->request.quantity, ==, 7);
  g_assert_cmpstr (order->client_id, ==, "check-1-000001");
  pst_harness_fill (harness, 1, "10.21", "3");
  g_assert_cmpstr (TEST_BUYER (buyer)->heard->str, ==, "ACCEPTED PARTIALLY_FILLED ");
  pst_harness_fill (harness, 1, "10.22", NULL);
  g_assert_cmpint (order->state, ==, PST_ORDER_STATE_FILLED);
  g_assert_cmpint (pst_strategy_get_position (PST_STRATEGY (buyer), aapl)->quantity, ==, 7);
  g_assert_cmpint (pst_harness_get_fill (harness, 1)->price, ==, 1022);
  g_assert_cmpuint (pst_harness_get_n_fills (harness), ==, 2);

  pst_harness_push_trade (harness, aapl, day (2), "10.30", "5", PST_SIDE_BUY);
  pst_harness_deny (harness, 2, "no_more");
  g_assert_true (g_str_has_suffix (TEST_BUYER (buyer)->heard->str, "DENIED! "));
  g_assert_cmpstr (pst_harness_get_order (harness, 1)->reason, ==, "no_more");
  pst_harness_push_quote (harness, aapl, day (3), "10.30", "5", "10.33", "0");
  pst_harness_push_quote (harness, aapl, day (4), "10.30", "5", "10.33", "5");
  pst_harness_cancel (harness, 3, "closed");
  pst_harness_stop (harness, buyer);
  pst_harness_push_status (harness, aapl, day (5), PST_INSTRUMENT_STATUS_HALTED);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 4);
  pst_harness_finish (harness);
}

static void
test_marks_and_books (void)
{
  PstHarness *harness = pst_harness_new ();
  PstContext *context = PST_CONTEXT (harness);
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL"), ibm = pst_harness_add_instrument (harness, "IBM");
  guint n_unpriced;

  pst_harness_push_quote (harness, aapl, day (1), "10.01", "1", "10.04", "1");
  g_assert_cmpint (pst_context_get_mark (context, aapl)->price, ==, 1002);
  pst_harness_push_quote (harness, aapl, day (1), "10.03", "1", "10.04", "1");
  g_assert_cmpint (pst_context_get_mark (context, aapl)->price, ==, 1004);
  pst_harness_push_quote (harness, aapl, day (1), "10.03", "1", "0", "0");
  g_assert_cmpint (pst_context_get_mark (context, aapl)->ask, ==, 0);
  pst_harness_push_status (harness, aapl, day (2), PST_INSTRUMENT_STATUS_HALTED);
  g_assert_cmpint (pst_context_get_mark (context, aapl)->status, ==, PST_INSTRUMENT_STATUS_HALTED);
  g_assert_false (pst_context_get_mark (context, ibm)->valid);

  pst_harness_set_mark (harness, aapl, "20.00");
  pst_harness_set_balance (harness, 5, "100 USD");
  pst_harness_set_balance (harness, 5, "50 USD");
  pst_harness_set_position (harness, 2, aapl, "10", "18.00");
  pst_harness_set_position (harness, 2, ibm, "-1", "5.00");
  g_assert_cmpint (pst_context_get_equity (context, &n_unpriced).amount, ==, 250 * pst_power_of_ten (8));
  g_assert_cmpuint (n_unpriced, ==, 1);
  pst_harness_set_position (harness, G_MAXUINT32, ibm, "0", "5.00");
  pst_harness_set_equity (harness, "7 USD");
  g_assert_cmpint (pst_context_get_equity (context, NULL).amount, ==, 7 * pst_power_of_ten (8));
  pst_harness_set_equity (harness, NULL);
  g_assert_cmpint (pst_context_get_equity (context, &n_unpriced).amount, ==, 250 * pst_power_of_ten (8));
  g_assert_cmpuint (n_unpriced, ==, 0);
  pst_harness_set_mark (harness, aapl, NULL);
  g_assert_null (pst_context_get_account (context, 99));
  g_assert_nonnull (pst_context_get_account (context, 5));

  pst_harness_set_mode (harness, PST_MODE_LIVE);
  pst_harness_set_seed (harness, 42);
  pst_harness_set_currency (harness, "EUR");
  g_assert_cmpint (pst_context_get_mode (context), ==, PST_MODE_LIVE);
  g_assert_cmpuint (pst_context_get_run (context)->seed, ==, 42);
  g_assert_cmpstr (pst_context_get_run (context)->currency->code, ==, "EUR");
  pst_harness_advance (harness, PST_NS_PER_SECOND);
  g_assert_cmpint (pst_context_now_ns (context), ==, day (2) + PST_NS_PER_SECOND);
  pst_harness_finish (harness);
}

static PstOrderRequest
buy (guint32 instrument, gint64 quantity)
{
  return (PstOrderRequest){ .instrument = instrument, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = quantity };
}

static void
test_guard (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  TestGuard *guard = TEST_GUARD (pst_harness_add (harness, TEST_TYPE_GUARD, "guard", NULL));
  PstOrderRequest request = buy (aapl, 60);
  PstVerdict verdict;

  pst_harness_start (harness, PST_COMPONENT (guard));
  pst_harness_review (harness, PST_GUARD (guard), &request, &verdict);
  g_assert_true (verdict.passed);
  g_assert_cmpuint (pst_harness_get_n_orders (harness), ==, 0);
  g_assert_cmpuint (pst_harness_place (harness, &request), ==, 1);
  pst_harness_review (harness, PST_GUARD (guard), &request, &verdict);
  g_assert_false (verdict.passed);
  g_assert_cmpstr (verdict.detail, ==, "after=120");
  pst_harness_review_modify (harness, PST_GUARD (guard), 1, 50, 0, 0, &verdict);
  g_assert_true (verdict.passed);
  g_assert_cmpint (pst_harness_get_order (harness, 0)->request.quantity, ==, 60);

  request = buy (aapl, 1);
  for (guint i = 0; i < 2; i++)
    pst_harness_place (harness, &request);
  pst_harness_review (harness, PST_GUARD (guard), &request, &verdict);
  g_assert_false (verdict.passed);
  g_assert_cmpstr (verdict.code, ==, "guard_failed");

  pst_harness_push_bar (harness, aapl, day (1), "10.00", "10.50", "9.80", "10.20", "1000");
  pst_harness_fill (harness, 1, "10.00", NULL);
  g_assert_cmpuint (guard->n_frames, ==, 1);
  g_assert_cmpuint (guard->n_orders, ==, 2);
  g_assert_cmpuint (guard->n_fills, ==, 1);
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (harness)), ==, PST_TRADING_STATE_HALTED);
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_TRADING_STATE)->trading_state.reason, ==, "a fill");
  pst_harness_set_trading_state (harness, PST_TRADING_STATE_ACTIVE);
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (harness)), ==, PST_TRADING_STATE_ACTIVE);
  pst_harness_finish (harness);
}

static void
count_order (const PstOrder *order, gpointer user_data)
{
  *(guint *)user_data += 1;
}

static void
test_exchange (void)
{
  PstHarness *harness = pst_harness_new ();
  PstContext *context = PST_CONTEXT (harness);
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstExchange *venue;
  PstOrderRequest request = buy (aapl, 10);
  g_autoptr (GError) error = NULL;
  guint n_open = 0;

  g_assert_cmpuint (pst_context_find_executor (context, aapl), ==, PST_HARNESS_DATA_INDEX);
  venue = PST_EXCHANGE (pst_harness_add (harness, TEST_TYPE_VENUE, "broker", NULL));
  pst_harness_start (harness, PST_COMPONENT (venue));
  g_assert_cmpuint (pst_context_find_executor (context, aapl), ==, 1);
  g_assert_true (pst_context_find_component (context, PST_COMPONENT_KIND_EXCHANGE, "broker") == PST_COMPONENT (venue));
  g_assert_null (pst_context_find_component (context, PST_COMPONENT_KIND_GUARD, "broker"));
  g_assert_true (pst_context_get_component (context, 1) == PST_COMPONENT (venue));
  g_assert_null (pst_context_get_component (context, 2));

  g_assert_true (pst_harness_send (harness, pst_harness_place (harness, &request), venue, &error));
  g_assert_cmpstr (pst_harness_get_order (harness, 0)->venue_id, ==, "V1");
  g_assert_true (pst_context_modify (context, 1, 20, 0, 0, &error));
  g_assert_cmpstr (pst_harness_get_request (harness, 0), ==, "modify 1 20 0 0");
  pst_harness_push_bar (harness, aapl, day (1), "10.00", "10.50", "9.80", "10.20", "1000");
  g_assert_cmpint (pst_harness_get_order (harness, 0)->state, ==, PST_ORDER_STATE_FILLED);
  g_assert_cmpint (pst_account_get_balance (pst_context_get_account (context, 1), pst_currency_get ("USD", NULL)), ==, 799 * pst_power_of_ten (8));
  g_assert_cmpuint (pst_harness_get_n_reports (harness), ==, 3);
  g_assert_cmpint (pst_harness_get_report (harness, 2)->kind, ==, PST_REPORT_FILL);

  g_assert_true (pst_harness_send (harness, pst_harness_place (harness, &request), venue, &error));
  pst_context_foreach_open_order (context, count_order, &n_open);
  g_assert_cmpuint (n_open, ==, 1);
  g_assert_nonnull (pst_context_get_order (context, 2));
  g_assert_true (pst_context_cancel (context, 2, &error));
  g_assert_cmpuint (pst_harness_get_n_requests (harness), ==, 2);
  g_assert_cmpstr (pst_harness_get_order (harness, 1)->reason, ==, "asked");
  g_assert_null (pst_context_get_order (context, 2));
  g_assert_false (pst_context_cancel (context, 2, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (pst_context_modify (context, 77, 1, 0, 0, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  request.type = PST_ORDER_TYPE_LIMIT;
  g_assert_false (pst_harness_send (harness, pst_harness_place (harness, &request), venue, &error));
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_SUPPORTED);
  g_assert_cmpint (pst_harness_get_order (harness, 2)->state, ==, PST_ORDER_STATE_REJECTED);
  pst_harness_finish (harness);
}

static void
report (PstHarness *harness, guint64 order_id, PstReportKind kind, gint64 quantity)
{
  PstExecutionReport told = { .order_id = order_id, .kind = kind, .quantity = quantity };

  pst_harness_report (harness, &told);
}

static void
test_reports (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstOrderRequest request = buy (aapl, 10);
  static const PstReportKind ends[] = { PST_REPORT_EXPIRED, PST_REPORT_UNKNOWN };
  static const PstOrderState states[] = { PST_ORDER_STATE_EXPIRED, PST_ORDER_STATE_UNKNOWN };
  PstExchange *venue = PST_EXCHANGE (pst_harness_add (harness, TEST_TYPE_VENUE, "broker", NULL));
  guint64 id;

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      id = pst_harness_place (harness, &request);
      pst_harness_accept (harness, id);
      report (harness, id, PST_REPORT_MODIFY_REJECTED, 0);
      report (harness, id, PST_REPORT_MODIFIED, 11);
      report (harness, id, PST_REPORT_CANCEL_REJECTED, 0);
      g_assert_cmpint (pst_harness_get_order (harness, id - 1)->state, ==, PST_ORDER_STATE_ACCEPTED);
      report (harness, id, ends[i], 0);
      g_assert_cmpint (pst_harness_get_order (harness, id - 1)->state, ==, states[i]);
    }
  id = pst_harness_place (harness, &request);
  g_assert_true (pst_harness_send (harness, id, venue, NULL));
  pst_harness_cancel (harness, id, "over");
  g_assert_cmpint (pst_harness_get_order (harness, id - 1)->state, ==, PST_ORDER_STATE_CANCELED);
  pst_harness_finish (harness);
}

static void
test_service (void)
{
  PstHarness *harness = pst_harness_new ();
  PstService *service = PST_SERVICE (pst_harness_add (harness, TEST_TYPE_SERVICE, "service", NULL));
  PstRecord record = { .kind = PST_RECORD_ALERT };

  pst_harness_start (harness, PST_COMPONENT (service));
  pst_service_on_record (service, &record);
  g_assert_cmpuint (pst_harness_get_n_commands (harness), ==, 3);
  g_assert_cmpstr (pst_harness_get_command (harness, 0), ==, "halted: alert");
  g_assert_cmpstr (pst_harness_get_command (harness, 1), ==, "flatten: alert");
  g_assert_cmpstr (pst_harness_get_command (harness, 2), ==, "stop: alert");
  pst_harness_finish (harness);
}

static void
finish_leaking (void)
{
  PstHarness *harness = pst_harness_new ();

  g_object_ref (pst_harness_add (harness, TEST_TYPE_GUARD, "leaks", NULL));
  pst_harness_finish (harness);
}

static void
report_too_much (void)
{
  PstHarness *harness = pst_harness_new ();
  PstOrderRequest request = buy (pst_harness_add_instrument (harness, "AAPL"), 10);

  pst_harness_fill (harness, pst_harness_place (harness, &request), "10.00", "11");
}

static void
report_illegal_state (void)
{
  PstHarness *harness = pst_harness_new ();
  PstOrderRequest request = buy (pst_harness_add_instrument (harness, "AAPL"), 10);
  guint64 id = pst_harness_place (harness, &request);

  pst_harness_fill (harness, id, "10.00", NULL);
  pst_harness_accept (harness, id);
}

/* What breaks a rule must end the test, or plugins would pass that break it. */
static const struct
{
  const char *name;
  void (*break_rule) (void);
  const char *message;
} rules[] = {
  { "/check/harness/catches/leak", finish_leaking, "*leaks*" },
  { "/check/harness/catches/overfill", report_too_much, "*open_quantity*" },
  { "/check/harness/catches/illegal-state", report_illegal_state, "*cannot change from FILLED to ACCEPTED*" },
};

static void
test_catches (gconstpointer data)
{
  guint rule = GPOINTER_TO_UINT (data);

  if (g_test_subprocess ())
    {
      rules[rule].break_rule ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (rules[rule].message);
}

static void
test_records (void)
{
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 8);
  guint kinds = 0;

  for (guint i = 0; i < records->len; i++)
    {
      const PstRecord *record = records->pdata[i];
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      PstRecord decoded;
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (record->sequence, ==, i + 1);
      kinds |= 1u << record->kind;
      pst_record_encode (record, bytes);
      g_assert_true (pst_record_decode (bytes->data, bytes->len, &decoded, &error));
      g_assert_no_error (error);
      if (record->kind == PST_RECORD_TICK)
        g_assert_cmpint (record->tick.equity, ==, record->tick.cash + record->tick.mark_to_market);
    }
  g_assert_cmpuint (kinds, ==, (2u << PST_RECORD_LAST) - 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/harness/strategy", test_strategy);
  g_test_add_func ("/check/harness/marks-and-books", test_marks_and_books);
  g_test_add_func ("/check/harness/guard", test_guard);
  g_test_add_func ("/check/harness/exchange", test_exchange);
  g_test_add_func ("/check/harness/reports", test_reports);
  g_test_add_func ("/check/harness/service", test_service);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    g_test_add_data_func (rules[i].name, GUINT_TO_POINTER (i), test_catches);
  g_test_add_func ("/check/records", test_records);
  return g_test_run ();
}
