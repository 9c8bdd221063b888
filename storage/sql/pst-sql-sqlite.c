/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SQLite: one file. Runs that are alive are told from abandoned ones by locks that the system drops with their process: one byte a run
 * of a file beside the ledger. */
#include "pst-sql-backend.h"
#include "pst-sql-sqlite-rows.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static gboolean
fail (const char *path, const char *what, GError **error)
{
  int number = errno;
  gboolean full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  const char *advice = "";

  if (full)
    advice = "; free space or choose another path";
  else if (number == EACCES || number == EPERM || number == EROFS)
    advice = "; choose a path that you may write";
  else if (number == ENOENT)
    advice = "; make its folder or choose another path";
  g_set_error (error, PST_STORE_ERROR, full ? PST_STORE_ERROR_FULL : PST_STORE_ERROR_IO, "cannot %s \"%s\": %s%s", what, path, g_strerror (number),
               advice);
  return FALSE;
}

/* SQLite would make the file readable by all, and libgda would look for a file with .db behind its name: so the file is there first. */
static gboolean
make_file (const char *path, gboolean create, GError **error)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | (create ? O_CREAT : 0), 0600);

  if (fd < 0)
    return fail (path, "open ledger", error);
  close (fd);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot open ledger \"%s\": it is not a regular file; choose another path", path);
  return FALSE;
}

static PstStoreError
classify (const char *message)
{
  static const struct
  {
    const char *text;
    PstStoreError code;
  } texts[] = {
    { "database is locked", PST_STORE_ERROR_LOCKED },          { "database table is locked", PST_STORE_ERROR_LOCKED },
    { "database or disk is full", PST_STORE_ERROR_FULL },      { "file is not a database", PST_STORE_ERROR_CORRUPT },
    { "disk image is malformed", PST_STORE_ERROR_CORRUPT },    { "malformed database schema", PST_STORE_ERROR_CORRUPT },
    { "constraint failed", PST_STORE_ERROR_CONSTRAINT },       { "cannot store TEXT value", PST_STORE_ERROR_CONSTRAINT },
    { "cannot store REAL value", PST_STORE_ERROR_CONSTRAINT },
  };
  gsize n_rule = strspn (message, "abcdefghijklmnopqrstuvwxyz_");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (strstr (message, texts[i].text) != NULL)
        return texts[i].code;
    }
  /* "order_transition: ...": a rule of ours, told by a trigger. */
  if (memchr (message, '_', n_rule) != NULL && g_str_has_prefix (message + n_rule, ": "))
    return PST_STORE_ERROR_CONSTRAINT;
  return PST_STORE_ERROR_IO;
}

/* libgda's own error as one of ours, with what it means for the operator. */
static gboolean
translate (const char *path, GError *cause, GError **error)
{
  PstStoreError code = classify (cause->message);
  const char *advice = "";

  if (code == PST_STORE_ERROR_CORRUPT)
    advice = "; it is not a ledger, or it is damaged: restore it, or choose another path";
  else if (code == PST_STORE_ERROR_LOCKED)
    advice = "; another process writes it: stop that, or choose another path";
  else if (code == PST_STORE_ERROR_FULL)
    advice = "; free space or choose another path";
  g_set_error (error, PST_STORE_ERROR, code, "cannot open ledger \"%s\": %s%s", path, cause->message, advice);
  g_error_free (cause);
  return FALSE;
}

static gboolean
apply_pragmas (GdaConnection *connection, const char *path, const char *const *pragmas, char **last_value, GError **error)
{
  GError *local_error = NULL;

  for (; *pragmas != NULL; pragmas++)
    {
      g_free (*last_value);
      *last_value = pst_sql_backend_query (connection, *pragmas, &local_error);
      if (local_error != NULL)
        return translate (path, local_error, error);
    }
  return TRUE;
}

/* The last one reads the file, and says so when that is no database. */
static gboolean
configure (GdaConnection *connection, const PstSqlTarget *target, GError **error)
{
  g_autofree char *busy = g_strdup_printf ("PRAGMA busy_timeout = %" G_GINT64_FORMAT, target->busy_timeout_ns / PST_NS_PER_MS);
  const char *const pragmas[] = { busy, "PRAGMA recursive_triggers = ON", "PRAGMA foreign_keys = ON",
                                  "SELECT foreign_keys || (SELECT min (count(*), 0) FROM sqlite_master) FROM pragma_foreign_keys", NULL };
  g_autofree char *foreign_keys = NULL;

  if (!apply_pragmas (connection, target->path, pragmas, &foreign_keys, error))
    return FALSE;
  if (g_strcmp0 (foreign_keys, "10") == 0)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot open ledger \"%s\": this SQLite does not check foreign keys", target->path);
  return FALSE;
}

static gboolean
settle (GdaConnection *connection, const PstSqlTarget *target, GError **error)
{
  const char *const pragmas[] = { target->power ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", "PRAGMA journal_mode = WAL", NULL };
  g_autofree char *mode = NULL;

  if (!apply_pragmas (connection, target->path, pragmas, &mode, error))
    return FALSE;
  if (g_strcmp0 (mode, "wal") == 0)
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO,
               "cannot open ledger \"%s\": its file system does not allow a write-ahead log; choose a path on a local disk", target->path);
  return FALSE;
}

static GdaConnection *
open_file (const PstSqlTarget *target, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (target->path, NULL);
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  g_autofree char *with_suffix = g_strconcat (path, ".db", NULL);
  g_autofree char *folder_text = gda_rfc1738_encode (folder), *name_text = gda_rfc1738_encode (name);
  g_autofree char *text = g_strdup_printf ("DB_DIR=%s;DB_NAME=%s", folder_text, name_text);
  g_autoptr (GdaConnection) connection = NULL;
  GError *local_error = NULL;

  if (!make_file (path, target->create, error))
    return NULL;
  if (g_file_test (with_suffix, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot open ledger \"%s\": \"%s\" beside it would be taken for it; rename one", path,
                   with_suffix);
      return NULL;
    }
  pst_sql_sqlite_rows_register ();
  connection = pst_sql_backend_connect ("SQLite", text, &local_error);
  if (connection == NULL)
    {
      translate (target->path, local_error, error);
      return NULL;
    }
  return configure (connection, target, error) ? g_steal_pointer (&connection) : NULL;
}

/* Claims: a lock on byte N of PATH-runs says that run number N is alive. Of the open file, not of the process: whoever opens
 * it anew sees what this process holds too. */

typedef struct
{
  int fd;
  char *path;
} Claims;

static void
claims_free (gpointer data)
{
  Claims *claims = data;

  if (claims->fd >= 0)
    close (claims->fd);
  g_free (claims->path);
  g_free (claims);
}

static gpointer
claims_open (GdaConnection *connection, const PstSqlTarget *target, GError **error)
{
  Claims *claims = g_new0 (Claims, 1);

  claims->path = g_strconcat (target->path, "-runs", NULL);
  claims->fd = open (claims->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
  if (claims->fd >= 0)
    return claims;
  fail (claims->path, "open", error);
  claims_free (claims);
  return NULL;
}

static gboolean
claims_take (gpointer data, gint64 run_number, GError **error)
{
  Claims *claims = data;
  struct flock byte = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = run_number, .l_len = 1 };

  if (fcntl (claims->fd, F_OFD_SETLK, &byte) == 0)
    return TRUE;
  if (errno != EAGAIN && errno != EACCES)
    return fail (claims->path, "lock a byte of", error);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED, "run number %" G_GINT64_FORMAT " is alive: \"%s\" is locked there", run_number,
               claims->path);
  return FALSE;
}

static void
claims_release (gpointer data, gint64 run_number)
{
  Claims *claims = data;
  struct flock byte = { .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = run_number, .l_len = 1 };

  fcntl (claims->fd, F_OFD_SETLK, &byte);
}

/* When in doubt a run is alive: ending one that lives would be worse than waiting for one that does not. */
static gboolean
claims_is_taken (gpointer data, gint64 run_number)
{
  Claims *claims = data;
  struct flock byte = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = run_number, .l_len = 1 };

  return fcntl (claims->fd, F_OFD_GETLK, &byte) != 0 || byte.l_type != F_UNLCK;
}

const PstSqlBackend *
pst_sql_sqlite_get_backend (void)
{
  static const PstSqlBackend backend = {
    .name = "sqlite",
    .open = open_file,
    .settle = settle,
    .classify = classify,
    .claims_open = claims_open,
    .claims_take = claims_take,
    .claims_release = claims_release,
    .claims_is_taken = claims_is_taken,
    .claims_free = claims_free,
  };

  return &backend;
}
