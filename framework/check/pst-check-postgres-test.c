/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A private server: it is there, each case has a database of its own, and nothing of it outlives the test, killed or not. */

#include <penstock-check.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static PstCheckPostgres *
get_server (void)
{
  const char *why_not = NULL;
  PstCheckPostgres *server = pst_check_postgres_get_default (&why_not);

  if (server == NULL)
    g_test_skip (why_not);
  return server;
}

static void
test_databases (void)
{
  PstCheckPostgres *server = get_server ();
  g_autofree char *one = NULL, *other = NULL, *made = NULL, *answer = NULL, *rows = NULL;
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    return;
  g_assert_true (pst_check_postgres_get_default (NULL) == server);
  one = pst_check_postgres_create_database (server);
  other = pst_check_postgres_create_database (server);
  g_assert_cmpstr (one, !=, other);
  made = pst_check_postgres_query (server, one, "CREATE TABLE t (i bigint NOT NULL); INSERT INTO t VALUES (1), (2)", &error);
  g_assert_no_error (error);
  rows = pst_check_postgres_query (server, one, "SELECT i, i + 1 FROM t ORDER BY i", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (rows, ==, "1|2\n2|3");
  answer = pst_check_postgres_query (server, other, "SELECT count(*) FROM t", &error);
  g_assert_null (answer);
  g_assert_nonnull (strstr (error->message, "42P01"));
  g_clear_error (&error);
  /* All or nothing. */
  g_assert_null (pst_check_postgres_query (server, one, "INSERT INTO t VALUES (3); INSERT INTO t VALUES (NULL)", &error));
  g_clear_error (&error);
  answer = pst_check_postgres_query (server, one, "SELECT count(*) FROM t", &error);
  g_assert_cmpstr (answer, ==, "2");
  pst_check_postgres_drop_database (server, one);
  pst_check_postgres_drop_database (server, other);
}

static void
test_crash (void)
{
  g_autoptr (PstCheckPostgres) server = NULL;
  g_autofree char *database = NULL, *folder = NULL, *made = NULL, *answer = NULL;
  g_autoptr (GError) error = NULL;

  if (get_server () == NULL)
    return;
  server = pst_check_postgres_new (&error);
  g_assert_no_error (error);
  database = pst_check_postgres_create_database (server);
  made = pst_check_postgres_query (server, database, "CREATE TABLE t AS SELECT 7 AS i", &error);
  g_assert_no_error (error);
  pst_check_postgres_crash (server);
  g_assert_null (pst_check_postgres_query (server, database, "SELECT i FROM t", NULL));
  g_assert_true (pst_check_postgres_restart (server, &error));
  answer = pst_check_postgres_query (server, database, "SELECT i FROM t", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "7");
  folder = g_strdup (pst_check_postgres_get_host (server));
  g_clear_pointer (&server, pst_check_postgres_free);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* The child of test_killed: tells where its server is, or why there is none; then it waits to be killed. */
static int
hold_server (void)
{
  g_autoptr (GError) error = NULL;
  PstCheckPostgres *server = pst_check_postgres_new (&error);
  char byte;

  g_print ("%s\n", server != NULL ? pst_check_postgres_get_host (server) : error->message);
  return read (STDIN_FILENO, &byte, 1) == 1;
}

static void
read_line (int fd, char *line, gsize size)
{
  gsize length = 0;

  while (length < size - 1 && read (fd, line + length, 1) == 1 && line[length] != '\n')
    length++;
  line[length] = '\0';
}

/* A test that is killed leaves neither a server nor a folder. Whoever it leaves becomes our child, so that we can wait for its end; hence this case
 * is the first, when there are no others. */
static void
test_killed (gconstpointer program)
{
  const char *arguments[] = { program, "--hold-server", NULL };
  g_autoptr (GError) error = NULL;
  char folder[256];
  int in, out;
  guint n_ended = 0;
  GPid child;

  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), ==, 0);
  g_spawn_async_with_pipes (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, &in, &out, NULL, &error);
  g_assert_no_error (error);
  read_line (out, folder, sizeof folder);
  kill (child, SIGKILL);
  close (in);
  close (out);
  while (waitpid (-1, NULL, 0) > 0)
    n_ended++;
  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0), ==, 0);
  if (!g_path_is_absolute (folder))
    {
      g_test_skip (folder);
      return;
    }
  g_assert_cmpuint (n_ended, >, 2);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--hold-server"))
    return hold_server ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/postgres/killed", argv[0], test_killed);
  g_test_add_func ("/postgres/databases", test_databases);
  g_test_add_func ("/postgres/crash", test_crash);
  return g_test_run ();
}
