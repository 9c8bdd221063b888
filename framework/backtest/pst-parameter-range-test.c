/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "fast=2..101/3" is what a researcher writes by hand: a value that is read as another one, or left out without a word, is a result that was never
 * computed. */
#include "pst-parameter-range.h"

#include <string.h>

static void
check_values (GParamSpec *option, const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstParameterRange) range = NULL;
  g_autoptr (PstParameterRange) again = NULL;
  g_autoptr (GString) values = g_string_new (NULL);
  g_autofree char *line = NULL;

  g_param_spec_ref_sink (option);
  range = pst_parameter_range_parse ("c.o", option, text, &error);
  g_assert_no_error (error);
  line = pst_parameter_range_to_string (range);
  again = pst_parameter_range_from_string (line, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->n_values, ==, range->n_values);
  for (guint64 i = 0; i < again->n_values; i++)
    {
      g_autofree char *value = pst_parameter_range_get_text (again, i);

      g_string_append_printf (values, "%s%s", i ? " | " : "", value);
    }
  g_assert_cmpstr (values->str, ==, expected);
  g_param_spec_unref (option);
}

static void
check_refused (GParamSpec *option, const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_param_spec_ref_sink (option);
  g_assert_null (pst_parameter_range_parse ("c.o", option, text, &error));
  g_assert_cmpuint (error->domain, ==, PST_OPTION_ERROR);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, message);
  g_param_spec_unref (option);
}

static GParamSpec *
period (void)
{
  return g_param_spec_uint ("fast", "Fast", "Bars", 1, 10000, 10, PST_OPTION_READWRITE);
}

static GParamSpec *
rate (void)
{
  return pst_param_spec_decimal ("rate", "Rate", "Share", "0", "1", "0.02", PST_OPTION_READWRITE);
}

static void
test_values (void)
{
  check_values (period (), "2..6", "2 | 3 | 4 | 5 | 6");
  check_values (period (), "2..9/3", "2 | 5 | 8");
  check_values (period (), " 5, 10 ,20..30/5", "5 | 10 | 20 | 25 | 30");
  check_values (period (), "1..1000*10", "1 | 10 | 100 | 1000");
  check_values (period (), "2..20*1.5", "2 | 3 | 4 | 7 | 10 | 15");
  check_values (period (), "7", "7");
  check_values (rate (), "0.1..0.9/0.2", "0.1 | 0.3 | 0.5 | 0.7 | 0.9");
  check_values (rate (), "0.01..0.03", "0.01 | 0.02 | 0.03");
  check_values (pst_param_spec_money ("v", "V", "Value", TRUE, PST_OPTION_READWRITE), "1000..3000/1000 USD", "1000 USD | 2000 USD | 3000 USD");
  check_values (pst_param_spec_duration ("d", "D", "Time", "0s", "1d", "5s", PST_OPTION_READWRITE), "10s..30s/10s", "10s | 20s | 30s");
  check_values (g_param_spec_enum ("e", "E", "Way", PST_TYPE_DIRECTION, PST_DIRECTION_LONG, PST_OPTION_READWRITE), "long,both", "long | both");
}

static void
test_suggested (void)
{
  check_values (period (), "", "2 | 5 | 8 | 10 | 12 | 15 | 20 | 30 | 40");
  check_values (g_param_spec_boolean ("b", "B", "Whether", FALSE, PST_OPTION_READWRITE), "", "false | true");
  check_values (g_param_spec_uint ("n", "N", "Few", 1, 4, 2, PST_OPTION_READWRITE), "", "1 | 2 | 3 | 4");
  check_values (g_param_spec_enum ("e", "E", "Way", PST_TYPE_DIRECTION, PST_DIRECTION_LONG, PST_OPTION_READWRITE), "", "long | short | both");
}

static void
test_bad_values (void)
{
  check_refused (period (), "5..2", "holds no value");
  check_refused (period (), "0..5", "1 to 10000");
  check_refused (period (), "5,5", "stands twice");
  check_refused (period (), "5..x", "FIRST..LAST");
  check_refused (period (), "1..5/0", "above 0");
  check_refused (period (), "1..5*1", "above 1");
  check_refused (period (), "a,b", "integer");
  check_refused (pst_param_spec_money ("v", "V", "Value", TRUE, PST_OPTION_READWRITE), "1 USD..2 EUR", "different units");
  check_refused (g_param_spec_string ("p", "P", "File", NULL, PST_OPTION_READWRITE | PST_OPTION_PATH), "a,b", "not files");
  check_refused (rate (), "0.1..1.5", "0 to 1");
  check_refused (g_param_spec_string ("k", "K", "Key", NULL, PST_OPTION_READWRITE | PST_OPTION_SECRET), "a,b", "not secrets");
  check_refused (g_param_spec_boxed ("l", "L", "Some", G_TYPE_STRV, PST_OPTION_READWRITE), "a,b", "not lists");
  check_refused (g_param_spec_string ("t", "T", "Text", NULL, PST_OPTION_READWRITE), "", "write c.o=FIRST..LAST/STEP or a list");
}

/* A range of four thousand million values is eight bytes of numbers, not that many texts; its last is found as its first is. */
static void
test_a_range_is_no_list (void)
{
  GParamSpec *option = g_param_spec_ref_sink (g_param_spec_uint64 ("n", "N", "Any", 0, G_MAXUINT64, 1, PST_OPTION_READWRITE));
  g_autoptr (GError) error = NULL;
  g_autoptr (PstParameterRange) range = pst_parameter_range_parse ("c.n", option, "1..4294967295", &error);
  g_autofree char *first = NULL, *last = NULL;

  g_assert_no_error (error);
  g_assert_null (range->texts);
  g_assert_cmpuint (range->n_values, ==, G_MAXUINT32);
  first = pst_parameter_range_get_text (range, 0);
  last = pst_parameter_range_get_text (range, range->n_values - 1);
  g_assert_cmpstr (first, ==, "1");
  g_assert_cmpstr (last, ==, "4294967295");
  check_refused (option, "0..4294967295", "has 4294967296 values; at most 4294967295");
  /* Within a list each value is a text. */
  check_refused (option, "7,10..200000", "more than 100000 values");
  g_param_spec_unref (option);
}

/* What a statistic is drawn over: the number, exact and at its own scale, of ranges and lists, and none of a word. */
static void
test_decimals (void)
{
  GParamSpec *share = g_param_spec_ref_sink (rate ()), *choice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PstParameterRange) range = pst_parameter_range_parse ("c.rate", share, "0.1..0.9/0.2", &error);
  g_autoptr (PstParameterRange) list = pst_parameter_range_parse ("c.rate", share, "0.25,0.5", &error);
  g_autoptr (PstParameterRange) words = NULL;
  PstDecimal decimal;

  choice = g_param_spec_ref_sink (g_param_spec_enum ("e", "E", "Way", PST_TYPE_DIRECTION, PST_DIRECTION_LONG, PST_OPTION_READWRITE));
  words = pst_parameter_range_parse ("c.e", choice, "long,both", &error);
  g_assert_no_error (error);
  g_assert_true (pst_parameter_range_get_decimal (range, 4, &decimal));
  g_assert_cmpint (decimal.mantissa, ==, 9);
  g_assert_cmpint (decimal.scale, ==, 1);
  g_assert_true (pst_parameter_range_get_decimal (list, 0, &decimal));
  g_assert_cmpint (decimal.mantissa, ==, 25);
  g_assert_cmpint (decimal.scale, ==, 2);
  g_assert_false (pst_parameter_range_get_decimal (words, 0, &decimal));
  g_param_spec_unref (share);
  g_param_spec_unref (choice);
}

/* Results files hold these lines: one that was damaged is refused, and none of them makes a range that gives away what is not there. */
static void
test_lines_that_are_none (void)
{
  static const char *const lines[] = {
    "",
    "c.fast=2..5",
    "('c.fast', 2, 3, 5, 0, '')",
    "('c.fast', 2, 3, 0, 0, '', [])",          /* no value */
    "('c.fast', 2, 3, 5, 200, '', [])",        /* a scale that no number has */
    "('c.fast', 0, 0, 5, 0, '', ['1', '2'])",  /* more values than texts */
    "('c.fast', 2, 3, 4294967296, 0, '', [])", /* more than a range may have */
  };
  g_autoptr (PstParameterRange) good = pst_parameter_range_from_string ("('c.fast', 2, 3, 5, 0, '', [])", NULL);
  g_autofree char *last = pst_parameter_range_get_text (good, 4);

  g_assert_cmpstr (good->name, ==, "c.fast");
  g_assert_cmpstr (last, ==, "14");
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pst_parameter_range_from_string (lines[i], &error));
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parameter-range/values", test_values);
  g_test_add_func ("/parameter-range/suggested", test_suggested);
  g_test_add_func ("/parameter-range/bad-values", test_bad_values);
  g_test_add_func ("/parameter-range/a-range-is-no-list", test_a_range_is_no_list);
  g_test_add_func ("/parameter-range/decimals", test_decimals);
  g_test_add_func ("/parameter-range/lines-that-are-none", test_lines_that_are_none);
  return g_test_run ();
}
