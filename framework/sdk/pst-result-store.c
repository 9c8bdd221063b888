/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Only calls through. */
#include "pst-result-store.h"

G_DEFINE_INTERFACE (PstResultStore, pst_result_store, PST_TYPE_STORE)

static void
pst_result_store_default_init (PstResultStoreInterface *iface)
{
}

/**
 * pst_result_store_save:
 * @store: a store that is not started
 * @result: a finished backtest with a key and a user
 * @added: (out) (optional): %FALSE when the store had it already
 * @error: return location
 *
 * Keeps a result, whole or not at all. Any thread, one at a time.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR
 */
gboolean
pst_result_store_save (PstResultStore *store, const PstBacktestResult *result, gboolean *added, GError **error)
{
  gboolean ignored;

  g_return_val_if_fail (PST_IS_RESULT_STORE (store), FALSE);
  g_return_val_if_fail (result != NULL && result->key != NULL && result->user_id != NULL && result->currency != NULL, FALSE);

  return PST_RESULT_STORE_GET_IFACE (store)->save_result (store, result, added != NULL ? added : &ignored, error);
}

/**
 * pst_result_store_find:
 * @store: a store that is not started
 * @query: which results
 * @func: (scope call) (closure user_data): called for each; %FALSE stops
 * @user_data: passed to @func
 * @error: return location
 *
 * Tells the results that a query asks for. Any thread, one at a time.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR, or with @func's error, or when @func had enough
 */
gboolean
pst_result_store_find (PstResultStore *store, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error)
{
  g_return_val_if_fail (PST_IS_RESULT_STORE (store), FALSE);
  g_return_val_if_fail (query != NULL && func != NULL, FALSE);

  return PST_RESULT_STORE_GET_IFACE (store)->find_results (store, query, func, user_data, error);
}

/**
 * pst_result_store_remove:
 * @store: a store that is not started
 * @query: which results
 * @n_removed: (out) (optional): how many
 * @error: return location
 *
 * Removes the results that a query asks for, all or none. Any thread, one at a time.
 *
 * Returns: %FALSE with a %PST_STORE_ERROR
 */
gboolean
pst_result_store_remove (PstResultStore *store, const PstResultQuery *query, guint64 *n_removed, GError **error)
{
  guint64 ignored;

  g_return_val_if_fail (PST_IS_RESULT_STORE (store), FALSE);
  g_return_val_if_fail (query != NULL, FALSE);

  return PST_RESULT_STORE_GET_IFACE (store)->remove_results (store, query, n_removed != NULL ? n_removed : &ignored, error);
}
