/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals are read from a descriptor by a thread that is joined before the program ends: a backtest keeps its own thread busy and runs no main
 * loop, and GLib's worker, which would watch signals too, may still be starting when a short run is over. */

#include "penstock-interrupt.h"

#include "../host/pst-exit-code.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct _PenstockInterrupt
{
  PstRun *run;               /* nullable */
  GCancellable *cancellable; /* nullable */
  GThread *thread;
  int signal_fd;
  int quit_fd;
  sigset_t previous;
  gint n_caught;
};

static void
on_signal (PenstockInterrupt *interrupt)
{
  struct signalfd_siginfo info;

  if (read (interrupt->signal_fd, &info, sizeof info) != (gssize)sizeof info)
    return;
  if (info.ssi_signo == SIGUSR1)
    {
      pst_run_kill (interrupt->run);
      return;
    }
  /* Stores verify on open: leaving at once loses nothing that was confirmed. */
  if (g_atomic_int_add (&interrupt->n_caught, 1) > 0)
    _exit (PST_EXIT_INTERRUPTED);
  if (interrupt->run != NULL)
    pst_run_interrupt (interrupt->run);
  if (interrupt->cancellable != NULL)
    g_cancellable_cancel (interrupt->cancellable);
}

static gpointer
watch (gpointer user_data)
{
  PenstockInterrupt *interrupt = user_data;
  struct pollfd fds[] = { { .fd = interrupt->signal_fd, .events = POLLIN }, { .fd = interrupt->quit_fd, .events = POLLIN } };

  for (;;)
    {
      if (poll (fds, G_N_ELEMENTS (fds), -1) < 0 && errno != EINTR)
        return NULL;
      if (fds[1].revents)
        return NULL;
      if (fds[0].revents & POLLIN)
        on_signal (interrupt);
    }
}

static void
start (PenstockInterrupt *interrupt)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  if (interrupt->run != NULL)
    sigaddset (&set, SIGUSR1);
  /* Blocked here and, as threads inherit it, in every thread that the run starts; the descriptor gets them instead. */
  pthread_sigmask (SIG_BLOCK, &set, &interrupt->previous);
  interrupt->signal_fd = signalfd (-1, &set, SFD_CLOEXEC);
  interrupt->quit_fd = eventfd (0, EFD_CLOEXEC);
  interrupt->thread = g_thread_new ("signals", watch, interrupt);
}

PenstockInterrupt *
penstock_interrupt_new (PstRun *run)
{
  PenstockInterrupt *interrupt = g_new0 (PenstockInterrupt, 1);

  interrupt->run = g_object_ref (run);
  start (interrupt);
  return interrupt;
}

PenstockInterrupt *
penstock_interrupt_new_cancel (GCancellable *cancellable)
{
  PenstockInterrupt *interrupt = g_new0 (PenstockInterrupt, 1);

  interrupt->cancellable = g_object_ref (cancellable);
  start (interrupt);
  return interrupt;
}

gboolean
penstock_interrupt_was_caught (PenstockInterrupt *interrupt)
{
  return g_atomic_int_get (&interrupt->n_caught) > 0;
}

void
penstock_interrupt_free (PenstockInterrupt *interrupt)
{
  eventfd_write (interrupt->quit_fd, 1);
  g_thread_join (interrupt->thread);
  close (interrupt->signal_fd);
  close (interrupt->quit_fd);
  pthread_sigmask (SIG_SETMASK, &interrupt->previous, NULL);
  g_clear_object (&interrupt->run);
  g_clear_object (&interrupt->cancellable);
  g_free (interrupt);
}
