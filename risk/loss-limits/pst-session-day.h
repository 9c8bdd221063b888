/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operator's trading day: from a time of the clock on the wall to the same the next day, so that it has 23 or 25 hours when clocks change. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  GTimeZone *zone;
  gint64 start_seconds;  /* after midnight */
  PstCalendar *calendar; /* NULL: by zone and start; otherwise the days of a market's sessions */
} PstSessionDay;

/* @zone: an IANA name; @start: "HH:MM"; @calendar: (nullable): a calendar's name, instead of both. */
gboolean pst_session_day_init (PstSessionDay *session, const char *zone, const char *start, const char *calendar, GError **error);
void pst_session_day_clear (PstSessionDay *session);
/* Days since 1970-01-01 of the date on which the day began, with a calendar of the session that is open or comes next. A time that the calendar does
 * not know is of @known, the day of before: nobody gets a new day's allowance by it. */
gint64 pst_session_day_find (const PstSessionDay *session, gint64 time_ns, gint64 known);

G_END_DECLS
