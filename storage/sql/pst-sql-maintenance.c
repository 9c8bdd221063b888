/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads with statements that are the same on every backend, each executed once, so parsed here and now. Rows come through a cursor, as text: a ledger
 * may be larger than memory. */
#include "pst-sql-maintenance.h"

#include "pst-sql-migration.h"
#include "pst-sql-opening.h"

#include <gio/gio.h>
#include <string.h>

/* More columns no view has. */
#define COLUMNS_MAX 64

typedef struct
{
  PstSqlConnection *connection;
  const char *user, *run;
  PstRowFunc func;
  gpointer user_data;
} Reading;

static void
bind (GdaSet *parameters, const char *name, const char *value)
{
  GdaHolder *holder = parameters != NULL ? gda_set_get_holder (parameters, name) : NULL;
  GValue text = G_VALUE_INIT;

  if (holder == NULL)
    return;
  g_value_init (&text, G_TYPE_STRING);
  g_value_set_static_string (&text, value != NULL ? value : "");
  gda_holder_set_value (holder, &text, NULL);
  g_value_unset (&text);
}

static gboolean
tell_rows (Reading *reading, const char *table, GdaDataModel *model, GError **error)
{
  gint n_columns = MIN (gda_data_model_get_n_columns (model), COLUMNS_MAX);
  g_autoptr (GdaDataModelIter) row = gda_data_model_create_iter (model);
  const char *columns[COLUMNS_MAX + 1] = { NULL };

  for (gint i = 0; i < n_columns; i++)
    columns[i] = gda_data_model_get_column_name (model, i);
  while (gda_data_model_iter_move_next (row))
    {
      char *values[COLUMNS_MAX + 1] = { NULL };
      gboolean done;

      for (gint i = 0; i < n_columns; i++)
        {
          const GValue *value = gda_data_model_iter_get_value_at (row, i);

          values[i] = value == NULL || gda_value_is_null (value) ? NULL : gda_value_stringify (value);
        }
      done = reading->func (table, columns, (const char *const *)values, reading->user_data, error);
      for (gint i = 0; i < n_columns; i++)
        g_free (values[i]);
      if (!done)
        return FALSE;
    }
  return TRUE;
}

/* A statement of its own each time: libgda keeps the types of the first execution. */
static GdaDataModel *
execute (Reading *reading, const char *sql, GType *types, GError **error)
{
  GdaConnection *connection = pst_sql_connection_get_gda (reading->connection);
  GdaSet *parameters = NULL;
  g_autoptr (GdaStatement) statement = gda_connection_parse_sql_string (connection, sql, &parameters, error);
  GdaDataModel *model = NULL;

  bind (parameters, "user", reading->user);
  bind (parameters, "run", reading->run);
  if (statement != NULL)
    model = gda_connection_statement_execute_select_full (connection, statement, parameters, GDA_STATEMENT_MODEL_CURSOR_FORWARD, types, error);
  g_clear_object (&parameters);
  return model;
}

/* Once to see what the columns are, at the first row: SQLite's integers come as 32 bits unless 64 are asked for, and larger ones not at all. */
static gboolean
find_types (Reading *reading, const char *sql, GType *types, GError **error)
{
  g_autoptr (GdaDataModel) model = execute (reading, sql, NULL, error);
  g_autoptr (GdaDataModelIter) row = NULL;
  gint n_columns;

  if (model == NULL)
    return FALSE;
  row = gda_data_model_create_iter (model);
  gda_data_model_iter_move_next (row);
  n_columns = MIN (gda_data_model_get_n_columns (model), COLUMNS_MAX);
  for (gint i = 0; i < n_columns; i++)
    {
      GType type = gda_column_get_g_type (gda_data_model_describe_column (model, i));

      types[i] = type == G_TYPE_INT ? G_TYPE_INT64 : type == GDA_TYPE_NULL ? G_TYPE_STRING : type;
    }
  types[n_columns] = G_TYPE_NONE;
  return TRUE;
}

static gboolean
read_table (Reading *reading, const char *table, const char *sql, GError **error)
{
  GType types[COLUMNS_MAX + 1];
  g_autoptr (GdaDataModel) model = NULL;
  GError *local_error = NULL;
  gboolean done;

  PST_SQL_ENTER_LIBGDA ();
  if (find_types (reading, sql, types, &local_error))
    model = execute (reading, sql, types, &local_error);
  PST_SQL_LEAVE_LIBGDA ();
  done = model != NULL && tell_rows (reading, table, model, &local_error);
  if (done || local_error == NULL)
    return done;
  if (local_error->domain == gda_server_provider_error_quark ())
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the ledger's %s cannot be read: %s", table, local_error->message);
      g_error_free (local_error);
    }
  else
    g_propagate_error (error, local_error);
  return FALSE;
}

/* A file of statements: "-- TABLE" on a line, then a statement that ends with ';' at a line's end. */
static gboolean
read_script (Reading *reading, const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/org/penstock/sql/maintenance/%s.sql", name);
  g_autoptr (GBytes) text = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (g_bytes_get_data (text, NULL), "\n", -1) : NULL;
  g_autoptr (GString) sql = g_string_new (NULL);
  const char *table = "";

  for (char **line = lines; line != NULL && *line != NULL; line++)
    {
      if (g_str_has_prefix (*line, "-- ") && sql->len == 0)
        {
          table = *line + strlen ("-- ");
          continue;
        }
      g_string_append_printf (sql, "%s ", *line);
      if (!g_str_has_suffix (*line, ";"))
        continue;
      g_string_truncate (sql, sql->len - strlen ("; "));
      if (!read_table (reading, table, sql->str, error))
        return FALSE;
      g_string_truncate (sql, 0);
    }
  return lines != NULL;
}

static gboolean
tell_migration (guint number, const char *name, gboolean applied, gpointer user_data, GError **error)
{
  static const char *const columns[] = { "version", "migration", "state", NULL };
  Reading *reading = user_data;
  char version[16];
  const char *values[] = { version, name, applied ? "applied" : "pending", NULL };

  g_snprintf (version, sizeof version, "%u", number);
  return reading->func ("schema_migration", columns, values, reading->user_data, error);
}

/* A ledger that is there, of the version that this program writes: nothing else can be read with its statements. */
static gboolean
check_is_newest (PstSqlConnection *connection, const char *path, GError **error)
{
  gint64 version, newest = pst_sql_migration_get_newest (pst_sql_connection_get_backend (connection));
  gboolean present;

  if (!pst_sql_migration_check (connection, path, &present, error))
    return FALSE;
  if (present && !pst_sql_connection_query (connection, PST_SQL_MIGRATION_VERSION, NULL, NULL, NULL, &version, NULL, error))
    return FALSE;
  if (present && version == newest)
    return TRUE;
  if (!present)
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "\"%s\" is empty: no ledger was made there; penstock db migrate makes one", path);
  else
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
                 "ledger \"%s\" is of version %" G_GINT64_FORMAT ", this program's is %" G_GINT64_FORMAT
                 ": bring it up with penstock db migrate first",
                 path, version, newest);
  return FALSE;
}

gboolean
pst_sql_maintenance_run (const PstSqlBackend *backend, const PstSqlTarget *target, PstMaintenance what, const char *user_id, const char *run_id,
                         PstRowFunc func, gpointer user_data, GError **error)
{
  g_autoptr (PstSqlConnection) connection = pst_sql_connection_open (backend, target, error);
  Reading reading = { .connection = connection, .user = user_id, .run = run_id, .func = func, .user_data = user_data };

  if (connection == NULL)
    return FALSE;
  switch (what)
    {
    case PST_MAINTENANCE_MIGRATE:
      return pst_sql_opening_prepare (connection, target, error)
             && pst_sql_migration_foreach (connection, target->path, tell_migration, &reading, error);
    case PST_MAINTENANCE_STATUS:
      return pst_sql_migration_foreach (connection, target->path, tell_migration, &reading, error);
    case PST_MAINTENANCE_CHECK:
      return check_is_newest (connection, target->path, error) && read_script (&reading, "check", error)
             && read_script (&reading, backend->name, error);
    case PST_MAINTENANCE_EXPORT:
    default:
      return check_is_newest (connection, target->path, error) && read_script (&reading, "export", error);
    }
}
