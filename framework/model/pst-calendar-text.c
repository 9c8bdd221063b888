/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads a calendar's text: a key file with the groups [calendar], [sessions], [holidays], [early-closes] and [special-days]. By hand and line by
 * line, because of two entries of one day GKeyFile would silently take the last, and an error is to name its line. */
#include "pst-calendar-private.h"

#include <string.h>

#define FORMAT "1"
#define NAME_LENGTH_MAX 32
#define SPANS_MAX 8

typedef enum
{
  GROUP_NONE,
  GROUP_CALENDAR,
  GROUP_SESSIONS,
  GROUP_HOLIDAYS,
  GROUP_EARLY_CLOSES,
  GROUP_SPECIAL_DAYS,
  N_GROUPS
} Group;

static const char *const group_names[N_GROUPS] = { NULL, "calendar", "sessions", "holidays", "early-closes", "special-days" };
static const char *const weekday_names[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };

/* Seconds after the midnight with which a session's day begins; @open below 0: the evening before. */
typedef struct
{
  gint open, close;
} Span;

typedef struct
{
  guint n;
  Span spans[SPANS_MAX];
} Spans;

/* A day that is not like others of its weekday. */
typedef struct
{
  gint64 day;
  Group group;
  guint line;
  gint early_close;
  Spans spans;
} Exception;

typedef struct
{
  guint line;
  Group group;
  guint groups_seen, weekdays_seen; /* bits */
  char *name, *description, *zone_name;
  gboolean has_format;
  GTimeZone *zone;
  gint year_min, year_max;
  Spans weekly[7];
  GHashTable *exceptions; /* gint64 day: Exception */
} Reader;

static gboolean fail (const Reader *reader, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (const Reader *reader, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "line %u: %s", reader->line, text);
  return FALSE;
}

static gboolean
read_number (const char *text, guint n_digits, gint *value)
{
  *value = 0;
  for (guint i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *value = *value * 10 + g_ascii_digit_value (text[i]);
    }
  return TRUE;
}

/* "HH:MM", up to 24:00. */
static gboolean
read_time (const char *text, gint *seconds)
{
  gint hours, minutes;

  if (!read_number (text, 2, &hours) || text[2] != ':' || !read_number (text + 3, 2, &minutes) || minutes > 59)
    return FALSE;
  *seconds = hours * 3600 + minutes * 60;
  return *seconds <= PST_SECONDS_PER_DAY;
}

static gboolean
read_span (const Reader *reader, const char *text, Spans *spans, GError **error)
{
  Span span;

  if (strlen (text) != strlen ("HH:MM-HH:MM") || !read_time (text, &span.open) || text[5] != '-' || !read_time (text + 6, &span.close)
      || span.open == PST_SECONDS_PER_DAY)
    return fail (reader, error, "\"%s\" is no session; write 09:30-16:00", text);
  /* 18:00-17:00 of Tuesday begins on Monday evening. */
  if (span.open >= span.close)
    span.open -= PST_SECONDS_PER_DAY;
  if (spans->n > 0 && span.open < spans->spans[spans->n - 1].close)
    return fail (reader, error, "session \"%s\" begins before the one before it is over", text);
  if (spans->n == SPANS_MAX)
    return fail (reader, error, "a day has more than %d sessions", SPANS_MAX);
  spans->spans[spans->n++] = span;
  return TRUE;
}

static gboolean
read_spans (const Reader *reader, const char *text, Spans *spans, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);

  for (char **part = parts; *part != NULL; part++)
    if ((*part[0] != '\0' || part == parts) && !read_span (reader, g_strstrip (*part), spans, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_year (const Reader *reader, const char *text, gint *year, GError **error)
{
  if (strlen (text) != 4 || !read_number (text, 4, year) || *year < PST_CALENDAR_YEAR_MIN || *year > PST_CALENDAR_YEAR_MAX)
    return fail (reader, error, "\"%s\" is no year from %d to %d", text, PST_CALENDAR_YEAR_MIN, PST_CALENDAR_YEAR_MAX);
  return TRUE;
}

static gboolean
read_name (Reader *reader, const char *text, GError **error)
{
  gsize length = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-");

  if (length == 0 || length > NAME_LENGTH_MAX || text[length] != '\0')
    return fail (reader, error, "name \"%s\" is not made of up to %d of a-z, 0-9 and '-'", text, NAME_LENGTH_MAX);
  reader->name = g_strdup (text);
  return TRUE;
}

static gboolean
read_zone (Reader *reader, const char *text, GError **error)
{
  reader->zone = *text != '\0' ? g_time_zone_new_identifier (text) : NULL;
  if (reader->zone == NULL)
    return fail (reader, error, "time-zone \"%s\" is not known to this system; write an IANA name like Europe/Berlin, or install tzdata", text);
  reader->zone_name = g_strdup (text);
  return TRUE;
}

static gboolean
read_fact (Reader *reader, const char *key, const char *value, GError **error)
{
  gboolean twice = FALSE;

  if (g_str_equal (key, "format") && !(twice = reader->has_format))
    {
      reader->has_format = TRUE;
      return g_str_equal (value, FORMAT) || fail (reader, error, "format \"%s\" is not %s, the one that this version reads", value, FORMAT);
    }
  if (g_str_equal (key, "name") && !(twice = reader->name != NULL))
    return read_name (reader, value, error);
  if (g_str_equal (key, "description") && !(twice = reader->description != NULL))
    {
      reader->description = g_strdup (value);
      return TRUE;
    }
  if (g_str_equal (key, "time-zone") && !(twice = reader->zone != NULL))
    return read_zone (reader, value, error);
  if (g_str_equal (key, "from") && !(twice = reader->year_min != 0))
    return read_year (reader, value, &reader->year_min, error);
  if (g_str_equal (key, "to") && !(twice = reader->year_max != 0))
    return read_year (reader, value, &reader->year_max, error);
  if (twice)
    return fail (reader, error, "\"%s\" stands there twice", key);
  return fail (reader, error, "\"%s\" is none of format, name, description, time-zone, from, to", key);
}

static gboolean
read_weekday (Reader *reader, const char *key, const char *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (weekday_names); i++)
    if (g_str_equal (key, weekday_names[i]))
      {
        if (reader->weekdays_seen & (1u << i))
          return fail (reader, error, "\"%s\" stands there twice", key);
        reader->weekdays_seen |= 1u << i;
        return read_spans (reader, value, &reader->weekly[i], error);
      }
  return fail (reader, error, "\"%s\" is no day of the week, monday to sunday", key);
}

static gboolean
read_exception (Reader *reader, const char *key, const char *value, GError **error)
{
  g_autofree Exception *exception = g_new0 (Exception, 1);
  g_auto (GStrv) words = g_strsplit (value, " ", 2);
  gint64 time_ns;

  exception->group = reader->group;
  exception->line = reader->line;
  if (strlen (key) != strlen ("YYYY-MM-DD") || !pst_time_parse (key, -1, &time_ns, NULL))
    return fail (reader, error, "\"%s\" is no date; write 2024-12-25", key);
  exception->day = time_ns / PST_NS_PER_DAY - (time_ns % PST_NS_PER_DAY < 0);
  if (g_hash_table_contains (reader->exceptions, &exception->day))
    return fail (reader, error, "%s stands there twice; one entry says all of a day", key);
  if (reader->group == GROUP_EARLY_CLOSES
      && (words[0] == NULL || strlen (words[0]) != strlen ("HH:MM") || !read_time (words[0], &exception->early_close)))
    return fail (reader, error, "\"%s\" does not begin with the time of the close; write 13:00 and what day it is", value);
  if (reader->group == GROUP_SPECIAL_DAYS && !read_spans (reader, words[0] != NULL ? words[0] : "", &exception->spans, error))
    return FALSE;
  g_hash_table_insert (reader->exceptions, &exception->day, exception);
  g_steal_pointer (&exception);
  return TRUE;
}

static gboolean
read_group (Reader *reader, char *line, GError **error)
{
  gsize length = strlen (line);

  for (reader->group = GROUP_CALENDAR; reader->group < N_GROUPS; reader->group++)
    if (length == strlen (group_names[reader->group]) + 2 && line[length - 1] == ']'
        && strncmp (line + 1, group_names[reader->group], length - 2) == 0)
      {
        if (reader->groups_seen & (1u << reader->group))
          return fail (reader, error, "group %s stands there twice", line);
        reader->groups_seen |= 1u << reader->group;
        return TRUE;
      }
  return fail (reader, error, "%s is none of [calendar], [sessions], [holidays], [early-closes], [special-days]", line);
}

static gboolean
read_line (Reader *reader, char *line, GError **error)
{
  char *equals, *key, *value;

  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return TRUE;
  if (*line == '[')
    return read_group (reader, line, error);
  equals = strchr (line, '=');
  if (equals == NULL || reader->group == GROUP_NONE)
    return fail (reader, error, "\"%s\" is neither a group nor a key of one", line);
  *equals = '\0';
  key = g_strchomp (line);
  value = g_strchug (equals + 1);
  if (reader->group == GROUP_CALENDAR)
    return read_fact (reader, key, value, error);
  return reader->group == GROUP_SESSIONS ? read_weekday (reader, key, value, error) : read_exception (reader, key, value, error);
}

static gboolean
check_facts (Reader *reader, GError **error)
{
  const char *missing = !reader->has_format     ? "format"
                        : reader->name == NULL  ? "name"
                        : reader->zone == NULL  ? "time-zone"
                        : reader->year_min == 0 ? "from"
                        : reader->year_max == 0 ? "to"
                                                : NULL;

  reader->line = MAX (reader->line, 1);
  if (missing != NULL)
    return fail (reader, error, "[calendar] does not say its %s", missing);
  if (reader->year_min > reader->year_max)
    return fail (reader, error, "the years go from %d to %d", reader->year_min, reader->year_max);
  if (reader->weekdays_seen == 0)
    return fail (reader, error, "[sessions] names no day on which the market is open");
  return TRUE;
}

/* The sessions of a day of which @exception (nullable) says something else than the week does. */
static gboolean
find_spans (Reader *reader, gint64 day, const Exception *exception, Spans *spans, GError **error)
{
  const Spans *usual = &reader->weekly[((day + 3) % 7 + 7) % 7];
  Span *last;

  *spans = exception != NULL && exception->group == GROUP_SPECIAL_DAYS ? exception->spans : *usual;
  if (exception == NULL || exception->group == GROUP_SPECIAL_DAYS)
    return TRUE;
  reader->line = exception->line;
  if (usual->n == 0)
    return fail (reader, error, "on that day of the week the market is closed anyway");
  if (exception->group == GROUP_HOLIDAYS)
    {
      spans->n = 0;
      return TRUE;
    }
  while (spans->n > 0 && spans->spans[spans->n - 1].open >= exception->early_close)
    spans->n--;
  last = spans->n > 0 ? &spans->spans[spans->n - 1] : NULL;
  if (last == NULL || (spans->n == usual->n && exception->early_close >= last->close))
    return fail (reader, error, "the early close is not inside of the day's sessions");
  last->close = MIN (last->close, exception->early_close);
  return TRUE;
}

static gboolean
add_day (Reader *reader, PstCalendar *calendar, GArray *sessions, gint64 day, GError **error)
{
  Exception *exception = g_hash_table_lookup (reader->exceptions, &day);
  Spans spans;

  if (!find_spans (reader, day, exception, &spans, error))
    return FALSE;
  for (guint i = 0; i < spans.n; i++)
    {
      PstMarketSession session = { .open_ns = pst_calendar_zone_to_utc (reader->zone, day, spans.spans[i].open),
                                   .close_ns = pst_calendar_zone_to_utc (reader->zone, day, spans.spans[i].close),
                                   .day = day };

      /* A session that lies in the hour that is skipped is none. */
      if (session.open_ns >= session.close_ns)
        continue;
      if (sessions->len > 0 && g_array_index (sessions, PstMarketSession, sessions->len - 1).close_ns > session.open_ns)
        {
          g_autofree char *text = pst_time_to_string (session.open_ns);

          return fail (reader, error, "two sessions overlap at %s", text);
        }
      g_array_append_val (sessions, session);
    }
  return TRUE;
}

static gboolean
is_always (const Reader *reader)
{
  gboolean always = g_str_equal (reader->zone_name, "UTC") && g_hash_table_size (reader->exceptions) == 0;

  for (guint i = 0; i < 7; i++)
    always = always && reader->weekly[i].n == 1 && reader->weekly[i].spans[0].open == 0 && reader->weekly[i].spans[0].close == PST_SECONDS_PER_DAY;
  return always;
}

static gboolean
check_exceptions (Reader *reader, gint64 first, gint64 end, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, reader->exceptions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Exception *exception = value;

      reader->line = exception->line;
      if (exception->day < first || exception->day >= end)
        return fail (reader, error, "that day is not in the years %d to %d", reader->year_min, reader->year_max);
    }
  return TRUE;
}

static PstCalendar *
build (Reader *reader, GError **error)
{
  gint64 first, end;
  g_autoptr (PstCalendar) calendar = NULL;
  g_autoptr (GArray) sessions = g_array_new (FALSE, FALSE, sizeof (PstMarketSession));

  if (!check_facts (reader, error))
    return NULL;
  first = pst_time_days_from_civil (reader->year_min, 1, 1);
  end = pst_time_days_from_civil (reader->year_max + 1, 1, 1);
  if (!check_exceptions (reader, first, end, error))
    return NULL;
  calendar = g_new0 (PstCalendar, 1);
  g_atomic_ref_count_init (&calendar->references);
  calendar->name = g_strdup (reader->name);
  calendar->description = g_strdup (reader->description != NULL ? reader->description : "");
  calendar->zone = g_time_zone_ref (reader->zone);
  calendar->year_min = reader->year_min;
  calendar->year_max = reader->year_max;
  calendar->from_ns = pst_calendar_zone_to_utc (reader->zone, first, 0);
  calendar->to_ns = pst_calendar_zone_to_utc (reader->zone, end, 0);
  calendar->always = is_always (reader);
  for (gint64 day = first; !calendar->always && day < end; day++)
    if (!add_day (reader, calendar, sessions, day, error))
      return NULL;
  calendar->n_sessions = sessions->len;
  calendar->sessions = (PstMarketSession *)(gpointer)g_array_free (g_steal_pointer (&sessions), FALSE);
  return g_steal_pointer (&calendar);
}

static gboolean
read_lines (Reader *reader, char *text, GError **error)
{
  char *next = text;

  while (next != NULL && *next != '\0')
    {
      char *line = next, *end = strchr (line, '\n');

      next = end != NULL ? end + 1 : NULL;
      if (end != NULL)
        *end = '\0';
      reader->line++;
      if (!read_line (reader, line, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * pst_calendar_new_from_text:
 * @text: a calendar file's text
 * @length: bytes of @text, or -1 when it ends with NUL
 * @error: return location
 *
 * Reads a calendar. The format stands in docs/operator-guide.md. Any thread; the system's time zone data are read.
 *
 * Returns: (transfer full) (nullable): a calendar
 */
PstCalendar *
pst_calendar_new_from_text (const char *text, gssize length, GError **error)
{
  Reader reader = { 0 };
  gsize size;
  g_autofree char *copy = NULL;
  PstCalendar *calendar = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  size = length < 0 ? strlen (text) : (gsize)length;
  if (size > PST_CALENDAR_BYTES_MAX || memchr (text, '\0', size) != NULL || !g_utf8_validate_len (text, size, NULL))
    {
      g_set_error (error, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, "line 1: not UTF-8 text of at most %d bytes", PST_CALENDAR_BYTES_MAX);
      return NULL;
    }
  copy = g_strndup (text, size);
  reader.exceptions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  if (read_lines (&reader, copy, error))
    calendar = build (&reader, error);
  g_hash_table_unref (reader.exceptions);
  g_clear_pointer (&reader.zone, g_time_zone_unref);
  g_free (reader.name);
  g_free (reader.description);
  g_free (reader.zone_name);
  return calendar;
}
