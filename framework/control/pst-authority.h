/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where it is decided who a bus's caller is and what they may do. Everything that is not clearly allowed is refused. */
#pragma once

#include "pst-bus-settings.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PstIdentity:
 * @sender: its unique name on the bus
 * @uid: as the bus tells it
 * @user_id: the user of this host
 * @granted: what its groups are granted
 *
 * Who stands behind a name of the bus. Names are not given out twice, so this holds until the name is gone.
 */
typedef struct
{
  char *sender;
  guint32 uid;
  char user_id[PST_NAME_SIZE];
  PstPermission granted;
} PstIdentity;

PstIdentity *pst_identity_copy (const PstIdentity *identity);
void pst_identity_free (PstIdentity *identity);

#define PST_TYPE_AUTHORITY (pst_authority_get_type ())
G_DECLARE_FINAL_TYPE (PstAuthority, pst_authority, PST, AUTHORITY, GObject)

/* @is_system: a bus of many users; otherwise only who runs the daemon may call. */
PstAuthority *pst_authority_new (GDBusConnection *connection, gboolean is_system, PstBusSettings *settings);
/* For callers to come; who is known already stays who they are. */
void pst_authority_set_settings (PstAuthority *authority, PstBusSettings *settings);
PstBusSettings *pst_authority_get_settings (PstAuthority *authority);

/* Who @sender is, by the bus's word. Errors: PST_CONTROLLER_ERROR_DENIED. On the service's context. */
void pst_authority_identify_async (PstAuthority *authority, const char *sender, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
PstIdentity *pst_authority_identify_finish (PstAuthority *authority, GAsyncResult *result, GError **error);

/* What @identity may do for this call of @verb. Errors: PST_CONTROLLER_ERROR_DENIED. @interactive: people may be asked. On the service's context. */
void pst_authority_authorise_async (PstAuthority *authority, const PstIdentity *identity, const PstVerb *verb, GVariant *parameters,
                                    gboolean interactive, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
PstCaller *pst_authority_authorise_finish (PstAuthority *authority, GAsyncResult *result, GError **error);
/* What is granted without asking anyone: for what is shown unasked, signals. */
void pst_authority_get_caller (PstAuthority *authority, const PstIdentity *identity, PstCaller *caller);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstIdentity, pst_identity_free)

G_END_DECLS
