/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock ctl: the verbs of a running host from the command line. What there is to say and with which parameters is the table's alone; here it is
 * only how a command line says it. */

#include "penstock-ctl.h"

#include "penstock-table.h"

#include <string.h>

typedef struct
{
  CtlBus bus;
  gboolean as_json;
  gboolean wants_help;
  const char *verb;       /* NULL: none was given */
  GPtrArray *positionals; /* borrowed */
  GPtrArray *named;       /* borrowed: "NAME=VALUE", without the dashes */
} Arguments;

static void
print_verbs (GString *text)
{
  g_autoptr (PenstockTable) table = penstock_table_new ("ll");
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    {
      penstock_table_add (table, verbs[i].name);
      penstock_table_add (table, verbs[i].blurb);
    }
  penstock_table_add (table, "watch");
  penstock_table_add (table, "Shows the runs and how they stand, until Ctrl-C.");
  penstock_table_print (table, "  ", text);
}

/* Which parameters stand without their name: those that must be there, in the table's order; where none must, the first of all. */
static gboolean
is_positional (const PstVerb *verb, guint index)
{
  gboolean any = FALSE;

  for (guint i = 0; i < verb->n_parameters; i++)
    any |= verb->parameters[i].required;
  return any ? verb->parameters[index].required : index == 0;
}

static void
print_usage (const PstVerb *verb, GString *text)
{
  g_string_append_printf (text, "penstock ctl %s", verb->name);
  for (guint i = 0; i < verb->n_parameters; i++)
    {
      g_autofree char *name = g_ascii_strup (verb->parameters[i].name, -1);

      if (is_positional (verb, i))
        g_string_append_printf (text, verb->parameters[i].required ? " %s" : " [%s]", name);
    }
  for (guint i = 0; i < verb->n_parameters; i++)
    if (!is_positional (verb, i))
      g_string_append_printf (text, " [--%s=VALUE]", verb->parameters[i].name);
}

static int
print_help (const PstVerb *verb)
{
  g_autoptr (GString) text = g_string_new ("Usage: ");
  g_autoptr (PenstockTable) table = penstock_table_new ("ll");

  if (verb == NULL)
    {
      g_string_append (text, "penstock ctl [--system|--user] [--json] VERB [ARGUMENT...]\n\n"
                             "Commands a running host over D-Bus. Without --system and --user: your own host when there is one, else the system's.\n"
                             "\nVerbs:\n");
      print_verbs (text);
      g_string_append (text, "\npenstock ctl VERB --help tells a verb's arguments. --json prints JSON.\n");
      g_print ("%s", text->str);
      return PST_EXIT_OK;
    }
  print_usage (verb, text);
  g_string_append_printf (text, "\n\n%s Needs the permission \"%s\".\n", verb->blurb, pst_permission_to_string (verb->permission));
  for (guint i = 0; i < verb->n_parameters; i++)
    {
      penstock_table_take (table, g_strconcat ("--", verb->parameters[i].name, NULL));
      penstock_table_add (table, verb->parameters[i].blurb);
    }
  if (verb->n_parameters > 0)
    g_string_append_c (text, '\n');
  penstock_table_print (table, "  ", text);
  g_print ("%s", text->str);
  return PST_EXIT_OK;
}

/* --user without a value is the bus, --user=NAME the parameter. */
static void
read_arguments (Arguments *arguments, int argc, char **argv)
{
  gboolean only_positionals = FALSE;

  for (int i = 1; i < argc; i++)
    {
      const char *argument = argv[i];

      if (!only_positionals && strcmp (argument, "--") == 0)
        only_positionals = TRUE;
      else if (!only_positionals && strcmp (argument, "--system") == 0)
        arguments->bus = CTL_BUS_SYSTEM;
      else if (!only_positionals && strcmp (argument, "--user") == 0)
        arguments->bus = CTL_BUS_USER;
      else if (!only_positionals && strcmp (argument, "--json") == 0)
        arguments->as_json = TRUE;
      else if (!only_positionals && (strcmp (argument, "--help") == 0 || strcmp (argument, "-h") == 0))
        arguments->wants_help = TRUE;
      else if (!only_positionals && g_str_has_prefix (argument, "--"))
        g_ptr_array_add (arguments->named, (gpointer)(argument + 2));
      else if (arguments->verb == NULL)
        arguments->verb = argument;
      else
        g_ptr_array_add (arguments->positionals, (gpointer)argument);
    }
}

/* A pipeline's text is long: "@FILE" stands for what is in the file. */
static char *
read_text (const PstVerbParameter *parameter, const char *text, GError **error)
{
  char *contents = NULL;

  if (strcmp (parameter->name, "text") != 0 || text[0] != '@')
    return g_strdup (text);
  return g_file_get_contents (text + 1, &contents, NULL, error) ? contents : NULL;
}

/* Lists: one entry each time it is given, so that an entry may have a ';' in it. */
static gboolean
add_parameter (GVariantDict *parameters, const PstVerbParameter *parameter, const char *text, GError **error)
{
  g_autofree char *read = read_text (parameter, text, error);
  g_autoptr (GVariant) value = NULL;

  if (read == NULL)
    return FALSE;
  if (strcmp (parameter->type, "as") == 0)
    {
      g_autoptr (GVariant) before = g_variant_dict_lookup_value (parameters, parameter->name, G_VARIANT_TYPE_STRING_ARRAY);
      g_autofree const char **old = before != NULL ? g_variant_get_strv (before, NULL) : g_new0 (const char *, 1);
      g_autoptr (GPtrArray) all = g_ptr_array_new ();

      for (gsize i = 0; old[i] != NULL; i++)
        g_ptr_array_add (all, (gpointer)old[i]);
      g_ptr_array_add (all, read);
      value = g_variant_ref_sink (g_variant_new_strv ((const char *const *)all->pdata, all->len));
    }
  else
    value = pst_verb_parse_parameter (parameter, read, error);
  if (value == NULL)
    return FALSE;
  g_variant_dict_insert_value (parameters, parameter->name, value);
  return TRUE;
}

static gboolean
add_named (GVariantDict *parameters, const PstVerb *verb, const char *argument, GError **error)
{
  const char *sign = strchr (argument, '=');
  g_autofree char *name = sign != NULL ? g_strndup (argument, (gsize)(sign - argument)) : g_strdup (argument);
  const PstVerbParameter *parameter = pst_verb_find_parameter (verb, name);
  g_autoptr (GVariant) probe = NULL;

  if (parameter == NULL)
    {
      /* The table's own words: what there is, and what may have been meant. */
      probe = g_variant_ref_sink (g_variant_new_parsed ("{%s: <''>}", name));
      return pst_verb_check (verb, probe, error);
    }
  if (sign == NULL && strcmp (parameter->type, "b") != 0)
    {
      g_set_error (error, CTL_ERROR, CTL_ERROR_USAGE, "--%s needs a value: --%s=VALUE", name, name);
      return FALSE;
    }
  return add_parameter (parameters, parameter, sign != NULL ? sign + 1 : "true", error);
}

static GVariant *
make_parameters (const PstVerb *verb, const Arguments *arguments, GError **error)
{
  g_auto (GVariantDict) parameters = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) made = NULL;
  guint n_taken = 0;

  for (guint i = 0; i < arguments->named->len; i++)
    if (!add_named (&parameters, verb, arguments->named->pdata[i], error))
      return NULL;
  for (guint i = 0; i < verb->n_parameters && n_taken < arguments->positionals->len; i++)
    if (is_positional (verb, i) && !g_variant_dict_contains (&parameters, verb->parameters[i].name)
        && !add_parameter (&parameters, &verb->parameters[i], arguments->positionals->pdata[n_taken++], error))
      return NULL;
  if (n_taken < arguments->positionals->len)
    {
      g_set_error (error, CTL_ERROR, CTL_ERROR_USAGE, "%s: too many arguments, from \"%s\" on", verb->name,
                   (const char *)arguments->positionals->pdata[n_taken]);
      return NULL;
    }
  made = g_variant_ref_sink (g_variant_dict_end (&parameters));
  return pst_verb_check (verb, made, error) ? g_steal_pointer (&made) : NULL;
}

static int
exit_code_of (const GError *error)
{
  if (error->domain == CTL_ERROR)
    return error->code == CTL_ERROR_NO_HOST ? PST_EXIT_HOST : PST_EXIT_USAGE;
  if (error->domain == PST_CONTROLLER_ERROR)
    {
      if (error->code == PST_CONTROLLER_ERROR_INVALID)
        return PST_EXIT_USAGE;
      return error->code == PST_CONTROLLER_ERROR_FAILED ? PST_EXIT_FAILURE : PST_EXIT_REFUSED;
    }
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY))
    return PST_EXIT_HOST;
  return PST_EXIT_FAILURE;
}

static int
fail (const PstVerb *verb, const GError *error)
{
  int exit_code = exit_code_of (error);
  g_autoptr (GString) usage = g_string_new (NULL);

  g_printerr ("penstock ctl: %s\n", error->message);
  if (exit_code == PST_EXIT_USAGE && verb != NULL)
    {
      print_usage (verb, usage);
      g_printerr ("Usage: %s\n", usage->str);
    }
  return exit_code;
}

static int
fail_unknown (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *nearest;
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    g_ptr_array_add (names, (gpointer)verbs[i].name);
  g_ptr_array_add (names, (gpointer) "watch");
  g_ptr_array_add (names, NULL);
  nearest = pst_nearest_name (name, (const char *const *)names->pdata);
  g_printerr ("penstock ctl: there is no verb \"%s\"%s%s%s; penstock ctl --help lists them\n", name, nearest ? "; did you mean \"" : "",
              nearest ? nearest : "", nearest ? "\"?" : "");
  return PST_EXIT_USAGE;
}

static int
run_verb (const PstVerb *verb, const Arguments *arguments)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GVariant) parameters = NULL, result = NULL;
  g_autoptr (GError) error = NULL;

  /* What is wrong with the command line is told before a host is looked for. */
  if (verb != NULL)
    parameters = make_parameters (verb, arguments, &error);
  if (error == NULL)
    connection = ctl_connect (arguments->bus, &error);
  if (connection == NULL)
    return fail (verb, error);
  if (verb == NULL)
    return ctl_watch (connection, arguments->as_json);
  result = ctl_call (connection, verb, parameters, &error);
  if (result == NULL)
    return fail (verb, error);
  ctl_print (result, arguments->as_json);
  return PST_EXIT_OK;
}

static int
run_ctl (const PenstockVerb *self, int argc, char **argv)
{
  g_autoptr (GPtrArray) positionals = g_ptr_array_new (), named = g_ptr_array_new ();
  Arguments arguments = { .positionals = positionals, .named = named };
  const PstVerb *verb;

  read_arguments (&arguments, argc, argv);
  verb = arguments.verb != NULL ? pst_verb_find (arguments.verb) : NULL;
  if (arguments.verb == NULL && arguments.wants_help)
    return print_help (NULL);
  if (arguments.verb == NULL)
    {
      g_printerr ("penstock ctl: which verb? penstock ctl --help lists them\n");
      return PST_EXIT_USAGE;
    }
  if (verb == NULL && strcmp (arguments.verb, "watch") != 0)
    return fail_unknown (arguments.verb);
  if (arguments.wants_help)
    return print_help (verb);
  return run_verb (verb, &arguments);
}

const PenstockVerb penstock_verb_ctl = {
  "ctl", "VERB [ARGUMENT...]", "Command a running host", NULL, run_ctl,
};
