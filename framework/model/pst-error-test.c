/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A broken invariant must end the run with a sentence that names the place, and must not end the host. */
#include <string.h>

#include "pst-test-values.h"

static gboolean
check (gint64 position, gint64 fills, GError **error)
{
  pst_invariant (position == fills, error);
  return TRUE;
}

static void
test_invariant (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (check (1, 1, &error));
  g_assert_no_error (error);
  g_assert_false (check (1, 2, &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_INVARIANT);
  g_assert_nonnull (strstr (error->message, "position == fills"));
  g_assert_nonnull (strstr (error->message, "pst-error-test.c"));
  g_assert_null (strstr (error->message, "/pst-error-test.c"));
  g_assert_false (check (1, 2, NULL));
  g_assert_false (pst_invariant_broken ("c", "plain.c", 1, "f", NULL));
}

static void
test_domains (void)
{
  const GQuark domains[] = { PST_VALUE_ERROR, PST_OPTION_ERROR, PST_EXCHANGE_ERROR, PST_STORE_ERROR, PST_RUN_ERROR };

  g_assert_cmpstr (g_quark_to_string (PST_RUN_ERROR), ==, "pst-run-error-quark");
  for (gsize i = 0; i < G_N_ELEMENTS (domains); i++)
    for (gsize k = 0; k < i; k++)
      g_assert_cmpuint (domains[i], !=, domains[k]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/invariant", test_invariant);
  g_test_add_func ("/error/domains", test_domains);
  return g_test_run ();
}
