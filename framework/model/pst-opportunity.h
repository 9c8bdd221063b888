/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an arbitrage strategy found: a cycle of trades that would return more of a currency than it takes. A value, recorded whether or not it
 * was executed. */
#pragma once

#include "pst-money.h"

G_BEGIN_DECLS

/* Rates of return are mantissas at this scale: 1.000016 = 1000016000000. */
#define PST_RETURN_SCALE 12
#define PST_RETURN_ONE G_GINT64_CONSTANT (1000000000000)
/* Percentages are mantissas at this scale, so that (rate - 1) * 100 is exact: 0.0016 % = 16000000. */
#define PST_RETURN_PCT_SCALE 10
/* "USD->BTC->ETH->USD" */
#define PST_CYCLE_SIZE 96

/**
 * PstOpportunity:
 * @number: number of the opportunity at its strategy, from 1
 * @detected_at_ns: time of the frame that brought it
 * @component: the strategy
 * @updated_pair: the instrument whose change brought it, index in the run's table
 * @n_legs: how many trades
 * @executed: whether orders followed
 * @currency: the base currency of the cycle
 * @gross_rate: product of the rates at the touch, no fees; at %PST_RETURN_SCALE, rounded down
 * @net_rate: what comes back for each unit put in, with depth, fees, steps and minima; at %PST_RETURN_SCALE, rounded down
 * @gross_pct: gross_rate less one, times 100, at %PST_RETURN_PCT_SCALE
 * @net_pct: net_rate less one, times 100, at %PST_RETURN_PCT_SCALE
 * @est_profit: what comes back less what is put in, at the currency's scale
 * @allocated_capital: what is put in, at the currency's scale
 * @cycle: "USD->BTC->ETH->USD"
 *
 * One opportunity.
 */
typedef struct
{
  guint64 number;
  gint64 detected_at_ns;
  guint32 component;
  guint32 updated_pair;
  guint32 n_legs;
  gboolean executed;
  const PstCurrency *currency;
  gint64 gross_rate;
  gint64 net_rate;
  gint64 gross_pct;
  gint64 net_pct;
  gint64 est_profit;
  gint64 allocated_capital;
  char cycle[PST_CYCLE_SIZE];
} PstOpportunity;

G_END_DECLS
