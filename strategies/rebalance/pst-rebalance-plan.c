/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From holdings and marks to trades. All values are in the run's base currency, whole numbers, rounded so that never more is bought, and never more
 * sold, than the weights say. */
#include "pst-rebalance.h"

void
pst_rebalance_plan_clear (PstRebalancePlan *plan)
{
  g_clear_pointer (&plan->trades, g_array_unref);
}

/* @rate of an amount. A rate is at most one, so that it always fits. */
static gint64
take_share (gint64 amount, gint64 rate)
{
  gint64 share = 0;

  return pst_mantissa_multiply_divide (amount, rate, PST_RATE_ONE, PST_ROUND_DOWN, &share) ? share : 0;
}

/* What @size of an instrument is worth in the base currency, at the last price. */
static gboolean
value_of (PstContext *context, const PstInstrument *instrument, gint64 price, gint64 size, gint64 *value)
{
  const PstCurrency *base = pst_context_get_run (context)->currency;
  gint64 notional;

  return pst_instrument_notional (instrument, price, size, PST_ROUND_DOWN, &notional)
         && pst_context_convert (context, notional, instrument->quote, base, PST_ROUND_DOWN, value);
}

/* The size that brings the holding from what it is worth to what is wanted. */
static gboolean
find_size (const PstRebalanceRules *rules, PstContext *context, const PstInstrument *instrument, gint64 price, PstRebalanceTrade *trade)
{
  const PstCurrency *base = pst_context_get_run (context)->currency;
  gint64 held = pst_context_get_position (context, rules->strategy, trade->instrument)->quantity;
  gint64 difference = trade->wanted - trade->held, value, notional;

  trade->side = difference > 0 ? PST_SIDE_BUY : PST_SIDE_SELL;
  if (!pst_context_convert (context, ABS (difference), base, instrument->quote, PST_ROUND_DOWN, &value)
      || !pst_instrument_size_for (instrument, value, price, &trade->size))
    return FALSE;
  if (trade->side == PST_SIDE_SELL)
    trade->size = MIN (trade->size, MAX (held, 0));
  if (!pst_instrument_notional (instrument, price, trade->size, PST_ROUND_DOWN, &notional))
    return FALSE;
  if (trade->size < instrument->size_min || (instrument->size_max != 0 && trade->size > instrument->size_max) || notional < instrument->notional_min)
    trade->size = 0;
  if (rules->trade_min != NULL
      && (!pst_context_convert (context, notional, instrument->quote, rules->trade_min->currency, PST_ROUND_DOWN, &value)
          || value < rules->trade_min->amount))
    trade->size = 0;
  return TRUE;
}

/* How far a holding is off, in parts of the whole, and whether that is too far. */
static void
measure_drift (const PstRebalanceRules *rules, const PstRebalanceTrade *trade, gint64 target, PstRebalancePlan *plan)
{
  gint64 share = 0, drift;

  if (plan->total <= 0 || !pst_mantissa_multiply_divide (trade->held, PST_RATE_ONE, plan->total, PST_ROUND_HALF_EVEN, &share))
    return;
  drift = ABS (share - target);
  plan->drift = MAX (plan->drift, drift);
  if ((rules->drift_band >= 0 && drift > rules->drift_band)
      || (rules->drift_relative >= 0 && drift > take_share (target, MIN (rules->drift_relative, PST_RATE_ONE))))
    plan->is_out_of_band = TRUE;
}

static const char *
plan_trade (const PstRebalanceRules *rules, PstContext *context, const PstWeight *weight, PstRebalancePlan *plan)
{
  const PstInstrument *instrument = pst_instrument_table_get (pst_context_get_instruments (context), weight->instrument);
  const PstMark *mark = pst_context_get_mark (context, weight->instrument);
  const PstPosition *position = pst_context_get_position (context, rules->strategy, weight->instrument);
  gint64 target = take_share (weight->rate, PST_RATE_ONE - rules->cash_buffer);
  PstRebalanceTrade trade = { .instrument = weight->instrument, .wanted = take_share (plan->total, target) };

  if (!mark->valid || mark->price <= 0 || !value_of (context, instrument, mark->price, position->quantity, &trade.held))
    return "no_price";
  measure_drift (rules, &trade, target, plan);
  if (!find_size (rules, context, instrument, mark->price, &trade))
    return "no_price";
  plan->n_trades += trade.size > 0;
  g_array_append_val (plan->trades, trade);
  return NULL;
}

const char *
pst_rebalance_plan_make (const PstRebalanceRules *rules, PstContext *context, PstRebalancePlan *plan)
{
  guint n_unpriced;
  const char *reason = NULL;

  *plan = (PstRebalancePlan){ .trades = g_array_new (FALSE, FALSE, sizeof (PstRebalanceTrade)) };
  if (!pst_weights_resolve (rules->weights, context, NULL))
    return "no_price";
  plan->total = take_share (pst_context_get_equity (context, &n_unpriced).amount, rules->allocation);
  if (n_unpriced > 0)
    return "no_price";
  if (plan->total <= 0)
    return "no_equity";
  for (guint i = 0; i < rules->weights->len && reason == NULL; i++)
    reason = plan_trade (rules, context, &g_array_index (rules->weights, PstWeight, i), plan);
  return reason;
}
