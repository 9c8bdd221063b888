/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command as its user meets it: what it prints, what it says when something is wrong, and its exit codes, on which scripts rely. */

#include "../kit/test-command.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
  "[guard limit]\n"            \
  "plugin=template-guard\n"    \
  "quantity-max=48\n"

static void
test_help (void)
{
  static const char *const verbs[] = { "run", "record", "check", "plugins", "inspect", "new", "journal", "audit", "state", "token", "version" };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) help = test_penstock (folder, "--help", NULL);

  test_assert_exit (help, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autoptr (TestOutcome) outcome = test_penstock (folder, verbs[i], "--help", NULL);

      test_assert_contains (help->output, verbs[i]);
      test_assert_exit (outcome, 0);
      test_assert_contains (outcome->output, "Usage:");
      g_assert_cmpstr (outcome->errors, ==, "");
    }
}

static void
test_usage (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) nothing = test_penstock (folder, NULL);
  g_autoptr (TestOutcome) verb = test_penstock (folder, "chekc", "x", NULL);
  g_autoptr (TestOutcome) option = test_penstock (folder, "run", "--fast", "x", NULL);
  g_autoptr (TestOutcome) argument = test_penstock (folder, "run", NULL);
  g_autoptr (TestOutcome) arguments = test_penstock (folder, "run", "a", "b", NULL);

  test_assert_exit (nothing, 2);
  test_assert_exit (verb, 2);
  test_assert_contains (verb->errors, "did you mean \"check\"");
  test_assert_exit (option, 2);
  test_assert_contains (option->errors, "--fast");
  test_assert_exit (argument, 2);
  test_assert_contains (argument->errors, "an argument is missing");
  test_assert_exit (arguments, 2);
}

static void
test_verb_run (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = NULL;

  test_folder_write (folder, "walk.pipeline", WALK);
  outcome = test_penstock (folder, "run", "walk.pipeline", NULL);
  test_assert_exit (outcome, 0);
  test_assert_contains (outcome->output, "walk-1 of user local");
  test_assert_contains (outcome->output, "Strategy");
  test_assert_contains (outcome->output, "quantity_above_maximum");
  /* Piped: no progress bar, nothing at all. */
  g_assert_cmpstr (outcome->errors, ==, "");
}

static JsonObject *
parse_object (JsonParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_run_json (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (TestOutcome) outcome = NULL;
  JsonObject *summary;

  test_folder_write (folder, "walk.pipeline", WALK);
  outcome = test_penstock (folder, "run", "--json", "--run-id", "mine", "--set", "walk.bars=500", "walk.pipeline", NULL);
  test_assert_exit (outcome, 0);
  summary = parse_object (parser, outcome->output);
  g_assert_cmpstr (json_object_get_string_member (summary, "run"), ==, "mine");
  g_assert_cmpstr (json_object_get_string_member (summary, "state"), ==, "stopped");
  g_assert_cmpint (json_object_get_int_member (summary, "events"), ==, 500);
  g_assert_cmpstr (json_object_get_string_member (summary, "initial_equity"), ==, "100000 USD");
  g_assert_cmpint (json_array_get_length (json_object_get_array_member (summary, "strategies")), ==, 1);
}

/* Everything that is wrong is said at once, with the nearest known name. */
static void
test_check (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) good = NULL, bad = NULL, json = NULL, missing = NULL;

  test_folder_write (folder, "walk.pipeline", WALK);
  good = test_penstock (folder, "check", "walk.pipeline", NULL);
  test_assert_exit (good, 0);
  test_folder_write (folder, "bad.pipeline",
                     "[pipeline]\nname=bad\nmoed=paper\n[exchange walk]\nplugin=template-exchange\nbras=10\ncash=ten\n"
                     "[strategy s]\nplugin=template-stragety\n[guards g]\nplugin=template-guard\n");
  bad = test_penstock (folder, "check", "bad.pipeline", NULL);
  test_assert_exit (bad, 3);
  test_assert_contains (bad->errors, "moed");
  test_assert_contains (bad->errors, "\"mode\"");
  test_assert_contains (bad->errors, "\"bars\"");
  test_assert_contains (bad->errors, "cash");
  test_assert_contains (bad->errors, "template-strategy");
  test_assert_contains (bad->errors, "guards g");
  test_assert_contains (bad->errors, "bad.pipeline:3");
  json = test_penstock (folder, "check", "--json", "bad.pipeline", NULL);
  test_assert_exit (json, 3);
  test_assert_contains (json->output, "\"valid\" : false");
  missing = test_penstock (folder, "check", "none.pipeline", NULL);
  test_assert_exit (missing, 3);
  test_assert_contains (missing->errors, "none.pipeline");
}

static void
test_plugins (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (TestOutcome) text = test_penstock (folder, "plugins", NULL);
  g_autoptr (TestOutcome) json = test_penstock (folder, "plugins", "--json", "--load", NULL);
  g_autoptr (TestOutcome) inspected = test_penstock (folder, "inspect", "sma-cross", NULL);
  g_autoptr (TestOutcome) unknown = test_penstock (folder, "inspect", "sma-corss", NULL);

  test_assert_exit (text, 0);
  test_assert_contains (text->output, "sma-cross");
  test_assert_exit (json, 0);
  g_assert_true (json_parser_load_from_data (parser, json->output, -1, NULL));
  test_assert_exit (inspected, 0);
  test_assert_contains (inspected->output, "slow");
  test_assert_contains (inspected->output, "Signals:");
  test_assert_exit (unknown, 4);
  test_assert_contains (unknown->errors, "\"sma-cross\"");
}

static void
test_new (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *template = g_strconcat ("PENSTOCK_TEMPLATE_PATH=", g_getenv ("PENSTOCK_SOURCE_DIR"), "/plugins/template", NULL);
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  const char *variables[] = { template, NULL };
  g_autoptr (TestOutcome) made = test_run (folder, variables, program, "new", "guard", "my-limit", NULL);
  g_autoptr (TestOutcome) again = test_run (folder, variables, program, "new", "guard", "my-limit", NULL);
  g_autoptr (TestOutcome) kind = test_run (folder, variables, program, "new", "gaurd", "x", NULL);
  g_autoptr (TestOutcome) id = test_run (folder, variables, program, "new", "guard", "My_Limit", NULL);
  g_autofree char *source = NULL, *manifest = NULL;

  test_assert_exit (made, 0);
  source = test_folder_read (folder, "my-limit/my-limit.c");
  test_assert_contains (source, "my_limit_review");
  g_assert_null (strstr (source, "emplate"));
  manifest = test_folder_read (folder, "my-limit/my-limit.plugin.in");
  test_assert_contains (manifest, "Id=my-limit");
  test_assert_exit (again, 1);
  test_assert_contains (again->errors, "exists already");
  test_assert_exit (kind, 2);
  test_assert_contains (kind->errors, "\"guard\"");
  test_assert_exit (id, 2);
}

static void
test_version (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) text = test_penstock (folder, "--version", NULL);
  g_autoptr (TestOutcome) json = test_penstock (folder, "version", "--json", NULL);

  test_assert_exit (text, 0);
  test_assert_contains (text->output, "penstock 0.");
  test_assert_contains (json->output, "\"abi\" : 1");
}

/* Ctrl-C in mid-run: the run ends in order and its records are whole. */
static void
test_interrupt (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  const char *argv[] = { program, "run", "--json", "long.pipeline", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) output = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *journal = test_folder_path (folder, "long.journal");
  g_autoptr (TestOutcome) verified = NULL;
  char buffer[4096];
  GPid pid;
  int out, status;
  gssize n;

  test_folder_write (folder, "long.pipeline",
                     "[pipeline]\nname=long\n[exchange walk]\nplugin=template-exchange\nbars=100000000\ncash=100000 USD\n"
                     "[strategy streak]\nplugin=template-strategy\norder-value=5000 USD\n[store journal]\nplugin=journal\npath=long.journal\n");
  g_spawn_async_with_pipes (folder->path, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  /* The journal's file appears when the run has started: from there on a signal ends it in order. */
  while (!g_file_test (journal, G_FILE_TEST_EXISTS))
    g_thread_yield ();
  kill (pid, SIGINT);
  while ((n = read (out, buffer, sizeof buffer)) > 0)
    g_string_append_len (output, buffer, n);
  close (out);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 130);
  g_assert_cmpstr (json_object_get_string_member (parse_object (parser, output->str), "state"), ==, "stopped");
  verified = test_penstock (folder, "journal", "verify", "long.journal", NULL);
  test_assert_exit (verified, 0);
  test_assert_contains (verified->output, "sound");
}

/* kill -USR1 in mid-run: the switch is engaged and remembers it; the run goes on until it is told to end. */
static void
test_kill (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  const char *argv[] = { program, "run", "kill.pipeline", NULL };
  g_autofree char *journal = test_folder_path (folder, "kill.journal"), *state = test_folder_path (folder, "kill.state"), *text = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  GPid pid;

  test_folder_write (folder, "kill.pipeline",
                     "[pipeline]\nname=kill\n[exchange walk]\nplugin=template-exchange\nbars=100000000\ncash=100000 USD\n"
                     "[guard kill]\nplugin=kill-switch\nstate-file=kill.state\n[store journal]\nplugin=journal\npath=kill.journal\n");
  g_spawn_async (folder->path, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                 &pid, &error);
  g_assert_no_error (error);
  while (!g_file_test (journal, G_FILE_TEST_EXISTS))
    g_thread_yield ();
  kill (pid, SIGUSR1);
  while (!g_file_test (state, G_FILE_TEST_EXISTS))
    g_thread_yield ();
  kill (pid, SIGINT);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 130);
  text = test_folder_read (folder, "kill.state");
  test_assert_contains (text, "active=true");
  test_assert_contains (text, "reason=signal");
}

/* A token is made, shown without its secret, and taken back. */
static void
test_token (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) made = test_penstock (folder, "token", "create", "tokens", "--user", "ann", "--scopes", "trade", "--label", "laptop", NULL);
  g_autoptr (TestOutcome) listed = test_penstock (folder, "token", "list", "tokens", NULL);
  g_autoptr (TestOutcome) revoked = test_penstock (folder, "token", "revoke", "tokens", "1", NULL);
  g_autoptr (TestOutcome) shown = test_penstock (folder, "token", "list", "tokens", "--json", NULL);
  g_autoptr (TestOutcome) unknown = test_penstock (folder, "token", "revoke", "tokens", "2", NULL);
  g_autoptr (TestOutcome) scopeless = test_penstock (folder, "token", "create", "tokens", "--user", "ann", "--scopes", "root", NULL);
  g_autofree char *text = test_folder_read (folder, "tokens");

  test_assert_exit (made, 0);
  g_assert_true (g_str_has_prefix (made->output, "pst_"));
  g_strchomp (made->output);
  test_assert_exit (listed, 0);
  test_assert_contains (listed->output, "ann");
  test_assert_contains (listed->output, "valid");
  test_assert_contains (listed->output, "laptop");
  test_assert_exit (revoked, 0);
  test_assert_exit (shown, 0);
  test_assert_contains (shown->output, "\"state\" : \"revoked\"");
  g_assert_null (strstr (listed->output, made->output));
  g_assert_null (strstr (shown->output, made->output));
  g_assert_null (strstr (text, made->output));
  test_assert_exit (unknown, 1);
  test_assert_contains (unknown->errors, "there is no token 2");
  test_assert_exit (scopeless, 2);
  test_assert_contains (scopeless->errors, "none of read, trade, admin");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command/help", test_help);
  g_test_add_func ("/command/usage", test_usage);
  g_test_add_func ("/command/run", test_verb_run);
  g_test_add_func ("/command/run-json", test_run_json);
  g_test_add_func ("/command/check", test_check);
  g_test_add_func ("/command/plugins", test_plugins);
  g_test_add_func ("/command/new", test_new);
  g_test_add_func ("/command/version", test_version);
  g_test_add_func ("/command/interrupt", test_interrupt);
  g_test_add_func ("/command/kill", test_kill);
  g_test_add_func ("/command/token", test_token);
  return g_test_run ();
}
