/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waits on a main context of its own, on the thread that executes the run. Sockets, timers and other threads make it turn; whatever it was, the
 * run is told the present first, so that timers that are due fire and the last tick ends before anything else is seen, and so that nothing
 * of the context is ever dealt with at a time that is gone. Frames go straight through.
 *
 * Time is the transport's clock: frames carry the time at which they were received, and the present is read from the same clock. It never goes
 * back: a frame that is stamped before the present (two venues in one thread, a venue that holds a message back) is moved to it. */
#include "pst-realtime-driver.h"

#include <glib-unix.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Turns of the context that what was stopped may take to end: cancelled requests answer there. */
#define LAST_TURNS_MAX 1000

struct _PstRealtimeDriver
{
  PstDriver parent_instance;

  GMainContext *context;
  PstClock *clock;
  GSource *wake;
  GArray *fds; /* GPollFD */
  int wake_fd;
  const PstDriverSink *sink; /* NULL: nobody drives */
  GQueue early;              /* PstFrameBlock: what was published while nobody could take it */
  GArray *moved;             /* PstFrame: those of a block whose time was moved */
  gint64 last_ns;
  gint64 timer_due_ns;
  guint timer;
  gboolean busy; /* inside the sink */
  gboolean enough;
};

G_DEFINE_FINAL_TYPE (PstRealtimeDriver, pst_realtime_driver, PST_TYPE_DRIVER)

/* The block with no frame before the present. */
static PstFrameBlock
move_on (PstRealtimeDriver *driver, const PstFrameBlock *block)
{
  PstFrameBlock whole = *block;
  gint64 last_ns = driver->last_ns;
  gboolean late = FALSE;

  for (guint i = 0; i < block->n_frames; i++)
    {
      late |= block->frames[i].time_ns < last_ns;
      last_ns = MAX (last_ns, block->frames[i].time_ns);
    }
  if (G_UNLIKELY (late))
    {
      last_ns = driver->last_ns;
      g_array_set_size (driver->moved, 0);
      g_array_append_vals (driver->moved, block->frames, block->n_frames);
      for (guint i = 0; i < block->n_frames; i++)
        {
          PstFrame *frame = &g_array_index (driver->moved, PstFrame, i);

          frame->time_ns = last_ns = MAX (last_ns, frame->time_ns);
        }
      whole.frames = (const PstFrame *)(gpointer)driver->moved->data;
    }
  driver->last_ns = last_ns;
  return whole;
}

static void
take (PstRealtimeDriver *driver, const PstFrameBlock *block)
{
  PstFrameBlock whole = move_on (driver, block);

  driver->busy = TRUE;
  driver->enough = !driver->sink->take (&whole, driver->sink->user_data);
  driver->busy = FALSE;
}

static void
take_early (PstRealtimeDriver *driver)
{
  PstFrameBlock *block;

  while (!driver->enough && (block = g_queue_pop_head (&driver->early)) != NULL)
    {
      take (driver, block);
      pst_frame_block_free (block);
    }
}

static void
pst_realtime_driver_receive (PstDriver *base, PstExchange *exchange, const PstFrameBlock *block)
{
  PstRealtimeDriver *driver = PST_REALTIME_DRIVER (base);

  if (G_UNLIKELY (driver->sink == NULL || driver->busy || !g_queue_is_empty (&driver->early)))
    g_queue_push_tail (&driver->early, pst_frame_block_copy (block));
  else if (!driver->enough)
    take (driver, block);
}

/* The run learns what time it is. */
static void
pulse (PstRealtimeDriver *driver)
{
  driver->last_ns = MAX (driver->last_ns, pst_clock_now_ns (driver->clock));
  driver->busy = TRUE;
  driver->enough = !driver->sink->wake (driver->last_ns, driver->sink->user_data);
  driver->busy = FALSE;
}

static gboolean
on_wake (int fd, GIOCondition condition, gpointer user_data)
{
  eventfd_t count;

  eventfd_read (fd, &count);
  return G_SOURCE_CONTINUE;
}

/* That the context turned is all that was wanted. */
static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PST_REALTIME_DRIVER (user_data)->timer = 0;
}

static void
arm (PstRealtimeDriver *driver, gint64 due_ns)
{
  if (driver->timer != 0 && driver->timer_due_ns == due_ns)
    return;
  if (driver->timer != 0)
    pst_clock_remove_timer (driver->clock, driver->timer);
  driver->timer = due_ns < G_MAXINT64 ? pst_clock_add_timer (driver->clock, due_ns, on_timer, driver, NULL) : 0;
  driver->timer_due_ns = due_ns;
}

/* Polls the context's descriptors; returns whether something is to be dispatched. */
static gboolean
poll_context (PstRealtimeDriver *driver, gboolean waits)
{
  int priority, timeout_ms, n;

  g_main_context_prepare (driver->context, &priority);
  while ((n = g_main_context_query (driver->context, priority, &timeout_ms, (GPollFD *)(gpointer)driver->fds->data, (int)driver->fds->len))
         > (int)driver->fds->len)
    g_array_set_size (driver->fds, (guint)n);
  g_poll ((GPollFD *)(gpointer)driver->fds->data, (guint)n, waits ? timeout_ms : 0);
  return g_main_context_check (driver->context, priority, (GPollFD *)(gpointer)driver->fds->data, n);
}

/* One turn of the context, taken apart so that the run comes between waiting and dispatching. It waits when the run wants nothing now and no
 * tick is to be ended. */
static void
turn (PstRealtimeDriver *driver)
{
  gint64 due_ns = driver->sink->get_due (driver->sink->user_data);
  gboolean waits = due_ns > pst_clock_now_ns (driver->clock) && !driver->sink->has_tick (driver->sink->user_data);
  gboolean ready;

  if (waits)
    arm (driver, due_ns);
  ready = poll_context (driver, waits);
  pulse (driver);
  if (ready && !driver->enough)
    g_main_context_dispatch (driver->context);
}

static gboolean
pst_realtime_driver_drive (PstDriver *base, const PstDriverSink *sink, GError **error)
{
  PstRealtimeDriver *driver = PST_REALTIME_DRIVER (base);

  driver->sink = sink;
  driver->enough = !sink->attend (sink->user_data);
  while (!driver->enough)
    {
      take_early (driver);
      if (!driver->enough)
        turn (driver);
      driver->enough |= !sink->attend (sink->user_data);
    }
  arm (driver, G_MAXINT64);
  driver->sink = NULL;
  return TRUE;
}

static gboolean
pst_realtime_driver_prime (PstDriver *base, gint64 *start_ns, GError **error)
{
  PstRealtimeDriver *driver = PST_REALTIME_DRIVER (base);

  if (driver->wake_fd < 0)
    {
      g_set_error_literal (error, PST_RUN_ERROR, PST_RUN_ERROR_COMPONENT, "no eventfd could be made; is the limit of open files reached?");
      return FALSE;
    }
  *start_ns = driver->last_ns = pst_clock_now_ns (driver->clock);
  return TRUE;
}

static void
pst_realtime_driver_enter (PstDriver *base)
{
  PstRealtimeDriver *driver = PST_REALTIME_DRIVER (base);

  g_main_context_push_thread_default (driver->context);
  if (driver->wake_fd < 0)
    return;
  driver->wake = g_unix_fd_source_new (driver->wake_fd, G_IO_IN);
  g_source_set_static_name (driver->wake, "[penstock] wake");
  g_source_set_priority (driver->wake, G_PRIORITY_HIGH);
  g_source_set_callback (driver->wake, G_SOURCE_FUNC (on_wake), NULL, NULL);
  g_source_attach (driver->wake, driver->context);
}

static void
drop_wake (PstRealtimeDriver *driver)
{
  if (driver->wake != NULL)
    g_source_destroy (driver->wake);
  g_clear_pointer (&driver->wake, g_source_unref);
}

static void
pst_realtime_driver_leave (PstDriver *base)
{
  PstRealtimeDriver *driver = PST_REALTIME_DRIVER (base);

  drop_wake (driver);
  for (guint n = 0; n < LAST_TURNS_MAX && g_main_context_iteration (driver->context, FALSE); n++)
    continue;
  g_main_context_pop_thread_default (driver->context);
}

static PstClock *
pst_realtime_driver_get_clock (PstDriver *base)
{
  return PST_REALTIME_DRIVER (base)->clock;
}

static void
pst_realtime_driver_finalize (GObject *object)
{
  PstRealtimeDriver *driver = PST_REALTIME_DRIVER (object);

  drop_wake (driver);
  g_clear_object (&driver->clock);
  g_queue_clear_full (&driver->early, (GDestroyNotify)pst_frame_block_free);
  g_clear_pointer (&driver->moved, g_array_unref);
  g_clear_pointer (&driver->fds, g_array_unref);
  g_clear_pointer (&driver->context, g_main_context_unref);
  if (driver->wake_fd >= 0)
    close (driver->wake_fd);
  G_OBJECT_CLASS (pst_realtime_driver_parent_class)->finalize (object);
}

static void
pst_realtime_driver_class_init (PstRealtimeDriverClass *klass)
{
  PstDriverClass *driver_class = PST_DRIVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pst_realtime_driver_finalize;
  driver_class->enter = pst_realtime_driver_enter;
  driver_class->leave = pst_realtime_driver_leave;
  driver_class->get_clock = pst_realtime_driver_get_clock;
  driver_class->prime = pst_realtime_driver_prime;
  driver_class->drive = pst_realtime_driver_drive;
  driver_class->receive = pst_realtime_driver_receive;
}

static void
pst_realtime_driver_init (PstRealtimeDriver *driver)
{
  driver->context = g_main_context_new ();
  g_queue_init (&driver->early);
  driver->fds = g_array_new (FALSE, FALSE, sizeof (GPollFD));
  driver->moved = g_array_new (FALSE, FALSE, sizeof (PstFrame));
  driver->last_ns = G_MININT64;
  driver->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/**
 * pst_realtime_driver_new:
 * @clock: (nullable): the time to drive by, for tests; %NULL for the machine's
 *
 * Returns: (transfer full): a driver with a main context of its own
 */
PstDriver *
pst_realtime_driver_new (PstClock *clock)
{
  PstRealtimeDriver *driver = g_object_new (PST_TYPE_REALTIME_DRIVER, NULL);

  driver->clock = clock != NULL ? g_object_ref (clock) : pst_system_clock_new (driver->context);
  return PST_DRIVER (driver);
}

/**
 * pst_realtime_driver_get_wake_fd:
 * @driver: a driver
 *
 * Returns: an eventfd: what is written there makes the driver wake its sink
 */
int
pst_realtime_driver_get_wake_fd (PstRealtimeDriver *driver)
{
  return driver->wake_fd;
}
