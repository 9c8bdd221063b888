/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store in memory, through the base: what goes in comes out, and what a store cannot do is said. */

#include <penstock-check.h>

#define TEST_TYPE_MEMORY (test_memory_get_type ())
G_DECLARE_FINAL_TYPE (TestMemory, test_memory, TEST, MEMORY, PstStore)
struct _TestMemory
{
  PstStore parent_instance;
  GPtrArray *records;
  guint n_commits[3];
};
G_DEFINE_FINAL_TYPE (TestMemory, test_memory, PST_TYPE_STORE)

static gboolean
test_memory_append (PstStore *store, const PstRecord *record, GError **error)
{
  g_ptr_array_add (TEST_MEMORY (store)->records, pst_record_copy (record));
  return TRUE;
}

static gboolean
test_memory_commit (PstStore *store, PstCommit why, GError **error)
{
  TEST_MEMORY (store)->n_commits[why]++;
  return TRUE;
}

static gboolean
test_memory_has_run (PstStore *store, const char *user_id, const char *run_id, gboolean *found, GError **error)
{
  *found = g_strcmp0 (run_id, "there") == 0;
  return TRUE;
}

static gboolean
test_memory_replay (PstStore *store, PstRecordFunc func, gpointer user_data, PstStoreScan *scan, GError **error)
{
  TestMemory *memory = TEST_MEMORY (store);

  for (guint i = 0; i < memory->records->len; i++)
    {
      scan->n_records++;
      if (!func (memory->records->pdata[i], user_data, error))
        break;
    }
  return TRUE;
}

static void
test_memory_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_MEMORY (object)->records);
  G_OBJECT_CLASS (test_memory_parent_class)->finalize (object);
}

static void
test_memory_class_init (TestMemoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_memory_finalize;
  PST_STORE_CLASS (klass)->append = test_memory_append;
  PST_STORE_CLASS (klass)->commit = test_memory_commit;
  PST_STORE_CLASS (klass)->has_run = test_memory_has_run;
  PST_STORE_CLASS (klass)->replay = test_memory_replay;
}

static void
test_memory_init (TestMemory *memory)
{
  memory->records = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_record_free);
}

#define TEST_TYPE_SINK (test_sink_get_type ())
G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, PstStore)
struct _TestSink
{
  PstStore parent_instance;
};
G_DEFINE_FINAL_TYPE (TestSink, test_sink, PST_TYPE_STORE)

static void
test_sink_class_init (TestSinkClass *klass)
{
  PST_STORE_CLASS (klass)->append = test_memory_append;
}

static void
test_sink_init (TestSink *sink)
{
}

static gboolean
stop_at_second (const PstRecord *record, gpointer user_data, GError **error)
{
  return ++*(guint *)user_data < 2;
}

static void
test_keeps (void)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = PST_STORE (pst_harness_add (harness, TEST_TYPE_MEMORY, "memory", NULL));
  g_autoptr (GPtrArray) records = pst_check_make_records ("check-1", 8);
  g_autoptr (GError) error = NULL;
  gboolean found = TRUE;
  guint n_read = 0;

  g_assert_cmpint (pst_component_get_kind (PST_COMPONENT (store)), ==, PST_COMPONENT_KIND_STORE);
  pst_harness_start (harness, PST_COMPONENT (store));
  g_assert_true (pst_store_can_replay (store));
  g_assert_true (pst_check_append_records (store, records, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (TEST_MEMORY (store)->n_commits[PST_COMMIT_TICK], ==, 8);
  g_assert_cmpuint (TEST_MEMORY (store)->n_commits[PST_COMMIT_INTENT], ==, 6);
  g_assert_cmpuint (TEST_MEMORY (store)->n_commits[PST_COMMIT_END], ==, 1);
  pst_check_assert_replay (store, records);
  g_assert_true (pst_store_replay (store, stop_at_second, &n_read, NULL, &error));
  g_assert_cmpuint (n_read, ==, 2);
  g_assert_true (pst_store_has_run (store, "local", "not", &found, &error));
  g_assert_false (found);
  g_assert_true (pst_store_has_run (store, "local", "there", &found, &error));
  g_assert_true (found);
  pst_harness_finish (harness);
}

static void
test_sink (void)
{
  PstHarness *harness = pst_harness_new ();
  PstStore *store = PST_STORE (pst_harness_add (harness, TEST_TYPE_SINK, "sink", NULL));
  g_autoptr (GError) error = NULL;
  PstStoreScan scan = { 1, 2, 3 };
  gboolean found = TRUE;
  guint64 last = 7;
  guint n_read = 0;

  g_assert_false (pst_store_can_replay (store));
  g_assert_false (pst_store_replay (store, stop_at_second, &n_read, &scan, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_assert_cmpuint (scan.n_records + scan.n_bytes + scan.n_bytes_torn, ==, 0);
  g_assert_true (pst_store_has_run (store, "local", "there", &found, NULL));
  g_assert_false (found);
  g_clear_error (&error);
  g_assert_false (pst_store_resume (store, "local", "there", &last, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_CONSTRAINT);
  g_assert_cmpuint (last, ==, 0);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/store/keeps", test_keeps);
  g_test_add_func ("/sdk/store/sink", test_sink);
  return g_test_run ();
}
