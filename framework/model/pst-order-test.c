/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Observers keep copies of orders, reports and fills: a copy must not change with the living one. */
#include "pst-test-values.h"

static void
test_copies (void)
{
  PstOrder order = { .id = 7, .request = { .quantity = 10 }, .filled_quantity = 4, .client_id = "R-000007" };
  PstExecutionReport report = { .order_id = 7, .execution_id = "E-7" };
  PstFill fill = { .order_id = 7, .quantity = 4, .execution_id = "E-7" };
  PstOrder *order_copy = g_boxed_copy (PST_TYPE_ORDER, &order);
  PstExecutionReport *report_copy = g_boxed_copy (PST_TYPE_EXECUTION_REPORT, &report);
  PstFill *fill_copy = g_boxed_copy (PST_TYPE_FILL, &fill);

  order.filled_quantity = 10;
  report.execution_id[0] = 'X';
  fill.quantity = 5;
  g_assert_cmpint (pst_order_get_open_quantity (order_copy), ==, 6);
  g_assert_cmpint (pst_order_get_open_quantity (&order), ==, 0);
  g_assert_cmpstr (order_copy->client_id, ==, "R-000007");
  g_assert_cmpstr (report_copy->execution_id, ==, "E-7");
  g_assert_cmpint (fill_copy->quantity, ==, 4);
  g_boxed_free (PST_TYPE_ORDER, order_copy);
  g_boxed_free (PST_TYPE_EXECUTION_REPORT, report_copy);
  g_boxed_free (PST_TYPE_FILL, fill_copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order/copies", test_copies);
  return g_test_run ();
}
