/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a sweep says of a set is what a run of that set comes to: every strategy that gives signals, with sets over all of its own options and over
 * the rules of orders, on one instrument and on many, long and long-short, by the sweep, the columnar engine and the event engine, to the last bit.
 * And a set that overflows is one set that failed. */
#include "parity-kit.h"

#include <math.h>
#include <string.h>

#include "../kit/test-data.h"
#include "backtest/pst-statistics.h"
#include "backtest/pst-sweep-file.h"
#include "made-bars.h"

#define DAY_COLUMNS "columns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n"
#define SEED 20261122
#define OPTIONS_MAX 4

/* A grid over the options of one strategy; what a pipeline needs beside. */
typedef struct
{
  const char *plugin, *options, *groups;
  const char *vary[OPTIONS_MAX + 1]; /* "main.fast=5;10" */
} Grid;

static const Grid grids[] = {
  { "sma-cross", "", "", { "main.fast=3;8;25", "main.slow=10;21" } },
  { "ema-cross", "", "", { "main.fast=3;8;25", "main.slow=10;21", "main.begin=mean;first;adjusted" } },
  { "rsi", "", "", { "main.period=5;14", "main.oversold=30;45", "main.smoothing=wilder;simple" } },
  { "macd", "", "", { "main.fast=4;12", "main.slow=10;26", "main.signal=3;9", "main.averages=exponential;simple" } },
  { "bollinger", "", "", { "main.period=5;20", "main.width=1;2" } },
  { "momentum", "", "", { "main.period=3;20", "main.threshold=0.01;0.05" } },
  { "mean-reversion", "", "", { "main.period=5;20", "main.entry=0.01;0.03", "main.exit=0;0.01" } },
  { "breakout", "", "", { "main.entry=10;20", "main.exit=5;15" } },
  { "volume-momentum", "", "", { "main.period=3;20", "main.volume-period=5;20", "main.volume-factor=0.9;1.1" } },
  { "ensemble",
    "members=one;two\n",
    "[strategy one]\nplugin=sma-cross\ndirection=both\n[strategy two]\nplugin=rsi\ndirection=both\n",
    { "one.fast=3;8", "two.period=5;14", "main.entry-threshold=0.5;1" } },
  { "regime-aware",
    "trend-member=one\nrange-member=two\n",
    "[strategy one]\nplugin=sma-cross\ndirection=both\n[strategy two]\nplugin=mean-reversion\ndirection=both\n",
    { "main.period=5;20", "main.indicator=efficiency;adx", "one.slow=12;20", "two.entry=0.01;0.02" } },
  { "online-learning", "warm-up=30\n", "", { "main.lags=1;4", "main.horizon=1;3" } },
};

/* How orders are made, and which of it varies too; a venue for each. */
typedef struct
{
  const char *options, *venue, *vary;
} Rule;

static const Rule rules[] = {
  { "order-cash=1\n", "taker-fee=0.001\nmarket-fill=close\n", NULL },
  { "direction=both\n", "taker-fee=0.001\nslippage=0.001\n", "main.order-cash=0.2;0.7" },
  { "order-fraction=0.3\ndirection=both\n", "fee-fixed=1 USD\n", "main.stop-loss=0.02;0.05" },
  { "order-size=20\ndirection=both\naccumulate=true\n", "maker-fee=0.0005\ntaker-fee=0.001\n", NULL },
  { "order-value=9000 USD\ninstrument-cash=10000 USD\n", "taker-fee=0.001\nmarket-fill=close\n", "main.direction=long;both" },
};

/* What makes a sweep walk as little as it can, and ever more. */
static const char *const asked[][8] = {
  { "total_return", "net_profit", "trades", "open_trades", "fills", "fees" },
  { "total_return", "win_rate", "profit_factor", "largest_loss", "holding_bars", "holding_average", "loss_streak" },
  { "mae_average", "mfe_best", "trades" },
  { "sharpe", "max_drawdown", "exposure", "turnover", "value_at_risk", "trades" },
};

typedef struct
{
  const char *data;
  const Grid *grid;
  const Rule *rule;
  GPtrArray *names;   /* "main.fast" */
  GPtrArray *choices; /* GStrv of each */
  guint n_sets;
} Case;

static char *
make_pipeline (const Case *c, const char *options)
{
  return g_strdup_printf ("[pipeline]\nname=sweep\nguards=none\n[exchange data]\nplugin=replay\n%s\n[exchange broker]\nplugin=sim\nfeed=data\n"
                          "cash=100000 USD\n%s%s[strategy main]\nplugin=%s\n%s%s%s\n",
                          c->data, c->rule->venue, c->grid->groups, c->grid->plugin, c->grid->options, c->rule->options, options);
}

static void
add_range (Case *c, const char *vary)
{
  const char *equals = strchr (vary, '=');

  g_ptr_array_add (c->names, g_strndup (vary, (gsize)(equals - vary)));
  g_ptr_array_add (c->choices, g_strsplit (equals + 1, ";", -1));
  c->n_sets *= g_strv_length (c->choices->pdata[c->choices->len - 1]);
}

static void
case_init (Case *c, const char *data, const Grid *grid, const Rule *rule)
{
  *c = (Case){ data, grid, rule, g_ptr_array_new_with_free_func (g_free), g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev), 1 };
  for (guint i = 0; i < OPTIONS_MAX && grid->vary[i] != NULL; i++)
    add_range (c, grid->vary[i]);
  if (rule->vary != NULL)
    add_range (c, rule->vary);
}

static void
case_clear (Case *c)
{
  g_ptr_array_unref (c->names);
  g_ptr_array_unref (c->choices);
}

static const char *
get_value (const Case *c, guint set, guint option)
{
  for (guint i = 0; i < option; i++)
    set /= g_strv_length (c->choices->pdata[i]);
  return ((char **)c->choices->pdata[option])[set % g_strv_length (c->choices->pdata[option])];
}

/* The pipeline of one set: options of other groups are written there. */
static char *
make_set_pipeline (const Case *c, guint set)
{
  g_autoptr (GString) own = g_string_new (NULL), groups = g_string_new (c->grid->groups);
  Grid grid = *c->grid;
  Case copy = *c;

  for (guint i = 0; i < c->names->len; i++)
    {
      const char *name = c->names->pdata[i], *dot = strchr (name, '.');
      g_autofree char *heading = g_strdup_printf ("[strategy %.*s]\n", (int)(dot - name), name);
      g_autofree char *line = g_strdup_printf ("%s=%s\n", dot + 1, get_value (c, set, i));
      char *place = strstr (groups->str, heading);

      if (place != NULL)
        g_string_insert (groups, place - groups->str + (gssize)strlen (heading), line);
      else
        g_string_append (own, line);
    }
  grid.groups = groups->str;
  copy.grid = &grid;
  return make_pipeline (&copy, own->str);
}

static PstColumnarWorker *
open_worker (PstRun *run, const Case *c, const char *const *statistics)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstBarSet) bars = NULL;
  g_autoptr (PstColumnar) columnar = NULL;
  g_autoptr (PstColumnarSweep) sweep = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  pst_run_prepare (run, &error);
  g_assert_no_error (error);
  bars = pst_run_load_bars (run, &error);
  g_assert_no_error (error);
  columnar = pst_run_make_columnar (run, bars, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < c->names->len; i++)
    g_ptr_array_add (names, c->names->pdata[i]);
  g_ptr_array_add (names, NULL);
  sweep = pst_columnar_sweep_new (columnar, (const char *const *)names->pdata, statistics, &error);
  g_assert_no_error (error);
  return pst_columnar_worker_new (sweep);
}

/* The run that a sweep is opened on has a set of its own: the first. */
static char *
make_base_pipeline (const Case *c)
{
  return make_set_pipeline (c, 0);
}

/* All sets through one worker; @results: by the event engine, NULL where a set is refused. */
static void
check_asked (const Case *c, const char *const *statistics, PstBacktestResult **results)
{
  g_autofree char *pipeline = make_base_pipeline (c);
  g_autoptr (PstRun) run = parity_build (pipeline);
  g_autoptr (PstColumnarWorker) worker = open_worker (run, c, statistics);
  guint n = g_strv_length ((char **)statistics);
  g_autofree double *values = g_new0 (double, (gsize)n * c->n_sets), *expected = g_new0 (double, n);
  g_autofree guint8 *states = g_new0 (guint8, c->n_sets);
  g_autofree PstStatisticId *ids = g_new (PstStatisticId, n);
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (guint i = 0; i < n; i++)
    g_assert_true (pst_statistic_find (statistics[i], &ids[i], NULL));
  for (guint set = 0; set < c->n_sets; set++)
    for (guint i = 0; i < c->names->len; i++)
      g_ptr_array_add (texts, (gpointer)get_value (c, set, i));
  pst_columnar_worker_evaluate (worker, c->n_sets, (const char *const *)texts->pdata, states, values);
  for (guint set = 0; set < c->n_sets; set++)
    {
      g_assert_cmpuint (states[set], ==, results[set] != NULL ? PST_SWEEP_STATE_DONE : PST_SWEEP_STATE_REFUSED);
      if (results[set] == NULL)
        continue;
      pst_statistics_measure (results[set], ids, n, NULL, expected);
      for (guint i = 0; i < n; i++)
        if (memcmp (&expected[i], &values[(gsize)set * n + i], sizeof (double)) != 0 && !(isnan (expected[i]) && isnan (values[(gsize)set * n + i])))
          g_error ("%s, set %u, %s: the sweep says %.17g, the run %.17g\n%s", c->grid->plugin, set, statistics[i], values[(gsize)set * n + i],
                   expected[i], make_set_pipeline (c, set));
    }
}

/* NULL for a set that the strategy refuses. */
static PstBacktestResult *
run_set (const Case *c, guint set)
{
  g_autofree char *pipeline = make_set_pipeline (c, set);
  g_autoptr (PstRun) run = parity_build (pipeline);
  PstBacktestResult *event;
  g_autoptr (PstBacktestResult) columnar = NULL;

  if (!pst_run_prepare (run, NULL))
    return NULL;
  event = parity_run_event (pipeline);
  columnar = parity_run_columnar (pipeline);
  parity_compare (event, columnar);
  return event;
}

static guint64
check_case (const char *data, const Grid *grid, const Rule *rule)
{
  g_autofree PstBacktestResult **results = NULL;
  guint64 n_fills = 0;
  Case c;

  case_init (&c, data, grid, rule);
  results = g_new0 (PstBacktestResult *, c.n_sets);
  for (guint set = 0; set < c.n_sets; set++)
    {
      results[set] = run_set (&c, set);
      n_fills += results[set] != NULL ? results[set]->fills->len : 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    check_asked (&c, asked[i], results);
  for (guint set = 0; set < c.n_sets; set++)
    g_clear_pointer (&results[set], pst_backtest_result_unref);
  case_clear (&c);
  return n_fills;
}

static void
check_all (guint n_symbols, guint n_days)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) bars = made_bars_new (SEED, n_symbols, n_days);
  g_autofree char *path = test_folder_path (folder, "bars.csv"), *data = NULL;
  g_autoptr (GPtrArray) strategies = parity_list_strategies ();

  g_test_message ("seed %d", SEED);
  test_folder_write (folder, "bars.csv", bars->str);
  data = g_strdup_printf ("path=%s\n" DAY_COLUMNS, path);
  /* None is left out. */
  g_assert_cmpuint (strategies->len, ==, G_N_ELEMENTS (grids));
  for (guint g = 0; g < G_N_ELEMENTS (grids); g++)
    {
      guint64 n_fills = 0;

      for (guint r = 0; r < G_N_ELEMENTS (rules); r++)
        n_fills += check_case (data, &grids[g], &rules[r]);
      g_test_message ("%-16s %8" G_GUINT64_FORMAT " fills compared", grids[g].plugin, n_fills);
      g_assert_cmpuint (n_fills, >, 100);
    }
}

static void
test_one_instrument (void)
{
  check_all (1, 400);
}

static void
test_many_instruments (void)
{
  check_all (5, 150);
}

/* A fortune that any rise takes beyond 64 bits, and a thousandth of it. */
static void
test_overflow (void)
{
  static const Grid grid = { "sma-cross", "", "", { "main.order-cash=1;0.001", "main.fast=3;8", "main.slow=10;21" } };
  static const Rule rule = { "", "market-fill=close\n", NULL };
  static const char *const statistics[] = { "total_return", "trades", NULL }, *const others[] = { "sharpe", NULL };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) bars = made_bars_new (SEED, 1, 300);
  g_autofree char *path = test_folder_path (folder, "bars.csv"), *data = NULL, *pipeline = NULL, *poor = NULL;
  const char *rich;
  Case c;

  test_folder_write (folder, "bars.csv", bars->str);
  data = g_strdup_printf ("path=%s\n" DAY_COLUMNS, path);
  case_init (&c, data, &grid, &rule);
  poor = make_base_pipeline (&c);
  rich = strstr (poor, "cash=100000 USD");
  g_assert_nonnull (rich);
  pipeline = g_strdup_printf ("%.*scash=92000000000 USD%s", (int)(rich - poor), poor, rich + strlen ("cash=100000 USD"));
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (PstRun) run = parity_build (pipeline);
      g_autoptr (PstColumnarWorker) worker = open_worker (run, &c, k == 0 ? statistics : others);
      g_autoptr (GPtrArray) texts = g_ptr_array_new ();
      double values[16];
      guint8 states[8];

      g_assert_cmpuint (c.n_sets, ==, 8);
      for (guint set = 0; set < c.n_sets; set++)
        for (guint i = 0; i < c.names->len; i++)
          g_ptr_array_add (texts, (gpointer)get_value (&c, set, i));
      pst_columnar_worker_evaluate (worker, c.n_sets, (const char *const *)texts->pdata, states, values);
      for (guint set = 0; set < c.n_sets; set++)
        {
          guint n = k == 0 ? 2 : 1;

          g_assert_cmpuint (states[set], ==, set % 2 == 0 ? PST_SWEEP_STATE_OVERFLOW : PST_SWEEP_STATE_DONE);
          g_assert_true ((values[set * n] == values[set * n]) == (set % 2 == 1));
        }
    }
  g_assert_nonnull (strstr (pst_sweep_state_to_string (PST_SWEEP_STATE_OVERFLOW), "64 bits"));
  case_clear (&c);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/sweep-parity/one-instrument", test_one_instrument);
  g_test_add_func ("/integration/sweep-parity/many-instruments", test_many_instruments);
  g_test_add_func ("/integration/sweep-parity/overflow", test_overflow);
  return g_test_run ();
}
