/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A verb that the reference does not tell of is one that no client calls; a parameter that it leaves out is a refusal. */

#include "pst-reference-verbs.h"

#include <string.h>

static char *
write_page (void)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  GString *text = g_string_new (NULL);

  pst_reference_append_verbs (catalogue, text);
  return g_string_free (text, FALSE);
}

/* (transfer full): from the verb's heading to the next */
static char *
find_section (const char *text, const char *verb)
{
  g_autofree char *heading = g_strdup_printf ("\n## %s\n", verb);
  const char *start = strstr (text, heading), *end;

  if (start == NULL)
    g_assert_cmpstr (verb, ==, "in the reference");
  g_assert_null (strstr (start + 1, heading));
  end = strstr (start + 1, "\n## ");
  g_assert_nonnull (end);
  return g_strndup (start, (gsize)(end - start));
}

static void
test_every_verb (void)
{
  g_autofree char *text = write_page ();
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  g_assert_cmpuint (n_verbs, >, 0);
  for (guint i = 0; i < n_verbs; i++)
    {
      g_autofree char *section = find_section (text, verbs[i].name);
      g_autofree char *needs = g_strdup_printf ("Needs `%s`.", pst_permission_to_string (verbs[i].permission));
      g_autofree char *result = g_strdup_printf ("Result `%s`: ", verbs[i].result_type);

      g_assert_nonnull (strstr (section, verbs[i].blurb));
      g_assert_nonnull (strstr (section, needs));
      g_assert_nonnull (strstr (section, result));
      for (guint p = 0; p < verbs[i].n_parameters; p++)
        {
          const PstVerbParameter *parameter = &verbs[i].parameters[p];
          g_autofree char *row = g_strdup_printf ("| `%s` | `%s` | %s |", parameter->name, parameter->type, parameter->required ? "required" : "");

          g_assert_nonnull (strstr (section, row));
        }
    }
}

static void
test_every_event (void)
{
  static const char *const kinds[] = { "run-state", "trading-state", "order", "fill", "alert", "equity", "lost" };
  g_autofree char *text = write_page ();
  const char *events = strstr (text, "\n## Events\n");

  g_assert_nonnull (events);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *row = g_strdup_printf ("\n| `%s` | `", kinds[i]);

      g_assert_nonnull (strstr (events, row));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reference-verbs/every-verb", test_every_verb);
  g_test_add_func ("/reference-verbs/every-event", test_every_event);
  return g_test_run ();
}
