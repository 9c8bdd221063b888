/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What operators command. On the run's own thread a command takes effect at once; from another it waits in a bounded mailbox for the next
 * frame, or in real time for the next turn of the run's context, which it causes. An interrupt is one atomic bit and a descriptor: a signal
 * handler may set it. */
#include "pst-run-private.h"

#include <errno.h>
#include <unistd.h>

void
pst_command_free (PstCommand *command)
{
  g_free (command->reason);
  g_free (command->action);
  g_free (command->text);
  g_free (command);
}

static PstRunState
get_run_state (PstRunControl *control)
{
  return pst_run_get_state (PST_RUN (control));
}

/* Async-signal-safe. */
void
pst_run_alarm (PstRun *run, int attention)
{
  const guint64 one = 1;
  int saved = errno, fd = g_atomic_int_get (&run->wake_fd);

  g_atomic_int_or ((guint *)&run->attention, (guint)attention);
  /* Full means that it is ready to be read already. */
  if (fd >= 0 && write (fd, &one, sizeof one) < 0)
    errno = saved;
}

static void
act (PstRun *run, const PstCommand *command)
{
  PstComponent *component = pst_pipeline_get_component (run->pipeline, command->component);

  pst_recorder_note (run->recorder, command->component, "OPERATOR_ACTION", "action=%s reason=%s", command->action, command->reason);
  pst_component_act (component, command->action, command->reason, NULL);
}

/* (transfer full): "NAME=VALUE"; what is secret is not shown. */
static char *
describe_option (PstComponent *component, const char *option)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (component), option);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *text = NULL;

  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
  g_object_get_property (G_OBJECT (component), option, &value);
  text = pst_option_to_string (pspec, &value);
  return g_strdup_printf ("%s=%s", option, (pspec->flags & PST_OPTION_SECRET) ? "***" : text);
}

static void
audit_option (PstRun *run, PstComponent *component, const char *before, const char *after, const char *reason)
{
  PstRecord record = { .kind = PST_RECORD_AUDIT, .audit = { .actor_kind = PST_AUDIT_ACTOR_OPERATOR, .component = G_MAXUINT32 } };
  g_autofree char *what = g_strdup_printf ("%s: %s", pst_component_get_name (component), after);

  pst_copy_text (record.audit.actor, sizeof record.audit.actor, run->settings.user_id);
  g_strlcpy (record.audit.action, "OPTION_CHANGED", sizeof record.audit.action);
  pst_copy_text (record.audit.why, sizeof record.audit.why, reason);
  pst_copy_text (record.audit.before, sizeof record.audit.before, before);
  pst_copy_text (record.audit.after, sizeof record.audit.after, what);
  pst_recorder_append (run->recorder, &record);
}

/* Between two frames, so that no order is judged by half of a change. */
static gboolean
change_option (PstRun *run, const PstCommand *command, GError **error)
{
  PstComponent *component = pst_pipeline_get_component (run->pipeline, command->component);
  g_autofree char *before = describe_option (component, command->action), *after = NULL;
  g_autoptr (GError) refusal = NULL;

  if (!pst_component_set_option (component, command->action, command->text, &refusal))
    {
      pst_recorder_note (run->recorder, command->component, "OPTION_REFUSED", "option=%s reason=%s", command->action, refusal->message);
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  after = describe_option (component, command->action);
  pst_recorder_note (run->recorder, command->component, "OPTION_CHANGED", "before %s, now %s: %s", before, after, command->reason);
  audit_option (run, component, before, after, command->reason);
  return TRUE;
}

static void
obey (PstRun *run, const PstCommand *command)
{
  switch (command->kind)
    {
    case PST_COMMAND_TRADING_STATE:
      pst_gate_set_trading_state (run->gate, command->state, G_MAXUINT32, command->reason);
      break;
    case PST_COMMAND_FLATTEN:
      pst_recorder_note (run->recorder, G_MAXUINT32, "FLATTEN", "reason=%s", command->reason);
      pst_gate_flatten (run->gate);
      break;
    case PST_COMMAND_ACT:
      act (run, command);
      break;
    case PST_COMMAND_OPTION:
      change_option (run, command, NULL);
      break;
    case PST_COMMAND_STOP:
    default:
      pst_run_end (run, command->reason);
      break;
    }
}

/* A kill switch is a guard with the action "engage": see pst_guard_halt(). */
static void
engage_kill_switches (PstRun *run)
{
  GPtrArray *guards = pst_pipeline_get_kind (run->pipeline, PST_COMPONENT_KIND_GUARD);

  pst_gate_set_trading_state (run->gate, PST_TRADING_STATE_HALTED, G_MAXUINT32, "signal");
  for (guint i = 0; i < guards->len; i++)
    if (pst_component_has_action (guards->pdata[i], "engage"))
      act (run, &(PstCommand){ .component = pst_component_get_index (guards->pdata[i]), .action = (char *)"engage", .reason = (char *)"signal" });
}

/* Obeys what came from outside; nothing any more when the end has begun. FALSE when the run is to end. */
gboolean
pst_run_attend (PstRun *run)
{
  int attention;

  /* Before the run has gone on commands wait: they are none of the past. */
  if (run->history != NULL)
    return !run->ended;
  attention = g_atomic_int_and ((guint *)&run->attention, 0);
  if ((attention & PST_RUN_ATTENTION_INTERRUPT) && !run->leaving)
    pst_run_end (run, "interrupted");
  if (attention & PST_RUN_ATTENTION_KILL)
    engage_kill_switches (run);
  while (attention & PST_RUN_ATTENTION_MAIL)
    {
      PstCommand *command;

      g_mutex_lock (&run->mail_lock);
      command = g_queue_pop_head (&run->mail);
      g_mutex_unlock (&run->mail_lock);
      if (command == NULL)
        break;
      if (!run->leaving)
        obey (run, command);
      pst_command_free (command);
    }
  return !run->ended;
}

static gboolean
post (PstRun *run, const PstCommand *asked, GError **error)
{
  PstCommand *command = g_memdup2 (asked, sizeof *asked);
  gboolean full;

  command->reason = g_strdup (asked->reason);
  command->action = g_strdup (asked->action);
  command->text = g_strdup (asked->text);
  g_mutex_lock (&run->mail_lock);
  full = g_queue_get_length (&run->mail) >= PST_RUN_MAIL_MAX;
  if (!full)
    g_queue_push_tail (&run->mail, command);
  g_mutex_unlock (&run->mail_lock);
  if (full)
    {
      pst_command_free (command);
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "%u commands wait for the run already; try again when it has taken them",
                   PST_RUN_MAIL_MAX);
      return FALSE;
    }
  pst_run_alarm (run, PST_RUN_ATTENTION_MAIL);
  return TRUE;
}

static gboolean
command (PstRunControl *control, const PstCommand *asked, GError **error)
{
  PstRun *run = PST_RUN (control);

  if (pst_run_get_state (run) != PST_RUN_STATE_RUNNING)
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "the run is not running, so there is nothing to command");
      return FALSE;
    }
  if (g_thread_self () != run->thread)
    return post (run, asked, error);
  if (asked->kind == PST_COMMAND_OPTION)
    return change_option (run, asked, error);
  obey (run, asked);
  return TRUE;
}

static gboolean
set_trading_state (PstRunControl *control, PstTradingState state, const char *reason, GError **error)
{
  if (state < PST_TRADING_STATE_ACTIVE || state > PST_TRADING_STATE_HALTED)
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "trading state %d is none of ACTIVE, REDUCING and HALTED", (int)state);
      return FALSE;
    }
  return command (control, &(PstCommand){ .kind = PST_COMMAND_TRADING_STATE, .state = state, .reason = (char *)(reason != NULL ? reason : "") },
                  error);
}

static gboolean
flatten (PstRunControl *control, const char *reason, GError **error)
{
  return command (control, &(PstCommand){ .kind = PST_COMMAND_FLATTEN, .reason = (char *)(reason != NULL ? reason : "") }, error);
}

static gboolean
stop (PstRunControl *control, const char *reason, GError **error)
{
  return command (control, &(PstCommand){ .kind = PST_COMMAND_STOP, .reason = (char *)(reason != NULL ? reason : "") }, error);
}

/* (nullable) */
static PstComponent *
find_component (PstRun *run, PstComponentKind kind, const char *name, GError **error)
{
  PstComponent *component = pst_pipeline_find (run->pipeline, kind, name);

  if (component == NULL)
    g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "the run has no component \"%s\" of that kind", name);
  return component;
}

static gboolean
set_option (PstRunControl *control, PstComponentKind kind, const char *name, const char *option, const char *text, const char *reason, GError **error)
{
  PstComponent *component = find_component (PST_RUN (control), kind, name, error);

  if (component == NULL || !pst_component_check_option (component, option, text, error))
    {
      g_prefix_error (error, "\"%s\": ", name);
      return FALSE;
    }
  return command (control,
                  &(PstCommand){ .kind = PST_COMMAND_OPTION,
                                 .component = pst_component_get_index (component),
                                 .action = (char *)option,
                                 .text = (char *)text,
                                 .reason = (char *)reason },
                  error);
}

static gboolean
have_act (PstRunControl *control, PstComponentKind kind, const char *name, const char *action, const char *reason, GError **error)
{
  PstComponent *component = find_component (PST_RUN (control), kind, name, error);

  if (component == NULL)
    return FALSE;
  if (!pst_component_has_action (component, action))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "\"%s\" of plugin \"%s\" has no action \"%s\"", name,
                   pst_component_get_plugin (component), action);
      return FALSE;
    }
  return command (
      control,
      &(PstCommand){ .kind = PST_COMMAND_ACT, .component = pst_component_get_index (component), .action = (char *)action, .reason = (char *)reason },
      error);
}

void
pst_run_commands_init (PstRunControlInterface *iface)
{
  iface->get_run_state = get_run_state;
  iface->set_trading_state = set_trading_state;
  iface->flatten = flatten;
  iface->stop = stop;
  iface->act = have_act;
  iface->set_option = set_option;
}

/**
 * pst_run_interrupt:
 * @run: a run
 *
 * Ends the run in order at the next frame, in real time at once: orders cancelled, stores committed. Async-signal-safe, and callable from any thread;
 * the run must live.
 */
void
pst_run_interrupt (PstRun *run)
{
  pst_run_alarm (run, PST_RUN_ATTENTION_INTERRUPT);
}

/**
 * pst_run_kill:
 * @run: a run
 *
 * Halts trading and engages every kill switch at the next frame, or at the first when the run has not begun; the run goes on. Async-signal-safe, and
 * callable from any thread; the run must live.
 */
void
pst_run_kill (PstRun *run)
{
  pst_run_alarm (run, PST_RUN_ATTENTION_KILL);
}
