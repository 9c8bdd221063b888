/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard that forgets to answer must deny: otherwise an order goes out that nobody reviewed. */

#include <penstock-check.h>

#include <string.h>

/* Says nothing, or leaves a denial without a code, or passes. */
#define TEST_TYPE_GUARD (test_guard_get_type ())
G_DECLARE_FINAL_TYPE (TestGuard, test_guard, TEST, GUARD, PstGuard)
struct _TestGuard
{
  PstGuard parent_instance;
  gboolean passes;
};
G_DEFINE_FINAL_TYPE (TestGuard, test_guard, PST_TYPE_GUARD)

static void
test_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  if (TEST_GUARD (guard)->passes)
    pst_verdict_pass (verdict);
}

static void
test_guard_class_init (TestGuardClass *klass)
{
  PST_GUARD_CLASS (klass)->review = test_guard_review;
}

static void
test_guard_init (TestGuard *guard)
{
}

#define TEST_TYPE_EMPTY (test_empty_get_type ())
G_DECLARE_FINAL_TYPE (TestEmpty, test_empty, TEST, EMPTY, PstGuard)
struct _TestEmpty
{
  PstGuard parent_instance;
};
G_DEFINE_FINAL_TYPE (TestEmpty, test_empty, PST_TYPE_GUARD)

static void
test_empty_class_init (TestEmptyClass *klass)
{
}

static void
test_empty_init (TestEmpty *empty)
{
}

static void
test_review (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstGuard *guard = PST_GUARD (pst_harness_add (harness, TEST_TYPE_GUARD, "quiet", NULL));
  PstGuard *empty = PST_GUARD (pst_harness_add (harness, TEST_TYPE_EMPTY, "empty", NULL));
  PstOrderRequest request = { .instrument = aapl, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 1 };
  PstVerdict verdict;

  g_assert_cmpint (pst_component_get_kind (PST_COMPONENT (guard)), ==, PST_COMPONENT_KIND_GUARD);
  TEST_GUARD (guard)->passes = TRUE;
  pst_harness_review (harness, guard, &request, &verdict);
  g_assert_true (verdict.passed);
  g_assert_cmpstr (verdict.code, ==, "");

  /* The pass that still stands in the caller's memory does not count. */
  TEST_GUARD (guard)->passes = FALSE;
  pst_harness_review (harness, guard, &request, &verdict);
  g_assert_false (verdict.passed);
  g_assert_cmpstr (verdict.code, ==, "guard_failed");
  g_assert_cmpstr (verdict.detail, ==, "guard=quiet");
  verdict.passed = TRUE;
  pst_harness_review (harness, empty, &request, &verdict);
  g_assert_false (verdict.passed);
  pst_harness_finish (harness);
}

static void
test_programmers_error_denies (void)
{
  PstHarness *harness = pst_harness_new ();
  PstGuard *guard = PST_GUARD (pst_harness_add (harness, TEST_TYPE_GUARD, "quiet", NULL));
  PstVerdict verdict = { .passed = TRUE };

  g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, "*review != NULL*");
  pst_guard_review (guard, NULL, &verdict);
  g_test_assert_expected_messages ();
  g_assert_false (verdict.passed);
  pst_harness_finish (harness);
}

static gboolean
only_reduces (PstSide side, gint64 quantity, gint64 net, gint64 open_buy, gint64 open_sell)
{
  PstOrder order = { .request = { .side = side, .quantity = quantity } };
  PstReview review = { .order = &order, .net_quantity = net, .open_buy_quantity = open_buy, .open_sell_quantity = open_sell };

  return pst_review_only_reduces (&review);
}

/* Told wrongly, it lets a doubled position pass as an exit, or keeps a real exit from getting out. */
static void
test_only_reduces (void)
{
  g_assert_true (only_reduces (PST_SIDE_SELL, 10, 10, 0, 0));
  g_assert_false (only_reduces (PST_SIDE_SELL, 11, 10, 0, 0));
  g_assert_true (only_reduces (PST_SIDE_SELL, 7, 10, 100, 3));
  g_assert_false (only_reduces (PST_SIDE_SELL, 8, 10, 0, 3));
  g_assert_true (only_reduces (PST_SIDE_BUY, 7, -10, 3, 100));
  g_assert_false (only_reduces (PST_SIDE_BUY, 8, -10, 3, 0));
  g_assert_false (only_reduces (PST_SIDE_BUY, 1, 10, 0, 0));
  g_assert_false (only_reduces (PST_SIDE_SELL, 1, -10, 0, 0));
  g_assert_false (only_reduces (PST_SIDE_SELL, 1, 0, 0, 0));
  g_assert_false (only_reduces (PST_SIDE_SELL, G_MAXINT64, G_MAXINT64, 0, G_MAXINT64));
  g_assert_true (only_reduces (PST_SIDE_BUY, G_MAXINT64, G_MININT64, 1, 0));
  g_assert_false (only_reduces (PST_SIDE_BUY, G_MAXINT64, G_MININT64, 2, 0));
}

/* Guards that do not want to hear are not told. */
static void
test_facts_are_optional (void)
{
  PstHarness *harness = pst_harness_new ();
  guint32 aapl = pst_harness_add_instrument (harness, "AAPL");
  PstComponent *empty = pst_harness_add (harness, TEST_TYPE_EMPTY, "empty", NULL);
  PstOrderRequest request = { .instrument = aapl, .side = PST_SIDE_BUY, .type = PST_ORDER_TYPE_MARKET, .quantity = 1 };

  pst_harness_start (harness, empty);
  pst_harness_push_bar (harness, aapl, G_GINT64_CONSTANT (1600000000) * PST_NS_PER_SECOND, "10.00", "10.00", "10.00", "10.00", "1");
  pst_harness_fill (harness, pst_harness_place (harness, &request), "10.00", NULL);
  g_assert_cmpuint (pst_harness_get_n_fills (harness), ==, 1);
  pst_harness_finish (harness);
}

/* A switch as any plugin may make one: a guard with the action "engage". */
#define TEST_TYPE_SWITCH (test_switch_get_type ())
G_DECLARE_FINAL_TYPE (TestSwitch, test_switch, TEST, SWITCH, PstGuard)
struct _TestSwitch
{
  PstGuard parent_instance;
  char *reason;
  PstConnection connection;
  guint32 exchange;
};
G_DEFINE_FINAL_TYPE (TestSwitch, test_switch, PST_TYPE_GUARD)

static void
test_switch_engage (TestSwitch *self, const char *reason)
{
  g_free (self->reason);
  self->reason = g_strdup (reason);
}

static void
test_switch_on_connection (PstGuard *guard, guint32 exchange, PstConnection state)
{
  TEST_SWITCH (guard)->exchange = exchange;
  TEST_SWITCH (guard)->connection = state;
}

static void
test_switch_finalize (GObject *object)
{
  g_free (TEST_SWITCH (object)->reason);
  G_OBJECT_CLASS (test_switch_parent_class)->finalize (object);
}

static void
test_switch_class_init (TestSwitchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_switch_finalize;
  PST_GUARD_CLASS (klass)->on_connection = test_switch_on_connection;
  g_signal_new_class_handler ("engage", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (test_switch_engage), NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
test_switch_init (TestSwitch *self)
{
}

/* A guard that stops trading stops it for good: every switch of the run is engaged, for the same reason, and none is forgotten. */
static void
test_halt (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *one = pst_harness_add (harness, TEST_TYPE_SWITCH, "one", NULL);
  PstComponent *guard = pst_harness_add (harness, TEST_TYPE_EMPTY, "guard", NULL);
  PstComponent *two = pst_harness_add (harness, TEST_TYPE_SWITCH, "two", NULL);

  pst_harness_start (harness, one);
  pst_harness_start (harness, guard);
  pst_harness_start (harness, two);
  g_assert_cmpuint (pst_guard_halt (PST_GUARD (guard), "stale_book"), ==, 2);
  g_assert_cmpstr (TEST_SWITCH (one)->reason, ==, "stale_book");
  g_assert_cmpstr (TEST_SWITCH (two)->reason, ==, "stale_book");
  g_assert_cmpint (pst_context_get_trading_state (PST_CONTEXT (harness)), ==, PST_TRADING_STATE_HALTED);
  g_assert_cmpstr (pst_harness_find_record (harness, PST_RECORD_TRADING_STATE)->trading_state.reason, ==, "stale_book");
  pst_harness_finish (harness);
}

/* What an operator calls by name is an action, or it is refused with what there is. */
static void
test_actions (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard = pst_harness_add (harness, TEST_TYPE_SWITCH, "one", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_component_has_action (guard, "engage"));
  g_assert_false (pst_component_has_action (guard, "moved"));
  g_assert_false (pst_component_has_action (guard, "alert-raised"));
  g_assert_false (pst_component_act (guard, "engage", "x", &error));
  g_assert_error (error, PST_RUN_ERROR, PST_RUN_ERROR_STATE);
  g_clear_error (&error);
  pst_harness_start (harness, guard);
  g_assert_false (pst_component_act (guard, "moved", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  g_assert_nonnull (strstr (error->message, "(actions: engage)"));
  g_clear_error (&error);
  g_assert_true (pst_run_control_act (PST_RUN_CONTROL (harness), PST_COMPONENT_KIND_GUARD, "one", "engage", "looks wrong", &error));
  g_assert_cmpstr (TEST_SWITCH (guard)->reason, ==, "looks wrong");
  g_assert_cmpstr (pst_harness_get_command (harness, 0), ==, "one engage: looks wrong");
  g_assert_false (pst_run_control_act (PST_RUN_CONTROL (harness), PST_COMPONENT_KIND_STORE, "one", "engage", "x", &error));
  g_assert_error (error, PST_OPTION_ERROR, PST_OPTION_ERROR_UNKNOWN);
  pst_harness_finish (harness);
}

static void
test_connection (void)
{
  PstHarness *harness = pst_harness_new ();
  PstComponent *guard = pst_harness_add (harness, TEST_TYPE_SWITCH, "one", NULL);

  pst_harness_set_connection (harness, PST_CONNECTION_CONNECTING);
  g_assert_cmpint (TEST_SWITCH (guard)->connection, ==, PST_CONNECTION_DISCONNECTED);
  pst_harness_start (harness, guard);
  pst_harness_set_connection (harness, PST_CONNECTION_CONNECTED);
  g_assert_cmpint (TEST_SWITCH (guard)->connection, ==, PST_CONNECTION_CONNECTED);
  g_assert_cmpuint (TEST_SWITCH (guard)->exchange, ==, PST_HARNESS_DATA_INDEX);
  pst_harness_finish (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/guard/review", test_review);
  g_test_add_func ("/sdk/guard/programmers-error-denies", test_programmers_error_denies);
  g_test_add_func ("/sdk/guard/facts-are-optional", test_facts_are_optional);
  g_test_add_func ("/guard/only-reduces", test_only_reduces);
  g_test_add_func ("/sdk/guard/halt", test_halt);
  g_test_add_func ("/sdk/guard/actions", test_actions);
  g_test_add_func ("/sdk/guard/connection", test_connection);
  return g_test_run ();
}
