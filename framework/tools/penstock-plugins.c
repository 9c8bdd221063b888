/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock plugins: everything on the search path, refused plugins with their reason. */

#include "penstock-json.h"
#include "penstock-table.h"
#include "penstock-verb.h"

static void
add_plugin_json (JsonBuilder *json, const PstPlugin *plugin)
{
  const PstManifest *manifest = plugin->manifest;

  json_builder_begin_object (json);
  penstock_json_add_string (json, "id", plugin->id);
  penstock_json_add_string (json, "kind", manifest ? penstock_nick (PST_TYPE_COMPONENT_KIND, (int)manifest->kind) : NULL);
  penstock_json_add_string (json, "name", manifest ? manifest->name : NULL);
  penstock_json_add_string (json, "version", manifest ? manifest->version : NULL);
  penstock_json_add_string (json, "description", manifest ? manifest->description : NULL);
  penstock_json_add_string (json, "manifest", plugin->path);
  penstock_json_add_string (json, "refusal", plugin->refusal ? pst_refusal_to_string ((PstRefusal)plugin->refusal->code) : NULL);
  penstock_json_add_string (json, "reason", plugin->refusal ? plugin->refusal->message : NULL);
  json_builder_end_object (json);
}

static void
print_json (GPtrArray *plugins)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_array (json);
  for (guint i = 0; i < plugins->len; i++)
    add_plugin_json (json, plugins->pdata[i]);
  json_builder_end_array (json);
  penstock_json_print (json);
}

static guint
print_refused (GPtrArray *plugins, GString *text)
{
  guint n_refused = 0;

  for (guint i = 0; i < plugins->len; i++)
    {
      const PstPlugin *plugin = plugins->pdata[i];

      if (!plugin->refusal)
        continue;
      if (n_refused++ == 0)
        g_string_append (text, "\nRefused:\n");
      g_string_append_printf (text, "  %s (%s): %s\n", plugin->id, pst_refusal_to_string ((PstRefusal)plugin->refusal->code),
                              plugin->refusal->message);
    }
  return n_refused;
}

static void
print_text (GPtrArray *plugins)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("llll");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < plugins->len; i++)
    {
      const PstPlugin *plugin = plugins->pdata[i];

      if (plugin->refusal)
        continue;
      penstock_table_add (table, plugin->id);
      penstock_table_add (table, penstock_nick (PST_TYPE_COMPONENT_KIND, (int)plugin->manifest->kind));
      penstock_table_add (table, plugin->manifest->version);
      penstock_table_add (table, plugin->manifest->description);
    }
  penstock_table_print (table, "", text);
  print_refused (plugins, text);
  if (!plugins->len)
    g_string_append_printf (text, "No plugin was found; PENSTOCK_PLUGIN_PATH names the folders to look in.\n");
  g_print ("%s", text->str);
}

static gboolean
any_refused (GPtrArray *plugins)
{
  for (guint i = 0; i < plugins->len; i++)
    if (((const PstPlugin *)plugins->pdata[i])->refusal)
      return TRUE;
  return FALSE;
}

static int
run_plugins (const PenstockVerb *verb, int argc, char **argv)
{
  gboolean as_json = FALSE, load = FALSE;
  const GOptionEntry entries[] = {
    { "load", 0, 0, G_OPTION_ARG_NONE, &load, "Load each plugin too: finds what only its code shows", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PstCatalogue) catalogue = NULL;
  GPtrArray *plugins;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 0, 0, &exit_code))
    return exit_code;
  catalogue = penstock_catalogue_open ();
  plugins = pst_catalogue_get_plugins (catalogue);
  for (guint i = 0; load && i < plugins->len; i++)
    if (!((const PstPlugin *)plugins->pdata[i])->refusal)
      pst_catalogue_load (catalogue, ((const PstPlugin *)plugins->pdata[i])->id, 0, NULL);
  if (as_json)
    print_json (plugins);
  else
    print_text (plugins);
  return any_refused (plugins) ? PST_EXIT_PLUGIN : PST_EXIT_OK;
}

const PenstockVerb penstock_verb_plugins = {
  "plugins",
  "",
  "List the plugins that are found",
  "Reads manifests only, unless --load is given. A refused plugin is listed with its reason, and the exit code says\n"
  "that there was one; the others are not touched by it. Folders: PENSTOCK_PLUGIN_PATH, then the installed one.",
  run_plugins,
};
