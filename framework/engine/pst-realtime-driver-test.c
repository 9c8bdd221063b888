/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: frames that come before anyone waits for them, or while another is being dealt with; time that goes back; a wake-up that is
 * missed. */
#include "engine-fakes.h"
#include "pst-realtime-driver.h"

#include <sys/eventfd.h>

typedef struct
{
  PstDriver *driver;
  PstSimulatedClock *wall;
  GObject *feed;
  GString *seen;
  gint64 due_ns;
  guint n_wakes;
  guint n_takes_max;
  guint n_takes;
} Fixture;

static void
receive (Fixture *fixture, const gint64 *times)
{
  PstEvent event = { .kind = PST_EVENT_BAR };
  PstFrame frames[8];
  PstFrameBlock block = { frames, 0 };

  for (; *times >= 0; times++)
    frames[block.n_frames++] = (PstFrame){ &event, 1, 0, *times, block.n_frames };
  pst_driver_receive (fixture->driver, PST_EXCHANGE (fixture->feed), &block);
}

static gboolean
take (const PstFrameBlock *block, gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint i = 0; i < block->n_frames; i++)
    g_string_append_printf (fixture->seen, "%d ", (int)block->frames[i].time_ns);
  /* What is published meanwhile waits its turn. */
  if (fixture->n_takes == 0)
    receive (fixture, (gint64[]){ 300, -1 });
  return ++fixture->n_takes < fixture->n_takes_max;
}

static gboolean
attend (gpointer user_data)
{
  return TRUE;
}

static gboolean
wake (gint64 time_ns, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_wakes++;
  g_string_append_printf (fixture->seen, "w%d ", (int)time_ns);
  if (time_ns >= fixture->due_ns)
    {
      fixture->due_ns = G_MAXINT64;
      return fixture->n_takes < fixture->n_takes_max && fixture->n_takes_max != G_MAXUINT;
    }
  return TRUE;
}

static gint64
get_due (gpointer user_data)
{
  return ((Fixture *)user_data)->due_ns;
}

static gboolean
has_tick (gpointer user_data)
{
  return FALSE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->wall = PST_SIMULATED_CLOCK (pst_simulated_clock_new (100));
  fixture->driver = pst_realtime_driver_new (PST_CLOCK (fixture->wall));
  fixture->feed = g_object_new (FAKE_TYPE_FEED, NULL);
  fixture->seen = g_string_new (NULL);
  fixture->due_ns = G_MAXINT64;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->driver);
  g_object_unref (fixture->feed);
  g_assert_finalize_object (fixture->wall);
  g_string_free (fixture->seen, TRUE);
}

static void
drive (Fixture *fixture)
{
  PstDriverSink sink = { take, attend, wake, get_due, has_tick, fixture };
  g_autoptr (GError) error = NULL;
  gint64 start_ns = 0;

  pst_driver_enter (fixture->driver);
  g_assert_true (pst_driver_prime (fixture->driver, &start_ns, &error));
  g_assert_cmpint (start_ns, ==, 100);
  g_assert_true (pst_driver_drive (fixture->driver, &sink, &error));
  g_assert_no_error (error);
  pst_driver_leave (fixture->driver);
}

/* Early frames are kept, a frame before the present is moved to it, a nested one waits, and those that are too many are dropped with the driver. */
static void
test_early (Fixture *fixture, gconstpointer data)
{
  fixture->n_takes_max = 3;
  receive (fixture, (gint64[]){ 40, 150, 140, 200, -1 });
  receive (fixture, (gint64[]){ 250, -1 });
  receive (fixture, (gint64[]){ 260, -1 });
  drive (fixture);
  g_assert_cmpstr (fixture->seen->str, ==, "100 150 150 200 250 260 ");
}

static gpointer
ring (gpointer user_data)
{
  eventfd_write (GPOINTER_TO_INT (user_data), 1);
  return NULL;
}

/* Nothing but another thread's word wakes it: with a clock that stands still it would sleep for ever. */
static void
test_wake (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GThread) thread = NULL;

  fixture->n_takes_max = G_MAXUINT;
  fixture->due_ns = 100;
  thread = g_thread_new ("other", ring, GINT_TO_POINTER (pst_realtime_driver_get_wake_fd (PST_REALTIME_DRIVER (fixture->driver))));
  drive (fixture);
  g_thread_join (g_steal_pointer (&thread));
  g_assert_cmpuint (fixture->n_wakes, ==, 1);
  g_assert_cmpstr (fixture->seen->str, ==, "w100 ");
}

static gboolean
move_time (gpointer user_data)
{
  Fixture *fixture = user_data;

  pst_simulated_clock_advance_to (fixture->wall, 5000);
  return G_SOURCE_REMOVE;
}

/* A timer of the run is one of the clock: when that reaches it, the run is woken with the present. */
static void
test_due (Fixture *fixture, gconstpointer data)
{
  PstDriverSink sink = { take, attend, wake, get_due, has_tick, fixture };
  g_autoptr (GSource) source = g_idle_source_new ();
  gint64 start_ns;

  fixture->n_takes_max = G_MAXUINT;
  fixture->due_ns = 4000;
  pst_driver_enter (fixture->driver);
  g_assert_true (pst_driver_prime (fixture->driver, &start_ns, NULL));
  g_source_set_callback (source, move_time, fixture, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_assert_true (pst_driver_drive (fixture->driver, &sink, NULL));
  pst_driver_leave (fixture->driver);
  g_assert_true (g_str_has_suffix (fixture->seen->str, "w5000 "));
  g_assert_null (g_main_context_get_thread_default ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/realtime-driver/early", Fixture, NULL, set_up, test_early, tear_down);
  g_test_add ("/realtime-driver/wake", Fixture, NULL, set_up, test_wake, tear_down);
  g_test_add ("/realtime-driver/due", Fixture, NULL, set_up, test_due, tear_down);
  return g_test_run ();
}
