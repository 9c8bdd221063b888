/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one door to a host: whatever face a call came by, its parameters are checked here, and whether the caller may. That a run belongs to the
 * caller is the host's to see, who knows the runs. */

#include "pst-controller.h"

#include <string.h>

/**
 * PstController:
 *
 * What can be done with a host from outside. The host implements it.
 */

G_DEFINE_INTERFACE (PstController, pst_controller, G_TYPE_OBJECT)

enum
{
  SIGNAL_EVENT_PUBLISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

GQuark
pst_controller_error_quark (void)
{
  return g_quark_from_static_string ("pst-controller-error-quark");
}

static void
pst_controller_default_init (PstControllerInterface *iface)
{
  /**
   * PstController::event-published:
   * @controller: the host
   * @event: "(sssa{sv})": user, run id, kind, detail
   *
   * Something happened that clients may want to know. In the context in which the host was made.
   */
  signals[SIGNAL_EVENT_PUBLISHED]
      = g_signal_new ("event-published", PST_TYPE_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_VARIANT);
}

/**
 * pst_controller_error_to_string:
 * @error: an error of a verb
 *
 * The code as every face names it. Any thread.
 *
 * Returns: (transfer none): "denied", "not-found", ...; "failed" for an error of another domain
 */
const char *
pst_controller_error_to_string (const GError *error)
{
  static const char *const names[PST_CONTROLLER_N_ERRORS] = { "denied", "not-found", "invalid", "state", "exists", "busy", "failed" };

  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != PST_CONTROLLER_ERROR || error->code < 0 || error->code >= PST_CONTROLLER_N_ERRORS)
    return "failed";
  return names[error->code];
}

static const PstVerb *
find_verb (const char *name, GError **error)
{
  const PstVerb *verb = pst_verb_find (name);

  if (verb == NULL)
    g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "there is no verb \"%s\"", name);
  return verb;
}

static gboolean
permit (const PstCaller *caller, const PstVerb *verb, GError **error)
{
  if ((caller->permissions & verb->permission) != 0 && caller->user_id[0] != '\0')
    return TRUE;
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED, "%s needs the permission \"%s\"", verb->name,
               pst_permission_to_string (verb->permission));
  return FALSE;
}

/**
 * pst_controller_call:
 * @controller: a host
 * @caller: who asks
 * @verb: what is to be done: see pst_verb_list()
 * @parameters: (nullable): a{sv}; a floating one is taken
 * @error: return location
 *
 * Does a verb. Any thread but a run's; blocks until it is done.
 *
 * Returns: (transfer full): the result, of the verb's type; or %NULL with a %PST_CONTROLLER_ERROR
 */
GVariant *
pst_controller_call (PstController *controller, const PstCaller *caller, const char *verb, GVariant *parameters, GError **error)
{
  g_autoptr (GVariant) taken = NULL;
  GVariant *result;
  const PstVerb *found;

  g_return_val_if_fail (PST_IS_CONTROLLER (controller), NULL);
  g_return_val_if_fail (caller != NULL && verb != NULL, NULL);

  taken = g_variant_ref_sink (parameters != NULL ? parameters : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  found = find_verb (verb, error);
  if (found == NULL || !permit (caller, found, error) || !pst_verb_check (found, taken, error))
    return NULL;
  result = PST_CONTROLLER_GET_IFACE (controller)->call (controller, caller, found, taken, error);
  if (result == NULL)
    return NULL;
  g_variant_take_ref (result);
  g_assert (g_variant_is_of_type (result, G_VARIANT_TYPE (found->result_type)));
  return result;
}

typedef struct
{
  PstCaller caller;
  char *verb;
  GVariant *parameters;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_pointer (&call->parameters, g_variant_unref);
  g_free (call->verb);
  g_free (call);
}

static void
call_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  GVariant *result = pst_controller_call (source, &call->caller, call->verb, call->parameters, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify)g_variant_unref);
  else
    g_task_return_error (task, error);
}

/**
 * pst_controller_call_async:
 * @controller: a host
 * @caller: who asks
 * @verb: what is to be done
 * @parameters: (nullable): a{sv}; a floating one is taken
 * @cancellable: (nullable): gives up waiting; what was begun goes on
 * @callback: (scope async): in the caller's thread-default context
 * @user_data: passed to @callback
 *
 * Does a verb on a thread of a pool.
 */
void
pst_controller_call_async (PstController *controller, const PstCaller *caller, const char *verb, GVariant *parameters, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Call *call;

  g_return_if_fail (PST_IS_CONTROLLER (controller));
  g_return_if_fail (caller != NULL && verb != NULL);

  call = g_new0 (Call, 1);
  call->caller = *caller;
  call->verb = g_strdup (verb);
  call->parameters = parameters != NULL ? g_variant_ref_sink (parameters) : NULL;
  task = g_task_new (controller, cancellable, callback, user_data);
  g_task_set_source_tag (task, pst_controller_call_async);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, call_in_thread);
}

/**
 * pst_controller_call_finish:
 * @controller: a host
 * @result: what the callback was given
 * @error: return location
 *
 * Ends pst_controller_call_async().
 *
 * Returns: (transfer full): the result, or %NULL with an error
 */
GVariant *
pst_controller_call_finish (PstController *controller, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, controller), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pst_controller_publish:
 * @controller: a host
 * @event: "(sssa{sv})"; a floating one is taken
 *
 * Tells clients that something happened. For implementations, in the context in which the host was made.
 */
void
pst_controller_publish (PstController *controller, GVariant *event)
{
  g_autoptr (GVariant) taken = NULL;

  g_return_if_fail (PST_IS_CONTROLLER (controller));
  g_return_if_fail (event != NULL && g_variant_is_of_type (event, G_VARIANT_TYPE ("(sssa{sv})")));

  taken = g_variant_ref_sink (event);
  g_signal_emit (controller, signals[SIGNAL_EVENT_PUBLISHED], 0, taken);
}

/**
 * pst_caller_copy: (skip)
 * @caller: a caller
 *
 * Returns: (transfer full): a copy
 */
PstCaller *
pst_caller_copy (const PstCaller *caller)
{
  return g_memdup2 (caller, sizeof *caller);
}

/**
 * pst_caller_free: (skip)
 * @caller: (nullable) (transfer full): a caller
 */
void
pst_caller_free (PstCaller *caller)
{
  g_free (caller);
}

/**
 * pst_caller_may_see:
 * @caller: a caller
 * @user_id: a user
 *
 * Tells whether what belongs to @user_id may be shown to @caller: it is theirs, or they are an admin. Any thread.
 *
 * Returns: %TRUE when it may
 */
gboolean
pst_caller_may_see (const PstCaller *caller, const char *user_id)
{
  g_return_val_if_fail (caller != NULL && user_id != NULL, FALSE);

  return (caller->permissions & PST_PERMISSION_ADMIN) != 0 || (caller->user_id[0] != '\0' && strcmp (caller->user_id, user_id) == 0);
}
