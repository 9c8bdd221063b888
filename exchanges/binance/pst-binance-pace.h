/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How fast requests may be made: a budget of weight in any span of a minute, and pauses that the venue asked for. Pure: it is told the time. The
 * venue counts by address, not by program, and in minutes of its own clock; a sliding span is never above its count. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_BINANCE_PACE_SPAN_NS (60 * PST_NS_PER_SECOND)

typedef struct
{
  GArray *spent; /* of the last span, the oldest first */
  guint budget;
  guint sum;
  gint64 blocked_until_ns;
} PstBinancePace;

void pst_binance_pace_init (PstBinancePace *pace, guint budget);
void pst_binance_pace_clear (PstBinancePace *pace);
/* No request before then. */
void pst_binance_pace_block (PstBinancePace *pace, gint64 until_ns);
/* The earliest time at which a request of @weight may be made; @now_ns when now. One above the budget may be made when nothing else was. */
gint64 pst_binance_pace_get_allowed_ns (PstBinancePace *pace, gint64 now_ns, guint weight);
void pst_binance_pace_spend (PstBinancePace *pace, gint64 now_ns, guint weight);

G_END_DECLS
