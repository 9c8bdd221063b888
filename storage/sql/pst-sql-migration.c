/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scripts are built in: migrations/BACKEND/NNNN-NAME.sql, or migrations/NNNN-NAME.sql where both backends take the same. The ledger keeps number,
 * name and checksum of each that made it. */
#include "pst-sql-migration.h"

#include "pst-sql-rows.h"

#include <gio/gio.h>
#include <string.h>

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_scripts (GPtrArray *names, const char *folder)
{
  g_auto (GStrv) children = g_resources_enumerate_children (folder, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; children != NULL && children[i] != NULL; i++)
    {
      if (g_str_has_suffix (children[i], ".sql"))
        g_ptr_array_add (names, g_strdup (children[i]));
    }
}

/* (transfer full): the names in order, which is that of their numbers. */
static char **
list_scripts (const PstSqlBackend *backend)
{
  g_autofree char *folder = g_strdup_printf ("/org/penstock/sql/migrations/%s", backend->name);
  GPtrArray *names = g_ptr_array_new ();

  add_scripts (names, folder);
  add_scripts (names, "/org/penstock/sql/migrations");
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (names, FALSE);
}

guint
pst_sql_migration_get_newest (const PstSqlBackend *backend)
{
  g_auto (GStrv) names = list_scripts (backend);

  return g_strv_length (names);
}

static gboolean
count_of (PstSqlConnection *connection, PstSqlStatement statement, const char *rows, gint64 *count, GError **error)
{
  return pst_sql_connection_query (connection, statement, NULL, NULL, rows, count, NULL, error);
}

/* @version 0: an empty database. */
static gboolean
get_version (PstSqlConnection *connection, const char *path, gint64 *version, GError **error)
{
  gint64 newest = pst_sql_migration_get_newest (pst_sql_connection_get_backend (connection)), has_table, n_objects;

  *version = 0;
  if (!count_of (connection, PST_SQL_HAS_TABLE, "[[\"schema_migration\"]]", &has_table, error)
      || !count_of (connection, PST_SQL_COUNT_OBJECTS, NULL, &n_objects, error))
    return FALSE;
  if (has_table == 0 && n_objects == 0)
    return TRUE;
  if (has_table == 0)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "\"%s\" is a database but no ledger; choose another path", path);
      return FALSE;
    }
  if (!count_of (connection, PST_SQL_MIGRATION_VERSION, NULL, version, error))
    return FALSE;
  if (*version <= newest)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
               "ledger \"%s\" is of version %" G_GINT64_FORMAT ", this program knows up to %" G_GINT64_FORMAT
               ": use the newer program, or another ledger",
               path, *version, newest);
  return FALSE;
}

static GBytes *
load_script (const PstSqlBackend *backend, const char *name, char **checksum, GError **error)
{
  GBytes *script = pst_sql_backend_load (backend, "migrations", name, error);

  if (script != NULL)
    *checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, script);
  return script;
}

static gboolean
check_applied (PstSqlConnection *connection, const char *path, const char *name, guint number, const char *checksum, GError **error)
{
  PstSqlRows rows;
  gint64 matches;
  gboolean done;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, number);
  pst_sql_rows_add_text (&rows, checksum);
  pst_sql_rows_end (&rows);
  done = count_of (connection, PST_SQL_MIGRATION_MATCHES, pst_sql_rows_finish (&rows), &matches, error);
  pst_sql_rows_clear (&rows);
  if (!done || matches == 1)
    return done;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
               "ledger \"%s\" was made by another %s than this program has: use the program that made it, or another ledger", path, name);
  return FALSE;
}

static gboolean
apply_script (PstSqlConnection *connection, const char *name, guint number, GBytes *script, const char *checksum, GError **error)
{
  g_autofree char *text = g_strndup (g_bytes_get_data (script, NULL), g_bytes_get_size (script));
  PstSqlRows rows;
  gboolean done;

  if (number == 1 && !pst_sql_connection_execute (connection, PST_SQL_CREATE_MIGRATIONS, NULL, NULL, NULL, error))
    return FALSE;
  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_integer (&rows, number);
  pst_sql_rows_add_text (&rows, name);
  pst_sql_rows_add_text (&rows, checksum);
  pst_sql_rows_end (&rows);
  done = pst_sql_connection_run_script (connection, text, error)
         && pst_sql_connection_execute (connection, PST_SQL_INSERT_MIGRATION, NULL, NULL, pst_sql_rows_finish (&rows), error);
  pst_sql_rows_clear (&rows);
  return done;
}

/* The version is read again under the lock: another process may have been faster. */
static gboolean
step (PstSqlConnection *connection, const char *path, const char *name, guint number, GError **error)
{
  g_autofree char *checksum = NULL;
  g_autoptr (GBytes) script = load_script (pst_sql_connection_get_backend (connection), name, &checksum, error);
  gint64 version, ignored;

  if (script == NULL || !count_of (connection, PST_SQL_LOCK_SCHEMA, NULL, &ignored, error) || !get_version (connection, path, &version, error))
    return FALSE;
  if (version < number)
    return apply_script (connection, name, number, script, checksum, error);
  return check_applied (connection, path, name, number, checksum, error);
}

gboolean
pst_sql_migration_apply (PstSqlConnection *connection, const char *path, GError **error)
{
  g_auto (GStrv) names = list_scripts (pst_sql_connection_get_backend (connection));

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!pst_sql_connection_execute (connection, PST_SQL_BEGIN, NULL, NULL, NULL, error))
        return FALSE;
      if (!step (connection, path, names[i], i + 1, error) || !pst_sql_connection_execute (connection, PST_SQL_COMMIT, NULL, NULL, NULL, error))
        {
          pst_sql_connection_rollback (connection);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
pst_sql_migration_check (PstSqlConnection *connection, const char *path, gboolean *present, GError **error)
{
  gint64 version;

  if (!get_version (connection, path, &version, error))
    return FALSE;
  *present = version > 0;
  return TRUE;
}

gboolean
pst_sql_migration_foreach (PstSqlConnection *connection, const char *path, PstSqlMigrationFunc func, gpointer user_data, GError **error)
{
  g_auto (GStrv) names = list_scripts (pst_sql_connection_get_backend (connection));
  gint64 version;

  if (!get_version (connection, path, &version, error))
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!func (i + 1, names[i], i < version, user_data, error))
        return FALSE;
    }
  return TRUE;
}
