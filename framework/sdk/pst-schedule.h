/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times that come again: every month on the 31st at 10:00 of the market's clock. Dates only: whether the market is open then is another question. */
#pragma once

#include "../model/pst-calendar.h"

G_BEGIN_DECLS

/**
 * PstScheduleUnit:
 * @PST_SCHEDULE_NEVER: no time ever
 * @PST_SCHEDULE_DAILY: each day, or every so many days
 * @PST_SCHEDULE_WEEKLY: on a day of the week
 * @PST_SCHEDULE_MONTHLY: on a day of the month; in a month that is shorter, on its last
 *
 * How often something comes again.
 */
typedef enum /*< prefix=PST_SCHEDULE >*/
{
  PST_SCHEDULE_NEVER,
  PST_SCHEDULE_DAILY,
  PST_SCHEDULE_WEEKLY,
  PST_SCHEDULE_MONTHLY,
} PstScheduleUnit;

/**
 * PstSchedule:
 * @unit: days, weeks or months
 * @every: of how many of them one counts, from 1
 * @day_of_month: 1 to 31
 * @weekday: 1, Monday, to 7
 * @seconds: after midnight of the clock on the wall
 * @anchor: the first day that may count, in days since 1970-01-01; with @every above 1 it is in the first day, week or month that counts
 * @has_anchor: whether there is an anchor; it is needed with @every above 1
 *
 * A plain value.
 */
typedef struct
{
  PstScheduleUnit unit;
  guint every;
  guint day_of_month;
  guint weekday;
  gint64 seconds;
  gint64 anchor;
  gboolean has_anchor;
} PstSchedule;

/* The first of its times that is after @after_ns, by the clock of @calendar's market. FALSE: there is none. */
PST_API gboolean pst_schedule_get_next (const PstSchedule *schedule, const PstCalendar *calendar, gint64 after_ns, gint64 *time_ns);
/* "HH:MM", from 00:00 to 23:59. */
PST_API gboolean pst_schedule_parse_time (const char *text, gint64 *seconds);

G_END_DECLS
