/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of series and the names of their columns, which are names of files too: they never change. */
#include "pst-dataset-private.h"

#include "../model/pst-time.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint n_columns;
  const char *columns[PST_DATASET_COLUMNS_MAX + 1];
} Kind;

static const Kind kinds[] = {
  [PST_SERIES_KIND_BARS] = { "bars", 7, { "time", "label", "open", "high", "low", "close", "volume" } },
  [PST_SERIES_KIND_QUOTES] = { "quotes", 6, { "time", "label", "bid_price", "bid_size", "ask_price", "ask_size" } },
  [PST_SERIES_KIND_TRADES] = { "trades", 6, { "time", "label", "price", "size", "trade_id", "aggressor" } },
  [PST_SERIES_KIND_FACTORS] = { "factors", 3, { "time", "price_factor", "split_factor" } },
};

/**
 * pst_series_kind_to_string:
 * @kind: a kind
 *
 * Returns: (transfer none): "bars", "quotes", "trades" or "factors"
 */
const char *
pst_series_kind_to_string (PstSeriesKind kind)
{
  g_return_val_if_fail ((guint)kind < G_N_ELEMENTS (kinds), NULL);

  return kinds[kind].name;
}

/**
 * pst_series_kind_get_columns:
 * @kind: a kind
 * @n_columns: (out) (optional): how many
 *
 * Returns: (transfer none) (array zero-terminated=1): the columns' names, which are the files' names without ".npy"
 */
const char *const *
pst_series_kind_get_columns (PstSeriesKind kind, guint *n_columns)
{
  g_return_val_if_fail ((guint)kind < G_N_ELEMENTS (kinds), NULL);

  if (n_columns != NULL)
    *n_columns = kinds[kind].n_columns;
  return kinds[kind].columns;
}

/**
 * pst_series_kind_name_table:
 * @kind: a kind
 * @period_ns: of bars, their period; 0 when it is not told
 *
 * Returns: (transfer full): "bars-1d", "quotes"
 */
char *
pst_series_kind_name_table (PstSeriesKind kind, gint64 period_ns)
{
  static const struct
  {
    const char *name;
    gint64 ns;
  } units[] = { { "d", PST_NS_PER_DAY },
                { "h", 3600 * PST_NS_PER_SECOND },
                { "m", 60 * PST_NS_PER_SECOND },
                { "s", PST_NS_PER_SECOND },
                { "ms", PST_NS_PER_MS },
                { "us", 1000 },
                { "ns", 1 } };
  guint unit = 0;

  g_return_val_if_fail ((guint)kind < G_N_ELEMENTS (kinds), NULL);

  if (period_ns <= 0)
    return g_strdup (kinds[kind].name);
  while (period_ns % units[unit].ns != 0)
    unit++;
  return g_strdup_printf ("%s-%" G_GINT64_FORMAT "%s", kinds[kind].name, period_ns / units[unit].ns, units[unit].name);
}

gboolean
pst_series_kind_parse (const char *text, PstSeriesKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (text, kinds[i].name) == 0)
      {
        *kind = (PstSeriesKind)i;
        return TRUE;
      }
  return FALSE;
}

gboolean
pst_dataset_is_folder (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (name, kinds[i].name))
      {
        const char *at = name + strlen (kinds[i].name);

        if (*at == '-')
          for (at++; g_ascii_isalnum (*at); at++)
            ;
        return *at == '.' && at[1] != '\0' && strspn (at + 1, "0123456789") == strlen (at + 1);
      }
  return FALSE;
}
