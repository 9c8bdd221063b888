/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The real file: one descriptor in append mode. Two processes on one journal would destroy it, hence the lock; a disk that failed to sync
 * may say yes the next time although the data are gone, hence no sync is believed after one failed. */

#include "pst-unix-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PST_TYPE_UNIX_FILE (pst_unix_file_get_type ())
G_DECLARE_FINAL_TYPE (PstUnixFile, pst_unix_file, PST, UNIX_FILE, PstFile)

struct _PstUnixFile
{
  PstFile parent_instance;

  char *path;
  guint64 length;
  int fd;
  gboolean readonly;
  gboolean failed; /* a sync failed */
};

G_DEFINE_FINAL_TYPE (PstUnixFile, pst_unix_file, PST_TYPE_FILE)

/* Says what failed, and what can be done about it. Always FALSE. */
static gboolean
fail (const char *what, const char *path, int number, GError **error)
{
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

static gboolean
refuse_use (PstUnixFile *file, const char *what, GError **error)
{
  if (!file->readonly && !file->failed)
    return FALSE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot %s \"%s\": %s", what, file->path,
               file->failed ? "a sync of it failed before; nobody knows what is on the disk; verify it and open it again"
                            : "it was opened for reading only");
  return TRUE;
}

static void
measure (PstUnixFile *file)
{
  struct stat status;

  if (fstat (file->fd, &status) == 0)
    file->length = status.st_size;
}

static gboolean
pst_unix_file_append (PstFile *base, const guint8 *bytes, gsize length, GError **error)
{
  PstUnixFile *file = PST_UNIX_FILE (base);

  if (refuse_use (file, "append to", error))
    return FALSE;
  while (length > 0)
    {
      gssize n = write (file->fd, bytes, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail ("append to", file->path, errno, error);
      file->length += n;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

static gboolean
pst_unix_file_sync (PstFile *base, GError **error)
{
  PstUnixFile *file = PST_UNIX_FILE (base);
  int result;

  if (refuse_use (file, "sync", error))
    return FALSE;
  do
    result = fdatasync (file->fd);
  while (result < 0 && errno == EINTR);
  if (result == 0)
    return TRUE;
  file->failed = TRUE;
  return fail ("sync", file->path, errno, error);
}

static gssize
pst_unix_file_read (PstFile *base, guint64 offset, guint8 *bytes, gsize length, GError **error)
{
  PstUnixFile *file = PST_UNIX_FILE (base);
  gsize n_read = 0;

  while (n_read < length)
    {
      gssize n = pread (file->fd, bytes + n_read, length - n_read, offset + n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail ("read", file->path, errno, error);
          return -1;
        }
      if (n == 0)
        break;
      n_read += n;
    }
  return n_read;
}

static gboolean
pst_unix_file_truncate (PstFile *base, guint64 length, GError **error)
{
  PstUnixFile *file = PST_UNIX_FILE (base);
  int result;

  if (refuse_use (file, "truncate", error))
    return FALSE;
  measure (file);
  if (length > file->length)
    return fail ("lengthen", file->path, EINVAL, error);
  do
    result = ftruncate (file->fd, length);
  while (result < 0 && errno == EINTR);
  if (result < 0)
    return fail ("truncate", file->path, errno, error);
  file->length = length;
  return TRUE;
}

static guint64
pst_unix_file_get_length (PstFile *base)
{
  PstUnixFile *file = PST_UNIX_FILE (base);

  if (file->readonly) /* someone else may be writing */
    measure (file);
  return file->length;
}

static void
pst_unix_file_finalize (GObject *object)
{
  PstUnixFile *file = PST_UNIX_FILE (object);

  if (file->fd >= 0)
    close (file->fd);
  g_clear_pointer (&file->path, g_free);
  G_OBJECT_CLASS (pst_unix_file_parent_class)->finalize (object);
}

static void
pst_unix_file_class_init (PstUnixFileClass *klass)
{
  PstFileClass *file_class = PST_FILE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_unix_file_finalize;
  file_class->append = pst_unix_file_append;
  file_class->sync = pst_unix_file_sync;
  file_class->read = pst_unix_file_read;
  file_class->truncate = pst_unix_file_truncate;
  file_class->get_length = pst_unix_file_get_length;
}

static void
pst_unix_file_init (PstUnixFile *file)
{
  file->fd = -1;
}

static int
open_retrying (const char *path, int flags)
{
  int fd;

  do
    fd = open (path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
  while (fd < 0 && errno == EINTR);
  return fd;
}

/* A new file's name is in its folder: without this a power cut could take the whole file away. */
static gboolean
sync_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open_retrying (folder, O_RDONLY | O_DIRECTORY);
  int result, number;

  if (fd < 0)
    return fail ("open folder", folder, errno, error);
  do
    result = fsync (fd);
  while (result < 0 && errno == EINTR);
  number = errno;
  close (fd);
  /* EINVAL: a file system whose folders cannot be synced. */
  return result == 0 || number == EINVAL || fail ("sync folder", folder, number, error);
}

static gboolean
lock (PstUnixFile *file, GError **error)
{
  /* Of the open file, not the process: also two opens of one process exclude each other, and no close elsewhere loses it. */
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int result = fcntl (file->fd, F_OFD_SETLK, &whole);

  if (result < 0 && errno == EINVAL)
    result = flock (file->fd, LOCK_EX | LOCK_NB);
  if (result == 0)
    return TRUE;
  if (errno != EAGAIN && errno != EACCES && errno != EWOULDBLOCK)
    return fail ("lock", file->path, errno, error);
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED, "cannot open \"%s\": another process holds it; stop that or choose another path",
               file->path);
  return FALSE;
}

static gboolean
check_regular (PstUnixFile *file, GError **error)
{
  struct stat status;

  if (fstat (file->fd, &status) < 0)
    return fail ("examine", file->path, errno, error);
  if (S_ISREG (status.st_mode))
    return TRUE;
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "cannot open \"%s\": it is not a regular file; choose another path", file->path);
  return FALSE;
}

PstFile *
pst_unix_file_open (const char *path, gboolean readonly, GError **error)
{
  g_autoptr (PstUnixFile) file = g_object_new (PST_TYPE_UNIX_FILE, NULL);
  gboolean made = FALSE;

  file->path = g_strdup (path);
  file->readonly = readonly;
  if (readonly)
    {
      file->fd = open_retrying (path, O_RDONLY);
    }
  else
    {
      file->fd = open_retrying (path, O_RDWR | O_APPEND | O_CREAT | O_EXCL);
      made = file->fd >= 0;
      if (!made && errno == EEXIST)
        file->fd = open_retrying (path, O_RDWR | O_APPEND | O_CREAT);
    }
  if (file->fd < 0)
    {
      fail ("open", path, errno, error);
      return NULL;
    }
  if (!check_regular (file, error) || (!readonly && !lock (file, error)) || (made && !sync_folder (path, error)))
    return NULL;
  measure (file);
  return PST_FILE (g_steal_pointer (&file));
}
