/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: exposure counted twice or not at all, a fill applied twice, or memory that grows with every order of a run. */
#include <penstock.h>

#include "pst-order-table.h"

static PstOpenOrder *
add (PstOrderTable *table, guint64 id, guint32 instrument, PstSide side)
{
  PstOpenOrder *entry = pst_order_table_add (table, id, instrument);

  entry->order.request.side = side;
  return entry;
}

static void
test_order (void)
{
  g_autoptr (PstOrderTable) table = pst_order_table_new ();
  PstOpenOrder *entry;
  guint64 expected = 1;

  for (guint64 id = 1; id <= 10; id++)
    add (table, id, id % 3, PST_SIDE_BUY);
  g_assert_cmpuint (pst_order_table_get_size (table), ==, 10);
  pst_order_table_close (table, pst_order_table_find (table, 1));
  pst_order_table_close (table, pst_order_table_find (table, 5));
  pst_order_table_close (table, pst_order_table_find (table, 10));
  add (table, 11, 2, PST_SIDE_SELL);
  for (entry = pst_order_table_first (table); entry != NULL; entry = pst_order_table_next (entry))
    {
      do
        expected++;
      while (expected == 5 || expected == 10);
      g_assert_cmpuint (entry->order.id, ==, expected);
    }
  g_assert_cmpuint (expected, ==, 11);
  expected = 0;
  for (entry = pst_order_table_first_of (table, 2); entry != NULL; entry = pst_order_table_next_of (entry))
    expected += entry->order.id;
  g_assert_cmpuint (expected, ==, 2 + 8 + 11);
  g_assert_null (pst_order_table_first_of (table, 99));
  g_assert_null (pst_order_table_find (table, 5));
  g_assert_cmpuint (pst_order_table_find_closed (table, 5)->id, ==, 5);
  g_assert_null (pst_order_table_find_closed (table, 0));
  g_assert_null (pst_order_table_find_closed (table, 4));
}

static void
test_quantities (void)
{
  g_autoptr (PstOrderTable) table = pst_order_table_new ();
  PstOpenOrder *buy = add (table, 1, 7, PST_SIDE_BUY), *sell = add (table, 2, 7, PST_SIDE_SELL),
               *wild = add (table, 3, PST_INSTRUMENT_NONE, PST_SIDE_BUY);

  g_assert_true (pst_order_table_reserve (table, buy, 100));
  g_assert_true (pst_order_table_reserve (table, sell, 30));
  g_assert_true (pst_order_table_reserve (table, wild, 5));
  g_assert_true (pst_order_table_reserve (table, buy, 60));
  g_assert_cmpint (pst_order_table_get_open_quantity (table, 7).buy, ==, 60);
  g_assert_cmpint (pst_order_table_get_open_quantity (table, 7).sell, ==, 30);
  g_assert_cmpint (pst_order_table_get_open_quantity (table, 8).buy, ==, 0);
  g_assert_cmpint (pst_order_table_get_open_quantity (table, 1000).sell, ==, 0);
  g_assert_false (pst_order_table_reserve (table, add (table, 4, 7, PST_SIDE_BUY), G_MAXINT64));
  g_assert_cmpint (pst_order_table_get_open_quantity (table, 7).buy, ==, 60);
  pst_order_table_close (table, buy);
  pst_order_table_close (table, wild);
  g_assert_cmpint (pst_order_table_get_open_quantity (table, 7).buy, ==, 0);
}

/* Of an open order every execution is known, however many; of closed ones the last. */
static void
test_executions (void)
{
  g_autoptr (PstOrderTable) table = pst_order_table_new ();
  const guint n = PST_EXECUTIONS_REMEMBERED + 100;
  PstOpenOrder *entry = add (table, 1, 0, PST_SIDE_BUY);
  char id[PST_EXECUTION_ID_SIZE];
  guint n_known = 0;

  for (guint i = 0; i < n; i++)
    {
      g_snprintf (id, sizeof id, "E%u", i);
      g_assert_false (pst_order_table_knows_execution (table, 3, id));
      pst_order_table_remember_execution (table, entry, 3, id);
    }
  for (guint i = 0; i < n; i++)
    {
      g_snprintf (id, sizeof id, "E%u", i);
      g_assert_true (pst_order_table_knows_execution (table, 3, id));
      g_assert_false (pst_order_table_knows_execution (table, 4, id));
    }
  pst_order_table_close (table, entry);
  for (guint i = 0; i < n; i++)
    {
      g_snprintf (id, sizeof id, "E%u", i);
      n_known += pst_order_table_knows_execution (table, 3, id);
    }
  g_assert_cmpuint (n_known, ==, PST_EXECUTIONS_REMEMBERED);
  pst_order_table_remember_execution (table, NULL, 3, "late");
  g_assert_true (pst_order_table_knows_execution (table, 3, "late"));
}

static void
test_closed_ring (void)
{
  g_autoptr (PstOrderTable) table = pst_order_table_new ();

  for (guint64 id = 1; id <= PST_CLOSED_ORDERS_REMEMBERED + 5; id++)
    pst_order_table_close (table, add (table, id, 0, PST_SIDE_BUY));
  g_assert_null (pst_order_table_find_closed (table, 5));
  g_assert_nonnull (pst_order_table_find_closed (table, 6));
  g_assert_cmpuint (pst_order_table_get_size (table), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-table/order", test_order);
  g_test_add_func ("/order-table/quantities", test_quantities);
  g_test_add_func ("/order-table/executions", test_executions);
  g_test_add_func ("/order-table/closed-ring", test_closed_ring);
  return g_test_run ();
}
