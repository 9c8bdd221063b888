/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host of many users: what each may see, what each verb does, and that nobody's run is ever in doubt. */

#include "host-test-kit.h"
#include "pst-host-private.h"

static void
test_life (void)
{
  HostTest test;
  g_autoptr (GVariant) created = NULL, started = NULL, run = NULL, runs = NULL, orders = NULL;

  host_test_begin (&test);
  created = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_BACKTEST, NULL);
  g_assert_cmpstr (host_test_text (created, "state"), ==, "CREATED");
  g_assert_cmpstr (host_test_text (created, "run-id"), ==, "backtest-1");
  started = host_test_call (&test, "anna", "start", "run-id", "backtest-1", NULL);
  while (pst_host_count_running (test.host) > 0)
    g_thread_yield ();
  run = host_test_call (&test, "anna", "get-run", "run-id", "backtest-1", NULL);
  g_assert_cmpstr (host_test_text (run, "state"), ==, "STOPPED");
  g_assert_cmpuint (host_test_number (run, "fills"), >, 0);
  orders = host_test_call (&test, "anna", "list-orders", "run-id", "backtest-1", "limit", "5", NULL);
  g_assert_cmpuint (g_variant_n_children (orders), ==, 5);
  runs = host_test_call (&test, "anna", "list-runs", NULL);
  g_assert_cmpuint (g_variant_n_children (runs), ==, 1);
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "start", "run-id", "backtest-1", NULL);
  host_test_end (&test);
}

static void
start_paper (HostTest *test, const char *user, const char *run_id)
{
  g_autoptr (GVariant) created = host_test_call (test, user, "create", "pipeline", HOST_TEST_PAPER, "run-id", run_id, NULL);
  g_autoptr (GVariant) started = host_test_call (test, user, "start", "run-id", run_id, NULL);

  g_assert_cmpstr (host_test_text (started, "state"), ==, "RUNNING");
}

static void
test_paper (void)
{
  HostTest test;
  g_autoptr (GVariant) stopped = NULL, halted = NULL, resumed = NULL;

  host_test_begin (&test);
  start_paper (&test, "anna", "one");
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "start", "run-id", "one", NULL);
  halted = host_test_call (&test, "anna", "halt", "run-id", "one", "reason", "too hot", NULL);
  g_assert_cmpstr (host_test_text (halted, "trading-state"), ==, "HALTED");
  g_assert_cmpstr (host_test_text (halted, "trading-reason"), ==, "too hot (anna, test)");
  resumed = host_test_call (&test, "anna", "resume", "run-id", "one", "reason", "cool", NULL);
  g_assert_cmpstr (host_test_text (resumed, "trading-state"), ==, "ACTIVE");
  stopped = host_test_call (&test, "anna", "stop", "run-id", "one", "reason", "enough", NULL);
  g_assert_cmpstr (host_test_text (stopped, "state"), ==, "STOPPED");
  g_assert_cmpstr (host_test_text (stopped, "reason"), ==, "enough (anna, test)");
  host_test_end (&test);
}

/* -- MU-01, MU-02: users -- */

static void
refuse_all_of_run (HostTest *test, const char *user, const char *owner, const char *run_id)
{
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    {
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
      g_auto (GStrv) pairs = NULL;
      PstCaller caller = host_test_caller (user, "rhtl");
      g_autoptr (GError) error = NULL, nobody = NULL;

      if (!verbs[i].of_run)
        continue;
      g_strv_builder_add_many (builder, "user", owner, "run-id", run_id, NULL);
      for (guint n = 2; n < verbs[i].n_parameters; n++)
        if (verbs[i].parameters[n].required)
          g_strv_builder_add_many (builder, verbs[i].parameters[n].name, "x", NULL);
      pairs = g_strv_builder_end (builder);
      g_assert_null (host_test_call_with (test, &caller, verbs[i].name, (const char *const *)pairs, &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND);
      /* What is not there is answered in the same words: nobody learns which runs others have. */
      g_free (pairs[3]);
      pairs[3] = g_strdup ("not-there");
      g_assert_null (host_test_call_with (test, &caller, verbs[i].name, (const char *const *)pairs, &nobody));
      g_assert_error (nobody, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_NOT_FOUND);
      g_strdelimit (nobody->message, "\"", '\'');
      g_strdelimit (error->message, "\"", '\'');
      g_assert_true (g_str_has_prefix (error->message, "user 'anna' has no run '"));
      g_assert_true (g_str_has_prefix (nobody->message, "user 'anna' has no run '"));
    }
}

static void
test_users_see_their_own (void)
{
  HostTest test;
  g_autoptr (GVariant) created = NULL, runs = NULL, users = NULL, all = NULL;
  PstCaller admin = host_test_caller ("root", "rhtla");

  host_test_begin (&test);
  start_paper (&test, "anna", "one");
  created = host_test_call (&test, "bert", "create", "pipeline", HOST_TEST_PAPER, "run-id", "mine", NULL);
  refuse_all_of_run (&test, "bert", "anna", "one");
  runs = host_test_call (&test, "bert", "list-runs", "user", "anna", NULL);
  g_assert_cmpuint (g_variant_n_children (runs), ==, 0);
  users = host_test_call (&test, "bert", "list-users", NULL);
  g_assert_cmpuint (g_variant_n_children (users), ==, 1);
  all = host_test_call_with (&test, &admin, "list-runs", NULL, NULL);
  g_assert_cmpuint (g_variant_n_children (all), ==, 2);
  host_test_end (&test);
}

/* -- one RUNNING run of a user -- */

static void
test_one_running_run_of_a_user (void)
{
  HostTest test;
  g_autoptr (GVariant) second = NULL, stopped = NULL, started = NULL, removed = NULL;

  host_test_begin (&test);
  start_paper (&test, "anna", "one");
  start_paper (&test, "bert", "one");
  second = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_PAPER, "run-id", "two", NULL);
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "start", "run-id", "two", NULL);
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_EXISTS, "create", "pipeline", HOST_TEST_PAPER, "run-id", "two", NULL);
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "remove", "run-id", "one", NULL);
  host_test_refuse (&test, "anna", "h", PST_CONTROLLER_ERROR_STATE, "stop", "run-id", "two", "reason", "x", NULL);
  stopped = host_test_call (&test, "anna", "stop", "run-id", "one", "reason", "x", NULL);
  started = host_test_call (&test, "anna", "start", "run-id", "two", NULL);
  g_assert_cmpstr (host_test_text (started, "state"), ==, "RUNNING");
  /* A run that ended never lives again. */
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "start", "run-id", "one", NULL);
  host_test_refuse (&test, "anna", "h", PST_CONTROLLER_ERROR_STATE, "halt", "run-id", "one", "reason", "x", NULL);
  removed = host_test_call (&test, "anna", "remove", "run-id", "one", NULL);
  host_test_refuse (&test, "anna", "r", PST_CONTROLLER_ERROR_NOT_FOUND, "get-run", "run-id", "one", NULL);
  host_test_end (&test);
}

/* -- what only an administrator may -- */

static void
test_overrides_name_no_files (void)
{
  static const char *const denied[] = { "data.path=/etc/passwd",      "exchange data.symbols-file=/etc/passwd", "cross.plugin=replay",
                                        "pipeline.state-file=/tmp/x", "kill.reason=@file:/etc/passwd",          "kill.reason=@env:HOME",
                                        "kill.state-file=x" };
  HostTest test;
  g_autoptr (GVariant) created = NULL, options = NULL, check = NULL;

  host_test_begin (&test);
  for (guint i = 0; i < G_N_ELEMENTS (denied); i++)
    {
      host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_DENIED, "create", "pipeline", HOST_TEST_PAPER, "set", denied[i], NULL);
      host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_DENIED, "check", "pipeline", HOST_TEST_PAPER, "set", denied[i], NULL);
    }
  host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_DENIED, "create", "text", "[pipeline]\nname=x\n", NULL);
  host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_DENIED, "create", "pipeline", HOST_TEST_PAPER, "user", "bert", NULL);
  host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_INVALID, "create", "pipeline", HOST_TEST_PAPER, "set", "pipeline.user=bert", NULL);
  host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_INVALID, "create", "pipeline", HOST_TEST_PAPER, "set", "cross.fast=many", NULL);
  host_test_refuse (&test, "anna", "rhtl", PST_CONTROLLER_ERROR_INVALID, "create", "run-id", "x", NULL);
  created = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_PAPER, "set", "cross.fast=3", NULL);
  check = host_test_call (&test, "anna", "check", "pipeline", HOST_TEST_PAPER, "set", "cross.fast=many;cross.slow=few", NULL);
  g_assert_cmpstr (host_test_text (created, "state"), ==, "CREATED");
  {
    g_autofree const char **errors = NULL;
    gboolean valid = TRUE;

    g_assert_true (g_variant_lookup (check, "valid", "b", &valid) && !valid);
    g_assert_true (g_variant_lookup (check, "errors", "^a&s", &errors));
    g_assert_cmpuint (g_strv_length ((char **)errors), ==, 2);
  }
  host_test_end (&test);
}

static void
test_names_lead_nowhere (void)
{
  static const char *const names[] = { "../" HOST_TEST_PAPER, "/etc/passwd", "..", ".", "", "a/b", "bert/" HOST_TEST_PAPER, HOST_TEST_PAPER "\n" };
  static const char *const ids[] = { "..", ".", "", "a/b", "../x", "auto", "-x", "a b", "\xc3\xa4" };
  PstCaller admin = host_test_caller ("root", "rhtla");
  HostTest test;

  host_test_begin (&test);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_NOT_FOUND, "create", "pipeline", names[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const char *const pairs[] = { "pipeline", HOST_TEST_PAPER, "user", ids[i], NULL };
      g_autoptr (GError) error = NULL;

      host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_INVALID, "create", "pipeline", HOST_TEST_PAPER, "run-id", ids[i], NULL);
      if (strcmp (ids[i], "auto") == 0)
        continue;
      g_assert_null (host_test_call_with (&test, &admin, "create", pairs, &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID);
    }
  host_test_end (&test);
}

static void
test_own_pipelines (void)
{
  HostTest test;
  g_autoptr (GVariant) annas = NULL, berts = NULL, created = NULL;

  host_test_begin (&test);
  host_test_add_pipeline (&test, "anna/hers", "paper", NULL);
  annas = host_test_call (&test, "anna", "list-pipelines", NULL);
  berts = host_test_call (&test, "bert", "list-pipelines", NULL);
  g_assert_cmpuint (g_variant_n_children (annas), ==, g_variant_n_children (berts) + 1);
  created = host_test_call (&test, "anna", "create", "pipeline", "hers", NULL);
  host_test_refuse (&test, "bert", "t", PST_CONTROLLER_ERROR_NOT_FOUND, "create", "pipeline", "hers", NULL);
  host_test_end (&test);
}

static void
test_limits (void)
{
  HostTest test;
  g_autoptr (GVariant) annas = NULL, berts = NULL;

  host_test_begin (&test);
  test.settings->runs_per_user_max = 3;
  test.settings->runs_max = 4;
  for (guint i = 0; i < 3; i++)
    g_variant_unref (host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_BACKTEST, NULL));
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_BUSY, "create", "pipeline", HOST_TEST_BACKTEST, NULL);
  g_variant_unref (host_test_call (&test, "bert", "create", "pipeline", HOST_TEST_BACKTEST, NULL));
  host_test_refuse (&test, "bert", "t", PST_CONTROLLER_ERROR_BUSY, "create", "pipeline", HOST_TEST_BACKTEST, NULL);
  /* What was refused left nothing behind. */
  annas = host_test_call (&test, "anna", "list-runs", NULL);
  berts = host_test_call (&test, "bert", "list-runs", NULL);
  g_assert_cmpuint (g_variant_n_children (annas), ==, 3);
  g_assert_cmpuint (g_variant_n_children (berts), ==, 1);
  host_test_end (&test);
}

/* -- commands -- */

static gboolean
has_pair (GVariant *list, const char *key, const char *value)
{
  gboolean found = FALSE;

  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) dict = g_variant_get_child_value (list, i);

      found |= strcmp (host_test_text (dict, key), value) == 0;
    }
  return found;
}

static void
test_kill_switch (void)
{
  HostTest test;
  g_autoptr (GVariant) engaged = NULL, released = NULL, guards = NULL, acted = NULL, flat = NULL, reduced = NULL, options = NULL, changed = NULL;

  host_test_begin (&test);
  start_paper (&test, "anna", "one");
  host_test_refuse (&test, "anna", "rht", PST_CONTROLLER_ERROR_DENIED, "release-kill-switch", "run-id", "one", "reason", "x", NULL);
  host_test_refuse (&test, "anna", "h", PST_CONTROLLER_ERROR_INVALID, "engage-kill-switch", "run-id", "one", "reason", " ", NULL);
  engaged = host_test_call (&test, "anna", "engage-kill-switch", "run-id", "one", "reason", "fire", NULL);
  g_assert_cmpstr (host_test_text (engaged, "trading-state"), ==, "HALTED");
  released = host_test_call (&test, "anna", "release-kill-switch", "run-id", "one", "reason", "out", NULL);
  /* Trading stays halted until it is resumed: two deliberate acts. */
  g_assert_cmpstr (host_test_text (released, "trading-state"), ==, "HALTED");
  guards = host_test_call (&test, "anna", "list-guards", "run-id", "one", NULL);
  g_assert_true (has_pair (guards, "name", "kill"));
  acted = host_test_call (&test, "anna", "act", "run-id", "one", "component", "kill", "action", "engage", "reason", "again", NULL);
  host_test_refuse (&test, "anna", "l", PST_CONTROLLER_ERROR_NOT_FOUND, "act", "run-id", "one", "component", "nobody", "action", "x", "reason", "x",
                    NULL);
  host_test_refuse (&test, "anna", "l", PST_CONTROLLER_ERROR_INVALID, "act", "run-id", "one", "component", "kill", "action", "sing", "reason", "x",
                    NULL);
  flat = host_test_call (&test, "anna", "flatten", "run-id", "one", "reason", "out of it", NULL);
  reduced = host_test_call (&test, "anna", "reduce", "run-id", "one", "reason", "less", NULL);
  g_assert_cmpstr (host_test_text (reduced, "trading-state"), ==, "REDUCING");
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_INVALID, "set-option", "run-id", "one", "component", "cross", "option", "fast", "value",
                    "9", "reason", "x", NULL);
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_DENIED, "set-option", "run-id", "one", "component", "kill", "option", "reason", "value",
                    "@file:/etc/passwd", "reason", "x", NULL);
  changed
      = host_test_call (&test, "anna", "set-option", "run-id", "one", "component", "kill", "option", "reason", "value", "heat", "reason", "x", NULL);
  options = host_test_call (&test, "anna", "list-options", "run-id", "one", NULL);
  g_assert_true (has_pair (options, "option", "fast"));
  g_assert_true (has_pair (options, "value", "heat"));
  host_test_end (&test);
}

/* Whoever changes an option is told what the component has now, not what they asked for; what it does not take is refused in its name. */
static void
test_set_option (void)
{
  static const struct
  {
    const char *option, *value, *says;
  } refused[] = {
    { "max-messages", "10", "\"rate\": cancel-reserve is 10 of max-messages 10" },
    { "max-repeats", "5", "\"rate\": max-repeats: cannot be changed while the run goes on" },
    { "max-messages", "many", "\"rate\": " },
    { "max-message", "9", "did you mean \"max-messages\"?" },
  };
  HostTest test;
  g_autoptr (GVariant) created = NULL, started = NULL, sized = NULL, options = NULL;
  PstCaller anna = host_test_caller ("anna", "t");
  gboolean obeyed = FALSE;

  host_test_begin (&test);
  host_test_add_pipeline (&test, "rated", "paper", "[guard rate]\nplugin=order-rate\n");
  created = host_test_call (&test, "anna", "create", "pipeline", "rated", "run-id", "one", NULL);
  started = host_test_call (&test, "anna", "start", "run-id", "one", NULL);
  sized = host_test_call (&test, "anna", "set-option", "run-id", "one", "component", "rate", "option", "window", "value", "1500ms", "reason", "x",
                          NULL);
  g_assert_true (g_variant_lookup (sized, "obeyed", "b", &obeyed) && obeyed);
  g_assert_cmpstr (host_test_text (sized, "component"), ==, "rate");
  g_assert_cmpstr (host_test_text (sized, "option"), ==, "window");
  g_assert_cmpstr (host_test_text (sized, "value"), ==, "1500ms");
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      const char *const pairs[]
          = { "run-id", "one", "component", "rate", "option", refused[i].option, "value", refused[i].value, "reason", "x", NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (host_test_call_with (&test, &anna, "set-option", pairs, &error));
      g_assert_error (error, PST_CONTROLLER_ERROR, PST_CONTROLLER_ERROR_INVALID);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, refused[i].says));
    }
  options = host_test_call (&test, "anna", "list-options", "run-id", "one", NULL);
  g_assert_true (has_pair (options, "value", "1500ms"));
  g_assert_true (has_pair (options, "value", "50"));
  host_test_end (&test);
}

/* A long reason is cut; who gave it stands there whole. */
static void
test_reason_names_the_caller (void)
{
  HostTest test;
  g_autofree char *why = g_strnfill (300, 'y');
  g_autoptr (GVariant) halted = NULL;

  host_test_begin (&test);
  start_paper (&test, "anna", "one");
  halted = host_test_call (&test, "anna", "halt", "run-id", "one", "reason", why, NULL);
  g_assert_true (g_str_has_suffix (host_test_text (halted, "trading-reason"), "y (anna, test)"));
  host_test_end (&test);
}

static void
test_every_verb_is_done (void)
{
  guint n_verbs;
  const PstVerb *verbs = pst_verb_list (&n_verbs);

  for (guint i = 0; i < n_verbs; i++)
    g_assert_nonnull (pst_host_find_verb (verbs[i].name));
}

static void
test_events (void)
{
  HostTest test;
  g_autoptr (GVariant) running = NULL, fill = NULL, equity = NULL, stopped = NULL, state = NULL;

  host_test_begin (&test);
  host_test_listen (&test);
  start_paper (&test, "anna", "one");
  running = host_test_wait_for (&test, "one", "run-state", "state", "RUNNING");
  fill = host_test_wait_for (&test, "one", "fill", NULL, NULL);
  g_assert_cmpstr (host_test_text (fill, "instrument"), ==, "ACME.DATA");
  g_assert_cmpstr (host_test_text (fill, "strategy"), ==, "cross");
  equity = host_test_wait_for (&test, "one", "equity", NULL, NULL);
  g_assert_cmpstr (host_test_text (equity, "currency"), ==, "USD");
  stopped = host_test_call (&test, "anna", "stop", "run-id", "one", "reason", "x", NULL);
  state = host_test_wait_for (&test, "one", "run-state", "state", "STOPPED");
  g_assert_cmpstr (host_test_text (state, "reason"), ==, "x (anna, test)");
  host_test_end (&test);
}

/* The same bars at any pace are the same trades. */
static void
test_paced_is_the_same (void)
{
  HostTest test;
  g_autoptr (GVariant) backtest = NULL, paper = NULL, created = NULL, started = NULL, over = NULL;

  host_test_begin (&test);
  host_test_listen (&test);
  created = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_BACKTEST, "run-id", "fast", NULL);
  started = host_test_call (&test, "anna", "start", "run-id", "fast", NULL);
  g_variant_unref (host_test_wait_for (&test, "fast", "run-state", "state", "STOPPED"));
  start_paper (&test, "anna", "slow");
  over = host_test_wait_for (&test, "slow", "alert", "title", "Market data are at their end");
  backtest = host_test_call (&test, "anna", "list-fills", "run-id", "fast", NULL);
  paper = host_test_call (&test, "anna", "list-fills", "run-id", "slow", NULL);
  g_assert_cmpuint (g_variant_n_children (backtest), >, 5);
  g_assert_cmpuint (g_variant_n_children (paper), ==, g_variant_n_children (backtest));
  for (gsize i = 0; i < g_variant_n_children (backtest); i++)
    {
      static const char *const keys[] = { "side", "price", "quantity", "notional", "realised-profit" };
      g_autoptr (GVariant) then = g_variant_get_child_value (backtest, i), now = g_variant_get_child_value (paper, i);

      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        g_assert_cmpstr (host_test_text (now, keys[k]), ==, host_test_text (then, keys[k]));
    }
  host_test_end (&test);
}

/* -- races -- */

typedef struct
{
  HostTest *test;
  const char *user;
  guint32 seed;
} Racer;

/* Whatever is called in whatever order, each answer is one of those that the verb may give. */
static gpointer
race (gpointer data)
{
  static const char *const verbs[] = { "create", "start", "stop", "remove", "get-run", "list-runs", "halt", "list-orders" };
  Racer *racer = data;
  PstCaller caller = host_test_caller (racer->user, "rhtl");
  g_autoptr (GRand) random = g_rand_new_with_seed (racer->seed);

  for (guint i = 0; i < 60; i++)
    {
      const char *verb = verbs[g_rand_int_range (random, 0, G_N_ELEMENTS (verbs))];
      const char *id = g_rand_boolean (random) ? "one" : "two";
      const char *const create[] = { "pipeline", HOST_TEST_PAPER, "run-id", id, NULL }, *const of_run[] = { "run-id", id, NULL };
      const char *const why[] = { "run-id", id, "reason", "race", NULL }, *const none[] = { NULL };
      const char *const *pairs = strcmp (verb, "create") == 0                                       ? create
                                 : strcmp (verb, "list-runs") == 0                                  ? none
                                 : pst_verb_find_parameter (pst_verb_find (verb), "reason") != NULL ? why
                                                                                                    : of_run;
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) result = host_test_call_with (racer->test, &caller, verb, pairs, &error);

      g_assert_true (result != NULL || error->code == PST_CONTROLLER_ERROR_NOT_FOUND || error->code == PST_CONTROLLER_ERROR_STATE
                     || error->code == PST_CONTROLLER_ERROR_EXISTS || error->code == PST_CONTROLLER_ERROR_BUSY);
    }
  return NULL;
}

static void
test_races (void)
{
  HostTest test;
  GThread *threads[6];
  Racer racers[6];

  host_test_begin (&test);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      racers[i] = (Racer){ &test, i % 2 == 0 ? "anna" : "bert", (guint32)g_test_rand_int () };
      threads[i] = g_thread_new ("race", race, &racers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (pst_host_count_running (test.host), <=, 2);
  host_test_end (&test);
}

/* -- restart -- */

static void
test_ended_in_order (void)
{
  HostTest test;
  g_autoptr (GVariant) run = NULL, waiting = NULL, created = NULL;

  host_test_begin (&test);
  start_paper (&test, "anna", "one");
  created = host_test_call (&test, "bert", "create", "pipeline", HOST_TEST_PAPER, "run-id", "later", NULL);
  host_test_restart (&test);
  run = host_test_call (&test, "anna", "get-run", "run-id", "one", NULL);
  g_assert_cmpstr (host_test_text (run, "state"), ==, "STOPPED");
  g_assert_cmpstr (host_test_text (run, "reason"), ==, "the test is over");
  /* What it did is in its ledger; that there is no list must not look like that there was nothing. */
  host_test_refuse (&test, "anna", "r", PST_CONTROLLER_ERROR_STATE, "list-orders", "run-id", "one", NULL);
  waiting = host_test_call (&test, "bert", "start", "run-id", "later", NULL);
  g_assert_cmpstr (host_test_text (waiting, "state"), ==, "RUNNING");
  host_test_end (&test);
}

/* What the store cannot open, no run can begin with. */
static void
test_start_fails (void)
{
  HostTest test;
  g_autoptr (GVariant) created = NULL, run = NULL;
  g_autofree char *bars = NULL;

  host_test_begin (&test);
  created = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_PAPER, "run-id", "one", NULL);
  bars = g_build_filename (test.pipelines, HOST_TEST_BARS, NULL);
  g_assert_cmpint (g_unlink (bars), ==, 0);
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_FAILED, "start", "run-id", "one", NULL);
  run = host_test_call (&test, "anna", "get-run", "run-id", "one", NULL);
  g_assert_cmpstr (host_test_text (run, "state"), ==, "ERROR");
  host_test_refuse (&test, "anna", "t", PST_CONTROLLER_ERROR_STATE, "start", "run-id", "one", NULL);
  host_test_end (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/life", test_life);
  g_test_add_func ("/host/paper", test_paper);
  g_test_add_func ("/host/users-see-their-own", test_users_see_their_own);
  g_test_add_func ("/host/one-running-run-of-a-user", test_one_running_run_of_a_user);
  g_test_add_func ("/host/overrides-name-no-files", test_overrides_name_no_files);
  g_test_add_func ("/host/names-lead-nowhere", test_names_lead_nowhere);
  g_test_add_func ("/host/own-pipelines", test_own_pipelines);
  g_test_add_func ("/host/limits", test_limits);
  g_test_add_func ("/host/kill-switch", test_kill_switch);
  g_test_add_func ("/host/set-option", test_set_option);
  g_test_add_func ("/host/reason-names-the-caller", test_reason_names_the_caller);
  g_test_add_func ("/host/every-verb-is-done", test_every_verb_is_done);
  g_test_add_func ("/host/events", test_events);
  g_test_add_func ("/host/paced-is-the-same", test_paced_is_the_same);
  g_test_add_func ("/host/races", test_races);
  g_test_add_func ("/host/ended-in-order", test_ended_in_order);
  g_test_add_func ("/host/start-fails", test_start_fails);
  return g_test_run ();
}
