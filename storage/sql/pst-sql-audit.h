/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The audit chain in the ledger: its last link, and reading it back as it stands there, whatever was done to it. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* "COMPONENT"; NULL for what is none. */
const char *pst_sql_audit_actor_to_string (PstAuditActor actor);
/* Number 0 and all zero when there is none yet. */
gboolean pst_sql_audit_get_last_link (PstSqlConnection *connection, gint64 *number, guint8 *link, GError **error);
/* Every run in the order of the links, its events in the order of their sequence. */
gboolean pst_sql_audit_read (PstSqlConnection *connection, PstAuditFunc func, gpointer user_data, GError **error);

G_END_DECLS
