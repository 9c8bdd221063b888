/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a veto. */
#include "engine-fakes.h"
#include "pst-guard-chain.h"

typedef struct
{
  Fake fake;
  PstGuardChain *chain;
  FakeGuard *guards[3];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "first", "second", "third" };

  fake_init (&fixture->fake, NULL, FAKE_NONE);
  fixture->chain = pst_guard_chain_new ();
  for (guint i = 0; i < 3; i++)
    {
      fixture->guards[i] = fake_add (&fixture->fake, FAKE_TYPE_GUARD, names[i]);
      pst_guard_chain_add (fixture->chain, PST_GUARD (fixture->guards[i]));
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pst_guard_chain_free (fixture->chain);
  fake_clear (&fixture->fake);
}

static void
deny (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  pst_verdict_deny (verdict, "too_much", "quantity=%d", 5);
}

static void
say_nothing (FakeGuard *guard, const PstReview *review, PstVerdict *verdict)
{
}

static void
test_all_pass (Fixture *fixture, gconstpointer data)
{
  PstOrder order = { .id = 1 };
  PstReview review = { .order = &order };
  PstVerdict verdict;
  guint32 guard = 77;

  g_assert_true (pst_guard_chain_review (fixture->chain, &review, &verdict, &guard));
  g_assert_true (verdict.passed);
  g_assert_cmpuint (guard, ==, 77);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (fixture->guards[i]->n_reviews, ==, 1);
  g_assert_cmpuint (pst_guard_chain_get_size (fixture->chain), ==, 3);
}

static void
test_first_denial_wins (Fixture *fixture, gconstpointer data)
{
  PstOrder order = { .id = 1 };
  PstReview review = { .order = &order };
  PstVerdict verdict;
  guint32 guard = 77;

  fixture->guards[1]->on_review = deny;
  fixture->guards[2]->on_review = say_nothing;
  g_assert_false (pst_guard_chain_review (fixture->chain, &review, &verdict, &guard));
  g_assert_cmpstr (verdict.code, ==, "too_much");
  g_assert_cmpuint (guard, ==, pst_component_get_index (PST_COMPONENT (fixture->guards[1])));
  g_assert_cmpuint (fixture->guards[2]->n_reviews, ==, 0);
}

static void
test_silence_denies (Fixture *fixture, gconstpointer data)
{
  PstOrder order = { .id = 1 };
  PstReview review = { .order = &order };
  PstVerdict verdict;
  guint32 guard = 77;

  /* A pass of one before it must not leak into a verdict that is not written. */
  fixture->guards[2]->on_review = say_nothing;
  g_assert_false (pst_guard_chain_review (fixture->chain, &review, &verdict, &guard));
  g_assert_cmpstr (verdict.code, ==, "guard_failed");
  g_assert_cmpstr (verdict.detail, ==, "guard=third");
}

static void
test_tells (Fixture *fixture, gconstpointer data)
{
  PstOrder order = { .id = 1 };
  PstFill fill = { .order_id = 1 };

  pst_guard_chain_on_order (fixture->chain, &order, NULL);
  pst_guard_chain_on_fill (fixture->chain, &fill);
  pst_guard_chain_on_sent (fixture->chain, &order);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (fixture->guards[i]->n_orders, ==, 1);
      g_assert_cmpuint (fixture->guards[i]->n_fills, ==, 1);
      g_assert_cmpuint (fixture->guards[i]->n_sent, ==, 1);
    }
  g_assert_true (pst_guard_chain_hears_fills (fixture->chain));
}

/* Exchanges connect before guards start, and hang up after they stopped: a guard must not hear of it outside of its life. */
static void
test_tells_connections (Fixture *fixture, gconstpointer data)
{
  PstComponent *second = PST_COMPONENT (fixture->guards[1]);
  g_autoptr (GError) error = NULL;

  g_assert_true (pst_component_prepare (second, &error) && pst_component_start (second, &error));
  pst_guard_chain_on_connection (fixture->chain, 0, PST_CONNECTION_CONNECTED);
  pst_component_stop (second);
  pst_guard_chain_on_connection (fixture->chain, 0, PST_CONNECTION_DISCONNECTED);
  g_assert_cmpuint (fixture->guards[0]->n_connections, ==, 0);
  g_assert_cmpuint (fixture->guards[1]->n_connections, ==, 1);
}

static void
test_empty (void)
{
  g_autoptr (PstGuardChain) chain = pst_guard_chain_new ();
  PstReview review = { 0 };
  PstVerdict verdict;
  guint32 guard;

  g_assert_true (pst_guard_chain_review (chain, &review, &verdict, &guard));
  g_assert_true (verdict.passed);
  g_assert_false (pst_guard_chain_hears_fills (chain));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/guard-chain/all-pass", Fixture, NULL, set_up, test_all_pass, tear_down);
  g_test_add ("/guard-chain/first-denial-wins", Fixture, NULL, set_up, test_first_denial_wins, tear_down);
  g_test_add ("/guard-chain/silence-denies", Fixture, NULL, set_up, test_silence_denies, tear_down);
  g_test_add ("/guard-chain/tells", Fixture, NULL, set_up, test_tells, tear_down);
  g_test_add ("/guard-chain/tells-connections", Fixture, NULL, set_up, test_tells_connections, tear_down);
  g_test_add_func ("/guard-chain/empty", test_empty);
  return g_test_run ();
}
