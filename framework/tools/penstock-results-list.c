/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results list: one line a result, as many statistics as the terminal has room for. */

#include "penstock-results.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LIMIT_USUAL 20
#define KEY_DIGITS 8
#define TEXT_WIDTH 18

/* What is shown when there is room, the first ones first. */
static const char *const statistics[]
    = { "total_return", "sharpe", "max_drawdown", "trades", "win_rate", "profit_factor", "annual_return", "net_profit" };

static gboolean
take (PstBacktestResult *result, gpointer user_data, GError **error)
{
  g_ptr_array_add (user_data, pst_backtest_result_ref (result));
  return TRUE;
}

/* 0: it is no terminal. */
static guint
get_width (void)
{
  struct winsize size = { 0 };

  return isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static char *
shorten (const char *text)
{
  glong length = g_utf8_strlen (text, -1);
  g_autofree char *begin = NULL;

  if (length <= TEXT_WIDTH)
    return g_strdup (text);
  begin = g_utf8_substring (text, 0, TEXT_WIDTH - 1);
  return g_strconcat (begin, "\xe2\x80\xa6", NULL);
}

static void
add_row (PenstockTable *table, const PstBacktestResult *result, const char *const *columns)
{
  g_autofree char *strategies = penstock_results_join (result->strategies), *symbols = penstock_results_join_symbols (result);

  penstock_table_take (table, g_strndup (result->key, KEY_DIGITS));
  penstock_table_take (table, penstock_results_format_time (result->created_ns));
  penstock_table_take (table, shorten (strategies));
  penstock_table_take (table, shorten (symbols));
  for (guint i = 0; columns[i] != NULL; i++)
    penstock_table_take (table, penstock_results_format (columns[i], pst_backtest_result_get_statistic (result, "total", columns[i])));
}

static char *
make_table (GPtrArray *found, const char *const *columns)
{
  g_autofree char *right = g_strnfill (g_strv_length ((char **)columns), 'r'), *alignment = g_strconcat ("llll", right, NULL);
  g_autoptr (PenstockTable) table = penstock_table_new (alignment);
  GString *text = g_string_new (NULL);

  penstock_table_add (table, "Key");
  penstock_table_add (table, "Computed");
  penstock_table_add (table, "Strategies");
  penstock_table_add (table, "Symbols");
  for (guint i = 0; columns[i] != NULL; i++)
    penstock_table_add (table, columns[i]);
  for (guint i = 0; i < found->len; i++)
    add_row (table, found->pdata[i], columns);
  penstock_table_print (table, "", text);
  return g_string_free (text, FALSE);
}

static gboolean
fits (const char *text, guint width)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if (g_utf8_strlen (*line, -1) > width)
      return FALSE;
  return TRUE;
}

/* (transfer container): what it is ordered and chosen by stands first. */
static GPtrArray *
choose_columns (const PenstockResults *results)
{
  GPtrArray *columns = g_ptr_array_new ();
  const char *first[] = { results->order, results->statistic };

  for (gsize i = 0; i < G_N_ELEMENTS (first); i++)
    if (first[i] != NULL && !g_ptr_array_find_with_equal_func (columns, first[i], g_str_equal, NULL))
      g_ptr_array_add (columns, (gpointer)first[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (statistics); i++)
    if (!g_ptr_array_find_with_equal_func (columns, statistics[i], g_str_equal, NULL))
      g_ptr_array_add (columns, (gpointer)statistics[i]);
  return columns;
}

static void
print_table (const PenstockResults *results, GPtrArray *found)
{
  g_autoptr (GPtrArray) columns = choose_columns (results);
  guint width = get_width ();
  g_autofree char *text = NULL;

  do
    {
      g_clear_pointer (&text, g_free);
      if (columns->len > 0 && columns->pdata[columns->len - 1] == NULL)
        g_ptr_array_set_size (columns, (gint)columns->len - 2);
      g_ptr_array_add (columns, NULL);
      text = make_table (found, (const char *const *)columns->pdata);
    }
  while (width > 0 && columns->len > 1 && !fits (text, width));
  g_print ("%s", text);
}

int
penstock_results_list (PenstockResults *results)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)pst_backtest_result_unref);
  g_autoptr (GError) error = NULL;
  const guint limit = results->limit >= 0 ? (guint)results->limit : LIMIT_USUAL;

  /* One more, to know whether there are more. */
  results->query.limit = limit > 0 ? limit + 1 : 0;
  if (!pst_result_store_find (results->store, &results->query, take, found, &error))
    return penstock_verb_fail (results->verb, error);
  if (limit > 0 && found->len > limit)
    g_ptr_array_set_size (found, (gint)limit);
  else
    results->query.limit = 0;
  if (results->as_json)
    penstock_results_print_json (found);
  else if (found->len > 0)
    print_table (results, found);
  if (found->len == 0)
    g_printerr ("penstock results: there is no such result; penstock run FILE --results LEDGER keeps one\n");
  else if (results->query.limit > 0)
    g_printerr ("penstock results: there are more than %u; --limit 0 shows all\n", limit);
  return PST_EXIT_OK;
}
