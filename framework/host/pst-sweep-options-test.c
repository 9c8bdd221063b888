/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sweep is computed for hours from these few lines: a default that changes, a word that is read as another, or a number that is cut to fit makes a
 * study that nobody asked for. What a file's [sweep] group as a whole may hold is in pst-pipeline-file-test.c. */
#include "pst-sweep-options.h"

#include <string.h>

static GParamSpec *
find (const char *name)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (PST_TYPE_SWEEP_OPTIONS);
  GParamSpec *option = g_object_class_find_property (G_OBJECT_CLASS (klass), name);

  g_assert_nonnull (option);
  g_assert_cmpuint (option->flags & PST_OPTION, !=, 0);
  return option;
}

/* As a key file's value is set. */
static void
set (PstSweepOptions *options, const char *name, const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  pst_option_parse (find (name), text, &value, &error);
  g_assert_no_error (error);
  g_object_set_property (G_OBJECT (options), name, &value);
}

static void
assert_refused (const char *name, const char *text, const char *message)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_option_parse (find (name), text, &value, &error));
  g_assert_cmpuint (error->domain, ==, PST_OPTION_ERROR);
  if (strstr (error->message, message) == NULL)
    g_error ("\"%s\" lacks \"%s\"", error->message, message);
}

/* A pipeline file without a [sweep] group has one all the same: a grid, ranked by the Sharpe ratio, that does not walk forward. */
static void
test_defaults (void)
{
  g_autoptr (PstSweepOptions) options = pst_sweep_options_new ();

  g_assert_null (options->vary);
  g_assert_cmpint (options->method, ==, PST_PARAMETER_METHOD_GRID);
  g_assert_cmpuint (options->samples, ==, 0);
  g_assert_cmpuint (options->seed, ==, 1);
  g_assert_cmpstr (options->objective, ==, "sharpe");
  g_assert_cmpint (options->goal, ==, PST_SWEEP_GOAL_AUTO);
  g_assert_null (options->statistics);
  g_assert_cmpuint (options->top, ==, 10);
  g_assert_null (options->results);
  g_assert_cmpint (options->walk, ==, PST_SWEEP_WALK_NONE);
  g_assert_null (options->in_sample);
  g_assert_null (options->out_of_sample);
  g_assert_cmpuint (options->simulations, ==, 10000);
  g_assert_cmpfloat (options->block, ==, 0);
}

/* Every option reaches its own member, and none of another. */
static void
test_values (void)
{
  g_autoptr (PstSweepOptions) options = pst_sweep_options_new ();

  set (options, "method", "random");
  set (options, "samples", "10000000");
  set (options, "seed", "18446744073709551615");
  set (options, "objective", "max_drawdown");
  set (options, "goal", "minimise");
  set (options, "statistics", "trades;fees");
  set (options, "top", "10000");
  set (options, "results", "out.sweep");
  set (options, "walk-forward", "anchored");
  set (options, "in-sample", "365d");
  set (options, "out-of-sample", "125");
  set (options, "simulations", "100");
  set (options, "block", "2.5");
  g_assert_cmpint (options->method, ==, PST_PARAMETER_METHOD_RANDOM);
  g_assert_cmpuint (options->samples, ==, PST_PARAMETER_SETS_MAX);
  g_assert_cmpuint (options->seed, ==, G_MAXUINT64);
  g_assert_cmpstr (options->objective, ==, "max_drawdown");
  g_assert_cmpint (options->goal, ==, PST_SWEEP_GOAL_MINIMISE);
  g_assert_cmpuint (g_strv_length (options->statistics), ==, 2);
  g_assert_cmpstr (options->statistics[1], ==, "fees");
  g_assert_cmpuint (options->top, ==, 10000);
  g_assert_cmpstr (options->results, ==, "out.sweep");
  g_assert_cmpint (options->walk, ==, PST_SWEEP_WALK_ANCHORED);
  g_assert_cmpstr (options->in_sample, ==, "365d");
  g_assert_cmpstr (options->out_of_sample, ==, "125");
  g_assert_cmpuint (options->simulations, ==, 100);
  g_assert_cmpfloat (options->block, ==, 2.5);
}

/* The words of files and documents, which may not change, and what each means. */
static void
test_words (void)
{
  static const struct
  {
    const char *option, *word;
    int value;
  } words[] = {
    { "method", "grid", PST_PARAMETER_METHOD_GRID },
    { "method", "random", PST_PARAMETER_METHOD_RANDOM },
    { "method", "latin-hypercube", PST_PARAMETER_METHOD_LATIN_HYPERCUBE },
    { "goal", "auto", PST_SWEEP_GOAL_AUTO },
    { "goal", "maximise", PST_SWEEP_GOAL_MAXIMISE },
    { "goal", "minimise", PST_SWEEP_GOAL_MINIMISE },
    { "walk-forward", "none", PST_SWEEP_WALK_NONE },
    { "walk-forward", "rolling", PST_SWEEP_WALK_ROLLING },
    { "walk-forward", "anchored", PST_SWEEP_WALK_ANCHORED },
  };
  guint n_known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      GParamSpec *option = find (words[i].option);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;

      pst_option_parse (option, words[i].word, &value, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_value_get_enum (&value), ==, words[i].value);
      text = pst_option_to_string (option, &value);
      g_assert_cmpstr (text, ==, words[i].word);
      if (words[i].value == 0)
        n_known += G_PARAM_SPEC_ENUM (option)->enum_class->n_values;
    }
  g_assert_cmpuint (n_known, ==, G_N_ELEMENTS (words));
  assert_refused ("method", "grind", "grid");
  assert_refused ("goal", "largest", "maximise");
  assert_refused ("walk-forward", "yes", "rolling");
}

static void
test_ranges (void)
{
  assert_refused ("samples", "10000001", "0 to 10000000");
  assert_refused ("samples", "-1", "0 to 10000000");
  assert_refused ("seed", "18446744073709551616", "seed");
  assert_refused ("top", "0", "1 to 10000");
  assert_refused ("top", "10001", "1 to 10000");
  assert_refused ("simulations", "99", "100 to 1000000");
  assert_refused ("simulations", "1000001", "100 to 1000000");
  assert_refused ("block", "-0.5", "0 to 100000");
  assert_refused ("block", "x", "block");
}

/* Only the results file is a path: relative to the pipeline file, wherever the command is called. */
static void
test_paths (void)
{
  g_autofree GParamSpec **options = NULL;
  guint n_options;

  options = pst_option_list (PST_TYPE_SWEEP_OPTIONS, &n_options);
  g_assert_cmpuint (n_options, ==, 13);
  for (guint i = 0; i < n_options; i++)
    g_assert_cmpint ((options[i]->flags & PST_OPTION_PATH) != 0, ==, strcmp (options[i]->name, "results") == 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sweep-options/defaults", test_defaults);
  g_test_add_func ("/sweep-options/values", test_values);
  g_test_add_func ("/sweep-options/words", test_words);
  g_test_add_func ("/sweep-options/ranges", test_ranges);
  g_test_add_func ("/sweep-options/paths", test_paths);
  return g_test_run ();
}
