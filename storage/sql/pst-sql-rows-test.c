/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a venue or a strategy writes into a text, and however large a number is, it comes out of the database as it went in. */
#include "pst-sql-rows.h"

#include "pst-sql-sqlite-rows.h"

#include <sqlite3.h>

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

/* What a server reads back is what the text was: it is quoted for the record, and that for the array. */
static void
test_records (void)
{
  PstSqlRows rows;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_RECORDS);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, -7);
  pst_sql_rows_add_null (&rows);
  pst_sql_rows_add_text (&rows, "");
  pst_sql_rows_add_text (&rows, "a \"b\" \\ {c,\n}");
  pst_sql_rows_add_null (&rows);
  pst_sql_rows_end (&rows);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_null (&rows);
  pst_sql_rows_end (&rows);
  g_assert_cmpstr (pst_sql_rows_finish (&rows), ==, "{\"(,,-7,,\\\"\\\",\\\"a \\\\\\\"b\\\\\\\" \\\\\\\\ {c,\n}\\\",)\",\"(,,)\"}");
  pst_sql_rows_clear (&rows);
}

static int
add_value (void *text, int n_columns, char **values, char **names)
{
  for (int i = 0; i < n_columns; i++)
    g_string_append_printf (text, "%s;", values[i] != NULL ? values[i] : "-");
  return 0;
}

/* (transfer full): the first three columns of all rows, or what is wrong with them. */
static char *
read_rows (const char *rows)
{
  sqlite3 *database;
  char *sql = sqlite3_mprintf ("SELECT c0, c1, typeof (c2), c23 FROM ledger_rows (%Q)", rows), *message = NULL;
  GString *text = g_string_new (NULL);

  pst_sql_sqlite_rows_register ();
  g_assert_cmpint (sqlite3_open (":memory:", &database), ==, SQLITE_OK);
  if (sqlite3_exec (database, sql, add_value, text, &message) != SQLITE_OK)
    g_string_assign (text, message);
  sqlite3_free (message);
  sqlite3_free (sql);
  g_assert_cmpint (sqlite3_close (database), ==, SQLITE_OK);
  return g_string_free (text, FALSE);
}

/* SQLite reads what was written, and nothing that was not. */
static void
test_table (void)
{
  static const struct
  {
    const char *rows, *read;
  } cases[] = {
    { "[]", "" },
    { "[[]]", "-;-;null;-;" },
    { "[[1,\"a\",null],[-9223372036854775808,\"\",3]]", "1;a;null;-;-9223372036854775808;;integer;-;" },
    { "[[9223372036854775807,\"a\\u0022b\\u005cc\\u000a\\\\\\\"\"]]", "9223372036854775807;a\"b\\c\n\\\";null;-;" },
    { "[[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23]]", "0;1;integer;23;" },
    { "[[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24]]", "ledger_rows: too many values in row 1" },
    { "[[9223372036854775808]]", "ledger_rows: a value that is neither integer nor text nor null in row 1" },
    { "[[1],[1.5]]", "ledger_rows: no comma between two values in row 2" },
    { "[[\"open]]", "ledger_rows: a value that is neither integer nor text nor null in row 1" },
    { "[[\"\\ud800\"]]", "ledger_rows: a value that is neither integer nor text nor null in row 1" },
    { "[[\"\\u0000\"]]", "ledger_rows: a value that is neither integer nor text nor null in row 1" },
    { "[[1]", "ledger_rows: no end in row 1" },
    { "[[1", "ledger_rows: no comma between two values in row 1" },
    { "[1]", "ledger_rows: no array in row 1" },
    { "", "ledger_rows: no array in row 0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *read = read_rows (cases[i].rows);

      g_assert_cmpstr (read, ==, cases[i].read);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sql/rows/shape", test_shape);
  g_test_add_func ("/sql/rows/integers", test_integers);
  g_test_add_func ("/sql/rows/texts", test_texts);
  g_test_add_func ("/sql/rows/records", test_records);
  g_test_add_func ("/sql/rows/table", test_table);
  return g_test_run ();
}
