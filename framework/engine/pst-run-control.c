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
  g_free (command);
}

static PstRunState
get_run_state (PstController *controller)
{
  return pst_run_get_state (PST_RUN (controller));
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
    case PST_COMMAND_STOP:
    default:
      pst_run_end (run, command->reason);
      break;
    }
}

/* Obeys what came from outside; nothing any more when the end has begun. FALSE when the run is to end. */
gboolean
pst_run_attend (PstRun *run)
{
  int attention = g_atomic_int_and ((guint *)&run->attention, 0);

  if ((attention & PST_RUN_ATTENTION_INTERRUPT) && !run->leaving)
    pst_run_end (run, "interrupted");
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
post (PstRun *run, PstCommandKind kind, PstTradingState state, const char *reason, GError **error)
{
  PstCommand *command = g_new0 (PstCommand, 1);
  gboolean full;

  command->kind = kind;
  command->state = state;
  command->reason = g_strdup (reason != NULL ? reason : "");
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
command (PstController *controller, PstCommandKind kind, PstTradingState state, const char *reason, GError **error)
{
  PstRun *run = PST_RUN (controller);
  PstCommand direct = { kind, state, (char *)(reason != NULL ? reason : "") };

  if (pst_run_get_state (run) != PST_RUN_STATE_RUNNING)
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "the run is not running, so there is nothing to command");
      return FALSE;
    }
  if (g_thread_self () != run->thread)
    return post (run, kind, state, reason, error);
  obey (run, &direct);
  return TRUE;
}

static gboolean
set_trading_state (PstController *controller, PstTradingState state, const char *reason, GError **error)
{
  if (state < PST_TRADING_STATE_ACTIVE || state > PST_TRADING_STATE_HALTED)
    {
      g_set_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE, "trading state %d is none of ACTIVE, REDUCING and HALTED", (int)state);
      return FALSE;
    }
  return command (controller, PST_COMMAND_TRADING_STATE, state, reason, error);
}

static gboolean
flatten (PstController *controller, const char *reason, GError **error)
{
  return command (controller, PST_COMMAND_FLATTEN, 0, reason, error);
}

static gboolean
stop (PstController *controller, const char *reason, GError **error)
{
  return command (controller, PST_COMMAND_STOP, 0, reason, error);
}

void
pst_run_controller_init (PstControllerInterface *iface)
{
  iface->get_run_state = get_run_state;
  iface->set_trading_state = set_trading_state;
  iface->flatten = flatten;
  iface->stop = stop;
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
