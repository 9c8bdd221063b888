/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The quantile is Wichura's algorithm AS 241 (Applied Statistics 37, 1988), good to about 1 part in 10^16. */
#include "pst-normal.h"

#include <math.h>

#define N_TERMS 8

static double
polynomial (const double terms[N_TERMS], double x)
{
  double value = terms[N_TERMS - 1];

  for (int i = N_TERMS - 2; i >= 0; i--)
    value = value * x + terms[i];
  return value;
}

double
pst_normal_probability (double x)
{
  return 0.5 * erfc (-x / G_SQRT2);
}

static double
quantile_in_tail (double r)
{
  static const double near_above[N_TERMS]
      = { 1.42343711074968357734, 4.63033784615654529590,    5.76949722146069140550,    3.64784832476320460504,
          1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4 };
  static const double near_below[N_TERMS] = { 1.0,
                                              2.05319162663775882187,
                                              1.67638483018380384940,
                                              6.89767334985100004550e-1,
                                              1.48103976427480074590e-1,
                                              1.51986665636164571966e-2,
                                              5.47593808499534494600e-4,
                                              1.05075007164441684324e-9 };
  static const double far_above[N_TERMS]
      = { 6.65790464350110377720,    5.46378491116411436990,    1.78482653991729133580,    2.96560571828504891230e-1,
          2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7 };
  static const double far_below[N_TERMS] = { 1.0,
                                             5.99832206555887937690e-1,
                                             1.36929880922735805310e-1,
                                             1.48753612908506148525e-2,
                                             7.86869131145613259100e-4,
                                             1.84631831751005468180e-5,
                                             1.42151175831644588870e-7,
                                             2.04426310338993978564e-15 };

  if (r <= 5)
    return polynomial (near_above, r - 1.6) / polynomial (near_below, r - 1.6);
  return polynomial (far_above, r - 5) / polynomial (far_below, r - 5);
}

double
pst_normal_quantile (double probability)
{
  static const double above[N_TERMS] = { 3.3871328727963666080,    1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                         4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3 };
  static const double below[N_TERMS] = { 1.0,
                                         4.2313330701600911252e+1,
                                         6.8718700749205790830e+2,
                                         5.3941960214247511077e+3,
                                         2.1213794301586595867e+4,
                                         3.9307895800092710610e+4,
                                         2.8729085735721942674e+4,
                                         5.2264952788528545610e+3 };
  double q = probability - 0.5, r;

  if (!(probability >= 0 && probability <= 1))
    return (double)NAN;
  if (fabs (q) <= 0.425)
    {
      r = 0.180625 - q * q;
      return q * polynomial (above, r) / polynomial (below, r);
    }
  r = q < 0 ? probability : 1 - probability;
  if (r <= 0)
    return q < 0 ? -(double)INFINITY : (double)INFINITY;
  r = quantile_in_tail (sqrt (-log (r)));
  return q < 0 ? -r : r;
}
