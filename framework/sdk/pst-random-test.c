/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Other numbers from the same seed would make every recorded run unrepeatable. */

#include <penstock.h>

/* The reference implementation's first outputs from the state 1, 2, 3, 4. */
static void
test_reference (void)
{
  PstRandom random = { { 1, 2, 3, 4 } };

  g_assert_cmpuint (pst_random_next (&random), ==, G_GUINT64_CONSTANT (11520));
  g_assert_cmpuint (pst_random_next (&random), ==, G_GUINT64_CONSTANT (0));
  g_assert_cmpuint (pst_random_next (&random), ==, G_GUINT64_CONSTANT (1509978240));
  g_assert_cmpuint (pst_random_next (&random), ==, G_GUINT64_CONSTANT (1215971899390074240));
}

/* splitmix64 of 0, as its authors give it, is the state of seed 0. */
static void
test_seeding (void)
{
  PstRandom random, again, other, named;

  pst_random_init (&random, 0, NULL);
  g_assert_cmpuint (random.state[0], ==, G_GUINT64_CONSTANT (0xe220a8397b1dcdaf));
  g_assert_cmpuint (random.state[1], ==, G_GUINT64_CONSTANT (0x6e789e6aa1b965f4));
  pst_random_init (&random, 7, "strategy");
  pst_random_init (&again, 7, "strategy");
  pst_random_init (&other, 8, "strategy");
  pst_random_init (&named, 7, "guard");
  g_assert_cmpuint (pst_random_next (&random), ==, pst_random_next (&again));
  g_assert_cmpuint (pst_random_next (&random), !=, pst_random_next (&other));
  g_assert_cmpuint (pst_random_next (&again), !=, pst_random_next (&named));
}

static void
test_below (void)
{
  PstRandom random;
  guint counts[6] = { 0 };

  pst_random_init (&random, 1, NULL);
  for (guint i = 0; i < 60000; i++)
    counts[pst_random_below (&random, 6)]++;
  for (guint i = 0; i < 6; i++)
    g_assert_cmpuint (ABS ((gint)counts[i] - 10000), <, 400);
  g_assert_cmpuint (pst_random_below (&random, 1), ==, 0);
  /* A bound of which half of all draws are uneven rest. */
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (pst_random_below (&random, (G_GUINT64_CONSTANT (1) << 63) + 1), <=, G_GUINT64_CONSTANT (1) << 63);
}

static void
test_double (void)
{
  PstRandom random;
  double sum = 0;

  pst_random_init (&random, 1, NULL);
  for (guint i = 0; i < 10000; i++)
    {
      double number = pst_random_double (&random);

      g_assert_true (number >= 0 && number < 1);
      sum += number;
    }
  g_assert_cmpfloat_with_epsilon (sum / 10000, 0.5, 0.02);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdk/random/reference", test_reference);
  g_test_add_func ("/sdk/random/seeding", test_seeding);
  g_test_add_func ("/sdk/random/below", test_below);
  g_test_add_func ("/sdk/random/double", test_double);
  return g_test_run ();
}
