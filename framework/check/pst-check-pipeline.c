/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole pipeline in a test, by the same way that the command takes: host, engine and plugins are the real ones. */

#include "pst-check-pipeline.h"

#include "host/pst-pipeline-file.h"
#include "pst-check-folder.h"
#include "pst-check-ledger.h"

/* The store that listens. */
#define PST_TYPE_CHECK_LISTENER (pst_check_listener_get_type ())
G_DECLARE_FINAL_TYPE (PstCheckListener, pst_check_listener, PST, CHECK_LISTENER, PstStore)

struct _PstCheckListener
{
  PstStore parent_instance;

  GPtrArray *records;
};

G_DEFINE_FINAL_TYPE (PstCheckListener, pst_check_listener, PST_TYPE_STORE)

static gboolean
pst_check_listener_append (PstStore *store, const PstRecord *record, GError **error)
{
  g_ptr_array_add (PST_CHECK_LISTENER (store)->records, pst_record_copy (record));
  return TRUE;
}

static gboolean
pst_check_listener_commit (PstStore *store, PstCommit why, GError **error)
{
  return TRUE;
}

static void
pst_check_listener_finalize (GObject *object)
{
  g_ptr_array_unref (PST_CHECK_LISTENER (object)->records);
  G_OBJECT_CLASS (pst_check_listener_parent_class)->finalize (object);
}

static void
pst_check_listener_class_init (PstCheckListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pst_check_listener_finalize;
  PST_STORE_CLASS (klass)->append = pst_check_listener_append;
  PST_STORE_CLASS (klass)->commit = pst_check_listener_commit;
}

static void
pst_check_listener_init (PstCheckListener *listener)
{
  listener->records = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_record_free);
}

static void
write_files (const char *folder, const char *pipeline, va_list files)
{
  g_autoptr (GError) error = NULL;
  const char *name = "check.pipeline", *text = pipeline;

  for (; name != NULL; name = va_arg (files, const char *))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (text == NULL)
        text = va_arg (files, const char *);
      g_file_set_contents (path, text, -1, &error);
      g_assert_no_error (error);
      text = NULL;
    }
}

static PstRun *
build (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "check.pipeline", NULL);
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autoptr (PstPipelineFile) file = NULL;

  pst_catalogue_scan (catalogue);
  file = pst_pipeline_file_load (path, error);
  return file != NULL ? pst_pipeline_file_build (file, catalogue, error) : NULL;
}

/**
 * pst_check_run_pipeline: (skip)
 * @pipeline: the text of a pipeline file
 * @...: files beside it, each as name and text, then %NULL
 *
 * Builds and executes a pipeline in a new folder.
 *
 * Returns: (transfer full): what came of it
 */
PstCheckRun *
pst_check_run_pipeline (const char *pipeline, ...)
{
  PstCheckRun *result = g_new0 (PstCheckRun, 1);
  g_autoptr (PstCheckListener) listener = g_object_new (PST_TYPE_CHECK_LISTENER, NULL);
  g_autoptr (PstRun) run = NULL;
  va_list files;

  result->folder = pst_check_folder_new ();
  result->records = g_ptr_array_ref (listener->records);
  va_start (files, pipeline);
  write_files (result->folder, pipeline, files);
  va_end (files);

  run = build (result->folder, &result->error);
  if (run == NULL || !pst_run_add (run, PST_COMPONENT (listener), "check", "check", &result->error))
    return result;
  pst_run_execute (run, &result->error);
  result->state = pst_run_get_state (run);
  result->end_reason = g_strdup (pst_run_get_end_reason (run));
  g_assert_finalize_object (g_steal_pointer (&run));
  return result;
}

/**
 * pst_check_run_free: (skip)
 * @run: (nullable) (transfer full): what came of a pipeline
 *
 * Frees it and removes its folder.
 */
void
pst_check_run_free (PstCheckRun *run)
{
  if (run == NULL)
    return;
  pst_check_ledger_assert_folder (run->folder);
  pst_check_folder_remove (run->folder);
  g_clear_error (&run->error);
  g_ptr_array_unref (run->records);
  g_free (run->end_reason);
  g_free (run->folder);
  g_free (run);
}

/**
 * pst_check_run_count: (skip)
 * @run: what came of a pipeline
 * @kind: a kind of records
 *
 * Counts the records of a kind.
 *
 * Returns: how many
 */
guint
pst_check_run_count (const PstCheckRun *run, PstRecordKind kind)
{
  guint n = 0;

  for (guint i = 0; i < run->records->len; i++)
    n += ((PstRecord *)run->records->pdata[i])->kind == kind;
  return n;
}

/**
 * pst_check_run_find: (skip)
 * @run: what came of a pipeline
 * @kind: a kind of records
 * @nth: from 0
 *
 * Finds a record of a kind.
 *
 * Returns: (transfer none) (nullable): the record; %NULL when there are not so many
 */
const PstRecord *
pst_check_run_find (const PstCheckRun *run, PstRecordKind kind, guint nth)
{
  for (guint i = 0; i < run->records->len; i++)
    {
      const PstRecord *record = run->records->pdata[i];

      if (record->kind == kind && nth-- == 0)
        return record;
    }
  return NULL;
}
