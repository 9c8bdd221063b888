/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wall-clock days by the system's time zone data. */

#include "pst-session-day.h"

#include <string.h>

#define SECONDS_PER_DAY G_GINT64_CONSTANT (86400)

static gboolean
parse_start (const char *text, gint64 *seconds)
{
  gint64 hours, minutes;

  if (strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0]) || !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[3])
      || !g_ascii_isdigit (text[4]))
    return FALSE;
  hours = g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1]);
  minutes = g_ascii_digit_value (text[3]) * 10 + g_ascii_digit_value (text[4]);
  *seconds = hours * 3600 + minutes * 60;
  return hours < 24 && minutes < 60;
}

gboolean
pst_session_day_init (PstSessionDay *session, const char *zone, const char *start, const char *calendar, GError **error)
{
  pst_session_day_clear (session);
  if (!parse_start (start, &session->start_seconds))
    {
      g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE, "day-start \"%s\" is not a time from 00:00 to 23:59", start);
      return FALSE;
    }
  if (calendar != NULL && calendar[0] != '\0')
    {
      session->calendar = pst_calendar_load (calendar, error);
      g_prefix_error (error, "option \"calendar\": ");
      return session->calendar != NULL;
    }
  session->zone = zone[0] != '\0' ? g_time_zone_new_identifier (zone) : NULL;
  if (session->zone != NULL)
    return TRUE;
  g_set_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE,
               "time-zone \"%s\" is not known to this system; write an IANA name like Europe/Berlin, or install tzdata", zone);
  return FALSE;
}

void
pst_session_day_clear (PstSessionDay *session)
{
  g_clear_pointer (&session->zone, g_time_zone_unref);
  g_clear_pointer (&session->calendar, pst_calendar_unref);
}

static gint64
floor_divide (gint64 value, gint64 by)
{
  return value / by - (value % by < 0);
}

gint64
pst_session_day_find (const PstSessionDay *session, gint64 time_ns, gint64 known)
{
  gint64 utc = floor_divide (time_ns, PST_NS_PER_SECOND), day;
  gint interval;

  if (session->calendar != NULL)
    return pst_calendar_get_day (session->calendar, time_ns, &day, NULL) ? day : known;
  interval = g_time_zone_find_interval (session->zone, G_TIME_TYPE_UNIVERSAL, utc);
  return floor_divide (utc + g_time_zone_get_offset (session->zone, interval) - session->start_seconds, SECONDS_PER_DAY);
}
