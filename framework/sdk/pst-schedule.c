/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each unit counts its periods with whole numbers: days, weeks and months since 1970. The period of a time is found, moved on to one that counts, and
 * its day and time of day are looked at; a few steps at most. */
#include "pst-schedule.h"

#include <string.h>

/* Of 1970-01-01 in GDate's count. */
#define JULIAN_EPOCH 719163
/* What GDate and 64 bits of nanoseconds both hold. */
#define YEAR_MIN 1678
#define YEAR_MAX 2261

static gint64
floor_divide (gint64 value, gint64 by)
{
  return value / by - (value % by < 0);
}

static void
day_to_date (gint64 day, GDate *date)
{
  g_date_clear (date, 1);
  g_date_set_julian (date, (guint32)(day + JULIAN_EPOCH));
}

static gint64
get_period (PstScheduleUnit unit, gint64 day)
{
  GDate date;

  if (unit == PST_SCHEDULE_DAILY)
    return day;
  /* 1970-01-01 was a Thursday. */
  if (unit == PST_SCHEDULE_WEEKLY)
    return floor_divide (day + 3, 7);
  day_to_date (day, &date);
  return ((gint64)g_date_get_year (&date) - 1970) * 12 + (gint64)g_date_get_month (&date) - 1;
}

/* The day that counts in a period. */
static gint64
get_day (const PstSchedule *schedule, gint64 period)
{
  gint64 month = period - 12 * floor_divide (period, 12);
  gint year = (gint)(1970 + floor_divide (period, 12));
  guint length;

  if (schedule->unit == PST_SCHEDULE_DAILY)
    return period;
  if (schedule->unit == PST_SCHEDULE_WEEKLY)
    return period * 7 - 3 + (gint64)schedule->weekday - 1;
  length = g_date_get_days_in_month ((GDateMonth)(month + 1), (GDateYear)year);
  return pst_time_days_from_civil (year, (guint)month + 1, MIN (schedule->day_of_month, length));
}

/**
 * pst_schedule_get_next:
 * @schedule: a schedule
 * @calendar: by whose market's clock its days and times are meant; whether that market is open does not matter here
 * @after_ns: a time
 * @time_ns: (out): the first of its times after @after_ns, not at it
 *
 * A time of day that a day skips, because clocks are put forward, comes with the end of the gap; of one that comes twice the first is meant. Any
 * thread.
 *
 * Returns: whether there is one
 */
gboolean
pst_schedule_get_next (const PstSchedule *schedule, const PstCalendar *calendar, gint64 after_ns, gint64 *time_ns)
{
  gint64 first = pst_time_days_from_civil (YEAR_MIN, 1, 1), last = pst_time_days_from_civil (YEAR_MAX, 12, 31), day, period, every;

  g_return_val_if_fail (schedule != NULL && calendar != NULL && time_ns != NULL, FALSE);
  g_return_val_if_fail (schedule->every >= 1 && (schedule->every == 1 || schedule->has_anchor), FALSE);

  if (schedule->unit == PST_SCHEDULE_NEVER)
    return FALSE;
  every = schedule->every;
  day = MAX (pst_calendar_get_local_day (calendar, after_ns), first);
  if (schedule->has_anchor)
    day = MAX (day, schedule->anchor);
  if (day > last)
    return FALSE;
  period = get_period (schedule->unit, day);
  if (schedule->has_anchor)
    period += (every - (period - get_period (schedule->unit, schedule->anchor)) % every) % every;
  for (;; period += every)
    {
      day = get_day (schedule, period);
      if (day > last)
        return FALSE;
      *time_ns = pst_calendar_from_local (calendar, day, schedule->seconds);
      if (*time_ns > after_ns && (!schedule->has_anchor || day >= schedule->anchor))
        return TRUE;
    }
}

/**
 * pst_schedule_parse_time:
 * @text: "HH:MM"
 * @seconds: (out): after midnight
 *
 * Any thread.
 *
 * Returns: whether it is a time from 00:00 to 23:59
 */
gboolean
pst_schedule_parse_time (const char *text, gint64 *seconds)
{
  gint64 hours, minutes;

  g_return_val_if_fail (text != NULL && seconds != NULL, FALSE);

  if (strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0]) || !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[3])
      || !g_ascii_isdigit (text[4]))
    return FALSE;
  hours = g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1]);
  minutes = g_ascii_digit_value (text[3]) * 10 + g_ascii_digit_value (text[4]);
  if (hours > 23 || minutes > 59)
    return FALSE;
  *seconds = hours * 3600 + minutes * 60;
  return TRUE;
}
