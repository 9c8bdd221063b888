/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading is done twice: once to tell every error of the file before anything is made, and once for good when the placeholders are known,
 * which change texts only and so cannot make a good value bad. */

#include "pst-option-set.h"

#include <string.h>

#define KEY_PLUGIN "plugin"

typedef struct
{
  GParamSpec *pspec;
  char *text; /* references resolved; placeholders not yet */
} OptionValue;

struct _PstOptionSet
{
  char *folder;
  GPtrArray *values;
};

static void
value_free (gpointer data)
{
  OptionValue *value = data;

  g_param_spec_unref (value->pspec);
  g_free (value->text);
  g_free (value);
}

static GParamSpec *
find_option (const PstOptionGroup *group, const char *name)
{
  for (guint i = 0; i < group->n_options; i++)
    if (strcmp (group->options[i]->name, name) == 0)
      return group->options[i];
  return NULL;
}

static void
add_unknown (const PstOptionGroup *group, const PstAssignment *assignment, GPtrArray *problems)
{
  g_autofree const char **names = g_new0 (const char *, group->n_options + 1);
  g_autoptr (GString) hint = g_string_new (NULL);

  for (guint i = 0; i < group->n_options; i++)
    names[i] = group->options[i]->name;
  pst_problem_append_nearest (hint, assignment->place.key, names);
  if (hint->len == 0 && group->n_options == 0)
    g_string_append_printf (hint, "; %s has no options", group->owner);
  else if (hint->len == 0)
    {
      g_autofree char *all = g_strjoinv (", ", (char **)names);

      g_string_append_printf (hint, "; options of %s: %s", group->owner, all);
    }
  pst_problem_add (problems, &assignment->place, "unknown option%s", hint->str);
}

static void
append_nearest_member (GString *hint, GParamSpec *pspec, const char *text)
{
  GEnumClass *members = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  g_autofree const char **nicks = g_new0 (const char *, members->n_values + 1);

  for (guint i = 0; i < members->n_values; i++)
    nicks[i] = members->values[i].value_nick;
  pst_problem_append_nearest (hint, text, nicks);
}

/* @shown: the value in quotes, or what stands for one that must not be shown. */
static void
add_bad_value (const PstAssignment *assignment, GParamSpec *pspec, const char *shown, const char *text, const char *allowed, GPtrArray *problems)
{
  g_autoptr (GString) hint = g_string_new (NULL);

  if (text != NULL && G_IS_PARAM_SPEC_ENUM (pspec))
    append_nearest_member (hint, pspec, text);
  if (text != NULL && strstr (text, " #") != NULL)
    g_string_append (hint, "; a comment needs a line of its own");
  pst_problem_add (problems, &assignment->place, "%s cannot be used; allowed: %s%s", shown, allowed, hint->str);
}

/* (transfer full): the value in quotes, or what stands for it. */
static char *
show (const PstAssignment *assignment, gboolean hidden)
{
  g_autofree char *quoted = pst_problem_quote (assignment->text);

  return hidden ? g_strdup_printf ("the value of %s", quoted) : g_steal_pointer (&quoted);
}

static gboolean
check_value (const PstOptionGroup *group, const PstAssignment *assignment, GParamSpec *pspec, const char *text, gboolean hidden, GPtrArray *problems)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *shown = show (assignment, hidden);
  g_autofree char *allowed = NULL;

  if (!pst_option_parse (pspec, text, &value, NULL))
    allowed = pst_option_describe_allowed (pspec);
  else if (group->check != NULL)
    allowed = group->check (pspec->name, text);
  if (allowed == NULL)
    return TRUE;
  add_bad_value (assignment, pspec, shown, hidden ? NULL : text, allowed, problems);
  return FALSE;
}

static void
read_assignment (const PstOptionGroup *group, const PstAssignment *assignment, PstOptionSet *set, GPtrArray *problems)
{
  GParamSpec *pspec = find_option (group, assignment->place.key);
  gboolean is_secret, is_reference;
  g_autofree char *text = NULL;
  g_autofree char *problem = NULL;
  OptionValue *value;

  if (pspec == NULL)
    {
      add_unknown (group, assignment, problems);
      return;
    }
  is_secret = (pspec->flags & PST_OPTION_SECRET) != 0;
  text = pst_value_reference_resolve (assignment->text, group->folder, is_secret, &is_reference, &problem);
  if (text == NULL)
    {
      pst_problem_add (problems, &assignment->place, "%s", problem);
      return;
    }
  if (is_secret && !is_reference && *text != '\0')
    {
      pst_problem_add (problems, &assignment->place, "a secret must not stand here, where others see it; write @env:NAME or @file:PATH");
      return;
    }
  if (!check_value (group, assignment, pspec, text, is_reference, problems))
    return;
  value = g_new0 (OptionValue, 1);
  value->pspec = g_param_spec_ref (pspec);
  value->text = g_steal_pointer (&text);
  g_ptr_array_add (set->values, value);
}

static const PstAssignment *
find_assignment (GPtrArray *assignments, const char *key)
{
  for (guint i = 0; i < assignments->len; i++)
    if (strcmp (((const PstAssignment *)assignments->pdata[i])->place.key, key) == 0)
      return assignments->pdata[i];
  return NULL;
}

static const OptionValue *
find_value (const PstOptionSet *set, const GParamSpec *pspec)
{
  for (guint i = 0; i < set->values->len; i++)
    if (((const OptionValue *)set->values->pdata[i])->pspec == pspec)
      return set->values->pdata[i];
  return NULL;
}

static void
check_required (const PstOptionGroup *group, const PstOptionSet *set, GPtrArray *assignments, GPtrArray *problems)
{
  for (guint i = 0; i < group->n_options; i++)
    {
      GParamSpec *pspec = group->options[i];
      const PstAssignment *assignment = find_assignment (assignments, pspec->name);
      const OptionValue *value = find_value (set, pspec);
      PstPlace place = { .line = group->line, .group = group->name, .key = pspec->name };
      g_autofree char *allowed = NULL;

      if ((pspec->flags & PST_OPTION_REQUIRED) == 0 || (value != NULL && *value->text != '\0') || (value == NULL && assignment != NULL))
        continue;
      allowed = pst_option_describe_allowed (pspec);
      pst_problem_add (problems, assignment ? &assignment->place : &place, "required, but not set; allowed: %s", allowed);
    }
}

/**
 * pst_option_set_read:
 * @group: whose options, and where they stand
 * @assignments: (element-type PstAssignment): what is set
 * @problems: where to add what is wrong
 *
 * Reads and checks all options of a group: names, references, types, ranges, and that nothing required is missing. The main thread; blocks
 * on the disk for values from files.
 *
 * Returns: (transfer full): what could be read
 */
PstOptionSet *
pst_option_set_read (const PstOptionGroup *group, GPtrArray *assignments, GPtrArray *problems)
{
  PstOptionSet *set = g_new0 (PstOptionSet, 1);

  set->folder = g_strdup (group->folder);
  set->values = g_ptr_array_new_with_free_func (value_free);
  for (guint i = 0; i < assignments->len; i++)
    {
      const PstAssignment *assignment = assignments->pdata[i];

      if (!assignment->broken && strcmp (assignment->place.key, KEY_PLUGIN) != 0)
        read_assignment (group, assignment, set, problems);
    }
  check_required (group, set, assignments, problems);
  return set;
}

void
pst_option_set_free (PstOptionSet *set)
{
  if (set == NULL)
    return;
  g_ptr_array_unref (set->values);
  g_free (set->folder);
  g_free (set);
}

/* Every path of a list on its own. */
static char *
resolve_list (GParamSpec *pspec, const char *text, const char *folder)
{
  g_auto (GValue) value = G_VALUE_INIT;
  char **paths;

  if (!pst_option_parse (pspec, text, &value, NULL))
    return g_strdup (text);
  paths = g_value_get_boxed (&value);
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      char *resolved = pst_value_path_resolve (paths[i], folder);

      g_free (paths[i]);
      paths[i] = resolved;
    }
  return pst_option_to_string (pspec, &value);
}

/* (transfer full): the text as the option gets it. A secret is never touched: braces in a password are its own. */
static char *
final_text (const PstOptionSet *set, const OptionValue *value, const PstPlaceholders *values)
{
  gboolean is_list = G_PARAM_SPEC_VALUE_TYPE (value->pspec) == G_TYPE_STRV;
  g_autofree char *expanded = NULL;

  if ((value->pspec->flags & PST_OPTION_SECRET) != 0 || !(is_list || G_IS_PARAM_SPEC_STRING (value->pspec)))
    return g_strdup (value->text);
  expanded = pst_placeholders_expand (values, value->text);
  if ((value->pspec->flags & PST_OPTION_PATH) == 0)
    return g_steal_pointer (&expanded);
  return is_list ? resolve_list (value->pspec, expanded, set->folder) : pst_value_path_resolve (expanded, set->folder);
}

/**
 * pst_option_set_apply:
 * @set: the options
 * @component: of the type whose options were read; not started
 * @values: what placeholders stand for
 * @error: where to say why not
 *
 * Sets the options. May be called again with other values. The main thread.
 *
 * Returns: %FALSE with a %PST_OPTION_ERROR when the component refuses what its type allows
 */
gboolean
pst_option_set_apply (const PstOptionSet *set, PstComponent *component, const PstPlaceholders *values, GError **error)
{
  for (guint i = 0; i < set->values->len; i++)
    {
      const OptionValue *value = set->values->pdata[i];
      g_autofree char *text = final_text (set, value, values);

      if (!pst_component_set_option (component, value->pspec->name, text, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pst_option_set_apply_to_object (const PstOptionSet *set, GObject *object, GError **error)
{
  for (guint i = 0; i < set->values->len; i++)
    {
      const OptionValue *value = set->values->pdata[i];
      g_auto (GValue) parsed = G_VALUE_INIT;

      if (!pst_option_parse (value->pspec, value->text, &parsed, error))
        return FALSE;
      g_object_set_property (object, value->pspec->name, &parsed);
    }
  return TRUE;
}
