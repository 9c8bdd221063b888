/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A PostgreSQL server for tests: a private cluster in a temporary folder, reached by its own Unix socket only and never the machine's. It goes with
 * the test program, however that ends.
 *
 *   const char *why_not;
 *   PstCheckPostgres *server = pst_check_postgres_get_default (&why_not);
 *
 *   if (server == NULL)
 *     {
 *       g_test_skip (why_not);
 *       return;
 *     }
 *   g_autofree char *database = pst_check_postgres_create_database (server);
 *   ... connect to host=pst_check_postgres_get_host (server), user=PST_CHECK_POSTGRES_USER, no password ... */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* The cluster's superuser; needs no password. */
#define PST_CHECK_POSTGRES_USER "penstock"

typedef struct _PstCheckPostgres PstCheckPostgres;

/* (transfer full) (nullable): a server of its own, ready to be used; NULL where PostgreSQL is not installed or does not start. */
PST_API PstCheckPostgres *pst_check_postgres_new (GError **error);
/* The same, but it syncs as a server does that is in use: what tests need not wait for, benchmarks must. */
PST_API PstCheckPostgres *pst_check_postgres_new_durable (GError **error);
/* Stops it and removes its folder. */
PST_API void pst_check_postgres_free (PstCheckPostgres *server);
/* (transfer none) (nullable): the one server of this test program: started when first asked for, gone at its exit. Its cases share it, each with a
 * database of its own. @why_not: (out) (transfer none) (optional): what to skip a test with when there is none. */
PST_API PstCheckPostgres *pst_check_postgres_get_default (const char **why_not);

/* (transfer none): the folder of its socket, which is what libpq takes as a host. */
PST_API const char *pst_check_postgres_get_host (PstCheckPostgres *server);
/* (transfer full): the name of a new, empty database. */
PST_API char *pst_check_postgres_create_database (PstCheckPostgres *server);
/* Cuts off who is connected to it. First a ledger is looked at (pst_check_ledger_assert_database()). */
PST_API void pst_check_postgres_drop_database (PstCheckPostgres *server, const char *database);
/* (transfer full) (nullable): what psql prints for @sql, a row a line, columns between bars, without the last line's end; NULL when a statement
 * failed, and then nothing of @sql was done. */
PST_API char *pst_check_postgres_query (PstCheckPostgres *server, const char *database, const char *sql, GError **error);
/* How many connections were ended: those to @database whose application has @application as its name, or all with NULL. */
PST_API guint pst_check_postgres_kill_connections (PstCheckPostgres *server, const char *database, const char *application);
/* As if its machine had lost its power: no transaction ends in order. */
PST_API void pst_check_postgres_crash (PstCheckPostgres *server);
/* After a crash: recovers, with the databases that there were. */
PST_API gboolean pst_check_postgres_restart (PstCheckPostgres *server, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstCheckPostgres, pst_check_postgres_free)

G_END_DECLS
