/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file in memory that fails where the test says. What a disk would keep is held beside what the process sees. */

#include "pst-simulated-file.h"

#include <string.h>

struct _PstSimulatedFile
{
  PstFile parent_instance;

  GByteArray *bytes;
  GByteArray *synced;
  guint64 unchanged; /* first bytes that are the same in both */
  guint64 space;     /* 0: unlimited */
  gsize n_kept;      /* of the torn append */
  guint n_operations;
  guint n_syncs;
  guint fault_at; /* number of the operation that fails, 0 for none */
  PstStoreError fault;
  gboolean tears;
  gboolean dead;
};

G_DEFINE_FINAL_TYPE (PstSimulatedFile, pst_simulated_file, PST_TYPE_FILE)

static gboolean
fail (const char *what, PstStoreError code, GError **error)
{
  g_set_error (error, PST_STORE_ERROR, code, "cannot %s the simulated file: %s", what,
               code == PST_STORE_ERROR_FULL ? "no space left on device" : "input/output error");
  return FALSE;
}

/* Counts an operation; FALSE when the test wants it to fail. */
static gboolean
begin (PstSimulatedFile *file, const char *what, GError **error)
{
  if (file->dead)
    return fail (what, PST_STORE_ERROR_IO, error);
  file->n_operations++;
  if (file->n_operations != file->fault_at)
    return TRUE;
  return fail (what, file->fault, error);
}

static gboolean
simulated_append (PstFile *base, const guint8 *bytes, gsize length, GError **error)
{
  PstSimulatedFile *file = PST_SIMULATED_FILE (base);
  gsize room = length;

  if (!begin (file, "append to", error))
    {
      if (!file->dead && file->tears)
        g_byte_array_append (file->bytes, bytes, MIN (file->n_kept, length));
      return FALSE;
    }
  if (file->space > 0)
    room = file->bytes->len < file->space ? MIN (length, file->space - file->bytes->len) : 0;
  g_byte_array_append (file->bytes, bytes, room);
  return room == length || fail ("append to", PST_STORE_ERROR_FULL, error);
}

static gboolean
simulated_sync (PstFile *base, GError **error)
{
  PstSimulatedFile *file = PST_SIMULATED_FILE (base);

  if (!begin (file, "sync", error))
    return FALSE;
  file->n_syncs++;
  g_byte_array_set_size (file->synced, file->unchanged);
  g_byte_array_append (file->synced, file->bytes->data + file->unchanged, file->bytes->len - file->unchanged);
  file->unchanged = file->bytes->len;
  return TRUE;
}

static gssize
simulated_read (PstFile *base, guint64 offset, guint8 *bytes, gsize length, GError **error)
{
  PstSimulatedFile *file = PST_SIMULATED_FILE (base);
  gsize n = offset < file->bytes->len ? MIN (length, file->bytes->len - offset) : 0;

  if (!begin (file, "read", error))
    return -1;
  if (n > 0)
    memcpy (bytes, file->bytes->data + offset, n);
  return n;
}

static gboolean
simulated_truncate (PstFile *base, guint64 length, GError **error)
{
  PstSimulatedFile *file = PST_SIMULATED_FILE (base);

  if (!begin (file, "truncate", error))
    return FALSE;
  if (length > file->bytes->len)
    return fail ("lengthen", PST_STORE_ERROR_IO, error);
  g_byte_array_set_size (file->bytes, length);
  file->unchanged = MIN (file->unchanged, length);
  return TRUE;
}

static guint64
simulated_get_length (PstFile *base)
{
  return PST_SIMULATED_FILE (base)->bytes->len;
}

static void
pst_simulated_file_finalize (GObject *object)
{
  PstSimulatedFile *file = PST_SIMULATED_FILE (object);

  g_clear_pointer (&file->bytes, g_byte_array_unref);
  g_clear_pointer (&file->synced, g_byte_array_unref);
  G_OBJECT_CLASS (pst_simulated_file_parent_class)->finalize (object);
}

static void
pst_simulated_file_class_init (PstSimulatedFileClass *klass)
{
  PstFileClass *file_class = PST_FILE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_simulated_file_finalize;
  file_class->append = simulated_append;
  file_class->sync = simulated_sync;
  file_class->read = simulated_read;
  file_class->truncate = simulated_truncate;
  file_class->get_length = simulated_get_length;
}

static void
pst_simulated_file_init (PstSimulatedFile *file)
{
  file->bytes = g_byte_array_new ();
  file->synced = g_byte_array_new ();
}

/**
 * pst_simulated_file_new:
 *
 * Makes an empty file.
 *
 * Returns: (transfer full): the file
 */
PstSimulatedFile *
pst_simulated_file_new (void)
{
  return g_object_new (PST_TYPE_SIMULATED_FILE, NULL);
}

/**
 * pst_simulated_file_new_from_bytes:
 * @bytes: (array length=length): what is in it
 * @length: how much
 *
 * Makes a file with contents that are safe on the disk.
 *
 * Returns: (transfer full): the file
 */
PstSimulatedFile *
pst_simulated_file_new_from_bytes (const guint8 *bytes, gsize length)
{
  PstSimulatedFile *file = pst_simulated_file_new ();

  g_byte_array_append (file->bytes, bytes, length);
  g_byte_array_append (file->synced, bytes, length);
  file->unchanged = length;
  return file;
}

/**
 * pst_simulated_file_fail_nth:
 * @file: a file
 * @nth: which operation from now, 1 is the next
 * @code: how it fails
 *
 * Has one append, sync, read or truncate fail; nothing of it happens. Replaces a fault that was set before.
 */
void
pst_simulated_file_fail_nth (PstSimulatedFile *file, guint nth, PstStoreError code)
{
  g_assert_cmpuint (nth, >, 0);
  file->fault_at = file->n_operations + nth;
  file->fault = code;
  file->tears = FALSE;
}

/**
 * pst_simulated_file_tear_nth:
 * @file: a file
 * @nth: which operation from now, 1 is the next
 * @n_kept: how many bytes of an append are written
 * @code: how it fails
 *
 * Has one operation fail half-way, when it is an append. Replaces a fault that was set before.
 */
void
pst_simulated_file_tear_nth (PstSimulatedFile *file, guint nth, gsize n_kept, PstStoreError code)
{
  pst_simulated_file_fail_nth (file, nth, code);
  file->tears = TRUE;
  file->n_kept = n_kept;
}

/**
 * pst_simulated_file_set_space:
 * @file: a file
 * @n_bytes: its greatest length; 0 for no limit
 *
 * Limits the disk.
 */
void
pst_simulated_file_set_space (PstSimulatedFile *file, guint64 n_bytes)
{
  file->space = n_bytes;
}

/**
 * pst_simulated_file_kill:
 * @file: a file
 *
 * Has every operation fail from now on, as when the process was killed. What was appended stays on the disk.
 */
void
pst_simulated_file_kill (PstSimulatedFile *file)
{
  file->dead = TRUE;
}

/**
 * pst_simulated_file_cut_power:
 * @file: a file
 * @n_kept: how much of what was appended and not synced reached the disk all the same
 *
 * Loses what was not synced, and has every operation fail from now on.
 */
void
pst_simulated_file_cut_power (PstSimulatedFile *file, gsize n_kept)
{
  gsize n = file->bytes->len > file->synced->len ? MIN (n_kept, file->bytes->len - file->synced->len) : 0;

  if (n > 0)
    g_byte_array_append (file->synced, file->bytes->data + file->synced->len, n);
  g_byte_array_set_size (file->bytes, 0);
  g_byte_array_append (file->bytes, file->synced->data, file->synced->len);
  file->dead = TRUE;
}

/**
 * pst_simulated_file_reopen:
 * @file: a file
 *
 * Opens what is on the disk now, as the next process would. The old file is dead.
 *
 * Returns: (transfer full): the file without faults
 */
PstSimulatedFile *
pst_simulated_file_reopen (PstSimulatedFile *file)
{
  file->dead = TRUE;
  return pst_simulated_file_new_from_bytes (file->bytes->data, file->bytes->len);
}

/**
 * pst_simulated_file_flip:
 * @file: a file
 * @offset: which byte
 * @mask: which bits
 *
 * Damages the disk.
 */
void
pst_simulated_file_flip (PstSimulatedFile *file, guint64 offset, guint8 mask)
{
  g_assert_cmpuint (offset, <, file->bytes->len);
  file->bytes->data[offset] ^= mask;
  if (offset < file->synced->len)
    file->synced->data[offset] ^= mask;
}

/**
 * pst_simulated_file_get_n_operations:
 * @file: a file
 *
 * Counts the operations so far, failed ones too.
 *
 * Returns: how many
 */
guint
pst_simulated_file_get_n_operations (PstSimulatedFile *file)
{
  return file->n_operations;
}

/**
 * pst_simulated_file_get_n_syncs:
 * @file: a file
 *
 * Counts the syncs that succeeded.
 *
 * Returns: how many
 */
guint
pst_simulated_file_get_n_syncs (PstSimulatedFile *file)
{
  return file->n_syncs;
}

/**
 * pst_simulated_file_get_bytes:
 * @file: a file
 * @length: (out): how many
 *
 * Looks at the contents, without counting as an operation.
 *
 * Returns: (transfer none) (array length=length): the bytes, valid until the next operation
 */
const guint8 *
pst_simulated_file_get_bytes (PstSimulatedFile *file, gsize *length)
{
  *length = file->bytes->len;
  return file->bytes->data;
}
