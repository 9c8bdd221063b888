/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no ledger may hold, whoever wrote it and however the writer ended: looked for after every test that made one, from outside, with the
 * database's own program. */
#pragma once

#include "check/pst-check-postgres.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): what the ledger in this file holds against that, a line each; NULL when it is whole, and when the file is no ledger. */
PST_API char *pst_check_ledger_find_file (const char *path);
/* (transfer full) (nullable): the same of a server's database. */
PST_API char *pst_check_ledger_find_database (PstCheckPostgres *server, const char *database);
/* Fail the test that is running, and say what was found. pst_check_postgres_drop_database() asks for it. */
PST_API void pst_check_ledger_assert_file (const char *path);
/* Each file in it, however deep, whose name ends on ".db"; before any is removed. */
PST_API void pst_check_ledger_assert_folder (const char *path);
PST_API void pst_check_ledger_assert_database (PstCheckPostgres *server, const char *database);

G_END_DECLS
