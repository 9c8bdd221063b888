/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One descriptor from the check to the last byte: what was checked is what is read. O_NONBLOCK keeps a pipe of that name from hanging us. */

#include "pst-text-file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

static gboolean
fail_errno (const char *verb, GError **error)
{
  int saved_errno = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno), "cannot %s: %s", verb, g_strerror (saved_errno));
  return FALSE;
}

/* Reads until the end or until @size bytes came; the count, or -1. */
static gssize
read_up_to (int fd, char *bytes, gsize size)
{
  gsize done = 0;

  while (done < size)
    {
      gssize n = read (fd, bytes + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += (gsize)n;
    }
  return (gssize)done;
}

static char *
read_descriptor (int fd, gsize size_max, gsize *length, struct stat *status, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize size;
  gssize n;

  if (fstat (fd, status) != 0)
    return fail_errno ("look at it", error), NULL;
  if (!S_ISREG (status->st_mode))
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "not a regular file");
      return NULL;
    }
  /* The file may grow while it is read: one byte more than the limit tells. */
  size = (gsize)status->st_size <= size_max ? (gsize)status->st_size + 1 : size_max + 1;
  bytes = g_malloc (size + 1);
  n = read_up_to (fd, bytes, size);
  if (n < 0)
    return fail_errno ("read it", error), NULL;
  if ((gsize)n > size_max || (gsize)status->st_size > size_max)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "larger than %" G_GSIZE_FORMAT " KiB", size_max / 1024);
      return NULL;
    }
  bytes[n] = '\0';
  *length = (gsize)n;
  return g_steal_pointer (&bytes);
}

/**
 * pst_text_file_read:
 * @path: the file
 * @size_max: the most bytes it may have
 * @length: (out): how many it has
 * @status: (out) (optional): owner, mode and identity of the file that was read
 * @error: where to say why not
 *
 * Reads a whole small file. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the bytes and a final NUL; %NULL with a %G_FILE_ERROR
 */
char *
pst_text_file_read (const char *path, gsize size_max, gsize *length, struct stat *status, GError **error)
{
  struct stat own_status;
  char *bytes;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

  if (fd < 0)
    return fail_errno ("open it", error), NULL;
  bytes = read_descriptor (fd, size_max, length, status ? status : &own_status, error);
  g_close (fd, NULL);
  return bytes;
}
