/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Days of computing stand in these files: what was done must be found again, and what is damaged must not be taken for a result. */
#include "pst-sweep-file.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sweep-kit.h"

static void
fill (PstSweepFile *file, guint64 block, double base)
{
  const PstSweepHeader *header = pst_sweep_file_get_header (file);
  guint8 states[PST_SWEEP_BLOCK_MAX];
  double statistics[PST_SWEEP_BLOCK_MAX * 2];
  guint64 first;
  guint n = pst_sweep_header_get_block (header, block, &first);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      states[i] = PST_SWEEP_STATE_DONE;
      statistics[2 * i] = base + (double)(first + i);
      statistics[2 * i + 1] = i % 2 ? NAN : -0.25;
    }
  pst_sweep_file_write_block (file, block, states, statistics, &error);
  g_assert_no_error (error);
}

static void
check (PstSweepFile *file, guint64 block, gboolean is_done, double base)
{
  guint8 states[PST_SWEEP_BLOCK_MAX];
  double statistics[PST_SWEEP_BLOCK_MAX * 2];
  guint64 first;
  guint n = pst_sweep_header_get_block (pst_sweep_file_get_header (file), block, &first);
  g_autoptr (GError) error = NULL;

  pst_sweep_file_read_block (file, block, states, statistics, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (states[i], ==, is_done ? PST_SWEEP_STATE_DONE : PST_SWEEP_STATE_OPEN);
      if (is_done)
        g_assert_cmpfloat (statistics[2 * i], ==, base + (double)(first + i));
      if (is_done)
        g_assert_true (i % 2 ? isnan (statistics[2 * i + 1]) : statistics[2 * i + 1] == -0.25);
    }
}

static void
test_blocks_stay (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (PstSweepHeader) expected = sweep_kit_header (100, 37);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_create (fixture->path, sweep_kit_header (100, 37), &error);
  guint64 n_blocks = pst_sweep_header_get_n_blocks (expected);

  g_assert_no_error (error);
  fill (file, n_blocks - 1, 0);
  fill (file, 3, 0);
  g_clear_pointer (&file, pst_sweep_file_free);
  file = pst_sweep_file_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_null (pst_sweep_header_compare (pst_sweep_file_get_header (file), expected, TRUE));
  for (guint64 i = 0; i < n_blocks; i++)
    check (file, i, i == 3 || i == n_blocks - 1, 0);
}

static void
test_damage_is_seen (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PstSweepFile *file = pst_sweep_file_create (fixture->path, sweep_kit_header (100, 37), &error);
  g_autofree char *bytes = NULL;
  gsize length;

  for (guint64 i = 0; i < 4; i++)
    fill (file, i, 0);
  pst_sweep_file_free (file);
  g_file_get_contents (fixture->path, &bytes, &length, NULL);
  bytes[length - 5] ^= 1;
  g_file_set_contents (fixture->path, bytes, (gssize)length, &error);
  file = pst_sweep_file_open (fixture->path, &error);
  g_assert_no_error (error);
  check (file, 2, TRUE, 0);
  check (file, 3, FALSE, 0);
  pst_sweep_file_free (file);
  /* A torn write. */
  g_assert_cmpint (truncate (fixture->path, (off_t)length - 700), ==, 0);
  file = pst_sweep_file_open (fixture->path, &error);
  check (file, 1, TRUE, 0);
  check (file, 3, FALSE, 0);
  pst_sweep_file_free (file);
}

static void
check_foreign (SweepKitFile *fixture, const char *bytes, gsize length, PstStoreError code)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture->path, bytes, (gssize)length, &error);
  g_assert_no_error (error);
  g_assert_null (pst_sweep_file_open (fixture->path, &error));
  g_assert_error (error, PST_STORE_ERROR, (gint)code);
}

static void
test_foreign_files (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  check_foreign (fixture, "", 0, PST_STORE_ERROR_CORRUPT);
  check_foreign (fixture, "time,open\n1,2\n", 14, PST_STORE_ERROR_CORRUPT);
  check_foreign (fixture, "PENSTOCK-SWEEP 9 1 a\n", 21, PST_STORE_ERROR_VERSION);
  check_foreign (fixture, "PENSTOCK-SWEEP 1 99999999999999 a\n", 34, PST_STORE_ERROR_CORRUPT);
  g_unlink (fixture->path);
  pst_sweep_file_free (pst_sweep_file_create (fixture->path, sweep_kit_header (3, 3), &error));
  g_file_get_contents (fixture->path, &bytes, &length, NULL);
  bytes[120] ^= 4;
  check_foreign (fixture, bytes, length, PST_STORE_ERROR_CORRUPT);
}

static void
test_one_writer (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (GError) locked = NULL, exists = NULL, error = NULL;
  g_autoptr (PstSweepFile) file = pst_sweep_file_create (fixture->path, sweep_kit_header (3, 3), &error);
  g_autoptr (PstSweepFile) reader = NULL;

  g_assert_null (pst_sweep_file_open (fixture->path, &locked));
  g_assert_error (locked, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  g_assert_null (pst_sweep_file_create (fixture->path, sweep_kit_header (3, 3), &exists));
  g_assert_error (exists, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS);
  reader = pst_sweep_file_open_readonly (fixture->path, &error);
  g_assert_no_error (error);
}

/* What slices did, put together, is what one sweep would have done, byte by byte. */
static void
test_slices (SweepKitFile *fixture, gconstpointer data)
{
  enum
  {
    N_SLICES = 7
  };
  g_autofree char *part_path = g_strconcat (fixture->path, ".part", NULL), *whole_path = g_strconcat (fixture->path, ".whole", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSweepFile) merged = pst_sweep_file_create (fixture->path, sweep_kit_header (100, 37), &error);
  g_autoptr (PstSweepFile) whole = pst_sweep_file_create (whole_path, sweep_kit_header (100, 37), &error);
  g_autofree char *a = NULL, *b = NULL;
  gsize n_a, n_b;
  guint64 n_sets = 0;

  for (guint i = N_SLICES; i >= 1; i--)
    {
      PstSweepHeader *header = sweep_kit_header (100, 37);
      g_autoptr (PstSweepFile) part = NULL;

      g_assert_true (pst_sweep_header_slice (header, i, N_SLICES, &error));
      n_sets += header->n_sets;
      part = pst_sweep_file_create (part_path, header, &error);
      g_assert_no_error (error);
      for (guint64 block = 0; block < pst_sweep_header_get_n_blocks (header); block++)
        fill (part, block, 5);
      pst_sweep_file_merge (merged, part, &error);
      g_assert_no_error (error);
      g_unlink (part_path);
    }
  g_assert_cmpuint (n_sets, ==, 3700);
  for (guint64 block = 0; block < pst_sweep_header_get_n_blocks (pst_sweep_file_get_header (whole)); block++)
    fill (whole, block, 5);
  g_file_get_contents (fixture->path, &a, &n_a, NULL);
  g_file_get_contents (whole_path, &b, &n_b, NULL);
  g_assert_cmpmem (a, n_a, b, n_b);
  g_unlink (whole_path);
}

static void
test_slices_that_are_none (SweepKitFile *fixture, gconstpointer data)
{
  static const guint bad[][2] = { { 0, 3 }, { 4, 3 }, { 1, 10 } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PstSweepHeader) header = sweep_kit_header (3, 3);
      g_autoptr (GError) error = NULL;

      g_assert_false (pst_sweep_header_slice (header, bad[i][0], bad[i][1], &error));
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/sweep-file/" name, SweepKitFile, NULL, sweep_kit_file_set_up, func, sweep_kit_file_tear_down)
  ADD ("blocks-stay", test_blocks_stay);
  ADD ("damage-is-seen", test_damage_is_seen);
  ADD ("foreign-files", test_foreign_files);
  ADD ("one-writer", test_one_writer);
  ADD ("slices", test_slices);
  ADD ("slices-that-are-none", test_slices_that_are_none);
  return g_test_run ();
}
