/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What parsing and books cost, on one core, beside general JSON parsers over the same bytes, which only read them. Recorded sessions lie in memory
 * and are looped; every pass checks what the venue lets be checked, and a book that is wrong ends the benchmark. Without the recordings
 * (../shared/market-data) there is nothing to measure: skipped. */

#include "bench-feed.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define REPEATS 40
#define REPEAT_SECONDS 0.05
#define RIVAL_REPEATS 20
#define LEVELS_GOAL 5e6
#define BYTES_GOAL 400e6
#define EXIT_SKIPPED 77

/* Time that this thread had a core: others on the machine do not count. */
double
bench_core_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double
bench_json_glib_pass (const TestFrames *frames)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  double start = bench_core_seconds ();

  for (guint i = 0; i < frames->frames->len; i++)
    {
      const TestFrame *frame = &g_array_index (frames->frames, TestFrame, i);

      if (!json_parser_load_from_data (parser, frame->bytes, (gssize)frame->length, NULL))
        return -1;
    }
  return bench_core_seconds () - start;
}

#ifndef HAVE_SIMDJSON
double
bench_simdjson_pass (const TestFrames *frames)
{
  return -1;
}
#endif

/* Seconds of one pass, in repeats that are long enough for the clock. The best of them: what the core does when nobody else has its other half. */
static double
time_ours (BenchSource *source, guint64 *n_levels)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < REPEATS; i++)
    {
      double start = bench_core_seconds (), now;
      guint n = 0;

      do
        {
          *n_levels = source->pass (source);
          if (*n_levels == 0)
            {
              fprintf (stderr, "%s: a book is wrong\n", source->name);
              exit (1);
            }
          n++;
          now = bench_core_seconds ();
        }
      while (now - start < REPEAT_SECONDS);
      best = MIN (best, (now - start) / n);
    }
  return best;
}

static double
time_rival (const TestFrames *frames, double (*pass) (const TestFrames *frames))
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < RIVAL_REPEATS; i++)
    {
      double seconds = pass (frames);

      if (seconds < 0)
        return -1;
      best = MIN (best, seconds);
    }
  return best;
}

static void
show_rival (const char *name, double seconds, double ours, gsize n_bytes)
{
  if (seconds < 0)
    printf ("  %-44s not here (Debian: libsimdjson-dev)\n", name);
  else
    printf ("  %-44s %7.0f MB/s, which is %.2f of ours\n", name, (double)n_bytes / seconds / 1e6, ours / seconds);
}

/* Whether it reached the goals, where it has any. */
static gboolean
run (BenchSource *source, gboolean has_goals)
{
  gsize n_bytes;
  guint64 n_levels = 0;
  double seconds;
  gboolean good;

  test_frames_init (&source->frames);
  if (!test_frames_load (&source->frames, source->capture))
    {
      printf ("  %s: ../shared/%s is not there\n", source->name, source->capture);
      test_frames_clear (&source->frames);
      exit (EXIT_SKIPPED);
    }
  n_bytes = source->frames.n_bytes;
  source->state = source->make ();
  seconds = time_ours (source, &n_levels);
  good = !has_goals || ((double)n_levels / seconds >= LEVELS_GOAL && (double)n_bytes / seconds >= BYTES_GOAL);
  printf ("%s: %u messages, %.1f MB, %" G_GUINT64_FORMAT " levels\n", source->name, source->frames.frames->len, (double)n_bytes / 1e6, n_levels);
  printf ("  %-44s %7.2f M/s%s\n", "level updates, parsed and in the book", (double)n_levels / seconds / 1e6, has_goals ? " (at least 5)" : "");
  printf ("  %-44s %7.0f MB/s%s\n", "JSON text", (double)n_bytes / seconds / 1e6, has_goals ? " (at least 400)" : "");
  printf ("  %-44s %7.0f ns\n", "a message", seconds / source->frames.frames->len * 1e9);
  show_rival ("json-glib, reading alone", time_rival (&source->frames, bench_json_glib_pass), seconds, n_bytes);
  show_rival ("simdjson, reading alone", time_rival (&source->frames, bench_simdjson_pass), seconds, n_bytes);
  source->destroy (source->state);
  test_frames_clear (&source->frames);
  return good;
}

int
main (int argc, char **argv)
{
  static const struct
  {
    BenchSource *source;
    gboolean has_goals;
  } all[] = { { &bench_kraken_v1, TRUE }, { &bench_coinbase, TRUE }, { &bench_kraken_v2, FALSE } };
  gboolean good = TRUE;

  printf ("feed: the best of %d, one core\n", REPEATS);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (argc < 2 || strstr (all[i].source->name, argv[1]) != NULL)
      good = run (all[i].source, all[i].has_goals) && good;
  if (good)
    return 0;
  fprintf (stderr, "a goal is missed\n");
  return 1;
}
