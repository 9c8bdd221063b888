/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The results of backtests in a ledger: a connection of its own, opened when something is asked for. */
#pragma once

#include "pst-sql-backend.h"

G_BEGIN_DECLS

typedef struct _PstSqlResults PstSqlResults;

PstSqlResults *pst_sql_results_new (const PstSqlBackend *backend, const PstSqlTarget *target);
void pst_sql_results_free (PstSqlResults *results);
/* Where they are: what new() was given. */
const char *pst_sql_results_get_path (PstSqlResults *results);
/* Makes the ledger, or brings it up to date, when that is needed. */
gboolean pst_sql_results_save (PstSqlResults *results, const PstBacktestResult *result, gboolean *added, GError **error);
gboolean pst_sql_results_find (PstSqlResults *results, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error);
gboolean pst_sql_results_remove (PstSqlResults *results, const PstResultQuery *query, guint64 *n_removed, GError **error);

/* For tests: the @nth statement of the next call fails with @code, undone. */
void pst_sql_results_fail_nth (PstSqlResults *results, guint nth, PstStoreError code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSqlResults, pst_sql_results_free)

G_END_DECLS
