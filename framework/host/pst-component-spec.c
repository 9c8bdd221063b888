/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a group of a pipeline file to a component. */

#include "pst-component-spec.h"

#include <string.h>

#include "pst-kind.h"
#include "pst-pipeline-options.h"

/* Names that mean something else in messages, summaries and on the command line. */
static const char *const reserved_names[] = { "pipeline", "sweep", "gate", "operator", NULL };

static void
read_kind (PstComponentSpec *spec, const char *word, const PstPlace *place, GPtrArray *problems)
{
  g_autofree char *quoted = pst_problem_quote (word);
  g_autoptr (GString) hint = g_string_new (NULL);
  const char *const *words = pst_kind_words ();

  spec->kind = pst_kind_from_string (word);
  if (spec->kind != 0)
    return;
  pst_problem_append_nearest (hint, word, words);
  pst_problem_add (problems, place,
                   "unknown kind of group %s; allowed: pipeline, exchange NAME, strategy NAME, guard NAME, store NAME, service NAME%s", quoted,
                   hint->str);
}

static void
read_name (PstComponentSpec *spec, const char *name, const PstPlace *place, GPtrArray *problems)
{
  g_autofree char *quoted = pst_problem_quote (name);

  if (!pst_component_name_is_valid (name))
    pst_problem_add (problems, place, "bad component name %s; allowed: up to 63 of a-z, 0-9 and '-', beginning with a letter or digit", quoted);
  else if (g_strv_contains (reserved_names, name))
    pst_problem_add (problems, place, "the component name %s is reserved; choose another", quoted);
  else
    spec->name = g_strdup (name);
}

static void
read_group (PstComponentSpec *spec, GPtrArray *problems)
{
  PstPlace place = { .line = spec->line, .group = spec->group };
  const char *space = strchr (spec->group, ' ');
  g_autofree char *word = g_strndup (spec->group, space ? (gsize)(space - spec->group) : strlen (spec->group));

  if (strcmp (word, "pipeline") == 0)
    {
      pst_problem_add (problems, &place, "the group has no name; write [pipeline]");
      return;
    }
  read_kind (spec, word, &place, problems);
  if (spec->kind == 0)
    return;
  if (space == NULL)
    pst_problem_add (problems, &place, "the component has no name; write [%s NAME]", word);
  else
    read_name (spec, space + 1, &place, problems);
}

static const PstAssignment *
find_plugin_key (GPtrArray *assignments)
{
  for (guint i = 0; i < assignments->len; i++)
    if (strcmp (((const PstAssignment *)assignments->pdata[i])->place.key, "plugin") == 0)
      return assignments->pdata[i];
  return NULL;
}

/* (transfer full): the ids of a kind that can be used, for messages; at most a line of them. */
static char *
list_ids (PstCatalogue *catalogue, PstComponentKind kind)
{
  GPtrArray *plugins = pst_catalogue_get_plugins (catalogue);
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < plugins->len; i++)
    {
      const PstPlugin *plugin = plugins->pdata[i];

      if (plugin->refusal != NULL || plugin->manifest->kind != kind)
        continue;
      if (n++ < 20)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", plugin->id);
    }
  if (n == 0)
    g_string_append (text, "none is on the search path");
  else if (n > 20)
    g_string_append_printf (text, " and %u more", n - 20);
  return g_string_free (text, FALSE);
}

static PstPlugin *
load_plugin (PstComponentSpec *spec, GPtrArray *assignments, PstCatalogue *catalogue, GPtrArray *problems)
{
  const PstAssignment *assignment = find_plugin_key (assignments);
  PstPlace place = { .line = spec->line, .group = spec->group, .key = "plugin" };
  g_autofree char *ids = list_ids (catalogue, spec->kind);
  g_autoptr (GError) error = NULL;
  PstPlugin *plugin;
  PstProblem *problem;

  if (assignment == NULL || (*assignment->text == '\0' && !assignment->broken))
    {
      pst_problem_add (problems, assignment ? &assignment->place : &place, "required, but not set; plugins of this kind: %s", ids);
      return NULL;
    }
  if (assignment->broken)
    return NULL;
  plugin = pst_catalogue_load (catalogue, assignment->text, spec->kind, &error);
  if (plugin != NULL)
    return plugin;
  problem = pst_problem_add (problems, &assignment->place, "%s", error->message);
  plugin = pst_catalogue_find (catalogue, assignment->text);
  /* That the operator asked for a guard and named a strategy is the file's fault, not the plugin's. */
  if (plugin == NULL || plugin->refusal != NULL)
    problem->refusal = error->code;
  return NULL;
}

/**
 * pst_component_spec_read:
 * @group: the group's name as it stands in the file
 * @line: of its header
 * @assignments: (element-type PstAssignment): what the group and the command line set
 * @catalogue: where plugins are found, scanned
 * @folder: of the pipeline file
 * @problems: where to add what is wrong
 *
 * Reads one component's group. Under the catalogue's lock when there are several threads; blocks on the disk.
 *
 * Returns: (transfer full): what could be read
 */
PstComponentSpec *
pst_component_spec_read (const char *group, guint line, GPtrArray *assignments, PstCatalogue *catalogue, const char *folder, GPtrArray *problems)
{
  PstComponentSpec *spec = g_new0 (PstComponentSpec, 1);
  g_autofree GParamSpec **options = NULL;
  PstOptionGroup option_group = { .line = line, .folder = folder };
  PstPlugin *plugin;

  spec->group = g_strdup (group);
  spec->line = line;
  read_group (spec, problems);
  plugin = spec->kind != 0 ? load_plugin (spec, assignments, catalogue, problems) : NULL;
  if (plugin == NULL)
    return spec;
  spec->plugin = g_strdup (plugin->id);
  options = pst_option_list (plugin->type, &option_group.n_options);
  option_group.name = spec->group;
  option_group.owner = spec->plugin;
  option_group.options = options;
  spec->options = pst_option_set_read (&option_group, assignments, problems);
  return spec;
}

void
pst_component_spec_free (PstComponentSpec *spec)
{
  if (spec == NULL)
    return;
  g_clear_object (&spec->component);
  pst_option_set_free (spec->options);
  g_free (spec->plugin);
  g_free (spec->name);
  g_free (spec->group);
  g_free (spec);
}

void
pst_component_spec_make (PstComponentSpec *spec, PstCatalogue *catalogue)
{
  spec->component = g_object_new (pst_catalogue_find (catalogue, spec->plugin)->type, NULL);
}
