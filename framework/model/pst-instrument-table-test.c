/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* If an index changed its meaning in mid-run, orders would go out for something else. */
#include "pst-test-values.h"

static void
test_table (void)
{
  g_autoptr (PstInstrumentTable) table = pst_instrument_table_new ();
  g_autoptr (PstInstrument) share = test_share ();
  g_autoptr (PstInstrument) coin = test_coin ();
  g_autoptr (PstInstrument) twin = test_share ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (pst_instrument_table_get_size (table), ==, 0);
  g_assert_null (pst_instrument_table_get (table, 0));
  g_assert_cmpuint (pst_instrument_table_add (table, share, NULL), ==, 0);
  g_assert_cmpuint (pst_instrument_table_add (table, coin, NULL), ==, 1);
  g_assert_cmpuint (pst_instrument_table_add (table, twin, &error), ==, PST_INSTRUMENT_NONE);
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_assert_cmpuint (pst_instrument_table_get_size (table), ==, 2);
  g_assert_cmpuint (pst_instrument_table_find (table, "BTC/USD.TEST"), ==, 1);
  g_assert_cmpuint (pst_instrument_table_find (table, "ETH/USD.TEST"), ==, PST_INSTRUMENT_NONE);
  g_assert_true (pst_instrument_table_get (table, 0) == share);
  g_assert_null (pst_instrument_table_get (table, 2));
  g_assert_null (pst_instrument_table_get (table, PST_INSTRUMENT_NONE));
}

static void
test_owns (void)
{
  PstInstrumentTable *table = pst_instrument_table_new ();
  PstInstrumentTable *copy = g_boxed_copy (PST_TYPE_INSTRUMENT_TABLE, table);
  PstInstrument *share = test_share ();

  g_assert_true (copy == table);
  pst_instrument_table_add (table, share, NULL);
  pst_instrument_unref (share);
  pst_instrument_table_unref (table);
  g_assert_cmpstr (pst_instrument_table_get (copy, 0)->id, ==, "AAPL.TEST");
  g_boxed_free (PST_TYPE_INSTRUMENT_TABLE, copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instrument-table/table", test_table);
  g_test_add_func ("/instrument-table/owns", test_owns);
  return g_test_run ();
}
