/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A daily bar ends at midnight, long after its market closed; an order that is given at its end is given at night. So what counts of a bar are the
 * sessions inside of it, not its end. */
#include "pst-sim-hours.h"

/* A bar that does not say when it began (its label is its end) is taken for its last moment. */
static gboolean
find_hours (const PstCalendar *calendar, gint64 from_ns, gint64 to_ns, PstSimHours *hours, GError **error)
{
  PstMarketSession session;

  *hours = (PstSimHours){ TRUE, from_ns };
  if (calendar == NULL)
    return TRUE;
  if (!pst_calendar_is_open_within (calendar, from_ns, to_ns, &hours->is_open, error))
    return FALSE;
  if (!hours->is_open)
    return TRUE;
  if (!pst_calendar_get_session (calendar, from_ns, &session, error))
    return FALSE;
  hours->start_ns = MAX (from_ns, session.open_ns);
  return TRUE;
}

gboolean
pst_sim_hours_of_event (const PstCalendar *calendar, const PstEvent *event, gint64 time_ns, PstSimHours *hours, GError **error)
{
  if (event->kind != PST_EVENT_BAR)
    return find_hours (calendar, time_ns, time_ns + 1, hours, error);
  if (event->venue_time_ns < time_ns)
    return find_hours (calendar, event->venue_time_ns, time_ns, hours, error);
  if (!find_hours (calendar, time_ns - 1, time_ns, hours, error))
    return FALSE;
  hours->start_ns = time_ns;
  return TRUE;
}

gboolean
pst_sim_hours_of_time (const PstCalendar *calendar, gint64 time_ns, gboolean *is_open, GError **error)
{
  *is_open = TRUE;
  return calendar == NULL || pst_calendar_is_open (calendar, time_ns, is_open, error);
}

gboolean
pst_sim_hours_find_end (const PstCalendar *calendar, gint64 time_ns, gint64 *end_ns, GError **error)
{
  PstMarketSession session;
  gboolean is_open;

  *end_ns = time_ns;
  if (calendar == NULL)
    return TRUE;
  if (!pst_calendar_is_open (calendar, time_ns, &is_open, error))
    return FALSE;
  /* Before the first session that the calendar knows nothing has ended. */
  if (!is_open && pst_calendar_get_previous_session (calendar, time_ns, &session, NULL))
    *end_ns = session.close_ns;
  return TRUE;
}

gboolean
pst_sim_hours_find_expiry (const PstCalendar *calendar, const PstOrderRequest *request, gint64 time_ns, gint64 *expiry_ns, GError **error)
{
  *expiry_ns = G_MAXINT64;
  if (request->time_in_force == PST_TIME_IN_FORCE_GTD)
    *expiry_ns = request->expire_time_ns;
  if (request->time_in_force != PST_TIME_IN_FORCE_DAY)
    return TRUE;
  if (calendar != NULL)
    return pst_calendar_get_day_close (calendar, time_ns, expiry_ns, error);
  if (!pst_add_checked (pst_time_floor_day (time_ns), PST_NS_PER_DAY, expiry_ns))
    *expiry_ns = G_MAXINT64;
  return TRUE;
}
