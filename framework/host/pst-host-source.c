/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that an administrator edits while a run goes on must not change what the run becomes after a crash, so the text is kept, not the path alone.
 */

#include "pst-host-source.h"

#include <string.h>

#include "pst-key-text.h"
#include "pst-kind.h"

static void
source_clear (gpointer data)
{
  PstHostSource *source = data;

  g_free (source->path);
  g_free (source->text);
  g_strfreev (source->assignments);
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID, message);
  return FALSE;
}

/* Whose run it is and how it is called is not for the file or its overrides to say. */
static gboolean
check_assignments (const char *const *assignments, GError **error)
{
  gsize n_bytes = 0;

  for (guint i = 0; assignments != NULL && assignments[i] != NULL; i++)
    {
      n_bytes += strlen (assignments[i]) + 1;
      if (i == PST_HOST_ASSIGNMENTS_MAX || n_bytes > PST_HOST_ASSIGNMENTS_BYTES_MAX)
        return fail (error, "more than 200 options or 16 KiB are set; write a pipeline file instead");
      if (g_str_has_prefix (assignments[i], "pipeline.user=") || g_str_has_prefix (assignments[i], "pipeline.run-id="))
        return fail (error, "pipeline.user and pipeline.run-id cannot be set here; give the parameters \"user\" and \"run-id\"");
    }
  return TRUE;
}

/**
 * pst_host_source_new:
 * @path: of the pipeline file
 * @text: what it says
 * @length: bytes of @text
 * @assignments: (nullable) (array zero-terminated): what is set instead
 * @privileged: whether @assignments may name files, secrets and plugins
 * @error: return location
 *
 * Takes down what a run is to be made of. Any thread.
 *
 * Returns: (transfer full): it; %NULL with %PST_PIPELINE_ERROR_INVALID
 */
PstHostSource *
pst_host_source_new (const char *path, const char *text, gsize length, const char *const *assignments, gboolean privileged, GError **error)
{
  g_autofree char *digest = NULL;
  PstHostSource *source;

  if (!check_assignments (assignments, error))
    return NULL;
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text, length);
  source = g_atomic_rc_box_new0 (PstHostSource);
  source->path = g_strdup (path);
  source->text = g_malloc0 (length + 1);
  memcpy (source->text, text, length);
  source->length = length;
  source->assignments = assignments != NULL ? g_strdupv ((char **)assignments) : g_new0 (char *, 1);
  source->privileged = privileged;
  g_strlcpy (source->digest, digest, sizeof source->digest);
  return source;
}

PstHostSource *
pst_host_source_ref (PstHostSource *source)
{
  return g_atomic_rc_box_acquire (source);
}

void
pst_host_source_unref (PstHostSource *source)
{
  g_atomic_rc_box_release_full (source, source_clear);
}

static gboolean
set_name (PstPipelineFile *file, const char *option, const char *value, GError **error)
{
  g_autofree char *assignment = g_strdup_printf ("pipeline.%s=%s", option, value);

  return pst_pipeline_file_override (file, assignment, error);
}

/**
 * pst_host_source_build:
 * @source: what the run is made of
 * @catalogue: where plugins are found, scanned
 * @user: whose run it is
 * @run_id: (nullable): its name; %NULL: the one that the file says, or the first that no store has
 * @resume: whether it goes on with the run of that name
 * @error: return location: see pst_pipeline_file_build()
 *
 * Makes a run. The thread on which it is to be executed; blocks on the disk.
 *
 * Returns: (transfer full): a run that is not prepared
 */
PstRun *
pst_host_source_build (const PstHostSource *source, PstCatalogue *catalogue, const char *user, const char *run_id, PstResume resume, GError **error)
{
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (source->text, (gssize)source->length, source->path, error);

  if (file == NULL || !set_name (file, "user", user, error) || (run_id != NULL && !set_name (file, "run-id", run_id, error)))
    return NULL;
  if (!source->privileged)
    pst_pipeline_file_restrict (file);
  for (guint i = 0; source->assignments[i] != NULL; i++)
    if (!pst_pipeline_file_override (file, source->assignments[i], error))
      return NULL;
  pst_pipeline_file_set_resume (file, resume);
  return pst_pipeline_file_build (file, catalogue, error);
}

static gboolean
is_reference (const char *text)
{
  return text[0] == '@' && text[1] != '@';
}

/**
 * pst_host_source_hides:
 * @source: what the run is made of
 * @kind: the component's
 * @name: the component's
 * @option: one of its options
 *
 * Tells whether the option has its value from elsewhere: "@env:NAME", "@file:PATH". Any thread.
 *
 * Returns: %TRUE when the value must not be shown
 */
gboolean
pst_host_source_hides (const PstHostSource *source, PstComponentKind kind, const char *name, const char *option)
{
  g_autoptr (PstKeyText) text = pst_key_text_parse (source->text, source->length);
  g_autofree char *group_name = g_strdup_printf ("%s %s", pst_kind_to_string (kind), name);
  g_autofree char *by_name = g_strdup_printf ("%s.%s=", name, option);
  g_autofree char *by_group = g_strdup_printf ("%s.%s=", group_name, option);
  const PstKeyGroup *group = pst_key_text_find (text, group_name);
  const PstKeyEntry *entry = group != NULL ? pst_key_group_find (group, option) : NULL;
  gboolean hidden = entry != NULL && is_reference (entry->value);

  for (guint i = 0; source->assignments[i] != NULL; i++)
    if (g_str_has_prefix (source->assignments[i], by_name))
      hidden = is_reference (source->assignments[i] + strlen (by_name));
    else if (g_str_has_prefix (source->assignments[i], by_group))
      hidden = is_reference (source->assignments[i] + strlen (by_group));
  return hidden;
}
