/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A calendar that is wrong trades at night, or misses a month's plan: every answer is compared with a walk over the wall clock, and every mistake in
 * a file is named by its line. */
#include <penstock.h>

#include <string.h>

#define HEAD "[calendar]\nformat=1\nname=test\ntime-zone=America/New_York\nfrom=2023\nto=2025\n"
#define WEEK "[sessions]\nmonday=09:30-16:00\ntuesday=09:30-16:00\nwednesday=09:30-16:00\nthursday=09:30-16:00\nfriday=09:30-16:00\n"

static PstCalendar *
make (const char *text)
{
  g_autoptr (GError) error = NULL;
  PstCalendar *calendar = pst_calendar_new_from_text (text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (calendar);
  return calendar;
}

static gint64
at (const char *text)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

static gboolean
is_open (PstCalendar *calendar, gint64 time_ns)
{
  g_autoptr (GError) error = NULL;
  gboolean open;

  g_assert_true (pst_calendar_is_open (calendar, time_ns, &open, &error));
  g_assert_no_error (error);
  return open;
}

static void
assert_time (gint64 time_ns, const char *expected)
{
  g_autofree char *text = pst_time_to_string (time_ns);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_summer_time (void)
{
  g_autoptr (PstCalendar) calendar = make (HEAD WEEK);
  gint64 time_ns;

  /* 09:30 in New York is 14:30 UTC in winter and 13:30 in summer; clocks changed on Sunday 2024-03-10 and 2024-11-03. */
  g_assert_true (is_open (calendar, at ("2024-03-08T14:30:00Z")));
  g_assert_false (is_open (calendar, at ("2024-03-08T14:29:59.999999999Z")));
  g_assert_true (is_open (calendar, at ("2024-03-11T13:30:00Z")));
  g_assert_false (is_open (calendar, at ("2024-03-11T20:00:00Z")));
  g_assert_true (is_open (calendar, at ("2024-11-04T14:30:00Z")));
  g_assert_false (is_open (calendar, at ("2024-11-04T13:30:00Z")));
  g_assert_true (pst_calendar_get_next_open (calendar, at ("2024-03-08T21:00:00Z"), &time_ns, NULL));
  assert_time (time_ns, "2024-03-11T13:30:00Z");
  g_assert_true (pst_calendar_get_next_close (calendar, at ("2024-11-01T20:00:00Z"), &time_ns, NULL));
  assert_time (time_ns, "2024-11-04T21:00:00Z");
  g_assert_true (pst_calendar_get_previous_close (calendar, at ("2024-11-04T14:30:00Z"), &time_ns, NULL));
  assert_time (time_ns, "2024-11-01T20:00:00Z");
}

static void
test_edges (void)
{
  g_autoptr (PstCalendar) calendar = make (HEAD WEEK);
  PstMarketSession session;
  gint64 value;

  /* Strictly after: at the open the next open is tomorrow's, at the close the next close too, and the previous close is this one. */
  g_assert_true (pst_calendar_get_next_open (calendar, at ("2024-06-03T13:30:00Z"), &value, NULL));
  assert_time (value, "2024-06-04T13:30:00Z");
  g_assert_true (pst_calendar_get_next_close (calendar, at ("2024-06-03T20:00:00Z"), &value, NULL));
  assert_time (value, "2024-06-04T20:00:00Z");
  g_assert_true (pst_calendar_get_previous_close (calendar, at ("2024-06-03T20:00:00Z"), &value, NULL));
  assert_time (value, "2024-06-03T20:00:00Z");
  /* The market's day turns with the close, not at midnight. */
  g_assert_true (pst_calendar_get_day (calendar, at ("2024-06-03T19:59:59Z"), &value, NULL));
  g_assert_cmpint (value, ==, pst_time_days_from_civil (2024, 6, 3));
  g_assert_true (pst_calendar_get_day (calendar, at ("2024-06-03T20:00:00Z"), &value, NULL));
  g_assert_cmpint (value, ==, pst_time_days_from_civil (2024, 6, 4));
  g_assert_true (pst_calendar_get_day (calendar, at ("2024-06-08T12:00:00Z"), &value, NULL));
  g_assert_cmpint (value, ==, pst_time_days_from_civil (2024, 6, 10));
  g_assert_true (pst_calendar_get_previous_session (calendar, at ("2024-06-08T12:00:00Z"), &session, NULL));
  g_assert_cmpint (session.day, ==, pst_time_days_from_civil (2024, 6, 7));
}

static void
test_exceptions (void)
{
  g_autoptr (PstCalendar) calendar = make (HEAD WEEK "[holidays]\n2024-07-04=Independence Day\n[early-closes]\n2024-07-03=13:00 The day before\n"
                                                     "[special-days]\n2024-07-06=10:00-11:00;12:00-13:00 A Saturday\n");
  g_autoptr (GArray) sessions = NULL;
  gint64 value;

  g_assert_true (is_open (calendar, at ("2024-07-03T16:59:59Z")));
  g_assert_false (is_open (calendar, at ("2024-07-03T17:00:00Z")));
  g_assert_true (pst_calendar_get_next_open (calendar, at ("2024-07-03T17:00:00Z"), &value, NULL));
  assert_time (value, "2024-07-05T13:30:00Z");
  /* Between two sessions of a day: it is still that day, which ends with the second. */
  g_assert_false (is_open (calendar, at ("2024-07-06T15:30:00Z")));
  g_assert_true (pst_calendar_get_day_close (calendar, at ("2024-07-06T14:30:00Z"), &value, NULL));
  assert_time (value, "2024-07-06T17:00:00Z");
  g_assert_true (pst_calendar_get_day_close (calendar, at ("2024-07-06T15:30:00Z"), &value, NULL));
  assert_time (value, "2024-07-06T17:00:00Z");
  sessions = pst_calendar_list_sessions (calendar, at ("2024-07-03T16:00:00Z"), at ("2024-07-08T13:30:00Z"), NULL);
  g_assert_cmpuint (sessions->len, ==, 4);
  assert_time (g_array_index (sessions, PstMarketSession, 0).close_ns, "2024-07-03T17:00:00Z");
  assert_time (g_array_index (sessions, PstMarketSession, 3).open_ns, "2024-07-06T16:00:00Z");
}

static void
test_over_midnight (void)
{
  g_autoptr (PstCalendar) calendar
      = make ("[calendar]\nformat=1\nname=futures\ntime-zone=America/Chicago\nfrom=2024\nto=2024\n[sessions]\nmonday=17:00-16:00\n"
              "tuesday=17:00-16:00\nwednesday=17:00-16:00\nthursday=17:00-16:00\nfriday=17:00-16:00\n[holidays]\n2024-07-04=A Thursday\n");
  gint64 value;

  /* Sunday evening belongs to Monday. */
  g_assert_false (is_open (calendar, at ("2024-06-02T21:59:59Z")));
  g_assert_true (is_open (calendar, at ("2024-06-02T22:00:00Z")));
  g_assert_true (pst_calendar_get_day (calendar, at ("2024-06-02T22:00:00Z"), &value, NULL));
  g_assert_cmpint (value, ==, pst_time_days_from_civil (2024, 6, 3));
  g_assert_true (pst_calendar_get_day_close (calendar, at ("2024-06-02T22:00:00Z"), &value, NULL));
  assert_time (value, "2024-06-03T21:00:00Z");
  /* A holiday takes its session away with the evening before, and leaves the one that begins on it. */
  g_assert_false (is_open (calendar, at ("2024-07-03T23:00:00Z")));
  g_assert_true (is_open (calendar, at ("2024-07-04T22:00:00Z")));
}

static void
test_range (void)
{
  g_autoptr (PstCalendar) calendar = make (HEAD WEEK);
  g_autoptr (GError) error = NULL;
  gboolean open;
  gint64 value;

  g_assert_false (pst_calendar_is_open (calendar, at ("2026-01-01T05:00:00Z"), &open, &error));
  g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "\"test\" knows 2023 to 2025"));
  /* The range is that of the wall clock. */
  g_assert_true (pst_calendar_is_open (calendar, at ("2026-01-01T04:59:59Z"), &open, NULL));
  g_assert_false (pst_calendar_is_open (calendar, at ("2023-01-01T04:59:59Z"), &open, NULL));
  g_assert_true (pst_calendar_is_open (calendar, at ("2023-01-01T05:00:00Z"), &open, NULL));
  /* What lies behind the last session is not known, nor what lay before the first. */
  g_assert_false (pst_calendar_get_next_open (calendar, at ("2025-12-31T22:00:00Z"), &value, NULL));
  g_assert_false (pst_calendar_get_previous_close (calendar, at ("2023-01-01T12:00:00Z"), &value, NULL));
  g_assert_false (pst_calendar_get_day (calendar, G_MININT64, &value, NULL));
  g_assert_false (pst_calendar_is_open (calendar, G_MAXINT64, &open, NULL));
}

static void
test_always (void)
{
  PstCalendar *calendar = pst_calendar_get_always ();
  g_autoptr (GArray) sessions = NULL;
  gint64 value;

  g_assert_true (pst_calendar_is_always_open (calendar));
  g_assert_true (is_open (calendar, at ("1969-12-31T23:59:59Z")));
  g_assert_true (pst_calendar_get_day (calendar, at ("1969-12-31T23:59:59Z"), &value, NULL));
  g_assert_cmpint (value, ==, -1);
  g_assert_true (pst_calendar_get_day_close (calendar, at ("2024-02-29T00:00:00Z"), &value, NULL));
  assert_time (value, "2024-03-01T00:00:00Z");
  g_assert_true (pst_calendar_get_previous_close (calendar, at ("2024-02-29T12:00:00Z"), &value, NULL));
  assert_time (value, "2024-02-29T00:00:00Z");
  sessions = pst_calendar_list_sessions (calendar, at ("2024-02-28T12:00:00Z"), at ("2024-03-01T00:00:00Z"), NULL);
  g_assert_cmpuint (sessions->len, ==, 2);
}

/* Of a zone that skips midnight (Cairo, 2024-04-26) and one that has an hour twice. */
static void
test_local (void)
{
  g_autoptr (PstCalendar) cairo
      = make ("[calendar]\nformat=1\nname=cairo\ntime-zone=Africa/Cairo\nfrom=2024\nto=2024\n[sessions]\nfriday=00:00-24:00\n");
  g_autoptr (PstCalendar) york = make (HEAD WEEK);

  assert_time (pst_calendar_from_local (cairo, pst_time_days_from_civil (2024, 4, 26), 0), "2024-04-25T22:00:00Z");
  assert_time (pst_calendar_from_local (york, pst_time_days_from_civil (2024, 11, 3), 3600 + 1800), "2024-11-03T05:30:00Z");
  assert_time (pst_calendar_from_local (york, pst_time_days_from_civil (2024, 3, 10), 2 * 3600 + 1800), "2024-03-10T07:00:00Z");
  g_assert_cmpint (pst_calendar_get_local_day (york, at ("2024-06-01T03:59:59Z")), ==, pst_time_days_from_civil (2024, 5, 31));
  g_assert_cmpint (pst_calendar_get_local_day (york, at ("2024-06-01T04:00:00Z")), ==, pst_time_days_from_civil (2024, 6, 1));
}

/* One of two weeks that a person can follow: a session over midnight, two a day, odd days. */
static const char brute_text[]
    = "[calendar]\nformat=1\nname=brute\ntime-zone=Europe/Berlin\nfrom=2023\nto=2024\n[sessions]\nmonday=22:00-06:00;08:00-12:00;13:00-17:30\n"
      "tuesday=09:00-12:00;12:00-17:30\nwednesday=00:00-24:00\nthursday=01:30-03:30\nsunday=01:30-03:30\n[holidays]\n2023-05-01=May\n"
      "2024-02-29=Leap\n[early-closes]\n2023-12-26=12:00 Lunch\n2024-06-03=13:30 Early\n[special-days]\n2024-03-30=10:00-11:00\n";

/* The same by reading the clock on the wall, without any of the code under test. */
static gboolean
walk_is_open (GTimeZone *zone, gint64 second)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (second);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  g_autofree char *date = g_date_time_format (local, "%F");
  gint s = g_date_time_get_hour (local) * 3600 + g_date_time_get_minute (local) * 60 + g_date_time_get_second (local);
  gint weekday = g_date_time_get_day_of_week (local);
  g_autoptr (GDateTime) noon
      = g_date_time_new (zone, g_date_time_get_year (local), g_date_time_get_month (local), g_date_time_get_day_of_month (local), 12, 0, 0);
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (noon, 1);
  g_autofree char *next = g_date_time_format (tomorrow, "%F");
  gboolean day = s >= 9 * 3600 && s < 17 * 3600 + 1800;

  if (g_str_equal (date, "2024-03-30"))
    return s >= 10 * 3600 && s < 11 * 3600;
  if (weekday == 7 && s >= 22 * 3600 && !g_str_equal (next, "2023-05-01") && !g_str_equal (next, "2025-01-06"))
    return TRUE;
  if (g_str_equal (date, "2023-05-01") || g_str_equal (date, "2024-02-29"))
    return FALSE;
  if (g_str_equal (date, "2023-12-26"))
    return day && s < 12 * 3600;
  if (weekday == 1)
    return s < 6 * 3600 || (s >= 8 * 3600 && s < 12 * 3600)
           || (s >= 13 * 3600 && s < (g_str_equal (date, "2024-06-03") ? 13 * 3600 + 1800 : 17 * 3600 + 1800));
  return weekday == 2 ? day : weekday == 3 ? TRUE : weekday == 4 || weekday == 7 ? s >= 5400 && s < 12600 : FALSE;
}

static void
test_walk (void)
{
  g_autoptr (PstCalendar) calendar = make (brute_text);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  gint64 from = at ("2023-01-02T00:00:00Z") / PST_NS_PER_SECOND, to = at ("2024-12-31T12:00:00Z") / PST_NS_PER_SECOND;

  for (guint i = 0; i < 20000; i++)
    {
      gint64 second = from + (gint64)(g_test_rand_double () * (double)(to - from));

      /* Half of them at full half hours, where the edges are. */
      if (i % 2 == 0)
        second -= second % 1800 + (i % 4 == 0);
      if (is_open (calendar, second * PST_NS_PER_SECOND) != walk_is_open (zone, second))
        g_error ("%" G_GINT64_FORMAT " is said to be %s", second, walk_is_open (zone, second) ? "closed" : "open");
    }
}

/* The other answers follow from is_open: nothing changes between a time and the next edge that is told. */
static void
test_agreement (void)
{
  g_autoptr (PstCalendar) calendar = make (brute_text);
  gint64 from = at ("2023-01-09T00:00:00Z"), to = at ("2024-12-20T00:00:00Z");

  for (guint i = 0; i < 5000; i++)
    {
      gint64 time_ns = from + (gint64)(g_test_rand_double () * (double)(to - from)), open_ns, close_ns, before_ns, day, day_close;
      PstMarketSession session;
      gboolean open = is_open (calendar, time_ns), within;

      g_assert_true (pst_calendar_get_next_open (calendar, time_ns, &open_ns, NULL));
      g_assert_true (pst_calendar_get_next_close (calendar, time_ns, &close_ns, NULL));
      g_assert_true (pst_calendar_get_previous_close (calendar, time_ns, &before_ns, NULL));
      g_assert_true (pst_calendar_get_session (calendar, time_ns, &session, NULL));
      g_assert_true (pst_calendar_get_day (calendar, time_ns, &day, NULL));
      g_assert_true (pst_calendar_get_day_close (calendar, time_ns, &day_close, NULL));
      g_assert_true (before_ns <= time_ns && time_ns < close_ns && time_ns < open_ns && close_ns <= day_close);
      g_assert_true (open == (session.open_ns <= time_ns) && session.close_ns == close_ns && session.day == day);
      g_assert_true (is_open (calendar, open_ns) && is_open (calendar, close_ns - 1) && is_open (calendar, before_ns - 1));
      if (!open)
        {
          g_assert_cmpint (session.open_ns, ==, open_ns);
          g_assert_true (pst_calendar_is_open_within (calendar, before_ns, open_ns, &within, NULL) && !within);
        }
      g_assert_true (pst_calendar_is_open_within (calendar, before_ns, open_ns + 1, &within, NULL) && within);
    }
}

static void
test_mistakes (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "line 1: [calendar] does not say its format" },
    { "name=x\n", "line 1: \"name=x\" is neither a group nor a key of one" },
    { "[calendar]\nformat=2\n", "line 2: format \"2\" is not 1" },
    { "[calendar]\nformat=1\nname=A B\n", "line 3: name \"A B\" is not made of" },
    { "[calendar]\ntime-zone=America/Old_York\n", "line 2: time-zone \"America/Old_York\" is not known" },
    { "[calendar]\ncolour=red\n", "line 2: \"colour\" is none of format" },
    { "[calendar]\nformat=1\nformat=1\n", "line 3: \"format\" stands there twice" },
    { "[calendar]\nfrom=0000\n", "line 2: \"0000\" is no year" },
    { "[calendar]\n[calendar]\n", "line 2: group [calendar] stands there twice" },
    { "[holiday]\n", "line 1: [holiday] is none of" },
    { HEAD "[sessions]\n", "line 7: [sessions] names no day" },
    { HEAD "[sessions]\nmontag=09:00-10:00\n", "line 8: \"montag\" is no day of the week" },
    { HEAD "[sessions]\nmonday=9:00-10:00\n", "line 8: \"9:00-10:00\" is no session" },
    { HEAD "[sessions]\nmonday=09:00-24:01\n", "line 8: \"09:00-24:01\" is no session" },
    { HEAD "[sessions]\nmonday=09:00-12:00;11:00-13:00\n", "line 8: session \"11:00-13:00\" begins before" },
    { HEAD "[sessions]\nmonday=09:00-12:00\ntuesday=11:00-10:00\n", "two sessions overlap at 2023-01-" },
    { HEAD WEEK "[holidays]\n2024-02-30=No day\n", "line 14: \"2024-02-30\" is no date" },
    { HEAD WEEK "[holidays]\n2024-07-06=Saturday\n", "line 14: on that day of the week the market is closed anyway" },
    { HEAD WEEK "[holidays]\n2026-07-06=Later\n", "line 14: that day is not in the years 2023 to 2025" },
    { HEAD WEEK "[holidays]\n2024-07-04=A\n2024-07-04=B\n", "line 15: 2024-07-04 stands there twice" },
    { HEAD WEEK "[holidays]\n2024-07-04=A\n[early-closes]\n2024-07-04=13:00 B\n", "line 16: 2024-07-04 stands there twice" },
    { HEAD WEEK "[early-closes]\n2024-07-03=Noon\n", "line 14: \"Noon\" does not begin with the time" },
    { HEAD WEEK "[early-closes]\n2024-07-03=16:00 No\n", "line 14: the early close is not inside" },
    { HEAD WEEK "[early-closes]\n2024-07-03=09:30 No\n", "line 14: the early close is not inside" },
    { HEAD WEEK "[special-days]\n2024-07-06=10-11 A\n", "line 14: \"10-11\" is no session" },
    { "[calendar]\nformat=1\nname=\xff\n", "line 1: not UTF-8 text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pst_calendar_new_from_text (cases[i].text, -1, &error));
      g_assert_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX);
      if (strstr (error->message, cases[i].message) == NULL)
        g_error ("case %u says: %s", i, error->message);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar/summer-time", test_summer_time);
  g_test_add_func ("/calendar/edges", test_edges);
  g_test_add_func ("/calendar/exceptions", test_exceptions);
  g_test_add_func ("/calendar/over-midnight", test_over_midnight);
  g_test_add_func ("/calendar/range", test_range);
  g_test_add_func ("/calendar/always", test_always);
  g_test_add_func ("/calendar/local", test_local);
  g_test_add_func ("/calendar/walk", test_walk);
  g_test_add_func ("/calendar/agreement", test_agreement);
  g_test_add_func ("/calendar/mistakes", test_mistakes);
  return g_test_run ();
}
