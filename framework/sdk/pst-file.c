/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The seam between stores and disks: only calls through. The real file is pst-unix-file.c; the test kit has one that fails. */

#include "pst-file.h"

#include "pst-unix-file-private.h"

/**
 * PstFile:
 *
 * An append-only file.
 */

G_DEFINE_ABSTRACT_TYPE (PstFile, pst_file, G_TYPE_OBJECT)

static void
pst_file_class_init (PstFileClass *klass)
{
}

static void
pst_file_init (PstFile *file)
{
}

/**
 * pst_file_open:
 * @path: (type filename): where it is or shall be
 * @error: return location
 *
 * Opens for reading and appending, making it with mode 0600 (and syncing its folder, so that the name outlives the machine), and holds an
 * exclusive lock until the last reference goes. Any thread.
 *
 * Returns: (transfer full): the file; %NULL with %PST_STORE_ERROR_LOCKED, %PST_STORE_ERROR_FULL or %PST_STORE_ERROR_IO
 */
PstFile *
pst_file_open (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return pst_unix_file_open (path, FALSE, error);
}

/**
 * pst_file_open_readonly:
 * @path: (type filename): where it is
 * @error: return location
 *
 * Opens for reading only, without a lock. Any thread.
 *
 * Returns: (transfer full): the file; %NULL with %PST_STORE_ERROR_IO
 */
PstFile *
pst_file_open_readonly (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return pst_unix_file_open (path, TRUE, error);
}

/**
 * pst_file_append:
 * @file: a file
 * @bytes: (array length=length): what to write
 * @length: how much
 * @error: return location
 *
 * Writes all at the end, in one go where the system can. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_FULL or %PST_STORE_ERROR_IO; then the length on disk may be anything between
 */
gboolean
pst_file_append (PstFile *file, const guint8 *bytes, gsize length, GError **error)
{
  return PST_FILE_GET_CLASS (file)->append (file, bytes, length, error);
}

/**
 * pst_file_sync:
 * @file: a file
 * @error: return location
 *
 * Makes what was written outlive the machine. After a failed sync nobody knows what is on the disk: the file refuses everything but
 * reading from then on. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_FULL or %PST_STORE_ERROR_IO
 */
gboolean
pst_file_sync (PstFile *file, GError **error)
{
  return PST_FILE_GET_CLASS (file)->sync (file, error);
}

/**
 * pst_file_read:
 * @file: a file
 * @offset: where to begin
 * @bytes: (out caller-allocates) (array length=length): where to
 * @length: how much
 * @error: return location
 *
 * Reads. On one thread at a time.
 *
 * Returns: the number of bytes, fewer than asked only at the end; -1 with %PST_STORE_ERROR_IO
 */
gssize
pst_file_read (PstFile *file, guint64 offset, guint8 *bytes, gsize length, GError **error)
{
  return PST_FILE_GET_CLASS (file)->read (file, offset, bytes, length, error);
}

/**
 * pst_file_truncate:
 * @file: a file
 * @length: at most its present length
 * @error: return location
 *
 * Cuts the file off. On one thread at a time.
 *
 * Returns: %FALSE with %PST_STORE_ERROR_IO
 */
gboolean
pst_file_truncate (PstFile *file, guint64 length, GError **error)
{
  return PST_FILE_GET_CLASS (file)->truncate (file, length, error);
}

/**
 * pst_file_get_length:
 * @file: a file
 *
 * Tells how long it is. On one thread at a time.
 *
 * Returns: the number of bytes
 */
guint64
pst_file_get_length (PstFile *file)
{
  return PST_FILE_GET_CLASS (file)->get_length (file);
}
