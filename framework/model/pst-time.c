/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading and writing of UTC time in nanoseconds: exact from 1677-09-21 to 2262-04-11, which is what 64 bits hold. By hand, because a
 * million rows of a CSV file go through it, and no locale or zone file may have a say. */
#include "pst-time.h"

#include <string.h>

#define SECONDS_PER_DAY 86400
#define DATE_LENGTH 10

/* Civil fields of a time. */
typedef struct
{
  gint year;
  guint month, day, hour, minute, second;
} Civil;

/**
 * pst_time_days_from_civil:
 * @year: of the proleptic Gregorian calendar; 0 is 1 BC
 * @month: 1 to 12
 * @day: 1 to 31
 *
 * No checks. Any thread. (The algorithm is Howard Hinnant's days_from_civil: years from March, in eras of 400.)
 *
 * Returns: days since 1970-01-01
 */
gint64
pst_time_days_from_civil (gint year, guint month, guint day)
{
  gint64 y = (gint64)year - (month <= 2);
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (gint64)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void
civil_from_days (gint64 days, Civil *civil)
{
  gint64 shifted = days + 719468;
  gint64 era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  gint64 day_of_era = shifted - era * 146097;
  gint64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month = (5 * day_of_year + 2) / 153;

  civil->day = day_of_year - (153 * month + 2) / 5 + 1;
  civil->month = month < 10 ? month + 3 : month - 9;
  civil->year = year_of_era + era * 400 + (civil->month <= 2);
}

static inline gint64
floor_divide (gint64 value, gint64 divisor)
{
  return value / divisor - (value % divisor < 0);
}

/**
 * pst_time_floor_day:
 * @time_ns: a time
 *
 * Any thread.
 *
 * Returns: midnight UTC at or before @time_ns; of the first day, whose midnight 64 bits do not hold, %G_MININT64
 */
gint64
pst_time_floor_day (gint64 time_ns)
{
  gint64 day = floor_divide (time_ns, PST_NS_PER_DAY), midnight;

  return __builtin_mul_overflow (day, PST_NS_PER_DAY, &midnight) ? G_MININT64 : midnight;
}

/* Right to left, so that the number ends just before @end. */
static void
print_padded (char *end, guint width, guint value)
{
  for (; width > 0; width--, value /= 10)
    *--end = '0' + value % 10;
}

static gsize
print_fraction (char *buffer, guint nanoseconds)
{
  guint width = nanoseconds % 1000 != 0 ? 9 : nanoseconds % 1000000 != 0 ? 6 : 3;

  if (nanoseconds == 0)
    return 0;
  buffer[0] = '.';
  print_padded (buffer + 1 + width, width, nanoseconds / (guint)(width == 9 ? 1 : width == 6 ? 1000 : 1000000));
  return 1 + width;
}

/**
 * pst_time_print:
 * @time_ns: nanoseconds since the epoch, UTC
 * @buffer: (out caller-allocates): room for %PST_TIME_TEXT_SIZE bytes
 *
 * Writes "2015-01-12T00:00:00Z", with 0, 3, 6 or 9 decimals of the second, as many as are needed. Any thread.
 *
 * Returns: the length, without the final NUL
 */
gsize
pst_time_print (gint64 time_ns, char *buffer)
{
  gint64 seconds = floor_divide (time_ns, PST_NS_PER_SECOND);
  gint64 days = floor_divide (seconds, SECONDS_PER_DAY);
  guint second_of_day = seconds - days * SECONDS_PER_DAY;
  gint64 nanoseconds = time_ns % PST_NS_PER_SECOND;
  Civil civil;
  gsize length = 19;

  if (nanoseconds < 0)
    nanoseconds += PST_NS_PER_SECOND;
  civil_from_days (days, &civil);
  memcpy (buffer, "0000-00-00T00:00:00", length);
  print_padded (buffer + 4, 4, civil.year);
  print_padded (buffer + 7, 2, civil.month);
  print_padded (buffer + 10, 2, civil.day);
  print_padded (buffer + 13, 2, second_of_day / 3600);
  print_padded (buffer + 16, 2, second_of_day / 60 % 60);
  print_padded (buffer + 19, 2, second_of_day % 60);
  length += print_fraction (buffer + length, nanoseconds);
  buffer[length++] = 'Z';
  buffer[length] = '\0';
  return length;
}

/**
 * pst_time_to_string:
 * @time_ns: nanoseconds since the epoch, UTC
 *
 * Any thread.
 *
 * Returns: (transfer full): as pst_time_print() writes it
 */
char *
pst_time_to_string (gint64 time_ns)
{
  char buffer[PST_TIME_TEXT_SIZE];
  gsize length = pst_time_print (time_ns, buffer);

  return g_strndup (buffer, length);
}

static inline gboolean
read_two (const char *text, guint *value)
{
  guint high = (guint)(guchar)text[0] - '0', low = (guint)(guchar)text[1] - '0';

  *value = high * 10 + low;
  return high <= 9 && low <= 9;
}

static guint
days_of_month (guint year, guint month)
{
  if (month == 2)
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Ten characters. */
static inline gboolean
read_date (const char *text, gint64 *days)
{
  guint century, year, month, day;

  if (!read_two (text, &century) || !read_two (text + 2, &year) || text[4] != '-' || !read_two (text + 5, &month) || text[7] != '-'
      || !read_two (text + 8, &day))
    return FALSE;
  year += century * 100;
  if (month - 1 > 11 || day - 1 > 27)
    {
      if (month < 1 || month > 12 || day < 1 || day > days_of_month (year, month))
        return FALSE;
    }
  *days = pst_time_days_from_civil (year, month, day);
  return TRUE;
}

/* "hh:mm[:ss[.fraction]]"; returns what comes behind it, NULL when malformed. */
static const char *
read_clock (const char *text, const char *end, gint64 *second, gint64 *nanoseconds)
{
  guint hour, minute, s = 0;
  gint64 unit = PST_NS_PER_SECOND;

  if (end - text < 5 || !read_two (text, &hour) || text[2] != ':' || !read_two (text + 3, &minute) || hour > 23 || minute > 59)
    return NULL;
  text += 5;
  if (end - text >= 3 && *text == ':')
    {
      if (!read_two (text + 1, &s) || s > 59)
        return NULL;
      text += 3;
      if (text < end && *text == '.')
        {
          for (text++; text < end && g_ascii_isdigit (*text); text++)
            {
              if (unit == 1)
                return NULL;
              unit /= 10;
              *nanoseconds += (*text - '0') * unit;
            }
          if (unit == PST_NS_PER_SECOND)
            return NULL;
        }
    }
  *second = hour * 3600 + minute * 60 + s;
  return text;
}

/* "", "Z", "+hh:mm" or "-hh:mm", and nothing behind it. */
static gboolean
read_zone (const char *text, const char *end, gint64 *offset)
{
  guint hour, minute;

  if (text == end || (end - text == 1 && *text == 'Z'))
    return TRUE;
  if (end - text != 6 || (*text != '+' && *text != '-') || !read_two (text + 1, &hour) || text[3] != ':' || !read_two (text + 4, &minute) || hour > 23
      || minute > 59)
    return FALSE;
  *offset = (gint64)(hour * 3600 + minute * 60) * (*text == '-' ? -1 : 1);
  return TRUE;
}

static gboolean
fail_time (GError **error, PstValueError code, const char *text, gsize length, const char *what)
{
  g_autofree char *shown = NULL;
  g_autofree char *escaped = NULL;

  if (error == NULL)
    return FALSE;
  shown = g_strndup (text, MIN (length, 48));
  escaped = g_strescape (shown, NULL);
  g_set_error (error, PST_VALUE_ERROR, code, "\"%s\" %s", escaped, what);
  return FALSE;
}

/**
 * pst_time_parse:
 * @text: "2015-01-12", "2015-01-12T09:30", "2015-01-12 09:30:00.123456789Z", "2015-01-12T09:30:00+01:00"
 * @length: bytes of @text, or -1 when it ends with NUL
 * @time_ns: (out): nanoseconds since the epoch, UTC; unchanged on error
 * @error: return location for a #PstValueError
 *
 * Strict: every digit is there, days exist, the seconds end at 59 (the epoch's time has no leap seconds), nothing stands before or behind.
 * Without a zone the time is UTC. Errors: %PST_VALUE_ERROR_SYNTAX, %PST_VALUE_ERROR_OVERFLOW outside 1677-09-21 to 2262-04-11. Allocates
 * nothing on success. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_time_parse (const char *text, gssize length, gint64 *time_ns, GError **error)
{
  gsize size;
  const char *end, *rest;
  gint64 days, second = 0, nanoseconds = 0, offset = 0;
  __int128 result;

  g_return_val_if_fail (text != NULL && time_ns != NULL, FALSE);
  size = length < 0 ? strlen (text) : (gsize)length;
  end = text + size;
  if (size < DATE_LENGTH || !read_date (text, &days))
    goto malformed;
  if (size > DATE_LENGTH)
    {
      if (text[DATE_LENGTH] != 'T' && text[DATE_LENGTH] != ' ')
        goto malformed;
      rest = read_clock (text + DATE_LENGTH + 1, end, &second, &nanoseconds);
      if (rest == NULL || !read_zone (rest, end, &offset))
        goto malformed;
    }
  result = (__int128)(days * SECONDS_PER_DAY + second - offset) * PST_NS_PER_SECOND + nanoseconds;
  if (result != (gint64)result)
    return fail_time (error, PST_VALUE_ERROR_OVERFLOW, text, size, "is outside the years that can be held, 1677-09-21 to 2262-04-11");
  *time_ns = result;
  return TRUE;

malformed:
  return fail_time (error, PST_VALUE_ERROR_SYNTAX, text, size,
                    "is not a date or time; write 2015-01-12, 2015-01-12T09:30:00Z or 2015-01-12T09:30:00.250+01:00");
}

/**
 * pst_duration_parse:
 * @text: a whole number and a unit: ns, us, ms, s, m, h or d, as in "250us" or "1d"
 * @duration_ns: (out): nanoseconds, 0 or more; unchanged on error
 * @error: return location for a #PstValueError
 *
 * A bare number is refused: it would hide its unit. Errors: %PST_VALUE_ERROR_SYNTAX, %PST_VALUE_ERROR_OVERFLOW beyond 292 years. Any thread.
 *
 * Returns: %TRUE on success
 */
gboolean
pst_duration_parse (const char *text, gint64 *duration_ns, GError **error)
{
  static const struct
  {
    char unit[3];
    gint64 ns;
  } units[] = {
    { "ns", 1 },
    { "us", 1000 },
    { "ms", PST_NS_PER_MS },
    { "s", PST_NS_PER_SECOND },
    { "m", 60 * PST_NS_PER_SECOND },
    { "h", 3600 * PST_NS_PER_SECOND },
    { "d", PST_NS_PER_DAY },
  };
  const char *unit;
  gint64 value = 0;
  gboolean overflow = FALSE;

  g_return_val_if_fail (text != NULL && duration_ns != NULL, FALSE);
  for (unit = text; g_ascii_isdigit (*unit); unit++)
    overflow = overflow || __builtin_mul_overflow (value, 10, &value) || __builtin_add_overflow (value, *unit - '0', &value);
  for (gsize i = 0; unit != text && i < G_N_ELEMENTS (units); i++)
    if (strcmp (unit, units[i].unit) == 0)
      {
        if (overflow || __builtin_mul_overflow (value, units[i].ns, &value))
          return fail_time (error, PST_VALUE_ERROR_OVERFLOW, text, strlen (text), "is too long a duration; 292 years are the limit");
        *duration_ns = value;
        return TRUE;
      }
  return fail_time (error, PST_VALUE_ERROR_SYNTAX, text, strlen (text),
                    "is not a duration; write a whole number and a unit (ns, us, ms, s, m, h or d), as in 250ms");
}
