/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock check: says everything that is wrong with a pipeline file, without running it. */

#include "penstock-json.h"
#include "penstock-pipeline.h"
#include "penstock-verb.h"

#include <string.h>

static void
print_json (const char *path, const GError *error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_auto (GStrv) lines = g_strsplit (error ? error->message : "", "\n", -1);

  json_builder_begin_object (json);
  penstock_json_add_string (json, "file", path);
  penstock_json_add_boolean (json, "valid", error == NULL);
  json_builder_set_member_name (json, "errors");
  json_builder_begin_array (json);
  for (gsize i = 0; lines[i]; i++)
    if (*lines[i])
      json_builder_add_string_value (json, lines[i]);
  json_builder_end_array (json);
  json_builder_end_object (json);
  penstock_json_print (json);
}

static int
run_check (const PenstockVerb *verb, int argc, char **argv)
{
  g_auto (GStrv) assignments = NULL;
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &assignments, "Override an option of the file", "GROUP.OPTION=VALUE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (PstRun) run = NULL;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    return exit_code;
  catalogue = penstock_catalogue_open ();
  run = penstock_pipeline_build (argv[1], (const char *const *)assignments, PST_RESUME_NONE, catalogue, &error);
  if (run)
    pst_run_prepare (run, &error);
  if (as_json)
    print_json (argv[1], error);
  else if (!error)
    g_print ("%s: valid\n", argv[1]);
  if (error && !as_json)
    return penstock_verb_fail (verb, error);
  return error ? pst_exit_code_from_error (error) : PST_EXIT_OK;
}

const PenstockVerb penstock_verb_check = {
  "check",
  "FILE",
  "Check a pipeline file without running it",
  "Reads the file, loads its plugins, sets every option and wires the pipeline. All errors are reported at once.\n"
  "Nothing is opened for writing and no order is sent.",
  run_check,
};
