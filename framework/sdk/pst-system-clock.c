/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine's time for paper and live runs. Stamps are wall time that never steps back (see pst-steady-private.h); timers wait on the monotonic
 * clock, so that setting the wall clock neither fires nor loses one. */

#include "pst-clock.h"

#include <time.h>

#include "pst-steady-private.h"

struct _PstSystemClock
{
  PstClock parent_instance;

  GMainContext *context;
  GHashTable *timers; /* id -> TimerSource, owned */
  GMutex lock;        /* other threads may ask for the time */
  PstSteady steady;
  guint last_id;
};

G_DEFINE_FINAL_TYPE (PstSystemClock, pst_system_clock, PST_TYPE_CLOCK)

typedef struct
{
  GSource source;
  PstSystemClock *clock; /* not owned: the clock destroys its sources */
  gint64 due_ns;
  guint id;
  PstTimerFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} TimerSource;

static gint64
read_clock (clockid_t id)
{
  struct timespec now;

  clock_gettime (id, &now);
  return now.tv_sec * PST_NS_PER_SECOND + now.tv_nsec;
}

static gint64
pst_system_clock_now_ns (PstClock *base)
{
  PstSystemClock *clock = (PstSystemClock *)base;
  gint64 now_ns;

  g_mutex_lock (&clock->lock);
  now_ns = pst_steady_read (&clock->steady, read_clock (CLOCK_REALTIME), read_clock (CLOCK_MONOTONIC));
  g_mutex_unlock (&clock->lock);
  return now_ns;
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc func, gpointer user_data)
{
  TimerSource *timer = (TimerSource *)source;
  g_autoptr (PstSystemClock) clock = g_object_ref (timer->clock);

  g_hash_table_steal (clock->timers, GUINT_TO_POINTER (timer->id));
  timer->func (PST_CLOCK (clock), timer->due_ns, timer->user_data);
  g_source_unref (source); /* the table's reference */
  return G_SOURCE_REMOVE;
}

static void
timer_finalize (GSource *source)
{
  TimerSource *timer = (TimerSource *)source;

  if (timer->destroy != NULL)
    timer->destroy (timer->user_data);
}

/* Never written; not const because g_source_new() of this GLib asks for a plain pointer. */
static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch, .finalize = timer_finalize };

static void
timer_drop (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static guint
pst_system_clock_add_timer (PstClock *base, gint64 due_ns, PstTimerFunc func, gpointer user_data, GDestroyNotify destroy)
{
  PstSystemClock *clock = PST_SYSTEM_CLOCK (base);
  gint64 now_ns = pst_system_clock_now_ns (base);
  gint64 wait_us = due_ns > now_ns ? (due_ns - now_ns) / 1000 + ((due_ns - now_ns) % 1000 != 0) : 0;
  TimerSource *timer = (TimerSource *)g_source_new (&timer_funcs, sizeof (TimerSource));

  do
    clock->last_id++;
  while (clock->last_id == 0 || g_hash_table_contains (clock->timers, GUINT_TO_POINTER (clock->last_id)));

  timer->clock = clock;
  timer->due_ns = due_ns;
  timer->id = clock->last_id;
  timer->func = func;
  timer->user_data = user_data;
  timer->destroy = destroy;
  g_source_set_static_name (&timer->source, "[penstock] timer");
  g_source_set_ready_time (&timer->source, g_get_monotonic_time () + wait_us);
  g_hash_table_insert (clock->timers, GUINT_TO_POINTER (timer->id), timer);
  g_source_attach (&timer->source, clock->context);
  return timer->id;
}

static gboolean
pst_system_clock_remove_timer (PstClock *base, guint timer_id)
{
  return g_hash_table_remove (PST_SYSTEM_CLOCK (base)->timers, GUINT_TO_POINTER (timer_id));
}

static void
pst_system_clock_dispose (GObject *object)
{
  g_hash_table_remove_all (PST_SYSTEM_CLOCK (object)->timers);
  G_OBJECT_CLASS (pst_system_clock_parent_class)->dispose (object);
}

static void
pst_system_clock_finalize (GObject *object)
{
  PstSystemClock *clock = PST_SYSTEM_CLOCK (object);

  g_clear_pointer (&clock->timers, g_hash_table_unref);
  g_clear_pointer (&clock->context, g_main_context_unref);
  g_mutex_clear (&clock->lock);
  G_OBJECT_CLASS (pst_system_clock_parent_class)->finalize (object);
}

static void
pst_system_clock_class_init (PstSystemClockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  PstClockClass *clock_class = PST_CLOCK_CLASS (klass);

  object_class->dispose = pst_system_clock_dispose;
  object_class->finalize = pst_system_clock_finalize;
  clock_class->now_ns = pst_system_clock_now_ns;
  clock_class->add_timer = pst_system_clock_add_timer;
  clock_class->remove_timer = pst_system_clock_remove_timer;
}

static void
pst_system_clock_init (PstSystemClock *clock)
{
  g_mutex_init (&clock->lock);
  clock->timers = g_hash_table_new_full (NULL, NULL, NULL, timer_drop);
}

/**
 * pst_system_clock_new:
 * @context: (nullable): where timers fire; %NULL for the calling thread's default context
 *
 * Makes a clock of the machine's time. Its time may be asked on any thread; timers are added and removed on @context.
 *
 * Returns: (transfer full) (type PstSystemClock): the clock
 */
PstClock *
pst_system_clock_new (GMainContext *context)
{
  PstSystemClock *clock = g_object_new (PST_TYPE_SYSTEM_CLOCK, NULL);

  clock->context = context != NULL ? g_main_context_ref (context) : g_main_context_ref_thread_default ();
  return PST_CLOCK (clock);
}
