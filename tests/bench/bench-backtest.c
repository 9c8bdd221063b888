/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backtests at volume, each against a plain C loop that does the same arithmetic in the same run: a sweep of crossing averages, a matrix of orders, a
 * backtest of many instruments, and what a second thread brings. Times are the processor's, so that a busy machine tells little less; threads are
 * judged by the wall, and only where the machine is quiet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backtest/pst-cross-kernel.h"
#include "bench-kit.h"
#include "host/pst-pipeline-file.h"
#include "host/pst-run-result.h"

#define N_BARS 100000
#define PERIOD_MAX 101
#define N_SETS 4950
#define N_SYMBOLS 443
#define N_DAYS 1259
#define MATRIX 1000

static gboolean missed;

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
judge (const char *what, gboolean good)
{
  if (good)
    return;
  missed = TRUE;
  g_print ("MISSED: %s\n", what);
}

static PstRun *
make_run (PstCatalogue *catalogue, const char *pipeline)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_new_from_data (pipeline, -1, "bench.pipeline", &error);
  PstRun *run = file != NULL ? pst_pipeline_file_build (file, catalogue, &error) : NULL;

  if (run == NULL || !pst_run_prepare (run, &error))
    g_error ("%s", error->message);
  return run;
}

static char *
write_walk (const char *folder)
{
  g_autofree PstBar *bars = bench_make_bars (N_BARS);
  char *path = g_build_filename (folder, "walk.csv", NULL);

  bench_write_csv (bars, N_BARS, path);
  return path;
}

/* fast,slow texts of every pair, row by row. */
static const char **
list_pairs (GPtrArray *texts)
{
  const char **values = g_new (const char *, N_SETS * 2);
  guint n = 0;

  for (guint i = 0; i <= PERIOD_MAX; i++)
    g_ptr_array_add (texts, g_strdup_printf ("%u", i));
  for (guint fast = 2; fast < PERIOD_MAX; fast++)
    for (guint slow = fast + 1; slow <= PERIOD_MAX; slow++)
      {
        values[n++] = texts->pdata[fast];
        values[n++] = texts->pdata[slow];
      }
  return values;
}

typedef struct
{
  PstColumnarSweep *sweep;
  const char **values;
  double *statistics;
  guint8 *refused;
  guint first, n;
  double cpu_s;
} Part;

static gpointer
run_part (gpointer data)
{
  Part *part = data;
  g_autoptr (PstColumnarWorker) worker = pst_columnar_worker_new (part->sweep);
  double start = cpu_seconds ();

  pst_columnar_worker_evaluate (worker, part->n, part->values + part->first * 2, part->refused + part->first, part->statistics + part->first * 2);
  part->cpu_s = cpu_seconds () - start;
  return NULL;
}

/* Each pair by itself, bar by bar; @statistics: what the sweep said. */
static double
run_plain (PstColumnar *columnar, const double *statistics)
{
  static const PstDecimal all = { 1, 0 };
  const PstCrossMoney money = { .columns = pst_bar_set_get_columns (pst_columnar_get_bars (columnar), 0),
                                .costs = { .maker_fee = 1000, .taker_fee = 1000 },
                                .share = &all,
                                .fills_at_close = TRUE };
  double start = cpu_seconds ();
  guint set = 0;

  for (guint fast = 2; fast < PERIOD_MAX; fast++)
    for (guint slow = fast + 1; slow <= PERIOD_MAX; slow++, set++)
      {
        PstCrossLane lane = { .fast = fast, .slow = slow, .cash = 10000 * G_GINT64_CONSTANT (100000000) };

        pst_cross_kernel_run_plain (&money, &lane);
        if ((double)((lane.n_fills + 1) / 2) != statistics[set * 2 + 1])
          g_error ("pair %u/%u: the plain loop trades %" G_GUINT64_FORMAT " times, the sweep %.0f times", fast, slow, (lane.n_fills + 1) / 2,
                   statistics[set * 2 + 1]);
      }
  return cpu_seconds () - start;
}

static void
bench_threads (Part *whole, double one_s)
{
  Part parts[2] = { *whole, *whole };
  double best = G_MAXDOUBLE, load[1] = { 0 };

  /* Short pairs trade more: odd and even thirds would need another order, halves by work do. */
  parts[0].n = N_SETS * 2 / 5;
  parts[1].first = parts[0].n;
  parts[1].n = N_SETS - parts[0].n;
  for (guint i = 0; i < 3; i++)
    {
      double start = bench_seconds ();
      GThread *other = g_thread_new ("half", run_part, &parts[1]);

      run_part (&parts[0]);
      g_thread_join (other);
      best = MIN (best, bench_seconds () - start);
    }
  getloadavg (load, 1);
  g_print ("two threads: %.3f s, %.2f times one (load %.1f; processor time of the halves %.3f and %.3f s)\n", best, one_s / best, load[0],
           parts[0].cpu_s, parts[1].cpu_s);
  if (load[0] < 0.7)
    judge ("two threads are not 1.8 times one", one_s / best >= 1.8);
  else
    g_print ("  not judged: the machine is busy\n");
}

static void
bench_sweep (PstCatalogue *catalogue, const char *folder)
{
  g_autofree char *path = write_walk (folder);
  g_autofree char *pipeline
      = g_strdup_printf ("[pipeline]\nname=sweep\nguards=none\n[exchange data]\nplugin=replay\npath=%s\nbar-period=1m\nsymbol=W\nprice-scale=2\n"
                         "size-scale=8\n[exchange broker]\nplugin=sim\nfeed=data\ncash=10000 USD\ntaker-fee=0.00001\nmarket-fill=close\n"
                         "[strategy cross]\nplugin=sma-cross\norder-cash=1\n",
                         path);
  g_autoptr (PstRun) run = make_run (catalogue, pipeline);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstBarSet) bars = pst_run_load_bars (run, &error);
  g_autoptr (PstColumnar) columnar = bars != NULL ? pst_run_make_columnar (run, bars, &error) : NULL;
  g_autoptr (PstColumnarSweep) sweep = columnar != NULL ? pst_columnar_sweep_new (columnar, (const char *const[]){ "cross.fast", "cross.slow", NULL },
                                                                                  (const char *const[]){ "total_return", "trades", NULL }, &error)
                                                        : NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree const char **values = list_pairs (texts);
  g_autofree double *statistics = g_new0 (double, N_SETS * 2);
  g_autofree guint8 *refused = g_new0 (guint8, N_SETS);
  Part part = { sweep, values, statistics, refused, 0, N_SETS, 0 };
  double best = G_MAXDOUBLE, wall = G_MAXDOUBLE, plain, trades = 0, rate;

  if (sweep == NULL)
    g_error ("%s", error->message);
  for (guint i = 0; i < 5; i++)
    {
      double start = bench_seconds ();

      run_part (&part);
      best = MIN (best, part.cpu_s);
      wall = MIN (wall, bench_seconds () - start);
    }
  for (guint i = 0; i < N_SETS; i++)
    trades += statistics[i * 2 + 1];
  plain = run_plain (columnar, statistics);
  rate = (double)N_SETS * N_BARS / best;
  g_print ("sweep: %u pairs x %u bars, %.0f trades: %.3f s, %.3g bar-sets/s; plain loop %.3f s, %.1f times as long\n", N_SETS, N_BARS, trades, best,
           rate, plain, plain / best);
  judge ("the sweep is below 1e9 bar-sets/s", rate >= 1e9);
  bench_threads (&part, wall);
}

/* A buy at every even bar, a sell at every odd one. */
static void
bench_matrix (void)
{
  static const PstDecimal all = { 1, 0 };
  g_autofree PstBar *walk = bench_make_bars (MATRIX);
  g_autofree gint64 *close = g_new (gint64, MATRIX);
  guint64 entries[MATRIX / 64 + 1], exits[MATRIX / 64 + 1];
  g_autoptr (PstInstrument) instrument = pst_instrument_new (
      &(const PstInstrument){
          .symbol = (char *)"M", .venue = (char *)"BENCH", .quote = pst_currency_get ("USD", NULL), .price_scale = 2, .size_scale = 4 },
      NULL);
  const PstBarColumns columns = { instrument, MATRIX, NULL, NULL, NULL, NULL, close, NULL };

  for (guint i = 0; i < MATRIX; i++)
    close[i] = walk[i].close;
  memset (entries, 0x55, sizeof entries);
  memset (exits, 0xaa, sizeof exits);
  entries[MATRIX / 64] &= (G_GUINT64_CONSTANT (1) << MATRIX % 64) - 1;
  exits[MATRIX / 64] &= (G_GUINT64_CONSTANT (1) << MATRIX % 64) - 1;
  for (guint kind = 0; kind < 2; kind++)
    {
      const PstCrossMoney money = { .columns = &columns,
                                    .costs = { .maker_fee = 100000, .taker_fee = 100000 },
                                    .share = &all,
                                    .size = kind == 0 ? 10000 : 0,
                                    .fills_at_close = TRUE };
      double best = G_MAXDOUBLE;
      guint64 n_fills = 0;

      for (guint round = 0; round < 20; round++)
        {
          double start = cpu_seconds ();

          n_fills = 0;
          for (guint i = 0; i < MATRIX; i++)
            {
              PstCrossLane lane = { .cash = (1000000 + i) * G_GINT64_CONSTANT (100000000) };

              pst_cross_lane_fill (&money, &lane, entries, exits, G_N_ELEMENTS (entries));
              n_fills += lane.n_fills;
            }
          best = MIN (best, cpu_seconds () - start);
        }
      g_print ("matrix: %" G_GUINT64_FORMAT " orders of %s filled in %.1f ms, %.1f ns each\n", n_fills, kind == 0 ? "a fixed size" : "all cash",
               best * 1e3, best * 1e9 / (double)n_fills);
      if (kind == 0)
        judge ("a million orders take 25 ms or more", n_fills == MATRIX * MATRIX && best < 0.025);
    }
}

static void
bench_symbols (PstCatalogue *catalogue, const char *folder)
{
  g_autofree PstBar *walk = bench_make_bars (N_DAYS * N_SYMBOLS);
  g_autofree char *path = g_build_filename (folder, "days.csv", NULL);
  g_autoptr (GString) text = g_string_new ("time,open,high,low,close,volume,symbol\n");
  g_autofree char *pipeline = g_strdup_printf ("[pipeline]\nname=days\nguards=none\n[exchange data]\nplugin=replay\npath=%s\n"
                                               "columns=time,open,high,low,close,volume,symbol\nlayout=symbol\nbar-period=1d\nprice-scale=2\n"
                                               "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000000 USD\ntaker-fee=0.0005\n"
                                               "[strategy cross]\nplugin=sma-cross\norder-value=20000 USD\n",
                                               path);
  double best = G_MAXDOUBLE, event;
  guint n_fills = 0;

  for (guint s = 0; s < N_SYMBOLS; s++)
    for (guint i = 0; i < N_DAYS; i++)
      {
        const PstBar *bar = &walk[s * N_DAYS + i];

        g_string_append_printf (text, "%u,%d.%02d,%d.%02d,%d.%02d,%d.%02d,%d,S%03u\n", 1420070400 + i * 86400, (int)(bar->open / 100),
                                (int)(bar->open % 100), (int)(bar->high / 100), (int)(bar->high % 100), (int)(bar->low / 100), (int)(bar->low % 100),
                                (int)(bar->close / 100), (int)(bar->close % 100), (int)bar->volume, s);
      }
  g_file_set_contents (path, text->str, (gssize)text->len, NULL);
  {
    g_autoptr (PstRun) run = make_run (catalogue, pipeline);
    g_autoptr (GError) error = NULL;
    g_autoptr (PstBarSet) pulled = pst_run_load_bars (run, &error);
    guint n = pulled != NULL ? pst_bar_set_get_n_instruments (pulled) : 0;
    g_autofree PstBarColumns *columns = g_new (PstBarColumns, n);

    if (pulled == NULL)
      g_error ("%s", error->message);
    for (guint i = 0; i < n; i++)
      columns[i] = *pst_bar_set_get_columns (pulled, i);
    for (guint round = 0; round < 5; round++)
      {
        double start = cpu_seconds ();
        g_autoptr (PstBarSet) bars = pst_bar_set_new_static (columns, n, NULL, NULL, &error);
        g_autoptr (PstColumnar) columnar = pst_run_make_columnar (run, bars, &error);
        g_autoptr (PstBacktestResult) result = columnar != NULL ? pst_columnar_run (columnar, &error) : NULL;

        if (result == NULL)
          g_error ("%s", error->message);
        n_fills = result->fills->len;
        best = MIN (best, cpu_seconds () - start);
      }
  }
  {
    g_autoptr (PstRun) run = make_run (catalogue, pipeline);
    double start = cpu_seconds ();

    if (!pst_run_execute (run, NULL))
      g_error ("the event engine failed");
    event = cpu_seconds () - start;
  }
  g_print ("backtest: %u instruments x %u bars from columns, %u fills: %.1f ms; event engine from CSV %.1f ms\n", N_SYMBOLS, N_DAYS, n_fills,
           best * 1e3, event * 1e3);
  judge ("a backtest of all instruments takes 100 ms or more", best < 0.1);
}

int
main (void)
{
  g_autoptr (PstCatalogue) catalogue = pst_catalogue_new (NULL);
  g_autofree char *folder = g_dir_make_tmp ("penstock-bench-XXXXXX", NULL);
  double load[1] = { 0 };

  getloadavg (load, 1);
  g_print ("load of the machine: %.1f\n", load[0]);
  pst_catalogue_scan (catalogue);
  bench_matrix ();
  bench_symbols (catalogue, folder);
  bench_sweep (catalogue, folder);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (folder, i == 0 ? "walk.csv" : "days.csv", NULL);

      remove (path);
    }
  remove (folder);
  return missed ? 1 : 0;
}
