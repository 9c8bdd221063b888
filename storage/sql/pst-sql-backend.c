/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What backends share. */
#include "pst-sql-backend.h"

const PstSqlBackend *
pst_sql_backend_find (const char *place)
{
  gboolean is_uri = g_str_has_prefix (place, "postgresql:") || g_str_has_prefix (place, "postgres:");

  return is_uri ? pst_sql_postgresql_get_backend () : pst_sql_sqlite_get_backend ();
}

GBytes *
pst_sql_backend_load (const PstSqlBackend *backend, const char *folder, const char *name, GError **error)
{
  g_autofree char *own = g_strdup_printf ("/org/penstock/sql/%s/%s/%s", folder, backend->name, name);
  g_autofree char *shared = g_strdup_printf ("/org/penstock/sql/%s/%s", folder, name);
  GBytes *text = g_resources_lookup_data (own, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return text != NULL ? text : g_resources_lookup_data (shared, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

/* libgda has one provider for all connections of a kind, with a table of handlers by connection that each opening fills and each closing clears,
 * without a lock: threads that opened at once broke the heap. So each connection has a provider of its own, which only its thread touches. */
static void
give_own_provider (GdaConnection *connection)
{
  g_autoptr (GObject) own = g_object_new (G_OBJECT_TYPE (gda_connection_get_provider (connection)), NULL);

  g_object_set (connection, "provider", own, NULL);
}

GdaConnection *
pst_sql_backend_connect (const char *provider, const char *text, GError **error)
{
  g_autoptr (GdaConnection) connection = NULL;
  gboolean opened = FALSE;

  PST_SQL_ENTER_LIBGDA ();
  connection = gda_connection_new_from_string (provider, text, NULL, GDA_CONNECTION_OPTIONS_NONE, error);
  if (connection != NULL)
    {
      give_own_provider (connection);
      opened = gda_connection_open (connection, error);
    }
  PST_SQL_LEAVE_LIBGDA ();
  return opened ? g_steal_pointer (&connection) : NULL;
}

gboolean
pst_sql_backend_execute (GdaConnection *connection, const char *sql, GError **error)
{
  g_autoptr (GdaStatement) statement = NULL;
  gboolean done;

  PST_SQL_ENTER_LIBGDA ();
  statement = gda_connection_parse_sql_string (connection, sql, NULL, error);
  done = statement != NULL && gda_connection_statement_execute_non_select (connection, statement, NULL, NULL, error) != -1;
  PST_SQL_LEAVE_LIBGDA ();
  return done;
}

char *
pst_sql_backend_query (GdaConnection *connection, const char *sql, GError **error)
{
  g_autoptr (GdaStatement) statement = NULL;
  g_autoptr (GdaDataModel) rows = NULL;
  const GValue *value = NULL;

  PST_SQL_ENTER_LIBGDA ();
  statement = gda_connection_parse_sql_string (connection, sql, NULL, error);
  if (statement != NULL)
    rows = gda_connection_statement_execute_select (connection, statement, NULL, error);
  if (rows != NULL && gda_data_model_get_n_rows (rows) > 0)
    value = gda_data_model_get_value_at (rows, 0, 0, error);
  PST_SQL_LEAVE_LIBGDA ();
  return value != NULL ? gda_value_stringify (value) : NULL;
}
