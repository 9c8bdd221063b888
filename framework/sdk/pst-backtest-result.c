/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plain data with a counter: what both engines fill, statistics read, stores keep and reports show. */
#include "pst-backtest-result.h"

#include <math.h>
#include <string.h>

G_DEFINE_BOXED_TYPE (PstBacktestResult, pst_backtest_result, pst_backtest_result_ref, pst_backtest_result_unref)

/**
 * pst_statistic_free: (skip)
 * @statistic: (transfer full): a statistic
 *
 * Frees it. Any thread.
 */
void
pst_statistic_free (PstStatistic *statistic)
{
  g_free (statistic->group);
  g_free (statistic->name);
  g_free (statistic);
}

/**
 * pst_backtest_result_new:
 *
 * Makes one with empty arrays and no strings, for an engine or a store to fill. Any thread.
 *
 * Returns: (transfer full): the result
 */
PstBacktestResult *
pst_backtest_result_new (void)
{
  PstBacktestResult *result = g_new0 (PstBacktestResult, 1);

  g_atomic_ref_count_init (&result->ref_count);
  result->instruments = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_instrument_unref);
  result->fills = g_array_new (FALSE, FALSE, sizeof (PstBacktestFill));
  result->round_trips = g_array_new (FALSE, FALSE, sizeof (PstRoundTrip));
  result->equity = g_array_new (FALSE, FALSE, sizeof (PstEquityPoint));
  result->statistics = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_statistic_free);
  result->n_sets = 1;
  return result;
}

/**
 * pst_backtest_result_ref:
 * @result: a result
 *
 * Any thread.
 *
 * Returns: (transfer full): @result
 */
PstBacktestResult *
pst_backtest_result_ref (PstBacktestResult *result)
{
  g_return_val_if_fail (result != NULL, NULL);

  g_atomic_ref_count_inc (&result->ref_count);
  return result;
}

/**
 * pst_backtest_result_unref:
 * @result: (transfer full): a result
 *
 * Any thread.
 */
void
pst_backtest_result_unref (PstBacktestResult *result)
{
  g_return_if_fail (result != NULL);

  if (!g_atomic_ref_count_dec (&result->ref_count))
    return;
  g_free (result->key);
  g_free (result->name);
  g_free (result->user_id);
  g_free (result->engine);
  g_free (result->data_hash);
  g_strfreev (result->strategies);
  g_strfreev (result->parameters);
  g_strfreev (result->plugins);
  g_ptr_array_unref (result->instruments);
  g_array_unref (result->fills);
  g_array_unref (result->round_trips);
  g_array_unref (result->equity);
  g_ptr_array_unref (result->statistics);
  g_free (result);
}

/**
 * pst_backtest_result_add_statistic:
 * @result: a result that is being made
 * @group: what it is of: "total", "year 2015"
 * @name: its name: "sharpe"
 * @value: its value; NaN when it cannot be told
 *
 * Any thread, one at a time.
 */
void
pst_backtest_result_add_statistic (PstBacktestResult *result, const char *group, const char *name, double value)
{
  PstStatistic *statistic;

  g_return_if_fail (result != NULL && group != NULL && name != NULL);

  statistic = g_new (PstStatistic, 1);
  statistic->group = g_strdup (group);
  statistic->name = g_strdup (name);
  statistic->value = value;
  g_ptr_array_add (result->statistics, statistic);
}

/**
 * pst_backtest_result_get_statistic:
 * @result: a result
 * @group: what it is of
 * @name: its name
 *
 * Any thread.
 *
 * Returns: its value; NaN when there is none of this name, too
 */
double
pst_backtest_result_get_statistic (const PstBacktestResult *result, const char *group, const char *name)
{
  g_return_val_if_fail (result != NULL && group != NULL && name != NULL, NAN);

  for (guint i = 0; i < result->statistics->len; i++)
    {
      const PstStatistic *statistic = result->statistics->pdata[i];

      if (strcmp (statistic->group, group) == 0 && strcmp (statistic->name, name) == 0)
        return statistic->value;
    }
  return NAN;
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Each with its length before it, so that no two lists read the same. */
static void
add_list (GChecksum *hash, const char *name, char **texts)
{
  guint n = texts != NULL ? g_strv_length (texts) : 0;
  g_autofree char **sorted = g_memdup2 (texts, n * sizeof *texts);
  char head[64];

  if (n > 0)
    qsort (sorted, n, sizeof *sorted, compare_texts);
  g_snprintf (head, sizeof head, "%s %u\n", name, n);
  g_checksum_update (hash, (const guchar *)head, -1);
  for (guint i = 0; i < n; i++)
    {
      g_snprintf (head, sizeof head, "%" G_GSIZE_FORMAT ":", strlen (sorted[i]));
      g_checksum_update (hash, (const guchar *)head, -1);
      g_checksum_update (hash, (const guchar *)sorted[i], -1);
    }
}

/**
 * pst_backtest_result_make_key:
 * @result: a result of which plugins, parameters and data hash are set; nothing else need be
 *
 * What a result follows from, as one name: the same for the same plugin versions, parameters and data in whatever order they stand, another for
 * any others. So a backtest can be asked for before it is computed. Any thread.
 *
 * Returns: (transfer full): SHA-256 in 64 hexadecimal digits
 */
char *
pst_backtest_result_make_key (const PstBacktestResult *result)
{
  char *data[] = { NULL, NULL };
  g_autoptr (GChecksum) hash = NULL;

  g_return_val_if_fail (result != NULL && result->data_hash != NULL, NULL);

  hash = g_checksum_new (G_CHECKSUM_SHA256);
  data[0] = result->data_hash;
  add_list (hash, "plugins", result->plugins);
  add_list (hash, "parameters", result->parameters);
  add_list (hash, "data", data);
  return g_strdup (g_checksum_get_string (hash));
}
