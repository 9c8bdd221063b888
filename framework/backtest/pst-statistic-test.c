/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a statistic that has no definition, two of one name, a slip in a name that is not told, a "nan" in front of a client. */
#include "pst-statistic.h"

#include <math.h>
#include <string.h>

static void
test_table (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  const PstStatisticInfo *list = pst_statistic_list ();

  for (guint i = 0; i < PST_N_STATISTICS; i++)
    {
      PstStatisticId id;
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (strspn (list[i].name, "abcdefghijklmnopqrstuvwxyz_"), ==, strlen (list[i].name));
      g_assert_true (g_hash_table_add (names, (gpointer)list[i].name));
      g_assert_true (*list[i].title != '\0' && *list[i].blurb != '\0' && *list[i].formula != '\0');
      g_assert_cmpuint (list[i].needs, !=, 0);
      g_assert_true (pst_statistic_find (list[i].name, &id, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (id, ==, i);
    }
}

static void
test_unknown (void)
{
  PstStatisticId id;
  g_autoptr (GError) slip = NULL, other = NULL;

  g_assert_false (pst_statistic_find ("sharp", &id, &slip));
  g_assert_error (slip, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_assert_cmpstr (slip->message, ==, "there is no statistic \"sharp\"; did you mean \"sharpe\"?");
  g_assert_false (pst_statistic_find ("", &id, &other));
  g_assert_error (other, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
}

static void
test_format (void)
{
  static const struct
  {
    PstStatisticId id;
    double value;
    const char *text;
  } cases[] = {
    { PST_STATISTIC_TOTAL_RETURN, 0.12345, "12.35 %" },
    { PST_STATISTIC_TOTAL_RETURN, -0.00001, "0.00 %" },
    { PST_STATISTIC_SHARPE, -1.204, "-1.20" },
    { PST_STATISTIC_SHARPE, NAN, "n/a" },
    { PST_STATISTIC_PROFIT_FACTOR, INFINITY, "infinite" },
    { PST_STATISTIC_TRADES, 1204, "1204" },
    { PST_STATISTIC_RECOVERY, 12.34, "12.3 d" },
    { PST_STATISTIC_DRAWDOWN_START, 1440374400, "2015-08-23" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = pst_statistic_format (cases[i].id, cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistic/table", test_table);
  g_test_add_func ("/statistic/unknown", test_unknown);
  g_test_add_func ("/statistic/format", test_format);
  return g_test_run ();
}
