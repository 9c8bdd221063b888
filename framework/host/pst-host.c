/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host's life: what it has, how it begins and ends, and who finds what in it. Its lock is held for look-ups only, never while a run, a store or the
 * disk is waited for. */

#include "pst-host-private.h"

/* How often who watches is told that runs are being waited for. */
#define REPORT_NS PST_NS_PER_SECOND

static void pst_host_controller_init (PstControllerInterface *iface);

/**
 * PstHost:
 *
 * Many runs of many users. Verbs come by pst_controller_call() from any thread but a run's; events go out on the context in which the host was made.
 */
G_DEFINE_FINAL_TYPE_WITH_CODE (PstHost, pst_host, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (PST_TYPE_CONTROLLER, pst_host_controller_init))

static void
user_free (gpointer data)
{
  PstHostUser *user = data;

  g_hash_table_unref (user->runs);
  g_free (user->name);
  g_free (user);
}

static void
pst_host_dispose (GObject *object)
{
  PstHost *host = PST_HOST (object);

  if (host->shared != NULL && host->shared->publisher != NULL)
    pst_host_publisher_close (host->shared->publisher);
  G_OBJECT_CLASS (pst_host_parent_class)->dispose (object);
}

static void
pst_host_finalize (GObject *object)
{
  PstHost *host = PST_HOST (object);

  g_hash_table_unref (host->users);
  g_clear_pointer (&host->shared, pst_host_shared_unref);
  g_mutex_clear (&host->create_lock);
  g_mutex_clear (&host->lock);
  G_OBJECT_CLASS (pst_host_parent_class)->finalize (object);
}

static void
pst_host_class_init (PstHostClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pst_host_dispose;
  G_OBJECT_CLASS (class)->finalize = pst_host_finalize;
}

static void
pst_host_init (PstHost *host)
{
  g_mutex_init (&host->lock);
  g_mutex_init (&host->create_lock);
  host->users = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, user_free);
}

/**
 * pst_host_new:
 * @settings: how it is set up; not changed any more
 * @catalogue: where plugins are found, scanned
 * @error: return location
 *
 * Makes a host without runs: see pst_host_restore(). Events are published on the thread's default context. Blocks on the disk.
 *
 * Returns: (transfer full): the host; %NULL with a %PST_STORE_ERROR when its state folder cannot be used
 */
PstHost *
pst_host_new (PstHostSettings *settings, PstCatalogue *catalogue, GError **error)
{
  g_autoptr (PstHostRegistry) registry = NULL;
  g_autoptr (PstHost) host = NULL;
  PstHostShared *shared;

  g_return_val_if_fail (PST_IS_HOST_SETTINGS (settings) && settings->state_folder != NULL, NULL);
  g_return_val_if_fail (PST_IS_CATALOGUE (catalogue), NULL);

  registry = pst_host_registry_open (settings->state_folder, error);
  if (registry == NULL)
    return NULL;
  host = g_object_new (PST_TYPE_HOST, NULL);
  host->shared = shared = g_atomic_rc_box_new0 (PstHostShared);
  shared->registry = g_steal_pointer (&registry);
  shared->catalogue = g_object_ref (catalogue);
  shared->settings = g_object_ref (settings);
  shared->clock = pst_system_clock_new (NULL);
  shared->publisher = pst_host_publisher_new (PST_CONTROLLER (host), shared->clock, settings->events_max, settings->events_per_second);
  host->started_ns = pst_clock_now_ns (shared->clock);
  return g_steal_pointer (&host);
}

/**
 * pst_host_set_progress:
 * @host: the host
 * @func: (nullable): told what the host does when it starts and ends
 * @user_data: for @func
 */
void
pst_host_set_progress (PstHost *host, PstHostProgressFunc func, gpointer user_data)
{
  host->progress = func;
  host->progress_data = user_data;
}

static void
report (PstHost *host, const char *what, guint n_done, guint n_all)
{
  if (host->progress != NULL)
    host->progress (host, what, n_done, n_all, host->progress_data);
}

/**
 * pst_host_fail:
 * @error: return location
 * @code: of %PST_CONTROLLER_ERROR
 * @format: a sentence
 *
 * Returns: %FALSE
 */
gboolean
pst_host_fail (GError **error, PstControllerError code, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, PST_CONTROLLER_ERROR, code, text);
  return FALSE;
}

static PstControllerError
translate_code (const GError *cause)
{
  if (g_error_matches (cause, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_DENIED))
    return PST_CONTROLLER_ERROR_DENIED;
  if (g_error_matches (cause, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS))
    return PST_CONTROLLER_ERROR_EXISTS;
  if (g_error_matches (cause, PST_RUN_ERROR, PST_RUN_ERROR_STATE))
    return PST_CONTROLLER_ERROR_STATE;
  if (cause->domain == PST_PIPELINE_ERROR || cause->domain == PST_PLUGIN_ERROR || cause->domain == PST_OPTION_ERROR
      || cause->domain == PST_VALUE_ERROR || g_error_matches (cause, PST_RUN_ERROR, PST_RUN_ERROR_WIRING))
    return PST_CONTROLLER_ERROR_INVALID;
  return PST_CONTROLLER_ERROR_FAILED;
}

/**
 * pst_host_translate:
 * @cause: (transfer full): an error of any domain
 * @error: return location
 *
 * Tells clients what happened in the codes of %PST_CONTROLLER_ERROR.
 *
 * Returns: %FALSE
 */
gboolean
pst_host_translate (GError *cause, GError **error)
{
  g_autoptr (GError) owned = cause;

  if (owned->domain == PST_CONTROLLER_ERROR)
    g_propagate_error (error, g_steal_pointer (&owned));
  else
    g_set_error_literal (error, PST_CONTROLLER_ERROR, translate_code (owned), owned->message);
  return FALSE;
}

PstHostUser *
pst_host_get_user (PstHost *host, const char *name, gboolean make)
{
  PstHostUser *user = g_hash_table_lookup (host->users, name);

  if (user != NULL || !make)
    return user;
  user = g_new0 (PstHostUser, 1);
  user->name = g_strdup (name);
  user->runs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)pst_host_run_unref);
  g_hash_table_insert (host->users, user->name, user);
  return user;
}

/**
 * pst_host_find_run:
 * @host: the host
 * @caller: who asks
 * @parameters: with "run-id" and, when it is not the caller's own, "user"
 * @error: return location
 *
 * Finds a run that the caller may see. What they may not see is not there: the answers are the same.
 *
 * Returns: (transfer full): the run; %NULL with %PST_CONTROLLER_ERROR_NOT_FOUND
 */
PstHostRun *
pst_host_find_run (PstHost *host, const PstCaller *caller, GVariant *parameters, GError **error)
{
  const char *user_id = caller->user_id, *run_id = "";
  PstHostRun *run = NULL;
  PstHostUser *user;

  g_variant_lookup (parameters, "user", "&s", &user_id);
  g_variant_lookup (parameters, "run-id", "&s", &run_id);
  g_mutex_lock (&host->lock);
  user = pst_caller_may_see (caller, user_id) ? pst_host_get_user (host, user_id, FALSE) : NULL;
  run = user != NULL ? g_hash_table_lookup (user->runs, run_id) : NULL;
  if (run != NULL)
    pst_host_run_ref (run);
  g_mutex_unlock (&host->lock);
  if (run == NULL)
    pst_host_fail (error, PST_CONTROLLER_ERROR_NOT_FOUND, "user \"%s\" has no run \"%s\"", user_id, run_id);
  return run;
}

static void
collect_user (const PstHostUser *user, GPtrArray *runs)
{
  GHashTableIter iter;
  gpointer run;

  g_hash_table_iter_init (&iter, user->runs);
  while (g_hash_table_iter_next (&iter, NULL, &run))
    g_ptr_array_add (runs, pst_host_run_ref (run));
}

static gint
compare_runs (gconstpointer a, gconstpointer b)
{
  PstHostRun *first = *(PstHostRun *const *)a, *second = *(PstHostRun *const *)b;
  gint64 first_ns = pst_host_run_get_created_ns (first), second_ns = pst_host_run_get_created_ns (second);

  if (first_ns != second_ns)
    return first_ns < second_ns ? 1 : -1;
  return strcmp (pst_host_run_get_id (first), pst_host_run_get_id (second));
}

/**
 * pst_host_collect_runs:
 * @host: the host
 * @user: (nullable): whose; %NULL for all
 *
 * Returns: (transfer full) (element-type PstHostRun): runs, the newest first
 */
GPtrArray *
pst_host_collect_runs (PstHost *host, const char *user)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_host_run_unref);
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&host->lock);
  g_hash_table_iter_init (&iter, host->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (user == NULL || strcmp (((const PstHostUser *)value)->name, user) == 0)
      collect_user (value, runs);
  g_mutex_unlock (&host->lock);
  g_ptr_array_sort (runs, compare_runs);
  return runs;
}

static gint
compare_ends (gconstpointer a, gconstpointer b)
{
  gint64 first_ns = pst_host_run_get_ended_ns (*(PstHostRun *const *)a), second_ns = pst_host_run_get_ended_ns (*(PstHostRun *const *)b);

  return first_ns < second_ns ? 1 : first_ns > second_ns ? -1 : 0;
}

static void
forget_oldest (PstHost *host, const char *name)
{
  g_autoptr (GPtrArray) runs = pst_host_collect_runs (host, name);
  guint n_ended = 0;

  g_ptr_array_sort (runs, compare_ends);
  for (guint i = 0; i < runs->len; i++)
    {
      PstHostRun *run = runs->pdata[i];

      if (pst_host_run_get_state (run) > PST_RUN_STATE_RUNNING && !pst_host_run_is_active (run)
          && ++n_ended > host->shared->settings->finished_per_user_max)
        pst_host_forget (host, run, NULL);
    }
}

/**
 * pst_host_trim:
 * @host: the host
 * @user: of whom there is a new run
 *
 * Forgets what is too old: ended runs of @user, and the lists of ended runs of anyone.
 */
void
pst_host_trim (PstHost *host, const char *user)
{
  g_autoptr (GPtrArray) runs = NULL;
  guint n_views = 0;

  forget_oldest (host, user);
  runs = pst_host_collect_runs (host, NULL);
  g_ptr_array_sort (runs, compare_ends);
  for (guint i = 0; i < runs->len; i++)
    {
      PstHostRun *run = runs->pdata[i];

      if (pst_host_run_get_state (run) > PST_RUN_STATE_RUNNING && ++n_views > host->shared->settings->views_max)
        pst_host_run_drop_view (run);
    }
}

/**
 * pst_host_forget:
 * @host: the host
 * @run: a run that ended
 * @error: return location
 *
 * Forgets a run. Blocks on the disk.
 *
 * Returns: %FALSE when it was forgotten meanwhile, or cannot be
 */
gboolean
pst_host_forget (PstHost *host, PstHostRun *run, GError **error)
{
  const char *name = pst_host_run_get_user (run), *run_id = pst_host_run_get_id (run);
  PstHostUser *user;
  GError *cause = NULL;
  gboolean gone = FALSE;

  g_mutex_lock (&host->create_lock);
  g_mutex_lock (&host->lock);
  user = pst_host_get_user (host, name, FALSE);
  gone = user == NULL || g_hash_table_lookup (user->runs, run_id) != run;
  g_mutex_unlock (&host->lock);
  if (gone)
    pst_host_fail (error, PST_CONTROLLER_ERROR_NOT_FOUND, "user \"%s\" has no run \"%s\"", name, run_id);
  else if (!pst_host_registry_remove (host->shared->registry, name, run_id, &cause))
    pst_host_translate (cause, error);
  else
    {
      g_mutex_lock (&host->lock);
      if (user->running == run)
        user->running = NULL;
      g_hash_table_remove (user->runs, run_id);
      if (g_hash_table_size (user->runs) == 0)
        g_hash_table_remove (host->users, name);
      g_mutex_unlock (&host->lock);
      g_mutex_unlock (&host->create_lock);
      pst_host_run_announce (run, "REMOVED");
      return TRUE;
    }
  g_mutex_unlock (&host->create_lock);
  return FALSE;
}

static guint
count (PstHost *host, gboolean active_only)
{
  g_autoptr (GPtrArray) runs = pst_host_collect_runs (host, NULL);
  guint n_runs = 0;

  for (guint i = 0; i < runs->len; i++)
    n_runs += !active_only || pst_host_run_is_active (runs->pdata[i]);
  return n_runs;
}

/**
 * pst_host_count_runs:
 * @host: the host
 *
 * Returns: how many runs it knows. Any thread
 */
guint
pst_host_count_runs (PstHost *host)
{
  return count (host, FALSE);
}

guint
pst_host_count_running (PstHost *host)
{
  return count (host, TRUE);
}

/* Before anyone calls; a run that was RUNNING is so again, before its user can start another. */
static void
add_restored (PstHost *host, PstHostEntry *entry, GPtrArray *going_on)
{
  PstRunState state = entry->state;
  PstHostRun *run = pst_host_run_new (host->shared, entry);
  PstHostUser *user;

  g_mutex_lock (&host->lock);
  user = pst_host_get_user (host, pst_host_run_get_user (run), TRUE);
  g_hash_table_replace (user->runs, (gpointer)pst_host_run_get_id (run), run);
  if (state == PST_RUN_STATE_RUNNING)
    {
      user->running = run;
      g_ptr_array_add (going_on, pst_host_run_ref (run));
    }
  g_mutex_unlock (&host->lock);
}

/**
 * pst_host_restore:
 * @host: a host that has no runs yet
 * @error: return location
 *
 * Takes up the runs that the registry has. Those that were RUNNING when the host crashed go on, or are ended in order, as each says; where their
 * journal does not tell how, they end in ERROR with an alert. Waits for them to be RUNNING, start-timeout at most. Blocks on the disk.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR when the registry cannot be read
 */
gboolean
pst_host_restore (PstHost *host, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL, going_on = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_host_run_unref);
  gint64 end_ns = g_get_monotonic_time () * 1000 + host->shared->settings->start_timeout_ns;

  g_return_val_if_fail (PST_IS_HOST (host), FALSE);

  entries = pst_host_registry_load (host->shared->registry, error);
  if (entries == NULL)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    add_restored (host, pst_host_entry_copy (entries->pdata[i]), going_on);
  for (guint i = 0; i < going_on->len; i++)
    if (!pst_host_run_go_on (going_on->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < going_on->len; i++)
    {
      pst_host_run_wait_started (going_on->pdata[i], MAX (end_ns - g_get_monotonic_time () * 1000, 0));
      report (host, "restoring runs", i + 1, going_on->len);
    }
  return TRUE;
}

/* Who watches is told again and again, since a service manager takes silence for death. */
static gboolean
wait_ended (PstHost *host, PstHostRun *run, gint64 end_ns, guint n_done, guint n_all)
{
  for (;;)
    {
      gint64 left_ns = MAX (end_ns - g_get_monotonic_time () * 1000, 0);

      if (pst_host_run_wait_ended (run, MIN (left_ns, REPORT_NS)))
        return TRUE;
      if (left_ns <= REPORT_NS)
        return FALSE;
      report (host, "ending runs", n_done, n_all);
    }
}

/**
 * pst_host_shutdown:
 * @host: the host
 * @reason: why
 *
 * Begins no more runs and ends those that there are, all at once, each in order. Waits for stop-timeout at most; of each run that has not ended by
 * then an alert tells it, and the registry keeps it as RUNNING. Any thread but a run's.
 *
 * Returns: how many had not ended by then
 */
guint
pst_host_shutdown (PstHost *host, const char *reason)
{
  g_autoptr (GPtrArray) runs = NULL;
  gint64 end_ns;
  guint n_left = 0;

  g_return_val_if_fail (PST_IS_HOST (host), 0);

  g_mutex_lock (&host->lock);
  host->ending = TRUE;
  g_mutex_unlock (&host->lock);
  runs = pst_host_collect_runs (host, NULL);
  for (guint i = 0; i < runs->len; i++)
    pst_host_run_stop (runs->pdata[i], reason, NULL);
  end_ns = g_get_monotonic_time () * 1000 + host->shared->settings->stop_timeout_ns;
  for (guint i = 0; i < runs->len; i++)
    {
      if (wait_ended (host, runs->pdata[i], end_ns, i, runs->len))
        pst_host_run_join (runs->pdata[i]);
      else
        {
          pst_host_run_tell_left (runs->pdata[i]);
          n_left++;
        }
      report (host, "ending runs", i + 1, runs->len);
    }
  return n_left;
}

static GVariant *
pst_host_call (PstController *controller, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error)
{
  PstHostVerbFunc func = pst_host_find_verb (verb->name);

  if (func != NULL)
    return func (PST_HOST (controller), caller, parameters, error);
  pst_host_fail (error, PST_CONTROLLER_ERROR_FAILED, "this host cannot do \"%s\"", verb->name);
  return NULL;
}

static void
pst_host_controller_init (PstControllerInterface *iface)
{
  iface->call = pst_host_call;
}
