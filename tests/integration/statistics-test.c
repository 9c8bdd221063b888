/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nine statistics of 500 backtests as another engine tells them (../shared/golden/README.md, "maverick"): its signals, its float32 closes, its costs,
 * our definitions. */

#include "../../framework/backtest/pst-statistics.h"
#include "../kit/test-host.h"
#include "house-run.h"

#include <math.h>
#include <string.h>

#define BARS "golden/w1_all.csv.zst"
#define SIGNALS "golden/signals.csv.zst"
#define SUMMARY "golden/vectorbt_maverick_f32_slip10bp_summary.csv"
#define N_BARS 756
#define CASH 10000.0
#define FEE 0.001
#define SLIPPAGE 0.001
/* Money is rounded to 10 decimals here; of 10,000 that is 1 in 10^14 a point. */
#define SCALE 10
#define CLOSE_ENOUGH 1e-9

typedef struct
{
  double close[N_BARS];
  gint64 time_ns[N_BARS];
  guint n;
} Bars;

static char *
read_text (const char *name)
{
  g_autofree char *path = test_recording (name);
  char *text = NULL;

  if (path == NULL)
    return NULL;
  if (g_str_has_suffix (name, ".zst"))
    return test_read_zstd (path);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static GHashTable *
read_bars (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GHashTable *bars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
      Bars *of = g_hash_table_lookup (bars, fields[0]);

      if (of == NULL)
        g_hash_table_insert (bars, g_strdup (fields[0]), of = g_new0 (Bars, 1));
      of->time_ns[of->n] = g_ascii_strtoll (fields[1], NULL, 10) * 1000000000;
      of->close[of->n++] = (double)(float)g_ascii_strtod (fields[5], NULL);
    }
  return bars;
}

/* "sma_cross,S000" -> N_BARS of -1, 0, 1 */
static GHashTable *
read_signals (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GHashTable *signals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ",", -1);
      g_autofree char *key = g_strconcat (fields[1], ",", fields[2], NULL);
      gint8 *of = g_hash_table_lookup (signals, key);

      if (strcmp (fields[0], "vbt") != 0)
        continue;
      if (of == NULL)
        g_hash_table_insert (signals, g_strdup (key), of = g_new0 (gint8, N_BARS));
      of[g_ascii_strtoll (fields[3], NULL, 10)] = (gint8)g_ascii_strtoll (fields[5], NULL, 10);
    }
  return signals;
}

typedef struct
{
  double cash, size, paid;
  PstRoundTrip trip;
} Book;

static gint64
mantissa (double value)
{
  return llround (value * pow (10, SCALE));
}

static void
close_trip (PstBacktestResult *result, Book *book, gint64 time_ns, double received, gboolean is_open)
{
  book->trip.exit_time_ns = time_ns;
  book->trip.profit = mantissa (received - book->paid);
  book->trip.is_open = is_open;
  g_array_append_val (result->round_trips, book->trip);
}

static PstBacktestResult *
simulate (const Bars *bars, const gint8 *signals, const PstCurrency *currency)
{
  PstBacktestResult *result = pst_backtest_result_new ();
  Book book = { .cash = CASH };

  result->currency = currency;
  result->initial_equity = mantissa (CASH);
  for (guint i = 0; i < bars->n; i++)
    {
      PstEquityPoint point = { .time_ns = bars->time_ns[i] };

      if (signals[i] > 0 && book.size == 0)
        {
          book.size = book.cash / (bars->close[i] * (1 + SLIPPAGE) * (1 + FEE));
          book.paid = book.cash;
          book.cash = 0;
          book.trip = (PstRoundTrip){ .entry_time_ns = bars->time_ns[i] };
        }
      else if (signals[i] < 0 && book.size > 0)
        {
          book.cash = book.size * bars->close[i] * (1 - SLIPPAGE) * (1 - FEE);
          book.size = 0;
          close_trip (result, &book, bars->time_ns[i], book.cash, FALSE);
        }
      point.equity = mantissa (book.cash + book.size * bars->close[i]);
      g_array_append_val (result->equity, point);
    }
  if (book.size > 0)
    close_trip (result, &book, bars->time_ns[bars->n - 1], book.size * bars->close[bars->n - 1], TRUE);
  return result;
}

static double
compare_row (PstBacktestResult *result, char **fields, char **names)
{
  /* They annualise weekdays by 365. */
  const PstStatisticsOptions options = { .periods_per_year = 365 };
  double largest = 0;

  pst_statistics_compute (result, &options);
  for (guint i = 4; names[i] != NULL; i++)
    {
      double theirs = g_ascii_strtod (fields[i], NULL), ours = pst_backtest_result_get_statistic (result, "total", names[i]), off;

      /* They write a drawdown as a negative number. */
      if (strcmp (names[i], "max_drawdown") == 0)
        theirs = -theirs;
      if (*fields[i] == '\0' || isnan (theirs) || isnan (ours))
        continue;
      off = fabs (ours - theirs) / MAX (1, fabs (theirs));
      if (off > CLOSE_ENOUGH)
        g_test_message ("%s %s %s: ours %.12g, theirs %.12g", fields[0], fields[1], names[i], ours, theirs);
      largest = MAX (largest, off);
    }
  return largest;
}

static void
test_maverick (void)
{
  g_autofree char *bar_text = read_text (BARS), *signal_text = NULL, *summary = NULL;
  g_autoptr (GHashTable) bars = NULL, signals = NULL;
  g_auto (GStrv) lines = NULL, names = NULL;
  const PstCurrency *currency = pst_currency_define ("GOLDEN", SCALE, NULL);
  double largest = 0;
  guint n = 0;

  if (bar_text == NULL)
    return;
  signal_text = read_text (SIGNALS);
  summary = read_text (SUMMARY);
  bars = read_bars (bar_text);
  signals = read_signals (signal_text);
  lines = g_strsplit (summary, "\n", -1);
  names = g_strsplit (g_strchomp (lines[0]), ",", -1);
  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++, n++)
    {
      g_auto (GStrv) fields = g_strsplit (g_strchomp (lines[i]), ",", -1);
      g_autofree char *key = g_strconcat (fields[0], ",", fields[1], NULL);
      g_autoptr (PstBacktestResult) result = NULL;
      static const gint8 none[N_BARS];
      const gint8 *of = g_hash_table_lookup (signals, key);

      result = simulate (g_hash_table_lookup (bars, fields[1]), of != NULL ? of : none, currency);
      largest = MAX (largest, compare_row (result, fields, names));
      g_assert_cmpfloat (pst_backtest_result_get_statistic (result, "total", "trades"), ==, g_ascii_strtod (fields[2], NULL));
    }
  g_test_message ("%u rows, nine statistics each: the largest difference is %.3g", n, largest);
  g_assert_cmpuint (n, ==, 500);
  g_assert_cmpfloat (largest, <=, CLOSE_ENOUGH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/statistics/golden/maverick", test_maverick);
  return g_test_run ();
}
