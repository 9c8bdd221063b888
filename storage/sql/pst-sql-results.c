/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The connection is kept from call to call, and looked at before each: a server may be gone meanwhile, and come again. Only who looks up one key
 * after the other is spared that: its statement is prepared already, so that it can fail, and is then asked once more. */
#include "pst-sql-results.h"

#include "pst-sql-migration.h"
#include "pst-sql-opening.h"
#include "pst-sql-result-read.h"
#include "pst-sql-result-text.h"
#include "pst-sql-result-write.h"
#include "pst-sql-rows.h"

#include <math.h>
#include <string.h>

/* The migration that brought these tables. */
#define RESULTS_VERSION 8
#define KEY_LENGTH 64
/* More a statement would only make the text longer. */
#define REMOVE_ROWS 10000

struct _PstSqlResults
{
  const PstSqlBackend *backend;
  PstSqlTarget target;
  char *path;
  PstSqlConnection *connection;
  gboolean is_prepared;   /* can be written */
  gboolean has_looked_up; /* this connection knows the statement that looks up a key */
  guint fail_nth;
  PstStoreError fail_code;
};

typedef struct
{
  const PstBacktestResult *result;
  gboolean *added;
  const PstResultQuery *query;
  PstResultFunc func;
  gpointer user_data;
  guint64 *n_removed;
} Request;

typedef gboolean (*Action) (PstSqlResults *results, Request *request, GError **error);

static gboolean find (PstSqlResults *results, Request *request, GError **error);

PstSqlResults *
pst_sql_results_new (const PstSqlBackend *backend, const PstSqlTarget *target)
{
  PstSqlResults *results = g_new0 (PstSqlResults, 1);

  results->backend = backend;
  results->path = g_strdup (target->path);
  results->target = *target;
  results->target.path = results->path;
  return results;
}

static void
close_connection (PstSqlResults *results)
{
  g_clear_pointer (&results->connection, pst_sql_connection_free);
  results->is_prepared = FALSE;
  results->has_looked_up = FALSE;
}

void
pst_sql_results_free (PstSqlResults *results)
{
  if (results == NULL)
    return;
  close_connection (results);
  g_free (results->path);
  g_free (results);
}

const char *
pst_sql_results_get_path (PstSqlResults *results)
{
  return results->path;
}

void
pst_sql_results_fail_nth (PstSqlResults *results, guint nth, PstStoreError code)
{
  results->fail_nth = nth;
  results->fail_code = code;
}

/* A ledger that has the tables; nothing is changed in it. */
static gboolean
check_version (PstSqlResults *results, GError **error)
{
  gboolean present;
  gint64 version;

  if (!pst_sql_migration_check (results->connection, results->path, &present, error))
    return FALSE;
  if (!present)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "\"%s\" is empty: no ledger was made there; penstock db migrate makes one",
                   results->path);
      return FALSE;
    }
  if (!pst_sql_connection_query (results->connection, PST_SQL_MIGRATION_VERSION, NULL, NULL, NULL, &version, NULL, error))
    return FALSE;
  if (version >= RESULTS_VERSION)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
               "ledger \"%s\" was made before ledgers kept results of backtests: bring it up with penstock db migrate first", results->path);
  return FALSE;
}

/* By a statement that the server knows since the connection was opened: libgda's provider crashes when it wants to prepare one and finds the server
 * gone. */
static gboolean
touch (PstSqlResults *results, GError **error)
{
  return results->backend != pst_sql_postgresql_get_backend ()
         || pst_sql_connection_execute (results->connection, PST_SQL_TOUCH, NULL, NULL, NULL, error);
}

static gboolean
open_connection (PstSqlResults *results, gboolean writes, GError **error)
{
  PstSqlTarget target = results->target;
  gboolean was_open = results->connection != NULL;

  target.create = writes;
  if (!was_open)
    results->connection = pst_sql_connection_open (results->backend, &target, error);
  if (results->connection == NULL)
    return FALSE;
  if (results->is_prepared || (was_open && !writes))
    return TRUE;
  if ((was_open || touch (results, error))
      && (writes ? pst_sql_opening_prepare (results->connection, &target, error) : check_version (results, error)))
    {
      results->is_prepared = writes;
      return TRUE;
    }
  close_connection (results);
  return FALSE;
}

/* What a backtest that is to run asks: has this user this one? */
static gboolean
asks_for_one (const PstResultQuery *query)
{
  return query->user_id != NULL && query->key != NULL && strlen (query->key) == KEY_LENGTH && query->strategy == NULL && query->instrument == NULL
         && query->since_ns == 0 && query->until_ns == 0 && query->statistic == NULL && query->offset == 0;
}

/* Asks for one, and for its summary. */
static gboolean
looks_up (const PstResultQuery *query)
{
  return !query->whole && asks_for_one (query);
}

static gboolean
run (PstSqlResults *results, gboolean writes, Action action, Request *request, GError **error)
{
  gboolean is_known = action == find && looks_up (request->query) && results->has_looked_up;

  if (results->connection != NULL && !is_known && !touch (results, NULL))
    close_connection (results);
  if (!open_connection (results, writes, error))
    return FALSE;
  if (results->fail_nth > 0)
    pst_sql_connection_fail_nth (results->connection, results->fail_nth, results->fail_code);
  results->fail_nth = 0;
  return action (results, request, error);
}

/* Saving */

static gboolean
find_number (PstSqlConnection *connection, const char *user_id, const char *key, gint64 *number, gboolean *found, GError **error)
{
  PstSqlRows rows;
  gboolean done;

  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  pst_sql_rows_begin (&rows);
  pst_sql_rows_add_text (&rows, key);
  pst_sql_rows_end (&rows);
  done = pst_sql_connection_query (connection, PST_SQL_FIND_RESULT, user_id, NULL, pst_sql_rows_finish (&rows), number, found, error);
  pst_sql_rows_clear (&rows);
  return done;
}

static gboolean
write_all (PstSqlConnection *connection, const PstBacktestResult *result, gboolean *added, GError **error)
{
  gint64 number;
  gboolean found;

  *added = FALSE;
  if (!pst_sql_connection_execute (connection, PST_SQL_BEGIN, NULL, NULL, NULL, error))
    return FALSE;
  if (find_number (connection, result->user_id, result->key, &number, &found, error)
      && (found
          || (pst_sql_connection_query (connection, PST_SQL_NEXT_RESULT, NULL, NULL, NULL, &number, NULL, error)
              && pst_sql_result_write (connection, result, number, error)))
      && pst_sql_connection_execute (connection, PST_SQL_COMMIT, NULL, NULL, NULL, error))
    {
      *added = !found;
      return TRUE;
    }
  pst_sql_connection_rollback (connection);
  return FALSE;
}

static gboolean
save (PstSqlResults *results, Request *request, GError **error)
{
  const PstBacktestResult *result = request->result;
  GError *local_error = NULL;
  gint64 number;
  gboolean found = FALSE;

  if (write_all (results->connection, result, request->added, &local_error))
    return TRUE;
  /* Another may have been faster with the same one. */
  if (local_error->code == PST_STORE_ERROR_CONSTRAINT && find_number (results->connection, result->user_id, result->key, &number, &found, NULL)
      && found)
    {
      g_error_free (local_error);
      return TRUE;
    }
  g_propagate_error (error, local_error);
  return FALSE;
}

/* What the columns cannot hold. */
static gboolean
check_numbers (const PstBacktestResult *result, GError **error)
{
  gboolean fits = result->n_bars <= G_MAXINT64 && result->n_sets <= G_MAXINT64;

  for (guint i = 0; i < result->round_trips->len && fits; i++)
    fits = g_array_index (result->round_trips, PstRoundTrip, i).n_bars <= G_MAXINT64;
  if (fits)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "result %.8s counts more than a ledger can", result->key);
  return FALSE;
}

gboolean
pst_sql_results_save (PstSqlResults *results, const PstBacktestResult *result, gboolean *added, GError **error)
{
  Request request = { .result = result, .added = added };

  *added = FALSE;
  return check_numbers (result, error) && run (results, TRUE, save, &request, error);
}

/* Finding */

static void
add_text (PstSqlRows *rows, const char *text)
{
  pst_sql_rows_add_text (rows, text != NULL ? text : "");
}

/* Infinite: no bound. */
static void
add_bound (PstSqlRows *rows, gboolean wanted, double bound)
{
  char text[32];

  if (wanted && isfinite (bound))
    {
      pst_sql_double_print (bound, text);
      pst_sql_rows_add_text (rows, text);
    }
  else
    pst_sql_rows_add_null (rows);
}

/* In the order of find-results.sql. */
static void
add_query (PstSqlRows *rows, const PstResultQuery *query)
{
  pst_sql_rows_begin (rows);
  add_text (rows, query->key);
  add_text (rows, query->strategy);
  add_text (rows, query->instrument);
  pst_sql_rows_add_integer (rows, query->since_ns != 0 ? query->since_ns : G_MININT64);
  pst_sql_rows_add_integer (rows, query->until_ns);
  add_text (rows, query->statistic);
  add_bound (rows, query->statistic != NULL, query->minimum);
  add_bound (rows, query->statistic != NULL, query->maximum);
  add_text (rows, query->order != NULL ? query->order : query->statistic);
  pst_sql_rows_add_integer (rows, query->reverse != FALSE);
  pst_sql_rows_add_integer (rows, query->offset);
  pst_sql_rows_add_integer (rows, query->limit);
  pst_sql_rows_end (rows);
}

/* (transfer full) (element-type gint64) (nullable): the numbers of those that are asked for, in order. */
static GArray *
find_numbers (PstSqlConnection *connection, const PstResultQuery *query, GError **error)
{
  GType types[] = { G_TYPE_INT64, G_TYPE_NONE };
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GdaDataModel) model = NULL;
  PstSqlRows rows;
  gint64 number;
  gboolean found;

  if (asks_for_one (query))
    {
      if (!find_number (connection, query->user_id, query->key, &number, &found, error))
        return NULL;
      if (found)
        g_array_append_val (numbers, number);
      return g_steal_pointer (&numbers);
    }
  pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
  add_query (&rows, query);
  model = pst_sql_connection_select (connection, PST_SQL_FIND_RESULTS, query->user_id != NULL ? query->user_id : "", NULL,
                                     pst_sql_rows_finish (&rows), types, error);
  pst_sql_rows_clear (&rows);
  if (model == NULL)
    return NULL;
  for (gint row = 0; row < gda_data_model_get_n_rows (model); row++)
    {
      const GValue *value = gda_data_model_get_value_at (model, 0, row, NULL);

      number = value != NULL && G_VALUE_HOLDS_INT64 (value) ? g_value_get_int64 (value) : 0;
      g_array_append_val (numbers, number);
    }
  return g_steal_pointer (&numbers);
}

/* Between two statements somebody may remove it: then it is not damaged but gone. */
static gboolean
read_one (PstSqlConnection *connection, const PstResultQuery *query, gint64 number, PstBacktestResult **result, GError **error)
{
  GError *local_error = NULL;
  g_autoptr (PstBacktestResult) again = NULL;

  *result = pst_sql_result_read (connection, query->user_id, number, query->whole, &local_error);
  if (local_error == NULL)
    return TRUE;
  if (g_error_matches (local_error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT))
    {
      g_autoptr (GError) ignored = NULL;

      again = pst_sql_result_read (connection, query->user_id, number, FALSE, &ignored);
      if (again == NULL && ignored == NULL)
        {
          g_error_free (local_error);
          return TRUE;
        }
    }
  g_propagate_error (error, local_error);
  return FALSE;
}

/* What the connection that was not looked at does not answer a new one may. */
static gboolean
look_up (PstSqlResults *results, const PstResultQuery *query, PstBacktestResult **result, GError **error)
{
  GError *local_error = NULL;
  gboolean done = pst_sql_result_look_up (results->connection, query->user_id, query->key, result, &local_error);

  if (!done && results->has_looked_up && !touch (results, NULL))
    {
      g_clear_error (&local_error);
      close_connection (results);
      if (!open_connection (results, FALSE, error))
        return FALSE;
      done = pst_sql_result_look_up (results->connection, query->user_id, query->key, result, &local_error);
    }
  results->has_looked_up = done;
  if (!done)
    g_propagate_error (error, local_error);
  return done;
}

static gboolean
find_one (PstSqlResults *results, Request *request, GError **error)
{
  g_autoptr (PstBacktestResult) result = NULL;

  return look_up (results, request->query, &result, error) && (result == NULL || request->func (result, request->user_data, error));
}

static gboolean
find_some (PstSqlResults *results, Request *request, GError **error)
{
  g_autoptr (GArray) numbers = find_numbers (results->connection, request->query, error);

  for (guint i = 0; numbers != NULL && i < numbers->len; i++)
    {
      g_autoptr (PstBacktestResult) result = NULL;

      if (!read_one (results->connection, request->query, g_array_index (numbers, gint64, i), &result, error))
        return FALSE;
      if (result == NULL)
        continue;
      if (!request->func (result, request->user_data, error))
        return FALSE;
    }
  return numbers != NULL;
}

static gboolean
find (PstSqlResults *results, Request *request, GError **error)
{
  return looks_up (request->query) ? find_one (results, request, error) : find_some (results, request, error);
}

gboolean
pst_sql_results_find (PstSqlResults *results, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error)
{
  Request request = { .query = query, .func = func, .user_data = user_data };

  return run (results, FALSE, find, &request, error);
}

/* Removing */

static gboolean
remove_numbers (PstSqlConnection *connection, GArray *numbers, GError **error)
{
  gboolean done = TRUE;

  for (guint from = 0; done && from < numbers->len; from += REMOVE_ROWS)
    {
      PstSqlRows rows;

      pst_sql_rows_init (&rows, PST_SQL_ROWS_JSON);
      for (guint i = from; i < MIN (numbers->len, from + REMOVE_ROWS); i++)
        {
          pst_sql_rows_begin (&rows);
          pst_sql_rows_add_integer (&rows, g_array_index (numbers, gint64, i));
          pst_sql_rows_end (&rows);
        }
      done = pst_sql_connection_execute (connection, PST_SQL_REMOVE_RESULTS, NULL, NULL, pst_sql_rows_finish (&rows), error);
      pst_sql_rows_clear (&rows);
    }
  return done;
}

static gboolean
remove_found (PstSqlResults *results, Request *request, GError **error)
{
  g_autoptr (GArray) numbers = NULL;

  if (!pst_sql_connection_execute (results->connection, PST_SQL_BEGIN, NULL, NULL, NULL, error))
    return FALSE;
  numbers = find_numbers (results->connection, request->query, error);
  if (numbers != NULL && remove_numbers (results->connection, numbers, error)
      && pst_sql_connection_execute (results->connection, PST_SQL_COMMIT, NULL, NULL, NULL, error))
    {
      *request->n_removed = numbers->len;
      return TRUE;
    }
  pst_sql_connection_rollback (results->connection);
  return FALSE;
}

gboolean
pst_sql_results_remove (PstSqlResults *results, const PstResultQuery *query, guint64 *n_removed, GError **error)
{
  Request request = { .query = query, .n_removed = n_removed };

  *n_removed = 0;
  return run (results, FALSE, remove_found, &request, error);
}
