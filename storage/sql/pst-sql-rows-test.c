/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a venue or a strategy writes into a text, and however large a number is, it comes out of the database as it went in. */
#include "pst-sql-rows.h"

static void
test_shape (void)
{
  PstSqlRows rows;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, 1);
  pst_sql_rows_add_text (&rows, "a");
  pst_sql_rows_add_null (&rows);
  pst_sql_rows_end (&rows);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer_or_null (&rows, 0);
  pst_sql_rows_add_integer_or_null (&rows, -7);
  pst_sql_rows_add_index (&rows, 3);
  pst_sql_rows_add_index (&rows, G_MAXUINT32);
  pst_sql_rows_add_text (&rows, NULL);
  pst_sql_rows_end (&rows);
  g_assert_cmpstr (pst_sql_rows_finish (&rows), ==, "[[1,\"a\",null],[null,-7,3,null,null]]");
  g_assert_cmpuint (rows.n_rows, ==, 2);
  pst_sql_rows_clear (&rows);
}

static void
test_integers (void)
{
  static const gint64 values[] = { 0, -1, 9, 10, -10, 2147483648, G_GINT64_CONSTANT (9007199254740993), G_MAXINT64, G_MININT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *expected = g_strdup_printf ("[[%" G_GINT64_FORMAT "]]", values[i]);
      PstSqlRows rows;

      pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
      pst_sql_rows_begin (&rows);
      pst_sql_rows_add_integer (&rows, values[i]);
      pst_sql_rows_end (&rows);
      g_assert_cmpstr (pst_sql_rows_finish (&rows), ==, expected);
      pst_sql_rows_clear (&rows);
    }
}

static void
test_texts (void)
{
  static const struct
  {
    const char *text, *json;
  } texts[] = {
    { "", "\"\"" },
    { "it's \"so\"", "\"it's \\u0022so\\u0022\"" },
    { "a\\b\n\t\x01\x7f", "\"a\\u005cb\\u000a\\u0009\\u0001\\u007f\"" },
    { "größe €", "\"größe €\"" },
    { "cut \xe2\x82", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xff]", "\"\xef\xbf\xbd]\"" },
    { "'); DROP TABLE paper_order; --", "\"'); DROP TABLE paper_order; --\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *expected = g_strdup_printf ("[[%s]]", texts[i].json);
      PstSqlRows rows;

      pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
      pst_sql_rows_begin (&rows);
      pst_sql_rows_add_text (&rows, texts[i].text);
      pst_sql_rows_end (&rows);
      g_assert_cmpstr (pst_sql_rows_finish (&rows), ==, expected);
      pst_sql_rows_clear (&rows);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sql/rows/shape", test_shape);
  g_test_add_func ("/sql/rows/integers", test_integers);
  g_test_add_func ("/sql/rows/texts", test_texts);
  return g_test_run ();
}
