/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard that forgets to answer must stop the order. */
#include <string.h>

#include "pst-test-values.h"

static void
test_verdict (void)
{
  PstVerdict verdict = { 0 };
  PstVerdict *copy;

  g_assert_false (verdict.passed);
  pst_verdict_pass (&verdict);
  g_assert_true (verdict.passed);
  pst_verdict_deny (&verdict, "order_too_large", "quantity=%d max=%s", 500, "100");
  g_assert_false (verdict.passed);
  g_assert_cmpstr (verdict.code, ==, "order_too_large");
  g_assert_cmpstr (verdict.detail, ==, "quantity=500 max=100");
  copy = g_boxed_copy (PST_TYPE_VERDICT, &verdict);
  pst_verdict_pass (&verdict);
  g_assert_cmpstr (verdict.code, ==, "");
  g_assert_cmpstr (copy->code, ==, "order_too_large");
  g_boxed_free (PST_TYPE_VERDICT, copy);
}

static void
test_long (void)
{
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr (GString) umlauts = g_string_new ("k=1 ");
  PstVerdict verdict;

  pst_verdict_deny (&verdict, text, "%s", text);
  g_assert_false (verdict.passed);
  g_assert_cmpuint (strlen (verdict.code), ==, PST_VERDICT_CODE_SIZE - 1);
  g_assert_cmpuint (strlen (verdict.detail), ==, PST_VERDICT_DETAIL_SIZE - 1);
  for (guint i = 0; i < 200; i++)
    g_string_append (umlauts, "ä");
  pst_verdict_deny (&verdict, "code", "%s", umlauts->str);
  g_assert_true (g_utf8_validate (verdict.detail, -1, NULL));
  g_assert_cmpuint (strlen (verdict.detail), ==, PST_VERDICT_DETAIL_SIZE - 2);
}

static void
test_no_code (void)
{
  PstVerdict verdict;

  pst_verdict_pass (&verdict);
  pst_verdict_deny (&verdict, NULL, "%s", "");
  g_assert_false (verdict.passed);
  g_assert_cmpstr (verdict.code, ==, "guard_failed");
  pst_verdict_deny (&verdict, "", "%s", "");
  g_assert_cmpstr (verdict.code, ==, "guard_failed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict/verdict", test_verdict);
  g_test_add_func ("/verdict/long", test_long);
  g_test_add_func ("/verdict/no-code", test_no_code);
  return g_test_run ();
}
