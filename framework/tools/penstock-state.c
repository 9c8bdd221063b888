/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock state: what a pipeline remembers over a restart, and an operator's word that trading may go on. */

#include "penstock-json.h"
#include "penstock-verb.h"

#include <string.h>

#define GROUP "run"

/* A file that is not there is an empty state for a run; here it is a mistyped name. */
static PstStateFile *
load (const char *path, GError **error)
{
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);

  if (!pst_state_file_load (file, error))
    return NULL;
  if (!pst_state_file_is_empty (file))
    return g_steal_pointer (&file);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "there is no state file \"%s\"", path);
  return NULL;
}

static void
print_state (PstStateFile *file, gboolean as_json)
{
  g_auto (GStrv) keys = pst_state_file_list_keys (file);
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  for (char **key = keys; *key != NULL; key++)
    {
      g_autofree char *value = NULL;

      if (!pst_state_file_get_string (file, *key, &value, NULL))
        continue;
      penstock_json_add_string (json, *key, value);
      if (!as_json)
        g_print ("%s=%s\n", *key, value);
    }
  json_builder_end_object (json);
  if (as_json)
    penstock_json_print (json);
}

static gboolean
release (PstStateFile *file, const char *reason, GError **error)
{
  g_autoptr (PstClock) clock = pst_system_clock_new (NULL);

  pst_state_file_set_string (file, "released-by", g_get_user_name ());
  pst_state_file_set_string (file, "release-reason", reason);
  pst_state_file_set_time (file, "released-at", pst_clock_now_ns (clock));
  return pst_state_file_save (file, error);
}

static int
run_verb (const PenstockVerb *verb, char **argv, const char *reason, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstStateFile) file = NULL;
  gboolean releases = strcmp (argv[1], "release") == 0;

  if (!releases && strcmp (argv[1], "show") != 0)
    {
      g_printerr ("penstock state: \"%s\" is neither show nor release\n", argv[1]);
      return PST_EXIT_USAGE;
    }
  if (releases && (reason == NULL || *reason == '\0'))
    {
      g_printerr ("penstock state: release needs --reason TEXT, for the audit\n");
      return PST_EXIT_USAGE;
    }
  file = load (argv[2], &error);
  if (file == NULL || (releases && !release (file, reason, &error)))
    return penstock_verb_fail (verb, error);
  print_state (file, as_json);
  return PST_EXIT_OK;
}

static int
run_state (const PenstockVerb *verb, int argc, char **argv)
{
  g_autofree char *reason = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, "release: why trading may go on", "TEXT" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (penstock_verb_parse (verb, entries, &argc, &argv, 2, 2, &exit_code))
    return run_verb (verb, argv, reason, as_json);
  return exit_code;
}

const PenstockVerb penstock_verb_state = {
  "state",
  "show|release FILE",
  "Show what a pipeline remembers, or release a halt",
  "show prints a state file: trading state with reason, counters, what guards remember. release lets the pipeline's next\n"
  "run trade again: it ends the halt, and every guard that stopped is released, kill switches included; that run's audit\n"
  "chain says who released it and why. While a run goes on, its state is its own: release it there.",
  run_state,
};
