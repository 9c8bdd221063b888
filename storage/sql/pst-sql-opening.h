/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done to a ledger before a run writes into it. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* Migrates, brings the table of order states up to the program's, ends runs whose process is gone. */
gboolean pst_sql_opening_prepare (PstSqlConnection *connection, const PstSqlTarget *target, gpointer claims, GError **error);

G_END_DECLS
