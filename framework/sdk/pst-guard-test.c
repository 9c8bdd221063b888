/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard that forgets to answer must deny: otherwise an order goes out that nobody reviewed. */

#include <penstock-check.h>

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/guard/review", test_review);
  g_test_add_func ("/sdk/guard/programmers-error-denies", test_programmers_error_denies);
  g_test_add_func ("/sdk/guard/facts-are-optional", test_facts_are_optional);
  g_test_add_func ("/guard/only-reduces", test_only_reduces);
  return g_test_run ();
}
