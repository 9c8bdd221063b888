/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host as its clients see it: many runs of many users, and the verbs of pst-verb.h. The host implements it; D-Bus, HTTP and the command line are
 * thin faces of it, so a service never reaches up into the host. Permission is asked here and nowhere else. */
#pragma once

#include <gio/gio.h>

#include "pst-verb.h"

G_BEGIN_DECLS

#define PST_CONTROLLER_ERROR (pst_controller_error_quark ())
PST_API GQuark pst_controller_error_quark (void);

/**
 * PstControllerError:
 * @PST_CONTROLLER_ERROR_DENIED: the caller may not do that
 * @PST_CONTROLLER_ERROR_NOT_FOUND: there is no such verb, user, pipeline, run or component, or none that the caller may see
 * @PST_CONTROLLER_ERROR_INVALID: a parameter is missing, unknown or not of its type; or a pipeline that cannot be
 * @PST_CONTROLLER_ERROR_STATE: the run is not in a state that allows this
 * @PST_CONTROLLER_ERROR_EXISTS: the user has a run of this id already
 * @PST_CONTROLLER_ERROR_BUSY: a limit is reached; try again later
 * @PST_CONTROLLER_ERROR_FAILED: it was tried and failed; the message says why
 *
 * Errors of verbs: the same codes on every face.
 */
typedef enum
{
  PST_CONTROLLER_ERROR_DENIED,
  PST_CONTROLLER_ERROR_NOT_FOUND,
  PST_CONTROLLER_ERROR_INVALID,
  PST_CONTROLLER_ERROR_STATE,
  PST_CONTROLLER_ERROR_EXISTS,
  PST_CONTROLLER_ERROR_BUSY,
  PST_CONTROLLER_ERROR_FAILED,
} PstControllerError;

#define PST_CONTROLLER_N_ERRORS (PST_CONTROLLER_ERROR_FAILED + 1)

/* "denied", "not-found", ...: as problem documents, D-Bus errors and exit messages name it; "failed" for errors of other domains. */
PST_API const char *pst_controller_error_to_string (const GError *error);

/**
 * PstCaller:
 * @user_id: on whose behalf
 * @permissions: what was granted, for this call
 * @origin: where the call came from, for the audit: "dbus :1.42 uid 1000", "http token 7"
 *
 * Who asks. Made by a face from what it knows for sure (the bus's word for the uid, a token), never from what the caller says.
 */
typedef struct
{
  char user_id[PST_NAME_SIZE];
  PstPermission permissions;
  char origin[PST_REASON_SIZE];
} PstCaller;

#define PST_TYPE_CONTROLLER (pst_controller_get_type ())
PST_API
G_DECLARE_INTERFACE (PstController, pst_controller, PST, CONTROLLER, GObject)

/**
 * PstControllerInterface:
 * @call: do a verb whose parameters and permission were checked. Any thread; may block for as long as opening stores takes
 *
 * What a host implements.
 */
struct _PstControllerInterface
{
  GTypeInterface parent_iface;

  GVariant *(*call) (PstController *controller, const PstCaller *caller, const PstVerb *verb, GVariant *parameters, GError **error);
  gpointer reserved[8];
};

/* Signal of every controller, in the thread-default context in which it was made:
 * event-published (GVariant *event): "(sssa{sv})": user, run id, kind, detail. Kinds: "run-state", "trading-state", "order", "fill", "alert",
 * "equity" (at most once a second a run), "lost" (how many were left out because too many came at once). Whoever passes it on asks
 * pst_caller_may_see(). */

/* (transfer full), not floating: the result. Any thread but a run's; blocks until it is done. */
PST_API GVariant *pst_controller_call (PstController *controller, const PstCaller *caller, const char *verb, GVariant *parameters, GError **error);
/* The same on a thread of a pool; @callback in the caller's thread-default context. */
PST_API void pst_controller_call_async (PstController *controller, const PstCaller *caller, const char *verb, GVariant *parameters,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
PST_API GVariant *pst_controller_call_finish (PstController *controller, GAsyncResult *result, GError **error);
/* For implementations: emits event-published. In the controller's context. */
PST_API void pst_controller_publish (PstController *controller, GVariant *event);

PST_API PstCaller *pst_caller_copy (const PstCaller *caller);
PST_API void pst_caller_free (PstCaller *caller);
/* Whether the caller may see what belongs to this user. */
PST_API gboolean pst_caller_may_see (const PstCaller *caller, const char *user_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstCaller, pst_caller_free)

G_END_DECLS
