/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A sliding window, exact to the nanosecond: no buckets that let twice as much through at their borders. */

#include "pst-time-window.h"

PstTimeWindow *
pst_time_window_new (guint capacity)
{
  PstTimeWindow *window = g_new0 (PstTimeWindow, 1);

  window->times = g_new0 (gint64, capacity);
  window->capacity = capacity;
  return window;
}

void
pst_time_window_free (PstTimeWindow *window)
{
  g_free (window->times);
  g_free (window);
}

/* The time that was added as the @nth. */
static gint64
get_time (const PstTimeWindow *window, guint nth)
{
  return window->times[((guint64)window->next + window->capacity - window->count + nth) % window->capacity];
}

/* How many fell out of a full ring nobody knows: each place that is won counts as one of them, as old as the oldest that is known. */
void
pst_time_window_resize (PstTimeWindow *window, guint capacity)
{
  guint kept = MIN (window->count, capacity), unknown = window->count == window->capacity && capacity > kept ? capacity - kept : 0;
  gint64 *times = g_new0 (gint64, capacity);

  for (guint i = 0; i < unknown; i++)
    times[i] = get_time (window, 0);
  for (guint i = 0; i < kept; i++)
    times[unknown + i] = get_time (window, window->count - kept + i);
  g_free (window->times);
  window->times = times;
  window->capacity = capacity;
  window->count = unknown + kept;
  window->next = window->count == capacity ? 0 : window->count;
}

void
pst_time_window_clear (PstTimeWindow *window)
{
  window->next = window->count = 0;
}

void
pst_time_window_add (PstTimeWindow *window, gint64 time_ns)
{
  window->times[window->next] = time_ns;
  window->next = window->next + 1 == window->capacity ? 0 : window->next + 1;
  window->count += window->count < window->capacity;
}

/* The times are in order, so the first that is inside is found by halving. */
guint
pst_time_window_count (const PstTimeWindow *window, gint64 now_ns, gint64 length_ns)
{
  guint first = 0, last = window->count;

  while (first < last)
    {
      guint middle = first + (last - first) / 2;
      guint oldest = window->count < window->capacity ? 0 : window->next;
      guint64 at = ((guint64)oldest + middle) % window->capacity;
      gint64 age_ns;

      if (pst_subtract_checked (now_ns, window->times[at], &age_ns) && age_ns < length_ns)
        last = middle;
      else
        first = middle + 1;
    }
  return window->count - first;
}

GArray *
pst_time_window_list (const PstTimeWindow *window, gint64 now_ns, gint64 length_ns)
{
  guint count = pst_time_window_count (window, now_ns, length_ns);
  GArray *times = g_array_sized_new (FALSE, FALSE, sizeof (gint64), count);

  for (guint i = 0; i < count; i++)
    g_array_append_val (times, window->times[((guint64)window->next + window->capacity - count + i) % window->capacity]);
  return times;
}

void
pst_time_window_fill (PstTimeWindow *window, const GArray *times, gint64 last_ns)
{
  for (guint i = 0; i < times->len; i++)
    pst_time_window_add (window, MIN (g_array_index (times, gint64, i), last_ns));
}
