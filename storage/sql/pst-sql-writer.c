/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One writer a connection. Batches are written in the order in which they came, each whole; after the first failure none is. */
#include "pst-sql-writer.h"

/* One is written while the next waits; more would only be memory. */
#define BATCHES_WAITING_MAX 2

struct _PstSqlWriter
{
  PstSqlConnection *connection; /* the thread's, once it runs */
  gpointer claims;
  GThread *thread;
  GMutex mutex;
  GCond changed;
  /* under the mutex */
  GQueue waiting;
  gboolean busy;
  gboolean closing;
  GError *failure;
  gint failed; /* atomic: failure is set; asked at every record */
};

static PstSqlBatch *
next_batch (PstSqlWriter *writer)
{
  PstSqlBatch *batch;

  while (g_queue_is_empty (&writer->waiting) && !writer->closing)
    g_cond_wait (&writer->changed, &writer->mutex);
  batch = g_queue_pop_head (&writer->waiting);
  writer->busy = batch != NULL;
  g_cond_broadcast (&writer->changed);
  return batch;
}

static gpointer
run (gpointer data)
{
  PstSqlWriter *writer = data;
  PstSqlBatch *batch;

  g_mutex_lock (&writer->mutex);
  while ((batch = next_batch (writer)) != NULL)
    {
      gboolean skip = writer->failure != NULL;
      GError *failure = NULL;

      g_mutex_unlock (&writer->mutex);
      if (!skip)
        pst_sql_batch_write (batch, writer->connection, writer->claims, &failure);
      pst_sql_batch_free (batch);
      g_mutex_lock (&writer->mutex);
      if (failure != NULL)
        {
          writer->failure = failure;
          g_atomic_int_set (&writer->failed, TRUE);
        }
      writer->busy = FALSE;
      g_cond_broadcast (&writer->changed);
    }
  g_mutex_unlock (&writer->mutex);
  return NULL;
}

PstSqlWriter *
pst_sql_writer_new (PstSqlConnection *connection, gpointer claims)
{
  PstSqlWriter *writer = g_new0 (PstSqlWriter, 1);

  writer->connection = connection;
  writer->claims = claims;
  g_mutex_init (&writer->mutex);
  g_cond_init (&writer->changed);
  g_queue_init (&writer->waiting);
  writer->thread = g_thread_new ("pst-sql", run, writer);
  return writer;
}

void
pst_sql_writer_free (PstSqlWriter *writer)
{
  if (writer == NULL)
    return;
  g_mutex_lock (&writer->mutex);
  writer->closing = TRUE;
  g_cond_broadcast (&writer->changed);
  g_mutex_unlock (&writer->mutex);
  g_thread_join (writer->thread);
  if (writer->claims != NULL)
    pst_sql_connection_get_backend (writer->connection)->claims_free (writer->claims);
  pst_sql_connection_free (writer->connection);
  g_mutex_clear (&writer->mutex);
  g_cond_clear (&writer->changed);
  g_clear_error (&writer->failure);
  g_free (writer);
}

/* With the mutex held. */
static gboolean
tell_failure (PstSqlWriter *writer, GError **error)
{
  if (writer->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (writer->failure));
  return FALSE;
}

gboolean
pst_sql_writer_check (PstSqlWriter *writer, GError **error)
{
  gboolean right;

  if (G_LIKELY (!g_atomic_int_get (&writer->failed)))
    return TRUE;
  g_mutex_lock (&writer->mutex);
  right = tell_failure (writer, error);
  g_mutex_unlock (&writer->mutex);
  return right;
}

gboolean
pst_sql_writer_push (PstSqlWriter *writer, PstSqlBatch *batch, GError **error)
{
  gboolean right;

  g_mutex_lock (&writer->mutex);
  while (writer->waiting.length >= BATCHES_WAITING_MAX && writer->failure == NULL)
    g_cond_wait (&writer->changed, &writer->mutex);
  right = tell_failure (writer, error);
  if (right)
    g_queue_push_tail (&writer->waiting, g_steal_pointer (&batch));
  g_cond_broadcast (&writer->changed);
  g_mutex_unlock (&writer->mutex);
  pst_sql_batch_free (batch);
  return right;
}

gboolean
pst_sql_writer_drain (PstSqlWriter *writer, GError **error)
{
  gboolean right;

  g_mutex_lock (&writer->mutex);
  while (writer->waiting.length > 0 || writer->busy)
    g_cond_wait (&writer->changed, &writer->mutex);
  right = tell_failure (writer, error);
  g_mutex_unlock (&writer->mutex);
  return right;
}
