/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host of many users: what each may see, what each verb does, and that nobody's run is ever in doubt. */

#include "host-test-kit.h"

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

static void
test_users_see_their_own (void)
{
  HostTest test;
  g_autoptr (GVariant) created = NULL, runs = NULL;

  host_test_begin (&test);
  created = host_test_call (&test, "anna", "create", "pipeline", HOST_TEST_BACKTEST, NULL);
  runs = host_test_call (&test, "bert", "list-runs", "user", "anna", NULL);
  g_assert_cmpuint (g_variant_n_children (runs), ==, 0);
  host_test_refuse (&test, "bert", "rhtl", PST_CONTROLLER_ERROR_NOT_FOUND, "get-run", "user", "anna", "run-id", "backtest-1", NULL);
  host_test_refuse (&test, "bert", "rhtl", PST_CONTROLLER_ERROR_NOT_FOUND, "start", "user", "anna", "run-id", "backtest-1", NULL);
  host_test_end (&test);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host/life", test_life);
  g_test_add_func ("/host/paper", test_paper);
  g_test_add_func ("/host/users-see-their-own", test_users_see_their_own);
  return g_test_run ();
}
