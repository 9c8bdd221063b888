/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tabled values, and one function undoing the other. */
#include "pst-normal.h"

#include <math.h>

static void
test_values (void)
{
  g_assert_cmpfloat_with_epsilon (pst_normal_probability (0), 0.5, 1e-15);
  g_assert_cmpfloat_with_epsilon (pst_normal_probability (1.959963984540054), 0.975, 1e-14);
  g_assert_cmpfloat_with_epsilon (pst_normal_quantile (0.975), 1.959963984540054, 1e-13);
  g_assert_cmpfloat_with_epsilon (pst_normal_quantile (0.25), -0.6744897501960817, 1e-14);
  g_assert_cmpfloat_with_epsilon (pst_normal_quantile (1e-20), -9.262340089798408, 1e-12);
  g_assert_true (isinf (pst_normal_quantile (1)) && pst_normal_quantile (1) > 0);
  g_assert_true (isinf (pst_normal_quantile (0)) && pst_normal_quantile (0) < 0);
  g_assert_true (isnan (pst_normal_quantile (1.5)) && isnan (pst_normal_quantile (NAN)));
}

static void
test_inverse (void)
{
  for (double x = -8; x <= 5; x += 0.01)
    g_assert_cmpfloat_with_epsilon (pst_normal_quantile (pst_normal_probability (x)), x, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/normal/values", test_values);
  g_test_add_func ("/normal/inverse", test_inverse);
  return g_test_run ();
}
