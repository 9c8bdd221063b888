/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where databases differ: how one is opened, what its complaints mean, how a run is known to be alive. All else is SQL: in
 * statements and migrations what both understand, in their folders NAME what they say differently. */
#pragma once

#include <libgda/libgda.h>
#include <penstock.h>

G_BEGIN_DECLS

/* Stand around calls of libgda. It keeps some memory of every statement for good (see pst-sql-connection.c), and its frames cannot be
 * unwound to name them in a list of suppressions: so what it allocates is not watched for leaks, and all that is ours is. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#define PST_SQL_ENTER_LIBGDA() __lsan_disable ()
#define PST_SQL_LEAVE_LIBGDA() __lsan_enable ()
#else
#define PST_SQL_ENTER_LIBGDA() ((void)0)
#define PST_SQL_LEAVE_LIBGDA() ((void)0)
#endif

/* libgda 5 is older than g_autoptr. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GdaConnection, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GdaStatement, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GdaDataModel, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GdaDataModelIter, g_object_unref)

typedef struct _PstSqlBackend PstSqlBackend;

typedef struct
{
  const char *path;       /* of a file; of a server's database the URI */
  gboolean create;        /* make the ledger when there is none */
  gboolean power;         /* commits outlive the machine's power */
  gint64 busy_timeout_ns; /* how long to wait for another writer */
} PstSqlTarget;

struct _PstSqlBackend
{
  const char *name;     /* of its folders of SQL */
  gboolean has_records; /* orders and events are read from an array of records */
  /* Changes nothing in a database that is there: it may not be a ledger. */
  GdaConnection *(*open) (const PstSqlTarget *target, GError **error);
  /* Of what is to be written: how its commits are kept. */
  gboolean (*settle) (GdaConnection *connection, const PstSqlTarget *target, GError **error);
  PstStoreError (*classify) (const char *message);
  /* Holds runs for as long as this process lives and the claims are not freed, or says that a run is held, by whomever. @connection: outlives
   * the claims; whose session may hold them. Taking one that these claims hold succeeds; LOCKED when others do. */
  gpointer (*claims_open) (GdaConnection *connection, const PstSqlTarget *target, GError **error);
  gboolean (*claims_take) (gpointer claims, gint64 run_number, GError **error);
  void (*claims_release) (gpointer claims, gint64 run_number);
  /* By others than these claims. */
  gboolean (*claims_is_taken) (gpointer claims, gint64 run_number);
  void (*claims_free) (gpointer claims);
};

const PstSqlBackend *pst_sql_sqlite_get_backend (void);
const PstSqlBackend *pst_sql_postgresql_get_backend (void);
/* (transfer none): of a path or of a URI. */
const PstSqlBackend *pst_sql_backend_find (const char *place);
/* (transfer full) (nullable): the built-in text of "statements" or "migrations" of this name, the backend's own or that of both. */
GBytes *pst_sql_backend_load (const PstSqlBackend *backend, const char *folder, const char *name, GError **error);

/* (transfer full) (nullable): by libgda's provider of this name, from its connection string. Any number of threads at once, each with its own. */
GdaConnection *pst_sql_backend_connect (const char *provider, const char *text, GError **error);

/* For ad-hoc statements without parameters at opening. Every distinct statement costs libgda some memory for good: never in a loop. */
gboolean pst_sql_backend_execute (GdaConnection *connection, const char *sql, GError **error);
/* (transfer full) (nullable): the first value of the first row, as text. */
char *pst_sql_backend_query (GdaConnection *connection, const char *sql, GError **error);

G_END_DECLS
