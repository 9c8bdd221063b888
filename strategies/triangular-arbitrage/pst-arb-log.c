/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* log2 (m) for m in [1, 2): the table gives log2 (c) of the nearest c = 1 + i / 64 below, and log2 (m / c) is a short series, since m / c - 1 is
 * below 1/64. The series is cut behind a negative term, every step rounds down: what comes out is below the truth by less than the slack. */

#include "pst-arb-log.h"

/* log2 (1 + i / 64) * 2^32, rounded down. */
static const guint32 logs[64] = {
  0u,          96069025u,   190671290u,  283850911u,  375650042u,  466108992u,  555266329u,  643158980u,  729822323u,  815290272u,  899595355u,
  982768792u,  1064840562u, 1145839467u, 1225793196u, 1304728378u, 1382670639u, 1459644647u, 1535674166u, 1610782092u, 1684990500u, 1758320681u,
  1830793180u, 1902427828u, 1973243776u, 2043259527u, 2112492963u, 2180961372u, 2248681478u, 2315669461u, 2381940980u, 2447511201u, 2512394809u,
  2576606037u, 2640158677u, 2703066100u, 2765341278u, 2826996792u, 2888044852u, 2948497312u, 3008365682u, 3067661139u, 3126394546u, 3184576457u,
  3242217133u, 3299326552u, 3355914416u, 3411990165u, 3467562986u, 3522641820u, 3577235372u, 3631352117u, 3685000314u, 3738188006u, 3790923031u,
  3843213029u, 3895065449u, 3946487553u, 3997486425u, 4048068976u, 4098241947u, 4148011917u, 4197385310u, 4246368395u,
};

/* 1 / ln (2) * 2^63, rounded down. */
#define LOG2_E G_GUINT64_CONSTANT (13306513097844322491)
/* log2 (10) * 2^32 lies between these. */
#define LOG2_10_DOWN G_GINT64_CONSTANT (14267572527)
#define LOG2_10_UP G_GINT64_CONSTANT (14267572528)

static inline guint64
multiply_high (guint64 a, guint64 b)
{
  return (guint64)(((unsigned __int128)a * b) >> 64);
}

gint64
pst_arb_log_down (guint64 value)
{
  guint shift = (guint)__builtin_clzll (value);
  guint64 mantissa = value << shift;
  guint i = (guint)(mantissa >> 57) & 63;
  /* The rest, as a fraction of 2^64. */
  guint64 r = ((mantissa & ((G_GUINT64_CONSTANT (1) << 57) - 1)) << 7) / (64 + i);
  guint64 r2 = multiply_high (r, r), r3 = multiply_high (r2, r), r4 = multiply_high (r3, r);
  guint64 series = r - r2 / 2 - 1 + r3 / 3 - r4 / 4 - 1;

  if (r < 4)
    series = 0;
  return ((gint64)(63 - shift) << PST_ARB_LOG_BITS) + logs[i] + (gint64)(multiply_high (series, LOG2_E) >> 31);
}

gint64
pst_arb_log_up (guint64 value)
{
  return pst_arb_log_down (value) + PST_ARB_LOG_SLACK;
}

gint64
pst_arb_log_power_down (guint exponent)
{
  return exponent * LOG2_10_DOWN;
}

gint64
pst_arb_log_power_up (guint exponent)
{
  return exponent * LOG2_10_UP;
}

gint64
pst_arb_log_constant (const PstInstrument *instrument, PstSide side, gint64 taker_fee)
{
  if (side == PST_SIDE_SELL)
    return pst_arb_log_up ((guint64)(PST_RATE_ONE - taker_fee)) - pst_arb_log_down (PST_RATE_ONE) - pst_arb_log_power_down (instrument->price_scale);
  return pst_arb_log_up (PST_RATE_ONE) - pst_arb_log_down ((guint64)(PST_RATE_ONE + taker_fee)) + pst_arb_log_power_up (instrument->price_scale);
}

/* 2^f is below 1 + f between its ends, where they are equal. */
gint64
pst_arb_log_raise_up (gint64 log)
{
  gint64 whole = log >> PST_ARB_LOG_BITS, fraction = log & (PST_ARB_LOG_ONE - 1);

  if (whole < 0)
    return 1;
  if (whole >= 62)
    return G_MAXINT64;
  return (gint64)((((__int128)PST_ARB_LOG_ONE + fraction) << whole) >> PST_ARB_LOG_BITS) + 1;
}
