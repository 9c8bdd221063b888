/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The look at every ledger after a test finds what it looks for, on both databases; a ledger without rules stands in for one whose rules failed. */
#include "check/pst-check-ledger.h"

#include <glib/gstdio.h>
#include <string.h>

#define TABLES                                                                                                        \
  "CREATE TABLE strategy_run (user_id text, run_id text, state text); "                                               \
  "CREATE TABLE engine_state (user_id text, run_id text); "                                                           \
  "CREATE TABLE mtm_ledger (user_id text, run_id text, logical_time bigint); "                                        \
  "INSERT INTO strategy_run VALUES ('ann', 'one', 'STOPPED'), ('ann', 'two', 'RUNNING'), ('bob', 'one', 'RUNNING'); " \
  "INSERT INTO engine_state VALUES ('ann', 'one'); "                                                                  \
  "INSERT INTO mtm_ledger VALUES ('ann', 'one', 1), ('ann', 'one', 2), ('ann', 'two', 1);"

static const struct
{
  const char *wrong;
  const char *found;
} cases[] = {
  { "INSERT INTO engine_state VALUES ('ann', 'nine')", "engine_state of a run that is not there: ann nine" },
  { "INSERT INTO mtm_ledger VALUES ('ann', 'one', 2)", "mtm_ledger has a logical time more than once: ann one 2" },
  { "INSERT INTO strategy_run VALUES ('bob', 'two', 'RUNNING')", "a user with more than one RUNNING run: bob" },
};

static void
run_sql (const char *path, const char *sql)
{
  const char *argv[] = { "sqlite3", "-batch", "-bail", path, sql, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pst-check-ledger-XXXXXX", NULL), *path = g_build_filename (folder, "ledger.db", NULL);

  g_assert_null (pst_check_ledger_find_file (path));
  g_assert_true (g_file_set_contents (path, "no database", -1, NULL));
  g_assert_null (pst_check_ledger_find_file (path));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = NULL;

      g_unlink (path);
      run_sql (path, TABLES);
      g_assert_null (pst_check_ledger_find_file (path));
      run_sql (path, cases[i].wrong);
      found = pst_check_ledger_find_file (path);
      g_assert_cmpstr (found, ==, cases[i].found);
    }
  g_unlink (path);
  g_rmdir (folder);
}

/* A ledger that lies deep in a test's folder. */
static void
test_folder (void)
{
  g_autofree char *folder = NULL, *inner = NULL, *path = NULL;

  if (g_test_subprocess ())
    {
      pst_check_ledger_assert_folder (g_getenv ("PST_CHECK_LEDGER_FOLDER"));
      return;
    }
  folder = g_dir_make_tmp ("pst-check-ledger-XXXXXX", NULL);
  inner = g_build_filename (folder, "inner", NULL);
  path = g_build_filename (inner, "ledger.db", NULL);
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  run_sql (path, TABLES);
  pst_check_ledger_assert_folder (folder);
  run_sql (path, cases[0].wrong);
  g_setenv ("PST_CHECK_LEDGER_FOLDER", folder, TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*engine_state of a run that is not there: ann nine*");
  g_unlink (path);
  g_rmdir (inner);
  g_rmdir (folder);
}

static void
test_database (void)
{
  const char *why_not = NULL;
  PstCheckPostgres *server = pst_check_postgres_get_default (&why_not);
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    {
      g_test_skip (why_not);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *database = pst_check_postgres_create_database (server), *found = NULL;

      g_assert_null (pst_check_ledger_find_database (server, database));
      g_free (pst_check_postgres_query (server, database, TABLES, &error));
      g_assert_no_error (error);
      g_assert_null (pst_check_ledger_find_database (server, database));
      g_free (pst_check_postgres_query (server, database, cases[i].wrong, &error));
      g_assert_no_error (error);
      found = pst_check_ledger_find_database (server, database);
      g_assert_cmpstr (found, ==, cases[i].found);
      g_free (pst_check_postgres_query (server, database, "DELETE FROM strategy_run; DELETE FROM engine_state; DELETE FROM mtm_ledger", &error));
      pst_check_postgres_drop_database (server, database);
    }
}

/* Dropping the database of a broken ledger ends the test with what was found. */
static void
test_drop (void)
{
  const char *why_not = NULL;
  PstCheckPostgres *server;
  g_autofree char *database = NULL;

  if (g_test_subprocess ())
    {
      server = pst_check_postgres_get_default (NULL);
      database = pst_check_postgres_create_database (server);
      g_free (pst_check_postgres_query (server, database, TABLES, NULL));
      g_free (pst_check_postgres_query (server, database, cases[2].wrong, NULL));
      pst_check_postgres_drop_database (server, database);
      return;
    }
  if (pst_check_postgres_get_default (&why_not) == NULL)
    {
      g_test_skip (why_not);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*a user with more than one RUNNING run: bob*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check/ledger/file", test_file);
  g_test_add_func ("/check/ledger/folder", test_folder);
  g_test_add_func ("/check/ledger/database", test_database);
  g_test_add_func ("/check/ledger/drop", test_drop);
  return g_test_run ();
}
