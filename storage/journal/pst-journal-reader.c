/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One pass through a bounded window: memory does not grow with the journal. */
#include "pst-journal-reader.h"

#include "pst-journal-tail.h"

#include <string.h>

#define WINDOW_SIZE (256 * 1024)

struct _PstJournalReader
{
  PstFile *file;
  char *name;
  guint64 length; /* of the file when reading began */
  guint64 offset; /* of the window's first byte */
  guint8 *window;
  gsize n_window;
  gsize cursor;     /* in the window */
  gboolean started; /* the header was read */
  gboolean ended;
  PstStoreScan scan;
};

PstJournalReader *
pst_journal_reader_new (PstFile *file, const char *name)
{
  PstJournalReader *reader = g_new0 (PstJournalReader, 1);

  reader->file = g_object_ref (file);
  reader->name = g_strdup (name);
  reader->length = pst_file_get_length (file);
  reader->window = g_malloc (WINDOW_SIZE);
  return reader;
}

void
pst_journal_reader_free (PstJournalReader *reader)
{
  if (reader == NULL)
    return;
  g_object_unref (reader->file);
  g_free (reader->name);
  g_free (reader->window);
  g_free (reader);
}

PstStoreScan
pst_journal_reader_get_scan (const PstJournalReader *reader)
{
  return reader->scan;
}

/* Makes at least @wanted bytes available behind the cursor, or all that are left. */
static gboolean
fill_window (PstJournalReader *reader, gsize wanted, GError **error)
{
  gsize n = reader->n_window - reader->cursor;
  guint64 left = reader->length - reader->offset - reader->n_window;

  if (n >= wanted || left == 0)
    return TRUE;
  memmove (reader->window, reader->window + reader->cursor, n);
  reader->offset += reader->cursor;
  reader->cursor = 0;
  reader->n_window = n;
  while (n < wanted && left > 0)
    {
      gssize n_read = pst_file_read (reader->file, reader->offset + n, reader->window + n, MIN (WINDOW_SIZE - n, left), error);

      if (n_read < 0)
        return FALSE;
      if (n_read == 0)
        {
          g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "journal \"%s\" became shorter while it was read", reader->name);
          return FALSE;
        }
      n += n_read;
      left -= n_read;
      reader->n_window = n;
    }
  return TRUE;
}

static PstJournalStatus
end_with_torn (PstJournalReader *reader, guint64 offset)
{
  reader->scan.n_bytes_torn = reader->length - offset;
  reader->ended = TRUE;
  return PST_JOURNAL_END;
}

/* PST_JOURNAL_RECORD means here: go on. */
static PstJournalStatus
read_header (PstJournalReader *reader, GError **error)
{
  g_autoptr (GByteArray) header = g_byte_array_new ();
  gsize n;
  g_autoptr (GError) local_error = NULL;

  reader->started = TRUE;
  if (!fill_window (reader, PST_JOURNAL_HEADER_SIZE, error))
    return PST_JOURNAL_ERROR;
  n = MIN (reader->n_window, PST_JOURNAL_HEADER_SIZE);
  pst_journal_format_append_header (header);
  /* A header that was being written when the process ended: there is no record yet. */
  if (n < PST_JOURNAL_HEADER_SIZE && memcmp (reader->window, header->data, n) == 0)
    return end_with_torn (reader, 0);
  if (n < PST_JOURNAL_HEADER_SIZE || !pst_journal_format_check_header (reader->window, &local_error))
    {
      if (local_error != NULL && local_error->code == PST_STORE_ERROR_VERSION)
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "journal \"%s\": ", reader->name);
          return PST_JOURNAL_ERROR;
        }
      /* Only zeros: the length reached the disk, the header did not. */
      for (gsize i = 0; i < n; i++)
        {
          if (reader->window[i] != 0)
            {
              g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "journal \"%s\": %s", reader->name,
                           local_error != NULL ? local_error->message : "not a Penstock journal, nor the beginning of one, from byte 0");
              return PST_JOURNAL_ERROR;
            }
        }
      if (pst_journal_tail_is_torn (reader->file, 0, reader->length, 1, error))
        return end_with_torn (reader, 0);
      if (error == NULL || *error == NULL)
        g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "journal \"%s\": no header at byte 0, but data behind it", reader->name);
      return PST_JOURNAL_ERROR;
    }
  reader->cursor = PST_JOURNAL_HEADER_SIZE;
  reader->scan.n_bytes = PST_JOURNAL_HEADER_SIZE;
  return PST_JOURNAL_RECORD;
}

/* What is wrong with the frame at the cursor; NULL when it is whole. */
static const char *
check_frame (const guint8 *frame, gsize n, guint64 sequence)
{
  guint32 length;

  if (n < PST_JOURNAL_FRAME_HEAD)
    return "too few bytes for a record, and not the beginning of the next one";
  length = pst_journal_format_get_length (frame);
  if (length < 1 || length > PST_JOURNAL_PAYLOAD_MAX)
    return "impossible record length";
  if (pst_journal_format_get_sequence (frame) != sequence)
    return "the sequence number is not the next one";
  if (n < PST_JOURNAL_FRAME_OVERHEAD + (gsize)length)
    return "the record ends behind the file, yet it is not one that was being written";
  if (pst_journal_format_get_crc (frame) != pst_journal_format_compute_crc (frame, length))
    return "the checksum does not match";
  if (frame[PST_JOURNAL_FRAME_HEAD + length] != PST_JOURNAL_END_MARK)
    return "the record's end mark is missing";
  return NULL;
}

static PstJournalStatus
judge_tail (PstJournalReader *reader, const char *what, GError **error)
{
  guint64 offset = reader->offset + reader->cursor, sequence = reader->scan.n_records + 1;
  g_autoptr (GError) local_error = NULL;

  if (pst_journal_tail_is_torn (reader->file, offset, reader->length, sequence, &local_error))
    return end_with_torn (reader, offset);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
                 "journal \"%s\" is damaged at byte %" G_GUINT64_FORMAT ", where record %" G_GUINT64_FORMAT
                 " should stand: %s; the %" G_GUINT64_FORMAT " records before it are intact",
                 reader->name, offset, sequence, what, reader->scan.n_records);
  return PST_JOURNAL_ERROR;
}

static PstJournalStatus
decode (PstJournalReader *reader, const guint8 *payload, guint32 length, PstRecord *record, GError **error)
{
  guint64 sequence = reader->scan.n_records + 1;
  g_autoptr (GError) local_error = NULL;

  if (pst_record_decode (payload, length, record, &local_error) && record->sequence == sequence)
    {
      reader->cursor += PST_JOURNAL_FRAME_OVERHEAD + length;
      reader->scan.n_bytes += PST_JOURNAL_FRAME_OVERHEAD + length;
      reader->scan.n_records = sequence;
      return PST_JOURNAL_RECORD;
    }
  if (local_error != NULL && local_error->code == PST_STORE_ERROR_VERSION)
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "journal \"%s\", record %" G_GUINT64_FORMAT ": ", reader->name, sequence);
      return PST_JOURNAL_ERROR;
    }
  g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
               "journal \"%s\" holds what is no record %" G_GUINT64_FORMAT " at byte %" G_GUINT64_FORMAT ", though its checksum matches: %s",
               reader->name, sequence, reader->offset + reader->cursor,
               local_error != NULL ? local_error->message : "the record says that it has another number");
  return PST_JOURNAL_ERROR;
}

PstJournalStatus
pst_journal_reader_next (PstJournalReader *reader, PstRecord *record, GError **error)
{
  const guint8 *frame;
  const char *what;
  gsize n;

  if (!reader->started && reader->length > 0)
    {
      PstJournalStatus status = read_header (reader, error);

      if (status != PST_JOURNAL_RECORD)
        {
          reader->ended = TRUE;
          return status;
        }
    }
  if (reader->ended)
    return PST_JOURNAL_END;
  if (!fill_window (reader, PST_JOURNAL_FRAME_MAX, error))
    return PST_JOURNAL_ERROR;
  frame = reader->window + reader->cursor;
  n = reader->n_window - reader->cursor;
  if (n == 0)
    {
      reader->ended = TRUE;
      return PST_JOURNAL_END;
    }
  what = check_frame (frame, n, reader->scan.n_records + 1);
  if (G_UNLIKELY (what != NULL))
    return judge_tail (reader, what, error);
  return decode (reader, frame + PST_JOURNAL_FRAME_HEAD, pst_journal_format_get_length (frame), record, error);
}
