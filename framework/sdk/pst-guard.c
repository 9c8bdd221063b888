/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The base of guards. A guard that does not answer denies: forgetting must never let an order through. */

#include "pst-guard.h"

#include <string.h>

/**
 * PstGuard:
 *
 * Judges each order before it is sent. The first denial wins.
 */

G_DEFINE_ABSTRACT_TYPE (PstGuard, pst_guard, PST_TYPE_COMPONENT)

static void
pst_guard_class_init (PstGuardClass *klass)
{
}

static void
pst_guard_init (PstGuard *guard)
{
}

/**
 * pst_guard_review:
 * @guard: a started guard
 * @review: what it judges
 * @verdict: (out caller-allocates): what it says; what stood there before does not count
 *
 * Asks the guard. One that leaves the verdict untouched, or has no review, denies with the code guard_failed. On the run's context.
 */
void
pst_guard_review (PstGuard *guard, const PstReview *review, PstVerdict *verdict)
{
  g_return_if_fail (verdict != NULL);
  memset (verdict, 0, sizeof *verdict);
  g_return_if_fail (PST_IS_GUARD (guard));
  g_return_if_fail (review != NULL);

  if (PST_GUARD_GET_CLASS (guard)->review != NULL)
    PST_GUARD_GET_CLASS (guard)->review (guard, review, verdict);
  if (!verdict->passed && verdict->code[0] == '\0')
    pst_verdict_deny (verdict, "guard_failed", "guard=%s", pst_component_get_name (PST_COMPONENT (guard)));
}

/**
 * pst_guard_on_frame:
 * @guard: a started guard
 * @frame: a frame; borrowed
 *
 * Shows it a frame before the strategies see it. Without a type check: it is called at every one. On the run's context.
 */
void
pst_guard_on_frame (PstGuard *guard, const PstFrame *frame)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_frame != NULL)
    klass->on_frame (guard, frame);
}

/**
 * pst_guard_on_order:
 * @guard: a guard
 * @order: the order as it is now; borrowed
 * @report: (nullable): what changed it; %NULL for a denial
 *
 * Tells it that an order changed. On the run's context.
 */
void
pst_guard_on_order (PstGuard *guard, const PstOrder *order, const PstExecutionReport *report)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_order != NULL)
    klass->on_order (guard, order, report);
}

/**
 * pst_guard_on_fill:
 * @guard: a guard
 * @fill: a fill that was applied; borrowed
 *
 * Tells it of a fill. On the run's context.
 */
void
pst_guard_on_fill (PstGuard *guard, const PstFill *fill)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_fill != NULL)
    klass->on_fill (guard, fill);
}

/**
 * pst_guard_on_sent:
 * @guard: a guard
 * @order: the order as it is now, SUBMITTED, PENDING_MODIFY or PENDING_CANCEL; borrowed
 *
 * Tells it that an order, a change or a cancel goes to its venue. On the run's context.
 */
void
pst_guard_on_sent (PstGuard *guard, const PstOrder *order)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_sent != NULL)
    klass->on_sent (guard, order);
}

/**
 * pst_guard_on_connection:
 * @guard: a guard
 * @exchange: component index of the exchange
 * @state: its connection's new state
 *
 * Tells it that a connection changed. On the run's context.
 */
void
pst_guard_on_connection (PstGuard *guard, guint32 exchange, PstConnection state)
{
  PstGuardClass *klass = PST_GUARD_GET_CLASS (guard);

  if (klass->on_connection != NULL)
    klass->on_connection (guard, exchange, state);
}

/**
 * pst_guard_halt:
 * @guard: a started guard that found a reason to stop all trading
 * @reason: why; a code, for people and for programs
 *
 * Asks for HALTED and calls the action "engage" of every other guard that has one: each kill switch then blocks every order for that reason until an
 * operator releases it, over restarts too. The order is fixed: first the halt, so that its record comes first. On the run's context.
 *
 * Returns: how many kill switches there are
 */
guint
pst_guard_halt (PstGuard *guard, const char *reason)
{
  PstContext *context;
  PstComponent *component;
  guint n_switches = 0;

  g_return_val_if_fail (PST_IS_GUARD (guard), 0);
  g_return_val_if_fail (reason != NULL && reason[0] != '\0', 0);
  g_return_val_if_fail (pst_component_is_started (PST_COMPONENT (guard)), 0);

  context = pst_component_get_context (PST_COMPONENT (guard));
  pst_context_request_trading_state (context, PST_COMPONENT (guard), PST_TRADING_STATE_HALTED, reason);
  for (guint32 i = 0; (component = pst_context_get_component (context, i)) != NULL; i++)
    if (component != PST_COMPONENT (guard) && PST_IS_GUARD (component) && pst_component_has_action (component, "engage")
        && pst_component_act (component, "engage", reason, NULL))
      n_switches++;
  return n_switches;
}

/**
 * pst_review_only_reduces:
 * @review: what is judged
 *
 * Tells whether an order is an exit: the net position lies on the other side, and stays there or becomes flat even if every open order of the same
 * side fills too. A limit must never stand in the way of one. Any thread.
 *
 * Returns: whether it can do nothing but lower the net position
 */
gboolean
pst_review_only_reduces (const PstReview *review)
{
  gboolean sells;
  __int128 held, wanted;

  g_return_val_if_fail (review != NULL && review->order != NULL, FALSE);

  sells = review->order->request.side == PST_SIDE_SELL;
  held = sells ? review->net_quantity : -(__int128)review->net_quantity;
  wanted = (__int128)pst_order_get_open_quantity (review->order) + (sells ? review->open_sell_quantity : review->open_buy_quantity);
  return held > 0 && wanted <= held;
}
