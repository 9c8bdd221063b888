/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operator's trading day: from a time of the clock on the wall to the same the next day, so that it has 23 or 25 hours when clocks change. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

typedef struct
{
  GTimeZone *zone;
  gint64 start_seconds; /* after midnight */
} PstSessionDay;

/* @zone: an IANA name; @start: "HH:MM". */
gboolean pst_session_day_init (PstSessionDay *session, const char *zone, const char *start, GError **error);
void pst_session_day_clear (PstSessionDay *session);
/* Days since 1970-01-01 of the date on which the day began. */
gint64 pst_session_day_find (const PstSessionDay *session, gint64 time_ns);

G_END_DECLS
