/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One commit costs what a tick's rows cost, so many runs share one. Each batch has a savepoint: a refusal takes back that batch alone. Whatever else
 * goes wrong ends the transaction; then, in this order,
 *  - a lost server is looked for again, and each batch is asked for before it is written again: the commit may have come through unheard;
 *  - what passes by itself (a lock, a deadlock, a serialization failure) is tried again, a bounded number of times;
 *  - each batch is written in a transaction of its own, so that one that breaks transactions breaks its own only. */
#include "pst-sql-group.h"

#define ATTEMPTS_MAX 5
/* Between two attempts to reach a lost server. */
#define REOPEN_PAUSE_US (100 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  PstSqlBatch *const *batches;
  guint n_batches;
  PstSqlSession *session;
  gboolean ask;       /* a commit may have come through unheard */
  gint64 patience_us; /* until when attempts begin */
} Group;

static gboolean
execute (Group *group, PstSqlStatement statement, GError **error)
{
  return pst_sql_connection_execute (pst_sql_session_get_connection (group->session), statement, NULL, NULL, NULL, error);
}

/* The failure of a batch of the same run before @n. */
static const GError *
find_earlier_failure (Group *group, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      if (group->batches[i]->lane == group->batches[n]->lane && group->batches[i]->failure != NULL)
        return group->batches[i]->failure;
    }
  return NULL;
}

/* FALSE: the transaction is to be ended. A refusal is the batch's own failure. */
static gboolean
write_in_savepoint (Group *group, PstSqlBatch *batch, GError **error)
{
  GError *local_error = NULL;
  gboolean there = FALSE;

  if (group->ask && !pst_sql_batch_is_there (batch, group->session, &there, error))
    return FALSE;
  if (there)
    return TRUE;
  if (batch->run_number != 0 && !pst_sql_session_holds (group->session, batch->run_number))
    {
      g_set_error (&batch->failure, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED,
                   "another process took run \"%s\" over while the ledger's server was away", batch->run_id);
      return TRUE;
    }
  if (!execute (group, PST_SQL_SAVEPOINT, error))
    return FALSE;
  if (pst_sql_batch_write (batch, group->session, &local_error))
    return execute (group, PST_SQL_RELEASE_SAVEPOINT, error);
  if (!g_error_matches (local_error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT))
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  batch->failure = local_error;
  if (!execute (group, PST_SQL_ROLLBACK_TO_SAVEPOINT, error) || !execute (group, PST_SQL_RELEASE_SAVEPOINT, error))
    return FALSE;
  /* Not before: a server answers nothing between a refusal and the way back. */
  pst_sql_batch_give_up (batch, group->session);
  return TRUE;
}

static gboolean
attempt (Group *group, gboolean *committing, GError **error)
{
  gboolean any_failed = FALSE;

  *committing = FALSE;
  if (pst_sql_session_get_connection (group->session) == NULL && !pst_sql_session_reopen (group->session, error))
    return FALSE;
  if (!execute (group, PST_SQL_BEGIN, error))
    return FALSE;
  for (guint i = 0; i < group->n_batches; i++)
    {
      PstSqlBatch *batch = group->batches[i];
      const GError *earlier = any_failed ? find_earlier_failure (group, i) : NULL;

      if (earlier != NULL)
        batch->failure = g_error_copy (earlier);
      else if (!write_in_savepoint (group, batch, error))
        return FALSE;
      any_failed |= batch->failure != NULL;
    }
  *committing = TRUE;
  return execute (group, PST_SQL_COMMIT, error);
}

static void
take_back (Group *group)
{
  if (pst_sql_session_get_connection (group->session) != NULL)
    pst_sql_connection_rollback (pst_sql_session_get_connection (group->session));
  for (guint i = 0; i < group->n_batches; i++)
    {
      g_clear_error (&group->batches[i]->failure);
      pst_sql_batch_give_up (group->batches[i], group->session);
    }
}

/* For as long as one waits for another writer. Nothing tells that a server is back, so it is asked now and then. */
static gboolean
find_server (Group *group)
{
  g_autoptr (GMutexLocker) locker = NULL;
  GMutex mutex;
  GCond never;

  g_mutex_init (&mutex);
  g_cond_init (&never);
  locker = g_mutex_locker_new (&mutex);
  while (!pst_sql_session_reopen (group->session, NULL))
    {
      if (g_get_monotonic_time () >= group->patience_us)
        return FALSE;
      g_cond_wait_until (&never, &mutex, g_get_monotonic_time () + REOPEN_PAUSE_US);
    }
  return TRUE;
}

/* All in one transaction. */
static gboolean
write_together (Group *group, GError **error)
{
  for (guint n = 1;; n++)
    {
      GError *local_error = NULL;
      gboolean committing, passes;

      if (attempt (group, &committing, &local_error))
        return TRUE;
      take_back (group);
      passes = g_error_matches (local_error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
      group->ask |= committing;
      if (!passes && !pst_sql_session_is_connected (group->session))
        {
          passes = find_server (group);
          group->ask = TRUE;
        }
      if (!passes || n == ATTEMPTS_MAX || g_get_monotonic_time () >= group->patience_us)
        {
          g_propagate_error (error, local_error);
          return FALSE;
        }
      g_error_free (local_error);
    }
}

static void
write_each (Group *group)
{
  for (guint i = 0; i < group->n_batches; i++)
    {
      Group alone = *group;
      const GError *earlier = find_earlier_failure (group, i);
      GError *failure = NULL;

      alone.batches = group->batches + i;
      alone.n_batches = 1;
      if (earlier != NULL)
        group->batches[i]->failure = g_error_copy (earlier);
      else if (!write_together (&alone, &failure))
        group->batches[i]->failure = failure;
    }
}

void
pst_sql_group_write (PstSqlBatch *const *batches, guint n_batches, PstSqlSession *session)
{
  Group group = { .batches = batches, .n_batches = n_batches, .session = session };
  GError *failure = NULL;

  group.patience_us = g_get_monotonic_time () + pst_sql_session_get_target (session)->busy_timeout_ns / 1000;
  if (write_together (&group, &failure))
    return;
  if (n_batches == 1)
    {
      batches[0]->failure = failure;
      return;
    }
  g_clear_error (&failure);
  write_each (&group);
}
