/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an operator would lose: a record that was confirmed, after any operation failed or the power went at any point. */
#include "journal-test-kit.h"

#define N_RECORDS 60

/* Appends the story in groups of @group, each confirmed. The number of records that were confirmed. */
static guint64
write_story (PstSimulatedFile *file, guint group, gboolean power, gsize buffer_size, GError **error)
{
  g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, buffer_size);
  guint64 n_confirmed = 0;
  PstRecord record;

  for (guint64 i = 1; i <= N_RECORDS; i++)
    {
      story_get (i, &record);
      if (!pst_journal_writer_append (writer, &record, error))
        return n_confirmed;
      if (i % group != 0)
        continue;
      if (!(power ? pst_journal_writer_sync (writer, error) : pst_journal_writer_flush (writer, error)))
        return n_confirmed;
      n_confirmed = i;
    }
  return n_confirmed;
}

static void
assert_holds (PstSimulatedFile *file, guint64 n_confirmed)
{
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;
  gint64 n = verify_journal (file, &scan, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, >=, n_confirmed);
}

/* The Nth operation fails, for every N, having written nothing, a piece, or a whole record and a piece of what it was given. */
static void
test_fail_every_operation (void)
{
  static const guint kept[] = { 0, 1, 15, 16, 17, 120, 400 };

  for (guint group = 1; group <= 20; group += 6)
    for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
      for (guint nth = 1;; nth++)
        {
          g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
          PstStoreError code = nth % 2 ? PST_STORE_ERROR_FULL : PST_STORE_ERROR_IO;
          guint64 n_confirmed;
          g_autoptr (GError) error = NULL;

          pst_simulated_file_tear_nth (file, nth, kept[i], code);
          n_confirmed = write_story (file, group, TRUE, 1000, &error);
          if (error == NULL)
            {
              g_assert_cmpuint (n_confirmed, ==, N_RECORDS - N_RECORDS % group);
              break;
            }
          g_assert_error (error, PST_STORE_ERROR, code);
          g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, nth);
          assert_holds (file, n_confirmed);
        }
}

/* What is on the disk for sure when the @nth operation was being done. */
static gsize
get_safe_length (guint nth)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  gsize length;

  pst_simulated_file_tear_nth (file, nth, G_MAXSIZE, PST_STORE_ERROR_IO);
  write_story (file, 7, TRUE, 1000, NULL);
  pst_simulated_file_cut_power (file, 0);
  pst_simulated_file_get_bytes (file, &length);
  return length;
}

/* The power goes after any number of bytes behind what was synced. */
static void
test_power_cut_at_every_byte (void)
{
  gboolean done = FALSE;

  for (guint nth = 1; !done; nth++)
    {
      g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
      g_autoptr (GError) error = NULL;
      const guint8 *bytes;
      guint64 n_confirmed;
      gsize n_bytes;

      pst_simulated_file_tear_nth (file, nth, G_MAXSIZE, PST_STORE_ERROR_IO);
      n_confirmed = write_story (file, 7, TRUE, 1000, &error);
      done = error == NULL;
      bytes = pst_simulated_file_get_bytes (file, &n_bytes);
      for (gsize length = get_safe_length (nth); length <= n_bytes; length++)
        {
          g_autoptr (PstSimulatedFile) rest = pst_simulated_file_new_from_bytes (bytes, length);

          assert_holds (rest, n_confirmed);
        }
    }
}

/* Nothing is written after a failure: what follows a hole would be worthless. */
static void
test_stays_failed (void)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, 1000);
  PstRecord record;
  gsize length, length_after;

  pst_simulated_file_tear_nth (file, 1, 20, PST_STORE_ERROR_IO);
  story_get (1, &record);
  g_assert_true (pst_journal_writer_append (writer, &record, NULL));
  g_assert_false (pst_journal_writer_flush (writer, NULL));
  pst_simulated_file_get_bytes (file, &length);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      story_get (2, &record);
      g_assert_false (pst_journal_writer_append (writer, &record, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
      g_assert_nonnull (strstr (error->message, "nothing more is written after this"));
      g_assert_false (pst_journal_writer_flush (writer, NULL));
      g_assert_false (pst_journal_writer_sync (writer, NULL));
    }
  pst_simulated_file_get_bytes (file, &length_after);
  g_assert_cmpuint (length_after, ==, length);
  g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, 1);
}

static void
test_refuses_gap (void)
{
  for (guint64 second = 1; second <= 3; second += 2)
    {
      g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
      g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, 1000);
      PstRecord record;
      g_autoptr (GError) error = NULL;

      story_get (1, &record);
      g_assert_true (pst_journal_writer_append (writer, &record, NULL));
      story_get (second, &record);
      g_assert_false (pst_journal_writer_append (writer, &record, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
    }
}

/* One write a group and one sync a durable commit; a commit of nothing costs nothing. */
static void
test_operations_are_counted (void)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, 1 << 20);
  PstRecord record;

  g_assert_true (pst_journal_writer_sync (writer, NULL));
  g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, 0);
  g_assert_cmpuint (pst_file_get_length (PST_FILE (file)), ==, 0);
  for (guint64 i = 1; i <= 100; i++)
    {
      story_get (i, &record);
      g_assert_true (pst_journal_writer_append (writer, &record, NULL));
    }
  g_assert_true (pst_journal_writer_sync (writer, NULL));
  g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, 2);
  g_assert_true (pst_journal_writer_sync (writer, NULL));
  g_assert_true (pst_journal_writer_flush (writer, NULL));
  g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, 2);
}

/* However records are grouped, the bytes are the same. */
static void
test_bytes_do_not_depend_on_groups (void)
{
  g_autoptr (PstSimulatedFile) one = pst_simulated_file_new (), other = pst_simulated_file_new ();
  const guint8 *a, *b;
  gsize n_a, n_b;

  g_assert_cmpuint (write_story (one, 1, TRUE, 4096, NULL), ==, N_RECORDS);
  g_assert_cmpuint (write_story (other, 20, FALSE, 1 << 20, NULL), ==, N_RECORDS);
  a = pst_simulated_file_get_bytes (one, &n_a);
  b = pst_simulated_file_get_bytes (other, &n_b);
  g_assert_cmpmem (a, n_a, b, n_b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/writer/fail-every-operation", test_fail_every_operation);
  g_test_add_func ("/journal/writer/power-cut-at-every-byte", test_power_cut_at_every_byte);
  g_test_add_func ("/journal/writer/stays-failed", test_stays_failed);
  g_test_add_func ("/journal/writer/refuses-gap", test_refuses_gap);
  g_test_add_func ("/journal/writer/operations-are-counted", test_operations_are_counted);
  g_test_add_func ("/journal/writer/bytes-do-not-depend-on-groups", test_bytes_do_not_depend_on_groups);
  return g_test_run ();
}
