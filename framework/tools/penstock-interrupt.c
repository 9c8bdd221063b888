/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals are watched by a main context on a thread of their own: a backtest keeps its thread busy and runs no loop. */

#include "penstock-interrupt.h"

#include "../host/pst-exit-code.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

struct _PenstockInterrupt
{
  PstRun *run;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  gint n_caught;
};

static gboolean
on_signal (gpointer user_data)
{
  PenstockInterrupt *interrupt = user_data;

  /* Stores verify on open: leaving at once loses nothing that was confirmed. */
  if (g_atomic_int_add (&interrupt->n_caught, 1) > 0)
    _exit (PST_EXIT_INTERRUPTED);
  pst_run_interrupt (interrupt->run);
  return G_SOURCE_CONTINUE;
}

static void
watch (PenstockInterrupt *interrupt, int signal_number)
{
  g_autoptr (GSource) source = g_unix_signal_source_new (signal_number);

  g_source_set_callback (source, on_signal, interrupt, NULL);
  g_source_attach (source, interrupt->context);
}

static gpointer
run_loop (gpointer user_data)
{
  PenstockInterrupt *interrupt = user_data;

  g_main_loop_run (interrupt->loop);
  return NULL;
}

PenstockInterrupt *
penstock_interrupt_new (PstRun *run)
{
  PenstockInterrupt *interrupt = g_new0 (PenstockInterrupt, 1);

  interrupt->run = g_object_ref (run);
  interrupt->context = g_main_context_new ();
  interrupt->loop = g_main_loop_new (interrupt->context, FALSE);
  watch (interrupt, SIGINT);
  watch (interrupt, SIGTERM);
  interrupt->thread = g_thread_new ("signals", run_loop, interrupt);
  return interrupt;
}

gboolean
penstock_interrupt_was_caught (PenstockInterrupt *interrupt)
{
  return g_atomic_int_get (&interrupt->n_caught) > 0;
}

static gboolean
quit_loop (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
penstock_interrupt_free (PenstockInterrupt *interrupt)
{
  /* Through the context, so that a loop which has not begun yet ends too. */
  g_main_context_invoke (interrupt->context, quit_loop, interrupt->loop);
  g_thread_join (interrupt->thread);
  g_main_loop_unref (interrupt->loop);
  g_main_context_unref (interrupt->context);
  g_object_unref (interrupt->run);
  g_free (interrupt);
}
