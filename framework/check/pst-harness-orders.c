/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The harness's orders: kept until the test says what becomes of them, and every report checked against the rules that the engine has:
 * legal state, no quantity above the order's, no execution id twice. */

#include "pst-harness-private.h"

#include <string.h>

PstOrder *
pst_harness_order (PstHarness *harness, guint64 order_id)
{
  if (order_id < 1 || order_id > harness->orders->len)
    pst_check_fail ("no order has the number %" G_GUINT64_FORMAT "; there are %u", order_id, harness->orders->len);
  return harness->orders->pdata[order_id - 1];
}

guint32
pst_harness_find_executor (PstHarness *harness, guint32 instrument)
{
  guint32 owner = G_MAXUINT32;
  const char *name;

  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (PST_IS_EXCHANGE (component) && pst_exchange_owns_instrument (PST_EXCHANGE (component), instrument))
        owner = i;
    }
  if (owner == G_MAXUINT32)
    return owner;
  name = pst_component_get_name (pst_harness_component (harness, owner));
  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (PST_IS_EXCHANGE (component) && g_strcmp0 (pst_exchange_get_feed (PST_EXCHANGE (component)), name) == 0)
        return i;
    }
  return owner;
}

PstOrder *
pst_harness_new_order (PstHarness *harness, guint32 strategy, const PstOrderRequest *request)
{
  PstOrder *order = g_new0 (PstOrder, 1);

  pst_harness_instrument (harness, request->instrument);
  g_ptr_array_add (harness->orders, order);
  order->id = harness->orders->len;
  order->strategy = strategy;
  order->exchange = pst_harness_find_executor (harness, request->instrument);
  order->request = *request;
  if (order->request.time_in_force == 0)
    order->request.time_in_force = PST_TIME_IN_FORCE_GTC;
  order->state = PST_ORDER_STATE_INITIALIZED;
  order->created_time_ns = order->updated_time_ns = pst_clock_now_ns (harness->clock);
  g_snprintf (order->client_id, sizeof order->client_id, "%s-%06" G_GUINT64_FORMAT, harness->run.run_id, order->id);
  return order;
}

/**
 * pst_harness_get_n_orders:
 * @harness: a harness
 *
 * Counts the orders that were asked for.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_orders (PstHarness *harness)
{
  return harness->orders->len;
}

/**
 * pst_harness_get_order:
 * @harness: a harness
 * @n: from 0
 *
 * Gives an order as it is now, whether it is open or not.
 *
 * Returns: (transfer none): the order
 */
const PstOrder *
pst_harness_get_order (PstHarness *harness, guint n)
{
  return pst_harness_order (harness, (guint64)n + 1);
}

/**
 * pst_harness_get_last_order:
 * @harness: a harness
 *
 * Gives the order that was asked for last.
 *
 * Returns: (transfer none) (nullable): the order; %NULL when there was none
 */
const PstOrder *
pst_harness_get_last_order (PstHarness *harness)
{
  return harness->orders->len > 0 ? harness->orders->pdata[harness->orders->len - 1] : NULL;
}

/**
 * pst_harness_place:
 * @harness: a harness
 * @request: what is asked for
 *
 * Makes an order of nobody's, to test guards and exchanges with.
 *
 * Returns: its number
 */
guint64
pst_harness_place (PstHarness *harness, const PstOrderRequest *request)
{
  return pst_harness_new_order (harness, G_MAXUINT32, request)->id;
}

static void
tell (PstHarness *harness, PstOrder *order, const PstExecutionReport *report)
{
  PstComponent *strategy = pst_harness_component (harness, order->strategy);

  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (PST_IS_GUARD (component) && pst_component_is_started (component))
        pst_guard_on_order (PST_GUARD (component), order, report);
    }
  if (strategy != NULL)
    pst_strategy_on_order (PST_STRATEGY (strategy), order, report);
}

static void
tell_sent (PstHarness *harness, const PstOrder *order)
{
  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (PST_IS_GUARD (component) && pst_component_is_started (component))
        pst_guard_on_sent (PST_GUARD (component), order);
    }
}

static void
change_state (PstHarness *harness, PstOrder *order, PstOrderState state)
{
  if (state != order->state && !pst_order_state_can_change (order->state, state))
    pst_check_fail ("order %" G_GUINT64_FORMAT " cannot change from %s to %s", order->id, pst_order_state_to_string (order->state),
                    pst_order_state_to_string (state));
  order->state = state;
  order->updated_time_ns = pst_clock_now_ns (harness->clock);
}

/**
 * pst_harness_send:
 * @harness: a harness
 * @order_id: number of an order that was not sent
 * @exchange: a started exchange of the harness
 * @error: return location
 *
 * Hands an order to an exchange. Its reports are applied as they come, also inside this call.
 *
 * Returns: %FALSE with the exchange's error when it was certainly not sent; the order is REJECTED then
 */
gboolean
pst_harness_send (PstHarness *harness, guint64 order_id, PstExchange *exchange, GError **error)
{
  PstOrder *order = pst_harness_order (harness, order_id);
  g_autoptr (PstOrder) sent = NULL;

  order->exchange = pst_component_get_index (PST_COMPONENT (exchange));
  change_state (harness, order, PST_ORDER_STATE_SUBMITTED);
  tell_sent (harness, order);
  sent = pst_order_copy (order);
  if (pst_exchange_submit (exchange, sent, error))
    return TRUE;
  change_state (harness, order, PST_ORDER_STATE_REJECTED);
  tell (harness, order, NULL);
  return FALSE;
}

/**
 * pst_harness_get_n_requests:
 * @harness: a harness
 *
 * Counts the cancels and modifications that were asked for.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_requests (PstHarness *harness)
{
  return harness->requests->len;
}

/**
 * pst_harness_get_request:
 * @harness: a harness
 * @n: from 0
 *
 * Gives what was asked for: "cancel NUMBER" or "modify NUMBER QUANTITY LIMIT STOP" in mantissas.
 *
 * Returns: (transfer none): the text
 */
const char *
pst_harness_get_request (PstHarness *harness, guint n)
{
  g_assert_cmpuint (n, <, harness->requests->len);
  return harness->requests->pdata[n];
}

/* Where an order stands that works on after a refused or done change. */
static PstOrderState
working_state (const PstOrder *order)
{
  return order->filled_quantity > 0 ? PST_ORDER_STATE_PARTIALLY_FILLED : PST_ORDER_STATE_ACCEPTED;
}

static void
check_execution_is_new (PstHarness *harness, const PstExecutionReport *report)
{
  g_assert_cmpstr (report->execution_id, !=, "");
  for (guint i = 0; i < harness->fills->len; i++)
    g_assert_cmpstr (((PstFill *)harness->fills->pdata[i])->execution_id, !=, report->execution_id);
}

static void
move_money (PstHarness *harness, PstFill *fill)
{
  const PstInstrument *instrument = pst_harness_instrument (harness, fill->instrument);
  PstAccount *account = pst_harness_account (harness, fill->exchange, FALSE);
  PstFill net = *fill;
  g_autoptr (GError) error = NULL;

  pst_position_apply (pst_harness_position (harness, fill->strategy, fill->instrument), instrument, fill, &error);
  g_assert_no_error (error);
  if (fill->strategy != G_MAXUINT32)
    pst_position_apply (pst_harness_position (harness, G_MAXUINT32, fill->instrument), instrument, &net, &error);
  g_assert_no_error (error);
  if (account != NULL)
    pst_account_apply (account, instrument, fill, &error);
  g_assert_no_error (error);
}

static void
apply_fill (PstHarness *harness, PstOrder *order, const PstExecutionReport *report)
{
  const PstInstrument *instrument = pst_harness_instrument (harness, order->request.instrument);
  PstFill *fill = g_new0 (PstFill, 1);

  check_execution_is_new (harness, report);
  g_assert_cmpint (report->quantity, >, 0);
  g_assert_cmpint (report->quantity, <=, pst_order_get_open_quantity (order));
  g_assert_cmpint (report->price, >, 0);
  g_assert_true (pst_instrument_price_on_grid (instrument, report->price));

  g_ptr_array_add (harness->fills, fill);
  fill->order_id = order->id;
  fill->strategy = order->strategy;
  fill->exchange = order->exchange;
  fill->instrument = order->request.instrument;
  fill->side = order->request.side;
  fill->trade = order->request.trade;
  fill->liquidity = report->liquidity;
  fill->time_ns = report->time_ns;
  fill->price = report->price;
  fill->quantity = report->quantity;
  g_assert_true (pst_instrument_notional (instrument, fill->price, fill->quantity, PST_ROUND_HALF_EVEN, &fill->notional));
  fill->fee = report->fee;
  fill->fee_currency = report->fee_currency;
  memcpy (fill->execution_id, report->execution_id, sizeof fill->execution_id);
  move_money (harness, fill);

  order->filled_quantity += fill->quantity;
  order->filled_notional += fill->notional;
  change_state (harness, order, pst_order_get_open_quantity (order) == 0 ? PST_ORDER_STATE_FILLED : PST_ORDER_STATE_PARTIALLY_FILLED);
  for (guint i = 0; i < harness->parts->len; i++)
    {
      PstComponent *component = pst_harness_component (harness, i);

      if (PST_IS_GUARD (component) && pst_component_is_started (component))
        pst_guard_on_fill (PST_GUARD (component), fill);
    }
}

static void
apply_modification (PstHarness *harness, PstOrder *order, const PstExecutionReport *report)
{
  if (report->quantity != 0)
    order->request.quantity = report->quantity;
  if (report->price != 0)
    order->request.limit_price = report->price;
  if (report->stop_price != 0)
    order->request.stop_price = report->stop_price;
  g_assert_cmpint (pst_order_get_open_quantity (order), >=, 0);
  change_state (harness, order, working_state (order));
}

static void
apply_report (PstHarness *harness, PstOrder *order, const PstExecutionReport *report)
{
  switch (report->kind)
    {
    case PST_REPORT_ACCEPTED:
      change_state (harness, order, PST_ORDER_STATE_ACCEPTED);
      break;
    case PST_REPORT_REJECTED:
      change_state (harness, order, PST_ORDER_STATE_REJECTED);
      break;
    case PST_REPORT_TRIGGERED:
      change_state (harness, order, PST_ORDER_STATE_TRIGGERED);
      break;
    case PST_REPORT_FILL:
      apply_fill (harness, order, report);
      break;
    case PST_REPORT_MODIFIED:
      apply_modification (harness, order, report);
      break;
    case PST_REPORT_MODIFY_REJECTED:
    case PST_REPORT_CANCEL_REJECTED:
      change_state (harness, order, working_state (order));
      break;
    case PST_REPORT_CANCELED:
      change_state (harness, order, PST_ORDER_STATE_CANCELED);
      break;
    case PST_REPORT_EXPIRED:
      change_state (harness, order, PST_ORDER_STATE_EXPIRED);
      break;
    case PST_REPORT_UNKNOWN:
      change_state (harness, order, PST_ORDER_STATE_UNKNOWN);
      break;
    default:
      pst_check_fail ("a report of no known kind: %d", report->kind);
    }
}

/**
 * pst_harness_report:
 * @harness: a harness
 * @report: one step of an order's life
 *
 * Applies what a venue tells: state, fill, position, cash; then tells the guards and the order's strategy. What breaks a rule ends the test.
 */
void
pst_harness_report (PstHarness *harness, const PstExecutionReport *report)
{
  PstOrder *order = pst_harness_order (harness, report->order_id);

  g_ptr_array_add (harness->reports, pst_execution_report_copy (report));
  if (report->venue_order_id[0] != '\0')
    memcpy (order->venue_id, report->venue_order_id, sizeof order->venue_id);
  memcpy (order->reason, report->reason, sizeof order->reason);
  apply_report (harness, order, report);
  tell (harness, order, report);
}

/**
 * pst_harness_deny:
 * @harness: a harness
 * @order_id: number of an order that was not sent
 * @code: the denial's code
 *
 * Denies an order as a guard would, and tells its strategy.
 */
void
pst_harness_deny (PstHarness *harness, guint64 order_id, const char *code)
{
  PstOrder *order = pst_harness_order (harness, order_id);

  g_strlcpy (order->reason, code, sizeof order->reason);
  change_state (harness, order, PST_ORDER_STATE_DENIED);
  tell (harness, order, NULL);
}

static PstExecutionReport
begin_report (PstHarness *harness, PstOrder *order, PstReportKind kind)
{
  PstExecutionReport report = { .order_id = order->id, .kind = kind, .time_ns = pst_clock_now_ns (harness->clock) };

  if (order->state == PST_ORDER_STATE_INITIALIZED)
    {
      change_state (harness, order, PST_ORDER_STATE_SUBMITTED);
      tell_sent (harness, order);
    }
  return report;
}

/**
 * pst_harness_accept:
 * @harness: a harness
 * @order_id: number of an open order
 *
 * Has a venue accept the order.
 */
void
pst_harness_accept (PstHarness *harness, guint64 order_id)
{
  PstExecutionReport report = begin_report (harness, pst_harness_order (harness, order_id), PST_REPORT_ACCEPTED);

  pst_harness_report (harness, &report);
}

/**
 * pst_harness_fill:
 * @harness: a harness
 * @order_id: number of an open order
 * @price: at which
 * @quantity: (nullable): how much; %NULL for all that is open
 *
 * Has a venue fill the order, without a fee. The order is accepted first when it was not.
 */
void
pst_harness_fill (PstHarness *harness, guint64 order_id, const char *price, const char *quantity)
{
  PstOrder *order = pst_harness_order (harness, order_id);
  guint32 instrument = order->request.instrument;
  PstExecutionReport report;

  if (order->state == PST_ORDER_STATE_INITIALIZED || order->state == PST_ORDER_STATE_SUBMITTED)
    pst_harness_accept (harness, order_id);
  report = begin_report (harness, order, PST_REPORT_FILL);
  report.price = pst_harness_price (harness, instrument, price);
  report.quantity = quantity != NULL ? pst_harness_size (harness, instrument, quantity) : pst_order_get_open_quantity (order);
  report.liquidity = PST_LIQUIDITY_TAKER;
  g_snprintf (report.execution_id, sizeof report.execution_id, "check-%" G_GUINT64_FORMAT, ++harness->n_executions);
  pst_harness_report (harness, &report);
}

/**
 * pst_harness_cancel:
 * @harness: a harness
 * @order_id: number of an open order
 * @reason: why
 *
 * Has a venue tell that the order is cancelled.
 */
void
pst_harness_cancel (PstHarness *harness, guint64 order_id, const char *reason)
{
  PstOrder *order = pst_harness_order (harness, order_id);
  PstExecutionReport report;

  if (order->state == PST_ORDER_STATE_INITIALIZED || order->state == PST_ORDER_STATE_SUBMITTED)
    pst_harness_accept (harness, order_id);
  report = begin_report (harness, order, PST_REPORT_CANCELED);
  g_strlcpy (report.reason, reason, sizeof report.reason);
  pst_harness_report (harness, &report);
}

/**
 * pst_harness_get_n_reports:
 * @harness: a harness
 *
 * Counts the execution reports that came.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_reports (PstHarness *harness)
{
  return harness->reports->len;
}

/**
 * pst_harness_get_report:
 * @harness: a harness
 * @n: from 0
 *
 * Gives an execution report that came.
 *
 * Returns: (transfer none): a copy that lives as long as the harness
 */
const PstExecutionReport *
pst_harness_get_report (PstHarness *harness, guint n)
{
  g_assert_cmpuint (n, <, harness->reports->len);
  return harness->reports->pdata[n];
}

/**
 * pst_harness_get_n_fills:
 * @harness: a harness
 *
 * Counts the fills that were applied.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_fills (PstHarness *harness)
{
  return harness->fills->len;
}

/**
 * pst_harness_get_fill:
 * @harness: a harness
 * @n: from 0
 *
 * Gives a fill that was applied.
 *
 * Returns: (transfer none): the fill
 */
const PstFill *
pst_harness_get_fill (PstHarness *harness, guint n)
{
  g_assert_cmpuint (n, <, harness->fills->len);
  return harness->fills->pdata[n];
}

static void
count_open (PstHarness *harness, const PstOrder *except, PstReview *review)
{
  for (guint i = 0; i < harness->orders->len; i++)
    {
      const PstOrder *order = harness->orders->pdata[i];

      if (order->id == except->id || pst_order_state_is_final (order->state))
        continue;
      review->n_open_orders++;
      if (order->request.instrument != except->request.instrument)
        continue;
      if (order->request.side == PST_SIDE_BUY)
        review->open_buy_quantity += pst_order_get_open_quantity (order);
      else
        review->open_sell_quantity += pst_order_get_open_quantity (order);
    }
}

static void
review_order (PstHarness *harness, PstGuard *guard, const PstOrder *order, const PstOrder *before, PstVerdict *verdict)
{
  guint32 instrument = order->request.instrument;
  PstReview review = { .order = order, .before = before };

  review.instrument = pst_harness_instrument (harness, instrument);
  review.mark = pst_harness_mark (harness, instrument);
  review.net_quantity = pst_harness_position (harness, G_MAXUINT32, instrument)->quantity;
  count_open (harness, order, &review);
  pst_guard_review (guard, &review, verdict);
}

/**
 * pst_harness_review:
 * @harness: a harness
 * @guard: a started guard of the harness
 * @request: an order that someone would ask for
 * @verdict: (out caller-allocates): what the guard says
 *
 * Asks a guard about an order as the gate would. The order is not kept.
 */
void
pst_harness_review (PstHarness *harness, PstGuard *guard, const PstOrderRequest *request, PstVerdict *verdict)
{
  PstOrder *order = pst_harness_new_order (harness, G_MAXUINT32, request);

  review_order (harness, guard, order, NULL, verdict);
  g_ptr_array_set_size (harness->orders, harness->orders->len - 1);
}

/**
 * pst_harness_review_modify:
 * @harness: a harness
 * @guard: a started guard of the harness
 * @order_id: number of an open order
 * @quantity: the new total quantity, mantissa
 * @limit_price: the new limit price, mantissa; 0 leaves it as it is
 * @stop_price: the new stop price, mantissa; 0 leaves it as it is
 * @verdict: (out caller-allocates): what the guard says
 *
 * Asks a guard about a modification as the gate would. The order stays as it is.
 */
void
pst_harness_review_modify (PstHarness *harness, PstGuard *guard, guint64 order_id, gint64 quantity, gint64 limit_price, gint64 stop_price,
                           PstVerdict *verdict)
{
  const PstOrder *before = pst_harness_order (harness, order_id);
  PstOrder order = *before;

  order.request.quantity = quantity;
  if (limit_price != 0)
    order.request.limit_price = limit_price;
  if (stop_price != 0)
    order.request.stop_price = stop_price;
  review_order (harness, guard, &order, before, verdict);
}

/**
 * pst_harness_get_n_records:
 * @harness: a harness
 *
 * Counts the ALERT, NOTE and TRADING_STATE records that components caused.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_records (PstHarness *harness)
{
  return harness->records->len;
}

/**
 * pst_harness_get_record:
 * @harness: a harness
 * @n: from 0
 *
 * Gives a record that a component caused.
 *
 * Returns: (transfer none): the record
 */
const PstRecord *
pst_harness_get_record (PstHarness *harness, guint n)
{
  g_assert_cmpuint (n, <, harness->records->len);
  return harness->records->pdata[n];
}

/**
 * pst_harness_find_record:
 * @harness: a harness
 * @kind: ALERT, NOTE or TRADING_STATE
 *
 * Finds the last record of a kind that a component caused.
 *
 * Returns: (transfer none) (nullable): the record; %NULL when there is none
 */
const PstRecord *
pst_harness_find_record (PstHarness *harness, PstRecordKind kind)
{
  for (guint i = harness->records->len; i > 0; i--)
    {
      const PstRecord *record = harness->records->pdata[i - 1];

      if (record->kind == kind)
        return record;
    }
  return NULL;
}

/**
 * pst_harness_get_n_commands:
 * @harness: a harness
 *
 * Counts the commands that services gave.
 *
 * Returns: how many
 */
guint
pst_harness_get_n_commands (PstHarness *harness)
{
  return harness->commands->len;
}

/**
 * pst_harness_get_command:
 * @harness: a harness
 * @n: from 0
 *
 * Gives a command that a service gave: "stop: REASON", "flatten: REASON", "halted: REASON".
 *
 * Returns: (transfer none): the text
 */
const char *
pst_harness_get_command (PstHarness *harness, guint n)
{
  g_assert_cmpuint (n, <, harness->commands->len);
  return harness->commands->pdata[n];
}
