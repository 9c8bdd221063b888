/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command: finds the verb, hands over. */

#include "penstock-verb.h"

#include <locale.h>
#include <string.h>

static const PenstockVerb *const verbs[] = {
  &penstock_verb_run,    &penstock_verb_results, &penstock_verb_sweep,   &penstock_verb_lookahead, &penstock_verb_warmup,
  &penstock_verb_report, &penstock_verb_record,  &penstock_verb_check,   &penstock_verb_plugins,   &penstock_verb_inspect,
  &penstock_verb_new,    &penstock_verb_data,    &penstock_verb_journal, &penstock_verb_audit,     &penstock_verb_db,
  &penstock_verb_state,  &penstock_verb_ctl,     &penstock_verb_token,   &penstock_verb_version,
};

static void
print_help (void)
{
  g_print ("Usage: penstock VERB [OPTION...] [ARGUMENT...]\n\n"
           "A host for algorithmic trading: runs pipeline files.\n\nVerbs:\n");
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_print ("  %-10s %s\n", verbs[i]->name, verbs[i]->summary);
  g_print ("\npenstock VERB --help tells a verb's options. Exit codes stand in penstock(1).\n");
}

static int
fail_unknown (const char *name)
{
  const char *names[G_N_ELEMENTS (verbs) + 1] = { NULL };
  const char *nearest;

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    names[i] = verbs[i]->name;
  nearest = pst_nearest_name (name, names);
  g_printerr ("penstock: there is no verb \"%s\"%s%s%s; penstock --help lists them\n", name, nearest ? "; did you mean \"" : "",
              nearest ? nearest : "", nearest ? "\"" : "");
  return PST_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  /* Messages of the C library follow the user's language; numbers never do: ours do not ask the locale. */
  setlocale (LC_ALL, "");
  g_set_prgname ("penstock");
  if (argc < 2)
    {
      print_help ();
      return PST_EXIT_USAGE;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return PST_EXIT_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    argv[1] += strlen ("--");
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (argv[1], verbs[i]->name) == 0)
      {
        g_autofree char *program = g_strconcat ("penstock ", verbs[i]->name, NULL);

        g_set_prgname (program);
        return verbs[i]->run (verbs[i], argc - 1, argv + 1);
      }
  return fail_unknown (argv[1]);
}
