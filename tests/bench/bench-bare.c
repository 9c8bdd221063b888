/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* sqlite3 and libpq, each statement prepared once. */
#include "bench-bare.h"

#include "pst-sql-sqlite-rows.h"

#include <gio/gio.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct _BenchBare
{
  sqlite3 *file;  /* one of */
  PGconn *server; /* the two */
  sqlite3_stmt *statements[PST_SQL_N_STATEMENTS];
  gboolean prepared[PST_SQL_N_STATEMENTS];
  guint n_parameters[PST_SQL_N_STATEMENTS];
  guint order[PST_SQL_N_STATEMENTS][3]; /* which of user, run and rows stands at each place */
};

static const char *const parameters[] = { "##user::string", "##run::string", "##rows::string" };

static void
must (gboolean done, BenchBare *bare)
{
  if (done)
    return;
  fprintf (stderr, "%s\n", bare->file != NULL ? sqlite3_errmsg (bare->file) : PQerrorMessage (bare->server));
  exit (1);
}

BenchBare *
bench_bare_open (const char *place)
{
  BenchBare *bare = g_new0 (BenchBare, 1);

  if (g_str_has_prefix (place, "postgresql:"))
    {
      bare->server = PQconnectdb (place);
      must (PQstatus (bare->server) == CONNECTION_OK, bare);
      return bare;
    }
  pst_sql_sqlite_rows_register ();
  must (sqlite3_open (place, &bare->file) == SQLITE_OK, bare);
  must (sqlite3_exec (bare->file, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON",
                      NULL, NULL, NULL)
            == SQLITE_OK,
        bare);
  return bare;
}

void
bench_bare_close (BenchBare *bare)
{
  for (guint i = 0; i < PST_SQL_N_STATEMENTS; i++)
    sqlite3_finalize (bare->statements[i]);
  sqlite3_close (bare->file);
  PQfinish (bare->server);
  g_free (bare);
}

/* The statement's text with the interface's own parameters, "?1" or "$1". */
static char *
load (BenchBare *bare, PstSqlStatement statement)
{
  const char *name = pst_sql_statement_get_name (statement);
  g_autofree char *path = g_strdup_printf ("/org/penstock/sql/statements/%s/%s.sql", bare->file != NULL ? "sqlite" : "postgresql", name);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));

  for (guint i = 0; i < G_N_ELEMENTS (parameters); i++)
    {
      char place[3] = { bare->file != NULL ? '?' : '$', (char)('1' + bare->n_parameters[statement]), '\0' };

      if (g_string_replace (text, parameters[i], place, 0) > 0)
        bare->order[statement][bare->n_parameters[statement]++] = i;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
prepare (BenchBare *bare, PstSqlStatement statement)
{
  g_autofree char *text = NULL;

  if (bare->prepared[statement])
    return;
  bare->prepared[statement] = TRUE;
  text = load (bare, statement);
  if (bare->file != NULL)
    must (sqlite3_prepare_v2 (bare->file, text, -1, &bare->statements[statement], NULL) == SQLITE_OK, bare);
  else
    {
      PGresult *result = PQprepare (bare->server, pst_sql_statement_get_name (statement), text, 0, NULL);

      must (PQresultStatus (result) == PGRES_COMMAND_OK, bare);
      PQclear (result);
    }
}

static void
execute (BenchBare *bare, PstSqlStatement statement, const PstSqlBatch *batch, const char *rows)
{
  const char *values[] = { batch->user_id, batch->run_id, rows }, *ordered[3] = { NULL };
  sqlite3_stmt *prepared;
  PGresult *result;

  prepare (bare, statement);
  for (guint i = 0; i < bare->n_parameters[statement]; i++)
    ordered[i] = values[bare->order[statement][i]];
  if (bare->file != NULL)
    {
      prepared = bare->statements[statement];
      for (guint i = 0; i < bare->n_parameters[statement]; i++)
        sqlite3_bind_text (prepared, (int)i + 1, ordered[i], -1, SQLITE_STATIC);
      must (sqlite3_step (prepared) == SQLITE_DONE, bare);
      sqlite3_reset (prepared);
      return;
    }
  result = PQexecPrepared (bare->server, pst_sql_statement_get_name (statement), (int)bare->n_parameters[statement], ordered, NULL, NULL, 0);
  must (PQresultStatus (result) == PGRES_COMMAND_OK || PQresultStatus (result) == PGRES_TUPLES_OK, bare);
  PQclear (result);
}

void
bench_bare_write (BenchBare *bare, const PstSqlBatch *batch)
{
  execute (bare, PST_SQL_BEGIN, batch, NULL);
  for (guint i = 0; i < PST_SQL_N_TABLES; i++)
    {
      if (batch->tables[i].n_rows == 0)
        continue;
      execute (bare, pst_sql_batch_get_statement (i), batch, batch->tables[i].text->str);
      if (i == PST_SQL_TABLE_TICK)
        execute (bare, PST_SQL_INSERT_EQUITY, batch, batch->tables[i].text->str);
    }
  execute (bare, PST_SQL_COMMIT, batch, NULL);
}
