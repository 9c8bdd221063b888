/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock version: what this is and where it looks. */

#include "penstock-json.h"
#include "penstock-verb.h"

#include "pst-config.h"

static void
print_json (void)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  penstock_json_add_string (json, "version", PST_VERSION);
  penstock_json_add_integer (json, "abi", PST_ABI);
  penstock_json_add_integer (json, "number_format", PST_NUMBER_FORMAT);
  penstock_json_add_string (json, "plugin_dir", PST_PLUGIN_DIR);
  penstock_json_add_string (json, "template_dir", PST_TEMPLATE_DIR);
  json_builder_end_object (json);
  penstock_json_print (json);
}

static int
run_version (const PenstockVerb *verb, int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 0, 0, &exit_code))
    return exit_code;
  if (as_json)
    print_json ();
  else
    g_print ("penstock %s\nplugin ABI %d, number format %d\nplugins in %s\n", PST_VERSION, PST_ABI, PST_NUMBER_FORMAT, PST_PLUGIN_DIR);
  return PST_EXIT_OK;
}

const PenstockVerb penstock_verb_version = { "version", "", "Print version, plugin ABI and folders", NULL, run_version };
