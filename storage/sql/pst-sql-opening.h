/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done to a ledger before a run writes into it. */
#pragma once

#include "pst-sql-session.h"

G_BEGIN_DECLS

/* Once a connection: migrates, brings the table of order states up to the program's. */
gboolean pst_sql_opening_prepare (PstSqlConnection *connection, const PstSqlTarget *target, GError **error);
/* Once a run: ends those runs of its user whose process is gone. */
gboolean pst_sql_opening_end_abandoned_runs (PstSqlSession *session, const char *user_id, GError **error);

G_END_DECLS
