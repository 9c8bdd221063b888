/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The five kinds: a manifest's word must lead to the type that is checked. */

#include "pst-kind.h"

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

/* A plugin that takes the name of a type of ours must be found before its code runs, hence all of ours are registered first. */
static void
test_sdk_types_are_registered (void)
{
  pst_kind_register_sdk_types ();
  g_assert_cmpuint (g_type_from_name ("PstExecutionReport"), !=, G_TYPE_INVALID);
  g_assert_cmpuint (g_type_from_name ("PstOrderState"), !=, G_TYPE_INVALID);
  g_assert_cmpuint (g_type_from_name ("PstSimulatedClock"), !=, G_TYPE_INVALID);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kind/words-and-types", test_kinds);
  g_test_add_func ("/kind/sdk-types-are-registered", test_sdk_types_are_registered);
  return g_test_run ();
}
