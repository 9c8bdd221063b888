/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all verbs share: options, errors, the catalogue. */

#include "penstock-verb.h"

#include <string.h>

static void
penstock_verb_say (const PenstockVerb *verb, const char *message)
{
  g_printerr ("penstock %s: %s\n", verb->name, message);
}

gboolean
penstock_verb_parse (const PenstockVerb *verb, const GOptionEntry *entries, int *argc, char ***argv, int arguments_min, int arguments_max,
                     int *exit_code)
{
  g_autoptr (GOptionContext) context = g_option_context_new (verb->arguments);
  g_autoptr (GError) error = NULL;
  int given;

  g_option_context_set_summary (context, verb->summary);
  g_option_context_set_description (context, verb->description);
  if (entries)
    g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      penstock_verb_say (verb, error->message);
      *exit_code = PST_EXIT_USAGE;
      return FALSE;
    }
  given = *argc - 1;
  if (given >= arguments_min && given <= arguments_max)
    return TRUE;
  g_printerr ("penstock %s: %s; usage: penstock %s %s (penstock %s --help tells more)\n", verb->name,
              given < arguments_min ? "an argument is missing" : "too many arguments", verb->name, verb->arguments, verb->name);
  *exit_code = PST_EXIT_USAGE;
  return FALSE;
}

int
penstock_verb_fail (const PenstockVerb *verb, const GError *error)
{
  penstock_verb_say (verb, error->message);
  return pst_exit_code_from_error (error);
}

const char *
penstock_place_option (const char *place)
{
  return strstr (place, "://") != NULL && *place != '.' && *place != '/' ? "database" : "path";
}

PstCatalogue *
penstock_catalogue_open (void)
{
  PstCatalogue *catalogue = pst_catalogue_new (NULL);

  pst_catalogue_scan (catalogue);
  return catalogue;
}

const char *
penstock_nick (GType type, int value)
{
  g_autoptr (GEnumClass) enum_class = g_type_class_ref (type);
  const GEnumValue *known = g_enum_get_value (enum_class, value);

  return known ? known->value_nick : "?";
}
