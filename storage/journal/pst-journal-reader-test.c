/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an operator would lose: confirmed records taken for torn ones, damage taken for truth, or a good journal refused after a crash. */
#include "journal-test-kit.h"

#include <zlib.h>

#define N_RECORDS 40

/* Where each record of a journal ends; [0] is the header's end. */
static GArray *
find_ends (TestFile *file)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (guint));
  guint offset = PST_JOURNAL_HEADER_SIZE;

  g_array_append_val (ends, offset);
  while (offset < file->bytes->len)
    {
      offset += PST_JOURNAL_FRAME_OVERHEAD + pst_journal_format_get_length (file->bytes->data + offset);
      g_array_append_val (ends, offset);
    }
  return ends;
}

/* How many records end within @length bytes. */
static guint
count_whole (GArray *ends, guint length)
{
  guint n = 0;

  while (n + 1 < ends->len && g_array_index (ends, guint, n + 1) <= length)
    n++;
  return n;
}

static void
assert_corrupt (TestFile *file, guint n_intact, const char *what)
{
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_file_verify (file, &scan, &error), ==, -1);
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, what));
  g_assert_cmpuint (scan.n_records, ==, n_intact);
}

static void
test_whole (void)
{
  g_autoptr (GObject) object = G_OBJECT (test_file_new_journal (10000));
  TestFile *file = (TestFile *)object;
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;

  /* Longer than the reader's window, so that records lie across its edge. */
  g_assert_cmpuint (file->bytes->len, >, 512 * 1024);
  g_assert_cmpint (test_file_verify (file, &scan, &error), ==, 10000);
  g_assert_no_error (error);
  g_assert_cmpuint (scan.n_bytes, ==, file->bytes->len);
  g_assert_cmpuint (scan.n_bytes_torn, ==, 0);
}

static void
test_empty (void)
{
  g_autoptr (GObject) object = G_OBJECT (test_file_new (NULL, 0));
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_file_verify ((TestFile *)object, &scan, &error), ==, 0);
  g_assert_no_error (error);
}

/* A write that was interrupted at any byte: what stood before it is read, the rest reported as torn. */
static void
test_torn_at_every_byte (void)
{
  g_autoptr (GObject) whole = G_OBJECT (test_file_new_journal (N_RECORDS));
  GByteArray *bytes = ((TestFile *)whole)->bytes;
  g_autoptr (GArray) ends = find_ends ((TestFile *)whole);

  for (guint length = 0; length <= bytes->len; length++)
    {
      g_autoptr (GObject) file = G_OBJECT (test_file_new (bytes->data, length));
      guint n = count_whole (ends, length);
      guint intact = length < PST_JOURNAL_HEADER_SIZE ? 0 : g_array_index (ends, guint, n);
      PstStoreScan scan;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (test_file_verify ((TestFile *)file, &scan, &error), ==, n);
      g_assert_no_error (error);
      g_assert_cmpuint (scan.n_bytes, ==, intact);
      g_assert_cmpuint (scan.n_bytes_torn, ==, length - intact);
    }
}

/* A file system that grew the file but did not write its last blocks leaves zeros from the end of what it had, or from a sector on. */
static void
test_zero_filled_tail (void)
{
  g_autoptr (GObject) whole = G_OBJECT (test_file_new_journal (N_RECORDS));
  GByteArray *bytes = ((TestFile *)whole)->bytes;
  g_autoptr (GArray) ends = find_ends ((TestFile *)whole);
  static const guint8 zeros[10000];

  for (guint i = 0; i < ends->len + bytes->len / PST_JOURNAL_SECTOR; i++)
    {
      guint written = i < ends->len ? g_array_index (ends, guint, i) : (i - ends->len + 1) * PST_JOURNAL_SECTOR;
      guint n = count_whole (ends, written);

      for (guint n_zeros = 1; n_zeros < sizeof zeros; n_zeros = n_zeros < 40 ? n_zeros + 1 : n_zeros * 3)
        {
          g_autoptr (GObject) file = G_OBJECT (test_file_new (bytes->data, written));
          PstStoreScan scan;
          g_autoptr (GError) error = NULL;

          g_byte_array_append (((TestFile *)file)->bytes, zeros, n_zeros);
          g_assert_cmpint (test_file_verify ((TestFile *)file, &scan, &error), ==, n);
          g_assert_no_error (error);
          g_assert_cmpuint (scan.n_bytes_torn, ==, written + n_zeros - g_array_index (ends, guint, n));
        }
    }
}

/* Every byte, set to zero, to all ones, and with each bit turned: never read as truth, never dropped as torn. */
static void
test_damage_at_every_byte (void)
{
  g_autoptr (GObject) whole = G_OBJECT (test_file_new_journal (N_RECORDS));
  GByteArray *bytes = ((TestFile *)whole)->bytes;
  g_autoptr (GArray) ends = find_ends ((TestFile *)whole);

  for (guint i = 0; i < bytes->len; i++)
    {
      guint8 right = bytes->data[i];

      for (guint way = 0; way < 10; way++)
        {
          guint8 wrong = way < 8 ? right ^ (1 << way) : way == 8 ? 0 : 0xff;
          g_autoptr (GObject) file = NULL;

          if (wrong == right)
            continue;
          file = G_OBJECT (test_file_new (bytes->data, bytes->len));
          ((TestFile *)file)->bytes->data[i] = wrong;
          if (i < PST_JOURNAL_HEADER_SIZE)
            assert_corrupt ((TestFile *)file, 0, "at byte");
          else
            {
              guint n = count_whole (ends, i);
              g_autofree char *where = g_strdup_printf ("at byte %u,", g_array_index (ends, guint, n));

              assert_corrupt ((TestFile *)file, n, where);
            }
        }
    }
}

/* A record that was cut out or doubled, though every checksum matches. */
static void
test_sequence_gap (void)
{
  g_autoptr (GObject) whole = G_OBJECT (test_file_new_journal (N_RECORDS));
  GByteArray *bytes = ((TestFile *)whole)->bytes;
  g_autoptr (GArray) ends = find_ends ((TestFile *)whole);
  guint from = g_array_index (ends, guint, 20), to = g_array_index (ends, guint, 21);
  g_autoptr (GObject) cut = G_OBJECT (test_file_new (bytes->data, bytes->len));
  g_autoptr (GObject) doubled = G_OBJECT (test_file_new (bytes->data, to));
  g_autoptr (GObject) last_cut = G_OBJECT (test_file_new (bytes->data, bytes->len));
  guint last = g_array_index (ends, guint, N_RECORDS - 1);

  g_byte_array_remove_range (((TestFile *)cut)->bytes, from, to - from);
  assert_corrupt ((TestFile *)cut, 20, "the sequence number is not the next one");
  g_byte_array_append (((TestFile *)doubled)->bytes, bytes->data + from, bytes->len - from);
  assert_corrupt ((TestFile *)doubled, 21, "the sequence number is not the next one");
  g_byte_array_remove_range (((TestFile *)last_cut)->bytes, g_array_index (ends, guint, N_RECORDS - 2),
                             last - g_array_index (ends, guint, N_RECORDS - 2));
  assert_corrupt ((TestFile *)last_cut, N_RECORDS - 2, "the sequence number is not the next one");
}

/* Bytes that no interrupted write leaves. */
static void
test_garbage_behind (void)
{
  for (guint n = 9; n < 6000; n = n * 3 / 2)
    {
      g_autoptr (GObject) file = G_OBJECT (test_file_new_journal (N_RECORDS));

      for (guint i = 0; i < n; i++)
        {
          guint8 byte = 1 + (i * 37) % 255;

          g_byte_array_append (((TestFile *)file)->bytes, &byte, 1);
        }
      assert_corrupt ((TestFile *)file, N_RECORDS, "is damaged at byte");
    }
}

static void
test_foreign_file (void)
{
  static const char text[] = "date,open,high,low,close,volume\n2015-01-02,1,2,3,4,5\n";

  for (guint length = 1; length < sizeof text; length++)
    {
      g_autoptr (GObject) file = G_OBJECT (test_file_new ((const guint8 *)text, length));

      assert_corrupt ((TestFile *)file, 0, "not a Penstock journal");
    }
}

/* With a header that is right in itself but of another version: no damage, and nothing is guessed. */
static void
test_newer_version (void)
{
  for (guint field = 8; field <= 20; field += 4)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GObject) file = NULL;
      PstStoreScan scan;
      g_autoptr (GError) error = NULL;
      guint32 crc;

      pst_journal_format_append_header (bytes);
      bytes->data[field + 1]++;
      crc = GUINT32_TO_LE (crc32 (0, bytes->data, 28));
      memcpy (bytes->data + 28, &crc, 4);
      file = G_OBJECT (test_file_new (bytes->data, bytes->len));
      g_assert_cmpint (test_file_verify ((TestFile *)file, &scan, &error), ==, -1);
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION);
    }
}

/* A newer program's record, or a forged one: the checksum matches, the content is none. */
static void
test_undecodable_payload (void)
{
  g_autoptr (GObject) object = G_OBJECT (test_file_new_journal (N_RECORDS));
  TestFile *file = (TestFile *)object;
  g_autoptr (GArray) ends = find_ends (file);
  guint8 *frame = file->bytes->data + g_array_index (ends, guint, 10);
  guint32 crc;

  memset (frame + PST_JOURNAL_FRAME_HEAD, 0xee, pst_journal_format_get_length (frame));
  crc = GUINT32_TO_LE (pst_journal_format_compute_crc (frame, pst_journal_format_get_length (frame)));
  memcpy (frame, &crc, 4);
  assert_corrupt (file, 10, "though its checksum matches");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/reader/whole", test_whole);
  g_test_add_func ("/journal/reader/empty", test_empty);
  g_test_add_func ("/journal/reader/torn-at-every-byte", test_torn_at_every_byte);
  g_test_add_func ("/journal/reader/zero-filled-tail", test_zero_filled_tail);
  g_test_add_func ("/journal/reader/damage-at-every-byte", test_damage_at_every_byte);
  g_test_add_func ("/journal/reader/sequence-gap", test_sequence_gap);
  g_test_add_func ("/journal/reader/garbage-behind", test_garbage_behind);
  g_test_add_func ("/journal/reader/foreign-file", test_foreign_file);
  g_test_add_func ("/journal/reader/newer-version", test_newer_version);
  g_test_add_func ("/journal/reader/undecodable-payload", test_undecodable_payload);
  return g_test_run ();
}
