/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A share that is read wrong puts money where nobody wants it. */
#include <penstock-check.h>

#include <string.h>

static GArray *
parse (const char *text, gint64 *sum, GError **error)
{
  g_auto (GStrv) texts = g_strsplit (text, ";", -1);

  return pst_weights_parse (texts, sum, error);
}

static void
test_good (void)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (GError) error = NULL;
  gint64 sum;
  g_autoptr (GArray) weights = parse ("SPY.TEST:0.6;A:B:0.35", &sum, &error);
  const char *missing = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (sum, ==, PST_RATE_ONE / 100 * 95);
  g_assert_cmpstr (g_array_index (weights, PstWeight, 1).name, ==, "A:B");
  g_assert_false (pst_weights_resolve (weights, PST_CONTEXT (harness), &missing));
  g_assert_cmpstr (missing, ==, "SPY.TEST");
  g_assert_cmpuint (pst_harness_add_instrument (harness, "SPY"), ==, 0);
  g_assert_false (pst_weights_resolve (weights, PST_CONTEXT (harness), &missing));
  g_assert_cmpstr (missing, ==, "A:B");
  g_assert_cmpuint (g_array_index (weights, PstWeight, 0).instrument, ==, 0);
  pst_harness_finish (harness);
}

/* By its symbol alone, too. */
static void
test_symbol (void)
{
  PstHarness *harness = pst_harness_new ();
  gint64 sum;
  g_autoptr (GArray) weights = parse ("BND:1", &sum, NULL);

  pst_harness_add_instrument (harness, "SPY");
  pst_harness_add_instrument (harness, "BND");
  g_assert_true (pst_weights_resolve (weights, PST_CONTEXT (harness), NULL));
  g_assert_cmpuint (g_array_index (weights, PstWeight, 0).instrument, ==, 1);
  pst_harness_finish (harness);
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    PstOptionError code;
  } cases[] = { { "", PST_OPTION_ERROR_MISSING },
                { "SPY", PST_OPTION_ERROR_TYPE },
                { ":0.5", PST_OPTION_ERROR_TYPE },
                { "SPY:", PST_OPTION_ERROR_TYPE },
                { "SPY:60%", PST_OPTION_ERROR_TYPE },
                { "SPY:0.000000001", PST_OPTION_ERROR_TYPE },
                { "SPY:0", PST_OPTION_ERROR_RANGE },
                { "SPY:-0.5", PST_OPTION_ERROR_RANGE },
                { "SPY:1.1", PST_OPTION_ERROR_RANGE },
                { "SPY:0.5;SPY:0.5", PST_OPTION_ERROR_RANGE },
                { "SPY:0.5;BND:0.51", PST_OPTION_ERROR_CONFLICT } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 sum;

      g_assert_null (parse (cases[i].text, &sum, &error));
      g_assert_error (error, PST_OPTION_ERROR, (gint)cases[i].code);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/weights/good", test_good);
  g_test_add_func ("/weights/symbol", test_symbol);
  g_test_add_func ("/weights/bad", test_bad);
  return g_test_run ();
}
