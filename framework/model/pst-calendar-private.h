/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a calendar keeps, shared by the file that reads one and the file that answers. */
#pragma once

#include "pst-calendar.h"

G_BEGIN_DECLS

/* What 64 bits of nanoseconds hold, less a year at each end. */
#define PST_CALENDAR_YEAR_MIN 1678
#define PST_CALENDAR_YEAR_MAX 2261

struct _PstCalendar
{
  gatomicrefcount references;
  char *name;
  char *description;
  GTimeZone *zone;
  gint year_min, year_max;
  gint64 from_ns, to_ns; /* the years, on the wall, as times; @to_ns not included */
  gboolean always;       /* open from midnight to midnight of UTC: calculated, not kept */
  PstMarketSession *sessions;
  guint n_sessions; /* by time; none overlaps another */
};

/* @day: in days since 1970-01-01 of the zone's own clock. */
gint64 pst_calendar_zone_to_utc (GTimeZone *zone, gint64 day, gint64 seconds);

G_END_DECLS
