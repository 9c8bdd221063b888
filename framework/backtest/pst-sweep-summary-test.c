/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a researcher reads of a million sets is this summary: a best set that is not the best, or a mean that a set without trades spoils, is money
 * put on the wrong numbers. What is expected is worked out by hand. */
#include "pst-sweep-summary.h"

#include <glib/gstdio.h>
#include <math.h>

#include "sweep-kit.h"

#define OPEN PST_SWEEP_STATE_OPEN
#define DONE PST_SWEEP_STATE_DONE
#define REFUSED PST_SWEEP_STATE_REFUSED

/* What came of a set: "sharpe" and "max_drawdown". */
typedef struct
{
  guint8 state;
  double sharpe, drawdown;
} Set;

/* A file of these sets; its blocks are written first to last, or last to first. */
static PstSweepFile *
write_sets (SweepKitFile *fixture, const Set *sets, guint n_sets, gboolean backwards)
{
  g_autoptr (GError) error = NULL;
  PstSweepFile *file = pst_sweep_file_create (fixture->path, sweep_kit_header (n_sets, 1), &error);
  const PstSweepHeader *header;
  guint64 n_blocks;

  g_assert_no_error (error);
  header = pst_sweep_file_get_header (file);
  n_blocks = pst_sweep_header_get_n_blocks (header);
  for (guint64 i = 0; i < n_blocks; i++)
    {
      guint8 states[PST_SWEEP_BLOCK_MAX];
      double statistics[PST_SWEEP_BLOCK_MAX * 2];
      guint64 block = backwards ? n_blocks - 1 - i : i, first;
      guint n = pst_sweep_header_get_block (header, block, &first);
      gboolean is_open = TRUE;

      for (guint k = 0; k < n; k++)
        {
          states[k] = sets[first + k].state;
          statistics[2 * k] = sets[first + k].sharpe;
          statistics[2 * k + 1] = sets[first + k].drawdown;
          is_open &= states[k] == OPEN;
        }
      /* What nobody did was never written. */
      g_assert_true (is_open || pst_sweep_file_write_block (file, block, states, statistics, &error));
      g_assert_no_error (error);
    }
  return file;
}

static PstSweepSummary *
read_summary (PstSweepFile *file, guint objective, gboolean minimise, guint n_best)
{
  g_autoptr (GError) error = NULL;
  PstSweepSummary *summary = pst_sweep_summary_read (file, objective, minimise, n_best, &error);

  g_assert_no_error (error);
  return summary;
}

static void
assert_best (const PstSweepSummary *summary, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < summary->best->len; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i ? " " : "", g_array_index (summary->best, PstSweepBest, i).set);
  g_assert_cmpstr (text->str, ==, expected);
}

/* A set of each kind: an infinite ratio ranks, but has no mean; one without a ratio has a drawdown all the same. */
static const Set mixed[] = {
  { DONE, 1, -0.2 },  { DONE, 3, -0.1 }, { REFUSED, 99, 0 }, { DONE, NAN, 0 },         { DONE, 3, -0.4 },
  { DONE, -2, -0.9 }, { OPEN, 0, 0 },    { DONE, 2, -0.3 },  { DONE, INFINITY, -0.5 },
};

static void
test_counts (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (PstSweepFile) file = write_sets (fixture, mixed, G_N_ELEMENTS (mixed), FALSE);
  g_autoptr (PstSweepSummary) summary = read_summary (file, 0, FALSE, 10);

  g_assert_cmpuint (summary->n_sets, ==, 9);
  g_assert_cmpuint (summary->n_done, ==, 7);
  g_assert_cmpuint (summary->n_refused, ==, 1);
  g_assert_cmpuint (summary->n_open, ==, 1);
  g_assert_cmpuint (summary->n_undefined, ==, 1);
}

/* 1, 3, 3, -2 and 2: mean 1.4, sum of squares 17.2, over four. The refused set's 99 is none of them. */
static void
test_spread (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (PstSweepFile) file = write_sets (fixture, mixed, G_N_ELEMENTS (mixed), FALSE);
  g_autoptr (PstSweepSummary) summary = read_summary (file, 0, FALSE, 10);
  const PstSweepSpread *sharpe = &summary->spreads[0], *drawdown = &summary->spreads[1];

  g_assert_cmpuint (sharpe->n, ==, 5);
  g_assert_cmpfloat_with_epsilon (sharpe->mean, 1.4, 1e-12);
  g_assert_cmpfloat_with_epsilon (sharpe->variance, 17.2 / 4, 1e-12);
  g_assert_cmpfloat (sharpe->minimum, ==, -2);
  g_assert_cmpfloat (sharpe->maximum, ==, 3);
  g_assert_cmpuint (drawdown->n, ==, 7);
  g_assert_cmpfloat_with_epsilon (drawdown->mean, -2.4 / 7, 1e-12);
  g_assert_cmpfloat (drawdown->minimum, ==, -0.9);
  g_assert_cmpfloat (drawdown->maximum, ==, 0);
}

static void
test_spread_of_few (SweepKitFile *fixture, gconstpointer data)
{
  static const Set one[] = { { DONE, 5, NAN }, { REFUSED, 0, 0 } };
  g_autoptr (PstSweepFile) file = write_sets (fixture, one, G_N_ELEMENTS (one), FALSE);
  g_autoptr (PstSweepSummary) summary = read_summary (file, 0, FALSE, 10);

  g_assert_cmpfloat (summary->spreads[0].mean, ==, 5);
  g_assert_cmpfloat (summary->spreads[0].variance, ==, 0);
  g_assert_cmpuint (summary->spreads[1].n, ==, 0);
  g_assert_cmpfloat (summary->spreads[1].mean, ==, 0);
  g_assert_cmpfloat (summary->spreads[1].variance, ==, 0);
}

/* The best first, of equal ones the lower number, none without the objective, and as many as were asked for. */
static void
test_best (SweepKitFile *fixture, gconstpointer data)
{
  g_autoptr (PstSweepFile) file = write_sets (fixture, mixed, G_N_ELEMENTS (mixed), FALSE);
  g_autoptr (PstSweepSummary) all = read_summary (file, 0, FALSE, 10), three = read_summary (file, 0, FALSE, 3),
                              none = read_summary (file, 0, FALSE, 0);
  g_autoptr (PstSweepSummary) least = read_summary (file, 0, TRUE, 2), other = read_summary (file, 1, FALSE, 3);

  assert_best (all, "8 1 4 7 0 5");
  assert_best (three, "8 1 4");
  assert_best (none, "");
  assert_best (least, "5 0");
  assert_best (other, "3 1 0");
  /* With all of its statistics, so that nobody has to look for them. */
  g_assert_cmpfloat (g_array_index (all->best, PstSweepBest, 3).statistics[0], ==, 2);
  g_assert_cmpfloat (g_array_index (all->best, PstSweepBest, 3).statistics[1], ==, -0.3);
  g_assert_true (isnan (g_array_index (other->best, PstSweepBest, 0).statistics[0]));
}

/* Threads finish blocks in any order; the last digit of a mean must not tell in which. */
static void
test_order_of_work (SweepKitFile *fixture, gconstpointer data)
{
  enum
  {
    N_SETS = 1000
  };
  Set sets[N_SETS];
  g_autoptr (PstSweepSummary) forwards = NULL, backwards = NULL;
  PstSweepFile *file;
  guint n_above = 0;

  for (guint i = 0; i < N_SETS; i++)
    sets[i] = (Set){ i % 17 == 0 ? REFUSED : DONE, sin (i * 0.7) * 3 + i * 1e-7, -(double)(i % 13) / 16 };
  file = write_sets (fixture, sets, N_SETS, FALSE);
  forwards = read_summary (file, 0, FALSE, 100);
  pst_sweep_file_free (file);
  g_unlink (fixture->path);
  file = write_sets (fixture, sets, N_SETS, TRUE);
  backwards = read_summary (file, 0, FALSE, 100);
  pst_sweep_file_free (file);
  g_assert_cmpmem (forwards->spreads, 2 * sizeof (PstSweepSpread), backwards->spreads, 2 * sizeof (PstSweepSpread));
  g_assert_cmpuint (forwards->best->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (g_array_index (forwards->best, PstSweepBest, i).set, ==, g_array_index (backwards->best, PstSweepBest, i).set);
  /* None of those left out is better than the last of the hundred. */
  for (guint i = 0; i < N_SETS; i++)
    n_above += sets[i].state == DONE && sets[i].sharpe > g_array_index (forwards->best, PstSweepBest, 99).statistics[0];
  g_assert_cmpuint (n_above, ==, 99);
}

/* A sweep that was stopped is told as far as it came. */
static void
test_half_done (SweepKitFile *fixture, gconstpointer data)
{
  enum
  {
    N_SETS = 640
  };
  Set sets[N_SETS] = { { OPEN, 0, 0 } };
  g_autoptr (PstSweepFile) file = NULL;
  g_autoptr (PstSweepSummary) summary = NULL;

  for (guint i = 100; i < 300; i++)
    sets[i] = (Set){ DONE, i, -1 };
  file = write_sets (fixture, sets, N_SETS, FALSE);
  summary = read_summary (file, 0, FALSE, 2);
  g_assert_cmpuint (summary->n_done, ==, 200);
  g_assert_cmpuint (summary->n_open, ==, N_SETS - 200);
  g_assert_cmpfloat (summary->spreads[0].minimum, ==, 100);
  assert_best (summary, "299 298");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/sweep-summary/" name, SweepKitFile, NULL, sweep_kit_file_set_up, func, sweep_kit_file_tear_down)
  ADD ("counts", test_counts);
  ADD ("spread", test_spread);
  ADD ("spread-of-few", test_spread_of_few);
  ADD ("best", test_best);
  ADD ("order-of-work", test_order_of_work);
  ADD ("half-done", test_half_done);
  return g_test_run ();
}
