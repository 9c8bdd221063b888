/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread belongs to the worker until it is stopped; if it hangs in a call that cannot be cancelled, it is left behind with what it needs, so that
 * the end of a run never hangs with it. */

#include "pst-alert-worker.h"

/* After the sink was told to give up. */
#define GIVE_UP_US (G_USEC_PER_SEC / 2)

struct _PstAlertWorker
{
  gatomicrefcount references; /* the service's and the thread's */
  GThread *thread;
  GMutex lock; /* of all below */
  GCond changed;
  GQueue queue; /* PstAlert */
  guint queue_max;
  guint n_dropped;
  gboolean busy;
  gboolean ends;
  gboolean ended;
  gboolean failing;
  gboolean failure_untold;
  char *why;

  GCancellable *cancellable;
  PstAlertDeliver deliver;
  gpointer data;
  GDestroyNotify destroy;
};

static void
worker_unref (PstAlertWorker *worker)
{
  if (!g_atomic_ref_count_dec (&worker->references))
    return;
  if (worker->destroy != NULL)
    worker->destroy (worker->data);
  g_queue_clear_full (&worker->queue, (GDestroyNotify)pst_alert_free);
  g_mutex_clear (&worker->lock);
  g_cond_clear (&worker->changed);
  g_object_unref (worker->cancellable);
  g_free (worker->why);
  g_free (worker);
}

static void
note_outcome (PstAlertWorker *worker, const PstAlert *alert, const GError *error)
{
  worker->busy = FALSE;
  if (error == NULL)
    {
      worker->failing = FALSE;
      return;
    }
  /* It is lost, and so is what it would have told. */
  worker->n_dropped += 1 + alert->n_dropped;
  if (worker->failing)
    return;
  worker->failing = worker->failure_untold = TRUE;
  g_free (worker->why);
  worker->why = g_strdup (error->message);
}

static gpointer
work (gpointer user_data)
{
  PstAlertWorker *worker = user_data;
  PstAlert *alert;

  g_mutex_lock (&worker->lock);
  for (;;)
    {
      g_autoptr (GError) error = NULL;

      while ((alert = g_queue_pop_head (&worker->queue)) == NULL && !worker->ends)
        g_cond_wait (&worker->changed, &worker->lock);
      if (alert == NULL || g_cancellable_is_cancelled (worker->cancellable))
        break;
      alert->n_dropped = worker->n_dropped;
      worker->n_dropped = 0;
      worker->busy = TRUE;
      g_mutex_unlock (&worker->lock);
      if (!worker->deliver (worker->data, alert, worker->cancellable, &error) && error == NULL)
        g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "it did not say why");
      g_mutex_lock (&worker->lock);
      note_outcome (worker, alert, error);
      pst_alert_free (alert);
    }
  if (alert != NULL)
    {
      worker->n_dropped++;
      pst_alert_free (alert);
    }
  worker->ended = TRUE;
  g_cond_broadcast (&worker->changed);
  g_mutex_unlock (&worker->lock);
  worker_unref (worker);
  return NULL;
}

PstAlertWorker *
pst_alert_worker_new (const char *name, guint queue_max, PstAlertDeliver deliver, gpointer data, GDestroyNotify destroy)
{
  PstAlertWorker *worker = g_new0 (PstAlertWorker, 1);

  g_atomic_ref_count_init (&worker->references);
  g_atomic_ref_count_inc (&worker->references);
  g_mutex_init (&worker->lock);
  g_cond_init (&worker->changed);
  g_queue_init (&worker->queue);
  worker->queue_max = queue_max;
  worker->cancellable = g_cancellable_new ();
  worker->deliver = deliver;
  worker->data = data;
  worker->destroy = destroy;
  worker->thread = g_thread_new (name, work, worker);
  return worker;
}

void
pst_alert_worker_push (PstAlertWorker *worker, const PstAlert *alert)
{
  g_mutex_lock (&worker->lock);
  if (g_queue_get_length (&worker->queue) < worker->queue_max)
    g_queue_push_tail (&worker->queue, pst_alert_copy (alert));
  else
    worker->n_dropped++;
  g_cond_broadcast (&worker->changed);
  g_mutex_unlock (&worker->lock);
}

void
pst_alert_worker_drop (PstAlertWorker *worker)
{
  g_mutex_lock (&worker->lock);
  worker->n_dropped++;
  g_mutex_unlock (&worker->lock);
}

gboolean
pst_alert_worker_take_failure (PstAlertWorker *worker, char **why)
{
  gboolean untold;

  g_mutex_lock (&worker->lock);
  untold = worker->failure_untold;
  worker->failure_untold = FALSE;
  if (untold)
    *why = g_strdup (worker->why);
  g_mutex_unlock (&worker->lock);
  return untold;
}

guint
pst_alert_worker_get_n_dropped (PstAlertWorker *worker)
{
  guint n_dropped;

  g_mutex_lock (&worker->lock);
  n_dropped = worker->n_dropped;
  g_mutex_unlock (&worker->lock);
  return n_dropped;
}

static gboolean
wait_for_end (PstAlertWorker *worker, gint64 patience_us)
{
  gint64 end_us = g_get_monotonic_time () + patience_us;

  while (!worker->ended)
    if (!g_cond_wait_until (&worker->changed, &worker->lock, end_us))
      break;
  return worker->ended;
}

guint
pst_alert_worker_stop (PstAlertWorker *worker, gint64 patience_us)
{
  gboolean ended;
  guint n_lost;

  g_mutex_lock (&worker->lock);
  worker->ends = TRUE;
  g_cond_broadcast (&worker->changed);
  if (!wait_for_end (worker, patience_us))
    {
      g_mutex_unlock (&worker->lock);
      g_cancellable_cancel (worker->cancellable);
      g_mutex_lock (&worker->lock);
    }
  ended = wait_for_end (worker, GIVE_UP_US);
  n_lost = worker->n_dropped + g_queue_get_length (&worker->queue) + (worker->busy ? 1 : 0);
  g_mutex_unlock (&worker->lock);
  if (ended)
    g_thread_join (worker->thread);
  else
    g_thread_unref (worker->thread);
  worker_unref (worker);
  return n_lost;
}
