/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What independent engines answer on the same series (../shared/golden/README.md) is what the whole house answers: pipeline file, replay, sma-cross
 * and the simulated venue. */

#include "../kit/test-host.h"
#include "house-run.h"

#include <math.h>
#include <string.h>

#define BARS "golden/w1_all.csv.zst"
#define MINUTES "golden/w3.csv.zst"
#define ORDERS "golden/vectorbt_talib_nextopen_orders.csv.zst"
#define SUMMARY "golden/vectorbt_talib_nextopen_summary.csv"
#define CLOSE_SUMMARY "golden/vectorbt_talib_close_summary.csv"
#define SWEEP "golden/w3_sweep_exact.csv"
#define FEE 0.001
#define CASH 10000.0
#ifdef TEST_SANITIZED
#define N_ALONE 6
#else
#define N_ALONE 100
#endif

#define W1 "bar-period=1d\nlayout=symbol\nprice-scale=4\nsize-scale=8\n"

/* The values of one strategy's rows: "sma_cross,S000,..." without the first. */
static GPtrArray *
read_rows (const char *text, const char *strategy)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      char **fields = g_strsplit (lines[i], ",", -1);

      if (strcmp (fields[0], strategy) == 0)
        g_ptr_array_add (rows, fields);
      else
        g_strfreev (fields);
    }
  return rows;
}

static char *
read_golden (const char *name)
{
  g_autofree char *path = test_recording (name);
  g_autoptr (GError) error = NULL;
  char *text;

  g_assert_nonnull (path);
  if (g_str_has_suffix (name, ".zst"))
    return test_read_zstd (path);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static double
number (const char *text)
{
  return g_ascii_strtod (text, NULL);
}

/* Theirs: symbol, time of the bar, side and price, as the ledger shows ours. Prices have four decimals there, too, written without superfluous
 * zeros. */
static char *
describe_their_orders (GPtrArray *rows)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      char **fields = rows->pdata[i], price[PST_DECIMAL_TEXT_SIZE];
      gint64 mantissa;
      g_autoptr (GError) error = NULL;

      pst_mantissa_parse (fields[6], -1, 4, &mantissa, &error);
      g_assert_no_error (error);
      pst_mantissa_print (mantissa, 4, price);
      g_string_append_printf (text, "%s %s %s %s\n", fields[1], fields[3], fields[4], price);
    }
  return g_string_free (text, FALSE);
}

static HouseRun *
run_all_symbols (const TestFolder *folder, const char *path)
{
  g_autofree char *pipeline = g_strconcat (HOUSE_DATA W1 "path=", path,
                                           "\n[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.001\ncash=100000000 USD\n"
                                           "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-size=1\n" HOUSE_STORES,
                                           NULL);

  return house_run (folder, pipeline, NULL);
}

/* All cash in, at the prices of our fills, by their rules: what they would have made of our trades. */
static void
check_equity (const char *fills, GPtrArray *summary, const char *bars)
{
  g_auto (GStrv) lines = g_strsplit (fills, "\n", -1);
  guint next = 0;

  for (guint i = 0; i < summary->len; i++)
    {
      char **expected = summary->pdata[i];
      g_autofree char *prefix = g_strconcat ("\n", expected[1], ",", NULL);
      const char *last = g_strrstr (bars, prefix);
      g_auto (GStrv) close = g_strsplit (last + 1, ",", 7);
      double cash = CASH, size = 0, equity;

      for (; lines[next] != NULL && g_str_has_prefix (lines[next], expected[1]); next++)
        {
          g_auto (GStrv) fields = g_strsplit (lines[next], " ", -1);
          double price = number (fields[3]);

          if (strcmp (fields[2], "BUY") == 0)
            size = cash / (price * (1 + FEE));
          cash = strcmp (fields[2], "BUY") == 0 ? 0 : size * price * (1 - FEE);
          size = strcmp (fields[2], "BUY") == 0 ? size : 0;
        }
      equity = cash + size * number (close[5]);
      g_assert_cmpfloat_with_epsilon (equity / number (expected[6]), 1.0, 1e-9);
    }
  g_assert_true (lines[next] == NULL || *lines[next] == '\0');
}

/* sma_cross on all hundred series, filled at the next open: every fill's symbol, bar, side and price is that of vectorbt, 2,731 in all. Their sizes
 * are all cash with the fee on top of it, at a price that is not known when the order is given; nobody who sends orders can do that, so sizes are not
 * compared here. But all cash in at the prices of our fills must come to their equity. */
static void
test_next_open (void)
{
  g_autofree char *path = test_recording (BARS), *bars = NULL, *orders = NULL, *summary = NULL, *theirs = NULL, *ours = NULL;
  g_autoptr (TestFolder) folder = NULL;
  g_autoptr (HouseRun) run = NULL;
  g_autoptr (GPtrArray) rows = NULL, expected = NULL;

  if (path == NULL)
    return;
  folder = test_folder_new ();
  bars = test_read_zstd (path);
  orders = read_golden (ORDERS);
  summary = read_golden (SUMMARY);
  rows = read_rows (orders, "sma_cross");
  expected = read_rows (summary, "sma_cross");
  theirs = describe_their_orders (rows);
  run = run_all_symbols (folder, path);
  test_assert_exit (run->outcome, 0);
  /* A day's bar is known, and its open filled, when the day is over. */
  ours = test_sql (run->ledger, "SELECT substr (instrument, 1, 4), strftime ('%s', logical_time) - 86400, side, price"
                                " FROM v_paper_trade ORDER BY instrument, sequence");
  g_assert_true (g_str_equal (ours, theirs));
  g_assert_cmpuint (expected->len, ==, 100);
  g_assert_cmpint (house_run_get_total (run, "fills"), ==, rows->len);
  test_assert_sql (run->ledger, "SELECT count (*) FROM paper_trade WHERE side = 'BUY'", "1393\n");
  check_equity (ours, expected, bars);
}

static PstSummary *
play (const char *pipeline)
{
  g_autoptr (PstRun) run = test_host_build (pipeline, "golden.pipeline");
  g_autoptr (GError) error = NULL;

  pst_run_execute (run, &error);
  g_assert_no_error (error);
  return pst_run_get_summary (run);
}

/* One series alone with 10,000 USD, at the close that gave the signal, all cash in as far as an order can say it: order-fraction is 1/1.001 rounded
 * down to 9 decimals, 0.999000999, so that the fee can be paid.
 *
 * What explains a difference: of each entry up to 1e-9 of the cash stays out by the fraction, up to one step of size (1e-8 shares) by rounding down,
 * and up to 1e-8 USD of fee by rounding up, on each side. A piece of cash left out misses that trade's return r, so equity is off by less than that
 * share times |r|; no trade here gains or loses more than its whole stake, so for n entries and a stake of at least 1,000 USD at prices under 1,000
 * USD |ours / theirs - 1| <= n (1e-9 + 1e-8 x 1000 / 1000 + 2 x 1e-8 / 1000) < n x 1.2e-8. */
static void
check_alone (const char *path, char **expected)
{
  g_autofree char *pipeline = g_strdup_printf ("[pipeline]\nname=alone\n[exchange data]\nplugin=replay\npath=%s\nsymbols=%s\n" W1
                                               "[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.001\ncash=10000 USD\nmarket-fill=close\n"
                                               "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-fraction=0.999000999\n",
                                               path, expected[1]);
  g_autoptr (PstSummary) summary = play (pipeline);
  double equity = (double)summary->final_equity.amount / 1e8, trades = number (expected[3]);

  g_assert_cmpuint (summary->total.n_fills, ==, number (expected[2]));
  g_assert_cmpuint (summary->total.n_trades + summary->total.n_open_positions, ==, trades);
  g_assert_cmpuint (summary->total.n_trades, ==, number (expected[4]));
  g_assert_cmpuint (summary->total.n_rejected + summary->total.n_denied, ==, 0);
  g_assert_cmpfloat (number (expected[6]), >, 1000);
  g_assert_cmpfloat (fabs (equity / number (expected[6]) - 1), <, trades * 1.2e-8);
}

static void
test_alone_at_close (void)
{
  g_autofree char *path = test_recording (BARS), *summary = NULL;
  g_autoptr (GPtrArray) expected = NULL;

  if (path == NULL)
    return;
  summary = read_golden (CLOSE_SUMMARY);
  expected = read_rows (summary, "sma_cross");
  g_assert_cmpuint (expected->len, ==, 100);
  for (guint i = 0; i < N_ALONE; i++)
    check_alone (path, expected->pdata[i]);
}

/* Pairs of averages on 100,000 minutes with their many ties, which only exact sums get right: trades must be equal, and the total return within the
 * same bound as above with a fee of 1e-5: order-fraction 1/1.00001 = 0.9999900000999..., so 0.99999; that leaves out up to 1e-10, and steps and fees
 * as there. */
static void
check_pair (const char *path, const char *sweep, guint fast, guint slow)
{
  g_autofree char *key = g_strdup_printf ("\n%u,%u,", fast, slow);
  const char *row = strstr (sweep, key);
  g_auto (GStrv) expected = NULL;
  g_autofree char *pipeline = g_strdup_printf ("[pipeline]\nname=sweep\n[exchange data]\nplugin=replay\npath=%s\nbar-period=1m\nsymbol=W\n"
                                               "price-scale=4\nsize-scale=8\n[exchange broker]\nplugin=sim\nfeed=data\ntaker-fee=0.00001\n"
                                               "cash=10000 USD\nmarket-fill=close\n"
                                               "[strategy cross]\nplugin=sma-cross\nfast=%u\nslow=%u\norder-fraction=0.99999\n",
                                               path, fast, slow);
  g_autoptr (PstSummary) summary = play (pipeline);
  double equity = (double)summary->final_equity.amount / 1e8, trades, total_return;

  g_assert_nonnull (row);
  expected = g_strsplit (row + 1, ",", 5);
  trades = number (expected[2]);
  total_return = number (expected[3]);
  g_assert_cmpuint (summary->total.n_trades + summary->total.n_open_positions, ==, trades);
  g_assert_cmpuint (summary->total.n_rejected, ==, 0);
  g_assert_cmpfloat (fabs (equity / (CASH * (1 + total_return)) - 1), <, trades * 1.2e-8);
}

static void
test_ties (void)
{
  g_autofree char *path = test_recording (MINUTES), *sweep = NULL;

  if (path == NULL)
    return;
  sweep = read_golden (SWEEP);
  check_pair (path, sweep, 10, 30);
  check_pair (path, sweep, 2, 4);
#ifndef TEST_SANITIZED
  check_pair (path, sweep, 2, 3);
  check_pair (path, sweep, 20, 50);
  check_pair (path, sweep, 100, 101);
#endif
}

/* Where there are no recordings the same must hold of a series that is made here, against a plain loop: 10/30 on a walk with ties, filled at the
 * close, one share, no fee. */
static void
test_plain_loop (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_path (folder, "walk.csv"), *pipeline = NULL;
  g_autoptr (GString) text = g_string_new ("time,open,high,low,close,volume\n");
  g_autoptr (PstSummary) summary = NULL;
  gint64 closes[3000], price = 1000, cash = 0;
  PstRandom random;
  guint n_fills = 0;

  pst_random_init (&random, 11, "walk");
  for (guint i = 0; i < G_N_ELEMENTS (closes); i++)
    {
      closes[i] = price = MAX (price + (gint64)pst_random_below (&random, 3) - 1, 100);
      g_string_append_printf (text, "%u,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",1\n", 1577836800 + i * 60,
                              price, price, price, price);
    }
  for (guint i = 30; i < G_N_ELEMENTS (closes); i++)
    {
      gint64 now = 0, before = 0;

      for (guint k = 0; k < 30; k++)
        {
          now += (k < 10 ? 3 * closes[i - k] : 0) - closes[i - k];
          before += (k < 10 ? 3 * closes[i - 1 - k] : 0) - closes[i - 1 - k];
        }
      if (now > 0 && before <= 0 && n_fills % 2 == 0)
        n_fills++, cash -= closes[i];
      else if (now < 0 && before >= 0 && n_fills % 2 == 1)
        n_fills++, cash += closes[i];
    }
  cash += n_fills % 2 == 1 ? price : 0;
  test_folder_write (folder, "walk.csv", text->str);
  pipeline = g_strdup_printf ("[pipeline]\nname=walk\n[exchange data]\nplugin=replay\npath=%s\nbar-period=1m\nsymbol=W\nprice-scale=0\n"
                              "[exchange broker]\nplugin=sim\nfeed=data\ncash=10000 USD\nmarket-fill=close\n"
                              "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-size=1\n",
                              path);
  summary = play (pipeline);
  g_assert_cmpuint (n_fills, >, 50);
  g_assert_cmpuint (summary->total.n_fills, ==, n_fills);
  g_assert_cmpint (summary->final_equity.amount, ==, (10000 + cash) * G_GINT64_CONSTANT (100000000));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/integration/golden/next-open", test_next_open);
  g_test_add_func ("/integration/golden/alone-at-close", test_alone_at_close);
  g_test_add_func ("/integration/golden/ties", test_ties);
  g_test_add_func ("/integration/golden/plain-loop", test_plain_loop);
  return g_test_run ();
}
