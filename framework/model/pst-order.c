/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders, execution reports and fills as boxed values, so that signals and bindings can carry them. */
#include "pst-order.h"

G_DEFINE_BOXED_TYPE (PstOrder, pst_order, pst_order_copy, pst_order_free)
G_DEFINE_BOXED_TYPE (PstExecutionReport, pst_execution_report, pst_execution_report_copy, pst_execution_report_free)
G_DEFINE_BOXED_TYPE (PstFill, pst_fill, pst_fill_copy, pst_fill_free)

/**
 * pst_order_copy:
 * @order: an order
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy of its present state
 */
PstOrder *
pst_order_copy (const PstOrder *order)
{
  return g_memdup2 (order, sizeof *order);
}

/**
 * pst_order_free:
 * @order: (nullable) (transfer full): a copy of an order
 *
 * Any thread.
 */
void
pst_order_free (PstOrder *order)
{
  g_free (order);
}

/**
 * pst_execution_report_copy:
 * @report: a report
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstExecutionReport *
pst_execution_report_copy (const PstExecutionReport *report)
{
  return g_memdup2 (report, sizeof *report);
}

/**
 * pst_execution_report_free:
 * @report: (nullable) (transfer full): a copy of a report
 *
 * Any thread.
 */
void
pst_execution_report_free (PstExecutionReport *report)
{
  g_free (report);
}

/**
 * pst_fill_copy:
 * @fill: a fill
 *
 * Any thread.
 *
 * Returns: (transfer full): a copy
 */
PstFill *
pst_fill_copy (const PstFill *fill)
{
  return g_memdup2 (fill, sizeof *fill);
}

/**
 * pst_fill_free:
 * @fill: (nullable) (transfer full): a copy of a fill
 *
 * Any thread.
 */
void
pst_fill_free (PstFill *fill)
{
  g_free (fill);
}
