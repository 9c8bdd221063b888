/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of strategies: only calls through, and shorthands over the context. */

#include "pst-strategy.h"

/**
 * PstStrategy:
 *
 * Decides. Sees whole frames after books, marks and fills are up to date.
 */

G_DEFINE_ABSTRACT_TYPE (PstStrategy, pst_strategy, PST_TYPE_COMPONENT)

static void
pst_strategy_class_init (PstStrategyClass *klass)
{
}

static void
pst_strategy_init (PstStrategy *strategy)
{
}

/**
 * pst_strategy_on_frame:
 * @strategy: a started strategy
 * @frame: a frame of any exchange of the run; borrowed
 *
 * Shows it a frame. Without a type check: it is called at every one. On the run's context.
 */
void
pst_strategy_on_frame (PstStrategy *strategy, const PstFrame *frame)
{
  PstStrategyClass *klass = PST_STRATEGY_GET_CLASS (strategy);

  if (klass->on_frame != NULL)
    klass->on_frame (strategy, frame);
}

/**
 * pst_strategy_on_order:
 * @strategy: a strategy
 * @order: one of its orders, as it is now; borrowed
 * @report: (nullable): what changed it; %NULL for a denial by the gate or a guard
 *
 * Tells it that an order changed. On the run's context.
 */
void
pst_strategy_on_order (PstStrategy *strategy, const PstOrder *order, const PstExecutionReport *report)
{
  PstStrategyClass *klass = PST_STRATEGY_GET_CLASS (strategy);

  if (klass->on_order != NULL)
    klass->on_order (strategy, order, report);
}

/**
 * pst_strategy_submit:
 * @strategy: a started strategy
 * @request: what it asks for
 *
 * Asks for an order: pst_context_submit(). On the run's context.
 *
 * Returns: the order's number
 */
guint64
pst_strategy_submit (PstStrategy *strategy, const PstOrderRequest *request)
{
  g_return_val_if_fail (PST_IS_STRATEGY (strategy), 0);

  return pst_context_submit (pst_component_get_context (PST_COMPONENT (strategy)), strategy, request);
}

/**
 * pst_strategy_submit_market:
 * @strategy: a started strategy
 * @instrument: index in the run's table
 * @side: buy or sell
 * @quantity: mantissa at the size scale, above 0
 *
 * Asks for a market order, good till cancelled. On the run's context.
 *
 * Returns: the order's number
 */
guint64
pst_strategy_submit_market (PstStrategy *strategy, guint32 instrument, PstSide side, gint64 quantity)
{
  PstOrderRequest request
      = { .instrument = instrument, .side = side, .type = PST_ORDER_TYPE_MARKET, .time_in_force = PST_TIME_IN_FORCE_GTC, .quantity = quantity };

  return pst_strategy_submit (strategy, &request);
}

/**
 * pst_strategy_get_position:
 * @strategy: a strategy
 * @instrument: index in the run's table
 *
 * Tells what this strategy holds. On the run's context.
 *
 * Returns: (transfer none): the position, flat when there was no fill; valid until the next fill
 */
const PstPosition *
pst_strategy_get_position (PstStrategy *strategy, guint32 instrument)
{
  PstComponent *component = (PstComponent *)strategy;

  return pst_context_get_position (pst_component_get_context (component), pst_component_get_index (component), instrument);
}
