/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columnar engine against others' results (../shared/golden/README.md): trades and final equity of five strategies on a hundred series, and every
 * pair of averages on 100,000 minutes. Money has eight decimals here and sizes too, so a fill rounds by at most one unit of money (1e-8) in notional,
 * one in the fee, and one step of size (1e-8 at a price of some hundreds); the bound below is that, over all fills. */
#include "parity-kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../kit/test-data.h"
#include "backtest/pst-sweep-file.h"

#define BARS "golden/w1_all.csv.zst"
#define MINUTES "golden/w3.csv.zst"
#define SWEEP "golden/w3_sweep_exact.csv"
#define CASH 10000.0
#define MONEY 1e8
/* There the index comes to exactly 70, which floating point misses: our exit is one bar later (see signals-test.c), the only such case. */
#define TIE "S077"
/* Money that one fill may differ by, for each unit of price. */
#define FILL_BOUND 4e-8
/* One of them rounds closes to 32 bit floats: each fill, and the mark at the end, may be off by half of their last digit, and what follows with it.
 */
#define FLOAT_BOUND (1.0 / (1 << 24))

typedef struct
{
  const char *theirs, *plugin, *options;
} Case;

static const Case talib[] = {
  { "sma_cross", "sma-cross", "fast=10\nslow=30\n" },
  { "rsi", "rsi", "" },
  { "macd", "macd", "" },
  { "bollinger", "bollinger", "" },
  { "momentum", "momentum", "" },
};
static const Case vbt[] = {
  { "sma_cross", "sma-cross", "fast=10\nslow=30\n" },
  { "rsi", "rsi", "smoothing=simple\n" },
  { "macd", "macd", "averages=simple\n" },
  { "bollinger", "bollinger", "" },
  { "momentum", "momentum", "" },
};

/* Final equity and fills of the instrument at @place, from its own cash. */
static double
get_equity (const PstBacktestResult *result, guint32 place, double last_price, guint *n_fills, double *fees)
{
  const PstInstrument *instrument = result->instruments->pdata[place];
  __int128 cash = (__int128)(CASH * MONEY), size = 0;

  *n_fills = 0;
  *fees = 0;
  for (guint i = 0; i < result->fills->len; i++)
    {
      const PstBacktestFill *fill = &g_array_index (result->fills, PstBacktestFill, i);
      gint64 notional;

      if (fill->instrument != place)
        continue;
      g_assert_true (pst_instrument_notional (instrument, fill->price, fill->size, PST_ROUND_HALF_EVEN, &notional));
      cash += (fill->side == PST_SIDE_BUY ? -notional : notional) - fill->fee;
      size += fill->side == PST_SIDE_BUY ? fill->size : -fill->size;
      *fees += (double)fill->fee / MONEY;
      (*n_fills)++;
    }
  return (double)cash / MONEY + (double)size / 1e8 * last_price;
}

static double
find_last_price (const char *bars, const char *symbol)
{
  g_autofree char *prefix = g_strconcat ("\n", symbol, ",", NULL);
  const char *last = g_strrstr (bars, prefix);
  g_auto (GStrv) fields = g_strsplit (last + 1, ",", 7);

  return g_ascii_strtod (fields[5], NULL);
}

static guint32
find_place (const PstBacktestResult *result, const char *symbol)
{
  for (guint i = 0; i < result->instruments->len; i++)
    if (g_str_equal (((PstInstrument *)result->instruments->pdata[i])->symbol, symbol))
      return i;
  g_assert_not_reached ();
}

/* Rows "set,fill,strategy,symbol" or so differ by file: columns are found by the header. */
static gint
find_column (const char *header, const char *name)
{
  g_auto (GStrv) names = g_strsplit (header, ",", -1);

  for (gint i = 0; names[i] != NULL; i++)
    if (g_str_equal (g_strstrip (names[i]), name))
      return i;
  return -1;
}

static void
compare_summary (const PstBacktestResult *result, const char *summary, const char *strategy, const char *tie, const char *bars, double relative)
{
  g_auto (GStrv) lines = g_strsplit (summary, "\n", -1);
  gint c_strategy = find_column (lines[0], "strategy"), c_symbol = find_column (lines[0], "symbol");
  gint c_equity = find_column (lines[0], "final_equity"), c_trades = find_column (lines[0], "trades");
  double sum = 0, worst = 0, nearest = 0;
  guint n = 0;

  if (c_equity < 0)
    c_equity = find_column (lines[0], "final_value");
  if (c_trades < 0)
    c_trades = find_column (lines[0], "trades_total");
  g_assert_cmpint (MIN (MIN (c_strategy, c_symbol), c_equity), >=, 0);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
      double last, ours, theirs = g_ascii_strtod (fields[c_equity], NULL), fees;
      guint n_fills;

      if (strcmp (fields[c_strategy], strategy) != 0)
        continue;
      n++;
      if (g_strcmp0 (fields[c_symbol], tie) == 0)
        continue;
      last = find_last_price (bars, fields[c_symbol]);
      ours = get_equity (result, find_place (result, fields[c_symbol]), last, &n_fills, &fees);
      if (c_trades >= 0)
        g_assert_cmpuint ((n_fills + 1) / 2, ==, (guint)g_ascii_strtoull (fields[c_trades], NULL, 10));
      worst = MAX (worst, fabs (ours - theirs));
      nearest = MAX (nearest, fabs (ours / theirs - 1.0));
      g_assert_cmpfloat (fabs (ours - theirs), <=, (FILL_BOUND * MAX (last, 100.0) + relative * theirs) * (n_fills + 1) + 1e-6);
      sum += ours;
    }
  g_assert_cmpuint (n, ==, 100);
  g_test_message ("%-10s sum of final equity %.6f, farthest from theirs %.2e, relative %.2e", strategy, sum, worst, nearest);
}

/* @broker: what it costs and where it fills; @relative: by what their own roundings may be off at each fill. */
static void
check_file (const Case *cases, const char *broker, const char *file, guint price_scale, double relative)
{
  g_autofree char *path = test_recording (BARS), *summary_path = path != NULL ? test_recording (file) : NULL, *summary = NULL, *bars = NULL;

  if (summary_path == NULL)
    return;
  g_assert_true (g_file_get_contents (summary_path, &summary, NULL, NULL));
  bars = test_read_zstd (path);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *pipeline
          = g_strdup_printf ("[pipeline]\nname=golden\nguards=none\n[exchange data]\nplugin=replay\npath=%s\n"
                             "columns=symbol,time,open,high,low,close,volume\nlayout=symbol\nbar-period=1d\nprice-scale=%u\nsize-scale=8\n"
                             "[exchange broker]\nplugin=sim\nfeed=data\ncash=1000000 USD\ntaker-fee=0.001\n%s"
                             "[strategy main]\nplugin=%s\n%sorder-cash=1\ninstrument-cash=10000 USD\n",
                             path, price_scale, broker, cases[i].plugin, cases[i].options);
      g_autoptr (PstBacktestResult) result = parity_run_columnar (pipeline);

      compare_summary (result, summary, cases[i].theirs, cases == vbt && g_str_equal (cases[i].plugin, "rsi") ? TIE : NULL, bars, relative);
    }
}

static void
test_talib_close (void)
{
  check_file (talib, "market-fill=close\n", "golden/vectorbt_talib_close_summary.csv", 4, 0);
}

static void
test_talib_next_open (void)
{
  check_file (talib, "market-fill=next-open\n", "golden/vectorbt_talib_nextopen_summary.csv", 4, 0);
}

static void
test_vbt_close (void)
{
  check_file (vbt, "market-fill=close\n", "golden/vectorbt_vbt_close_summary.csv", 4, 0);
}

/* A tenth of a percent of slippage on closes that were floats; prices of eight digits, so that ours are rounded by none that counts. */
static void
test_maverick (void)
{
  check_file (vbt, "market-fill=close\nslippage=0.001\n", "golden/vectorbt_maverick_f32_slip10bp_summary.csv", 8, FLOAT_BOUND);
}

static PstColumnarSweep *
open_sweep (PstRun *run, GPtrArray *keep)
{
  g_autoptr (GError) error = NULL;
  PstBarSet *bars;
  PstColumnar *columnar;
  PstColumnarSweep *sweep;

  pst_run_prepare (run, &error);
  g_assert_no_error (error);
  bars = pst_run_load_bars (run, &error);
  g_assert_no_error (error);
  columnar = pst_run_make_columnar (run, bars, &error);
  g_assert_no_error (error);
  pst_bar_set_unref (bars);
  sweep = pst_columnar_sweep_new (columnar, (const char *const[]){ "main.fast", "main.slow", NULL },
                                  (const char *const[]){ "trades", "total_return", NULL }, &error);
  g_assert_no_error (error);
  g_ptr_array_add (keep, columnar);
  return sweep;
}

/* All 4,950 pairs at once, with the 644 ties of the series. */
static void
test_sweep (void)
{
  g_autofree char *path = test_recording (MINUTES), *sweep_path = path != NULL ? test_recording (SWEEP) : NULL, *text = NULL, *pipeline = NULL;
  g_autoptr (GPtrArray) keep = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PstColumnarWorker) worker = NULL;
  g_autoptr (PstColumnarSweep) sweep = NULL;
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PstRun) run = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree double *statistics = NULL;
  g_autofree guint8 *states = NULL;
  guint n = 0;

  if (sweep_path == NULL)
    return;
  pipeline = g_strdup_printf ("[pipeline]\nname=sweep\nguards=none\n[exchange data]\nplugin=replay\npath=%s\nbar-period=1m\nsymbol=W\nprice-scale=4\n"
                              "size-scale=8\n[exchange broker]\nplugin=sim\nfeed=data\ncash=10000 USD\ntaker-fee=0.00001\nmarket-fill=close\n"
                              "[strategy main]\nplugin=sma-cross\norder-cash=1\n",
                              path);
  run = parity_build (pipeline);
  sweep = open_sweep (run, keep);
  worker = pst_columnar_worker_new (sweep);
  g_assert_true (g_file_get_contents (sweep_path, &text, NULL, NULL));
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);

      g_ptr_array_add (values, g_strdup (fields[0]));
      g_ptr_array_add (values, g_strdup (fields[1]));
      n++;
    }
  g_assert_cmpuint (n, ==, 4950);
  statistics = g_new0 (double, n * 2);
  states = g_new0 (guint8, n);
  pst_columnar_worker_evaluate (worker, n, (const char *const *)values->pdata, states, statistics);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i + 1], ",", -1);
      double trades = g_ascii_strtod (fields[2], NULL), theirs = g_ascii_strtod (fields[3], NULL);

      g_assert_cmpuint (states[i], ==, PST_SWEEP_STATE_DONE);
      g_assert_cmpfloat (statistics[i * 2], ==, trades);
      /* Each fill rounds by some units of 1e-8 in 10,000, and one step of size of a price of about a hundred. */
      g_assert_cmpfloat (fabs (statistics[i * 2 + 1] - theirs), <=, (2 * trades + 1) * FILL_BOUND * 200.0 / CASH);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/columnar-golden/talib-close", test_talib_close);
  g_test_add_func ("/integration/columnar-golden/talib-next-open", test_talib_next_open);
  g_test_add_func ("/integration/columnar-golden/vbt-close", test_vbt_close);
  g_test_add_func ("/integration/columnar-golden/maverick", test_maverick);
  g_test_add_func ("/integration/columnar-golden/sweep", test_sweep);
  return g_test_run ();
}
