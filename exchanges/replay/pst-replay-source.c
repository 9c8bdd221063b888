/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Four ways to bytes. Gzip goes through zlib, not through libarchive, because the latter does not verify the checksum at the
 * end of a gzip member; zstd frames and zip members are verified by libarchive. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "pst-replay-source.h"

#define INPUT_BYTES (256 * 1024)

typedef enum
{
  PACKED_NOT,
  PACKED_GZIP,
  PACKED_ZSTD,
  PACKED_ZIP,
} Packed;

struct _PstReplaySource
{
  char *path;
  int fd;
  guint64 size;
  guint64 done;
  Packed packed;
  gboolean at_end;
  /* gzip */
  z_stream *inflater;
  guint8 *input;
  gboolean in_member;
  /* zstd, zip */
  struct archive *archive;
};

static gboolean
fail_errno (const PstReplaySource *self, const char *verb, const char *advice, GError **error)
{
  int code = errno == ENOENT || errno == ENOTDIR ? PST_EXCHANGE_ERROR_NOT_FOUND : PST_EXCHANGE_ERROR_IO;

  g_set_error (error, PST_EXCHANGE_ERROR, code, "cannot %s \"%s\": %s; %s", verb, self->path, g_strerror (errno), advice);
  return FALSE;
}

static gboolean
fail_damaged (const PstReplaySource *self, const char *what, GError **error)
{
  static const char *const names[] = { "", "gzip", "zstd", "zip" };

  g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
               "\"%s\": damaged %s data near byte %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT ": %s; fetch the file again", self->path,
               names[self->packed], self->done, self->size, what);
  return FALSE;
}

/* -- gzip -- */

static gboolean
open_gzip (PstReplaySource *self, GError **error)
{
  self->inflater = g_new0 (z_stream, 1);
  self->input = g_malloc (INPUT_BYTES);
  self->in_member = TRUE;
  /* 16: a gzip header and trailer, whose checksum zlib verifies. */
  if (inflateInit2 (self->inflater, 16 + MAX_WBITS) == Z_OK)
    return TRUE;
  g_clear_pointer (&self->inflater, g_free);
  return fail_damaged (self, "zlib cannot start", error);
}

static gboolean
fill_input (PstReplaySource *self, GError **error)
{
  gssize n;

  do
    n = read (self->fd, self->input, INPUT_BYTES);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return fail_errno (self, "read", "check the disk", error);
  self->inflater->next_in = self->input;
  self->inflater->avail_in = (guint)n;
  self->done += (guint64)n;
  return TRUE;
}

/* Between members: is there another? Zero bytes may pad the end; anything else that is not a member is damage. */
static gboolean
next_member (PstReplaySource *self, GError **error)
{
  z_stream *z = self->inflater;

  for (;;)
    {
      if (z->avail_in == 0 && !fill_input (self, error))
        return FALSE;
      if (z->avail_in == 0)
        {
          self->at_end = TRUE;
          return TRUE;
        }
      if (*z->next_in != 0)
        break;
      z->next_in++;
      z->avail_in--;
    }
  self->in_member = inflateReset (z) == Z_OK;
  return TRUE;
}

static gssize
read_gzip (PstReplaySource *self, char *buffer, gsize length, GError **error)
{
  z_stream *z = self->inflater;

  z->next_out = (Bytef *)buffer;
  z->avail_out = (guint)length;
  while (z->avail_out > 0 && !self->at_end)
    {
      int status;

      if (!self->in_member)
        {
          if (!next_member (self, error))
            return -1;
          continue;
        }
      if (z->avail_in == 0 && !fill_input (self, error))
        return -1;
      if (z->avail_in == 0)
        {
          fail_damaged (self, "the file ends too early", error);
          return -1;
        }
      status = inflate (z, Z_NO_FLUSH);
      if (status == Z_STREAM_END)
        self->in_member = FALSE;
      else if (status != Z_OK && status != Z_BUF_ERROR)
        {
          fail_damaged (self, z->msg != NULL ? z->msg : "not a gzip stream", error);
          return -1;
        }
    }
  return (gssize)(length - z->avail_out);
}

/* -- zstd and zip -- */

static gboolean
fail_archive (const PstReplaySource *self, struct archive *archive, GError **error)
{
  const char *what = archive_error_string (archive);

  return fail_damaged (self, what != NULL ? what : "no reason given", error);
}

static struct archive *
new_archive (PstReplaySource *self, GError **error)
{
  struct archive *archive = archive_read_new ();

  if (self->packed == PACKED_ZSTD)
    {
      archive_read_support_filter_zstd (archive);
      archive_read_support_format_raw (archive);
      archive_read_support_format_empty (archive);
    }
  else
    /* The central directory must be there: a zip that lost its end is refused, not read as far as it goes. */
    archive_read_support_format_zip_seekable (archive);
  if (lseek (self->fd, 0, SEEK_SET) == 0 && archive_read_open_fd (archive, self->fd, INPUT_BYTES) == ARCHIVE_OK)
    return archive;
  fail_archive (self, archive, error);
  archive_read_free (archive);
  return NULL;
}

static gboolean
is_wanted (struct archive_entry *entry, const char *member)
{
  const char *name = archive_entry_pathname (entry);

  if (archive_entry_filetype (entry) != AE_IFREG || name == NULL)
    return FALSE;
  return member == NULL || *member == '\0' || fnmatch (member, name, 0) == 0;
}

/* Counts the members that are wanted; their names go to @names. */
static gboolean
count_members (PstReplaySource *self, const char *member, guint *n, GString *names, GError **error)
{
  struct archive *archive = new_archive (self, error);
  struct archive_entry *entry;
  int status;

  *n = 0;
  if (archive == NULL)
    return FALSE;
  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK)
    if (is_wanted (entry, member) && ++*n <= 5)
      {
        g_autofree char *name = g_utf8_make_valid (archive_entry_pathname (entry), -1);

        g_string_append_printf (names, "%s%s", *n > 1 ? ", " : "", name);
      }
  if (status != ARCHIVE_EOF)
    fail_archive (self, archive, error);
  archive_read_free (archive);
  return status == ARCHIVE_EOF;
}

static gboolean
open_zip (PstReplaySource *self, const char *member, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  struct archive_entry *entry;
  guint n;
  int status;

  if (!count_members (self, member, &n, names, error))
    return FALSE;
  if (n != 1)
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "\"%s\" holds %u files%s%s%s; choose one with the option \"member\"",
                   self->path, n, member != NULL && *member != '\0' ? " that match the option \"member\"" : "", n > 0 ? ": " : "", names->str);
      return FALSE;
    }
  self->archive = new_archive (self, error);
  if (self->archive == NULL)
    return FALSE;
  while ((status = archive_read_next_header (self->archive, &entry)) == ARCHIVE_OK)
    if (is_wanted (entry, member))
      return TRUE;
  return fail_archive (self, self->archive, error);
}

static gboolean
open_zstd (PstReplaySource *self, GError **error)
{
  struct archive_entry *entry;
  int status;

  self->archive = new_archive (self, error);
  if (self->archive == NULL)
    return FALSE;
  status = archive_read_next_header (self->archive, &entry);
  self->at_end = status == ARCHIVE_EOF;
  return status == ARCHIVE_OK || self->at_end ? TRUE : fail_archive (self, self->archive, error);
}

static gssize
read_archive (PstReplaySource *self, char *buffer, gsize length, GError **error)
{
  gsize n = 0;

  while (n < length && !self->at_end)
    {
      la_ssize_t got = archive_read_data (self->archive, buffer + n, length - n);

      self->done = (guint64)MAX (archive_filter_bytes (self->archive, -1), 0);
      if (got < 0)
        {
          fail_archive (self, self->archive, error);
          return -1;
        }
      self->at_end = got == 0;
      n += (gsize)got;
    }
  return (gssize)n;
}

/* -- plain -- */

static gssize
read_plain (PstReplaySource *self, char *buffer, gsize length, GError **error)
{
  gsize n = 0;

  while (n < length && !self->at_end)
    {
      gssize got = read (self->fd, buffer + n, length - n);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          fail_errno (self, "read", "check the disk", error);
          return -1;
        }
      self->at_end = got == 0;
      n += (gsize)got;
      self->done += (guint64)got;
    }
  return (gssize)n;
}

static gboolean
refuse_foreign (const PstReplaySource *self, const guint8 *magic, gsize n, GError **error)
{
  static const struct
  {
    const char *bytes;
    guint8 length;
    const char *name;
  } foreign[] = {
    { "\xfd"
      "7zXZ",
      5, "xz" },
    { "BZh", 3, "bzip2" },
    { "7z\xbc\xaf", 4, "7-zip" },
    { "Rar!", 4, "rar" },
    { "\x04\x22\x4d\x18", 4, "lz4" },
    { "PAR1", 4, "Parquet" },
    { "\x93NUMPY", 6, "NumPy" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    if (n >= foreign[i].length && memcmp (magic, foreign[i].bytes, foreign[i].length) == 0)
      {
        g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA,
                     "\"%s\" is a %s file; convert it to CSV, plain or packed with gzip, zstd or zip", self->path, foreign[i].name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
detect (PstReplaySource *self, GError **error)
{
  guint8 magic[8] = { 0 };
  gssize n = pread (self->fd, magic, sizeof magic, 0);

  if (n < 0)
    return fail_errno (self, "read", "check the disk", error);
  if (n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b)
    self->packed = PACKED_GZIP;
  else if (n >= 4 && memcmp (magic, "\x28\xb5\x2f\xfd", 4) == 0)
    self->packed = PACKED_ZSTD;
  else if (n >= 4 && (memcmp (magic, "PK\3\4", 4) == 0 || memcmp (magic, "PK\5\6", 4) == 0))
    self->packed = PACKED_ZIP;
  return refuse_foreign (self, magic, (gsize)n, error);
}

static gboolean
open_file (PstReplaySource *self, GError **error)
{
  struct stat status;

  self->fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &status) != 0)
    return fail_errno (self, "open", "check the option \"path\" and the file's permissions", error);
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO,
                   "\"%s\" is not a regular file; the option \"path\" names files or patterns such as \"data/*.csv\"", self->path);
      return FALSE;
    }
  self->size = (guint64)status.st_size;
  posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return TRUE;
}

PstReplaySource *
pst_replay_source_open (const char *path, const char *member, GError **error)
{
  g_autoptr (PstReplaySource) self = g_new0 (PstReplaySource, 1);
  gboolean opened;

  self->path = g_strdup (path);
  self->fd = -1;
  if (!open_file (self, error) || !detect (self, error))
    return NULL;
  if (self->packed == PACKED_NOT)
    opened = TRUE;
  else if (self->packed == PACKED_GZIP)
    opened = open_gzip (self, error);
  else
    opened = self->packed == PACKED_ZSTD ? open_zstd (self, error) : open_zip (self, member, error);
  return opened ? g_steal_pointer (&self) : NULL;
}

void
pst_replay_source_free (PstReplaySource *self)
{
  if (self == NULL)
    return;
  if (self->inflater != NULL)
    inflateEnd (self->inflater);
  g_free (self->inflater);
  g_free (self->input);
  if (self->archive != NULL)
    archive_read_free (self->archive);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}

gssize
pst_replay_source_read (PstReplaySource *self, char *buffer, gsize length, GError **error)
{
  if (self->packed == PACKED_NOT)
    return read_plain (self, buffer, length, error);
  return self->packed == PACKED_GZIP ? read_gzip (self, buffer, length, error) : read_archive (self, buffer, length, error);
}

void
pst_replay_source_get_progress (PstReplaySource *self, guint64 *done, guint64 *size)
{
  *done = MIN (self->done, self->size);
  *size = self->size;
}
