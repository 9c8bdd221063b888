/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A switch that lets one order through, or forgets over a restart that it was engaged, is no switch. */

#include <glib/gstdio.h>
#include <unistd.h>
#include <penstock-check.h>
#include <string.h>

const PstPluginEntry *penstock_plugin_entry (void);

static PstComponent *
add_switch (PstHarness *harness, const char *state_file, const char *active)
{
  PstComponent *guard = pst_harness_add (harness, penstock_plugin_entry ()->get_type (), "kill", "active", active, "reason", "test", NULL);
  g_autoptr (GError) error = NULL;

  if (state_file)
    pst_component_set_option (guard, "state-file", state_file, &error);
  g_assert_no_error (error);
  pst_harness_start (harness, guard);
  return guard;
}

static void
check_verdict (PstHarness *harness, PstComponent *guard, const char *code)
{
  const PstOrderRequest request
      = { .instrument = 0, .side = PST_SIDE_SELL, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = 1 };
  PstVerdict verdict = { 0 };

  pst_harness_review (harness, PST_GUARD (guard), &request, &verdict);
  g_assert_cmpint (verdict.passed, ==, code == NULL);
  if (code)
    g_assert_cmpstr (verdict.code, ==, code);
}

static void
test_engage_and_release (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard;

  pst_harness_add_instrument (harness, "A");
  guard = add_switch (harness, NULL, "false");
  check_verdict (harness, guard, NULL);
  g_signal_emit_by_name (guard, "engage", "the price looks wrong");
  check_verdict (harness, guard, "kill_switch_active");
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (harness)), ==, PST_TRADING_STATE_HALTED);
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_TRADING_STATE)->trading_state.reason, ==, "the price looks wrong");
  g_assert_cmpint (pst_harness_find_record (harness, PST_RECORD_ALERT)->alert.severity, ==, PST_SEVERITY_CRITICAL);
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_AUDIT)->audit.action, ==, "KILL_SWITCH_ENGAGED");
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_AUDIT)->audit.why, ==, "the price looks wrong");
  g_signal_emit_by_name (guard, "release", "looked at it");
  check_verdict (harness, guard, NULL);
  /* Trading itself is for the operator to let go on. */
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (harness)), ==, PST_TRADING_STATE_HALTED);
  pst_harness_finish (harness);
}

static void
test_option_while_running (void)
{
  PstHarness *harness = pst_harness_new ();
  g_autoptr (GError) error = NULL;
  PstComponent *guard;

  pst_harness_add_instrument (harness, "A");
  guard = add_switch (harness, NULL, "false");
  pst_component_set_option (guard, "active", "true", &error);
  g_assert_no_error (error);
  check_verdict (harness, guard, "kill_switch_active");
  pst_component_set_option (guard, "active", "false", &error);
  g_assert_no_error (error);
  check_verdict (harness, guard, NULL);
  pst_harness_finish (harness);
}

/* Engaged from the file on: the first order is denied, and the first frame halts. */
static void
test_active_from_the_start (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 instrument = pst_harness_add_instrument (harness, "A");
  PstComponent *guard = add_switch (harness, NULL, "true");

  check_verdict (harness, guard, "kill_switch_active");
  pst_harness_push_bar (harness, instrument, pst_context_now_ns (PST_CONTEXT (harness)) + 1, "1.00", "1.00", "1.00", "1.00", "1");
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (harness)), ==, PST_TRADING_STATE_HALTED);
  pst_harness_finish (harness);
}

static void
restart_and_check (const char *state_file, const char *code)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard;

  pst_harness_add_instrument (harness, "A");
  guard = add_switch (harness, state_file, "false");
  check_verdict (harness, guard, code);
  pst_harness_finish (harness);
}

static void
test_survives_restart (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-kill-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "kill.state", NULL);
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard;

  pst_harness_add_instrument (harness, "A");
  guard = add_switch (harness, state_file, "false");
  g_signal_emit_by_name (guard, "engage", "why = not \"quoted\"");
  pst_harness_finish (harness);
  restart_and_check (state_file, "kill_switch_active");

  harness = pst_harness_new ();
  pst_harness_add_instrument (harness, "A");
  guard = add_switch (harness, state_file, "false");
  g_signal_emit_by_name (guard, "release", "looked at it");
  pst_harness_finish (harness);
  restart_and_check (state_file, NULL);
  g_unlink (state_file);
  g_rmdir (folder);
}

static void
test_damaged_state_counts_as_engaged (void)
{
  static const char *const damaged[] = {
    "",
    "active=true",
    "[kill-switch]\nactive=perhaps\nsince=2020-01-01T00:00:00Z\nreason=x\n",
    "[kill-switch]\nactive=false\nsince=yesterday\nreason=x\n",
    "[kill-switch]\nactive=false\nreason=x\n",
    "\x01\x02\x03",
  };
  g_autofree char *folder = g_dir_make_tmp ("penstock-kill-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "kill.state", NULL), *large = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_assert_true (g_file_set_contents (state_file, damaged[i], -1, NULL));
      restart_and_check (state_file, "kill_switch_active");
    }
  large = g_strnfill (5000, '#');
  g_assert_true (g_file_set_contents (state_file, large, -1, NULL));
  restart_and_check (state_file, "kill_switch_active");
  g_unlink (state_file);
  /* A link to nowhere, a folder in the file's place, a device without end, and a disk that is not mounted. */
  g_assert_cmpint (symlink ("nowhere", state_file), ==, 0);
  restart_and_check (state_file, "kill_switch_active");
  g_unlink (state_file);
  restart_and_check (state_file, NULL);
  restart_and_check (folder, "kill_switch_active");
  restart_and_check ("/dev/zero", "kill_switch_active");
  g_rmdir (folder);
  restart_and_check (state_file, "kill_switch_active");
}

static void
test_unwritable_state_stays_engaged (void)
{
  g_autofree char *folder = g_dir_make_tmp ("penstock-kill-XXXXXX", NULL);
  g_autofree char *state_file = g_build_filename (folder, "kill.state", NULL);
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard;

  pst_harness_add_instrument (harness, "A");
  guard = add_switch (harness, state_file, "false");
  check_verdict (harness, guard, NULL);
  g_rmdir (folder);
  g_signal_emit_by_name (guard, "engage", "x");
  check_verdict (harness, guard, "kill_switch_active");
  g_assert_cmpuint (pst_harness_get_n_records (harness), >=, 2);
  g_assert_nonnull (strstr (pst_harness_get_record (harness, 0)->alert.message, "kill.state"));
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kill-switch/engage-and-release", test_engage_and_release);
  g_test_add_func ("/kill-switch/option-while-running", test_option_while_running);
  g_test_add_func ("/kill-switch/active-from-the-start", test_active_from_the_start);
  g_test_add_func ("/kill-switch/survives-restart", test_survives_restart);
  g_test_add_func ("/kill-switch/damaged-state-counts-as-engaged", test_damaged_state_counts_as_engaged);
  g_test_add_func ("/kill-switch/unwritable-state-stays-engaged", test_unwritable_state_stays_engaged);
  pst_check_conformance_add (penstock_plugin_entry (), NULL);
  return g_test_run ();
}
