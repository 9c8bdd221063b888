/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock results by its command line, on both databases: what a researcher finds, compares, takes out and removes, and that nothing else goes. */
#include "../kit/test-command.h"
#include "../kit/test-ledger.h"

#include <json-glib/json-glib.h>
#include <penstock-check.h>
#include <string.h>

#define WALK                   \
  "[pipeline]\n"               \
  "name=walk\n"                \
  "user=%s\n"                  \
  "[exchange walk]\n"          \
  "plugin=template-exchange\n" \
  "cash=100000 USD\n"          \
  "bars=400\n"                 \
  "[strategy trade]\n"         \
  "plugin=%s\n"                \
  "order-value=5000 USD\n"

typedef struct
{
  TestFolder *folder;
  PstCheckPostgres *postgres; /* NULL: SQLite */
  char *database;
  char *place;
  gboolean skipped;
} Fixture;

static const char *const runs[][2] = { { "ann", "template-strategy" }, { "ann", "sma-cross" }, { "bob", "rsi" } };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *why_not = NULL;
  g_autofree char *host = NULL;

  fixture->folder = test_folder_new ();
  fixture->place = g_strdup ("results.db");
  if (strcmp (data, "postgresql") == 0)
    {
      fixture->postgres = pst_check_postgres_get_default (&why_not);
      fixture->skipped = fixture->postgres == NULL;
      if (fixture->skipped)
        {
          g_test_skip (why_not);
          return;
        }
      fixture->database = pst_check_postgres_create_database (fixture->postgres);
      host = g_uri_escape_string (pst_check_postgres_get_host (fixture->postgres), NULL, FALSE);
      g_free (fixture->place);
      fixture->place = g_strdup_printf ("postgresql://" PST_CHECK_POSTGRES_USER "@/%s?host=%s", fixture->database, host);
    }
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autofree char *text = g_strdup_printf (WALK, runs[i][0], runs[i][1]), *name = g_strdup_printf ("%s.pipeline", runs[i][1]);
      g_autoptr (TestOutcome) outcome = NULL;

      test_folder_write (fixture->folder, name, text);
      outcome = test_penstock (fixture->folder, "run", name, "--results", fixture->place, "-q", NULL);
      test_assert_exit (outcome, 0);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->database != NULL)
    pst_check_postgres_drop_database (fixture->postgres, fixture->database);
  test_folder_free (fixture->folder);
  g_free (fixture->database);
  g_free (fixture->place);
}

/* penstock results ACTION LEDGER with up to four arguments. */
static TestOutcome *
results (Fixture *fixture, const char *action, const char *a, const char *b, const char *c, const char *d)
{
  return test_penstock (fixture->folder, "results", action, fixture->place, a, b, c, d, NULL);
}

/* (transfer full): how many "list" shows with this choice, and which strategies: "sma-cross rsi". */
static char *
list (Fixture *fixture, const char *a, const char *b, const char *c, const char *d)
{
  g_autoptr (TestOutcome) outcome = test_penstock (fixture->folder, "results", "list", fixture->place, "--json", a, b, c, d, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GString) names = g_string_new (NULL);
  JsonArray *found;

  test_assert_exit (outcome, 0);
  g_assert_true (json_parser_load_from_data (parser, outcome->output, -1, NULL));
  found = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (found); i++)
    {
      JsonArray *strategies = json_object_get_array_member (json_array_get_object_element (found, i), "strategies");

      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", json_array_get_string_element (strategies, 0));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

#define ASSERT_LIST(expected, ...)                         \
  G_STMT_START                                             \
  {                                                        \
    g_autofree char *listed = list (fixture, __VA_ARGS__); \
    g_assert_cmpstr (listed, ==, expected);                \
  }                                                        \
  G_STMT_END

/* (transfer full): of the only result of a strategy. */
static char *
get_key (Fixture *fixture, const char *strategy)
{
  g_autoptr (TestOutcome) outcome = results (fixture, "list", "--json", "--strategy", strategy, NULL);
  const char *place = strstr (outcome->output, "\"key\" : \"");

  test_assert_exit (outcome, 0);
  g_assert_nonnull (place);
  return g_strndup (place + strlen ("\"key\" : \""), 16);
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  if (fixture->skipped)
    return;
  ASSERT_LIST ("rsi sma-cross template-strategy", NULL, NULL, NULL, NULL);
  ASSERT_LIST ("template-strategy sma-cross rsi", "--reverse", NULL, NULL, NULL);
  ASSERT_LIST ("sma-cross", "--strategy", "sma-cross", NULL, NULL);
  ASSERT_LIST ("sma-cross template-strategy", "--user", "ann", NULL, NULL);
  ASSERT_LIST ("", "--user", "nobody", NULL, NULL);
  ASSERT_LIST ("", "--symbol", "NOTHERE", NULL, NULL);
  ASSERT_LIST ("rsi sma-cross template-strategy", "--since", "2020-01-01", NULL, NULL);
  ASSERT_LIST ("", "--until", "2020-01-01", NULL, NULL);
  ASSERT_LIST ("template-strategy sma-cross rsi", "--where", "trades>=0", NULL, NULL); /* the highest first */
  ASSERT_LIST ("", "--where", "trades>=1000000", NULL, NULL);
  ASSERT_LIST ("sma-cross", "--limit", "1", "--offset", "1");
}

static void
test_wrong (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][5] = {
    { "list", "--where", "sharp>=1", "", "sharpe" },
    { "list", "--order", "nothing", "", "nothing" },
    { "list", "--where", "sharpe", "", "NAME>=NUMBER" },
    { "list", "--since", "yesterday", "", "write a day" },
    { "show", "00000000", NULL, "", "there is no result \"00000000\"" },
    { "show", "xyz", NULL, "", "is no result's key" },
    { "export", "00000000", NULL, "", "there is no result" },
    { "list", "--dry-run", NULL, "", "options of prune" },
    { "prune", NULL, NULL, "", "say one of them" },
    { "compare", "00000000", NULL, "", "two to sixteen" },
  };

  if (fixture->skipped)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestOutcome) outcome = results (fixture, cases[i][0], cases[i][1], cases[i][2], NULL, NULL);

      g_test_message ("%s: %s", cases[i][0], outcome->errors);
      test_assert_exit (outcome, 2);
      g_assert_cmpstr (outcome->output, ==, cases[i][3]);
      test_assert_contains (outcome->errors, cases[i][4]);
    }
  ASSERT_LIST ("rsi sma-cross template-strategy", NULL, NULL, NULL, NULL);
}

static void
test_show (Fixture *fixture, gconstpointer data)
{
  g_autofree char *one = NULL, *other = NULL;
  g_autoptr (TestOutcome) show = NULL, json = NULL, mine = NULL, others = NULL, compare = NULL;

  if (fixture->skipped)
    return;
  one = get_key (fixture, "sma-cross");
  other = get_key (fixture, "rsi");
  show = results (fixture, "show", one, NULL, NULL, NULL);
  test_assert_exit (show, 0);
  test_assert_contains (show->output, "sma-cross");
  json = results (fixture, "show", one, "--json", NULL, NULL);
  test_assert_exit (json, 0);
  test_assert_contains (json->output, "\"total_return\"");
  mine = results (fixture, "show", one, "--user", "ann", NULL);
  test_assert_exit (mine, 0);
  g_assert_cmpstr (mine->output, ==, show->output);
  others = results (fixture, "show", one, "--user", "bob", NULL);
  test_assert_exit (others, 2);
  test_assert_contains (others->errors, "of user bob");
  g_assert_cmpstr (others->output, ==, "");
  compare = results (fixture, "compare", one, other, NULL, NULL);
  test_assert_exit (compare, 0);
  test_assert_contains (compare->output, "* differs");
}

static void
test_export (Fixture *fixture, gconstpointer data)
{
  static const char *const tables[][2] = {
    { "statistics", "group,name,value\n" },
    { "fills", "time,instrument,strategy,side,price,size,fee\n" },
    { "trades", "" },
    { "equity", "time," },
    { "daily", "" },
  };
  g_autofree char *key = NULL, *written = NULL;
  g_autoptr (TestOutcome) json = NULL, file = NULL, again = NULL, wrong = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (fixture->skipped)
    return;
  key = get_key (fixture, "template-strategy");
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autoptr (TestOutcome) csv = results (fixture, "export", key, "--table", tables[i][0], NULL);

      test_assert_exit (csv, 0);
      g_assert_true (g_str_has_prefix (csv->output, tables[i][1]));
      g_assert_nonnull (strchr (strchr (csv->output, '\n') + 1, '\n')); /* a head and rows */
    }
  json = results (fixture, "export", key, "--format", "json", NULL);
  test_assert_exit (json, 0);
  g_assert_true (json_parser_load_from_data (parser, json->output, -1, NULL));
  file = results (fixture, "export", key, "-o", "out.csv", NULL);
  test_assert_exit (file, 0);
  written = test_folder_read (fixture->folder, "out.csv");
  g_assert_cmpuint (strlen (written), >, 20);
  again = results (fixture, "export", key, "-o", "out.csv", NULL);
  g_assert_cmpint (again->exit_code, !=, 0); /* a file that is there is not written over */
  wrong = results (fixture, "export", key, "--format", "xml", NULL);
  test_assert_exit (wrong, 2);
  test_assert_contains (wrong->errors, "one of csv, json");
}

static void
test_prune (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) dry = NULL, done = NULL, json = NULL;

  if (fixture->skipped)
    return;
  done = results (fixture, "prune", "--user", "ann", "--keep", "1");
  test_assert_exit (done, 0);
  g_clear_pointer (&done, test_outcome_free);
  ASSERT_LIST ("rsi sma-cross", NULL, NULL, NULL, NULL); /* the newest of ann stays, and bob's */
  dry = results (fixture, "prune", "--keep", "0", "--dry-run", NULL);
  test_assert_exit (dry, 0);
  test_assert_contains (dry->output, "would remove 2 results");
  ASSERT_LIST ("rsi sma-cross", NULL, NULL, NULL, NULL);
  json = results (fixture, "prune", "--where", "trades>=1000000", "--json", NULL);
  test_assert_exit (json, 0);
  test_assert_contains (json->output, "\"removed\" : 0");
  done = results (fixture, "prune", "--until", "2100-01-01", "--strategy", "rsi");
  test_assert_exit (done, 0);
  test_assert_contains (done->output, "removed 1 result\n");
  ASSERT_LIST ("sma-cross", NULL, NULL, NULL, NULL);
}

/* The same backtest of another user is computed, not told from somebody else's; one's own is answered. */
static void
test_run_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestOutcome) again = NULL, other = NULL;

  if (fixture->skipped)
    return;
  again = test_penstock (fixture->folder, "run", "sma-cross.pipeline", "--results", fixture->place, NULL);
  test_assert_exit (again, 0);
  test_assert_contains (again->errors, "from the store");
  other = test_penstock (fixture->folder, "run", "sma-cross.pipeline", "--results", fixture->place, "--set", "pipeline.user=bob", NULL);
  test_assert_exit (other, 0);
  test_assert_contains (other->errors, "kept in");
  ASSERT_LIST ("sma-cross rsi", "--user", "bob", NULL, NULL);
}

#define ADD(path, func)                                                                                  \
  G_STMT_START                                                                                           \
  {                                                                                                      \
    g_test_add ("/command/results/" path "/sqlite", Fixture, "sqlite", set_up, func, tear_down);         \
    g_test_add ("/command/results/" path "/postgresql", Fixture, "postgresql", set_up, func, tear_down); \
  }                                                                                                      \
  G_STMT_END

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("list", test_list);
  ADD ("wrong", test_wrong);
  ADD ("show", test_show);
  ADD ("export", test_export);
  ADD ("prune", test_prune);
  ADD ("run", test_run_again);
  return g_test_run ();
}
