/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a pipeline to a run that is CREATED, and its start. A pipeline is built and prepared once here, to tell everything that is wrong with it, and
 * thrown away: the run's own is made on its thread. Names come from clients; none ever becomes a path before it was found to be a plain word. */

#include "pst-host-private.h"

#include <string.h>

#include "pst-key-text.h"
#include "pst-pipeline-options.h"
#include "pst-text-file.h"

#define PIPELINE_SUFFIX ".pipeline"
#define PIPELINE_SIZE_MAX (1024 * 1024)
#define TEXT_NAME "text" PIPELINE_SUFFIX

void
pst_host_pipeline_free (PstHostPipeline *pipeline)
{
  g_free (pipeline->name);
  g_free (pipeline->path);
  g_free (pipeline);
}

static void
add_pipelines (GPtrArray *pipelines, const char *folder, gboolean own)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_str_has_suffix (file, PIPELINE_SUFFIX) ? g_strndup (file, strlen (file) - strlen (PIPELINE_SUFFIX)) : NULL;
      PstHostPipeline *pipeline;

      if (name == NULL || !pst_component_name_is_valid (name))
        continue;
      pipeline = g_new0 (PstHostPipeline, 1);
      pipeline->name = g_steal_pointer (&name);
      pipeline->path = g_build_filename (folder, file, NULL);
      pipeline->own = own;
      g_ptr_array_add (pipelines, pipeline);
    }
}

static gint
compare_pipelines (gconstpointer a, gconstpointer b)
{
  const PstHostPipeline *first = *(const PstHostPipeline *const *)a, *second = *(const PstHostPipeline *const *)b;
  int order = strcmp (first->name, second->name);

  return order != 0 ? order : second->own - first->own;
}

/**
 * pst_host_list_pipeline_files:
 * @host: the host
 * @user: a user
 *
 * Lists the pipelines that the user may run by name. One of their own hides the one for everyone. Blocks on the disk.
 *
 * Returns: (transfer full) (element-type PstHostPipeline): by name
 */
GPtrArray *
pst_host_list_pipeline_files (PstHost *host, const char *user)
{
  GPtrArray *pipelines = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_host_pipeline_free);
  const char *folder = host->shared->settings->pipelines;

  if (folder == NULL || *folder == '\0')
    return pipelines;
  add_pipelines (pipelines, folder, FALSE);
  if (pst_host_user_is_valid (user))
    {
      g_autofree char *own = g_build_filename (folder, user, NULL);

      add_pipelines (pipelines, own, TRUE);
    }
  g_ptr_array_sort (pipelines, compare_pipelines);
  for (guint i = 1; i < pipelines->len; i++)
    if (strcmp (((PstHostPipeline *)pipelines->pdata[i - 1])->name, ((PstHostPipeline *)pipelines->pdata[i])->name) == 0)
      g_ptr_array_remove_index (pipelines, i--);
  return pipelines;
}

static void
put_entry (GVariantBuilder *builder, const PstKeyGroup *group, const char *key, const char *standard)
{
  const PstKeyEntry *entry = group != NULL ? pst_key_group_find (group, key) : NULL;
  const char *text = entry != NULL && !entry->broken ? entry->value : standard;

  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (text));
}

/**
 * pst_host_describe_pipeline:
 * @pipeline: a pipeline of the host
 * @builder: of "a{sv}"
 *
 * Adds what the file says of itself; whether it is right, check tells. Blocks on the disk.
 */
void
pst_host_describe_pipeline (const PstHostPipeline *pipeline, GVariantBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstKeyText) keys = NULL;
  const PstKeyGroup *group;
  gsize length;
  g_autofree char *text = pst_text_file_read (pipeline->path, PIPELINE_SIZE_MAX, &length, NULL, &error);

  if (text == NULL)
    {
      g_variant_builder_add (builder, "{sv}", "problem", g_variant_new_string (error->message));
      return;
    }
  keys = pst_key_text_parse (text, length);
  group = pst_key_text_find (keys, "pipeline");
  put_entry (builder, group, "mode", "backtest");
  put_entry (builder, group, "description", NULL);
}

static PstHostSource *
read_named (PstHost *host, const char *user, const char *name, const char *const *assignments, gboolean privileged, GError **error)
{
  g_autoptr (GPtrArray) pipelines = pst_host_list_pipeline_files (host, user);
  g_autofree char *text = NULL;
  const char *path = NULL;
  GError *cause = NULL;
  PstHostSource *source = NULL;
  gsize length;

  for (guint i = 0; i < pipelines->len && path == NULL; i++)
    if (strcmp (((const PstHostPipeline *)pipelines->pdata[i])->name, name) == 0)
      path = ((const PstHostPipeline *)pipelines->pdata[i])->path;
  if (path == NULL)
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_NOT_FOUND, "there is no pipeline \"%s\"; see list-pipelines", name);
      return NULL;
    }
  text = pst_text_file_read (path, PIPELINE_SIZE_MAX, &length, NULL, &cause);
  if (text != NULL)
    source = pst_host_source_new (path, text, length, assignments, privileged, &cause);
  if (source == NULL)
    pst_host_translate (cause, error);
  return source;
}

static PstHostSource *
read_text (PstHost *host, const PstCaller *caller, const char *text, const char *const *assignments, gboolean privileged, GError **error)
{
  const char *folder = host->shared->settings->pipelines;
  g_autofree char *path = g_build_filename (folder != NULL ? folder : host->shared->settings->state_folder, TEXT_NAME, NULL);
  GError *cause = NULL;
  PstHostSource *source;

  if (!privileged)
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_DENIED, "a pipeline as text may name any file: it needs the permission \"admin\"");
      return NULL;
    }
  source = pst_host_source_new (path, text, strlen (text), assignments, TRUE, &cause);
  if (source == NULL)
    pst_host_translate (cause, error);
  return source;
}

/**
 * pst_host_read_source:
 * @host: the host
 * @caller: who asks
 * @user: whose run it will be
 * @parameters: with "pipeline" or "text", and "set"
 * @error: return location
 *
 * Reads what is to be run. Blocks on the disk.
 *
 * Returns: (transfer full): it; %NULL with a %PST_CONTROLLER_ERROR
 */
PstHostSource *
pst_host_read_source (PstHost *host, const PstCaller *caller, const char *user, GVariant *parameters, GError **error)
{
  gboolean privileged = (caller->permissions & PST_PERMISSION_ADMIN) != 0;
  g_autofree const char **assignments = NULL;
  const char *name = NULL, *text = NULL;

  g_variant_lookup (parameters, "pipeline", "&s", &name);
  g_variant_lookup (parameters, "text", "&s", &text);
  g_variant_lookup (parameters, "set", "^a&s", &assignments);
  if ((name != NULL) == (text != NULL))
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID, "give one of the parameters \"pipeline\" and \"text\"");
      return NULL;
    }
  return name != NULL ? read_named (host, user, name, assignments, privileged, error)
                      : read_text (host, caller, text, assignments, privileged, error);
}

/* What was found when a pipeline was built to see whether it can be. */
static gboolean
try_build (PstHost *host, const PstHostSource *source, const char *user, const char *run_id, PstRunRecord *record, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  PstRun *run;
  gboolean good;

  g_main_context_push_thread_default (context);
  run = pst_host_source_build (source, host->shared->catalogue, user, run_id, PST_RESUME_NONE, error);
  good = run != NULL && pst_run_prepare (run, error);
  if (run != NULL)
    *record = *pst_context_get_run (PST_CONTEXT (run));
  g_clear_object (&run);
  g_main_context_pop_thread_default (context);
  return good;
}

/* check: what is wrong is its result, not an error; but that an override is not for the caller is one. */
PST_HOST_VERB (check)
{
  g_autoptr (PstHostSource) source = pst_host_read_source (host, caller, caller->user_id, parameters, error);
  g_autoptr (GError) cause = NULL;
  g_auto (GStrv) lines = NULL;
  PstRunRecord record = { 0 };
  GVariantBuilder builder;
  gboolean valid;

  if (source == NULL)
    return NULL;
  valid = try_build (host, source, caller->user_id, NULL, &record, &cause);
  if (!valid && g_error_matches (cause, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_DENIED))
    {
      pst_host_translate (g_steal_pointer (&cause), error);
      return NULL;
    }
  lines = g_strsplit (valid ? "" : cause->message, "\n", -1);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "valid", g_variant_new_boolean (valid));
  g_variant_builder_add (&builder, "{sv}", "errors", g_variant_new_strv ((const char *const *)lines, -1));
  if (valid)
    g_variant_builder_add (&builder, "{sv}", "pipeline", g_variant_new_string (record.pipeline));
  return g_variant_builder_end (&builder);
}

typedef struct
{
  const char *user;
  const char *run_id; /* (nullable) as it was asked for */
  PstOnRestart on_restart;
} Wanted;

static gboolean
read_wanted (PstHost *host, const PstCaller *caller, GVariant *parameters, Wanted *wanted, GError **error)
{
  const char *policy = NULL;

  *wanted = (Wanted){ caller->user_id, NULL, host->shared->settings->on_restart };
  g_variant_lookup (parameters, "user", "&s", &wanted->user);
  g_variant_lookup (parameters, "run-id", "&s", &wanted->run_id);
  g_variant_lookup (parameters, "on-restart", "&s", &policy);
  if (!pst_caller_may_see (caller, wanted->user))
    return pst_host_fail (error, PST_CONTROLLER_ERROR_DENIED, "a run for somebody else needs the permission \"admin\"");
  if (!pst_host_user_is_valid (wanted->user))
    return pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID,
                          "user \"%s\": allowed are up to 63 letters, digits, '-', '_', '.' and '@', beginning with a letter or digit", wanted->user);
  if (wanted->run_id != NULL && (!pst_host_run_id_is_valid (wanted->run_id) || strcmp (wanted->run_id, PST_RUN_ID_AUTO) == 0))
    return pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID,
                          "run-id \"%s\": allowed are up to 63 letters, digits, '-', '_' and '.', beginning with a letter or digit, but not \"auto\"",
                          wanted->run_id);
  if (policy != NULL && !pst_on_restart_from_string (policy, &wanted->on_restart))
    return pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID, "on-restart \"%s\": allowed are resume and stop", policy);
  return TRUE;
}

static guint
count_open (GHashTable *runs)
{
  GHashTableIter iter;
  gpointer run;
  guint n_open = 0;

  g_hash_table_iter_init (&iter, runs);
  while (g_hash_table_iter_next (&iter, NULL, &run))
    n_open += pst_host_run_get_state (run) <= PST_RUN_STATE_RUNNING;
  return n_open;
}

/* Under the host's lock. */
static gboolean
check_limits (PstHost *host, const char *name, GError **error)
{
  const PstHostSettings *settings = host->shared->settings;
  PstHostUser *user = pst_host_get_user (host, name, FALSE);
  GHashTableIter iter;
  gpointer other;
  guint n_open = 0;

  if (host->ending)
    return pst_host_fail (error, PST_CONTROLLER_ERROR_STATE, "the host is ending: it takes no more runs");
  if (user != NULL && count_open (user->runs) >= settings->runs_per_user_max)
    return pst_host_fail (error, PST_CONTROLLER_ERROR_BUSY, "user \"%s\" has %u runs that have not ended, which is max-runs-per-user", name,
                          settings->runs_per_user_max);
  g_hash_table_iter_init (&iter, host->users);
  while (g_hash_table_iter_next (&iter, NULL, &other))
    n_open += count_open (((PstHostUser *)other)->runs);
  if (n_open >= settings->runs_max)
    return pst_host_fail (error, PST_CONTROLLER_ERROR_BUSY, "the host has %u runs that have not ended, which is max-runs", n_open);
  return TRUE;
}

static gboolean
is_taken (PstHost *host, const char *name, const char *run_id)
{
  PstHostUser *user;
  gboolean taken;

  g_mutex_lock (&host->lock);
  user = pst_host_get_user (host, name, FALSE);
  taken = user != NULL && g_hash_table_contains (user->runs, run_id);
  g_mutex_unlock (&host->lock);
  return taken;
}

/* NAME-7 to NAME-8 */
static void
count_up (PstRunRecord *record)
{
  const char *dash = strrchr (record->run_id, '-');
  guint64 number = dash != NULL ? g_ascii_strtoull (dash + 1, NULL, 10) : 0;

  g_snprintf (record->run_id, sizeof record->run_id, "%s-%" G_GUINT64_FORMAT, record->pipeline, number + 1);
}

/* The next name that neither a store nor the host has. */
static gboolean
find_free (PstHost *host, const PstHostSource *source, const Wanted *wanted, PstRunRecord *record, GError **error)
{
  for (;;)
    {
      g_autoptr (GError) cause = NULL;
      PstRunRecord built;

      count_up (record);
      if (is_taken (host, wanted->user, record->run_id))
        continue;
      if (try_build (host, source, wanted->user, record->run_id, &built, &cause))
        return TRUE;
      if (g_error_matches (cause, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS))
        continue;
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
}

/* A run that was created and not yet started is in no store. */
static gboolean
choose_id (PstHost *host, const PstHostSource *source, const Wanted *wanted, PstRunRecord *record, GError **error)
{
  if (wanted->run_id != NULL && is_taken (host, wanted->user, wanted->run_id))
    return pst_host_fail (error, PST_CONTROLLER_ERROR_EXISTS, "user \"%s\" has a run \"%s\" already", wanted->user, wanted->run_id);
  if (!try_build (host, source, wanted->user, wanted->run_id != NULL ? wanted->run_id : PST_RUN_ID_AUTO, record, error))
    return FALSE;
  return !is_taken (host, wanted->user, record->run_id) || find_free (host, source, wanted, record, error);
}

static PstHostEntry *
make_entry (PstHost *host, PstHostSource *source, const Wanted *wanted, const PstRunRecord *record)
{
  PstHostEntry *entry = g_new0 (PstHostEntry, 1);

  g_strlcpy (entry->user, wanted->user, sizeof entry->user);
  g_strlcpy (entry->run_id, record->run_id, sizeof entry->run_id);
  g_strlcpy (entry->pipeline, record->pipeline, sizeof entry->pipeline);
  entry->mode = record->mode;
  entry->source = pst_host_source_ref (source);
  entry->state = PST_RUN_STATE_CREATED;
  entry->on_restart = wanted->on_restart;
  entry->created_ns = pst_clock_now_ns (host->shared->clock);
  return entry;
}

/* (transfer full): kept by the registry, and known. NULL with PST_STORE_ERROR_EXISTS when somebody was quicker. */
static PstHostRun *
keep (PstHost *host, PstHostEntry *entry, GError **error)
{
  g_autoptr (PstHostEntry) owned = entry;
  PstHostRun *run = NULL;
  PstHostUser *user;
  gboolean allowed;

  g_mutex_lock (&host->create_lock);
  g_mutex_lock (&host->lock);
  allowed = check_limits (host, entry->user, error);
  g_mutex_unlock (&host->lock);
  if (allowed && pst_host_registry_add (host->shared->registry, entry, error))
    {
      run = pst_host_run_new (host->shared, g_steal_pointer (&owned));
      g_mutex_lock (&host->lock);
      user = pst_host_get_user (host, pst_host_run_get_user (run), TRUE);
      g_hash_table_replace (user->runs, (gpointer)pst_host_run_get_id (run), pst_host_run_ref (run));
      g_mutex_unlock (&host->lock);
    }
  g_mutex_unlock (&host->create_lock);
  if (run != NULL)
    pst_host_run_announce (run, "CREATED");
  return run;
}

PST_HOST_VERB (create)
{
  g_autoptr (PstHostSource) source = NULL;
  g_autoptr (PstHostRun) run = NULL;
  PstRunRecord record = { 0 };
  GError *cause = NULL;
  Wanted wanted;

  if (!read_wanted (host, caller, parameters, &wanted, error))
    return NULL;
  source = pst_host_read_source (host, caller, wanted.user, parameters, error);
  if (source == NULL)
    return NULL;
  do
    {
      g_clear_error (&cause);
      if (choose_id (host, source, &wanted, &record, &cause))
        run = keep (host, make_entry (host, source, &wanted, &record), &cause);
    }
  while (run == NULL && wanted.run_id == NULL && g_error_matches (cause, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS));
  if (run == NULL)
    {
      pst_host_translate (cause, error);
      return NULL;
    }
  pst_host_trim (host, wanted.user);
  return pst_host_describe_run (run);
}

/* One run of a user at a time; whoever is first in the lock is it. */
static gboolean
claim_user (PstHost *host, PstHostRun *run, GError **error)
{
  PstHostUser *user;
  gboolean claimed = FALSE;

  g_mutex_lock (&host->lock);
  user = pst_host_get_user (host, pst_host_run_get_user (run), FALSE);
  if (host->ending)
    pst_host_fail (error, PST_CONTROLLER_ERROR_STATE, "the host is ending: it begins no more runs");
  else if (user == NULL || g_hash_table_lookup (user->runs, pst_host_run_get_id (run)) != run)
    pst_host_fail (error, PST_CONTROLLER_ERROR_NOT_FOUND, "user \"%s\" has no run \"%s\"", pst_host_run_get_user (run), pst_host_run_get_id (run));
  else if (user->running != NULL && user->running != run && pst_host_run_is_active (user->running))
    pst_host_fail (error, PST_CONTROLLER_ERROR_STATE, "run \"%s\" of user \"%s\" has not ended: one run of a user at a time",
                   pst_host_run_get_id (user->running), user->name);
  else if (pst_host_run_claim (run, error))
    {
      user->running = run;
      claimed = TRUE;
    }
  g_mutex_unlock (&host->lock);
  return claimed;
}

PST_HOST_VERB (start)
{
  g_autoptr (PstHostRun) run = pst_host_find_run (host, caller, parameters, error);

  if (run == NULL || !claim_user (host, run, error) || !pst_host_run_begin (run, error))
    return NULL;
  if (!pst_host_run_wait_started (run, host->shared->settings->start_timeout_ns))
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_BUSY, "run \"%s\" is being started and takes longer than start-timeout; see get-run",
                     pst_host_run_get_id (run));
      return NULL;
    }
  pst_host_trim (host, pst_host_run_get_user (run));
  if (pst_host_run_has_failed (run))
    {
      g_autoptr (PstHostEntry) entry = pst_host_run_dup_entry (run);

      pst_host_fail (error, PST_CONTROLLER_ERROR_FAILED, "run \"%s\" did not start: %s", entry->run_id, entry->reason);
      return NULL;
    }
  return pst_host_describe_run (run);
}
