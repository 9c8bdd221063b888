/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* 128-bit steps that the exact arithmetic of prices, sizes and money shares. Not installed. */
#pragma once

#include "pst-decimal.h"

G_BEGIN_DECLS

#ifndef __GI_SCANNER__

/* The largest exponent there can be: a price and a size at their largest scales. */
#define PST_WIDE_EXPONENT_MAX (2 * PST_SCALE_MAX)

/* 10^exponent, 0 to PST_WIDE_EXPONENT_MAX. */
static inline __int128
pst_wide_power_of_ten (guint exponent)
{
  guint low = MIN (exponent, PST_SCALE_MAX);

  return (__int128)pst_power_of_ten (low) * pst_power_of_ten (exponent - low);
}

/* numerator / denominator (above 0), rounded once. FALSE when it does not fit 64 bits, or for a remainder under PST_ROUND_EXACT. */
gboolean pst_wide_divide (__int128 numerator, __int128 denominator, PstRounding rounding, gint64 *result);
/* value * 10^exponent / divisor for exponents -PST_SCALE_MAX to PST_WIDE_EXPONENT_MAX, rounded once. FALSE on overflow or
 * divisor 0. */
gboolean pst_wide_scale_divide (gint64 value, gint exponent, gint64 divisor, PstRounding rounding, gint64 *result);

#endif

G_END_DECLS
