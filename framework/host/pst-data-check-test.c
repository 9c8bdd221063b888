/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a missing session that nobody names, or an alarm about a holiday. The expected numbers are counted by hand on the NYSE's
 * calendar of January 2015 (closed on the 1st and the 19th) and from 2009 to 2010, of which the calendar knows the latter alone. */
#include "pst-data-check.h"

#include <string.h>

#include "data-kit.h"

typedef struct
{
  GString *text;
} Found;

static void
on_found (gsize row, gsize n_rows, const char *kind, const char *sentence, gpointer user_data)
{
  Found *found = user_data;

  (void)sentence;
  g_string_append_printf (found->text, "%" G_GSIZE_FORMAT "+%" G_GSIZE_FORMAT " %s; ", row, n_rows, kind);
}

static void
assert_found (const DataKitBars *bars, gint64 period_ns, const char *calendar, const char *expected)
{
  Found found = { g_string_new (NULL) };
  PstDataHours hours;
  GError *error = NULL;

  g_assert_true (pst_data_hours_init (&hours, calendar, bars->label[0] - PST_NS_PER_DAY, bars->time[bars->bars.n_bars - 1] + PST_NS_PER_DAY, &error));
  g_assert_no_error (error);
  pst_data_check_bars (&bars->bars, bars->label, period_ns, &hours, 3, on_found, &found);
  g_assert_cmpstr (found.text->str, ==, expected);
  g_string_free (found.text, TRUE);
  pst_data_hours_clear (&hours);
}

static void
test_sessions (void)
{
  const gint64 whole[] = { data_kit_day (2015, 1, 2), data_kit_day (2015, 1, 5), data_kit_day (2015, 1, 6), data_kit_day (2015, 1, 7) };
  const gint64 holiday[] = { data_kit_day (2015, 1, 16), data_kit_day (2015, 1, 20) };
  const gint64 gap[] = { data_kit_day (2015, 1, 2), data_kit_day (2015, 1, 7), data_kit_day (2015, 1, 10), data_kit_day (2015, 1, 12) };
  DataKitBars bars;

  data_kit_bars_init (&bars, whole, NULL, 4, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "");
  data_kit_bars_clear (&bars);
  data_kit_bars_init (&bars, holiday, NULL, 2, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "");
  /* Without the calendar, Monday the 19th is a weekday like others. */
  assert_found (&bars, PST_NS_PER_DAY, NULL, "1+0 gap; ");
  data_kit_bars_clear (&bars);
  /* The 5th and 6th are missing, the 8th and 9th too; the 10th was a Saturday. */
  data_kit_bars_init (&bars, gap, NULL, 4, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "1+0 gap; 2+0 gap; 2+1 off-session; ");
  data_kit_bars_clear (&bars);
}

static void
test_minutes (void)
{
  const gint64 minute = 60 * PST_NS_PER_SECOND, open = data_kit_day (2015, 1, 5) + (14 * 60 + 30) * minute;
  /* The last two of a session, the first of the next, and then the third: one is missing. */
  const gint64 labels[] = { open + 388 * minute, open + 389 * minute, open + PST_NS_PER_DAY, open + PST_NS_PER_DAY + 2 * minute };
  DataKitBars bars;

  data_kit_bars_init (&bars, labels, NULL, 4, minute);
  assert_found (&bars, minute, "nyse", "3+0 gap; ");
  /* The same bars, labelled with their ends. */
  memcpy (bars.label, bars.time, sizeof bars.label);
  assert_found (&bars, minute, "nyse", "3+0 gap; ");
  data_kit_bars_clear (&bars);
}

static void
test_unknown_years (void)
{
  const gint64 labels[] = { data_kit_day (2009, 12, 29), data_kit_day (2010, 1, 6) };
  DataKitBars bars;

  data_kit_bars_init (&bars, labels, NULL, 2, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "1+0 gap; 0+0 unchecked; ");
  data_kit_bars_clear (&bars);
}

static void
test_prices (void)
{
  const gint64 labels[] = { data_kit_day (2015, 1, 5), data_kit_day (2015, 1, 6),  data_kit_day (2015, 1, 7), data_kit_day (2015, 1, 8),
                            data_kit_day (2015, 1, 9), data_kit_day (2015, 1, 12), data_kit_day (2015, 1, 13) };
  const gint64 prices[] = { 700, 100, 100, 100, 100, 310, 120 };
  DataKitBars bars;

  /* 7:1; three that repeat; 1:3.1; 2.58:1. */
  data_kit_bars_init (&bars, labels, prices, 7, PST_NS_PER_DAY);
  assert_found (&bars, PST_NS_PER_DAY, "nyse", "2+3 frozen; 1+1 split-suspected; 5+1 split-suspected; 6+1 price-jump; ");
  data_kit_bars_clear (&bars);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-check/sessions", test_sessions);
  g_test_add_func ("/data-check/minutes", test_minutes);
  g_test_add_func ("/data-check/unknown-years", test_unknown_years);
  g_test_add_func ("/data-check/prices", test_prices);
  return g_test_run ();
}
