/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header is a line of Python; it is read strictly, because a file that NumPy would take for something else must not be taken for a column. */
#include "pst-npy-private.h"

#include "../model/pst-error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "columns are mapped as they lie on disk, which is little-endian"
#endif

#define MAGIC "\x93NUMPY\x01\x00"
#define MAGIC_SIZE 8
#define TEXT_AT (MAGIC_SIZE + 2)

void
pst_npy_print_header (guint64 n_values, guint8 header[PST_NPY_HEADER_SIZE])
{
  char text[PST_NPY_HEADER_SIZE];
  const guint16 text_size = PST_NPY_HEADER_SIZE - TEXT_AT;
  int n = g_snprintf (text, sizeof text, "{'descr': '<i8', 'fortran_order': False, 'shape': (%" G_GUINT64_FORMAT ",), }", n_values);

  memcpy (header, MAGIC, MAGIC_SIZE);
  header[MAGIC_SIZE] = text_size & 0xff;
  header[MAGIC_SIZE + 1] = text_size >> 8;
  memset (header + TEXT_AT, ' ', text_size);
  memcpy (header + TEXT_AT, text, (gsize)n);
  header[PST_NPY_HEADER_SIZE - 1] = '\n';
}

/* The value behind 'key': in the header's text, blanks passed over; NULL when the key is not there. */
static const char *
find_key (const char *text, const char *key)
{
  const char *at = strstr (text, key);

  if (at == NULL)
    return NULL;
  at += strlen (key);
  while (*at == ' ' || *at == ':')
    at++;
  return at;
}

/* "(1259,)"; FALSE for any other number of dimensions. */
static gboolean
parse_shape (const char *shape, guint64 *n_values)
{
  char *end;

  if (shape == NULL || shape[0] != '(' || !g_ascii_isdigit (shape[1]))
    return FALSE;
  errno = 0;
  *n_values = g_ascii_strtoull (shape + 1, &end, 10);
  return errno == 0 && g_str_has_prefix (end, ",)");
}

/* What is wrong with the header, or NULL. */
static const char *
read_header (const guint8 *bytes, gsize size, gsize *data_at, guint64 *n_values)
{
  g_autofree char *text = NULL;
  const char *descr, *order;
  gsize text_size;

  if (size < TEXT_AT || memcmp (bytes, MAGIC, MAGIC_SIZE) != 0)
    return "it does not begin as a .npy file of format 1.0";
  text_size = bytes[MAGIC_SIZE] | (gsize)bytes[MAGIC_SIZE + 1] << 8;
  *data_at = TEXT_AT + text_size;
  if (*data_at > size || *data_at % sizeof (gint64) != 0)
    return "its header is cut off or not aligned";
  text = g_strndup ((const char *)bytes + TEXT_AT, text_size);
  descr = find_key (text, "'descr'");
  order = find_key (text, "'fortran_order'");
  if (descr == NULL || !g_str_has_prefix (descr, "'<i8'"))
    return "its values are no little-endian 64-bit integers ('<i8')";
  if (order == NULL || !g_str_has_prefix (order, "False") || !parse_shape (find_key (text, "'shape'"), n_values))
    return "it does not have one dimension in C order";
  return NULL;
}

static gboolean
fail (GError **error, PstStoreError code, const char *path, const char *what)
{
  g_set_error (error, PST_STORE_ERROR, code, "column \"%s\": %s; import the data again", path, what);
  return FALSE;
}

static gboolean
take_map (PstNpy *npy, const char *path, GError **error)
{
  gsize data_at = 0;
  guint64 n_values = 0;
  const char *what = read_header (npy->map, npy->map_size, &data_at, &n_values);

  if (what != NULL)
    return fail (error, PST_STORE_ERROR_CORRUPT, path, what);
  if (n_values != (npy->map_size - data_at) / sizeof (gint64) || (npy->map_size - data_at) % sizeof (gint64) != 0)
    return fail (error, PST_STORE_ERROR_CORRUPT, path, "its length is not what its header says");
  npy->values = (const gint64 *)(gconstpointer)((const guint8 *)npy->map + data_at);
  npy->n_values = (gsize)n_values;
  return TRUE;
}

gboolean
pst_npy_map (int folder_fd, const char *name, const char *path, PstNpy *npy, GError **error)
{
  int fd = openat (folder_fd, name, O_RDONLY | O_CLOEXEC);
  struct stat status;
  gboolean is_known, is_empty;

  *npy = (PstNpy){ 0 };
  if (fd < 0)
    return fail (error, errno == ENOENT ? PST_STORE_ERROR_CORRUPT : PST_STORE_ERROR_IO, path, g_strerror (errno));
  is_known = fstat (fd, &status) == 0 && S_ISREG (status.st_mode);
  is_empty = is_known && status.st_size == 0;
  if (is_known && !is_empty)
    {
      npy->map_size = (gsize)status.st_size;
      npy->device = status.st_dev;
      npy->inode = status.st_ino;
      npy->changed_ns = (gint64)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec;
      npy->map = mmap (NULL, npy->map_size, PROT_READ, MAP_SHARED, fd, 0);
    }
  close (fd);
  if (is_empty || !is_known)
    return fail (error, PST_STORE_ERROR_CORRUPT, path, is_empty ? "it is empty" : "it is no regular file");
  if (npy->map == MAP_FAILED)
    {
      npy->map = NULL;
      return fail (error, PST_STORE_ERROR_IO, path, g_strerror (errno));
    }
  if (take_map (npy, path, error))
    return TRUE;
  pst_npy_unmap (npy);
  return FALSE;
}

gboolean
pst_npy_is_current (const PstNpy *npy, int folder_fd, const char *name)
{
  struct stat status;

  return npy->map != NULL && fstatat (folder_fd, name, &status, 0) == 0 && status.st_dev == npy->device && status.st_ino == npy->inode
         && (gsize)status.st_size == npy->map_size && (gint64)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec == npy->changed_ns;
}

void
pst_npy_unmap (PstNpy *npy)
{
  if (npy->map != NULL)
    munmap (npy->map, npy->map_size);
  *npy = (PstNpy){ 0 };
}
