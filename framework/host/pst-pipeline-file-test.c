/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pipeline files. An operator must be told every mistake at once, with its line, and must get exactly the run that the file describes: a
 * limit that is not read is a limit that does not hold. */

#include "pst-pipeline-file.h"

#include "../../tests/loader/loader-kit.h"

typedef struct
{
  PstTestFolder *folder; /* where the pipeline file is */
  PstCatalogue *catalogue;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = pst_test_folder_new ();
  fixture->catalogue = loader_kit_scan (g_getenv ("PENSTOCK_TEST_GOOD"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->catalogue);
  pst_test_folder_free (fixture->folder);
}

/* @overrides: NULL-terminated, or NULL */
static PstRun *
build_with (Fixture *fixture, const char *text, const char *const *overrides, GError **error)
{
  g_autofree char *path = pst_test_folder_write (fixture->folder, "p.conf", text, -1, 0600);
  g_autoptr (PstPipelineFile) file = pst_pipeline_file_load (path, error);

  if (file == NULL)
    return NULL;
  for (guint i = 0; overrides != NULL && overrides[i] != NULL; i++)
    if (!pst_pipeline_file_override (file, overrides[i], error))
      return NULL;
  return pst_pipeline_file_build (file, fixture->catalogue, error);
}

static PstRun *
build (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  PstRun *run = build_with (fixture, text, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (run);
  return run;
}

static void
assert_errors_with (Fixture *fixture, const char *text, const char *const *overrides, GQuark domain, int code, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) run = build_with (fixture, text, overrides, &error);
  g_autofree char *path = g_build_filename (fixture->folder, "p.conf", NULL);
  g_autofree char *with_folder = loader_kit_replace (expected, "@FOLDER@", fixture->folder);
  g_autofree char *finished = loader_kit_replace (with_folder, "@GOOD@", g_getenv ("PENSTOCK_TEST_GOOD"));

  g_assert_null (run);
  loader_kit_assert_message (error, domain, code, finished, path);
}

/* In @expected, @DIR@ is the file's path, @FOLDER@ its folder, @GOOD@ that of the plugins. */
static void
assert_errors (Fixture *fixture, const char *text, const char *expected)
{
  assert_errors_with (fixture, text, NULL, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID, expected);
}

#define PIPELINE "[pipeline]\nname=test\n"

static void
test_least (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstRun) run = build (fixture, PIPELINE "[exchange data]\nplugin=good-exchange\n");
  const PstRunRecord *record = pst_context_get_run (PST_CONTEXT (run));

  g_assert_cmpstr (record->pipeline, ==, "test");
  g_assert_cmpstr (record->user_id, ==, "local");
  g_assert_cmpstr (record->run_id, ==, "test-1");
  g_assert_cmpint ((int)record->mode, ==, PST_MODE_BACKTEST);
  g_assert_cmpuint (record->seed, ==, 1);
  g_assert_cmpstr (record->currency->code, ==, "USD");
  g_assert_cmpuint (pst_run_get_n_components (run), ==, 1);
  g_assert_cmpstr (pst_component_get_name (pst_run_get_component (run, 0)), ==, "data");
  g_assert_cmpstr (pst_component_get_plugin (pst_run_get_component (run, 0)), ==, "good-exchange");
}

static const char everything[] = "# All that can be said.\n"
                                 "[strategy cross]\n"
                                 "plugin = good-strategy\n"
                                 "symbol=AAPL\n"
                                 "label={user}/{run}/{pipeline} {other}\n"
                                 "fast=20\n"
                                 "side=sell\n"
                                 "eager=yes\n"
                                 "budget=50.5 EUR\n"
                                 "rate=0.25\n"
                                 "pause=5s\n"
                                 "[pipeline]\n"
                                 "name=all\n"
                                 "description=Everything\n"
                                 "mode=paper\n"
                                 "user=ann@example.org\n"
                                 "run-id=Run_1.a\n"
                                 "currency=EUR\n"
                                 "seed=18446744073709551615\n"
                                 "guards=none\n"
                                 "cancel-on-halt=false\n"
                                 "flatten-on-end=true\n"
                                 "tick-interval=1d\n"
                                 "[store ledger]\n"
                                 "plugin=good-store\n"
                                 "path={user}-{run}.db\n"
                                 "[exchange data]\n"
                                 "plugin=good-exchange\n"
                                 "path=bars.csv\n"
                                 "files=a.csv;/b.csv;{run}.csv\n"
                                 "[service web]\n"
                                 "plugin=good-service\n"
                                 "[guard kill]\n"
                                 "plugin=good-guard\n";

static void
assert_string (PstRun *run, guint index, const char *option, const char *expected)
{
  g_autofree char *value = NULL;

  g_object_get (pst_run_get_component (run, index), option, &value, NULL);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_everything (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PstRun) run = build (fixture, everything);
  const PstRunRecord *record = pst_context_get_run (PST_CONTEXT (run));
  PstComponent *cross = pst_run_get_component (run, 0);
  g_autofree char *ledger = g_build_filename (fixture->folder, "ann@example.org-Run_1.a.db", NULL);
  g_autofree char *bars = g_build_filename (fixture->folder, "bars.csv", NULL);
  g_autofree char *own = g_build_filename (fixture->folder, "Run_1.a.csv", NULL);
  g_auto (GStrv) files = NULL;
  g_autoptr (PstMoney) budget = NULL;
  g_autoptr (PstDecimal) rate = NULL;
  gint64 pause_ns;
  int fast, side;
  gboolean eager;

  g_assert_cmpstr (record->run_id, ==, "Run_1.a");
  g_assert_cmpstr (record->user_id, ==, "ann@example.org");
  g_assert_cmpint ((int)record->mode, ==, PST_MODE_PAPER);
  g_assert_cmpuint (record->seed, ==, G_MAXUINT64);
  g_assert_cmpstr (record->currency->code, ==, "EUR");
  g_assert_cmpuint (pst_run_get_n_components (run), ==, 5);
  g_object_get (cross, "fast", &fast, "side", &side, "eager", &eager, "budget", &budget, "rate", &rate, "pause", &pause_ns, NULL);
  g_assert_cmpint (fast, ==, 20);
  g_assert_cmpint (side, ==, PST_SIDE_SELL);
  g_assert_true (eager);
  g_assert_cmpstr (budget->currency->code, ==, "EUR");
  g_assert_cmpint (budget->amount, ==, G_GINT64_CONSTANT (5050000000));
  g_assert_cmpint (rate->mantissa, ==, 25);
  g_assert_cmpint (pause_ns, ==, 5 * PST_NS_PER_SECOND);
  assert_string (run, 0, "label", "ann@example.org/Run_1.a/all {other}");
  assert_string (run, 1, "path", ledger);
  assert_string (run, 2, "path", bars);
  g_object_get (pst_run_get_component (run, 2), "files", &files, NULL);
  g_assert_cmpuint (g_strv_length (files), ==, 3);
  g_assert_true (g_str_has_suffix (files[0], "/a.csv") && g_str_has_prefix (files[0], fixture->folder));
  g_assert_cmpstr (files[1], ==, "/b.csv");
  g_assert_cmpstr (files[2], ==, own);
  g_assert_cmpstr (pst_component_get_name (pst_run_get_component (run, 3)), ==, "web");
  g_assert_cmpint ((int)pst_component_get_kind (pst_run_get_component (run, 4)), ==, PST_COMPONENT_KIND_GUARD);
}

/* One file with nearly everything wrong: all of it is told, in the file's order. */
static void
test_all_errors_at_once (Fixture *fixture, gconstpointer data)
{
  assert_errors_with (
      fixture,
      "nonsense\n"
      "[pipeline]\n"
      "name=Not good\n"
      "mode=papre\n"
      "seed=-1\n"
      "currency=U$D\n"
      "sede=1\n"
      "tick-interval=5\n"
      "[exchang data]\n"
      "[strategy]\n"
      "plugin=good-strategy\n"
      "symbol=A\n"
      "[strategy Cross]\n"
      "plugin=good-stratgy\n"
      "[strategy gate]\n"
      "plugin=good-guard\n"
      "[guard kill]\n"
      "[guard other]\n"
      "plugin=\n"
      "[strategy cross]\n"
      "plugin=good-strategy\n"
      "fast=0\n"
      "fsat=3\n"
      "side=by\n"
      "budget=50\n"
      "label=\\q\n"
      "rate=0.5 # half\n"
      "fast=4\n"
      "[store cross]\n"
      "plugin=good-store\n"
      "path=\n"
      "[service web]\n"
      "plugin=good-service\n"
      "port=1\n"
      "[pipeline two]\n"
      "x=1\n",
      NULL, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_SYNTAX,
      "@DIR@:1: \"nonsense\" is neither a group, KEY=VALUE nor a comment (# at its start)\n"
      "@DIR@:3: [pipeline] name: \"Not good\" cannot be used; allowed: up to 48 of a-z, 0-9 and '-', beginning with a letter or digit\n"
      "@DIR@:4: [pipeline] mode: \"papre\" cannot be used; allowed: one of backtest, paper, live; did you mean \"paper\"?\n"
      "@DIR@:5: [pipeline] seed: \"-1\" cannot be used; allowed: integer of at least 0\n"
      "@DIR@:6: [pipeline] currency: \"U$D\" cannot be used; allowed: currency code of 1 to 15 of A-Z, 0-9, '.', '_' and '-', like USD\n"
      "@DIR@:7: [pipeline] sede: unknown option; did you mean \"seed\"?\n"
      "@DIR@:8: [pipeline] tick-interval: \"5\" cannot be used; allowed: duration from 0s to 366d (a number and us, ms, s, m, h or d)\n"
      "@DIR@:9: [exchang data] unknown kind of group \"exchang\"; allowed: pipeline, exchange NAME, strategy NAME, guard NAME, store NAME, "
      "service NAME; did you mean \"exchange\"?\n"
      "@DIR@:10: [strategy] the component has no name; write [strategy NAME]\n"
      "@DIR@:13: [strategy Cross] bad component name \"Cross\"; allowed: up to 63 of a-z, 0-9 and '-', beginning with a letter or digit\n"
      "@DIR@:14: [strategy Cross] plugin: no plugin \"good-stratgy\" on the search path \"@GOOD@\"; did you mean \"good-strategy\"?\n"
      "@DIR@:15: [strategy gate] the component name \"gate\" is reserved; choose another\n"
      "@DIR@:16: [strategy gate] plugin: plugin \"good-guard\" is a guard, not a strategy; choose another plugin or another kind of group\n"
      "@DIR@:17: [guard kill] plugin: required, but not set; plugins of this kind: good-guard\n"
      "@DIR@:19: [guard other] plugin: required, but not set; plugins of this kind: good-guard\n"
      "@DIR@:20: [strategy cross] symbol: required, but not set; allowed: text\n"
      "@DIR@:22: [strategy cross] fast: \"0\" cannot be used; allowed: integer from 1 to 10000\n"
      "@DIR@:23: [strategy cross] fsat: unknown option; did you mean \"fast\"?\n"
      "@DIR@:24: [strategy cross] side: \"by\" cannot be used; allowed: one of none, buy, sell; did you mean \"buy\"?\n"
      "@DIR@:25: [strategy cross] budget: \"50\" cannot be used; allowed: amount above zero and its currency, like \"50 USD\"\n"
      "@DIR@:26: [strategy cross] label: a backslash begins an escape: \\s, \\n, \\t, \\r or \\\\; write \\\\ for a backslash\n"
      "@DIR@:27: [strategy cross] rate: \"0.5 # half\" cannot be used; allowed: fraction of one from 0 to 1; a comment needs a line of its own\n"
      "@DIR@:28: [strategy cross] fast: the key stands already in line 22; remove one\n"
      "@DIR@:29: [store cross] the name \"cross\" is taken by [strategy cross] in line 20; choose another\n"
      "@DIR@:31: [store cross] path: required, but not set; allowed: file's path\n"
      "@DIR@:34: [service web] port: unknown option; good-service has no options\n"
      "@DIR@:35: [pipeline two] the group has no name; write [pipeline]");
}

static void
test_no_pipeline_group (Fixture *fixture, gconstpointer data)
{
  assert_errors (fixture, "", "@DIR@: [pipeline] name: required, but not set; allowed: text");
  assert_errors (fixture, "[pipeline]\nname=\n",
                 "@DIR@:2: [pipeline] name: \"\" cannot be used; allowed: up to 48 of a-z, 0-9 and '-', beginning with a letter or digit");
}

static void
test_unknown_option_far_away (Fixture *fixture, gconstpointer data)
{
  assert_errors (fixture, PIPELINE "[exchange data]\nplugin=good-exchange\nelephant=1\n",
                 "@DIR@:5: [exchange data] elephant: unknown option; options of good-exchange: calendar, path, files, token");
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "", "-a", "a_b", "a b", "ä", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *with_space = g_strdup_printf (PIPELINE "[guard %s]\nplugin=good-guard\n", bad[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (PstRun) run = build_with (fixture, with_space, NULL, &error);

      g_assert_null (run);
      if (i == 0) /* "[guard ]" is no group */
        g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_SYNTAX);
      else
        g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID);
    }
  g_object_unref (build (fixture, PIPELINE "[guard 9-a]\nplugin=good-guard\n[guard aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n"
                                           "plugin=good-guard\n"));
}

static void
test_guards (Fixture *fixture, gconstpointer data)
{
  assert_errors (fixture, PIPELINE "mode=live\n[exchange data]\nplugin=good-exchange\n",
                 "@DIR@:1: [pipeline] guards: mode=live without any [guard NAME]; add a guard, or write guards=none when an empty chain is meant");
  assert_errors (fixture, PIPELINE "mode=paper\n",
                 "@DIR@:1: [pipeline] guards: mode=paper without any [guard NAME]; add a guard, or write guards=none when an empty chain is meant");
  g_object_unref (build (fixture, PIPELINE "mode=live\nguards=none\n[exchange data]\nplugin=good-exchange\n"));
  g_object_unref (build (fixture, PIPELINE "mode=live\n[guard kill]\nplugin=good-guard\n"));
}

static void
test_overrides (Fixture *fixture, gconstpointer data)
{
  static const char text[] = PIPELINE "[strategy cross]\nplugin=good-strategy\nfast=0\n";
  const char *const good[] = { "cross.symbol=A=B.C", "strategy cross.fast=5", "cross.fast=7", "pipeline.name=other", "pipeline.seed=3", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) run = build_with (fixture, text, good, &error);
  int fast;

  g_assert_no_error (error);
  g_assert_cmpstr (pst_context_get_run (PST_CONTEXT (run))->run_id, ==, "other-1");
  g_assert_cmpuint (pst_context_get_run (PST_CONTEXT (run))->seed, ==, 3);
  assert_string (run, 0, "symbol", "A=B.C");
  g_object_get (pst_run_get_component (run, 0), "fast", &fast, NULL);
  g_assert_cmpint (fast, ==, 7);
}

static void
test_override_errors (Fixture *fixture, gconstpointer data)
{
  static const char text[] = PIPELINE "[strategy cross]\nplugin=good-strategy\nfast=x\n[exchange data]\nplugin=good-exchange\n";
  const char *const bad[]
      = { "cross.fast=9999999", "cross.symbl=1", "crss.fast=1", "elephant.x=hunter2", "data.token=hunter2", "data.plugin=good-gurd", NULL };

  assert_errors_with (
      fixture, text, bad, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID,
      "@DIR@:3: [strategy cross] symbol: required, but not set; allowed: text\n"
      "--set cross.fast: [strategy cross] fast: \"9999999\" cannot be used; allowed: integer from 1 to 10000\n"
      "--set cross.symbl: [strategy cross] symbl: unknown option; did you mean \"symbol\"?\n"
      "--set data.plugin: [exchange data] plugin: no plugin \"good-gurd\" on the search path \"@GOOD@\"; did you mean \"good-guard\"?\n"
      "--set crss.fast: the file has no component \"crss\"; did you mean \"cross\"?\n"
      "--set elephant.x: the file has no component \"elephant\"; allowed: pipeline, cross, data");
}

static void
test_override_form (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "", "=", "cross", "cross=1", ".fast=1", "cross.=1", "cross.fast", "a=b.c", "a.b=\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      const char *const overrides[] = { bad[i], NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (PstRun) run = build_with (fixture, PIPELINE, overrides, &error);

      g_assert_null (run);
      g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID);
      g_assert_true (g_str_has_suffix (error->message, "not an assignment; write --set GROUP.OPTION=VALUE"));
    }
}

/* A secret never stands in the file, on the command line or in a message. */
static void
test_secrets (Fixture *fixture, gconstpointer data)
{
  static const char text[] = PIPELINE "[exchange data]\nplugin=good-exchange\ntoken=@file:token\n";
  const char *const literal[] = { "data.token=hunter2", NULL };
  g_autofree char *path = pst_test_folder_write (fixture->folder, "token", "{run}hunter2\n", -1, 0600);
  g_autoptr (PstRun) run = build (fixture, text);

  assert_string (run, 0, "token", "{run}hunter2");
  assert_errors (fixture, PIPELINE "[exchange data]\nplugin=good-exchange\ntoken=hunter2\n",
                 "@DIR@:5: [exchange data] token: a secret must not stand here, where others see it; write @env:NAME or @file:PATH");
  assert_errors (fixture, PIPELINE "[exchange data]\nplugin=good-exchange\ntoken=@@hunter2\n",
                 "@DIR@:5: [exchange data] token: a secret must not stand here, where others see it; write @env:NAME or @file:PATH");
  assert_errors_with (fixture, text, literal, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID,
                      "--set data.token: [exchange data] token: a secret must not stand here, where others see it; write @env:NAME or @file:PATH");
  g_assert_cmpint (chmod (path, 0644), ==, 0);
  assert_errors (fixture, text,
                 "@DIR@:5: [exchange data] token: the file \"@FOLDER@/token\" holds a secret and is open to group or others; run chmod go= on it");
}

/* What came from elsewhere may be a secret though the option is none: its value is not told either. */
static void
test_references (Fixture *fixture, gconstpointer data)
{
  static const char text[]
      = PIPELINE "seed=@env:PENSTOCK_TEST_SEED\n[strategy cross]\nplugin=good-strategy\nsymbol=@@A\nlabel=@env:PENSTOCK_TEST_LABEL\n";
  g_autoptr (PstRun) run = NULL;

  g_setenv ("PENSTOCK_TEST_SEED", "12", TRUE);
  g_setenv ("PENSTOCK_TEST_LABEL", "{pipeline}!", TRUE);
  run = build (fixture, text);
  g_assert_cmpuint (pst_context_get_run (PST_CONTEXT (run))->seed, ==, 12);
  assert_string (run, 0, "symbol", "@A");
  assert_string (run, 0, "label", "test!");
  g_setenv ("PENSTOCK_TEST_SEED", "hunter2", TRUE);
  g_unsetenv ("PENSTOCK_TEST_LABEL");
  assert_errors (fixture, text,
                 "@DIR@:3: [pipeline] seed: the value of \"@env:PENSTOCK_TEST_SEED\" cannot be used; allowed: integer of at least 0\n"
                 "@DIR@:7: [strategy cross] label: the environment variable \"PENSTOCK_TEST_LABEL\" is not set; set it, or refer to another one");
}

#define WITH_STORE PIPELINE "[store ledger]\nplugin=good-store\npath=runs\n"

static void
test_run_id_auto (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = pst_test_folder_write (fixture->folder, "runs", "ann test-1\nlocal test-1\nlocal test-2\nlocal test-4\n", -1, 0600);
  g_autoptr (PstRun) run = build (fixture, WITH_STORE);
  g_autoptr (PstRun) two_stores = NULL;

  g_assert_cmpstr (pst_context_get_run (PST_CONTEXT (run))->run_id, ==, "test-3");
  g_free (pst_test_folder_write (fixture->folder, "more", "local test-3\nlocal test-5\n", -1, 0600));
  two_stores = build (fixture, WITH_STORE "[store second]\nplugin=good-store\npath=more\n");
  g_assert_cmpstr (pst_context_get_run (PST_CONTEXT (two_stores))->run_id, ==, "test-6");
}

/* A store whose file has the run's name in it is asked for each name in the file of that name. */
static void
test_run_id_in_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = pst_test_folder_write (fixture->folder, "test-1.db", "local test-1\n", -1, 0600);
  g_autofree char *path = g_build_filename (fixture->folder, "test-2.db", NULL);
  g_autoptr (PstRun) run
      = build (fixture, PIPELINE "[store ledger]\nplugin=good-store\npath={run}.db\n[strategy s]\nplugin=good-strategy\nsymbol={run}\n");

  g_assert_cmpstr (pst_context_get_run (PST_CONTEXT (run))->run_id, ==, "test-2");
  assert_string (run, 0, "path", path);
  assert_string (run, 1, "symbol", "test-2");
}

static void
test_run_id_taken (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = pst_test_folder_write (fixture->folder, "runs", "local mine\n", -1, 0600);
  const char *const taken[] = { "pipeline.run-id=mine", NULL };
  const char *const other_user[] = { "pipeline.run-id=mine", "pipeline.user=ann", NULL };
  const char *const bad[] = { "pipeline.run-id=../x", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PstRun) run = NULL;

  assert_errors_with (fixture, WITH_STORE, taken, PST_STORE_ERROR, PST_STORE_ERROR_EXISTS,
                      "[store ledger] has a run \"mine\" of user \"local\" already; choose another run-id, or run-id=auto");
  assert_errors_with (
      fixture, WITH_STORE, bad, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_INVALID,
      "--set pipeline.run-id: [pipeline] run-id: \"../x\" cannot be used; allowed: auto, or up to 63 letters, digits, '-', '_' and '.', beginning "
      "with a letter or digit");
  run = build_with (fixture, WITH_STORE, other_user, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pst_context_get_run (PST_CONTEXT (run))->run_id, ==, "mine");
}

static void
test_store_cannot_be_asked (Fixture *fixture, gconstpointer data)
{
  const char *const given[] = { "pipeline.run-id=mine", NULL };

  g_free (pst_test_folder_write (fixture->folder, "runs", "damaged", -1, 0600));
  assert_errors_with (fixture, WITH_STORE, NULL, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT, "[store ledger] \"@FOLDER@/runs\" is damaged at offset 0");
  assert_errors_with (fixture, WITH_STORE, given, PST_STORE_ERROR, PST_STORE_ERROR_CORRUPT,
                      "[store ledger] \"@FOLDER@/runs\" is damaged at offset 0");
}

/* When a plugin is all that is wrong, the exit code says plugin, not file. */
static void
test_refused_plugin (Fixture *fixture, gconstpointer data)
{
  static const char text[] = PIPELINE "[strategy a]\nplugin=key-missing\n[strategy b]\nplugin=nobody\n";
  g_autofree char *search_path = g_strjoin (":", g_getenv ("PENSTOCK_TEST_GOOD"), fixture->folder, NULL);

  g_free (loader_kit_add_manifest (fixture->folder, "key-missing"));
  g_clear_object (&fixture->catalogue);
  fixture->catalogue = loader_kit_scan (search_path);
  assert_errors_with (
      fixture, text, NULL, PST_PLUGIN_ERROR, PST_REFUSAL_KEY_MISSING,
      "@DIR@:4: [strategy a] plugin: manifest \"@FOLDER@/key-missing.plugin\" lacks the key Version; add Version=...\n"
      "@DIR@:6: [strategy b] plugin: no plugin \"nobody\" on the search path \"@GOOD@\", \"@FOLDER@\"; check the id, or add the plugin's folder to "
      "PENSTOCK_PLUGIN_PATH");
}

static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *gone = g_build_filename (fixture->folder, "gone.conf", NULL);
  g_autofree char *huge = g_strnfill (1024 * 1024 + 1, '#');
  g_autofree char *path = pst_test_folder_write (fixture->folder, "huge.conf", huge, -1, 0600);

  g_assert_null (pst_pipeline_file_load (gone, &error));
  loader_kit_assert_message (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_READ,
                             "pipeline file \"@DIR@/gone.conf\": cannot open it: No such file or directory; check its name and mode",
                             fixture->folder);
  g_clear_error (&error);
  g_assert_null (pst_pipeline_file_load (path, &error));
  g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_READ);
  g_clear_error (&error);
  g_assert_null (pst_pipeline_file_new_from_data (huge, -1, "huge", &error));
  g_assert_error (error, PST_PIPELINE_ERROR, PST_PIPELINE_ERROR_READ);
}

static void
test_from_data (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PstPipelineFile) file
      = pst_pipeline_file_new_from_data (PIPELINE "[exchange data]\nplugin=good-exchange\npath=x.csv\n#cut", -1, "p.conf", &error);
  g_autoptr (PstRun) run = NULL;
  g_autoptr (PstRun) again = NULL;

  g_assert_no_error (error);
  run = pst_pipeline_file_build (file, fixture->catalogue, &error);
  g_assert_no_error (error);
  assert_string (run, 0, "path", "x.csv"); /* here is here */
  again = pst_pipeline_file_build (file, fixture->catalogue, &error);
  g_assert_no_error (error);
  g_assert_true (again != run);
}

static void
test_too_many_components (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (PIPELINE);

  for (guint i = 0; i <= 1000; i++)
    g_string_append_printf (text, "[guard g%u]\nplugin=good-guard\n", i);
  assert_errors (fixture, text->str, "@DIR@:2003: [guard g1000] more than 1000 components; divide the pipeline");
}

int
main (int argc, char **argv)
{
  g_autoptr (PstTestFolder) good = pst_test_folder_new ();

  g_test_init (&argc, &argv, NULL);
  loader_kit_add_all_good (good);
  g_setenv ("PENSTOCK_TEST_GOOD", good, TRUE);
  g_test_add ("/pipeline-file/least", Fixture, NULL, set_up, test_least, tear_down);
  g_test_add ("/pipeline-file/everything", Fixture, NULL, set_up, test_everything, tear_down);
  g_test_add ("/pipeline-file/all-errors-at-once", Fixture, NULL, set_up, test_all_errors_at_once, tear_down);
  g_test_add ("/pipeline-file/no-pipeline-group", Fixture, NULL, set_up, test_no_pipeline_group, tear_down);
  g_test_add ("/pipeline-file/unknown-option-far-away", Fixture, NULL, set_up, test_unknown_option_far_away, tear_down);
  g_test_add ("/pipeline-file/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/pipeline-file/guards", Fixture, NULL, set_up, test_guards, tear_down);
  g_test_add ("/pipeline-file/overrides", Fixture, NULL, set_up, test_overrides, tear_down);
  g_test_add ("/pipeline-file/override-errors", Fixture, NULL, set_up, test_override_errors, tear_down);
  g_test_add ("/pipeline-file/override-form", Fixture, NULL, set_up, test_override_form, tear_down);
  g_test_add ("/pipeline-file/secrets", Fixture, NULL, set_up, test_secrets, tear_down);
  g_test_add ("/pipeline-file/references", Fixture, NULL, set_up, test_references, tear_down);
  g_test_add ("/pipeline-file/run-id-auto", Fixture, NULL, set_up, test_run_id_auto, tear_down);
  g_test_add ("/pipeline-file/run-id-in-path", Fixture, NULL, set_up, test_run_id_in_path, tear_down);
  g_test_add ("/pipeline-file/run-id-taken", Fixture, NULL, set_up, test_run_id_taken, tear_down);
  g_test_add ("/pipeline-file/store-cannot-be-asked", Fixture, NULL, set_up, test_store_cannot_be_asked, tear_down);
  g_test_add ("/pipeline-file/refused-plugin", Fixture, NULL, set_up, test_refused_plugin, tear_down);
  g_test_add ("/pipeline-file/unreadable", Fixture, NULL, set_up, test_unreadable, tear_down);
  g_test_add ("/pipeline-file/from-data", Fixture, NULL, set_up, test_from_data, tear_down);
  g_test_add ("/pipeline-file/too-many-components", Fixture, NULL, set_up, test_too_many_components, tear_down);
  return g_test_run ();
}
