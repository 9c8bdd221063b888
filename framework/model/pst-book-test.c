/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A level that is lost, doubled or out of order is a price at which somebody trades. Every operation is repeated on a plain table of prices, and
 * the two must agree. */

#include <penstock.h>

#define N_PRICES 3000

/* ---- the other book: size by price, nothing else ---- */

typedef struct
{
  gint64 sizes[2][N_PRICES];
  guint depth;
} Plain;

static guint
plain_count (const Plain *plain, guint side)
{
  guint n = 0;

  for (guint i = 0; i < N_PRICES; i++)
    n += plain->sizes[side][i] != 0;
  return n;
}

static void
plain_cut (Plain *plain)
{
  guint bids = plain_count (plain, 0), asks = plain_count (plain, 1);

  for (guint i = 0; plain->depth && bids > plain->depth && i < N_PRICES; i++)
    if (plain->sizes[0][i])
      {
        plain->sizes[0][i] = 0;
        bids--;
      }
  for (guint i = N_PRICES; plain->depth && asks > plain->depth && i > 0; i--)
    if (plain->sizes[1][i - 1])
      {
        plain->sizes[1][i - 1] = 0;
        asks--;
      }
}

static void
check_side (const PstBook *book, const Plain *plain, PstSide side)
{
  guint index = side == PST_SIDE_BUY ? 0 : 1, n = 0;
  PstBookIter iter;

  pst_book_iter_init (&iter, book, side);
  for (guint i = 0; i < N_PRICES; i++)
    {
      guint price = index == 0 ? N_PRICES - 1 - i : i;
      const PstBookLevel *level;

      if (!plain->sizes[index][price])
        continue;
      level = pst_book_iter_next (&iter);
      g_assert_nonnull (level);
      g_assert_cmpint (level->price, ==, price + 1);
      g_assert_cmpint (level->size, ==, plain->sizes[index][price]);
      if (n == 0)
        g_assert_true (level == pst_book_get_best (book, side));
      if (n % 97 == 0)
        g_assert_true (level == pst_book_get_level (book, side, n));
      g_assert_true (level == pst_book_find (book, side, price + 1));
      n++;
    }
  g_assert_null (pst_book_iter_next (&iter));
  g_assert_null (pst_book_get_level (book, side, n));
  g_assert_cmpuint (pst_book_get_n_levels (book, side), ==, n);
}

/* Around a wandering middle, mostly near the touch, as books are; sometimes anywhere. */
static void
run_random (guint depth, guint n_operations)
{
  g_autofree Plain *plain = g_new0 (Plain, 1);
  g_autoptr (PstBook) book = pst_book_new (depth);
  gint middle = N_PRICES / 2;

  plain->depth = depth;
  for (guint i = 0; i < n_operations; i++)
    {
      gboolean bid = g_test_rand_bit ();
      gint spread = g_test_rand_int_range (0, 10) == 0 ? N_PRICES : 40;
      gint price = bid ? middle - g_test_rand_int_range (0, spread) : middle + 1 + g_test_rand_int_range (0, spread);
      gint64 size = g_test_rand_int_range (0, 3) == 0 ? 0 : g_test_rand_int_range (1, 1000);
      gint64 *there;
      PstBookChange change, expected;

      middle = CLAMP (middle + g_test_rand_int_range (-1, 2), 100, N_PRICES - 100);
      price = CLAMP (price, 0, N_PRICES - 1);
      there = &plain->sizes[bid ? 0 : 1][price];
      expected = *there == size ? PST_BOOK_UNCHANGED : *there == 0 ? PST_BOOK_ADDED : size == 0 ? PST_BOOK_REMOVED : PST_BOOK_CHANGED;
      change = pst_book_set (book, bid ? PST_SIDE_BUY : PST_SIDE_SELL, price + 1, size);
      g_assert_cmpint (change, ==, expected);
      *there = size;
      pst_book_settle (book);
      plain_cut (plain);
      if (i % 251 == 0 || i + 1 == n_operations)
        {
          check_side (book, plain, PST_SIDE_BUY);
          check_side (book, plain, PST_SIDE_SELL);
        }
    }
}

static void
test_random (void)
{
  run_random (0, 60000);
}

static void
test_random_with_depth (void)
{
  run_random (10, 20000);
  run_random (100, 20000);
}

/* Filled from the touch outwards and inwards, then emptied: blocks split and go at both ends. */
static void
test_fill_and_empty (void)
{
  static const gboolean ways[] = { FALSE, TRUE };

  for (guint way = 0; way < G_N_ELEMENTS (ways); way++)
    {
      g_autoptr (PstBook) book = pst_book_new (0);
      guint n = 5000;

      for (guint i = 0; i < n; i++)
        g_assert_cmpint (pst_book_set (book, PST_SIDE_BUY, ways[way] ? n - i : i + 1, i + 1), ==, PST_BOOK_ADDED);
      g_assert_cmpint (pst_book_get_best (book, PST_SIDE_BUY)->price, ==, n);
      g_assert_cmpint (pst_book_get_level (book, PST_SIDE_BUY, n - 1)->price, ==, 1);
      for (guint i = 0; i < n; i++)
        g_assert_cmpint (pst_book_set (book, PST_SIDE_BUY, ways[way] ? i + 1 : n - i, 0), ==, PST_BOOK_REMOVED);
      g_assert_null (pst_book_get_best (book, PST_SIDE_BUY));
      g_assert_cmpint (pst_book_set (book, PST_SIDE_BUY, 1, 0), ==, PST_BOOK_UNCHANGED);
    }
}

static void
test_crossed (void)
{
  g_autoptr (PstBook) book = pst_book_new (0);

  g_assert_cmpint (pst_book_get_state (book), ==, PST_BOOK_SYNCING);
  pst_book_set (book, PST_SIDE_BUY, 100, 1);
  pst_book_set (book, PST_SIDE_SELL, 101, 1);
  g_assert_true (pst_book_settle (book));
  g_assert_true (pst_book_set_state (book, PST_BOOK_LIVE));
  pst_book_set (book, PST_SIDE_BUY, 101, 1);
  g_assert_true (pst_book_is_crossed (book));
  g_assert_false (pst_book_settle (book));
  g_assert_cmpint (pst_book_get_state (book), ==, PST_BOOK_STALE);
  g_assert_false (pst_book_set_state (book, PST_BOOK_LIVE));
  g_assert_cmpint (pst_book_get_state (book), ==, PST_BOOK_STALE);
  pst_book_set (book, PST_SIDE_BUY, 101, 0);
  g_assert_true (pst_book_set_state (book, PST_BOOK_LIVE));
}

static void
test_snapshot_event_begins_anew (void)
{
  g_autoptr (PstBook) book = pst_book_new (0);
  PstLevel level = { .price = 50, .size = 5, .side = PST_SIDE_BUY };

  pst_book_apply (book, &level);
  level = (PstLevel){ .price = 60, .size = 6, .side = PST_SIDE_SELL, .flags = PST_LEVEL_SNAPSHOT };
  g_assert_cmpint (pst_book_apply (book, &level), ==, PST_BOOK_ADDED);
  g_assert_null (pst_book_get_best (book, PST_SIDE_BUY));
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_SELL)->size, ==, 6);
  g_assert_cmpint (pst_book_get_state (book), ==, PST_BOOK_SYNCING);
}

/* The same number with other trailing zeros is another text, and so another checksum. */
static void
test_text_is_kept (void)
{
  g_autoptr (PstBook) book = pst_book_new (0), copy = NULL;
  PstBookLevel level = { .price = 4528350, .size = 10000000, .price_decimals = 1, .size_decimals = 8 };

  g_assert_cmpint (pst_book_set_level (book, PST_SIDE_BUY, &level), ==, PST_BOOK_ADDED);
  g_assert_cmpint (pst_book_set_level (book, PST_SIDE_BUY, &level), ==, PST_BOOK_UNCHANGED);
  level.size_decimals = 1;
  g_assert_cmpint (pst_book_set_level (book, PST_SIDE_BUY, &level), ==, PST_BOOK_CHANGED);
  copy = pst_book_copy (book);
  pst_book_clear (book);
  g_assert_cmpuint (pst_book_get_best (copy, PST_SIDE_BUY)->size_decimals, ==, 1);
  g_assert_cmpuint (pst_book_get_n_changes (copy), ==, 2);
}

static void
test_limit (void)
{
  g_autoptr (PstBook) book = pst_book_new (0);

  for (guint i = 0; i < PST_BOOK_LEVELS_MAX; i++)
    pst_book_set (book, PST_SIDE_SELL, i + 1, 1);
  g_assert_cmpint (pst_book_set (book, PST_SIDE_SELL, PST_BOOK_LEVELS_MAX + 1, 1), ==, PST_BOOK_FULL);
  g_assert_cmpint (pst_book_set (book, PST_SIDE_SELL, 1, 2), ==, PST_BOOK_CHANGED);
  g_assert_cmpuint (pst_book_get_n_levels (book, PST_SIDE_SELL), ==, PST_BOOK_LEVELS_MAX);
}

static void
test_largest_prices (void)
{
  g_autoptr (PstBook) book = pst_book_new (0);

  pst_book_set (book, PST_SIDE_BUY, G_MAXINT64 - 1, 1);
  pst_book_set (book, PST_SIDE_SELL, G_MAXINT64, G_MAXINT64);
  pst_book_set (book, PST_SIDE_BUY, 1, 1);
  g_assert_true (pst_book_settle (book));
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_BUY)->price, ==, G_MAXINT64 - 1);
  g_assert_cmpint (pst_book_get_best (book, PST_SIDE_SELL)->size, ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/book/random", test_random);
  g_test_add_func ("/book/random-with-depth", test_random_with_depth);
  g_test_add_func ("/book/fill-and-empty", test_fill_and_empty);
  g_test_add_func ("/book/crossed", test_crossed);
  g_test_add_func ("/book/snapshot-event-begins-anew", test_snapshot_event_begins_anew);
  g_test_add_func ("/book/text-is-kept", test_text_is_kept);
  g_test_add_func ("/book/limit", test_limit);
  g_test_add_func ("/book/largest-prices", test_largest_prices);
  return g_test_run ();
}
