/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is damaged on purpose, or a server that was crashed, cannot be asked: then there is nothing to say. */
#include "pst-check-ledger.h"

#include <gio/gio.h>
#include <string.h>

/* Of the same words on both databases. */
#define QUERIES                                                                                                                           \
  "SELECT 'engine_state of a run that is not there: ' || user_id || ' ' || run_id FROM engine_state s WHERE NOT EXISTS "                  \
  "(SELECT 1 FROM strategy_run r WHERE r.user_id = s.user_id AND r.run_id = s.run_id) "                                                   \
  "UNION ALL SELECT 'mtm_ledger has a logical time more than once: ' || user_id || ' ' || run_id || ' ' || logical_time FROM mtm_ledger " \
  "GROUP BY user_id, run_id, logical_time HAVING count(*) > 1 "                                                                           \
  "UNION ALL SELECT 'a user with more than one RUNNING run: ' || user_id FROM strategy_run WHERE state = 'RUNNING' "                      \
  "GROUP BY user_id HAVING count(*) > 1"

/* What it says, NULL when that is nothing. */
static char *
take_rows (char *rows)
{
  if (rows != NULL && *g_strstrip (rows) != '\0')
    return rows;
  g_free (rows);
  return NULL;
}

/**
 * pst_check_ledger_find_file:
 * @path: a file
 *
 * Looks with the sqlite3 program for states of engines without a run, logical times that are there twice and users with two running runs.
 *
 * Returns: (transfer full) (nullable): what was found, a line each
 */
char *
pst_check_ledger_find_file (const char *path)
{
  const char *argv[] = { "sqlite3", "-batch", "-bail", "-readonly", path, QUERIES, NULL };
  g_autofree char *rows = NULL;
  int status;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &rows, NULL, &status, NULL))
    return NULL;
  return g_spawn_check_wait_status (status, NULL) ? take_rows (g_steal_pointer (&rows)) : NULL;
}

/**
 * pst_check_ledger_find_database:
 * @server: a server
 * @database: one of its databases
 *
 * Looks for what [func@check_ledger_find_file] looks for.
 *
 * Returns: (transfer full) (nullable): what was found, a line each
 */
char *
pst_check_ledger_find_database (PstCheckPostgres *server, const char *database)
{
  return take_rows (pst_check_postgres_query (server, database, QUERIES, NULL));
}

static void
fail (const char *place, const char *rows)
{
  g_test_message ("the ledger \"%s\" holds what none may:\n%s", place, rows);
  g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, rows);
}

/**
 * pst_check_ledger_assert_file:
 * @path: a file
 *
 * Fails the running test when [func@check_ledger_find_file] finds something.
 */
void
pst_check_ledger_assert_file (const char *path)
{
  g_autofree char *rows = pst_check_ledger_find_file (path);

  if (rows != NULL)
    fail (path, rows);
}

/**
 * pst_check_ledger_assert_folder:
 * @path: a folder
 *
 * Does [func@check_ledger_assert_file] with each file in it, and in its folders, whose name ends on `.db`. To be called before any of them is
 * removed: a ledger without its write-ahead log is another one.
 */
void
pst_check_ledger_assert_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        pst_check_ledger_assert_folder (child);
      else if (g_str_has_suffix (name, ".db"))
        pst_check_ledger_assert_file (child);
    }
}

/**
 * pst_check_ledger_assert_database:
 * @server: a server
 * @database: one of its databases
 *
 * Fails the running test when [func@check_ledger_find_database] finds something.
 */
void
pst_check_ledger_assert_database (PstCheckPostgres *server, const char *database)
{
  g_autofree char *rows = pst_check_ledger_find_database (server, database);

  if (rows != NULL)
    fail (database, rows);
}
