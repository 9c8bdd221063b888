/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A code that is not in the list would be a gap in the documents that nobody sees. */

#include "pst-error-list.h"

static void
check_domain (const PstErrorDomain *domain)
{
  g_autoptr (GEnumClass) members = domain->get_type ? g_type_class_ref (domain->get_type ()) : NULL;
  g_autoptr (GHashTable) sentences = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (domain->quark (), !=, 0);
  g_assert_true (g_str_has_suffix (domain->sentence, "."));
  g_assert_true (members == NULL || members->n_values == domain->n_codes);
  for (guint j = 0; j < domain->n_codes; j++)
    {
      PstErrorInfo info = domain->describe (j);

      if (members != NULL)
        g_assert_cmpstr (info.name, ==, g_enum_get_value (members, (int)j)->value_nick);
      g_assert_true (g_str_has_suffix (info.sentence, "."));
      g_assert_true (g_hash_table_add (sentences, (gpointer)info.sentence));
    }
}

static void
test_nothing_is_left_out (void)
{
  guint n_domains;
  const PstErrorDomain *domains = pst_error_list (&n_domains);

  g_assert_cmpuint (n_domains, ==, 8);
  for (guint i = 0; i < n_domains; i++)
    {
      check_domain (&domains[i]);
      for (guint j = 0; j < i; j++)
        g_assert_cmpuint (domains[i].quark (), !=, domains[j].quark ());
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-list/nothing-is-left-out", test_nothing_is_left_out);
  return g_test_run ();
}
