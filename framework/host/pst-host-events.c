/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each run has a queue. An order that changes again while it waits is one event, with its last state; equity is the newest point, once a second. What
 * does not fit is counted, and the count is told when the queue has been emptied. All queues are emptied in turns of the host's context, each by so
 * many that no run keeps the others from being heard. */

#include "pst-host-events.h"

/* Between two turns. */
#define TURNS_PER_SECOND 20
#define TURN_NS (PST_NS_PER_SECOND / TURNS_PER_SECOND)
#define EQUITY_NS PST_NS_PER_SECOND

struct _PstHostPublisher
{
  GMutex lock;
  GWeakRef controller;
  GMainContext *context;
  PstClock *clock;
  guint waiting_max, per_turn;
  GQueue ready; /* PstHostFeed, each with a reference: something waits */
  gboolean scheduled, closed;
};

typedef struct
{
  const char *kind;
  PstRecord *record; /* NULL: @detail */
  GVariant *detail;
} Event;

struct _PstHostFeed
{
  PstHostPublisher *publisher;
  PstHostView *view;
  char *user, *run_id;
  /* Under the publisher's lock. */
  GQueue events;      /* Event */
  GHashTable *orders; /* id to the Event that waits */
  PstRecord *tick;    /* the newest that was not told */
  gint64 equity_ns;   /* when equity was last told */
  guint64 n_lost;
  gboolean is_ready;
};

static void schedule (PstHostPublisher *publisher);

static void
event_free (gpointer data)
{
  Event *event = data;

  g_clear_pointer (&event->record, pst_record_free);
  g_clear_pointer (&event->detail, g_variant_unref);
  g_free (event);
}

/**
 * pst_host_publisher_new:
 * @controller: for whom; no reference is kept
 * @clock: of the thread's default context
 * @waiting_max: events of one run that may wait
 * @per_second: events of one run that are published in a second
 *
 * Returns: (transfer full): a publisher
 */
PstHostPublisher *
pst_host_publisher_new (PstController *controller, PstClock *clock, guint waiting_max, guint per_second)
{
  PstHostPublisher *publisher = g_atomic_rc_box_new0 (PstHostPublisher);

  g_mutex_init (&publisher->lock);
  g_weak_ref_init (&publisher->controller, controller);
  publisher->context = g_main_context_ref_thread_default ();
  publisher->clock = g_object_ref (clock);
  publisher->waiting_max = waiting_max;
  publisher->per_turn = MAX (per_second / TURNS_PER_SECOND, 1);
  g_queue_init (&publisher->ready);
  return publisher;
}

static void
publisher_clear (gpointer data)
{
  PstHostPublisher *publisher = data;

  g_weak_ref_clear (&publisher->controller);
  g_main_context_unref (publisher->context);
  g_clear_object (&publisher->clock);
  g_mutex_clear (&publisher->lock);
}

PstHostPublisher *
pst_host_publisher_ref (PstHostPublisher *publisher)
{
  return g_atomic_rc_box_acquire (publisher);
}

void
pst_host_publisher_unref (PstHostPublisher *publisher)
{
  g_atomic_rc_box_release_full (publisher, publisher_clear);
}

/**
 * pst_host_publisher_close:
 * @publisher: a publisher
 *
 * Publishes nothing any more. In the publisher's context.
 */
void
pst_host_publisher_close (PstHostPublisher *publisher)
{
  GQueue ready;

  g_mutex_lock (&publisher->lock);
  publisher->closed = TRUE;
  ready = publisher->ready;
  g_queue_init (&publisher->ready);
  g_mutex_unlock (&publisher->lock);
  g_queue_clear_full (&ready, (GDestroyNotify)pst_host_feed_unref);
  /* Timers that wait have a reference to the publisher. */
  g_clear_object (&publisher->clock);
}

/**
 * pst_host_feed_new:
 * @publisher: the host's
 * @user: whose run
 * @run_id: its name
 * @view: (nullable): knows the names of its components and instruments
 *
 * Returns: (transfer full): a queue
 */
PstHostFeed *
pst_host_feed_new (PstHostPublisher *publisher, const char *user, const char *run_id, PstHostView *view)
{
  PstHostFeed *feed = g_atomic_rc_box_new0 (PstHostFeed);

  feed->publisher = pst_host_publisher_ref (publisher);
  feed->view = view != NULL ? pst_host_view_ref (view) : NULL;
  feed->user = g_strdup (user);
  feed->run_id = g_strdup (run_id);
  g_queue_init (&feed->events);
  feed->orders = g_hash_table_new (g_int64_hash, g_int64_equal);
  feed->equity_ns = G_MININT64 / 2;
  return feed;
}

static void
feed_clear (gpointer data)
{
  PstHostFeed *feed = data;

  g_hash_table_unref (feed->orders);
  g_queue_clear_full (&feed->events, event_free);
  g_clear_pointer (&feed->tick, pst_record_free);
  g_clear_pointer (&feed->view, pst_host_view_unref);
  pst_host_publisher_unref (feed->publisher);
  g_free (feed->user);
  g_free (feed->run_id);
}

PstHostFeed *
pst_host_feed_ref (PstHostFeed *feed)
{
  return g_atomic_rc_box_acquire (feed);
}

void
pst_host_feed_unref (PstHostFeed *feed)
{
  g_atomic_rc_box_release_full (feed, feed_clear);
}

/* Under the lock, from here on to pst_host_feed_tell(). */
static void
get_ready (PstHostFeed *feed)
{
  if (feed->is_ready || feed->publisher->closed)
    return;
  feed->is_ready = TRUE;
  g_queue_push_tail (&feed->publisher->ready, pst_host_feed_ref (feed));
  schedule (feed->publisher);
}

static void
push (PstHostFeed *feed, const char *kind, const PstRecord *record)
{
  Event *event;

  if (g_queue_get_length (&feed->events) >= feed->publisher->waiting_max)
    {
      feed->n_lost++;
      return;
    }
  event = g_new0 (Event, 1);
  event->kind = kind;
  event->record = pst_record_copy (record);
  g_queue_push_tail (&feed->events, event);
  if (record->kind == PST_RECORD_ORDER)
    g_hash_table_replace (feed->orders, &event->record->order.id, event);
}

static void
push_order (PstHostFeed *feed, const PstRecord *record)
{
  Event *waiting = g_hash_table_lookup (feed->orders, &record->order.id);

  if (waiting != NULL)
    *waiting->record = *record;
  else
    push (feed, "order", record);
}

static void
keep_tick (PstHostFeed *feed, const PstRecord *record)
{
  if (feed->tick != NULL)
    *feed->tick = *record;
  else
    feed->tick = pst_record_copy (record);
}

static const char *
kind_of (const PstRecord *record)
{
  switch ((int)record->kind)
    {
    case PST_RECORD_ORDER:
      return "order";
    case PST_RECORD_FILL:
      return "fill";
    case PST_RECORD_ALERT:
      return "alert";
    case PST_RECORD_TICK:
      return "equity";
    case PST_RECORD_TRADING_STATE:
      return "trading-state";
    default:
      return NULL;
    }
}

/**
 * pst_host_feed_take:
 * @feed: a run's queue
 * @record: the run's next record
 *
 * Queues what clients may want to know. Any thread; never waits for the host's context.
 */
void
pst_host_feed_take (PstHostFeed *feed, const PstRecord *record)
{
  const char *kind = kind_of (record);

  if (kind == NULL)
    return;
  g_mutex_lock (&feed->publisher->lock);
  if (record->kind == PST_RECORD_TICK)
    keep_tick (feed, record);
  else if (record->kind == PST_RECORD_ORDER)
    push_order (feed, record);
  else
    push (feed, kind, record);
  get_ready (feed);
  g_mutex_unlock (&feed->publisher->lock);
}

/**
 * pst_host_feed_tell:
 * @feed: a run's queue
 * @kind: "run-state"
 * @detail: "a{sv}"; a floating one is taken
 *
 * Queues an event of the host's own, behind those that wait. These are few: none is left out. Any thread.
 */
void
pst_host_feed_tell (PstHostFeed *feed, const char *kind, GVariant *detail)
{
  Event *event = g_new0 (Event, 1);

  event->kind = g_intern_string (kind);
  event->detail = g_variant_ref_sink (detail);
  g_mutex_lock (&feed->publisher->lock);
  g_queue_push_tail (&feed->events, event);
  get_ready (feed);
  g_mutex_unlock (&feed->publisher->lock);
}

static Event *
new_lost (guint64 n_lost)
{
  Event *event = g_new0 (Event, 1);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "count", g_variant_new_uint64 (n_lost));
  event->kind = "lost";
  event->detail = g_variant_ref_sink (g_variant_builder_end (&builder));
  return event;
}

/* Under the lock: the next event whose time has come, or NULL. */
static Event *
pop (PstHostFeed *feed, gint64 now_ns)
{
  Event *event = g_queue_pop_head (&feed->events);

  if (event != NULL)
    {
      if (event->record != NULL && event->record->kind == PST_RECORD_ORDER)
        g_hash_table_remove (feed->orders, &event->record->order.id);
      return event;
    }
  if (feed->n_lost > 0)
    {
      event = new_lost (feed->n_lost);
      feed->n_lost = 0;
      return event;
    }
  if (feed->tick == NULL || now_ns - feed->equity_ns < EQUITY_NS)
    return NULL;
  event = g_new0 (Event, 1);
  event->kind = "equity";
  event->record = g_steal_pointer (&feed->tick);
  feed->equity_ns = now_ns;
  return event;
}

static void
publish (PstHostFeed *feed, PstController *controller, Event *event)
{
  GVariant *detail = event->record != NULL ? pst_host_view_describe (feed->view, event->record) : event->detail;

  pst_controller_publish (controller, g_variant_new ("(sss@a{sv})", feed->user, feed->run_id, event->kind, detail));
}

/* Without the lock while handlers run: they may call the host. */
static void
empty (PstHostPublisher *publisher, PstHostFeed *feed, PstController *controller, gint64 now_ns)
{
  for (guint n = 0; n < publisher->per_turn; n++)
    {
      Event *event;

      g_mutex_lock (&publisher->lock);
      event = pop (feed, now_ns);
      g_mutex_unlock (&publisher->lock);
      if (event == NULL)
        return;
      publish (feed, controller, event);
      event_free (event);
    }
}

/* Under the lock: whether the feed has more for another turn. */
static gboolean
has_more (const PstHostFeed *feed)
{
  return feed->events.length > 0 || feed->n_lost > 0 || feed->tick != NULL;
}

static void
on_turn (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  PstHostPublisher *publisher = user_data;
  g_autoptr (PstController) controller = g_weak_ref_get (&publisher->controller);
  gint64 now_ns = pst_clock_now_ns (clock);
  GQueue turn;

  g_mutex_lock (&publisher->lock);
  turn = publisher->ready;
  g_queue_init (&publisher->ready);
  publisher->scheduled = FALSE;
  g_mutex_unlock (&publisher->lock);
  for (GList *link = turn.head; link != NULL && controller != NULL; link = link->next)
    empty (publisher, link->data, controller, now_ns);
  g_mutex_lock (&publisher->lock);
  for (GList *link = turn.head; link != NULL; link = link->next)
    {
      PstHostFeed *feed = link->data;

      feed->is_ready = FALSE;
      if (has_more (feed) && controller != NULL)
        get_ready (feed);
    }
  g_mutex_unlock (&publisher->lock);
  g_queue_clear_full (&turn, (GDestroyNotify)pst_host_feed_unref);
}

/* In the host's context: the next turn is a little later, so that what comes meanwhile goes with it. */
static gboolean
on_ready (gpointer user_data)
{
  PstHostPublisher *publisher = user_data;

  if (publisher->clock != NULL)
    pst_clock_add_timer (publisher->clock, pst_clock_now_ns (publisher->clock) + TURN_NS, on_turn, pst_host_publisher_ref (publisher),
                         (GDestroyNotify)pst_host_publisher_unref);
  return G_SOURCE_REMOVE;
}

/* Under the lock. */
static void
schedule (PstHostPublisher *publisher)
{
  g_autoptr (GSource) source = NULL;

  if (publisher->scheduled)
    return;
  publisher->scheduled = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_ready, pst_host_publisher_ref (publisher), (GDestroyNotify)pst_host_publisher_unref);
  g_source_attach (source, publisher->context);
}
