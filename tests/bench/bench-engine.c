/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a bar costs: one instrument, sma-cross, guards, the simulated venue, no store. Beside a plain loop that does the same
 * arithmetic on the same bars, and beside the same wiring with one signal a bar. */

#include "bench-kit.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_BARS 1000000
#define REPEATS 7
#define FAST 10
#define SLOW 30
#define CASH "100000000 USD"
#define ORDER_VALUE "1000000 USD"
#define ORDER_CENTS 100000000

/* The same decisions and sums without a house around them: two moving sums, the crossing, a fill at the next open, cost, profit,
 * the mark, the peak of equity. */
static gint64
plain_loop (const PstBar *bars, guint n_bars, guint64 *n_orders)
{
  gint64 fast = 0, slow = 0, cash = G_GINT64_CONSTANT (10000000000000000), quantity = 0, peak = 0, drawdown = 0;
  gint64 wanted = 0;
  gint before = 0;

  for (guint i = 0; i < n_bars; i++)
    {
      const PstBar *bar = &bars[i];
      gint now;

      if (wanted)
        {
          cash -= (gint64)((__int128)wanted * bar->open * 1000000);
          quantity += wanted;
          wanted = 0;
          *n_orders += 1;
        }
      fast += bar->close - (i >= FAST ? bars[i - FAST].close : 0);
      slow += bar->close - (i >= SLOW ? bars[i - SLOW].close : 0);
      if (i + 1 >= SLOW)
        {
          __int128 left = (__int128)fast * SLOW, right = (__int128)slow * FAST;

          now = (left > right) - (left < right);
          if (i + 1 > SLOW && now > 0 && before <= 0 && !quantity)
            wanted = ORDER_CENTS / bar->close;
          else if (i + 1 > SLOW && now < 0 && before >= 0 && quantity)
            wanted = -quantity;
          before = now;
        }
      gint64 equity = cash + (gint64)((__int128)quantity * bar->close * 1000000);
      peak = MAX (peak, equity);
      drawdown = MAX (drawdown, peak - equity);
    }
  return cash + quantity + drawdown;
}

static double
time_plain (const PstBar *bars, guint n_bars, guint64 *n_orders)
{
  double start = bench_seconds ();
  volatile gint64 sink;

  *n_orders = 0;
  sink = plain_loop (bars, n_bars, n_orders);
  (void)sink;
  return (bench_seconds () - start) * 1e9 / n_bars;
}

static double
time_pipeline (PstCatalogue *catalogue, PstComponent *feed, guint n_bars, guint64 *n_orders)
{
  PstRunSettings settings = { .user_id = (char *)"bench",
                              .run_id = (char *)"bench-1",
                              .pipeline = (char *)"bench",
                              .mode = PST_MODE_BACKTEST,
                              .seed = 1,
                              .currency = pst_currency_get ("USD", NULL) };
  g_autoptr (PstRun) run = pst_run_new (&settings);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstSummary) summary = NULL;
  g_autoptr (PstComponent) data = feed;
  g_autoptr (PstComponent) broker = bench_component (catalogue, "sim", "feed", "data", "cash", CASH, NULL);
  g_autoptr (PstComponent) cross
      = bench_component (catalogue, "sma-cross", "fast", G_STRINGIFY (FAST), "slow", G_STRINGIFY (SLOW), "order-value", ORDER_VALUE, NULL);
  g_autoptr (PstComponent) kill = bench_component (catalogue, "kill-switch", NULL);
  g_autoptr (PstComponent) limits = bench_component (catalogue, "trade-limits", "max-concurrent-trades", "5", NULL);
  double start, nanoseconds;

  if (!pst_run_add (run, data, "bench", "data", &error) || !pst_run_add (run, broker, "sim", "broker", &error)
      || !pst_run_add (run, cross, "sma-cross", "cross", &error) || !pst_run_add (run, kill, "kill-switch", "kill", &error)
      || !pst_run_add (run, limits, "trade-limits", "limits", &error) || !pst_run_prepare (run, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  start = bench_seconds ();
  if (!pst_run_execute (run, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  nanoseconds = (bench_seconds () - start) * 1e9 / n_bars;
  summary = pst_run_get_summary (run);
  *n_orders = summary->total.n_fills;
  if (summary->n_events != n_bars)
    {
      fprintf (stderr, "%" G_GUINT64_FORMAT " events instead of %u\n", summary->n_events, n_bars);
      exit (1);
    }
  return nanoseconds;
}

static PstComponent *
csv_feed (PstCatalogue *catalogue, const char *path)
{
  return bench_component (catalogue, "replay", "path", path, "columns", "time,open,high,low,close,volume", "time-format", "s", "price-scale", "2",
                          "symbol", "WALK", "venue", "BENCH", "bar-timestamp", "close", NULL);
}

static void
print_row (const char *what, double nanoseconds, double plain, guint64 n_orders)
{
  printf ("  %-34s %8.1f ns/bar  %7.2f M bars/s  %6.1f x plain loop  %" G_GUINT64_FORMAT " orders filled\n", what, nanoseconds, 1e3 / nanoseconds,
          nanoseconds / plain, n_orders);
}

/* The kinds are interleaved so that a change of the machine's speed meets all of them. */
static void
compare (PstCatalogue *catalogue, const PstBar *bars, const char *path)
{
  double plain[REPEATS], csv[REPEATS], memory[REPEATS], signals[REPEATS];
  guint64 n_plain, n_csv, n_memory, n_signals;
  double base;

  for (guint i = 0; i < REPEATS; i++)
    {
      plain[i] = time_plain (bars, N_BARS, &n_plain);
      csv[i] = time_pipeline (catalogue, csv_feed (catalogue, path), N_BARS, &n_csv);
      memory[i] = time_pipeline (catalogue, bench_feed_new (bars, N_BARS, 256), N_BARS, &n_memory);
      signals[i] = time_pipeline (catalogue, bench_feed_new (bars, N_BARS, 1), N_BARS, &n_signals);
    }
  if (n_csv != n_plain || n_memory != n_plain || n_signals != n_plain)
    {
      fprintf (stderr,
               "the plain loop filled %" G_GUINT64_FORMAT " orders, the pipelines %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT
               "\n",
               n_plain, n_csv, n_memory, n_signals);
      exit (1);
    }
  base = bench_median (plain, REPEATS);
  printf ("engine: one instrument, %d minute bars, sma-cross %d/%d, two guards, no store; medians of %d\n", N_BARS, FAST, SLOW, REPEATS);
  print_row ("plain C loop", base, base, n_plain);
  print_row ("pipeline, CSV file streamed", bench_median (csv, REPEATS), base, n_csv);
  print_row ("pipeline, bars from memory", bench_median (memory, REPEATS), base, n_memory);
  print_row ("the same with one signal a bar", bench_median (signals, REPEATS), base, n_signals);
}

/* Cost and memory against the length of the run, streamed from a file. */
static void
grow (PstCatalogue *catalogue, const PstBar *bars, const char *path)
{
  static const guint lengths[] = { N_BARS / 4, N_BARS, N_BARS * 4 };

  printf ("engine: the same from a file, by length of the run\n");
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      double times[3];
      guint64 n_orders;

      bench_write_csv (bars, lengths[i], path);
      for (guint j = 0; j < G_N_ELEMENTS (times); j++)
        times[j] = time_pipeline (catalogue, csv_feed (catalogue, path), lengths[i], &n_orders);
      printf ("  %8u bars %8.1f ns/bar, peak memory of the process %.1f MiB\n", lengths[i], bench_median (times, G_N_ELEMENTS (times)),
              bench_peak_mib ());
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autofree PstBar *bars = bench_make_bars (N_BARS * 4);
  g_autofree char *folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "walk.csv", NULL);

  pst_catalogue_scan (catalogue);
  bench_write_csv (bars, N_BARS, path);
  compare (catalogue, bars, path);
  grow (catalogue, bars, path);
  g_unlink (path);
  g_rmdir (folder);
  return 0;
}
