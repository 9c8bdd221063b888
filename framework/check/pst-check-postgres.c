/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PostgreSQL refuses to run as root, so root's tests run it as another user. Nothing outlives the test program: the server asks the kernel to be
 * told of its death, and a watchdog (a shell that reads a pipe which only the test holds open) stops what is left and removes the folder. */
#include "pst-check-postgres.h"

#include "pst-check-ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAMS "/usr/lib/postgresql"
#define READY "database system is ready to accept connections"
/* A socket's path has 107 bytes; behind the folder stands "/.s.PGSQL.5432.lock". */
#define FOLDER_LENGTH_MAX 80

struct _PstCheckPostgres
{
  char *programs; /* the folder of initdb and postgres */
  char *folder;
  char *account; /* (nullable): whose the server is, when not ours */
  GPid pid;      /* 0 when it is not running */
  GThread *reader;
  int output;
  guint n_databases;
  gboolean durable;
  int watched; /* the watchdog's pipe, our end */
  GPid watchdog;
  GMutex mutex;
  GCond changed;
  /* under the mutex */
  GString *log;
  gboolean ready;
  gboolean ended;
};

/* The newest version's programs. */
static char *
find_programs (void)
{
  g_autoptr (GDir) folder = g_dir_open (PROGRAMS, 0, NULL);
  g_autofree char *on_path = NULL;
  const char *name;
  gint64 newest = 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *initdb = g_build_filename (PROGRAMS, name, "bin", "initdb", NULL);

      if (g_file_test (initdb, G_FILE_TEST_IS_EXECUTABLE))
        newest = MAX (newest, g_ascii_strtoll (name, NULL, 10));
    }
  if (newest > 0)
    return g_strdup_printf (PROGRAMS "/%" G_GINT64_FORMAT "/bin", newest);
  on_path = g_find_program_in_path ("initdb");
  return on_path != NULL ? g_path_get_dirname (on_path) : NULL;
}

/* Who runs it when we are root. */
static const struct passwd *
find_account (void)
{
  const struct passwd *account = getpwnam ("postgres");

  return account != NULL ? account : getpwnam ("nobody");
}

static gboolean
make_folder (PstCheckPostgres *server, GError **error)
{
  g_autofree char *template = g_build_filename (g_get_tmp_dir (), "pst-postgres-XXXXXX", NULL);
  const struct passwd *account;

  server->folder = strlen (template) <= FOLDER_LENGTH_MAX ? g_steal_pointer (&template) : g_strdup ("/tmp/pst-postgres-XXXXXX");
  if (g_mkdtemp (server->folder) == NULL)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "no folder for PostgreSQL: %s", g_strerror (errno));
      g_clear_pointer (&server->folder, g_free);
      return FALSE;
    }
  if (geteuid () != 0)
    return TRUE;
  account = find_account ();
  if (account == NULL || chown (server->folder, account->pw_uid, account->pw_gid) != 0)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                           "PostgreSQL does not run as root, and there is no user postgres or nobody to run it");
      return FALSE;
    }
  server->account = g_strdup (account->pw_name);
  return TRUE;
}

/* (transfer full): @program with what makes it ours no longer: another session, another user, and the end when we end. */
static GPtrArray *
make_command (PstCheckPostgres *server, const char *program)
{
  GPtrArray *command = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (command, g_strdup ("setsid"));
  g_ptr_array_add (command, g_strdup ("setpriv"));
  if (server->account != NULL)
    {
      const struct passwd *account = getpwnam (server->account);

      g_ptr_array_add (command, g_strdup_printf ("--reuid=%u", (guint)account->pw_uid));
      g_ptr_array_add (command, g_strdup_printf ("--regid=%u", (guint)account->pw_gid));
      g_ptr_array_add (command, g_strdup ("--clear-groups"));
    }
  g_ptr_array_add (command, g_strdup ("--pdeathsig=SIGQUIT"));
  g_ptr_array_add (command, g_build_filename (server->programs, program, NULL));
  return command;
}

static void
add_arguments (GPtrArray *command, const char *const *arguments)
{
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (command, g_strdup (*arguments));
  g_ptr_array_add (command, NULL);
}

static char **
make_environment (void)
{
  char **environment = g_get_environ ();
  static const char *const unset[] = { "PGHOST",    "PGPORT",    "PGUSER", "PGDATABASE", "PGPASSWORD",    "PGPASSFILE", "PGSERVICE",
                                       "PGOPTIONS", "PGSSLMODE", "PGDATA", "LANG",       "NOTIFY_SOCKET", "LD_PRELOAD", NULL };

  for (gsize i = 0; unset[i] != NULL; i++)
    environment = g_environ_unsetenv (environment, unset[i]);
  return g_environ_setenv (environment, "LC_ALL", "C", TRUE);
}

static gboolean
make_cluster (PstCheckPostgres *server, GError **error)
{
  g_autoptr (GPtrArray) command = make_command (server, "initdb");
  g_autofree char *data = g_build_filename (server->folder, "data", NULL), *errors = NULL;
  const char *arguments[]
      = { "--pgdata", data, "--username", PST_CHECK_POSTGRES_USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", NULL };
  g_auto (GStrv) environment = make_environment ();
  int status;

  add_arguments (command, arguments);
  if (!g_spawn_sync (server->folder, (char **)command->pdata, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                     &errors, &status, error))
    return FALSE;
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "initdb failed: %s", errors);
  return FALSE;
}

/* The reader's thread: what the server says is kept, and seen when it is ready. */
static gpointer
read_log (gpointer data)
{
  PstCheckPostgres *server = data;
  char buffer[4096];
  gssize n;

  while ((n = read (server->output, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    {
      g_mutex_lock (&server->mutex);
      g_string_append_len (server->log, buffer, MAX (n, 0));
      server->ready |= strstr (server->log->str, READY) != NULL;
      g_cond_broadcast (&server->changed);
      g_mutex_unlock (&server->mutex);
    }
  g_mutex_lock (&server->mutex);
  server->ended = TRUE;
  g_cond_broadcast (&server->changed);
  g_mutex_unlock (&server->mutex);
  return NULL;
}

static gboolean
wait_until_ready (PstCheckPostgres *server, GError **error)
{
  gboolean ready;

  g_mutex_lock (&server->mutex);
  while (!server->ready && !server->ended)
    g_cond_wait (&server->changed, &server->mutex);
  ready = server->ready;
  if (!ready)
    g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "PostgreSQL did not start: %s", server->log->str);
  g_mutex_unlock (&server->mutex);
  return ready;
}

static void
reap (PstCheckPostgres *server)
{
  int status;

  if (server->pid == 0)
    return;
  while (waitpid (server->pid, &status, 0) < 0 && errno == EINTR)
    ;
  server->pid = 0;
  g_clear_pointer (&server->reader, g_thread_join);
  close (server->output);
}

static gboolean
start (PstCheckPostgres *server, GError **error)
{
  g_autoptr (GPtrArray) command = make_command (server, "postgres");
  g_autofree char *data = g_build_filename (server->folder, "data", NULL), *sockets = g_strconcat ("unix_socket_directories=", server->folder, NULL);
  /* A durable one is there to be measured: it keeps the segments of its log, as one does that has run for a while. */
  const char *arguments[] = { "-D", data,
                              "-c", sockets,
                              "-c", "listen_addresses=",
                              "-c", "port=5432",
                              "-c", server->durable ? "fsync=on" : "fsync=off",
                              "-c", server->durable ? "full_page_writes=on" : "full_page_writes=off",
                              "-c", server->durable ? "min_wal_size=1GB" : "min_wal_size=80MB",
                              "-c", "unix_socket_permissions=0700",
                              "-c", "max_connections=300",
                              "-c", "log_min_error_statement=panic",
                              "-c", "log_checkpoints=off",
                              "-c", "track_commit_timestamp=on",
                              NULL };
  g_auto (GStrv) environment = make_environment ();

  add_arguments (command, arguments);
  server->ready = server->ended = FALSE;
  g_string_truncate (server->log, 0);
  if (!g_spawn_async_with_pipes (server->folder, (char **)command->pdata, environment,
                                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &server->pid, NULL, NULL,
                                 &server->output, error))
    return FALSE;
  server->reader = g_thread_new ("pst-postgres", read_log, server);
  if (wait_until_ready (server, error))
    return TRUE;
  kill (server->pid, SIGQUIT);
  reap (server);
  return FALSE;
}

/* Reads until the test is gone; then whoever still has the folder's pid file is stopped at once, and the folder goes. */
static gboolean
start_watchdog (PstCheckPostgres *server, GError **error)
{
  const char *command[]
      = { "setsid",
          "sh",
          "-c",
          "read -r word; [ \"$word\" = done ] || { pid=$(head -n 1 \"$1/data/postmaster.pid\" 2>/dev/null) && kill -QUIT \"$pid\" && "
          "while kill -0 \"$pid\" 2>/dev/null; do sleep 0.05; done; }; rm -rf \"$1\"",
          "sh",
          server->folder,
          NULL };

  return g_spawn_async_with_pipes ("/", (char **)command, NULL,
                                   G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                                   NULL, &server->watchdog, &server->watched, NULL, NULL, error);
}

static void
stop_watchdog (PstCheckPostgres *server)
{
  int status;

  if (server->watchdog == 0)
    return;
  /* It removes the folder now. */
  if (write (server->watched, "done\n", 5) != 5)
    g_warning ("the watchdog of PostgreSQL is gone; its folder %s may be left", server->folder);
  close (server->watched);
  while (waitpid (server->watchdog, &status, 0) < 0 && errno == EINTR)
    ;
}

static PstCheckPostgres *
make_server (gboolean durable, GError **error)
{
  g_autoptr (PstCheckPostgres) server = g_new0 (PstCheckPostgres, 1);

  server->durable = durable;
  g_mutex_init (&server->mutex);
  g_cond_init (&server->changed);
  server->log = g_string_new (NULL);
  server->programs = find_programs ();
  if (server->programs == NULL)
    {
      g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT, "PostgreSQL is not installed: run \"./dev setup\"");
      return NULL;
    }
  if (make_folder (server, error) && start_watchdog (server, error) && make_cluster (server, error) && start (server, error))
    return g_steal_pointer (&server);
  return NULL;
}

/**
 * pst_check_postgres_new:
 * @error: return location
 *
 * Starts a server of its own, ready to be used.
 *
 * Returns: (transfer full) (nullable): %NULL where PostgreSQL is not installed or does not start
 */
PstCheckPostgres *
pst_check_postgres_new (GError **error)
{
  return make_server (FALSE, error);
}

/**
 * pst_check_postgres_new_durable:
 * @error: return location for an error
 *
 * Starts a server as [func@check_postgres_new] does, one that syncs what it commits.
 *
 * Returns: (transfer full) (nullable): %NULL where PostgreSQL is not installed or does not start
 */
PstCheckPostgres *
pst_check_postgres_new_durable (GError **error)
{
  return make_server (TRUE, error);
}

/**
 * pst_check_postgres_free:
 * @server: (nullable): a server
 *
 * Stops it and removes its folder.
 */
void
pst_check_postgres_free (PstCheckPostgres *server)
{
  if (server == NULL)
    return;
  /* Fast shutdown: clients are cut off. Nothing of it is needed any more, so it may as well be at once. */
  if (server->pid != 0)
    kill (server->pid, SIGQUIT);
  reap (server);
  stop_watchdog (server);
  if (server->folder != NULL)
    g_rmdir (server->folder);
  g_string_free (server->log, TRUE);
  g_mutex_clear (&server->mutex);
  g_cond_clear (&server->changed);
  g_free (server->folder);
  g_free (server->programs);
  g_free (server->account);
  g_free (server);
}

typedef struct
{
  PstCheckPostgres *server;
  GError *error;
  GPid owner; /* a forked child has none of its own */
} Default;

static Default *
get_default (void)
{
  static Default place;

  return &place;
}

static void
free_default (void)
{
  Default *place = get_default ();

  if (place->owner == getpid ())
    g_clear_pointer (&place->server, pst_check_postgres_free);
  g_clear_error (&place->error);
}

/**
 * pst_check_postgres_get_default:
 * @why_not: (out) (transfer none) (optional): what to skip a test with when there is none
 *
 * The one server of this test program: started when first asked for, gone at its exit. Cases share it, each with a database of its own.
 *
 * Returns: (transfer none) (nullable): the server
 */
PstCheckPostgres *
pst_check_postgres_get_default (const char **why_not)
{
  Default *place = get_default ();

  if (place->owner != getpid ())
    {
      place->owner = getpid ();
      place->server = pst_check_postgres_new (&place->error);
      atexit (free_default);
    }
  if (place->server == NULL && why_not != NULL)
    *why_not = place->error->message;
  return place->server;
}

/**
 * pst_check_postgres_get_host:
 * @server: a server
 *
 * Returns: (transfer none): the folder of its socket, which is what libpq takes as a host
 */
const char *
pst_check_postgres_get_host (PstCheckPostgres *server)
{
  return server->folder;
}

/**
 * pst_check_postgres_query:
 * @server: a server
 * @database: a database
 * @sql: statements
 * @error: return location
 *
 * Executes them through psql, as one transaction.
 *
 * Returns: (transfer full) (nullable): what psql prints, a row a line, columns between bars, without the last line's end; %NULL when a statement
 * failed, and then nothing of @sql was done. The message names the SQLSTATE
 */
char *
pst_check_postgres_query (PstCheckPostgres *server, const char *database, const char *sql, GError **error)
{
  g_autofree char *psql = g_build_filename (server->programs, "psql", NULL), *errors = NULL, *output = NULL;
  const char *command[] = {
    psql, "-X",     "-q", "-A", "-t", "-1", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-h", server->folder, "-U", PST_CHECK_POSTGRES_USER,
    "-d", database, "-c", sql,  NULL
  };
  g_auto (GStrv) environment = make_environment ();
  int status;

  if (!g_spawn_sync (server->folder, (char **)command, environment, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors, &status, error))
    return NULL;
  if (!g_spawn_check_wait_status (status, NULL))
    {
      g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, g_strstrip (errors));
      return NULL;
    }
  if (g_str_has_suffix (output, "\n"))
    output[strlen (output) - 1] = '\0';
  return g_steal_pointer (&output);
}

/* For what cannot fail unless the server is gone, and then the test is over. */
static char *
must_query (PstCheckPostgres *server, const char *database, const char *sql)
{
  g_autoptr (GError) error = NULL;
  char *answer = pst_check_postgres_query (server, database, sql, &error);

  if (answer == NULL)
    g_error ("PostgreSQL failed: %s\n%s\n%s", sql, error->message, server->log->str);
  return answer;
}

/* CREATE and DROP DATABASE stand in no transaction. */
static void
run_program (PstCheckPostgres *server, const char *program, const char *option, const char *database)
{
  g_autofree char *path = g_build_filename (server->programs, program, NULL), *errors = NULL;
  const char *command[] = { path, "-h", server->folder, "-U", PST_CHECK_POSTGRES_USER, option, database, NULL };
  g_auto (GStrv) environment = make_environment ();
  g_autoptr (GError) error = NULL;
  int status;

  if (!g_spawn_sync (server->folder, (char **)command, environment, G_SPAWN_DEFAULT, NULL, NULL, NULL, &errors, &status, &error)
      || !g_spawn_check_wait_status (status, &error))
    g_error ("%s failed: %s\n%s", program, error->message, errors);
}

/**
 * pst_check_postgres_create_database:
 * @server: a server
 *
 * Makes an empty database.
 *
 * Returns: (transfer full): its name
 */
char *
pst_check_postgres_create_database (PstCheckPostgres *server)
{
  char *database = g_strdup_printf ("test_%u", ++server->n_databases);

  run_program (server, "createdb", "--template=template0", database);
  return database;
}

/**
 * pst_check_postgres_drop_database:
 * @server: a server
 * @database: a database
 *
 * Cuts off who is connected to it, and removes it. Fails the test when it is a ledger that holds what none may.
 */
void
pst_check_postgres_drop_database (PstCheckPostgres *server, const char *database)
{
  pst_check_ledger_assert_database (server, database);
  run_program (server, "dropdb", "--force", database);
}

/**
 * pst_check_postgres_kill_connections:
 * @server: a server
 * @database: a database
 * @application: (nullable): the name that a connection gives itself; %NULL for any
 *
 * Ends connections, as an administrator would.
 *
 * Returns: how many
 */
guint
pst_check_postgres_kill_connections (PstCheckPostgres *server, const char *database, const char *application)
{
  g_autofree char *condition = application != NULL ? g_strdup_printf (" AND application_name = '%s'", application) : g_strdup ("");
  g_autofree char *sql
      = g_strdup_printf ("SELECT count(*) FROM (SELECT pg_terminate_backend (pid, 10000) AS ended FROM pg_stat_activity WHERE datname = "
                         "'%s'%s AND pid <> pg_backend_pid ()) k WHERE ended",
                         database, condition);
  g_autofree char *answer = must_query (server, "postgres", sql);

  return (guint)g_ascii_strtoull (answer, NULL, 10);
}

/**
 * pst_check_postgres_crash:
 * @server: a server
 *
 * Ends it as if its machine had lost its power: no transaction ends in order.
 */
void
pst_check_postgres_crash (PstCheckPostgres *server)
{
  /* Not SIGKILL: that would leave its shared memory behind. To the data it is the same. */
  if (server->pid != 0)
    kill (server->pid, SIGQUIT);
  reap (server);
}

/**
 * pst_check_postgres_restart:
 * @server: a server
 * @error: return location
 *
 * Starts it again after a crash, with the databases that there were.
 *
 * Returns: %FALSE when it does not start
 */
gboolean
pst_check_postgres_restart (PstCheckPostgres *server, GError **error)
{
  pst_check_postgres_crash (server);
  return start (server, error);
}
