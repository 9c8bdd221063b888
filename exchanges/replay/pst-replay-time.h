/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times of rows. Rows follow each other closely, so the date of the row before is kept and only what changed is read again.
 * Local times are converted with the day's offset from UTC, looked up once a day. */
#pragma once

#include "pst-replay-number.h"

G_BEGIN_DECLS

/* Times lie within 64 bits of nanoseconds, with days to spare for zones and periods. */
#define PST_REPLAY_NS_MAX ((guint64)(G_MAXINT64 - 2 * PST_NS_PER_DAY))

/**
 * PstReplayZone:
 * @zone: (nullable): %NULL for UTC
 * @day: the local day, in days since the epoch, for which @offset_ns holds
 * @offset_ns: local less UTC, all through @day
 * @steady: whether the offset is the same all through @day
 *
 * A time zone and the last day that was converted.
 */
typedef struct
{
  GTimeZone *zone;
  gint64 day;
  gint64 offset_ns;
  gboolean steady;
} PstReplayZone;

/**
 * PstReplayTimes:
 *
 * The state of one column of times.
 */
typedef struct
{
  PstReplayZone zone;
  gint64 date_ns;    /* local midnight of MS_OF_DAY, as if it were UTC */
  guint64 date_head; /* "2015-01-" of the date read last; 0 for none */
  gint64 month_day;  /* days since the epoch of the day before that month's first */
  guint month_length;
} PstReplayTimes;

/* @zone is borrowed; "UTC" and NULL make no conversion. */
void pst_replay_times_init (PstReplayTimes *times, GTimeZone *zone, gint64 date_ns);
/* Local wall time, counted as if it were UTC, to UTC. A wall time that comes twice is the first; one that is skipped is moved forward. */
gint64 pst_replay_zone_to_utc (PstReplayZone *zone, gint64 local_ns);
/* The careful reader: a whole field. FALSE when it is not a time of @format (AUTO is not allowed here) or outside the years 1678 to 2261. */
gboolean pst_replay_time_parse (PstReplayTimes *times, PstReplayTimeFormat format, const char *text, gsize length, gint64 *time_ns);
/* "09:30", "09:30:00" or "09:30:00.123456789": nanoseconds since midnight. Seconds to 60 are refused. */
gboolean pst_replay_time_of_day_parse (const char *text, gsize length, gint64 *ns);
/* A date alone, "2015-01-12" or "20150112": local midnight counted as if it were UTC. */
gboolean pst_replay_date_parse (const char *text, gsize length, gint64 *local_ns);
/* The format that @text looks like, AUTO when it looks like no time. */
PstReplayTimeFormat pst_replay_time_guess (const char *text, gsize length);

/* Reads the month of a date that is not that of the row before. */
gboolean pst_replay_times_load_month (PstReplayTimes *times, guint64 head);

/* "2015-01-12" at *@cursor: days since the epoch. FALSE: let the careful reader look. */
static inline gboolean
pst_replay_date_fast (PstReplayTimes *times, const char **cursor, gint64 *day)
{
  guint64 head = pst_replay_load (*cursor);
  guint tens = (guint)((guchar)(*cursor)[8]) - '0', ones = (guint)((guchar)(*cursor)[9]) - '0';
  guint number = tens * 10 + ones;

  if (G_UNLIKELY (head != times->date_head) && !pst_replay_times_load_month (times, head))
    return FALSE;
  if (G_UNLIKELY (tens > 3 || ones > 9 || number == 0 || number > times->month_length))
    return FALSE;
  *day = times->month_day + number;
  *cursor += 10;
  return TRUE;
}

/* ":" separated two-digit numbers from eight bytes "hh:mm:ss"; FALSE when they are not that. */
static inline gboolean
pst_replay_clock_fast (const char *p, gint64 *seconds)
{
  guint64 word = pst_replay_load (p);
  guint64 digits = word ^ G_GUINT64_CONSTANT (0x30303a30303a3030);
  guint hour, minute, second;

  if ((word & G_GUINT64_CONSTANT (0x0000ff0000ff0000)) != G_GUINT64_CONSTANT (0x00003a00003a0000))
    return FALSE;
  if ((((digits & G_GUINT64_CONSTANT (0x7f7f7f7f7f7f7f7f)) + G_GUINT64_CONSTANT (0x7676767676767676)) | digits)
      & G_GUINT64_CONSTANT (0x8080808080808080))
    return FALSE;
  hour = (guint)(digits & 0xff) * 10 + (guint)((digits >> 8) & 0xff);
  minute = (guint)((digits >> 24) & 0xff) * 10 + (guint)((digits >> 32) & 0xff);
  second = (guint)((digits >> 48) & 0xff) * 10 + (guint)((digits >> 56) & 0xff);
  *seconds = (gint64)hour * 3600 + minute * 60 + second;
  return hour < 24 && minute < 60 && second < 60;
}

static inline gint64
pst_replay_zone_to_utc_fast (PstReplayZone *zone, gint64 day, gint64 local_ns)
{
  if (zone->zone == NULL)
    return local_ns;
  if (G_LIKELY (zone->steady && day == zone->day))
    return local_ns - zone->offset_ns;
  return pst_replay_zone_to_utc (zone, local_ns);
}

/* A count since the epoch at *@cursor, at most nine digits behind a point; @scale decimals make it nanoseconds. */
G_ALWAYS_INLINE static inline gboolean
pst_replay_epoch_fast (const char **cursor, guint scale, gint64 *time_ns)
{
  guint64 whole, part;
  guint n = pst_replay_read_digits (cursor, &whole);

  if (G_UNLIKELY (n == 17))
    {
      guint64 word = pst_replay_load (*cursor);
      guint more = pst_replay_count_digits (word);

      if (more > 3)
        return FALSE;
      whole = whole * (guint64)pst_replay_powers[more] + pst_replay_convert_digits (word, more);
      *cursor += more;
    }
  if (G_UNLIKELY (n == 0 || whole > PST_REPLAY_NS_MAX / (guint64)pst_replay_powers[scale]))
    return FALSE;
  *time_ns = (gint64)whole * pst_replay_powers[scale];
  if (G_UNLIKELY (**cursor == '.'))
    {
      ++*cursor;
      n = pst_replay_read_digits (cursor, &part);
      if (n == 0 || n > scale)
        return FALSE;
      *time_ns += (gint64)part * pst_replay_powers[scale - n];
    }
  return TRUE;
}

/* ".123456" at *@cursor, when there is one. */
static inline gboolean
pst_replay_fraction_fast (const char **cursor, gint64 *time_ns)
{
  guint64 part;
  guint n;

  if (G_LIKELY (**cursor != '.'))
    return TRUE;
  ++*cursor;
  n = pst_replay_read_digits (cursor, &part);
  if (n == 0 || n > 9)
    return FALSE;
  *time_ns += (gint64)part * pst_replay_powers[9 - n];
  return TRUE;
}

/* A time at *@cursor of a format that counts or spells time; FALSE: let the careful reader look. */
static inline gboolean
pst_replay_time_fast (PstReplayTimes *times, PstReplayTimeFormat format, const char **cursor, gint64 *time_ns)
{
  gint64 day, seconds;

  switch (format)
    {
    case PST_REPLAY_TIME_S:
      return pst_replay_epoch_fast (cursor, 9, time_ns);
    case PST_REPLAY_TIME_MS:
      return pst_replay_epoch_fast (cursor, 6, time_ns);
    case PST_REPLAY_TIME_US:
      return pst_replay_epoch_fast (cursor, 3, time_ns);
    case PST_REPLAY_TIME_NS:
      return pst_replay_epoch_fast (cursor, 0, time_ns);
    case PST_REPLAY_TIME_MS_OF_DAY:
      if (!pst_replay_number_fast (cursor, 6, time_ns) || *time_ns >= PST_NS_PER_DAY)
        return FALSE;
      *time_ns = pst_replay_zone_to_utc_fast (&times->zone, times->date_ns / PST_NS_PER_DAY, times->date_ns + *time_ns);
      return TRUE;
    case PST_REPLAY_TIME_ISO:
      if (!pst_replay_date_fast (times, cursor, &day))
        return FALSE;
      *time_ns = day * PST_NS_PER_DAY;
      if ((**cursor == 'T' || **cursor == ' ') && pst_replay_clock_fast (*cursor + 1, &seconds))
        {
          *time_ns += seconds * PST_NS_PER_SECOND;
          *cursor += 9;
          if (!pst_replay_fraction_fast (cursor, time_ns))
            return FALSE;
          if (**cursor == 'Z')
            {
              ++*cursor;
              return TRUE;
            }
        }
      *time_ns = pst_replay_zone_to_utc_fast (&times->zone, day, *time_ns);
      return TRUE;
    case PST_REPLAY_TIME_AUTO:
    case PST_REPLAY_TIME_YYYYMMDD:
    default:
      return FALSE;
    }
}

/* The same for a field whose end is known. Reads 16 bytes before @end. */
G_ALWAYS_INLINE static inline gboolean
pst_replay_time_between (PstReplayTimes *times, PstReplayTimeFormat format, const char *start, const char *end, gint64 *time_ns)
{
  guint length = (guint)(end - start);
  guint64 high, low;

  /* Milliseconds of our days have 13 digits, seconds 10, microseconds 16. */
  if (length < 9 || length > 16 || format < PST_REPLAY_TIME_S || format > PST_REPLAY_TIME_US)
    return pst_replay_time_fast (times, format, &start, time_ns) && start == end;
  low = pst_replay_load (end - 8);
  high = pst_replay_load_before (end - 8, length - 8);
  if (G_UNLIKELY (!pst_replay_all_digits (low) || !pst_replay_all_digits (high)))
    return pst_replay_time_fast (times, format, &start, time_ns) && start == end;
  high = pst_replay_convert_eight (high) * 100000000 + pst_replay_convert_eight (low);
  if (format == PST_REPLAY_TIME_S)
    {
      *time_ns = (gint64)(high * (guint64)PST_NS_PER_SECOND);
      return high <= PST_REPLAY_NS_MAX / (guint64)PST_NS_PER_SECOND;
    }
  *time_ns = (gint64)(high * (format == PST_REPLAY_TIME_MS ? (guint64)PST_NS_PER_MS : 1000));
  return high <= PST_REPLAY_NS_MAX / (format == PST_REPLAY_TIME_MS ? (guint64)PST_NS_PER_MS : 1000);
}

G_END_DECLS
