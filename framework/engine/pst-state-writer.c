/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sync of the disk takes milliseconds, in which a run could have traded. So counters go to the disk on another thread; that trading was halted is
 * worth the wait. One mutex is held over every write, so that the newest state is the one that stays. */
#include "pst-state-writer.h"

struct _PstStateWriter
{
  GThread *thread; /* made by the first put */
  GMutex mutex;    /* of the fields below */
  GMutex disk;     /* held while a file is written */
  GCond changed;
  PstStateFile *waiting;
  gboolean closing;
  GError *error;
};

/**
 * pst_state_writer_new:
 *
 * Returns: (transfer full): a writer
 */
PstStateWriter *
pst_state_writer_new (void)
{
  PstStateWriter *writer = g_new0 (PstStateWriter, 1);

  g_mutex_init (&writer->mutex);
  g_mutex_init (&writer->disk);
  g_cond_init (&writer->changed);
  return writer;
}

/**
 * pst_state_writer_free:
 * @writer: (nullable) (transfer full): a writer
 */
void
pst_state_writer_free (PstStateWriter *writer)
{
  if (writer == NULL)
    return;
  g_mutex_lock (&writer->mutex);
  writer->closing = TRUE;
  g_cond_signal (&writer->changed);
  g_mutex_unlock (&writer->mutex);
  if (writer->thread != NULL)
    g_thread_join (writer->thread);
  g_clear_object (&writer->waiting);
  g_clear_error (&writer->error);
  g_mutex_clear (&writer->mutex);
  g_mutex_clear (&writer->disk);
  g_cond_clear (&writer->changed);
  g_free (writer);
}

/* With the disk's mutex first: whoever saves at once drops what waits, and nothing older comes behind it. */
static void
write_waiting (PstStateWriter *writer)
{
  g_autoptr (PstStateFile) file = NULL;
  GError *error = NULL;

  g_mutex_lock (&writer->disk);
  g_mutex_lock (&writer->mutex);
  file = g_steal_pointer (&writer->waiting);
  g_mutex_unlock (&writer->mutex);
  if (file != NULL && !pst_state_file_save (file, &error))
    {
      g_mutex_lock (&writer->mutex);
      if (writer->error == NULL)
        writer->error = g_steal_pointer (&error);
      g_mutex_unlock (&writer->mutex);
      g_clear_error (&error);
    }
  g_mutex_unlock (&writer->disk);
}

static gpointer
run (gpointer data)
{
  PstStateWriter *writer = data;
  gboolean goes_on = TRUE;

  while (goes_on)
    {
      g_mutex_lock (&writer->mutex);
      while (writer->waiting == NULL && !writer->closing)
        g_cond_wait (&writer->changed, &writer->mutex);
      goes_on = !writer->closing;
      g_mutex_unlock (&writer->mutex);
      write_waiting (writer);
    }
  return NULL;
}

/**
 * pst_state_writer_put:
 * @writer: a writer
 * @file: (transfer full): a state that nobody else has
 */
void
pst_state_writer_put (PstStateWriter *writer, PstStateFile *file)
{
  g_mutex_lock (&writer->mutex);
  g_clear_object (&writer->waiting);
  writer->waiting = file;
  g_cond_signal (&writer->changed);
  g_mutex_unlock (&writer->mutex);
  if (writer->thread == NULL)
    writer->thread = g_thread_new ("pst-state", run, writer);
}

/**
 * pst_state_writer_save:
 * @writer: a writer
 * @file: a state
 * @error: return location for a #PstStoreError
 *
 * Blocks until it is on the disk.
 *
 * Returns: whether it is
 */
gboolean
pst_state_writer_save (PstStateWriter *writer, PstStateFile *file, GError **error)
{
  gboolean saved;

  g_mutex_lock (&writer->disk);
  g_mutex_lock (&writer->mutex);
  g_clear_object (&writer->waiting);
  g_mutex_unlock (&writer->mutex);
  saved = pst_state_file_save (file, error);
  g_mutex_unlock (&writer->disk);
  return saved;
}

/**
 * pst_state_writer_take_error:
 * @writer: a writer
 *
 * Returns: (transfer full) (nullable): what went wrong on the thread since the last call
 */
GError *
pst_state_writer_take_error (PstStateWriter *writer)
{
  GError *error;

  g_mutex_lock (&writer->mutex);
  error = g_steal_pointer (&writer->error);
  g_mutex_unlock (&writer->mutex);
  return error;
}
