/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* runs/USER/RUN.run is a state file with a seal, replaced whole at each change; runs/USER/RUN.pipeline is the pipeline's text, written once before
 * it. A run exists when its .run file does. What cannot be understood is never guessed at: such a run is in ERROR, and its files stay as they are. */

#include "pst-host-registry.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "pst-pipeline-options.h"
#include "pst-text-file.h"

#define GROUP "host-run"
#define FORMAT 1
#define RUN_SUFFIX ".run"
#define TEXT_SUFFIX ".pipeline"
#define KEY_SEAL "seal"
#define TEXT_SIZE_MAX (1024 * 1024)

struct _PstHostRegistry
{
  char *folder;  /* .../runs */
  PstFile *lock; /* held as long as the registry is open */
};

static const char *const state_names[] = { "", "CREATED", "RUNNING", "STOPPED", "ERROR" };

/**
 * pst_run_state_to_string:
 * @state: a run's state
 *
 * Returns: (transfer none): "RUNNING"
 */
const char *
pst_run_state_to_string (PstRunState state)
{
  return (gsize)state < G_N_ELEMENTS (state_names) ? state_names[state] : "";
}

gboolean
pst_run_state_from_string (const char *text, PstRunState *state)
{
  for (*state = PST_RUN_STATE_CREATED; *state <= PST_RUN_STATE_ERROR; (*state)++)
    if (strcmp (text, state_names[*state]) == 0)
      return TRUE;
  *state = PST_RUN_STATE_ERROR;
  return FALSE;
}

static gboolean
is_valid (const char *option, const char *text)
{
  g_autofree char *allowed = pst_pipeline_options_check (option, text);

  return allowed == NULL;
}

gboolean
pst_host_user_is_valid (const char *user)
{
  return is_valid ("user", user);
}

gboolean
pst_host_run_id_is_valid (const char *run_id)
{
  return is_valid ("run-id", run_id);
}

PstHostEntry *
pst_host_entry_copy (const PstHostEntry *entry)
{
  PstHostEntry *copy = g_memdup2 (entry, sizeof *entry);

  copy->source = entry->source != NULL ? pst_host_source_ref (entry->source) : NULL;
  copy->reason = g_strdup (entry->reason);
  return copy;
}

void
pst_host_entry_free (PstHostEntry *entry)
{
  if (entry == NULL)
    return;
  g_clear_pointer (&entry->source, pst_host_source_unref);
  g_free (entry->reason);
  g_free (entry);
}

static gboolean
fail_io (GError **error, const char *path, int cause)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "\"%s\": %s; check its owner and mode", path, g_strerror (cause));
  return FALSE;
}

/* A name is on the disk when its folder is. */
static gboolean
sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;
  int cause = errno;

  if (fd >= 0)
    close (fd);
  return synced || fail_io (error, path, cause);
}

static gboolean
make_folder (const char *parent, const char *path, GError **error)
{
  if (g_mkdir (path, 0700) == 0)
    return sync_folder (parent, error);
  return (errno == EEXIST && g_file_test (path, G_FILE_TEST_IS_DIR)) || fail_io (error, path, errno);
}

static void
registry_clear (gpointer data)
{
  PstHostRegistry *registry = data;

  g_clear_object (&registry->lock);
  g_free (registry->folder);
}

/**
 * pst_host_registry_open:
 * @folder: the host's state folder
 * @error: return location
 *
 * Opens the registry and keeps other hosts from it. Blocks on the disk.
 *
 * Returns: (transfer full): it; %NULL with a %PST_STORE_ERROR
 */
PstHostRegistry *
pst_host_registry_open (const char *folder, GError **error)
{
  g_autoptr (PstHostRegistry) registry = g_atomic_rc_box_new0 (PstHostRegistry);
  g_autofree char *lock_path = g_build_filename (folder, "lock", NULL);

  registry->folder = g_build_filename (folder, "runs", NULL);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      fail_io (error, folder, errno);
      return NULL;
    }
  registry->lock = pst_file_open (lock_path, error);
  if (registry->lock == NULL || !make_folder (folder, registry->folder, error))
    {
      g_prefix_error (error, "state-folder: ");
      return NULL;
    }
  return g_steal_pointer (&registry);
}

PstHostRegistry *
pst_host_registry_ref (PstHostRegistry *registry)
{
  return g_atomic_rc_box_acquire (registry);
}

void
pst_host_registry_unref (PstHostRegistry *registry)
{
  g_atomic_rc_box_release_full (registry, registry_clear);
}

static char *
build_path (PstHostRegistry *registry, const char *user, const char *run_id, const char *suffix)
{
  g_autofree char *name = NULL;

  g_assert (pst_host_user_is_valid (user) && pst_host_run_id_is_valid (run_id));
  name = g_strconcat (run_id, suffix, NULL);
  return g_build_filename (registry->folder, user, name, NULL);
}

/* (transfer full): over every key and value, in order, but its own. */
static char *
calculate_seal (PstStateFile *file)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_auto (GStrv) keys = pst_state_file_list_keys (file);

  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = NULL;

      if (strcmp (keys[i], KEY_SEAL) == 0 || !pst_state_file_get_string (file, keys[i], &value, NULL))
        continue;
      g_checksum_update (checksum, (const guchar *)keys[i], (gssize)strlen (keys[i]) + 1);
      g_checksum_update (checksum, (const guchar *)value, (gssize)strlen (value) + 1);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static void
set_source (PstStateFile *file, const PstHostSource *source)
{
  pst_state_file_set_string (file, "path", source->path);
  pst_state_file_set_string (file, "digest", source->digest);
  pst_state_file_set_boolean (file, "privileged", source->privileged);
  pst_state_file_set_int64 (file, "assignments", (gint64)g_strv_length (source->assignments));
  for (guint i = 0; source->assignments[i] != NULL; i++)
    {
      g_autofree char *key = g_strdup_printf ("assignment-%u", i);

      pst_state_file_set_string (file, key, source->assignments[i]);
    }
}

/**
 * pst_host_registry_save:
 * @registry: the registry
 * @entry: how the run stands; with its source
 * @error: return location
 *
 * Replaces what is kept of the run. Any thread, one at a time for each run; blocks on the disk.
 *
 * Returns: whether it is on the disk
 */
gboolean
pst_host_registry_save (PstHostRegistry *registry, const PstHostEntry *entry, GError **error)
{
  g_autofree char *path = build_path (registry, entry->user, entry->run_id, RUN_SUFFIX);
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);
  g_autofree char *seal = NULL;

  pst_state_file_set_int64 (file, "format", FORMAT);
  pst_state_file_set_string (file, "user", entry->user);
  pst_state_file_set_string (file, "run-id", entry->run_id);
  pst_state_file_set_string (file, "pipeline", entry->pipeline);
  pst_state_file_set_int64 (file, "mode", entry->mode);
  pst_state_file_set_string (file, "state", pst_run_state_to_string (entry->state));
  pst_state_file_set_string (file, "on-restart", pst_on_restart_to_string (entry->on_restart));
  pst_state_file_set_time (file, "created", entry->created_ns);
  pst_state_file_set_time (file, "started", entry->started_ns);
  pst_state_file_set_time (file, "ended", entry->ended_ns);
  pst_state_file_set_string (file, "reason", entry->reason != NULL ? entry->reason : "");
  set_source (file, entry->source);
  seal = calculate_seal (file);
  pst_state_file_set_string (file, KEY_SEAL, seal);
  return pst_state_file_save (file, error);
}

static gboolean
write_text (PstHostRegistry *registry, const PstHostEntry *entry, GError **error)
{
  g_autofree char *path = build_path (registry, entry->user, entry->run_id, TEXT_SUFFIX);
  g_autoptr (GError) cause = NULL;

  if (g_file_set_contents_full (path, entry->source->text, (gssize)entry->source->length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &cause))
    return TRUE;
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, cause->message);
  return FALSE;
}

/**
 * pst_host_registry_add:
 * @registry: the registry
 * @entry: a new run, with its source
 * @error: return location
 *
 * Keeps a new run. Any thread, one at a time for each run; blocks on the disk.
 *
 * Returns: whether it is on the disk; %PST_STORE_ERROR_EXISTS when there is one of that name
 */
gboolean
pst_host_registry_add (PstHostRegistry *registry, const PstHostEntry *entry, GError **error)
{
  g_autofree char *path = build_path (registry, entry->user, entry->run_id, RUN_SUFFIX);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS, "user \"%s\" has a run \"%s\" already", entry->user, entry->run_id);
      return FALSE;
    }
  return make_folder (registry->folder, folder, error) && write_text (registry, entry, error) && pst_host_registry_save (registry, entry, error);
}

/**
 * pst_host_registry_remove:
 * @registry: the registry
 * @user: whose run
 * @run_id: its name
 * @error: return location
 *
 * Forgets a run. Any thread, one at a time for each run; blocks on the disk.
 *
 * Returns: whether it is gone
 */
gboolean
pst_host_registry_remove (PstHostRegistry *registry, const char *user, const char *run_id, GError **error)
{
  g_autofree char *path = build_path (registry, user, run_id, RUN_SUFFIX);
  g_autofree char *text = build_path (registry, user, run_id, TEXT_SUFFIX);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_unlink (path) != 0 && errno != ENOENT)
    return fail_io (error, path, errno);
  if (g_unlink (text) != 0 && errno != ENOENT)
    return fail_io (error, text, errno);
  return !g_file_test (folder, G_FILE_TEST_IS_DIR) || sync_folder (folder, error);
}

static gboolean
corrupt (GError **error, const char *what)
{
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "the registry's file is damaged: %s", what);
  return FALSE;
}

static gboolean
check_seal (PstStateFile *file, GError **error)
{
  g_autofree char *seal = NULL, *expected = NULL;

  if (!pst_state_file_get_string (file, KEY_SEAL, &seal, error))
    return FALSE;
  expected = calculate_seal (file);
  return strcmp (seal, expected) == 0 || corrupt (error, "its seal does not fit");
}

static gboolean
read_names (PstStateFile *file, PstHostEntry *entry, GError **error)
{
  g_autofree char *user = NULL, *run_id = NULL, *pipeline = NULL, *policy = NULL;
  gint64 format, mode;

  if (!pst_state_file_get_int64 (file, "format", &format, error) || !pst_state_file_get_string (file, "user", &user, error)
      || !pst_state_file_get_string (file, "run-id", &run_id, error) || !pst_state_file_get_string (file, "pipeline", &pipeline, error)
      || !pst_state_file_get_int64 (file, "mode", &mode, error) || !pst_state_file_get_string (file, "on-restart", &policy, error))
    return FALSE;
  if (format != FORMAT)
    return corrupt (error, "it was written by another version");
  if (strcmp (user, entry->user) != 0 || strcmp (run_id, entry->run_id) != 0)
    return corrupt (error, "it is another run's");
  if (mode < PST_MODE_BACKTEST || mode > PST_MODE_LIVE || !pst_on_restart_from_string (policy, &entry->on_restart))
    return corrupt (error, "a value is none of those allowed");
  entry->mode = (PstMode)mode;
  g_strlcpy (entry->pipeline, pipeline, sizeof entry->pipeline);
  return TRUE;
}

static gboolean
read_life (PstStateFile *file, PstHostEntry *entry, GError **error)
{
  g_autofree char *state = NULL;

  return pst_state_file_get_time (file, "created", &entry->created_ns, error) && pst_state_file_get_time (file, "started", &entry->started_ns, error)
         && pst_state_file_get_time (file, "ended", &entry->ended_ns, error) && pst_state_file_get_string (file, "reason", &entry->reason, error)
         && pst_state_file_get_string (file, "state", &state, error)
         && (pst_run_state_from_string (state, &entry->state) || corrupt (error, "its state is none"));
}

static char **
read_assignments (PstStateFile *file, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gint64 n_assignments;

  if (!pst_state_file_get_int64 (file, "assignments", &n_assignments, error))
    return NULL;
  for (gint64 i = 0; i < MIN (n_assignments, PST_HOST_ASSIGNMENTS_MAX); i++)
    {
      g_autofree char *key = g_strdup_printf ("assignment-%" G_GINT64_FORMAT, i), *value = NULL;

      if (!pst_state_file_get_string (file, key, &value, error))
        return NULL;
      g_strv_builder_add (builder, value);
    }
  return g_strv_builder_end (builder);
}

static gboolean
read_source (PstHostRegistry *registry, PstStateFile *file, PstHostEntry *entry, GError **error)
{
  g_autofree char *text_path = build_path (registry, entry->user, entry->run_id, TEXT_SUFFIX);
  g_autofree char *path = NULL, *digest = NULL, *text = NULL;
  g_auto (GStrv) assignments = read_assignments (file, error);
  gboolean privileged;
  gsize length;

  if (assignments == NULL || !pst_state_file_get_string (file, "path", &path, error) || !pst_state_file_get_string (file, "digest", &digest, error)
      || !pst_state_file_get_boolean (file, "privileged", &privileged, error))
    return FALSE;
  text = pst_text_file_read (text_path, TEXT_SIZE_MAX, &length, NULL, error);
  entry->source = text != NULL ? pst_host_source_new (path, text, length, (const char *const *)assignments, privileged, error) : NULL;
  if (entry->source == NULL)
    return FALSE;
  if (strcmp (entry->source->digest, digest) == 0)
    return TRUE;
  g_clear_pointer (&entry->source, pst_host_source_unref);
  return corrupt (error, "the pipeline's text is not the one that was kept");
}

/* (transfer full): never NULL. */
static PstHostEntry *
load_entry (PstHostRegistry *registry, const char *user, const char *run_id)
{
  PstHostEntry *entry = g_new0 (PstHostEntry, 1);
  g_autofree char *path = build_path (registry, user, run_id, RUN_SUFFIX);
  g_autoptr (PstStateFile) file = pst_state_file_new (path, GROUP);
  g_autoptr (GError) error = NULL;

  g_strlcpy (entry->user, user, sizeof entry->user);
  g_strlcpy (entry->run_id, run_id, sizeof entry->run_id);
  entry->on_restart = PST_ON_RESTART_STOP;
  if (pst_state_file_load (file, &error) && check_seal (file, &error) && read_names (file, entry, &error) && read_life (file, entry, &error)
      && read_source (registry, file, entry, &error))
    return entry;
  entry->state = PST_RUN_STATE_ERROR;
  g_free (entry->reason);
  entry->reason = g_strdup (error->message);
  return entry;
}

static void
load_user (PstHostRegistry *registry, const char *user, GPtrArray *entries)
{
  g_autofree char *path = g_build_filename (registry->folder, user, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *run_id = g_str_has_suffix (name, RUN_SUFFIX) ? g_strndup (name, strlen (name) - strlen (RUN_SUFFIX)) : NULL;

      if (run_id != NULL && pst_host_run_id_is_valid (run_id))
        g_ptr_array_add (entries, load_entry (registry, user, run_id));
    }
}

/**
 * pst_host_registry_load:
 * @registry: the registry
 * @error: return location
 *
 * Reads all runs. One that cannot be understood is in the state %PST_RUN_STATE_ERROR with the reason, whatever it was. Blocks on the disk.
 *
 * Returns: (transfer full) (element-type PstHostEntry): the runs; %NULL with %PST_STORE_ERROR_IO when the folder cannot be read
 */
GPtrArray *
pst_host_registry_load (PstHostRegistry *registry, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GDir) dir = g_dir_open (registry->folder, 0, &cause);
  GPtrArray *entries;
  const char *user;

  if (dir == NULL)
    {
      g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, cause->message);
      return NULL;
    }
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_host_entry_free);
  while ((user = g_dir_read_name (dir)) != NULL)
    if (pst_host_user_is_valid (user))
      load_user (registry, user, entries);
  return entries;
}
