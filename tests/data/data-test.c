/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock data as its user meets it. What would be lost: rows, silently; a dataset, by a crash or a second import; trades, that differ from those
 * on the files. */

#include "../kit/test-data.h"

#include <penstock.h>

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#define COLUMNS "columns=date,open,high,low,close,volume,symbol"
#define HEADER "date,open,high,low,close,volume,symbol\n"

/* Days of January 2015, of which the 1st and the 19th were holidays of the NYSE. */
static const char *const days[] = { "2015-01-02", "2015-01-05", "2015-01-06", "2015-01-07", "2015-01-08", "2015-01-09", "2015-01-12",
                                    "2015-01-13", "2015-01-14", "2015-01-15", "2015-01-16", "2015-01-20", "2015-01-21", "2015-01-22" };

static void
append_bar (GString *text, const char *day, const char *symbol, gint64 price)
{
  g_string_append_printf (text, "%s,%" G_GINT64_FORMAT ".5,%" G_GINT64_FORMAT ".25,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ".75,1000,%s\n", day,
                          price, price + 2, price - 1, price, symbol);
}

/* @n days of two symbols, one behind the other. */
static char *
make_bars (gsize n)
{
  GString *text = g_string_new (NULL);

  for (guint s = 0; s < 2; s++)
    for (gsize i = 0; i < n; i++)
      append_bar (text, days[i], s == 0 ? "XYZ" : "ABC", 100 + (gint64)((i * 7 + s * 3) % 11));
  return g_string_free (text, FALSE);
}

static char *
hash_of (const TestFolder *folder, const char *name)
{
  g_autofree char *path = test_folder_path (folder, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (PstDataset) set = pst_dataset_open (path, &error);

  g_assert_no_error (error);
  return g_strdup (pst_dataset_get_hash (set));
}

static TestOutcome *
import_file (const TestFolder *folder, const char *set, const char *file, const char *more)
{
  g_autofree char *path = g_strconcat ("path=", file, NULL);

  return test_penstock (folder, "data", "import", set, path, COLUMNS, "venue=US", more, NULL);
}

/* However it is packed, it is the same data. */
static void
test_packings (void)
{
  static const char *const names[] = { "bars.csv", "bars.csv.gz", "bars.csv.zst", "bars.zip" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *text = make_bars (5), *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *set = g_strdup_printf ("set%u", i), *hash = NULL;
      g_autoptr (TestOutcome) outcome = NULL;

      test_write_packed (folder, names[i], text);
      outcome = import_file (folder, set, names[i], "calendar=nyse");
      test_assert_exit (outcome, 0);
      test_assert_contains (outcome->output, "10 rows read from 1 files, 0 rejected; 2 series, 2 new or changed, 10 rows added");
      hash = hash_of (folder, set);
      if (first == NULL)
        first = g_steal_pointer (&hash);
      else
        g_assert_cmpstr (hash, ==, first);
    }
}

/* The same again changes nothing, a longer file adds what is new, and that is the same as if it had been imported at once. */
static void
test_again (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *five = make_bars (5), *eight = make_bars (8), *before = NULL, *after = NULL, *added = NULL, *whole = NULL;
  g_autoptr (TestOutcome) first = NULL, again = NULL, forced = NULL, longer = NULL, shorter = NULL, fresh = NULL;

  test_folder_write (folder, "five.csv", five);
  test_folder_write (folder, "eight.csv", eight);
  first = import_file (folder, "set", "five.csv", NULL);
  test_assert_exit (first, 0);
  before = test_folder_read (folder, "set/index");
  again = import_file (folder, "set", "five.csv", NULL);
  test_assert_exit (again, 0);
  test_assert_contains (again->output, "nothing changed: the same source was imported before");
  forced = import_file (folder, "set", "five.csv", "--again");
  test_assert_exit (forced, 0);
  test_assert_contains (forced->output, "0 new or changed, 0 rows added; nothing changed");
  after = test_folder_read (folder, "set/index");
  g_assert_cmpstr (before, ==, after);
  longer = import_file (folder, "set", "eight.csv", NULL);
  test_assert_contains (longer->output, "2 new or changed, 6 rows added");
  fresh = import_file (folder, "fresh", "eight.csv", NULL);
  test_assert_exit (fresh, 0);
  added = hash_of (folder, "set");
  whole = hash_of (folder, "fresh");
  g_assert_cmpstr (added, ==, whole);
  shorter = import_file (folder, "set", "five.csv", "--again");
  test_assert_contains (shorter->output, "0 new or changed, 0 rows added");
}

static void
test_conflict (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *text = make_bars (5), *before = NULL, *kept = NULL, *replaced = NULL, *whole = NULL;
  g_autoptr (GString) other = g_string_new (text);
  g_autoptr (TestOutcome) first = NULL, refused = NULL, keep = NULL, replace = NULL, fresh = NULL;

  test_folder_write (folder, "bars.csv", text);
  g_string_replace (other, "2015-01-06,103.5", "2015-01-06,103.4", 1);
  g_assert_cmpstr (other->str, !=, text);
  test_folder_write (folder, "other.csv", other->str);
  first = import_file (folder, "set", "bars.csv", NULL);
  before = hash_of (folder, "set");
  refused = import_file (folder, "set", "other.csv", NULL);
  test_assert_exit (refused, 5);
  test_assert_contains (refused->errors, "other.csv:3: XYZ.US: from 2015-01-06T00:00:00Z on");
  keep = import_file (folder, "set", "other.csv", "--on-conflict=keep");
  test_assert_exit (keep, 0);
  kept = hash_of (folder, "set");
  g_assert_cmpstr (kept, ==, before);
  replace = test_penstock (folder, "data", "import", "set", "path=other.csv", COLUMNS, "venue=US", "--on-conflict=replace", "--again", NULL);
  test_assert_exit (replace, 0);
  replaced = hash_of (folder, "set");
  fresh = import_file (folder, "fresh", "other.csv", NULL);
  whole = hash_of (folder, "fresh");
  g_assert_cmpstr (replaced, ==, whole);
}

/* Every kind of dirt, each row told with file, line and byte, and what became of it. */
static void
test_dirt (void)
{
  static const char *const expected[] = {
    "bars.csv:3:12: not-positive: open \"0\" is not above zero (rejected)",
    "bars.csv:5:12: high-low: open \"99\"",
    "bars.csv:7:1: time-duplicate: date \"2015-01-09\"",
    "bars.csv:8:1: time-backwards: date \"2015-01-05\"",
    "bars.csv:9:12: not-a-number: open \"NaNcy\"",
    "bars.csv:10:1: fields: row",
    "bars.csv:11:28: zero-volume: volume \"0\" is zero (kept)",
    "gap: 2 sessions missing between 2015-01-03T00:00:00Z and 2015-01-07T00:00:00Z",
    "gap: 1 session missing between 2015-01-08T00:00:00Z and 2015-01-09T00:00:00Z",
    "split-suspected: open 50.0000 after a close of 100.0000 looks like a split of 2:1",
    "frozen: 5 bars repeat the one before them",
    "off-session: the market was closed then",
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = NULL, failing = NULL, rejecting = NULL, json = NULL;
  g_autofree char *findings = NULL;

  test_folder_write (folder, "bars.csv",
                     HEADER "2015-01-02,100,100,100,100,5,A\n"
                            "2015-01-05,0,100,100,100,5,A\n"
                            "2015-01-07,100,100,100,100,6,A\n"
                            "2015-01-08,99,98,97,97,5,A\n"
                            "2015-01-09,100,100,100,100,5,A\n"
                            "2015-01-09,100,100,100,100,5,A\n"
                            "2015-01-05,100,100,100,100,5,A\n"
                            "2015-01-12,NaNcy,100,100,100,5,A\n"
                            "2015-01-12,100,100,100,5,A\n"
                            "2015-01-12,100,100,100,100,0,A\n"
                            "2015-01-13,50,50,50,50,5,A\n"
                            "2015-01-14,50,50,50,50,5,A\n"
                            "2015-01-15,50,50,50,50,5,A\n"
                            "2015-01-16,50,50,50,50,5,A\n"
                            "2015-01-19,50,50,50,50,5,A\n"
                            "2015-01-20,50,50,50,50,5,A\n");
  outcome = import_file (folder, "set", "bars.csv", "calendar=nyse");
  test_assert_exit (outcome, 0);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    test_assert_contains (outcome->output, expected[i]);
  test_assert_contains (outcome->output, "16 rows read from 1 files, 6 rejected; 1 series, 1 new or changed, 10 rows added");
  failing = test_penstock (folder, "data", "import", "none", "path=bars.csv", COLUMNS, "calendar=nyse", "--treat=gap=fail", NULL);
  test_assert_exit (failing, 5);
  test_assert_contains (failing->errors, "2 sessions missing");
  rejecting = test_penstock (folder, "data", "import", "less", "path=bars.csv", COLUMNS, "calendar=nyse", "--treat=frozen=reject",
                             "--treat=off-session=reject", "--findings=found.jsonl", NULL);
  test_assert_contains (rejecting->output, "1 series, 1 new or changed, 5 rows added");
  findings = test_folder_read (folder, "found.jsonl");
  test_assert_contains (findings, "\"kind\":\"frozen\",\"treatment\":\"rejected\",\"rows\":5");
  json = test_penstock (folder, "data", "import", "set", "path=bars.csv", COLUMNS, "venue=US", "calendar=nyse", "--again", "--json", NULL);
  test_assert_exit (json, 0);
  test_assert_contains (json->output, "\"time-duplicate rejected\" : 1");
}

static void
test_bad_input (void)
{
  static const struct
  {
    const char *name, *bytes;
    int code;
    const char *part;
  } cases[] = {
    { "letter.zip", "PK\3\4 this is no zip", 5, "damaged zip data" },
    { "cut.zst", "\x28\xb5\x2f\xfd", 5, "damaged zstd data" },
    { "empty.csv", "", 5, "holds no rows" },
    { "header.csv", HEADER, 5, "holds no rows" },
    { "few.csv", "2015-01-02,1,2\n2015-01-03,1,2\n", 5, "fields" },
    { "xz.csv.xz",
      "\xfd"
      "7zXZ",
      5, "is a xz file" },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) missing = import_file (folder, "set", "nowhere.csv", NULL), option = NULL, nothing = NULL, list = NULL, no_symbol = NULL;
  g_autoptr (TestOutcome) many = NULL;

  test_assert_exit (missing, 5);
  test_assert_contains (missing->errors, "nowhere.csv");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestOutcome) outcome = NULL;

      test_folder_write (folder, cases[i].name, cases[i].bytes);
      outcome = import_file (folder, "set", cases[i].name, "on-bad-row=fail");
      test_assert_exit (outcome, cases[i].code);
      test_assert_contains (outcome->errors, cases[i].part);
    }
  test_folder_write (folder, "none.csv", "2015-01-02,1,1,1,1,1,\n");
  no_symbol = import_file (folder, "set", "none.csv", "on-bad-row=fail");
  test_assert_exit (no_symbol, 5);
  test_assert_contains (no_symbol->errors, "symbol");
  option = import_file (folder, "set", "few.csv", "colums=x");
  test_assert_exit (option, 3);
  test_assert_contains (option->errors, "did you mean \"columns\"");
  test_folder_write (folder, "two.csv", "2015-01-02,1,1,1,1,1,A\n2015-01-03,1,1,1,1,1,A\n");
  many = import_file (folder, "set", "two.csv", "--rows-max=1");
  test_assert_exit (many, 5);
  test_assert_contains (many->errors, "raise --rows-max");
  nothing = test_penstock (folder, "data", "import", NULL);
  test_assert_exit (nothing, 2);
  list = test_penstock (folder, "data", "list", "set", NULL);
  test_assert_exit (list, 6);
  test_assert_contains (list->errors, "is no dataset");
}

/* A file may not grow beyond some bytes: the old data are what is there afterwards. */
static void
test_full_disk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *five = make_bars (5), *eight = make_bars (14), *before = NULL, *after = NULL;
  g_autoptr (TestOutcome) first = NULL, full = NULL, check = NULL;
  struct rlimit usual, low;

  test_folder_write (folder, "five.csv", five);
  test_folder_write (folder, "more.csv", eight);
  first = import_file (folder, "set", "five.csv", NULL);
  test_assert_exit (first, 0);
  before = hash_of (folder, "set");
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  low = usual;
  low.rlim_cur = 300;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &low), ==, 0);
  full = import_file (folder, "set", "more.csv", NULL);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  test_assert_exit (full, 6);
  test_assert_contains (full->errors, "nothing was changed, make room");
  after = hash_of (folder, "set");
  g_assert_cmpstr (before, ==, after);
  check = test_penstock (folder, "data", "check", "set", NULL);
  test_assert_exit (check, 0);
}

static void
test_check (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *text = make_bars (5), *path = test_folder_path (folder, "set/bars-1d.1/low.npy"), *bytes = NULL;
  g_autoptr (TestOutcome) first = NULL, good = NULL, bad = NULL, odd = NULL;
  gsize length;

  test_folder_write (folder, "bars.csv", text);
  first = import_file (folder, "set", "bars.csv", NULL);
  good = test_penstock (folder, "data", "check", "set", NULL);
  test_assert_exit (good, 0);
  odd = test_penstock (folder, "data", "check", "set", "--bars", "--calendar=nyse", "--json", NULL);
  test_assert_exit (odd, 0);
  test_assert_contains (odd->output, "\"odd\" : []");
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  bytes[length - 1] ^= 4;
  g_assert_true (g_file_set_contents (path, bytes, (gssize)length, NULL));
  bad = test_penstock (folder, "data", "check", "set", NULL);
  test_assert_exit (bad, 6);
  test_assert_contains (bad->output, "WRONG: bars of ABC.US: its values are not those that were imported");
}

/* What comes out is what went in, byte for byte, and goes in again with the same hash. */
static void
test_export (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *text = make_bars (8), *expected = g_strconcat (HEADER, text, NULL), *one = NULL, *two = NULL;
  g_autoptr (TestOutcome) first = NULL, all = NULL, named = NULL, unknown = NULL, again = NULL;

  test_folder_write (folder, "bars.csv", text);
  first = import_file (folder, "set", "bars.csv", NULL);
  all = test_penstock (folder, "data", "export", "set", NULL);
  test_assert_exit (all, 0);
  g_assert_cmpstr (all->output, ==, expected);
  named = test_penstock (folder, "data", "export", "set", "ABC", "--output=abc.csv", NULL);
  test_assert_exit (named, 0);
  unknown = test_penstock (folder, "data", "export", "set", "ABD", NULL);
  test_assert_exit (unknown, 3);
  test_assert_contains (unknown->errors, "did you mean \"ABC\"");
  test_folder_write (folder, "out.csv", all->output);
  again = test_penstock (folder, "data", "import", "back", "path=out.csv", "venue=US", NULL);
  test_assert_exit (again, 0);
  one = hash_of (folder, "set");
  two = hash_of (folder, "back");
  g_assert_cmpstr (one, ==, two);
}

/* Minutes of two sessions of the NYSE: hours begin with the session, the last one ends with it; days are sessions. */
static void
test_resample (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TestOutcome) first = NULL, hours = NULL, days_made = NULL, odd = NULL, shown = NULL, day = NULL;

  for (guint d = 0; d < 2; d++)
    for (guint m = 0; m < 390; m++)
      {
        guint minute = 14 * 60 + 30 + m;

        g_string_append_printf (text, "2015-01-%02uT%02u:%02u:00Z,%u,%u,%u,%u,2\n", 6 + d, minute / 60, minute % 60, 1000 + m, 1003 + m, 999 + m,
                                1001 + m);
      }
  test_folder_write (folder, "minutes.csv", text->str);
  first = test_penstock (folder, "data", "import", "set", "path=minutes.csv", "columns=time,open,high,low,close,volume", "symbol=M", "bar-period=1m",
                         "venue=US", "calendar=nyse", NULL);
  test_assert_exit (first, 0);
  hours = test_penstock (folder, "data", "resample", "set", "--to=1h", NULL);
  test_assert_exit (hours, 0);
  test_assert_contains (hours->output, "1 series resampled to 1h: 14 bars; 0 partial");
  shown = test_penstock (folder, "data", "export", "set", "--period=1h", NULL);
  test_assert_contains (shown->output, "2015-01-06T14:30:00Z,1000,1062,999,1060,120,M\n");
  test_assert_contains (shown->output, "2015-01-06T20:30:00Z,1360,1392,1359,1390,60,M\n2015-01-07T14:30:00Z,");
  days_made = test_penstock (folder, "data", "resample", "set", "--to=1d", "--period=1m", NULL);
  test_assert_exit (days_made, 0);
  day = test_penstock (folder, "data", "export", "set", "--period=1d", NULL);
  test_assert_contains (
      day->output,
      "time,open,high,low,close,volume,symbol\n2015-01-06T14:30:00Z,1000,1392,999,1390,780,M\n2015-01-07T14:30:00Z,1000,1392,999,1390,780,M\n");
  odd = test_penstock (folder, "data", "resample", "set", "--to=90s", "--period=1m", NULL);
  test_assert_exit (odd, 3);
  test_assert_contains (odd->errors, "multiple");
}

static void
test_factors (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) early = NULL, first = NULL, factors = NULL, splits = NULL, all = NULL, bad = NULL;

  test_folder_write (folder, "xyz.csv", "20150105,0.9,0.25,100\n20501231,1,1,0\n");
  test_folder_write (folder, "bars.csv", "2015-01-05,100,100,100,100,8,XYZ\n2015-01-06,25,25,25,25,32,XYZ\n");
  early = test_penstock (folder, "data", "import", "set", "--factors=xyz.csv", NULL);
  test_assert_exit (early, 3);
  first = import_file (folder, "set", "bars.csv", NULL);
  test_assert_exit (first, 0);
  factors = test_penstock (folder, "data", "import", "set", "--factors=xyz.csv", NULL);
  test_assert_exit (factors, 0);
  splits = test_penstock (folder, "data", "export", "set", "--adjust=splits", NULL);
  g_assert_cmpstr (splits->output, ==, HEADER "2015-01-05,25,25,25,25,32,XYZ\n2015-01-06,25,25,25,25,32,XYZ\n");
  all = test_penstock (folder, "data", "export", "set", "--adjust=all", NULL);
  g_assert_cmpstr (all->output, ==, HEADER "2015-01-05,22.5,22.5,22.5,22.5,32,XYZ\n2015-01-06,25,25,25,25,32,XYZ\n");
  test_folder_write (folder, "abc.csv", "x");
  test_folder_write (folder, "xyz.csv", "20150105,0.9,0\n");
  bad = test_penstock (folder, "data", "import", "set", "--factors=xyz.csv", NULL);
  test_assert_exit (bad, 5);
  test_assert_contains (bad->errors, "xyz.csv:1:14:");
}

/* -- the same trades -- */

#define RUN                 \
  "cash=1000000 USD\n"      \
  "taker-fee=0.0005\n"      \
  "[strategy cross]\n"      \
  "plugin=sma-cross\n"      \
  "fast=3\n"                \
  "slow=7\n"                \
  "order-value=20000 USD\n" \
  "[store journal]\n"       \
  "plugin=journal\n"        \
  "path=%s.journal\n"

static char *
run_and_dump (const TestFolder *folder, const char *name, const char *feed)
{
  g_autofree char *text
      = g_strdup_printf ("[pipeline]\nname=parity\nguards=none\n[exchange data]\n%s[exchange broker]\nplugin=sim\nfeed=data\n" RUN, feed, name);
  g_autofree char *file = g_strconcat (name, ".pipeline", NULL), *journal = g_strconcat (name, ".journal", NULL);
  g_autoptr (TestOutcome) outcome = NULL, fills = NULL, orders = NULL;

  test_folder_write (folder, file, text);
  outcome = test_penstock (folder, "run", file, NULL);
  test_assert_exit (outcome, 0);
  fills = test_penstock (folder, "journal", "dump", "--kind=fill", journal, NULL);
  orders = test_penstock (folder, "journal", "dump", "--kind=order", journal, NULL);
  g_assert_cmpuint (strlen (fills->output), >, 1000);
  return g_strconcat (fills->output, orders->output, NULL);
}

static void
test_parity (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TestOutcome) imported = NULL;
  g_autofree char *files = NULL, *columns = NULL;
  gint64 day = pst_time_days_from_civil (2015, 1, 5);

  /* Symbols in no order of the alphabet, of different lengths, with days that one of them lacks. */
  for (guint s = 0; s < 12; s++)
    {
      g_autofree char *symbol = g_strdup_printf ("%c%c", 'A' + (s * 7) % 12, 'A' + s);
      gint64 price = 50 + s;

      for (guint i = 0; i < 200 - s * 3; i++)
        {
          char time[PST_TIME_TEXT_SIZE];

          pst_time_print ((day + i) * PST_NS_PER_DAY, time);
          time[10] = '\0';
          price = MAX (20, price + (gint64)((i * 2654435761u + s * 40503u) >> 7 & 7) - 3);
          if (i % 17 != s)
            append_bar (text, time, symbol, price);
        }
    }
  test_write_packed (folder, "bars.csv.zst", text->str);
  imported = import_file (folder, "set", "bars.csv.zst", NULL);
  test_assert_exit (imported, 0);
  files = run_and_dump (folder, "files", "plugin=replay\npath=bars.csv.zst\n" COLUMNS "\nlayout=symbol\nvenue=US\n");
  columns = run_and_dump (folder, "columns", "plugin=columns\npath=set\n");
  g_assert_cmpstr (files, ==, columns);
}

static void
test_recorded_parity (void)
{
  g_autofree char *path = test_recording ("market-data/equities-daily/sp500-2015-2020.csv.zst");
  g_autofree char *clean = path != NULL ? test_recording ("market-data/equities-daily/sp500-2015-2020-clean-symbols.txt") : NULL;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *assignment = NULL, *replay_feed = NULL, *columns_feed = NULL, *files = NULL, *columns = NULL;
  g_autoptr (TestOutcome) imported = NULL;

  if (clean == NULL)
    return;
  assignment = g_strconcat ("path=", path, NULL);
  imported = test_penstock (folder, "data", "import", "set", assignment, "columns=date,open,high,low,close,volume,-,symbol", "venue=US",
                            "calendar=nyse", "--show=1000", NULL);
  test_assert_exit (imported, 0);
  /* The dirt that its README names. */
  test_assert_contains (imported->output, "592358 rows read from 1 files, 6 rejected; 482 series, 482 new or changed, 592352 rows added");
  test_assert_contains (imported->output, "BHF.US");
  test_assert_contains (imported->output, "SCG.US");
  test_assert_contains (imported->output, ":98308:12: high-low");
  test_assert_contains (imported->output, ":99542:12: not-positive: open \"0\"");
  test_assert_contains (imported->output, "time-duplicate");
  replay_feed
      = g_strdup_printf ("plugin=replay\npath=%s\ncolumns=date,open,high,low,close,volume,-,symbol\nlayout=symbol\non-bad-row=skip\nvenue=US\n"
                         "symbols-file=%s\n",
                         path, clean);
  columns_feed = g_strdup_printf ("plugin=columns\npath=set\nsymbols-file=%s\n", clean);
  files = run_and_dump (folder, "files", replay_feed);
  columns = run_and_dump (folder, "columns", columns_feed);
  g_assert_true (strcmp (files, columns) == 0);
}

/* Quotes and trades of two days, and minutes of a year: rows counted, and exported as they stand in their files. */
static void
test_recorded_ticks (void)
{
  g_autofree char *bac = test_recording ("market-data/ticks/lean-bac"), *btc = bac != NULL ? test_recording ("market-data/bars-1m") : NULL;
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) quotes = NULL, trades = NULL, minutes = NULL, days_made = NULL, check = NULL;
  g_autofree char *quote_path = g_strdup_printf ("path=%s/*quote*.zip", bac), *trade_path = g_strdup_printf ("path=%s/*trade*.zip", bac);
  g_autofree char *minute_path = g_strdup_printf ("path=%s/BTCUSD-*.csv.gz", btc);

  if (btc == NULL)
    return;
  quotes = test_penstock (folder, "data", "import", "set", quote_path, "columns=time,bid,bid-size,ask,ask-size,-,-,-", "time-format=ms-of-day",
                          "time-zone=America/New_York", "price-unit=0.0001", "symbol=BAC", "venue=US", "--show=1", NULL);
  test_assert_exit (quotes, 0);
  trades = test_penstock (folder, "data", "import", "set", trade_path, "columns=time,price,size,-,-,-", "time-format=ms-of-day",
                          "time-zone=America/New_York", "price-unit=0.0001", "symbol=BAC", "venue=US", "--show=1", NULL);
  test_assert_exit (trades, 0);
  minutes = test_penstock (folder, "data", "import", "set", minute_path, "columns=time,open,close,high,low,volume", "bar-period=1m", "symbol=BTC/USD",
                           "price-scale=8", "size-scale=8", "venue=BFX", "--show=1", NULL);
  test_assert_exit (minutes, 0);
  days_made = test_penstock (folder, "data", "resample", "set", "BTC/USD", "--to=1d", NULL);
  test_assert_exit (days_made, 0);
  check = test_penstock (folder, "data", "check", "set", NULL);
  test_assert_exit (check, 0);
  test_assert_contains (check->output, "4 series are as they were imported");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/packings", test_packings);
  g_test_add_func ("/data/again", test_again);
  g_test_add_func ("/data/conflict", test_conflict);
  g_test_add_func ("/data/dirt", test_dirt);
  g_test_add_func ("/data/bad-input", test_bad_input);
  g_test_add_func ("/data/full-disk", test_full_disk);
  g_test_add_func ("/data/check", test_check);
  g_test_add_func ("/data/export", test_export);
  g_test_add_func ("/data/resample", test_resample);
  g_test_add_func ("/data/factors", test_factors);
  g_test_add_func ("/data/parity", test_parity);
  g_test_add_func ("/data/recorded/parity", test_recorded_parity);
  g_test_add_func ("/data/recorded/ticks", test_recorded_ticks);
  return g_test_run ();
}
