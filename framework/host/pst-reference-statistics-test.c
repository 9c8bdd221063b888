/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page has every statistic, and no formula breaks its table. */

#include "pst-reference-statistics.h"

#include <string.h>

#include "../backtest/pst-statistic.h"

#define N_COLUMNS 6

/* Bars that stand between cells; those of formulas are escaped. */
static guint
count_bars (const char *line)
{
  guint n = 0;

  for (const char *p = line; *p != '\0'; p++)
    n += *p == '|' && (p == line || p[-1] != '\\');
  return n;
}

static void
test_page (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  guint n_rows = 0;

  pst_reference_append_statistics (NULL, text);
  lines = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "| `"))
      {
        g_assert_cmpuint (count_bars (lines[i]), ==, N_COLUMNS + 1);
        n_rows++;
      }
  g_assert_cmpuint (n_rows, ==, PST_N_STATISTICS);
  g_assert_nonnull (strstr (text->str, "| `deflated_sharpe` |"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reference/statistics", test_page);
  return g_test_run ();
}
