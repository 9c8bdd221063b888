/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A backtest's result as rows. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* Within the caller's transaction, under a number that no result has; its row in backtest_run comes last and seals it. */
gboolean pst_sql_result_write (PstSqlConnection *connection, const PstBacktestResult *result, gint64 number, GError **error);

G_END_DECLS
