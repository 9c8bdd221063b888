/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A set that is left out, tried twice or misread makes a researcher believe what was never tried. */
#include "pst-parameter-space.h"

#include <string.h>

/* A component to vary: the options of a crossover. */
#define TEST_TYPE_CROSS (test_cross_get_type ())
G_DECLARE_FINAL_TYPE (TestCross, test_cross, TEST, CROSS, PstComponent)
struct _TestCross
{
  PstComponent parent_instance;
  guint fast, slow;
  gboolean adjusted;
  char *secret;
  gint64 wait;
};
G_DEFINE_FINAL_TYPE (TestCross, test_cross, PST_TYPE_COMPONENT)

static void
test_cross_class_init (TestCrossClass *klass)
{
  const GParamFlags flags = PST_OPTION_READWRITE | G_PARAM_CONSTRUCT;

  pst_option_install (PST_COMPONENT_CLASS (klass), g_param_spec_uint ("fast", "Fast", "Bars", 1, 100000, 10, flags),
                      G_STRUCT_OFFSET (TestCross, fast), sizeof (guint));
  pst_option_install (PST_COMPONENT_CLASS (klass), g_param_spec_uint ("slow", "Slow", "Bars", 2, 100000, 30, flags),
                      G_STRUCT_OFFSET (TestCross, slow), sizeof (guint));
  pst_option_install (PST_COMPONENT_CLASS (klass), g_param_spec_boolean ("adjusted", "Adjusted", "Whether", FALSE, flags),
                      G_STRUCT_OFFSET (TestCross, adjusted), sizeof (gboolean));
  pst_option_install (PST_COMPONENT_CLASS (klass), g_param_spec_string ("token", "Token", "Secret", NULL, PST_OPTION_READWRITE | PST_OPTION_SECRET),
                      G_STRUCT_OFFSET (TestCross, secret), sizeof (char *));
  pst_option_install (PST_COMPONENT_CLASS (klass), pst_param_spec_duration ("wait", "Wait", "How long", "0s", "1d", "5s", flags),
                      G_STRUCT_OFFSET (TestCross, wait), sizeof (gint64));
}

static void
test_cross_init (TestCross *self)
{
}

static PstParameterSpace *
space_of (PstParameterMethod method, guint64 n_samples, guint64 seed, const char *first, ...)
{
  PstParameterOwner owners[] = { { "cross", TEST_TYPE_CROSS } };
  g_autoptr (PstParameterSpace) space = pst_parameter_space_new ();
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, first);
  for (const char *text = first; text != NULL; text = va_arg (arguments, const char *))
    {
      pst_parameter_space_vary (space, owners, 1, text, &error);
      g_assert_no_error (error);
    }
  va_end (arguments);
  pst_parameter_space_set_method (space, method, n_samples, seed, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&space);
}

static void
test_grid (void)
{
  g_autoptr (PstParameterSpace) space = space_of (PST_PARAMETER_METHOD_GRID, 0, 0, "cross.fast=2..4", "cross.slow=10,20", NULL);
  static const char *const expected[] = { "cross.fast=2 cross.slow=10", "cross.fast=2 cross.slow=20", "cross.fast=3 cross.slow=10",
                                          "cross.fast=3 cross.slow=20", "cross.fast=4 cross.slow=10", "cross.fast=4 cross.slow=20" };

  g_assert_cmpuint (pst_parameter_space_get_n_sets (space), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = pst_parameter_space_describe (space, i);

      g_assert_cmpstr (text, ==, expected[i]);
    }
}

/* None twice, and all of them when as many are asked for as there are. */
static void
test_random_draws_without_repeats (void)
{
  static const guint64 sizes[] = { 1, 2, 500, 999, 1000, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (PstParameterSpace) space = space_of (PST_PARAMETER_METHOD_RANDOM, sizes[i], 7, "cross.fast=1..10", "cross.slow=2..101", NULL);
      g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      guint64 n = pst_parameter_space_get_n_sets (space);

      g_assert_cmpuint (n, ==, MIN (sizes[i], 1000));
      for (guint64 j = 0; j < n; j++)
        g_assert_true (g_hash_table_add (seen, pst_parameter_space_describe (space, j)));
    }
}

static void
test_random_is_even_and_seeded (void)
{
  g_autoptr (PstParameterSpace) space = space_of (PST_PARAMETER_METHOD_RANDOM, 10000, 7, "cross.fast=1..10", "cross.slow=2..100000/1", NULL);
  g_autoptr (PstParameterSpace) same = space_of (PST_PARAMETER_METHOD_RANDOM, 10000, 7, "cross.fast=1..10", "cross.slow=2..100000/1", NULL);
  g_autoptr (PstParameterSpace) other = space_of (PST_PARAMETER_METHOD_RANDOM, 10000, 8, "cross.fast=1..10", "cross.slow=2..100000/1", NULL);
  guint counts[10] = { 0 }, n_differ = 0;

  for (guint64 i = 0; i < 10000; i++)
    {
      guint64 a[2], b[2], c[2];

      pst_parameter_space_get_set (space, i, a);
      pst_parameter_space_get_set (same, i, b);
      pst_parameter_space_get_set (other, i, c);
      g_assert_cmpmem (a, sizeof a, b, sizeof b);
      n_differ += a[1] != c[1];
      counts[a[0]]++;
    }
  g_assert_cmpuint (n_differ, >, 9900);
  /* 1000 expected of each, standard deviation 30. */
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (ABS ((gint)counts[i] - 1000), <, 180);
}

/* Each tenth of each option's values is met by each tenth of the samples. */
static void
test_latin_hypercube_is_stratified (void)
{
  g_autoptr (PstParameterSpace) space
      = space_of (PST_PARAMETER_METHOD_LATIN_HYPERCUBE, 100, 3, "cross.fast=1..1000", "cross.slow=2..9/1", "cross.adjusted", NULL);
  guint fast[100] = { 0 }, slow[8] = { 0 }, adjusted[2] = { 0 };

  for (guint64 i = 0; i < 100; i++)
    {
      guint64 choices[3];

      pst_parameter_space_get_set (space, i, choices);
      fast[choices[0] / 10]++;
      slow[choices[1]]++;
      adjusted[choices[2]]++;
    }
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (fast[i], ==, 1);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpuint (slow[i] - 11, <=, 3);
  g_assert_cmpuint (adjusted[0], ==, 50);
}

static void
check_vary_refused (const char *assignment, const char *message)
{
  PstParameterOwner owners[] = { { "cross", TEST_TYPE_CROSS }, { "broker", TEST_TYPE_CROSS } };
  g_autoptr (PstParameterSpace) space = pst_parameter_space_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_parameter_space_vary (space, owners, 2, assignment, &error));
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, message);
}

static void
test_names_the_nearest (void)
{
  check_vary_refused ("cros.fast=1..2", "did you mean \"cross\"?");
  check_vary_refused ("cross.fats=1..2", "did you mean \"fast\"?");
  check_vary_refused ("zzzzzzzz.fast=1..2", "components: cross, broker");
  check_vary_refused ("fast=1..2", "COMPONENT.OPTION=VALUES");
  check_vary_refused ("cross.token=a,b", "secrets");
}

static void
test_none (void)
{
  g_autoptr (PstParameterSpace) space = pst_parameter_space_new ();
  g_autoptr (GError) none = NULL;

  g_assert_false (pst_parameter_space_set_method (space, PST_PARAMETER_METHOD_GRID, 0, 0, &none));
  g_assert_error (none, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
  g_assert_nonnull (strstr (none->message, "no parameter set"));
}

/* Numbers that someone would wait for until next year are refused with how many they are and what to do. */
static void
test_ten_billion (void)
{
  g_autoptr (PstParameterSpace) space = pst_parameter_space_new ();
  PstParameterOwner owners[] = { { "cross", TEST_TYPE_CROSS } };
  g_autoptr (GError) many = NULL, error = NULL;

  pst_parameter_space_vary (space, owners, 1, "cross.fast=1..100000", &error);
  pst_parameter_space_vary (space, owners, 1, "cross.wait=1us..100000us/1us", &error);
  g_assert_no_error (error);
  g_assert_false (pst_parameter_space_set_method (space, PST_PARAMETER_METHOD_GRID, 0, 0, &many));
  g_assert_cmpstr (many->message, ==,
                   "the grid has 10,000,000,000 parameter sets; at most 10,000,000 are tried: take larger steps, or a sample of them with "
                   "method=random (or latin-hypercube) and samples=10000");
  g_assert_true (pst_parameter_space_set_method (space, PST_PARAMETER_METHOD_RANDOM, 10000, 0, &error));
  g_assert_cmpuint (pst_parameter_space_get_n_sets (space), ==, 10000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parameter-space/grid", test_grid);
  g_test_add_func ("/parameter-space/random-draws-without-repeats", test_random_draws_without_repeats);
  g_test_add_func ("/parameter-space/random-is-even-and-seeded", test_random_is_even_and_seeded);
  g_test_add_func ("/parameter-space/latin-hypercube-is-stratified", test_latin_hypercube_is_stratified);
  g_test_add_func ("/parameter-space/names-the-nearest", test_names_the_nearest);
  g_test_add_func ("/parameter-space/none", test_none);
  g_test_add_func ("/parameter-space/ten-billion", test_ten_billion);
  return g_test_run ();
}
