/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows as a backtest's result. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): the result of this number; NULL without @error when the user (NULL: anybody) has none. CORRUPT for rows that were
 * tampered with. @whole: with fills, round trips and equity. */
PstBacktestResult *pst_sql_result_read (PstSqlConnection *connection, const char *user_id, gint64 number, gboolean whole, GError **error);
/* (out) (transfer full) (nullable): a user's result of a whole key without fills, round trips and equity, by one statement from one row. NULL in
 * @result when there is none. */
gboolean pst_sql_result_look_up (PstSqlConnection *connection, const char *user_id, const char *key, PstBacktestResult **result, GError **error);

G_END_DECLS
