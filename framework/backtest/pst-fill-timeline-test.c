/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bar that is visited out of its order gets cash that another should have had; one that is not visited is a trade that is missing. */
#include "pst-fill-timeline.h"

#include <penstock-check.h>

#include "backtest-kit.h"

#define SEED 7
#define N_SERIES 9

typedef struct
{
  TestSeries series[N_SERIES];
  PstBarSet *bars;
} Fixture;

/* Instruments that begin and end at different times, with gaps. */
static void
set_up (Fixture *fixture, guint n, PstRandom *random)
{
  PstBarColumns columns[N_SERIES];
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *symbol = g_strdup_printf ("S%u", i);
      gsize first = (gsize)pst_random_below (random, 20);

      test_series_init (&fixture->series[i], symbol, 200, SEED + i, 5);
      columns[i] = fixture->series[i].columns;
      columns[i].time_ns += first;
      columns[i].n_bars = 100 + (gsize)pst_random_below (random, 80);
      for (gsize bar = 50; n > 1 && i % 2 == 1 && bar < 200; bar++)
        fixture->series[i].values[0][bar] += 40 * 60 * PST_NS_PER_SECOND;
    }
  fixture->bars = pst_bar_set_new (columns, n, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, guint n)
{
  pst_bar_set_unref (fixture->bars);
  for (guint i = 0; i < n; i++)
    test_series_clear (&fixture->series[i]);
  g_free (fixture);
}

/* Every instrument is asked for at each of its bars, or at some: they come in the order of a run. */
static void
check_order (guint n, guint stride_max)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  PstRandom random;
  PstFillTimeline *timeline;
  gsize next[N_SERIES] = { 0 }, bars[N_SERIES], n_frames, frame, seen = 0;
  guint32 places[N_SERIES];
  const PstBarFrame *frames;
  const guint32 *order;

  pst_random_init (&random, SEED, "timeline");
  set_up (fixture, n, &random);
  frames = pst_bar_set_get_frames (fixture->bars, &n_frames);
  order = pst_bar_set_get_order (fixture->bars);
  timeline = pst_fill_timeline_new (fixture->bars);
  g_assert_false (pst_fill_timeline_peek (timeline, &frame));
  for (guint i = 0; i < n; i++)
    pst_fill_timeline_push (timeline, i, next[i] = (gsize)pst_random_below (&random, stride_max));
  /* By brute force: each bar of each frame, and whether its instrument waits for it. */
  for (gsize f = 0; f < n_frames; f++)
    {
      guint32 expected[N_SERIES];
      guint n_expected = 0, n_popped;
      gsize bar_of[N_SERIES] = { 0 };

      for (guint k = 0; k < frames[f].n_bars; k++)
        {
          guint32 place = order[frames[f].first + k];
          const PstBarColumns *columns = pst_bar_set_get_columns (fixture->bars, place);

          while (bar_of[place] < columns->n_bars && columns->time_ns[bar_of[place]] < frames[f].time_ns)
            bar_of[place]++;
          if (bar_of[place] == next[place])
            expected[n_expected++] = place;
        }
      if (n_expected == 0)
        continue;
      g_assert_true (pst_fill_timeline_peek (timeline, &frame));
      g_assert_cmpuint (frame, ==, f);
      n_popped = pst_fill_timeline_pop (timeline, frame, places, bars);
      g_assert_cmpmem (places, n_popped * sizeof *places, expected, n_expected * sizeof *expected);
      for (guint k = 0; k < n_popped; k++, seen++)
        {
          g_assert_cmpuint (bars[k], ==, next[places[k]]);
          next[places[k]] += 1 + (gsize)pst_random_below (&random, stride_max);
          if (next[places[k]] < pst_bar_set_get_columns (fixture->bars, places[k])->n_bars)
            pst_fill_timeline_push (timeline, places[k], next[places[k]]);
        }
    }
  g_assert_cmpuint (seen, >, n_frames / stride_max / 2);
  g_assert_false (pst_fill_timeline_peek (timeline, &frame));
  pst_fill_timeline_free (timeline);
  tear_down (fixture, n);
}

static void
test_one (void)
{
  check_order (1, 1);
  check_order (1, 12);
}

static void
test_many (void)
{
  check_order (N_SERIES, 1);
  check_order (N_SERIES, 3);
  check_order (N_SERIES, 30);
}

static void
test_reset (void)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  PstFillTimeline *timeline;
  PstRandom random;
  guint32 places[3];
  gsize frame, bars[3];

  pst_random_init (&random, SEED, "reset");
  set_up (fixture, 3, &random);
  timeline = pst_fill_timeline_new (fixture->bars);
  pst_fill_timeline_push (timeline, 2, 5);
  pst_fill_timeline_push (timeline, 0, 1);
  pst_fill_timeline_reset (timeline);
  g_assert_false (pst_fill_timeline_peek (timeline, &frame));
  pst_fill_timeline_push (timeline, 1, 7);
  g_assert_true (pst_fill_timeline_peek (timeline, &frame));
  g_assert_cmpuint (pst_fill_timeline_pop (timeline, frame, places, bars), ==, 1);
  g_assert_cmpuint (places[0], ==, 1);
  g_assert_cmpuint (bars[0], ==, 7);
  pst_fill_timeline_free (timeline);
  tear_down (fixture, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fill-timeline/one", test_one);
  g_test_add_func ("/fill-timeline/many", test_many);
  g_test_add_func ("/fill-timeline/reset", test_reset);
  return g_test_run ();
}
