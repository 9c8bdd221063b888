/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One walk over the bars a check. Gaps are counted against the sessions of the market's calendar; without one, a series that never has a bar on a
 * weekend is not expected to have one. */
#include "pst-data-check.h"

#include <math.h>
#include <string.h>

/* A close to the next open: beyond it is a jump; within 3 % of a usual ratio it looks like a split. */
#define JUMP_RATIO 1.8
#define SPLIT_TOLERANCE 0.04

gboolean
pst_data_hours_init (PstDataHours *hours, const char *name, gint64 from_ns, gint64 to_ns, GError **error)
{
  g_autoptr (PstCalendar) calendar = NULL;
  gint first_year, last_year;

  *hours = (PstDataHours){ NULL, from_ns, to_ns };
  if (name == NULL || *name == '\0')
    return TRUE;
  calendar = pst_calendar_load (name, error);
  if (calendar == NULL)
    return FALSE;
  if (pst_calendar_is_always_open (calendar))
    return TRUE;
  pst_calendar_get_years (calendar, &first_year, &last_year);
  /* A day inside of the years that are known, whatever the market's zone. */
  hours->from_ns = MAX (from_ns, (pst_time_days_from_civil (first_year, 1, 1) + 1) * PST_NS_PER_DAY);
  hours->to_ns = MIN (to_ns, (pst_time_days_from_civil (last_year + 1, 1, 1) - 2) * PST_NS_PER_DAY);
  if (hours->from_ns >= hours->to_ns)
    hours->sessions = g_array_new (FALSE, FALSE, sizeof (PstMarketSession));
  else
    hours->sessions = pst_calendar_list_sessions (calendar, hours->from_ns, hours->to_ns, error);
  return hours->sessions != NULL;
}

void
pst_data_hours_clear (PstDataHours *hours)
{
  g_clear_pointer (&hours->sessions, g_array_unref);
}

typedef struct
{
  const PstBarColumns *bars;
  const gint64 *label_ns;
  gint64 period_ns;
  PstDataCheckFunc func;
  gpointer user_data;
} Check;

/* A bar may be labelled with its end. */
static inline gint64
begin_of (const Check *check, gsize i)
{
  return check->label_ns[i] == check->bars->time_ns[i] ? check->label_ns[i] - check->period_ns : check->label_ns[i];
}

static void tell (const Check *check, gsize row, gsize n_rows, const char *kind, const char *format, ...) G_GNUC_PRINTF (5, 6);

static void
tell (const Check *check, gsize row, gsize n_rows, const char *kind, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  check->func (row, n_rows, kind, sentence, check->user_data);
}

static void
tell_gap (const Check *check, gsize row, guint64 n_missing, gint64 from_ns, const char *what)
{
  char from[PST_TIME_TEXT_SIZE], to[PST_TIME_TEXT_SIZE];

  pst_time_print (from_ns, from);
  pst_time_print (begin_of (check, row), to);
  tell (check, row, 0, "gap", "%" G_GUINT64_FORMAT " %s%s missing between %s and %s", n_missing, what, n_missing == 1 ? "" : "s", from, to);
}

/* -- against sessions -- */

static inline const PstMarketSession *
session_at (const PstDataHours *hours, guint i)
{
  return &g_array_index (hours->sessions, PstMarketSession, i);
}

static guint
first_session_behind (const PstDataHours *hours, gint64 time_ns)
{
  guint low = 0, high = hours->sessions->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (session_at (hours, middle)->close_ns <= time_ns)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Sessions that lie wholly between two bars; of bars shorter than a day, the periods of open time there. */
static guint64
count_missing (const PstDataHours *hours, guint *at, gint64 from_ns, gint64 to_ns, gint64 period_ns)
{
  guint64 n = 0;

  for (; *at < hours->sessions->len && session_at (hours, *at)->open_ns < to_ns; ++*at)
    {
      const PstMarketSession *session = session_at (hours, *at);
      gint64 open = MAX (session->open_ns, from_ns), close = MIN (session->close_ns, to_ns);

      if (period_ns >= PST_NS_PER_DAY)
        n += open == session->open_ns && close == session->close_ns;
      else if (close > open)
        n += (guint64)((close - open) / period_ns);
      if (session->close_ns > to_ns)
        break;
    }
  return n;
}

static void
check_sessions (const Check *check, const PstDataHours *hours)
{
  const PstBarColumns *bars = check->bars;
  guint at = bars->n_bars > 0 ? first_session_behind (hours, begin_of (check, 0)) : 0;
  gsize n_unchecked = 0, first_unchecked = 0;

  for (gsize i = 0; i < bars->n_bars; i++)
    {
      gint64 label = begin_of (check, i), end = MAX (label + check->period_ns, bars->time_ns[i]);
      gint64 before = i > 0 ? MAX (begin_of (check, i - 1) + check->period_ns, bars->time_ns[i - 1]) : label;

      if (label < hours->from_ns || end > hours->to_ns)
        {
          first_unchecked = n_unchecked++ == 0 ? i : first_unchecked;
          at = first_session_behind (hours, end);
          continue;
        }
      /* Of a gap that begins in a year that the calendar does not know, the part that it knows. */
      before = MAX (before, hours->from_ns);
      if (label > before)
        {
          guint64 n_missing = count_missing (hours, &at, before, label, check->period_ns);

          if (n_missing > 0)
            tell_gap (check, i, n_missing, before, check->period_ns >= PST_NS_PER_DAY ? "session" : "bar");
        }
      while (at < hours->sessions->len && session_at (hours, at)->close_ns <= label)
        at++;
      if (at == hours->sessions->len || session_at (hours, at)->open_ns >= end)
        tell (check, i, 1, "off-session", "the market was closed then");
    }
  if (n_unchecked > 0)
    tell (check, first_unchecked, 0, "unchecked",
          "%" G_GSIZE_FORMAT " bars lie in years that the calendar does not know: gaps were not looked for there", n_unchecked);
}

/* -- without a calendar -- */

static gboolean
is_weekend (gint64 time_ns)
{
  /* 1970-01-01 was a Thursday. */
  gint64 day = (pst_time_floor_day (time_ns) / PST_NS_PER_DAY + 4) % 7;

  return (day + 7) % 7 == 0 || (day + 7) % 7 == 6;
}

static void
check_periods (const Check *check)
{
  gboolean has_weekends = check->period_ns < PST_NS_PER_DAY;

  for (gsize i = 0; i < check->bars->n_bars && !has_weekends; i++)
    has_weekends = is_weekend (begin_of (check, i));
  for (gsize i = 1; i < check->bars->n_bars; i++)
    {
      gint64 before = begin_of (check, i - 1) + check->period_ns, label = begin_of (check, i);
      guint64 n_missing = 0;

      if (label < before + check->period_ns)
        continue;
      if (has_weekends)
        n_missing = (guint64)((label - before) / check->period_ns);
      else
        for (gint64 time = before; time + check->period_ns <= label; time += check->period_ns)
          n_missing += !is_weekend (time);
      if (n_missing > 0)
        tell_gap (check, i, n_missing, before, "bar");
    }
}

/* -- prices -- */

static inline gboolean
repeats (const PstBarColumns *bars, gsize i)
{
  return bars->close[i] == bars->close[i - 1] && bars->open[i] == bars->open[i - 1] && bars->high[i] == bars->high[i - 1]
         && bars->low[i] == bars->low[i - 1] && bars->volume[i] == bars->volume[i - 1];
}

static void
check_frozen (const Check *check, guint frozen_min)
{
  gsize run = 0;

  for (gsize i = 1; i <= check->bars->n_bars; i++)
    {
      if (i < check->bars->n_bars && repeats (check->bars, i))
        {
          run++;
          continue;
        }
      if (run >= frozen_min)
        tell (check, i - run, run, "frozen", "%" G_GSIZE_FORMAT " bars repeat the one before them", run);
      run = 0;
    }
}

/* "1:7" when the ratio of two prices is near that of a usual split. */
static const char *
name_split (double ratio)
{
  static const struct
  {
    double ratio;
    const char *forward, *reverse;
  } usual[] = { { 2, "2:1", "1:2" },    { 3, "3:1", "1:3" },    { 4, "4:1", "1:4" },    { 5, "5:1", "1:5" },      { 6, "6:1", "1:6" },
                { 7, "7:1", "1:7" },    { 8, "8:1", "1:8" },    { 10, "10:1", "1:10" }, { 15, "15:1", "1:15" },   { 20, "20:1", "1:20" },
                { 25, "25:1", "1:25" }, { 30, "30:1", "1:30" }, { 50, "50:1", "1:50" }, { 100, "100:1", "1:100" } };
  double above = ratio >= 1 ? ratio : 1 / ratio;

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (fabs (above / usual[i].ratio - 1) < SPLIT_TOLERANCE)
      return ratio >= 1 ? usual[i].forward : usual[i].reverse;
  return NULL;
}

static void
check_jumps (const Check *check)
{
  const PstInstrument *instrument = check->bars->instrument;

  for (gsize i = 1; i < check->bars->n_bars; i++)
    {
      double ratio = (double)check->bars->close[i - 1] / (double)check->bars->open[i];
      g_autofree char *close = NULL, *open = NULL;
      const char *split;

      if (G_LIKELY (ratio < JUMP_RATIO && ratio > 1 / JUMP_RATIO))
        continue;
      close = pst_instrument_price_to_string (instrument, check->bars->close[i - 1]);
      open = pst_instrument_price_to_string (instrument, check->bars->open[i]);
      split = name_split (ratio);
      if (split != NULL)
        tell (check, i, 1, "split-suspected", "open %s after a close of %s looks like a split of %s", open, close, split);
      else
        tell (check, i, 1, "price-jump", "open %s after a close of %s", open, close);
    }
}

void
pst_data_check_bars (const PstBarColumns *bars, const gint64 *label_ns, gint64 period_ns, const PstDataHours *hours, guint frozen_min,
                     PstDataCheckFunc func, gpointer user_data)
{
  const Check check = { bars, label_ns, period_ns, func, user_data };

  if (period_ns > 0 && hours != NULL && hours->sessions != NULL)
    check_sessions (&check, hours);
  else if (period_ns > 0)
    check_periods (&check);
  if (frozen_min > 0)
    check_frozen (&check, frozen_min);
  check_jumps (&check);
}
