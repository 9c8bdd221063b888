/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps finished backtests. A store that also implements this can be asked for what was computed before, so that nothing is computed twice. */
#pragma once

#include "pst-backtest-result.h"
#include "pst-store.h"

G_BEGIN_DECLS

/**
 * PstResultQuery:
 * @user_id: (nullable): whose; %NULL: everybody's
 * @key: (nullable): key, or its beginning (8 or more digits)
 * @strategy: (nullable): plugin that is among its strategies
 * @instrument: (nullable): id or symbol of an instrument that is among its
 * @since_ns: computed then or later; 0: since ever
 * @until_ns: computed before; 0: without end
 * @statistic: (nullable): statistic of the group "total" that must lie between @minimum and @maximum; %NULL: any
 * @minimum: least value of @statistic; -INFINITY for any
 * @maximum: greatest value of @statistic; INFINITY for any. A result that does not have the statistic is left out unless both are infinite
 * @order: (nullable): statistic of the group "total" that orders the answer, the highest first, results without it last; %NULL: @statistic,
 *   or else the newest first
 * @reverse: the other way round: the lowest first, or the oldest; results without the statistic stay last
 * @offset: results to leave out at the beginning
 * @limit: most results told; 0: all
 * @whole: with fills, round trips and equity; %FALSE: those arrays are empty
 *
 * Which results.
 */
typedef struct
{
  const char *user_id, *key, *strategy, *instrument;
  gint64 since_ns, until_ns;
  const char *statistic;
  double minimum, maximum;
  const char *order;
  gboolean reverse;
  guint offset, limit;
  gboolean whole;
} PstResultQuery;

/* FALSE stops; set the error for a failure, leave it for enough. */
typedef gboolean (*PstResultFunc) (PstBacktestResult *result, gpointer user_data, GError **error);

#define PST_TYPE_RESULT_STORE (pst_result_store_get_type ())
PST_API
G_DECLARE_INTERFACE (PstResultStore, pst_result_store, PST, RESULT_STORE, PstStore)

/**
 * PstResultStoreInterface:
 * @save_result: keep it, whole or not at all; a result of the same user and key is left as it is, and @added tells so
 * @find_results: tell those that a query asks for
 * @remove_results: remove those that a query asks for, offset and limit counted in its order
 *
 * Without a run: the options that say where the store is are enough, start() is not called.
 */
struct _PstResultStoreInterface
{
  GTypeInterface parent_iface;

  gboolean (*save_result) (PstResultStore *store, const PstBacktestResult *result, gboolean *added, GError **error);
  gboolean (*find_results) (PstResultStore *store, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error);
  gboolean (*remove_results) (PstResultStore *store, const PstResultQuery *query, guint64 *n_removed, GError **error);
};

/* Many results in a row are kept at the pace of one transaction each; @added: (optional). PST_STORE_ERROR. Any thread, one at a time. */
PST_API gboolean pst_result_store_save (PstResultStore *store, const PstBacktestResult *result, gboolean *added, GError **error);
PST_API gboolean pst_result_store_find (PstResultStore *store, const PstResultQuery *query, PstResultFunc func, gpointer user_data, GError **error);
/* @n_removed: (optional). */
PST_API gboolean pst_result_store_remove (PstResultStore *store, const PstResultQuery *query, guint64 *n_removed, GError **error);

G_END_DECLS
