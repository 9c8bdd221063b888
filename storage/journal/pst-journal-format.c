/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Little-endian on every machine, so that a journal can be read where it was not written. */
#include "pst-journal-format.h"

#include <string.h>
#include <zlib.h>

/* A byte above 127, a carriage return, a line feed and an end-of-file character: a copy that was made as text shows at once. */
static const guint8 journal_magic[8] = { 0x8a, 'P', 'S', 'T', 'J', '\r', '\n', 0x1a };

static void
put32 (guint8 *bytes, guint32 value)
{
  guint32 little = GUINT32_TO_LE (value);

  memcpy (bytes, &little, sizeof little);
}

static guint32
get32 (const guint8 *bytes)
{
  guint32 little;

  memcpy (&little, bytes, sizeof little);
  return GUINT32_FROM_LE (little);
}

static void
put64 (guint8 *bytes, guint64 value)
{
  guint64 little = GUINT64_TO_LE (value);

  memcpy (bytes, &little, sizeof little);
}

void
pst_journal_format_append_header (GByteArray *bytes)
{
  guint8 header[PST_JOURNAL_HEADER_SIZE] = { 0 };

  memcpy (header, journal_magic, sizeof journal_magic);
  put32 (header + 8, PST_JOURNAL_VERSION);
  put32 (header + 12, PST_NUMBER_FORMAT);
  put32 (header + 16, PST_ABI);
  put32 (header + 20, PST_JOURNAL_PAYLOAD_MAX);
  put32 (header + 28, crc32 (0, header, 28));
  g_byte_array_append (bytes, header, sizeof header);
}

gboolean
pst_journal_format_check_header (const guint8 *bytes, GError **error)
{
  if (memcmp (bytes, journal_magic, sizeof journal_magic) != 0)
    {
      g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "not a Penstock journal: its first 8 bytes, at byte 0, are others");
      return FALSE;
    }
  if (get32 (bytes + 28) != crc32 (0, bytes, 28))
    {
      g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "the header, at bytes 0 to 31, does not match its checksum");
      return FALSE;
    }
  if (get32 (bytes + 8) != PST_JOURNAL_VERSION || get32 (bytes + 12) != PST_NUMBER_FORMAT || get32 (bytes + 16) > PST_ABI
      || get32 (bytes + 20) > PST_JOURNAL_PAYLOAD_MAX)
    {
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION,
                   "written in format %u with number format %u by ABI %u; this version reads format %u, number format %u, up to ABI %u: read it with "
                   "the version that wrote it",
                   get32 (bytes + 8), get32 (bytes + 12), get32 (bytes + 16), PST_JOURNAL_VERSION, PST_NUMBER_FORMAT, PST_ABI);
      return FALSE;
    }
  return TRUE;
}

guint32
pst_journal_format_get_crc (const guint8 *frame)
{
  return get32 (frame);
}

guint32
pst_journal_format_get_length (const guint8 *frame)
{
  return get32 (frame + 4);
}

guint64
pst_journal_format_get_sequence (const guint8 *frame)
{
  guint64 little;

  memcpy (&little, frame + 8, sizeof little);
  return GUINT64_FROM_LE (little);
}

guint32
pst_journal_format_compute_crc (const guint8 *frame, guint32 length)
{
  guint8 length_bytes[4];
  guint32 crc;

  if (pst_journal_format_get_length (frame) == length)
    return crc32 (0, frame + 4, PST_JOURNAL_FRAME_HEAD - 4 + length);
  put32 (length_bytes, length);
  crc = crc32 (0, length_bytes, sizeof length_bytes);
  return crc32 (crc, frame + 8, PST_JOURNAL_FRAME_HEAD - 8 + length);
}

gboolean
pst_journal_format_append_record (GByteArray *bytes, const PstRecord *record, GError **error)
{
  static const guint8 end_mark = PST_JOURNAL_END_MARK;
  guint start = bytes->len, length;
  guint8 *frame;

  g_byte_array_set_size (bytes, start + PST_JOURNAL_FRAME_HEAD);
  pst_record_encode (record, bytes);
  length = bytes->len - start - PST_JOURNAL_FRAME_HEAD;
  if (G_UNLIKELY (length == 0 || length > PST_JOURNAL_PAYLOAD_MAX))
    {
      g_byte_array_set_size (bytes, start);
      g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT, "record %" G_GUINT64_FORMAT " takes %u bytes; 1 to %u are allowed",
                   record->sequence, length, PST_JOURNAL_PAYLOAD_MAX);
      return FALSE;
    }
  frame = bytes->data + start;
  put32 (frame + 4, length);
  put64 (frame + 8, record->sequence);
  put32 (frame, pst_journal_format_compute_crc (frame, length));
  g_byte_array_append (bytes, &end_mark, 1);
  return TRUE;
}
