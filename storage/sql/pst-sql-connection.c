/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libgda needs of care is taken care of here: each statement is parsed once a connection (libgda keeps memory for every distinct one),
 * values are read with the type we name (it would read SQLite's integers as 32 bits), transactions are text that it does not see through (it
 * would keep a list of all that happens in each). */
#include "pst-sql-connection.h"

#include <gio/gio.h>
#include <string.h>

struct _PstSqlConnection
{
  const PstSqlBackend *backend;
  char *path;
  GdaConnection *connection;
  GdaStatement *statements[PST_SQL_N_STATEMENTS];
  GdaSet *parameters[PST_SQL_N_STATEMENTS]; /* (nullable) */
  guint n_executions;
  guint fail_at;
  PstStoreError fail_code;
};

PstSqlConnection *
pst_sql_connection_open (const PstSqlBackend *backend, const PstSqlTarget *target, GError **error)
{
  g_autoptr (PstSqlConnection) connection = g_new0 (PstSqlConnection, 1);

  PST_SQL_ENTER_LIBGDA ();
  gda_init ();
  PST_SQL_LEAVE_LIBGDA ();
  connection->backend = backend;
  connection->path = g_strdup (target->path);
  connection->connection = backend->open (target, error);
  return connection->connection != NULL ? g_steal_pointer (&connection) : NULL;
}

gboolean
pst_sql_connection_settle (PstSqlConnection *connection, const PstSqlTarget *target, GError **error)
{
  return connection->backend->settle (connection->connection, target, error);
}

void
pst_sql_connection_free (PstSqlConnection *connection)
{
  if (connection == NULL)
    return;
  for (guint i = 0; i < PST_SQL_N_STATEMENTS; i++)
    {
      g_clear_object (&connection->statements[i]);
      g_clear_object (&connection->parameters[i]);
    }
  if (connection->connection != NULL)
    gda_connection_close (connection->connection);
  g_clear_object (&connection->connection);
  g_free (connection->path);
  g_free (connection);
}

const PstSqlBackend *
pst_sql_connection_get_backend (PstSqlConnection *connection)
{
  return connection->backend;
}

GdaConnection *
pst_sql_connection_get_gda (PstSqlConnection *connection)
{
  return connection->connection;
}

static gboolean
fail (PstSqlConnection *connection, const char *what, GError *cause, GError **error)
{
  /* Ours: a test's, or that of a claim. */
  PstStoreError code = cause->domain == PST_STORE_ERROR ? (PstStoreError)cause->code : connection->backend->classify (cause->message);
  const char *advice = "";

  if (code == PST_STORE_ERROR_FULL)
    advice = "; free space or choose another path";
  else if (strstr (cause->message, "UNIQUE constraint failed: strategy_run.user_id") != NULL
           || strstr (cause->message, "one_running_run_of_a_user") != NULL)
    advice = "; this user has a run that is RUNNING: stop it first, or use another ledger";
  else if (code == PST_STORE_ERROR_LOCKED)
    advice = "; another process writes it for too long: stop that, or raise busy-timeout";
  if (code == PST_STORE_ERROR_CONSTRAINT)
    g_set_error (error, PST_STORE_ERROR, code, "ledger \"%s\" refused an illegal state (%s): %s%s", connection->path, what, cause->message, advice);
  else
    g_set_error (error, PST_STORE_ERROR, code, "ledger \"%s\" failed (%s): %s%s", connection->path, what, cause->message, advice);
  g_error_free (cause);
  return FALSE;
}

static gboolean
parse (PstSqlConnection *connection, PstSqlStatement statement, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GBytes) text = NULL;

  if (connection->statements[statement] != NULL)
    return TRUE;
  name = g_strconcat (pst_sql_statement_get_name (statement), ".sql", NULL);
  text = pst_sql_backend_load (connection->backend, "statements", name, error);
  if (text == NULL)
    return FALSE;
  connection->statements[statement]
      = gda_connection_parse_sql_string (connection->connection, g_bytes_get_data (text, NULL), &connection->parameters[statement], error);
  return connection->statements[statement] != NULL;
}

static gboolean
bind (GdaSet *parameters, const char *name, const char *value, GError **error)
{
  GdaHolder *holder = parameters != NULL ? gda_set_get_holder (parameters, name) : NULL;
  g_auto (GValue) text = G_VALUE_INIT;

  if (holder == NULL)
    return TRUE;
  g_value_init (&text, G_TYPE_STRING);
  g_value_set_static_string (&text, value);
  return gda_holder_set_value (holder, &text, error);
}

/* Parses, binds, counts. */
static gboolean
make_ready (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows, GError **error)
{
  GdaSet *parameters;

  if (++connection->n_executions == connection->fail_at)
    {
      g_set_error_literal (error, PST_STORE_ERROR, connection->fail_code, "failed as the test wants");
      return FALSE;
    }
  if (!parse (connection, statement, error))
    return FALSE;
  parameters = connection->parameters[statement];
  return bind (parameters, "user", user, error) && bind (parameters, "run", run, error) && bind (parameters, "rows", rows, error);
}

/* Batches are large: they are not kept until the next one comes. */
static void
let_go (PstSqlConnection *connection, PstSqlStatement statement)
{
  bind (connection->parameters[statement], "rows", "", NULL);
}

gboolean
pst_sql_connection_execute (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows,
                            GError **error)
{
  GError *local_error = NULL;

  PST_SQL_ENTER_LIBGDA ();
  if (make_ready (connection, statement, user, run, rows, &local_error))
    gda_connection_statement_execute_non_select (connection->connection, connection->statements[statement], connection->parameters[statement], NULL,
                                                 &local_error);
  PST_SQL_LEAVE_LIBGDA ();
  let_go (connection, statement);
  return local_error == NULL || fail (connection, pst_sql_statement_get_name (statement), local_error, error);
}

GdaDataModel *
pst_sql_connection_select (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows, GType *types,
                           GError **error)
{
  GdaDataModel *model = NULL;
  GError *local_error = NULL;

  PST_SQL_ENTER_LIBGDA ();
  if (make_ready (connection, statement, user, run, rows, &local_error))
    model = gda_connection_statement_execute_select_full (connection->connection, connection->statements[statement],
                                                          connection->parameters[statement], GDA_STATEMENT_MODEL_RANDOM_ACCESS, types, &local_error);
  PST_SQL_LEAVE_LIBGDA ();
  let_go (connection, statement);
  if (model == NULL)
    fail (connection, pst_sql_statement_get_name (statement), local_error, error);
  return model;
}

static GdaDataModel *
select_rows (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_NONE };

  return pst_sql_connection_select (connection, statement, user, run, rows, types, error);
}

gboolean
pst_sql_connection_query (PstSqlConnection *connection, PstSqlStatement statement, const char *user, const char *run, const char *rows, gint64 *value,
                          gboolean *found, GError **error)
{
  g_autoptr (GdaDataModel) model = select_rows (connection, statement, user, run, rows, error);
  const GValue *cell;
  GError *local_error = NULL;

  *value = 0;
  if (found != NULL)
    *found = FALSE;
  if (model == NULL)
    return FALSE;
  if (gda_data_model_get_n_rows (model) == 0)
    return TRUE;
  cell = gda_data_model_get_value_at (model, 0, 0, &local_error);
  if (cell == NULL)
    return fail (connection, pst_sql_statement_get_name (statement), local_error, error);
  if (G_VALUE_HOLDS_INT64 (cell))
    *value = g_value_get_int64 (cell);
  if (found != NULL)
    *found = TRUE;
  return TRUE;
}

GArray *
pst_sql_connection_query_all (PstSqlConnection *connection, PstSqlStatement statement, const char *user, GError **error)
{
  g_autoptr (GdaDataModel) model = select_rows (connection, statement, user, NULL, NULL, error);
  GArray *values;

  if (model == NULL)
    return NULL;
  values = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (gint i = 0; i < gda_data_model_get_n_rows (model); i++)
    {
      const GValue *cell = gda_data_model_get_value_at (model, 0, i, NULL);
      gint64 value = cell != NULL && G_VALUE_HOLDS_INT64 (cell) ? g_value_get_int64 (cell) : 0;

      g_array_append_val (values, value);
    }
  return values;
}

static gboolean
run_one (PstSqlConnection *connection, const char *sql, GError **error)
{
  GError *local_error = NULL;

  if (++connection->n_executions == connection->fail_at)
    g_set_error_literal (&local_error, PST_STORE_ERROR, connection->fail_code, "failed as the test wants");
  else if (g_str_has_prefix (sql, "PRAGMA "))
    g_free (pst_sql_backend_query (connection->connection, sql, &local_error)); /* libgda takes it for a question */
  else
    pst_sql_backend_execute (connection->connection, sql, &local_error);
  return local_error == NULL || fail (connection, "script", local_error, error);
}

/* What ends a statement from this line on, when that is not any ';' at a line's end: the body of SQLite's triggers, or of PostgreSQL's functions. */
static const char *
find_end (const char *line, const char *end)
{
  if (end != NULL)
    return end;
  if (g_str_equal (line, "BEGIN"))
    return "END;";
  return g_str_has_suffix (line, "$$") ? "$$;" : NULL;
}

gboolean
pst_sql_connection_run_script (PstSqlConnection *connection, const char *script, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (GString) sql = g_string_new (NULL);
  const char *end = NULL;

  for (char **line = lines; *line != NULL; line++)
    {
      if (sql->len == 0 && (**line == '\0' || g_str_has_prefix (*line, "--")))
        continue;
      end = find_end (*line, sql->len > 0 ? end : NULL);
      g_string_append (sql, *line);
      g_string_append_c (sql, '\n');
      if (end != NULL ? !g_str_equal (*line, end) : !g_str_has_suffix (*line, ";"))
        continue;
      if (!run_one (connection, sql->str, error))
        return FALSE;
      g_string_truncate (sql, 0);
    }
  if (sql->len == 0)
    return TRUE;
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION, "a migration ends in the middle of a statement");
  return FALSE;
}

void
pst_sql_connection_rollback (PstSqlConnection *connection)
{
  g_autoptr (GError) ignored = NULL;

  /* SQLite has rolled back by itself after some errors; then this fails, and rightly so. */
  pst_sql_connection_execute (connection, PST_SQL_ROLLBACK, NULL, NULL, NULL, &ignored);
}

void
pst_sql_connection_fail_nth (PstSqlConnection *connection, guint nth, PstStoreError code)
{
  connection->fail_code = code;
  connection->fail_at = nth > 0 ? connection->n_executions + nth : 0;
}

gboolean
pst_sql_connection_has_failed (PstSqlConnection *connection)
{
  return connection->fail_at > 0 && connection->n_executions >= connection->fail_at;
}

void
pst_sql_connection_limit_pages (PstSqlConnection *connection, guint n_pages)
{
  g_autofree char *present = pst_sql_backend_query (connection->connection, "PRAGMA page_count", NULL);
  g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %" G_GUINT64_FORMAT, g_ascii_strtoull (present, NULL, 10) + n_pages);
  g_autofree char *ignored = pst_sql_backend_query (connection->connection, sql, NULL);
}
