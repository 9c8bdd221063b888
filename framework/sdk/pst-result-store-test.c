/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store in memory behind the interface: what a caller asks for must reach it as it was asked, and what it answers must come back. */

#include <math.h>
#include <penstock-check.h>

#define TEST_TYPE_SHELF (test_shelf_get_type ())
G_DECLARE_FINAL_TYPE (TestShelf, test_shelf, TEST, SHELF, PstStore)
struct _TestShelf
{
  PstStore parent_instance;
  GPtrArray *results;
  gboolean is_full;
};

static void test_shelf_iface_init (PstResultStoreInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TestShelf, test_shelf, PST_TYPE_STORE, G_IMPLEMENT_INTERFACE (PST_TYPE_RESULT_STORE, test_shelf_iface_init))

static gboolean
matches (const PstBacktestResult *result, const PstResultQuery *query)
{
  return (query->user_id == NULL || g_str_equal (result->user_id, query->user_id))
         && (query->key == NULL || g_str_has_prefix (result->key, query->key));
}

static gboolean
test_shelf_save_result (PstResultStore *store, const PstBacktestResult *result, gboolean *added, GError **error)
{
  TestShelf *shelf = TEST_SHELF (store);
  const PstResultQuery same = { .user_id = result->user_id, .key = result->key };

  *added = FALSE;
  if (shelf->is_full)
    {
      g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL, "the shelf is full");
      return FALSE;
    }
  for (guint i = 0; i < shelf->results->len; i++)
    if (matches (shelf->results->pdata[i], &same))
      return TRUE;
  g_ptr_array_add (shelf->results, pst_backtest_result_ref ((PstBacktestResult *)result));
  *added = TRUE;
  return TRUE;
}

static gboolean
test_shelf_find_results (PstResultStore *store, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error)
{
  TestShelf *shelf = TEST_SHELF (store);

  for (guint i = 0; i < shelf->results->len; i++)
    if (matches (shelf->results->pdata[i], query) && !func (shelf->results->pdata[i], user_data, error))
      return FALSE;
  return TRUE;
}

static gboolean
test_shelf_remove_results (PstResultStore *store, const PstResultQuery *query, guint64 *n_removed, GError **error)
{
  TestShelf *shelf = TEST_SHELF (store);

  *n_removed = 0;
  for (guint i = shelf->results->len; i > 0; i--)
    {
      if (!matches (shelf->results->pdata[i - 1], query))
        continue;
      g_ptr_array_remove_index (shelf->results, i - 1);
      ++*n_removed;
    }
  return TRUE;
}

static void
test_shelf_iface_init (PstResultStoreInterface *iface)
{
  iface->save_result = test_shelf_save_result;
  iface->find_results = test_shelf_find_results;
  iface->remove_results = test_shelf_remove_results;
}

static void
test_shelf_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_SHELF (object)->results);
  G_OBJECT_CLASS (test_shelf_parent_class)->finalize (object);
}

static void
test_shelf_class_init (TestShelfClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_shelf_finalize;
}

static void
test_shelf_init (TestShelf *shelf)
{
  shelf->results = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
}

static PstBacktestResult *
make_result (const char *user_id, const char *key)
{
  PstBacktestResult *result = pst_backtest_result_new ();

  result->user_id = g_strdup (user_id);
  result->key = g_strdup (key);
  result->currency = pst_currency_get ("USD", NULL);
  return result;
}

static void
save (PstResultStore *store, const char *user_id, const char *key, gboolean expected)
{
  g_autoptr (PstBacktestResult) result = make_result (user_id, key);
  g_autoptr (GError) error = NULL;
  gboolean added = !expected;

  pst_result_store_save (store, result, &added, &error);
  g_assert_no_error (error);
  g_assert_true (added == expected);
}

static gboolean
note_key (PstBacktestResult *result, gpointer user_data, GError **error)
{
  g_string_append_printf (user_data, "%s/%s ", result->user_id, result->key);
  return TRUE;
}

static gboolean
take_one (PstBacktestResult *result, gpointer user_data, GError **error)
{
  ++*(guint *)user_data;
  return FALSE;
}

static gboolean
refuse (PstBacktestResult *result, gpointer user_data, GError **error)
{
  g_set_error_literal (error, PST_STORE_ERROR, PST_STORE_ERROR_IO, "the reader broke");
  return FALSE;
}

static void
test_keeps (void)
{
  g_autoptr (TestShelf) shelf = g_object_new (TEST_TYPE_SHELF, NULL);
  PstResultStore *store = PST_RESULT_STORE (shelf);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint64 n_removed = 7;

  save (store, "ann", "aaaaaaaa11", TRUE);
  save (store, "ann", "aaaaaaaa11", FALSE);
  save (store, "bob", "aaaaaaaa11", TRUE);
  save (store, "ann", "bbbbbbbb22", TRUE);
  g_assert_true (pst_result_store_find (store, &(PstResultQuery){ .user_id = "ann" }, note_key, found, &error));
  g_assert_cmpstr (found->str, ==, "ann/aaaaaaaa11 ann/bbbbbbbb22 ");
  g_string_truncate (found, 0);
  g_assert_true (pst_result_store_find (store, &(PstResultQuery){ .key = "aaaaaaaa" }, note_key, found, &error));
  g_assert_cmpstr (found->str, ==, "ann/aaaaaaaa11 bob/aaaaaaaa11 ");
  g_assert_true (pst_result_store_remove (store, &(PstResultQuery){ .user_id = "ann" }, &n_removed, &error));
  g_assert_cmpuint (n_removed, ==, 2);
  /* Who does not count gives no place for it. */
  g_assert_true (pst_result_store_remove (store, &(PstResultQuery){ .user_id = "bob" }, NULL, &error));
  g_assert_no_error (error);
}

static void
test_stops (void)
{
  g_autoptr (TestShelf) shelf = g_object_new (TEST_TYPE_SHELF, NULL);
  PstResultStore *store = PST_RESULT_STORE (shelf);
  g_autoptr (PstBacktestResult) result = make_result ("ann", "cccccccc33");
  g_autoptr (GError) error = NULL;
  guint n_taken = 0;

  save (store, "ann", "aaaaaaaa11", TRUE);
  save (store, "ann", "bbbbbbbb22", TRUE);
  g_assert_false (pst_result_store_find (store, &(PstResultQuery){ 0 }, take_one, &n_taken, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_taken, ==, 1);
  g_assert_false (pst_result_store_find (store, &(PstResultQuery){ 0 }, refuse, NULL, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_IO);
  g_clear_error (&error);
  shelf->is_full = TRUE;
  g_assert_false (pst_result_store_save (store, result, NULL, &error));
  g_assert_error (error, PST_STORE_ERROR, PST_STORE_ERROR_FULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/result-store/keeps", test_keeps);
  g_test_add_func ("/sdk/result-store/stops", test_stops);
  return g_test_run ();
}
