/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [pipeline]: what a file that says nothing gets is what the documents say. */

#include "pst-pipeline-options.h"

/* Defaults of the properties, of the object and of the documents are the same. */
static void
test_defaults (void)
{
  g_autoptr (PstPipelineOptions) options = pst_pipeline_options_new ();
  guint n_options;
  g_autofree GParamSpec **list = pst_pipeline_options_list (&n_options);

  g_assert_cmpuint (n_options, ==, 17);
  for (guint i = 0; i < n_options; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_assert_true ((list[i]->flags & PST_OPTION) != 0);
      g_assert_cmpstr (g_param_spec_get_blurb (list[i]), !=, "");
      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (list[i]));
      g_object_get_property (G_OBJECT (options), list[i]->name, &value);
      g_assert_cmpint (g_param_values_cmp (list[i], &value, g_param_spec_get_default_value (list[i])), ==, 0);
    }
  g_assert_cmpstr (options->user, ==, "local");
  g_assert_cmpstr (options->run_id, ==, "auto");
  g_assert_cmpstr (options->currency, ==, "USD");
  g_assert_cmpuint (options->seed, ==, 1);
  g_assert_true (options->cancel_on_halt);
  g_assert_false (options->flatten_on_end);
  g_assert_false (options->guards_none);
}

static gboolean
allows (const char *option, const char *text)
{
  g_autofree char *allowed = pst_pipeline_options_check (option, text);

  return allowed == NULL;
}

/* Names end up in paths ({user}, {run}), in ledgers and in fixed fields of 64 bytes. */
static void
test_words (void)
{
  g_autofree char *name = g_strnfill (48, 'n');
  g_autofree char *long_name = g_strnfill (49, 'n');
  g_autofree char *word = g_strnfill (63, 'w');
  g_autofree char *long_word = g_strnfill (64, 'w');

  g_assert_true (allows ("name", name) && !allows ("name", long_name) && !allows ("name", "Upper") && !allows ("name", ""));
  g_assert_true (allows ("user", word) && !allows ("user", long_word) && allows ("user", "Ann.B-c_d@x"));
  g_assert_true (!allows ("user", "..") && !allows ("user", "a/b") && !allows ("user", "") && !allows ("user", "-x") && !allows ("user", "ä"));
  g_assert_true (allows ("run-id", word) && !allows ("run-id", long_word) && allows ("run-id", "auto") && !allows ("run-id", "a@b"));
  g_assert_true (!allows ("run-id", ".hidden") && !allows ("run-id", "a b"));
  g_assert_true (allows ("currency", "USDT") && !allows ("currency", "usd") && !allows ("currency", ""));
  g_assert_true (allows ("description", "Anything / at all"));
  g_assert_true (pst_component_name_is_valid (word) && !pst_component_name_is_valid (long_word) && !pst_component_name_is_valid ("A"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline-options/defaults", test_defaults);
  g_test_add_func ("/pipeline-options/words", test_words);
  return g_test_run ();
}
