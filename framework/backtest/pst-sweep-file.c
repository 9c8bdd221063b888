/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file: "PENSTOCK-SWEEP 1 LENGTH DIGEST\n", the header's text, newlines up to the next 4096; then blocks of one size: 16 bytes of SHA-256 over
 * what follows and the block's number, a state byte a set, a row of doubles a set, all little endian. */
#include "pst-sweep-file.h"

#include "pst-sweep-header-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "PENSTOCK-SWEEP"
#define VERSION 1
#define PAGE 4096
#define HEADER_MAX (64 * 1024 * 1024)
#define DIGEST_SIZE 16
#define FIRST_LINE_MAX 128

struct _PstSweepFile
{
  char *path;
  int fd;
  PstSweepHeader *header;
  guint64 blocks_at; /* where the first block stands */
  guint n_statistics;
};

static gboolean
fail_io (const PstSweepFile *file, const char *what, int number, GError **error)
{
  gboolean full = number == ENOSPC || number == EDQUOT || number == EFBIG;

  g_set_error (error, PST_STORE_ERROR, full ? PST_STORE_ERROR_FULL : PST_STORE_ERROR_IO, "cannot %s \"%s\": %s%s", what, file->path,
               g_strerror (number), full ? "; make room and go on with --resume: what is done is kept" : "");
  return FALSE;
}

static gboolean
write_at (PstSweepFile *file, guint64 offset, const guint8 *bytes, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = pwrite (file->fd, bytes, length, (off_t)offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return fail_io (file, "write", n == 0 ? EIO : errno, error);
      bytes += n;
      offset += (guint64)n;
      length -= (gsize)n;
    }
  return TRUE;
}

/* Fewer bytes only at the end; -1 on error. */
static gssize
read_at (PstSweepFile *file, guint64 offset, guint8 *bytes, gsize length, GError **error)
{
  gsize got = 0;

  while (got < length)
    {
      gssize n = pread (file->fd, bytes + got, length - got, (off_t)(offset + got));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail_io (file, "read", errno, error);
          return -1;
        }
      if (n == 0)
        break;
      got += (gsize)n;
    }
  return (gssize)got;
}

static gsize
block_size (const PstSweepFile *file, guint n_sets)
{
  return DIGEST_SIZE + n_sets * (1 + file->n_statistics * sizeof (double));
}

static guint64
block_at (const PstSweepFile *file, guint64 block)
{
  return file->blocks_at + block * block_size (file, pst_sweep_header_get_block_sets (file->header));
}

static void
digest_block (const PstSweepFile *file, guint64 first_set, const guint8 *bytes, gsize size, guint8 digest[DIGEST_SIZE])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 number = GUINT64_TO_LE (first_set);
  guint8 whole[32];
  gsize length = sizeof whole;

  g_checksum_update (checksum, (const guchar *)&number, sizeof number);
  g_checksum_update (checksum, bytes + DIGEST_SIZE, (gssize)(size - DIGEST_SIZE));
  g_checksum_get_digest (checksum, whole, &length);
  memcpy (digest, whole, DIGEST_SIZE);
}

static void
take_header (PstSweepFile *file, PstSweepHeader *header, guint64 text_end)
{
  file->header = header;
  file->n_statistics = g_strv_length (header->statistics);
  file->blocks_at = (text_end + PAGE - 1) / PAGE * PAGE;
}

static gboolean
write_header (PstSweepFile *file, PstSweepHeader *header, GError **error)
{
  g_autofree char *text = pst_sweep_header_to_string (header);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autoptr (GString) page = g_string_new (NULL);

  g_string_printf (page, "%s %d %" G_GSIZE_FORMAT " %s\n%s", MAGIC, VERSION, strlen (text), digest, text);
  take_header (file, header, page->len);
  while (page->len < file->blocks_at)
    g_string_append_c (page, '\n');
  return write_at (file, 0, (const guint8 *)page->str, page->len, error);
}

static gboolean
fail_foreign (const PstSweepFile *file, int code, const char *why, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, code, "\"%s\": %s", file->path, why);
  return FALSE;
}

static gboolean
read_header_text (PstSweepFile *file, const char *line, gsize text_at, GError **error)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  g_autofree char *text = NULL, *digest = NULL;
  g_autoptr (GError) cause = NULL;
  PstSweepHeader *header;
  guint64 length;

  if (g_strv_length (words) != 4 || strcmp (words[0], MAGIC) != 0)
    return fail_foreign (file, PST_STORE_ERROR_CORRUPT, "this is no results file of a sweep", error);
  if (strcmp (words[1], G_STRINGIFY (VERSION)) != 0)
    return fail_foreign (file, PST_STORE_ERROR_VERSION, "another version of penstock wrote it", error);
  if (!g_ascii_string_to_unsigned (words[2], 10, 1, HEADER_MAX, &length, NULL))
    return fail_foreign (file, PST_STORE_ERROR_CORRUPT, "its header is damaged", error);
  text = g_malloc0 (length + 1);
  if (read_at (file, text_at, (guint8 *)text, length, error) < 0)
    return FALSE;
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)text, length);
  if (strcmp (digest, words[3]) != 0)
    return fail_foreign (file, PST_STORE_ERROR_CORRUPT, "its header is damaged", error);
  header = pst_sweep_header_from_string (text, &cause);
  if (header == NULL)
    return fail_foreign (file, PST_STORE_ERROR_CORRUPT, cause->message, error);
  take_header (file, header, text_at + length);
  return TRUE;
}

static gboolean
read_header (PstSweepFile *file, GError **error)
{
  char line[FIRST_LINE_MAX + 1] = "";
  char *end;

  if (read_at (file, 0, (guint8 *)line, FIRST_LINE_MAX, error) < 0)
    return FALSE;
  end = strchr (line, '\n');
  if (end == NULL)
    return fail_foreign (file, PST_STORE_ERROR_CORRUPT, "this is no results file of a sweep", error);
  *end = '\0';
  return read_header_text (file, line, (gsize)(end - line) + 1, error);
}

static PstSweepFile *
open_fd (const char *path, int flags, GError **error)
{
  g_autoptr (PstSweepFile) file = g_new0 (PstSweepFile, 1);

  file->path = g_strdup (path);
  file->fd = g_open (path, flags | O_CLOEXEC, 0600);
  if (file->fd < 0 && errno == EEXIST)
    {
      fail_foreign (file, PST_STORE_ERROR_EXISTS, "is there already", error);
      return NULL;
    }
  if (file->fd < 0)
    {
      fail_io (file, (flags & O_CREAT) ? "make" : "open", errno, error);
      return NULL;
    }
  if ((flags & O_ACCMODE) != O_RDONLY && flock (file->fd, LOCK_EX | LOCK_NB) != 0)
    {
      fail_foreign (file, PST_STORE_ERROR_LOCKED, "another sweep is writing it; wait for its end, or name another file with --results", error);
      return NULL;
    }
  return g_steal_pointer (&file);
}

/**
 * pst_sweep_file_create:
 * @path: the file, which must not be there
 * @header: (transfer full): which sweep it is
 * @error: where to say why not
 *
 * Makes a results file without results, and locks it. Any thread; blocks on the disk.
 *
 * Returns: (transfer full) (nullable): the file; %NULL with %PST_STORE_ERROR_EXISTS, %PST_STORE_ERROR_FULL or %PST_STORE_ERROR_IO
 */
PstSweepFile *
pst_sweep_file_create (const char *path, PstSweepHeader *header, GError **error)
{
  g_autoptr (PstSweepHeader) taken = header;
  g_autoptr (PstSweepFile) file = open_fd (path, O_RDWR | O_CREAT | O_EXCL, error);

  if (file == NULL)
    return NULL;
  if (write_header (file, g_steal_pointer (&taken), error))
    return g_steal_pointer (&file);
  g_unlink (path);
  return NULL;
}

static PstSweepFile *
open_existing (const char *path, int flags, GError **error)
{
  g_autoptr (PstSweepFile) file = open_fd (path, flags, error);

  return file != NULL && read_header (file, error) ? g_steal_pointer (&file) : NULL;
}

PstSweepFile *
pst_sweep_file_open (const char *path, GError **error)
{
  return open_existing (path, O_RDWR, error);
}

PstSweepFile *
pst_sweep_file_open_readonly (const char *path, GError **error)
{
  return open_existing (path, O_RDONLY, error);
}

void
pst_sweep_file_free (PstSweepFile *file)
{
  if (file == NULL)
    return;
  if (file->fd >= 0)
    close (file->fd);
  pst_sweep_header_free (file->header);
  g_free (file->path);
  g_free (file);
}

const PstSweepHeader *
pst_sweep_file_get_header (const PstSweepFile *file)
{
  return file->header;
}

const char *
pst_sweep_file_get_path (const PstSweepFile *file)
{
  return file->path;
}

/* Every NaN alike: which one an engine comes to must not show in the file. */
static guint64
double_to_bits (double number)
{
  guint64 bits;

  if (isnan (number))
    return GUINT64_TO_LE (G_GUINT64_CONSTANT (0x7ff8000000000000));
  if (number == 0)
    number = 0; /* no negative zero either */
  memcpy (&bits, &number, sizeof bits);
  return GUINT64_TO_LE (bits);
}

static double
bits_to_double (guint64 bits)
{
  double number;

  bits = GUINT64_FROM_LE (bits);
  memcpy (&number, &bits, sizeof number);
  return number;
}

/**
 * pst_sweep_state_to_string:
 * @state: what became of a set
 *
 * Any thread.
 *
 * Returns: (transfer none): it in words, with the reason when it failed
 */
const char *
pst_sweep_state_to_string (PstSweepState state)
{
  switch (state)
    {
    case PST_SWEEP_STATE_OPEN:
      return "open";
    case PST_SWEEP_STATE_DONE:
      return "done";
    case PST_SWEEP_STATE_REFUSED:
      return "refused";
    case PST_SWEEP_STATE_OVERFLOW:
      return "failed: an amount does not fit 64 bits";
    default:
      return "unknown";
    }
}

gboolean
pst_sweep_file_read_block (PstSweepFile *file, guint64 block, guint8 *states, double *statistics, GError **error)
{
  guint64 first;
  guint n_sets = pst_sweep_header_get_block (file->header, block, &first);
  gsize size = block_size (file, n_sets), n_doubles = (gsize)n_sets * file->n_statistics;
  g_autofree guint8 *bytes = g_malloc (size);
  guint8 digest[DIGEST_SIZE];
  gssize got = read_at (file, block_at (file, block), bytes, size, error);

  if (got < 0)
    return FALSE;
  memset (states, PST_SWEEP_STATE_OPEN, n_sets);
  if (got < (gssize)size)
    return TRUE;
  digest_block (file, first, bytes, size, digest);
  if (memcmp (digest, bytes, DIGEST_SIZE) != 0)
    return TRUE;
  memcpy (states, bytes + DIGEST_SIZE, n_sets);
  for (gsize i = 0; i < n_doubles; i++)
    {
      guint64 bits;

      memcpy (&bits, bytes + DIGEST_SIZE + n_sets + i * sizeof bits, sizeof bits);
      statistics[i] = bits_to_double (bits);
    }
  return TRUE;
}

gboolean
pst_sweep_file_write_block (PstSweepFile *file, guint64 block, const guint8 *states, const double *statistics, GError **error)
{
  guint64 first;
  guint n_sets = pst_sweep_header_get_block (file->header, block, &first);
  gsize size = block_size (file, n_sets), n_doubles = (gsize)n_sets * file->n_statistics;
  g_autofree guint8 *bytes = g_malloc (size);

  memcpy (bytes + DIGEST_SIZE, states, n_sets);
  for (gsize i = 0; i < n_doubles; i++)
    {
      guint64 bits = double_to_bits (statistics[i]);

      memcpy (bytes + DIGEST_SIZE + n_sets + i * sizeof bits, &bits, sizeof bits);
    }
  digest_block (file, first, bytes, size, bytes);
  return write_at (file, block_at (file, block), bytes, size, error);
}

gboolean
pst_sweep_file_sync (PstSweepFile *file, GError **error)
{
  return fsync (file->fd) == 0 || fail_io (file, "sync", errno, error);
}

/**
 * pst_sweep_file_merge:
 * @file: a results file, open for writing
 * @other: another one of the same sweep
 * @error: where to say why not
 *
 * Copies every block of @other that is done and that @file has a place for. Any thread; blocks on the disk.
 *
 * Returns: %FALSE with %PST_VALUE_ERROR_RANGE when @other is of another sweep, or with a %PST_STORE_ERROR
 */
gboolean
pst_sweep_file_merge (PstSweepFile *file, PstSweepFile *other, GError **error)
{
  g_autofree char *difference = pst_sweep_header_compare (other->header, file->header, FALSE);
  guint block_sets = pst_sweep_header_get_block_sets (file->header);
  guint64 here = file->header->first_set / block_sets, there = other->header->first_set / block_sets;
  guint64 first = MAX (here, there);
  guint64 end = MIN (here + pst_sweep_header_get_n_blocks (file->header), there + pst_sweep_header_get_n_blocks (other->header));
  guint8 states[PST_SWEEP_BLOCK_MAX];
  g_autofree double *statistics = g_new (double, (gsize)PST_SWEEP_BLOCK_MAX * file->n_statistics);

  if (difference != NULL)
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE, "\"%s\" is no part of this sweep: %s", other->path, difference);
      return FALSE;
    }
  for (guint64 block = first; block < end; block++)
    {
      if (!pst_sweep_file_read_block (other, block - there, states, statistics, error))
        return FALSE;
      if (states[0] != PST_SWEEP_STATE_OPEN && !pst_sweep_file_write_block (file, block - here, states, statistics, error))
        return FALSE;
    }
  return TRUE;
}

double
pst_sweep_file_get_fill (PstSweepFile *file)
{
  guint64 n_blocks = pst_sweep_header_get_n_blocks (file->header), first;
  guint n_last = pst_sweep_header_get_block (file->header, n_blocks - 1, &first);
  guint64 end = block_at (file, n_blocks - 1) + block_size (file, n_last);
  struct stat stat;

  if (fstat (file->fd, &stat) != 0 || (guint64)stat.st_size <= file->blocks_at)
    return 0;
  return MIN (1.0, (double)((guint64)stat.st_size - file->blocks_at) / (double)(end - file->blocks_at));
}
