/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calendars that ship: New York's days against the rules of its holidays, calculated here in another way; Mumbai's against what each year's
 * circular counts; and how a calendar is found. */
#include <penstock.h>

#include <glib/gstdio.h>
#include <string.h>

static PstCalendar *
load (const char *name)
{
  g_autoptr (GError) error = NULL;
  PstCalendar *calendar = pst_calendar_load (name, &error);

  g_assert_no_error (error);
  return calendar;
}

/* Easter by counting full moons (Gauss), where the file's dates were made with the algorithm of Meeus. */
static gint64
find_easter (gint year)
{
  gint a = year % 19, b = year % 4, c = year % 7, k = year / 100, p = (13 + 8 * k) / 25, q = k / 4;
  gint m = (15 - p + k - q) % 30, n = (4 + k - q) % 7, d = (19 * a + m) % 30, e = (2 * b + 4 * c + 6 * d + n) % 7;
  gint day = 22 + d + e;

  if (d == 29 && e == 6)
    day = 50;
  else if (d == 28 && e == 6 && (11 * m + 11) % 30 < 19)
    day = 49;
  return pst_time_days_from_civil (year, 3, 1) + day - 1;
}

/* 0: Monday. */
static gint
get_weekday (gint64 day)
{
  return (gint)((day + 3) % 7);
}

static gint64
find_nth (gint year, guint month, gint weekday, guint n)
{
  gint64 day = pst_time_days_from_civil (year, month, 1);

  while (get_weekday (day) != weekday)
    day++;
  return day + 7 * (n - 1);
}

static gint64
observe (gint64 day)
{
  return get_weekday (day) == 5 ? day - 1 : get_weekday (day) == 6 ? day + 1 : day;
}

static gboolean
is_new_york_holiday (gint year, gint64 day)
{
  gint64 new_year = pst_time_days_from_civil (year, 1, 1);

  if (day == (get_weekday (new_year) == 6 ? new_year + 1 : new_year) || day == find_nth (year, 1, 0, 3) || day == find_nth (year, 2, 0, 3)
      || day == find_easter (year) - 2 || day == find_nth (year, 9, 0, 1) || day == find_nth (year, 11, 3, 4)
      || day == observe (pst_time_days_from_civil (year, 7, 4)) || day == observe (pst_time_days_from_civil (year, 12, 25))
      || day == find_nth (year, 6, 0, 1) - 7)
    return TRUE;
  if (year >= 2022 && day == observe (pst_time_days_from_civil (year, 6, 19)))
    return TRUE;
  return day == pst_time_days_from_civil (2012, 10, 29) || day == pst_time_days_from_civil (2012, 10, 30)
         || day == pst_time_days_from_civil (2018, 12, 5) || day == pst_time_days_from_civil (2025, 1, 9);
}

static gboolean
is_new_york_half_day (gint year, gint64 day)
{
  gint64 fourth = pst_time_days_from_civil (year, 7, 4), eve = pst_time_days_from_civil (year, 12, 24);

  return day == find_nth (year, 11, 3, 4) + 1 || (day == eve && get_weekday (eve) < 4)
         || (day == fourth - 1 && get_weekday (fourth) >= 1 && get_weekday (fourth) <= 4);
}

static void
test_new_york (void)
{
  g_autoptr (PstCalendar) calendar = load ("nyse");
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("America/New_York");
  gint from, to;
  guint n_open = 0;

  pst_calendar_get_years (calendar, &from, &to);
  g_assert_cmpint (from, ==, 2010);
  g_assert_cmpint (to, >=, 2027);
  for (gint64 day = pst_time_days_from_civil (from, 1, 1); day < pst_time_days_from_civil (to + 1, 1, 1); day++)
    {
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (day * PST_SECONDS_PER_DAY);
      gint year = g_date_time_get_year (utc), month = g_date_time_get_month (utc), monthday = g_date_time_get_day_of_month (utc);
      g_autoptr (GDateTime) open = g_date_time_new (zone, year, month, monthday, 9, 30, 0);
      gint64 open_ns = g_date_time_to_unix (open) * PST_NS_PER_SECOND, length_ns;
      gboolean is_open, expected = get_weekday (day) < 5 && !is_new_york_holiday (year, day);
      PstMarketSession session;

      g_assert_true (pst_calendar_is_open (calendar, open_ns, &is_open, NULL));
      if (is_open != expected)
        g_error ("%d-%d-%d is said to be %s", year, month, monthday, is_open ? "open" : "closed");
      if (!is_open)
        continue;
      n_open++;
      g_assert_true (pst_calendar_get_session (calendar, open_ns, &session, NULL));
      length_ns = (is_new_york_half_day (year, day) ? 12600 : 23400) * PST_NS_PER_SECOND;
      if (session.open_ns != open_ns || session.close_ns - session.open_ns != length_ns || session.day != day)
        g_error ("%d-%d-%d has other hours", year, month, monthday);
    }
  /* 252, 252, 250, 252, 252, 252, 252, 251, 251, 252, 253, 252, 251, 250, 252, 250, 251, 251 days of trading. */
  g_assert_cmpuint (n_open, ==, 4526);
}

static guint
count_days (PstCalendar *calendar, gint year)
{
  g_autoptr (GArray) sessions = pst_calendar_list_sessions (calendar, pst_time_days_from_civil (year, 1, 1) * PST_NS_PER_DAY,
                                                            pst_time_days_from_civil (year, 12, 31) * PST_NS_PER_DAY + PST_NS_PER_DAY / 2, NULL);
  guint n = 0;

  for (guint i = 0; i < sessions->len; i++)
    n += i == 0 || g_array_index (sessions, PstMarketSession, i).day != g_array_index (sessions, PstMarketSession, i - 1).day;
  return n;
}

/* The exchange's own counts of trading days, Muhurat sessions and Saturdays included. */
static void
test_mumbai (void)
{
  g_autoptr (PstCalendar) calendar = load ("nse");
  static const guint counts[] = { 245, 252, 248, 248, 246, 249, 249 };
  gboolean is_open;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpuint (count_days (calendar, 2019 + (gint)i), ==, counts[i]);
  /* 18:15 to 19:15 in India, on a holiday. */
  g_assert_true (
      pst_calendar_is_open (calendar, pst_time_days_from_civil (2022, 10, 24) * PST_NS_PER_DAY + 45900 * PST_NS_PER_SECOND, &is_open, NULL));
  g_assert_true (is_open);
  g_assert_true (
      pst_calendar_is_open (calendar, pst_time_days_from_civil (2022, 10, 24) * PST_NS_PER_DAY + 18000 * PST_NS_PER_SECOND, &is_open, NULL));
  g_assert_false (is_open);
  g_assert_false (pst_calendar_is_open (calendar, pst_time_days_from_civil (2026, 11, 9) * PST_NS_PER_DAY, &is_open, NULL));
}

static void
test_finding (void)
{
  g_autoptr (PstCalendar) none = load (NULL), always = load ("always");
  g_auto (GStrv) names = pst_calendar_list_names ();
  g_autoptr (GError) error = NULL;

  g_assert_true (none == pst_calendar_get_always ());
  g_assert_true (pst_calendar_is_always_open (always));
  g_assert_true (g_strv_contains ((const char *const *)names, "nse") && g_strv_contains ((const char *const *)names, "nyse"));
  g_assert_null (pst_calendar_load ("nysee", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "there is no calendar \"nysee\" (did you mean \"nyse\"?); there are: "));
}

/* An operator's own folder comes first, and a mistake in it is named with file and line. */
static void
test_own_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("calendar-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "nyse.calendar", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstCalendar) calendar = NULL;

  g_setenv ("PENSTOCK_CALENDAR_PATH", folder, TRUE);
  g_assert_true (
      g_file_set_contents (path, "[calendar]\nformat=1\nname=mine\ntime-zone=UTC\nfrom=2024\nto=2024\n[sessions]\nmonday=09-10\n", -1, NULL));
  g_assert_null (pst_calendar_load ("nyse", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE);
  g_assert_nonnull (strstr (error->message, "nyse.calendar\": line 8: "));
  g_assert_true (
      g_file_set_contents (path, "[calendar]\nformat=1\nname=mine\ntime-zone=UTC\nfrom=2024\nto=2024\n[sessions]\nmonday=09:00-10:00\n", -1, NULL));
  calendar = load ("nyse");
  g_assert_cmpstr (pst_calendar_get_name (calendar), ==, "mine");
  g_clear_pointer (&calendar, pst_calendar_unref);
  g_unsetenv ("PENSTOCK_CALENDAR_PATH");
  calendar = load (path);
  g_assert_cmpstr (pst_calendar_get_name (calendar), ==, "mine");
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar-file/new-york", test_new_york);
  g_test_add_func ("/calendar-file/mumbai", test_mumbai);
  g_test_add_func ("/calendar-file/finding", test_finding);
  g_test_add_func ("/calendar-file/own-folder", test_own_folder);
  return g_test_run ();
}
