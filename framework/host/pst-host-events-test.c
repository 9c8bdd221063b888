/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events of many runs on one context. A client that misses a fill without being told believes a wrong position; one run that shouts must not silence
 * the others. */

#include "pst-host-events.h"

#include <string.h>

#define START_NS (1700000000 * PST_NS_PER_SECOND)

/* A controller that does nothing but publish. */
typedef struct
{
  GObject parent_instance;
} QuietController;

typedef struct
{
  GObjectClass parent_class;
} QuietControllerClass;

GType quiet_controller_get_type (void);
static void quiet_controller_init_controller (PstControllerInterface *iface);
G_DEFINE_TYPE_WITH_CODE (QuietController, quiet_controller, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (PST_TYPE_CONTROLLER, quiet_controller_init_controller))

static void
quiet_controller_init_controller (PstControllerInterface *iface)
{
}

static void
quiet_controller_class_init (QuietControllerClass *class)
{
}

static void
quiet_controller_init (QuietController *self)
{
}

typedef struct
{
  PstController *controller;
  PstClock *clock;
  PstHostPublisher *publisher;
  PstHostView *view;
  PstHostFeed *feed;
  gint64 now_ns;
  GPtrArray *kinds; /* of what was published, by run: "one order" */
  guint64 n_lost;
} Fixture;

static void
on_event (PstController *controller, GVariant *event, gpointer user_data)
{
  Fixture *fixture = user_data;
  const char *user, *run_id, *kind;
  g_autoptr (GVariant) detail = NULL;
  guint64 count = 0;

  g_variant_get (event, "(&s&s&s@a{sv})", &user, &run_id, &kind, &detail);
  g_assert_cmpstr (user, ==, "anna");
  g_ptr_array_add (fixture->kinds, g_strdup_printf ("%s %s", run_id, kind));
  if (g_variant_lookup (detail, "count", "t", &count))
    fixture->n_lost += count;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->controller = g_object_new (quiet_controller_get_type (), NULL);
  fixture->now_ns = START_NS;
  fixture->clock = pst_simulated_clock_new (START_NS);
  fixture->publisher = pst_host_publisher_new (fixture->controller, fixture->clock, 10, 100);
  fixture->view = pst_host_view_new (10);
  fixture->feed = pst_host_feed_new (fixture->publisher, "anna", "one", fixture->view);
  fixture->kinds = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (fixture->controller, "event-published", G_CALLBACK (on_event), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_host_publisher_close (fixture->publisher);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  pst_host_feed_unref (fixture->feed);
  pst_host_view_unref (fixture->view);
  pst_host_publisher_unref (fixture->publisher);
  g_object_unref (fixture->clock);
  g_assert_finalize_object (fixture->controller);
  g_ptr_array_unref (fixture->kinds);
}

static void
pass (Fixture *fixture, gint64 milliseconds)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fixture->now_ns += milliseconds * 1000000;
  pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (fixture->clock), fixture->now_ns);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static guint
count (Fixture *fixture, const char *what)
{
  guint n = 0;

  for (guint i = 0; i < fixture->kinds->len; i++)
    n += strcmp (fixture->kinds->pdata[i], what) == 0;
  return n;
}

static void
take (PstHostFeed *feed, PstRecordKind kind, guint64 id)
{
  PstRecord record = { .kind = kind, .time_ns = START_NS };

  if (kind == PST_RECORD_ORDER)
    record.order.id = id;
  pst_host_feed_take (feed, &record);
}

static void
test_orders_are_coalesced (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    take (fixture->feed, PST_RECORD_ORDER, 1 + i % 3);
  pass (fixture, 50);
  g_assert_cmpuint (count (fixture, "one order"), ==, 3);
  g_assert_cmpuint (fixture->n_lost, ==, 0);
  take (fixture->feed, PST_RECORD_ORDER, 1);
  pass (fixture, 50);
  g_assert_cmpuint (count (fixture, "one order"), ==, 4);
}

static void
test_equity_once_a_second (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 100; i++)
    {
      take (fixture->feed, PST_RECORD_TICK, 0);
      pass (fixture, 50);
    }
  g_assert_cmpuint (count (fixture, "one equity"), ==, 5);
  /* The last point is told even if none follows. */
  pass (fixture, 1000);
  pass (fixture, 1000);
  g_assert_cmpuint (count (fixture, "one equity"), ==, 6);
}

/* What is left out is counted, and what was told and what was lost are all that there was. */
static void
test_lost_are_counted (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 25; i++)
    take (fixture->feed, PST_RECORD_FILL, 0);
  for (guint i = 0; i < 10; i++)
    pass (fixture, 50);
  g_assert_cmpuint (count (fixture, "one fill"), ==, 10);
  g_assert_cmpuint (count (fixture, "one lost"), ==, 1);
  g_assert_cmpuint (fixture->n_lost, ==, 15);
}

/* That a run ended is told also when its queue is full. */
static void
test_states_are_never_lost (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 25; i++)
    take (fixture->feed, PST_RECORD_FILL, 0);
  pst_host_feed_tell (fixture->feed, "run-state", g_variant_new_parsed ("@a{sv} {'state': <'STOPPED'>}"));
  for (guint i = 0; i < 10; i++)
    pass (fixture, 50);
  g_assert_cmpuint (count (fixture, "one run-state"), ==, 1);
}

static void
test_rate_is_bounded_and_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstHostFeed) other = pst_host_feed_new (fixture->publisher, "anna", "two", fixture->view);

  for (guint i = 0; i < 10; i++)
    take (fixture->feed, PST_RECORD_FILL, 0);
  take (other, PST_RECORD_FILL, 0);
  pass (fixture, 50);
  /* 100 a second in turns of 50 ms: 5 each, and the other is not behind them all. */
  g_assert_cmpuint (count (fixture, "one fill"), ==, 5);
  g_assert_cmpuint (count (fixture, "two fill"), ==, 1);
  pass (fixture, 50);
  g_assert_cmpuint (count (fixture, "one fill"), ==, 10);
}

static gpointer
shout (gpointer data)
{
  for (guint i = 0; i < 10000; i++)
    take (data, i % 2 == 0 ? PST_RECORD_ORDER : PST_RECORD_FILL, i % 50 + 1);
  return NULL;
}

/* Runs are on threads of their own; this is for the sanitizers as much as for the counts. */
static void
test_many_threads (Fixture *fixture, gconstpointer data)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("shout", shout, fixture->feed);
  for (guint i = 0; i < 20; i++)
    pass (fixture, 50);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 20; i++)
    pass (fixture, 50);
  g_assert_cmpuint (count (fixture, "one fill"), <=, 20000);
  g_assert_cmpuint (fixture->n_lost, >=, 20000 - count (fixture, "one fill"));
}

/* Runs outlive their host when they do not end. */
static void
test_host_is_gone (Fixture *fixture, gconstpointer data)
{
  take (fixture->feed, PST_RECORD_FILL, 0);
  pst_host_publisher_close (fixture->publisher);
  take (fixture->feed, PST_RECORD_FILL, 0);
  pass (fixture, 50);
  g_assert_cmpuint (fixture->kinds->len, ==, 0);
}

#define ADD(path, func) g_test_add ("/host-events/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("orders-are-coalesced", test_orders_are_coalesced);
  ADD ("equity-once-a-second", test_equity_once_a_second);
  ADD ("lost-are-counted", test_lost_are_counted);
  ADD ("states-are-never-lost", test_states_are_never_lost);
  ADD ("rate-is-bounded-and-shared", test_rate_is_bounded_and_shared);
  ADD ("many-threads", test_many_threads);
  ADD ("host-is-gone", test_host_is_gone);
  return g_test_run ();
}
