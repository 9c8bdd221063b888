/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which results file a sweep writes, and what it follows from. */
#include "penstock-sweep.h"

#include <glib/gstdio.h>
#include <string.h>

#define READ_SIZE (256 * 1024)

static gboolean hash_path (GChecksum *checksum, const char *path, GError **error);

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
hash_folder (GChecksum *checksum, const char *path, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (folder == NULL)
    return FALSE;
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *inner = g_build_filename (path, names->pdata[i], NULL);

      g_checksum_update (checksum, (const guchar *)names->pdata[i], (gssize)strlen (names->pdata[i]) + 1);
      if (!hash_path (checksum, inner, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
hash_file (GChecksum *checksum, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree guint8 *bytes = g_malloc (READ_SIZE);
  gssize n;

  if (stream == NULL)
    return FALSE;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), bytes, READ_SIZE, NULL, error)) > 0)
    g_checksum_update (checksum, bytes, n);
  return n == 0;
}

static gboolean
hash_path (GChecksum *checksum, const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return hash_folder (checksum, path, error);
  /* Sockets, pipes and files that are made later say nothing. */
  return !g_file_test (path, G_FILE_TEST_IS_REGULAR) || hash_file (checksum, path, error);
}

/* What files of data an exchange names. */
static gboolean
hash_data (GChecksum *checksum, PstComponent *component, GParamSpec *option, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  char **paths;

  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (option));
  g_object_get_property (G_OBJECT (component), option->name, &value);
  if (G_VALUE_HOLDS_STRING (&value))
    return g_value_get_string (&value) == NULL || hash_path (checksum, g_value_get_string (&value), error);
  paths = G_VALUE_HOLDS (&value, G_TYPE_STRV) ? g_value_get_boxed (&value) : NULL;
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (!hash_path (checksum, paths[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
is_varied (const PstParameterSpace *space, const char *name)
{
  for (guint i = 0; i < pst_parameter_space_get_n_ranges (space); i++)
    if (strcmp (pst_parameter_space_get_range (space, i)->name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
hash_component (PenstockSweep *sweep, const PstParameterSpace *space, GChecksum *checksum, PstComponent *component, GError **error)
{
  const PstPlugin *plugin = pst_catalogue_find (sweep->catalogue, pst_component_get_plugin (component));
  guint n_options;
  g_autofree GParamSpec **options = pst_option_list (G_OBJECT_TYPE (component), &n_options);
  g_autofree char *head = g_strdup_printf ("[%s] %s %s\n", pst_component_get_name (component), plugin->id, plugin->manifest->version);

  g_checksum_update (checksum, (const guchar *)head, (gssize)strlen (head));
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%s", pst_component_get_name (component), options[i]->name), *text = NULL, *line = NULL;
      g_auto (GValue) value = G_VALUE_INIT;

      if (is_varied (space, name))
        continue;
      if (options[i]->flags & PST_OPTION_PATH)
        {
          if (!hash_data (checksum, component, options[i], error))
            return FALSE;
          continue;
        }
      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (options[i]));
      g_object_get_property (G_OBJECT (component), options[i]->name, &value);
      text = pst_option_to_string (options[i], &value);
      line = g_strdup_printf ("%s=%s\n", name, text);
      g_checksum_update (checksum, (const guchar *)line, (gssize)strlen (line));
    }
  return TRUE;
}

char *
penstock_sweep_make_key (PenstockSweep *sweep, const PstParameterSpace *space, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < pst_run_get_n_components (sweep->run); i++)
    if (!hash_component (sweep, space, checksum, pst_run_get_component (sweep->run, i), error))
      return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
fail_exists (const char *path, const char *why, const char *what_to_do, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS, "\"%s\" %s; %s", path, why, what_to_do);
  return FALSE;
}

static gboolean
check_unfinished (PenstockSweep *sweep, PstSweepFile *file, GError **error)
{
  g_autoptr (PstSweepSummary) summary = pst_sweep_summary_read (file, 0, FALSE, 1, error);
  g_autofree char *why = NULL;

  if (summary == NULL)
    return FALSE;
  if (summary->n_open == 0 || sweep->resume)
    return TRUE;
  why = g_strdup_printf ("holds this sweep, with %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " sets done", summary->n_sets - summary->n_open,
                         summary->n_sets);
  return fail_exists (pst_sweep_file_get_path (file), why, "go on with --resume, or begin anew with --force", error);
}

/* (transfer full) (nullable): one that is there, when it holds the same sweep. */
static PstSweepFile *
take_up (PenstockSweep *sweep, const char *path, const PstSweepHeader *header, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_open (path, &cause);
  g_autofree char *difference = NULL, *why = NULL;

  if (file == NULL)
    {
      if (g_error_matches (cause, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT))
        g_set_error (error, cause->domain, cause->code, "%s; name another file with --results, or overwrite it with --force", cause->message);
      else
        g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  difference = pst_sweep_header_compare (pst_sweep_file_get_header (file), header, TRUE);
  why = g_strdup_printf ("holds another sweep: %s", difference);
  if (difference != NULL ? !fail_exists (path, why, "name another file with --results, or overwrite it with --force", error)
                         : !check_unfinished (sweep, file, error))
    return NULL;
  return g_steal_pointer (&file);
}

PstSweepFile *
penstock_sweep_open_results (PenstockSweep *sweep, const char *path, PstSweepHeader *header, GError **error)
{
  g_autoptr (PstSweepHeader) taken = header;
  PstSweepFile *file;

  if (sweep->force)
    g_unlink (path);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    file = take_up (sweep, path, header, error);
  else
    file = pst_sweep_file_create (path, g_steal_pointer (&taken), error);
  if (file != NULL)
    sweep->header = pst_sweep_file_get_header (file);
  return file;
}
