/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A text that is read wrong is a result with other numbers than were kept. */
#include "pst-sql-result-text.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void
test_texts (void)
{
  const char *cursor = "5:total0:4:3:4,3:+ab1:-2:-1";
  char *text;
  gint64 value;

  text = pst_sql_texts_next (&cursor);
  g_assert_cmpstr (text, ==, "total");
  g_free (text);
  text = pst_sql_texts_next (&cursor);
  g_assert_cmpstr (text, ==, "");
  g_free (text);
  text = pst_sql_texts_next (&cursor);
  g_assert_cmpstr (text, ==, "3:4,");
  g_free (text);
  g_assert_true (pst_sql_texts_next_optional (&cursor, &text));
  g_assert_cmpstr (text, ==, "ab");
  g_free (text);
  g_assert_true (pst_sql_texts_next_optional (&cursor, &text));
  g_assert_null (text);
  g_assert_false (pst_sql_texts_is_end (cursor));
  g_assert_true (pst_sql_texts_next_integer (&cursor, &value));
  g_assert_cmpint (value, ==, -1);
  g_assert_true (pst_sql_texts_is_end (cursor));
  g_assert_null (pst_sql_texts_next (&cursor));
}

static void
test_texts_damaged (void)
{
  static const char *const damaged[] = { "5:tota", "x", ":", "5", "-1:a", "99999999999999999999:a", "4294967296:a", " 1:a" };

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      const char *cursor = damaged[i];
      char *text = NULL;
      gint64 value;

      g_assert_null (pst_sql_texts_next (&cursor));
      g_assert_true (cursor == damaged[i]);
      g_assert_false (pst_sql_texts_next_optional (&cursor, &text));
      g_assert_false (pst_sql_texts_next_integer (&cursor, &value));
    }
}

static void
test_integers (void)
{
  static const char *const damaged[] = { "", "1", "1,", "1,x", "1,9223372036854775808", "1,-9223372036854775809", "1,--2", "1;2", "1.5,2" };
  const char *cursor = "[[1,-2], [9223372036854775807,-9223372036854775808]]";
  gint64 values[2];

  g_assert_true (pst_sql_integers_next (&cursor, values, 2));
  g_assert_cmpint (values[0], ==, 1);
  g_assert_cmpint (values[1], ==, -2);
  g_assert_false (pst_sql_integers_is_end (cursor));
  g_assert_true (pst_sql_integers_next (&cursor, values, 2));
  g_assert_cmpint (values[0], ==, G_MAXINT64);
  g_assert_cmpint (values[1], ==, G_MININT64);
  g_assert_true (pst_sql_integers_is_end (cursor));
  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      cursor = damaged[i];
      g_assert_false (pst_sql_integers_next (&cursor, values, 2));
    }
}

static void
test_doubles (void)
{
  static const struct
  {
    double value;
    const char *text;
  } rows[] = { { 0.1, "0.1" }, { -0.0, "-0" }, { INFINITY, "inf" }, { -INFINITY, "-inf" }, { NAN, "nan" }, { -NAN, "nan" }, { 1e23, "1e+23" } };
  const guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  double value;
  char text[32];

  g_test_message ("seed %u", seed);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      pst_sql_double_print (rows[i].value, text);
      g_assert_cmpstr (text, ==, rows[i].text);
    }
  for (guint i = 0; i < 100000; i++)
    {
      guint64 bits = (guint64)g_rand_int (random) << 32 | g_rand_int (random);
      double random_value;

      memcpy (&random_value, &bits, sizeof bits);
      pst_sql_double_print (random_value, text);
      g_assert_true (pst_sql_double_parse (text, &value));
      g_assert_true (isnan (random_value) ? isnan (value) : memcmp (&value, &random_value, sizeof value) == 0);
    }
  g_assert_false (pst_sql_double_parse ("", &value));
  g_assert_false (pst_sql_double_parse ("1.5x", &value));
  g_assert_false (pst_sql_double_parse ("infinite", &value));
  g_assert_false (pst_sql_double_parse (" 1", &value));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sql/result-text/texts", test_texts);
  g_test_add_func ("/sql/result-text/texts-damaged", test_texts_damaged);
  g_test_add_func ("/sql/result-text/integers", test_integers);
  g_test_add_func ("/sql/result-text/doubles", test_doubles);
  return g_test_run ();
}
