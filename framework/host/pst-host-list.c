/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verbs that tell and change nothing. */

#include "pst-host-private.h"

#include <pst-enums.h>
#include <string.h>

#include "pst-kind.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 10000

static void
put (GVariantBuilder *builder, const char *key, const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  if (valid != NULL)
    g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (valid));
}

static void
put_number (GVariantBuilder *builder, const char *key, guint64 number)
{
  g_variant_builder_add (builder, "{sv}", key, g_variant_new_uint64 (number));
}

static void
put_boolean (GVariantBuilder *builder, const char *key, gboolean value)
{
  g_variant_builder_add (builder, "{sv}", key, g_variant_new_boolean (value));
}

static void
put_time (GVariantBuilder *builder, const char *key, gint64 time_ns)
{
  char text[PST_TIME_TEXT_SIZE];

  if (time_ns == 0)
    return;
  pst_time_print (time_ns, text);
  put (builder, key, text);
}

static void
put_mode (GVariantBuilder *builder, const char *key, PstMode mode)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (PST_TYPE_MODE);
  const GEnumValue *value = g_enum_get_value ((GEnumClass *)class, (int)mode);

  put (builder, key, value != NULL ? value->value_nick : NULL);
}

/**
 * pst_host_describe_run:
 * @run: a run
 *
 * Tells how a run stands: what the registry keeps, and what its records told.
 *
 * Returns: (transfer floating): "a{sv}"
 */
GVariant *
pst_host_describe_run (PstHostRun *run)
{
  g_autoptr (PstHostEntry) entry = pst_host_run_dup_entry (run);
  g_autoptr (PstHostView) view = pst_host_run_dup_view (run);
  g_autofree char *stopping = pst_host_run_dup_stopping (run);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  put (&builder, "user", entry->user);
  put (&builder, "run-id", entry->run_id);
  put (&builder, "pipeline", entry->pipeline);
  put_mode (&builder, "mode", entry->mode);
  put (&builder, "state", pst_run_state_to_string (entry->state));
  put (&builder, "reason", entry->reason != NULL ? entry->reason : "");
  if (stopping != NULL)
    put (&builder, "stopping", stopping);
  put (&builder, "on-restart", pst_on_restart_to_string (entry->on_restart));
  put_time (&builder, "created-at", entry->created_ns);
  put_time (&builder, "started-at", entry->started_ns);
  put_time (&builder, "ended-at", entry->ended_ns);
  if (view != NULL)
    pst_host_view_add_summary (view, &builder);
  return g_variant_builder_end (&builder);
}

PST_HOST_VERB (get_host)
{
  PstHostSettings *settings = host->shared->settings;
  gboolean is_admin = (caller->permissions & PST_PERMISSION_ADMIN) != 0;
  g_autoptr (GPtrArray) runs = pst_host_collect_runs (host, is_admin ? NULL : caller->user_id);
  GVariantBuilder builder;
  guint n_running = 0;

  for (guint i = 0; i < runs->len; i++)
    n_running += pst_host_run_get_state (runs->pdata[i]) == PST_RUN_STATE_RUNNING;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  put (&builder, "version", PST_VERSION);
  put_time (&builder, "started-at", host->started_ns);
  put_number (&builder, "runs", runs->len);
  put_number (&builder, "running", n_running);
  put (&builder, "on-restart", pst_on_restart_to_string (settings->on_restart));
  put_number (&builder, "max-runs", settings->runs_max);
  put_number (&builder, "max-runs-per-user", settings->runs_per_user_max);
  return g_variant_builder_end (&builder);
}

static void
add_user (GVariantBuilder *list, PstHost *host, const char *name)
{
  g_autoptr (GPtrArray) runs = pst_host_collect_runs (host, name);
  guint n_running = 0;

  for (guint i = 0; i < runs->len; i++)
    n_running += pst_host_run_get_state (runs->pdata[i]) == PST_RUN_STATE_RUNNING;
  g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
  put (list, "user", name);
  put_number (list, "runs", runs->len);
  put_number (list, "running", n_running);
  g_variant_builder_close (list);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The caller is one of them, with or without runs. */
PST_HOST_VERB (list_users)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GVariantBuilder list;
  GHashTableIter iter;
  gpointer name;

  g_mutex_lock (&host->lock);
  g_hash_table_iter_init (&iter, host->users);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (pst_caller_may_see (caller, name) && strcmp (name, caller->user_id) != 0)
      g_ptr_array_add (names, g_strdup (name));
  g_mutex_unlock (&host->lock);
  g_ptr_array_add (names, g_strdup (caller->user_id));
  g_ptr_array_sort (names, compare_names);
  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < names->len; i++)
    add_user (&list, host, names->pdata[i]);
  return g_variant_builder_end (&list);
}

static void
add_plugin (GVariantBuilder *list, const PstPlugin *plugin)
{
  const PstManifest *manifest = plugin->manifest;

  g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
  put (list, "id", plugin->id);
  if (manifest != NULL)
    {
      put (list, "kind", pst_kind_to_string (manifest->kind));
      put (list, "name", manifest->name);
      put (list, "version", manifest->version);
      put (list, "description", manifest->description);
    }
  put_boolean (list, "usable", plugin->refusal == NULL);
  if (plugin->refusal != NULL)
    {
      put (list, "refusal", pst_refusal_to_string ((PstRefusal)plugin->refusal->code));
      put (list, "reason", plugin->refusal->message);
    }
  g_variant_builder_close (list);
}

PST_HOST_VERB (list_plugins)
{
  PstCatalogue *catalogue = host->shared->catalogue;
  GVariantBuilder list;
  GPtrArray *plugins;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  pst_catalogue_lock (catalogue);
  plugins = pst_catalogue_get_plugins (catalogue);
  for (guint i = 0; i < plugins->len; i++)
    add_plugin (&list, plugins->pdata[i]);
  pst_catalogue_unlock (catalogue);
  return g_variant_builder_end (&list);
}

PST_HOST_VERB (list_pipelines)
{
  g_autoptr (GPtrArray) pipelines = pst_host_list_pipeline_files (host, caller->user_id);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < pipelines->len; i++)
    {
      const PstHostPipeline *pipeline = pipelines->pdata[i];

      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      put (&list, "name", pipeline->name);
      put_boolean (&list, "own", pipeline->own);
      pst_host_describe_pipeline (pipeline, &list);
      g_variant_builder_close (&list);
    }
  return g_variant_builder_end (&list);
}

/* Somebody else's runs are an empty list, as those of somebody who has none. */
PST_HOST_VERB (list_runs)
{
  gboolean is_admin = (caller->permissions & PST_PERMISSION_ADMIN) != 0;
  const char *user = is_admin ? NULL : caller->user_id, *state_text = NULL;
  PstRunState state = 0;
  g_autoptr (GPtrArray) runs = NULL;
  GVariantBuilder list;

  g_variant_lookup (parameters, "user", "&s", &user);
  g_variant_lookup (parameters, "state", "&s", &state_text);
  if (state_text != NULL && !pst_run_state_from_string (state_text, &state))
    {
      pst_host_fail (error, PST_CONTROLLER_ERROR_INVALID, "state \"%s\": allowed are CREATED, RUNNING, STOPPED and ERROR", state_text);
      return NULL;
    }
  runs = pst_host_collect_runs (host, user);
  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < runs->len; i++)
    if (pst_caller_may_see (caller, pst_host_run_get_user (runs->pdata[i]))
        && (state_text == NULL || pst_host_run_get_state (runs->pdata[i]) == state))
      g_variant_builder_add_value (&list, pst_host_describe_run (runs->pdata[i]));
  return g_variant_builder_end (&list);
}

PST_HOST_VERB (get_run)
{
  g_autoptr (PstHostRun) run = pst_host_find_run (host, caller, parameters, error);

  return run != NULL ? pst_host_describe_run (run) : NULL;
}

/* (transfer full): what the run did; NULL with an error when that is not kept any more. */
static PstHostView *
find_view (PstHost *host, const PstCaller *caller, GVariant *parameters, guint *limit, GError **error)
{
  g_autoptr (PstHostRun) run = pst_host_find_run (host, caller, parameters, error);
  PstHostView *view = run != NULL ? pst_host_run_dup_view (run) : NULL;

  *limit = LIMIT_DEFAULT;
  g_variant_lookup (parameters, "limit", "u", limit);
  *limit = MIN (*limit, LIMIT_MAX);
  if (run != NULL && view == NULL)
    pst_host_fail (error, PST_CONTROLLER_ERROR_STATE, "run \"%s\" ended, and what it did is not kept here any more: its journal and its ledger tell",
                   pst_host_run_get_id (run));
  return view;
}

PST_HOST_VERB (list_orders)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);
  gboolean open_only = FALSE;

  g_variant_lookup (parameters, "open", "b", &open_only);
  return view != NULL ? pst_host_view_list_orders (view, open_only, limit) : NULL;
}

PST_HOST_VERB (list_fills)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);

  return view != NULL ? pst_host_view_list_fills (view, limit) : NULL;
}

PST_HOST_VERB (list_positions)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);

  return view != NULL ? pst_host_view_list_positions (view) : NULL;
}

PST_HOST_VERB (list_equity)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);

  return view != NULL ? pst_host_view_list_equity (view, limit) : NULL;
}

PST_HOST_VERB (list_guards)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);

  return view != NULL ? pst_host_view_list_guards (view) : NULL;
}

PST_HOST_VERB (list_alerts)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);

  return view != NULL ? pst_host_view_list_alerts (view, limit) : NULL;
}

PST_HOST_VERB (list_options)
{
  guint limit;
  g_autoptr (PstHostView) view = find_view (host, caller, parameters, &limit, error);

  return view != NULL ? pst_host_view_list_options (view) : NULL;
}
