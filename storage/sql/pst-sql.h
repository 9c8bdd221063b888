/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ledger as a store: the same records as every other, as rows that can be asked. */
#pragma once

#include "pst-sql-ledger.h"
#include "pst-sql-writer.h"

G_BEGIN_DECLS

#define PST_TYPE_SQL (pst_sql_get_type ())
G_DECLARE_FINAL_TYPE (PstSql, pst_sql, PST, SQL, PstStore)

/* For tests: see pst_sql_connection_fail_nth(); counted from the end of start(); before it. */
void pst_sql_fail_nth (PstSql *sql, guint nth, PstStoreError code);
/* For tests: whether it came to that. */
gboolean pst_sql_has_failed (PstSql *sql);
/* For tests: after start(), before the first record: the file may have so many pages more. */
void pst_sql_limit_pages (PstSql *sql, guint n_pages);

G_END_DECLS
