/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of verbs, and what is the same for all of them. */

#include "pst-verb.h"

#include <string.h>

#include "pst-controller.h"
#include "pst-option.h"

/* Every verb about a run begins with these two. */
#define OF_RUN \
  { "user", "s", FALSE, "Whose run; the caller's own when left out. Others' need admin." }, { "run-id", "s", TRUE, "The run's id." }
#define REASON                                                             \
  {                                                                        \
    "reason", "s", TRUE, "Why, for the audit trail: a word or a sentence." \
  }
#define LIMIT                                                                                   \
  {                                                                                             \
    "limit", "u", FALSE, "At most so many, the newest first; 100 when left out, 10000 at most." \
  }

static const PstVerbParameter check_parameters[] = {
  { "pipeline", "s", FALSE, "Name of a pipeline of the host." },
  { "text", "s", FALSE, "A pipeline file's text instead of a name. Needs admin: it may name any file." },
  { "set", "as", FALSE, "Options to override, GROUP.OPTION=VALUE each. Those that name files need admin." },
};

static const PstVerbParameter create_parameters[] = {
  { "pipeline", "s", FALSE, "Name of a pipeline of the host." },
  { "text", "s", FALSE, "A pipeline file's text instead of a name. Needs admin: it may name any file." },
  { "set", "as", FALSE, "Options to override, GROUP.OPTION=VALUE each. Those that name files need admin." },
  { "user", "s", FALSE, "For whom; the caller when left out. Others need admin." },
  { "run-id", "s", FALSE, "The run's id, unique for the user; made of the pipeline's name and a number when left out." },
  { "on-restart", "s", FALSE, "What becomes of it when the host is started again after a crash: resume or stop (the host's default)." },
};

static const PstVerbParameter list_runs_parameters[] = {
  { "user", "s", FALSE, "Only this user's; the caller's own when left out, all users' for an admin." },
  { "state", "s", FALSE, "Only those in this state: CREATED, RUNNING, STOPPED or ERROR." },
};

static const PstVerbParameter run_parameters[] = { OF_RUN };
static const PstVerbParameter reason_parameters[] = { OF_RUN, REASON };
static const PstVerbParameter limit_parameters[] = { OF_RUN, LIMIT };

static const PstVerbParameter list_orders_parameters[] = {
  OF_RUN,
  { "open", "b", FALSE, "Only orders that are not final." },
  LIMIT,
};

static const PstVerbParameter act_parameters[] = {
  OF_RUN,
  { "component", "s", TRUE, "The component's name in the pipeline file." },
  { "action", "s", TRUE, "What it is to do: see the plugin's documentation." },
  REASON,
};

static const PstVerbParameter set_option_parameters[] = {
  OF_RUN,
  { "component", "s", TRUE, "The component's name in the pipeline file." },
  { "option", "s", TRUE, "The option's name." },
  { "value", "s", TRUE, "Its value, as in a pipeline file." },
  REASON,
};

#define WITH(parameters) parameters, G_N_ELEMENTS (parameters)

static const PstVerb verbs[] = {
  { "get-host", PST_PERMISSION_READ, FALSE, FALSE, NULL, 0, "a{sv}", "Tells the host's version, since when it runs, how many runs it has." },
  { "list-users", PST_PERMISSION_READ, FALSE, FALSE, NULL, 0, "aa{sv}", "Lists the users that the caller may see, and how many runs each has." },
  { "list-plugins", PST_PERMISSION_READ, FALSE, FALSE, NULL, 0, "aa{sv}", "Lists the plugins found, those that were refused with the reason." },
  { "list-pipelines", PST_PERMISSION_READ, FALSE, FALSE, NULL, 0, "aa{sv}", "Lists the pipelines that the caller may run." },
  { "check", PST_PERMISSION_TRADE, FALSE, FALSE, WITH (check_parameters), "a{sv}", "Checks a pipeline without running it; tells all its errors." },
  { "create", PST_PERMISSION_TRADE, FALSE, TRUE, WITH (create_parameters), "a{sv}", "Makes a run of a pipeline, to be started." },
  { "list-runs", PST_PERMISSION_READ, FALSE, FALSE, WITH (list_runs_parameters), "aa{sv}", "Lists runs." },
  { "get-run", PST_PERMISSION_READ, TRUE, FALSE, WITH (run_parameters), "a{sv}", "Tells how a run stands." },
  { "start", PST_PERMISSION_TRADE, TRUE, TRUE, WITH (run_parameters), "a{sv}", "Starts a run that was created." },
  { "stop", PST_PERMISSION_HALT, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Ends a run in order: its open orders are cancelled." },
  { "halt", PST_PERMISSION_HALT, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Halts trading: nothing passes but cancels and an operator's exit." },
  { "reduce", PST_PERMISSION_HALT, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Lets only orders pass that lower exposure." },
  { "resume", PST_PERMISSION_RELEASE, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Lets trading go on that was halted or reduced." },
  { "flatten", PST_PERMISSION_TRADE, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Cancels every open order and closes every position." },
  { "engage-kill-switch", PST_PERMISSION_HALT, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Engages the run's kill switches and halts trading." },
  { "release-kill-switch", PST_PERMISSION_RELEASE, TRUE, TRUE, WITH (reason_parameters), "a{sv}", "Releases the run's kill switches." },
  { "act", PST_PERMISSION_RELEASE, TRUE, TRUE, WITH (act_parameters), "a{sv}", "Has a component do one of its actions." },
  { "list-orders", PST_PERMISSION_READ, TRUE, FALSE, WITH (list_orders_parameters), "aa{sv}", "Lists orders, the newest first." },
  { "list-fills", PST_PERMISSION_READ, TRUE, FALSE, WITH (limit_parameters), "aa{sv}", "Lists fills, the newest first." },
  { "list-positions", PST_PERMISSION_READ, TRUE, FALSE, WITH (run_parameters), "aa{sv}", "Lists positions by strategy and instrument." },
  { "list-equity", PST_PERMISSION_READ, TRUE, FALSE, WITH (limit_parameters), "aa{sv}",
    "Lists cash, mark-to-market and equity by tick, the newest first." },
  { "list-guards", PST_PERMISSION_READ, TRUE, FALSE, WITH (run_parameters), "aa{sv}", "Lists the guards and what each remembers." },
  { "list-alerts", PST_PERMISSION_READ, TRUE, FALSE, WITH (limit_parameters), "aa{sv}", "Lists alerts, the newest first." },
  { "list-options", PST_PERMISSION_READ, TRUE, FALSE, WITH (run_parameters), "aa{sv}",
    "Lists the options of the run's components, and which may change." },
  { "set-option", PST_PERMISSION_TRADE, TRUE, TRUE, WITH (set_option_parameters), "a{sv}", "Changes an option while the run goes on." },
  { "remove", PST_PERMISSION_TRADE, TRUE, TRUE, WITH (run_parameters), "a{sv}", "Forgets a run that ended; its ledger and journal stay." },
};

/**
 * pst_verb_list:
 * @n_verbs: (out): how many
 *
 * The verbs, in the order of the documentation. Any thread.
 *
 * Returns: (transfer none) (array length=n_verbs): the table
 */
const PstVerb *
pst_verb_list (guint *n_verbs)
{
  g_return_val_if_fail (n_verbs != NULL, NULL);

  *n_verbs = G_N_ELEMENTS (verbs);
  return verbs;
}

/**
 * pst_verb_find:
 * @name: a verb's name
 *
 * Finds a verb. Any thread.
 *
 * Returns: (transfer none) (nullable): it
 */
const PstVerb *
pst_verb_find (const char *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, name) == 0)
      return &verbs[i];
  return NULL;
}

/**
 * pst_verb_find_parameter:
 * @verb: a verb
 * @name: a parameter's name
 *
 * Finds a parameter of a verb. Any thread.
 *
 * Returns: (transfer none) (nullable): it
 */
const PstVerbParameter *
pst_verb_find_parameter (const PstVerb *verb, const char *name)
{
  g_return_val_if_fail (verb != NULL && name != NULL, NULL);

  for (guint i = 0; i < verb->n_parameters; i++)
    if (strcmp (verb->parameters[i].name, name) == 0)
      return &verb->parameters[i];
  return NULL;
}

static void
refuse (const PstVerbParameter *parameter, const char *text, const char *allowed, GError **error)
{
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "parameter \"%s\": \"%s\" is not %s", parameter->name, text, allowed);
}

static GVariant *
parse_number (const PstVerbParameter *parameter, const char *text, GError **error)
{
  guint64 number;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return g_variant_ref_sink (g_variant_new_uint32 ((guint32)number));
  refuse (parameter, text, "an integer from 0 to 4294967295", error);
  return NULL;
}

/**
 * pst_verb_parse_parameter:
 * @parameter: which
 * @text: its value as a command line or a query has it
 * @error: return location
 *
 * Reads a parameter from text. Lists are separated by ';'. Any thread.
 *
 * Returns: (transfer full): the value, or %NULL with %PST_CONTROLLER_ERROR_INVALID
 */
GVariant *
pst_verb_parse_parameter (const PstVerbParameter *parameter, const char *text, GError **error)
{
  g_return_val_if_fail (parameter != NULL && text != NULL, NULL);

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "parameter \"%s\" is not UTF-8", parameter->name);
      return NULL;
    }
  if (strcmp (parameter->type, "as") == 0)
    {
      g_auto (GStrv) parts = g_strsplit (text, ";", -1);

      return g_variant_ref_sink (g_variant_new_strv ((const char *const *)parts, text[0] != '\0' ? -1 : 0));
    }
  if (strcmp (parameter->type, "u") == 0)
    return parse_number (parameter, text, error);
  if (strcmp (parameter->type, "b") == 0)
    {
      if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
        return g_variant_ref_sink (g_variant_new_boolean (text[0] == 't'));
      refuse (parameter, text, "true or false", error);
      return NULL;
    }
  return g_variant_ref_sink (g_variant_new_string (text));
}

static gboolean
refuse_unknown (const PstVerb *verb, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *all = NULL;
  const char *near;

  for (guint i = 0; i < verb->n_parameters; i++)
    g_ptr_array_add (names, (gpointer)verb->parameters[i].name);
  g_ptr_array_add (names, NULL);
  all = g_strjoinv (", ", (char **)names->pdata);
  near = pst_nearest_name (name, (const char *const *)names->pdata);
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "%s: no parameter \"%s\"%s%s%s; there %s", verb->name, name,
               near != NULL ? "; did you mean \"" : "", near != NULL ? near : "", near != NULL ? "\"?" : "",
               verb->n_parameters > 0 ? all : "are none");
  return FALSE;
}

/**
 * pst_verb_check:
 * @verb: a verb
 * @parameters: a{sv}
 * @error: return location
 *
 * Checks parameters against the table: names, types, what is required. Any thread.
 *
 * Returns: %FALSE with %PST_CONTROLLER_ERROR_INVALID, which names what is wrong and what is allowed
 */
gboolean
pst_verb_check (const PstVerb *verb, GVariant *parameters, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (verb != NULL && parameters != NULL, FALSE);
  g_return_val_if_fail (g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT), FALSE);

  g_variant_iter_init (&iter, parameters);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      const PstVerbParameter *parameter = pst_verb_find_parameter (verb, name);
      g_autoptr (GVariant) owned = value;

      if (parameter == NULL)
        return refuse_unknown (verb, name, error);
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE (parameter->type)))
        {
          g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "%s: parameter \"%s\" is of type %s, not %s", verb->name, name,
                       g_variant_get_type_string (value), parameter->type);
          return FALSE;
        }
    }
  for (guint i = 0; i < verb->n_parameters; i++)
    {
      g_autoptr (GVariant) there = g_variant_lookup_value (parameters, verb->parameters[i].name, NULL);

      if (there != NULL || !verb->parameters[i].required)
        continue;
      g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID, "%s: parameter \"%s\" is missing: %s", verb->name,
                   verb->parameters[i].name, verb->parameters[i].blurb);
      return FALSE;
    }
  return TRUE;
}

/**
 * pst_permission_to_string:
 * @permission: one permission
 *
 * Names a permission. Any thread.
 *
 * Returns: (transfer none): "read", "halt", "trade", "release" or "admin"
 */
const char *
pst_permission_to_string (PstPermission permission)
{
  switch (permission)
    {
    case PST_PERMISSION_READ:
      return "read";
    case PST_PERMISSION_HALT:
      return "halt";
    case PST_PERMISSION_TRADE:
      return "trade";
    case PST_PERMISSION_RELEASE:
      return "release";
    case PST_PERMISSION_ADMIN:
    default:
      return "admin";
    }
}
