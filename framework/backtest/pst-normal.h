/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The standard normal distribution. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Probability that a standard normal value is at most @x. */
double pst_normal_probability (double x);
/* Its inverse; infinite at 0 and 1, NaN beyond. */
double pst_normal_quantile (double probability);

G_END_DECLS
