/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A caller's uid comes from the bus, its groups too; the user's name from the daemon's key file or the machine. On the bus of a user, who runs the
 * daemon may do all but act as others. On the system's bus anyone may see and halt what is theirs; what trades or loosens is granted by a group or by
 * polkit; root may do all. No answer, a strange answer and no polkit mean no. */

#include "pst-authority.h"

#include "../host/pst-pipeline-options.h"
#include "pst-polkit.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

/**
 * PstAuthority:
 *
 * Decides who calls and what they may do.
 */
struct _PstAuthority
{
  GObject parent_instance;

  GDBusConnection *connection;
  PstBusSettings *settings;
  gboolean is_system;
};

G_DEFINE_FINAL_TYPE (PstAuthority, pst_authority, G_TYPE_OBJECT)

#define OWN_PERMISSIONS (PST_PERMISSION_READ | PST_PERMISSION_HALT)
/* How long the bus may take to say who somebody is, and this loop to hear it behind a flood of calls. */
#define IDENTIFY_TIMEOUT_MS 30000

static void
pst_authority_finalize (GObject *object)
{
  PstAuthority *self = PST_AUTHORITY (object);

  g_clear_object (&self->connection);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (pst_authority_parent_class)->finalize (object);
}

static void
pst_authority_class_init (PstAuthorityClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pst_authority_finalize;
}

static void
pst_authority_init (PstAuthority *self)
{
}

/**
 * pst_authority_new:
 * @connection: the bus
 * @is_system: whether it is a bus of many users
 * @settings: who is granted what
 *
 * Makes the authority of a bus.
 *
 * Returns: (transfer full): it
 */
PstAuthority *
pst_authority_new (GDBusConnection *connection, gboolean is_system, PstBusSettings *settings)
{
  PstAuthority *self = g_object_new (PST_TYPE_AUTHORITY, NULL);

  self->connection = g_object_ref (connection);
  self->is_system = is_system;
  self->settings = g_object_ref (settings);
  return self;
}

/**
 * pst_authority_set_settings:
 * @authority: an authority
 * @settings: who is granted what from now on
 *
 * Gives it other settings. On the service's context.
 */
void
pst_authority_set_settings (PstAuthority *authority, PstBusSettings *settings)
{
  g_return_if_fail (PST_IS_AUTHORITY (authority));

  g_set_object (&authority->settings, settings);
}

/**
 * pst_authority_get_settings:
 * @authority: an authority
 *
 * Returns: (transfer none): its settings
 */
PstBusSettings *
pst_authority_get_settings (PstAuthority *authority)
{
  g_return_val_if_fail (PST_IS_AUTHORITY (authority), NULL);

  return authority->settings;
}

/**
 * pst_identity_copy: (skip)
 * @identity: an identity
 *
 * Returns: (transfer full): a copy
 */
PstIdentity *
pst_identity_copy (const PstIdentity *identity)
{
  PstIdentity *copy = g_memdup2 (identity, sizeof *identity);

  copy->sender = g_strdup (identity->sender);
  return copy;
}

/**
 * pst_identity_free: (skip)
 * @identity: (nullable) (transfer full): an identity
 */
void
pst_identity_free (PstIdentity *identity)
{
  if (identity == NULL)
    return;
  g_free (identity->sender);
  g_free (identity);
}

static gboolean
take_name (PstIdentity *identity, const char *name, GError **error)
{
  g_autofree char *wrong = pst_pipeline_options_check ("user", name);

  if (wrong == NULL)
    {
      g_strlcpy (identity->user_id, name, sizeof identity->user_id);
      return TRUE;
    }
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED,
               "the login name of uid %u cannot be a user's name here; [users] can give one", identity->uid);
  return FALSE;
}

/* The machine's directory of users may be a server far away. */
static void
look_up_name (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (PstIdentity) identity = pst_identity_copy (data);
  char buffer[16384];
  struct passwd entry, *found = NULL;
  GError *error = NULL;

  if (getpwuid_r (identity->uid, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
    g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED, "uid %u has no login name, and [users] gives it none",
                             identity->uid);
  else if (take_name (identity, found->pw_name, &error))
    g_task_return_pointer (task, g_steal_pointer (&identity), (GDestroyNotify)pst_identity_free);
  else
    g_task_return_error (task, error);
}

static void
give_name (PstAuthority *self, GTask *task, PstIdentity *identity)
{
  const char *named = g_hash_table_lookup (self->settings->users, GUINT_TO_POINTER (identity->uid));

  g_task_set_task_data (task, identity, (GDestroyNotify)pst_identity_free);
  if (named == NULL)
    {
      g_task_run_in_thread (task, look_up_name);
      return;
    }
  g_strlcpy (identity->user_id, named, sizeof identity->user_id); /* was checked when it was read */
  g_task_return_pointer (task, pst_identity_copy (identity), (GDestroyNotify)pst_identity_free);
}

static void
on_credentials (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  PstAuthority *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error), facts = NULL, groups = NULL;
  PstIdentity *identity;
  const guint32 *gids = NULL;
  gsize n_gids = 0;
  guint32 uid;

  facts = answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
  if (facts == NULL || !g_variant_lookup (facts, "UnixUserID", "u", &uid))
    {
      g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED, "the bus does not say who calls: %s",
                               error != NULL ? error->message : "it has no uid");
      return;
    }
  if (!self->is_system && uid != getuid ())
    {
      g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED, "this is the host of uid %u alone", (guint)getuid ());
      return;
    }
  groups = g_variant_lookup_value (facts, "UnixGroupIDs", G_VARIANT_TYPE ("au"));
  if (groups != NULL)
    gids = g_variant_get_fixed_array (groups, &n_gids, sizeof *gids);
  identity = g_new0 (PstIdentity, 1);
  identity->sender = g_strdup (g_object_get_data (G_OBJECT (task), "sender"));
  identity->uid = uid;
  identity->granted = pst_bus_settings_get_granted (self->settings, gids, n_gids);
  give_name (self, task, identity);
}

/**
 * pst_authority_identify_async:
 * @authority: an authority
 * @sender: a unique name of the bus
 * @cancellable: (nullable): gives up
 * @callback: on the service's context
 * @user_data: passed to @callback
 *
 * Finds out who stands behind a name.
 */
void
pst_authority_identify_async (PstAuthority *authority, const char *sender, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (authority, cancellable, callback, user_data);

  g_return_if_fail (PST_IS_AUTHORITY (authority) && sender != NULL);

  g_task_set_source_tag (task, pst_authority_identify_async);
  g_object_set_data_full (G_OBJECT (task), "sender", g_strdup (sender), g_free);
  g_dbus_connection_call (authority->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetConnectionCredentials",
                          g_variant_new ("(s)", sender), G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, IDENTIFY_TIMEOUT_MS, cancellable,
                          on_credentials, g_object_ref (task));
}

/**
 * pst_authority_identify_finish:
 * @authority: an authority
 * @result: what the callback was given
 * @error: return location
 *
 * Ends pst_authority_identify_async().
 *
 * Returns: (transfer full) (nullable): who it is; or %NULL with %PST_CONTROLLER_ERROR_DENIED
 */
PstIdentity *
pst_authority_identify_finish (PstAuthority *authority, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, authority), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pst_authority_get_caller:
 * @authority: an authority
 * @identity: who
 * @caller: (out caller-allocates): with what is granted without asking anyone
 *
 * Tells what somebody may do without more. On the service's context.
 */
void
pst_authority_get_caller (PstAuthority *authority, const PstIdentity *identity, PstCaller *caller)
{
  *caller = (PstCaller){ .permissions = OWN_PERMISSIONS };
  g_strlcpy (caller->user_id, identity->user_id, sizeof caller->user_id);
  g_snprintf (caller->origin, sizeof caller->origin, "dbus %s uid %u", identity->sender, identity->uid);
  if (!authority->is_system)
    caller->permissions |= PST_PERMISSION_TRADE | PST_PERMISSION_RELEASE;
  else
    caller->permissions |= identity->uid == 0 ? PST_PERMISSION_ALL : identity->granted;
}

/* What a call needs ADMIN for: to touch what is another's, or to name any file. */
static gboolean
is_of_other (const PstIdentity *identity, GVariant *parameters)
{
  const char *user_id;

  return g_variant_lookup (parameters, "user", "&s", &user_id) && strcmp (user_id, identity->user_id) != 0;
}

static gboolean
has (GVariant *parameters, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (parameters, name, NULL);

  return value != NULL;
}

typedef struct
{
  PstCaller caller;
  char *sender;
  PstPermission wanted; /* yet to be asked for */
  PstPermission needed; /* without which there is nothing */
  gboolean interactive;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->sender);
  g_free (question);
}

static void ask_next (PstAuthority *self, GTask *task);

static void
on_polkit (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  PstPermission asked = question->wanted & PST_PERMISSION_ADMIN ? PST_PERMISSION_ADMIN : question->needed;

  question->wanted &= ~asked;
  if (pst_polkit_check_finish (G_DBUS_CONNECTION (source), result, &error))
    /* Who may administrate may do what the verb does. */
    question->caller.permissions |= asked == PST_PERMISSION_ADMIN ? PST_PERMISSION_ALL : asked;
  else if ((asked & question->needed) != 0)
    {
      g_task_return_error (task, error);
      return;
    }
  /* Without ADMIN the call goes on: the host says that others' runs are not there. */
  g_clear_error (&error);
  ask_next (g_task_get_source_object (task), task);
}

static void
ask_next (PstAuthority *self, GTask *task)
{
  Question *question = g_task_get_task_data (task);
  gint64 timeout_ns = question->interactive ? self->settings->interactive_timeout_ns : self->settings->polkit_timeout_ns;
  g_autofree char *action = NULL;
  PstPermission asked;

  question->wanted &= ~question->caller.permissions;
  if (question->wanted == 0)
    {
      g_task_return_pointer (task, pst_caller_copy (&question->caller), (GDestroyNotify)pst_caller_free);
      return;
    }
  asked = question->wanted & PST_PERMISSION_ADMIN ? PST_PERMISSION_ADMIN : question->wanted;
  action = g_strconcat ("org.penstock.", pst_permission_to_string (asked), NULL);
  pst_polkit_check_async (self->connection, question->sender, action, question->interactive, (guint)MAX (timeout_ns / 1000000, 1),
                          g_task_get_cancellable (task), on_polkit, g_object_ref (task));
}

/* On the bus of a user nobody is asked: what is not their own is not there. */
static void
answer_on_user_bus (GTask *task, const PstIdentity *identity, GVariant *parameters)
{
  Question *question = g_task_get_task_data (task);

  if ((has (parameters, "text") || has (parameters, "set")) && !is_of_other (identity, parameters))
    question->caller.permissions |= PST_PERMISSION_ADMIN;
  g_task_return_pointer (task, pst_caller_copy (&question->caller), (GDestroyNotify)pst_caller_free);
}

static void
answer_on_system_bus (PstAuthority *self, GTask *task, const PstIdentity *identity, const PstVerb *verb, GVariant *parameters)
{
  Question *question = g_task_get_task_data (task);

  question->needed = verb->permission;
  question->wanted = verb->permission & ~question->caller.permissions;
  if (self->settings->polkit)
    {
      /* Not for "set": only some options name files, and nobody should be asked for a password to change another. */
      if (is_of_other (identity, parameters) || has (parameters, "text"))
        question->wanted |= PST_PERMISSION_ADMIN;
      ask_next (self, task);
      return;
    }
  if (question->wanted == 0)
    g_task_return_pointer (task, pst_caller_copy (&question->caller), (GDestroyNotify)pst_caller_free);
  else
    g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED,
                             "org.penstock.%s is not granted: %s is in none of its groups, and polkit is not to be asked",
                             pst_permission_to_string (verb->permission), identity->user_id);
}

/**
 * pst_authority_authorise_async:
 * @authority: an authority
 * @identity: who calls
 * @verb: what they want done
 * @parameters: with what, a{sv}
 * @interactive: whether people may be asked
 * @cancellable: (nullable): gives up
 * @callback: on the service's context
 * @user_data: passed to @callback
 *
 * Decides what a caller may do for this one call.
 */
void
pst_authority_authorise_async (PstAuthority *authority, const PstIdentity *identity, const PstVerb *verb, GVariant *parameters, gboolean interactive,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (authority, cancellable, callback, user_data);
  Question *question;

  g_return_if_fail (PST_IS_AUTHORITY (authority));
  g_return_if_fail (identity != NULL && verb != NULL && parameters != NULL);

  question = g_new0 (Question, 1);
  question->sender = g_strdup (identity->sender);
  question->interactive = interactive;
  pst_authority_get_caller (authority, identity, &question->caller);
  g_task_set_source_tag (task, pst_authority_authorise_async);
  g_task_set_task_data (task, question, question_free);
  if (authority->is_system)
    answer_on_system_bus (authority, task, identity, verb, parameters);
  else
    answer_on_user_bus (task, identity, parameters);
}

/**
 * pst_authority_authorise_finish:
 * @authority: an authority
 * @result: what the callback was given
 * @error: return location
 *
 * Ends pst_authority_authorise_async().
 *
 * Returns: (transfer full) (nullable): the caller with what was granted; or %NULL with %PST_CONTROLLER_ERROR_DENIED
 */
PstCaller *
pst_authority_authorise_finish (PstAuthority *authority, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, authority), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
