/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock report as its user meets it: the forms, where they go, and what is said of a wrong command line or file. */

#include "../kit/test-command.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define WALK                   \
  "[pipeline]\n"               \
  "name=walk\n"                \
  "[exchange walk]\n"          \
  "plugin=template-exchange\n" \
  "cash=100000 USD\n"          \
  "bars=2000\n"                \
  "[strategy streak]\n"        \
  "plugin=template-strategy\n" \
  "order-value=5000 USD\n"     \
  "[store journal]\n"          \
  "plugin=journal\n"           \
  "path=walk.journal\n"

static TestFolder *
make_folder (void)
{
  TestFolder *folder = test_folder_new ();

  test_folder_write (folder, "walk.pipeline", WALK);
  return folder;
}

static void
test_forms (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (TestOutcome) text = test_penstock (folder, "report", "walk.pipeline", NULL);
  g_autoptr (TestOutcome) json = test_penstock (folder, "report", "walk.journal", "--json", NULL);
  g_autoptr (TestOutcome) csv = test_penstock (folder, "report", "walk.journal", "--csv", "--table", "fills", NULL);
  g_autoptr (TestOutcome) file = test_penstock (folder, "report", "walk.journal", "--csv", "-o", "statistics.csv", NULL);
  g_autofree char *written = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();

  test_assert_exit (text, 0);
  test_assert_contains (text->output, "walk: template-strategy");
  test_assert_contains (text->output, "Sharpe ratio");
  test_assert_exit (json, 0);
  g_assert_true (json_parser_load_from_data (parser, json->output, -1, NULL));
  test_assert_exit (csv, 0);
  g_assert_true (g_str_has_prefix (csv->output, "time,instrument,strategy,side,price,size,fee\n"));
  test_assert_exit (file, 0);
  g_assert_cmpstr (file->output, ==, "");
  written = test_folder_read (folder, "statistics.csv");
  g_assert_true (g_str_has_prefix (written, "group,name,value\ntotal,total_return,"));
}

/* What a journal tells is what the run told: the same fills, money and ratios. */
static void
test_journal (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (TestOutcome) run = test_penstock (folder, "report", "walk.pipeline", "--csv", "--table", "fills", NULL);
  g_autoptr (TestOutcome) read = test_penstock (folder, "report", "walk.journal", "--csv", "--table", "fills", NULL);
  g_autoptr (TestOutcome) days = test_penstock (folder, "report", "walk.journal", "--csv", "--table", "daily", NULL);

  test_assert_exit (run, 0);
  test_assert_exit (read, 0);
  g_assert_cmpstr (run->output, ==, read->output);
  test_assert_exit (days, 0);
  g_assert_cmpuint (strlen (days->output), >, 20);
}

/* Per run, symbol, strategy, month and year, in each form. */
static void
check_groups (const TestFolder *folder, const char *key)
{
  static const char *const groups[] = { "total", "instrument WALK.WALK", "strategy template-strategy", "year 20", "month 20" };
  g_autoptr (TestOutcome) csv = test_penstock (folder, "report", key, "--results", "results.db", "--csv", "--table", "statistics", NULL);
  g_autoptr (TestOutcome) json = test_penstock (folder, "report", key, "--results", "results.db", "--json", NULL);
  g_autoptr (TestOutcome) html = test_penstock (folder, "report", key, "--results", "results.db", "--html", "-o", "kept.html", NULL);
  g_autofree char *page = NULL;

  test_assert_exit (csv, 0);
  test_assert_exit (json, 0);
  test_assert_exit (html, 0);
  page = test_folder_read (folder, "kept.html");
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      g_autofree char *row = g_strconcat ("\n", groups[i], NULL), *member = g_strconcat ("\"", groups[i], NULL);

      test_assert_contains (csv->output, row);
      test_assert_contains (json->output, member);
      test_assert_contains (page, member);
    }
}

/* What was kept is reported as what was just run, but for what needs bars. */
static void
test_kept (void)
{
  g_autoptr (TestFolder) folder = make_folder ();
  g_autoptr (TestOutcome) kept = test_penstock (folder, "run", "walk.pipeline", "--results", "results.db", NULL);
  g_autoptr (TestOutcome) from_journal = test_penstock (folder, "report", "walk.journal", "--csv", "--table", "fills", NULL);
  g_autoptr (TestOutcome) list = test_penstock (folder, "results", "list", "results.db", "--json", NULL);
  g_autoptr (TestOutcome) unknown = test_penstock (folder, "report", "00000000", "--results", "results.db", NULL);
  g_autoptr (TestOutcome) fills = NULL;
  g_autofree char *key = NULL;
  const char *place;

  test_assert_exit (kept, 0);
  test_assert_exit (list, 0);
  place = strstr (list->output, "\"key\" : \"");
  g_assert_nonnull (place);
  key = g_strndup (place + strlen ("\"key\" : \""), 12);
  fills = test_penstock (folder, "report", key, "--results", "results.db", "--csv", "--table", "fills", NULL);
  test_assert_exit (fills, 0);
  g_assert_cmpstr (fills->output, ==, from_journal->output);
  check_groups (folder, key);
  test_assert_exit (unknown, 2);
  test_assert_contains (unknown->errors, "there is no result \"00000000\"");
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *arguments[6];
    int exit_code;
    const char *message;
  } cases[] = {
    { { "report" }, 2, "an argument is missing" },
    { { "report", "walk.pipeline", "--html", "--json" }, 2, "one of --html, --json and --csv" },
    { { "report", "walk.pipeline", "--table", "trades" }, 2, "--table goes with --csv" },
    { { "report", "walk.pipeline", "--csv", "--table", "deals" }, 2, "there is no table \"deals\"" },
    { { "report", "walk.pipeline", "--periods", "1000" }, 2, "--periods is from 1 to 366" },
    { { "report", "walk.pipeline", "--engine", "fast" }, 2, "--engine is event or columnar" },
    { { "report", "nothing.journal" }, 6, "there is no file \"nothing.journal\"" },
    { { "report", "broken.journal" }, 6, "" },
    { { "report", "broken.pipeline" }, 3, "" },
    { { "report", "walk.pipeline", "--sweep", "nothing.csv" }, 6, "nothing.csv" },
    { { "report", "walk.pipeline", "--sweep", "bad.csv" }, 3, "bad.csv:2: " },
    { { "report", "walk.pipeline", "--benchmark", "GOLD" }, 3, "no bars of an instrument \"GOLD\"" },
    { { "report", "walk.pipeline", "--html", "--chart-library", "/nonexistent" }, 3, "libjs-chart.js" },
    { { "report", "walk.pipeline", "--json", "-o", "no/such/folder" }, 6, "the report cannot be written" },
  };
  g_autoptr (TestFolder) folder = make_folder ();

  {
    g_autofree char *unrecorded = g_strndup (WALK, (gsize)(strstr (WALK, "[store") - WALK));

    test_folder_write (folder, "walk.pipeline", unrecorded);
  }
  test_folder_write (folder, "broken.pipeline", "[pipeline]\nnam=walk\n");
  test_folder_write (folder, "bad.csv", "set,cross.fast,sharpe\n0,5,one\n");
  {
    g_autofree char *path = g_build_filename (folder->path, "broken.journal", NULL);

    g_assert_true (g_file_set_contents (path, "no\0journal", 10, NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const *a = cases[i].arguments;
      g_autoptr (TestOutcome) outcome = test_penstock (folder, a[0], a[1], a[2], a[3], a[4], NULL);

      test_assert_exit (outcome, cases[i].exit_code);
      test_assert_contains (outcome->errors, cases[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/report/forms", test_forms);
  g_test_add_func ("/command/report/journal", test_journal);
  g_test_add_func ("/command/report/kept", test_kept);
  g_test_add_func ("/command/report/wrong", test_wrong);
  return g_test_run ();
}
