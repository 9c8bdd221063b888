/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What fails: an order that the venue rejected, whose outcome is unknown, or that had to fill at once and filled nothing; and a trade with such an
 * order, or one of whose orders was denied when it had filled already. What a guard denies otherwise was never tried, and what a person cancels did
 * not fail. A success ends the row: a fill of an order that is a trade of its own; of others, the end of a trade that filled and in which nothing
 * failed. */

#include "pst-stop-failures.h"

typedef struct
{
  guint32 trade;
  gboolean filled;
  gboolean failed;
} Trade;

void
pst_stop_failures_init (PstStopFailures *failures)
{
  *failures = (PstStopFailures){ .trades = g_hash_table_new_full (NULL, NULL, NULL, g_free) };
}

void
pst_stop_failures_clear (PstStopFailures *failures)
{
  g_clear_pointer (&failures->trades, g_hash_table_unref);
}

void
pst_stop_failures_reset (PstStopFailures *failures)
{
  failures->n_failures = 0;
  failures->last_failed_id = 0;
  g_hash_table_remove_all (failures->trades);
}

static Trade *
find_trade (PstStopFailures *failures, const PstOrder *order)
{
  Trade *trade = g_hash_table_lookup (failures->trades, GUINT_TO_POINTER (order->strategy));

  return trade != NULL && trade->trade == order->request.trade ? trade : NULL;
}

static void
conclude (PstStopFailures *failures, const Trade *trade)
{
  if (trade->filled && !trade->failed)
    failures->n_failures = 0;
}

void
pst_stop_failures_take_sent (PstStopFailures *failures, const PstOrder *order)
{
  Trade *trade = g_hash_table_lookup (failures->trades, GUINT_TO_POINTER (order->strategy));

  if (order->state != PST_ORDER_STATE_SUBMITTED || (trade != NULL && trade->trade == order->request.trade))
    return;
  if (trade != NULL)
    conclude (failures, trade);
  if (order->request.trade == 0)
    {
      g_hash_table_remove (failures->trades, GUINT_TO_POINTER (order->strategy));
      return;
    }
  trade = g_new0 (Trade, 1);
  trade->trade = order->request.trade;
  g_hash_table_replace (failures->trades, GUINT_TO_POINTER (order->strategy), trade);
}

/* Filled nothing though it had to at once. */
static gboolean
missed (const PstOrder *order)
{
  const PstOrderRequest *request = &order->request;

  return (order->state == PST_ORDER_STATE_CANCELED || order->state == PST_ORDER_STATE_EXPIRED) && order->filled_quantity == 0
         && (request->time_in_force == PST_TIME_IN_FORCE_IOC || request->time_in_force == PST_TIME_IN_FORCE_FOK
             || request->type == PST_ORDER_TYPE_MARKET);
}

static gboolean
fail (PstStopFailures *failures, const PstOrder *order, Trade *trade)
{
  /* An unknown order that turns out to be rejected failed once. */
  if (order->id == failures->last_failed_id || (trade != NULL && trade->failed))
    return FALSE;
  failures->last_failed_id = order->id;
  if (trade != NULL)
    trade->failed = TRUE;
  failures->n_failures++;
  return TRUE;
}

gboolean
pst_stop_failures_take_order (PstStopFailures *failures, const PstOrder *order, const PstExecutionReport *report)
{
  Trade *trade = order->request.trade != 0 ? find_trade (failures, order) : NULL;

  if (report == NULL)
    return order->state == PST_ORDER_STATE_DENIED && trade != NULL && trade->filled && fail (failures, order, trade);
  if (report->kind == PST_REPORT_REJECTED || report->kind == PST_REPORT_UNKNOWN)
    return fail (failures, order, trade);
  if (report->kind == PST_REPORT_CANCELED || report->kind == PST_REPORT_EXPIRED)
    return missed (order) && fail (failures, order, trade);
  if (report->kind != PST_REPORT_FILL)
    return FALSE;
  if (trade != NULL)
    trade->filled = TRUE;
  else if (order->request.trade == 0)
    failures->n_failures = 0;
  return FALSE;
}
