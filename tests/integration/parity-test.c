/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columnar engine gives the very trades and the very equity of the event engine: every strategy that gives signals, over all clean shares of the
 * recordings and a minute series, and every rule of size, exit, fee and fill over series made here. */
#include "parity-kit.h"

#include "../kit/test-data.h"
#include "made-bars.h"

#define DAYS "market-data/equities-daily/sp500-2015-2020.csv.zst"
#define CLEAN "market-data/equities-daily/sp500-2015-2020-clean-symbols.txt"
#define MINUTES "market-data/bars-1m/ETHUSD-2016.csv.gz"
#define DAY_COLUMNS "columns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\n"
#define MINUTE_COLUMNS "columns=time,open,close,high,low,volume\nbar-period=1m\nprice-scale=8\nsize-scale=8\nsymbol=ETH\n"
#define SEED 20261121

#ifdef TEST_SANITIZED
#define N_SYMBOLS 40
#else
#define N_SYMBOLS 443
#endif

/* What a strategy needs beside its defaults: options, and other groups. */
typedef struct
{
  const char *plugin, *options, *groups;
} Needs;

static const Needs needs[] = {
  { "ensemble", "members=one;two\n", "[strategy one]\nplugin=sma-cross\ndirection=both\n[strategy two]\nplugin=rsi\ndirection=both\n" },
  { "regime-aware", "trend-member=one\nrange-member=two\n",
    "[strategy one]\nplugin=sma-cross\ndirection=both\n[strategy two]\nplugin=mean-reversion\ndirection=both\n" },
};

static const Needs *
find_needs (const char *plugin)
{
  static const Needs none = { "", "", "" };

  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (g_str_equal (needs[i].plugin, plugin))
      return &needs[i];
  return &none;
}

static char *
make_pipeline (const char *data, const char *broker, const char *plugin, const char *options)
{
  const Needs *more = find_needs (plugin);

  return g_strdup_printf ("[pipeline]\nname=parity\nguards=none\n[exchange data]\nplugin=replay\n%s\n[exchange broker]\nplugin=sim\nfeed=data\n%s\n"
                          "%s[strategy main]\nplugin=%s\n%s%s\n",
                          data, broker, more->groups, plugin, more->options, options);
}

/* Every strategy there is; the sum of fills says that there was something to compare. */
static void
check_strategies (const char *data, const char *broker, const char *options)
{
  g_autoptr (GPtrArray) strategies = parity_list_strategies ();
  guint64 n_fills = 0;

  g_assert_cmpuint (strategies->len, >=, 9);
  for (guint i = 0; i < strategies->len; i++)
    {
      g_autofree char *pipeline = make_pipeline (data, broker, strategies->pdata[i], options);
      g_autoptr (PstBacktestResult) result = NULL;

      result = parity_check (strategies->pdata[i], pipeline);
      n_fills += result->fills->len;
    }
  g_assert_cmpuint (n_fills, >, 1000);
}

static char *
list_symbols (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) symbols = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  symbols = g_strsplit (g_strchomp (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (symbols), ==, 443);
  for (guint i = N_SYMBOLS; i < 443; i++)
    g_clear_pointer (&symbols[i], g_free);
  return g_strjoinv (",", symbols);
}

static void
test_days (void)
{
  g_autofree char *path = test_recording (DAYS), *list = path != NULL ? test_recording (CLEAN) : NULL, *symbols = NULL, *data = NULL;

  if (list == NULL)
    return;
  symbols = list_symbols (list);
  data = g_strdup_printf ("path=%s\nsymbols=%s\n" DAY_COLUMNS, path, symbols);
  check_strategies (data, "cash=10000000 USD\ntaker-fee=0.0005\nslippage=0.0002\n", "order-value=20000 USD\n");
  check_strategies (data, "cash=4430000 USD\ntaker-fee=0.001\nmarket-fill=close\n", "order-cash=1\ninstrument-cash=10000 USD\n");
}

static void
test_minutes (void)
{
  g_autofree char *path = test_recording (MINUTES), *data = NULL;

  if (path == NULL)
    return;
  data = g_strdup_printf ("path=%s\n" MINUTE_COLUMNS, path);
  check_strategies (data, "cash=100000 USD\ntaker-fee=0.0005\n", "order-cash=0.9\ndirection=both\n");
}

/* Rules of the venue and of the strategy, in all combinations. */
static const char *const venues[] = {
  "taker-fee=0.001\n",
  "taker-fee=0.001\nmarket-fill=close\n",
  "taker-fee=0.002\nmaker-fee=0.0005\nfee-minimum=3 USD\nslippage=0.003\n",
  "fee-fixed=1.25 USD\nslippage=0.001\nmarket-fill=close\nfill-on-touch=true\n",
  "cash-check=false\nshort-selling=never\n",
};

static const char *const rules[] = {
  "order-value=20000 USD\n",
  "order-cash=1\n",
  "order-cash=0.3\ndirection=both\n",
  "order-fraction=0.4\ndirection=short\n",
  "order-size=40\ndirection=both\naccumulate=true\n",
  "order-cash=0.5\ninstrument-cash=20000 USD\ndirection=both\n",
  "order-value=9000 USD\ninstrument-cash=10000 USD\naccumulate=true\n",
  "order-value=20000 USD\nstop-loss=0.03\n",
  "order-cash=0.2\nstop-loss=0.05\ntake-profit=0.04\ndirection=both\n",
  "order-cash=0.2\ntrailing-stop=0.04\ndirection=both\n",
  "order-value=5000 USD\nstop-loss=0.06\ntake-profit=0.05\ntrailing-stop=0.05\naccumulate=true\ndirection=both\n",
};

static void
test_rules (void)
{
  static const char *const plugins[] = { "rsi", "breakout" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) bars = made_bars_new (SEED, 12, 400);
  g_autofree char *path = test_folder_path (folder, "bars.csv"), *data = NULL;
  guint64 n_fills = 0;

  g_test_message ("seed %d", SEED);
  test_folder_write (folder, "bars.csv", bars->str);
  data = g_strdup_printf ("path=%s\n" DAY_COLUMNS, path);
  for (guint v = 0; v < G_N_ELEMENTS (venues); v++)
    for (guint r = 0; r < G_N_ELEMENTS (rules); r++)
      for (guint p = 0; p < G_N_ELEMENTS (plugins); p++)
        {
          g_autofree char *broker = g_strdup_printf ("cash=%s\n%s", r % 2 == 0 ? "60000 USD" : "240000 USD", venues[v]);
          g_autofree char *pipeline = make_pipeline (data, broker, plugins[p], rules[r]);
          g_autofree char *title = g_strdup_printf ("venue %u, rules %u, %s", v, r, plugins[p]);
          g_autoptr (PstBacktestResult) result = parity_check (title, pipeline);

          n_fills += result->fills->len;
        }
  g_assert_cmpuint (n_fills, >, 10000);
}

/* Several strategies share one account and one net position at the venue. */
static void
test_several (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) bars = made_bars_new (SEED + 1, 8, 300);
  g_autofree char *path = test_folder_path (folder, "bars.csv"), *data = NULL;

  test_folder_write (folder, "bars.csv", bars->str);
  data = g_strdup_printf ("path=%s\n" DAY_COLUMNS, path);
  for (guint v = 0; v < G_N_ELEMENTS (venues); v++)
    {
      g_autofree char *broker = g_strdup_printf ("cash=50000 USD\n%s", venues[v]);
      g_autofree char *rest = g_strdup_printf ("order-cash=0.5\ndirection=both\n[strategy second]\nplugin=breakout\norder-value=9000 USD\n"
                                               "direction=both\n[strategy third]\nplugin=momentum\norder-fraction=0.3\n");
      g_autofree char *pipeline = make_pipeline (data, broker, "rsi", rest);
      g_autoptr (PstBacktestResult) result = parity_check ("three strategies", pipeline);

      g_assert_cmpuint (result->fills->len, >, 50);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/parity/rules", test_rules);
  g_test_add_func ("/integration/parity/several-strategies", test_several);
  g_test_add_func ("/integration/parity/minutes", test_minutes);
  g_test_add_func ("/integration/parity/days", test_days);
  return g_test_run ();
}
