/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of all clocks: only calls through, so that nothing in a run can tell a real clock from a simulated one. */

#include "pst-clock.h"

/**
 * PstClock:
 *
 * The run's only source of time: real when paper or live, simulated in backtests and tests.
 */

G_DEFINE_ABSTRACT_TYPE (PstClock, pst_clock, G_TYPE_OBJECT)

static void
pst_clock_class_init (PstClockClass *klass)
{
}

static void
pst_clock_init (PstClock *clock)
{
}

/**
 * pst_clock_now_ns:
 * @clock: a clock
 *
 * Reads the time. It never goes backwards. Asked at every frame, hence without a type check.
 *
 * Returns: nanoseconds since the epoch, UTC
 */
gint64
pst_clock_now_ns (PstClock *clock)
{
  return PST_CLOCK_GET_CLASS (clock)->now_ns (clock);
}

/**
 * pst_clock_add_timer:
 * @clock: a clock
 * @due_ns: when it fires, nanoseconds since the epoch, UTC
 * @func: (scope notified) (closure user_data) (destroy destroy): what is called then
 * @user_data: passed to @func
 * @destroy: (nullable): called with @user_data once the timer fired or was removed, or the clock went
 *
 * Asks for one call at a time. A due time in the past fires at the next opportunity, never inside this call. On the run's context.
 *
 * Returns: the timer's id, above 0
 */
guint
pst_clock_add_timer (PstClock *clock, gint64 due_ns, PstTimerFunc func, gpointer user_data, GDestroyNotify destroy)
{
  g_return_val_if_fail (PST_IS_CLOCK (clock), 0);
  g_return_val_if_fail (func != NULL, 0);

  return PST_CLOCK_GET_CLASS (clock)->add_timer (clock, due_ns, func, user_data, destroy);
}

/**
 * pst_clock_remove_timer:
 * @clock: a clock
 * @timer_id: what pst_clock_add_timer() returned
 *
 * Takes a timer back. On the run's context; also inside a timer's call.
 *
 * Returns: %FALSE when it fired or was removed already
 */
gboolean
pst_clock_remove_timer (PstClock *clock, guint timer_id)
{
  g_return_val_if_fail (PST_IS_CLOCK (clock), FALSE);

  return PST_CLOCK_GET_CLASS (clock)->remove_timer (clock, timer_id);
}
