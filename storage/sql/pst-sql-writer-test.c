/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many runs of one process in one ledger: what they share, and what one of them must not do to the others. */
#include "sql-test-kit.h"

#include <unistd.h>

#define N_USERS 12
#define N_TICKS 24

/* A run of a user, in the middle of it. */
typedef struct
{
  char *user;
  char *run_id;
  PstHarness *harness;
  PstStore *store;
  GPtrArray *records;
  guint next;
} Story;

static void
story_begin (Story *story, TestLedger *ledger, const char *user, const char *run_id, guint n_ticks, const char *busy_timeout)
{
  PstRunRecord *run;

  story->user = g_strdup (user);
  story->run_id = g_strdup (run_id);
  story->next = 0;
  story->harness = pst_harness_new ();
  pst_harness_set_mode (story->harness, PST_MODE_PAPER);
  run = (PstRunRecord *)pst_context_get_run (PST_CONTEXT (story->harness));
  g_strlcpy (run->user_id, user, sizeof run->user_id);
  g_strlcpy (run->run_id, run_id, sizeof run->run_id);
  story->store = PST_STORE (pst_harness_add (story->harness, PST_TYPE_SQL, "ledger", ledger->postgres != NULL ? "database" : "path", ledger->path,
                                             "busy-timeout", busy_timeout, NULL));
  story->records = pst_check_make_user_records (user, run_id, n_ticks);
}

static void
story_end (Story *story)
{
  pst_harness_finish (story->harness);
  g_ptr_array_unref (story->records);
  g_free (story->user);
  g_free (story->run_id);
}

static gboolean
story_tell_one (Story *story, GError **error)
{
  const PstRecord *record = story->records->pdata[story->next++];

  return pst_store_append (story->store, record, error)
         && (record->kind != PST_RECORD_TICK || pst_store_commit (story->store, PST_COMMIT_TICK, error));
}

/* Up to the end of the next tick. */
static gboolean
story_tell_tick (Story *story, GError **error)
{
  do
    {
      if (!story_tell_one (story, error))
        return FALSE;
    }
  while (((const PstRecord *)story->records->pdata[story->next - 1])->kind != PST_RECORD_TICK);
  return TRUE;
}

static gboolean
story_tell_all (Story *story, GError **error)
{
  while (story->next < story->records->len)
    {
      if (!story_tell_one (story, error))
        return FALSE;
    }
  return pst_store_commit (story->store, PST_COMMIT_END, error);
}

static gint64
count_of (TestLedger *ledger, const char *table, const char *user)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE user_id = '%s'", table, user);

  return test_ledger_count (ledger, sql);
}

static guint
count_open (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL), *file = g_file_read_link (link, NULL);

      n += g_strcmp0 (file, path) == 0;
    }
  return n;
}

/* Runs of a process share a connection, however the ledger is named, and each is in it whole. */
static void
test_shared (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *link = g_build_filename (ledger->folder, "link", NULL), *plain = g_strdup (ledger->path);
  g_autofree char *twisted = g_build_filename (ledger->folder, ".", "link", "ledger.db", NULL);
  Story stories[N_USERS];
  PstStoreStatus status;

  g_assert_cmpint (symlink (".", link), ==, 0);
  for (guint i = 0; i < N_USERS; i++)
    {
      g_autofree char *user = g_strdup_printf ("user-%u", i);

      g_free (ledger->path);
      ledger->path = g_strdup (i % 2 == 0 ? plain : twisted);
      story_begin (&stories[i], ledger, user, "run", N_TICKS, "5s");
      pst_harness_start (stories[i].harness, PST_COMPONENT (stories[i].store));
    }
  g_free (ledger->path);
  ledger->path = g_strdup (plain);
  for (guint tick = 0; tick < N_TICKS; tick++)
    for (guint i = 0; i < N_USERS; i++)
      g_assert_true (story_tell_tick (&stories[i], NULL));
  g_assert_cmpuint (count_open (ledger->path), ==, 1);
  for (guint i = 0; i < N_USERS; i++)
    {
      g_assert_true (story_tell_all (&stories[i], NULL));
      pst_store_get_status (stories[i].store, &status);
      g_assert_cmpuint (status.n_commits, >=, N_TICKS);
      g_assert_cmpuint (status.n_waiting, ==, 0);
      g_assert_cmpint (status.commit_p50_ns, >, 0);
      g_assert_cmpint (status.commit_p50_ns, <=, status.commit_p99_ns);
      g_assert_cmpint (status.commit_p99_ns, <=, status.commit_max_ns);
    }
  for (guint i = 0; i < N_USERS; i++)
    {
      story_end (&stories[i]);
      g_assert_cmpint (count_of (ledger, "mtm_ledger", "user-3"), ==, N_TICKS);
    }
  g_assert_cmpint (test_ledger_count (ledger, "SELECT count(*) FROM strategy_run WHERE state = 'STOPPED'"), ==, N_USERS);
  test_ledger_assert_consistent (ledger);
  g_unlink (link);
}

/* A rule refuses one run's tick: that run is told and halts, nothing of the tick is there, and the others' ticks of the same commit are. */
static void
test_refused_alone (TestLedger *ledger, gconstpointer data)
{
  Story stories[3];
  static const char *const users[] = { "ann", "bob", "cyd" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    {
      story_begin (&stories[i], ledger, users[i], "run", N_TICKS, "5s");
      pst_harness_start (stories[i].harness, PST_COMPONENT (stories[i].store));
      for (guint tick = 0; tick < 5; tick++)
        g_assert_true (story_tell_tick (&stories[i], NULL));
      g_assert_true (pst_store_commit (stories[i].store, PST_COMMIT_END, NULL));
    }
  test_ledger_do (ledger, "UPDATE strategy_run SET state = 'STOPPED' WHERE user_id = 'bob'");
  /* Held up, so that all of it is one group. */
  test_ledger_do (ledger, ledger->postgres != NULL ? "BEGIN NOT DEFERRABLE" : "BEGIN IMMEDIATE TRANSACTION [kit]");
  if (ledger->postgres != NULL)
    test_ledger_do (ledger, "LOCK TABLE paper_order IN EXCLUSIVE MODE");
  for (guint tick = 0; tick < 4; tick++)
    for (guint i = 0; i < 3; i++)
      g_assert_true (story_tell_tick (&stories[i], NULL));
  test_ledger_do (ledger, ledger->postgres != NULL ? "COMMIT AND NO CHAIN" : "COMMIT TRANSACTION [kit]");
  g_assert_false (pst_store_commit (stories[1].store, PST_COMMIT_END, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_assert_nonnull (strstr (error->message, "run_not_running"));
  g_assert_false (story_tell_tick (&stories[1], NULL));
  g_assert_true (story_tell_all (&stories[0], NULL));
  g_assert_true (story_tell_all (&stories[2], NULL));
  for (guint i = 0; i < 3; i++)
    story_end (&stories[i]);
  g_assert_cmpint (count_of (ledger, "mtm_ledger", "ann"), ==, N_TICKS);
  g_assert_cmpint (count_of (ledger, "mtm_ledger", "bob"), ==, 5);
  g_assert_cmpint (count_of (ledger, "mtm_ledger", "cyd"), ==, N_TICKS);
  test_ledger_assert_consistent (ledger);
}

/* FI-01: what passes by itself strikes at every statement in turn. The writer tries again, and each tick is there once. */
static void
test_retried_anywhere (TestLedger *ledger, gconstpointer data)
{
  guint nth = 0;
  gint64 n_rows = 0;

  for (gboolean struck = TRUE; struck;)
    {
      Story story;
      g_autofree char *dump = NULL;

      story_begin (&story, ledger, "ann", "run", 3, "10m");
      pst_sql_fail_nth (PST_SQL (story.store), ++nth, PST_STORE_ERROR_LOCKED);
      pst_harness_start (story.harness, PST_COMPONENT (story.store));
      g_assert_true (story_tell_all (&story, NULL));
      struck = pst_sql_has_failed (PST_SQL (story.store));
      story_end (&story);
      test_ledger_assert_consistent (ledger);
      g_assert_cmpint (count_of (ledger, "mtm_ledger", "ann"), ==, 3);
      if (n_rows == 0)
        n_rows = count_of (ledger, "event_ledger", "ann");
      g_assert_cmpint (count_of (ledger, "event_ledger", "ann"), ==, n_rows);
      test_ledger_remove_files (ledger);
    }
  g_assert_cmpuint (nth, >, 30);
}

/* One that breaks transactions breaks its own only. */
static void
test_broken_alone (TestLedger *ledger, gconstpointer data)
{
  for (guint nth = 1; nth < 60; nth += 7)
    {
      Story stories[2];
      gboolean done[2];

      for (guint i = 0; i < 2; i++)
        {
          story_begin (&stories[i], ledger, i == 0 ? "ann" : "bob", "run", 6, "5s");
          if (i == 1)
            pst_sql_fail_nth (PST_SQL (stories[i].store), nth, PST_STORE_ERROR_IO);
          pst_harness_start (stories[i].harness, PST_COMPONENT (stories[i].store));
        }
      for (guint tick = 0; tick < 5; tick++)
        for (guint i = 0; i < 2; i++)
          story_tell_tick (&stories[i], NULL);
      for (guint i = 0; i < 2; i++)
        {
          done[i] = pst_store_commit (stories[i].store, PST_COMMIT_END, NULL);
          story_end (&stories[i]);
        }
      g_assert_true (done[0] || done[1]);
      g_assert_cmpint (count_of (ledger, "mtm_ledger", "ann"), <=, 5);
      g_assert_true (!done[0] || count_of (ledger, "mtm_ledger", "ann") == 5);
      g_assert_true (!done[1] || count_of (ledger, "mtm_ledger", "bob") == 5);
      test_ledger_assert_consistent (ledger);
      test_ledger_remove_files (ledger);
    }
}

/* A process that goes away in the middle leaves whole ticks. The run goes on from there, told again from its journal, and the ledger is what it
 * would have been. */
static void
test_resumed (TestLedger *ledger, gconstpointer data)
{
  g_autofree char *whole = NULL;

  for (guint n_told = 0; n_told < 9; n_told += n_told == 0 ? 3 : 1)
    {
      Story story;
      g_autofree char *dump = NULL;
      guint64 last = 0;

      story_begin (&story, ledger, "ann", "run", 8, "5s");
      pst_harness_start (story.harness, PST_COMPONENT (story.store));
      for (guint tick = 0; tick < n_told; tick++)
        g_assert_true (story_tell_tick (&story, NULL));
      /* Half of the next tick is lost. */
      for (guint i = 0; n_told > 0 && n_told < 8 && i < 3; i++)
        g_assert_true (pst_store_append (story.store, story.records->pdata[story.next++], NULL));
      if (n_told == 0)
        g_assert_true (story_tell_all (&story, NULL));
      story_end (&story);
      if (n_told > 0)
        {
          story_begin (&story, ledger, "ann", "run", 8, "5s");
          g_assert_true (pst_store_resume (story.store, "ann", "run", &last, NULL));
          g_assert_cmpint (count_of (ledger, "mtm_ledger", "ann"), ==, n_told);
          while (((const PstRecord *)story.records->pdata[story.next])->sequence <= last)
            story.next++;
          pst_harness_start (story.harness, PST_COMPONENT (story.store));
          g_assert_true (story_tell_all (&story, NULL));
          story_end (&story);
        }
      test_ledger_assert_consistent (ledger);
      dump = test_ledger_dump (ledger);
      if (whole == NULL)
        whole = g_strdup (dump);
      g_assert_cmpstr (dump, ==, whole);
      test_ledger_remove_files (ledger);
    }
}

static void
assert_resume_refused (TestLedger *ledger, const char *user, const char *run_id, const char *what)
{
  Story story;
  guint64 last;
  g_autoptr (GError) error = NULL;

  story_begin (&story, ledger, user, run_id, 1, "0s");
  g_assert_false (pst_store_resume (story.store, user, run_id, &last, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  if (strstr (error->message, what) == NULL)
    g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, what));
  story_end (&story);
}

/* Two that go on with one run would both trade. */
static void
test_resume_refused (TestLedger *ledger, gconstpointer data)
{
  Story story, first, second;
  guint64 last;
  g_autoptr (GError) error = NULL;

  assert_resume_refused (ledger, "ann", "run", "there is no ledger \"");
  story_begin (&story, ledger, "ann", "run", 4, "5s");
  pst_harness_start (story.harness, PST_COMPONENT (story.store));
  g_assert_true (story_tell_tick (&story, NULL));
  assert_resume_refused (ledger, "ann", "run", "it is alive");
  assert_resume_refused (ledger, "bob", "run", "it has no such run");
  g_assert_true (story_tell_all (&story, NULL));
  assert_resume_refused (ledger, "ann", "run", "it ended");
  story_end (&story);
  assert_resume_refused (ledger, "ann", "run", "it ended");
  /* Both looked, one starts. */
  story_begin (&story, ledger, "ann", "cut", 4, "5s");
  pst_harness_start (story.harness, PST_COMPONENT (story.store));
  g_assert_true (story_tell_tick (&story, NULL));
  story_end (&story);
  story_begin (&first, ledger, "ann", "cut", 4, "5s");
  story_begin (&second, ledger, "ann", "cut", 4, "5s");
  g_assert_true (pst_store_resume (first.store, "ann", "cut", &last, NULL));
  g_assert_true (pst_store_resume (second.store, "ann", "cut", &last, NULL));
  pst_harness_start (first.harness, PST_COMPONENT (first.store));
  g_assert_false (pst_harness_try_start (second.harness, PST_COMPONENT (second.store), &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_LOCKED);
  story_end (&second);
  story_end (&first);
}

/* A new run ends what its own user left behind, and nobody else's: that may be about to go on. */
static void
test_abandoned_of_user (TestLedger *ledger, gconstpointer data)
{
  static const char *const users[] = { "ann", "bob" };
  g_autofree char *states = NULL;

  for (guint i = 0; i < 3; i++)
    {
      Story story;

      story_begin (&story, ledger, users[i % 2], i == 2 ? "new" : "cut", 4, "5s");
      pst_harness_start (story.harness, PST_COMPONENT (story.store));
      g_assert_true (story_tell_tick (&story, NULL));
      story_end (&story);
    }
  states = test_ledger_ask (ledger, "SELECT group_concat (user_id || ' ' || run_id || ' ' || state, ', ') FROM"
                                    " (SELECT * FROM strategy_run ORDER BY run_number) r");
  g_assert_cmpstr (states, ==, "ann cut ERROR, bob cut RUNNING, ann new RUNNING");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sql/writer/shared", TestLedger, NULL, test_ledger_set_up, test_shared, test_ledger_tear_down);
  TEST_LEDGER_ADD ("/sql/writer/refused-alone", NULL, test_refused_alone);
  TEST_LEDGER_ADD ("/sql/writer/FI-01/IR-03/retried-anywhere", NULL, test_retried_anywhere);
  TEST_LEDGER_ADD ("/sql/writer/broken-alone", NULL, test_broken_alone);
  TEST_LEDGER_ADD ("/sql/writer/IR-02/resumed", NULL, test_resumed);
  TEST_LEDGER_ADD ("/sql/writer/resume-refused", NULL, test_resume_refused);
  TEST_LEDGER_ADD ("/sql/writer/abandoned-of-user", NULL, test_abandoned_of_user);
  test_ledger_add_skip ("/sql/writer/postgresql");
  return g_test_run ();
}
