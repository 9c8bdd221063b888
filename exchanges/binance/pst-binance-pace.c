/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of what was spent in the last minute: it is as long as the budget allows requests, some hundreds. */

#include "pst-binance-pace.h"

typedef struct
{
  gint64 time_ns;
  guint weight;
} Spent;

/* @budget: weight in a minute, above 0. */
void
pst_binance_pace_init (PstBinancePace *pace, guint budget)
{
  *pace = (PstBinancePace){ .spent = g_array_new (FALSE, FALSE, sizeof (Spent)), .budget = budget, .blocked_until_ns = G_MININT64 };
}

/* Frees what @pace holds. */
void
pst_binance_pace_clear (PstBinancePace *pace)
{
  g_clear_pointer (&pace->spent, g_array_unref);
}

/* The venue asked for a pause; a shorter one does not end a longer. */
void
pst_binance_pace_block (PstBinancePace *pace, gint64 until_ns)
{
  pace->blocked_until_ns = MAX (pace->blocked_until_ns, until_ns);
}

static void
forget (PstBinancePace *pace, gint64 now_ns)
{
  guint n = 0;

  for (; n < pace->spent->len; n++)
    {
      const Spent *spent = &g_array_index (pace->spent, Spent, n);

      if (spent->time_ns > now_ns - PST_BINANCE_PACE_SPAN_NS)
        break;
      pace->sum -= spent->weight;
    }
  if (n > 0)
    g_array_remove_range (pace->spent, 0, n);
}

/* When may it be made? */
gint64
pst_binance_pace_get_allowed_ns (PstBinancePace *pace, gint64 now_ns, guint weight)
{
  gint64 allowed_ns = now_ns;
  guint sum;

  forget (pace, now_ns);
  sum = pace->sum;
  for (guint i = 0; i < pace->spent->len && sum + MIN (weight, pace->budget) > pace->budget; i++)
    {
      const Spent *spent = &g_array_index (pace->spent, Spent, i);

      sum -= spent->weight;
      allowed_ns = spent->time_ns + PST_BINANCE_PACE_SPAN_NS;
    }
  return MAX (allowed_ns, pace->blocked_until_ns);
}

/* A request is made now. */
void
pst_binance_pace_spend (PstBinancePace *pace, gint64 now_ns, guint weight)
{
  const Spent spent = { .time_ns = now_ns, .weight = weight };

  g_array_append_val (pace->spent, spent);
  pace->sum += weight;
}
