/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a market is open: its sessions, holidays and half days, known for some years and for no others. A question about a time outside of those
 * years is an error, never a guess. All times are UTC nanoseconds; days are those of the market's own clock on the wall. */
#pragma once

#include "pst-time.h"

G_BEGIN_DECLS

/* Longer texts are refused. */
#define PST_CALENDAR_BYTES_MAX 1048576
#define PST_SECONDS_PER_DAY 86400

/**
 * PstCalendar:
 *
 * Immutable once made; shared by reference. Any thread.
 */
typedef struct _PstCalendar PstCalendar;

/**
 * PstMarketSession:
 * @open_ns: the first time at which the market is open
 * @close_ns: the first time at which it no longer is
 * @day: the session's day, in days since 1970-01-01: that of its close, when it began the evening before
 *
 * One stretch of time in which a market is open.
 */
typedef struct
{
  gint64 open_ns;
  gint64 close_ns;
  gint64 day;
} PstMarketSession;

#define PST_TYPE_CALENDAR (pst_calendar_get_type ())
PST_API GType pst_calendar_get_type (void);
/* Reads the text of a calendar file. PST_VALUE_ERROR; the sentence begins with "line N: ". */
PST_API PstCalendar *pst_calendar_new_from_text (const char *text, gssize length, GError **error);
/* (transfer none): never closed; its days and sessions are the days of UTC. What holds where nobody said otherwise. */
PST_API PstCalendar *pst_calendar_get_always (void);
PST_API PstCalendar *pst_calendar_ref (PstCalendar *calendar);
PST_API void pst_calendar_unref (PstCalendar *calendar);
PST_API const char *pst_calendar_get_name (const PstCalendar *calendar);
PST_API const char *pst_calendar_get_description (const PstCalendar *calendar);
/* The first and the last year that it knows. */
PST_API void pst_calendar_get_years (const PstCalendar *calendar, gint *from, gint *to);
/* Whether it never closes. */
PST_API gboolean pst_calendar_is_always_open (const PstCalendar *calendar);

/* Each: FALSE with PST_VALUE_ERROR_RANGE when the time, or the answer, lies outside of the years that the calendar knows. */
PST_API gboolean pst_calendar_is_open (const PstCalendar *calendar, gint64 time_ns, gboolean *is_open, GError **error);
/* The first session that opens after @time_ns, not at it. */
PST_API gboolean pst_calendar_get_next_open (const PstCalendar *calendar, gint64 time_ns, gint64 *open_ns, GError **error);
/* The first close after @time_ns, not at it. */
PST_API gboolean pst_calendar_get_next_close (const PstCalendar *calendar, gint64 time_ns, gint64 *close_ns, GError **error);
/* The last close at or before @time_ns. */
PST_API gboolean pst_calendar_get_previous_close (const PstCalendar *calendar, gint64 time_ns, gint64 *close_ns, GError **error);
/* The session that is open at @time_ns; while the market is closed, the next one. */
PST_API gboolean pst_calendar_get_session (const PstCalendar *calendar, gint64 time_ns, PstMarketSession *session, GError **error);
/* The last session that opened at or before @time_ns, open or over. */
PST_API gboolean pst_calendar_get_previous_session (const PstCalendar *calendar, gint64 time_ns, PstMarketSession *session, GError **error);
/* The day of pst_calendar_get_session(): a market's day begins when the last session of the day before is over. */
PST_API gboolean pst_calendar_get_day (const PstCalendar *calendar, gint64 time_ns, gint64 *day, GError **error);
/* When the last session of that day closes. */
PST_API gboolean pst_calendar_get_day_close (const PstCalendar *calendar, gint64 time_ns, gint64 *close_ns, GError **error);
/* (transfer full) (element-type PstMarketSession): those that overlap @from_ns to @to_ns, @to_ns not included. */
PST_API GArray *pst_calendar_list_sessions (const PstCalendar *calendar, gint64 from_ns, gint64 to_ns, GError **error);
/* Whether the market was open at any moment from @from_ns to @to_ns, @to_ns not included. */
PST_API gboolean pst_calendar_is_open_within (const PstCalendar *calendar, gint64 from_ns, gint64 to_ns, gboolean *is_open, GError **error);

/* The market's clock on the wall. No range: a time zone holds for ever. */
PST_API gint64 pst_calendar_get_local_day (const PstCalendar *calendar, gint64 time_ns);
/* Of a time of day that comes twice the first is meant; of one that is skipped, the first time behind the gap. @seconds may be a day or more. */
PST_API gint64 pst_calendar_from_local (const PstCalendar *calendar, gint64 day, gint64 seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstCalendar, pst_calendar_unref)

G_END_DECLS
