/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls from the bus, made into verbs. Three steps, none of which waits: who calls (pst-bus-clients.c), what may they (pst-authority.c), and the verb
 * itself on a thread of the controller's. Nothing about runs is kept here, properties neither: whatever is shown is asked from the host on behalf of
 * who looks at it, so the one check of whose run it is stands in the host. */

#include "pst-bus-service.h"

#include "pst-bus-clients.h"
#include "pst-bus-error.h"
#include "pst-bus-interfaces.h"
#include "pst-bus-method.h"
#include "pst-bus-path.h"
#include "pst-bus-properties.h"
#include "pst-bus-signals.h"

#include <string.h>

static const char object_manager_xml[] = "<node><interface name='org.freedesktop.DBus.ObjectManager'>"
                                         "<method name='GetManagedObjects'><arg type='a{oa{sa{sv}}}' direction='out'/></method>"
                                         "<signal name='InterfacesAdded'><arg type='o'/><arg type='a{sa{sv}}'/></signal>"
                                         "<signal name='InterfacesRemoved'><arg type='o'/><arg type='as'/></signal>"
                                         "</interface></node>";

/**
 * PstBusService:
 *
 * Serves a host over D-Bus.
 */
struct _PstBusService
{
  GObject parent_instance;

  GDBusConnection *connection;
  PstController *controller;
  PstAuthority *authority;
  PstBusClients *clients;
  PstBusSignals *signals;
  GDBusNodeInfo *manager_info;
  char *version;
  gulong event_handler;
  guint filter;
  guint registrations[4]; /* the last one is the subtree */
};

G_DEFINE_FINAL_TYPE (PstBusService, pst_bus_service, G_TYPE_OBJECT)

typedef enum
{
  ANSWER_RESULT,     /* the verb's result is the answer */
  ANSWER_PROPERTY,   /* one property out of it */
  ANSWER_PROPERTIES, /* all of them */
  ANSWER_OBJECTS,    /* of GetManagedObjects */
} Answer;

/* One call on its way through the three steps. */
typedef struct
{
  PstBusService *service;
  GDBusMethodInvocation *invocation;
  const PstVerb *verb; /* NULL for what is no verb */
  GVariant *parameters;
  PstIdentity *identity;
  Answer answer;
  gboolean has_begun;
} Call;

static void
call_free (Call *call)
{
  if (call->has_begun)
    pst_bus_clients_end (call->service->clients, call->identity);
  g_clear_pointer (&call->parameters, g_variant_unref);
  pst_identity_free (call->identity);
  g_object_unref (call->service);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
pst_bus_service_dispose (GObject *object)
{
  PstBusService *self = PST_BUS_SERVICE (object);

  pst_bus_service_stop (self);
  g_clear_object (&self->signals);
  g_clear_object (&self->clients);
  g_clear_object (&self->authority);
  g_clear_object (&self->controller);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (pst_bus_service_parent_class)->dispose (object);
}

static void
pst_bus_service_finalize (GObject *object)
{
  PstBusService *self = PST_BUS_SERVICE (object);

  g_dbus_node_info_unref (self->manager_info);
  g_free (self->version);
  G_OBJECT_CLASS (pst_bus_service_parent_class)->finalize (object);
}

static void
pst_bus_service_class_init (PstBusServiceClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pst_bus_service_dispose;
  G_OBJECT_CLASS (class)->finalize = pst_bus_service_finalize;
}

static void
pst_bus_service_init (PstBusService *self)
{
  self->manager_info = g_dbus_node_info_new_for_xml (object_manager_xml, NULL);
  g_assert (self->manager_info != NULL);
}

/**
 * pst_bus_service_new:
 * @connection: the bus
 * @controller: the host
 * @authority: decides who may do what
 * @clock: by which signals are limited
 * @version: the host's version
 *
 * Makes the service of a host on a bus. On the context of @controller.
 *
 * Returns: (transfer full): it, not started
 */
PstBusService *
pst_bus_service_new (GDBusConnection *connection, PstController *controller, PstAuthority *authority, PstClock *clock, const char *version)
{
  PstBusService *self = g_object_new (PST_TYPE_BUS_SERVICE, NULL);

  pst_bus_error_register ();
  self->connection = g_object_ref (connection);
  self->controller = g_object_ref (controller);
  self->authority = g_object_ref (authority);
  self->version = g_strdup (version);
  self->clients = pst_bus_clients_new (connection, authority);
  self->signals = pst_bus_signals_new (connection, self->clients, clock, pst_authority_get_settings (authority)->signals_max);
  return self;
}

static void
answer_error (Call *call, const GError *error)
{
  pst_bus_error_return (g_steal_pointer (&call->invocation), error);
}

static GDBusInterfaceInfo *
interface_of_answer (const Call *call)
{
  return call->verb->of_run ? pst_bus_run1_interface_info () : pst_bus_host1_interface_info ();
}

static GVariant *
make_objects (Call *call, GVariant *runs)
{
  GVariantBuilder objects;
  GVariantIter iter;
  GVariant *run;

  g_variant_builder_init (&objects, G_VARIANT_TYPE ("a{oa{sa{sv}}}"));
  g_variant_builder_add (&objects, "{o@a{sa{sv}}}", PST_BUS_HOST_PATH,
                         g_variant_new_parsed ("{%s: {'Version': <%s>}}", PST_BUS_HOST_INTERFACE, call->service->version));
  g_variant_iter_init (&iter, runs);
  while ((run = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_autoptr (GVariant) owned = run;
      const char *user_id, *run_id;

      if (g_variant_lookup (run, "user", "&s", &user_id) && g_variant_lookup (run, "run-id", "&s", &run_id))
        {
          g_autofree char *path = pst_bus_run_path (user_id, run_id);
          GVariantBuilder interfaces;

          g_variant_builder_init (&interfaces, G_VARIANT_TYPE ("a{sa{sv}}"));
          g_variant_builder_add (&interfaces, "{s@a{sv}}", PST_BUS_RUN_INTERFACE, pst_bus_properties_of (pst_bus_run1_interface_info (), run, TRUE));
          g_variant_builder_add (&objects, "{oa{sa{sv}}}", path, &interfaces);
        }
    }
  return g_variant_new ("(a{oa{sa{sv}}})", &objects);
}

static GVariant *
make_answer (Call *call, GVariant *result)
{
  g_autoptr (GVariant) properties = NULL, property = NULL;
  const char *name;

  if (call->answer == ANSWER_RESULT)
    return g_variant_new_tuple (&result, 1);
  if (call->answer == ANSWER_OBJECTS)
    return make_objects (call, result);
  properties = g_variant_ref_sink (pst_bus_properties_of (interface_of_answer (call), result, TRUE));
  if (call->answer == ANSWER_PROPERTIES)
    return g_variant_new ("(@a{sv})", properties);
  name = g_dbus_method_invocation_get_property_info (call->invocation)->name;
  property = g_variant_lookup_value (properties, name, NULL);
  return g_variant_new ("(v)", property);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = pst_controller_call_finish (PST_CONTROLLER (source), result, &error);

  if (value == NULL)
    answer_error (call, error);
  else
    g_dbus_method_invocation_return_value (call->invocation, make_answer (call, value));
}

static void
on_authorised (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCaller) caller = pst_authority_authorise_finish (PST_AUTHORITY (source), result, &error);
  PstController *controller = call->service->controller;

  if (caller == NULL || controller == NULL)
    {
      g_autoptr (GError) ended = g_error_new_literal (PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_FAILED, "the host is ending");

      answer_error (call, error != NULL ? error : ended);
      return;
    }
  pst_controller_call_async (controller, caller, call->verb->name, call->parameters, NULL, on_called, call);
  g_steal_pointer (&call);
}

/* What is no verb: who hears signals. */
static void
answer_subscription (Call *call)
{
  gboolean wants_signals = strcmp (g_dbus_method_invocation_get_method_name (call->invocation), "Subscribe") == 0;

  pst_bus_clients_subscribe (call->service->clients, call->identity->sender, wants_signals);
  g_dbus_method_invocation_return_value (call->invocation, NULL);
}

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  GDBusMessage *message = g_dbus_method_invocation_get_message (call->invocation);
  gboolean interactive = (g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION) != 0;

  call->identity = pst_bus_clients_find_finish (PST_BUS_CLIENTS (source), result, &error);
  call->has_begun = call->identity != NULL && pst_bus_clients_begin (PST_BUS_CLIENTS (source), call->identity, &error);
  if (!call->has_begun)
    {
      answer_error (call, error);
      return;
    }
  if (call->answer == ANSWER_OBJECTS)
    pst_bus_clients_subscribe (call->service->clients, call->identity->sender, TRUE);
  if (call->verb == NULL)
    answer_subscription (call);
  else
    {
      pst_authority_authorise_async (call->service->authority, call->identity, call->verb, call->parameters, interactive, NULL, on_authorised, call);
      g_steal_pointer (&call);
    }
}

static GVariant *
of_run (const char *user_id, const char *run_id)
{
  return g_variant_new_parsed ("{'user': <%s>, 'run-id': <%s>}", user_id, run_id);
}

static gboolean
take_subscription (const char *method, GError **error)
{
  if (strcmp (method, "Subscribe") == 0 || strcmp (method, "Unsubscribe") == 0)
    return TRUE;
  g_set_error_literal (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND, "there is no run at this path");
  return FALSE;
}

/* Which verb answers it, with which parameters. FALSE with an error. */
static gboolean
take_call (Call *call, const char *path, const char *interface, const char *method, GVariant *arguments, GError **error)
{
  g_autofree char *unfolded = pst_bus_run_path_unfold (path), *user_id = NULL, *run_id = NULL;
  gboolean is_run = pst_bus_run_path_parse (unfolded, &user_id, &run_id);

  if (strcmp (interface, "org.freedesktop.DBus.ObjectManager") == 0)
    {
      call->answer = ANSWER_OBJECTS;
      call->verb = pst_verb_find ("list-runs");
      call->parameters = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
      return TRUE;
    }
  if (strcmp (interface, "org.freedesktop.DBus.Properties") == 0)
    {
      call->answer = strcmp (method, "Get") == 0 ? ANSWER_PROPERTY : ANSWER_PROPERTIES;
      call->verb = pst_verb_find (is_run ? "get-run" : "get-host");
      call->parameters = g_variant_ref_sink (is_run ? of_run (user_id, run_id) : g_variant_new_parsed ("@a{sv} {}"));
      return TRUE;
    }
  call->verb = pst_bus_method_find (method, is_run);
  if (call->verb == NULL)
    return take_subscription (method, error);
  call->parameters = pst_bus_method_unpack (call->verb, arguments, user_id, run_id, error);
  return call->parameters != NULL;
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *arguments,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_autoptr (Call) call = g_new0 (Call, 1);
  g_autoptr (GError) error = NULL;

  call->service = g_object_ref (user_data);
  call->invocation = invocation;
  if (take_call (call, path, interface, method, arguments, &error))
    {
      pst_bus_clients_find_async (call->service->clients, sender, on_identified, call);
      g_steal_pointer (&call);
    }
  else
    answer_error (call, error);
}

/* Without get_property, GDBus passes properties to method_call, where the caller is known. */
static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };

/* Introspection cannot wait until it is known who asks, so it names no run; every path that a run may have is served. */
static char **
enumerate_runs (GDBusConnection *connection, const char *sender, const char *path, gpointer user_data)
{
  return g_new0 (char *, 1);
}

static GDBusInterfaceInfo **
introspect_run (GDBusConnection *connection, const char *sender, const char *path, const char *node, gpointer user_data)
{
  g_autofree char *whole = pst_bus_run_path_unfold (path), *user_id = NULL, *run_id = NULL;
  GDBusInterfaceInfo **interfaces;

  if (!pst_bus_run_path_parse (whole, &user_id, &run_id))
    return NULL;
  interfaces = g_new0 (GDBusInterfaceInfo *, 2);
  interfaces[0] = g_dbus_interface_info_ref (pst_bus_run1_interface_info ());
  return interfaces;
}

static const GDBusInterfaceVTable *
dispatch_run (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *node, gpointer *out_user_data,
              gpointer user_data)
{
  *out_user_data = user_data;
  return &vtable;
}

static const GDBusSubtreeVTable runs_vtable = { enumerate_runs, introspect_run, dispatch_run };

/* What introspection of any run is answered from: GDBus introspects only what it can enumerate. */
#define MODEL_PATH PST_BUS_ROOT_PATH "/run"

/* On the connection's own thread: a run's two nodes become the one that a subtree can serve. */
static GDBusMessage *
fold_path (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  const char *path = g_dbus_message_get_path (message);
  GDBusMessage *changed;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL || path == NULL
      || !g_str_has_prefix (path, PST_BUS_RUNS_PATH "/"))
    return message;
  changed = g_dbus_message_copy (message, NULL);
  if (changed != NULL)
    {
      g_autofree char *folded = pst_bus_run_path_fold (path), *user_id = NULL, *run_id = NULL;
      gboolean introspects = g_strcmp0 (g_dbus_message_get_interface (message), "org.freedesktop.DBus.Introspectable") == 0;

      g_dbus_message_set_path (changed, introspects && pst_bus_run_path_parse (path, &user_id, &run_id) ? MODEL_PATH : folded);
    }
  g_object_unref (message);
  return changed;
}

typedef struct
{
  PstBusService *service;
  char *user_id;
  char *run_id;
} Added;

static void
added_free (Added *added)
{
  g_object_unref (added->service);
  g_free (added->user_id);
  g_free (added->run_id);
  g_free (added);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Added, added_free)

static void
on_added_run (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Added) added = user_data;
  g_autoptr (GVariant) facts = pst_controller_call_finish (PST_CONTROLLER (source), result, NULL);

  /* Gone again already: then there is nothing to tell. */
  if (facts != NULL && added->service->signals != NULL)
    pst_bus_signals_add_run (added->service->signals, added->user_id, added->run_id, facts);
}

/* What a new run is like is asked on behalf of its owner. */
static void
add_run (PstBusService *self, const char *user_id, const char *run_id)
{
  PstCaller owner = { .permissions = PST_PERMISSION_READ, .origin = "dbus" };
  Added *added = g_new0 (Added, 1);

  g_strlcpy (owner.user_id, user_id, sizeof owner.user_id);
  added->service = g_object_ref (self);
  added->user_id = g_strdup (user_id);
  added->run_id = g_strdup (run_id);
  pst_controller_call_async (self->controller, &owner, "get-run", of_run (user_id, run_id), NULL, on_added_run, added);
}

static void
on_event_published (PstController *controller, GVariant *event, gpointer user_data)
{
  PstBusService *self = user_data;
  g_autoptr (GVariant) detail = NULL;
  const char *user_id, *run_id, *kind, *state = "";

  g_variant_get (event, "(&s&s&s@a{sv})", &user_id, &run_id, &kind, &detail);
  if (strcmp (kind, "run-state") == 0)
    g_variant_lookup (detail, "state", "&s", &state);
  if (strcmp (state, "CREATED") == 0)
    add_run (self, user_id, run_id);
  else if (strcmp (state, "REMOVED") == 0)
    pst_bus_signals_remove_run (self->signals, user_id, run_id);
  else
    pst_bus_signals_publish (self->signals, event);
}

/**
 * pst_bus_service_start:
 * @service: a service
 * @error: return location
 *
 * Puts the objects on the bus. On the service's context.
 *
 * Returns: %FALSE when another has them there already
 */
gboolean
pst_bus_service_start (PstBusService *service, GError **error)
{
  guint *registrations;

  g_return_val_if_fail (PST_IS_BUS_SERVICE (service), FALSE);
  g_return_val_if_fail (service->event_handler == 0, FALSE);

  registrations = service->registrations;
  service->filter = g_dbus_connection_add_filter (service->connection, fold_path, NULL, NULL);
  service->event_handler = g_signal_connect (service->controller, "event-published", G_CALLBACK (on_event_published), service);
  registrations[0] = g_dbus_connection_register_object (service->connection, PST_BUS_ROOT_PATH, service->manager_info->interfaces[0], &vtable,
                                                        service, NULL, error);
  if (registrations[0] != 0)
    registrations[1]
        = g_dbus_connection_register_object (service->connection, PST_BUS_HOST_PATH, pst_bus_host1_interface_info (), &vtable, service, NULL, error);
  if (registrations[1] != 0)
    registrations[2]
        = g_dbus_connection_register_object (service->connection, MODEL_PATH, pst_bus_run1_interface_info (), &vtable, service, NULL, error);
  if (registrations[2] != 0)
    registrations[3] = g_dbus_connection_register_subtree (service->connection, PST_BUS_RUNS_PATH, &runs_vtable,
                                                           G_DBUS_SUBTREE_FLAGS_DISPATCH_TO_UNENUMERATED_NODES, service, NULL, error);
  if (registrations[3] != 0)
    return TRUE;
  pst_bus_service_stop (service);
  return FALSE;
}

/**
 * pst_bus_service_stop:
 * @service: a service
 *
 * Takes the objects off the bus. Does nothing when they are not on it. On the service's context.
 */
void
pst_bus_service_stop (PstBusService *service)
{
  g_return_if_fail (PST_IS_BUS_SERVICE (service));

  if (service->filter != 0)
    g_dbus_connection_remove_filter (service->connection, service->filter);
  service->filter = 0;
  if (service->controller != NULL)
    g_clear_signal_handler (&service->event_handler, service->controller);
  for (guint i = 0; i < 3; i++)
    if (service->registrations[i] != 0)
      g_dbus_connection_unregister_object (service->connection, service->registrations[i]);
  if (service->registrations[3] != 0)
    g_dbus_connection_unregister_subtree (service->connection, service->registrations[3]);
  memset (service->registrations, 0, sizeof service->registrations);
}

/**
 * pst_bus_service_set_settings:
 * @service: a service
 * @settings: who is granted what from now on, and limits
 *
 * Gives it other settings. On the service's context.
 */
void
pst_bus_service_set_settings (PstBusService *service, PstBusSettings *settings)
{
  g_return_if_fail (PST_IS_BUS_SERVICE (service));

  pst_authority_set_settings (service->authority, settings);
  pst_bus_signals_set_rate (service->signals, settings->signals_max);
}
