/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Batches of a lane are written in the order in which they came, each whole; after the first failure none of that lane is. */
#include "pst-sql-writer.h"

#include <stdlib.h>

/* What may wait in a lane: ticks of several seconds, but one batch however large. */
#define LANE_BATCHES_MAX 64
#define LANE_BYTES_MAX (4 * 1024 * 1024)
/* What is committed together, but one batch however large: some 20 ms of work, which is what a tick waits that comes just too late. */
#define GROUP_BYTES_MAX (256 * 1024)
/* Who is alone keeps nobody waiting but itself, and pays for fewer commits. */
#define GROUP_BYTES_ALONE_MAX (1024 * 1024)
#define GROUP_BATCHES_MAX 128

typedef struct
{
  char *key;
  guint n_lanes; /* under the register's mutex */
  PstSqlSession *session;
  GThread *thread;
  GMutex mutex;
  GCond work;
  /* under the mutex */
  GQueue lanes; /* in turn: those that were served move to the end */
  GQueue calls;
  guint n_waiting; /* batches of all lanes */
  gboolean closing;
} Writer;

struct _PstSqlLane
{
  Writer *writer;
  GList link; /* in the writer's lanes */
  GCond changed;
  gint failed; /* atomic: failure is set; asked at every record */
  /* under the writer's mutex */
  GQueue waiting;
  gsize n_bytes; /* of what waits */
  guint n_writing;
  gint64 run_number; /* the run it holds; 0 for none */
  GError *failure;
  PstSqlLatency latency;
};

typedef struct
{
  PstSqlCall func;
  gpointer data;
  GError **error;
  GCond changed;
  gboolean result;
  gboolean done;
} Call;

/* With the mutex held, which is let go meanwhile. */
static void
answer (Writer *writer, Call *call)
{
  g_mutex_unlock (&writer->mutex);
  call->result = call->func (writer->session, call->data, call->error);
  g_mutex_lock (&writer->mutex);
  call->done = TRUE;
  g_cond_signal (&call->changed);
}

/* One batch of each lane, then another round, until nothing waits or the group is large enough. */
static void
gather (Writer *writer, GPtrArray *group)
{
  const gsize n_bytes_max = writer->lanes.length == 1 ? GROUP_BYTES_ALONE_MAX : GROUP_BYTES_MAX;
  guint n_idle = 0;
  gsize n_bytes = 0;

  while (n_idle < writer->lanes.length && group->len < GROUP_BATCHES_MAX)
    {
      PstSqlLane *lane = g_queue_peek_head (&writer->lanes);
      PstSqlBatch *batch = g_queue_peek_head (&lane->waiting);

      if (batch != NULL && group->len > 0 && n_bytes + batch->n_bytes > n_bytes_max)
        return;
      g_queue_push_tail_link (&writer->lanes, g_queue_pop_head_link (&writer->lanes));
      n_idle = batch == NULL ? n_idle + 1 : 0;
      if (batch == NULL)
        continue;
      g_ptr_array_add (group, g_queue_pop_head (&lane->waiting));
      batch->run_number = lane->run_number;
      n_bytes += batch->n_bytes;
      lane->n_bytes -= batch->n_bytes;
      lane->n_writing++;
      writer->n_waiting--;
    }
}

/* With the mutex held. What waits behind a failure is not written any more. */
static void
fail_lane (PstSqlLane *lane, GError *failure)
{
  PstSqlBatch *batch;

  if (lane->failure != NULL)
    {
      g_error_free (failure);
      return;
    }
  lane->failure = failure;
  g_atomic_int_set (&lane->failed, TRUE);
  while ((batch = g_queue_pop_head (&lane->waiting)) != NULL)
    {
      lane->writer->n_waiting--;
      pst_sql_batch_free (batch);
    }
  lane->n_bytes = 0;
}

/* With the mutex held. */
static void
settle_batch (PstSqlBatch *batch, gint64 now_us)
{
  PstSqlLane *lane = batch->lane;

  lane->n_writing--;
  if (batch->failure != NULL)
    fail_lane (lane, g_steal_pointer (&batch->failure));
  else
    {
      pst_sql_latency_add (&lane->latency, now_us - batch->handed_over_us);
      if (batch->claimed != 0)
        lane->run_number = batch->claimed;
    }
  g_cond_broadcast (&lane->changed);
}

/* With the mutex held, which is let go meanwhile. */
static void
write_group (Writer *writer, GPtrArray *group)
{
  gint64 now_us;

  gather (writer, group);
  g_mutex_unlock (&writer->mutex);
  pst_sql_group_write ((PstSqlBatch *const *)group->pdata, group->len, writer->session);
  now_us = g_get_monotonic_time ();
  g_mutex_lock (&writer->mutex);
  for (guint i = 0; i < group->len; i++)
    settle_batch (group->pdata[i], now_us);
  g_mutex_unlock (&writer->mutex);
  g_ptr_array_set_size (group, 0);
  g_mutex_lock (&writer->mutex);
}

static gpointer
run (gpointer data)
{
  Writer *writer = data;
  g_autoptr (GPtrArray) group = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_sql_batch_free);

  g_mutex_lock (&writer->mutex);
  for (;;)
    {
      Call *call = g_queue_pop_head (&writer->calls);

      if (call != NULL)
        answer (writer, call);
      else if (writer->n_waiting > 0)
        write_group (writer, group);
      else if (writer->closing)
        break;
      else
        g_cond_wait (&writer->work, &writer->mutex);
    }
  g_mutex_unlock (&writer->mutex);
  g_clear_pointer (&writer->session, pst_sql_session_free);
  return NULL;
}

typedef struct
{
  GMutex mutex;
  GHashTable *writers; /* by key; made with the first, gone with the last */
} Register;

/* The process's ledgers. A module is loaded once, so there is one of it. */
static Register *
get_register (void)
{
  static Register reg;

  return &reg;
}

/* The same ledger by whatever way it is named, whether it is there already or not. */
static char *
make_key (const PstSqlBackend *backend, const PstSqlTarget *target)
{
  char *file = realpath (target->path, NULL);
  g_autofree char *folder = g_path_get_dirname (target->path), *name = g_path_get_basename (target->path), *path = NULL;
  char *key;

  if (file == NULL && (file = realpath (folder, NULL)) != NULL)
    path = g_build_filename (file, name, NULL);
  key = g_strconcat (backend->name, ":", path != NULL ? path : file != NULL ? file : target->path, NULL);
  free (file);
  return key;
}

static Writer *
writer_new (const char *key, const PstSqlBackend *backend, const PstSqlTarget *target)
{
  Writer *writer = g_new0 (Writer, 1);

  writer->key = g_strdup (key);
  writer->session = pst_sql_session_new (backend, target);
  g_mutex_init (&writer->mutex);
  g_cond_init (&writer->work);
  writer->thread = g_thread_new ("pst-sql", run, writer);
  return writer;
}

static void
writer_free (Writer *writer)
{
  g_mutex_lock (&writer->mutex);
  writer->closing = TRUE;
  g_cond_signal (&writer->work);
  g_mutex_unlock (&writer->mutex);
  g_thread_join (writer->thread);
  g_mutex_clear (&writer->mutex);
  g_cond_clear (&writer->work);
  g_free (writer->key);
  g_free (writer);
}

static Writer *
take_writer (const PstSqlBackend *backend, const PstSqlTarget *target)
{
  Register *reg = get_register ();
  g_autofree char *key = make_key (backend, target);
  Writer *writer;

  g_mutex_lock (&reg->mutex);
  if (reg->writers == NULL)
    reg->writers = g_hash_table_new (g_str_hash, g_str_equal);
  writer = g_hash_table_lookup (reg->writers, key);
  if (writer == NULL)
    {
      writer = writer_new (key, backend, target);
      g_hash_table_insert (reg->writers, writer->key, writer);
    }
  writer->n_lanes++;
  g_mutex_unlock (&reg->mutex);
  return writer;
}

static void
leave_writer (Writer *writer)
{
  Register *reg = get_register ();
  gboolean last;

  g_mutex_lock (&reg->mutex);
  last = --writer->n_lanes == 0;
  if (last)
    g_hash_table_remove (reg->writers, writer->key);
  if (g_hash_table_size (reg->writers) == 0)
    g_clear_pointer (&reg->writers, g_hash_table_unref);
  g_mutex_unlock (&reg->mutex);
  if (last)
    writer_free (writer);
}

PstSqlLane *
pst_sql_lane_new (const PstSqlBackend *backend, const PstSqlTarget *target)
{
  PstSqlLane *lane = g_new0 (PstSqlLane, 1);

  lane->writer = take_writer (backend, target);
  lane->link.data = lane;
  g_queue_init (&lane->waiting);
  g_cond_init (&lane->changed);
  g_mutex_lock (&lane->writer->mutex);
  g_queue_push_tail_link (&lane->writer->lanes, &lane->link);
  g_mutex_unlock (&lane->writer->mutex);
  return lane;
}

static gboolean
release_run (PstSqlSession *session, gpointer data, GError **error)
{
  pst_sql_session_release (session, *(const gint64 *)data);
  return TRUE;
}

void
pst_sql_lane_free (PstSqlLane *lane)
{
  if (lane == NULL)
    return;
  pst_sql_lane_drain (lane, NULL);
  if (lane->run_number != 0)
    pst_sql_lane_call (lane, release_run, &lane->run_number, NULL);
  g_mutex_lock (&lane->writer->mutex);
  g_queue_unlink (&lane->writer->lanes, &lane->link);
  g_mutex_unlock (&lane->writer->mutex);
  leave_writer (lane->writer);
  g_cond_clear (&lane->changed);
  g_clear_error (&lane->failure);
  g_free (lane);
}

gboolean
pst_sql_lane_call (PstSqlLane *lane, PstSqlCall func, gpointer data, GError **error)
{
  Writer *writer = lane->writer;
  Call call = { .func = func, .data = data, .error = error };

  g_cond_init (&call.changed);
  g_mutex_lock (&writer->mutex);
  g_queue_push_tail (&writer->calls, &call);
  g_cond_signal (&writer->work);
  while (!call.done)
    g_cond_wait (&call.changed, &writer->mutex);
  g_mutex_unlock (&writer->mutex);
  g_cond_clear (&call.changed);
  return call.result;
}

void
pst_sql_lane_set_run (PstSqlLane *lane, gint64 run_number)
{
  g_mutex_lock (&lane->writer->mutex);
  lane->run_number = run_number;
  g_mutex_unlock (&lane->writer->mutex);
}

/* With the mutex held. */
static gboolean
tell_failure (PstSqlLane *lane, GError **error)
{
  if (lane->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (lane->failure));
  return FALSE;
}

gboolean
pst_sql_lane_check (PstSqlLane *lane, GError **error)
{
  gboolean right;

  if (G_LIKELY (!g_atomic_int_get (&lane->failed)))
    return TRUE;
  g_mutex_lock (&lane->writer->mutex);
  right = tell_failure (lane, error);
  g_mutex_unlock (&lane->writer->mutex);
  return right;
}

static gboolean
is_full (PstSqlLane *lane, const PstSqlBatch *batch)
{
  return lane->waiting.length >= LANE_BATCHES_MAX || (lane->waiting.length > 0 && lane->n_bytes + batch->n_bytes > LANE_BYTES_MAX);
}

gboolean
pst_sql_lane_push (PstSqlLane *lane, PstSqlBatch *batch, GError **error)
{
  Writer *writer = lane->writer;
  gboolean right;

  batch->lane = lane;
  batch->handed_over_us = g_get_monotonic_time ();
  g_mutex_lock (&writer->mutex);
  while (lane->failure == NULL && is_full (lane, batch))
    g_cond_wait (&lane->changed, &writer->mutex);
  right = tell_failure (lane, error);
  if (right)
    {
      lane->n_bytes += batch->n_bytes;
      g_queue_push_tail (&lane->waiting, g_steal_pointer (&batch));
      if (writer->n_waiting++ == 0)
        g_cond_signal (&writer->work);
    }
  g_mutex_unlock (&writer->mutex);
  pst_sql_batch_free (batch);
  return right;
}

gboolean
pst_sql_lane_drain (PstSqlLane *lane, GError **error)
{
  gboolean right;

  g_mutex_lock (&lane->writer->mutex);
  while (lane->waiting.length > 0 || lane->n_writing > 0)
    g_cond_wait (&lane->changed, &lane->writer->mutex);
  right = tell_failure (lane, error);
  g_mutex_unlock (&lane->writer->mutex);
  return right;
}

void
pst_sql_lane_get_latency (PstSqlLane *lane, PstSqlLatency *latency, guint *n_waiting)
{
  g_mutex_lock (&lane->writer->mutex);
  *latency = lane->latency;
  *n_waiting = lane->waiting.length + lane->n_writing;
  g_mutex_unlock (&lane->writer->mutex);
}
