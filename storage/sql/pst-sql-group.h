/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Group commit: batches of many runs in one transaction. */
#pragma once

#include "pst-sql-batch.h"

G_BEGIN_DECLS

/* Writes sealed @batches (those of one run in order) and sets the failure of those that are not in the ledger afterwards: what a rule refuses fails
 * alone, and what comes behind it of the same run with it. */
void pst_sql_group_write (PstSqlBatch *const *batches, guint n_batches, PstSqlSession *session);

G_END_DECLS
