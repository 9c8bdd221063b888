/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each verb reaches the run as it was given, with its reason. */

#include <penstock-check.h>

static void
test_verbs (void)
{
  PstHarness *harness = pst_harness_new ();
  PstRunControl *control = PST_RUN_CONTROL (harness);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pst_run_control_get_run_state (control), ==, PST_RUN_STATE_RUNNING);
  g_assert_true (pst_run_control_set_trading_state (control, PST_TRADING_STATE_REDUCING, "news", &error));
  g_assert_true (pst_run_control_set_trading_state (control, PST_TRADING_STATE_ACTIVE, "over", &error));
  g_assert_true (pst_run_control_flatten (control, "holiday", &error));
  g_assert_true (pst_run_control_stop (control, "enough", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pst_harness_get_n_commands (harness), ==, 4);
  g_assert_cmpstr (pst_harness_get_command (harness, 0), ==, "reducing: news");
  g_assert_cmpstr (pst_harness_get_command (harness, 1), ==, "active: over");
  g_assert_cmpstr (pst_harness_get_command (harness, 2), ==, "flatten: holiday");
  g_assert_cmpstr (pst_harness_get_command (harness, 3), ==, "stop: enough");
  pst_harness_finish (harness);
}

static void
test_reason_is_needed (void)
{
  PstHarness *harness = pst_harness_new ();

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*reason != NULL*");
  g_assert_false (pst_run_control_stop (PST_RUN_CONTROL (harness), NULL, NULL));
  g_test_assert_expected_messages ();
  g_assert_cmpuint (pst_harness_get_n_commands (harness), ==, 0);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/control/verbs", test_verbs);
  g_test_add_func ("/sdk/control/reason-is-needed", test_reason_is_needed);
  return g_test_run ();
}
