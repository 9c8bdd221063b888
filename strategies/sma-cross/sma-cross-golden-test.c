/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replay, crossings, gate and simulated venue together give the trades that another engine gives on the same hundred series: same bars,
 * same sides, same prices. The averages never tie there, so nothing may differ. */

#include <penstock-check.h>
#include <string.h>

#define SCALE 4

static char *
find_file (const char *name)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  char *path = g_build_filename (source != NULL ? source : ".", "..", "shared", "golden", name, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_clear_pointer (&path, g_free);
  return path;
}

static char *
unpack (const char *path)
{
  const char *argv[] = { "zstd", "-dc", path, NULL };
  char *text = NULL;
  int status = 0;

  if (g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL, &status, NULL)
      && status == 0)
    return text;
  g_free (text);
  return NULL;
}

static char *
describe (const char *symbol, gint64 bar_time_s, gboolean buys, gint64 price)
{
  char text[PST_DECIMAL_TEXT_SIZE];

  pst_mantissa_print (price, SCALE, text);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %s %s", symbol, bar_time_s, buys ? "BUY" : "SELL", text);
}

static gint
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* strategy,symbol,bar,ts,side,size,price,fees */
static GPtrArray *
read_expected (const char *text)
{
  GPtrArray *trades = g_ptr_array_new_with_free_func (g_free);

  /* Not g_strsplit(): under the address sanitizer each of its searches measures the rest of the text. */
  for (const char *end = text + strlen (text), *next; text < end; text = next + 1)
    {
      g_autofree char *line = NULL;
      g_auto (GStrv) f = NULL;
      gint64 price;

      next = memchr (text, '\n', (gsize)(end - text));
      if (next == NULL)
        next = end;
      line = g_strndup (text, (gsize)(next - text));
      f = g_strsplit (line, ",", -1);
      if (f[0] == NULL || !g_str_equal (f[0], "sma_cross"))
        continue;
      g_assert_true (pst_mantissa_parse (f[6], -1, SCALE, &price, NULL));
      g_ptr_array_add (trades, describe (f[1], g_ascii_strtoll (f[3], NULL, 10), g_str_equal (f[4], "BUY"), price));
    }
  g_ptr_array_sort (trades, compare_text);
  return trades;
}

static GPtrArray *
collect_fills (const PstCheckRun *run)
{
  GPtrArray *trades = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) symbols = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < run->records->len; i++)
    {
      const PstRecord *record = run->records->pdata[i];

      if (record->kind == PST_RECORD_INSTRUMENT)
        {
          g_assert_cmpuint (record->instrument.index, ==, symbols->len);
          g_assert_cmpuint (record->instrument.price_scale, ==, SCALE);
          g_ptr_array_add (symbols, g_strndup (record->instrument.id, strcspn (record->instrument.id, ".")));
        }
      /* A fill's bar is labelled with its beginning, a day before it is known. */
      if (record->kind == PST_RECORD_FILL)
        g_ptr_array_add (trades, describe (symbols->pdata[record->fill.instrument], (record->fill.time_ns - PST_NS_PER_DAY) / PST_NS_PER_SECOND,
                                           record->fill.side == PST_SIDE_BUY, record->fill.price));
    }
  g_ptr_array_sort (trades, compare_text);
  return trades;
}

static void
compare (const char *fill, const char *orders_name)
{
  g_autofree char *bars = find_file ("w1_all.csv.zst"), *orders = find_file (orders_name), *pipeline = NULL, *text = NULL;
  g_autoptr (GPtrArray) expected = NULL, fills = NULL;
  g_autoptr (PstCheckRun) run = NULL;

  if (bars == NULL || orders == NULL || (text = unpack (orders)) == NULL)
    {
      g_test_skip ("the shared results of other engines, or the program zstd, are not here");
      return;
    }
  pipeline
      = g_strdup_printf ("[pipeline]\nname=golden\n"
                         "[exchange data]\nplugin=replay\npath=%s\ncolumns=symbol,time,open,high,low,close,volume\nlayout=symbol\nbar-period=1d\n"
                         "[exchange broker]\nplugin=sim\nfeed=data\ncash=100000000 USD\nmarket-fill=%s\n"
                         "[strategy cross]\nplugin=sma-cross\nfast=10\nslow=30\norder-value=10000 USD\n",
                         bars, fill);
  run = pst_check_run_pipeline (pipeline, NULL);
  g_assert_no_error (run->error);
  expected = read_expected (text);
  fills = collect_fills (run);
  g_assert_cmpuint (fills->len, >, 2000);
  for (guint i = 0; i < MIN (fills->len, expected->len); i++)
    g_assert_cmpstr (fills->pdata[i], ==, expected->pdata[i]);
  g_assert_cmpuint (fills->len, ==, expected->len);
}

static void
test_next_open (void)
{
  compare ("next-open", "vectorbt_talib_nextopen_orders.csv.zst");
}

static void
test_close (void)
{
  compare ("close", "vectorbt_talib_close_orders.csv.zst");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sma-cross/golden/next-open", test_next_open);
  g_test_add_func ("/sma-cross/golden/close", test_close);
  return g_test_run ();
}
