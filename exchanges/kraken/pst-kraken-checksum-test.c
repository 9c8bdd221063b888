/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A checksum that is wrong on our side loses good books; one that is right by accident lets bad ones through. */

#include "kraken-test-kit.h"

static void
set (PstBook *book, PstKrakenChecksum *checksum, PstSide side, const char *price, const char *size, guint8 price_scale, guint8 size_scale)
{
  PstBookLevel level;

  g_assert_true (pst_venue_read_number (price, strlen (price), price_scale, &level.price, &level.price_decimals));
  g_assert_true (pst_venue_read_number (size, strlen (size), size_scale, &level.size, &level.size_decimals));
  pst_book_set_level (book, side, &level);
  pst_kraken_checksum_note (checksum, side, level.price);
}

static void
fill_guide (PstBook *book, PstKrakenChecksum *checksum, guint8 price_scale, guint8 size_scale)
{
  pst_kraken_checksum_reset (checksum);
  for (guint i = 0; i < 10; i++)
    {
      set (book, checksum, PST_SIDE_BUY, kit_guide_bids[i][0], kit_guide_bids[i][1], price_scale, size_scale);
      set (book, checksum, PST_SIDE_SELL, kit_guide_asks[i][0], kit_guide_asks[i][1], price_scale, size_scale);
    }
}

static void
assert_checksum (PstBook *book, PstKrakenChecksum *checksum, guint price_scale, guint size_scale, guint32 expected)
{
  g_assert_cmpuint (pst_kraken_checksum_get (checksum, book, price_scale, size_scale), ==, expected);
  g_assert_cmpuint (kit_slow_checksum (book, price_scale, size_scale), ==, expected);
}

static void
test_guide (void)
{
  static const guint8 scales[][2] = { { 1, 8 }, { 5, 8 }, { 1, 10 }, { 9, 12 } };

  for (guint i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      g_autoptr (PstBook) book = pst_book_new (10);
      PstKrakenChecksum checksum = { 0 };

      fill_guide (book, &checksum, scales[i][0], scales[i][1]);
      assert_checksum (book, &checksum, scales[i][0], scales[i][1], KIT_GUIDE_CHECKSUM);
      /* The best bid has 0.2 instead of 0.1. */
      set (book, &checksum, PST_SIDE_BUY, "45283.5", "0.20000000", scales[i][0], scales[i][1]);
      assert_checksum (book, &checksum, scales[i][0], scales[i][1], 38355977);
      set (book, &checksum, PST_SIDE_BUY, "45283.5", "0.10000000", scales[i][0], scales[i][1]);
      assert_checksum (book, &checksum, scales[i][0], scales[i][1], KIT_GUIDE_CHECKSUM);
    }
}

/* The same numbers as a float's round trip writes them, trailing zeros lost: another checksum, which the venue would never send. */
static void
test_lost_zeros (void)
{
  g_autoptr (PstBook) book = pst_book_new (10);
  PstKrakenChecksum checksum = { 0 };

  pst_kraken_checksum_reset (&checksum);
  for (guint i = 0; i < 10; i++)
    for (guint s = 0; s < 2; s++)
      {
        const char *const *level = s == 0 ? kit_guide_bids[i] : kit_guide_asks[i];
        char price[G_ASCII_DTOSTR_BUF_SIZE], size[G_ASCII_DTOSTR_BUF_SIZE];

        g_ascii_formatd (price, sizeof price, "%.10g", g_ascii_strtod (level[0], NULL));
        g_ascii_formatd (size, sizeof size, "%.10g", g_ascii_strtod (level[1], NULL));
        /* A float's text keeps one decimal. */
        if (strchr (price, '.') == NULL)
          g_strlcat (price, ".0", sizeof price);
        set (book, &checksum, s == 0 ? PST_SIDE_BUY : PST_SIDE_SELL, price, size, 1, 8);
      }
  assert_checksum (book, &checksum, 1, 8, 1604409348);
}

static void
test_few_levels (void)
{
  g_autoptr (PstBook) book = pst_book_new (10);
  PstKrakenChecksum checksum = { 0 };

  pst_kraken_checksum_reset (&checksum);
  assert_checksum (book, &checksum, 2, 8, 0);
  set (book, &checksum, PST_SIDE_BUY, "0.05", "0.00000001", 2, 8);
  /* CRC-32 of "51". */
  assert_checksum (book, &checksum, 2, 8, kit_slow_checksum (book, 2, 8));
  set (book, &checksum, PST_SIDE_BUY, "0.05", "0", 2, 8);
  assert_checksum (book, &checksum, 2, 8, 0);
}

static void
random_number (PstRandom *random, guint digits_max, guint decimals_max, char *text)
{
  guint64 whole = pst_random_below (random, (guint64)pst_power_of_ten (1 + (guint)pst_random_below (random, digits_max)));
  guint decimals = (guint)pst_random_below (random, decimals_max + 1);
  gint length = g_snprintf (text, 64, "%" G_GUINT64_FORMAT, whole);

  if (decimals > 0)
    {
      text[length++] = '.';
      for (guint i = 0; i < decimals; i++)
        text[length++] = (char)('0' + pst_random_below (random, 10));
      text[length] = '\0';
    }
}

/* Any order of changes, near the touch and far from it, gives the checksum that the whole book has. */
static void
test_any_changes (void)
{
  for (guint64 seed = 1; seed <= 20; seed++)
    {
      g_autoptr (PstBook) book = pst_book_new (25);
      PstKrakenChecksum checksum = { 0 };
      PstRandom random;

      g_test_message ("seed %" G_GUINT64_FORMAT, seed);
      pst_random_init (&random, seed, "kraken");
      pst_kraken_checksum_reset (&checksum);
      for (guint i = 0; i < 4000; i++)
        {
          PstSide side = pst_random_below (&random, 2) ? PST_SIDE_BUY : PST_SIDE_SELL;
          guint cents = 1 + (guint)pst_random_below (&random, 60) + (side == PST_SIDE_SELL ? 60 : 0);
          char price[64], size[64] = "0.00000000";

          g_snprintf (price, sizeof price, "%u.%02u%s", cents / 100, cents % 100, pst_random_below (&random, 3) ? "" : "000");
          if (pst_random_below (&random, 3))
            random_number (&random, 6, 8, size);
          set (book, &checksum, side, price, size, 2, 8);
          if (pst_random_below (&random, 3))
            continue;
          pst_book_settle (book);
          g_assert_cmpuint (pst_kraken_checksum_get (&checksum, book, 2, 8), ==, kit_slow_checksum (book, 2, 8));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kraken/checksum/guide", test_guide);
  g_test_add_func ("/kraken/checksum/lost-zeros", test_lost_zeros);
  g_test_add_func ("/kraken/checksum/few-levels", test_few_levels);
  g_test_add_func ("/kraken/checksum/any-changes", test_any_changes);
  return g_test_run ();
}
