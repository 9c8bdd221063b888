/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows as a backtest's result. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): the result of this number; NULL without @error when the user (NULL: anybody) has none. CORRUPT for rows that were
 * tampered with. @whole: with fills, round trips and equity. */
PstBacktestResult *pst_sql_result_read (PstSqlConnection *connection, const char *user_id, gint64 number, gboolean whole, GError **error);

G_END_DECLS
