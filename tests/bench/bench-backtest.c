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

/* Sets that are to be tried; threads take pieces of them by number, as a sweep does. */
typedef struct
{
  PstColumnarSweep *sweep;
  const char **values;
  double *statistics;
  guint8 *states;
  guint n_sets, n_options, n_statistics;
  gint next; /* atomic: the next piece */
} Work;

typedef struct
{
  Work *work;
  double cpu_s;
} Part;

#define PIECE 64

static gpointer
run_part (gpointer data)
{
  Part *part = data;
  Work *work = part->work;
  g_autoptr (PstColumnarWorker) worker = pst_columnar_worker_new (work->sweep);
  double start = cpu_seconds ();
  guint first;

  while ((first = (guint)g_atomic_int_add (&work->next, 1) * PIECE) < work->n_sets)
    pst_columnar_worker_evaluate (worker, MIN (PIECE, work->n_sets - first), work->values + (gsize)first * work->n_options, work->states + first,
                                  work->statistics + (gsize)first * work->n_statistics);
  part->cpu_s = cpu_seconds () - start;
  return NULL;
}

/* On one thread or two: by the wall, and all processor time that it took. */
static double
run_work (Work *work, guint n_threads, double *cpu_s)
{
  Part parts[2] = { { .work = work }, { .work = work } };
  double start = bench_seconds ();
  GThread *other;

  work->next = 0;
  other = n_threads > 1 ? g_thread_new ("other", run_part, &parts[1]) : NULL;
  run_part (&parts[0]);
  if (other != NULL)
    g_thread_join (other);
  *cpu_s = parts[0].cpu_s + parts[1].cpu_s;
  return bench_seconds () - start;
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

#define ROUNDS 7

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare_doubles);
  return values[ROUNDS / 2];
}

/* One thread and two by turns, so that both meet the same neighbours. Processor time tells what threads cost each other (memory, locks, allocation);
 * the wall, on a quiet machine, how the work is divided too. */
static void
bench_threads (Work *work)
{
  double one[ROUNDS], two[ROUNDS], one_cpu[ROUNDS], two_cpu[ROUNDS], load[1] = { 0 }, by_wall, by_cpu;

  for (guint i = 0; i < ROUNDS; i++)
    {
      one[i] = run_work (work, 1, &one_cpu[i]);
      two[i] = run_work (work, 2, &two_cpu[i]);
    }
  getloadavg (load, 1);
  by_wall = median (one) / median (two);
  by_cpu = 2 * median (one_cpu) / median (two_cpu);
  g_print ("two threads: %.2f times one by the wall, %.2f by processor time (medians of %d by turns; load %.1f)\n", by_wall, by_cpu, ROUNDS, load[0]);
  judge ("two threads cost each other more than a tenth", by_cpu >= 1.8);
  if (load[0] < 0.7)
    judge ("two threads are not 1.8 times one", by_wall >= 1.8);
  else
    g_print ("  the wall is not judged: the machine is busy\n");
}

#define PEER_PAIRS "99"

/* The same pairs written with NumPy, when it is there; it is needed for nothing else. */
static void
bench_peer (const char *path, double ours_s)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *script = g_build_filename (source != NULL ? source : ".", "tests", "bench", "peers", "sma-sweep.py", NULL), *output = NULL;
  char *argv[] = { (char *)"/usr/bin/python3", script, (char *)path, (char *)PEER_PAIRS, NULL };
  double seconds = 0;
  guint n_pairs = 0;
  int status = -1;

  if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output, NULL, &status, NULL) || status != 0
      || sscanf (output, "%lf %u", &seconds, &n_pairs) != 2)
    {
      g_print ("  NumPy: skipped, python3-numpy is not installed\n");
      return;
    }
  g_print ("  NumPy, whole columns, money in doubles: %.2g bar-sets/s over %u of the pairs, %.1f times as long a pair\n",
           (double)n_pairs * N_BARS / seconds, n_pairs, seconds / n_pairs / (ours_s / N_SETS));
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
  g_autofree guint8 *states = g_new0 (guint8, N_SETS);
  Work work = { sweep, values, statistics, states, N_SETS, 2, 2, 0 };
  double best = G_MAXDOUBLE, cpu_s, plain, trades = 0, rate;

  if (sweep == NULL)
    g_error ("%s", error->message);
  for (guint i = 0; i < 5; i++)
    {
      run_work (&work, 1, &cpu_s);
      best = MIN (best, cpu_s);
    }
  for (guint i = 0; i < N_SETS; i++)
    trades += statistics[i * 2 + 1];
  plain = run_plain (columnar, statistics);
  rate = (double)N_SETS * N_BARS / best;
  g_print ("sweep: %u pairs x %u bars, %.0f trades: %.3f s, %.3g bar-sets/s; plain loop %.3f s, %.1f times as long\n", N_SETS, N_BARS, trades, best,
           rate, plain, plain / best);
  judge ("the sweep is below 1e9 bar-sets/s", rate >= 1e9);
  bench_peer (path, best);
  bench_threads (&work);
}

/* A grid of one strategy: all values of up to four options. */
typedef struct
{
  const char *plugin, *options, *groups;
  const char *names[5];
  const char *values[4]; /* "5;10;20" */
} Grid;

static const Grid grids[] = {
  { "sma-cross", "", "", { "main.fast", "main.slow", NULL }, { "2;4;6;8;10;12;14;16", "20;30;40;50;60;70;80;90" } },
  { "ema-cross", "", "", { "main.fast", "main.slow", NULL }, { "2;4;6;8;10;12;14;16", "20;30;40;50;60;70;80;90" } },
  { "rsi", "", "", { "main.period", "main.oversold", "main.overbought", NULL }, { "7;14;21;28", "20;25;30;35", "65;70;75;80" } },
  { "macd", "", "", { "main.fast", "main.slow", "main.signal", NULL }, { "6;8;10;12", "20;26;32;38", "5;7;9;11" } },
  { "bollinger", "", "", { "main.period", "main.width", NULL }, { "10;15;20;25;30;35;40;45", "1;1.25;1.5;1.75;2;2.25;2.5;2.75" } },
  { "momentum",
    "threshold=0.001\n",
    "",
    { "main.period", "main.threshold", NULL },
    { "5;10;15;20;25;30;35;40", "0.001;0.002;0.003;0.004;0.005;0.006;0.007;0.008" } },
  { "mean-reversion",
    "entry=0.001\nexit=0.0005\n",
    "",
    { "main.period", "main.entry", "main.exit", NULL },
    { "10;20;30;40", "0.001;0.0015;0.002;0.0025", "0;0.00025;0.0005;0.001" } },
  { "breakout", "", "", { "main.entry", "main.exit", NULL }, { "20;25;30;35;40;45;50;55", "5;7;9;11;13;15;17;19" } },
  { "volume-momentum",
    "threshold=0.001\nvolume-factor=0.5\n",
    "",
    { "main.period", "main.volume-period", "main.threshold", NULL },
    { "5;10;15;20", "10;20;30;40", "0.001;0.002;0.003;0.004" } },
  { "ensemble",
    "members=one;two\n",
    "[strategy one]\nplugin=sma-cross\n[strategy two]\nplugin=rsi\n",
    { "one.fast", "one.slow", "two.period", NULL },
    { "4;8;12;16", "20;30;40;50", "7;14;21;28" } },
  { "regime-aware",
    "trend-member=one\nrange-member=two\n",
    "[strategy one]\nplugin=sma-cross\n[strategy two]\nplugin=mean-reversion\n",
    { "main.period", "one.fast", "two.period", NULL },
    { "10;20;30;40", "4;8;12;16", "10;20;30;40" } },
  { "online-learning", "", "", { "main.lags", "main.horizon", NULL }, { "1;2;3;4;5;6;7;8", "1;2;3;4;5;6;7;8" } },
};

/* A set bar by bar: what it says by its streaming form, and the money of orders for all cash. */
static guint64
run_plain_set (PstColumnar *columnar, PstSignalStrategy *strategy, const PstBar *bars, guint8 *signals)
{
  static const PstDecimal all = { 1, 0 };
  const PstBarColumns *columns = pst_bar_set_get_columns (pst_columnar_get_bars (columnar), 0);
  const PstCrossMoney money
      = { .columns = columns, .costs = { .maker_fee = 1000, .taker_fee = 1000 }, .share = &all, .takes_all = TRUE, .fills_at_close = TRUE };
  PstCrossLane lane = { .cash = 10000 * G_GINT64_CONSTANT (100000000) };
  gsize n = pst_signal_strategy_evaluate (strategy, bars, columns->n_bars, signals);

  for (gsize i = 0; i < n; i++)
    {
      guint64 entry = (signals[i] & PST_SIGNAL_ENTER_LONG) != 0, leave = (signals[i] & PST_SIGNAL_EXIT_LONG) != 0 && entry == 0;
      const PstBarColumns rest = { columns->instrument, 1, NULL, NULL, NULL, NULL, columns->close + i, NULL };
      const PstCrossMoney now = { &rest, money.costs, money.share, 0, TRUE, TRUE, FALSE, 0, NULL };

      if (entry | leave)
        pst_cross_lane_fill (&now, &lane, &entry, &leave, 1);
    }
  return lane.n_fills;
}

static guint
count_values (const char *list)
{
  guint n = 1;

  for (; *list != '\0'; list++)
    n += *list == ';';
  return n;
}

/* Row by row; @texts keeps them. */
static const char **
list_sets (const Grid *grid, GPtrArray *texts, guint *n_options, guint *n_sets)
{
  g_autoptr (GPtrArray) lists = g_ptr_array_new ();
  const char **values;

  *n_options = g_strv_length ((char **)grid->names);
  *n_sets = 1;
  for (guint i = 0; i < *n_options; i++)
    {
      g_ptr_array_add (texts, g_strsplit (grid->values[i], ";", -1));
      g_ptr_array_add (lists, texts->pdata[texts->len - 1]);
      *n_sets *= count_values (grid->values[i]);
    }
  values = g_new (const char *, (gsize)*n_sets **n_options);
  for (guint set = 0; set < *n_sets; set++)
    for (guint i = 0, rest = set; i < *n_options; i++)
      {
        guint n = count_values (grid->values[i]);

        values[(gsize)set * *n_options + i] = ((char **)lists->pdata[i])[rest % n];
        rest /= n;
      }
  return values;
}

static double
time_sweep (PstColumnar *columnar, const Grid *grid, const char *const *statistics, const char **values, guint n_options, guint n_sets, double *out)
{
  g_autoptr (GError) error = NULL;
  double best = G_MAXDOUBLE, cpu_s;

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (PstColumnarSweep) sweep = pst_columnar_sweep_new (columnar, grid->names, statistics, &error);
      g_autofree guint8 *states = g_new0 (guint8, n_sets);
      Work work = { sweep, values, out, states, n_sets, n_options, g_strv_length ((char **)statistics), 0 };

      if (sweep == NULL)
        g_error ("%s", error->message);
      run_work (&work, 1, &cpu_s);
      best = MIN (best, cpu_s);
    }
  return best;
}

#define GRID_BARS 20000

static void
bench_grid (PstCatalogue *catalogue, const char *path, const Grid *grid)
{
  g_autofree char *pipeline
      = g_strdup_printf ("[pipeline]\nname=grid\nguards=none\n[exchange data]\nplugin=replay\npath=%s\nbar-period=1m\nsymbol=W\nprice-scale=2\n"
                         "size-scale=8\n[exchange broker]\nplugin=sim\nfeed=data\ncash=10000 USD\ntaker-fee=0.00001\nmarket-fill=close\n"
                         "%s[strategy main]\nplugin=%s\n%sorder-cash=1\n",
                         path, grid->groups, grid->plugin, grid->options);
  static const char *const quick[] = { "total_return", "trades", NULL }, *const full[] = { "sharpe", "max_drawdown", NULL };
  g_autoptr (PstRun) run = make_run (catalogue, pipeline);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstBarSet) bars = pst_run_load_bars (run, &error);
  g_autoptr (PstColumnar) columnar = bars != NULL ? pst_run_make_columnar (run, bars, &error) : NULL;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  guint n_options, n_sets;
  g_autofree const char **values = list_sets (grid, texts, &n_options, &n_sets);
  g_autofree double *out = g_new0 (double, (gsize)n_sets * 2), *other = g_new0 (double, (gsize)n_sets * 2);
  g_autofree guint8 *signals = g_new (guint8, GRID_BARS);
  g_autofree PstBar *walk = bench_make_bars (GRID_BARS);
  double quick_s, full_s, plain_s, start;
  guint64 n_fills = 0;

  if (columnar == NULL)
    g_error ("%s", error->message);
  quick_s = time_sweep (columnar, grid, quick, values, n_options, n_sets, out);
  full_s = time_sweep (columnar, grid, full, values, n_options, n_sets, other);
  start = cpu_seconds ();
  /* The run's own set, as many times as there are sets. */
  for (guint i = 0; i < n_sets; i++)
    n_fills = run_plain_set (columnar, PST_SIGNAL_STRATEGY (pst_context_find_component (PST_CONTEXT (run), PST_COMPONENT_KIND_STRATEGY, "main")),
                             walk, signals);
  plain_s = cpu_seconds () - start;
  g_print ("%-16s %8.0f sets/s %9.3g bar-sets/s   %8.0f sets/s %9.3g bar-sets/s   %8.0f sets/s %9.3g   %5.1f\n", grid->plugin, n_sets / quick_s,
           (double)n_sets * GRID_BARS / quick_s, n_sets / full_s, (double)n_sets * GRID_BARS / full_s, n_sets / plain_s,
           (double)n_sets * GRID_BARS / plain_s, plain_s / quick_s);
  if (n_fills == 0)
    g_error ("%s: the plain loop traded nothing", grid->plugin);
}

static void
bench_grids (PstCatalogue *catalogue, const char *folder)
{
  g_autofree PstBar *bars = bench_make_bars (GRID_BARS);
  g_autofree char *path = g_build_filename (folder, "grid.csv", NULL);

  bench_write_csv (bars, GRID_BARS, path);
  g_print ("sets of each strategy over %u bars of one instrument, one thread:\n%-16s %-37s   %-37s   %-25s   %s\n", GRID_BARS, "",
           "return and trades", "Sharpe ratio and drawdown", "plain loop, trades only", "ratio");
  for (guint i = 0; i < G_N_ELEMENTS (grids); i++)
    bench_grid (catalogue, path, &grids[i]);
  remove (path);
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
  bench_grids (catalogue, folder);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (folder, i == 0 ? "walk.csv" : "days.csv", NULL);

      remove (path);
    }
  remove (folder);
  return missed ? 1 : 0;
}
