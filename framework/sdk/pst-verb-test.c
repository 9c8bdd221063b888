/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* That verbs are what people write, and that text becomes their parameters or is refused. */
#include <penstock.h>

#include <string.h>

static void
test_text (void)
{
  const PstVerb *verb = pst_verb_find ("list-orders"), *create = pst_verb_find ("create");
  const PstVerbParameter *open = pst_verb_find_parameter (verb, "open"), *limit = pst_verb_find_parameter (verb, "limit");
  g_autoptr (GVariant) yes = pst_verb_parse_parameter (open, "true", NULL), ten = pst_verb_parse_parameter (limit, "10", NULL);
  g_autoptr (GVariant) set = pst_verb_parse_parameter (pst_verb_find_parameter (create, "set"), "a.b=1;c.d=2", NULL);
  g_autoptr (GVariant) none = pst_verb_parse_parameter (pst_verb_find_parameter (create, "set"), "", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_variant_get_boolean (yes));
  g_assert_cmpuint (g_variant_get_uint32 (ten), ==, 10);
  g_assert_cmpuint (g_variant_n_children (set), ==, 2);
  g_assert_cmpuint (g_variant_n_children (none), ==, 0);
  g_assert_null (pst_verb_parse_parameter (limit, "-1", &error));
  g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID);
  g_assert_cmpstr (pst_controller_error_to_string (error), ==, "invalid");
  g_clear_error (&error);
  g_assert_null (pst_verb_parse_parameter (open, "maybe", &error));
  g_assert_nonnull (strstr (error->message, "true or false"));
  g_clear_error (&error);
  g_assert_null (pst_verb_parse_parameter (pst_verb_find_parameter (create, "run-id"), "\xff", &error));
  g_assert_nonnull (strstr (error->message, "UTF-8"));
}

/* Names are what people write: no two alike, every type one that text can be read as. */
static void
test_table (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    {
      g_assert_true (g_hash_table_add (names, (gpointer)verbs[i].name));
      g_assert_true (pst_verb_find (verbs[i].name) == &verbs[i]);
      g_assert_true (g_variant_type_string_is_valid (verbs[i].result_type));
      g_assert_true (!verbs[i].of_run || pst_verb_find_parameter (&verbs[i], "run-id")->required);
      g_assert_true (!verbs[i].changes || verbs[i].permission != PST_PERMISSION_READ);
      for (guint n = 0; n < verbs[i].n_parameters; n++)
        g_assert_nonnull (strstr (" s b u as ", verbs[i].parameters[n].type));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/verb/text", test_text);
  g_test_add_func ("/sdk/verb/table", test_table);
  return g_test_run ();
}
