/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection and its prepared statements. Used on one thread at a time. */
#pragma once

#include "pst-sql-backend.h"
#include "pst-sql-statement.h"

G_BEGIN_DECLS

typedef struct _PstSqlConnection PstSqlConnection;

PstSqlConnection *pst_sql_connection_open (const PstSqlBackend *backend, const PstSqlTarget *target, GError **error);
gboolean pst_sql_connection_settle (PstSqlConnection *connection, const PstSqlTarget *target, GError **error);
void pst_sql_connection_free (PstSqlConnection *connection);
const PstSqlBackend *pst_sql_connection_get_backend (PstSqlConnection *connection);
/* (transfer none) */
GdaConnection *pst_sql_connection_get_gda (PstSqlConnection *connection);

/* Parameters that a statement does not have are ignored; NULL for those that it does not need. */
gboolean pst_sql_connection_execute (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows,
                                     GError **error);
/* The first value of the first row; @found FALSE when there is no row. */
gboolean pst_sql_connection_query (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows,
                                   gint64 *value, gboolean *found, GError **error);
/* (transfer full): all rows. @types: of the columns, ended by G_TYPE_NONE: libgda would read SQLite's integers as 32 bits. */
GdaDataModel *pst_sql_connection_select (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows,
                                         GType *types, GError **error);
/* (element-type gint64): the first value of every row. */
GArray *pst_sql_connection_query_all (PstSqlConnection *connection, PstSqlStatement statement, const char *user, GError **error);
/* Statements that each end with ';' at the end of a line (triggers: with 'END;' on its own). */
gboolean pst_sql_connection_run_script (PstSqlConnection *connection, const char *script, GError **error);
/* Ends a transaction that failed; never fails itself. */
void pst_sql_connection_rollback (PstSqlConnection *connection);

/* For tests: the @nth execution from now fails with @code, undone; 0 for none. */
void pst_sql_connection_fail_nth (PstSqlConnection *connection, guint nth, PstStoreError code);
/* For tests: whether it came to that. */
gboolean pst_sql_connection_has_failed (PstSqlConnection *connection);
/* For tests: the database may grow by so many pages more, as if the disk were full then. */
void pst_sql_connection_limit_pages (PstSqlConnection *connection, guint n_pages);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlConnection, pst_sql_connection_free)

G_END_DECLS
