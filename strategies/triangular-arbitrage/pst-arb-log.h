/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Binary logarithms in integers, with a known side of the truth: a cycle of rates that multiplies to one sums to zero, and a sum of four bounds
 * costs a nanosecond. They only rule out what cannot pay; what is left is calculated exactly. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* Logarithms are mantissas with so many binary places. */
#define PST_ARB_LOG_BITS 32
#define PST_ARB_LOG_ONE (G_GINT64_CONSTANT (1) << PST_ARB_LOG_BITS)
/* An upper bound is at most so much above the lower one: 1e-9. */
#define PST_ARB_LOG_SLACK 4
/* What cannot be traded: four of them still do not overflow. */
#define PST_ARB_LOG_NEVER (-(G_GINT64_CONSTANT (1) << 60))

/* log2 of @value, above 0: not above the truth. */
gint64 pst_arb_log_down (guint64 value);
/* Not below the truth. */
gint64 pst_arb_log_up (guint64 value);
/* log2 of 10^exponent, 0 to 36. */
gint64 pst_arb_log_power_down (guint exponent);
gint64 pst_arb_log_power_up (guint exponent);
/* What the logarithm of an edge's rate, its fee included, is besides that of the price. */
gint64 pst_arb_log_constant (const PstInstrument *instrument, PstSide side, gint64 taker_fee);
/* 2^log as an integer, not below the truth; G_MAXINT64 when it does not fit. */
gint64 pst_arb_log_raise_up (gint64 log);

/* log2 of what a unit of the one currency becomes in the other, less the fee, at @price: not below the truth. */
static inline gint64
pst_arb_log_rate (PstSide side, gint64 constant, gint64 price)
{
  return side == PST_SIDE_SELL ? constant + pst_arb_log_up ((guint64)price) : constant - pst_arb_log_down ((guint64)price);
}

G_END_DECLS
