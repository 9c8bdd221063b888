/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* [pipeline]: what a file that says nothing gets is what the documents say. */

#include "pst-pipeline-options.h"

#include "pst-kind.h"

/* Defaults of the properties, of the object and of the documents are the same. */
static void
test_defaults (void)
{
  g_autoptr (PstPipelineOptions) options = pst_pipeline_options_new ();
  guint n_options;
  g_autofree GParamSpec **list = pst_pipeline_options_list (&n_options);

  g_assert_cmpuint (n_options, ==, 11);
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

/* The words of manifests and files stand for the types that components must be. */
static void
test_kinds (void)
{
  for (guint i = 0; pst_kind_words ()[i] != NULL; i++)
    {
      PstComponentKind kind = pst_kind_from_string (pst_kind_words ()[i]);

      g_assert_cmpstr (pst_kind_to_string (kind), ==, pst_kind_words ()[i]);
      g_assert_true (g_type_is_a (pst_kind_get_type (kind), PST_TYPE_COMPONENT));
      g_assert_true (g_str_has_suffix (pst_kind_with_article (kind), pst_kind_words ()[i]));
    }
  g_assert_cmpint ((int)pst_kind_from_string ("Guard"), ==, 0);
  g_assert_cmpstr (pst_kind_to_string ((PstComponentKind)0), ==, "unknown");
  g_assert_cmpstr (pst_kind_with_article ((PstComponentKind)6), ==, "of an unknown kind");
  g_assert_cmpuint (pst_kind_get_type ((PstComponentKind)6), ==, G_TYPE_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipeline-options/defaults", test_defaults);
  g_test_add_func ("/pipeline-options/words", test_words);
  g_test_add_func ("/pipeline-options/kinds", test_kinds);
  return g_test_run ();
}
