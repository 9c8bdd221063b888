/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The careful reader of times, and local time to UTC. */
#include "pst-replay-time.h"

/* What 64 bits of nanoseconds hold, less a day for every zone. */
#define YEAR_MIN 1678
#define YEAR_MAX 2261

void
pst_replay_times_init (PstReplayTimes *times, GTimeZone *zone, gint64 date_ns)
{
  gboolean is_utc = zone == NULL || g_str_equal (g_time_zone_get_identifier (zone), "UTC");

  *times = (PstReplayTimes){ .date_ns = date_ns, .zone.zone = is_utc ? NULL : zone, .zone.day = G_MININT64 };
}

static gint64
offset_ns (GTimeZone *zone, gint64 local_second)
{
  /* DAYLIGHT: of two instants with the same wall time the one in summer time, which is the first. */
  gint interval = g_time_zone_adjust_time (zone, G_TIME_TYPE_DAYLIGHT, &local_second);

  return (gint64)g_time_zone_get_offset (zone, interval) * PST_NS_PER_SECOND;
}

static gint64
floor_divide (gint64 value, gint64 divisor)
{
  return value / divisor - (value % divisor < 0);
}

gint64
pst_replay_zone_to_utc (PstReplayZone *zone, gint64 local_ns)
{
  gint64 day = floor_divide (local_ns, PST_NS_PER_DAY);
  gint64 second = floor_divide (local_ns, PST_NS_PER_SECOND);
  gint64 adjusted = second;
  gint interval;

  if (zone->zone == NULL)
    return local_ns;
  if (zone->day != day)
    {
      gint64 last = offset_ns (zone->zone, day * 86400 + 86399);

      zone->day = day;
      zone->offset_ns = offset_ns (zone->zone, day * 86400);
      /* A zone changes at most once a day. */
      zone->steady = zone->offset_ns == last;
    }
  if (zone->steady)
    return local_ns - zone->offset_ns;
  interval = g_time_zone_adjust_time (zone->zone, G_TIME_TYPE_DAYLIGHT, &adjusted);
  return local_ns + (adjusted - second) * PST_NS_PER_SECOND - (gint64)g_time_zone_get_offset (zone->zone, interval) * PST_NS_PER_SECOND;
}

static gboolean
two_digits (const char *p, guint *value)
{
  if (!g_ascii_isdigit (p[0]) || !g_ascii_isdigit (p[1]))
    return FALSE;
  *value = (guint)(p[0] - '0') * 10 + (guint)(p[1] - '0');
  return TRUE;
}

static guint
month_length (guint year, guint month)
{
  static const guint8 lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  return lengths[month - 1] + (month == 2 && leap);
}

static gboolean
civil_to_ns (guint year, guint month, guint day, gint64 *local_ns)
{
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > month_length (year, month))
    return FALSE;
  *local_ns = pst_time_days_from_civil ((gint)year, month, day) * PST_NS_PER_DAY;
  return TRUE;
}

gboolean
pst_replay_times_load_month (PstReplayTimes *times, guint64 head)
{
  char text[8];
  guint century, year, month;
  guint64 bytes = GUINT64_TO_LE (head);

  memcpy (text, &bytes, sizeof text);
  if (!two_digits (text, &century) || !two_digits (text + 2, &year) || text[4] != '-' || !two_digits (text + 5, &month) || text[7] != '-')
    return FALSE;
  year += century * 100;
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12)
    return FALSE;
  times->date_head = head;
  times->month_day = pst_time_days_from_civil ((gint)year, month, 1) - 1;
  times->month_length = month_length (year, month);
  return TRUE;
}

gboolean
pst_replay_date_parse (const char *text, gsize length, gint64 *local_ns)
{
  gboolean dashes = length == 10 && text[4] == '-' && text[7] == '-';
  guint century, year, month, day;

  if (!dashes && length != 8)
    return FALSE;
  if (!two_digits (text, &century) || !two_digits (text + 2, &year) || !two_digits (text + (dashes ? 5 : 4), &month)
      || !two_digits (text + (dashes ? 8 : 6), &day))
    return FALSE;
  return civil_to_ns (century * 100 + year, month, day, local_ns);
}

static gboolean
parse_fraction (const char *text, gsize length, gint64 *ns)
{
  gint64 value = 0;

  if (length < 1 || length > 9)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (text[i] - '0');
    }
  *ns = value * pst_replay_powers[9 - length];
  return TRUE;
}

gboolean
pst_replay_time_of_day_parse (const char *text, gsize length, gint64 *ns)
{
  guint hour, minute, second = 0;
  gint64 fraction = 0;

  if (length < 5 || !two_digits (text, &hour) || text[2] != ':' || !two_digits (text + 3, &minute))
    return FALSE;
  if (length > 5 && (length < 8 || text[5] != ':' || !two_digits (text + 6, &second)))
    return FALSE;
  if (length > 8 && (text[8] != '.' || !parse_fraction (text + 9, length - 9, &fraction)))
    return FALSE;
  if (hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *ns = ((gint64)hour * 3600 + minute * 60 + second) * PST_NS_PER_SECOND + fraction;
  return TRUE;
}

/* "Z", "+hh:mm" or "-hh:mm" at the end; *@length loses it. */
static gboolean
take_zone (const char *text, gsize *length, gint64 *zone_ns)
{
  gsize n = *length;
  guint hour, minute;

  if (n > 0 && text[n - 1] == 'Z')
    {
      *zone_ns = 0;
      *length = n - 1;
      return TRUE;
    }
  if (n < 6 || (text[n - 6] != '+' && text[n - 6] != '-') || text[n - 3] != ':' || !two_digits (text + n - 5, &hour)
      || !two_digits (text + n - 2, &minute) || hour > 18 || minute > 59)
    return FALSE;
  *zone_ns = ((gint64)hour * 60 + minute) * 60 * PST_NS_PER_SECOND * (text[n - 6] == '-' ? -1 : 1);
  *length = n - 6;
  return TRUE;
}

/* A date of @date_length bytes, alone or with 'T' or a space, a time of day and perhaps a zone behind it. */
static gboolean
parse_spelled (PstReplayTimes *times, gsize date_length, const char *text, gsize length, gint64 *time_ns)
{
  gint64 local, of_day = 0, zone_ns = 0;
  gboolean has_zone = FALSE;

  if (length < date_length || !pst_replay_date_parse (text, date_length, &local))
    return FALSE;
  if (length > date_length)
    {
      if (text[date_length] != 'T' && text[date_length] != ' ')
        return FALSE;
      text += date_length + 1;
      length -= date_length + 1;
      has_zone = take_zone (text, &length, &zone_ns);
      if (!pst_replay_time_of_day_parse (text, length, &of_day))
        return FALSE;
    }
  local += of_day;
  *time_ns = has_zone ? local - zone_ns : pst_replay_zone_to_utc (&times->zone, local);
  return TRUE;
}

static gboolean
parse_counted (guint scale, const char *text, gsize length, gint64 *time_ns)
{
  const PstReplayScale exact = { .unit = 1, .scale = scale };

  return pst_replay_number_parse (text, length, &exact, time_ns, NULL) == PST_REPLAY_OK;
}

gboolean
pst_replay_time_parse (PstReplayTimes *times, PstReplayTimeFormat format, const char *text, gsize length, gint64 *time_ns)
{
  const gint64 limit = (gint64)PST_REPLAY_NS_MAX;

  switch (format)
    {
    case PST_REPLAY_TIME_S:
      return parse_counted (9, text, length, time_ns) && ABS (*time_ns) <= limit;
    case PST_REPLAY_TIME_MS:
      return parse_counted (6, text, length, time_ns) && ABS (*time_ns) <= limit;
    case PST_REPLAY_TIME_US:
      return parse_counted (3, text, length, time_ns) && ABS (*time_ns) <= limit;
    case PST_REPLAY_TIME_NS:
      return parse_counted (0, text, length, time_ns) && ABS (*time_ns) <= limit;
    case PST_REPLAY_TIME_MS_OF_DAY:
      if (!parse_counted (6, text, length, time_ns) || *time_ns < 0 || *time_ns >= PST_NS_PER_DAY)
        return FALSE;
      *time_ns = pst_replay_zone_to_utc (&times->zone, times->date_ns + *time_ns);
      return TRUE;
    case PST_REPLAY_TIME_ISO:
      return parse_spelled (times, 10, text, length, time_ns);
    case PST_REPLAY_TIME_YYYYMMDD:
      return parse_spelled (times, 8, text, length, time_ns);
    case PST_REPLAY_TIME_AUTO:
    default:
      return FALSE;
    }
}

PstReplayTimeFormat
pst_replay_time_guess (const char *text, gsize length)
{
  PstReplayTimes times = { 0 };
  gint64 ignored;
  gsize n = 0;

  if (pst_replay_time_parse (&times, PST_REPLAY_TIME_ISO, text, length, &ignored))
    return PST_REPLAY_TIME_ISO;
  if (pst_replay_time_parse (&times, PST_REPLAY_TIME_YYYYMMDD, text, length, &ignored))
    return PST_REPLAY_TIME_YYYYMMDD;
  if (!parse_counted (9, text, length, &ignored) && !parse_counted (0, text, length, &ignored))
    return PST_REPLAY_TIME_AUTO;
  while (n < length && g_ascii_isdigit (text[n]))
    n++;
  /* Times since September 2001 and before 2286 have 10 digits as seconds. */
  if (n < 9 || n > 19)
    return PST_REPLAY_TIME_AUTO;
  return n <= 11 ? PST_REPLAY_TIME_S : n <= 14 ? PST_REPLAY_TIME_MS : n <= 17 ? PST_REPLAY_TIME_US : PST_REPLAY_TIME_NS;
}
