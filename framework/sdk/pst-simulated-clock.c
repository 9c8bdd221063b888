/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time that moves only when told to. Timers stand in a binary heap ordered by due time, then creation, so that a run's
 * order of events depends on nothing but its inputs. Moving on without a due timer costs a comparison: it happens at every frame. */

#include "pst-clock.h"

typedef struct
{
  gint64 due_ns;
  guint64 serial; /* order of creation; ids may wrap, this does not */
  guint id;
  guint position; /* in the heap */
  PstTimerFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Timer;

struct _PstSimulatedClock
{
  PstClock parent_instance;

  gint64 now_ns;
  gint64 next_due_ns; /* of the heap's top, G_MAXINT64 when empty */
  GPtrArray *heap;    /* Timer */
  GHashTable *timers; /* id -> Timer */
  guint64 last_serial;
  guint last_id;
  gboolean advancing;
};

G_DEFINE_FINAL_TYPE (PstSimulatedClock, pst_simulated_clock, PST_TYPE_CLOCK)

static gboolean
timer_is_before (const Timer *a, const Timer *b)
{
  return a->due_ns < b->due_ns || (a->due_ns == b->due_ns && a->serial < b->serial);
}

static void
heap_put (PstSimulatedClock *clock, guint position, Timer *timer)
{
  clock->heap->pdata[position] = timer;
  timer->position = position;
}

static void
heap_sift_up (PstSimulatedClock *clock, guint position, Timer *timer)
{
  while (position > 0)
    {
      guint parent = (position - 1) / 2;

      if (!timer_is_before (timer, clock->heap->pdata[parent]))
        break;
      heap_put (clock, position, clock->heap->pdata[parent]);
      position = parent;
    }
  heap_put (clock, position, timer);
}

static void
heap_sift_down (PstSimulatedClock *clock, guint position, Timer *timer)
{
  guint n = clock->heap->len;

  for (;;)
    {
      guint child = 2 * position + 1;

      if (child >= n)
        break;
      if (child + 1 < n && timer_is_before (clock->heap->pdata[child + 1], clock->heap->pdata[child]))
        child++;
      if (!timer_is_before (clock->heap->pdata[child], timer))
        break;
      heap_put (clock, position, clock->heap->pdata[child]);
      position = child;
    }
  heap_put (clock, position, timer);
}

static void
heap_note_next (PstSimulatedClock *clock)
{
  clock->next_due_ns = clock->heap->len > 0 ? ((Timer *)clock->heap->pdata[0])->due_ns : G_MAXINT64;
}

/* Takes the timer out of heap and table; the caller owns it. */
static void
heap_take (PstSimulatedClock *clock, Timer *timer)
{
  guint position = timer->position;
  Timer *last = clock->heap->pdata[clock->heap->len - 1];

  g_ptr_array_set_size (clock->heap, clock->heap->len - 1);
  if (last != timer)
    {
      heap_sift_down (clock, position, last);
      heap_sift_up (clock, last->position, last);
    }
  g_hash_table_remove (clock->timers, GUINT_TO_POINTER (timer->id));
  heap_note_next (clock);
}

static void
timer_free (Timer *timer)
{
  if (timer->destroy != NULL)
    timer->destroy (timer->user_data);
  g_free (timer);
}

static gint64
pst_simulated_clock_now_ns (PstClock *base)
{
  return ((PstSimulatedClock *)base)->now_ns;
}

static guint
pst_simulated_clock_add_timer (PstClock *base, gint64 due_ns, PstTimerFunc func, gpointer user_data, GDestroyNotify destroy)
{
  PstSimulatedClock *clock = PST_SIMULATED_CLOCK (base);
  Timer *timer = g_new0 (Timer, 1);

  do
    clock->last_id++;
  while (clock->last_id == 0 || g_hash_table_contains (clock->timers, GUINT_TO_POINTER (clock->last_id)));

  timer->due_ns = due_ns;
  timer->serial = ++clock->last_serial;
  timer->id = clock->last_id;
  timer->func = func;
  timer->user_data = user_data;
  timer->destroy = destroy;

  g_hash_table_insert (clock->timers, GUINT_TO_POINTER (timer->id), timer);
  g_ptr_array_add (clock->heap, timer);
  heap_sift_up (clock, clock->heap->len - 1, timer);
  heap_note_next (clock);
  return timer->id;
}

static gboolean
pst_simulated_clock_remove_timer (PstClock *base, guint timer_id)
{
  PstSimulatedClock *clock = PST_SIMULATED_CLOCK (base);
  Timer *timer = g_hash_table_lookup (clock->timers, GUINT_TO_POINTER (timer_id));

  if (timer == NULL)
    return FALSE;
  heap_take (clock, timer);
  timer_free (timer);
  return TRUE;
}

static void
pst_simulated_clock_dispose (GObject *object)
{
  PstSimulatedClock *clock = PST_SIMULATED_CLOCK (object);

  while (clock->heap->len > 0)
    {
      Timer *timer = clock->heap->pdata[clock->heap->len - 1];

      heap_take (clock, timer);
      timer_free (timer);
    }
  G_OBJECT_CLASS (pst_simulated_clock_parent_class)->dispose (object);
}

static void
pst_simulated_clock_finalize (GObject *object)
{
  PstSimulatedClock *clock = PST_SIMULATED_CLOCK (object);

  g_clear_pointer (&clock->heap, g_ptr_array_unref);
  g_clear_pointer (&clock->timers, g_hash_table_unref);
  G_OBJECT_CLASS (pst_simulated_clock_parent_class)->finalize (object);
}

static void
pst_simulated_clock_class_init (PstSimulatedClockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstClockClass *clock_class = PST_CLOCK_CLASS (klass);

  object_class->dispose = pst_simulated_clock_dispose;
  object_class->finalize = pst_simulated_clock_finalize;
  clock_class->now_ns = pst_simulated_clock_now_ns;
  clock_class->add_timer = pst_simulated_clock_add_timer;
  clock_class->remove_timer = pst_simulated_clock_remove_timer;
}

static void
pst_simulated_clock_init (PstSimulatedClock *clock)
{
  clock->heap = g_ptr_array_new ();
  clock->timers = g_hash_table_new (NULL, NULL);
  clock->next_due_ns = G_MAXINT64;
}

/**
 * pst_simulated_clock_new:
 * @start_ns: where it stands at first, nanoseconds since the epoch, UTC
 *
 * Makes a clock that moves only by pst_simulated_clock_advance_to().
 *
 * Returns: (transfer full) (type PstSimulatedClock): the clock
 */
PstClock *
pst_simulated_clock_new (gint64 start_ns)
{
  PstSimulatedClock *clock = g_object_new (PST_TYPE_SIMULATED_CLOCK, NULL);

  clock->now_ns = start_ns;
  return PST_CLOCK (clock);
}

static void
fire_until (PstSimulatedClock *clock, gint64 time_ns)
{
  g_object_ref (clock);
  clock->advancing = TRUE;
  while (clock->heap->len > 0 && clock->next_due_ns <= time_ns)
    {
      Timer *timer = clock->heap->pdata[0];

      heap_take (clock, timer);
      clock->now_ns = MAX (clock->now_ns, timer->due_ns);
      timer->func (PST_CLOCK (clock), timer->due_ns, timer->user_data);
      timer_free (timer);
    }
  clock->advancing = FALSE;
  clock->now_ns = time_ns;
  g_object_unref (clock);
}

/**
 * pst_simulated_clock_advance_to:
 * @clock: a clock
 * @time_ns: where to, nanoseconds since the epoch, UTC
 *
 * Moves on, firing due timers in order of due time, then of creation, each with the clock standing at its due time (a timer that was
 * added late: at the present). What a timer adds up to @time_ns fires in the same call. A timer's function may not move time. On the
 * run's context.
 *
 * Returns: %FALSE when @time_ns lies before the present; nothing happened
 */
gboolean
pst_simulated_clock_advance_to (PstSimulatedClock *clock, gint64 time_ns)
{
  g_return_val_if_fail (clock != NULL, FALSE);
  g_return_val_if_fail (!clock->advancing, FALSE);

  if (G_UNLIKELY (time_ns < clock->now_ns))
    return FALSE;
  if (G_LIKELY (time_ns < clock->next_due_ns))
    clock->now_ns = time_ns;
  else
    fire_until (clock, time_ns);
  return TRUE;
}

/**
 * pst_simulated_clock_next_due_ns:
 * @clock: a clock
 *
 * Says when the next timer is due. On the run's context.
 *
 * Returns: nanoseconds since the epoch, UTC; %G_MAXINT64 when there is no timer
 */
gint64
pst_simulated_clock_next_due_ns (PstSimulatedClock *clock)
{
  g_return_val_if_fail (PST_IS_SIMULATED_CLOCK (clock), G_MAXINT64);

  return clock->next_due_ns;
}
