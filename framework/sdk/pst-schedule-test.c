/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A month that is skipped or counted twice is money not saved, or saved twice. */
#include <penstock.h>

static gint64
at (const char *text)
{
  gint64 time_ns;

  g_assert_true (pst_time_parse (text, -1, &time_ns, NULL));
  return time_ns;
}

static PstCalendar *
load (const char *name)
{
  g_autoptr (GError) error = NULL;
  PstCalendar *calendar = pst_calendar_load (name, &error);

  g_assert_no_error (error);
  return calendar;
}

static void
expect (const PstSchedule *schedule, PstCalendar *calendar, const char *after, const char *times)
{
  g_auto (GStrv) expected = g_strsplit (times, " ", -1);
  gint64 time_ns = at (after);

  for (char **text = expected; *text != NULL; text++)
    {
      g_autofree char *told = NULL;

      g_assert_true (pst_schedule_get_next (schedule, calendar, time_ns, &time_ns));
      told = pst_time_to_string (time_ns);
      g_assert_cmpstr (told, ==, *text);
    }
}

/* The 31st of shorter months is their last day, that of February in a leap year the 29th; New York's ten o'clock is 15:00 UTC in winter and 14:00 in
 * summer. */
static void
test_monthly (void)
{
  g_autoptr (PstCalendar) nyse = load ("nyse");
  PstSchedule schedule = { .unit = PST_SCHEDULE_MONTHLY, .every = 1, .day_of_month = 31, .weekday = 1, .seconds = 36000 };

  expect (&schedule, nyse, "2024-01-31T14:59:59Z",
          "2024-01-31T15:00:00Z 2024-02-29T15:00:00Z 2024-03-31T14:00:00Z 2024-04-30T14:00:00Z 2024-05-31T14:00:00Z");
  expect (&schedule, nyse, "2024-11-30T15:00:00Z", "2024-12-31T15:00:00Z 2025-01-31T15:00:00Z 2025-02-28T15:00:00Z");
  schedule.every = 3;
  schedule.has_anchor = TRUE;
  schedule.anchor = pst_time_days_from_civil (2024, 1, 31);
  expect (&schedule, nyse, "2020-01-01", "2024-01-31T15:00:00Z 2024-04-30T14:00:00Z 2024-07-31T14:00:00Z 2024-10-31T14:00:00Z");
  expect (&schedule, nyse, "2024-04-30T14:00:00Z", "2024-07-31T14:00:00Z");
  /* The anchor's own month counts only from the anchor on. */
  schedule.day_of_month = 15;
  expect (&schedule, nyse, "2020-01-01", "2024-04-15T14:00:00Z");
}

static void
test_weekly (void)
{
  g_autoptr (PstCalendar) always = load (NULL);
  PstSchedule schedule = { .unit = PST_SCHEDULE_WEEKLY, .every = 1, .weekday = 1, .seconds = 0 };

  expect (&schedule, always, "2024-02-26T00:00:00Z", "2024-03-04T00:00:00Z 2024-03-11T00:00:00Z");
  expect (&schedule, always, "1969-12-28T00:00:00Z", "1969-12-29T00:00:00Z 1970-01-05T00:00:00Z");
  schedule.weekday = 7;
  expect (&schedule, always, "2024-03-02T12:00:00Z", "2024-03-03T00:00:00Z 2024-03-10T00:00:00Z");
  schedule.every = 2;
  schedule.has_anchor = TRUE;
  schedule.anchor = pst_time_days_from_civil (2024, 3, 6);
  expect (&schedule, always, "2024-01-01", "2024-03-10T00:00:00Z 2024-03-24T00:00:00Z 2024-04-07T00:00:00Z");
}

/* A time of day that is skipped, and one that comes twice: each day has one. */
static void
test_daily (void)
{
  g_autoptr (PstCalendar) nyse = load ("nyse");
  PstSchedule schedule = { .unit = PST_SCHEDULE_DAILY, .every = 1, .seconds = 9000 };

  expect (&schedule, nyse, "2024-03-09T12:00:00Z", "2024-03-10T07:00:00Z 2024-03-11T06:30:00Z");
  schedule.seconds = 5400;
  expect (&schedule, nyse, "2024-11-02T12:00:00Z", "2024-11-03T05:30:00Z 2024-11-04T06:30:00Z");
  schedule.every = 10;
  schedule.has_anchor = TRUE;
  schedule.anchor = pst_time_days_from_civil (2024, 2, 20);
  expect (&schedule, nyse, "2024-02-20T12:00:00Z", "2024-03-01T06:30:00Z 2024-03-11T05:30:00Z");
}

static void
test_never (void)
{
  PstCalendar *always = pst_calendar_get_always ();
  PstSchedule schedule = { .unit = PST_SCHEDULE_NEVER, .every = 1 };
  gint64 time_ns, seconds;

  g_assert_false (pst_schedule_get_next (&schedule, always, 0, &time_ns));
  schedule.unit = PST_SCHEDULE_DAILY;
  g_assert_false (pst_schedule_get_next (&schedule, always, G_MAXINT64 - 1, &time_ns));
  g_assert_true (pst_schedule_get_next (&schedule, always, G_MININT64 + 1, &time_ns));
  g_assert_true (pst_schedule_parse_time ("23:59", &seconds) && seconds == 86340);
  for (const char *const *text = (const char *const[]){ "24:00", "9:30", "09:60", "09-30", "0930", "", NULL }; *text != NULL; text++)
    g_assert_false (pst_schedule_parse_time (*text, &seconds));
}

/* Whatever the schedule: times go forward, each is the first after the one before whoever asks in between, and none lies before the anchor. */
static void
test_random (void)
{
  g_autoptr (PstCalendar) nyse = load ("nyse");

  for (guint i = 0; i < 300; i++)
    {
      PstSchedule schedule = { .unit = PST_SCHEDULE_DAILY + (PstScheduleUnit)g_test_rand_int_range (0, 3),
                               .every = (guint)g_test_rand_int_range (1, 5),
                               .day_of_month = (guint)g_test_rand_int_range (1, 32),
                               .weekday = (guint)g_test_rand_int_range (1, 8),
                               .seconds = g_test_rand_int_range (0, 1440) * 60,
                               .anchor = g_test_rand_int_range (14000, 20000),
                               .has_anchor = TRUE };
      gint64 time_ns = g_test_rand_int_range (14000, 20000) * PST_NS_PER_DAY, next_ns, between_ns, told_ns;

      for (guint k = 0; k < 20; k++, time_ns = next_ns)
        {
          g_assert_true (pst_schedule_get_next (&schedule, nyse, time_ns, &next_ns));
          g_assert_cmpint (next_ns, >, time_ns);
          g_assert_cmpint (pst_calendar_get_local_day (nyse, next_ns), >=, schedule.anchor);
          between_ns = time_ns + (gint64)(g_test_rand_double () * (double)(next_ns - time_ns - 1));
          g_assert_true (pst_schedule_get_next (&schedule, nyse, between_ns, &told_ns));
          g_assert_cmpint (told_ns, ==, next_ns);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/monthly", test_monthly);
  g_test_add_func ("/schedule/weekly", test_weekly);
  g_test_add_func ("/schedule/daily", test_daily);
  g_test_add_func ("/schedule/never", test_never);
  g_test_add_func ("/schedule/random", test_random);
  return g_test_run ();
}
