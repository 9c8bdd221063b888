/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rule, as README.md states it. A tail is torn when it is
 *  - nothing but zeros, or
 *  - a strict prefix of one possible record with the expected sequence number, which may be followed by zeros that begin at a multiple of
 *    512 bytes of the file,
 * and no whole record stands in it, neither under another length nor further on. All else is damage. Erring on the side of damage costs an
 * operator a look at the file; erring on the other side would drop records that had been confirmed. */
#include "pst-journal-tail.h"

#define TAIL_CHUNK (64 * 1024)

/* The offset behind the last byte that is not zero; @offset when all are. */
static gboolean
find_content_end (PstFile *file, guint64 offset, guint64 length, guint64 *end, GError **error)
{
  g_autofree guint8 *chunk = g_malloc (TAIL_CHUNK);

  for (*end = length; *end > offset;)
    {
      gsize n = MIN (*end - offset, TAIL_CHUNK);
      gssize n_read = pst_file_read (file, *end - n, chunk, n, error);

      if (n_read < 0)
        return FALSE;
      if ((gsize)n_read < n)
        {
          g_set_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the file became shorter while it was read");
          return FALSE;
        }
      while (n > 0 && chunk[n - 1] == 0)
        {
          n--;
          (*end)--;
        }
      if (n > 0)
        return TRUE;
    }
  return TRUE;
}

/* Whether the first @n bytes can be the beginning of record @sequence, and not all of it. */
static gboolean
is_strict_prefix (const guint8 *bytes, gsize n, guint64 sequence)
{
  guint64 little = GUINT64_TO_LE (sequence);
  const guint8 *expected = (const guint8 *)&little;

  for (gsize i = 8; i < MIN (n, PST_JOURNAL_FRAME_HEAD); i++)
    {
      if (bytes[i] != expected[i - 8])
        return FALSE;
    }
  if (n >= 8)
    {
      guint32 length = pst_journal_format_get_length (bytes);

      return length >= 1 && length <= PST_JOURNAL_PAYLOAD_MAX && n < PST_JOURNAL_FRAME_OVERHEAD + (gsize)length;
    }
  /* Of a length up to 4096 the two high bytes are zero. */
  return n < 7 || bytes[6] == 0;
}

/* A record that is all there but for its length field: that is damage. One that is all there but for its end mark is torn: the mark was not
 * written any more. */
static gboolean
is_whole_under_other_length (const guint8 *bytes, gsize n, guint64 sequence)
{
  guint32 crc;

  if (n <= PST_JOURNAL_FRAME_HEAD || pst_journal_format_get_sequence (bytes) != sequence)
    return FALSE;
  crc = pst_journal_format_get_crc (bytes);
  for (guint32 length = 1; length <= MIN (n - PST_JOURNAL_FRAME_HEAD, PST_JOURNAL_PAYLOAD_MAX); length++)
    {
      if (pst_journal_format_compute_crc (bytes, length) == crc)
        return length != pst_journal_format_get_length (bytes);
    }
  return FALSE;
}

/* A whole later record behind the break: what was written after it is there, so the break was no interrupted write. */
static gboolean
holds_later_record (const guint8 *bytes, gsize n, guint64 sequence)
{
  guint64 last = sequence + n / PST_JOURNAL_FRAME_OVERHEAD + 1;

  for (gsize i = 1; i + PST_JOURNAL_FRAME_OVERHEAD < n; i++)
    {
      const guint8 *frame = bytes + i;
      guint32 length = pst_journal_format_get_length (frame);
      guint64 found = pst_journal_format_get_sequence (frame);

      if (found > sequence && found <= last && length >= 1 && length <= n - i - PST_JOURNAL_FRAME_OVERHEAD
          && pst_journal_format_compute_crc (frame, length) == pst_journal_format_get_crc (frame))
        return TRUE;
    }
  return FALSE;
}

gboolean
pst_journal_tail_is_torn (PstFile *file, guint64 offset, guint64 length, guint64 sequence, GError **error)
{
  guint8 bytes[2 * PST_JOURNAL_FRAME_MAX];
  guint64 end, fill, n_prefix;
  gssize n;

  if (!find_content_end (file, offset, length, &end, error))
    return FALSE;
  if (end == offset)
    return TRUE;
  fill = (end + PST_JOURNAL_SECTOR - 1) / PST_JOURNAL_SECTOR * PST_JOURNAL_SECTOR;
  n_prefix = MIN (fill, length) - offset;
  if (n_prefix >= PST_JOURNAL_FRAME_MAX)
    return FALSE;
  n = pst_file_read (file, offset, bytes, MIN (sizeof bytes, length - offset), error);
  if (n < 0)
    return FALSE;
  return (guint64)n >= n_prefix && is_strict_prefix (bytes, n_prefix, sequence) && !is_whole_under_other_length (bytes, n, sequence)
         && !holds_later_record (bytes, n, sequence);
}
