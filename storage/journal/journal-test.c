/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The store as a run sees it: what each commit promises, which files it takes, and what a killed process leaves. */
#include "journal-test-kit.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
  PstHarness *harness;
  PstStore *store;
} Fixture;

static void
add_store (Fixture *fixture)
{
  fixture->store = PST_STORE (pst_harness_add (fixture->harness, PST_TYPE_JOURNAL, "journal", "path", fixture->path, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("journal-test-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "run.journal", NULL);
  fixture->harness = pst_harness_new ();
  add_store (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  pst_harness_finish (fixture->harness);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

/* The next process on the same file. */
static void
restart (Fixture *fixture)
{
  pst_harness_finish (fixture->harness);
  fixture->harness = pst_harness_new ();
  add_store (fixture);
}

static void
start (Fixture *fixture)
{
  pst_harness_start (fixture->harness, PST_COMPONENT (fixture->store));
}

static guint
count_alerts (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < pst_harness_get_n_records (fixture->harness); i++)
    n += pst_harness_get_record (fixture->harness, i)->kind == PST_RECORD_ALERT;
  return n;
}

static void
append (Fixture *fixture, guint64 first, guint64 last)
{
  g_autoptr (GError) error = NULL;
  PstRecord record;

  for (guint64 i = first; i <= last; i++)
    {
      story_get (i, &record);
      g_assert_true (pst_store_append (fixture->store, &record, &error));
      g_assert_no_error (error);
    }
}

static void
commit (Fixture *fixture, PstCommit why)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_store_commit (fixture->store, why, &error));
  g_assert_no_error (error);
}

static gboolean
compare_record (const PstRecord *record, gpointer user_data, GError **error)
{
  guint64 *n = user_data;
  PstRecord expected;

  story_get (++*n, &expected);
  assert_same_record (record, &expected);
  return TRUE;
}

static guint64
count_replayed (PstStore *store, PstStoreScan *scan)
{
  guint64 n = 0;
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_store_replay (store, compare_record, &n, scan, &error));
  g_assert_no_error (error);
  return n;
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  PstStoreScan scan;
  struct stat status;
  gboolean found;

  g_assert_true (pst_store_has_run (fixture->store, "local", "check-1", &found, NULL));
  g_assert_false (found);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  start (fixture);
  append (fixture, 1, 3000);
  g_assert_cmpuint (count_replayed (fixture->store, &scan), ==, 3000);
  commit (fixture, PST_COMMIT_END);
  pst_component_stop (PST_COMPONENT (fixture->store));
  restart (fixture);
  g_assert_cmpuint (count_replayed (fixture->store, &scan), ==, 3000);
  g_assert_cmpuint (scan.n_records, ==, 3000);
  g_assert_cmpuint (scan.n_bytes_torn, ==, 0);
  g_assert_true (pst_store_has_run (fixture->store, "local", "check-1", &found, NULL));
  g_assert_true (found);
  g_assert_true (pst_store_has_run (fixture->store, "local", "check-2", &found, NULL));
  g_assert_false (found);
  g_assert_true (pst_store_has_run (fixture->store, "other", "check-1", &found, NULL));
  g_assert_false (found);
  /* The story of someone's money is theirs alone to read. */
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

static gboolean
stop_at_five (const PstRecord *record, gpointer user_data, GError **error)
{
  return ++*(guint *)user_data < 5;
}

static gboolean
fail_at_five (const PstRecord *record, gpointer user_data, GError **error)
{
  if (++*(guint *)user_data < 5)
    return TRUE;
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "enough");
  return FALSE;
}

static void
test_replay_can_be_ended (Fixture *fixture, gconstpointer data)
{
  guint n = 0;
  g_autoptr (GError) error = NULL;

  start (fixture);
  append (fixture, 1, 20);
  g_assert_true (pst_store_replay (fixture->store, stop_at_five, &n, NULL, &error));
  g_assert_cmpuint (n, ==, 5);
  n = 0;
  g_assert_false (pst_store_replay (fixture->store, fail_at_five, &n, NULL, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "enough");
}

static void
test_no_file_to_replay (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  g_assert_false (pst_store_replay (fixture->store, compare_record, &n, NULL, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_nonnull (strstr (error->message, "there is no journal"));
}

static void
assert_start_fails (Fixture *fixture, gint code, const char *what)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_component_prepare (PST_COMPONENT (fixture->store), NULL));
  g_assert_false (pst_component_start (PST_COMPONENT (fixture->store), &error));
  g_assert_error (error, PST_STORE_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, what));
}

/* One file keeps one run: a second start must not write into it, nor change a byte of it. */
static void
test_existing_run (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  gsize n_before, n_after;

  start (fixture);
  append (fixture, 1, 30);
  commit (fixture, PST_COMMIT_END);
  restart (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &before, &n_before, NULL));
  assert_start_fails (fixture, PST_STORE_ERROR_EXISTS, "keeps run \"check-1\" of user \"local\" already");
  g_assert_true (g_file_get_contents (fixture->path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_locked (Fixture *fixture, gconstpointer data)
{
  PstStore *other = PST_STORE (pst_harness_add (fixture->harness, PST_TYPE_JOURNAL, "other", "path", fixture->path, NULL));
  g_autoptr (GError) error = NULL;

  start (fixture);
  append (fixture, 1, 30);
  commit (fixture, PST_COMMIT_INTENT);
  g_assert_true (pst_component_prepare (PST_COMPONENT (other), NULL));
  g_assert_false (pst_component_start (PST_COMPONENT (other), &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  g_assert_nonnull (strstr (error->message, fixture->path));
  /* Reading needs no lock: an operator may look at a run that is under way. */
  g_assert_cmpuint (count_replayed (other, NULL), ==, 30);
}

static void
test_unwritable_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "no", "such", "run.journal", NULL);

  g_object_set (fixture->store, "path", path, NULL);
  assert_start_fails (fixture, PST_STORE_ERROR_IO, "no/such/run.journal");
}

static void
test_no_path (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_object_set (fixture->store, "path", NULL, NULL);
  g_assert_false (pst_component_prepare (PST_COMPONENT (fixture->store), &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING);
}

static void
test_run_in_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "{run}.journal", NULL);
  g_autofree char *expected = g_build_filename (fixture->folder, "check-1.journal", NULL);
  gboolean found;

  g_object_set (fixture->store, "path", path, NULL);
  start (fixture);
  append (fixture, 1, 10);
  commit (fixture, PST_COMMIT_END);
  pst_component_stop (PST_COMPONENT (fixture->store));
  g_assert_true (g_file_test (expected, G_FILE_TEST_IS_REGULAR));
  g_assert_true (pst_store_has_run (fixture->store, "local", "check-1", &found, NULL));
  g_assert_true (found);
  g_assert_true (pst_store_has_run (fixture->store, "local", "check-2", &found, NULL));
  g_assert_false (found);
}

static void
test_damaged_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean found;

  g_assert_true (g_file_set_contents (fixture->path, "date,open,high,low,close\n", -1, NULL));
  assert_start_fails (fixture, PST_STORE_ERROR_CORRUPT, "not a Penstock journal");
  g_assert_false (pst_store_has_run (fixture->store, "local", "check-1", &found, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT);
}

/* Cuts @n bytes off the file's end. */
static void
tear (const char *path, gsize n)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (truncate (path, status.st_size - n), ==, 0);
}

/* A run that was cut off is continued behind its last whole record, and the operator hears of the torn one. */
static void
test_continue (Fixture *fixture, gconstpointer data)
{
  PstStoreScan scan;

  start (fixture);
  append (fixture, 1, 30);
  commit (fixture, PST_COMMIT_END);
  restart (fixture);
  tear (fixture->path, 5);
  g_assert_cmpuint (count_replayed (fixture->store, &scan), ==, 29);
  g_assert_cmpuint (scan.n_bytes_torn, >, 0);
  g_object_set (fixture->store, "existing", PST_JOURNAL_EXISTING_CONTINUE, NULL);
  start (fixture);
  g_assert_cmpuint (count_alerts (fixture), ==, 1);
  append (fixture, 30, 60);
  commit (fixture, PST_COMMIT_END);
  g_assert_cmpuint (count_replayed (fixture->store, &scan), ==, 60);
  g_assert_cmpuint (scan.n_bytes_torn, ==, 0);
}

static void
test_continue_refusals (Fixture *fixture, gconstpointer data)
{
  PstRecord record;

  start (fixture);
  append (fixture, 1, 30);
  story_get (1, &record);
  record.sequence = 31;
  record.run.state = PST_RUN_STATE_STOPPED;
  g_assert_true (pst_store_append (fixture->store, &record, NULL));
  commit (fixture, PST_COMMIT_END);
  restart (fixture);
  g_object_set (fixture->store, "existing", PST_JOURNAL_EXISTING_CONTINUE, NULL);
  assert_start_fails (fixture, PST_STORE_ERROR_EXISTS, "which has ended");
  restart (fixture);
  g_object_set (fixture->store, "existing", PST_JOURNAL_EXISTING_CONTINUE, NULL);
  /* The harness has one run of one name. */
  g_strlcpy (((PstRunRecord *)pst_context_get_run (PST_CONTEXT (fixture->harness)))->run_id, "check-2", PST_NAME_SIZE);
  assert_start_fails (fixture, PST_STORE_ERROR_EXISTS, "keeps run \"check-1\"");
}

/* A process that died before its first record leaves an empty file or a piece of a header: there is nothing to lose in it. */
static void
test_file_without_record (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) header = g_byte_array_new ();

  pst_journal_format_append_header (header);
  for (guint n = 0; n <= header->len + 9; n++)
    {
      g_autofree char *bytes = g_malloc0 (n + 1);

      memcpy (bytes, header->data, MIN (n, header->len));
      g_assert_true (g_file_set_contents (fixture->path, bytes, n, NULL));
      start (fixture);
      g_assert_cmpuint (count_alerts (fixture), ==, n != 0 && n != header->len);
      append (fixture, 1, 10);
      commit (fixture, PST_COMMIT_END);
      g_assert_cmpuint (count_replayed (fixture->store, NULL), ==, 10);
      restart (fixture);
    }
}

/* A tick in which nothing happened but time. */
static void
append_idle_tick (Fixture *fixture, guint64 sequence)
{
  PstRecord record;

  story_get (STORY_PROLOGUE + STORY_CYCLE, &record);
  record.sequence = sequence;
  g_assert_true (pst_store_append (fixture->store, &record, NULL));
}

/* What is on the disk after each kind of commit. An intent is always out before anything is sent. */
static void
test_promises (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    PstMode mode;
    PstJournalDurability durability;
    guint intent, idle_tick, moving_tick; /* operations of each: 1 write, 2 write and sync */
  } promises[] = {
    { PST_MODE_BACKTEST, PST_JOURNAL_DURABILITY_AUTO, 1, 0, 0 }, { PST_MODE_BACKTEST, PST_JOURNAL_DURABILITY_POWER, 2, 1, 2 },
    { PST_MODE_PAPER, PST_JOURNAL_DURABILITY_AUTO, 1, 1, 1 },    { PST_MODE_LIVE, PST_JOURNAL_DURABILITY_AUTO, 2, 1, 2 },
    { PST_MODE_LIVE, PST_JOURNAL_DURABILITY_PROCESS, 1, 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (promises); i++)
    {
      g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
      guint before;

      restart (fixture);
      pst_harness_set_mode (fixture->harness, promises[i].mode);
      g_object_set (fixture->store, "durability", promises[i].durability, NULL);
      pst_journal_set_file (PST_JOURNAL (fixture->store), PST_FILE (file));
      start (fixture);
      append (fixture, 1, STORY_PROLOGUE + 1);
      commit (fixture, PST_COMMIT_INTENT);
      g_assert_cmpuint (pst_simulated_file_get_n_operations (file), ==, promises[i].intent);
      append (fixture, STORY_PROLOGUE + 2, STORY_PROLOGUE + STORY_CYCLE);
      before = pst_simulated_file_get_n_operations (file);
      commit (fixture, PST_COMMIT_TICK);
      g_assert_cmpuint (pst_simulated_file_get_n_operations (file) - before, ==, promises[i].moving_tick);
      commit (fixture, PST_COMMIT_END);
      append_idle_tick (fixture, STORY_PROLOGUE + STORY_CYCLE + 1);
      before = pst_simulated_file_get_n_operations (file);
      commit (fixture, PST_COMMIT_TICK);
      g_assert_cmpuint (pst_simulated_file_get_n_operations (file) - before, ==, promises[i].idle_tick);
      before = pst_simulated_file_get_n_syncs (file);
      commit (fixture, PST_COMMIT_END);
      g_assert_cmpuint (pst_simulated_file_get_n_syncs (file) - before, ==, 1);
    }
}

/* A disk that fills up in mid-run: the store says so at every further call, and what was confirmed can be read. */
static void
test_disk_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstSimulatedFile) file = pst_simulated_file_new ();
  PstStoreScan scan;
  PstRecord record;
  g_autoptr (GError) error = NULL;

  pst_journal_set_file (PST_JOURNAL (fixture->store), PST_FILE (file));
  start (fixture);
  append (fixture, 1, 20);
  commit (fixture, PST_COMMIT_INTENT);
  pst_simulated_file_set_space (file, pst_file_get_length (PST_FILE (file)) + 70);
  append (fixture, 21, 25);
  g_assert_false (pst_store_commit (fixture->store, PST_COMMIT_INTENT, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
  g_clear_error (&error);
  story_get (26, &record);
  g_assert_false (pst_store_append (fixture->store, &record, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
  g_clear_error (&error);
  g_assert_false (pst_store_commit (fixture->store, PST_COMMIT_END, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
  g_assert_cmpint (verify_journal (file, &scan, NULL), ==, 20);
  g_assert_cmpuint (scan.n_bytes_torn, ==, 70);
  pst_harness_stop (fixture->harness, PST_COMPONENT (fixture->store));
  g_assert_cmpuint (count_alerts (fixture), ==, 1);
}

static void
test_not_open (Fixture *fixture, gconstpointer data)
{
  PstRecord record;
  g_autoptr (GError) error = NULL;

  story_get (1, &record);
  g_assert_false (pst_store_append (fixture->store, &record, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_false (pst_store_commit (fixture->store, PST_COMMIT_END, NULL));
}

/* Writes until it is killed, telling each confirmed record through the pipe. */
static void
write_until_killed (Fixture *fixture, int out)
{
  PstRecord record;

  if (!pst_component_prepare (PST_COMPONENT (fixture->store), NULL) || !pst_component_start (PST_COMPONENT (fixture->store), NULL))
    _exit (1);
  for (guint64 i = 1;; i++)
    {
      story_get (i, &record);
      if (!pst_store_append (fixture->store, &record, NULL))
        _exit (2);
      if (record.kind == PST_RECORD_INTENT && !pst_store_commit (fixture->store, PST_COMMIT_INTENT, NULL))
        _exit (3);
      if (record.kind == PST_RECORD_INTENT && write (out, &i, sizeof i) != sizeof i)
        _exit (4);
    }
}

/* kill -9 a hundred times: nothing that was confirmed is missing, and the file opens. */
static void
test_killed (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 100; round++)
    {
      guint n_wanted = g_test_rand_int_range (1, 400);
      guint64 confirmed = 0, last = 0;
      int ends[2], status;
      pid_t child;
      ssize_t n;
      PstStoreScan scan;

      g_assert_cmpint (pipe (ends), ==, 0);
      child = fork ();
      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        {
          close (ends[0]);
          write_until_killed (fixture, ends[1]);
        }
      close (ends[1]);
      while (n_wanted-- > 0)
        g_assert_cmpint (read (ends[0], &confirmed, sizeof confirmed), ==, sizeof confirmed);
      kill (child, SIGKILL);
      while ((n = read (ends[0], &last, sizeof last)) == sizeof last)
        confirmed = last;
      close (ends[0]);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpuint (count_replayed (fixture->store, &scan), >=, confirmed);
      g_remove (fixture->path);
    }
}

/* Runs only with -m perf: numbers of a busy machine prove nothing in a test run. */
static void
test_speed_of_groups (Fixture *fixture, gconstpointer data)
{
  const guint64 n = 2000000;
  PstRecord *records = g_new (PstRecord, STORY_CYCLE);
  gint64 begin;
  double seconds;

  start (fixture);
  append (fixture, 1, STORY_PROLOGUE);
  for (guint i = 0; i < STORY_CYCLE; i++)
    story_get (STORY_PROLOGUE + 1 + i, &records[i]);
  begin = g_get_monotonic_time ();
  for (guint64 i = 0; i < n; i++)
    {
      PstRecord *record = &records[i % STORY_CYCLE];

      record->sequence = STORY_PROLOGUE + 1 + i;
      g_assert_true (pst_store_append (fixture->store, record, NULL));
      if (i % STORY_CYCLE == STORY_CYCLE - 1)
        g_assert_true (pst_store_commit (fixture->store, PST_COMMIT_TICK, NULL));
    }
  commit (fixture, PST_COMMIT_END);
  seconds = (g_get_monotonic_time () - begin) / 1e6;
  g_test_maximized_result (n / seconds, "%.0f records/s in groups", n / seconds);
  g_free (records);
}

/* Beside a bare write and fdatasync of the same bytes, turn by turn, so that both meet the same disk. */
static void
test_speed_of_durable (Fixture *fixture, gconstpointer data)
{
  enum
  {
    N = 2000
  };
  g_autofree char *bare_path = g_build_filename (fixture->folder, "bare", NULL);
  int bare = open (bare_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  gint64 journal_us = 0, bare_us = 0;
  PstRecord record;

  g_object_set (fixture->store, "durability", PST_JOURNAL_DURABILITY_POWER, NULL);
  start (fixture);
  for (guint64 i = 1; i <= N; i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gint64 t0, t1;

      story_get (i, &record);
      pst_journal_format_append_record (bytes, &record, NULL);
      t0 = g_get_monotonic_time ();
      g_assert_true (pst_store_append (fixture->store, &record, NULL));
      g_assert_true (pst_store_commit (fixture->store, PST_COMMIT_INTENT, NULL));
      t1 = g_get_monotonic_time ();
      g_assert_cmpint (write (bare, bytes->data, bytes->len), ==, bytes->len);
      g_assert_cmpint (fdatasync (bare), ==, 0);
      journal_us += t1 - t0;
      bare_us += g_get_monotonic_time () - t1;
    }
  close (bare);
  g_test_minimized_result (journal_us / (double)N, "%.1f us a durable record, %.1f us bare, ratio %.3f", journal_us / (double)N, bare_us / (double)N,
                           journal_us / (double)bare_us);
}

#define ADD(path, func) g_test_add ("/journal/store/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("replay-can-be-ended", test_replay_can_be_ended);
  ADD ("no-file-to-replay", test_no_file_to_replay);
  ADD ("existing-run", test_existing_run);
  ADD ("locked", test_locked);
  ADD ("unwritable-folder", test_unwritable_folder);
  ADD ("no-path", test_no_path);
  ADD ("run-in-path", test_run_in_path);
  ADD ("damaged-file", test_damaged_file);
  ADD ("continue", test_continue);
  ADD ("continue-refusals", test_continue_refusals);
  ADD ("file-without-record", test_file_without_record);
  ADD ("promises", test_promises);
  ADD ("disk-full", test_disk_full);
  ADD ("not-open", test_not_open);
  ADD ("killed", test_killed);
  if (g_test_perf ())
    {
      ADD ("speed-of-groups", test_speed_of_groups);
      ADD ("speed-of-durable", test_speed_of_durable);
    }
  return g_test_run ();
}
