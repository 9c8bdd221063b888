/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A clock that fires out of order, loses a timer or steps back gives another ledger from the same inputs, or no order at all. */

#include <penstock.h>

#include "pst-steady-private.h"

typedef struct
{
  GString *log;
  PstClock *clock;
  guint other; /* a timer to remove or 0 */
} Watch;

static void
on_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Watch *watch = user_data;

  g_string_append_printf (watch->log, "%d@%d ", (int)due_ns, (int)pst_clock_now_ns (clock));
}

static void
on_timer_adds (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  on_timer (clock, due_ns, user_data);
  pst_clock_add_timer (clock, due_ns + 5, on_timer, user_data, NULL);
  pst_clock_add_timer (clock, due_ns - 100, on_timer, user_data, NULL);
  pst_clock_add_timer (clock, due_ns + 1000, on_timer, user_data, NULL);
}

static void
on_timer_removes (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Watch *watch = user_data;

  on_timer (clock, due_ns, user_data);
  g_assert_true (pst_clock_remove_timer (clock, watch->other));
}

static void
count_destroy (gpointer user_data)
{
  g_string_append (((Watch *)user_data)->log, "x ");
}

static void
assert_log (Watch *watch, const char *expected)
{
  g_assert_cmpstr (watch->log->str, ==, expected);
  g_string_truncate (watch->log, 0);
}

static void
test_order (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (PstClock) clock = pst_simulated_clock_new (10);
  PstSimulatedClock *simulated = PST_SIMULATED_CLOCK (clock);
  Watch watch = { log, clock, 0 };

  g_assert_cmpint (pst_simulated_clock_next_due_ns (simulated), ==, G_MAXINT64);
  pst_clock_add_timer (clock, 30, on_timer, &watch, NULL);
  pst_clock_add_timer (clock, 20, on_timer, &watch, count_destroy);
  pst_clock_add_timer (clock, 5, on_timer, &watch, NULL);
  g_assert_cmpint (pst_simulated_clock_next_due_ns (simulated), ==, 5);
  assert_log (&watch, "");
  g_assert_true (pst_simulated_clock_advance_to (simulated, 29));
  assert_log (&watch, "5@10 20@20 x ");
  g_assert_cmpint (pst_clock_now_ns (clock), ==, 29);
  g_assert_true (pst_simulated_clock_advance_to (simulated, 30));
  assert_log (&watch, "30@30 ");
  g_assert_false (pst_simulated_clock_advance_to (simulated, 29));
  g_assert_cmpint (pst_clock_now_ns (clock), ==, 30);
  g_assert_true (pst_simulated_clock_advance_to (simulated, 30));
}

static void
test_callbacks (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  PstSimulatedClock *simulated = PST_SIMULATED_CLOCK (clock);
  Watch watch = { log, clock, 0 };
  guint first;

  first = pst_clock_add_timer (clock, 10, on_timer_adds, &watch, NULL);
  g_assert_true (pst_simulated_clock_advance_to (simulated, 50));
  assert_log (&watch, "10@10 -90@10 15@15 ");
  g_assert_false (pst_clock_remove_timer (clock, first));

  pst_clock_add_timer (clock, 60, on_timer_removes, &watch, NULL);
  watch.other = pst_clock_add_timer (clock, 60, on_timer, &watch, count_destroy);
  g_assert_true (pst_simulated_clock_advance_to (simulated, 70));
  assert_log (&watch, "60@60 x ");
  g_assert_cmpint (pst_simulated_clock_next_due_ns (simulated), ==, 1010);
  pst_clock_add_timer (clock, 90, on_timer, &watch, count_destroy);
  g_clear_object (&clock);
  assert_log (&watch, "x ");
}

/* Many timers, added and removed as the seed says, against a sorted list. */
static gint
compare_timers (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return left[0] != right[0] ? (left[0] > right[0]) - (left[0] < right[0]) : (left[1] > right[1]) - (left[1] < right[1]);
}

static void
note_due (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  g_array_append_val ((GArray *)user_data, due_ns);
}

static void
test_many (void)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GArray) fired = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) expected = g_array_new (FALSE, FALSE, 3 * sizeof (gint64)); /* due, order, id */
  PstRandom random;
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  pst_random_init (&random, seed, NULL);
  for (gint64 i = 0; i < 2000; i++)
    {
      gint64 timer[3] = { pst_random_below (&random, 500), i, 0 };

      timer[2] = pst_clock_add_timer (clock, timer[0], note_due, fired, NULL);
      g_array_append_val (expected, timer);
      if (i % 3 == 0)
        {
          guint victim = pst_random_below (&random, expected->len);

          g_assert_true (pst_clock_remove_timer (clock, ((gint64 *)expected->data)[3 * victim + 2]));
          g_array_remove_index (expected, victim);
        }
    }
  g_array_sort (expected, compare_timers);
  for (gint64 now = 0; now <= 504; now += 7)
    g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), now));
  g_assert_cmpuint (fired->len, ==, expected->len);
  for (guint i = 0; i < fired->len; i++)
    g_assert_cmpint (g_array_index (fired, gint64, i), ==, ((gint64 *)expected->data)[3 * i]);
}

static void
on_timer_moves_time (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  g_assert_false (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), due_ns + 1));
}

static void
test_timer_may_not_move_time (void)
{
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);

  pst_clock_add_timer (clock, 1, on_timer_moves_time, NULL, NULL);
  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*advancing*");
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), 2));
  g_test_assert_expected_messages ();
}

static void
on_system_timer (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_cmpint (due_ns, ==, 1);
  g_string_append (watch->log, "fired ");
}

static void
test_system (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (PstClock) clock = pst_system_clock_new (context);
  g_autoptr (PstClock) of_thread = pst_system_clock_new (NULL);
  g_autoptr (GString) log = g_string_new (NULL);
  Watch watch = { log, clock, 0 };
  gint64 before = pst_clock_now_ns (clock), after = pst_clock_now_ns (clock);
  guint late, removed;

  g_assert_cmpint (before, >, G_GINT64_CONSTANT (1600000000) * PST_NS_PER_SECOND);
  g_assert_cmpint (after, >=, before);
  g_assert_cmpint (pst_clock_now_ns (of_thread), >=, before);

  pst_clock_add_timer (clock, 1, on_system_timer, &watch, count_destroy);
  late = pst_clock_add_timer (clock, after + 3600 * PST_NS_PER_SECOND + 1, on_system_timer, &watch, count_destroy);
  removed = pst_clock_add_timer (clock, 1, on_system_timer, &watch, count_destroy);
  g_assert_cmpuint (late, !=, removed);
  assert_log (&watch, "");
  g_assert_true (pst_clock_remove_timer (clock, removed));
  g_assert_false (pst_clock_remove_timer (clock, removed));
  assert_log (&watch, "x ");
  while (g_main_context_iteration (context, FALSE))
    ;
  assert_log (&watch, "fired x ");
  g_clear_object (&clock);
  assert_log (&watch, "x ");
}

/* The wall clock is set back by a second, and later forward: time goes on in between, slower, and never back. */
static void
test_set_back (void)
{
  PstSteady steady = { 0 };
  gint64 wall_ns = 10 * PST_NS_PER_SECOND, monotonic_ns = 77, last_ns = 0, said_ns = 0;

  g_assert_cmpint (pst_steady_read (&steady, wall_ns, monotonic_ns), ==, wall_ns);
  wall_ns -= PST_NS_PER_SECOND;
  last_ns = pst_steady_read (&steady, wall_ns, monotonic_ns);
  g_assert_cmpint (last_ns, ==, 10 * PST_NS_PER_SECOND);
  for (guint ms = 1; ms <= 3000; ms++)
    {
      said_ns = pst_steady_read (&steady, wall_ns + ms * PST_NS_PER_MS, monotonic_ns + ms * PST_NS_PER_MS);
      g_assert_cmpint (said_ns, >, last_ns);
      /* Half as fast until they meet, after two seconds; then the wall clock's time. */
      g_assert_cmpint (said_ns, ==, MAX (10 * PST_NS_PER_SECOND + ms * PST_NS_PER_MS / 2, wall_ns + ms * PST_NS_PER_MS));
      last_ns = said_ns;
    }
  g_assert_cmpint (pst_steady_read (&steady, 100 * PST_NS_PER_SECOND, monotonic_ns), ==, 100 * PST_NS_PER_SECOND);
  g_assert_cmpint (pst_steady_read (&steady, 100 * PST_NS_PER_SECOND, monotonic_ns), ==, 100 * PST_NS_PER_SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/clock/simulated/order", test_order);
  g_test_add_func ("/sdk/clock/simulated/callbacks", test_callbacks);
  g_test_add_func ("/sdk/clock/simulated/many", test_many);
  g_test_add_func ("/sdk/clock/simulated/timer-may-not-move-time", test_timer_may_not_move_time);
  g_test_add_func ("/sdk/clock/system", test_system);
  g_test_add_func ("/sdk/clock/set-back", test_set_back);
  return g_test_run ();
}
