/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Joining a snapshot with diffs, and the pace of asking for them. What would be lost: a book that misses a change and looks whole, a book that a
 * right snapshot is refused for, or the venue's patience. */
#include <string.h>

#include "pst-binance-join.h"
#include "pst-binance-pace.h"

#define MS PST_NS_PER_MS
#define QUIET (1000 * MS)
#define BEHIND (10000 * MS)
#define BYTES_MAX 4096

typedef struct
{
  PstBinanceJoin *join;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->join = pst_binance_join_new (BYTES_MAX, QUIET, BEHIND);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_binance_join_free (fixture->join);
}

static gboolean
keep (Fixture *fixture, guint64 first, guint64 last, gint64 time_ms)
{
  g_autofree char *text = g_strdup_printf ("%u-%u", (guint)first, (guint)last);

  return pst_binance_join_keep (fixture->join, first, last, text, strlen (text), time_ms * MS);
}

static void
offer (Fixture *fixture, guint64 id, gint64 time_ms)
{
  g_assert_true (pst_binance_join_offer (fixture->join, id, "book", 4, time_ms * MS));
  g_assert_cmpstr (fixture->join->snapshot, ==, "book");
}

static void
assert_fit (Fixture *fixture, gint64 time_ms, PstBinanceFit fit)
{
  g_assert_cmpint (pst_binance_join_check (fixture->join, time_ms * MS), ==, fit);
}

/* "5-7 8-8" are the kept diffs to apply. */
static void
assert_kept (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) all = g_string_new (NULL);
  PstBinanceKept kept;
  gsize offset = 0;

  while (pst_binance_join_next_kept (fixture->join, &offset, &kept))
    g_string_append_printf (all, "%s%s", all->len ? " " : "", kept.text);
  g_assert_cmpstr (all->str, ==, expected);
}

static PstBinanceVerdict
judge (Fixture *fixture, guint64 first, guint64 last, gint64 time_ms)
{
  return pst_binance_join_judge (fixture->join, first, last, time_ms * MS);
}

/* The session of 2021-10-11: the first diff that is kept begins just behind the snapshot, so that the snapshot's number is in no diff. */
static void
test_behind (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 90, 95, 0);
  keep (fixture, 96, 100, 100);
  offer (fixture, 95, 150);
  assert_fit (fixture, 150, PST_BINANCE_FIT_PROVEN);
  assert_kept (fixture, "96-100");
  pst_binance_join_complete (fixture->join);
  g_assert_cmpuint (fixture->join->id, ==, 100);
  g_assert_cmpint (judge (fixture, 101, 101, 0), ==, PST_BINANCE_APPLY);
}

/* The same session's NKNUSDT: the snapshot's number lies inside a diff. */
static void
test_inside (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 499869740, 499869749, 0);
  keep (fixture, 499869750, 499869752, 100);
  offer (fixture, 499869751, 150);
  assert_fit (fixture, 150, PST_BINANCE_FIT_PROVEN);
  assert_kept (fixture, "499869750-499869752");
  pst_binance_join_complete (fixture->join);
  g_assert_cmpint (judge (fixture, 499869753, 499869760, 0), ==, PST_BINANCE_APPLY);
}

/* The same session's BLZETH: first U = lastUpdateId = u; that diff is in the snapshot. */
static void
test_equal (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 7, 7, 0);
  offer (fixture, 7, 10);
  assert_fit (fixture, 10, PST_BINANCE_FIT_UNPROVEN);
  g_assert_cmpint (pst_binance_join_get_due_ns (fixture->join, 10 * MS), ==, 1010 * MS);
  keep (fixture, 8, 9, 100);
  assert_fit (fixture, 100, PST_BINANCE_FIT_PROVEN);
  assert_kept (fixture, "8-9");
}

static void
test_too_old (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 10, 12, 0);
  offer (fixture, 8, 10);
  assert_fit (fixture, 10, PST_BINANCE_FIT_TOO_OLD);
  pst_binance_join_drop_snapshot (fixture->join);
  assert_fit (fixture, 10, PST_BINANCE_FIT_WAITING);
  offer (fixture, 9, 20);
  assert_fit (fixture, 20, PST_BINANCE_FIT_PROVEN);
}

/* Nothing was traded: silence proves it, and the next diff must fit all the same. */
static void
test_silence (Fixture *fixture, gconstpointer data)
{
  offer (fixture, 50, 0);
  assert_fit (fixture, 999, PST_BINANCE_FIT_UNPROVEN);
  assert_fit (fixture, 1000, PST_BINANCE_FIT_PROVEN);
  pst_binance_join_complete (fixture->join);
  g_assert_cmpint (judge (fixture, 48, 49, 999), ==, PST_BINANCE_OLD); /* it was under way */
  g_assert_cmpint (judge (fixture, 49, 53, 1500), ==, PST_BINANCE_APPLY);
  g_assert_cmpint (judge (fixture, 54, 54, 0), ==, PST_BINANCE_APPLY);
  pst_binance_join_reset (fixture->join);
  offer (fixture, 50, 0);
  pst_binance_join_complete (fixture->join);
  g_assert_cmpint (judge (fixture, 52, 53, 0), ==, PST_BINANCE_GAP);
  g_assert_cmpint (judge (fixture, 48, 49, 1000), ==, PST_BINANCE_GAP);
}

/* A snapshot whose number was damaged upwards would have every diff taken for old, for ever. */
static void
test_ahead (Fixture *fixture, gconstpointer data)
{
  offer (fixture, 5000, 0);
  for (guint i = 0; i < 20; i++)
    {
      keep (fixture, 100 + i, 100 + i, 500 * i);
      assert_fit (fixture, 500 * i, PST_BINANCE_FIT_UNPROVEN);
    }
  keep (fixture, 120, 120, 10000);
  assert_fit (fixture, 10000, PST_BINANCE_FIT_AHEAD);
  pst_binance_join_reset (fixture->join);
  offer (fixture, 5000, 0);
  assert_fit (fixture, 1000, PST_BINANCE_FIT_PROVEN);
  pst_binance_join_complete (fixture->join);
  g_assert_cmpint (judge (fixture, 101, 101, 1001), ==, PST_BINANCE_GAP);
}

/* What one frame that is dropped, repeated, exchanged or damaged looks like. */
static void
test_faults (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint64 first, last;
    PstBinanceVerdict verdict;
    const char *what;
  } rows[] = {
    { 23, 25, PST_BINANCE_GAP, "one was dropped, or two exchanged" },
    { 16, 20, PST_BINANCE_OLD, "the same again" },
    { 11, 15, PST_BINANCE_OLD, "the one before again" },
    { 16, 19, PST_BINANCE_GAP, "an old one that never was: u of the last was damaged upwards" },
    { 20, 22, PST_BINANCE_GAP, "U was damaged downwards" },
    { 2, 22, PST_BINANCE_GAP, "U was damaged downwards, far" },
    { 3, 4, PST_BINANCE_GAP, "before the snapshot, and never seen" },
    { 22, 22, PST_BINANCE_GAP, "U was damaged upwards" },
    { 21, 22, PST_BINANCE_APPLY, "the next" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].what);
      pst_binance_join_reset (fixture->join);
      keep (fixture, 11, 15, 0);
      offer (fixture, 10, 0);
      pst_binance_join_complete (fixture->join);
      g_assert_cmpint (judge (fixture, 16, 20, 0), ==, PST_BINANCE_APPLY);
      g_assert_cmpint (judge (fixture, rows[i].first, rows[i].last, 0), ==, rows[i].verdict);
    }
}

/* Another snapshot takes the place of the first while diffs go on. */
static void
test_renewal (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 11, 15, 0);
  offer (fixture, 10, 0);
  pst_binance_join_complete (fixture->join);
  pst_binance_join_renew (fixture->join);
  offer (fixture, 14, 10); /* from before it was asked for */
  assert_fit (fixture, 10, PST_BINANCE_FIT_TOO_OLD);
  g_assert_cmpint (judge (fixture, 16, 18, 20), ==, PST_BINANCE_APPLY);
  keep (fixture, 16, 18, 20);
  g_assert_cmpint (judge (fixture, 19, 20, 30), ==, PST_BINANCE_APPLY);
  keep (fixture, 19, 20, 30);
  offer (fixture, 17, 40);
  g_assert_cmpuint (fixture->join->id, ==, 20); /* the book goes on */
  assert_fit (fixture, 40, PST_BINANCE_FIT_PROVEN);
  assert_kept (fixture, "16-18 19-20");
  pst_binance_join_complete (fixture->join);
  g_assert_cmpint (judge (fixture, 19, 20, 50), ==, PST_BINANCE_OLD);
  g_assert_cmpint (judge (fixture, 21, 21, 50), ==, PST_BINANCE_APPLY);
  pst_binance_join_renew (fixture->join);
  offer (fixture, 25, 60); /* ahead of the stream */
  assert_fit (fixture, 60, PST_BINANCE_FIT_UNPROVEN);
  g_assert_cmpint (judge (fixture, 22, 27, 70), ==, PST_BINANCE_APPLY);
  keep (fixture, 22, 27, 70);
  assert_fit (fixture, 70, PST_BINANCE_FIT_PROVEN);
}

/* A hole in what is kept: what is before it can never be joined. */
static void
test_hole (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 1, 5, 0);
  keep (fixture, 8, 9, 10);
  keep (fixture, 6, 7, 20); /* late: all of it lies before */
  keep (fixture, 8, 9, 30);
  offer (fixture, 5, 40);
  assert_fit (fixture, 40, PST_BINANCE_FIT_TOO_OLD);
  offer (fixture, 7, 50);
  assert_fit (fixture, 50, PST_BINANCE_FIT_PROVEN);
  assert_kept (fixture, "8-9");
}

static void
test_overflow (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (1000, 'x');
  g_autofree char *huge = g_strnfill (BYTES_MAX, 'x');

  for (guint i = 1; i <= 3; i++)
    g_assert_true (pst_binance_join_keep (fixture->join, i, i, large, 1000, i));
  g_assert_false (pst_binance_join_keep (fixture->join, 4, 4, large, 1000, 4));
  g_assert_cmpuint (fixture->join->n_overflows, ==, 1);
  g_assert_cmpuint (fixture->join->kept->len, <=, BYTES_MAX);
  offer (fixture, 2, 10);
  assert_fit (fixture, 10, PST_BINANCE_FIT_TOO_OLD); /* begins at 4 now */
  offer (fixture, 3, 20);
  assert_fit (fixture, 20, PST_BINANCE_FIT_PROVEN);
  g_assert_false (pst_binance_join_keep (fixture->join, 5, 5, huge, BYTES_MAX, 30));
  g_assert_cmpuint (fixture->join->n_kept, ==, 0);
  g_assert_false (pst_binance_join_offer (fixture->join, 3, huge, BYTES_MAX + 1, 40));
  assert_fit (fixture, 40, PST_BINANCE_FIT_WAITING);
}

/* A venue of 2,000 changes, told in diffs of random lengths; snapshots of random moments. Each join ends with every change applied once, or is
 * refused for a reason that is true. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  PstRandom random;
  guint n_joined = 0;

  pst_random_init (&random, 17, "joins");
  for (guint round = 0; round < 2000; round++)
    {
      guint64 begin = 1000 + pst_random_below (&random, 50), next = begin, id = 980 + pst_random_below (&random, 90), applied;
      PstBinanceKept kept;
      gsize offset = 0;

      pst_binance_join_reset (fixture->join);
      for (guint i = 0; i < 10; i++)
        {
          guint64 last = next + pst_random_below (&random, 6);

          keep (fixture, next, last, i);
          next = last + 1;
        }
      offer (fixture, id, 10);
      if (id + 1 < begin)
        {
          assert_fit (fixture, 10, PST_BINANCE_FIT_TOO_OLD);
          continue;
        }
      assert_fit (fixture, 10, next > id + 1 ? PST_BINANCE_FIT_PROVEN : PST_BINANCE_FIT_UNPROVEN);
      for (applied = id; pst_binance_join_next_kept (fixture->join, &offset, &kept); applied = kept.last_id)
        g_assert_true (kept.first_id <= applied + 1 && applied + 1 <= kept.last_id);
      g_assert_cmpuint (applied, ==, MAX (id, next - 1));
      pst_binance_join_complete (fixture->join);
      g_assert_cmpint (judge (fixture, applied + 1, applied + 3, 0), ==, PST_BINANCE_APPLY);
      n_joined++;
    }
  g_test_message ("seed 17: %u joins", n_joined);
  g_assert_cmpuint (n_joined, >, 500);
}

static void
test_pace (void)
{
  PstBinancePace pace;
  gint64 now_ns = 0;

  pst_binance_pace_init (&pace, 120);
  for (guint i = 0; i < 2; i++, now_ns += 1000 * MS)
    {
      g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, now_ns, 50), ==, now_ns);
      pst_binance_pace_spend (&pace, now_ns, 50);
    }
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, now_ns, 20), ==, now_ns);
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, now_ns, 50), ==, 60000 * MS);
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, now_ns, 100), ==, 61000 * MS);
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, now_ns, 5000), ==, 61000 * MS); /* alone, then */
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, 60000 * MS, 50), ==, 60000 * MS);
  pst_binance_pace_block (&pace, 90000 * MS);
  pst_binance_pace_block (&pace, 80000 * MS);
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, 70000 * MS, 50), ==, 90000 * MS);
  g_assert_cmpint (pst_binance_pace_get_allowed_ns (&pace, 90000 * MS, 50), ==, 90000 * MS);
  pst_binance_pace_clear (&pace);
}

/* No minute, wherever it begins, has more than the budget. */
static void
test_pace_random (void)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  PstBinancePace pace;
  PstRandom random;
  gint64 now_ns = 0;

  pst_random_init (&random, 3, "pace");
  pst_binance_pace_init (&pace, 700);
  for (guint i = 0; i < 500; i++)
    {
      now_ns = MAX (now_ns + (gint64)pst_random_below (&random, 3000) * MS, pst_binance_pace_get_allowed_ns (&pace, now_ns, 50));
      now_ns = pst_binance_pace_get_allowed_ns (&pace, now_ns, 50);
      pst_binance_pace_spend (&pace, now_ns, 50);
      g_array_append_val (times, now_ns);
      if (i >= 14)
        g_assert_cmpint (now_ns - g_array_index (times, gint64, i - 14), >=, 60000 * MS);
    }
  pst_binance_pace_clear (&pace);
}

#define ADD(name) g_test_add ("/binance/join/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (behind);
  ADD (inside);
  ADD (equal);
  ADD (too_old);
  ADD (silence);
  ADD (ahead);
  ADD (faults);
  ADD (renewal);
  ADD (hole);
  ADD (overflow);
  ADD (random);
  g_test_add_func ("/binance/pace/budget", test_pace);
  g_test_add_func ("/binance/pace/random", test_pace_random);
  return g_test_run ();
}
