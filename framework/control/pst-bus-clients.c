/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bus gives each connection a name that is never given out again, so who stands behind a name is asked once and forgotten when the name is
 * gone. Limits are counted by uid: a caller that floods may open as many connections as the bus lets it. */

#include "pst-bus-clients.h"

#include <string.h>

/**
 * PstBusClients:
 *
 * The clients of a bus service.
 */
struct _PstBusClients
{
  GObject parent_instance;

  GDBusConnection *connection;
  PstAuthority *authority;
  GHashTable *clients; /* sender -> Client */
  GHashTable *calls;   /* uid -> how many are under way */
};

G_DEFINE_FINAL_TYPE (PstBusClients, pst_bus_clients, G_TYPE_OBJECT)

typedef struct
{
  PstBusClients *owner; /* borrowed */
  char *sender;
  PstIdentity *identity; /* NULL while the bus is being asked */
  GQueue waiting;        /* of GTask */
  guint watch;
  gboolean wants_signals;
} Client;

static void
client_free (gpointer data)
{
  Client *client = data;
  GTask *task;

  g_dbus_connection_signal_unsubscribe (client->owner->connection, client->watch);
  while ((task = g_queue_pop_head (&client->waiting)) != NULL)
    {
      g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_DENIED, "the caller has left the bus");
      g_object_unref (task);
    }
  pst_identity_free (client->identity);
  g_free (client->sender);
  g_free (client);
}

static void
pst_bus_clients_dispose (GObject *object)
{
  PstBusClients *self = PST_BUS_CLIENTS (object);

  g_hash_table_remove_all (self->clients);
  g_clear_object (&self->authority);
  G_OBJECT_CLASS (pst_bus_clients_parent_class)->dispose (object);
}

static void
pst_bus_clients_finalize (GObject *object)
{
  PstBusClients *self = PST_BUS_CLIENTS (object);

  g_hash_table_unref (self->clients);
  g_hash_table_unref (self->calls);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pst_bus_clients_parent_class)->finalize (object);
}

static void
pst_bus_clients_class_init (PstBusClientsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pst_bus_clients_dispose;
  G_OBJECT_CLASS (class)->finalize = pst_bus_clients_finalize;
}

static void
pst_bus_clients_init (PstBusClients *self)
{
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, client_free);
  self->calls = g_hash_table_new (NULL, NULL);
}

/**
 * pst_bus_clients_new:
 * @connection: the bus
 * @authority: says who stands behind a name
 *
 * Makes the list of a service's clients.
 *
 * Returns: (transfer full): it, empty
 */
PstBusClients *
pst_bus_clients_new (GDBusConnection *connection, PstAuthority *authority)
{
  PstBusClients *self = g_object_new (PST_TYPE_BUS_CLIENTS, NULL);

  self->connection = g_object_ref (connection);
  self->authority = g_object_ref (authority);
  return self;
}

static void
on_name_owner_changed (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *signal,
                       GVariant *parameters, gpointer user_data)
{
  PstBusClients *self = user_data;
  const char *name, *owner;

  g_variant_get (parameters, "(&s&s&s)", &name, NULL, &owner);
  if (owner[0] == '\0')
    g_hash_table_remove (self->clients, name);
}

static Client *
add_client (PstBusClients *self, const char *sender)
{
  Client *client = g_new0 (Client, 1);

  client->owner = self;
  client->sender = g_strdup (sender);
  g_queue_init (&client->waiting);
  client->watch = g_dbus_connection_signal_subscribe (self->connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
                                                      "/org/freedesktop/DBus", sender, G_DBUS_SIGNAL_FLAGS_NONE, on_name_owner_changed, self, NULL);
  g_hash_table_insert (self->clients, client->sender, client);
  return client;
}

static void
return_identity (GTask *task, const PstIdentity *identity, const GError *error)
{
  if (identity != NULL)
    g_task_return_pointer (task, pst_identity_copy (identity), (GDestroyNotify)pst_identity_free);
  else
    g_task_return_error (task, g_error_copy (error));
}

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) first = user_data;
  PstBusClients *self = g_task_get_source_object (first);
  const char *sender = g_task_get_task_data (first);
  Client *client = g_hash_table_lookup (self->clients, sender);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstIdentity) identity = pst_authority_identify_finish (PST_AUTHORITY (source), result, &error);
  GTask *task;

  return_identity (first, identity, error);
  if (client == NULL) /* left meanwhile */
    return;
  while ((task = g_queue_pop_head (&client->waiting)) != NULL)
    {
      return_identity (task, identity, error);
      g_object_unref (task);
    }
  client->identity = g_steal_pointer (&identity);
  /* A refusal may be a matter of the moment: the next call asks again. */
  if (client->identity == NULL)
    g_hash_table_remove (self->clients, sender);
}

/**
 * pst_bus_clients_find_async:
 * @clients: the clients
 * @sender: a unique name
 * @callback: on the service's context
 * @user_data: passed to @callback
 *
 * Finds who stands behind a name.
 */
void
pst_bus_clients_find_async (PstBusClients *clients, const char *sender, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (clients, NULL, callback, user_data);
  Client *client = g_hash_table_lookup (clients->clients, sender);

  g_task_set_source_tag (task, pst_bus_clients_find_async);
  g_task_set_task_data (task, g_strdup (sender), g_free);
  if (client == NULL)
    {
      add_client (clients, sender);
      pst_authority_identify_async (clients->authority, sender, NULL, on_identified, g_object_ref (task));
    }
  else if (client->identity != NULL)
    return_identity (task, client->identity, NULL);
  else if (client->waiting.length < pst_authority_get_settings (clients->authority)->calls_max)
    g_queue_push_tail (&client->waiting, g_object_ref (task));
  else
    g_task_return_new_error (task, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_BUSY, "too many calls at once; try again later");
}

/**
 * pst_bus_clients_find_finish:
 * @clients: the clients
 * @result: what the callback was given
 * @error: return location
 *
 * Ends pst_bus_clients_find_async().
 *
 * Returns: (transfer full) (nullable): who it is, or %NULL with an error
 */
PstIdentity *
pst_bus_clients_find_finish (PstBusClients *clients, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, clients), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pst_bus_clients_begin:
 * @clients: the clients
 * @identity: who calls
 * @error: return location
 *
 * Counts a call of a user that begins. On the service's context.
 *
 * Returns: %FALSE with %PST_CONTROLLER_ERROR_BUSY when they have too many under way
 */
gboolean
pst_bus_clients_begin (PstBusClients *clients, const PstIdentity *identity, GError **error)
{
  gpointer key = GUINT_TO_POINTER (identity->uid);
  guint n_calls = GPOINTER_TO_UINT (g_hash_table_lookup (clients->calls, key));
  guint maximum = pst_authority_get_settings (clients->authority)->calls_max;

  if (n_calls < maximum)
    {
      g_hash_table_insert (clients->calls, key, GUINT_TO_POINTER (n_calls + 1));
      return TRUE;
    }
  g_set_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_BUSY, "%u calls of %s are under way; try again later", n_calls, identity->user_id);
  return FALSE;
}

/**
 * pst_bus_clients_end:
 * @clients: the clients
 * @identity: who called
 *
 * Counts the end of a call. On the service's context.
 */
void
pst_bus_clients_end (PstBusClients *clients, const PstIdentity *identity)
{
  gpointer key = GUINT_TO_POINTER (identity->uid);
  guint n_calls = GPOINTER_TO_UINT (g_hash_table_lookup (clients->calls, key));

  g_assert (n_calls > 0);
  if (n_calls > 1)
    g_hash_table_insert (clients->calls, key, GUINT_TO_POINTER (n_calls - 1));
  else
    g_hash_table_remove (clients->calls, key);
}

/**
 * pst_bus_clients_subscribe:
 * @clients: the clients
 * @sender: a unique name
 * @wants_signals: whether it does
 *
 * Notes whether a client wants signals. On the service's context.
 */
void
pst_bus_clients_subscribe (PstBusClients *clients, const char *sender, gboolean wants_signals)
{
  Client *client = g_hash_table_lookup (clients->clients, sender);

  if (client != NULL)
    client->wants_signals = wants_signals;
}

/**
 * pst_bus_clients_foreach_subscriber:
 * @clients: the clients
 * @user_id: (nullable): whose it is that they shall hear of; %NULL: everyone's
 * @func: (scope call): called for each
 * @user_data: passed to @func
 *
 * Calls for each client that wants signals and may see what they tell. On the service's context.
 */
void
pst_bus_clients_foreach_subscriber (PstBusClients *clients, const char *user_id, PstBusClientFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, clients->clients);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Client *client = value;
      PstCaller caller;

      if (!client->wants_signals || client->identity == NULL)
        continue;
      pst_authority_get_caller (clients->authority, client->identity, &caller);
      if (user_id == NULL || pst_caller_may_see (&caller, user_id))
        func (client->identity, &caller, user_data);
    }
}

/**
 * pst_bus_clients_get_n_known:
 * @clients: the clients
 *
 * Returns: how many names are known
 */
guint
pst_bus_clients_get_n_known (PstBusClients *clients)
{
  return g_hash_table_size (clients->clients);
}
