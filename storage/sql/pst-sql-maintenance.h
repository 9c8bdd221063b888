/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an operator does with a ledger as a whole: see PstMaintenance. */
#pragma once

#include "pst-sql-connection.h"

G_BEGIN_DECLS

/* @user_id, @run_id: (nullable): of export, whose rows. */
gboolean pst_sql_maintenance_run (const PstSqlBackend *backend, const PstSqlTarget *target, PstMaintenance what, const char *user_id,
                                  const char *run_id, PstRowFunc func, gpointer user_data, GError **error);

G_END_DECLS
