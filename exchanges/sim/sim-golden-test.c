/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same signals on the same bars must give the fills, fees and equity that another engine gives: five strategies on a hundred generated
 * series. That engine does not round; what our rounding can explain is at most one step of size (0.00000001 shares) left in cash at each entry. */

#include "sim-test-kit.h"

#include <math.h>

#define N_BARS 756
#define FEE 100000 /* 0.1 % at PST_RATE_SCALE */

/* Sanitizers make this walk thirty times slower and look at the same code on every series. */
#ifdef __SANITIZE_ADDRESS__
#define SERIES_STEP 20
#else
#define SERIES_STEP 1
#endif

typedef struct
{
  char *symbol;
  PstEvent bars[N_BARS];
  guint n_bars;
} Series;

static char *
find_file (const char *name)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  char *path = g_build_filename (source != NULL ? source : ".", "..", "shared", "golden", name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_clear_pointer (&path, g_free);
  return path;
}

/* Not g_strsplit(): under the address sanitizer each of its searches measures the rest of the text. */
static char **
split_lines (const char *text, gsize length)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (const char *end = text + length, *next; text < end; text = next + 1)
    {
      next = memchr (text, '\n', (gsize)(end - text));
      if (next == NULL)
        next = end;
      g_ptr_array_add (lines, g_strndup (text, (gsize)(next - text)));
    }
  g_ptr_array_add (lines, NULL);
  return (char **)g_ptr_array_steal (lines, NULL);
}

/* NULL when the file or the program that unpacks it is not there. */
static char **
read_lines (const char *name)
{
  g_autofree char *path = find_file (name), *text = NULL;
  const char *argv[] = { "zstd", "-dc", path, NULL };
  int status = 0;

  if (path == NULL)
    return NULL;
  if (!g_str_has_suffix (name, ".zst"))
    {
      if (!g_file_get_contents (path, &text, NULL, NULL))
        return NULL;
    }
  else if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL, &status, NULL)
           || status != 0)
    {
      return NULL;
    }
  return split_lines (text, strlen (text));
}

static gint64
read_price (const char *text)
{
  gint64 mantissa = 0;

  g_assert_true (pst_mantissa_parse (text, -1, 4, &mantissa, NULL));
  return mantissa;
}

static void
series_free (Series *series)
{
  g_free (series->symbol);
  g_free (series);
}

static GPtrArray *
read_series (void)
{
  g_auto (GStrv) lines = read_lines ("w1_all.csv.zst");
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)series_free);
  Series *series = NULL;

  for (guint i = 1; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) f = g_strsplit (lines[i], ",", -1);
      PstEvent *event;

      if (series == NULL || !g_str_equal (series->symbol, f[0]))
        {
          series = g_new0 (Series, 1);
          series->symbol = g_strdup (f[0]);
          g_ptr_array_add (all, series);
        }
      g_assert_cmpuint (series->n_bars, <, N_BARS);
      event = &series->bars[series->n_bars++];
      event->kind = PST_EVENT_BAR;
      event->venue_time_ns = event->receive_time_ns = g_ascii_strtoll (f[1], NULL, 10) * PST_NS_PER_SECOND;
      event->bar = (PstBar){ read_price (f[2]), read_price (f[3]), read_price (f[4]), read_price (f[5]), 1 };
    }
  return all;
}

/* Lines of a table by "STRATEGY SYMBOL" of the columns @strategy and @symbol; the line's parts are kept. */
static GHashTable *
group_lines (const char *name, guint strategy, guint symbol, const char *set)
{
  g_auto (GStrv) lines = read_lines (name);
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 1; lines != NULL && lines[i] != NULL; i++)
    {
      g_auto (GStrv) f = g_strsplit (lines[i], ",", -1);
      g_autofree char *key = g_strdup_printf ("%s %s", f[strategy], f[symbol]);
      GPtrArray *group = g_hash_table_lookup (groups, key);

      if (set != NULL && !g_str_equal (f[0], set))
        continue;
      if (group == NULL)
        {
          group = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
          g_hash_table_insert (groups, g_steal_pointer (&key), group);
        }
      g_ptr_array_add (group, g_steal_pointer (&f));
    }
  return groups;
}

typedef struct
{
  PstHarness *harness;
  PstComponent *sim;
  guint32 instrument;
  gboolean closes;
} Run;

static void
begin_run (Run *run, gboolean closes)
{
  PstInstrument draft = {
    .symbol = (char *)"S", .venue = (char *)"TEST", .quote = pst_currency_get ("USD", NULL), .price_scale = 4, .size_scale = 8, .taker_fee = FEE
  };

  run->harness = pst_harness_new ();
  run->instrument = pst_harness_add_instrument_like (run->harness, &draft);
  run->sim = pst_harness_add (run->harness, PST_TYPE_SIM, "broker", "feed", PST_HARNESS_DATA, "cash", "10000 USD", "market-fill",
                              closes ? "close" : "next-open", "cash-check", closes ? "true" : "false", NULL);
  run->closes = closes;
  pst_harness_start (run->harness, run->sim);
}

static gint64
cash_of (Run *run)
{
  const PstAccount *account = pst_context_get_account (PST_CONTEXT (run->harness), pst_component_get_index (run->sim));

  return pst_account_get_balance (account, pst_currency_get ("USD", NULL));
}

/* All cash in, fee included, on the grid of sizes; one step less where the fee's last decimal, which is rounded up, would not fit. */
static gint64
size_for (gint64 cash, gint64 price)
{
  gint64 size = (gint64)((__int128)cash * 10000 * PST_RATE_ONE / ((__int128)price * (PST_RATE_ONE + FEE))), notional, fee;

  g_assert_true (pst_mantissa_multiply (size, price, 12, 8, PST_ROUND_UP, &notional));
  g_assert_true (pst_mantissa_multiply (notional, FEE, PST_RATE_SCALE, 0, PST_ROUND_UP, &fee));
  return notional + fee > cash ? size - 1 : size;
}

static void
trade (Run *run, const Series *series, guint bar, gboolean enters)
{
  gint64 held = pst_context_get_position (PST_CONTEXT (run->harness), G_MAXUINT32, run->instrument)->quantity;
  PstOrderRequest request = { .instrument = run->instrument, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC };
  gint64 price = run->closes ? series->bars[bar].bar.close : bar + 1 < series->n_bars ? series->bars[bar + 1].bar.open : 0;
  guint64 id;

  if (price == 0 || enters == (held != 0))
    return;
  request.side = enters ? PST_SIDE_BUY : PST_SIDE_SELL;
  request.quantity = enters ? size_for (cash_of (run), price) : held;
  id = pst_harness_place (run->harness, &request);
  g_assert_true (pst_harness_send (run->harness, id, PST_EXCHANGE (run->sim), NULL));
}

static void
walk (Run *run, const Series *series, const GPtrArray *signals)
{
  guint next = 0;

  for (guint i = 0; i < series->n_bars; i++)
    {
      PstEvent event = series->bars[i];

      event.instrument = run->instrument;
      pst_harness_push_frame (run->harness, event.receive_time_ns, &event, 1);
      for (; next < signals->len && g_ascii_strtoull (((char **)signals->pdata[next])[3], NULL, 10) == i; next++)
        trade (run, series, i, ((char **)signals->pdata[next])[5][0] != '-');
    }
  g_assert_cmpuint (next, ==, signals->len);
}

/* strategy,symbol,bar,ts,side,size,price,fees */
static void
compare_fill (const PstFill *fill, char **golden)
{
  g_assert_cmpint (fill->time_ns, ==, g_ascii_strtoll (golden[3], NULL, 10) * PST_NS_PER_SECOND);
  g_assert_cmpstr (fill->side == PST_SIDE_BUY ? "BUY" : "SELL", ==, golden[4]);
  g_assert_cmpint (fill->price, ==, read_price (golden[6]));
  g_assert_cmpfloat_with_epsilon ((double)fill->quantity / 1e8, g_ascii_strtod (golden[5], NULL), 2e-6);
  g_assert_cmpfloat_with_epsilon ((double)fill->fee / 1e8, g_ascii_strtod (golden[7], NULL), 1e-6);
}

static void
compare_run (Run *run, const Series *series, const GPtrArray *orders, char **summary)
{
  gint64 held = pst_context_get_position (PST_CONTEXT (run->harness), G_MAXUINT32, run->instrument)->quantity, value;
  double equity = g_ascii_strtod (summary[6], NULL), price_max = 0;

  g_assert_cmpuint (pst_harness_get_n_fills (run->harness), ==, orders != NULL ? orders->len : 0);
  for (guint i = 0; orders != NULL && i < orders->len; i++)
    {
      compare_fill (pst_harness_get_fill (run->harness, i), orders->pdata[i]);
      price_max = MAX (price_max, (double)pst_harness_get_fill (run->harness, i)->price / 1e4);
    }
  g_assert_true (pst_mantissa_multiply (held, series->bars[series->n_bars - 1].bar.close, 12, 8, PST_ROUND_HALF_EVEN, &value));
  /* A step of size that stayed in cash, and the last decimals of notional and fee, at each order; both only lose what they would have gained. */
  g_assert_cmpfloat (fabs ((double)(cash_of (run) + value) / 1e8 - equity), <=,
                     (pst_harness_get_n_fills (run->harness) + 1) * (price_max * 1e-8 + 2e-8) * 2);
}

static void
test_golden (gconstpointer data)
{
  gboolean closes = GPOINTER_TO_INT (data);
  g_autoptr (GPtrArray) all = read_series ();
  g_autoptr (GHashTable) signals = group_lines ("signals.csv.zst", 1, 2, "talib");
  g_autoptr (GHashTable) orders = group_lines (closes ? "vectorbt_talib_close_orders.csv.zst" : "vectorbt_talib_nextopen_orders.csv.zst", 0, 1, NULL);
  g_autoptr (GHashTable) summaries = group_lines (closes ? "vectorbt_talib_close_summary.csv" : "vectorbt_talib_nextopen_summary.csv", 0, 1, NULL);
  static const char *const strategies[] = { "sma_cross", "rsi", "macd", "bollinger", "momentum" };
  guint n_fills = 0;

  if (all->len == 0 || g_hash_table_size (signals) == 0 || g_hash_table_size (orders) == 0)
    {
      g_test_skip ("the shared results of other engines, or the program zstd, are not here");
      return;
    }
  for (guint i = 0; i < all->len * G_N_ELEMENTS (strategies); i++)
    {
      const Series *series = all->pdata[i / G_N_ELEMENTS (strategies)];
      g_autofree char *key = g_strdup_printf ("%s %s", strategies[i % G_N_ELEMENTS (strategies)], series->symbol);
      const GPtrArray *group = g_hash_table_lookup (signals, key), *summary = g_hash_table_lookup (summaries, key);
      Run run;

      if (group == NULL || i / G_N_ELEMENTS (strategies) % SERIES_STEP != 0)
        continue;
      begin_run (&run, closes);
      walk (&run, series, group);
      compare_run (&run, series, g_hash_table_lookup (orders, key), summary->pdata[0]);
      n_fills += pst_harness_get_n_fills (run.harness);
      pst_harness_finish (run.harness);
    }
  g_test_message ("%u fills agree", n_fills);
  g_assert_cmpuint (n_fills, >, 10000 / SERIES_STEP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sim/golden/next-open", GINT_TO_POINTER (FALSE), test_golden);
  g_test_add_data_func ("/sim/golden/close", GINT_TO_POINTER (TRUE), test_golden);
  return g_test_run ();
}
