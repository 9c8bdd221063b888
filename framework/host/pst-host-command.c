/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands reach a run through its mailbox; who waits for the outcome waits for its view to tell, and not for ever. Every reason carries who gave it,
 * so that the run's audit chain says so. */

#include "pst-host-private.h"

#include <string.h>

/* Of a reason's bytes, those that say who. */
#define WHO_BYTES_MAX 63

typedef struct
{
  char reason[PST_REASON_SIZE];
  PstTradingState state;
  PstComponentKind kind;
  const char *component, *action, *option, *value;
  char **guards;
  PstHostView *view; /* who tells of a change of an option */
  guint64 change;
} Command;

/* As many bytes as fit without half a character, what is no printable text replaced. */
static void
append_text (GString *text, const char *part, gsize bytes_max)
{
  g_autofree char *valid = g_utf8_make_valid (part, -1);
  gsize length = MIN (strlen (valid), bytes_max);
  const char *end = valid + length;

  if (*end != '\0' && (*end & 0xC0) == 0x80)
    end = g_utf8_find_prev_char (valid, end);
  for (const char *p = valid; p < end; p = g_utf8_next_char (p))
    g_string_append_unichar (text, g_unichar_isprint (g_utf8_get_char (p)) ? g_utf8_get_char (p) : ' ');
}

/* "too hot (anna, dbus :1.42 uid 1000)": the reason is cut where it is long, never who gave it. */
static gboolean
read_reason (const PstCaller *caller, GVariant *parameters, char *reason, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL), who = g_string_new (NULL);
  g_autofree char *both = g_strdup_printf ("%s, %s", caller->user_id, caller->origin);
  const char *why = "";

  g_variant_lookup (parameters, "reason", "&s", &why);
  if (why[strspn (why, " \t\r\n")] == '\0')
    return pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID, "parameter \"reason\" is empty: say why, for the audit trail");
  append_text (who, both, WHO_BYTES_MAX - 3);
  append_text (text, why, PST_REASON_SIZE - 1 - who->len - 3);
  g_string_append_printf (text, " (%s)", who->str);
  g_strlcpy (reason, text->str, PST_REASON_SIZE);
  return TRUE;
}

static PstHostRun *
begin (PstHost *host, const PstCaller *caller, GVariant *parameters, Command *command, GError **error)
{
  g_autoptr (PstHostRun) run = pst_host_find_run (host, caller, parameters, error);

  *command = (Command){ 0 };
  return run != NULL && read_reason (caller, parameters, command->reason, error) ? g_steal_pointer (&run) : NULL;
}

/* A mailbox that is full will be empty again: that is no state of the run. */
static gboolean
send (PstHostRun *run, PstHostCommand func, Command *command, GError **error)
{
  GError *cause = NULL;

  if (pst_host_run_command (run, func, command, &cause))
    return TRUE;
  if (g_error_matches (cause, PST_RUN_ERROR, PST_RUN_ERROR_STATE) && pst_host_run_get_state (run) == PST_RUN_STATE_RUNNING)
    pst_host_fail (error, PST_CONTROLLER_ERROR_BUSY, "%s", cause->message);
  else
    {
      pst_host_translate (cause, error);
      return FALSE;
    }
  g_clear_error (&cause);
  return FALSE;
}

/* How the run stands, and whether it has obeyed already. */
static GVariant *
answer (PstHost *host, PstHostRun *run, PstTradingState state)
{
  g_autoptr (PstHostView) view = pst_host_run_dup_view (run);
  gboolean obeyed = view != NULL && pst_host_view_wait_for_trading (view, state, host->shared->settings->command_timeout_ns);
  g_autoptr (GVariant) described = g_variant_ref_sink (pst_host_describe_run (run));
  GVariantDict dict;

  g_variant_dict_init (&dict, described);
  g_variant_dict_insert (&dict, "obeyed", "b", obeyed);
  return g_variant_dict_end (&dict);
}

static gboolean
set_trading (PstRunControl *control, gpointer user_data, GError **error)
{
  const Command *command = user_data;

  return pst_run_control_set_trading_state (control, command->state, command->reason, error);
}

static GVariant *
change_trading (PstHost *host, const PstCaller *caller, GVariant *parameters, PstTradingState state, GError **error)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);

  if (run == NULL)
    return NULL;
  command.state = state;
  return send (run, set_trading, &command, error) ? answer (host, run, state) : NULL;
}

PST_HOST_VERB (halt) { return change_trading (host, caller, parameters, PST_TRADING_STATE_HALTED, error); }

PST_HOST_VERB (reduce) { return change_trading (host, caller, parameters, PST_TRADING_STATE_REDUCING, error); }

PST_HOST_VERB (resume) { return change_trading (host, caller, parameters, PST_TRADING_STATE_ACTIVE, error); }

static gboolean
do_flatten (PstRunControl *control, gpointer user_data, GError **error)
{
  return pst_run_control_flatten (control, ((const Command *)user_data)->reason, error);
}

PST_HOST_VERB (flatten)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);

  return run != NULL && send (run, do_flatten, &command, error) ? pst_host_describe_run (run) : NULL;
}

static gboolean
act_on_guards (PstRunControl *control, gpointer user_data, GError **error)
{
  const Command *command = user_data;

  /* Trading is halted first: were the mailbox full then, the rest would not matter. */
  if (command->state != 0 && !pst_run_control_set_trading_state (control, command->state, command->reason, error))
    return FALSE;
  for (guint i = 0; command->guards[i] != NULL; i++)
    if (!pst_run_control_act (control, PST_COMPONENT_KIND_GUARD, command->guards[i], command->action, command->reason, error))
      return FALSE;
  return TRUE;
}

static char **
list_guards (PstHostRun *run, const char *action)
{
  g_autoptr (PstHostView) view = pst_host_run_dup_view (run);

  return view != NULL ? pst_host_view_list_guards_with (view, action) : g_new0 (char *, 1);
}

PST_HOST_VERB (engage_kill_switch)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);
  g_auto (GStrv) guards = NULL;

  if (run == NULL)
    return NULL;
  command.action = "engage";
  command.guards = guards = list_guards (run, command.action);
  command.state = PST_TRADING_STATE_HALTED;
  return send (run, act_on_guards, &command, error) ? answer (host, run, PST_TRADING_STATE_HALTED) : NULL;
}

PST_HOST_VERB (release_kill_switch)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);
  g_auto (GStrv) guards = NULL;

  if (run == NULL)
    return NULL;
  command.action = "release";
  command.guards = guards = list_guards (run, command.action);
  if (!send (run, act_on_guards, &command, error))
    return NULL;
  if (guards[0] != NULL)
    return pst_host_describe_run (run);
  pst_host_fail (error, PST_CONTROLLER_ERROR_NOT_FOUND, "run \"%s\" has no kill switch", pst_host_run_get_id (run));
  return NULL;
}

static gboolean
do_act (PstRunControl *control, gpointer user_data, GError **error)
{
  const Command *command = user_data;

  return pst_run_control_act (control, command->kind, command->component, command->action, command->reason, error);
}

/* Under the run's lock: changes are numbered as they are asked for. */
static gboolean
do_set_option (PstRunControl *control, gpointer user_data, GError **error)
{
  Command *command = user_data;

  command->change = pst_host_view_ask_change (command->view);
  if (pst_run_control_set_option (control, command->kind, command->component, command->option, command->value, command->reason, error))
    return TRUE;
  pst_host_view_unask_change (command->view);
  return FALSE;
}

/* Of the run's components; what it did may not be kept any more, but then it is over too. */
static gboolean
find_component (PstHostRun *run, GVariant *parameters, Command *command, GError **error)
{
  g_autoptr (PstHostView) view = pst_host_run_dup_view (run);
  const char *name = "";

  g_variant_lookup (parameters, "component", "&s", &name);
  command->component = view != NULL ? pst_host_view_find_component (view, name, &command->kind) : NULL;
  return command->component != NULL
         || pst_host_fail (error, PST_CONTROLLER_ERROR_NOT_FOUND, "run \"%s\" has no component \"%s\"", pst_host_run_get_id (run), name);
}

PST_HOST_VERB (act)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);

  if (run == NULL || !find_component (run, parameters, &command, error))
    return NULL;
  g_variant_lookup (parameters, "action", "&s", &command.action);
  return send (run, do_act, &command, error) ? pst_host_describe_run (run) : NULL;
}

/* The rules of overrides hold here too. */
static gboolean
permit_option (const PstCaller *caller, GParamSpec *option, const char *value, GError **error)
{
  gboolean refers = value[0] == '@' && value[1] != '@';

  if ((caller->permissions & PST_PERMISSION_ADMIN) != 0 || (!refers && (option->flags & (PST_OPTION_PATH | PST_OPTION_SECRET)) == 0))
    return TRUE;
  return pst_host_fail (error, PST_CONTROLLER_ERROR_DENIED, "option \"%s\" names a file or a secret: it needs the permission \"admin\"",
                        option->name);
}

/* What the component has now; before the run has obeyed that is what it had. */
static GVariant *
answer_option (PstHost *host, PstHostRun *run, const Command *command, guint32 index, GParamSpec *option, GError **error)
{
  g_autofree char *refusal = NULL, *value = NULL;
  gboolean obeyed = pst_host_view_wait_for_change (command->view, command->change, host->shared->settings->command_timeout_ns, &refusal);
  g_autoptr (GVariant) described = NULL;
  GVariantDict dict;

  if (refusal != NULL)
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID, "\"%s\": %s", command->component, refusal);
      return NULL;
    }
  described = g_variant_ref_sink (pst_host_describe_run (run));
  g_variant_dict_init (&dict, described);
  g_variant_dict_insert (&dict, "obeyed", "b", obeyed);
  g_variant_dict_insert (&dict, "component", "s", command->component);
  g_variant_dict_insert (&dict, "option", "s", option->name);
  value = pst_host_view_dup_option (command->view, index, option);
  if (value != NULL)
    g_variant_dict_insert (&dict, "value", "s", value);
  return g_variant_dict_end (&dict);
}

PST_HOST_VERB (set_option)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);
  g_autoptr (PstHostView) view = NULL;
  g_autoptr (GParamSpec) option = NULL;
  guint32 index = 0;

  if (run == NULL || !find_component (run, parameters, &command, error))
    return NULL;
  g_variant_lookup (parameters, "option", "&s", &command.option);
  g_variant_lookup (parameters, "value", "&s", &command.value);
  command.view = view = pst_host_run_dup_view (run);
  if (view == NULL)
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_STATE, "run \"%s\" has ended: there is nothing to change", pst_host_run_get_id (run));
      return NULL;
    }
  option = pst_host_view_find_option (view, command.component, command.option, &index);
  if (option != NULL && !permit_option (caller, option, command.value, error))
    return NULL;
  if (!send (run, do_set_option, &command, error))
    return NULL;
  /* What the run takes its view knows; a daemon of many users does not end over it. */
  return option != NULL ? answer_option (host, run, &command, index, option, error) : pst_host_describe_run (run);
}

PST_HOST_VERB (stop)
{
  Command command;
  g_autoptr (PstHostRun) run = begin (host, caller, parameters, &command, error);

  if (run == NULL || !pst_host_run_stop (run, command.reason, error))
    return NULL;
  pst_host_run_wait_ended (run, host->shared->settings->stop_timeout_ns);
  return pst_host_describe_run (run);
}

PST_HOST_VERB (remove)
{
  g_autoptr (PstHostRun) run = pst_host_find_run (host, caller, parameters, error);
  GVariant *described;

  if (run == NULL)
    return NULL;
  if (pst_host_run_get_state (run) <= PST_RUN_STATE_RUNNING || pst_host_run_is_active (run))
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_STATE, "run \"%s\" is %s: only a run that ended can be removed", pst_host_run_get_id (run),
                     pst_run_state_to_string (pst_host_run_get_state (run)));
      return NULL;
    }
  described = pst_host_describe_run (run);
  if (pst_host_forget (host, run, error))
    return described;
  g_variant_unref (g_variant_ref_sink (described));
  return NULL;
}
