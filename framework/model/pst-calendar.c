/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers from the sorted edges of all sessions, so that a question costs a binary search: about twelve comparisons for seventeen years. Time zones
 * are looked up when a calendar is read, not when it is asked. */
#include "pst-calendar-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (PstCalendar, pst_calendar, pst_calendar_ref, pst_calendar_unref)

static gpointer
make_always (gpointer data)
{
  static const char text[] = "[calendar]\nformat=1\nname=always\ndescription=Never closed; days of UTC\ntime-zone=UTC\nfrom=1678\nto=2261\n"
                             "[sessions]\nmonday=00:00-24:00\ntuesday=00:00-24:00\nwednesday=00:00-24:00\nthursday=00:00-24:00\n"
                             "friday=00:00-24:00\nsaturday=00:00-24:00\nsunday=00:00-24:00\n";
  PstCalendar *calendar = pst_calendar_new_from_text (text, -1, NULL);

  g_assert (calendar != NULL && calendar->always);
  return calendar;
}

/**
 * pst_calendar_get_always:
 *
 * What holds where nobody named a calendar.
 *
 * Returns: (transfer none): a calendar that is always open
 */
PstCalendar *
pst_calendar_get_always (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_always, NULL);
}

/**
 * pst_calendar_ref:
 * @calendar: a calendar
 *
 * Returns: (transfer full): @calendar
 */
PstCalendar *
pst_calendar_ref (PstCalendar *calendar)
{
  g_return_val_if_fail (calendar != NULL, NULL);

  g_atomic_ref_count_inc (&calendar->references);
  return calendar;
}

/**
 * pst_calendar_unref:
 * @calendar: (transfer full): a calendar
 */
void
pst_calendar_unref (PstCalendar *calendar)
{
  g_return_if_fail (calendar != NULL);

  if (!g_atomic_ref_count_dec (&calendar->references))
    return;
  g_free (calendar->name);
  g_free (calendar->description);
  g_clear_pointer (&calendar->zone, g_time_zone_unref);
  g_free (calendar->sessions);
  g_free (calendar);
}

/**
 * pst_calendar_get_name:
 * @calendar: a calendar
 *
 * Returns: its name, as its file says it
 */
const char *
pst_calendar_get_name (const PstCalendar *calendar)
{
  return calendar->name;
}

/**
 * pst_calendar_get_description:
 * @calendar: a calendar
 *
 * Returns: what market it is of; empty when its file does not say
 */
const char *
pst_calendar_get_description (const PstCalendar *calendar)
{
  return calendar->description;
}

/**
 * pst_calendar_get_years:
 * @calendar: a calendar
 * @from: (out): the first year that it knows
 * @to: (out): the last
 *
 * Tells for which years it answers. They begin and end with the midnight of its own clock on the wall.
 */
void
pst_calendar_get_years (const PstCalendar *calendar, gint *from, gint *to)
{
  *from = calendar->year_min;
  *to = calendar->year_max;
}

/**
 * pst_calendar_is_always_open:
 * @calendar: a calendar
 *
 * Returns: whether its market never closes
 */
gboolean
pst_calendar_is_always_open (const PstCalendar *calendar)
{
  return calendar->always;
}

static gint64
floor_divide (gint64 value, gint64 by)
{
  return value / by - (value % by < 0);
}

gint64
pst_calendar_zone_to_utc (GTimeZone *zone, gint64 day, gint64 seconds)
{
  gint64 local = day * PST_SECONDS_PER_DAY + seconds, adjusted = local;
  /* DAYLIGHT: of two instants with the same wall time the one in summer time, which is the first. */
  gint interval = g_time_zone_adjust_time (zone, G_TIME_TYPE_DAYLIGHT, &adjusted);

  return (adjusted - g_time_zone_get_offset (zone, interval)) * PST_NS_PER_SECOND;
}

/**
 * pst_calendar_from_local:
 * @calendar: a calendar
 * @day: days since 1970-01-01, of the market's clock on the wall
 * @seconds: after that day's midnight
 *
 * Returns: the time
 */
gint64
pst_calendar_from_local (const PstCalendar *calendar, gint64 day, gint64 seconds)
{
  return pst_calendar_zone_to_utc (calendar->zone, day, seconds);
}

/**
 * pst_calendar_get_local_day:
 * @calendar: a calendar
 * @time_ns: a time
 *
 * Returns: the date of the market's clock on the wall, in days since 1970-01-01
 */
gint64
pst_calendar_get_local_day (const PstCalendar *calendar, gint64 time_ns)
{
  gint64 utc = floor_divide (time_ns, PST_NS_PER_SECOND);
  gint interval = g_time_zone_find_interval (calendar->zone, G_TIME_TYPE_UNIVERSAL, utc);

  return floor_divide (utc + g_time_zone_get_offset (calendar->zone, interval), PST_SECONDS_PER_DAY);
}

static gboolean
fail_range (const PstCalendar *calendar, gint64 time_ns, GError **error)
{
  g_autofree char *text = NULL;

  if (error == NULL)
    return FALSE;
  text = pst_time_to_string (time_ns);
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_RANGE,
               "calendar \"%s\" knows %d to %d and cannot say when the market is open at or about %s; add those years to its file", calendar->name,
               calendar->year_min, calendar->year_max, text);
  return FALSE;
}

static inline gboolean
covers (const PstCalendar *calendar, gint64 time_ns, GError **error)
{
  return G_LIKELY (time_ns >= calendar->from_ns && time_ns < calendar->to_ns) || fail_range (calendar, time_ns, error);
}

/* How many sessions opened at or before a time. */
static guint
count_opened (const PstCalendar *calendar, gint64 time_ns)
{
  guint low = 0, high = calendar->n_sessions;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (calendar->sessions[middle].open_ns <= time_ns)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static PstMarketSession
day_of_utc (gint64 time_ns)
{
  gint64 open_ns = pst_time_floor_day (time_ns);

  return (PstMarketSession){ open_ns, open_ns + PST_NS_PER_DAY, floor_divide (time_ns, PST_NS_PER_DAY) };
}

/**
 * pst_calendar_is_open:
 * @calendar: a calendar
 * @time_ns: a time
 * @is_open: (out): whether the market is open then: from the very time of its open, until just before its close
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_is_open (const PstCalendar *calendar, gint64 time_ns, gboolean *is_open, GError **error)
{
  guint n;

  g_return_val_if_fail (calendar != NULL && is_open != NULL, FALSE);
  if (!covers (calendar, time_ns, error))
    return FALSE;
  n = count_opened (calendar, time_ns);
  *is_open = calendar->always || (n > 0 && time_ns < calendar->sessions[n - 1].close_ns);
  return TRUE;
}

/**
 * pst_calendar_get_next_open:
 * @calendar: a calendar
 * @time_ns: a time
 * @open_ns: (out): when the first session opens that opens after @time_ns
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_next_open (const PstCalendar *calendar, gint64 time_ns, gint64 *open_ns, GError **error)
{
  guint n;

  g_return_val_if_fail (calendar != NULL && open_ns != NULL, FALSE);
  if (!covers (calendar, time_ns, error))
    return FALSE;
  if (calendar->always)
    {
      *open_ns = day_of_utc (time_ns).close_ns;
      return TRUE;
    }
  n = count_opened (calendar, time_ns);
  if (n == calendar->n_sessions)
    return fail_range (calendar, time_ns, error);
  *open_ns = calendar->sessions[n].open_ns;
  return TRUE;
}

typedef enum
{
  LOOK_NOT_CLOSED, /* the first that is not closed yet */
  LOOK_OPENED,     /* the last that has opened */
  LOOK_CLOSED,     /* the last that has closed */
} Look;

static gboolean
look_up (const PstCalendar *calendar, gint64 time_ns, Look look, PstMarketSession *session, GError **error)
{
  guint n;

  if (!covers (calendar, time_ns, error))
    return FALSE;
  if (calendar->always)
    {
      *session = day_of_utc (time_ns);
      return TRUE;
    }
  n = count_opened (calendar, time_ns);
  if (look != LOOK_OPENED && n > 0 && time_ns < calendar->sessions[n - 1].close_ns)
    n--;
  if (look == LOOK_NOT_CLOSED ? n == calendar->n_sessions : n == 0)
    return fail_range (calendar, time_ns, error);
  *session = calendar->sessions[look == LOOK_NOT_CLOSED ? n : n - 1];
  return TRUE;
}

/**
 * pst_calendar_get_session:
 * @calendar: a calendar
 * @time_ns: a time
 * @session: (out): the session that is open then, otherwise the next
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_session (const PstCalendar *calendar, gint64 time_ns, PstMarketSession *session, GError **error)
{
  g_return_val_if_fail (calendar != NULL && session != NULL, FALSE);
  return look_up (calendar, time_ns, LOOK_NOT_CLOSED, session, error);
}

/**
 * pst_calendar_get_next_close:
 * @calendar: a calendar
 * @time_ns: a time
 * @close_ns: (out): the first close after @time_ns
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_next_close (const PstCalendar *calendar, gint64 time_ns, gint64 *close_ns, GError **error)
{
  PstMarketSession session;

  g_return_val_if_fail (close_ns != NULL, FALSE);
  if (!pst_calendar_get_session (calendar, time_ns, &session, error))
    return FALSE;
  *close_ns = session.close_ns;
  return TRUE;
}

/**
 * pst_calendar_get_previous_session:
 * @calendar: a calendar
 * @time_ns: a time
 * @session: (out): the last session that opened at or before @time_ns
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_previous_session (const PstCalendar *calendar, gint64 time_ns, PstMarketSession *session, GError **error)
{
  g_return_val_if_fail (calendar != NULL && session != NULL, FALSE);
  return look_up (calendar, time_ns, LOOK_OPENED, session, error);
}

/**
 * pst_calendar_get_previous_close:
 * @calendar: a calendar
 * @time_ns: a time
 * @close_ns: (out): the last close at or before @time_ns
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_previous_close (const PstCalendar *calendar, gint64 time_ns, gint64 *close_ns, GError **error)
{
  PstMarketSession session;

  g_return_val_if_fail (calendar != NULL && close_ns != NULL, FALSE);
  if (!look_up (calendar, time_ns, LOOK_CLOSED, &session, error))
    return FALSE;
  /* Of one that is always open: a day closes when the next one opens. */
  *close_ns = calendar->always ? session.open_ns : session.close_ns;
  return TRUE;
}

/**
 * pst_calendar_get_day:
 * @calendar: a calendar
 * @time_ns: a time
 * @day: (out): the day of the session that is open then, otherwise of the next, in days since 1970-01-01
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_day (const PstCalendar *calendar, gint64 time_ns, gint64 *day, GError **error)
{
  PstMarketSession session;

  g_return_val_if_fail (day != NULL, FALSE);
  if (!pst_calendar_get_session (calendar, time_ns, &session, error))
    return FALSE;
  *day = session.day;
  return TRUE;
}

/**
 * pst_calendar_get_day_close:
 * @calendar: a calendar
 * @time_ns: a time
 * @close_ns: (out): when the last session of pst_calendar_get_day() closes
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_get_day_close (const PstCalendar *calendar, gint64 time_ns, gint64 *close_ns, GError **error)
{
  PstMarketSession session;

  g_return_val_if_fail (close_ns != NULL, FALSE);
  if (!pst_calendar_get_session (calendar, time_ns, &session, error))
    return FALSE;
  *close_ns = session.close_ns;
  if (calendar->always)
    return TRUE;
  for (guint n = count_opened (calendar, session.open_ns); n < calendar->n_sessions && calendar->sessions[n].day == session.day; n++)
    *close_ns = calendar->sessions[n].close_ns;
  return TRUE;
}

/**
 * pst_calendar_list_sessions:
 * @calendar: a calendar
 * @from_ns: a time
 * @to_ns: a later one
 * @error: return location
 *
 * Returns: (transfer full) (element-type PstMarketSession) (nullable): the sessions that overlap that time, in order
 */
GArray *
pst_calendar_list_sessions (const PstCalendar *calendar, gint64 from_ns, gint64 to_ns, GError **error)
{
  GArray *sessions;
  guint n;

  g_return_val_if_fail (calendar != NULL && from_ns < to_ns, NULL);
  if (!covers (calendar, from_ns, error) || !covers (calendar, to_ns - 1, error))
    return NULL;
  sessions = g_array_new (FALSE, FALSE, sizeof (PstMarketSession));
  for (gint64 day_ns = from_ns; calendar->always && day_ns < to_ns; day_ns = day_of_utc (day_ns).close_ns)
    {
      PstMarketSession session = day_of_utc (day_ns);

      g_array_append_val (sessions, session);
    }
  n = count_opened (calendar, from_ns);
  if (n > 0 && calendar->sessions[n - 1].close_ns > from_ns)
    n--;
  for (; n < calendar->n_sessions && calendar->sessions[n].open_ns < to_ns; n++)
    g_array_append_val (sessions, calendar->sessions[n]);
  return sessions;
}

/**
 * pst_calendar_is_open_within:
 * @calendar: a calendar
 * @from_ns: a time
 * @to_ns: a later one
 * @is_open: (out): whether the market was open at any moment from @from_ns to just before @to_ns
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
pst_calendar_is_open_within (const PstCalendar *calendar, gint64 from_ns, gint64 to_ns, gboolean *is_open, GError **error)
{
  guint n;

  g_return_val_if_fail (calendar != NULL && is_open != NULL && from_ns < to_ns, FALSE);
  if (!covers (calendar, from_ns, error) || !covers (calendar, to_ns - 1, error))
    return FALSE;
  n = count_opened (calendar, to_ns - 1);
  *is_open = calendar->always || (n > 0 && calendar->sessions[n - 1].close_ns > from_ns);
  return TRUE;
}
