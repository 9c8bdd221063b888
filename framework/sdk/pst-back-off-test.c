/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host that knocks too often is banned for days in the middle of a position; one that waits too long trades on a stale book. */

#include <penstock.h>

#define SECOND PST_NS_PER_SECOND

static PstBackOff *
make (PstBackOffLimits limits, guint64 seed)
{
  PstRandom random;

  pst_random_init (&random, seed, "back-off");
  g_assert_null (pst_back_off_limits_check (&limits));
  return pst_back_off_new (&limits, &random);
}

static void
test_doubles (void)
{
  g_autoptr (PstBackOff) back_off = make ((PstBackOffLimits){ 500, 3000, 0, 60000, 0, 0 }, 1);
  const gint64 expected_ms[] = { 500, 1000, 2000, 3000, 3000, 3000 };

  for (guint i = 0; i < G_N_ELEMENTS (expected_ms); i++)
    {
      g_assert_cmpint (pst_back_off_failed (back_off, i * SECOND, 0), ==, i * SECOND + expected_ms[i] * PST_NS_PER_MS);
      g_assert_cmpuint (pst_back_off_get_n_failures (back_off), ==, i + 1);
    }
  /* What the venue asks for counts when it is longer. */
  g_assert_cmpint (pst_back_off_failed (back_off, 0, 120000), ==, 120 * SECOND);
  g_assert_cmpint (pst_back_off_failed (back_off, 0, 10), ==, 3 * SECOND);
}

static void
test_stable (void)
{
  g_autoptr (PstBackOff) back_off = make ((PstBackOffLimits){ 1000, 64000, 0, 60000, 0, 0 }, 1);

  pst_back_off_failed (back_off, 0, 0);
  pst_back_off_failed (back_off, 0, 0);
  /* A connection that comes and goes is no recovery. */
  pst_back_off_connected (back_off, 10 * SECOND);
  g_assert_cmpint (pst_back_off_failed (back_off, 70 * SECOND - 1, 0), ==, 74 * SECOND - 1);
  pst_back_off_connected (back_off, 80 * SECOND);
  g_assert_cmpint (pst_back_off_failed (back_off, 140 * SECOND, 0), ==, 141 * SECOND);
  g_assert_cmpuint (pst_back_off_get_n_failures (back_off), ==, 1);
  /* Failures without a connection between do not count as stable time. */
  g_assert_cmpint (pst_back_off_failed (back_off, 300 * SECOND, 0), ==, 302 * SECOND);
}

static void
test_jitter (void)
{
  g_autoptr (PstBackOff) back_off = make ((PstBackOffLimits){ 1000, 1000, 50, 60000, 0, 0 }, 42);
  g_autoptr (PstBackOff) same = make ((PstBackOffLimits){ 1000, 1000, 50, 60000, 0, 0 }, 42);
  g_autoptr (PstBackOff) copy = NULL;
  gint64 least = G_MAXINT64, most = 0;

  for (guint i = 0; i < 1000; i++)
    {
      gint64 next = pst_back_off_failed (back_off, 0, 0);

      g_assert_cmpint (next, ==, pst_back_off_failed (same, 0, 0));
      least = MIN (least, next);
      most = MAX (most, next);
    }
  g_assert_cmpint (least, >=, SECOND / 2);
  g_assert_cmpint (least, <, SECOND / 2 + SECOND / 50);
  g_assert_cmpint (most, <=, SECOND);
  g_assert_cmpint (most, >, SECOND - SECOND / 50);
  copy = g_boxed_copy (PST_TYPE_BACK_OFF, back_off);
  g_assert_cmpint (pst_back_off_failed (copy, 0, 0), ==, pst_back_off_failed (back_off, 0, 0));
}

/* On the simulated clock: every attempt fails at once, and never are there more in a window than the budget allows. */
typedef struct
{
  PstBackOff *back_off;
  GArray *attempts;
} Knocking;

static void
on_attempt (PstClock *clock, gint64 due_ns, gpointer user_data)
{
  Knocking *knocking = user_data;

  g_assert_cmpint (pst_back_off_get_allowed_ns (knocking->back_off, due_ns), ==, due_ns);
  g_array_append_val (knocking->attempts, due_ns);
  pst_back_off_attempted (knocking->back_off, due_ns);
  pst_back_off_connected (knocking->back_off, due_ns);
  pst_clock_add_timer (clock, pst_back_off_failed (knocking->back_off, due_ns, 0), on_attempt, knocking, NULL);
}

static void
test_budget (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (PstBackOff) back_off = make ((PstBackOffLimits){ 100, 200, 100, 60000, 7, 10000 }, seed);
  g_autoptr (PstClock) clock = pst_simulated_clock_new (0);
  g_autoptr (GArray) attempts = g_array_new (FALSE, FALSE, sizeof (gint64));
  Knocking knocking = { back_off, attempts };

  g_test_message ("seed %u", seed);
  pst_clock_add_timer (clock, 0, on_attempt, &knocking, NULL);
  g_assert_true (pst_simulated_clock_advance_to (PST_SIMULATED_CLOCK (clock), 100 * SECOND));
  for (guint i = 7; i < attempts->len; i++)
    g_assert_cmpint (g_array_index (attempts, gint64, i) - g_array_index (attempts, gint64, i - 7), >=, 10 * SECOND);
  /* And the budget is used: seven at once, then seven every ten seconds. */
  g_assert_cmpuint (attempts->len, >=, 63);
  g_assert_cmpuint (attempts->len, <=, 77);
}

static void
test_long_life (void)
{
  g_autoptr (PstBackOff) back_off = make ((PstBackOffLimits){ G_MAXUINT, G_MAXUINT, 100, G_MAXUINT, 1, G_MAXUINT }, 3);
  gint64 now = 1700000000 * SECOND;

  for (guint i = 0; i < 100000; i++)
    {
      pst_back_off_attempted (back_off, now);
      g_assert_cmpint (pst_back_off_failed (back_off, now, G_MAXUINT), >=, now + G_MAXUINT * PST_NS_PER_MS);
    }
}

static void
test_limits (void)
{
  const PstBackOffLimits bad[]
      = { { 0, 1, 0, 0, 0, 0 }, { 2, 1, 0, 0, 0, 0 }, { 1, 1, 101, 0, 0, 0 }, { 1, 1, 0, 0, 10001, 1 }, { 1, 1, 0, 0, 1, 0 } };
  PstBackOffLimits limits;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (pst_back_off_limits_check (&bad[i]));
  pst_back_off_limits_init (&limits);
  g_assert_null (pst_back_off_limits_check (&limits));
  g_assert_cmpuint (limits.budget, ==, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/back-off/doubles", test_doubles);
  g_test_add_func ("/sdk/back-off/stable", test_stable);
  g_test_add_func ("/sdk/back-off/jitter", test_jitter);
  g_test_add_func ("/sdk/back-off/budget", test_budget);
  g_test_add_func ("/sdk/back-off/long-life", test_long_life);
  g_test_add_func ("/sdk/back-off/limits", test_limits);
  return g_test_run ();
}
