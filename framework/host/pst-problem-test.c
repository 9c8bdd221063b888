/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The form of errors: an operator finds the line, a terminal is not taken over by what a file holds. */

#include "pst-problem.h"

#include <string.h>

static void
test_form_and_order (void)
{
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autofree char *text = NULL;

  pst_problem_add (problems, &(PstPlace){ .override = "--set b.x", .group = "strategy b", .key = "x" }, "late");
  pst_problem_add (problems, &(PstPlace){ .line = 9, .group = "pipeline" }, "second");
  pst_problem_add (problems, &(PstPlace){ .line = 10, .key = "k" }, "third");
  pst_problem_add (problems, &(PstPlace){ .line = 9, .group = "pipeline", .key = "a" }, "after %s", "second");
  pst_problem_add (problems, &(PstPlace){ .group = "pipeline", .key = "name" }, "first");
  text = pst_problem_list_to_string (problems, "p.conf");
  g_assert_cmpstr (text, ==,
                   "p.conf: [pipeline] name: first\n"
                   "p.conf:9: [pipeline] second\n"
                   "p.conf:9: [pipeline] a: after second\n"
                   "p.conf:10: k: third\n"
                   "--set b.x: [strategy b] x: late");
}

static void
test_limit (void)
{
  g_autoptr (GPtrArray) problems = pst_problem_list_new ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  for (guint i = 0; i < PST_PROBLEM_MAX + 3; i++)
    pst_problem_add (problems, &(PstPlace){ .line = i + 1 }, "bad");
  text = pst_problem_list_to_string (problems, "p");
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, PST_PROBLEM_MAX + 1);
  g_assert_cmpstr (lines[PST_PROBLEM_MAX], ==, "p: and 3 errors more");
}

static void
test_quote (void)
{
  g_autofree char *plain = pst_problem_quote ("grün");
  g_autofree char *nasty = pst_problem_quote ("a\nb\tc\033[2J\x7f\xff");
  g_autofree char *long_text = g_strnfill (PST_PROBLEM_QUOTE_MAX + 1, 'x');
  g_autofree char *cut = pst_problem_quote (long_text);
  g_autofree char *whole = pst_problem_quote (long_text + 1);

  g_assert_cmpstr (plain, ==, "\"grün\"");
  g_assert_cmpstr (nasty, ==, "\"a\\nb\\tc\\x1b[2J\\x7f\xef\xbf\xbd\"");
  g_assert_true (g_str_has_suffix (cut, "x...\""));
  g_assert_cmpuint (strlen (whole), ==, PST_PROBLEM_QUOTE_MAX + 2);
}

static void
test_nearest (void)
{
  static const char *const names[] = { "fast", "slow", NULL };
  g_autoptr (GString) text = g_string_new ("unknown");

  pst_problem_append_nearest (text, "elephant", names);
  g_assert_cmpstr (text->str, ==, "unknown");
  pst_problem_append_nearest (text, "fsat", names);
  g_assert_cmpstr (text->str, ==, "unknown; did you mean \"fast\"?");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem/form-and-order", test_form_and_order);
  g_test_add_func ("/problem/limit", test_limit);
  g_test_add_func ("/problem/quote", test_quote);
  g_test_add_func ("/problem/nearest", test_nearest);
  return g_test_run ();
}
