/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty, damaged and missing files. What would be lost: a bad price that is traded on, a file that ends early without a word, a row that is
 * dropped and not counted, memory that a hostile file takes. */
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

/* -- rows -- */

typedef struct
{
  const char *header;
  const char *row;
  const char *named; /* as in the note, behind the file's name */
  const char *word;
  const char *options;
} Dirt;

static const Dirt dirt[] = {
  { DAY, "2020-01-02,1,2,1,1", ":3:1: row \"2020-01-02,1,2,1,1\" does not have the number of fields", "fields" },
  { DAY, "2020-01-02,1,2,1,1,1,1", ":3:1: row", "fields" },
  { DAY, "2020-01-02,\"1\"x,2,1,1,1", ":3:12: open \"\"1\"x\" has a quotation mark", "quoting" },
  { DAY, "2020-01-02,,2,1,1,1", ":3:12: open \"\" is empty", "empty-field" },
  { DAY, "2020-01-02,1,2,1,1,", ":3:20: volume \"\" is empty", "empty-field" },
  { DAY, ",1,2,1,1,1", ":3:1: date \"\" is empty", "empty-field" },
  { DAY, "2020-01-02,1,2x,1,1,1", ":3:14: high \"2x\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,--1,1", ":3:18: close \"--1\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,1.,1", ":3:18: close \"1.\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,.5,1", ":3:18: close \".5\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,1 000,1", ":3:18: close \"1 000\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,0x10,1", ":3:18: close \"0x10\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,1e,1", ":3:18: close \"1e\" is not a number", "not-a-number" },
  { DAY, "2020-01-02,1,2,1,NaN,1", ":3:18: close \"NaN\" is not a finite number", "not-finite" },
  { DAY, "2020-01-02,1,2,1,-inf,1", ":3:18: close \"-inf\" is not a finite number", "not-finite" },
  { DAY, "2020-01-02,1,2,1,Infinity,1", ":3:18: close \"Infinity\" is not a finite number", "not-finite" },
  { DAY, "2020-01-02,1,2,1,1.00001,1", ":3:18: close \"1.00001\" has more decimals", "decimals" },
  { DAY, "2020-01-02,1,2,1,1e-5,1", ":3:18: close \"1e-5\" has more decimals", "decimals" },
  { DAY, "2020-01-02,1,2,1,922337203685478,1", ":3:18: close \"922337203685478\" does not fit 64 bits", "overflow" },
  { DAY, "2020-01-02,1,2,1,1e99,1", ":3:18: close \"1e99\" does not fit 64 bits", "overflow" },
  { DAY, "2020-01-02,1,2,1,1,9223372036854775808", ":3:20: volume \"9223372036854775808\" does not fit 64 bits", "overflow" },
  { DAY, "2020-01-02,0,2,0,1,1", ":3:12: open \"0\" is not above zero", "not-positive" },
  { DAY, "2020-01-02,1,2,-1,1,1", ":3:16: low \"-1\" is not above zero", "not-positive" },
  { DAY, "2020-01-02,1.05,2.1,1.05,1.1,1", ":3:26: close \"1.1\" is not a multiple of price-step", "off-grid", "price-step=0.35" },
  { DAY, "2020-01-02,2,1,2,2,1", ":3:14: high \"1\" breaks low", "high-low" },
  { DAY, "2020-01-02,3,2,1,1,1", ":3:12: open \"3\" breaks low", "high-low" },
  { DAY, "2020-01-02,1,2,1,2.0001,1", ":3:18: close \"2.0001\" breaks low", "high-low" },
  { DAY, "2020-01-02,1,2,1,1,-1", ":3:20: volume \"-1\" is below zero", "negative-size" },
  { DAY, "2020-01-02,1,2,1,1,0", ":3:20: volume \"0\" is zero", "zero-volume", "zero-volume=reject" },
  { DAY, "2020-01-02,1,2,1,1,0.4", ":3:20: volume \"0.4\" is zero", "zero-volume", "zero-volume=reject" },
  { DAY, "2020-02-30,1,2,1,1,1", ":3:1: date \"2020-02-30\" is not a time", "time-syntax" },
  { DAY, "2020-01-02T25:00:00,1,2,1,1,1", ":3:1: date \"2020-01-02T25:00:00\" is not a time", "time-syntax" },
  { DAY, "20200102,1,2,1,1,1", ":3:1: date \"20200102\" is not a time", "time-syntax" },
  { DAY, "1492-10-12,1,2,1,1,1", ":3:1: date \"1492-10-12\" is not a time", "time-syntax" },
  { DAY, "2019-12-31,1,2,1,1,1", ":3:1: date \"2019-12-31\" lies before", "time-backwards" },
  { DAY, "2020-01-01,1,2,1,1,1", ":3:1: date \"2020-01-01\" is the time of an earlier bar", "time-duplicate" },
  { "date,open,high,low,close,volume,symbol\n", "2020-01-02,1,2,1,1,1,a b", ":3:22: symbol \"a b\" is not a symbol", "symbol-syntax" },
  { "date,open,high,low,close,volume,symbol\n", "2020-01-02,1,2,1,1,1,\xff\xfe", ":3:22: symbol \"\\xff\\xfe\" is not a symbol", "symbol-syntax" },
  { "date,open,high,low,close,volume,symbol\n", "2020-01-02,1,2,1,1,1,", ":3:22: symbol \"\" is empty", "empty-field" },
  { "date,open,high,low,close,volume,symbol\n", "2020-01-02,1,2,1,1,1,Y", ":3:22: symbol \"Y\" is not among the symbols", "symbol-unknown",
    "symbols=X\nother-symbols=reject" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,2,1,1,1", ":3:12: bid \"2\" is not below the ask", "crossed" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,1,1,1,1", ":3:12: bid \"1\" is not below the ask", "crossed" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,0,1,1,1", ":3:12: bid \"0\" is not above zero", "not-positive" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,1,1,-2,1", ":3:16: ask \"-2\" is not above zero", "not-positive" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,1,-1,2,1", ":3:14: bid-size \"-1\" is below zero", "negative-size" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,1,0.5,2,1", ":3:14: bid-size \"0.5\" has more decimals", "decimals" },
  { "date,bid,bid-size,ask,ask-size\n", "2020-01-02,1.05,1,1.1,1", ":3:19: ask \"1.1\" is not a multiple", "off-grid", "price-step=0.35" },
  { "date,bid,bid-size,ask,ask-size\n", "2019-01-02,1,1,2,1", ":3:1: date \"2019-01-02\" lies before", "time-backwards" },
  { "date,price,size,side,id\n", "2020-01-02,1,0,,", ":3:14: size \"0\" is zero", "zero-size" },
  { "date,price,size,side,id\n", "2020-01-02,1,-3,,", ":3:14: size \"-3\" is below zero", "negative-size" },
  { "date,price,size,side,id\n", "2020-01-02,0,1,,", ":3:12: price \"0\" is not above zero", "not-positive" },
  { "date,price,size,side,id\n", "2020-01-02,1.1,1,,", ":3:12: price \"1.1\" is not a multiple", "off-grid", "price-step=0.35" },
  { "date,price,size,side,id\n", "2020-01-02,1,1,long,", ":3:16: side \"long\" is not a side", "side-syntax" },
  { "date,price,size,side,id\n", "2020-01-02,1,1,buy,x7", ":3:20: trade-id \"x7\" is not a whole number", "id-syntax" },
  { "date,price,size,side,id\n", "2020-01-02,1,1,buy,18446744073709551616", ":3:20: trade-id \"18446744073709551616\" is not a whole", "id-syntax" },
  { "date,price,size,side,id\n", "2020-01-02,1,1,buy,111111111111111111111", ":3:20: trade-id", "id-syntax" },
};

/* A good row before and one behind the bad one, of the header's kind. */
static char *
dirty_file (const Dirt *d)
{
  const char *first = strstr (d->header, "symbol") != NULL  ? "2020-01-01,1.05,1.05,1.05,1.05,1,X"
                      : strstr (d->header, "close") != NULL ? "2020-01-01,1.05,1.05,1.05,1.05,1"
                      : strstr (d->header, "bid") != NULL   ? "2020-01-01,1.05,1,1.4,1"
                                                            : "2020-01-01,1.05,1,b,1";
  g_autofree char *last = g_strdup (first);

  last[9] = '3';
  return g_strconcat (d->header, first, "\n", d->row, "\n", last, "\n", NULL);
}

static void
check_skip (Fixture *fixture, const Dirt *d, const char *options)
{
  g_autofree char *skip = g_strconcat (options, "\non-bad-row=skip", NULL);
  g_autofree char *note = g_strconcat ("ROW_REJECTED d.csv", d->named, NULL);
  g_autofree char *summary = g_strdup_printf ("ROWS_REJECTED 1 row rejected: %s 1\nALERT 1 row rejected: %s 1\n", d->word, d->word);
  g_autoptr (Play) result = play (fixture->folder, skip);

  g_assert_no_error (result->error);
  g_test_message ("%s", result->notes->str);
  g_assert_true (g_str_has_prefix (result->notes->str, note));
  g_assert_true (g_str_has_suffix (result->notes->str, summary));
  g_assert_cmpuint (result->counts.n_rows, ==, 3);
  g_assert_cmpuint (result->counts.n_events, ==, 2);
  g_assert_cmpuint (result->counts.n_rejected, ==, 1);
}

static void
test_every_dirt (Fixture *fixture, gconstpointer data)
{
  static const char *const layouts[] = { "time", "symbol" };

  for (gsize i = 0; i < G_N_ELEMENTS (dirt); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (layouts); j++)
      {
        const Dirt *d = &dirt[i];
        g_autofree char *text = dirty_file (d);
        g_autofree char *options = g_strdup_printf ("path=@/d.csv\nlayout=%s\n%s%s", layouts[j],
                                                    strstr (d->header, "symbol") != NULL ? "" : "symbol=X\n", d->options != NULL ? d->options : "");
        g_autofree char *stop = g_strconcat (options, "\non-bad-row=stop", NULL);
        g_autoptr (Play) failed = NULL, stopped = NULL;

        write_text (fixture->folder, "d.csv", text);
        check_skip (fixture, d, options);
        failed = play (fixture->folder, options);
        assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, d->named);
        assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "correct the row or set on-bad-row=skip");
        stopped = play (fixture->folder, stop);
        g_assert_no_error (stopped->error);
        g_assert_cmpuint (stopped->counts.n_events, ==, 1);
        g_assert_cmpuint (stopped->counts.n_rejected, ==, 1);
      }
}

/* What was played before a bad row, and that half a frame is not. */
static void
test_fail_keeps_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) failed = NULL, stopped = NULL;

  write_text (fixture->folder, "a.csv",
              "date,close,open,high,low,Name\n2020-01-01,1,1,1,1,A\n2020-01-01,2,2,2,2,B\n2020-01-02,1,1,1,1,A\n2020-01-02,x,2,2,2,B\n");
  failed = play (fixture->folder, "path=@/a.csv");
  assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv:5:12: close \"x\"");
  g_assert_cmpstr (failed->frames->str, ==, "2020-01-02T00:00:00Z A 1.0000 1.0000 1.0000 1.0000 0; B 2.0000 2.0000 2.0000 2.0000 0\n");
  stopped = play (fixture->folder, "path=@/a.csv\non-bad-row=stop");
  assert_frames (stopped, "2020-01-02T00:00:00Z A 1.0000 1.0000 1.0000 1.0000 0; B 2.0000 2.0000 2.0000 2.0000 0\n"
                          "2020-01-03T00:00:00Z A 1.0000 1.0000 1.0000 1.0000 0\n");
}

static void
test_names_have_a_limit (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new (DAY);
  g_autoptr (Play) result = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "2020-01-01,1,2,1,x,1\n");
  g_string_append (text, "2020-01-01,1,2,1,1,1\n");
  write_text (fixture->folder, "a.csv", text->str);
  g_string_free (text, TRUE);
  result = play (fixture->folder, "path=@/a.csv\nsymbol=A\non-bad-row=skip\nnamed-rows-max=2");
  g_assert_no_error (result->error);
  g_assert_cmpstr (result->notes->str, ==,
                   "ROW_REJECTED a.csv:2:18: close \"x\" is not a number\nROW_REJECTED a.csv:3:18: close \"x\" is not a number\n"
                   "ROWS_REJECTED 1000 rows rejected: not-a-number 1000\nALERT 1000 rows rejected: not-a-number 1000\n");
  g_assert_cmpuint (result->counts.n_rejected, ==, 1000);
  g_assert_cmpuint (result->counts.n_events, ==, 1);
}

static void
test_zero_volume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) named = NULL, accepted = NULL;

  write_text (fixture->folder, "a.csv", DAY "2020-01-01,1,1,1,1,0\n2020-01-02,1,1,1,1,1\n");
  named = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  g_assert_no_error (named->error);
  g_assert_cmpuint (named->counts.n_events, ==, 2);
  g_assert_cmpuint (named->counts.n_rejected, ==, 0);
  g_assert_cmpstr (named->notes->str, ==, "ROW_ODD a.csv:2:20: volume \"0\" is zero\nROWS_ODD 1 rows or files are odd but were used\n");
  accepted = play (fixture->folder, "path=@/a.csv\nsymbol=A\nzero-volume=accept");
  g_assert_cmpuint (accepted->counts.n_events, ==, 2);
  g_assert_cmpstr (accepted->notes->str, ==, "");
}

static void
test_long_rows (Fixture *fixture, gconstpointer data)
{
  g_autofree char *spaces = g_strnfill (300000, 'z');
  g_autofree char *middle = g_strconcat (DAY "2020-01-01,1,1,1,1,1\n", spaces, "\n2020-01-02,1,1,1,1,1\n", NULL);
  g_autofree char *end = g_strconcat (DAY "2020-01-01,1,1,1,1,1\n", spaces, NULL);
  static const char *const blocks[] = { "64", "4096", "262144", "1000000" };

  write_text (fixture->folder, "middle.csv", middle);
  write_text (fixture->folder, "end.csv", end);
  for (gsize i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      g_autofree char *first = g_strdup_printf ("path=@/middle.csv\nsymbol=A\non-bad-row=skip\nmax-row-bytes=1000\nblock-bytes=%s", blocks[i]);
      g_autofree char *second = g_strdup_printf ("path=@/end.csv\nsymbol=A\non-bad-row=skip\nmax-row-bytes=1000\nblock-bytes=%s", blocks[i]);
      g_autoptr (Play) in_middle = play (fixture->folder, first), at_end = play (fixture->folder, second);

      g_assert_no_error (in_middle->error);
      g_assert_cmpuint (in_middle->counts.n_events, ==, 2);
      g_assert_cmpuint (in_middle->counts.n_rejected, ==, 1);
      g_assert_nonnull (strstr (in_middle->notes->str, "ROW_REJECTED middle.csv:3:1: row \"zzzz"));
      g_assert_nonnull (strstr (in_middle->notes->str, "too-long 1"));
      g_assert_no_error (at_end->error);
      g_assert_cmpuint (at_end->counts.n_events, ==, 1);
      g_assert_cmpuint (at_end->counts.n_rejected, ==, 1);
    }
}

static void
test_nul_bytes (Fixture *fixture, gconstpointer data)
{
  static const char row[] = "2020-04-02,1,1\0,1,1,1\n2020-04-03,1,1,1,1,1\n";
  static const char binary[] = "\x7f"
                               "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0\n";
  GString *far = g_string_new (DAY);
  g_autoptr (Play) skipped = NULL, refused = NULL;

  /* The beginning of a file tells whether it is text; further on a NUL is a bad row. */
  for (guint i = 0; i < 84; i++)
    g_string_append_printf (far, "2020-%02u-%02u,1,1,1,1,1\n", 1 + i / 28, 1 + i % 28);
  g_string_append_len (far, row, sizeof row - 1);
  write_bytes (fixture->folder, "a.csv", far->str, far->len);
  g_string_free (far, TRUE);
  skipped = play (fixture->folder, "path=@/a.csv\nsymbol=A\non-bad-row=skip");
  g_assert_no_error (skipped->error);
  g_assert_nonnull (strstr (skipped->notes->str, "row \"2020-04-02,1,1\\x00,1,1,1\" holds a NUL byte"));
  write_bytes (fixture->folder, "b.csv", binary, sizeof binary - 1);
  refused = play (fixture->folder, "path=@/b.csv\nsymbol=A\non-bad-row=skip");
  assert_error (refused, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "b.csv|is not text");
}

static void
test_last_line (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) accepted = NULL, rejected = NULL, cut = NULL, skipped = NULL;

  write_text (fixture->folder, "a.csv", DAY "2020-01-01,1,1,1,1,1\n2020-01-02,1,1,1,1,123");
  accepted = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  g_assert_no_error (accepted->error);
  g_assert_cmpuint (accepted->counts.n_events, ==, 2);
  g_assert_nonnull (strstr (accepted->notes->str, "ROW_ODD a.csv:3:1: row \"2020-01-02,1,1,1,1,123\" ends without a newline\n"));
  rejected = play (fixture->folder, "path=@/a.csv\nsymbol=A\nlast-line=reject");
  assert_error (rejected, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv:3:1|ends without a newline");
  g_assert_cmpuint (rejected->counts.n_events, ==, 0);
  write_text (fixture->folder, "a.csv", DAY "2020-01-01,1,1,1,1,1\n2020-01-02,1,1,1");
  cut = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  assert_error (cut, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv:3:1|ends without a newline");
  skipped = play (fixture->folder, "path=@/a.csv\nsymbol=A\non-bad-row=skip");
  g_assert_no_error (skipped->error);
  g_assert_nonnull (strstr (skipped->notes->str, "cut-off 1"));
  g_assert_cmpuint (skipped->counts.n_events, ==, 1);
}

/* A first row that is bad must not decide how the others are read. */
static void
test_bad_first_row (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Play) skipped = NULL, failed = NULL, none = NULL;

  write_text (fixture->folder, "a.csv", "time,price,size\nyesterday,1,1\n1617580800000,2,1\n");
  skipped = play (fixture->folder, "path=@/a.csv\nsymbol=A\non-bad-row=skip");
  assert_frames (skipped, "2021-04-05T00:00:00Z A 2.0000 1 - 0\n");
  failed = play (fixture->folder, "path=@/a.csv\nsymbol=A");
  assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv:2:1: time \"yesterday\"");
  write_text (fixture->folder, "b.csv", "time,price,size\nyesterday,1,1\ntoday,2,1\n12,2,1\n");
  none = play (fixture->folder, "path=@/b.csv\nsymbol=A\non-bad-row=skip");
  assert_error (none, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "b.csv|\"yesterday\"|time-format");
}

/* -- files -- */

static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *locked = g_build_filename (fixture->folder, "locked.csv", NULL);
  g_autoptr (Play) missing = NULL, pattern = NULL, folder = NULL, unreadable = NULL, list = NULL;

  missing = play (fixture->folder, "path=@/none.csv\nsymbol=A");
  assert_error (missing, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "none.csv|\"path\"");
  pattern = play (fixture->folder, "path=@/*.csv\nsymbol=A");
  assert_error (pattern, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "*.csv|\"path\"");
  folder = play (fixture->folder, "path=@/\nsymbol=A");
  assert_error (folder, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "not a regular file");
  write_text (fixture->folder, "locked.csv", DAY);
  list = play (fixture->folder, "path=@/locked.csv\nsymbol=A\nsymbols-file=@/gone.txt");
  assert_error (list, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_NOT_FOUND, "symbols-file|gone.txt");
  g_assert_cmpint (g_chmod (locked, 0), ==, 0);
  if (g_access (locked, R_OK) == 0)
    {
      g_test_message ("the superuser can read everything: not shown here");
      return;
    }
  unreadable = play (fixture->folder, "path=@/locked.csv\nsymbol=A");
  assert_error (unreadable, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_IO, "locked.csv|permissions");
}

static void
test_no_rows (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "\n\n", DAY, "date,open,high,low,close,volume", "\xef\xbb\xbf" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (Play) failed = NULL, skipped = NULL, stopped = NULL;

      write_text (fixture->folder, "a.csv", texts[i]);
      write_text (fixture->folder, "b.csv", DAY "2020-01-01,1,1,1,1,1\n");
      failed = play (fixture->folder, "path=@/*.csv\nsymbol=A\ncolumns=date,open,high,low,close,volume");
      assert_error (failed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv|holds no rows");
      skipped = play (fixture->folder, "path=@/*.csv\nsymbol=A\ncolumns=date,open,high,low,close,volume\non-bad-row=skip");
      assert_frames (skipped, "2020-01-02T00:00:00Z A 1.0000 1.0000 1.0000 1.0000 1\n");
      g_assert_nonnull (strstr (skipped->notes->str, "ROW_ODD a.csv:"));
      g_assert_nonnull (strstr (skipped->notes->str, "holds no rows"));
      stopped = play (fixture->folder, "path=@/a.csv\nsymbol=A\ncolumns=date,open,high,low,close,volume\non-bad-row=stop");
      assert_frames (stopped, "");
    }
}

static void
test_foreign_files (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *name;
  } foreign[] = { { "\xfd"
                    "7zXZ\0",
                    6, "xz" },
                  { "BZh9", 4, "bzip2" },
                  { "PAR1xxxx", 8, "Parquet" } };

  for (gsize i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      g_autofree char *parts = g_strdup_printf ("a.csv|%s|gzip, zstd or zip", foreign[i].name);
      g_autoptr (Play) result = NULL;

      write_bytes (fixture->folder, "a.csv", foreign[i].bytes, foreign[i].length);
      result = play (fixture->folder, "path=@/a.csv\nsymbol=A\non-bad-row=skip");
      assert_error (result, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, parts);
    }
}

/* A packed file that lost its end or has one wrong byte is an error or plays exactly what was packed: never something else without a word. */
static void
damage (Fixture *fixture, const char *name, const char *sound)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *options = g_strdup_printf ("path=@/%s\nsymbol=X\nblock-bytes=64\nmax-row-bytes=64", name);
  g_autofree char *bytes = NULL;
  gsize length;
  guint n_refused = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize i = 0; i < length; i++)
    for (guint way = 0; way < 2; way++)
      {
        g_autofree char *copy = g_memdup2 (bytes, length);
        g_autoptr (Play) result = NULL;

        copy[i] = (char)(copy[i] ^ 0x10);
        write_bytes (fixture->folder, name, way == 0 ? bytes : copy, way == 0 ? i : length);
        result = play (fixture->folder, options);
        n_refused += result->error != NULL;
        if (result->error == NULL)
          g_assert_cmpstr (result->frames->str, ==, sound);
        if (way == 0 && i > 0)
          g_assert_nonnull (result->error);
      }
  g_test_message ("%s: %" G_GSIZE_FORMAT " bytes, %u of %" G_GSIZE_FORMAT " damages refused", name, length, n_refused, length * 2);
  g_assert_cmpuint (n_refused, >, length);
}

static void
test_damage (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "time,price,size\n1500000000,10,1\n1500000001,10.5,2\n1500000002,9.75,3\n1500000003,10,4\n";
  static const char *const members[] = { "a.csv", text, NULL };
  g_autoptr (Play) sound = NULL;

  write_text (fixture->folder, "a.csv", text);
  sound = play (fixture->folder, "path=@/a.csv\nsymbol=X");
  g_assert_cmpuint (sound->counts.n_events, ==, 4);
  write_gzip (fixture->folder, "a.csv.gz", "wb", text);
  damage (fixture, "a.csv.gz", sound->frames->str);
  write_zstd (fixture->folder, "a.csv.zst", text);
  damage (fixture, "a.csv.zst", sound->frames->str);
  write_zip (fixture->folder, "a.zip", members);
  damage (fixture, "a.zip", sound->frames->str);
}

/* The sentence says where: a user must know how far the data are good. */
static void
test_damage_is_named (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("time,price,size\n");
  g_autofree char *path = g_build_filename (fixture->folder, "a.csv.gz", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (Play) result = NULL;
  gsize length;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "%u,%u,1\n", 1500000000 + i, 1 + (i * 7919) % 10007);
  write_gzip (fixture->folder, "a.csv.gz", "wb", text->str);
  g_string_free (text, TRUE);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  write_bytes (fixture->folder, "a.csv.gz", bytes, length - 100);
  result = play (fixture->folder, "path=@/a.csv.gz\nsymbol=X\nblock-bytes=4096\non-bad-row=skip");
  assert_error (result, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv.gz|gzip|of |ends too early|up to line 19|fetch");
  g_assert_cmpuint (result->counts.n_events, >, 19000);
}

/* A venue's recorded session, in each of its three forms: the user is told who plays it. */
static void
test_recorded_sessions (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name, *text, *parts;
  } captures[] = {
    { "a.jsonl",
      "{\"t\":\"header\",\"format\":2,\"exchange\":\"KRAKEN\",\"recorded\":1600000000.5}\n"
      "{\"t\":\"connect\",\"conn\":\"ws\",\"ts\":1600000001.5,\"addr\":\"wss://ws.kraken.com/v2\"}\n",
      "a.jsonl|recorded session|plugin=kraken and capture=" },
    { "a.0", "wss://ws-feed.coinbase.com <-> 1600000001.5\n", "a.0|recorded session|plugin=coinbase and capture=" },
    { "a.ndjson", "{\"captured_at\":\"2026-01-01\",\"url\":\"wss://127.0.0.1:9/v2\"}\n{\"rx_ns\":5,\"frame\":{}}\n",
      "a.ndjson|plugin=VENUE and capture=" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (captures); i++)
    {
      g_autofree char *options = g_strdup_printf ("path=@/%s\nsymbol=X", captures[i].name);
      g_autoptr (Play) result = NULL;

      write_text (fixture->folder, captures[i].name, captures[i].text);
      result = play (fixture->folder, options);
      assert_error (result, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT, captures[i].parts);
    }
  /* Rows in a file with such a name are rows. */
  {
    g_autoptr (Play) rows = NULL;

    write_text (fixture->folder, "b.0", "date,price,size\n2020-01-01,1,1\n");
    rows = play (fixture->folder, "path=@/b.0\nsymbol=X");
    g_assert_cmpuint (rows->counts.n_events, ==, 1);
  }
}

/* -- limits -- */

static void
test_limits (Fixture *fixture, gconstpointer data)
{
  GString *text = g_string_new ("date,price,size,symbol\n");
  g_autoptr (Play) rows = NULL, symbols = NULL, listed = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, "2020-01-01,1,1,S%u\n", i);
  write_text (fixture->folder, "a.csv", text->str);
  g_string_free (text, TRUE);
  rows = play (fixture->folder, "path=@/a.csv\nlayout=symbol\nrows-max=199");
  assert_error (rows, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "rows-max=199|layout=time");
  symbols = play (fixture->folder, "path=@/a.csv\nsymbols-max=150");
  assert_error (symbols, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "a.csv|line 152|symbols-max=150|columns");
  g_assert_cmpuint (symbols->counts.n_events, ==, 150);
  listed = play (fixture->folder, "path=@/a.csv\nsymbols=S0\nsymbols-max=150");
  assert_error (listed, PST_EXCHANGE_ERROR, PST_EXCHANGE_ERROR_DATA, "symbols-max=150");
}

#define ADD(name, function) g_test_add ("/replay/dirt/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("every-dirt", test_every_dirt);
  ADD ("fail-keeps-order", test_fail_keeps_order);
  ADD ("names-have-a-limit", test_names_have_a_limit);
  ADD ("zero-volume", test_zero_volume);
  ADD ("long-rows", test_long_rows);
  ADD ("nul-bytes", test_nul_bytes);
  ADD ("last-line", test_last_line);
  ADD ("bad-first-row", test_bad_first_row);
  ADD ("no-file", test_no_file);
  ADD ("no-rows", test_no_rows);
  ADD ("foreign-files", test_foreign_files);
  ADD ("damage", test_damage);
  ADD ("damage-is-named", test_damage_is_named);
  ADD ("recorded-sessions", test_recorded_sessions);
  ADD ("limits", test_limits);
  return g_test_run ();
}
