/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole process, as an operator meets it: sma-cross over 443 symbols of daily bars, guards on, without a store, with a journal, with the SQL
 * ledger. On the recorded S&P 500 symbols where they are, otherwise on as many generated ones. */

#include "bench-kit.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_SYMBOLS 443
#define N_DAYS 1259
#define REPEATS 5
#define DAY_SECONDS 86400

typedef struct
{
  double wall_seconds;
  double cpu_seconds;
  double peak_mib;
} Cost;

static void
write_generated (const char *path)
{
  FILE *file = fopen (path, "w");
  g_autofree PstBar *bars = bench_make_bars (N_SYMBOLS * N_DAYS);
  char text[4][PST_DECIMAL_TEXT_SIZE];

  if (!file)
    exit (1);
  fputs ("date,open,high,low,close,volume,adj_close,Name\n", file);
  for (guint i = 0; i < N_SYMBOLS * N_DAYS; i++)
    {
      g_autofree char *date
          = pst_time_to_string ((gint64)(i % N_DAYS) * DAY_SECONDS * PST_NS_PER_SECOND + G_GINT64_CONSTANT (1420070400) * PST_NS_PER_SECOND);

      date[10] = 0;
      pst_mantissa_print (bars[i].open, 4, text[0]);
      pst_mantissa_print (bars[i].high, 4, text[1]);
      pst_mantissa_print (bars[i].low, 4, text[2]);
      pst_mantissa_print (bars[i].close, 4, text[3]);
      fprintf (file, "%s,%s,%s,%s,%s,%" G_GINT64_FORMAT ",0,S%03u\n", date, text[0], text[1], text[2], text[3], bars[i].volume, i / N_DAYS);
    }
  fclose (file);
}

static char *
make_pipeline (const char *folder, gboolean *recorded)
{
  g_autofree char *shared = g_build_filename (g_getenv ("PENSTOCK_SOURCE_DIR"), "..", "shared", "market-data", "equities-daily", NULL);
  g_autofree char *data = g_build_filename (shared, "sp500-2015-2020.csv.zst", NULL);
  g_autofree char *symbols = g_strdup_printf ("symbols-file=%s/sp500-2015-2020-clean-symbols.txt\n", shared);

  *recorded = g_file_test (data, G_FILE_TEST_EXISTS);
  if (!*recorded)
    {
      g_free (g_steal_pointer (&data));
      data = g_build_filename (folder, "bars.csv", NULL);
      write_generated (data);
    }
  return g_strdup_printf ("[pipeline]\nname=bench\n[exchange data]\nplugin=replay\npath=%s\n%scolumns=date,open,high,low,close,volume,-,symbol\n"
                          "layout=symbol\n[exchange broker]\nplugin=sim\nfeed=data\ncash=5000000 USD\ntaker-fee=0.0005\n"
                          "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-value=10000 USD\n"
                          "[guard kill]\nplugin=kill-switch\n[guard limits]\nplugin=trade-limits\nmax-capital-per-trade=20000 USD\n",
                          data, *recorded ? symbols : "");
}

static Cost
run_once (const char *program, const char *pipeline)
{
  double start = bench_seconds ();
  struct rusage usage;
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      execl (program, program, "run", "--quiet", pipeline, (char *)NULL);
      _exit (127);
    }
  if (wait4 (pid, &status, 0, &usage) != pid || !WIFEXITED (status) || WEXITSTATUS (status) != 0)
    {
      fprintf (stderr, "penstock run %s failed\n", pipeline);
      exit (1);
    }
  return (Cost){ bench_seconds () - start,
                 (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
                 (double)usage.ru_maxrss / 1024 };
}

static void
print_costs (const char *what, const Cost *costs, const char *allowed)
{
  double wall[REPEATS], cpu[REPEATS], peak[REPEATS];

  for (guint i = 0; i < REPEATS; i++)
    {
      wall[i] = costs[i].wall_seconds;
      cpu[i] = costs[i].cpu_seconds;
      peak[i] = costs[i].peak_mib;
    }
  printf ("  %-24s %6.2f s wall, %5.2f s cpu, peak %5.1f MiB %s\n", what, bench_median (wall, REPEATS), bench_median (cpu, REPEATS),
          bench_median (peak, REPEATS), allowed);
}

static void
remove_ledger (const char *folder)
{
  static const char *const names[] = { "bench.db", "bench.db-wal", "bench.db-shm", "bench.db-runs", "bench.journal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
}

int
main (int argc, char **argv)
{
  static const char *const stores[] = { "", "[store journal]\nplugin=journal\npath=bench.journal\n", "[store ledger]\nplugin=sql\npath=bench.db\n" };
  static const char *const names[] = { "without a store", "with a journal", "with the SQL ledger" };
  static const char *const allowed[] = { "(allowed 1 s)", "", "(allowed 3 s, 200 MiB)" };
  g_autofree char *folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  g_autofree char *path = g_build_filename (folder, "bench.pipeline", NULL), *bars = g_build_filename (folder, "bars.csv", NULL);
  gboolean recorded;
  g_autofree char *pipeline = make_pipeline (folder, &recorded);
  Cost costs[G_N_ELEMENTS (stores)][REPEATS];

  for (guint i = 0; i < REPEATS; i++)
    for (guint j = 0; j < G_N_ELEMENTS (stores); j++)
      {
        g_autofree char *text = g_strconcat (pipeline, stores[j], NULL);

        g_file_set_contents (path, text, -1, NULL);
        costs[j][i] = run_once (program, path);
        remove_ledger (folder);
      }
  printf ("ledger: whole process, %d symbols of %d days, %s; medians of %d\n", N_SYMBOLS, N_DAYS, recorded ? "recorded" : "generated", REPEATS);
  for (guint j = 0; j < G_N_ELEMENTS (stores); j++)
    print_costs (names[j], costs[j], allowed[j]);
  g_unlink (path);
  g_unlink (bars);
  g_rmdir (folder);
  return 0;
}
