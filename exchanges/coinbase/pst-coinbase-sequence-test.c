/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What would be lost: a missing message that nobody notices, or every message behind one misread number. */
#include "pst-coinbase-sequence.h"

#include <penstock.h>

static void
assert_orders (PstCoinbaseSequence *sequence, const guint64 *numbers, const char *orders)
{
  for (guint i = 0; orders[i] != '\0'; i++)
    {
      PstCoinbaseOrder order = pst_coinbase_sequence_take (sequence, numbers[i]);

      g_assert_cmpint ("no!"[order], ==, orders[i]);
    }
}

static void
test_in_order (void)
{
  PstCoinbaseSequence sequence = { 0 };

  assert_orders (&sequence, (guint64[]){ 0, 1, 2, 3 }, "nnnn");
  g_assert_cmpuint (sequence.next, ==, 4);
}

static void
test_first_is_zero (void)
{
  PstCoinbaseSequence sequence = { 0 };

  assert_orders (&sequence, (guint64[]){ 1, 2 }, "!n");
}

static void
test_gap_duplicate_late (void)
{
  PstCoinbaseSequence sequence = { 0 };

  assert_orders (&sequence, (guint64[]){ 0, 0, 1, 3, 2, 4, 4, 3, 5 }, "non!onoon");
}

/* A number misread as a large one makes all that follow look old; they are taken up again after a few. */
static void
test_misread (void)
{
  PstCoinbaseSequence sequence = { 0 };

  assert_orders (&sequence, (guint64[]){ 0, 1, 9002, 3, 4, 5, 6, 7, 8 }, "nn!ooo!nn");
  sequence = (PstCoinbaseSequence){ .next = 100 };
  assert_orders (&sequence, (guint64[]){ 10, 101, 102 }, "o!n");
}

/* Whatever comes: a number is either the next, or old, or a gap, and none but the due one is the next. */
static void
test_any_order (void)
{
  PstRandom random;

  pst_random_init (&random, 7, "sequence");
  for (guint run = 0; run < 500; run++)
    {
      PstCoinbaseSequence sequence = { 0 };

      for (guint i = 0; i < 100; i++)
        {
          guint64 due = sequence.next, number = pst_random_below (&random, 3) ? due : pst_random_below (&random, due + 10);
          PstCoinbaseOrder order = pst_coinbase_sequence_take (&sequence, number);

          g_assert_true ((order == PST_COINBASE_ORDER_NEXT) == (number == due));
          if (order != PST_COINBASE_ORDER_OLD)
            g_assert_cmpuint (sequence.next, ==, number + 1);
          else
            g_assert_cmpuint (number, <, due);
        }
    }
}

/* Behind a message without a number, for which all books were lost, either the one due or the one after it may come. */
static void
test_without_number (void)
{
  PstCoinbaseSequence sequence = { 0 };

  assert_orders (&sequence, (guint64[]){ 0, 1 }, "nn");
  pst_coinbase_sequence_pass (&sequence);
  assert_orders (&sequence, (guint64[]){ 1, 3, 4, 6 }, "onn!");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coinbase/sequence/in-order", test_in_order);
  g_test_add_func ("/coinbase/sequence/first-is-zero", test_first_is_zero);
  g_test_add_func ("/coinbase/sequence/gap-duplicate-late", test_gap_duplicate_late);
  g_test_add_func ("/coinbase/sequence/misread", test_misread);
  g_test_add_func ("/coinbase/sequence/any-order", test_any_order);
  g_test_add_func ("/coinbase/sequence/without-number", test_without_number);
  return g_test_run ();
}
