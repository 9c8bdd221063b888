/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plays files that it writes. What would be lost: a bar seen before it closed, two files in the wrong order, half a frame, a file read by the
 * wrong columns. Dirt has its tests in replay-dirt-test.c. */
#include "replay-test-kit.h"

#define DAY "date,open,high,low,close,volume\n"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = folder_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  folder_free (fixture->folder);
}

/* -- kinds and times -- */

static void
test_daily_bars (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) result = NULL;

  write_text (fixture->folder, "a.csv", DAY "2015-01-12,40.61,40.72,39.95,40.11,2770800\n2015-01-13,40.47,40.7,39.33,39.55,2013100\n");
  result = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  assert_frames (result, "2015-01-13T00:00:00Z A 40.6100 40.7200 39.9500 40.1100 2770800\n"
                         "2015-01-14T00:00:00Z A 40.4700 40.7000 39.3300 39.5500 2013100\n");
  g_assert_cmpuint (result->counts.n_rows, ==, 2);
  g_assert_cmpuint (result->counts.n_events, ==, 2);
  g_assert_cmpuint (result->counts.n_rejected, ==, 0);
  g_assert_cmpfloat (result->fraction, ==, 1);
  g_assert_cmpstr (result->notes->str, ==, "");
}

static void
test_bar_times (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) opens = NULL, closes = NULL, none = NULL;

  write_text (fixture->folder, "a.csv", "time,open,high,low,close\n2020-03-02T09:30:00Z,1,2,0.5,1.5\n");
  opens = play (fixture->folder, "path=@/a.csv\nsymbol=A\nbar-period=5m");
  assert_frames (opens, "2020-03-02T09:35:00Z A 1.0000 2.0000 0.5000 1.5000 0\n");
  closes = play (fixture->folder, "path=@/a.csv\nsymbol=A\nbar-timestamp=close");
  assert_frames (closes, "2020-03-02T09:30:00Z A 1.0000 2.0000 0.5000 1.5000 0\n");
  /* Guessing a period would show bars before they closed. */
  none = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  assert_error (none, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "a.csv|bar-period|bar-timestamp=close");
}

static void
test_quotes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) result = NULL;

  write_text (fixture->folder, "20131007_quote.csv",
              "14400151,0,0,140200,500,Q,1,0\n14400554,138400,700,0,0,P,1,0\n14400554,138400,700,139500,200,P,1,0\n14400600,,,139500,200,P,1,0\n");
  result = play (fixture->folder, "path=@/20131007_quote.csv\nsymbol=BAC\ncolumns=time,bid,bid-size,ask,ask-size,-,-,-\ntime-format=ms-of-day\n"
                                  "time-zone=America/New_York\nprice-unit=0.0001");
  /* Each row is a message of its own, also at the same time; an absent side has neither price nor size. */
  assert_frames (result, "2013-10-07T08:00:00.151Z BAC 0.0000 14.0200 0 500\n"
                         "2013-10-07T08:00:00.554Z BAC 13.8400 0.0000 700 0\n"
                         "2013-10-07T08:00:00.554Z BAC 13.8400 13.9500 700 200\n"
                         "2013-10-07T08:00:00.600Z BAC 0.0000 13.9500 0 200\n");
}

static void
test_trades (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) result = NULL;

  write_text (fixture->folder, "t.csv",
              "timestamp,price,qty,side,id\n1617580800,58000.5,0.25,buy,9000000000000000001\n1617580800.5,58000,1,SELL,"
              "18446744073709551615\n1617580801,58001,2,,7\n");
  result = play (fixture->folder, "path=@/t.csv\nsymbol=BTC/USD\nsize-scale=2\nprice-scale=1\nsettlement=delivery");
  assert_frames (result, "2021-04-05T00:00:00Z BTC/USD 58000.5 25 buy 9000000000000000001\n"
                         "2021-04-05T00:00:00.500Z BTC/USD 58000.0 100 sell 18446744073709551615\n"
                         "2021-04-05T00:00:01Z BTC/USD 58001.0 200 - 7\n");
}

static void
test_bare_sizes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) quotes = NULL, trades = NULL, refused = NULL;

  write_text (fixture->folder, "q.csv", "time,bid,ask\n2020-01-01T00:00:00Z,1.1,1.2\n");
  write_text (fixture->folder, "t.csv", "time,price\n2020-01-01T00:00:00Z,1.1\n");
  quotes = play (fixture->folder, "path=@/q.csv\nsymbol=EUR/USD\ndefault-size=1000000");
  assert_frames (quotes, "2020-01-01T00:00:00Z EUR/USD 1.1000 1.2000 1000000 1000000\n");
  trades = play (fixture->folder, "path=@/t.csv\nsymbol=X\ndefault-size=3");
  assert_frames (trades, "2020-01-01T00:00:00Z X 1.1000 3 - 0\n");
  refused = play (fixture->folder, "path=@/q.csv\nsymbol=EUR/USD");
  assert_error (refused, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "bid-size|default-size");
}

/* The same instant in every way of writing it. */
static void
test_time_formats (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text, *format, *zone;
  } cases[] = {
    { "2020-07-01T13:30:00Z", "auto", "UTC" },
    { "2020-07-01 13:30:00", "auto", "UTC" },
    { "2020-07-01T13:30", "iso", "UTC" },
    { "2020-07-01T09:30:00-04:00", "auto", "UTC" },
    { "2020-07-01 09:30:00", "auto", "America/New_York" },
    { "2020-07-01 13:30:00+00:00", "auto", "America/New_York" },
    { "20200701 09:30", "auto", "America/New_York" },
    { "20200701 13:30:00.000", "yyyymmdd", "UTC" },
    { "1593610200", "auto", "America/New_York" },
    { "1593610200.000", "s", "UTC" },
    { "1593610200000", "auto", "UTC" },
    { "1593610200000000", "auto", "UTC" },
    { "1593610200000000000", "auto", "UTC" },
    { "1.5936102e9", "s", "UTC" },
    { "\"1593610200\"", "auto", "UTC" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("time,price,size\n%s,10,1\n", cases[i].text);
      g_autofree char *options = g_strdup_printf ("path=@/t.csv\nsymbol=X\ntime-format=%s\ntime-zone=%s", cases[i].format, cases[i].zone);
      g_autoptr (Play) result = NULL;

      write_text (fixture->folder, "t.csv", text);
      result = play (fixture->folder, options);
      assert_frames (result, "2020-07-01T13:30:00Z X 10.0000 1 - 0\n");
    }
}

static void
test_date_and_time_of_day (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) spelled = NULL, counted = NULL, refused = NULL;

  write_text (fixture->folder, "t.csv", "date,time,price,size\n20200701,09:30:00.25,10,1\n2020-07-02,09:30,10,1\n");
  spelled = play (fixture->folder, "path=@/t.csv\nsymbol=X\ntime-zone=America/New_York");
  assert_frames (spelled, "2020-07-01T13:30:00.250Z X 10.0000 1 - 0\n2020-07-02T13:30:00Z X 10.0000 1 - 0\n");
  write_text (fixture->folder, "u.csv", "20200701,34200000,10,1\n");
  counted = play (fixture->folder, "path=@/u.csv\nsymbol=X\ncolumns=date,time,price,size\ntime-format=ms-of-day");
  assert_frames (counted, "2020-07-01T09:30:00Z X 10.0000 1 - 0\n");
  refused = play (fixture->folder, "path=@/u.csv\nsymbol=X\ncolumns=date,time,price,size\ntime-format=ms");
  assert_error (refused, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, "time of day|iso");
}

/* -- columns -- */

static void
test_columns_and_header (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) ordered = NULL, refused = NULL, unnamed = NULL, count = NULL, forced = NULL;

  /* Bitfinex has the close second; without a header only the option knows. */
  write_text (fixture->folder, "b.csv",
              "1420070400000,322.31,322.09,322.4,322.01,62.874248\r\n1420070460000,321.64,322.26,322.26,321.64,5.92946982\r\n");
  ordered
      = play (fixture->folder, "path=@/b.csv\nsymbol=BTC/USD\ncolumns=time,open,close,high,low,volume\nbar-period=1m\nprice-scale=2\nsize-scale=8");
  assert_frames (ordered, "2015-01-01T00:01:00Z BTC/USD 322.31 322.40 322.01 322.09 6287424800\n"
                          "2015-01-01T00:02:00Z BTC/USD 321.64 322.26 321.64 322.26 592946982\n");
  write_text (fixture->folder, "h.csv", "ts,open,close,high,low,volume\n1420070400000,1,1,1,1,1\n");
  refused = play (fixture->folder, "path=@/h.csv\nsymbol=X\nbar-period=1m\ncolumns=time,open,high,low,close,volume");
  assert_error (refused, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "h.csv|column 3|\"close\"|\"high\"");
  unnamed = play (fixture->folder, "path=@/b.csv\nsymbol=X\nbar-period=1m");
  assert_error (unnamed, PST_OPTION_ERROR, PST_OPTION_ERROR_MISSING, "b.csv|no header|columns");
  count = play (fixture->folder, "path=@/h.csv\nsymbol=X\nbar-period=1m\ncolumns=time,open,high,low,close");
  assert_error (count, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "6 fields|names 5");
  forced = play (fixture->folder, "path=@/h.csv\nsymbol=X\nbar-period=1m\ncolumns=time,open,close,high,low,volume\nheader=yes");
  assert_frames (forced, "2015-01-01T00:01:00Z X 1.0000 1.0000 1.0000 1.0000 1\n");
}

static void
test_text_forms (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) quoted = NULL, tabs = NULL, marked = NULL;

  write_text (fixture->folder, "q.csv",
              "\"date\";\"open\";\"high\";\"low\";\"close\";\"note\";\"Name\"\n\n2020-01-02; \"1\" ;\t2 ;1;\"2\";\"a;b \"\"c\"\"\";\"X\"\r\n\n");
  quoted = play (fixture->folder, "path=@/q.csv\ndelimiter=semicolon");
  assert_frames (quoted, "2020-01-03T00:00:00Z X 1.0000 2.0000 1.0000 2.0000 0\n");
  write_text (fixture->folder, "t.tsv", "date\topen\thigh\tlow\tclose\n2020-01-02\t1\t2\t1\t2\n");
  tabs = play (fixture->folder, "path=@/t.tsv\ndelimiter=tab\nsymbol={file}");
  assert_frames (tabs, "2020-01-03T00:00:00Z T 1.0000 2.0000 1.0000 2.0000 0\n");
  write_text (fixture->folder, "m.csv",
              "\xef\xbb\xbf"
              "date,open,high,low,close\n2020-01-02,1,2,1,2\n");
  marked = play (fixture->folder, "path=@/m.csv\nsymbol=X");
  assert_frames (marked, "2020-01-03T00:00:00Z X 1.0000 2.0000 1.0000 2.0000 0\n");
}

static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) result = NULL, unit = NULL;

  write_text (fixture->folder, "a.csv", DAY "2020-01-01,1e1,1.10E1,+10.0000,10.000000,2.5\n2020-01-02,10,10,10,10,3.5\n2020-01-03,10,10,10,10,3\n");
  result = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  /* Volumes are rounded half to even and the run's records say how many. */
  assert_frames (result, "2020-01-02T00:00:00Z A 10.0000 11.0000 10.0000 10.0000 2\n"
                         "2020-01-03T00:00:00Z A 10.0000 10.0000 10.0000 10.0000 4\n"
                         "2020-01-04T00:00:00Z A 10.0000 10.0000 10.0000 10.0000 3\n");
  g_assert_cmpstr (result->notes->str, ==, "VOLUMES_ROUNDED 2 bars had a volume with more than size-scale=0 decimals\n");
  unit = play (fixture->folder, "path=@/a.csv\nsymbol=A\nprice-unit=0.25\nprice-scale=2\nsize-unit=100\nto=2020-01-02");
  assert_frames (unit, "2020-01-02T00:00:00Z A 2.50 2.75 2.50 2.50 250\n");
}

/* -- many symbols, many files -- */

static void
test_frames_of_many_symbols (Fixture *fixture, gconstpointer data)
{
  static const char *const expected = "2020-01-02T00:00:00Z B 2.0000 2.0000 2.0000 2.0000 1; A 1.0000 1.0000 1.0000 1.0000 1\n"
                                      "2020-01-03T00:00:00Z B 2.1000 2.1000 2.1000 2.1000 1\n"
                                      "2020-01-04T00:00:00Z B 2.2000 2.2000 2.2000 2.2000 1; A 1.2000 1.2000 1.2000 1.2000 1\n";
  g_autoptr (Play) by_time = NULL, by_symbol = NULL, wrong = NULL;

  write_text (fixture->folder, "time.csv",
              "date,open,high,low,close,volume,Name\n2020-01-01,2,2,2,2,1,B\n2020-01-01,1,1,1,1,1,A\n2020-01-02,2.1,2.1,2.1,2.1,1,B\n"
              "2020-01-03,2.2,2.2,2.2,2.2,1,B\n2020-01-03,1.2,1.2,1.2,1.2,1,A\n");
  write_text (fixture->folder, "symbol.csv",
              "date,open,high,low,close,volume,Name\n2020-01-01,2,2,2,2,1,B\n2020-01-02,2.1,2.1,2.1,2.1,1,B\n2020-01-03,2.2,2.2,2.2,2.2,1,B\n"
              "2020-01-01,1,1,1,1,1,A\n2020-01-03,1.2,1.2,1.2,1.2,1,A\n");
  by_time = play (fixture->folder, "path=@/time.csv");
  assert_frames (by_time, expected);
  by_symbol = play (fixture->folder, "path=@/symbol.csv\nlayout=symbol");
  assert_frames (by_symbol, expected);
  g_assert_cmpfloat (by_symbol->fraction, ==, 1);
  wrong = play (fixture->folder, "path=@/symbol.csv");
  assert_error (wrong, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "symbol.csv:5:1|lies before the row above it");
}

static void
test_many_files (Fixture *fixture, gconstpointer data)
{
  static const char *const expected = "2020-01-02T00:00:00Z A 1.0000 1.0000 1.0000 1.0000 1; B 2.0000 2.0000 2.0000 2.0000 1\n"
                                      "2020-01-03T00:00:00Z A 1.1000 1.1000 1.1000 1.1000 1\n"
                                      "2020-01-04T00:00:00Z B 2.2000 2.2000 2.2000 2.2000 1\n"
                                      "2020-02-02T00:00:00Z C 3.0000 3.0000 3.0000 3.0000 1\n";
  g_autoptr (Play) streamed = NULL, loaded = NULL, one = NULL;

  write_text (fixture->folder, "b.csv", DAY "2020-01-01,2,2,2,2,1\n2020-01-03,2.2,2.2,2.2,2.2,1\n");
  write_text (fixture->folder, "a.csv", DAY "2020-01-01,1,1,1,1,1\n2020-01-02,1.1,1.1,1.1,1.1,1\n");
  write_text (fixture->folder, "c.csv", DAY "2020-02-01,3,3,3,3,1\n");
  streamed = play (fixture->folder, "path=@/*.csv,@/a.csv\nsymbol={file}");
  assert_frames (streamed, expected);
  g_assert_cmpuint (streamed->counts.n_rows, ==, 5);
  loaded = play (fixture->folder, "path=@/*.csv\nsymbol={file}\nlayout=symbol");
  assert_frames (loaded, expected);
  /* a and b overlap and need two at once; c waits until they are over. */
  one = play (fixture->folder, "path=@/*.csv\nsymbol={file}\nopen-files-max=2");
  assert_frames (one, expected);
  g_clear_pointer (&one, play_free);
  one = play (fixture->folder, "path=@/*.csv\nsymbol={file}\nopen-files-max=1");
  assert_error (one, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "open-files-max=1");
}

static void
test_files_that_overlap (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) failed = NULL, skipped = NULL, loaded = NULL;

  write_text (fixture->folder, "1.csv", DAY "2020-01-01,1,1,1,1,1\n2020-01-02,1,1,1,1,1\n");
  write_text (fixture->folder, "2.csv", DAY "2020-01-02,9,9,9,9,1\n2020-01-03,1,1,1,1,1\n");
  failed = play (fixture->folder, "path=@/*.csv\nsymbol=A");
  assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "2.csv:2:1|2020-01-02|earlier bar of the same symbol");
  skipped = play (fixture->folder, "path=@/*.csv\nsymbol=A\non-bad-row=skip");
  g_assert_no_error (skipped->error);
  g_assert_cmpuint (skipped->counts.n_events, ==, 3);
  g_assert_cmpuint (skipped->counts.n_rejected, ==, 1);
  g_assert_null (strstr (skipped->frames->str, "9.0000"));
  loaded = play (fixture->folder, "path=@/*.csv\nsymbol=A\nlayout=symbol\non-bad-row=skip");
  g_assert_cmpstr (loaded->frames->str, ==, skipped->frames->str);
  g_assert_nonnull (strstr (loaded->notes->str, "ROW_REJECTED 2.csv: time \"2020-01-02T00:00:00Z\""));
}

/* A file is opened when its first row is due; what stands before that row is not played backwards. */
static void
test_files_out_of_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) dirty = NULL, late = NULL, failed = NULL;

  write_text (fixture->folder, "1.csv", "date,symbol,price,size\n2020-03-01,A,x,1\n2020-03-01,A,-1,1\n2020-01-01,A,1,1\n");
  write_text (fixture->folder, "2.csv", "date,symbol,price,size\n2020-02-01,A,2,1\n");
  dirty = play (fixture->folder, "path=@/*.csv\non-bad-row=skip");
  assert_frames (dirty, "2020-01-01T00:00:00Z A 1.0000 1 - 0\n2020-02-01T00:00:00Z A 2.0000 1 - 0\n");
  write_text (fixture->folder, "1.csv", "date,symbol,price,size\n2020-03-01,B,1,1\n2020-01-01,A,1,1\n2020-03-02,A,3,1\n");
  late = play (fixture->folder, "path=@/*.csv\nsymbols=A\non-bad-row=skip");
  assert_frames (late, "2020-02-01T00:00:00Z A 2.0000 1 - 0\n2020-03-02T00:00:00Z A 3.0000 1 - 0\n");
  g_assert_nonnull (strstr (late->notes->str, "ROW_REJECTED 1.csv:3:1: time \"2020-01-01T00:00:00Z\" lies before"));
  failed = play (fixture->folder, "path=@/*.csv\nsymbols=A");
  assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "1.csv:3:1|lies before");
}

static void
test_range (Fixture *fixture, gconstpointer data)
{
  static const char *const layouts[] = { "time", "symbol" };

  write_text (fixture->folder, "a.csv",
              DAY "2020-01-01,1,1,1,1,1\n2020-01-02,x,1,1,1,1\n2020-01-03,3,3,3,3,1\n2020-01-04,4,4,4,4,1\n2020-01-05,-5,5,5,5,1\n");
  for (gsize i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      g_autofree char *options = g_strdup_printf ("path=@/a.csv\nsymbol=A\nfrom=2020-01-03\nto=2020-01-05T00:00:00Z\nlayout=%s", layouts[i]);
      g_autoptr (Play) result = play (fixture->folder, options);

      /* Dirt outside the range is nobody's concern. */
      assert_frames (result, "2020-01-04T00:00:00Z A 3.0000 3.0000 3.0000 3.0000 1\n2020-01-05T00:00:00Z A 4.0000 4.0000 4.0000 4.0000 1\n");
      g_assert_cmpuint (result->counts.n_rejected, ==, 0);
    }
}

static void
test_wanted_symbols (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) listed = NULL, filed = NULL, missing = NULL, late = NULL, refused = NULL;

  write_text (fixture->folder, "a.csv",
              "date,symbol,price,size\n2020-01-01,AAPL,1,1\n2020-01-01,dirt,x,1\n2020-01-02,MSFT,2,1\n2020-01-03,IBM,3,1\n");
  write_text (fixture->folder, "list.txt", "# wanted\nMSFT\n\n  IBM\n");
  listed = play (fixture->folder, "path=@/a.csv\nsymbols=AAPL,IBM");
  assert_frames (listed, "2020-01-01T00:00:00Z AAPL 1.0000 1 - 0\n2020-01-03T00:00:00Z IBM 3.0000 1 - 0\n");
  g_assert_cmpuint (listed->counts.n_rows, ==, 4);
  g_assert_cmpuint (listed->counts.n_rejected, ==, 0);
  filed = play (fixture->folder, "path=@/a.csv\nsymbols-file=@/list.txt");
  assert_frames (filed, "2020-01-02T00:00:00Z MSFT 2.0000 1 - 0\n2020-01-03T00:00:00Z IBM 3.0000 1 - 0\n");
  missing = play (fixture->folder, "path=@/a.csv\nsymbols=APPL\nlayout=symbol");
  assert_error (missing, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN, "\"APPL\"|did you mean \"AAPL\"");
  late = play (fixture->folder, "path=@/a.csv\nsymbols=APPL,IBM");
  assert_frames (late, "2020-01-03T00:00:00Z IBM 3.0000 1 - 0\n");
  g_assert_cmpstr (
      late->notes->str, ==,
      "ALERT symbol \"APPL\" has no good row in the files, did you mean \"AAPL\"? Correct the options \"symbols\" and \"symbols-file\"\n");
  refused = play (fixture->folder, "path=@/a.csv\nsymbols=AAPL,IBM\nother-symbols=reject");
  assert_error (refused, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv:3:");
}

/* -- packing -- */

static char *
many_rows (guint n)
{
  GString *text = g_string_new ("time,price,size\n");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%u,%u.%02u,%u\n", 1500000000 + i, 100 + i % 7, i % 100, 1 + i % 13);
  return g_string_free (text, FALSE);
}

static void
test_packings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = many_rows (5000);
  const char *const members[] = { "rows.csv", text, NULL };
  static const char *const names[] = { "p.csv", "g.csv.gz", "z.csv.zst", "i.zip" };
  static const char *const blocks[] = { "262144", "1000", "64" };
  g_autofree char *expected = NULL;

  write_text (fixture->folder, names[0], text);
  /* Two members, as `cat a.gz b.gz` makes them. */
  write_gzip (fixture->folder, names[1], "wb", "time,price,size\n");
  write_gzip (fixture->folder, names[1], "ab", text + strlen ("time,price,size\n"));
  write_zstd (fixture->folder, names[2], text);
  write_zip (fixture->folder, names[3], members);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (blocks); j++)
      {
        g_autofree char *options = g_strdup_printf ("path=@/%s\nsymbol=X\nblock-bytes=%s\nmax-row-bytes=64", names[i], blocks[j]);
        g_autoptr (Play) result = play (fixture->folder, options);

        g_assert_no_error (result->error);
        g_assert_cmpuint (result->counts.n_events, ==, 5000);
        if (expected == NULL)
          expected = g_strdup (result->frames->str);
        g_assert_cmpstr (result->frames->str, ==, expected);
        g_assert_cmpfloat (result->fraction, ==, 1);
      }
}

static void
test_zip_members (Fixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "readme.txt", "words", "a.csv", "2020-01-01,1,1\n", "b.csv", "2020-01-01,2,1\n", NULL };
  g_autoptr (Play) several = NULL, chosen = NULL, none = NULL;

  write_zip (fixture->folder, "m.zip", members);
  several = play (fixture->folder, "path=@/m.zip\nsymbol=X\ncolumns=date,price,size");
  assert_error (several, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "m.zip|3 files|readme.txt, a.csv, b.csv|member");
  chosen = play (fixture->folder, "path=@/m.zip\nsymbol=X\ncolumns=date,price,size\nmember=b*");
  assert_frames (chosen, "2020-01-01T00:00:00Z X 2.0000 1 - 0\n");
  none = play (fixture->folder, "path=@/m.zip\nsymbol=X\ncolumns=date,price,size\nmember=z*");
  assert_error (none, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "0 files that match");
}

/* -- instruments and options -- */

static void
test_instruments (Fixture *fixture, gconstpointer data)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (PstComponent) replay = g_object_new (penstock_plugin_entry ()->get_type (), NULL);
  g_autoptr (GError) error = NULL;
  const PstInstrument *instrument;

  write_text (fixture->folder, "a.csv", "date,price,size\n2020-01-01,1,1\n");
  g_assert_true (set_options (replay, fixture->folder,
                              "path=@/a.csv\nsymbol=ETH/BTC\nvenue=KRAKEN\nsettlement=delivery\nprice-scale=6\nsize-scale=8\n"
                              "price-step=0.000005\nsize-step=0.0001\nsize-min=0.01",
                              &error));
  pst_harness_adopt (harness, replay, "feed");
  /* Strategies find their instruments before anything is opened. */
  g_assert_true (pst_component_prepare (replay, &error));
  g_assert_no_error (error);
  instrument = pst_instrument_table_get (pst_context_get_instruments (PST_CONTEXT (harness)), 0);
  g_assert_cmpstr (instrument->id, ==, "ETH/BTC.KRAKEN");
  g_assert_cmpstr (instrument->base->code, ==, "ETH");
  g_assert_cmpstr (instrument->quote->code, ==, "BTC");
  g_assert_cmpint (instrument->settlement, ==, PST_SETTLEMENT_DELIVERY);
  g_assert_cmpint (instrument->price_step, ==, 5);
  g_assert_cmpint (instrument->size_step, ==, 10000);
  g_assert_cmpint (instrument->size_min, ==, 1000000);
  g_assert_true (pst_exchange_owns_instrument (PST_EXCHANGE (replay), 0));
  g_assert_false (pst_exchange_can_execute (PST_EXCHANGE (replay)));
  g_assert_cmpint (pst_exchange_pull (PST_EXCHANGE (replay), &error), ==, PST_FEED_ERROR);
  g_assert_error (error, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO);
  g_clear_object (&replay);
  pst_harness_finish (harness);
}

static void
test_options_refused (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *options;
    int code;
    const char *parts;
  } cases[] = {
    { "symbol=X", PST_OPTION_ERROR_MISSING, "\"path\"" },
    { "path=@/a.csv\ncolumns=date,open,hihg,low,close", PST_OPTION_ERROR_UNKNOWN, "\"hihg\"|\"high\"|trade-id" },
    { "path=@/a.csv\ncolumns=date,open,open,low,close\nsymbol=X", PST_OPTION_ERROR_CONFLICT, "columns 2 and 3|\"open\"" },
    { "path=@/a.csv\ncolumns=date,open,low,close\nsymbol=X", PST_OPTION_ERROR_MISSING, "\"high\"|bars" },
    { "path=@/a.csv\ncolumns=price,size\nsymbol=X", PST_OPTION_ERROR_MISSING, "\"time\"" },
    { "path=@/a.csv\ncolumns=date,-,size\nsymbol=X", PST_OPTION_ERROR_MISSING, "neither bars" },
    { "path=@/a.csv\ncolumns=date,price,size\nkind=quote\nsymbol=X", PST_OPTION_ERROR_MISSING, "\"bid\"|quotes" },
    { "path=@/a.csv\ncolumns=date,price,size", PST_OPTION_ERROR_MISSING, "symbol|{file}" },
    { "path=@/a.csv", PST_OPTION_ERROR_MISSING, "a.csv|symbol|{file}" },
    { "path=@/a.csv\ncolumns=date,price,size,symbol\nsymbol=X", PST_OPTION_ERROR_CONFLICT, "contradict" },
    { "path=@/a.csv\nsymbol=X\ndelimiter=ab", PST_OPTION_ERROR_RANGE, "delimiter|tab" },
    { "path=@/a.csv\nsymbol=X\ndelimiter=1", PST_OPTION_ERROR_RANGE, "delimiter" },
    { "path=@/a.csv\nsymbol=X\ntime-zone=America/New_Yrok", PST_OPTION_ERROR_UNKNOWN, "America/New_Yrok|time-zone" },
    { "path=@/a.csv\nsymbol=X\nfrom=yesterday", PST_OPTION_ERROR_TYPE, "\"from\"|yesterday" },
    { "path=@/a.csv\nsymbol=X\nfrom=2020-01-02\nto=2020-01-02", PST_OPTION_ERROR_CONFLICT, "\"from\"|\"to\"" },
    { "path=@/a.csv\nsymbol=X\ndate=2020-02-30", PST_OPTION_ERROR_TYPE, "2020-02-30" },
    { "path=@/a.csv\nsymbol=X\nprice-step=0.00001", PST_OPTION_ERROR_CONFLICT, "price-step|0.00001|price-scale=4" },
    { "path=@/a.csv\nsymbol=X\nsize-step=0.5", PST_OPTION_ERROR_CONFLICT, "size-step|size-scale=0" },
    { "path=@/a.csv\nsymbol=X\nsize-min=0.5", PST_OPTION_ERROR_CONFLICT, "size-min" },
    { "path=@/a.csv\nsymbol=X\nprice-unit=0", PST_OPTION_ERROR_RANGE, "price-unit|above zero" },
    { "path=@/a.csv\nsymbol=a b", PST_OPTION_ERROR_TYPE, "\"symbol\"|a b" },
    { "path=@/a.csv\nsymbols=a b", PST_OPTION_ERROR_TYPE, "\"symbols\"" },
    { "path=@/a.csv\nsymbol=X\nsettlement=delivery\nbase=b@d", -1, "\"base\"|b@d" },
    { "path=@/a.csv\nsymbol=X\nquote=$", -1, "\"quote\"|$" },
    { "path=@/a.csv\nsymbol=X\nsettlement=delivery", PST_OPTION_ERROR_MISSING, "\"base\"|\"X\"" },
    { "path=@/a.csv\nsymbol=X\nsymbols=Y\nother-symbols=reject", PST_OPTION_ERROR_CONFLICT, "\"X\"|other-symbols=skip" },
    { "path=@/a.csv,@/b.csv\nsymbol=X\nfiles-max=1", PST_OPTION_ERROR_RANGE, "2 files|files-max=1" },
    { "path=@/a.csv\nsymbol=X\nsymbols-file=@/none.txt", PST_OPTION_ERROR_RANGE, "none.txt|no symbol" },
    { "path=@/a.csv\nsymbol=X\nprice-scale=19", PST_OPTION_ERROR_RANGE, "price-scale|18" },
    { "path=@/a.csv\nsymbol=X\nlayuot=time", PST_OPTION_ERROR_UNKNOWN, "layuot|layout" },
    { "path=@/a.csv\nsymbol=X\ntime-format=ms-of-day", PST_OPTION_ERROR_MISSING, "\"date\"|\"a\"" },
  };

  write_text (fixture->folder, "a.csv", "date,price,size\n2020-01-01,1,1\n");
  write_text (fixture->folder, "b.csv", "date,price,size\n2020-01-01,1,1\n");
  write_text (fixture->folder, "none.txt", "# nothing\n");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Play) result = play (fixture->folder, cases[i].options);

      g_test_message ("%s: %s", cases[i].options, result->error != NULL ? result->error->message : "no error");
      /* A currency's own error keeps its code. */
      if (cases[i].code < 0)
        assert_error (result, PST_VALUE_ERROR, PST_VALUE_ERROR_SYNTAX, cases[i].parts);
      else
        assert_error (result, PST_OPTION_ERROR, cases[i].code, cases[i].parts);
    }
}

/* Every option that inspect shows is explained. */
static void
test_options_documented (Fixture *fixture, gconstpointer data)
{
  const char *source = g_getenv ("PENSTOCK_SOURCE_DIR");
  g_autofree char *path = g_build_filename (source != NULL ? source : ".", "exchanges", "replay", "README.md", NULL);
  g_autofree char *readme = NULL;
  g_autofree GParamSpec **options = NULL;
  g_autoptr (GTypeClass) klass = g_type_class_ref (penstock_plugin_entry ()->get_type ());
  guint n = 0;

  g_assert_nonnull (klass);
  g_assert_true (g_file_get_contents (path, &readme, NULL, NULL));
  options = pst_option_list (penstock_plugin_entry ()->get_type (), &n);
  g_assert_cmpuint (n, >, 30);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *quoted = g_strdup_printf ("`%s`", options[i]->name);

      g_test_message ("%s", quoted);
      g_assert_nonnull (strstr (readme, quoted));
      g_assert_nonnull (g_param_spec_get_blurb (options[i]));
    }
}

static void
test_options_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstComponent) replay = g_object_new (penstock_plugin_entry ()->get_type (), NULL);
  g_autoptr (GError) error = NULL;
  static const char *const values[][2] = {
    { "path", "a;b" },    { "member", "x*" },     { "kind", "trade" },      { "price-scale", "7" },
    { "rows-max", "12" }, { "bar-period", "5m" }, { "price-step", "0.05" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (replay), values[i][0]);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      g_assert_true (pst_component_set_option (replay, values[i][0], values[i][1], &error));
      g_assert_no_error (error);
      g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
      g_object_get_property (G_OBJECT (replay), values[i][0], &value);
      text = pst_option_to_string (pspec, &value);
      g_assert_cmpstr (text, ==, values[i][1]);
    }
}

#define ADD(name, function) g_test_add ("/replay/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("daily-bars", test_daily_bars);
  ADD ("bar-times", test_bar_times);
  ADD ("quotes", test_quotes);
  ADD ("trades", test_trades);
  ADD ("bare-sizes", test_bare_sizes);
  ADD ("time-formats", test_time_formats);
  ADD ("date-and-time-of-day", test_date_and_time_of_day);
  ADD ("columns-and-header", test_columns_and_header);
  ADD ("text-forms", test_text_forms);
  ADD ("numbers", test_numbers);
  ADD ("frames-of-many-symbols", test_frames_of_many_symbols);
  ADD ("many-files", test_many_files);
  ADD ("files-that-overlap", test_files_that_overlap);
  ADD ("files-out-of-order", test_files_out_of_order);
  ADD ("range", test_range);
  ADD ("wanted-symbols", test_wanted_symbols);
  ADD ("packings", test_packings);
  ADD ("zip-members", test_zip_members);
  ADD ("instruments", test_instruments);
  ADD ("options-refused", test_options_refused);
  ADD ("options-documented", test_options_documented);
  ADD ("options-kept", test_options_kept);
  return g_test_run ();
}
