/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: an operator's hold on a run. */
#include "engine-fakes.h"

#include <string.h>

typedef void (*Step) (Fake *fake, guint frame);

static void
run_step (FakeStrategy *strategy, const PstFrame *frame)
{
  gpointer *data = strategy->data;

  ((Step)data[1]) (data[0], strategy->n_frames);
}

static void
prepare_steps (Fake *fake, gpointer *data, Step step, FakeParts parts)
{
  fake_init (fake, NULL, parts);
  data[0] = fake;
  data[1] = step;
  fake->strategy->data = data;
  fake->strategy->on_frame = run_step;
  fake_add_closes (fake, (gint64[]){ 100, 100, 100, 100, 100, 100, 100, 100, -1 });
}

static void
interrupt_at_three (Fake *fake, guint frame)
{
  if (frame == 2)
    fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_LIMIT, 1, 90, 0);
  if (frame == 3)
    pst_run_interrupt (fake->run);
}

/* Ctrl-C ends a run in order: orders cancelled, stores committed, and it says so. */
static void
test_interrupt (void)
{
  gpointer data[2];
  guint last;
  Fake fake;

  prepare_steps (&fake, data, interrupt_at_three, FAKE_WITH_STORE);
  fake.broker->rests = TRUE;
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.strategy->n_frames, ==, 3);
  g_assert_cmpstr (pst_run_get_end_reason (fake.run), ==, "interrupted");
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_RUN, 2)->run.reason, ==, "interrupted");
  g_assert_cmpint (g_array_index (fake.strategy->orders, PstOrder, fake.strategy->orders->len - 1).state, ==, PST_ORDER_STATE_CANCELED);
  last = g_array_index (fake.store->commits, guint, fake.store->commits->len - 1);
  g_assert_cmpuint (last % 4, ==, PST_COMMIT_END);
  g_assert_cmpuint (last / 4, ==, fake.store->records->len);
  fake_clear (&fake);
}

static void
test_interrupt_before (void)
{
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, interrupt_at_three, FAKE_WITH_STORE);
  pst_run_interrupt (fake.run);
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.strategy->n_frames, ==, 0);
  fake_clear (&fake);
}

static void
stop_at_three (Fake *fake, guint frame)
{
  if (frame == 3)
    g_assert_true (pst_run_control_stop (PST_RUN_CONTROL (fake->run), "seen enough", NULL));
}

static void
test_stop (void)
{
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, stop_at_three, FAKE_NONE);
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.strategy->n_frames, ==, 3);
  g_assert_cmpstr (pst_run_get_end_reason (fake.run), ==, "seen enough");
  fake_clear (&fake);
}

static gpointer
command_from_afar (gpointer user_data)
{
  PstRunControl *control = user_data;
  guint n = 0;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (pst_run_control_get_run_state (control), ==, PST_RUN_STATE_RUNNING);
  g_assert_true (pst_run_control_set_trading_state (control, PST_TRADING_STATE_REDUCING, "careful", NULL));
  g_assert_true (pst_run_control_flatten (control, "out", NULL));
  /* The mailbox is bounded, and says so. */
  while (pst_run_control_set_trading_state (control, PST_TRADING_STATE_HALTED, "again", &error))
    n++;
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  g_assert_cmpuint (n, <, 1000);
  return NULL;
}

static void
command_at_three (Fake *fake, guint frame)
{
  if (frame == 2)
    fake_submit (fake, PST_SIDE_BUY, PST_ORDER_TYPE_MARKET, 5, 0, 0);
  if (frame == 3)
    {
      g_thread_join (g_thread_new ("operator", command_from_afar, fake->run));
      g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (fake->run)), ==, PST_TRADING_STATE_ACTIVE);
    }
  if (frame == 4)
    {
      g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (fake->run)), ==, PST_TRADING_STATE_HALTED);
      g_assert_cmpint (pst_strategy_get_position (PST_STRATEGY (fake->strategy), 0)->quantity, ==, 0);
    }
}

static void
test_other_thread (void)
{
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, command_at_three, FAKE_WITH_STORE);
  fake_run_ok (&fake);
  g_assert_cmpuint (fake_store_count (fake.store, PST_RECORD_TRADING_STATE), ==, 2);
  fake_clear (&fake);
}

static gpointer
act_from_afar (gpointer user_data)
{
  PstRunControl *control = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (pst_run_control_act (control, PST_COMPONENT_KIND_GUARD, "nobody", "engage", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_false (pst_run_control_act (control, PST_COMPONENT_KIND_GUARD, "limits", "explode", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_clear_error (&error);
  g_assert_true (pst_run_control_act (control, PST_COMPONENT_KIND_GUARD, "limits", "engage", "looks wrong", &error));
  g_assert_no_error (error);
  return NULL;
}

static void
act_at_three (Fake *fake, guint frame)
{
  if (frame == 3)
    {
      g_thread_join (g_thread_new ("operator", act_from_afar, fake->run));
      g_assert_null (fake->guard->engaged);
    }
  if (frame == 4)
    g_assert_cmpstr (fake->guard->engaged, ==, "looks wrong");
}

/* An operator reaches a guard in mid-run from anywhere, on the run's own thread, and it is written down. */
static void
test_act (void)
{
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, act_at_three, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake_run_ok (&fake);
  g_assert_cmpstr (fake.guard->engaged, ==, "looks wrong");
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_NOTE, 0)->note.name, ==, "OPERATOR_ACTION");
  g_assert_cmpstr (fake_store_get (fake.store, PST_RECORD_NOTE, 0)->note.detail, ==, "action=engage reason=looks wrong");
  fake_clear (&fake);
}

static void
kill_at_three (Fake *fake, guint frame)
{
  if (frame == 3)
    pst_run_kill (fake->run);
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (fake->run)), ==, frame > 3 ? PST_TRADING_STATE_HALTED : PST_TRADING_STATE_ACTIVE);
}

/* kill -USR1: trading stops for good, the run goes on, and the switch remembers. */
static void
test_kill (void)
{
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, kill_at_three, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.strategy->n_frames, ==, 8);
  g_assert_cmpstr (fake.guard->engaged, ==, "signal");
  fake_clear (&fake);
}

static void
test_not_running (void)
{
  g_autoptr (GError) error = NULL;
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, stop_at_three, FAKE_NONE);
  g_assert_false (pst_run_control_stop (PST_RUN_CONTROL (fake.run), "x", &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  g_clear_error (&error);
  fake_run_ok (&fake);
  g_assert_false (pst_run_control_flatten (PST_RUN_CONTROL (fake.run), "x", &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  g_clear_error (&error);
  g_assert_false (pst_run_control_set_trading_state (PST_RUN_CONTROL (fake.run), 7, "x", &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  fake_clear (&fake);
}

static void
change_options (Fake *fake, guint frame)
{
  PstRunControl *control = PST_RUN_CONTROL (fake->run);
  g_autoptr (GError) error = NULL;

  if (frame != 3)
    return;
  g_assert_true (pst_run_control_set_option (control, PST_COMPONENT_KIND_GUARD, "limits", "cap", "7", "by ann: calmer", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fake->guard->cap, ==, 7);
  g_assert_false (pst_run_control_set_option (control, PST_COMPONENT_KIND_GUARD, "limits", "cap", "70", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_cmpstr (error->message, ==, "cap is above ceiling");
  g_assert_cmpuint (fake->guard->cap, ==, 7);
  g_clear_error (&error);
  g_assert_false (pst_run_control_set_option (control, PST_COMPONENT_KIND_GUARD, "limits", "cap", "many", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_TYPE);
  g_clear_error (&error);
  g_assert_false (pst_run_control_set_option (control, PST_COMPONENT_KIND_GUARD, "limits", "ceiling", "9", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, "what can be: cap"));
  g_clear_error (&error);
  g_assert_false (pst_run_control_set_option (control, PST_COMPONENT_KIND_GUARD, "nobody", "cap", "9", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
}

/* An option that may change does at once, and who, why, before and after are in the audit chain; what may not leaves everything as it was. */
static void
test_set_option (void)
{
  PstRunSettings settings = fake_settings ();
  const PstAuditRecord *found = NULL;
  guint n_found = 0;
  gpointer data[2];
  Fake fake;

  settings.audit = PST_AUDIT_STATE;
  fake_init (&fake, &settings, FAKE_WITH_STORE | FAKE_WITH_GUARD);
  data[0] = &fake;
  data[1] = change_options;
  fake.strategy->data = data;
  fake.strategy->on_frame = run_step;
  fake_add_closes (&fake, (gint64[]){ 100, 100, 100, 100, -1 });
  fake_run_ok (&fake);
  for (guint i = 0; i < fake_store_count (fake.store, PST_RECORD_AUDIT); i++)
    {
      const PstAuditRecord *audit = &fake_store_get (fake.store, PST_RECORD_AUDIT, i)->audit;

      if (strcmp (audit->action, "OPTION_CHANGED") != 0)
        continue;
      found = audit;
      n_found++;
    }
  g_assert_cmpuint (n_found, ==, 1);
  g_assert_cmpstr (found->actor, ==, "tester");
  g_assert_cmpstr (found->why, ==, "by ann: calmer");
  g_assert_cmpstr (found->before, ==, "cap=5");
  g_assert_cmpstr (found->after, ==, "limits: cap=7");
  g_assert_true (fake_store_has_note (fake.store, "OPTION_CHANGED"));
  g_assert_true (fake_store_has_note (fake.store, "OPTION_REFUSED"));
  fake_clear (&fake);
}

static gpointer
change_from_outside (gpointer data)
{
  Fake *fake = data;
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_run_control_set_option (PST_RUN_CONTROL (fake->run), PST_COMPONENT_KIND_GUARD, "limits", "cap", "9", "x", &error));
  g_assert_false (pst_run_control_set_option (PST_RUN_CONTROL (fake->run), PST_COMPONENT_KIND_GUARD, "limits", "cap", "101", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_RANGE);
  return NULL;
}

/* From another thread the value is checked at once and set between two frames. */
static void
change_at_two (Fake *fake, guint frame)
{
  if (frame == 2)
    {
      g_thread_join (g_thread_new ("outside", change_from_outside, fake));
      g_assert_cmpuint (fake->guard->cap, ==, 5);
    }
  if (frame == 3)
    g_assert_cmpuint (fake->guard->cap, ==, 9);
}

static void
test_set_option_from_outside (void)
{
  gpointer data[2];
  Fake fake;

  prepare_steps (&fake, data, change_at_two, FAKE_WITH_GUARD);
  fake_run_ok (&fake);
  g_assert_cmpuint (fake.guard->cap, ==, 9);
  fake_clear (&fake);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run-control/interrupt", test_interrupt);
  g_test_add_func ("/run-control/interrupt-before", test_interrupt_before);
  g_test_add_func ("/run-control/stop", test_stop);
  g_test_add_func ("/run-control/other-thread", test_other_thread);
  g_test_add_func ("/run-control/act", test_act);
  g_test_add_func ("/run-control/set-option", test_set_option);
  g_test_add_func ("/run-control/set-option-from-outside", test_set_option_from_outside);
  g_test_add_func ("/run-control/kill", test_kill);
  g_test_add_func ("/run-control/not-running", test_not_running);
  return g_test_run ();
}
