/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an operator would lose: confirmed records taken for torn ones, damage taken for truth, or a good journal refused after a crash. */
#include "journal-test-kit.h"

#include <zlib.h>

#define N_RECORDS 40

/* The bytes of a sound journal, and where each of its records ends; the first end is the header's. */
typedef struct
{
  GByteArray *bytes;
  GArray *ends;
} Sound;

static void
sound_set_up (Sound *sound, gconstpointer data)
{
  g_autoptr (PstSimulatedFile) file = make_journal (N_RECORDS);
  gsize length;
  const guint8 *bytes = pst_simulated_file_get_bytes (file, &length);
  guint offset = PST_JOURNAL_HEADER_SIZE;

  sound->bytes = g_byte_array_append (g_byte_array_new (), bytes, length);
  sound->ends = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (sound->ends, offset);
  while (offset < length)
    {
      offset += PST_JOURNAL_FRAME_OVERHEAD + pst_journal_format_get_length (bytes + offset);
      g_array_append_val (sound->ends, offset);
    }
  g_assert_cmpuint (sound->ends->len, ==, N_RECORDS + 1);
}

static void
sound_tear_down (Sound *sound, gconstpointer data)
{
  g_byte_array_unref (sound->bytes);
  g_array_unref (sound->ends);
}

static guint
get_end (const Sound *sound, guint n_records)
{
  return g_array_index (sound->ends, guint, n_records);
}

/* How many records end within @length bytes. */
static guint
count_whole (const Sound *sound, guint length)
{
  guint n = 0;

  while (n + 1 < sound->ends->len && get_end (sound, n + 1) <= length)
    n++;
  return n;
}

/* A file of these bytes is read without an error and gives @n_records; what is behind them is torn. */
static void
assert_torn (const guint8 *bytes, gsize length, guint n_records, guint n_bytes)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new_from_bytes (bytes, length);
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (verify_journal (file, &scan, &error), ==, n_records);
  g_assert_no_error (error);
  g_assert_cmpuint (scan.n_bytes, ==, n_bytes);
  g_assert_cmpuint (scan.n_bytes_torn, ==, length - n_bytes);
}

static void
assert_corrupt (const guint8 *bytes, gsize length, guint n_records, const char *what)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new_from_bytes (bytes, length);
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (verify_journal (file, &scan, &error), ==, -1);
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, what));
  g_assert_cmpuint (scan.n_records, ==, n_records);
}

static void
test_whole (Sound *sound, gconstpointer data)
{
  g_autoptr (PstSimulatedFile) file = make_journal (10000);
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;
  gsize length;

  pst_simulated_file_get_bytes (file, &length);
  /* Longer than the reader's window, so that records lie across its edge. */
  g_assert_cmpuint (length, >, 512 * 1024);
  g_assert_cmpint (verify_journal (file, &scan, &error), ==, 10000);
  g_assert_no_error (error);
  g_assert_cmpuint (scan.n_bytes, ==, length);
  g_assert_cmpuint (scan.n_bytes_torn, ==, 0);
}

/* A write that was interrupted at any byte: what stood before it is read, the rest reported as torn. */
static void
test_torn_at_every_byte (Sound *sound, gconstpointer data)
{
  for (guint length = 0; length <= sound->bytes->len; length++)
    {
      guint n = count_whole (sound, length);

      assert_torn (sound->bytes->data, length, n, length < PST_JOURNAL_HEADER_SIZE ? 0 : get_end (sound, n));
    }
}

/* A file system that grew the file but did not write its last blocks leaves zeros from the end of what it had, or from a sector on. */
static void
test_zero_filled_tail (Sound *sound, gconstpointer data)
{
  for (guint i = 0; i < sound->ends->len + sound->bytes->len / PST_JOURNAL_SECTOR; i++)
    {
      guint written = i < sound->ends->len ? get_end (sound, i) : (i - sound->ends->len + 1) * PST_JOURNAL_SECTOR;
      guint n = count_whole (sound, written);

      for (guint n_zeros = 1; n_zeros < 10000; n_zeros = n_zeros < 40 ? n_zeros + 1 : n_zeros * 3)
        {
          g_autofree guint8 *bytes = g_malloc0 (written + n_zeros);

          memcpy (bytes, sound->bytes->data, written);
          assert_torn (bytes, written + n_zeros, n, get_end (sound, n));
        }
    }
}

/* Every byte, set to zero, to all ones, and with each bit turned: never read as truth, never dropped as torn. */
static void
test_damage_at_every_byte (Sound *sound, gconstpointer data)
{
  for (guint i = 0; i < sound->bytes->len; i++)
    {
      guint8 right = sound->bytes->data[i];
      guint n = count_whole (sound, i);
      g_autofree char *where = i < PST_JOURNAL_HEADER_SIZE ? g_strdup ("at byte") : g_strdup_printf ("at byte %u,", get_end (sound, n));

      for (guint way = 0; way < 10; way++)
        {
          guint8 wrong = way < 8 ? right ^ (1 << way) : way == 8 ? 0 : 0xff;

          sound->bytes->data[i] = wrong;
          if (wrong != right)
            assert_corrupt (sound->bytes->data, sound->bytes->len, n, where);
        }
      sound->bytes->data[i] = right;
    }
}

/* A record that was cut out, at the end or before it, though every checksum matches. */
static void
test_record_missing (Sound *sound, gconstpointer data)
{
  for (guint n = 0; n + 1 < N_RECORDS; n++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_append (g_byte_array_new (), sound->bytes->data, sound->bytes->len);

      g_byte_array_remove_range (bytes, get_end (sound, n), get_end (sound, n + 1) - get_end (sound, n));
      assert_corrupt (bytes->data, bytes->len, n, "the sequence number is not the next one");
    }
}

static void
test_record_doubled (Sound *sound, gconstpointer data)
{
  for (guint n = 0; n < N_RECORDS; n++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_append (g_byte_array_new (), sound->bytes->data, get_end (sound, n + 1));

      g_byte_array_append (bytes, sound->bytes->data + get_end (sound, n), sound->bytes->len - get_end (sound, n));
      assert_corrupt (bytes->data, bytes->len, n + 1, "the sequence number is not the next one");
    }
}

/* Bytes that no interrupted write leaves. */
static void
test_garbage_behind (Sound *sound, gconstpointer data)
{
  for (guint n = 9; n < 6000; n = n * 3 / 2)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_append (g_byte_array_new (), sound->bytes->data, sound->bytes->len);

      for (guint i = 0; i < n; i++)
        {
          guint8 byte = 1 + (i * 37) % 255;

          g_byte_array_append (bytes, &byte, 1);
        }
      assert_corrupt (bytes->data, bytes->len, N_RECORDS, "is damaged at byte");
    }
}

static void
test_foreign_file (Sound *sound, gconstpointer data)
{
  static const char text[] = "date,open,high,low,close,volume\n2015-01-02,1,2,3,4,5\n";

  for (guint length = 1; length < sizeof text; length++)
    assert_corrupt ((const guint8 *)text, length, 0, "not a Penstock journal");
}

/* With a header that is right in itself but of another version: no damage, and nothing is guessed. */
static void
test_newer_version (Sound *sound, gconstpointer data)
{
  for (guint field = 8; field <= 20; field += 4)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (PstSimulatedFile) file = NULL;
      PstStoreScan scan;
      g_autoptr (GError) error = NULL;
      guint32 crc;

      pst_journal_format_append_header (bytes);
      bytes->data[field + 1]++;
      crc = GUINT32_TO_LE (crc32 (0, bytes->data, 28));
      memcpy (bytes->data + 28, &crc, 4);
      file = pst_simulated_file_new_from_bytes (bytes->data, bytes->len);
      g_assert_cmpint (verify_journal (file, &scan, &error), ==, -1);
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_VERSION);
    }
}

/* A newer program's record, or a forged one: the checksum matches, the content is none. */
static void
test_undecodable_payload (Sound *sound, gconstpointer data)
{
  guint8 *frame = sound->bytes->data + get_end (sound, 10);
  guint32 crc;

  memset (frame + PST_JOURNAL_FRAME_HEAD, 0xee, pst_journal_format_get_length (frame));
  crc = GUINT32_TO_LE (pst_journal_format_compute_crc (frame, pst_journal_format_get_length (frame)));
  memcpy (frame, &crc, 4);
  assert_corrupt (sound->bytes->data, sound->bytes->len, 10, "though its checksum matches");
}

/* A disk that cannot be read is an error of its own, no damage and no end. */
static void
test_unreadable (Sound *sound, gconstpointer data)
{
  for (guint nth = 1;; nth++)
    {
      g_autoptr (PstSimulatedFile) file = pst_simulated_file_new_from_bytes (sound->bytes->data, sound->bytes->len - 5);
      PstStoreScan scan;
      g_autoptr (GError) error = NULL;

      pst_simulated_file_fail_nth (file, nth, PST_STORE_ERROR_IO);
      if (verify_journal (file, &scan, &error) == N_RECORDS - 1)
        {
          g_assert_cmpuint (nth, >, 2);
          break;
        }
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
    }
}

#define ADD(path, func) g_test_add ("/journal/reader/" path, Sound, NULL, sound_set_up, func, sound_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("torn-at-every-byte", test_torn_at_every_byte);
  ADD ("zero-filled-tail", test_zero_filled_tail);
  ADD ("damage-at-every-byte", test_damage_at_every_byte);
  ADD ("record-missing", test_record_missing);
  ADD ("record-doubled", test_record_doubled);
  ADD ("garbage-behind", test_garbage_behind);
  ADD ("foreign-file", test_foreign_file);
  ADD ("newer-version", test_newer_version);
  ADD ("undecodable-payload", test_undecodable_payload);
  ADD ("unreadable", test_unreadable);
  return g_test_run ();
}
