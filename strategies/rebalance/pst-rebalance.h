/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holds a portfolio at its target weights. pst-rebalance.c is the strategy, pst-rebalance-plan.c what is to be traded. */
#pragma once

#include <penstock.h>

G_BEGIN_DECLS

#define PST_TYPE_REBALANCE (pst_rebalance_get_type ())
G_DECLARE_FINAL_TYPE (PstRebalance, pst_rebalance, PST, REBALANCE, PstStrategy)

/* What the plan depends on, besides marks and holdings. Rates at PST_RATE_SCALE; below 0: not set. */
typedef struct
{
  GArray *weights; /* PstWeight */
  gint64 allocation;
  gint64 cash_buffer;
  gint64 drift_band;
  gint64 drift_relative;
  const PstMoney *trade_min;
  guint32 strategy; /* whose holdings count; G_MAXUINT32: all */
} PstRebalanceRules;

/* One instrument: what is held, what is wanted, and what is traded to get there. */
typedef struct
{
  guint32 instrument;
  PstSide side;
  gint64 size;         /* 0: nothing */
  gint64 held, wanted; /* value, in the base currency */
} PstRebalanceTrade;

typedef struct
{
  GArray *trades; /* PstRebalanceTrade, in the order of the weights */
  gint64 total;   /* what is shared out, in the base currency */
  gint64 drift;   /* the largest, at PST_RATE_SCALE */
  gboolean is_out_of_band;
  guint n_trades;
} PstRebalancePlan;

/* NULL when there is a plan, otherwise why there is none. */
const char *pst_rebalance_plan_make (const PstRebalanceRules *rules, PstContext *context, PstRebalancePlan *plan);
void pst_rebalance_plan_clear (PstRebalancePlan *plan);

G_END_DECLS
