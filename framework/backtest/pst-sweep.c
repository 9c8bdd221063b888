/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads take blocks by number from one counter. A block is looked up first: what an earlier sweep did is not done again. */
#include "pst-sweep.h"

#include <math.h>

typedef struct
{
  const PstSweepPlan *plan;
  guint64 n_blocks;
  GMutex mutex;
  GCond changed;
  /* under the mutex: */
  guint64 next_block;
  guint n_running;
  gboolean stopped;
  GError *error; /* the first */
  PstSweepProgress progress;
  guint64 n_shown; /* sets that were told of */
} Sweep;

typedef struct
{
  Sweep *sweep;
  gpointer worker;
  guint n_ranges, n_statistics;
  guint64 *choices;
  guint8 states[PST_SWEEP_BLOCK_MAX];
  double *statistics;
} Worker;

gboolean
pst_sweep_is_better (double value, double other, gboolean minimise)
{
  if (isnan (value) || isnan (other))
    return !isnan (value);
  return minimise ? value < other : value > other;
}

static gboolean
take_block (Sweep *sweep, guint64 *block)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sweep->mutex);

  if (sweep->stopped || sweep->next_block == sweep->n_blocks || g_cancellable_is_cancelled (sweep->plan->cancellable))
    return FALSE;
  *block = sweep->next_block++;
  return TRUE;
}

static void
stop (Sweep *sweep, GError *error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sweep->mutex);

  sweep->stopped = TRUE;
  if (sweep->error == NULL)
    sweep->error = error;
  else
    g_error_free (error);
}

static void
add_to_progress (Worker *worker, guint64 first, guint n_sets, gboolean before)
{
  Sweep *sweep = worker->sweep;
  PstSweepProgress *progress = &sweep->progress;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sweep->mutex);

  progress->n_done += n_sets;
  progress->n_before += before ? n_sets : 0;
  for (guint i = 0; i < n_sets; i++)
    {
      double value = worker->statistics[i * worker->n_statistics + sweep->plan->objective];

      progress->n_refused += worker->states[i] == PST_SWEEP_STATE_REFUSED;
      progress->n_failed += worker->states[i] == PST_SWEEP_STATE_OVERFLOW;
      if (worker->states[i] != PST_SWEEP_STATE_DONE || isnan (value)
          || (progress->has_best && !pst_sweep_is_better (value, progress->best, sweep->plan->minimise)
              && (value != progress->best || progress->best_set < first + i)))
        continue;
      progress->has_best = TRUE;
      progress->best = value;
      progress->best_set = first + i;
    }
  g_cond_signal (&sweep->changed);
}

static gboolean
do_block (Worker *worker, guint64 block, GError **error)
{
  const PstSweepPlan *plan = worker->sweep->plan;
  const PstSweepHeader *header = pst_sweep_file_get_header (plan->file);
  guint64 first;
  guint n_sets = pst_sweep_header_get_block (header, block, &first);

  if (!pst_sweep_file_read_block (plan->file, block, worker->states, worker->statistics, error))
    return FALSE;
  if (worker->states[0] != PST_SWEEP_STATE_OPEN)
    {
      add_to_progress (worker, first, n_sets, TRUE);
      return TRUE;
    }
  for (guint i = 0; i < n_sets; i++)
    {
      pst_parameter_space_get_set (header->space, first + i, worker->choices + (gsize)i * worker->n_ranges);
      worker->states[i] = PST_SWEEP_STATE_DONE;
    }
  for (gsize i = 0; i < (gsize)n_sets * worker->n_statistics; i++)
    worker->statistics[i] = NAN;
  if (!plan->evaluate (worker->worker, n_sets, worker->choices, worker->states, worker->statistics, error)
      || !pst_sweep_file_write_block (plan->file, block, worker->states, worker->statistics, error))
    return FALSE;
  add_to_progress (worker, first, n_sets, FALSE);
  return TRUE;
}

static gpointer
work (gpointer data)
{
  Worker *worker = data;
  Sweep *sweep = worker->sweep;
  GError *error = NULL;
  guint64 block;

  while (error == NULL && take_block (sweep, &block))
    if (!do_block (worker, block, &error))
      stop (sweep, error);
  g_mutex_lock (&sweep->mutex);
  sweep->n_running--;
  g_cond_signal (&sweep->changed);
  g_mutex_unlock (&sweep->mutex);
  return NULL;
}

/* The last call tells how it ended, also when the threads were faster than this one. */
static void
watch (Sweep *sweep)
{
  gboolean is_running;

  do
    {
      PstSweepProgress progress;

      g_mutex_lock (&sweep->mutex);
      while (sweep->n_running > 0 && sweep->progress.n_done == sweep->n_shown)
        g_cond_wait (&sweep->changed, &sweep->mutex);
      progress = sweep->progress;
      sweep->n_shown = progress.n_done;
      is_running = sweep->n_running > 0;
      g_mutex_unlock (&sweep->mutex);
      if (sweep->plan->progress != NULL)
        sweep->plan->progress (&progress, sweep->plan->user_data);
    }
  while (is_running);
}

static void
init_worker (Worker *worker, Sweep *sweep, gpointer own)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (sweep->plan->file);

  worker->sweep = sweep;
  worker->worker = own;
  worker->n_ranges = pst_parameter_space_get_n_ranges (header->space);
  worker->n_statistics = g_strv_length (header->statistics);
  worker->choices = g_new (guint64, (gsize)PST_SWEEP_BLOCK_MAX * worker->n_ranges);
  worker->statistics = g_new (double, (gsize)PST_SWEEP_BLOCK_MAX * worker->n_statistics);
}

static gboolean
end (Sweep *sweep, GError **error)
{
  if (sweep->error != NULL)
    {
      g_propagate_error (error, sweep->error);
      return FALSE;
    }
  if (sweep->progress.n_done == sweep->progress.n_sets)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the sweep was interrupted");
  return FALSE;
}

/**
 * pst_sweep_run:
 * @plan: what to do
 * @error: where to say why not
 *
 * Tries every set of the file that is not done yet, on as many threads as there are workers, and returns when all have ended. The file is synced
 * then. When it fails, whatever was done is in the file. Any thread; blocks.
 *
 * Returns: %TRUE when every set is done
 */
gboolean
pst_sweep_run (const PstSweepPlan *plan, GError **error)
{
  guint n_workers = MIN (plan->n_workers, PST_SWEEP_WORKERS_MAX);
  g_autofree Worker *workers = g_new0 (Worker, n_workers);
  g_autofree GThread **threads = g_new (GThread *, n_workers);
  const PstSweepHeader *header = pst_sweep_file_get_header (plan->file);
  Sweep sweep = { .plan = plan, .n_blocks = pst_sweep_header_get_n_blocks (header), .n_running = n_workers };
  g_autoptr (GError) sync_error = NULL;
  gboolean ended;

  g_return_val_if_fail (n_workers > 0 && plan->objective < g_strv_length (header->statistics), FALSE);

  sweep.progress.n_sets = header->n_sets;
  g_mutex_init (&sweep.mutex);
  g_cond_init (&sweep.changed);
  for (guint i = 0; i < n_workers; i++)
    {
      init_worker (&workers[i], &sweep, plan->workers[i]);
      threads[i] = g_thread_new ("sweep", work, &workers[i]);
    }
  watch (&sweep);
  for (guint i = 0; i < n_workers; i++)
    {
      g_thread_join (threads[i]);
      g_free (workers[i].choices);
      g_free (workers[i].statistics);
    }
  g_mutex_clear (&sweep.mutex);
  g_cond_clear (&sweep.changed);
  ended = end (&sweep, error);
  if (pst_sweep_file_sync (plan->file, &sync_error) || !ended)
    return ended;
  g_propagate_error (error, g_steal_pointer (&sync_error));
  return FALSE;
}
