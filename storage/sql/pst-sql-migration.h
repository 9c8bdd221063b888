/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Brings a ledger's tables to the version of this program. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* Applies what is missing, each migration in one transaction. VERSION for a ledger that a newer program made, or that another script of the
 * same number made; CORRUPT for a database that is no ledger. */
gboolean pst_sql_migration_apply (PstSqlConnection *connection, const char *path, GError **error);
/* Whether there is a ledger of a version that can be read; FALSE in @present for an empty database. */
gboolean pst_sql_migration_check (PstSqlConnection *connection, const char *path, gboolean *present, GError **error);
/* The newest version that this program knows. */
guint pst_sql_migration_get_newest (const PstSqlBackend *backend);

typedef gboolean (*PstSqlMigrationFunc) (guint number, const char *name, gboolean applied, gpointer user_data, GError **error);
/* Each that this program knows, in order; none is applied to an empty database. FALSE with @func's error too. */
gboolean pst_sql_migration_foreach (PstSqlConnection *connection, const char *path, PstSqlMigrationFunc func, gpointer user_data, GError **error);

G_END_DECLS
