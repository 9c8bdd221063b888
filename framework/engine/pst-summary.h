/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run came to: plain data for the text and JSON reports. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

/* One strategy, or the whole run (name NULL). Money in the base currency; ratios are statistics, hence double. */
typedef struct
{
  char *name;
  guint64 n_orders, n_denied, n_rejected, n_fills;
  guint64 n_opportunities;
  gint64 best_net_pct;      /* of them, at PST_RETURN_PCT_SCALE */
  guint64 n_trades, n_wins; /* round trips closed, and trades of several legs whose money came back */
  guint n_open_positions;
  PstMoney fees;
  PstMoney gross_profit; /* realised and open, before fees */
  PstMoney net_profit;   /* gross less fees */
  double win_rate;       /* 0 to 1, NaN without trades */
  double max_drawdown;   /* of equity, 0 to 1 */
  double sharpe;         /* of daily returns (UTC days with a tick), annualised by the square root of 252; NaN with fewer than two */
} PstStrategySummary;

typedef struct
{
  char *guard; /* component name, "gate" for the gate's own checks */
  char *code;
  guint64 n_denials;
} PstDenialSummary;

typedef struct
{
  char *component; /* name, "run" for the run itself */
  PstSeverity severity;
  char *title;
  char *message; /* of the first */
  guint64 n_alerts;
} PstAlertSummary;

typedef struct
{
  char *exchange;
  PstFeedCounts counts;
} PstFeedSummary;

typedef struct
{
  PstRunRecord run; /* state as of now */
  gint64 first_time_ns, last_time_ns;
  guint64 n_frames, n_events, n_ticks, n_records;
  PstMoney initial_equity, final_equity;
  guint n_unpriced;
  PstTradingState trading_state;
  PstStrategySummary total;
  GPtrArray *strategies; /* PstStrategySummary */
  GPtrArray *denials;    /* PstDenialSummary */
  GPtrArray *alerts;     /* PstAlertSummary */
  GPtrArray *feeds;      /* PstFeedSummary */
} PstSummary;

void pst_summary_free (PstSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PstSummary, pst_summary_free)

G_END_DECLS
