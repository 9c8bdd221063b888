/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SQLite's ledger_rows (TEXT): the rows of a batch as a table, columns c0, c1, ... */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Every connection to SQLite that this process opens from now on has the table. */
void pst_sql_sqlite_rows_register (void);

G_END_DECLS
