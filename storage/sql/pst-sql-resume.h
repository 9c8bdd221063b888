/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going on with a run that the ledger has, after a crash. */
#pragma once

#include "pst-sql-ledger.h"

G_BEGIN_DECLS

/* Before anything is opened for writing: its number and how far the ledger has it, whole ticks only. CONSTRAINT when it is not there, is not
 * RUNNING, or lives elsewhere. */
gboolean pst_sql_resume_find (PstSqlConnection *connection, const PstSqlTarget *target, const char *user_id, const char *run_id, gint64 *run_number,
                              guint64 *last_sequence, GError **error);
/* Claims it, makes sure that it is still as it was found, and tells @ledger what it must know of it. */
gboolean pst_sql_resume_take (PstSqlSession *session, const PstRunRecord *run, gint64 run_number, guint64 last_sequence, PstSqlLedger *ledger,
                              GError **error);

G_END_DECLS
