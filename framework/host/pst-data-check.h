/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is odd about bars that are good one by one: gaps, frozen prices, jumps. Nothing here changes anything. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* So many bars that repeat the one before, price for price and volume for volume, are a frozen run. */
#define PST_DATA_FROZEN_MIN 5

/* @row: the first bar concerned; @n_rows: how many bars from it, 0 for a gap before it. @kind: "gap", "off-session", "unchecked", "frozen",
 * "split-suspected", "price-jump". */
typedef void (*PstDataCheckFunc) (gsize row, gsize n_rows, const char *kind, const char *sentence, gpointer user_data);

/**
 * PstDataHours:
 * @sessions: (element-type PstMarketSession) (nullable): when the market was open, in order; %NULL when no calendar was named
 * @from_ns: the sessions are known from here
 * @to_ns: to here
 *
 * When bars are expected.
 */
typedef struct
{
  GArray *sessions;
  gint64 from_ns, to_ns;
} PstDataHours;

/* @name: (nullable): of a calendar; the years that it knows are cut out of @from_ns to @to_ns. */
gboolean pst_data_hours_init (PstDataHours *hours, const char *name, gint64 from_ns, gint64 to_ns, GError **error);
void pst_data_hours_clear (PstDataHours *hours);

/* @label_ns: when each bar begins, or ends when it is its time. Without @period_ns gaps are not looked for. */
void pst_data_check_bars (const PstBarColumns *bars, const gint64 *label_ns, gint64 period_ns, const PstDataHours *hours, guint frozen_min,
                          PstDataCheckFunc func, gpointer user_data);

G_END_DECLS
