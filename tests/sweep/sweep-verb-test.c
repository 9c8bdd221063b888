/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* penstock sweep as a researcher meets it: the best is what a run of it gives, the results are the same however they were come by, and nothing that
 * was computed is lost. */
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-kit.h"

#define SPACE "--vary", "cross.fast=2..12", "--vary", "cross.slow=8..30/2"

static JsonObject *
parse (JsonParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

/* The numbers of a sweep are those of the run that it recommends. */
static void
test_best_is_what_a_run_gives (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) sweep = NULL, run = NULL;
  g_autoptr (JsonParser) sweep_parser = json_parser_new (), run_parser = json_parser_new ();
  g_autofree char *fast = NULL, *slow = NULL;
  JsonObject *best, *parameters, *statistics;

  kit_write (folder, "[sweep]\ncross.fast=2..12\ncross.slow=8..30/2\n");
  sweep = test_penstock (folder, "sweep", "sample.pipeline", "--engine", "event", "--json", NULL);
  test_assert_exit (sweep, 0);
  best = json_array_get_object_element (json_object_get_array_member (parse (sweep_parser, sweep->output), "best"), 0);
  parameters = json_object_get_object_member (best, "parameters");
  statistics = json_object_get_object_member (best, "statistics");
  fast = g_strconcat ("cross.fast=", json_object_get_string_member (parameters, "cross.fast"), NULL);
  slow = g_strconcat ("cross.slow=", json_object_get_string_member (parameters, "cross.slow"), NULL);
  run = test_penstock (folder, "run", "sample.pipeline", "--json", "--set", fast, "--set", slow, NULL);
  test_assert_exit (run, 0);
  g_assert_cmpfloat (json_object_get_double_member (statistics, "max_drawdown"), ==,
                     json_object_get_double_member (json_object_get_object_member (parse (run_parser, run->output), "total"), "max_drawdown"));
}

static void
test_same_bytes_on_any_threads (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) one = NULL, three = NULL, csv = NULL;

  kit_write (folder, "");
  one = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-j", "1", "-r", "one", NULL);
  test_assert_exit (one, 0);
  three = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-j", "3", "-r", "three", "--csv", "all.csv", NULL);
  test_assert_exit (three, 0);
  kit_assert_same (folder, "one", "three");
  {
    g_autofree char *text = test_folder_read (folder, "all.csv");
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

    g_assert_cmpuint (g_strv_length (lines), ==, 1 + 132 + 1);
    g_assert_cmpstr (lines[0], ==, "set,state,cross.fast,cross.slow,sharpe,total_return,max_drawdown,trades,win_rate");
    test_assert_contains (text, ",refused,12,10,,,,,\n");
  }
}

/* Ends the process with @signal as soon as its results file was written @n times. */
static int
run_until_written (const TestFolder *folder, const char *const *argv, int signal, guint n, char **errors)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  int watch = inotify_init1 (IN_CLOEXEC);
  guint n_seen = 0;

  g_assert_cmpint (inotify_add_watch (watch, folder->path, IN_MODIFY), >=, 0);
  g_subprocess_launcher_set_cwd (launcher, folder->path);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  while (n_seen < n)
    {
      char events[4096] __attribute__ ((aligned (8)));
      gssize length = read (watch, events, sizeof events);

      for (gssize i = 0; i < length; i += (gssize)sizeof (struct inotify_event) + ((struct inotify_event *)(gpointer)(events + i))->len)
        n_seen += g_str_has_prefix (((struct inotify_event *)(gpointer)(events + i))->name, "cut");
    }
  close (watch);
  g_subprocess_send_signal (process, signal);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, errors, &error);
  g_assert_no_error (error);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

#define WIDE "cross.fast=2..20", "--vary", "cross.slow=22..50/2"

static void
check_cut_off (int signal, int exit_code)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL), *errors = NULL;
  const char *const argv[] = { program, "sweep", "sample.pipeline", "--vary", WIDE, "--engine", "event", "-j", "2", "-r", "cut", NULL };
  g_autoptr (TestOutcome) whole = NULL, refused = NULL, resumed = NULL;

  kit_write (folder, "");
  g_assert_cmpint (run_until_written (folder, argv, signal, 8, &errors), ==, exit_code);
  if (exit_code == 130)
    test_assert_contains (errors, "--resume");
  refused = test_penstock (folder, "sweep", "sample.pipeline", "--vary", WIDE, "--engine", "event", "-r", "cut", NULL);
  test_assert_exit (refused, 6);
  test_assert_contains (refused->errors, "--resume");
  test_assert_contains (refused->errors, "--force");
  resumed = test_penstock (folder, "sweep", "sample.pipeline", "--vary", WIDE, "--engine", "event", "-r", "cut", "--resume", NULL);
  test_assert_exit (resumed, 0);
  test_assert_contains (resumed->output, "from before");
  whole = test_penstock (folder, "sweep", "sample.pipeline", "--vary", WIDE, "--engine", "event", "-r", "whole", NULL);
  test_assert_exit (whole, 0);
  kit_assert_same (folder, "cut", "whole");
}

static void
test_interrupted (void)
{
  check_cut_off (SIGINT, 130);
}

static void
test_killed (void)
{
  check_cut_off (SIGKILL, -1);
}

/* The limit on the size of files is a disk that is full, and as sudden. */
static void
test_full_disk (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *program = g_build_filename (g_getenv ("PENSTOCK_BUILD_DIR"), "framework", "tools", "penstock", NULL);
  g_autofree char *command
      = g_strdup_printf ("trap '' XFSZ; ulimit -f 9; exec '%s' sweep sample.pipeline --vary cross.fast=2..12 --vary cross.slow=8..30/2 "
                         "--engine event -r cut",
                         program);
  g_autoptr (TestOutcome) full = NULL, resumed = NULL, whole = NULL;

  kit_write (folder, "");
  full = test_run (folder, NULL, "/bin/sh", "-c", command, NULL);
  test_assert_exit (full, 6);
  test_assert_contains (full->errors, "--resume");
  test_assert_contains (full->errors, "sets are done and kept");
  resumed = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-r", "cut", "--resume", NULL);
  test_assert_exit (resumed, 0);
  whole = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-r", "whole", NULL);
  test_assert_exit (whole, 0);
  kit_assert_same (folder, "cut", "whole");
}

static void
check_refused (const TestFolder *folder, int exit_code, const char *message, const char *a, const char *b, const char *c, const char *d)
{
  g_autoptr (TestOutcome) outcome = test_penstock (folder, "sweep", "sample.pipeline", "--engine", "event", a, b, c, d, NULL);

  test_assert_exit (outcome, exit_code);
  test_assert_contains (outcome->errors, message);
}

static void
test_bad_input (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) none = NULL;

  kit_write (folder, "");
  none = test_penstock (folder, "sweep", "sample.pipeline", NULL);
  test_assert_exit (none, 3);
  test_assert_contains (none->errors, "no parameter set");
  check_refused (folder, 3, "did you mean \"cross\"?", "--vary", "cros.fast=1..2", NULL, NULL);
  check_refused (folder, 3, "did you mean \"fast\"?", "--vary", "cross.fats=1..2", NULL, NULL);
  check_refused (folder, 3, "did you mean \"sharpe\"?", "--vary", "cross.fast", "--objective", "sharp");
  check_refused (folder, 3, "9,999,900,000 parameter sets", "--vary", "cross.fast=1..100000", "--vary", "cross.slow=2..100000");
  check_refused (folder, 3, "holds no value", "--vary", "cross.fast=5..2", NULL, NULL);
  check_refused (folder, 3, "1 to 100000", "--vary", "cross.fast=0..5", NULL, NULL);
  check_refused (folder, 3, "did you mean \"random\"?", "--vary", "cross.fast", "--method", "randm");
  check_refused (folder, 2, "--slice 3: write I/N", "--vary", "cross.fast", "--slice", "3");
  check_refused (folder, 3, "no slice 9/3", "--vary", "cross.fast", "--slice", "9/3");
  check_refused (folder, 2, "engines:", "--vary", "cross.fast", "--engine", "warp");
}

static void
test_all_refused (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = NULL;

  kit_write (folder, "");
  outcome = test_penstock (folder, "sweep", "sample.pipeline", "--engine", "event", "--vary", "cross.fast=30..50", NULL);
  test_assert_exit (outcome, 3);
  test_assert_contains (outcome->output, "21 left out");
  test_assert_contains (outcome->errors, "fast must be below slow");
}

/* Random and Latin hypercube samples of one seed are the same again, and answered from the file. */
static void
test_samples (void)
{
  static const char *const methods[] = { "random", "latin-hypercube" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (TestFolder) folder = test_folder_new ();
      g_autoptr (TestOutcome) first = NULL, again = NULL, other = NULL;

      kit_write (folder, "");
      first = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-m", methods[i], "-n", "20", "--top", "3", NULL);
      test_assert_exit (first, 0);
      test_assert_contains (first->output, "20 sets");
      again = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-m", methods[i], "-n", "20", "--top", "3", NULL);
      test_assert_exit (again, 0);
      test_assert_contains (again->output, "all from the results file");
      other = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--engine", "event", "-m", methods[i], "-n", "20", "--seed", "9", NULL);
      test_assert_exit (other, 6);
      test_assert_contains (other->errors, "method, samples or seed are others");
    }
}

/* All statistics of all sets, to the last bit. */
static void
test_engines_agree (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) event = NULL, columnar = NULL, guarded = NULL;

  kit_write (folder,
             "[sweep]\ncross.direction=long,both\nbroker.slippage=0,0.001\nstatistics=total_return,sortino,max_drawdown,trades,fees,exposure\n");
  event = test_penstock (folder, "sweep", "sample.pipeline", "--vary", "cross.fast=5..15/5", "--engine", "event", "-r", "event", NULL);
  test_assert_exit (event, 0);
  columnar = test_penstock (folder, "sweep", "sample.pipeline", "--vary", "cross.fast=5..15/5", "--engine", "columnar", "-r", "columnar", NULL);
  test_assert_exit (columnar, 0);
  kit_assert_same (folder, "event", "columnar");
  /* What columns cannot do goes to the event engine by itself, and it says so. */
  kit_write (folder, "[guard kill]\nplugin=kill-switch\n");
  guarded = test_penstock (folder, "sweep", "sample.pipeline", "--vary", "cross.fast=5,10", NULL);
  test_assert_exit (guarded, 0);
  test_assert_contains (guarded->errors, "the event engine runs the sets");
}

/* What is traded never reaches into what was searched, and what is traded adjoins. */
static void
test_walk_forward (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) walk = NULL, refused = NULL, resumed = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *windows;

  kit_write (folder, "[sweep]\nwalk-forward=rolling\nin-sample=365d\nout-of-sample=90d\n");
  walk = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--json", "--monte-carlo", "--simulations", "200", NULL);
  test_assert_exit (walk, 0);
  windows = json_object_get_array_member (parse (parser, walk->output), "windows");
  g_assert_cmpuint (json_array_get_length (windows), >, 10);
  for (guint i = 0; i < json_array_get_length (windows); i++)
    {
      JsonObject *window = json_array_get_object_element (windows, i);

      g_assert_cmpstr (json_object_get_string_member (window, "in_to"), <, json_object_get_string_member (window, "out_from"));
      if (i > 0)
        g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (windows, i - 1), "out_to"), ==,
                         json_object_get_string_member (window, "in_to"));
    }
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "curve")), >, 900);
  resumed = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--json", "--monte-carlo", "--simulations", "200", NULL);
  test_assert_exit (resumed, 0);
  g_assert_cmpstr (resumed->output, ==, walk->output);
  refused = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--in-sample", "9000", NULL);
  test_assert_exit (refused, 3);
  test_assert_contains (refused->errors, "choose shorter windows");
}

/* The more were tried, the less the best is worth. */
static void
test_luck (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (TestOutcome) outcome = NULL, text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root;

  kit_write (folder, "");
  outcome = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--json", "--monte-carlo", "--simulations", "500", NULL);
  test_assert_exit (outcome, 0);
  root = parse (parser, outcome->output);
  g_assert_cmpfloat (json_object_get_double_member (root, "deflated_sharpe"), <, json_object_get_double_member (root, "probabilistic_sharpe"));
  g_assert_true (json_object_has_member (json_object_get_object_member (root, "monte_carlo"), "blocks"));
  text = test_penstock (folder, "sweep", "sample.pipeline", SPACE, "--monte-carlo", NULL);
  test_assert_contains (text->output, "all from the results file");
  test_assert_contains (text->output, "Monte Carlo, 10000 paths each");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sweep-verb/best-is-what-a-run-gives", test_best_is_what_a_run_gives);
  g_test_add_func ("/sweep-verb/same-bytes-on-any-threads", test_same_bytes_on_any_threads);
  g_test_add_func ("/sweep-verb/interrupted", test_interrupted);
  g_test_add_func ("/sweep-verb/killed", test_killed);
  g_test_add_func ("/sweep-verb/full-disk", test_full_disk);
  g_test_add_func ("/sweep-verb/bad-input", test_bad_input);
  g_test_add_func ("/sweep-verb/all-refused", test_all_refused);
  g_test_add_func ("/sweep-verb/samples", test_samples);
  g_test_add_func ("/sweep-verb/engines-agree", test_engines_agree);
  g_test_add_func ("/sweep-verb/walk-forward", test_walk_forward);
  g_test_add_func ("/sweep-verb/luck", test_luck);
  return g_test_run ();
}
