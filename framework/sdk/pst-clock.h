/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The run's only source of time. Real when paper or live, simulated in backtests and tests. */
#pragma once

#include "../model/pst-time.h"

G_BEGIN_DECLS

#define PST_TYPE_CLOCK (pst_clock_get_type ())
PST_API G_DECLARE_DERIVABLE_TYPE (PstClock, pst_clock, PST, CLOCK, GObject)

    /* Called on the run's context with the time the timer was due. */
    typedef void (*PstTimerFunc) (PstClock *clock, gint64 due_ns, gpointer user_data);

struct _PstClockClass
{
  GObjectClass parent_class;

  gint64 (*now_ns) (PstClock *clock);
  guint (*add_timer) (PstClock *clock, gint64 due_ns, PstTimerFunc func, gpointer user_data, GDestroyNotify destroy);
  gboolean (*remove_timer) (PstClock *clock, guint timer_id);
  gpointer reserved[4];
};

PST_API gint64 pst_clock_now_ns (PstClock *clock);
/* One shot. A due time in the past fires at the next opportunity, never inside this call. Returns an id above 0. */
PST_API guint pst_clock_add_timer (PstClock *clock, gint64 due_ns, PstTimerFunc func, gpointer user_data, GDestroyNotify destroy);
/* FALSE when it fired or was removed already. */
PST_API gboolean pst_clock_remove_timer (PstClock *clock, guint timer_id);

#define PST_TYPE_SYSTEM_CLOCK (pst_system_clock_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstSystemClock, pst_system_clock, PST, SYSTEM_CLOCK, PstClock)
/* Wall time for stamps, the monotonic clock for timers; timers fire on @context (NULL: the thread's default). */
PST_API PstClock *pst_system_clock_new (GMainContext *context);

#define PST_TYPE_SIMULATED_CLOCK (pst_simulated_clock_get_type ())
PST_API
G_DECLARE_FINAL_TYPE (PstSimulatedClock, pst_simulated_clock, PST, SIMULATED_CLOCK, PstClock)
PST_API PstClock *pst_simulated_clock_new (gint64 start_ns);
/* Moves to @time_ns, firing due timers in order of due time, then of creation, each with the clock standing at its due
 * time. Time never moves backwards: an earlier @time_ns is refused with FALSE. */
PST_API gboolean pst_simulated_clock_advance_to (PstSimulatedClock *clock, gint64 time_ns);
/* G_MAXINT64 when there is none. */
PST_API gint64 pst_simulated_clock_next_due_ns (PstSimulatedClock *clock);

G_END_DECLS
