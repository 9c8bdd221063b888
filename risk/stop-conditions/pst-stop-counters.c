/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rings: the oldest gives way to the newest, and what is known of the whole follows. */

#include "pst-stop-counters.h"

PstStopLatency *
pst_stop_latency_new (guint size)
{
  PstStopLatency *latency = g_new0 (PstStopLatency, 1);

  latency->times_ns = g_new0 (gint64, size);
  latency->late = g_new0 (gboolean, size);
  latency->size = size;
  return latency;
}

void
pst_stop_latency_free (PstStopLatency *latency)
{
  g_free (latency->times_ns);
  g_free (latency->late);
  g_free (latency);
}

void
pst_stop_latency_clear (PstStopLatency *latency)
{
  latency->next = latency->count = latency->n_late = 0;
}

gboolean
pst_stop_latency_add (PstStopLatency *latency, gint64 now_ns, gboolean late, gint64 window_ns)
{
  guint at = latency->next;
  gint64 oldest_ns;

  if (latency->count == latency->size)
    latency->n_late -= latency->late[at] != FALSE;
  else
    latency->count++;
  latency->times_ns[at] = now_ns;
  latency->late[at] = late;
  latency->n_late += late != FALSE;
  latency->next = at + 1 == latency->size ? 0 : at + 1;
  if (latency->count < latency->size || latency->n_late * 2 <= latency->size)
    return FALSE;
  oldest_ns = latency->times_ns[latency->next];
  return now_ns - oldest_ns < window_ns;
}

gboolean
pst_stop_latency_measure (const PstFrame *frame, gint64 *latency_ns)
{
  const PstEvent *newest = NULL;

  for (guint i = 0; i < frame->n_events; i++)
    {
      const PstEvent *event = &frame->events[i];

      if (event->kind == PST_EVENT_LEVEL && (event->level.flags & PST_LEVEL_SNAPSHOT))
        return FALSE;
      if (event->kind != PST_EVENT_LEVEL && event->kind != PST_EVENT_TRADE && event->kind != PST_EVENT_QUOTE)
        continue;
      if (event->venue_time_ns > 0 && (newest == NULL || event->venue_time_ns > newest->venue_time_ns))
        newest = event;
    }
  return newest != NULL && pst_subtract_checked (newest->receive_time_ns, newest->venue_time_ns, latency_ns);
}

PstStopLosses *
pst_stop_losses_new (guint size, gboolean connected)
{
  PstStopLosses *losses = g_new0 (PstStopLosses, 1);

  losses->times_ns = g_new0 (gint64, size);
  losses->size = size;
  losses->connected = connected;
  return losses;
}

void
pst_stop_losses_free (PstStopLosses *losses)
{
  g_free (losses->times_ns);
  g_free (losses);
}

void
pst_stop_losses_clear (PstStopLosses *losses)
{
  losses->next = losses->count = 0;
}

static void
add_loss (PstStopLosses *losses, gint64 time_ns)
{
  losses->times_ns[losses->next] = time_ns;
  losses->next = losses->next + 1 == losses->size ? 0 : losses->next + 1;
  losses->count += losses->count < losses->size;
}

gboolean
pst_stop_losses_take (PstStopLosses *losses, PstConnection state, gint64 now_ns, gint64 window_ns)
{
  gboolean lost = losses->connected && state != PST_CONNECTION_CONNECTED;

  losses->connected = state == PST_CONNECTION_CONNECTED;
  if (!lost)
    return FALSE;
  add_loss (losses, now_ns);
  return losses->count == losses->size && now_ns - losses->times_ns[losses->next] < window_ns;
}

/* What is told apart of each exchange. */
#define TIMES_KEPT_MAX 16
/* Of the option that is the size. */
#define LOSSES_MAX 10000

gboolean
pst_stop_losses_save (const PstStopLosses *losses, PstStateFile *state, guint number, const char *exchange, gint64 now_ns, gint64 window_ns)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *what = g_strdup_printf ("lost.%u", number), *when = g_strdup_printf ("lost.%u.times", number);

  for (guint i = 0; i < losses->count; i++)
    {
      gint64 time_ns = losses->times_ns[(losses->next + losses->size - losses->count + i) % losses->size];

      if (now_ns - time_ns < window_ns)
        g_array_append_val (times, time_ns);
    }
  if (times->len == 0)
    return FALSE;
  pst_state_file_set_string (state, what, exchange);
  pst_state_file_set_times (state, when, (const gint64 *)times->data, times->len, TIMES_KEPT_MAX);
  return TRUE;
}

gboolean
pst_stop_losses_load (PstStopLosses *losses, PstStateFile *state, guint number, gint64 now_ns, GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *when = g_strdup_printf ("lost.%u.times", number);

  if (!pst_state_file_get_times (state, when, times, LOSSES_MAX, error))
    return FALSE;
  for (guint i = 0; i < times->len; i++)
    add_loss (losses, MIN (g_array_index (times, gint64, i), now_ns));
  return TRUE;
}
