/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who trades a strategy that saw the future in its backtest loses money from the first day on: the command must say so, and must not cry wolf. */
#include <penstock.h>

#include <string.h>

#include "sweep-kit.h"

#define CHEAT_MANIFEST                                                               \
  "[Plugin]\nId=cheat\nName=Cheat\nKind=strategy\nModule=cheat\nVersion=1\nAbi=%d\n" \
  "NumberFormat=%d\nDescription=Cheats\nAuthors=Tests\nLicense=LGPL-2.1-or-later\nWebsite=\n"

static void
add_cheat (const TestFolder *folder)
{
  g_autofree char *built = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "tests", "sweep", "cheat.so", NULL);
  g_autofree char *module = test_folder_path (folder, "plugins/cheat.so"), *bytes = NULL;
  g_autofree char *manifest = g_strdup_printf (CHEAT_MANIFEST, PST_ABI, PST_NUMBER_FORMAT);
  g_autoptr (GError) error = NULL;
  gsize length;

  test_folder_write (folder, "plugins/cheat.plugin", manifest);
  g_file_get_contents (built, &bytes, &length, &error);
  g_file_set_contents_full (module, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0755, &error);
  g_assert_no_error (error);
}

/* (transfer full): the verb over the kit's bars, with the cheat in its ways. */
static TestOutcome *
run_with_cheat (const TestFolder *folder, const char *verb, const char *way)
{
  g_autofree char *plugins = test_folder_path (folder, "plugins");
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  g_autofree char *path = g_strdup_printf ("PENSTOCK_PLUGIN_PATH=%s:%s", plugins, g_getenv ("PENSTOCK_PLUGIN_PATH"));
  g_autofree char *more = g_strdup_printf ("[strategy seer]\nplugin=cheat\nway=%s\npath=bars.csv\norder-value=1000 USD\n", way);
  const char *const variables[] = { path, NULL };

  add_cheat (folder);
  kit_write (folder, more);
  return test_run (folder, variables, program, verb, "sample.pipeline", NULL);
}

static void
check_caught (const char *way, const char *how)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = run_with_cheat (folder, "lookahead", way);

  test_assert_exit (outcome, 11);
  test_assert_contains (outcome->output, "seer (cheat): looks ahead");
  test_assert_contains (outcome->output, how);
  test_assert_contains (outcome->output, "cross (sma-cross): good");
}

static void
test_peek (void)
{
  check_caught ("peek", "when bars from");
}

static void
test_tape (void)
{
  check_caught ("tape", "when bars from");
}

static void
test_file (void)
{
  check_caught ("file", "reads files");
}

static void
test_honest (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = run_with_cheat (folder, "lookahead", "none");

  test_assert_exit (outcome, 0);
  test_assert_contains (outcome->output, "seer (cheat): good; 8 instruments");
}

/* All of the house's strategies that say their signals bar by bar. */
static void
test_the_houses_own (void)
{
  static const char *const plugins[]
      = { "sma-cross", "ema-cross", "rsi", "macd", "bollinger", "momentum", "mean-reversion", "breakout", "volume-momentum" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (GString) more = g_string_new (NULL);
  g_autoptr (TestOutcome) outcome = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (plugins); i++)
    g_string_append_printf (more, "[strategy s-%s]\nplugin=%s\norder-value=1000 USD\n", plugins[i], plugins[i]);
  kit_write (folder, more->str);
  outcome = test_penstock (folder, "lookahead", "sample.pipeline", NULL);
  test_assert_exit (outcome, 0);
  g_assert_null (strstr (outcome->output, "looks ahead"));
  for (guint i = 0; i < G_N_ELEMENTS (plugins); i++)
    test_assert_contains (outcome->output, plugins[i]);
}

/* A window needs as many bars as it is long; an exponential average more than its period. */
static void
test_warm_up (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) window = NULL, average = NULL;

  kit_write (folder, "");
  window = test_penstock (folder, "warmup", "sample.pipeline", NULL);
  test_assert_exit (window, 0);
  test_assert_contains (window->output, "cross (sma-cross): good");
  test_assert_contains (window->output, "after 30 bars");
  average = test_penstock (folder, "warmup", "sample.pipeline", "--set", "cross.plugin=ema-cross", "--json", NULL);
  test_assert_exit (average, 11);
  test_assert_contains (average->output, "\"verdict\" : \"short\"");
}

static void
test_nothing_to_check (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *bars = g_build_filename (folder->path, "bars.csv", NULL);
  g_autoptr (TestOutcome) none = NULL, missing = NULL;

  kit_write (folder, "");
  none = test_penstock (folder, "lookahead", "nowhere.pipeline", NULL);
  test_assert_exit (none, 3);
  g_unlink (bars);
  missing = test_penstock (folder, "warmup", "sample.pipeline", NULL);
  g_assert_cmpint (missing->exit_code, !=, 0);
  test_assert_contains (missing->errors, "bars.csv");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/check-verbs/lookahead-peek", test_peek);
  g_test_add_func ("/check-verbs/lookahead-tape", test_tape);
  g_test_add_func ("/check-verbs/lookahead-file", test_file);
  g_test_add_func ("/check-verbs/lookahead-honest", test_honest);
  g_test_add_func ("/check-verbs/lookahead-the-houses-own", test_the_houses_own);
  g_test_add_func ("/check-verbs/warm-up", test_warm_up);
  g_test_add_func ("/check-verbs/nothing-to-check", test_nothing_to_check);
  return g_test_run ();
}
