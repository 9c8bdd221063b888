/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One write a group, one sync a durable commit, no other system call. */
#include "pst-journal-writer.h"

struct _PstJournalWriter
{
  PstFile *file;
  char *name;
  GByteArray *buffer;
  gsize buffer_size;
  guint64 next_sequence;
  gboolean unsynced;
  GError *failure;
};

PstJournalWriter *
pst_journal_writer_new (PstFile *file, const char *name, guint64 next_sequence, gsize buffer_size)
{
  PstJournalWriter *writer = g_new0 (PstJournalWriter, 1);

  writer->file = g_object_ref (file);
  writer->name = g_strdup (name);
  writer->buffer = g_byte_array_sized_new (buffer_size + PST_JOURNAL_FRAME_MAX + PST_JOURNAL_HEADER_SIZE);
  writer->buffer_size = buffer_size;
  writer->next_sequence = next_sequence;
  if (next_sequence == 1)
    pst_journal_format_append_header (writer->buffer);
  return writer;
}

void
pst_journal_writer_free (PstJournalWriter *writer)
{
  if (writer == NULL)
    return;
  g_object_unref (writer->file);
  g_free (writer->name);
  g_byte_array_unref (writer->buffer);
  g_clear_error (&writer->failure);
  g_free (writer);
}

static gboolean
is_usable (PstJournalWriter *writer, GError **error)
{
  if (G_LIKELY (writer->failure == NULL))
    return TRUE;
  g_propagate_prefixed_error (error, g_error_copy (writer->failure), "nothing more is written after this: ");
  return FALSE;
}

/* Keeps the failure and hands it on. (transfer full) */
static gboolean
fail (PstJournalWriter *writer, GError *failure, GError **error)
{
  writer->failure = g_error_copy (failure);
  g_byte_array_set_size (writer->buffer, 0);
  g_propagate_error (error, failure);
  return FALSE;
}

gboolean
pst_journal_writer_append (PstJournalWriter *writer, const PstRecord *record, GError **error)
{
  GError *local_error = NULL;

  if (!is_usable (writer, error))
    return FALSE;
  if (G_UNLIKELY (record->sequence != writer->next_sequence))
    {
      g_set_error (&local_error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT,
                   "journal \"%s\": record %" G_GUINT64_FORMAT " came where record %" G_GUINT64_FORMAT " is next", writer->name, record->sequence,
                   writer->next_sequence);
      return fail (writer, local_error, error);
    }
  if (!pst_journal_format_append_record (writer->buffer, record, &local_error))
    return fail (writer, local_error, error);
  writer->next_sequence++;
  return writer->buffer->len < writer->buffer_size || pst_journal_writer_flush (writer, error);
}

gboolean
pst_journal_writer_flush (PstJournalWriter *writer, GError **error)
{
  GError *local_error = NULL;

  if (!is_usable (writer, error))
    return FALSE;
  /* A header without a record is worth nothing and is not written. */
  if (writer->buffer->len == 0 || writer->next_sequence == 1)
    return TRUE;
  if (!pst_file_append (writer->file, writer->buffer->data, writer->buffer->len, &local_error))
    return fail (writer, local_error, error);
  g_byte_array_set_size (writer->buffer, 0);
  writer->unsynced = TRUE;
  return TRUE;
}

gboolean
pst_journal_writer_sync (PstJournalWriter *writer, GError **error)
{
  GError *local_error = NULL;

  if (!pst_journal_writer_flush (writer, error))
    return FALSE;
  if (!writer->unsynced)
    return TRUE;
  /* A failed sync is final: the system may have dropped the pages, and a second sync would say that all is well. */
  if (!pst_file_sync (writer->file, &local_error))
    return fail (writer, local_error, error);
  writer->unsynced = FALSE;
  return TRUE;
}
