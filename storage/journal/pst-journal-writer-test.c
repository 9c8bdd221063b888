/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an operator would lose: a record that was confirmed, after any operation failed or the power went at any point. */
#include "journal-test-kit.h"

#define N_RECORDS 60

/* Appends the story in groups of @group, each confirmed. The number of records that were confirmed. */
static guint64
write_story (TestFile *file, guint group, gboolean power, gsize buffer_size, GError **error)
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
assert_holds (TestFile *file, guint64 n_confirmed)
{
  PstStoreScan scan;
  g_autoptr (GError) error = NULL;
  gint64 n = test_file_verify (file, &scan, &error);

  g_assert_no_error (error);
  g_assert_cmpint (n, >=, n_confirmed);
}

/* The Nth operation fails, for every N, having written nothing, a piece, or a whole record and a piece of what it was given. */
static void
test_fail_every_operation (void)
{
  static const guint torn[] = { 0, 1, 15, 16, 17, 120, 400 };

  for (guint group = 1; group <= 20; group += 6)
    for (guint i = 0; i < G_N_ELEMENTS (torn); i++)
      for (guint fail_at = 1;; fail_at++)
        {
          g_autoptr (GObject) object = G_OBJECT (test_file_new (NULL, 0));
          TestFile *file = (TestFile *)object;
          guint64 n_confirmed;
          g_autoptr (GError) error = NULL;

          file->fail_at = fail_at;
          file->n_torn = torn[i];
          file->full = fail_at % 2;
          n_confirmed = write_story (file, group, TRUE, 1000, &error);
          if (error == NULL)
            {
              g_assert_cmpuint (n_confirmed, ==, N_RECORDS - N_RECORDS % group);
              break;
            }
          g_assert_error (error, PST_STORE_ERROR, file->full ? PST_STORE_ERROR_FULL : PST_STORE_ERROR_IO);
          g_assert_cmpuint (file->n_operations, ==, fail_at);
          assert_holds (file, n_confirmed);
        }
}

/* The power goes after any number of bytes behind what was synced. */
static void
test_power_cut_at_every_byte (void)
{
  for (guint fail_at = 1;; fail_at++)
    {
      g_autoptr (GObject) object = G_OBJECT (test_file_new (NULL, 0));
      TestFile *file = (TestFile *)object;
      guint64 n_confirmed;
      g_autoptr (GError) error = NULL;

      file->fail_at = fail_at;
      file->n_torn = G_MAXUINT;
      n_confirmed = write_story (file, 7, TRUE, 1000, &error);
      for (guint length = file->n_synced; length <= file->bytes->len; length++)
        {
          g_autoptr (GObject) rest = G_OBJECT (test_file_new (file->bytes->data, length));

          assert_holds ((TestFile *)rest, n_confirmed);
        }
      if (error == NULL)
        break;
    }
}

/* Nothing is written after a failure: what follows a hole would be worthless. */
static void
test_stays_failed (void)
{
  g_autoptr (GObject) object = G_OBJECT (test_file_new (NULL, 0));
  TestFile *file = (TestFile *)object;
  g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, 1000);
  PstRecord record;
  guint length;

  file->fail_at = 1;
  story_get (1, &record);
  g_assert_true (pst_journal_writer_append (writer, &record, NULL));
  g_assert_false (pst_journal_writer_flush (writer, NULL));
  length = file->bytes->len;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      story_get (2, &record);
      g_assert_false (pst_journal_writer_append (writer, &record, &error));
      g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
      g_assert_nonnull (strstr (error->message, "as the test wants"));
      g_assert_false (pst_journal_writer_flush (writer, NULL));
      g_assert_false (pst_journal_writer_sync (writer, NULL));
    }
  g_assert_cmpuint (file->bytes->len, ==, length);
  g_assert_cmpuint (file->n_operations, ==, 1);
}

static void
test_refuses_gap (void)
{
  for (guint64 second = 1; second <= 3; second += 2)
    {
      g_autoptr (GObject) object = G_OBJECT (test_file_new (NULL, 0));
      g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (object), "test", 1, 1000);
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
  g_autoptr (GObject) object = G_OBJECT (test_file_new (NULL, 0));
  TestFile *file = (TestFile *)object;
  g_autoptr (PstJournalWriter) writer = pst_journal_writer_new (PST_FILE (file), "test", 1, 1 << 20);
  PstRecord record;

  g_assert_true (pst_journal_writer_sync (writer, NULL));
  g_assert_cmpuint (file->n_operations, ==, 0);
  g_assert_cmpuint (file->bytes->len, ==, 0);
  for (guint64 i = 1; i <= 100; i++)
    {
      story_get (i, &record);
      g_assert_true (pst_journal_writer_append (writer, &record, NULL));
    }
  g_assert_true (pst_journal_writer_sync (writer, NULL));
  g_assert_cmpuint (file->n_operations, ==, 2);
  g_assert_true (pst_journal_writer_sync (writer, NULL));
  g_assert_true (pst_journal_writer_flush (writer, NULL));
  g_assert_cmpuint (file->n_operations, ==, 2);
}

/* However records are grouped, the bytes are the same. */
static void
test_bytes_do_not_depend_on_groups (void)
{
  g_autoptr (GObject) one = G_OBJECT (test_file_new (NULL, 0));
  g_autoptr (GObject) other = G_OBJECT (test_file_new (NULL, 0));
  GByteArray *a = ((TestFile *)one)->bytes, *b = ((TestFile *)other)->bytes;

  g_assert_cmpuint (write_story ((TestFile *)one, 1, TRUE, 4096, NULL), ==, N_RECORDS);
  g_assert_cmpuint (write_story ((TestFile *)other, 20, FALSE, 1 << 20, NULL), ==, N_RECORDS);
  g_assert_cmpmem (a->data, a->len, b->data, b->len);
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
