/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection that writes, with the claims on the runs that it writes for; can be opened anew when its server was lost. Of one thread. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

typedef struct _PstSqlSession PstSqlSession;

PstSqlSession *pst_sql_session_new (const PstSqlBackend *backend, const PstSqlTarget *target);
void pst_sql_session_free (PstSqlSession *session);
/* Opens what is not open; changes nothing in a database that may be no ledger. */
gboolean pst_sql_session_open (PstSqlSession *session, GError **error);
/* Closes, opens, and claims again what was claimed, but what another process took meanwhile: see holds(). */
gboolean pst_sql_session_reopen (PstSqlSession *session, GError **error);
/* Brings tables and settings up to date, once a connection; again when @power is wanted for the first time. */
gboolean pst_sql_session_prepare (PstSqlSession *session, gboolean power, GError **error);
/* Whether the connection still answers. */
gboolean pst_sql_session_is_connected (PstSqlSession *session);
/* (transfer none); NULL before open() */
PstSqlConnection *pst_sql_session_get_connection (PstSqlSession *session);
const PstSqlTarget *pst_sql_session_get_target (PstSqlSession *session);

/* A claim on a run holds until it is released or this process is gone. LOCKED when it is held already, here or elsewhere. */
gboolean pst_sql_session_claim (PstSqlSession *session, gint64 run_number, GError **error);
void pst_sql_session_release (PstSqlSession *session, gint64 run_number);
gboolean pst_sql_session_holds (PstSqlSession *session, gint64 run_number);
/* Held here or elsewhere. */
gboolean pst_sql_session_is_alive (PstSqlSession *session, gint64 run_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlSession, pst_sql_session_free)

G_END_DECLS
