/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One question to polkit, asked over the bus that the service is on. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether @sender, a unique name, may do @action. @interactive: polkit may ask people for a password. On the caller's context. */
void pst_polkit_check_async (GDBusConnection *connection, const char *sender, const char *action, gboolean interactive, guint timeout_ms,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* TRUE only when polkit said so. Errors: PST_CONTROLLER_ERROR_DENIED, which says whether polkit refused, is not there, or did not answer. */
gboolean pst_polkit_check_finish (GDBusConnection *connection, GAsyncResult *result, GError **error);

G_END_DECLS
