/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock inspect: a plugin's manifest, options and signals, or why it is refused; as gst-inspect shows an element. */

#include "penstock-json.h"
#include "penstock-table.h"
#include "penstock-verb.h"

typedef struct
{
  const char *flag;
  guint mask;
} OptionMark;

static const OptionMark marks[] = {
  { "required", PST_OPTION_REQUIRED },
  { "secret", PST_OPTION_SECRET },
  { "while running", PST_OPTION_LIVE },
  { "path", PST_OPTION_PATH },
};

static char *
describe_marks (GParamSpec *pspec)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (pspec->flags & marks[i].mask)
      g_string_append_printf (text, "%s%s", text->len ? ", " : "", marks[i].flag);
  return g_string_free (text, FALSE);
}

static void
append_row (PenstockTable *table, const char *key, const char *value)
{
  if (!value || !*value)
    return;
  penstock_table_add (table, key);
  penstock_table_add (table, value);
}

static void
append_manifest (GString *text, const PstPlugin *plugin)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("ll");
  const PstManifest *manifest = plugin->manifest;

  append_row (table, "Id", plugin->id);
  append_row (table, "Manifest", plugin->path);
  if (manifest)
    {
      g_autofree char *abi = g_strdup_printf ("%u, number format %u", manifest->abi, manifest->number_format);

      append_row (table, "Name", manifest->name);
      append_row (table, "Kind", penstock_nick (PST_TYPE_COMPONENT_KIND, (int)manifest->kind));
      append_row (table, "Description", manifest->description);
      append_row (table, "Version", manifest->version);
      append_row (table, "ABI", abi);
      append_row (table, "Module", manifest->module_path);
      append_row (table, "Authors", manifest->authors);
      append_row (table, "License", manifest->license);
      append_row (table, "Website", manifest->website);
    }
  if (plugin->refusal)
    {
      append_row (table, "Refused", pst_refusal_to_string ((PstRefusal)plugin->refusal->code));
      append_row (table, "Because", plugin->refusal->message);
    }
  penstock_table_print (table, "", text);
}

static void
append_options (GString *text, GType type)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (type, &n_options);

  g_string_append (text, n_options ? "\nOptions:\n" : "\nNo options.\n");
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *allowed = pst_option_describe_allowed (options[i]);
      g_autofree char *initial = pst_option_describe_default (options[i]);
      g_autofree char *flags = describe_marks (options[i]);
      const char *blurb = g_param_spec_get_blurb (options[i]);

      g_string_append_printf (text, "  %s\n      %s\n      %s", options[i]->name, blurb ? blurb : "", allowed);
      if (initial && *initial && !(options[i]->flags & PST_OPTION_REQUIRED))
        g_string_append_printf (text, "; default %s", initial);
      if (*flags)
        g_string_append_printf (text, "; %s", flags);
      g_string_append_c (text, '\n');
    }
}

static void
append_signals (GString *text, GType type)
{
  g_string_append (text, "\nSignals:\n");
  for (GType owner = type; owner && owner != G_TYPE_OBJECT; owner = g_type_parent (owner))
    {
      guint n_ids;
      g_autofree guint *ids = g_signal_list_ids (owner, &n_ids);

      for (guint i = 0; i < n_ids; i++)
        {
          GSignalQuery query;

          g_signal_query (ids[i], &query);
          g_string_append_printf (text, "  %s (", query.signal_name);
          for (guint j = 0; j < query.n_params; j++)
            g_string_append_printf (text, "%s%s", j ? ", " : "", g_type_name (query.param_types[j] & ~G_SIGNAL_TYPE_STATIC_SCOPE));
          g_string_append_printf (text, ")%s, of %s\n", query.signal_flags & G_SIGNAL_ACTION ? ", can be called" : "", g_type_name (owner));
        }
    }
}

static void
add_options_json (JsonBuilder *json, GType type)
{
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (type, &n_options);

  json_builder_set_member_name (json, "options");
  json_builder_begin_array (json);
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *allowed = pst_option_describe_allowed (options[i]);
      g_autofree char *initial = pst_option_describe_default (options[i]);

      json_builder_begin_object (json);
      penstock_json_add_string (json, "name", options[i]->name);
      penstock_json_add_string (json, "blurb", g_param_spec_get_blurb (options[i]));
      penstock_json_add_string (json, "allowed", allowed);
      penstock_json_add_string (json, "default", initial);
      penstock_json_add_boolean (json, "required", (options[i]->flags & PST_OPTION_REQUIRED) != 0);
      penstock_json_add_boolean (json, "secret", (options[i]->flags & PST_OPTION_SECRET) != 0);
      penstock_json_add_boolean (json, "live", (options[i]->flags & PST_OPTION_LIVE) != 0);
      penstock_json_add_boolean (json, "path", (options[i]->flags & PST_OPTION_PATH) != 0);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
}

static void
print_json (const PstPlugin *plugin)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  const PstManifest *manifest = plugin->manifest;

  json_builder_begin_object (json);
  penstock_json_add_string (json, "id", plugin->id);
  penstock_json_add_string (json, "manifest", plugin->path);
  if (manifest)
    {
      penstock_json_add_string (json, "name", manifest->name);
      penstock_json_add_string (json, "kind", penstock_nick (PST_TYPE_COMPONENT_KIND, (int)manifest->kind));
      penstock_json_add_string (json, "description", manifest->description);
      penstock_json_add_string (json, "version", manifest->version);
      penstock_json_add_integer (json, "abi", manifest->abi);
      penstock_json_add_integer (json, "number_format", manifest->number_format);
      penstock_json_add_string (json, "module", manifest->module_path);
    }
  penstock_json_add_string (json, "refusal", plugin->refusal ? pst_refusal_to_string ((PstRefusal)plugin->refusal->code) : NULL);
  penstock_json_add_string (json, "reason", plugin->refusal ? plugin->refusal->message : NULL);
  if (plugin->type != G_TYPE_INVALID)
    add_options_json (json, plugin->type);
  json_builder_end_object (json);
  penstock_json_print (json);
}

static void
print_text (const PstPlugin *plugin)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_manifest (text, plugin);
  if (plugin->type != G_TYPE_INVALID)
    {
      append_options (text, plugin->type);
      append_signals (text, plugin->type);
    }
  g_print ("%s", text->str);
}

static int
run_inspect (const PenstockVerb *verb, int argc, char **argv)
{
  gboolean as_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print JSON", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (PstCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin;
  int exit_code;

  if (!penstock_verb_parse (verb, entries, &argc, &argv, 1, 1, &exit_code))
    return exit_code;
  catalogue = penstock_catalogue_open ();
  pst_catalogue_load (catalogue, argv[1], 0, &error);
  plugin = pst_catalogue_find (catalogue, argv[1]);
  if (!plugin)
    return penstock_verb_fail (verb, error);
  if (as_json)
    print_json (plugin);
  else
    print_text (plugin);
  return plugin->refusal ? PST_EXIT_PLUGIN : PST_EXIT_OK;
}

const PenstockVerb penstock_verb_inspect = {
  "inspect",
  "PLUGIN",
  "Show a plugin: manifest, options, signals",
  "Loads the plugin. When it would be refused, says why, and the exit code says so too.",
  run_inspect,
};
