/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The backend's claims know other processes; which runs this process holds is known here, for a lock that one has is granted again. */
#include "pst-sql-session.h"

#include "pst-sql-opening.h"

struct _PstSqlSession
{
  const PstSqlBackend *backend;
  PstSqlTarget target;
  char *path;
  PstSqlConnection *connection;
  gpointer claims;
  GHashTable *held; /* run numbers, gint64 */
  gboolean is_prepared;
};

PstSqlSession *
pst_sql_session_new (const PstSqlBackend *backend, const PstSqlTarget *target)
{
  PstSqlSession *session = g_new0 (PstSqlSession, 1);

  session->backend = backend;
  session->path = g_strdup (target->path);
  session->target = *target;
  session->target.path = session->path;
  session->held = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return session;
}

static void
close_session (PstSqlSession *session)
{
  if (session->claims != NULL)
    session->backend->claims_free (g_steal_pointer (&session->claims));
  g_clear_pointer (&session->connection, pst_sql_connection_free);
}

void
pst_sql_session_free (PstSqlSession *session)
{
  if (session == NULL)
    return;
  close_session (session);
  g_hash_table_unref (session->held);
  g_free (session->path);
  g_free (session);
}

gboolean
pst_sql_session_open (PstSqlSession *session, GError **error)
{
  if (session->connection != NULL)
    return TRUE;
  session->connection = pst_sql_connection_open (session->backend, &session->target, error);
  if (session->connection == NULL)
    return FALSE;
  session->claims = session->backend->claims_open (pst_sql_connection_get_gda (session->connection), &session->target, error);
  if (session->claims != NULL)
    return TRUE;
  close_session (session);
  return FALSE;
}

gboolean
pst_sql_session_reopen (PstSqlSession *session, GError **error)
{
  GHashTableIter held;
  gpointer key;

  close_session (session);
  if (!pst_sql_session_open (session, error))
    return FALSE;
  if (!pst_sql_connection_settle (session->connection, &session->target, error))
    {
      close_session (session);
      return FALSE;
    }
  g_hash_table_iter_init (&held, session->held);
  while (g_hash_table_iter_next (&held, &key, NULL))
    {
      if (!session->backend->claims_take (session->claims, *(const gint64 *)key, NULL))
        g_hash_table_iter_remove (&held);
    }
  return TRUE;
}

gboolean
pst_sql_session_prepare (PstSqlSession *session, gboolean power, GError **error)
{
  gboolean more_power = power && !session->target.power;

  if (session->is_prepared && !more_power)
    return TRUE;
  session->target.power |= power;
  if (session->is_prepared)
    return pst_sql_connection_settle (session->connection, &session->target, error);
  session->is_prepared = pst_sql_opening_prepare (session->connection, &session->target, error);
  return session->is_prepared;
}

gboolean
pst_sql_session_is_connected (PstSqlSession *session)
{
  gint64 version;

  return session->connection != NULL
         && pst_sql_connection_query (session->connection, PST_SQL_MIGRATION_VERSION, NULL, NULL, NULL, &version, NULL, NULL);
}

PstSqlConnection *
pst_sql_session_get_connection (PstSqlSession *session)
{
  return session->connection;
}

const PstSqlTarget *
pst_sql_session_get_target (PstSqlSession *session)
{
  return &session->target;
}

gboolean
pst_sql_session_claim (PstSqlSession *session, gint64 run_number, GError **error)
{
  if (g_hash_table_contains (session->held, &run_number))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED, "run number %" G_GINT64_FORMAT " is alive in this process", run_number);
      return FALSE;
    }
  if (!session->backend->claims_take (session->claims, run_number, error))
    return FALSE;
  g_hash_table_add (session->held, g_memdup2 (&run_number, sizeof run_number));
  return TRUE;
}

void
pst_sql_session_release (PstSqlSession *session, gint64 run_number)
{
  if (g_hash_table_remove (session->held, &run_number) && session->claims != NULL)
    session->backend->claims_release (session->claims, run_number);
}

gboolean
pst_sql_session_holds (PstSqlSession *session, gint64 run_number)
{
  return g_hash_table_contains (session->held, &run_number);
}

gboolean
pst_sql_session_is_alive (PstSqlSession *session, gint64 run_number)
{
  return g_hash_table_contains (session->held, &run_number) || session->backend->claims_is_taken (session->claims, run_number);
}
